"""Which part of a written date is the day: decided from the whole file, else asserted, else left open."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from itertools import pairwise
from typing import Final, NamedTuple

_NUMBERS: Final = re.compile(r"\d+")
_ORDERS: Final[dict[str, tuple[int, int, int]]] = {"dmy": (2, 1, 0), "mdy": (2, 0, 1), "ymd": (0, 1, 2)}
"""Where year, month and day stand."""
_BUDDHIST: Final = 543
_NAMES: Final = {"dmy": "day, month, year", "mdy": "month, day, year", "ymd": "year, month, day"}
HOW: Final = {
    "written": "the year is written first",
    "above": "a part above 12 stands in the file",
    "usual": "a part above 12, or the run of the dates; that two digits of a year stand last is taken as usual",
    "forward": "only so do the dates of the file run forward",
    "asserted": "asserted by people, nothing in the file decides it",
    "alike": "every date of the file reads alike both ways",
    "open": "nothing in the file decides it and nobody asserted it",
    "other": "its dates are of a calendar that is not read",
}


class DayOrder(NamedTuple):
    """How the dates of a file are to be read, and why; `order` is empty where that is open."""

    order: str
    how: str

    @property
    def facts(self) -> dict[str, str]:
        """Return it as facts of a unit."""
        shown = _NAMES.get(self.order, "ambiguous" if self.how == "open" else "not read")
        return {"date_order": shown, "date_order_by": HOW[self.how]}


def decide(written: Iterable[str], *, asserted: str) -> DayOrder:
    """Return the order of the dates of a file, given once each in the order in which they first appear."""
    dates = [parts for text in written if (parts := _parts(text)) is not None]
    if not dates:
        return DayOrder("", "other")
    if all(len(str(one[0])) == 4 for one in dates):
        return DayOrder("ymd", "written") if any(_day(one, "ymd") for one in dates) else DayOrder("", "other")
    possible = [order for order in _candidates(dates) if all(_day(one, order) for one in dates)]
    if not possible:
        return _mostly(dates)
    if len(possible) == 1:
        return DayOrder(possible[0], "above")
    back = {order: _steps_back(dates, order) for order in possible}
    best = min(back.values())
    forward = [order for order in possible if back[order] <= best * 2]
    if len(forward) == 1:
        return DayOrder(forward[0], "forward")
    last = [order for order in forward if order != "ymd"]
    if len(last) == 1:
        return DayOrder(last[0], "usual")
    if asserted in last:
        return DayOrder(asserted, "asserted")
    if all(len({_day(one, order) for order in forward}) == 1 for one in dates):
        return DayOrder(forward[0], "alike")
    return DayOrder("", "open")


def _candidates(dates: list[tuple[int, int, int]]) -> tuple[str, ...]:
    """A year of four digits at the end leaves two orders; where all parts have two, it may stand first as well."""
    return ("dmy", "mdy") if any(one[2] > 99 for one in dates) else ("dmy", "mdy", "ymd")


def _mostly(dates: list[tuple[int, int, int]]) -> DayOrder:
    """Where some dates fit no order (a pasted line, a typed one), the order that nearly all of them fit decides."""
    fits = {order: sum(1 for one in dates if _day(one, order)) for order in _candidates(dates)}
    best = max(fits, key=lambda order: fits[order])
    alone = sum(1 for count in fits.values() if count == fits[best]) == 1
    return DayOrder(best, "above") if alone and fits[best] >= 0.9 * len(dates) else DayOrder("", "other")


def _steps_back(dates: list[tuple[int, int, int]], order: str) -> int:
    days = [day for one in dates if (day := _day(one, order))]
    return sum(1 for before, after in pairwise(days) if after < before)


def _parts(text: str) -> tuple[int, int, int] | None:
    numbers = _NUMBERS.findall(text)
    return (int(numbers[0]), int(numbers[1]), int(numbers[2])) if len(numbers) == 3 else None


def _day(parts: tuple[int, int, int], order: str) -> date | None:
    """Return the day, of the years in which there are chats: 1995 to 2099, two digits from 09 on, or Buddhist ones."""
    year, month, day = (parts[at] for at in _ORDERS[order])
    if 2500 < year < 2643:
        year -= _BUDDHIST
    if year < 100:
        year += 2000
        if year < 2009:
            return None  # before there was such an app: the two digits are no year
    if not 1995 <= year < 2100:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def iso_day(written: str, order: str) -> str:
    """Return the day in ISO 8601, empty where it is none; of an open order only what reads alike both ways."""
    parts = _parts(written)
    if parts is None:
        return ""
    if order:
        day = _day(parts, order)
        return day.isoformat() if day else ""
    readings = {day for each in _candidates([parts]) if (day := _day(parts, each))}
    return readings.pop().isoformat() if len(readings) == 1 else ""
