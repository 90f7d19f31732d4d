"""Sheets of OpenDocument spreadsheets: what each cell stores; rows and cells that repeat are not written out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Protocol

from extractors.office import changes
from extractors.office.cells import COLUMNS, SheetText, letters
from extractors.office.changes import Remark
from extractors.office.gathered import Gathered
from extractors.office.markup import attribute, child, children, descendants, local, written
from extractors.office.properties import w3c
from extractors.text import one_line

_REPEATED: Final = 1_000
"""Rows of the same content that are written out one by one; a longer run is said to be one."""
_REPEATED_CELLS: Final = 64
_STORED: Final = {
    "date": "date-value",
    "boolean": "boolean-value",
    "time": "time-value",
    "float": "value",
    "percentage": "value",
}


class Hides(Protocol):
    """What the styles hide."""

    def hides_table(self, name: str) -> bool:
        """Say whether a sheet is hidden."""
        ...


def read_sheets(gathered: Gathered, content: Any, part: str, hides: Hides, first: Callable[[], None]) -> None:
    """Read each sheet as a unit; `first` adds to the first one what belongs to the whole file."""
    spreadsheet = child(content, "body", "spreadsheet")
    tables = list(children(spreadsheet, "table"))
    for number, table in enumerate(tables, start=1):
        name = one_line(attribute(table, "name"))[:200]
        gathered.fact("sheet", name)
        if hides.hides_table(attribute(table, "style-name")):
            gathered.fact("hidden", "the sheet is hidden: its tab is not shown")
        _Sheet(gathered, table, name).read()
        if number == 1:
            _names(gathered, spreadsheet)
            first()
        gathered.close("table", number, blank="the sheet holds no cells")
    if not tables:
        first()
        gathered.close("table", 1, blank="it holds no sheets")


def _names(gathered: Gathered, spreadsheet: Any) -> None:
    lines = [
        f"{attribute(one, 'name')} = {attribute(one, 'cell-range-address') or attribute(one, 'expression')}"
        for one in descendants(spreadsheet, "named-range", "named-expression")
    ]
    if lines:
        gathered.add("\n".join(lines[:2_000]), field="defined names", record=1)


class _Sheet:
    def __init__(self, gathered: Gathered, table: Any, name: str) -> None:
        self._gathered = gathered
        self._table = table
        self._name = name
        self._text = SheetText(gathered, name)
        self._links: list[str] = []
        self._counts = {"comment": 0}

    def read(self) -> None:
        number = 1
        for row in descendants(self._table, "table-row"):
            times = _times(attribute(row, "number-rows-repeated"))
            if not self._row(row, number, times):
                break
            number += times
        self._text.finish(hidden_columns=self._hidden_columns())
        for shape in descendants(self._table, "shapes"):
            for count, body in enumerate(descendants(shape, "text-box", "custom-shape"), start=1):
                text = "\n".join(written(p) for p in descendants(body, "p"))
                self._gathered.add(text, field="text box", record=count, table=self._name)
        if self._links:
            self._gathered.add("\n".join(dict.fromkeys(self._links)), field="links", record=1, table=self._name)
        changes.said({name: count for name, count in self._counts.items() if count}, self._gathered)

    def _row(self, row: Any, number: int, times: int) -> bool:
        cells: dict[int, str] = {}
        column = 1
        for cell in children(row, "table-cell", "covered-table-cell"):
            repeated = _times(attribute(cell, "number-columns-repeated"))
            reference = f"{letters(min(column, COLUMNS))}{number}"
            if text := self._cell(cell, reference, number):
                for at in range(column, min(column + min(repeated, _REPEATED_CELLS), COLUMNS + 1)):
                    cells[at] = text
                if repeated > _REPEATED_CELLS:
                    self._gathered.fact("repeated_cells", f"{reference} is repeated {repeated:,} times")
            column += repeated
        if not cells:
            return True
        hidden = attribute(row, "visibility") in ("collapse", "filter")
        if times > _REPEATED:
            return self._text.row(number, cells, hidden=hidden, last=number + times - 1)
        return all(self._text.row(number + offset, cells, hidden=hidden) for offset in range(times))

    def _cell(self, cell: Any, reference: str, number: int) -> str:
        if formula := attribute(cell, "formula"):
            self._text.formula(reference, number, one_line(formula.removeprefix("of:").removeprefix("oooc:")))
        for note in children(cell, "annotation"):
            self._remark(note, reference)
        self._links += [attribute(one, "href") for one in descendants(cell, "a")]
        kind = attribute(cell, "value-type")
        shown = "\n".join(_shown(p) for p in children(cell, "p"))
        stored = attribute(cell, _STORED.get(kind, "value"))
        if kind == "currency":
            return f"{stored} {attribute(cell, 'currency')}".strip() or shown
        if kind == "date" and stored:
            self._text.date_format(reference, f"as in {one_line(shown)[:40]}")
        return stored if kind in _STORED and stored else shown

    def _remark(self, note: Any, reference: str) -> None:
        self._counts["comment"] += 1
        date = child(note, "date")
        remark = Remark(
            author=one_line(written(child(note, "creator")))[:200],
            when=w3c(written(date)) if date is not None else None,
            text="\n".join(written(p) for p in descendants(note, "p")),
            key=reference,
        )
        record = self._counts["comment"]
        changes.add_remark(remark, self._gathered, record=record, table=self._name, cell=reference)

    def _hidden_columns(self) -> list[int]:
        hidden: list[int] = []
        at = 1
        for column in descendants(self._table, "table-column"):
            times = min(_times(attribute(column, "number-columns-repeated")), COLUMNS)
            if attribute(column, "visibility") in ("collapse", "filter"):
                hidden += range(at, at + min(times, 500))
            at += times
        return hidden


def _shown(element: Any) -> str:
    """Return a cell's paragraph as shown; what hangs on it left out."""
    pieces = [element.text or ""]
    for one in element:
        name = local(one)
        pieces.append(" " if name == "s" else _shown(one) if name in ("span", "a") else "")
        pieces.append(one.tail or "")
    return "".join(pieces)


def _times(written_count: str) -> int:
    return int(written_count) if written_count.isdigit() and 0 < len(written_count) < 9 else 1
