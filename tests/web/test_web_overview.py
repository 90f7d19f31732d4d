"""The first page: what came in, what was not read and why, what runs, what waits."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import msgspec
import pytest
from running import casegraph

from evidence.case import Case
from evidence.errors import IntegrityError
from evidence.ledger import Actor
from flows.under_way import FILE, telling
from flows.watcher import Watcher
from web.conftest import Office
from workbench.web.sessions import IDLE_S, Sessions

Serve = Callable[[Case], Office]


def test_an_empty_case_says_what_to_do_next(case: Case, serve: Serve) -> None:
    office = serve(case)
    shown = office.person("ingest").get("/").text
    assert "Nothing yet" in shown
    assert 'href="/ingest"' in shown
    assert "A court" in shown
    assert "papers" in shown


def test_it_says_what_was_not_read_by_reason_with_links(sample_office: Office) -> None:
    person = sample_office.person("review")
    told = person.get("/api/overview").json()
    status = person.get("/api/status").json()
    assert told["received"] == status["received"] > 60
    unread = [line for line in status["exhibits"] if line["outcome"] != "read"]
    assert sum(one["count"] for one in told["not_read"]) == len(unread) > 0
    assert sum(told["outcomes"].values()) == told["received"]
    shown = person.get("/").text
    assert "outcome=skipped&amp;reason=empty+file+%280+bytes%29" in shown
    assert "Ellery Docks" in shown
    assert "review was due 2026-09-02" in shown


def test_who_may_not_look_gets_numbers_without_links(sample_office: Office) -> None:
    shown = sample_office.person("audit").get("/").text
    assert "Not read, and why" in shown
    assert "/exhibits?" not in shown
    assert 'href="/review"' not in shown


def test_what_waits_is_counted_from_the_readings(sample_office: Office) -> None:
    told = sample_office.person("review").get("/api/overview").json()["review"]
    assert 0 < told["candidates"] < told["unreviewed"]
    assert told["cited"] == 0


def test_what_waits_is_chosen_by_kind(sample_office: Office) -> None:
    person = sample_office.person("review")
    told = person.get("/api/overview").json()
    kinds = told["review_by_kind"]
    for count in ("unreviewed", "candidates", "cited"):
        assert sum(one[count] for one in kinds) == told["review"][count]
    shown, review = person.get("/").text, person.get("/review").text
    for one in kinds:
        assert f'href="/review?kind={one["kind"]}"' in shown
        assert f'<option value="{one["kind"]}">' in review
    assert "/review?kind=" not in sample_office.person("analyse").get("/").text


def test_pairs_of_names_that_wait_for_a_verdict_are_counted_and_listed(sample_office: Office) -> None:
    person = sample_office.person("review")
    assert 'hx-get="/candidates/count"' in person.get("/").text
    assert "/candidates/count" not in sample_office.person("audit").get("/").text
    before = person.get("/api/candidates").json()
    assert before["waiting"] == len(before["candidates"]) > 0
    assert f'<a href="/candidates">{before["waiting"]}</a>' in person.get("/candidates/count").text
    pair = next(one for one in before["candidates"] if one["a"]["entity"]["label"] == "Denise Aldous")
    a, b = (pair[side]["entity"]["id"] for side in ("a", "b"))
    assert f"/entities/{a}/same?other={b}" in person.get("/candidates").text
    verdict = {
        "other": b,
        "verdict": "different",
        "reason": "two of one name",
        "seen": sample_office.case.custody.size(),
    }
    answer = person.post(f"/entities/{a}/same", data=verdict)
    assert answer.status_code in (200, 303), answer.text
    sample_office.wait()
    assert person.get("/api/candidates").json()["waiting"] == before["waiting"] - 1
    last = list(sample_office.case.access.events())[-1].act
    assert (last.command, last.asked) == ("web candidates", "all")  # type: ignore[union-attr]


def test_every_page_of_results_says_what_could_not_be_read(sample_office: Office) -> None:
    person = sample_office.person("review")
    entity = person.get("/api/entities").json()["entities"][0]["id"]
    told = person.get("/api/overview").json()
    said = f"{told['outcomes']['read']} of {told['received']} exhibits read"
    for address in (
        "/entities",
        f"/entities/{entity}",
        f"/entities/{entity}/print",
        "/graph",
        "/findings",
        "/timeline",
    ):
        shown = person.get(address).text
        assert said in shown, address
        assert "outcome=not+read" in shown, address


def test_a_finding_puts_the_readings_of_its_passages_first(sample_office: Office) -> None:
    root = sample_office.case.root
    with sample_office.desk.live.reading() as graph:
        segment, many = graph.conn.execute(
            "SELECT segment_id, count(*) AS n FROM mention WHERE review = 'unreviewed' GROUP BY 1 ORDER BY n DESC, 1 LIMIT 1"
        ).fetchone() or ("", 0)
    casegraph("finding", root, "new", "A sentence.")
    casegraph("tag", root, segment, "supports", "--finding", "F-1", "--reason", "as it says")
    sample_office.wait()
    told = sample_office.person("review").get("/api/overview").json()
    assert told["review"]["cited"] == many > 0
    assert told["review"]["findings"] == 1
    with sample_office.desk.live.reading() as graph:
        assert graph.conn.execute("SELECT count(*) FROM decision WHERE state = 'unanchored'").fetchone() == (0,)


def test_what_runs_is_shown_and_what_was_killed_is_told_apart(case: Case, serve: Serve, actor: Actor) -> None:
    office = serve(case)
    person = office.person("ingest")
    with telling(case, "ingest", actor=actor, watcher=Watcher()) as told:
        told.on_phase("receiving")
        now = person.get("/api/now").json()
        assert now["ingest"]["phase"] == "receiving"
        assert now["ingest"]["pid"] == os.getpid()
        assert "Receiving" in person.get("/overview/now").text
        left = (case.root / FILE).read_bytes()
    assert person.get("/api/now").json()["ingest"] is None
    dead = msgspec.json.decode(left) | {"born": 1}
    (case.root / FILE).write_bytes(msgspec.json.encode(dead))
    now = person.get("/api/now").json()
    assert now["ingest"] is None
    assert now["ended"]["who"] == actor.name
    assert "ended without saying so" in person.get("/overview/now").text


def test_the_page_is_told_when_the_case_moves_on(case: Case, serve: Serve, actor: Actor) -> None:
    office = serve(case)
    person = office.person("review")
    size = case.custody.size()
    assert "HX-Trigger" not in person.get(f"/overview/now?seen={size}").headers
    assert person.get(f"/overview/now?seen={size - 1}").headers["HX-Trigger"] == "casegraph:moved"


def test_why_the_graph_cannot_catch_up_is_said(case: Case, serve: Serve) -> None:
    office = serve(case)
    office.desk.live.trouble = IntegrityError("its line 3 was changed", next_step="run `casegraph verify`")
    shown = office.person("review").get("/overview/now").text
    assert "cannot catch up: its line 3 was changed" in shown


def test_little_space_is_said(case: Case, serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    office = serve(case)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=10, total=1000))
    assert "Only 10 bytes are free" in office.person("review").get("/").text


def test_asking_by_itself_keeps_no_session_alive() -> None:
    clock = [0.0]
    sessions = Sessions(ticks=lambda: clock[0])
    token, _ = sessions.begin("ana", ("review",))
    for _ in range(4):
        clock[0] += IDLE_S / 3
        found = sessions.find(token, used=False)
    assert found is None


def test_the_poll_is_such_a_request(case: Case, serve: Serve) -> None:
    office = serve(case)
    person = office.person("review")
    session = office.desk.sessions.find(person.cookies["casegraph"], used=False)
    assert session is not None
    session.seen -= 100
    before = session.seen
    assert person.get("/overview/now").status_code == person.get("/api/now").status_code == 200
    assert session.seen == before
    person.get("/api/status")
    assert session.seen > before


def test_sealed_material_is_counted_and_not_named(sample_office: Office, tmp_path: Path) -> None:
    status = sample_office.person("review").get("/api/status").json()
    failed = next(line for line in status["exhibits"] if line["outcome"] == "failed")
    casegraph("seal", sample_office.case.root, failed["number"], "--kind", "privileged", "--reason", "a test")
    sample_office.wait()
    told = sample_office.person("review").get("/api/overview").json()
    assert told["sealed"] == 1
    assert told["outcomes"]["failed"] == status["failed"] - 1
    assert all(one["outcome"] != "failed" for one in told["not_read"])
