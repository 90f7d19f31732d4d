"""The drawing instructions of a PDF's page: how many bytes they decode to before PDFium parses them, and whether they do.

PDFium builds every object of a page in memory as it opens the page, some 270 bytes for a line of 18, and says how many
there are only afterwards; a few hundred kilobytes of deflated instructions then cost minutes and gigabytes.
"""

from __future__ import annotations

import io
import mmap
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, TypeAlias

import pypdfium2

_SUSPECT_BYTES: Final = 8_000_000
_SHORT_BYTES: Final = _SUSPECT_BYTES // 1_032
"""What is shorter cannot be heavy: deflate shrinks 1,032 times at the most (zlib's technical notes)."""
_DICTIONARY_BYTES: Final = 2_048
_CHUNK: Final = 1 << 16
_STREAM: Final = re.compile(rb"stream\r?\n")
"""Also the end of `endstream`; a look behind for that would make the search forty times slower."""
_SUBTYPE: Final = re.compile(rb"/Subtype\s*/(\w+)")
_FLATE: Final = re.compile(rb"/Fl(?:ateDecode)?\b")

_Bytes: TypeAlias = bytes | mmap.mmap


def may_be_heavy(path: Path) -> bool:
    """Say whether any stream in the file that may hold drawing instructions decodes to more than 8 MB.

    A look at the bytes, not at the structure: encrypted streams and those of filters other than deflate count as long
    as they are. Raises OSError.
    """
    with path.open("rb") as source, mmap.mmap(source.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return any(length > _SUSPECT_BYTES for length in _lengths(data, _SUSPECT_BYTES, short=_SHORT_BYTES))


def content_bytes(document: Any, index: int, *, most: int) -> int:
    """Return how many bytes of drawing instructions page `index` (from 0) and the forms on it hold, decoded.

    Counting stops once there are more than `most`. Returns 0 where PDFium cannot copy the page.
    """
    total = 0
    for length in _lengths(_alone(document, index), most, short=0):
        total += length
        if total > most:
            break
    return total


def instructions_lost(document: Any, index: int) -> bool:
    """Say whether deflated instructions of page `index` (from 0), or of a form on it, do not inflate at all.

    PDFium takes such a page for one on which nothing is drawn.
    """
    data = _alone(document, index)
    return any(_FLATE.search(head) is not None and _is_lost(data, start) for head, start in _streams(data))


def _is_lost(data: bytes, start: int) -> bool:
    engine = zlib.decompressobj()
    try:
        return not engine.decompress(data[start : start + _CHUNK], 1) and not engine.eof
    except zlib.error:
        return True


def _alone(document: Any, index: int) -> bytes:
    """Return a PDF of nothing but one page, as PDFium writes it: decrypted, one object after another."""
    copy = pypdfium2.PdfDocument.new()
    try:
        copy.import_pages(document, [index])
        written = io.BytesIO()
        copy.save(written)
        return written.getvalue()
    except pypdfium2.PdfiumError:
        return b""
    finally:
        copy.close()


def _lengths(data: _Bytes, most: int, *, short: int) -> Iterator[int]:
    """Yield the decoded length of each stream that may hold instructions, counted to just over `most`.

    One of up to `short` bytes, deflated once, counts as long as it is.
    """
    for head, start in _streams(data):
        yield _length(data, start, passes=len(_FLATE.findall(head)), most=most, short=short)


def _streams(data: _Bytes) -> Iterator[tuple[bytes, int]]:
    """Yield each stream that may hold instructions: its dictionary, and where its bytes begin."""
    for found in _STREAM.finditer(data):
        head = data[max(0, found.start() - _DICTIONARY_BYTES) : found.start()].rpartition(b"obj")[2]
        if not head.endswith(b"end") and _may_draw(head):
            yield head, found.end()


def _may_draw(head: bytes) -> bool:
    """Say whether a stream's dictionary is not that of a picture, a font, an embedded file or metadata."""
    subtype = _SUBTYPE.search(head)
    known = subtype is not None and subtype.group(1) != b"Form"
    return not known and b"/Length1" not in head and b"/EmbeddedFile" not in head


def _length(data: _Bytes, start: int, *, passes: int, most: int, short: int) -> int:
    end = data.find(b"endstream", start, start + (most if not passes else short) + len(b"endstream"))
    if not passes:
        return end - start if end >= 0 else min(len(data) - start, most + 1)
    if short and passes == 1 and end >= 0:
        return end - start
    chunks: Iterator[bytes] = (data[at : at + _CHUNK] for at in range(start, len(data), _CHUNK))
    for _ in range(passes):
        chunks = _inflated(chunks)
    length = 0
    for chunk in chunks:
        length += len(chunk)
        if length > most:
            break
    return length


def _inflated(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield what deflated data hold, a chunk at a time, as far as they are sound."""
    engine = zlib.decompressobj()
    try:
        for chunk in chunks:
            left = chunk
            while left and not engine.eof:
                yield engine.decompress(left, _CHUNK)
                left = engine.unconsumed_tail
            if engine.eof:
                return
    except zlib.error:
        return
