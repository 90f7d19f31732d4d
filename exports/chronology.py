"""Events in the order of their times, each as the exhibit writes it."""

from __future__ import annotations

from collections.abc import Collection

import duckdb

from exports import ask
from exports.material import ChronologyLine
from exports.readings import Sources, basis_of

MOST = 400
"""Beyond so many events, only those that touch what the findings cite are printed, and the rest are counted."""


def chronology(
    graph: duckdb.DuckDBPyConnection, *, segments: Collection[str], entities: Collection[str], sources: Sources
) -> tuple[tuple[ChronologyLine, ...], int]:
    """Return the events, and how many were left out because they touch nothing that the findings cite."""
    events = ask.events(graph)
    parties = ask.event_parties(graph)
    chosen = events
    if len(events) > MOST:
        cited, touched = set(segments), set(entities)
        chosen = [
            event
            for event in events
            if event.segment_id in cited or touched & {party.entity_id for party in parties.get(event.id, [])}
        ]
    rows = ask.segments(graph, {event.segment_id for event in chosen})
    lines = [
        _line(event, rows[event.segment_id], parties.get(event.id, []), sources=sources)
        for event in chosen
        if event.segment_id in rows
    ]
    return tuple(lines), len(events) - len(lines)


def _line(event: ask.EventRow, row: ask.SegmentRow, parties: list[ask.PartyRow], *, sources: Sources) -> ChronologyLine:
    strip = sources.segment_strip(row)
    return ChronologyLine(
        claim=sources.claims.of("E", event.id),
        basis=basis_of(row),
        author="" if row.source == "native" else strip.engine,
        sources=(event.exhibit, row.id),
        kind=event.kind,
        time_written=event.time_written,
        time_utc=event.time_utc,
        zone=event.zone,
        description=event.description,
        parties=tuple(f"{party.role}: {party.value}" for party in parties),
        strip=strip,
    )
