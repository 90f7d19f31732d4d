"""The case folder: where the four layers of truth are, opened once at the edge."""

from __future__ import annotations

import getpass
import os
import socket
import uuid
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

from evidence.acts import Act, AuthorityRecorded, CaseOpened, SettingsRecorded
from evidence.authority import CaseHints
from evidence.errors import CaseError, StorageError
from evidence.files import write_atomically
from evidence.ledger import Actor, Clock, Ledger, utc_now
from evidence.records import Authority
from evidence.settings import Settings, read_settings
from evidence.shelf import Shelf
from evidence.vault import Vault

_CASE_TOML = """\
# This folder is a casegraph case. Do not change files in vault/, shelf/ or ledger/ by hand.
format = 1
case_id = "{case_id}"

# How this machine works on the case; see `casegraph settings --help`.
[settings]
"""


def software() -> str:
    """Return the name and version of this software."""
    return f"casegraph {version('casegraph')}"


def acting(name: str | None, environment: Mapping[str, str] = os.environ) -> Actor:
    """Return who acts: the name given, else `CASEGRAPH_ACTOR`, else the account's; with the OS account and host."""
    account = getpass.getuser()
    asserted = name or environment.get("CASEGRAPH_ACTOR") or account
    return Actor(name=asserted.strip() or account, account=account, host=socket.gethostname())


class Case:
    """An open case folder."""

    def __init__(self, root: Path, *, settings: Settings, clock: Clock = utc_now) -> None:
        self.root = root
        self.settings = settings
        self.clock = clock
        self.tmp = root / "tmp"
        self.uploads = root / "uploads"
        self.jobs = root / "jobs"
        self.vault = Vault(root / "vault", scratch=self.tmp)
        self.shelf = Shelf(root / "shelf", scratch=self.tmp)
        self.custody = Ledger(root / "ledger", "custody", clock=clock)
        self.access = Ledger(root / "ledger", "access", clock=clock)
        self.graph_path = root / "graph.duckdb"
        self.index_path = root / "index"
        self.graph_lock = root / ".graph.lock"
        self.ingest_lock = root / ".ingest.lock"

    def record(self, *acts: Act, actor: Actor) -> int:
        """Append acts to the custody chain; returns the `seq` of the last."""
        return self.custody.append(acts, actor=actor)[-1].seq

    def record_access(self, *acts: Act, actor: Actor) -> None:
        """Append acts to the access chain."""
        self.access.append(acts, actor=actor)


def open_case(root: Path, *, environment: Mapping[str, str] = os.environ, clock: Clock = utc_now) -> Case:
    """Open the case in folder `root`; raises CaseError where there is none."""
    if not root.is_dir():
        raise CaseError(f"there is no case folder {root.name}", next_step="make one with `casegraph new CASE …`")
    if not (root / "case.toml").is_file() or not (root / "ledger" / "custody.jsonl").is_file():
        raise CaseError(f"{root.name} is not a case", next_step="make one with `casegraph new CASE …`")
    return Case(root.resolve(), settings=read_settings(root / "case.toml", environment), clock=clock)


def new_case(
    root: Path, *, title: str, authority: Authority, hints: CaseHints, actor: Actor, clock: Clock = utc_now
) -> Case:
    """Make a case folder and put its first authority on record; raises CaseError where something is there already."""
    if not title.strip():
        raise CaseError("a case needs a title", next_step='give one with --title "…"')
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise CaseError(f"{root.name} is already there and not empty", next_step="choose another folder")
    case_id = str(uuid.uuid4())
    try:
        for name in ("vault", "shelf", "ledger", "tmp"):
            (root / name).mkdir(parents=True, exist_ok=True)
        root.chmod(0o700)
    except OSError as error:
        raise StorageError(
            f"{root.name} cannot be made: {error.strerror}", next_step="choose another folder"
        ) from error
    case = Case(root.resolve(), settings=Settings(), clock=clock)
    opened = CaseOpened(title=title.strip(), case_id=case_id, software=software())
    asserted = settings_from(hints, authority=authority)
    case.record(opened, AuthorityRecorded(authority=authority), asserted, actor=actor)
    write_atomically(root / "case.toml", _CASE_TOML.format(case_id=case_id).encode())
    return open_case(root, clock=clock)


def settings_from(hints: CaseHints, *, authority: Authority) -> SettingsRecorded:
    """Return what the authority file asserts; the region falls back to the authority's country."""
    return SettingsRecorded(
        region=(hints.region or authority.country).upper(),
        languages=hints.languages,
        speech_language=hints.speech_language,
        day_order=hints.day_order,
        zone=hints.zone,
        source=f"authority {authority.reference}",
    )
