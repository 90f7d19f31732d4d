"""Discord channels as DiscordChatExporter writes them: one channel a file, accounts with their ids, times with their zone."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import msgspec

from evidence.records import Attachment, EventKind, Reading
from extractors.accounts import Account, named_account
from extractors.chat.cutting import cut, wanted
from extractors.chat.json_file import Element, JsonFile, as_it_stands, decoded, elements, open_json, placed
from extractors.chat.thread import NOBODY, Gathered, Parties, Talker, Thread, When, fit, shown_name
from extractors.chat.ticks import zoned
from extractors.protocols import Part, ReadContext, Survey

_RULE: Final = "Discord export, author of messages"


class Author(msgspec.Struct, gc=False):
    """An account: its id, its name, and how the server shows it."""

    id: str = ""
    name: str = ""
    discriminator: str | None = ""
    nickname: str | None = ""
    isBot: bool | None = False  # noqa: N815 - the file's own name

    @property
    def handle(self) -> str:
        """Return `name#1234`, or the name alone as newer accounts have it."""
        number = self.discriminator or ""
        return f"{self.name}#{number}" if number.strip("0") else self.name


class Message(msgspec.Struct):
    """The fields of a message that are read."""

    id: str = ""
    type: str = ""
    timestamp: str | None = ""
    timestampEdited: str | None = None  # noqa: N815 - the file's own name
    callEndedTimestamp: str | None = None  # noqa: N815 - the file's own name
    isPinned: bool | None = False  # noqa: N815 - the file's own name
    content: str | None = ""
    author: Author | None = None
    attachments: list[dict[str, Any]] | None = None
    stickers: list[dict[str, Any]] | None = None
    embeds: list[dict[str, Any]] | None = None
    reactions: list[dict[str, Any]] | None = None
    reference: dict[str, Any] | None = None
    forwardedMessage: dict[str, Any] | None = None  # noqa: N815 - the file's own name


class _Sender(msgspec.Struct, gc=False):
    author: Author | None = None


class Export(msgspec.Struct):
    """One channel, its messages left undecoded."""

    messages: msgspec.Raw = msgspec.Raw(b"[]")
    guild: dict[str, Any] = {}
    channel: dict[str, Any] = {}
    exportedAt: str | None = None  # noqa: N815 - the file's own name


_MESSAGE: Final = msgspec.json.Decoder(Message)
_SENDER: Final = msgspec.json.Decoder(_Sender)


def survey_discord(path: Path, *, media_type: str, context: ReadContext) -> Survey:
    """Return parts of about 100,000 messages."""
    export = open_json(path, context).decode(Export)
    return Survey(media_type=media_type, reader="chat", parts=cut([len(elements(export.messages))]), units=1)


def read_discord(path: Path, *, part: Part, context: ReadContext) -> Reading:
    """Return the channel, or the run of its messages that `part` holds; raises Unreadable."""
    file = open_json(path, context)
    return _Channel(file, file.decode(Export)).read(part)


class _Channel:
    def __init__(self, file: JsonFile, export: Export) -> None:
        self._file, self._export = file, export
        self._raws = elements(export.messages)
        self._parties: dict[str, Parties] = {}
        channel = export.channel
        self._id = str(channel.get("id") or "")
        self._direct = channel.get("type") == "DirectTextChat"
        self._title = (
            " / ".join(str(one) for one in (export.guild.get("name"), channel.get("name")) if one) or "Discord channel"
        )
        self._group = None if self._direct or not self._id else Account(
            kind="account", value=f"discord:channel:{self._id}", written=f"channel {self._id}", check="id of a Discord channel"
        )  # fmt: skip
        self._sides: dict[str, Author] = {}

    def read(self, part: Part) -> Reading:
        chosen = wanted(part)
        gathered = Gathered()
        key = f"discord:{self._id}" if self._id else self._title
        thread = Thread(gathered, number=1, title=self._title, conversation=key, first=chosen.from_message)
        thread.facts |= self._file.facts
        for name, value in (("type", self._export.channel.get("type")), ("guild", self._export.guild.get("id")),
                            ("topic", self._export.channel.get("topic")), ("exported", self._export.exportedAt)):  # fmt: skip
            if value:
                thread.facts[name] = shown_name(str(value))[:500]
        if self._direct or chosen.from_message == 1:
            self._sides = self._authors()
        for element in placed(self._file, self._raws, first=chosen.from_message, last=chosen.to_message):
            message = decoded(element.raw, _MESSAGE)
            if message is None:
                thread.add_unread(as_it_stands(element.raw), offset=element.offset, length=element.length)
            else:
                self._add(thread, message, element)
        offset = self._file.start_of(self._raws[0] if self._raws else self._export.messages)
        length = len(memoryview(self._raws[0] if self._raws else self._export.messages))
        thread.close(self._talkers(), rule=_RULE, offset=offset, length=length, group=self._group)
        return gathered.reading()

    def _authors(self) -> dict[str, Author]:
        found: dict[str, Author] = {}
        for raw in self._raws:
            one = decoded(raw, _SENDER)
            if one is not None and one.author is not None and one.author.id:
                found.setdefault(one.author.id, one.author)
        return found

    def _talkers(self) -> Iterable[Talker]:
        for author in self._sides.values():
            shown = shown_name(author.nickname or author.name)
            handle = shown_name(author.handle)
            notes = [
                *([f"user name {handle}"] if handle and handle != shown else []),
                *(["bot"] if author.isBot else []),
            ]
            yield Talker(named_account(author.id, service="discord"), shown, ", ".join(notes))

    def _who(self, author: Author) -> Parties:
        known = self._parties.get(author.id)
        if known is None:
            known = self._parties[author.id] = self._meet(author)
        return known

    def _meet(self, author: Author) -> Parties:
        if not author.id:
            return (("from", "display_name", shown_name(author.name)),) if author.name else NOBODY
        parties = [named_account(author.id, service="discord").party("from")]
        others = [one for one in self._sides if one != author.id]
        if self._direct and len(others) == 1:
            parties.append(named_account(others[0], service="discord").party("to"))
        elif self._group is not None:
            parties.append(self._group.party("in"))
        return tuple(parties)

    def _add(self, thread: Thread, message: Message, element: Element) -> None:
        author = message.author or Author()
        kind: EventKind = "call" if message.type == "Call" else "message"
        thread.add(
            fit(message.content or "") or _shown(message),
            speaker=shown_name(author.nickname or author.name),
            parties=self._who(author),
            when=zoned(message.timestamp or ""),
            offset=element.offset,
            length=element.length,
            key=message.id,
            event_key=message.id,
            kind=kind,
            reply_to=str((message.reference or {}).get("messageId") or ""),
            state="edited" if message.timestampEdited else "",
            attachments=tuple(_attachments(message)),
            facts=_facts(message),
            until=_until(message),
        )


def _until(message: Message) -> When | None:
    return zoned(message.callEndedTimestamp) if message.callEndedTimestamp else None


def _attachments(message: Message) -> Iterable[Attachment]:
    for one in message.attachments or ():
        address, name = str(one.get("url") or ""), str(one.get("fileName") or "")
        yield Attachment(name=address if address and "://" not in address else name or address)
    for one in message.stickers or ():
        yield Attachment(name=str(one.get("sourceUrl") or one.get("name") or "sticker"))


def _facts(message: Message) -> dict[str, str]:
    facts: dict[str, str] = {}
    if message.timestampEdited:
        facts["edited"] = message.timestampEdited
    if message.isPinned:
        facts["pinned"] = "yes"
    if message.type not in ("Default", "Reply", ""):
        facts["type"] = message.type
    if message.forwardedMessage:
        facts["forwarded"] = fit(str(message.forwardedMessage.get("content") or "yes"))[:2000]
    if message.reactions:
        facts["reactions"] = "; ".join(_reaction(one) for one in message.reactions)
    if links := " ".join(str(one["url"]) for one in message.embeds or () if one.get("url")):
        facts["links"] = links
    return facts


def _reaction(one: dict[str, Any]) -> str:
    emoji = one.get("emoji")
    sign = str(emoji.get("name") or emoji.get("code") or "?") if isinstance(emoji, dict) else "?"
    users = one.get("users")
    names = [shown_name(str(each.get("name") or each.get("id") or "")) for each in users if isinstance(each, dict)] \
        if isinstance(users, list) else []  # fmt: skip
    return f"{sign} {one.get('count', 1)}" + (f" ({', '.join(names)})" if names else "")


def _shown(message: Message) -> str:
    """Return the text of embeds, or what kind of message it is, where it has no content of its own."""
    said = [
        fit(str(one.get(name))) for one in message.embeds or () for name in ("title", "description") if one.get(name)
    ]
    if said:
        return "\n".join(said)
    if message.forwardedMessage:
        return fit(str(message.forwardedMessage.get("content") or "")) or "[forwarded message]"
    return f"[{message.type}]" if message.type not in ("Default", "Reply", "") else ""
