"""Rules for premises: a street or a building with its number is one place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from extractors.names.decoding import Span
from extractors.names.reading import MONTHS, UNMEASURED, Words, owners

STREET: Final = 0.68
"""Measured without a model on all hand-labelled sentences: 14 of 31 are labelled so, 7 more are addresses that were left
unlabelled; most of the rest are labelled without their number."""
STREETS: Final = frozenset(
    ("street", "st", "road", "rd", "lane", "row", "yard", "court", "close", "avenue", "ave", "drive", "wharf", "terrace",
     "square", "way", "place", "gardens", "crescent", "quay", "mews", "hill", "grove", "parade", "boulevard", "blvd", "utca",
     "straße", "strasse")
)  # fmt: skip
FIRST: Final = frozenset(
    ("strada", "str", "bulevardul", "aleea", "calea", "via", "viale", "corso", "piazza", "rue", "calle", "avenida", "rua",
     "ulica", "ul", "plaza")
)  # fmt: skip
UNITS: Final = frozenset(
    ("unit", "flat", "suite", "apartment", "apt", "warehouse", "block", "office", "studio", "shop")
)
_LINKS: Final = frozenset(("de", "del", "della", "di", "da", "du", "des", "la", "le", "lui", "al", "cel", "sf", "sf."))
_NUMBER: Final = re.compile(r"\d{1,4}[A-Za-z]?")
_YEAR: Final = re.compile(r"(?:1[89]|20)\d\d")
_DOOR: Final = re.compile(r"\d{1,4}[A-Za-z]?|[A-Z]\d{0,3}")
_RANGE: Final = frozenset(("-", "\u2013", "/"))
_LONGEST_STREET: Final = 4


def _key(text: str) -> str:
    return text.rstrip(".").casefold()


def streets(words: Words, found: Sequence[Span]) -> Iterator[Span]:
    """Claim a street with the number before it: `12 High Street`, `12-14 High Street`, found by the model or not.

    Source: BS 7666 and the postal address guides of the UK, the USA and Ireland: number, street's name, street's kind.
    """
    owned = owners(words, found)
    for at in range(2, len(words.texts)):
        if _key(words.texts[at]) not in STREETS or not words.texts[at][0].isupper():
            continue
        start, name = words.run_before(at, most=_LONGEST_STREET - 1), owned[at]
        first = _number_before(words, start)
        if start == at or first == start:
            continue
        if not name or name.end == at + 1:
            yield Span(first, at + 1, "LOC", STREET)
        elif name.kind == "LOC" and name.first > first:
            yield Span(first, name.end, "LOC", STREET)


def _number_before(words: Words, start: int) -> int:
    """Return where the number of a house begins that ends before `start`; `start` where there is none."""
    if not _is_number(words, start - 1, start):
        return start
    is_range = start > 2 and words.texts[start - 2] in _RANGE and _is_number(words, start - 3, start)
    return start - 3 if is_range else start - 1


def _is_number(words: Words, at: int, start: int) -> bool:
    if not 0 <= at < len(words.texts) or start >= len(words.texts) or words.lines[at] != words.lines[start]:
        return False
    text = words.texts[at]
    return _NUMBER.fullmatch(text) is not None and _YEAR.fullmatch(text) is None


def streets_first(words: Words, found: Sequence[Span]) -> Iterator[Span]:
    """Claim a street whose kind comes first and number last: `Strada Teilor 8`, `Rue de Rivoli 10`, `Via Roma, 3`.

    Source: the address lines of the Universal Postal Union's country sheets for Romania, Italy, France, Spain, Poland.
    """
    for at in range(len(words.texts) - 2):
        if _key(words.texts[at]) not in FIRST or not words.texts[at][0].isupper():
            continue
        end = _street_end(words, at + 1)
        door = end
        while door < len(words.texts) and door < end + 3 and _key(words.texts[door]) in (",", "nr", "no", "", "n"):
            door += 1
        is_date = door + 1 < len(words.texts) and words.texts[door + 1].casefold() in MONTHS
        if end > at + 1 and not is_date and _is_number(words, door, at):
            yield Span(at, door + 1, "LOC", UNMEASURED)


def _street_end(words: Words, start: int) -> int:
    end, last = start, start
    while end < len(words.texts) and end - start < _LONGEST_STREET and words.cells[end] == words.cells[start]:
        if words.is_name_like(end):
            last = end + 1
        elif words.texts[end].casefold() not in _LINKS:
            break
        end += 1
    return last


def units(words: Words, found: Sequence[Span]) -> Iterator[Span]:
    """Claim a place with the unit before it: `Unit 6, High Yard`, `Flat 2, 14 High Row`, `Suite B Crown House`.

    Source: BS 7666, where a secondary object (a flat, a unit) is part of the address of its building or street.
    """
    owned = owners(words, found)
    for at in range(len(words.texts) - 2):
        if _key(words.texts[at]) not in UNITS or not words.texts[at][0].isupper():
            continue
        if not _DOOR.fullmatch(words.texts[at + 1]):
            continue
        place = at + 3 if words.texts[at + 2] == "," else at + 2
        if place >= len(words.texts) or words.lines[place] != words.lines[at]:
            continue
        name = owned[place]
        if name and name.kind == "LOC" and name.first in (at, place):
            yield Span(at, name.end, "LOC", UNMEASURED)
        else:
            end = words.run_after(place, _LONGEST_STREET, of=words.cells)
            if end > place + 1 and _key(words.texts[end - 1]) in STREETS:
                yield Span(at, end, "LOC", UNMEASURED)


def towns(words: Words, found: Sequence[Span]) -> Iterator[Span]:
    """Claim the town after a street with a number: a name found there as something else, or capitalised words to the end.

    Reason: in an address a place follows the street, whatever the model takes an unknown town for.
    """
    owned = owners(words, found)
    for span in found:
        if span.kind != "LOC" or not _is_address(words, span):
            continue
        start = span.end + 1
        if start >= len(words.texts) or words.texts[span.end] != "," or words.lines[start] != words.lines[span.end]:
            continue
        name = owned[start]
        end = name.end if name and name.first == start else words.run_after(start, 3, of=words.cells)
        closed = (
            end > start and words.texts[start].isalpha() and (words.ends_cell(end) or words.texts[end] in (",", "."))
        )
        if closed and (not name or (name.first == start and name.kind != "LOC")):
            yield Span(start, end, "LOC", UNMEASURED)


def _is_address(words: Words, span: Span) -> bool:
    """Return whether a place begins with a number or a unit, or with a kind of street and ends with a number."""
    first, last = words.texts[span.first], words.texts[span.end - 1]
    return _NUMBER.fullmatch(first) is not None or _key(first) in UNITS or (_key(first) in FIRST and last[0].isdigit())
