"""Files of rows that no column template fits, such as a CSV: rows as they stand, in columns."""

from __future__ import annotations

from graph.answers import ExhibitLine, SegmentText
from graph.project import Graph
from workbench.web.desk import Visit
from workbench.web.views import At, View, text
from workbench.web.views.tables import rows_of


def show(visit: Visit, graph: Graph, exhibit: ExhibitLine, at: At, segment: SegmentText | None) -> View:
    """Return the rows as a table; as text where it has none."""
    return rows_of(graph, exhibit, at, segment) or text.show(visit, graph, exhibit, at, segment)
