"""Slack's export: one file a channel and day, a list of messages; and users.json, which says who the accounts are."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Any, Final

import msgspec

from evidence.errors import Unreadable
from evidence.records import Attachment, Reading
from extractors.accounts import Account, account, named_account
from extractors.chat.cutting import cut, wanted
from extractors.chat.json_file import BROKEN, JsonFile, as_it_stands, decoded, elements, maybe, open_json, placed
from extractors.chat.thread import NOBODY, Gathered, Parties, Talker, Thread, fit, shown_name
from extractors.chat.ticks import counted_seconds, utc_text
from extractors.protocols import Part, ReadContext, Survey

_RULE: Final = "Slack export, user of messages"
_USERS: Final = "users.json"
_MENTION: Final = re.compile(r"<@([UW][A-Z0-9]{4,})(?:\|[^>]*)?>")


class Message(msgspec.Struct):
    """The fields of a message that are read."""

    type: str = ""
    subtype: str | None = None
    user: str | None = None
    bot_id: str | None = None
    username: str | None = None
    text: str | None = ""
    ts: Any = ""
    thread_ts: Any = None
    edited: dict[str, Any] | None = None
    files: list[dict[str, Any]] | None = None
    attachments: list[dict[str, Any]] | None = None
    reactions: list[dict[str, Any]] | None = None
    user_profile: dict[str, Any] | None = None
    inviter: str | None = None


class User(msgspec.Struct):
    """One line of users.json."""

    id: str = ""
    name: str | None = ""
    real_name: str | None = None
    deleted: bool | None = False
    is_bot: bool | None = False
    profile: dict[str, Any] | None = None

    @property
    def shown(self) -> str:
        """Return the name that the workspace shows."""
        profile = self.profile or {}
        written = profile.get("display_name") or profile.get("real_name") or self.real_name or self.name
        return shown_name(str(written or ""))


_MESSAGE: Final = msgspec.json.Decoder(Message)
_USER: Final = msgspec.json.Decoder(User)


def survey_slack(path: Path, *, media_type: str, context: ReadContext) -> Survey:
    """Return parts of about 100,000 messages."""
    raws = _list(open_json(path, context))
    return Survey(media_type=media_type, reader="chat", parts=cut([len(raws)]), units=1)


def _list(file: JsonFile) -> list[msgspec.Raw]:
    raws = elements(file.decode(msgspec.Raw))
    if not raws:
        raise Unreadable("not a list of messages")
    return raws


def read_slack(path: Path, *, part: Part, context: ReadContext) -> Reading:
    """Return a day of a channel; who the accounts are is taken from users.json where it was received beside it."""
    file = open_json(path, context)
    return _Day(file, context).read(part)


def read_slack_users(path: Path, *, part: Part, context: ReadContext) -> Reading:
    """Return the accounts of a workspace as one roster: names, addresses and numbers."""
    file = open_json(path, context)
    raws = _list(file)
    gathered = Gathered()
    thread = Thread(gathered, number=1, title="Slack users", conversation="")
    thread.has_messages = False
    talkers: list[Talker] = []
    for raw in raws:
        if (user := decoded(raw, _USER)) is not None and user.id:
            talkers += _talkers_of(user, context)
    thread.close(talkers, rule="Slack export, users.json", offset=file.begins, length=len(file.data) - file.begins)
    return gathered.reading()


def _talkers_of(user: User, context: ReadContext) -> list[Talker]:
    profile = user.profile or {}
    notes = ", ".join(note for note, held in (("deactivated", user.deleted), ("bot", user.is_bot)) if held)
    made = [Talker(named_account(user.id, service="slack"), user.shown, notes)]
    for field in ("email", "phone"):
        written = str(profile.get(field) or "")
        known = account(written, service="slack", region=context.region) if written else None
        if known is not None and known.kind in ("email", "phone"):
            made.append(Talker(known, user.shown, f"{field} of {user.id}"))
    return made


class _Day:
    def __init__(self, file: JsonFile, context: ReadContext) -> None:
        self._file = file
        self._raws = _list(file)
        self._users = _beside(context)
        parts = PurePosixPath(context.name.replace("\\", "/")).parts
        self._channel = shown_name(parts[-2]) if len(parts) > 1 else ""
        self._names: dict[str, str] = {}
        self._group = (
            Account(
                kind="account",
                value=f"slack:channel:{self._channel}",
                written=f"#{self._channel}",
                status="unverified",
                check="only the name of a channel: another workspace may have one of the same name",
            )
            if self._channel
            else None
        )

    def read(self, part: Part) -> Reading:
        chosen = wanted(part)
        gathered = Gathered()
        title = self._channel or "Slack channel"
        thread = Thread(gathered, number=1, title=title, conversation=f"slack:{title}", first=chosen.from_message)
        thread.facts |= self._file.facts
        people: dict[str, None] = {}
        for element in placed(self._file, self._raws, first=1, last=1 << 60):
            message = decoded(element.raw, _MESSAGE)
            here = chosen.from_message <= element.number <= chosen.to_message
            if message is None:
                if here:
                    thread.add_unread(as_it_stands(element.raw), offset=element.offset, length=element.length)
                continue
            if key := message.user or message.bot_id:
                people[key] = None
                self._note(key, message)
            if here:
                self._add(thread, message, element.offset, element.length)
        talkers = [Talker(named_account(key, service="slack"), self._names.get(key, "")) for key in people]
        first = self._raws[0]
        thread.close(
            talkers, rule=_RULE, offset=self._file.start_of(first), length=len(memoryview(first)), group=self._group
        )
        return gathered.reading()

    def _note(self, key: str, message: Message) -> None:
        if self._names.get(key):
            return
        profile = message.user_profile or {}
        written = (
            profile.get("display_name") or profile.get("real_name") or profile.get("name") or message.username or ""
        )
        known = self._users.get(key)
        self._names[key] = known.shown if known else shown_name(str(written))

    def _who(self, message: Message) -> Parties:
        key = message.user or message.bot_id
        if not key:
            return (("from", "display_name", shown_name(message.username)),) if message.username else NOBODY
        sender = named_account(key, service="slack").party("from")
        return (sender, self._group.party("in")) if self._group else (sender,)

    def _add(self, thread: Thread, message: Message, offset: int, length: int) -> None:
        key = str(message.ts or "")
        seconds = maybe(key.partition(".")[0], int)
        answers = str(message.thread_ts or "")
        who = message.user or message.bot_id or ""
        thread.add(
            fit(message.text or "") or _shown(message),
            speaker=self._names.get(who) or who or shown_name(message.username or ""),
            parties=self._who(message),
            when=counted_seconds(seconds, key),
            offset=offset,
            length=length,
            key=key,
            event_key=key,
            reply_to=answers if answers != key else "",
            state="deleted" if message.subtype == "tombstone" else "edited" if message.edited else "",
            attachments=tuple(_attachments(message)),
            facts=self._facts(message),
        )

    def _facts(self, message: Message) -> dict[str, str]:
        facts: dict[str, str] = {}
        if message.subtype:
            facts["type"] = message.subtype
        if message.edited:
            seconds = maybe(str(message.edited.get("ts") or "").partition(".")[0], int)
            facts["edited"] = (utc_text(seconds) if seconds is not None else "") or "yes"
            if message.edited.get("user") not in (None, message.user):
                facts["edited_by"] = str(message.edited["user"])
        if message.reactions:
            facts["reactions"] = "; ".join(self._reaction(one) for one in message.reactions)
        if named := [
            f"{one} is {user.shown}" for one in _MENTION.findall(message.text or "") if (user := self._users.get(one))
        ]:
            facts["names_in_text"] = "; ".join(dict.fromkeys(named))
        if message.inviter:
            facts["inviter"] = message.inviter
        return facts

    def _shown(self, key: str) -> str:
        known = self._users.get(key)
        return (known.shown if known else "") or self._names.get(key) or key

    def _reaction(self, one: dict[str, Any]) -> str:
        users = one.get("users")
        names = [self._shown(str(each)) for each in users] if isinstance(users, list) else []
        return f":{one.get('name', '?')}: {one.get('count', len(names))}" + (f" ({', '.join(names)})" if names else "")


def _beside(context: ReadContext) -> dict[str, User]:
    """Return the workspace's users by id, where users.json was received beside the channel's files."""
    for sibling in context.siblings:
        if PurePosixPath(sibling.name.replace("\\", "/")).name == _USERS:
            try:
                raws = elements(open_json(sibling.path, context).decode(msgspec.Raw))
            except (Unreadable, *BROKEN):
                return {}
            users = (decoded(raw, _USER) for raw in raws)
            return {user.id: user for user in users if user is not None and user.id}
    return {}


def _attachments(message: Message) -> Iterable[Attachment]:
    for one in message.files or ():
        name = str(one.get("name") or one.get("title") or one.get("id") or "")
        if name:
            yield Attachment(name=name, media_type=str(one.get("mimetype") or ""))


def _shown(message: Message) -> str:
    said = [fit(str(one.get("text") or one.get("fallback") or "")) for one in message.attachments or ()]
    return "\n".join(one for one in said if one) or (
        f"[{message.subtype}]" if message.subtype and not message.files else ""
    )
