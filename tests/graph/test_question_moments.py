"""What a picture of time and a map stand on: exhibits that are not there and windows that hold nothing are said."""

from __future__ import annotations

import pytest
from question_cases import ANA, BEN, asked_of, called
from small_cases import Bench

from evidence.errors import NotFound
from graph.questions.moments import Asked
from graph.questions.when import buckets
from graph.questions.where import places


def test_an_exhibit_that_is_not_there_is_an_error_and_a_window_without_room_is_said(bench: Bench) -> None:
    bench.exhibit(called(ANA, BEN, "2026-02-01T10:00:00Z"))
    with asked_of(bench) as graph:
        for asked in (buckets, places):
            with pytest.raises(NotFound, match="there is no exhibit CG-9999"):
                asked(graph, Asked(exhibit="CG-9999"))
        assert buckets(graph, Asked(exhibit=" cg-0001 ")).events == 1
        backwards = buckets(graph, Asked(since="2026-03-01", until="2026-02-01"))
    assert backwards.events == 0
    assert backwards.notes == ("The window ends before it begins: nothing lies in it.",)


def test_a_day_without_a_time_is_looked_at_on_that_day_only(bench: Bench) -> None:
    bench.exhibit(called(ANA, BEN, local="2026-02-28"), called(ANA, BEN, local="2026-03-01"))
    with asked_of(bench) as graph:
        found = buckets(graph, Asked(since="2026-03-01", until="2026-03-02"))
    assert found.events == 1
