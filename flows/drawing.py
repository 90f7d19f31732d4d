"""Pages, pictures and frames drawn for people to look at: by workers that hold a hostile file to its limits, never in the process
that asks, and kept for the next look in the case's own temporary folder.
"""

from __future__ import annotations

import io
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from evidence.case import Case, open_case
from evidence.digest import Sha256
from evidence.errors import IntegrityError
from evidence.files import write_atomically
from extractors.sandbox import WorkerPool
from flows.kept import evict, looked_at

if TYPE_CHECKING:
    from PIL import Image

_FOLDER: Final = "drawn"
_KEPT_BYTES: Final = 400_000_000
"""How much is kept on disk; what was looked at longest ago goes first."""
_LONGEST_PX: Final = 3_000
_SECONDS: Final = 60.0
_HASH_BYTES_A_SECOND: Final = 40_000_000
_PHOTOS: Final = ("image/jpeg", "image/webp", "image/heic", "image/avif")
"""What was lossy before: drawn as JPEG, all else as PNG."""


class DrawJob(msgspec.Struct, frozen=True, kw_only=True):
    """Draw one page, picture or frame of an exhibit."""

    exhibit: str
    sha256: Sha256
    media_type: str
    page: int = 0
    """From 1, of a document or of a picture with several; 0 for a frame of a film."""
    dpi: int = 0
    """At which a page of a document is drawn."""
    at_ms: int = 0
    file: str = ""
    """Where it goes, in the folder of drawn pictures."""


class Drawn(msgspec.Struct, frozen=True, kw_only=True):
    """A picture as drawn."""

    data: bytes
    media_type: str


class Drawing:
    """Draws what is asked for; at most `size` at once, and one file of a name once."""

    def __init__(self, case: Case, *, size: int = 2, seconds: float = _SECONDS) -> None:
        self._case = case
        self._seconds = seconds
        self._folder = case.tmp / _FOLDER
        self._locks: dict[str, threading.Lock] = {}
        self._pool = WorkerPool(
            prepare_drawing,
            case.root,
            size=size,
            memory_bytes=case.settings.job_memory_mb << 20,
            write_below=(case.tmp,),
        )

    def page(self, exhibit: str, sha256: str, *, media_type: str, page: int, dpi: int, size_bytes: int) -> Drawn:
        """Return page `page` of a document or picture; raises IntegrityError where the original is missing or changed, Unreadable."""
        return self._drawn(
            DrawJob(exhibit=exhibit, sha256=Sha256(sha256), media_type=media_type, page=page, dpi=dpi), size_bytes
        )

    def frame(self, exhibit: str, sha256: str, *, media_type: str, at_ms: int, size_bytes: int) -> Drawn:
        """Return the frame of a film that is shown at that millisecond; raises as `page`."""
        return self._drawn(
            DrawJob(exhibit=exhibit, sha256=Sha256(sha256), media_type=media_type, at_ms=at_ms), size_bytes
        )

    def _drawn(self, job: DrawJob, size_bytes: int) -> Drawn:
        photo = job.media_type in _PHOTOS or not job.page
        place = f"p{job.page}-{job.dpi}" if job.page else f"t{job.at_ms}"
        name = f"{job.sha256[:40]}-{place}{'.jpg' if photo else '.png'}"
        path, media_type = self._folder / name, "image/jpeg" if photo else "image/png"
        with self._locks.setdefault(name, threading.Lock()):
            data = self._kept(path, job.sha256)
            if not data:
                seconds = self._seconds + size_bytes / _HASH_BYTES_A_SECOND
                data = self._pool.run(msgspec.structs.replace(job, file=name), seconds=seconds)
                evict(self._folder, most_bytes=_KEPT_BYTES, pattern="*-*")
        self._locks.pop(name, None)
        return Drawn(data=data, media_type=media_type)

    def _kept(self, path: Path, sha256: Sha256) -> bytes:
        """Return what was drawn since the original last changed; nothing where it was not."""
        try:
            original = self._case.vault.path(sha256).stat()
            if path.stat().st_mtime_ns <= original.st_mtime_ns:
                return b""
            looked_at(path)
            return path.read_bytes()
        except FileNotFoundError:
            return b""

    def close(self) -> None:
        """Kill the workers; what is drawn stays."""
        self._pool.close()


def prepare_drawing(case_root: Path) -> Callable[[DrawJob], bytes]:
    """Open the case once per worker; returns the function that draws, keeps what it drew and returns it."""
    case = open_case(case_root)
    tempfile.tempdir = str(case.tmp)  # evidence never lies in the machine's own temporary folder
    checked: dict[Sha256, tuple[int, int]] = {}
    """Size and time of the originals whose hash was right."""

    def handle(job: DrawJob) -> bytes:
        _check(case, job, checked)
        data = _encoded(_render(case, job), job.file)
        write_atomically(case.tmp / _FOLDER / job.file, data, scratch=case.tmp)
        return data

    return handle


def _check(case: Case, job: DrawJob, checked: dict[Sha256, tuple[int, int]]) -> None:
    try:
        found = case.vault.path(job.sha256).stat()
        mark = (found.st_size, found.st_mtime_ns)
    except OSError:
        mark = (-1, -1)
    if checked.get(job.sha256) == mark:
        return
    if problem := case.vault.check(job.sha256):
        said = "missing" if problem == "missing" else "not what was received: its hash differs"
        said = problem if "in place" in problem else said
        raise IntegrityError(
            f"{job.exhibit} cannot be shown: its original is {said}",
            next_step="run `casegraph verify` on the case, and restore the file from the seized copy",
        )
    checked[job.sha256] = mark


def _render(case: Case, job: DrawJob) -> Image.Image:
    path = case.vault.path(job.sha256)
    if not job.page:
        from extractors.video.frames import frame_image

        return frame_image(path, job.at_ms)
    if job.media_type == "application/pdf":
        from extractors.pdf import render_page

        return render_page(path, job.page, job.dpi)
    from extractors.image import open_oriented

    return open_oriented(path, job.page)


def _encoded(image: Image.Image, file: str) -> bytes:
    shrink = _LONGEST_PX / max(image.size)
    if shrink < 1:
        image = image.resize((max(1, round(image.width * shrink)), max(1, round(image.height * shrink))))
    sink = io.BytesIO()
    if file.endswith(".jpg"):
        image.convert("RGB").save(sink, "JPEG", quality=90)
    else:
        image.save(sink, "PNG", compress_level=3)
    return sink.getvalue()
