"""The XML of SMS Backup & Restore, streamed: each message or call as a record, with the bytes it stands in."""

from __future__ import annotations

import mmap
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final
from xml.parsers import expat

import msgspec

from evidence.errors import LimitExceeded, Unreadable

_CHUNK: Final = 1 << 20
_TAG_BYTES: Final = 256 << 20
"""The longest tag that is taken: a picture stands in one attribute."""
_PAIR: Final = re.compile(
    rb"&#(?:x([dD][89abAB][0-9a-fA-F]{2})|(5[56]\d{3}));&#(?:x([dD][c-fC-F][0-9a-fA-F]{2})|(5[67]\d{3}));"
)
_SINGLE: Final = re.compile(rb"&#(?:x([0-9a-fA-F]{1,8})|(\d{1,8}));")
_ENTITY_BYTES: Final = 40


class Piece(msgspec.Struct):
    """A part of a multimedia message."""

    media_type: str
    name: str
    text: str
    data: str


class Record(msgspec.Struct):
    """An `sms`, `mms` or `call` element."""

    tag: str
    fields: dict[str, str]
    offset: int
    length: int = 0
    pieces: list[Piece] = []
    addresses: list[tuple[str, str]] = []
    """(type, address) of a multimedia message: 137 from, 151 to, 130 copy, 129 blind copy."""

    def get(self, name: str) -> str:
        """Return a field; empty where it is not there or, as the program writes it, `null`."""
        value = self.fields.get(name, "")
        return "" if value == "null" else value


class Stopped(Exception):
    """The file is malformed from here on; what came before it stands."""


def open_xml(path: Path) -> mmap.mmap:
    """Open the file; raises Unreadable."""
    try:
        with path.open("rb") as source:
            return mmap.mmap(source.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError) as error:
        raise Unreadable("the file cannot be opened") from error


def records(data: mmap.mmap, *, with_data: Callable[[], bool]) -> Iterator[Record]:
    """Yield the records of a file in order; raises Stopped where it breaks off, and Unreadable for one with entities.

    What the parts of a multimedia message hold is left out where `with_data` says so.
    """
    made: list[Record] = []
    parser = _parser(made, data, with_data)
    size = len(data)
    fed, tail, last = 0, b"", 0
    while fed < size:
        chunk = tail + data[fed : fed + _CHUNK]
        fed += _CHUNK
        tail = _open_entity(chunk) if fed < size else b""
        try:
            parser.Parse(mended(chunk[: len(chunk) - len(tail)]), fed >= size)
        except expat.ExpatError as error:
            yield from made
            raise Stopped(f"the XML breaks off or is malformed at line {error.lineno:,}") from error
        except (LookupError, ValueError) as error:
            raise Unreadable("an XML file that declares an encoding which cannot be read") from error
        if made:
            last = fed
            yield from made
            made.clear()
        elif fed - last > _TAG_BYTES:
            raise LimitExceeded(f"a tag of more than {_TAG_BYTES >> 20} MiB")


def _parser(made: list[Record], data: mmap.mmap, with_data: Callable[[], bool]) -> expat.XMLParserType:
    parser = expat.ParserCreate()
    open_records: list[Record] = []

    def start(tag: str, fields: dict[str, str]) -> None:
        if tag in ("sms", "mms", "call"):
            open_records[:] = [Record(tag=tag, fields=fields, offset=parser.CurrentByteIndex, pieces=[], addresses=[])]
        elif open_records and tag == "part":
            name = next((fields[one] for one in ("cl", "fn", "name") if fields.get(one, "null") != "null"), "")
            held = fields.get("data", "") if with_data() else ""
            open_records[0].pieces.append(Piece(fields.get("ct", ""), name, fields.get("text", ""), held))
        elif open_records and tag == "addr":
            open_records[0].addresses.append((fields.get("type", ""), fields.get("address", "")))

    def end(tag: str) -> None:
        if open_records and tag == open_records[0].tag:
            record = open_records.pop()
            stop = parser.CurrentByteIndex
            if data[stop : stop + 2] == b"</":
                stop = data.find(b">", stop) + 1
            record.length = stop - record.offset
            made.append(record)

    def refuse(*_: object) -> None:
        raise Unreadable("an XML file that declares entities of its own: not read")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.EntityDeclHandler = refuse
    return parser


def _open_entity(chunk: bytes) -> bytes:
    """Return the end of a chunk in which a character reference, or a pair of them, may have begun."""
    at = chunk.find(b"&", max(0, len(chunk) - _ENTITY_BYTES))
    return chunk[at:] if at >= 0 else b""


def mended(chunk: bytes) -> bytes:
    """Return XML whose references to halves of a character are to the character, at the same length.

    The program writes what lies beyond U+FFFF as two references to surrogates, which no XML may hold.
    """
    if b"&#" not in chunk:
        return chunk
    return _SINGLE.sub(_allowed, _PAIR.sub(_whole, chunk))


def _whole(match: re.Match[bytes]) -> bytes:
    high = int(match[1], 16) if match[1] else int(match[2])
    low = int(match[3], 16) if match[3] else int(match[4])
    if not (0xD800 <= high < 0xDC00 <= low < 0xE000):
        return match[0]
    character = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)
    return b"&#" + str(character).encode().rjust(len(match[0]) - 3, b"0") + b";"


def _allowed(match: re.Match[bytes]) -> bytes:
    """Return a reference as it stands, or one to U+FFFD (a question mark where that is too long) for what XML forbids."""
    code = int(match[1], 16) if match[1] else int(match[2])
    if code in (9, 10, 13) or 0x20 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000:
        return match[0]
    room = len(match[0]) - 3
    return b"&#" + b"65533".rjust(room, b"0") + b";" if room >= 5 else b"?".rjust(len(match[0]))
