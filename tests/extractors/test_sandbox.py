from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import psutil
import pytest

from evidence.errors import LimitExceeded, StorageError, Unreadable
from extractors.sandbox import Crashed, Stopped, Worker, WorkerPool


def prepare(_: object) -> Callable[[Any], Any]:
    return behave


def behave(job: tuple[str, Any]) -> Any:
    what, value = job
    match what:
        case "answer":
            return value, os.getpid()
        case "sleep":
            time.sleep(value)
        case "abort":
            os.abort()
        case "die":
            os.kill(os.getpid(), value)
        case "raise":
            raise value
        case "eat":
            return len(bytearray(value))
        case "recurse":
            return behave(job)
        case "child":
            return subprocess.Popen(["sleep", "60"]).pid
        case "print":
            print("noise" * 1000)
            os.write(2, b"native noise")
    return None


@pytest.fixture
def pool() -> Iterator[WorkerPool]:
    pool = WorkerPool(prepare, None, size=1, memory_bytes=400 << 20)
    yield pool
    pool.close()


def test_a_worker_answers_and_is_used_again(pool: WorkerPool) -> None:
    first, second = (pool.run(("answer", n), seconds=30) for n in (1, 2))
    assert (first[0], second[0]) == (1, 2)
    assert first[1] == second[1] != os.getpid()


def test_a_crash_is_told_and_the_next_job_has_a_new_worker(pool: WorkerPool) -> None:
    with pytest.raises(Crashed, match="SIGABRT"):
        pool.run(("abort", None), seconds=30)
    assert pool.run(("answer", 3), seconds=30)[0] == 3


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (signal.SIGABRT, "needs more memory than the 400 MB that one job may have (SIGABRT)"),
        (signal.SIGSEGV, "damaged, or nested too deeply (SIGSEGV)"),
        (signal.SIGKILL, "this machine ran out of memory (SIGKILL)"),
        (signal.SIGBUS, "the reader crashed (SIGBUS)"),
    ],
)
def test_a_death_is_told_in_words_a_person_can_use(pool: WorkerPool, number: int, told: str) -> None:
    with pytest.raises(Crashed, match=re.escape(told)):
        pool.run(("die", number), seconds=30)


def test_a_job_past_its_time_is_killed_with_its_children(pool: WorkerPool) -> None:
    child = pool.run(("child", None), seconds=30)
    with pytest.raises(LimitExceeded, match="too long"):
        pool.run(("sleep", 60), seconds=0.2)
    deadline = time.monotonic() + 5
    while psutil.pid_exists(child) and psutil.Process(child).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_job_past_its_memory_is_stopped(pool: WorkerPool) -> None:
    with pytest.raises(LimitExceeded, match="memory"):
        pool.run(("eat", 2 << 30), seconds=30)
    assert pool.run(("answer", 1), seconds=30)[0] == 1


def test_endless_recursion_is_a_limit(pool: WorkerPool) -> None:
    with pytest.raises(LimitExceeded, match="nested"):
        pool.run(("recurse", None), seconds=30)


def test_what_a_job_raises_comes_across(pool: WorkerPool) -> None:
    with pytest.raises(StorageError) as caught:
        pool.run(("raise", StorageError("full", next_step="free some")), seconds=30)
    assert caught.value.next_step == "free some"
    with pytest.raises(Unreadable, match=r"ValueError: bad header"):
        pool.run(("raise", ValueError("bad header")), seconds=30)


def test_what_libraries_print_reaches_nobody(pool: WorkerPool, capfd: pytest.CaptureFixture[str]) -> None:
    pool.run(("print", None), seconds=30)
    assert capfd.readouterr() == ("", "")


def test_a_pool_that_is_closed_stops_its_jobs_without_blaming_the_exhibit() -> None:
    pool = WorkerPool(prepare, None, size=1, memory_bytes=400 << 20)
    pool.run(("answer", 0), seconds=30)
    threading.Timer(1.0, pool.close).start()
    with pytest.raises(Stopped):
        pool.run(("sleep", 60), seconds=60)
    with pytest.raises(Stopped):
        pool.run(("answer", 1), seconds=60)


def test_workers_outlive_the_thread_that_first_needed_them(pool: WorkerPool) -> None:
    pids: list[int] = []
    for _ in range(2):
        thread = threading.Thread(target=lambda: pids.append(pool.run(("answer", 0), seconds=30)[1]))
        thread.start()
        thread.join()
        time.sleep(0.3)
    assert pids[0] == pids[1]


_PARENT = """
import sys, time
sys.path[:0] = [{root!r}, {here!r}]
from extractors.sandbox import WorkerPool
from test_sandbox import prepare
if __name__ == "__main__":
    pool = WorkerPool(prepare, None, size=1, memory_bytes=400 << 20)
    print(pool.run(("answer", 0), seconds=30)[1], flush=True)
    time.sleep(60)
"""


def test_a_worker_dies_with_a_killed_parent(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    here = Path(__file__).parent
    script.write_text(_PARENT.format(root=str(here.parent.parent), here=str(here)))
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        parent.send_signal(signal.SIGKILL)
        parent.wait()
    deadline = time.monotonic() + 10
    while psutil.pid_exists(worker) and psutil.Process(worker).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def starving(_: object) -> Callable[[str], str]:
    def work(job: str) -> str:
        if job == "starve":
            raise RuntimeError("can't start new thread")
        return f"{job} in {os.getpid()}"

    return work


def test_what_a_library_says_for_want_of_memory_is_a_limit_and_the_worker_is_replaced() -> None:
    pool = WorkerPool(starving, None, size=1, memory_bytes=400 << 20)
    try:
        before = pool.run("a", seconds=60)
        with pytest.raises(LimitExceeded, match="more memory"):
            pool.run("starve", seconds=60)
        assert pool.run("a", seconds=60) != before
    finally:
        pool.close()


def hoarding(_: object) -> Callable[[str], int]:
    held: list[str] = []

    def do(job: str) -> int:
        held.append(job)
        if len(held) > 1 or job == "alone too large":
            raise MemoryError
        return os.getpid()

    return do


def test_what_other_jobs_left_behind_is_no_fault_of_the_next_exhibit() -> None:
    pool = WorkerPool(hoarding, None, size=1, memory_bytes=400 << 20)
    try:
        assert pool.run("one", seconds=30) != pool.run("two", seconds=30)
        with pytest.raises(LimitExceeded, match="more memory"):
            pool.run("alone too large", seconds=30)
    finally:
        pool.close()


class Closings:
    """Which thread closed which handle, with time for another one to come in between."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seen: list[tuple[int, int]] = []
        close = Connection._close  # type: ignore[attr-defined]

        def slow(connection: Connection) -> None:
            self.seen.append((connection.fileno(), threading.get_ident()))
            close(connection)
            time.sleep(0.05)

        monkeypatch.setattr(Connection, "_close", slow)


def kill_from_many_threads(worker: Worker) -> list[BaseException]:
    start, wrong = threading.Barrier(8), []

    def kill() -> None:
        start.wait()
        try:
            worker.kill()
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=kill) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return wrong


def test_a_worker_killed_by_many_threads_is_closed_once_and_by_the_thread_that_reads_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    worker = Worker(prepare, None, memory_bytes=400 << 20)
    assert worker.run(("answer", 5), seconds=30)[0] == 5
    outcome: list[BaseException] = []

    def read() -> None:
        try:
            worker.run(("sleep", 60), seconds=60)
        except BaseException as error:
            outcome.append(error)

    pipe = worker._pipe.fileno()
    closings = Closings(monkeypatch)
    reader = threading.Thread(target=read)
    reader.start()
    while worker.jobs < 2:
        time.sleep(0.01)
    assert kill_from_many_threads(worker) == []
    assert not worker.alive
    reader.join(timeout=10)
    assert isinstance(outcome[0], Crashed)
    assert "SIGKILL" in str(outcome[0])
    assert closings.seen == [(pipe, reader.ident)]
    with pytest.raises(Crashed, match="SIGKILL"):
        worker.run(("answer", 1), seconds=30)


def test_an_idle_worker_killed_by_many_threads_is_closed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    worker = Worker(prepare, None, memory_bytes=400 << 20)
    worker.run(("answer", 5), seconds=30)
    pipe = worker._pipe.fileno()
    closings = Closings(monkeypatch)
    assert kill_from_many_threads(worker) == []
    assert [closed for closed, _ in closings.seen] == [pipe]


def test_a_pool_that_is_closed_while_a_worker_starts_leaves_none_behind() -> None:
    pool = WorkerPool(prepare, None, size=1, memory_bytes=400 << 20)
    begun, go_on, start = threading.Event(), threading.Event(), pool._start

    def late() -> Worker:
        begun.set()
        go_on.wait()
        return start()

    pool._start = late
    outcome: list[BaseException] = []

    def read() -> None:
        try:
            pool.run(("sleep", 60), seconds=60)
        except BaseException as error:
            outcome.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    begun.wait()
    pool.close()
    go_on.set()
    reader.join(timeout=20)
    assert isinstance(outcome[0], Stopped)
    assert [worker.alive for worker in pool._all] == [False]
