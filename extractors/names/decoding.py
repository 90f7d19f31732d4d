"""From scores per word to names: the best legal sequence of BIO labels, and how probable each of its spans is.

The labels form a linear-chain conditional random field.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

KINDS: Final = ("PER", "ORG", "LOC")
LABELS: Final = ("O", *(f"{mark}-{kind}" for kind in KINDS for mark in "BI"))
FORBIDDEN: Final = -10_000.0
"""Score of what may not be, such as I-PER after O."""


class Chain(NamedTuple):
    """The scores of a chain of labels: at its start, between two labels (from, to)."""

    start: Floats
    steps: Floats
    gain: float
    """The most that a label can gain over O by the steps to it and from it."""


class Span(NamedTuple):
    """A name: the words `first` to before `end`, its kind, and the probability that exactly this is one."""

    first: int
    end: int
    kind: str
    probability: float


def inside(label: int) -> bool:
    """Return whether a label continues a name."""
    return label > 0 and label % 2 == 0


def legal(before: int, label: int) -> bool:
    """Return whether `label` may follow `before` (0 stands for the start, too)."""
    return not inside(label) or before in (label, label - 1)


def legal_chain(start: Floats, steps: Floats) -> Chain:
    """Return the chain with everything forbidden that BIO forbids."""
    labels = range(len(LABELS))
    allowed = np.array([[legal(before, label) for label in labels] for before in labels])
    start = np.where(allowed[0], start, FORBIDDEN).astype(np.float32)
    steps = np.where(allowed, steps, FORBIDDEN).astype(np.float32)
    gain = max(steps.max(), start.max()) - min(steps[0, 0], start[0])
    return Chain(start, steps, 2 * float(gain))


def spans(scores: Floats, chain: Chain) -> list[Span]:
    """Return the names in a window, from the scores (words, labels) of its words."""
    if (scores[:, 1:].max(axis=1) - scores[:, 0]).max() < -chain.gain:
        return []
    runs = _runs(best_labels(scores, chain))
    if not runs:
        return []
    parts = _marginals(scores, chain)
    return [Span(first, end, LABELS[label][2:], _probability(first, end, label, parts)) for first, end, label in runs]


def best_labels(scores: Floats, chain: Chain) -> list[int]:
    """Return the best legal labels (Viterbi) of a window's words, as indices into `LABELS`."""
    came_from = np.empty(scores.shape, np.int64)
    best = scores[0] + chain.start
    for at in range(1, len(scores)):
        ways = best[:, None] + chain.steps
        ways.argmax(axis=0, out=came_from[at])
        best = ways.max(axis=0) + scores[at]
    tags = [int(best.argmax())]
    for at in range(len(scores) - 1, 0, -1):
        tags.append(int(came_from[at, tags[-1]]))
    return tags[::-1]


class _Marginals(NamedTuple):
    """Scaled sums over the labels before and after each word, and the weights of words and steps they were made of."""

    forward: Doubles
    backward: Doubles
    words: Doubles
    steps: Doubles


def _marginals(scores: Floats, chain: Chain) -> _Marginals:
    """Run forward and backward; `forward * backward` is how probable each label of each word is."""
    words = np.exp(scores - scores.max(axis=1, keepdims=True), dtype=np.float64)
    steps = np.exp(chain.steps, dtype=np.float64)
    forward, backward = np.empty_like(words), np.ones_like(words)
    reached = np.exp(chain.start, dtype=np.float64)
    for at in range(len(words)):
        words[at] /= reached @ words[at]
        forward[at] = reached * words[at]
        reached = forward[at] @ steps
    for at in range(len(words) - 1, 0, -1):
        backward[at - 1] = steps @ (words[at] * backward[at])
    return _Marginals(forward, backward, words, steps)


def _runs(tags: Sequence[int]) -> list[tuple[int, int, int]]:
    """Return (first, end, label B) of each name in legal labels."""
    runs = []
    for first, label in enumerate(tags):
        if label % 2 == 1:
            end = first + 1
            while end < len(tags) and tags[end] == label + 1:
                end += 1
            runs.append((first, end, label))
    return runs


def _probability(first: int, end: int, label: int, parts: _Marginals) -> float:
    """Return the share of all label sequences, by weight, in which exactly this span is a name of this kind."""
    weight, before, goes_on = parts.forward[first, label], label, label + 1
    for at in range(first + 1, end):
        weight *= parts.steps[before, goes_on] * parts.words[at, goes_on]
        before = goes_on
    if end < len(parts.words):
        after = parts.steps[before] * parts.words[end] * parts.backward[end]
        weight *= after.sum() - after[goes_on]
    return float(min(1.0, weight))
