"""A segment's text as it stands on a page: the span asked for marked, corrections beside what the machine read, words with times."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from markupsafe import Markup

from graph.answers import Correction, SegmentText
from graph.sources import HeardWord
from workbench.web.pages import evidence_url, turned

_SHADES: Final = (250, 500, 750)
"""Raw scores (0 to 1000) under which a word is shaded, the most first."""
_AT_ONCE: Final = 20_000
_BEFORE: Final = 200
"""Code points of a long segment that stand on a page at once, and how many of the part before stand there again."""


def lit(segment: SegmentText, start: int = -1, end: int = -1, *, words: Sequence[HeardWord] = ()) -> Markup:
    """Return a segment's text as markup; `start` and `end` are code points, -1 for no span.

    Of a text longer than 20,000 code points it is the part in which `start` stands, with links to what is before and after.
    """
    text = segment.text
    top, bottom = _part(len(text), start, end)
    cuts = {top, bottom, *((start, end) if 0 <= start < end else ())}
    cuts |= {cut for word in words for cut in (word.start, word.end)}
    cuts |= {cut for correction in segment.corrections for cut in (correction.start, correction.end)}
    places = sorted(cut for cut in cuts if top <= cut <= bottom)
    made = [
        _piece(text, first, last, lit=start <= first and last <= end, words=words, corrections=segment.corrections)
        for first, last in pairwise(places)
    ]
    if bottom - top < len(text):
        made = [_rest(segment, top, bottom, to=top - 1), *made, _rest(segment, top, bottom, to=bottom)]
    return Markup("").join(made)


def shown_from(segment: SegmentText, start: int = -1, end: int = -1) -> int:
    """Return the code point at which what `lit` shows of a segment begins; 0 unless it is long."""
    return _part(len(segment.text), start, end)[0]


def _part(length: int, start: int, end: int) -> tuple[int, int]:
    """Return from where to where a text of that length is shown; a span is not cut."""
    first = min(max(start, 0), max(length - 1, 0)) // _AT_ONCE * _AT_ONCE
    return max(0, first - _BEFORE), min(length, max(first + _AT_ONCE, min(end, first + 2 * _AT_ONCE)))


def _rest(segment: SegmentText, top: int, bottom: int, *, to: int) -> Markup:
    """Say which part of a long text is shown, with the way to the next one; `to` is a code point of that, or beyond the text."""
    if not 0 <= to < len(segment.text):
        return Markup("")
    return Markup('<span class="rest">Characters {:,} to {:,} of {:,}: <a href="{}">{}</a></span>').format(
        top + 1, bottom, len(segment.text), evidence_url(segment.exhibit, segment.id, to, to + 1),
        "the part before" if to < top else "the next part",
    )  # fmt: skip


def _piece(
    text: str, first: int, last: int, *, lit: bool, words: Sequence[HeardWord], corrections: Sequence[Correction]
) -> Markup:
    piece = turned(text[first:last])
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
