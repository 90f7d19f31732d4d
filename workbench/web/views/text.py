"""Plain text: the segments of a unit in their order, the span that was asked for marked."""

from __future__ import annotations

from typing import Final

from evidence.errors import NotFound
from graph import opened
from graph.answers import ExhibitLine, SegmentText
from graph.project import Graph
from workbench.web.desk import Visit
from workbench.web.views import At, View
from workbench.web.views.passages import passage

SHOWN: Final = 200
"""Segments on one page."""


def show(visit: Visit, graph: Graph, exhibit: ExhibitLine, at: At, segment: SegmentText | None) -> View:
    """Return the segments of the exhibit, or of the unit asked for: the page of them that holds the place; raises NotFound."""
    first = at.after
    if segment and not at.after:
        before = opened.place_in(graph, segment, within_unit=bool(at.unit))
        first = before - before % SHOWN
    kind = at.unit_kind if at.unit else ""
    shown, many = opened.segments_in(graph, exhibit.number, unit_kind=kind, unit=at.unit, limit=SHOWN, after=first)
    if at.unit and not many and not opened.has_unit(graph, exhibit.number, at.unit, kind):
        raise NotFound(f"{exhibit.number} has no {kind or 'unit'} {at.unit}", next_step="choose one of the list")
    passages = [passage(one, at) for one in shown]
    return View(
        template="text.html",
        values={"passages": passages, "first": first, "many": many, "step": SHOWN, "more": len(shown) + first < many},
    )
