"""Single messages: eml files, and Apple Mail's emlx, which puts a length before the message and its own notes after it."""

from __future__ import annotations

import plistlib
import re
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final
from xml.parsers.expat import ExpatError

from evidence.errors import LimitExceeded, Unreadable
from evidence.locator import Place, RecordPlace
from evidence.records import Reading, Stamp
from extractors.mail.eml import letter_of
from extractors.mail.headers import BROKEN, line
from extractors.mail.letter import Spot, Tray, compose
from extractors.protocols import Engines, Limits, Original, Part, ReadContext, Survey
from extractors.text import decode, text_stamp

EMLX: Final = "application/x-emlx"
_LENGTH: Final = re.compile(rb"\s{0,20}(\d{1,12})[ \t]*\r?\n")
_PLIST_BYTES: Final = 1 << 20
_FLAGS: Final = (
    "read",
    "deleted",
    "answered",
    "encrypted",
    "flagged",
    "recent",
    "draft",
    "initial",
    "forwarded",
    "redirected",
)
_MORE_FLAGS: Final = {23: "signed", 24: "junk", 25: "not junk"}
_NEXT_MESSAGE: Final = re.compile(rb"\n\r?\nFrom \S+[^\n]*\n[!-9;-~]+:")
VERSION: Final = "3"


class EmailReader:
    """Reads single messages (RFC 5322); what is enclosed becomes child exhibits."""

    def survey(self, path: Path, *, media_type: str, context: ReadContext) -> Survey:
        """Return one part."""
        return Survey(media_type=media_type, reader="email", parts=(Part(seconds_expected=0.05),), units=1)

    def read(self, path: Path, *, media_type: str, part: Part, engines: Engines, context: ReadContext) -> Reading:
        """Return the message as one unit; raises Unreadable, or LimitExceeded for one too large to hold in memory."""
        data = read_bytes(path, context.limits)
        start, end = message_span(data, media_type)
        message = data[start:end]
        try:
            letter = letter_of(message, languages=context.languages)
        except BROKEN as error:
            raise Unreadable("not a readable message") from error
        if message.startswith(b"From ") and _NEXT_MESSAGE.search(message):
            letter.miss("further messages: the file is a mailbox")
        if media_type == EMLX:
            notes = _notes(data[end:])
            letter.facts |= notes
            letter.state = "deleted" if "deleted" in notes.get("flags", "").split(", ") else ""
            if end > len(data):
                letter.miss("the end of the message: the file is shorter than it says")
        tray = Tray(context)
        made = compose(letter, Spot(offset=start, length=min(end, len(data)) - start), tray)
        return Reading(units=(made.unit,), events=made.events, named=made.named, children=tuple(tray.children))

    def original(self, path: Path, *, place: Place, media_type: str, context: ReadContext) -> Original:
        """Return the message as it stands in the file; of a place in the headers, these alone. Raises Unreadable."""
        data = read_bytes(path, context.limits)
        return original_message(data, place)

    def stamps(self, *, engines: Engines, context: ReadContext) -> tuple[Stamp, ...]:
        """Return the stamp of this family's rules and of decoding."""
        return (mail_stamp("email", context),)


def mail_stamp(name: str, context: ReadContext, **settings: str) -> Stamp:
    """Return the stamp of a reader of messages: its rules, the limits, and how text is decoded."""
    stamp = text_stamp(name, context, VERSION)
    limits = context.limits
    kept: dict[str, str | int | bool | list[str]] = {
        "children": limits.children,
        "child_bytes": limits.child_bytes,
        "depth": limits.depth,
        "memory": limits.memory_bytes,
        "selectolax": version("selectolax"),
    }
    return Stamp(name=stamp.name, version=stamp.version, settings=stamp.settings | kept | settings)


def read_bytes(path: Path, limits: Limits) -> bytes:
    """Return the file's bytes; raises LimitExceeded where they are more than an eighth of a job's memory."""
    most = limits.memory_bytes // 8
    try:
        if path.stat().st_size > most:
            raise LimitExceeded(f"a message of more than {most >> 20} MiB")
        return path.read_bytes()
    except OSError as error:
        raise Unreadable("the file cannot be opened") from error


def original_message(data: bytes, place: Place) -> Original:
    """Return the bytes of `data` that a place in a message names; its text byte for byte as far as it can be shown."""
    if not isinstance(place, RecordPlace) or place.offset < 0 or place.offset >= max(1, len(data)):
        raise Unreadable("there is no message at that place")
    there = data[place.offset : place.offset + place.length]
    what = "message"
    if place.field == "headers":
        there = there[: mime_head(there)]
        what = "headers"
    where = f"{what}, bytes {place.offset:,} to {place.offset + len(there):,}"
    return Original(text=decode(there).text, data=there, where=where)


def mime_head(message: bytes) -> int:
    """Return how many bytes a message's header fields take up."""
    from extractors.mail.mime import Mime

    return Mime(message).head


# --- emlx ----------------------------------------------------------------------------------------------------------


def message_span(data: bytes, media_type: str) -> tuple[int, int]:
    """Return where the message begins and ends: in an emlx after its first line, for as many bytes as that says."""
    if media_type != EMLX:
        return 0, len(data)
    length = _LENGTH.match(data)
    if length is None:
        raise Unreadable("not an emlx file: its first line is no length")
    return length.end(), length.end() + int(length[1])


def _notes(tail: bytes) -> dict[str, str]:
    """Return what Apple Mail noted of the message: flags by name, times in UTC, what else is a line of text."""
    at = tail.find(b"<?xml")
    if at < 0 or len(tail) > _PLIST_BYTES:
        return {"apple_mail": "its own notes are missing or too long"} if tail.strip() else {}
    try:
        held = plistlib.loads(tail[at:].strip(), fmt=plistlib.FMT_XML)
    except (
        ExpatError,
        plistlib.InvalidFileException,
        ValueError,
        TypeError,
        LookupError,
        AttributeError,
        OverflowError,
        RecursionError,
    ):
        return {"apple_mail": "its own notes cannot be read"}
    if not isinstance(held, dict):
        return {"apple_mail": "its own notes are not a list of names and values"}
    return {f"apple_{name}" if name != "flags" else "flags": text for name, text in map(_note, held.items()) if text}


def _note(item: tuple[Any, Any]) -> tuple[str, str]:
    name, value = line(str(item[0]))[:60], item[1]
    if name == "flags" and isinstance(value, int):
        named = [flag for bit, flag in enumerate(_FLAGS) if value >> bit & 1]
        named += [flag for bit, flag in _MORE_FLAGS.items() if value >> bit & 1]
        return name, ", ".join(named) or "none"
    if isinstance(value, datetime):
        return name, value.isoformat()
    return name, line(str(value))[:300] if isinstance(value, str | int | float) else ""
