"""Pieces of evidence drawn in a worker: a crop of a page with the words boxed, a few seconds of sound, their loudness.

What a worker is given and gives back are plain values, and the original is opened nowhere else.
"""

from __future__ import annotations

import io
import wave
from pathlib import Path
from typing import TypeAlias

import msgspec
import numpy as np

from evidence.errors import Unreadable
from evidence.locator import Box, FramePlace, PagePlace
from exports.crops import cut, waveform_svg
from exports.material import Waveform
from exports.pictures import drawn, loudness
from extractors.protocols import Limits
from extractors.sandbox import Handler
from extractors.sound import RATE, decode

LONGEST_MS = 60_000
"""What one piece of sound holds at most."""


class PagePiece(msgspec.Struct, frozen=True, kw_only=True):
    """The piece of a page or of a frame around some boxes; all of it where there are none."""

    path: str
    media_type: str
    place: PagePlace | FramePlace
    boxes: tuple[Box, ...]


class SoundPiece(msgspec.Struct, frozen=True, kw_only=True):
    """Milliseconds `from_ms` to `to_ms` of a recording, to be heard, or as a picture of their loudness.

    In the picture the milliseconds `start_ms` to `end_ms` are framed.
    """

    path: str
    from_ms: int
    to_ms: int
    start_ms: int
    end_ms: int
    loudness: bool


Piece: TypeAlias = PagePiece | SoundPiece


def prepare(_: object) -> Handler:
    """Return what a worker does with a piece: its bytes as PNG, WAV or SVG; raises Unreadable and the like."""
    return _made


def _made(piece: Piece) -> bytes:
    match piece:
        case PagePiece():
            return _page(piece)
        case SoundPiece():
            return _sound(piece)


def _page(piece: PagePiece) -> bytes:
    page = drawn(Path(piece.path), piece.place, piece.media_type)
    size_px = (piece.place.width_px, piece.place.height_px)
    return cut(page, piece.boxes, size_px=size_px, number=0, file="", description="")[1]


def _sound(piece: SoundPiece) -> bytes:
    if piece.to_ms <= piece.from_ms:
        raise Unreadable("there are no such seconds")
    last_ms = min(piece.to_ms, piece.from_ms + LONGEST_MS)
    sound = decode(Path(piece.path), limits=Limits(), first_ms=piece.from_ms, last_ms=last_ms)
    if not piece.loudness:
        return _wav(sound.pcm.astype("<i2").tobytes())
    return waveform_svg(
        Waveform(
            start_ms=piece.start_ms,
            end_ms=piece.end_ms,
            from_ms=piece.from_ms,
            to_ms=piece.from_ms + max(sound.duration_ms, 1),
            peaks=loudness(sound.pcm.astype(np.int32)),
        )
    )


def _wav(samples: bytes) -> bytes:
    sink = io.BytesIO()
    with wave.open(sink, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(samples)
    return sink.getvalue()
