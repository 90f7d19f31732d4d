"""Packing files together so that two runs give the same bytes: zip, tar.gz, and a zip locked with a password."""

from __future__ import annotations

import gzip
import hashlib
import io
import re
import tarfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from unittest import mock

import pyzipper

PACKED_ON = (2026, 3, 4, 14, 20, 0)
PACKED_AT = 1_772_634_000
"""4 March 2026, 14:20 UTC: when the makers pack things."""


def zipped(entries: Iterable[tuple[str, bytes]], *, stored: frozenset[str] = frozenset()) -> bytes:
    """A zip of `entries` in their order; those named in `stored` are not compressed."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries:
            entry = zipfile.ZipInfo(name, PACKED_ON)
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            as_it_is = name in stored or name.endswith((".jpg", ".opus", ".mp4"))
            archive.writestr(entry, data, compress_type=zipfile.ZIP_STORED if as_it_is else zipfile.ZIP_DEFLATED)
    return target.getvalue()


def tar_gz(entries: Iterable[tuple[str, bytes]]) -> bytes:
    """A gzipped tar of `entries` in their order."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, data in entries:
            entry = tarfile.TarInfo(name)
            entry.size, entry.mtime, entry.mode = len(data), PACKED_AT, 0o644
            archive.addfile(entry, io.BytesIO(data))
    return gzip.compress(target.getvalue(), 9, mtime=0)


def locked_zip(entries: Iterable[tuple[str, bytes]], *, password: str) -> bytes:
    """A zip whose entries are locked with AES-256 (WinZip's AE-2), its salts drawn from the password."""
    target = io.BytesIO()
    with (
        _fixed_salts(password),
        pyzipper.AESZipFile(target, "w", compression=zipfile.ZIP_DEFLATED, encryption=pyzipper.WZ_AES) as archive,
    ):
        archive.setpassword(password.encode())
        for name, data in entries:
            archive.writestr(pyzipper.zipfile_aes.AESZipInfo(name, PACKED_ON), data)
    return target.getvalue()


def rewound(package: bytes) -> bytes:
    """An office document's zip with every time in it set to when we packed it, and without its maker's thumbnail."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        entries = [(one.filename, archive.read(one)) for one in archive.infolist() if not one.is_dir()]
    kept = [(name, _settled(name, data)) for name, data in entries if "thumbnail" not in name]
    return zipped(kept, stored=frozenset({"mimetype"}))


def _settled(name: str, data: bytes) -> bytes:
    if name.endswith("core.xml"):
        return re.sub(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*", rb"\g<1>2026-02-27T16:05:00Z", data)
    if name.endswith("comments.xml"):
        return re.sub(rb'w:date="2[^"]*"', b'w:date="2026-02-11T16:41:00Z"', data)
    return re.sub(rb"<Relationship [^>]*thumbnail[^>]*/>", b"", data) if name == "_rels/.rels" else data


class _Salts:
    """Salts drawn from a seed instead of from the machine."""

    def __init__(self, seed: str) -> None:
        self.seed = seed
        self.count = 0

    def read(self, size: int) -> bytes:
        self.count += 1
        return hashlib.shake_256(f"{self.seed}/{self.count}".encode()).digest(size)


@contextmanager
def _fixed_salts(seed: str) -> Iterator[None]:
    salts = _Salts(seed)
    with mock.patch("pyzipper.zipfile_aes.Random.new", return_value=salts):
        yield
