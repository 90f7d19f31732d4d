"""How a summary was made: exhibits with hashes, tools with settings, what was measured, what it cannot do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb
import msgspec

from evidence.acts import ArtifactDiverged, ExhibitReceived, ExtractionRecorded
from evidence.digest import canonical
from evidence.ledger import Event
from evidence.records import Stamp
from exports import ask
from exports.material import ExhibitLine, Making, Tool
from exports.measured import measured_error
from exports.readings import Claims
from exports.record import Record

_LIMITATIONS = (
    "Raw scores are the engines' own and are not probabilities; they cannot be compared between engines.",
    "Recognition of print and speech makes errors that look right: a digit of a number can be another digit. Look at the "
    "crop, or listen, before relying on a reading.",
    "Handwriting is not read. A page on which something stands and nothing was read is listed as giving no text.",
    "An identifier is found only where it has a form that the software knows. What is not listed may still be there.",
    "A reading that was confirmed is a reading: what an exhibit says need not be true.",
    "That two passages hold one identifier says that the characters agree, not who used it.",
    "Names of actors are asserted by those who ran the software; they are not authenticated.",
    "No expert has reviewed the software for this case unless the case file says so elsewhere.",
)


def making(graph: duckdb.DuckDBPyConnection, record: Record, *, claims: Claims) -> Making:
    """Return how the summary was made; sealed exhibits are counted, not listed."""
    return Making(
        software=record.software,
        exhibits=tuple(_exhibits(graph, record)),
        sealed_exhibits=sum(record.state.is_sealed(number) for number in record.state.exhibits),
        tools=tuple(_tools(record, claims)),
        asserted=_asserted(record),
        measured_error=tuple(measured_error(graph, record)),
        limitations=_LIMITATIONS,
        diverged=tuple(_diverged(record)),
    )


def _exhibits(graph: duckdb.DuckDBPyConnection, record: Record) -> Iterator[ExhibitLine]:
    rows = ask.exhibits(graph)
    received = {
        str(event.act.exhibit.number): (event, event.act)
        for event in record.events
        if isinstance(event.act, ExhibitReceived)
    }
    for number, row in rows.items():
        event, act = received[number]
        yield _exhibit(event, act, row, number)


def _exhibit(event: Event, act: ExhibitReceived, row: ask.ExhibitRow, number: str) -> ExhibitLine:
    exhibit = act.exhibit
    return ExhibitLine(
        claim=number,
        author=event.line.actor,
        sources=(f"custody line {event.line.seq}",),
        number=number,
        name=exhibit.name,
        sha256="" if act.unreadable else exhibit.sha256,
        size_bytes=exhibit.size_bytes,
        media_type=row.media_type,
        custodian=exhibit.custodian,
        authority=exhibit.authority,
        received_at=event.line.ts,
        received_by=event.line.actor,
        account=event.account,
        host=event.host,
        manifest=act.manifest,
        outcome=row.outcome,
        reason=row.reason,
        units=_units(row.units),
    )


def _units(encoded: str) -> str:
    counts = msgspec.json.decode(encoded, type=dict[str, int])
    if sum(counts.values()) <= 1:
        return ""
    return "units: " + ", ".join(f"{count} {kind.replace('_', ' ')}" for kind, count in sorted(counts.items()) if count)


@dataclass(slots=True)
class _Run:
    stamp: Stamp
    exhibits: set[str]
    lines: list[tuple[int, str]]


def _tools(record: Record, claims: Claims) -> Iterator[Tool]:
    runs: dict[bytes, _Run] = {}
    active = set(record.state.extracted_seq.values())
    for event in record.events:
        act = event.act
        if isinstance(act, ExtractionRecorded) and event.line.seq in active and not record.state.is_sealed(act.exhibit):
            for stamp in act.stamps:
                run = runs.setdefault(canonical(stamp), _Run(stamp, set(), []))
                run.exhibits.add(act.exhibit)
                run.lines.append((event.line.seq, event.line.ts))
    for _, run in sorted(runs.items(), key=lambda item: (item[1].stamp.name, item[0])):
        times = sorted(ts for _, ts in run.lines)
        yield Tool(
            claim=claims.new("T"),
            author=record.software,
            sources=tuple(dict.fromkeys(f"custody line {seq}" for seq, _ in run.lines)),
            stamp=run.stamp,
            exhibits=len(run.exhibits),
            first_run=times[0],
            last_run=times[-1],
        )


def _asserted(record: Record) -> dict[str, str]:
    said = record.state.settings
    return {
        "region of national phone numbers": said.region or "not stated",
        "languages": ", ".join(said.languages) or "not stated",
        "language spoken in recordings": said.speech_language or "not stated",
        "order of day and month": said.day_order or "not stated; ambiguous dates stay ambiguous",
        "time zone": said.zone or "not stated",
        "asserted by": said.source or "not stated",
    }


def _diverged(record: Record) -> Iterator[str]:
    for event in record.events:
        act = event.act
        if isinstance(act, ArtifactDiverged) and not record.state.is_sealed(act.exhibit):
            yield (
                f"{act.exhibit}: made again on {event.line.ts[:10]}, the result was {act.content_now[:16]}… where it had "
                f"been {act.content_first[:16]}…; both are kept, and this summary rests on the first (custody line "
                f"{event.line.seq})."
            )
