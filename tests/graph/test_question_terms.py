"""What was searched and not found: hits per term, and everything unread, doubtful or sealed counted beside."""

from __future__ import annotations

from pathlib import Path

import pytest
from question_cases import asked_of, records_case
from small_cases import EMAIL_LINE, Bench, anchor
from test_records_graph import DESK, FILES, TEMPLATES

from evidence.acts import ExtractionRecorded
from evidence.errors import UsageError
from graph.questions.terms import searched, terms_in


def test_terms_are_found_or_not_and_what_was_not_read_is_counted(lodge: Bench) -> None:
    failed = lodge.receive("locked.zip")
    lodge.record(ExtractionRecorded(exhibit=failed, media_type="", outcome="failed", reason="locked"))
    lodge.receive("later.txt")
    lodge.seal(lodge.receive("counsel.txt"))
    with asked_of(lodge) as graph:
        found = searched(
            graph, terms_in(["registration form", "", "# a remark", "020 7946 0142", "nowhere", "nowhere", "(("])
        )
        with pytest.raises(UsageError):
            searched(graph, ())
    form, number, nowhere, wrong = found.terms
    assert (form.hits, form.exhibits, form.segments) == (1, ("CG-0002",), ("CG-0002.p1.1",))
    assert number.hits == 3
    assert number.doubtful == 1
    assert (nowhere.hits, nowhere.rows, nowhere.exhibits) == (0, 0, ())
    assert wrong.problem
    assert (found.found, found.not_found) == (2, 1)
    left = {one.what: (one.items, one.exhibits) for one in found.unsearched}
    assert left["exhibits that could not be read"] == (1, ("CG-0005",))
    assert left["exhibits not read yet"] == (1, ("CG-0006",))
    assert left["sealed exhibits"] == (1, ())
    assert left["segments read with doubt or as a draft"][0] == 1


def test_what_is_sealed_is_not_found_and_only_counted(bench: Bench) -> None:
    number = bench.exhibit(EMAIL_LINE)
    bench.seal(number, anchor(number, EMAIL_LINE))
    with asked_of(bench) as graph:
        found = searched(graph, ["northquay"])
    assert found.terms[0].hits == 0
    assert ("sealed segments", 1, ()) in [(one.what, one.items, one.exhibits) for one in found.unsearched]


def test_identifiers_in_tables_of_records_are_searched(tmp_path: Path) -> None:
    case = records_case(tmp_path, TEMPLATES, FILES)
    with asked_of(case) as graph:
        (desk,) = searched(graph, [DESK]).terms
    assert desk.rows == 3
    assert desk.exhibits == ("CG-0001",)
