"""Where routes run: stops in order, records in a row at one place as one, legs counted over everyone."""

from __future__ import annotations

from pathlib import Path

from question_cases import ANA, BEN, CAM, asked_of, records_case
from test_question_overlap import CALLS
from test_records_graph import template

from graph.questions.routes import routes

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
