"""Where in an exhibit something stands: the page, the seconds, the characters, the row.

A *place* positions a segment in its exhibit. A *span* positions a mention in its segment, in code points.
Together they are the locator printed beside every statement.
"""

from __future__ import annotations

from typing import TypeAlias

import msgspec


class Box(msgspec.Struct, frozen=True):
    """A rectangle on a page image, in pixels of that image, origin top left."""

    left: int
    top: int
    width: int
    height: int


class PagePlace(msgspec.Struct, frozen=True, tag="page", tag_field="kind"):
    """A page of a document or an image frame, counted from 1, with the pixel size its boxes refer to."""

    page: int
    width_px: int
    height_px: int
    dpi: int


class TextPlace(msgspec.Struct, frozen=True, tag="text", tag_field="kind"):
    """Code points `start` to `end` of the exhibit's decoded text; `line` is the first line, from 1."""

    start: int
    end: int
    line: int


class TimePlace(msgspec.Struct, frozen=True, tag="time", tag_field="kind"):
    """Milliseconds `start_ms` to `end_ms` from the beginning of a recording."""

    start_ms: int
    end_ms: int


class RecordPlace(msgspec.Struct, frozen=True, tag="record", tag_field="kind", omit_defaults=True):
    """A record (row, message) counted from 1, and the field in it: a header name, a column, `body`.

    The rest is as deep as the format allows: what is not known stays at its default and is not written.
    """

    record: int
    field: str
    key: str = ""
    """The record's own identifier in its format: a message id, a rowid, a JSON pointer (RFC 6901), a cell (`B7`)."""
    table: str = ""
    """What it stands in where the exhibit holds several: a database table, a sheet, a conversation, a member file."""
    offset: int = -1
    """Byte offset in the exhibit at which the record begins."""
    length: int = -1
    """How many bytes it has from there."""
    origin: str = ""
    """Where a tool that made the exhibit says that it took the record from: `msgstore.db, messages, offset 0x1a2b`."""


class FramePlace(msgspec.Struct, frozen=True, tag="frame", tag_field="kind"):
    """A frame of a video: milliseconds from its beginning, number from 0, and the pixel size its boxes refer to."""

    at_ms: int
    frame: int
    width_px: int
    height_px: int


Place: TypeAlias = PagePlace | TextPlace | TimePlace | RecordPlace | FramePlace

_decoder: msgspec.json.Decoder[Place] = msgspec.json.Decoder(Place)
_encoder = msgspec.json.Encoder(order="sorted")


def encode_place(place: Place) -> str:
    """Return `place` as JSON text; `decode_place` gives it back."""
    return _encoder.encode(place).decode()


def decode_place(text: str) -> Place:
    """Return the place that `encode_place` wrote; raises msgspec.ValidationError for anything else."""
    return _decoder.decode(text)


def clock(milliseconds: int) -> str:
    """Return `mm:ss.t` (or `h:mm:ss.t`) for a time in a recording."""
    tenths = milliseconds // 100
    minutes, rest = divmod(tenths, 600)
    hours, minutes = divmod(minutes, 60)
    lead = f"{hours}:{minutes:02d}" if hours else f"{minutes:02d}"
    return f"{lead}:{rest // 10:02d}.{rest % 10}"


def strip_text(place: Place) -> str:
    """Return the place as people read it on the source strip: `p. 3`, `00:41.2`, `row 20,417`."""
    match place:
        case PagePlace(page=page):
            return f"p. {page}"
        case TimePlace(start_ms=start_ms):
            return clock(start_ms)
        case TextPlace(line=line):
            return f"line {line:,}"
        case FramePlace(at_ms=at_ms, frame=frame):
            return f"{clock(at_ms)}, frame {frame:,}"
        case RecordPlace():
            return _record_text(place)


_METADATA = ("exif", "xmp", "iptc", "png", "comment", "container")
"""What stands beside a picture or film, once in each: `exif`, `exif, GPSInfo`."""
_MESSAGE_FIELDS = ("headers", "body", "quoted", "links", "title")


def _record_text(place: RecordPlace) -> str:
    """Return `row 20,417`, `row 12, reference`, `msg 3, body`, `Sheet2 B7`; the table or conversation before it."""
    lead = f"{place.table}, " if place.table else ""
    if place.field == "row":
        return f"{lead}row {place.record:,}"
    if place.field == "cell":
        return f"{lead}{place.key}"
    if place.field in _METADATA:
        return f"{lead}{place.field}" + (f", {place.key}" if place.key else "")
    if place.field in _MESSAGE_FIELDS:
        return f"{lead}msg {place.record:,}, {place.field}"
    return (
        f"{lead}{place.field} {place.record:,}"
        if place.field in _COUNTED
        else f"{lead}row {place.record:,}, {place.field}"
    )


_COUNTED = (
    "message",
    "call",
    "contact",
    "paragraph",
    "slide",
    "notes",
    "comment",
    "footnote",
    "header",
    "footer",
    "model",
    "appointment",
    "entry",
    "string",
    "deleted",
    "hidden text",
    "text box",
    "table",
    "endnote",
    "properties",
    "diagram",
    "chart",
    "picture description",
)
"""Fields that are things of their own, counted: `slide 3`, `message 1,204`."""
