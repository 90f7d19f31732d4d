"""Zip archives by their central directory: APPNOTE.TXT 6.3.10, and WinZip's AES (AE-1, AE-2) through pyzipper."""

from __future__ import annotations

import io
import lzma
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import pyzipper

from evidence.errors import Unreadable
from extractors.archive import program
from extractors.archive.entries import Chunks, Damaged, Entry, EntryKind, Locked, in_utc, shown
from extractors.archive.joined import Joined

_CHUNK: Final = 1 << 20
_LOCKED: Final = 0x1
_UTF_8: Final = 0x800
_HEADER_BYTES: Final = 30
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
"""What Python unpacks; Deflate64, with which Windows zips files over 2 GB, and the like go to the 7-Zip program."""
_MOST_ENTRIES: Final = 1_000_000
_MOST_TRIES: Final = 50_000
"""Passwords that are tried on one archive, counted over its files; then only those that opened one already."""
UNTRIED: Final = "not all passwords were tried on all files"
_FAILURES: Final = (
    pyzipper.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError, struct.error, IndexError,
    NotImplementedError, AttributeError, KeyError,
)  # fmt: skip


class Zip:
    """A zip archive whose central directory can be read."""

    kind = "zip"
    skips = True

    def __init__(
        self, paths: Sequence[Path], *, passwords: Sequence[str] = (), numbers: Sequence[int] | None = None
    ) -> None:
        """Open it; raises Unreadable where there is no central directory that makes sense.

        `numbers` are those of the volumes before the last, from 1, where the program that zipped split the archive.
        """
        joined = Joined(paths)
        self._source = io.BufferedReader(joined, buffer_size=64 << 10)
        self._starts = joined.starts
        self._passwords = passwords
        self._path = paths[0] if len(paths) == 1 else None
        self._used: dict[int, None] = {}
        self._tries = 0
        self.untried = False
        """Whether a file stayed locked before all passwords had been tried on it."""
        try:
            self._zip: Any = pyzipper.AESZipFile(self._source)
            if len(self._zip.filelist) > _MOST_ENTRIES:
                raise Unreadable(f"it lists more than {_MOST_ENTRIES:,} entries")
            self._missing: set[int] = set()
            if numbers is not None:
                self._place_by_volume(numbers)
        except _FAILURES as error:
            self._source.close()
            raise Unreadable(f"its directory cannot be read ({_said(error)})") from error
        placed = [one for one in enumerate(self._zip.filelist, start=1) if one[0] not in self._missing]
        self._overlapping = _overlapping(placed, self._starts[-1])

    def close(self) -> None:
        """Close the file."""
        self._zip.close()
        self._source.close()

    @property
    def facts(self) -> dict[str, str]:
        """The archive's comment, which passwords of the list opened something, and whether some were left untried."""
        comment = _text(self._zip.comment)
        numbers = ", ".join(str(number + 1) for number in sorted(self._used))
        return (
            ({"comment": comment} if comment else {})
            | ({"password": f"opened with password {numbers} of the list"} if numbers else {})
            | ({"tries": UNTRIED} if self.untried else {})
        )

    def _place_by_volume(self, numbers: Sequence[int]) -> None:
        """Say where entries of a split archive begin: the directory counts from the beginning of each volume."""
        self._source.seek(max(0, self._starts[-1] - (66 << 10)))
        tail = self._source.read()
        at = tail.rfind(b"PK\5\6")
        if at < 0 or len(tail) < at + 22:
            return
        _, last, *_, offset = struct.unpack("<4s4H2L", tail[at : at + 20])
        if last == 0:
            return
        starts = {number - 1: start for number, start in zip(numbers, self._starts, strict=False)}
        starts[last] = self._starts[-2]
        moved = self._zip.start_dir - offset
        for number, one in enumerate(self._zip.filelist, start=1):
            if one.volume in starts:
                one.header_offset += starts[one.volume] - moved
            else:
                self._missing.add(number)

    def entries(self) -> Iterator[tuple[Entry, Chunks]]:
        """Yield the entries in the directory's order."""
        for number, info in enumerate(self._zip.filelist, start=1):
            yield self._entry(number, info), lambda info=info: self._chunks(info)  # type: ignore[misc]

    def _entry(self, number: int, info: Any) -> Entry:
        kind = _kind(info)
        return Entry(
            number=number,
            path=shown(_stored_name(info)),
            kind=kind,
            size_bytes=info.file_size,
            modified=_modified(info),
            target=self._target(info) if kind == "link" else "",
            locked=bool(info.flag_bits & _LOCKED),
            comment=_text(info.comment),
            wrong=self._wrong(number, info),
        )

    def _wrong(self, number: int, info: Any) -> str:
        if number in self._missing:
            return f"it begins in volume {info.volume + 1}, which was not received"
        return "its bytes overlap those of another entry" if number in self._overlapping else ""

    def _target(self, info: Any) -> str:
        try:
            return shown(b"".join(self._chunks(info))) if 0 < info.file_size <= 4096 else ""
        except Unreadable:
            return ""

    def _chunks(self, info: Any) -> Iterator[bytes]:
        if not info.flag_bits & _LOCKED:
            yield from self._through(info, None)
            return
        found = self._opening(info)
        if found is None:
            raise Locked("encrypted")
        self._used[found[0]] = None
        yield from self._through(info, found[1])

    def _through(self, info: Any, password: bytes | None) -> Iterator[bytes]:
        if info.compress_type not in _METHODS and not password and self._path is not None and program.program():
            yield from program.one_file(self._path, info.filename, checksum=info.CRC)
            return
        held = 0
        try:
            with self._zip.open(info, pwd=password) as opened:
                while chunk := opened.read(_CHUNK):
                    held += len(chunk)
                    yield chunk
        except (*_FAILURES, RuntimeError) as error:
            raise Damaged(_said(error)) from error
        if held != info.file_size:
            raise Damaged(f"it states {info.file_size:,} bytes and holds {held:,}")

    def _opening(self, info: Any) -> tuple[int, bytes] | None:
        """Return the first password that opens an entry to its very end; those that opened others come first.

        The check value of ZipCrypto is one byte, so what passes it is read to the end, where its checksum stands.
        """
        for number, password in self._candidates():
            if self._passes(info, password) and self._reads(info, password):
                return number, password
        return None

    def _candidates(self) -> Iterator[tuple[int, bytes]]:
        """Yield what to try on a file: passwords that opened others, then the rest while tries are left."""
        used = list(self._used)
        for number in used:
            for password in _variants(self._passwords[number]):
                yield number, password
        for number in sorted(set(range(len(self._passwords))).difference(used)):
            for password in _variants(self._passwords[number]):
                if self._tries == _MOST_TRIES:
                    self.untried = True
                    return
                self._tries += 1
                yield number, password

    def _passes(self, info: Any, password: bytes) -> bool:
        try:
            with self._zip.open(info, pwd=password) as opened:
                opened.read(1)
        except (*_FAILURES, RuntimeError):
            return False
        return True

    def _reads(self, info: Any, password: bytes) -> bool:
        try:
            for _ in self._through(info, password):
                pass
        except Damaged:
            return False
        return True

    def openings(self) -> list[int]:
        """Return for each locked entry the first password whose check value fits, -1 where none does.

        It tells lists of passwords apart that open other entries, and costs little: nothing is read to its end.
        """
        found = []
        for info in self._zip.filelist:
            if info.flag_bits & _LOCKED:
                fits = (number for number, password in self._candidates() if self._passes(info, password))
                number = next(fits, -1)
                found.append(number)
                if number >= 0:
                    self._used[number] = None
        return found


def _variants(password: str) -> list[bytes]:
    """Return a password as the bytes programs made of it: UTF-8, or the code page of DOS and of Western Windows."""
    made = [password.encode("utf-8", "replace")]
    for encoding in ("cp437", "cp1252"):
        try:
            other = password.encode(encoding)
        except UnicodeEncodeError:
            continue
        made += [other] if other not in made else []
    return made


def _stored_name(info: Any) -> bytes:
    """Return a name's bytes as UTF-8: by its flag, by Info-ZIP's Unicode extra field, where it is UTF-8, else CP437."""
    original = str(info.orig_filename)
    if info.flag_bits & _UTF_8:
        return original.encode("utf-8", "surrogateescape")
    try:
        raw = original.encode("cp437")
    except UnicodeEncodeError:
        return original.encode("utf-8", "replace")
    unicode_path = _extra(info, 0x7075)
    if len(unicode_path) > 5 and zlib.crc32(raw) == int.from_bytes(unicode_path[1:5], "little"):
        return unicode_path[5:]
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return original.encode("utf-8", "replace")
    return raw


def _kind(info: Any) -> EntryKind:
    mode = info.external_attr >> 16
    if info.orig_filename.endswith(("/", "\\")) and info.file_size == 0:
        return "folder"
    if info.create_system != 3 or not stat.S_IFMT(mode) or stat.S_ISREG(mode):
        return "file"
    if stat.S_ISLNK(mode):
        return "link"
    return "folder" if stat.S_ISDIR(mode) and info.file_size == 0 else "file" if info.file_size else "device"


def _modified(info: Any) -> str:
    """Return the time in UTC of the extended field, else the wall time in DOS form, whose seconds are even."""
    extended = _extra(info, 0x5455)
    if len(extended) >= 5 and extended[0] & 1:
        return in_utc(int.from_bytes(extended[1:5], "little", signed=True))
    year, month, day, hour, minute, second = info.date_time
    if (year, month, day) <= (1980, 1, 1) and not (hour or minute or second):
        return ""
    return f"{year:04d}-{month:02d}-{day:02d} {hour:02d}:{minute:02d}:{second:02d}"


def _extra(info: Any, wanted: int) -> bytes:
    data, at = bytes(info.extra), 0
    while at + 4 <= len(data):
        tag, length = struct.unpack_from("<HH", data, at)
        if tag == wanted:
            return data[at + 4 : at + 4 + length]
        at += 4 + length
    return b""


def _overlapping(numbered: Sequence[tuple[int, Any]], end: int) -> set[int]:
    """Return the numbers of entries whose bytes lie over an earlier entry's: only bombs and tricks have them."""
    bad, reached = set(), 0
    for number, info in sorted(numbered, key=lambda pair: (pair[1].header_offset, pair[0])):
        if info.header_offset < reached:
            bad.add(number)
            continue
        reached = info.header_offset + _HEADER_BYTES + min(info.compress_size, end)
    return bad


def _text(data: bytes) -> str:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("cp437")
    return " ".join(text.split())[:2_000]


def _said(error: BaseException) -> str:
    text = str(error)
    if "CRC" in text or "HMAC" in text:
        return "its checksum does not match"
    if isinstance(error, NotImplementedError):
        return f"compressed in a way that is not supported: {text[:100]}"
    return (
        "its compressed bytes are damaged" if isinstance(error, (zlib.error, lzma.LZMAError, EOFError)) else text[:120]
    )
