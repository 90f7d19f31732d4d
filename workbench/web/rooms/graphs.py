"""The graph as a picture that grows by choice: what it is begun from, what is added, the ways between two, and the evidence of a line."""

from __future__ import annotations

from typing import Annotated, Any, Final

import msgspec
from fastapi import APIRouter, Body, Query, Response

from evidence.errors import UsageError
from graph import made, unsure
from graph.analysis import path
from graph.answers import RelationDetail, Strip, Support
from graph.connected import Ways
from graph.entity_reads import mention_page
from graph.notes import named_in
from graph.project import Graph
from graph.queries import read_so_far
from graph.questions import drawn
from graph.questions.drawn import STRONGEST, Drawing, Picture
from graph.questions.drawn_groups import Groups, groups_of
from graph.search import search
from graph.things import entities, find_entity, relation_details
from workbench.web.api import answers
from workbench.web.desk import Looking, Visit
from workbench.web.pages import page, said

router = APIRouter()
SHOWN: Final = 20
"""Pieces of evidence of a line that are shown at once."""
_HITS: Final = 200
"""Hits of a search whose things a picture may be begun from, the best first."""
_NAMED: Final = 12
"""Things whose own names fit the words that were typed."""
_LONGEST: Final = 500
_MOST_RELATIONS: Final = 500

Text = Annotated[str, Query(max_length=_LONGEST)]
Day = Annotated[str, Query(max_length=19)]
Kinds = Annotated[str, Query(max_length=2_000, description="Kinds, with commas between them.")]
Relations = Annotated[
    str, Query(max_length=19 * _MOST_RELATIONS, description="Ids of relations, with commas between them.")
]


class Beginning(msgspec.Struct, frozen=True, kw_only=True):
    """A thing that a picture can be begun from."""

    id: str
    kind: str
    form: drawn.Form
    label: str
    mentions: int
    hits: int
    """Hits that name it; 0 for a thing whose own name fits."""


class Beginnings(msgspec.Struct, frozen=True, kw_only=True):
    """What a picture can be begun from: things so named, and things that the hits of a search name."""

    understood: str
    hits: int
    named: tuple[Beginning, ...]
    in_hits: tuple[Beginning, ...]


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """The edges of one line of a picture, and a page of what supports them."""

    relations: tuple[RelationDetail, ...]
    """Each with those of its supports that stand on this page."""
    supports: int
    """All of them."""
    after: int
    shown: int


class Glimpse(msgspec.Struct, frozen=True, kw_only=True):
    """The first place where a thing or an edge stands, and in how many places it does."""

    strip: Strip | None
    places: int


@router.get("/graph")
def graph_page(visit: Looking, of: Text = "", q: Text = "") -> Response:
    """Show the picture that the address names, or how to begin one."""
    with visit.graph() as graph:
        edges, things = drawn.kinds_of(graph)
        centre = find_entity(graph, of) if of else None
        read = read_so_far(graph)
    return page(visit, "graph.html", edges=edges, things=things, centre=centre, words=q, read=read)


@router.get("/api/graph/start", responses=answers(Beginnings))
def start(visit: Looking, q: Text, most: Annotated[int, Query(ge=1, le=200)] = STRONGEST) -> Response:
    """Name the things that words fit, and the things that the hits of these words name."""
    with visit.graph() as graph:
        found = search(graph, q, limit=_HITS)
        in_hits = dict(drawn.named_in(graph, [hit.segment for hit in found.hits], most=most))
        named = {made.id: made for made in entities(graph, query=q.strip(), limit=_NAMED)} if q.strip() else {}
        known = {made.id: made for made in drawn.things(graph, [*in_hits, *named])}
    visit.consulted("graph start", asked=q, exhibits=[hit.exhibit for hit in found.hits], results=len(known))
    return said(
        Beginnings(
            understood=found.understood,
            hits=found.total,
            named=tuple(_beginning(known[name], 0) for name in named if name in known),
            in_hits=tuple(_beginning(known[name], hits) for name, hits in in_hits.items() if name in known),
        )
    )


@router.get("/api/graph/around", responses=answers(Picture))
def around(
    visit: Looking,
    of: Annotated[str, Query(min_length=1, max_length=_LONGEST)],
    hops: Annotated[int, Query(ge=1, le=drawn.HOPS)] = 1,
    most: Annotated[int, Query(ge=1, le=drawn.MOST_THINGS)] = STRONGEST,
    families: Kinds = "communication,stated",
    without_edges: Kinds = "",
    without_things: Kinds = "",
    since: Day = "",
    until: Day = "",
    verified: bool = False,
) -> Response:
    """Draw what is around one thing: its best supported neighbours, and with two or three hops theirs, up to `most` at each."""
    sieve = {
        "families": _listed(families), "without_edges": _listed(without_edges), "without_things": _listed(without_things),
        "since": since, "until": until, "verified": verified,
    }  # fmt: skip
    return _drawn(visit, _asked({"expand": of, "hops": hops, "most": most, "sieve": sieve}))


@router.post("/api/graph/draw", responses=answers(Picture))
def draw(
    visit: Looking, drawing: Annotated[dict[str, Any], Body(description="A Drawing; see the schemas.")]
) -> Response:
    """Draw the things that are asked for, the bonds between them, and what the picture is to grow by."""
    return _drawn(visit, _asked(drawing))


@router.post("/api/graph/groups", responses=answers(Groups))
def groups(
    visit: Looking, drawing: Annotated[dict[str, Any], Body(description="A Drawing; see the schemas.")]
) -> Response:
    """Say which groups the lines of a picture hold together, what holds each, and what bridges it to another."""
    asked = _asked(drawing)
    with visit.graph() as graph:
        picture = drawn.draw(graph, asked)
    found = groups_of(picture)
    about = f"{len(picture.things)} things; {picture.definition}"
    visit.consulted("graph groups", asked=about[:_LONGEST], exhibits=picture.exhibits, results=len(found.groups))
    return said(found)


@router.get("/api/graph/path", responses=answers(Ways))
def ways(
    visit: Looking, a: Text, b: Text, co_mention: bool = False, verified: bool = False,
    most: Annotated[int, Query(ge=1, le=20)] = 3,
) -> Response:  # fmt: skip
    """Find the shortest ways between two things, with the evidence of each step."""
    return said(_ways(visit, a, b, co_mention=co_mention, verified=verified, most=most))


@router.get("/graph/path")
def ways_part(visit: Looking, a: Text, b: Text, co_mention: bool = False, verified: bool = False) -> Response:
    """Show the shortest ways between two things, for the pane beside the picture."""
    found = _ways(visit, a, b, co_mention=co_mention, verified=verified, most=3)
    return page(visit, "graph_path.html", found=found)


@router.get("/api/graph/edge", responses=answers(Evidence))
def edge(visit: Looking, relations: Relations, after: Annotated[int, Query(ge=0, le=10_000_000)] = 0) -> Response:
    """Give the evidence of a line, by the ids of its relations."""
    return said(_evidence(visit, relations, after))


@router.get("/graph/edge")
def edge_part(visit: Looking, relations: Relations, after: Annotated[int, Query(ge=0, le=10_000_000)] = 0) -> Response:
    """Show the evidence of a line, for the pane beside the picture."""
    return page(visit, "graph_edge.html", found=_evidence(visit, relations, after), asked=relations)


@router.get("/api/graph/strip", responses=answers(Glimpse))
def strip(visit: Looking, of: Text = "", relation: Text = "") -> Response:
    """Give the source strip of a thing or an edge, without words of the evidence; a look, recorded once a sitting for each exhibit."""
    with visit.graph() as graph:
        glimpse = _glimpse(graph, of, relation)
    if glimpse.strip is not None:
        visit.consulted_once("graph strip", asked=relation or of, exhibit=glimpse.strip.exhibit)
    return said(glimpse)


def _asked(given: dict[str, Any]) -> Drawing:
    try:
        return msgspec.convert(given, Drawing)
    except msgspec.ValidationError as error:
        raise UsageError(
            f"this cannot be drawn: {error}", next_step="open the page again, or mend the address"
        ) from error


def _listed(text: str) -> list[str]:
    return [one.strip() for one in text.split(",") if one.strip()]


def _drawn(visit: Visit, asked: Drawing) -> Response:
    with visit.graph() as graph:
        picture = drawn.draw(graph, asked)
    about = asked.expand or f"{len({*asked.things, *asked.seeds})} things"
    visit.consulted(
        "graph",
        asked=f"{about}; {picture.definition}"[:_LONGEST],
        exhibits=picture.exhibits,
        results=len(picture.things),
    )
    return said(picture)


def _beginning(thing: drawn.Thing, hits: int) -> Beginning:
    return Beginning(
        id=thing.id, kind=thing.kind, form=thing.form, label=thing.label, mentions=thing.mentions, hits=hits
    )


def _ways(visit: Visit, a: str, b: str, *, co_mention: bool, verified: bool, most: int) -> Ways:
    with visit.graph() as graph:
        found = path(graph, a, b, co_mention=co_mention, verified_only=verified, k=most)
        named = named_in(found)
        found = msgspec.structs.replace(
            found, notes=(*found.notes, *unsure.told(graph, named), *made.told(graph, named))
        )
    exhibits = [
        support.exhibit for way in found.paths for step in way.steps for edge in step.edges for support in edge.supports
    ]
    visit.consulted(
        "graph path", asked=f"{a} to {b}; {found.definition}"[:_LONGEST], exhibits=exhibits, results=len(found.paths)
    )
    return found


def _evidence(visit: Visit, relations: str, after: int) -> Evidence:
    wanted = _listed(relations)
    if not wanted or len(wanted) > _MOST_RELATIONS:
        raise UsageError("no relation is named", next_step=f"give 1 to {_MOST_RELATIONS} ids of relations")
    with visit.graph() as graph:
        found = tuple(relation_details(graph, wanted).values())
    every: list[tuple[int, Support]] = [(at, support) for at, one in enumerate(found) for support in one.supports]
    shown = every[after : after + SHOWN]
    visit.consulted(
        "graph edge", asked=relations[:_LONGEST], exhibits=[one.exhibit for _, one in shown], results=len(shown)
    )
    return Evidence(
        relations=tuple(
            msgspec.structs.replace(one, supports=tuple(support for place, support in shown if place == at))
            for at, one in enumerate(found)
        ),
        supports=len(every),
        after=after,
        shown=len(shown),
    )


def _glimpse(graph: Graph, of: str, relation: str) -> Glimpse:
    if relation:
        supports = [one for detail in relation_details(graph, [relation]).values() for one in detail.supports]
        return Glimpse(strip=supports[0].strip if supports else None, places=len(supports))
    found = mention_page(graph, find_entity(graph, of), limit=1)
    return Glimpse(strip=found.mentions[0].mention.strip if found.mentions else None, places=found.fitting)
