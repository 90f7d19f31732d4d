"""The first page: the case, under what it is held, what came in and what became of it, and what waits for someone."""

from __future__ import annotations

import shutil
from collections import Counter
from typing import Annotated, Any, Final
from urllib.parse import urlencode

import msgspec
from fastapi import APIRouter, Depends, Query, Response

from evidence.authority import overdue
from evidence.records import Authority
from evidence.state import fold
from flows.under_way import UnderWay, is_alive, told_last
from graph import queries
from graph.answers import Awaiting, AwaitingKind, GraphLine, Status
from graph.review import awaiting, awaiting_by_kind
from workbench.app import today
from workbench.printing import seconds
from workbench.web.api import answers
from workbench.web.desk import Allowed, Anyone, Looking, Visit
from workbench.web.pages import page, said

router = APIRouter()
Polling = Annotated[Visit, Depends(Allowed(by_itself=True))]
"""What the page asks every two seconds: anyone may, and no session lives on for it."""
_REASONS: Final = 12
"""Reasons shown of one outcome; the list of exhibits has them all."""
_NOT_READ: Final[tuple[str, ...]] = ("failed", "skipped", "no_text", "blank", "pending")
_MEANS: Final = {
    "failed": "an error stopped the reading",
    "skipped": "left out on purpose, or for want of an engine",
    "no_text": "something stands there that nothing could read: someone must look",
    "blank": "nothing stands there",
    "pending": "waits to be read",
}
PHASES: Final = {
    "starting": "Starting",
    "receiving": "Receiving: hashing and copying",
    "reading": "Reading",
    "projecting": "Bringing the graph up to date",
    "meaning": "Making vectors for searching by meaning",
}
_LITTLE_SPACE: Final = 2_000_000_000


class NotRead(msgspec.Struct, frozen=True, kw_only=True):
    """Exhibits with one outcome and one reason."""

    outcome: str
    reason: str
    count: int

    @property
    def link(self) -> str:
        """Where they are listed."""
        return "/exhibits?" + urlencode({"outcome": self.outcome, "reason": self.reason})


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """An authority, what came in under it, and what is past its date."""

    authority: Authority
    exhibits: int
    overdue: tuple[str, ...]


class Disk(msgspec.Struct, frozen=True, kw_only=True):
    """The disk that holds the case."""

    free_bytes: int
    total_bytes: int
    little: bool
    """Less is free than the next ingest is likely to need."""


class Now(msgspec.Struct, frozen=True, kw_only=True):
    """What goes on at this moment."""

    ingest: UnderWay | None
    """What runs; None where nothing does."""
    ended: UnderWay | None
    """What a process that was killed said last: it did not end by itself."""
    custody: int
    """Lines of the custody chain."""
    behind: int
    """How many of them the graph does not tell yet."""
    trouble: str
    """Why it cannot catch up."""
    next_step: str
    disk: Disk


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """How the case stands; sealed material is counted, and nothing else is said of it."""

    title: str
    case_id: str
    authorities: tuple[Held, ...]
    received: int
    size_bytes: int
    outcomes: dict[str, int]
    not_read: tuple[NotRead, ...]
    read_in_part: int
    doubtful: int
    draft: int
    custodians: dict[str, int]
    sealed: int
    sealed_segments: int
    review: Awaiting
    review_by_kind: tuple[AwaitingKind, ...]
    graph: GraphLine
    now: Now


def now_of(visit: Visit) -> Now:
    """Return what goes on; cheap enough to be asked every two seconds."""
    told = told_last(visit.case)
    alive = told is not None and is_alive(told)
    trouble, free = visit.desk.live.trouble, shutil.disk_usage(visit.case.root)
    return Now(
        ingest=told if alive else None,
        ended=None if alive else told,
        custody=visit.case.custody.size(),
        behind=visit.desk.live.behind,
        trouble=trouble.what if trouble else "",
        next_step=trouble.next_step if trouble else "",
        disk=Disk(free_bytes=free.free, total_bytes=free.total, little=free.free < _LITTLE_SPACE),
    )


def overview_of(visit: Visit) -> Overview:
    """Return how the case stands."""
    with visit.graph() as graph:
        status, review, by_kind = queries.status(graph), awaiting(graph), awaiting_by_kind(graph)
    state, day = fold(visit.case.custody.events()), today().date()
    under = Counter(line.authority for line in status.exhibits)
    return Overview(
        title=state.title,
        case_id=state.case_id,
        authorities=tuple(
            Held(authority=one, exhibits=under[one.reference], overdue=tuple(overdue(one, today=day)))
            for one in state.authorities.values()
        ),
        received=status.received,
        size_bytes=sum(line.size_bytes for line in status.exhibits if not line.parent),
        outcomes={kind: getattr(status, kind) for kind in ("read", *reversed(_NOT_READ))},
        not_read=not_read(status),
        read_in_part=status.of_read.partial,
        doubtful=status.of_read.doubtful,
        draft=status.of_read.draft,
        custodians=dict(Counter(line.custodian for line in status.exhibits).most_common(_REASONS)),
        sealed=status.sealed,
        sealed_segments=status.sealed_segments,
        review=review,
        review_by_kind=by_kind,
        graph=status.graph,
        now=now_of(visit),
    )


def not_read(status: Status) -> tuple[NotRead, ...]:
    """Return what was not read, counted by outcome and reason, in the order in which someone should look."""
    counts = Counter((line.outcome, line.reason) for line in status.exhibits if line.outcome != "read")
    grouped = [NotRead(outcome=outcome, reason=reason, count=count) for (outcome, reason), count in counts.items()]
    return tuple(sorted(grouped, key=lambda one: (_NOT_READ.index(one.outcome), -one.count, one.reason)))


@router.get("/")
def overview(visit: Anyone) -> Response:
    """Show how the case stands."""
    return page(visit, "overview.html", **_shown(visit))


@router.get("/overview/standing")
def standing(visit: Anyone) -> Response:
    """Show the part of the first page that an ingest changes."""
    return page(visit, "overview_standing.html", **_shown(visit))


def _shown(visit: Visit) -> dict[str, Any]:
    told = overview_of(visit)
    return {
        "told": told, "kinds": _NOT_READ, "means": _MEANS, "most": _REASONS, **_shown_now(told.now),
        "looks": visit.may("analyse", "review", "disclose"),
    }  # fmt: skip


@router.get("/overview/now")
def now_page(visit: Polling, seen: Annotated[int, Query(ge=0, le=2**53)] = 0) -> Response:
    """Show what goes on; tells the page where the case has moved on since the line that was `seen`."""
    now = now_of(visit)
    answer = page(visit, "overview_now.html", **_shown_now(now))
    if now.custody - now.behind > seen:
        answer.headers["HX-Trigger"] = "casegraph:moved"
    return answer


def _shown_now(now: Now) -> dict[str, Any]:
    return {"now": now, "phases": PHASES, "left": seconds}


@router.get("/api/overview", responses=answers(Overview))
def overview_api(visit: Anyone) -> Response:
    """Say how the case stands."""
    return said(overview_of(visit))


@router.get("/api/now", responses=answers(Now))
def now_api(visit: Polling) -> Response:
    """Say what goes on: the ingest under way, how far the graph is behind and why, how full the disk is."""
    return said(now_of(visit))


@router.get("/api/status", responses=answers(Status))
def status(visit: Looking) -> Response:
    """Say what was received, what became of it, and why something was not read."""
    with visit.graph() as graph:
        found = queries.status(graph)
    visit.consulted("status", asked="all", exhibits=[one.number for one in found.exhibits], results=found.received)
    return said(found)
