"""Whose records overlap: one spot within a window, never all pairs, crowds and missing zones said."""

from __future__ import annotations

from pathlib import Path

import pytest
from question_cases import ANA, BEN, CAM, DEE, asked_of, happened, line, records_case
from small_cases import Bench
from test_records_graph import template

from evidence.errors import UsageError
from graph.questions import overlap
from graph.questions.overlap import overlaps

CALLS = template(
    "operator", "calls", ("A", "caller"), ("B", "called"), ("Start", "started", "%d/%m/%Y %H:%M:%S"), ("Cell", "cell"),
    zone="UTC", zone_by="the operator",
)  # fmt: skip
STAYS = template("register", "stays", ("Guest", "guest"), ("House", "property"), ("Room", "room"), ("From", "started"),
                 ("To", "ended"))  # fmt: skip
FILES = {
    "a-ana.csv": "A;B;Start;Cell\n"
    f"{ANA};{CAM};02/03/2026 10:00:00;1-1\n{CAM};{ANA};02/03/2026 18:00:00;1-2\n{ANA};{DEE};03/03/2026 10:00:00;1-1\n",
    "b-ben.csv": "A;B;Start;Cell\n"
    f"{BEN};{CAM};02/03/2026 10:10:00;1-1\n{BEN};{DEE};02/03/2026 18:20:00;1-2\n{CAM};{BEN};03/03/2026 09:46:00;1-1\n",
    "c-stays.csv": "Guest;House;Room;From;To\n"
    "POP, Ana;Harbour Lodge;4;2026-03-01;2026-03-03\nSTAN, Ion;Harbour Lodge;4;2026-03-03;2026-03-05\n"
    "OLARU, Petru;Harbour Lodge;4;2026-03-02;2026-03-04\n",
}


def test_a_shared_cell_within_the_window_belongs_to_whom_the_table_is_about(tmp_path: Path) -> None:
    case = records_case(tmp_path, (CALLS, STAYS), FILES)
    with asked_of(case) as graph:
        found = overlaps(graph, kind="cell")
        wider = overlaps(graph, a=ANA, b=BEN, window_s=1800)
        rooms = overlaps(graph, kind="room")
        assert overlaps(graph) == overlaps(graph)
        assert overlaps(graph, a=ANA, kind="cell").pairs == found.pairs
        assert overlaps(graph, limit=1).found > 1
    (pair,) = found.pairs
    assert {pair.one.value, pair.other.value} == {ANA, BEN}
    assert (pair.occasions, pair.records, pair.days, pair.spots, pair.least_apart_s) == (2, 2, 2, ("1-1",), 600)
    assert pair.first == "2026-03-02T10:10:00Z"
    assert {pair.one_source, pair.other_source} == {"CG-0001.r1.2", "CG-0002.r1.2"}
    assert "not a meeting" in found.uncertainty
    assert [(one.occasions, one.spots_found) for one in wider.pairs] == [(3, 2)]
    assert len(rooms.pairs) == 2, "who leaves on the day the next one comes does not overlap"
    assert rooms.pairs[0].spots == ("harbour lodge, room 4",)
    assert "no zone" in rooms.notes[-1]


def test_crowded_spots_are_left_out_and_said_unless_a_party_is_named(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = {"latitude": "51.50001", "longitude": "-0.03001"}
    bench.exhibit(
        *(line(happened("location", (("of", who),), "2026-03-01T10:00:00Z", facts=here)) for who in (ANA, BEN, CAM))
    )
    with asked_of(bench) as graph:
        assert overlaps(graph).found == 3
        monkeypatch.setattr(overlap, "_CROWD", overlap._CROWD.replace(f"> {overlap.CROWD}", "> 2"))
        crowded = overlaps(graph)
        assert (crowded.found, crowded.crowded, crowded.crowded_spots) == (0, 3, ("51.500, -0.030",))
        assert overlaps(graph, a=ANA).found == 2
        for wrong in ({"kind": "planet"}, {"window_s": 0}):
            with pytest.raises(UsageError):
                overlaps(graph, **wrong)  # type: ignore[arg-type]
