"""The socket in the case folder on which the one process that serves a case answers the others.

While `casegraph serve` runs, it alone projects: another process that needs the graph brought up to date asks here.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Literal

import msgspec

from evidence import errors
from evidence.case import Case
from evidence.errors import CasegraphError

SOCKET: Final = ".serving.sock"
_LINE_BYTES: Final = 65_536

Task = Literal["catch_up", "rebuild"]


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What another process wants done."""

    task: Task


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """An error that crosses the socket, by the name of its class."""

    kind: str
    what: str
    next_step: str


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it: the projector's own record, as JSON, or why it failed."""

    done: msgspec.Raw = msgspec.Raw(b"null")
    failed: Failure | None = None


@contextmanager
def _address(case_root: Path) -> Iterator[str]:
    """Name the socket by way of its folder's handle: a socket's own path may have no more than 107 bytes."""
    folder = os.open(case_root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{folder}/{SOCKET}"
    finally:
        os.close(folder)


def ask(case: Case, task: Task) -> bytes | None:
    """Have the process that serves the case do it; returns its record as JSON, None where none serves it.

    Raises what went wrong there. Where that process ends before it has answered: None, and the caller does it.
    """
    if not (case.root / SOCKET).exists():
        return None
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        try:
            with _address(case.root) as address:
                line.connect(address)
            line.sendall(msgspec.json.encode(Asked(task=task)) + b"\n")
            answer = _read_line(line)
            reply = msgspec.json.decode(answer, type=Reply)
        except (OSError, msgspec.MsgspecError):
            return None
    if reply.failed is not None:
        raise _error(reply.failed)
    return bytes(reply.done)


def _error(failure: Failure) -> CasegraphError:
    kind = getattr(errors, failure.kind, CasegraphError)
    known = kind if isinstance(kind, type) and issubclass(kind, CasegraphError) else CasegraphError
    return known(failure.what, next_step=failure.next_step)


def _read_line(line: socket.socket) -> bytes:
    received = b""
    while not received.endswith(b"\n") and len(received) <= _LINE_BYTES:
        more = line.recv(_LINE_BYTES)
        if not more:
            raise ConnectionError("the line was cut")
        received += more
    return received


class Answering:
    """Answers other processes of the same account until closed; `work` does what they ask, one after the other."""

    def __init__(self, case: Case, work: Callable[[Task], msgspec.Struct]) -> None:
        self._path = case.root / SOCKET
        self._work = work
        self._path.unlink(missing_ok=True)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        before = os.umask(0o177)
        try:
            with _address(case.root) as address:
                self._socket.bind(address)
        finally:
            os.umask(before)
        self._socket.listen(8)
        self._thread = threading.Thread(target=self._listen, name="answers other processes", daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        while True:
            try:
                line, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(line,), daemon=True).start()

    def _serve(self, line: socket.socket) -> None:
        with line, contextlib.suppress(OSError):
            line.settimeout(10)
            try:
                asked = msgspec.json.decode(_read_line(line), type=Asked)
                reply = Reply(done=msgspec.Raw(msgspec.json.encode(self._work(asked.task))))
            except CasegraphError as error:
                reply = Reply(failed=Failure(kind=type(error).__name__, what=error.what, next_step=error.next_step))
            except msgspec.MsgspecError:
                reply = Reply(failed=Failure(kind="UsageError", what="not understood", next_step=""))
            except Exception as error:  # noqa: BLE001 - whoever asked must not take silence for an ended server
                reply = Reply(
                    failed=Failure(
                        kind="CasegraphError", what=f"it failed in the workbench ({type(error).__name__})",
                        next_step="run `casegraph rebuild` on the case",
                    )
                )  # fmt: skip
            line.settimeout(None)
            line.sendall(msgspec.json.encode(reply) + b"\n")

    def close(self) -> None:
        """Stop answering, and leave nothing behind."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._path.unlink(missing_ok=True)
        self._thread.join(timeout=2)
