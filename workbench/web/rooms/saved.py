"""Saved searches and other saved analyses: list them, run them again with what changed marked, mark, withdraw."""

from __future__ import annotations

from typing import Annotated, Any, Final

import msgspec
from fastapi import APIRouter, Body, Form, Query, Response
from starlette.responses import RedirectResponse

from evidence.acts import AnalysisSaved, AnalysisWithdrawn
from evidence.errors import UsageError
from evidence.state import CaseState, fold
from graph import analyses
from graph.analyses import Rerun, Saved
from graph.questions import registry
from graph.questions.asked import MOST_KEPT, Asked, SearchAsked
from graph.search import Search, chosen_values
from workbench.web.api import answers
from workbench.web.desk import Analysing, Looking, Visit
from workbench.web.pages import page, said
from workbench.web.rooms.questions import asked_with, in_time
from workbench.web.rooms.search import address, strips_of
from workbench.web.wording import plain

router = APIRouter()

_SOURCES: Final = 3
"""Sources of a row that a page shows."""
Title = Annotated[str, Form(max_length=300)]
Why = Annotated[str, Form(max_length=2_000)]


class Analyses(msgspec.Struct, frozen=True, kw_only=True):
    """The saved analyses that stand."""

    analyses: tuple[Saved, ...]


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """What was recorded."""

    analysis: str
    seq: int = 0
    """The custody line, where one was written for it alone."""


# --- pages ---------------------------------------------------------------------------------------------------------


@router.get("/search/saved")
def saved_page(visit: Looking) -> Response:
    """List what was saved."""
    return page(visit, "search_saved.html", saved=_list(visit))


@router.post("/search/saved")
def save(
    visit: Analysing,
    q: Annotated[str, Form(max_length=2_000)] = "",
    f: Annotated[list[str] | None, Form(max_length=40)] = None,
    title: Title = "",
    reason: Why = "",
) -> Response:
    """Keep a search and what it finds, and show it."""
    kept = _save(visit, _search(q, f or []), title=title, reason=reason)
    return RedirectResponse(f"/search/saved/{kept.analysis}", status_code=303)


@router.get("/search/saved/{name}")
def run_page(visit: Looking, name: str, every: bool = False) -> Response:
    """Run a saved analysis again and show what is new, changed or gone."""
    known, again = _run(visit, name)
    rows = [row for row in again.rows if every or row.what != "same"]
    strips = strips_of(visit, [name for row in rows for name in row.sources[:_SOURCES]])
    return page(
        visit, "search_rerun.html", known=known, again=again, rows=rows, every=every, link=_address_of(known),
        strips=strips, most=_SOURCES,
    )  # fmt: skip


@router.post("/search/saved/{name}/mark")
def mark(visit: Analysing, name: str, reason: Why = "") -> Response:
    """Put the answer as it is now on record, to compare with next time."""
    kept = _mark(visit, name, reason)
    return RedirectResponse(f"/search/saved/{kept.analysis}", status_code=303)


@router.post("/search/saved/{name}/withdraw")
def withdraw(visit: Analysing, name: str, reason: Why = "") -> Response:
    """Take a saved analysis back; the record keeps that it stood."""
    _withdraw(visit, name, reason)
    return RedirectResponse("/search/saved", status_code=303)


def _address_of(known: Saved) -> str:
    """Return where a saved search is looked at as a search; nothing for what is none, or may not be shown."""
    if known.question != "search" or "query" not in known.parameters:
        return ""
    asked: dict[str, Any] = known.parameters
    return address(Search(query=str(asked["query"]), within=tuple(asked.get("within", ()))))


# --- API -----------------------------------------------------------------------------------------------------------


@router.get("/api/analyses", responses=answers(Analyses))
def api_list(visit: Looking) -> Response:
    """List the saved analyses, without asking them."""
    return said(Analyses(analyses=_list(visit)))


@router.post("/api/analyses", responses=answers(Done))
def api_save(
    visit: Analysing,
    title: Annotated[str, Body(max_length=300)],
    question: Annotated[str, Body(max_length=40, description="One that GET /api/questions names.")] = "search",
    parameters: Annotated[
        dict[str, Any] | None, Body(description="Its parameters, as GET /api/questions names them.")
    ] = None,
    query: Annotated[str | None, Body(max_length=2_000, description="Of a search, instead of `parameters`.")] = None,
    within: Annotated[list[str] | None, Body(max_length=40)] = None,
    reason: Annotated[str, Body(max_length=2_000)] = "",
) -> Response:
    """Keep a question and its answer, to be run again: any that GET /api/questions names, or a search by its `query`."""
    if query is None and within is None:
        about = _question(plain(question), parameters or {})
    elif question == "search" and parameters is None:
        about = _search(query or "", within or [])
    else:
        raise UsageError("`query` and `within` are of a search alone", next_step="give `question` and `parameters`")
    return said(Done(analysis=_save(visit, about, title=title, reason=reason).analysis))


@router.get("/api/analyses/{name}", responses=answers(Saved))
def api_show(visit: Looking, name: str) -> Response:
    """Say what a saved analysis asks, and when it was put on record."""
    state = _state(visit)
    known = analyses.described(state.analysis(plain(name)), state)
    visit.consulted("analysis", asked=f"show {known.analysis}", results=1)
    return said(known)


@router.get("/api/analyses/{name}/run", responses=answers(Rerun))
def api_run(
    visit: Looking, name: str, every: Annotated[bool, Query(description="Also the rows that are the same.")] = False
) -> Response:
    """Run a saved analysis again: each row new, changed, gone or the same since it was put on record last."""
    _, again = _run(visit, name)
    rows = tuple(row for row in again.rows if every or row.what != "same")
    return said(msgspec.structs.replace(again, rows=rows))


@router.post("/api/analyses/{name}/mark", responses=answers(Done))
def api_mark(visit: Analysing, name: str, reason: Annotated[str, Body(embed=True, max_length=2_000)] = "") -> Response:
    """Put the answer as it is now on record, to compare with next time."""
    return said(Done(analysis=_mark(visit, name, reason).analysis))


@router.post("/api/analyses/{name}/withdraw", responses=answers(Done))
def api_withdraw(visit: Analysing, name: str, reason: Annotated[str, Body(embed=True, max_length=2_000)]) -> Response:
    """Take a saved analysis back, with a reason."""
    return said(_withdraw(visit, name, reason))


# --- what both do --------------------------------------------------------------------------------------------------


def _state(visit: Visit) -> CaseState:
    return fold(visit.case.custody.events())


def _list(visit: Visit) -> tuple[Saved, ...]:
    state = _state(visit)
    found = tuple(analyses.described(lines[-1], state) for lines in state.analyses.values())
    visit.consulted("analysis", asked="list", results=len(found))
    return found


def _search(query: str, within: list[str]) -> SearchAsked:
    """Return a search of which every hit is kept; raises UsageError."""
    chosen = tuple(dict.fromkeys(plain(one[:500]) for one in within))
    chosen_values(chosen)
    return SearchAsked(query=plain(query).strip(), within=chosen)


def _question(name: str, parameters: dict[str, Any]) -> Asked:
    """Return a question as its parameters ask it; of a search every hit is kept, whatever its limit."""
    about = asked_with(registry.question(name).name, parameters)
    return msgspec.structs.replace(about, limit=MOST_KEPT) if isinstance(about, SearchAsked) else about


def _save(visit: Visit, about: Asked, *, title: str, reason: str) -> AnalysisSaved:
    with in_time(visit) as graph:
        asking = analyses.ask(graph, about)
    tables = asking.tables
    visit.consulted(registry.of(about).name, asked=about.words(), exhibits=tables.exhibits, results=tables.found)
    kept = analyses.keep(visit.case, visit.actor, asking, title=plain(title), reason=plain(reason))
    visit.desk.live.catch_up()
    return kept


def _run(visit: Visit, name: str) -> tuple[Saved, Rerun]:
    state = _state(visit)
    kept = state.analysis(plain(name))
    with in_time(visit) as graph:
        asking = analyses.asked_again(graph, kept.act, state)
        again = analyses.rerun(graph, kept.act, state, asking)
    exhibits = asking.tables.exhibits
    visit.consulted("analysis", asked=f"run {again.analysis}", exhibits=exhibits, results=again.found)
    return analyses.described(kept, state), again


def _mark(visit: Visit, name: str, reason: str) -> AnalysisSaved:
    state = _state(visit)
    kept = state.analysis(plain(name))
    with in_time(visit) as graph:
        asking = analyses.asked_again(graph, kept.act, state)
    visit.consulted(
        "analysis", asked=f"mark {kept.act.analysis}", exhibits=asking.tables.exhibits, results=asking.tables.found
    )
    made = analyses.keep(
        visit.case, visit.actor, asking, title=kept.act.title, reason=plain(reason), analysis=kept.act.analysis
    )
    visit.desk.live.catch_up()
    return made


def _withdraw(visit: Visit, name: str, reason: str) -> Done:
    kept = _state(visit).analysis(plain(name))
    if not reason.strip():
        raise UsageError("a reason is needed: it stands in the record", next_step="say why in the line for the reason")
    act = AnalysisWithdrawn(analysis=kept.act.analysis, reason=plain(reason).strip())
    return Done(analysis=act.analysis, seq=visit.record(act))
