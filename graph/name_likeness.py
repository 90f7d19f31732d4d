"""How alike two names are spelt, word by word, with the weight of each reason; never how likely two people are one.

A weight is that of Fellegi and Sunter (1969): log2 of how much oftener a likeness stands between two spellings of one name (m) than
between two names drawn at random (u). A word that both names hold weighs by how rare it is among the names compared.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

from graph.firm_forms import is_holding, is_number
from graph.name_forms import Form, Word
from graph.name_known import (
    GENERATIONS,
    OF_MEN,
    OF_WOMEN,
    OTHERS,
    PARTICLES,
    PARTICLES_FIRST,
    PARTICLES_LAST,
    known_apart,
    may_be_chinese,
)

M: Final = {
    "same": 0.7302, "transliteration": 0.0318, "nickname": 0.0119, "initial": 0.0463, "misread": 0.0510, "sound": 0.0653,
    "shortened": 0.0034, "spelling": 0.0349, "unlike": 0.0123, "missing": 0.0129,
}  # fmt: skip
"""Of the words of two spellings of one name, the part alike in each way; see `U`."""
U: Final = {
    "transliteration": 0.00031, "nickname": 0.00116, "initial": 0.00632, "misread": 0.00013, "sound": 0.00085,
    "shortened": 0.00004, "spelling": 0.00028, "unlike": 0.89308, "missing": 0.09521,
}  # fmt: skip
"""The same of two names drawn at random; for a word in both, how frequent it is stands in its place.

Both were counted on 20,000 generated names with known errors (`tests/bench/estimate_name_weights.py`, seed 20): they follow from the mix of
errors there, which is not that of any one case.
"""
COMMON: Final = 1000
"""A word weighs as if so many more names had been seen, of which each word stands in one of five hundred."""
_USUAL: Final = 0.002
_RAREST: Final = 0.0001
"""No word counts as rarer than in one of ten thousand names."""
_NEAR: Final = 0.92
_SOUNDS_NEAR: Final = 0.6
_SLIPS: Final = frozenset(("misread", "sound", "shortened", "spelling"))
"""Likenesses by which a word of its own may be taken for another one; see `_slip`."""
_SECOND_SLIP: Final = 2.0
"""What every slip but the first adds at most: one writer seldom slips twice in a name, and two short words are soon alike."""
_LONG: Final = 6
"""Letters from which on a slip has its full weight; a word of three is a letter or two from too many others."""
AGAINST: Final = {
    "unlike": -6.0, "given": -6.0, "moved": -12.0, "generation": -12.0, "one generation": -6.0, "title": -6.0, "characters": -6.0, "number": -6.0, "holding": -6.0, "first": -3.0,
    "firm": -3.0,
}  # fmt: skip
"""What stands against a pair as a whole, added to the words' weights: those of one family share more words than chance gives them, so
a word unlike counts twice, and two given names that are known to be two count once more; a name is turned as a whole (surname first), not
word by word; and firms of one house share all but a word or a number. Set by `tests/bench/name_traps.py`.
"""
_LEAST_TOGETHER: Final = 4
"""Letters of a word that others may write as two."""
_WITH_PARTICLE: Final = 3
"""Words from which on a name may hold a particle: of two, both are names."""
_GIVEN_AND_SURNAME: Final = 2
_PATRONYMIC: Final = re.compile(r"(?:ov|ev|iv)(?:[iy]t?s?ch|na)$|i[nc]h?i?chna$")
PARTICLE: Final = {"same": 1.0, "missing": -0.5}
"""What a particle weighs: it goes with the word behind it, which has been weighed, and is left out as often as not. So is a patronymic."""
_ELDER_OR_YOUNGER: Final = frozenset(("jr", "junior", "sr", "senior", "ii", "iii"))
_WORDS: Final = {
    "transliteration": "{a} may be {b} in other letters", "nickname": "{a} and {b} are forms of one name",
    "initial": "{a} and {b}: initial", "initials": "{a} may be the initials of {b}", "misread": "{a} may be {b} misread", "sound": "{a} sounds like {b}",
    "shortened": "{a} and {b}: one is cut short", "spelling": "{a} is spelt nearly like {b}", "unlike": "{a} is not {b}",
    "moved": "the words stand in another order than that in which names are turned", "generation": "{a} and {b}: two generations", "one generation": "{a} stands in one of them only: a father and a son have one name",
    "first": "{a} stands before it: who leaves out a given name mostly leaves out a later one, and a father's name stands behind",
    "given": "two given names", "number": "a number stands in one of them only: firms of one house are numbered", "holding": "a firm that holds others bears their name", "firm": "firms of one house share all but a word",
    "several": "the initials fit {a} names", "title": "{a} and {b}: a man and a woman", "characters": "other characters of the same sound",
}  # fmt: skip


class Reason(NamedTuple):
    """One thing that speaks for or against; `weight` is log2 of how much oftener it stands between two spellings of one name."""

    kind: str
    words: str
    weight: float


Frequency = Callable[[str], float]
"""Returns in which part of the names compared a folded word stands."""


def frequency_among(counts: dict[str, int], names: int) -> Frequency:
    """Return how frequent words are among `names` names; a small case is taken to know little about it."""

    def of(folded: str) -> float:
        return max(_RAREST, (counts.get(folded, 0) + COMMON * _USUAL) / (names + COMMON))

    return of


def weight_of(kind: str) -> float:
    """Return the weight of a likeness other than `same`, whose weight depends on the word."""
    return math.log2(M[kind] / U[kind])


_WEIGHTS: Final = {kind: weight_of(kind) for kind in U}


def level(one: Word, other: Word, *, letters: bool = False) -> str:
    """Return how alike two words are, as a key of `M`; `letters` where the names are in different scripts."""
    kind = _likeness(one, other, letters=letters)
    return "unlike" if kind in _SLIPS and known_apart(one.folded, other.folded) else kind


def _likeness(one: Word, other: Word, *, letters: bool) -> str:
    a, b = one.folded, other.folded
    if a == b:
        return "same"
    if len(a) == 1 or len(b) == 1:
        return "initial" if a[0] == b[0] and not (a.isdigit() or b.isdigit()) else "unlike"
    if a.isdigit() or b.isdigit():
        return "misread" if one.misread == other.misread else "unlike"
    if (
        letters
        and one.skeleton == other.skeleton
        and not (
            one.families.isdisjoint(other.families)
            and ((one.families and other.families) or (may_be_chinese(a) and may_be_chinese(b)))
        )
    ):
        return "transliteration"
    if one.misread == other.misread:
        return "misread"
    if not one.families.isdisjoint(other.families):
        return "nickname"
    if _is_given(one) and _is_given(other):
        return "unlike"  # two given names that the tables tell apart, however near: Oleg and Olga, Gary and Mary
    return _nearness(one, other)


def _nearness(one: Word, other: Word) -> str:
    a, b = one.folded, other.folded
    shorter = min(len(a), len(b))
    if one.sound == other.sound and len(one.sound) > 1 and shorter > 2 and JaroWinkler.similarity(a, b) >= _SOUNDS_NEAR:
        return "sound"
    if shorter > 3 and a[0] == b[0] and one.skeleton == other.skeleton and len(one.skeleton) > 2:
        return "sound"
    if shorter > 2 and (a.startswith(b) or b.startswith(a)):
        return "shortened"
    return "spelling" if _spelt_alike(a, b, shorter) else "unlike"


def _spelt_alike(a: str, b: str, shorter: int) -> bool:
    if shorter < 4:
        return False
    slips = DamerauLevenshtein.distance(a, b, score_cutoff=2)
    return slips == 1 or (slips == 2 and shorter > 6) or (shorter > 4 and JaroWinkler.similarity(a, b) >= _NEAR)


class Comparer:
    """Compares many names with one another: remembers how alike their words are, since words come again."""

    def __init__(
        self, frequency: Frequency, *, counts: Mapping[str, int] | None = None, fitting: Mapping[str, int] | None = None
    ) -> None:
        self._frequency = frequency
        self._counts = counts or {}
        self._fitting = fitting or {}
        self._known: dict[tuple[str, str, bool], tuple[str, float]] = {}

    def weight(self, one: Form, other: Form, *, least: float = -math.inf) -> float:
        """Return the sum of the weights of everything that `reasons` would say; of less than `least`, perhaps not all that is against."""
        return sum(weight for _, weight, _, _ in self._aligned(one, other, least=least))

    def reasons(self, one: Form, other: Form) -> tuple[Reason, ...]:
        """Return what makes the two alike and what does not, word by word, with how the whole differs in form."""
        found = [_said(*aligned) for aligned in self._aligned(one, other)]
        return (*found, *_whole(one, other))

    def _aligned(self, one: Form, other: Form, *, least: float = -math.inf) -> list[tuple[str, float, str, str]]:
        """Pair each word with the one that it is most like, the weightiest pairs first; the rest is missing in one."""
        if joined := self._joined(one, other) or _initials(one, other) or _initials(other, one):
            return joined
        if len(one.words) != len(other.words):
            one, other = _run_together(one, other), _run_together(other, one)
        letters = one.script != other.script and "LATIN" in (one.script, other.script)
        pairs = [
            (*self._level(a, b, letters), i, j) for i, a in enumerate(one.words) for j, b in enumerate(other.words)
        ]
        here, there = _particles(one), _particles(other)
        if here or there:
            pairs = list(_without_particles(pairs, here, there))
        pairs.sort(key=lambda pair: (-pair[1], pair[2], pair[3]))
        left, right = set(range(len(one.words))), set(range(len(other.words)))
        chosen = []
        for kind, weight, i, j in pairs:
            if i in left and j in right:
                left.discard(i)
                right.discard(j)
                chosen.append((kind, weight, i, j))
        found = [(kind, weight, one.words[i].folded, other.words[j].folded) for kind, weight, i, j in _sobered(chosen)]
        missing = [("missing", _lacking(one, i, here), one.words[i].folded, "") for i in sorted(left)]
        missing += [("missing", _lacking(other, j, there), "", other.words[j].folded) for j in sorted(right)]
        if sum(weight for _, weight, _, _ in (*found, *missing)) < least:
            return found + missing
        initials = self._fitted(one, other) if any(kind == "initial" for kind, *_ in chosen) else []
        first = _first_lacking(one, left) + _first_lacking(other, right)
        return found + missing + initials + first + _of_firms(one, other, missing) + _against(one, other, chosen)

    def _fitted(self, one: Form, other: Form) -> list[tuple[str, float, str, str]]:
        """Return what speaks against initials that fit several of the names compared: each is one of so many."""
        many = max(self._fitting.get(one.key, 1), self._fitting.get(other.key, 1))
        return [("several", -math.log2(many), str(many), "")] if many > 1 else []

    def _joined(self, one: Form, other: Form) -> list[tuple[str, float, str, str]]:
        """Return the names as one word each, where only a space or a hyphen sets them apart: `Al Hassan`, `Alhassan`."""
        if len(one.words) == len(other.words):
            return []
        a, b = "".join(word.folded for word in one.words), "".join(word.folded for word in other.words)
        return [("same", math.log2(M["same"] / self._frequency(a)), a, b)] if a == b and a else []

    def _level(self, a: Word, b: Word, letters: bool) -> tuple[str, float]:
        key = (a.folded, b.folded, letters)
        known = self._known.get(key)
        if known is None:
            kind = level(a, b, letters=letters)
            weight = math.log2(M["same"] / self._frequency(a.folded)) if kind == "same" else _WEIGHTS[kind]
            if kind in _SLIPS:
                weight = self._slip(kind, weight, a.folded, b.folded)
            if kind == "nickname" and (near := _nearness(a, b)) in _SLIPS:
                weight = max(weight, self._slip(near, _WEIGHTS[near], a.folded, b.folded))
            if kind == "same" and len(a.folded) == 1:
                weight = min(weight, _WEIGHTS["initial"])
            known = self._known[key] = kind, weight
        return known

    def _slip(self, kind: str, weight: float, a: str, b: str) -> float:
        """Return what a slip weighs: less in short words, and the less the oftener both stand, since each is then a word of its own."""
        often = min(self._counts.get(a, 1), self._counts.get(b, 1))
        letters = _LONG if kind == "misread" else min(len(a), len(b), _LONG)
        return max(_WEIGHTS["missing"], weight * (letters - 2) / (_LONG - 2) - math.log2(max(1, often)))


def _sobered(chosen: Sequence[tuple[str, float, int, int]]) -> Iterator[tuple[str, float, int, int]]:
    """Yield the words that were paired, of all slips only the first with its full weight, and none where the words are turned."""
    slips = len([one for one in chosen if one[0] in _SLIPS and one[2] != one[3]])
    for kind, weight, i, j in chosen:
        if kind in _SLIPS:
            weight, slips = (min(weight, _SECOND_SLIP) if slips else weight), slips + 1
        yield kind, weight, i, j


def _first_lacking(form: Form, lacking: set[int]) -> list[tuple[str, float, str, str]]:
    """Return what speaks against a pair where the first of several given names stands in one of them only."""
    words = form.words
    if (
        0 not in lacking
        or 1 in lacking
        or len(words) <= _GIVEN_AND_SURNAME
        or not (_is_given(words[0]) and _is_given(words[1]))
    ):
        return []
    return [("first", AGAINST["first"], words[0].folded, "")]


def _run_together(form: Form, other: Form) -> Form:
    """Return a name with two words as the one that the other name writes: `Chun-mei`, `Bou Azizi`, `Kristall Torg`."""
    whole = {word.folded: word for word in other.words}
    for at, (a, b) in enumerate(pairwise(form.words)):
        word = whole.get(a.folded + b.folded)
        if word and len(word.folded) >= _LEAST_TOGETHER:
            return form._replace(words=(*form.words[:at], word, *form.words[at + 2 :]))
    return form


def _particles(form: Form) -> frozenset[int]:
    """Return where particles stand in a name: within it, and few at its beginning or end."""
    if len(form.words) < _WITH_PARTICLE or not any(word.folded in PARTICLES for word in form.words):
        return frozenset()
    last = len(form.words) - 1
    return frozenset(
        at
        for at, word in enumerate(form.words)
        if word.folded in (PARTICLES if 0 < at < last else PARTICLES_LAST if at else PARTICLES_FIRST)
    )


def _without_particles(
    pairs: Iterable[tuple[str, float, int, int]], here: frozenset[int], there: frozenset[int]
) -> Iterator[tuple[str, float, int, int]]:
    """Yield pairs of words, of particles only those that are the same, with the little that they weigh."""
    for kind, weight, i, j in pairs:
        if i not in here and j not in there:
            yield kind, weight, i, j
        elif kind == "same":
            yield kind, min(weight, PARTICLE["same"]), i, j


def _lacking(form: Form, at: int, particles: frozenset[int]) -> float:
    """Return what a word weighs that stands in one name only: little where it is a particle, a patronymic or a further initial."""
    word = form.words[at].folded
    further = at and len(form.words) > _GIVEN_AND_SURNAME
    left_out = at in particles or (further and ((len(word) == 1 and word.isalpha()) or _PATRONYMIC.search(word)))
    return PARTICLE["missing"] if left_out else _WEIGHTS["missing"]


def _of_firms(
    one: Form, other: Form, missing: Sequence[tuple[str, float, str, str]]
) -> list[tuple[str, float, str, str]]:
    """Return what speaks against two names of firms of which one has a word or a number more."""
    if not (missing and (one.firm or other.firm)):
        return []
    more = [a or b for _, _, a, b in missing]
    kind = "number" if any(map(is_number, more)) else "holding" if any(map(is_holding, more)) else "firm"
    return [(kind, AGAINST[kind], "", "")]


def _against(
    one: Form, other: Form, chosen: Sequence[tuple[str, float, int, int]]
) -> list[tuple[str, float, str, str]]:
    """Return what stands against a pair as a whole, with its weight."""
    apart = [(one.words[i], other.words[j]) for kind, _, i, j in chosen if kind == "unlike"]
    found = [("unlike", AGAINST["unlike"], "", "")] if apart else []
    if any(_is_given(a) and _is_given(b) for a, b in apart):
        found.append(("given", AGAINST["given"], "", ""))
    if not _turned(
        [(i, j) for _, _, i, j in chosen],
        reversible=all(kind == "same" for kind, *_ in chosen) and not _commas(one, other),
    ):
        found.append(("moved", AGAINST["moved"], "", ""))
    left = [set(side.left_out) | {word.folded for word in side.words} for side in (one, other)]
    generations = [" ".join(sorted(names & GENERATIONS)) if not (one.firm or other.firm) else "" for names in left]
    if all(generations) and generations[0] != generations[1]:
        found.append(("generation", AGAINST["generation"], generations[0], generations[1]))
    elif not all(generations) and (
        told := _told_apart_by(one, generations[0]) or _told_apart_by(other, generations[1])
    ):
        found.append(("one generation", AGAINST["one generation"], told, ""))
    men, women = ([names & titles for names in left] for titles in (OF_MEN, OF_WOMEN))
    for here, there in ((0, 1), (1, 0)):
        if men[here] and women[there] and not women[here] and not men[there]:
            found.append(("title", AGAINST["title"], min(men[here]), min(women[there])))
    if (
        one.script == other.script == "CJK"
        and one.written != other.written
        and _written_apart(one.written, other.written)
    ):
        found.append(("characters", AGAINST["characters"], "", ""))
    return found


def _is_given(word: Word) -> bool:
    return bool(word.families) or word.folded in OTHERS


def _told_apart_by(form: Form, generation: str) -> str:
    """Return what says which of two generations a name is of; `Sr.` before a name is a title."""
    told = _ELDER_OR_YOUNGER.intersection(generation.split()) and form.written[:2].lower() != "sr"
    return generation if told else ""


def _commas(one: Form, other: Form) -> bool:
    """Return whether a comma says which word of a name is the surname."""
    return "," in one.written or "," in other.written


def _turned(places: Sequence[tuple[int, int]], *, reversible: bool) -> bool:
    """Return whether words stand in the same order, in that order turned (surname first), or (where that may be) from last to first."""
    order = [j for _, j in sorted(places)]
    falls = sum(a > b for a, b in zip(order, [*order[1:], order[0]], strict=True)) if order else 0
    return falls <= 1 or (reversible and order == sorted(order, reverse=True))


def _written_apart(one: str, other: str) -> bool:
    return [letter for letter in one if letter.isalpha()] != [letter for letter in other if letter.isalpha()]


def _initials(short: Form, full: Form) -> list[tuple[str, float, str, str]]:
    """Return the first letters of a name as one likeness, where that is all that the other is, in capitals: `GF`, `Gary Felstead`."""
    if len(short.words) != 1 or len(full.words) < 2 or short.words[0].folded.upper() not in short.written:
        return []
    letters = "".join(word.folded[0] for word in full.words)
    if letters != short.words[0].folded:
        return []
    whole = " ".join(word.folded for word in full.words)
    return [("initials", _WEIGHTS["initial"] * len(letters), letters, whole)]


def _said(kind: str, weight: float, a: str, b: str) -> Reason:
    weight = round(weight, 1)
    if kind == "missing":
        return Reason(kind, f"{a or b} stands in one of them only", weight)
    if kind == "same":
        return Reason(kind, f"{a} in both" if a == b else f"{a} and {b}", weight)
    if kind == "unlike" and not a:
        return Reason(kind, "words of one family: one that is unlike counts twice", weight)
    return Reason(kind, _WORDS[kind].format(a=a, b=b), weight)


def _whole(one: Form, other: Form) -> list[Reason]:
    """Return how the same words stand differently; it weighs nothing, since the words have been weighed."""
    found = []
    if one.script != other.script:
        found.append(Reason("script", f"{one.script.lower()} and {other.script.lower()} letters", 0.0))
    a, b = [word.folded for word in one.words], [word.folded for word in other.words]
    if a != b and sorted(a) == sorted(b):
        found.append(Reason("order", "the same words in another order", 0.0))
    elif a == b and one.written != other.written and one.left_out == other.left_out:
        found.append(Reason("form", "they differ in case, marks or punctuation only", 0.0))
    if set(one.left_out) != set(other.left_out):
        odd = sorted(set(one.left_out) ^ set(other.left_out))
        found.append(Reason("left out", f"not compared: {', '.join(odd)}", 0.0))
    return found
