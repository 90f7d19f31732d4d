"""WhatsApp for iOS: `ChatStorage.sqlite`, its `CallHistory.sqlite` and `ContactsV2.sqlite` (Core Data, Apple time)."""

from __future__ import annotations

from functools import partial
from typing import Final

from evidence.records import Attachment, EventRecord
from extractors.accounts import USER_OF_DEVICE, Account, Entry
from extractors.moments import Moment, counted
from extractors.phone.chapters import Chapter, row_place, table_place
from extractors.phone.database import Cell, Database, Row, number, rowid, text
from extractors.phone.making import Making, call_text, fact, line
from extractors.phone.people import chat_account, is_group, keyed, known, label_of, listed, names_from
from extractors.phone.whatsapp_android import SERVICE, parties
from extractors.protocols import ReadContext

_GROUP_EVENT: Final = (6, 10)
_DELETED: Final = 14
_PLACE: Final = 5
_OUTCOMES: Final = {0: "", 1: "missed", 4: "rejected"}


def apple(row: Row, column: str) -> Moment:
    """Return a time in seconds since 2001; without UTC where there is none."""
    written = row.get(column)
    if not isinstance(written, (int, float)):
        return Moment(written=text(row, column))
    return counted(written, "apple", written=str(written))


class ChatStorage:
    """A ChatStorage: what its rows refer to, looked up once, and how each of them is read."""

    def __init__(self, database: Database, context: ReadContext) -> None:
        self.database = database
        self.region = context.region
        self.chats = keyed(database, "ZWACHATSESSION")
        self.members = keyed(database, "ZWAGROUPMEMBER")
        self.of_chat = listed(database, "ZWAGROUPMEMBER", "ZCHATSESSION")
        self.names = names_from(keyed(database, "ZWAPROFILEPUSHNAME").values(), "ZJID", "ZPUSHNAME")
        self.stanzas: dict[Cell, str] = {}

    def chapters(self) -> list[Chapter]:
        """Return a chapter for each chat that has messages."""
        counts = self.database.grouped("ZWAMESSAGE", "ZCHATSESSION")
        if counts is None:
            return [Chapter("conversation", "ZWAMESSAGE", self.message)]
        return [
            Chapter(
                "conversation", "ZWAMESSAGE", self.message, where="ZCHATSESSION IS ?", values=(chat,), size=count,
                begin=partial(self.roster, chat), facts=(("conversation", self.jid_of(chat)), ("service", SERVICE)),
            )
            for chat, count in counts.items()
        ]  # fmt: skip

    def jid_of(self, chat: Cell) -> str:
        """Return the id of a chat."""
        return text(self.chats.get(chat, {}), "ZCONTACTJID")

    def roster(self, chat: Cell, making: Making) -> None:
        """Add who is in a chat, with the names that the app shows for them."""
        row = self.chats.get(chat, {})
        jid, name = self.jid_of(chat), line(text(row, "ZPARTNERNAME"))
        account = chat_account(jid, SERVICE, self.region)
        if is_group(jid):
            entries = [self.member(one) for one in self.of_chat.get(chat, [])]
        else:
            pushed = self.names.get(jid, "")
            entries = [Entry(account, name)]
            entries += [Entry(account, pushed, "the name it gives itself")] if pushed and pushed != name else []
        making.listed(
            f"whatsapp chat{f': {name}' if name and is_group(jid) else ''}",
            entries,
            place=table_place("ZWACHATSESSION", rowid(row)) if row else table_place("ZWAMESSAGE"),
            rule="WhatsApp, participants of a chat",
            group=account if is_group(jid) else None,
        )

    def member(self, row: Row) -> Entry:
        """Return a participant of a group."""
        jid = text(row, "ZMEMBERJID")
        name = line(text(row, "ZCONTACTNAME", "ZFIRSTNAME")) or self.names.get(jid, "")
        notes = ["admin"] if number(row, "ZISADMIN") else []
        notes += ["no longer in the group"] if row.get("ZISACTIVE") == 0 else []
        return Entry(known(jid, SERVICE, self.region), name, ", ".join(notes))

    def message(self, row: Row, making: Making) -> None:
        """Add a message."""
        jid, kind = self.jid_of(row.get("ZCHATSESSION")), number(row, "ZMESSAGETYPE")
        mine, group = bool(number(row, "ZISFROMME")), is_group(jid)
        from_ = (
            text(self.members.get(row.get("ZGROUPMEMBER"), {}), "ZMEMBERJID") if group else text(row, "ZFROMJID") or jid
        )
        sender = None if mine else known(from_, SERVICE, self.region) if from_ else None
        media = self.media(row)
        attachments, facts = self.attached(media, kind)
        system = kind in _GROUP_EVENT and not text(row, "ZTEXT")
        shown = text(row, "ZTEXT") or text(media, "ZTITLE") or self.shown(row, kind, media, attachments)
        segment = making.segment(
            shown, row_place("ZWAMESSAGE", row), speaker="" if system else self._speaker(sender, from_)
        )
        sides = parties(mine=mine, sender=sender, other=chat_account(jid, SERVICE, self.region), group=group)
        if not mine and not group and (own := known(text(row, "ZTOJID"), SERVICE, self.region)):
            sides += (own.party("to"),)
        facts |= {"message_type": str(kind)} if kind else {}
        facts |= {"starred": "yes"} if number(row, "ZSTARRED") else {}
        sent = apple(row, "ZSENTDATE")
        facts |= {"ZSENTDATE": sent.utc} if sent.utc else {}
        making.events.append(
            EventRecord(
                kind="message",
                segment=segment,
                **apple(row, "ZMESSAGEDATE").fields(),
                parties=() if system else sides,
                key=text(row, "ZSTANZAID") or str(rowid(row)),
                conversation=jid,
                reply_to=self.stanza(row.get("ZPARENTMESSAGE")),
                state="deleted" if kind == _DELETED else "system" if system else "",
                attachments=attachments,
                facts=facts,
            )
        )

    def _speaker(self, sender: Account | None, jid: str) -> str:
        return self.names.get(jid, sender.value) if sender is not None else ""

    def stanza(self, at: Cell) -> str:
        """Return the key of the message in a row."""
        if not isinstance(at, int):
            return ""
        found = next(iter(self.database.rows("ZWAMESSAGE", "rowid = ?", (at,))), {})
        return text(found, "ZSTANZAID") or (str(at) if found else "")

    def media(self, row: Row) -> Row:
        """Return the row of a message's media; empty where it has none."""
        at = row.get("ZMEDIAITEM")
        if not isinstance(at, int) or "ZWAMEDIAITEM" not in self.database.tables:
            return {}
        return next(iter(self.database.rows("ZWAMEDIAITEM", "rowid = ?", (at,))), {})

    def attached(self, media: Row, kind: int) -> tuple[tuple[Attachment, ...], dict[str, str]]:
        """Return the file that media names, and coordinates, length and the like."""
        name = line(text(media, "ZMEDIALOCALPATH"))
        facts = {"seconds": text(media, "ZMOVIEDURATION")} if number(media, "ZMOVIEDURATION") else {}
        if kind == _PLACE:
            facts |= {"latitude": text(media, "ZLATITUDE"), "longitude": text(media, "ZLONGITUDE")}
        elif text(media, "ZVCARDNAME"):
            facts |= {"ZVCARDNAME": fact(text(media, "ZVCARDNAME"))}
        mime = line(text(media, "ZVCARDSTRING"))
        mime = mime if "/" in mime and len(mime) < 80 else ""
        return ((Attachment(name=name, media_type=mime),) if name else ()), facts

    def shown(self, row: Row, kind: int, media: Row, attachments: tuple[Attachment, ...]) -> str:
        """Return what a message without text is shown as."""
        if kind == _PLACE:
            return f"{text(media, 'ZLATITUDE')}, {text(media, 'ZLONGITUDE')}"
        if attachments:
            return f"[{attachments[0].name.rpartition('/')[2]}]"
        if kind in _GROUP_EVENT:
            return f"[system message: type {kind}, event {number(row, 'ZGROUPEVENTTYPE')}]"
        return "[message deleted]" if kind == _DELETED else f"[no text: message type {kind}]"


class Calls:
    """The list of calls: events, the aggregate that says their direction, and their participants."""

    def __init__(self, database: Database, context: ReadContext) -> None:
        self.database = database
        self.region = context.region
        self.aggregates = keyed(database, "ZWAAGGREGATECALLEVENT")
        self.participants = listed(database, "ZWACDCALLEVENTPARTICIPANT", "Z1PARTICIPANTS")

    def chapters(self) -> list[Chapter]:
        """Return the calls."""
        return [Chapter("conversation", "ZWACDCALLEVENT", self.call, end=self.callers)]

    def call(self, row: Row, making: Making) -> None:
        """Add a call; it runs from when it is dated to as many seconds later as it lasted."""
        link = row.get("Z1CALLEVENTS")
        aggregate = self.aggregates.get(link, {})
        others = [text(one, "ZJIDSTRING") for one in self.participants.get(link, [])]
        creator = text(row, "ZGROUPCALLCREATORUSERJIDSTRING")
        direction = _direction(aggregate, creator, others)
        seconds = row.get("ZDURATION")
        lasted = str(int(seconds)) if isinstance(seconds, (int, float)) else ""
        missed = bool(number(aggregate, "ZMISSED"))
        outcome = number(row, "ZOUTCOME")
        state = "missed" if missed else _OUTCOMES.get(outcome, f"outcome {outcome}")
        video = bool(number(aggregate, "ZVIDEO"))
        shown = call_text(direction, video=video, seconds=lasted, state=state)
        segment = making.segment(shown, row_place("ZWACDCALLEVENT", row))
        accounts = [one for jid in others if (one := known(jid, SERVICE, self.region)) is not None]
        here, there = {"incoming": ("to", "from"), "outgoing": ("from", "to")}.get(direction, ("with", "with"))
        sides = [*(one.party(there) for one in accounts), USER_OF_DEVICE.party(here)]
        if direction == "outgoing" and creator not in others and (own := known(creator, SERVICE, self.region)):
            sides.append(own.party(here))
        started = apple(row, "ZDATE")
        making.events.append(
            EventRecord(
                kind="call",
                segment=segment,
                **started.fields(),
                **self._ended(row).until(),
                parties=tuple(sides),
                key=text(row, "ZCALLIDSTRING") or str(rowid(row)),
                conversation=text(row, "ZGROUPJIDSTRING"),
                state=state,
                facts={"seconds": lasted, "direction": direction} | ({"video": "yes"} if video else {}),
            )
        )

    def _ended(self, row: Row) -> Moment:
        start, length = row.get("ZDATE"), row.get("ZDURATION")
        if not isinstance(start, (int, float)) or not isinstance(length, (int, float)) or length <= 0:
            return Moment(written="")
        return counted(float(start + length), "apple", written=f"{start} + {length} s")

    def callers(self, making: Making) -> None:
        """Add a roster of the participants of all calls."""
        jids = dict.fromkeys(text(one, "ZJIDSTRING") for rows in self.participants.values() for one in rows)
        owners = self.database.grouped("ZWACDCALLEVENT", "ZGROUPCALLCREATORUSERJIDSTRING") or {}
        jids |= dict.fromkeys(str(one) for one in owners if one)
        entries = [Entry(known(jid, SERVICE, self.region)) for jid in jids]
        making.listed("whatsapp calls", entries, place=table_place("ZWACDCALLEVENT"), rule="WhatsApp, list of calls")


def _direction(aggregate: Row, creator: str, others: list[str]) -> str:
    """Return which way a call went: as the app says, else by who began it; empty where nothing tells."""
    if aggregate.get("ZINCOMING") is not None:
        return "incoming" if number(aggregate, "ZINCOMING") else "outgoing"
    return "" if not creator else "incoming" if creator in others else "outgoing"


def contacts(database: Database, context: ReadContext) -> list[Chapter]:
    """Return the contacts of `ContactsV2.sqlite`."""

    def contact(row: Row, making: Making) -> None:
        jid, number_ = text(row, "ZWHATSAPPID"), text(row, "ZPHONENUMBER")
        name, label = line(text(row, "ZFULLNAME", "ZGIVENNAME")), label_of(line(text(row, "ZPHONENUMBERLABEL")))
        entries = [Entry(known(jid, SERVICE, context.region), name)] if jid else []
        if number_ and (given := known(number_, "contacts", context.region)) is not None:
            entries.append(Entry(given, name, label))
        lines = [f"about: {line(text(row, 'ZABOUTTEXT'))}"] if text(row, "ZABOUTTEXT") else []
        about = apple(row, "ZABOUTTIMESTAMP")
        lines += [f"about since: {about.utc}"] if about.utc else []
        making.listed(
            "whatsapp contact",
            entries or [Entry(None, name)],
            place=row_place("ZWAADDRESSBOOKCONTACT", row),
            rule="WhatsApp, contacts",
            more="\n".join(lines),
        )

    return [Chapter("file", "ZWAADDRESSBOOKCONTACT", contact)]
