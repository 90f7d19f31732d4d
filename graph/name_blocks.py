"""Which names are worth comparing: pairs that share a key, so that all are never compared with all.

A key that too many names share gives no pair; what is left out so is counted and said. Finer keys of the same names still do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import permutations
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from graph.name_forms import Form, Word

TOO_COMMON: Final = 40
"""Names that may share a key; 780 pairs at most."""
MOST_PAIRS: Final = 1_500_000
"""Pairs compared at most, those of the rarest keys first."""
_SHOWN: Final = 5
_ORDERED: Final = 4
"""Words of which each two are a key, in both orders; of a longer name the first and the last ones."""

Pairs = npt.NDArray[np.int64]


class TooCommon(NamedTuple):
    """A key that too many names share for each two of them to be compared."""

    key: str
    names: int


class Blocks(NamedTuple):
    """The pairs worth comparing, and what was left out."""

    pairs: Pairs
    """Two columns: positions in the sequence given, the lower first; in order."""
    too_common: tuple[TooCommon, ...]
    """The keys that most names share."""
    keys_left_out: int
    names_left_out: int
    """Names of which at least one key was left out."""
    pairs_left_out: int
    """Of keys that were not too common, pairs beyond `MOST_PAIRS`; one that several keys give counts several times."""


def blocks(forms: Sequence[Form], *, too_common: int = TOO_COMMON, most_pairs: int = MOST_PAIRS) -> Blocks:
    """Return the pairs of names that share a key, each once, in order; the time is near linear in the names."""
    by_key: dict[str, list[int]] = {}
    for at, form in enumerate(forms):
        for key in set(keys(form)):
            by_key.setdefault(key, []).append(at)
    shared = [(key, members) for key, members in by_key.items() if len(members) > 1]
    crowded = sorted(
        ((len(held), key) for key, held in shared if len(held) > too_common), key=lambda one: (-one[0], one[1])
    )
    fitting = [held for key, held in shared if len(held) <= too_common and _worth(key, held, forms)]
    fitting.sort(key=lambda held: (len(held), held))
    pairs, beyond = _pairs(fitting, most_pairs, names=len(forms))
    touched = {at for _, key in crowded for at in by_key[key]}
    return Blocks(
        pairs, tuple(TooCommon(_said(key), many) for many, key in crowded[:_SHOWN]), len(crowded), len(touched), beyond
    )


def _worth(key: str, held: Sequence[int], forms: Sequence[Form]) -> bool:
    """Return whether names are compared by a key: by one word or by initials alone only with a name that is no more than that."""
    return key[0] not in "wi" or any(len(forms[at].words) == 1 for at in held)


def keys(form: Form) -> Iterator[str]:
    """Yield what a name is looked up by: all its words; each word with the beginning, end or family of another."""
    words = form.words
    if not words:
        return
    yield f"= {form.key}"
    yield f"+ {''.join(word.folded for word in words)}"
    yield f"t {' '.join(sorted(word.skeleton for word in words))}"
    for word in words:
        yield f"w {word.folded}"
    if initials := initials_of(form) or (
        words[0].folded if len(words) == 1 and len(words[0].folded) <= _ORDERED else ""
    ):
        yield f"i {initials}"
    if len(words) > _ORDERED:
        words = (*words[:2], *words[-2:])
    for one, other in permutations(words, 2):
        yield from _of_two(one, other)


def initials_of(form: Form) -> str:
    """Return the first letters of a name of two to four words, in order; nothing for another one."""
    return "".join(word.folded[0] for word in form.words) if 1 < len(form.words) <= _ORDERED else ""


def _of_two(one: Word, other: Word) -> Iterator[str]:
    if len(one.folded) < 2:
        return
    begins = other.misread[0]
    yield f"s {one.sound} {begins}"
    yield f"m {one.misread} {begins}"
    yield f"u {one.sound} {other.sound[:1]}"
    if len(one.skeleton) > 1:
        yield f"k {one.skeleton} {other.skeleton[:1]}"
        yield f"l {one.skeleton} {other.skeleton[-2:]}"
    if len(other.folded) > 1:
        yield f"b {one.folded} {other.folded[:2]}"
        yield f"e {one.folded} {other.folded[-2:]}"
        yield from (f"n {one.sound} {family}" for family in other.families)
    if len(one.skeleton) > 1:
        yield from (f"f {one.skeleton[-2:]} {family}" for family in other.families)


def _pairs(held: Sequence[Sequence[int]], most: int, *, names: int) -> tuple[Pairs, int]:
    """Return the pairs within each group, each once; `held` begins with the smallest groups."""
    by_size: dict[int, list[Sequence[int]]] = {}
    for group in held:
        by_size.setdefault(len(group), []).append(group)
    found, room, beyond = [np.empty(0, dtype=np.int64)], most, 0
    for size, groups in by_size.items():
        each = size * (size - 1) // 2
        fit = min(len(groups), room // each)
        beyond += (len(groups) - fit) * each
        room -= fit * each
        if fit:
            left, right = np.triu_indices(size, 1)
            members = np.array(groups[:fit], dtype=np.int64)
            found.append((members[:, left] * names + members[:, right]).ravel())
    once = np.unique(np.concatenate(found))  # a pair as one number: a tenth of the time that rows take
    return np.stack(np.divmod(once, max(1, names)), axis=1), beyond


_KEYS: Final = {
    "=": "the words {}", "+": "the letters {}", "t": "the consonants {}", "w": "the word {}", "i": "the initials {}", "s": "the sound {}, and a word in {}",
    "m": "{}, and a word in {}", "u": "the sound {}, and a word that sounds as {}", "k": "the consonants {}, and a word in {}", "l": "the consonants {}, and a word that ends in {}", "b": "{}, and a word that begins with {}",
    "e": "{}, and a word that ends in {}", "n": "the sound {}, and a given name of one family", "f": "the last consonants {}, and a given name of one family",
}  # fmt: skip


def _said(key: str) -> str:
    kind, *rest = key.split(" ")
    said = _KEYS[kind]
    return said.format(*rest) if said.count("{}") == 2 else said.format(" ".join(rest[: 1 if kind in "nf" else None]))
