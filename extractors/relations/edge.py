"""A relation on its way from a rule to the record: two mentions, and the words between which it stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from evidence.records import Found

SUBJECTS = ("person_name", "organisation")
"""Kinds whose names things are said of."""
VALUES = ("date", "time", "money", "quantity")
"""Kinds that are said of people and organisations, and never have anything said of them."""
_PLACES = ("place", "address", "room")
_SUBJECTS_LIMIT = 3


class Edge(NamedTuple):
    """What one place in the text states; `start` to `end` are the code points that say so."""

    source: Found
    target: Found
    kind: Literal["emailed", "signs_with", "stated"]
    rule: str
    start: int
    end: int


def pairs(mentions: Sequence[Found]) -> Iterator[tuple[int, int]]:
    """Yield which of `mentions` something is said of, with each other that is said of it, by position.

    Said of: the first three names of people and organisations; where there is none, the first identifier. So there are
    at most three times as many pairs as mentions. Dates and sums are said of people, else of organisations.
    """
    named = [at for at, one in enumerate(mentions) if one.kind in SUBJECTS][:_SUBJECTS_LIMIT]
    numbered = [at for at, one in enumerate(mentions) if one.kind not in (*VALUES, *_PLACES)][:1]
    subjects = named or numbered
    dated = [at for at in named if mentions[at].kind == "person_name"] or named
    for place, source in enumerate(subjects):
        for target, other in enumerate(mentions):
            if target not in subjects[: place + 1] and (other.kind not in VALUES or source in dated):
                yield source, target
