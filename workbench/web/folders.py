"""Folders of the server that may be ingested: those below the roots that the setting `ingest_folders` names, and no other."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import msgspec

from evidence.case import Case
from evidence.errors import NotFound, Refused
from evidence.intake import check_apart
from workbench.printing import safe

_SHOWN: Final = 500


class Inside(msgspec.Struct, frozen=True, kw_only=True):
    """Something in a folder."""

    name: str
    below: str
    """Its path below the root; empty where it cannot be chosen by itself."""
    folder: bool
    size_bytes: int


class Folder(msgspec.Struct, frozen=True, kw_only=True):
    """A folder that may be ingested, and what stands in it."""

    root: int
    root_name: str
    below: str
    above: str
    inside: tuple[Inside, ...]
    more: int
    """Entries that are not listed; an ingest takes them too."""


def roots(case: Case) -> list[Path]:
    """Return the folders below which may be ingested, as the settings name them; those that are not there are left out."""
    named = [Path(part).expanduser() for part in case.settings.ingest_folders.split(":") if part.strip()]
    return [path for path in named if path.is_dir()]


def chosen(case: Case, root: int, below: str) -> Path:
    """Return a path below a root; raises NotFound, Refused where it leads out of it, UsageError where it holds the case."""
    allowed = roots(case)
    if not 0 <= root < len(allowed):
        raise NotFound(
            "no such folder may be ingested",
            next_step="name it in ingest_folders under [settings] of the case's case.toml",
        )
    path = allowed[root] / below if below else allowed[root]
    if "\0" in below or not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(allowed[root])):
        raise Refused(
            "that lies outside the folders that may be ingested", next_step="choose a folder below one of those listed"
        )
    if not path.exists():
        raise NotFound(f"{safe(path.name)} is not there", next_step="go back to the folder above it")
    if Path(os.path.realpath(path)).is_relative_to(os.path.realpath(case.root)):
        raise Refused("that lies inside the case", next_step="choose a folder outside it")
    check_apart([path], case_root=case.root)
    return path


def look_into(case: Case, root: int, below: str) -> Folder:
    """Return what stands in a folder, folders first; raises as `chosen` does, and Refused where it cannot be opened."""
    path = chosen(case, root, below)
    try:
        names = sorted(os.scandir(path), key=lambda entry: (not entry.is_dir(follow_symlinks=False), entry.name))
    except OSError as error:
        raise Refused(f"{safe(path.name)} cannot be opened: {error.strerror}", next_step="choose another") from error
    return Folder(
        root=root,
        root_name=safe(roots(case)[root]),
        below=below,
        above=str(Path(below).parent).removeprefix(".") if below else "",
        inside=tuple(_entry(one, below) for one in names[:_SHOWN]),
        more=max(0, len(names) - _SHOWN),
    )


def _entry(entry: os.DirEntry[str], below: str) -> Inside:
    try:
        size_bytes = entry.stat(follow_symlinks=False).st_size
    except OSError:
        size_bytes = 0
    told = entry.name.encode("utf-8", "replace").decode()
    path = str(Path(below) / entry.name) if told == entry.name else ""
    return Inside(name=safe(told), below=path, folder=entry.is_dir(follow_symlinks=False), size_bytes=size_bytes)
