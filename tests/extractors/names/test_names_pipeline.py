"""The shipped English names pipeline: it loads anywhere, points at the exact text, and says the same thing twice."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import spacy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from spacy.tokens import Doc

from evidence.errors import EngineMissing
from extractors import names
from extractors.names import NAMES_KEY, Name

TEXT = (
    "Maria Lopez flew from Lisbon to London on Monday. She met John Okafor of Barclays Bank near Victoria Station; "
    "the invoice was paid by Harrow Shipping Ltd to the University of Porto."
)
SENTENCES = (TEXT, "see you in Paris", "MARIA LOPEZ\nLONDON", "nothing to see here", "Ask Dr. Schmidt at Siemens.", "")
NASTY = st.one_of(
    st.text(max_size=300),
    st.text(alphabet=st.characters(categories=["Cc", "Cf", "Zs", "Zl", "Zp", "Mn", "So", "Cs", "Lu", "Ll"]), max_size=200),
    st.lists(
        st.sampled_from(
            ["Maria", "Lopez", "London", "\u202eLondon", "\u05de\u05e8\u05d9\u05d4", "👩‍👩‍👧", "\ud83d", "\x00", "\n", "\n\n", "\r\n", "\t", " ", "",
             "a@b.org", "'s", "(((", "ǅ", "ﬁ", "İstanbul", "北京", "[SEP]", "[PAD]", "ltd.", "-" * 300]
        ),
        max_size=40,
    ).map(" ".join),
)  # fmt: skip


@pytest.fixture(scope="module")
def nlp() -> Any:
    return spacy.load(names.path("en"))


def found(doc: Doc) -> list[Name]:
    return list(doc.user_data[NAMES_KEY])


def test_loads_from_any_folder(tmp_path: Path) -> None:
    program = (
        "import extractors.names as names, spacy\n"
        f"doc = spacy.load(names.path('en'))({TEXT!r})\n"
        "print([(ent.text, ent.label_) for ent in doc.ents])"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "('Maria Lopez', 'PER')" in done.stdout


def test_finds_people_organisations_and_places(nlp: Any) -> None:
    kinds = {(ent.text, ent.label_) for ent in nlp(TEXT).ents}
    assert {
        ("Maria Lopez", "PER"),
        ("John Okafor", "PER"),
        ("Lisbon", "LOC"),
        ("London", "LOC"),
        ("Barclays Bank", "ORG"),
    } <= kinds


def test_finds_names_in_a_transcript(nlp: Any) -> None:
    kinds = {(ent.text, ent.label_) for ent in nlp("so maria lopez went from lisbon to london with john").ents}
    assert {("maria lopez", "PER"), ("lisbon", "LOC"), ("london", "LOC"), ("john", "PER")} <= kinds


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=NASTY)
def test_every_name_points_at_its_exact_text(nlp: Any, text: str) -> None:
    doc = nlp(text)
    assert len(doc.text) == len(text)
    end = 0
    for name, ent in zip(found(doc), doc.ents, strict=True):
        assert 0 <= end <= name.start < name.end <= len(text)
        assert (name.start, name.end, name.kind) == (ent.start_char, ent.end_char, ent.label_)
        assert text[name.start : name.end].strip() == text[name.start : name.end] != ""
        assert 0 <= name.confidence <= 1
        assert name.kind in ("PER", "ORG", "LOC")
        end = name.end


@pytest.mark.parametrize(
    "text",
    [
        "x" * 1_000_001,
        "(" * 1_000_001,
        " " * 1_000_001,
        "\n" * 1_000_001,
        "a@" * 500_001,
        "\ud800" * 1_000_001,
        "👩‍👩‍👧" * 200_001,
    ],
    ids=["letters", "brackets", "spaces", "lines", "addresses", "surrogates", "emoji"],
)
def test_a_megabyte_without_a_word_is_survived(nlp: Any, text: str) -> None:
    pieces = nlp.tokenizer(text)
    assert len(pieces.text) == len(text)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_sixty_thousand_characters_on_one_line_are_read(nlp: Any) -> None:
    line = " ".join([TEXT] * (60_000 // len(TEXT) + 1))
    doc = nlp(line)
    people = [name for name in found(doc) if name.kind == "PER"]
    assert len(people) >= line.count("Maria Lopez")


def test_a_name_at_the_seam_of_two_windows_is_found_once(nlp: Any) -> None:
    for filler in range(90, 130, 3):
        text = "and then " * (filler // 2) + "we met Maria Lopez in the morning" + " and then" * 80
        assert [ent.text for ent in nlp(text).ents if "Maria" in ent.text] == ["Maria Lopez"]


def test_the_same_alone_and_beside_others(nlp: Any) -> None:
    alone = [found(nlp(text)) for text in SENTENCES]
    for size in (1, 2, 64):
        assert [found(doc) for doc in nlp.pipe(SENTENCES, batch_size=size)] == alone
    assert [found(doc) for doc in nlp.pipe(reversed(SENTENCES))] == alone[::-1]


def test_the_same_in_another_process(nlp: Any) -> None:
    program = (
        "import sys, json, spacy, extractors.names as names\n"
        "nlp = spacy.load(names.path('en'))\n"
        "print(json.dumps([nlp(text).user_data[names.NAMES_KEY] for text in json.load(sys.stdin)]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], input=json.dumps(SENTENCES), capture_output=True, text=True, check=True
    )
    assert [[Name(*name) for name in row] for row in json.loads(done.stdout)] == [found(nlp(t)) for t in SENTENCES]


@pytest.mark.parametrize(
    "address",
    [
        "maria.lopez@example.org",
        "<maria.lopez@example.org>",
        "https://www.example.org/people/maria-lopez",
        "www.london-bridge.co.uk",
        "@MariaLopez",
        "facebook.com/maria.lopez",
    ],
)
def test_addresses_links_and_handles_are_no_names(nlp: Any, address: str) -> None:
    text = f"Maria Lopez wrote from {address} yesterday"
    start = text.index(address)
    assert all(ent.end_char <= start or ent.start_char >= start + len(address) for ent in nlp(text).ents)


def test_names_do_not_run_across_short_lines(nlp: Any) -> None:
    ents = [ent.text for ent in nlp("Maria Lopez\nJohn Okafor\n\nLondon\n").ents]
    assert ents == ["Maria Lopez", "John Okafor", "London"]


def test_nothing_is_found_in_nothing(nlp: Any) -> None:
    for text in ("", " ", "\n\n", "\t \u00a0"):
        doc = nlp(text)
        assert doc.ents == ()
        assert found(doc) == []


def test_words_that_are_given_are_kept(nlp: Any) -> None:
    words = ["Maria", "Lopez", "can", "n't", "leave", "London", "."]
    doc = nlp(Doc(nlp.vocab, words=words))
    assert [(ent.start, ent.end, ent.label_) for ent in doc.ents] == [(0, 2, "PER"), (5, 6, "LOC")]


def test_it_is_written_and_read_again_unchanged(nlp: Any, tmp_path: Path) -> None:
    nlp.to_disk(tmp_path / "copy")
    again = spacy.load(tmp_path / "copy")
    assert [found(again(text)) for text in SENTENCES] == [found(nlp(text)) for text in SENTENCES]


def test_it_is_small_and_quick_to_load() -> None:
    folder = names.path("en")
    assert sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) <= 30_000_000
    start = time.process_time()
    spacy.load(folder)
    assert time.process_time() - start < 20


def test_the_card_names_every_corpus_and_its_licence() -> None:
    card = (names.path("en") / "MODEL_CARD.md").read_text()
    for corpus in ("btc", "gum_cc", "litbank", "sec_filings", "uner_ewt_dev", "wikigold", "wnut17", "wikiann_silver"):
        assert f"| `{corpus}" in card
    assert card.count("CC BY") >= 8


def test_a_language_without_a_pipeline_is_an_engine_that_is_missing() -> None:
    with pytest.raises(EngineMissing, match="'tlh'"):
        names.path("tlh")
