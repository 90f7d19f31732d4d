"""The checksums of RAR 4, which libarchive leaves unchecked: read from the file headers (RAR technote, version 4)."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Final

_SIGNATURE: Final = b"Rar!\x1a\x07\0"
_FILE: Final = 0x74
_END: Final = 0x7B
_HAS_DATA: Final = 0x8000
_LARGE: Final = 0x100
_IN_SEVERAL_VOLUMES: Final = 0x3
_MOST: Final = 1_000_000


def checksums(path: Path) -> list[int | None]:
    """Return the CRC-32 of each file in order, as far as headers can be followed; None for one that goes over volumes."""
    found: list[int | None] = []
    with path.open("rb") as source:
        if source.read(len(_SIGNATURE)) != _SIGNATURE:
            return []
        while len(found) < _MOST:
            start = source.tell()
            header = source.read(40)
            if len(header) < 7:
                break
            kind, flags, size = struct.unpack_from("<BHH", header, 2)
            if size < 7 or kind == _END:
                break
            packed = 0
            if (flags & _HAS_DATA or kind == _FILE) and len(header) >= 11:
                packed = struct.unpack_from("<L", header, 7)[0]
            if kind == _FILE:
                if len(header) < 36:
                    break
                packed += struct.unpack_from("<L", header, 32)[0] << 32 if flags & _LARGE else 0
                checksum = struct.unpack_from("<L", header, 16)[0]
                found.append(None if flags & _IN_SEVERAL_VOLUMES else checksum)
            source.seek(start + size + packed)
    return found
