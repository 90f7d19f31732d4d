"""A served graph: read while it is brought up to date, by this process and for others, and closed at once by a seal."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from small_cases import ANNA, EMAIL, EMAIL_LINE, SLIP_LINE, Bench, Line, mention_anchor

from evidence.acts import FindingWritten
from evidence.errors import Busy, CasegraphError, UsageError
from graph import at_work, load, project, queries, search
from graph.live import LiveGraph
from graph.project import catch_up, open_graph, rebuild


@pytest.fixture
def live(lodge: Bench) -> Iterator[LiveGraph]:
    served = LiveGraph(lodge.case, wait_s=5)
    served.start()
    yield served
    served.close()


def _until(what: object, *, seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not what():  # type: ignore[operator]
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.02)


def _payslips(live: LiveGraph) -> int:
    with live.reading() as graph:
        return search.answer(graph, search.Search(query="payslip", limit=5)).total


def test_what_is_written_to_the_ledger_appears_by_itself(lodge: Bench, live: LiveGraph) -> None:
    lodge.record(FindingWritten(finding="F-1", sentence="They share a number."))
    _until(lambda: live.behind == 0)
    with live.reading() as graph:
        assert [one.sentence for one in queries.findings(graph)] == ["They share a number."]


def test_the_command_line_reads_beside_the_server(lodge: Bench, live: LiveGraph) -> None:
    with live.reading() as here, open_graph(lodge.case, wait_s=0) as there:
        assert queries.status(here).received == queries.status(there).received == 4


def test_another_process_has_the_server_project_for_it(lodge: Bench, live: LiveGraph) -> None:
    lodge.exhibit(SLIP_LINE, name="second.pdf")
    code = (
        "import sys; from pathlib import Path; from evidence.case import open_case; from graph.project import catch_up;"
        "print(catch_up(open_case(Path(sys.argv[1])), wait_s=0).seq)"
    )
    command = [sys.executable, "-c", code, str(lodge.case.root)]
    said = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
    assert int(said.stdout) == lodge.case.custody.size()
    with live.reading() as graph:
        assert queries.status(graph).received == 5


def test_catching_up_while_served_gives_the_graph_that_a_rebuild_gives(lodge: Bench, live: LiveGraph) -> None:
    lodge.decide(mention_anchor("CG-0001", EMAIL_LINE, EMAIL), "confirm")
    lodge.exhibit(Line("Ring 020 7946 0142 about the van"), name="note.txt")
    caught = catch_up(lodge.case)
    assert caught.rebuilt == ""
    assert rebuild(lodge.case).fingerprint == caught.fingerprint


def test_readers_go_on_while_the_graph_is_brought_up_to_date(
    lodge: Bench, live: LiveGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    writing, go_on = threading.Event(), threading.Event()
    real = load.remove

    def slow(*given: object) -> None:
        writing.set()
        assert go_on.wait(20)
        real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(load, "remove", slow)
    lodge.exhibit(SLIP_LINE, name="second.pdf")
    assert writing.wait(20)
    assert _payslips(live) == 1
    go_on.set()
    _until(lambda: live.behind == 0)
    assert _payslips(live) == 2


def test_a_seal_closes_the_graph_until_nothing_of_it_is_left(
    lodge: Bench, live: LiveGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "_wait_s", 0.05)
    building, go_on = threading.Event(), threading.Event()
    real = load.load

    def slow(made: object) -> None:
        building.set()
        assert go_on.wait(20)
        real(made)  # type: ignore[arg-type]

    monkeypatch.setattr(load, "load", slow)
    lodge.seal("CG-0004")
    with pytest.raises(Busy), live.reading():
        pass
    assert building.wait(20)
    with pytest.raises(Busy), live.reading():
        pass
    go_on.set()
    _until(lambda: live.behind == 0)
    assert _payslips(live) == 0


def test_many_readers_and_many_writers_lose_nothing(lodge: Bench, live: LiveGraph) -> None:
    wrong: list[BaseException] = []
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            try:
                with live.reading() as graph:
                    assert queries.status(graph).received >= 4
                    queries.events(graph)
            except BaseException as error:
                wrong.append(error)
                return

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for turn in range(12):
        lodge.record(FindingWritten(finding=f"F-{turn + 1}", sentence=f"Finding {turn + 1}"), actor=ANNA)
        live.nudge()
        time.sleep(0.05)
    _until(lambda: live.behind == 0)
    stop.set()
    for reader in readers:
        reader.join()
    assert not wrong
    with live.reading() as graph:
        assert len(queries.findings(graph)) == 12


def test_a_case_is_served_once(lodge: Bench, live: LiveGraph) -> None:
    second = LiveGraph(lodge.case)
    with pytest.raises(Busy, match="served already"):
        second.start()
    second.close()
    assert at_work.ask(lodge.case, "catch_up") is not None, "the first one goes on"


def test_when_the_server_ends_the_command_line_projects_again(lodge: Bench) -> None:
    served = LiveGraph(lodge.case)
    served.start()
    served.close()
    assert not (lodge.case.root / at_work.SOCKET).exists()
    lodge.exhibit(SLIP_LINE, name="second.pdf")
    assert catch_up(lodge.case, wait_s=0).exhibits == 1


def test_a_socket_that_a_killed_server_left_keeps_nobody_waiting(lodge: Bench) -> None:
    code = (
        "import os, sys; from pathlib import Path; from evidence.case import open_case; from graph.live import LiveGraph;"
        "LiveGraph(open_case(Path(sys.argv[1]))).start(); os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", code, str(lodge.case.root)], check=False, cwd=Path(__file__).parents[2])
    assert (lodge.case.root / at_work.SOCKET).exists()
    assert catch_up(lodge.case, wait_s=0).seq == lodge.case.custody.size()
    served = LiveGraph(lodge.case)
    served.start()
    served.close()


def test_what_goes_wrong_in_the_server_is_told_to_whoever_asked(lodge: Bench) -> None:
    def fail(_: at_work.Task) -> object:
        raise UsageError("that cannot be", next_step="leave it")

    answering = at_work.Answering(lodge.case, fail)  # type: ignore[arg-type]
    try:
        with pytest.raises(UsageError, match="that cannot be") as told:
            at_work.ask(lodge.case, "rebuild")
        assert told.value.next_step == "leave it"
    finally:
        answering.close()


def test_a_ledger_that_cannot_be_read_is_said_and_tried_again(
    lodge: Bench, live: LiveGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = project.project_held

    def broken(*_: object, **__: object) -> None:
        raise CasegraphError("the disk is full", next_step="free some space")

    monkeypatch.setattr("graph.live.project_held", broken)
    lodge.exhibit(SLIP_LINE, name="second.pdf")
    _until(lambda: live.trouble is not None)
    assert _payslips(live) == 1
    monkeypatch.setattr("graph.live.project_held", real)
    _until(lambda: live.behind == 0)
    assert live.trouble is None
    assert _payslips(live) == 2
