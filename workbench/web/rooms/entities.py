"""What the exhibits name: the list, the page of one entity, names side by side, and what people make of them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlencode
from weakref import WeakKeyDictionary

import msgspec
from fastapi import APIRouter, Form, Path, Query, Response
from starlette.responses import RedirectResponse

from evidence.acts import IdentityVerdict
from evidence.case import Case
from evidence.errors import CasegraphError, NotFound, Refused, UsageError
from graph import entity_reads as reads
from graph import made
from graph.answers import Entity, Made
from graph.candidates import (
    SUGGESTED_AMONG,
    Candidate,
    Paired,
    candidates_of,
    names_among,
    paired,
    side_by_side,
    suggested,
)
from graph.chain import SEAL_OPERATIONS
from graph.entity_reads import EntityList, EntityView, Events, MentionPage, Neighbours
from graph.identities import NAMES
from graph.identity_sides import meant_by
from graph.live import LiveGraph
from graph.project import Graph
from graph.queries import read_so_far
from workbench import judging
from workbench.web.api import answers
from workbench.web.desk import Looking, Reviewing, Visit
from workbench.web.errors import status_of
from workbench.web.pages import entity_url, page, said

router = APIRouter()
PER_PAGE: Final = 50
_LISTED: Final = 100
_MOST_NAMED: Final = 1_000
"""Exhibits named in one line of the access record."""
_paired: WeakKeyDictionary[LiveGraph, Paired] = WeakKeyDictionary()
_pairing = threading.Lock()
_judging = threading.Lock()
"""One verdict at a time: each is checked against those before it."""

EntityId = Annotated[str, Path(max_length=64)]
Words = Annotated[str, Query(max_length=200)]
Skipped = Annotated[int, Query(ge=0, le=1_000_000_000)]
Limit = Annotated[int, Query(ge=1, le=reads.MOST)]
Seen = Annotated[int, Form(ge=0, le=1_000_000_000_000)]
Because = Annotated[str, Form(max_length=2_000)]
Status = Literal["", "established", "candidate", "unverified"]
Review = Literal["", "unreviewed", "reading_confirmed", "attributed", "corrected"]


class Alike(msgspec.Struct, frozen=True, kw_only=True):
    """Names that may be other spellings of one, and among how many they were looked for."""

    candidates: tuple[Candidate, ...]
    compared: int
    among: int


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    """What was recorded, and what came of it."""

    seq: int
    """Its ledger line: it can be withdrawn."""
    entity: str
    """Where to look now: what was made, else what was asked about."""
    state: str
    note: str


# --- the list ------------------------------------------------------------------------------------------------------


@router.get("/entities")
def entities_page(
    visit: Looking, q: Words = "", kind: Words = "", status: Words = "", sort: Words = "mentions", skip: Skipped = 0
) -> Response:
    """List what the exhibits name."""
    found = _list(visit, q, kind, status, sort, skip, _LISTED)
    with visit.graph() as graph:
        read = read_so_far(graph)
    view = {name: value for name, value in (("q", q), ("kind", kind), ("status", status)) if value}
    return page(
        visit, "entities.html", found=found, q=q, kind=kind, status=status, sort=sort, view=view, sorts=reads.SORTS,
        statuses=reads.STATUSES, kinds=_by_kind(found, status), address=_address("/entities"), read=read,
    )  # fmt: skip


@router.get("/api/entities", responses=answers(EntityList))
def entities(
    visit: Looking,
    q: Words = "",
    kind: Words = "",
    status: Status = "",
    sort: reads.Sort = "mentions",
    skip: Skipped = 0,
    limit: Limit = _LISTED,
) -> Response:
    """List what the exhibits name: a page of it, with how many fit in all."""
    return said(_list(visit, q, kind, status, sort, skip, limit))


def _list(visit: Visit, q: str, kind: str, status: str, sort: str, skip: int, limit: int) -> EntityList:
    if status and status not in reads.STATUSES:
        raise UsageError(f"there is no status {status!r}", next_step=f"one of {', '.join(reads.STATUSES)}")
    with visit.graph() as graph:
        found = reads.entity_list(
            graph, kind=kind, status=status, query=q, sort=reads.checked_sort(sort), skip=skip, limit=limit
        )
    asked = " ".join(f"{name}={value}" for name, value in (("q", q), ("kind", kind), ("status", status)) if value)
    exhibits = dict.fromkeys(number for one in found.entities for number in one.exhibits)
    visit.consulted("entities", asked=asked, exhibits=list(exhibits)[:_MOST_NAMED], results=len(found.entities))
    return found


def _by_kind(found: EntityList, status: str) -> dict[str, int]:
    counted: dict[str, int] = {}
    for one in found.counts:
        if status in ("", one.status):
            counted[one.kind] = counted.get(one.kind, 0) + one.entities
    return counted


def _address(path: str) -> Callable[..., str]:
    """Return what makes the address of a list: its view with some of it changed."""

    def made_of(view: dict[str, str], **changed: object) -> str:
        asked = {name: value for name, value in (view | changed).items() if value not in ("", 0)}
        return path + (f"?{urlencode(asked)}" if asked else "")

    return made_of


# --- one entity ----------------------------------------------------------------------------------------------------


@router.get("/entities/{name}")
def entity_page(
    visit: Looking, name: EntityId, review: Review = "", exhibit: Words = "", was: Words = "", done: Skipped = 0
) -> Response:
    """Show what is known of an entity, and from where."""
    return _shown(visit, name, review=review, exhibit=exhibit, was=was, done=done)


def _shown(
    visit: Visit, name: str, *, review: str = "", exhibit: str = "", was: str = "", done: int = 0, status: int = 200,
    problem: CasegraphError | None = None, given: dict[str, str] | None = None,
) -> Response:  # fmt: skip
    with visit.graph() as graph:
        view = reads.entity_view(graph, name, mentions=PER_PAGE, review=review, exhibit=exhibit)
        if view.entity.id != name:
            return RedirectResponse(f"{entity_url(view.entity.id)}?{urlencode({'was': name})}", status_code=303)
        verdict = next(iter(made.judgements(graph, [done])), None) if done else None
        read = read_so_far(graph)
    _looked(visit, view)
    return page(
        visit, "entity.html", code=status, told_problem=problem, given=given or {}, view=view, entity=view.entity, mentions=view.mentions, review=review, exhibit=exhibit, was=was,
        done=done, verdict=verdict, read=read, **_told(visit, view),
    )  # fmt: skip


@router.get("/entities/{name}/print")
def entity_print(visit: Looking, name: EntityId) -> Response:
    """Show what is known of an entity on one page, to be printed."""
    with visit.graph() as graph:
        view = reads.entity_view(graph, name, limit=200, mentions=reads.MOST)
        events = reads.first_events(graph, view.entity, limit=200)
        read = read_so_far(graph)
    _looked(visit, view)
    told = _told(visit, view) | {"may_review": False}
    return page(
        visit,
        "entity_print.html",
        view=view,
        entity=view.entity,
        mentions=view.mentions,
        events=events,
        read=read,
        **told,
    )


@router.get("/api/entities/{name}", responses=answers(EntityView))
def entity(visit: Looking, name: EntityId) -> Response:
    """Say what is known of an entity, within bounds; its mentions, neighbours and events have pages of their own."""
    with visit.graph() as graph:
        view = reads.entity_view(graph, name)
    visit.consulted("entity", asked=name, exhibits=view.entity.exhibits[:_MOST_NAMED], results=1)
    return said(view)


def _looked(visit: Visit, view: EntityView) -> None:
    shown = {one.mention.exhibit for one in view.mentions.mentions}
    shown |= {one.support.exhibit for one in view.stated.neighbours if one.support}
    shown |= {row.exhibit for row in view.rows}
    visit.consulted(
        "entity", asked=view.entity.id, exhibits=sorted(shown)[:_MOST_NAMED], results=len(view.mentions.mentions)
    )


def _told(visit: Visit, view: EntityView) -> dict[str, Any]:
    """Return what the templates need besides the view."""
    reviews: dict[str, int] = {}
    exhibits: dict[str, int] = {}
    for one in view.tallies:
        reviews[one.review] = reviews.get(one.review, 0) + one.many
        exhibits[one.exhibit] = exhibits.get(one.exhibit, 0) + one.many
    families: dict[str, int] = {}
    for edge in view.families:
        families[edge.family] = families.get(edge.family, 0) + edge.edges
    standing = next((one for one in view.categories if one.state == "applied"), None)
    return {
        "reviews": reviews, "per_exhibit": exhibits, "families": families, "standing": standing,
        "is_person": judging.takes_category(view.entity.kind), "categories": judging.CATEGORIES,
        "may_review": visit.may("review"), "can_be_same": view.entity.kind in NAMES or view.made is not None,
        "born": _born(view.made), "waiting": sum(one.many for one in view.tallies if one.status != "established"),
    }  # fmt: skip


def _born(whole: Made | None) -> list[tuple[str, str]]:
    """Return the birth dates that contradict each other, with the segments that state them."""
    dates = sorted({(one.date, one.segment) for one in whole.birth_dates}) if whole else []
    return dates if len({date for date, _ in dates}) > 1 else []


# --- its lists, a page at a time -----------------------------------------------------------------------------------


@router.get("/entities/{name}/mentions")
def mentions_part(
    visit: Looking, name: EntityId, after: Skipped = 0, review: Review = "", exhibit: Words = ""
) -> Response:
    """Show the mentions that follow, as a part of the entity's page."""
    found = _mentions(visit, name, after, PER_PAGE, review, "", exhibit)
    return page(visit, "entity_mentions.html", mentions=found, review=review, exhibit=exhibit, per_exhibit={})


@router.get("/api/entities/{name}/mentions", responses=answers(MentionPage))
def mentions(
    visit: Looking,
    name: EntityId,
    after: Skipped = 0,
    limit: Limit = PER_PAGE,
    review: Review = "",
    status: Status = "",
    exhibit: Words = "",
) -> Response:
    """Say where an entity is named, in the order of the exhibits; `next` of one page is `after` of the following one."""
    return said(_mentions(visit, name, after, limit, review, status, exhibit))


def _mentions(visit: Visit, name: str, after: int, limit: int, review: str, status: str, exhibit: str) -> MentionPage:
    with visit.graph() as graph:
        found = reads.known_entity(graph, name)
        shown = reads.mention_page(
            graph, found, after=after, limit=limit, review=review, status=status, exhibit=exhibit
        )
    exhibits = {one.mention.exhibit for one in shown.mentions}
    visit.consulted("mentions", asked=f"{name} after {after}", exhibits=sorted(exhibits), results=len(shown.mentions))
    return shown


@router.get("/entities/{name}/neighbours")
def neighbours_part(
    visit: Looking, name: EntityId, family: reads.Family = "communication", skip: Skipped = 0, counted: bool = False
) -> Response:
    """Show the neighbours of one family that follow, as a part of the entity's page; with `counted`, only how many there are."""
    with visit.graph() as graph:
        found = reads.neighbours(
            graph, reads.known_entity(graph, name).id, family, skip=skip, limit=0 if counted else 25
        )
    if counted:
        return Response(f"{found.edges:,}", media_type="text/plain")
    exhibits = {one.support.exhibit for one in found.neighbours if one.support}
    visit.consulted("neighbours", asked=f"{name} {family}", exhibits=sorted(exhibits), results=len(found.neighbours))
    return page(visit, "entity_neighbours.html", found=found, name=name)


@router.get("/api/entities/{name}/neighbours", responses=answers(Neighbours))
def neighbours(
    visit: Looking, name: EntityId, family: reads.Family = "communication", skip: Skipped = 0, limit: Limit = 25
) -> Response:
    """Say to what an entity has edges of one family, the most supported first, each with the first place that supports it."""
    with visit.graph() as graph:
        held = reads.known_entity(graph, name)
        found = reads.neighbours(graph, held.id, family, skip=skip, limit=limit, supported=True)
    exhibits = {one.support.exhibit for one in found.neighbours if one.support}
    visit.consulted("neighbours", asked=f"{name} {family}", exhibits=sorted(exhibits), results=len(found.neighbours))
    return said(found)


@router.get("/entities/{name}/events")
def events_part(visit: Looking, name: EntityId) -> Response:
    """Show the first events in which an entity took part, as a part of its page."""
    with visit.graph() as graph:
        held = reads.known_entity(graph, name)
        found = reads.first_events(graph, held)
    visit.consulted(
        "events", asked=name, exhibits=sorted({one.exhibit for one in found.events}), results=len(found.events)
    )
    return page(visit, "entity_events.html", events=found, entity=held)


@router.get("/api/entities/{name}/events", responses=answers(Events))
def events(visit: Looking, name: EntityId, limit: Limit = 12) -> Response:
    """Say in which events an entity took part, the earliest first."""
    with visit.graph() as graph:
        found = reads.first_events(graph, reads.known_entity(graph, name), limit=limit)
    exhibits = {one.exhibit for one in found.events}
    visit.consulted("events", asked=name, exhibits=sorted(exhibits), results=len(found.events))
    return said(found)


# --- the same? -----------------------------------------------------------------------------------------------------


@router.get("/entities/{name}/candidates")
def candidates_part(visit: Looking, name: EntityId) -> Response:
    """Show which names may be other spellings of it, as a part of the entity's page."""
    with visit.graph() as graph:
        held = reads.known_entity(graph, name)
        found = _alike(visit, graph, held, 20)
        mine = set(_names_of(graph, held))
    exhibits = {side.strip.exhibit for one in found.candidates for side in (one.a, one.b) if side.strip}
    visit.consulted("candidates", asked=name, exhibits=sorted(exhibits), results=len(found.candidates))
    return page(visit, "entity_candidates.html", found=found, entity=held, mine=mine)


@router.get("/api/entities/{name}/candidates", responses=answers(Alike))
def candidates(visit: Looking, name: EntityId, limit: Limit = 20) -> Response:
    """Lay the names beside it that may be other spellings, with what supports and what contradicts each. Joins nothing."""
    with visit.graph() as graph:
        found = _alike(visit, graph, reads.known_entity(graph, name), limit)
    exhibits = {side.strip.exhibit for one in found.candidates for side in (one.a, one.b) if side.strip}
    visit.consulted("candidates", asked=name, exhibits=sorted(exhibits), results=len(found.candidates))
    return said(found)


def _alike(visit: Visit, graph: Graph, held: Entity, limit: int) -> Alike:
    names = _names_of(graph, held)
    if not names:
        return Alike(candidates=(), compared=0, among=0)
    pairs = _pairs(visit, graph, held.label)
    found = candidates_of(graph, names, pairs, limit=limit)
    return Alike(candidates=found, compared=pairs.compared, among=pairs.among)


def _names_of(graph: Graph, held: Entity) -> list[str]:
    """Return the names that an entity is, or that people put together to make it; none where it is an identifier."""
    if held.kind in NAMES:
        return [held.id]
    return list(made.names_of(graph, held.id)) if made.is_made(held.kind) else []


def _pairs(visit: Visit, graph: Graph, near: str) -> Paired:
    """Return the pairs of names; laid side by side anew only after some ledger lines, since it takes up to some seconds."""
    live = visit.desk.live
    known = _paired.get(live)
    if (
        known is None
        or known.compared < known.among
        or graph.seq - known.seq > _STALE
        or known.seq > graph.seq
        or _sealed_since(visit.case, known.seq)
    ):
        with _pairing:
            known = paired(graph, near=near)
            if known.compared == known.among:
                _paired[live] = known
    return known


def _sealed_since(case: Case, seq: int) -> bool:
    """Whether something was sealed or opened since: what was compared then may hold words that nobody may see now."""
    later = case.custody.events(after=seq, only=lambda line: line.op in SEAL_OPERATIONS)
    return next(iter(later), None) is not None


class Suggested(msgspec.Struct, frozen=True, kw_only=True):
    """Pairs of names that may be spellings of one and wait for a verdict, the weightiest first."""

    candidates: tuple[Candidate, ...]
    waiting: int
    """How many there are; -1 where there are too many names to lay them all side by side here."""
    among: int


@router.get("/candidates")
def candidates_page(visit: Looking) -> Response:
    """List the pairs of names that may be spellings of one, to be judged side by side."""
    return page(visit, "candidates.html", found=_suggested(visit, _LISTED))


@router.get("/candidates/count")
def candidates_count(visit: Looking) -> Response:
    """Say how many pairs of names wait for a verdict; names nobody."""
    with visit.graph() as graph:
        found = _waiting(visit, graph, 0)
    return page(visit, "candidates_count.html", found=found)


@router.get("/api/candidates", responses=answers(Suggested))
def all_candidates(visit: Looking, limit: Limit = 100) -> Response:
    """List the pairs of names of the case that may be spellings of one and wait for a verdict. Joins nothing."""
    return said(_suggested(visit, limit))


def _suggested(visit: Visit, limit: int) -> Suggested:
    with visit.graph() as graph:
        found = _waiting(visit, graph, limit)
    exhibits = {side.strip.exhibit for one in found.candidates for side in (one.a, one.b) if side.strip}
    visit.consulted("candidates", asked="all", exhibits=sorted(exhibits), results=len(found.candidates))
    return found


def _waiting(visit: Visit, graph: Graph, limit: int) -> Suggested:
    among = names_among(graph)
    if among > SUGGESTED_AMONG:
        return Suggested(candidates=(), waiting=-1, among=among)
    found, waiting = suggested(graph, _pairs(visit, graph, ""), limit=limit)
    return Suggested(candidates=found, waiting=waiting, among=among)


_STALE: Final = 25
"""Ledger lines after which names are compared anew; verdicts of meanwhile are taken into account at once."""


@router.get("/entities/{name}/same")
def same_page(visit: Looking, name: EntityId, other: Words = "", verdict: Words = "") -> Response:
    """Show two entities side by side: what speaks for and against their being one, and the mentions of both.

    Without `other`, go to the page of the one, where candidates are listed.
    """
    if not other:
        return RedirectResponse(f"{entity_url(name)}#same", status_code=303)
    return _side_by_side(visit, name, other, given={"verdict": verdict} if verdict else None)


def _side_by_side(
    visit: Visit, name: str, other: str, *, status: int = 200, refused: judging.Walled | None = None, problem: CasegraphError | None = None,
    given: dict[str, str] | None = None,
) -> Response:  # fmt: skip
    with visit.graph() as graph:
        sides = [reads.known_entity(graph, name), reads.known_entity(graph, other)]
        names = [_names_of(graph, one) for one in sides]
        pairs = _pairs(visit, graph, sides[0].label) if all(names) else None
        laid = side_by_side(graph, names[0], names[1], pairs) if pairs else None
        shown = [reads.mention_page(graph, one, limit=20) for one in sides]
        held = [made.part_of(graph, one.id) for one in sides]
        closed = [
            told
            for one, said in zip(sides, shown, strict=True)
            if not said.mentions
            for told in _not_to_judge(graph, one)
        ]
        seq = graph.seq
    exhibits = {one.mention.exhibit for each in shown for one in each.mentions}
    visit.consulted("same", asked=f"{name} {other}", exhibits=sorted(exhibits), results=2)
    makes = judging.makes_of([one.kind for one in sides])
    return page(
        visit, "entity_same.html", code=status, sides=sides, shown=shown, laid=laid, part_of=held, makes=makes, seen=seq,
        refused=refused, told_problem=problem, given=given or {}, may_review=visit.may("review"), closed=closed,
    )  # fmt: skip


def _not_to_judge(graph: Graph, one: Entity) -> Iterator[CasegraphError]:
    """Yield why no verdict can mean what no words name: its rows may open nowhere."""
    try:
        meant_by(graph, one.id)
    except (Refused, UsageError) as why:
        yield why


@router.post("/entities/{name}/same")
def judge_form(
    visit: Reviewing, name: EntityId, other: Annotated[str, Form(max_length=64)] = "", verdict: Annotated[str, Form(max_length=20)] = "",
    reason: Because = "", makes: Annotated[str, Form(max_length=20)] = "", seen: Seen = 0,
) -> Response:  # fmt: skip
    """Record a verdict on two entities; shows both again where it cannot be."""
    given = {"verdict": verdict, "reason": reason, "makes": makes}
    try:
        decided = _judge(visit, [name, other], verdict, reason=reason, makes=makes, seen=seen)
    except (UsageError, Refused) as error:
        wall = error if isinstance(error, judging.Walled) else None
        return _side_by_side(
            visit, name, other, status=status_of(error), refused=wall, problem=None if wall else error, given=given
        )
    return RedirectResponse(f"{entity_url(decided.entity)}?done={decided.seq}", status_code=303)


@router.post("/api/identities", responses=answers(Decided))
def judge(
    visit: Reviewing, thing: Annotated[list[str], Form(max_length=20)], verdict: Annotated[IdentityVerdict, Form()],
    reason: Because, makes: Annotated[str, Form(max_length=20)] = "", seen: Annotated[int | None, Form(ge=0)] = None,
) -> Response:  # fmt: skip
    """Say that things (mentions, entities, or what people made) are the same, different or undecided; takes the role review.

    `seen`, the ledger line that a page was told up to, has it refused where somebody judged or reviewed them since.
    """
    return said(_judge(visit, thing, verdict, reason=reason, makes=makes, seen=seen))


def _judge(
    visit: Visit, things: Sequence[str], verdict: str, *, reason: str, makes: str, seen: int | None
) -> Decided:  # fmt: skip
    _check_reason(reason)
    verdict = judging.one_of(verdict, ("same", "different", "undecided"), "verdict")
    with _judging:
        visit.desk.live.catch_up()
        with visit.graph() as graph:
            if seen is not None:
                judging.check_unchanged(
                    graph, visit.case, [one for one in things if one[:2] in ("e-", "p-")], seen=seen
                )
            judged = judging.judged(graph, visit.case, things, verdict, reason=reason, makes=makes)  # type: ignore[arg-type]
        seq = visit.record(judged.act, wait=True)
    return _came_of(visit, seq, judged.sides[0].entity)


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise UsageError("a reason is needed: it stands in the record", next_step="write why, then repeat it")


def _came_of(visit: Visit, seq: int, asked: str) -> Decided:
    with visit.graph() as graph:
        verdict = next(iter(made.judgements(graph, [seq])), None)
    if verdict is None:
        raise Refused(f"line {seq} is about something that was sealed meanwhile", next_step="look at the seals")
    return Decided(seq=seq, entity=verdict.identity or asked, state=verdict.state, note=verdict.note)


# --- taking back, and categories -----------------------------------------------------------------------------------


@router.post("/entities/{name}/withdraw")
def withdraw_form(
    visit: Reviewing, name: EntityId, line: Annotated[int, Form(ge=1, le=1_000_000_000_000)], reason: Because = ""
) -> Response:
    """Take back a verdict or a category; shows the page again where it cannot be."""
    try:
        decided = _withdraw(visit, name, line, reason)
    except (UsageError, Refused) as error:
        return _shown(
            visit, name, status=status_of(error), problem=error, given={"line": str(line), "withdraw": reason}
        )
    return RedirectResponse(f"{entity_url(decided.entity)}?done={line}", status_code=303)


@router.post("/api/entities/{name}/withdraw", responses=answers(Decided))
def withdraw(
    visit: Reviewing, name: EntityId, line: Annotated[int, Form(ge=1, le=1_000_000_000_000)], reason: Because
) -> Response:
    """Take back a verdict on who or what is the same, or a category, by its ledger line."""
    return said(_withdraw(visit, name, line, reason))


def _withdraw(visit: Visit, name: str, line: int, reason: str) -> Decided:
    _check_reason(reason)
    with _judging:
        visit.desk.live.catch_up()
        with visit.graph() as graph:
            held = reads.known_entity(graph, name)
            was = next(iter(made.judgements(graph, [line])), None)
            if was is None and line not in {one.seq for one in reads.categories(graph, held.id)}:
                raise UsageError(
                    f"ledger line {line} is no verdict and no category that is shown here",
                    next_step="give a line that this page shows",
                )
        seq = visit.record(judging.withdrawal(visit.case, line, reason=reason), wait=True)
    with visit.graph() as graph:
        after = _still_there(graph, [name, *(one.entity for side in (was.sides if was else ()) for one in side)])
    return Decided(seq=seq, entity=after or name, state="withdrawn", note=f"line {line} is withdrawn")


def _still_there(graph: Graph, names: Sequence[str]) -> str:
    """Return the first of these that is an entity now; what a verdict made is gone with it."""
    for name in dict.fromkeys(names):
        try:
            return reads.known_entity(graph, name).id
        except NotFound:
            continue
    return ""


@router.post("/entities/{name}/category")
def category_form(
    visit: Reviewing, name: EntityId, category: Annotated[str, Form(max_length=40)] = "", reason: Because = "", seen: Seen = 0
) -> Response:  # fmt: skip
    """Put someone in a category (LED Art. 6); shows the page again where it cannot be."""
    try:
        decided = _categorise(visit, name, category, reason, seen)
    except (UsageError, Refused) as error:
        given = {"category": category, "reason": reason}
        return _shown(visit, name, status=status_of(error), problem=error, given=given)
    return RedirectResponse(f"{entity_url(decided.entity)}?done={decided.seq}", status_code=303)


@router.post("/api/entities/{name}/category", responses=answers(Decided))
def category(
    visit: Reviewing, name: EntityId, category: Annotated[judging.Category, Form()], reason: Because,
    seen: Annotated[int | None, Form(ge=0)] = None,
) -> Response:  # fmt: skip
    """Put someone in a category (LED Art. 6), with a reason; takes the role review. The machine never does."""
    return said(_categorise(visit, name, category, reason, seen))


def _categorise(visit: Visit, name: str, category: str, reason: str, seen: int | None) -> Decided:
    _check_reason(reason)
    with _judging:
        visit.desk.live.catch_up()
        with visit.graph() as graph:
            held = reads.known_entity(graph, name)
            if seen is not None:
                judging.check_unchanged(graph, visit.case, [held.id], seen=seen)
            act = judging.category_of(graph, held.id, category, reason=reason)
        seq = visit.record(act, wait=True)
    return Decided(seq=seq, entity=held.id, state="applied", note=category)
