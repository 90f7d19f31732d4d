"""Where the bytes of a `report.xml` lie: in a file of its own, stored in a zip as they are, or unpacked beside the job.

Everything else asks for `length` bytes at `offset` of the report, and so never holds more of it than that.
"""

from __future__ import annotations

import codecs
import lzma
import os
import re
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from evidence.errors import LimitExceeded, Unreadable

UFDR: Final = "application/x-cellebrite-ufdr"
REPORT: Final = "application/x-cellebrite-report+xml"
NAMESPACE: Final = b"http://pa.cellebrite.com/report/2.0"
MEMBER: Final = "report.xml"
_CHUNK: Final = 4 << 20
_LARGEST: Final = 64 << 30
_RATIO: Final = 400
_DECLARED: Final = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_WIDE: Final = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class ReportBytes:
    """The report as UTF-8 (or as what claims to be): read at any offset, closed when the job is done with it."""

    def __init__(self, held: BinaryIO, *, start: int, length: int, as_stored: bool) -> None:
        self._held = held
        self._start = start
        self.length = length
        self.as_stored = as_stored
        """Whether an offset is one in the very bytes of `report.xml`; not where another encoding was undone first."""

    def read(self, offset: int, length: int) -> bytes:
        """Return up to `length` bytes at `offset`."""
        wanted = max(0, min(length, self.length - offset))
        return os.pread(self._held.fileno(), wanted, self._start + offset) if wanted else b""

    def close(self) -> None:
        """Let go of the file; what was unpacked vanishes with it."""
        self._held.close()


def open_report(path: Path, media_type: str) -> ReportBytes:
    """Return the bytes of the report in `path`; raises Unreadable, or LimitExceeded for what unpacks out of all proportion.

    A report stored in its zip without compression, as the tool writes them, is read where it lies.
    """
    try:
        held = _of_zip(path) if media_type == UFDR else _bare(path)
    except (OSError, zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError) as error:
        raise Unreadable(
            "the report cannot be taken out of its zip" if media_type == UFDR else "cannot be opened"
        ) from error
    head = held.read(0, 512)
    encoding = next((name for mark, name in _WIDE if head.startswith(mark)), "") or _declared(head)
    return _recoded(held, encoding) if encoding else held


def _bare(path: Path) -> ReportBytes:
    held = path.open("rb")
    return ReportBytes(held, start=0, length=path.stat().st_size, as_stored=True)


def _of_zip(path: Path) -> ReportBytes:
    with zipfile.ZipFile(path) as archive:
        member = archive.getinfo(report_name(archive.namelist()))
        if member.flag_bits & 1:
            raise Unreadable("its report.xml is encrypted: no key given")
        if member.compress_type == zipfile.ZIP_STORED:
            held = path.open("rb")
            return ReportBytes(held, start=_data_at(held, member), length=member.compress_size, as_stored=True)
        if member.file_size > _LARGEST or member.file_size > max(_CHUNK, member.compress_size * _RATIO):
            raise LimitExceeded(f"its report.xml would unpack to {member.file_size >> 20:,} MiB: out of all proportion")
        return _unpacked(archive, member)


def report_name(names: list[str]) -> str:
    """Return the entry that is the report: at the top, else in the only folder; raises Unreadable."""
    found = [name for name in names if name.rpartition("/")[2].lower() == MEMBER and name.count("/") <= 1]
    if not found:
        raise Unreadable("the zip holds no report.xml")
    return min(found, key=lambda name: (name.count("/"), name))


def _data_at(held: BinaryIO, member: zipfile.ZipInfo) -> int:
    held.seek(member.header_offset)
    header = held.read(30)
    if len(header) < 30 or header[:4] != b"PK\x03\x04":
        raise Unreadable("the zip's entry for report.xml is damaged")
    return member.header_offset + 30 + int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> ReportBytes:
    """Write the report to a file without a name; a stream that breaks off leaves what came before."""
    if member.file_size > shutil.disk_usage(tempfile.gettempdir()).free * 0.9:
        raise LimitExceeded("there is no room to unpack its report.xml")
    held: BinaryIO = tempfile.TemporaryFile()  # noqa: SIM115
    length = 0
    try:
        with archive.open(member) as source:
            while (chunk := source.read(_CHUNK)) and length <= member.file_size:
                length += held.write(chunk)
    except (
        zipfile.BadZipFile,
        zlib.error,
        lzma.LZMAError,
        EOFError,
        OSError,
        ValueError,
        NotImplementedError,
    ) as error:
        if not length:
            held.close()
            raise Unreadable("its report.xml cannot be unpacked") from error
    held.flush()
    return ReportBytes(held, start=0, length=length, as_stored=True)


def _declared(head: bytes) -> str:
    """Return the encoding that the XML declaration states where it is another than UTF-8; empty otherwise."""
    match = _DECLARED.match(head.removeprefix(codecs.BOM_UTF8))
    try:
        name = codecs.lookup(match[1].decode()).name if match else "utf-8"
    except LookupError:
        return ""
    return "" if name in ("utf-8", "ascii", "utf-16", "utf-32") or head.startswith(codecs.BOM_UTF8) else name


def _recoded(held: ReportBytes, encoding: str) -> ReportBytes:
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    made: BinaryIO = tempfile.TemporaryFile()  # noqa: SIM115
    length = 0
    for at in range(0, held.length, _CHUNK):
        length += made.write(decoder.decode(held.read(at, _CHUNK)).encode("utf-8", "replace"))
    made.flush()
    held.close()
    return ReportBytes(made, start=0, length=length, as_stored=False)


def windows(source: ReportBytes, start: int, end: int) -> Iterator[tuple[int, bytes]]:
    """Yield (offset, bytes) of the report from `start` to `end`, in pieces of four megabytes."""
    for at in range(start, end, _CHUNK):
        yield at, source.read(at, min(_CHUNK, end - at))
