"""The list of exhibits, and the API over exhibits, their words and segments."""

from __future__ import annotations

import csv
import io
from typing import Annotated, Final, Literal
from urllib.parse import urlencode

import msgspec
from fastapi import APIRouter, Query, Response

from evidence.errors import UsageError
from graph import opened, queries
from graph.answers import ExhibitLine, SegmentText
from workbench.printing import cut_off
from workbench.web.api import answers
from workbench.web.desk import Looking
from workbench.web.pages import page, said
from workbench.web.rooms.evidence import MOST, UNIT, unit_of

router = APIRouter()
_PAGE: Final = 100
_CSV: Final = 100_000
_SORT = Literal["number", "name", "type", "outcome", "custodian", "size", "received"]
_COLUMNS: Final = (
    "number", "name", "media_type", "outcome", "reason", "custodian", "authority", "size_bytes", "received_at", "sha256",
)  # fmt: skip
Text = Annotated[str, Query(max_length=300)]


class ExhibitOpened(msgspec.Struct, frozen=True, kw_only=True):
    """An exhibit, its parts, and what came out of it."""

    exhibit: ExhibitLine
    units: tuple[opened.UnitHere, ...]
    more_units: bool
    children: tuple[opened.RelativeLine, ...]
    facts: dict[str, str]
    sealed_segments: int


class UnitWords(msgspec.Struct, frozen=True, kw_only=True):
    """The words of a page (minute, frame), with boxes or times and raw scores from 0 to 1000; -1 where there is none."""

    exhibit: str
    unit_kind: str
    unit: int
    segments: tuple[SegmentText, ...]
    words: tuple[opened.WordsOf, ...]


class Segments(msgspec.Struct, frozen=True, kw_only=True):
    """Some segments of an exhibit in their order, and how many there are."""

    total: int
    after: int
    segments: tuple[SegmentText, ...]


@router.get("/exhibits")
def exhibits(
    visit: Looking,
    outcome: Text = "",
    custodian: Text = "",
    type: Text = "",
    named: Text = "",
    reason: Annotated[str, Query(max_length=2000)] = "",
    sort: _SORT = "number",
    down: bool = False,
    after: Annotated[int, Query(ge=0, le=MOST)] = 0,
    form: Literal["", "csv"] = "",
) -> Response:
    """Show the exhibits that fit, one line each; `form=csv` hands them out as a file."""
    asked = {"outcome": outcome, "custodian": custodian, "type": type, "named": named, "reason": reason, "sort": sort}
    limit, first = (_CSV, 0) if form else (_PAGE, after)
    with visit.graph() as graph:
        found = opened.list_exhibits(
            graph, outcome=outcome, custodian=custodian, family=type, named=named, reason=reason, sort=sort, down=down,
            limit=limit, after=first,
        )  # fmt: skip
        facets = opened.exhibit_facets(graph)
    outcomes = dict(facets["outcome"])
    told = " ".join(f"{name} {value!r}" for name, value in asked.items() if value and name != "sort")
    visit.consulted(
        "exhibits", asked=told or "all", exhibits=[one.number for one in found.exhibits], results=found.total
    )
    if form:
        return _csv(found)
    kept = {name: value for name, value in (asked | {"down": "true" if down else ""}).items() if value}
    return page(
        visit, "evidence_list.html", found=found, facets=facets, status={"received": sum(outcomes.values()), "read": 0} | outcomes, asked=asked, down=down, step=_PAGE, most=_CSV,
        address=lambda **more: "?" + urlencode({k: v for k, v in (kept | more).items() if v not in ("", None)}),
    )  # fmt: skip


def _csv(found: opened.ExhibitList) -> Response:
    sink = io.StringIO()
    writer = csv.writer(sink)
    writer.writerow(_COLUMNS)
    for one in found.exhibits:
        writer.writerow([plain_cell(str(getattr(one, column))) for column in _COLUMNS])
    if cut := cut_off(len(found.exhibits), found.total, "exhibits"):
        writer.writerow([cut])
    headers = {"content-disposition": 'attachment; filename="exhibits.csv"'}
    return Response(sink.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def plain_cell(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula (CWE-1236)."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


@router.get("/api/exhibits", responses=answers(opened.ExhibitList))
def api_exhibits(
    visit: Looking,
    outcome: Text = "",
    custodian: Text = "",
    type: Text = "",
    named: Text = "",
    reason: Annotated[str, Query(max_length=2000)] = "",
    sort: _SORT = "number",
    down: bool = False,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    after: Annotated[int, Query(ge=0, le=MOST)] = 0,
) -> Response:
    """List exhibits: by `outcome` (`not read`: all but read), `custodian`, `type` (a media type or its beginning), `named`."""
    with visit.graph() as graph:
        found = opened.list_exhibits(
            graph, outcome=outcome, custodian=custodian, family=type, named=named, reason=reason, sort=sort, down=down,
            limit=limit, after=after,
        )  # fmt: skip
    numbers = [one.number for one in found.exhibits]
    visit.consulted("exhibits", asked=outcome or type or custodian or "all", exhibits=numbers, results=found.total)
    return said(found)


@router.get("/api/exhibits/{number:path}/words", responses=answers(UnitWords))
def api_words(visit: Looking, number: str, unit: Annotated[str, Query(max_length=20, pattern=UNIT)] = "p1") -> Response:
    """Give the words of a unit (`p3`, `t2`, `v1`; a plain number is a page) with boxes, times and raw scores."""
    kind, which = unit_of(unit)
    kind = kind or "page"
    if not which:
        raise UsageError(f"{unit!r} names no unit", next_step="give its letter and number, such as p3")
    with visit.graph() as graph:
        exhibit = queries.exhibit_line(graph, number)
        opened.unit_here(graph, exhibit.number, kind, which)
        texts, _ = opened.segments_in(graph, exhibit.number, unit_kind=kind, unit=which, limit=10_000)
        words = opened.words_in(graph, exhibit.number, unit_kind=kind, unit=which)
    visit.consulted("words", asked=f"{exhibit.number} {unit}", exhibits=[exhibit.number], results=len(texts))
    return said(UnitWords(exhibit=exhibit.number, unit_kind=kind, unit=which, segments=texts, words=words))


@router.get("/api/exhibits/{number:path}", responses=answers(ExhibitOpened))
def api_exhibit(visit: Looking, number: str, after: Annotated[int, Query(ge=0, le=MOST)] = 0) -> Response:
    """Give an exhibit with its units (a thousand from `after`), what came out of it and what its file states."""
    with visit.graph() as graph:
        exhibit = queries.exhibit_line(graph, number)
        units = opened.units_here(graph, exhibit.number, limit=1001, after=after)
        answer = ExhibitOpened(
            exhibit=exhibit,
            units=units[:1000],
            more_units=len(units) > 1000,
            children=opened.relatives(graph, exhibit.number),
            facts=opened.facts_of(graph, exhibit.number),
            sealed_segments=opened.sealed_within(graph, exhibit.number),
        )
    visit.consulted("exhibit", asked=exhibit.number, exhibits=[exhibit.number], results=1)
    return said(answer)


@router.get("/api/segments", responses=answers(Segments))
def api_segments(
    visit: Looking,
    exhibit: Annotated[str, Query(max_length=200)] = "",
    unit: Annotated[str, Query(max_length=20, pattern=UNIT)] = "",
    segment: Annotated[str, Query(max_length=200)] = "",
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    after: Annotated[int, Query(ge=0, le=MOST)] = 0,
) -> Response:
    """Give one `segment` by its id, or those of an `exhibit` or of one of its units, in order."""
    if bool(exhibit) == bool(segment):
        raise UsageError("segments of what?", next_step="give either an exhibit or a segment")
    kind, which = unit_of(unit)
    found: tuple[SegmentText, ...]
    with visit.graph() as graph:
        if segment:
            found, total = (queries.segment(graph, segment),), 1
        else:
            number = queries.exhibit_line(graph, exhibit).number
            found, total = opened.segments_in(graph, number, unit_kind=kind, unit=which, limit=limit, after=after)
    numbers = {one.exhibit for one in found} or {exhibit}
    visit.consulted("segments", asked=segment or f"{exhibit} {unit}".strip(), exhibits=list(numbers), results=total)
    return said(Segments(total=total, after=after, segments=found))
