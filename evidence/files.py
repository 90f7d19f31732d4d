"""Writing files so that a killed process leaves the old one or the new one, never half of one; and file locks."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from evidence.errors import Busy, StorageError


def fsync_folder(folder: Path) -> None:
    """Make a rename inside `folder` durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_atomically(target: Path, data: bytes, *, scratch: Path | None = None) -> None:
    """Write `data` to `target` by temporary file, fsync and rename; raises StorageError."""
    folder = scratch or target.parent
    temporary = folder / f".{target.name}.{os.getpid()}.tmp"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as writing:
            writing.write(data)
            writing.flush()
            os.fsync(writing.fileno())
        temporary.replace(target)
        fsync_folder(target.parent)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise StorageError(
            f"{target.name} cannot be written: {error.strerror}", next_step="free some space, then run it again"
        ) from error


@contextmanager
def locked(path: Path, *, shared: bool = False, wait_s: float = 30.0, held_for: str = "the case") -> Iterator[None]:
    """Hold a file lock; raises Busy after `wait_s` seconds. Locks of a killed process vanish with it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _acquire(handle, shared=shared, deadline=time.monotonic() + wait_s, held_for=held_for)
        yield
    finally:
        os.close(handle)


def _acquire(handle: int, *, shared: bool, deadline: float, held_for: str) -> None:
    operation = (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB
    while True:
        try:
            fcntl.flock(handle, operation)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise Busy(
                    f"another casegraph process holds {held_for}", next_step="wait for it to end, then try again"
                ) from None
            time.sleep(0.05)
        else:
            return


class HeldLock:
    """A file lock that a long-lived process keeps: shared while it reads, alone while it writes.

    Going from one to the other lets go in between, as flock does: what was read before may have changed after.
    """

    def __init__(self, path: Path, *, held_for: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._held_for = held_for
        self._handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def share(self, *, wait_s: float = 30.0) -> None:
        """Hold it together with other readers; raises Busy after `wait_s` seconds."""
        _acquire(self._handle, shared=True, deadline=time.monotonic() + wait_s, held_for=self._held_for)

    def own(self, *, wait_s: float = 30.0) -> None:
        """Hold it alone; raises Busy after `wait_s` seconds."""
        _acquire(self._handle, shared=False, deadline=time.monotonic() + wait_s, held_for=self._held_for)

    def close(self) -> None:
        """Let go of it."""
        os.close(self._handle)
