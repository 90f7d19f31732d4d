"""What the rules read: the words of a text by line, cell and part, and what can be told from a word alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple

from extractors.names.decoding import Span

LONGEST_RUN: Final = 5
"""Capitalised words in a row that may be one name."""

LONGEST_WORD: Final = 20
"""Characters of a form's word that are looked at."""
UNMEASURED: Final = 0.6
"""The confidence of claims that were not measured, a guess: the labelled sentences hold no forms, registers, signatures,
and no addresses with units or with the kind of street first."""
SURE: Final = 0.75
"""Confidence of a name from which it stays what it is, whatever the place it stands in says."""

_CAPITAL: Final = re.compile(r"[^\W\d_](?:[^\W\d_]|['\u2019.-])*")
_CELL: Final = re.compile(r"\t|\s{2}")
_DASHES: Final = frozenset(("-", "\u2013", "\u2014"))
_ENDS: Final = re.compile(r"\r\n?|[\n\f\v\x85\u2028\u2029]")
_NO_NAME: Final = frozenset(
    ("a", "about", "after", "all", "also", "an", "and", "any", "are", "as", "at", "before", "between", "both", "but", "by", "call",
     "dear", "did", "do", "each", "either", "every", "for", "from", "has", "have", "he", "her", "hello", "hi", "his", "how", "i", "if",
     "in", "into", "is", "it", "its", "mr", "mrs", "ms", "miss", "my", "no", "not", "of", "off", "on", "or", "our", "please", "she",
     "so", "than", "that", "the", "their", "then", "there", "these", "they", "this", "those", "to", "upon", "us", "was", "we", "were",
     "what", "when", "where", "which", "while", "who", "with", "you", "your", "monday", "tuesday", "wednesday", "thursday", "friday",
     "saturday", "sunday")
)  # fmt: skip
MONTHS: Final = frozenset(
    ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")
)  # fmt: skip


class Words(NamedTuple):
    """The words of a text that are not white space; for each, the number of its line, cell and part.

    A cell ends with its line, at a `|`, at a dash with spaces around it, at a tab and at two spaces. A part ends where nothing goes on from one line to
    the next (`windows.breaks`), so that a wrapped line and the next are one part.
    """

    texts: Sequence[str]
    lines: Sequence[int]
    cells: Sequence[int]
    parts: Sequence[int]
    nameless: Sequence[bool]
    """Whether a word is an address, a link or a handle."""

    def starts_cell(self, at: int) -> bool:
        """Return whether a word is the first of its cell."""
        return at == 0 or self.cells[at - 1] != self.cells[at]

    def ends_cell(self, end: int) -> bool:
        """Return whether a cell ends before word `end`."""
        return end >= len(self.texts) or self.cells[end - 1] != self.cells[end]

    def is_name_like(self, at: int) -> bool:
        """Return whether a word begins with a capital, is made of letters and is no word that joins names."""
        text = self.texts[at]
        return (
            text[0].isupper()
            and not self.nameless[at]
            and _CAPITAL.fullmatch(text) is not None
            and text.casefold() not in _NO_NAME
            and text.casefold() not in MONTHS
        )

    def run_after(self, start: int, most: int, *, of: Sequence[int]) -> int:
        """Return the end of the name-like words from `start` on, at most so many, in one line, cell or part (`of`)."""
        end = start
        while end < len(of) and end - start < most and of[end] == of[start]:
            if self.is_name_like(end):
                end += 1
            elif end > start and self._hyphen(end) and end + 1 < len(of) and self.is_name_like(end + 1):
                end, most = end + 2, most + 2
            else:
                break
        return end

    def run_before(self, end: int, *, most: int = LONGEST_RUN) -> int:
        """Return the start of the name-like words before `end`, at most so many, of one part; a word twice parts them."""
        start = end
        while start > 0 and end - start < most and self._joins(start - 1, start if start < end else end - 1):
            start -= 1
        return start

    def _hyphen(self, at: int) -> bool:
        """Return whether a word is a hyphen that joins its neighbours."""
        return self.texts[at] == "-" and at + 1 < len(self.texts) and self.cells[at - 1] == self.cells[at + 1]

    def _joins(self, at: int, following: int) -> bool:
        same = self.cells[at] == self.cells[following]
        return same and self.is_name_like(at) and (at == following or self.texts[at] != self.texts[following])


Rule = Callable[[Words, Sequence[Span]], Iterable[Span]]
"""Claims names, in order, given the words and the names that are known."""


def read(texts: Sequence[str], gaps: Sequence[str], borders: Iterable[int], nameless: Sequence[bool]) -> Words:
    """Return the words; `gaps` holds the white space before each, `borders` the words at which a part begins."""
    begins = set(borders)
    lines, cells, parts = [0], [0], [0]
    for at in range(1, len(texts)):
        ends = len(_ENDS.findall(gaps[at]))
        bar = "|" in (texts[at - 1], texts[at]) or (
            gaps[at] != "" and not _DASHES.isdisjoint((texts[at - 1], texts[at]))
        )
        lines.append(lines[-1] + ends)
        cells.append(cells[-1] + (ends > 0 or bar or _CELL.search(gaps[at]) is not None))
        parts.append(parts[-1] + (at in begins))
    return Words(texts, lines[: len(texts)], cells[: len(texts)], parts[: len(texts)], nameless)


def owners(words: Words, found: Sequence[Span]) -> list[Span | None]:
    """Return for each word the name that it is part of."""
    owned: list[Span | None] = [None] * len(words.texts)
    for span in found:
        owned[span.first : span.end] = [span] * (span.end - span.first)
    return owned


def laid_over(found: Sequence[Span], claims: Iterable[Span]) -> list[Span]:
    """Return the names with the claims in place of what they touch; of two claims that meet, the first holds.

    A claim that repeats a name leaves the higher of the two confidences.
    """
    ordered = sorted(claims)
    if not ordered:
        return list(found)
    apart: list[Span] = []
    for claim in ordered:
        if not apart or claim.first >= apart[-1].end:
            apart.append(claim)
    known = {(one.first, one.end, one.kind): one.probability for one in found}
    held = [one._replace(probability=max(one.probability, known.get(one[:3], 0.0))) for one in apart]
    at = 0
    kept: list[Span] = []
    for one in found:
        while at < len(held) and held[at].end <= one.first:
            at += 1
        if at == len(held) or held[at].first >= one.end:
            kept.append(one)
    return sorted([*kept, *held])


def is_sure(name: Span | None) -> bool:
    """Return whether a word is part of a name that stays what it is."""
    return name is not None and name.probability >= SURE
