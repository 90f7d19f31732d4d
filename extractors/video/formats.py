"""What is kept of films."""

from __future__ import annotations

from typing import Final

from extractors.protocols import Format

_TITLES: Final = {
    "video/mp4": ("MP4 film", "`ftyp` box, a video track in `moov`"),
    "video/quicktime": ("QuickTime film", "`ftyp` box with brand `qt  `"),
    "video/3gpp": ("3GP film", "`ftyp` box with a 3GPP brand"),
    "video/x-matroska": ("Matroska film", "EBML header"),
    "video/webm": ("WebM film", "EBML header with document type `webm`"),
    "video/x-msvideo": ("AVI film", "RIFF header `AVI `"),
    "video/ogg": ("Ogg film", "Ogg page with a Theora header"),
    "video/x-flv": ("Flash film", "header `FLV`"),
    "video/x-ms-asf": ("Windows Media film", "ASF header object"),
    "video/mpeg": ("MPEG film", "program stream's pack header"),
    "video/mp2t": ("MPEG transport stream", "sync byte every 188 bytes"),
}

VIDEOS: Final = tuple(
    Format(
        media_type=media_type,
        title=title,
        reader="video",
        unit="minute",
        recognised=recognised,
        kept="speech as utterances; words, QR codes and likeness of the pictures at which something changes; subtitles; "
        "when, where and with what it was recorded",
        place="milliseconds of the word heard; time, frame and box of the word read",
        left_out="what is shown, apart from words and codes; words shown for less than about two seconds may be missed; "
        "further sound and picture tracks",
    )
    for media_type, (title, recognised) in _TITLES.items()
)
