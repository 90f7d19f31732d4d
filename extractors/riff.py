"""Where the chunks of a RIFF WAVE file end, and what lies beyond, which no player plays and nobody listens to.

FFmpeg takes what follows the sound for chunks, eight bytes at a time: minutes for each gigabyte of zeros.
"""

from __future__ import annotations

import os
import struct
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

_UNKNOWN_LENGTHS: Final = (0, 0x7FFF_FFFF, 0xFFFF_FFFF)
_MOST_CHUNKS: Final = 4_096
_NAMED_BYTES: Final = 64 << 10
"""A shorter rest is left alone: padding to a sector, a tag of another kind."""
_PIECE: Final = 1 << 20


class Rest(NamedTuple):
    """What a file holds after its last chunk."""

    start: int
    size: int

    def said(self, path: Path) -> str:
        """Return what to say of it: how much nobody listened to, and whether it is all zeros."""
        holds = "all of them zero" if _is_zeros(path, self.start) else "not all of them zero"
        return f"{self.size:,} bytes after the end of the sound, as the file states it, were not listened to ({holds})"


def rest_of(path: Path) -> Rest | None:
    """Return what follows the last chunk of a WAVE file; None where that is little, or where the sound has no end.

    Chunks are walked from one stated length to the next (Multimedia Programming Interface and Data Specifications
    1.0, "Resource Interchange File Format"); a name that is not four printable ASCII characters is no chunk.
    """
    size = path.stat().st_size
    with path.open("rb") as source:
        end = _chunks_end(source, size)
    return Rest(end, size - end) if end and size - end >= _NAMED_BYTES else None


def _chunks_end(source: BinaryIO, size: int) -> int:
    """Return where the chunks end, the sound among them; 0 where there is no sound or no length is stated for it."""
    opening = source.read(12)
    if opening[:4] != b"RIFF" or opening[8:] != b"WAVE":
        return 0
    at, sound = 12, False
    for _ in range(_MOST_CHUNKS):
        source.seek(at)
        head = source.read(8)
        if len(head) < 8 or not all(0x20 <= byte < 0x7F for byte in head[:4]):
            break
        (length,) = struct.unpack_from("<I", head, 4)
        if head[:4] == b"data":
            if length in _UNKNOWN_LENGTHS:
                return 0
            sound = True
        at += 8 + length + length % 2
    return min(at, size) if sound else 0


def _is_zeros(path: Path, start: int) -> bool:
    zeros = bytes(_PIECE)
    with path.open("rb") as source:
        source.seek(start)
        while piece := source.read(_PIECE):
            if piece != zeros[: len(piece)]:
                return False
    return True


class FirstBytes:
    """The first `size` bytes of a file, as a file of its own that FFmpeg can read."""

    def __init__(self, source: BinaryIO, size: int) -> None:
        self._source, self._size = source, size

    def read(self, size: int = -1) -> bytes:
        """Return up to `size` bytes; none at the end."""
        left = max(0, self._size - self._source.tell())
        return self._source.read(left if size < 0 else min(size, left))

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move; the end is the end of the first bytes."""
        if whence == os.SEEK_END:
            return self._source.seek(self._size + offset)
        return self._source.seek(offset, whence)

    def tell(self) -> int:
        """Return the place."""
        return self._source.tell()
