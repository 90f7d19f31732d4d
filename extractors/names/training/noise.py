"""Copies of a sentence as evidence would spoil it: transcripts, OCR, headlines, running text, other names."""

from __future__ import annotations

import random
import string
from collections.abc import Callable
from functools import cache
from typing import Any, Final

from extractors.names.training.corpora import Sentence, legal_tags, spans_of

LOOK_ALIKES: Final = {
    "o": "0ceQ", "O": "0Q", "0": "Oo", "l": "1Ii|t", "I": "l1|", "1": "lI", "i": "l1j", "S": "5$", "s": "5z", "5": "S",
    "B": "8", "8": "B", "g": "9q", "9": "g", "e": "co", "c": "eo", "a": "oe", "u": "nv", "n": "ur", "h": "bn", "b": "h6",
    "t": "fr", "f": "t", "v": "y", "y": "v", "G": "6C", "C": "G", "E": "F", "F": "E", "D": "O", "Z": "2", "z": "2",
    "q": "g", "T": "I", "r": "n",
}  # fmt: skip
PAIRS: Final = {
    "rn": "m",
    "m": "rn",
    "cl": "d",
    "d": "cl",
    "vv": "w",
    "w": "vv",
    "ii": "u",
    "li": "h",
    "fi": "h",
    "nn": "m",
}
STRAY: Final = ".,'`-_~|*^:;\"»•"
SECTORS: Final = [
    "Trading",
    "Shipping",
    "Logistics",
    "Holdings",
    "Consulting",
    "Construction",
    "Motors",
    "Textiles",
    "Electronics",
    "Foods",
    "Services",
    "Partners",
    "Capital",
    "Investments",
    "Properties",
    "Travel",
    "Transport",
    "Freight",
    "Security",
    "Pharma",
    "Energy",
    "Mining",
    "Media",
    "Systems",
    "Solutions",
    "Technologies",
    "Import",
    "Export",
    "Marine",
    "Airlines",
    "Telecom",
    "Bank",
    "Insurance",
    "Securities",
    "Group",
    "Industries",
    "Catering",
]
FORMS: Final = [
    "Ltd",
    "Limited",
    "Inc",
    "LLC",
    "plc",
    "Corp",
    "GmbH",
    "AG",
    "SA",
    "Co",
    "Company",
    "Group",
    "Pty",
    "BV",
    "LLP",
]
BODIES: Final = [
    "University of",
    "Bank of",
    "Ministry of",
    "Port of",
    "City of",
    "Museum of",
    "Institute of",
    "Chamber of Commerce of",
    "High School of",
    "Embassy of",
    "Diocese of",
    "Court of",
]
AGENCIES: Final = [
    "Police Department",
    "Police",
    "City Council",
    "County Council",
    "District Court",
    "High School",
    "Hospital",
    "United",
    "FC",
    "Airport Authority",
    "Customs",
    "Tribune",
    "Herald",
    "Times",
    "Athletic Club",
    "Housing Association",
    "Fire Service",
    "Chamber of Commerce",
]
FILLERS: Final = ["uh", "um", "er", "like", "you-know", "well", "so", "yeah", "okay"]
NO_SPACE_BEFORE: Final = frozenset(
    [
        ".",
        ",",
        "!",
        "?",
        ";",
        ":",
        ")",
        "]",
        "}",
        "%",
        "'s",
        "'S",
        "n't",
        "'re",
        "'ll",
        "'ve",
        "'m",
        "'d",
        "’s",
        "...",
        "'",
    ]
)
NO_SPACE_AFTER: Final = frozenset(["(", "[", "{", "$", "£", "€", "#", "@"])

Pool = dict[str, list[tuple[str, ...]]]


class Spoiler:
    """Makes copies; the same random numbers make the same copies."""

    def __init__(self, pool: Pool, tokens_of: Callable[[str], list[tuple[str, int]]]) -> None:
        self._pool = pool
        self._tokens_of = tokens_of

    def copy(self, sentence: Sentence, rng: random.Random) -> Sentence:
        """Return the sentence as training shall see it this time."""
        if rng.random() < 0.2:
            sentence = self.renamed(sentence, rng)
        if rng.random() < 0.04:
            sentence = self.addressed(sentence, rng)
        if rng.random() < 0.3:
            sentence = self.running(sentence, rng)
        draw = rng.random()
        if draw < 0.46:
            return sentence
        if draw < 0.60:
            return lowered(sentence)
        if draw < 0.69:
            return transcript(sentence, rng)
        if draw < 0.92:
            return misread(sentence, rng, rate=rng.uniform(0.01, 0.07), boundaries=rng.random() < 0.5)
        if draw < 0.95:
            return misread(lowered(sentence), rng, rate=rng.uniform(0.01, 0.05), boundaries=rng.random() < 0.5)
        if draw < 0.98:
            return changed(sentence, str.upper)
        return changed(sentence, lambda word: word[:1].upper() + word[1:])

    def renamed(self, sentence: Sentence, rng: random.Random) -> Sentence:
        """Put other names of the same kind in the place of some of the sentence's."""
        words, tags, at = [], [], 0
        for first, end, kind in spans_of(sentence.tags):
            name = self.name(kind, rng) if rng.random() < 0.6 else sentence.words[first:end]
            words += [*sentence.words[at:first], *name]
            tags += [*sentence.tags[at:first], *(f"{'I' if n else 'B'}-{kind}" for n in range(len(name)))]
            at = end
        return Sentence((*words, *sentence.words[at:]), (*tags, *sentence.tags[at:]), sentence.corpus)

    def name(self, kind: str, rng: random.Random) -> tuple[str, ...]:
        """Return a name of this kind: one from the pool, or an organisation made up of its parts."""
        if kind != "ORG" or rng.random() < 0.6:
            return rng.choice(self._pool[kind])
        place, person = rng.choice(self._pool["LOC"])[:2], rng.choice(self._pool["PER"])[-1:]
        stem = rng.choice([place, person, (rng.choice(self._pool["ORG"])[0],)])
        shape = rng.randrange(5)
        if shape == 0:
            return (*stem, rng.choice(SECTORS), rng.choice(FORMS))
        if shape == 1:
            return (*stem, rng.choice(SECTORS))
        if shape == 2:
            return (*stem, "&", rng.choice([*rng.choice(self._pool["PER"])[-1:], "Sons", "Co"]))
        if shape == 3:
            return (*rng.choice(BODIES).split(), *place)
        return (*place, *rng.choice(AGENCIES).split())

    def addressed(self, sentence: Sentence, rng: random.Random) -> Sentence:
        """Put an address, a handle or a link between two words: they hold names and are none."""
        first, last = rng.choice(self._pool["PER"])[0].lower(), rng.choice(self._pool["PER"])[-1].lower()
        host = rng.choice(self._pool[rng.choice(["ORG", "LOC"])])[0].lower().strip(".")
        address = rng.choice(
            [f"{first}.{last}@{host}.com", f"{first}{rng.randrange(99)}@{host}.org", f"www.{host}.com/{last}",
             f"https://{host}.net/{first}-{last}", f"@{first}_{last}", f"@{first.title()}{last.title()}", f"#{host}"]
        )  # fmt: skip
        at = rng.choice([n for n, tag in enumerate((*sentence.tags, "O")) if not tag.startswith("I-")])
        return _with(sentence, at, [address], ["O"])

    def running(self, sentence: Sentence, rng: random.Random) -> Sentence:
        """Write the words as running text and cut it again as the pipeline's own tokeniser does.

        Where a token would then hold both a name and something else, the sentence stays as it was.
        """
        text, starts = "", []
        opened = False
        for at, word in enumerate(sentence.words):
            before = sentence.words[at - 1] if at else ""
            closing = word == '"' and opened
            if at and not (
                word in NO_SPACE_BEFORE or before in NO_SPACE_AFTER or closing or (before == '"' and opened)
            ):
                text += " "
            opened ^= word == '"'
            starts.append(len(text))
            text += word
        owner = [-1] * len(text)
        for at, start in enumerate(starts):
            owner[start : start + len(sentence.words[at])] = [at] * len(sentence.words[at])
        words, tags, last = [], [], -1
        for token, start in self._tokens_of(text):
            owners = sorted({at for at in owner[start : start + len(token)] if at >= 0})
            if not owners:
                continue
            marks = [sentence.tags[at] for at in owners]
            if any((mark == "O") != (marks[0] == "O") for mark in marks) or any(m.startswith("B") for m in marks[1:]):
                return sentence
            words.append(token)
            tags.append(f"I-{marks[0][2:]}" if marks[0].startswith("B-") and owners[0] == last else marks[0])
            last = owners[-1]
        return Sentence(tuple(words), tuple(legal_tags(tags)), sentence.corpus) if words else sentence


@cache
def english_tokens() -> Callable[[str], list[tuple[str, int]]]:
    """Return what cuts a text into spaCy's English tokens with their offsets."""
    import spacy

    tokenizer: Any = spacy.blank("en").tokenizer
    return lambda text: [(token.text, token.idx) for token in tokenizer(text) if not token.is_space]


def lowered(sentence: Sentence) -> Sentence:
    """Return the sentence without capitals."""
    return changed(sentence, str.lower)


def changed(sentence: Sentence, change: Callable[[str], str]) -> Sentence:
    """Return the sentence with each word changed."""
    return sentence._replace(words=tuple(change(word) or word for word in sentence.words))


def transcript(sentence: Sentence, rng: random.Random) -> Sentence:
    """Return the sentence as a recogniser of speech writes it: no capitals, no marks, here and there a filler."""
    kept = [at for at, word in enumerate(sentence.words) if any(letter.isalnum() for letter in word)]
    if not kept:
        return lowered(sentence)
    words = [sentence.words[at].lower() for at in kept]
    tags = legal_tags(sentence.tags[at] for at in kept)
    plain = Sentence(tuple(words), tuple(tags), sentence.corpus)
    if rng.random() < 0.3:
        free = [at for at, tag in enumerate((*tags, "O")) if not tag.startswith("I-")]
        filler = rng.choice(FILLERS).split("-")
        return _with(plain, rng.choice(free), filler, ["O"] * len(filler))
    return plain


def misread(sentence: Sentence, rng: random.Random, *, rate: float, boundaries: bool) -> Sentence:
    """Return the sentence as bad OCR gives it: `rate` of the characters changed, and spaces too where `boundaries`."""
    words = [_misread_word(word, rng, rate) for word in sentence.words]
    if not boundaries:
        return sentence._replace(words=tuple(words))
    out: list[str] = []
    tags: list[str] = []
    for word, tag in zip(words, sentence.tags, strict=True):
        goes_on = f"I-{tag[2:]}" if tag != "O" else "O"
        joins = bool(out) and (tag == tags[-1] == "O" or tag.startswith("I-"))
        if joins and rng.random() < rate:
            out[-1] += word
            continue
        if len(word) > 3 and rng.random() < rate:
            cut = rng.randrange(1, len(word))
            out += [word[:cut], word[cut:]]
            tags += [tag, goes_on]
            continue
        if not tag.startswith("I-") and rng.random() < rate / 2:
            out.append(rng.choice(STRAY))
            tags.append("O")
        if rng.random() < rate / 3:
            word += rng.choice(STRAY)
        out.append(word)
        tags.append(tag)
    return Sentence(tuple(out), tuple(tags), sentence.corpus)


def _misread_word(word: str, rng: random.Random, rate: float) -> str:
    out, at = "", 0
    while at < len(word):
        if rng.random() >= rate:
            out += word[at]
            at += 1
            continue
        pair, letter = word[at : at + 2], word[at]
        draw = rng.random()
        if draw < 0.25 and (pair in PAIRS or letter in PAIRS):
            seen = pair if pair in PAIRS else letter
            out += PAIRS[seen]
            at += len(seen)
            continue
        if draw < 0.6 and letter in LOOK_ALIKES:
            out += rng.choice(LOOK_ALIKES[letter])
        elif draw < 0.75:
            out += rng.choice(string.ascii_lowercase)
        elif draw < 0.85:
            out += letter + rng.choice(string.ascii_lowercase)
        elif draw < 0.93 and len(pair) == 2:
            out += pair[::-1]
            at += 1
        at += 1
    return out or word


def _with(sentence: Sentence, at: int, words: list[str], tags: list[str]) -> Sentence:
    return Sentence(
        (*sentence.words[:at], *words, *sentence.words[at:]),
        (*sentence.tags[:at], *tags, *sentence.tags[at:]),
        sentence.corpus,
    )
