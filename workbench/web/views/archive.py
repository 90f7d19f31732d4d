"""Archives as trees: each child with its outcome, and the entries that became no exhibit, as the list of entries tells them."""

from __future__ import annotations

from typing import Final

from graph import opened
from graph.answers import ExhibitLine, SegmentText
from graph.project import Graph
from workbench.web.desk import Visit
from workbench.web.views import At, View
from workbench.web.views.passages import passage

_MOST: Final = 2_000


def show(visit: Visit, graph: Graph, exhibit: ExhibitLine, at: At, segment: SegmentText | None) -> View:
    """Return the tree of what came out of an archive, and its list of entries with the one asked for lit."""
    tree = opened.relatives(graph, exhibit.number, limit=_MOST)
    entries, many = opened.segments_in(graph, exhibit.number, limit=_MOST, after=at.after)
    return View(
        template="archive.html",
        values={
            "tree": tree,
            "entries": [passage(one, at) for one in entries],
            "many": many,
            "cut": len(tree) == _MOST,
        },
    )
