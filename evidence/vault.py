"""Originals, addressed by SHA-256 and read-only from the moment they are received.

An original too large to copy can be registered *in place*: then the vault holds a small reference to where it stands, and
everybody who asks for its path is sent there. Its hash is checked as often as that of a copy.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import msgspec

from evidence.digest import Sha256, read_chunks, sha256_file
from evidence.errors import IntegrityError, StorageError, Unreadable
from evidence.files import fsync_folder, write_atomically


class Reference(msgspec.Struct, frozen=True, kw_only=True):
    """Where an original that was registered in place stood; kept in the vault only, since a path says who keeps it."""

    path_hex: str
    """The absolute path as the bytes the file system holds, in hexadecimal."""
    size_bytes: int
    mtime_ns: int

    @property
    def path(self) -> Path:
        """The path itself."""
        return Path(os.fsdecode(bytes.fromhex(self.path_hex)))


class Vault:
    """The folder of originals: `ab/abcdef…`, one file per content."""

    def __init__(self, root: Path, *, scratch: Path) -> None:
        self.root = root
        self._scratch = scratch
        self.set_aside = root / "set-aside"
        """Where damaged originals go once the seized copy was received again."""
        self.references = root / "in-place"
        """One small file for each original that was registered where it stands, named by its digest."""
        self._sound: dict[Sha256, tuple[int, int]] = {}
        """Size and time of originals in place when their hash was last right."""

    def path(self, sha256: Sha256) -> Path:
        """Return where the original of that digest stands, whether or not it is there: the copy before a reference."""
        kept = self._blob(sha256)
        if kept.is_file():
            return kept
        reference = self.reference(sha256)
        return reference.path if reference else kept

    def _blob(self, sha256: Sha256) -> Path:
        return self.root / sha256[:2] / sha256

    def holds(self, sha256: Sha256) -> bool:
        """Whether an original of that digest is where the vault says."""
        return self.path(sha256).is_file()

    def reference(self, sha256: Sha256) -> Reference | None:
        """Return where an original stands that was registered in place; None where the vault has its own copy."""
        if not sha256 or self._blob(sha256).is_file():
            return None
        try:
            return msgspec.json.decode((self.references / sha256).read_bytes(), type=Reference)
        except (FileNotFoundError, msgspec.DecodeError):
            return None

    def register(self, source: Path) -> tuple[Sha256, int, bool]:
        """Hash a file where it stands and keep a reference to it; returns (SHA-256, size in bytes, in place).

        Not in place where the vault has a copy of it already. Raises OSError where the file cannot be opened, Unreadable
        where it breaks off or changes meanwhile, StorageError where the vault cannot be written.
        """
        before = source.stat()
        sha256 = _digest_of(source)
        after = source.stat()
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            raise Unreadable("the file changed while it was hashed")
        if self._blob(sha256).is_file() and not self.check(sha256):
            return sha256, after.st_size, False
        where = os.fsencode(os.path.realpath(source))
        reference = Reference(path_hex=where.hex(), size_bytes=after.st_size, mtime_ns=after.st_mtime_ns)
        with _storing():
            self.references.mkdir(parents=True, exist_ok=True)
            write_atomically(self.references / sha256, msgspec.json.encode(reference), scratch=self._scratch)
        return sha256, after.st_size, True

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
        target = self._blob(sha256)
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
        """Return what is wrong with an original (`missing`, `changed`), or an empty string.

        Of one registered in place it says so: the vault cannot have lost it.
        """
        path, reference = self.path(sha256), self.reference(sha256)
        try:
            if not path.is_file():
                return "no longer where it was registered in place" if reference else "missing"
            if reference and path.stat().st_size != reference.size_bytes:
                return "changed since it was registered in place"
            before = path.stat()
            if sha256_file(path) == sha256:
                self._sound[sha256] = (before.st_size, before.st_mtime_ns)
                return ""
        except OSError as error:
            if reference is None:
                raise
            return f"registered in place, where it cannot be read ({error.strerror})"
        return "changed since it was registered in place" if reference else "changed"

    def stirred(self, sha256: Sha256) -> str:
        """Return what is wrong with an original that was registered in place, if anything touched it since; else ''.

        A look at its size and time, far cheaper than `check`, which only follows where either changed.
        """
        reference = self.reference(sha256)
        if reference is None:
            return ""
        try:
            found = reference.path.stat()
        except OSError:
            return self.check(sha256)
        known = self._sound.get(sha256, (reference.size_bytes, reference.mtime_ns))
        return "" if (found.st_size, found.st_mtime_ns) == known else self.check(sha256)

    def digests(self) -> Iterator[Sha256]:
        """Yield the digests of the originals held or referred to, in order."""
        held = {path.name for path in self.root.glob("??/*")} | {path.name for path in self.references.glob("*")}
        for name in sorted(held):
            yield Sha256(name)


def _digest_of(source: Path) -> Sha256:
    state = hashlib.sha256()
    with source.open("rb") as reading:
        for chunk in _offered(reading):
            state.update(chunk)
    return Sha256(state.hexdigest())


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
