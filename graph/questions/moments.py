"""What a picture of time and a map both stand on: the events that are asked for, laid out once with their moments.

An event whose zone nobody states stands where its written time stands, apart from the others; it fits a stretch where its interval
touches it, and one of which only a day is stated by that day.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from evidence.errors import UsageError
from graph.notes import noted
from graph.project import Graph
from graph.questions import ground
from graph.questions.left_out import known_exhibit
from graph.record_tables import ROW
from graph.rows import fetch
from graph.search import first_found

FOUND: Final = 20_000
"""Segments that words may find for a picture of them; beyond these the best ones, and it is said."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What is looked at in time and space; what is empty is not asked."""

    of: tuple[str, ...] = ()
    """Things of which one took part at least."""
    query: str = ""
    kind: str = ""
    exhibit: str = ""
    since: str = ""
    until: str = ""
    box: tuple[float, ...] = ()
    """West, south, east and north, in degrees; a west beyond the east goes across the date line."""


_NEAR: Final = timedelta(days=3)
_ROW_TIMES: Final = ("time_utc", "time_local", "until_utc", "until_local")
POSITIONS: Final = """
CREATE OR REPLACE TEMP MACRO degrees_of(written, most) AS
    CASE WHEN abs(try_cast(written AS DOUBLE)) <= most THEN round(try_cast(written AS DOUBLE), 5) END;

-- Where tables of cells place a cell; one that two of them place differently has no position.
CREATE OR REPLACE TEMP TABLE mast AS
SELECT cell, min(latitude) AS latitude, min(longitude) AS longitude, coalesce(min(nullif(place, '')), '') AS place,
       min(exhibit || '.r' || table_no || '.' || "row") AS source
FROM (SELECT cell, place, exhibit, table_no, "row", degrees_of(latitude, 90) AS latitude, degrees_of(longitude, 180) AS longitude
      FROM record WHERE kind = 'cell' AND cell <> '')
WHERE latitude IS NOT NULL AND longitude IS NOT NULL
GROUP BY cell HAVING count(DISTINCT (latitude, longitude)) = 1;

CREATE OR REPLACE TEMP MACRO inside(latitude, longitude, west, south, east, north) AS
    coalesce(latitude BETWEEN south AND north
             AND CASE WHEN west <= east THEN longitude BETWEEN west AND east ELSE longitude >= west OR longitude <= east END, false)
"""
_WORDED: Final = """
CREATE OR REPLACE TEMP TABLE worded AS
SELECT unnest($exhibits::VARCHAR[]) AS exhibit, unnest($tables::INTEGER[]) AS table_no, unnest($rows::BIGINT[]) AS "row"
"""
_IN_WORDS: Final = """
  AND CASE WHEN event_id <> '' THEN segment IN (SELECT unnest($segments::VARCHAR[]))
           ELSE (exhibit, table_no, "row") IN (SELECT (exhibit, table_no, "row") FROM worded) END"""
_IN_BOX: Final = """
  AND CASE WHEN degrees_of(latitude, 90) IS NOT NULL AND degrees_of(longitude, 180) IS NOT NULL
           THEN inside(degrees_of(latitude, 90), degrees_of(longitude, 180), $west, $south, $east, $north)
           ELSE cell IN (SELECT cell FROM mast WHERE inside(mast.latitude, mast.longitude, $west, $south, $east, $north)) END"""
_KNOWN: Final = """event_id, exhibit, table_no, "row", kind, a, b, utc IS NOT NULL AS zoned, coalesce(utc, wall) AS moment, earliest,
       greatest(latest, until_latest) AS latest, greatest(utc, until_utc) AS ends"""
_PLACE: Final = """, segment, place, cell, origin, destination, degrees_of(latitude, 90) AS latitude, degrees_of(longitude, 180) AS longitude"""


class Fitting(msgspec.Struct, frozen=True, kw_only=True):
    """What fits: the query that reads it from what is laid on the connection, and what is to be said of it."""

    query: str
    given: dict[str, Any]
    told: tuple[str, ...]
    narrowed: bool
    """Whether it is read from the whole case, and so pays to be narrowed by time."""


def lay_moments(graph: Graph, asked: Asked, *, places: bool = False) -> tuple[str, ...]:
    """Lay out the table `moment`: what fits, in its window or without any time; with `places`, also where. Return what is to be said.

    Raises NotFound for a thing or an exhibit that is not there, UsageError for a time, a box or words that cannot be read.
    """
    found = fitting(graph, asked, places=places)
    graph.conn.execute(f"CREATE OR REPLACE TEMP TABLE moment AS {found.query}", found.given)
    return found.told


def fitting(graph: Graph, asked: Asked, *, places: bool = False) -> Fitting:
    """Return how what fits is read, in its window or without any time. Raises what `lay_moments` raises."""
    held = [ground.parties(graph, one) for one in asked.of]
    ids = sorted({each for found, _ in held for each in found})
    ground.lay(graph.conn, parties=ids)
    told = [note for _, notes in held for note in notes]
    wanted: dict[str, Any] = {
        "kind": asked.kind, "exhibit": known_exhibit(graph, asked.exhibit), "since": ground.moment(asked.since),
        "until": ground.moment(asked.until),
    }  # fmt: skip
    if wanted["since"] and wanted["until"] and wanted["since"] >= wanted["until"]:
        told.append("The window ends before it begins: nothing lies in it.")
    if not ids:
        narrow(graph, wanted["since"], wanted["until"])
    if places or asked.box:
        graph.conn.execute(POSITIONS)
    if asked.box:
        wanted |= _box(asked.box)
    if asked.query.strip():
        _, total, scores = first_found(graph, asked.query, limit=FOUND)
        found = sorted(scores)
        told += noted(
            total - len(found), "[passages|passage] with these words [are|is] not followed: the best ones are"
        )
        wanted |= {"segments": _lay_words(graph, found)}
    query = f"""SELECT {_KNOWN}{_PLACE if places else ""} FROM happened
        WHERE ($kind = '' OR kind = $kind)
          AND ($exhibit = '' OR exhibit = $exhibit OR starts_with(exhibit, $exhibit || '/'))
          AND (coalesce(utc, wall) IS NULL OR ({ground.LASTS}))
          {_IN_WORDS if "segments" in wanted else ""}{_IN_BOX if asked.box else ""}"""  # noqa: S608 - built from our own constants
    return Fitting(query=query, given=wanted, told=tuple(told), narrowed=not ids)


def narrow(graph: Graph, since: datetime | None, until: datetime | None) -> None:
    """Leave out early, by columns as they are kept, what lies days outside of a window; what is near it is looked at closely."""
    if fetch(graph.conn, "SELECT 1 FROM record_table WHERE ahead_s <> 0 LIMIT 1"):
        return  # a clock that is asserted to be wrong by years moves its records by years
    events, rows = ["true"], ["true"]
    if since:
        first = f"{since - _NEAR:%Y-%m-%dT%H:%M:%S}"
        events.append(
            f"(time_utc >= '{first}' OR time_local >= '{first}' OR until_utc >= '{first}' OR until_local >= '{first}')"
        )
        rows.append(" OR ".join(f"{name} >= TIMESTAMP '{first}'" for name in _ROW_TIMES))
    if until:
        last = f"{until + _NEAR:%Y-%m-%dT%H:%M:%S}"
        events.append(f"((time_utc <> '' AND time_utc < '{last}') OR (time_utc = '' AND time_local < '{last}'))")
        rows.append(f"time_utc < TIMESTAMP '{last}' OR time_local < TIMESTAMP '{last}'")
    untimed = "(time_utc = '' AND time_local = '')", "(time_utc IS NULL AND time_local IS NULL)"
    for view, table, without, fits in zip(
        ("event_of", "record_of"), ("event", "record"), untimed, (events, rows), strict=True
    ):
        near = " AND ".join(f"({one})" for one in fits)
        graph.conn.execute(f"CREATE OR REPLACE TEMP VIEW {view} AS SELECT * FROM {table} WHERE {without} OR ({near})")  # noqa: S608 - times we wrote


def _box(box: tuple[float, ...]) -> dict[str, float]:
    if len(box) != 4 or not (-180 <= box[0] <= 180 and -180 <= box[2] <= 180 and -90 <= box[1] <= box[3] <= 90):
        raise UsageError(
            "this is no region", next_step="give west,south,east,north in degrees, as in -0.1,51.4,0.1,51.6"
        )
    return dict(zip(("west", "south", "east", "north"), box, strict=True))


def _lay_words(graph: Graph, found: list[str]) -> list[str]:
    """Lay out the rows among some segments, and return the segments."""
    rows = [match for match in map(ROW.match, found) if match]
    graph.conn.execute(
        _WORDED,
        {
            "exhibits": [row[1] for row in rows],
            "tables": [int(row[2]) for row in rows],
            "rows": [int(row[3]) for row in rows],
        },
    )
    return found
