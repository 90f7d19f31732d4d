from __future__ import annotations

import urllib.request
from collections import Counter
from pathlib import Path

import pytest
from msgspec.structs import replace
from whole_runs import outcomes, request, state_of

from evidence.case import Case
from evidence.errors import Busy, StorageError
from evidence.files import locked
from evidence.ledger import Actor
from flows.replay import replay
from flows.run import Run
from flows.start import ingest, plan, reread
from flows.verify import verify
from graph import queries
from graph.project import open_graph

pytestmark = pytest.mark.usefixtures("prefect_server")


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


@pytest.mark.usefixtures("one_worker")
def test_a_second_ingest_extracts_nothing(case: Case, actor: Actor, seized: Path) -> None:
    ingest(case, request(seized), actor=actor)
    before = case.custody.size()
    report = ingest(case, request(seized), actor=actor)
    assert report.recorded == {}
    assert all(one.recognised for one in report.received)
    assert case.custody.size() == before + 1


@pytest.mark.usefixtures("one_worker")
def test_prefect_sees_ids_and_nothing_else(case: Case, actor: Actor, seized: Path, prefect_server: str) -> None:
    ingest(case, request(seized), actor=actor)
    told = ""
    for kind in ("flow_runs", "task_runs", "logs"):
        ask = urllib.request.Request(f"{prefect_server}/{kind}/filter", b"{}", {"Content-Type": "application/json"})
        with urllib.request.urlopen(ask, timeout=30) as answer:
            told += answer.read().decode()
    assert "CG-0001" in told
    # whole numbers: four digits also stand in somebody's random id, once in a hundred runs
    for secret in (
        "note.txt",
        "letter",
        "inner.txt",
        "seized",
        str(case.root),
        "A. Tester",
        "7946 0142",
        "442079460142",
    ):
        assert secret not in told


@pytest.mark.usefixtures("one_worker")
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


@pytest.mark.usefixtures("one_worker")
def test_replay_gives_the_same_content(case: Case, actor: Actor, seized: Path) -> None:
    ingest(case, request(seized), actor=actor)
    lines = replay(case, actor=actor)
    assert Counter(line.verdict for line in lines) == {"same": 6}
    assert verify(case).problems == ()


@pytest.mark.usefixtures("one_worker")
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
