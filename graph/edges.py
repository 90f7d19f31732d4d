"""The edges at some things: found by index where the things are few, in one pass over all edges where they are many."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from graph import together

NOT_ENTITIES_TO_STEP_ON: Final = together.UNPAIRED_KINDS
"""Kinds that two things share by chance: never named together, never a step of a path."""
NAME_KINDS: Final = ("person_name", "organisation", "place", "display_name")
"""A name says nothing about who bears it, so it is never a step between two others."""
HUB: Final = 200
"""Things related to more others than this (a hotline, a taxi firm) are never steps either."""
FEW: Final = 120
"""Things up to which each is looked up: of more, one pass over the edges takes less (measured at 1.8 million edges)."""

_COLUMNS: Final = """id, kind, family, origin, basis, source_entity, target_entity, supports, lifted, source_lifted, target_lifted,
    exhibits, review"""
_LOOKED_UP: Final = """
looked_up AS MATERIALIZED (
    SELECT {columns}, false AS back FROM edge WHERE source_entity IN $ids
    UNION ALL
    SELECT {columns}, true FROM edge WHERE target_entity IN $ids
), at_edges AS MATERIALIZED (
    SELECT * EXCLUDE (back) FROM looked_up
    WHERE NOT (back AND list_contains($ids, source_entity)) AND {families}
)
"""
_PASSED_OVER: Final = """
at_edges AS (
    SELECT {columns} FROM edge
    WHERE (source_entity IN (FROM wanted_end) OR target_entity IN (FROM wanted_end)) AND {families}
)
"""
_NAMED_TOO: Final = """
at_things AS MATERIALIZED (
    SELECT {columns} FROM at_edges UNION ALL SELECT {columns} FROM counted_together
)
"""


def at_things(ids: Sequence[str], *, columns: str = _COLUMNS, co_mention: bool = False, near: bool = False) -> str:
    """Return the common table expressions that lay the edges at these things out as `at_things`, each edge once.

    With `co_mention` also who is named together with them, and with `near` how near (else the `rule` of those says nothing).
    The columns are those of `relation` but for the words of who stated one; whoever needs fewer names them, since each is read from
    blocks of its own. The expressions are put behind WITH, and `$ids` is a parameter of the query.
    """
    families = "true" if co_mention else "family <> 'co_mention'"
    edges = (_LOOKED_UP if 0 < len(ids) <= FEW else _PASSED_OVER).format(columns=columns, families=families)
    wanted = "wanted_end AS (SELECT unnest($ids::VARCHAR[]) AS id)"
    if not co_mention:
        return f"{wanted}, {edges}, at_things AS (FROM at_edges)"
    return f"{wanted}, {edges}, {together.pairs_at(near=near)}, {_NAMED_TOO.format(columns=columns)}"
