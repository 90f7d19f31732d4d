"""Read-only SQL for the curious: on a copy of the graph that can touch no file, no network and no setting."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer

import duckdb

from evidence.case import Case
from evidence.errors import Refused, StorageError, UsageError
from graph.answers import Table
from graph.project import open_graph
from graph.store import SNAPSHOT_PREFIX

_LOCKED_DOWN: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "python_enable_replacements": "false",
    "memory_limit": "1GB",
    "temp_directory": "",
    "lock_configuration": "true",
}
_MAX_ROWS = 100_000
_SECONDS = 60.0
_NEXT_STEP = "ask with one SELECT; `SELECT table_name, column_name FROM information_schema.columns` lists what is there"


def run_sql(case: Case, statement: str, *, max_rows: int = _MAX_ROWS, seconds: float = _SECONDS) -> Table:
    """Return what one SELECT gives; sealed material is in no table.

    Raises UsageError where the statement does not run or takes longer than `seconds`, Refused for anything but a
    question.
    """
    with _snapshot(case) as conn:
        _only_a_question(conn, statement)
        return _run(conn, statement, max_rows=max_rows, seconds=seconds)


@contextmanager
def _snapshot(case: Case) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a copy of the graph; its name is gone from the folder as soon as it is open, so nothing can be left."""
    case.tmp.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=SNAPSHOT_PREFIX, suffix=".duckdb", dir=case.tmp)
    os.close(handle)
    copy = Path(name)
    try:
        with open_graph(case):
            _copy(case.graph_path, copy)
            conn = duckdb.connect(str(copy), read_only=True, config=_LOCKED_DOWN)
    finally:
        copy.unlink(missing_ok=True)
    try:
        yield conn
    finally:
        conn.close()


def _copy(source: Path, target: Path) -> None:
    try:
        shutil.copyfile(source, target)
    except OSError as error:
        raise StorageError(
            f"there is no room for a copy of the graph: {error.strerror}", next_step="free some space, then ask again"
        ) from error


def _only_a_question(conn: duckdb.DuckDBPyConnection, statement: str) -> None:
    try:
        parsed = conn.extract_statements(statement)
    except duckdb.Error as error:
        raise UsageError(f"that is not SQL: {_told(error)}", next_step=_NEXT_STEP) from error
    if not parsed:
        raise UsageError("there is no statement", next_step=_NEXT_STEP)
    if len(parsed) > 1:
        raise Refused(f"{len(parsed)} statements at once", next_step=_NEXT_STEP)
    if parsed[0].type not in (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN):
        raise Refused(f"{parsed[0].type.name} is not a question: the graph is read-only", next_step=_NEXT_STEP)


def _run(conn: duckdb.DuckDBPyConnection, statement: str, *, max_rows: int, seconds: float) -> Table:
    alarm = Timer(seconds, conn.interrupt)
    alarm.start()
    try:
        cursor = conn.execute(statement)
        columns = tuple(str(column[0]) for column in cursor.description or ())
        rows = [tuple(row) for row in cursor.fetchmany(max_rows + 1)]
    except duckdb.InterruptException as error:
        raise UsageError(f"that took longer than {seconds:g} seconds", next_step="ask for less at once") from error
    except duckdb.OutOfMemoryException as error:
        raise UsageError("that needs too much memory", next_step="ask for less at once") from error
    except duckdb.PermissionException as error:
        raise Refused(f"files and the network are out of reach here: {_told(error)}", next_step=_NEXT_STEP) from error
    except duckdb.Error as error:
        raise UsageError(f"that cannot be answered: {_told(error)}", next_step=_NEXT_STEP) from error
    finally:
        alarm.cancel()
    return Table(columns=columns, rows=tuple(rows[:max_rows]), cut=len(rows) > max_rows)


def _told(error: duckdb.Error) -> str:
    return " ".join(str(error).split())[:300]
