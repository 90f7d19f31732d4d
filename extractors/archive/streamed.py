"""Every other kind of archive, through libarchive (BSD licence), entry after entry.

The formats and filters that may be used are named for each media type: none of those that start other programs, and none
that would take any file for an archive.
"""

from __future__ import annotations

import ctypes
import logging
import os
import zlib
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from evidence.errors import Unreadable
from extractors.archive import wholeness
from extractors.archive.entries import (
    BrokenOff,
    Chunks,
    Damaged,
    Entry,
    EntryKind,
    Locked,
    in_utc,
    on_the_wall,
    shown,
    shown_text,
)
from extractors.archive.limits import BOMB_BYTES, BOMB_RATIO
from extractors.archive.rar4 import checksums
from extractors.protocols import Availability

_FILTERS: Final = ("gzip", "bzip2", "xz", "lzma", "zstd", "lz4", "compress")
_INSIDE: Final = ("tar", "cpio", "raw")
FORMATS: Final[dict[str, tuple[str, ...]]] = {
    "application/zip": ("zip_streamable",),
    "application/x-7z-compressed": ("7zip",),
    "application/vnd.rar": ("rar", "rar5"),
    "application/x-tar": ("tar",),
    "application/vnd.ms-cab-compressed": ("cab",),
    "application/x-iso9660-image": ("iso9660",),
    "application/x-cpio": ("cpio",),
    "application/x-archive": ("ar",),
    "application/gzip": _INSIDE,
    "application/x-bzip2": _INSIDE,
    "application/x-xz": _INSIDE,
    "application/zstd": _INSIDE,
    "application/x-lz4": _INSIDE,
}
"""What libarchive may take a media type for; `raw` is one file that was only compressed."""
_WALL: Final = ("ZIP", "CAB", "RAR")
"""Formats that keep wall time; RAR 5 (`RAR5`) does not."""
_CHUNK: Final = 256 << 10
_KINDS: Final[dict[int, EntryKind]] = {0o040000: "folder", 0o120000: "link", 0o100000: "file", 0: "file"}
_NAMES: Final = {"7-Zip": "7-Zip", "ISO9660": "ISO 9660", "CAB": "Cabinet", "RAR5": "RAR 5", "RAR": "RAR 4"}


@cache
def library() -> ModuleType | None:
    """Return libarchive's bindings; None where the system library is not installed."""
    try:
        import libarchive.ffi as bindings
    except (ImportError, OSError, AttributeError, TypeError):
        return None
    logging.getLogger("libarchive").disabled = True  # its warnings quote evidence
    many = [ctypes.c_void_p, ctypes.POINTER(ctypes.c_char_p), ctypes.c_size_t]
    try:
        bindings.ffi("read_open_filenames", many, ctypes.c_int, bindings.check_int)
        bindings.ffi("entry_is_encrypted", [ctypes.c_void_p], ctypes.c_int)
        for name in ("rar5", "zip_streamable"):
            bindings.get_read_format_function(name)
    except (AttributeError, ValueError):
        return None
    return bindings  # type: ignore[no-any-return]


def available() -> Availability:
    """Return whether libarchive is there, for `casegraph doctor`."""
    bindings = library()
    if bindings is None:
        return Availability(
            engine="libarchive",
            available=False,
            detail="not installed: only zip, tar, gzip, bzip2 and xz are read; 7z, RAR, ISO and others are skipped",
            next_step="install the system package libarchive13",
        )
    number = bindings.version_number()
    version = f"{number // 1_000_000}.{number // 1_000 % 1_000}.{number % 1_000}"
    return Availability(engine="libarchive", available=True, detail=f"{version}: 7z, RAR, ISO, Cabinet and the like")


class Streamed:
    """An archive that libarchive reads, over as many volumes as it has."""

    skips = False

    def __init__(self, paths: Sequence[Path], *, media_type: str, name: str = "") -> None:
        """Open it; `name` is what the one file in a compressed file is called. Raises Unreadable."""
        bindings = library()
        if bindings is None:
            raise Unreadable(f"{media_type} is not read without libarchive")
        self._ffi: Any = bindings
        self._name = name
        self._paths, self._media_type = paths, media_type
        self._archive: Any = None
        self._problem = self._gzip_problem() if media_type == "application/gzip" else ""
        self._checksums = checksums(paths[0]) if media_type == "application/vnd.rar" and len(paths) == 1 else []
        compressed = FORMATS[media_type] is _INSIDE
        self._open(self._inside() if compressed else FORMATS[media_type])

    def _gzip_problem(self) -> str:
        packed = sum(path.stat().st_size for path in self._paths)
        return wholeness.gzip_problem(self._paths, most=max(BOMB_BYTES, BOMB_RATIO * packed))

    def _inside(self) -> tuple[str, ...]:
        """Return the formats of what a compressed file unpacks to; libarchive takes leading zeros for an empty tar."""
        self._open(("raw",))
        held = self._ffi.entry_new()
        try:
            self._next(held, 0)
            head = next(self._chunks(Entry(number=1, path="")), b"")
        except Unreadable:
            return ("raw",)  # it fails again there, and is said
        finally:
            self._ffi.entry_free(held)
            self.close()
        return ("tar", "cpio") if wholeness.holds_archive(head) else ("raw",)

    def _open(self, formats: Sequence[str]) -> None:
        self._archive = self._ffi.read_new()
        try:
            for one in _FILTERS:
                self._ffi.get_read_filter_function(one)(self._archive)
            for one in formats:
                self._ffi.get_read_format_function(one)(self._archive)
            paths = [os.fsencode(path) for path in self._paths]
            names = (ctypes.c_char_p * (len(paths) + 1))(*paths, None)
            self._ffi.read_open_filenames(self._archive, names, 64 << 10)
        except Exception as error:
            self.close()
            raise self._failure(error) from error

    def close(self) -> None:
        """Free what libarchive holds."""
        if self._archive is not None:
            self._ffi.read_free(self._archive)
            self._archive = None

    @property
    def kind(self) -> str:
        """The format as libarchive names it once an entry was read, in our words where it has one."""
        found = self._format()
        if found == "raw":
            return "compressed file"
        return next((ours for theirs, ours in _NAMES.items() if found.startswith(theirs)), found or "archive")

    @property
    def facts(self) -> dict[str, str]:
        """Nothing: libarchive keeps no comments."""
        return {}

    def _format(self) -> str:
        return (self._ffi.format_name(self._archive) or b"").decode("ascii", "replace")

    def entries(self) -> Iterator[tuple[Entry, Chunks]]:
        """Yield the entries in the archive's order; raises BrokenOff, or Unreadable before the first."""
        number = 0
        held = self._ffi.entry_new()
        try:
            while self._next(held, number):
                number += 1
                entry = self._entry(number, held)
                yield entry, lambda entry=entry: self._chunks(entry)  # type: ignore[misc]
        finally:
            self._ffi.entry_free(held)
        if not number and self._media_type == "application/zip":
            raise Unreadable("its directory is damaged, and no file is found without it")
        if self._media_type == "application/zip":  # only where its directory could not be read is one streamed
            raise BrokenOff("its directory is missing or damaged, and there may have been more in it")
        if self._problem and self._format() != "raw":
            raise BrokenOff(f"{self._problem}, so that something in it is damaged")
        if self._media_type == "application/x-tar" and not wholeness.is_closed(self._paths):
            raise BrokenOff("it has no end mark, so that it may be cut short")
        if self._media_type == "application/x-archive" and not wholeness.ar_is_whole(self._paths[0]):
            raise BrokenOff("it ends in the middle of a file")

    def _next(self, held: Any, number: int) -> bool:
        try:
            ended = self._ffi.read_next_header2(self._archive, held) == self._ffi.ARCHIVE_EOF
        except Exception as error:
            failure = self._failure(error)
            raise (BrokenOff(failure.what) if number and not isinstance(failure, Locked) else failure) from error
        if not ended and self._format() == "raw" and self._ffi.filter_count(self._archive) < 2:
            raise Unreadable("it is not compressed in any way known")
        return not ended

    def _entry(self, number: int, held: Any) -> Entry:
        hard = self._words(held, "entry_hardlink")
        mode = self._ffi.entry_filetype(held) & 0o170000
        kind = "link" if hard else _KINDS.get(mode, "device")
        name = self._words(held, "entry_pathname")
        size = self._ffi.entry_size(held) if self._ffi.entry_size_is_set(held) else -1
        raw = self._format() == "raw"
        return Entry(
            number=number,
            path=self._name if raw and self._name else name or "(no name)",
            kind=kind,
            size_bytes=-1 if raw else size,
            modified=self._modified(held),
            target=hard or (self._words(held, "entry_symlink") if kind == "link" else ""),
            locked=bool(self._ffi.entry_is_encrypted(held)),
            wrong=self._problem if raw else "",
        )

    def _words(self, held: Any, field: str) -> str:
        """Return a name by its wide form, else by its bytes."""
        wide = getattr(self._ffi, f"{field}_w")(held)
        if wide:
            return shown_text(wide)
        stored = getattr(self._ffi, field)(held)
        return shown(stored) if stored else ""

    def _modified(self, held: Any) -> str:
        if not self._ffi.entry_mtime_is_set(held):
            return ""
        seconds = self._ffi.entry_mtime(held)
        if seconds == 0:
            return ""
        found = self._format()
        wall = found.startswith(_WALL) and not found.startswith("RAR5")
        return on_the_wall(seconds) if wall else in_utc(seconds)

    def _chunks(self, entry: Entry) -> Iterator[bytes]:
        if entry.locked:
            raise Locked("encrypted")
        buffer = ctypes.create_string_buffer(_CHUNK)
        held, crc = 0, 0
        while True:
            try:
                length = self._ffi.read_data(self._archive, buffer, _CHUNK)
            except Exception as error:
                failure = self._failure(error)
                fatal = getattr(error, "retcode", -30) <= self._ffi.ARCHIVE_FATAL
                raise (
                    failure
                    if isinstance(failure, Locked)
                    else BrokenOff(failure.what)
                    if fatal
                    else Damaged(failure.what)
                ) from error
            if length < 0:
                raise Damaged("its checksum does not match")
            if length == 0:
                break
            held += length
            data = buffer.raw[:length]
            crc = zlib.crc32(data, crc) if self._checksums else 0
            yield data
        stated = self._checksums[entry.number - 1] if entry.number <= len(self._checksums) else None
        if stated is not None and stated != crc:
            raise Damaged("its checksum does not match")
        if entry.size_bytes >= 0 and held != entry.size_bytes:
            raise Damaged(f"it states {entry.size_bytes:,} bytes and holds {held:,}")

    def _failure(self, error: Exception) -> Unreadable:
        """Return what libarchive says in our tree; anything but its own error is ours and is raised again."""
        from libarchive.exception import ArchiveError

        if not isinstance(error, ArchiveError):
            raise error
        text = error.msg.decode("utf-8", "replace") if isinstance(error.msg, bytes) else str(error.msg or "damaged")
        if "ncrypt" in text or "Crypto codec" in text or "assphrase" in text:
            return Locked("encrypted")
        if "CRC" in text or "checksum" in text.lower():
            return Damaged("its checksum does not match")
        if text.startswith("Failed to open") or any(str(path.parent) in text for path in self._paths):
            return Unreadable("it cannot be opened")  # a reason never holds a path of the case
        return Unreadable(" ".join(text.split())[:160])
