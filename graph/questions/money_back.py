"""Round trips of money: a payment and the next one back, from the same account or by way of one or two others.

What goes straight back is joined by SQL. Ways by way of others are followed payment by payment, each to the next payment to every
other account; accounts that pay a crowd are no step of one, and the whole is bounded.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any, Final, NamedTuple

import duckdb

HUB: Final = 200
"""Accounts paid beyond which an account is no step of a way: a wage office or a shop pays everyone."""
STEPS: Final = 2_000_000
"""Looks at what one account paid another next, along ways of three and four accounts."""
PAYMENTS: Final = 200_000
"""Payments that can be on such a way and are followed, the earliest first."""
_LONGEST: Final = 4
_DAY: Final = timedelta(days=1) - timedelta(seconds=1)
_COLUMNS: Final = 'source, target, currency, amount, moment, day, zoned, day_only, segment, ord, table_no, "row"'
# A mere day lasts to its last second: what is recorded of it may have come after anything else of that day.
_TIMED: Final = f"""
CREATE OR REPLACE TEMP TABLE timed AS
SELECT {_COLUMNS}, CASE WHEN day_only THEN moment + INTERVAL 86399 SECOND ELSE moment END AS ends
FROM once WHERE moment IS NOT NULL
"""  # noqa: S608 - our own columns
_STRAIGHT: Final = """
WITH both_ways AS (
    SELECT one.source, one.target FROM way AS one JOIN way AS other ON one.source = other.target AND one.target = other.source
), went AS (
    SELECT * FROM timed SEMI JOIN both_ways USING (source, target)
), opening AS (
    SELECT DISTINCT ON (source, target, ends) * FROM went ORDER BY source, target, ends, moment, ord, table_no, "row", segment
)
SELECT {columns} FROM went ASOF JOIN opening AS back
    ON back.source = went.target AND back.target = went.source AND went.moment <= back.ends
WHERE date_diff('day', went.day, back.day) BETWEEN 0 AND $days
"""
_WAYS: Final = "CREATE OR REPLACE TEMP TABLE way AS SELECT DISTINCT source, target FROM timed"
# On a way of three or more stands only who is paid by one and pays another; each round leaves out who loses one of them.
_TRIM: Final = """
CREATE OR REPLACE TEMP TABLE way AS
WITH beside AS (
    SELECT source AS here, target AS there, true AS pays FROM way UNION ALL SELECT target, source, false FROM way
), step AS (
    SELECT here FROM beside GROUP BY here HAVING bool_or(pays) AND NOT bool_and(pays) AND count(DISTINCT there) > 1
)
SELECT * FROM way WHERE source IN (SELECT here FROM step) AND target IN (SELECT here FROM step)
"""
_ROUNDS: Final = 4
_FOLLOWED: Final = f"""
SELECT {_COLUMNS} FROM timed SEMI JOIN way USING (source, target)
ORDER BY moment, ord, table_no, "row", segment LIMIT {PAYMENTS + 1}
"""  # noqa: S608
_HUBS: Final = f"SELECT source FROM timed GROUP BY source HAVING count(DISTINCT target) > {HUB} ORDER BY 1"  # noqa: S608


class Leg(NamedTuple):
    """A payment, once, with its time."""

    source: str
    target: str
    currency: str
    amount: int
    moment: datetime
    day: date
    zoned: bool
    day_only: bool
    segment: str
    ord: str
    table_no: int
    row: int

    @property
    def ends(self) -> datetime:
        """When it was made at the latest."""
        return self.moment + _DAY if self.day_only else self.moment


Trip = tuple[Leg, ...]


class RoundTrips(NamedTuple):
    """What came back, the earliest first, and what was not followed."""

    trips: tuple[Trip, ...]
    hubs: int
    whole: bool


def round_trips(
    conn: duckdb.DuckDBPyConnection, *, days: int, through: tuple[Sequence[str], Sequence[str]] = ((), ())
) -> RoundTrips:
    """Return the round trips among the payments laid in `once`; those through an account of each side, where any are named."""
    conn.execute(_TIMED)
    conn.execute(_WAYS)
    straight = list(_straight(conn, days))
    for _ in range(_ROUNDS):
        conn.execute(_TRIM)
    hubs = {str(name) for (name,) in conn.execute(_HUBS).fetchall()}
    rows = conn.execute(_FOLLOWED).fetchall()
    ways = _Ways(rows[:PAYMENTS], days=days, hubs=hubs)
    found: dict[frozenset[Leg], Trip] = {}
    for trip in sorted([*straight, *ways.round()], key=_order):
        if all(not side or any(leg.source in side for leg in trip) for side in through):
            found.setdefault(frozenset(trip), trip)
    return RoundTrips(tuple(found.values()), len(hubs), ways.left > 0 and len(rows) <= PAYMENTS)


def unordered(trip: Trip) -> bool:
    """Return whether two payments in a row may have been made the other way round, as far as the records say."""
    return any(later.moment <= earlier.ends for earlier, later in pairwise(trip))


def _order(trip: Trip) -> tuple[Any, ...]:
    return (trip[0].moment, len(trip), [leg.source for leg in trip], [leg.segment for leg in trip])


def _straight(conn: duckdb.DuckDBPyConnection, days: int) -> Iterator[Trip]:
    names = _COLUMNS.split(", ")
    columns = ", ".join(f"{side}.{name}" for side in ("went", "back") for name in names)
    for row in conn.execute(_STRAIGHT.format(columns=columns), {"days": days}).fetchall():
        yield Leg(*row[: len(names)]), Leg(*row[len(names) :])


class _Ways:
    """Payments by who paid whom, in order of when each was made at the latest, to be followed from account to account."""

    def __init__(self, rows: Sequence[tuple[Any, ...]], *, days: int, hubs: set[str]) -> None:
        self.left = STEPS
        self._days = timedelta(days=days)
        self._hubs = hubs
        self._legs = [Leg(*row) for row in rows]
        self._paid: dict[str, dict[str, list[Leg]]] = {}
        for leg in self._legs:
            self._paid.setdefault(leg.source, {}).setdefault(leg.target, []).append(leg)
        for by_target in self._paid.values():
            for legs in by_target.values():
                legs.sort(key=_ends)

    def round(self) -> Iterator[Trip]:
        """Yield the ways of three and four payments that end where they began, until the steps are used up."""
        for leg in self._legs:
            if self.left <= 0:
                return
            yield from self._on((leg,), leg.moment)

    def _on(self, way: Trip, since: datetime) -> Iterator[Trip]:
        here, home = way[-1].target, way[0].source
        if here in self._hubs:
            return
        last = way[0].day + self._days
        if len(way) > 1 and (leg := self._next(here, home, since, last)):
            yield (*way, leg)
        if len(way) + 1 < _LONGEST:
            passed = {leg.source for leg in way}
            for there in self._paid.get(here, ()):
                if there not in passed and (leg := self._next(here, there, since, last)):
                    yield from self._on((*way, leg), max(since, leg.moment))

    def _next(self, here: str, there: str, since: datetime, last: date) -> Leg | None:
        """Return the next payment at `since` or later, on the `last` day at the latest."""
        self.left -= 1
        legs = self._paid.get(here, {}).get(there, [])
        place = bisect_left(legs, since, key=_ends)
        found = legs[place] if self.left > 0 and place < len(legs) else None
        return found if found and found.day <= last else None


def _ends(leg: Leg) -> datetime:
    return leg.ends
