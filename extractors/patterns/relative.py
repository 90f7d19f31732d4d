"""Days counted from the day of writing: `yesterday`, `last Tuesday`, `three weeks ago`."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

from extractors.patterns.hit import Asserted, Hit
from extractors.patterns.label import lowered, words_in
from extractors.patterns.numeral import number_before
from extractors.patterns.written import quoted_from

_DAYS = {
    "yesterday": -1, "today": 0, "tonight": 0, "tomorrow": 1, "alaltăieri": -2, "ieri": -1, "azi": 0, "astăzi": 0,
    "mâine": 1, "poimâine": 2,
}  # fmt: skip
_LONGER = {"yesterday": ("the day before ", -2), "tomorrow": ("the day after ", 2)}
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_PARTS_OF_DAY = ("night", "morning", "afternoon", "evening")
_PARTS = frozenset({*_PARTS_OF_DAY, "week", "weekend", "month", "year"})
_POINTER = re.compile(r"(?<!\w)(last|next|this|coming|on|by|until|till|since)[ ](?:the[ ])?$")
_UNITS = {"day": 1, "days": 1, "week": 7, "weeks": 7, "month": 0, "months": 0, "year": 0, "years": 0}
_AGO = re.compile(r"(?<!\w)(days?|weeks?|months?|years?)[ ]$")
_FIGURES = re.compile(r"(?<![\w.,:])([0-9]{1,3}|an?)[ ]$")
_MOST = 10_000
RELATIVE_CUES = frozenset({*_DAYS, *_WEEKDAYS, *_PARTS, "ago"})


def find_relative_date(text: str, asserted: Asserted) -> Iterator[Hit]:
    """Yield days counted from the writing; resolved where that day is known, else `relative:...`, unverified.

    Weeks, months and years, `next Friday` and a bare weekday stay as written: people mean different days by them. So
    does what is quoted from an earlier message, which was written on another day.
    """
    lower = lowered(text)
    own = quoted_from(text) if asserted.written else 0
    for start, end, offset in sorted(_said(lower, asserted.written), key=lambda said: said[0]):
        yield _hit(lower, start, end, offset, asserted.written if start < own else "")


def _said(lower: str, written: str) -> Iterator[tuple[int, int, int | None]]:
    """Yield where such words stand and how many days from the writing they mean; None for more than one meaning."""
    there = {word for word in RELATIVE_CUES if word in lower}
    for word in there & _DAYS.keys():
        for at in words_in(lower, word):
            lead, further = _LONGER.get(word, ("", 0))
            start = next((at - len(each) for each in (lead, lead[4:]) if each and lower.endswith(each, 0, at)), at)
            yield start, at + len(word), further if start < at else _DAYS[word]
    for number, word in enumerate(_WEEKDAYS):
        for at in words_in(lower, word) if word in there else ():
            pointer = _pointer(lower, at)
            if pointer:
                yield pointer[0], at + len(word), _back_to(number, written) if pointer[1] == "last" else None
    for word in there & _PARTS:
        for at in words_in(lower, word):
            pointer = _pointer(lower, at)
            if pointer and pointer[1] in ("last", "next", "this"):
                night = -1 if (pointer[1], word) == ("last", "night") else None
                same = 0 if pointer[1] == "this" and word in _PARTS_OF_DAY[1:] else night
                yield pointer[0], at + len(word), same
    yield from _ago(lower)


def _pointer(lower: str, at: int) -> tuple[int, str] | None:
    floor = max(0, at - 12)
    pointer = _POINTER.search(lower[floor:at])
    if pointer is None:
        return None
    skipped = 0 if pointer[1] in ("last", "next", "this", "coming") else pointer.end() - pointer.start()
    return floor + pointer.start() + skipped, pointer[1]


def _ago(lower: str) -> Iterator[tuple[int, int, int | None]]:
    for at in words_in(lower, "ago"):
        floor = max(0, at - 8)
        unit = _AGO.search(lower[floor:at])
        if unit is None:
            continue
        start = floor + unit.start()
        figures = _FIGURES.search(lower[max(0, start - 5) : start])
        said = number_before(lower, start)
        if figures:
            count, start = int(figures[1]) if figures[1].isdecimal() else 1, max(0, start - 5) + figures.start()
        elif said is not None and said[1] < _MOST:
            start, count = said[0], int(said[1])
        else:
            continue
        days = _UNITS[unit[1]] * count
        yield start, at + 3, -days if days else None


def _back_to(weekday: int, written: str) -> int | None:
    """Return how many days before the day of writing the last such weekday was, as a negative number."""
    day = _day(written)
    return -((day.weekday() - weekday - 1) % 7 + 1) if day else None


def _day(written: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(written[:10])
    except ValueError:
        return None


def _hit(lower: str, start: int, end: int, offset: int | None, written: str) -> Hit:
    day = _day(written)
    said = " ".join(lower[start:end].split())
    try:
        resolved = day + datetime.timedelta(days=offset) if day is not None and offset is not None else None
    except OverflowError:
        resolved = None
    if resolved is None:
        check = "counted from the day of writing, which is not known" if day is None else "may mean more than one day"
        return Hit(kind="date", start=start, end=end, value=f"relative:{said}", holds=False, check=check)
    check = f"counted from the day of writing as the file states it, {written[:10]}"
    rule = f"{said} read as {resolved.isoformat()}"
    return Hit(
        kind="date", start=start, end=end, value=resolved.isoformat(), holds=True, check=check, rule=rule, deduced=True
    )
