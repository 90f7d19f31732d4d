"""Which filters of a query hold for what is found by meaning, wherever they stand in it."""

from __future__ import annotations

import pytest
from small_cases import Bench
from test_meaning import SOUGHT, three_lines

from graph.project import open_graph
from graph.search import Search, answer, meant_by


@pytest.fixture
def told(bench: Bench) -> Bench:
    return three_lines(bench)


@pytest.mark.parametrize(
    "query",
    [
        "(wages AND language:ro) AND NOT mentions:phone",
        "((wages shift) (boat (language:ro)))",
        "(wages OR shift) (language:ro OR language:de)",
        "wages NOT (language:en OR kind:message)",
    ],
)
def test_filters_inside_parentheses_hold(told: Bench, query: str) -> None:
    with open_graph(told.case) as graph:
        found = answer(graph, Search(query=query, by_meaning=5), sought=SOUGHT)
        alone = meant_by(graph, Search(query=query, by_meaning=5), SOUGHT)
    assert [one.segment for one in found.by_meaning] == ["CG-0002.p1.1"]
    assert alone.hits == found.by_meaning
    assert not any("beside words in an OR" in note for note in (*found.notes, *alone.notes))


def test_a_filter_that_is_an_alternative_to_words_is_said_not_to_hold(told: Bench) -> None:
    query = "wages OR (shift AND language:ro) NOT kind:message"
    with open_graph(told.case) as graph:
        found = answer(graph, Search(query=query, by_meaning=5), sought=SOUGHT)
        alone = meant_by(graph, Search(query=query, by_meaning=5), SOUGHT)
    assert [one.segment for one in found.by_meaning] == ["CG-0001.p1.1", "CG-0002.p1.1"]
    for notes in (found.notes, alone.notes):
        assert notes[-1].endswith("was not asked of what is near in meaning: language is ro or kind is message.")
