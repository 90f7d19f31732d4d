"""The English draft: pocketsphinx with the model in its wheel, only where English was said to be spoken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import msgspec

from evidence.errors import EngineMissing
from evidence.records import Stamp, Unit
from extractors import models
from extractors.protocols import Availability, ReadContext
from extractors.sound import RATE, Sound, decode, is_silent, is_wideband
from extractors.transcript import (
    LOW_WORD_SCORE,
    HeardWord,
    Utterance,
    arrange,
    mean_score,
    milli,
    milliseconds,
    unheard,
)

ENGINE = "pocketsphinx"
MODEL = "en-us"
_FRAMES_PER_SECOND = 100


class PocketsphinxOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How speech is told from silence: only what passes is fed, since the engine turns silence into words."""

    vad_mode: int = 2
    """0 lets most through, 3 least."""
    window_s_milli: int = 300
    longest_s: int = 30
    """Speech without a pause is cut here."""


@dataclass(frozen=True)
class Stretch:
    """Speech between two pauses."""

    start_s: float
    pcm: bytes


class Pocketsphinx(msgspec.Struct, frozen=True, kw_only=True):
    """A Transcriber whose every minute read is a `draft`."""

    options: PocketsphinxOptions = PocketsphinxOptions()

    def transcribe(self, recording: Path, *, context: ReadContext) -> tuple[Unit, ...]:
        """Return one unit per minute, `skipped` unless the speech is said to be English and is wideband.

        Raises Unreadable where nothing can be decoded and EngineMissing without the package.
        """
        sound = decode(recording, limits=context.limits)
        reason = _refused(sound, context)
        if reason or is_silent(sound.pcm):
            return unheard(sound, reason=reason)
        return arrange(list(_listen(sound, self.options)), sound, draft=True)

    def stamp(self) -> Stamp:
        """Return name, version, the bundled model's digest and every setting; loads nothing."""
        return Stamp(
            name=ENGINE,
            version=version(ENGINE),
            model=MODEL,
            model_digest=models.folder_digest(_model_folder()),
            settings={
                "decoder": f"av {version('av')}",
                "longest_s": self.options.longest_s,
                "vad_mode": self.options.vad_mode,
                "window_s_milli": self.options.window_s_milli,
            },
        )


def _refused(sound: Sound, context: ReadContext) -> str:
    """Return why no draft is made, or nothing."""
    language = context.speech_language
    if not language:
        return "no speech model for a language nobody has stated; an English draft needs someone to say it is English"
    if language != "en":
        return f"no speech model for {language}; the draft engine knows only English"
    if not is_silent(sound.pcm) and not is_wideband(sound.pcm):
        return "no speech model for narrowband (telephone) sound; the draft engine would guess"
    return ""


def _listen(sound: Sound, options: PocketsphinxOptions) -> Iterator[Utterance]:
    """Yield the utterances of one recording, from a decoder that has heard nothing before it."""
    decoder = _fresh_decoder()
    for stretch in _stretches(sound, options):
        decoder.start_utt()
        decoder.process_raw(stretch.pcm, full_utt=True)
        decoder.end_utt()
        utterance = _utterance(decoder, stretch)
        if utterance.words:
            yield utterance


def _stretches(sound: Sound, options: PocketsphinxOptions) -> Iterator[Stretch]:
    """Yield the stretches of speech that the voice activity detector lets through."""
    from pocketsphinx import Endpointer

    ears = Endpointer(window=options.window_s_milli / 1_000, vad_mode=options.vad_mode, sample_rate=RATE)
    data, step, start_s = sound.pcm.tobytes(), ears.frame_bytes, 0.0
    pieces: list[bytes] = []
    for at in range(0, len(data), step):
        frame = data[at : at + step]
        last = at + step >= len(data)
        speech = ears.end_stream(frame) if last else ears.process(frame)
        if speech is not None:
            start_s = start_s if pieces else ears.speech_start
            pieces.append(speech)
        if pieces and (last or not ears.in_speech):
            yield Stretch(start_s, b"".join(pieces))
            pieces = []
        elif len(pieces) * ears.frame_length >= options.longest_s:
            yield Stretch(start_s, b"".join(pieces))
            start_s += sum(map(len, pieces)) / 2 / RATE
            pieces = []


def _utterance(decoder: Any, stretch: Stretch) -> Utterance:
    spoken = [part for part in decoder.seg() if not _is_filler(part.word)]
    words = tuple(_word(part, stretch, first=index == 0) for index, part in enumerate(spoken))
    start_ms = words[0].start_ms if words else milliseconds(stretch.start_s)
    return Utterance(
        start_ms=start_ms,
        end_ms=words[-1].end_ms if words else start_ms,
        words=words,
        language="en",
        doubtful=bool(words) and mean_score(words) < LOW_WORD_SCORE,
    )


def _is_filler(word: str) -> bool:
    return word.startswith(("<", "[", "+"))


def _word(part: Any, stretch: Stretch, *, first: bool) -> HeardWord:
    bare = part.word.partition("(")[0]
    return HeardWord(
        text=bare if first else f" {bare}",
        start_ms=milliseconds(stretch.start_s + part.start_frame / _FRAMES_PER_SECOND),
        end_ms=milliseconds(stretch.start_s + (part.end_frame + 1) / _FRAMES_PER_SECOND),
        score=min(1_000, milli(part.prob)),
    )


def _fresh_decoder() -> Any:
    try:
        from pocketsphinx import Decoder
    except ImportError as error:
        raise EngineMissing("pocketsphinx is not installed", next_step="make setup") from error
    return Decoder(samprate=RATE, loglevel="FATAL")


def _model_folder() -> Path:
    spec = find_spec("pocketsphinx")
    if spec is None or spec.origin is None:
        raise EngineMissing("pocketsphinx is not installed", next_step="make setup")
    return Path(spec.origin).parent / "model" / MODEL


def available() -> Availability:
    """Return whether the package and its English model are here."""
    if find_spec("pocketsphinx") is None or not _model_folder().is_dir():
        return Availability(
            engine=ENGINE,
            available=False,
            detail="not installed: no English drafts where there are no Whisper weights",
            next_step="make setup",
        )
    return Availability(
        engine=ENGINE,
        available=True,
        detail=f"pocketsphinx {version(ENGINE)}, {MODEL}: drafts of wideband speech said to be English",
    )
