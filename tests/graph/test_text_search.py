"""Searching as people type: words, phrases, identifiers in any spacing, and errors that say where."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from small_cases import Bench, Line, Says, new_bench

from evidence.errors import UsageError
from graph.highlight import letters_off, matched, snippet
from graph.project import catch_up, open_graph
from graph.query_language import parse, understood
from graph.search import search
from graph.tokens import searchable, tokens, words

NIGHT = Line("The van driver waited at the hôtel; Márton paid ţigară £40", language="ro")
ANSWER = Line("A driver of the van asked for room 7, call +44 (0)20 7946 0142", (
    Says("phone", "+44 (0)20 7946 0142", "+442079460142"),
))  # fmt: skip
ACCOUNT = Line("GB82 WEST 1234 5698 7654 32", (Says("iban", "GB82 WEST 1234 5698 7654 32", "GB82WEST12345698765432"),),
               unit_kind="message", speaker="Caller One")  # fmt: skip


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    bench = new_bench(tmp_path_factory.mktemp("night") / "case")
    first = bench.exhibit(NIGHT)
    bench.exhibit(ANSWER, parent=first)
    bench.exhibit(ACCOUNT)
    catch_up(bench.case)
    return bench


def found(bench: Bench, query: str) -> set[str]:
    with open_graph(bench.case) as graph:
        return {hit.exhibit for hit in search(graph, query).hits}


FIRST, INNER, LAST = "CG-0001", "CG-0001/1", "CG-0002"


@pytest.mark.parametrize(
    ("query", "exhibits"),
    [
        ("driver", {FIRST, INNER}),
        ("DRIVER van", {FIRST, INNER}),
        ('"van driver"', {FIRST}),
        ('"driver van"~2', {FIRST, INNER}),
        ('"driver asked"~2', set()),
        ('"driver asked"~3', {INNER}),
        ("hotel AND \"van driver\"", {FIRST}),
        ("hotel OR room", {FIRST, INNER}),
        ("driver NOT hotel", {INNER}),
        ("driver -hotel", {INNER}),
        ("NOT driver", {LAST}),
        ("(hotel OR room) AND (van NOT marton)", {INNER}),
        ("marton", {FIRST}),
        ("MÁRTON", {FIRST}),
        ("tigara", {FIRST}),
        ("hotle~1", {FIRST}),
        ("drvr~2", {FIRST, INNER}),
        ("driv*", {FIRST, INNER}),
        ("driver exhibit:CG-0001/1", {INNER}),
        ("driver exhibit:cg-0001", {FIRST, INNER}),
        ("language:ro", {FIRST}),
        ("kind:message", {LAST}),
        ('speaker:"caller one"', {LAST}),
        ('custodian:"harbour lodge" room', {INNER}),
        ("source:native type:application/pdf hotel", {FIRST}),
        ("+44 20 7946 0142", {INNER}),
        ('"+442079460142"', {INNER}),
        ("020 7946 0142", {INNER}),
        ("(020) 7946-0142", {INNER}),
        ("00442079460142", {INNER}),
        ("gb82west12345698765432", {LAST}),
        ("GB82 WEST 1234 5698 7654 32", {LAST}),
        ("nobody@nowhere.example", set()),
        ("£40", {FIRST}),
        ("van/driver", {FIRST}),
        ("hotel & driver", {FIRST}),
    ],
)  # fmt: skip
def test_a_query_finds(night: Bench, query: str, exhibits: set[str]) -> None:
    assert found(night, query) == exhibits


@pytest.mark.parametrize(
    ("query", "complaint"),
    [
        ('"van driver', "character 1: this quote is not closed"),
        ("hotel AND (van", "character 11: this \\( is not closed"),
        ("van)", "character 4: there is a \\) without its \\("),
        ("van AND", "AND has nothing after it"),
        ("OR van", "character 1: OR has nothing before it"),
        ("van OR AND", "AND has nothing before it"),
        ("van ()", "character 5: there is nothing between"),
        ("(", "character 1: this \\( is not closed"),
        ("drive~7", "after ~ stands a number up to 2"),
        ("exhibit:", "exhibit: has no value"),
        ('custodian:"Harb', "character 1: this quote is not closed"),
        ("", "nothing to search for"),
        ("+ /", "no word to search for"),
        ("(" * 80 + "a" + ")" * 80, "too many parentheses"),
    ],
)
def test_a_query_that_makes_no_sense_says_where(night: Bench, query: str, complaint: str) -> None:
    with open_graph(night.case) as graph, pytest.raises(UsageError, match=complaint):
        search(graph, query)


def test_a_hit_carries_its_place_its_words_and_its_engine(night: Bench) -> None:
    with open_graph(night.case) as graph:
        (hit,) = search(graph, '"van driver" marton').hits
    assert hit.locator == {"kind": "page", "page": 1, "width_px": 1000, "height_px": 1400, "dpi": 150, "strip": "p. 1"}
    assert [hit.text[start:end] for start, end in hit.spans] == ["van driver", "Márton"]
    assert hit.snippet == "The «van driver» waited at the hôtel; «Márton» paid ţigară £40"
    assert (hit.strip.engine, hit.strip.exhibit) == ("text", "CG-0001")


def test_a_search_says_how_it_understood(night: Bench) -> None:
    with open_graph(night.case) as graph:
        told = search(graph, 'hotel (taxi OR "van driver") kovacs~1 -room exhibit:CG-0001').understood
        identifier = search(graph, "020 7946 0142").understood
    assert told == (
        'hotel and (taxi or the phrase "van driver") and words at most 1 letter off kovacs and not (room) and exhibit '
        "is CG-0001"
    )
    assert identifier == 'the phrase "020 7946 0142", or an identifier with the value 02079460142'


def test_the_limit_limits_and_the_total_counts(night: Bench) -> None:
    with open_graph(night.case) as graph:
        made = search(graph, "driver", limit=1)
    assert (made.total, len(made.hits)) == (2, 1)


# --- what can be said of any text ------------------------------------------------------------------------------------


@given(st.text(max_size=200))
def test_tokens_cover_their_words_and_the_index_holds_the_same(text: str) -> None:
    found = tokens(text)
    assert [token.word for token in found] == words(text) == searchable(text).split()
    assert all(0 <= token.start < token.end <= len(text) for token in found)
    assert all(one.end <= other.start for one, other in pairwise(found))


@example("NOT NOT")
@example("a -(")
@given(st.text(alphabet=st.sampled_from('ab ()":~*-+') | st.characters(), max_size=60))
def test_any_query_is_understood_or_refused(query: str) -> None:
    try:
        node = parse(query)
    except UsageError:
        return
    assert understood(node)


@given(st.text(max_size=120), st.text(max_size=20))
def test_what_is_marked_lies_in_the_text(text: str, query: str) -> None:
    try:
        node = parse(query)
    except UsageError:
        return
    spans = matched(node, text)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert "\n" not in snippet(text, spans)


def test_words_in_scripts_without_spaces_are_found_inside_a_sentence() -> None:
    assert matched(parse("護照"), "他的護照在這裡") == ((2, 4),)


@pytest.mark.parametrize(("one", "other", "off"), [("hotel", "hotel", 0), ("hotel", "hotle", 1), ("van", "vans", 1),
                                                   ("a", "abcd", 3), ("kovacs", "kovac", 1), ("ab", "ba", 1)])  # fmt: skip
def test_letters_off(one: str, other: str, off: int) -> None:
    assert letters_off(one, other) == off
