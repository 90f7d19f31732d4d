"""The evidence itself: an exhibit opened at a place, what is known there, its pictures and its bytes."""

from __future__ import annotations

import re
import threading
import weakref
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Query, Request, Response
from starlette.responses import FileResponse

from evidence.case import Case
from evidence.digest import Sha256
from evidence.errors import IntegrityError, NotFound, Refused, Unreadable
from evidence.records import segment_id
from evidence.state import fold
from extractors.patterns import KINDS
from flows.drawing import Drawing, Drawn
from flows.original import refuse_sealed
from graph import opened, queries
from graph.answers import ExhibitLine, SegmentText
from graph.project import Graph
from workbench.web.api import hands_out
from workbench.web.desk import Looking, Visit
from workbench.web.errors import status_of
from workbench.web.pages import page
from workbench.web.under_review import REASON, told
from workbench.web.views import KIND_OF_LETTER, At, View, nothing, view_of
from workbench.web.views.known import Known, around, history, is_lit, known_here, unit_address
from workbench.web.views.pages import sheet_of

router = APIRouter()
MOST: Final = 2_000_000_000
UNIT: Final = r"^[a-z]?[0-9]{0,9}$"
_one_drawing = threading.Lock()


@router.get("/evidence/{number:path}/original", **hands_out("application/octet-stream", ranges=True))
def original(visit: Looking, number: str) -> Response:
    """Hand out the bytes as they were received, hashed again first; that they were is in the access record."""
    with visit.graph() as graph:
        exhibit = queries.exhibit_line(graph, number)
    refuse_sealed(fold(visit.case.custody.events()), exhibit.number)
    vault, sha256 = visit.case.vault, Sha256(exhibit.sha256)
    if problem := vault.check(sha256):
        said = "missing" if problem == "missing" else "no longer what was received: its hash differs"
        raise IntegrityError(
            f"the original of {exhibit.number} is {problem if 'in place' in problem else said}",
            next_step="run `casegraph verify` on the case, and restore the file from the seized copy",
        )
    visit.consulted("original", asked=exhibit.number, exhibits=[exhibit.number], results=1)
    name = re.sub(r"[^\w.\- ]", "_", exhibit.name.replace("\\", "/").rpartition("/")[2])[-120:] or "original"
    return FileResponse(
        vault.path(sha256),
        media_type="application/octet-stream",
        filename=f"{exhibit.number.replace('/', '-')}_{name}",
        content_disposition_type="attachment",
    )


@router.get("/evidence/{number:path}/picture", **hands_out("image/png", "image/jpeg"))
def picture(
    visit: Looking,
    number: str,
    unit: Annotated[str, Query(max_length=20, pattern=UNIT)] = "",
    ms: Annotated[int, Query(ge=-1, le=MOST)] = -1,
) -> Response:
    """Draw a page (`unit=p3`) or the frame of a film at `ms` milliseconds; recorded once a sitting for each exhibit."""
    with visit.graph() as graph:
        exhibit = queries.exhibit_line(graph, number)
        partly = opened.sealed_within(graph, exhibit.number) > 0
        sheet = sheet_of(graph, exhibit.number, unit_of(unit)[1])[0] if ms < 0 else None
    if partly:
        refuse_beside_sealed(visit.case, exhibit.number, sheet.unit if sheet else 0)
    visit.consulted_once("picture", asked=exhibit.number, exhibit=exhibit.number)
    drawn = _drawn(visit, exhibit, sheet.unit if sheet else 0, sheet.dpi if sheet else 0, ms)
    return Response(drawn.data, media_type=drawn.media_type)


def refuse_beside_sealed(case: Case, number: str, unit: int) -> None:
    """Raise Refused for a page on which something is sealed; with unit 0, a film or a recording, where anything in it is."""
    sealed = fold(case.custody.events()).sealed_segments
    if any(
        exhibit == number and (not unit or kind != "page" or page_no == unit) for exhibit, kind, page_no, _ in sealed
    ):
        raise Refused(
            "a part of this page is sealed: its picture is not shown", next_step="read what is open beside it"
        )


def _drawn(visit: Visit, exhibit: ExhibitLine, unit: int, dpi: int, ms: int) -> Drawn:
    drawing = drawing_of(visit.request)
    media_type, size = exhibit.media_type, exhibit.size_bytes
    if unit:
        return drawing.page(exhibit.number, exhibit.sha256, media_type=media_type, page=unit, dpi=dpi, size_bytes=size)
    return drawing.frame(exhibit.number, exhibit.sha256, media_type=media_type, at_ms=ms, size_bytes=size)


def drawing_of(request: Request) -> Drawing:
    """Return what draws for this application; its workers start with the first picture and end with it."""
    app = request.app
    with _one_drawing:
        if not hasattr(app.state, "drawing"):
            app.state.drawing = Drawing(app.state.desk.case)
            weakref.finalize(app, app.state.drawing.close)
        made: Drawing = app.state.drawing
        return made


@router.get("/evidence/{number:path}/history", **hands_out("text/html"))
def history_of(visit: Looking, number: str) -> Response:
    """Show what the custody chain says of an exhibit, and what its file states of itself: a piece of the exhibit's page."""
    with visit.graph() as graph:
        exhibit = queries.exhibit_line(graph, number)
        facts = opened.facts_of(graph, exhibit.number)
    visit.consulted_once("history", asked=exhibit.number, exhibit=exhibit.number)
    return page(visit, "evidence_history.html", exhibit=exhibit, facts=facts, lines=history(visit.case, exhibit.number))


@router.get("/evidence/{number:path}")
def evidence(
    visit: Looking,
    number: str,
    at: Annotated[str, Query(max_length=200)] = "",
    start: Annotated[int, Query(alias="from", ge=-1, le=MOST)] = -1,
    to: Annotated[int, Query(ge=-1, le=MOST)] = -1,
    unit: Annotated[str, Query(max_length=20, pattern=UNIT)] = "",
    row: Annotated[str, Query(max_length=9, pattern=r"^[0-9]*$")] = "",
    after: Annotated[int, Query(ge=0, le=MOST)] = 0,
) -> Response:
    """Open an exhibit at a segment and a span of it, or at a unit: `unit=3`, `unit=c3` for the third conversation, `row=41`."""
    with visit.graph() as graph:
        exhibit = queries.exhibit_line(graph, number)
        if row.strip("0"):
            at = segment_id(exhibit.number, "table", unit_of(unit)[1] or 1, int(row))
        place, segment, view, code = _opened(visit, graph, exhibit, at=at, start=start, end=to, unit=unit, after=after)
        known, beside = _known(visit, graph, exhibit, place, segment), around(graph, exhibit, place)
    seen = [exhibit.number, *view.others]
    visit.consulted("evidence", asked=exhibit.number + (f" {at}" if at else ""), exhibits=seen, results=1)
    return page(
        visit, "evidence.html", code=code, exhibit=exhibit, at=place, segment=segment, view=view, known=known,
        beside=beside, is_lit=is_lit, unit_address=unit_address, judge=judged_here(visit), kinds=KINDS, reason=REASON,
    )  # fmt: skip


def judged_here(visit: Visit) -> Literal["", "here", "apart"]:
    """Return whether this person judges readings: not at all, here, or in Review, where two are to judge them apart."""
    if not visit.may("review"):
        return ""
    return "apart" if visit.case.settings.second_reviewer else "here"


def _known(visit: Visit, graph: Graph, exhibit: ExhibitLine, at: At, segment: SegmentText | None) -> Known:
    """Return what is known here; to whoever is to judge apart, no verdict that is still before them."""
    me = visit.actor.name if judged_here(visit) == "apart" else ""
    return known_here(graph, exhibit, at, segment, me=me, told=told(visit.case.root, visit.actor.name))


def _opened(
    visit: Visit, graph: Graph, exhibit: ExhibitLine, *, at: str, start: int, end: int, unit: str, after: int
) -> tuple[At, SegmentText | None, View, int]:
    """Return the place, its segment, the view and the status; where it cannot be shown the view says why."""
    place, segment = At(after=after), None
    try:
        place, segment = _place(graph, exhibit, segment=at, start=start, end=end, unit=unit, after=after)
        return place, segment, view_of(visit, graph, exhibit, place), 200
    except (NotFound, IntegrityError, Unreadable) as error:
        return place, segment, nothing.told(error.what, error.next_step), status_of(error)


def _place(
    graph: Graph, exhibit: ExhibitLine, *, segment: str, start: int, end: int, unit: str, after: int
) -> tuple[At, SegmentText | None]:
    kind, which = unit_of(unit)
    here = None
    if segment:
        here = queries.segment(graph, segment)
        if here.exhibit != exhibit.number:
            raise NotFound(f"{segment} is not in {exhibit.number}", next_step=f"open {here.exhibit}")
        kind, which = here.unit_kind, here.unit
    elif not kind:
        kind = next((one.unit_kind for one in opened.units_here(graph, exhibit.number) if which in (0, one.unit)), "")
    lit = here is not None and end > start >= 0
    at = At(
        segment=segment, start=start if lit else -1, end=end if lit else -1, unit_kind=kind, unit=which, after=after
    )
    return at, here


def unit_of(unit: str) -> tuple[str, int]:
    """Return the kind and number of what an address calls `p3`; a plain number is of no kind."""
    letter, digits = (unit[:1], unit[1:]) if unit[:1].isalpha() else ("", unit)
    return KIND_OF_LETTER.get(letter, ""), int(digits or 0)
