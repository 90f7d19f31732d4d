"""Chats exported as text (WhatsApp, Signal by sigexport): one conversation, cut into messages where lines begin like one."""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from evidence.errors import LimitExceeded, Unreadable
from extractors.chat.days import HOW, DayOrder, decide
from extractors.chat.headers import Shape, shape_of
from extractors.protocols import Part, ReadContext, Survey
from extractors.text import decode

MESSAGES_A_PART: Final = 100_000
WHOLE_BYTES: Final = 8 << 20
"""A file up to this size is read in one part, without being looked through first."""
_BLOCK_BYTES: Final = 4 << 20
_LINE_BYTES: Final = 64 << 20
_SAMPLE_BYTES: Final = 256 << 10
_OTHER_CHARSET_BYTES: Final = 256 << 20
_SECONDS_A_MESSAGE: Final = 0.0005
_BYTES_A_SECOND: Final = 5_000_000
_PART: Final = re.compile(r"messages (\d+)-(\d+), bytes (\d+)-(\d+), dates (dmy|mdy|ymd|) ?\((\w+)\)")
ESCAPED: Final = "surrogateescape"


class Export(NamedTuple):
    """An open text export: its bytes, how they are characters, and how its messages begin."""

    data: mmap.mmap
    charset: str
    guessed: bool
    begins: int
    """Bytes of a byte-order mark."""
    shape: Shape

    def text(self, start: int, stop: int) -> str:
        """Return bytes `start` to `stop` as text that begins with a line end; each byte that does not decode is kept."""
        return "\n" + self.data[start:stop].decode(self.charset, ESCAPED)


class Run(NamedTuple):
    """The messages that one part reads: their numbers, their bytes, and what the whole file says of its dates."""

    first: int
    start: int
    stop: int
    order: DayOrder | None
    """None: not looked through yet; the run is the whole file and decides itself."""


def open_export(path: Path, context: ReadContext) -> Export:
    """Open an export and tell its shape from its beginning; raises Unreadable, or LimitExceeded."""
    try:
        with path.open("rb") as source:
            data = mmap.mmap(source.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError) as error:
        raise Unreadable("the file cannot be opened") from error
    head = data[:_SAMPLE_BYTES]
    charset, begins, guessed = charset_of(head, context)
    if charset != "utf-8" and len(data) > _OTHER_CHARSET_BYTES:
        raise LimitExceeded(f"a text export of more than {_OTHER_CHARSET_BYTES >> 20} MiB that is not UTF-8")
    shape = shape_of(head[begins:].decode(charset, "replace"))
    if shape is None:
        raise Unreadable("no line begins like a message of a chat export")
    return Export(data, charset, guessed, begins, shape)


def charset_of(head: bytes, context: ReadContext) -> tuple[str, int, bool]:
    """Return the character encoding of an export, the bytes of its byte-order mark, and whether it is a guess."""
    for mark, name in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if head.startswith(mark):
            return name, len(mark), False
    told = decode(head[: head.rfind(b"\n") + 1] or head, languages=context.languages).facts["charset"]
    name = told.split(" ")[0]
    return ("utf-8" if name == "ascii" else name), 0, told.endswith("(guessed)")


def survey_export(path: Path, *, media_type: str, context: ReadContext) -> Survey:
    """Return one part, or for a long export one for each 100,000 messages, with what the whole file says of its dates."""
    export = open_export(path, context)
    size = len(export.data)
    if size <= WHOLE_BYTES or export.charset != "utf-8":
        parts: tuple[Part, ...] = (Part(seconds_expected=0.05 + size / _BYTES_A_SECOND * 20),)
    else:
        parts = tuple(_parts(export, context))
    return Survey(media_type=media_type, reader="chat", parts=parts, units=1)


def _parts(export: Export, context: ReadContext) -> Iterator[Part]:
    dates: dict[str, None] = {}
    cuts, messages = [export.begins], 0
    for start, text in blocks(export):
        positions = Positions(export, text, start)
        for match in export.shape.pattern.finditer(text):
            dates[match["date"]] = None
            if messages and messages % MESSAGES_A_PART == 0:
                cuts.append(positions.at(match.start()))
            messages += 1
    order = decide(dates, asserted=context.day_order)
    for number, start in enumerate(cuts):
        stop = cuts[number + 1] if number + 1 < len(cuts) else len(export.data)
        first = number * MESSAGES_A_PART + 1
        last = min(first + MESSAGES_A_PART - 1, messages)
        name = f"messages {first}-{last}, bytes {start}-{stop}, dates {order.order} ({order.how})"
        seconds = 0.05 + (last - first + 1) * _SECONDS_A_MESSAGE
        yield Part(name=name, first=1, last=1, seconds_expected=seconds)


def run_of(part: Part, export: Export) -> Run:
    """Return what a part of `survey_export` holds; raises Unreadable for a name that is none of its."""
    if not part.name or part.name == "page 1":
        return Run(1, export.begins, len(export.data), None)
    match = _PART.fullmatch(part.name)
    if match is None or match[6] not in HOW or int(match[4]) > len(export.data):
        raise Unreadable(f"no such part of a chat: {part.name}")
    return Run(int(match[1]), int(match[3]), int(match[4]), DayOrder(match[5], match[6]))


def blocks(export: Export) -> Iterator[tuple[int, str]]:
    """Yield the text of an export in blocks of some megabytes that end with a line, each with the byte it starts at."""
    start, size = export.begins, len(export.data)
    step = _BLOCK_BYTES if export.charset == "utf-8" else size
    while start < size:
        stop = min(start + step, size)
        if stop < size:
            stop = export.data.rfind(b"\n", start, stop) + 1 or export.data.find(b"\n", stop) + 1 or size
        if stop - start > _LINE_BYTES and export.charset == "utf-8":
            raise LimitExceeded(f"a line of more than {_LINE_BYTES >> 20} MiB")
        yield start, export.text(start, stop)
        start = stop


class Positions:
    """Where characters of a decoded text stand in the file's bytes; asked in rising order."""

    def __init__(self, export: Export, text: str, start: int) -> None:
        self._text = text
        self._charset = export.charset
        self._ascii = export.charset == "utf-8" and text.isascii()
        self._at, self._byte = 1, start
        """Character 0 is the line end that `Export.text` puts before; `at` of it is where the text begins."""

    def at(self, character: int) -> int:
        """Return the byte after the line end at `character`, where the line that follows it begins."""
        character += 1
        passed = character - self._at
        if not self._ascii:
            passed = len(self._text[self._at : character].encode(self._charset, ESCAPED))
        self._at = character
        self._byte += passed
        return self._byte
