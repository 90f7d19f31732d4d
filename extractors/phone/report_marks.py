"""The marks of a `report.xml`: where its sections, models, files and source notes begin and end, found without parsing it.

A model may be of any size and the report of tens of gigabytes, so tags are searched for in windows of a few megabytes. What
stands in CDATA or in a comment is no mark, whatever it looks like: people send each other markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final, NamedTuple

from evidence.errors import Unreadable
from extractors.phone.report_bytes import ReportBytes

_WINDOW: Final = 4 << 20
_TAG_BYTES: Final = 64 << 10
_TOKEN: Final = re.compile(
    rb"<(?:/?(?:model|modelType|file|extraInfo|taggedFiles|decodedData|extraInfos|project)(?=[\s/>])"
    rb"|!--|!DOCTYPE|!\[CDATA\[[^\]<]*+(?:\](?!\]>)[^\]<]*+)*<)"
)
"""CDATA counts only where it holds a `<`: the others cannot be mistaken for a mark. The outer repeat is not possessive: before
Python 3.11.5 a possessive one of a group matches what it must not (CPython issue 106052)."""
LOCAL_PATH: Final = re.compile(rb"""name="Local Path"[^>]*>\s*(?:<!\[CDATA\[)?([^<\]]{1,2000})""")
"""Where a tagged file lies in the zip."""
_TAG: Final = re.compile(rb"""<[^\s/>]+((?:[^>"']|"[^"]*"|'[^']*')*)>""")


class Mark(NamedTuple):
    """A tag at `offset`, ending before `end`; `closes` is also true of one that holds nothing (`<model/>`)."""

    name: str
    offset: int
    end: int
    opens: bool
    closes: bool
    head: bytes
    """Its attributes as they stand."""


@cache
def _attribute(name: str) -> re.Pattern[bytes]:
    return re.compile(rb"\s" + name.encode() + rb"""\s*=\s*(?:"([^"]*)"|'([^']*)')""")


def local_path(written: bytes) -> str:
    """Return a path in the zip as the zip has it: slashes, and none before it."""
    return written.decode("utf-8", "replace").strip().replace("\\", "/").lstrip("/")


def attribute(head: bytes, name: str) -> str:
    """Return an attribute of a tag as written, entities of XML undone; empty where there is none."""
    match = _attribute(name).search(head)
    if match is None:
        return ""
    text = (match[1] if match[1] is not None else match[2]).decode("utf-8", "replace")
    return text if "&" not in text else _undone(text)


def _undone(text: str) -> str:
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        text = text.replace(entity, character)
    return text


def marks(source: ReportBytes, start: int, end: int) -> Iterator[Mark]:
    """Yield the marks between two offsets, in order; raises Unreadable where the file declares a DTD."""
    held, base, at, inside = b"", start, 0, b""
    while True:
        more = b""
        if len(held) - at < _WINDOW and base + len(held) < end:
            more = source.read(base + len(held), min(_WINDOW, end - base - len(held)))
            held, base, at = held[at:] + more, base + at, 0
        last = base + len(held) >= end or (not more and len(held) - at < _WINDOW)
        if inside:
            close = held.find(inside, at)
            if close < 0:
                if last:
                    return
                at = max(at, len(held) - 2)
                continue
            at, inside = close + 3, b""
        limit = len(held) if last else max(at, len(held) - _TAG_BYTES)
        cut = _cut_section(held, at, limit)
        for match in _TOKEN.finditer(held, at, len(held)):
            if match.start() >= min(limit, cut):
                break
            token = match[0]
            if token.startswith(b"<!"):
                if token.startswith(b"<!D"):
                    raise Unreadable("the report declares a document type (DTD): refused")
                inside = b"-->" if token == b"<!--" else b"]]>"
                at = match.end()
                break
            if (mark := _mark(held, match.start(), base)) is not None:
                yield mark
        if inside:
            continue
        if last:
            return
        at = limit
        if cut < limit:
            at, inside = cut + 9, b"]]>"


def _cut_section(held: bytes, at: int, limit: int) -> int:
    """Return where a CDATA section begins that the window cuts; `limit` where none does."""
    opened = held.rfind(b"<![CDATA[", at, limit)
    return opened if opened >= 0 and held.find(b"]]>", opened) < 0 else limit


def _mark(held: bytes, at: int, base: int) -> Mark | None:
    if held[at + 1] == 0x2F:
        end = held.find(b">", at)
        name = held[at + 2 : end].strip().decode("ascii", "replace") if end >= 0 else ""
        return Mark(name, base + at, base + end + 1, opens=False, closes=True, head=b"") if end >= 0 else None
    tag = _TAG.match(held, at, at + _TAG_BYTES)
    if tag is None:
        return None
    head = tag[1]
    name = held[at + 1 : tag.start(1)].decode("ascii", "replace")
    return Mark(name, base + at, base + tag.end(), opens=True, closes=head.endswith(b"/"), head=head)
