"""Encrypted 7z and RAR archives, through the 7-Zip program where one is installed.

It is started with an argument list and no shell; the password goes in by standard input, so that no list of processes shows
it. Nothing is unpacked to disk by it: it writes all files to its output one after another, and its own listing says where
one ends. Every file is checked against the CRC of the listing.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import time
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Final

from evidence.errors import Unreadable
from extractors.archive.entries import BrokenOff, Chunks, Damaged, Entry, EntryKind, Locked, shown_text
from extractors.protocols import Availability

_PROGRAMS: Final = ("7zz", "7z", "7za")
_CHUNK: Final = 256 << 10
_LISTING_BYTES: Final = 256 << 20
_SECONDS: Final = 600
_ENVIRONMENT: Final = os.environ | {"TZ": "UTC"}
"""It lists times in the machine's own zone."""


def program() -> str:
    """Return the path of the 7-Zip program; empty where none is installed."""
    return next((found for name in _PROGRAMS if (found := shutil.which(name))), "")


def available() -> Availability:
    """Return whether the 7-Zip program is there, for `casegraph doctor`."""
    found = program()
    if not found:
        return Availability(
            engine="7-Zip program",
            available=False,
            detail="not installed: encrypted 7z and RAR archives stay `skipped(encrypted)`, whatever the password",
            next_step="install the system package 7zip (and 7zip-rar for RAR)",
        )
    return Availability(
        engine="7-Zip program", available=True, detail=f"{Path(found).name}: encrypted 7z and RAR archives"
    )


def opening(path: Path, passwords: Sequence[str], *, seconds: float) -> int:
    """Return the number, from 0, of the password that opens the archive; -1 where none does in that time."""
    until = time.monotonic() + seconds
    for number, password in enumerate(passwords):
        if time.monotonic() > until:
            break
        if _opens(path, password):
            return number
    return -1


def _opens(path: Path, password: str) -> bool:
    """Whether the archive can be listed with a password, and its smallest locked file read."""
    try:
        listed = _listed(path, password)
    except Unreadable:
        return False
    locked = [one for one in listed if one["Encrypted"] == "+" and _number(one["Size"]) > 0]
    if not locked:
        return bool(listed)
    smallest = min(locked, key=lambda one: _number(one["Size"]))
    command = [program(), "t", "-bso0", "-bsp0", "-bse0", "-spd", "-i!" + smallest["Path"], "--", str(path)]
    try:
        done = subprocess.run(
            command, input=_typed(password), capture_output=True, timeout=_SECONDS, check=False, env=_ENVIRONMENT
        )
    except (subprocess.TimeoutExpired, ValueError):
        return False
    return done.returncode == 0


def one_file(path: Path, name: str, *, checksum: int) -> Iterator[bytes]:
    """Yield one file of an archive that is not encrypted; raises Damaged where it is not what the checksum says."""
    command = [program(), "e", "-so", "-bsp0", "-bse0", "-spd", f"-i!{name}", "--", str(path)]
    crc = 0
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, stdin=quiet, stdout=subprocess.PIPE, stderr=quiet) as running:
        assert running.stdout is not None
        try:
            while chunk := running.stdout.read(_CHUNK):
                crc = zlib.crc32(chunk, crc)
                yield chunk
        finally:
            running.kill()
    if crc != checksum:
        raise Damaged("its checksum does not match")


class Programmed:
    """An archive that the 7-Zip program opens with a password."""

    kind = "7-Zip"
    skips = False

    def __init__(self, path: Path, *, password: str, number: int, kind: str) -> None:
        """List it; raises Unreadable, Locked where the password does not open it."""
        self._path, self._password, self._number = path, password, number
        self.kind = kind
        self._listed = _listed(path, password)

    def close(self) -> None:
        """Nothing is held open."""

    @property
    def facts(self) -> dict[str, str]:
        """With which password of the list it was opened, never which word that is."""
        return {"password": f"opened with password {self._number + 1} of the list"}

    def entries(self) -> Iterator[tuple[Entry, Chunks]]:
        """Yield the entries in the order in which the program writes them."""
        command = [program(), "e", "-so", "-bsp0", "-bse0", "--", str(self._path)]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as running:
            assert running.stdin is not None
            assert running.stdout is not None
            with contextlib.suppress(OSError):
                running.stdin.write(_typed(self._password))
                running.stdin.close()
            try:
                for number, one in enumerate(self._listed, start=1):
                    entry = _entry(number, one)
                    pieces = _Pieces(running.stdout, one)
                    yield entry, pieces.chunks
                    pieces.skip()
            finally:
                running.kill()


class _Pieces:
    """The bytes of one file in the program's output."""

    def __init__(self, source: IO[bytes], listed: dict[str, str]) -> None:
        self._source = source
        self._left = _number(listed["Size"])
        self._crc = listed["CRC"]

    def chunks(self) -> Iterator[bytes]:
        crc = 0
        while self._left:
            chunk = self._source.read(min(self._left, _CHUNK))
            if not chunk:
                raise BrokenOff("the 7-Zip program could not unpack it any further")
            self._left -= len(chunk)
            crc = zlib.crc32(chunk, crc)
            yield chunk
        if self._crc and crc != int(self._crc, 16):
            raise Damaged("its checksum does not match")

    def skip(self) -> None:
        """Pass over what was not asked for."""
        with contextlib.suppress(Damaged):
            for _ in self.chunks():
                pass


def _listed(path: Path, password: str) -> list[dict[str, str]]:
    """Return the program's listing, one entry a dictionary; raises Locked where it does not open."""
    command = [program(), "l", "-slt", "-ba", "-bsp0", "-sccUTF-8", "--", str(path)]
    try:
        done = subprocess.run(
            command, input=_typed(password), capture_output=True, timeout=_SECONDS, check=False, env=_ENVIRONMENT
        )
    except (subprocess.TimeoutExpired, ValueError) as error:
        raise Unreadable("the 7-Zip program did not list it in time") from error
    if done.returncode != 0:
        raise Locked("encrypted")
    found: list[dict[str, str]] = []
    for line in done.stdout[:_LISTING_BYTES].decode("utf-8", "surrogateescape").splitlines():
        name, parted, value = line.partition(" = ")
        name = name.split(":")[-1].strip()  # the prompt for the password stands on the first line
        if name == "Path" and parted:
            found.append(dict.fromkeys(("Size", "CRC", "Modified", "Encrypted", "Attributes", "Folder"), ""))
        if found and (parted or name.endswith(" =")):
            found[-1][name.removesuffix(" =")] = value
    return found


def _typed(password: str) -> bytes:
    return (password + "\n").encode("utf-8", "replace")


def _entry(number: int, one: dict[str, str]) -> Entry:
    attributes = one["Attributes"]
    kind: EntryKind = "folder" if attributes.startswith("D") or one["Folder"] == "+" else "file"
    kind = "link" if " l" in attributes else kind
    size = _number(one["Size"])
    return Entry(
        number=number,
        path=shown_text(one["Path"]),
        kind=kind,
        size_bytes=size,
        modified=one["Modified"][:19] + "Z" if one["Modified"] else "",
    )


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 0
