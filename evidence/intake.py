"""Receiving files: hashed, copied, hashed again and numbered on the ledger before anything parses them."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Annotated, Final, Literal

import msgspec

from evidence.acts import ExhibitReceived, IntakeFinished
from evidence.case import Case
from evidence.digest import EMPTY_SHA256, Sha256, sha256_file
from evidence.errors import NotFound, Unreadable, UsageError
from evidence.ledger import Actor
from evidence.records import Authority, Exhibit, ExhibitNumber
from evidence.state import CaseState, fold, identity

_BATCH_FILES = 64
ManifestVerdict = Literal["", "agrees", "differs", "not listed"]


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """A path that intake was given: where it stands now, and the name it will keep."""

    source: Path
    name: str
    name_bytes_hex: str
    parent: str = ""
    inner_path: str = ""


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """A given file with what its bytes are; `unreadable` says why there are none."""

    given: Given
    sha256: Sha256 = EMPTY_SHA256
    size_bytes: int = 0
    modified: str = ""
    unreadable: str = ""
    in_place: bool = False


class Received(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one given file."""

    number: str
    name: str
    size_bytes: int
    recognised: bool
    unreadable: str = ""
    in_place: bool = False
    """Whether it was registered where it stands, and not copied."""


def given_paths(paths: Sequence[Path], *, root: Path | None = None) -> list[Given]:
    """Return every file below `paths` in path order, with names relative to the folder given.

    Where several paths are given, names keep the given folder's own name, so that `a/note.txt` and `b/note.txt` stay
    two things; with `root`, they are relative to that.
    Links are listed, not followed; so is a folder that cannot be looked into. Raises NotFound where none of the paths
    exists.
    """
    if not any(os.path.lexists(path) for path in paths):
        missing = ", ".join(path.name for path in paths)
        raise NotFound(f"nothing to ingest: {missing} does not exist", next_step="check the path")
    found = [given for path in paths for given in _below(path, _base(path, root=root, alone=len(paths) == 1))]
    return sorted(found, key=lambda given: given.name_bytes_hex)


UPLOADS: Final = "uploads"
"""Where in the case folder files wait that were sent to it: the one place of it that may be ingested."""


def read_names(path: Path) -> dict[str, str]:
    """Return the names that files had, by the names they are stored under; raises UsageError."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, Annotated[str, msgspec.Meta(min_length=1)]])
    except (OSError, msgspec.MsgspecError) as error:
        raise UsageError(
            f"{path.name} is no list of names: {error}", next_step='write {"stored name": "the name it had", …} as JSON'
        ) from error


def named(files: Iterable[Given], names: Mapping[str, str]) -> list[Given]:
    """Return files with the names they had, in the order of those; one that is not listed keeps the name it has."""
    told = [
        msgspec.structs.replace(given, name=display(had.encode()), name_bytes_hex=had.encode().hex())
        if (had := names.get(given.source.name))
        else given
        for given in files
    ]
    return sorted(told, key=lambda given: given.name_bytes_hex)


def check_apart(paths: Sequence[Path], *, case_root: Path) -> None:
    """Raise UsageError where a path lies in the case or holds it: a case would swallow its own ledger."""
    root = Path(os.path.realpath(case_root))
    for path in paths:
        real = Path(os.path.realpath(path))  # unlike `resolve`, this survives a loop of links
        if root / UPLOADS in real.parents:
            continue
        if real.is_relative_to(root) or root.is_relative_to(real):
            where = "lies inside" if real.is_relative_to(root) else "holds"
            raise UsageError(
                f"{display(os.fsencode(real.name)) or real} {where} the case folder itself",
                next_step="keep what was seized apart from the case, and name only that",
            )


def _base(path: Path, *, root: Path | None, alone: bool) -> Path:
    """Return the folder to which the names below `path` are relative."""
    if root is not None:
        return root
    return path if alone and os.path.isdir(path) and not os.path.islink(path) else path.parent  # noqa: PTH112, PTH114


def _below(path: Path, base: Path) -> Iterator[Given]:
    top, base_bytes = os.fsencode(path), os.fsencode(base)
    if os.path.isdir(top) and not os.path.islink(top):  # noqa: PTH112, PTH114 - these never raise
        closed: list[bytes] = []
        for folder, names, files in os.walk(top, onerror=lambda error: closed.append(error.filename)):
            names.sort()
            for name in [*files, *(name for name in names if os.path.islink(os.path.join(folder, name)))]:  # noqa: PTH114, PTH118 - bytes paths
                full = os.path.join(folder, name)  # noqa: PTH118 - bytes paths
                yield _given(full, os.path.relpath(full, base_bytes))
        for shut in closed:
            yield _given(shut, os.fsencode(path.name) if shut == top else os.path.relpath(shut, base_bytes))
    else:
        yield _given(top, os.path.relpath(top, base_bytes))


def _taken(taking: Sequence[Future[Offer]]) -> list[Offer]:
    """Return what was taken of a batch; waits for what is being taken, and lets the rest be."""
    under_way = [one for one in taking if not one.cancel()]
    wait(under_way)
    return [one.result() for one in under_way if one.exception() is None]


def _given(full: bytes, relative: bytes) -> Given:
    return Given(source=Path(os.fsdecode(full)), name=display(relative), name_bytes_hex=relative.hex())


def display(name: bytes) -> str:
    """Return a file name's bytes as text that can always be printed and stored."""
    text = name.decode("utf-8", "replace")
    return "".join(character if character.isprintable() else "\ufffd" for character in text)


def read_manifest(path: Path) -> dict[str, str]:
    """Return {path: SHA-256} of an acquisition manifest in the format of `sha256sum`; raises UsageError."""
    listed: dict[str, str] = {}
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"the manifest {path.name} cannot be read", next_step="give a sha256sum file") from error
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        digest, _, name = line.partition(" ")
        if len(digest) != 64 or not name.strip():
            raise UsageError(
                f"{path.name}, line {number}: not `SHA256  PATH`", next_step="make it with `sha256sum FILES`"
            )
        listed[name.strip().removeprefix("*").removeprefix("./")] = digest.lower()
    return listed


class Intake:
    """Receives files into a case under one authority and custodian; keeps the folded state up to date."""

    def __init__(
        self,
        case: Case,
        *,
        state: CaseState,
        authority: Authority,
        custodian: str,
        actor: Actor,
        manifest: dict[str, str] | None = None,
        in_place: bool = False,
    ) -> None:
        self.case = case
        self._in_place = in_place
        self.state = state
        self._authority = authority
        self._custodian = custodian
        self._actor = actor
        self._manifest = manifest
        self._batches: list[list[Received]] = []
        self._began, self._held = state.seq, frozenset(state.exhibits)

    @property
    def received(self) -> list[Received]:
        """All that the ledger gave a number; where receiving is stopped at any point, also what was in the vault by then.

        The ledger is asked, not the state: a stop can come while a line is folded into it.
        """
        fold(self.case.custody.events(after=self.state.seq), self.state)
        lines = self.case.custody.events(after=self._began, only=lambda line: line.op == "exhibit.received")
        numbered = self._held | {line.act.exhibit.number for line in lines if isinstance(line.act, ExhibitReceived)}
        return [one for batch in self._batches for one in batch if one.number in numbered]

    def receive(self, files: Iterable[Given], *, on_file: Callable[[Offer], None] | None = None) -> Iterator[Received]:
        """Receive files in order, numbering them in batches; yields what became of each."""
        queue = iter(files)
        with ThreadPoolExecutor(max_workers=self.case.settings.worker_count) as threads:
            while batch := list(islice(queue, _BATCH_FILES)):
                taking = [threads.submit(self._take, given) for given in batch]
                try:
                    for one in taking:
                        offer = one.result()
                        if on_file:
                            on_file(offer)
                except BaseException:
                    self._number(_taken(taking))
                    raise
                yield from self._number([one.result() for one in taking])

    def _take(self, given: Given) -> Offer:
        try:
            found = given.source.lstat()
            if not stat.S_ISREG(found.st_mode):
                return Offer(given=given, unreadable=_not_a_file(given.source, found.st_mode))
            modified = datetime.fromtimestamp(found.st_mtime, UTC).isoformat(timespec="seconds")
            sha256 = sha256_file(given.source) if self._seen_before(given) else Sha256("")
            if sha256 and self._known(given, sha256) and not self.case.vault.check(sha256):
                return Offer(given=given, sha256=sha256, size_bytes=found.st_size, modified=modified)
            sha256, size_bytes, in_place = self._store(given.source)
            return Offer(given=given, sha256=sha256, size_bytes=size_bytes, modified=modified, in_place=in_place)
        except Unreadable as error:
            return Offer(given=given, unreadable=f"failed: {error.what}")
        except FileNotFoundError:
            return Offer(given=given, unreadable="failed: the file does not exist")
        except OSError as error:
            return Offer(given=given, unreadable=f"failed: the file cannot be opened ({error.strerror})")

    def _store(self, source: Path) -> tuple[Sha256, int, bool]:
        if self._in_place:
            return self.case.vault.register(source)
        return *self.case.vault.receive(source), False

    def _seen_before(self, given: Given) -> bool:
        return bool(given.parent) or self.state.knows_name(given.name_bytes_hex)

    def _known(self, given: Given, sha256: Sha256) -> str:
        return self.state.known(self._exhibit(ExhibitNumber(""), Offer(given=given, sha256=sha256)))

    def _number(self, offers: Sequence[Offer]) -> list[Received]:
        received: list[Received] = []
        self._batches.append(received)

        def decide(_: int) -> list[ExhibitReceived]:
            received.clear()
            fold(self.case.custody.events(after=self.state.seq), self.state)
            return self._decide(offers, received)

        self.case.custody.transact(decide, actor=self._actor)
        fold(self.case.custody.events(after=self.state.seq), self.state)
        return received

    def _decide(self, offers: Sequence[Offer], received: list[Received]) -> list[ExhibitReceived]:
        acts: list[ExhibitReceived] = []
        fresh: dict[tuple[str, str, str, str, str], str] = {}
        numbers = self.state.numbering()
        for offer in offers:
            key = identity(self._exhibit(ExhibitNumber(""), offer))
            known = self.state.known_as(key) or fresh.get(key, "")
            if not known:
                exhibit = self._exhibit(numbers(offer.given.parent), offer)
                acts.append(
                    ExhibitReceived(
                        exhibit=exhibit,
                        manifest=self._compare(offer),
                        unreadable=offer.unreadable,
                        in_place=offer.in_place,
                    )
                )
                fresh[key] = exhibit.number
            received.append(
                Received(
                    number=known or fresh[key],
                    name=offer.given.inner_path or offer.given.name,
                    size_bytes=offer.size_bytes,
                    recognised=bool(known),
                    unreadable=offer.unreadable,
                    in_place=offer.in_place,
                )
            )
        return acts

    def _exhibit(self, number: ExhibitNumber, offer: Offer) -> Exhibit:
        given = offer.given
        return Exhibit(
            number=number,
            sha256=Sha256("") if offer.unreadable else offer.sha256,
            size_bytes=offer.size_bytes,
            name=given.name,
            name_bytes_hex=given.name_bytes_hex,
            authority=self._authority.reference,
            custodian=self._custodian,
            parent=given.parent,
            inner_path=given.inner_path,
            modified=offer.modified,
        )

    def _compare(self, offer: Offer) -> ManifestVerdict:
        if self._manifest is None or offer.given.parent:
            return ""
        listed = self._manifest.get(offer.given.name)
        if listed is None:
            return "not listed"
        return "agrees" if listed == offer.sha256 and not offer.unreadable else "differs"

    def finish(self, received: Sequence[Received], *, children: int) -> None:
        """Record that this run of intake ended, and keep a checkpoint as its receipt."""
        new = [one for one in received if not one.recognised]
        act = IntakeFinished(
            received=len(new),
            recognised=len(received) - len(new),
            children=children,
            size_bytes=sum(one.size_bytes for one in new),
        )
        self.case.record(act, actor=self._actor)
        fold(self.case.custody.events(after=self.state.seq), self.state)


def _not_a_file(source: Path, mode: int) -> str:
    if stat.S_ISLNK(mode):
        if not source.exists():
            return "failed: a link to a file that does not exist"
        return "skipped: a link, not followed; ingest the file it points to"
    if stat.S_ISDIR(mode):
        return "failed: a folder that cannot be looked into; what it holds was not received"
    return "skipped: not a regular file (a device, pipe or socket)"
