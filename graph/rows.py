"""From rows to records: the one place where DuckDB's values become ours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, TypeVar, cast

import duckdb
import msgspec

from evidence.locator import decode_place, strip_text
from evidence.records import Stamp
from graph.answers import Strip

Made = TypeVar("Made")
Row = dict[str, Any]

_OCR = ("tesseract",)
_SPEECH = ("faster-whisper", "openai-whisper", "pocketsphinx")
_FINDERS = ("spacy_entities", "patterns")


def fetch(conn: duckdb.DuckDBPyConnection, query: str, asked: Mapping[str, Any] | None = None) -> list[Row]:
    """Return the rows of a query as dictionaries."""
    cursor = conn.execute(query, dict(asked or {}))
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def insert(conn: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Append a handful of rows to a table, through Arrow."""
    if not rows:
        return
    import pyarrow as pa  # only the projector writes: a look does not load it

    empty = cast(pa.Table, conn.sql(f"SELECT * FROM {table} LIMIT 0").to_arrow_table())  # noqa: S608 - our tables
    conn.register("incoming", pa.Table.from_pylist(list(rows), schema=empty.schema))
    conn.execute(f"INSERT INTO {table} BY NAME SELECT * FROM incoming")  # noqa: S608 - our own table names
    conn.unregister("incoming")


@contextmanager
def joined_as_written(conn: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Let DuckDB join in the order of the query and go through what stands first.

    By itself it goes through the smaller table, in pieces of 122,880 rows: three pieces leave one of two cores waiting.
    """
    conn.execute("SET disabled_optimizers = 'join_order,build_side_probe_side'")
    try:
        yield
    finally:
        conn.execute("RESET disabled_optimizers")


def records(
    conn: duckdb.DuckDBPyConnection, query: str, kind: type[Made], asked: Mapping[str, Any] | None = None
) -> tuple[Made, ...]:
    """Return the rows of a query as records of one kind."""
    return tuple(msgspec.convert(row, kind) for row in fetch(conn, query, asked))


@lru_cache(maxsize=256)
def stamps_of(encoded: str) -> tuple[Stamp, ...]:
    """Return the stamps of an exhibit as the graph keeps them."""
    return msgspec.json.decode(encoded, type=tuple[Stamp, ...])


def reader_of(source: str, stamps: tuple[Stamp, ...]) -> Stamp:
    """Return which of an exhibit's engines made a segment with that source."""
    wanted = {"ocr": _OCR, "speech": _SPEECH}.get(source)
    for stamp in stamps:
        if stamp.name in (wanted or ()) or (wanted is None and stamp.name not in (*_OCR, *_SPEECH, *_FINDERS)):
            return stamp
    return stamps[0] if stamps else Stamp(name="not recorded", version="")


def strip(row: Mapping[str, Any], *, score: int | None = None) -> Strip:
    """Return the source strip of a row with `exhibit`, `segment`, `place`, `source`, `stamps` and the like."""
    engine = reader_of(row["source"], stamps_of(row["stamps"]))
    return Strip(
        exhibit=row["exhibit"],
        segment=row["segment"],
        place=strip_text(decode_place(row["place"])),
        source=row["source"],
        engine=engine.name,
        version=engine.version,
        model=engine.model,
        score=int(row["segment_score"]) if score is None else score,
        review=str(row.get("review", "")),
        reviewer=str(row.get("reviewer", "")),
        draft=bool(row["draft"]),
        doubtful=bool(row["doubtful"]),
    )
