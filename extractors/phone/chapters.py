"""The units of an app's database: rows of one table each, cut into parts, read one row to one segment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from evidence.locator import RecordPlace
from evidence.records import UnitKind
from extractors.phone.database import Cell, Database, Row, rowid
from extractors.phone.making import Making

ROWS: Final = 20_000
"""Read by one job, roughly."""


class Chapter(NamedTuple):
    """A unit: which rows of which table, what opens it, and what becomes of each row."""

    kind: UnitKind
    table: str
    row: Callable[[Row, Making], None]
    """Adds exactly one segment."""
    where: str = "1"
    values: tuple[Cell, ...] = ()
    size: int = -1
    """How many rows; -1: to be counted."""
    begin: Callable[[Making], None] | None = None
    """Adds exactly one segment, a roster, before the first row."""
    facts: tuple[tuple[str, str], ...] = ()
    end: Callable[[Making], None] | None = None
    """Adds at most one segment, after the last row."""


class Slice(NamedTuple):
    """A run of a chapter's rows that one job reads."""

    unit: int
    low: int | None
    below: int | None
    ordinal: int
    rows: int

    @property
    def is_first(self) -> bool:
        """Whether the chapter's opening belongs to it."""
        return self.low is None


def sliced(chapters: list[Chapter], database: Database) -> list[list[Slice]]:
    """Return the slices of all chapters in order, gathered into parts of some twenty thousand rows."""
    parts: list[list[Slice]] = []
    held = 0
    for unit, chapter in enumerate(chapters, start=1):
        count = chapter.size if chapter.size >= 0 else database.count(chapter.table, chapter.where, chapter.values)
        for slice_ in _of(chapter, unit, count, database):
            if not parts or held + slice_.rows > ROWS:
                parts.append([])
                held = 0
            parts[-1].append(slice_)
            held += slice_.rows
    return parts


def _of(chapter: Chapter, unit: int, count: int, database: Database) -> list[Slice]:
    bounds = database.bounds(chapter.table, chapter.where, chapter.values, ROWS) if count > ROWS else []
    lows: list[int | None] = [None, *bounds]
    opening = 1 if chapter.begin is not None else 0
    return [
        Slice(
            unit=unit,
            low=low,
            below=lows[at + 1] if at + 1 < len(lows) else None,
            ordinal=1 if low is None else 1 + opening + at * ROWS,
            rows=count if not bounds else min(ROWS, max(count - at * ROWS, 1)),
        )
        for at, low in enumerate(lows)
    ]


def read_slice(chapter: Chapter, slice_: Slice, database: Database, making: Making) -> None:
    """Add a slice as a unit, or as the piece of one."""
    if slice_.is_first and chapter.begin is not None:
        chapter.begin(making)
    for row in database.rows(chapter.table, chapter.where, chapter.values, low=slice_.low, below=slice_.below):
        before = making.index
        try:
            chapter.row(row, making)
        except (ValueError, TypeError, OverflowError, LookupError):
            making.miss("a row whose values are not what its columns should hold")
            if making.index == before:
                making.segment("[row not read]", row_place(chapter.table, row))
    if slice_.below is None and chapter.end is not None:
        chapter.end(making)
    for problem in database.problems:
        making.miss(problem)
    database.problems.clear()
    making.close(chapter.kind, slice_.unit, first_ordinal=slice_.ordinal, facts=dict(chapter.facts))


def row_place(table: str, row: Row) -> RecordPlace:
    """Return where a row stands."""
    return RecordPlace(record=max(rowid(row), 0), field="row", table=table, key=str(rowid(row)))


def table_place(table: str, at: int = 0) -> RecordPlace:
    """Return a row by its rowid, or the table as a whole, for what is gathered from all over it."""
    return RecordPlace(record=max(at, 1), field="row" if at else "header", table=table, key=str(at) if at else "")
