"""How things are connected, as answered: ways with what stood in theirs, and groups with what is to be said of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import overload

import msgspec

from graph.answers import Community, Paths


class Ways(Paths, frozen=True, kw_only=True):
    """The shortest ways from one thing to another, and what is to be said of them."""

    notes: tuple[str, ...] = ()
    """Up to which length they are complete, that there are more, and what stood in the way of one."""


class Groups(msgspec.Struct, frozen=True, kw_only=True):
    """Groups of things that are related among themselves, the largest first; walked through as its groups."""

    groups: tuple[Community, ...]
    smaller: int
    """Groups of fewer members than were asked for: not shown."""
    alone: int
    """Things in those."""
    definition: str
    notes: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.groups)

    def __iter__(self) -> Iterator[Community]:
        return iter(self.groups)

    @overload
    def __getitem__(self, at: int) -> Community: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Community, ...]: ...
    def __getitem__(self, at: int | slice) -> Community | tuple[Community, ...]:
        return self.groups[at]
