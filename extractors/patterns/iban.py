"""International bank account numbers: ISO 13616 structure by country, check digits by ISO 7064 mod 97-10."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from schwifty import IBAN
from schwifty.exceptions import SchwiftyException
from schwifty.registry import get_iban_spec

from extractors.patterns.hit import Asserted, Hit, before
from extractors.patterns.scan import rule_between

_START = re.compile(
    r"[0-9](?<=[A-Za-z]{2}[0-9])(?<!\w[A-Za-z]{2}[0-9])[0-9](?=(?:[ \u00a0\-.]|[ ]?\r?\n(?:\r?\n)?)?[A-Za-z0-9])"
)
_SCAN_START = re.compile(
    r"[0-9OoQDIlSBZ](?<=[A-Za-z]{2}.)(?<!\w[A-Za-z]{2}.)[0-9OoQDIlSBZ](?=(?:[ \u00a0\-.]|[ ]?\r?\n(?:\r?\n)?)?[A-Za-z0-9])"
)
_TAIL = re.compile(r"(?:(?:[ \u00a0\-.]|[ ]?\r?\n(?:\r?\n)?)?[A-Za-z0-9]){0,34}")
_LOOSE = re.compile(r"[A-Za-z]{2}[0-9]{2}[ \-]?[A-Z0-9]{0,4}(?:[ \-]?[0-9]){5,30}(?!\w)")
_NAMED = re.compile(r"\biban\b")
_AS_DIGIT = str.maketrans("OoQDIlSBZ", "000011582")
_FIELD = re.compile(r"(\d+)!([nac])")


def find_iban(text: str, asserted: Asserted) -> Iterator[Hit]:
    """Yield account numbers; one of the right country and length whose check digits fail is kept, unverified."""
    yield from _search(text, _START, _account_at)


def find_iban_in_scan(text: str, asserted: Asserted) -> Iterator[Hit]:
    """Yield account numbers whose check digits hold once letters are read as the digits that the country's format wants."""
    yield from _search(text, _SCAN_START, _mended_at)


def _search(text: str, shape: re.Pattern[str], judge: Callable[[str, int], Hit | None]) -> Iterator[Hit]:
    done = 0
    for match in shape.finditer(text):
        hit = judge(text, match.start() - 2) if match.start() - 2 >= done else None
        if hit is not None:
            done = hit.end
            yield hit


def _mended_at(text: str, start: int) -> Hit | None:
    length = length_of(text[start : start + 2].upper())
    tail = _TAIL.match(text, start) if length else None
    end = _end_of(text, start, tail.end(), length) if tail else 0
    value = _compact(text[start:end])
    if not value or valid(value) or sum(map(str.isdigit, value)) * 2 < length:
        return None
    read = mended(value)
    return _hit(start, end, read, holds=True, rule=rule_between(value, read)) if valid(read) else None


def _account_at(text: str, start: int) -> Hit | None:
    length = length_of(text[start : start + 2].upper())
    tail = _TAIL.match(text, start) if length else None
    if tail is None:
        return None
    end = _end_of(text, start, tail.end(), length)
    if end:
        return _judge(text, start, end)
    return _named_but_wrong(text, start, tail.end(), length)


def _end_of(text: str, start: int, limit: int, length: int) -> int:
    """Return where the `length`-th letter or digit ends, or 0 where the run is shorter or does not stop there."""
    count = 0
    for at in range(start, limit):
        count += text[at].isalnum()
        if count == length:
            return at + 1 if not text[at + 1 : at + 2].isalnum() else 0
    return 0


def _judge(text: str, start: int, end: int) -> Hit | None:
    quote = text[start:end]
    value = _compact(quote)
    if valid(value):
        return _hit(start, end, value, holds=True)
    if "\n" in quote or not _plausible(value, named=_named(text, start)):
        return None
    return _hit(start, end, value, holds=False)


def _hit(start: int, end: int, value: str, *, holds: bool, rule: str = "") -> Hit:
    check = "IBAN mod 97 (ISO 13616)" if holds else "IBAN check digits or structure do not hold (ISO 13616)"
    return Hit(kind="iban", start=start, end=end, value=value, holds=holds, check=check, check_digits=holds, rule=rule)


def _named_but_wrong(text: str, start: int, limit: int, length: int) -> Hit | None:
    """Keep a number that the text calls an IBAN but that has characters too few, where it is one unbroken line."""
    loose = _LOOSE.match(text, start, limit)
    quote = loose[0] if loose else ""
    value = _compact(quote)
    if abs(len(value) - length) > 3 or not _named(text, start) or sum(map(str.isdigit, value)) < len(value) // 2:
        return None
    check = f"IBAN of this country has {length} characters, this has {len(value)} (ISO 13616)"
    return Hit(kind="iban", start=start, end=start + len(quote), value=value, holds=False, check=check)


def _named(text: str, start: int) -> bool:
    return _NAMED.search(before(text, start)) is not None


def _compact(quote: str) -> str:
    return "".join(c for c in quote if c.isalnum()).upper()


def _plausible(value: str, *, named: bool) -> bool:
    """Return whether most of the account part is digits, as in every national format but a few, or the text says IBAN."""
    return named or sum(map(str.isdigit, value[4:])) * 2 >= len(value[4:])


def mended(value: str) -> str:
    """Read letters as the digits they look like, only where the country's structure wants a digit."""
    fields = [(2, "a"), (2, "n"), *((int(n), kind) for n, kind in _FIELD.findall(_bban_spec(value[:2])))]
    kinds = "".join(kind * count for count, kind in fields)
    return "".join(c.translate(_AS_DIGIT) if kind == "n" else c for c, kind in zip(value, kinds, strict=False))


@lru_cache(maxsize=4096)
def valid(value: str) -> bool:
    """Return whether the country's structure and the check digits hold (ISO 13616); `value` is without spaces."""
    try:
        IBAN(value)
    except (SchwiftyException, ValueError):
        return False
    return True


@lru_cache(maxsize=1024)
def length_of(country: str) -> int:
    """Return how many characters the account numbers of a country (ISO 3166 alpha-2) have; 0 where it has none."""
    try:
        return int(get_iban_spec(country).iban_length)
    except SchwiftyException:
        return 0


def _bban_spec(country: str) -> str:
    return str(get_iban_spec(country).bban_spec)
