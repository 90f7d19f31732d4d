"""The sound of a recording: decoded from any container to 16 kHz mono, and what can be measured on it."""

from __future__ import annotations

import wave
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import msgspec
import numpy as np
import numpy.typing as npt

from evidence.errors import Unreadable
from extractors.cut_short import cut_short
from extractors.protocols import Limits
from extractors.riff import FirstBytes, rest_of

Pcm: TypeAlias = npt.NDArray[np.int16]

RATE = 16_000
"""Samples per second of everything the speech engines hear."""

LOWEST_RATE = 4_000
HIGHEST_RATE = 768_000
"""Samples a second that a recording may claim; telephone sound has 8,000."""

MINUTE_MS = 60_000
FORMATS = "wav,w64,aiff,au,caf,mp3,flac,mov,mp4,m4a,3gp,ogg,amr,amrnb,amrwb,aac,matroska,webm,asf,avi,mpeg,mpegts,flv"
"""Containers FFmpeg may open: none that names other files to read (playlists, concat lists)."""

WIDEBAND_HZ = 4_200
_SILENT_PEAK = 1
_FRAME = 1_024
_MANY_BAD_PACKETS = 10_000
_GATHERED = 200_000


class Probe(msgspec.Struct, frozen=True, kw_only=True):
    """What a recording's container says, and how much sound its packets hold; nothing is decoded for it."""

    container: str
    codec: str
    sample_rate: int
    channels: int
    duration_ms: int
    """Sound that the packets hold, up to the limit."""
    declared_ms: int
    """What the container claims; 0 where it claims nothing."""
    past_limit: bool = False
    cut_short: str = ""
    """What says that the file is not whole, or holds more than was listened to; or nothing."""
    tags: dict[str, str] = {}

    def facts(self) -> dict[str, str]:
        """Return the same as text, as readings keep it."""
        tags = {f"tag.{name}": value for name, value in self.tags.items()}
        return tags | {
            "container": self.container,
            "codec": self.codec,
            "sample_rate": str(self.sample_rate),
            "channels": str(self.channels),
            "duration_ms": str(self.duration_ms),
        }


@dataclass(frozen=True, kw_only=True)
class Sound:
    """A stretch of a recording as 16 kHz mono 16-bit samples."""

    pcm: Pcm
    complete: bool
    """False where a limit or damage ended it early."""
    problem: str = ""
    """What ended it early, or how many damaged packets were left out."""

    @property
    def duration_ms(self) -> int:
        """Length in whole milliseconds."""
        return len(self.pcm) * 1_000 // RATE

    def between(self, start_ms: int, end_ms: int) -> Pcm:
        """Return the samples from `start_ms` to `end_ms`."""
        return self.pcm[start_ms * RATE // 1_000 : end_ms * RATE // 1_000]


# --- opening -------------------------------------------------------------------------------------------------------


@contextmanager
def _opened(path: Path) -> Iterator[tuple[Any, Any]]:
    """Open a recording's container and its first audio stream; raises Unreadable."""
    import av

    try:
        with (
            _source(path) as source,
            av.open(source, options={"format_whitelist": FORMATS, "protocol_whitelist": "file"}) as container,
        ):
            if not container.streams.audio:
                raise Unreadable("the file holds no sound")
            stream = container.streams.audio[0]
            stream.codec_context.options = {"err_detect": "crccheck+bitstream+buffer"}
            yield container, stream
    except (av.error.FFmpegError, OSError, ValueError, UnicodeDecodeError) as error:
        raise Unreadable(
            f"the sound cannot be decoded: {_plain(error)}",
            next_step="check that the file was copied whole; listen to it in a player",
        ) from error


@contextmanager
def _source(path: Path) -> Iterator[Any]:
    """Yield what FFmpeg is to open: the path, or where much lies beyond the sound of a WAVE file, only what is before."""
    with ExitStack() as stack:
        rest = rest_of(path)
        yield FirstBytes(stack.enter_context(path.open("rb")), rest.start) if rest else str(path)


def _plain(error: Exception) -> str:
    """Return an error's own words without the path that FFmpeg puts into it."""
    return getattr(error, "strerror", None) or type(error).__name__


def probe(path: Path, *, limits: Limits) -> Probe:
    """Return codec, rate, channels and duration without decoding; raises Unreadable.

    A rate that no recorder uses is refused: resampled from 1 Hz, a file of noise comes out as silence.
    """
    with _opened(path) as (container, stream):
        _check_rate(stream.codec_context.sample_rate)
        held_ms, past_limit = _packets_ms(container, stream, limit_ms=limits.audio_seconds * 1_000)
        declared_ms, name = _declared_ms(container, stream), container.format.name
        sign = "" if past_limit else cut_short(path, container=name, declared_ms=declared_ms, held_ms=held_ms)
        rest = rest_of(path)
        return Probe(
            container=name,
            codec=stream.codec_context.name,
            sample_rate=stream.codec_context.sample_rate,
            channels=stream.codec_context.channels,
            duration_ms=held_ms,
            declared_ms=declared_ms,
            past_limit=past_limit,
            cut_short=sign or (rest.said(path) if rest else ""),
            tags={str(key): str(value) for key, value in sorted(container.metadata.items())},
        )


def _check_rate(sample_rate: int) -> None:
    if not LOWEST_RATE <= sample_rate <= HIGHEST_RATE:
        raise Unreadable(
            f"it claims {sample_rate:,} samples a second, which no recorder makes",
            next_step="look at the file's header; the sound may be there under another rate",
        )


def _packets_ms(container: Any, stream: Any, *, limit_ms: int) -> tuple[int, bool]:
    ticks, limit = 0, limit_ms / 1_000 / stream.time_base
    for packet in _sound_packets(container, stream):
        ticks += packet.duration or 0
        if ticks > limit:
            return limit_ms, True
    return int(ticks * stream.time_base * 1_000), False


def _sound_packets(container: Any, stream: Any) -> Iterator[Any]:
    """Yield packets until the file ends or breaks off."""
    import av

    try:
        yield from container.demux(stream)
    except av.error.FFmpegError:
        return


def _declared_ms(container: Any, stream: Any) -> int:
    if stream.duration:
        return int(stream.duration * stream.time_base * 1_000)
    return int(container.duration // 1_000) if container.duration else 0


# --- decoding ------------------------------------------------------------------------------------------------------


def decode(path: Path, *, limits: Limits, first_ms: int = 0, last_ms: int | None = None) -> Sound:
    """Return the sound from `first_ms` up to `last_ms` (None: to the end); raises Unreadable where none comes out.

    Decoding starts at the beginning, so that every stretch is the same whatever else is asked for. It stops at the
    limit on seconds of audio. Damaged packets are left out and counted in `problem`.
    """
    limit_ms = limits.audio_seconds * 1_000
    stop_ms = min(limit_ms, limit_ms if last_ms is None else last_ms)
    with _opened(path) as (container, stream):
        source = _Source(container, stream)
        pcm, more = _collected(source.pieces(), first=first_ms * RATE // 1_000, stop=stop_ms * RATE // 1_000)
    if not len(pcm) and source.bad and not first_ms:
        raise Unreadable(
            f"no sound could be decoded: {source.bad} packets are damaged",
            next_step="check that the file was copied whole; listen to it in a player",
        )
    past_limit = more and stop_ms == limit_ms
    problem = f"only the first {limits.audio_seconds} s were read (limit)" if past_limit else source.problem()
    return Sound(pcm=pcm, complete=not problem, problem=problem)


def _collected(pieces: Iterator[Pcm], *, first: int, stop: int) -> tuple[Pcm, bool]:
    """Return samples `first` to `stop`, and whether there were more."""
    kept: list[Pcm] = []
    at, more = 0, False
    for piece in pieces:
        begin, end = max(0, first - at), min(len(piece), stop - at)
        if end > begin:
            kept.append(piece[begin:end])
        at += len(piece)
        if at > stop:
            more = True
            break
    return (np.concatenate(kept) if kept else np.zeros(0, np.int16)), more


class _Source:
    """The decoded pieces of one stream, with a count of what could not be decoded."""

    def __init__(self, container: Any, stream: Any) -> None:
        self._container, self._stream = container, stream
        self._shape: tuple[object, ...] = ()
        self.bad = 0

    def problem(self) -> str:
        """Return what to say of damage, or nothing."""
        return f"{self.bad} damaged packets were left out" if self.bad else ""

    def pieces(self) -> Iterator[Pcm]:
        """Yield mono samples at 16 kHz, in order."""
        for packet in _sound_packets(self._container, self._stream):
            for frame in self._frames(packet):
                yield from self._resampled(frame)
        yield from self._flushed()

    def _frames(self, packet: Any) -> list[Any]:
        import av

        try:
            return list(packet.decode())
        except av.error.EOFError:
            return []
        except av.error.FFmpegError:
            self.bad += 1
            if self.bad > _MANY_BAD_PACKETS:
                raise
            return []

    def _resampled(self, frame: Any) -> Iterator[Pcm]:
        """Gather frames into long ones (a call for each short one takes four times as long), then resample."""
        shape = (frame.format.name, frame.layout.name, frame.sample_rate)
        if shape != self._shape:
            yield from self._flushed()
            self._shape = shape
            self._begin(frame)
        frame.pts = None
        self._waiting.write(frame)
        if self._waiting.samples >= _GATHERED:
            yield from map(_mono, self._resampler.resample(self._waiting.read()))

    def _begin(self, frame: Any) -> None:
        import av

        layout = "mono" if frame.layout.nb_channels == 1 else "stereo"
        self._resampler = av.AudioResampler(format="s16", layout=layout, rate=RATE)
        self._waiting = av.AudioFifo()

    def _flushed(self) -> Iterator[Pcm]:
        if not self._shape:
            return
        if self._waiting.samples:
            yield from map(_mono, self._resampler.resample(self._waiting.read()))
        yield from map(_mono, self._resampler.resample(None))


def _mono(frame: Any) -> Pcm:
    """Return a frame's samples; two channels that cancel out become the louder of them, never silence."""
    samples: Pcm = frame.to_ndarray().reshape(-1)
    if frame.layout.nb_channels == 1:
        return samples
    left, right = samples[0::2].astype(np.int32), samples[1::2].astype(np.int32)
    mixed = (left + right) >> 1
    loud = left if np.abs(left).max(initial=0) >= np.abs(right).max(initial=0) else right
    cancelled = np.abs(mixed).max(initial=0) * 10 < np.abs(loud).max(initial=0)
    return (loud if cancelled else mixed).astype(np.int16)


# --- measuring -----------------------------------------------------------------------------------------------------


def is_silent(pcm: Pcm) -> bool:
    """Return whether the samples are empty: none further from zero than the smallest step of 16 bits."""
    return not len(pcm) or (int(pcm.max()) <= _SILENT_PEAK and int(pcm.min()) >= -_SILENT_PEAK)


def is_wideband(pcm: Pcm) -> bool:
    """Return whether speech sounds above 4.2 kHz are there, which a telephone line cuts off.

    Of the frames (64 ms) that are not quiet, the brightest twentieth must carry at least a thousandth of their
    energy between 4.2 and 7.5 kHz; hiss and fricatives carry far more, resampled telephone sound far less.
    """
    frames = pcm[: len(pcm) // _FRAME * _FRAME].reshape(-1, _FRAME)
    shares = np.concatenate(
        [_bright_shares(frames[at : at + 1_024]) for at in range(0, len(frames), 1_024)] or [_none()]
    )
    return bool(len(shares) and np.quantile(shares, 0.95) >= 1e-3)


def _none() -> npt.NDArray[np.float64]:
    return np.zeros(0)


def _bright_shares(frames: Pcm) -> npt.NDArray[np.float64]:
    """Return, for each frame louder than -50 dB of full scale, the share of its energy above 4.2 kHz."""
    energy = np.abs(np.fft.rfft(frames * np.hanning(_FRAME), axis=1)) ** 2
    hertz = np.fft.rfftfreq(_FRAME, 1 / RATE)
    bright = energy[:, (hertz >= WIDEBAND_HZ) & (hertz <= 7_500)].sum(axis=1)
    whole = energy[:, hertz >= 100].sum(axis=1) + 1e-9
    loud = np.sqrt((frames.astype(np.float64) ** 2).mean(axis=1)) > 32_768 * 10 ** (-50 / 20)
    shares: npt.NDArray[np.float64] = (bright / whole)[loud]
    return shares


def quietest_ms(sound: Sound, *, start_ms: int, end_ms: int) -> int:
    """Return the middle of the quietest 200 ms between two times: where a long recording can be cut."""
    step = RATE // 100
    samples = sound.between(start_ms, end_ms)
    power = (samples[: len(samples) // step * step].astype(np.float64).reshape(-1, step) ** 2).sum(axis=1)
    if len(power) < 20:
        return start_ms
    windows = np.convolve(power, np.ones(20), "valid")
    return start_ms + (int(windows.argmin()) + 10) * 10


def write_wav(pcm: Pcm, path: Path) -> None:
    """Write samples as a 16 kHz mono WAV file."""
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(pcm.astype("<i2").tobytes())
