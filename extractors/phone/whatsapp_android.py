"""WhatsApp for Android: `msgstore.db` in its present form (`message`, `chat`, `jid`), its calls, and `wa.db`.

Tables and columns as in the schemas that the app itself creates, which public projects quote whole.
"""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as NotBase64
from functools import partial
from typing import Final

from evidence.records import Attachment, EventRecord
from extractors.accounts import USER_OF_DEVICE, Account, Entry
from extractors.moments import counted
from extractors.phone.chapters import Chapter, row_place, table_place
from extractors.phone.database import Cell, Database, Row, number, rowid, text
from extractors.phone.making import Making, call_text, fact, line
from extractors.phone.people import Lookup, chat_account, is_group, keyed, known, listed
from extractors.protocols import ReadContext

SERVICE: Final = "whatsapp"
_STATES: Final = {7: "system", 15: "deleted"}
_RESULTS: Final = {2: "missed", 3: "not answered", 4: "rejected", 5: "", 7: "rejected"}
_MEDIA_FACTS: Final = ("mime_type", "file_size", "media_duration", "width", "height", "page_count")


class Msgstore:
    """A message store: what its rows refer to, looked up once, and how each of them is read."""

    def __init__(self, database: Database, context: ReadContext) -> None:
        self.database = database
        self.region = context.region
        self.jids = {at: text(row, "raw_string") for at, row in keyed(database, "jid").items()}
        self.phones = {row.get("lid_row_id"): row.get("jid_row_id") for row in keyed(database, "jid_map").values()}
        self.chats = keyed(database, "chat")
        self.quoted = Lookup(database, "message_quoted", "message_row_id")
        self.edits = Lookup(database, "message_edit_info", "message_row_id")
        self.revoked = Lookup(database, "message_revoked", "message_row_id")
        self.places = Lookup(database, "message_location", "message_row_id")
        self.medias = Lookup(database, "message_media", "message_row_id")
        self.members = listed(database, "group_participant_user", "group_jid_row_id")
        self.reactions = listed(database, "message_add_on", "parent_message_row_id")
        self.emoji = Lookup(database, "message_add_on_reaction", "message_add_on_row_id")

    def chapters(self) -> list[Chapter]:
        """Return a chapter for each chat that has messages, then for those without, then the calls."""
        counts = self.database.grouped("message", "chat_row_id")
        made = [Chapter("conversation", "message", self.message)] if counts is None else []
        for chat, count in (counts or {}).items():
            made.append(
                Chapter(
                    "conversation", "message", self.message, where="chat_row_id IS ?", values=(chat,), size=count,
                    begin=partial(self.roster, chat),
                    facts=(("conversation", self.jid_of(chat)), ("service", SERVICE)),
                )
            )  # fmt: skip
        if self.database.has("call_log", "timestamp", "from_me"):
            made.append(Chapter("conversation", "call_log", self.call, end=self.callers))
        return made

    def jid_of(self, chat: Cell) -> str:
        """Return the id of a chat."""
        return self.jids.get(self.chats.get(chat, {}).get("jid_row_id"), "")

    def roster(self, chat: Cell, making: Making) -> None:
        """Add who is in a chat: of a group its participants, else the one on the other side."""
        row = self.chats.get(chat, {})
        jid, subject = self.jid_of(chat), line(text(row, "subject"))
        account = chat_account(jid, SERVICE, self.region)
        members = self.members.get(row.get("jid_row_id"), [])
        entries = [
            Entry(self.account(one.get("user_jid_row_id")), "", "admin" if number(one, "rank") else "")
            for one in members
        ]
        senders = [] if members else self._senders(chat) if is_group(jid) else [account]
        making.listed(
            f"whatsapp chat{f': {subject}' if subject else ''}",
            [*entries, *(Entry(one) for one in senders)],
            place=table_place("chat", rowid(row)) if row else table_place("message"),
            rule="WhatsApp, participants of a chat",
            group=account if is_group(jid) else None,
        )

    def _senders(self, chat: Cell) -> list[Account | None]:
        counts = self.database.grouped(
            "message", "sender_jid_row_id", where=f"chat_row_id = {int(chat)}" if isinstance(chat, int) else "0"
        )
        return [self.account(one) for one in counts or {}]

    def account(self, jid_row: Cell) -> Account | None:
        """Return the account of a row of `jid`; a hidden id (`@lid`) as the number that the app has mapped it to."""
        jid = self.jids.get(self.phones.get(jid_row, jid_row), "") or self.jids.get(jid_row, "")
        return known(jid, SERVICE, self.region) if jid else None

    def message(self, row: Row, making: Making) -> None:
        """Add a message."""
        at, chat = rowid(row), row.get("chat_row_id")
        jid = self.jid_of(chat)
        mine = bool(number(row, "from_me"))
        sender = (
            None if mine else self.account(row.get("sender_jid_row_id") or self.chats.get(chat, {}).get("jid_row_id"))
        )
        other = chat_account(jid, SERVICE, self.region)
        kind = number(row, "message_type")
        media, attachments = self.media(at)
        place = self.places.get(at)
        shown = text(row, "text_data") or text(media, "media_caption") or self.shown(kind, attachments, place, row)
        segment = making.segment(shown, row_place("message", row), speaker=sender.value if sender is not None else "")
        quoted = self.quoted.get(at)
        facts = {name: fact(text(media, name)) for name in _MEDIA_FACTS if text(media, name)}
        facts |= {"latitude": text(place, "latitude"), "longitude": text(place, "longitude")} if place else {}
        facts |= self.extras(at, row, kind)
        making.events.append(
            EventRecord(
                kind="message",
                segment=segment,
                **counted(number(row, "timestamp"), "ms").fields(),
                parties=parties(mine=mine, sender=sender, other=other, group=is_group(jid)) if kind != 7 else (),
                key=text(row, "key_id") or str(at),
                conversation=jid,
                reply_to=text(quoted, "key_id"),
                state=self.state(at, kind),
                attachments=attachments,
                facts=facts,
            )
        )

    def state(self, at: int, kind: int) -> str:
        """Return what became of a message."""
        if self.revoked.get(at):
            return "deleted"
        return _STATES.get(kind, "edited" if self.edits.get(at) else "")

    def extras(self, at: int, row: Row, kind: int) -> dict[str, str]:
        """Return reactions, edits, receipts and the like as facts."""
        said = []
        for one in self.reactions.get(at, []):
            emoji = text(self.emoji.get(rowid(one)), "reaction")
            who = None if number(one, "from_me") else self.account(one.get("sender_jid_row_id"))
            if emoji:
                said.append(f"{emoji} by {who.value if who is not None else 'the user of the device'}")
        facts = {"reactions": fact("; ".join(said))} if said else {}
        if edit := self.edits.get(at):
            facts["edited"] = counted(number(edit, "edited_timestamp"), "ms").utc
        facts |= {"message_type": str(kind)} if kind else {}
        facts |= {"starred": "yes"} if number(row, "starred") else {}
        if number(row, "received_timestamp") > 0:
            facts["received"] = counted(number(row, "received_timestamp"), "ms").utc
        return facts

    def media(self, at: int) -> tuple[Row, tuple[Attachment, ...]]:
        """Return the row of a message's media, and the file that it names."""
        row = self.medias.get(at)
        name = line(text(row, "file_path", "media_name"))
        hashed = hash_of(text(row, "file_hash"))
        if not name and not hashed and not text(row, "mime_type"):
            return row, ()
        return row, (Attachment(name=name, sha256=hashed, media_type=line(text(row, "mime_type"))),)

    def shown(self, kind: int, attachments: tuple[Attachment, ...], place: Row, row: Row) -> str:
        """Return what a message without text is shown as."""
        if place:
            named = text(place, "place_name", "place_address")
            return f"{text(place, 'latitude')}, {text(place, 'longitude')}{f' {named}' if named else ''}"
        if attachments:
            return f"[{attachments[0].name.rpartition('/')[2] or attachments[0].media_type or 'media'}]"
        return {7: "[system message]", 15: "[message deleted]"}.get(kind, f"[no text: message type {kind}]")

    def call(self, row: Row, making: Making) -> None:
        """Add a call."""
        mine, video = bool(number(row, "from_me")), bool(number(row, "video_call"))
        result, seconds = number(row, "call_result"), number(row, "duration")
        state = _RESULTS.get(result, "")
        direction = "outgoing" if mine else "incoming"
        shown = call_text(direction, video=video, seconds=str(seconds), state=state)
        other = self.account(row.get("jid_row_id"))
        roles = ("to", "from") if mine else ("from", "to")
        segment = making.segment(shown, row_place("call_log", row))
        making.events.append(
            EventRecord(
                kind="call",
                segment=segment,
                **counted(number(row, "timestamp"), "ms").fields(),
                parties=((other.party(roles[0]),) if other is not None else ()) + (USER_OF_DEVICE.party(roles[1]),),
                key=text(row, "call_id") or str(rowid(row)),
                state=state,
                facts={"seconds": str(seconds), "direction": direction, "call_result": str(result)}
                | ({"video": "yes"} if video else {}),
            )
        )

    def callers(self, making: Making) -> None:
        """Add a roster of those who are in the list of calls."""
        counts = self.database.grouped("call_log", "jid_row_id") or {}
        entries = [Entry(self.account(one)) for one in counts]
        making.listed("whatsapp calls", entries, place=table_place("call_log"), rule="WhatsApp, list of calls")


def parties(
    *, mine: bool, sender: Account | None, other: Account | None, group: bool
) -> tuple[tuple[str, str, str], ...]:
    """Return who wrote to whom: in a group from a sender in it, else between the device's user and the other side."""
    from_ = USER_OF_DEVICE.party("from") if mine else sender.party("from") if sender is not None else None
    if group:
        to = other.party("in") if other is not None else None
    else:
        to = (other.party("to") if other is not None else None) if mine else USER_OF_DEVICE.party("to")
    return tuple(one for one in (from_, to) if one is not None)


def hash_of(written: str) -> str:
    """Return a SHA-256 written in base64 as hexadecimal; empty where it is none."""
    try:
        data = b64decode(written, validate=True)
    except (NotBase64, ValueError):
        return ""
    return data.hex() if len(data) == 32 else ""


def contacts(database: Database, context: ReadContext) -> list[Chapter]:
    """Return the contacts of `wa.db`."""

    def contact(row: Row, making: Making) -> None:
        jid, name = text(row, "jid"), line(text(row, "display_name", "wa_name", "given_name"))
        notes = [f"WhatsApp name: {line(text(row, 'wa_name'))}" if text(row, "wa_name") else ""]
        notes += [f"status: {line(text(row, 'status'))}" if text(row, "status") else ""]
        notes += [f"number: {line(text(row, 'number'))}" if text(row, "number") else ""]
        making.listed(
            "whatsapp contact",
            [Entry(chat_account(jid, SERVICE, context.region), name)],
            place=row_place("wa_contacts", row),
            rule="WhatsApp, contacts",
            more="\n".join(note for note in notes if note),
        )

    return [Chapter("file", "wa_contacts", contact)]
