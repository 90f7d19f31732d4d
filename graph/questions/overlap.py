"""Whose records overlap: the same cell, room, house, trip, place or booking within a window of time.

Never all pairs: records are joined by spot and by windows of time, and a spot where too many stand at once is left out
and said.
"""

from __future__ import annotations

from typing import Any, Final

from evidence.errors import UsageError
from graph.notes import noted
from graph.project import Graph
from graph.questions import ground
from graph.questions.answers import Overlap, Overlaps
from graph.questions.ground import Named
from graph.rows import Row, fetch

WINDOW_S: Final = 900
CROWD: Final = 40
"""Records at one spot in one window beyond which they are not paired with each other, unless one party is named."""
SHOWN: Final = 50
KINDS: Final = ("cell", "room", "house", "trip", "place", "booking")
NIGHTS: Final = 4_000
"""Nights from its arrival on that a stay is followed, about eleven years: a wrong year must not fill the memory."""
UNCERTAINTY: Final = (
    "A shared cell sector is not a meeting: a sector covers some hundred metres to many kilometres, a phone is not always "
    "served by the nearest one, and one record says nothing about the minutes beside it. A room or house says who was "
    "registered, not who was there; rounded positions lie up to 150 m apart."
)

# Whoever stands in every row of a table is whom it is about, and the cells are theirs; else the side whose records the
# direction says they are, else the caller's.
_CELLED: Final = """
CREATE OR REPLACE TEMP TABLE celled AS
SELECT exhibit, table_no, "row", a, b, direction, cell, utc, wall FROM happened
WHERE event_id = '' AND kind IN ('call', 'message') AND cell <> '' AND $cells
"""
_SUBJECT: Final = """
CREATE OR REPLACE TEMP TABLE subject AS
WITH opening AS (
    SELECT exhibit, table_no, arg_min(a, "row") AS a0, arg_min(b, "row") AS b0 FROM celled GROUP BY ALL
), counted AS (
    SELECT exhibit, table_no, any_value(a0) AS a0, any_value(b0) AS b0, count(*) AS many,
           count(*) FILTER (a0 IN (a, b)) AS many_a, count(*) FILTER (b0 IN (a, b)) AS many_b
    FROM celled JOIN opening USING (exhibit, table_no) GROUP BY exhibit, table_no
)
SELECT exhibit, table_no, CASE WHEN many_a = many AND many_b < many THEN a0
                               WHEN many_b = many AND many_a < many THEN b0 END AS subject
FROM counted
"""
_POSITION: Final = """CASE WHEN try_cast(latitude AS DOUBLE) IS NOT NULL AND try_cast(longitude AS DOUBLE) IS NOT NULL
    THEN format('{:.3f}, {:.3f}', try_cast(latitude AS DOUBLE), try_cast(longitude AS DOUBLE)) ELSE place END"""
_PRESENT: Final = f"""
CREATE OR REPLACE TEMP TABLE present AS
WITH at_cell AS (
    SELECT '' AS event_id, exhibit, table_no, "row", 'cell' AS kind, cell AS spot,
           coalesce(subject, CASE direction WHEN 'in' THEN b ELSE a END) AS holder, utc, wall,
           NULL::TIMESTAMP AS until_utc, NULL::TIMESTAMP AS until_wall
    FROM celled JOIN subject USING (exhibit, table_no)
), stayed AS (
    SELECT happened.exhibit, happened.table_no, "row", a AS holder, utc, wall,
           coalesce(until_utc, until_wall + (utc - wall)) AS until_utc, until_wall, room, house.value
    FROM happened LEFT JOIN record_named AS house
        ON house.exhibit = happened.exhibit AND house.table_no = happened.table_no AND house.id = b
    WHERE event_id = '' AND happened.kind = 'stay'
), travelled AS (
    SELECT *, a AS holder FROM happened WHERE event_id = '' AND kind = 'trip' AND a IS NOT NULL
    UNION ALL
    SELECT *, b FROM happened WHERE event_id = '' AND kind = 'trip' AND b IS NOT NULL
), of_row AS (
    SELECT * FROM at_cell
    UNION ALL
    SELECT '', exhibit, table_no, "row", 'room', coalesce(value, exhibit || ' table ' || table_no) || ', room ' || room, holder, utc, wall, until_utc,
           until_wall FROM stayed WHERE room <> ''
    UNION ALL
    SELECT '', exhibit, table_no, "row", 'house', value, holder, utc, wall, until_utc, until_wall FROM stayed
    WHERE value IS NOT NULL
    UNION ALL
    SELECT '', exhibit, table_no, "row", 'trip', concat_ws(', ', nullif(carrier, ''), origin || ' to ' || destination),
           holder, utc, wall, NULL, NULL FROM travelled WHERE origin || destination <> ''
    UNION ALL
    SELECT '', exhibit, table_no, "row", 'place', {_POSITION}, holder, utc, wall, NULL, NULL FROM travelled WHERE {_POSITION} <> ''
), known AS (
    SELECT of_row.*, who FROM of_row JOIN named_who AS named
        ON named.exhibit = of_row.exhibit AND named.table_no = of_row.table_no AND named.id = holder
    UNION ALL
    SELECT DISTINCT happened.event_id, happened.exhibit, 0, 0, 'place', {_POSITION}, NULL, utc, wall, NULL, NULL, who
    FROM happened JOIN event_party AS party ON party.event_id = happened.event_id JOIN who USING (entity_id)
    WHERE happened.event_id <> '' AND party.role IN ('of', 'guest', 'from', 'with')
      AND {_POSITION} <> ''
), lasting AS (
    SELECT *, utc IS NOT NULL AS zoned, epoch_ms(coalesce(utc, wall)) // 1000 AS since_s,
           epoch_ms(CASE WHEN utc IS NOT NULL THEN until_utc ELSE until_wall END) // 1000 AS until_s
    FROM known WHERE coalesce(utc, wall) IS NOT NULL AND ($kind = '' OR kind = $kind)
)
SELECT who, kind, spot, zoned, since_s, CASE WHEN kind IN ('room', 'house')
           THEN greatest(coalesce(until_s, since_s + 86400), since_s + 1) ELSE since_s END AS until_s,
       kind IN ('room', 'house') AND until_s IS NULL AS open_ended, event_id, exhibit, table_no, "row"
FROM lasting
"""  # noqa: S608 - built from our own constants
_SPOT: Final = """
CREATE OR REPLACE TEMP TABLE spot AS
SELECT kind, spot, row_number() OVER (ORDER BY kind, spot)::INTEGER AS spot_no FROM (SELECT DISTINCT kind, spot FROM present)
"""

# Whoever can be present, numbered: five million joins of numbers cost a tenth of as many joins of ids.
_WHO: Final = """
CREATE OR REPLACE TEMP TABLE who AS
SELECT entity_id, row_number() OVER (ORDER BY entity_id)::INTEGER AS who
FROM (SELECT entity_id FROM record_named UNION SELECT entity_id FROM event_party);

CREATE OR REPLACE TEMP TABLE named_who AS
SELECT exhibit, table_no, id, who FROM record_named JOIN who USING (entity_id)
"""
# Points fall into windows, stays into their days; the earlier record is also laid into the next window, so each pair meets
# once. A crowd is not paired unless one side is named.
_LAST_DAY: Final = """least((until_s - 1) // 86400,
    (SELECT max(since_s) // 86400 FROM present WHERE kind IN ('room', 'house')))"""
_SLOTTED: Final = f"""
CREATE OR REPLACE TEMP TABLE slotted AS
WITH slots AS (  -- whoever comes after the last arrival meets nobody, so a stay is followed no longer
    SELECT present.rowid AS id, who, spot_no, zoned, since_s, until_s, since_s // $window AS slot
    FROM present JOIN spot USING (kind, spot) WHERE kind NOT IN ('room', 'house')
    UNION ALL
    SELECT present.rowid, who, spot_no, zoned, since_s, until_s,
           unnest(range(since_s // 86400, least({_LAST_DAY}, since_s // 86400 + {NIGHTS}) + 1))
    FROM present JOIN spot USING (kind, spot) WHERE kind IN ('room', 'house')
)
SELECT id, who, since_s, until_s, slot, spot_no::BIGINT * 2 + zoned::INTEGER AS spot_key,
       who IN (SELECT who FROM who WHERE list_contains($a::VARCHAR[], entity_id)) AS of_a,
       who IN (SELECT who FROM who WHERE list_contains($b::VARCHAR[], entity_id)) AS of_b
FROM slots
"""  # noqa: S608
_CROWD: Final = f"""
CREATE OR REPLACE TEMP TABLE crowd AS
SELECT spot_key, slot, count(*) AS many FROM slotted WHERE len($a::VARCHAR[]) = 0 GROUP BY spot_key, slot HAVING count(*) > {CROWD}
"""  # noqa: S608
_LAID: Final = """
CREATE OR REPLACE TEMP VIEW laid AS SELECT slotted.* FROM slotted ANTI JOIN crowd USING (spot_key, slot)
"""
_LAID_ALL: Final = "CREATE OR REPLACE TEMP VIEW laid AS SELECT * FROM slotted"
_MET: Final = """
CREATE OR REPLACE TEMP TABLE met AS
WITH earlier AS (
    SELECT *, slot AS met_in FROM laid WHERE len($b::VARCHAR[]) = 0 OR of_a OR of_b
    UNION ALL
    SELECT *, slot + 1 FROM laid WHERE since_s = until_s AND (len($b::VARCHAR[]) = 0 OR of_a OR of_b)
), pairs AS (
    SELECT later.spot_key, later.slot, earlier.id AS earlier_id, later.id AS later_id,
           least(earlier.who, later.who) AS one, greatest(earlier.who, later.who) AS other,
           earlier.who < later.who AS in_order, later.since_s AS moment, later.since_s - earlier.since_s AS apart
    FROM earlier JOIN laid AS later ON later.spot_key = earlier.spot_key AND later.slot = earlier.met_in
    WHERE earlier.who <> later.who
      AND (later.since_s > earlier.since_s OR (later.since_s = earlier.since_s AND earlier.who < later.who))
      AND CASE WHEN earlier.since_s = earlier.until_s THEN later.since_s - earlier.since_s <= $window
               ELSE later.since_s < earlier.until_s AND later.slot = later.since_s // 86400 END
      AND (len($a::VARCHAR[]) = 0 OR earlier.of_a OR later.of_a)
      AND (len($b::VARCHAR[]) = 0 OR (earlier.of_a AND later.of_b) OR (earlier.of_b AND later.of_a))
)
SELECT * FROM pairs
"""
# First who overlaps most, then the details of those who are shown.
_MOST: Final = """
CREATE OR REPLACE TEMP TABLE most AS
WITH occasion AS (
    SELECT one, other, spot_key, slot, count(*) AS records FROM met GROUP BY ALL
), pair AS (
    SELECT one, other, kind, count(*) AS occasions, sum(records)::BIGINT AS records
    FROM occasion JOIN spot ON spot_no = spot_key // 2 GROUP BY ALL
)
SELECT *, count(*) OVER () AS found FROM pair ORDER BY occasions DESC, kind, one, other LIMIT $limit
"""
_PAIRS: Final = """
WITH details AS (
    SELECT met.*, kind, spot FROM met SEMI JOIN most USING (one, other) JOIN spot ON spot_no = spot_key // 2
), spotted AS (
    SELECT one, other, kind, spot, count(DISTINCT slot) AS occasions FROM details GROUP BY ALL
), spots AS (
    SELECT one, other, kind, list(spot ORDER BY occasions DESC, spot)[1:5] AS spots, count(*) AS spots_found
    FROM spotted GROUP BY ALL
), whole AS (
    SELECT one, other, kind, count(DISTINCT moment // 86400) AS days, min(moment) AS first, max(moment) AS last,
           min(apart) AS apart, min(struct_pack(moment, earlier_id, later_id, in_order)) AS opening,
           bool_and(spot_key % 2 = 1) AS zoned
    FROM details GROUP BY ALL
)
SELECT most.*, spots, spots_found, days, first, last, apart, opening, zoned
FROM most JOIN spots USING (one, other, kind) JOIN whole USING (one, other, kind)
ORDER BY occasions DESC, kind, one, other
"""
_SOURCES: Final = """
SELECT present.rowid AS id, entity_id, coalesce(event.segment_id, present.exhibit || '.r' || table_no || '.' || "row") AS name
FROM present JOIN who USING (who) LEFT JOIN event ON event.id = event_id WHERE list_contains($ids, present.rowid)
"""
_BOOKED: Final = """
WITH booked AS (
    SELECT DISTINCT source_entity AS entity_id, target_entity AS booking, edge.id FROM edge
    JOIN entity ON entity.id = target_entity
    WHERE edge.kind = 'registered' AND entity.kind = 'booking' AND $kind IN ('', 'booking')
)
SELECT one.entity_id AS one, other.entity_id AS other, count(*) AS many, list(value ORDER BY value)[1:5] AS spots,
       list(one.id ORDER BY one.id) || list(other.id ORDER BY other.id) AS relations
FROM booked AS one JOIN booked AS other ON one.booking = other.booking AND one.entity_id < other.entity_id
JOIN entity ON entity.id = one.booking
WHERE (len($a::VARCHAR[]) = 0 OR list_has_any($a::VARCHAR[], [one.entity_id, other.entity_id]))
  AND (len($b::VARCHAR[]) = 0
       OR (list_contains($a::VARCHAR[], one.entity_id) AND list_contains($b::VARCHAR[], other.entity_id))
       OR (list_contains($b::VARCHAR[], one.entity_id) AND list_contains($a::VARCHAR[], other.entity_id)))
GROUP BY ALL ORDER BY many DESC, one, other LIMIT $limit
"""
_CROWDED: Final = """
SELECT spot, sum(many)::BIGINT AS many FROM crowd JOIN spot ON spot_no = spot_key // 2 GROUP BY spot ORDER BY many DESC, spot
"""
_PLACED: Final = f"""
SELECT count(*) AS many, count(*) FILTER (NOT zoned) AS unzoned,
       count(DISTINCT (exhibit, table_no, "row")) FILTER (open_ended) AS open_ended,
       count(DISTINCT (exhibit, table_no, "row")) FILTER (
           kind IN ('room', 'house') AND {_LAST_DAY} > since_s // 86400 + {NIGHTS}) AS endless
FROM present
"""  # noqa: S608


def overlaps(
    graph: Graph, *, a: str = "", b: str = "", kind: str = "", window_s: int = WINDOW_S, limit: int = SHOWN
) -> Overlaps:
    """Return whose records overlap, the most occasions first.

    `a` and `b` name things, or what people made of some: of one, its overlaps with all others; of both, theirs. Raises NotFound or
    UsageError.
    """
    if kind and kind not in KINDS:
        raise UsageError(f"{kind!r} is no kind of spot", next_step=f"one of: {', '.join(KINDS)}")
    if not 1 <= window_s <= 86_400:
        raise UsageError("a window is from a second to a day", next_step="give --window in minutes, at most 1440")
    (one, told_of_one), (other, told_of_other) = ground.parties(graph, a), ground.parties(graph, b)
    asked: dict[str, Any] = {"a": one or other, "b": other if one else []}
    lay_present(graph, kind)
    graph.conn.execute(_SLOTTED, asked | {"window": window_s})
    graph.conn.execute(_CROWD, {"a": asked["a"]})
    crowds = fetch(graph.conn, "SELECT count(*) AS many FROM crowd")[0]["many"]
    graph.conn.execute(_LAID if crowds else _LAID_ALL)
    graph.conn.execute(_MET, asked | {"window": window_s})
    many = limit or 1_000_000
    graph.conn.execute(_MOST, {"limit": many})
    rows = fetch(graph.conn, _PAIRS)
    booked = fetch(graph.conn, _BOOKED, asked | {"kind": kind, "limit": many})
    crowded = fetch(graph.conn, _CROWDED)
    pairs = (*_booked(graph, booked), *_placed(graph, rows))
    shown = sorted(pairs, key=lambda one: (-one.occasions, one.kind, one.one.value, one.other.value))[:many]
    placed = fetch(graph.conn, _PLACED)[0]
    found = (int(rows[0]["found"]) if rows else 0) + len(booked)
    return Overlaps(
        pairs=tuple(shown),
        found=found,
        window_s=window_s,
        placed=placed["many"],
        crowded=sum(row["many"] for row in crowded),
        crowded_spots=tuple(row["spot"] for row in crowded[:10]),
        definition=_definition(window_s),
        uncertainty=UNCERTAINTY,
        notes=(
            *told_of_one,
            *told_of_other,
            *_notes(found - len(shown), crowded, placed, window_s),
            *ground.of_no_kind(graph, ""),
        ),
    )


def lay_present(graph: Graph, kind: str = "") -> None:
    """Lay out who is placed where and when, in the tables `present`, `spot` and `who`; `kind` narrows the spots."""
    ground.lay(graph.conn)
    graph.conn.execute(_WHO)
    graph.conn.execute(_CELLED, {"cells": kind in ("", "cell")})
    graph.conn.execute(_SUBJECT)
    graph.conn.execute(_PRESENT, {"kind": kind})
    graph.conn.execute(_SPOT)


def _definition(window_s: int) -> str:
    return (
        f"Two things overlap where records place both at one spot: at one cell, on one trip or at one position (to 0.001 "
        f"degrees, else by the name of the place) no more than {window_s // 60} min {window_s % 60} s apart; in one room or house "
        "on stays that share time; or registered under one booking. A trip's row places its passenger and its vehicle alike. A room "
        "whose house no record names is one room only within its own table. A stay without a departure counts as 24 hours; one that "
        "ends on a mere day ends as that day begins, and a trip or position of a mere day stands at its beginning. A cell is that of "
        "whoever stands in every row of the table, else of the subscriber, else of the caller. `occasions` counts spots and windows "
        "of time (for stays, days begun), `records` pairs of records. Times without a zone are compared as written, and only with "
        "each other."
    )


def _placed(graph: Graph, rows: list[Row]) -> list[Overlap]:
    ids = sorted({row["opening"][end] for row in rows for end in ("earlier_id", "later_id")})
    spots = {row["id"]: row for row in fetch(graph.conn, _SOURCES, {"ids": ids})}
    known = ground.names(graph, {row["entity_id"] for row in spots.values()})
    return [_overlap(row, spots, known) for row in rows]


def _overlap(row: Row, spots: dict[int, Row], known: dict[str, Named]) -> Overlap:
    opening = row["opening"]
    earlier, later = spots[opening["earlier_id"]], spots[opening["later_id"]]
    one, other = (earlier, later) if opening["in_order"] else (later, earlier)
    return Overlap(
        one=known[one["entity_id"]],
        other=known[other["entity_id"]],
        kind=row["kind"],
        occasions=row["occasions"],
        records=row["records"],
        days=row["days"],
        spots=tuple(row["spots"]),
        spots_found=row["spots_found"],
        first=ground.of_seconds(row["first"], utc=row["zoned"]),
        last=ground.of_seconds(row["last"], utc=row["zoned"]),
        least_apart_s=row["apart"],
        one_source=one["name"],
        other_source=other["name"],
        relations=(),
    )


def _booked(graph: Graph, rows: list[Row]) -> list[Overlap]:
    known = ground.names(graph, {row[end] for row in rows for end in ("one", "other")})
    return [
        Overlap(
            one=known[row["one"]], other=known[row["other"]], kind="booking", occasions=row["many"], records=row["many"],
            days=0, spots=tuple(row["spots"]), spots_found=row["many"], first="", last="", least_apart_s=0,
            one_source="", other_source="", relations=tuple(row["relations"]),
        )
        for row in rows
    ]  # fmt: skip


def _notes(left: int, crowded: list[Row], placed: Row, window_s: int) -> tuple[str, ...]:
    spots = ", ".join(row["spot"] for row in crowded[:5]) + (" …" if len(crowded) > 5 else "")
    return (
        *noted(left, "[pairs|pair] with fewer occasions [are|is] not shown; `--limit 0` shows all."),
        *noted(sum(row["many"] for row in crowded),
                     f"[records stand|record stands] at a spot with more than {CROWD} in one window of {window_s // 60} min (a day for stays) "
                     f"and [were|was] not paired, at {len(crowded):,} spots: {spots}. Name a party to have its records compared there too."),
        *noted(placed["open_ended"], "[stays have|stay has] no departure that was understood: [each counts|it counts] as 24 hours from its arrival."),
        *noted(placed["endless"], f"[stays last|stay lasts] more than {NIGHTS:,} nights: followed no longer than that."),
        *noted(placed["unzoned"], "[records state|record states] no zone: compared as written, only with others that state none."),
    )  # fmt: skip
