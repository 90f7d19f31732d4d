"""Plain text: the segments of a unit in their order, the span that was asked for marked."""

from __future__ import annotations

from typing import Final

from graph import queries
from graph.answers import ExhibitLine, SegmentText
from graph.project import Graph
from workbench.web.desk import Visit
from workbench.web.views import At, View

SHOWN: Final = 200
"""Segments on one page."""


def show(visit: Visit, graph: Graph, exhibit: ExhibitLine, at: At, segment: SegmentText | None) -> View:
    """Return the segments of the exhibit, or of the unit asked for, the part that holds the place."""
    every = queries.segments_of(graph, exhibit.number)
    here = [one for one in every if not at.unit or (one.unit == at.unit and at.unit_kind in ("", one.unit_kind))]
    first = at.after
    if segment and not at.after:
        place = next((place for place, one in enumerate(here) if one.id == segment.id), 0)
        first = place - place % SHOWN
    shown = here[first : first + SHOWN]
    return View(template="text.html", values={"segments": shown, "first": first, "many": len(here), "step": SHOWN})
