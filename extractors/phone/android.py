"""Android's own databases: `mmssms.db` (texts and MMS), `calllog.db` and `contacts2.db`.

Tables, and what the numbers in them stand for, as in Android's Telephony, CallLog and ContactsContract providers.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from evidence.records import Attachment, EventRecord
from extractors.accounts import USER_OF_DEVICE, Account, Entry
from extractors.moments import counted
from extractors.phone.chapters import Chapter, row_place, table_place
from extractors.phone.database import Cell, Database, Row, number, rowid, text
from extractors.phone.making import Making, call_text, fact, line
from extractors.phone.people import known, listed
from extractors.protocols import ReadContext

_BOXES: Final = {1: "", 2: "", 3: "draft", 4: "outbox", 5: "failed", 6: "queued"}
_RECEIVED, _WRITTEN = (1,), (2, 3, 4, 5, 6)
_SELF: Final = "insert-address-token"
_ROLES: Final = {137: "from", 151: "to", 130: "cc", 129: "bcc"}
_CALLS: Final = {
    1: ("incoming", ""), 2: ("outgoing", ""), 3: ("incoming", "missed"), 4: ("incoming", "voicemail"),
    5: ("incoming", "rejected"), 6: ("incoming", "blocked"), 7: ("incoming", "answered on another device"),
}  # fmt: skip
_NAME: Final = "vnd.android.cursor.item/name"
_ACCOUNTS: Final = ("phone_v2", "email_v2", "im", "sip_address")


class Messages:
    """Texts and MMS, thread by thread."""

    def __init__(self, database: Database, context: ReadContext) -> None:
        self.database = database
        self.region = context.region
        self.addresses = listed(database, "addr", "msg_id")
        self.parts = listed(database, "part", "mid")

    def chapters(self) -> list[Chapter]:
        """Return a chapter for each thread of texts, then one for each thread of MMS."""
        return [*self._of("sms", self.sms), *(self._of("pdu", self.mms) if self.database.has("pdu", "msg_box") else [])]

    def _of(self, table: str, row: Callable[[Row, Making], None]) -> list[Chapter]:
        threaded = self.database.has(table, "thread_id")
        counts = self.database.grouped(table, "thread_id") if threaded else None
        if counts is None:
            return [Chapter("conversation", table, row, end=partial(self.parties, table, "1", ()))]
        return [
            Chapter(
                "conversation", table, row, where="thread_id IS ?", values=(thread,), size=count,
                end=partial(self.parties, table, "thread_id IS ?", (thread,)),
                facts=(("conversation", f"thread {thread!s}"), ("service", "sms")),
            )
            for thread, count in counts.items()
        ]  # fmt: skip

    def parties(self, table: str, where: str, values: tuple[Cell, ...], making: Making) -> None:
        """Add a roster of the numbers in a thread."""
        if table == "sms":
            found = [text(row, "address") for row in self.database.rows(table, where, values)]
        else:
            rows = self.database.rows(table, where, values)
            found = [text(one, "address") for row in rows for one in self.addresses.get(rowid(row), [])]
        entries = [Entry(known(one, "sms", self.region)) for one in dict.fromkeys(found) if one and one != _SELF]
        making.listed("messages with", entries, place=table_place(table), rule="Android messages, addresses")

    def sms(self, row: Row, making: Making) -> None:
        """Add a text: its type says on which side the device's user is; with another type, neither side is told."""
        kind, address = number(row, "type"), known(text(row, "address"), "sms", self.region)
        here, there = ("from", "to") if kind in _WRITTEN else ("to", "from") if kind in _RECEIVED else ("with", "with")
        parties = [USER_OF_DEVICE.party(here)]
        if address is not None:
            parties.insert(0 if there == "from" else 1, address.party(there))
        speaker = address.value if address is not None and there == "from" else ""
        segment = making.segment(text(row, "body") or "[no text]", row_place("sms", row), speaker=speaker)
        facts = {"service_centre": line(text(row, "service_center"))} if text(row, "service_center") else {}
        if number(row, "date_sent") > 0:
            facts["sent"] = counted(number(row, "date_sent"), "ms").utc
        making.events.append(
            EventRecord(
                kind="message",
                segment=segment,
                **counted(number(row, "date"), "ms").fields(),
                description=fact(text(row, "subject"))[:300],
                parties=tuple(parties),
                key=str(rowid(row)),
                conversation=_thread(row),
                state=_BOXES.get(kind, f"type {kind}"),
                facts=facts,
            )
        )

    def mms(self, row: Row, making: Making) -> None:
        """Add an MMS: its text from its parts, its files as attachments."""
        box, parts = number(row, "msg_box"), self.parts.get(rowid(row), [])
        kinds = [(text(part, "ct"), part) for part in parts]
        words = "\n".join(text(part, "text") for kind, part in kinds if kind == "text/plain" and text(part, "text"))
        attachments = tuple(
            Attachment(name=line(text(part, "_data", "name", "fn", "cl")), media_type=line(kind))
            for kind, part in kinds
            if kind not in ("text/plain", "application/smil")
        )
        shown = words or text(row, "sub") or ", ".join(f"[{_base(one)}]" for one in attachments) or "[no text]"
        sides, sender = self._sides(row, "from" if box in _WRITTEN else "to" if box in _RECEIVED else "")
        segment = making.segment(shown, row_place("pdu", row), speaker=sender.value if sender is not None else "")
        making.events.append(
            EventRecord(
                kind="message",
                segment=segment,
                **counted(number(row, "date"), "s").fields(),
                description=fact(text(row, "sub"))[:300],
                parties=sides,
                key=text(row, "m_id") or str(rowid(row)),
                conversation=_thread(row),
                state=_BOXES.get(box, f"box {box}"),
                attachments=attachments,
                facts={"service": "mms"},
            )
        )

    def _sides(self, row: Row, here: str) -> tuple[tuple[tuple[str, str, str], ...], Account | None]:
        """Return who is on which side; the device's user in the role `here`, else the one its own address has, else none."""
        made: list[tuple[str, str, str]] = []
        sender: Account | None = None
        for one in self.addresses.get(rowid(row), []):
            role, address = _ROLES.get(number(one, "type"), "with"), text(one, "address")
            if address == _SELF:
                here = here or role
            if not address or address == _SELF:
                continue
            who = known(address, "sms", self.region)
            if who is not None and not (here == "from" and role == "from"):
                made.append(who.party(role))
                sender = who if role == "from" else sender
        made.insert(0 if here == "from" else len(made), USER_OF_DEVICE.party(here or "with"))
        return tuple(dict.fromkeys(made)), sender


def _thread(row: Row) -> str:
    return f"thread {text(row, 'thread_id')}" if text(row, "thread_id") else ""


def _base(attachment: Attachment) -> str:
    return attachment.name.rpartition("/")[2] or attachment.media_type or "attachment"


class CallsAndContacts:
    """The list of calls, and the contacts; older phones keep both in one database."""

    def __init__(self, database: Database, context: ReadContext) -> None:
        self.database = database
        self.region = context.region
        self.data = listed(database, "data", "raw_contact_id")
        self.kinds = {
            rowid(row): text(row, "mimetype")
            for row in (database.rows("mimetypes") if "mimetypes" in database.tables else ())
        }

    def chapters(self) -> list[Chapter]:
        """Return the calls and the contacts, where there are such tables."""
        made = []
        if self.database.has("calls", "number", "date", "type"):
            made.append(Chapter("conversation", "calls", self.call, end=self.callers))
        if self.database.has("data", "raw_contact_id", "data1") and "raw_contacts" in self.database.tables:
            made.append(Chapter("file", "raw_contacts", self.contact))
        return made

    def call(self, row: Row, making: Making) -> None:
        """Add a call."""
        kind, seconds = number(row, "type"), str(number(row, "duration"))
        direction, state = _CALLS.get(kind, ("", f"type {kind}"))
        segment = making.segment(
            call_text(direction, video=bool(number(row, "features") & 1), seconds=seconds, state=state),
            row_place("calls", row),
        )
        other = known(text(row, "number"), "phone", self.region)
        there, here = {"outgoing": ("to", "from"), "incoming": ("from", "to")}.get(direction, ("with", "with"))
        parties = ((other.party(there),) if other is not None else ()) + (USER_OF_DEVICE.party(here),)
        columns = {"shown_as": "name", "place": "geocoded_location", "country": "countryiso"}
        facts = {name: fact(text(row, column)) for name, column in columns.items() if text(row, column)}
        making.events.append(
            EventRecord(
                kind="call",
                segment=segment,
                **counted(number(row, "date"), "ms").fields(),
                parties=parties,
                key=str(rowid(row)),
                state=state,
                facts=facts | {"seconds": seconds, "direction": direction},
            )
        )

    def callers(self, making: Making) -> None:
        """Add a roster of the numbers in the list, with the names that the list shows for them."""
        seen: dict[tuple[str, str], None] = {}
        for row in self.database.rows("calls"):
            seen.setdefault((text(row, "number"), line(text(row, "name"))))
        entries = [Entry(known(one, "phone", self.region), name) for one, name in seen if one]
        making.listed("calls", entries, place=table_place("calls"), rule="Android, list of calls")

    def contact(self, row: Row, making: Making) -> None:
        """Add a contact with its numbers, addresses and everything else kept for it."""
        rows = self.data.get(rowid(row), [])
        kinds = [(self.kinds.get(number(one, "mimetype_id"), ""), one) for one in rows]
        name = next((line(text(one, "data1")) for kind, one in kinds if kind == _NAME and text(one, "data1")), "")
        name = name or line(text(row, "display_name"))
        entries, lines = [], []
        for kind, one in kinds:
            short, value = kind.rpartition("/")[2], line(text(one, "data1"))
            if short in _ACCOUNTS and value:
                entries.append(Entry(known(value, "contacts", self.region), name, line(text(one, "data3"))))
            elif value and kind != _NAME:
                lines.append(f"{short or 'data'}: {value}")
        lines += [f"account: {text(row, 'account_name')}"] if text(row, "account_name") else []
        note = "deleted contact" if number(row, "deleted") else ""
        making.listed(
            f"contact{f' ({note})' if note else ''}",
            entries or [Entry(None, name, note)],
            place=row_place("raw_contacts", row),
            rule="Android, contacts",
            more="\n".join(lines),
        )
