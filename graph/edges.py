"""The edges at some things: found by index where the things are few, in one pass over all edges where they are many."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

NOT_ENTITIES_TO_STEP_ON: Final = ("date", "time", "money", "quantity", "room", "display_name")
"""Kinds that two things share by chance: never co-mentioned, never a step of a path."""
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
    SELECT {columns}, false AS back FROM relation WHERE source_entity IN $ids
    UNION ALL
    SELECT {columns}, true FROM relation WHERE target_entity IN $ids
), at_things AS MATERIALIZED (
    SELECT * EXCLUDE (back) FROM looked_up WHERE NOT (back AND list_contains($ids, source_entity))
)
"""
_PASSED_OVER: Final = """
wanted_ends AS (SELECT unnest($ids::VARCHAR[]) AS id), at_things AS (
    SELECT {columns} FROM relation WHERE source_entity IN (FROM wanted_ends) OR target_entity IN (FROM wanted_ends)
)
"""


def at_things(ids: Sequence[str], *, columns: str = _COLUMNS) -> str:
    """Return the common table expressions that lay the edges at these things out as `at_things`, each edge once.

    The columns are those of `relation` but for the words of who stated one; whoever needs fewer names them, since each is read from
    blocks of its own. The expressions are put behind WITH, and `$ids` is a parameter of the query.
    """
    return (_LOOKED_UP if 0 < len(ids) <= FEW else _PASSED_OVER).format(columns=columns)
