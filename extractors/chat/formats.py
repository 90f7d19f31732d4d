"""What is kept of chats."""

from __future__ import annotations

from typing import Final

from extractors.protocols import Format

WHATSAPP: Final = "text/x-whatsapp-export"
SIGNAL: Final = "text/x-signal-export"
TELEGRAM: Final = "application/x-telegram-export+json"
META: Final = "application/x-messenger-export+json"
DISCORD: Final = "application/x-discord-export+json"
SLACK: Final = "application/x-slack-export+json"
SLACK_USERS: Final = "application/x-slack-users+json"
SMS: Final = "application/x-sms-backup+xml"
CALLS: Final = "application/x-call-backup+xml"


def _line(media_type: str, title: str, *, recognised: str, kept: str, place: str, left_out: str = "") -> Format:
    return Format(
        media_type=media_type,
        title=title,
        reader="chat",
        unit="conversation",
        recognised=recognised,
        kept=kept,
        place=place,
        left_out=left_out,
    )


CHATS: Final = (
    _line(
        WHATSAPP,
        "WhatsApp text export",
        recognised="most of its first lines begin with date, time and sender, in any of the shapes phones write",
        kept="messages, senders, times as written, files named, what was left out, deleted and edited messages, polls, places",
        place="message number, byte offset and length",
        left_out="which message another answers, reactions: the export does not hold them",
    ),
    _line(
        SIGNAL,
        "Signal (sigexport)",
        recognised="lines with ISO dates in square brackets, without WhatsApp's signs",
        kept="messages, senders, times as written, media named, reactions",
        place="message number, byte offset and length",
    ),
    _line(
        TELEGRAM,
        "Telegram result.json",
        recognised="its fields: `messages` with `date_unixtime` or a chat's type, or the chats of an account",
        kept="messages, service messages, accounts, answers, forwards, edits, reactions, files named, polls, places, calls, contacts",
        place="message id, byte offset and length of its object",
        left_out="sessions, drafts, stories and the other lists of a full export",
    ),
    _line(
        META,
        "Messenger and Instagram message_1.json",
        recognised="`sender_name` with `timestamp_ms`, or `senderName` with `participants`",
        kept="messages with their text repaired and as written, participants, times, reactions, files named, calls, unsent messages",
        place="JSON pointer, byte offset and length of its object",
    ),
    _line(
        DISCORD,
        "Discord (DiscordChatExporter JSON)",
        recognised="`guild` and `channel` beside `messages`",
        kept="messages, accounts and nicknames, answers, edits, reactions, files named, links, calls",
        place="message id, byte offset and length of its object",
        left_out="roles, colours, avatars, inline emoji",
    ),
    _line(
        SLACK,
        "Slack export, a day of a channel",
        recognised="a list of objects with `type` message and `ts`",
        kept="messages, accounts, answers in threads, edits, reactions, files named, joins and other events",
        place="message `ts`, byte offset and length of its object",
        left_out="layout blocks, whose text stands in the message's own",
    ),
    _line(
        SLACK_USERS,
        "Slack users.json",
        recognised="a list of objects with `team_id`, `profile` and `real_name`",
        kept="accounts with the names, addresses and numbers in their profiles",
        place="the file",
    ),
    _line(
        SMS,
        "SMS Backup & Restore, messages",
        recognised="root element `smses`",
        kept="text and multimedia messages by correspondent, contact names, drafts and failures, pictures as exhibits of their own",
        place="message number, byte offset and length of its element",
        left_out="SMIL layout",
    ),
    _line(
        CALLS,
        "SMS Backup & Restore, calls",
        recognised="root element `calls`",
        kept="calls with number, contact name, direction, length, missed and rejected ones",
        place="call number, byte offset and length of its element",
    ),
)
