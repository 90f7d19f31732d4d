"""Any table file as rows of text: where its header stands, how it is delimited, and a view of it for DuckDB."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import python_calamine

from evidence.errors import Unreadable

SHEETS: Final = frozenset(
    {
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.oasis.opendocument.spreadsheet",
        "application/vnd.ms-excel",
    }
)
TEXTS: Final = frozenset({"text/csv", "text/tab-separated-values", "text/plain"})
PARQUET: Final = "application/vnd.apache.parquet"
HEADER_WITHIN: Final = 60
"""Records among which a header is looked for: titles, letterheads and notes stand above it."""
EXTRA: Final = 4
"""Fields beyond the header's that a ragged row may have before the rest is joined into the last."""
_HEAD_BYTES: Final = 256 << 10
_CHUNK: Final = 8 << 20
_FIELD_LIMIT: Final = 16 << 20
_DELIMITERS: Final = (",", ";", "\t", "|")


class Head(NamedTuple):
    """The first records of a table: how they are parted, and as text."""

    delimiter: str
    """Empty for what is no text."""
    rows: list[list[str]]


class Source(NamedTuple):
    """A table as DuckDB reads it: an SQL relation with text columns `c0`, `c1` …, in the order of the file."""

    relation: str
    width: int
    note: str = ""
    """What had to be done to read it."""
    ragged: bool = False
    """Whether fields beyond `width` would be lost."""


# --- text ----------------------------------------------------------------------------------------------------------


def encoding_of(path: Path) -> str:
    """Return the encoding of a text file: by its mark, as UTF-8 where all of it is, else UTF-16 or Windows-1252."""
    with path.open("rb") as file:
        start = file.read(4096)
        if start.startswith(codecs.BOM_UTF8):
            return "utf-8-sig"
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        if guess := _zeros(start):
            return guess
        file.seek(0)
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            while chunk := file.read(_CHUNK):
                if not chunk.isascii() or decoder.getstate()[0]:  # what is in ASCII is UTF-8 too
                    decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8"


def _zeros(start: bytes) -> str:
    """Return UTF-16 without a mark, told by its zero bytes."""
    even, odd = start[::2].count(0), start[1::2].count(0)
    if odd > len(start) // 5 and even < odd // 4:
        return "utf-16-le"
    return "utf-16-be" if even > len(start) // 5 and odd < even // 4 else ""


def _decoded(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    if guess := _zeros(data[:4096]):
        return data.decode(guess, "replace")
    try:
        return codecs.getincrementaldecoder("utf-8-sig")().decode(data)
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def text_heads(path: Path) -> Iterator[Head]:
    """Yield the first records of a text table under each delimiter that gives more than one column anywhere."""
    with path.open("rb") as file:
        text = _decoded(file.read(_HEAD_BYTES))
    for delimiter in _DELIMITERS:
        if delimiter not in text:
            continue
        rows = list(_first(_records(io.StringIO(text, newline=""), delimiter)))
        if any(len(row) > 1 for row in rows):
            yield Head(delimiter, rows)


def _first(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    for _, row in zip(range(HEADER_WITHIN + 400), rows, strict=False):
        yield row


def _records(lines: Any, delimiter: str) -> Iterator[list[str]]:
    """Yield the records of a text, blank lines left out; a NUL stands for nothing."""
    csv.field_size_limit(_FIELD_LIMIT)
    reader = csv.reader((line.replace("\0", "") for line in lines), delimiter=delimiter)
    try:
        yield from (row for row in reader if row)
    except csv.Error as error:
        raise Unreadable(f"the table cannot be read: {error}") from error


def text_sources(
    conn: duckdb.DuckDBPyConnection, path: Path, *, delimiter: str, width: int, scratch: Path
) -> Iterator[Source]:
    """Yield ways to read a text table, the fastest first; the caller takes the next where one is refused.

    DuckDB reads it in parallel, else in one go; Python's csv module takes anything, only slower. What is not UTF-8 is
    written anew in `scratch` first.
    """
    encoding = encoding_of(path)
    plain, note = path, ""
    if encoding not in ("utf-8", "utf-8-sig"):
        plain, note = _transcoded(path, encoding, scratch), f"read as {encoding}"
    columns = ", ".join(f"'c{at}': 'VARCHAR'" for at in range(width + EXTRA))
    options = (
        f"delim = {literal(delimiter)}, quote = '\"', escape = '\"', header = false, auto_detect = false, "
        f"null_padding = true, strict_mode = false, nullstr = '\x01', max_line_size = {_FIELD_LIMIT}, "
        f"columns = {{{columns}}}"
    )
    for parallel in ("", ", parallel = false"):
        yield Source(f"read_csv({literal(str(plain))}, {options}{parallel})", width + EXTRA, note, ragged=True)
    with plain.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        register(conn, list(_records(file, delimiter)), width=width + EXTRA)
    yield Source(
        "sheet", width + EXTRA, "; ".join(filter(None, (note, "read record by record: its fields are uneven")))
    )


def _transcoded(path: Path, encoding: str, scratch: Path) -> Path:
    made = scratch / "table.txt"
    with (
        path.open(encoding=encoding, errors="replace", newline="") as source,
        made.open("w", encoding="utf-8", newline="") as target,
    ):
        while chunk := source.read(_CHUNK):
            target.write(chunk)
    return made


# --- workbooks -----------------------------------------------------------------------------------------------------


def sheet_names(path: Path) -> list[str]:
    """Return the sheets of a workbook, hidden ones too; raises Unreadable."""
    with _workbook(path) as book:
        return list(book.sheet_names)


def sheet_rows(path: Path, name: str, *, most: int = 0) -> list[list[str]]:
    """Return the rows of a sheet as text, from its first row on; raises Unreadable."""
    with _workbook(path) as book:
        try:
            sheet = book.get_sheet_by_name(name)
            rows = sheet.to_python(skip_empty_area=False, nrows=most or None)
        except Exception as error:
            raise Unreadable(f"sheet {name!r} cannot be read: {error}") from error
    return [[cell_text(cell) for cell in row] for row in rows]


class _workbook:  # noqa: N801 - reads as a verb
    """An open workbook; any failure of the library is ours."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> Any:
        try:
            self._book = python_calamine.CalamineWorkbook.from_path(str(self._path))
        except BaseException as error:  # a panic of the Rust library is no Exception
            if isinstance(error, (KeyboardInterrupt, SystemExit, MemoryError)):
                raise
            raise Unreadable(f"the workbook cannot be opened: {error}") from error
        return self._book

    def __exit__(self, *_: object) -> None:
        self._book.close()


def cell_text(cell: object) -> str:
    """Return a cell's value as text: times in ISO 8601, whole numbers without a point."""
    match cell:
        case None:
            return ""
        case bool():
            return "true" if cell else "false"
        case float():
            return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
        case datetime():
            return cell.isoformat(sep=" ", timespec="seconds")
        case date() | time():
            return cell.isoformat()
        case timedelta():
            minutes, seconds = divmod(int(cell.total_seconds()), 60)
            return f"{minutes // 60}:{minutes % 60:02d}:{seconds:02d}"
        case _:
            return str(cell)


def register(conn: duckdb.DuckDBPyConnection, rows: Sequence[Sequence[str]], *, width: int) -> None:
    """Make rows of text the relation `sheet`; what a row has beyond `width` is joined into its last field."""
    whole = [[*row[: width - 1], " ".join(row[width - 1 :])] if len(row) > width else row for row in rows]
    columns = {
        f"c{at}": pa.array([row[at] if at < len(row) else None for row in whole], type=pa.string())
        for at in range(width)
    }
    conn.register("sheet_arrow", pa.table(columns))
    conn.execute("CREATE OR REPLACE TEMP TABLE sheet AS SELECT * FROM sheet_arrow")
    conn.unregister("sheet_arrow")


# --- Parquet -------------------------------------------------------------------------------------------------------


def parquet_head(path: Path, *, most: int = 200) -> list[list[str]]:
    """Return the column names of a Parquet file and its first rows as text; raises Unreadable."""
    try:
        file = pq.ParquetFile(path)
        batch = next(file.iter_batches(batch_size=most), None)
        names = list(file.schema_arrow.names)
        rows = batch.to_pylist() if batch is not None else []
    except (pa.ArrowException, OSError, ValueError) as error:
        raise Unreadable(f"the Parquet file cannot be read: {error}") from error
    return [names, *([cell_text(row[name]) for name in names] for row in rows)]


def parquet_source(path: Path, names: Sequence[str]) -> Source:
    """Return the rows of a Parquet file as text columns."""
    columns = ", ".join(f"coalesce(CAST({identifier(name)} AS VARCHAR), '') AS c{at}" for at, name in enumerate(names))
    return Source(f"(SELECT {columns} FROM read_parquet({literal(str(path))}))", len(names))  # noqa: S608


def literal(text: str) -> str:
    """Return text as an SQL string."""
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """Return a name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
