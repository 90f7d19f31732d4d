"""What a list of verdicts comes to: which mentions are one, what was refused, and which verdict stands in the way.

Pure functions over elements named by strings. Names are joined by verdicts; an identifier is attributed to what they join, and
joins nothing itself: two people may share a telephone.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from evidence.acts import IdentityVerdict


class Side(NamedTuple):
    """One side of a verdict: mentions of names, and identifiers."""

    names: frozenset[str]
    identifiers: frozenset[str] = frozenset()

    @property
    def meant(self) -> frozenset[str]:
        """What `different` is said of: the names; the identifiers only where there is no name."""
        return self.names or self.identifiers


@dataclass(frozen=True, slots=True)
class Verdict:
    """A verdict as it stands now, its mentions found."""

    seq: int
    id: str
    """What would be made by it."""
    verdict: IdentityVerdict
    makes: str
    sides: tuple[Side, ...]
    joins: tuple[str, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """The mentions of names on all sides."""
        return frozenset().union(*(side.names for side in self.sides))

    @property
    def identifiers(self) -> frozenset[str]:
        """The identifiers on all sides."""
        return frozenset().union(*(side.identifiers for side in self.sides))

    @property
    def about(self) -> frozenset[Side]:
        """Its sides, in no order: a later verdict on the same ones takes its place."""
        return frozenset(self.sides)


class Refusal(NamedTuple):
    """Why a verdict is not applied: the one it runs against, and those that lead from one side of it to the other."""

    why: str
    wall: int = 0
    chain: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Cluster:
    """What verdicts join: it keeps the id of the oldest that made something of it."""

    id: str
    kind: str
    seq: int
    verdicts: tuple[Verdict, ...]
    redirects: tuple[tuple[str, int], ...]
    """Ids of what was made apart and joined later, with the verdict that had made each."""


@dataclass(slots=True)
class Clustered:
    """What became of every verdict, and what they made."""

    clusters: tuple[Cluster, ...] = ()
    superseded: dict[int, int] = field(default_factory=dict)
    """A verdict, and the later one on the same sides."""
    refused: dict[int, Refusal] = field(default_factory=dict)


_A = {"person": "a person", "organisation": "an organisation", "place": "a place"}
Tag = tuple[int, int]
"""A `different`, and on which side of it."""


@dataclass(slots=True)
class _Loom:
    """Joins verdicts one by one; each `same` is a node beside the mentions it joins."""

    parent: dict[str, str] = field(default_factory=dict)
    tags: dict[str, set[Tag]] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    held_by: dict[str, list[str]] = field(default_factory=dict)
    """Identifiers, and the verdicts that attribute each."""
    of_identifier: dict[str, set[Tag]] = field(default_factory=dict)
    applied: dict[int, Verdict] = field(default_factory=dict)
    makers: dict[int, Verdict] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)

    def root(self, node: str) -> str:
        while (up := self.parent.setdefault(node, node)) != node:
            self.parent[node] = self.parent[up]
            node = self.parent[node]
        return node

    def roots(self, one: Verdict) -> list[str]:
        nodes = {*one.names, *(_node(self.ids[name]) for name in one.joins if name in self.ids)}
        return sorted({self.root(node) for node in nodes})

    def problem(self, one: Verdict) -> Refusal | None:
        """Return why a verdict cannot stand beside those that are applied; None where it can."""
        if one.verdict == "same":
            return self._walled(one) or self._mixed(one)
        return self._joined(one) if one.verdict == "different" else None

    def _walled(self, one: Verdict) -> Refusal | None:
        tags = {tag for root in self.roots(one) for tag in self.tags.get(root, ())}
        tags |= {tag for name in one.identifiers for tag in self.of_identifier.get(name, ())}
        walls: dict[int, set[int]] = {}
        for seq, side in tags:
            walls.setdefault(seq, set()).add(side)
        against = sorted(seq for seq, sides in walls.items() if len(sides) > 1)
        if not against:
            return None
        wall = self.applied[against[0]]
        chain = _chain([*self._joining(), one], wall, self.ids)
        return Refusal(f"it would join what line {wall.seq} judged different", wall.seq, chain)

    def _mixed(self, one: Verdict) -> Refusal | None:
        kinds = {self.kinds[root] for root in self.roots(one) if root in self.kinds} | ({one.makes} - {""})
        if len(kinds) < 2:
            return None
        return Refusal(f"it would make one thing of {' and '.join(_A[kind] for kind in sorted(kinds))}")

    def _joined(self, one: Verdict) -> Refusal | None:
        places = [{place for element in side.meant for place in self._places(element)} for side in one.sides]
        seen: set[str] = set()
        for place in places:
            if place & seen:
                return Refusal("its sides are joined already", 0, _chain(self._joining(), one, self.ids))
            seen |= place
        return None

    def _places(self, element: str) -> set[str]:
        return {self.root(element), *(self.root(node) for node in self.held_by.get(element, ()))}

    def _joining(self) -> list[Verdict]:
        return [one for one in self.applied.values() if one.verdict == "same"]

    def take(self, one: Verdict) -> None:
        """Apply a verdict that has no problem."""
        self.applied[one.seq] = one
        if one.verdict == "different":
            self._wall(one)
        elif one.verdict == "same":
            self._join(one)

    def _wall(self, one: Verdict) -> None:
        for number, side in enumerate(one.sides):
            for name in side.meant:
                for place in self._places(name):
                    self.tags.setdefault(place, set()).add((one.seq, number))
                if name in side.identifiers:
                    self.of_identifier.setdefault(name, set()).add((one.seq, number))

    def _join(self, one: Verdict) -> None:
        roots = self.roots(one)
        if not any(root in self.kinds for root in roots):
            self.makers[one.seq] = one
        kind = next((self.kinds[root] for root in roots if root in self.kinds), one.makes)
        self.ids[one.id] = one.seq
        node = self.root(_node(one.seq))
        tags = {tag for name in one.identifiers for tag in self.of_identifier.get(name, ())}
        whole = max([node, *roots], key=lambda root: (len(self.tags.get(root, ())), root))
        for root in {node, *roots} - {whole}:
            self.parent[root] = whole
            tags |= self.tags.pop(root, set())
            self.kinds.pop(root, None)
        self.tags.setdefault(whole, set()).update(tags)
        self.kinds[whole] = kind
        for name in one.identifiers:
            self.held_by.setdefault(name, []).append(_node(one.seq))

    def clusters(self) -> tuple[Cluster, ...]:
        found: dict[str, list[Verdict]] = {}
        for one in self._joining():
            found.setdefault(self.root(_node(one.seq)), []).append(one)
        return tuple(self._cluster(root, verdicts) for root, verdicts in found.items())

    def _cluster(self, root: str, verdicts: Sequence[Verdict]) -> Cluster:
        first, *others = (one for one in verdicts if one.seq in self.makers)
        return Cluster(
            id=first.id,
            kind=self.kinds[root],
            seq=first.seq,
            verdicts=tuple(verdicts),
            redirects=tuple((one.id, one.seq) for one in others),
        )


def _node(seq: int) -> str:
    return f"verdict {seq}"


def clustered(verdicts: Iterable[Verdict]) -> Clustered:
    """Return what verdicts come to, in the order of the ledger.

    A later verdict on the same sides takes the place of an earlier one of another kind. One that would join what was judged
    different, or part what was joined, is refused and changes nothing.
    """
    made, loom = Clustered(), _Loom()
    standing: dict[frozenset[Side], list[Verdict]] = {}
    for one in sorted(verdicts, key=lambda each: each.seq):
        earlier = [each for each in standing.get(one.about, ()) if each.verdict != one.verdict]
        tried = _without(loom, {each.seq for each in earlier}) if earlier else loom
        refusal = tried.problem(one)
        if refusal is not None:
            made.refused[one.seq] = refusal
            continue
        tried.take(one)
        loom = tried
        made.superseded |= {each.seq: one.seq for each in earlier}
        kept = [each for each in standing.get(one.about, ()) if each.verdict == one.verdict]
        standing[one.about] = [*kept, one]
    made.clusters = tuple(sorted(loom.clusters(), key=lambda cluster: cluster.seq))
    return made


def _without(loom: _Loom, gone: Collection[int]) -> _Loom:
    """Return the loom as it would be without some verdicts; the others do not depend on them to stand."""
    made = _Loom()
    for one in loom.applied.values():
        if one.seq not in gone:
            made.take(one)
    return made


def _chain(joining: Sequence[Verdict], wall: Verdict, ids: dict[str, int]) -> tuple[int, ...]:
    """Return the shortest chain of `same` verdicts from one side of a `different` to another, by ledger line."""
    elements = {one.seq: _touched(one, ids) for one in joining}
    by_element: dict[str, list[int]] = {}
    for seq, held in elements.items():
        for element in held:
            by_element.setdefault(element, []).append(seq)
    ways = (
        _way(side, other, elements, by_element) for at, side in enumerate(wall.sides) for other in wall.sides[at + 1 :]
    )
    return min((way for way in ways if way), key=len, default=())


def _touched(one: Verdict, ids: dict[str, int]) -> set[str]:
    """Return the mentions and verdicts through which a verdict is tied to others; its identifiers only end a chain."""
    return {*one.names, *one.identifiers, _node(one.seq), *(_node(ids[name]) for name in one.joins if name in ids)}


def _way(side: Side, other: Side, elements: dict[int, set[str]], by_element: dict[str, list[int]]) -> tuple[int, ...]:
    starts = sorted({seq for element in side.meant for seq in by_element.get(element, ())})
    waiting, came_from = deque(starts), dict.fromkeys(starts, 0)
    while waiting:
        seq = waiting.popleft()
        if elements[seq] & other.meant:
            return _back(seq, came_from)
        for element in sorted(elements[seq]):
            if element.startswith("e-"):
                continue
            for onward in by_element[element]:
                if onward not in came_from:
                    came_from[onward] = seq
                    waiting.append(onward)
    return ()


def _back(seq: int, came_from: dict[int, int]) -> tuple[int, ...]:
    way = [seq]
    while came_from[way[-1]]:
        way.append(came_from[way[-1]])
    return tuple(reversed(way))
