"""Findings: written, tagged, rewritten and taken back from the page, with both sides beside each other."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "graph"))

from small_cases import FORM_LINE, SLIP_LINE, Bench, fill_lodge, mention_anchor, new_bench, where
from starlette.testclient import TestClient

from evidence.acts import FindingWithdrawn, FindingWritten, SegmentTagged, UnderminingScheduled
from evidence.case import Case
from web.conftest import Office

Serve = Callable[[Case], Office]
SENTENCE = "The number on the form is the agency's."


@pytest.fixture
def lodge(tmp_path: Any) -> Bench:
    return fill_lodge(new_bench(tmp_path / "case"))


def tag(person: TestClient, segment: str, what: str, finding: str = "F-1", reason: str = "as it says") -> Any:
    return person.post(f"/api/findings/{finding}/tags", json={"segment": segment, "tag": what, "reason": reason})


def test_a_finding_is_written_tagged_rewritten_and_taken_back(lodge: Bench, serve: Serve) -> None:
    office = serve(lodge.case)
    person = office.person("analyse")
    assert person.post("/api/findings", json={"sentence": SENTENCE}).json()["finding"] == "F-1"
    assert tag(person, where("CG-0002", FORM_LINE), "supports").status_code == 200
    assert tag(person, where("CG-0004", SLIP_LINE), "undermines").status_code == 200
    shown = person.get("/findings/F-1").text
    assert "Supports <span" in shown
    assert "Undermines <span" in shown
    assert SENTENCE.replace("'", "&#39;") in shown
    given = person.get("/api/findings/F-1").json()
    assert [one["tag"] for one in given["tags"]] == ["supports", "undermines"]
    assert person.post("/api/findings/F-1", json={"sentence": "Another.", "reason": "clearer"}).status_code == 200
    assert person.get("/api/findings").json()["findings"][0]["sentence"] == "Another."
    assert person.post("/api/findings/F-1/withdraw", json={"reason": "not so"}).status_code == 200
    assert person.get("/api/findings").json()["findings"] == []
    assert person.get("/findings/F-1").status_code == 404
    kinds = [type(event.act) for event in office.case.custody.events()][-5:]
    assert kinds == [FindingWritten, SegmentTagged, SegmentTagged, FindingWritten, FindingWithdrawn]
    assert person.post("/api/findings", json={"sentence": SENTENCE}).json()["finding"] == "F-2"


def test_how_many_of_its_readings_are_confirmed_stands_beside_it(lodge: Bench, serve: Serve) -> None:
    office = serve(lodge.case)
    person = office.person("analyse")
    person.post("/api/findings", json={"sentence": SENTENCE})
    tag(person, where("CG-0002", FORM_LINE), "supports")
    assert "0 of its 1 readings are confirmed; 1 are machine readings" in person.get("/findings").text
    lodge.decide(mention_anchor("CG-0002", FORM_LINE, FORM_LINE.says[0]), "confirm")
    office.wait()
    assert "1 of its 1 readings are confirmed; 0 are machine readings" in person.get("/findings").text


def test_who_may_tag_takes_a_tag_back_and_no_verdict(lodge: Bench, serve: Serve) -> None:
    office = serve(lodge.case)
    person, segment = office.person("analyse"), where("CG-0002", FORM_LINE)
    person.post("/api/findings", json={"sentence": SENTENCE})
    tagged = tag(person, segment, "supports").json()["seq"]
    scheduled = person.post("/api/schedule", json={"segment": segment, "reason": "unused"}).json()["seq"]
    for seq in (tagged, scheduled):
        back = person.post(f"/api/decisions/{seq}/withdraw?wait=true", json={"reason": "a slip"})
        assert back.status_code == 200, back.text
    found = person.get("/api/findings").json()
    assert (found["findings"][0]["tags"], found["schedule"]) == ([], [])
    decided = lodge.decide(mention_anchor("CG-0002", FORM_LINE, FORM_LINE.says[0]), "confirm")
    refused = person.post(f"/api/decisions/{decided}/withdraw", json={"reason": "a slip"})
    assert (refused.status_code, "takes the role review" in refused.text) == (403, True)
    looks = office.person("disclose").post(f"/api/decisions/{tagged}/withdraw", json={"reason": "a slip"})
    assert looks.status_code == 403


def test_what_undermines_is_put_on_the_schedule(lodge: Bench, serve: Serve) -> None:
    office = serve(lodge.case)
    person = office.person("review")
    segment = where("CG-0004", SLIP_LINE)
    assert person.post("/api/schedule", json={"segment": segment, "reason": "disclosed apart"}).status_code == 200
    assert isinstance(list(office.case.custody.events())[-1].act, UnderminingScheduled)
    assert "disclosed apart" in person.get("/findings").text
    assert person.get("/api/findings").json()["schedule"][0]["segment"] == segment
    assert person.post("/api/schedule", json={"segment": "CG-0099.p1.1", "reason": "r"}).status_code == 404


def test_a_segment_is_picked_by_id_or_by_search(lodge: Bench, serve: Serve) -> None:
    person = serve(lodge.case).person("analyse")
    segment = where("CG-0002", FORM_LINE)
    (by_id,) = person.get("/api/findings/segments", params={"q": segment}).json()["hits"]
    assert by_id["segment"] == segment
    word = FORM_LINE.text.split()[0]
    assert segment in [
        hit["segment"] for hit in person.get("/api/findings/segments", params={"q": word}).json()["hits"]
    ]
    assert person.get("/api/findings/segments", params={"q": '"unclosed'}).status_code in (200, 400)
    assert person.get("/api/findings/segments", params={"q": ""}).status_code == 422


def test_what_does_not_fit_is_refused_and_nothing_written(lodge: Bench, serve: Serve) -> None:
    office = serve(lodge.case)
    person = office.person("analyse")
    segment = where("CG-0002", FORM_LINE)
    size = lodge.case.custody.size()
    assert tag(person, segment, "supports", finding="F-9").status_code == 404
    assert person.post("/api/findings", json={"sentence": "  "}).status_code == 400
    assert person.post("/api/findings", json={"sentence": "a\x00b"}).status_code == 400
    assert person.post("/api/findings/F-9", json={"sentence": "x", "reason": "y"}).status_code == 404
    assert lodge.case.custody.size() == size
    person.post("/api/findings", json={"sentence": SENTENCE})
    assert tag(person, segment, "supports", reason=" ").status_code == 400
    assert tag(person, segment, "proves").status_code == 422
    assert tag(person, "CG-0099.p1.1", "supports").status_code == 404
    assert person.post("/api/findings/F-1", json={"sentence": "x", "reason": ""}).status_code == 400


def test_only_who_analyses_or_reviews_writes_and_who_discloses_may_look(lodge: Bench, serve: Serve) -> None:
    office = serve(lodge.case)
    discloser = office.person("disclose")
    assert discloser.get("/findings").status_code == 200
    assert "data-post" not in discloser.get("/findings").text
    assert discloser.post("/api/findings", json={"sentence": SENTENCE}).status_code == 403
    assert office.person("audit").get("/findings").status_code == 403
