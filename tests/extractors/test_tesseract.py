"""The tesseract engine on real print."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from made_pages import SENTENCES, printed, recall

from evidence.errors import EngineMissing, Unreadable, UsageError
from evidence.settings import Settings
from extractors import tesseract, tesseract_library
from extractors.tesseract import Tesseract, available
from extractors.tesseract_library import TesseractLibrary
from flows.engines import OCR_ENGINES, build_engines

BINDINGS = [Tesseract] + ([TesseractLibrary] if tesseract_library.installed() else [])


@pytest.fixture(scope="module", params=BINDINGS, ids=lambda binding: binding.__name__)
def engine(request: pytest.FixtureRequest) -> Tesseract:
    made: Tesseract = request.param(("en",))
    return made


def test_words_stand_where_their_offsets_and_boxes_say(engine: Tesseract, tmp_path: Path) -> None:
    page = printed()
    page.save(tmp_path / "p.pgm", format="PPM")
    result = engine.recognise(tmp_path / "p.pgm", dpi=200)
    assert recall(SENTENCES, result.text) > 0.95
    assert "020 7946 0958" in result.text
    assert all(result.text[start:end].strip() == result.text[start:end] for start, end, _, _ in result.words)
    assert " ".join(result.text.split()) == " ".join(result.text[start:end] for start, end, _, _ in result.words)
    for _, _, score, box in result.words:
        assert 0 <= score <= 1000
        assert page.crop((box.left, box.top, box.left + box.width, box.top + box.height)).getextrema()[0] < 100


def test_the_same_page_reads_the_same_twice(engine: Tesseract, tmp_path: Path) -> None:
    printed().save(tmp_path / "p.pgm", format="PPM")
    assert engine.recognise(tmp_path / "p.pgm", dpi=200) == engine.recognise(tmp_path / "p.pgm", dpi=200)


def test_stamp_names_version_language_data_and_settings(engine: Tesseract) -> None:
    stamp = engine.stamp()
    assert stamp.name == "tesseract"
    assert stamp.version[0].isdigit()
    assert stamp.model == "eng"
    assert len(str(stamp.settings["eng.traineddata"])) == 64
    assert type(engine)(("en", "xx")).stamp() != stamp


def test_a_missing_language_is_said_on_every_page(engine: Tesseract, tmp_path: Path) -> None:
    printed().save(tmp_path / "p.pgm", format="PPM")
    result = type(engine)(("en", "qq")).recognise(tmp_path / "p.pgm", dpi=200)
    assert result.facts["missing_languages"] == "qq"


def test_one_thread_a_page(engine: Tesseract) -> None:
    assert os.environ["OMP_THREAD_LIMIT"] == "1"


def test_what_is_no_image_is_unreadable_and_never_taken_for_a_list_of_files(engine: Tesseract, tmp_path: Path) -> None:
    printed().save(tmp_path / "p.pgm", format="PPM")
    (tmp_path / "list").write_text(f"{tmp_path / 'p.pgm'}\n")
    for name, data in (("broken.pgm", b"P5 10 10 255\n1"), ("list", None), ("none", b"")):
        if data is not None:
            (tmp_path / name).write_bytes(data)
        with pytest.raises(Unreadable):
            engine.recognise(tmp_path / name, dpi=200)


def test_a_page_that_takes_too_long_is_unreadable(engine: Tesseract, tmp_path: Path) -> None:
    printed(size=(2400, 3000)).save(tmp_path / "p.pgm", format="PPM")
    hurried = type(engine)(("en",), timeout_seconds=0.05)  # type: ignore[arg-type]
    with pytest.raises(Unreadable, match="too long"):
        hurried.recognise(tmp_path / "p.pgm", dpi=200)


@pytest.mark.skipif(not tesseract_library.installed(), reason="the extra `fast-ocr` is not installed")
def test_what_the_library_read_before_changes_nothing(tmp_path: Path) -> None:
    printed().save(tmp_path / "one.pgm", format="PPM")
    printed(size=(1200, 900)).save(tmp_path / "two.pgm", format="PPM")
    alone = [TesseractLibrary(("en",)).recognise(tmp_path / f"{name}.pgm", dpi=200) for name in ("one", "two")]
    kept = TesseractLibrary(("en",))
    assert [kept.recognise(tmp_path / f"{name}.pgm", dpi=200) for name in ("two", "one", "two")] == [
        alone[1],
        alone[0],
        alone[1],
    ]
    kept.recognise_column(tmp_path / "two.pgm", dpi=200)
    assert kept.recognise(tmp_path / "one.pgm", dpi=200) == alone[0]


@pytest.mark.skipif(not tesseract_library.installed(), reason="the extra `fast-ocr` is not installed")
def test_both_bindings_read_the_same_words(tmp_path: Path) -> None:
    printed().save(tmp_path / "p.pgm", format="PPM")
    texts = [binding(("en",)).recognise(tmp_path / "p.pgm", dpi=200).text for binding in BINDINGS]
    assert all(recall(SENTENCES, text) > 0.95 for text in texts)


def test_the_setting_says_which_binding_reads(tmp_path: Path) -> None:
    for named, binding in OCR_ENGINES.items():
        if binding in BINDINGS:
            assert type(build_engines(Settings(ocr_engine=named), languages=("en",)).ocr) is binding
    assert type(build_engines(Settings(), languages=("en",)).ocr) is BINDINGS[-1]
    with pytest.raises(UsageError, match="kraken"):
        build_engines(Settings(ocr_engine="kraken"), languages=("en",))


def test_without_tesseract_doctor_says_what_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pytesseract.pytesseract.tesseract_cmd", "no-such-program")
    tesseract._packs.cache_clear()
    tesseract.version.cache_clear()
    try:
        answer = available()
        assert not answer.available
        assert "not read" in answer.detail
        assert "install" in answer.next_step
        with pytest.raises(EngineMissing):
            Tesseract(("en",))
    finally:
        monkeypatch.undo()
        tesseract._packs.cache_clear()
        tesseract.version.cache_clear()


def test_doctor_lists_the_languages() -> None:
    answer = available()
    assert answer.available
    assert "eng" in answer.detail
