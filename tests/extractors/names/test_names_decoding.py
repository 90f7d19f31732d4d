"""Decoding against the slow way: every sequence of labels, summed and compared one by one."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.names.confidence import Calibration
from extractors.names.decoding import FORBIDDEN, LABELS, Chain, best_labels, legal, legal_chain, spans
from extractors.names.subwords import case_of
from extractors.names.windows import breaks


def made(seed: int, length: int) -> tuple[np.ndarray, Chain]:
    rng = np.random.default_rng(seed)
    chain = legal_chain(
        rng.normal(size=len(LABELS)).astype(np.float32), rng.normal(size=(len(LABELS),) * 2).astype(np.float32)
    )
    return rng.normal(scale=2, size=(length, len(LABELS))).astype(np.float32), chain


def weight(tags: tuple[int, ...], scores: np.ndarray, chain: Chain) -> float:
    steps = sum(float(chain.steps[before, tag]) for before, tag in itertools.pairwise(tags))
    return float(chain.start[tags[0]]) + steps + sum(float(scores[at, tag]) for at, tag in enumerate(tags))


def names_in(tags: tuple[int, ...]) -> set[tuple[int, int, str]]:
    found = set()
    for first, tag in enumerate(tags):
        if LABELS[tag].startswith("B-"):
            end = first + 1
            while end < len(tags) and tags[end] == tag + 1:
                end += 1
            found.add((first, end, LABELS[tag][2:]))
    return found


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("length", [1, 2, 4])
def test_best_and_probable_agree_with_every_sequence(seed: int, length: int) -> None:
    scores, chain = made(seed, length)
    every = {
        tags: weight(tags, scores, chain)
        for tags in itertools.product(range(len(LABELS)), repeat=length)
        if all(legal(before, tag) for before, tag in itertools.pairwise((0, *tags)))
    }
    best = tuple(best_labels(scores, chain))
    assert best == max(every, key=lambda tags: every[tags])
    found = spans(scores, chain)
    assert {(one.first, one.end, one.kind) for one in found} == names_in(best)
    total = sum(math.exp(value) for value in every.values())
    for one in found:
        here = [value for tags, value in every.items() if (one.first, one.end, one.kind) in names_in(tags)]
        assert one.probability == pytest.approx(sum(map(math.exp, here)) / total, abs=1e-5)


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_labels_are_always_legal(seed: int) -> None:
    best = best_labels(*made(seed, 12))
    assert all(legal(before, tag) for before, tag in itertools.pairwise((0, *best)))


def test_impossible_words_leave_no_name_and_no_nan() -> None:
    scores, chain = made(1, 6)
    scores[:, 1:] = FORBIDDEN
    assert spans(scores, chain) == []
    scores[2, 1:] = 10_000
    assert all(0 <= one.probability <= 1 for one in spans(scores, chain))


@given(low=st.floats(0, 1), high=st.floats(0, 1))
def test_confidence_grows_with_probability_and_stays_within_bounds(low: float, high: float) -> None:
    calibration = Calibration({"PER": (0.8, -0.3)})
    low, high = sorted((low, high))
    assert 0 <= calibration.of("PER", low) <= calibration.of("PER", high) <= 1


def test_lines_break_names_unless_they_were_wrapped() -> None:
    wrapped = "this line is long enough that it was surely wrapped by someone\nat its end"
    assert breaks(wrapped, [0, wrapped.index("\n") + 1]) == []
    assert breaks("short\nline", [0, 6]) == [1]
    assert breaks(wrapped.replace("\n", "\n\n"), [0, wrapped.index("\n") + 2]) == [1]


@pytest.mark.parametrize(
    ("word", "case"), [("12", 0), ("word", 1), ("Word", 2), ("WORD", 3), ("woRd", 4), ("W", 5), ("W.", 5), ("Ж", 5)]
)
def test_capitals_are_told_apart(word: str, case: int) -> None:
    assert case_of(word) == case
