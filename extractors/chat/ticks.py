"""Times that an export counts in seconds or milliseconds since 1970, a million of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from extractors.chat.thread import When
from extractors.moments import Moment, stated

UNIX: Final = "the format (Unix time)"
"""As `extractors.moments.counted` says it; this is the same, for many."""
_DAY: Final = 86_400
_FIRST, _LAST = -62_135_596_800, 253_402_300_799
"""Years 1 to 9999."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_days: dict[int, str] = {}
_times: dict[int, str] = {}
"""Seconds of a day as text: at most 86,400 of them."""


def utc_text(seconds: int) -> str:
    """Return Unix seconds as ISO 8601 in UTC; empty beyond the calendar."""
    if not _FIRST <= seconds <= _LAST:
        return ""
    number, rest = divmod(seconds, _DAY)
    day = _days.get(number)
    if day is None:
        if len(_days) > 100_000:
            _days.clear()
        day = _days[number] = (_EPOCH + timedelta(days=number)).date().isoformat()
    time = _times.get(rest)
    if time is None:
        time = _times[rest] = f"T{rest // 3600:02d}:{rest // 60 % 60:02d}:{rest % 60:02d}Z"
    return day + time


def counted_seconds(seconds: int | None, written: str) -> When:
    """Return a time counted in seconds, as the export wrote it; without UTC where it is no number or beyond the calendar."""
    utc = utc_text(seconds) if seconds is not None else ""
    return When(written, utc, "", "UTC", UNIX) if utc else When(written)


def zoned(written: str) -> When:
    """Return a time in ISO 8601 that states its offset, else as a wall clock; only as written where it is none."""
    try:
        instant = datetime.fromisoformat(written)
    except ValueError:
        return When(written)
    if instant.tzinfo is None:
        return When(written, local=instant.isoformat(timespec="seconds"))
    try:
        return as_when(stated(written, instant))
    except (ValueError, OverflowError):
        return When(written)


def as_when(moment: Moment) -> When:
    """Return a moment in the form that threads take."""
    return When(moment.written, moment.utc, moment.local, moment.zone, moment.zone_by)
