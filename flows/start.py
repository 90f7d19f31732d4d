"""What the command line asks for, as plain functions that set a flow going and say what came of it."""

from __future__ import annotations

import signal
import stat
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from evidence.acts import ExtractionRecorded
from evidence.authority import check_in_time, overdue
from evidence.case import Case
from evidence.errors import Busy, CasegraphError, EngineMissing, IntegrityError
from evidence.files import locked
from evidence.intake import Given, Intake, Received, check_apart, given_paths, named, read_manifest, read_names
from evidence.ledger import Actor, Checkpoint
from evidence.state import CaseState, fold
from extractors.identify import identify
from flows.again import joined_by, locked_or_unsupported, passwords_for
from flows.run import Run, assert_languages
from flows.server import TemporaryServer, quiet_prefect, server_is_up
from flows.under_way import telling
from flows.watcher import Watcher

if TYPE_CHECKING:
    from exports.summary import Exported


@dataclass(frozen=True, slots=True)
class IngestRequest:
    """What the person at the keyboard asked to be ingested."""

    paths: tuple[Path, ...]
    authority: str = ""
    custodian: str = ""
    languages: tuple[str, ...] = ()
    speech_language: str = ""
    first: str = ""
    manifest: Path | None = None
    root: Path | None = None
    """Names are relative to this; else to the folder given."""
    names: Path | None = None
    """Names the files had, by those they are stored under now."""
    passwords: Path | None = None
    """A list to try on what is locked; else the setting `passwords_file`."""
    in_place: bool = False
    """Register the files where they are, and copy none."""
    strings: bool = False
    """Keep the printable strings of what nobody can read."""
    skip_known: bool = False
    """Do not read what a hash list on record knows to be ordinary."""


@dataclass(slots=True)
class IngestReport:
    """What a run of ingestion did."""

    received: list[Received] = field(default_factory=list)
    children: int = 0
    recorded: dict[str, ExtractionRecorded] = field(default_factory=dict)
    refused: dict[str, IntegrityError] = field(default_factory=dict)
    checkpoint: Checkpoint | None = None
    stopped: bool = False
    overdue: list[str] = field(default_factory=list)
    """What is past its date in the authority under which things were received."""
    vectors: str = ""
    """Why no vectors were made, where the settings want them made at each ingest."""


def ingest(
    case: Case,
    request: IngestRequest,
    *,
    actor: Actor,
    watcher: Watcher | None = None,
    server: TemporaryServer | None = None,
) -> IngestReport:
    """Receive what the request names, read it and everything that still waits, and project it.

    A second run of the same request does only what the first left. `server` is one that was begun already, so that it
    starts beside the rest; it is stopped here. Raises AuthorityError before anything is received,
    Busy where another ingest runs on the case, NotFound where none of the paths exists, UsageError where one holds the
    case itself.
    """
    watcher = watcher or Watcher()
    check_apart(request.paths, case_root=case.root)
    files = _files(request)
    manifest = read_manifest(request.manifest) if request.manifest else None
    passwords = passwords_for(case, request.passwords)
    with (
        locked(case.ingest_lock, wait_s=0, held_for="the ingest of this case"),
        telling(case, "ingest", actor=actor, watcher=watcher) as told,
    ):
        _empty(case)
        state = fold(case.custody.events())
        authority = state.authority(request.authority)
        check_in_time(authority, today=case.clock().date())
        intake = Intake(
            case,
            state=state,
            authority=authority,
            custodian=request.custodian,
            actor=actor,
            manifest=manifest,
            in_place=request.in_place,
        )
        assert_languages(case, state, languages=request.languages, speech_language=request.speech_language, actor=actor)
        run = Run(
            case,
            state=state,
            actor=actor,
            on_progress=told.on_progress,
            first=request.first,
            passwords=passwords,
            strings=request.strings,
            skip_known=request.skip_known,
        )
        run.want_again(locked_or_unsupported(state, passwords=bool(passwords), strings=request.strings))
        report = _receive_and_read(run, intake, files, told, _Engine(run, server))
        report.overdue = overdue(authority, today=case.clock().date())
    if case.settings.meaning_at_ingest and not report.stopped:
        with telling(case, "ingest", actor=actor, watcher=watcher) as told:
            told.on_phase("meaning")
            report.vectors = _vectors(case)
    return report


def _files(request: IngestRequest) -> list[Given]:
    files = given_paths(request.paths, root=request.root)
    return named(files, read_names(request.names)) if request.names else files


def _vectors(case: Case) -> str:
    """Make the vectors that are missing; returns why none were made, since an ingest does not fail for want of them."""
    from flows.meaning import encoder_of, make_vectors

    settings = case.settings
    try:
        make_vectors(case, encoder_of(settings), workers=settings.worker_count)
    except (EngineMissing, Busy) as error:
        return f"no vectors for searching by meaning were made: {error.what}"
    return ""


def _receive_and_read(
    run: Run, intake: Intake, files: Sequence[Given], watcher: Watcher, engine: _Engine
) -> IngestReport:
    case, report = run.case, IngestReport()
    with _interruptible(run, report), engine:
        watcher.on_phase("receiving")
        if run.waiting():
            engine.start()
        for received in intake.receive(files, on_file=watcher.on_file):
            if not received.recognised:
                engine.start()
        run.want_again(joined_by(run.beside, [one.number for one in intake.received if not one.recognised]))
        watcher.on_phase("reading")
        engine.run_if_waiting()
    report.received = intake.received
    report.children, report.recorded, report.refused = run.children, run.recorded, run.refused
    watcher.on_phase("projecting")
    intake.finish(report.received, children=run.children)
    run.project()
    report.checkpoint = case.custody.checkpoint()
    _empty(case)
    return report


def reread(case: Case, numbers: Sequence[str], *, actor: Actor, watcher: Watcher | None = None) -> IngestReport:
    """Read the numbered exhibits again with the engines there are now, and record what came of it."""
    watcher = watcher or Watcher()
    with (
        locked(case.ingest_lock, wait_s=0, held_for="the ingest of this case"),
        telling(case, "reread", actor=actor, watcher=watcher) as told,
    ):
        _empty(case)
        state = fold(case.custody.events())
        passwords = passwords_for(case)
        run = Run(case, state=state, actor=actor, on_progress=told.on_progress, again=numbers, passwords=passwords)
        report, engine = IngestReport(), _Engine(run)
        with _interruptible(run, report), engine:
            told.on_phase("reading")
            engine.run_if_waiting()
        report.children, report.recorded, report.refused = run.children, run.recorded, run.refused
        told.on_phase("projecting")
        run.project()
        report.checkpoint = case.custody.checkpoint()
        _empty(case)
        return report


class _Engine:
    """The Prefect server and the workers, started when the first new exhibit shows that they will be needed."""

    def __init__(self, run: Run, server: TemporaryServer | None = None) -> None:
        self._run = run
        self._server = server or TemporaryServer()
        self._ahead: threading.Thread | None = None
        self._loaded = threading.Event()

    def __enter__(self) -> _Engine:
        return self

    def start(self) -> None:
        """Begin to start the server, and to read ahead; does nothing the second time."""
        if self._ahead is None:
            self._server.start()
            self._ahead = threading.Thread(target=self._read_ahead, daemon=True)
            self._ahead.start()

    def _read_ahead(self) -> None:
        try:
            self._run.read_ahead(self._loaded)
        except CasegraphError:
            return  # the flow meets it again, and says so

    def run_if_waiting(self) -> None:
        """Run the flow where anything waits."""
        if not self._run.waiting():
            return
        self.start()
        from flows.ingest import run_ingest

        self._server.wait()
        self._loaded.set()
        # while the flow waits for the server's answers
        threading.Thread(target=import_module, args=("graph.project",), daemon=True).start()
        run_ingest(self._run, shown=not self._server.is_ours)

    def __exit__(self, *_: object) -> None:
        self._loaded.set()
        self._run.close()
        self._server.stop()


@contextmanager
def _interruptible(run: Run, report: IngestReport) -> Iterator[None]:
    """Let ctrl-C or SIGTERM kill the workers at once and end the run as stopped; what was recorded stays recorded."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        report.stopped = True
        run.pool.close()
        raise KeyboardInterrupt

    in_main = threading.current_thread() is threading.main_thread()
    run.stop = stop
    before: Any = [signal.signal(one, stop) for one in (signal.SIGINT, signal.SIGTERM)] if in_main else []
    try:
        yield
    except BaseException:
        if not report.stopped:
            raise
    finally:
        for one, handler in zip((signal.SIGINT, signal.SIGTERM), before, strict=False):
            signal.signal(one, handler)


def _empty(case: Case) -> None:
    """Empty `CASE/tmp`; only ever called by the holder of the ingest lock."""
    from shutil import rmtree

    case.tmp.mkdir(exist_ok=True)
    for left in case.tmp.iterdir():
        if left.is_dir():
            rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)


# --- planning ------------------------------------------------------------------------------------------------------

_SECONDS_PER_MB = {"application/pdf": 12.0, "image/": 4.0, "audio/": 8.0, "video/": 8.0, "text/": 6.0}
_SECONDS_AT_LEAST = {"application/pdf": 0.3, "image/": 1.5, "audio/": 2.0, "video/": 2.0, "text/": 0.02}


@dataclass(frozen=True, slots=True)
class Planned:
    """A file that would be ingested: known already or not, its type by its first bytes, and a rough cost."""

    name: str
    size_bytes: int
    media_type: str
    known: bool
    seconds: float


def plan(case: Case, request: IngestRequest) -> list[Planned]:
    """Return what `ingest` would do; receives nothing and parses nothing, so the costs are rough."""
    state: CaseState = fold(case.custody.events())
    state.authority(request.authority)
    check_apart(request.paths, case_root=case.root)
    return [_planned(given, state, case) for given in _files(request)]


def _planned(given: Given, state: CaseState, case: Case) -> Planned:
    try:
        found = given.source.lstat()
        media_type = identify(given.source, hint=given.name) if stat.S_ISREG(found.st_mode) else ""
    except OSError:
        media_type = ""
    if not media_type:
        return Planned(name=given.name, size_bytes=0, media_type="", known=False, seconds=0.0)
    size_bytes = found.st_size
    known = state.knows_name(given.name_bytes_hex)
    seconds = 0.0 if known else _cost(media_type, size_bytes) / case.settings.worker_count
    return Planned(name=given.name, size_bytes=size_bytes, media_type=media_type, known=known, seconds=seconds)


def _cost(media_type: str, size_bytes: int) -> float:
    for prefix, per_mb in _SECONDS_PER_MB.items():
        if media_type.startswith(prefix):
            return max(_SECONDS_AT_LEAST[prefix], per_mb * size_bytes / 1e6)
    return 0.02 + size_bytes / 20e6


# --- rebuild and export: through Prefect where a server is up, plainly where none is --------------------------------


def rebuild(case: Case) -> None:
    """Make the graph and the index again from ledger and shelf."""
    quiet_prefect()
    if server_is_up():
        from flows.rebuild import rebuild_case

        rebuild_case(case)
    else:
        from graph.project import rebuild as rebuild_plainly

        rebuild_plainly(case)


def export(
    case: Case,
    *,
    out: Path,
    recipient: str,
    reason: str,
    findings: Sequence[str],
    actor: Actor,
    analyses: Sequence[str] = (),
) -> Exported:
    """Write the summary into `out`; raises what `exports.summary.export_summary` raises."""
    from exports.summary import export_summary

    def write() -> Exported:
        return export_summary(
            case, out=out, recipient=recipient, reason=reason, actor=actor, findings=findings, analyses=analyses
        )

    quiet_prefect()
    if not server_is_up():
        return write()
    from flows.export import export_case

    return export_case(case, write)
