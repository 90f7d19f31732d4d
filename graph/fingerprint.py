"""One digest of the graph: the same for catch-up and rebuild, for every batching and every hash seed.

It covers the base tables, exhibit by exhibit; never file bytes, the index, or what follows from other rows
alone (entities, relations, co-mention).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from evidence.digest import digest_lines
from graph.rows import insert

_PROJECTED = {
    "exhibit": "ord",
    "artifact": "step, part, recipe",
    "unit": "unit_kind, unit",
    "segment": "id",
    "mention": "id",
    "rejected": "id",
    "edge_support": "relation_id, segment_id",
    "event": "id",
    "event_party": "event_id, role, kind, value",
    "attachment": "event_id, name, sha256, media_type",
    "decision": "seq",
    "correction": "seq",
    "tag": "seq",
    "scheduled": "seq",
    "note": "segment_id, text",
    "record_table": "table_no",
    "record_named": "table_no, id",
    "record_role": "table_no, id, role",
    "record": "table_no, row",
}
"""Tables whose rows belong to one exhibit, and what sets those rows in order."""
_MANY = {"segment", "mention", "edge_support", "event", "event_party", "attachment", "record"}
"""Tables of millions of rows: their digest is the sum of DuckDB's hashes of them, in no order. It tells two projections
apart; what guards the evidence are the digests on the ledger. The hash may change with DuckDB, and so `PROJECTOR` names it."""
_SUM = """
SELECT {column}, count(*) || ' ' || sum(hash({table})::HUGEINT) FROM {table}
WHERE {column} IN (SELECT number FROM stage_exhibit) {left_out} GROUP BY {column}
"""
_LEFT_OUT = {"edge_support": "AND origin = 'machine' AND NOT lifted"}
_OF_CASE = (
    *("authority", "finding", "category"),
    *("judgement", "judged", "identity", "identity_member", "identity_redirect"),
)
_DERIVED = ("entity", "relation")


def digest_exhibits(conn: duckdb.DuckDBPyConnection) -> None:
    """Write the digest of the rows of each exhibit that is staged."""
    states = {str(row[0]): hashlib.sha256() for row in conn.execute("SELECT number FROM stage_exhibit").fetchall()}
    for table, order in _PROJECTED.items():
        column = "number" if table == "exhibit" else "exhibit"
        if table in _MANY:
            query = _SUM.format(column=column, table=table, left_out=_LEFT_OUT.get(table, ""))
            for about, line in conn.execute(query).fetchall():
                states[about].update(f"{table}\n{line}\n".encode())
            continue
        query = f"""SELECT {column} AS about, CAST(to_json({table}) AS VARCHAR) || chr(10) AS line FROM {table}
            WHERE {column} IN (SELECT number FROM stage_exhibit) {_LEFT_OUT.get(table, "")}
            ORDER BY {column}, {order}"""  # noqa: S608 - our own table names
        for batch in conn.sql(query).to_arrow_reader() or ():
            for about, lines in _by_exhibit(batch):
                states[about].update(f"{table} ".encode())
                states[about].update(lines)
    insert(conn, "exhibit_digest", [{"exhibit": name, "digest": state.hexdigest()} for name, state in states.items()])


def _by_exhibit(batch: pa.RecordBatch) -> Iterator[tuple[str, memoryview]]:
    """Yield each run of rows about one exhibit with the bytes of its lines: a million rows are never Python objects."""
    lines = batch.column(1).cast(pa.large_binary())
    _, offsets, data = lines.buffers()
    ends = np.frombuffer(offsets, dtype=np.int64)[lines.offset : lines.offset + len(lines) + 1]
    runs = pc.run_end_encode(batch.column(0))
    start = 0
    for about, end in zip(runs.values.to_pylist(), runs.run_ends.to_pylist(), strict=True):
        yield about, memoryview(data)[ends[start] : ends[end]]
        start = end


def fingerprint(conn: duckdb.DuckDBPyConnection) -> str:
    """Return the digest of the base tables as they stand."""
    exhibits = conn.execute("SELECT exhibit || ':' || digest FROM exhibit_digest ORDER BY exhibit").fetchall()
    whole = [_lines(conn, f"SELECT * FROM {table}") for table in _OF_CASE]  # noqa: S608 - our own table names
    stated = _lines(conn, "SELECT * FROM edge_support WHERE origin = 'human'")
    decided = _lines(conn, "SELECT * FROM decision WHERE exhibit = ''")
    sealed = _lines(conn, "SELECT * FROM meta WHERE starts_with(key, 'sealed_')")
    return digest_lines("graph", [[row[0] for row in exhibits], *whole, stated, decided, sealed])


def derived_fingerprint(conn: duckdb.DuckDBPyConnection) -> str:
    """Return the digest of the tables that are kept up to date in place; for the tests that compare with a rebuild."""
    return digest_lines("derived", [_lines(conn, f"SELECT * FROM {table}") for table in _DERIVED])  # noqa: S608


def _lines(conn: duckdb.DuckDBPyConnection, query: str) -> list[str]:
    rows = conn.execute(
        f"SELECT CAST(to_json(made) AS VARCHAR) AS line FROM ({query}) AS made ORDER BY line"  # noqa: S608
    ).fetchall()
    return [str(row[0]) for row in rows]
