"""Whisper weights as published by OpenAI, through openai-whisper: an extra, since it brings torch."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.metadata import version
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
from extractors.transcript import MOST_SCORE, Utterance, arrange, unheard
from extractors.whisper_output import doubted_language, utterance

ENGINE: models.EngineName = "openai-whisper"
_INSTALL = "make setup-openai-whisper"


class OpenaiWhisperOptions(msgspec.Struct, frozen=True, kw_only=True):
    """Every setting that can change what is heard; temperature is 0 and earlier text is never a prompt."""

    beam_size: int = 5
    threads: int = 1


class OpenaiWhisper(msgspec.Struct, frozen=True, kw_only=True):
    """A Transcriber over registered weights; the weights are checked and loaded at the first recording."""

    model: RegisteredModel
    options: OpenaiWhisperOptions = OpenaiWhisperOptions()

    def transcribe(self, recording: Path, *, context: ReadContext) -> tuple[Unit, ...]:
        """Return one unit per minute; raises Unreadable, EngineMissing or IntegrityError."""
        sound = decode(recording, limits=context.limits)
        if is_silent(sound.pcm):
            return unheard(sound, reason="")
        loaded = _loaded(self.model, self.options)
        asked = context.speech_language
        if asked and not _knows(loaded, asked):
            return unheard(sound, reason=f"no speech model for {asked}: {self.model.name} does not know it")
        utterances, facts = _listen(loaded, sound, self.options, context=context)
        return arrange(utterances, sound, facts=facts)

    def stamp(self) -> Stamp:
        """Return name, versions, the weights' digest and every setting; loads nothing."""
        return Stamp(
            name=ENGINE,
            version=version("openai-whisper"),
            model=self.model.name,
            model_digest=self.model.digest,
            settings=_settings(self.options),
        )


def _settings(options: OpenaiWhisperOptions) -> dict[str, str | int | bool | list[str]]:
    return {
        "beam_size": options.beam_size,
        "condition_on_previous_text": False,
        "cpu": instruction_set(),
        "decoder": f"av {version('av')}",
        "fp16": False,
        "temperature": 0,
        "threads": options.threads,
        "torch": version("torch"),
        "word_timestamps": True,
    }


def _knows(loaded: Any, language: str) -> bool:
    from whisper.tokenizer import LANGUAGES

    return language in list(LANGUAGES)[: loaded.num_languages] if loaded.is_multilingual else language == "en"


def _listen(
    loaded: Any, sound: Sound, options: OpenaiWhisperOptions, *, context: ReadContext
) -> tuple[list[Utterance], dict[str, str]]:
    result = loaded.transcribe(
        sound.pcm.astype(np.float32) / 32_768,
        language=context.speech_language or None,
        beam_size=options.beam_size,
        temperature=0.0,
        condition_on_previous_text=False,
        word_timestamps=True,
        fp16=False,
        verbose=None,
    )
    language = str(result["language"])
    doubted = doubted_language(language, MOST_SCORE, context)  # openai-whisper does not say how sure it is
    utterances = [_utterance(segment, language, doubtful=doubted) for segment in result["segments"]]
    return utterances, {} if context.speech_language else {"language_detected": language}


def _utterance(segment: dict[str, Any], language: str, *, doubtful: bool) -> Utterance:
    return utterance(
        start_s=segment["start"],
        end_s=segment["end"],
        words=((str(word["word"]), word["start"], word["end"], word["probability"]) for word in segment["words"]),
        avg_logprob=segment["avg_logprob"],
        no_speech_prob=segment["no_speech_prob"],
        language=language,
        doubtful=doubtful,
    )


@cache
def _loaded(model: RegisteredModel, options: OpenaiWhisperOptions) -> Any:
    """Check the weights and load them on the processor; kept for the life of the worker."""
    models.check(model)
    models.stay_offline()
    try:
        torch, whisper = import_module("torch"), import_module("whisper")
    except ImportError as error:
        raise EngineMissing("openai-whisper is not installed", next_step=_INSTALL) from error
    torch.set_num_threads(options.threads)
    return whisper.load_model(str(model.weights), device="cpu")


def available(*, root: Path | None = None) -> Availability:
    """Return whether the extra and at least one checkpoint are here."""
    if find_spec("whisper") is None:
        return Availability(
            engine=ENGINE, available=False, detail="the openai-whisper extra is not installed", next_step=_INSTALL
        )
    found = models.for_engine(ENGINE, root=root)
    if not found:
        return Availability(
            engine=ENGINE,
            available=False,
            detail="no .pt weights are registered",
            next_step="casegraph models add FILE",
        )
    names = ", ".join(f"{model.name} ({model.digest[:12]})" for model in found)
    return Availability(engine=ENGINE, available=True, detail=f"openai-whisper {version(ENGINE)}; models: {names}")
