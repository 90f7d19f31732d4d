"""Passages that recur: MinHash over runs of five words finds candidates, the runs themselves decide.

Of two passages that share half of their runs, the 48 bands of three miss two in a thousand, of those that share more, fewer.

A. Broder, "On the resemblance and containment of documents", 1997. Hashes and permutations are fixed: the same passages give
the same groups on every machine.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

RUN: Final = 5
FEWEST_WORDS: Final = 12
LONGEST_WORDS: Final = 2_000
ALIKE: Final = 0.5
_BANDS: Final = 48
_ROWS: Final = 3
_CROWD: Final = 200
_WORD: Final = re.compile(r"\w+")
_PARAGRAPH: Final = re.compile(r"\n\s*\n")

Hashes = npt.NDArray[np.uint64]


class Passage(NamedTuple):
    """A paragraph of a segment, with the hashes of its runs of words."""

    segment: str
    file: str
    """Digest of the file it stands in."""
    text: str
    runs: Hashes


class Group(NamedTuple):
    """Passages alike, and how alike the least alike two of those compared are, 0 to 1."""

    passages: tuple[Passage, ...]
    least: float


def passages(segments: Iterable[tuple[str, str, str]]) -> list[Passage]:
    """Return the paragraphs of twelve words and more of segments (id, file, text)."""
    made = []
    for segment, file, text in segments:
        for paragraph in _PARAGRAPH.split(text):
            words = _WORD.findall(paragraph.casefold())[:LONGEST_WORDS]
            if len(words) >= FEWEST_WORDS:
                made.append(Passage(segment, file, paragraph.strip(), _runs(words)))
    return made


@lru_cache(maxsize=500_000)
def _hash(word: str) -> int:
    return int.from_bytes(hashlib.blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")


def _runs(words: Sequence[str]) -> Hashes:
    hashes = np.array([_hash(word) for word in words], np.uint64)
    mixed = np.zeros(len(words) - RUN + 1, np.uint64)
    for place in range(RUN):
        mixed = mixed * np.uint64(0x9E3779B97F4A7C15) + hashes[place : place + len(mixed)]
        mixed ^= mixed >> np.uint64(29)
    return np.unique(mixed)


def _permutations() -> tuple[Hashes, Hashes]:
    drawn = np.random.default_rng(1997).integers(1, 2**63, size=(2, _BANDS * _ROWS), dtype=np.uint64)
    return drawn[0] | np.uint64(1), drawn[1]


_TIMES, _PLUS = _permutations()


def signature(runs: Hashes) -> Hashes:
    """Return the least hash under each of 144 permutations."""
    mixed = runs[:, None] * _TIMES[None, :] + _PLUS[None, :]
    mixed ^= mixed >> np.uint64(31)
    least: Hashes = mixed.min(axis=0)
    return least


def alike(one: Hashes, other: Hashes) -> float:
    """Return the share of runs in both of those in either."""
    both = len(np.intersect1d(one, other, assume_unique=True))
    return both / (len(one) + len(other) - both)


def groups(found: Sequence[Passage]) -> tuple[list[Group], int]:
    """Return groups of alike passages of different files, and how many stand in a crowd too large to compare within."""
    root = list(range(len(found)))
    shares: dict[tuple[int, int], float] = {}
    crowded: set[int] = set()
    for members in _candidates(found):
        if len(members) > _CROWD:
            crowded.update(members[_CROWD:])
        _compare(found, members[:_CROWD], root, shares)
    gathered: dict[int, list[int]] = {}
    for place in range(len(found)):
        gathered.setdefault(_top(root, place), []).append(place)
    least: dict[int, float] = {}
    for (one, _), share in shares.items():
        if share >= ALIKE:
            top = _top(root, one)
            least[top] = min(share, least.get(top, 1.0))
    made = [
        Group(tuple(found[place] for place in places), least[top])
        for top, places in gathered.items()
        if top in least and len({found[place].file for place in places}) > 1
    ]
    return sorted(made, key=lambda group: (-len(group.passages), group.passages[0].segment)), len(crowded)


def _candidates(found: Sequence[Passage]) -> Iterator[list[int]]:
    """Yield the places of passages that have a band of their signatures in common, band by band."""
    if not found:
        return
    signed = np.stack([signature(passage.runs) for passage in found])
    for first in range(0, _BANDS * _ROWS, _ROWS):
        key = np.zeros(len(found), np.uint64)
        for row in range(first, first + _ROWS):
            key = key * np.uint64(0x9E3779B97F4A7C15) + signed[:, row]
            key ^= key >> np.uint64(29)
        order = np.argsort(key, kind="stable")
        ends = np.flatnonzero(np.append(key[order][1:] != key[order][:-1], True)) + 1
        begins = np.append(0, ends[:-1])
        for begin, end in zip(begins[ends - begins > 1], ends[ends - begins > 1], strict=True):
            yield [int(place) for place in order[begin:end]]


def _compare(
    found: Sequence[Passage], members: Sequence[int], root: list[int], shares: dict[tuple[int, int], float]
) -> None:
    """Join each member to the first one, and to every other that is not joined yet, where their runs say so."""
    for index, one in enumerate(members):
        for other in members[index + 1 :]:
            if (one, other) in shares or _top(root, one) == _top(root, other):
                continue
            share = shares[one, other] = alike(found[one].runs, found[other].runs)
            if share >= ALIKE:
                low, high = sorted((_top(root, one), _top(root, other)))
                root[high] = low


def _top(root: list[int], place: int) -> int:
    while root[place] != place:
        root[place] = root[root[place]]
        place = root[place]
    return place
