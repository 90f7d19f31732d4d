"""The files that a report lists: their paths, hashes and states, and those of them that its zip holds."""

from __future__ import annotations

import lzma
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from itertools import accumulate
from pathlib import Path
from typing import Final, NamedTuple

from lxml import etree

from evidence.records import Child
from extractors.phone.report_bytes import report_name
from extractors.phone.report_model import parse
from extractors.protocols import ReadContext
from extractors.text import one_line

_ITEM: Final = "Local Path"
_SHA256: Final = re.compile(r"[0-9a-fA-F]{64}")
_CHUNK: Final = 1 << 20
_DAMAGED: Final = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError, NotImplementedError, RuntimeError,
)  # fmt: skip
_RATIO: Final = 50


class FileEntry(NamedTuple):
    """A tagged file: where it was on the device, where it is in the zip, its hash, and everything said of it."""

    id: str
    path: str
    local: str
    sha256: str
    said: tuple[tuple[str, str], ...]

    @property
    def text(self) -> str:
        """The entry as lines `field: value`."""
        return "\n".join([self.path or self.local or self.id, *(f"{name}: {value}" for name, value in self.said)])


def file_of(data: bytes) -> FileEntry | None:
    """Return the `file` element at the beginning of `data`; None where there is none."""
    end = data.find(b"</file>")
    head = data.partition(b">")[0]
    element = parse(data[: end + 7] if end >= 0 and not head.endswith(b"/") else head + b">").element
    return entry_of(element) if element is not None else None


def entry_of(element: etree._Element) -> FileEntry:
    """Return a `file` element as a FileEntry."""
    said = [(str(name), one_line(str(value))[:1000]) for name, value in element.attrib.items() if value]
    items = dict(_items(element))
    sha256 = next((value for name, value in items.items() if name.upper().replace("-", "") == "SHA256"), "")
    path = one_line(element.get("path") or element.get("name") or "")[:1000]
    return FileEntry(
        id=element.get("id") or "",
        path=path,
        local=items.get(_ITEM, "").replace("\\", "/").lstrip("/"),
        sha256=sha256.lower() if _SHA256.fullmatch(sha256) else "",
        said=(*said, *items.items()),
    )


def _items(element: etree._Element) -> Iterator[tuple[str, str]]:
    for inner in element.iter():
        if not isinstance(inner.tag, str):
            continue
        kind = inner.tag.rpartition("}")[2]
        if kind in ("item", "timestamp"):
            text = one_line("".join(str(part) for part in inner.itertext()))
            if text:
                yield one_line(inner.get("name") or kind)[:100], text[:1000]


class Taken:
    """Takes files out of the zip, within the limits on their number and size, and counts what it left."""

    def __init__(self, path: Path, context: ReadContext) -> None:
        self.context = context
        self.archive = zipfile.ZipFile(path)
        report = report_name(self.archive.namelist())
        self.entries = [one for one in self.archive.infolist() if not one.is_dir() and one.filename != report]
        self.by_name = {one.filename.lstrip("/"): number for number, one in enumerate(self.entries)}
        sizes = [one.file_size for one in self.entries]
        self.ends = list(accumulate(sizes))
        self.most = max(context.limits.child_bytes, _RATIO * path.stat().st_size)

    def take(self, local: str, inner_path: str) -> tuple[Child | None, str]:
        """Return the file at `local` as a child, or why it is none: not in the zip, or beyond a limit."""
        number = self.by_name.get(local, -1)
        if number < 0:
            return None, ""
        limits = self.context.limits
        entry = self.entries[number]
        if number >= limits.children:
            return None, "files beyond the limit on their number"
        if entry.file_size > limits.child_bytes or self.ends[number] > self.most:
            return None, "files beyond the limit on their size"
        if entry.flag_bits & 1:
            return None, "files that are encrypted"
        scratch_name = f"file-{number + 1}"
        if not self._write(entry, self.context.scratch / scratch_name):
            return None, "files that cannot be unpacked"
        return Child(inner_path=one_line(inner_path)[:1000] or local, scratch_name=scratch_name), ""

    def _write(self, entry: zipfile.ZipInfo, target: Path) -> bool:
        """Unpack one file, never more of it than it declares; a broken one leaves nothing."""
        written = 0
        try:
            with self.archive.open(entry) as source, target.open("wb") as made:
                while (chunk := source.read(_CHUNK)) and written <= entry.file_size:
                    written += made.write(chunk)
        except _DAMAGED:
            target.unlink(missing_ok=True)
            return False
        return True

    def others(self, listed: Iterable[str]) -> list[str]:
        """Return the entries that no tagged file names."""
        known = set(listed)
        return [name for name in self.by_name if name not in known]

    def close(self) -> None:
        """Close the zip."""
        self.archive.close()
