"""Worker processes that can be killed: limits on time and memory, and a crash that stays a crash of one job.

Workers are forked from a server process that has imported what they need and runs no thread (PDF and OCR libraries do not
survive a fork with threads; numpy's BLAS ends its own before one). Each leads its own process group so that its children die with it, and each dies with the
process that asked for it: the server ends with that, and they with the server.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import faulthandler
import multiprocessing
import os
import queue
import resource
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

from evidence.errors import CasegraphError, LimitExceeded, StorageError, Unreadable
from extractors.confined import confine

_PR_SET_PDEATHSIG = 1
_FILE_BYTES = 8 << 30
_START_SECONDS = 120
_QUIET_TRACKER = "ignore::UserWarning:multiprocessing.resource_tracker"
"""A killed worker cannot give back its semaphores; multiprocessing would say so on the user's terminal."""

Handler = Callable[[Any], Any]
"""What a worker does with a job: any picklable value in, any picklable value out."""


class Crashed(Unreadable):
    """The worker died while it read the exhibit."""


class Stopped(CasegraphError):
    """The run was stopped by a person; says nothing about the exhibit."""


def preload(*modules: str) -> None:
    """Name what the server that workers come from imports once for all of them; too late once the first has started.

    A module that starts a thread as it is imported must not be named.
    """
    multiprocessing.get_context("forkserver").set_forkserver_preload(["__main__", *modules])


class Worker:
    """One worker process, which does one job at a time; any thread may kill it, at any time."""

    def __init__(
        self,
        prepare: Callable[..., Handler],
        argument: object,
        *,
        memory_bytes: int,
        write_below: Sequence[Path] = (),
    ) -> None:
        context = multiprocessing.get_context("forkserver")
        self._pipe, child = context.Pipe()
        self._process = context.Process(
            target=_serve, args=(child, prepare, argument, memory_bytes, dict(os.environ), write_below), daemon=True
        )
        self._process.start()
        self._memory_bytes = memory_bytes
        child.close()
        self._lock = threading.Lock()
        self._busy = False
        self._killed = False
        self._ready = False
        self.jobs = 0
        """How many jobs it was given."""

    def run(self, job: object, *, seconds: float) -> Any:
        """Do one job; raises what the job raised, LimitExceeded past `seconds`, Crashed where the worker died."""
        with self._using_pipe():
            self._wait_ready()
            self.jobs += 1
            try:
                self._pipe.send(job)
            except OSError as error:
                raise self._crashed() from error
            if not self._pipe.poll(seconds):
                self.kill()
                raise LimitExceeded(f"stopped after {seconds:.0f} s: it took too long")
            return self._receive()

    @contextmanager
    def _using_pipe(self) -> Iterator[None]:
        """Keep the pipe open while this thread reads it, whoever kills the worker meanwhile.

        A handle closed under its reader may be another file's by the time it is read, so the reader closes it.
        """
        with self._lock:
            if self._killed:
                raise self._death()
            self._busy = True
        try:
            yield
        finally:
            with self._lock:
                self._busy = False
                if self._killed:
                    self._pipe.close()

    def _wait_ready(self) -> None:
        if self._ready:
            return
        if not self._pipe.poll(_START_SECONDS):
            self.kill()
            raise Crashed("the worker did not start")
        self._receive()
        self._ready = True

    def _receive(self) -> Any:
        try:
            answer, error = self._pipe.recv()
        except (EOFError, OSError) as gone:
            raise self._crashed() from gone
        if error is not None:
            raise error
        return answer

    def _crashed(self) -> Crashed:
        with self._lock:  # two threads that wait for one process can both miss how it ended
            self._process.join(timeout=5)
        self.kill()
        return self._death()

    def _death(self) -> Crashed:
        return Crashed(_death(self._process.exitcode, memory_bytes=self._memory_bytes))

    @property
    def alive(self) -> bool:
        """Whether it can take another job."""
        with self._lock:
            return not self._killed and self._process.is_alive()

    def kill(self) -> None:
        """Stop it and everything it started, now; of several threads that do, each returns once it is dead."""
        with self._lock:
            if self._killed:
                return
            self._killed = True
            if self._process.pid is not None:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(self._process.pid, signal.SIGKILL)
            self._process.kill()
            self._process.join(timeout=5)
            if not self._busy:
                self._pipe.close()


def _death(code: int | None, *, memory_bytes: int) -> str:
    """Say how a worker died, and what that means as far as the signal tells.

    Native libraries abort where they are refused memory, and overrun the stack on what is nested without end; both
    can also be a defect of theirs, so the signal is named too.
    """
    if code is None or code >= 0:
        return f"the reader crashed (exit code {code})"
    meaning = _MEANINGS.get(-code, "the reader crashed").format(limit=f"{memory_bytes >> 20:,} MB")
    with contextlib.suppress(ValueError):
        return f"{meaning} ({signal.Signals(-code).name})"
    return f"{meaning} (signal {-code})"


_MEANINGS: Final[dict[int, str]] = {
    signal.SIGABRT: "the reader crashed: it gave up, most likely because it needs more memory than the {limit} that "
    "one job may have",
    signal.SIGSEGV: "the reader crashed: the file is damaged, or nested too deeply",
    signal.SIGKILL: "the reader was killed from outside: most likely this machine ran out of memory",
}


class WorkerPool:
    """A fixed number of workers, started when first needed and replaced when they die.

    With `write_below`, they can write nowhere else and make no connection, where the kernel can hold them to it.
    """

    def __init__(
        self,
        prepare: Callable[..., Handler],
        argument: object,
        *,
        size: int,
        memory_bytes: int,
        write_below: Sequence[Path] = (),
    ) -> None:
        self._start: Callable[[], Worker] = lambda: Worker(
            prepare, argument, memory_bytes=memory_bytes, write_below=write_below
        )
        self._free: queue.LifoQueue[Worker | None] = queue.LifoQueue()
        self._all: list[Worker] = []
        self._closed = False
        os.environ.setdefault("PYTHONWARNINGS", _QUIET_TRACKER)
        for _ in range(size):
            self._free.put(None)

    def _started(self) -> Worker:
        worker = self._start()
        self._all.append(worker)
        if self._closed:  # in the meantime, by someone who could not see it
            worker.kill()
        return worker

    @contextmanager
    def lease(self) -> Iterator[Worker]:
        """Lend one worker, waiting for one to be free; raises Stopped once the pool is closed."""
        worker = self._free.get()
        try:
            if self._closed:
                raise Stopped("the run was stopped")
            if worker is None or not worker.alive:
                worker = self._started()
            yield worker
        finally:
            self._free.put(worker if worker is not None and worker.alive else None)

    def run(self, job: object, *, seconds: float) -> Any:
        """Do one job on the next free worker; raises as `Worker.run`, and Stopped once the pool is closed.

        A job that runs short of memory, or crashes, where others went before it is tried once more on a fresh worker: what
        they left behind is no fault of its exhibit.
        """
        with self.lease() as worker:
            try:
                return worker.run(job, seconds=seconds)
            except (LimitExceeded, Crashed) as error:
                starved = isinstance(error, Crashed) or error.what == _TOO_LARGE
                if starved:  # what it could not load is missing for the next job too
                    worker.kill()
                if isinstance(error, Crashed) and self._closed:
                    raise Stopped("the run was stopped") from error
                if not starved or worker.jobs < 2:
                    raise
        return self.run(job, seconds=seconds)

    def close(self) -> None:
        """Kill all workers; jobs that run fail."""
        self._closed = True
        for worker in list(self._all):
            worker.kill()


def _serve(
    pipe: Connection,
    prepare: Callable[..., Handler],
    argument: object,
    memory_bytes: int,
    environment: Mapping[str, str],
    write_below: Sequence[Path],
) -> None:
    os.setpgid(0, 0)
    _die_with_parent()
    os.environ.clear()  # the server's is that of when it started
    os.environ.update(environment)
    if write_below:
        confine(write_below)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    faulthandler.disable()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_FILE_BYTES, _FILE_BYTES))
    _quiet()
    handle = _guarded(lambda: prepare(argument))
    pipe.send((None, handle[1]))
    if handle[1] is not None:
        return
    limit = _address_space_bytes() + memory_bytes
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    while True:
        try:
            job = pipe.recv()
        except EOFError:
            return
        pipe.send(_guarded(lambda job=job: handle[0](job)))  # type: ignore[misc]


def _guarded(work: Callable[[], Any]) -> tuple[Any, CasegraphError | None]:
    """Run `work`; whatever it raises becomes an error that can cross to the parent."""
    try:
        return work(), None
    except CasegraphError as error:
        return None, error
    except MemoryError:
        return None, LimitExceeded(_TOO_LARGE)
    except RecursionError:
        return None, LimitExceeded("it is nested too deeply")
    except Exception as error:  # noqa: BLE001 - the edge of the worker: any failure becomes this exhibit's outcome
        return None, _translated(error)


_TOO_LARGE: Final = "it needs more memory than one job may have"
_STARVED: Final = (
    "MemoryError", "can't start new thread", "failed to map segment", "Cannot allocate memory", "bad_alloc",
    "Out of Memory Error", "Cannot load native module", "bad allocation", "malloc of size",
)  # fmt: skip
"""What libraries say where they run out of memory and do not say so."""


def _translated(error: Exception) -> CasegraphError:
    """Return what a failure means for the exhibit; a full disk is not the exhibit's, and no path gets into a reason."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StorageError(
            "the disk of the case is full", next_step="free some space, then run the same command again"
        )
    if isinstance(error, OSError) and error.errno == errno.EFBIG:
        return LimitExceeded("it holds a file larger than one job may write")
    if _is_starved(error):
        return LimitExceeded(_TOO_LARGE)
    said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return Unreadable(f"the reader failed: {type(error).__name__}: {said}"[:500])


def _is_starved(error: BaseException) -> bool:
    said = f"{type(error).__name__}: {error}"
    return any(sign in said for sign in _STARVED)


def _die_with_parent() -> None:
    """End with the server, and let it end: it does when nobody holds the pipe any more that whoever needs it holds."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    os.close(forkserver._forkserver._forkserver_alive_fd)  # type: ignore[attr-defined]
    parent = multiprocessing.parent_process()
    if parent is None or not parent.is_alive():
        os._exit(1)


def _quiet() -> None:
    """Send what native libraries print to nowhere; it would garble the progress display."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for handle in (0, 1, 2):
        os.dup2(nowhere, handle)
    os.close(nowhere)


def _address_space_bytes() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    return pages * os.sysconf("SC_PAGE_SIZE")
