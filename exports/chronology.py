"""Events in the order of their times, each as the exhibit writes it."""

from __future__ import annotations

from collections.abc import Collection

import duckdb

from evidence.records import DEVICE_USER
from exports import ask
from exports.material import ChronologyLine
from exports.readings import Sources, basis_of

MOST = 400
"""Beyond so many events, only those that touch what the findings cite are printed, and the rest are counted."""


def chronology(
    graph: duckdb.DuckDBPyConnection, *, segments: Collection[str], entities: Collection[str], sources: Sources
) -> tuple[tuple[ChronologyLine, ...], int]:
    """Return the events, and how many were left out because they touch nothing that the findings cite."""
    total = ask.how_many_events(graph)
    chosen = ask.events(graph, segments=segments, entities=entities, every=total <= MOST)
    parties = ask.event_parties(graph, [event.id for event in chosen])
    rows = ask.segments(graph, {event.segment_id for event in chosen})
    lines = [
        _line(event, rows[event.segment_id], parties.get(event.id, []), sources=sources)
        for event in chosen
        if event.segment_id in rows
    ]
    return tuple(lines), total - len(lines)


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
        zone_by=event.zone_by,
        description="; ".join(filter(None, (event.state, event.description))),
        parties=tuple(f"{party.role}: {_named(party)}" for party in parties),
        strip=strip,
    )


def _named(party: ask.PartyRow) -> str:
    return f"the user of {party.value}, not attributed" if party.kind == DEVICE_USER else party.value
