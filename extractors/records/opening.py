"""From a row's place back to the very record of the file: its lines, or its cells."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from evidence.errors import Unreadable
from evidence.locator import Place, RecordPlace
from extractors.protocols import Original, ReadContext
from extractors.records.tables import PARQUET, SHEETS, cell_text, encoding_of, parquet_head, sheet_names, sheet_rows


def original(path: Path, *, place: Place, media_type: str, context: ReadContext) -> Original:
    """Return the record at `place` as it stands in the file; raises Unreadable where there is none."""
    if not isinstance(place, RecordPlace) or place.record < 1:
        raise Unreadable("a table has records only")
    if media_type in SHEETS:
        return _cells(path, place)
    if media_type == PARQUET:
        return _row(path, place)
    return _lines(path, place.record)


def _lines(path: Path, wanted: int) -> Original:
    """Return the lines of a record of a text table; a record goes on over a line's end inside quotes."""
    for number, (lines, offset, data) in enumerate(_records(path), start=1):
        if number == wanted:
            return Original(text=lines, data=data, where=f"bytes {offset:,} to {offset + len(data):,}")
    raise Unreadable(f"the table has no record {wanted:,}")


def _records(path: Path) -> Iterator[tuple[str, int, bytes]]:
    """Yield the records of a file as text, with their offset and bytes; blank lines are none."""
    encoding = encoding_of(path)
    marked = {"utf-8-sig": ("utf-8", 3), "utf-16": (_order(path), 2)}
    plain, offset = marked.get(encoding, (encoding, 0))
    held, start, quotes = "", offset, 0
    with path.open(encoding=plain, errors="surrogateescape", newline="") as file:
        if offset:
            file.read(1)
        for line in file:
            if not held and not line.strip("\r\n"):
                start += len(line.encode(plain, "surrogateescape"))
                continue
            held += line
            quotes += line.count('"')
            if quotes % 2 == 0:
                data = held.encode(plain, "surrogateescape")
                yield held.rstrip("\r\n"), start, data
                held, start, quotes = "", start + len(data), 0
    if held:
        yield held, start, held.encode(plain, "surrogateescape")


def _order(path: Path) -> str:
    with path.open("rb") as file:
        return "utf-16-le" if file.read(2) == b"\xff\xfe" else "utf-16-be"


def _cells(path: Path, place: RecordPlace) -> Original:
    names = sheet_names(path)
    name = place.table if place.table in names else ""
    if not name:
        raise Unreadable(f"the workbook has no sheet {place.table!r}")
    rows = sheet_rows(path, name, most=place.record)
    if len(rows) < place.record:
        raise Unreadable(f"sheet {name!r} has no row {place.record:,}")
    text = "\n".join(f"{_letters(at)}{place.record}: {cell}" for at, cell in enumerate(rows[place.record - 1]) if cell)
    return Original(text=text, where=f"sheet {name}, row {place.record:,}")


def _letters(at: int) -> str:
    """Return a column's letters: 0 is A, 26 is AA."""
    text = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        text = chr(65 + rest) + text
    return text


def _row(path: Path, place: RecordPlace) -> Original:
    names = parquet_head(path, most=1)[0]
    try:
        table = pq.ParquetFile(path).read()
        row = table.slice(place.record - 1, 1).to_pylist()
    except (pa.ArrowException, OSError) as error:
        raise Unreadable(f"the Parquet file cannot be read: {error}") from error
    if not row:
        raise Unreadable(f"the table has no row {place.record:,}")
    text = "\n".join(f"{name}: {cell_text(row[0][name])}" for name in names)
    return Original(text=text, where=f"row {place.record:,}")
