"""iOS's own databases: `sms.db` (texts and iMessage), `CallHistory.storedata` and `AddressBook.sqlitedb`."""

from __future__ import annotations

from functools import partial
from typing import Final

from evidence.records import Attachment, EventRecord
from extractors.accounts import USER_OF_DEVICE, Account, Entry
from extractors.moments import Moment, counted
from extractors.phone.chapters import Chapter, row_place, table_place
from extractors.phone.database import Cell, Database, Row, number, rowid, text
from extractors.phone.making import Making, call_text, fact, line
from extractors.phone.people import Lookup, keyed, known, label_of, listed
from extractors.phone.whatsapp_ios import apple
from extractors.protocols import ReadContext

_NANOSECONDS: Final = 1_000_000_000_000
"""A count of seconds since 2001 stays below it for thirty thousand years; since iOS 11 it is nanoseconds."""
_GROUP_STYLE: Final = 43
_REACTIONS: Final = range(2000, 4000)
_JOINED: Final = (
    "rowid IN (SELECT message_id FROM chat_message_join WHERE chat_id IS ?)",
    "rowid NOT IN (SELECT message_id FROM chat_message_join WHERE message_id IS NOT NULL)",
)
_PROPERTIES: Final = {3: "phone", 4: "email", 5: "address", 22: "URL", 46: "profile"}
_FACETIME_VIDEO: Final = 8


def since_2001(row: Row, column: str) -> Moment:
    """Return a time that is counted in seconds or, since iOS 11, nanoseconds; none where it is 0."""
    value = number(row, column)
    if not value:
        return Moment(written="")
    return counted(value, "apple_ns" if abs(value) > _NANOSECONDS else "apple")


def attributed_text(data: Cell) -> str:
    """Return the words of a message kept only as an archived NSAttributedString (iOS 16 and later); empty for none.

    The first NSString of a typedstream: after its class comes `+`, a length (one byte, or 81 and two, 82 and four), UTF-8.
    """
    if not isinstance(data, bytes):
        return ""
    at = data.find(b"+", data.find(b"NSString") + 8) if b"NSString" in data else -1
    if at < 0 or at + 2 > len(data):
        return ""
    wide = {0x81: 2, 0x82: 4}.get(data[at + 1], 0)
    length = int.from_bytes(data[at + 2 : at + 2 + wide], "little") if wide else data[at + 1]
    start = at + 2 + wide
    return data[start : start + length].decode("utf-8", "replace")


class Messages:
    """Texts and iMessages, chat by chat; messages that stand in no chat come last."""

    def __init__(self, database: Database, context: ReadContext) -> None:
        self.database = database
        self.region = context.region
        self.handles = {at: text(row, "id") for at, row in keyed(database, "handle").items()}
        self.chats = keyed(database, "chat")
        self.members = listed(database, "chat_handle_join", "chat_id")
        self.files = Lookup(database, "attachment", "rowid")
        self.attached = listed(database, "message_attachment_join", "message_id")
        self.chat: Cell = None

    def chapters(self) -> list[Chapter]:
        """Return a chapter for each chat that has messages."""
        counts = self.database.grouped("chat_message_join", "chat_id")
        if counts is None:
            return [Chapter("conversation", "message", partial(self.message, None))]
        made = [
            Chapter(
                "conversation", "message", partial(self.message, chat), where=_JOINED[0], values=(chat,),
                begin=partial(self.roster, chat), facts=(("conversation", self._name(chat)),),
            )
            for chat in counts
        ]  # fmt: skip
        if self.database.count("message", _JOINED[1]):
            made.append(Chapter("conversation", "message", partial(self.message, None), where=_JOINED[1]))
        return made

    def _name(self, chat: Cell) -> str:
        return text(self.chats.get(chat, {}), "chat_identifier", "guid")

    def _is_group(self, chat: Cell) -> bool:
        row = self.chats.get(chat, {})
        return number(row, "style") == _GROUP_STYLE or len(self.members.get(chat, [])) > 1

    def _group(self, chat: Cell) -> Account | None:
        name = self._name(chat)
        return (
            Account(kind="account", value=f"imessage:{name}", written=name) if name and self._is_group(chat) else None
        )

    def _others(self, chat: Cell) -> list[Account]:
        found = [self.handles.get(row.get("handle_id"), "") for row in self.members.get(chat, [])]
        if not found and not self._is_group(chat):
            found = [text(self.chats.get(chat, {}), "chat_identifier")]
        return [who for one in dict.fromkeys(found) if one and (who := known(one, "imessage", self.region)) is not None]

    def roster(self, chat: Cell, making: Making) -> None:
        """Add who is in a chat."""
        row = self.chats.get(chat, {})
        name = line(text(row, "display_name", "room_name"))
        service = line(text(row, "service_name")).lower() or "message"
        making.listed(
            f"{service} chat{f': {name}' if name else ''}",
            [Entry(one) for one in self._others(chat)],
            place=table_place("chat", rowid(row)) if row else table_place("message"),
            rule="iOS messages, participants of a chat",
            group=self._group(chat),
        )

    def message(self, chat: Cell, row: Row, making: Making) -> None:
        """Add a message."""
        mine = bool(number(row, "is_from_me"))
        handle = self.handles.get(row.get("handle_id"), "")
        sender = known(handle, "imessage", self.region) if handle and not mine else None
        group, others = self._group(chat), self._others(chat)
        attachments = self.attachments(rowid(row))
        words = (text(row, "text") or attributed_text(row.get("attributedBody"))).replace("\ufffc", "").strip()
        shown = words or ", ".join(f"[{one.name.rpartition('/')[2]}]" for one in attachments) or self._bare(row)
        segment = making.segment(shown, row_place("message", row), speaker=sender.value if sender is not None else "")
        if not others and handle and (who := known(handle, "imessage", self.region)) is not None:
            others = [who]
        from_ = [USER_OF_DEVICE.party("from")] if mine else [sender.party("from")] if sender is not None else []
        to = [one.party("to") for one in others] if mine else [USER_OF_DEVICE.party("to")]
        to = [group.party("in")] if group is not None else to
        reaction = number(row, "associated_message_type") in _REACTIONS
        answered = text(row, "associated_message_guid").rpartition("/")[2].removeprefix("bp:") if reaction else ""
        making.events.append(
            EventRecord(
                kind="message",
                segment=segment,
                **since_2001(row, "date").fields(),
                description=fact(text(row, "subject"))[:300],
                parties=(*from_, *to),
                key=text(row, "guid") or str(rowid(row)),
                conversation=self._name(chat),
                reply_to=answered or text(row, "thread_originator_guid", "reply_to_guid"),
                state=self._state(row, mine=mine, reaction=reaction),
                attachments=attachments,
                facts=self._facts(row),
            )
        )

    def _state(self, row: Row, *, mine: bool, reaction: bool) -> str:
        if number(row, "date_retracted"):
            return "deleted"
        if number(row, "error") and mine and not number(row, "date_delivered"):
            return "failed"
        return "reaction" if reaction else "edited" if number(row, "date_edited") else ""

    def _facts(self, row: Row) -> dict[str, str]:
        facts = {"service": line(text(row, "service"))} if text(row, "service") else {}
        names = {"date_read": "read", "date_delivered": "delivered", "date_edited": "edited"}
        facts |= {name: moment.utc for column, name in names.items() if (moment := since_2001(row, column)).utc}
        facts |= {"error": str(number(row, "error"))} if number(row, "error") else {}
        kind = number(row, "associated_message_type")
        return facts | ({"associated_message_type": str(kind)} if kind else {})

    def attachments(self, at: int) -> tuple[Attachment, ...]:
        """Return the files that a message carries, by their paths on the phone."""
        rows = [self.files.get(one.get("attachment_id")) for one in self.attached.get(at, [])]
        return tuple(
            Attachment(name=line(text(row, "filename", "transfer_name")), media_type=line(text(row, "mime_type")))
            for row in rows
            if row
        )

    def _bare(self, row: Row) -> str:
        kind = number(row, "item_type")
        return f"[system message: item type {kind}]" if kind else "[no text]"


class Calls:
    """The list of calls, of the telephone, FaceTime and other apps."""

    def __init__(self, database: Database, context: ReadContext) -> None:
        self.database = database
        self.region = context.region

    def chapters(self) -> list[Chapter]:
        """Return the calls."""
        return [Chapter("conversation", "ZCALLRECORD", self.call, end=self.callers)]

    def call(self, row: Row, making: Making) -> None:
        """Add a call."""
        mine, seconds = bool(number(row, "ZORIGINATED")), str(number(row, "ZDURATION"))
        answered = number(row, "ZANSWERED") or number(row, "ZDURATION")
        state = "" if answered or mine else "missed"
        direction = "outgoing" if mine else "incoming"
        video = number(row, "ZCALLTYPE") == _FACETIME_VIDEO
        shown = call_text(direction, video=video, seconds=seconds, state=state)
        segment = making.segment(shown, row_place("ZCALLRECORD", row))
        other = known(line(text(row, "ZADDRESS")), "phone", self.region)
        there, here = ("to", "from") if mine else ("from", "to")
        columns = {
            "service": "ZSERVICE_PROVIDER",
            "shown_as": "ZNAME",
            "place": "ZLOCATION",
            "country": "ZISO_COUNTRY_CODE",
        }
        facts = {name: fact(text(row, column)) for name, column in columns.items() if text(row, column)}
        making.events.append(
            EventRecord(
                kind="call",
                segment=segment,
                **apple(row, "ZDATE").fields(),
                parties=((other.party(there),) if other is not None else ()) + (USER_OF_DEVICE.party(here),),
                key=text(row, "ZUNIQUE_ID") or str(rowid(row)),
                state=state,
                facts=facts | {"seconds": seconds, "direction": direction},
            )
        )

    def callers(self, making: Making) -> None:
        """Add a roster of the other sides, with the names that the list shows for them."""
        seen: dict[tuple[str, str], None] = {}
        for row in self.database.rows("ZCALLRECORD"):
            seen.setdefault((line(text(row, "ZADDRESS")), line(text(row, "ZNAME"))))
        entries = [Entry(known(one, "phone", self.region), name) for one, name in seen if one]
        making.listed("calls", entries, place=table_place("ZCALLRECORD"), rule="iOS, list of calls")


def contacts(database: Database, context: ReadContext) -> list[Chapter]:
    """Return the contacts of the address book."""
    values = listed(database, "ABMultiValue", "record_id")
    labels = {at: label_of(text(row, "value")) for at, row in keyed(database, "ABMultiValueLabel").items()}

    def contact(row: Row, making: Making) -> None:
        parts = [text(row, column) for column in ("First", "Middle", "Last")]
        name = line(" ".join(part for part in parts if part) or text(row, "Organization", "Nickname", "DisplayName"))
        entries, lines = [], []
        for one in values.get(rowid(row), []):
            kind = _PROPERTIES.get(number(one, "property"), "")
            value, label = line(text(one, "value")), labels.get(one.get("label"), "")
            if value and kind in ("phone", "email"):
                entries.append(Entry(known(value, "contacts", context.region), name, label))
            elif value:
                lines.append(f"{kind or 'value'}{f' ({label})' if label else ''}: {value}")
        for column in ("Organization", "Department", "JobTitle", "Nickname", "Note"):
            if text(row, column):
                lines.append(f"{column}: {line(text(row, column))}")
        making.listed(
            "contact",
            entries or [Entry(None, name)],
            place=row_place("ABPerson", row),
            rule="iOS, contacts",
            more="\n".join(lines),
        )

    return [Chapter("file", "ABPerson", contact)]
