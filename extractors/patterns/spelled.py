"""Dates and sums of money said in words: `the twelfth of March`, `three hundred pounds`, `12 March` without a year."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

from extractors.patterns.hit import Asserted, Hit
from extractors.patterns.label import lowered, words_in
from extractors.patterns.numeral import number_before, ordinal_of, value_of, year_of

MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
          "december")  # fmt: skip
CURRENCIES = {
    "pounds": "GBP", "pound": "GBP", "quid": "GBP", "euros": "EUR", "euro": "EUR", "dollars": "$", "lei": "RON",
    "zloty": "PLN", "zlotys": "PLN", "pence": "p",
}  # fmt: skip
_RULE = "number words read as figures"

_DAY_BEFORE = re.compile(
    r"(?:(?<=[^\w.:/\-])|^)(?:the[ ]+)?(?:([a-z]{5,11}(?:[ \-][a-z]{5,8})?)|([0-9]{1,2})(?:st|nd|rd|"
    r"th)?)[ ]+(?:day[ ]+)?(of[ ]+)?$"
)
_DAY_AFTER = re.compile(
    r"[ ]+(?:the[ ]+)?(?:([0-9]{1,2})(?:st|nd|rd|th)?(?![\w:]|[.,/\-][0-9])|([a-z]{5,9}(?:[ \-][a-z]{5,8})?)(?!\w))"
)
_YEAR_IN_FIGURES = re.compile(r",?[ ]{1,2}(?:in[ ]+)?((?:19|20)[0-9]{2})(?![\w]|[.,:/\-][0-9])")
_YEAR_IN_WORDS = re.compile(r",?[ ]{1,2}(?:in[ ]+)?([a-z]{3,9}(?:[ \-][a-z]{2,9}){0,5})")
_UNIT = "one|two|three|four|five|six|seven|eight|nine"
_PENCE = re.compile(
    r",?[ ](?:and[ ])?((?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
    rf"(?:[ \-](?:{_UNIT}))?|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|{_UNIT})"
    r"([ ](?:pence|p|cents?))?(?!\w)"
)
_AS_WEIGHT = re.compile(r"[ ](?:in weight|heavier|lighter|overweight)")
_WEIGHED = re.compile(r"\bweigh\w*(?: \w+){0,3} $")


def find_spelled_money(text: str, asserted: Asserted) -> Iterator[Hit]:
    """Yield amounts said in words, as `GBP 300.00`."""
    lower = lowered(text)
    for word in CURRENCIES:
        for at in words_in(lower, word) if word in lower else ():
            hit = _money(lower, at, len(word), CURRENCIES[word])
            if hit is not None:
                yield hit


def _money(lower: str, at: int, length: int, currency: str) -> Hit | None:
    said, end = number_before(lower, at), at + length
    if said is None or _AS_WEIGHT.match(lower, end) or _WEIGHED.search(lower[max(0, said[0] - 40) : said[0]]):
        return None
    start, amount = said
    check = "amount in words with currency (ISO 4217)"
    if currency == "p":
        amount, currency, check = amount / 100, "GBP", "amount in words; pence of which currency is not said"
    elif currency == "$":
        check = "amount in words with $; which country's is not stated"
    else:
        small = _PENCE.match(lower, end)
        pence = value_of(re.split(r"[ \-]", small[1])) if small else None
        if small and pence is not None and (small[2] or (pence >= 10 and "and" not in small[0])):
            amount, end = amount + pence / 100, small.end()
    holds = CURRENCIES[lower[at : at + length]] != "p"
    if currency == "GBP" and lower.startswith(" of ", end):
        holds, check = False, "amount in words; money or weight, the text does not say"
    value = f"{currency} {amount:.2f}"
    return Hit(kind="money", start=start, end=end, value=value, holds=holds, check=check, rule=_RULE)


def find_spelled_date(text: str, asserted: Asserted) -> Iterator[Hit]:
    """Yield days with a month's name whose day or year is in words; without a year as `--03-12`, unverified."""
    lower = lowered(text)
    for month, name in enumerate(MONTHS, 1):
        for at in words_in(lower, name) if name in lower else ():
            hit = _day_before(text, lower, at, at + len(name), month) or _day_after(text, lower, at, month)
            if hit is not None:
                yield hit


def _day_before(text: str, lower: str, at: int, end: int, month: int) -> Hit | None:
    floor = max(0, at - 32)
    written = _DAY_BEFORE.search(lower[floor:at])
    if written is None or (not written[3] and not _is_name(text, at)):
        return None
    start = floor + written.start()
    day = int(written[2]) if written[2] else 0
    if written[1]:
        words = re.split(r"[ \-]", written[1])
        day = ordinal_of(words)
        if not day and len(words) == 2:
            day, start = ordinal_of(words[1:]), floor + written.start(1) + len(words[0]) + 1
    return _dated(lower, start, end, month, day, in_words=bool(written[1])) if 1 <= day <= 31 else None


def _day_after(text: str, lower: str, at: int, month: int) -> Hit | None:
    end = at + len(MONTHS[month - 1])
    written = _DAY_AFTER.match(lower, end)
    if written is None or not _is_name(text, at):
        return None
    if written[1]:
        day, stop = int(written[1]), written.end(0)
    else:
        words = re.split(r"[ \-]", written[2])
        day, stop = ordinal_of(words), written.end(2)
        if not day:
            day, stop = ordinal_of(words[:1]), written.start(2) + len(words[0])
    return _dated(lower, at, stop, month, day, in_words=not written[1]) if 1 <= day <= 31 else None


def _is_name(text: str, at: int) -> bool:
    """Return whether a month is meant: `may` and `march` are also verbs, but not with a capital inside a sentence."""
    verb = text[at : at + 5].lower() == "march" or text[at : at + 3].lower() == "may"
    return not verb or text[at].isupper()


def _dated(lower: str, start: int, end: int, month: int, day: int, *, in_words: bool) -> Hit | None:
    year, stop, year_in_words = _year(lower, end)
    rule = _RULE if in_words or year_in_words else ""
    if not year:
        check = "day and month; the year is not written"
        value = f"--{month:02}-{day:02}"
        return Hit(kind="date", start=start, end=end, value=value, holds=False, check=check, rule=rule)
    try:
        value = datetime.date(year, month, day).isoformat()
    except ValueError:
        check = "no such day in the calendar"
        return Hit(kind="date", start=start, end=stop, value=lower[start:stop], holds=False, check=check, rule=rule)
    return Hit(
        kind="date", start=start, end=stop, value=value, holds=True, check="calendar date, month by name", rule=rule
    )


def _year(lower: str, end: int) -> tuple[int, int, bool]:
    """Return the year that follows, where it ends, and whether it is in words; 0 where there is none."""
    figures = _YEAR_IN_FIGURES.match(lower, end)
    if figures:
        return int(figures[1]), figures.end(), False
    words = _YEAR_IN_WORDS.match(lower, end)
    if words:
        pieces = list(re.finditer(r"[a-z]+", words[1]))
        year, used = year_of([piece[0] for piece in pieces])
        if year:
            return year, words.start(1) + pieces[used - 1].end(), True
    return 0, end, False
