"""The questions under /api: the same as the commands ask, each look on record, each kept and asked again, sealed things left out."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import typer
from running import asked, casegraph
from starlette.testclient import TestClient

from evidence.acts import AnalysisSaved, Consulted
from evidence.case import Case, open_case
from evidence.errors import LimitExceeded
from graph.questions.registry import QUESTIONS
from web.conftest import Office
from workbench.app import app
from workbench.cli import COMMANDS
from workbench.web.desk import Visit
from workbench.web.rooms import questions

NAMES = tuple(question.name for question in QUESTIONS)
PHONE, HOTLINE = "+442079460142", "+442079460174"
NOT_ASKED = {"case", "save", "reason", "who", "as_json", "picture", "file", "facets", "by_meaning"}
"""What commands take besides the question: where, who, how it is shown; a list of terms comes as a file there."""
ONLY_HERE = {"terms": {"terms"}, "search": {"within"}}


@pytest.fixture
def person(sample_office: Office) -> TestClient:
    return sample_office.person("analyse")


def _looks(office: Office) -> list[Consulted]:
    return [event.act for event in office.case.access.events() if isinstance(event.act, Consulted)]


def _told(person: TestClient) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in person.get("/api/questions").json()["questions"]}


def _example(one: dict[str, Any]) -> dict[str, Any]:
    """The parameters of a question's example, as JSON has them."""
    several = {each["name"] for each in one["parameters"] if each["repeated"]}
    given = parse_qs(urlsplit(one["example"]).query)
    return {name: values if name in several else values[0] for name, values in given.items()}


# --- what can be asked ---------------------------------------------------------------------------------------------


def test_every_question_is_named_with_its_definition_and_an_example_that_answers(person: TestClient) -> None:
    told = _told(person)
    assert tuple(told) == NAMES
    for name, one in told.items():
        assert one["answers"].endswith("."), name
        assert len(one["definition"]) > 60, name
        assert all(each["meaning"] for each in one["parameters"]), name
        answer = person.get(one["example"])
        assert answer.status_code == 200, answer.text
        body = answer.json()
        assert body["found"] > 0, name
        assert body["exhibits"], name
        assert body["answer"], name
        assert body["definition"], name


def test_the_parameters_are_the_options_of_the_commands(person: TestClient) -> None:
    for name, one in _told(person).items():
        here = {each["name"]: each for each in one["parameters"] if each["name"] not in ONLY_HERE.get(name, ())}
        command = _options(name)
        assert set(here) == set(command), name
        for each, said in here.items():
            option = command[each]
            default = (said["default"] or None) if option.multiple else said["default"]
            assert (said["required"], default, said["meaning"]) == (option.required, option.default, option.help), name
            assert said["repeated"] == option.multiple
            if said["type"] == "number":
                assert (said["least"], said["most"]) == (option.min, option.max or 10_000), (name, each)


def _options(name: str) -> dict[str, Any]:
    """What a command is asked with, by name: an option as it is written, an argument as its place is called."""
    importlib.import_module(f"workbench.{next(module for module, held in COMMANDS.items() if name in held)}")
    group: Any = typer.main.get_command(app)
    return {_called(each): each for each in group.commands[name].params if each.name not in NOT_ASKED}


def _called(each: Any) -> str:
    if each.param_type_name == "argument":
        return str(each.metavar or each.name).strip("[]").lower()
    return str(each.opts[0]).removeprefix("--").replace("-", "_")


def test_what_is_answered_is_what_the_command_prints(sample_office: Office, person: TestClient) -> None:
    for words, path in (
        (("contacts", PHONE, HOTLINE, "--every", "week", "--zone", "Europe/London"),
         {"a": PHONE, "b": HOTLINE, "every": "week", "zone": "Europe/London"}),
        (("overlap", "--kind", "house", "--window", "10", "--limit", "3"), {"kind": "house", "window": "10", "limit": 3}),
        (("around", PHONE, "--hops", "3", "--co-mention"), {"a": PHONE, "hops": 3, "co_mention": "true"}),
        (("path", PHONE, "bookings@northquay.example", "--most", "1"),
         {"a": PHONE, "b": "bookings@northquay.example", "most": 1}),
        (("recurs", "--account", PHONE, "--account", HOTLINE), {"account": [PHONE, HOTLINE]}),
        (("money", "--at-least", "500", "--days", "14"), {"at_least": "500", "days": 14}),
        (("timeline", PHONE, "--exhibit", "cg-0003", "--gaps", "2"), {"a": PHONE, "exhibit": "cg-0003", "gaps": 2}),
        (("routes", PHONE, "--legs", "2", "--limit", "5"), {"a": PHONE, "legs": 2, "limit": 5}),
        (("groups",), {}),
    ):  # fmt: skip
        name, *rest = words
        body = person.get(f"/api/questions/{name}", params=path).json()
        assert body["answer"] == asked(name, sample_office.case.root, *rest), name


def test_the_same_comes_as_tables_whose_rows_carry_their_sources(person: TestClient) -> None:
    for name, one in _told(person).items():
        given = _example(one)
        body = person.get(one["address"], params=given | {"as": "table"}).json()
        assert "answer" not in body, name
        assert any(table["rows"] for table in body["tables"]), name
        for table in body["tables"]:
            for row in table["rows"]:
                assert len(row["cells"]) == len(table["columns"])
                assert table["absence"] or row["sources"], (name, table["title"])
        assert body["definition"] == person.get(one["address"], params=given).json()["definition"]


def test_all_means_as_many_as_can_be_kept(person: TestClient) -> None:
    body = person.get("/api/questions/contacts", params={"limit": 0}).json()
    assert len(body["answer"]["pairs"]) == body["found"]
    assert body["parameters"]["limit"] == 10_000


def test_every_question_is_described_with_its_parameters_and_its_answer(person: TestClient) -> None:
    described = person.get("/api/openapi.json").json()
    for name, one in _told(person).items():
        said = described["paths"][one["address"]]["get"]
        assert [each["name"] for each in said["parameters"]] == [*(each["name"] for each in one["parameters"]), "as"]
        assert said["description"].endswith("For the role analyse or review or disclose.")
        shape = said["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        assert shape == f"{name.capitalize()}Answered"
        assert described["components"]["schemas"][shape]["properties"]["answer"]


# --- what cannot ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("nothing", 404, "no question"), ("contacts?hops=2", 422, "takes: a, b"), ("around", 422, "is missing"),
        ("around?a=e-0000000000000000", 404, "no entity"), (f"around?a=%2B{PHONE[1:]}&hops=4", 422, "from 1 to 3"),
        ("around?a=a%00b", 400, "NUL"), ("contacts?since=soon", 400, "no time"),
        ("contacts?until=0001-01-01T00:00%2B14:00", 400, "too far away"), ("contacts?until=9999-12-31", 400, "too far away"),
        ("contacts?limit=10001", 422, "10,000"), (f"contacts?limit={10**30}", 422, "10,000"), ("contacts?limit=", 422, "number"),
        ("contacts?zone=Mars", 400, "zone"), ("contacts?kind=visit", 400, "call, message, email"),
        ("contacts?a=1&a=2", 422, "more than once"), ("contacts?as=csv", 422, "answer or table"),
        ("timeline?every=day", 422, "month or week"), ("overlap?window=0", 422, "from 1 to 1,440"),
        ("overlap?window_s=900", 422, "window"), ("money?at_least=lots", 400, "no sum"),
        (f"path?a=%2B{PHONE[1:]}&b=%2B{PHONE[1:]}", 400, "one entity"), (f"recurs?account=%2B{PHONE[1:]}", 400, "two"),
        ("terms", 422, "is missing"), ("terms?terms=%23+a+remark", 400, "no term"), ("search?query=(hotel", 400, "not closed"),
        ("search?query=hotel&within=colour:red", 400, "facet"), (f"contacts?a={'x' * 2001}", 422, "2,000 characters"),
        ("groups?co_mention=perhaps", 422, "true or false"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_said_with_what_to_do(
    sample_office: Office, person: TestClient, path: str, status: int, says: str
) -> None:
    before = len(_looks(sample_office))
    answer = person.get(f"/api/questions/{path}")
    assert answer.status_code == status, answer.text
    problem = answer.json()["error"]
    assert problem["what"]
    assert problem["next_step"]
    assert says in f"{problem['what']} {problem['next_step']}"
    assert len(_looks(sample_office)) == before, "nothing was looked at"


def test_a_question_that_takes_too_long_is_given_up(sample_office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(questions, "SECONDS", 0.3)
    visit: Any = Visit(desk=sample_office.desk, session=None, request=None)  # type: ignore[arg-type]
    with pytest.raises(LimitExceeded, match="longer than"), questions.in_time(visit) as graph:
        graph.conn.execute("SELECT sum(a.range * b.range) FROM range(10000000) AS a, range(10000000) AS b").fetchall()
    with questions.in_time(visit) as graph:
        assert graph.conn.execute("SELECT 1").fetchall() == [(1,)]


# --- on record -----------------------------------------------------------------------------------------------------


def test_each_look_is_on_record_with_whose_exhibits_came_back_and_without_the_terms(
    sample_office: Office, person: TestClient
) -> None:
    body = person.get("/api/questions/contacts", params={"a": PHONE, "every": "week"}).json()
    looked = _looks(sample_office)[-1]
    assert (looked.command, looked.asked) == ("web contacts", f"{PHONE} week")
    assert looked.exhibits == tuple(sorted(body["exhibits"]))
    assert looked.results == body["found"] > 0
    person.get("/api/questions/terms", params={"terms": ["hotel", "zebra"]})
    looked = _looks(sample_office)[-1]
    assert (looked.command, looked.asked) == ("web terms", "2 terms")
    before = len(_looks(sample_office))
    person.get("/api/questions")
    assert len(_looks(sample_office)) == before, "saying what can be asked looks at nothing"


# --- kept ----------------------------------------------------------------------------------------------------------


def test_every_question_is_kept_as_an_analysis_that_pages_and_commands_run_again(
    sample_office: Office, person: TestClient
) -> None:
    kept = {}
    for name, one in _told(person).items():
        body = {"question": name, "parameters": _example(one), "title": f"Of {name}", "reason": "task 7"}
        made = person.post("/api/analyses", json=body)
        assert made.status_code == 200, made.text
        kept[name] = made.json()["analysis"]
        act = [event.act for event in sample_office.case.custody.events() if isinstance(event.act, AnalysisSaved)][-1]
        assert (act.analysis, act.question, act.title, act.reason) == (kept[name], name, f"Of {name}", "task 7")
        assert act.rows
        again = person.get(f"/api/analyses/{kept[name]}/run").json()
        assert (again["same"], again["rows"], again["checkpoint_saved"]) == (True, [], act.checkpoint)
    listed = person.get("/search/saved").text
    for name, number in kept.items():
        assert f'href="/search/saved/{number}"' in listed
        shown = person.get(f"/search/saved/{number}", params={"every": True})
        assert shown.status_code == 200
        assert "Nothing changed" in shown.text
        assert f"Of {name}" in shown.text
        assert asked("analysis", sample_office.case.root, "run", number)["same"], name
    assert "overlap · kind: <code>house</code> · window_s: <code>600</code>" in listed
    marked = person.post(f"/api/analyses/{kept['money']}/mark", json={"reason": "seen"})
    assert marked.status_code == 200
    assert len(person.get(f"/api/analyses/{kept['money']}").json()["saved"]) == 2
    assert person.post(f"/api/analyses/{kept['money']}/withdraw", json={"reason": "done"}).status_code == 200
    assert person.get(f"/api/analyses/{kept['money']}/run").status_code == 404


def test_of_a_search_every_hit_is_kept_whatever_is_shown(sample_office: Office, person: TestClient) -> None:
    for body in ({"query": "hotel"}, {"question": "search", "parameters": {"query": "hotel", "limit": 1}}):
        assert person.post("/api/analyses", json=body | {"title": "Hotels"}).status_code == 200
    short, long = [event.act for event in sample_office.case.custody.events() if isinstance(event.act, AnalysisSaved)][
        -2:
    ]
    assert short.rows == long.rows
    assert len(short.rows) > 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"question": "nothing", "title": "x"}, 400), ({"question": "contacts", "title": " "}, 400), ({"title": "x"}, 422),
        ({"question": "contacts", "parameters": {"hops": 1}, "title": "x"}, 422),
        ({"question": "contacts", "parameters": {"limit": "many"}, "title": "x"}, 422),
        ({"question": "contacts", "parameters": [1], "title": "x"}, 422), ({"question": "contacts"}, 422),
        ({"question": "contacts", "query": "hotel", "title": "x"}, 400),
        ({"question": "search", "query": "hotel", "parameters": {"query": "van"}, "title": "x"}, 400),
        ({"question": "around", "parameters": {"a": "e-0000000000000000"}, "title": "x"}, 404),
        ({"question": "path", "parameters": {"a": None, "b": 1}, "title": "x"}, 422),
        ({"question": "around", "parameters": {"a": "a\x00b"}, "title": "x"}, 400),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_is_refused_and_nothing_is_written(
    sample_office: Office, person: TestClient, body: dict[str, Any], status: int
) -> None:
    before = sample_office.case.custody.size()
    answer = person.post("/api/analyses", json=body)
    assert answer.status_code == status, answer.text
    assert answer.json()["error"]["what"]
    assert sample_office.case.custody.size() == before


def test_who_may_only_review_asks_and_keeps_nothing(sample_office: Office) -> None:
    reviewer = sample_office.person("review")
    assert reviewer.get("/api/questions/contacts").status_code == 200
    refused = reviewer.post("/api/analyses", json={"question": "contacts", "title": "x"})
    assert refused.status_code == 403


# --- sealed --------------------------------------------------------------------------------------------------------


def test_what_is_sealed_is_in_no_answer_and_what_was_kept_of_it_is_withheld(
    sample_case: Path, serve: Callable[[Case], Office]
) -> None:
    office = serve(open_case(sample_case))
    person = office.person("analyse")
    found = person.get("/api/questions/contacts", params={"a": PHONE}).json()
    closed = found["exhibits"][0]
    body = {"question": "contacts", "parameters": {"a": PHONE}, "title": "The hotline's contacts"}
    number = person.post("/api/analyses", json=body).json()["analysis"]
    casegraph("seal", sample_case, closed, "--kind", "privileged", "--reason", "counsel")
    office.wait()
    answer = person.get("/api/questions/contacts", params={"a": PHONE})
    if answer.status_code == 200:
        assert closed not in answer.text
    else:
        assert answer.status_code == 404, answer.text
    for name, one in _told(person).items():
        assert f'"{closed}' not in person.get(one["address"], params=_example(one)).text, name
    shown = person.get(f"/api/analyses/{number}")
    assert "hotline" not in shown.text
    assert PHONE not in shown.text
    again = person.get(f"/api/analyses/{number}/run")
    assert closed not in again.text
    assert "hotline" not in again.text
    assert person.get("/search/saved").status_code == 200
