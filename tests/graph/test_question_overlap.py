"""Whose records overlap: one spot within a window, never all pairs, crowds and missing zones said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from question_cases import ANA, BEN, CAM, DEE, asked_of, happened, line, records_case
from small_cases import ANNA, Bench
from test_records_graph import template

from evidence.acts import IdentityJudged
from evidence.errors import UsageError
from graph.identity_sides import meant_by
from graph.made import people
from graph.project import catch_up, open_graph
from graph.questions import overlap
from graph.questions.money import money
from graph.questions.overlap import overlaps
from graph.questions.recurs import recurs
from graph.questions.routes import routes

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


CAMERAS = template("cameras", "trips", ("Plate", "plate"), ("Camera", "place"), ("Lat", "latitude"), ("Lon", "longitude"),
                   ("Seen", "started"), zone="UTC", zone_by="the keeper")  # fmt: skip
FERRY = template("ferry", "trips", ("Name", "passenger"), ("Vehicle", "plate"), ("From", "origin"), ("To", "destination"),
                 ("Leaves", "started"), zone="UTC", zone_by="the line")  # fmt: skip
NO_HOUSE = template("rooms", "stays", ("Who", "guest"), ("No", "room"), ("In", "started"), ("Out", "ended"))


def test_two_vehicles_at_one_camera_and_a_vehicle_and_its_passenger_overlap(tmp_path: Path) -> None:
    files = {
        "a.csv": "Plate,Camera,Lat,Lon,Seen\nAB12 CDE,Gate 1,51.1,1.3,2026-03-05 08:00:00\n"
        "XY34 ZZZ,Gate 1,51.1,1.3,2026-03-05 08:05:00\nAB12 CDE,Gate 2,,,2026-03-05 09:00:00\nCD56 EFG,Gate 2,,,2026-03-05 09:14:00\n",
        "b.csv": 'Name,Vehicle,From,To,Leaves\n"POP, Ana",AB12 CDE,Calais,Dover,2026-03-06 08:00:00\n',
    }
    with asked_of(records_case(tmp_path, (CAMERAS, FERRY), files)) as graph:
        found = {(one.one.value, one.other.value): one for one in overlaps(graph, a="plate:AB12CDE").pairs}
        apart = overlaps(graph, a="plate:AB12CDE", b="plate:XY34ZZZ", window_s=60)
    pairs = {frozenset(pair): (one.kind, one.spots, one.least_apart_s) for pair, one in found.items()}
    assert pairs == {
        frozenset(("AB12CDE", "XY34ZZZ")): ("place", ("51.100, 1.300",), 300),
        frozenset(("AB12CDE", "CD56EFG")): ("place", ("Gate 2",), 840),
        frozenset(("AB12CDE", "pop, ana")): ("trip", ("Calais to Dover",), 0),
    }
    assert apart.pairs == ()
    assert "its passenger and its vehicle alike" in apart.definition


def test_rooms_of_registers_that_name_no_house_are_not_one_room(tmp_path: Path) -> None:
    files = {
        "a.csv": 'Who;No;In;Out\n"POP, Ana";12;2026-03-01;2026-03-05\n"OLARU, Petru";12;2026-03-02;2026-03-04\n',
        "b.csv": 'Who;No;In;Out\n"STAN, Ion";12;2026-03-01;2026-03-05\n',
    }
    with asked_of(records_case(tmp_path, (NO_HOUSE,), files)) as graph:
        found = overlaps(graph, kind="room")
    assert [({one.one.value, one.other.value}, one.spots) for one in found.pairs] == [
        ({"pop, ana", "olaru, petru"}, ("CG-0001 table 1, room 12",))
    ]
    assert "one room only within its own table" in found.definition


def test_long_stays_meet_whoever_comes_and_open_ends_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {
        "a.csv": "Guest;House;Room;From;To\nPOP, Ana;Harbour Lodge;4;2023-03-01;2026-06-01\n"
        "STAN, Ion;Harbour Lodge;4;2026-03-03;\nOLARU, Petru;Harbour Lodge;4;2026-03-05;2026-03-06\n",
    }
    with asked_of(records_case(tmp_path, (STAYS,), files)) as graph:
        found = overlaps(graph, kind="room")
        monkeypatch.setattr(overlap, "_SLOTTED", overlap._SLOTTED.replace(f"{overlap.NIGHTS})", "400)"))
        monkeypatch.setattr(overlap, "_PLACED", overlap._PLACED.replace(f"+ {overlap.NIGHTS})", "+ 400)"))
        cut = overlaps(graph, kind="room")
    assert {frozenset((one.one.value, one.other.value)) for one in found.pairs} == {
        frozenset(("pop, ana", "stan, ion")), frozenset(("pop, ana", "olaru, petru")),
    }  # fmt: skip
    assert "A stay without a departure counts as 24 hours" in found.definition
    assert found.notes[0].startswith("1 stay has no departure that was understood: it counts as 24 hours")
    assert cut.pairs == ()
    assert cut.notes[1].startswith("1 stay lasts more than")


def test_of_something_people_made_what_is_attributed_to_it_overlaps(bench: Bench) -> None:
    here = {"latitude": "51.50001", "longitude": "-0.03001"}
    bench.exhibit(
        *(line(happened("location", (("of", who),), f"2026-03-01T1{hour}:00:00Z", facts=here))
          for who, hour in ((ANA, 0), (BEN, 0), (CAM, 2), (DEE, 2)))
    )  # fmt: skip
    catch_up(bench.case)
    with open_graph(bench.case) as graph:
        sides = [tuple(meant_by(graph, f"phone:{who}").anchors) for who in (ANA, CAM)]
    act = IdentityJudged(sides=tuple(sides), verdict="same", makes="person", reason="one handset in each hand")
    bench.case.record(act, actor=ANNA)
    with asked_of(bench) as graph:
        (person,) = people(graph)
        alone, both = overlaps(graph, a=person.id), overlaps(graph, a=person.id, b=DEE)
        way = routes(graph, a=person.id)
    assert {frozenset((one.one.value, one.other.value)) for one in alone.pairs} == {
        frozenset((ANA, BEN)), frozenset((CAM, DEE)),
    }  # fmt: skip
    assert [{one.one.value, one.other.value} for one in both.pairs] == [{CAM, DEE}]
    assert "stands for what people attributed to it" in alone.notes[0]
    assert [(one.thing.value, one.since[11:13]) for one in way.stops] == [(ANA, "10"), (CAM, "12")]
    assert way.legs == (), "nobody says that one thing went from one place to the other"
    assert "stands for" in way.notes[0]


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


def test_rows_whose_type_nobody_explains_are_counted_by_every_question(tmp_path: Path) -> None:
    typed = template("typed", "calls", ("A", "caller"), ("B", "called"), ("T", "type"), ("Start", "started"), ("Cell", "cell"),
                     types={"VOICE": "call"}, zone="UTC", zone_by="the operator")  # fmt: skip
    files = {
        "a.csv": f"A;B;T;Start;Cell\n{ANA};{BEN};VOICE;2026-03-02 10:00:00;1-1\n{ANA};{BEN};FAX;2026-03-02 11:00:00;1-1\n"
    }
    with asked_of(records_case(tmp_path, (typed,), files)) as graph:
        answers: tuple[Any, ...] = (
            overlaps(graph), routes(graph), money(graph), recurs(graph, accounts=(ANA, BEN)),
        )  # fmt: skip
    for answer in answers:
        assert answer.notes[-1].startswith("1 row of tables of records is of no kind that is understood (other 1)")
