"""Which text, JSON or XML is a chat: told from several of its lines or fields together, never from one."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from extractors.chat import formats
from extractors.chat.headers import shape_of

_HEAD: Final = 48 << 10
_MARKS: Final = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_SIGNAL_LINE: Final = re.compile(
    r"^\[\d{4}-\d\d-\d\d,? \d\d:\d\d(?P<seconds>:\d\d)?\] (?P<sender>[^:\n]{1,120}):", re.MULTILINE
)
_WHATSAPP_SIGNS: Final = re.compile(r"\u200e|end-to-end|WhatsApp|<Media omitted>|\(file attached\)|-WA\d{4}\.")
_MESSAGES: Final = re.compile(rb'"messages"\s*:\s*\[')
_TELEGRAM_TYPE: Final = re.compile(
    rb'"type"\s*:\s*"(?:personal_chat|saved_messages|bot_chat|(?:private|public)_(?:group|supergroup|channel))"'
)
_TELEGRAM_ACCOUNT: Final = re.compile(
    rb'"(?:chats|left_chats)"\s*:\s*\{|"personal_information"\s*:\s*\{[^{}]*"user_id"'
)
_META_START: Final = re.compile(rb'^\s*\{\s*"participants"\s*:\s*\[\s*\{\s*"name"\s*:')
_SLACK_TS: Final = re.compile(rb'"ts"\s*:\s*"\d{9,11}\.\d{3,6}"')
_XML_ROOT: Final = re.compile(rb"^(?:\s|<\?.*?\?>|<!--.*?-->)*<(?P<root>smses|calls)[\s>/]", re.DOTALL)
_XML_CHILD: Final = re.compile(rb"<(?:sms|mms|call)\s")


def look(media_type: str, head: bytes, path: Path, hint: str) -> str:
    """Return the chat export that content of a general kind is; empty where it is none."""
    if media_type == "application/json":
        return _json(head.removeprefix(b"\xef\xbb\xbf"))
    if media_type == "application/xml":
        return _xml(head.removeprefix(b"\xef\xbb\xbf"))
    return _text(head, hint)


def _text(head: bytes, hint: str) -> str:
    """A text is a chat where most of its first lines begin messages, or run on from one that does."""
    encoding = next((name for mark, name in _MARKS if head.startswith(mark)), "utf-8")
    text = head.decode(encoding, "replace").removeprefix("\ufeff")
    shape = shape_of(text)
    if shape is None:
        return ""
    matches = list(shape.pattern.finditer("\n" + text))
    senders = [match["sender"] for match in matches if match["sender"]]
    if not senders or not _begins(text, matches[0].start()):
        return ""
    if len(matches) < 2 and Path(hint).name.lower() != "_chat.txt" and "whatsapp" not in hint.lower():
        return ""
    lines = max(1, text.count("\n"))
    if len(matches) * 40 < lines or len(senders) * 5 < len(matches):
        return ""
    return formats.SIGNAL if shape.frame == "bracket" and _is_signal(text, senders) else formats.WHATSAPP


def _begins(text: str, at: int) -> bool:
    """Say whether nothing but a blank line or two stands before the first message."""
    return len(text[:at].strip()) == 0


def _is_signal(text: str, senders: list[str]) -> bool:
    """Sigexport writes ISO dates in square brackets, to the minute, and `Me`; WhatsApp leaves its own signs."""
    lines = list(_SIGNAL_LINE.finditer(text))
    if len(lines) * 2 < len(senders) or _WHATSAPP_SIGNS.search(text):
        return False
    return "Me" in senders or not any(line["seconds"] for line in lines)


def _json(head: bytes) -> str:
    start = head.lstrip()[:1]
    if start == b"{":
        return _json_object(head)
    if start == b"[" and b'"type"' in head and b'"message"' in head and _SLACK_TS.search(head):
        return formats.SLACK
    if start == b"[" and all(name in head for name in (b'"team_id"', b'"profile"', b'"real_name"')):
        return formats.SLACK_USERS
    return ""


def _json_object(head: bytes) -> str:
    if b'"sender_name"' in head and b'"timestamp_ms"' in head and _MESSAGES.search(head):
        return formats.META
    if b'"senderName"' in head and b'"timestamp"' in head and b'"participants"' in head:
        return formats.META
    if b'"guild"' in head and b'"channel"' in head and (b'"dateRange"' in head or _MESSAGES.search(head)):
        return formats.DISCORD
    if _MESSAGES.search(head) and (_TELEGRAM_TYPE.search(head) or b'"date_unixtime"' in head or b'"from_id"' in head):
        return formats.TELEGRAM
    if _TELEGRAM_ACCOUNT.search(head) and (b"Telegram" in head or b'"date_unixtime"' in head):
        return formats.TELEGRAM
    return formats.META if _META_START.match(head) else ""


def _xml(head: bytes) -> str:
    found = _XML_ROOT.match(head)
    if found is None or not _XML_CHILD.search(head, found.end()):
        return ""
    return formats.SMS if found["root"] == b"smses" else formats.CALLS
