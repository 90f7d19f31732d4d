"""Telegram Desktop's result.json: one chat, or all chats of an account with its contacts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec

from evidence.locator import RecordPlace
from evidence.records import Attachment, EventKind, Reading, StatedRelation, Unit
from extractors.accounts import Account, Entry, account, named_account, roster
from extractors.chat.cutting import Wanted, cut, wanted
from extractors.chat.json_file import JsonFile, as_it_stands, decoded, elements, open_json, placed
from extractors.chat.telegram_message import (
    Message,
    attachments_of,
    end_of,
    facts_of,
    is_plain,
    joined,
    moment_of,
    shown_for,
)
from extractors.chat.thread import NOBODY, Gathered, Parties, Talker, Thread, fit, shown_name
from extractors.protocols import Part, ReadContext, Survey

_RULE: Final = "Telegram export, sender of messages"
_ONE_TO_ONE: Final = ("personal_chat", "bot_chat")
_SUPER: Final = ("private_supergroup", "public_supergroup", "private_channel", "public_channel")


class _Sender(msgspec.Struct, rename={"sender": "from"}, gc=False):
    sender: str | None = None
    from_id: Any = None
    actor: str | None = None
    actor_id: Any = None


class Chat(msgspec.Struct):
    """One conversation, its messages left undecoded."""

    messages: msgspec.Raw = msgspec.Raw(b"[]")
    name: str | None = None
    type: str = ""
    id: Any = None


class _Chats(msgspec.Struct, rename={"held": "list"}):
    held: list[Chat] = []


class _Contacts(msgspec.Struct, rename={"held": "list"}):
    held: list[dict[str, Any]] = []


class Export(msgspec.Struct):
    """A whole file: either `messages` or `chats` is there."""

    messages: msgspec.Raw = msgspec.Raw(b"")
    name: str | None = None
    type: str = ""
    id: Any = None
    chats: _Chats | None = None
    left_chats: _Chats | None = None
    personal_information: dict[str, Any] | None = None
    contacts: _Contacts | None = None

    def all_chats(self) -> list[Chat]:
        """Return the conversations in the order of the file."""
        if len(memoryview(self.messages)):
            return [Chat(messages=self.messages, name=self.name, type=self.type, id=self.id)]
        return [*(self.chats.held if self.chats else ()), *(self.left_chats.held if self.left_chats else ())]


_MESSAGE: Final = msgspec.json.Decoder(Message)
_SENDER: Final = msgspec.json.Decoder(_Sender)


def survey_telegram(path: Path, *, media_type: str, context: ReadContext) -> Survey:
    """Return parts of about 100,000 messages."""
    chats = open_json(path, context).decode(Export).all_chats()
    parts = cut([len(elements(chat.messages)) for chat in chats])
    return Survey(media_type=media_type, reader="chat", parts=parts, units=max(1, len(chats)))


def read_telegram(path: Path, *, part: Part, context: ReadContext) -> Reading:
    """Return the conversations, or the run of messages of one, that `part` holds; raises Unreadable."""
    file = open_json(path, context)
    export = file.decode(Export)
    chosen = wanted(part)
    gathered = Gathered()
    chats = export.all_chats()
    owner = _owner(export)
    for number, chat in enumerate(chats, start=1):
        if chosen.conversation(number):
            _Conversation(file, chat, owner, context, gathered, number).read(chosen)
    if chosen.first == 1 and chosen.from_message == 1:
        _address_book(export, gathered, file, context)
    return gathered.reading()


def _owner(export: Export) -> str:
    """Return the account that was exported, as messages name it; empty where the file does not say."""
    user = (export.personal_information or {}).get("user_id")
    return f"user{user}" if isinstance(user, int) and user else ""


def _account(identifier: Any) -> Account | None:
    """Return an account by the id that Telegram gives: `user123`; older exports write the bare number."""
    if isinstance(identifier, int) and not isinstance(identifier, bool):
        identifier = f"user{identifier}"
    return named_account(identifier, service="telegram") if isinstance(identifier, str) and identifier.strip() else None


class _Who(NamedTuple):
    speaker: str
    parties: Parties


class _Conversation:
    """One chat on its way into a thread."""

    def __init__(
        self, file: JsonFile, chat: Chat, owner: str, context: ReadContext, gathered: Gathered, number: int
    ) -> None:
        self._file, self._chat, self._owner, self._gathered, self._number = file, chat, owner, gathered, number
        self._context = context
        self._raws = elements(chat.messages)
        self._people: dict[tuple[str, str], _Who] = {}
        self._all_read = False
        self.title = chat.name or (f"{chat.type or 'chat'} {chat.id}" if chat.id is not None else "Telegram chat")
        self._key = f"telegram:{chat.id}" if chat.id is not None else self.title
        self._group = self._group_account()
        self._other = f"user{chat.id}" if chat.type in _ONE_TO_ONE and chat.id is not None else ""

    def _group_account(self) -> Account | None:
        chat = self._chat
        if chat.id is None or chat.type in (*_ONE_TO_ONE, "saved_messages", ""):
            return None
        prefix = "channel" if chat.type in _SUPER else "chat"
        return Account(
            kind="account",
            value=f"telegram:{prefix}{chat.id}",
            written=f"{prefix}{chat.id}",
            check="id of a Telegram group",
        )

    def read(self, chosen: Wanted) -> None:
        """Add its messages, and its roster where the first of them is among these."""
        thread = Thread(
            self._gathered, number=self._number, title=self.title, conversation=self._key, first=chosen.from_message
        )
        thread.facts |= self._file.facts
        if self._chat.type:
            thread.facts["type"] = self._chat.type
        if self._chat.id is not None:
            thread.facts["id"] = str(self._chat.id)
        for element in placed(self._file, self._raws, first=chosen.from_message, last=chosen.to_message):
            message = decoded(element.raw, _MESSAGE)
            if message is None:
                thread.add_unread(as_it_stands(element.raw), offset=element.offset, length=element.length)
            else:
                self._add(thread, message, element.offset, element.length)
        self._all_read = chosen.from_message == 1 and chosen.to_message >= len(self._raws)
        talkers = self._talkers() if chosen.from_message == 1 else ()
        start = self._file.start_of(self._chat.messages)
        first = self._file.start_of(self._raws[0]) if self._raws else start
        end = first + len(memoryview(self._raws[0])) if self._raws else start + len(memoryview(self._chat.messages))
        thread.close(talkers, rule=_RULE, offset=first, length=end - first, group=self._group)

    def _talkers(self) -> Iterable[Talker]:
        """Return everyone who wrote or did something in the whole conversation, and the other side of a chat of two."""
        seen: dict[tuple[str, str], None] = dict.fromkeys(key for key in self._people if any(key))
        for raw in () if self._all_read else self._raws:
            one = decoded(raw, _SENDER)
            if one is not None and (one.from_id is not None or one.sender):
                seen[_text(one.from_id), one.sender or ""] = None
            elif one is not None and (one.actor_id is not None or one.actor):
                seen[_text(one.actor_id), one.actor or ""] = None
        if self._other and not any(identifier == self._other for identifier, _ in seen):
            seen[self._other, self._chat.name or ""] = None
        for identifier, name in seen:
            note = "the account that was exported" if identifier and identifier == self._owner else ""
            yield Talker(_account(identifier), shown_name(name), note)

    def _who(self, identifier: Any, name: str | None) -> _Who:
        key = (_text(identifier), name or "")
        known = self._people.get(key)
        if known is None:
            known = self._people[key] = self._meet(*key)
        return known

    def _meet(self, identifier: str, name: str) -> _Who:
        shown = shown_name(name)
        talker = Talker(_account(identifier), shown)
        if talker.account is None and not shown:
            return _Who("", NOBODY)
        parties = [talker.party("from")]
        if self._other and identifier:
            to = self._other if identifier != self._other else self._owner
            if to and (met := _account(to)) is not None:
                parties.append(met.party("to"))
        elif self._group is not None:
            parties.append(self._group.party("in"))
        return _Who(shown or identifier, tuple(parties))

    def _add(self, thread: Thread, message: Message, offset: int, length: int) -> None:
        served = message.type == "service" or bool(message.action)
        who = self._who(message.actor_id, message.actor) if served else self._who(message.from_id, message.sender)
        if served and not who.parties:
            who = self._who(message.from_id, message.sender)
        key = str(message.id) if message.id else ""
        kind: EventKind = "call" if message.action == "phone_call" else "message"
        text = message.text if isinstance(message.text, str) else joined(message.text or ())
        when = moment_of(message)
        facts: dict[str, str] | None = None
        state = ""
        attachments: tuple[Attachment, ...] = ()
        if not is_plain(message):
            facts = facts_of(message)
            attachments = attachments_of(message)
            text = text or shown_for(message)
            state = "edited" if "edited" in facts else "missed" if facts.get("ended") == "missed" else ""
        thread.add(
            fit(text),
            speaker=who.speaker,
            parties=who.parties,
            when=when,
            offset=offset,
            length=length,
            key=key,
            event_key=key,
            kind=kind,
            reply_to=str(message.reply_to_message_id) if message.reply_to_message_id else "",
            state=state,
            attachments=attachments,
            facts=facts,
            until=end_of(message) if kind == "call" else None,
        )


def _text(identifier: Any) -> str:
    if isinstance(identifier, str):
        return identifier
    return f"user{identifier}" if isinstance(identifier, int) and not isinstance(identifier, bool) else ""


# --- the account that was exported, and its contacts ---------------------------------------------------------------


def _address_book(export: Export, gathered: Gathered, file: JsonFile, context: ReadContext) -> None:
    """Add the account's own line and its contacts as a unit of their own, where the file holds them."""
    me = export.personal_information or {}
    entries = [*_own_entries(me), *_contact_entries(export.contacts, context)]
    if not entries:
        return
    index = gathered.next_index
    place = RecordPlace(record=1, field="contact", key="/contacts/list" if export.contacts else "/personal_information")
    listed = roster(index, "Telegram account and its contacts", entries, place=place, rule="Telegram export, contacts")
    gathered.next_index += 1
    gathered.named += listed.named
    gathered.related += [*listed.related, *_registered(me, index, context)]
    gathered.units.append(Unit(kind="file", number=1, outcome="read", segments=(listed.segment,)))


def _own_entries(me: dict[str, Any]) -> Iterator[Entry]:
    name = shown_name(" ".join(str(me.get(one) or "") for one in ("first_name", "last_name")))
    if isinstance(me.get("user_id"), int):
        yield Entry(_account(f"user{me['user_id']}"), name, "the account that was exported")
    if phone := account(str(me.get("phone_number") or ""), service="telegram"):
        yield Entry(phone, "", "the account's number")


def _contact_entries(contacts: _Contacts | None, context: ReadContext) -> Iterator[Entry]:
    for one in contacts.held if contacts else ():
        name = shown_name(" ".join(str(one.get(part) or "") for part in ("first_name", "last_name")))
        number = account(str(one.get("phone_number") or ""), service="telegram", region=context.region)
        if number is not None or name:
            yield Entry(number, name, "contact")


def _registered(me: dict[str, Any], index: int, context: ReadContext) -> list[StatedRelation]:
    own = _account(f"user{me['user_id']}") if isinstance(me.get("user_id"), int) else None
    phone = account(str(me.get("phone_number") or ""), service="telegram", region=context.region)
    if own is None or phone is None:
        return []
    return [
        StatedRelation(
            segment=index, kind="registered", source_kind=own.kind, source_value=own.value, target_kind=phone.kind,
            target_value=phone.value, rule="Telegram export, personal_information",
        )
    ]  # fmt: skip
