"""Office files for the tests: made by python-docx, openpyxl and python-pptx, altered by hand, or kept from LibreOffice."""

from __future__ import annotations

import datetime
import io
import re
import struct
import zipfile
from pathlib import Path

import docx
import openpyxl
import pptx
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName
from PIL import Image

from evidence.records import Reading, Segment
from extractors.identify import identify
from extractors.office.reader import OfficeReader
from extractors.protocols import Engines, Limits, Part, ReadContext

KEPT = Path(__file__).parent / "files" / "office"
"""Saved by LibreOffice 7.4 from the files made here: `tracked.*` from `document`, `book.*` from `workbook`, `slides.odp`."""
_TEMPLATE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_CHANGED = """<w:p><w:r><w:t xml:space="preserve">Pay </w:t></w:r>
<w:del w:id="90" w:author="A. Vane" w:date="2026-03-02T10:00:00Z"><w:r><w:delText>500</w:delText></w:r></w:del>
<w:ins w:id="91" w:author="A. Vane" w:date="2026-03-02T10:00:00Z"><w:r><w:t>900</w:t></w:r></w:ins>
<w:r><w:t xml:space="preserve"> to the driver</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r></w:p>
<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> HYPERLINK "https://example.org/rooms" </w:instrText></w:r>
<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>the rooms</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>
"""
_NOTES = f"""<?xml version="1.0" encoding="UTF-8"?><w:footnotes {W}><w:footnote w:type="separator" w:id="-1"><w:p><w:r>
<w:separator/></w:r></w:p></w:footnote><w:footnote w:id="2"><w:p><w:r><w:t>He is called Dee.</w:t></w:r></w:p></w:footnote>
</w:footnotes>"""


def altered(data: bytes, changes: dict[str, tuple[str, str]] | None = None, **added: str | bytes) -> bytes:
    """Return a zipped file with the first of `changes[part]` replaced by the second, and parts added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if changes and name in changes:
                old, new = changes[name]
                assert old.encode() in content, (name, old)
                content = content.replace(old.encode(), new.encode(), 1)
            target.writestr(name, content)
        for name, content in added.items():
            target.writestr(name, content)
    return out.getvalue()


def _time(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text)


def document() -> bytes:
    """Return a docx with everything that hides in one."""
    made = docx.Document()
    stated = made.core_properties
    stated.author, stated.last_modified_by, stated.title = "Mara Quill", "desk-2", "Room plan"
    stated.created, stated.modified = _time("2026-03-01T09:00:00"), _time("2026-03-02T22:14:05")
    made.add_heading("Room plan", 1)
    paragraph = made.add_paragraph("Rooms are paid by ")
    named = paragraph.add_run("Lantern Trade Ltd")
    paragraph.add_run(" hidden words").font.hidden = True
    paragraph.add_run(" in cash.")
    made.add_comment(named, text="Who signed this?", author="J. Marsh", initials="JM")
    table = made.add_table(rows=2, cols=3)
    for row, cells in enumerate((("Guest", "Room", "Phone"), ("Dee", "12", "+44 7700 900123"))):
        for column, text in enumerate(cells):
            table.rows[row].cells[column].text = text
    made.sections[0].header.paragraphs[0].text = "Harbour Lodge"
    made.sections[0].footer.paragraphs[0].text = "page foot"
    picture = io.BytesIO()
    Image.new("RGB", (20, 20), "red").save(picture, "PNG")
    made.add_picture(io.BytesIO(picture.getvalue()))
    made.part.relate_to("https://example.org/attached.dotm", _TEMPLATE, is_external=True)
    out = io.BytesIO()
    made.save(out)
    changes = {
        "word/document.xml": ("<w:body>", "<w:body>" + re.sub(r">\n<", "><", _CHANGED)),
        "[Content_Types].xml": (
            "</Types>",
            '<Override PartName="/word/footnotes.xml" ContentType="application/vnd.openxmlformats-officedocument.'
            'wordprocessingml.footnotes+xml"/></Types>',
        ),
        "word/_rels/document.xml.rels": (
            "</Relationships>",
            '<Relationship Id="rId900" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes" '
            'Target="footnotes.xml"/></Relationships>',
        ),
    }
    return altered(out.getvalue(), changes, **{"word/footnotes.xml": re.sub(r"\n", "", _NOTES)})


def workbook() -> bytes:
    """Return an xlsx with a hidden sheet, row and column, dates, a formula, a comment, a link and a defined name."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Payments"
    sheet.append(["Date", "Payee", "Amount", "Note"])
    sheet.append([datetime.date(2026, 3, 2), "Lantern Trade Ltd", 500.25, "cash"])
    sheet.append([_time("2026-03-03T22:14:00"), "Dee", 0.1, None])
    sheet["C4"] = "=SUM(C2:C3)"
    sheet["B2"].comment = Comment("ask Mara", "J. Marsh")
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["D"].hidden = True
    sheet["A5"] = "link"
    sheet["A5"].hyperlink = "https://example.org/x"
    hidden = book.create_sheet("Second books")
    hidden.sheet_state = "veryHidden"
    hidden["B7"], hidden["C7"] = "off the record", True
    book.defined_names["Rate"] = DefinedName("Rate", attr_text="Payments!$C$2")
    book.properties.creator = "Mara Quill"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def presentation() -> bytes:
    """Return a pptx of two slides with notes, the second hidden."""
    made = pptx.Presentation()
    for number in (1, 2):
        slide = made.slides.add_slide(made.slide_layouts[1])
        slide.shapes.title.text = f"Title {number}"
        slide.placeholders[1].text = "first line\nsecond line"
        slide.notes_slide.notes_text_frame.text = f"notes of slide {number}"
    made.slides[1]._element.set("show", "0")
    table = made.slides[0].shapes.add_table(2, 2, 0, 0, 3_000_000, 1_000_000).table
    for row in range(2):
        for column in range(2):
            table.cell(row, column).text = f"c{row}{column}"
    made.core_properties.author = "Mara Quill"
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def compound(streams: dict[str, bytes]) -> bytes:
    """Return an OLE compound file ([MS-CFB], version 3) of these streams, each padded to 4,096 bytes or more."""
    held = [(name, data.ljust(4096, b"\0")) for name, data in streams.items()]
    sectors: list[bytes] = []
    table: list[int] = []
    entries = [_entry("Root Entry", 5, 0xFFFFFFFE, 0, below=1 if held else 0xFFFFFFFF)]
    for number, (name, data) in enumerate(held, start=1):
        count = -(-len(data) // 512)
        start = len(table)
        table += [start + step + 1 for step in range(count - 1)] + [0xFFFFFFFE]
        sectors += [data[at * 512 : at * 512 + 512].ljust(512, b"\0") for at in range(count)]
        beside = number + 1 if number < len(held) else 0xFFFFFFFF
        entries.append(_entry(name, 2, start, len(data), beside=beside))
    while len(entries) % 4:
        entries.append(_entry("", 0, 0, 0))
    directory = len(table)
    blocks = len(entries) // 4
    table += [directory + step + 1 for step in range(blocks - 1)] + [0xFFFFFFFE]
    sectors += [b"".join(entries[at * 4 : at * 4 + 4]) for at in range(blocks)]
    fat = len(table)
    table.append(0xFFFFFFFD)
    assert len(table) <= 128
    sectors.append(struct.pack("<128I", *table, *[0xFFFFFFFF] * (128 - len(table))))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack(
        "<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, directory, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0
    )
    return header + struct.pack("<109I", fat, *[0xFFFFFFFF] * 108) + b"".join(sectors)


def _entry(name: str, kind: int, start: int, size: int, *, beside: int = 0xFFFFFFFF, below: int = 0xFFFFFFFF) -> bytes:
    wide = (name + "\0").encode("utf-16-le") if name else b""
    ids = struct.pack("<III", 0xFFFFFFFF, beside, below)
    return (
        wide.ljust(64, b"\0")
        + struct.pack("<HBB", len(wide), kind, 1)
        + ids
        + bytes(36)
        + struct.pack("<IQ", start, size)
    )


def packaged(name: str, data: bytes) -> bytes:
    """Return an `Ole10Native` stream as Windows' Packager writes it."""
    label = name.encode("cp1252") + b"\0"
    path = b"C:\\temp\\" + label
    body = (
        b"\x02\x00"
        + label
        + path
        + b"\0\0\x03\0"
        + struct.pack("<I", len(path))
        + path
        + struct.pack("<I", len(data))
        + data
    )
    return struct.pack("<I", len(body)) + body


def read(folder: Path, data: bytes, *, name: str = "", limits: Limits | None = None) -> Reading:
    """Read a file as ingest does: what it is told from its bytes."""
    path = folder / "blob"
    path.write_bytes(data)
    context = ReadContext(languages=("en",), scratch=folder, limits=limits or Limits())
    media_type = identify(path, hint=name)
    return OfficeReader().read(path, media_type=media_type, part=Part(), engines=Engines(), context=context)


def segments(reading: Reading) -> list[Segment]:
    """Return all segments of a reading."""
    return [segment for unit in reading.units for segment in unit.segments]


def texts(reading: Reading, field: str) -> list[str]:
    """Return the texts of the segments of one field."""
    return [segment.text for segment in segments(reading) if getattr(segment.place, "field", "") == field]
