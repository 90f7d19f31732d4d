"""What the evidence page asks for after it opened: sound, loudness, small pictures, more of a conversation, a message's HTML."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import msgspec
from fastapi import APIRouter, Query, Response
from markupsafe import Markup
from starlette.responses import FileResponse

from evidence.digest import Sha256
from evidence.errors import IntegrityError, NotFound, Refused, UsageError
from extractors.playing import STEP_MS, bars, is_recording, played_as
from flows.shown import Shown, shown_of
from graph import queries
from graph.answers import ExhibitLine, SegmentText
from graph.project import Graph
from graph.sources import HeardWord, heard_words, reading_facts
from graph.talk import Conversation, Letter, conversation, first_on, letter
from graph.threads import ThreadDetail
from workbench.web.api import answers, hands_out
from workbench.web.app import FRAMED
from workbench.web.desk import Looking, Visit
from workbench.web.pages import page, said
from workbench.web.views import At
from workbench.web.views.chat import STEP, bubbles
from workbench.web.views.mail import opened, thread_of

router = APIRouter()
_MOST_MS: Final = 1_000_000_000
_MOST: Final = 2_000_000_000
_AT_MOST: Final = 200
_SUFFIX: Final = {
    "audio/wav": ".wav", "audio/mpeg": ".mp3", "audio/ogg": ".ogg", "audio/flac": ".flac", "audio/mp4": ".m4a",
    "audio/webm": ".weba", "video/mp4": ".mp4", "video/webm": ".webm",
}  # fmt: skip
Ordinal = Annotated[int, Query(ge=0, le=_MOST)]
Which = Annotated[str, Query(max_length=64)]
Day = Annotated[str, Query(pattern=r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$", max_length=10)]


class Loudness(msgspec.Struct, frozen=True, kw_only=True):
    """How loud a stretch of a recording is, in equal slices."""

    exhibit: str
    duration_ms: int
    first_ms: int
    last_ms: int
    peaks: tuple[int, ...]
    """The greatest magnitude of each slice, 0 to 255 of full scale."""


class Utterance(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a transcript with the times of its words, where the engine gave them."""

    segment: SegmentText
    words: tuple[HeardWord, ...]


class Transcript(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch of a transcript."""

    exhibit: str
    utterances: tuple[Utterance, ...]
    later: int
    """Utterances after these."""


class InMail(msgspec.Struct, frozen=True, kw_only=True):
    """A message and its thread."""

    letter: Letter
    thread: ThreadDetail | None


# --- who may, and what is written down -----------------------------------------------------------------------------


def _open(visit: Visit, number: str, *, whole: bool = True) -> ExhibitLine:
    """Return an exhibit whose bytes are wanted, and record that they were looked at, once in a session.

    Raises NotFound; Refused where a part of it is sealed, since sound and pictures would show that too.
    """
    with visit.graph() as graph:
        exhibit = queries.exhibit_line(graph, number)
        if whole and queries.sealed_within(graph, exhibit.number):
            raise Refused(
                f"a part of {exhibit.number} is sealed: its bytes are not shown",
                next_step="the text that is not sealed stays readable",
            )
    visit.consulted_once("media", asked=exhibit.number, exhibit=exhibit.number)
    return exhibit


def _shown(visit: Visit) -> Shown:
    return shown_of(visit.case)


def _received(exhibit: ExhibitLine) -> Sha256:
    if not exhibit.sha256:
        raise NotFound(f"the bytes of {exhibit.number} were never received", next_step="see its outcome")
    return Sha256(exhibit.sha256)


def _file(path: Path, media_type: str, name: str) -> Response:
    """Return a file as exactly what we know it to be; browsers may ask for ranges of it."""
    try:
        found = path.stat()
    except OSError as error:
        raise IntegrityError(f"{name} is no longer there", next_step="run `casegraph verify CASE`") from error
    return FileResponse(
        path, media_type=media_type, filename=name, stat_result=found, content_disposition_type="inline"
    )


def _named(exhibit: ExhibitLine, suffix: str) -> str:
    return exhibit.number.replace("/", "-") + suffix


# --- recordings ----------------------------------------------------------------------------------------------------


@router.get("/media/original/{number:path}", **hands_out(*_SUFFIX, ranges=True))
def original(visit: Looking, number: str) -> Response:
    """Send the very bytes of a recording or film that browsers play, or a range of them."""
    exhibit = _open(visit, number)
    with visit.graph() as graph:
        plays = played_as(exhibit.media_type, reading_facts(graph, exhibit.number))
    if not plays:
        raise NotFound(
            f"{exhibit.number} is nothing that a browser plays as it is", next_step="its sound may be played as WAV"
        )
    return _file(_shown(visit).original(_received(exhibit)), plays, _named(exhibit, _SUFFIX[plays]))


@router.get("/media/sound/{number:path}", **hands_out("audio/wav", ranges=True))
def sound(visit: Looking, number: str) -> Response:
    """Send the sound of any recording or film as WAV (16 kHz, mono), made on the shelf by a worker."""
    exhibit = _recording(visit, number)
    made = _shown(visit).file("sound", _received(exhibit), exhibit.media_type)
    return _file(made, "audio/wav", _named(exhibit, "-sound.wav"))


def _recording(visit: Visit, number: str) -> ExhibitLine:
    exhibit = _open(visit, number)
    if not is_recording(exhibit.media_type):
        raise NotFound(f"{exhibit.number} is no recording", next_step="open the exhibit itself")
    return exhibit


@router.get("/media/picture/{number:path}", **hands_out("image/jpeg", ranges=True))
def picture(visit: Looking, number: str, at_ms: Annotated[int, Query(ge=0, le=_MOST_MS)] = 0) -> Response:
    """Send a small JPEG of a picture, or of a film's frame, made by a worker; without the original's metadata."""
    exhibit = _open(visit, number)
    if not exhibit.media_type.startswith(("image/", "video/")):
        raise NotFound(f"{exhibit.number} is no picture", next_step="open the exhibit itself")
    at_ms = at_ms if exhibit.media_type.startswith("video/") else 0
    made = _shown(visit).file("picture", _received(exhibit), exhibit.media_type, at_ms=at_ms)
    return _file(made, "image/jpeg", _named(exhibit, "-small.jpg"))


@router.get("/api/loudness/{number:path}", responses=answers(Loudness))
def loudness(
    visit: Looking,
    number: str,
    first_ms: Annotated[int, Query(ge=0, le=_MOST_MS)] = 0,
    last_ms: Annotated[int, Query(ge=0, le=_MOST_MS)] = 0,
    count: Annotated[int, Query(ge=1, le=6_000)] = 1_200,
) -> Response:
    """Say how loud a recording is, whole or from one time to another, in at most `count` slices."""
    exhibit = _recording(visit, number)
    levels = _shown(visit).file("loudness", _received(exhibit), exhibit.media_type).read_bytes()
    whole_ms = len(levels) * STEP_MS
    first, last = min(first_ms, whole_ms), min(last_ms or whole_ms, whole_ms)
    peaks = bars(levels, first_ms=first, last_ms=max(first, last), count=count)
    return said(
        Loudness(exhibit=exhibit.number, duration_ms=whole_ms, first_ms=first, last_ms=max(first, last), peaks=peaks)
    )


@router.get("/api/transcript/{number:path}", responses=answers(Transcript))
def transcript(
    visit: Looking, number: str, after: Ordinal = 0, limit: Annotated[int, Query(ge=1, le=1_000)] = _AT_MOST
) -> Response:
    """Give the utterances of a recording with the times of their words, from the one after the first `after`."""
    with visit.graph() as graph:
        exhibit = queries.exhibit_line(graph, number)
        spoken = [one for one in queries.segments_of(graph, exhibit.number) if one.unit_kind == "minute"]
        here = spoken[after : after + limit]
        words = heard_words(graph, [one.id for one in here])
    visit.consulted("transcript", asked=exhibit.number, exhibits=[exhibit.number], results=len(here))
    made = tuple(Utterance(segment=one, words=words.get(one.id, ())) for one in here)
    return said(Transcript(exhibit=exhibit.number, utterances=made, later=max(0, len(spoken) - after - len(here))))


# --- conversations -------------------------------------------------------------------------------------------------


@router.get("/api/conversations/{number:path}", responses=answers(Conversation))
def talk(
    visit: Looking, number: str, unit: Ordinal = 1, at: Ordinal = 0, before: Ordinal = 0, after: Ordinal = 0,
    party: Which = "", on: Day = "", limit: Annotated[int, Query(ge=1, le=_AT_MOST)] = STEP,
) -> Response:  # fmt: skip
    """Give a stretch of a conversation: around ordinal `at`, `before` or `after` one, or `on` a day; of one sender where asked."""
    with visit.graph() as graph:
        held = _stretch(graph, number, unit=unit, at=at, before=before, after=after, party=party, on=on, limit=limit)
    asked = f"{held.exhibit} conversation {unit}, {held.first} to {held.last}"
    visit.consulted("conversation", asked=asked, exhibits=[held.exhibit], results=len(held.said))
    return said(held)


@router.get("/media/messages/{number:path}", **hands_out("text/html"))
def messages(
    visit: Looking, number: str, unit: Ordinal = 1, at: Ordinal = 0, before: Ordinal = 0, after: Ordinal = 0,
    party: Which = "", on: Day = "", day: Annotated[str, Query(max_length=10)] = "",
) -> Response:  # fmt: skip
    """Give the next or earlier messages of a conversation that is open, as a piece of its page."""
    exhibit = _open(visit, number, whole=False)
    with visit.graph() as graph:
        held = _stretch(
            graph, exhibit.number, unit=unit, at=at, before=before, after=after, party=party, on=on, limit=STEP
        )
    # what it joins stands on its other side: nothing more is asked for there
    it = {"held": held, "bubbles": bubbles(held), "day": day, "above": not after, "below": not before}
    return page(visit, "views/chat_messages.html", it=it, at=At())


def _stretch(
    graph: Graph, number: str, *, unit: int, at: int, before: int, after: int, party: str, on: str, limit: int
) -> Conversation:
    exhibit = queries.exhibit_line(graph, number)
    if on:
        if at or before or after:
            raise UsageError("one place at a time", next_step="give on, at, before or after")
        found = first_on(graph, exhibit.number, unit, on, party=party)
        if found is None:
            raise NotFound(
                f"no message of {exhibit.number} here is dated {on} or later", next_step="choose an earlier day"
            )
        after = max(0, found - 1)
    return conversation(graph, exhibit.number, unit, at=at, before=before, after=after, party=party, limit=limit)


# --- letters -------------------------------------------------------------------------------------------------------


@router.get("/api/letters/{segment:path}", responses=answers(InMail))
def mail(visit: Looking, segment: str) -> Response:
    """Give the message that a segment belongs to, and its thread: who answered whom, and what is not here."""
    with visit.graph() as graph:
        held = _letter(graph, segment)
        thread = thread_of(graph, held)
    exhibits = [held.exhibit, *(thread.line.exhibits if thread else ())]
    visit.consulted("letter", asked=segment, exhibits=exhibits, results=1)
    return said(InMail(letter=held, thread=thread))


@router.get("/media/message/{segment:path}", **hands_out("text/html"))
def message(visit: Looking, segment: str) -> Response:
    """Give another message of a thread that is open, as a piece of its page."""
    with visit.graph() as graph:
        held = _letter(graph, segment)
    _open(visit, held.exhibit, whole=False)
    return page(visit, "views/mail_message.html", one=opened(held, At()), at=At())


def _letter(graph: Graph, segment: str) -> Letter:
    here = queries.segment(graph, segment)
    if here.unit_kind != "message":
        raise NotFound(f"{segment} is no part of a message", next_step="open the exhibit itself")
    return letter(graph, here.exhibit, here.unit)


@router.get("/media/letter/{segment:path}", **hands_out("text/html"))
def framed(visit: Looking, segment: str) -> Response:
    """Send a message's HTML, made inert by a worker, for the frame on its page; it can run and fetch nothing."""
    with visit.graph() as graph:
        held = _letter(graph, segment)
        place = held.segments[0].place
    exhibit = _open(visit, held.exhibit)
    bodies = _shown(visit).letter(_received(exhibit), exhibit.media_type, place, languages=())
    # nh3 has made it inert in the worker, and the frame's own headers let nothing run or be fetched
    answer = page(None, "views/mail_frame.html", bodies=[Markup(body) for body in bodies])  # noqa: S704
    answer.headers.update(FRAMED)
    return answer
