"""One run of ingestion: what waits, what was read, and what goes into the ledger when an exhibit is whole.

Everything here is plain; `flows.ingest` gives it to Prefect as tasks that carry only ids.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from fnmatch import fnmatch
from types import FrameType

import msgspec

from evidence.acts import ExtractionRecorded, LostUnit, SettingsRecorded
from evidence.case import Case
from evidence.errors import CasegraphError, IntegrityError, LimitExceeded, StorageError, Unreadable
from evidence.hash_matching import acts_for, with_known
from evidence.intake import Given, Intake, Received
from evidence.ledger import Actor
from evidence.records import ArtifactRef, OutcomeKind, Stamp, UnitKind
from evidence.state import CaseState, fold
from extractors.printable import STRINGS
from extractors.protocols import Limits, Part, ReadContext, Sibling, Survey
from extractors.registry import FORMATS
from extractors.sandbox import Crashed, WorkerPool, preload
from flows.beside import Beside
from flows.jobs import HashJob, PartRead, ReadJob, SurveyJob, UnitOutcome, drop_scratch, prepare_worker, scratch_folder

_BATCH_SECONDS = 5.0
_BATCH_PARTS = 64
_PROJECT_EVERY_S = 4.0
_PROJECT_SHARE = 0.04
"""Of a run's time, at most so much goes into making searchable what has landed so far."""
_AHEAD_EXHIBITS = 500
_SLOWEST_DISK_BYTES_A_SECOND = 10_000_000


@dataclass(slots=True)
class Progress:
    """How far a run is; units are pages, minutes, messages and files."""

    exhibits: int = 0
    exhibits_done: int = 0
    seconds_expected: float = 0.0
    seconds_done: float = 0.0
    units_done: int = 0
    reading: str = ""


@dataclass(slots=True)
class Pending:
    """An exhibit that is being read: its parts, and what came of those that are done."""

    number: str
    survey: Survey
    waiting: set[str]
    done: dict[str, PartRead] = field(default_factory=dict)
    lost: list[LostUnit] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


class Run:
    """A run over a case: shared by the tasks of one flow, which know it by its id."""

    def __init__(
        self,
        case: Case,
        *,
        state: CaseState,
        actor: Actor,
        on_progress: Callable[[Progress], None],
        first: str = "",
        again: Sequence[str] = (),
        passwords: Sequence[str] = (),
        strings: bool = False,
        skip_known: bool = False,
    ) -> None:
        self.case = case
        self.beside = Beside(state)
        self._passwords = tuple(passwords)
        self._strings = strings
        self._skip_known = skip_known
        self.state = state
        self.actor = actor
        self.progress = Progress()
        self.recorded: dict[str, ExtractionRecorded] = {}
        self.refused: dict[str, IntegrityError] = {}
        self.children = 0
        self.stop: Callable[[int, FrameType | None], None] | None = None
        """What is done on ctrl-C and SIGTERM."""
        self._on_progress = on_progress
        self._first = first
        self._again = list(again)
        self._retried: set[str] = set()
        """Those of `again` that are recorded only where something else comes of them."""
        self._unchanged: set[str] = set()
        self._pending: dict[str, Pending] = {}
        self._batches: list[list[tuple[str, Part]]] = []
        self._planned: set[str] = set()
        self._looked: dict[str, Future[Survey | None]] = {}
        self._looked_with: dict[str, tuple[str, ...]] = {}
        """The siblings that were received when it was looked at."""
        self._ahead: dict[tuple[str, str], Future[PartRead]] = {}
        self._lock = threading.RLock()
        self._projected_at = time.monotonic()
        self._projecting_s = 0.0
        preload("flows.jobs", "flows.engines", *(() if case.settings.names_pipeline == "none" else ("spacy",)))
        self.pool = WorkerPool(
            prepare_worker,
            case.root,
            size=case.settings.worker_count,
            memory_bytes=case.settings.job_memory_mb << 20,
            write_below=(case.root,),
        )

    def context(self, number: str, part: Part, *, careful: bool = False) -> ReadContext:
        """Return what people asserted, and the job's own scratch folder; `careful` after a survey crashed."""
        asserted, settings = self.state.settings, self.case.settings
        exhibit = self.state.exhibits[number].exhibit
        return ReadContext(
            name=exhibit.inner_path or exhibit.name,
            siblings=self._siblings(number),
            passwords=self._passwords,
            templates=tuple(self.state.templates[name] for name in sorted(self.state.templates)),
            languages=asserted.languages,
            speech_language=asserted.speech_language,
            region=asserted.region,
            day_order=asserted.day_order,
            zone=asserted.zone,
            scratch=scratch_folder(self.case, number, part),
            limits=Limits(
                seconds=settings.job_seconds,
                memory_bytes=settings.job_memory_mb << 20,
                pages=settings.max_pages,
                pages_sampled=0 if careful else Limits().pages_sampled,
                audio_seconds=settings.max_audio_hours * 3600,
                children=settings.max_children,
                child_bytes=settings.max_children_gb << 30,
                depth=settings.max_depth,
            ),
        )

    def _siblings(self, number: str) -> tuple[Sibling, ...]:
        exhibits = [self.state.exhibits[one].exhibit for one in self.beside.siblings(number)]
        return tuple(
            Sibling(name=one.inner_path or one.name, path=self.case.vault.path(one.sha256), sha256=one.sha256)
            for one in exhibits
        )

    def want_again(self, numbers: Iterable[str]) -> None:
        """Read these once more too, and record it where something else comes of it."""
        fresh = [number for number in numbers if number in self.state.extractions and number not in self._again]
        self._again += fresh
        self._retried.update(fresh)

    # --- looking ---

    def survey(self, number: str) -> Survey | None:
        """Return how an exhibit will be read; its outcome at once where it will not be.

        None where its original is not what was received: it stays pending, and `refused` says why.
        """
        siblings = self.beside.siblings(number)
        with self._lock:
            if self._looked_with.setdefault(number, siblings) != siblings:
                self._look_anew(number, siblings)
            mine = number not in self._looked
            looked = self._looked.setdefault(number, Future())
        if mine:
            try:
                looked.set_result(self._survey(number))
            except BaseException as error:
                del self._looked[number]
                looked.set_exception(error)
                raise
        return looked.result()

    def _look_anew(self, number: str, siblings: tuple[str, ...]) -> None:
        """Forget what was seen of an exhibit before all that belongs to it had been received."""
        self._looked_with[number] = siblings
        self._looked.pop(number, None)
        for key in [key for key in self._ahead if key[0] == number]:
            del self._ahead[key]

    def _survey(self, number: str) -> Survey | None:
        received = self.state.exhibits[number]
        if received.unreadable:
            outcome, _, reason = received.unreadable.partition(": ")
            return Survey(media_type="", reader="", outcome=outcome, reason=reason)
        try:
            if self._is_closed_by_a_list(number):
                return None
            if number.count("/") > self.case.settings.max_depth:
                return Survey(media_type="", reader="", outcome="skipped", reason="containers nested too deeply")
            if (same := self._itself(number)) != "":
                reason = f"the same file as {same}, which it came out of"
                return Survey(media_type="", reader="", outcome="skipped", reason=reason)
            if self._skip_known and (known := self.state.known_file(number)):
                return Survey(media_type="", reader="", outcome="skipped", reason=known)
            try:
                return self._look(number)
            except (Crashed, LimitExceeded):
                return self._look(number, careful=True)  # a page that the survey opened must not cost the others
        except IntegrityError as error:
            self.refused[number] = error
            return None
        except CasegraphError as error:
            _raise_if_ours(error)
            return Survey(media_type="", reader="", outcome="failed", reason=error.what)

    def _is_closed_by_a_list(self, number: str) -> bool:
        """Ask the hash lists on record; whether the exhibit is sealed for what they say. What is new goes on record.

        A match that is on record already seals nothing again: a second person may have opened that seal.
        """
        lists = dict(self.state.hash_lists)
        if not lists:
            return False
        job = HashJob(sha256=self.state.exhibits[number].exhibit.sha256, lists=tuple(lists.values()))
        found = self.pool.run(job, seconds=self.seconds_to_hash(number))
        with self._lock:
            noted = {match.list for match in self.state.hash_matches.get(number, ())}
            fresh = [match for match in found if match.list not in noted]
            acts = list(acts_for(number, fresh, lists=lists, sealed=self.state.is_sealed(number)))
            if acts:
                self.case.custody.append(acts, actor=self.actor)
                fold(self.case.custody.events(after=self.state.seq), self.state)
            return self.state.is_sealed(number)

    def _look(self, number: str, *, careful: bool = False) -> Survey:
        exhibit = self.state.exhibits[number].exhibit
        job = SurveyJob(
            exhibit=number,
            sha256=exhibit.sha256,
            name=exhibit.inner_path or exhibit.name,
            context=self.context(number, Part(), careful=careful),
            belongs=self.beside.belongs(number),
            strings=self._wants_strings(number),
        )
        surveyed = self.pool.run(job, seconds=self.seconds_to_hash(number))
        assert isinstance(surveyed, Survey)
        return surveyed

    def seconds_to_hash(self, number: str) -> float:
        """Return the limit for a job that hashes the original first: longer than others where that is a whole disk."""
        size_bytes = self.state.exhibits[number].exhibit.size_bytes
        return self.case.settings.job_seconds + size_bytes / _SLOWEST_DISK_BYTES_A_SECOND

    def _itself(self, number: str) -> str:
        """Return the container that is the very same file as the exhibit that came out of it, or ''."""
        sha256, parts = self.state.exhibits[number].exhibit.sha256, number.split("/")
        above = ["/".join(parts[:count]) for count in range(1, len(parts))]
        return next((one for one in above if self.state.exhibits[one].exhibit.sha256 == sha256), "")

    def _wants_strings(self, number: str) -> bool:
        """Whether strings were asked for in this run, or made up what was read of it before."""
        recorded = self.state.extractions.get(number)
        return self._strings or (recorded is not None and any(stamp.name == STRINGS for stamp in recorded.stamps))

    def waiting(self) -> list[str]:
        """Return the exhibits that still have to be read, wanted ones first; not those that were refused."""
        numbers = [number for number in self.state.pending() if number not in self.refused]
        done = self.recorded.keys() | self._unchanged | self.refused.keys()
        again = [number for number in self._again if number not in done]
        queue = [number for number in dict.fromkeys([*again, *numbers]) if not self.state.is_sealed(number)]
        return sorted(queue, key=lambda number: not self._is_first(number))

    def _turn(self, number: str) -> int:
        """Return when an exhibit's parts come: wanted ones first, files that a list knows to be ordinary last."""
        return 0 if self._is_first(number) else 2 if self.state.known_file(number) else 1

    def _is_first(self, number: str) -> bool:
        exhibit = self.state.exhibits[number].exhibit
        return bool(self._first) and fnmatch(exhibit.name, self._first)

    def enter(self, surveys: Iterable[tuple[str, Survey | None]]) -> None:
        """Take surveyed exhibits in: record those that will not be read, queue the parts of the others."""
        settled = []
        for number, survey in surveys:
            self.progress.exhibits += 1
            if survey is None:
                continue
            if survey.outcome:
                settled.append(with_known(_settled(number, survey), self.state.known_file(number)))
            else:
                waiting = {part.name for part in survey.parts}
                self._pending[number] = Pending(number=number, survey=survey, waiting=waiting)
                self.progress.seconds_expected += sum(part.seconds_expected for part in survey.parts)
        self._record(settled)

    def plan_batches(self) -> list[int]:
        """Group the parts that wait and are not planned yet, wanted ones and then cheap ones first, into batches of
        some seconds' work; returns the batches' numbers.
        """
        parts = [
            (self._turn(number), part.seconds_expected, order, number, part)
            for order, (number, pending) in enumerate(self._pending.items())
            if number not in self._planned
            for part in pending.survey.parts
        ]
        self._planned.update(number for *_, number, _ in parts)
        parts.sort(key=lambda entry: (*entry[:3], entry[4].first))
        costs = [(cost, number, part) for _, cost, _, number, part in parts]
        before = len(self._batches)
        self._batches += batches_of(costs, workers=self.case.settings.worker_count)
        return list(range(before, len(self._batches)))

    def batch(self, index: int) -> list[tuple[str, Part]]:
        """Return one of the planned batches."""
        return self._batches[index]

    def read_ahead(self, until: threading.Event) -> None:
        """Read the cheap parts of what waits, until told to stop; records nothing.

        The flow takes what came of each, good or bad, and waits for the one that is being read when it starts. So the
        time that Prefect takes to start is not lost.
        """
        parts = []
        for number in self.waiting()[:_AHEAD_EXHIBITS]:
            if until.is_set():
                return
            survey = self.survey(number)
            if survey is not None and not survey.outcome:
                parts += [(part.seconds_expected, number, part) for part in survey.parts]
        parts.sort(key=lambda entry: (not self._is_first(entry[1]), entry[0], entry[1], entry[2].first))
        queue = iter(parts)
        workers = self.case.settings.worker_count
        with ThreadPoolExecutor(max_workers=workers, thread_name_prefix="read-ahead") as threads:
            for _ in range(workers):
                threads.submit(self._read_from, queue, until)

    def _read_from(self, queue: Iterator[tuple[float, str, Part]], until: threading.Event) -> None:
        """Read part after part of the queue until told to stop, the queue is empty, or what comes is not cheap."""
        while True:
            with self._lock:
                cost, number, part = next(queue, (0.0, "", Part()))
                if not number or until.is_set() or cost > _BATCH_SECONDS * 2:
                    return
                made: Future[PartRead] = Future()
                self._ahead[number, part.name] = made
            try:
                made.set_result(self._read_part(number, part, self._looked[number].result()))
            except BaseException as error:  # noqa: BLE001 - it is the flow's to raise
                made.set_exception(error)

    # --- reading ---

    def read_batch(self, batch: Sequence[tuple[str, Part]]) -> None:
        """Read the parts of a batch one after another on one worker each, and record exhibits that are whole."""
        for number, part in batch:
            pending = self._pending.get(number)
            if pending is None or part.name not in pending.waiting:  # a retried batch has this part already
                if pending is not None and not pending.waiting:
                    with self._lock:
                        self._complete(pending)  # the disk was full, or the ledger busy, when it was whole
                continue
            self.progress.reading = number
            self._on_progress(self.progress)
            try:
                read = self._read(number, part)
            except IntegrityError as error:
                self._refuse(number, error)
            else:
                self._finish(number, part, *read)

    def _refuse(self, number: str, error: IntegrityError) -> None:
        """Leave an exhibit waiting whose original changed since it was looked at; nothing that was read of it counts."""
        with self._lock:
            self.refused[number] = error
            pending = self._pending.pop(number, None)
        for part in pending.survey.parts if pending is not None else ():
            drop_scratch(scratch_folder(self.case, number, part))

    def _read(
        self, number: str, part: Part, *, within: Part | None = None
    ) -> tuple[PartRead | None, list[LostUnit], str]:
        ahead = self._ahead.pop((number, part.name), None) if within is None else None
        try:
            if ahead is not None:
                return ahead.result(), [], ""
            return self._read_part(number, part, self._pending[number].survey, within=within), [], ""
        except CasegraphError as error:
            _raise_if_ours(error)
            if part.last > part.first:
                return self._read_singly(number, part)
            kind = _unit_kind(self._pending[number].survey)
            lost = [LostUnit(kind=kind, number=part.first, reason=error.what)]
            return None, lost, error.what

    def _read_part(self, number: str, part: Part, survey: Survey | None, *, within: Part | None = None) -> PartRead:
        """Read a part; what is found inside it waits in the scratch folder of the part it lies `within`."""
        assert survey is not None
        job = ReadJob(
            exhibit=number,
            sha256=self.state.exhibits[number].exhibit.sha256,
            media_type=survey.media_type,
            part=part,
            context=self.context(number, within or part),
            strings=survey.reader == STRINGS,
        )
        seconds = max(float(self.case.settings.job_seconds), 20 * part.seconds_expected)
        made = self.pool.run(job, seconds=seconds)
        assert isinstance(made, PartRead)
        return made

    def _read_singly(self, number: str, part: Part) -> tuple[PartRead | None, list[LostUnit], str]:
        """Read a part that failed page by page, so that one bad page does not take its neighbours with it."""
        made, lost, reason = [], [], ""
        for page in range(part.first, part.last + 1):
            single = Part(name=f"page {page}", first=page, last=page, seconds_expected=part.seconds_expected)
            one, gone, why = self._read(number, single, within=part)
            made += [one] if one else []
            lost += gone
            reason = reason or why
        return (_joined(made) if made else None), lost, reason

    def _finish(self, number: str, part: Part, made: PartRead | None, lost: list[LostUnit], reason: str) -> None:
        with self._lock:
            pending = self._pending[number]
            pending.waiting.discard(part.name)
            pending.lost += lost
            if made is not None:
                pending.done[part.name] = made
                self.progress.units_done += len(made.units)
            if reason:
                pending.failures.append(reason)
            self.progress.seconds_done += part.seconds_expected
            if not pending.waiting:
                self._complete(pending)
        self._on_progress(self.progress)

    def _complete(self, pending: Pending) -> None:
        """Receive what was found inside, record what became of it, and only then forget it: each may be tried again."""
        self._receive_children(pending)
        self._record([with_known(whole(pending), self.state.known_file(pending.number))])
        self._pending.pop(pending.number, None)
        for part in pending.survey.parts:
            drop_scratch(scratch_folder(self.case, pending.number, part))

    def _receive_children(self, pending: Pending) -> None:
        parent = self.state.exhibits[pending.number].exhibit
        given = [
            Given(
                source=self.context(pending.number, part).scratch / child.scratch_name,
                name=child.inner_path,
                name_bytes_hex=child.inner_path.encode("utf-8", "surrogateescape").hex(),
                parent=pending.number,
                inner_path=child.inner_path,
            )
            for part in pending.survey.parts
            if (made := pending.done.get(part.name)) is not None
            for child in made.children
        ]
        if given:
            received = self.receive(given, authority=parent.authority, custodian=parent.custodian)
            self.children += sum(not one.recognised for one in received)

    def receive(self, given: Sequence[Given], *, authority: str, custodian: str) -> list[Received]:
        """Receive files found inside an exhibit under their parent's authority and custodian."""
        intake = Intake(
            self.case,
            state=self.state,
            authority=self.state.authority(authority),
            custodian=custodian,
            actor=self.actor,
        )
        return list(intake.receive(given))

    def _record(self, settled: Sequence[ExtractionRecorded]) -> None:
        same = {act.exhibit for act in settled if act.exhibit in self._retried and self._is_on_record(act)}
        self._unchanged |= same
        settled = [act for act in settled if act.exhibit not in same]
        if not settled:
            return
        with self._lock:
            self.case.custody.append(settled, actor=self.actor)
            fold(self.case.custody.events(after=self.state.seq), self.state)
            for act in settled:
                self.recorded[act.exhibit] = act
                self.progress.exhibits_done += 1
        self._on_progress(self.progress)

    def _is_on_record(self, act: ExtractionRecorded) -> bool:
        return self.state.extractions.get(act.exhibit) == act

    # --- projecting ---

    def due(self) -> bool:
        """Whether it is time to bring the graph up to date, so that what landed is searchable."""
        return time.monotonic() - self._projected_at >= max(_PROJECT_EVERY_S, self._projecting_s / _PROJECT_SHARE)

    def project(self) -> None:
        """Bring the graph up to date with the ledger."""
        from graph.project import catch_up

        began = time.monotonic()
        catch_up(self.case)
        self._projected_at = time.monotonic()
        self._projecting_s = self._projected_at - began

    def close(self) -> None:
        """Stop the workers and empty what they left."""
        self.pool.close()


def _raise_if_ours(error: CasegraphError) -> None:
    """Let through what is wrong with the machine rather than with the exhibit."""
    if isinstance(error, StorageError) or not isinstance(error, Unreadable):
        raise error


def _unit_kind(survey: Survey) -> UnitKind:
    made = FORMATS.get(survey.media_type)
    return made.unit if made else "file"


def batches_of(parts: Sequence[tuple[float, str, Part]], *, workers: int) -> list[list[tuple[str, Part]]]:
    """Cut the queue into batches that grow smaller towards its end, so that all workers finish together."""
    batches: list[list[tuple[str, Part]]] = []
    seconds, left = 0.0, sum(cost for cost, _, _ in parts)
    for cost, number, part in parts:
        room = min(_BATCH_SECONDS, left / (2 * workers))
        if not batches or seconds + cost > room or len(batches[-1]) >= _BATCH_PARTS:
            batches.append([])
            seconds = 0.0
        batches[-1].append((number, part))
        seconds += cost
        left -= cost
    return batches


def _joined(made: Sequence[PartRead]) -> PartRead:
    return PartRead(
        units=_units_once(unit for one in made for unit in one.units),
        artifacts=tuple(ref for one in made for ref in one.artifacts),
        stamps=_unique(stamp for one in made for stamp in one.stamps),
        names_looked_for=all(one.names_looked_for for one in made),
        children=tuple(child for one in made for child in one.children),
    )


_BETTER: tuple[OutcomeKind, ...] = ("read", "no_text", "failed", "skipped", "blank", "pending")


def _units_once(units: Iterable[UnitOutcome]) -> tuple[UnitOutcome, ...]:
    """Return each unit once: a long conversation or table is read in several parts, and read where any of them was."""
    once: dict[tuple[UnitKind, int], UnitOutcome] = {}
    for unit in units:
        key = unit.kind, unit.number
        once[key] = _both(once[key], unit) if key in once else unit
    return tuple(once.values())


def _both(one: UnitOutcome, other: UnitOutcome) -> UnitOutcome:
    better = min(one, other, key=lambda unit: _BETTER.index(unit.outcome))
    return msgspec.structs.replace(
        better,
        reason="; ".join(dict.fromkeys(filter(None, (one.reason, other.reason)))),
        doubtful=one.doubtful or other.doubtful,
        partial=one.partial or other.partial or ("failed" in (one.outcome, other.outcome) and better.outcome == "read"),
        draft=one.draft or other.draft,
    )


def _unique(stamps: Iterable[Stamp]) -> tuple[Stamp, ...]:
    kept: list[Stamp] = []
    for stamp in stamps:
        if stamp not in kept:
            kept.append(stamp)
    return tuple(kept)


def _settled(number: str, survey: Survey) -> ExtractionRecorded:
    outcome: OutcomeKind = {"skipped": "skipped", "blank": "blank"}.get(survey.outcome, "failed")  # type: ignore[assignment]
    return ExtractionRecorded(
        exhibit=number, media_type=survey.media_type, outcome=outcome, reason=survey.reason or survey.outcome
    )


def whole(pending: Pending) -> ExtractionRecorded:
    """Return what became of an exhibit whose parts are all done."""
    made = _joined([pending.done[part.name] for part in pending.survey.parts if part.name in pending.done])
    artifacts: tuple[ArtifactRef, ...] = made.artifacts
    outcome, reason = overall(made.units, pending.lost, pending.failures)
    counts: Counter[str] = Counter(unit.outcome for unit in made.units)
    counts["failed"] += len(pending.lost)
    flags = {name: sum(getattr(unit, name) for unit in made.units) for name in ("doubtful", "partial", "draft")}
    incomplete = outcome == "read" and any(counts[kind] for kind in ("failed", "skipped"))
    return ExtractionRecorded(
        exhibit=pending.number,
        media_type=pending.survey.media_type,
        outcome=outcome,
        reason=reason,
        units={kind: count for kind, count in {**counts, **flags}.items() if count},
        doubtful=outcome == "read" and flags["doubtful"] > 0,
        partial=outcome == "read" and (flags["partial"] > 0 or incomplete),
        draft=outcome == "read" and flags["draft"] > 0,
        artifacts=artifacts,
        lost=tuple(pending.lost),
        stamps=made.stamps,
        names_looked_for=made.names_looked_for,
    )


def overall(units: Sequence[UnitOutcome], lost: Sequence[LostUnit], failures: Sequence[str]) -> tuple[OutcomeKind, str]:
    """Return an exhibit's outcome and reason from its units: any text makes it `read`."""
    kinds = {unit.outcome for unit in units}
    reasons = list(dict.fromkeys([unit.reason for unit in units if unit.reason] + list(failures)))
    reason = "; ".join(reasons[:3]) + (f"; and {len(reasons) - 3} more reasons" if len(reasons) > 3 else "")
    if "read" in kinds:
        unread = len(lost) + sum(unit.outcome in ("failed", "skipped") for unit in units)
        return "read", f"{unread} of {len(units) + len(lost)} units not read: {reason}" if unread else reason
    order: tuple[OutcomeKind, ...] = ("no_text", "failed", "skipped", "blank")
    if lost or failures:
        kinds.add("failed")
    for kind in order:
        if kind in kinds:
            return kind, reason
    return "failed", reason or "the reader returned nothing"


def assert_languages(
    case: Case, state: CaseState, *, languages: tuple[str, ...], speech_language: str, actor: Actor
) -> None:
    """Record the languages a command asserts, where they differ from what stands on record."""
    now = state.settings
    wanted_languages = languages or now.languages
    wanted_speech = speech_language or (languages[0] if languages else now.speech_language)
    if (wanted_languages, wanted_speech) == (now.languages, now.speech_language):
        return
    act = SettingsRecorded(
        region=now.region,
        languages=wanted_languages,
        speech_language=wanted_speech,
        day_order=now.day_order,
        zone=now.zone,
        source="asserted at ingest",
    )
    case.record(act, actor=actor)
    fold(case.custody.events(after=state.seq), state)
