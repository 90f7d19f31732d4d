"""Long work that the page starts: the real command in a process of its own, which outlives page and server.

Each job has a folder in `CASE/jobs`: what was asked (`job.json`), what it printed (`out`, `err`).
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

import msgspec

from evidence.case import Case
from evidence.errors import NotFound, Refused, StorageError
from evidence.files import locked, write_atomically
from flows.under_way import born

Kind: TypeAlias = Literal["ingest", "export", "preview"]
State: TypeAlias = Literal["running", "done", "stopped", "failed"]
_NAME: Final = re.compile(r"[0-9]{8}T[0-9]{6}-[0-9a-f]{8}")
_KEPT: Final = 50
"""Jobs of one kind that are kept; the ledger keeps what they did."""
_SAID: Final = re.compile(r"^casegraph: (.*?)(?:\n  Next: (.*))?\Z", re.MULTILINE | re.DOTALL)
_UNSAID: Final = "it ended without saying why: it was killed, or the machine ran out of memory"
STOPPED_BY: Final = "stopped"


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """A command that was started, by whom and for what."""

    id: str
    kind: Kind
    who: str
    began_at: str
    pid: int
    born: int
    asked: dict[str, str] = {}
    """What was asked for, in words for people."""
    upload: str = ""
    """The upload that it takes in."""


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How a job stands: what it printed, or why it came to nothing."""

    job: Job
    state: State
    out: dict[str, Any] = {}
    why: str = ""
    next_step: str = ""


class Jobs:
    """The jobs of one case."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self.folder = case.jobs

    def begin(
        self, kind: Kind, words: Callable[[Path], Sequence[str]], *, who: str, reason: str, asked: dict[str, str], upload: str = "",
        then: Callable[[Standing], object] = lambda _: None,
    ) -> Job:  # fmt: skip
        """Start `casegraph WORDS…` as this person, the words made for the job's own folder; `then` is called when it ends.

        Raises Refused while one of its kind runs, StorageError.
        """
        with locked(self._case.root / ".jobs.lock", held_for="the jobs of this case"):
            if running := self.running(kind):
                raise Refused(
                    f"{running.job.who} has one running since {running.job.began_at[:16].replace('T', ' ')} UTC",
                    next_step="wait until it has ended, or stop it",
                )
            self._forget_old(kind)
            began = self._case.clock()
            name = f"{began:%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"
            folder = self.folder / name
            process = self._start(folder, words(folder), who=who, reason=reason)
            job = Job(
                id=name, kind=kind, who=who, began_at=began.isoformat(timespec="seconds"), pid=process.pid,
                born=born(process.pid), asked=asked, upload=upload,
            )  # fmt: skip
            write_atomically(folder / "job.json", msgspec.json.encode(job))
        threading.Thread(target=self._await, args=(process, name, then), name=f"awaits {name}", daemon=True).start()
        return job

    def _start(self, folder: Path, words: Sequence[str], *, who: str, reason: str) -> subprocess.Popen[bytes]:
        said = os.environ | {"CASEGRAPH_ACTOR": who, "CASEGRAPH_REASON": reason}
        command = [sys.executable, "-m", "workbench", *words]
        try:
            folder.mkdir(parents=True, mode=0o700)
            with (folder / "out").open("wb") as out, (folder / "err").open("wb") as err:
                return subprocess.Popen(  # what it prints is read when it has ended
                    command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=said, start_new_session=True
                )
        except OSError as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise StorageError(
                f"the work cannot be started: {error.strerror}", next_step="free some space, then repeat it"
            ) from error

    def _await(self, process: subprocess.Popen[bytes], name: str, then: Callable[[Standing], object]) -> None:
        process.wait()
        then(self.standing(name))

    def _forget_old(self, kind: Kind) -> None:
        for old in self.all(kind)[_KEPT:]:
            shutil.rmtree(self.folder / old.job.id, ignore_errors=True)

    def all(self, kind: Kind) -> list[Standing]:
        """Return the jobs of a kind, the latest first."""
        names = sorted((path.name for path in self.folder.glob("*-*") if _NAME.fullmatch(path.name)), reverse=True)
        jobs = [job for name in names if (job := self._read(name)) is not None and job.kind == kind]
        return [self._stands(job) for job in jobs]

    def running(self, kind: Kind) -> Standing | None:
        """Return the one that runs."""
        return next((one for one in self.all(kind) if one.state == "running"), None)

    def standing(self, name: str, kind: Kind | None = None) -> Standing:
        """Return how a job stands; raises NotFound."""
        job = self._read(name) if _NAME.fullmatch(name) else None
        if job is None or (kind and job.kind != kind):
            raise NotFound("there is no such job", next_step="go back to the list")
        return self._stands(job)

    def stop(self, name: str, kind: Kind) -> Standing:
        """Tell a job to stop; what it has done stays done. Returns how it stands where it has ended already.

        Raises Refused where its process may not be told.
        """
        stands = self.standing(name, kind)
        if stands.state != "running":
            return stands
        mark = self.folder / name / STOPPED_BY
        mark.touch()
        try:
            os.kill(stands.job.pid, signal.SIGTERM)
        except ProcessLookupError:  # it has ended in the meantime, by itself
            mark.unlink(missing_ok=True)
            return self.standing(name, kind)
        except PermissionError as error:
            mark.unlink(missing_ok=True)
            raise Refused(
                f"process {stands.job.pid} of this work belongs to another account of this machine, and goes on",
                next_step="have whoever runs the workbench end it",
            ) from error
        return stands

    def remove(self, name: str) -> None:
        """Forget a job that has ended."""
        if self.standing(name).state != "running":
            shutil.rmtree(self.folder / name, ignore_errors=True)

    def _read(self, name: str) -> Job | None:
        try:
            return msgspec.json.decode((self.folder / name / "job.json").read_bytes(), type=Job)
        except (OSError, msgspec.MsgspecError):
            return None

    def _stands(self, job: Job) -> Standing:
        if job.born >= 0 and born(job.pid) == job.born:
            return Standing(job=job, state="running")
        folder = self.folder / job.id
        try:
            out = msgspec.json.decode((folder / "out").read_bytes(), type=dict[str, Any])
        except (OSError, msgspec.MsgspecError):
            return self._came_to_nothing(job)
        return Standing(job=job, state="stopped" if out.get("stopped") else "done", out=out)

    def _came_to_nothing(self, job: Job) -> Standing:
        folder = self.folder / job.id
        if (folder / STOPPED_BY).exists():
            return Standing(job=job, state="stopped", why="it was stopped before it had begun to receive anything")
        try:
            said = _SAID.search((folder / "err").read_text(encoding="utf-8", errors="replace").strip())
        except OSError:
            said = None
        if said is None:
            return Standing(job=job, state="failed", why=_UNSAID, next_step="start it again: it goes on from there")
        why, step = (" ".join((part or "").split()) for part in said.groups())
        return Standing(job=job, state="failed", why=why, next_step=step)
