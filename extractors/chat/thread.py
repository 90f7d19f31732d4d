"""One conversation as it is read: its roster first, then its messages in the order of the exhibit."""

from __future__ import annotations

import gc
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final, NamedTuple, TypeAlias

from evidence.locator import RecordPlace
from evidence.records import Attachment, Child, EventKind, EventRecord, Found, Reading, Segment, StatedRelation, Unit
from extractors.accounts import Account, Entry, roster

MARKS: Final = "\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff"
"""Characters that only say which way text runs, and the byte-order mark; for a character class."""
_DIRECTION: Final = re.compile(f"[{MARKS}]")
_UNFIT: Final = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")
Parties: TypeAlias = tuple[tuple[str, str, str], ...]
NOBODY: Final[Parties] = ()


class When(NamedTuple):
    """A moment as an `EventRecord` holds it; see `extractors.moments`."""

    written: str = ""
    utc: str = ""
    local: str = ""
    zone: str = ""
    zone_by: str = ""


class Talker(NamedTuple):
    """Someone who wrote in a conversation: the account the record gives, the name it shows, or both."""

    account: Account | None
    name: str
    note: str = ""

    def party(self, role: str) -> tuple[str, str, str]:
        """Return it as a party of an event: by its account, else only by the name it goes by there."""
        return self.account.party(role) if self.account is not None else (role, "display_name", self.name)

    @property
    def entry(self) -> Entry:
        """Its line of the roster."""
        return Entry(self.account, self.name, self.note)


def shown_name(written: str) -> str:
    """Return a display name on one line, without marks of direction."""
    return " ".join(_DIRECTION.sub("", _UNFIT.sub("\ufffd", written)).split())


def fit(text: str) -> str:
    """Return text whose lone surrogates and control characters are U+FFFD, with line ends as `\\n`."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _UNFIT.sub("\ufffd", text) if _UNFIT.search(text) else text


def alone(text: str) -> str:
    """Return text without marks of direction, and without space around it."""
    return _DIRECTION.sub("", text).strip()


class Gathered:
    """What a reading of a chat is made of, as it is found."""

    def __init__(self) -> None:
        self.next_index = 0
        self.units: list[Unit] = []
        self.events: list[EventRecord] = []
        self.named: list[Found] = []
        self.related: list[StatedRelation] = []
        self.children: list[Child] = []

    def reading(self, facts: dict[str, str] | None = None) -> Reading:
        """Return it all."""
        return Reading(
            units=tuple(self.units),
            events=tuple(self.events),
            children=tuple(self.children),
            named=tuple(self.named),
            related=tuple(self.related),
            facts=facts or {},
        )


class Thread:
    """One conversation, or a run of its messages from number `first` on; only the first run holds the roster.

    Message n stands at ordinal n + 1 of the unit, after the roster, however the conversation is cut.
    """

    def __init__(self, gathered: Gathered, *, number: int, title: str, conversation: str, first: int = 1) -> None:
        self._gathered = gathered
        self._number = number
        self.title = shown_name(title)[:200]
        self._conversation = conversation
        self._first = first
        self._roster_index = gathered.next_index
        self._index = gathered.next_index + (1 if first == 1 else 0)
        self._record = first
        self._segments: list[Segment] = []
        self.facts: dict[str, str] = {}
        self.unread: list[str] = []
        self.has_messages = True
        """False for a list of accounts, of which no messages are expected."""

    def add(
        self,
        text: str,
        *,
        speaker: str,
        parties: Parties,
        when: When,
        offset: int,
        length: int,
        key: str = "",
        event_key: str = "",
        kind: EventKind = "message",
        reply_to: str = "",
        state: str = "",
        attachments: tuple[Attachment, ...] = (),
        facts: dict[str, str] | None = None,
        until: When | None = None,
    ) -> None:
        """Add the next message; `key` finds it in the file, `event_key` is the record's own id where it has one."""
        index = self._index
        if not text:
            text = "[" + ", ".join(one.name for one in attachments) + "]" if attachments else "[empty message]"
        place = RecordPlace(
            record=self._record, field="message", key=key, table=self.title, offset=offset, length=length
        )
        self._segments.append(Segment(index=index, text=text, place=place, source="native", speaker=speaker))
        until = until or _NEVER
        self._gathered.events.append(
            EventRecord(
                kind=kind,
                segment=index,
                time_written=when[0],
                time_utc=when[1],
                time_local=when[2],
                zone=when[3],
                zone_by=when[4],
                until_written=until[0],
                until_utc=until[1],
                until_local=until[2],
                parties=parties,
                key=event_key,
                conversation=self._conversation,
                reply_to=reply_to,
                state=state,
                attachments=attachments,
                facts=facts or {},
            )
        )
        self._index = index + 1
        self._record += 1

    def add_unread(self, text: str, *, offset: int, length: int, key: str = "") -> None:
        """Add a message that could not be taken apart, as it stands in the file, without an event."""
        place = RecordPlace(
            record=self._record, field="message", key=key, table=self.title, offset=offset, length=length
        )
        self._segments.append(Segment(index=self._index, text=fit(text) or "[empty]", place=place, source="native"))
        self._index += 1
        self._record += 1
        self.unread.append(str(self._record - 1))

    def close(
        self,
        talkers: Iterable[Talker],
        *,
        rule: str,
        offset: int,
        length: int,
        group: Account | None = None,
        related: Sequence[StatedRelation] = (),
    ) -> None:
        """End the conversation: lay its roster before the messages, and add the unit to what was gathered."""
        gathered = self._gathered
        segments = self._segments
        if self._first == 1:
            place = RecordPlace(record=1, field="roster", table=self.title, offset=offset, length=length)
            listed = roster(
                self._roster_index,
                self.title or "Conversation",
                (talker.entry for talker in talkers),
                place=place,
                rule=rule,
                group=group,
            )
            gathered.named += listed.named
            gathered.related += listed.related
            gathered.related += related
            segments = [listed.segment, *segments]
        gathered.next_index = self._index
        gathered.units.append(self._unit(tuple(segments)))

    def _unit(self, segments: tuple[Segment, ...]) -> Unit:
        reasons = []
        if self.unread:
            shown = ", ".join(self.unread[:5]) + (" …" if len(self.unread) > 5 else "")
            reasons.append(f"{len(self.unread):,} messages could not be taken apart and stand as in the file: {shown}")
        if self.facts.get("not_read"):
            reasons.append(self.facts["not_read"])
        empty = self._index == self._roster_index + 1 and self._first == 1
        if empty and self.has_messages:
            reasons.insert(0, "a conversation without messages")
        return Unit(
            kind="conversation",
            number=self._number,
            outcome="blank" if empty and not self._names_anyone() else "read",
            reason="; ".join(reasons),
            partial=bool(self.unread) or "not_read" in self.facts,
            segments=segments if not empty or self._names_anyone() else (),
            first_ordinal=1 if self._first == 1 else self._first + 1,
            facts=self.facts,
        )

    def _names_anyone(self) -> bool:
        return any(one.segment == self._roster_index for one in self._gathered.named)


_NEVER: Final = When()


@contextmanager
def many_records() -> Iterator[None]:
    """Hold back the search for reference cycles while a million records are made that have none: half the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
