"""Who contacts whom: calls, messages and mail together, by pair, with direction, times and change over time."""

from __future__ import annotations

from typing import Any, Final, Literal, TypeAlias

from evidence.errors import UsageError
from graph.happened import UNSENT
from graph.notes import noted
from graph.project import Graph
from graph.questions import ground
from graph.questions.answers import Contact, Contacts, Period
from graph.questions.ground import Named, stamp
from graph.questions.left_out import known_exhibit, span
from graph.rows import Row, fetch

Every: TypeAlias = Literal["week", "month"]
KINDS: Final = ("call", "message", "email")
UNANSWERED: Final = (
    *("missed", "rejected", "not answered", "no answer", "no_answer", "unanswered", "voicemail", "blocked", "busy"),
    "cancelled",
)
"""First words of the state of a call that nobody took, as the formats write them."""
PAIRS: Final = 50
"""Pairs shown unless more are asked for."""
MOST_PAIRS: Final = 10_000
"""Pairs shown where all are asked for: the rest are counted."""
DEFINITION: Final = (
    "A contact is one record of a call, message or email from one account to another: caller to called, sender to each "
    "recipient (to, cc, bcc) and to each member of the group it was written in. Records are counted, so a call kept by two "
    "phones counts twice; `moments` counts different times of one kind and direction. Missed calls count, and are counted "
    "apart; messages that never left (draft, outbox, failed …) do not, nor does what goes from an account to itself or names fewer "
    f"than two: these are counted apart. {ground.WHAT_FITS} Accounts are not people."
)

_WANTED: Final = """kind IN ('call', 'message', 'email') AND ($kind = '' OR kind = $kind)
      AND ($exhibit = '' OR exhibit = $exhibit OR starts_with(exhibit, $exhibit || '/'))"""
_FITTING: Final = f"""
    SELECT event_id, exhibit, table_no, "row", kind, lower(trim(string_split(state, ',')[1])) AS state, utc, wall, day_only,
           zone, a, b, direction, problem, {ground.MAY_FIT} AS may_fit
    FROM happened WHERE {_WANTED} AND {ground.FITS}
"""  # noqa: S608 - built from our own constants
_ASKED_FOR: Final = """(len($a::VARCHAR[]) = 0 OR list_has_any($a::VARCHAR[], [source, target]))
      AND (len($b::VARCHAR[]) = 0 OR (list_has_any($b::VARCHAR[], [source, target])
           AND (list_contains($a::VARCHAR[], source) AND list_contains($b::VARCHAR[], target)
                OR list_contains($b::VARCHAR[], source) AND list_contains($a::VARCHAR[], target)
                OR len($a::VARCHAR[]) = 0)))"""
_COUNTS: Final = "records, unsent, zoneless, untimed, may_fit"
_TOLD: Final = """count(*) FILTER (NOT unsent) AS records, count(*) FILTER (unsent) AS unsent,
           count(*) FILTER (zoneless AND NOT unsent) AS zoneless, count(*) FILTER (untimed AND NOT unsent) AS untimed,
           count(*) FILTER (may_fit AND NOT unsent) AS may_fit"""
_ADDED: Final = ", ".join(f"sum({name})::BIGINT AS {name}" for name in _COUNTS.split(", "))
# How many records each pair has: rows by the numbers that their table gives, so that five million of them are counted before
# anything is spelt out.
_RANKED: Final = f"""
CREATE OR REPLACE TEMP TABLE ranked AS
WITH fitting AS ({_FITTING}
), told AS (
    SELECT *, list_contains($unsent, state) AS unsent, utc IS NULL AND wall IS NOT NULL AS zoneless,
           utc IS NULL AND wall IS NULL AS untimed
    FROM fitting
), by_number AS (
    SELECT exhibit, table_no, a, b, {_TOLD} FROM told WHERE event_id = '' GROUP BY exhibit, table_no, a, b
), sides AS (
    SELECT source.entity_id AS source, target.entity_id AS target, {_COUNTS}
    FROM by_number
    JOIN record_named AS source ON source.exhibit = by_number.exhibit AND source.table_no = by_number.table_no AND source.id = a
    JOIN record_named AS target ON target.exhibit = by_number.exhibit AND target.table_no = by_number.table_no AND target.id = b
    UNION ALL
    SELECT source, target, {_TOLD} FROM (
        SELECT DISTINCT told.event_id, unsent, zoneless, untimed, may_fit, source.entity_id AS source, target.entity_id AS target
        FROM told JOIN party_of AS source ON source.event_id = told.event_id AND source.role = 'from'
        JOIN party_of AS target ON target.event_id = told.event_id AND target.role IN ('to', 'cc', 'bcc', 'in')
        WHERE told.event_id <> ''
        UNION ALL
        SELECT DISTINCT told.event_id, unsent, zoneless, untimed, may_fit, source.entity_id, target.entity_id
        FROM told JOIN party_of AS source ON source.event_id = told.event_id AND source.role = 'with'
        JOIN party_of AS target ON target.event_id = told.event_id AND target.role = 'with'
        WHERE told.event_id <> '' AND source.entity_id < target.entity_id) GROUP BY source, target
)
SELECT least(source, target) AS one, greatest(source, target) AS other, {_ADDED}
FROM sides WHERE source <> target AND {_ASKED_FOR} GROUP BY ALL
"""  # noqa: S608 - built from our own constants
_MOST: Final = """
CREATE OR REPLACE TEMP TABLE most AS
SELECT one, other FROM ranked WHERE records > 0 ORDER BY records DESC, one, other LIMIT $limit
"""
_SUMS: Final = f"""
SELECT count(*) FILTER (records > 0) AS found, {", ".join(f"coalesce(sum({name}), 0)::BIGINT AS {name}" for name in _COUNTS.split(", "))}
FROM ranked
"""  # noqa: S608 - built from our own constants

# Both ends of every record of those pairs, smaller number first: `way` is 1 where that one began it, 0 where nobody says.
_CONTACTS: Final = f"""
CREATE OR REPLACE TEMP TABLE contact AS
WITH fitting AS ({_FITTING}
), concerned AS (
    SELECT exhibit, table_no, id, entity_id FROM record_named WHERE entity_id IN (SELECT one FROM most UNION SELECT other FROM most)
), sides AS (
    SELECT fitting.* EXCLUDE (a, b, direction, problem), source.entity_id AS source, target.entity_id AS target,
           contains(problem, 'direction not understood') AS unclear
    FROM fitting
    JOIN concerned AS source ON source.exhibit = fitting.exhibit AND source.table_no = fitting.table_no AND source.id = a
    JOIN concerned AS target ON target.exhibit = fitting.exhibit AND target.table_no = fitting.table_no AND target.id = b
    UNION ALL
    SELECT DISTINCT fitting.* EXCLUDE (a, b, direction, problem), source.entity_id, target.entity_id, false
    FROM fitting JOIN party_of AS source ON source.event_id = fitting.event_id AND source.role = 'from'
    JOIN party_of AS target ON target.event_id = fitting.event_id AND target.role IN ('to', 'cc', 'bcc', 'in')
    WHERE fitting.event_id <> ''
    UNION ALL
    SELECT DISTINCT fitting.* EXCLUDE (a, b, direction, problem), source.entity_id, target.entity_id, true
    FROM fitting JOIN party_of AS source ON source.event_id = fitting.event_id AND source.role = 'with'
    JOIN party_of AS target ON target.event_id = fitting.event_id AND target.role = 'with'
    WHERE fitting.event_id <> '' AND source.entity_id < target.entity_id
)
SELECT sides.* EXCLUDE (source, target, unclear), one, other, CASE WHEN unclear THEN 0 WHEN source < target THEN 1 ELSE -1 END AS way,
       kind = 'call' AND list_contains($unanswered, state) AS unanswered
FROM sides JOIN most ON one = least(source, target) AND other = greatest(source, target)
WHERE NOT list_contains($unsent, state)
"""  # noqa: S608 - built from our own constants
_PAIRS: Final = """
CREATE OR REPLACE TEMP TABLE pair AS
SELECT one, other, count(*) AS records,
       count(DISTINCT (kind, way, utc IS NULL, coalesce(utc, wall))) FILTER (coalesce(utc, wall) IS NOT NULL)
           + count(*) FILTER (coalesce(utc, wall) IS NULL) AS moments,
       count(*) FILTER (way = 1) AS to_other, count(*) FILTER (way = -1) AS to_one, count(*) FILTER (way = 0) AS undirected,
       count(*) FILTER (kind = 'call') AS calls, count(*) FILTER (kind = 'message') AS messages,
       count(*) FILTER (kind = 'email') AS emails, count(*) FILTER (unanswered) AS unanswered,
       min(utc) AS first_utc, max(utc) AS last_utc, min(wall) FILTER (utc IS NULL) AS first_local,
       max(wall) FILTER (utc IS NULL) AS last_local, count(*) FILTER (utc IS NULL AND wall IS NOT NULL) AS without_zone,
       count(*) FILTER (utc IS NULL AND wall IS NULL) AS without_time
FROM contact GROUP BY one, other
"""
_NAME: Final = """CASE WHEN event_id = '' THEN exhibit || '.r' || table_no || '.' || "row"
                       ELSE (SELECT segment_id FROM event_of AS event WHERE event.id = event_id) END"""
_SOURCES: Final = f"""
WITH held AS (
    SELECT contact.*, ord FROM contact JOIN pair USING (one, other) JOIN exhibit AS whole ON whole.number = exhibit
), ends AS (
    SELECT *, row_number() OVER (PARTITION BY one, other ORDER BY coalesce(utc, wall) NULLS LAST, ord, table_no, "row",
                                 event_id) AS place,
           count(*) OVER (PARTITION BY one, other) AS many
    FROM held QUALIFY place IN (1, many)
)
SELECT one, other, {_NAME} AS name
FROM ends ORDER BY one, other, place
"""  # noqa: S608 - built from our own constants
# Five ways of counting the same records, in one pass: each line says in `way_of` which one it belongs to.
_COUNTED: Final = """
WITH placed AS (
    SELECT one, other, CASE WHEN utc IS NOT NULL THEN {hour} END AS hours,
           CASE WHEN utc IS NULL AND wall IS NOT NULL AND NOT day_only THEN hour(wall) END AS hours_local,
           CASE WHEN utc IS NOT NULL THEN {period} END AS periods, zone AS zones, exhibit AS exhibits
    FROM contact
), counted AS (
    SELECT one, other, hours, hours_local, periods, zones, exhibits, count(*) AS records,
           grouping(hours, hours_local, periods, zones, exhibits) AS apart
    FROM placed
    GROUP BY GROUPING SETS ((one, other, hours), (one, other, hours_local), (one, other, periods), (one, other, zones),
                            (one, other, exhibits))
)
SELECT one, other, records, CASE apart WHEN 15 THEN 'hours' WHEN 23 THEN 'hours_local' WHEN 27 THEN 'periods' WHEN 29 THEN 'zones'
                                       ELSE 'exhibits' END AS way_of,
       coalesce(hours, hours_local) AS hour, coalesce(periods, zones, exhibits) AS word
FROM counted ORDER BY one, other, apart, hour, word
"""
_RELATIONS: Final = """
SELECT least(source_entity, target_entity) AS one, greatest(source_entity, target_entity) AS other, list(id ORDER BY id) AS ids
FROM edge WHERE family = 'communication'
  AND (least(source_entity, target_entity), greatest(source_entity, target_entity)) IN (SELECT (one, other) FROM pair)
GROUP BY ALL ORDER BY ALL
"""
# Calls and messages that are no pair: that name fewer than two accounts, and that go from one to itself.
_NO_PAIR: Final = f"""
WITH fitting AS ({_FITTING}
), sides AS (
    SELECT event_id, count(DISTINCT entity_id) AS accounts,
           bool_or(role IN ('from', 'with')) AND bool_or(role IN ('to', 'cc', 'bcc', 'in')) OR count(*) FILTER (role = 'with') > 1 AS mutual
    FROM party_of WHERE event_id IN (SELECT event_id FROM fitting WHERE event_id <> '') GROUP BY event_id
), of_row AS (
    SELECT a IS NULL OR b IS NULL AS one_sided, source.entity_id = target.entity_id AS to_itself
    FROM fitting
    LEFT JOIN record_named AS source ON source.exhibit = fitting.exhibit AND source.table_no = fitting.table_no AND source.id = a
    LEFT JOIN record_named AS target ON target.exhibit = fitting.exhibit AND target.table_no = fitting.table_no AND target.id = b
    WHERE event_id = '' AND (a IS NULL OR b IS NULL OR a = b OR source.entity_id = target.entity_id)
), of_event AS (
    SELECT coalesce(NOT (accounts = 1 AND mutual), true) AS one_sided, coalesce(accounts = 1 AND mutual, false) AS to_itself
    FROM fitting LEFT JOIN sides USING (event_id) WHERE event_id <> '' AND coalesce(accounts, 0) < 2
)
SELECT count(*) FILTER (one_sided) AS one_sided, count(*) FILTER (to_itself) AS to_itself FROM (FROM of_row UNION ALL FROM of_event)
"""  # noqa: S608 - built from our own constants
_UNTIMED: Final = f"""
SELECT count(*) AS many FROM happened
WHERE {_WANTED} AND utc IS NULL AND wall IS NULL AND ($since::TIMESTAMP IS NOT NULL OR $until::TIMESTAMP IS NOT NULL)
"""  # noqa: S608 - built from our own constants


def contacts(
    graph: Graph, *, a: str = "", b: str = "", kind: str = "", exhibit: str = "", since: str = "", until: str = "",
    every: Every = "month", zone: str = "UTC", limit: int = PAIRS,
) -> Contacts:  # fmt: skip
    """Return who contacts whom, the pairs with the most records first.

    `a` and `b` name accounts (see `find_entity`): of one, its pairs; of both, that pair. Raises NotFound or UsageError.
    """
    if kind and kind not in KINDS:
        raise UsageError(f"{kind!r} is no kind of contact", next_step=f"one of: {', '.join(KINDS)}")
    ground.checked_every(every)
    hour = f"hour({ground.in_zone('utc', zone)})"
    period = f"strftime(date_trunc('{every}', {ground.in_zone('utc', zone)}), '%Y-%m-%d')"
    (one, told_of_one), (other, told_of_other) = ground.parties(graph, a), ground.parties(graph, b)
    within = known_exhibit(graph, exhibit)
    asked = {"kind": kind, "exhibit": within, **span(since, until)}
    ground.lay(graph.conn, parties=one or other)
    graph.conn.execute(_RANKED, asked | {"a": one, "b": other, "unsent": list(UNSENT)})
    graph.conn.execute(_MOST, {"limit": limit or MOST_PAIRS})
    sums = {name: int(many) for name, many in ground.first_row(fetch(graph.conn, _SUMS)).items()}
    sums |= ground.first_row(fetch(graph.conn, _NO_PAIR, asked))
    graph.conn.execute(_CONTACTS, asked | {"unsent": list(UNSENT), "unanswered": list(UNANSWERED)})
    graph.conn.execute(_PAIRS)
    pairs = fetch(graph.conn, "SELECT * FROM pair ORDER BY records DESC, one, other")
    more = _counted(graph, hour=hour, period=period)
    related = {(row["one"], row["other"]): tuple(row["ids"]) for row in fetch(graph.conn, _RELATIONS)}
    sources = _sources(graph)
    known = ground.names(graph, {row[end] for row in pairs for end in ("one", "other")})
    made = tuple(_contact(row, known, more, sources, related) for row in pairs)
    outside = ground.first_row(fetch(graph.conn, _UNTIMED, asked))["many"]
    return Contacts(
        pairs=made,
        found=sums["found"],
        records=sums["records"],
        not_sent=sums["unsent"],
        one_sided=sums["one_sided"],
        zone=zone,
        every=every,
        definition=f"{DEFINITION} Hours and {every}s are those of {zone}, of records whose time in UTC is known.",
        notes=(
            *told_of_one,
            *told_of_other,
            *_notes(made, sums, zone),
            *noted(
                outside,
                "[calls and messages have|call or message has] no time that was understood: in no stretch of time, not counted.",
            ),
            *ground.of_no_kind(graph, within),
        ),
    )


def _counted(graph: Graph, *, hour: str, period: str) -> dict[str, dict[tuple[str, str], dict[Any, int]]]:
    """Return the records of each pair by hour, period, zone and exhibit; those that have none are in none."""
    counted: dict[str, dict[tuple[str, str], dict[Any, int]]] = {
        way: {} for way in ("hours", "hours_local", "periods", "zones", "exhibits")
    }
    for row in fetch(graph.conn, _COUNTED.format(hour=hour, period=period)):
        what = row["hour"] if row["way_of"].startswith("hours") else row["word"]
        if what is not None:
            counted[row["way_of"]].setdefault((row["one"], row["other"]), {})[what] = row["records"]
    return counted


def _sources(graph: Graph) -> dict[tuple[str, str], tuple[str, str]]:
    ends: dict[tuple[str, str], list[str]] = {}
    for row in fetch(graph.conn, _SOURCES):
        ends.setdefault((row["one"], row["other"]), []).append(row["name"])
    return {pair: (names[0], names[-1]) for pair, names in ends.items()}


def _contact(
    row: Row,
    known: dict[str, Named],
    more: dict[str, dict[tuple[str, str], dict[Any, int]]],
    sources: dict[tuple[str, str], tuple[str, str]],
    related: dict[tuple[str, str], tuple[str, ...]],
) -> Contact:
    pair = row["one"], row["other"]
    of = {name: counted.get(pair, {}) for name, counted in more.items()}
    counts = ("records", "moments", "to_other", "to_one", "undirected", "calls", "messages", "emails", "unanswered",
              "without_zone", "without_time")  # fmt: skip
    return Contact(
        one=known[pair[0]],
        other=known[pair[1]],
        **{name: int(row[name]) for name in counts},
        first_utc=stamp(row["first_utc"]),
        last_utc=stamp(row["last_utc"]),
        first_local=stamp(row["first_local"], utc=False),
        last_local=stamp(row["last_local"], utc=False),
        hours=tuple(of["hours"].get(hour, 0) for hour in range(24)),
        hours_local=tuple(of["hours_local"].get(hour, 0) for hour in range(24)),
        periods=tuple(Period(begins=begins, records=many) for begins, many in of["periods"].items()),
        zones=of["zones"],
        exhibits=of["exhibits"],
        first_source=sources[pair][0],
        last_source=sources[pair][1],
        relations=related.get(pair, ()),
    )


def _notes(made: tuple[Contact, ...], sums: dict[str, int], zone: str) -> tuple[str, ...]:
    zones = sorted({name for one in made for name in one.zones if name})
    several = (
        (f"Times of the pairs shown are stated in {len(zones)} ways ({', '.join(zones[:6])}{' …' if len(zones) > 6 else ''}); all "
         f"were turned to {zone} before anything was counted.",) if len(zones) > 1 else ()
    )  # fmt: skip
    return (
        *noted(sums["found"] - len(made), f"[pairs|pair] with fewer records [are|is] not shown; `--limit 0` shows up to {MOST_PAIRS:,}."),
        *noted(sums["zoneless"], "[records state|record states] no zone: counted, with [their|its] hours as written kept apart, and in no week or "
                     "month; `casegraph clock` puts an assertion on record."),
        *noted(sums["may_fit"], ground.MAY_LIE_OUTSIDE),
        *noted(sums["untimed"], "[records have|record has] no time that was understood: counted, not placed."),
        *noted(sums["unsent"], "[messages were|message was] written and, as far as the record says, never left: not counted."),
        *noted(sums["one_sided"], "[calls and messages looked at name|call or message looked at names] fewer than two accounts: no pair, not counted."),
        *noted(sums["to_itself"], "[calls and messages looked at go|call or message looked at goes] from an account to itself: no pair, not counted."),
        *several,
    )  # fmt: skip
