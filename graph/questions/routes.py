"""Where routes run: the places of a person, phone or vehicle in order of time, and the legs that recur.

A stop has the position that its record states, or that the table of cells gives the cell; it is never looked up by name.
"""

from __future__ import annotations

from typing import Any, Final

from graph.notes import noted
from graph.project import Graph
from graph.questions import ground
from graph.questions.answers import Leg, Routes, Stop
from graph.questions.left_out import span
from graph.questions.overlap import lay_present
from graph.rows import Row, fetch

STOPS: Final = 200
LEGS: Final = 50
DEFINITION: Final = (
    "Records that place a thing, in order of time: cells of calls (of whoever stands in every row of the table, else of the "
    "subscriber, else of the caller), houses of stays, positions and places (of a camera too), and origin and destination of trips; "
    "a trip's row is of its passenger and of its vehicle, and a mere day is its beginning. Records in a row at one place are one "
    "stop. Of something that people made, the stops of all that is attributed to it stand in one order of time, and each leg is of "
    "one identifier. A leg leads from one stop to the next, however far apart in time, or from a trip's origin to its "
    "destination; nothing says which road was taken. A cell is named with its site where a table of cells knows it. Its position "
    "is that site's: where the mast stands, not the phone."
)
_POSITIONS: Final = """
CREATE OR REPLACE TEMP MACRO on_earth(latitude, longitude) AS
    coalesce(abs(try_cast(latitude AS DOUBLE)) <= 90 AND abs(try_cast(longitude AS DOUBLE)) <= 180, false);

-- Where tables of cells place a cell; one that two of them place differently has no position.
CREATE OR REPLACE TEMP TABLE cell_position AS
SELECT cell, min(latitude) AS latitude, arg_min(longitude, (latitude, longitude)) AS longitude FROM record
WHERE kind = 'cell' AND cell <> '' AND on_earth(latitude, longitude)
GROUP BY cell, try_cast(latitude AS DOUBLE), try_cast(longitude AS DOUBLE)
"""
_UNSURE_CELLS: Final = """
SELECT count(*) AS many FROM (
    SELECT cell FROM cell_position GROUP BY cell HAVING count(*) > 1
       AND bool_or(cell IN (SELECT spot FROM present WHERE kind = 'cell'))
)
"""
# A trip is two stops: where it leaves and where it arrives, the second a moment later where no arrival is written.
_STOPS: Final = """
CREATE OR REPLACE TEMP TABLE stop AS
WITH site AS (
    SELECT cell, min(place) AS place FROM record WHERE kind = 'cell' AND place <> '' GROUP BY cell
), mast AS (
    SELECT cell, any_value(latitude) AS latitude, any_value(longitude) AS longitude FROM cell_position
    GROUP BY cell HAVING count(*) = 1
), stated AS (
    SELECT '' AS event_id, exhibit, table_no, "row", latitude, longitude, place AS named FROM record
    WHERE kind <> 'cell' AND latitude <> ''
    UNION ALL
    SELECT event_id, exhibit, table_no, "row", latitude, longitude, place FROM happened WHERE event_id <> '' AND latitude <> ''
), standing AS (
    SELECT who, present.kind, spot || coalesce(' (' || site.place || ')', '')
           || CASE WHEN present.kind = 'place' AND named <> '' AND named <> spot THEN ' (' || named || ')' ELSE '' END AS place,
           zoned, since_s, CASE WHEN until_s > since_s THEN until_s END AS until_s, 0 AS part, event_id, present.exhibit,
           present.table_no, present."row", coalesce(stated.latitude, mast.latitude, '') AS latitude,
           coalesce(stated.longitude, mast.longitude, '') AS longitude
    FROM present LEFT JOIN site ON present.kind = 'cell' AND site.cell = spot
    LEFT JOIN mast ON present.kind = 'cell' AND mast.cell = spot
    LEFT JOIN stated USING (event_id, exhibit, table_no, "row")
    WHERE present.kind IN ('cell', 'house', 'place')
), trip AS (
    SELECT named.who, happened.* FROM happened JOIN named_who AS named
        ON named.exhibit = happened.exhibit AND named.table_no = happened.table_no AND named.id = a
    WHERE event_id = '' AND kind = 'trip' AND coalesce(utc, wall) IS NOT NULL
    UNION ALL
    SELECT named.who, happened.* FROM happened JOIN named_who AS named
        ON named.exhibit = happened.exhibit AND named.table_no = happened.table_no AND named.id = b
    WHERE event_id = '' AND kind = 'trip' AND coalesce(utc, wall) IS NOT NULL
), every AS (
    SELECT * FROM standing
    UNION ALL
    SELECT who, 'origin', origin, utc IS NOT NULL, epoch_ms(coalesce(utc, wall)) // 1000, NULL, 1, event_id, exhibit, table_no,
           "row", '', '' FROM trip WHERE origin <> ''
    UNION ALL
    SELECT who, 'destination', destination, utc IS NOT NULL,
           epoch_ms(CASE WHEN utc IS NOT NULL THEN greatest(utc, coalesce(until_utc, utc))
                         ELSE greatest(wall, coalesce(until_wall, wall)) END) // 1000,
           NULL, 2, event_id, exhibit, table_no, "row", '', '' FROM trip WHERE destination <> ''
), placed AS (
    SELECT every.* REPLACE (CASE WHEN on_earth(latitude, longitude) THEN latitude ELSE '' END AS latitude,
                            CASE WHEN on_earth(latitude, longitude) THEN longitude ELSE '' END AS longitude), entity_id, ord
    FROM every JOIN who USING (who) JOIN exhibit AS whole ON whole.number = exhibit
    WHERE (len($a::VARCHAR[]) = 0 OR list_contains($a::VARCHAR[], entity_id))
      AND ($since::TIMESTAMP IS NULL OR coalesce(until_s, since_s) >= epoch($since::TIMESTAMP))
      AND ($until::TIMESTAMP IS NULL OR since_s < epoch($until::TIMESTAMP))
), marked AS (
    SELECT *, lag(place) OVER way IS DISTINCT FROM place AS moved FROM placed
    WINDOW way AS (PARTITION BY who, zoned ORDER BY since_s, part, ord, table_no, "row", event_id, place)
), numbered AS (
    SELECT *, sum(moved::INTEGER) OVER (PARTITION BY who, zoned ORDER BY since_s, part, ord, table_no, "row", event_id, place
                                        ROWS UNBOUNDED PRECEDING) AS stay
    FROM marked
)
SELECT who, zoned, stay, any_value(entity_id) AS entity_id, any_value(place) AS place, min(since_s) AS since_s,
       max(coalesce(until_s, since_s)) AS until_s, count(*) AS records,
       min(struct_pack(since_s, part, ord, table_no, "row", event_id, exhibit, kind, latitude, longitude)) AS opening
FROM numbered GROUP BY who, zoned, stay
"""
_SOURCE: Final = """CASE WHEN {0}.event_id = '' THEN {0}.exhibit || '.r' || {0}.table_no || '.' || {0}."row"
                         ELSE (SELECT segment_id FROM event WHERE event.id = {0}.event_id) END"""
_LISTED: Final = f"""
WITH first AS (
    SELECT *, CASE WHEN NOT $together THEN entity_id ELSE '' END AS route, count(*) OVER () AS found FROM stop
    ORDER BY route, zoned DESC, since_s, entity_id, stay LIMIT $limit
)
SELECT first.*, {_SOURCE.format("opening")} AS source FROM first ORDER BY route, zoned DESC, since_s, entity_id, stay
"""  # noqa: S608 - built from our own constants
_LEGS: Final = f"""
WITH leg AS (
    SELECT one.place AS origin, other.place AS destination, one.who, other.since_s AS moment, other.zoned,
           one.opening AS went, other.opening AS came
    FROM stop AS one JOIN stop AS other ON other.who = one.who AND other.zoned = one.zoned AND other.stay = one.stay + 1
), counted AS (
    SELECT origin, destination, count(*) AS times, count(DISTINCT who) AS things, min(moment) AS first, max(moment) AS last,
           min(struct_pack(moment, went)).went AS opening, max(struct_pack(moment, came)).came AS closing,
           bool_and(zoned) AS zoned, count(*) OVER () AS found
    FROM leg GROUP BY origin, destination
), most AS (
    SELECT * FROM counted ORDER BY times DESC, origin, destination LIMIT $limit
)
SELECT most.*, {_SOURCE.format("opening")} AS first_source, {_SOURCE.format("closing")} AS last_source
FROM most ORDER BY times DESC, origin, destination
"""  # noqa: S608


def routes(
    graph: Graph, *, a: str = "", since: str = "", until: str = "", limit: int = STOPS, legs: int = LEGS
) -> Routes:
    """Return where routes run: of `a` where given, else of everything that records place. Raises NotFound or UsageError.

    Of what people made, the stops of all that is attributed to it stand in one order.
    """
    told = lay_stops(graph, a=a, since=since, until=until)
    listed = fetch(graph.conn, _LISTED, {"limit": limit or 1_000_000, "together": bool(a)})
    gone = fetch(graph.conn, _LEGS, {"limit": legs or 1_000_000})
    known = ground.names(graph, {row["entity_id"] for row in listed})
    found, ways = (int(rows[0]["found"]) if rows else 0 for rows in (listed, gone))
    unzoned = fetch(graph.conn, "SELECT count(*) AS many FROM stop WHERE NOT zoned")[0]["many"]
    return Routes(
        stops=tuple(
            Stop(
                thing=known[row["entity_id"]], since=ground.of_seconds(row["since_s"], utc=row["zoned"]),
                until=ground.of_seconds(row["until_s"], utc=row["zoned"]) if row["until_s"] > row["since_s"] else "",
                kind=row["opening"]["kind"], place=row["place"], source=row["source"], records=row["records"],
                latitude=row["opening"]["latitude"], longitude=row["opening"]["longitude"],
            )
            for row in listed
        ),
        stops_found=found,
        legs=tuple(_leg(row) for row in gone),
        legs_found=ways,
        definition=DEFINITION,
        notes=(
            *told,
            *noted(found - len(listed), "[stops are|stop is] not shown; name one thing, or `--limit 0` shows all."),
            *noted(ways - len(gone), "[legs|leg] gone less often [are|is] not shown; `--legs 0` shows all."),
            *noted(unzoned, "[stops have|stop has] a time without a zone: in an order of [their|its] own, as written, joined with no others."),
            *noted(_untimed(graph), "[stays, trips and positions have|stay, trip or position has] no time that was understood: on no route."),
            *noted(fetch(graph.conn, _UNSURE_CELLS)[0]["many"],
                         "[cells are|cell is] placed differently by different tables: without a position here."),
            *ground.of_no_kind(graph, ""),
        ),
    )  # fmt: skip


def lay_stops(graph: Graph, *, a: str = "", since: str = "", until: str = "") -> tuple[str, ...]:
    """Lay out the stops in the table `stop` and return what is to be said of them; raises NotFound or UsageError."""
    things, told = ground.parties(graph, a)
    asked: dict[str, Any] = {"a": things, **span(since, until)}
    lay_present(graph)
    graph.conn.execute(_POSITIONS)
    graph.conn.execute(_STOPS, asked)
    return told


def _untimed(graph: Graph) -> int:
    query = """SELECT count(*) AS many FROM happened
        WHERE kind IN ('stay', 'trip', 'location') AND coalesce(utc, wall) IS NULL"""
    return int(fetch(graph.conn, query)[0]["many"])


def _leg(row: Row) -> Leg:
    return Leg(
        origin=row["origin"],
        destination=row["destination"],
        times=row["times"],
        things=row["things"],
        first=ground.of_seconds(row["first"], utc=row["zoned"]),
        last=ground.of_seconds(row["last"], utc=row["zoned"]),
        first_source=row["first_source"],
        last_source=row["last_source"],
    )
