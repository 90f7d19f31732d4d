"""Names laid side by side: which pairs are spelt alike, the most alike first."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Container, Iterable, Sequence
from itertools import product
from typing import Final, NamedTuple

from graph.name_blocks import MOST_PAIRS, TOO_COMMON, Blocks, blocks
from graph.name_forms import Form, form
from graph.name_likeness import Comparer, frequency_among

LEAST: Final = 5.0
"""No pair of less weight is offered: a word of average rarity in both, one word missing in one of them."""
_ROOM: Final = 2.0
_ABBREVIATED: Final = 4


def least_weight(names: int) -> float:
    """Return the weight from which two of so many names count as alike.

    If every name had one other spelling among them, two drawn at random would be a pair once in that many: log2 of it is where the
    odds are even. A person decides, so what is four times less likely is offered too.
    """
    return max(LEAST, math.log2(max(2, names)) - _ROOM)


class Alike(NamedTuple):
    """The pairs that are spelt alike, with all that is needed to say why."""

    forms: list[Form]
    pairs: list[tuple[float, int, int]]
    """Weight, and the positions of both names; the weightiest first, then as the names are spelt."""
    blocks: Blocks
    comparer: Comparer


def alike(
    names: Sequence[str],
    *,
    firms: Container[int] = (),
    least: float | None = None,
    beside: Iterable[tuple[int, int]] = (),
    too_common: int = TOO_COMMON,
    most_pairs: int = MOST_PAIRS,
) -> Alike:
    """Return which names are spelt alike, of weight `least` (else `least_weight`) and more; pairs in `beside` are kept whatever they weigh.

    `firms`: the positions of those that are known to be names of firms. The same names in any order give the same pairs, but for those of keys that stand at the limit of `most_pairs`.
    """
    forms = [form(name, firm=at in firms) for at, name in enumerate(names)]
    found = blocks(forms, too_common=too_common, most_pairs=most_pairs)
    comparer = comparer_of(forms)
    least = least_weight(len(names)) if least is None else least
    kept = {}
    for one, other in found.pairs.tolist():
        weight = comparer.weight(forms[one], forms[other], least=least)
        if weight >= least:
            kept[one, other] = weight
    for one, other in beside:
        if (one, other) not in kept and forms[one].words and forms[other].words:
            kept[one, other] = comparer.weight(forms[one], forms[other])
    pairs = [(weight, one, other) for (one, other), weight in kept.items()]
    pairs.sort(key=lambda pair: (-pair[0], *sorted((names[pair[1]], names[pair[2]])), pair[1], pair[2]))
    return Alike(forms, pairs, found, comparer)


def comparer_of(forms: Sequence[Form]) -> Comparer:
    """Return a comparer that knows how frequent the words of these names are among them, and how many names fit each one's initials."""
    counts = Counter(word for form in forms for word in {word.folded for word in form.words})
    return Comparer(frequency_among(counts, len(forms)), counts=counts, fitting=_fitting(forms))


def _fitting(forms: Sequence[Form]) -> dict[str, int]:
    """Return by the key of each name with initials how many different full names they fit."""
    short = {one.key for one in forms if any(len(word.folded) == 1 for word in one.words)}
    fitting: dict[str, set[str]] = {key: set() for key in short}
    for one in forms if short else ():
        words = [word.folded for word in one.words]
        if 1 < len(words) <= _ABBREVIATED and one.key not in short:
            for kept in product((True, False), repeat=len(words)):
                key = " ".join(sorted(word if whole else word[0] for word, whole in zip(words, kept, strict=True)))
                if key in fitting:
                    fitting[key].add(one.key)
    return {key: len(names) for key, names in fitting.items()}
