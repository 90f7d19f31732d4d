"""Opening the graph: the lock, the files, and what has to be true before anybody reads.

One process writes and none reads beside it; many read together. Readers hold the case's graph lock shared, the
projector holds it alone.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import duckdb
import msgspec

from evidence.case import Case
from evidence.errors import IntegrityError, StorageError
from evidence.files import write_atomically

PROJECTOR = f"11, DuckDB {duckdb.__version__}"
"""Raised whenever the same ledger and shelf would give another graph, index or fingerprint."""
SNAPSHOT_PREFIX = "graph-snapshot-"


class IndexMark(msgspec.Struct, frozen=True, kw_only=True):
    """What a full-text index was made from; kept beside it."""

    projector: str
    seq: int
    head: str


class Projection(msgspec.Struct, frozen=True, kw_only=True):
    """What a run of the projector did."""

    seq: int
    """The custody line up to which the graph now tells the case."""
    exhibits: int
    """How many exhibits were projected in this run."""
    rebuilt: str
    """Why everything was made anew; empty where it was not."""
    fingerprint: str
    seconds: float


def scratch(case: Case) -> Path:
    """Return the folder in which a graph is built before it takes its place.

    Not in `CASE/tmp`: an ingest empties that while a rebuild may be running beside it.
    """
    return case.root / ".graph.building"


def clear_scratch(case: Case) -> Path:
    """Empty the building folder of what a killed run left, and return it; the caller holds the lock alone."""
    folder = scratch(case)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def remove_snapshots(case: Case) -> None:
    """Delete copies of the graph that a killed `sql` left."""
    for left in case.tmp.glob(f"{SNAPSHOT_PREFIX}*"):
        left.unlink(missing_ok=True)


@contextmanager
def translated(what: str) -> Iterator[None]:
    """Turn DuckDB's errors into ours."""
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise StorageError(f"{what}: there is not enough memory", next_step="close other programs") from error
    except duckdb.IOException as error:
        raise StorageError(f"{what}: {_first_line(error)}", next_step="free some space, then run it again") from error
    except duckdb.Error as error:
        raise IntegrityError(
            f"{what}: {_first_line(error)}", next_step="run `casegraph rebuild` on the case"
        ) from error


def _first_line(error: Exception) -> str:
    return re.sub(r"[\"']?/[^\s\"']+[\"']?", "the file", str(error).partition("\n")[0])[:200]


def connect(path: Path, *, read_only: bool, spill: Path) -> duckdb.DuckDBPyConnection:
    """Open a DuckDB file, with no extension ever fetched and what spills from memory kept inside the case."""
    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "temp_directory": str(spill),
        "preserve_insertion_order": "false",
        "allow_community_extensions": "false",
    }
    return duckdb.connect(str(path), read_only=read_only, config=config)


def write_ahead(path: Path) -> Path:
    """Return where DuckDB keeps what was committed but not yet written into the file."""
    return path.with_name(f"{path.name}.wal")


def read_meta(conn: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Return what the graph says it was made from."""
    return {str(key): str(value) for key, value in conn.execute("SELECT key, value FROM meta").fetchall()}


def write_meta(conn: duckdb.DuckDBPyConnection, values: dict[str, str]) -> None:
    """Write, or replace, what the graph says it was made from."""
    conn.execute("DELETE FROM meta WHERE list_contains($1, key)", [list(values)])
    conn.execute(
        "INSERT INTO meta SELECT unnest($1::VARCHAR[]), unnest($2::VARCHAR[])", [list(values), list(values.values())]
    )


def mark_of(meta: Mapping[str, str]) -> IndexMark:
    """Return the mark of an index that belongs to a graph which says this of itself."""
    return IndexMark(projector=meta["projector"], seq=int(meta["seq"]), head=meta["head"])


def mark_path(index: Path) -> Path:
    """Return the file that says what an index was made from."""
    return index / "casegraph.json"


def read_mark(index: Path) -> IndexMark | None:
    """Return what the index was made from; None where it is missing or does not say."""
    try:
        return msgspec.json.decode(mark_path(index).read_bytes(), type=IndexMark)
    except (OSError, msgspec.MsgspecError):
        return None


def write_mark(index: Path, mark: IndexMark) -> None:
    """Say what the index was made from, once it is complete."""
    write_atomically(mark_path(index), msgspec.json.encode(mark))
