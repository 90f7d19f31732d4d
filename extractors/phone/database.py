"""SQLite files from a phone, opened so that nothing is written beside them and a damaged or hostile one costs little.

A write-ahead log that was received with its database is applied to a copy of both in the job's scratch folder.
"""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final, TypeAlias
from urllib.parse import quote

from evidence.errors import Unreadable
from extractors.protocols import ReadContext

Cell: TypeAlias = str | int | float | bytes | None
Row: TypeAlias = dict[str, Cell]
ROWID: Final = "_rowid_ (SQLite)"
"""The key of a row's rowid among its columns; no column of an app is called that."""
TROUBLE: Final = (sqlite3.Error, sqlite3.Warning, OverflowError, UnicodeDecodeError)
"""What Python's sqlite3 raises on damaged files: the last where its own message quotes what is no text."""
_CELL_BYTES: Final = 64 << 20
_STEPS: Final = 100_000
_GROUPS: Final = 1_000_000
_SHOWN_BYTES: Final = 256


class Database:
    """An open database: its tables, what was said of its log, and what of it could not be read."""

    def __init__(self, connection: sqlite3.Connection, facts: dict[str, str]) -> None:
        self.connection = connection
        self.facts = facts
        self.problems: list[str] = []
        self.tables = self._tables()

    def _tables(self) -> dict[str, frozenset[str]]:
        try:
            names = [
                str(row[0]) for row in self.connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            ]
            return {name: frozenset(self._columns(name)) for name in names[:5_000]}
        except TROUBLE as error:
            self.close()
            raise Unreadable(f"the database cannot be read: {_why(error)}") from error

    def _columns(self, table: str) -> list[str]:
        try:
            return [str(row[1]) for row in self.connection.execute(f"PRAGMA table_info({quoted(table)})")]
        except TROUBLE:
            return []

    def has(self, table: str, *columns: str) -> bool:
        """Say whether there is such a table with at least these columns."""
        return table in self.tables and self.tables[table] >= set(columns)

    # What is put into SQL below is either quoted (the names of tables and columns) or written in this package (conditions).

    def grouped(self, table: str, column: str, *, where: str = "1") -> dict[Cell, int] | None:
        """Return how many rows there are for each value of a column, in order of their first rows; None where that fails."""
        sql = (
            f"SELECT {quoted(column)}, count(*) FROM {quoted(table)} WHERE {where}"  # noqa: S608
            f" GROUP BY {quoted(column)} ORDER BY min(rowid) LIMIT {_GROUPS}"
        )
        try:
            return dict(self.connection.execute(sql).fetchall())
        except TROUBLE:
            return None

    def bounds(self, table: str, where: str, values: tuple[Cell, ...], every: int) -> list[int]:
        """Return the rowid of each `every`-th row after the first, in order; none where that cannot be told."""
        sql = (
            f"SELECT id FROM (SELECT rowid AS id, row_number() OVER (ORDER BY rowid) AS n FROM {quoted(table)}"  # noqa: S608
            f" WHERE {where}) WHERE n > 1 AND (n - 1) % {every} = 0 ORDER BY id"
        )
        try:
            return [int(row[0]) for row in self.connection.execute(sql, values)]
        except (*TROUBLE, ValueError):
            return []

    def is_indexed(self, table: str, column: str) -> bool:
        """Say whether a row can be found by a column without going through all of them."""
        if column == "rowid":
            return True
        sql = f"EXPLAIN QUERY PLAN SELECT 1 FROM {quoted(table)} WHERE {quoted(column)} = 1"  # noqa: S608
        try:
            return all(str(row[3]).startswith("SEARCH") for row in self.connection.execute(sql))
        except TROUBLE:
            return False

    def count(self, table: str, where: str = "1", values: tuple[Cell, ...] = ()) -> int:
        """Return how many rows there are; 0 where that cannot be told."""
        try:
            sql = f"SELECT count(*) FROM {quoted(table)} WHERE {where}"  # noqa: S608
            return int(self.connection.execute(sql, values).fetchone()[0])
        except TROUBLE:
            return 0

    def rows(
        self,
        table: str,
        where: str = "1",
        values: tuple[Cell, ...] = (),
        *,
        low: int | None = None,
        below: int | None = None,
    ) -> Iterator[Row]:
        """Yield rows in the order of their rowids, from `low` and `below` a bound.

        Where a page is damaged, those before it, and those after it as far back as they can be reached; what lies
        between is said in `problems`.
        """
        span = (
            *([("rowid >= ?", low)] if low is not None else []),
            *([("rowid < ?", below)] if below is not None else []),
        )
        full = " AND ".join([f"({where})", *(condition for condition, _ in span)])
        every = (*values, *(bound for _, bound in span))
        last: int | None = None
        try:
            for row in self._select(table, full, every, "ASC"):
                last = _rowid(row)
                yield row
            return
        except TROUBLE as error:
            why = _why(error)
        tail = self._tail(table, full, every, last)[::-1]
        lead = f"after row {last:,}" if last is not None else "from its first row"
        end = f" up to row {_rowid(tail[0]):,}" if tail else ""
        self.problems.append(f"table {table}, {lead}{end}: {why}")
        yield from tail

    def _tail(self, table: str, where: str, values: tuple[Cell, ...], last: int | None) -> list[Row]:
        """Return the rows from the end back to where that fails too, newest first."""
        found: list[Row] = []
        try:
            for row in self._select(table, where, values, "DESC"):
                if last is not None and _rowid(row) <= last:
                    break
                found.append(row)
                if len(found) >= _STEPS:
                    break
        except TROUBLE:
            pass
        return found

    def _select(self, table: str, where: str, values: tuple[Cell, ...], order: str) -> Iterator[Row]:
        sql = f"SELECT rowid AS {quoted(ROWID)}, * FROM {quoted(table)} WHERE {where} ORDER BY rowid {order}"  # noqa: S608
        cursor = self.connection.execute(sql, values)
        names = [str(column[0]) for column in cursor.description]
        for row in cursor:
            yield dict(zip(names, row, strict=True))

    def row(self, table: str, rowid: int) -> Row | None:
        """Return one row; raises Unreadable where the database does not let it be read."""
        try:
            return next(self._select(table, "rowid = ?", (rowid,), "ASC"), None)
        except TROUBLE as error:
            raise Unreadable(f"row {rowid} of {table} cannot be read: {_why(error)}") from error

    def close(self) -> None:
        """Close the file."""
        self.connection.close()


def open_database(path: Path, context: ReadContext) -> Database:
    """Return the database in `path`, with its write-ahead log where it was received beside it; raises Unreadable."""
    log = next((one for one in context.siblings if one.name.endswith("-wal") and _size(one.path)), None)
    facts: dict[str, str] = {}
    try:
        with path.open("rb") as source:
            head = source.read(20)
        if log is not None:
            facts["write_ahead_log"] = f"{log.name}, {_size(log.path):,} bytes, applied to a copy"
            return Database(_connect(_with_log(path, log.path, context.scratch), context, copied=True), facts)
        if head[18:20] == b"\x02\x02":
            facts["write_ahead_log"] = "the database uses one; none was received with it, or it was empty"
        return Database(_connect(path, context, copied=False), facts)
    except (*TROUBLE, OSError) as error:
        raise Unreadable("the database cannot be opened") from error


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _with_log(path: Path, log: Path, scratch: Path) -> Path:
    scratch.mkdir(parents=True, exist_ok=True)
    copy = scratch / "database"
    for name in ("database", "database-wal", "database-shm"):
        (scratch / name).unlink(missing_ok=True)
    shutil.copyfile(path, copy)
    shutil.copyfile(log, scratch / "database-wal")
    return copy


def _connect(path: Path, context: ReadContext, *, copied: bool) -> sqlite3.Connection:
    mode = "mode=rw" if copied else "mode=ro&immutable=1"
    connection = sqlite3.connect(f"file:{quote(str(path))}?{mode}", uri=True, isolation_level=None)
    try:
        connection.text_factory = lambda data: data.decode("utf-8", "replace")
        for pragma in ("query_only = ON", "trusted_schema = OFF", "cell_size_check = ON", "mmap_size = 0"):
            connection.execute(f"PRAGMA {pragma}")
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _CELL_BYTES)
        until = time.monotonic() + context.limits.seconds * 0.8
        connection.set_progress_handler(lambda: int(time.monotonic() > until), _STEPS)
    except BaseException:
        connection.close()
        raise
    return connection


def quoted(name: str) -> str:
    """Return a table's or column's name as SQL has it."""
    return '"' + name.replace('"', '""') + '"'


def _rowid(row: Row) -> int:
    value = row[ROWID]
    return value if isinstance(value, int) else 0


def _why(error: Exception) -> str:
    said = "" if isinstance(error, UnicodeDecodeError) else str(error)
    return "it took too long" if "interrupted" in said else said or "it is damaged"


# --- cells ---------------------------------------------------------------------------------------------------------


def rowid(row: Row) -> int:
    """Return a row's rowid."""
    return _rowid(row)


def text(row: Row, *columns: str) -> str:
    """Return the first of `columns` that holds something, as text; bytes as the UTF-8 that they should be."""
    for column in columns:
        value = row.get(column)
        if value is not None and value != "" and value != b"":
            return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    return ""


def number(row: Row, column: str) -> int:
    """Return a column as a whole number; 0 where it holds none."""
    value = row.get(column)
    if isinstance(value, int):
        return value
    try:
        return int(float(value)) if isinstance(value, (str, float)) else 0
    except (ValueError, OverflowError):
        return 0


def as_lines(row: Row) -> str:
    """Return a row as lines `column: value`, its rowid first; bytes in hexadecimal, long ones cut."""
    return "\n".join(f"{'rowid' if column == ROWID else column}: {_shown(value)}" for column, value in row.items())


def _shown(value: Cell) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bytes):
        more = f" … ({len(value):,} bytes)" if len(value) > _SHOWN_BYTES else ""
        return f"x'{value[:_SHOWN_BYTES].hex()}'{more}"
    return str(value)
