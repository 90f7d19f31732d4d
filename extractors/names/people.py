"""Rules for people: who signs, and whose surname comes first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from extractors.names.decoding import Span
from extractors.names.reading import LONGEST_WORD, SURE, UNMEASURED, Words, owners

_MOST: Final = 3
"""Words of a name."""
_CLOSINGS: Final = frozenset(
    ("regards", "kind regards", "best regards", "warm regards", "best wishes", "yours sincerely", "yours faithfully",
     "yours truly", "sincerely", "thanks", "many thanks", "thank you", "cheers", "all the best", "yours", "- -", "--")
)  # fmt: skip
_ROLES: Final = frozenset(
    ("team", "manager", "department", "office", "service", "services", "desk", "support", "group", "director", "management", "reception",
     "accounts", "sales", "admin", "committee", "board", "staff", "unit", "centre", "center", "customer", "secretary", "partner")
)  # fmt: skip
_INITIALS: Final = 3
_LONGEST_CLOSING: Final = 4


def signatures(words: Words, found: Sequence[Span]) -> Iterator[Span]:
    """Claim the line of two or three capitalised words right after a closing, or after the `-- ` of an email.

    Source: RFC 3676, section 4.3, for the line of two hyphens; letters close with a formula, then the name.
    """
    owned = owners(words, found)
    starts = [at for at in range(len(words.texts)) if at == 0 or words.lines[at - 1] != words.lines[at]]
    for before, start in pairwise(starts):
        if start - before > _LONGEST_CLOSING or not _closes(words, before, start):
            continue
        end = words.run_after(start, _MOST, of=words.lines)
        fills = end == len(words.texts) or words.lines[end] != words.lines[start]
        if fills and end > start + 1 and _may_sign(words.texts[start:end], owned[start]):
            yield Span(start, end, "PER", UNMEASURED)


def _closes(words: Words, start: int, end: int) -> bool:
    said = " ".join(words.texts[at][:LONGEST_WORD].casefold() for at in range(start, end))
    return said.rstrip(" ,.!") in _CLOSINGS


def _may_sign(texts: Sequence[str], name: Span | None) -> bool:
    """Return whether words under a closing can be a person: not what the model holds for a business, no role, no shout."""
    if name:
        return name.kind != "ORG" and name.probability < SURE
    return not any(text.isupper() and len(text) > _INITIALS for text in texts) and _ROLES.isdisjoint(
        map(str.casefold, texts)
    )


def inverted(words: Words, found: Sequence[Span]) -> Iterator[Span]:
    """Claim `SURNAME, Given` as one person, where the model found one of the two as a person.

    Source: passports' and forms' way to tell surnames from given names (ICAO Doc 9303 prints them in capitals).
    """
    owned = owners(words, found)
    for at in range(1, len(words.texts) - 1):
        if words.texts[at] != "," or not words.is_name_like(at - 1) or words.cells[at - 1] != words.cells[at + 1]:
            continue
        start = at
        while start > words.run_before(at, most=_MOST) and _is_in_capitals(words.texts[start - 1]):
            start -= 1
        end = words.run_after(at + 1, 2, of=words.cells)
        given = words.texts[at + 1 : end]
        parts = [one for one in (owned[at - 1], owned[at + 1]) if one]
        agree = bool(parts) and all(one.kind == "PER" and start <= one.first and one.end <= end for one in parts)
        if start < at and given and not any(map(str.isupper, given)) and agree:
            yield Span(start, end, "PER", max(UNMEASURED, *(one.probability for one in parts)))


def _is_in_capitals(text: str) -> bool:
    return len(text) > 1 and text.isalpha() and text.isupper()
