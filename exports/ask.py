"""What an export asks the graph: one query a function, typed rows back, always in a fixed order."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, TypeVar

import duckdb
import msgspec

from evidence.records import Basis, MentionStatus, OutcomeKind, ReadingSource, Review, Stamp, Tag

Row = TypeVar("Row", bound=msgspec.Struct)


class FindingRow(msgspec.Struct, frozen=True, kw_only=True):
    """A finding that stands."""

    id: str
    sentence: str
    reason: str
    author: str
    written_at: str
    seq: int


class TagRow(msgspec.Struct, frozen=True, kw_only=True):
    """A tag on a segment that is in the graph."""

    seq: int
    exhibit: str
    segment_id: str
    tag: Tag
    finding: str
    reason: str
    actor: str
    ts: str


class SegmentRow(msgspec.Struct, frozen=True, kw_only=True):
    """A segment as read."""

    id: str
    exhibit: str
    idx: int
    part: str
    text: str
    place: str
    source: ReadingSource
    language: str
    speaker: str
    score: int
    doubtful: bool
    draft: bool


class MentionRow(msgspec.Struct, frozen=True, kw_only=True):
    """A mention that counts, with what people said of it."""

    id: str
    segment_id: str
    exhibit: str
    kind: str
    start: int
    end: int
    quote: str
    value: str
    value_machine: str
    status: MentionStatus
    check: str
    rule: str
    score: int
    finder: str
    origin: str
    basis: Basis
    review: Review
    reviewer: str
    reviewed_at: str
    review_seq: int
    review_reason: str
    entity_id: str


class RejectedRow(msgspec.Struct, frozen=True, kw_only=True):
    """A mention that a person rejected."""

    id: str
    segment_id: str
    exhibit: str
    kind: str
    start: int
    end: int
    quote: str
    value: str
    finder: str
    reviewer: str
    reviewed_at: str
    review_seq: int
    review_reason: str


class CorrectionRow(msgspec.Struct, frozen=True, kw_only=True):
    """Characters that a person corrected."""

    seq: int
    segment_id: str
    start: int
    end: int
    quote: str
    text: str
    reason: str
    actor: str
    ts: str


class EntityRow(msgspec.Struct, frozen=True, kw_only=True):
    """An identifier or name."""

    id: str
    kind: str
    value: str
    label: str
    exhibits: tuple[str, ...]


class CategoryRow(msgspec.Struct, frozen=True, kw_only=True):
    """A category that a person set."""

    entity_id: str
    category: str
    reason: str
    actor: str
    ts: str
    seq: int


class EventRow(msgspec.Struct, frozen=True, kw_only=True):
    """Something an exhibit records as having happened."""

    id: str
    exhibit: str
    segment_id: str
    kind: str
    time_written: str
    time_utc: str
    time_local: str
    zone: str
    zone_by: str
    description: str
    state: str


class PartyRow(msgspec.Struct, frozen=True, kw_only=True):
    """Who took part in an event, in which role."""

    event_id: str
    role: str
    kind: str
    value: str
    entity_id: str


class ExhibitRow(msgspec.Struct, frozen=True, kw_only=True):
    """An exhibit that is not sealed."""

    number: str
    name: str
    sha256: str
    media_type: str
    outcome: OutcomeKind
    reason: str
    units: str
    doubtful: bool
    partial: bool
    draft: bool
    names_looked_for: bool
    stamps: str
    extracted_seq: int
    sealed_segments: int

    def stamp_list(self) -> list[Stamp]:
        """Return the stamps of what read it."""
        return msgspec.json.decode(self.stamps, type=list[Stamp])


class UnitRow(msgspec.Struct, frozen=True, kw_only=True):
    """A page, minute, message or file that was not wholly read."""

    exhibit: str
    unit_kind: str
    unit: int
    outcome: OutcomeKind
    reason: str
    doubtful: bool
    partial: bool
    draft: bool


class NoteRow(msgspec.Struct, frozen=True, kw_only=True):
    """Something the projector left out, and why."""

    exhibit: str
    segment_id: str
    text: str


def findings(graph: duckdb.DuckDBPyConnection) -> list[FindingRow]:
    """Return the findings on record, in order of number."""
    return _all(graph, FindingRow, "SELECT * FROM finding ORDER BY length(id), id")


def tags(graph: duckdb.DuckDBPyConnection) -> list[TagRow]:
    """Return the tags that stand on segments in the graph: the last word on each segment and finding."""
    last = """
        SELECT * FROM tag
        QUALIFY row_number() OVER (PARTITION BY segment_id, finding ORDER BY seq DESC) = 1
        ORDER BY seq"""
    return _all(graph, TagRow, last)


def superseded_tags(graph: duckdb.DuckDBPyConnection, segment_ids: Collection[str]) -> list[TagRow]:
    """Return the tags on some segments that a later one on the same segment and finding replaced, in order."""
    replaced = """
        SELECT seq, exhibit, about AS segment_id, verdict AS tag, value AS finding, reason, actor, ts FROM decision
        WHERE op = 'segment.tagged' AND state = 'superseded' AND about IN (SELECT unnest(?))
        ORDER BY seq"""
    return _all(graph, TagRow, replaced, sorted(segment_ids))


def segments(graph: duckdb.DuckDBPyConnection, ids: Collection[str]) -> dict[str, SegmentRow]:
    """Return segments by id."""
    rows = _all(graph, SegmentRow, "SELECT * FROM segment WHERE id IN (SELECT unnest(?)) ORDER BY id", sorted(ids))
    return {row.id: row for row in rows}


def mentions_in(graph: duckdb.DuckDBPyConnection, segment_ids: Collection[str]) -> list[MentionRow]:
    """Return the mentions of some segments, in reading order."""
    asked = 'SELECT * FROM mention WHERE segment_id IN (SELECT unnest(?)) ORDER BY segment_id, start, "end", kind, id'
    return _all(graph, MentionRow, asked, sorted(segment_ids))


def mentions_of(graph: duckdb.DuckDBPyConnection, entity_ids: Collection[str]) -> list[MentionRow]:
    """Return the mentions of some entities, joined or not; reviewed ones first, then by exhibit and place."""
    asked = """
        SELECT m.* FROM mention m JOIN exhibit x ON x.number = m.exhibit
        WHERE m.entity_id IN (SELECT unnest(?))
        ORDER BY m.entity_id, m.review = 'unreviewed', x.ord, m.segment_id, m.start, m.id"""
    return _all(graph, MentionRow, asked, sorted(entity_ids))


def mentions_by_id(graph: duckdb.DuckDBPyConnection, ids: Collection[str]) -> list[MentionRow]:
    """Return some mentions; reviewed ones first, then by exhibit and place."""
    asked = """
        SELECT m.* FROM mention m JOIN exhibit x ON x.number = m.exhibit WHERE m.id IN (SELECT unnest(?))
        ORDER BY m.review = 'unreviewed', x.ord, m.segment_id, m.start, m.id"""
    return _all(graph, MentionRow, asked, sorted(ids))


def made_of(graph: duckdb.DuckDBPyConnection, mention_ids: Collection[str]) -> dict[str, set[str]]:
    """Return what people made of some mentions, with those of them that are in it, by its id."""
    asked = "SELECT identity_id, mention_id FROM identity_member WHERE mention_id IN (SELECT unnest(?)) ORDER BY ALL"
    found: dict[str, set[str]] = {}
    for name, mention in graph.execute(asked, [sorted(mention_ids)]).fetchall():
        found.setdefault(str(name), set()).add(str(mention))
    return found


def rejected_in(graph: duckdb.DuckDBPyConnection, segment_ids: Collection[str]) -> list[RejectedRow]:
    """Return the rejected mentions of some segments, in reading order."""
    asked = "SELECT * FROM rejected WHERE segment_id IN (SELECT unnest(?)) ORDER BY segment_id, start, id"
    return _all(graph, RejectedRow, asked, sorted(segment_ids))


def rejected_as(graph: duckdb.DuckDBPyConnection, kind: str, value: str) -> list[RejectedRow]:
    """Return rejected mentions that the machine had read as this value."""
    asked = "SELECT * FROM rejected WHERE kind = ? AND value = ? ORDER BY exhibit, segment_id, start, id"
    return _all(graph, RejectedRow, asked, kind, value)


def corrections_in(graph: duckdb.DuckDBPyConnection, segment_ids: Collection[str]) -> list[CorrectionRow]:
    """Return the corrections of some segments, in order."""
    asked = "SELECT * FROM correction WHERE segment_id IN (SELECT unnest(?)) ORDER BY segment_id, start, seq"
    return _all(graph, CorrectionRow, asked, sorted(segment_ids))


def entities(graph: duckdb.DuckDBPyConnection, ids: Collection[str]) -> dict[str, EntityRow]:
    """Return entities by id."""
    rows = _all(graph, EntityRow, "SELECT * FROM entity WHERE id IN (SELECT unnest(?)) ORDER BY id", sorted(ids))
    return {row.id: row for row in rows}


def alike(graph: duckdb.DuckDBPyConnection, entity: EntityRow) -> list[EntityRow]:
    """Return entities of the same kind whose value is one character away, in order of value."""
    asked = "SELECT * FROM entity WHERE kind = ? AND value <> ? AND levenshtein(value, ?) = 1 ORDER BY value"
    return _all(graph, EntityRow, asked, entity.kind, entity.value, entity.value)


def categories(graph: duckdb.DuckDBPyConnection, entity_ids: Collection[str]) -> list[CategoryRow]:
    """Return the categories people set for some entities, in order."""
    asked = "SELECT * FROM category WHERE entity_id IN (SELECT unnest(?)) ORDER BY entity_id, seq"
    return _all(graph, CategoryRow, asked, sorted(entity_ids))


def how_many_events(graph: duckdb.DuckDBPyConnection) -> int:
    """Return how many events there are."""
    return int((graph.execute("SELECT count(*) FROM event").fetchone() or (0,))[0])


def events(
    graph: duckdb.DuckDBPyConnection,
    *,
    segments: Collection[str] = (),
    entities: Collection[str] = (),
    every: bool = True,
) -> list[EventRow]:
    """Return the events by time as far as it is stated, those without any time last; unless `every` one is wanted, those
    that stand in some segments or in which some entities took part.
    """
    asked = """
        SELECT e.* FROM event e JOIN exhibit x ON x.number = e.exhibit
        WHERE ?1 OR e.segment_id IN (SELECT unnest(?2))
           OR e.id IN (SELECT event_id FROM event_party WHERE entity_id IN (SELECT unnest(?3)))
        ORDER BY coalesce(nullif(e.time_utc, ''), nullif(e.time_local, ''), '~'), x.ord, e.segment_id, e.id"""
    return _all(graph, EventRow, asked, every, sorted(segments), sorted(entities))


def event_parties(graph: duckdb.DuckDBPyConnection, events: Collection[str]) -> dict[str, list[PartyRow]]:
    """Return who took part in each of some events, by its id."""
    found: dict[str, list[PartyRow]] = {}
    asked = """SELECT * FROM event_party WHERE event_id IN (SELECT unnest(?))
        ORDER BY event_id, role, kind, value"""
    for row in _all(graph, PartyRow, asked, sorted(events)):
        found.setdefault(row.event_id, []).append(row)
    return found


def exhibits(graph: duckdb.DuckDBPyConnection) -> dict[str, ExhibitRow]:
    """Return the exhibits that are not sealed, in order of number."""
    return {row.number: row for row in _all(graph, ExhibitRow, "SELECT * FROM exhibit ORDER BY ord")}


def units_not_wholly_read(graph: duckdb.DuckDBPyConnection) -> list[UnitRow]:
    """Return units that are not `read`, or read doubtfully, in part or as a draft, in order."""
    asked = """
        SELECT u.* FROM unit u JOIN exhibit x ON x.number = u.exhibit
        WHERE u.outcome <> 'read' OR u.doubtful OR u.partial OR u.draft
        ORDER BY x.ord, u.unit_kind, u.unit"""
    return _all(graph, UnitRow, asked)


def notes(graph: duckdb.DuckDBPyConnection) -> list[NoteRow]:
    """Return what the projector left out."""
    return _all(graph, NoteRow, "SELECT * FROM note ORDER BY exhibit, segment_id, text")


def unreviewed_by_kind(graph: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Return how many machine readings nobody reviewed, by kind."""
    asked = "SELECT kind, count(*) FROM mention WHERE review = 'unreviewed' AND origin = 'machine' GROUP BY kind ORDER BY kind"
    return dict(graph.execute(asked).fetchall())


def reviews_by_source(graph: duckdb.DuckDBPyConnection) -> dict[str, dict[str, int]]:
    """Return, for each way of reading, how many machine readings people confirmed, corrected or rejected."""
    asked = """
        WITH judged AS (
            SELECT segment_id, review FROM mention WHERE review <> 'unreviewed' AND origin = 'machine'
            UNION ALL SELECT segment_id, 'rejected' FROM rejected)
        SELECT s.source, j.review, count(*) FROM judged j JOIN segment s ON s.id = j.segment_id
        GROUP BY ALL ORDER BY ALL"""
    found: dict[str, dict[str, int]] = {}
    for source, review, count in graph.execute(asked).fetchall():
        found.setdefault(source, {})[review] = count
    return found


def unanchored(graph: duckdb.DuckDBPyConnection) -> int:
    """Return how many human acts no longer find their words."""
    return int((graph.execute("SELECT count(*) FROM unanchored").fetchone() or (0,))[0])


def _all(graph: duckdb.DuckDBPyConnection, row: type[Row], sql: str, *values: Any) -> list[Row]:
    cursor = graph.execute(sql, list(values))
    names = [column[0] for column in cursor.description or []]
    return [msgspec.convert(dict(zip(names, values, strict=True)), row) for values in cursor.fetchall()]
