"""Random samples of the case's readings: drawn from the review, on record, and how far people are with them."""

from __future__ import annotations

import threading
from typing import Annotated, Final

import msgspec
from fastapi import APIRouter, Body, Response

from evidence.errors import Refused
from graph.sample import SampleResult, Stratum
from workbench.judging import because
from workbench.sampling import drawn, on_record
from workbench.web.api import answers
from workbench.web.desk import Reviewing, Visit
from workbench.web.pages import said
from workbench.web.rooms.reviewing import plain

router = APIRouter()
_ONE_AT_A_TIME: Final = threading.Lock()
"""Held from looking whether a sample is on record until the next one is."""


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """A sample on record and how far people are with it; counts, and nothing of what the readings say."""

    seq: int
    drawn_at: str
    drawn_by: str
    reason: str
    n: int
    seed: int
    sealed: int
    """Drawn readings that lie in what is sealed now; they are counted nowhere else."""
    waiting: int
    strata: tuple[Stratum, ...]


class Samples(msgspec.Struct, frozen=True, kw_only=True):
    """The samples on record, the latest first."""

    samples: tuple[Sample, ...]


@router.get("/api/samples", responses=answers(Samples))
def standing(visit: Reviewing) -> Response:
    """List the random samples drawn on record, each with what people found so far; shows no evidence."""
    return said(_samples(visit))


def _samples(visit: Visit) -> Samples:
    return Samples(samples=tuple(_sample(one) for one in reversed(on_record(visit.case))))


def _sample(one: SampleResult) -> Sample:
    return Sample(
        seq=one.seq, drawn_at=one.drawn_at, drawn_by=one.drawn_by, reason=one.reason, n=one.n, seed=one.seed,
        sealed=one.sealed, waiting=len(one.waiting), strata=one.strata,
    )  # fmt: skip


@router.post("/api/samples", responses=answers(Samples))
def draw(
    visit: Reviewing,
    n: Annotated[int, Body(embed=True, ge=1, le=10_000)],
    reason: Annotated[str, Body(embed=True, max_length=2_000)],
    seed: Annotated[int, Body(embed=True, ge=-1, le=2**31)] = -1,
    another: Annotated[bool, Body(embed=True)] = False,
) -> Response:
    """Draw `n` readings at random, on record, for people to check; as evenly as the ways of reading allow.

    Where a sample is on record, one more is drawn beside it only with `another`. Seed -1: the number of samples so far.
    """
    plain(reason=reason)
    why = because(reason)
    with _ONE_AT_A_TIME:
        before = on_record(visit.case)
        if before and not another:
            raise Refused(
                f"a sample of {before[-1].n} is on record (ledger line {before[-1].seq})",
                next_step="go on with it, or say that another is to be drawn beside it",
            )
        with visit.graph() as graph:
            act = drawn(graph, n=n, seed=len(before) if seed < 0 else seed, reason=why)
        visit.record(act)
    return said(_samples(visit))
