"""Which reader reads which media type, and which engine goes by which name: one table, read top to bottom."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from evidence.errors import UsageError
from extractors import formats
from extractors.identify import EMPTY
from extractors.protocols import Availability, Format, ReadContext, Reader, Survey, TextRecogniser

EMPTY_REASON: Final = "empty file (0 bytes)"

FAMILIES: Final[dict[str, tuple[Format, ...]]] = {
    "documents and pictures": formats.DOCUMENTS,
    "recordings": formats.RECORDINGS,
    "mail": formats.MAIL,
    "plain text": formats.PLAIN,
}
"""Every format that is read, by family; `casegraph formats` prints it. Each family keeps its own lines."""

FORMATS: Final[dict[str, Format]] = {made.media_type: made for family in FAMILIES.values() for made in family}
READER_OF: Final[dict[str, str]] = {made.media_type: made.reader for made in FORMATS.values()}
"""Media type, as `identify` gives it, to the name of the reader."""


def _pdf() -> Reader:
    from extractors.pdf import PdfReader

    return PdfReader()


def _image() -> Reader:
    from extractors.image import ImageReader

    return ImageReader()


def _audio() -> Reader:
    from extractors.audio import AudioReader

    return AudioReader()


def _email() -> Reader:
    from extractors.email import EmailReader

    return EmailReader()


def _html() -> Reader:
    from extractors.html import HtmlReader

    return HtmlReader()


def _text() -> Reader:
    from extractors.text import TextReader

    return TextReader()


READERS: Final[dict[str, Callable[[], Reader]]] = {
    "pdf": _pdf,
    "image": _image,
    "audio": _audio,
    "email": _email,
    "html": _html,
    "text": _text,
}


def _tesseract(languages: tuple[str, ...]) -> TextRecogniser:
    from extractors.tesseract import Tesseract

    return Tesseract(languages)


def _tesseract_available() -> Availability:
    from extractors.tesseract import available

    return available()


OCR_ENGINES: Final[dict[str, Callable[[tuple[str, ...]], TextRecogniser]]] = {"tesseract": _tesseract}
OCR_AVAILABILITY: Final[dict[str, Callable[[], Availability]]] = {"tesseract": _tesseract_available}


def reader_for(media_type: str) -> Reader | None:
    """Return the reader of a media type, or None where there is none."""
    name = READER_OF.get(media_type)
    return READERS[name]() if name else None


def ocr_engine(name: str, *, languages: tuple[str, ...]) -> TextRecogniser:
    """Return the OCR engine `name` for ISO 639-1 `languages`; raises UsageError, or EngineMissing."""
    factory = OCR_ENGINES.get(name)
    if factory is None:
        raise UsageError(f"no OCR engine is called {name!r}", next_step=f"choose one of: {', '.join(OCR_ENGINES)}")
    return factory(languages)


def survey(path: Path, *, media_type: str, context: ReadContext) -> Survey:
    """Return the first look at an exhibit; empty files and types without a reader are skipped. Raises Unreadable."""
    if media_type == EMPTY:
        return Survey(media_type=media_type, reader="", outcome="skipped", reason=EMPTY_REASON)
    reader = reader_for(media_type)
    if reader is None:
        return Survey(media_type=media_type, reader="", outcome="skipped", reason=f"unsupported: {media_type}")
    return reader.survey(path, media_type=media_type, context=context)
