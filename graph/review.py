"""What people should look at next: what findings rest on, then what waits for a person, then a fair sample."""

from __future__ import annotations

from graph.answers import Awaiting, Mention, ReviewCounts
from graph.project import Graph
from graph.rows import fetch
from graph.things import mentions

_QUEUE = """
WITH cited AS (
    SELECT DISTINCT segment_id FROM tag WHERE finding <> ''
), waiting AS (
    SELECT id, CASE WHEN segment_id IN (SELECT segment_id FROM cited) THEN 0 WHEN status = 'candidate' THEN 1 ELSE 2 END
           AS turn
    FROM mention WHERE review = 'unreviewed' AND ($kind = '' OR kind = $kind)
)
SELECT id FROM waiting ORDER BY turn, sha256($seed || ':' || id), id LIMIT $n
"""
_COUNTS = """
SELECT count(*) FILTER (review = 'unreviewed') AS unreviewed,
       count(*) FILTER (review = 'reading_confirmed') AS reading_confirmed,
       count(*) FILTER (review = 'corrected') AS corrected, count(*) FILTER (review = 'attributed') AS attributed,
       (SELECT count(*) FROM rejected) AS rejected
FROM mention
"""
_AWAITING = """
WITH waiting AS (
    SELECT segment_id, status FROM mention WHERE review = 'unreviewed'
)
SELECT count(*) AS unreviewed, count(*) FILTER (status = 'candidate') AS candidates,
       count(*) FILTER (segment_id IN (SELECT segment_id FROM tag WHERE finding <> '')) AS cited,
       (SELECT count(*) FROM decision WHERE state = 'unanchored') AS unanchored,
       (SELECT count(*) FROM finding) AS findings
FROM waiting
"""


def review_queue(graph: Graph, *, n: int = 20, kind: str = "", seed: int = 0) -> tuple[Mention, ...]:
    """Return up to `n` unreviewed mentions: those in segments that findings cite, candidates, then a random sample.

    Within each group the order is random but the same for the same `seed`, so what is looked at is a fair sample.
    """
    rows = fetch(graph.conn, _QUEUE, {"kind": kind, "seed": str(seed), "n": n})
    found = mentions(graph, [row["id"] for row in rows])
    return tuple(found[row["id"]] for row in rows)


def review_counts(graph: Graph) -> ReviewCounts:
    """Return how many mentions stand in each state of review."""
    return ReviewCounts(**fetch(graph.conn, _COUNTS)[0])


def awaiting(graph: Graph) -> Awaiting:
    """Return how much waits for a person, what findings rest on first."""
    return Awaiting(**fetch(graph.conn, _AWAITING)[0])
