"""A watched drop folder, bound to one authority: a Prefect deployment that a unit can schedule.

The flow's parameters are empty and its case comes from the environment, so that Prefect never sees a path.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path

from prefect import flow
from prefect.types.entrypoint import EntrypointType

from evidence.case import Case, acting, open_case
from evidence.digest import sha256_bytes
from evidence.errors import CaseError
from evidence.files import write_atomically
from evidence.ledger import Actor
from evidence.state import fold
from flows.start import IngestReport, IngestRequest, ingest

_SETTLED_S = 10.0
_SEEN = "drop-folder.seen"


def settled(folder: Path, *, now: float) -> list[Path]:
    """Return the files directly in `folder`, and its sub-folders, in which nothing changed for ten seconds.

    A file still being copied is left for the next time.
    """
    return sorted(path for path in folder.iterdir() if now - _changed(path) >= _SETTLED_S)


def _changed(path: Path) -> float:
    inside = [one.lstat().st_mtime for one in path.rglob("*")] if path.is_dir() and not path.is_symlink() else []
    return max([path.lstat().st_mtime, *inside])


def ingest_drop_folder(case: Case, *, actor: Actor, now: float | None = None) -> IngestReport | None:
    """Ingest what has settled in the case's drop folder under its one authority; None where nothing is there.

    None too where the folder holds just what it held at the last whole run. Raises CaseError where the settings name no
    folder or no authority.
    """
    settings = case.settings
    if not settings.drop_folder or not settings.drop_authority:
        raise CaseError(
            "the drop folder or its authority is not set",
            next_step="set drop_folder and drop_authority under [settings] in the case's case.toml",
        )
    folder = Path(settings.drop_folder).expanduser()
    if not folder.is_dir():
        raise CaseError("the drop folder does not exist", next_step="make it, or mend drop_folder in case.toml")
    paths = settled(folder, now=time.time() if now is None else now)
    seen, here = case.root / _SEEN, _listing(paths)
    if not paths or (seen.is_file() and seen.read_text() == here):
        return None
    request = IngestRequest(
        paths=tuple(paths), authority=settings.drop_authority, custodian=settings.drop_custodian, root=folder
    )
    report = ingest(case, request, actor=actor)
    if not report.stopped:
        write_atomically(seen, here.encode())
    return report


def _listing(paths: Sequence[Path]) -> str:
    """Return a digest of everything under some paths by name, size and time: the same listing, nothing new."""
    files = sorted(file for path in paths for file in (path, *path.rglob("*")))
    facts = [(os.fsencode(file).hex(), found.st_size, found.st_mtime_ns) for file in files for found in [file.lstat()]]
    return sha256_bytes(repr(facts).encode())


@flow(name="watch drop folder", persist_result=False)
def watch_drop_folder() -> None:
    """Ingest what has settled in the drop folder of the case that `CASEGRAPH_CASE` names."""
    ingest_drop_folder(open_case(Path(os.environ["CASEGRAPH_CASE"])), actor=acting(None))


def serve(case: Case, *, actor: Actor, every_s: int) -> None:
    """Serve the case's deployment until stopped, acting as `actor`; needs a Prefect server at `PREFECT_API_URL`."""
    os.environ["CASEGRAPH_CASE"] = str(case.root)
    os.environ["CASEGRAPH_ACTOR"] = actor.name
    name = f"drop folder of case {fold(case.custody.events()).case_id[:8]}"
    watch_drop_folder.serve(name=name, interval=every_s, limit=1, entrypoint_type=EntrypointType.MODULE_PATH)
