"""The tesseract engine on real print."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from made_pages import SENTENCES, printed, recall

from evidence.errors import EngineMissing, Unreadable
from extractors import tesseract
from extractors.tesseract import Tesseract, available


@pytest.fixture(scope="module")
def engine() -> Tesseract:
    return Tesseract(("en",))


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
    assert Tesseract(("en", "xx")).stamp() != stamp


def test_a_missing_language_is_said_on_every_page(tmp_path: Path) -> None:
    printed().save(tmp_path / "p.pgm", format="PPM")
    result = Tesseract(("en", "qq")).recognise(tmp_path / "p.pgm", dpi=200)
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


def test_a_page_that_takes_too_long_is_unreadable(tmp_path: Path) -> None:
    printed(size=(2400, 3000)).save(tmp_path / "p.pgm", format="PPM")
    engine = Tesseract(("en",), timeout_seconds=0.05)  # type: ignore[arg-type]
    with pytest.raises(Unreadable, match="too long"):
        engine.recognise(tmp_path / "p.pgm", dpi=200)


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
