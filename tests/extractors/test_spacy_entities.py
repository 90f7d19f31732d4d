"""The spaCy engine: statuses by reading, scores, names by any pipeline, odd text, repeatable stamps."""

from __future__ import annotations

import itertools
import random
import sys
from pathlib import Path
from typing import Any

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.training import Example

from evidence.errors import EngineMissing
from evidence.locator import RecordPlace, TextPlace, TimePlace
from evidence.records import Findings, Found, Segment, Word
from extractors import names
from extractors.email import EmailReader
from extractors.models import folder_digest
from extractors.patterns import KINDS
from extractors.patterns.written import days_written
from extractors.pipelines import (
    LONGEST_TOKEN,
    PIECE,
    folders_digest,
    name_value,
    names_available,
    pieces_of,
    storable,
    trimmed_span,
    without_birth_label,
)
from extractors.protocols import Engines, EntityFinder, Part, ReadContext
from extractors.spacy_entities import SpacyEntities, SpacyOptions, identifier_pipeline

CONTEXT = ReadContext(languages=("en",), region="GB", day_order="dmy")
ENGINE = SpacyEntities()


def segment(
    text: str, *, index: int = 0, source: str = "native", language: str = "", words: tuple[Word, ...] = ()
) -> Segment:
    place = TimePlace(start_ms=0, end_ms=1) if source == "speech" else TextPlace(start=0, end=len(text), line=1)
    return Segment(index=index, text=text, place=place, source=source, language=language, words=words)  # type: ignore[arg-type]


def find(*segments: Segment, engine: SpacyEntities = ENGINE, context: ReadContext = CONTEXT) -> Findings:
    return engine.find(segments, context=context)


def one(text: str, **how: Any) -> Found:
    (mention,) = find(segment(text, **how)).mentions
    return mention


# --- status --------------------------------------------------------------------------------------------------------

CHECK_DIGITS = ["GB82 WEST 1234 5698 7654 32", "4111 1111 1111 1111", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"]
NO_CHECK_DIGITS = [
    "020 7946 0142",
    "maria@example.org",
    "14 March 2026",
    "£412.50",
    "https://example.org/a",
    "203.0.113.27",
]


@pytest.mark.parametrize("text", CHECK_DIGITS)
@pytest.mark.parametrize("source", ["native", "ocr", "speech", "human"])
def test_check_digits_that_hold_establish_a_value_however_it_was_read(text: str, source: str) -> None:
    assert one(text, source=source).status == "established"


@pytest.mark.parametrize("text", NO_CHECK_DIGITS)
def test_a_reading_without_check_digits_is_a_candidate_until_a_human_confirms_it(text: str) -> None:
    assert one(text).status == "established"
    assert one(text, source="human").status == "established"
    assert one(text, source="ocr").status == "candidate"
    assert one(text, source="speech").status == "candidate"


@pytest.mark.parametrize("source", ["native", "ocr", "speech"])
def test_what_fails_its_check_is_unverified_however_it_was_read(source: str) -> None:
    assert one("GB28 WEST 1234 5698 7654 32", source=source).status == "unverified"


def test_one_luhn_digit_does_not_vouch_for_letters_read_as_digits() -> None:
    assert one("card 4lll 1111 1111 1111", source="ocr").status == "candidate"
    assert one("GB82 WEST 1234 5698 7654 3Z", source="ocr").status == "established"


def test_the_score_is_the_lowest_word_under_the_span_and_only_for_machine_readings() -> None:
    text = "Tel 020 7946 0142 now"
    words = tuple(
        Word(start=start, end=end, score=score) for start, end, score in [(0, 3, 10), (4, 7, 900), (8, 12, 612), (13, 17, 950), (18, 21, 20)]
    )  # fmt: skip
    assert one(text, source="ocr", words=words).score == 612
    assert one(text, source="native", words=words).score == -1
    assert one(text, source="ocr").score == -1


def mailed(body: str, *, date: str = "Sun, 1 Mar 2026 23:40:00 -0500", folder: Path) -> list[Found]:
    """Return the dates found in the body of an email, as a worker finds them."""
    path = folder / "a.eml"
    head = f"From: a@example.org\nSubject: yesterday\n{date and f'Date: {date}'}".rstrip()
    path.write_text(f"{head}\nContent-Type: text/plain; charset=utf-8\n\n{body}", encoding="utf-8")
    read = EmailReader().read(path, media_type="message/rfc822", part=Part(), engines=Engines(), context=CONTEXT)
    segments = [segment for unit in read.units for segment in unit.segments]
    found = ENGINE.find(segments, context=CONTEXT, written=days_written(read)).mentions
    assert [one.value for one in found if one.segment == 0 and one.kind == "date" and one.quote == "yesterday"] == [
        "relative:yesterday"
    ]
    return [one for one in found if one.segment and one.kind == "date"]


def test_yesterday_in_an_email_is_counted_from_the_senders_own_day_and_waits_for_a_person(tmp_path: Path) -> None:
    """In UTC the email was sent on 2 March."""
    yesterday, tuesday = mailed("The van came yesterday, and last Tuesday too.", folder=tmp_path)
    assert (yesterday.value, yesterday.status) == ("2026-02-28", "candidate")
    assert yesterday.rule == "yesterday read as 2026-02-28"
    assert (tuesday.value, tuesday.rule) == ("2026-02-24", "last tuesday read as 2026-02-24")


def test_what_an_email_quotes_is_not_counted_from_its_day(tmp_path: Path) -> None:
    quoted = "On Fri, 27 Feb 2026 at 10:14, Denise <d@example.org> wrote:\n> The van came yesterday.\n"
    own, above, inside = mailed(f"Not today.\n\n{quoted}", folder=tmp_path)
    assert (own.value, above.value) == ("2026-03-01", "2026-02-27")
    assert (inside.value, inside.status) == ("relative:yesterday", "unverified")


@pytest.mark.parametrize("date", ["", "the other day"])
def test_without_a_date_header_nothing_is_counted(date: str, tmp_path: Path) -> None:
    (only,) = mailed("The van came yesterday.", date=date, folder=tmp_path)
    assert (only.value, only.status) == ("relative:yesterday", "unverified")


# --- order, offsets, odd text --------------------------------------------------------------------------------------


def test_mentions_come_in_segment_order_then_by_start_and_name_their_segment() -> None:
    found = find(segment("b@example.org a@example.org", index=4), segment("c@example.org", index=9)).mentions
    assert [(m.segment, m.value) for m in found] == [(4, "b@example.org"), (4, "a@example.org"), (9, "c@example.org")]
    assert all(m.finder == "patterns.email" for m in found)


@settings(max_examples=100, deadline=None)
@given(
    texts=st.lists(
        st.text(st.characters(), max_size=60) | st.sampled_from(["", "020 7946 0142", "\ud800 a@example.org \udfff"]),
        max_size=5,
    )
)
def test_the_quote_is_always_the_text_at_its_span(texts: list[str]) -> None:
    segments = [
        segment("\U0001f600\u202e".join([text, "a@example.org", text]), index=i) for i, text in enumerate(texts)
    ]
    by_index = {one.index: one.text for one in segments}
    for mention in find(*segments).mentions:
        assert by_index[mention.segment][mention.start : mention.end] == mention.quote
        assert mention.kind in KINDS


@pytest.mark.parametrize("filler", ["(", "a", "1", " ", "\n", "\U0001f600", "x "])
def test_a_segment_of_more_than_a_million_characters_is_read_whole(filler: str) -> None:
    text = (filler * 1_100_000)[:1_100_000] + " a@example.org"
    assert find(segment(text)).mentions[-1].value == "a@example.org"


def test_nothing_gives_nothing() -> None:
    assert find() == Findings(mentions=())
    assert find(segment("")).mentions == ()


def test_two_runs_and_another_engine_find_the_same() -> None:
    segments = [segment(text, index=i) for i, text in enumerate([*CHECK_DIGITS, *NO_CHECK_DIGITS] * 20)]
    assert find(*segments) == find(*segments) == find(*segments, engine=SpacyEntities())


def test_the_identifier_component_is_an_ordinary_spacy_component() -> None:
    nlp = identifier_pipeline()
    assert nlp.pipe_names == ["casegraph_identifiers"]
    other = spacy.blank("en")
    other.add_pipe("casegraph_identifiers")
    (hit,) = other("write to a@example.org").user_data["casegraph.identifiers"]
    assert hit.value == "a@example.org"


def test_the_engine_satisfies_its_protocol() -> None:
    finder: EntityFinder = ENGINE
    assert finder.stamp().name == "spacy_entities"


# --- names ---------------------------------------------------------------------------------------------------------

PEOPLE, FIRMS, TOWNS = (
    ["Maria Pop", "Ion Vasile", "Gary Smith"],
    ["Northquay Staffing", "Harbour Lodge"],
    ["London", "Cluj"],
)


def _sentences() -> list[tuple[str, dict[str, list[tuple[int, int, str]]]]]:
    made = []
    for person in PEOPLE:
        for firm in FIRMS:
            for town in TOWNS:
                text = f"{person} works for {firm} in {town} ."
                spans = [(person, "PERSON"), (firm, "ORG"), (town, "GPE")]
                made.append(
                    (text, {"entities": [(text.index(s), text.index(s) + len(s), label) for s, label in spans]})
                )
    return made


@pytest.fixture(scope="session")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small names pipeline, trained here in a few seconds and saved to a folder."""
    spacy.util.fix_random_seed(7)
    nlp = spacy.blank("en")
    nlp.add_pipe("ner")
    nlp.meta["name"] = "toy_names"
    examples = [Example.from_dict(nlp.make_doc(text), marks) for text, marks in _sentences()]
    optimiser = nlp.initialize(lambda: examples)
    for _ in range(40):
        random.Random(7).shuffle(examples)
        nlp.update(examples, sgd=optimiser)
    folder = tmp_path_factory.mktemp("names") / "toy"
    nlp.to_disk(folder)
    return folder


@pytest.fixture(scope="session")
def naming(pipeline: Path) -> SpacyEntities:
    return SpacyEntities(SpacyOptions(pipeline=str(pipeline)))


def test_any_pipeline_named_by_its_folder_finds_people_organisations_and_places(naming: SpacyEntities) -> None:
    findings = find(segment("Maria Pop works for Northquay Staffing in London ."), engine=naming)
    assert findings.names_looked_for
    assert [(m.kind, m.quote, m.value, m.status) for m in findings.mentions] == [
        ("person_name", "Maria Pop", "maria pop", "established"),
        ("organisation", "Northquay Staffing", "northquay staffing", "established"),
        ("place", "London", "london", "established"),
    ]
    assert {m.finder for m in findings.mentions} == {"names"}


def test_names_from_scans_and_speech_are_candidates(naming: SpacyEntities) -> None:
    found = find(segment("Ion Vasile works for Harbour Lodge in Cluj .", source="ocr"), engine=naming).mentions
    assert len(found) == 3
    assert {m.status for m in found} == {"candidate"}


def test_a_language_the_pipeline_is_not_for_is_not_looked_at_and_this_is_said(naming: SpacyEntities) -> None:
    text = "Maria Pop works for Northquay Staffing in London ."
    findings = find(segment(text, language="ro"), segment(text, index=1, language="en"), engine=naming)
    assert not findings.names_looked_for
    assert {m.segment for m in findings.mentions} == {1}


def test_the_language_is_detected_where_no_engine_states_it(naming: SpacyEntities) -> None:
    romanian = "Maria Pop ne asteapta maine dimineata la hotel, sa aduci actele si banii pentru chirie."
    english = "Maria Pop works for Northquay Staffing in London , and the driver will collect her papers ."
    findings = find(segment(romanian), segment(english, index=1), segment("Maria Pop", index=2), engine=naming)
    assert [(told.segment, told.language, told.names_looked_for) for told in findings.languages] == [
        (0, "ro", False),
        (1, "en", True),
        (2, "", True),
    ]
    assert {m.segment for m in findings.mentions} == {1, 2}
    assert not findings.names_looked_for


def test_pipelines_join_and_the_first_named_wins_where_they_meet(naming: SpacyEntities, pipeline: Path) -> None:
    text = "Maria Pop works for Northquay Staffing in London ."
    twice = SpacyEntities(SpacyOptions(pipeline=f"{pipeline}, {pipeline}"))
    assert find(segment(text), engine=twice).mentions == find(segment(text), engine=naming).mentions
    assert twice.stamp().model == f"{naming.stamp().model}, {naming.stamp().model}"
    assert twice.stamp().model_digest != naming.stamp().model_digest


def test_names_are_found_at_their_place_in_a_very_long_segment(naming: SpacyEntities) -> None:
    sentence = "Gary Smith works for Harbour Lodge in London . "
    text = sentence * 400 + "(" * 5_000 + " \ud800 " + sentence
    found = find(segment(text), engine=naming).mentions
    assert all(text[m.start : m.end] == m.quote for m in found)
    assert sum(m.quote == "Gary Smith" for m in found) > 390


def test_a_name_never_shares_characters_with_an_identifier(naming: SpacyEntities) -> None:
    text = "Maria Pop works for Northquay Staffing in maria@london.example and https://cluj.example/Maria ."
    found = find(segment(text), engine=naming).mentions
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))


def test_the_stamp_names_the_pipeline_and_its_digest(naming: SpacyEntities, pipeline: Path) -> None:
    stamp = naming.stamp()
    assert stamp.model.startswith("en_toy_names")
    assert len(stamp.model_digest) == 64
    assert stamp == SpacyEntities(SpacyOptions(pipeline=str(pipeline))).stamp()
    assert ENGINE.stamp().model_digest == ""
    assert set(ENGINE.stamp().settings) >= {"patterns", "spacy", "phonenumbers", "piece", "batch"}


def test_the_digest_of_our_own_pipeline_holds_the_code_that_runs_it(pipeline: Path) -> None:
    ours = names.path("en")
    assert folders_digest([ours]) not in ("", folder_digest(ours))
    assert folders_digest([pipeline]) == folder_digest(pipeline)
    assert folders_digest([]) == ""


def test_availability_says_that_names_are_not_being_found_and_what_to_do(pipeline: Path) -> None:
    none = names_available("none")
    assert not none.available
    assert "not being found" in none.detail
    assert none.next_step
    missing = names_available("xx_no_such_pipeline")
    assert not missing.available
    assert missing.next_step
    assert names_available(str(pipeline)).available


def test_a_pipeline_that_is_not_there_is_an_engine_missing() -> None:
    with pytest.raises(EngineMissing) as raised:
        SpacyEntities(SpacyOptions(pipeline="xx_no_such_pipeline"))
    assert raised.value.next_step


# --- parts ---------------------------------------------------------------------------------------------------------


@settings(max_examples=100, deadline=None)
@given(
    text=st.lists(
        st.text(max_size=20) | st.integers(1, 3 * LONGEST_TOKEN).map("x".__mul__) | st.just("w " * PIECE), max_size=5
    ).map(" ".join)
)
def test_pieces_are_short_and_join_to_the_text_again(text: str) -> None:
    pieces = list(pieces_of(text))
    assert "".join(piece for _, piece in pieces) == text
    assert all(text[at : at + len(piece)] == piece and 0 < len(piece) <= PIECE for at, piece in pieces)
    assert all(len(word) <= LONGEST_TOKEN for _, piece in pieces for word in piece.split())


@given(st.text(st.characters()))
def test_storable_text_has_the_same_length_and_can_be_encoded(text: str) -> None:
    assert len(storable(text)) == len(text)
    storable(text).encode()


@pytest.mark.parametrize(
    ("quote", "kept"),
    [("Maria's", "Maria"), ('"Maria"', "Maria"), ("Harbour Lodge,", "Harbour Lodge"), ("James", "James"), ("...", ""), ("U.S.", "U.S")],
)  # fmt: skip
def test_marks_and_possessives_are_not_part_of_a_name(quote: str, kept: str) -> None:
    start, end = trimmed_span(quote, 0)
    assert quote[start:end] == kept


@pytest.mark.parametrize(
    ("read", "name"),
    [
        ("Otto Umbeleigh D.O.B", "Otto Umbeleigh"), ("Otto Umbeleigh, DOB", "Otto Umbeleigh"), ("Ilse Weber geb.", "Ilse Weber"),
        ("Otto Umbeleigh (born", "Otto Umbeleigh"), ("Max Born", "Max Born"), ("Jan Dob", "Jan Dob"), ("Dob", "Dob"),
    ],
)  # fmt: skip
def test_the_label_of_a_birth_date_is_not_part_of_a_name(read: str, name: str) -> None:
    assert without_birth_label(read) == name


def test_names_join_by_folded_form() -> None:
    assert name_value("Ｍaria\u00a0 POP") == name_value("maria pop")


def test_a_place_may_hold_a_room_and_no_name_is_one(naming: SpacyEntities) -> None:
    text = "Maria Pop works for Room 4 in London ."
    assert [(m.kind, m.quote) for m in find(segment(text), engine=naming).mentions if "Room" in m.quote] == [
        ("room", "Room 4")
    ]


def test_camera_is_a_room_where_the_text_is_romanian() -> None:
    romanian = "Fetele stau toate în camera 14 și nu au voie să iasă din hotel după ora zece."
    english = "The girls can be seen on camera 14 and are not allowed to leave the hotel after ten."
    assert [m.value for m in find(segment(romanian)).mentions if m.kind == "room"] == ["room 14"]
    assert [m for m in find(segment(english)).mentions if m.kind == "room"] == []


def test_importing_the_module_does_not_import_spacy() -> None:
    assert "spacy" in sys.modules
    source = Path(sys.modules["extractors.spacy_entities"].__file__ or "").read_text(encoding="utf-8")
    assert not [line for line in source.splitlines() if line.startswith(("import spacy", "from spacy"))]


def test_a_message_id_is_not_an_address_but_senders_and_recipients_are() -> None:
    headers = (
        "From: A <a@example.org>\nTo: b@example.org\nMessage-ID: <1.2@example.org>\n"
        "In-Reply-To: <0.1@example.org>\nReferences: <0.1@example.org> <0.0@example.org>"
    )
    place = RecordPlace(record=1, field="headers")
    message = Segment(index=0, text=headers, place=place, source="native")
    found = SpacyEntities().find([message], context=ReadContext(languages=("en",)))
    assert [mention.value for mention in found.mentions] == ["a@example.org", "b@example.org"]
    assert [(edge.source_value, edge.target_value) for edge in found.relations] == [("a@example.org", "b@example.org")]
