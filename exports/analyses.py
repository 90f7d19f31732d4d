"""Saved analyses as a summary prints them: asked at its head, every row with the places that it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from evidence.locator import encode_place
from evidence.state import Kept
from exports import ask, gate
from exports.material import Analysis, AnalysisCounts, AnalysisLine, AnalysisSheet, CitedPlace
from exports.readings import Sources, basis_of
from graph import analyses
from graph.analyses import Asking, Rerun
from graph.answers import SegmentText
from graph.project import Graph
from graph.questions.tabled import Line, Sheet
from graph.records import row_segments

MOST_PLACES: Final = 5
"""Places that are cited of one row."""


def analysis(graph: Graph, kept: Kept, *, sources: Sources) -> Analysis:
    """Return a saved analysis at the graph's head; raises Refused where a row cites nothing.

    Raises Refused too where it was saved with rows of what is sealed now, NotFound where it cannot be asked.
    """
    act, state = kept.act, sources.record.state
    gate.check_open(act, state)
    asking = analyses.asked_again(graph, act, state)
    since = analyses.rerun(graph, act, state, asking)
    cited = _Places(graph, asking, sources)
    sheets = tuple(_sheet(act.analysis, each, cited) for each in asking.tables.sheets if each.lines)
    return Analysis(
        claim=act.analysis,
        author=sources.record.software,
        sources=(f"custody line {kept.seq}", *(line.claim for each in sheets for line in each.lines)),
        title=act.title,
        reason=act.reason,
        saved_by=kept.actor,
        saved_at=kept.at,
        saved_checkpoint=act.checkpoint,
        checkpoint=asking.checkpoint,
        question=act.question,
        parameters={name: _spoken(value) for name, value in act.parameters.items()},
        definition=asking.tables.definition,
        definition_changed=since.definition_changed,
        software_saved=since.software_saved,
        notes=asking.tables.notes,
        answer=since.answer,
        same=since.same,
        sheets=sheets,
        counts=_counts(asking, since, sheets),
    )


def _spoken(value: str | int | bool | tuple[str, ...]) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "; ".join(value) if isinstance(value, tuple) else str(value)


def _counts(asking: Asking, since: Rerun, sheets: Sequence[AnalysisSheet]) -> AnalysisCounts:
    lines = [line for each in sheets for line in each.lines]
    return AnalysisCounts(
        found=asking.tables.found,
        rows=len(lines),
        places=sum(len(line.cited) for line in lines),
        new=since.counts["new"],
        changed=since.counts["changed"],
        gone=since.counts["gone"],
        same=since.counts["same"],
    )


def _sheet(analysis: str, sheet: Sheet, cited: _Places) -> AnalysisSheet:
    lines = tuple(_line(line, cited, absence=sheet.absence) for line in sheet.lines)
    gate.check_cited(analysis, sheet.title, lines, absence=sheet.absence)
    return AnalysisSheet(
        title=sheet.title, columns=sheet.columns, grouped=sheet.grouped, absence=sheet.absence, lines=lines
    )


def _line(line: Line, cited: _Places, *, absence: bool) -> AnalysisLine:
    claim = cited.sources.claims.new("L")
    places = () if absence else tuple(filter(None, (cited.place(name) for name in line.sources[:MOST_PLACES])))
    head = f"custody line {cited.sources.record.checkpoint.size}"
    return AnalysisLine(
        claim=claim,
        author=cited.sources.record.software,
        sources=tuple(place.claim for place in places) or (head,),
        cells=line.cells,
        cited=places,
        exhibits=line.exhibits,
    )


class _Places:
    """The segments, rows of records and exhibits that an answer names, each looked up once."""

    def __init__(self, graph: Graph, asking: Asking, sources: Sources) -> None:
        self.sources = sources
        names = {name for _, line in asking.tables.lines() for name in line.sources[:MOST_PLACES]}
        self._segments = ask.segments(graph.conn, names)
        self._rows = row_segments(graph, sorted(names - set(self._segments)))
        self._exhibits = ask.exhibits(graph.conn)

    def place(self, name: str) -> CitedPlace | None:
        """Return a place that can be opened, under a claim of its own; None for what is not in the graph."""
        if name in self._segments:
            return self._segment(self._segments[name])
        if name in self._rows:
            return self._row(self._rows[name])
        return self._whole(self._exhibits[name]) if name in self._exhibits else None

    def _segment(self, row: ask.SegmentRow) -> CitedPlace:
        strip = self.sources.segment_strip(row)
        return CitedPlace(
            claim=self.sources.claims.new("O"),
            basis=basis_of(row),
            author="" if row.source == "native" else strip.engine,
            sources=(row.exhibit, row.id),
            exhibit=row.exhibit,
            exhibit_name=strip.exhibit_name,
            sha256=strip.sha256,
            text=row.text,
            strip=strip,
        )

    def _row(self, row: SegmentText) -> CitedPlace:
        """Return a row of a table of records, read by what read the table."""
        plain = ask.SegmentRow(
            id=row.id, exhibit=row.exhibit, idx=-1, part="", text=row.text, place=encode_place(row.place), source="native",
            language="", speaker="", score=-1, doubtful=False, draft=False,
        )  # fmt: skip
        made = self._segment(plain)
        assert made.strip is not None
        engine = f"{row.strip.engine} {row.strip.version}".strip()
        strip = msgspec.structs.replace(made.strip, engine=engine, model=row.strip.model)
        return msgspec.structs.replace(made, strip=strip)

    def _whole(self, row: ask.ExhibitRow) -> CitedPlace:
        return CitedPlace(
            claim=self.sources.claims.new("O"), basis="source_fact", author="", sources=(row.number,), exhibit=row.number,
            exhibit_name=row.name, sha256=row.sha256, text="", strip=None,
        )  # fmt: skip


def chosen(names: Iterable[str], on_record: dict[str, list[Kept]]) -> list[Kept]:
    """Return the analyses asked for, each once and as it was saved last; raises NotFound."""
    return [on_record[name][-1] for name in gate.chosen_analyses(names, on_record=on_record)]
