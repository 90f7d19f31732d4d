"""Saved analyses: a question with its parameters and the rows of its answer, and what has changed when it is asked again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import msgspec

from evidence import merkle
from evidence.acts import AnalysisRow, AnalysisSaved
from evidence.case import Case, software
from evidence.errors import NotFound, UsageError
from evidence.ledger import Actor, compare, parse_checkpoint
from evidence.state import CaseState, Kept, fold
from graph.project import Graph
from graph.questions import ground, registry
from graph.questions.asked import MOST_KEPT, Asked
from graph.questions.ground import exhibits_of
from graph.questions.tabled import Cell, Line, Sheet, Tables, shown, word
from graph.records import row_segments
from graph.rows import fetch

WITHHELD = "what it rested on is sealed, erased or no longer read there: not shown"
ASKED_WITHHELD = "withheld: concerns sealed material"


class Asking(msgspec.Struct, frozen=True, kw_only=True):
    """A question that was asked, and its answer as tables at one head of the custody chain."""

    about: Asked
    tables: Tables
    seq: int
    checkpoint: str


class Cells(msgspec.Struct, frozen=True, kw_only=True):
    """A column of a row that is not what it was; of words only that they are others."""

    column: str
    before: int | None
    now: Cell


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the answer that is new, gone, changed or the same."""

    what: Literal["new", "changed", "gone", "same"]
    sheet: str
    cells: dict[str, Cell]
    """As it stands now; empty for one that is gone."""
    changed: tuple[Cells, ...] = ()
    said: str = ""
    """Of one that is gone: what it was about, where that may be shown, else why not."""
    sources: tuple[str, ...] = ()


class Rerun(msgspec.Struct, frozen=True, kw_only=True):
    """A saved analysis asked again, each row marked by what became of it since it was saved last."""

    analysis: str
    title: str
    question: str
    parameters: dict[str, Any]
    definition: str
    definition_changed: bool
    software_saved: str
    """Which software made the saved rows, where it is another than this."""
    notes: tuple[str, ...]
    checkpoint_saved: str
    checkpoint_now: str
    record: tuple[str, ...]
    """What the checkpoint it was saved at says against the custody chain as it is; empty where nothing."""
    same: bool
    """The answer is the same, row by row and cell by cell."""
    answer: str
    found_saved: int
    found: int
    counts: dict[str, int]
    rows: tuple[Change, ...]


class SavedAt(msgspec.Struct, frozen=True, kw_only=True):
    """One time at which an analysis was put on record."""

    seq: int
    at: str
    by: str
    reason: str
    checkpoint: str
    answer: str
    found: int
    rows: int


class Saved(msgspec.Struct, frozen=True, kw_only=True):
    """A saved analysis, without asking it again."""

    analysis: str
    title: str
    question: str
    parameters: dict[str, Any]
    definition: str
    saved: tuple[SavedAt, ...]


def ask(graph: Graph, about: Asked, tables: Tables | None = None) -> Asking:
    """Return a question's answer as tables with the checkpoint it holds at; `tables` where it has been asked already."""
    question = registry.of(about)
    made = tables or question.tables(graph, question.answer(graph, about))
    return Asking(about=about, tables=made, seq=graph.seq, checkpoint=checkpoint_at(graph.case, graph.seq))


def checkpoint_at(case: Case, seq: int) -> str:
    """Return the code of the custody checkpoint at line `seq`."""
    raws = [raw for _, raw in zip(range(seq), case.custody.raw_lines(), strict=False)]
    return f"custody:{len(raws)}:{merkle.root(raws)}"


def saved(asking: Asking, *, analysis: str, title: str, reason: str) -> AnalysisSaved:
    """Return the act that keeps an answer; raises UsageError where it has no title, or more rows than can be kept."""
    question = registry.of(asking.about)
    rows = tuple(_row(sheet, line) for sheet, line in asking.tables.lines())
    if not title.strip():
        raise UsageError("a saved analysis needs a title", next_step='give one with --save "…"')
    if len(rows) > MOST_KEPT or (question.ranked and asking.tables.found > len(rows)):
        raise UsageError(
            f"{asking.tables.found:,} rows are too many to be kept: at most {MOST_KEPT:,} are",
            next_step="narrow the question, or give --limit",
        )
    return AnalysisSaved(
        analysis=analysis,
        title=title.strip(),
        question=question.name,
        parameters=asking.about.given(),
        definition=asking.tables.definition,
        checkpoint=asking.checkpoint,
        answer=asking.tables.digest(),
        found=asking.tables.found,
        software=software(),
        rows=rows,
        reason=reason.strip(),
    )


def keep(case: Case, actor: Actor, asking: Asking, *, title: str, reason: str, analysis: str = "") -> AnalysisSaved:
    """Put an analysis on record under the next free name, or its rows anew under `analysis`; returns what was recorded.

    The graph is told of it by whoever calls this.
    """
    first = saved(asking, analysis=analysis or "A-0", title=title, reason=reason)
    made: list[AnalysisSaved] = []

    def decide(_: int) -> list[AnalysisSaved]:
        number = fold(case.custody.events()).analyses_ever + 1
        made.append(first if analysis else msgspec.structs.replace(first, analysis=f"A-{number}"))
        return made

    case.custody.transact(decide, actor=actor)
    return made[0]


def _row(sheet: Sheet, line: Line) -> AnalysisRow:
    cells = dict(zip(sheet.columns, line.cells, strict=True))
    return AnalysisRow(
        key=(sheet.title, *line.key),
        counts={name: cell for name, cell in cells.items() if isinstance(cell, int)},
        words={name: word(cell) for name, cell in cells.items() if isinstance(cell, str)},
        sources=line.sources,
        exhibits=line.exhibits,
    )


def rests_on_sealed(kept: AnalysisSaved, state: CaseState) -> bool:
    """Whether a row, as it was saved, rested on what is sealed now: then what was asked may say what that held."""
    return any(_closed(row, state) for row in kept.rows)


def _closed(row: AnalysisRow, state: CaseState) -> bool:
    return any(state.is_partly_sealed(number) for number in (*row.exhibits, *exhibits_of(row.sources)))


def as_shown(kept: AnalysisSaved, state: CaseState) -> AnalysisSaved:
    """Return a saved analysis without what was asked where it rested on what is sealed now."""
    if not rests_on_sealed(kept, state):
        return kept
    return msgspec.structs.replace(kept, title=ASKED_WITHHELD, parameters={}, definition=ASKED_WITHHELD, reason="")


def described(kept: Kept, state: CaseState) -> Saved:
    """Return what is known of an analysis without asking it; not what was asked, where that rested on what is sealed now."""
    act = as_shown(kept.act, state)
    return Saved(
        analysis=act.analysis,
        title=act.title,
        question=act.question,
        parameters=dict(act.parameters),
        definition=act.definition,
        saved=tuple(
            SavedAt(
                seq=line.seq, at=line.at, by=line.actor, reason=as_shown(line.act, state).reason,
                checkpoint=line.act.checkpoint, answer=line.act.answer, found=line.act.found, rows=len(line.act.rows),
            )
            for line in state.analyses[act.analysis]
        ),
    )  # fmt: skip


def asked_again(graph: Graph, kept: AnalysisSaved, state: CaseState) -> Asking:
    """Ask a saved question at the graph's head; raises NotFound or UsageError, naming the analysis, where it cannot be."""
    try:
        return ask(graph, registry.parameters(kept.question, kept.parameters))
    except (NotFound, UsageError) as error:
        why = ASKED_WITHHELD if rests_on_sealed(kept, state) else error.what
        raise type(error)(
            f"{kept.analysis} can no longer be asked: {why}",
            next_step="what it names was sealed, rejected or read anew: `casegraph log CASE` lists what was done since; ask "
            f'otherwise with --save, or `casegraph analysis CASE withdraw {kept.analysis} --reason "…"`',
        ) from None


def rerun(graph: Graph, kept: AnalysisSaved, state: CaseState, asking: Asking | None = None) -> Rerun:
    """Return a saved analysis as it is now, each row marked; what a sealed source once said is not shown."""
    asking = asking or asked_again(graph, kept, state)
    tables, shown_as = asking.tables, as_shown(kept, state)
    rows = tuple(_marked(graph, kept, tables, state))
    return Rerun(
        analysis=kept.analysis,
        title=shown_as.title,
        question=kept.question,
        parameters=dict(shown_as.parameters),
        definition=tables.definition if shown_as is kept else ASKED_WITHHELD,
        definition_changed=tables.definition != kept.definition,
        software_saved=kept.software if kept.software != software() else "",
        notes=tables.notes,
        checkpoint_saved=kept.checkpoint,
        checkpoint_now=asking.checkpoint,
        record=_of_the_record(graph.case, kept),
        same=tables.digest() == kept.answer,
        answer=tables.digest(),
        found_saved=kept.found,
        found=tables.found,
        counts={what: sum(row.what == what for row in rows) for what in ("new", "changed", "gone", "same")},
        rows=rows,
    )


def _of_the_record(case: Case, kept: AnalysisSaved) -> tuple[str, ...]:
    problems = compare(list(case.custody.raw_lines()), parse_checkpoint(kept.checkpoint))
    return tuple(problem.message for problem in problems)


def _marked(graph: Graph, kept: AnalysisSaved, tables: Tables, state: CaseState) -> Iterator[Change]:
    before = {row.key: row for row in kept.rows}
    still: set[tuple[str, ...]] = set()
    for sheet, line in tables.lines():
        now = _row(sheet, line)
        still.add(now.key)
        yield _one(sheet, line, now, before.get(now.key), state)
    gone = [row for row in kept.rows if row.key not in still]
    told = _told(graph, gone, state)
    for row in gone:
        sources = row.sources if told[row.key] != WITHHELD else ()
        yield Change(what="gone", sheet=row.key[0], cells={}, said=told[row.key], sources=sources)


def _one(sheet: Sheet, line: Line, now: AnalysisRow, before: AnalysisRow | None, state: CaseState) -> Change:
    cells = dict(zip(sheet.columns, line.cells, strict=True))
    if before is None:
        return Change(what="new", sheet=sheet.title, cells=cells, sources=line.sources)
    closed = _closed(before, state)
    changed = tuple(
        Cells(column=name, before=None if closed else before.counts.get(name), now=cell)
        for name, cell in cells.items()
        if (now.counts.get(name), now.words.get(name)) != (before.counts.get(name), before.words.get(name))
    )
    return Change(
        what="changed" if changed else "same", sheet=sheet.title, cells=cells, changed=changed, sources=line.sources
    )


# --- rows that are gone --------------------------------------------------------------------------------------------


def _told(graph: Graph, gone: list[AnalysisRow], state: CaseState) -> dict[tuple[str, ...], str]:
    """Return what each row was about: the things its key names that the graph still names, else why that is not shown."""
    if not gone:
        return {}
    ground.lay(graph.conn)
    there = _standing(graph, {name for row in gone for name in (*row.sources, *row.exhibits)})
    named = ground.names(graph, {part for row in gone for part in row.key if part.startswith("e-")})
    told = {}
    for row in gone:
        open_ = not _closed(row, state) and {*row.sources, *row.exhibits} <= there
        told[row.key] = ", ".join(shown(named[part]) for part in row.key if part in named) if open_ else WITHHELD
    return told


def _standing(graph: Graph, names: set[str]) -> set[str]:
    """Return those of some exhibits, segments and rows that the graph still holds."""
    query = """SELECT id FROM segment WHERE id IN (SELECT unnest($ids))
        UNION ALL SELECT number FROM exhibit WHERE number IN (SELECT unnest($ids))"""
    whole = {*names, *exhibits_of(names)}
    held = {str(row["id"]) for row in fetch(graph.conn, query, {"ids": sorted(whole)})}
    return held | set(row_segments(graph, sorted(whole - held)))
