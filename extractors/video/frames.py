"""Decoding as little of a film as choosing its frames takes, and one frame again on demand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from PIL import Image

from evidence.errors import LimitExceeded, Unreadable
from extractors.protocols import Limits
from extractors.video.choice import THUMB_PX, Chooser, Chosen, Sample
from extractors.video.container import Table, milliseconds, opened, picture_track, start_of, table_of

_KEY_GAP_MS: Final = 2_000
"""Where key frames are no further apart than this, the frames between them are not decoded."""
_SAMPLE_MS: Final = 400
_PEAK: Final = 3.0
_PEAK_OF_KEY: Final = 0.04
_REFINES: Final = 2
"""Packets after a key frame that only better it."""
_SUM_OF_KEY: Final = 4.0
_SETTLES_MS: Final = 1_000
_FEW: Final = 3
"""Up to so many packets for each sample are all decoded: a slow film costs little."""
_MANY_BAD: Final = 2_000
_SEEKS_TRUE: Final = ("mov", "matroska")
DECODING: Final[dict[str, str | int | bool | list[str]]] = {
    "key_gap_ms": _KEY_GAP_MS,
    "sample_ms": _SAMPLE_MS,
    "decoding": 1,
    "settles_ms": _SETTLES_MS,
}


class Decoded:
    """The frames chosen from a stretch of a film, in order, with what went wrong on the way."""

    def __init__(self, path: Path, *, first_ms: int, last_ms: int, first_why: str, limits: Limits) -> None:
        self._path, self._first_ms, self._last_ms, self._limits = path, first_ms, last_ms, limits
        self._chooser = Chooser(first_why=first_why, hours=(last_ms - first_ms) / 3_600_000)
        self.bad = 0
        self.seen = 0
        """Frames that were looked at."""
        self.problem = ""

    @property
    def passed_over(self) -> int:
        """Changes that were not read because of the bound on frames."""
        return self._chooser.passed_over

    def chosen(self) -> Iterator[tuple[Chosen, int, Image.Image]]:
        """Yield each chosen frame, its number from 0, and its pixels upright in grey."""
        table = table_of(self._path, limits=self._limits)
        self.problem = table.problem
        order = np.sort(table.pts)
        with opened(self._path, limits=self._limits) as container:
            for sample in self._samples(container, picture_track(container), table):
                yield from (self._full(one, order) for one in self._chooser.see(sample))
            yield from (self._full(one, order) for one in self._chooser.finish())

    def _full(self, one: Chosen, order: npt.NDArray[np.int64]) -> tuple[Chosen, int, Image.Image]:
        frame, one.frame = one.frame, None
        return one, int(np.searchsorted(order, one.pts)), upright(frame)

    def _samples(self, container: Any, stream: Any, table: Table) -> Iterator[Sample]:
        start = start_of(container, stream)
        groups = _Groups(table, to_ms=lambda pts: milliseconds(pts, start=start, stream=stream))
        wanted = groups.between(self._first_ms, self._last_ms)
        if not wanted:
            return
        if wanted[0] > 0 and container.format.name.startswith(_SEEKS_TRUE):
            container.seek(int(groups.key_pts[wanted[0]]), stream=stream)
        last_ms = -_SAMPLE_MS
        for frame in self._frames(container, stream, groups, range(wanted[0], wanted[-1] + 1)):
            if frame.pts is None or frame.is_corrupt or not groups.is_whole(frame.pts):
                continue
            at_ms = milliseconds(frame.pts, start=start, stream=stream)
            if not self._first_ms <= at_ms < self._last_ms or at_ms - last_ms < _SAMPLE_MS:
                continue
            last_ms = at_ms
            self.seen += 1
            yield Sample(at_ms, frame.pts, _thumb(frame), frame)

    def _frames(self, container: Any, stream: Any, groups: _Groups, wanted: range) -> Iterator[Any]:
        """Yield what the packets of the wanted groups give; damaged ones are counted and left out."""
        import av

        group = place = -1
        try:
            for packet in container.demux(stream):
                at = packet.pts if packet.pts is not None else packet.dts
                if at is None or not packet.size:
                    continue
                if packet.is_keyframe or group < 0:
                    group, place = groups.index(at), -1
                place += 1
                if group > wanted[-1]:
                    break
                if group >= wanted[0] and place < groups.fed[group]:
                    yield from self._decoded(stream, packet)
        except av.error.FFmpegError as error:
            self.problem = (
                self.problem or f"the file breaks off: {getattr(error, 'strerror', '') or type(error).__name__}"
            )
        yield from self._decoded(stream, None)

    def _decoded(self, stream: Any, packet: Any) -> list[Any]:
        import av

        try:
            frames = list(stream.codec_context.decode(packet))
        except av.error.EOFError:
            return []
        except av.error.FFmpegError:
            self.bad += 1
            if self.bad > _MANY_BAD:
                raise
            return []
        for frame in frames:
            if frame.width * frame.height > self._limits.pixels:
                raise LimitExceeded(f"{frame.width} x {frame.height} pixels: more than the limit allows")
        return frames


class _Groups:
    """The groups of pictures of a film: a key frame and what is built on it; which are decoded whole.

    Between key frames that are far apart, the sizes of the packets tell whether anything changed.
    """

    def __init__(self, table: Table, *, to_ms: Any) -> None:
        keys = np.flatnonzero(table.keys)
        if not len(keys) or keys[0]:
            keys = np.concatenate([[0], keys]) if len(table.pts) else keys
        ends = [*keys[1:], len(table.pts)]
        self.key_pts = table.pts[keys]
        self._at = {int(pts): place for place, pts in enumerate(self.key_pts)}
        self._ms = [to_ms(int(pts)) for pts in self.key_pts]
        self._end_ms = to_ms(int(table.pts.max())) + 1 if len(table.pts) else 0
        self.fed = [
            self._packets(group, table.sizes[first:end])
            for group, (first, end) in enumerate(zip(keys, ends, strict=True))
        ]
        """How many packets of each group go to the decoder: its key frame, or up to where it stands still again."""
        self._space()

    def _packets(self, group: int, sizes: npt.NDArray[np.int64]) -> int:
        lasts_ms = self._ends_ms(group) - self._ms[group]
        if lasts_ms <= _KEY_GAP_MS:
            return 1
        if len(sizes) <= _FEW * lasts_ms / _SAMPLE_MS:
            return len(sizes)
        last = _last_change(sizes)
        return min(len(sizes), last + 1 + len(sizes) * _SETTLES_MS // lasts_ms) if last else 1

    def _space(self) -> None:
        """Leave out key frames that are nearer to the one before than samples are."""
        last = -_SAMPLE_MS
        for group, ms in enumerate(self._ms):
            if self.fed[group] == 1 and 0 <= ms - last < _SAMPLE_MS:
                self.fed[group] = 0
            else:
                last = ms

    def _ends_ms(self, group: int) -> int:
        return self._ms[group + 1] if group + 1 < len(self._ms) else self._end_ms

    def between(self, first_ms: int, last_ms: int) -> list[int]:
        """Return the groups that overlap a stretch."""
        return [at for at, ms in enumerate(self._ms) if ms < last_ms and self._ends_ms(at) > first_ms]

    def index(self, pts: int) -> int:
        """Return the group whose key frame has this time stamp, or the last one before it."""
        exact = self._at.get(pts)
        return exact if exact is not None else max(0, int(np.searchsorted(self.key_pts, pts, "right")) - 1)

    def is_whole(self, pts: int) -> bool:
        """Whether a frame with this time stamp was decoded from all that it is built on."""
        return pts in self._at or self.fed[self.index(pts)] > 1


def _last_change(sizes: npt.NDArray[np.int64]) -> int:
    """Return the last packet after a key frame whose size says that something changed; 0 where none does.

    One that stands out from its neighbours, or any where all together weigh several times the key frame: there is motion.
    """
    first = 1 + _REFINES
    key, others = max(1, int(sizes[0])), sizes[first:]
    if not len(others):
        return 0
    if others.sum() > _SUM_OF_KEY * key:
        return len(sizes) - 1
    peaks = np.flatnonzero(others > max(_PEAK * float(np.median(others)), _PEAK_OF_KEY * key))
    if len(peaks):
        return int(peaks[-1]) + first
    return _REFINES if (sizes[1:first] > key // 2).any() else 0


_GREY_PLANES: Final = ("yuv", "nv1", "gray", "nv2")


def _thumb(frame: Any) -> npt.NDArray[np.int16]:
    """Return a small grey copy, made of the plane of brightness where the format has one of 8 bits."""
    factor = max(1, frame.width // THUMB_PX)
    layout = frame.format
    if layout.name.startswith(_GREY_PLANES) and layout.components[0].bits == 8 and not layout.name.startswith("yuyv"):
        plane = frame.planes[0]
        whole = Image.frombuffer("L", (plane.line_size, frame.height), plane, "raw", "L", 0, 1)
        grey = whole.crop((0, 0, frame.width, frame.height)) if plane.line_size > frame.width else whole
        return np.asarray(grey.reduce(factor), dtype=np.int16)
    small = frame.reformat(width=max(16, frame.width // factor), height=max(16, frame.height // factor), format="gray")
    made: npt.NDArray[np.int16] = small.to_ndarray().astype(np.int16)
    return made


_TURNS: Final = {
    90: Image.Transpose.ROTATE_90,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_270,
}


def upright(frame: Any, *, mode: str = "L") -> Image.Image:
    """Return a decoded frame as a picture, turned as the film's metadata say it is shown."""
    image: Image.Image = Image.fromarray(frame.to_ndarray(format="gray")) if mode == "L" else frame.to_image()
    turn = _TURNS.get(round((frame.rotation or 0) % 360 / 90) % 4 * 90)
    return (image.transpose(turn) if turn is not None else image).convert(mode)


def frame_image(path: Path, at_ms: int, *, limits: Limits | None = None) -> Image.Image:
    """Return the frame shown at `at_ms`, upright and in colour; raises Unreadable where none can be decoded there."""
    import av

    with opened(path, limits=limits or Limits()) as container:
        stream = picture_track(container)
        if stream is None:
            raise Unreadable("the film holds no pictures")
        start = start_of(container, stream)
        if container.format.name.startswith(_SEEKS_TRUE):
            container.seek(start + int(at_ms / 1_000 / stream.time_base), stream=stream)
        shown = None
        try:
            for frame in container.decode(stream):
                if (
                    frame.pts is not None
                    and milliseconds(frame.pts, start=start, stream=stream) > at_ms
                    and shown is not None
                ):
                    break
                shown = frame
        except av.error.FFmpegError:
            pass
        if shown is None:
            raise Unreadable(f"no picture can be decoded at {at_ms} ms")
        return upright(shown, mode="RGB")
