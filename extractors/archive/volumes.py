"""What a file's name says about the archive it is a volume of, and about the database it belongs to."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Final, Literal, TypeAlias

import msgspec

Scheme: TypeAlias = Literal["cut", "part", "zip", "rar"]
_PATTERNS: Final[tuple[tuple[Scheme, re.Pattern[str], int], ...]] = (
    ("part", re.compile(r"(?P<stem>.+)\.part(?P<number>\d{1,5})\.rar"), 0),
    ("cut", re.compile(r"(?P<stem>.+)\.(?P<number>\d{3,5})"), 0),
    ("zip", re.compile(r"(?P<stem>.+)\.z(?P<number>\d{2,4})"), 0),
    ("rar", re.compile(r"(?P<stem>.+)\.r(?P<number>\d{2,3})"), 2),
)
"""How programs name volumes, and what is added to their number so that the first is 1."""
COMPANIONS: Final = {"-wal": "write-ahead log", "-shm": "shared-memory index", "-journal": "rollback journal"}
"""What SQLite puts beside a database (https://sqlite.org/tempfiles.html)."""


class Volume(msgspec.Struct, frozen=True, kw_only=True):
    """One volume of a split archive, by its name."""

    stem: str
    scheme: Scheme
    number: int
    """From 1, in the order of the bytes. Of a zip the last volume is `stem.zip`, which has no number of its own."""


def volume_of(name: str) -> Volume | None:
    """Return which volume a file name (without folders) says it is; None where it says nothing of the kind."""
    for scheme, pattern, more in _PATTERNS:
        if (match := pattern.fullmatch(name.casefold())) is not None:
            return Volume(stem=match["stem"], scheme=scheme, number=int(match["number"]) + more)
    return None


def first_name(volume: Volume, names: Collection[str]) -> str:
    """Return the name of the volume with which its archive is opened, where it is among `names` (casefolded); or ''."""
    if volume.scheme in ("zip", "rar"):
        wanted = f"{volume.stem}.{volume.scheme}"
        return wanted if wanted in names else ""
    return next((name for name in names if _same(volume_of(name), volume, number=1)), "")


def other_volumes(name: str, names: Iterable[str]) -> list[str]:
    """Return the further volumes among `names` of the archive that `name` opens, in order; all casefolded."""
    mine = volume_of(name)
    if mine is not None and (mine.number != 1 or mine.scheme in ("zip", "rar")):
        return []
    if mine is None:
        stem, _, ending = name.casefold().rpartition(".")
        if ending not in ("zip", "rar") or not stem:
            return []
        scheme: Scheme = "zip" if ending == "zip" else "rar"
        mine = Volume(stem=stem, scheme=scheme, number=0)
    found = [
        (other.number, one)
        for one in names
        if (other := volume_of(one)) is not None
        and (other.stem, other.scheme) == (mine.stem, mine.scheme)
        and other.number != mine.number
    ]
    return [one for _, one in sorted(found)]


def missing_volumes(name: str, others: Iterable[str]) -> list[int]:
    """Return the numbers that are missing between the volumes given; the last cannot be told from names."""
    known = {volume.number for one in others if (volume := volume_of(one)) is not None}
    mine = volume_of(name)
    first = 1 if mine is not None or name.casefold().endswith(".rar") else 0
    present = known | ({first} if first else set())
    return [number for number in range(1, max(present, default=0)) if number not in present]


def in_order(name: str, others: Iterable[str]) -> list[str]:
    """Return the names of all volumes in the order of their bytes: a zip's own name comes last."""
    numbered = [(volume.number, volume.scheme, one) for one in others if (volume := volume_of(one.casefold()))]
    ordered = [one for *_, one in sorted(numbered)]
    if any(scheme == "zip" for _, scheme, _ in numbered):
        return [*ordered, name]
    return [name, *ordered]


def base_of_companion(name: str) -> tuple[str, str]:
    """Return (the database's name, what this is to it) of a file that SQLite puts beside one; empty where it is none."""
    return next(
        ((name[: -len(ending)], what) for ending, what in COMPANIONS.items() if name.endswith(ending)), ("", "")
    )


def _same(one: Volume | None, other: Volume, *, number: int) -> bool:
    return one is not None and (one.stem, one.scheme, one.number) == (other.stem, other.scheme, number)
