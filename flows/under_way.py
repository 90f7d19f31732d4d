"""How far an ingest is, in a small file of the case that whoever serves or watches it may read.

Written beside the work, at most twice a second, and never waited for. Only exhibit numbers stand in it, no names.
"""

from __future__ import annotations

import contextlib
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar

import msgspec

from evidence.case import Case
from evidence.ledger import Actor
from flows.watcher import Watcher

if TYPE_CHECKING:
    from evidence.intake import Offer
    from flows.run import Progress

FILE: Final = ".ingest.json"
_EVERY_S: Final = 0.5
_SILENT_S: Final = 60.0
"""A process of another machine that has written nothing for so long is taken for ended; our own is asked for."""
_TOLD_FROM: Final = 0.05
"""From this share on the time that is left is told; before, it would be a guess."""
What = Literal["ingest", "reread"]
_Told = TypeVar("_Told")


class UnderWay(msgspec.Struct, frozen=True, kw_only=True):
    """An ingest or a re-reading, as it last said of itself."""

    what: What
    who: str
    pid: int
    born: int
    """When the process began, in the kernel's ticks: its number alone may have been given to another since."""
    host: str
    began_at: str
    at: str
    phase: str = "starting"
    """`starting`, `receiving`, `reading`, `projecting` or `meaning`."""
    done: int = 0
    """Exhibits, in the phase `reading`; files, in `receiving`."""
    total: int = 0
    """0: not known."""
    permille: int = -1
    """How much of the work expected is done; -1: not known."""
    units: int = 0
    """Pages, minutes, messages and files that were read."""
    per_minute: int = 0
    """Of the same, in this phase."""
    left_s: int = -1
    """-1: not known."""
    reading: str = ""
    """The exhibit that was begun last."""
    size_bytes: int = 0
    """Received so far."""


def under_way(case: Case) -> UnderWay | None:
    """Return what runs now; None where nothing does, or only the file of a killed process is left."""
    told = told_last(case)
    return told if told is not None and is_alive(told) else None


def told_last(case: Case) -> UnderWay | None:
    """Return what the file says, whether or not its process still runs."""
    try:
        return msgspec.json.decode((case.root / FILE).read_bytes(), type=UnderWay)
    except (OSError, msgspec.MsgspecError):
        return None


def is_alive(told: UnderWay) -> bool:
    """Whether the process that wrote it still runs; of another machine: whether it wrote within the last minute."""
    if told.host == socket.gethostname():
        return born(told.pid) == told.born
    return (datetime.now(UTC) - datetime.fromisoformat(told.at)).total_seconds() < _SILENT_S


def born(pid: int) -> int:
    """Return when a process began, in ticks since the machine did; -1 where it has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
    except OSError:
        return -1
    return -1 if fields[0] in (b"Z", b"X") else int(fields[19])


@contextmanager
def telling(case: Case, what: What, *, actor: Actor, watcher: Watcher) -> Iterator[Watcher]:
    """Keep the file while the block runs; the watcher that is lent passes everything on to the one given."""
    teller = _Teller(case, what, actor)
    try:
        yield teller.beside(watcher)
    finally:
        teller.end()


class _Teller:
    """Writes the file; a disk that refuses it does not stop the ingest, whose own writes say so."""

    def __init__(self, case: Case, what: What, actor: Actor) -> None:
        self._case, self._path = case, case.root / FILE
        now = _now()
        self._said = UnderWay(
            what=what, who=actor.name, pid=os.getpid(), born=born(os.getpid()), host=socket.gethostname(),
            began_at=now, at=now,
        )  # fmt: skip
        self._written = 0.0
        self._phase_began = time.monotonic()
        self._write()

    def beside(self, watcher: Watcher) -> Watcher:
        """Return a watcher that tells both."""
        return Watcher(
            on_file=_both(self._file, watcher.on_file),
            on_progress=_both(self._progress, watcher.on_progress),
            on_phase=_both(self._phase, watcher.on_phase),
        )

    def _phase(self, name: str) -> None:
        self._phase_began = time.monotonic()
        cleared: dict[str, Any] = {"done": 0, "total": 0, "permille": -1, "per_minute": 0, "left_s": -1, "reading": ""}
        self._said = msgspec.structs.replace(self._said, phase=name, **cleared)
        self._write()

    def _file(self, offer: Offer) -> None:
        done, size_bytes = self._said.done + 1, self._said.size_bytes + offer.size_bytes
        self._say(done=done, size_bytes=size_bytes, per_minute=self._rate(done))

    def _progress(self, progress: Progress) -> None:
        share = progress.seconds_done / progress.seconds_expected if progress.seconds_expected else 0.0
        share, spent = min(share, 1.0), time.monotonic() - self._phase_began
        self._say(
            done=progress.exhibits_done, total=progress.exhibits, permille=int(1000 * share), reading=progress.reading,
            units=progress.units_done, per_minute=self._rate(progress.units_done),
            left_s=int(spent * (1 - share) / share) if share > _TOLD_FROM else -1,
        )  # fmt: skip

    def _rate(self, count: int) -> int:
        return int(60 * count / max(time.monotonic() - self._phase_began, 0.01))

    def _say(self, **changed: Any) -> None:
        self._said = msgspec.structs.replace(self._said, **changed)
        if time.monotonic() - self._written >= _EVERY_S:
            self._write()

    def _write(self) -> None:
        self._written = time.monotonic()
        self._said = msgspec.structs.replace(self._said, at=_now())
        making = self._path.with_name(f"{FILE}.{os.getpid()}")
        with contextlib.suppress(OSError):
            making.write_bytes(msgspec.json.encode(self._said))
            making.replace(self._path)

    def end(self) -> None:
        """Remove the file, unless another process has written its own since."""
        told = told_last(self._case)
        if told is not None and (told.pid, told.born) == (self._said.pid, self._said.born):
            with contextlib.suppress(OSError):
                self._path.unlink(missing_ok=True)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _both(one: Callable[[_Told], None], other: Callable[[_Told], None]) -> Callable[[_Told], None]:
    def tell(value: _Told) -> None:
        one(value)
        other(value)

    return tell
