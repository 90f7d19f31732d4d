"""Settings to engine instances; the one place that knows which engines there are to choose from."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from msgspec.structs import replace

from evidence.errors import EngineMissing, UsageError
from evidence.settings import Settings
from extractors import (
    confined,
    faster_whisper,
    meaning,
    models,
    openai_whisper,
    pipelines,
    pocketsphinx,
    tesseract,
    tesseract_library,
)
from extractors.archive import program, streamed
from extractors.faster_whisper import FasterWhisper
from extractors.models import RegisteredModel
from extractors.openai_whisper import OpenaiWhisper
from extractors.pocketsphinx import Pocketsphinx
from extractors.protocols import Availability, Engines, EntityFinder, TextRecogniser, Transcriber
from extractors.spacy_entities import SpacyEntities, SpacyOptions
from extractors.tesseract import Tesseract
from extractors.tesseract_library import TesseractLibrary

SPEECH_ENGINES: dict[str, Callable[[Settings], Transcriber | None]] = {
    "faster-whisper": lambda settings: _faster_whisper(settings),
    "openai-whisper": lambda settings: _openai_whisper(settings),
    "pocketsphinx": lambda _: Pocketsphinx() if pocketsphinx.available().available else None,
}
"""In the order in which `auto` tries them."""
OCR_ENGINES: dict[str, type[Tesseract]] = {"tesserocr": TesseractLibrary, "pytesseract": Tesseract}
"""One engine, bound in two ways; `auto` takes the first that is installed."""


def build_engines(settings: Settings, *, languages: tuple[str, ...]) -> Engines:
    """Return the engines for material in those languages; None stands for one that is not there."""
    ocr = _ocr(settings.ocr_engine, languages, timeout_seconds=min(settings.job_seconds, 300))
    return Engines(ocr=ocr, speech=_speech(settings))


@lru_cache(maxsize=8)
def _ocr(named: str, languages: tuple[str, ...], *, timeout_seconds: int) -> TextRecogniser | None:
    if named != "auto" and named not in OCR_ENGINES:
        known = ", ".join(["auto", *OCR_ENGINES])
        raise UsageError(f"there is no OCR engine {named!r}", next_step=f"choose one of: {known}")
    if not tesseract.available().available:
        return None
    return OCR_ENGINES[_binding(named)](languages, timeout_seconds=timeout_seconds)


def _binding(named: str) -> str:
    """Return which of the OCR engines a setting means here."""
    if named != "auto":
        return named
    return "tesserocr" if tesseract_library.installed() else "pytesseract"


def _ocr_available(settings: Settings) -> Availability:
    """Return whether pages can be read, and by which tesseract."""
    said = tesseract.available()
    if not said.available or _binding(settings.ocr_engine) != "tesserocr" or not tesseract_library.installed():
        return said
    return replace(said, detail=f"{said.detail}; pages are read by {tesseract_library.version()}")


@lru_cache(maxsize=2)
def _speech(settings: Settings) -> Transcriber | None:
    if settings.speech_engine == "none":
        return None
    if settings.speech_engine == "auto":
        return next((engine for make in SPEECH_ENGINES.values() if (engine := make(settings))), None)
    make_named = SPEECH_ENGINES.get(settings.speech_engine)
    if make_named is None:
        known = ", ".join(["auto", "none", *SPEECH_ENGINES])
        raise UsageError(f"there is no speech engine {settings.speech_engine!r}", next_step=f"choose one of: {known}")
    engine = make_named(settings)
    if engine is None:
        raise EngineMissing(
            f"the speech engine {settings.speech_engine} cannot run here", next_step="see `casegraph doctor`"
        )
    return engine


def _weights(settings: Settings, engine: models.EngineName) -> RegisteredModel | None:
    fitting = models.for_engine(engine, root=settings.models)
    if settings.speech_model:
        fitting = tuple(model for model in fitting if model.name == settings.speech_model)
    return fitting[0] if fitting else None


def _faster_whisper(settings: Settings) -> Transcriber | None:
    model = _weights(settings, "faster-whisper")
    return FasterWhisper(model=model) if model else None


def _openai_whisper(settings: Settings) -> Transcriber | None:
    model = _weights(settings, "openai-whisper")
    if model is None or not openai_whisper.available(root=settings.models).available:
        return None
    return OpenaiWhisper(model=model)


def build_finder(settings: Settings) -> EntityFinder:
    """Return the finder of identifiers, and of names where a pipeline is named."""
    return SpacyEntities(SpacyOptions(pipeline=settings.names_pipeline))


def availability(settings: Settings) -> list[Availability]:
    """Return which engines can run here, and what is lost without the others; runs none of them."""
    from extractors.mail import store, tnef
    from extractors.office import legacy

    root: Path = settings.models
    return [
        _ocr_available(settings),
        faster_whisper.available(root=root),
        openai_whisper.available(root=root),
        pocketsphinx.available(),
        pipelines.names_available(settings.names_pipeline),
        confined.available(),
        legacy.available(),
        store.available(),
        tnef.available(),
        streamed.available(),
        program.available(),
        meaning.available(root=root, wanted=settings.meaning_model),
    ]
