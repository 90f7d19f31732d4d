"""Mail as threads: who answered whom, each message with its headers, its text with quotes folded, and what it encloses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from evidence.locator import RecordPlace
from graph.answers import ExhibitLine, SegmentText
from graph.project import Graph
from graph.talk import Letter, letter, letters
from graph.threads import ThreadDetail, ThreadMessage, thread_around
from workbench.web.desk import Visit
from workbench.web.lit import lit
from workbench.web.times import Moment, moment, moment_of
from workbench.web.views import At, View, text

STEP: Final = 200
"""Messages of a mailbox on one page."""
_AT_ONCE: Final = 10
"""Pieces of a long message (each of up to 20,000 characters) on one page."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a message's text."""

    segment: SegmentText
    field: str
    text: Markup
    is_hit: bool
    lines: int


@dataclass(frozen=True, slots=True)
class Opened:
    """A message as it is shown."""

    letter: Letter
    headers: tuple[tuple[str, str, int], ...]
    """Name, value, and where in the headers' text the value begins."""
    header_of: str
    """The segment that the headers are."""
    header_hit: Passage | None
    """The headers as text, where the place asked for is in them."""
    passages: tuple[Passage, ...]
    before: str
    """The segment by which the pieces before these open; empty where there are none."""
    after: str
    first_piece: int
    pieces: int
    moment: Moment

    @property
    def first(self) -> str:
        """The segment by which the message is known."""
        return self.letter.segments[0].id if self.letter.segments else ""


@dataclass(frozen=True, slots=True)
class InThread:
    """A message of a thread in its list."""

    message: ThreadMessage
    exhibit: str
    moment: Moment
    is_open: bool


def show(visit: Visit, graph: Graph, exhibit: ExhibitLine, at: At, segment: SegmentText | None) -> View:
    """Return the message asked for in its thread; of a mailbox without a place, the list of its messages."""
    held = letters(graph, exhibit.number, after=at.after, limit=STEP)
    if not held and not at.after:
        return text.show(visit, graph, exhibit, at, segment)
    unit = at.unit if at.unit_kind in ("", "message") and at.unit else 0
    if not unit and (len(held) > 1 or at.after):
        values: dict[str, object] = {"letters": held, "moment": moment, "after": at.after, "step": STEP}
        return View(template="mail_list.html", values=values, style="media.css")
    one = opened(letter(graph, exhibit.number, unit or held[0].unit), at)
    thread = thread_of(graph, one.letter)
    values = {"one": one, "thread": thread, "messages": listed(thread, one.letter), "many": len(held) > 1}
    others = thread.line.exhibits if thread else ()
    return View(template="mail.html", values=values, script="mail.js", style="media.css", others=others)


def opened(held: Letter, at: At) -> Opened:
    """Return a message as it is shown, the span asked for marked."""
    headers = next((_passage(one, at) for one in held.segments if _field(one) == "headers"), None)
    texts = [one for one in held.segments if _field(one) != "headers"]
    first = next((number for number, one in enumerate(texts) if one.id == at.segment), 0) // _AT_ONCE * _AT_ONCE
    rest = texts[first + _AT_ONCE :]
    return Opened(
        letter=held,
        headers=tuple(_fields(headers.segment.text)) if headers else (),
        header_of=headers.segment.id if headers else "",
        header_hit=headers if headers and headers.is_hit else None,
        passages=tuple(_passage(one, at) for one in texts[first : first + _AT_ONCE]),
        before=texts[first - _AT_ONCE].id if first else "",
        after=rest[0].id if rest else "",
        first_piece=first + 1,
        pieces=len(texts),
        moment=moment_of(held.event),
    )


def _passage(segment: SegmentText, at: At) -> Passage:
    hit = segment.id == at.segment
    start, end = (at.start, at.end) if hit else (-1, -1)
    return Passage(segment, _field(segment), lit(segment, start, end), hit, segment.text.count("\n") + 1)


def _field(segment: SegmentText) -> str:
    return segment.place.field if isinstance(segment.place, RecordPlace) else ""


def _fields(shown: str) -> Iterator[tuple[str, str, int]]:
    """Yield the header lines as names and values, with where each value begins."""
    first = 0
    for line in shown.split("\n"):
        name, between, value = line.partition(": ")
        if name:
            yield name, value, first + len(name) + len(between)
        first += len(line) + 1


def thread_of(graph: Graph, held: Letter) -> ThreadDetail | None:
    """Return the thread of a message; None where its record names no message."""
    return thread_around(graph, held.event.segment) if held.event else None


def listed(thread: ThreadDetail | None, held: Letter) -> list[InThread]:
    """Return the messages of a thread as they are listed, the one that is open marked."""
    here = held.event.segment if held.event else ""
    return [
        InThread(
            one,
            one.segment.rpartition(".")[0].rpartition(".")[0],
            moment(one.time_utc, "", one.time_written),
            here in (one.segment, *one.copies),
        )
        for one in (thread.messages if thread else ())
    ]
