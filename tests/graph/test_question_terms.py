"""What was searched and not found: hits per term, and everything unread, doubtful or sealed counted beside."""

from __future__ import annotations

from pathlib import Path

import pytest
from question_cases import asked_of, records_case
from small_cases import EMAIL_LINE, Bench, Line, anchor
from test_records_graph import DESK, FILES, TEMPLATES

from evidence.acts import ExtractionRecorded, SegmentTagged
from evidence.errors import UsageError
from graph.project import catch_up, open_graph, rebuild
from graph.questions import terms
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


def test_doubt_is_counted_over_all_hits_and_the_first_in_the_case_are_named(bench: Bench) -> None:
    shaky = [Line("a van, a van, a van", draft=True)] * 3
    sure = [Line(f"and somewhere far behind the other words of line {at} also a van") for at in range(25)]
    bench.exhibit(*sure)
    bench.exhibit(*shaky)
    with asked_of(bench) as graph:
        (van,) = searched(graph, ["van"]).terms
    assert (van.hits, van.doubtful) == (28, 3)
    assert van.segments == tuple(f"CG-0001.p{at}.1" for at in range(1, 11))
    assert van.exhibits == ("CG-0001",)


def test_terms_are_answered_the_same_caught_up_and_rebuilt(bench: Bench) -> None:
    lines = [Line(f"the van {'and a driver ' * (at % 4)}in yard {at}") for at in range(15)]
    numbers = [bench.exhibit(*lines), bench.exhibit(*lines[:7], parent="CG-0001"), bench.exhibit(*lines)]
    catch_up(bench.case)
    for number in numbers[1:]:
        bench.record(SegmentTagged(segment=anchor(number, lines[0]), tag="supports", finding="F-1"))
        catch_up(bench.case)
    wanted = ["van", "driver", "driver OR yard", '"van driver yard"~9', "nowhere", f"{'m' * 2_000}*"]
    with open_graph(bench.case) as graph:
        caught_up = searched(graph, wanted)
    rebuild(bench.case)
    with open_graph(bench.case) as graph:
        assert searched(graph, wanted) == caught_up
    assert [one.hits for one in caught_up.terms] == [37, 27, 37, 27, 0, 0]
    assert "too long for the beginning of a word" in caught_up.terms[-1].problem


def test_many_hits_of_many_terms_are_put_in_order_in_parts(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.exhibit(*(Line(f"van {at} driver") for at in range(12)))
    with asked_of(bench) as graph:
        whole = searched(graph, ["van", "nowhere", "driver", "((", "11"])
        monkeypatch.setattr(terms, "_AT_ONCE", 5)
        assert searched(graph, ["van", "nowhere", "driver", "((", "11"]) == whole
    assert whole.terms[-1].segments == ("CG-0001.p12.1",)


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
