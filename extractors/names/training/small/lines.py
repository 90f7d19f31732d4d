"""Labelled running text, and the split of a language's sentences into parts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from extractors.names.training import corpora
from extractors.names.training.corpora import BLOCK, TENTH, Sentence, spans_of
from extractors.names.training.noise import NO_SPACE_AFTER, NO_SPACE_BEFORE
from extractors.names.training.small.plans import Plan
from extractors.names.training.small.writing import WRITTEN, as_it_is

FIFTH: Final = 4
"""The block of each ten by which the epoch is chosen."""
_CLOSING: Final = NO_SPACE_BEFORE | {"»", "”", "’"}
_OPENING: Final = NO_SPACE_AFTER | {"«", "„", "¿", "¡"}
_SPACED: Final = {"fr": frozenset(":;!?«»")}
"""Marks that a language writes with spaces around them."""

Names = tuple[tuple[int, int, str], ...]


class Line(NamedTuple):
    """Text with its names: start, end, kind, by code points."""

    text: str
    names: Names


class Parts(NamedTuple):
    """Sentences to train on, to choose the epoch by, and to measure on."""

    train: list[Sentence]
    choice: list[Sentence]
    aside: list[Sentence]


def parts(folder: Path, language: str, plan: Plan) -> Parts:
    """Return the parts of a language's corpora; a sentence that is chosen or measured by is not trained on."""
    known = _written(folder / language, plan.train, language)
    tenth = [at // BLOCK % 10 for at in range(len(known))]
    aside = (
        _written(folder / language, plan.aside, language) if plan.aside else _where(known, tenth, lambda n: n == TENTH)
    )
    choice = _where(known, tenth, lambda n: n == FIFTH)
    seen = {_key(one) for one in (*choice, *aside)}
    train = _where(known, tenth, lambda n: n != FIFTH and (n != TENTH or bool(plan.aside)))
    measured = {_key(one) for one in aside}
    return Parts(
        [one for one in train if one.words and _key(one) not in seen],
        [one for one in choice if one.words and _key(one) not in measured],
        [one for one in aside if one.words],
    )


def _where(sentences: Sequence[Sentence], tenth: Sequence[int], wanted: Callable[[int], bool]) -> list[Sentence]:
    return [one for one, number in zip(sentences, tenth, strict=True) if wanted(number)]


def _written(folder: Path, corpus: str, language: str) -> list[Sentence]:
    return [WRITTEN.get(language, as_it_is)(one) for one in corpora.read(folder, corpus)]


def _key(sentence: Sentence) -> str:
    return " ".join(sentence.words).casefold()


def bare(sentence: Sentence) -> bool:
    """Whether the sentence is names and marks alone, as titles and rows of tables are."""
    return all(
        tag != "O" or not any(map(str.isalnum, word)) for word, tag in zip(sentence.words, sentence.tags, strict=True)
    )


def running(sentence: Sentence, language: str) -> Line:
    """Return the sentence as text, with spaces where the language writes them."""
    text = ""
    starts: list[int] = []
    opened = False
    for at, word in enumerate(sentence.words):
        before = sentence.words[at - 1] if at else ""
        closes = word == '"' and opened
        follows = before == '"' and opened
        if at and not closes and not follows and _spaced(before, word, language):
            text += " "
        opened ^= word == '"'
        starts.append(len(text))
        text += word
    ends = [start + len(word) for start, word in zip(starts, sentence.words, strict=True)]
    names = tuple((starts[first], ends[end - 1], kind) for first, end, kind in spans_of(sentence.tags))
    return Line(text, names)


def _spaced(before: str, word: str, language: str) -> bool:
    if language == "zh":
        return before[-1:].isascii() and before[-1:].isalnum() and word[:1].isascii() and word[:1].isalnum()
    if {before, word} & _SPACED.get(language, frozenset()):
        return True
    return not (
        word in _CLOSING or before in _OPENING or (len(before) > 1 and before[-1] in "'’" and before[0].isalpha())
    )


def joined(lines: Sequence[Line], gaps: Sequence[str]) -> Line:
    """Return lines as one text, a gap before each but the first."""
    text = ""
    names: list[tuple[int, int, str]] = []
    for at, line in enumerate(lines):
        text += gaps[at - 1] if at else ""
        names += [(len(text) + start, len(text) + end, kind) for start, end, kind in line.names]
        text += line.text
    return Line(text, tuple(names))
