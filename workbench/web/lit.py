"""A segment's text as it stands on a page: the span asked for marked, corrections beside what the machine read, words with times."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from markupsafe import Markup, escape

from graph.answers import Correction, SegmentText
from graph.sources import HeardWord

_SHADES: Final = (250, 500, 750)
"""Raw scores (0 to 1000) under which a word is shaded, the most first."""


def lit(segment: SegmentText, start: int = -1, end: int = -1, *, words: Sequence[HeardWord] = ()) -> Markup:
    """Return a segment's text as markup; `start` and `end` are code points, -1 for no span."""
    text = segment.text
    cuts = {0, len(text), *((start, end) if 0 <= start < end else ())}
    cuts |= {cut for word in words for cut in (word.start, word.end)}
    cuts |= {cut for correction in segment.corrections for cut in (correction.start, correction.end)}
    places = sorted(cut for cut in cuts if 0 <= cut <= len(text))
    made = [
        _piece(text, first, last, lit=start <= first and last <= end, words=words, corrections=segment.corrections)
        for first, last in pairwise(places)
    ]
    return Markup("").join(made)


def _piece(
    text: str, first: int, last: int, *, lit: bool, words: Sequence[HeardWord], corrections: Sequence[Correction]
) -> Markup:
    piece = escape(text[first:last])
    word = next((one for one in words if one.start <= first and last <= one.end), None)
    if word is not None:
        piece = _word(piece, word)
    if lit:
        piece = Markup("<mark>{}</mark>").format(piece)
    correction = next((one for one in corrections if one.start <= first and last <= one.end), None)
    if correction is None:
        return piece
    struck = Markup('<del class="machine">{}</del>').format(piece)
    return struck + _instead(correction) if last == correction.end else struck


def _word(piece: Markup, word: HeardWord) -> Markup:
    shade = sum(word.score < most for most in _SHADES) if word.score >= 0 else 0
    return Markup('<span class="w s{}" data-at="{}" data-to="{}">{}</span>').format(
        shade, word.start_ms, word.end_ms, piece
    )


def _instead(correction: Correction) -> Markup:
    return Markup('<ins class="corrected" title="corrected by {}: {}">{}</ins>').format(
        correction.actor, correction.reason, correction.text
    )
