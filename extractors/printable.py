"""The printable strings of a file that nobody can read: kept only where an investigator asks for them.

What a string means is not known: it may be text, a name of the program that wrote the file, or bytes that happen to be
letters. So the unit says that only strings were read, and each is placed by its bytes.
"""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from evidence.errors import Unreadable
from evidence.locator import Place, RecordPlace
from evidence.records import Reading, Segment, Stamp, Unit
from extractors.protocols import Engines, Original, Part, ReadContext, Survey

STRINGS: Final = "printable strings"
"""The stamp's name, and the reader's: in a survey it says that nothing else will be read."""
_SHORTEST: Final = 6
_LONGEST: Final = 4_000
_MOST: Final = 100_000
_MOST_BYTES: Final = 1 << 30
_CONTINUED: Final = (
    rb"[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xef][\x80-\xbf]{2}|\xf0[\x90-\xbf][\x80-\xbf]{2}"
)
_NARROW: Final = rb"(?:[\x20-\x7e\t]|" + _CONTINUED + rb"){6,4000}"
_WIDE: Final = rb"(?:[\x20-\x7e\xa0-\xff]\x00|[\x00-\x7f]\x01|[\x18-\x1b]\x02|[\x00-\x5f]\x04){6,4000}"
"""UTF-16LE in Latin letters (those of Romanian and its neighbours too) and Cyrillic."""
_EITHER: Final = re.compile(rb"(?P<wide>" + _WIDE + rb")|(?P<narrow>" + _NARROW + rb")")


class StringsReader:
    """Gives the printable strings of any file, each as a segment."""

    def survey(self, path: Path, *, media_type: str, context: ReadContext) -> Survey:
        """Return one part for the whole file, or for as much of it as is looked through."""
        seconds = 0.05 + min(path.stat().st_size, _MOST_BYTES) / 40e6
        return Survey(media_type=media_type, reader=STRINGS, parts=(Part(seconds_expected=seconds),), units=1)

    def read(self, path: Path, *, media_type: str, part: Part, engines: Engines, context: ReadContext) -> Reading:
        """Return one unit: `read` and partial with the strings, or `skipped` where there are none."""
        segments: list[Segment] = []
        whole = True
        left = context.limits.text_code_points
        for offset, length, text in strings_of(path):
            if len(segments) == _MOST or len(text) > left:
                whole = False
                break
            left -= len(text)
            index = len(segments)
            place = RecordPlace(record=index + 1, field="string", offset=offset, length=length)
            segments.append(Segment(index=index, text=text, place=place, source="native"))
        whole = whole and path.stat().st_size <= _MOST_BYTES
        if not segments:
            reason = f"unsupported: {media_type}; no printable strings in it"
            return Reading(units=(Unit(kind="file", number=1, outcome="skipped", reason=reason),))
        reason = f"only its strings were read: unsupported media type {media_type}"
        reason += "" if whole else f"; only the first {len(segments):,}"
        facts = {"strings": str(len(segments))}
        unit = Unit(
            kind="file", number=1, outcome="read", partial=True, reason=reason, segments=tuple(segments), facts=facts
        )
        return Reading(units=(unit,))

    def original(self, path: Path, *, place: Place, media_type: str, context: ReadContext) -> Original:
        """Return the very bytes of a string."""
        if not isinstance(place, RecordPlace) or place.field != "string" or place.offset < 0 or place.length < 0:
            raise Unreadable("there is no such string")
        with path.open("rb") as source:
            source.seek(place.offset)
            data = source.read(min(place.length, 4 * _LONGEST))
        if len(data) != place.length:
            raise Unreadable("there is no such string: the file ends before it")
        where = f"bytes {place.offset:,} to {place.offset + place.length:,}"
        return Original(text=_decoded(data, wide=_is_wide(data)), data=data, where=where)

    def stamps(self, *, engines: Engines, context: ReadContext) -> tuple[Stamp, ...]:
        """Return the stamp whose presence in an extraction says that strings were asked for."""
        settings: dict[str, str | int | bool | list[str]] = {
            "shortest": _SHORTEST,
            "longest": _LONGEST,
            "most": _MOST,
            "bytes": _MOST_BYTES,
            "text_code_points": context.limits.text_code_points,
        }
        return (Stamp(name=STRINGS, version="1", settings=settings),)


def strings_of(path: Path) -> Iterator[tuple[int, int, str]]:
    """Yield (byte offset, bytes, text) of every run of six or more printable characters, in order of its bytes."""
    length = min(path.stat().st_size, _MOST_BYTES)
    if length == 0:
        return
    with path.open("rb") as source, mmap.mmap(source.fileno(), length, access=mmap.ACCESS_READ) as data:
        for match in _EITHER.finditer(data):
            text = _decoded(match.group(), wide=match.lastgroup == "wide")
            if len(text.strip()) >= _SHORTEST:
                yield match.start(), match.end() - match.start(), text


def _decoded(data: bytes, *, wide: bool) -> str:
    text = data.decode("utf-16-le" if wide else "utf-8", "replace")
    return "".join(one if one.isprintable() else " " for one in text)


def _is_wide(data: bytes) -> bool:
    return re.fullmatch(_WIDE, data) is not None
