"""Who is around a thing: by hop and support, co-mention only where asked, hubs shown and not stepped on."""

from __future__ import annotations

import pytest
from question_cases import ANA, BEN, CAM, DEE, asked_of, called
from small_cases import Bench

from evidence.errors import NotFound, UsageError
from graph.questions import around as module
from graph.questions.around import around


@pytest.fixture
def chain(bench: Bench) -> Bench:
    bench.exhibit(
        called(ANA, BEN, "2026-03-01T10:00:00Z"), called(BEN, ANA, "2026-03-01T11:00:00Z"),
        called(BEN, CAM, "2026-03-02T10:00:00Z"), called(CAM, DEE, "2026-03-03T10:00:00Z"),
    )  # fmt: skip
    bench.exhibit(called(ANA, BEN, "2026-03-04T10:00:00Z"))
    return bench


def test_neighbours_come_by_hop_with_counts_and_sources(chain: Bench) -> None:
    with asked_of(chain) as graph:
        near = around(graph, ANA)
        far = around(graph, ANA, hops=3)
        assert far == around(graph, ANA, hops=3)
    (first,) = near.neighbours
    assert (first.thing.value, first.kinds, first.supports, first.via) == (BEN, {"called": 3}, 3, None)
    assert first.exhibits == ("CG-0001", "CG-0002")
    assert len(first.relations) == 2
    assert [(one.thing.value, one.hops) for one in far.neighbours] == [(BEN, 1), (CAM, 2), (DEE, 3)]
    assert far.neighbours[2].via is not None
    assert far.neighbours[2].via.value == CAM
    assert far.by_hop == (1, 1, 1)


def test_hubs_end_a_way_and_limits_are_said(chain: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    with asked_of(chain) as graph:
        assert around(graph, ANA, co_mention=True).neighbours[0].kinds == {"called": 3, "co_mention": 3}
        assert around(graph, ANA, hops=3, limit=1).notes[0].startswith("2 things are not shown")
        monkeypatch.setattr(module, "HUB", 1)
        stopped = around(graph, ANA, hops=3)
        assert [one.thing.value for one in stopped.neighbours] == [BEN]
        assert [one.value for one in stopped.not_followed] == [BEN]
        with pytest.raises(UsageError):
            around(graph, ANA, hops=4)
        with pytest.raises(NotFound):
            around(graph, "nobody")
