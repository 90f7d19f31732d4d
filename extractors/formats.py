"""What is kept of documents, pictures, recordings and plain text; the other families keep their own tables."""

from __future__ import annotations

from typing import Final

from evidence.records import UnitKind
from extractors.protocols import Format


def _lines(
    media_types: dict[str, str],
    *,
    reader: str,
    unit: UnitKind,
    recognised: str,
    kept: str,
    place: str,
    left_out: str = "",
) -> tuple[Format, ...]:
    return tuple(
        Format(
            media_type=media_type,
            title=title,
            reader=reader,
            unit=unit,
            recognised=recognised,
            kept=kept,
            place=place,
            left_out=left_out,
        )
        for media_type, title in media_types.items()
    )


DOCUMENTS: Final = (
    *_lines(
        {"application/pdf": "PDF"},
        reader="pdf",
        unit="page",
        recognised="header `%PDF-` and objects",
        kept="text layer, else OCR of the page; links, notes, form fields, attached files; a locked one with a password from the list",
        place="page, box of the word",
    ),
    *_lines(
        {
            "image/png": "PNG",
            "image/jpeg": "JPEG",
            "image/tiff": "TIFF",
            "image/webp": "WebP",
            "image/bmp": "BMP",
            "image/gif": "GIF",
            "image/heic": "HEIC",
            "image/avif": "AVIF",
        },
        reader="image",
        unit="page",
        recognised="signature",
        kept="words by OCR, QR codes and barcodes, when, where and with what it was taken (EXIF, XMP, IPTC), likeness",
        place="page or frame, box of the word or code; the metadata tag",
        left_out="sound and short films that phones put beside or behind a picture; thumbnails",
    ),
)
RECORDINGS: Final = _lines(
    {
        "audio/wav": "WAV",
        "audio/mpeg": "MP3",
        "audio/flac": "FLAC",
        "audio/mp4": "M4A",
        "audio/3gpp": "3GP audio",
        "audio/aac": "AAC",
        "audio/ogg": "Ogg, Opus",
        "audio/amr": "AMR",
        "audio/amr-wb": "AMR-WB",
        "audio/aiff": "AIFF",
        "audio/basic": "AU",
    },
    reader="audio",
    unit="minute",
    recognised="signature, then the frames that follow",
    kept="speech as utterances, silence told apart",
    place="milliseconds of the word",
)
PLAIN: Final = (
    *_lines(
        {"text/html": "HTML"},
        reader="html",
        unit="file",
        recognised="its first tags",
        kept="visible text, title, links",
        place="paragraph, offset",
        left_out="scripts and styles",
    ),
    *_lines(
        {
            "text/plain": "text",
            "text/markdown": "Markdown",
            "text/csv": "CSV without a template",
            "application/json": "JSON",
            "application/xml": "XML",
        },
        reader="text",
        unit="file",
        recognised="characters that were written, and their structure",
        kept="the text as it stands, in paragraphs or lines",
        place="line, code points",
    ),
)
