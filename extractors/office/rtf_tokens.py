"""The tokens of Rich Text Format (specification 1.9.1): groups, control words, bytes; its code pages and packed dates."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final, NamedTuple

from extractors.moments import Moment, on_the_wall

_TOKEN: Final = re.compile(
    rb"(?P<open>\{)|(?P<close>\})|\\'(?P<hex>[0-9A-Fa-f]{2})|\\(?P<word>[A-Za-z]{1,32})(?P<number>-?\d{1,10})?[ ]?"
    rb"|\\(?P<symbol>[^A-Za-z])|(?P<break>[\r\n]+)|(?P<text>[^\\{}\r\n]+)",
    re.DOTALL,
)
_CHARSETS: Final = {
    0: 1252, 2: 1252, 77: 10000, 128: 932, 129: 949, 130: 1361, 134: 936, 136: 950, 161: 1253, 162: 1254, 163: 1258,
    177: 1255, 178: 1256, 186: 1257, 204: 1251, 222: 874, 238: 1250,
}  # fmt: skip
"""`\\fcharset` to Windows code page."""


class Token(NamedTuple):
    """One token: `kind` is open, close, word, symbol, hex or text."""

    kind: str
    start: int
    end: int
    name: str = ""
    number: int | None = None
    data: bytes = b""


def tokens(data: bytes) -> Iterator[Token]:
    """Yield the tokens; binary runs (`\\bin`) are passed over, line breaks of the file left out."""
    at = 0
    while (match := _TOKEN.match(data, at)) is not None:
        kind = str(match.lastgroup)
        start, at = match.span()
        if kind == "break":
            continue
        if match["word"] is not None:
            name = match["word"].decode("ascii")
            number = int(match["number"]) if match["number"] else None
            yield Token("word", start, at, name, number)
            if name == "bin" and number:
                at += max(0, number)
        elif kind == "hex":
            yield Token("hex", start, at, data=bytes((int(match["hex"], 16),)))
        elif kind == "symbol":
            yield Token("symbol", start, at, match["symbol"].decode("latin-1"))
        else:
            yield Token(kind, start, at, data=match["text"] or b"")


def codec_of(page: int) -> str:
    """Return Python's name of a Windows code page; cp1252 where it has none."""
    for name in ("mac_roman" if page == 10000 else "johab" if page == 1361 else f"cp{page}",):
        try:
            return codecs.lookup(name).name
        except LookupError:
            break
    return "cp1252"


def codec_of_charset(charset: int | None) -> str:
    """Return the codec of a font's character set."""
    return codec_of(_CHARSETS.get(charset or 0, 1252))


def packed_time(packed: int | None) -> Moment | None:
    """Return a DTTM ([MS-DOC] 2.9.61): minutes, hour, day, month, year in bits; on the computer's clock."""
    if not packed:
        return None
    bits = packed & 0xFFFFFFFF
    try:
        local = datetime(  # noqa: DTZ001 - the format keeps no zone
            1900 + (bits >> 20 & 0x1FF), bits >> 16 & 15, bits >> 11 & 31, bits >> 6 & 31, bits & 63
        )
    except ValueError:
        return None
    return on_the_wall(f"DTTM {bits} ({local.isoformat(sep=' ', timespec='minutes')})", local)
