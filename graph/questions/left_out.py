"""What cannot be meant in a question: exhibits that are not there, and times that end before they begin."""

from __future__ import annotations

from datetime import datetime

from evidence.errors import NotFound, UsageError
from graph.project import Graph
from graph.questions import ground
from graph.rows import fetch


def known_exhibit(graph: Graph, number: str) -> str:
    """Return the number of an exhibit, '' for no text; raises NotFound for one that the graph does not have."""
    wanted = number.strip().upper()
    if wanted and not fetch(graph.conn, "SELECT 1 FROM exhibit WHERE number = $number", {"number": wanted}):
        raise NotFound(f"there is no exhibit {wanted}", next_step="`casegraph status CASE` lists the exhibits")
    return wanted


def span(since: str, until: str) -> dict[str, datetime | None]:
    """Return `since` and `until` as times in UTC, None where not asked; raises UsageError where nothing can lie between them."""
    first, last = ground.moment(since), ground.moment(until)
    if first and last and first >= last:
        raise UsageError(
            f"nothing lies between {since} and {until}",
            next_step="give --since earlier than --until, which is not in it",
        )
    return {"since": first, "until": last}
