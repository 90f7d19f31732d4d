"""An epoch as training sees it: sentences in small documents, some spoiled as evidence is."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from extractors.names.training.corpora import Sentence, spans_of
from extractors.names.training.noise import changed, lowered, misread, transcript
from extractors.names.training.small.lines import Line, bare, joined, running
from extractors.names.training.small.writing import cyrillic

BARE_KEPT: Final = 0.5
"""Share of bare names that is read in an epoch: more of them, and every short line looks like a name."""
RENAMED: Final = 0.15
LONGEST_NAME: Final = 6

Pool = dict[str, list[tuple[str, ...]]]


def pool_of(sentences: Iterable[Sentence]) -> Pool:
    """Return the different names of the sentences, by kind."""
    pool: dict[str, set[tuple[str, ...]]] = {}
    for sentence in sentences:
        for first, end, kind in spans_of(sentence.tags):
            if end - first <= LONGEST_NAME:
                pool.setdefault(kind, set()).add(sentence.words[first:end])
    return {kind: sorted(names) for kind, names in pool.items()}


def teachable(sentence: Sentence) -> bool:
    """Whether links labelled the sentence soundly enough to learn from: every name has a capital."""
    return all(
        any(letter.isupper() for word in sentence.words[first:end] for letter in word)
        for first, end, _ in spans_of(sentence.tags)
    )


class Spoiler:
    """Makes a language's epochs; the same random numbers make the same ones."""

    def __init__(self, language: str, sentences: Sequence[Sentence]) -> None:
        self._language = language
        self._sentences = sentences
        self._pool = pool_of(sentences)

    def epoch(self, rng: random.Random) -> Iterator[Line]:
        """Yield documents of one to four neighbouring sentences, in random order."""
        read = [one for one in self._sentences if not bare(one) or rng.random() < BARE_KEPT]
        groups, at = [], 0
        while at < len(read):
            size = rng.choice((1, 1, 2, 3, 4))
            groups.append(read[at : at + size])
            at += size
        rng.shuffle(groups)
        for group in groups:
            yield self._document(group, rng)

    def _document(self, group: Sequence[Sentence], rng: random.Random) -> Line:
        copies = [self.copy(sentence, rng) for sentence in group]
        if self._language == "sr" and rng.random() < 0.5:
            copies = [changed(copy, cyrillic) for copy in copies]
        space = "" if self._language == "zh" else " "
        gaps = [rng.choice((space, space, "\n")) for _ in copies[1:]]
        return joined([running(copy, self._language) for copy in copies], gaps)

    def copy(self, sentence: Sentence, rng: random.Random) -> Sentence:
        """Return the sentence as training shall see it this time."""
        if rng.random() < RENAMED:
            sentence = self.renamed(sentence, rng)
        draw = rng.random()
        if draw < 0.62:
            return sentence
        if draw < 0.75:
            return lowered(sentence)
        if draw < 0.80 and self._language != "zh":
            return transcript(sentence, rng) if rng.random() < 0.3 else changed(lowered(sentence), _titled)
        if draw < 0.83:
            return changed(sentence, str.upper)
        if draw < 0.97:
            return misread(sentence, rng, rate=rng.uniform(0.02, 0.04), boundaries=rng.random() < 0.3)
        return misread(lowered(sentence), rng, rate=0.03, boundaries=False)

    def renamed(self, sentence: Sentence, rng: random.Random) -> Sentence:
        """Put other names of the same kind in the place of some of the sentence's."""
        words: list[str] = []
        tags: list[str] = []
        at = 0
        for first, end, kind in spans_of(sentence.tags):
            name = rng.choice(self._pool[kind]) if rng.random() < 0.6 else sentence.words[first:end]
            words += [*sentence.words[at:first], *name]
            tags += [*sentence.tags[at:first], *(f"{'I' if n else 'B'}-{kind}" for n in range(len(name)))]
            at = end
        return Sentence((*words, *sentence.words[at:]), (*tags, *sentence.tags[at:]), sentence.corpus)


def _titled(word: str) -> str:
    return word[:1].upper() + word[1:]
