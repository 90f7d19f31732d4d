"""Scores and their intervals: pure functions over counts and strings."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from evidence.validation import Interval, per_ten_thousand, wilson

Counts: TypeAlias = npt.NDArray[np.int64]
Amount: TypeAlias = npt.NDArray[np.float64]
RESAMPLES = 1_000
INTERVAL = (
    f"95%: percentile bootstrap over whole items ({RESAMPLES:,} resamples), and Wilson's where that reaches further"
)
_WORD = re.compile(r"\w+")


class Span(NamedTuple):
    """Something labelled: code points `start` to `end`, and what it is."""

    kind: str
    start: int
    end: int
    value: str = ""


# --- spans ---------------------------------------------------------------------------------------------------------


def span_counts(truth: Sequence[Span], found: Sequence[Span], kind: str = "") -> tuple[int, int, int]:
    """Return (right, missed, wrong) of one item, of one kind where it is named.

    A found span is right where kind, start and end agree, and the value too where the truth states one.
    """
    wanted = Counter((one.kind, one.start, one.end) for one in truth if kind in ("", one.kind))
    values = {(one.kind, one.start, one.end): one.value for one in truth if one.value}
    got = Counter(
        (one.kind, one.start, one.end)
        for one in found
        if kind in ("", one.kind) and one.value == values.get((one.kind, one.start, one.end), one.value)
    )
    all_found = sum(kind in ("", one.kind) for one in found)
    right = sum((wanted & got).values())
    return right, sum(wanted.values()) - right, all_found - right


class Share(NamedTuple):
    """A rate as the part and the whole it is of, for one or many sums of counts."""

    part: Amount
    whole: Amount


def precision(counts: Counts) -> Share:
    """Return right of (right + wrong), for counts (right, missed, wrong) in the last axis."""
    return _share(counts[..., 0], counts[..., 0] + counts[..., 2])


def recall(counts: Counts) -> Share:
    """Return right of (right + missed)."""
    return _share(counts[..., 0], counts[..., 0] + counts[..., 1])


def f1(counts: Counts) -> Share:
    """Return the harmonic mean of precision and recall: right of right and half of what is missed or wrong."""
    doubled = _share(2 * counts[..., 0], 2 * counts[..., 0] + counts[..., 1] + counts[..., 2])
    return Share(doubled.part / 2, doubled.whole / 2)


def error_rate(counts: Counts) -> Share:
    """Return edits of length, for counts (edits, length) in the last axis; can be more than 1."""
    return _share(counts[..., 0], counts[..., 1])


def _share(part: Counts, whole: Counts) -> Share:
    return Share(np.asarray(part, dtype=np.float64), np.asarray(whole, dtype=np.float64))


Rate: TypeAlias = Callable[[Counts], Share]


def resampled_sums(counts: Counts, *, seed: int, resamples: int = RESAMPLES) -> Counts:
    """Return the sums of counts (items first) over items drawn again with replacement, one row for each resample.

    Whole items are drawn, since the mentions of one sentence or the words of one page are not independent.
    """
    draw = np.random.default_rng(seed)
    items = len(counts)
    flat = counts.reshape(items, -1)
    sums = [np.bincount(draw.integers(0, items, items), minlength=items) @ flat for _ in range(resamples)]
    return np.stack(sums).reshape(resamples, *counts.shape[1:])


def interval(rate: Rate, counts: Counts, sums: Counts) -> Interval:
    """Return a rate over all items with its 95% interval: none for fewer than two items, no rate of nothing.

    The interval covers the percentile interval of the resamples, and Wilson's, since resampling data without an error
    would claim that there can be none.
    """
    part, whole = (float(amount) for amount in rate(counts.sum(axis=0)))
    if whole == 0:
        return Interval(-1)
    value = per_ten_thousand(part / whole)
    if len(counts) < 2:
        return Interval(value)
    again = rate(sums)
    held = again.whole > 0
    low, high = (
        per_ten_thousand(float(edge)) for edge in np.percentile(again.part[held] / again.whole[held], (2.5, 97.5))
    )
    if part <= whole:
        scored = wilson(part, whole)
        low, high = min(low, scored.low), max(high, scored.high)
    return Interval(value, low, high)


# --- text ----------------------------------------------------------------------------------------------------------


def characters(text: str) -> list[str]:
    """Return the characters that count: case kept, white space as one space."""
    return list(" ".join(text.split()))


def words(text: str) -> list[str]:
    """Return the words that count: case folded, letters and digits only."""
    return _WORD.findall(text.casefold())


def edits(truth: Sequence[Any], read: Sequence[Any]) -> int:
    """Return the Levenshtein distance: the fewest insertions, deletions and substitutions."""
    numbers = {symbol: at for at, symbol in enumerate(dict.fromkeys((*truth, *read)))}
    across = np.array([numbers[symbol] for symbol in read], dtype=np.int64)
    offsets = np.arange(len(read) + 1, dtype=np.int64)
    row = offsets.copy()
    for at, symbol in enumerate(truth, start=1):
        step = np.empty_like(row)
        step[0] = at
        np.minimum(row[:-1] + (across != numbers[symbol]), row[1:] + 1, out=step[1:])
        row = np.minimum.accumulate(step - offsets) + offsets
    return int(row[-1])


def bag_counts(truth: str, read: str) -> tuple[int, int, int]:
    """Return (right, missed, wrong) words, whatever their order."""
    wanted, got = Counter(words(truth)), Counter(words(read))
    right = (wanted & got).total()
    return right, wanted.total() - right, got.total() - right
