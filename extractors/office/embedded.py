"""What an office file carries inside: pictures, media, macros and other files, each a child of its own."""

from __future__ import annotations

import io
import posixpath
import struct
from collections.abc import Iterator
from typing import Final, NamedTuple

import olefile

from extractors.office.gathered import Gathered
from extractors.office.package import Package, Relation

_FOLDERS: Final = ("media/", "embeddings/", "activex/", "ink/")
_NATIVE: Final = "\x01Ole10Native"
_STREAM_BYTES: Final = 256 << 20
_EXTERNALS: Final = 50


class Unpacked(NamedTuple):
    """A file taken out of an OLE object, under the name that the object gives it."""

    name: str
    data: bytes


def of_package(package: Package, gathered: Gathered) -> None:
    """Keep every file that an OOXML package carries, and say what it refers to outside itself and whether it has macros."""
    pictures = 0
    for name in package.names:
        low = name.lower()
        if low.endswith("vbaproject.bin"):
            gathered.fact("macros", f"present, not run: {name}")
        elif not (any(f"/{folder}" in low for folder in _FOLDERS) or low.startswith("docprops/thumbnail")):
            continue
        if low.endswith(".rels"):
            continue
        data = gathered.part(package, name)
        if data is None:
            continue
        pictures += "/media/" in low
        keep(gathered, name, data)
    if pictures:
        gathered.fact("pictures_and_media", str(pictures))


def keep(gathered: Gathered, name: str, data: bytes) -> None:
    """Keep one embedded file; an OLE object around it is taken off where it is only a wrapping."""
    inner = unpack(data) if data.startswith(olefile.MAGIC) else None
    if inner is None:
        gathered.keep(name, data)
    else:
        gathered.keep(posixpath.join(name, inner.name.rpartition("\\")[2] or "package"), inner.data)


def unpack(data: bytes) -> Unpacked | None:
    """Return the file inside an OLE object; None where the object is itself the document, or of a kind not known."""
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            if ole.exists(_NATIVE):
                return native(ole.openstream(_NATIVE).read(_STREAM_BYTES))
            for stream, name in (("Package", "package"), ("CONTENTS", "contents"), ("EmbeddedOdf", "document")):
                if ole.exists(stream):
                    return Unpacked(name, ole.openstream(stream).read(_STREAM_BYTES))
    except Exception:  # noqa: BLE001 - olefile raises whatever a damaged file makes it: the object is kept as it is
        return None
    return None


def native(data: bytes) -> Unpacked | None:
    """Return the file in an `Ole10Native` stream ([MS-OLEDS] 2.3.6 and what Packager writes into it)."""
    stream = io.BytesIO(data[4:])
    if stream.read(2) != b"\x02\x00":
        return Unpacked("object", data[4:])
    label, _path = _zero_ended(stream), _zero_ended(stream)
    stream.read(4)
    try:
        (length,) = struct.unpack("<I", stream.read(4))
        stream.read(length)
        (size,) = struct.unpack("<I", stream.read(4))
    except struct.error:
        return None
    held = stream.read(size)
    return Unpacked(label, held) if len(held) == size else None


def _zero_ended(stream: io.BytesIO) -> str:
    found = bytearray()
    while (byte := stream.read(1)) not in (b"\0", b""):
        found += byte
    return found.decode("cp1252", "replace")


def outside(relations: Iterator[tuple[str, Relation]], gathered: Gathered) -> None:
    """Say what a file refers to outside itself: its links as text to search, the rest as facts. Nothing is fetched."""
    links: dict[str, None] = {}
    others: dict[str, None] = {}
    for part, relation in relations:
        if not relation.external or not relation.target:
            continue
        if relation.kind == "hyperlink":
            links.setdefault(relation.target)
        else:
            others.setdefault(f"{relation.kind}: {relation.target} (named in {part})")
    for number, (field, found) in enumerate((("links", links), ("outside references", others)), start=1):
        if found:
            gathered.add("\n".join(list(found)[:2_000]), field=field, record=number)
    if others:
        said = "; ".join(list(others)[:_EXTERNALS])
        gathered.fact("outside_references", f"{len(others)}, not fetched: {said}")


def relations_of(package: Package, gathered: Gathered) -> Iterator[tuple[str, Relation]]:
    """Yield the relationships of every part."""
    for name in package.names:
        folder, file = posixpath.split(name)
        if not folder.endswith("_rels") or not file.endswith(".rels"):
            continue
        part = posixpath.join(posixpath.dirname(folder), file.removesuffix(".rels"))
        try:
            for relation in package.relations(part):
                yield part, relation
        except Exception as error:  # noqa: BLE001
            gathered.miss(f"what {part} refers to: {error}")
