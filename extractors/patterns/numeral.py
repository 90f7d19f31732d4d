"""Numbers written in English words: `three hundred`, `two and a half thousand`, `twenty-second`."""

from __future__ import annotations

import re
from decimal import Decimal

_UNDER_TWENTY = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_BY_TEN = "twenty thirty forty fifty sixty seventy eighty ninety"
_IN_ORDER = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth twentieth"
)
_UNITS = {name: number for number, name in enumerate(_UNDER_TWENTY.split())}
_TENS = dict(zip(_BY_TEN.split(), range(20, 100, 10), strict=True))
_SCALES = {"thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}
_FEW = {"couple": 2, "dozen": 12}
_ORDINALS = {name: number for number, name in enumerate(_IN_ORDER.split(), 1)} | {"thirtieth": 30}
_JOINING = frozenset(("and", "a", "an", "half", "hundred", "of"))
_VOCABULARY = _UNITS.keys() | _TENS.keys() | _SCALES.keys() | _FEW.keys() | _JOINING
_TOKEN = re.compile(r"[a-z]+|[0-9]+(?:[.,][0-9]+)*")
_WIDTH, _MOST = 100, 12

Spoken = tuple[int, Decimal]
"""(where it begins, the number)."""


def number_before(lower: str, end: int) -> Spoken | None:
    """Return the longest number in words that ends at `end` but for white space; None where there is none.

    Digits said one by one (`five five`) are no number.
    """
    floor = max(0, end - _WIDTH)
    tokens = list(_TOKEN.finditer(lower, floor, end))
    chosen: list[re.Match[str]] = []
    until = end
    for token in reversed(tokens[-_MOST:]):
        if not (token[0] in _VOCABULARY or token[0][0].isdecimal()) or lower[token.end() : until].strip(" \n-\u00a0"):
            break
        chosen.insert(0, token)
        until = token.start()
    for first in range(len(chosen)):
        words = [token[0] for token in chosen[first:]]
        value = value_of(words)
        start = chosen[first].start()
        if value is not None and not lower[max(0, start - 1) : start].isalnum():
            said_singly = first > 0 and chosen[first - 1][0] not in _JOINING
            return None if said_singly else (start, value)
    return None


def value_of(words: list[str]) -> Decimal | None:
    """Return the number that the words are; None where they are none, or written in figures only."""
    if not words or words[0] in ("and", "of") or all(word[0].isdecimal() for word in words):
        return None
    if words[0] == "half" and words[1:2] in (["a"], ["an"]):
        words = words[2:]
        rest = value_of(["one", *words]) if words else Decimal(1)
        return rest / 2 if rest is not None and (not words or words[0] in _SCALES) else None
    return _summed(words)


def _summed(words: list[str]) -> Decimal | None:
    """Add up scales and what stands before them; each scale must be smaller than the one before."""
    total, part, seen, last_scale = Decimal(0), Decimal(0), False, 10**12
    room = 10**12
    for at, word in enumerate(words):
        following = words[at + 1] if at + 1 < len(words) else ""
        if word in ("a", "an"):
            if following not in _SCALES and following not in _FEW and following not in ("hundred", "half"):
                return None
            part += 0 if following == "half" else 1
            seen = seen or following != "half"
        elif word == "half":
            if not seen or words[max(0, at - 2) : at] != ["and", "a"]:
                return None
            part += Decimal("0.5")
        elif word == "and":
            if not seen or not following or following == "and":
                return None
        elif word == "of":
            if words[at - 1] != "couple":
                return None
        elif word == "hundred":
            if not seen or not 0 < part < 100:
                return None
            part, room = part * 100, 100
        elif word in _FEW:
            part, seen = (part or Decimal(1)) * _FEW[word], True
        elif word in _SCALES:
            if not seen or not part or _SCALES[word] >= last_scale:
                return None
            total, part, last_scale, room = total + part * _SCALES[word], Decimal(0), _SCALES[word], _SCALES[word]
        else:
            number = _number(word)
            if number is None or number >= room or (part and number == 0):
                return None
            part, seen = part + number, True
            room = 10 if word in _TENS else 1
    return total + part if seen else None


def _number(word: str) -> Decimal | None:
    if word[0].isdecimal():
        return (
            Decimal(word.replace(",", ""))
            if re.fullmatch(r"[0-9]{1,3}(?:,[0-9]{3})*|[0-9]+(?:\.[0-9]+)?", word)
            else None
        )
    number = _UNITS.get(word, _TENS.get(word))
    return None if number is None else Decimal(number)


def ordinal_of(words: list[str]) -> int:
    """Return 22 for `twenty second`; 0 where the words are no ordinal up to 31."""
    if len(words) == 2 and words[0] in ("twenty", "thirty") and _ORDINALS.get(words[1], 10) < 10:
        number = _TENS[words[0]] + _ORDINALS[words[1]]
        return number if number <= 31 else 0
    return _ORDINALS.get(words[0], 0) if len(words) == 1 else 0


def year_of(words: list[str]) -> tuple[int, int]:
    """Return the year that the first words say, as people say years, and how many words that took; (0, 0) for none."""
    for count in range(min(len(words), 6), 1, -1):
        said = words[:count]
        if said[0] == "two" and said[1] == "thousand":
            value = value_of(said)
            if value is not None and 2000 <= value < 2100:
                return int(value), count
        century = _UNITS.get(said[0], _TENS.get(said[0], 0))
        rest = [_UNITS.get(said[2], -1)] if said[1] == "oh" and count == 3 else [_below_hundred(said[1:])]
        if century in (18, 19, 20) and 0 < rest[0] < 100 and (rest[0] >= 10 or said[1] == "oh"):
            return century * 100 + rest[0], count
    return 0, 0


def _below_hundred(words: list[str]) -> int:
    value = value_of(words) if words and "hundred" not in words and "and" not in words else None
    return int(value) if value is not None and value < 100 else -1
