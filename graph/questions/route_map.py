"""What a map of routes shows: the positions that were visited most, and how often legs lead from one to another."""

from __future__ import annotations

from typing import Final

import msgspec

from graph.notes import noted
from graph.project import Graph
from graph.questions.routes import lay_stops
from graph.rows import fetch

POINTS: Final = 60
LEGS: Final = 120
# Cells of one mast share a position: they are one point. Five decimals are about a metre.
_POINTS: Final = """
CREATE OR REPLACE TEMP TABLE point AS
WITH placed AS (
    SELECT who, place, records, round(try_cast(opening.latitude AS DOUBLE), 5) AS latitude, round(try_cast(opening.longitude AS DOUBLE), 5) AS longitude
    FROM stop WHERE opening.latitude <> ''
), counted AS (
    SELECT latitude, longitude, list(DISTINCT place ORDER BY place) AS places, count(*) AS stops, sum(records)::BIGINT AS records,
           count(DISTINCT who) AS things, count(*) OVER () AS found
    FROM placed GROUP BY latitude, longitude
)
SELECT row_number() OVER (ORDER BY stops DESC, latitude, longitude) AS number, * FROM counted
ORDER BY stops DESC, latitude, longitude LIMIT $points
"""
_WAYS: Final = """
WITH located AS (
    SELECT stop.*, point.number, opening.latitude <> '' AS placed FROM stop LEFT JOIN point
        ON opening.latitude <> '' AND point.latitude = round(try_cast(opening.latitude AS DOUBLE), 5)
       AND point.longitude = round(try_cast(opening.longitude AS DOUBLE), 5)
)
SELECT one.number AS origin, other.number AS destination, one.placed AND other.placed AS placed, count(*) AS times,
       count(DISTINCT one.who) AS things
FROM located AS one JOIN located AS other ON other.who = one.who AND other.zoned = one.zoned AND other.stay = one.stay + 1
GROUP BY ALL ORDER BY times DESC, origin, destination, 3
"""


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """A position, and what stopped there."""

    number: int
    latitude: float
    longitude: float
    places: tuple[str, ...]
    """Cells or places that stand there, by name."""
    stops: int
    records: int
    things: int


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """From one point to another, by their numbers."""

    origin: int
    destination: int
    times: int
    things: int


class RouteMap(msgspec.Struct, frozen=True, kw_only=True):
    """What can be drawn of routes, and in its notes what cannot."""

    points: tuple[Point, ...]
    ways: tuple[Way, ...]
    notes: tuple[str, ...]


def route_map(graph: Graph, *, a: str = "", since: str = "", until: str = "") -> RouteMap:
    """Return the points and ways of a map: of `a` where given, else of everything placed. Raises NotFound or UsageError.

    At most 60 points, those stopped at most, and 120 ways between them; the rest is counted in the notes.
    """
    told = lay_stops(graph, a=a, since=since, until=until)
    graph.conn.execute(_POINTS, {"points": POINTS})
    points = fetch(graph.conn, "SELECT * FROM point ORDER BY number")
    ways = fetch(graph.conn, _WAYS)
    stops = fetch(
        graph.conn, "SELECT count(*) AS every, count(*) FILTER (opening.latitude = '') AS unplaced FROM stop"
    )[0]
    between = [row for row in ways if row["origin"] and row["destination"] and row["origin"] != row["destination"]]
    return RouteMap(
        points=tuple(msgspec.convert({**row, "places": tuple(row["places"])}, Point) for row in points),
        ways=tuple(Way(**{name: row[name] for name in Way.__struct_fields__}) for row in between[:LEGS]),
        notes=(
            *told,
            *noted(stops["unplaced"], f"of {stops['every']:,} stops [have no position and are|has no position and is] not on the map."),
            *noted((points[0]["found"] if points else 0) - len(points),
                         f"[positions|position] stopped at less often [are|is] not drawn: at most {POINTS} are."),
            *noted(sum(row["times"] for row in ways if not row["placed"]),
                         "[legs lead|leg leads] to or from a stop without a position: not drawn."),
            *noted(sum(row["times"] for row in ways if row["placed"] and row["origin"] == row["destination"] is not None),
                         "[legs lead|leg leads] from one cell or place to another at the same position: not drawn."),
            *noted(sum(row["times"] for row in ways if row["placed"] and not (row["origin"] and row["destination"])),
                         "[legs lead|leg leads] to or from a position that is not drawn."),
            *noted(len(between) - LEGS if len(between) > LEGS else 0,
                         f"[lines|line] for legs gone less often [are|is] not drawn: at most {LEGS} are."),
        ),
    )  # fmt: skip
