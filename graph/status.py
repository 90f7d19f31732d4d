"""What became of everything received: from the custody chain as it stands now, and what the graph holds of it."""

from __future__ import annotations

from collections import Counter

import duckdb

from evidence.acts import ExhibitReceived, ExtractionRecorded
from evidence.state import CaseState, fold
from graph.answers import ExhibitLine, GraphLine, OfRead, ReadSoFar, Status
from graph.load import exhibit_order
from graph.project import Graph


def status(graph: Graph) -> Status:
    """Return the exhibits with their outcomes, counted; sealed ones only as a number."""
    state = fold(graph.case.custody.events())
    shown = sorted((number for number in state.exhibits if not state.is_sealed(number)), key=exhibit_order)
    lines = tuple(_line(state, number) for number in shown)
    outcomes = Counter(line.outcome for line in lines)
    read = [line for line in lines if line.outcome == "read"]
    return Status(
        received=len(lines),
        read=outcomes["read"],
        blank=outcomes["blank"],
        no_text=outcomes["no_text"],
        skipped=outcomes["skipped"],
        failed=outcomes["failed"],
        pending=outcomes["pending"],
        sealed=len(state.exhibits) - len(lines),
        sealed_segments=int(graph.meta["sealed_segments"]),
        of_read=OfRead(
            doubtful=sum(line.doubtful for line in read),
            partial=sum(line.partial for line in read),
            draft=sum(line.draft for line in read),
        ),
        names_not_looked_for=sum(not line.names_looked_for for line in read),
        names_not_looked_for_in=segments_without_names(graph.conn),
        exhibits=lines,
        graph=graph_line(graph),
    )


def read_so_far(graph: Graph) -> ReadSoFar:
    """Return how many of the exhibits could be searched, as the graph knows them; sealed ones are not counted."""
    counted = dict(graph.conn.execute("SELECT outcome, count(*) FROM exhibit GROUP BY outcome").fetchall())
    known = {outcome: int(counted.get(outcome, 0)) for outcome in ReadSoFar.__struct_fields__ if outcome in counted}
    return ReadSoFar(received=sum(counted.values()), **known)


def segments_without_names(conn: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Return how many segments names were not looked for in, by language, the most first."""
    asked = """SELECT coalesce(nullif(language, ''), 'unknown') AS told, count(*) AS many FROM segment
        WHERE NOT names_looked_for GROUP BY told ORDER BY many DESC, told"""
    return dict(conn.execute(asked).fetchall())


def graph_line(graph: Graph) -> GraphLine:
    """Return what the graph holds, counted."""
    query = """SELECT (SELECT count(*) FROM segment), (SELECT count(*) FROM mention), (SELECT count(*) FROM entity),
        (SELECT count(*) FROM edge WHERE family <> 'co_mention')"""
    row = graph.conn.execute(query).fetchone() or (0, 0, 0, 0)
    return GraphLine(
        segments=row[0],
        mentions=row[1],
        entities=row[2],
        relations=row[3],
        behind=graph.behind,
        fingerprint=graph.meta["fingerprint"],
    )


def _line(state: CaseState, number: str) -> ExhibitLine:
    act = state.exhibits[number]
    made = state.extractions.get(number) or _pending(act)
    at, by = state.received_at[number]
    exhibit = act.exhibit
    return ExhibitLine(
        number=number,
        name=exhibit.name,
        sha256=exhibit.sha256,
        media_type=made.media_type or exhibit.media_type,
        outcome=made.outcome,
        reason=made.reason,
        units=made.units,
        custodian=exhibit.custodian,
        authority=exhibit.authority,
        size_bytes=exhibit.size_bytes,
        parent=exhibit.parent,
        doubtful=made.doubtful,
        partial=made.partial,
        draft=made.draft,
        names_looked_for=made.names_looked_for,
        received_at=at,
        received_by=by,
        manifest=act.manifest,
    )


def _pending(act: ExhibitReceived) -> ExtractionRecorded:
    """Return what stands for an extraction that is not there yet, or that unreadable bytes never can have."""
    outcome = "failed" if act.unreadable else "pending"
    return ExtractionRecorded(exhibit=act.exhibit.number, media_type="", outcome=outcome, reason=act.unreadable)  # type: ignore[arg-type]
