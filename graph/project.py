"""From ledger and shelf to graph and index: catching up, rebuilding, and reading what is there.

What an exhibit becomes is a function of the custody chain and of that exhibit alone, so catching up re-projects the
exhibits that new events are about, rebuilding projects them all, and both give the same graph.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import msgspec

from evidence.case import Case
from evidence.errors import Busy
from evidence.files import fsync_folder, locked
from graph import at_work, human, identities, load, meaning_files, record_tables, resolve, store, whole
from graph.chain import SEAL_OPERATIONS, CustodyChain, read_chain
from graph.fingerprint import digest_exhibits, fingerprint
from graph.index import Building, build_index, is_current, open_index, update_index
from graph.store import PROJECTOR, IndexMark

_BATCH = 1_000
"""Exhibits projected together: enough to keep DuckDB busy, few enough to stay in memory."""
_HELD_FOR = "the graph of this case"
_ATTEMPTS = 3


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
    with store.translated("the graph cannot be written"):
        folder = store.clear_scratch(case)
        try:
            chain = read_chain(case)
            if why is None:
                why = why_rebuild(case, chain)
            return _rebuild(case, chain, folder, why, swapping) if why else _advance(case, chain, folder)
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
    if meta.get("projector") != PROJECTOR or not is_current(case.index_path, _mark(meta)):
        return False
    unseen = case.custody.events(after=int(meta["seq"]), only=lambda line: line.op in SEAL_OPERATIONS)
    return next(iter(unseen), None) is None


def _meta_or_nothing(conn: duckdb.DuckDBPyConnection) -> dict[str, str]:
    try:
        return store.read_meta(conn)
    except duckdb.Error:
        return {}


def _mark(meta: dict[str, str]) -> IndexMark:
    return IndexMark(projector=meta["projector"], seq=int(meta["seq"]), head=meta["head"])


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


def _advance(case: Case, chain: CustodyChain, folder: Path) -> Projection:
    began = time.monotonic()
    conn = store.connect(case.graph_path, read_only=False, spill=folder)
    try:
        seq = int(store.read_meta(conn)["seq"])
        numbers = chain.touched(after=seq)
        if seq < chain.seq:
            judged = identities.concerned(chain, numbers, after=seq)
            _apply(conn, chain, numbers, folder=folder, judged=judged)
        meta = store.read_meta(conn)
        _refresh_index(case, conn, chain, _mark(meta), folder)
        conn.execute("CHECKPOINT")  # closing does not write what a killed run left to be replayed into indexed tables
    finally:
        conn.close()
    return _done(meta, exhibits=len(numbers), rebuilt="", began=began)


def _apply(
    conn: duckdb.DuckDBPyConnection, chain: CustodyChain, numbers: Sequence[str], *, folder: Path, judged: bool
) -> None:
    """Re-project some exhibits and everything that rests on them, in one transaction.

    What people made of mentions is laid together again only where `judged` says that it may have changed.
    """
    conn.execute("BEGIN")
    resolve.begin(conn)
    resolve.touch_stated_by_people(conn)
    for start in range(0, len(numbers), _BATCH):
        some = list(numbers[start : start + _BATCH])
        resolve.touch(conn, some)
        load.remove(conn, some)
        _project_exhibits(conn, chain, some, folder=folder)
        digest_exhibits(conn)
        resolve.touch(conn, some)
    resolve.settle_entities(conn, everything=False)
    if judged:
        identities.project_identities(conn, chain)
    whole.project_case(conn, chain)
    if judged:
        identities.lift(conn)
    resolve.touch_stated_by_people(conn)
    resolve.settle_relations(conn, everything=False)
    _write_meta(conn, chain)
    conn.execute("COMMIT")


def _project_exhibits(
    conn: duckdb.DuckDBPyConnection, chain: CustodyChain, numbers: Sequence[str], *, folder: Path
) -> None:
    made = load.batch(conn, chain.case, chain.dossiers(numbers), scratch=folder)
    load.stage_segments(made)
    record_tables.stage_rows(made, chain)
    touched = human.close_sealed(made, chain)
    load.stage_mentions(made)
    record_tables.stage_row_mentions(made)
    human.lay_over(made, touched, chain)
    load.load(made)
    record_tables.load_records(made, {number: spots.closed for number, spots in touched.items()})


def _write_meta(conn: duckdb.DuckDBPyConnection, chain: CustodyChain) -> None:
    closed = conn.execute("SELECT coalesce(sum(sealed_segments), 0) FROM exhibit").fetchone()
    assert closed is not None
    values = {
        "projector": PROJECTOR,
        "seq": str(chain.seq),
        "head": chain.head,
        "sealed_exhibits": str(chain.sealed_count()),
        "sealed_segments": str(int(closed[0])),
    }
    store.write_meta(conn, values)
    store.write_meta(conn, {"fingerprint": fingerprint(conn)})


def _refresh_index(
    case: Case, conn: duckdb.DuckDBPyConnection, chain: CustodyChain, mark: IndexMark, folder: Path
) -> None:
    """Bring the index up to the graph, from wherever a killed run left it."""
    old = store.read_mark(case.index_path)
    if old == mark:
        return
    usable = old is not None and old.projector == PROJECTOR and chain.payload_at(old.seq) == old.head
    if usable and old is not None and old.seq <= mark.seq and not chain.seals_changed(after=old.seq):
        try:
            update_index(case.index_path, conn, mark, numbers=chain.touched(after=old.seq), scratch=folder)
        except (ValueError, OSError):
            usable = False
        else:
            return
    build_index(folder / "index", conn, mark)
    _swap_index(case, folder)


def _rebuild(
    case: Case, chain: CustodyChain, folder: Path, why: str, swapping: Callable[[], AbstractContextManager[None]]
) -> Projection:
    began = time.monotonic()
    path = folder / "graph.duckdb"
    numbers = sorted(chain.exhibits(), key=load.exhibit_order)
    conn = store.connect(path, read_only=False, spill=folder)
    try:
        with Building(folder / "index") as index:
            conn.execute(_ours("schema.sql"))
            conn.execute("BEGIN")  # or every statement would be written to the log first
            resolve.begin(conn)
            for start in range(0, len(numbers), _BATCH):
                _project_exhibits(conn, chain, numbers[start : start + _BATCH], folder=folder)
                digest_exhibits(conn)
                index.add(conn, numbers[start : start + _BATCH])
            resolve.settle_entities(conn, everything=True)
            identities.project_identities(conn, chain)
            whole.project_case(conn, chain)
            identities.lift(conn)
            resolve.settle_relations(conn, everything=True)
            _write_meta(conn, chain)
            conn.execute("COMMIT")
            conn.execute(_ours("indexes.sql"))
            conn.execute("CHECKPOINT")
            meta = store.read_meta(conn)
            index.finish(_mark(meta))
        meaning_files.prune(case, conn)
    finally:
        conn.close()
    with swapping():
        _swap_graph(case, path)
        _swap_index(case, folder)
    store.remove_snapshots(case)
    return _done(meta, exhibits=len(numbers), rebuilt=why, began=began)


def _ours(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def _swap_graph(case: Case, made: Path) -> None:
    """Put a new graph in place; until the rename the old one stands, short of nothing that it had committed."""
    store.write_ahead(case.graph_path).unlink(missing_ok=True)
    made.replace(case.graph_path)
    fsync_folder(case.root)


def _swap_index(case: Case, folder: Path) -> None:
    if case.index_path.exists():
        case.index_path.replace(folder / "old-index")
    (folder / "index").replace(case.index_path)
    fsync_folder(case.root)


def _done(meta: dict[str, str], *, exhibits: int, rebuilt: str, began: float) -> Projection:
    return Projection(
        seq=int(meta["seq"]),
        exhibits=exhibits,
        rebuilt=rebuilt,
        fingerprint=meta["fingerprint"],
        seconds=time.monotonic() - began,
    )
