"""The graph of a case that is served: many read at once, one projects, and neither keeps the other waiting for long.

While nothing is new, the file is open for reading and the lock is shared, so that the command line reads beside it. To
take in what is new, the lock is held alone and the file is open for writing; readers go on in the same process, each in a
transaction of its own. They wait only while one changes to the other, and while a seal takes effect: nothing sealed is
ever shown.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import duckdb

from evidence.case import Case
from evidence.errors import Busy, CasegraphError
from evidence.files import HeldLock
from graph import store
from graph.at_work import Answering, Task
from graph.chain import SEAL_OPERATIONS, read_chain
from graph.index import open_index
from graph.project import Graph, fit_to_read, project_held, why_rebuild
from graph.store import Projection

_LOOK_EVERY_S: Final = 0.5
_PATIENT_S: Final = 2.0
"""How long new readers are let in while the last ones are waited for."""
_MEMORY: Final = "600MB"
"""What DuckDB may take of a server's memory; the rest spills into the case's own scratch."""


class LiveGraph:
    """A graph that is read and kept up to date by one long-lived process; see `start`."""

    def __init__(self, case: Case, *, wait_s: float = 20.0) -> None:
        self.case = case
        self._wait_s = wait_s
        self._gate = threading.Condition()
        self._readers = 0
        self._closed_to_new = False
        self._graph: Graph | None = None
        self._writing = False
        self._projecting = threading.Lock()
        self._lock = HeldLock(case.graph_lock, held_for="the graph of this case")
        self._only = HeldLock(case.root / ".serving.lock", held_for="this case: it is served already")
        self._seen = -1
        """Size of the custody chain's file up to which it is known that there is no seal the graph does not know."""
        self._wake = threading.Event()
        self._stopped = False
        self._threads: list[threading.Thread] = []
        self._answering: Answering | None = None
        self.trouble: CasegraphError | None = None
        """Why the last attempt to catch up failed; None where it did not."""

    def start(self) -> None:
        """Catch up, open the graph, answer other processes, and look for what is new; raises Busy where one serves already."""
        self._only.own(wait_s=0)
        self._answering = Answering(self.case, self._asked)
        try:
            self.catch_up()
        except BaseException:
            self.close()
            raise
        watcher = threading.Thread(target=self._watch, name="keeps the graph up to date", daemon=True)
        watcher.start()
        self._threads.append(watcher)

    def close(self) -> None:
        """Let go of everything."""
        self._stopped = True
        self._wake.set()
        for thread in self._threads:
            thread.join(timeout=30)
        if self._answering is not None:
            self._answering.close()
        with self._drained():
            self._shut()
        self._lock.close()
        self._only.close()

    # --- reading ---------------------------------------------------------------------------------------------------

    @contextmanager
    def reading(self) -> Iterator[Graph]:
        """Lend the graph as it stands now, to one reader; raises Busy where it is being made anew."""
        graph, cursor = self._enter()
        try:
            with store.translated("the graph cannot be read"):
                cursor.execute("BEGIN")
                yield Graph(self.case, cursor, graph.seq, graph.meta, [graph.index])
        finally:
            with contextlib.suppress(duckdb.Error):
                cursor.close()
            with self._gate:
                self._readers -= 1
                self._gate.notify_all()

    def _enter(self) -> tuple[Graph, duckdb.DuckDBPyConnection]:
        with self._gate:
            ready = self._gate.wait_for(lambda: self._graph is not None and not self._closed_to_new, self._wait_s)
            if not ready or self._graph is None:
                raise self.trouble or _busy()
            self._readers += 1
            try:
                self._refuse_unknown_seals()
                return self._graph, self._graph.conn.cursor()
            except BaseException:
                self._readers -= 1
                self._gate.notify_all()
                raise

    def _refuse_unknown_seals(self) -> None:
        size = self._custody_bytes()
        if size == self._seen or self._graph is None:
            return
        unseen = self.case.custody.events(after=self._graph.seq, only=lambda line: line.op in SEAL_OPERATIONS)
        if next(iter(unseen), None) is not None:
            self._wake.set()
            raise _busy()
        self._seen = size

    def _custody_bytes(self) -> int:
        return (self.case.root / "ledger" / "custody.jsonl").stat().st_size

    @property
    def behind(self) -> int:
        """How many custody lines the graph does not tell yet."""
        graph = self._graph
        return self.case.custody.size() - (graph.seq if graph else 0)

    # --- projecting ------------------------------------------------------------------------------------------------

    def nudge(self) -> None:
        """Say that something was written to the ledger; returns at once."""
        self._wake.set()

    def catch_up(self) -> Projection:
        """Bring the graph up to the custody chain's head, and return when it is there."""
        return self._project("")

    def rebuild(self) -> Projection:
        """Make graph and index anew."""
        return self._project("asked for")

    def _asked(self, task: Task) -> Projection:
        return self.rebuild() if task == "rebuild" else self.catch_up()

    def _project(self, why: str) -> Projection:
        with self._projecting:
            try:
                done = self._project_now(why)
            except Exception as error:
                self.trouble = error if isinstance(error, CasegraphError) else _unforeseen(error)
                self._open_again()
                raise self.trouble from error
            self.trouble = None
            return done

    def _project_now(self, why: str) -> Projection:
        current = self._current() if not why else None
        if current is not None:
            return current
        self._lock.own()
        chain = read_chain(self.case)
        why = why or why_rebuild_unless_open(self.case, chain, self._graph)
        if why:
            if chain.seals_changed(after=self._graph.seq if self._graph else 0):
                with self._drained():
                    self._shut()
            done = project_held(self.case, why=why, swapping=self._put_aside)
        else:
            self._change(writing=True)
            done = project_held(self.case, why="")
        self._open_again()
        return done

    def _current(self) -> Projection | None:
        """Return what there is where nothing is new, without opening anything again."""
        graph = self._graph
        if graph is None or self.case.custody.size() != graph.seq:
            return None
        return Projection(
            seq=graph.seq, exhibits=0, rebuilt="", fingerprint=graph.meta.get("fingerprint", ""), seconds=0.0
        )

    @contextmanager
    def _put_aside(self) -> Iterator[None]:
        with self._drained():
            self._shut()
            yield

    def _open_again(self) -> None:
        """Open what there is now for reading, and share the lock."""
        with self._drained():
            self._shut()
            self._lock.share()
            self._graph = self._ready(fit_to_read(self.case))

    def _change(self, *, writing: bool) -> None:
        """Open the same file for writing in this process; readers go on beside the writer."""
        with self._drained():
            before = self._graph
            self._shut()
            spill = store.scratch(self.case)
            conn = store.connect(self.case.graph_path, read_only=not writing, spill=spill)
            meta = store.read_meta(conn)
            self._graph = self._ready(Graph(self.case, conn, int(meta["seq"]), meta, before._index if before else []))

    def _ready(self, graph: Graph | None) -> Graph | None:
        if graph is not None:
            graph.conn.execute(f"SET memory_limit = '{_MEMORY}'")
            if not graph._index:
                graph._index.append(open_index(self.case.index_path))
        return graph

    def _shut(self) -> None:
        if self._graph is not None:
            self._graph.conn.close()
            self._graph = None

    @contextmanager
    def _drained(self) -> Iterator[None]:
        """Hold the gate while nobody reads."""
        with self._gate:
            self._gate.wait_for(lambda: self._readers == 0, _PATIENT_S)
            self._closed_to_new = True
            self._gate.wait_for(lambda: self._readers == 0)
            try:
                yield
            finally:
                self._closed_to_new = False
                self._gate.notify_all()

    def _watch(self) -> None:
        while not self._stopped:
            self._wake.wait(_LOOK_EVERY_S)
            self._wake.clear()
            if self._stopped:
                return
            if not self.case.root.is_dir():
                continue  # nothing is made where it was: it could not be brought back to its place
            try:
                if self._graph is None or self.behind:
                    self.catch_up()
            except CasegraphError:
                time.sleep(_LOOK_EVERY_S)  # `trouble` says what it was; it is tried again
            except OSError as error:
                self.trouble = CasegraphError(f"the case cannot be read: {error.strerror}", next_step=_GONE)
                time.sleep(_LOOK_EVERY_S)
            except Exception as error:  # noqa: BLE001 - this thread lives as long as the server
                self.trouble = _unforeseen(error)
                time.sleep(_LOOK_EVERY_S)


_GONE: Final = "see that the case folder is where it was, then open the page again"


def why_rebuild_unless_open(case: Case, chain: Any, graph: Graph | None) -> str:
    """Return why everything must be made anew; what an open graph says of itself needs no second opening."""
    if graph is None:
        return why_rebuild(case, chain)
    if chain.payload_at(graph.seq) != graph.meta["head"]:
        return "it was made from another ledger"
    return "a seal was set or lifted" if chain.seals_changed(after=graph.seq) else ""


def _unforeseen(error: Exception) -> CasegraphError:
    return CasegraphError(
        f"the graph could not be brought up to date ({type(error).__name__})",
        next_step="run `casegraph rebuild` on the case",
    )


def _busy() -> Busy:
    return Busy("the graph is being brought up to date", next_step="wait a moment, then open the page again")
