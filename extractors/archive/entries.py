"""What an archive lists: its entries, in words that are the same for every kind of archive."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from time import localtime
from typing import Final, Literal, Protocol, TypeAlias

import msgspec

from evidence.errors import Unreadable
from evidence.intake import display

EntryKind: TypeAlias = Literal["file", "folder", "link", "device"]
LONGEST_PATH: Final = 1_000
"""Characters kept of a path; a longer one is cut and ends in an ellipsis."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that an archive lists."""

    number: int
    """From 1, in the archive's own order."""
    path: str
    """As stored, in display form: with `..` or a leading slash where it has them."""
    kind: EntryKind = "file"
    size_bytes: int = -1
    """As the archive states it; -1 where it does not."""
    modified: str = ""
    """As stored: with `Z` where the format counts in UTC, without a zone where it keeps wall time."""
    target: str = ""
    """What a link points to."""
    locked: bool = False
    comment: str = ""
    wrong: str = ""
    """Why its bytes are not to be had, where that is known before they are read."""


class Locked(Unreadable):
    """An entry is encrypted and no password opens it."""


class Damaged(Unreadable):
    """An entry's bytes are not what the archive states; the others may be."""


class BrokenOff(Unreadable):
    """The archive cannot be read any further; what came before stands."""


Chunks: TypeAlias = Callable[[], Iterator[bytes]]
"""Gives an entry's bytes piece by piece, once; raises Locked, Damaged or BrokenOff."""


class Opened(Protocol):
    """An archive that was opened."""

    @property
    def kind(self) -> str:
        """What it is, for people: `zip`, `7-Zip`."""
        ...

    @property
    def skips(self) -> bool:
        """Whether an entry can be left without unpacking it, so that what stands behind a bomb is still had."""
        ...

    @property
    def facts(self) -> dict[str, str]:
        """What it says of itself (its comment), and with what it was opened."""
        ...

    def entries(self) -> Iterator[tuple[Entry, Chunks]]:
        """Yield every entry with the way to its bytes, which holds until the next. Raises BrokenOff."""
        ...


def shown(path: bytes) -> str:
    """Return a stored path in display form, at most `LONGEST_PATH` characters; never empty."""
    text = display(path)
    return (text if len(text) <= LONGEST_PATH else text[: LONGEST_PATH - 1] + "…") or "(no name)"


def shown_text(path: str) -> str:
    """Return a path that was decoded already, likewise."""
    return shown(path.encode("utf-8", "surrogateescape" if _undecoded(path) else "replace"))


def _undecoded(path: str) -> bool:
    return any("\udc80" <= character <= "\udcff" for character in path)


def in_utc(seconds: int) -> str:
    """Return a time that the format counts in UTC; empty where it is beyond the calendar."""
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%SZ")
    except (OverflowError, ValueError, OSError):
        return ""


def on_the_wall(seconds: int) -> str:
    """Return the wall time that a library turned into Unix time by this machine's zone."""
    try:
        return "{:04d}-{:02d}-{:02d} {:02d}:{:02d}:{:02d}".format(*localtime(seconds)[:6])
    except (OverflowError, ValueError, OSError):
        return ""
