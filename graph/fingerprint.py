"""One digest of the graph: the same for catch-up and rebuild, for every batching and every hash seed.

It covers the base tables row by row, exhibit by exhibit; never file bytes, the index, or what follows from other rows
alone (entities, relations, co-mention).
"""

from __future__ import annotations

import hashlib

import duckdb

from evidence.digest import digest_lines
from graph.load import insert

_PROJECTED = {
    "exhibit": "ord",
    "artifact": "step, part, recipe",
    "unit": "unit_kind, unit",
    "segment": "id",
    "mention": "id",
    "rejected": "id",
    "relation_support": "relation_id, segment_id",
    "event": "id",
    "event_party": "event_id, role, kind, value",
    "decision": "seq",
    "correction": "seq",
    "tag": "seq",
    "scheduled": "seq",
    "note": "segment_id, text",
}
"""Tables whose rows belong to one exhibit, and what sets those rows in order."""
_LEFT_OUT = {"relation_support": "AND origin = 'machine' AND family <> 'co_mention'"}
_OF_CASE = ("authority", "finding", "category")
_DERIVED = ("entity", "relation")


def digest_exhibits(conn: duckdb.DuckDBPyConnection) -> None:
    """Write the digest of the rows of each exhibit that is staged."""
    states = {str(row[0]): hashlib.sha256() for row in conn.execute("SELECT number FROM stage_exhibit").fetchall()}
    for table, order in _PROJECTED.items():
        column = "number" if table == "exhibit" else "exhibit"
        query = f"""SELECT {column} AS about, CAST(to_json({table}) AS VARCHAR) AS line FROM {table}
            WHERE {column} IN (SELECT number FROM stage_exhibit) {_LEFT_OUT.get(table, "")}
            ORDER BY {column}, {order}"""  # noqa: S608 - our own table names
        for batch in conn.sql(query).to_arrow_reader() or ():
            for about, line in zip(batch.column(0).to_pylist(), batch.column(1).to_pylist(), strict=True):
                states[about].update(f"{table} {line}\n".encode())
    insert(conn, "exhibit_digest", [{"exhibit": name, "digest": state.hexdigest()} for name, state in states.items()])


def fingerprint(conn: duckdb.DuckDBPyConnection) -> str:
    """Return the digest of the base tables as they stand."""
    exhibits = conn.execute("SELECT exhibit || ':' || digest FROM exhibit_digest ORDER BY exhibit").fetchall()
    whole = [_lines(conn, f"SELECT * FROM {table}") for table in _OF_CASE]  # noqa: S608 - our own table names
    stated = _lines(conn, "SELECT * FROM relation_support WHERE origin = 'human'")
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
