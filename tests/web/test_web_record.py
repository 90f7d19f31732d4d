"""The record: found by person, operation, exhibit and time; sealed lines stay closed; reading it is on record."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from running import casegraph

from evidence.acts import Consulted, Disclosed, LedgerRead
from evidence.case import Case
from evidence.ledger import Actor
from web.conftest import Office

Serve = Callable[[Case], Office]


def _looked(case: Case, name: str, *exhibits: str, asked: str = "van", reason: str = "") -> None:
    actor = Actor(name=name, account="tester", host="bench")
    look = Consulted(command="search", asked=asked, exhibits=exhibits, results=1, reason=reason)
    case.record_access(look, actor=actor)


def test_lines_are_found_by_person_operation_exhibit_and_time(case: Case, serve: Serve) -> None:
    _looked(case, "Ana", "CG-0001", "CG-0002/3")
    _looked(case, "Ben", "CG-0012")
    auditor = serve(case).person("audit")

    def found(**asked: object) -> list[tuple[str, str]]:
        rows = auditor.get("/api/record", params=asked).json()["rows"]
        return [(row["who"], row["op"]) for row in rows if row["op"] == "consulted"]

    assert found() == [("Ben", "consulted"), ("Ana", "consulted")]
    assert found(who="an") == [("Ana", "consulted")]
    assert found(exhibit="CG-0001") == found(exhibit="CG-0002") == [("Ana", "consulted")]
    assert found(exhibit="CG-000") == []
    assert found(op="ledger.read") == []
    assert len(found(since="2020-01-01", until="2999-12-31 10:00")) == 2
    assert found(until="2020-01-01") == []
    assert auditor.get("/api/record", params={"since": "yesterday"}).status_code == 400
    custody = auditor.get("/api/record", params={"chain": "custody"}).json()["rows"]
    assert [row["op"] for row in custody] == ["settings.recorded", "authority.recorded", "case.opened"]


def test_pages_follow_one_another_without_a_gap(case: Case, serve: Serve) -> None:
    for number in range(12):
        _looked(case, "Ana", asked=str(number))
    auditor = serve(case).person("audit")
    seen: list[int] = []
    before = 0
    while True:
        told = auditor.get("/api/record", params={"op": "consulted", "limit": 5, "before": before}).json()
        seen += [row["seq"] for row in told["rows"]]
        before = told["before"]
        if not before:
            break
    assert len(seen) == 12
    assert seen == sorted(seen, reverse=True)


def test_reading_the_record_is_recorded(case: Case, serve: Serve) -> None:
    auditor = serve(case).person("audit")
    for address in ("/record?chain=custody", "/api/record?chain=custody", "/record/lines.csv?chain=custody"):
        assert auditor.get(address).status_code == 200
        last = list(case.access.events())[-1]
        assert (last.line.actor, last.act) == ("audit", LedgerRead(chain="custody", lines=3)), address


def test_lines_about_sealed_material_stay_closed(sample_office: Office) -> None:
    case, auditor = sample_office.case, sample_office.person("audit")
    number = "CG-0005"
    _looked(case, "Ana", number, asked="something telling", reason="a telling reason")
    casegraph("seal", case.root, number, "--kind", "privileged", "--reason", "a test")
    rows = auditor.get("/api/record", params={"op": "consulted"}).json()["rows"]
    assert rows[0]["summary"] == "sealed"
    assert not any(rows[0][name] for name in ("reason", "asked", "exhibits", "files"))
    assert not auditor.get("/api/record", params={"exhibit": number}).json()["rows"]
    for address in ("/record", "/record/lines.csv"):
        assert "telling" not in auditor.get(address).text
    custody = auditor.get("/api/record", params={"chain": "custody", "exhibit": number}).json()["rows"]
    assert custody
    assert all(row["sealed"] for row in custody)


def test_csv_runs_no_formula(case: Case, serve: Serve) -> None:
    _looked(case, "=HYPERLINK(1)", asked="x")
    told = serve(case).person("audit").get("/record/lines.csv", params={"op": "consulted"})
    (_, row) = csv.reader(io.StringIO(told.text))
    assert row[2] == "'=HYPERLINK(1)"
    assert told.headers["content-type"].startswith("text/csv")


def test_the_chains_are_walked_and_a_changed_line_is_told(case: Case, serve: Serve) -> None:
    office = serve(case)
    auditor = office.person("audit")
    told = auditor.post("/api/record/verify").json()
    assert told["problems"] == []
    assert told["custody_lines"] == 3
    assert [code.split(":")[0] for code in told["checkpoints"]] == ["custody", "access"]
    assert "Both are whole" in auditor.post("/record/verify").text
    _looked(case, "Ana")
    _looked(case, "Ben")
    path = case.root / "ledger" / "access.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"Ana"', b'"Eve"'))
    told = auditor.post("/api/record/verify").json()
    assert any("access line" in one["about"] for one in told["problems"])
    assert "wrong" in auditor.post("/record/verify").text


def test_accounts_are_listed_without_hashes(case: Case, serve: Serve) -> None:
    office = serve(case)
    office.desk.accounts.add("ana", "a lay-by near Tern Yard", ("review", "audit"))
    office.desk.accounts.change("ana", closed=True)
    told = office.person("audit").get("/api/accounts")
    assert {"name": "ana", "roles": ["review", "audit"], "closed": True} in told.json()
    assert "argon2" not in told.text
    assert "argon2" not in office.person("audit").get("/record").text


@pytest.mark.parametrize("asked", ["chain=both", "before=-1", "before=1e9", "limit=0", "who=" + "x" * 201])
def test_what_cannot_be_asked_is_said(case: Case, serve: Serve, asked: str) -> None:
    assert serve(case).person("audit").get(f"/api/record?{asked}").status_code == 422


def test_a_look_is_told_with_its_reason_what_was_asked_and_its_exhibits(case: Case, serve: Serve) -> None:
    asked = "a number that was written down beside the door of the lodge, or " + "near it " * 12 + "and its end"
    _looked(case, "Ana", "CG-0001", "CG-0002/3", asked=asked, reason="task 4 of the plan")
    auditor = serve(case).person("audit")
    (row,) = auditor.get("/api/record", params={"op": "consulted"}).json()["rows"]
    assert (row["asked"], row["reason"], row["exhibits"]) == (asked, "task 4 of the plan", ["CG-0001", "CG-0002/3"])
    shown = auditor.get("/record", params={"op": "consulted"}).text
    (_, cells) = csv.reader(io.StringIO(auditor.get("/record/lines.csv", params={"op": "consulted"}).text))
    for told in (asked, "task 4 of the plan", "CG-0001, CG-0002/3"):
        assert told in shown
        assert told in cells


def test_what_left_is_told_with_its_reason_and_digests(case: Case, serve: Serve) -> None:
    gone = Disclosed(export="summary", recipient="court", reason="hearing of 4 May", files={"summary.pdf": "ab" * 32})
    case.record_access(gone, actor=Actor(name="Dan", account="tester", host="bench"))
    auditor = serve(case).person("audit")
    (row,) = auditor.get("/api/record", params={"op": "disclosed"}).json()["rows"]
    assert (row["reason"], row["files"]) == (gone.reason, gone.files)
    for address in ("/record?op=disclosed", "/record/lines.csv?op=disclosed"):
        told = auditor.get(address).text
        assert "hearing of 4 May" in told
        assert "ab" * 32 in told


def test_times_are_compared_as_times(case: Case, serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    moment = datetime(2026, 3, 2, 23, 30, 12, 345000, tzinfo=UTC)
    monkeypatch.setattr(case.access, "_clock", lambda: moment)
    _looked(case, "Ana")
    monkeypatch.undo()
    auditor = serve(case).person("audit")

    def found(**asked: str) -> bool:
        rows = auditor.get("/api/record", params={"op": "consulted"} | asked).json()["rows"]
        return bool(rows)

    assert found(since="2026-03-02", until="2026-03-02")
    assert found(since="2026-03-02 23:30", until="2026-03-02T23:30Z")
    assert found(since="2026-03-02 23:30:12", until="2026-03-02 23:30:12")
    assert found(since="2026-03-03 01:30+02:00", until="2026-03-03 01:30+02:00")
    assert not found(since="2026-03-02 23:31+02:00", until="2026-03-02 23:31+02:00")
    assert not found(since="2026-03-02 23:30:13")
    assert not found(until="2026-03-02 23:29")
    assert found(until="9999-12-31")
    for wrong in ("20260302", "2026-W10-1", "2026-02-30", "2026-03-02 14", "0001-01-01 00:00+02:00"):
        told = auditor.get("/api/record", params={"since": wrong})
        assert (told.status_code, "is no time" in told.text) == (400, True), wrong
