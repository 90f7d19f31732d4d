"""Chats as conversations: who said what when, answers, edits and files in place, opened at the message that was asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from evidence.errors import NotFound
from graph.answers import ExhibitLine, Party, SegmentText
from graph.project import Graph
from graph.talk import Conversation, SaidLine, conversation, conversations
from workbench.web.desk import Visit
from workbench.web.lit import lit, shown_from
from workbench.web.times import Moment, moment_of
from workbench.web.views import At, View, text

STEP: Final = 60
"""Messages that come at a time."""
_TOLD: Final = ("reactions", "edited", "forwarded_from", "written_by", "seconds", "direction", "left_out")
"""Facts that have words of their own beside the message; the others stand under it, as the record has them."""


@dataclass(frozen=True, slots=True)
class Bubble:
    """A message as it is shown."""

    said: SaidLine
    text: Markup
    first: int
    """The code point of its text at which what is shown begins."""
    moment: Moment
    new_day: bool
    sender: Party | None
    is_own: bool
    """Sent by whoever used the device: on the right, as the device showed it."""
    is_system: bool
    """A call, or written by the app itself: no bubble."""
    facts: tuple[tuple[str, str], ...]

    @property
    def id(self) -> str:
        """Its segment."""
        return self.said.segment.id

    @property
    def account(self) -> str:
        """The sender's account, where the name beside it does not say it already."""
        if self.sender is None or self.sender.kind == "device_user":
            return ""
        known = "".join(self.said.segment.speaker.split()).casefold()
        return "" if "".join(self.sender.value.split()).casefold() == known else self.sender.value


def show(visit: Visit, graph: Graph, exhibit: ExhibitLine, at: At, segment: SegmentText | None) -> View:
    """Return the conversation around the message asked for; an exhibit without one is text."""
    units = [line.unit for line in conversations(graph, exhibit.number)]
    if not units:
        return text.show(visit, graph, exhibit, at, segment)
    unit = at.unit if at.unit_kind in ("", "conversation") and at.unit else units[0]
    if unit not in units:
        raise NotFound(f"{exhibit.number} has no conversation {unit}", next_step="open the exhibit without a place")
    held = conversation(graph, exhibit.number, unit, at=segment.ordinal if segment else 0, limit=STEP)
    values: dict[str, object] = {
        "held": held,
        "bubbles": bubbles(held, at),
        "step": STEP,
        "day": "",
        "above": True,
        "below": True,
    }
    return View(template="chat.html", values=values, script="chat.js", style="media.css")


def bubbles(held: Conversation, at: At | None = None) -> list[Bubble]:
    """Return the messages of a stretch as they are shown, a day's first one marked."""
    return list(_bubbles(held.said, at or At()))


def _bubbles(said: Sequence[SaidLine], at: At) -> Iterator[Bubble]:
    day = ""
    for one in said:
        when = moment_of(one.event)
        event, name = one.event, one.segment.id
        sender = next((party for party in event.parties if party.role == "from"), None) if event else None
        start, end = (at.start, at.end) if name == at.segment else (-1, -1)
        yield Bubble(
            said=one,
            text=lit(one.segment, start, end),
            first=shown_from(one.segment, start, end),
            moment=when,
            new_day=bool(when.day) and when.day != day,
            sender=sender,
            is_own=sender is not None and sender.kind == "device_user",
            is_system=event is not None and (event.kind == "call" or event.facts.get("written_by") == "the app"),
            facts=tuple((fact, value) for fact, value in sorted(event.facts.items()) if fact not in _TOLD)
            if event
            else (),
        )
        day = when.day or day
