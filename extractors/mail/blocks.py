"""The `BEGIN:` to `END:` blocks that calendars and contacts are made of, each with its bytes in the file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from evidence.errors import Unreadable
from evidence.locator import Place, RecordPlace
from extractors.email import read_bytes
from extractors.protocols import Limits, Original
from extractors.text import decode

BLOCKS: Final = 200_000
"""Blocks of one file that are read."""


class Block(NamedTuple):
    """A block: its number, where its bytes begin, and they themselves."""

    number: int
    offset: int
    data: bytes


def blocks(data: bytes, name: str) -> Iterator[Block]:
    """Yield the blocks called `name`; one that is cut off ends with the file or where the next begins."""
    begin = re.compile(rb"^BEGIN:[ \t]*%s[ \t]*\r?$" % name.encode(), re.IGNORECASE | re.MULTILINE)
    end = re.compile(rb"^END:[ \t]*%s[ \t]*(?:\r?\n|\r?\Z)" % name.encode(), re.IGNORECASE | re.MULTILINE)
    starts = [match.start() for match in begin.finditer(data)][: BLOCKS + 1]
    ends = [*starts[1:], len(data)][: len(starts)]
    for number, (start, following) in enumerate(zip(starts, ends, strict=True), start=1):
        ending = end.search(data, start, following)
        yield Block(number, start, data[start : ending.end() if ending else following])


def original_block(path: Path, place: Place, limits: Limits) -> Original:
    """Return the bytes of a block as they stand in the file; raises Unreadable where there is none."""
    data = read_bytes(path, limits)
    if not isinstance(place, RecordPlace) or not 0 <= place.offset < len(data) or place.length < 0:
        raise Unreadable("there is nothing at that place")
    there = data[place.offset : place.offset + place.length]
    where = f"bytes {place.offset:,} to {place.offset + len(there):,}"
    return Original(text=decode(there).text, data=there, where=where)
