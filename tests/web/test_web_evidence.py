"""The evidence opened at its place: every exhibit of the sample, by the view that fits it, and what is asked wrongly."""

from __future__ import annotations

import pytest

from evidence.acts import Consulted
from web.conftest import Office
from workbench.web.views import At, name_of


def test_every_exhibit_of_the_sample_opens(sample_office: Office) -> None:
    person = sample_office.person("analyse")
    for line in person.get("/api/status").json()["exhibits"]:
        answer = person.get(f"/evidence/{line['number']}")
        assert answer.status_code == 200, line["number"]
        assert line["number"] in answer.text


def test_a_place_is_opened_with_its_words_marked_and_the_look_is_on_record(sample_office: Office) -> None:
    person = sample_office.person("review")
    answer = person.get("/evidence/CG-0020?at=CG-0020.m1.2&from=0&to=14")
    assert "<mark>Northquay Staf</mark>" in answer.text
    looks = [event.act for event in sample_office.case.access.events() if isinstance(event.act, Consulted)]
    assert looks[-1].command == "web evidence"
    assert looks[-1].exhibits == ("CG-0020",)


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("/evidence/CG-9999", 404),
        ("/evidence/CG-0020?at=CG-0020.m9.1", 404),
        ("/evidence/CG-0020?from=-7", 422),
        ("/evidence/CG-0020?unit=nonsense", 422),
    ],
)
def test_what_is_not_there_is_said_plainly(sample_office: Office, asked: str, status: int) -> None:
    answer = sample_office.person("analyse").get(asked)
    assert answer.status_code == status
    assert "That could not be done" in answer.text


def test_the_table_picks_the_view(sample_office: Office) -> None:
    from graph import queries
    from graph.project import open_graph

    expected = {"CG-0005": "pages", "CG-0002": "pages", "CG-0001": "tables", "CG-0019": "mail",
                "CG-0032": "archive", "CG-0032/1": "chat", "CG-0034": "media", "CG-0060": "media", "CG-0009": "text",
                "CG-0004": "nothing"}  # fmt: skip
    with open_graph(sample_office.case) as graph:
        found = {number: name_of(queries.exhibit_line(graph, number), At()) for number in expected}
        workbook = queries.exhibit_line(graph, "CG-0045")
    assert found == expected
    assert name_of(workbook, At(unit_kind="table", unit=1)) == "tables"
