"""An exhibit of which nothing can be shown: what became of it, why, and what can be done."""

from __future__ import annotations

from typing import Final

from graph.answers import ExhibitLine, SegmentText
from graph.project import Graph
from workbench.web.desk import Visit
from workbench.web.views import At, View

_SAYS: Final[dict[str, str]] = {
    "skipped": "Nobody read it: it was skipped",
    "failed": "It could not be read",
    "pending": "It waits to be read",
    "blank": "There is nothing on it",
    "no_text": "There is something on it, but no text that could be read",
}
_STEPS: Final[dict[str, str]] = {
    "skipped": "The original is kept unchanged; download it to look at it with a program of your own, or ingest again once what is "
    "missing is there",
    "failed": "The original is kept unchanged; compare it with the seized copy, or look at it with a program of your own",
    "pending": "It is read when ingestion goes on: `casegraph ingest`",
}


def show(visit: Visit, graph: Graph, exhibit: ExhibitLine, at: At, segment: SegmentText | None) -> View:
    """Return why there is nothing to show."""
    says = _SAYS.get(exhibit.outcome, "Nothing was read of it")
    return told(says + (f": {exhibit.reason}" if exhibit.reason else ""), _STEPS.get(exhibit.outcome, ""))


def told(what: str, next_step: str) -> View:
    """Return a plain message in place of the evidence; the rest of the page works."""
    return View(template="nothing.html", values={"what": what, "next_step": next_step})
