"""Searching: the box, facets, hits beside their evidence, and what is near in meaning; the same as API."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Final
from urllib.parse import urlencode

import msgspec
from fastapi import APIRouter, Depends, Query, Response

from evidence.errors import EngineMissing, NotFound, UsageError
from exports.tables import csv_file
from flows.meaning import encoder_of, sought
from graph import queries
from graph.answers import Facet, Found, Hit, Meant, NameAlike, ReadSoFar, Strip
from graph.facets import FACETS
from graph.highlight import Span, excerpt, pieces
from graph.search import NOT_EXACT, Search, answer, chosen_values, counted, meant_by, words_sought
from workbench.printing import cut_off
from workbench.strips import strip_text
from workbench.web.api import answers, hands_out
from workbench.web.desk import Looking, Visit
from workbench.web.pages import page, said
from workbench.web.wording import plain

router = APIRouter()

PAGE: Final = 30
"""Hits that come at once."""
_FARTHEST: Final = 10_000
"""Hits after which nobody reads on: a search is narrowed then."""
_MEANT: Final = 20
_MOST_SPANS: Final = 200
_LONGEST_TEXT: Final = 30_000
_LONGEST_NEIGHBOUR: Final = 1_500
WORDS: Final = {
    "kind": "Kind", "exhibit": "Exhibit", "custodian": "Custodian", "sender": "Sender", "speaker": "Speaker", "language": "Language",
    "source": "How it was read", "month": "Month", "review": "Verified", "mentions": "Mentions",
}  # fmt: skip
"""The facets as they are headed."""
_VALUES: Final = {
    ("review", "reviewed"): "a person looked at it", ("review", "unreviewed"): "machine reading only",
    ("review", "nothing"): "nothing was found in it", ("source", "ocr"): "from a picture", ("source", "speech"): "from speech",
    ("source", "native"): "as text",
}  # fmt: skip


class Searched(msgspec.Struct, frozen=True, kw_only=True):
    """A part of what a search found, how it was understood, and how much of the case could be searched."""

    query: str
    within: tuple[str, ...]
    understood: str
    total: int
    after: int
    following: int
    """What to give as `after` for the next hits; 0 where there are none, or none further on are given."""
    hits: tuple[Hit, ...]
    names: tuple[NameAlike, ...]
    notes: tuple[str, ...]
    behind: int
    read: ReadSoFar


class Facets(msgspec.Struct, frozen=True, kw_only=True):
    """All hits of a search counted by what can be chosen; a facet with chosen values as if none of its own were."""

    facets: tuple[Facet, ...]


class NearInMeaning(msgspec.Struct, frozen=True, kw_only=True):
    """What is near in meaning to a query; apart from every exact hit."""

    hits: tuple[Meant, ...]
    notes: tuple[str, ...]
    problem: str = ""
    """Why nothing can be found by meaning; empty where it can."""
    next_step: str = ""


class Value(msgspec.Struct, frozen=True, kw_only=True):
    """A value of a facet as a page shows it."""

    word: str
    hits: int
    on: bool
    address: str
    """The search with this value chosen, or given up."""


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A facet as a page shows it."""

    name: str
    word: str
    values: tuple[Value, ...]
    others: int
    uncounted: int
    open: bool


def asked_of(
    q: Annotated[str, Query(max_length=2_000, description="The query, as `casegraph search` takes it.")] = "",
    f: Annotated[
        list[str] | None,
        Query(
            max_length=40, description="Chosen values of facets, such as `kind:message`; one facet's are alternatives."
        ),
    ] = None,
) -> Search:
    """Return the search that an address asks for; raises UsageError."""
    within = tuple(dict.fromkeys(plain(one[:500]) for one in f or ()))
    chosen_values(within)
    return Search(query=plain(q).strip(), within=within, limit=PAGE)


Asked = Annotated[Search, Depends(asked_of)]
After = Annotated[int, Query(ge=0, le=_FARTHEST, description="Hits to pass over: those that were shown already.")]


# --- the page ------------------------------------------------------------------------------------------------------


@router.get("/search")
def search_page(visit: Looking, asked: Asked, after: After = 0, meaning: bool = False) -> Response:
    """Show what a query finds; without one, what can be asked."""
    shown: dict[str, Any] = {"asked": asked, "meaning": meaning, "problem": "", "next_step": "", "address": address}
    if not asked.query and not asked.within:
        return page(visit, "search.html", found=None, lines=(), chosen=(), **shown)
    try:
        found = _searched(visit, asked, after=after)
    except UsageError as error:
        shown |= {"problem": error.what, "next_step": error.next_step}
        return page(visit, "search.html", code=400, found=None, lines=(), chosen=(), **shown)
    return page(
        visit, "search.html", found=found, lines=_lines(found.hits), chosen=_chosen(asked), most=_FARTHEST, **shown
    )


@router.get("/search/more")
def more(visit: Looking, asked: Asked, after: After = 0) -> Response:
    """Return the next hits, as lines of the list."""
    found = _searched(visit, asked, after=after)
    return page(visit, "search_more.html", found=found, lines=_lines(found.hits), asked=asked, address=address)


@router.get("/search/facets")
def facets_of_page(visit: Looking, asked: Asked) -> Response:
    """Return the facets of a search whose hits are on the page already."""
    with visit.graph() as graph:
        found = counted(graph, asked)
    visit.consulted("search facets", asked=asked.query, results=len(found))
    return page(visit, "search_facets.html", facets=_shown(asked, found), asked=asked, address=address)


@router.get("/search/meaning")
def meaning_of_page(visit: Looking, asked: Asked) -> Response:
    """Return what is near in meaning, for the page of the exact hits."""
    return page(visit, "search_meaning.html", near=_near(visit, asked))


@router.get("/search/preview")
def preview(
    visit: Looking,
    segment: Annotated[str, Query(max_length=200)],
    spans: Annotated[str, Query(max_length=4_000, pattern=r"^(\d{1,9}-\d{1,9}(,\d{1,9}-\d{1,9})*)?$")] = "",
) -> Response:
    """Return a segment, large, between its neighbours, and what is known of what it names."""
    with visit.graph() as graph:
        middle = queries.segment(graph, plain(segment))
        around = queries.beside(graph, middle)
        mentions = queries.mentions_in(graph, middle.id)
    visit.consulted_once("search preview", asked=middle.id, exhibit=middle.exhibit)
    marks = _spans(spans)
    first = max(0, marks[0][0] - _LONGEST_TEXT // 2) if marks and len(middle.text) > _LONGEST_TEXT else 0
    last = min(len(middle.text), first + _LONGEST_TEXT)
    return page(
        visit, "search_preview.html", middle=middle, around=around, mentions=mentions,
        parts=pieces(middle.text, marks, start=first, end=last), first=first, last=last, marks=marks,
        longest=_LONGEST_NEIGHBOUR,
    )  # fmt: skip


@router.get("/search/download", **hands_out("text/csv", "application/json"))
def download(visit: Looking, asked: Asked, form: Annotated[str, Query(pattern="^(csv|json)$")] = "csv") -> Response:
    """Give every hit, up to ten thousand, as a table or as JSON; where there are more, its last row or note says so."""
    found = _searched(visit, msgspec.structs.replace(asked, limit=_FARTHEST), after=0)
    cut = cut_off(len(found.hits), found.total, "hits")
    if form == "json":
        found = msgspec.structs.replace(found, notes=(*found.notes, *filter(None, [cut])))
        return said(found, headers={"content-disposition": 'attachment; filename="search.json"'})
    rows = [
        [hit.exhibit, hit.strip.place, hit.segment, _plain_snippet(hit), strip_text(hit.strip)] for hit in found.hits
    ]
    if cut:
        rows.append([cut, "", "", "", ""])
    return Response(
        csv_file(["exhibit", "place", "segment", "words", "source"], rows),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": 'attachment; filename="search.csv"'},
    )


def _searched(visit: Visit, asked: Search, *, after: int) -> Searched:
    """Search, and put the look on record."""
    with visit.graph() as graph:
        found = answer(graph, msgspec.structs.replace(asked, after=after))
        read = queries.read_so_far(graph)
    words = " ".join([asked.query, *(f"[{one}]" for one in asked.within), *([f"after {after}"] if after else [])])
    visit.consulted("search", asked=words, exhibits=[hit.exhibit for hit in found.hits], results=found.total)
    return _part(asked, found, read, after=after)


def _part(asked: Search, found: Found, read: ReadSoFar, *, after: int) -> Searched:
    following = after + len(found.hits)
    return Searched(
        query=asked.query, within=asked.within, understood=found.understood, total=found.total, after=after,
        following=following if found.hits and following < min(found.total, _FARTHEST) else 0, hits=found.hits,
        names=found.names, notes=found.notes, behind=found.behind, read=read,
    )  # fmt: skip


def _lines(hits: tuple[Hit, ...]) -> list[tuple[Hit, tuple[tuple[str, bool], ...], str]]:
    """Return hits with their words in pieces, and with the spans as an address carries them."""
    return [
        (
            hit,
            excerpt(hit.text, hit.spans) if hit.spans else ((hit.snippet, False),),
            ",".join(f"{start}-{end}" for start, end in hit.spans[:_MOST_SPANS]),
        )
        for hit in hits
    ]


def _plain_snippet(hit: Hit) -> str:
    return " ".join("".join(part for part, _ in excerpt(hit.text, hit.spans)).split()) if hit.spans else hit.snippet


def _spans(written: str) -> list[Span]:
    pairs = (pair.split("-") for pair in written.split(",") if pair)
    return sorted((int(start), int(end)) for start, end in pairs)


def strips_of(visit: Visit, segments: Iterable[str]) -> dict[str, Strip]:
    """Return the source strips of segments and rows of records, by id; what stands no longer in the graph is left out."""
    with visit.graph() as graph:
        return {name: text.strip for name, text in queries.segments(graph, segments).items()}


# --- facets and addresses ------------------------------------------------------------------------------------------


def address(asked: Search, path: str = "/search", **more: object) -> str:
    """Return the address of a search."""
    given = [("q", asked.query), *(("f", one) for one in asked.within), *more.items()]
    return f"{path}?{urlencode(given)}"


def _toggled(asked: Search, one: str) -> str:
    within = tuple(held for held in asked.within if held != one) if one in asked.within else (*asked.within, one)
    return address(msgspec.structs.replace(asked, within=within))


def _chosen(asked: Search) -> list[tuple[str, str]]:
    """Return the chosen values in words, each with the search without it."""
    return [(f"{WORDS[_name(one)]}: {_worded(*_parted(one))}", _toggled(asked, one)) for one in asked.within]


def _parted(one: str) -> tuple[str, str]:
    name, _, value = one.partition(":")
    return name, value


def _name(one: str) -> str:
    return _parted(one)[0]


def _worded(name: str, value: str) -> str:
    return _VALUES.get((name, value), value.replace("_", " ") if name in ("kind", "mentions") else value)


def _shown(asked: Search, found: tuple[Facet, ...]) -> list[Shown]:
    held = {facet.name: facet for facet in found}
    names = [name for name in FACETS if name in held or any(_name(one) == name for one in asked.within)]
    return [_shown_one(asked, name, held.get(name)) for name in names]


def _shown_one(asked: Search, name: str, facet: Facet | None) -> Shown:
    hits = {f"{name}:{value.value}": value.hits for value in facet.values} if facet else {}
    on = [one for one in asked.within if _name(one) == name]
    keys = [*(one for one in on if one not in hits), *hits]
    values = tuple(
        Value(word=_worded(*_parted(one)), hits=hits.get(one, 0), on=one in on, address=_toggled(asked, one))
        for one in keys
    )
    return Shown(
        name=name, word=WORDS[name], values=values, others=facet.others if facet else 0, uncounted=facet.uncounted if facet else 0,
        open=bool(on) or name in ("kind", "exhibit", "review"),
    )  # fmt: skip


# --- meaning -------------------------------------------------------------------------------------------------------


def _near(visit: Visit, asked: Search) -> NearInMeaning:
    """Return what is near in meaning; where nothing can be, why."""
    try:
        words = words_sought(asked.query) if asked.query else ""
        if not words:
            raise UsageError("the query has no words whose meaning could be compared", next_step="add words to it")
        looked_for = sought(encoder_of(visit.case.settings), words)
        with visit.graph() as graph:
            near = meant_by(graph, msgspec.structs.replace(asked, by_meaning=_MEANT), looked_for)
    except (EngineMissing, NotFound, UsageError) as error:
        return NearInMeaning(hits=(), notes=(), problem=error.what, next_step=error.next_step)
    exhibits = [one.exhibit for one in near.hits]
    visit.consulted("search meaning", asked=asked.query, exhibits=exhibits, results=len(near.hits))
    return NearInMeaning(hits=near.hits, notes=(NOT_EXACT, *near.notes))


# --- API -----------------------------------------------------------------------------------------------------------


@router.get("/api/search", responses=answers(Searched))
def api_search(
    visit: Looking, asked: Asked, after: After = 0, limit: Annotated[int, Query(ge=1, le=200)] = PAGE
) -> Response:
    """Search the text of everything read: hits, the best first, from `after` on."""
    return said(_searched(visit, msgspec.structs.replace(asked, limit=limit), after=after))


@router.get("/api/search/facets", responses=answers(Facets))
def api_facets(visit: Looking, asked: Asked) -> Response:
    """Count all hits of a search by what can be chosen with `f`."""
    with visit.graph() as graph:
        found = counted(graph, asked)
    visit.consulted("search facets", asked=asked.query, results=len(found))
    return said(Facets(facets=found))


@router.get("/api/search/meaning", responses=answers(NearInMeaning))
def api_meaning(visit: Looking, asked: Asked) -> Response:
    """Find what is near in meaning to the words of a query; `problem` says why nothing can be."""
    return said(_near(visit, asked))
