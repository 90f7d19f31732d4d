"""The evidence itself: an exhibit opened at a place, what is known there, and the list of exhibits."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Query, Response

from graph import queries
from graph.project import Graph
from workbench.web.desk import Looking
from workbench.web.pages import page
from workbench.web.views import KIND_OF_LETTER, At, view_of

router = APIRouter()
_MOST: Final = 2_000_000_000


@router.get("/evidence/{number:path}")
def evidence(
    visit: Looking,
    number: str,
    at: Annotated[str, Query(max_length=200)] = "",
    start: Annotated[int, Query(alias="from", ge=-1, le=_MOST)] = -1,
    to: Annotated[int, Query(ge=-1, le=_MOST)] = -1,
    unit: Annotated[str, Query(max_length=20, pattern=r"^[a-z]?[0-9]{0,9}$")] = "",
    after: Annotated[int, Query(ge=0, le=_MOST)] = 0,
) -> Response:
    """Open an exhibit at a segment and a span of it, or at a unit: `unit=3`, `unit=c3` for the third conversation."""
    with visit.graph() as graph:
        exhibit = queries.exhibit_line(graph, number)
        place = _place(graph, number=exhibit.number, segment=at, start=start, end=to, unit=unit, after=after)
        view = view_of(visit, graph, exhibit, place)
        segment = queries.segments(graph, [place.segment]).get(place.segment) if place.segment else None
    visit.consulted("evidence", asked=exhibit.number + (f" {at}" if at else ""), exhibits=[exhibit.number], results=1)
    return page(visit, "evidence.html", exhibit=exhibit, at=place, segment=segment, view=view)


def _place(graph: Graph, *, number: str, segment: str, start: int, end: int, unit: str, after: int) -> At:
    letter, digits = (unit[:1], unit[1:]) if unit[:1].isalpha() else ("", unit)
    kind, which = KIND_OF_LETTER.get(letter, ""), int(digits or 0)
    if segment:
        here = queries.segment(graph, segment)
        kind, which = here.unit_kind, here.unit
    elif not kind:
        units = queries.exhibit(graph, number).units
        kind = next((one.unit_kind for one in units if which in (0, one.unit)), "")
    lit = start if segment and end > start >= 0 else -1
    return At(segment=segment, start=lit, end=end if lit >= 0 else -1, unit_kind=kind, unit=which, after=after)
