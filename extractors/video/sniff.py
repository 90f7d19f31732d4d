"""Telling WebM from Matroska, and MPEG streams, which have no signature of their own, from anything else."""

from __future__ import annotations

from pathlib import Path
from typing import Final

_PACKET: Final = 188
_PACKETS: Final = 8


def look(media_type: str, head: bytes, path: Path, hint: str) -> str:
    """Return the narrower type of Matroska and of what nothing else recognised; empty where it is no film."""
    if media_type == "video/x-matroska":
        return "video/webm" if b"\x42\x82\x84webm" in head[:128] else ""
    if head.startswith(b"\0\0\x01\xba"):
        return "video/mpeg"
    return "video/mp2t" if _is_transport_stream(head) else ""


def _is_transport_stream(head: bytes) -> bool:
    """Say whether packets of 188 bytes (or of 192, each behind a time stamp) follow one another (ISO/IEC 13818-1)."""
    return any(_in_step(head, start, step) for start, step in ((0, _PACKET), (4, _PACKET + 4)))


def _in_step(head: bytes, start: int, step: int) -> bool:
    places = range(start, len(head), step)[: _PACKETS * 4]
    return len(places) >= _PACKETS and all(head[place] == 0x47 for place in places)
