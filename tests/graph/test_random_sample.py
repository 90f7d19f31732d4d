"""A random sample of readings: fair, repeatable, judged by ordinary decisions, silent about what is sealed."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_cases import Bench, Line, Says, mention_anchor, where

from evidence.acts import ActWithdrawn, SampleDrawn
from evidence.state import fold
from evidence.validation import wilson
from graph.chain import read_chain
from graph.project import catch_up, open_graph
from graph.sample import SampleResult, Stratum, draw, samples, shares

PRINT = [
    Line(
        f"Room {at:02}, ring 020 7946 0{at:03}",
        (Says("phone", f"020 7946 0{at:03}", f"+44207946{at:04}", "candidate"),),
        "ocr",
    )
    for at in range(1, 9)
]
STORED = Line(
    "Write to a@b.example or c@d.example, order 4711",
    (Says("email", "a@b.example"), Says("email", "c@d.example"), Says("phone", "4711", status="unverified")),
)


@pytest.fixture
def drawn_from(bench: Bench) -> Bench:
    bench.exhibit(*PRINT)
    bench.exhibit(STORED)
    return bench


def drawn(bench: Bench, *, n: int, seed: int = 0) -> SampleDrawn:
    catch_up(bench.case)
    with open_graph(bench.case) as graph:
        return draw(graph, n=n, seed=seed)


def result(bench: Bench) -> SampleResult:
    events = list(bench.case.custody.events())
    return samples(events, fold(events), withdrawn=read_chain(bench.case).withdrawn)[-1]


def stratum(bench: Bench, source: str) -> Stratum:
    return next(one for one in result(bench).strata if one.source == source)


@given(
    st.dictionaries(st.sampled_from(["native", "ocr", "speech"]), st.integers(0, 50), min_size=1), st.integers(0, 120)
)
def test_shares_use_what_there_is_and_favour_no_stratum(sizes: dict[str, int], n: int) -> None:
    given_out = shares(sizes, n)
    assert sum(given_out.values()) == min(n, sum(sizes.values()))
    assert all(given_out[source] <= size for source, size in sizes.items())
    short = [count for source, count in given_out.items() if count < sizes[source]]
    assert max(given_out.values()) <= min(short, default=n) + 1


def test_a_draw_is_the_seeds_own_and_leaves_out_what_failed_its_check(drawn_from: Bench) -> None:
    act = drawn(drawn_from, n=6, seed=1)
    assert act == drawn(drawn_from, n=6, seed=1)
    assert act.population == {"native": 2, "ocr": 8}
    assert sorted(one.source for one in act.readings) == ["native"] * 2 + ["ocr"] * 4
    assert any(drawn(drawn_from, n=6, seed=seed).readings != act.readings for seed in range(2, 5))
    assert b"7946" not in msgspec.json.encode(act)


def test_decisions_on_drawn_readings_make_the_error(drawn_from: Bench) -> None:
    drawn_from.record(drawn(drawn_from, n=10))
    before = stratum(drawn_from, "ocr")
    assert (before.drawn, before.waiting, before.error) == (8, 8, -1)
    anchors = [mention_anchor("CG-0001", line, line.says[0], unit=at) for at, line in enumerate(PRINT, start=1)]
    for anchor in anchors[:5]:
        drawn_from.decide(anchor, "confirm")
    drawn_from.decide(anchors[5], "reject")
    corrected = drawn_from.decide(anchors[6], "correct", value="+442079460999")
    drawn_from.decide(anchors[7], "attribute")
    after = stratum(drawn_from, "ocr")
    assert (after.right, after.wrong, after.attributed, after.waiting) == (5, 2, 1, 0)
    assert (after.error, after.low, after.high) == wilson(2, 7)
    drawn_from.record(ActWithdrawn(seq=corrected, reason="was right"))
    assert (stratum(drawn_from, "ocr").wrong, stratum(drawn_from, "ocr").waiting) == (1, 1)
    drawn_from.decide(anchors[5], "confirm")
    assert (stratum(drawn_from, "ocr").right, stratum(drawn_from, "ocr").wrong) == (6, 0)


def test_a_draw_stays_what_it_was_when_readings_are_rejected(drawn_from: Bench) -> None:
    act = drawn(drawn_from, n=10)
    for at, line in enumerate(PRINT[:3], start=1):
        drawn_from.decide(mention_anchor("CG-0001", line, line.says[0], unit=at), "reject")
    assert drawn(drawn_from, n=10) == act


def test_sealed_readings_are_counted_by_number_only(drawn_from: Bench) -> None:
    drawn_from.record(drawn(drawn_from, n=10))
    assert where("CG-0002", STORED) == "CG-0002.p1.1"
    drawn_from.seal("CG-0002")
    assert result(drawn_from).sealed == 2
    assert stratum(drawn_from, "native").drawn == 0
    assert len(result(drawn_from).waiting) == 8
