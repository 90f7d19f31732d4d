"""Subtitles that travel in a film as text: each line a segment with its seconds, each track a unit of its own."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

from evidence.locator import TimePlace
from evidence.records import Segment, Unit
from extractors.protocols import Limits
from extractors.video.container import milliseconds, opened, start_of

_MOST: Final = 50_000
_CHARACTERS: Final = 4_000
_STYLE: Final = re.compile(r"\{\\[^}]*\}|</?[biu]>|</?font[^>]*>")


def subtitle_units(path: Path, *, index: int, limits: Limits) -> tuple[Unit, ...]:
    """Return a unit of kind `file` for each subtitle track, its segments from `index`; raises Unreadable."""
    with opened(path, limits=limits) as container:
        count = len(container.streams.subtitles)
    units: list[Unit] = []
    for track in range(count):
        unit = _track(path, track, index + sum(len(one.segments) for one in units), limits)
        units.append(unit)
    return tuple(units)


def _track(path: Path, track: int, index: int, limits: Limits) -> Unit:
    with opened(path, limits=limits) as container:
        stream = container.streams.subtitles[track]
        codec = stream.codec_context.name if stream.codec_context is not None else "unknown"
        language = stream.language or ""
        lines, pictures, problem = _lines(container, stream)
    facts = {"track": f"subtitles {track + 1}", "codec": codec} | ({"language_tag": language} if language else {})
    segments = tuple(
        Segment(index=index + at, text=text, place=TimePlace(start_ms=start, end_ms=end), source="native")
        for at, (start, end, text) in enumerate(lines[:_MOST])
    )
    number = track + 1
    partial = bool(problem) or len(lines) > _MOST
    if segments:
        return Unit(
            kind="file", number=number, outcome="read", reason=problem, partial=partial, segments=segments, facts=facts
        )
    if pictures:
        why = "its subtitles are pictures, not text"
        return Unit(kind="file", number=number, outcome="skipped", reason=why, facts=facts)
    if problem:
        return Unit(kind="file", number=number, outcome="failed", reason=problem, facts=facts)
    return Unit(kind="file", number=number, outcome="blank", reason="a subtitle track without text", facts=facts)


def _lines(container: Any, stream: Any) -> tuple[list[tuple[int, int, str]], int, str]:
    """Return (start, end, text) of each subtitle, how many are pictures, and what went wrong."""
    import av

    start = start_of(container, stream)
    lines: list[tuple[int, int, str]] = []
    pictures, bad, problem = 0, 0, ""
    try:
        for packet in container.demux(stream):
            if packet.pts is None or not packet.size or len(lines) > _MOST:
                continue
            try:
                made = [one for one in packet.decode() if one is not None]
            except av.error.FFmpegError:
                bad += 1
                continue
            begin = milliseconds(packet.pts, start=start, stream=stream)
            end = milliseconds(packet.pts + (packet.duration or 0), start=start, stream=stream)
            for rect in (rect for one in made for rect in _rects(one)):
                text = _text(rect)
                pictures += rect.type == b"bitmap"
                if text:
                    lines.append((begin, max(begin, end), text))
    except (av.error.FFmpegError, UnicodeDecodeError) as error:
        problem = f"the file breaks off: {getattr(error, 'strerror', '') or type(error).__name__}"
    return lines, pictures, problem or (f"{bad} damaged subtitles were left out" if bad else "")


def _rects(made: Any) -> list[Any]:
    return list(made) if hasattr(made, "__iter__") else [made]


def _text(rect: Any) -> str:
    """Return a subtitle's own words, styles left out."""
    raw = getattr(rect, "dialogue", b"") or getattr(rect, "text", b"") or b""
    text = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else str(raw)
    return _STYLE.sub("", text.replace("\\N", "\n").replace("\\n", "\n").replace("\r", "")).strip()[:_CHARACTERS]
