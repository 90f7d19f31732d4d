"""What every question stands on: what happened, who took part and when, of events and of rows of records alike.

Views that live as long as the connection. An event's row is 0 and its table 0; a row of records has no event id.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import duckdb
import msgspec

from evidence.errors import UsageError
from evidence.zones import checked_zone, fixed_offset
from graph.made import is_made
from graph.notes import noted
from graph.project import Graph
from graph.rows import fetch, records
from graph.things import find_entity

EVERY: Final = ("week", "month")
"""What change over time is counted by."""


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """A thing by its kind and value, with the id that `casegraph show` opens."""

    entity: str
    kind: str
    value: str


def _fact(name: str) -> str:
    return f"coalesce(json_extract_string(event.facts, '$.{name}'), '')"


_DAY_ONLY: Final = """CASE WHEN {local} = date_trunc('day', {local})
    THEN length(regexp_replace({written}, '[^0-9]', '', 'g')) <= 8 AND NOT contains({written}, ':') ELSE false END"""
_ROW_DAY: Final = _DAY_ONLY.format(local="record.time_local", written="time_written")
_ROW_DAY_END: Final = _DAY_ONLY.format(local="record.until_local", written="until_written")

# A call ends as long after it began as the record says it took, where it states no end of its own.
_ENDED: Final = "CASE WHEN {of}.kind = 'call' AND {lasted} > 0 THEN {begun} + to_seconds({lasted}) END"
_EVENT_LASTED: Final = """CASE WHEN contains(event.facts, '"seconds"') THEN try_cast(json_extract_string(event.facts, '$.seconds') AS BIGINT) END"""

# What some parties took part in, so that a question about one of them does not read the whole case.
_OF_PARTIES: Final = (
    """CREATE OR REPLACE TEMP TABLE asked AS
    SELECT DISTINCT event_id FROM event_party WHERE list_contains($parties::VARCHAR[], entity_id)""",
    "CREATE OR REPLACE TEMP TABLE event_asked AS SELECT * FROM event WHERE id IN (SELECT event_id FROM asked)",
    "CREATE OR REPLACE TEMP TABLE party_asked AS SELECT * FROM event_party WHERE event_id IN (SELECT event_id FROM asked)",
    """CREATE OR REPLACE TEMP TABLE record_asked AS
    WITH told AS (
        SELECT exhibit, table_no, id FROM record_named WHERE entity_id IN (SELECT unnest($parties::VARCHAR[]))
    ), first_side AS (
        SELECT record.* FROM record SEMI JOIN told
            ON record.exhibit = told.exhibit AND record.table_no = told.table_no AND record.a = told.id
    ), other_side AS (
        SELECT record.* FROM record SEMI JOIN told
            ON record.exhibit = told.exhibit AND record.table_no = told.table_no AND record.b = told.id
    )
    SELECT * FROM first_side UNION SELECT * FROM other_side""",
)
# A day that is stated without a time is that day, also where the clock is said to be some minutes off.
_DAY: Final = "date_trunc('day', {} + INTERVAL 12 HOUR)"
_TO_ITS_END: Final = "INTERVAL '86399999999 microseconds'"
FITS: Final = """($since::TIMESTAMP IS NULL OR fits_to >= $since::TIMESTAMP)
      AND ($until::TIMESTAMP IS NULL OR fits_from < $until::TIMESTAMP)"""
"""Whether what happened began in a stretch of time."""
LASTS: Final = FITS.replace("fits_to", "greatest(fits_to, lasts_to)")
"""Whether it lay in it with a part of itself, as a stay does."""
MAY_FIT: Final = """coalesce(utc IS NULL AND NOT of_a_day AND wall IS NOT NULL
      AND (earliest < $since::TIMESTAMP OR latest >= $until::TIMESTAMP), false)"""
"""Whether what fits a stretch does so only as its zone may be: by its interval, which reaches out of the stretch."""
WHAT_FITS: Final = (
    "--since and --until take in what has its time in UTC there; a day that is stated without a time by that day; and a time that is "
    "stated without a zone wherever in the 26 hours of the zones of the earth it may have been: those that may as well lie outside "
    "are counted. What has no time is in no stretch of it."
)
MAY_LIE_OUTSIDE: Final = "of these [state|states] a time and no zone, and [are taken in as they|is taken in as it] may lie in the stretch of time or outside it."
_OTHER_ROWS: Final = """
SELECT kind, count(*) AS many FROM record_of
WHERE kind NOT IN ('call', 'message', 'stay', 'trip', 'payment', 'cell', 'contact', '')
  AND ($exhibit = '' OR exhibit = $exhibit OR starts_with(exhibit, $exhibit || '/')) GROUP BY kind ORDER BY kind
"""
_WHOLE: Final = ("event", "event_party", "record")
_ASKED: Final = ("event_asked", "party_asked", "record_asked")
_SOURCES: Final = ("event_of", "party_of", "record_of")
_HAPPENED: Final = f"""
CREATE OR REPLACE TEMP VIEW happened AS
WITH of_event AS (
    SELECT event.id AS event_id, event.exhibit, 0 AS table_no, 0::BIGINT AS "row", event.segment_id AS segment, event.kind,
           event.state, try_cast(nullif(time_utc, '') AS TIMESTAMP) AS utc,
           try_cast(nullif(time_local, '') AS TIMESTAMP) AS wall,
           time_utc = '' AND length(time_local) BETWEEN 1 AND 10 AS day_only, time_written, event.zone, event.zone_by,
           coalesce(try_cast(nullif(until_utc, '') AS TIMESTAMP), {_ENDED.format(of="event", begun="try_cast(nullif(time_utc, '') AS TIMESTAMP)", lasted=_EVENT_LASTED)})
               AS until_utc,
           coalesce(try_cast(nullif(until_local, '') AS TIMESTAMP),
                    {_ENDED.format(of="event", begun="try_cast(nullif(time_local, '') AS TIMESTAMP)", lasted=_EVENT_LASTED)}) AS until_wall,
           length(until_local) BETWEEN 1 AND 10 AS until_day_only,
           NULL::BIGINT AS a, NULL::BIGINT AS b, '' AS direction, {_fact("cell")} AS cell, {_fact("place")} AS place,
           {_fact("room")} AS room, {_fact("carrier")} AS carrier, {_fact("origin")} AS origin,
           {_fact("destination")} AS destination, {_fact("latitude")} AS latitude, {_fact("longitude")} AS longitude,
           try_cast({_fact("amount_minor")} AS BIGINT) AS amount_minor, {_fact("currency")} AS currency,
           event.description, '' AS problem
    FROM event_of AS event
), of_row AS (
    SELECT '' AS event_id, record.exhibit, record.table_no, record."row",
           record.exhibit || '.r' || record.table_no || '.' || record."row" AS segment, record.kind, record.state,
           CASE WHEN {_ROW_DAY} THEN NULL ELSE record.time_utc END AS utc,
           record.time_local - to_seconds(ahead_s) AS wall, {_ROW_DAY} AS day_only, time_written,
           CASE utc_by WHEN '' THEN '' WHEN 'template' THEN held.zone ELSE 'by the ' || utc_by END AS zone,
           CASE utc_by WHEN 'template' THEN held.zone_by WHEN 'record' THEN 'the record' ELSE held.clock_by END AS zone_by,
           coalesce(CASE WHEN {_ROW_DAY_END} THEN NULL ELSE record.until_utc END,
                    CASE WHEN NOT {_ROW_DAY} THEN {_ENDED.format(of="record", begun="record.time_utc", lasted="record.seconds")} END) AS until_utc,
           coalesce(record.until_local, {_ENDED.format(of="record", begun="record.time_local", lasted="record.seconds")}) - to_seconds(ahead_s)
               AS until_wall, {_ROW_DAY_END} AS until_day_only,
           record.a, record.b, record.direction, record.cell, record.place, record.room, record.carrier, record.origin,
           record.destination, record.latitude, record.longitude, record.amount_minor, record.currency,
           '' AS description, record.problem
    FROM record_of AS record JOIN record_table AS held USING (exhibit, table_no)
    WHERE record.kind IN ('call', 'message', 'stay', 'trip', 'payment')
), every AS (
    SELECT * FROM of_event UNION ALL SELECT * FROM of_row
)
SELECT every.*, utc IS NULL AND day_only AS of_a_day, coalesce(utc, wall - INTERVAL 14 HOUR) AS earliest,
       coalesce(utc, wall + INTERVAL 12 HOUR) + CASE WHEN day_only THEN INTERVAL 24 HOUR ELSE INTERVAL 0 HOUR END AS latest,
       coalesce(until_utc, until_wall + INTERVAL 12 HOUR)
           + CASE WHEN until_day_only THEN INTERVAL 24 HOUR ELSE INTERVAL 0 HOUR END AS until_latest,
       CASE WHEN of_a_day THEN {_DAY.format("wall")} ELSE earliest END AS fits_from,
       CASE WHEN of_a_day THEN {_DAY.format("wall")} + {_TO_ITS_END} ELSE latest END AS fits_to,
       CASE WHEN until_utc IS NULL AND until_day_only THEN {_DAY.format("until_wall")} + {_TO_ITS_END} ELSE until_latest END AS lasts_to
FROM every
"""  # noqa: S608 - built from our own constants

_TOOK_PART: Final = """
CREATE OR REPLACE TEMP VIEW took_part AS
SELECT event_id, exhibit, 0 AS table_no, 0::BIGINT AS "row", role, entity_id FROM party_of
UNION ALL
SELECT '', record.exhibit, record.table_no, record."row",
       CASE WHEN contains(record.problem, 'direction not understood') THEN 'with'
            WHEN record.kind IN ('call', 'message', 'payment') THEN 'from' ELSE 'of' END, named.entity_id
FROM record_of AS record JOIN record_named AS named ON named.exhibit = record.exhibit AND named.table_no = record.table_no
    AND named.id = record.a
WHERE record.kind IN ('call', 'message', 'stay', 'trip', 'payment')
UNION ALL
SELECT '', record.exhibit, record.table_no, record."row",
       CASE WHEN contains(record.problem, 'direction not understood') THEN 'with'
            WHEN record.kind IN ('call', 'message', 'payment') THEN 'to' ELSE 'at' END, named.entity_id
FROM record_of AS record JOIN record_named AS named ON named.exhibit = record.exhibit AND named.table_no = record.table_no
    AND named.id = record.b
WHERE record.kind IN ('call', 'message', 'stay', 'trip', 'payment')
"""
# The same thing has one value wherever it stands; a device's user is named by nothing but the device.
_NAMED: Final = """
CREATE OR REPLACE TEMP VIEW every_name AS
SELECT entity_id, kind, value FROM party_of UNION SELECT entity_id, kind, value FROM record_named
UNION SELECT id, kind, CASE WHEN starts_with(id, 'p-') THEN label ELSE value END FROM entity
"""

_ENTITIES_NAMED: Final = """
SELECT id AS entity, kind, CASE WHEN starts_with(id, 'p-') THEN label ELSE value END AS value FROM entity
WHERE list_contains($ids, id)
"""
_OTHERS_NAMED: Final = """
SELECT entity_id AS entity, min(kind) AS kind, min(value) AS value FROM every_name
WHERE list_contains($ids, entity_id) GROUP BY entity_id
"""


def lay(conn: duckdb.DuckDBPyConnection, *, parties: Sequence[str] = ()) -> None:
    """Lay the views `happened`, `took_part` and `every_name` on the connection, over the whole case or what `parties` took part in.

    Over the whole case nothing is computed yet.
    """
    for step in _OF_PARTIES if parties else ():
        conn.execute(step, {"parties": list(parties)} if "$parties" in step else {})
    for view, table in zip(_SOURCES, _ASKED if parties else _WHOLE, strict=True):
        conn.execute(f"CREATE OR REPLACE TEMP VIEW {view} AS SELECT * FROM {table}")  # noqa: S608 - our own names
    for view in (_HAPPENED, _TOOK_PART, _NAMED):
        conn.execute(view)


def names(graph: Graph, ids: Iterable[str]) -> dict[str, Named]:
    """Return things by id: as entities, or as the records name them where no mention made an entity of them."""
    wanted = sorted(set(ids))
    known = records(graph.conn, _ENTITIES_NAMED, Named, {"ids": wanted})
    found = {one.entity: one for one in known}
    others = [name for name in wanted if name not in found]
    if others:
        found |= {one.entity: one for one in records(graph.conn, _OTHERS_NAMED, Named, {"ids": others})}
    return {name: found[name] for name in wanted if name in found}


def one(graph: Graph, text: str) -> str:
    """Return the id of the entity that `text` names, '' for no text; raises NotFound or UsageError.

    What people made took part in nothing by itself: events name accounts, so one of its identifiers is to be named.
    """
    if not text:
        return ""
    found = find_entity(graph, text)
    if is_made(found.kind):
        held = ", ".join(f"{one.kind}:{one.value}" for one in _attributed(graph, found.id)[:5])
        raise UsageError(
            f"{found.label} was made by people, and records name accounts",
            next_step=f"name what is attributed to it: {held or 'nothing is'}",
        )
    return found.id


def parties(graph: Graph, text: str) -> tuple[list[str], tuple[str, ...]]:
    """Return the ids under which records name a thing, none for no text, and a note where people made it.

    Of what people made these are the identifiers that they attributed to it. Its names are not followed: records name no mention,
    and a namesake may bear them. Raises NotFound or UsageError.
    """
    if not text:
        return [], ()
    found = find_entity(graph, text)
    if not is_made(found.kind):
        return [found.id], ()
    held = _attributed(graph, found.id)
    if not held:
        raise UsageError(
            f"nothing is attributed to {found.label}, and records name accounts",
            next_step=f"casegraph same CASE {found.id} phone:… --reason …",
        )
    values = ", ".join(f"{one.kind} {one.value}" for one in held)
    return [one.entity for one in held], (
        f"{found.label} ({found.id}) stands for what people attributed to it: {values}. Who used it is not said.",
    )


def _attributed(graph: Graph, name: str) -> tuple[Named, ...]:
    query = """SELECT DISTINCT entity.id AS entity, entity.kind, entity.value FROM identity_member
        JOIN entity ON entity.id = identity_member.entity_id JOIN mention ON mention.id = mention_id
        WHERE identity_id = $id AND attributed AND mention.status = 'established' ORDER BY 2, 3"""
    return tuple(Named(**row) for row in fetch(graph.conn, query, {"id": name}))


def moment(text: str) -> datetime | None:
    """Return a time in UTC, None for no text; raises UsageError for what is no date or time."""
    if not text:
        return None
    try:
        made = datetime.fromisoformat(text.strip())
    except ValueError:
        raise UsageError(f"{text!r} is no time", next_step="give it as 2026-03-01 or 2026-03-01T14:00") from None
    return made.astimezone(UTC).replace(tzinfo=None) if made.tzinfo else made


def of_no_kind(graph: Graph, exhibit: str) -> tuple[str, ...]:
    """Return a note on rows of what is laid that are records of no kind that is known, and so stand in no answer."""
    rows = fetch(graph.conn, _OTHER_ROWS, {"exhibit": exhibit})
    kinds = ", ".join(f"{row['kind']} {row['many']:,}" for row in rows)
    return noted(
        sum(row["many"] for row in rows),
        f"[rows|row] of tables of records [are|is] of no kind that is understood ({kinds}): left out, whatever [their|its] time; a template says "
        "what its types mean.",
    )


def checked_every(text: str) -> None:
    """Raise UsageError for what change over time is not counted by."""
    if text not in EVERY:
        raise UsageError(f"change is not counted by {text!r}", next_step=f"one of: {', '.join(EVERY)}")


def in_zone(utc: str, zone: str) -> str:
    """Return the SQL of a time in UTC on the clocks of `zone`; raises UsageError for what is no zone."""
    zone = checked_zone(zone)
    fixed = fixed_offset(zone)
    if fixed is not None:
        return f"({utc} + to_seconds({fixed}))"
    return f"timezone('{zone}', timezone('UTC', {utc}))"


def stamp(value: datetime | None, *, utc: bool = True) -> str:
    """Return a time as the answers write it, '' for none; with Z where it is UTC."""
    return f"{value:%Y-%m-%dT%H:%M:%S}{'Z' if utc else ''}" if value else ""


def of_seconds(value: int | None, *, utc: bool = True) -> str:
    """Return seconds since 1970 as the answers write a time."""
    return stamp(datetime.fromtimestamp(value, UTC), utc=utc) if value is not None else ""


def exhibits_of(segments: Iterable[str]) -> tuple[str, ...]:
    """Return the exhibits that the ids of segments and rows name, in their order, each once."""
    return tuple(dict.fromkeys(name.split(".")[0] for name in segments if name))


def first_row(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the one row of a question that always has one."""
    return rows[0]
