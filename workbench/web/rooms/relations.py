"""One edge between two entities, and the places that support it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from graph.entity_reads import MOST, RelationView, relation_view
from workbench.web.api import answers
from workbench.web.desk import Looking, Visit
from workbench.web.pages import page, said

router = APIRouter()
RelationId = Annotated[str, Path(max_length=64)]
Skipped = Annotated[int, Query(ge=0, le=1_000_000_000)]


@router.get("/relations/{name}")
def relation_page(visit: Looking, name: RelationId, after: Skipped = 0, part: bool = False) -> Response:
    """Show an edge and its evidence; with `part`, only that, for a panel of another page."""
    view = _view(visit, name, after, 25)
    return page(visit, "relation_part.html" if part else "relation.html", view=view, edge=view.relation)


@router.get("/api/relations/{name}", responses=answers(RelationView))
def relation(
    visit: Looking, name: RelationId, after: Skipped = 0, limit: Annotated[int, Query(ge=1, le=MOST)] = 25
) -> Response:
    """Say what relates two entities, and where each place that supports it stands; a page at a time."""
    return said(_view(visit, name, after, limit))


def _view(visit: Visit, name: str, after: int, limit: int) -> RelationView:
    with visit.graph() as graph:
        view = relation_view(graph, name, after=after, limit=limit)
    exhibits = {one.exhibit for one in view.supports}
    visit.consulted("relation", asked=name, exhibits=sorted(exhibits), results=len(view.supports))
    return view
