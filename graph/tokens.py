"""How text becomes searchable words: the same for the index, for queries and for highlighting.

A word is a run of letters and digits, lower-cased, without diacritics (`Márton` = `Marton`); in scripts written
without spaces every character is a word. Everything else parts words, so an email address is a phrase.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u0e00-\u0e7f"
_MARKS = "\u0300-\u036f"
_WORD = re.compile(rf"[{_UNSPACED}]|(?:[^\W_{_UNSPACED}]|[{_MARKS}])+")
_ALONE = re.compile(f"[{_UNSPACED}]")
_ASCII = str.maketrans({chr(code): chr(code).lower() if chr(code).isalnum() else " " for code in range(128)})
_BYTES = bytes(ord(_ASCII[code]) for code in range(128)) + bytes(128)
_COMPOSES = "\uffff"
"""Stands for a letter that is folded only with the one before it; no letter itself."""
NO_DECOMPOSITION = {"ø": "o", "đ": "d", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"}
"""Letters that are no other letter with a mark, and what they are compared as."""
_NO_DECOMPOSITION = str.maketrans(NO_DECOMPOSITION)


class Token(NamedTuple):
    """A word of a text: its folded form and the code points it covers."""

    word: str
    start: int
    end: int


@lru_cache(maxsize=100_000)
def fold(word: str) -> str:
    """Return `word` in the form in which words are compared."""
    if word.isascii():
        return word.lower()
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", word) if not "\u0300" <= letter <= "\u036f")
    return unicodedata.normalize("NFC", bare.casefold().translate(_NO_DECOMPOSITION))


def tokens(text: str) -> list[Token]:
    """Return the words of `text` with where they stand, in code points."""
    found = (Token(fold(match.group()), match.start(), match.end()) for match in _WORD.finditer(text))
    return [token for token in found if token.word]


def words(text: str) -> list[str]:
    """Return the folded words of `text`."""
    return searchable(text).split()


def searchable(text: str) -> str:
    """Return `text` as it goes into the index: its folded words, parted by spaces."""
    if text.isascii():
        return text.encode().translate(_BYTES).decode()
    folded = text.translate(_FOLDED)
    return " ".join(token.word for token in tokens(text)) if _COMPOSES in folded else folded


class _Folded(dict[int, str]):
    """What each character becomes, worked out when it is first met; the same as folding whole words, in a third of the time."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        if "\u0300" <= letter <= "\u036f":
            made = ""
        elif not _WORD.fullmatch(letter):
            made = " "
        elif _composes(letter):
            made = _COMPOSES
        else:
            made = f" {fold(letter)} " if _ALONE.fullmatch(letter) else fold(letter)
        self[code] = made
        return made


def _composes(letter: str) -> bool:
    """Whether a letter may become one with the letter before it (a vowel of Hangul, a Japanese voice mark): not folded alone."""
    apart = unicodedata.normalize("NFKD", letter)
    return unicodedata.combining(apart[0]) > 0 or "\u1161" <= apart[0] <= "\u11ff"


_FOLDED = _Folded(_ASCII)
