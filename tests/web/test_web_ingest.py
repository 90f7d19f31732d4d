"""Sending files and ingesting them from the page: whole or not at all, names as names, limits in plain words."""

from __future__ import annotations

import asyncio
import errno
import hashlib
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from starlette.testclient import TestClient

from evidence.case import Case, open_case
from evidence.state import fold
from flows.under_way import born, telling
from flows.watcher import Watcher
from web.conftest import Office
from workbench.web.jobs import Job
from workbench.web.uploads import Sent, Uploads

Serve = Callable[[Case], Office]
NOTE = b"Call 020 7946 0142 about the van."


def _with_settings(case: Case, lines: str) -> Case:
    toml = case.root / "case.toml"
    toml.write_text(toml.read_text() + lines)
    return open_case(case.root)


def _send(person: TestClient, name: str, data: bytes, upload: str = "", **asked: Any) -> tuple[str, Any]:
    upload = upload or person.post("/api/uploads").json()["id"]
    params = {"name": name, "size": len(data)} | asked
    return upload, person.put(f"/api/uploads/{upload}", params=params, content=data)


def _ended(person: TestClient, job: str) -> Any:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        told = person.get(f"/api/ingest/{job}").json()
        if told["standing"]["state"] != "running":
            return told
        time.sleep(0.2)
    raise AssertionError("the ingest did not end")


def test_a_file_is_sent_ingested_searched_and_its_upload_removed(case: Case, serve: Serve) -> None:
    office = serve(case)
    person = office.person("ingest", "review")
    hostile = "../../etc/<b>note</b> - ‮txt.txt"
    upload, sent = _send(person, hostile, NOTE, modified=1_767_225_600_000)
    assert sent.json() == {
        "name": hostile, "size_bytes": len(NOTE), "modified_ms": 1_767_225_600_000, "received": len(NOTE), "whole": True,
    }  # fmt: skip
    asked = {"upload": upload, "authority": "W-1", "custodian": "The lodge"}
    begun = person.post("/api/ingest", json=asked)
    assert begun.status_code == 200, begun.text
    again = person.post("/api/ingest", json=asked)
    assert again.status_code == 409
    assert "running" in again.text
    told = _ended(person, begun.json()["id"])
    assert told["standing"]["state"] == "done", told
    assert told["standing"]["out"]["received"] == 1
    (line,) = told["exhibits"]
    assert line["outcome"] == "read"
    assert line["custodian"] == "The lodge"
    exhibit = fold(case.custody.events()).exhibits[line["number"]].exhibit
    assert bytes.fromhex(exhibit.name_bytes_hex).decode() == hostile
    assert exhibit.sha256 == hashlib.sha256(NOTE).hexdigest()
    assert exhibit.modified.startswith("2026-01-01T00:00:00")
    assert not (case.uploads / upload).exists()
    assert [event.line.actor for event in case.custody.events() if event.line.op == "exhibit.received"] == [
        "ingest-review"
    ]
    with office.desk.live.reading() as graph:
        assert graph.conn.execute("SELECT count(*) FROM segment WHERE text LIKE '%0142%'").fetchone() == (1,)
    page = person.get(f"/ingest/jobs/{begun.json()['id']}").text
    assert "&lt;b&gt;note" in page
    assert "Everything it brought was read" in page
    assert "done" in person.get("/ingest").text


def test_what_broke_off_is_gone_on_with_and_never_ingested_half(case: Case, serve: Serve) -> None:
    person = serve(case).person("ingest")
    upload, first = _send(person, "note.txt", NOTE[:10], size=len(NOTE))
    assert first.json()["whole"] is False
    refused = person.post("/api/ingest", json={"upload": upload, "authority": "W-1"})
    assert refused.status_code == 409
    assert "did not come whole: note.txt" in refused.text
    (half,) = person.get(f"/api/uploads/{upload}").json()["files"]
    assert half["received"] == 10
    _, wrong = _send(person, "note.txt", NOTE[12:], upload, size=len(NOTE), at=12)
    assert wrong.status_code == 409
    assert "up to byte 10" in wrong.text
    _, rest = _send(person, "note.txt", NOTE[10:], upload, size=len(NOTE), at=10)
    assert rest.json()["whole"] is True
    files, _ = Uploads(case).ready(upload, "ingest")
    (kept,) = files.iterdir()
    assert kept.read_bytes() == NOTE


def test_a_file_of_no_bytes_is_whole(case: Case, serve: Serve) -> None:
    _, sent = _send(serve(case).person("ingest"), "empty", b"")
    assert sent.json()["whole"] is True


def test_more_than_was_announced_is_not_kept(case: Case, serve: Serve) -> None:
    person = serve(case).person("ingest")
    upload, sent = _send(person, "note.txt", NOTE, size=5)
    assert sent.status_code == 413
    assert person.get(f"/api/uploads/{upload}").json()["files"][0]["received"] == 0


def test_too_large_and_too_many_are_refused_before_they_come(case: Case, serve: Serve) -> None:
    person = serve(_with_settings(case, "upload_max_mb = 1\nupload_max_files = 2\n")).person("ingest")
    upload, large = _send(person, "film.mp4", b"x", size=1_000_001)
    assert large.status_code == 413
    assert "too large: an upload may have 1 MB" in large.json()["error"]["what"]
    assert _send(person, "a", b"x", upload, size=600_000)[1].status_code == 200
    assert _send(person, "b", b"x", upload, size=600_000)[1].status_code == 413
    assert _send(person, "b", b"x", upload)[1].status_code == 200
    assert _send(person, "c", b"x", upload)[1].status_code == 413


def test_a_full_disk_is_said_and_what_is_there_stays(case: Case, serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    person = serve(case).person("ingest")
    upload, _ = _send(person, "a", NOTE)
    with monkeypatch.context() as full:
        full.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=100, total=1000))
        _, sent = _send(person, "b", NOTE, upload)
        assert sent.status_code == 507
        assert "no room" in sent.text
    with monkeypatch.context() as full:
        full.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(errno.ENOSPC, "No space left on device")))
        assert _send(person, "b", NOTE, upload)[1].status_code == 507
    assert [one["name"] for one in person.get(f"/api/uploads/{upload}").json()["files"] if one["whole"]] == ["a"]


def test_two_files_never_take_the_same_room(case: Case, serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    person = serve(case).person("ingest")
    upload, _ = _send(person, "a", NOTE)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=200_000_000 + 100, total=1 << 40))
    with Uploads(case).receiving(upload, "ingest", Sent(name="large", size_bytes=90), at=0) as writing:
        assert _send(person, "b", NOTE, upload)[1].status_code == 507
        writing.write(b"x" * 90)
    assert _send(person, "b", NOTE, upload)[1].status_code == 200


def test_what_waits_for_the_disk_keeps_no_page_waiting(
    case: Case, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = serve(case).person("ingest")
    really, on_a_loop = os.fsync, []

    def watched(handle: int) -> None:
        on_a_loop.append(asyncio._get_running_loop() is not None)
        really(handle)

    monkeypatch.setattr(os, "fsync", watched)
    assert _send(person, "a", NOTE)[1].status_code == 200
    assert on_a_loop
    assert not any(on_a_loop)


def test_an_upload_is_its_owners_alone(case: Case, serve: Serve) -> None:
    office = serve(case)
    upload, _ = _send(office.person("ingest"), "a", NOTE)
    other = office.person("ingest", "audit")
    assert other.get(f"/api/uploads/{upload}").status_code == 404
    assert _send(other, "b", NOTE, upload)[1].status_code == 404
    assert other.post("/api/ingest", json={"upload": upload, "authority": "W-1"}).status_code == 404
    assert other.delete(f"/api/uploads/{upload}").status_code == 404


@pytest.mark.parametrize("name", ["..", "../x", "0123456789abcdef", "%2e%2e", "x" * 300])
def test_an_upload_that_is_none_is_not_found(case: Case, serve: Serve, name: str) -> None:
    person = serve(case).person("ingest")
    for asked in (person.get, person.delete):
        assert asked(f"/api/uploads/{name}").status_code == 404


@pytest.mark.parametrize("name", ["", " ", "a\0b", "x" * 1025])
def test_a_name_that_is_none_is_refused(case: Case, serve: Serve, name: str) -> None:
    assert _send(serve(case).person("ingest"), name, NOTE)[1].status_code in (400, 422)


def test_what_is_taken_out_is_gone_and_abandoned_uploads_are_removed(case: Case, serve: Serve) -> None:
    person = serve(case).person("ingest")
    upload, _ = _send(person, "a", NOTE)
    _send(person, "b", NOTE, upload)
    left = person.delete(f"/api/uploads/{upload}", params={"name": "a"}).json()
    assert [one["name"] for one in left["files"]] == ["b"]
    folder = case.uploads / upload
    long_ago = time.time() - 25 * 3600
    for path in (folder, *folder.glob("*/*")):
        os.utime(path, (long_ago, long_ago))
    person.post("/api/uploads")
    assert not folder.exists()


def test_only_folders_that_the_settings_name_may_be_picked(case: Case, serve: Serve, tmp_path: Path) -> None:
    seized, secret = tmp_path / "seized", tmp_path / "secret"
    (seized / "usb 1").mkdir(parents=True)
    secret.mkdir()
    (seized / "usb 1" / "note.txt").write_bytes(NOTE)
    (seized / "out").symlink_to(secret)
    person = serve(_with_settings(case, f'ingest_folders = "{seized}"\n')).person("ingest")
    top = person.get("/api/folders").json()
    assert [(one["name"], one["folder"]) for one in top["inside"]] == [("usb 1", True), ("out", False)]
    assert "note.txt" in person.get("/ingest/folder", params={"below": "usb 1"}).text
    for below in ("..", "../secret", "out", "usb 1/../../secret", "/etc"):
        assert person.get("/api/folders", params={"below": below}).status_code == 409, below
    assert person.get("/api/folders", params={"root": 1}).status_code == 404
    assert person.get("/api/folders", params={"below": "gone"}).status_code == 404
    begun = person.post("/api/ingest", json={"root": 0, "below": "usb 1", "authority": "W-1"})
    told = _ended(person, begun.json()["id"])
    assert [line["name"] for line in told["exhibits"]] == ["note.txt"]
    assert (seized / "usb 1" / "note.txt").exists(), "what was picked is not ours to remove"


def test_without_that_setting_no_folder_may_be_picked(case: Case, serve: Serve) -> None:
    person = serve(case).person("ingest")
    assert person.get("/api/folders").status_code == 404
    assert person.post("/api/ingest", json={"root": 0, "authority": "W-1"}).status_code == 404
    assert "ingest_folders" in person.get("/ingest").text


def test_a_folder_that_holds_the_case_is_refused(case: Case, serve: Serve) -> None:
    person = serve(_with_settings(case, f'ingest_folders = "{case.root.parent}"\n')).person("ingest")
    answer = person.post("/api/ingest", json={"root": 0, "authority": "W-1"})
    assert answer.status_code == 400
    assert "holds the case" in answer.text


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({}, 400),
        ({"upload": "x"}, 404),
        ({"upload": "x", "authority": "W-9"}, 409),
        ({"upload": "x", "languages": "klingon"}, 400),
        ({"upload": "x", "custodian": "a\u202eb"}, 400),
        ({"upload": "x", "custodian": "x" * 201}, 400),
        ({"nonsense": 1}, 400),
        ([], 400),
    ],
)
def test_what_is_no_ingest_is_said_before_anything_starts(case: Case, serve: Serve, asked: Any, status: int) -> None:
    answer = serve(case).person("ingest").post("/api/ingest", json=asked)
    assert answer.status_code == status, answer.text
    assert answer.json()["error"]["what"]
    assert not list(case.jobs.glob("*"))


def test_one_from_the_command_line_keeps_the_page_waiting(case: Case, serve: Serve, actor: Any) -> None:
    person = serve(case).person("ingest")
    upload, _ = _send(person, "a", NOTE)
    with telling(case, "ingest", actor=actor, watcher=Watcher()):
        answer = person.post("/api/ingest", json={"upload": upload, "authority": "W-1"})
        assert answer.status_code == 409
        assert "A. Tester has an ingest running" in answer.text
        assert "Started from the command line" in person.get("/ingest").text


def test_an_ingest_is_stopped_and_gone_on_with(case: Case, serve: Serve) -> None:
    person = serve(case).person("ingest")
    upload = ""
    for number in range(3):
        upload, _ = _send(person, f"note {number}.txt", NOTE + str(number).encode(), upload)
    job = person.post("/api/ingest", json={"upload": upload, "authority": "W-1"}).json()["id"]
    assert person.post(f"/api/ingest/{job}/stop").status_code == 200
    told = _ended(person, job)
    assert told["standing"]["state"] == "stopped"
    assert (case.uploads / upload).is_dir(), "what was sent is still there to go on with"
    begun = person.post(f"/api/ingest/{job}/again").json()
    told = _ended(person, begun["id"])
    assert told["standing"]["state"] == "done"
    assert len(told["exhibits"]) == 3
    assert not (case.uploads / upload).exists()
    assert person.post(f"/api/ingest/{begun['id']}/again").status_code == 409


def test_a_job_that_fails_says_why(case: Case, serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    person = serve(case).person("ingest")
    upload, _ = _send(person, "a", NOTE)
    monkeypatch.setenv("CASEGRAPH_WORKERS", "many")
    job = person.post("/api/ingest", json={"upload": upload, "authority": "W-1"}).json()["id"]
    told = _ended(person, job)["standing"]
    assert told["state"] == "failed"
    assert "a setting does not fit" in told["why"]
    assert told["next_step"]
    assert "a setting does not fit" in person.get("/ingest").text
    assert (case.uploads / upload).is_dir()
    assert "throw away what was sent" in person.get("/ingest").text
    assert person.delete(f"/api/uploads/{upload}").status_code == 200
    assert "throw away what was sent" not in person.get("/ingest").text


def test_a_job_that_ended_or_belongs_to_another_account_is_not_said_to_be_stopped(
    case: Case, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = serve(case).person("ingest")
    folder = case.jobs / "20260101T000000-00000000"
    folder.mkdir(parents=True)
    me = os.getpid()
    job = Job(id=folder.name, kind="ingest", who="ingest", began_at="2026-01-01T00:00:00", pid=me, born=born(me))
    (folder / "job.json").write_bytes(msgspec.json.encode(job))
    for error, status, words in ((PermissionError, 409, "another account"), (ProcessLookupError, 200, "running")):

        def refuses(*_: int, error: type[OSError] = error) -> None:
            raise error

        with monkeypatch.context() as killing:
            killing.setattr(os, "kill", refuses)
            answer = person.post(f"/api/ingest/{folder.name}/stop")
        assert answer.status_code == status
        assert words in answer.text
        assert not (folder / "stopped").exists()


def test_a_job_that_is_none_is_not_found(case: Case, serve: Serve) -> None:
    person = serve(case).person("ingest")
    for job in ("..", "x", "20260101T000000-00000000"):
        assert person.get(f"/api/ingest/{job}").status_code == 404
        assert person.post(f"/api/ingest/{job}/stop").status_code == 404
