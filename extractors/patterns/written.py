"""On which day a text was written, by what its file records, and how much of a text was written on that day."""

from __future__ import annotations

import re

from evidence.locator import RecordPlace
from evidence.records import EventRecord, Reading, Segment

_SENTENCES = (
    r"on\b[^\n]{1,200}(?:\n[^\n]{0,100})?\bwrote",
    r"am\b[^\n]{1,200}(?:\n[^\n]{0,100})?\bschrieb\b[^\n]{0,160}",
    r"le\b[^\n]{1,200}(?:\n[^\n]{0,100})?\ba écrit",
    r"(?:în|in|pe|la)\b[^\n]{1,200}(?:\n[^\n]{0,100})?\ba scris",
    r"el\b[^\n]{1,200}(?:\n[^\n]{0,100})?\bescribió",
    r"il\b[^\n]{1,200}(?:\n[^\n]{0,100})?\bha scritto",
    r"op\b[^\n]{1,200}(?:\n[^\n]{0,100})?\bschreef\b[^\n]{0,160}",
)
"""What mail programs put over the message that is answered (Gmail, Thunderbird, Apple Mail), without the colon."""
_BANNERS = (
    "original message", "forwarded message", "mesaj original", "mesajul original", "mesaj inițial", "mesaj ini",
    "mesaj redirec", "ursprüngliche nachricht", "originalnachricht", "weitergeleitete nachricht", "message d'origine",
    "message d’origine", "message original", "message transféré", "message réexpédié",
)  # fmt: skip
"""What Outlook and others put between dashes over it."""
_QUOTED = re.compile(
    rf"^(?:>|(?:{'|'.join(_SENTENCES)})[ \u00a0]?:[ \t]*$|-{{2,}}[ \t]*(?:{'|'.join(map(re.escape, _BANNERS))})|"
    r"(?:begin forwarded message|anfang der weitergeleiteten nachricht|début du message réexpédié)[ \u00a0]?:|"
    r"(?:from|von|de la|expeditor|de):[ \t\u00a0]|(?:de|expéditeur)[ \u00a0]:[ \t])",
    re.MULTILINE | re.IGNORECASE,
)


def quoted_from(text: str) -> int:
    """Return where the first line stands that was taken over from an earlier message; the text's length for none.

    What stands below such a line counts as taken over too: whether an answer between quoted lines is the sender's own
    cannot be told from text whose marks are lost.
    """
    quoted = _QUOTED.search(text)
    return quoted.start() if quoted else len(text)


def days_written(reading: Reading) -> dict[int, str]:
    """Return the day (ISO 8601, the writer's local one) on which segments were written, by their index.

    An email's Date header (RFC 5322, 3.6.1: when the sender finished the message, in the sender's own zone) speaks of
    its body up to the segment in which a quoted message begins, a message's or a call's time of itself. Headers hold words of
    earlier messages (`Re:`), so no day is given to them; nor to what two emails in one file may each have said.
    """
    segments = [segment for unit in reading.units for segment in unit.segments]
    own = {event.segment: day for event in reading.events if event.kind in ("message", "call") and (day := _day(event))}
    sent = {_day(event) for event in reading.events if event.kind == "email"}
    (day,) = sent if len(sent) == 1 else ("",)
    if not day:
        return own
    for segment in segments:
        if segment.source != "native" or _is_headers(segment):
            continue
        own.setdefault(segment.index, day)
        if quoted_from(segment.text) < len(segment.text):
            break
    return own


def _day(event: EventRecord) -> str:
    return event.time_local[:10]


def _is_headers(segment: Segment) -> bool:
    return isinstance(segment.place, RecordPlace) and segment.place.field == "headers"
