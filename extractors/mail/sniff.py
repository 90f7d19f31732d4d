"""Mail formats told from the structure of what looks like plain text, a message or an OLE file."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import olefile

_EMLX: Final = re.compile(rb"\s{0,20}\d{1,12}[ \t]*\r?\n(?=[!-9;-~]{1,76}:|From )")
_POSTMARK: Final = re.compile(
    rb"From [^\n]{0,1000}?\d{1,2}:\d{2}[^\n]{0,100}\n(?:>From [^\n]{0,1000}\n)?[!-9;-~]{1,100}[ \t]*:"
)
_FIELD: Final = re.compile(
    rb"^(?:from|to|date|subject|message-id|received|mime-version)[ \t]*:", re.IGNORECASE | re.MULTILINE
)
_TAIL_BYTES: Final = 64 << 10


def look(media_type: str, head: bytes, path: Path, hint: str) -> str:
    """Return the mail format that content of a general kind turns out to be; empty for none."""
    if media_type == "application/x-ole-storage":
        return "application/vnd.ms-outlook" if _is_outlook(path) else ""
    start = head.lstrip(b"\xef\xbb\xbf")
    if _EMLX.match(start) and len(_FIELD.findall(start[:8192])) >= 2 and _ends_in_notes(path, start):
        return "application/x-emlx"
    named_message = hint.lower().endswith(".eml")
    if not named_message and _POSTMARK.match(start) and _FIELD.search(start[:8192]):
        return "application/mbox"
    return ""


def _ends_in_notes(path: Path, start: bytes) -> bool:
    """Say whether a property list stands where the first line says that the message ends, or at the file's end."""
    try:
        with path.open("rb") as source:
            source.seek(0, 2)
            source.seek(max(0, source.tell() - _TAIL_BYTES))
            return b"<plist" in source.read(_TAIL_BYTES) or int(start.split(b"\n", 1)[0]) > 0
    except (OSError, ValueError):
        return False


def _is_outlook(path: Path) -> bool:
    try:
        with olefile.OleFileIO(path) as held:
            return bool(held.exists("__properties_version1.0"))
    except (OSError, ValueError, IndexError, TypeError, AttributeError, RecursionError):
        return False
