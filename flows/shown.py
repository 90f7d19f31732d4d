"""What pages show of an original beyond its text, made from its bytes by a worker: sound, loudness, small pictures, letters.

What takes long is kept on the shelf, in a folder of its own that can be emptied at any time: it is made again when it is
asked for. Nothing of it is evidence, and nothing is recorded.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Final, Literal, TypeAlias

import msgspec

from evidence.case import Case, open_case
from evidence.digest import Sha256, digest
from evidence.errors import IntegrityError, NotFound
from evidence.locator import Place
from extractors.playing import write_loudness, write_picture, write_sound
from extractors.protocols import Limits, ReadContext
from extractors.sandbox import WorkerPool
from flows.kept import evict, looked_at

Kept: TypeAlias = Literal["sound", "loudness", "picture"]
SHOWN: Final = "shown"
"""The folder on the shelf."""
_SUFFIX: Final[dict[Kept, str]] = {"sound": ".wav", "loudness": ".levels", "picture": ".jpg"}
_VERSION: Final = "1"
_KEPT_BYTES: Final[dict[Kept, int]] = {"sound": 4_000_000_000, "loudness": 200_000_000, "picture": 400_000_000}
"""How much of each is kept; what was looked at longest ago goes first."""
_WORKERS: Final = 2
_LETTER_S: Final = 60.0


class MakeJob(msgspec.Struct, frozen=True, kw_only=True):
    """Make one file from an original."""

    what: Kept
    sha256: Sha256
    media_type: str
    target: Path
    at_ms: int = 0
    """Of a film: which moment the picture is of."""


class LetterJob(msgspec.Struct, frozen=True, kw_only=True):
    """Return the HTML of a message, made inert."""

    sha256: Sha256
    media_type: str
    place: Place
    languages: tuple[str, ...]


def prepare_shown(case_root: Path) -> Callable[[MakeJob | LetterJob], tuple[str, ...]]:
    """Open the case once per worker; returns the function that does jobs."""
    case = open_case(case_root)

    def handle(job: MakeJob | LetterJob) -> tuple[str, ...]:
        path, limits = _sound_original(case, job.sha256), _limits(case)
        if isinstance(job, LetterJob):
            from extractors.mail.inert import markup_of

            context = ReadContext(languages=job.languages, limits=limits)
            return markup_of(path, place=job.place, media_type=job.media_type, context=context)
        match job.what:
            case "sound":
                write_sound(path, job.target, limits=limits)
            case "loudness":
                write_loudness(path, job.target, limits=limits)
            case "picture":
                write_picture(path, job.target, media_type=job.media_type, at_ms=job.at_ms, limits=limits)
        return ()

    return handle


def _limits(case: Case) -> Limits:
    settings = case.settings
    return Limits(memory_bytes=settings.job_memory_mb << 20, audio_seconds=settings.max_audio_hours * 3600)


def _sound_original(case: Case, sha256: Sha256) -> Path:
    """Return where an original is; raises IntegrityError where it is gone or no longer what was received."""
    if problem := case.vault.check(sha256):
        raise IntegrityError(
            f"its original (SHA-256 {sha256[:16]}…) is {problem}; it is not shown",
            next_step="run `casegraph verify CASE`, and restore the file from the seized copy",
        )
    return case.vault.path(sha256)


class Shown:
    """Makes what is shown of one case; safe for many threads."""

    def __init__(self, case: Case) -> None:
        self._case: Case = weakref.proxy(case)
        self._root = case.root / "shelf" / SHOWN
        self._lock = threading.Lock()
        self._making: dict[Path, threading.Lock] = {}
        self._checked: dict[Sha256, tuple[int, int]] = {}
        memory = case.settings.job_memory_mb << 20
        self._pool = WorkerPool(prepare_shown, case.root, size=_WORKERS, memory_bytes=memory, write_below=(case.root,))
        weakref.finalize(case, self._pool.close)

    def original(self, sha256: Sha256) -> Path:
        """Return the original itself, hashed the first time and whenever its size or time changed; raises IntegrityError."""
        path = self._case.vault.path(sha256)
        with self._lock_of(path):
            try:
                found = path.stat()
            except OSError:
                return _sound_original(self._case, sha256)
            if self._checked.get(sha256) != (found.st_size, found.st_mtime_ns):
                self._checked.pop(sha256, None)
                _sound_original(self._case, sha256)
                self._checked[sha256] = (found.st_size, found.st_mtime_ns)
        return path

    def file(self, what: Kept, sha256: Sha256, media_type: str, *, at_ms: int = 0) -> Path:
        """Return the file that is made of an original, making it where it is not there yet.

        Raises IntegrityError where the original is not what was received, Unreadable where it cannot be made.
        """
        if not sha256:
            raise NotFound("the bytes of this exhibit were never received", next_step="see its outcome on the overview")
        name = digest("shown", (what, sha256, at_ms, _VERSION))
        target = self._root / name[:2] / f"{name}{_SUFFIX[what]}"
        with self._lock_of(target):
            if not target.is_file():
                unfinished = target.with_suffix(".unfinished")
                self._make(
                    MakeJob(what=what, sha256=sha256, media_type=media_type, target=unfinished, at_ms=at_ms), target
                )
                evict(self._root, most_bytes=_KEPT_BYTES[what], pattern=f"*/*{_SUFFIX[what]}")
            else:
                looked_at(target)
        return target

    def _make(self, job: MakeJob, target: Path) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._pool.run(job, seconds=self._case.settings.job_seconds)
            job.target.replace(target)
        finally:
            job.target.unlink(missing_ok=True)

    def letter(self, sha256: Sha256, media_type: str, place: Place, *, languages: tuple[str, ...]) -> tuple[str, ...]:
        """Return the HTML bodies of a message, made inert; raises IntegrityError, Unreadable."""
        job = LetterJob(sha256=sha256, media_type=media_type, place=place, languages=languages)
        made: tuple[str, ...] = self._pool.run(job, seconds=_LETTER_S)
        return made

    def _lock_of(self, path: Path) -> threading.Lock:
        with self._lock:
            return self._making.setdefault(path, threading.Lock())


_SHOWN: weakref.WeakKeyDictionary[Case, Shown] = weakref.WeakKeyDictionary()
_FIRST: Final = threading.Lock()


def shown_of(case: Case) -> Shown:
    """Return what makes the things shown of a case; its workers end with the case, and start when first needed."""
    with _FIRST:
        made = _SHOWN.get(case)
        if made is None:
            made = _SHOWN[case] = Shown(case)
        return made
