"""Facebook Messenger's and Instagram's message_1.json: names without accounts, newest first, text written as Latin-1."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import msgspec

from evidence.records import Attachment, EventKind, Reading
from extractors.chat.cutting import cut, wanted
from extractors.chat.json_file import Element, JsonFile, as_it_stands, decoded, elements, maybe, open_json, placed
from extractors.chat.thread import NOBODY, Gathered, Parties, Talker, Thread, fit, shown_name
from extractors.chat.ticks import counted_seconds
from extractors.protocols import Part, ReadContext, Survey

_RULE: Final = "Meta export, participants and senders"
_MEDIA: Final = ("photos", "videos", "audio_files", "files", "gifs", "media")
_MISSED: Final = ("missed", "NO_ANSWER")


class Reaction(msgspec.Struct, gc=False):
    """A sign that someone put on a message."""

    reaction: str = ""
    actor: str = ""


class Message(msgspec.Struct):
    """The fields of a message that are read, by the names of both kinds of export."""

    sender_name: str | None = None
    senderName: str | None = None  # noqa: N815 - the file's own name
    timestamp_ms: Any = None
    timestamp: Any = None
    content: str | None = None
    text: str | None = None
    type: str | None = None
    photos: list[dict[str, Any]] | None = None
    videos: list[dict[str, Any]] | None = None
    audio_files: list[dict[str, Any]] | None = None
    files: list[dict[str, Any]] | None = None
    gifs: list[dict[str, Any]] | None = None
    media: list[dict[str, Any]] | None = None
    sticker: dict[str, Any] | None = None
    share: dict[str, Any] | None = None
    reactions: list[Reaction] | None = None
    call_duration: int | None = None
    missed: bool | None = None
    is_unsent: bool | None = None
    isUnsent: bool | None = None  # noqa: N815 - the file's own name
    is_taken_down: bool | None = None


class Export(msgspec.Struct):
    """One conversation, or one file of a long one, its messages left undecoded."""

    messages: msgspec.Raw = msgspec.Raw(b"[]")
    participants: list[Any] = []
    title: str | None = None
    threadName: str | None = None  # noqa: N815 - the file's own name
    thread_path: str | None = None


_MESSAGE: Final = msgspec.json.Decoder(Message)


def repaired(written: str) -> str:
    """Return text whose UTF-8 bytes were written as Latin-1 characters, as Meta's exports have it, put right.

    What is no such text, because it holds characters beyond Latin-1 or other bytes, stays as it stands.
    """
    if written.isascii():
        return written
    try:
        return written.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return written


def survey_meta(path: Path, *, media_type: str, context: ReadContext) -> Survey:
    """Return parts of about 100,000 messages."""
    export = open_json(path, context).decode(Export)
    return Survey(media_type=media_type, reader="chat", parts=cut([len(elements(export.messages))]), units=1)


def read_meta(path: Path, *, part: Part, context: ReadContext) -> Reading:
    """Return the conversation, or the run of its messages that `part` holds, in the order of the file: newest first."""
    file = open_json(path, context)
    export = file.decode(Export)
    return _Conversation(file, export).read(part)


class _Conversation:
    def __init__(self, file: JsonFile, export: Export) -> None:
        self._file, self._export = file, export
        self._raws = elements(export.messages)
        self._names = [name for one in export.participants if (name := _participant(one))]
        self._title = repaired(export.title or export.threadName or "") or ", ".join(self._names) or "Conversation"
        self._parties: dict[str, Parties] = {}

    def read(self, part: Part) -> Reading:
        chosen = wanted(part)
        gathered = Gathered()
        key = self._export.thread_path or self._title
        thread = Thread(gathered, number=1, title=self._title, conversation=key, first=chosen.from_message)
        thread.facts |= self._file.facts
        thread.facts["order"] = "as in the file, newest first"
        if self._export.thread_path:
            thread.facts["thread_path"] = self._export.thread_path
        for element in placed(self._file, self._raws, first=chosen.from_message, last=chosen.to_message):
            message = decoded(element.raw, _MESSAGE)
            if message is None:
                thread.add_unread(as_it_stands(element.raw), offset=element.offset, length=element.length)
            else:
                self._add(thread, message, element)
        talkers = self._talkers() if chosen.from_message == 1 else ()
        offset = self._file.start_of(self._raws[0]) if self._raws else self._file.start_of(self._export.messages)
        length = len(memoryview(self._raws[0] if self._raws else self._export.messages))
        thread.close(talkers, rule=_RULE, offset=offset, length=length)
        return gathered.reading()

    def _talkers(self) -> Iterable[Talker]:
        names = dict.fromkeys(self._names)
        for raw in self._raws:
            message = decoded(raw, _MESSAGE)
            if message is not None and (name := _sender(message)):
                names[name] = None
        return [Talker(None, name) for name in names]

    def _who(self, name: str) -> Parties:
        known = self._parties.get(name)
        if known is None:
            sides = [one for one in self._names if one != name]
            two = len(self._names) == 2 and len(sides) == 1
            to = tuple(("to", "display_name", side) for side in sides) if two else ()
            known = self._parties[name] = (("from", "display_name", name), *to) if name else NOBODY
        return known

    def _add(self, thread: Thread, message: Message, element: Element) -> None:
        name = _sender(message)
        raw = message.content if message.content is not None else message.text or ""
        text = repaired(raw)
        facts = {"as_written": fit(raw)} if text != raw else {}
        attachments = _attachments(message)
        facts |= _facts(message)
        counted = message.timestamp_ms if message.timestamp_ms is not None else message.timestamp
        milliseconds = maybe(counted, int)
        unsent = message.is_unsent or message.isUnsent
        kind: EventKind = "call" if message.call_duration is not None or message.type == "Call" else "message"
        missed = kind == "call" and bool(message.missed or not message.call_duration)
        thread.add(
            fit(text) or ("[unsent]" if unsent else _shared(message)),
            speaker=name,
            parties=self._who(name),
            when=counted_seconds(milliseconds // 1000 if milliseconds is not None else None, str(counted or "")),
            offset=element.offset,
            length=element.length,
            key=f"/messages/{element.number - 1}",
            kind=kind,
            state="deleted" if unsent or message.is_taken_down else "missed" if missed else "",
            attachments=attachments,
            facts=facts,
        )


def _participant(one: Any) -> str:
    name = one.get("name") if isinstance(one, dict) else one
    return shown_name(repaired(name)) if isinstance(name, str) else ""


def _sender(message: Message) -> str:
    return shown_name(repaired(message.sender_name or message.senderName or ""))


def _attachments(message: Message) -> tuple[Attachment, ...]:
    listed = [one for name in _MEDIA for one in getattr(message, name) or ()]
    if message.sticker:
        listed.append(message.sticker)
    return tuple(Attachment(name=repaired(str(one["uri"]))) for one in listed if one.get("uri"))


def _facts(message: Message) -> dict[str, str]:
    facts: dict[str, str] = {}
    if message.reactions:
        facts["reactions"] = "; ".join(
            f"{repaired(one.reaction)} {shown_name(repaired(one.actor))}" for one in message.reactions
        )
    if message.call_duration is not None:
        facts["seconds"] = str(message.call_duration)
    if message.is_taken_down:
        facts["taken_down"] = "by the service"
    if shared := _shared(message):
        facts["shared"] = shared
    if message.type and message.type not in ("Generic", "text"):
        facts["type"] = message.type
    return facts


def _shared(message: Message) -> str:
    share = message.share or {}
    return " ".join(fit(repaired(str(share[name]))) for name in ("share_text", "link") if share.get(name))
