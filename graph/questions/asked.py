"""What every question can be asked with: one frozen record each, the same for a command, an analysis and a typed call."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

MOST_KEPT = 10_000
"""Rows that a saved analysis may have."""


class Asked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The parameters of a question, named as its typed function names them."""

    def given(self) -> dict[str, Any]:
        """Return the parameters by name."""
        return {name: getattr(self, name) for name in self.__struct_fields__}

    def words(self) -> str:
        """Return what was asked in a few words: only what differs from asking for everything."""
        usual = dict(zip(self.__struct_fields__[::-1], self.__struct_defaults__[::-1], strict=False))
        said = [(name, value) for name, value in self.given().items() if value != usual.get(name, msgspec.NODEFAULT)]
        return " ".join(value if isinstance(value, str) else f"{name}={value}" for name, value in said)


class ContactsAsked(Asked, frozen=True, kw_only=True):
    """Who contacts whom."""

    a: str = ""
    b: str = ""
    kind: str = ""
    exhibit: str = ""
    since: str = ""
    until: str = ""
    every: Literal["week", "month"] = "month"
    zone: str = "UTC"
    limit: int = 50


class TimelineAsked(Asked, frozen=True, kw_only=True):
    """What happened when."""

    a: str = ""
    b: str = ""
    place: str = ""
    kind: str = ""
    exhibit: str = ""
    since: str = ""
    until: str = ""
    every: Literal["week", "month"] = "month"
    zone: str = "UTC"
    gaps: int = 5
    limit: int = 100


class OverlapAsked(Asked, frozen=True, kw_only=True):
    """Whose records overlap."""

    a: str = ""
    b: str = ""
    kind: str = ""
    window_s: int = 900
    limit: int = 50


class AroundAsked(Asked, frozen=True, kw_only=True):
    """Who and what is around a thing."""

    a: str
    hops: int = 1
    co_mention: bool = False
    limit: int = 100


class MoneyAsked(Asked, frozen=True, kw_only=True):
    """What money does."""

    a: str = ""
    b: str = ""
    exhibit: str = ""
    since: str = ""
    until: str = ""
    at_least: str = ""
    days: int = 7
    every: Literal["week", "month"] = "month"
    limit: int = 50


class RecursAsked(Asked, frozen=True, kw_only=True):
    """What recurs, or what some accounts share."""

    kind: str = ""
    accounts: tuple[str, ...] = ()
    limit: int = 50

    def words(self) -> str:
        """Return what was asked in a few words."""
        return " ".join([self.kind, *self.accounts]).strip()


class RoutesAsked(Asked, frozen=True, kw_only=True):
    """Where routes run."""

    a: str = ""
    since: str = ""
    until: str = ""
    limit: int = 200
    legs: int = 50


class TermsAsked(Asked, frozen=True, kw_only=True):
    """What was searched and not found."""

    terms: tuple[str, ...]

    def words(self) -> str:
        """Return how many terms there were, and none of them."""
        return f"{len(self.terms):,} term{'' if len(self.terms) == 1 else 's'}"


class PathAsked(Asked, frozen=True, kw_only=True):
    """How two things are connected."""

    a: str
    b: str
    co_mention: bool = False
    verified_only: bool = False
    k: int = 3


class GroupsAsked(Asked, frozen=True, kw_only=True):
    """What groups there are."""

    co_mention: bool = False
    verified_only: bool = False
    seed: int = 0
    min_size: int = 3


class SearchAsked(Asked, frozen=True, kw_only=True):
    """Which segments a query finds."""

    query: str
    limit: int = MOST_KEPT
    within: tuple[str, ...] = ()
    """Values of facets, as `kind:message`."""

    def words(self) -> str:
        """Return the query, as it was written, with the chosen values of facets."""
        return " ".join([self.query, *(f"[{one}]" for one in self.within)]).strip()
