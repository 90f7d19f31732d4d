"""What happened when: by party, place and kind, with the longest stretches without an event; nothing is left out unsaid."""

from __future__ import annotations

from typing import Any, Final, get_args

from evidence.errors import UsageError
from evidence.records import EventKind
from graph.notes import noted
from graph.project import Graph
from graph.questions import ground
from graph.questions.answers import Gap, Moment, Period, Timeline, ZoneLine
from graph.questions.contacts import Every
from graph.questions.ground import stamp
from graph.questions.left_out import known_exhibit, span
from graph.rows import Row, fetch, records

SHOWN: Final = 100
GAPS: Final = 5
_DATED_ONLY: Final = "a day without a time of day may lie in a gap from its first hour to its last in any zone"
DEFINITION: Final = (
    "Every event and every row of a call, message, stay, trip or payment that fits, by time. Parties are those the record "
    "names; a place is found where it stands in a record's place, room, cell, site of the cell, carrier, origin, destination "
    "or the house of a stay. First, last and gaps are of events whose time in UTC is known; a gap begins where the last event "
    "before it ended, by the end that the record states or, of a call, by how long it took. Without a zone an event is somewhere in "
    f"26 hours; {_DATED_ONLY}. {ground.WHAT_FITS} What lasts, as a stay does, is there with any part of it."
)
_WHERE: Final = """concat_ws(', ', nullif(place, ''), nullif('room ' || room, 'room '), nullif('cell ' || cell, 'cell '),
    nullif(carrier, ''), nullif(origin || ' to ' || destination, ' to '),
    nullif(latitude || ' ' || longitude, ' '))"""

_LINES: Final = f"""
CREATE OR REPLACE TEMP TABLE line AS
WITH of_party AS (
    SELECT event_id, exhibit, table_no, "row" FROM took_part
    WHERE list_contains($a::VARCHAR[], entity_id) OR list_contains($b::VARCHAR[], entity_id)
    GROUP BY ALL HAVING bool_or(list_contains($a::VARCHAR[], entity_id))
                    AND (len($b::VARCHAR[]) = 0 OR bool_or(list_contains($b::VARCHAR[], entity_id)))
), house AS (
    SELECT event_id, took_part.exhibit, table_no, "row" FROM took_part JOIN every_name USING (entity_id)
    WHERE $place <> '' AND role = 'at' AND contains(lower(value), lower($place))
), site AS (
    SELECT DISTINCT cell FROM record WHERE kind = 'cell' AND $place <> '' AND contains(lower(place), lower($place))
)
SELECT event_id, exhibit, table_no, "row", kind, utc, wall, day_only, until_utc, earliest, greatest(latest, until_latest) AS latest, zone, zone_by, {ground.MAY_FIT} AS may_fit,
       {ground.LASTS} AS fits
FROM happened
WHERE ($kind = '' OR kind = $kind)
  AND ($exhibit = '' OR exhibit = $exhibit OR starts_with(exhibit, $exhibit || '/'))
  AND (({ground.LASTS}) OR (utc IS NULL AND wall IS NULL))
  AND (len($a::VARCHAR[]) = 0 OR (event_id, exhibit, table_no, "row") IN (SELECT (event_id, exhibit, table_no, "row") FROM of_party))
  AND ($place = '' OR contains(lower({_WHERE}), lower($place)) OR cell IN (SELECT cell FROM site)
       OR (event_id, exhibit, table_no, "row") IN (SELECT (event_id, exhibit, table_no, "row") FROM house))
"""  # noqa: S608 - built from our own constants
# What has no time is in no stretch of it: counted, and left out.
_UNTIMED: Final = "SELECT count(*) AS many FROM line WHERE fits IS NULL"
_LEFT_OUT: Final = "DELETE FROM line WHERE fits IS NULL"
_ORDER: Final = """coalesce(utc, wall) NULLS LAST, ord, table_no, "row", event_id"""
_FIRST: Final = f"""
CREATE OR REPLACE TEMP TABLE chosen AS
WITH placed AS (
    SELECT event_id, exhibit, table_no, "row", row_number() OVER (ORDER BY {_ORDER}) AS position,
           row_number() OVER (PARTITION BY utc IS NULL ORDER BY {_ORDER}) AS of_its_own,
           count(*) OVER (PARTITION BY utc IS NULL) AS many, utc IS NOT NULL AS has_utc
    FROM line JOIN exhibit AS whole ON whole.number = exhibit
)
SELECT event_id, exhibit, table_no, "row", position, position <= $limit AS shown, has_utc AND of_its_own = 1 AS is_first,
       has_utc AND of_its_own = many AS is_last
FROM placed WHERE shown OR (has_utc AND of_its_own IN (1, many))
"""  # noqa: S608
_SHOWN: Final = f"""
WITH part AS MATERIALIZED (
    SELECT event_id, exhibit, table_no, "row", role, entity_id
    FROM took_part JOIN chosen USING (event_id, exhibit, table_no, "row")
), known AS (
    SELECT entity_id, value FROM party_of WHERE entity_id IN (SELECT entity_id FROM part)
    UNION SELECT entity_id, value FROM record_named WHERE entity_id IN (SELECT entity_id FROM part)
), sides AS (
    SELECT event_id, exhibit, table_no, "row", list(DISTINCT role || ' ' || value ORDER BY role || ' ' || value) AS who
    FROM part JOIN known USING (entity_id) GROUP BY ALL
)
SELECT chosen.position, shown, is_first, is_last, segment AS source, kind, time_written, utc, wall, day_only, zone, zone_by,
       {_WHERE} AS place_text, coalesce(who, []) AS who
FROM happened JOIN chosen USING (event_id, exhibit, table_no, "row")
LEFT JOIN sides USING (event_id, exhibit, table_no, "row") ORDER BY chosen.position
"""  # noqa: S608
_GAPS: Final = """
WITH spans AS (
    SELECT utc, greatest(utc, coalesce(until_utc, utc)) AS ends, event_id, line.exhibit, table_no, "row",
           row_number() OVER (ORDER BY utc, ord, table_no, "row", event_id) AS place
    FROM line JOIN exhibit AS whole ON whole.number = line.exhibit WHERE utc IS NOT NULL
), reached AS (
    SELECT *, max(struct_pack(ends, place)) OVER (ORDER BY place ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS so_far
    FROM spans
), longest AS (
    SELECT so_far.ends AS begins, utc AS ends, so_far.place AS place_before, place AS place_after FROM reached
    WHERE so_far IS NOT NULL AND utc > so_far.ends ORDER BY utc - so_far.ends DESC, utc LIMIT $gaps
)
SELECT longest.*, epoch(longest.ends - begins)::BIGINT AS seconds,
       struct_pack(one.event_id, one.exhibit, one.table_no, one."row") AS one,
       struct_pack(other.event_id, other.exhibit, other.table_no, other."row") AS other,
       (SELECT count(*) FROM line WHERE line.utc IS NULL AND earliest < longest.ends AND latest > begins) AS unplaced
FROM longest JOIN spans AS one ON one.place = place_before JOIN spans AS other ON other.place = place_after
ORDER BY seconds DESC, begins
"""
_COUNTS: Final = """
SELECT kind, count(*) AS many, count(utc) AS placed, count(*) FILTER (utc IS NULL AND wall IS NOT NULL) AS without_zone,
       count(*) FILTER (utc IS NULL AND wall IS NULL) AS without_time, count(*) FILTER (may_fit) AS may_fit
FROM line GROUP BY kind ORDER BY kind
"""
_SUMMED: Final = ("many", "placed", "without_zone", "without_time", "may_fit")
_PERIODS: Final = """
WITH placed AS (
    SELECT {period} AS begins, utc, ord, table_no, "row", event_id, exhibit FROM line JOIN exhibit AS whole ON whole.number = exhibit
    WHERE utc IS NOT NULL
), counted AS (
    SELECT begins, count(*) AS records, list(DISTINCT exhibit ORDER BY exhibit) AS exhibits, arg_min(struct_pack(event_id, exhibit, table_no, "row"), (utc, ord, table_no, "row", event_id)) AS first
    FROM placed GROUP BY begins
)
SELECT begins, records, exhibits, CASE WHEN first.event_id = '' THEN first.exhibit || '.r' || first.table_no || '.' || first."row"
                             ELSE (SELECT segment_id FROM event_of WHERE event_of.id = first.event_id) END AS first_source
FROM counted ORDER BY begins
"""


class Stretch(Period, frozen=True, kw_only=True):
    """Events that began in one week or month, and the first of them."""

    first_source: str
    """Segment or row of it."""
    exhibits: tuple[str, ...]
    """Of all of them."""


def timeline(
    graph: Graph, *, a: str = "", b: str = "", place: str = "", kind: str = "", exhibit: str = "", since: str = "",
    until: str = "", every: Every = "month", zone: str = "UTC", gaps: int = GAPS, limit: int = SHOWN,
) -> Timeline:  # fmt: skip
    """Return what happened when, the earliest first, and the longest stretches without anything.

    `a` and `b` name parties: of one, where it took part; of both, where both did. Raises NotFound or UsageError.
    """
    if kind and kind not in get_args(EventKind):
        raise UsageError(f"{kind!r} is no kind of event", next_step=f"one of: {', '.join(get_args(EventKind))}")
    ground.checked_every(every)
    period = f"strftime(date_trunc('{every}', {ground.in_zone('utc', zone)}), '%Y-%m-%d')"
    (one, told_of_one), (other, told_of_other) = ground.parties(graph, a), ground.parties(graph, b)
    within, when = known_exhibit(graph, exhibit), span(since, until)
    ground.lay(graph.conn, parties=one)
    graph.conn.execute(_LINES, {"a": one, "b": other, "place": place.strip(), "kind": kind, "exhibit": within, **when})
    outside = ground.first_row(fetch(graph.conn, _UNTIMED))["many"]
    graph.conn.execute(_LEFT_OUT)
    graph.conn.execute(_FIRST, {"limit": limit or 1_000_000})
    rows = fetch(graph.conn, _SHOWN)
    counts = fetch(graph.conn, _COUNTS)
    sums = {name: sum(int(row[name]) for row in counts) for name in _SUMMED}
    zones = """SELECT zone, coalesce(zone_by, '') AS "by", count(*) AS records FROM line WHERE zone <> '' OR zone_by <> ''
        GROUP BY ALL ORDER BY records DESC, 1, 2"""
    stated = records(graph.conn, zones, ZoneLine)
    shown = tuple(_moment(row) for row in rows if row["shown"])
    return Timeline(
        moments=shown,
        found=sums["many"],
        by_kind={row["kind"]: int(row["many"]) for row in counts},
        periods=records(graph.conn, _PERIODS.format(period=period), Stretch),
        first=next((_moment(row) for row in rows if row["is_first"]), None),
        last=next((_moment(row) for row in rows if row["is_last"]), None),
        gaps=tuple(_gap(graph, row) for row in fetch(graph.conn, _GAPS, {"gaps": gaps})),
        placed=sums["placed"],
        without_zone=sums["without_zone"],
        without_time=sums["without_time"],
        zones=stated,
        definition=DEFINITION,
        notes=(
            *told_of_one,
            *told_of_other,
            *_notes(sums, len(shown), stated, zone),
            *noted(outside, "[events have|event has] no time that was understood: in no stretch of time, not counted."),
            *ground.of_no_kind(graph, within),
        ),
    )


def _moment(row: Row) -> Moment:
    wall = stamp(row["wall"], utc=False)
    return Moment(
        source=row["source"],
        kind=row["kind"],
        time_written=row["time_written"],
        utc=stamp(row["utc"]),
        local=wall[:10] if row["day_only"] else wall,
        zone=row["zone"],
        zone_by=row["zone_by"] or "",
        where=row["place_text"],
        who=tuple(row["who"]),
    )


def _gap(graph: Graph, row: Row) -> Gap:
    return Gap(
        begins_utc=stamp(row["begins"]),
        ends_utc=stamp(row["ends"]),
        seconds=row["seconds"],
        before=_source(graph, row["one"]),
        after=_source(graph, row["other"]),
        unplaced=row["unplaced"],
    )


def _source(graph: Graph, spot: dict[str, Any]) -> str:
    if not spot["event_id"]:
        return f"{spot['exhibit']}.r{spot['table_no']}.{spot['row']}"
    found = fetch(graph.conn, "SELECT segment_id FROM event_of WHERE id = $id", {"id": spot["event_id"]})
    return str(found[0]["segment_id"])


def _notes(sums: dict[str, int], shown: int, zones: tuple[ZoneLine, ...], zone: str) -> tuple[str, ...]:
    different = sorted({one.zone for one in zones if one.zone})
    several = (
        f"Times are stated in {len(different)} ways ({', '.join(different[:6])}{' …' if len(different) > 6 else ''}): the same "
        f"clock reading is not the same moment. All were turned to UTC; weeks and months are those of {zone}."
    )
    return (
        *noted(sums["many"] - shown, "[events fit and are|event fits and is] not shown; `--limit 0` shows all, `casegraph events` lists them."),
        *noted(sums["without_zone"], "[events have|event has] a time and no zone that anybody states: listed by the time as "
                     "written, in no gap and no period; `casegraph clock` puts an assertion on record."),
        *noted(sums["may_fit"], ground.MAY_LIE_OUTSIDE),
        *noted(sums["without_time"], "[events have|event has] no time that was understood: listed last, in no gap and no period."),
        *([several] if len(different) > 1 else []),
    )  # fmt: skip
