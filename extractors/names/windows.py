"""Windows: stretches of words as the model's input, long lines in windows that overlap."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np

from extractors.names.decoding import FORBIDDEN, Floats
from extractors.names.subwords import CASES, Subwords, Word, mood_of

PIECES: Final = 128
"""The longest window, in pieces, with its marks at both ends."""

ROOM: Final = PIECES - 2
SHARED: Final = 32
"""Pieces, about, that two windows of one long line share."""
WRAPPED: Final = 50
"""Characters of a line from which on its end may be where the text was wrapped, inside a name even."""

_LINES: Final = re.compile(r"(?:\r\n?|\n|\f|\v|\x85|\u2028|\u2029)\s*")
_ENDS: Final = re.compile(r"\r\n?|[\n\f\v\x85\u2028\u2029]")


class Window(NamedTuple):
    """One input of the model; word `n` has `sizes[n]` pieces from `starts[n]` on, marks stand between and around."""

    pieces: list[int]
    cases: list[int]
    starts: list[int]
    sizes: list[int]
    borders: list[int]
    """Words at which something new begins, so that no name goes on there."""
    nameless: list[int]
    """Words that are addresses, links or handles."""


def window_of(words: Sequence[Word], borders: Sequence[int], subwords: Subwords) -> Window:
    """Return the window of these words; a mark stands at each border."""
    mood = mood_of(words) * CASES
    window = Window([subwords.begin], [mood], [], [], list(borders), [])
    marked = set(borders)
    for at, word in enumerate(words):
        if at in marked:
            _mark(window, mood, subwords)
        window.starts.append(len(window.pieces))
        window.sizes.append(len(word.pieces))
        window.pieces.extend(word.pieces)
        window.cases.extend([mood + word.case] * len(word.pieces))
        if word.nameless:
            window.nameless.append(at)
    _mark(window, mood, subwords)
    return window


def _mark(window: Window, mood: int, subwords: Subwords) -> None:
    window.pieces.append(subwords.border)
    window.cases.append(mood)


def word_scores(scores: Floats, window: Window) -> Floats:
    """Return the scores of a window's words, each the mean of its pieces'; no name goes on at a border or in a link."""
    sizes = np.array(window.sizes)
    edges = np.array(window.starts).repeat(2)
    edges[1::2] += sizes
    means: Floats = (np.add.reduceat(scores, edges, axis=0)[::2] / sizes[:, None]).astype(np.float32)
    means[window.borders, 2::2] = FORBIDDEN
    means[window.nameless, 1:] = FORBIDDEN
    return means


class Stretch(NamedTuple):
    """The words of a window: from word `first` of a text on; names that begin in `own` are taken from here."""

    first: int
    words: Sequence[Word]
    borders: list[int]
    own: tuple[int, int]

    def owns(self, word: int) -> bool:
        """Return whether a name that begins at this word of the window is taken from here."""
        return self.own[0] <= word < self.own[1]


def stretches(words: Sequence[Word], borders: Sequence[int]) -> list[Stretch]:
    """Return the windows of a text: whole lines where they fit, overlapping ones inside a line that does not."""
    starts = [0, *borders, len(words)]
    found: list[Stretch] = []
    held: list[int] = []
    first, room = 0, ROOM
    for start, end in pairwise(starts):
        size = sum(len(word.pieces) for word in words[start:end]) + 1
        if size > room and first < start:
            found.append(_stretch(words, first, start, held))
            first, held, room = start, [], ROOM
        if size > ROOM:
            found += _overlapping(words, start, end)
            first, held, room = end, [], ROOM
            continue
        held = [*held, start - first] if start > first else held
        room -= size
    if first < len(words):
        found.append(_stretch(words, first, len(words), held))
    return found


def _stretch(words: Sequence[Word], first: int, end: int, borders: list[int]) -> Stretch:
    return Stretch(first, words[first:end], borders, (0, end - first))


def _overlapping(words: Sequence[Word], start: int, end: int) -> list[Stretch]:
    """Return windows that share `SHARED` pieces or so; each owns the names up to the middle of what it shares."""
    found: list[Stretch] = []
    first, owned = start, start
    while True:
        last, room = first, ROOM
        while last < end and len(words[last].pieces) <= room:
            room -= len(words[last].pieces)
            last += 1
        if last == end:
            found.append(Stretch(first, words[first:last], [], (owned - first, last - first)))
            return found
        following, shared = last, 0
        while following > first + 1 and shared < SHARED:
            following -= 1
            shared += len(words[following].pieces)
        middle = (following + last + 1) // 2
        found.append(Stretch(first, words[first:last], [], (owned - first, middle - first)))
        first, owned = following, middle


def breaks(text: str, starts: Sequence[int]) -> list[int]:
    """Return the words, by their offsets in order, before which something new begins.

    That is after an empty line, and after a line too short to have been wrapped.
    """
    found: list[int] = []
    line, at = 0, 0
    for gap in _LINES.finditer(text):
        wrapped = gap.start() - line >= WRAPPED and len(_ENDS.findall(gap.group())) == 1
        line = gap.end()
        if not wrapped:
            at = bisect_left(starts, line, at)
            if 0 < at < len(starts) and (not found or found[-1] < at):
                found.append(at)
    return found
