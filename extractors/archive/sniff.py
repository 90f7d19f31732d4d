"""Archives that no signature at the beginning tells: the last volume of a split zip, images of discs."""

from __future__ import annotations

import os
import struct
from pathlib import Path
from typing import Final

_TAIL: Final = 66 << 10
_DISC: Final = 0x8001
_DISC_MARKS: Final = (b"CD001", b"BEA01")


def look(media_type: str, head: bytes, path: Path, hint: str) -> str:
    """Return `application/x-iso9660-image`, or `application/zip` for the last volume of a split one; or ''."""
    if head[_DISC : _DISC + 5] in _DISC_MARKS:
        return "application/x-iso9660-image"
    if hint.lower().endswith(".zip") and _ends_split_zip(path):
        return "application/zip"
    return ""


def _ends_split_zip(path: Path) -> bool:
    """Whether the file ends in a central directory that says it lies on a further volume."""
    try:
        with path.open("rb") as source:
            source.seek(max(0, source.seek(0, os.SEEK_END) - _TAIL))
            tail = source.read()
    except OSError:
        return False
    at = tail.rfind(b"PK\5\6")
    return at >= 0 and len(tail) >= at + 22 and struct.unpack_from("<H", tail, at + 4)[0] > 0
