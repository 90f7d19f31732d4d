"""Birth dates that tables of records state beside names, in columns that no role names: a register's `Date of birth`.

A record has no place for a birth date; its column is known by its head, and read from the table as it lies on the shelf.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Final, NamedTuple

from evidence.digest import Sha256
from evidence.table_heads import WRITTEN, TableHead, read_head
from graph.project import Graph
from graph.record_tables import field_of
from graph.rows import Row, fetch

_TABLES: Final = """
SELECT exhibit, table_no, recipe FROM record_table
WHERE EXISTS (SELECT 1 FROM record_named AS named WHERE named.exhibit = record_table.exhibit
              AND named.table_no = record_table.table_no AND named.kind IN ('person_name', 'display_name'))
ORDER BY exhibit, table_no
"""
# Rows that are sealed, titles and totals are no records, and so are not joined.
_STATED: Final = """
WITH written AS (
    SELECT file_row_number + 1 AS "row", {name} AS name, trim({born}) AS born
    FROM read_parquet($path, file_row_number = true) WHERE trim({born}) <> '' AND {name} <> ''
)
SELECT named.entity_id AS entity, written.born, min(written."row") AS "row"
FROM written JOIN record USING ("row")
JOIN record_named AS named ON named.exhibit = record.exhibit AND named.table_no = record.table_no
    AND named.written = written.name
WHERE record.exhibit = $exhibit AND record.table_no = $number AND record.kind <> '' AND named.kind IN ('person_name', 'display_name')
GROUP BY ALL ORDER BY "row", entity
"""
_NUMBERS: Final = re.compile(r"(\d{1,4})\s*([./-])\s*(\d{1,2})\s*[./-]\s*(\d{2,4})(?:[T ]00:00(?::00)?)?")
_IN_WORDS: Final = ("%d %B %Y", "%d %b %Y", "%d-%b-%Y", "%B %d, %Y")
_TWELVE: Final = 12


class Born(NamedTuple):
    """A birth date beside a name in a row."""

    entity: str
    date: str
    row: str


def born_in_tables(graph: Graph, cue: re.Pattern[str]) -> Iterator[Born]:
    """Yield the birth dates that columns headed as `cue` says state beside names; a date that could be two is left out."""
    for table in fetch(graph.conn, _TABLES):
        head = read_head(graph.case.shelf.path(Sha256(table["recipe"])))
        columns = [column for column in head.written if cue.search(column) and not _has_role(head, column)]
        for column in columns[:1]:
            yield from _born(graph, table, head, column)


def _has_role(head: TableHead, column: str) -> bool:
    return any(column in taken for taken in head.taken.values())


def _born(graph: Graph, table: Row, head: TableHead, column: str) -> Iterator[Born]:
    path = str(graph.case.shelf.path(Sha256(table["recipe"])))
    quoted = '"' + (WRITTEN + column).replace('"', '""') + '"'
    asked = {"path": path, "exhibit": table["exhibit"], "number": table["table_no"]}
    rows: dict[tuple[str, str], int] = {}
    for role in head.identifiers:
        query = _STATED.format(name=field_of(head, role), born=quoted)
        for row in fetch(graph.conn, query, asked):
            rows.setdefault((row["entity"], row["born"]), int(row["row"]))
    read = _days([born for _, born in rows])
    for (entity, born), at in rows.items():
        if born in read:
            yield Born(entity, read[born], f"{table['exhibit']}.r{table['table_no']}.{at}")


def _days(written: Sequence[str]) -> dict[str, str]:
    """Return the dates of a column as 2026-03-01; where a day could be a month, the other dates of the column must say which it is."""
    numbers = {text: found for text in written if (found := _NUMBERS.fullmatch(text.strip()))}
    months_first = _months_first(numbers.values())
    read = {}
    for text in written:
        day = _by_numbers(numbers[text], months_first=months_first) if text in numbers else _in_words(text.strip())
        if day is not None:
            read[text] = day.isoformat()
    return read


def _months_first(found: Iterable[re.Match[str]]) -> bool | None:
    """Return whether months stand before days in dates parted by a slash or a hyphen; None where no date tells, or they disagree."""
    told = set()
    for one in found:
        if one[2] != "." and len(one[1]) < len("2026"):
            told |= {False} if int(one[1]) > _TWELVE else {True} if int(one[3]) > _TWELVE else set()
    return told.pop() if len(told) == 1 else None


def _by_numbers(found: re.Match[str], *, months_first: bool | None) -> date | None:
    one, other, last = int(found[1]), int(found[3]), int(found[4])
    if len(found[1]) == len("2026"):
        return _day(one, other, last)
    if len(found[4]) != len("2026"):
        return None
    if found[2] == "." or one == other:
        return _day(last, other, one)
    if months_first is None:
        return None
    return _day(last, one, other) if months_first else _day(last, other, one)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _in_words(text: str) -> date | None:
    for form in _IN_WORDS:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return None
