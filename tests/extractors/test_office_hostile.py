"""Office files that want to do harm, or were damaged: said so in plain words, within limits, without a traceback."""

from __future__ import annotations

import contextlib
import random
import time
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from office_files import KEPT, altered, compound, document, presentation, read, segments, texts, workbook

from evidence.errors import LimitExceeded, Unreadable
from evidence.records import Reading
from extractors.identify import identify
from extractors.office.cells import column_of, letters
from extractors.office.kinds import WAYS
from extractors.office.reader import OfficeReader
from extractors.office.serials import as_iso, is_date_format
from extractors.protocols import Limits, ReadContext

_BOMBS = '<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]>'


def _kept() -> dict[str, bytes]:
    """Return one small file of each way of reading that needs no other program."""
    made = {"docx": document(), "xlsx": workbook(), "pptx": presentation()}
    for name in ("tracked.odt", "tracked.rtf", "tracked.fodt", "tracked.epub", "book.ods", "book.xls", "slides.odp"):
        made[name] = (KEPT / name).read_bytes()
    return made


def _honest(folder: Path, data: bytes) -> None:
    """Read what may be damaged: Unreadable, or units that say what is missing."""
    (folder / "blob").write_bytes(data)
    if WAYS.get(identify(folder / "blob"), "converted") == "converted":
        return
    reading = None
    with contextlib.suppress(Unreadable):
        reading = read(folder, data)
    if reading is None:
        return
    assert reading.units
    for unit in reading.units:
        assert unit.outcome in ("read", "blank", "no_text")
        assert unit.outcome == "read" or unit.reason
    indexes = [segment.index for segment in segments(reading)]
    assert indexes == list(range(len(indexes)))


@pytest.mark.parametrize("name", sorted(_kept()))
def test_files_that_break_off_anywhere(tmp_path: Path, name: str) -> None:
    data = _kept()[name]
    for share in range(1, 24):
        _honest(tmp_path, data[: len(data) * share // 24])


@pytest.mark.parametrize("name", sorted(_kept()))
def test_files_with_flipped_bits(tmp_path: Path, name: str) -> None:
    data = _kept()[name]
    chance = random.Random(name)
    for _ in range(25):
        damaged = bytearray(data)
        for _ in range(chance.randint(1, 12)):
            damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
        _honest(tmp_path, bytes(damaged))


@pytest.mark.parametrize(
    ("maker", "part"),
    [(document, "word/document.xml"), (workbook, "xl/workbook.xml"), (presentation, "ppt/presentation.xml")],
)
def test_entities_are_refused(tmp_path: Path, maker: object, part: str) -> None:
    data = maker()  # type: ignore[operator]
    with zipfile.ZipFile(BytesIO(data)) as source:
        start = source.read(part).decode().partition("?>")[0] + "?>" if source.read(part).startswith(b"<?") else ""
        root = source.read(part).decode().removeprefix(start).lstrip()[:20]
    with pytest.raises(Unreadable, match="entities"):
        read(tmp_path, altered(data, {part: (root, _BOMBS + root)}))


def test_entities_in_a_sheet_are_not_expanded(tmp_path: Path) -> None:
    data = workbook()
    with zipfile.ZipFile(BytesIO(data)) as source:
        sheet = source.read("xl/worksheets/sheet2.xml").decode()
    attack = altered(data, {"xl/worksheets/sheet2.xml": ("<worksheet", _BOMBS + "<worksheet")})
    attack = altered(
        attack,
        {"xl/worksheets/sheet2.xml": ("<sheetData>", "<sheetData><row r='1'><c r='A1' t='str'><v>&c;</v></c></row>")},
    )
    attack = altered(attack, {"xl/worksheets/sheet2.xml": ("<row r='1'>", "<row r='1'>&c;<c>&c;<v>7</v></c>")})
    assert "<sheetData>" in sheet
    reading = read(tmp_path, attack)
    assert "bbbb" not in "\n".join(segment.text for segment in segments(reading))


def test_xml_nested_without_end_is_refused(tmp_path: Path) -> None:
    deep = "<w:sdt>" * 5_000 + "</w:sdt>" * 5_000
    with pytest.raises(Unreadable, match=r"word/document\.xml is damaged"):
        read(tmp_path, altered(document(), {"word/document.xml": ("<w:body>", "<w:body>" + deep)}))


def test_a_part_that_unpacks_to_far_more_than_it_is_says_so(tmp_path: Path) -> None:
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(document())) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            if name == "word/document.xml":
                target.writestr(name, b"<w:document>" + b" " * (64 << 20))
            else:
                target.writestr(name, source.read(name))
    with pytest.raises(LimitExceeded, match="times its size"):
        read(tmp_path, out.getvalue())


def test_a_cell_in_the_last_corner_costs_nothing(tmp_path: Path) -> None:
    old = "<sheetData>"
    rows = "<row r='1048576'><c r='XFD1048576' t='inlineStr'><is><t>far away</t></is></c></row>"
    data = altered(workbook(), {"xl/worksheets/sheet2.xml": (old, old + rows)})
    began = time.monotonic()
    reading = read(tmp_path, data)
    assert time.monotonic() - began < 5
    assert "far away" in "\n".join(segment.text for segment in segments(reading))


def test_a_million_repeated_rows_are_one(tmp_path: Path) -> None:
    data = (KEPT / "book.ods").read_bytes()
    with zipfile.ZipFile(BytesIO(data)) as source:
        content = source.read("content.xml").decode()
    row = '<table:table-row table:number-rows-repeated="1000000"><table:table-cell office:value-type="string" '
    row += 'table:number-columns-repeated="16000"><text:p>again</text:p></table:table-cell></table:table-row>'
    at = content.index("<table:table-row")
    mark = content[at : at + 60]
    reading = read(tmp_path, altered(data, {"content.xml": (mark, row + mark)}))
    assert "1,000,000" in reading.units[0].facts["repeated_rows"]
    assert "16,000 times" in reading.units[0].facts["repeated_cells"]
    assert len(segments(reading)) < 100


def test_rows_beyond_the_limit_are_said_to_be_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("extractors.office.cells.ROWS", 2)
    unit = read(tmp_path, workbook()).units[0]
    assert unit.partial
    assert "rows from 3 on" in unit.reason
    assert "column template" in unit.reason
    assert len([segment for segment in unit.segments if "row" in getattr(segment.place, "field", "")]) == 2


def test_text_beyond_the_limit_is_said(tmp_path: Path) -> None:
    reading = read(tmp_path, document(), limits=Limits(text_code_points=60))
    assert reading.units[0].partial
    assert "beyond the limit" in reading.units[0].reason


def test_embedded_files_beyond_the_limits_are_said(tmp_path: Path) -> None:
    for limits, said in ((Limits(children=1), "number"), (Limits(child_bytes=60), "size")):
        unit = read(tmp_path, document(), limits=limits).units[0]
        assert unit.partial
        assert said in unit.reason or "more than" in unit.reason


def test_names_of_embedded_files_lead_nowhere(tmp_path: Path) -> None:
    data = altered(document(), None, **{"word/media/../../../../etc/passwd": b"x", "word/media/a\\b.png": b"y"})
    reading = read(tmp_path, data)
    assert all(".." not in child.inner_path.split("/") and "\\" not in child.inner_path for child in reading.children)
    assert all((tmp_path / child.scratch_name).parent == tmp_path for child in reading.children)


def test_a_file_that_names_no_main_part_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="main part"):
        read(tmp_path, altered(document(), {"_rels/.rels": ('officeDocument"', 'other"')}))


def test_a_missing_part_beside_the_main_one_leaves_the_rest(tmp_path: Path) -> None:
    damaged = altered(document(), {"word/comments.xml": ("<w:comment ", "<w:comment <")})
    unit = read(tmp_path, damaged).units[0]
    assert unit.partial
    assert "word/comments.xml is damaged" in unit.reason
    assert "Pay 900 to the driver" in [segment.text for segment in unit.segments]


def test_an_ole_file_that_is_rubbish_keeps_its_general_type(tmp_path: Path) -> None:
    path = tmp_path / "blob"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(range(256)) * 20)
    assert identify(path) == "application/x-ole-storage"
    path.write_bytes(compound({"Workbook": b"\x09\x08" + bytes(100)}))
    assert identify(path) == "application/vnd.ms-excel"
    with pytest.raises(Unreadable):
        read(tmp_path, path.read_bytes())


@pytest.mark.parametrize(
    "data",
    [
        b"{\\rtf1 plain", b"{\\rtf1" + b"{" * 3_000, b"{\\rtf1\\bin99999999999 x}", b"{\\rtf1\\u-1?\\u55357 \\u56832?}",
        b"{\\rtf1{\\*\\objdata 0105zz}}", b"{\\rtf1{\\*\\objdata 01050000020000000800000050616b61}}",
        b"{\\rtf1{\\info{\\creatim\\yr99999\\mo77}}x}", b"{\\rtf1\\'8", b"{\\rtf}" + b"}" * 50,
    ],
)  # fmt: skip
def test_rich_text_that_breaks_its_own_rules(tmp_path: Path, data: bytes) -> None:
    _honest(tmp_path, data)


def test_rich_text_in_other_alphabets(tmp_path: Path) -> None:
    data = (
        rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0\fcharset0 A;}{\f1\fcharset204 B;}{\f2\fcharset128 C;}}"
        rb"\f1\'cf\'f0\'e8\'e2\'e5\'f2\f0  caf\'e9 \f2\'93\'fa\'96\'7b\f0  \uc1\u537\'3f\uc0\u355 end\par}"
    )
    assert texts(read(tmp_path, data), "paragraph") == ["Привет café 日本 șţend"]


@given(st.binary(max_size=300))
def test_rich_text_of_any_bytes(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    folder = tmp_path_factory.getbasetemp() / "any"
    folder.mkdir(exist_ok=True)
    _honest(folder, b"{\\rtf1 " + data)


# --- dates and cells -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stored", "since_1904", "code", "shown"),
    [
        ("46083", False, "dd/mm/yyyy", "2026-03-02"),
        ("46083.9271412037", False, "22", "2026-03-02T22:15:05"),
        ("44621", True, "14", "2026-03-02"),
        ("1", False, "14", "1900-01-01"),
        ("59", False, "14", "1900-02-28"),
        ("60", False, "14", ""),
        ("61", False, "14", "1900-03-01"),
        ("0.5", False, "14", "12:00:00"),
        ("1.5", False, "[h]:mm", "36:00:00"),
        ("-3", False, "14", ""),
        ("1e300", False, "14", ""),
        ("nan", False, "14", ""),
        ("x", False, "14", ""),
    ],
)
def test_days_in_both_systems(stored: str, since_1904: bool, code: str, shown: str) -> None:
    assert as_iso(stored, since_1904=since_1904, code=code) == shown


@pytest.mark.parametrize(
    ("code", "dates"),
    [
        ("14", True), ("0", False), ("General", False), ("dd/mm/yyyy", True), ('0.00" days"', False), ("[Red]0.00", False),
        ("[$-409]d mmm yyyy", True), ("[h]:mm", True), ('#,##0 "€"', False), ("0.00E+00", False), ("@", False), ("", False),
    ],
)  # fmt: skip
def test_formats_that_show_dates(code: str, dates: bool) -> None:
    assert is_date_format(code) is dates


@given(st.integers(1, 16_384))
def test_columns_by_letters(column: int) -> None:
    assert column_of(letters(column) + "7") == column


def test_a_workbook_that_counts_from_1904(tmp_path: Path) -> None:
    data = workbook()
    with zipfile.ZipFile(BytesIO(data)) as source:
        book = source.read("xl/workbook.xml").decode()
    at = book.index("<workbookPr")
    data = altered(data, {"xl/workbook.xml": (book[at : at + 11], "<workbookPr date1904='1'")})
    reading: Reading = read(tmp_path, data)
    assert "2030-03-03" in "\n".join(segment.text for segment in segments(reading))
    assert reading.units[0].facts["dates"] == "counted from 1904"


def test_the_survey_of_a_damaged_file_leaves_it_to_the_reading(tmp_path: Path) -> None:
    path = tmp_path / "blob"
    path.write_bytes(document()[:5_000])
    survey = OfficeReader().survey(path, media_type=identify(path), context=ReadContext(languages=(), scratch=tmp_path))
    assert survey.outcome == ""
