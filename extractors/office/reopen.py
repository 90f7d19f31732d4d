"""From a place in an office file back to the original: the markup of the element, the row, the bytes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

import olefile
from lxml import etree

from evidence.errors import Unreadable
from evidence.locator import RecordPlace
from extractors.office import binary_book, epub
from extractors.office.cells import letters
from extractors.office.markup import attribute, child, descendants, numbered, parse, shown
from extractors.office.package import Package
from extractors.office.sheets import SAFE, forget, listed_sheets
from extractors.protocols import Original
from extractors.text import decode

_ELEMENT: Final = re.compile(r"^(?P<part>.*)#(?P<name>[A-Za-z][\w.-]*?)(?P<first>\d{1,9})(?:-(?P<last>\d{1,9}))?$")
_SPAN: Final = re.compile(r"^(?P<part>.*)#(?P<start>\d+)-(?P<end>\d+)$")
_CELL: Final = re.compile(r"^([A-Z]{1,3})(\d{1,8})")
_NO_SUCH: Final = "there is no such place in the file"
_CHARACTERS: Final = 200_000


def in_package(package: Package, way: str, place: RecordPlace) -> Original:
    """Return what stands at a place of a zipped office file; raises Unreadable."""
    if way == "epub" and (span := _SPAN.match(place.key)):
        text = epub.chapter_text(package, span["part"])[int(span["start"]) : int(span["end"])]
        return Original(
            text=text, where=f"{span['part']}, characters {span['start']} to {span['end']} of its visible text"
        )
    if match := _ELEMENT.match(place.key):
        root = package.tree(match["part"])
        return _elements(root, match["part"], match)
    if way == "sheets" and place.table and _CELL.match(place.key):
        return _sheet_row(package, place)
    if way == "odf" and place.table and _CELL.match(place.key):
        return _odf_row(package.tree("content.xml"), place)
    if place.field in ("links", "outside references"):
        return _relations(package)
    if place.field in ("defined names", "text box", "chart", "people of comments and changes"):
        return _whole(package, place)
    raise Unreadable(_NO_SUCH)


def in_flat(data: bytes, place: RecordPlace) -> Original:
    """Return what stands at a place of a flat OpenDocument file; raises Unreadable."""
    root = parse(data, name="the file")
    if match := _ELEMENT.match(place.key):
        return _elements(root, "the file", match)
    if place.table and _CELL.match(place.key):
        return _odf_row(root, place)
    return Original(text=shown(root), where="the whole file")


def in_bytes(path: Path, place: RecordPlace) -> Original:
    """Return the bytes of an RTF paragraph; the whole file's beginning for what is spread over it."""
    data = path.read_bytes()
    if place.offset < 0:
        return Original(text=decode(data).text[:_CHARACTERS], where="the whole file")
    if place.offset + place.length > len(data):
        raise Unreadable(_NO_SUCH)
    piece = data[place.offset : place.offset + place.length]
    end = place.offset + place.length
    return Original(text=piece.decode("latin-1")[:_CHARACTERS], data=piece, where=f"bytes {place.offset:,} to {end:,}")


def in_binary_book(path: Path, place: RecordPlace) -> Original:
    """Return a row of a binary workbook as `cell: value` lines; raises Unreadable."""
    with binary_book.opened(path) as book:
        names = list(book.sheet_names)
        if place.table not in names:
            raise Unreadable(_NO_SUCH)
        for number, row in binary_book.rows(book, names.index(place.table)):
            if number == place.record:
                cells = (
                    f"{letters(at)}{number}: {binary_book.shown(value)}"
                    for at, value in enumerate(row, start=1)
                    if value != ""
                )
                return Original(text="\n".join(cells), where=f"sheet {place.table}, row {number:,}")
    raise Unreadable(_NO_SUCH)


def in_summary(path: Path) -> Original:
    """Return the summary information of an OLE file, as its two streams hold it; raises Unreadable."""
    try:
        with olefile.OleFileIO(path) as ole:
            found = ole.get_metadata()
            names = [*found.SUMMARY_ATTRIBS, *found.DOCSUM_ATTRIBS]
            lines = [f"{name}: {value!r}" for name in names if (value := getattr(found, name)) not in (None, b"")]
    except Exception as error:  # olefile raises whatever a damaged file makes it
        raise Unreadable("its properties are damaged") from error
    return Original(
        text="\n".join(lines)[:_CHARACTERS], where="streams SummaryInformation and DocumentSummaryInformation"
    )


def _elements(root: Any, part: str, match: re.Match[str]) -> Original:
    first, last = int(match["first"]), int(match["last"] or match["first"])
    found = numbered(root, match["name"], first, last)
    if not found:
        raise Unreadable(_NO_SUCH)
    text = "\n".join(shown(element) for element in found)
    to = f" to {last:,}" if last > first else ""
    return Original(text=text[:_CHARACTERS], where=f"{part}, element {match['name']} {first:,}{to}")


def _sheet_row(package: Package, place: RecordPlace) -> Original:
    """Return the markup of a row, or of the comment on a cell."""
    _, _, sheets = listed_sheets(package)
    part = next((sheet.part for sheet in sheets if sheet.name == place.table and sheet.part), "")
    if not part:
        raise Unreadable(_NO_SUCH)
    if place.field == "comment":
        return _cell_comment(package, part, place.key)
    first, last = _rows_of(place.key)
    pieces: list[str] = []
    with package.opened(part) as stream:
        number = 0
        for _, row in etree.iterparse(stream, events=("end",), tag="{*}row", **SAFE):
            given = row.get("r", "")
            number = int(given) if given.isdigit() else number + 1
            if first <= number <= last:
                pieces.append(shown(row))
            forget(row)
            if number >= last:
                break
    if not pieces:
        raise Unreadable(_NO_SUCH)
    return Original(
        text="\n".join(pieces)[:_CHARACTERS],
        where=f"{part}, rows {first:,} to {last:,}" if last > first else f"{part}, row {first:,}",
    )


def _rows_of(key: str) -> tuple[int, int]:
    numbers = [int(found) for found in re.findall(r"(?<=[A-Z])\d{1,8}", key)]
    return min(numbers), max(numbers)


def _cell_comment(package: Package, part: str, cell: str) -> Original:
    pieces = []
    for one in package.relations(part):
        if one.kind in ("comments", "threadedComment") and not one.external and package.has(one.target):
            root = package.tree(one.target)
            found = (found for found in descendants(root, "comment", "threadedComment") if found.get("ref") == cell)
            pieces += [shown(element) for element in found]
    if not pieces:
        raise Unreadable(_NO_SUCH)
    return Original(text="\n".join(pieces), where=f"comments on {cell}, {part}")


def _odf_row(root: Any, place: RecordPlace) -> Original:
    spreadsheet = child(root, "body", "spreadsheet")
    for table in descendants(spreadsheet, "table") if spreadsheet is not None else ():
        if " ".join(attribute(table, "name").split()) == place.table:
            first, last = _rows_of(place.key)
            number = 1
            pieces: list[str] = []
            for row in descendants(table, "table-row"):
                times = attribute(row, "number-rows-repeated")
                following = number + (int(times) if times.isdigit() else 1)
                if number <= last and following > first:
                    pieces.append(shown(row))
                number = following
            if pieces:
                return Original(
                    text="\n".join(pieces)[:_CHARACTERS], where=f"content.xml, table {place.table}, row {first:,}"
                )
    raise Unreadable(_NO_SUCH)


def _relations(package: Package) -> Original:
    names = [name for name in package.names if name.endswith(".rels")]
    lines = [shown(package.tree(name)) for name in names if b"External" in package.data(name, most=16 << 20)]
    for name in package.names:
        if name in ("content.xml", "styles.xml") or (name.startswith("word/") and name.endswith(".xml")):
            lines += [shown(one) for one in descendants(package.tree(name), "a", "instrText", "fldSimple")]
    return Original(text="\n".join(lines)[:_CHARACTERS], where="the package's relationships, and its links")


def _whole(package: Package, place: RecordPlace) -> Original:
    wanted = {"defined names": ("definedNames", "named-expressions"), "text box": ("txBody", "text-box", "custom-shape"),
              "chart": ("rich",)}.get(place.field, ("personList",))  # fmt: skip
    pieces: list[str] = []
    for name in package.names:
        if name.endswith((".xml",)) and not name.startswith("xl/worksheets/"):
            root = package.tree(name)
            pieces += [f"{name}: {shown(one)}" for one in descendants(root, *wanted)]
    return Original(text="\n".join(pieces)[:_CHARACTERS], where=f"{place.field}, wherever the package has them")
