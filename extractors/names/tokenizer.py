"""spaCy's tokeniser made patient: any string, of any length, without a space or with nothing else.

spaCy's own takes time quadratic in the length of a word, refuses texts of more than a million characters and cannot
store lone surrogates.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import spacy
from spacy.tokens import Doc
from spacy.util import ensure_path, registry

from extractors.pipelines import storable

NAME: Final = "casegraph.PatientTokenizer.v1"
LONGEST_WORD: Final = 200
"""Characters without white space after which a word is cut."""
LONGEST_TEXT: Final = 100_000_000

_CELLS: Final = re.compile(r"(?<=\w)([;|]+|(?<=\d),(?=[^\W\d])|(?<=[^\W\d]),(?=\d)|,(?=[£$€\"]))(?=[\w£$€\"])")
"""Where two cells of a row meet inside a word: at a bar or semicolon, at a comma between a digit and a letter, or before
a sum or a quote."""
_LINK: Final = re.compile(r"[@/]|\.[^\W\d]")
_ENDLESS: Final = re.compile(rf"\S{{{LONGEST_WORD}}}(?=\S)")


class PatientTokenizer:
    """Wraps a tokeniser; the text keeps its length, lone surrogates become U+FFFD, cells of a row are words apart."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner

    def __call__(self, text: str) -> Doc:
        """Return the tokens; words longer than `LONGEST_WORD` are cut, and `06,Hire` where its cells meet."""
        text = storable(text)
        if _ENDLESS.search(text) is None and _CELLS.search(text) is None:
            whole: Doc = self.inner(text)
            return whole
        words: list[str] = []
        spaces: list[bool] = []
        for piece in _pieces(text):
            for token in self.inner(piece):
                cells = _cells(token.text)
                words += cells
                spaces += [False] * (len(cells) - 1) + [bool(token.whitespace_)]
        return Doc(self.inner.vocab, words=words, spaces=spaces)

    def to_disk(self, path: str | Path, **_: Any) -> None:
        """Write the wrapped tokeniser."""
        self.inner.to_disk(ensure_path(path))

    def from_disk(self, path: str | Path, **_: Any) -> PatientTokenizer:
        """Read the wrapped tokeniser."""
        self.inner.from_disk(ensure_path(path))
        return self


def _pieces(text: str) -> list[str]:
    """Return `text` cut inside its endless words, each piece but the last ending there."""
    cuts = [0, *(found.end() for found in _ENDLESS.finditer(text)), len(text)]
    return [text[start:end] for start, end in pairwise(cuts)]


def _cells(word: str) -> list[str]:
    """Return the cells in a word and the marks between them; the word alone where it is a link or an address."""
    return [word] if _LINK.search(word) else [part for part in _CELLS.split(word) if part]


def make_tokenizer() -> Callable[[Any], PatientTokenizer]:
    """Return what makes a pipeline's tokeniser: its language's own, wrapped."""

    def make(nlp: Any) -> PatientTokenizer:
        nlp.max_length = LONGEST_TEXT
        return PatientTokenizer(spacy.blank(nlp.lang, vocab=nlp.vocab).tokenizer)

    return make


registry.tokenizers.register(NAME, func=make_tokenizer)
