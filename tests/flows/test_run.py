"""A run without Prefect: what one bad page may cost, and what it may not."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import cast

import pytest

from evidence.case import Case
from evidence.errors import LimitExceeded, StorageError
from evidence.intake import Intake, given_paths
from evidence.ledger import Actor
from evidence.records import Authority
from evidence.state import fold
from extractors.protocols import Engines, Part, Survey
from extractors.sandbox import Crashed, WorkerPool
from flows.engines import build_finder
from flows.jobs import Job, PartRead, SurveyJob, read_part, survey
from flows.run import Run, batches_of

_PARTS = [(1.5, "CG-0001", Part(name=f"page {page}", first=page, last=page)) for page in range(1, 31)]


def pdf(path: Path, objects: Sequence[bytes]) -> Path:
    """Write a PDF without a table of its objects; PDFium finds them."""
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % (number, one) for number, one in enumerate(objects, start=1))
    path.write_bytes(b"%PDF-1.7\n" + body + b"trailer\n<< /Root 1 0 R /Size %d >>\n%%%%EOF\n" % (len(objects) + 1))
    return path


class Deadly:
    """A pool of workers that do their job here, and die where a job opens page 2."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._finder = build_finder(case.settings)

    def run(self, job: Job, *, seconds: float) -> Survey | PartRead:
        if isinstance(job, SurveyJob):
            if job.name.endswith(".pdf") and job.context.limits.pages_sampled:
                raise Crashed("the reader crashed (SIGSEGV)")
            return survey(self._case, job)
        if job.part.first <= 2 <= job.part.last:
            raise Crashed("the reader crashed (SIGSEGV)")
        return read_part(self._case, job, engines=Engines(), finder=lambda: self._finder)

    def close(self) -> None:
        """Nothing runs."""


class Counting:
    """A pool whose workers take note of what they are asked to read, and never finish a file called `endless`."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._finder = build_finder(case.settings)
        self.read: list[str] = []
        self.looked: list[str] = []

    def run(self, job: Job, *, seconds: float) -> Survey | PartRead:
        if isinstance(job, SurveyJob):
            self.looked.append(job.exhibit)
            time.sleep(0.05)
            return survey(self._case, job)
        self.read.append(job.exhibit)
        if b"endless" in self._case.vault.path(job.sha256).read_bytes():
            raise LimitExceeded("stopped after 900 s: it took too long")
        return read_part(self._case, job, engines=Engines(), finder=lambda: self._finder)

    def close(self) -> None:
        """Nothing runs."""


def read_all(case: Case, actor: Actor, authority: Authority, path: Path) -> Run:
    state = fold(case.custody.events())
    intake = Intake(case, state=state, authority=authority, custodian="", actor=actor)
    list(intake.receive(given_paths([path])))
    run = Run(case, state=state, actor=actor, on_progress=lambda _: None)
    run.pool = cast("WorkerPool", Deadly(case))
    while waiting := run.waiting():
        run.enter((number, run.survey(number)) for number in waiting)
        for index in run.plan_batches():
            run.read_batch(run.batch(index))
    return run


def test_a_page_that_kills_the_reader_costs_neither_the_others_nor_what_is_embedded(
    case: Case, actor: Actor, authority: Authority, tmp_path: Path
) -> None:
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles << /Names [(a) 5 0 R] >> >> >>",
        b"<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] >>",
        b"<< /Type /Filespec /F (note.txt) /EF << /F 6 0 R >> >>",
        b"<< /Type /EmbeddedFile /Length 5 >>\nstream\nhello\nendstream",
    ]
    run = read_all(case, actor, authority, pdf(tmp_path / "deadly.pdf", objects))
    whole = run.recorded["CG-0001"]
    assert whole.units == {"blank": 1, "failed": 1}
    assert [lost.number for lost in whole.lost] == [2]
    assert "crashed" in whole.reason
    assert run.state.exhibits["CG-0001/1"].exhibit.name == "note.txt"
    assert run.recorded["CG-0001/1"].outcome == "read"


def test_what_was_read_while_the_flow_started_is_not_read_again_and_what_never_ends_is_tried_once(
    case: Case, actor: Actor, authority: Authority, tmp_path: Path
) -> None:
    for name in ("call the van driver", "endless", "room 214"):
        (tmp_path / f"{name}.txt").write_text(name)
    state = fold(case.custody.events())
    intake = Intake(case, state=state, authority=authority, custodian="", actor=actor)
    list(intake.receive(given_paths(sorted(tmp_path.glob("*.txt")))))
    run = Run(case, state=state, actor=actor, on_progress=lambda _: None)
    pool = Counting(case)
    run.pool = cast("WorkerPool", pool)
    run.read_ahead(threading.Event())
    run.enter((number, run.survey(number)) for number in run.waiting())
    for index in run.plan_batches():
        run.read_batch(run.batch(index))
    assert sorted(pool.read) == ["CG-0001", "CG-0002", "CG-0003"]
    assert {number: act.outcome for number, act in run.recorded.items()} == {
        "CG-0001": "read",
        "CG-0002": "failed",
        "CG-0003": "read",
    }
    assert run.recorded["CG-0002"].reason == "stopped after 900 s: it took too long"


def planned(case: Case, actor: Actor, authority: Authority, path: Path, *, in_place: bool = False) -> Run:
    """Return a run that has received a file, looked at it and planned how it is read."""
    state = fold(case.custody.events())
    intake = Intake(case, state=state, authority=authority, custodian="", actor=actor, in_place=in_place)
    list(intake.receive(given_paths([path])))
    run = Run(case, state=state, actor=actor, on_progress=lambda _: None)
    run.pool = cast("WorkerPool", Counting(case))
    run.enter((number, run.survey(number)) for number in run.waiting())
    assert run.plan_batches() == [0]
    return run


def test_what_could_not_be_recorded_when_it_was_whole_is_recorded_when_its_batch_is_tried_again(
    case: Case, actor: Actor, authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "note.txt").write_text("room 214")
    run = planned(case, actor, authority, tmp_path / "note.txt")

    def full(*_: object) -> None:
        raise StorageError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(run, "_record", full)
        with pytest.raises(StorageError):
            run.read_batch(run.batch(0))
    assert run.recorded == {}
    run.read_batch(run.batch(0))
    assert run.recorded["CG-0001"].outcome == "read"
    assert cast("Counting", run.pool).read == ["CG-0001"]


def test_what_is_written_to_while_it_is_read_in_place_is_refused(
    case: Case, actor: Actor, authority: Authority, tmp_path: Path
) -> None:
    note = tmp_path / "note.txt"
    note.write_text("room 214")
    run = planned(case, actor, authority, note, in_place=True)
    note.write_text("room 215!")
    run.read_batch(run.batch(0))
    assert "changed since it was registered in place" in run.refused["CG-0001"].what
    assert run.recorded == {}
    assert run.waiting() == []
    assert fold(case.custody.events()).pending() == ["CG-0001"]


def test_batches_grow_smaller_towards_the_end_so_that_no_worker_waits_for_another() -> None:
    batches = batches_of(_PARTS, workers=2)
    sizes = [len(batch) for batch in batches]
    assert [entry for batch in batches for entry in batch] == [(number, part) for _, number, part in _PARTS]
    assert sizes[0] == 3
    assert sizes[-2:] == [1, 1]
    assert sizes == sorted(sizes, reverse=True)


def test_two_that_ask_at_once_how_an_exhibit_is_read_wait_for_one_look(
    case: Case, actor: Actor, authority: Authority, tmp_path: Path
) -> None:
    (tmp_path / "note.txt").write_text("room 214")
    state = fold(case.custody.events())
    list(
        Intake(case, state=state, authority=authority, custodian="", actor=actor).receive(
            given_paths([tmp_path / "note.txt"])
        )
    )
    run = Run(case, state=state, actor=actor, on_progress=lambda _: None)
    pool = Counting(case)
    run.pool = cast("WorkerPool", pool)
    with ThreadPoolExecutor(max_workers=4) as threads:
        surveys = list(threads.map(run.survey, ["CG-0001"] * 4))
    assert pool.looked == ["CG-0001"]
    assert all(one is surveys[0] for one in surveys)


def test_what_was_planned_is_not_planned_again(case: Case, actor: Actor, authority: Authority, tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.txt").write_text(name)
    state = fold(case.custody.events())
    list(
        Intake(case, state=state, authority=authority, custodian="", actor=actor).receive(
            given_paths(sorted(tmp_path.glob("*.txt")))
        )
    )
    run = Run(case, state=state, actor=actor, on_progress=lambda _: None)
    run.pool = cast("WorkerPool", Counting(case))
    planned = []
    for number in ("CG-0001", "CG-0002"):
        run.enter([(number, run.survey(number))])
        planned.append([part for index in run.plan_batches() for part in run.batch(index)])
    assert [[number for number, _ in parts] for parts in planned] == [["CG-0001"], ["CG-0002"]]
