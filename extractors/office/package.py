"""The zip that an office file is: its parts, read within limits, and the relationships between them."""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final, NamedTuple
from urllib.parse import unquote

from evidence.errors import LimitExceeded, Unreadable
from extractors.office import markup

_ENTRIES: Final = 20_000
_TREE_BYTES: Final = 96 << 20
"""A part that is held as a tree takes about eight times its size in memory."""
_STREAM_BYTES: Final = 2 << 30
_RATIO: Final = 400
_RATIO_FROM_BYTES: Final = 32 << 20
_BROKEN: Final = (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError, RuntimeError,
                  KeyError, LookupError)  # fmt: skip
"""What `zipfile` raises on damaged and on encrypted archives."""


class Relation(NamedTuple):
    """What one part says of another, or of something outside the file."""

    id: str
    kind: str
    """The last word of its type: `hyperlink`, `image`, `comments`, `attachedTemplate`."""
    target: str
    """A part's name, or an address as it stands."""
    external: bool


class Package:
    """An opened office file."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._infos = {info.filename: info for info in archive.infolist() if not info.is_dir()}
        self._folded = {name.lower(): name for name in self._infos}
        self._trees_left = 4 * _TREE_BYTES

    @property
    def names(self) -> tuple[str, ...]:
        """The parts' names, in the order of the archive."""
        return tuple(self._infos)

    def has(self, name: str) -> bool:
        """Say whether there is such a part; case does not count (OPC, 6.2.2.3)."""
        return name.lower() in self._folded

    def size(self, name: str) -> int:
        """Return how large a part says that it is."""
        return self._infos[self._folded[name.lower()]].file_size

    def data(self, name: str, *, most: int) -> bytes:
        """Return a part's bytes; raises LimitExceeded past `most`, Unreadable where it is missing or damaged."""
        with self.opened(name) as stream:
            try:
                found = stream.read(most + 1)
            except _BROKEN as error:
                raise Unreadable(f"{name} is damaged") from error
        if len(found) > most:
            raise LimitExceeded(f"{name} holds more than {most >> 20:,} MiB")
        return found

    def tree(self, name: str) -> Any:
        """Return the root element of an XML part; raises Unreadable, or LimitExceeded."""
        data = self.data(name, most=min(_TREE_BYTES, self._trees_left))
        self._trees_left -= len(data)
        return markup.parse(data, name=name)

    @contextmanager
    def opened(self, name: str) -> Iterator[Bounded]:
        """Open a part as a stream of at most 2 GiB; raises Unreadable, and LimitExceeded for a bomb."""
        info = self._infos.get(self._folded.get(name.lower(), ""))
        if info is None:
            raise Unreadable(f"{name} is missing from the file")
        if info.flag_bits & 1:
            raise Unreadable(f"{name} is encrypted")
        if info.file_size > _RATIO_FROM_BYTES and info.file_size > _RATIO * max(1, info.compress_size):
            raise LimitExceeded(f"{name} unpacks to {info.file_size // max(1, info.compress_size):,} times its size")
        try:
            stream = self._archive.open(info)
        except _BROKEN as error:
            raise Unreadable(f"{name} is damaged") from error
        with stream:
            yield Bounded(stream, name)

    def relations(self, part: str = "") -> tuple[Relation, ...]:
        """Return the relationships of a part, or of the package; none where they are missing. Raises Unreadable."""
        folder, file = posixpath.split(part)
        name = posixpath.join(folder, "_rels", f"{file}.rels")
        if not self.has(name):
            return ()
        return tuple(_relation(element, folder) for element in markup.descendants(self.tree(name), "Relationship"))


class Bounded:
    """A stream that ends with an error of ours: where it is damaged, or goes on past the limit."""

    def __init__(self, stream: IO[bytes], name: str) -> None:
        self._stream = stream
        self._name = name
        self._left = _STREAM_BYTES

    def read(self, size: int = -1) -> bytes:
        """Return up to `size` bytes; raises Unreadable, or LimitExceeded."""
        try:
            data = self._stream.read(size)
        except _BROKEN as error:
            raise Unreadable(f"{self._name} is damaged") from error
        self._left -= len(data)
        if self._left < 0:
            raise LimitExceeded(f"{self._name} holds more than {_STREAM_BYTES >> 30} GiB")
        return data


def _relation(element: Any, folder: str) -> Relation:
    target = element.get("Target", "")
    external = element.get("TargetMode", "") == "External"
    if not external:
        target = unquote(target.partition("#")[0])
        target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/") if target else ""
    return Relation(element.get("Id", ""), element.get("Type", "").rpartition("/")[2], target, external)


@contextmanager
def opened(path: Path) -> Iterator[Package]:
    """Open an office file; raises Unreadable where it is no zip, LimitExceeded where it holds too many parts."""
    try:
        archive = zipfile.ZipFile(path)
    except _BROKEN as error:
        raise Unreadable("the file is damaged: its directory of parts cannot be read") from error
    with archive:
        if len(archive.filelist) > _ENTRIES:
            raise LimitExceeded(f"it holds more than {_ENTRIES:,} parts")
        yield Package(archive)
