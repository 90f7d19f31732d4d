"""Word's and PowerPoint's old binary files, converted by LibreOffice where it is installed; what they state of themselves."""

from __future__ import annotations

import contextlib
import functools
import os
import shutil
import signal
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import olefile

from evidence.errors import EngineMissing, LimitExceeded, Unreadable
from extractors.moments import stated
from extractors.office import properties
from extractors.office.gathered import Gathered
from extractors.office.properties import Property
from extractors.protocols import Availability
from extractors.text import decode, one_line

_SECONDS: Final = 240
_AGAIN: Final = (79, 81)
"""LibreOffice ends with these where it has made a new profile and wants to be started again; its launcher does that."""
_INSTALL: Final = "install LibreOffice (Debian: apt install libreoffice-writer libreoffice-impress)"
_LOST: Final = "old Word and PowerPoint files (doc, ppt) are received but not read"
_STATED: Final = (
    ("title", "Title"), ("subject", "Subject"), ("author", "Author"), ("last_saved_by", "Last modified by"),
    ("company", "Company"), ("manager", "Manager"), ("revision_number", "Revision"), ("template", "Template"),
    ("creating_application", "Application"), ("keywords", "Keywords"), ("comments", "Description"),
)  # fmt: skip
_TIMES: Final = (("create_time", "Created"), ("last_saved_time", "Modified"), ("last_printed", "Printed"))


def available() -> Availability:
    """Say whether LibreOffice can convert here."""
    try:
        return Availability(
            engine="libreoffice", available=True, detail=f"{version()}: old doc and ppt files are converted"
        )
    except EngineMissing as error:
        return Availability(
            engine="libreoffice", available=False, detail=f"{error.what}: {_LOST}", next_step=error.next_step
        )


@functools.cache
def version() -> str:
    """Return LibreOffice's version, such as `7.4.7.2`; raises EngineMissing. Asked once a process."""
    program = _program()
    folder = program.parent
    with contextlib.suppress(OSError, UnicodeDecodeError):
        for line in (folder / "versionrc").read_text(encoding="utf-8").splitlines():
            if line.startswith("ReferenceOOoMajorMinor="):
                return _full_version(program) or line.partition("=")[2].strip()
    return _full_version(program) or "of a version that it does not say"


def _full_version(program: Path) -> str:
    launcher = shutil.which("soffice") or str(program)
    try:
        said = subprocess.run([launcher, "--version"], capture_output=True, timeout=60, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return ""
    words = said.decode("utf-8", "replace").split()
    return words[1] if len(words) > 1 else ""


@functools.cache
def _program() -> Path:
    """Return the program itself, not its launcher: one process, which can be ended. Raises EngineMissing."""
    launcher = shutil.which("soffice") or shutil.which("libreoffice")
    if launcher is None:
        raise EngineMissing("LibreOffice is not installed", next_step=_INSTALL)
    found = Path(launcher).resolve()
    inner = found.with_name("soffice.bin")
    return inner if inner.is_file() else found


def convert(path: Path, *, of: str, to: str, scratch: Path, seconds: int = _SECONDS) -> Path:
    """Return the file, a `doc` or `ppt`, converted to `docx` or `pptx`, in `scratch`; raises EngineMissing, or Unreadable.

    It runs with a profile of its own in `scratch`, so that nobody's settings or macros take part, and is ended with
    everything it started where it takes too long.
    """
    folder = scratch / f"converted-{to}"
    folder.mkdir(parents=True, exist_ok=True)
    source = folder / f"original.{of}"
    shutil.copyfile(path, source)
    profile = folder / "profile"
    command = [
        str(_program()), f"-env:UserInstallation={profile.resolve().as_uri()}",
        "--headless", "--invisible", "--norestore",
        "--nolockcheck", "--convert-to", to, "--outdir", str(folder), str(source),
    ]  # fmt: skip
    for _ in range(3):
        if _run(command, folder=folder, seconds=seconds) not in _AGAIN:
            break
    shutil.rmtree(profile, ignore_errors=True)
    made = folder / f"original.{to}"
    if not made.is_file():
        raise Unreadable("LibreOffice could not convert it: damaged, or not the file it seems to be")
    return made


def _run(command: list[str], *, folder: Path, seconds: int) -> int:
    """Run the program; return its exit code. Raises EngineMissing, or LimitExceeded."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("DISPLAY", "XDG_"))}
    environment |= {"HOME": str(folder), "TMPDIR": str(folder), "SAL_USE_VCLPLUGIN": "svp"}
    try:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
    except OSError as error:
        raise EngineMissing("LibreOffice could not be started", next_step=_INSTALL) from error
    try:
        return process.wait(timeout=seconds)
    except subprocess.TimeoutExpired as error:
        raise LimitExceeded(f"LibreOffice was stopped after {seconds} s: it took too long") from error
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the program and everything it started; the worker's own process group stays whole."""
    for number in reversed(_started_by(process.pid)):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(number, signal.SIGKILL)
    if process.poll() is None:
        process.kill()
        process.wait(timeout=10)


def _started_by(parent: int) -> list[int]:
    """Return the processes below one, parents first; none where the system does not list them in /proc."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            fields = entry.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            parents.setdefault(int(fields[1]), []).append(int(entry.parent.name))
    found: list[int] = []
    waiting = [parent]
    while waiting:
        below = parents.get(waiting.pop(), [])
        found += below
        waiting += below
    return found


# --- what the old files say of themselves --------------------------------------------------------------------------


def is_locked(path: Path) -> bool:
    """Say whether an old Word, Excel or PowerPoint file says that it is encrypted."""
    try:
        with olefile.OleFileIO(path) as ole:
            if ole.exists("WordDocument"):
                return bool(ole.openstream("WordDocument").read(12)[11] & 1)
            return bool(ole.exists("EncryptedSummary") or ole.exists("EncryptedPackage"))
    except Exception:  # noqa: BLE001 - olefile raises whatever a damaged file makes it; reading will say what is wrong
        return False


def add_properties(path: Path, gathered: Gathered) -> None:
    """Add the summary information of an OLE file: its times are Windows times, and so UTC."""
    try:
        with olefile.OleFileIO(path) as ole:
            found = ole.get_metadata()
            macros = any("vba" in "/".join(entry).lower() for entry in ole.listdir())
    except Exception:  # noqa: BLE001 - olefile raises whatever a damaged file makes it
        gathered.miss("its properties are damaged")
        return
    if macros:
        gathered.fact("macros", "present, not run")
    kept = [Property(label, text) for name, label in _STATED if (text := _text(getattr(found, name, None)))]
    for name, label in _TIMES:
        when = getattr(found, name, None)
        if isinstance(when, datetime) and when.year > 1601:
            shown = when.replace(tzinfo=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            moment = stated(shown, when.replace(tzinfo=UTC), zone="UTC", zone_by="the format (Windows time)")
            kept.append(Property(label, shown, moment))
    properties.add(gathered, kept, record=1, key="SummaryInformation")


def _text(value: Any) -> str:
    return one_line(decode(value).text if isinstance(value, bytes) else str(value)) if value else ""
