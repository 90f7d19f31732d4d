from __future__ import annotations

import json
import os
import signal
import socket
import time
from collections import Counter
from pathlib import Path

import pytest
from prefect.settings import PREFECT_CLIENT_MAX_RETRIES, temporary_settings
from running import casegraph
from whole_runs import many, outcomes, request, start, state_of

from evidence.case import Case
from evidence.errors import EngineMissing
from evidence.intake import Intake, given_paths
from evidence.ledger import Actor
from evidence.records import Authority
from flows.ingest import run_ingest
from flows.run import Run
from flows.server import TemporaryServer
from flows.start import ingest
from flows.verify import verify
from graph import queries
from graph.project import open_graph

pytestmark = pytest.mark.usefixtures("prefect_server")


# --- killed, stopped ---------------------------------------------------------------------------------------------


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
    folder = many(tmp_path / "in", 150)
    process = start(case, folder)
    while process.poll() is None and not state_of(case).extractions:
        time.sleep(0.05)
    process.send_signal(told)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "Traceback" not in err
    assert json.loads(out)["stopped"] is True
    assert verify(case).problems == ()
    assert 0 < len(state_of(case).extractions) < 150
    ingest(case, request(folder), actor=actor)
    assert Counter(outcomes(case).values()) == {"read": 150}
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


@pytest.mark.timeout(400)
def test_a_server_that_dies_is_one_clear_line_and_the_next_run_goes_on(
    case: Case, actor: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = many(tmp_path / "in", 60)
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
    out, err = process.communicate(timeout=240)  # what is left to send is tried three times each
    assert process.returncode == EngineMissing.exit_code, err
    assert out == ""
    assert "casegraph: Prefect's server went away" in err
    assert "Traceback" not in err
    assert verify(case).problems == ()
    ingest(case, request(folder), actor=actor)
    assert Counter(outcomes(case).values()) == {"read": 60}


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
