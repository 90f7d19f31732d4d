"""A message of Telegram's export: the fields that are read, and what they say besides the text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from evidence.records import Attachment
from extractors.chat.json_file import maybe
from extractors.chat.thread import When, shown_name
from extractors.chat.ticks import counted_seconds, utc_text, zoned

NOT_EXPORTED: Final = "(File "
"""How Telegram begins what it writes in place of a file that was not exported."""


class Piece(msgspec.Struct, gc=False):
    """A run of formatted text."""

    text: str = ""
    type: str = ""
    href: str = ""


class Message(msgspec.Struct, rename={"sender": "from"}):
    """The fields of a message that are read; the rest stay in the file."""

    id: int = 0
    type: str = ""
    date: str = ""
    date_unixtime: Any = None
    edited: str = ""
    edited_unixtime: Any = None
    sender: str | None = None
    from_id: Any = None
    actor: str | None = None
    actor_id: Any = None
    action: str = ""
    author: str | None = None
    text: str | list[str | Piece] | None = ""
    reply_to_message_id: int | None = None
    forwarded_from: str | None = ""
    saved_from: str | None = None
    via_bot: str | None = None
    photo: str | None = None
    file: str | None = None
    file_name: str | None = None
    media_type: str | None = None
    mime_type: str | None = None
    sticker_emoji: str | None = None
    duration_seconds: int | None = None
    discard_reason: str | None = None
    title: str | None = None
    members: list[str | None] | None = None
    contact_information: dict[str, Any] | None = None
    location_information: dict[str, Any] | None = None
    place_name: str | None = None
    address: str | None = None
    poll: dict[str, Any] | None = None
    reactions: list[dict[str, Any]] | None = None
    message_id: int | None = None


def joined(pieces: Sequence[str | Piece]) -> str:
    """Return formatted text as plain text; its pieces hold their own spaces."""
    return "".join(piece if isinstance(piece, str) else piece.text for piece in pieces)


def moment_of(message: Message) -> When:
    """Return when it was written: counted where the export counts, else as its wall clock has it."""
    counted = message.date_unixtime
    short = isinstance(counted, str) and len(counted) < 20 and counted.isdecimal()
    seconds = int(counted) if short else maybe(counted, int)
    if seconds is None:
        return zoned(message.date)
    written = f"{message.date} (date_unixtime {counted})" if message.date else str(counted)
    return counted_seconds(seconds, written)


def end_of(message: Message) -> When | None:
    """Return when a call ended."""
    start = maybe(message.date_unixtime, int)
    if start is None or not message.duration_seconds:
        return None
    return When(f"{message.duration_seconds} seconds later", utc_text(start + message.duration_seconds))


def is_plain(message: Message) -> bool:
    """Say whether it is text and nothing else, as most are."""
    return (
        message.type == "message"
        and isinstance(message.text, str)
        and bool(message.text)
        and message.file is None
        and message.photo is None
        and not message.edited
        and message.edited_unixtime is None
        and message.forwarded_from == ""
        and message.reactions is None
        and message.saved_from is None
        and message.via_bot is None
        and message.poll is None
        and message.author is None
        and message.location_information is None
        and message.contact_information is None
    )


def facts_of(message: Message) -> dict[str, str]:
    """Return what else a message says of itself."""
    facts: dict[str, str] = {}
    if message.edited or message.edited_unixtime is not None:
        seconds = maybe(message.edited_unixtime, int)
        facts["edited"] = (utc_text(seconds) if seconds is not None else "") or message.edited
    if message.forwarded_from != "":
        facts["forwarded_from"] = shown_name(message.forwarded_from or "") or "a deleted account"
    for name in ("saved_from", "via_bot", "author", "media_type", "sticker_emoji", "place_name", "address", "action"):
        if value := getattr(message, name):
            facts[name] = shown_name(value)
    if message.duration_seconds is not None:
        facts["seconds"] = str(message.duration_seconds)
    if message.discard_reason:
        facts["ended"] = message.discard_reason
    if message.members:
        facts["members"] = "; ".join(shown_name(one) for one in message.members if one)
    if message.message_id is not None:
        facts["about"] = str(message.message_id)
    where = message.location_information or {}
    if {"latitude", "longitude"} <= where.keys():
        facts |= {"latitude": str(where["latitude"]), "longitude": str(where["longitude"])}
    if links := _links(message.text):
        facts["links"] = links
    if message.reactions:
        facts["reactions"] = "; ".join(_reaction(one) for one in message.reactions)
    if left := [one for one in (message.photo, message.file) if one and one.startswith(NOT_EXPORTED)]:
        facts["not_exported"] = left[0]
    return facts


def _links(text: str | list[str | Piece] | None) -> str:
    if text is None or isinstance(text, str):
        return ""
    return " ".join(piece.href for piece in text if isinstance(piece, Piece) and piece.href)


def _reaction(one: dict[str, Any]) -> str:
    """Return `👍 2 (Dee, Rob)`: the sign, how many, and who of them the export names."""
    sign = str(one.get("emoji") or one.get("document_id") or one.get("type") or "?")
    recent = one.get("recent")
    names = [shown_name(str(each.get("from") or each.get("from_id") or "")) for each in recent if isinstance(each, dict)] \
        if isinstance(recent, list) else []  # fmt: skip
    return f"{sign} {one.get('count', 1)}" + (f" ({', '.join(names)})" if names else "")


def attachments_of(message: Message) -> tuple[Attachment, ...]:
    """Return the files it names, by their path in the export where they were exported."""
    made = []
    for written, kind in ((message.photo, "image/jpeg"), (message.file, message.mime_type or "")):
        if written and not written.startswith(NOT_EXPORTED):
            made.append(Attachment(name=written, media_type=kind))
        elif written and message.file_name:
            made.append(Attachment(name=message.file_name, media_type=kind))
    return tuple(made)


def shown_for(message: Message) -> str:
    """Return what stands for a message without text: what was done, sent or asked."""
    if message.action:
        said = [message.title or "", *(one or "" for one in message.members or ())]
        more = ", ".join(shown_name(one) for one in said if one)
        return f"[{message.action.replace('_', ' ')}{': ' + more if more else ''}]"
    if message.poll:
        answers = message.poll.get("answers")
        options = (
            [str(one.get("text", "")) for one in answers if isinstance(one, dict)] if isinstance(answers, list) else []
        )
        return "\n".join([str(message.poll.get("question", "")), *(f"- {option}" for option in options)])
    if card := message.contact_information:
        told = (str(card.get(name) or "") for name in ("first_name", "last_name", "phone_number"))
        return " ".join(one for one in told if one)
    if where := message.location_information:
        return f"[location {where.get('latitude')}, {where.get('longitude')}]"
    left = next((one for one in (message.photo, message.file) if one and one.startswith(NOT_EXPORTED)), "")
    kind = message.media_type or ("photo" if message.photo else "file")
    return f"[{kind}] {left}" if left else ""
