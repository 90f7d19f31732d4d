"""Saved analyses: what was asked, run again at the case as it is now, with what is new, gone and changed."""

from __future__ import annotations

from typing import Annotated, Any, Final

import typer

from evidence.acts import AnalysisWithdrawn
from evidence.case import Case
from evidence.errors import UsageError
from evidence.ledger import Actor
from evidence.state import CaseState, Kept, fold
from graph import analyses
from graph.analyses import Change, Rerun
from graph.project import open_graph
from graph.questions.tabled import Cell
from workbench.app import AsJson, AsWho, CasePath, Reason, app, consulted, opened
from workbench.asking import keep
from workbench.judging import because, one_of
from workbench.look_commands import looking, say_behind
from workbench.printing import heading, note, plural, print_json, quote, say, table
from workbench.review_commands import act_on, done

_DOING = ("list", "show", "run", "withdraw")
_TERM_GONE: Final = {
    "found": "a term that was found then and is not found now",
    "not found": "a term that was not found then and is found now",
    "what could still hold them": "it could still hold a term then, and there is none of it now",
}
"""What is true of a row of a list of terms that is gone: its key is no name, so nothing says whether that is still named."""


@app.command("analysis")
def analysis_command(
    case: CasePath,
    what: Annotated[str, typer.Argument(metavar="list|show|run|withdraw")],
    name: Annotated[str, typer.Argument(metavar="[A]", help="A-1, as `list` shows it.")] = "",
    mark: Annotated[
        bool, typer.Option("--mark", help="With run: put this answer on record, to compare with next time.")
    ] = False,
    every: Annotated[bool, typer.Option("--all", help="With run: also the rows that are the same.")] = False,
    reason: Reason = "",
    who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """List saved analyses, show what one asks, run it again with what changed marked, or take it back.

    Every question, `path`, `groups` and `search` saves one with --save TITLE: its parameters, the custody checkpoint, and of each
    row ids, counts and digests of its words. `run` asks again at the case as it is now and marks rows new, changed or gone since
    it was saved or marked last; a row that rested on what is sealed or erased by now is gone, and not shown.
    Example: casegraph contacts harbour --save "Who calls whom"; casegraph analysis harbour run A-1
    """
    held, actor = opened(case, who)
    one_of(what, _DOING, "thing to do with analyses")
    state = fold(held.custody.events())
    if what == "list":
        _list(held, actor, state, as_json=as_json)
        return
    if not name:
        raise UsageError("which analysis is missing", next_step=f"casegraph analysis CASE {what} A-1")
    kept = state.analysis(name)
    if what == "show":
        _show(held, actor, state, kept, as_json=as_json)
    elif what == "run":
        _run(held, actor, kept, mark=mark, reason=reason, every=every, as_json=as_json)
    else:
        act = AnalysisWithdrawn(analysis=kept.act.analysis, reason=because(reason))
        done(act_on(held, act, actor), f"{act.analysis} withdrawn.", as_json=as_json)


# --- list and show -------------------------------------------------------------------------------------------------


def _list(case: Case, actor: Actor, state: CaseState, *, as_json: bool) -> None:
    last = [lines[-1] for lines in state.analyses.values()]
    consulted(case, actor, "analysis", asked="list", exhibits=[], results=len(last))
    if as_json:
        print_json([analyses.described(kept, state) for kept in last])
        return
    rows = [
        (
            kept.act.analysis,
            kept.act.question,
            len(kept.act.rows),
            kept.at[:10],
            kept.actor,
            analyses.as_shown(kept.act, state).title,
        )
        for kept in last
    ]
    table(rows, "name", "question", "rows", "saved", "by", "title", right=("rows",))
    if not last:
        note(
            'No analyses yet: any question saves one with --save "…", such as casegraph contacts CASE --save "Who calls whom"'
        )


def _show(case: Case, actor: Actor, state: CaseState, kept: Kept, *, as_json: bool) -> None:
    facts = analyses.described(kept, state)
    consulted(case, actor, "analysis", asked=f"show {kept.act.analysis}", exhibits=[], results=1)
    if as_json:
        print_json(facts)
        return
    act = analyses.as_shown(kept.act, state)
    _print_head(act.analysis, act.title, act.question, act.parameters)
    say(act.definition)
    for line in state.analyses[kept.act.analysis]:
        because_of = analyses.as_shown(line.act, state).reason
        why = f": {because_of}" if because_of else ""
        say(f"  {line.at[:19]}Z by {line.actor}, ledger line {line.seq}, {plural(len(line.act.rows), 'row')}{why}")
        say(f"    {line.act.checkpoint}, answer {line.act.answer[:16]}")


def _print_head(name: str, title: str, question: str, parameters: dict[str, Any]) -> None:
    heading(f"{name}  {title}")
    asked = [f"{each}={_spoken(value)}" for each, value in parameters.items() if value not in ("", False, [], ())]
    say(f"  {question}: {', '.join(asked) or ('everything' if title != analyses.ASKED_WITHHELD else 'withheld')}")


def _spoken(value: object) -> str:
    return "; ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)


# --- run -----------------------------------------------------------------------------------------------------------


def _run(case: Case, actor: Actor, kept: Kept, *, mark: bool, reason: str, every: bool, as_json: bool) -> None:
    looking(case)
    with open_graph(case) as graph:
        state = fold(case.custody.events())
        asking = analyses.asked_again(graph, kept.act, state)
        found = analyses.rerun(graph, kept.act, state, asking)
        behind = graph.behind
    exhibits = list(asking.tables.exhibits)
    consulted(case, actor, "analysis", asked=f"run {found.analysis}", exhibits=exhibits, results=found.found)
    if as_json:
        print_json(found)
    else:
        _print_run(found, kept, every=every)
    if mark:
        keep(case, actor, asking, title=kept.act.title, reason=reason, analysis=found.analysis)
        note(f"Marked: {found.analysis} is compared with this answer from now on.")
    say_behind(behind)


def _print_run(found: Rerun, kept: Kept, *, every: bool) -> None:
    _print_head(found.analysis, found.title, found.question, found.parameters)
    rows = [
        (
            row.what,
            row.sheet,
            _said(row, found.question),
            ", ".join(row.sources[:3]) + (" …" if len(row.sources) > 3 else ""),
        )
        for row in found.rows
        if every or row.what != "same"
    ]
    if rows:
        table(rows, "mark", "table", "row", "sources")
    many = found.counts
    if found.same:
        say(f"Nothing changed: the {plural(many['same'], 'row')} of the answer are what they were.")
    else:
        of_all = f"; {found.found_saved:,} found then, {found.found:,} now" if found.found != found.found_saved else ""
        say(
            f"{many['new']:,} new, {many['changed']:,} changed, {many['gone']:,} gone, {many['same']:,} the same{of_all}."
        )
    if found.parameters.get("limit") and many["gone"]:
        note("The answer is cut at its limit: a row that is gone may have been passed by others.")
    if found.software_saved:
        note(
            f"It was saved by {found.software_saved}: a row may be written otherwise without any change of the evidence."
        )
    if found.definition_changed:
        note("The question is not defined as it was when this was saved; that alone can change its answer.")
    say(f"Saved or marked last on {kept.at[:19]}Z by {kept.actor} at {_short(found.checkpoint_saved)}; "
        f"now at {_short(found.checkpoint_now)}.")  # fmt: skip
    for wrong in found.record:
        note(f"The record is not what it was when this was saved: {wrong}")
    say(found.definition)
    for line in found.notes:
        note(line)


def _short(code: str) -> str:
    chain, size, root = code.split(":")
    return f"{chain}:{size}:{root[:16]}…"


def _said(row: Change, question: str) -> str:
    """Return a row in one line; of a changed one also what changed."""
    if row.what == "gone":
        of_term = _TERM_GONE.get(row.sheet, "") if question == "terms" else ""
        return row.said or of_term or "what it was about is named nowhere now"
    said = "; ".join(_cell(name, cell) for name, cell in row.cells.items() if cell != "")
    changed = ", ".join(
        f"{one.column} {one.before:,} → {one.now:,}"
        if isinstance(one.now, int) and one.before is not None
        else one.column
        for one in row.changed
    )
    return quote(said, at_most=220) + (f"  [changed: {changed}]" if changed else "")


def _cell(name: str, cell: Cell) -> str:
    return f"{name} {cell:,}" if isinstance(cell, int) else cell
