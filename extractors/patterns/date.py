"""Calendar dates with a year, as ISO 8601; where the order of day and month is not known, the date stays as written."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

from extractors.patterns.hit import Asserted, Hit

_MONTH_NAMES: tuple[tuple[str, ...], ...] = (
    ("january jan", "ianuarie ian", "januar jän jänner", "janvier janv", "enero ene", "gennaio gen", "stycznia"),
    ("february feb febr", "februarie", "februar", "février févr fevrier", "febrero", "febbraio", "lutego"),
    ("march mar", "martie mart", "märz maerz", "mars", "marzo", "marzec marca"),
    ("april apr", "aprilie", "avril avr", "abril abr", "aprile", "kwietnia"),
    ("may", "mai", "mayo", "maggio mag", "maja"),
    ("june jun", "iunie iun", "juni", "juin", "junio", "giugno giu", "czerwca"),
    ("july jul", "iulie iul", "juli", "juillet juil", "julio", "luglio lug", "lipca"),
    ("august aug", "août aout", "agosto ago", "sierpnia"),
    ("september sep sept", "septembrie", "septembre", "septiembre setiembre", "settembre set", "września"),
    ("october oct", "octombrie", "oktober okt", "octobre", "octubre", "ottobre ott", "października"),
    ("november nov", "noiembrie noi noiem", "novembre", "noviembre", "listopada"),
    ("december dec", "decembrie", "dezember dez", "décembre déc decembre", "diciembre dic", "dicembre", "grudnia"),
)
"""Month names from January, in English, Romanian, German, French, Spanish, Italian and Polish."""
_MONTHS = {name: number for number, row in enumerate(_MONTH_NAMES, 1) for names in row for name in names.split()}

_ISO = re.compile(r"[12](?<![\w.\-/][12])[0-9]{3}([\-/.])([0-9]{1,2})\1([0-9]{1,2})(?![0-9]|[\-/.,]\d|[A-SU-Za-su-z_])")
_NUMERIC = re.compile(
    r"[0-9](?<![\w.\-/+][0-9])([0-9]?)([\-/.]) ?([0-9]{1,2})\2 ?([12][0-9]{3}|[0-9]{2})(?![\w/\-]|[.]\d)"
)
_DAY_FIRST = re.compile(
    r"[0-9](?<![\w.\-/][0-9])([0-9]?)(?:st|nd|rd|th|\.|º)?[\s\-./]{0,3}(?:day )?(?:of |de |din )?([^\W\d_]{3,12})(?:\.?,?[\s\-./]{1,3}|['’])"
    r"(?:of |de )?([12][0-9]{3})(?![\w]|[\-/.]\d)",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(
    r"[0-9](?<=[\s\-][0-9])([0-9]?)(?:st|nd|rd|th)?(?:,[ \t\u00a0]?|\s{1,2}|-)([12][0-9]{3})(?![\w]|[\-/.]\d)"
)
_MONTH_BEFORE = re.compile(r"(?<![^\W_])([^\W\d_]{3,12})(?:\.?\s{0,2}|-)$")
_YEARS = range(1800, 2200)

Parsed = tuple[str, bool, str]
"""(value, holds, check)."""


def find_date(text: str, asserted: Asserted) -> Iterator[Hit]:
    """Yield dates: year first, with a month's name, and day and month as numbers."""
    yield from _iso(text)
    yield from _day_first(text)
    yield from _month_first(text)
    yield from _numeric(text, asserted.day_order)


def _iso(text: str) -> Iterator[Hit]:
    for match in _ISO.finditer(text):
        year, month, day = int(match[0][:4]), int(match[2]), int(match[3])
        if _near(year, month, day):
            yield _hit(match.span(), _judge(match[0], year, month, day, "ISO 8601 order"))


def _day_first(text: str) -> Iterator[Hit]:
    for match in _DAY_FIRST.finditer(text):
        month = _MONTHS.get(match[2].lower(), 0)
        day, year = int(text[match.start()] + match[1]), int(match[3])
        if month and _near(year, month, day):
            yield _hit(match.span(), _judge(match[0], year, month, day, "month by name"))


def _month_first(text: str) -> Iterator[Hit]:
    for match in _MONTH_FIRST.finditer(text):
        floor = max(0, match.start() - 16)
        word = _MONTH_BEFORE.search(text[floor : match.start()])
        month = _MONTHS.get(word[1].lower(), 0) if word else 0
        day, year = int(text[match.start()] + match[1]), int(match[2])
        if word and month and _near(year, month, day):
            start = floor + word.start()
            yield _hit((start, match.end()), _judge(text[start : match.end()], year, month, day, "month by name"))


def _numeric(text: str, day_order: str) -> Iterator[Hit]:
    for match in _NUMERIC.finditer(text):
        first, second = int(text[match.start()] + match[1]), int(match[3])
        parsed = _ordered(match[0], first, second, match[4], separator=match[2], day_order=day_order)
        if parsed is not None:
            yield _hit(match.span(), parsed)


def _ordered(quote: str, first: int, second: int, year: str, *, separator: str, day_order: str) -> Parsed | None:
    """Judge two numbers and a year; which of the two is the day must be said by their size, the dots, or a person."""
    full = int(year) if len(year) == 4 else _century(int(year))
    day_leads, month_leads = _near(full, second, first), _near(full, first, second)
    if not (day_leads or month_leads) or (len(year) == 2 and (separator == "-" or " " in quote)):
        return None
    if day_leads and month_leads and first != second:
        order = _order_of(separator, day_order)
        if order is None:
            return f"{quote} (ambiguous)", False, "day and month order not asserted, so which is the day is not known"
        day, month, why = (first, second, order[1]) if order[0] == "dmy" else (second, first, order[1])
    else:
        day, month, why = (first, second, "one reading only") if day_leads else (second, first, "one reading only")
    value, holds, check = _judge(quote, full, month, day, why)
    if len(year) == 2:
        return value, False, f"{check}; century not written, taken as {full // 100 * 100}"
    return value, holds, check


def _order_of(separator: str, day_order: str) -> tuple[str, str] | None:
    if day_order in ("dmy", "mdy"):
        return day_order, f"{'day' if day_order == 'dmy' else 'month'} first, asserted"
    return ("dmy", "dotted dates are day first (DIN 5008)") if separator == "." else None


def _century(year: int) -> int:
    """Return the full year of a two-digit one as POSIX reads it: 69 to 99 are 19xx."""
    return year + (1900 if year >= 69 else 2000)


def _near(year: int, month: int, day: int) -> bool:
    return year in _YEARS and 1 <= month <= 12 and 1 <= day <= 31


def _judge(quote: str, year: int, month: int, day: int, why: str) -> Parsed:
    try:
        return datetime.date(year, month, day).isoformat(), True, f"calendar date, {why}"
    except ValueError:
        return quote, False, "no such day in the calendar"


def _hit(span: tuple[int, int], parsed: Parsed) -> Hit:
    value, holds, check = parsed
    return Hit(kind="date", start=span[0], end=span[1], value=value, holds=holds, check=check)
