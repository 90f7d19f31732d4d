"""Tar and compressed files with Python alone, where libarchive is not installed."""

from __future__ import annotations

import bz2
import gzip
import lzma
import tarfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Final

from evidence.errors import Unreadable
from extractors.archive.entries import BrokenOff, Chunks, Entry, EntryKind, in_utc, shown_text

_CHUNK: Final = 1 << 20
_FAILURES: Final = (OSError, EOFError, lzma.LZMAError, zlib.error, tarfile.TarError, ValueError)


def _gzip(path: Path) -> IO[bytes]:
    return gzip.GzipFile(path)  # type: ignore[return-value]


def _as_it_is(path: Path) -> IO[bytes]:
    return path.open("rb")


_OPENERS: Final[dict[str, Callable[[Path], IO[bytes]]]] = {
    "application/gzip": _gzip,
    "application/x-bzip2": bz2.BZ2File,
    "application/x-xz": lzma.LZMAFile,
    "application/x-tar": _as_it_is,
}
READ: Final = frozenset(_OPENERS)
"""Media types that are read so; zip is read by its directory anyway."""


class Plain:
    """A tar archive, or one compressed file."""

    skips = False

    def __init__(self, path: Path, *, media_type: str, name: str) -> None:
        """Open it; raises Unreadable where it cannot be."""
        self._name = name
        self._open = _OPENERS[media_type]
        self._path = path
        try:
            with self._open(path) as source:
                self._is_tar = source.read(512)[257:262] == b"ustar"
        except _FAILURES as error:
            raise Unreadable(_said(error)) from error
        if media_type == "application/x-tar" and not self._is_tar:
            raise Unreadable("it is not a tar archive")

    def close(self) -> None:
        """Nothing is held open."""

    @property
    def kind(self) -> str:
        """`tar`, or that it is one compressed file."""
        return "tar" if self._is_tar else "compressed file"

    @property
    def facts(self) -> dict[str, str]:
        """Nothing."""
        return {}

    def entries(self) -> Iterator[tuple[Entry, Chunks]]:
        """Yield the entries in order; raises BrokenOff."""
        with self._open(self._path) as source:
            if not self._is_tar:
                yield Entry(number=1, path=self._name), lambda: _pieces(source)
                return
            try:
                with tarfile.open(fileobj=source, mode="r|", errors="surrogateescape") as tar:
                    for number, info in enumerate(tar, start=1):
                        yield _entry(number, info), lambda info=info: _pieces(tar.extractfile(info))  # type: ignore[misc]
            except _FAILURES as error:
                raise BrokenOff(_said(error)) from error


def _entry(number: int, info: tarfile.TarInfo) -> Entry:
    kind: EntryKind = "file" if info.isreg() else "folder" if info.isdir() else "device"
    linked = info.issym() or info.islnk()
    return Entry(
        number=number,
        path=shown_text(info.name),
        kind="link" if linked else kind,
        size_bytes=info.size,
        modified=in_utc(int(info.mtime)),
        target=shown_text(info.linkname) if linked else "",
    )


def _pieces(source: IO[bytes] | None) -> Iterator[bytes]:
    try:
        while source is not None and (chunk := source.read(_CHUNK)):
            yield chunk
    except _FAILURES as error:
        raise BrokenOff(_said(error)) from error


def _said(error: BaseException) -> str:
    return "it ends early" if isinstance(error, EOFError) else f"damaged: {error}"[:160]
