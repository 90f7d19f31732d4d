"""How a language is really written, where its corpus writes it otherwise: contractions, scripts, wiki marks."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from extractors.names.training.corpora import Sentence, legal_tags

_ARTICLES: Final = ("o", "a", "os", "as")
_DEMONSTRATIVES: Final = (
    *("ele", "ela", "eles", "elas", "isto", "isso", "aquilo"),
    *(stem + end for stem in ("est", "ess", "aquel") for end in ("e", "a", "es", "as")),
)
CONTRACTIONS: Final = {
    **{("de", word): f"d{word}" for word in (*_ARTICLES, *_DEMONSTRATIVES, "aqui", "ali", "aí")},
    **{("em", word): f"n{word}" for word in (*_ARTICLES, *_DEMONSTRATIVES)},
    **{("por", word): f"pel{word}" for word in _ARTICLES},
    **{("a", word): {"o": "ao", "a": "à", "os": "aos", "as": "às"}[word] for word in _ARTICLES},
    **{("a", word): f"à{word[1:]}" for word in _DEMONSTRATIVES if word.startswith("aquel") or word == "aquilo"},
}
"""Portuguese words that the treebank writes as two."""

DIGRAPHS: Final = {"lj": "љ", "nj": "њ", "dž": "џ"}
LETTERS: Final = dict(zip("abvgdđežzijklmnoprstćufhcčš", "абвгдђежзијклмнопрстћуфхцчш", strict=True))
_ROMAN: Final = re.compile(r"[IVXLCDM]{2,}\.?|[IVX]+\.")
_SOUND: Final = re.compile("lj|nj|dž|.", re.IGNORECASE | re.DOTALL)

_MARKS: Final = re.compile(r"'{2,}|`+|\*+|=+|[|→∞]")
_REDIRECTS: Final = frozenset(["WEITERLEITUNG", "REDIRECTION", "REDIRECT", "DOORVERWIJZING"])


def contracted(sentence: Sentence) -> Sentence:
    """Return a Portuguese sentence with `de a` written `da`, as people write it."""
    words: list[str] = []
    tags: list[str] = []
    for word, tag in zip(sentence.words, sentence.tags, strict=True):
        joined = CONTRACTIONS.get((words[-1].lower(), word.lower())) if words else None
        if joined is None:
            words.append(word)
            tags.append(tag)
        else:
            words[-1] = _as_cased(joined, words[-1], word)
    return Sentence(tuple(words), tuple(legal_tags(tags)), sentence.corpus)


def _as_cased(joined: str, first: str, second: str) -> str:
    if first.isupper() and (len(first) > 1 or second.isupper()):
        return joined.upper()
    return joined[0].upper() + joined[1:] if first[0].isupper() else joined


def cyrillic(word: str) -> str:
    """Return a Serbian word in Cyrillic; one with letters that Serbian lacks, a link or a Roman number as it is."""
    if _ROMAN.fullmatch(word) or any(letter in "qwxy@/" for letter in word.lower()):
        return word
    return _SOUND.sub(lambda sound: _letter(sound[0]), word)


def _letter(sound: str) -> str:
    letter = DIGRAPHS.get(sound.lower()) or LETTERS.get(sound.lower())
    if letter is None:
        return sound
    return letter.upper() if sound[0].isupper() else letter


def without_marks(sentence: Sentence) -> Sentence:
    """Return a sentence of Wikipedia without the marks of its source: `''`, `**`, `==`, redirects."""
    quoted = any(word.startswith("''") for word in sentence.words)
    kept = [
        at
        for at, word in enumerate(sentence.words)
        if not (_MARKS.fullmatch(word) or (quoted and word == "'") or (at == 0 and word in _REDIRECTS))
    ]
    tags = legal_tags(sentence.tags[at] for at in kept)
    return Sentence(tuple(sentence.words[at] for at in kept), tuple(tags), sentence.corpus)


def as_it_is(sentence: Sentence) -> Sentence:
    """Return the sentence itself."""
    return sentence


WRITTEN: Final[dict[str, Callable[[Sentence], Sentence]]] = {
    "de": without_marks,
    "fr": without_marks,
    "nl": without_marks,
    "pt": contracted,
}
"""What makes a language's corpus look like text that people write."""
