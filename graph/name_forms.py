"""A name in the forms in which it is compared: folded, in Latin letters, as it sounds, as a machine may misread it.

Nothing here says who bears a name. Letters of other scripts become Latin ones by anyascii's tables (Chinese as pinyin, Arabic without
the vowels that it does not write); the code of a sound is Lawrence Philips' Metaphone (1990), as jellyfish has it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

import anyascii
import jellyfish

from graph.firm_forms import ALSO_NAMES, LEGAL_FORMS, in_full, is_form, says_firm
from graph.name_known import (
    ARABIC,
    CHINESE_SURNAMES,
    OTHERS,
    READ_IN_GIVEN_NAMES,
    bare_arabic,
    is_arabic,
    is_servant_of,
    may_be_chinese,
)
from graph.nicknames import families

LONGEST: Final = 6
"""Words of a name that are compared; the rest of a longer one is not looked at."""
_TITLES: Final = """
mr mrs ms miss mx dr prof sir madam mme mlle monsieur madame herr frau senor senora sr sra signor signora pan pani domnul doamna dl dna
domnisoara ur uram kyrios kyria gospodin gospodja jr phd bey hanim efendi bhai alhaji alhaja engr chief aunty auntie uncle mama
"""
_LINKS: Final = "and the of und et"
_JOINING: Final = frozenset(("y", "e", "i", "si"))
"""Words that join two parts of a name where they are written small, and are an initial or a name where they are not: I. Lupu, Si Jianguo."""
_JOINING_FIRMS: Final = frozenset(("ve", "dhe", "en", "es", "och", "og"))
"""Words that join two parts of a firm's name."""
_MAY_BE_NAMES: Final = ALSO_NAMES | {"pan", "pani", "ur", "dl"}
"""Titles and legal forms that are also names of people."""
_AFTER: Final = frozenset(("jr", "phd", "bey", "hanim", "efendi", "bhai"))
"""What stands after a name, and is something else before it."""
TITLES: Final = frozenset(_TITLES.split())
LINKS: Final = frozenset(_LINKS.split())
_MARKS: Final = "".join(
    letter for letter in map(chr, range(0x300, 0x1E00)) if unicodedata.category(letter).startswith("M")
)
"""Marks that stand with a letter: vowels of Devanagari, Bengali, Thai. A word goes on over them."""
_WORD: Final = re.compile(rf"[^\W_](?:[^\W_]|[{_MARKS}])*(?:['’ʼ`][^\W_](?:[^\W_]|[{_MARKS}])*)*")
_HAN: Final = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_GREEK: Final = re.compile(r"[\u0370-\u03ff\u1f00-\u1fff]")
_ARABIC: Final = re.compile(r"[\u0600-\u06ff]")
_ARABIC_LETTERS: Final = (
    (re.compile("(?<=.)و(?![اوي])"), "u"), (re.compile("(?<=.)ي(?![او])"), "i"), (re.compile("ا"), "a"), (re.compile("(?<=..)ه$"), "a"),
)  # fmt: skip
"""Letters of vowels; و and ي are consonants at the beginning of a syllable. The last one is how many write the ending of a woman's name."""
_ARTICLE: Final = "the"
"""What an article of Arabic becomes: a linking word, which `form` leaves out."""
_IN_ARABIC: Final = "ال"
_LEAST_AFTER: Final = 3
"""Letters after ال from which on it is taken for the article."""
_SERVANT: Final = "عبدال"
_HYPHENED: Final = re.compile(r"\b(?:[aeu]l|a(?:sh(?=-sh)|th(?=-th)|([dnrstz])(?=-\1)))-(?=[^\W\d_]{2})", re.IGNORECASE)
"""`Al-`, `el-`, and what the article becomes before the same consonant: `ash-Shami`."""
_WITHIN: Final = re.compile(r"(?<=\w )[ae]l (?=[^\W\d_]{3})", re.IGNORECASE)
_FIRST: Final = re.compile(r"[ae]l ([^\W\d_]{3,})", re.IGNORECASE)
_RUN_ON: Final = re.compile(r"[ae]l(.{3,})")
_SERVANT_ALONE: Final = frozenset(("abd", "abdel", "abdul", "abdal", "abdoul", "abdool", "abdil", "abdur"))
_OF_SERVANT: Final = re.compile(r"abd(?:[aeiu]|ou)([lrsnzt]?)(.{3,}?)e?")
_OF_FAITH: Final = re.compile(r"(.{3,})(?:([uei]dd(?:ine?|een))|[aiu]llah)")
_SERVANT_OF_GOD: Final = re.compile(r"abd(?:[aeiu]|ou)?l?l.*")
_YEAR: Final = re.compile(r"(?<![^\W_])([^\W\d_]{3,})(\d{2}|(?:19|20)\d\d)(?![^\W_])")
"""A word and a year that stands at its end."""
_RUN_ON_NAME: Final = re.compile(r"[^\W\d_]{6,}(?: \d+)?")
_BEGIN: Final = (
    "mac mc o de di da du la le lo van von del della des dos das las los der den ter ten fitz san saint abu bin ibn ben"
)
_BEGINNINGS: Final = frozenset(_BEGIN.split())
"""What a surname begins with, and is no name by itself: MacDonald."""
_HARAKAT: Final = re.compile(r"[\u064b-\u0652\u0640]")
_GREEK_LETTERS: Final = (
    (re.compile("[\u0300\u0301\u0313\u0314\u0342\u0345]"), ""), (re.compile("^ντ"), "d"), (re.compile("^μπ"), "b"), (re.compile("^γκ"), "g"),
    (re.compile("γ(?=[γχξ])"), "n"), (re.compile("ου(?!\u0308)"), "ou"),
    (re.compile("(?<=[αεη])υ(?!\u0308)(?=[θκξπσςτφχψ]|$)"), "f"), (re.compile("(?<=[αεη])υ(?!\u0308)"), "v"),
)  # fmt: skip
"""Letters that together have a sound of their own."""
_PINYIN: Final = re.compile(r"[A-Z][a-z]*")
_LONGEST_GIVEN: Final = 3
"""A word of so many characters after the surname, or more, is no given name."""
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
    firm: bool = False
    """Whether it is a firm's, as far as is known: who looked for names says so, or a legal form does."""

    @property
    def key(self) -> str:
        """Return its words in the order of the alphabet: the same for every order, case and punctuation."""
        return " ".join(sorted(word.folded for word in self.words))


def form(written: str, *, firm: bool = False) -> Form:
    """Return a name in the forms in which it is compared; one without letters and digits has no words.

    `firm`: it is known to be a firm's, so that `S.A.` at its end is no initials.
    """
    script = _script(written)
    undotted = _UNDOTTED.sub(lambda found: _without_dots(found, firm=firm), written) if "." in written else written
    tokens = _tokens(undotted)
    forms = in_full(tokens) if len(tokens) > 1 else range(0)
    says = bool(forms) or (len(tokens) > 1 and any(map(says_firm, tokens)))
    firm, bare = firm or says, firm and not says
    small = _written_small(written) if _JOINING.intersection(tokens) else frozenset()
    words, left_out = [], []
    for at, token in enumerate(tokens):
        if (
            token == _ARTICLE
            or at in forms
            or (script not in _NO_TITLES and _is_left_out(tokens, at, small, firm=firm, bare=bare))
        ):
            left_out.append(token)
        else:
            words.append(token)
    if not words:
        words, left_out = left_out, []
    return Form(written, tuple(map(_word, words[:LONGEST])), tuple(left_out), script, firm)


_SC: Final = "sc"
"""What stands before the name of a Romanian firm."""
_NO_TITLES: Final = frozenset(("ARABIC", "CJK"))
"""Scripts whose words are read as Latin ones by their letters: none of the titles below is among them."""
_UNDOTTED: Final = re.compile(r"\b(?:[^\W\d_]\.){2,}[^\W\d_]?(?!\w)")


def _without_dots(found: re.Match[str], *, firm: bool) -> str:
    """Return `S.R.L.` as one word, and initials as they are; `S.A.` is a word only at the end of a firm's name."""
    letters = found[0].replace(".", "")
    if len(letters) > 2:
        joined = letters.lower() in LEGAL_FORMS
    elif found.start():
        joined = firm and not found.string[found.end() :].strip(" .,;)") and is_form(letters.lower(), firm=True)
    else:
        joined = letters.lower() == _SC
    return f"{letters} " if joined else found[0]


def _written_small(written: str) -> frozenset[str]:
    """Return the words that are written small in a name that has capitals."""
    if written.islower():
        return frozenset()
    return frozenset(anyascii.anyascii(word) for word in _WORD.findall(written) if word.islower())


def _is_left_out(tokens: Sequence[str], at: int, small: frozenset[str], *, firm: bool, bare: bool) -> bool:
    """Return whether a word of a name is a title, a legal form or a linking word, and no name, by where it stands and how it is written.

    `firm`: it is a firm's; `bare`: and no word of it says so.
    """
    token = tokens[at]
    if token in _JOINING:
        return token in small and 0 < at < len(tokens) - 1
    if token in _JOINING_FIRMS and firm:
        return 0 < at < len(tokens) - 1
    if token in _AFTER:
        return at > 0
    if token == _SC:
        return at == 0 and (bare or "srl" in tokens)
    if bare and at in (0, len(tokens) - 1) and is_form(token, firm=True):
        return True
    if token in _MAY_BE_NAMES:
        others = [other for other in tokens if other != token]
        if token in LEGAL_FORMS and not 0 < at == len(tokens) - 1:
            return False
        return bool(others) and not all(may_be_chinese(other) for other in others)
    return token in TITLES or token in LEGAL_FORMS or token in LINKS


def _tokens(written: str) -> list[str]:
    text = _articled(_parted(_HARAKAT.sub("", unicodedata.normalize("NFKC", written))))
    found: list[str] = []
    for token in _WORD.findall(text):
        found += [token] if token.isascii() else _latin(token)
    plain = (_NOT_WORD.sub("", token.lower()) for token in found)
    return [part for token in plain if token for part in _parts(token)]


def _parted(text: str) -> str:
    """Return the words of an account's name apart that are written as one: `ElenaMarin`, `varga72`."""
    text = _YEAR.sub(r"\1 \2", text)
    at = next((at for at in range(1, len(text)) if text[at - 1].islower() and text[at].isupper()), 0)
    if (
        not _RUN_ON_NAME.fullmatch(text)
        or text[:at].lower() in _BEGINNINGS
        or not (text[:at].istitle() and text[at:].istitle())
    ):
        return text
    return f"{text[:at]} {text[at:]}"


def _latin(token: str) -> list[str]:
    """Return a word of another script in Latin letters: two words where that script writes them as one."""
    if _ARABIC.search(token):
        return _arabic(bare_arabic(token))
    if _HAN.search(token):
        return _chinese(token)
    read = anyascii.anyascii(_greek(token) if _GREEK.search(token) else token)
    return [read[:1] if len(token) == 1 else read]  # an initial, where its sound takes two Latin letters: Ю, Ж, Θ


def _articled(text: str) -> str:
    """Return a text with the articles of Arabic names in Latin letters as linking words: `Al-Harbi`, `Omar El Bashir`."""
    text = _WITHIN.sub(f"{_ARTICLE} ", _HYPHENED.sub(f"{_ARTICLE} ", text))
    first = _FIRST.match(text)
    return f"{_ARTICLE} {text[first.start(1) :]}" if first and is_arabic(first[1].lower()) else text


@lru_cache(maxsize=500_000)
def _parts(token: str) -> tuple[str, ...]:
    """Return a word with the parts apart that others write apart: `alharbi`, `abdurrahman`, `badruddin`, `nasrallah`."""
    if token in _SERVANT_ALONE:
        return ("abdul",)
    if families(token) or token in OTHERS:
        return (token,)
    if (run_on := _RUN_ON.fullmatch(token)) and is_arabic(run_on[1]):
        return (_ARTICLE, run_on[1])
    if servant := _OF_SERVANT.fullmatch(token):
        for name in (servant[2], servant[1] + servant[2]):
            if is_servant_of(name):
                return ("abdul", name)
    if (faith := _OF_FAITH.fullmatch(token)) and not _SERVANT_OF_GOD.fullmatch(token):
        return (faith[1], "din" if faith[2] else "allah")
    return (token,)


def _arabic(bare: str) -> list[str]:
    """Return an Arabic word in Latin letters: as it is mostly spelt where the table knows it, else without the vowels it does not write.

    The article is left out: no title or linking word is looked for in a name in Arabic letters.
    """
    if bare in ARABIC:
        return [ARABIC[bare]]
    if bare == _IN_ARABIC:
        return []
    if bare.startswith(_SERVANT) and len(bare) > len(_SERVANT):
        return ["abdul", *_arabic(bare[len(_SERVANT) :])]
    if bare.startswith(_IN_ARABIC) and len(bare) >= len(_IN_ARABIC) + _LEAST_AFTER:
        return _arabic(bare[len(_IN_ARABIC) :])
    for letters, instead in _ARABIC_LETTERS:
        bare = letters.sub(instead, bare)
    return [anyascii.anyascii(bare)]


def _greek(token: str) -> str:
    """Return a Greek word with Latin letters for those that together have a sound of their own."""
    token = unicodedata.normalize("NFD", token.lower())
    for letters, instead in _GREEK_LETTERS:
        token = letters.sub(instead, token)
    return unicodedata.normalize("NFC", token)


def _chinese(token: str) -> list[str]:
    """Return the surname and the given name of a Chinese name, the syllables of the given name joined as in a passport."""
    for long in (2, 1):
        if (surname := token[:long]) in CHINESE_SURNAMES and len(token) < long + _LONGEST_GIVEN:
            given = "".join(_syllables(token[long:]))
            return [CHINESE_SURNAMES[surname], given] if given else [CHINESE_SURNAMES[surname]]
    syllables = _syllables(token)
    return [syllables[0], "".join(syllables[1:])] if 1 < len(syllables) < 1 + _LONGEST_GIVEN else syllables


def _syllables(characters: str) -> list[str]:
    return _PINYIN.findall(anyascii.anyascii(characters.translate(READ_IN_GIVEN_NAMES)))


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
