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

from evidence.case import Case, open_case
from evidence.digest import Sha256, sha256_bytes
from evidence.errors import IntegrityError, Unreadable
from evidence.records import ArtifactRef, Child, Findings, OutcomeKind, Reading, Recipe, Stamp, UnitKind
from evidence.shelf import content_digest
from extractors.identify import identify
from extractors.patterns.written import days_written
from extractors.protocols import Engines, EntityFinder, Part, ReadContext, Reader, Survey
from extractors.registry import reader_for


class SurveyJob(msgspec.Struct, frozen=True, kw_only=True):
    """Look at an exhibit and say how it will be read."""

    exhibit: str
    sha256: Sha256
    name: str
    context: ReadContext


class ReadJob(msgspec.Struct, frozen=True, kw_only=True):
    """Read one part of an exhibit and find what it names."""

    exhibit: str
    sha256: Sha256
    media_type: str
    part: Part
    context: ReadContext
    again: bool = False
    """Make it again even where the shelf has it, without keeping it: for `replay`."""


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


Job: TypeAlias = SurveyJob | ReadJob


def prepare_worker(case_root: Path) -> Callable[[Job], Survey | PartRead]:
    """Open the case and load its engines once per worker; returns the function that does jobs.

    The finder is loaded beside the first reading: tesseract is a process of its own, and spaCy takes seconds to import.
    """
    from flows.engines import build_engines, build_finder

    case = open_case(case_root)
    tempfile.tempdir = str(case.tmp)  # evidence never lies in the machine's own temporary folder
    loader = ThreadPoolExecutor(max_workers=1, thread_name_prefix="finder")
    finders: list[Future[EntityFinder]] = []

    def handle(job: Job) -> Survey | PartRead:
        if isinstance(job, SurveyJob):
            return survey(case, job)
        if not finders:
            finders.append(loader.submit(build_finder, case.settings))
        engines = build_engines(case.settings, languages=job.context.languages)
        return read_part(case, job, engines=engines, finder=finders[0].result)

    return handle


def survey(case: Case, job: SurveyJob) -> Survey:
    """Return how an exhibit will be read; an outcome at once where it will not be.

    Raises IntegrityError where the original is no longer what was received.
    """
    if problem := case.vault.check(job.sha256):
        raise IntegrityError(
            f"{job.exhibit}: its original in the vault is {problem}; it is not processed",
            next_step="run `casegraph verify CASE`, and restore the file from the seized copy",
        )
    path = case.vault.path(job.sha256)
    media_type = identify(path, hint=job.name)
    if media_type == "application/x-empty":
        return Survey(media_type=media_type, reader="", outcome="skipped", reason="empty file (0 bytes)")
    reader = reader_for(media_type)
    if reader is None:
        return Survey(media_type=media_type, reader="", outcome="skipped", reason=f"unsupported: {media_type}")
    try:
        return reader.survey(path, media_type=media_type, context=job.context)
    except Unreadable as error:
        return Survey(media_type=media_type, reader="", outcome="failed", reason=error.what)


def read_part(case: Case, job: ReadJob, *, engines: Engines, finder: Callable[[], EntityFinder]) -> PartRead:
    """Read a part (or take it from the shelf) and find what it names (likewise). Raises Unreadable.

    `finder` is asked for only once there is text.
    """
    path = case.vault.path(job.sha256)
    reader = reader_for(job.media_type)
    if reader is None:
        raise Unreadable(f"no reader for {job.media_type}")
    scratch = job.context.scratch
    scratch.mkdir(parents=True, exist_ok=True)
    reading_recipe = recipe_of_reading(job, reader, engines)

    def read() -> Reading:
        return reader.read(path, media_type=job.media_type, part=job.part, engines=engines, context=job.context)

    if job.again:
        return _read_again(case, job, read, finder(), reading_recipe)
    fresh: list[Reading] = []
    reading_ref = case.shelf.produce(reading_recipe, lambda: _noted(read(), fresh))
    reading = fresh[0] if fresh else case.shelf.reading(reading_ref)
    if not fresh and reading.children:
        read()
    return _found(case, job, reading, reading_ref, finder(), reading_recipe)


def _noted(reading: Reading, fresh: list[Reading]) -> Reading:
    fresh.append(reading)
    return reading


def recipe_of_reading(job: ReadJob, reader: Reader, engines: Engines) -> Recipe:
    """Return the recipe under which a part's reading is kept."""
    return Recipe(
        step="reading",
        inputs=(job.sha256,),
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
    return finder.find(segments, context=job.context, written=days_written(reading))


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
        artifacts=(ref, found),
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
