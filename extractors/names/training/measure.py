"""Scores: exact spans with the right kind, micro-averaged, clean and spoiled."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple

import numpy as np

from extractors.names.decoding import Span
from extractors.names.training import noise
from extractors.names.training.corpora import Sentence, spans_of

Finder = Callable[[Sequence[Sentence]], list[list[Span]]]
"""Finds the names of each sentence."""
SPOILED: Final = ("clean", "lower-cased", "noisy")


class Counts(NamedTuple):
    """Names found rightly, found, and there."""

    right: int
    found: int
    there: int

    @property
    def f1(self) -> float:
        """F1 in percent."""
        return 200 * self.right / max(1, self.found + self.there)


class Judged(NamedTuple):
    """A span that the model found in a sentence, and whether it is right."""

    span: Span
    right: bool


def spoiled(sentences: Sequence[Sentence], way: str, seed: int = 7) -> list[Sentence]:
    """Return the sentences clean, lower-cased, or with 3% of the characters misread and the words kept apart."""
    rng = random.Random(seed)  # noqa: S311 - noise, not a secret
    if way == "lower-cased":
        return [noise.lowered(one) for one in sentences]
    if way == "noisy":
        return [noise.misread(one, rng, rate=0.03, boundaries=False) for one in sentences]
    return list(sentences)


def counts(sentences: Sequence[Sentence], found: Sequence[Sequence[Span]], kind: str = "") -> list[Counts]:
    """Return the counts of each sentence, of one kind or all."""
    rows = []
    for sentence, spans in zip(sentences, found, strict=True):
        there = {one for one in spans_of(sentence.tags) if kind in ("", one[2])}
        got = {(one.first, one.end, one.kind) for one in spans if kind in ("", one.kind)}
        rows.append(Counts(len(there & got), len(got), len(there)))
    return rows


def total(rows: Iterable[Counts]) -> Counts:
    """Return the sum of counts."""
    whole: Counter[int] = Counter()
    for row in rows:
        whole.update(dict(enumerate(row)))
    return Counts(whole[0], whole[1], whole[2])


def interval(rows: Sequence[Counts], *, draws: int = 1000, seed: int = 11) -> tuple[float, float]:
    """Return the 95% bootstrap interval of F1, sentences drawn with replacement."""
    table = np.array(rows, dtype=np.int64).reshape(-1, 3)
    rng = np.random.default_rng(seed)
    picks = rng.multinomial(len(table), np.full(len(table), 1 / len(table)), size=draws)
    right, found, there = (picks @ table).T
    scores = 200 * right / np.maximum(1, found + there)
    low, high = np.percentile(scores, [2.5, 97.5])
    return float(low), float(high)


def judged(sentences: Sequence[Sentence], found: Sequence[Sequence[Span]]) -> list[Judged]:
    """Return every span found, with whether it is right."""
    return [
        Judged(one, (one.first, one.end, one.kind) in there)
        for sentence, spans in zip(sentences, found, strict=True)
        for there in [set(spans_of(sentence.tags))]
        for one in spans
    ]
