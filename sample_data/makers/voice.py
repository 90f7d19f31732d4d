"""Speaking sentences with flite, laying them out in time, and encoding the sound."""

from __future__ import annotations

import io
import subprocess
import tempfile
import wave
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np

RATE_HZ = 16_000


@dataclass(frozen=True)
class Line:
    """One sentence to be spoken. `spoken` is what the voice is given where that differs from the text."""

    voice: str
    speaker: str
    text: str
    pause_ms: int = 500
    stretch: float = 1.0


@dataclass(frozen=True)
class Recording:
    """Samples at 16 kHz, mono, and when each sentence starts."""

    samples: np.ndarray
    sentences: tuple[tuple[int, str, str], ...]


def recorded(lines: list[Line], *, seed: int, room: float = 0.0) -> Recording:
    """The lines spoken one after the other, in a room with a little noise of level `room`."""
    parts, sentences, at = [_silence(300)], [], RATE_HZ * 300 // 1000
    for line in lines:
        sentences.append((at * 1000 // RATE_HZ, line.speaker, line.text))
        spoken = _spoken(line)
        parts += [spoken, _silence(line.pause_ms)]
        at += len(spoken) + len(parts[-1])
    samples = np.concatenate(parts).astype(np.float64)
    samples += np.random.default_rng(seed).normal(0, room, len(samples)) if room else 0
    return Recording(np.clip(samples, -32768, 32767).astype(np.int16), tuple(sentences))


def silence(seconds: int) -> Recording:
    """Digital silence: nothing but zeros."""
    return Recording(_silence(seconds * 1000), ())


def wav(recording: Recording) -> bytes:
    """A WAV file, 16 bits."""
    target = io.BytesIO()
    with wave.open(target, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE_HZ)
        sound.writeframes(recording.samples.tobytes())
    return target.getvalue()


def encoded(recording: Recording, container: str, codec: str, *, bit_rate: int = 0, rate_hz: int = RATE_HZ) -> bytes:
    """The recording in another container and codec, with no times or random serials in it."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "sound"
        options = {"fflags": "+bitexact"} | ({"serial_offset": "1"} if container == "ogg" else {})
        with av.open(str(target), "w", format=container, options=options) as output:
            stream = output.add_stream(codec, rate=rate_hz, layout="mono")
            assert isinstance(stream, av.AudioStream)
            stream.codec_context.flags |= 1 << 23  # AV_CODEC_FLAG_BITEXACT: no encoder version in the file
            if bit_rate:
                stream.bit_rate = bit_rate
            encode(recording.samples, output, stream, rate_hz)
        return target.read_bytes()


def encode(samples: np.ndarray, output: av.container.OutputContainer, stream: av.AudioStream, rate_hz: int) -> None:
    """Encode the samples as the stream asks for them, and write them to the container."""
    frame = av.AudioFrame.from_ndarray(samples[None, :], format="s16", layout="mono")
    frame.sample_rate = RATE_HZ
    size = stream.codec_context.frame_size or None
    resampler = av.AudioResampler(format=stream.codec_context.format, layout="mono", rate=rate_hz, frame_size=size)
    for piece in [*resampler.resample(frame), *resampler.resample(None)]:
        output.mux(stream.encode(piece))
    output.mux(stream.encode(None))


def _spoken(line: Line) -> np.ndarray:
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "line.wav"
        command = ["flite", "-voice", line.voice, "--setf", f"duration_stretch={line.stretch}"]
        subprocess.run([*command, "-t", line.text, "-o", str(target)], check=True)
        with wave.open(str(target)) as sound:
            if sound.getframerate() != RATE_HZ:
                raise ValueError(f"voice {line.voice} is not wideband")
            return np.frombuffer(sound.readframes(sound.getnframes()), dtype=np.int16)


def _silence(milliseconds: int) -> np.ndarray:
    return np.zeros(RATE_HZ * milliseconds // 1000, dtype=np.int16)
