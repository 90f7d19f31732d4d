"""A summary from the page: previewed as a look, made for someone and for a reason, downloaded as it was disclosed."""

from __future__ import annotations

import io
import os
import time
import zipfile
from collections.abc import Callable
from typing import Any

import msgspec
import pypdfium2
import pytest
from running import casegraph
from starlette.testclient import TestClient

from evidence.acts import Consulted, Disclosed, LedgerRead
from evidence.case import Case
from evidence.digest import sha256_bytes
from flows.under_way import born
from web.conftest import Office
from workbench.web.jobs import Job
from workbench.web.rooms.exporting import folder_of

SENTENCE = "The van was at the gate."


@pytest.fixture(scope="module")
def office(sample_office: Office) -> Office:
    """The sample with one finding."""
    root = sample_office.case.root
    with sample_office.desk.live.reading() as graph:
        (segment,) = graph.conn.execute(
            "SELECT segment_id FROM mention WHERE kind = 'plate' ORDER BY 1 LIMIT 1"
        ).fetchone() or ("",)
    casegraph("finding", root, "new", SENTENCE)
    casegraph("tag", root, segment, "supports", "--finding", "F-1", "--reason", "as it says")
    sample_office.wait()
    return sample_office


def _ended(person: TestClient, address: str) -> Any:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        told = person.get(address).json()
        if told["state"] != "running":
            return told
        time.sleep(0.2)
    raise AssertionError("it did not end")


def test_a_preview_is_a_look_and_a_summary_a_disclosure(office: Office) -> None:
    case, person = office.case, office.person("disclose")
    assert SENTENCE in person.get("/export").text
    begun = person.post("/api/previews", json={"findings": ["F-1"]}).json()
    told = _ended(person, f"/api/previews/{begun['id']}")
    assert told["state"] == "done", told
    assert told["out"]["findings"] == ["F-1"]
    shown = person.get(f"/export/previews/{begun['id']}")
    assert "Nothing has left the case" in shown.text
    sheet = person.get(f"/export/previews/{begun['id']}/1.png")
    assert sheet.content.startswith(b"\x89PNG")
    assert person.get(f"/export/previews/{begun['id']}/999.png").status_code == 404
    acts = [event.act for event in case.access.events()]
    assert not [act for act in acts if isinstance(act, Disclosed)]
    looks = [act for act in acts if isinstance(act, Consulted) and "export preview" in act.command]
    assert len(looks) == 2, "its making and its opening; not each page"
    assert all(act.exhibits for act in looks)
    pdf = pypdfium2.PdfDocument(case.jobs / begun["id"] / "preview.pdf")
    try:
        assert all("PREVIEW" in page.get_textpage().get_text_bounded() for page in pdf)
    finally:
        pdf.close()
    other = office.person("disclose", "audit")
    assert other.get(f"/export/previews/{begun['id']}").status_code == 404
    _made_downloaded_and_listed(office, person)


def test_a_preview_stays_where_another_one_cannot_begin(case: Case, serve: Callable[[Case], Office]) -> None:
    person = serve(case).person("disclose")
    mine, running = "20260302T090000-0000000a", "20260302T090100-0000000b"
    for name, who, pid in ((mine, "disclose", 0), (running, "Ben", os.getpid())):
        job = Job(
            id=name, kind="preview", who=who, began_at="2026-03-02T09:00:00+00:00", pid=pid,
            born=born(pid) if pid else -1, asked={},
        )  # fmt: skip
        (case.jobs / name).mkdir(parents=True)
        (case.jobs / name / "job.json").write_bytes(msgspec.json.encode(job))
    (case.jobs / mine / "out").write_text("{}")
    refused = person.post("/api/previews", json={})
    assert (refused.status_code, "Ben has one running" in refused.text) == (409, True)
    assert person.get(f"/api/previews/{mine}").json()["state"] == "done"


def _made_downloaded_and_listed(office: Office, person: TestClient) -> None:
    case = office.case
    begun = person.post(
        "/api/exports", json={"findings": ["F-1"], "recipient": "CPS London", "reason": "charging"}
    ).json()
    told = _ended(person, f"/api/exports/{begun['id']}")
    assert told["state"] == "done", told
    files = told["out"]["files"]
    packed = zipfile.ZipFile(io.BytesIO(person.get(f"/export/{begun['id']}/summary.zip").content))
    assert {name.removeprefix("summary/") for name in packed.namelist()} == set(files)
    for name, digest in files.items():
        assert sha256_bytes(packed.read(f"summary/{name}")) == digest
    pdf = person.get(f"/export/{begun['id']}/files/summary.pdf")
    assert pdf.headers["content-disposition"] == 'attachment; filename="summary.pdf"'
    assert b"PREVIEW" not in pdf.content
    script = person.get(f"/export/{begun['id']}/files/verify.py")
    assert script.headers["content-type"] == "application/octet-stream"
    (disclosed,) = [event for event in case.access.events() if isinstance(event.act, Disclosed)]
    assert isinstance(disclosed.act, Disclosed)
    assert (disclosed.line.actor, disclosed.act.recipient, disclosed.act.files) == ("disclose", "CPS London", files)
    downloads = [
        event.act for event in case.access.events()
        if isinstance(event.act, Consulted) and event.act.command == "web export download"
    ]  # fmt: skip
    assert len(downloads) == 3
    (listed,) = person.get("/api/exports").json()["disclosed"]
    assert (listed["recipient"], listed["job"]) == ("CPS London", begun["id"])
    assert isinstance(list(case.access.events())[-1].act, LedgerRead)
    assert f"/export/{begun['id']}/summary.zip" in person.get("/export").text
    assert not folder_of(case).is_relative_to(case.root)
    for name in ("job.json", "..%2f..%2fcase.toml", "nothing"):
        assert person.get(f"/export/{begun['id']}/files/{name}").status_code == 404
    kept = folder_of(case) / begun["id"] / "summary.json"
    kept.write_bytes(kept.read_bytes() + b" ")
    assert person.get(f"/export/{begun['id']}/summary.zip").status_code == 500
    _closed_by_a_seal(office, person, begun["id"])


def _closed_by_a_seal(office: Office, person: TestClient, job: str) -> None:
    preview = person.get("/api/exports").json()["previews"][0]["job"]["id"]
    assert (office.case.jobs / preview / "preview.pdf").is_file()
    failed = next(one for one in person.get("/api/status").json()["exhibits"] if one["outcome"] == "failed")["number"]
    casegraph("seal", office.case.root, failed, "--kind", "privileged", "--reason", "a test")
    assert person.get(f"/export/{job}/files/summary.pdf").status_code == 409
    assert person.get(f"/export/previews/{preview}").status_code == 409
    assert person.get(f"/export/previews/{preview}/1.png").status_code == 409
    assert not (office.case.jobs / preview / "preview.pdf").exists()
    assert "make another" in person.get("/export/running").text


@pytest.mark.parametrize(
    ("asked", "status", "words"),
    [
        ({"reason": "charging"}, 409, "needs a recipient"),
        ({"recipient": "CPS"}, 409, "needs a reason"),
        ({"recipient": "  ", "reason": "x"}, 409, "needs a recipient"),
        ({"recipient": "a\u202eb", "reason": "x"}, 400, "printable"),
        ({"recipient": "x" * 501, "reason": "x"}, 400, "500"),
        ({"recipient": 1}, 400, "no export"),
        ([], 400, "no export"),
    ],
)
def test_what_is_no_export_is_said_before_anything_starts(office: Office, asked: Any, status: int, words: str) -> None:
    person = office.person("disclose")
    before = len(person.get("/api/exports").json()["jobs"])
    answer = person.post("/api/exports", json=asked)
    assert answer.status_code == status
    assert words in answer.json()["error"]["what"]
    assert len(person.get("/api/exports").json()["jobs"]) == before


def test_an_export_that_is_refused_says_why(office: Office) -> None:
    person = office.person("disclose")
    begun = person.post("/api/exports", json={"findings": ["F-99"], "recipient": "CPS", "reason": "x"}).json()
    told = _ended(person, f"/api/exports/{begun['id']}")
    assert told["state"] == "failed"
    assert "there is no finding F-99" in told["why"]
    assert told["next_step"]
    assert "F-99" in person.get("/export/running").text
    assert person.get(f"/export/{begun['id']}/summary.zip").status_code == 404


def test_on_the_command_line_a_preview_discloses_nothing(office: Office, tmp_path: Any) -> None:
    root = office.case.root
    before = sum(isinstance(event.act, Disclosed) for event in office.case.access.events())
    said = casegraph("export", root, "summary", "--preview", tmp_path / "look.pdf")
    assert "Nothing was disclosed" in said
    assert (tmp_path / "look.pdf").read_bytes().startswith(b"%PDF")
    casegraph("export", root, "summary", "--preview", tmp_path / "look.pdf", code=7)
    casegraph("export", root, "summary", code=2)
    assert sum(isinstance(event.act, Disclosed) for event in office.case.access.events()) == before
