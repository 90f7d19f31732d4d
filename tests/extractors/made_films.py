"""Films for the reader tests, made with PyAV: slides of print, shown for some seconds each, with or without sound."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from made_pages import printed
from PIL import Image

from extractors.protocols import Limits
from extractors.sound import Pcm, decode

SIZE = (1280, 720)
SLIDES = (
    ("Room board of Harbour Lodge", "Beds in room four are free"),
    ("Call the office on 020 7946 0958", "before noon on Monday"),
    ("The van leaves at half past five", "from the yard behind the mill"),
)


def slide(lines: Sequence[str], *, size: tuple[int, int] = SIZE, letter_px: int = 48) -> Image.Image:
    return printed(list(lines), size=size, letter_px=letter_px).convert("RGB")


def voice(path: Path) -> Pcm:
    """Return the words of a recording as 16 kHz samples."""
    return decode(path, limits=Limits()).pcm


def make_film(
    path: Path,
    pictures: Sequence[Image.Image],
    *,
    seconds: float = 3.0,
    rate: int = 10,
    codec: str = "libx264",
    form: str | None = None,
    sound: Pcm | None = None,
    sound_codec: str = "aac",
    options: dict[str, str] | None = None,
    tags: dict[str, str] | None = None,
    times_ms: Sequence[int] | None = None,
    gop: int = 250,
) -> Path:
    """Write `pictures` one after the other, each for `seconds`; `times_ms` gives each frame its own time instead."""
    with av.open(str(path), "w", format=form, options=options or {}) as container:
        container.metadata.update(tags or {})
        stream = container.add_stream(codec, rate=rate)
        stream.width, stream.height = pictures[0].size
        stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
        stream.codec_context.gop_size = gop
        if codec == "libx264":
            stream.options = {"preset": "ultrafast", "crf": "23", "x264-params": "scenecut=0"}
        if times_ms is not None:
            stream.codec_context.time_base = Fraction(1, 1000)
        heard = container.add_stream(sound_codec, rate=16_000, layout="mono") if sound is not None else None
        if heard is not None and sound is not None:
            for at in range(0, len(sound), 1_024):
                piece = sound[at : at + 1_024]
                frame = av.AudioFrame.from_ndarray(piece.reshape(1, -1).copy(), format="s16", layout="mono")
                frame.sample_rate, frame.pts, frame.time_base = 16_000, at, Fraction(1, 16_000)
                container.mux(heard.encode(frame))
            container.mux(heard.encode(None))
        count = 0
        for place, picture in enumerate(pictures):
            shown = 1 if times_ms is not None else round(seconds * rate)
            for _ in range(shown):
                frame = av.VideoFrame.from_ndarray(np.asarray(picture.convert("RGB")), format="rgb24")
                if times_ms is not None:
                    frame.pts, frame.time_base = times_ms[place], Fraction(1, 1000)
                else:
                    frame.pts, frame.time_base = count, Fraction(1, rate)
                container.mux(stream.encode(frame))
                count += 1
        container.mux(stream.encode(None))
    return path


_ONE = 0x1_0000
_MATRICES = {
    90: (0, _ONE, 0, -_ONE, 0, 0, 0, 0, 0x4000_0000),
    180: (-_ONE, 0, 0, 0, -_ONE, 0, 0, 0, 0x4000_0000),
    270: (0, -_ONE, 0, _ONE, 0, 0, 0, 0, 0x4000_0000),
}


def shown_turned(path: Path, clockwise: int) -> Path:
    """Write into an MP4's track header that it is to be shown turned, as phones held upright do."""
    data = bytearray(path.read_bytes())
    at = data.index(b"tkhd") + 44
    data[at : at + 36] = struct.pack(">9i", *_MATRICES[clockwise])
    path.write_bytes(data)
    return path
