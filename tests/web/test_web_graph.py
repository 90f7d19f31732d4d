"""The graph in the workbench: where it begins, how it grows, the evidence of a line, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from evidence.acts import Consulted
from web.conftest import Office

PHONE, OTHER = "+442079460142", "+442079460174"


@pytest.fixture(scope="module")
def person(sample_office: Office) -> TestClient:
    return sample_office.person("analyse")


def _around(person: TestClient, **asked: object) -> dict[str, Any]:
    answer = person.get("/api/graph/around", params={"of": PHONE, **asked})  # type: ignore[arg-type]
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_picture_begins_from_a_name_or_from_hits(person: TestClient) -> None:
    found = person.get("/api/graph/start", params={"q": "Varga"}).json()
    assert "M. Varga" in [one["label"] for one in found["named"]]
    assert found["hits"] > 0
    assert all(one["hits"] > 0 for one in found["in_hits"])
    assert person.get("/api/graph/start", params={"q": "zzzqqq"}).json()["in_hits"] == []


def test_the_strongest_come_first_and_the_rest_is_counted(person: TestClient) -> None:
    few, all_of_them = _around(person, most=3), _around(person, most=200)
    assert few["added"] == all_of_them["added"][:3]
    assert few["left"] == len(all_of_them["added"]) - 3 > 0
    labels = {thing["id"]: thing["label"] for thing in few["things"]}
    assert OTHER in labels.values()
    assert {bond["family"] for bond in all_of_them["bonds"]} <= {"communication", "stated"}
    two = _around(person, hops=2)["things"]
    assert len(two) > len(all_of_them["things"])
    assert len(_around(person, hops=3)["things"]) > len(two)
    assert len(_around(person, families="communication,stated,co_mention")["bonds"]) > len(_around(person)["bonds"])


def test_what_is_drawn_again_is_the_same(person: TestClient) -> None:
    grown = _around(person)
    again = person.post("/api/graph/draw", json={"things": [thing["id"] for thing in grown["things"]]}).json()
    assert again["things"] == grown["things"]
    assert again["bonds"] == grown["bonds"]


def test_the_groups_are_those_of_what_is_drawn(person: TestClient) -> None:
    drawn = _around(person, hops=2)
    asked = {"things": [thing["id"] for thing in drawn["things"]]}
    found = person.post("/api/graph/groups", json=asked).json()
    assert len(found["groups"]) >= 2
    members = [name for group in found["groups"] for name in group["members"]]
    assert len(set(members)) == len(members), "in one group each"
    assert sorted([*members, *found["without"]]) == sorted(asked["things"])
    lines = {name for bond in drawn["bonds"] for name in bond["relations"]}
    assert {name for group in found["groups"] for tie in group["holds"] for name in tie["relations"]} <= lines
    assert person.post("/api/graph/groups", json=asked).json() == found
    calls = person.post("/api/graph/groups", json=asked | {"sieve": {"families": ["communication"]}}).json()
    assert calls["groups"] != found["groups"], "the filters of the picture hold"
    assert person.post("/api/graph/groups", json={"things": ["no id"]}).status_code == 400


def test_calls_in_records_are_found_by_their_time(person: TestClient) -> None:
    whole = max(bond["supports"] for bond in _around(person)["bonds"])
    some = _around(person, since="2026-02-10", until="2026-02-12")
    assert 0 < max(bond["supports"] for bond in some["bonds"]) < whole
    assert _around(person, since="2030-01-01")["bonds"] == []


def test_a_line_opens_its_evidence_page_by_page(person: TestClient) -> None:
    bond = next(bond for bond in _around(person, families="stated")["bonds"] if bond["supports"] > 1)
    found = person.get("/api/graph/edge", params={"relations": ",".join(bond["relations"])}).json()
    assert found["shown"] == sum(len(one["supports"]) for one in found["relations"]) > 0
    beyond = person.get(
        "/api/graph/edge", params={"relations": ",".join(bond["relations"]), "after": found["supports"]}
    )
    assert beyond.json()["shown"] == 0
    part = person.get("/graph/edge", params={"relations": ",".join(bond["relations"])})
    assert 'class="strip"' in part.text
    assert "/evidence/CG-" in part.text
    glimpse = person.get("/api/graph/strip", params={"relation": bond["relations"][0]}).json()
    assert glimpse["strip"]["exhibit"].startswith("CG-")


def test_a_way_between_two_carries_the_evidence_of_each_step(person: TestClient) -> None:
    asked = {"a": "desk@harbourlodge.example", "b": "accounts@northquay.example"}
    found = person.get("/api/graph/path", params=asked).json()
    assert found["paths"]
    assert all(edge["supports"] for step in found["paths"][0]["steps"] for edge in step["edges"])
    part = person.get("/graph/path", params=asked)
    assert "data-way=" in part.text
    assert 'class="strip"' in part.text
    none = person.get("/graph/path", params={**asked, "verified": True})
    assert "No way leads" in none.text


def test_the_page_says_how_to_begin_and_begins_where_asked(person: TestClient) -> None:
    assert "Nothing is drawn yet" in person.get("/graph").text
    assert 'data-of="e-' in person.get("/graph", params={"of": PHONE}).text
    assert 'data-words="&lt;b&gt;"' in person.get("/graph", params={"q": "<b>"}).text
    gone = person.get("/graph", params={"of": "e-0000000000000000"})
    assert gone.status_code == 404
    assert "There is no entity" in gone.text


def test_every_look_is_on_record(sample_office: Office, person: TestClient) -> None:
    _around(person, most=2)
    asked = [event.act for event in sample_office.case.access.events() if isinstance(event.act, Consulted)][-1]
    assert asked.command == "web graph"
    assert asked.asked.startswith(PHONE)
    assert asked.exhibits
    assert asked.results == 3


@pytest.mark.parametrize(
    ("path", "asked", "status"),
    [
        ("around", {"of": "nobody at all"}, 404), ("around", {"of": ""}, 422), ("around", {"of": "a\x00b"}, 400),
        ("around", {"of": PHONE, "hops": 4}, 422), ("around", {"of": PHONE, "most": 10**30}, 422),
        ("around", {"of": PHONE, "families": "enemies"}, 400), ("around", {"of": PHONE, "since": "soon"}, 400),
        ("around", {"of": PHONE, "since": "2026-99-99"}, 400), ("around", {"of": "x" * 501}, 422),
        ("start", {"q": '"unclosed'}, 400), ("edge", {"relations": ""}, 400), ("path", {"a": PHONE, "b": PHONE}, 400),
        ("strip", {}, 404), ("strip", {"of": "nobody"}, 404),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused_plainly(
    person: TestClient, path: str, asked: dict[str, Any], status: int
) -> None:
    answer = person.get(f"/api/graph/{path}", params=asked)
    assert answer.status_code == status, answer.text
    assert answer.json()["error"]["what"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"things": ["x"]}, 400), ({"things": 5}, 400), ({"unknown": 1}, 400), ([], 422), ({"things": ["e-\x00"]}, 400),
        ({"hops": 10**40, "expand": PHONE}, 400), ({"expand": "\\ud800"}, 404), ({"expand": "a\x00b"}, 400), ({"sieve": {"since": "0001-01-01T00:00+23:59"}}, 400),
        ({"things": [f"e-{number:016x}" for number in range(2001)]}, 413), ({}, 200),
    ],
)  # fmt: skip
def test_a_drawing_that_does_not_fit_is_refused_plainly(person: TestClient, body: object, status: int) -> None:
    answer = person.post("/api/graph/draw", json=body)
    assert answer.status_code == status, answer.text


def test_a_lone_surrogate_is_refused(person: TestClient) -> None:
    answer = person.post(
        "/api/graph/draw", content=b'{"expand": "\\ud800", "hops": 1}', headers={"content-type": "application/json"}
    )
    assert answer.status_code == 400, answer.text
