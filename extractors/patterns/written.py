"""On which day a text was written, by what its file records, and which of its lines were taken over from another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

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


_MARKED = re.compile(r"(?:^>[^\n]*(?:\n|\Z)(?:[ \t]*\n(?=>))*)+", re.MULTILINE)
"""Lines that begin with `>`, and blank ones between such."""
_BLOCK_OPENS = re.compile(
    r"(?:from|von|de la|de|expeditor|expéditeur)[ \u00a0]?:[ \t\u00a0]*\S[^\n]*\n(?:[^\n]{0,400}\n){0,4}?"
    r"(?:sent|date|to|subject|gesendet|datum|an|betreff|envoyé|à|objet|trimis|data|către|catre|subiect|enviado|para|"
    r"asunto|inviato|oggetto|verzonden|aan|onderwerp)[ \u00a0]?:",
    re.IGNORECASE,
)
"""The header block that Outlook puts over an earlier message: a sender, and soon after it a date, recipient or subject."""


_RUNS = 300
"""Quotations of one message that are told apart; from there on all is taken to be quoted."""


def voices(text: str) -> Iterator[tuple[Literal["body", "quoted"], str]]:
    """Yield the runs of lines that a message's sender wrote (`body`) and those taken over from earlier ones (`quoted`).

    Lines marked with `>` are quoted wherever they stand, with the line that introduces them. Below an introduction without
    such marks, a banner (`-----Original Message-----`) or a header block, all the rest is quoted: whether something
    between was written anew cannot be told any more.
    """
    at = own_from = runs = 0
    while opening := _QUOTED.search(text, at):
        start = opening.start()
        end = _quote_end(text, opening)
        if end < 0:
            at = opening.end()
            continue
        runs += 1
        end = end if runs < _RUNS else len(text)
        if own := text[own_from:start].strip():
            yield "body", own
        yield "quoted", text[start:end].strip()
        at = own_from = end
    if own := text[own_from:].strip():
        yield "body", own


def _quote_end(text: str, opening: re.Match[str]) -> int:
    """Return where the quotation that opens here ends; -1 where none does."""
    start = opening.start()
    if text[start] == ">":
        marked = _MARKED.match(text, start)
        return marked.end() if marked else len(text)
    if _is_field(opening[0]):
        return len(text) if _BLOCK_OPENS.match(text, start) else -1
    below = opening.end()
    while below < len(text) and text[below].isspace():
        below += 1
    if text[below : below + 1] == ">" and not opening[0].startswith("-"):
        marked = _MARKED.match(text, below)
        return marked.end() if marked else len(text)
    return len(text)


def _is_field(opening: str) -> bool:
    """Say whether a quotation seems to open with one header field, such as `From: `; any letter may begin so."""
    return len(opening) < 16 and opening.rstrip().endswith(":")


def days_written(reading: Reading) -> dict[int, str]:
    """Return the day (ISO 8601, the writer's local one) on which segments were written, by their index.

    An email's Date header (RFC 5322, 3.6.1: when the sender finished the message, in the sender's own zone) speaks of
    the body of its own record, up to the segment in which a quoted message begins; a message's or a call's time of itself.
    Headers hold words of earlier messages (`Re:`), so no day is given to them; nor to what is quoted, nor to what two
    emails of one record may each have said.
    """
    segments = [segment for unit in reading.units for segment in unit.segments]
    own = {event.segment: day for event in reading.events if event.kind in ("message", "call") and (day := _day(event))}
    sent = _days_sent(reading, {segment.index: segment for segment in segments})
    ended: set[int] = set()
    for segment in segments:
        record = _record(segment)
        day = sent.get(record, "")
        if not day or record in ended or segment.source != "native" or _is_not_own(segment):
            continue
        own.setdefault(segment.index, day)
        if quoted_from(segment.text) < len(segment.text):
            ended.add(record)
    return own


def _days_sent(reading: Reading, segments: dict[int, Segment]) -> dict[int, str]:
    """Return the day of each record's one email; records whose emails name several days have none."""
    days: dict[int, set[str]] = {}
    for event in reading.events:
        if event.kind == "email" and event.segment in segments:
            days.setdefault(_record(segments[event.segment]), set()).add(_day(event))
    return {record: next(iter(named)) for record, named in days.items() if len(named) == 1}


def _day(event: EventRecord) -> str:
    return event.time_local[:10]


def _record(segment: Segment) -> int:
    """Return the number of the record that a segment belongs to; 0 where its place names none."""
    return segment.place.record if isinstance(segment.place, RecordPlace) else 0


def _is_not_own(segment: Segment) -> bool:
    return isinstance(segment.place, RecordPlace) and segment.place.field in ("headers", "quoted")
