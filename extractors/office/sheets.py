"""Workbooks (OOXML): a unit for each sheet, hidden ones too, streamed; what a cell stores, its formulas and comments."""

from __future__ import annotations

import re
from typing import Any, Final, NamedTuple

from lxml import etree

from evidence.errors import LimitExceeded, Unreadable
from extractors.office import changes
from extractors.office.cells import COLUMNS, SheetText, column_of, letters
from extractors.office.changes import Remark
from extractors.office.gathered import Gathered
from extractors.office.markup import child, children, descendants, local, relation, why, written
from extractors.office.package import Package, Relation
from extractors.office.paragraphs import word_time
from extractors.office.properties import people
from extractors.office.serials import as_iso, is_date_format
from extractors.office.words import finish, main_part
from extractors.text import one_line

_SHEETS: Final = 2_000
_STRINGS: Final = 5_000_000
_ESCAPE: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_CELL_CHARACTERS: Final = 40_000


class Sheet(NamedTuple):
    """A sheet as the workbook lists it."""

    name: str
    part: str
    state: str
    """`visible`, `hidden`, `veryHidden`."""


class Book(NamedTuple):
    """What all sheets share."""

    sheets: tuple[Sheet, ...]
    since_1904: bool
    strings: list[str]
    formats: list[str]
    """The number format of each cell style; empty where it is general."""
    persons: dict[str, str]
    names: tuple[str, ...]


def read(package: Package, gathered: Gathered) -> None:
    """Read a workbook, one unit a sheet in the order of its tabs; raises Unreadable without its main part."""
    book = open_book(package, gathered)
    for number, sheet in enumerate(book.sheets[:_SHEETS], start=1):
        _sheet(package, gathered, sheet, book)
        if number == 1:
            _of_the_book(package, gathered, book)
        if number == _SHEETS < len(book.sheets):
            gathered.miss(f"sheets beyond the {_SHEETS:,}th")
        gathered.close("table", number, blank="the sheet holds no cells")
    if not book.sheets:
        _of_the_book(package, gathered, book)
        gathered.close("table", 1, blank="it holds no sheets")


def _of_the_book(package: Package, gathered: Gathered, book: Book) -> None:
    if book.names:
        gathered.add("\n".join(book.names), field="defined names", record=1)
    if book.since_1904:
        gathered.fact("dates", "counted from 1904")
    finish(package, gathered)


def listed_sheets(package: Package) -> tuple[Any, str, tuple[Sheet, ...]]:
    """Return the workbook's root, its part, and its sheets; raises Unreadable."""
    main = main_part(package)
    root = package.tree(main)
    relations = {one.id: one for one in package.relations(main)}
    sheets = []
    for one in descendants(root, "sheet"):
        found = relations.get(relation(one))
        part = found.target if found is not None and not found.external else ""
        sheets.append(Sheet(one_line(one.get("name", ""))[:200], part, one.get("state", "visible")))
    return root, main, tuple(sheets)


def open_book(package: Package, gathered: Gathered) -> Book:
    """Return what the sheets share; raises Unreadable where the workbook itself cannot be read."""
    root, main, sheets = listed_sheets(package)
    settings = child(root, "workbookPr")
    found: dict[str, str] = {}
    persons: dict[str, str] = {}
    for one in package.relations(main):
        if not one.external and package.has(one.target):
            found.setdefault(one.kind, one.target)
            if one.kind == "person" and (listed := gathered.tree(package, one.target)) is not None:
                persons |= {person.get("id", ""): one_line(person.get("displayName", "")) for person in listed}
                accounts = [" ".join(filter(None, who)) for who in people(listed)]
                gathered.add("\n".join(accounts), field="people of comments and changes", record=1)
    styles = gathered.tree(package, found["styles"]) if "styles" in found else None
    return Book(
        sheets=sheets,
        since_1904=settings is not None and settings.get("date1904") in ("1", "true"),
        strings=_strings(package, gathered, found.get("sharedStrings", "")),
        formats=_formats(styles) if styles is not None else [],
        persons=persons,
        names=tuple(_names(root)),
    )


def _names(root: Any) -> list[str]:
    return [
        f"{one_line(one.get('name', ''))} = {one_line(one.text or '')}{' (hidden)' if one.get('hidden') in ('1', 'true') else ''}"[
            :1_000
        ]
        for one in descendants(root, "definedName")
    ][:2_000]


def _strings(package: Package, gathered: Gathered, part: str) -> list[str]:
    """Return the shared strings, streamed; phonetic guides left out."""
    strings: list[str] = []
    if not part:
        return strings
    left = 2 * gathered.context.limits.text_code_points
    try:
        with package.opened(part) as stream:
            for _, one in etree.iterparse(stream, events=("end",), tag="{*}si", **SAFE):
                text = unescaped("".join(t.text or "" for t in one.iter("{*}t") if local(t.getparent()) != "rPh"))
                strings.append(text[:_CELL_CHARACTERS])
                left -= len(text)
                forget(one)
                if left < 0 or len(strings) > _STRINGS:
                    gathered.miss("strings of cells beyond the limit")
                    break
    except (Unreadable, etree.XMLSyntaxError) as error:
        gathered.miss(f"strings of cells: {error.what if isinstance(error, Unreadable) else why(error)}")
    return strings


SAFE: Final[dict[str, Any]] = {
    "resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False, "remove_comments": True,
    "remove_pis": True,
}  # fmt: skip


def forget(element: Any) -> None:
    """Free an element that was streamed, and those before it."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def unescaped(text: str) -> str:
    """Return a cell's text with characters that XML cannot hold (`_x000D_`) put back."""
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def _formats(styles: Any) -> list[str]:
    own = {one.get("numFmtId", ""): one.get("formatCode", "") for one in descendants(styles, "numFmt")}
    cells = child(styles, "cellXfs")
    return (
        [own.get(one.get("numFmtId", ""), one.get("numFmtId", "")) for one in children(cells, "xf")]
        if cells is not None
        else []
    )


# --- a sheet -------------------------------------------------------------------------------------------------------


def _sheet(package: Package, gathered: Gathered, sheet: Sheet, book: Book) -> None:
    gathered.fact("sheet", sheet.name)
    if sheet.state != "visible":
        how = "only a macro or another program can show it" if sheet.state == "veryHidden" else "its tab is not shown"
        gathered.fact("hidden", f"the sheet is hidden: {how}")
    if not sheet.part or not package.has(sheet.part):
        gathered.miss("its part is missing from the file")
        return
    text = SheetText(gathered, sheet.name)
    reader = _Rows(text, book)
    try:
        with package.opened(sheet.part) as stream:
            reader.read(stream)
    except Unreadable as error:
        gathered.miss(error.what)
    except etree.XMLSyntaxError as error:
        gathered.miss(f"{sheet.part} is damaged: {why(error)}")
    text.finish(hidden_columns=reader.hidden_columns)
    _beside(package, gathered, sheet, book)


class _Rows:
    """Streams the rows of one sheet; a cell at a time, so that no row is too long to hold."""

    def __init__(self, text: SheetText, book: Book) -> None:
        self._text = text
        self._book = book
        self._cells: dict[int, str] = {}
        self._number = 0
        self._column_now = 0
        self._open = False
        self.hidden_columns: list[int] = []

    def read(self, stream: Any) -> None:
        """Read the rows until the end, or until no more are wanted."""
        tags = [f"{{*}}{name}" for name in ("row", "c", "col")]
        for _, one in etree.iterparse(stream, events=("end",), tag=tags, **SAFE):
            name = local(one)
            if name == "c":
                self._begin(one.getparent())
                self._cell(one)
                forget(one)
            elif name == "col":
                self._column(one)
            elif not self._row(one):
                break

    def _begin(self, row: Any) -> None:
        if not self._open:
            self._number = _whole(row.get("r")) or self._number + 1
            self._cells, self._column_now = {}, 0
            self._open = True

    def _row(self, row: Any) -> bool:
        self._begin(row)
        self._open = False
        wanted = self._text.row(self._number, self._cells, hidden=row.get("hidden") in ("1", "true"))
        forget(row)
        return wanted

    def _column(self, column: Any) -> None:
        first, last = _whole(column.get("min")), min(_whole(column.get("max")), COLUMNS)
        if column.get("hidden") in ("1", "true") and first > 0:
            self.hidden_columns += range(first, min(last, first + 500) + 1)

    def _cell(self, cell: Any) -> None:
        column = self._column_now = column_of(cell.get("r", "")) or self._column_now + 1
        if column > COLUMNS:
            raise LimitExceeded(f"row {self._number:,} has more cells than a sheet can have")
        reference = f"{letters(column)}{self._number}"
        value = formula = None
        for one in cell:
            name = local(one)
            if name == "v":
                value = one
            elif name == "f":
                formula = one
        if formula is not None and formula.text:
            self._text.formula(reference, self._number, one_line(formula.text))
        self._cells[column] = self._value(cell, value, reference)[:_CELL_CHARACTERS]

    def _value(self, cell: Any, value: Any | None, reference: str) -> str:
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            return unescaped("".join(t.text or "" for t in cell.iter("{*}t") if local(t.getparent()) != "rPh"))
        text = value.text or "" if value is not None else ""
        if kind == "s":
            index = _whole(text, default=-1)
            return self._book.strings[index] if 0 <= index < len(self._book.strings) else "\ufffd" if text else ""
        if kind == "b":
            return {"1": "TRUE", "0": "FALSE"}.get(text, text)
        if kind == "n" and text:
            return self._number_shown(text, _whole(cell.get("s")), reference)
        return unescaped(text)

    def _number_shown(self, text: str, style: int, reference: str) -> str:
        """Return a number as it is stored; a date as ISO 8601, with the form in which the file shows it noted."""
        code = self._book.formats[style] if 0 <= style < len(self._book.formats) else ""
        if not is_date_format(code):
            return text
        found = as_iso(text, since_1904=self._book.since_1904, code=code)
        if not found:
            return text
        self._text.date_format(reference, code)
        return found


def _whole(text: str | None, default: int = 0) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else default


# --- beside the cells ----------------------------------------------------------------------------------------------


def _beside(package: Package, gathered: Gathered, sheet: Sheet, book: Book) -> None:
    """Add comments, text boxes and headers of a sheet."""
    try:
        relations = [one for one in package.relations(sheet.part) if not one.external and package.has(one.target)]
    except Unreadable as error:
        gathered.miss(error.what)
        return
    counts = {"comment": 0}
    threaded: set[str] = set()
    for one in sorted(relations, key=lambda one: one.kind != "threadedComment"):
        if one.kind not in ("comments", "threadedComment", "drawing"):
            continue
        root = gathered.tree(package, one.target)
        if root is None:
            continue
        if one.kind == "drawing":
            _drawing(package, gathered, root, one, sheet)
        elif one.kind == "comments":
            _comments(gathered, root, sheet, counts, threaded)
        else:
            threaded |= _threaded(gathered, root, sheet, book, counts)
    changes.said({name: count for name, count in counts.items() if count}, gathered)


def _comments(gathered: Gathered, root: Any, sheet: Sheet, counts: dict[str, int], threaded: set[str]) -> None:
    authors = [one_line(written(one)) for one in descendants(root, "author")]
    for comment in descendants(root, "comment"):
        cell = comment.get("ref", "")
        if cell in threaded:
            continue
        counts["comment"] += 1
        index = _whole(comment.get("authorId"), default=-1)
        author = authors[index] if 0 <= index < len(authors) else ""
        text = "".join(unescaped(t.text or "") for t in comment.iter("{*}t"))
        remark = Remark(author=author, when=None, text=text, key=cell)
        changes.add_remark(remark, gathered, record=counts["comment"], table=sheet.name, cell=cell)


def _threaded(gathered: Gathered, root: Any, sheet: Sheet, book: Book, counts: dict[str, int]) -> set[str]:
    cells: set[str] = set()
    for one in descendants(root, "threadedComment"):
        cell = one.get("ref", "")
        cells.add(cell)
        counts["comment"] += 1
        remark = Remark(
            author=book.persons.get(one.get("personId", ""), ""),
            when=word_time(one.get("dT", "")),
            text=written(child(one, "text")),
            key=cell,
            id=one.get("id", ""),
            reply_to=one.get("parentId", ""),
            resolved=one.get("done") in ("1", "true"),
        )
        changes.add_remark(remark, gathered, record=counts["comment"], table=sheet.name, cell=cell)
    return cells


def _drawing(package: Package, gathered: Gathered, root: Any, one: Relation, sheet: Sheet) -> None:
    """Add the text of shapes and of the charts that a drawing shows."""
    roots = [("text box", root)]
    for inner in package.relations(one.target):
        if inner.kind == "chart" and not inner.external and package.has(inner.target):
            chart = gathered.tree(package, inner.target)
            roots += [("chart", chart)] if chart is not None else []
    for field, tree in roots:
        bodies = descendants(tree, "txBody", "rich")
        for number, body in enumerate(bodies, start=1):
            lines = ["".join(t.text or "" for t in p.iter("{*}t")) for p in descendants(body, "p")]
            gathered.add(
                "\n".join(line for line in lines if line.strip()), field=field, record=number, table=sheet.name
            )
