"""Rows as DuckDB reads them, written to a Parquet file, digested and counted in one pass; no row becomes a Python object."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Final, NamedTuple

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from evidence.digest import Sha256
from evidence.errors import Unreadable
from evidence.table_heads import KEY
from evidence.tables import TableDigest

MOST_NAMED: Final = 2_000_000
"""Different identifiers that one table may hold."""
_SPACE: Final = "\u0020\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
"""What DuckDB's trim takes for space: Unicode's Zs."""
_BATCH: Final = 65_536
_BATCH_OF_TEXTS: Final = 16_384
"""Rows that DuckDB hands over at once; fewer where some hold texts, so that they fit."""
_GROUP: Final = 122_880
"""Rows of a row group, as DuckDB makes them."""
_GROUP_BYTES: Final = 64 << 20
_DICTIONARY: Final = 2_000
"""Different values of a column in its first row group beyond which it is stored plain: more costs time and saves little."""


class Refused(Unreadable):
    """DuckDB does not take the file as it stands."""


class Rows(NamedTuple):
    """What was written."""

    content: Sha256
    """The digest of the rows, see `evidence.tables`."""
    problems: dict[str, int]
    """What stands in `problem` to rows, '' included, in order."""
    named: dict[str, list[str]]
    """Role of an identifier column to its different values, without the space around them, in order."""


def write_rows(
    conn: duckdb.DuckDBPyConnection,
    sql: str,
    target: Path,
    *,
    head: str,
    identifiers: Mapping[str, str],
    empty: str = "",
    texts: bool = False,
) -> Rows:
    """Write the rows of a query to a Parquet file that says `head` of itself; `identifiers` are roles to columns.

    Raises Refused where DuckDB cannot read them or the column `empty` is not, Unreadable where they name too much,
    duckdb.Error as DuckDB does.
    """
    relation, batch = conn.sql(sql), _BATCH_OF_TEXTS if texts else _BATCH
    with closing(relation.to_arrow_reader(batch)) as reader, ThreadPoolExecutor(max_workers=2) as threads:
        schema = reader.schema.remove_metadata()
        running, kept = TableDigest(schema), _Kept(target, schema, head, identifiers)
        under_way: list[Future[None]] = []
        try:
            for group in _groups(reader):
                if empty and group[empty].null_count < len(group):
                    raise Refused("some rows have more fields than can be kept apart")
                _await(under_way)  # before more is begun: no more than two groups are held at once
                under_way = [threads.submit(kept.take, group), threads.submit(_digest, running, group)]
            _await(under_way)
        finally:
            for one in under_way:
                one.exception()
            kept.close()
    return Rows(running.content(head), dict(sorted(kept.problems.items())), kept.named())


def _await(under_way: Iterable[Future[None]]) -> None:
    try:
        for one in under_way:
            one.result()
    except pa.ArrowMemoryError as error:
        raise MemoryError(str(error)) from error
    except (OSError, pa.ArrowException) as error:
        raise Unreadable(f"what was made of the table could not be written: {error}") from error


def _groups(reader: pa.RecordBatchReader) -> Iterator[pa.Table]:
    """Yield the rows in row groups: as many as make one, fewer where they are long."""
    held: list[pa.RecordBatch] = []
    rows = size = 0
    while (batch := _next(reader)) is not None:
        held.append(batch)
        rows, size = rows + len(batch), size + batch.nbytes
        if rows >= _GROUP or size >= _GROUP_BYTES:
            yield pa.Table.from_batches(held)
            held, rows, size = [], 0, 0
    if rows:
        yield pa.Table.from_batches(held)


def _next(reader: pa.RecordBatchReader) -> pa.RecordBatch | None:
    """Return DuckDB's next rows; what it says against the file comes through Arrow as an OSError."""
    try:
        return reader.read_next_batch()
    except StopIteration:
        return None
    except (OSError, pa.ArrowException) as error:
        said = str(error).partition("\n")[0]
        if said.startswith("Out of Memory"):
            raise Unreadable("the table needs more memory than a job may have") from error
        raise Refused(f"the table cannot be read: {said[:200]}") from error


def _digest(running: TableDigest, group: pa.Table) -> None:
    for batch in group.to_batches():
        running.take(batch)


class _Kept:
    """The file in the making, and what its rows name; the values of a column are told apart once, for both."""

    def __init__(self, target: Path, schema: pa.Schema, head: str, identifiers: Mapping[str, str]) -> None:
        self._target, self._schema, self._head = target, schema, head
        self._texts = {field.name for field in schema if pa.types.is_string(field.type)}
        self._roles = dict(identifiers)
        self._named = {column: _Named() for column in self._roles.values()}
        self._few: list[str] = []
        self._writer: pq.ParquetWriter | None = None
        self.problems: Counter[str] = Counter()

    def take(self, group: pa.Table) -> None:
        """Write the next rows and count what they hold."""
        writer = self._writer or self._open(group)
        told = {}
        for name in {"problem", *self._few, *self._named}:
            told[name] = group[name].combine_chunks().dictionary_encode()
        for one in pc.value_counts(told["problem"].indices).to_pylist():
            self.problems[str(told["problem"].dictionary[one["values"]])] += int(one["counts"])
        for name, column in self._named.items():
            column.take(told[name].dictionary)
        if sum(len(self._named[column].values) for column in self._roles.values()) >= MOST_NAMED:
            raise Unreadable(f"more than {MOST_NAMED:,} different identifiers in one table")
        columns = [told[name] if name in self._few else group[name] for name in group.column_names]
        writer.write_table(pa.table(columns, names=group.column_names))

    def named(self) -> dict[str, list[str]]:
        """Return what the identifier columns hold, by role."""
        return {role: sorted(self._named[column].values) for role, column in self._roles.items()}

    def close(self) -> None:
        """End the file."""
        writer = self._writer or self._open(self._schema.empty_table())
        writer.add_key_value_metadata({KEY: self._head})
        writer.close()

    def _open(self, first: pa.Table) -> pq.ParquetWriter:
        """Open a file that keeps a dictionary of texts with few values and statistics of what is no text."""
        self._few = [name for name in self._schema.names if name in self._texts and self._has_few(first, name)]
        coded = pa.dictionary(pa.int32(), pa.string())
        self._writer = pq.ParquetWriter(
            self._target,
            pa.schema([field.with_type(coded) if field.name in self._few else field for field in self._schema]),
            compression="snappy",
            use_dictionary=self._few or False,
            write_statistics=[name for name in self._schema.names if name not in self._texts],
            store_schema=False,
        )
        return self._writer

    def _has_few(self, first: pa.Table, name: str) -> bool:
        """Whether a dictionary of a column is worth its while: more is, where its values are told apart anyway."""
        most = len(first) // 4 if name in self._named else _DICTIONARY
        return first[name].null_count < len(first) and int(pc.count_distinct(first[name]).as_py()) <= most


class _Named:
    """The different values of a column: only those that no rows before held become Python's."""

    def __init__(self) -> None:
        self._seen = pa.array([""], type=pa.string())
        self.values: set[str] = set()

    def take(self, found: pa.Array) -> None:
        """Take in the different values of the next rows."""
        fresh = found.filter(pc.invert(pc.is_in(found, value_set=self._seen)))
        if len(fresh):
            self._seen = pa.concat_arrays([self._seen, fresh])
            self.values.update(one.strip(_SPACE) for one in fresh.to_pylist())
