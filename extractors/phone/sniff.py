"""Which zips, XML files and SQLite databases come from a telephone, told from their structure."""

from __future__ import annotations

import lzma
import zipfile
import zlib
from pathlib import Path
from typing import Final

from evidence.errors import CasegraphError
from extractors.phone.report_bytes import NAMESPACE, REPORT, UFDR, report_name
from extractors.phone.stores import media_type_of

_DAMAGED: Final = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError, NotImplementedError,
    RuntimeError,
)  # fmt: skip


def look(media_type: str, head: bytes, path: Path, hint: str) -> str:
    """Return the narrower media type of a UFDR, a `report.xml` or an app's database; empty where it is none of them."""
    if media_type == "application/vnd.sqlite3":
        return media_type_of(path)
    if media_type == "application/zip":
        return UFDR if _is_ufdr(path) else ""
    return REPORT if _is_report(head) else ""


def _is_report(head: bytes) -> bool:
    plain = head[:8192].replace(b"\0", b"")
    return NAMESPACE in plain and b"<project" in plain


def _is_ufdr(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            if len(archive.filelist) > 5_000_000:
                return False
            name = report_name(archive.namelist())
            with archive.open(name) as report:
                return _is_report(report.read(8192))
    except (CasegraphError, *_DAMAGED):
        return False
