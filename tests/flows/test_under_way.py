"""What an ingest says of itself while it runs, and what is left of one that was killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest

from evidence.case import Case
from evidence.intake import Given, Offer
from evidence.ledger import Actor
from flows.run import Progress
from flows.under_way import FILE, born, telling, told_last, under_way
from flows.watcher import Watcher


def test_what_runs_is_told_and_gone_when_it_ends(case: Case, actor: Actor) -> None:
    heard: list[str] = []
    with telling(case, "ingest", actor=actor, watcher=Watcher(on_phase=heard.append)) as told:
        told.on_phase("reading")
        now = under_way(case)
        assert now is not None
        assert (now.phase, now.who, now.pid) == ("reading", actor.name, os.getpid())
    assert heard == ["reading"], "the watcher that was given hears it too"
    assert under_way(case) is None
    assert not (case.root / FILE).exists()


def test_the_file_is_gone_too_where_the_run_fails(case: Case, actor: Actor) -> None:
    with pytest.raises(ValueError), telling(case, "reread", actor=actor, watcher=Watcher()):
        raise ValueError
    assert told_last(case) is None


def test_it_is_written_at_most_twice_a_second(
    case: Case, actor: Actor, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    clock = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    offer = Offer(given=Given(source=tmp_path, name="a", name_bytes_hex="61"), size_bytes=10)
    seen: list[int] = []
    with telling(case, "ingest", actor=actor, watcher=Watcher()) as told:
        told.on_phase("receiving")
        for _ in range(40):
            clock[0] += 0.1
            told.on_file(offer)
            now = under_way(case)
            assert now is not None
            seen.append(now.done)
    assert 6 <= len(set(seen) - {0}) <= 8, seen
    assert max(seen) >= 34


def test_rate_and_time_left_follow_the_work_that_is_expected(
    case: Case, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    with telling(case, "ingest", actor=actor, watcher=Watcher()) as told:
        told.on_phase("reading")
        clock[0] += 30
        told.on_progress(
            Progress(
                exhibits=10, exhibits_done=4, seconds_expected=80, seconds_done=20, units_done=50, reading="CG-0005"
            )
        )
        now = under_way(case)
    assert now is not None
    assert (now.done, now.total, now.permille, now.per_minute, now.left_s, now.reading) == (
        4, 10, 250, 100, 90, "CG-0005",
    )  # fmt: skip


def test_a_killed_process_leaves_a_file_that_is_known_for_stale(case: Case) -> None:
    script = (
        "import sys, time; from pathlib import Path; from evidence.case import acting, open_case; "
        "from flows.under_way import telling; from flows.watcher import Watcher\n"
        "with telling(open_case(Path(sys.argv[1])), 'ingest', actor=acting('K'), watcher=Watcher()):\n"
        "    print('begun', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", script, str(case.root)], stdout=subprocess.PIPE) as run:
        assert run.stdout is not None
        assert run.stdout.readline() == b"begun\n"
        assert under_way(case) is not None
        run.send_signal(signal.SIGKILL)
        run.wait(timeout=20)
    assert under_way(case) is None
    left = told_last(case)
    assert left is not None
    assert left.who == "K"


def test_a_process_number_that_was_given_again_is_not_the_same_process(case: Case, actor: Actor) -> None:
    with telling(case, "ingest", actor=actor, watcher=Watcher()):
        told = told_last(case)
        assert told is not None
        (case.root / FILE).write_bytes(msgspec.json.encode(msgspec.structs.replace(told, born=told.born - 1)))
        assert under_way(case) is None
    assert born(os.getpid()) == told.born


def test_a_file_that_is_no_such_file_says_nothing(case: Case) -> None:
    (case.root / FILE).write_bytes(b"{half")
    assert told_last(case) is None
