"""What every question can be asked with: one frozen record each, the same for a command, an analysis and a typed call."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

import msgspec
from msgspec import Meta

MOST_KEPT = 10_000
"""Rows that a saved analysis may have."""


# What each parameter means and how far it goes, as the options of the command say it. Where the command calls it otherwise than the
# typed function, `option` is its name there, and `unit` how many of the function's units one of its own is.
Party: TypeAlias = Annotated[str, Meta(description="An account or name: only what it took part in.")]
Second: TypeAlias = Annotated[str, Meta(description="A second one: only what both took part in.")]
Thing: TypeAlias = Annotated[str, Meta(description="Entity id, value, or kind:value.")]
Within: TypeAlias = Annotated[str, Meta(description="Only of this exhibit and what came out of it.")]
Since: TypeAlias = Annotated[str, Meta(description="From this time on, in UTC: 2026-03-01.")]
Until: TypeAlias = Annotated[str, Meta(description="Before this time, in UTC.")]
Every: TypeAlias = Annotated[Literal["week", "month"], Meta(description="Change over time by week or month.")]
Zone: TypeAlias = Annotated[str, Meta(description="Hours and days by this zone's clocks: Europe/London.")]
CoMention: TypeAlias = Annotated[bool, Meta(description="Also edges that only say: named together.")]
Verified: TypeAlias = Annotated[
    bool, Meta(description="Only edges that a person confirmed.", extra={"option": "verified"})
]


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

    a: Annotated[str, Meta(description="An account: only its contacts.")] = ""
    b: Annotated[str, Meta(description="A second one: only the contacts of these two.")] = ""
    kind: Annotated[str, Meta(description="Only these: call, message or email.")] = ""
    exhibit: Within = ""
    since: Since = ""
    until: Until = ""
    every: Every = "month"
    zone: Zone = "UTC"
    limit: Annotated[int, Meta(ge=0, description="At most so many pairs; 0: all.")] = 50


class TimelineAsked(Asked, frozen=True, kw_only=True):
    """What happened when."""

    a: Party = ""
    b: Second = ""
    place: Annotated[str, Meta(description="Only where this stands in the record's place, room or cell.")] = ""
    kind: Annotated[str, Meta(description="call, message, email, stay, trip, payment, location …")] = ""
    exhibit: Within = ""
    since: Since = ""
    until: Until = ""
    every: Every = "month"
    zone: Zone = "UTC"
    gaps: Annotated[int, Meta(ge=0, le=1000, description="How many of the longest gaps.")] = 5
    limit: Annotated[int, Meta(ge=0, description="At most so many events; 0: all.")] = 100


class OverlapAsked(Asked, frozen=True, kw_only=True):
    """Whose records overlap."""

    a: Party = ""
    b: Second = ""
    kind: Annotated[str, Meta(description="Only these: cell, room, house, trip, place or booking.")] = ""
    window_s: Annotated[
        int, Meta(ge=1, le=86_400, description="Minutes apart at most.", extra={"option": "window", "unit": 60})
    ] = 900
    limit: Annotated[int, Meta(ge=0, description="At most so many pairs; 0: all.")] = 50


class AroundAsked(Asked, frozen=True, kw_only=True):
    """Who and what is around a thing."""

    a: Thing
    hops: Annotated[int, Meta(ge=1, le=3, description="How far.")] = 1
    co_mention: CoMention = False
    limit: Annotated[int, Meta(ge=0, description="At most so many things; 0: all.")] = 100


class MoneyAsked(Asked, frozen=True, kw_only=True):
    """What money does."""

    a: Party = ""
    b: Second = ""
    exhibit: Within = ""
    since: Since = ""
    until: Until = ""
    at_least: Annotated[str, Meta(description="Only payments of this sum or more.")] = ""
    days: Annotated[int, Meta(ge=0, le=3660, description="Days within which a round trip comes back.")] = 7
    every: Every = "month"
    limit: Annotated[int, Meta(ge=0, description="At most so many pairs and round trips; 0: all.")] = 50


class RecursAsked(Asked, frozen=True, kw_only=True):
    """What recurs, or what some accounts share."""

    kind: Annotated[str, Meta(description="Only identifiers of this kind: phone, email, iban …")] = ""
    accounts: Annotated[
        tuple[str, ...],
        Meta(
            description="Instead, what accounts share: twice or more, or what people made of several.",
            extra={"option": "account"},
        ),
    ] = ()
    limit: Annotated[int, Meta(ge=0, description="At most so many of each; 0: all.")] = 50

    def words(self) -> str:
        """Return what was asked in a few words."""
        return " ".join([self.kind, *self.accounts]).strip()


class RoutesAsked(Asked, frozen=True, kw_only=True):
    """Where routes run."""

    a: Annotated[str, Meta(description="A person's name, phone or vehicle: only where it was placed.")] = ""
    since: Since = ""
    until: Until = ""
    limit: Annotated[int, Meta(ge=0, description="At most so many stops; 0: all.")] = 200
    legs: Annotated[int, Meta(ge=0, description="At most so many legs; 0: all.")] = 50


class TermsAsked(Asked, frozen=True, kw_only=True):
    """What was searched and not found."""

    terms: Annotated[tuple[str, ...], Meta(description="The terms, each searched as a query of its own.")]

    def words(self) -> str:
        """Return how many terms there were, and none of them."""
        return f"{len(self.terms):,} term{'' if len(self.terms) == 1 else 's'}"


class PathAsked(Asked, frozen=True, kw_only=True):
    """How two things are connected."""

    a: Thing
    b: Thing
    co_mention: CoMention = False
    verified_only: Verified = False
    k: Annotated[int, Meta(ge=1, le=20, description="How many ways to show.", extra={"option": "most"})] = 3


class GroupsAsked(Asked, frozen=True, kw_only=True):
    """What groups there are."""

    co_mention: CoMention = False
    verified_only: bool = False
    seed: int = 0
    min_size: int = 3


class SearchAsked(Asked, frozen=True, kw_only=True):
    """Which segments a query finds."""

    query: Annotated[str, Meta(description='Words, "phrases", AND OR NOT, word~1, word*, a NEAR/5 b, field:value.')]
    limit: Annotated[int, Meta(ge=1, le=MOST_KEPT, description="Hits shown; all are counted.")] = MOST_KEPT
    within: Annotated[tuple[str, ...], Meta(description="Values of facets, as `kind:message`.")] = ()

    def words(self) -> str:
        """Return the query, as it was written, with the chosen values of facets."""
        return " ".join([self.query, *(f"[{one}]" for one in self.within)]).strip()
