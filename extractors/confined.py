"""What a worker may touch beside the case: no file is written outside it, and no connection is made (Linux's Landlock).

A parser that a hostile file has taken over keeps these limits: the kernel holds them, for the process and all it starts, and
nothing takes them back. In the machine's temporary folder it can make sockets and remove files, no more: LibreOffice does not
run otherwise. Reading stays allowed: libraries, language data and exhibits registered in place lie elsewhere.
See `man 7 landlock`.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from extractors.protocols import Availability

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
"""System call numbers, the same on every architecture."""
_VERSION_ASKED: Final = 1
_PATH_BENEATH: Final = 1
_NO_NEW_PRIVILEGES: Final = 38
_WRITE_FILE: Final = 1 << 1
_CHANGE_FOLDERS: Final = sum(1 << bit for bit in range(4, 13))
"""Removing and making files, folders, links, sockets, pipes and devices."""
_REFER, _TRUNCATE = 1 << 13, 1 << 14
_TCP: Final = (1 << 0) | (1 << 1)
"""Binding and connecting."""
_DEVICES: Final = (Path("/dev/null"), Path("/dev/zero"), Path("/dev/tty"))
_SOCKETS: Final = Path("/tmp")  # noqa: S108 - where LibreOffice makes its socket, and removes it
_SOCKET_ONLY: Final = (1 << 9) | (1 << 5)
"""Making sockets and removing files."""
_SHARED_MEMORY: Final = Path("/dev/shm")  # noqa: S108 - not ours to choose


class _Ruleset(ctypes.Structure):
    _fields_ = (("fs", ctypes.c_uint64), ("net", ctypes.c_uint64))


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32))


def confine(write_below: Sequence[Path]) -> bool:
    """Let this process and what it starts write only below these folders and make no TCP connection; for good.

    Returns whether the kernel holds it; False where it cannot (before Linux 5.13, or another system). Must be called before
    the process has more than one thread: the others would not be bound.
    """
    version = _version()
    if version < 1:
        return False
    writes = _WRITE_FILE | _CHANGE_FOLDERS | (_REFER if version >= 2 else 0) | (_TRUNCATE if version >= 3 else 0)
    rules = _Ruleset(fs=writes, net=_TCP if version >= 4 else 0)
    size = ctypes.sizeof(_Ruleset) if version >= 4 else 8
    ruleset = _call(_CREATE_RULESET, ctypes.byref(rules), size, 0)
    if ruleset < 0:
        return False
    try:
        for folder in (*write_below, _SHARED_MEMORY):
            _allow(ruleset, folder, writes)
        _allow(ruleset, _SOCKETS, _SOCKET_ONLY)
        for device in _DEVICES:
            _allow(ruleset, device, _WRITE_FILE | (writes & _TRUNCATE))
        ctypes.CDLL(None, use_errno=True).prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
        return _call(_RESTRICT_SELF, ruleset, 0) == 0
    finally:
        os.close(ruleset)


def available() -> Availability:
    """Say whether workers are held to the case folder here."""
    version = _version()
    if version < 1:
        return Availability(
            engine="confinement",
            available=False,
            detail="this kernel has no Landlock: a parser that a file has taken over could write outside the case",
            next_step="use Linux 5.13 or later with Landlock switched on",
        )
    net = "make no connection" if version >= 4 else "could still make connections (before Linux 6.7)"
    return Availability(
        engine="confinement",
        available=True,
        detail=f"Landlock {version}: workers write only inside the case, and {net}",
    )


def _version() -> int:
    if sys.platform != "linux":
        return 0
    return max(0, _call(_CREATE_RULESET, None, 0, _VERSION_ASKED))


def _allow(ruleset: int, path: Path, allowed: int) -> None:
    with contextlib.suppress(OSError):
        handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
        try:
            _call(_ADD_RULE, ruleset, _PATH_BENEATH, ctypes.byref(_Beneath(allowed=allowed, folder=handle)), 0)
        finally:
            os.close(handle)


def _call(number: int, *arguments: object) -> int:
    return int(ctypes.CDLL(None, use_errno=True).syscall(number, *arguments))
