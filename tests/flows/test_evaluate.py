"""Scoring engines on labelled data: the measures themselves, the formats, and the real engines on small real data."""

from __future__ import annotations

import gzip
import json
import random
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont
from running import ROOT, SAMPLE

from evidence.digest import canonical, sha256_file
from evidence.errors import EngineMissing, NotFound, UsageError
from evidence.settings import Settings
from evidence.validation import Measured, ValidationRecord, wilson
from extractors import models, tesseract
from extractors.protocols import ReadContext
from flows.evaluate import Asked, evaluate, noise, scoring
from flows.evaluate.scoring import Span, edits, error_rate, f1, interval, precision, recall, resampled_sums, span_counts

WHEN = "2026-03-05T09:00:00+00:00"
ENGLISH = ReadContext(languages=("en",), speech_language="en", region="GB", day_order="dmy")
WORDS = st.text(alphabet="ab c", max_size=12)


def measured(what: Measured, dataset: Path, *, names: str = "none", **asked: Any) -> ValidationRecord:
    settings = asked.pop("settings", Settings(names_pipeline=names))
    return evaluate(
        Asked(what=what, dataset=dataset, settings=settings, context=asked.pop("context", ENGLISH), **asked),
        made_at=WHEN,
    )


def rate(
    record: ValidationRecord, measure: str, *, condition: str = "clean", about: str = "all"
) -> tuple[int, int, int]:
    (found,) = [one for one in record.scores if (one.measure, one.condition, one.about) == (measure, condition, about)]
    return found.value, found.low, found.high


# --- measures ------------------------------------------------------------------------------------------------------


def naive(a: Sequence[str], b: Sequence[str]) -> int:
    if not a or not b:
        return len(a) + len(b)
    return min(naive(a[1:], b) + 1, naive(a, b[1:]) + 1, naive(a[1:], b[1:]) + (a[0] != b[0]))


@given(st.text(alphabet="abc", max_size=6), st.text(alphabet="abd", max_size=6))
def test_edits_are_the_fewest_changes(truth: str, read: str) -> None:
    assert edits(truth, read) == naive(truth, read)


def test_edits_of_a_long_page_stay_quick() -> None:
    draw = random.Random(1)
    page = "".join(draw.choice("abcdefgh ") for _ in range(4_000))
    assert edits(page, page[:2_000] + "xyz" + page[2_010:]) == 10


def test_a_span_counts_only_with_kind_place_and_stated_value() -> None:
    truth = [Span("phone", 0, 5, "+44"), Span("email", 9, 12)]
    assert span_counts(truth, [Span("phone", 0, 5, "+44"), Span("email", 9, 12, "any")]) == (2, 0, 0)
    assert span_counts(truth, [Span("phone", 0, 5, "+40"), Span("date", 9, 12), Span("email", 9, 11)]) == (0, 2, 3)
    assert span_counts(truth, [Span("phone", 0, 5, "+44")] * 2, "phone") == (1, 0, 1)


@given(st.lists(st.tuples(*[st.integers(0, 5)] * 3), min_size=2, max_size=12))
def test_an_interval_holds_its_rate(rows: list[tuple[int, int, int]]) -> None:
    counts = np.array(rows, dtype=np.int64)
    sums = resampled_sums(counts, seed=3, resamples=50)
    for measure in (precision, recall, f1):
        value, low, high = interval(measure, counts, sums)
        assert value == -1 or 0 <= low <= value <= high <= 10_000


def test_data_without_an_error_do_not_claim_that_there_can_be_none() -> None:
    counts = np.array([(1, 0, 0)] * 20, dtype=np.int64)
    value, low, high = interval(f1, counts, resampled_sums(counts, seed=0))
    assert (value, high) == (10_000, 10_000)
    assert low == wilson(20, 20).low == 8389


def test_intervals_shrink_with_more_data_and_keep_to_the_seed() -> None:
    few = np.array([(1, 10), (3, 10), (0, 10), (5, 10)], dtype=np.int64)
    many = np.repeat(few, 100, axis=0)
    reach = []
    for counts in (few, many):
        _, low, high = interval(error_rate, counts, resampled_sums(counts, seed=0))
        assert (low, high) == interval(error_rate, counts, resampled_sums(counts, seed=0))[1:]
        reach.append(high - low)
    assert reach[1] < reach[0] / 5
    assert interval(error_rate, few[:1], resampled_sums(few[:1], seed=0)) == (1_000, -1, -1)


def test_wilson_agrees_with_published_values() -> None:
    assert wilson(0, 10) == (0, 0, 2775)
    assert wilson(5, 50) == (1_000, 435, 2_136)
    assert wilson(10, 10).high == 10_000
    with pytest.raises(ValueError, match="no rate"):
        wilson(0, 0)


@given(WORDS, st.integers(0, 5))
def test_noise_is_the_same_for_the_same_seed_and_loses_no_token(text: str, seed: int) -> None:
    tokens = text.split() or ["x"]
    once, twice = (noise.scrambled(tokens, random.Random(seed)) for _ in range(2))
    assert once == twice
    assert len(once) == len(tokens)
    assert all(once)


def test_noise_spoils_about_three_in_a_hundred_characters() -> None:
    text = ["abcdefghij"] * 2_000
    spoilt = noise.scrambled(text, random.Random(0))
    assert 0.025 < edits("".join(text[:200]), "".join(spoilt[:200])) / 2_000 < 0.04
    assert len(noise.misread("0150", random.Random(0))) == 4


# --- formats -------------------------------------------------------------------------------------------------------

BROKEN = {
    "tags.jsonl": (
        '{"tokens": ["A"], "tags": ["O"]}\n{"tokens": ["A", "B"], "tags": ["O"]}\n',
        2,
        "2 tokens and 1 tags",
    ),
    "json.jsonl": ('{"tokens": ["A"], "tags": ["O"]}\nnot json\n', 2, "not a line"),
    "blank.jsonl": ('{"tokens": ["A", " "], "tags": ["O", "O"]}\n', 1, "a token is empty"),
    "none.jsonl": ("\n\n", 1, "no sentence"),
    "tag.conll": ("Ann\tB-PER\n\nBob\tPERSON\n", 3, "'PERSON' is not a tag"),
    "open.bio": ("in O\nParis I-LOC\n", 2, "no name of that kind is open"),
    "other.bio": ("Ann B-PER\nParis I-LOC\n", 2, "follows PER"),
    "column.txt": ("Ann B-PER\nBob\n", 2, "one column"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_malformed_names_are_refused_by_file_and_line(tmp_path: Path, name: str) -> None:
    text, line, why = BROKEN[name]
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=why) as refused:
        measured("names", tmp_path / name, names=str(pipeline(tmp_path)))
    assert refused.value.what.startswith(f"{name}, line {line}: ")


BROKEN_TEXTS = {
    '{"text": "x", "mentions": [{"kind": "phone", "start": 0, "end": 2}]}': "outside the text",
    '{"text": "x", "mentions": [{"kind": "shoe", "start": 0, "end": 1}]}': "not a kind of identifier",
    '{"text": "x", "mentions": [{"kind": "phone", "start": 0, "stop": 1}]}': "not a line",
    '{"text": "x"}': "not a line",
}


@pytest.mark.parametrize("line", BROKEN_TEXTS)
def test_malformed_identifiers_are_refused_by_file_and_line(tmp_path: Path, line: str) -> None:
    good = '{"text": "x", "mentions": []}'
    (tmp_path / "some.jsonl").write_text(f"{good}\n{line}\n", encoding="utf-8")
    with pytest.raises(UsageError, match=f"some.jsonl, line 2: .*{BROKEN_TEXTS[line]}"):
        measured("identifiers", tmp_path)


def test_damaged_and_misnamed_files_are_refused(tmp_path: Path) -> None:
    whole = gzip.compress(b'{"text": "x", "mentions": []}\n' * 500)
    (tmp_path / "cut.jsonl.gz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(UsageError, match="packed file is damaged"):
        measured("identifiers", tmp_path)
    (tmp_path / "latin.jsonl").write_bytes(b'{"text": "caf\xe9", "mentions": []}\n')
    with pytest.raises(UsageError, match=r"latin.jsonl, line 1: not UTF-8"):
        measured("identifiers", tmp_path / "latin.jsonl")
    with pytest.raises(NotFound):
        measured("identifiers", tmp_path / "nowhere.jsonl")


def test_a_listing_that_names_no_file_is_refused(tmp_path: Path) -> None:
    settings = with_whisper(tmp_path / "models")
    folder = tmp_path / "speech"
    folder.mkdir()
    (folder / "transcripts.tsv").write_text("../note.ogg\thello\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"transcripts.tsv, line 1: there is no file"):
        measured("speech", folder, settings=settings)


# --- the engines ---------------------------------------------------------------------------------------------------


def pipeline(folder: Path) -> Path:
    """A real spaCy pipeline that knows two names."""
    import spacy

    nlp = spacy.blank("en")
    ruler = nlp.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": "PERSON", "pattern": "Ann Lee"}, {"label": "GPE", "pattern": "Dover"}])
    nlp.to_disk(folder / "two-names")
    return folder / "two-names"


def sentence(tokens: str, tags: str) -> str:
    return json.dumps({"tokens": tokens.split(), "tags": tags.split()})


def test_names_are_scored_by_kind_clean_and_spoilt(tmp_path: Path) -> None:
    lines = [
        sentence("Ann Lee left Dover .", "B-PER I-PER O B-LOC O"),
        sentence("Ann Lee met Bo Dale", "B-PER I-PER O B-PER I-PER"),
        sentence("Dover Ltd paid", "B-ORG I-ORG O"),
        sentence("the Monday shift", "O B-DATE O"),
    ]
    data = tmp_path / "names.jsonl"
    data.write_text("\n".join(lines), encoding="utf-8")
    record = measured("names", data, names=str(pipeline(tmp_path)))
    assert rate(record, "precision")[0] == 7_500
    assert rate(record, "recall")[0] == 6_000
    assert rate(record, "recall", about="person_name")[0] == 6_667
    assert rate(record, "f1", about="organisation")[0] == 0
    assert rate(record, "precision", about="organisation")[0] == -1
    assert rate(record, "f1", condition=noise.LOWER)[0] == 0
    assert any("DATE" in note for note in record.notes)
    assert record.data_digest == sha256_file(data)
    assert record.stamps[0].model
    assert record.signed == "unsigned"
    assert (record.data, record.items, record.items_in_data) == ("names.jsonl", 4, 4)
    assert canonical(record) == canonical(measured("names", data, names=str(pipeline(tmp_path))))


def test_conll_columns_and_json_lines_score_the_same(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    tokens, tags = ["Ann", "Lee", "left", "Dover", "."], ["B-PER", "E-PER", "O", "S-LOC", "O"]
    columns = "-DOCSTART- O\n\n# a comment\n" + "".join(
        f"{token} x {tag}\n" for token, tag in zip(tokens, tags, strict=True)
    )
    (data / "one.conll").write_text(columns, encoding="utf-8")
    packed = gzip.compress(sentence("Ann Lee left Dover .", "B-PER I-PER O B-LOC O").encode())
    (data / "two.jsonl.gz").write_bytes(packed)
    record = measured("names", data, names=str(pipeline(tmp_path)), noise=False)
    assert rate(record, "f1", about="one.conll") == rate(record, "f1", about="two.jsonl.gz")
    assert rate(record, "f1")[0] == 10_000
    assert {score.condition for score in record.scores} == {"clean"}


def test_names_cannot_be_scored_where_none_are_looked_for(tmp_path: Path) -> None:
    data = tmp_path / "names.jsonl"
    data.write_text(sentence("Ann Lee", "B-PER I-PER"), encoding="utf-8")
    with pytest.raises(EngineMissing, match="no names can be scored"):
        measured("names", data)
    french = msgspec.structs.replace(ENGLISH, languages=("fr",))
    with pytest.raises(EngineMissing, match="language"):
        measured("names", data, names=str(pipeline(tmp_path)), context=french)


def test_identifiers_are_scored_and_number_soup_costs_precision(tmp_path: Path) -> None:
    text = "Ring 020 7946 0142 or write to desk@lodge.example"
    rows = [
        {"text": text, "mentions": [{"kind": "phone", "start": 5, "end": 18, "value": "+442079460142"}]},
        {"text": text, "mentions": [{"kind": "phone", "start": 5, "end": 18, "value": "+40207946014"}]},
    ]
    data = tmp_path / "texts.jsonl"
    data.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    record = measured("identifiers", data, noise=False)
    assert rate(record, "f1", about="phone")[0] == 5_000
    assert any("email" in note for note in record.notes)
    both = measured("identifiers", data, noise=False, kinds=("phone", "email"))
    assert rate(both, "precision", about="email")[0] == 0


def test_what_failed_its_check_is_not_asserted_but_counted_beside_it(tmp_path: Path) -> None:
    text = "card 4111 1111 1111 1112 and 4111 1111 1111 1111"
    labelled = {"kind": "card", "start": 29, "end": 48}
    (tmp_path / "cards.jsonl").write_text(json.dumps({"text": text, "mentions": [labelled]}), encoding="utf-8")
    record = measured("identifiers", tmp_path, noise=False)
    assert rate(record, "precision")[0] == 10_000
    assert rate(record, "precision", about="unverified too")[0] == 5_000


def test_only_some_items_are_drawn_the_same_for_the_same_seed() -> None:
    data = ROOT / "tests" / "accuracy" / "identifiers.jsonl"
    some = measured("identifiers", data, limit=15, seed=4)
    assert (some.items, some.items_in_data) == (15, len(data.read_text(encoding="utf-8").splitlines()))
    assert canonical(some) == canonical(measured("identifiers", data, limit=15, seed=4))
    assert some.data_digest == measured("identifiers", data, limit=15, seed=5).data_digest


@pytest.mark.skipif(not tesseract.available().available, reason="tesseract is not installed")
def test_print_is_scored_against_the_text_beside_it(tmp_path: Path) -> None:
    page = Image.new("L", (900, 200), 255)
    draw = ImageDraw.Draw(page)
    draw.text((40, 40), "Room keys are kept at the desk", fill=0, font=ImageFont.load_default(40))
    page.save(tmp_path / "page.png", dpi=(200, 200))
    (tmp_path / "page.txt").write_text("Room keys are kept at the front\n", encoding="utf-8")
    shutil.copy(tmp_path / "page.png", tmp_path / "other.png")
    record = measured("ocr", tmp_path)
    assert rate(record, "word_error_rate") == (1_429, -1, -1)
    assert rate(record, "bag_of_words_f1")[0] == 8_571
    assert {score.condition for score in record.scores} == {"clean", noise.DEGRADED}
    assert any("other.png" in note for note in record.notes)
    assert {stamp.name for stamp in record.stamps} == {"image", "tesseract"}
    (tmp_path / "lost.txt").write_text("x", encoding="utf-8")
    with pytest.raises(UsageError, match=r"lost.txt, line 1: a picture of this name is missing"):
        measured("ocr", tmp_path)


def with_whisper(root: Path) -> Settings:
    models.add(ROOT / "tests" / "models" / "whisper-test" / "ct2", name="test", root=root)
    return Settings(models_folder=str(root), speech_engine="faster-whisper")


def test_speech_is_scored_against_its_transcript(tmp_path: Path) -> None:
    folder = tmp_path / "speech"
    folder.mkdir()
    shutil.copy(SAMPLE / "exhibits" / "phone-hotline" / "voice-note.ogg", folder)
    said = "The van leaves the lodge at six. Bring your passport to the front desk."
    (folder / "transcripts.tsv").write_text(f"voice-note.ogg\t{said}\n", encoding="utf-8")
    record = measured("speech", folder, settings=with_whisper(tmp_path / "models"), noise=False)
    assert rate(record, "word_error_rate")[0] == scoring.per_ten_thousand(1 / 14)
    assert record.stamps[-1].name == "faster-whisper"
