"""From ledger and shelf to graph and index: catching up, rebuilding, and reading what is there.

What an exhibit becomes is a function of the custody chain and of that exhibit alone, so catching up re-projects the
exhibits that new events are about, rebuilding projects them all, and both give the same graph.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import msgspec

from evidence.case import Case
from evidence.errors import Busy
from evidence.files import locked
from graph import at_work, store
from graph.chain import SEAL_OPERATIONS, CustodyChain, read_chain
from graph.index import is_current, open_index
from graph.store import PROJECTOR, Projection

_HELD_FOR = "the graph of this case"
_ATTEMPTS = 3


@dataclass(slots=True)
class Graph:
    """An open graph, read-only, with the lock held; see `open_graph`."""

    case: Case
    conn: duckdb.DuckDBPyConnection
    seq: int
    meta: dict[str, str]
    _index: list[Any] = field(default_factory=list)

    @property
    def index(self) -> Any:
        """The full-text index, opened when first asked for."""
        if not self._index:
            self._index.append(open_index(self.case.index_path))
        return self._index[0]

    @property
    def behind(self) -> int:
        """How many custody lines the graph does not tell yet."""
        return self.case.custody.size() - self.seq


def catch_up(case: Case, *, wait_s: float = 30.0) -> Projection:
    """Bring graph and index up to the custody chain's head; raises Busy where another process holds the graph.

    Everything is made anew where the graph is missing, unreadable or another projector's, and where a seal was set or
    lifted: deleted text would linger in the files otherwise. Where a process serves the case, that one does it.
    """
    if (done := at_work.ask(case, "catch_up")) is not None:
        return msgspec.json.decode(done, type=Projection)
    with locked(case.graph_lock, wait_s=wait_s, held_for=_HELD_FOR):
        return project_held(case)


def rebuild(case: Case, *, wait_s: float = 30.0) -> Projection:
    """Make graph and index anew beside the old ones and put them in their place; raises Busy.

    Where a process serves the case, that one does it.
    """
    if (done := at_work.ask(case, "rebuild")) is not None:
        return msgspec.json.decode(done, type=Projection)
    with locked(case.graph_lock, wait_s=wait_s, held_for=_HELD_FOR):
        return project_held(case, why="asked for")


def project_held(
    case: Case, *, why: str | None = None, swapping: Callable[[], AbstractContextManager[None]] = nullcontext
) -> Projection:
    """Catch up, or make everything anew where there is a reason `why`; the caller holds the graph's lock alone.

    None: find out whether there is one; empty: there is none. `swapping` is entered around the moment in which new files
    take the place of the old ones.
    """
    from graph.projector import advance, make_anew  # and Arrow with it, which no look needs

    with store.translated("the graph cannot be written"):
        folder = store.clear_scratch(case)
        try:
            chain = read_chain(case)
            if why is None:
                why = why_rebuild(case, chain)
            return make_anew(case, chain, folder, why, swapping) if why else advance(case, chain, folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def open_graph(case: Case, *, wait_s: float = 30.0) -> Iterator[Graph]:
    """Open the graph for reading, beside any number of other readers; raises Busy while it is being written.

    Catches up first where there is no usable graph, and where a seal is on record that it does not know of yet:
    nothing sealed is ever shown. Otherwise the graph may be `behind`.
    """
    for _ in range(_ATTEMPTS):
        with locked(case.graph_lock, shared=True, wait_s=wait_s, held_for=_HELD_FOR):
            graph = fit_to_read(case)
            if graph is not None:
                with store.translated("the graph cannot be read"), closing(graph.conn):
                    yield graph
                return
        catch_up(case, wait_s=wait_s)
    raise Busy("the graph keeps changing", next_step="try again in a moment")


def behind(case: Case) -> int:
    """Return how many custody lines the graph does not tell yet; all of them where there is no graph."""
    try:
        with locked(case.graph_lock, shared=True, wait_s=0, held_for=_HELD_FOR):
            meta = _peek(case.graph_path, case)
    except Busy:
        mark = store.read_mark(case.index_path)
        return case.custody.size() - (mark.seq if mark else 0)
    return case.custody.size() - int(meta.get("seq", "0"))


def fit_to_read(case: Case) -> Graph | None:
    """Open graph and index where they belong together and know every seal; None where not. The caller holds the lock."""
    if not case.graph_path.is_file() or store.write_ahead(case.graph_path).exists():
        return None
    try:
        conn = store.connect(case.graph_path, read_only=True, spill=case.tmp / "duckdb")
    except duckdb.Error:
        return None
    meta = _meta_or_nothing(conn)
    if _is_fit(case, meta):
        return Graph(case, conn, int(meta["seq"]), meta)
    conn.close()
    return None


def _is_fit(case: Case, meta: dict[str, str]) -> bool:
    if meta.get("projector") != PROJECTOR or not is_current(case.index_path, store.mark_of(meta)):
        return False
    unseen = case.custody.events(after=int(meta["seq"]), only=lambda line: line.op in SEAL_OPERATIONS)
    return next(iter(unseen), None) is None


def _meta_or_nothing(conn: duckdb.DuckDBPyConnection) -> dict[str, str]:
    try:
        return store.read_meta(conn)
    except duckdb.Error:
        return {}


def _peek(path: Path, case: Case) -> dict[str, str]:
    """Return what a graph says it was made from; nothing where it cannot be read."""
    if not path.is_file():
        return {}
    try:
        conn = store.connect(path, read_only=not store.write_ahead(path).exists(), spill=case.tmp / "duckdb")
    except duckdb.Error:
        return {}
    with closing(conn):
        return _meta_or_nothing(conn)


def why_rebuild(case: Case, chain: CustodyChain) -> str:
    """Return why the graph must be made anew; empty where catching up will do."""
    if not case.graph_path.is_file():
        return "there was no graph"
    meta = _peek(case.graph_path, case)
    if not meta:
        return "the graph could not be read"
    if meta.get("projector") != PROJECTOR:
        return "another version of casegraph made it"
    seq = int(meta["seq"])
    if chain.payload_at(seq) != meta["head"]:
        return "it was made from another ledger"
    return "a seal was set or lifted" if chain.seals_changed(after=seq) else ""
