from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from pathlib import Path

import pytest
from msgspec.structs import replace
from prefect.settings import PREFECT_CLIENT_MAX_RETRIES, temporary_settings
from running import casegraph

from evidence.case import Case
from evidence.errors import Busy, EngineMissing, StorageError
from evidence.files import locked
from evidence.intake import Intake, given_paths
from evidence.ledger import Actor
from evidence.records import Authority
from evidence.state import CaseState, fold
from flows.ingest import run_ingest
from flows.replay import replay
from flows.run import Run
from flows.server import TemporaryServer
from flows.start import IngestRequest, ingest, plan, reread
from flows.verify import verify
from graph import queries
from graph.project import open_graph

pytestmark = pytest.mark.usefixtures("prefect_server")


def state_of(case: Case) -> CaseState:
    return fold(case.custody.events())


def outcomes(case: Case) -> dict[str, str]:
    state = state_of(case)
    return {state.exhibits[number].exhibit.name: act.outcome for number, act in state.extractions.items()}


def request(*paths: Path, **options: str) -> IngestRequest:
    return IngestRequest(paths=paths, **options)  # type: ignore[arg-type]


def test_every_file_becomes_an_exhibit_with_an_outcome(case: Case, actor: Actor, seized: Path) -> None:
    report = ingest(case, request(seized), actor=actor)
    assert outcomes(case) == {
        "note.txt": "read",
        "letter.eml": "read",
        "inner.txt": "read",
        "broken.png": "failed",
        "empty.bin": "skipped",
        "unknown.dat": "skipped",
    }
    assert report.children == 1
    assert report.checkpoint is not None
    with open_graph(case) as graph:
        status = queries.status(graph)
    five = status.read + status.blank + status.no_text + status.skipped + status.failed
    assert status.received == five == 6
    assert status.graph.behind == 0
    assert all(one.reason for one in status.exhibits if one.outcome in ("failed", "skipped"))
    assert list(case.tmp.iterdir()) == []


def test_a_second_ingest_extracts_nothing(case: Case, actor: Actor, seized: Path) -> None:
    ingest(case, request(seized), actor=actor)
    before = case.custody.size()
    report = ingest(case, request(seized), actor=actor)
    assert report.recorded == {}
    assert all(one.recognised for one in report.received)
    assert case.custody.size() == before + 1


def test_prefect_sees_ids_and_nothing_else(case: Case, actor: Actor, seized: Path, prefect_server: str) -> None:
    ingest(case, request(seized), actor=actor)
    told = ""
    for kind in ("flow_runs", "task_runs", "logs"):
        ask = urllib.request.Request(f"{prefect_server}/{kind}/filter", b"{}", {"Content-Type": "application/json"})
        with urllib.request.urlopen(ask, timeout=30) as answer:
            told += answer.read().decode()
    assert "CG-0001" in told
    for secret in ("note.txt", "letter", "inner.txt", "seized", str(case.root), "A. Tester", "7946"):
        assert secret not in told


def test_an_original_that_changed_is_refused_by_number(case: Case, actor: Actor, seized: Path) -> None:
    ingest(case, request(seized), actor=actor)
    state = state_of(case)
    number = next(one for one, act in state.exhibits.items() if act.exhibit.name == "note.txt")
    path = case.vault.path(state.exhibits[number].exhibit.sha256)
    path.chmod(0o644)
    path.write_bytes(path.read_bytes().replace(b"Call", b"call"))
    report = reread(case, [number], actor=actor)
    assert list(report.refused) == [number]
    assert number in report.refused[number].what
    assert state_of(case).extractions[number].outcome == "read"
    assert {(one.kind, one.about) for one in verify(case).problems} == {("original", number)}


def test_replay_gives_the_same_content(case: Case, actor: Actor, seized: Path) -> None:
    ingest(case, request(seized), actor=actor)
    lines = replay(case, actor=actor)
    assert Counter(line.verdict for line in lines) == {"same": 6}
    assert verify(case).problems == ()


def test_a_changed_assertion_is_told_by_replay_and_used_by_reread(case: Case, actor: Actor, seized: Path) -> None:
    ingest(case, request(seized), actor=actor)
    ingest(case, request(seized, languages=("ro",)), actor=actor)  # type: ignore[arg-type]
    assert {line.verdict for line in replay(case, actor=actor)} == {"other engines"}
    numbers = [number for number, act in state_of(case).extractions.items() if act.artifacts]
    reread(case, numbers, actor=actor)
    assert {line.verdict for line in replay(case, actor=actor)} == {"same"}


def test_two_ingests_of_one_case_do_not_run_at_once(case: Case, actor: Actor, seized: Path) -> None:
    with locked(case.ingest_lock), pytest.raises(Busy):
        ingest(case, request(seized), actor=actor)
    assert state_of(case).exhibits == {}


def test_a_plan_receives_nothing(case: Case, seized: Path) -> None:
    planned = plan(case, request(seized))
    assert [one.name for one in planned] == sorted(path.name for path in seized.iterdir())
    assert state_of(case).exhibits == {}
    assert all(not one.known for one in planned)


def test_wanted_files_are_read_first(case: Case, actor: Actor, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("a.txt", "b.txt", "urgent.txt"):
        (folder / name).write_text(name)
    alone = Case(case.root, settings=replace(case.settings, workers=1), clock=case.clock)
    ingest(alone, request(folder, first="urgent*"), actor=actor)
    assert next(iter(outcomes(case))) == "urgent.txt"


def test_a_full_disk_stops_the_run_and_loses_nothing(
    case: Case, actor: Actor, seized: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StorageError("the disk is full", next_step="free some")

    with monkeypatch.context() as patched:
        patched.setattr(Run, "read_batch", full)
        with pytest.raises(StorageError):
            ingest(case, request(seized), actor=actor)
    assert len(state_of(case).pending()) > 0
    ingest(case, request(seized), actor=actor)
    assert state_of(case).pending() == []
    assert verify(case).problems == ()


# --- killed, stopped ---------------------------------------------------------------------------------------------


def start(case: Case, folder: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "workbench", "ingest", str(case.root), str(folder), "--json"]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=dict(os.environ), start_new_session=True
    )


def many(folder: Path, count: int) -> Path:
    folder.mkdir()
    for number in range(count):
        (folder / f"{number:04d}.txt").write_text(f"message {number} to a{number}@example.org\n" * 200)
    return folder


@pytest.mark.parametrize("lines", [2, 40, 140])
def test_a_killed_ingest_goes_on_where_it_stopped(case: Case, actor: Actor, tmp_path: Path, lines: int) -> None:
    folder = many(tmp_path / "in", 120)
    process = start(case, folder)
    began = case.custody.size()
    while process.poll() is None and case.custody.size() < began + lines:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    ingest(case, request(folder), actor=actor)
    assert Counter(outcomes(case).values()) == {"read": 120}
    assert len(state_of(case).exhibits) == 120
    assert verify(case).problems == ()
    with open_graph(case) as graph:
        assert queries.status(graph).graph.behind == 0


@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-C", "SIGTERM"])
def test_a_run_that_is_told_to_stop_leaves_a_clean_case_and_exit_code_130(
    case: Case, actor: Actor, tmp_path: Path, told: signal.Signals
) -> None:
    folder = many(tmp_path / "in", 400)
    process = start(case, folder)
    while process.poll() is None and not state_of(case).extractions:
        time.sleep(0.05)
    process.send_signal(told)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "Traceback" not in err
    assert json.loads(out)["stopped"] is True
    assert verify(case).problems == ()
    assert 0 < len(state_of(case).extractions) < 400
    ingest(case, request(folder), actor=actor)
    assert Counter(outcomes(case).values()) == {"read": 400}
    assert verify(case).problems == ()


def test_a_run_told_to_stop_while_it_receives_ends_alike_and_the_next_one_receives_the_rest(
    case: Case, actor: Actor, tmp_path: Path
) -> None:
    folder = many(tmp_path / "in", 400)
    process = start(case, folder)
    while process.poll() is None and not state_of(case).exhibits:
        time.sleep(0.01)
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "Traceback" not in err
    assert json.loads(out)["stopped"] is True
    assert verify(case).problems == ()
    assert json.loads(out)["received"] == len(state_of(case).exhibits)
    ingest(case, request(folder), actor=actor)
    assert Counter(outcomes(case).values()) == {"read": 400}
    assert verify(case).problems == ()


# --- the server goes away --------------------------------------------------------------------------------------------


def test_a_server_that_dies_is_one_clear_line_and_the_next_run_goes_on(
    case: Case, actor: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = many(tmp_path / "in", 400)
    elsewhere = {name: value for name, value in os.environ.items() if name != "PREFECT_API_URL"}
    server = TemporaryServer(elsewhere)
    server.start()
    try:
        server.wait()
        with monkeypatch.context() as patched:
            patched.setenv("PREFECT_API_URL", elsewhere["PREFECT_API_URL"])
            process = start(case, folder)
        while process.poll() is None and not state_of(case).extractions:
            time.sleep(0.05)
    finally:
        server.stop()
    out, err = process.communicate(timeout=120)
    assert process.returncode == EngineMissing.exit_code, err
    assert out == ""
    assert "casegraph: Prefect's server went away" in err
    assert "Traceback" not in err
    assert verify(case).problems == ()
    ingest(case, request(folder), actor=actor)
    assert Counter(outcomes(case).values()) == {"read": 400}


def test_a_server_that_is_not_there_is_said_so(
    case: Case, actor: Actor, authority: Authority, seized: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = state_of(case)
    intake = Intake(case, state=state, authority=authority, custodian="", actor=actor)
    list(intake.receive(given_paths([seized / "note.txt"])))
    run = Run(case, state=state, actor=actor, on_progress=lambda _: None)
    monkeypatch.setenv("PREFECT_API_URL", closed_port())
    try:
        with (
            temporary_settings({PREFECT_CLIENT_MAX_RETRIES: 0}),
            pytest.raises(EngineMissing, match="Prefect's server went away") as caught,
        ):
            run_ingest(run)
    finally:
        run.close()
    assert "again" in caught.value.next_step
    assert state_of(case).pending() == ["CG-0001"]


def test_an_ingest_does_without_a_server_that_is_not_there_and_watch_cannot(
    case: Case, seized: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREFECT_API_URL", closed_port())
    process = start(case, seized)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert json.loads(out)["received"] == 5
    said = casegraph("watch", case.root, code=EngineMissing.exit_code)
    assert "no Prefect server answers at PREFECT_API_URL" in said
    assert "prefect server start" in said


def closed_port() -> str:
    """Return an address at which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}/api"
