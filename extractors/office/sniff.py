"""Tells office files apart by what their container lists: the main part's content type, an ODF root, OLE streams."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Final

import olefile

from extractors.office.kinds import CONTENT_TYPES, DOC, FLAT, LOCKED, PPT, WAYS, XLS

_TAIL_BYTES: Final = 66_000
_ENTRIES: Final = 20_000
_TYPES_BYTES: Final = 4 << 20
_OLE: Final = (
    ("EncryptedPackage", LOCKED),
    ("WordDocument", DOC),
    ("Workbook", XLS),
    ("Book", XLS),
    ("PowerPoint Document", PPT),
)
_FLAT: Final = re.compile(rb"<office:document\s[^>]*office:mimetype\s*=", re.DOTALL)
_CONTENT_TYPE: Final = re.compile(rb'ContentType\s*=\s*["\']([^"\']{1,200})["\']')


def look(media_type: str, head: bytes, path: Path, hint: str) -> str:
    """Return the narrower media type of an office file; an empty string where it is none."""
    if media_type in ("application/xml", "text/html"):
        return FLAT if _FLAT.search(head[:16_384]) else ""
    if head.startswith(olefile.MAGIC):
        return _ole(path)
    return _zip(path) if head.startswith(b"PK\x03\x04") else ""


def _ole(path: Path) -> str:
    """Tell by the streams at the root: a workbook inside a letter does not make the letter a workbook."""
    try:
        with olefile.OleFileIO(path) as ole:
            if ole.exists("__properties_version1.0"):
                return ""
            return next((kind for stream, kind in _OLE if ole.exists(stream)), "")
    except Exception:  # noqa: BLE001 - olefile raises whatever a damaged file makes it; the general type then stands
        return ""


def _zip(path: Path) -> str:
    if not 0 < _entries(path) <= _ENTRIES:
        return ""
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            if "[Content_Types].xml" in names:
                with archive.open("[Content_Types].xml") as part:
                    return _ooxml(part.read(_TYPES_BYTES))
            if "mimetype" in names:
                with archive.open("mimetype") as part:
                    stated = part.read(200).decode("ascii", "replace").strip()
                return stated if stated in WAYS else ""
    except Exception:  # noqa: BLE001 - zipfile, zlib and their like raise many things on damaged files
        return ""
    return ""


def _ooxml(types: bytes) -> str:
    found = (match[1].decode("ascii", "replace") for match in _CONTENT_TYPE.finditer(types))
    return next((CONTENT_TYPES[one] for one in found if one in CONTENT_TYPES), "")


def _entries(path: Path) -> int:
    """Return how many entries a zip says it has, from its last record; 0 where there is none."""
    with path.open("rb") as source:
        source.seek(0, 2)
        source.seek(max(0, source.tell() - _TAIL_BYTES))
        tail = source.read()
    at = tail.rfind(b"PK\x05\x06")
    return int.from_bytes(tail[at + 10 : at + 12], "little") if 0 <= at <= len(tail) - 22 else 0
