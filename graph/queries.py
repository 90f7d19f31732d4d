"""The questions that other packages ask of the graph: typed, read-only, answered with frozen records."""

from graph.casefile import authorities, decisions, events, exhibit, findings, notes, scheduled, tags, unanchored
from graph.status import graph_line, status
from graph.things import (
    corrections,
    entities,
    entity,
    find_entity,
    mention,
    mentions,
    mentions_in,
    mentions_in_exhibit,
    mentions_of,
    rejected,
    relation,
    relation_details,
    relations,
    segment,
    segments,
    segments_of,
)

__all__ = [
    "authorities", "corrections", "decisions", "entities", "entity", "events", "exhibit", "find_entity", "findings",
    "graph_line", "mention", "mentions", "mentions_in", "mentions_in_exhibit", "mentions_of", "notes", "rejected", "relation",
    "relation_details", "relations", "scheduled", "segment", "segments", "segments_of", "status", "tags", "unanchored",
]  # fmt: skip
