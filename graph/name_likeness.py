"""How alike two names are spelt, word by word, with the weight of each reason; never how likely two people are one.

A weight is that of Fellegi and Sunter (1969): log2 of how much oftener a likeness stands between two spellings of one name (m) than
between two names drawn at random (u). A word that both names hold weighs by how rare it is among the names compared.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final, NamedTuple

from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

from graph.name_forms import Form, Word

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
_WORDS: Final = {
    "transliteration": "{a} may be {b} in other letters", "nickname": "{a} and {b} are forms of one name",
    "initial": "{a} and {b}: initial", "initials": "{a} may be the initials of {b}", "misread": "{a} may be {b} misread", "sound": "{a} sounds like {b}",
    "shortened": "{a} and {b}: one is cut short", "spelling": "{a} is spelt nearly like {b}", "unlike": "{a} is not {b}",
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
    a, b = one.folded, other.folded
    if a == b:
        return "same"
    if a.isdigit() or b.isdigit():
        return "misread" if one.misread == other.misread else "unlike"
    if len(a) == 1 or len(b) == 1:
        return "initial" if one.misread[0] == other.misread[0] else "unlike"
    if letters and one.skeleton == other.skeleton:
        return "transliteration"
    if one.misread == other.misread:
        return "misread"
    if not one.families.isdisjoint(other.families):
        return "nickname"
    if one.families and other.families:
        return "unlike"  # two given names that the table tells apart, however near: Oleg and Olga, Gary and Mary
    return _nearness(one, other)


def _nearness(one: Word, other: Word) -> str:
    a, b = one.folded, other.folded
    shorter = min(len(a), len(b))
    if one.sound == other.sound and len(one.sound) > 1 and shorter > 2:
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

    def __init__(self, frequency: Frequency) -> None:
        self._frequency = frequency
        self._known: dict[tuple[str, str, bool], tuple[str, float]] = {}

    def weight(self, one: Form, other: Form) -> float:
        """Return the sum of the weights of everything that `reasons` would say."""
        return sum(weight for _, weight, _, _ in self._aligned(one, other))

    def reasons(self, one: Form, other: Form) -> tuple[Reason, ...]:
        """Return what makes the two alike and what does not, word by word, with how the whole differs in form."""
        found = [_said(*aligned) for aligned in self._aligned(one, other)]
        return (*found, *_whole(one, other))

    def _aligned(self, one: Form, other: Form) -> list[tuple[str, float, str, str]]:
        """Pair each word with the one that it is most like, the weightiest pairs first; the rest is missing in one."""
        if joined := self._joined(one, other) or _initials(one, other) or _initials(other, one):
            return joined
        letters = one.script != other.script and "LATIN" in (one.script, other.script)
        pairs = [
            (*self._level(a, b, letters), i, j) for i, a in enumerate(one.words) for j, b in enumerate(other.words)
        ]
        pairs.sort(key=lambda pair: (-pair[1], pair[2], pair[3]))
        left, right = set(range(len(one.words))), set(range(len(other.words)))
        found = []
        for kind, weight, i, j in pairs:
            if i in left and j in right:
                left.discard(i)
                right.discard(j)
                found.append((kind, weight, one.words[i].folded, other.words[j].folded))
        rest = [(one.words[i].folded, "") for i in sorted(left)] + [("", other.words[j].folded) for j in sorted(right)]
        return found + [("missing", _WEIGHTS["missing"], a, b) for a, b in rest]

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
            if kind == "same" and len(a.folded) == 1:
                weight = min(weight, _WEIGHTS["initial"])
            known = self._known[key] = kind, weight
        return known


def _initials(short: Form, full: Form) -> list[tuple[str, float, str, str]]:
    """Return the first letters of a name as one likeness, where that is all that the other is, in capitals: `GF`, `Gary Felstead`."""
    if len(short.words) != 1 or len(full.words) < 2 or not short.written.isupper():
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
