"""Dates that a workbook stores as days since 1900 or 1904."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Final

_DATES: Final = frozenset((*range(14, 18), 22, *range(27, 32), 34, 35, 36, *range(50, 59)))
_TIMES: Final = frozenset((18, 19, 20, 21, 32, 33, 45, 46, 47))
"""Built-in number formats of dates and of times (ECMA-376 part 1, 18.8.30; 27 to 58 in East Asian versions)."""
_QUOTED: Final = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)


def is_date_format(code: str) -> bool:
    """Say whether a number format, a code or a built-in number, shows dates or times."""
    if code.isdigit():
        return int(code) in _DATES or int(code) in _TIMES
    plain = _QUOTED.sub("", code.partition(";")[0]).lower()
    return any(letter in plain for letter in "dyhs") or ("m" in plain and "general" not in plain)


def as_iso(text: str, *, since_1904: bool, code: str = "") -> str:
    """Return a stored number of days as ISO 8601: a date, a date and time, or a time of day; empty where it is none.

    In the 1900 system day 60 is the 29 February 1900 that never was (kept from Lotus 1-2-3): it is given as no date.
    """
    try:
        days = float(text)
    except ValueError:
        return ""
    if not 0 <= days < 2_958_466 or (not since_1904 and int(days) == 60):
        return ""
    seconds = round(days * 86_400)
    whole, rest = divmod(seconds, 86_400)
    if whole == 0 and not since_1904:
        return f"{rest // 3600:02d}:{rest // 60 % 60:02d}:{rest % 60:02d}"
    if _is_only_a_time(code) and whole < 366:
        hours, left = divmod(seconds, 3600)
        return f"{hours:02d}:{left // 60:02d}:{left % 60:02d}"
    epoch = datetime(1904, 1, 1) if since_1904 else datetime(1899, 12, 30 if whole > 60 else 31)  # noqa: DTZ001
    try:
        moment = epoch + timedelta(seconds=seconds)
    except OverflowError:
        return ""
    return moment.isoformat(timespec="seconds") if rest else moment.date().isoformat()


def _is_only_a_time(code: str) -> bool:
    if code.isdigit():
        return int(code) in _TIMES
    plain = _QUOTED.sub("", code.partition(";")[0]).lower()
    return not any(letter in plain for letter in "dy")
