"""Spoiling a file: each operator takes bytes and a source of chance, and gives other bytes; the same ones each time."""

from __future__ import annotations

import gzip
import io
import random
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

Operator: TypeAlias = Callable[[bytes, random.Random], bytes]

AT_MOST_BYTES = 4 << 20
"""No mutant is larger, so that thousands of them stay quick; what is large on purpose is tried elsewhere."""
MAGIC = (
    b"PK\x03\x04", b"%PDF-1.7\n", b"\xff\xd8\xff\xe0\0\x10JFIF\0", b"\x89PNG\r\n\x1a\n", b"SQLite format 3\0",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"7z\xbc\xaf'\x1c", b"Rar!\x1a\x07\x01\0", b"\x1f\x8b\x08\0", b"BZh9", b"RIFF\xff\xff\xff\x7fWAVE",
    b"OggS\0\x02", b"\0\0\0\x18ftypmp42", b"fLaC", b"!BDN", b"{\\rtf1", b"<?xml version='1.0'?>", b"From x@y.example Mon Feb  2 08:30:12 2026\n",
    b"BEGIN:VCARD\r\n", b'{"messages": [', b"PAR1", b"\x78\x9f\x3e\x22", b"ID3\x04\0\0\x7f\x7f\x7f\x7f",
)  # fmt: skip
SUFFIXES = (
    ".jpg",
    ".pdf",
    ".zip",
    ".csv",
    ".json",
    ".txt",
    ".mp4",
    ".docx",
    ".eml",
    ".xlsx",
    ".db",
    ".ufdr",
    ".ogg",
    ".7z",
    ".xml",
    "",
)


@dataclass(frozen=True)
class Mutant:
    """A spoilt file, with what was done to which seed."""

    family: str
    name: str
    data: bytes
    seed: str
    operator: str


def truncated(data: bytes, chance: random.Random) -> bytes:
    """Cut off after a byte, anywhere: near the beginning and the end as often as between."""
    size = len(data)
    return data[
        : chance.choice(
            (
                chance.randrange(1, min(size, 64) + 1),
                chance.randrange(1, size + 1),
                max(1, size - chance.randrange(1, 40)),
            )
        )
    ]


def beheaded(data: bytes, chance: random.Random) -> bytes:
    """Lose the beginning."""
    return data[chance.randrange(1, max(2, len(data) // 2)) :] or b"\0"


def bits_flipped(data: bytes, chance: random.Random) -> bytes:
    """Turn one bit, or some, or many."""
    spoilt = bytearray(data)
    for _ in range(chance.choice((1, 3, 20, 200))):
        spoilt[chance.randrange(len(spoilt))] ^= 1 << chance.randrange(8)
    return bytes(spoilt)


def head_flipped(data: bytes, chance: random.Random) -> bytes:
    """Turn bits among the first 512 bytes, where headers are."""
    return bits_flipped(data[:512], chance) + data[512:]


def blocks_swapped(data: bytes, chance: random.Random) -> bytes:
    """Exchange two blocks, as a torn file system does."""
    size = _block(data, chance)
    first, second = sorted(chance.randrange(0, max(1, len(data) - size)) for _ in range(2))
    one, two = data[first : first + size], data[second : second + size]
    spoilt = bytearray(data)
    spoilt[first : first + len(two)] = two
    spoilt[second : second + len(one)] = one
    return bytes(spoilt)


def zeroed(data: bytes, chance: random.Random) -> bytes:
    """A block is zeros, or ones."""
    size, at = _block(data, chance), chance.randrange(len(data))
    return data[:at] + chance.choice((b"\0", b"\xff")) * min(size, len(data) - at) + data[at + size :]


def doubled(data: bytes, chance: random.Random) -> bytes:
    """A block stands there many times."""
    size, at = _block(data, chance), chance.randrange(len(data))
    return data[:at] + data[at : at + size] * chance.choice((2, 2, 50)) + data[at:]


def dropped(data: bytes, chance: random.Random) -> bytes:
    """A block is missing."""
    size, at = _block(data, chance), chance.randrange(len(data))
    return data[:at] + data[at + size :] or b"\0"


def length_lies(data: bytes, chance: random.Random) -> bytes:
    """A field of two, four or eight bytes says something enormous, negative or nothing."""
    spoilt = bytearray(data)
    for _ in range(chance.choice((1, 1, 4))):
        width = chance.choice((2, 4, 8))
        number = chance.choice((0, 1, 0x7F, 0xFF, 0x7FFFFFFF, 0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF, chance.getrandbits(64)))
        at = chance.randrange(0, max(1, min(len(data), chance.choice((64, 4096, len(data)))) - width))
        spoilt[at : at + width] = (number & ((1 << 8 * width) - 1)).to_bytes(width, chance.choice(("little", "big")))
    return bytes(spoilt)


def digits_lie(data: bytes, chance: random.Random) -> bytes:
    """A number written in digits says something absurd."""
    places = list(re.finditer(rb"\d+", data[: 1 << 20]))
    if not places:
        return length_lies(data, chance)
    spoilt = data
    for place in sorted(
        chance.sample(places, min(len(places), chance.choice((1, 1, 6)))), key=lambda hit: -hit.start()
    ):
        lie = chance.choice(
            (b"99999999999999999999", b"-1", b"0", b"1e999", b"NaN", b"2147483648", b"", b"0x41", b"\xd9\xa1\xd9\xa2")
        )
        spoilt = spoilt[: place.start()] + lie + spoilt[place.end() :]
    return spoilt


def text_spoilt(data: bytes, chance: random.Random) -> bytes:
    """What breaks readers of text: broken UTF-8, NUL, lone surrogates, marks of direction, lines without end."""
    at = chance.randrange(len(data) + 1)
    put = chance.choice((b"\xff\xfe", b"\0" * 9, b"\xed\xa0\x80", "\u202e\u2066".encode(), b"\r", b'"', b"A" * 300_000, b"\\ud800", b"]]>", b"\x1a",
                         b"<", b"{" * 9, b"&#0;", b";" * 500, "e\u0301".encode() * 400, b"\xf4\x90\x80\x80"))  # fmt: skip
    return data[:at] + put + data[at:]


def nested(data: bytes, chance: random.Random) -> bytes:
    """Brackets or elements opened thousands of times, at the beginning or in the middle."""
    opened = chance.choice((b"[", b'{"a":', b"<a>", b"(", b"{\\b ", b"> ", b"<div>", b"<<"))
    at = chance.choice((0, len(data) // 2, len(data)))
    return data[:at] + opened * chance.choice((300, 20_000, 100_000)) + data[at:]


def glued(data: bytes, chance: random.Random) -> bytes:
    """The first bytes of another format stand in front."""
    return chance.choice(MAGIC) + data


def foreign_head(data: bytes, chance: random.Random) -> bytes:
    """The first bytes of another format stand instead of its own."""
    magic = chance.choice(MAGIC)
    return magic + data[len(magic) :]


def packed_deep(data: bytes, chance: random.Random) -> bytes:
    """It lies in a zip in a zip in a zip, or is gzipped again and again."""
    for _ in range(chance.choice((1, 2, 7, 12))):
        if chance.random() < 0.25:
            data = gzip.compress(data, mtime=0)
            continue
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            name = chance.choice(("a.bin", "../../etc/passwd", "/abs/olute", "nul\x01.txt", "x" * 300, "con.zip"))
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, compress_type=zipfile.ZIP_DEFLATED)
        data = target.getvalue()
    return data


SIMPLE: tuple[Operator, ...] = (
    truncated, truncated, bits_flipped, bits_flipped, head_flipped, blocks_swapped, zeroed, doubled, dropped, beheaded,
    length_lies, length_lies, digits_lie, text_spoilt, nested, glued, foreign_head,
)  # fmt: skip


def inside(data: bytes, chance: random.Random) -> bytes:
    """One member of a zip (an office file, an extraction, a chat's export) is spoilt, and the zip made whole again."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [(one.filename, archive.read(one)) for one in archive.infolist() if not one.is_dir()]
    except (zipfile.BadZipFile, RuntimeError, OSError, NotImplementedError, zlib.error):
        return bits_flipped(data, chance)
    worth = [at for at, (_, held) in enumerate(members) if held]
    if not worth:
        return truncated(data, chance)
    at = chance.choice(worth)
    spoilt = chance.choice(SIMPLE)(members[at][1], chance)
    members[at] = (members[at][0], spoilt[:AT_MOST_BYTES])
    if chance.random() < 0.1:
        del members[chance.randrange(len(members))]
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, held in members:
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), held, compress_type=zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _block(data: bytes, chance: random.Random) -> int:
    return min(len(data), chance.choice((1, 16, 512, 4096, max(1, len(data) // 4))))


def operators_for(data: bytes) -> tuple[Operator, ...]:
    """Which operators a seed deserves: a zip is mostly spoilt inside, since outside it is but a checksum that fails."""
    if data.startswith(b"PK\x03\x04"):
        return (*SIMPLE, packed_deep, *([inside] * 20))
    return (*SIMPLE, packed_deep)


def mutants(family: str, seeds: list[tuple[str, bytes]], *, seed: int) -> Iterator[Mutant]:
    """Mutants of a family's seeds without end, each of its own kind: the same ones for the same `seed`."""
    chance = random.Random(f"{seed}/{family}")
    number = 0
    while seeds:
        name, data = seeds[number % len(seeds)]
        number += 1
        operator = chance.choice(operators_for(data))
        made = operator(data, chance)
        suffix = name[name.rfind(".") :] if "." in name else ""
        label = operator.__name__
        if chance.random() < 0.12:
            suffix, label = chance.choice(SUFFIXES), f"{label}, misnamed"
        if 0 < len(made) <= AT_MOST_BYTES and made != data:
            yield Mutant(family, f"{number:05d}-{operator.__name__}{suffix}", made, name, label)
