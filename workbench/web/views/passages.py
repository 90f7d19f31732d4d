"""A passage cut into pieces: each word with how sure its engine was, what was asked for lit, corrections laid over it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from evidence.records import Word
from graph.answers import Correction, SegmentText
from workbench.web.views import At

_SURE, _FAIR = 900, 750
LEGEND: Final = (("sure", "90 and above"), ("fair", "75 to 90"), ("poor", "below 75"))
"""Levels of the engine's raw score, as the legend says them."""


@dataclass(slots=True)
class Piece:
    """Characters of a passage that are shown in one way."""

    text: str
    word: int = -1
    """Number of the word on the page, shared with its box; -1 between words."""
    score: int = -1
    level: str = ""
    lit: bool = False
    correction: Correction | None = None
    ends_correction: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A segment with its pieces."""

    segment: SegmentText
    pieces: tuple[Piece, ...]
    lit: bool


def passage(segment: SegmentText, at: At, *, words: Sequence[Word] = (), first_word: int = 0) -> Passage:
    """Return a segment as it is shown, its words numbered from `first_word`."""
    text = segment.text
    here = segment.id == at.segment
    lit = [(at.start, at.end)] if here and at.start >= 0 else []
    cuts = {0, len(text)}
    for start, end in (
        *lit,
        *((one.start, one.end) for one in words),
        *((one.start, one.end) for one in segment.corrections),
    ):
        cuts |= {min(max(start, 0), len(text)), min(max(end, 0), len(text))}
    ordered = sorted(cuts)
    place = {cut: index for index, cut in enumerate(ordered)}
    pieces = [Piece(text[start:end]) for start, end in pairwise(ordered)]

    def over(start: int, end: int) -> list[Piece]:
        clipped = (min(max(one, 0), len(text)) for one in (start, end))
        return pieces[slice(*(place[one] for one in clipped))]

    for start, end in lit:
        for piece in over(start, end):
            piece.lit = True
    for number, word in enumerate(words, start=first_word):
        for piece in over(word.start, word.end):
            piece.word, piece.score, piece.level = number, word.score, level(word.score)
    for correction in segment.corrections:
        covered = over(correction.start, correction.end)
        for piece in covered:
            piece.correction = correction
        if covered:
            covered[-1].ends_correction = True
    return Passage(segment=segment, pieces=tuple(pieces), lit=here)


def level(score: int) -> str:
    """Return how a raw score is shown: `sure`, `fair`, `poor`; empty where the engine gives none."""
    if score < 0:
        return ""
    return "sure" if score >= _SURE else "fair" if score >= _FAIR else "poor"
