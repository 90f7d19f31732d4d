"""The rule for names that stand more than once: where the model was unsure, what it was sure of elsewhere holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from extractors.names.decoding import Span
from extractors.names.reading import Words

REPEATED: Final = 0.7
"""Measured with the model of November 2026 on all hand-labelled sentences: 4 of 4, too few to claim more."""
KNOWN: Final = 0.8
"""Confidence from which a name counts as known."""
UNSURE: Final = 0.65
"""Confidence under which another reading may be better."""


def repeats(words: Words, found: Sequence[Span]) -> Iterator[Span]:
    """Claim an unsure name as what the same words, or a person with this surname, surely are elsewhere in the text.

    Reason: one text seldom uses one name for two things (Gale, Church and Yarowsky 1992, "One sense per discourse").
    Where the words are surely two things, neither counts.
    """
    known: dict[str, str] = {}
    for span in found:
        if span.probability >= KNOWN:
            for form in _forms(words, span):
                known[form] = span.kind if known.get(form, span.kind) == span.kind else ""
    for span in found:
        kind = known.get(_form(words, span.first, span.end)) if span.probability < UNSURE else ""
        if kind:
            yield Span(span.first, span.end, kind, REPEATED)


def _forms(words: Words, span: Span) -> Iterator[str]:
    yield _form(words, span.first, span.end)
    if span.kind == "PER" and span.end - span.first > 1:
        yield _form(words, span.end - 1, span.end)


def _form(words: Words, first: int, end: int) -> str:
    return " ".join(words.texts[first:end]).casefold()
