"""The container of a film: what it holds, where each frame begins, and the clock that places are counted by."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
import numpy.typing as npt

from evidence.errors import LimitExceeded, Unreadable
from extractors.protocols import Limits
from extractors.sound import FORMATS

Numbers = npt.NDArray[np.int64]
_MOST_PACKETS: Final = 12_000_000
_DAMAGED: Final = "check that the file was copied whole; look at it in a player"


class Film(msgspec.Struct, frozen=True, kw_only=True):
    """What a container says it holds; nothing is decoded for it."""

    container: str
    has_pictures: bool
    has_sound: bool
    codec: str = ""
    width_px: int = 0
    height_px: int = 0
    frames_a_second: str = ""
    declared_ms: int = 0
    subtitles: int = 0
    """Subtitle tracks."""
    tags: dict[str, str] = {}
    """As the file states them, of the container and of its picture track (`track.` before the name)."""

    def facts(self) -> dict[str, str]:
        """Return the same as text, as readings keep it."""
        facts = {"container": self.container, "declared_ms": str(self.declared_ms)}
        if self.has_pictures:
            size = {"pixels": f"{self.width_px}x{self.height_px}", "frames_a_second": self.frames_a_second}
            facts |= {"picture_codec": self.codec, **size}
        return {f"tag.{name}": value for name, value in self.tags.items()} | facts


class Table(msgspec.Struct, frozen=True):
    """The packets of the picture track in the order of the file."""

    pts: Numbers
    sizes: Numbers
    keys: npt.NDArray[np.bool_]
    problem: str = ""
    """What ended the list early, or nothing."""

    def frame_number(self, pts: int) -> int:
        """Return which frame, from 0 in order of display, has this time stamp."""
        return int(np.searchsorted(np.sort(self.pts), pts))


@contextmanager
def opened(path: Path, *, limits: Limits) -> Iterator[Any]:
    """Open a film; raises Unreadable, or LimitExceeded for pictures beyond the pixel limit."""
    import av

    options = {"format_whitelist": FORMATS, "protocol_whitelist": "file"}
    try:
        with av.open(str(path), options=options) as container:
            stream = picture_track(container)
            if stream is not None:
                context = stream.codec_context
                if context.width * context.height > limits.pixels:
                    raise LimitExceeded(
                        f"{context.width} x {context.height} pixels: more than the limit of {limits.pixels:,}"
                    )
                context.thread_count = 1
                context.options = {"max_pixels": str(limits.pixels)}
            yield container
    except (av.error.FFmpegError, OSError, ValueError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or type(error).__name__
        raise Unreadable(f"the film cannot be opened: {why}", next_step=_DAMAGED) from error


def picture_track(container: Any) -> Any:
    """Return the first track of moving pictures; covers of albums are none. None where there is none."""
    import av

    cover = av.stream.Disposition.attached_pic
    moving = (one for one in container.streams.video if not one.disposition & cover and one.codec_context is not None)
    return next(moving, None)


def probe(path: Path, *, limits: Limits) -> Film:
    """Return what the container says; raises Unreadable."""
    with opened(path, limits=limits) as container:
        stream = picture_track(container)
        tags = {str(name): str(value) for name, value in container.metadata.items()}
        held = Film(
            container=container.format.name,
            has_pictures=stream is not None,
            has_sound=bool(container.streams.audio),
            declared_ms=max(0, int(container.duration // 1_000)) if container.duration else 0,
            subtitles=len(container.streams.subtitles),
            tags=tags,
        )
        if stream is None:
            return held
        context = stream.codec_context
        track = {f"track.{name}": str(value) for name, value in stream.metadata.items()}
        rate = float(getattr(stream, "average_rate", None) or 0)
        return msgspec.structs.replace(
            held,
            codec=context.name,
            width_px=context.width,
            height_px=context.height,
            frames_a_second=f"{rate:.2f}",
            tags=tags | track,
        )


def table_of(path: Path, *, limits: Limits) -> Table:
    """Return the packets of the picture track up to the limit on seconds; it stops where the file breaks off.

    Raises Unreadable where there is none. The last film's table is kept: a long film is read in many parts.
    """
    found = path.stat()
    return _table(path, found.st_size, found.st_mtime_ns, limits)


@lru_cache(maxsize=1)
def _table(path: Path, _size: int, _mtime_ns: int, limits: Limits) -> Table:
    with opened(path, limits=limits) as container:
        stream = picture_track(container)
        if stream is None:
            raise Unreadable("the film holds no pictures")
        return _packets(container, stream, limits)


def _packets(container: Any, stream: Any, limits: Limits) -> Table:
    import av

    pts, sizes, keys, problem = array("q"), array("q"), array("b"), ""
    last = limits.audio_seconds / stream.time_base + start_of(container, stream)
    try:
        for packet in container.demux(stream):
            at = packet.pts if packet.pts is not None else packet.dts
            if at is None or not packet.size:
                continue
            if at > last or len(pts) >= _MOST_PACKETS:
                problem = f"only the first {limits.audio_seconds} s were looked at (limit)"
                break
            pts.append(at)
            sizes.append(packet.size)
            keys.append(packet.is_keyframe)
    except av.error.FFmpegError as error:
        problem = f"the file breaks off: {getattr(error, 'strerror', None) or type(error).__name__}"
    return Table(np.array(pts, np.int64), np.array(sizes, np.int64), np.array(keys, np.bool_), problem)


def start_of(container: Any, stream: Any) -> int:
    """Return the time stamp of the film's beginning in ticks of `stream`."""
    if container.start_time is None:
        return int(stream.start_time or 0)
    ticks: int = round(container.start_time / 1_000_000 / stream.time_base)
    return ticks


def milliseconds(pts: int, *, start: int, stream: Any) -> int:
    """Return a time stamp as milliseconds from the film's beginning, never negative."""
    return int(max(0, round((pts - start) * stream.time_base * 1_000)))
