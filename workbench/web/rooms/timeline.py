"""Time and space: what happened when and where, counted and one by one; each filters the other, and the address names the view."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Response

from evidence.errors import UsageError
from graph import queries
from graph.project import Graph
from graph.questions import ground
from graph.questions.answers import Routes
from graph.questions.ground import Named
from graph.questions.moments import Asked
from graph.questions.routes import routes
from graph.questions.when import BARS, Bars, Gaps, Happenings, buckets, gaps, happenings
from graph.questions.where import Places, places
from workbench.web.api import answers
from workbench.web.desk import Looking
from workbench.web.pages import page, said

router = APIRouter()
KINDS = ("appointment", "call", "document", "email", "location", "message", "payment", "photograph", "stay", "trip")
_Word = Annotated[str, Query(max_length=500)]
_Short = Annotated[str, Query(max_length=64)]


def asked_of(
    of: Annotated[
        list[Annotated[str, Query(max_length=500)]] | None,
        Query(max_length=20, description="Things of which one took part."),
    ] = None,
    q: Annotated[
        str, Query(max_length=1000, description="Words, as in a search: of the passages that hold the events.")
    ] = "",
    kind: _Short = "",
    exhibit: _Short = "",
    since: Annotated[str, Query(max_length=64, description="In UTC, as 2026-03-01 or 2026-03-01T14:00.")] = "",
    until: Annotated[str, Query(max_length=64, description="In UTC; not in the window itself.")] = "",
    box: Annotated[str, Query(max_length=100, description="west,south,east,north in degrees.")] = "",
) -> Asked:
    """Return what an address asks for; raises UsageError."""
    try:
        degrees = tuple(float(part) for part in box.split(",")) if box.strip() else ()
    except ValueError:
        raise UsageError(f"{box!r} is no region", next_step="give west,south,east,north in degrees") from None
    named = tuple(dict.fromkeys(one.strip() for one in of or () if one.strip()))
    asked = Asked(
        of=named,
        query=q.strip(),
        kind=kind.strip(),
        exhibit=exhibit.strip().upper(),
        since=_time(since),
        until=_time(until),
        box=degrees,
    )
    if "\0" in "".join((*named, asked.query, asked.kind, asked.exhibit)):
        raise UsageError("there is a character in this that no text has", next_step="write it again")
    return asked


def _time(written: str) -> str:
    """Return a time of the years that can be drawn, as it was written; raises UsageError."""
    try:
        moment = ground.moment(written.strip())
    except OverflowError:
        raise UsageError(f"{written!r} is no time", next_step="give it as 2026-03-01 or 2026-03-01T14:00") from None
    if moment is not None and not 1000 <= moment.year < 9000:
        raise UsageError(f"{written!r} is too far away", next_step="give a year from 1000 to 8999")
    return written.strip()


Of = Annotated[Asked, Depends(asked_of)]


@router.get("/timeline")
def timeline_page(visit: Looking, asked: Of, view: Annotated[str, Query(max_length=10)] = "time") -> Response:
    """Show the events of the case in time, and on a map."""
    with visit.graph() as graph:
        things = _things(graph, asked)
        status = queries.status(graph)
    return page(
        visit, "timeline.html", asked=asked, things=things, kinds=KINDS, view="map" if view == "map" else "time",
        box=",".join(f"{part:g}" for part in asked.box), status=status,
        without={one.entity: "/timeline?" + urlencode([("of", other.entity) for other in things if other != one]) for one in things},
    )  # fmt: skip


def _things(graph: Graph, asked: Asked) -> tuple[Named, ...]:
    """Return the things that are asked about, by the names they have; raises NotFound or UsageError."""
    found = [queries.find_entity(graph, one) for one in asked.of]
    return tuple(Named(entity=one.id, kind=one.kind, value=one.label or one.value) for one in found)


@router.get("/api/timeline/buckets", responses=answers(Bars))
def timeline_buckets(
    visit: Looking,
    asked: Of,
    bars: Annotated[int, Query(ge=1, le=BARS)] = 200,
    lanes: Annotated[int, Query(ge=0, le=60)] = 10,
) -> Response:
    """Count what fits in stretches of time, and by the busiest parties; nothing but counts is sent."""
    with visit.graph() as graph:
        found = buckets(graph, asked, bars=bars, lanes=lanes)
    visit.consulted("timeline", asked=_words(asked), results=found.events)
    return said(found)


@router.get("/api/timeline/events", responses=answers(Happenings))
def timeline_events(
    visit: Looking, asked: Of, time: Literal["known", "none"] = "known", limit: Annotated[int, Query(ge=1, le=500)] = 100,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> Response:  # fmt: skip
    """List a page of what fits, the earliest first; `time=none` lists what has no time that was understood."""
    with visit.graph() as graph:
        found = happenings(graph, asked, untimed=time == "none", limit=limit, offset=offset)
    visit.consulted(
        "timeline events", asked=_words(asked), exhibits=[one.exhibit for one in found.events], results=found.found
    )
    return said(found)


@router.get("/api/timeline/gaps", responses=answers(Gaps))
def timeline_gaps(visit: Looking, asked: Of) -> Response:
    """List the longest stretches of the window in which nothing is recorded."""
    with visit.graph() as graph:
        found = gaps(graph, asked)
    near = ground.exhibits_of(name for one in found.gaps for name in (one.before, one.after))
    visit.consulted("timeline gaps", asked=_words(asked), exhibits=near, results=len(found.gaps))
    return said(found)


@router.get("/api/places", responses=answers(Places))
def case_places(visit: Looking, asked: Of) -> Response:
    """List the positions of what fits, and the places that are named without one."""
    with visit.graph() as graph:
        found = places(graph, asked)
    visit.consulted(
        "places",
        asked=_words(asked),
        exhibits=ground.exhibits_of(one.source for one in found.spots),
        results=found.found,
    )
    return said(found)


@router.get("/api/routes", responses=answers(Routes))
def case_routes(
    visit: Looking, a: Annotated[str, Query(min_length=1, max_length=500)], since: _Short = "", until: _Short = ""
) -> Response:
    """List the stops of one person, phone or vehicle in order of time, and the legs between them."""
    asked = asked_of(of=[a], since=since, until=until)
    with visit.graph() as graph:
        found = routes(graph, a="".join(asked.of), since=asked.since, until=asked.until)
    visit.consulted(
        "routes",
        asked=_words(asked),
        exhibits=ground.exhibits_of(one.source for one in found.stops),
        results=found.stops_found,
    )
    return said(found)


def _words(asked: Asked) -> str:
    """Return what was asked as the access record keeps it."""
    parts = [("of", ", ".join(asked.of)), ("words", asked.query), ("kind", asked.kind), ("exhibit", asked.exhibit), ("since", asked.since),
             ("until", asked.until), ("region", ",".join(f"{part:g}" for part in asked.box))]  # fmt: skip
    return "; ".join(f"{name} {value}" for name, value in parts if value) or "everything"
