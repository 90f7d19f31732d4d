"""What is to be said under an answer that names values which no mention establishes: candidates, and what fails its check."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from graph.project import Graph
from graph.rows import fetch

_MOST_TOLD: Final = 10
_UNSURE: Final = """
SELECT id, label, status, count(*) OVER () AS many FROM entity
WHERE id IN (SELECT unnest($ids::VARCHAR[])) AND status <> 'established'
ORDER BY status, label, id LIMIT $most
"""


def told(graph: Graph, named: Sequence[str]) -> tuple[str, ...]:
    """Return one note that lists the first of these entities that are not established, or none where all are."""
    rows = fetch(graph.conn, _UNSURE, {"ids": named, "most": _MOST_TOLD}) if named else []
    if not rows:
        return ()
    listed = ", ".join(f"{row['label']} ({row['id']}: {row['status']})" for row in rows)
    more = rows[0]["many"] - len(rows)
    return (
        f"Not established: {listed}{f' and {more:,} more' if more else ''}. A candidate may be read another way, what is unverified fails "
        "its check or has none here; neither is joined with anything.",
    )
