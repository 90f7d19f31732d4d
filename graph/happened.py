"""What records say happened: events with their times, parties and attachments, and who communicated with whom.

A record keeps the time as written. UTC follows where the record or its format states the zone, or where a person asserted
the exhibit's zone or its clock's error; otherwise there is an interval, as wide as the zones of the earth (UTC-12 to
UTC+14). An hour that the clocks show twice is its earlier reading, one that they skip is read by the offset before it (PEP 495,
fold 0), as in a table whose template states the zone; the record then says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import duckdb

from evidence.zones import fixed_offset
from graph.chain import Clock, Dossier
from graph.ids import RELATION_DIGEST, SPOT, entity_digest
from graph.rows import insert, joined_as_written

_UTC_TEXT = "'%Y-%m-%dT%H:%M:%SZ'"
TWICE: Final = "shown twice by the clocks of that day: the earlier reading is taken"
SKIPPED: Final = "skipped by the clocks of that day: read by the offset before"
# DuckDB reads a time that is shown twice as the later one; half a day before it the offset is still the one before.
_READINGS: Final = f"""
CREATE OR REPLACE TEMP MACRO on_the_wall_in(zone, utc) AS timezone(zone, timezone('UTC', utc));
CREATE OR REPLACE TEMP MACRO later_reading(zone, wall) AS timezone('UTC', timezone(zone, wall));
CREATE OR REPLACE TEMP MACRO other_reading(zone, wall) AS
    wall - (on_the_wall_in(zone, later_reading(zone, wall) - INTERVAL 12 HOUR) - (later_reading(zone, wall) - INTERVAL 12 HOUR));
CREATE OR REPLACE TEMP MACRO earlier_reading(zone, wall) AS
    CASE WHEN on_the_wall_in(zone, other_reading(zone, wall)) = wall
         THEN least(other_reading(zone, wall), later_reading(zone, wall)) ELSE later_reading(zone, wall) END;
CREATE OR REPLACE TEMP MACRO doubt_of_reading(zone, wall) AS
    CASE WHEN on_the_wall_in(zone, later_reading(zone, wall)) <> wall THEN '{SKIPPED}'
         WHEN earlier_reading(zone, wall) < later_reading(zone, wall) THEN '{TWICE}' END
"""


def _in_utc(local: str) -> str:
    """Return the SQL that reads a time on the wall in the zone asserted for its exhibit; NULL where none is."""
    read = f"try_cast({local} AS TIMESTAMP)"
    return f"""CASE WHEN clock.fixed_s IS NOT NULL THEN {read} - to_seconds(clock.fixed_s)
                     WHEN clock.zone <> '' THEN earlier_reading(clock.zone, {read}) END"""


def _in_doubt(local: str, zone: str) -> str:
    """Return the SQL that says why a time in an asserted zone is not exact; NULL where it is, or where none is asserted."""
    read = f"try_cast({local} AS TIMESTAMP)"
    return f"CASE WHEN clock.zone <> '' AND {zone} = '' AND {local} <> '' THEN doubt_of_reading(clock.zone, {read}) END"


def _stamped(utc: str, local: str, zone: str) -> str:
    """Return the SQL of a time in UTC: as stated, else as asserted, less what the clock is asserted to be ahead.

    A record that states a zone which could not be read is not given another one.
    """
    return f"""CASE WHEN clock.exhibit IS NULL THEN {utc} ELSE
                   coalesce(strftime(coalesce(try_cast(nullif({utc}, '') AS TIMESTAMP),
                                   CASE WHEN {zone} = '' AND {local} <> '' THEN {_in_utc(local)} END)
                          - to_seconds(coalesce(clock.ahead_s, 0)), {_UTC_TEXT}), '') END"""


_AGAIN = """row_number() OVER (PARTITION BY here.id ORDER BY kind, time_written, time_utc, time_local, description, "key",
                                 facts, CAST(parties AS VARCHAR))"""
"""The how-manieth event of its segment it is."""
_SEVERAL = "SELECT 1 FROM stage_event HAVING count(*) <> count(DISTINCT segment_id)"
_AS_STATED = """
    SELECT happened.*, NULL::VARCHAR AS told, NULL::VARCHAR AS doubt, utc_stated AS time_utc, until_stated AS until_utc,
           CASE WHEN utc_stated = '' THEN try_cast(nullif(time_local, '') AS TIMESTAMP) END AS on_the_wall
    FROM happened
"""
_AS_ASSERTED = f"""
    SELECT happened.*, clock.told,
           CASE WHEN utc_stated = '' THEN {_in_doubt("time_local", "happened.zone")} END AS doubt,
           {_stamped("utc_stated", "time_local", "happened.zone")} AS time_utc,
           {_stamped("until_stated", "until_local", "happened.zone")} AS until_utc,
           CASE WHEN utc_stated = '' THEN try_cast(nullif(time_local, '') AS TIMESTAMP)
                     - to_seconds(coalesce(clock.ahead_s, 0)) END AS on_the_wall
    FROM happened LEFT JOIN stage_clock AS clock ON clock.exhibit = happened.exhibit
"""  # noqa: S608 - built from our own constants


def _stage(*, several: bool, asserted: bool) -> str:
    """Return the SQL that stages events; a million messages should not pay for what only a few formats and cases need.

    `several`: a segment may hold more than one event; `asserted`: someone spoke of an exhibit's zone or clock.
    """
    return f"""
CREATE OR REPLACE TEMP TABLE stage_event AS
WITH found AS (
    SELECT {SPOT} AS spot, made.* FROM read_parquet($files, filename = true) AS made JOIN stage_file AS file USING (filename)
    WHERE made."row" = 'event'
), happened AS (
    SELECT here.exhibit, here.id AS segment_id, kind, time_written, time_utc AS utc_stated, time_local, zone, zone_by,
           until_written, until_utc AS until_stated, until_local, description, parties, "key", conversation, reply_to,
           "references", state, attachments, facts, {_AGAIN if several else 1} AS again
    FROM found JOIN stage_segment AS here USING (spot)
), told AS ({_AS_ASSERTED if asserted else _AS_STATED})
SELECT 'v-' || substr(sha256('casegraph/event' || chr(10) || concat_ws(chr(31), segment_id, kind, time_written,
           utc_stated, time_local, again::VARCHAR, description)), 1, 16) AS id,
       * EXCLUDE (told, doubt, on_the_wall) REPLACE (
           CASE WHEN told IS NULL OR utc_stated = time_utc THEN zone_by
                ELSE concat_ws('; ', nullif(zone_by, ''), told, doubt) END AS zone_by),
       CASE WHEN time_utc <> '' THEN time_utc
            ELSE coalesce(strftime(on_the_wall - INTERVAL 14 HOUR, {_UTC_TEXT}), '') END AS earliest_utc,
       CASE WHEN time_utc <> '' THEN time_utc
            ELSE coalesce(strftime(on_the_wall + INTERVAL 12 HOUR, {_UTC_TEXT}), '') END AS latest_utc
FROM told
"""  # noqa: S608 - built from our own constants


_EVENTS = f"""
INSERT INTO event BY NAME SELECT * EXCLUDE (parties, attachments, again) FROM stage_event;

INSERT INTO attachment BY NAME
SELECT id AS event_id, exhibit, segment_id, unnest(attachments, recursive := true) FROM stage_event
WHERE len(attachments) > 0;

-- Whoever used a device is known by nothing but the device: the outermost exhibit's number stands for them.
INSERT INTO event_party BY NAME
WITH stated AS (
    SELECT id AS event_id, exhibit, segment_id,
           unnest(CASE WHEN len(parties) < 2 OR (len(parties) = 2 AND parties[1] <> parties[2]) THEN parties
                       ELSE list_distinct(parties) END, recursive := true)
    FROM stage_event
), party AS (
    SELECT * REPLACE (CASE WHEN kind = 'device_user' AND value = '' THEN split_part(exhibit, '/', 1)
                           ELSE value END AS value)
    FROM stated
)
SELECT event_id, exhibit, role, kind, value, {entity_digest("kind", "value")} AS entity_id
FROM party
"""  # noqa: S608 - built from our own constants
_NOT_REJECTED = """
WHERE NOT EXISTS (SELECT 1 FROM rejected WHERE rejected.segment_id = party.segment_id
                  AND rejected.kind = party.kind AND rejected.value = party.value)
   OR EXISTS (SELECT 1 FROM mention WHERE mention.segment_id = party.segment_id
              AND mention.kind_machine = party.kind AND mention.value_machine = party.value)
"""
_REJECTED = "SELECT 1 FROM rejected WHERE exhibit IN (SELECT number FROM stage_exhibit) LIMIT 1"

_TWICE = """
SELECT 1 WHERE (SELECT count(DISTINCT role) FROM event_party WHERE role IN ('to', 'in')
                AND exhibit IN (SELECT number FROM stage_exhibit)) > 1
    OR EXISTS (SELECT 1 FROM mention WHERE (kind <> kind_machine OR value <> value_machine)
               AND exhibit IN (SELECT number FROM stage_exhibit))
"""
"""Whether one event may relate the same two things twice: as a person and as a group, or since people joined two readings."""


def _communications(*, twice: bool) -> str:
    """Return the SQL of the relations that follow from events, each once for a segment.

    Both ends must be named in the exhibit by a mention that stands; only whoever used the device has no name to point at.
    """
    once = """QUALIFY row_number() OVER (PARTITION BY segment_id, kind, source_entity, target_entity
                           ORDER BY source_mention, target_mention) = 1"""
    return f"""
INSERT INTO edge_support BY NAME
WITH named AS (
    SELECT exhibit, kind_machine AS kind, value_machine AS value,
           arg_min(struct_pack(id, entity_id, confirmed := review <> 'unreviewed'), (segment_id, start, id)) AS pick
    FROM mention WHERE status = 'established' AND exhibit IN (SELECT number FROM stage_exhibit)
    GROUP BY ALL
), party AS (
    SELECT who.event_id, who.exhibit, role, coalesce(pick.id, '') AS mention_id,
           coalesce(pick.entity_id, who.entity_id) AS entity_id, coalesce(pick.confirmed, false) AS confirmed
    FROM event_party AS who LEFT JOIN named USING (exhibit, kind, value)
    WHERE who.exhibit IN (SELECT number FROM stage_exhibit) AND (pick IS NOT NULL OR who.kind = 'device_user')
), held AS (
    SELECT CASE happened.kind WHEN 'message' THEN 'messaged' WHEN 'call' THEN 'called' ELSE 'paid' END AS kind,
           CASE happened.kind WHEN 'payment' THEN 'stated' ELSE 'communication' END AS family, 'machine' AS origin,
           'source_fact' AS basis, source.entity_id AS source_entity, target.entity_id AS target_entity,
           happened.exhibit, happened.segment_id, source.mention_id AS source_mention,
           target.mention_id AS target_mention, -1 AS start, -1 AS "end",
           source.confirmed AND target.confirmed AS confirmed, 'the record''s own sender and recipient' AS rule,
           0 AS seq, '' AS stated_by, '' AS reason
    FROM stage_event AS happened
    JOIN party AS source ON source.event_id = happened.id AND source.role = 'from'
    JOIN party AS target ON target.event_id = happened.id AND target.role IN ('to', 'in')
    WHERE happened.kind IN ('message', 'call', 'payment') AND source.entity_id <> target.entity_id
          AND NOT list_contains($unsent, string_split(happened.state, ', ')[1])
    {once if twice else ""}
)
SELECT {RELATION_DIGEST} AS relation_id, * FROM held
"""  # noqa: S608 - built from our own constants


UNSENT = ("draft", "outbox", "failed", "queued", "not sent", "not sent yet")
"""States of a message that was written and, as far as the record says, never left: it is an event, and no communication."""


def stage_clocks(conn: duckdb.DuckDBPyConnection, dossiers: Sequence[Dossier]) -> None:
    """Lay out what people asserted about the zone and the clock of each exhibit of a batch."""
    conn.execute(
        """CREATE OR REPLACE TEMP TABLE stage_clock
        (exhibit VARCHAR, zone VARCHAR, fixed_s BIGINT, ahead_s BIGINT, told VARCHAR)"""
    )
    conn.execute(_READINGS)
    insert(conn, "stage_clock", [_clock_row(dossier.number, dossier.clock) for dossier in dossiers if dossier.clock])


def _clock_row(number: str, clock: Clock) -> dict[str, object]:
    fixed = fixed_offset(clock.zone) if clock.zone else None
    return {
        "exhibit": number,
        "zone": "" if fixed is not None else clock.zone,
        "fixed_s": fixed,
        "ahead_s": clock.ahead_s,
        "told": clock.told,
    }


def load_events(conn: duckdb.DuckDBPyConnection, readings: Sequence[str]) -> None:
    """Write the events of the staged exhibits, and the relations that follow from who took part in them."""
    asked = {"files": list(readings)}
    asserted = conn.execute("SELECT 1 FROM stage_clock LIMIT 1").fetchone() is not None
    with joined_as_written(conn):
        conn.execute(_stage(several=False, asserted=asserted), asked)
    several = conn.execute(_SEVERAL).fetchone() is not None
    if several:
        conn.execute(_stage(several=True, asserted=asserted), asked)
    rejected = conn.execute(_REJECTED).fetchone() is not None
    conn.execute(_EVENTS + (_NOT_REJECTED if rejected else ""))
    twice = several or conn.execute(_TWICE).fetchone() is not None
    conn.execute(_communications(twice=twice), {"unsent": list(UNSENT)})
