"""Taking files out of an archive: what becomes of each entry, within limits that a hostile archive cannot move."""

from __future__ import annotations

import errno
from collections import Counter
from pathlib import Path
from typing import Final

import msgspec

from evidence.errors import Unreadable
from evidence.records import Child
from extractors.archive.entries import BrokenOff, Chunks, Damaged, Entry, Locked, Opened
from extractors.archive.limits import BOMB_BYTES, BOMB_RATIO, BOMBS, LISTED_AT_MOST
from extractors.protocols import Limits

TAKEN: Final = "taken"
_TOO_LARGE: Final = "beyond the limit of bytes"
BOMB: Final = f"not unpacked: the archive would come to more than {BOMB_RATIO} times its own size"


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """One entry and what became of it."""

    entry: Entry
    name: str
    """Its path, with ` (2)` where the archive lists the same path again."""
    fate: str
    """`taken`, `a folder`, `encrypted`, `damaged: …`."""


class Take(msgspec.Struct, kw_only=True):
    """All that came of one archive."""

    listed: list[Taken] = []
    children: list[Child] = []
    fates: Counter[str] = msgspec.field(default_factory=Counter)
    """How many files there are by what became of them, in a word: `taken`, `encrypted`, `damaged` …"""
    entries: int = 0
    size_bytes: int = 0
    stopped: str = ""
    """Why reading ended before the archive did."""


class Taker:
    """Writes entries to the scratch folder under names of its own, so that no path of theirs is ever used."""

    def __init__(self, scratch: Path, *, limits: Limits, archive_bytes: int) -> None:
        self._scratch = scratch
        self._limits = limits
        self._most = max(BOMB_BYTES, BOMB_RATIO * archive_bytes)
        self._poured = 0
        """Bytes that were unpacked and thrown away."""
        self._skips = False
        self._names: Counter[str] = Counter()
        self.take = Take()

    def all_of(self, opened: Opened) -> Take:
        """Go through an archive; what was taken before it breaks off stays. Raises Unreadable where nothing is listed."""
        self._skips = opened.skips
        try:
            for entry, chunks in opened.entries():
                self._one(entry, chunks)
                if self.take.stopped:
                    break
        except BrokenOff as error:
            self.take.stopped = f"it cannot be read any further: {error.what}"
        except Unreadable as error:
            if not self.take.entries:
                raise
            self.take.stopped = f"it cannot be read any further: {error.what}"
        return self.take

    def _one(self, entry: Entry, chunks: Chunks) -> None:
        self.take.entries += 1
        name = self._name(entry)
        fate = self._fate(entry, name, chunks)
        if entry.kind == "file":
            self.take.fates[fate.partition(":")[0]] += 1
        if len(self.take.listed) < LISTED_AT_MOST:
            self.take.listed.append(Taken(entry=entry, name=name, fate=fate))

    def _name(self, entry: Entry) -> str:
        self._names[entry.path] += entry.kind == "file"
        again = self._names[entry.path]
        return f"{entry.path} ({again})" if again > 1 and entry.kind == "file" else entry.path

    def _fate(self, entry: Entry, name: str, chunks: Chunks) -> str:
        if entry.kind != "file":
            what = {"folder": "a folder", "device": "a device or pipe, not taken"}.get(
                entry.kind, "a link, not followed"
            )
            return f"{what}: {entry.target}" if entry.target else what
        if entry.wrong:
            return f"damaged: {entry.wrong}"
        if len(self.take.children) >= self._limits.children:
            return "beyond the limit of files"
        if self.take.size_bytes + max(entry.size_bytes, 0) > self._limits.child_bytes:
            return _TOO_LARGE
        try:
            return self._taken(entry, name, chunks)
        except Locked:
            return "encrypted"
        except Damaged as error:
            return f"damaged: {error.what}"
        except BrokenOff as error:
            self.take.stopped = f"it cannot be read any further: {error.what}"
            return f"damaged: {error.what}"

    def _taken(self, entry: Entry, name: str, chunks: Chunks) -> str:
        target = self._scratch / f"entry-{entry.number}"
        held, whole = 0, False
        try:
            with target.open("wb") as writing:
                for chunk in chunks():
                    held += len(chunk)
                    if refused := self._refused(held):
                        return refused
                    writing.write(chunk)
            whole = True
        except OSError as error:
            if error.errno != errno.EFBIG:
                raise  # a full disk is no fault of the entry's
            return _TOO_LARGE
        finally:
            if not whole:
                target.unlink(missing_ok=True)
        self.take.size_bytes += held
        self.take.children.append(Child(inner_path=name, scratch_name=target.name))
        return TAKEN

    def _refused(self, held: int) -> str:
        total = self.take.size_bytes + held
        if total > self._most:
            self._poured += held
            if not self._skips or self._poured > BOMBS * self._most:
                self.take.stopped = "reading stopped there: what follows is neither listed nor counted"
            return BOMB
        return _TOO_LARGE if total > self._limits.child_bytes else ""
