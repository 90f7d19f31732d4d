"""Entities as pages and as API: lists within bounds, verdicts that two reviewers give, categories, and bad input."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from small_cases import ANNA, AUTHORITY, Bench, Line, Says, new_bench
from test_records_graph import TEMPLATES, ingest

from evidence.acts import CategorySet, Consulted, TemplateRecorded
from evidence.authority import CaseHints
from evidence.case import new_case
from graph import entity_reads as reads
from graph import queries
from graph.project import catch_up, open_graph, rebuild
from web.conftest import Office

NAME = "person_name"
Serve = Callable[..., Office]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    held = new_bench(tmp_path / "case")
    held.exhibit(
        Line("Marton Varga wrote from m.varga@quay.example.", (Says(NAME, "Marton Varga"), Says("email", "m.varga@quay.example"))),
        Line("M. Varga signed it.", (Says(NAME, "M. Varga"),)),
    )  # fmt: skip
    held.exhibit(
        Line("Varga, Marton was there with Denise Aldous.", (Says(NAME, "Varga, Marton"), Says(NAME, "Denise Aldous")))
    )
    return held


@pytest.fixture
def office(bench: Bench, serve: Serve) -> Office:
    return serve(bench.case)


def ids(office: Office) -> dict[str, str]:
    return {one["label"]: one["id"] for one in office.person("review").get("/api/entities").json()["entities"]}


def judge(office: Office, *things: str, verdict: str = "same", reason: str = "his hand", **more: object):  # type: ignore[no-untyped-def]
    form = {"thing": list(things), "verdict": verdict, "reason": reason, **more}
    return office.person("review").post("/api/identities", data=form)


def join(office: Office) -> dict[str, str]:
    known = ids(office)
    made = judge(office, known["Marton Varga"], known["Varga, Marton"]).json()
    assert made["state"] == "applied"
    return known | {"person": made["entity"], "line": made["seq"]}


def test_the_list_is_filtered_sorted_and_paged(office: Office) -> None:
    person = office.person("analyse")
    every = person.get("/api/entities").json()
    assert every["fitting"] == len(every["entities"]) == 5
    names = person.get("/api/entities", params={"kind": NAME, "sort": "label", "limit": 2, "skip": 1}).json()
    assert [one["label"] for one in names["entities"]] == ["M. Varga", "Marton Varga"]
    assert names["fitting"] == 4
    assert sum(one["entities"] for one in names["counts"]) == 5
    assert person.get("/api/entities", params={"q": "VARGA"}).json()["fitting"] == 4
    page = person.get("/entities", params={"q": "aldous"}).text
    assert "Denise Aldous" in page
    assert "M. Varga" not in page
    looked = [event.act for event in office.case.access.events() if isinstance(event.act, Consulted)]
    assert [act.command for act in looked] == ["web entities"] * 4


def test_an_entity_opens_with_its_words_where_they_stand(office: Office) -> None:
    name = ids(office)["Marton Varga"]
    page = office.person("disclose").get(f"/entities/{name}").text
    assert "<mark>Marton Varga</mark> wrote from" in page
    assert "machine reading" in page
    assert "undetermined" in page
    assert 'name="category"' not in page  # only a reviewer sets it
    mentions = office.person("analyse").get(f"/api/entities/{name}/mentions").json()
    assert [(one["said"], one["before"]) for one in mentions["mentions"]] == [("Marton Varga", "")]
    assert mentions["next"] == -1
    assert office.person("analyse").get(f"/entities/{name}/print").status_code == 200


def test_two_names_become_a_person_and_are_apart_again(office: Office) -> None:
    known = join(office)
    reviewer = office.person("review")
    view = reviewer.get(f"/api/entities/{known['person']}").json()
    assert [one["label"] for one in view["made"]["names"]] == ["Marton Varga", "Varga, Marton"]
    assert view["made"]["verdicts"][0]["reason"] == "his hand"
    assert "his hand" in reviewer.get(f"/entities/{known['person']}").text
    taken = reviewer.post(
        f"/api/entities/{known['person']}/withdraw", data={"line": known["line"], "reason": "wrong hand"}
    ).json()
    assert taken["entity"] in (known["Marton Varga"], known["Varga, Marton"])
    gone = reviewer.get(f"/entities/{known['person']}")
    assert gone.status_code == 404
    assert "any more" in gone.text
    again = reviewer.post(
        f"/api/entities/{known['Marton Varga']}/withdraw", data={"line": known["line"], "reason": "twice"}
    )
    assert again.status_code == 409
    assert "withdrawn already" in again.json()["error"]["what"]


def test_a_wall_is_shown_with_the_verdicts_that_make_it(office: Office) -> None:
    known = ids(office)
    assert (
        judge(office, known["Marton Varga"], known["M. Varga"], verdict="different", reason="two hands").status_code
        == 200
    )
    assert judge(office, known["M. Varga"], known["Varga, Marton"]).status_code == 200
    form = {"other": known["Varga, Marton"], "verdict": "same", "reason": "the same address", "seen": 10_000}
    answer = office.person("review").post(f"/entities/{known['Marton Varga']}/same", data=form)
    assert answer.status_code == 409
    assert "stand in the way" in answer.text
    assert "two hands" in answer.text
    assert "his hand" in answer.text
    assert "the same address" in answer.text  # what was written is not lost


def test_a_second_reviewer_is_told_what_the_first_one_did(office: Office) -> None:
    known = ids(office)
    seen = office.person("review").get(f"/api/entities/{known['M. Varga']}").json()["seq"]
    assert (
        judge(office, known["M. Varga"], known["Marton Varga"], verdict="different", reason="two hands").status_code
        == 200
    )
    late = judge(office, known["M. Varga"], known["Marton Varga"], reason="one hand", seen=seen)
    assert late.status_code == 409
    assert "judged it different: “two hands” after you opened this page" in late.json()["error"]["what"]
    assert judge(office, known["M. Varga"], known["Denise Aldous"], verdict="undecided", seen=seen).status_code == 409
    other = judge(office, known["Varga, Marton"], known["Denise Aldous"], verdict="different", seen=seen)
    assert other.status_code == 200


def test_an_old_id_leads_to_what_it_was_joined_to(office: Office) -> None:
    known = ids(office)
    first = judge(office, known["Marton Varga"], known["Varga, Marton"]).json()["entity"]
    second = judge(office, known["M. Varga"], known["Denise Aldous"]).json()["entity"]
    assert judge(office, first, second).json()["entity"] == first
    reviewer = office.person("review")
    answer = reviewer.get(f"/entities/{second}")
    assert answer.status_code == 303
    assert f"{second} was made apart once" in reviewer.get(answer.headers["location"]).text


def test_a_category_takes_a_person_a_reason_and_the_role(office: Office) -> None:
    known = ids(office)
    name = known["Denise Aldous"]
    at = f"/api/entities/{name}/category"
    assert office.person("analyse").post(at, data={"category": "witness", "reason": "heard it"}).status_code == 403
    reviewer = office.person("review")
    assert reviewer.post(at, data={"category": "witness", "reason": " "}).status_code == 400
    assert reviewer.post(at, data={"category": "guilty", "reason": "x"}).status_code == 422
    assert reviewer.post(at, data={"category": "witness", "reason": "heard it"}).status_code == 200
    seen = reviewer.get(f"/api/entities/{name}").json()["seq"]
    form = {"category": "victim", "reason": "statement of 5 March", "seen": str(seen)}
    assert reviewer.post(f"/entities/{name}/category", data=form).status_code == 303
    late = reviewer.post(at, data={"category": "contact", "reason": "only met", "seen": seen})
    assert "set its category to victim" in late.json()["error"]["what"]
    history = reviewer.get(f"/api/entities/{name}").json()["categories"]
    assert [(one["category"], one["state"]) for one in history] == [("victim", "applied"), ("witness", "superseded")]
    page = reviewer.get(f"/entities/{name}").text
    assert "statement of 5 March" in page
    mail = reviewer.post(
        f"/api/entities/{known['m.varga@quay.example']}/category", data={"category": "witness", "reason": "x"}
    )
    assert mail.status_code == 409
    assert "categories are for people" in mail.json()["error"]["what"]


def test_the_history_of_a_category_is_the_same_when_the_graph_is_made_anew(bench: Bench) -> None:
    bench.record(*(CategorySet(entity_kind=NAME, entity_value="Denise Aldous", category=one, reason="r")  # type: ignore[arg-type]
                   for one in ("witness", "contact")), actor=ANNA)  # fmt: skip
    told = catch_up(bench.case)
    assert rebuild(bench.case).fingerprint == told.fingerprint
    with open_graph(bench.case) as graph:
        (entity,) = queries.entities(graph, query="aldous")
        assert [one.state for one in reads.categories(graph, entity.id)] == ["applied", "superseded"]
        assert queries.entity(graph, entity.id).categories[0].category == "contact"


def test_candidates_are_laid_beside_a_name_and_judged_ones_are_not(office: Office) -> None:
    known = ids(office)
    person = office.person("analyse")
    found = person.get(f"/api/entities/{known['Marton Varga']}/candidates").json()
    sides = {side["entity"]["label"] for one in found["candidates"] for side in (one["a"], one["b"])}
    assert "Varga, Marton" in sides
    page = person.get(f"/entities/{known['Marton Varga']}/same", params={"other": known["Varga, Marton"]}).text
    assert "For it" in page
    assert "To judge takes the role review" in page
    judge(office, known["Marton Varga"], known["Varga, Marton"], verdict="different")
    found = person.get(f"/api/entities/{known['Marton Varga']}/candidates").json()
    assert "Varga, Marton" not in {
        side["entity"]["label"] for one in found["candidates"] for side in (one["a"], one["b"])
    }


def test_a_relation_opens_with_its_evidence(office: Office) -> None:
    name = ids(office)["Marton Varga"]
    person = office.person("analyse")
    neighbours = person.get(f"/api/entities/{name}/neighbours", params={"family": "co_mention"}).json()
    (edge,) = [one for one in neighbours["neighbours"] if one["entity"]["kind"] == "email"]
    assert edge["support"]["text"].startswith("Marton Varga wrote")
    view = person.get(f"/api/relations/{edge['relation']}").json()
    assert len(view["supports"]) == view["relation"]["supports"] == 1
    whole = person.get(f"/relations/{edge['relation']}").text
    part = person.get(f"/relations/{edge['relation']}", params={"part": 1}).text
    assert "shows no contact" in part
    assert "<html" in whole
    assert "<html" not in part
    assert person.get("/relations/r-0000000000000000").status_code == 404


@pytest.mark.parametrize(
    "name", ["e-0000000000000000", "p-0000000000000000", "nobody", "e-'--", "%00", "e-" + "0" * 70]
)
def test_what_is_no_entity_is_said_plainly(office: Office, name: str) -> None:
    reviewer = office.person("review")
    for path in ("", "/mentions", "/candidates", "/neighbours", "/events", "/print", "/same?other=e-0000000000000000"):
        assert reviewer.get(f"/entities/{name}{path}").status_code in (404, 422), path
    assert reviewer.post(f"/api/entities/{name}/category", data={"category": "witness", "reason": "x"}).status_code in (
        404,
        422,
    )


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/api/entities?sort=guilt", 422), ("/entities?sort=guilt", 400), ("/api/entities?skip=-1", 422),
        ("/api/entities?limit=100000", 422), ("/api/entities?q=%00", 200), ("/entities?q=%ed%a0%80", 200),
        ("/entities?status=bad", 400), ("/api/entities?skip=999999999", 200), ("/api/entities?q=" + "9" * 200, 200),
    ],
)  # fmt: skip
def test_bad_questions_are_turned_down_without_a_trace(office: Office, path: str, code: int) -> None:
    answer = office.person("analyse").get(path)
    assert answer.status_code == code, answer.text[:300]
    assert "Traceback" not in answer.text


def test_bad_verdicts_are_turned_down(office: Office) -> None:
    known = ids(office)
    one, other = known["Marton Varga"], known["M. Varga"]
    assert judge(office, one, other, reason="  ").status_code == 400
    assert judge(office, one).status_code == 400
    assert judge(office, one, one).status_code == 400
    assert judge(office, one, other, verdict="guilty").status_code == 422
    assert judge(office, one, "e-0000000000000000").status_code == 404
    assert judge(office, one, "m-\x00").status_code in (400, 404)
    assert judge(office, one, other, makes="gang").status_code == 400
    assert office.person("analyse").post("/api/identities", data={"thing": [one, other]}).status_code == 403


def test_a_name_with_many_mentions_is_read_a_page_at_a_time(tmp_path: Path) -> None:
    bench = new_bench(tmp_path / "many")
    for _ in range(3):
        bench.exhibit(*(Line(f"{index}: Ana Pop was here", (Says(NAME, "Ana Pop"),)) for index in range(7)))
    catch_up(bench.case)
    with open_graph(bench.case) as graph:
        (entity,) = queries.entities(graph, query="ana pop")
        whole = reads.mention_page(graph, entity, limit=100).mentions
        after, paged = 0, []
        while after >= 0:
            page = reads.mention_page(graph, entity, after=after, limit=5)
            assert len(page.mentions) <= 5
            paged += page.mentions
            after = page.next
        assert [one.mention.id for one in paged] == [one.mention.id for one in whole]
        assert [one.mention.id for one in whole] == [one.id for one in queries.mentions_of(graph, entity.id)]
        assert reads.mention_page(graph, entity, exhibit="CG-0002").fitting == 7
        assert reads.mention_page(graph, entity, after=10**9).mentions == ()


def test_a_name_of_tables_is_judged_where_a_row_opens_at_it_and_else_it_is_said_why_not(
    serve: Serve, tmp_path: Path
) -> None:
    case = new_case(tmp_path / "case", title="Records", authority=AUTHORITY, hints=CaseHints(), actor=ANNA)
    case.record(TemplateRecorded(template=TEMPLATES[2], source="a letter"), actor=ANNA)
    rows = "Marton Varga;3;2026-07-02 14:00:00;;;\nM. Varga;4;2026-07-02 14:00:00;;;\nVarga, Marton;5;2026-07-03 14:00:00;;;has a dog\n"
    (tmp_path / "register.csv").write_text(f"Guest;Room;From;To;Phone;Remarks\n{rows}", encoding="utf-8")
    ingest(case, tmp_path / "register.csv")
    catch_up(case)
    office = serve(case)
    known = ids(office)
    person = office.person("review")
    closed = person.get(f"/entities/{known['Marton Varga']}/same", params={"other": known["Varga, Marton"]}).text
    assert "No verdict can be given: Varga, Marton stands in rows of records only" in closed
    assert 'id="verdict-form"' not in closed
    open_to_verdicts = person.get(f"/entities/{known['Marton Varga']}/same", params={"other": known["M. Varga"]}).text
    assert 'id="verdict-form"' in open_to_verdicts
    assert 'id="closed"' not in open_to_verdicts
    answer = judge(office, known["Marton Varga"], known["M. Varga"])
    assert answer.json()["state"] == "applied"
