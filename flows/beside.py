"""Which received files belong together: the volumes of a split archive, a database and what SQLite puts beside it."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
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
    """Exhibits by the folder they stood in: same parent, authority and custodian. It grows with the state.

    Names are relative to the folder that was given, so two phones of one person may give the same ones. Where files of a
    name differ, only what was received in the same intake belongs together; where that does not tell either, nothing does.
    """

    def __init__(self, state: CaseState) -> None:
        self._state = state
        self._seen = 0
        self._lock = threading.Lock()
        self._folders: dict[_Folder, dict[str, list[str]]] = {}
        self._volumes: dict[tuple[_Folder, str], dict[str, None]] = {}
        """What is named like a volume, by folder and what its name begins with."""
        self._known_pieces: dict[str, list[str]] = {}

    def siblings(self, number: str) -> tuple[str, ...]:
        """Return the exhibits that belong to this one, in order."""
        by_name = {self._of(one)[1]: one for one in self._pieces(number)}
        return tuple(one for one in by_name.values() if not self._state.is_sealed(one))

    def belongs(self, number: str) -> Belongs | None:
        """Return the exhibit that this one is a further piece of; None where its name does not say so."""
        folder, name = self._place(number)
        names = self._folders.get(folder, {})
        volume = volume_of(name)
        if volume is not None:
            first = first_name(volume, names if volume.scheme in ("zip", "rar") else self._volumes[folder, volume.stem])
            read_with = self._read_with(number, names[first]) if first not in ("", name) else ""
            return self._made("volume", read_with, f"volume {volume.number}") if read_with else None
        base, what = base_of_companion(name)
        read_with = self._read_with(number, names.get(base, ())) if base else ""
        return self._made("companion", read_with, what) if read_with else None

    def _read_with(self, number: str, candidates: Iterable[str]) -> str:
        """Return which of the exhibits of a name this one is a piece of; empty where it is of none."""
        return next((one for one in candidates if number in self._pieces(one)), "")

    def _pieces(self, number: str) -> list[str]:
        """Return the further volumes and then the companions of an exhibit."""
        folder, name = self._place(number)
        if number not in self._known_pieces:
            names = self._folders.get(folder, {})
            volumes = other_volumes(name, self._volumes.get((folder, _stem(name)), ()))
            companions = [name + ending for ending in COMPANIONS if name + ending in names]
            self._known_pieces[number] = [*self._together(number, volumes), *self._together(number, companions)]
        return self._known_pieces[number]

    def _together(self, number: str, wanted: Sequence[str]) -> list[str]:
        """Return an exhibit for each name wanted that belongs to this one; none at all where that is ambiguous."""
        if not wanted:
            return []
        folder, name = self._of(number)
        names = self._folders[folder]
        held = {one: names.get(one, []) for one in (name, *wanted)}
        if self._ambiguous(held.values()):
            intake = self._state.intake_of[number]
            held = {
                one: [other for other in numbers if self._state.intake_of[other] == intake]
                for one, numbers in held.items()
            }
            if self._ambiguous(held.values()):
                return []
        return [other for one in wanted for other in held[one]]

    def _ambiguous(self, held: Iterable[Sequence[str]]) -> bool:
        """Whether files of one name differ."""
        return any(len({self._state.exhibits[one].exhibit.sha256 for one in numbers}) > 1 for numbers in held)

    def _made(self, kind: Literal["volume", "companion"], exhibit: str, what: str) -> Belongs:
        made = self._state.exhibits[exhibit].exhibit
        return Belongs(kind=kind, exhibit=exhibit, sha256=made.sha256, name=made.inner_path or made.name, what=what)

    def _place(self, number: str) -> tuple[_Folder, str]:
        with self._lock:
            if self._seen != len(self._state.exhibits):
                self._grow()
        return self._of(number)

    def _grow(self) -> None:
        self._known_pieces.clear()
        for number in list(islice(self._state.exhibits, self._seen, None)):
            self._seen += 1
            if not self._state.exhibits[number].exhibit.sha256:
                continue
            folder, name = self._of(number)
            self._folders.setdefault(folder, {}).setdefault(name, []).append(number)
            if volume_of(name) is not None:
                self._volumes.setdefault((folder, _stem(name)), {})[name] = None

    def _of(self, number: str) -> tuple[_Folder, str]:
        exhibit = self._state.exhibits[number].exhibit
        folder, _, name = (exhibit.inner_path or exhibit.name).rpartition("/")
        return (exhibit.parent, exhibit.authority, exhibit.custodian, folder), name.casefold()


def _stem(name: str) -> str:
    """Return what the names of all volumes of an archive begin with."""
    volume = volume_of(name)
    return volume.stem if volume is not None else name.rpartition(".")[0]
