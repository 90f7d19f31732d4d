"""What a worker process does with one exhibit: look at it, read a part of it, find what it names.

Plain functions over a `Case`; nothing here knows Prefect or the ledger.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TypeAlias

import msgspec
from msgspec.structs import replace

from evidence.case import Case, open_case
from evidence.digest import Sha256, sha256_bytes
from evidence.errors import IntegrityError, Unreadable
from evidence.hash_lists import HashList, HashMatch
from evidence.hash_matching import lists_of, received_bytes
from evidence.locator import Place
from evidence.records import ArtifactRef, Child, Findings, OutcomeKind, Reading, Recipe, Stamp, UnitKind
from evidence.shelf import content_digest
from extractors.identify import identify
from extractors.patterns.written import days_written
from extractors.printable import StringsReader
from extractors.protocols import Engines, EntityFinder, Original, Part, ReadContext, Reader, Reopener, Survey
from extractors.registry import READER_OF, reader_for
from flows.beside import Belongs


class SurveyJob(msgspec.Struct, frozen=True, kw_only=True):
    """Look at an exhibit and say how it will be read."""

    exhibit: str
    sha256: Sha256
    name: str
    context: ReadContext
    belongs: Belongs | None = None
    """The exhibit that it may be a further piece of."""
    strings: bool = False
    """Where nobody can read it, its printable strings are wanted."""


class HashJob(msgspec.Struct, frozen=True, kw_only=True):
    """Hash an exhibit and say on which lists it stands, before anything looks into it."""

    sha256: Sha256
    lists: tuple[HashList, ...]


class ReadJob(msgspec.Struct, frozen=True, kw_only=True):
    """Read one part of an exhibit and find what it names."""

    exhibit: str
    sha256: Sha256
    media_type: str
    part: Part
    context: ReadContext
    again: bool = False
    """Make it again even where the shelf has it, without keeping it: for `replay`."""
    strings: bool = False
    """Read its printable strings, since nobody can read the rest."""


class OriginalJob(msgspec.Struct, frozen=True, kw_only=True):
    """Go back to what stands at a place of an exhibit, in its very bytes."""

    exhibit: str
    sha256: Sha256
    media_type: str
    place: Place
    context: ReadContext


class UnitOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one unit, without its text."""

    kind: UnitKind
    number: int
    outcome: OutcomeKind
    reason: str = ""
    doubtful: bool = False
    partial: bool = False
    draft: bool = False


class PartRead(msgspec.Struct, frozen=True, kw_only=True):
    """What reading one part gave: artifacts on the shelf, outcomes, children waiting in the job's scratch folder."""

    units: tuple[UnitOutcome, ...]
    artifacts: tuple[ArtifactRef, ...]
    stamps: tuple[Stamp, ...]
    names_looked_for: bool
    children: tuple[Child, ...] = ()


Job: TypeAlias = SurveyJob | HashJob | ReadJob | OriginalJob


Made: TypeAlias = Survey | PartRead | Original | tuple[HashMatch, ...]


def prepare_worker(case_root: Path) -> Callable[[Job], Made]:
    """Open the case and load its engines once per worker; returns the function that does jobs.

    The finder is loaded beside the first reading: tesseract is a process of its own, and spaCy takes seconds to import.
    """
    from flows.engines import build_engines, build_finder

    case = open_case(case_root)
    tempfile.tempdir = str(case.tmp)  # evidence never lies in the machine's own temporary folder
    loader = ThreadPoolExecutor(max_workers=1, thread_name_prefix="finder")
    finders: list[Future[EntityFinder]] = []

    def handle(job: Job) -> Made:
        if isinstance(job, OriginalJob):
            return original(case, job)
        if isinstance(job, SurveyJob):
            return survey(case, job)
        if isinstance(job, HashJob):
            return on_lists(case, job)
        if not finders:
            finders.append(loader.submit(build_finder, case.settings))
        engines = build_engines(case.settings, languages=job.context.languages)
        return read_part(case, job, engines=engines, finder=finders[0].result)

    return handle


def on_lists(case: Case, job: HashJob) -> tuple[HashMatch, ...]:
    """Return what the lists say of an exhibit.

    Raises IntegrityError where the original is no longer what was received, so that it is never read unasked.
    """
    hashes = received_bytes(case, job.sha256)
    if hashes is None:
        try:
            problem = case.vault.check(job.sha256) or "not what was received"
        except OSError:
            problem = "not readable"
        raise _unfit(f"SHA-256 {job.sha256[:16]}…", "its original", problem)
    return lists_of(case).matches(job.lists, hashes)


def survey(case: Case, job: SurveyJob) -> Survey:
    """Return how an exhibit will be read; an outcome at once where it will not be.

    Raises IntegrityError where the original is no longer what was received.
    """
    if problem := case.vault.check(job.sha256):
        raise _unfit(job.exhibit, "its original", problem)
    path = case.vault.path(job.sha256)
    media_type = identify(path, hint=job.name)
    if job.belongs and _is_piece(case, job.belongs):
        reason = f"{job.belongs.what} of {job.belongs.exhibit}"
        return Survey(media_type=media_type, reader="", outcome="skipped", reason=reason)
    for sibling in job.context.siblings:
        if problem := case.vault.check(sibling.sha256):
            raise _unfit(job.exhibit, f"what belongs to it ({sibling.sha256[:16]}…)", problem)
    if media_type == "application/x-empty":
        return Survey(media_type=media_type, reader="", outcome="skipped", reason="empty file (0 bytes)")
    if job.context.templates:
        from extractors.records.fits import as_table  # only a case with templates pays for loading it

        media_type = as_table(path, media_type, job.context)
    reader = reader_for(media_type)
    if reader is None and job.strings:
        reader = StringsReader()
    if reader is None:
        return Survey(media_type=media_type, reader="", outcome="skipped", reason=f"unsupported: {media_type}")
    try:
        return reader.survey(path, media_type=media_type, context=job.context)
    except Unreadable as error:
        return Survey(media_type=media_type, reader="", outcome="failed", reason=error.what)


def _unfit(exhibit: str, what: str, problem: str) -> IntegrityError:
    if "in place" in problem:
        return IntegrityError(
            f"{exhibit}: {what} is {problem}; it is not processed",
            next_step="put the file back as it was, or ingest it again from where it is now, under the same name",
        )
    return IntegrityError(
        f"{exhibit}: {what} in the vault is {problem}; it is not processed",
        next_step="run `casegraph verify CASE`, and restore the file from the seized copy",
    )


def _is_piece(case: Case, belongs: Belongs) -> bool:
    """Whether the exhibit that a name points to is an archive that can have volumes, or a database."""
    path = case.vault.path(belongs.sha256)
    try:
        with path.open("rb") as opened:
            head = opened.read(16)
        if belongs.kind == "companion":
            return head == b"SQLite format 3\0"
        return READER_OF.get(identify(path, hint=belongs.name)) == "archive"
    except OSError:
        return False


def original(case: Case, job: OriginalJob) -> Original:
    """Return what stands at a place of an exhibit, from its original; raises Unreadable where it cannot be reached."""
    if problem := case.vault.check(job.sha256):
        raise _unfit(job.exhibit, "its original", problem)
    reader = reader_for(job.media_type)
    reopen = getattr(reader, "original", None)
    if reopen is None:
        raise Unreadable(
            f"{job.media_type} has no records to go back to: its place is looked at in the original itself"
        )
    job.context.scratch.mkdir(parents=True, exist_ok=True)
    reopener: Reopener = reader  # type: ignore[assignment]
    path = case.vault.path(job.sha256)
    return reopener.original(path, place=job.place, media_type=job.media_type, context=job.context)


def read_part(case: Case, job: ReadJob, *, engines: Engines, finder: Callable[[], EntityFinder]) -> PartRead:
    """Read a part (or take it from the shelf) and find what it names (likewise). Raises Unreadable.

    `finder` is asked for only once there is text.
    """
    path = case.vault.path(job.sha256)
    reader = StringsReader() if job.strings else reader_for(job.media_type)
    if reader is None:
        raise Unreadable(f"no reader for {job.media_type}")
    scratch = job.context.scratch
    scratch.mkdir(parents=True, exist_ok=True)
    reading_recipe = recipe_of_reading(job, reader, engines)

    def read() -> Reading:
        made = reader.read(path, media_type=job.media_type, part=job.part, engines=engines, context=job.context)
        for one in (job.sha256, *(sibling.sha256 for sibling in job.context.siblings)):
            if problem := case.vault.stirred(one):  # what stands in place may be written to while it is read
                raise _unfit(job.exhibit, "its original" if one == job.sha256 else "what belongs to it", problem)
        return made

    if job.again:
        return _read_again(case, job, read, finder(), reading_recipe)
    fresh: list[Reading] = []
    reading_ref = case.shelf.produce(reading_recipe, lambda: _noted(read(), fresh))
    reading = fresh[0] if fresh else case.shelf.reading(reading_ref)
    if not fresh and (reading.children or not _has_tables(case, reading, reading_recipe)):
        fresh.append(read())
    tables = _shelve_tables(case, job, reading, reading_recipe) if fresh else _tables(case, reading, reading_recipe)
    made = _found(case, job, reading, reading_ref, finder(), reading_recipe)
    return replace(made, artifacts=(*made.artifacts, *tables))


def _table_files(reading: Reading, recipe: Recipe) -> list[tuple[Recipe, str, str]]:
    """Return the files that a reading's tables lie in: recipe, name in the scratch folder, content."""
    return [
        (
            replace(recipe, step="table", stamps=(*recipe.stamps, Stamp(name=what, version=str(table.number)))),
            name,
            content,
        )
        for table in reading.tables
        for what, name, content in (
            ("rows of table", table.scratch_name, table.content),
            ("what its columns name", table.named_scratch_name, table.named_content),
        )
        if name
    ]


def _has_tables(case: Case, reading: Reading, recipe: Recipe) -> bool:
    return all(case.shelf.path(made.digest).is_file() for made, _, _ in _table_files(reading, recipe))


def _shelve_tables(case: Case, job: ReadJob, reading: Reading, recipe: Recipe) -> tuple[ArtifactRef, ...]:
    """Move the tables that a reader made from its scratch folder onto the shelf."""
    return tuple(
        case.shelf.keep_table(made, job.context.scratch / name, Sha256(content))
        for made, name, content in _table_files(reading, recipe)
        if (job.context.scratch / name).is_file()
    )


def _tables(case: Case, reading: Reading, recipe: Recipe) -> tuple[ArtifactRef, ...]:
    return tuple(
        ArtifactRef(step="table", recipe=made.digest, content=Sha256(content), part=made.part)
        for made, _, content in _table_files(reading, recipe)
    )


def _noted(reading: Reading, fresh: list[Reading]) -> Reading:
    fresh.append(reading)
    return reading


def recipe_of_reading(job: ReadJob, reader: Reader, engines: Engines) -> Recipe:
    """Return the recipe under which a part's reading is kept."""
    return Recipe(
        step="reading",
        inputs=(job.sha256, *(sibling.sha256 for sibling in job.context.siblings)),
        part=job.part.name,
        stamps=reader.stamps(engines=engines, context=job.context),
    )


def _recipe_of_mentions(job: ReadJob, reading: ArtifactRef, finder: EntityFinder) -> Recipe:
    stamps = (finder.stamp(), asserted(job.context))
    return Recipe(step="mentions", inputs=(reading.content,), part=job.part.name, stamps=stamps)


def asserted(context: ReadContext) -> Stamp:
    """Return what people asserted about the material, as a stamp: it changes what is found."""
    return Stamp(
        name="asserted by people",
        version="1",
        settings={
            "region": context.region,
            "day_order": context.day_order,
            "zone": context.zone,
            "languages": list(context.languages),
        },
    )


def _found(
    case: Case, job: ReadJob, reading: Reading, ref: ArtifactRef, finder: EntityFinder, recipe: Recipe
) -> PartRead:
    mentions_recipe = _recipe_of_mentions(job, ref, finder)
    found = case.shelf.produce(mentions_recipe, lambda: _findings(job, reading, finder))
    head = case.shelf.findings_head(found)
    return PartRead(
        units=outcomes(reading),
        artifacts=(ref, found),
        stamps=(*recipe.stamps, *mentions_recipe.stamps),
        names_looked_for=head.names_looked_for,
        children=reading.children,
    )


def _findings(job: ReadJob, reading: Reading, finder: EntityFinder) -> Findings:
    segments = [segment for unit in reading.units for segment in unit.segments]
    return with_records(finder.find(segments, context=job.context, written=days_written(reading)), reading)


def with_records(found: Findings, reading: Reading) -> Findings:
    """Return what was found together with what the records' own fields name and state.

    Where both are about the same characters, the record's field wins: it is known what that field holds.
    """
    if not reading.named and not reading.related:
        return found
    taken: dict[int, list[tuple[int, int]]] = {}
    for one in reading.named:
        taken.setdefault(one.segment, []).append((one.start, one.end))
    apart = [
        one
        for one in found.mentions
        if not any(one.start < end and start < one.end for start, end in taken.get(one.segment, ()))
    ]
    mentions = sorted([*apart, *reading.named], key=lambda one: (one.segment, one.start, one.end, one.kind))
    relations = sorted([*found.relations, *reading.related], key=lambda one: one.segment)
    return replace(found, mentions=tuple(mentions), relations=tuple(relations))


def _read_again(
    case: Case, job: ReadJob, read: Callable[[], Reading], finder: EntityFinder, recipe: Recipe
) -> PartRead:
    reading = read()
    content = content_digest(reading)
    ref = ArtifactRef(step="reading", recipe=recipe.digest, content=content, part=job.part.name)
    mentions_recipe = _recipe_of_mentions(job, ref, finder)
    findings = _findings(job, reading, finder)
    found = ArtifactRef(
        step="mentions", recipe=mentions_recipe.digest, content=content_digest(findings), part=job.part.name
    )
    for made, made_recipe in ((reading, recipe), (findings, mentions_recipe)):
        if case.shelf.find(made_recipe) is not None:
            case.shelf.keep(made_recipe, made)
    return PartRead(
        units=outcomes(reading),
        artifacts=(ref, found, *_tables(case, reading, recipe)),
        stamps=(*recipe.stamps, *mentions_recipe.stamps),
        names_looked_for=findings.names_looked_for,
    )


def outcomes(reading: Reading) -> tuple[UnitOutcome, ...]:
    """Return a reading's units without their text."""
    return tuple(
        UnitOutcome(
            kind=unit.kind,
            number=unit.number,
            outcome=unit.outcome,
            reason=unit.reason,
            doubtful=unit.doubtful,
            partial=unit.partial,
            draft=unit.draft,
        )
        for unit in reading.units
    )


def scratch_folder(case: Case, exhibit: str, part: Part) -> Path:
    """Return a job's own folder in CASE/tmp; its name holds the exhibit number and nothing of the file."""
    name = f"{exhibit}-{part.name}".replace("/", "_").replace(" ", "-")
    return case.tmp / "jobs" / sha256_bytes(name.encode())[:16]


def drop_scratch(folder: Path) -> None:
    """Remove a job's folder with everything in it."""
    shutil.rmtree(folder, ignore_errors=True)
