"""Numbers that the text names just before them: `passport no. 123456789`, `PNR: QX7RTL`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import msgspec

_MARKS = ".,;:!?()'’\"“”„/-–—@_=[]<>#&*|\x00"
_NUMBER_WORD = (
    r"(?:[ \-]?(?:numéro|numero|număr|numărul|numărului|numar|nummer|number|num|nr|no|n[°º]|código|code|id|reference|"
    r"ref|#))"
)
_LINK = r"[.:#]{0,2}\s{0,3}(?:(?:is|was|e|este|ist|est|es)\s)?[:#]?[ ]?"


class Label(msgspec.Struct, frozen=True):
    """Words that name a number, and the number's shape behind them."""

    cues: tuple[str, ...]
    """Lower-case pieces with one of which the words begin; looked for before the pattern is tried there."""
    pattern: re.Pattern[str]
    """Its group 1 is the number. Every repetition in it is bounded, so a search is linear."""

    def found_in(self, text: str, lower: str) -> Iterator[re.Match[str]]:
        """Yield each place where the words and the shape stand."""
        done = 0
        for at in sorted(at for cue in self.cues if cue in lower for at in starts_of(lower, cue)):
            match = self.pattern.match(text, at) if at >= done else None
            if match is not None:
                done = match.end()
                yield match


def labelled(cues: tuple[str, ...], words: str, shape: str, *, lettered: bool = False) -> Label:
    """Return the label of `shape` behind `words`, with what people write between the two.

    Case is ignored in the words and kept in the shape. A shape that is not `lettered` always has a digit.
    """
    near = "" if lettered else r"(?=[^0-9]{1,60}[0-9])"
    return Label(cues, re.compile(rf"{near}(?i:(?:{words}){_NUMBER_WORD}{{0,2}}{_LINK})({shape})(?![\w])"))


@lru_cache(maxsize=4)
def lowered(text: str) -> str:
    """Return `text` in lower case, of the same length, so that places in it are places in `text`."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


@lru_cache(maxsize=4)
def words_of(lower: str) -> frozenset[str]:
    """Return the words of a text in lower case: what stands between marks and white space."""
    for mark in _MARKS:
        lower = lower.replace(mark, " ")
    return frozenset(lower.split())


def digit_count(text: str) -> int:
    """Return how many characters of `text` are digits."""
    return sum(map(str.isdecimal, text))


def starts_of(lower: str, piece: str) -> Iterator[int]:
    """Yield where a word of `lower` begins with `piece`."""
    at = lower.find(piece)
    while at >= 0:
        if not at or not lower[at - 1].isalnum():
            yield at
        at = lower.find(piece, at + len(piece))


def words_in(lower: str, word: str) -> list[int]:
    """Return where `word` stands in `lower` as a whole word."""
    places = []
    at = lower.find(word)
    while at >= 0:
        end = at + len(word)
        left, right = lower[max(0, at - 1) : at], lower[end : end + 1]
        if not (left.isalnum() or right.isalnum() or "_" in (left, right)):
            places.append(at)
        at = lower.find(word, end)
    return places
