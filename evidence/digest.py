"""Canonical bytes and domain-tagged SHA-256: what makes two records the same record."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, NewType, cast

import msgspec

Sha256 = NewType("Sha256", str)
"""64 lower-case hexadecimal digits."""

EMPTY_SHA256 = Sha256(hashlib.sha256(b"").hexdigest())
_CHUNK_BYTES = 1 << 20
_encoder = msgspec.json.Encoder(order="sorted")


def canonical(value: object) -> bytes:
    """Return the one JSON encoding of `value`: sorted keys, UTF-8, no spaces.

    Raises TypeError for a float in plain values: floats have no place in an identity. Records are encoded as they
    are, without that walk; none that is ever digested has a float field (a test sees to it).
    """
    if not isinstance(value, msgspec.Struct):
        _refuse_floats(value)
    return _encoder.encode(value)


def _refuse_floats(value: object) -> None:
    if isinstance(value, float):
        raise TypeError("floats cannot be part of an identity; store a scaled integer")
    if isinstance(value, dict):
        for inner in cast("dict[object, object]", value).values():
            _refuse_floats(inner)
    elif isinstance(value, (list, tuple)):
        for inner in cast("list[object]", value):
            _refuse_floats(inner)


def digest(domain: str, value: object) -> Sha256:
    """Return the SHA-256 of `value` under `domain`, so that records of two kinds never collide."""
    return digest_lines(domain, [value])


def digest_lines(domain: str, values: Iterable[object]) -> Sha256:
    """Return the SHA-256 of a sequence of records, each framed by its length, under `domain`."""
    state = hashlib.sha256(f"casegraph/{domain}\n".encode())
    for value in values:
        encoded = canonical(value)
        state.update(f"{len(encoded)}:".encode())
        state.update(encoded)
    return Sha256(state.hexdigest())


def read_chunks(source: BinaryIO) -> Iterator[bytes]:
    """Yield the bytes of `source` in pieces of one MiB."""
    while chunk := source.read(_CHUNK_BYTES):
        yield chunk


def sha256_bytes(data: bytes) -> Sha256:
    """Return the plain SHA-256 of `data`, as `sha256sum` prints it."""
    return Sha256(hashlib.sha256(data).hexdigest())


def sha256_file(path: Path) -> Sha256:
    """Return the plain SHA-256 of a file, as `sha256sum` prints it."""
    with path.open("rb") as source:
        return Sha256(hashlib.file_digest(source, "sha256").hexdigest())
