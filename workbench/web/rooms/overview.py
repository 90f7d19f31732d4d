"""The first page: the case, under what it is held, what came in and what became of it, and what waits for someone."""

from __future__ import annotations

from fastapi import APIRouter, Response

from evidence.authority import overdue
from evidence.state import fold
from graph import queries
from graph.answers import Status
from workbench.app import today
from workbench.web.api import answers
from workbench.web.desk import Anyone
from workbench.web.pages import page, said

router = APIRouter()


@router.get("/")
def overview(visit: Anyone) -> Response:
    """Show how the case stands."""
    with visit.graph() as graph:
        status = queries.status(graph)
    state = fold(visit.case.custody.events())
    day = today().date()
    late = {authority.reference: overdue(authority, today=day) for authority in state.authorities.values()}
    return page(visit, "overview.html", title=state.title, status=status, authorities=state.authorities, late=late)


@router.get("/api/status", responses=answers(Status))
def status(visit: Anyone) -> Response:
    """Say what was received, what became of it, and why something was not read."""
    with visit.graph() as graph:
        return said(queries.status(graph))
