"""SMS Backup & Restore: text and multimedia messages by correspondent, pictures as exhibits of their own, and call lists."""

from __future__ import annotations

import base64
import binascii
import hashlib
from pathlib import Path
from typing import Final, NamedTuple

from evidence.records import Attachment, Child, EventKind, Reading
from extractors.accounts import USER_OF_DEVICE, Account, account
from extractors.chat.cutting import Wanted, cut, wanted
from extractors.chat.json_file import maybe
from extractors.chat.sms_xml import Piece, Record, Stopped, open_xml, records
from extractors.chat.thread import Gathered, Parties, Talker, Thread, When, fit, shown_name
from extractors.chat.ticks import counted_seconds, utc_text
from extractors.protocols import Part, ReadContext, Survey
from extractors.text import child_name

_RULE: Final = "SMS Backup & Restore, address and contact name of messages"
_RECEIVED: Final = "1"
_WRITTEN: Final = frozenset(("2", "3", "4", "5", "6"))
_SMS_STATES: Final = {"3": "draft", "4": "outbox", "5": "failed", "6": "queued"}
_CALLS: Final = {
    "1": ("in", ""), "2": ("out", ""), "3": ("in", "missed"), "4": ("in", "voicemail"), "5": ("in", "rejected"),
    "6": ("in", "blocked"), "7": ("in", "answered on another device"),
}  # fmt: skip
_FROM, _UNKNOWN = "137", ("(unknown)", "null")


def survey_sms(path: Path, *, media_type: str, context: ReadContext) -> Survey:
    """Return parts of about 100,000 messages; a file that breaks off is counted up to there."""
    counts: dict[str, int] = {}
    try:
        for record in records(open_xml(path), with_data=lambda: False):
            key = _key(record)
            counts[key] = counts.get(key, 0) + 1
    except Stopped:
        pass
    return Survey(media_type=media_type, reader="chat", parts=cut(list(counts.values())), units=max(1, len(counts)))


def _key(record: Record) -> str:
    """Return what tells correspondents apart before their numbers are read: the address as digits or as written."""
    written = record.get("address") or record.get("number")
    return "".join(c for c in written if c.isalnum() or c in "+~") or written


class _Chosen(NamedTuple):
    number: int
    held: list[Record]
    everyone: dict[str, str]
    """Address as written to the name shown for it, in the whole conversation."""


def read_sms(path: Path, *, part: Part, context: ReadContext) -> Reading:
    """Return the conversations that `part` holds, in the order in which they first appear in the file."""
    chosen = wanted(part)
    conversations, why = _conversations(path, chosen)
    gathered = Gathered()
    pictures = _Pictures(gathered, context)
    for one in conversations:
        _Correspondence(one, context, pictures).read(gathered, chosen, why)
    return gathered.reading()


def _conversations(path: Path, chosen: Wanted) -> tuple[list[_Chosen], str]:
    """Return the conversations of a part with their records, and why the file was not read to its end."""
    numbers: dict[str, int] = {}
    seen: dict[str, int] = {}
    kept: dict[int, _Chosen] = {}
    why = ""
    try:
        for record in records(open_xml(path), with_data=lambda: True):
            key = _key(record)
            number = numbers.setdefault(key, len(numbers) + 1)
            seen[key] = seen.get(key, 0) + 1
            if not chosen.conversation(number):
                continue
            here = kept.setdefault(number, _Chosen(number, [], {}))
            _note(record, here.everyone)
            if chosen.from_message <= seen[key] <= chosen.to_message:
                here.held.append(record)
    except Stopped as error:
        why = str(error)
    return list(kept.values()), why


def _note(record: Record, everyone: dict[str, str]) -> None:
    name = shown_name(record.get("contact_name"))
    name = "" if name.casefold() in _UNKNOWN else name
    addresses = _addresses(record)
    names = name.split(", ") if len(addresses) > 1 and name.count(", ") == len(addresses) - 1 else [name]
    for at, address in enumerate(addresses):
        shown = names[at] if len(names) == len(addresses) else ""
        if shown or address not in everyone:
            everyone[address] = shown


def _addresses(record: Record) -> list[str]:
    written = record.get("address") or record.get("number")
    return [one for one in written.split("~") if one]


class _Correspondence:
    """The messages with one number, or with one group of numbers."""

    def __init__(self, chosen: _Chosen, context: ReadContext, pictures: _Pictures) -> None:
        self._chosen, self._context, self._pictures = chosen, context, pictures
        self._accounts: dict[str, Account | None] = {}
        names = [name or address for address, name in chosen.everyone.items()]
        self._title = ", ".join(names) or "no number"
        self._key = "~".join(sorted(made.value for one in chosen.everyone if (made := self._account(one)))) or "sms"

    def _account(self, written: str) -> Account | None:
        if written not in self._accounts:
            self._accounts[written] = account(written, service="sms", region=self._context.region)
        return self._accounts[written]

    def read(self, gathered: Gathered, chosen: Wanted, why: str) -> None:
        number = self._chosen.number
        thread = Thread(gathered, number=number, title=self._title, conversation=self._key, first=chosen.from_message)
        if why:
            thread.facts["not_read"] = why
        held = self._chosen.held
        for at, record in enumerate(held, start=chosen.from_message):
            self._add(thread, record, at)
        talkers = (Talker(self._account(address), name) for address, name in self._chosen.everyone.items())
        offset, length = (held[0].offset, held[0].length) if held else (0, 0)
        thread.close(talkers, rule=_RULE, offset=offset, length=length)

    def _add(self, thread: Thread, record: Record, at: int) -> None:
        kind: EventKind = "call" if record.tag == "call" else "message"
        parties, state, speaker = self._call(record) if kind == "call" else self._message(record)
        milliseconds = maybe(record.get("date"), int)
        seconds = milliseconds // 1000 if milliseconds is not None else None
        readable = record.get("readable_date")
        written = f"{readable} (date {record.get('date')})" if readable else record.get("date")
        attachments = self._pictures.of(record, f"message {self._chosen.number}.{at}")
        lasted = maybe(record.get("duration"), int) if kind == "call" else None
        until = When(f"{lasted} seconds later", utc_text(seconds + lasted)) if seconds is not None and lasted else None
        thread.add(
            fit(_text(record, state, lasted)),
            speaker=speaker,
            parties=parties,
            when=counted_seconds(seconds, written),
            offset=record.offset,
            length=record.length,
            key=record.get("m_id"),
            event_key=record.get("m_id"),
            kind=kind,
            state=state,
            attachments=attachments,
            facts=_facts(record),
            until=until,
        )

    def _shown(self, written: str) -> str:
        return self._chosen.everyone.get(written) or shown_name(written)

    def _call(self, record: Record) -> tuple[Parties, str, str]:
        direction, state = _CALLS.get(record.get("type"), ("", ""))
        other = self._account(record.get("number"))
        if not direction:
            return (*([other.party("with")] if other is not None else ()), USER_OF_DEVICE.party("with")), state, ""
        if other is None:
            return (USER_OF_DEVICE.party("to" if direction == "in" else "from"),), state, ""
        if direction == "out":
            return (USER_OF_DEVICE.party("from"), other.party("to")), state, ""
        return (other.party("from"), USER_OF_DEVICE.party("to")), state, self._shown(record.get("number"))

    def _message(self, record: Record) -> tuple[Parties, str, str]:
        box = record.get("type") if record.tag == "sms" else record.get("msg_box")
        state = _SMS_STATES.get(box, "")
        others = [known for one in _addresses(record) if (known := self._account(one)) is not None]
        if box in _WRITTEN:
            return (USER_OF_DEVICE.party("from"), *(one.party("to") for one in others)), state, ""
        if box != _RECEIVED:
            return (*(one.party("with") for one in others), USER_OF_DEVICE.party("with")), state, ""
        sender = self._sender(record)
        known = self._account(sender) if sender else None
        if known is None:
            return (USER_OF_DEVICE.party("to"),), state, ""
        rest = [one.party("to") for one in others if one.value != known.value]
        return (known.party("from"), *rest, USER_OF_DEVICE.party("to")), state, self._shown(sender)

    def _sender(self, record: Record) -> str:
        stated = next(
            (address for kind, address in record.addresses if kind == _FROM and "insert-address" not in address), ""
        )
        addresses = _addresses(record)
        return stated or (addresses[0] if len(addresses) == 1 else "")


def _text(record: Record, state: str, lasted: int | None) -> str:
    if record.tag == "sms":
        return record.fields.get("body", "")
    if record.tag == "call":
        kind = {"in": "incoming call", "out": "outgoing call"}.get(_CALLS.get(record.get("type"), ("", ""))[0], "call")
        return f"[{kind}{', ' + state if state else ''}{f', {lasted} seconds' if lasted else ''}]"
    said = [
        piece.text for piece in record.pieces if piece.media_type == "text/plain" and piece.text not in ("", "null")
    ]
    subject = record.get("sub")
    return "\n".join([*([subject] if subject else []), *said])


def _facts(record: Record) -> dict[str, str]:
    facts: dict[str, str] = {}
    if record.tag == "call":
        facts["seconds"] = record.get("duration") or "0"
        if record.get("presentation") not in ("", "1"):
            facts["presentation"] = {"2": "restricted", "3": "unknown", "4": "payphone"}.get(
                record.get("presentation"), record.get("presentation")
            )
    sent = maybe(record.get("date_sent"), int)
    if sent:
        facts["sent"] = utc_text(sent // 1000)
    for name in ("service_center", "subject", "sub_id"):
        if (value := record.get(name)) and value not in ("-1", "0"):
            facts[name] = fit(value)
    return facts


class _Pictures:
    """What multimedia messages carry, written out as children."""

    def __init__(self, gathered: Gathered, context: ReadContext) -> None:
        self._gathered, self._context = gathered, context
        self._bytes_left = context.limits.child_bytes

    def of(self, record: Record, where: str) -> tuple[Attachment, ...]:
        """Return what a message carries besides text, each written to the scratch folder where its bytes are there."""
        carried = [piece for piece in record.pieces if piece.media_type not in ("text/plain", "application/smil")]
        return tuple(self._one(piece, number, where) for number, piece in enumerate(carried, start=1))

    def _one(self, piece: Piece, number: int, where: str) -> Attachment:
        name = f"{where}/{child_name(piece.name) or f'part-{number}'}"
        data = _decoded(piece.data)
        full = len(self._gathered.children) >= self._context.limits.children or len(data) > self._bytes_left
        if not data or full:
            return Attachment(name=name, media_type=piece.media_type[:100])
        self._bytes_left -= len(data)
        scratch_name = f"attachment-{len(self._gathered.children) + 1}"
        (self._context.scratch / scratch_name).write_bytes(data)
        self._gathered.children.append(
            Child(inner_path=name, scratch_name=scratch_name, media_type_claimed=piece.media_type[:100])
        )
        return Attachment(name=name, sha256=hashlib.sha256(data).hexdigest(), media_type=piece.media_type[:100])


def _decoded(data: str) -> bytes:
    try:
        return base64.b64decode(data, validate=False) if data and data != "null" else b""
    except (binascii.Error, ValueError):
        return b""
