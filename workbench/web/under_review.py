"""What a reviewer is shown of one reading: the evidence, what is known here, and never a verdict before its time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlencode

import msgspec

from evidence.locator import FramePlace, PagePlace, Place, RecordPlace, TimePlace
from graph import queries, review
from graph.answers import Correction, Mention, Rejected, SegmentText, Strip, TagLine
from graph.project import Graph
from graph.review import Verdict

REASON: Final = "compared with the page"
"""What stands in the line for the reason until the person writes another; in the evidence viewer too."""
WINDOW: Final = 700
"""Code points shown on each side of a span in a long text."""
_ELSEWHERE: Final = 9
_TOLD: Final[dict[tuple[Path, str], set[str]]] = {}
"""Readings on which a person was shown others' verdicts here, since this server started."""


def told(case: Path, person: str) -> set[str]:
    """Return the readings of a case on which a person was shown others' verdicts; whoever shows one adds it."""
    return _TOLD.setdefault((case, person), set())


def is_apart(verdicts: Iterable[Verdict], *, me: str) -> bool:
    """Whether others judged a reading and this person did not."""
    people = {one.actor for one in verdicts}
    return bool(people) and me not in people


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """The text around a reading; every position is in code points of the whole segment."""

    text: str
    first: int
    """Where `text` begins in the segment."""
    length: int
    """Of the whole segment."""
    start: int
    end: int
    corrections: tuple[Correction, ...]


class Beside(msgspec.Struct, frozen=True, kw_only=True):
    """A segment beside the one that is read: a message before it, the header of its table."""

    segment: str
    place: str
    speaker: str
    text: str
    here: bool
    header: bool


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """The evidence as it is on screen without a click."""

    how: Literal["page", "speech", "chat", "row", "text"]
    words: Words
    picture: str = ""
    """Address of the crop of the page or frame with the words boxed."""
    sound: str = ""
    """Address of the seconds; nothing plays unless it is asked for."""
    loudness: str = ""
    beside: tuple[Beside, ...] = ()
    language: str = ""


class Elsewhere(msgspec.Struct, frozen=True, kw_only=True):
    """Another mention of the same value."""

    mention: str
    segment: str
    start: int
    end: int
    quote: str
    strip: Strip


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """A reading to judge, with its evidence and what is known about it."""

    id: str
    segment: str
    exhibit: str
    kind: str
    value: str
    quote: str
    start: int
    end: int
    kind_machine: str
    value_machine: str
    status: str
    check: str
    rule: str
    score: int
    finder: str
    review: str
    reviewer: str
    review_seq: int
    """The last verdict on it, by ledger line; 0: none. Send it back with yours."""
    turn: str
    """Why it comes now: cited, waits, sample, second, settle."""
    apart: bool
    """Another person judged it, and this one judges without seeing how."""
    entity: str
    strip: Strip
    shown: Shown
    elsewhere: tuple[Elsewhere, ...]
    verdicts: tuple[Verdict, ...]
    tags: tuple[TagLine, ...]


def items(
    graph: Graph, turns: Mapping[str, str], *, me: str, apart: bool, told: Iterable[str] = ()
) -> tuple[Item, ...]:
    """Return readings in the order given, as `me` may see them.

    With `apart` nobody is shown another person's verdict on what they have not judged themselves, except on those in `told`.
    """
    known, gone = queries.mentions(graph, turns), review.rejected_readings(graph, turns)
    texts = queries.segments(graph, {one.segment for one in known.values()} | {one.segment for one in gone.values()})
    desk = _Desk(
        texts=texts,
        beside=review.around(graph, texts),
        same=review.same_value(graph, {one.entity for one in known.values()}, most=_ELSEWHERE),
        verdicts=review.verdicts_on(graph, turns),
        tags=queries.tags(graph),
        me=me,
        apart=apart,
        told=frozenset(told),
    )
    made = []
    for name, turn in turns.items():
        if (mention := known.get(name)) is not None:
            made.append(desk.item(mention, turn))
        elif (rejected := gone.get(name)) is not None:
            made.append(desk.rejected(rejected, turn))
    return tuple(made)


class _Desk(msgspec.Struct, frozen=True, kw_only=True):
    """What all readings of one answer are laid out from."""

    texts: dict[str, SegmentText]
    beside: dict[str, tuple[SegmentText, ...]]
    same: dict[str, tuple[Mention, ...]]
    verdicts: dict[str, tuple[Verdict, ...]]
    tags: tuple[TagLine, ...]
    me: str
    apart: bool
    told: frozenset[str]

    def hidden(self, name: str) -> bool:
        """Whether this person is to judge without knowing what others said."""
        return self.apart and name not in self.told and is_apart(self.verdicts[name], me=self.me)

    def item(self, found: Mention, turn: str) -> Item:
        hidden = self.hidden(found.id)
        text = self.texts[found.segment]
        return Item(
            id=found.id,
            segment=found.segment,
            exhibit=found.exhibit,
            kind=found.kind_machine if hidden else found.kind,
            value=found.value_machine if hidden else found.value,
            quote=found.quote,
            start=found.start,
            end=found.end,
            kind_machine=found.kind_machine,
            value_machine=found.value_machine,
            # What a rejected reading no longer has is shown of none that is judged apart: it would tell.
            status="" if hidden else found.status,
            check="" if hidden else found.check,
            rule="" if hidden else found.rule,
            score=-1 if hidden else found.score,
            finder=found.finder,
            review="unreviewed" if hidden else found.review,
            reviewer="" if hidden else found.reviewer,
            review_seq=self._last(found.id),
            turn=turn,
            apart=hidden,
            entity="" if hidden else found.entity,
            strip=text.strip if hidden else found.strip,
            shown=shown(text, self.beside.get(text.id, ()), found.start, found.end),
            elsewhere=() if hidden else self._elsewhere(found),
            verdicts=() if hidden else self.verdicts[found.id],
            tags=self._tags(found.segment),
        )

    def rejected(self, found: Rejected, turn: str) -> Item:
        hidden, text = self.hidden(found.id), self.texts[found.segment]
        at = _span(text.text, found)
        return Item(
            id=found.id,
            segment=found.segment,
            exhibit=found.exhibit,
            kind=found.kind,
            value=found.value,
            quote=found.quote,
            start=at[0],
            end=at[1],
            kind_machine=found.kind,
            value_machine=found.value,
            status="",
            check="",
            rule="",
            score=-1,
            finder=found.finder,
            review="unreviewed" if hidden else "rejected",
            reviewer="" if hidden else found.reviewer,
            review_seq=self._last(found.id),
            turn=turn,
            apart=hidden,
            entity="",
            strip=text.strip,
            shown=shown(text, self.beside.get(text.id, ()), *at),
            elsewhere=(),
            verdicts=() if hidden else self.verdicts[found.id],
            tags=self._tags(found.segment),
        )

    def _last(self, name: str) -> int:
        return max((one.seq for one in self.verdicts[name]), default=0)

    def _tags(self, segment: str) -> tuple[TagLine, ...]:
        return tuple(tag for tag in self.tags if tag.segment == segment)

    def _elsewhere(self, found: Mention) -> tuple[Elsewhere, ...]:
        others = [one for one in self.same.get(found.entity, ()) if one.id != found.id]
        return tuple(
            Elsewhere(
                mention=one.id, segment=one.segment, start=one.start, end=one.end, quote=one.quote, strip=one.strip
            )
            for one in others[: _ELSEWHERE - 1]
        )


# --- the evidence on screen ----------------------------------------------------------------------------------------


def shown(text: SegmentText, beside: Sequence[SegmentText], start: int, end: int) -> Shown:
    """Return the evidence of a span as it is on screen: words, crop, seconds, bubble or row."""
    how = _how(text.place)
    asked = urlencode({"segment": text.id, "start": start, "end": end})
    return Shown(
        how=how,
        words=_words(text, start, end),
        picture=f"/api/review/crop?{asked}" if how == "page" else "",
        sound=f"/api/review/sound?{asked}" if how == "speech" else "",
        loudness=f"/api/review/loudness?{asked}" if how == "speech" else "",
        beside=tuple(_beside(one, text) for one in beside) if how != "page" else (),
        language=text.language,
    )


def _how(place: Place) -> Literal["page", "speech", "chat", "row", "text"]:
    match place:
        case PagePlace() | FramePlace():
            return "page"
        case TimePlace():
            return "speech"
        case RecordPlace(field="message" | "call"):
            return "chat"
        case RecordPlace(field="row"):
            return "row"
        case _:
            return "text"


def _words(text: SegmentText, start: int, end: int) -> Words:
    first, last = max(0, start - WINDOW), min(len(text.text), end + WINDOW)
    return Words(
        text=text.text[first:last],
        first=first,
        length=len(text.text),
        start=start,
        end=end,
        corrections=tuple(one for one in text.corrections if one.start >= first and one.end <= last),
    )


def _beside(one: SegmentText, centre: SegmentText) -> Beside:
    header = isinstance(centre.place, RecordPlace) and centre.place.field == "row" and one.ordinal == 1
    return Beside(
        segment=one.id,
        place=one.strip.place,
        speaker=one.speaker,
        text=one.text[: 2 * WINDOW],
        here=one.id == centre.id,
        header=header and one.id != centre.id,
    )


def _span(text: str, found: Rejected) -> tuple[int, int]:
    return (found.start, found.end) if text[found.start : found.end] == found.quote else (0, 0)
