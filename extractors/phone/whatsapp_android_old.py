"""WhatsApp for Android as it kept messages until about 2021: `messages`, `chat_list`, `group_participants`.

Databases that were being moved to the present form hold both; what the new table has too is not read twice.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from evidence.records import Attachment, EventRecord
from extractors.accounts import Account, Entry
from extractors.moments import counted
from extractors.phone.chapters import Chapter, row_place, table_place
from extractors.phone.database import Cell, Database, Row, number, rowid, text
from extractors.phone.making import Making, line
from extractors.phone.people import Lookup, chat_account, is_group, keyed, known, listed
from extractors.phone.whatsapp_android import SERVICE, hash_of, parties
from extractors.protocols import ReadContext

_CONTROL: Final = 6
_REVOKED: Final = 7
_PLACE: Final = 5


class OldMsgstore:
    """A message store of the former kind."""

    def __init__(self, database: Database, context: ReadContext) -> None:
        self.database = database
        self.region = context.region
        self.chats = keyed(database, "chat_list", "key_remote_jid")
        self.members = listed(database, "group_participants", "gjid")
        self.quotes = Lookup(database, "messages_quotes", "rowid")

    def chapters(self) -> list[Chapter]:
        """Return a chapter for each chat."""
        only = "key_remote_jid <> '-1'"
        if self.database.has("message", "key_id"):
            only += " AND key_id NOT IN (SELECT key_id FROM message)"
        counts = self.database.grouped("messages", "key_remote_jid", where=only)
        if counts is None:
            return [Chapter("conversation", "messages", self.message, where=only)]
        return [
            Chapter(
                "conversation", "messages", self.message, where=f"key_remote_jid IS ? AND {only}", values=(jid,),
                size=count, begin=partial(self.roster, jid), facts=(("conversation", str(jid)), ("service", SERVICE)),
            )
            for jid, count in counts.items()
        ]  # fmt: skip

    def roster(self, chat: Cell, making: Making) -> None:
        """Add who is in a chat."""
        row, jid = self.chats.get(chat, {}), str(chat)
        subject = line(text(row, "subject"))
        account = chat_account(jid, SERVICE, self.region)
        entries = [
            Entry(known(text(one, "jid"), SERVICE, self.region), "", "admin" if number(one, "admin") else "")
            for one in self.members.get(chat, [])
        ]
        if not entries and is_group(jid):
            entries = [Entry(one) for one in self._senders(chat)]
        making.listed(
            f"whatsapp chat{f': {subject}' if subject else ''}",
            entries if is_group(jid) else [Entry(account)],
            place=table_place("chat_list", rowid(row)) if row else table_place("messages"),
            rule="WhatsApp, participants of a chat",
            group=account if is_group(jid) else None,
        )

    def _senders(self, chat: Cell) -> list[Account | None]:
        if not self.database.has("messages", "remote_resource"):
            return []
        quoted = str(chat).replace("'", "''")
        found = self.database.grouped("messages", "remote_resource", where=f"key_remote_jid = '{quoted}'")
        return [known(str(one), SERVICE, self.region) for one in found or {} if one]

    def message(self, row: Row, making: Making) -> None:
        """Add a message."""
        jid = text(row, "key_remote_jid")
        mine = bool(number(row, "key_from_me"))
        sender = None if mine else known(text(row, "remote_resource") if is_group(jid) else jid, SERVICE, self.region)
        kind, control = number(row, "media_wa_type"), number(row, "status") == _CONTROL
        attachments = self.attachments(row, kind)
        shown = text(row, "data") if kind in (0, _PLACE) or not attachments else ""
        shown = text(row, "media_caption") or shown or self.shown(row, attachments, kind, control=control)
        segment = making.segment(shown, row_place("messages", row), speaker=sender.value if sender is not None else "")
        other = chat_account(jid, SERVICE, self.region)
        facts = {"latitude": text(row, "latitude"), "longitude": text(row, "longitude")} if kind == _PLACE else {}
        facts |= {"message_type": str(kind)} if kind else {}
        deleted = number(row, "edit_version") == _REVOKED
        making.events.append(
            EventRecord(
                kind="message",
                segment=segment,
                **counted(number(row, "timestamp"), "ms").fields(),
                parties=() if control else parties(mine=mine, sender=sender, other=other, group=is_group(jid)),
                key=text(row, "key_id") or str(rowid(row)),
                conversation=jid,
                reply_to=text(self.quotes.get(row.get("quoted_row_id")), "key_id"),
                state="deleted" if deleted else "system" if control else "",
                attachments=attachments,
                facts=facts,
            )
        )

    def attachments(self, row: Row, kind: int) -> tuple[Attachment, ...]:
        """Return the file that a message names."""
        name, mime = line(text(row, "media_name")), line(text(row, "media_mime_type"))
        hashed = hash_of(text(row, "media_hash"))
        if kind in (0, _PLACE) or not (name or mime or hashed):
            return ()
        return (Attachment(name=name, sha256=hashed, media_type=mime),)

    def shown(self, row: Row, attachments: tuple[Attachment, ...], kind: int, *, control: bool) -> str:
        """Return what a message without text is shown as."""
        if kind == _PLACE:
            return f"{text(row, 'latitude')}, {text(row, 'longitude')} {text(row, 'media_name')}".strip()
        if attachments:
            return f"[{attachments[0].name or attachments[0].media_type or 'media'}]"
        return "[system message]" if control else f"[no text: message type {kind}]"
