"""What happened when: order, gaps, first and last, and everything without a zone or a time still said."""

from __future__ import annotations

from pathlib import Path

import pytest
from question_cases import ANA, BEN, CAM, asked_of, called, happened, line, records_case, wrote
from small_cases import Bench
from test_records_graph import FILES, TEMPLATES

from graph.questions.timeline import timeline


@pytest.fixture
def diary(bench: Bench) -> Bench:
    bench.exhibit(
        called(ANA, BEN, "2026-03-01T10:00:00Z"),
        line(happened("stay", (("guest", CAM),), "2026-03-02T12:00:00Z", until_utc="2026-03-06T12:00:00Z",
                      facts={"place": "Harbour Lodge", "room": "7"})),
        wrote(ANA, CAM, utc="2026-03-03T10:00:00Z"),
        called(ANA, BEN, "2026-03-10T10:00:00Z"),
        called(ANA, CAM, local="2026-03-08T09:00:00"),
        line(happened("call", (("from", ANA), ("to", BEN)))),
    )  # fmt: skip
    return bench


def test_gaps_begin_where_the_last_event_ended(diary: Bench) -> None:
    with asked_of(diary) as graph:
        found = timeline(graph)
        assert found == timeline(graph)
    assert (found.found, found.placed, found.without_zone, found.without_time) == (6, 4, 1, 1)
    longest = found.gaps[0]
    assert (longest.begins_utc, longest.ends_utc) == ("2026-03-06T12:00:00Z", "2026-03-10T10:00:00Z")
    assert (longest.before, longest.after, longest.unplaced) == ("CG-0001.m2.1", "CG-0001.m4.1", 1)
    assert [gap.seconds for gap in found.gaps] == [94 * 3600, 26 * 3600]
    assert found.first is not None
    assert found.last is not None
    assert (found.first.source, found.last.source) == ("CG-0001.m1.1", "CG-0001.m4.1")
    assert found.moments[-1].time_written == ""
    assert len(found.notes) == 2
    assert found.by_kind == {"call": 4, "message": 1, "stay": 1}


def test_parties_places_kinds_and_times_narrow_it(diary: Bench) -> None:
    with asked_of(diary) as graph:
        assert timeline(graph, a=CAM).found == 3
        assert timeline(graph, a=ANA, b=BEN).found == 3
        assert timeline(graph, a=ANA, b=BEN, kind="message").found == 0
        house = timeline(graph, place="harbour lodge")
        assert [one.where for one in house.moments] == ["Harbour Lodge, room 7"]
        assert timeline(graph, since="2026-03-05", until="2026-03-06").by_kind == {"stay": 1}
        cut = timeline(graph, limit=2)
        assert (len(cut.moments), cut.found) == (2, 6)
        assert cut.notes[0].startswith("4 events fit")
        assert timeline(graph, place="nowhere").first is None


def test_rows_stand_among_events_and_zones_are_explained(tmp_path: Path) -> None:
    case = records_case(tmp_path, TEMPLATES, FILES)
    with asked_of(case) as graph:
        found = timeline(graph)
        site = timeline(graph, place="Dock Road")
    assert found.found == 8
    assert found.by_kind == {"call": 4, "message": 1, "payment": 1, "stay": 2}
    assert [one.source for one in site.moments] == ["CG-0001.r1.2"]
    assert (found.placed, found.without_zone) == (3, 5)
    assert found.zones[0].zone == "Europe/London"
    assert found.zones[0].by.startswith("the operator's letter") or "operator" in found.zones[0].by
    paid = next(one for one in found.moments if one.kind == "payment")
    assert (paid.local, paid.utc) == ("2026-07-05", "")
