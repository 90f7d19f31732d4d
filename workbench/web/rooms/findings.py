"""Findings: sentences that people write, each beside what supports and what undermines it, with the same weight."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Annotated, Final

import msgspec
from fastapi import APIRouter, Body, Query, Response

from evidence.acts import FindingWithdrawn, FindingWritten
from evidence.errors import NotFound, UsageError
from evidence.records import Tag
from evidence.state import fold
from graph import queries
from graph.answers import FindingDetail, Hit, ScheduledLine, SegmentText
from graph.project import Graph
from graph.search import search
from graph.things import segment as one_segment
from workbench import deciding
from workbench.web.api import answers
from workbench.web.desk import Looking, Visit, Writing
from workbench.web.pages import page, said
from workbench.web.rooms.reviewing import plain

router = APIRouter()

_ONE_AT_A_TIME: Final = threading.Lock()
"""Held while a finding is given its number."""
_PICKED: Final = 12

FindingId = Annotated[str, Query(max_length=20)]
Sentence = Annotated[str, Body(embed=True, max_length=4_000)]
Reason = Annotated[str, Body(embed=True, max_length=2_000)]
Segment = Annotated[str, Body(embed=True, max_length=80)]


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """What was written about a finding, and under which ledger line."""

    seq: int
    finding: str
    done: str


class Confirmed(msgspec.Struct, frozen=True, kw_only=True):
    """How many readings stand in the segments under a finding, and what people said of them."""

    readings: int
    confirmed: int
    corrected: int
    unreviewed: int


class Unused(msgspec.Struct, frozen=True, kw_only=True):
    """A segment on the schedule of unused material, with its words where they can be seen."""

    line: ScheduledLine
    text: SegmentText | None


class FindingsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The findings, and the schedule of unused material."""

    findings: tuple[FindingDetail, ...]
    schedule: tuple[ScheduledLine, ...]


class Picked(msgspec.Struct, frozen=True, kw_only=True):
    """Segments that a search, or an id, found to be put under a finding."""

    understood: str
    total: int
    hits: tuple[Hit, ...]


# --- reading -------------------------------------------------------------------------------------------------------


@router.get("/findings")
def findings_page(visit: Looking, find: Annotated[str, Query(max_length=500)] = "") -> Response:
    """Show the findings, each with how far its readings are confirmed."""
    return _shown(visit, "", find=find)


@router.get("/findings/{finding}")
def finding_page(visit: Looking, finding: str, find: Annotated[str, Query(max_length=500)] = "") -> Response:
    """Show one finding beside its segments."""
    return _shown(visit, finding, find=find)


def _shown(visit: Visit, only: str, *, find: str) -> Response:
    with visit.graph() as graph:
        found = _found(graph, only)
        schedule = _schedule(graph)
        read = queries.read_so_far(graph)
    _consulted(visit, only, found)
    return page(
        visit, "findings.html", findings=found, only=only, schedule=schedule, counted={one.id: counted(one) for one in found},
        may_write=visit.may("analyse", "review"), find=find, sides=_SIDES, read=read,
    )  # fmt: skip


_SIDES: Final[tuple[tuple[Tag, str], ...]] = (
    ("supports", "Supports"),
    ("undermines", "Undermines"),
    ("assists_defence", "Assists the defence"),
    ("neutral", "Neutral"),
)


def _found(graph: Graph, only: str) -> tuple[FindingDetail, ...]:
    found = tuple(one for one in queries.findings(graph) if not only or one.id == only)
    if only and not found:
        raise NotFound(f"there is no finding {only}", next_step="see the list of findings")
    return found


def _schedule(graph: Graph) -> tuple[Unused, ...]:
    lines = queries.scheduled(graph)
    texts = queries.segments(graph, [line.segment for line in lines])
    return tuple(Unused(line=line, text=texts.get(line.segment)) for line in lines)


def _consulted(visit: Visit, only: str, found: Iterable[FindingDetail]) -> None:
    exhibits = [tagged.segment.exhibit for one in found for tagged in one.tags]
    visit.consulted("finding", asked=only, exhibits=exhibits, results=len(list(found)))


def counted(finding: FindingDetail) -> Confirmed:
    """Return how many of the readings under a finding people confirmed or corrected, each reading once."""
    states = {mention.id: mention.review for tagged in finding.tags for mention in tagged.mentions}
    said_of = list(states.values())
    return Confirmed(
        readings=len(said_of),
        confirmed=said_of.count("reading_confirmed"),
        corrected=said_of.count("corrected"),
        unreviewed=said_of.count("unreviewed"),
    )


@router.get("/api/findings", responses=answers(FindingsAnswer))
def findings(visit: Looking) -> Response:
    """List the findings with the segments under each, and the schedule of unused material."""
    with visit.graph() as graph:
        found, schedule = _found(graph, ""), queries.scheduled(graph)
    _consulted(visit, "", found)
    return said(FindingsAnswer(findings=found, schedule=schedule))


@router.get("/api/findings/segments", responses=answers(Picked))
def pick(visit: Looking, q: Annotated[str, Query(min_length=1, max_length=500)]) -> Response:
    """Find segments to put under a finding: by id, or as the search box does."""
    with visit.graph() as graph:
        found = _by_id(graph, q.strip())
        if found is None:
            result = search(graph, q, limit=_PICKED)
            found = Picked(understood=result.understood, total=result.total, hits=result.hits)
    visit.consulted("pick", asked=q, exhibits=[hit.exhibit for hit in found.hits], results=found.total)
    return said(found)


def _by_id(graph: Graph, name: str) -> Picked | None:
    try:
        text = one_segment(graph, name)
    except NotFound:
        return None
    hit = Hit(
        exhibit=text.exhibit, segment=text.id, locator={}, snippet=text.text[:200], text=text.text, score=0.0, spans=(),
        identifier=False, strip=text.strip,
    )  # fmt: skip
    return Picked(understood=f"the segment {name}", total=1, hits=(hit,))


@router.get("/api/findings/{finding}", responses=answers(FindingDetail))
def one_finding(visit: Looking, finding: str) -> Response:
    """Give one finding with the segments under it."""
    with visit.graph() as graph:
        found = _found(graph, finding or "-")
    _consulted(visit, finding, found)
    return said(found[0])


# --- writing -------------------------------------------------------------------------------------------------------


@router.post("/api/findings", responses=answers(Written))
def write(visit: Writing, sentence: Sentence, reason: Reason = "") -> Response:
    """Write a finding."""
    plain(sentence=sentence, reason=reason)
    with _ONE_AT_A_TIME:
        act = deciding.new_finding(visit.case, sentence, reason=reason)
        return _write(visit, act, "written")


@router.post("/api/findings/{finding}", responses=answers(Written))
def rewrite(visit: Writing, finding: str, sentence: Sentence, reason: Reason) -> Response:
    """Write a finding in other words; the record keeps the earlier ones."""
    plain(sentence=sentence, reason=reason)
    act = deciding.rewritten(fold(visit.case.custody.events()), finding, sentence, reason=reason)
    return _write(visit, act, "rewritten")


@router.post("/api/findings/{finding}/withdraw", responses=answers(Written))
def take_back(visit: Writing, finding: str, reason: Reason) -> Response:
    """Take a finding back; the record keeps it."""
    plain(reason=reason)
    act = deciding.taken_back(fold(visit.case.custody.events()), finding, reason=reason)
    return _write(visit, act, "withdrawn")


def _write(visit: Visit, act: FindingWritten | FindingWithdrawn, how: str) -> Response:
    seq = visit.record(act, wait=True)
    return said(Written(seq=seq, finding=act.finding, done=f"{act.finding} {how}"))


@router.post("/api/findings/{finding}/tags", responses=answers(Written))
def tag(
    visit: Writing, finding: str, segment: Segment, tag: Annotated[Tag, Body(embed=True)], reason: Reason
) -> Response:
    """Say what a segment does to a finding; a later tag of the same segment replaces it."""
    plain(reason=reason, segment=segment)
    if not finding:
        raise UsageError("which finding is missing", next_step="name one, such as F-1")
    with visit.graph() as graph:
        act = deciding.tagging(visit.case, graph, segment.strip(), tag=tag, finding=finding, reason=reason)
    seq = visit.record(act, wait=True)
    return said(Written(seq=seq, finding=finding, done=f"{segment.strip()} {tag.replace('_', ' ')} {finding}"))


@router.post("/api/schedule", responses=answers(Written))
def schedule(visit: Writing, segment: Segment, reason: Reason) -> Response:
    """Put a segment on the schedule of unused material, which goes out with every summary."""
    plain(reason=reason, segment=segment)
    with visit.graph() as graph:
        act = deciding.scheduling(visit.case, graph, segment.strip(), reason=reason)
    seq = visit.record(act, wait=True)
    return said(Written(seq=seq, finding="", done=f"{segment.strip()} is on the schedule of unused material"))
