"""The rules after the model: what each claims, what it leaves alone, and that no text makes one slow."""

from __future__ import annotations

import time
from functools import cache
from typing import Any

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from slow_texts import slowest_of

from extractors.names import NAMES_KEY, path, rules, windows
from extractors.names.component import _gaps
from extractors.names.decoding import Span
from extractors.names.reading import Rule, Words, laid_over, read
from extractors.names.subwords import is_nameless
from extractors.names.tokenizer import PatientTokenizer

Found = tuple[str, str, float]


@cache
def tokenizer() -> PatientTokenizer:
    return PatientTokenizer(spacy.blank("en").tokenizer)


def words_of(text: str) -> tuple[Words, list[int]]:
    """Return what the rules read, and where in the text each word begins."""
    tokens = [token for token in tokenizer()(text) if not token.is_space]
    texts, starts = [token.text for token in tokens], [token.idx for token in tokens]
    borders = windows.breaks(text, starts)
    return read(texts, _gaps(text, texts, starts), borders, [is_nameless(text) for text in texts]), starts


def ruled(text: str, *found: Found) -> set[tuple[str, str]]:
    """Return (quote, kind) of the names after the rules, given those that a model would have found."""
    words, starts = words_of(text)
    ends = [start + len(word) for start, word in zip(starts, words.texts, strict=True)]
    spans = []
    for quote, kind, confidence in found:
        start = text.index(quote)
        spans.append(Span(starts.index(start), ends.index(start + len(quote)) + 1, kind, confidence))
    after = rules.with_rules(words, sorted(spans))
    return {(text[starts[one.first] : ends[one.end - 1]], one.kind) for one in after}


@pytest.mark.parametrize(
    ("text", "found", "wanted"),
    [
        ("paid to Harrow Shipping Ltd on Monday", [], ("Harrow Shipping Ltd", "ORG")),
        ("paid to Harrow Shipping Ltd on Monday", [("Harrow Shipping", "PER", 0.9)], ("Harrow Shipping Ltd", "ORG")),
        ("paid to Harrow Shipping Ltd on Monday", [("Harrow Shipping Ltd", "LOC", 0.9)], ("Harrow Shipping Ltd", "ORG")),
        ("Hirer Harrow Shipping Ltd", [], ("Harrow Shipping Ltd", "ORG")),
        ("Nagy Kft. sent it", [("Nagy", "PER", 0.9)], ("Nagy Kft", "ORG")),
        ("from Kowalski sp. z o.o. today", [("Kowalski", "PER", 0.9)], ("Kowalski sp. z o.o", "ORG")),
        ("Rossi S.p.A. has paid", [("Rossi", "PER", 0.9)], ("Rossi S.p.A.", "ORG")),
        ("harrow shipping ltd has paid", [("harrow shipping", "PER", 0.9)], ("harrow shipping ltd", "ORG")),
        ("Acme Outback Pty Ltd", [], ("Acme Outback Pty Ltd", "ORG")),
    ],
)  # fmt: skip
def test_a_legal_form_makes_an_organisation(text: str, found: list[Found], wanted: tuple[str, str]) -> None:
    assert ruled(text, *found) == {wanted}


@pytest.mark.parametrize(
    "text", ["time is Limited", "the Limited edition", "NOW SA DU SA", "the Pet Spa today", "at A/S level", "foo@acme.example Ltd"]
)  # fmt: skip
def test_a_word_that_may_be_a_legal_form_makes_no_name_alone(text: str) -> None:
    assert ruled(text) == set()


@pytest.mark.parametrize(
    ("text", "found", "wanted"),
    [
        ("a room at Crown Lodge", [("Crown Lodge", "LOC", 0.9)], ("Crown Lodge", "ORG")),
        ("CROWN LODGE - NIGHT LOG", [("CROWN LODGE - NIGHT", "LOC", 0.2)], ("CROWN LODGE", "ORG")),
        ("Okafor Green Solicitors", [("Okafor Green", "PER", 0.2)], ("Okafor Green Solicitors", "ORG")),
        ("2026-02-06,Seaview Van Hire,£210.00", [], ("Seaview Van Hire", "ORG")),
        ("Seaview Van Hire Hire note 2291", [("Seaview Van", "ORG", 0.3)], ("Seaview Van Hire", "ORG")),
    ],
)
def test_a_trade_at_its_end_makes_an_organisation(text: str, found: list[Found], wanted: tuple[str, str]) -> None:
    assert ruled(text, *found) == {wanted}


@pytest.mark.parametrize(
    "text", ["Customer Services", "Van Hire", "Night Cleaning", "She went to University", "the Federal University of Porto"]
)  # fmt: skip
def test_a_trade_alone_makes_no_name(text: str) -> None:
    assert ruled(text) == set()


@pytest.mark.parametrize(
    ("text", "found", "wanted"),
    [
        ("he lives at 3 Old Mill Court now", [], {("3 Old Mill Court", "LOC")}),
        ("he lives at 3 Old Mill Court now", [("Old Mill Court", "ORG", 0.4)], {("3 Old Mill Court", "LOC")}),
        ("at 12-14 Old Mill Road", [("14 Old Mill Road", "LOC", 0.4)], {("12-14 Old Mill Road", "LOC")}),
        ("Unit 6A, Mill Yard, Leeds", [("Mill Yard", "LOC", 0.8), ("Leeds", "LOC", 0.8)],
         {("Unit 6A, Mill Yard", "LOC"), ("Leeds", "LOC")}),
        ("Flat 2, 14 Quay Row", [], {("Flat 2, 14 Quay Row", "LOC")}),
        ("Strada Morii 8, Satul Vechi", [("Strada Morii", "PER", 0.5), ("Satul Vechi", "PER", 0.4)],
         {("Strada Morii 8", "LOC"), ("Satul Vechi", "LOC")}),
        ("Rue de la Gare 10", [], {("Rue de la Gare 10", "LOC")}),
        ("Via Roma, 12", [("Roma", "LOC", 0.8)], {("Via Roma, 12", "LOC")}),
    ],
)  # fmt: skip
def test_a_street_or_premises_is_one_place_with_its_number(
    text: str, found: list[Found], wanted: set[tuple[str, str]]
) -> None:
    assert ruled(text, *found) == wanted


@pytest.mark.parametrize(
    "text", ["in 2008 Abbey Road was", "Via London 12 March", "3 rooms at Court", "the Yard", "Unit 6, then left", "Unit 6"]
)  # fmt: skip
def test_what_only_looks_like_a_street_is_no_place(text: str) -> None:
    assert ruled(text) == set()


def test_a_surname_first_is_one_person() -> None:
    assert ruled("Name: DUARTE, Rui", ("DUARTE", "PER", 0.3), ("Rui", "PER", 0.8)) == {("DUARTE, Rui", "PER")}
    assert ruled("VAN DER BERG, Jan Piet", ("Jan Piet", "PER", 0.8)) == {("VAN DER BERG, Jan Piet", "PER")}
    places = ("LONDON", "LOC", 0.9), ("Paris", "LOC", 0.9)
    assert ruled("LONDON, Paris and Rome", *places) == {("LONDON", "LOC"), ("Paris", "LOC")}
    people = ("Ana", "PER", 0.9), ("Rui", "PER", 0.9)
    assert ruled("Ana, Rui and the others", *people) == {("Ana", "PER"), ("Rui", "PER")}


@pytest.mark.parametrize(
    ("text", "found", "wanted"),
    [
        ("Driver: Rui Duarte", [], {("Rui Duarte", "PER")}),
        ("> Taken by: Rui Duarte, 12 March", [], {("Rui Duarte", "PER")}),
        ("| Worker on duty | Rui Duarte |", [], {("Rui Duarte", "PER")}),
        ("Name of guest\tAna-Maria O'Neil", [], {("Ana-Maria O'Neil", "PER")}),
        ("Name: rui duarte", [("duarte", "LOC", 0.5)], {("rui duarte", "PER")}),
        ("Employer: Duarte Foods", [("Duarte", "PER", 0.5)], {("Duarte Foods", "ORG")}),
        ("Porter: Rui Duarte", [("Porter", "PER", 0.8), ("Rui Duarte", "PER", 0.9)], {("Rui Duarte", "PER")}),
        ("Company: Siemens", [("Siemens", "ORG", 0.9)], {("Siemens", "ORG")}),
        ("Driver: Leeds", [("Leeds", "LOC", 0.9)], {("Leeds", "LOC")}),
    ],
)
def test_a_form_says_what_is_filled_in(text: str, found: list[Found], wanted: set[tuple[str, str]]) -> None:
    assert ruled(text, *found) == wanted


@pytest.mark.parametrize(
    "text",
    ["| Name | Room | Deposit |", "Driver | Seats", "Guest House Rules", "Guest: Yes", "Name: Unknown", "Manager: see overleaf",
     "Driver: rui@duarte.example", "Name: https://duarte.example/Rui", "Caller: @RuiDuarte", "Name:", "Name"],
)  # fmt: skip
def test_what_is_no_name_in_a_form_stays_none(text: str) -> None:
    assert ruled(text) == set()


def test_a_register_names_its_guests_by_surname() -> None:
    rows = "Room 4 | Duarte, two more\nRoom 5 | Okoro\nRoom 6 | empty\n"
    assert ruled(rows, ("Duarte", "PER", 0.2)) == {("Duarte", "PER"), ("Okoro", "PER")}
    assert ruled(rows) == set()
    assert ruled("Room 4 | Duarte", ("Duarte", "LOC", 0.2)) == {("Duarte", "LOC")}


def test_the_line_after_a_closing_is_who_signs() -> None:
    assert ruled("Kind regards,\n\nRui Duarte\nWarehouse") == {("Rui Duarte", "PER")}
    assert ruled("see you\n-- \nRui Duarte\n") == {("Rui Duarte", "PER")}
    assert ruled("-- \nDuarte Foods", ("Duarte Foods", "ORG", 0.5)) == {("Duarte Foods", "ORG")}
    for text in (
        "Regards\nCustomer Service Team",
        "Thank you\nPlease Call Again",
        "Regards\nRui Duarte came late",
        "Thanks\nCALL AGAIN",
    ):
        assert ruled(text) == set()


def test_what_is_sure_once_holds_where_the_same_words_are_unsure() -> None:
    text = "Rui Duarte came . Then Duarte left ."
    words, _ = words_of(text)
    after = rules.with_rules(words, [Span(0, 2, "PER", 0.95), Span(5, 6, "LOC", 0.5)])
    assert [(one.first, one.kind) for one in after] == [(0, "PER"), (5, "PER")]
    after = rules.with_rules(words, [Span(0, 2, "PER", 0.95), Span(5, 6, "LOC", 0.9)])
    assert [(one.first, one.kind) for one in after] == [(0, "PER"), (5, "LOC")]


def test_a_claim_takes_the_place_of_what_it_touches_and_keeps_the_higher_confidence() -> None:
    found = [Span(0, 2, "PER", 0.9), Span(3, 4, "LOC", 0.9), Span(6, 8, "ORG", 0.9)]
    claims = [Span(1, 4, "ORG", 0.6), Span(3, 5, "PER", 0.6), Span(6, 8, "ORG", 0.6)]
    assert laid_over(found, claims) == [Span(1, 4, "ORG", 0.6), Span(6, 8, "ORG", 0.9)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("06,Hire,£2", ["06", ",", "Hire", ",", "£2"]),
        ("Rui;Ana|Bo", ["Rui", ";", "Ana", "|", "Bo"]),
        ("1,000", ["1,000"]),
        ("https://a.example/1,b;c", ["https://a.example/1,b;c"]),
        ("rui1,b@a.example", ["rui1,b@a.example"]),
    ],
)
def test_cells_of_a_row_are_words_apart_but_not_those_of_a_link(text: str, wanted: list[str]) -> None:
    assert [token.text for token in tokenizer()(text)] == wanted


PARTS = st.sampled_from(
    ["Maria", "DUARTE", ",", "Ltd", "sp.", "z", "o.o.", "Lodge", "Hire", "12", "-", "Road", "Unit", "6", "Via", "Name", ":", "|", "\n",
     "\t", "Regards", "--", "Room", "4", "van", "a@b.org", "London", "\u202e", "\x00", "Ltd.", "'s", "*", ">", " "]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(parts=st.lists(PARTS, max_size=40), marks=st.lists(st.tuples(st.integers(1, 4), st.integers(0, 2)), max_size=20))
def test_names_stay_in_order_and_apart_and_never_hold_an_address(
    parts: list[str], marks: list[tuple[int, int]]
) -> None:
    words, _ = words_of(" ".join(parts))
    found, at = [], 0
    for size, kind in marks:
        if at + size <= len(words.texts) and not any(words.nameless[at : at + size]):
            found.append(Span(at, at + size, ("PER", "ORG", "LOC")[kind], 0.1 * (1 + (size + kind) % 9)))
        at += size + kind
    end = 0
    for one in rules.with_rules(words, found):
        assert end <= one.first < one.end <= len(words.texts)
        assert not any(words.nameless[one.first : one.end])
        assert 0 <= one.probability <= 1
        end = one.end


def test_the_pipeline_alone_has_the_rules() -> None:
    text = "Driver: Rui Duarte\n2026-02-06,Seaview Van Hire,DE89 3704"
    doc: Any = spacy.load(path("en"))(text)
    assert {(one.text, one.label_) for one in doc.ents} >= {("Rui Duarte", "PER"), ("Seaview Van Hire", "ORG")}
    told = [(one.start, one.end, one.kind) for one in doc.user_data[NAMES_KEY]]
    assert told == [(one.start_char, one.end_char, one.label_) for one in doc.ents]


# --- never slow ----------------------------------------------------------------------------------------------------

WORST = {
    "legal_forms": ["Ltd ", "A ", "Pty ", "sp. z ", "GmbH & ", "Acme Ltd ", "Hirer "],
    "trades": ["Hire ", "Acme Hire ", "A Hire, ", "Lodge - "],
    "streets": ["Road ", "1 Road ", "1 A Road ", "1-1 A B Road ", "1-"],
    "streets_first": ["Via ", "Via A ", "Via de ", "Via A, nr ", "Via A 1 "],
    "units": ["Unit ", "Unit 1 ", "Unit 1, ", "Unit 1, A ", "Unit 1, A Road "],
    "towns": ["1 A Road, B ", "1 A Road, "],
    "inverted": ["A, ", "DUARTE, Rui ", "DUARTE ", "DUARTE, "],
    "fields": [
        "Name: ",
        "Name | ",
        "Name ",
        "Name: a ",
        "| ",
        "Name: A-",
        "Name:\n",
        "Name\t",
        "> * | ",
        "Name | A\n",
        "taken by ",
    ],
    "registers": ["Room 4 ", "Room 4 | A\n", "Room 4 | ", "Room 4\n"],
    "signatures": ["Regards\n", "Thanks\nA B\n", "-- \n", "Thanks\n\n"],
    "repeats": ["Rui Duarte ", "Duarte "],
}


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.__name__)
def test_no_text_makes_a_rule_slow(rule: Rule) -> None:
    """Each text in short; the one that takes longest, its worst, by the megabyte, words found and not."""

    def took(text: tuple[str, bool], length: int) -> float:
        worst, named = text
        words, _ = words_of((worst * (length // len(worst) + 1))[:length])
        found = [Span(at, at + 1, "PER", 0.9 if at % 4 else 0.5) for at in range(0, len(words.texts) * named, 2)]
        started = time.process_time()
        laid_over(found, rule(words, found))
        return time.process_time() - started

    texts = [(text, named) for text in WORST[rule.__name__] for named in (False, True)]
    worst, megabyte = slowest_of(texts, took, limit_s=20)
    assert megabyte.seconds < 20, f"{worst!r} is slow"
