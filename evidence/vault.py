"""Originals, addressed by SHA-256 and read-only from the moment they are received."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from evidence.digest import Sha256, read_chunks, sha256_file
from evidence.errors import IntegrityError, StorageError, Unreadable
from evidence.files import fsync_folder


class Vault:
    """The folder of originals: `ab/abcdef…`, one file per content."""

    def __init__(self, root: Path, *, scratch: Path) -> None:
        self.root = root
        self._scratch = scratch
        self.set_aside = root / "set-aside"
        """Where damaged originals go once the seized copy was received again."""

    def path(self, sha256: Sha256) -> Path:
        """Return where the blob of that digest stands, whether or not it is there."""
        return self.root / sha256[:2] / sha256

    def holds(self, sha256: Sha256) -> bool:
        """Whether a blob of that digest was received."""
        return self.path(sha256).is_file()

    def receive(self, source: Path) -> tuple[Sha256, int]:
        """Copy a file in while hashing it, hash the copy again, and return (SHA-256, size in bytes).

        Raises OSError where the source cannot be opened, Unreadable where it breaks off, StorageError where the vault
        cannot be written, IntegrityError where the copy is not what was read.
        """
        with source.open("rb") as reading, _storing():
            copy, sha256, size_bytes = self._copy(reading)
        try:
            if sha256_file(copy) != sha256:
                raise IntegrityError(
                    f"the copy of {source.name} is not what was read", next_step="check the disk, then ingest again"
                )
            with _storing():
                self._keep(copy, sha256)
        finally:
            copy.unlink(missing_ok=True)
        return sha256, size_bytes

    def _copy(self, reading: BinaryIO) -> tuple[Path, Sha256, int]:
        state, size_bytes = hashlib.sha256(), 0
        self._scratch.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix="blob-", dir=self._scratch)
        copy = Path(name)
        try:
            with os.fdopen(handle, "wb") as writing:
                for chunk in _offered(reading):
                    state.update(chunk)
                    size_bytes += len(chunk)
                    writing.write(chunk)
                writing.flush()
                os.fsync(writing.fileno())
        except BaseException:
            copy.unlink(missing_ok=True)
            raise
        return copy, Sha256(state.hexdigest()), size_bytes

    def _keep(self, copy: Path, sha256: Sha256) -> None:
        target = self.path(sha256)
        if target.is_file():
            if sha256_file(target) == sha256:
                return
            self._set_aside(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        copy.chmod(0o444)
        copy.replace(target)
        fsync_folder(target.parent)

    def _set_aside(self, damaged: Path) -> None:
        """Keep a damaged original, under what it is now, where nobody takes it for the original."""
        self.set_aside.mkdir(parents=True, exist_ok=True)
        damaged.replace(self.set_aside / f"{damaged.name}.is-{sha256_file(damaged)[:16]}")

    def open(self, sha256: Sha256) -> BinaryIO:
        """Open an original for reading only; raises IntegrityError where it is gone."""
        try:
            return self.path(sha256).open("rb")
        except FileNotFoundError as error:
            raise IntegrityError(
                f"original {sha256[:16]}… is not in the vault", next_step="run `casegraph verify` on the case"
            ) from error

    def check(self, sha256: Sha256) -> str:
        """Return what is wrong with an original (`missing`, `changed`), or an empty string."""
        path = self.path(sha256)
        if not path.is_file():
            return "missing"
        return "" if sha256_file(path) == sha256 else "changed"

    def digests(self) -> Iterator[Sha256]:
        """Yield the digests of the blobs present, in order."""
        for path in sorted(self.root.glob("??/*")):
            yield Sha256(path.name)


def _offered(reading: BinaryIO) -> Iterator[bytes]:
    try:
        yield from read_chunks(reading)
    except OSError as error:
        raise Unreadable(f"the file cannot be read to its end ({error.strerror})") from error


@contextmanager
def _storing() -> Iterator[None]:
    """Tell trouble of the vault's own disk, which stops the run, from trouble with the file that is received."""
    try:
        yield
    except OSError as error:
        raise StorageError(
            f"the vault cannot be written: {error.strerror}", next_step="free some space, then ingest again"
        ) from error
