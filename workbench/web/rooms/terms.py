"""A list of terms, pasted or uploaded: hits of each at once, those not found, and what could still hold them."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Body, Form, Response
from starlette.responses import RedirectResponse

from evidence.errors import UsageError
from exports.tables import csv_file
from graph import analyses
from graph.questions import registry
from graph.questions.answers import Terms
from graph.questions.asked import TermsAsked
from graph.questions.tabled import Tables
from graph.questions.terms import MOST_TERMS, terms_in
from workbench.web.api import answers
from workbench.web.desk import Analysing, Looking, Visit
from workbench.web.pages import page, said
from workbench.web.rooms.search import strips_of
from workbench.web.wording import plain

router = APIRouter()

_LONGEST: Final = 1_000_000
_LONGEST_TERM: Final = 2_000
_SEGMENTS: Final = 4
"""Segments of a term that the page shows."""
Listed = Annotated[str, Form(max_length=_LONGEST)]


@router.get("/search/terms")
def terms_page(visit: Looking) -> Response:
    """Show where a list of terms is pasted or chosen."""
    return page(visit, "search_terms.html", found=None, listed="", problem="", next_step="")


@router.post("/search/terms")
def run_terms(visit: Looking, terms: Listed = "") -> Response:
    """Search for every term of a list and show what each finds; the list stays in its field."""
    try:
        found, _ = _searched(visit, _wanted(terms.splitlines()))
    except UsageError as error:
        return page(visit, "search_terms.html", code=400, found=None, listed=terms, problem=error.what,
                    next_step=error.next_step)  # fmt: skip
    strips = strips_of(visit, [name for one in found.terms for name in one.segments[:_SEGMENTS]])
    return page(
        visit, "search_terms.html", found=found, listed=terms, problem="", next_step="", strips=strips, most=_SEGMENTS
    )


@router.post("/search/terms/table")
def terms_table(visit: Looking, terms: Listed = "") -> Response:
    """Give the counts of a list of terms as a table."""
    found, _ = _searched(visit, _wanted(terms.splitlines()))
    rows = (
        [
            one.term,
            one.problem or one.understood,
            str(one.hits),
            str(one.rows),
            str(one.doubtful),
            ", ".join(one.segments),
        ]
        for one in found.terms
    )
    left = (
        ["could still hold them", one.what, str(one.items), "", "", ", ".join(one.exhibits)] for one in found.unsearched
    )
    return Response(
        csv_file(["term", "understood as", "segments", "rows", "doubtful", "first of them"], [*rows, *left]),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": 'attachment; filename="terms.csv"'},
    )


@router.post("/search/terms/save")
def save_terms(
    visit: Analysing,
    title: Annotated[str, Form(max_length=300)] = "",
    reason: Annotated[str, Form(max_length=2_000)] = "",
    terms: Listed = "",
) -> Response:
    """Keep a list of terms and what it found, to be run again."""
    about = TermsAsked(terms=_wanted(terms.splitlines()))
    _, tables = _searched(visit, about.terms)
    with visit.graph() as graph:
        asking = analyses.ask(graph, about, tables)
    kept = analyses.keep(visit.case, visit.actor, asking, title=plain(title), reason=plain(reason))
    visit.desk.live.catch_up()
    return RedirectResponse(f"/search/saved/{kept.analysis}", status_code=303)


@router.post("/api/terms", responses=answers(Terms))
def api_terms(
    visit: Looking, terms: Annotated[list[str], Body(embed=True, max_length=MOST_TERMS, description="One query each.")]
) -> Response:
    """Search for every term of a list: hits of each, those not found, and what could still hold them."""
    return said(_searched(visit, _wanted(terms))[0])


def _wanted(lines: list[str]) -> tuple[str, ...]:
    """Return the terms of a list; raises UsageError where one cannot be searched for at all."""
    wanted = terms_in(plain(line).removeprefix("\ufeff") for line in lines)
    long = next((one for one in wanted if len(one) > _LONGEST_TERM), "")
    if long:
        raise UsageError(f"{long[:40]!r}… is too long for a term", next_step="write one term a line")
    return wanted


def _searched(visit: Visit, wanted: tuple[str, ...]) -> tuple[Terms, Tables]:
    """Search for every term, and put the look on record without them."""
    about = TermsAsked(terms=wanted)
    question = registry.of(about)
    with visit.graph() as graph:
        found: Terms = question.answer(graph, about)
        tables = question.tables(graph, found)
    visit.consulted("terms", asked=about.words(), exhibits=tables.exhibits, results=tables.found)
    return found, tables
