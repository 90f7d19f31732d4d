"""Filling the summary's records from case and graph, at one head of the custody chain."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import duckdb
import msgspec
import segno

from evidence.authority import overdue
from evidence.case import Case
from evidence.errors import Busy
from evidence.ledger import Actor
from evidence.locator import strip_text
from exports import ask, gate
from exports.analyses import analysis
from exports.analyses import chosen as chosen_analyses
from exports.certification import paragraphs
from exports.chronology import chronology
from exports.cited import finding, passages
from exports.making import making
from exports.material import Front, Scheduled, SourceRow, Summary, UnusedMaterial
from exports.paper import unprintable
from exports.parties import parties
from exports.pictures import Album
from exports.readings import Claims, Sources
from exports.record import Record, Tagging, read_record
from exports.tables import source_rows
from exports.unread import searches, unread
from graph.project import Graph, catch_up, open_graph

_ATTEMPTS = 3
_UNUSED_TAGS = ("undermines", "assists_defence")


@dataclass(frozen=True, slots=True)
class Gathered:
    """Everything that goes into the folder, and the record it rests on."""

    summary: Summary
    pictures: dict[str, bytes]
    rows: tuple[SourceRow, ...]
    unused: UnusedMaterial
    record: Record


@dataclass(frozen=True, slots=True)
class Commission:
    """What was asked for: by whom, for whom, why, which findings (none named: all) and which analyses."""

    recipient: str
    reason: str
    actor: Actor
    findings: tuple[str, ...] = ()
    analyses: tuple[str, ...] = ()
    """Saved analyses to print; none unless they are named."""


def gather(case: Case, commission: Commission) -> Gathered:
    """Return what the summary says; the graph is caught up first.

    Raises Refused, IntegrityError, NotFound; Busy where the case keeps changing.
    """
    for _ in range(_ATTEMPTS):
        catch_up(case)
        with open_graph(case) as graph:
            record = read_record(case)
            if graph.seq == record.checkpoint.size:
                return _gather(case, graph, record, commission)
    raise Busy("the case keeps changing while it is exported", next_step="try again when the ingest has ended")


def _gather(case: Case, opened: Graph, record: Record, commission: Commission) -> Gathered:
    graph = opened.conn
    on_record = {row.id: row for row in ask.findings(graph)}
    chosen = gate.chosen(commission.findings, on_record=list(on_record))
    tags = ask.tags(graph)
    gate.check_undermining(record, printed={tag.seq: tag.segment_id for tag in tags}, findings=chosen)
    gate.check_originals(case, record)
    sources, album = Sources(case, record, Claims()), Album(case)
    found = passages(graph, {tag.segment_id for tag in tags if tag.finding in chosen})
    findings = tuple(finding(on_record[each], tags, found=found, sources=sources, album=album) for each in chosen)
    kept = chosen_analyses(commission.analyses, record.state.analyses)
    analyses = tuple(analysis(opened, each, sources=sources) for each in kept)
    touched = parties(opened, findings, sources=sources)
    events, events_left_out = chronology(
        graph, segments=found.segments, entities={party.entity for party in touched}, sources=sources
    )
    unused = _unused(graph, record, tags, printed=chosen, claims=sources.claims)
    made_how = making(graph, record, claims=sources.claims)
    state = record.state
    summary = Summary(
        title=state.title,
        case_id=state.case_id,
        exhibit_range=_range([line.number for line in made_how.exhibits]),
        checkpoint=record.checkpoint,
        front=_front(record, commission),
        authorities=tuple(state.authorities.values()),
        overdue=tuple(_overdue(record)),
        findings=findings,
        findings_left_out=len(on_record) - len(chosen),
        analyses=analyses,
        parties=touched,
        chronology=events,
        events_left_out=events_left_out,
        unread=unread(graph, record, claims=sources.claims),
        scheduled=len(unused.items) + unused.sealed,
        making=made_how,
        certification=paragraphs(made_how, record.checkpoint, title=state.title),
    )
    summary = msgspec.structs.replace(summary, unprintable=tuple(f"U+{ord(c):04X}" for c in unprintable(summary)))
    rows = tuple(source_rows(summary))
    gate.check_artifacts(case, record, {row.exhibit for row in rows})
    pictures = {**album.pictures, "checkpoint.svg": _qr(record.checkpoint.code)}
    return Gathered(summary=summary, pictures=pictures, rows=rows, unused=unused, record=record)


def _front(record: Record, commission: Commission) -> Front:
    return Front(
        recipient=commission.recipient.strip(),
        reason=commission.reason.strip(),
        prepared_by=commission.actor.name,
        account=commission.actor.account,
        host=commission.actor.host,
        as_of=record.checkpoint.head_at,
    )


def _overdue(record: Record) -> list[str]:
    today = date.fromisoformat(record.checkpoint.head_at[:10])
    return [
        f"{authority.reference}: {late}"
        for authority in record.state.authorities.values()
        for late in overdue(authority, today=today)
    ]


def _range(numbers: Sequence[str]) -> str:
    if not numbers:
        return "none"
    roots = [number.split("/")[0] for number in numbers]
    return roots[0] if roots[0] == roots[-1] else f"{roots[0]} to {roots[-1]}"


def _qr(code: str) -> bytes:
    sink = io.BytesIO()
    segno.make(code, error="m", micro=False).save(sink, kind="svg", border=0, dark="#1b1f24", xmldecl=False)
    return sink.getvalue()


def _unused(
    graph: duckdb.DuckDBPyConnection,
    record: Record,
    tags: Sequence[ask.TagRow],
    *,
    printed: Sequence[str],
    claims: Claims,
) -> UnusedMaterial:
    """Return the schedule: what is tagged as undermining or assisting the defence and is not in the summary."""
    in_graph = {tag.seq: tag.segment_id for tag in tags}
    unused = [
        tagging
        for tagging in record.tags()
        if tagging.act.tag in _UNUSED_TAGS and not (tagging.seq in in_graph and tagging.act.finding in printed)
    ]
    sealed = [tagging for tagging in unused if record.is_sealed(tagging.act.segment)]
    shown = [tagging for tagging in unused if tagging not in sealed]
    return UnusedMaterial(
        title=record.state.title,
        checkpoint=record.checkpoint.code,
        items=tuple(_item(tagging, in_graph.get(tagging.seq, ""), record, claims) for tagging in shown),
        sealed=len(sealed),
        searches=tuple(searches(record, claims=claims)),
    )


def _item(tagging: Tagging, now_at: str, record: Record, claims: Claims) -> Scheduled:
    """Return an entry of the schedule; its words only where the graph still shows them, for a seal may have moved."""
    act = tagging.act
    entries = [each for each in record.schedule() if each.segment in (tagging.segment, now_at)]
    entry = entries[-1] if entries else None
    return Scheduled(
        claim=claims.of("X", f"unused {tagging.seq}"),
        author=tagging.actor,
        sources=(act.segment.exhibit, f"custody line {tagging.seq}", *([f"custody line {entry.seq}"] if entry else [])),
        segment=tagging.segment,
        exhibit=act.segment.exhibit,
        place=strip_text(act.segment.place),
        tag=act.tag,
        finding=act.finding,
        tagged_at=tagging.at,
        tag_reason=act.reason,
        scheduled_by=entry.actor if entry else "",
        scheduled_at=entry.at if entry else "",
        schedule_reason=entry.act.reason if entry else "",
        opening=act.segment.opening if now_at else "",
    )
