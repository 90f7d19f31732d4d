"""Calendars (iCalendar, RFC 5545): each appointment with its times in the zones stated, and who is asked to come."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import icalendar

from evidence.locator import Place, RecordPlace
from evidence.records import EventRecord, Found, Reading, Stamp, StatedRelation, Unit
from extractors.accounts import Entry, account, roster
from extractors.email import mail_stamp, read_bytes
from extractors.mail.blocks import BLOCKS, Block, blocks, original_block
from extractors.mail.headers import line
from extractors.moments import Moment, stated
from extractors.protocols import Engines, Original, Part, ReadContext, Survey
from extractors.text import decode

_MALFORMED: Final = (
    ValueError,
    KeyError,
    IndexError,
    TypeError,
    AttributeError,
    OverflowError,
    LookupError,
    RecursionError,
    ArithmeticError,
)
"""What icalendar raises on malformed calendars."""
_LINES: Final = (
    ("SUMMARY", "Appointment"), ("LOCATION", "Place"), ("STATUS", "Status"), ("RRULE", "Repeats"), ("EXDATE", "Except"),
    ("URL", "Link"), ("DESCRIPTION", "Text"), ("COMMENT", "Comment"), ("CREATED", "Made"), ("LAST-MODIFIED", "Changed"),
)  # fmt: skip
_ATTENDEES: Final = 2_000
_WHOLE_BYTES: Final = 20 << 20


class CalendarReader:
    """Reads calendar files and invitations: a segment and an event for each appointment."""

    def survey(self, path: Path, *, media_type: str, context: ReadContext) -> Survey:
        """Return one part."""
        return Survey(media_type=media_type, reader="calendar", parts=(Part(seconds_expected=0.2),), units=1)

    def read(self, path: Path, *, media_type: str, part: Part, engines: Engines, context: ReadContext) -> Reading:
        """Return the calendar as one unit; appointments that cannot be read are counted in its reason. Raises Unreadable."""
        data = _unfolded_marks(read_bytes(path, context.limits))
        found = list(blocks(data, "VEVENT"))
        made = _Calendar(context)
        cancelled = bool(re.search(rb"^METHOD:[ \t]*CANCEL\b", data, re.IGNORECASE | re.MULTILINE))
        for block, event in zip(found[:BLOCKS], _events(data, found[:BLOCKS]), strict=True):
            made.add(block, event, cancelled=cancelled)
        return made.reading(beyond=len(found) > BLOCKS, others=_others(data))

    def original(self, path: Path, *, place: Place, media_type: str, context: ReadContext) -> Original:
        """Return the appointment's lines as they stand in the file; raises Unreadable."""
        return original_block(path, place, context.limits)

    def stamps(self, *, engines: Engines, context: ReadContext) -> tuple[Stamp, ...]:
        """Return the stamp of this family's rules and of the library that reads calendars."""
        return (mail_stamp("calendar", context, icalendar=icalendar.__version__, region=context.region),)


def _unfolded_marks(data: bytes) -> bytes:
    if b"\n" not in data and b"\r" in data:
        return data.replace(b"\r", b"\n")
    return data


def _others(data: bytes) -> str:
    held = [name for name in ("VTODO", "VJOURNAL", "VFREEBUSY") if b"BEGIN:" + name.encode() in data.upper()]
    return ", ".join(held)


def _events(data: bytes, found: list[Block]) -> Iterator[Any]:
    """Yield each block parsed, None where it cannot be: together, so that the zones defined are known, else one by one."""
    if len(data) <= _WHOLE_BYTES:
        try:
            whole = icalendar.Calendar.from_ical(decode(data).text, multiple=True)
            events = [event for calendar in whole for event in calendar.walk("VEVENT")]
        except _MALFORMED:
            events = []
        if len(events) == len(found):
            yield from events
            return
    for block in found:
        try:
            yield icalendar.Event.from_ical(decode(block.data).text)
        except _MALFORMED:
            yield None


class _Calendar:
    """The appointments read so far."""

    def __init__(self, context: ReadContext) -> None:
        self._context = context
        self._segments: list[Any] = []
        self._events: list[EventRecord] = []
        self._named: list[Found] = []
        self._related: list[StatedRelation] = []
        self._failed = 0

    def add(self, block: Block, event: Any, *, cancelled: bool) -> None:
        """Take in an appointment; one that cannot be read is shown as it stands."""
        raw = re.sub(r"\r?\n[ \t]", "", decode(block.data).text)
        uid = _raw(raw, "UID")[:300]
        place = RecordPlace(
            record=block.number, field="appointment", key=uid, offset=block.offset, length=len(block.data)
        )
        try:
            title, entries = _told(event, raw), list(_people(event, self._context.region))
            begins, until = _times(event, raw)
        except _MALFORMED:
            self._failed += 1
            title, entries = raw.strip()[:20_000], []
            begins, until = Moment(written=_raw(raw, "DTSTART")), Moment(written="")
        made = roster(
            len(self._segments),
            title,
            [entry for _, entry in entries],
            place=place,
            rule="iCalendar, ORGANIZER and ATTENDEE",
        )
        self._segments.append(made.segment)
        self._named += made.named
        self._related += made.related
        parties = [entry.account.party(role) for role, entry in entries if entry.account is not None]
        status = _raw(raw, "STATUS").lower()
        self._events.append(
            EventRecord(
                kind="appointment",
                segment=made.segment.index,
                **begins.fields(),
                **until.until(),
                description=line(_unescaped(_raw(raw, "SUMMARY")))[:300],
                parties=tuple(dict.fromkeys(parties))[:_ATTENDEES],
                key=uid,
                state="cancelled"
                if cancelled or status == "cancelled"
                else "tentative"
                if status == "tentative"
                else "",
                facts={
                    name: text
                    for name, key in (
                        ("repeats", "RRULE"),
                        ("place", "LOCATION"),
                        ("sequence", "SEQUENCE"),
                        ("recurrence", "RECURRENCE-ID"),
                    )
                    if (text := line(_unescaped(_raw(raw, key)))[:500])
                },
            )
        )

    def reading(self, *, beyond: bool, others: str) -> Reading:
        """Return what was read."""
        missing = [f"{self._failed} appointments that are malformed, shown as they stand"] if self._failed else []
        missing += ["appointments beyond the limit on their number"] if beyond else []
        missing += [f"what is no appointment ({others})"] if others else []
        if not self._segments:
            reason = "a calendar without appointments" + (f", only {others}" if others else "")
            return Reading(units=(Unit(kind="file", number=1, outcome="no_text", reason=reason),))
        unit = Unit(
            kind="file",
            number=1,
            outcome="read",
            reason="; ".join(missing),
            partial=bool(missing),
            segments=tuple(self._segments),
            facts={"appointments": str(len(self._segments))},
        )
        return Reading(
            units=(unit,), events=tuple(self._events), named=tuple(self._named), related=tuple(self._related)
        )


def _raw(block: str, name: str) -> str:
    """Return a property as written: parameters and value, such as `TZID=Europe/London:20260303T091500`."""
    match = re.search(rf"^{name}(?:;((?:[^:\"\n]|\"[^\"\n]*\")*))?:([^\r\n]*)", block, re.IGNORECASE | re.MULTILINE)
    if match is None:
        return ""
    return (
        match[2].strip()
        if not match[1] or name in ("UID", "SUMMARY", "LOCATION", "STATUS")
        else f"{match[1]}:{match[2].strip()}"
    )


def _unescaped(text: str) -> str:
    return re.sub(r"\\([nN,;\\])", lambda match: "\n" if match[1] in "nN" else match[1], text)


def _told(event: Any, raw: str) -> str:
    """Return what the appointment says of itself, a line for each property; its rule of repetition as written."""
    lines = []
    for name, shown in _LINES:
        values = event.get(name)
        if values is None:
            continue
        text = _raw(raw, name) if name in ("RRULE", "EXDATE", "CREATED", "LAST-MODIFIED") else str(values)
        lines.append(f"{shown}: {text.strip()[:20_000]}")
    times = [
        f"{shown}: {text}"
        for name, shown in (("DTSTART", "Begins"), ("DTEND", "Ends"), ("DURATION", "Lasts"))
        if (text := _raw(raw, name))
    ]
    return decode("\n".join([*lines[:1], *times, *lines[1:]]).replace("\r", "").encode("utf-8", "replace")).text


def _people(event: Any, region: str) -> Iterator[tuple[str, Entry]]:
    for name, role in (("ORGANIZER", "organizer"), ("ATTENDEE", "attendee")):
        held = event.get(name)
        for one in (held if isinstance(held, list) else [] if held is None else [held])[:_ATTENDEES]:
            written = re.sub(r"^(?:mailto|tel|sip):", "", str(one), flags=re.IGNORECASE).strip()
            params = getattr(one, "params", {})
            answer = str(params.get("PARTSTAT", "")).lower().replace("-", " ")
            note = ", ".join(filter(None, ("organiser" if role == "organizer" else "asked to come", answer)))
            yield (
                role,
                Entry(account(written, service="calendar", region=region), line(str(params.get("CN", "")))[:200], note),
            )


def _times(event: Any, raw: str) -> tuple[Moment, Moment]:
    begins = event.get("DTSTART")
    first = _moment(begins, _raw(raw, "DTSTART"))
    if (ends := event.get("DTEND")) is not None:
        return first, _moment(ends, _raw(raw, "DTEND"))
    lasts = getattr(event.get("DURATION"), "dt", None)
    moment = getattr(begins, "dt", None)
    if isinstance(lasts, timedelta) and isinstance(moment, datetime):
        return first, _at(moment + lasts, _raw(raw, "DURATION"), str(begins.params.get("TZID", "")))
    return first, Moment(written="")


def _moment(held: Any, written: str) -> Moment:
    moment = getattr(held, "dt", None)
    if isinstance(moment, date):
        return _at(moment, written, str(held.params.get("TZID", "")))
    return Moment(written=written)


def _at(moment: date, written: str, zone: str) -> Moment:
    """Return a time with its zone where one is stated; a day without a time, or a time that floats, has none."""
    if not isinstance(moment, datetime):
        return Moment(written=written, local=moment.isoformat())
    if moment.tzinfo is None or moment.utcoffset() is None:
        return Moment(written=written, local=moment.isoformat(timespec="seconds"))
    return stated(written, moment, zone=zone or "UTC")
