"""Which received files belong together: the volumes of a split archive, a database and what SQLite puts beside it."""

from __future__ import annotations

import threading
from itertools import islice
from typing import Literal

import msgspec

from evidence.digest import Sha256
from evidence.state import CaseState
from extractors.archive.volumes import COMPANIONS, base_of_companion, first_name, other_volumes, volume_of


class Belongs(msgspec.Struct, frozen=True, kw_only=True):
    """By its name a file is a further piece of another exhibit; whether it is, the other's content has to say."""

    kind: Literal["volume", "companion"]
    exhibit: str
    """The exhibit that is read with it."""
    sha256: Sha256
    name: str
    what: str
    """`volume 2`, `write-ahead log`."""


_Folder = tuple[str, str, str, str]


class Beside:
    """Exhibits by the folder they stood in: same parent, authority and custodian. It grows with the state."""

    def __init__(self, state: CaseState) -> None:
        self._state = state
        self._seen = 0
        self._lock = threading.Lock()
        self._folders: dict[_Folder, dict[str, str]] = {}
        self._volumes: set[_Folder] = set()
        """Folders that hold anything named like a further volume."""

    def siblings(self, number: str) -> tuple[str, ...]:
        """Return the exhibits that belong to this one, in order."""
        folder, name = self._place(number)
        names = self._folders.get(folder, {})
        companions = [names[name + ending] for ending in COMPANIONS if name + ending in names]
        volumes = [names[one] for one in other_volumes(name, names)] if folder in self._volumes else []
        return tuple(one for one in (*volumes, *companions) if not self._state.is_sealed(one))

    def belongs(self, number: str) -> Belongs | None:
        """Return the exhibit that this one is a further piece of; None where its name does not say so."""
        folder, name = self._place(number)
        names = self._folders.get(folder, {})
        volume = volume_of(name)
        if volume is not None:
            first = first_name(volume, names)
            return self._made("volume", names[first], f"volume {volume.number}") if first not in ("", name) else None
        base, what = base_of_companion(name)
        return self._made("companion", names[base], what) if base in names and base else None

    def _made(self, kind: Literal["volume", "companion"], exhibit: str, what: str) -> Belongs:
        made = self._state.exhibits[exhibit].exhibit
        return Belongs(kind=kind, exhibit=exhibit, sha256=made.sha256, name=made.inner_path or made.name, what=what)

    def _place(self, number: str) -> tuple[_Folder, str]:
        with self._lock:
            if self._seen != len(self._state.exhibits):
                self._grow()
        return self._of(number)

    def _grow(self) -> None:
        for number in list(islice(self._state.exhibits, self._seen, None)):
            self._seen += 1
            if not self._state.exhibits[number].exhibit.sha256:
                continue
            folder, name = self._of(number)
            self._folders.setdefault(folder, {})[name] = number
            if volume_of(name) is not None:
                self._volumes.add(folder)

    def _of(self, number: str) -> tuple[_Folder, str]:
        exhibit = self._state.exhibits[number].exhibit
        folder, _, name = (exhibit.inner_path or exhibit.name).rpartition("/")
        return (exhibit.parent, exhibit.authority, exhibit.custodian, folder), name.casefold()
