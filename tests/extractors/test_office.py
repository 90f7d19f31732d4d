"""Office documents: what they show, what they hide, who changed them, and back to the markup of every segment."""

from __future__ import annotations

import re
import zipfile
from html import unescape
from pathlib import Path

import pytest
from office_files import (
    KEPT,
    altered,
    compound,
    document,
    packaged,
    presentation,
    read,
    segments,
    texts,
    workbook,
)  # fmt: skip

from evidence.errors import Unreadable
from evidence.locator import RecordPlace
from evidence.records import Reading
from extractors.identify import identify
from extractors.office import legacy
from extractors.office.reader import OfficeReader
from extractors.protocols import Engines, Part, ReadContext
from extractors.registry import FORMATS

_MADE = {"document.docx": document, "workbook.xlsx": workbook, "presentation.pptx": presentation}


def _bytes(name: str) -> bytes:
    return _MADE[name]() if name in _MADE else (KEPT / name).read_bytes()


def _read(folder: Path, name: str) -> Reading:
    if name.endswith((".doc", ".ppt")) and not legacy.available().available:
        pytest.skip("LibreOffice is not installed")
    return read(folder, _bytes(name), name=name)


@pytest.mark.parametrize("name", ["document.docx", "tracked.odt", "tracked.fodt", "tracked.rtf", "tracked.doc"])
def test_a_document_and_all_that_it_hides(tmp_path: Path, name: str) -> None:
    reading = _read(tmp_path, name)
    (unit,) = reading.units
    assert (unit.kind, unit.outcome, unit.partial, unit.reason) == ("file", "read", False, "")
    assert texts(reading, "paragraph") == [
        "Pay 900 to the driver",
        "the rooms",
        "Room plan",
        "Rooms are paid by Lantern Trade Ltd in cash.",
    ]
    assert [text.strip() for text in texts(reading, "deleted")] == ["500"]
    assert [text.strip() for text in texts(reading, "hidden text")] == ["hidden words"]
    assert "\n".join(texts(reading, "table")) == "Guest\tRoom\tPhone\nDee\t12\t+44 7700 900123"
    for field, text in (("header", "Harbour Lodge"), ("footer", "page foot"), ("footnote", "He is called Dee.")):
        assert texts(reading, field) == [text]
    assert texts(reading, "comment") == ["Who signed this?"]
    assert "https://example.org/rooms" in "\n".join(texts(reading, "links"))
    assert unit.facts["tracked_deleted"] == unit.facts["tracked_inserted"] == unit.facts["comment"] == "1"
    assert len(reading.children) >= 1


@pytest.mark.parametrize("name", ["document.docx", "tracked.odt", "tracked.fodt", "tracked.rtf", "tracked.doc"])
def test_changes_and_comments_say_who_and_when_without_a_zone_that_nobody_stated(tmp_path: Path, name: str) -> None:
    reading = _read(tmp_path, name)
    by_state = {event.state: event for event in reading.events if event.state}
    inserted, deleted = by_state["inserted"], by_state["deleted"]
    for event, quote in ((inserted, "900"), (deleted, "500")):
        assert event.description == f"{event.state} by A. Vane: “{quote}”"
        assert (event.time_local, event.time_utc, event.zone) == ("2026-03-02T10:00:00", "", "")
    shown = {segment.index: segment for segment in segments(reading)}
    start, end = int(inserted.facts["start"]), int(inserted.facts["end"])
    assert shown[inserted.segment].text[start:end] == "900"
    assert (shown[deleted.segment].text.strip(), shown[deleted.segment].speaker) == ("500", "A. Vane")
    (comment,) = [event for event in reading.events if event.description.startswith("comment by J. Marsh")]
    assert shown[comment.segment].speaker == "J. Marsh"
    assert comment.time_utc == ""


def test_properties_are_text_facts_names_and_events_in_utc_as_stated(tmp_path: Path) -> None:
    reading = _read(tmp_path, "document.docx")
    facts = reading.units[0].facts
    assert (facts["author"], facts["last_modified_by"], facts["title"]) == ("Mara Quill", "desk-2", "Room plan")
    created, saved = [event for event in reading.events if "properties" in event.description]
    assert (created.time_utc, created.zone, created.description) == (
        "2026-03-01T09:00:00Z",
        "Z",
        "created by Mara Quill, as the file's own properties state",
    )
    assert saved.time_utc == "2026-03-02T22:14:05Z"
    shown = {segment.index: segment.text for segment in segments(reading)}
    assert [(found.kind, found.quote) for found in reading.named] == [
        ("display_name", "Mara Quill"),
        ("display_name", "desk-2"),
    ]
    assert all(shown[found.segment][found.start : found.end] == found.quote for found in reading.named)


def test_an_outside_template_is_said_and_not_fetched(tmp_path: Path) -> None:
    facts = _read(tmp_path, "document.docx").units[0].facts
    assert "not fetched: attachedTemplate: https://example.org/attached.dotm" in facts["outside_references"]


@pytest.mark.parametrize("name", ["workbook.xlsx", "book.ods", "book.fods", "book.xls"])
def test_a_workbook_with_hidden_sheets_rows_and_columns(tmp_path: Path, name: str) -> None:
    reading = _read(tmp_path, name)
    first, second = reading.units
    assert (first.kind, first.number, first.outcome, second.number) == ("table", 1, "read", 2)
    rows = {segment.place.key: segment for segment in first.segments if isinstance(segment.place, RecordPlace)}
    assert rows["A1:D1"].text == "Date\tPayee\tAmount\tNote"
    assert rows["A2:D2"].text == "2026-03-02\tLantern Trade Ltd\t500.25\tcash"
    assert rows["A3:C3"].text.startswith("2026-03-03T22:14:00\tDee\t0.")
    assert rows["A2:D2"].place == RecordPlace(record=2, field="row", key="A2:D2", table="Payments")
    assert "hidden" in second.facts["hidden"]
    assert second.segments[0].text.strip().startswith("off the record")
    assert second.segments[0].place == RecordPlace(record=7, field="row", key="B7:C7", table="Second books")
    if name == "book.xls":
        assert "formulas" in first.facts["not_read"]
        return
    assert rows["A3:C3"].place.field == "hidden row"  # type: ignore[union-attr]
    assert (first.facts["hidden_rows"], first.facts["hidden_columns"]) == ("3", "D")
    assert "C4: =SUM(" in texts(reading, "formulas")[0]
    assert texts(reading, "comment") == ["ask Mara"]
    assert texts(reading, "defined names")[0].startswith("Rate = ")
    assert "https://example.org/x" in texts(reading, "links")


@pytest.mark.parametrize("name", ["presentation.pptx", "slides.odp"])
def test_slides_with_notes_and_a_hidden_one(tmp_path: Path, name: str) -> None:
    reading = _read(tmp_path, name)
    first, second = reading.units
    assert (first.kind, first.number, second.number) == ("page", 1, 2)
    assert "\n".join(texts(reading, "slide")).splitlines() == [
        "Title 1", "first line", "second line", "c00\tc01", "c10\tc11", "Title 2", "first line", "second line"
    ]  # fmt: skip
    assert texts(reading, "notes") == ["notes of slide 1", "notes of slide 2"]
    assert "hidden" not in first.facts
    assert "hidden" in second.facts["hidden"]
    assert {place.record for segment in second.segments if isinstance(place := segment.place, RecordPlace)} == {2}


def test_an_old_presentation_is_converted_and_says_so(tmp_path: Path) -> None:
    if not legacy.available().available:
        pytest.skip("LibreOffice is not installed")
    path = tmp_path / "made.pptx"
    path.write_bytes(presentation())
    old = legacy.convert(path, of="pptx", to="ppt", scratch=tmp_path)
    reading = read(tmp_path, old.read_bytes())
    assert [unit.kind for unit in reading.units] == ["page", "page"]
    assert texts(reading, "notes") == ["notes of slide 1", "notes of slide 2"]
    slide = next(segment for segment in segments(reading) if getattr(segment.place, "field", "") == "slide")
    assert isinstance(slide.place, RecordPlace)
    assert slide.place.origin.startswith("converted by LibreOffice ")


def test_a_book_has_a_unit_for_each_chapter(tmp_path: Path) -> None:
    reading = _read(tmp_path, "tracked.epub")
    assert [(unit.kind, unit.facts["chapter"]) for unit in reading.units] == [
        ("file", "OEBPS/sections/section0001.xhtml"),
        ("file", "OEBPS/sections/section0002.xhtml"),
    ]
    assert "Room plan" in texts(reading, "paragraph")
    assert reading.units[0].facts["author"] == "Mara Quill"


@pytest.mark.parametrize(
    "name",
    [
        "document.docx", "tracked.odt", "tracked.fodt", "tracked.rtf", "tracked.doc", "tracked.epub", "workbook.xlsx", "book.ods",
        "book.fods", "book.xls", "presentation.pptx", "slides.odp",
    ],
)  # fmt: skip
def test_every_segment_leads_back_to_its_original(tmp_path: Path, name: str) -> None:
    reading = _read(tmp_path, name)
    path = tmp_path / "blob"
    context = ReadContext(languages=("en",), scratch=tmp_path)
    media_type = identify(path, hint=name)
    for segment in segments(reading):
        found = OfficeReader().original(path, place=segment.place, media_type=media_type, context=context)
        plain = _plain(found.text)
        field = getattr(segment.place, "field", "")
        if field in ("row", "hidden row") and name == "workbook.xlsx":
            assert f'r="{getattr(segment.place, "record", 0)}"' in found.text  # strings and dates are stored elsewhere
        elif field == "properties":
            assert all(line.partition(": ")[2].split()[0] in plain for line in segment.text.splitlines()[:2])
        elif field == "outside references":
            assert segment.text.split()[1] in plain
        elif name == "tracked.rtf" and field in ("paragraph", "header", "footer", "footnote", "deleted", "hidden text"):
            assert isinstance(segment.place, RecordPlace)
            assert found.data == path.read_bytes()[segment.place.offset :][: segment.place.length]
            assert all(word.encode() in found.data for word in segment.text.split())
        else:
            missing = [
                word for word in segment.text.split() if word not in plain and field not in ("comment", "formulas")
            ]
            assert not missing, (field, missing, found.text[:300])


def _plain(markup: str) -> str:
    return unescape(markup) + re.sub(r"<[^>]*>", "", unescape(markup))


def test_no_such_place_is_said(tmp_path: Path) -> None:
    path = tmp_path / "blob"
    path.write_bytes(document())
    context = ReadContext(languages=(), scratch=tmp_path)
    place = RecordPlace(record=1, field="paragraph", key="word/document.xml#p9999", table="word/document.xml")
    with pytest.raises(Unreadable, match="no such place"):
        OfficeReader().original(path, place=place, media_type=identify(path), context=context)


def test_a_file_in_an_ole_object_comes_out_under_its_own_name(tmp_path: Path) -> None:
    wrapped = compound({"\x01Ole10Native": packaged("ledger.csv", b"a,b\n1,2\n")})
    data = altered(document(), None, **{"word/embeddings/oleObject1.bin": wrapped, "word/vbaProject.bin": b"macro"})
    reading = read(tmp_path, data)
    names = {child.inner_path: child.scratch_name for child in reading.children}
    assert (tmp_path / names["word/embeddings/oleObject1.bin/ledger.csv"]).read_bytes() == b"a,b\n1,2\n"
    assert (tmp_path / names["word/vbaProject.bin"]).read_bytes() == b"macro"
    assert reading.units[0].facts["macros"] == "present, not run: word/vbaProject.bin"


def test_only_dateutc_makes_a_comment_utc(tmp_path: Path) -> None:
    words = '<w:ins w:id="91" w:author="A. Vane" w:date="2026-03-02T10:00:00Z">'
    exact = words[:-1] + ' xmlns:w16du="urn:x" w16du:dateUtc="2026-03-02T08:00:00Z">'
    reading = read(tmp_path, altered(document(), {"word/document.xml": (words, exact)}))
    (inserted,) = [event for event in reading.events if event.state == "inserted"]
    assert (inserted.time_utc, inserted.zone_by) == ("2026-03-02T08:00:00Z", "the record (dateUtc)")


@pytest.mark.parametrize(
    ("old", "new", "media_type"),
    [
        ("wordprocessingml.document.main+xml", "wordprocessingml.template.main+xml", "wordprocessingml.template"),
        ("vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml", "vnd.ms-word.document.macroEnabled.main+xml",
         "ms-word.document.macroEnabled.12"),
    ],
)  # fmt: skip
def test_variants_are_told_by_the_content_type_of_the_main_part(
    tmp_path: Path, old: str, new: str, media_type: str
) -> None:
    path = tmp_path / "blob"
    path.write_bytes(altered(document(), {"[Content_Types].xml": (old, new)}))
    assert identify(path).endswith(media_type)
    assert identify(path) in FORMATS


def test_a_zip_that_only_looks_a_little_like_office_stays_a_zip(tmp_path: Path) -> None:
    path = tmp_path / "blob"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("notes/word/readme.txt", "x")
    assert identify(path) == "application/zip"


def test_locked_files_are_skipped_with_that_reason(tmp_path: Path) -> None:
    path = tmp_path / "blob"
    path.write_bytes(compound({"EncryptionInfo": b"x", "EncryptedPackage": b"y"}))
    media_type = identify(path)
    assert media_type == "application/x-office-encrypted"
    survey = OfficeReader().survey(path, media_type=media_type, context=ReadContext(languages=(), scratch=tmp_path))
    assert (survey.outcome, survey.reason.partition(":")[0]) == ("skipped", "encrypted")
    manifest = '<manifest:encryption-data xmlns:manifest="urn:m"/></manifest:manifest>'
    path.write_bytes(
        altered((KEPT / "tracked.odt").read_bytes(), {"META-INF/manifest.xml": ("</manifest:manifest>", manifest)})
    )
    survey = OfficeReader().survey(path, media_type=identify(path), context=ReadContext(languages=(), scratch=tmp_path))
    assert (survey.outcome, survey.reason.partition(":")[0]) == ("skipped", "encrypted")


def test_without_libreoffice_old_files_are_skipped_and_say_what_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(legacy.shutil, "which", lambda _name: None)
    legacy.version.cache_clear()
    legacy._program.cache_clear()
    try:
        path = KEPT / "tracked.doc"
        context = ReadContext(languages=(), scratch=tmp_path)
        survey = OfficeReader().survey(path, media_type=identify(path), context=context)
        assert survey.outcome == "skipped"
        assert "needs LibreOffice" in survey.reason
        assert not legacy.available().available
        assert OfficeReader().stamps(engines=Engines(), context=context)[0].settings["libreoffice"] == "not installed"
    finally:
        legacy.version.cache_clear()
        legacy._program.cache_clear()


def test_the_part_is_the_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "blob"
    path.write_bytes(workbook())
    survey = OfficeReader().survey(path, media_type=identify(path), context=ReadContext(languages=(), scratch=tmp_path))
    assert [part.name for part in survey.parts] == [Part().name]
