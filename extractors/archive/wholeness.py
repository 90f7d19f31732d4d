"""What libarchive leaves unchecked: the checksum of gzip (RFC 1952), whether a tar or ar goes on to its end."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from extractors.archive.joined import Joined

_CHUNK: Final = 256 << 10
_HEADER: Final = 512
_AR_MARK: Final = 8
_AR_HEADER: Final = 60


def gzip_problem(volumes: Sequence[Path], *, most: int) -> str:
    """Return what is wrong with gzip data, or ''; looks at no more than `most` bytes of what it unpacks to.

    Whatever follows the last member is left alone, as by gzip itself.
    """
    with Joined(volumes) as source:
        member, seen, waiting = zlib.decompressobj(31), 0, b""
        try:
            while seen <= most:
                waiting = waiting or source.read(_CHUNK) or b""
                if not waiting:
                    return "" if member.eof else "the compressed data end early"
                seen += len(member.decompress(waiting, _CHUNK))
                waiting = member.unconsumed_tail
                if member.eof:
                    waiting = member.unused_data or source.read(_CHUNK) or b""
                    if not waiting.startswith(b"\x1f\x8b"):
                        return ""
                    member = zlib.decompressobj(31)
        except zlib.error:
            return "the checksum of the compressed data does not match"
    return ""


def holds_archive(head: bytes) -> bool:
    """Whether unpacked data begin like a tar or cpio archive, and not merely with zeros, which could begin anything."""
    if head.startswith((b"070701", b"070702", b"070707")) or head[257:262] == b"ustar":
        return True
    header = head[:_HEADER]
    stated = header[148:156].strip(b" \0")
    if len(header) < _HEADER or not stated or not header[0]:
        return False
    try:
        return int(stated, 8) == sum(header[:148]) + 8 * 32 + sum(header[156:])
    except ValueError:
        return False


def is_closed(volumes: Sequence[Path]) -> bool:
    """Whether a tar ends in a block of zeros, as every program ends it."""
    with Joined(volumes) as source:
        end = source.starts[-1]
        source.seek(max(0, end - _HEADER))
        return not (source.read(_HEADER) or b"\1").strip(b"\0")


def ar_is_whole(path: Path) -> bool:
    """Whether the members of an ar archive fill the file to its end: libarchive takes half a header for the end."""
    size = path.stat().st_size
    at = _AR_MARK
    with path.open("rb") as source:
        while at < size:
            source.seek(at)
            header = source.read(_AR_HEADER)
            stated = header[48:58].strip()
            if len(header) < _AR_HEADER or not stated.isdigit():
                return False
            at += _AR_HEADER + int(stated)
            at += at % 2 if at < size else 0
    return at == size
