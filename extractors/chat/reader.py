"""The reader of chats: which module reads which export, and how a message is found in its file again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec

from evidence.errors import Unreadable
from evidence.locator import Place, RecordPlace
from evidence.records import Reading, Stamp
from extractors.chat import discord, formats, meta, slack, sms, telegram, text_export, whatsapp
from extractors.chat.cutting import MESSAGES_A_PART
from extractors.chat.json_file import open_json
from extractors.chat.thread import many_records
from extractors.protocols import Engines, Original, Part, ReadContext, Survey

_VERSION: Final = "1"
_ORIGINAL_BYTES: Final = 16 << 20


class _Export(NamedTuple):
    survey: Callable[..., Survey]
    read: Callable[..., Reading]


_EXPORTS: Final[dict[str, _Export]] = {
    formats.WHATSAPP: _Export(text_export.survey_export, whatsapp.read_whatsapp),
    formats.SIGNAL: _Export(text_export.survey_export, whatsapp.read_signal),
    formats.TELEGRAM: _Export(telegram.survey_telegram, telegram.read_telegram),
    formats.META: _Export(meta.survey_meta, meta.read_meta),
    formats.DISCORD: _Export(discord.survey_discord, discord.read_discord),
    formats.SLACK: _Export(slack.survey_slack, slack.read_slack),
    formats.SLACK_USERS: _Export(slack.survey_slack, slack.read_slack_users),
    formats.SMS: _Export(sms.survey_sms, sms.read_sms),
    formats.CALLS: _Export(sms.survey_sms, sms.read_sms),
}


class ChatReader:
    """Reads chats: a unit for each conversation, a segment and an event for each message, a roster before them."""

    def survey(self, path: Path, *, media_type: str, context: ReadContext) -> Survey:
        """Return parts of about 100,000 messages; raises Unreadable."""
        return _export(media_type).survey(path, media_type=media_type, context=context)

    def read(self, path: Path, *, media_type: str, part: Part, engines: Engines, context: ReadContext) -> Reading:
        """Return the conversations of `part`; raises Unreadable where the whole export cannot be read."""
        with many_records():
            return _export(media_type).read(path, part=part, context=context)

    def stamps(self, *, engines: Engines, context: ReadContext) -> tuple[Stamp, ...]:
        """Return the stamp of this package's rules and of what people asserted that changes what it reads."""
        settings: dict[str, str | int | bool | list[str]] = {
            "rules": 1,
            "messages_a_part": MESSAGES_A_PART,
            "day_order": context.day_order,
            "region": context.region,
            "languages": list(context.languages),
            "name": context.name,
            "siblings": sorted(sibling.sha256 for sibling in context.siblings),
            "children": context.limits.children,
            "child_bytes": context.limits.child_bytes,
        }
        return (Stamp(name="chat", version=_VERSION, settings=settings),)

    def original(self, path: Path, *, place: Place, media_type: str, context: ReadContext) -> Original:
        """Return the bytes of the message at `place`, as they stand in the file; raises Unreadable for no such place."""
        if not isinstance(place, RecordPlace):
            raise Unreadable("a chat has messages, and no such place")
        if place.offset < 0 and place.key.startswith("/"):
            return _at_pointer(path, place.key, context)
        data = _bytes(path, place.offset, place.length)
        charset = "utf-8"
        if media_type in (formats.WHATSAPP, formats.SIGNAL):
            charset = text_export.open_export(path, context).charset
        where = f"bytes {place.offset:,} to {place.offset + place.length:,}"
        return Original(text=data.decode(charset, "replace"), data=data, where=where)


def _export(media_type: str) -> _Export:
    found = _EXPORTS.get(media_type)
    if found is None:
        raise Unreadable(f"no chat export is of type {media_type}")
    return found


def _bytes(path: Path, offset: int, length: int) -> bytes:
    try:
        if offset < 0 or not 0 < length <= _ORIGINAL_BYTES or offset + length > path.stat().st_size:
            raise Unreadable("the file has no such place")
        with path.open("rb") as source:
            source.seek(offset)
            return source.read(length)
    except OSError as error:
        raise Unreadable("the file cannot be opened") from error


def _at_pointer(path: Path, pointer: str, context: ReadContext) -> Original:
    """Return what stands at a JSON pointer (RFC 6901) of names alone."""
    file = open_json(path, context)
    raw = file.decode(msgspec.Raw)
    for name in pointer.split("/")[1:]:
        try:
            raw = msgspec.json.decode(raw, type=dict[str, msgspec.Raw])[name]
        except (msgspec.MsgspecError, KeyError) as error:
            raise Unreadable(f"the file has nothing at {pointer}") from error
    data: Any = bytes(raw)
    offset = file.start_of(raw)
    where = f"{pointer}, bytes {offset:,} to {offset + len(data):,}"
    return Original(text=data.decode("utf-8", "replace"), data=data, where=where)
