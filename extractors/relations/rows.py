"""Cells of one table row: records of a table file, and lines whose cells tabs, bars or wide spaces part.

Columns parted by single spaces are not told from prose; what stands in them is named on the same line, no more.
Dates and sums say something only together with the row, so they are no ends here.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from evidence.records import Found
from extractors.relations.edge import VALUES, Edge, pairs
from extractors.relations.lines import Line

_MENTIONS_A_ROW = 12
_LEAST_CELLS = 3
"""Cells that bars or wide spaces must part, on two lines running, to be a table."""
_TABS, _BARS, _SPACES = re.compile(r"\t+"), re.compile(r"\|"), re.compile(r" {2,}")
_RULE = "cells of one table row"


def table_row_edges(lines: Sequence[Line]) -> Iterator[Edge]:
    """Yield what the records of a table file state, where each mention is in a cell; a quoted cell may run over lines."""
    row: list[Found] = []
    quotes = 0
    for line in lines:
        row += line.mentions[: _MENTIONS_A_ROW * 2]
        quotes += line.text.count('"')
        if quotes % 2 == 0:
            yield from _edges([(one, place) for place, one in enumerate(row)])
            row = []
    yield from _edges([(one, place) for place, one in enumerate(row)])


def row_edges(lines: Sequence[Line]) -> Iterator[Edge]:
    """Yield what rows of tables laid out in text state."""
    for place, line in enumerate(lines):
        if len(line.mentions) < 2:
            continue
        around = [*lines[max(0, place - 1) : place], *lines[place + 1 : place + 2]]
        if (mark := _mark_between_cells(line, around)) is not None:
            ends = [found.start() for found in mark.finditer(line.text)]
            some = line.mentions[: _MENTIONS_A_ROW * 2]
            yield from _edges([(one, bisect_right(ends, one.start - line.start)) for one in some])


def _mark_between_cells(line: Line, around: Sequence[Line]) -> re.Pattern[str] | None:
    """Return what parts the cells of a line: tabs, or marks that the line above or below has as often."""
    if "\t" in line.text:
        return _TABS
    for mark in (_BARS, _SPACES):
        cells = _cells(line, mark)
        if cells >= _LEAST_CELLS and any(_cells(other, mark) == cells for other in around):
            return mark
    return None


def _cells(line: Line, mark: re.Pattern[str]) -> int:
    return sum(1 for _ in mark.finditer(line.text.strip("| \t"))) + 1


def _edges(cells: Sequence[tuple[Found, int]]) -> Iterator[Edge]:
    row = [(one, cell) for one, cell in cells if one.kind not in VALUES][:_MENTIONS_A_ROW]
    for source, target in pairs([one for one, _ in row]):
        (one, here), (other, there) = row[source], row[target]
        if here != there:
            yield Edge(one, other, "stated", _RULE, min(one.start, other.start), max(one.end, other.end))
