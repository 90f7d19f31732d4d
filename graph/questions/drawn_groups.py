"""The groups of one picture: which of the drawn things the drawn lines tie together; nothing outside of the picture counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from string import ascii_uppercase
from typing import Final

import msgspec
import networkx as nx

from graph.questions.drawn import Bond, Picture

FEWEST: Final = 3
"""Things that make a group."""
TIES: Final = 5
"""Ties that are told of each group, within it and out of it."""
_SEED: Final = 0
GROUPS: Final = (
    "Of what is drawn, and of nothing else: things that lines tie to each other more than to the rest (Louvain's communities of the drawn "
    f"lines, weighted by how many segments and rows support each, from one fixed seed; {FEWEST} things and more). Dates, times, sums, "
    "quantities and rooms are no members. Letters only name the groups; another filter or a larger picture gives others. Being in one group "
    "says that lines hold it together, and nothing else of anyone."
)


class Tied(msgspec.Struct, frozen=True, kw_only=True):
    """Two things of a picture with all that is drawn between them."""

    a: str
    b: str
    kinds: dict[str, int]
    """By kind, how many segments and rows support it."""
    supports: int
    relations: tuple[str, ...]


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """Things that lines hold together; no score, no rank."""

    letter: str
    members: tuple[str, ...]
    """Ids of things."""
    ties: int
    """Pairs of its members that are tied."""
    holds: tuple[Tied, ...]
    """What holds it together: the ties within it that most segments and rows support."""
    bridges: tuple[Tied, ...]
    """Ties from a member (`a`) to a member of another group, those that most support first."""
    bridges_found: int


class Groups(msgspec.Struct, frozen=True, kw_only=True):
    """The groups of a picture, the one with the most things first."""

    groups: tuple[Group, ...]
    without: tuple[str, ...]
    """Ids of drawn things that are in no group."""
    definition: str


def groups_of(picture: Picture) -> Groups:
    """Return the groups of a picture; the same picture has the same ones."""
    members = sorted(one.id for one in picture.things if one.form != "other")
    ties = _ties(picture.bonds, set(members))
    found = _communities(members, ties)
    group_of = {name: at for at, group in enumerate(found) for name in group}
    return Groups(
        groups=tuple(_group(at, group, ties, group_of) for at, group in enumerate(found)),
        without=tuple(one.id for one in picture.things if one.id not in group_of),
        definition=GROUPS,
    )


def letters(at: int) -> str:
    """Return how the group at a place is named: A to Z, then AA."""
    return (letters(at // 26 - 1) if at >= 26 else "") + ascii_uppercase[at % 26]


def _ties(bonds: Sequence[Bond], members: set[str]) -> list[Tied]:
    """Return what is drawn between two members, as one tie a pair: those that most support first."""
    held: dict[tuple[str, str], list[Bond]] = {}
    for bond in bonds:
        if bond.a in members and bond.b in members:
            held.setdefault((bond.a, bond.b), []).append(bond)
    made = [
        Tied(
            a=a,
            b=b,
            kinds=dict(sum((Counter(one.kinds) for one in drawn), Counter[str]())),
            supports=sum(one.supports for one in drawn),
            relations=tuple(name for one in drawn for name in one.relations),
        )
        for (a, b), drawn in held.items()
    ]
    return sorted(made, key=lambda tie: (-tie.supports, tie.a, tie.b))


def _communities(members: Sequence[str], ties: Sequence[Tied]) -> list[list[str]]:
    # By number, not by name: sets of numbers are walked in one order in every process.
    number = {name: at for at, name in enumerate(members)}
    drawn: nx.Graph[int] = nx.Graph()
    drawn.add_nodes_from(sorted({number[end] for tie in ties for end in (tie.a, tie.b)}))
    drawn.add_weighted_edges_from((number[tie.a], number[tie.b], tie.supports) for tie in ties)
    if not ties:
        return []
    parts = [sorted(part) for part in nx.community.louvain_communities(drawn, seed=_SEED)]
    large = sorted((part for part in parts if len(part) >= FEWEST), key=lambda part: (-len(part), part))
    return [[members[at] for at in part] for part in large]


def _group(at: int, group: Sequence[str], ties: Sequence[Tied], group_of: dict[str, int]) -> Group:
    inside = [tie for tie in ties if group_of.get(tie.a) == at == group_of.get(tie.b)]
    bridges = [
        tie if group_of[tie.a] == at else msgspec.structs.replace(tie, a=tie.b, b=tie.a)
        for tie in ties
        if tie.a in group_of and tie.b in group_of and (group_of[tie.a] == at) != (group_of[tie.b] == at)
    ]
    return Group(
        letter=letters(at), members=tuple(group), ties=len(inside), holds=tuple(inside[:TIES]), bridges=tuple(bridges[:TIES]),
        bridges_found=len(bridges),
    )  # fmt: skip
