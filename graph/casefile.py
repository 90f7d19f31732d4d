"""Exhibits, findings, tags, events and decisions: the case as people work on it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from evidence.errors import NotFound
from evidence.records import Authority, segment_id
from graph.answers import (
    Carried,
    DecisionLine,
    ExhibitDetail,
    ExhibitLine,
    FindingDetail,
    Happening,
    Mention,
    NoteLine,
    Party,
    ScheduledLine,
    TaggedSegment,
    TagLine,
    UnitLine,
)
from graph.project import Graph
from graph.records import happenings, happenings_in
from graph.rows import Row, fetch, records, stamps_of, strip
from graph.things import mentions_where, segments, segments_of

_EVENTS = """
SELECT event.*, event.segment_id AS segment, here.place, here.source, here.draft, here.doubtful,
       here.score AS segment_score, whole.stamps
FROM event JOIN segment AS here ON here.id = event.segment_id JOIN exhibit AS whole ON whole.number = event.exhibit
WHERE event.id IN (SELECT id FROM asked)
ORDER BY coalesce(nullif(time_utc, ''), nullif(time_local, ''), '~'), whole.ord, unit_kind, unit, ordinal, event.id
"""
_PARTIES = "SELECT * FROM event_party WHERE event_id IN {ids} ORDER BY event_id, role, kind, value"
_FILES = "SELECT * FROM attached WHERE event_id IN {ids} ORDER BY event_id, name"
_ALL_ASKED = "(SELECT id FROM asked)"
# A few are looked up one kind after another: DuckDB takes an index, where there is one, for a list that is given, and not for a join.
_FEW_EVENTS = "SELECT *, segment_id AS segment FROM event WHERE id IN $ids"
_FEW_SEGMENTS = "SELECT id, place, source, draft, doubtful, score FROM segment WHERE id IN $ids"
_FEW_EXHIBITS = "SELECT number, stamps FROM exhibit WHERE number IN $ids"
_MOST_LOOKED_UP = 500
_ASKED = """
CREATE OR REPLACE TEMP TABLE asked AS
WITH fitting AS (
    SELECT event.id, coalesce(nullif(time_utc, ''), nullif(time_local, ''), '~') AS moment, ord, segment_id
    FROM event JOIN exhibit ON number = event.exhibit
    WHERE ($exhibit = '' OR number = $exhibit OR starts_with(number, $exhibit || '/')) AND ($kind = '' OR kind = $kind)
      AND ($entity = '' OR event.id IN (SELECT event_id FROM event_party WHERE entity_id = $entity))
      AND ($since = '' OR greatest(latest_utc, until_utc, coalesce(strftime(
               try_cast(nullif(until_local, '') AS TIMESTAMP) + INTERVAL 12 HOUR, '%Y-%m-%dT%H:%M:%SZ'), '')) >= $since)
      AND ($until = '' OR (earliest_utc <> '' AND earliest_utc < $until))
)
SELECT id, count(*) OVER () AS many FROM fitting ORDER BY moment, ord, segment_id, id LIMIT $limit
"""
_ASKED_OF_SEGMENTS = """
CREATE OR REPLACE TEMP TABLE asked AS
SELECT id, 0 AS many FROM event WHERE segment_id IN (SELECT unnest($segments::VARCHAR[]))
"""
_EVENT_LIMIT = 1_000_000


def exhibit(graph: Graph, number: str) -> ExhibitDetail:
    """Return an exhibit with its units, text and children; raises NotFound, for a sealed one as for none."""
    number = number.strip().upper()
    rows = fetch(graph.conn, "SELECT * FROM exhibit WHERE number = $number", {"number": number})
    if not rows:
        raise NotFound(f"there is no exhibit {number}", next_step="`casegraph status CASE` lists the exhibits")
    units = "SELECT * EXCLUDE (exhibit) FROM unit WHERE exhibit = $number ORDER BY unit_kind, unit"
    children = "SELECT number FROM exhibit WHERE parent = $number ORDER BY ord"
    asked = {"number": number}
    return ExhibitDetail(
        exhibit=_exhibit_line(rows[0]),
        units=tuple(_unit_line(row) for row in fetch(graph.conn, units, asked)),
        segments=segments_of(graph, number),
        children=tuple(row["number"] for row in fetch(graph.conn, children, asked)),
        stamps=stamps_of(rows[0]["stamps"]),
        sealed_segments=rows[0]["sealed_segments"],
    )


def exhibit_line(graph: Graph, number: str) -> ExhibitLine:
    """Return an exhibit without its text; raises NotFound, for a sealed one as for none."""
    rows = fetch(graph.conn, "SELECT * FROM exhibit WHERE number = $number", {"number": number})
    if not rows:
        raise NotFound(f"there is no exhibit {number}", next_step="`casegraph status CASE` lists the exhibits")
    return _exhibit_line(rows[0])


def sealed_within(graph: Graph, number: str) -> int:
    """Return how many segments of an exhibit are sealed; raises NotFound, for a sealed exhibit as for none."""
    rows = fetch(graph.conn, "SELECT sealed_segments FROM exhibit WHERE number = $number", {"number": number})
    if not rows:
        raise NotFound(f"there is no exhibit {number}", next_step="`casegraph status CASE` lists the exhibits")
    return int(rows[0]["sealed_segments"])


def exhibit_lines(graph: Graph, numbers: Iterable[str]) -> dict[str, ExhibitLine]:
    """Return exhibits without their text, by number; unknown and sealed ones are left out."""
    query = "SELECT * FROM exhibit WHERE number IN (SELECT unnest($numbers::VARCHAR[])) ORDER BY ord"
    rows = fetch(graph.conn, query, {"numbers": sorted(set(numbers))})
    return {row["number"]: _exhibit_line(row) for row in rows}


def _exhibit_line(row: Row) -> ExhibitLine:
    return msgspec.convert(row | {"units": msgspec.json.decode(row["units"])}, ExhibitLine)


def _unit_line(row: Row) -> UnitLine:
    return msgspec.convert(row | {"facts": msgspec.json.decode(row["facts"])}, UnitLine)


def authorities(graph: Graph) -> tuple[Authority, ...]:
    """Return the authorities on record, by reference."""
    return records(graph.conn, "SELECT * FROM authority ORDER BY reference", Authority)


def events(
    graph: Graph,
    *,
    exhibit: str = "",
    entity: str = "",
    kind: str = "",
    since: str = "",
    until: str = "",
    limit: int = 0,
) -> tuple[Happening, ...]:
    """Return what the exhibits record as having happened, by time as stated; those without a time come last.

    `exhibit` takes in what came out of it, `entity` is an entity's id, `since` and `until` (exclusive) are in UTC; an event
    that lasts, or whose zone is not known, is there where its interval touches theirs. At most `limit`, the first ones; 0: all.
    """
    asked = {"exhibit": exhibit, "entity": entity, "kind": kind, "since": since, "until": until}
    graph.conn.execute(_ASKED, asked | {"limit": limit or _EVENT_LIMIT})
    return _with_rows(graph, _happened(graph), asked, limit)


def events_in(graph: Graph, segments: Iterable[str]) -> dict[str, tuple[Happening, ...]]:
    """Return what some segments record as having happened, by segment; segments that record nothing are left out."""
    wanted = {"segments": sorted(set(segments))}
    graph.conn.execute(_ASKED_OF_SEGMENTS, wanted)
    found: dict[str, tuple[Happening, ...]] = {}
    for one in _happened(graph):
        found[one.segment] = (*found.get(one.segment, ()), one)
    return found


def happenings_of(graph: Graph, spots: Sequence[tuple[str, str, int, int]]) -> tuple[Happening, ...]:
    """Return events and rows in the order they are named: by the event's id, or by exhibit, table and row where that is empty."""
    events = {one.id: one for one in _by_id(graph, [one[0] for one in spots if one[0]])}
    rows = happenings_in(graph, [one[1:] for one in spots if not one[0]])
    named = [
        events.get(event) if event else rows.get(segment_id(exhibit, "table", table, row))
        for event, exhibit, table, row in spots
    ]
    return tuple(one for one in named if one is not None)


def _by_id(graph: Graph, ids: Sequence[str]) -> list[Happening]:
    """Return events by their ids, whole: a few by looking each up, many by going through all there are."""
    if not ids:
        return []
    if len(ids) > _MOST_LOOKED_UP:
        graph.conn.execute(
            "CREATE OR REPLACE TEMP TABLE asked AS SELECT unnest($ids::VARCHAR[]) AS id", {"ids": list(ids)}
        )
        return _happened(graph)
    rows = fetch(graph.conn, _FEW_EVENTS, {"ids": list(ids)})
    here = {
        one["id"]: one for one in fetch(graph.conn, _FEW_SEGMENTS, {"ids": sorted({row["segment"] for row in rows})})
    }
    whole = {
        one["number"]: one
        for one in fetch(graph.conn, _FEW_EXHIBITS, {"ids": sorted({row["exhibit"] for row in rows})})
    }
    placed = [
        {
            **here[row["segment"]],
            **row,
            "segment_score": here[row["segment"]]["score"],
            "stamps": whole[row["exhibit"]]["stamps"],
        }
        for row in rows
        if row["segment"] in here and row["exhibit"] in whole
    ]
    return _made(graph, placed, "$ids", {"ids": list(ids)})


def _happened(graph: Graph) -> list[Happening]:
    """Return the events whose ids lie in `asked`, whole."""
    return _made(graph, fetch(graph.conn, _EVENTS), _ALL_ASKED, {})


def _made(graph: Graph, rows: Iterable[Row], ids: str, given: dict[str, list[str]]) -> list[Happening]:
    """Return these rows as events, with who took part and what they carried."""
    parties: dict[str, list[Party]] = {}
    for row in fetch(graph.conn, _PARTIES.format(ids=ids), given):
        parties.setdefault(row["event_id"], []).append(msgspec.convert(row, Party))
    carried: dict[str, list[Carried]] = {}
    for row in fetch(graph.conn, _FILES.format(ids=ids), given):
        carried.setdefault(row["event_id"], []).append(msgspec.convert(row, Carried))
    made = []
    for row in rows:
        more = {
            "parties": tuple(parties.get(row["id"], [])),
            "attached": tuple(carried.get(row["id"], [])),
            "facts": msgspec.json.decode(row["facts"], type=dict[str, str]),
            "references": tuple(row["references"]),
            "strip": strip(row),
        }
        made.append(Happening(**{name: (row | more)[name] for name in _HAPPENING}))
    return made


def _with_rows(graph: Graph, made: list[Happening], asked: dict[str, str], limit: int) -> tuple[Happening, ...]:
    """Return events together with what rows of records say happened, by time; notes how many rows fit."""
    rows, many = happenings(graph, **asked, limit=limit)
    graph.conn.execute("CREATE OR REPLACE TEMP TABLE asked_rows AS SELECT $many::BIGINT AS many", {"many": many})
    if not rows:
        return tuple(made)
    both = [(one.time_utc or one.time_local or "~", 0, at, one) for at, one in enumerate(made)]
    both += [(moment, 1, at, one) for at, (moment, one) in enumerate(rows)]
    ordered = [one for *_, one in sorted(both, key=lambda entry: entry[:3])]
    return tuple(ordered[:limit] if limit else ordered)


def how_many_events(graph: Graph) -> int:
    """Return how many fitted the question that `events` was last asked, shown or not."""
    query = "SELECT (SELECT coalesce(max(many), 0) FROM asked) + (SELECT coalesce(max(many), 0) FROM asked_rows)"
    return int(graph.conn.execute(query).fetchall()[0][0])


_HAPPENING = Happening.__struct_fields__


def tags(graph: Graph) -> tuple[TagLine, ...]:
    """Return the tags that stand, in the order they were set."""
    return records(graph.conn, "SELECT *, segment_id AS segment FROM tag ORDER BY seq", TagLine)


def scheduled(graph: Graph) -> tuple[ScheduledLine, ...]:
    """Return the schedule of unused material, in the order it was made."""
    return records(graph.conn, "SELECT *, segment_id AS segment FROM scheduled ORDER BY seq", ScheduledLine)


def findings(graph: Graph) -> tuple[FindingDetail, ...]:
    """Return the findings with the segments tagged to each and their mentions, in the order they were written."""
    tagged = [tag for tag in tags(graph) if tag.finding]
    texts = segments(graph, [tag.segment for tag in tagged])
    said: dict[str, list[Mention]] = {}
    for mention in mentions_where(graph, "list_contains($wanted, mention.segment_id)", sorted(texts)):
        said.setdefault(mention.segment, []).append(mention)
    set_aside = {line.segment for line in scheduled(graph)}
    under: dict[str, list[TaggedSegment]] = {}
    for tag in tagged:
        under.setdefault(tag.finding, []).append(
            TaggedSegment(
                tag=tag.tag,
                reason=tag.reason,
                actor=tag.actor,
                ts=tag.ts,
                seq=tag.seq,
                segment=texts[tag.segment],
                mentions=tuple(said.get(tag.segment, [])),
                scheduled=tag.segment in set_aside,
            )
        )
    rows = fetch(graph.conn, "SELECT * FROM finding ORDER BY length(id), id")
    return tuple(FindingDetail(**row, tags=tuple(under.get(row["id"], []))) for row in rows)


def decisions(graph: Graph, *, exhibit: str = "", state: str = "") -> tuple[DecisionLine, ...]:
    """Return the human acts and what became of each, in the order they were made."""
    query = """SELECT * FROM decision WHERE ($exhibit = '' OR exhibit = $exhibit) AND ($state = '' OR state = $state)
        ORDER BY seq"""
    return records(graph.conn, query, DecisionLine, {"exhibit": exhibit, "state": state})


def unanchored(graph: Graph) -> tuple[DecisionLine, ...]:
    """Return the human acts that no longer match anything, for someone to look at again."""
    return decisions(graph, state="unanchored")


def notes(graph: Graph) -> tuple[NoteLine, ...]:
    """Return what the projector had to leave out, and said so."""
    query = "SELECT *, segment_id AS segment FROM note ORDER BY exhibit, segment_id, text"
    return records(graph.conn, query, NoteLine)
