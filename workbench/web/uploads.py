"""Files sent to the case: written as they come, whole or not at all, and kept only until the vault has its copy.

A file's name is a name and never a path: on the disk it stands under a digest, and the list of names goes with the ingest.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from evidence.case import Case
from evidence.errors import LimitExceeded, NotFound, Refused, StorageError, UsageError
from evidence.files import fsync_folder, locked, write_atomically
from workbench.printing import plural

_NAME: Final = re.compile(r"[0-9a-f]{16}")
_LONGEST_NAME: Final = 1024
_ABANDONED_S: Final = 24 * 3600
"""An upload that nobody touched for so long, and that no ingest takes in, is removed when the next one begins."""
_SPARE_BYTES: Final = 200_000_000
"""Left free on the disk, so that the ledger can still be written."""
_MB: Final = 1_000_000
_ROOM: Final = threading.Lock()
"""Held from looking whether there is room until the file is announced: two never take the same room."""
_COMING: Final[dict[Path, int]] = {}
"""Sizes of the files that are being received by this process, whole: what is still to come of them is no room."""


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """A file of an upload, and how much of it has come."""

    name: str
    size_bytes: int
    modified_ms: int = -1
    """Since 1970, as the sender's machine says; -1: not said."""
    received: int = 0
    whole: bool = False


class Upload(msgspec.Struct, frozen=True, kw_only=True):
    """An upload and its files."""

    id: str
    files: tuple[Sent, ...]
    most_files: int
    most_bytes: int

    @property
    def half(self) -> list[str]:
        """Names of the files that have not come whole."""
        return [one.name for one in self.files if not one.whole]


class Writing:
    """A file that is being received."""

    def __init__(self, out: BinaryIO, *, at: int, size_bytes: int) -> None:
        self._out = out
        self._size_bytes = size_bytes
        self.at = at

    def write(self, data: bytes) -> None:
        """Add what came; raises LimitExceeded where it is more than was announced, StorageError."""
        if self.at + len(data) > self._size_bytes:
            raise LimitExceeded(
                "more came than was announced; the file was not kept", next_step="send it again with its right size"
            )
        try:
            self._out.write(data)
        except OSError as error:
            raise _storage(error) from error
        self.at += len(data)

    def sync(self) -> None:
        """Have it on the disk."""
        try:
            self._out.flush()
            os.fsync(self._out.fileno())
        except OSError as error:
            raise _storage(error) from error


class Uploads:
    """The uploads of one case; each belongs to whoever began it."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._folder = case.uploads
        self._most_bytes = case.settings.upload_max_mb * _MB
        self._most_files = case.settings.upload_max_files

    def begin(self, who: str, *, in_use: frozenset[str] = frozenset()) -> Upload:
        """Return a new upload; those abandoned a day ago are removed, but for those `in_use`."""
        self._sweep(in_use)
        name = secrets.token_hex(8)
        try:
            for part in ("files", "parts", "names"):
                (self._folder / name / part).mkdir(parents=True, mode=0o700)
            self._folder.chmod(0o700)
        except OSError as error:
            raise _storage(error) from error
        write_atomically(self._folder / name / "who", who.encode())
        return self.find(name, who)

    def _sweep(self, in_use: frozenset[str]) -> None:
        for folder in self._folder.iterdir() if self._folder.is_dir() else ():
            touched = max((path.stat().st_mtime for path in (folder, *folder.glob("*/*"))), default=0.0)
            if folder.name not in in_use and time.time() - touched > _ABANDONED_S:
                shutil.rmtree(folder, ignore_errors=True)

    def find(self, name: str, who: str) -> Upload:
        """Return an upload with its files; raises NotFound where this person began none of that name."""
        folder = self._of(name, who)
        files = [self._sent(folder, path.stem) for path in sorted((folder / "names").glob("*.json"))]
        return Upload(
            id=name,
            files=tuple(sorted(files, key=lambda one: one.name)),
            most_files=self._most_files,
            most_bytes=self._most_bytes,
        )

    def _of(self, name: str, who: str) -> Path:
        folder = self._folder / name
        if not _NAME.fullmatch(name) or not (folder / "who").is_file() or (folder / "who").read_text() != who:
            raise NotFound("there is no such upload", next_step="begin a new one")
        return folder

    def _sent(self, folder: Path, key: str) -> Sent:
        sent = msgspec.json.decode((folder / "names" / f"{key}.json").read_bytes(), type=Sent)
        done, part = folder / "files" / key, folder / "parts" / key
        if done.is_file():
            return msgspec.structs.replace(sent, received=done.stat().st_size, whole=True)
        return msgspec.structs.replace(sent, received=part.stat().st_size if part.is_file() else 0)

    @contextmanager
    def receiving(self, name: str, who: str, sent: Sent, *, at: int) -> Iterator[Writing]:
        """Lend the place a file is written to, from byte `at` on; what broke off is kept and may be gone on with.

        It waits for the disk, at the end for minutes where much was sent: never use it on an event loop.
        Raises LimitExceeded before anything is written where it is too much, StorageError where the disk has no room for it,
        Refused where `at` is not where the last attempt broke off, Busy while another request writes the same file.
        """
        folder = self._of(name, who)
        _check_name(sent.name)
        key = hashlib.sha256(sent.name.encode()).hexdigest()[:32]
        part = folder / "parts" / key
        with locked(folder / "parts" / f"{key}.lock", wait_s=0, held_for="this file of the upload"):
            here = part.stat().st_size if part.is_file() else 0
            if at not in (0, here):
                raise Refused(f"the file has come up to byte {here}, not {at}", next_step=f"go on from byte {here}")
            self._announce(name, who, sent, key, at=at)
            try:
                (folder / "files" / key).unlink(missing_ok=True)
                yield from self._write(folder, key, sent, at=at)
            finally:
                _COMING.pop(part, None)

    def _announce(self, name: str, who: str, sent: Sent, key: str, *, at: int) -> None:
        folder = self._of(name, who)
        with _ROOM:
            self._check_room(self.find(name, who), sent, at=at)
            write_atomically(folder / "names" / f"{key}.json", msgspec.json.encode(sent))
            _COMING[folder / "parts" / key] = sent.size_bytes

    def _write(self, folder: Path, key: str, sent: Sent, *, at: int) -> Iterator[Writing]:
        part = folder / "parts" / key
        try:
            out = part.open("r+b" if at else "wb")
        except OSError as error:
            raise _storage(error) from error
        with out:
            out.seek(at)
            writing = Writing(out, at=at, size_bytes=sent.size_bytes)
            try:
                yield writing
            except (LimitExceeded, StorageError):
                part.unlink(missing_ok=True)
                raise
            finally:
                writing.sync()
        if writing.at == sent.size_bytes:
            if sent.modified_ms >= 0:
                os.utime(part, ns=(sent.modified_ms * 1_000_000,) * 2)
            part.replace(folder / "files" / key)
            fsync_folder(folder / "files")

    def _check_room(self, upload: Upload, sent: Sent, *, at: int) -> None:
        others = [one for one in upload.files if one.name != sent.name]
        if len(others) >= self._most_files:
            raise LimitExceeded(
                f"an upload may have {plural(self._most_files, 'file')}, and this one has them",
                next_step="ingest these first, or have the folder put on the server and pick it there",
            )
        if sum(one.size_bytes for one in others) + sent.size_bytes > self._most_bytes:
            raise LimitExceeded(
                f"{sent.name[:80]} is too large: an upload may have {self._most_bytes // _MB:,} MB in all",
                next_step="put it on the server and pick its folder there, or raise upload_max_mb in case.toml",
            )
        if shutil.disk_usage(self._folder).free < sent.size_bytes - at + _still_to_come() + _SPARE_BYTES:
            raise StorageError(
                "the disk of this case has no room for the file",
                next_step="free some space, then send it again: it goes on where it broke off",
            )

    def ready(self, name: str, who: str) -> tuple[Path, Path]:
        """Return the folder to ingest and the list of its names; raises Refused while a file has not come whole."""
        upload, folder = self.find(name, who), self._of(name, who)
        if not upload.files:
            raise UsageError("nothing was sent", next_step="choose files, or a folder on the server")
        if half := upload.half:
            raise Refused(
                f"{plural(len(half), 'file')} did not come whole: {', '.join(half[:3])}",
                next_step="send them again or take them out: half a file is never ingested",
            )
        names = {hashlib.sha256(one.name.encode()).hexdigest()[:32]: one.name for one in upload.files}
        listed = folder / "names.json"
        write_atomically(listed, msgspec.json.encode(names))
        return folder / "files", listed

    def drop(self, name: str, who: str, file: str = "") -> None:
        """Remove an upload, or one file of it."""
        folder = self._of(name, who)
        if not file:
            shutil.rmtree(folder, ignore_errors=True)
            return
        key = hashlib.sha256(file.encode()).hexdigest()[:32]
        for path in (folder / "files" / key, folder / "parts" / key, folder / "names" / f"{key}.json"):
            path.unlink(missing_ok=True)

    def taken_in(self, name: str) -> None:
        """Remove an upload whose every file the vault has a copy of."""
        if _NAME.fullmatch(name):
            shutil.rmtree(self._folder / name, ignore_errors=True)


def _check_name(name: str) -> None:
    if not name.strip() or len(name) > _LONGEST_NAME or "\0" in name:
        raise UsageError("a file needs a name of at most 1,024 characters", next_step="give it one, then send it again")


def _still_to_come() -> int:
    """Return how many bytes were promised room and have not come yet."""
    return sum(max(0, size - (part.stat().st_size if part.is_file() else 0)) for part, size in _COMING.items())


def _storage(error: OSError) -> StorageError:
    return StorageError(
        f"the file cannot be written: {error.strerror}", next_step="free some space, then send it again"
    )
