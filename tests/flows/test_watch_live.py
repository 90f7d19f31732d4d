"""`casegraph watch` beside a Prefect server as a unit runs one: what lands in the folder is ingested on schedule."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from running import ROOT, asked

from evidence.acts import ExtractionRecorded
from evidence.case import Case
from flows.server import quiet_prefect, server_is_up
from flows.verify import verify

_SECONDS = 200


@contextmanager
def running(words: list[str], environment: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program with all of its processes in a group of their own, which ends with the block."""
    with log.open("wb") as out:
        process = subprocess.Popen(
            words, cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            yield process
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(timeout=30)


@pytest.fixture
def live(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of a Prefect server with its scheduler, on a port and in a folder of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT")}
    environment |= {
        "PREFECT_HOME": str(tmp_path / "prefect"),
        "PREFECT_RUNNER_POLL_FREQUENCY": "2",
        "PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS": "5",
    }
    quiet_prefect(environment)
    command = [
        sys.executable,
        "-m",
        "prefect",
        "server",
        "start",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--no-ui",
    ]
    with running(command, environment, tmp_path / "server.log") as server:
        environment["PREFECT_API_URL"] = f"http://127.0.0.1:{port}/api"
        deadline = time.monotonic() + _SECONDS
        while not server_is_up(environment):
            assert server.poll() is None, (tmp_path / "server.log").read_text()
            assert time.monotonic() < deadline, (tmp_path / "server.log").read_text()
            time.sleep(0.2)
        yield environment


@pytest.mark.slow
@pytest.mark.timeout(500)
def test_what_lands_in_the_folder_is_ingested_on_schedule_as_whoever_started_the_watch(
    case: Case, live: dict[str, str], tmp_path: Path
) -> None:
    drop = tmp_path / "drop"
    drop.mkdir()
    settings = f'drop_folder = "{drop}"\ndrop_authority = "W-1"\ndrop_custodian = "Night desk"\n'
    with (case.root / "case.toml").open("a") as written:
        written.write(settings)
    command = [sys.executable, "-m", "workbench", "watch", str(case.root), "--every", "10", "--as", "D. Watcher"]
    log = tmp_path / "watch.log"
    with running(command, live, log) as watch:
        land(drop, "first.txt")
        wait_for(case, watch, log, read=1)
        land(drop, "second.txt")
        wait_for(case, watch, log, read=2)
    status = asked("status", case.root)
    assert [(one["name"], one["outcome"], one["custodian"], one["received_by"]) for one in status["exhibits"]] == [
        ("first.txt", "read", "Night desk", "D. Watcher"),
        ("second.txt", "read", "Night desk", "D. Watcher"),
    ]
    acts = [event for event in case.custody.events() if isinstance(event.act, ExtractionRecorded)]
    assert {event.line.actor for event in acts} == {"D. Watcher"}
    assert verify(case).problems == ()


def land(drop: Path, name: str) -> None:
    """Put a file into the folder that nobody has written to for a minute."""
    (drop / name).write_text(f"{name}: call 020 7946 0142\n")
    os.utime(drop / name, (time.time() - 60,) * 2)


def wait_for(case: Case, watch: subprocess.Popen[bytes], log: Path, *, read: int) -> None:
    """Wait until the case says that it read so many exhibits."""
    deadline = time.monotonic() + _SECONDS
    while asked("status", case.root)["read"] < read:
        assert watch.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(1)
