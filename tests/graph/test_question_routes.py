"""Where routes run: stops in order, records in a row at one place as one, legs counted over everyone."""

from __future__ import annotations

from pathlib import Path

import pytest
from question_cases import ANA, BEN, CAM, asked_of, happened, line, records_case
from small_cases import Bench
from test_question_overlap import CALLS, CAMERAS, FERRY
from test_records_graph import template

from evidence.errors import UsageError
from graph.questions import route_map as maps
from graph.questions.route_map import route_map
from graph.questions.routes import routes
from graph.questions.timeline import timeline

CELLS = template("sites", "cells", ("Cell", "cell"), ("Lat", "latitude"), ("Lon", "longitude"), ("Site", "place"))
TRIPS = template("coach", "trips", ("Passenger", "passenger"), ("From", "origin"), ("To", "destination"), ("Leaves", "started"),
                 ("Arrives", "ended"))  # fmt: skip
FILES = {
    "a-calls.csv": "A;B;Start;Cell\n"
    f"{ANA};{CAM};02/03/2026 10:00:00;1-1\n{ANA};{BEN};02/03/2026 10:30:00;1-1\n{BEN};{ANA};02/03/2026 12:00:00;1-2\n"
    f"{ANA};{CAM};03/03/2026 10:00:00;1-1\n{ANA};{CAM};03/03/2026 12:00:00;1-2\n",
    "b-cells.csv": "Cell,Lat,Lon,Site\n1-1,51.5,-0.1,Dock Road\n",
    "c-coach.csv": "Passenger;From;To;Leaves;Arrives\n"
    "POP, Ana;Cluj;Dover;2026-02-01 08:00:00;2026-02-02 20:00:00\nSTAN, Ion;Cluj;Dover;2026-02-08 08:00:00;\n"
    "STAN, Ion;Dover;Cluj;2026-02-20 08:00:00;2026-02-21 20:00:00\n",
}


def test_stops_are_in_order_and_legs_are_counted(tmp_path: Path) -> None:
    case = records_case(tmp_path, (CALLS, CELLS, TRIPS), FILES)
    with asked_of(case) as graph:
        whole = routes(graph)
        assert whole == routes(graph)
        ana = routes(graph, a=ANA)
        day = routes(graph, a=ANA, since="2026-03-03")
        cut = routes(graph, limit=1, legs=1)
    assert [(one.place, one.records) for one in ana.stops] == [
        ("1-1 (Dock Road)", 2), ("1-2", 1), ("1-1 (Dock Road)", 1), ("1-2", 1),
    ]  # fmt: skip
    assert (ana.stops[0].since, ana.stops[0].until) == ("2026-03-02T10:00:00Z", "2026-03-02T10:30:00Z")
    assert ana.stops[0].source == "CG-0001.r1.2"
    assert [(one.origin, one.destination, one.times) for one in ana.legs] == [
        ("1-1 (Dock Road)", "1-2", 2), ("1-2", "1-1 (Dock Road)", 1),
    ]  # fmt: skip
    assert len(day.stops) == 2
    coach = {(one.origin, one.destination): one for one in whole.legs}
    there = coach["Cluj", "Dover"]
    assert (there.times, there.things, there.first_source) == (2, 2, "CG-0003.r1.2")
    assert coach["Dover", "Cluj"].first == "2026-02-21T20:00:00"
    assert "without a zone" in " ".join(whole.notes)
    assert (len(cut.stops), len(cut.legs), len(cut.notes)) == (1, 1, 3)


def test_a_vehicle_has_a_route_of_its_trips_and_of_the_cameras_that_saw_it(tmp_path: Path) -> None:
    files = {
        "a.csv": "Plate,Camera,Lat,Lon,Seen\nAB12 CDE,Gate 1,51.1,1.3,2026-03-01 07:00:00\nAB12 CDE,Gate 2,,,2026-03-03 07:00:00\n",
        "b.csv": 'Name,Vehicle,From,To,Leaves\n"POP, Ana",AB12 CDE,Dover,Calais,2026-03-01 08:00:00\n'
        '"STAN, Ion",AB12 CDE,Calais,Dover,2026-03-02 08:00:00\n',
    }
    with asked_of(records_case(tmp_path, (CAMERAS, FERRY), files)) as graph:
        car, ana = routes(graph, a="plate:AB12CDE"), routes(graph, a="person_name:pop, ana")
        seen = timeline(graph, a="plate:AB12CDE")
    assert [one.place for one in car.stops] == ["51.100, 1.300 (Gate 1)", "Dover", "Calais", "Dover", "Gate 2"]
    assert (car.stops[0].latitude, car.stops[0].source) == ("51.1", "CG-0001.r1.2")
    assert ("Calais", "Dover", 1) in [(one.origin, one.destination, one.times) for one in car.legs]
    assert [one.place for one in ana.stops] == ["Dover", "Calais"]
    assert seen.found == 4
    assert "of its passenger and of its vehicle" in car.definition


def test_nothing_lies_between_an_end_and_a_later_beginning(bench: Bench) -> None:
    bench.exhibit(line(happened("location", (("of", ANA),), utc="2026-03-01T10:00:00Z")))
    with asked_of(bench) as graph, pytest.raises(UsageError, match="nothing lies between"):
        routes(graph, since="2026-03-02", until="2026-03-01")


SITES = (
    "Cell,Lat,Lon,Site\n1-1,51.5,-0.1,Dock Road\n1-2,51.6,-0.2,Mast\n1-3,51.6000,-0.20,Mast\n1-4,north,-0.3,Nowhere\n"
)


def test_stops_have_the_position_of_their_cell_where_the_tables_agree_on_one(tmp_path: Path) -> None:
    other = "Cell,Lat,Lon,Site\n1-1,51.50,-0.10,Dock Road\n1-2,51.6,-0.9,Mast\n"
    case = records_case(tmp_path, (CALLS, CELLS), {"a-calls.csv": FILES["a-calls.csv"], "b.csv": SITES, "c.csv": other})
    with asked_of(case) as graph:
        found = routes(graph, a=ANA)
        drawn = route_map(graph, a=ANA)
    assert {(one.place, float(one.latitude or 0), float(one.longitude or 0)) for one in found.stops} == {
        ("1-1 (Dock Road)", 51.5, -0.1), ("1-2 (Mast)", 0.0, 0.0),
    }  # fmt: skip
    assert "1 cell is placed differently by different tables" in " ".join(found.notes)
    (dock,) = drawn.points
    assert (dock.places, dock.stops, dock.records, dock.things) == (("1-1 (Dock Road)",), 2, 3, 1)
    assert drawn.ways == ()
    assert drawn.notes == (
        "2 of 4 stops have no position and are not on the map.",
        "3 legs lead to or from a stop without a position: not drawn.",
    )


def test_cells_at_one_position_are_one_point_and_every_leg_is_drawn_or_counted(tmp_path: Path) -> None:
    calls = "A;B;Start;Cell\n" + "".join(
        f"{ANA};{CAM};02/03/2026 1{hour}:00:00;{cell}\n"
        for hour, cell in enumerate(("1-1", "1-2", "1-3", "1-1", "1-2", "1-4"))
    )
    case = records_case(tmp_path, (CALLS, CELLS), {"a-calls.csv": calls, "b.csv": SITES})
    with asked_of(case) as graph:
        drawn = route_map(graph, a=ANA)
        assert drawn == route_map(graph, a=ANA)
    mast, dock = drawn.points
    assert (mast.number, mast.places, mast.stops) == (1, ("1-2 (Mast)", "1-3 (Mast)"), 3)
    assert (dock.latitude, dock.longitude) == (51.5, -0.1)
    assert [(one.origin, one.destination, one.times) for one in drawn.ways] == [(2, 1, 2), (1, 2, 1)]
    assert drawn.notes == (
        "1 of 6 stops has no position and is not on the map.",
        "1 leg leads to or from a stop without a position: not drawn.",
        "1 leg leads from one cell or place to another at the same position: not drawn.",
    )


def test_positions_of_events_are_drawn_and_what_is_on_no_globe_is_not(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = [("51.50121", "-0.0203"), ("91", "0"), ("nan", "nan"), ("10", "20"), ("10.5", "20")]
    bench.exhibit(*(
        line(happened("location", (("of", ANA),), utc=f"2026-03-0{day}T10:00:00Z", facts={"latitude": north, "longitude": east}))
        for day, (north, east) in enumerate(where, start=1)
    ))  # fmt: skip
    with asked_of(bench) as graph:
        found = routes(graph, a=ANA)
        drawn = route_map(graph, a=ANA)
        monkeypatch.setattr(maps, "POINTS", 2)
        fewer = route_map(graph, a=ANA)
    assert [one.latitude for one in found.stops] == ["51.50121", "", "", "10", "10.5"]
    assert {(one.latitude, one.longitude) for one in drawn.points} == {(51.50121, -0.0203), (10.0, 20.0), (10.5, 20.0)}
    assert len(drawn.ways) == 1
    assert "1 position stopped at less often is not drawn: at most 2 are." in fewer.notes
    assert "1 leg leads to or from a position that is not drawn." in fewer.notes or len(fewer.ways) == 1
