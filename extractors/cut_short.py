"""Whether a recording was cut short: what its container promises against what is there.

FFmpeg corrects or guesses lengths, so its duration alone proves nothing; each container has a sign of its own.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

_SHORT_MS = 1_000
_HEAD = 1 << 16
_TAIL = 1 << 17
_UNKNOWN_LENGTHS = (0, 0x7FFF_FFFF, 0xFFFF_FFFF)
_STATED = ("flac", "mov", "aiff", "caf", "w64", "matroska", "asf")
"""Containers whose duration is written in them; others (AMR, AAC, bare MP3) have only FFmpeg's estimate."""


def cut_short(path: Path, *, container: str, declared_ms: int, held_ms: int) -> str:
    """Return what says that the file is not whole, or nothing where nothing does."""
    if container in _SIGNS:
        return _SIGNS[container](path)
    if container.startswith(_STATED) or (container == "mp3" and _counts_its_frames(path)):
        return _shorter(declared_ms, held_ms)
    return ""


def _shorter(declared_ms: int, held_ms: int) -> str:
    if declared_ms - held_ms < _SHORT_MS:
        return ""
    return f"cut short: the file promises {declared_ms / 1_000:.1f} s and holds {held_ms / 1_000:.1f} s"


def _counts_its_frames(path: Path) -> bool:
    """Return whether an MP3 carries the Xing or Info header with its number of frames."""
    with path.open("rb") as source:
        head = source.read(_HEAD)
    return b"Xing" in head or b"Info\x00" in head


def _wav_sign(path: Path) -> str:
    """Compare the `data` chunk's length with the file's (RIFF WAVE); streamed files state none."""
    size = path.stat().st_size
    with path.open("rb") as source:
        head = source.read(_HEAD)
    at = head.find(b"data", 12)
    if at < 0 or at + 8 > len(head):
        return ""
    (promised,) = struct.unpack_from("<I", head, at + 4)
    there = size - at - 8
    if promised in _UNKNOWN_LENGTHS or promised <= there:
        return ""
    return f"cut short: the file promises {promised} bytes of sound and holds {there}"


def _ogg_sign(path: Path) -> str:
    """Look for the end-of-stream flag on the last page (RFC 3533, section 6)."""
    with path.open("rb") as source:
        source.seek(max(0, path.stat().st_size - _TAIL))
        tail = source.read()
    at = tail.rfind(b"OggS")
    ended = at >= 0 and at + 6 <= len(tail) and bool(tail[at + 5] & 4)
    return "" if ended else "perhaps cut short: the file has no end mark"


_SIGNS: dict[str, Callable[[Path], str]] = {"wav": _wav_sign, "ogg": _ogg_sign}
