"""Pictures that look alike: exhibits grouped by the perceptual hashes of their pictures.

A likeness of pictures is not an identification of what, where or whom they show; nothing here looks at faces.
"""

from __future__ import annotations

from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

from graph.project import Graph
from graph.rows import Row, fetch

PHASH, PHASH_FINE = "phash", "phash_256"
"""Names of the unit facts that hold the hashes, as the readers of pictures write them."""
NEAR: Final = 6
"""Bits of 64 by which two pictures may differ and still count as near."""
_FINE: Final = 4
"""The 256 bits may differ by so many times as much."""
_ROWS_AT_ONCE: Final = 128
_PICTURES = f"""
SELECT unit.exhibit, unit.unit_kind, unit.unit, unit.facts, whole.name, whole.size_bytes, whole.sha256
FROM unit JOIN exhibit AS whole ON whole.number = unit.exhibit
WHERE contains(unit.facts, '"{PHASH}"') ORDER BY whole.ord, unit.unit_kind, unit.unit
"""  # noqa: S608 - built from our own constants

Words = npt.NDArray[np.uint64]


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """One picture: a page of an exhibit, or a frame of a film."""

    exhibit: str
    unit_kind: str
    unit: int
    name: str
    sha256: str
    size_bytes: int
    pixels: str = ""
    taken: str = ""
    """By the camera's own clock, as written; or the milliseconds at which a frame stands in its film."""
    taken_with: str = ""
    phash: str
    phash_256: str = ""
    distance: int = 0
    """Bits of 64 by which it differs from the first of its group."""


class Likeness(msgspec.Struct, frozen=True, kw_only=True):
    """Pictures that look alike, in the order of their exhibits."""

    pictures: tuple[Picture, ...]
    same_file: bool
    """All of them are the same bytes."""


def groups(graph: Graph, *, near: int = NEAR) -> tuple[Likeness, ...]:
    """Return groups of two pictures and more, each at most `near` bits from another of its group, largest first.

    Frames of one film, and pages of one exhibit, are no group by themselves. Pictures without structure have no hash and
    are in no group.
    """
    pictures = [_picture(row) for row in fetch(graph.conn, _PICTURES, {})]
    gathered: dict[int, list[Picture]] = {}
    for picture, group in zip(pictures, _grouped(pictures, near), strict=True):
        gathered.setdefault(group, []).append(picture)
    made = [_likeness(held) for held in gathered.values() if len({one.exhibit for one in held}) > 1]
    return tuple(sorted(made, key=lambda group: -len(group.pictures)))


def _picture(row: Row) -> Picture:
    facts: dict[str, str] = msgspec.json.decode(row["facts"])
    frame = f"at {facts['at_ms']} ms" if "at_ms" in facts else ""
    return Picture(
        exhibit=row["exhibit"],
        unit_kind=row["unit_kind"],
        unit=row["unit"],
        name=row["name"],
        sha256=row["sha256"],
        size_bytes=row["size_bytes"],
        pixels=facts.get("pixels", ""),
        taken=facts.get("taken", frame),
        taken_with=facts.get("taken_with", ""),
        phash=facts[PHASH],
        phash_256=facts.get(PHASH_FINE, ""),
    )


def _likeness(pictures: list[Picture]) -> Likeness:
    first = int(pictures[0].phash, 16)
    placed = tuple(msgspec.structs.replace(one, distance=(int(one.phash, 16) ^ first).bit_count()) for one in pictures)
    return Likeness(pictures=placed, same_file=len({one.sha256 for one in placed}) == 1)


# --- grouping ------------------------------------------------------------------------------------------------------


def _grouped(pictures: list[Picture], near: int) -> list[int]:
    """Return the group of each picture, as the place of its first member among the distinct hashes."""
    keys = [(one.phash, one.phash_256) for one in pictures]
    distinct = list(dict.fromkeys(keys))
    if not distinct:
        return []
    coarse = np.array([[int(key[0], 16)] for key in distinct], np.uint64)
    fine = np.array([_four(key[1]) for key in distinct], np.uint64)
    root = list(range(len(distinct)))
    for at in range(0, len(distinct), _ROWS_AT_ONCE):
        rows = slice(at, at + _ROWS_AT_ONCE)
        alike = (_apart(coarse[rows], coarse) <= near) & (_apart(fine[rows], fine) <= _FINE * near)
        for one, other in np.argwhere(alike):
            _join(root, at + int(one), int(other))
    place = {key: _top(root, at) for at, key in enumerate(distinct)}
    return [place[key] for key in keys]


def _four(hexadecimal: str) -> list[int]:
    padded = hexadecimal.rjust(64, "0")
    return [int(padded[at : at + 16], 16) for at in range(0, 64, 16)]


def _apart(some: Words, all_of_them: Words) -> npt.NDArray[np.int64]:
    """Return by how many bits each of `some` differs from each of all."""
    total = np.zeros((len(some), len(all_of_them)), np.int64)
    for column in range(some.shape[1]):
        total += np.bitwise_count(some[:, column, None] ^ all_of_them[None, :, column])
    return total


def _top(root: list[int], at: int) -> int:
    while root[at] != at:
        root[at] = root[root[at]]
        at = root[at]
    return at


def _join(root: list[int], one: int, other: int) -> None:
    low, high = sorted((_top(root, one), _top(root, other)))
    root[high] = low
