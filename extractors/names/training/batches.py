"""Sentences as batches: several short ones in one window, windows of like length together."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from extractors.names.decoding import LABELS, Floats
from extractors.names.subwords import Subwords, Word
from extractors.names.training.corpora import CORPORA, FORMS, SILVER, Sentence
from extractors.names.windows import ROOM, Window, window_of

Whole = NDArray[np.int64]

SILVER_WEIGHT: Final = 0.5
"""How much a sentence counts whose labels come from links."""
ANY_CORPUS: Final = 0
"""What the model is told at run time, and half of the time in training, of where a sentence comes from."""

_LABEL: Final = {label: at for at, label in enumerate(LABELS)}


class Example(NamedTuple):
    """A window with the right labels of its words."""

    window: Window
    tags: list[int]
    corpus: int
    weight: float


class Labelled(NamedTuple):
    """Windows side by side, padded, with the right labels; `owner` says whose word each piece is, -1 for none's."""

    pieces: Whole
    cases: Whole
    mask: Whole
    owner: Whole
    lengths: Whole
    borders: Floats
    tags: Whole
    corpus: Whole
    weights: Floats


def example_of(
    sentences: Sequence[Sentence], subwords: Subwords, *, marked: bool = True, told: bool = False
) -> Example | None:
    """Return sentences as one window, `marked` at their borders; what does not fit is cut off."""
    words: list[Word] = []
    tags: list[int] = []
    borders: list[int] = []
    room = ROOM
    for sentence in sentences:
        if words and marked:
            borders.append(len(words))
            room -= 1
        for word, tag in zip(subwords.words(sentence.words), sentence.tags, strict=True):
            room -= len(word.pieces)
            if room < 0:
                break
            words.append(word)
            tags.append(_LABEL[tag])
    if not words:
        return None
    corpus = sentences[0].corpus
    silver = corpus == SILVER
    told_as = CORPORA.index(corpus) + 1 if (told or silver) and corpus != FORMS else ANY_CORPUS
    borders = [at for at in borders if at < len(words)]
    return Example(window_of(words, borders, subwords), tags, told_as, SILVER_WEIGHT if silver else 1.0)


def examples(sentences: Sequence[Sentence], subwords: Subwords, rng: random.Random) -> Iterator[Example]:
    """Yield windows of one to three neighbours from one corpus, told half of the time which."""
    at = 0
    while at < len(sentences):
        count = rng.choice([1, 1, 1, 2, 2, 3])
        group = [one for one in sentences[at : at + count] if one.corpus == sentences[at].corpus]
        size = 0
        for taken, sentence in enumerate(group):
            size += sum(len(word.pieces) for word in subwords.words(sentence.words)) + 1
            if size > ROOM and taken:
                group = group[:taken]
                break
        at += len(group)
        example = example_of(group, subwords, marked=rng.random() < 0.6, told=rng.random() < 0.5)
        if example:
            yield example


def batches(found: Sequence[Example], *, pieces: int, rng: random.Random) -> list[Labelled]:
    """Return the examples in batches of about `pieces` pieces, like lengths together, in random order; none of one."""
    order = sorted(found, key=lambda one: (len(one.window.pieces) + rng.uniform(-3, 3), one.window.pieces))
    groups: list[list[Example]] = [[]]
    for one in order:
        if groups[-1] and (len(groups[-1]) + 1) * len(one.window.pieces) > pieces:
            groups.append([])
        groups[-1].append(one)
    rng.shuffle(groups)
    return [labelled(group) for group in groups if len(group) > 1]


def labelled(group: Sequence[Example]) -> Labelled:
    """Return the examples side by side."""
    shape = (len(group), max(len(one.window.pieces) for one in group))
    words = (len(group), max(len(one.tags) for one in group))
    batch = Labelled(
        pieces=np.zeros(shape, np.int64),
        cases=np.zeros(shape, np.int64),
        mask=np.zeros(shape, np.int64),
        owner=np.full(shape, -1, np.int64),
        lengths=np.array([len(one.tags) for one in group], np.int64),
        borders=np.zeros(words, np.float32),
        tags=np.zeros(words, np.int64),
        corpus=np.array([one.corpus for one in group], np.int64),
        weights=np.array([one.weight for one in group], np.float32),
    )
    for at, (window, tags, _, _) in enumerate(group):
        size = len(window.pieces)
        batch.pieces[at, :size] = window.pieces
        batch.cases[at, :size] = window.cases
        batch.mask[at, :size] = 1
        for word, (start, count) in enumerate(zip(window.starts, window.sizes, strict=True)):
            batch.owner[at, start : start + count] = word
        batch.borders[at, window.borders] = 1
        batch.tags[at, : len(tags)] = tags
    return batch


def halves(whole: Labelled) -> tuple[Labelled, Labelled]:
    """Return every other window of a batch, and the rest."""
    return Labelled._make(field[::2] for field in whole), Labelled._make(field[1::2] for field in whole)
