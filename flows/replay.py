"""Doing again what is on record, to see whether it gives the same: STANDARDS 6."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Literal

import msgspec

from evidence.acts import ArtifactDiverged, ExtractionRecorded
from evidence.case import Case
from evidence.errors import CasegraphError
from evidence.files import locked
from evidence.ledger import Actor
from evidence.records import ArtifactRef
from evidence.state import CaseState, fold
from extractors.printable import STRINGS
from extractors.protocols import Part, Survey
from extractors.sandbox import Stopped
from flows.again import passwords_for
from flows.jobs import PartRead, ReadJob
from flows.run import Run

Verdict = Literal["same", "differs", "other engines", "failed"]


class Replayed(msgspec.Struct, frozen=True, kw_only=True):
    """What doing one artifact again gave."""

    exhibit: str
    step: str
    part: str
    verdict: Verdict
    detail: str = ""


def replay(
    case: Case,
    numbers: Sequence[str] = (),
    *,
    actor: Actor,
    on_done: Callable[[int, int], None] = lambda done, total: None,
) -> list[Replayed]:
    """Make every recorded artifact again with the engines there are now, and compare content digests.

    An artifact whose content differs under the same recipe is recorded as diverged and kept beside the first; one
    that today's engines would make under another recipe is listed, not compared. Sealed exhibits are left out.
    """
    with locked(case.ingest_lock, wait_s=0, held_for="the ingest of this case"):
        state = fold(case.custody.events())
        for number in numbers:
            state.exhibit(number)
        run = Run(case, state=state, actor=actor, on_progress=lambda _: None, passwords=passwords_for(case))
        wanted = [
            act
            for number, act in state.extractions.items()
            if act.artifacts and not state.is_sealed(number) and (not numbers or number in numbers)
        ]
        try:
            return list(_replayed(case, run, state, wanted, actor=actor, on_done=on_done))
        finally:
            run.close()


def _replayed(
    case: Case,
    run: Run,
    state: CaseState,
    wanted: Sequence[ExtractionRecorded],
    *,
    actor: Actor,
    on_done: Callable[[int, int], None],
) -> Iterator[Replayed]:
    diverged: list[ArtifactDiverged] = []
    with ThreadPoolExecutor(max_workers=case.settings.worker_count) as threads:
        for done, (act, found) in enumerate(
            zip(wanted, threads.map(lambda one: _again(run, one), wanted), strict=True)
        ):
            for line, divergence in found:
                yield line
                diverged += [divergence] if divergence else []
            on_done(done + 1, len(wanted))
            del act
    if diverged:
        case.custody.append(diverged, actor=actor)


def _again(run: Run, act: ExtractionRecorded) -> list[tuple[Replayed, ArtifactDiverged | None]]:
    survey = run.survey(act.exhibit)
    if survey is None:
        refused = run.refused.get(act.exhibit)
        why = refused.what if refused else "sealed since by a hash list"
        return [(_line(act, ref, "failed", why), None) for ref in act.artifacts]
    by_part: dict[str, list[ArtifactRef]] = {}
    for ref in act.artifacts:
        by_part.setdefault(ref.part, []).append(ref)
    return [entry for part, refs in by_part.items() for entry in _part_again(run, act, survey, part, refs)]


def _part_again(
    run: Run, act: ExtractionRecorded, survey: Survey, name: str, refs: Sequence[ArtifactRef]
) -> list[tuple[Replayed, ArtifactDiverged | None]]:
    part = next((one for one in survey.parts if one.name == name), _single_page(name))
    if part is None:
        return [(_line(act, ref, "other engines", "the exhibit is cut into other parts now"), None) for ref in refs]
    job = ReadJob(
        exhibit=act.exhibit,
        sha256=run.state.exhibits[act.exhibit].exhibit.sha256,
        media_type=survey.media_type,
        part=part,
        context=run.context(act.exhibit, part),
        again=True,
        strings=survey.reader == STRINGS,
    )
    try:
        made = run.pool.run(job, seconds=max(float(run.case.settings.job_seconds), 20 * part.seconds_expected))
    except Stopped:
        raise
    except CasegraphError as error:
        return [(_line(act, ref, "failed", error.what), None) for ref in refs]
    assert isinstance(made, PartRead)
    return [_compared(act, ref, made) for ref in refs]


def _single_page(name: str) -> Part | None:
    """Return the part of one page that was read alone because its neighbours failed."""
    word, _, number = name.partition(" ")
    return Part(name=name, first=int(number), last=int(number)) if word == "page" and number.isdigit() else None


def _compared(act: ExtractionRecorded, ref: ArtifactRef, made: PartRead) -> tuple[Replayed, ArtifactDiverged | None]:
    alike = [one for one in made.artifacts if one.step == ref.step]
    now = next((one for one in alike if one.recipe == ref.recipe), alike[0] if alike else None)
    if now is None:
        return _line(act, ref, "other engines", "the exhibit is read in another way now; see reread"), None
    if now.recipe != ref.recipe:
        return _line(act, ref, "other engines", "engines, models or assertions have changed since; see reread"), None
    if now.content == ref.content:
        return _line(act, ref, "same", ""), None
    detail = f"content was {ref.content[:16]}…, is {now.content[:16]}…"
    divergence = ArtifactDiverged(
        exhibit=act.exhibit, recipe=ref.recipe, content_first=ref.content, content_now=now.content
    )
    return _line(act, ref, "differs", detail), divergence


def _line(act: ExtractionRecorded, ref: ArtifactRef, verdict: Verdict, detail: str) -> Replayed:
    return Replayed(exhibit=act.exhibit, step=ref.step, part=ref.part, verdict=verdict, detail=detail)
