"""Going through readings one by one: the queue, the evidence of each, and the decisions that people make."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Annotated, Any, Final, Literal

import msgspec
from fastapi import APIRouter, Body, Query, Response

from evidence.acts import (
    Act,
    MentionAdded,
    MentionAnchor,
    MentionDecided,
    SegmentTagged,
    TextCorrected,
    UnderminingScheduled,
)
from evidence.digest import Sha256
from evidence.errors import NotFound, Refused, UsageError
from evidence.locator import FramePlace, PagePlace
from evidence.records import SealKind
from evidence.state import fold
from exports.pieces import PagePiece, SoundPiece
from extractors.patterns import KINDS
from flows.shown import shown_of
from graph import queries, review, sources
from graph.anchors import anchor_id
from graph.answers import SegmentText
from graph.opened import sealed_within
from graph.project import Graph
from graph.review import Between, Progress, Queue, Verdict
from workbench import deciding
from workbench.judging import withdrawal
from workbench.readings import known_kind
from workbench.sampling import on_record
from workbench.web.api import answers
from workbench.web.desk import Looking, Reviewing, Visit, Writing
from workbench.web.pages import page, said
from workbench.web.pieces import pieces_of
from workbench.web.rooms.evidence import refuse_beside_sealed
from workbench.web.under_review import REASON, Item, is_apart, items, told

router = APIRouter()

_AROUND_MS: Final = 1_500
_ONE_AT_A_TIME: Final = threading.Lock()
"""Held from looking whether somebody else judged a reading until the verdict is written."""

_OF_READINGS: Final = (MentionDecided, MentionAdded, TextCorrected)
_OF_SEGMENTS: Final = (SegmentTagged, UnderminingScheduled)
"""What whoever writes findings writes of a segment, and may take back."""

Which = Literal["first", "second", "settle", "sample"]
MentionId = Annotated[str, Query(max_length=40)]
Line = Annotated[str, Body(embed=True, max_length=2_000)]
Word = Annotated[str, Body(embed=True, max_length=2_000)]
Short = Annotated[str, Body(embed=True, max_length=200)]
Number = Annotated[int, Body(embed=True, ge=0, le=2**53)]
Code = Annotated[int, Query(ge=0, le=2**31 - 1)]


class QueueAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The next readings of a queue, and how far people are with it."""

    items: tuple[Item, ...]
    progress: Progress
    between: Between | None
    """How two reviewers agree, where the settings ask for two."""
    left: int
    """How many this queue holds now, these among them."""


class HowFar(msgspec.Struct, frozen=True, kw_only=True):
    """How far people are with a queue, and how two reviewers agree where the settings ask for two."""

    progress: Progress
    between: Between | None


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    """What was written, by ledger line, and what others had said where it was judged apart."""

    seqs: tuple[int, ...]
    done: str
    others: tuple[Verdict, ...] = ()
    agrees: bool = True


class SealedNow(msgspec.Struct, frozen=True, kw_only=True):
    """What was closed, and what of the same bytes is still open."""

    seq: int
    done: str
    same_bytes: tuple[str, ...]


class _Stands(msgspec.Struct, frozen=True, kw_only=True):
    """A reading as the person who judges it was shown it."""

    kind: str
    quote: str
    value: str
    value_machine: str
    anchor: MentionAnchor


_Acts = Callable[[Graph, _Stands, int], list[Act]]
"""What to write of a reading as it stands, given which verdict of another person was shown before."""


# --- the page and its queue ----------------------------------------------------------------------------------------


@router.get("/review")
def review_page(visit: Reviewing) -> Response:
    """Show the queue; the readings come from the API."""
    with visit.graph() as graph:
        found = review.finders(graph)
        findings = [(one.id, one.sentence) for one in queries.findings(graph)]
    if findings:
        visit.consulted("review findings", asked=" ".join(name for name, _ in findings), results=len(findings))
    return page(
        visit, "review.html", kinds=KINDS, finders=found, findings=findings, reason=REASON,
        second=visit.case.settings.second_reviewer,
    )  # fmt: skip


@router.get("/api/review/queue", responses=answers(QueueAnswer))
def queue(
    visit: Reviewing,
    which: Which = "first",
    kind: Annotated[str, Query(max_length=60)] = "",
    exhibit: Annotated[str, Query(max_length=60)] = "",
    finder: Annotated[str, Query(max_length=60)] = "",
    draft: Literal["", "draft", "other"] = "",
    seed: Annotated[int, Query(ge=0, le=2**31)] = 0,
    n: Annotated[int, Query(ge=1, le=50)] = 12,
    first: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Response:
    """Give the next readings: what findings cite, what waits for a person, a random sample; or second looks, or what is to settle.

    What another person said of a reading is left out while this person is to judge it apart (setting `second_reviewer`).
    """
    asked = Queue(kind=kind, exhibit=exhibit.strip().upper(), finder=finder, draft=draft, seed=seed)
    two, me = visit.case.settings.second_reviewer, visit.actor.name
    with visit.graph() as graph:
        how_far = review.progress(graph, asked, me=me)
        between = review.between_reviewers(graph) if two else None
        turns, left = _turns(visit, graph, which, asked, how_far, between, n=n, first=first)
        if which == "settle":
            _told(visit).update(turns)
        found = items(graph, turns, me=me, apart=two, told=_told(visit))
    visit.consulted(
        "review",
        asked=f"{which} {kind} {exhibit}".strip(),
        exhibits=[exhibit for one in found for exhibit in (one.exhibit, *(e.strip.exhibit for e in one.elsewhere))],
        results=len(found),
    )
    return said(QueueAnswer(items=found, progress=how_far, between=between, left=left))


@router.get("/api/review/progress", responses=answers(HowFar))
def progress(
    visit: Reviewing,
    kind: Annotated[str, Query(max_length=60)] = "",
    exhibit: Annotated[str, Query(max_length=60)] = "",
    finder: Annotated[str, Query(max_length=60)] = "",
    draft: Literal["", "draft", "other"] = "",
) -> Response:
    """Count how far people are with a queue; shows no evidence."""
    asked = Queue(kind=kind, exhibit=exhibit.strip().upper(), finder=finder, draft=draft)
    with visit.graph() as graph:
        how_far = review.progress(graph, asked, me=visit.actor.name)
        between = review.between_reviewers(graph) if visit.case.settings.second_reviewer else None
    return said(HowFar(progress=how_far, between=between))


def _turns(
    visit: Visit,
    graph: Graph,
    which: Which,
    asked: Queue,
    how_far: Progress,
    between: Between | None,
    *,
    n: int,
    first: int,
) -> tuple[dict[str, str], int]:
    """Return what comes next with why, and how many there are."""
    match which:
        case "first":
            return dict(review.queue_turns(graph, asked, n=n, first=first)), how_far.counts.unreviewed
        case "second":
            if between is None:
                return {}, 0
            found = review.second_looks(graph, asked, me=visit.actor.name, n=n, first=first)
            return dict.fromkeys(found, "second"), how_far.second
        case "settle":
            open_ones = [pair.mention for pair in between.to_settle] if between else []
            return dict.fromkeys(open_ones[first : first + n], "settle"), len(open_ones)
        case "sample":
            waiting = _drawn(visit)
            return dict.fromkeys(waiting[first : first + n], "sample"), len(waiting)


def _drawn(visit: Visit) -> list[str]:
    """Return what nobody judged yet of the samples drawn on record, in the order of the draws."""
    return list(dict.fromkeys(name for one in on_record(visit.case) for name in one.waiting))


def _told(visit: Visit) -> set[str]:
    return told(visit.case.root, visit.actor.name)


@router.get("/api/review/reading", responses=answers(Item))
def reading(visit: Reviewing, mention: MentionId) -> Response:
    """Give one reading with every verdict on it; whoever asked for it no longer judges it apart."""
    with visit.graph() as graph:
        found = items(graph, {mention: "settle"}, me=visit.actor.name, apart=False)
    if not found:
        raise NotFound(f"there is no reading {mention}", next_step="open the queue again")
    _told(visit).add(mention)
    visit.consulted("review reading", asked=mention, exhibits=[found[0].exhibit], results=1)
    return said(found[0])


@router.get("/api/review/words", responses=answers(SegmentText))
def words(visit: Reviewing, segment: Annotated[str, Query(max_length=80)]) -> Response:
    """Give a segment whole, to mark words in it."""
    with visit.graph() as graph:
        found = queries.segment(graph, segment)
    visit.consulted("review words", asked=segment, exhibits=[found.exhibit], results=1)
    return said(found)


def _answers_piece(media_type: str) -> dict[int | str, dict[str, Any]]:
    """Return what a route that gives a piece of evidence answers."""
    failed = {code: told for code, told in answers(Item).items() if code != 200}
    return {200: {"description": "The piece.", "content": {media_type: {}}}, **failed}


# --- pieces of the evidence ----------------------------------------------------------------------------------------


@router.get("/api/review/crop", response_class=Response, responses=_answers_piece("image/png"))
def crop(visit: Looking, segment: Annotated[str, Query(max_length=80)], start: Code = 0, end: Code = 0) -> Response:
    """Draw the piece of the page or frame on which these code points of a segment stand, their words boxed (PNG)."""
    with visit.graph() as graph:
        text = queries.segment(graph, segment)
        if not isinstance(text.place, PagePlace | FramePlace):
            raise NotFound(f"{segment} stands on no page", next_step="its text is beside it")
        boxes = sources.span_spot(graph, segment, start, end).boxes if end > start else ()
        media_type = queries.exhibit_line(graph, text.exhibit).media_type
    piece = PagePiece(path=_original(visit, text), media_type=media_type, place=text.place, boxes=boxes)
    return _piece(pieces_of(visit.case).draw(piece), "image/png")


@router.get("/api/review/sound", response_class=Response, responses=_answers_piece("audio/wav"))
def sound(visit: Looking, segment: Annotated[str, Query(max_length=80)], start: Code = 0, end: Code = 0) -> Response:
    """Give the seconds in which these code points of a segment are said (WAV)."""
    return _piece(pieces_of(visit.case).draw(_seconds(visit, segment, start, end, loudness=False)), "audio/wav")


@router.get("/api/review/loudness", response_class=Response, responses=_answers_piece("image/svg+xml"))
def loudness(visit: Looking, segment: Annotated[str, Query(max_length=80)], start: Code = 0, end: Code = 0) -> Response:
    """Draw the loudness of those seconds, the words framed (SVG)."""
    return _piece(pieces_of(visit.case).draw(_seconds(visit, segment, start, end, loudness=True)), "image/svg+xml")


def _seconds(visit: Visit, segment: str, start: int, end: int, *, loudness: bool) -> SoundPiece:
    with visit.graph() as graph:
        text = queries.segment(graph, segment)
        spot = sources.span_spot(graph, segment, start, end)
    if spot.start_ms < 0:
        raise NotFound(f"{segment} stands in no recording", next_step="its text is beside it")
    from_ms = max(0, spot.start_ms - _AROUND_MS)
    return SoundPiece(
        path=_original(visit, text), from_ms=from_ms, to_ms=spot.end_ms + _AROUND_MS, start_ms=spot.start_ms,
        end_ms=spot.end_ms, loudness=loudness,
    )  # fmt: skip


def _original(visit: Visit, text: SegmentText) -> str:
    """Return where the original of a passage stands, hashed; refuses where a picture or the seconds could show what is sealed."""
    with visit.graph() as graph:
        exhibit = queries.exhibit_line(graph, text.exhibit)
        partly = sealed_within(graph, exhibit.number) > 0
    if partly:
        refuse_beside_sealed(visit.case, exhibit.number, text.place.page if isinstance(text.place, PagePlace) else 0)
    visit.consulted_once("review piece", asked=text.id, exhibit=exhibit.number)
    return str(shown_of(visit.case).original(Sha256(exhibit.sha256)))


def _piece(data: bytes, media_type: str) -> Response:
    return Response(data, media_type=media_type, headers={"cache-control": "private, no-store"})


# --- decisions -----------------------------------------------------------------------------------------------------


@router.post("/api/mentions/{mention}/decision", responses=answers(Decided))
def decide(
    visit: Reviewing,
    mention: str,
    verdict: Annotated[Literal["confirm", "reject", "correct", "attribute"], Body(embed=True)],
    reason: Line,
    review_seq: Number = 0,
    value: Word = "",
    kind: Short = "",
) -> Response:
    """Judge one reading. `confirm` says that the exhibit says this, not that it is true.

    `review_seq` is that of the reading as it was shown: where somebody judged it since, nothing is written (409), except
    where two are to judge it apart.
    """
    plain(reason=reason, value=value, kind=kind)

    def acts(graph: Graph, stands: _Stands, seen: int) -> list[Act]:
        return [
            deciding.decision(
                visit.case, stands, stands.anchor, verdict=verdict, reason=reason, value=value, kind=kind, seen=seen
            )
        ]

    done = {"confirm": "Reading confirmed", "reject": "Rejected", "correct": "Corrected", "attribute": "Attributed"}
    return said(_judge(visit, mention, acts, review_seq=review_seq, done=done[verdict]))


@router.post("/api/mentions/{mention}/span", responses=answers(Decided))
def correct_span(
    visit: Reviewing,
    mention: str,
    start: Number,
    end: Number,
    reason: Line,
    review_seq: Number = 0,
    value: Word = "",
    kind: Short = "",
) -> Response:
    """Put the right words in place of the machine's: its reading is rejected, and yours added, in one go."""
    plain(reason=reason, value=value, kind=kind)

    def acts(graph: Graph, stands: _Stands, seen: int) -> list[Act]:
        where = stands.anchor.segment
        segment = anchor_id(where)
        text = queries.segment(graph, segment)
        anchor = sources.span_anchor(graph, segment, kind=kind or stands.kind, start=start, end=end)
        return [
            deciding.decision(visit.case, stands, stands.anchor, verdict="reject", reason=reason, seen=seen),
            deciding.addition(visit.case, anchor, source=text.source, value=value, reason=reason),
        ]

    return said(_judge(visit, mention, acts, review_seq=review_seq, done="Span corrected"))


def _judge(visit: Visit, mention: str, acts: _Acts, *, review_seq: int, done: str) -> Decided:
    """Write what a person said of a reading, unless somebody else said something since they were shown it."""
    me, two = visit.actor.name, visit.case.settings.second_reviewer
    with _ONE_AT_A_TIME, visit.graph() as graph:
        before = review.verdicts_on(graph, [mention])[mention]
        others = tuple(one for one in before if one.actor != me)
        apart = two and is_apart(before, me=me) and mention not in _told(visit)
        last = before[-1].seq if before else 0
        if not apart and last != review_seq and others:
            _refuse(before)
        seen = 0 if apart else max((one.seq for one in others), default=0)
        written = acts(graph, _stands(graph, mention, apart=apart), seen)
        head = visit.record(*written)
    if apart:
        _told(visit).add(mention)
    seqs = tuple(range(head - len(written) + 1, head + 1))
    return Decided(
        seqs=seqs, done=done, others=others if apart else (), agrees=not apart or _agrees(written[0], others)
    )


def _refuse(before: tuple[Verdict, ...]) -> None:
    if not before:
        raise Refused("this reading was opened again meanwhile", next_step="look at it again, then judge it")
    last = before[-1]
    raise Refused(
        f"meanwhile {last.actor} judged this reading ({last.verdict}: {last.reason})",
        next_step="look at what they said, then agree or disagree",
    )


def _agrees(act: Act, others: tuple[Verdict, ...]) -> bool:
    if not isinstance(act, MentionDecided):
        return False
    mine = (act.verdict, act.kind or act.anchor.kind, act.value or act.anchor.value)
    return review.said(others[0]) == (mine if act.verdict == "correct" else (act.verdict, "", ""))


def _stands(graph: Graph, mention: str, *, apart: bool) -> _Stands:
    found = queries.mentions(graph, [mention]).get(mention)
    if found is not None:
        return _Stands(
            kind=found.kind_machine if apart else found.kind,
            quote=found.quote,
            value=found.value_machine if apart else found.value,
            value_machine=found.value_machine,
            anchor=sources.anchor_of(graph, mention),
        )
    anchor = review.anchor_judged(graph, mention)
    return _Stands(kind=anchor.kind, quote=anchor.quote, value=anchor.value, value_machine=anchor.value, anchor=anchor)


@router.post("/api/mentions", responses=answers(Decided))
def add_mention(
    visit: Reviewing, segment: Short, start: Number, end: Number, kind: Short, reason: Line, value: Word = ""
) -> Response:
    """Add something that the machine missed: the code points of a segment, what it is, and how it reads."""
    plain(reason=reason, value=value, segment=segment)
    known_kind(kind)
    with visit.graph() as graph:
        source = queries.segment(graph, segment).source
        anchor = sources.span_anchor(graph, segment, kind=kind, start=start, end=end)
    act = deciding.addition(visit.case, anchor, source=source, value=value, reason=reason)
    return said(Decided(seqs=(visit.record(act),), done=f"{kind.replace('_', ' ')} {act.anchor.value} added"))


@router.post("/api/segments/correction", responses=answers(Decided))
def correct_text(visit: Reviewing, segment: Short, start: Number, end: Number, text: Word, reason: Line) -> Response:
    """Write how characters of a reading really are; the machine's stay beside yours, and both can be searched."""
    plain(reason=reason, text=text, segment=segment)
    with visit.graph() as graph:
        anchor = sources.span_anchor(graph, segment, kind="text", start=start, end=end)
    act = deciding.correction(anchor, text=text, reason=reason)
    return said(Decided(seqs=(visit.record(act),), done="Text corrected"))


@router.post("/api/decisions/{seq}/withdraw", responses=answers(Decided))
def withdraw(visit: Writing, seq: int, reason: Line, wait: bool = False) -> Response:
    """Take back a decision, addition, correction, tag or line of the schedule, by its ledger line; the record keeps both.

    Tags and the schedule take the role analyse or review, as writing them does; all else takes review. With `wait` the answer comes once the graph no longer tells it.
    """
    plain(reason=reason)
    if not 0 < seq <= visit.case.custody.size():
        raise NotFound(f"there is no ledger line {seq}", next_step="the decisions of a reading stand beside it")
    made = next(iter(visit.case.custody.events(after=seq - 1, only=lambda line: line.seq == seq)), None)
    if made is None or not isinstance(made.act, (*_OF_READINGS, *_OF_SEGMENTS)):
        raise NotFound(
            f"ledger line {seq} is no decision on a reading", next_step="the decisions of a reading stand beside it"
        )
    if not isinstance(made.act, _OF_SEGMENTS):
        visit.needs("review")
    act = withdrawal(visit.case, seq, reason=reason)
    return said(Decided(seqs=(visit.record(act, wait=wait),), done=f"Line {seq} withdrawn"))


@router.post("/api/seals", responses=answers(SealedNow))
def seal(visit: Reviewing, what: Short, kind: Annotated[SealKind, Body(embed=True)], reason: Line) -> Response:
    """Close an exhibit with all it holds, or one segment: gone from search, graph, counts and exports."""
    plain(reason=reason, what=what)
    with visit.graph() as graph:
        act = deciding.seal(visit.case, graph, what, kind=kind, reason=reason)
    seq = visit.record(act, wait=True)
    alike = deciding.same_bytes(fold(visit.case.custody.events()), what)
    return said(SealedNow(seq=seq, done=f"{what} is sealed ({kind})", same_bytes=tuple(alike)))


def plain(**given: str) -> None:
    """Raise UsageError where something holds what nobody can type or a record cannot keep."""
    for name, text in given.items():
        if any(character < " " and character not in "\n\t" for character in text) or not _encodable(text):
            raise UsageError(f"the {name} holds characters that cannot be kept", next_step="type it again")


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
