"""Whisper weights in CTranslate2 form, through faster-whisper: the default speech engine."""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from evidence.errors import EngineMissing
from evidence.records import Stamp, Unit
from extractors import models
from extractors.cpu import instruction_set
from extractors.models import RegisteredModel
from extractors.protocols import Availability, ReadContext
from extractors.sound import Sound, decode, is_silent
from extractors.transcript import Utterance, arrange, milli, unheard
from extractors.whisper_output import doubted_language, utterance

ENGINE: models.EngineName = "faster-whisper"


class FasterWhisperOptions(msgspec.Struct, frozen=True, kw_only=True):
    """Every setting that can change what is heard; temperature is 0 and earlier text is never a prompt."""

    beam_size: int = 5
    compute_type: str = "int8"
    threads: int = 1
    """One in a worker: more do not pay, and the order of additions would change with them."""


class FasterWhisper(msgspec.Struct, frozen=True, kw_only=True):
    """A Transcriber over registered weights; the weights are checked and loaded at the first recording."""

    model: RegisteredModel
    options: FasterWhisperOptions = FasterWhisperOptions()

    def transcribe(self, recording: Path, *, context: ReadContext) -> tuple[Unit, ...]:
        """Return one unit per minute; raises Unreadable, EngineMissing or IntegrityError."""
        sound = decode(recording, limits=context.limits)
        if is_silent(sound.pcm):
            return unheard(sound, reason="")
        loaded = _loaded(self.model, self.options)
        asked = context.speech_language
        if asked and asked not in loaded.supported_languages:
            return unheard(sound, reason=f"no speech model for {asked}: {self.model.name} does not know it")
        utterances, facts = _listen(loaded, sound, self.options, context=context)
        return arrange(utterances, sound, facts=facts)

    def stamp(self) -> Stamp:
        """Return name, versions, the weights' digest and every setting; loads nothing."""
        return Stamp(
            name=ENGINE,
            version=version("faster-whisper"),
            model=self.model.name,
            model_digest=self.model.digest,
            settings=_settings(self.options),
        )


def _settings(options: FasterWhisperOptions) -> dict[str, str | int | bool | list[str]]:
    return {
        "beam_size": options.beam_size,
        "compute_type": options.compute_type,
        "condition_on_previous_text": False,
        "cpu": instruction_set(),
        "ctranslate2": version("ctranslate2"),
        "decoder": f"av {version('av')}",
        "temperature": 0,
        "threads": options.threads,
        "vad_filter": False,
        "word_timestamps": True,
    }


def _listen(
    loaded: Any, sound: Sound, options: FasterWhisperOptions, *, context: ReadContext
) -> tuple[list[Utterance], dict[str, str]]:
    segments, info = loaded.transcribe(
        sound.pcm.astype(np.float32) / 32_768,
        language=context.speech_language or None,
        beam_size=options.beam_size,
        temperature=[0.0],
        condition_on_previous_text=False,
        word_timestamps=True,
        vad_filter=False,
    )
    language, sure = str(info.language), milli(info.language_probability)
    doubted = doubted_language(language, sure, context)
    utterances = [_utterance(segment, language, doubtful=doubted) for segment in segments]
    return utterances, {} if context.speech_language else {"language_detected": language, "language_score": str(sure)}


def _utterance(segment: Any, language: str, *, doubtful: bool) -> Utterance:
    return utterance(
        start_s=segment.start,
        end_s=segment.end,
        words=((str(word.word), word.start, word.end, word.probability) for word in segment.words or ()),
        avg_logprob=segment.avg_logprob,
        no_speech_prob=segment.no_speech_prob,
        language=language,
        doubtful=doubtful,
    )


@cache
def _loaded(model: RegisteredModel, options: FasterWhisperOptions) -> Any:
    """Check the weights and load them; kept for the life of the worker."""
    models.check(model)
    models.stay_offline()
    try:
        from faster_whisper import WhisperModel
    except ImportError as error:
        raise EngineMissing("faster-whisper is not installed", next_step="make setup") from error
    return WhisperModel(
        str(model.weights),
        device="cpu",
        compute_type=options.compute_type,
        cpu_threads=options.threads,
        num_workers=1,
        local_files_only=True,
    )


def available(*, root: Path | None = None) -> Availability:
    """Return whether the package and at least one model are here."""
    if find_spec("faster_whisper") is None:
        return Availability(engine=ENGINE, available=False, detail="package not installed", next_step="make setup")
    found = models.for_engine(ENGINE, root=root)
    if not found:
        return Availability(
            engine=ENGINE,
            available=False,
            detail="no Whisper weights are registered: recordings are not transcribed, except English drafts",
            next_step="casegraph models add FOLDER, or casegraph models pull small",
        )
    names = ", ".join(f"{model.name} ({model.digest[:12]})" for model in found)
    return Availability(engine=ENGINE, available=True, detail=f"faster-whisper {_version()}; models: {names}")


def _version() -> str:
    try:
        return version("faster-whisper")
    except PackageNotFoundError:
        return "of unknown version"
