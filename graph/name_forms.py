"""A name in the forms in which it is compared: folded, in Latin letters, as it sounds, as a machine may misread it.

Nothing here says who bears a name. Letters of other scripts become Latin ones by anyascii's tables (Chinese as pinyin, Arabic without
the vowels that it does not write); the code of a sound is Lawrence Philips' Metaphone (1990), as jellyfish has it.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final, NamedTuple

import anyascii
import jellyfish

from graph.name_known import ARABIC
from graph.nicknames import families

LONGEST: Final = 6
"""Words of a name that are compared; the rest of a longer one is not looked at."""
_TITLES: Final = """
mr mrs ms miss mx dr prof sir madam mme mlle monsieur madame herr frau senor senora sr sra signor signora pan pani domnul doamna dl dna
domnisoara ur uram kyrios kyria gospodin gospodja jr phd
"""
_LEGAL_FORMS: Final = """
ltd limited llc llp inc incorporated corp corporation plc co company gmbh ag kg ug srl sarl sas sa spa bv nv oy ab as aps kft zrt bt doo
ooo oao zao pjsc sro spzoo sl lda pty pte
"""
_LINKS: Final = "and the of und et y e i si"
TITLES: Final = frozenset(_TITLES.split())
LEGAL_FORMS: Final = frozenset(_LEGAL_FORMS.split())
LINKS: Final = frozenset(_LINKS.split())
_WORD: Final = re.compile(r"[^\W_]+(?:['’ʼ`][^\W_]+)*")
_HAN: Final = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_GREEK: Final = re.compile(r"[\u0370-\u03ff\u1f00-\u1fff]")
_ARABIC: Final = re.compile(r"[\u0600-\u06ff]")
_ARABIC_VOWELS: Final = str.maketrans({"و": "u", "ي": "i", "ى": "a", "ة": "a", "ؤ": "u", "ئ": "i"})
"""Letters that stand for vowels but at the beginning of a word."""
_HARAKAT: Final = re.compile(r"[\u064b-\u0652\u0640]")
_HAMZAS: Final = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا"})
_PINYIN: Final = re.compile(r"[A-Z][a-z]*")
_NOT_WORD: Final = re.compile(r"[^a-z0-9]")
_MISREAD: Final = str.maketrans(
    {"0": "o", "1": "l", "i": "l", "j": "l", "5": "s", "8": "b", "6": "b", "2": "z", "q": "g", "9": "g"}
)
_MISREAD_TOGETHER: Final = (("rn", "m"), ("nn", "m"), ("cl", "d"), ("vv", "w"), ("ii", "u"), ("li", "h"), ("ri", "n"))
_SPELT: Final = tuple(
    (re.compile(pattern), instead)
    for pattern, instead in (
        (r"shch|sch|sh|sz|cs|tch|ch|tsch|zh|z|j|g(?=[eiy])|dz|dj|ts|tz|c(?=[eiy])", "s"),
        (r"kh|gh|h|x(?=[aeiou])", "h"), (r"ph|f|v|w", "f"), (r"ck|q|c|k|g", "k"), (r"th|t|d", "t"), (r"x", "ks"),
    )
)  # fmt: skip
_VOWELS: Final = re.compile(r"[aeiouy]")
_TWICE: Final = re.compile(r"(.)\1+")


class Word(NamedTuple):
    """One word of a name, in each of its forms."""

    folded: str
    """Latin letters and digits, lower case, no diacritics."""
    sound: str
    misread: str
    """With what optical recognition confuses made one: rn and m, 0 and o, 1, l and i, cl and d."""
    skeleton: str
    """Consonants, those alike that transliterations spell differently: what Мухаммад, محمد and Mohamed share."""
    families: frozenset[int]


class Form(NamedTuple):
    """A name as written, and its words."""

    written: str
    words: tuple[Word, ...]
    left_out: tuple[str, ...]
    """Titles, legal forms and linking words, folded: what is not compared."""
    script: str
    """The script of its first letter, such as `LATIN`."""

    @property
    def key(self) -> str:
        """Return its words in the order of the alphabet: the same for every order, case and punctuation."""
        return " ".join(sorted(word.folded for word in self.words))


def form(written: str) -> Form:
    """Return a name in the forms in which it is compared; one without letters and digits has no words."""
    words, left_out = [], []
    for token in _tokens(written):
        if token in TITLES or token in LEGAL_FORMS or token in LINKS:
            left_out.append(token)
        else:
            words.append(token)
    if not words:
        words, left_out = left_out, []
    return Form(written, tuple(map(_word, words[:LONGEST])), tuple(left_out), _script(written))


def _tokens(written: str) -> list[str]:
    text = _HARAKAT.sub("", unicodedata.normalize("NFKC", written))
    if text.isascii():
        return _plain(text)
    found = []
    for token in _WORD.findall(text):
        made = _arabic(token) if _ARABIC.search(token) else anyascii.anyascii(token)
        if _GREEK.search(token):
            made = made.replace("oy", "ou")  # anyascii spells ου letter by letter
        found += _chinese(made) if _HAN.search(token) else [made]
    return [plain for token in found if (plain := _NOT_WORD.sub("", token.lower()))]


def _plain(text: str) -> list[str]:
    return [plain for token in _WORD.findall(text.lower()) if (plain := _NOT_WORD.sub("", token))]


def _arabic(token: str) -> str:
    """Return an Arabic word in Latin letters: as it is mostly spelt where the table knows it, else without the vowels it does not write."""
    bare = token.translate(_HAMZAS)
    return ARABIC.get(bare) or anyascii.anyascii(bare[:1] + bare[1:].translate(_ARABIC_VOWELS))


def _chinese(pinyin: str) -> list[str]:
    """Return the surname and the given name of a Chinese name, the syllables of the given name joined as in a passport."""
    syllables = _PINYIN.findall(pinyin)
    return [syllables[0], "".join(syllables[1:])] if 1 < len(syllables) < 4 else syllables


def _script(written: str) -> str:
    for letter in written:
        if letter.isalpha():
            return "LATIN" if letter.isascii() else unicodedata.name(letter, "UNKNOWN").partition(" ")[0]
    return ""


@lru_cache(maxsize=500_000)
def _word(folded: str) -> Word:
    sound = jellyfish.metaphone(folded) if folded.isalpha() else folded
    return Word(folded, sound, misread(folded), skeleton(folded), families(folded))


def misread(folded: str) -> str:
    """Return a word with what optical recognition confuses made one."""
    for read, instead in _MISREAD_TOGETHER[:4]:
        folded = folded.replace(read, instead)
    return folded.translate(_MISREAD)


def skeleton(folded: str) -> str:
    """Return the consonants of a word, those alike that transliterations spell differently."""
    for pattern, instead in _SPELT:
        folded = pattern.sub(instead, folded)
    return _VOWELS.sub("", _TWICE.sub(r"\1", folded))
