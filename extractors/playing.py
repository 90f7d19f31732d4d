"""What a page plays and draws of a recording: whether a browser can take its bytes, else plain sound; and its loudness."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image

from evidence.errors import Unreadable
from extractors.protocols import Limits
from extractors.sound import RATE, Pcm, decode, write_wav

STEP_MS: Final = 20
"""How long the slices are whose loudness is kept."""
_STEP: Final = RATE * STEP_MS // 1_000
_PCM: Final = ("pcm_s16le", "pcm_u8", "pcm_s24le", "pcm_f32le")
_SOUND: Final[dict[str, tuple[str, ...]]] = {
    "audio/wav": _PCM,
    "audio/mpeg": ("mp3", "mp3float"),
    "audio/ogg": ("opus", "vorbis", "libopus", "libvorbis"),
    "audio/flac": ("flac",),
    "audio/mp4": ("aac",),
    "audio/webm": ("opus", "vorbis", "libopus", "libvorbis"),
}
_PICTURE: Final[dict[str, tuple[str, ...]]] = {
    "video/mp4": ("h264", "av1", "vp9"),
    "video/webm": ("vp8", "vp9", "av1"),
}
"""Media type, as we identify it, to the codecs that every browser plays in it; a type is sent as it stands here, or not."""
_PICTURE_PX: Final = 640


def played_as(media_type: str, facts: Mapping[str, str]) -> str:
    """Return the content type under which a browser plays these very bytes; '' where it cannot, or may not.

    `facts` are those of the reading, which name the codec; without them nothing is taken to play.
    """
    if media_type in _PICTURE:
        return media_type if facts.get("picture_codec") in _PICTURE[media_type] else ""
    return media_type if facts.get("codec") in _SOUND.get(media_type, ()) else ""


def is_recording(media_type: str) -> bool:
    """Whether it is something that is listened to or watched."""
    return media_type.startswith(("audio/", "video/"))


def loudness(pcm: Pcm) -> bytes:
    """Return the greatest magnitude of each 20 ms, 0 to 255 of full scale."""
    whole = np.abs(pcm.astype(np.int32))
    padded = np.pad(whole, (0, -len(whole) % _STEP))
    return bytes((padded.reshape(-1, _STEP).max(axis=1, initial=0) * 255 // 32_768).astype(np.uint8))


def write_loudness(recording: Path, target: Path, *, limits: Limits) -> None:
    """Write the loudness of a recording, a byte for each 20 ms; raises Unreadable."""
    target.write_bytes(loudness(decode(recording, limits=limits).pcm))


def write_sound(recording: Path, target: Path, *, limits: Limits) -> None:
    """Write a recording's sound as a WAV file of 16 kHz mono, as the speech engines hear it; raises Unreadable."""
    pcm = decode(recording, limits=limits).pcm
    if not len(pcm):
        raise Unreadable("the file holds no sound")
    write_wav(pcm, target)


def write_picture(original: Path, target: Path, *, media_type: str, at_ms: int, limits: Limits) -> None:
    """Write a small JPEG of a picture, or of the frame that a film shows at `at_ms`, without any of its metadata; raises Unreadable."""
    if media_type.startswith("video/"):
        from extractors.video.frames import frame_image

        image = frame_image(original, at_ms, limits=limits)
    else:
        from extractors.image import open_oriented

        image = open_oriented(original, limits=limits)
    small = image.convert("RGB")
    small.thumbnail((_PICTURE_PX, _PICTURE_PX))
    bare = Image.frombytes("RGB", small.size, small.tobytes())
    bare.save(target, "JPEG", quality=85)


def bars(levels: bytes, *, first_ms: int, last_ms: int, count: int) -> tuple[int, ...]:
    """Return the greatest of the levels in each of `count` equal slices of a stretch."""
    held = np.frombuffer(levels, np.uint8)[first_ms // STEP_MS : -(-last_ms // STEP_MS)]
    if not len(held):
        return (0,)
    many = min(count, len(held))
    starts = (
        np.arange(many) * len(held) // many
    )  # np.array_split makes the first slices longer, and shifts what is drawn
    return tuple(int(peak) for peak in np.maximum.reduceat(held, starts))
