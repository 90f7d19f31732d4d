"""The files of vectors: what segments mean, kept beside the index, and gone with what they were made of.

A vector can betray the text that it was made of: where something is sealed its vectors go in the same step that takes it out of
the graph, and what stays is written to a new file. Vectors are derived data: no part of the fingerprint, made again at will.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import duckdb
import numpy as np
import numpy.typing as npt

from evidence.case import Case
from evidence.digest import sha256_bytes
from evidence.files import fsync_folder, write_atomically
from graph.rows import fetch

SHORTEST: Final = 8
"""Characters of a segment below which its text means too little to be compared."""
MOST_FILES: Final = 64
"""Files of vectors before they are made one."""
TEXT_DIGEST: Final = "left(sha256(text), 16)"
_LIVING: Final = f"SELECT id, {TEXT_DIGEST} AS digest FROM segment WHERE length(trim(text)) >= {SHORTEST}"  # noqa: S608
_ATTEMPTS: Final = 3
_MODEL: Final = b"casegraph.model"

Vector = npt.NDArray[np.float32]


class Encoded(NamedTuple):
    """A passage of a segment, in code points, and its vector of length 1."""

    start: int
    end: int
    vector: Vector


class Text(NamedTuple):
    """A segment as it was read when its vectors were made."""

    segment: str
    text: str
    digest: str


class Made(NamedTuple):
    """A segment's vectors."""

    text: Text
    passages: tuple[Encoded, ...]


def folder_of(case: Case) -> Path:
    """Return where the vectors of a case lie."""
    return case.root / "meaning"


def living(conn: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Return the segments of a graph that are long enough to be compared, with the digests of their texts."""
    return {row["id"]: row["digest"] for row in fetch(conn, _LIVING)}


def write(case: Case, model: str, made: Sequence[Made]) -> None:
    """Write the vectors of some segments as one file; a killed process leaves all of it or nothing."""
    _write(folder_of(case), _table(model, made))


def tidy(case: Case, conn: duckdb.DuckDBPyConnection, model: str) -> None:
    """Drop vectors of other models and of what is no longer read so; make many files one."""
    folder = folder_of(case)
    _rewrite(folder, conn, model=model, many=len(_paths(folder)) > MOST_FILES)


def prune(case: Case, conn: duckdb.DuckDBPyConnection) -> None:
    """Drop the vectors of everything that does not stand in a graph, into a new file; the graph's lock is held alone."""
    if _paths(folder_of(case)):
        _rewrite(folder_of(case), conn, model="", many=False)


def _rewrite(folder: Path, conn: duckdb.DuckDBPyConnection, *, model: str, many: bool) -> None:
    """Write what stands of the vectors anew where something does not; other models' go where `model` is given."""
    import pyarrow as pa

    standing = living(conn)
    by_model: dict[str, list[Any]] = {}
    old, lost = _paths(folder), 0
    for path in old:
        made_by, table = _opened(path)
        names, digests = table.column("segment").to_pylist(), table.column("digest").to_pylist()
        here = np.array([standing.get(name) == digest for name, digest in zip(names, digests, strict=True)], bool)
        here &= not model or made_by == model
        lost += int((~here).sum())
        by_model.setdefault(made_by, []).append(table.filter(pa.array(here)))
    if not lost and not many:
        return
    written: set[Path] = set()
    for made_by, tables in sorted(by_model.items()):
        whole = pa.concat_tables(tables).combine_chunks().replace_schema_metadata({_MODEL: made_by})
        if whole.num_rows:
            written.add(_write(folder, whole))
    for path in set(old) - written:  # one of them may hold exactly what stands
        path.unlink(missing_ok=True)
    fsync_folder(folder)


def _table(model: str, made: Sequence[Made]) -> Any:
    import pyarrow as pa

    rows = [(one.text, passage) for one in made for passage in one.passages]
    vectors = np.stack([passage.vector for _, passage in rows])
    held = np.rint(vectors * (127 / np.maximum(np.abs(vectors).max(axis=1, keepdims=True), 1e-9))).astype(np.int8)
    columns = {
        "segment": pa.array([text.segment for text, _ in rows], pa.string()),
        "digest": pa.array([text.digest for text, _ in rows], pa.string()),
        "start": pa.array([passage.start for _, passage in rows], pa.int32()),
        "end": pa.array([passage.end for _, passage in rows], pa.int32()),
        "length": pa.array(np.linalg.norm(held.astype(np.float32), axis=1), pa.float32()),
        "vector": pa.FixedSizeListArray.from_arrays(pa.array(held.ravel(), pa.int8()), held.shape[1]),
    }
    return pa.table(columns).replace_schema_metadata({_MODEL: model})


def _write(folder: Path, table: Any) -> Path:
    """Write one file, named by what is in it, and return where."""
    import pyarrow as pa

    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, table.schema) as writing:
        writing.write_table(table)
    data = sink.getvalue().to_pybytes()
    path = folder / f"{sha256_bytes(data)[:24]}.arrow"
    write_atomically(path, data)
    return path


def _paths(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.arrow"))


def _opened(path: Path) -> tuple[str, Any]:
    """Return which model made a file, and its table, mapped into memory."""
    import pyarrow as pa

    table = pa.ipc.open_file(pa.memory_map(str(path))).read_all()
    return (table.schema.metadata or {}).get(_MODEL, b"").decode(), table


def tables(case: Case) -> list[tuple[str, Any]]:
    """Return all vectors, file by file, each with its model; looks again where a file was replaced meanwhile."""
    for attempt in range(_ATTEMPTS):
        try:
            return [_opened(path) for path in _paths(folder_of(case))]
        except FileNotFoundError:
            if attempt == _ATTEMPTS - 1:
                raise
            time.sleep(0.05)
    return []


def known(case: Case, model: str) -> dict[str, str]:
    """Return the segments that have vectors of a model, with the digests of the texts they were made of."""
    found: dict[str, str] = {}
    for made_by, table in tables(case):
        if made_by == model:
            found |= dict(zip(table.column("segment").to_pylist(), table.column("digest").to_pylist(), strict=True))
    return found
