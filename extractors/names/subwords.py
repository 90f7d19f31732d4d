"""Words as the model reads them: pieces of an uncased WordPiece vocabulary, and how each word is capitalised."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from tokenizers import Tokenizer

CASES: Final = 6
"""Ways a word can be capitalised: no letters, lower, Title, UPPER, miXed, one capital."""
MOODS: Final = 3
"""Ways a window can be: ordinary, without any capital, mostly in capitals."""
LONGEST_WORD: Final = 48
"""Characters of a word that are looked at."""
MOST_PIECES: Final = 8
"""Pieces of a word that are looked at; the rest of an address or a number says nothing more."""
REMEMBERED: Final = 100_000
"""Words whose pieces are kept before the memory is emptied."""


LONGEST_LOOK: Final = 200
"""Characters of a word that are searched for signs of an address."""

_ADDRESS: Final = re.compile(r"[^\s@]@[^\s@]|://|^www\.|^@\w|^[\w.-]+\.[a-z]{2,}/", re.IGNORECASE)


class Word(NamedTuple):
    """A word's pieces in the vocabulary, and which of the `CASES` it is."""

    pieces: tuple[int, ...]
    case: int
    nameless: bool
    """Whether it is an address, a link or a handle, whatever names it holds."""


class Subwords:
    """Cuts words into pieces of a vocabulary; the same word always gives the same pieces."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._seen: dict[str, Word] = {}
        self.begin, self.border, self.unknown = (self._mark(name) for name in ("[CLS]", "[SEP]", "[UNK]"))

    @classmethod
    def read(cls, file: Path) -> Subwords:
        """Read a `tokenizer.json`."""
        return cls(Tokenizer.from_file(str(file)))

    def write(self, file: Path) -> None:
        """Write a `tokenizer.json`."""
        self._tokenizer.save(str(file))

    def words(self, texts: Sequence[str]) -> list[Word]:
        """Return the words in order."""
        seen = self._seen
        return [seen.get(text) or self._word(text) for text in texts]

    def _mark(self, name: str) -> int:
        found = self._tokenizer.token_to_id(name)
        if found is None:
            raise ValueError(f"the vocabulary has no {name}")
        return found

    def _word(self, text: str) -> Word:
        if len(self._seen) >= REMEMBERED:
            self._seen.clear()
        shown = text[:LONGEST_WORD]
        pieces = self._tokenizer.encode(shown, add_special_tokens=False).ids[:MOST_PIECES]
        word = Word(tuple(pieces) or (self.unknown,), case_of(shown), is_nameless(text))
        self._seen[text] = word
        return word


def is_nameless(text: str) -> bool:
    """Return whether a word is an address, a link or a handle."""
    return _ADDRESS.search(text[:LONGEST_LOOK]) is not None


def case_of(text: str) -> int:
    """Return which of the `CASES` a word is."""
    letters = [letter for letter in text if letter.isalpha()]
    if not letters:
        return 0
    capitals = sum(letter.isupper() for letter in letters)
    if capitals == 0:
        return 1
    if capitals == len(letters):
        return 5 if capitals == 1 else 3
    return 2 if capitals == 1 and letters[0].isupper() else 4


def mood_of(words: Sequence[Word]) -> int:
    """Return which of the `MOODS` the words of a window are in: whether capitals say anything there."""
    cases = [word.case for word in words if word.case]
    if all(case == 1 for case in cases):
        return 1
    return 2 if cases.count(3) * 10 >= len(cases) * 7 and len(cases) > 2 else 0
