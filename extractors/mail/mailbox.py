"""Mailboxes in one file (mbox): found by a fast scan for their `From ` lines, read in parts of some MB, message by message."""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from evidence.errors import Unreadable
from evidence.locator import Place, RecordPlace
from evidence.records import EventRecord, Found, Reading, Stamp, Unit
from extractors.email import mail_stamp, original_message
from extractors.mail.eml import letter_of
from extractors.mail.headers import BROKEN
from extractors.mail.letter import Spot, Tray, compose
from extractors.protocols import Engines, Original, Part, ReadContext, Survey

_PART_BYTES: Final = 4 << 20
_PART_MESSAGES: Final = 1_000
_SECONDS_A_MESSAGE: Final = 0.02
"""With the names in it; the reading itself takes a hundredth of that."""
_POSTMARK: Final = re.compile(rb"From [^\n]{0,1000}?\d{1,2}:\d{2}[^\n]{0,100}\n")
_POSTMARK_BARE: Final = re.compile(
    rb"From (?:[^\s@]{1,200}@[^\s@]{1,200}|-|MAILER-DAEMON)[^\n]{0,200}\n", re.IGNORECASE
)
_HEADER_NEXT: Final = re.compile(rb"(?:>From [^\n]{0,1000}\n)?[!-9;-~]{1,100}[ \t]*:")
_CONTENT_LENGTH: Final = (b"\nContent-Length:", b"\ncontent-length:")
_NUMBER: Final = re.compile(rb"[ \t]*(\d{1,12})[ \t]*\r?\n")
_HEADER_BYTES: Final = 64 << 10
_QUOTED_FROM: Final = re.compile(rb"^>(>*From )", re.MULTILINE)
_PART_NAME: Final = re.compile(r"messages (\d+)-(\d+), bytes (\d+)-(\d+)$")


class Span(NamedTuple):
    """Where a message lies: its `From ` line begins at `start`, its headers at `message`; it ends before `end`."""

    start: int
    message: int
    end: int
    by_length: bool
    """Whether its own Content-Length said where it ends (mboxcl), so that `From ` lines in it need no mark."""


class MailboxReader:
    """Reads mbox files, in every variant: mboxo, mboxrd, and mboxcl with the length of each message."""

    def survey(self, path: Path, *, media_type: str, context: ReadContext) -> Survey:
        """Return parts of up to some MB, cut between messages. Raises Unreadable where there is none."""
        with _mapped(path) as data:
            parts, units = _parts(data)
        if not units:
            raise Unreadable("no message: no line that begins one")
        return Survey(media_type=media_type, reader="mbox", parts=tuple(parts), units=units)

    def read(self, path: Path, *, media_type: str, part: Part, engines: Engines, context: ReadContext) -> Reading:
        """Return one unit for each message of the part; a message too large to hold is `failed`, its neighbours are read."""
        tray = Tray(context)
        units: list[Unit] = []
        events: list[EventRecord] = []
        named: list[Found] = []
        index = 0
        most = context.limits.memory_bytes // 8
        with _mapped(path) as data:
            for number, span in _wanted(data, part):
                if span.end - span.message > most:
                    units.append(_failed(number, f"a message of more than {most >> 20} MiB"))
                    continue
                try:
                    message, unmarked = _unquoted(data[span.message : span.end], span)
                    letter = letter_of(message, languages=context.languages)
                except BROKEN:
                    units.append(_failed(number, "not a readable message"))
                    continue
                if unmarked:
                    letter.facts["from_lines_unmarked"] = str(unmarked)
                spot = Spot(
                    number=number,
                    segment=index,
                    offset=span.message,
                    length=span.end - span.message,
                    prefix=f"message {number}/",
                )
                made = compose(letter, spot, tray)
                index += len(made.unit.segments)
                units.append(made.unit)
                events += made.events
                named += made.named
        return Reading(units=tuple(units), events=tuple(events), named=tuple(named), children=tuple(tray.children))

    def original(self, path: Path, *, place: Place, media_type: str, context: ReadContext) -> Original:
        """Return the message's bytes as they stand in the file, its `>From ` lines as they are; raises Unreadable."""
        if not isinstance(place, RecordPlace) or place.length < 0:
            raise Unreadable("there is no message at that place")
        with _mapped(path) as data:
            if not 0 <= place.offset < len(data):
                raise Unreadable("there is no message at that place")
            message = data[place.offset : place.offset + place.length]
        made = original_message(message, RecordPlace(record=1, field=place.field, offset=0, length=len(message)))
        what = made.where.partition(",")[0]
        where = f"{what}, bytes {place.offset:,} to {place.offset + len(made.data):,}"
        return Original(text=made.text, data=made.data, where=where)

    def stamps(self, *, engines: Engines, context: ReadContext) -> tuple[Stamp, ...]:
        """Return the stamp of this family's rules and of decoding."""
        return (mail_stamp("mbox", context),)


@contextmanager
def _mapped(path: Path) -> Iterator[mmap.mmap]:
    try:
        with path.open("rb") as source:
            data = mmap.mmap(source.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError) as error:
        raise Unreadable("the file cannot be opened") from error
    with data:
        yield data


def _failed(number: int, reason: str) -> Unit:
    return Unit(kind="message", number=number, outcome="failed", reason=reason)


def _parts(data: mmap.mmap) -> tuple[list[Part], int]:
    parts: list[Part] = []
    first, begun, number, end = 1, -1, 0, 0
    for span in spans(data, 0, len(data)):
        if begun < 0:
            begun = span.start
        elif span.end - begun > _PART_BYTES or number + 1 - first >= _PART_MESSAGES:
            parts.append(_part(first, number, begun, end))
            first, begun = number + 1, span.start
        number, end = number + 1, span.end
    if number:
        parts.append(_part(first, number, begun, len(data)))
    return parts, number


def _part(first: int, last: int, start: int, end: int) -> Part:
    name = f"messages {first}-{last}, bytes {start}-{end}"
    return Part(name=name, first=first, last=last, seconds_expected=(last - first + 1) * _SECONDS_A_MESSAGE)


def _wanted(data: mmap.mmap, part: Part) -> Iterator[tuple[int, Span]]:
    """Yield the messages of a part with their numbers; a part that does not say where it lies is looked for."""
    named = _PART_NAME.match(part.name)
    if named and int(named[4]) <= len(data):
        yield from enumerate(spans(data, int(named[3]), int(named[4])), start=int(named[1]))
        return
    for number, span in enumerate(spans(data, 0, len(data)), start=1):
        if part.last and number > part.last:
            return
        if number >= part.first:
            yield number, span


def spans(data: mmap.mmap | bytes, start: int, stop: int) -> Iterator[Span]:
    """Yield where the messages between `start` and `stop` lie. What stands before the first `From ` line is no message.

    A line parts messages if it has a time or an address in it and header fields follow; one without a time must also stand
    below a blank line. Where a message says how long it is (mboxcl) and a `From ` line or the end follows there, that is believed.
    """
    at = _next_postmark(data, start, stop, at_start=True)
    while at >= 0:
        message = data.find(b"\n", at, stop) + 1 or stop
        end, by_length = _end_by_length(data, message, stop)
        following = _next_postmark(data, end if by_length else message, stop, at_start=by_length)
        if not by_length:
            end = following if following >= 0 else stop
        yield Span(at, message, end, by_length)
        at = following


def _next_postmark(data: mmap.mmap | bytes, start: int, stop: int, *, at_start: bool) -> int:
    """Return where the next `From ` line that parts messages stands; -1 for none."""
    if at_start and data[start : start + 5] == b"From " and _parts_messages(data, start, after_blank=True):
        return start
    at = data.find(b"\nFrom ", max(0, start - 1), stop)
    while at >= 0:
        before = data[max(0, at - 2) : at]
        blank = before.endswith(b"\n") or before == b"\n\r"
        if _parts_messages(data, at + 1, after_blank=blank):
            return at + 1
        at = data.find(b"\nFrom ", at + 1, stop)
    return -1


def _parts_messages(data: mmap.mmap | bytes, at: int, *, after_blank: bool) -> bool:
    line = _POSTMARK.match(data, at) or (_POSTMARK_BARE.match(data, at) if after_blank else None)
    return line is not None and _HEADER_NEXT.match(data, line.end()) is not None


def _end_by_length(data: mmap.mmap | bytes, message: int, stop: int) -> tuple[int, bool]:
    """Return where a message ends by its Content-Length, if the next begins there or the mailbox ends."""
    line_end = data.find(b"\n", message, stop)
    mark = b"\n\r\n" if data[line_end - 1 : line_end] == b"\r" else b"\n\n"
    blank = data.find(mark, message, min(stop, message + _HEADER_BYTES))
    at = max(data.find(name, message, blank) for name in _CONTENT_LENGTH) if blank >= 0 else -1
    stated = _NUMBER.match(data, at + len(_CONTENT_LENGTH[0])) if at >= 0 else None
    if stated is None:
        return stop, False
    there = blank + len(mark) + int(stated[1])
    for _ in range(4):
        if data[there : there + 1] in (b"\n", b"\r"):
            there += 1
    if there == stop or (there < stop and data[there : there + 5] == b"From " and data[there - 1 : there] == b"\n"):
        return there, True
    return stop, False


def _unquoted(message: bytes, span: Span) -> tuple[bytes, int]:
    """Take one `>` from lines such as `>From `, and say from how many: the mailbox put it there (mboxrd), or may have (mboxo).

    A message delimited by its length that has bare `From ` lines was never quoted (mboxcl2).
    """
    if b">From " not in message or (span.by_length and b"\nFrom " in message):
        return message, 0
    return _QUOTED_FROM.subn(rb"\1", message)
