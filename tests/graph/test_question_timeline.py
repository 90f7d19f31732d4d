"""What happened when: order, gaps, first and last, and everything without a zone or a time still said."""

from __future__ import annotations

from pathlib import Path

import pytest
from question_cases import ANA, BEN, CAM, asked_of, called, happened, line, records_case, wrote
from small_cases import Bench
from test_records_graph import FILES, TEMPLATES

from evidence.errors import NotFound, UsageError
from graph.questions.contacts import contacts
from graph.questions.moments import Asked
from graph.questions.timeline import timeline
from graph.questions.when import gaps


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


def test_a_gap_begins_where_a_call_ended_by_how_long_it_took(bench: Bench) -> None:
    bench.exhibit(
        called(ANA, BEN, "2026-03-01T10:00:00Z", facts={"seconds": "3600"}),
        called(ANA, BEN, "2026-03-01T10:30:00Z", facts={"seconds": "60"}),
        called(ANA, BEN, "2026-03-01T12:00:00Z"),
    )  # fmt: skip
    with asked_of(bench) as graph:
        (gap,) = timeline(graph).gaps
        (drawn,) = gaps(graph, Asked()).gaps
        assert timeline(graph, since="2026-03-01T10:45", until="2026-03-01T11:30").found == 1
    assert (gap.begins_utc, gap.seconds, gap.before) == ("2026-03-01T11:00:00Z", 3600, "CG-0001.m1.1")
    assert (drawn.begins_utc, drawn.seconds, drawn.before) == (gap.begins_utc, gap.seconds, gap.before)


def test_a_gap_begins_where_the_call_of_a_row_ended(tmp_path: Path) -> None:
    with asked_of(records_case(tmp_path, TEMPLATES, FILES)) as graph:
        found = timeline(graph, exhibit="CG-0001")
    assert [gap.begins_utc for gap in found.gaps if gap.before == "CG-0001.r1.2"] == ["2026-07-02T21:15:10Z"]
    assert "by how long it took" in found.definition


def test_a_day_without_a_time_is_of_that_day_and_a_time_without_a_zone_may_be_outside(bench: Bench) -> None:
    bench.exhibit(*(called(ANA, BEN, local=f"2026-05-{day:02d}") for day in (1, 2, 3)))
    bench.exhibit(*(called(ANA, BEN, local=f"2026-05-{day:02d}T13:00:00") for day in (1, 2, 3, 4)), called(ANA, BEN))
    with asked_of(bench) as graph:
        days = timeline(graph, exhibit="CG-0001", since="2026-05-02", until="2026-05-03")
        times = timeline(graph, exhibit="CG-0002", since="2026-05-02", until="2026-05-03")
        pairs = contacts(graph, since="2026-05-02", until="2026-05-03")
    assert [one.local for one in days.moments] == ["2026-05-02"]
    assert [one.local[:10] for one in times.moments] == ["2026-05-01", "2026-05-02", "2026-05-03"]
    assert (times.without_zone, times.without_time) == (3, 0)
    for found, many in ((times, 3), (pairs, 3)):
        said = " ".join(found.notes)
        assert f"{many} of these state a time and no zone" in said
        assert "1 event has no time" in said or "1 call or message has no time" in said
        assert "a day that is stated without a time by that day" in found.definition
    assert pairs.records == 4


def test_what_does_not_exist_is_an_error_that_says_what_to_do(diary: Bench) -> None:
    with asked_of(diary) as graph:
        for wrong in (
            {"kind": "fax"},
            {"since": "2026-03-05", "until": "2026-03-05"},
            {"every": "day"},
            {"since": "soon"},
        ):
            with pytest.raises(UsageError) as error:
                timeline(graph, **wrong)  # type: ignore[arg-type]
            assert error.value.next_step
        with pytest.raises(NotFound, match="no exhibit CG-9999"):
            timeline(graph, exhibit="cg-9999")
        assert timeline(graph, kind="photograph").found == 0


def test_rows_of_no_kind_that_is_understood_are_counted(tmp_path: Path) -> None:
    files = {"a-calls.csv": FILES["a-calls.csv"] + f"MMS?;{ANA};{BEN};05/07/2026 08:00:00;5;9-9\n"}
    with asked_of(records_case(tmp_path, TEMPLATES, files)) as graph:
        for found in (timeline(graph), contacts(graph), timeline(graph, exhibit="CG-0001")):
            assert "1 row of tables of records is of no kind that is understood (other 1)" in " ".join(found.notes)
