"""Tables as tables: rows in pages under a header that stays, the row asked for lit, what the template takes each column for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from evidence.errors import NotFound
from evidence.locator import RecordPlace
from evidence.records import UNIT_LETTER, segment_id
from graph import opened
from graph.answers import ExhibitLine, SegmentText
from graph.project import Graph
from workbench.web.desk import Visit
from workbench.web.views import At, View, text
from workbench.web.views.passages import passage

SHOWN: Final = 100
"""Rows on one page."""
_CELLS: Final = 400
"""Rows of a sheet that no template fits, which are segments."""


def show(visit: Visit, graph: Graph, exhibit: ExhibitLine, at: At, segment: SegmentText | None) -> View:
    """Return a page of the table asked for, else of the first; raises NotFound.

    A sheet that no template fits has segments: a line of cells each, parted by tabs.
    """
    tables = opened.tables_in(graph, exhibit.number)
    units = opened.unit_numbers(graph, exhibit.number, "table")
    number = at.unit or (next(iter(tables), 0) or (units[0] if units else 1))
    if number in tables:
        return _records(graph, exhibit, number, at, segment)
    if number not in units:
        raise NotFound(f"{exhibit.number} has no table {number}", next_step="choose one of the list")
    here = replace(at, unit=number, unit_kind="table")
    return rows_of(graph, exhibit, here, segment) or text.show(visit, graph, exhibit, here, segment)


def _records(graph: Graph, exhibit: ExhibitLine, number: int, at: At, segment: SegmentText | None) -> View:
    row = segment.ordinal if segment else 0
    table = opened.table_here(graph, exhibit.number, number, row=0 if at.after else row, after=at.after, limit=SHOWN)
    field = segment.place.field if segment and isinstance(segment.place, RecordPlace) else ""
    more = table.first + SHOWN < table.rows
    texts = opened.text_columns(graph, exhibit.number, number, [one.row for one in table.shown])
    passages = {one: (segment_id(exhibit.number, "table", number, one), heading) for one, heading in texts.items()}
    values = {"table": table, "row": row, "field": field, "step": SHOWN, "more": more, "passages": passages}
    return View(template="table.html", values=values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row of a sheet: its segment, and each cell as where it begins and what stands before, in and after the lit span."""

    segment: SegmentText
    cells: tuple[tuple[int, str, str, str], ...]


def rows_of(graph: Graph, exhibit: ExhibitLine, at: At, segment: SegmentText | None) -> View | None:
    """Return a sheet without a template as a table, its rows being segments; None where it has none."""
    first = at.after
    if segment and not at.after:
        before = opened.place_in(graph, segment, within_unit=bool(at.unit))
        first = before - before % _CELLS
    kind = at.unit_kind if at.unit else ""
    shown, many = opened.segments_in(graph, exhibit.number, unit_kind=kind, unit=at.unit, limit=_CELLS, after=first)
    rows = [one for one in shown if isinstance(one.place, RecordPlace) and one.place.field == "row"]
    if not rows:
        return None
    delimiter = max("\t,;|", key=lambda mark: sum(mark in one.text for one in rows))
    lines = [Line(segment=one, cells=tuple(_cells(one, delimiter, at))) for one in rows]
    rest = [passage(one, at) for one in shown if one not in rows]
    values = {
        "lines": lines, "wide": max(len(line.cells) for line in lines), "rest": rest, "first": first, "many": many,
        "step": _CELLS, "more": first + len(shown) < many, "unit": f"{UNIT_LETTER[rows[0].unit_kind]}{at.unit}" if at.unit else "",  # type: ignore[index]
    }  # fmt: skip
    return View(template="sheet.html", values=values)


def _cells(segment: SegmentText, delimiter: str, at: At) -> Iterator[tuple[int, str, str, str]]:
    text = segment.text
    here = segment.id == at.segment
    for start, end in bounds(text, delimiter):
        lit = (min(max(at.start, start), end), min(max(at.end, start), end)) if here and at.start >= 0 else (end, end)
        yield start, text[start : lit[0]], text[lit[0] : lit[1]], text[lit[1] : end]


def bounds(text: str, delimiter: str) -> Iterator[tuple[int, int]]:
    """Yield where the cells of a row begin and end; a delimiter between quotes parts nothing (RFC 4180)."""
    start, quoted = 0, False
    for place, character in enumerate(text):
        if character == '"':
            quoted = not quoted
        elif character == delimiter and not quoted:
            yield start, place
            start = place + 1
    yield start, len(text)
