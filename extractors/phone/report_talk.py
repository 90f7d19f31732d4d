"""Chats, messages, texts and mail of a Cellebrite report as segments and events."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from evidence.locator import RecordPlace
from evidence.records import EventRecord
from extractors.accounts import USER_OF_DEVICE, Account, named_account
from extractors.moments import Moment
from extractors.phone.making import Making, fact
from extractors.phone.report_context import ReportContext
from extractors.phone.report_model import Model, disagreement, moment_of
from extractors.phone.report_people import Party, Seen, parties_of, party_of, service_of

_OF_MESSAGE: Final = frozenset(
    ("Body", "TimeStamp", "From", "To", "Parties", "Attachments", "Attachment", "Subject", "Cc", "Bcc", "UserMapping")
)
_OF_CHAT: Final = frozenset(("Participants", "Messages", "Photos", "UserMapping"))
_KEPT: Final = 200
_WHERE: Final = ("Folder", "Status", "Type", "Direction")
_UNSENT: Final = {
    "draft": "draft", "drafts": "draft", "outbox": "outbox", "unsent": "not sent", "not sent": "not sent",
    "queued": "queued", "failed": "failed",
}  # fmt: skip
_SENT: Final = ("sent", "delivered")
_DIRECTIONS: Final = {
    **dict.fromkeys((*_UNSENT, "sent", "outgoing"), "outgoing"),
    **dict.fromkeys(("inbox", "received", "incoming"), "incoming"),
}
_GROUP_ENDS: Final = ("@g.us", "@broadcast")


class Conversation:
    """A chat of the report: its service, its participants, and its group account where it is one."""

    def __init__(self, model: Model, context: ReportContext) -> None:
        self.service = service_of(model)
        self.id = fact(model.text("Id", "Identifier")) or model.id
        self.name = fact(model.text("Name", "Subject"))
        self.parties = parties_of(model.all("Participants"), self.service, context.region)
        others = [party for party in self.parties if not party.owner]
        has_owner = len(others) < len(self.parties)
        self.is_group = len(self.parties) > 2 or len(others) > (1 if has_owner else 2) or self.id.endswith(_GROUP_ENDS)
        self.group: Account | None = named_account(self.id, service=self.service) if self.is_group else None
        self.model = model

    def roster(self, making: Making, place: RecordPlace) -> None:
        """Add the participants as a segment."""
        lines = [f"{name}: {fact(value)}" for name, value in self.model.lines(skip=_OF_CHAT)]
        making.listed(
            f"{self.service} chat{f': {self.name}' if self.name else ''}",
            [party.entry() for party in self.parties],
            place=place,
            rule="Cellebrite report, participants of a chat",
            group=self.group,
            more="\n".join(lines),
        )

    def towards(self, sender: Party | None) -> list[tuple[str, str, str]]:
        """Return whom a message in it is sent to: the group, or whoever is not its sender."""
        if self.group is not None:
            return [self.group.party("in")]
        if sender is None:
            return []
        mine = sender.account.value if sender.account is not None else ""
        others = [
            party
            for party in self.parties
            if not (party.owner and sender.owner) and not (party.account is not None and party.account.value == mine)
        ]
        if not others and not sender.owner:
            return [USER_OF_DEVICE.party("to")]
        return [made for party in others for made in party.parties("to")]


def message(model: Model, talk: Conversation, making: Making, context: ReportContext, place: RecordPlace) -> None:
    """Add a message of a chat: one segment, one event."""
    senders = parties_of(model.all("From"), talk.service, context.region)
    sender = senders[0] if senders else None
    if sender is None and model.said("FromIsOwner"):
        sender = next((party for party in talk.parties if party.owner), Party(None, "", "", owner=True))
    sender = _known(sender, talk.parties)
    named = parties_of(model.all("To"), talk.service, context.region) if not talk.is_group else []
    to = [made for party in named for made in party.parties("to")] or talk.towards(sender)
    from_ = sender.parties("from") if sender is not None else []
    _add(model, making, context, place, kind="message", parties=[*from_, *to], talk=talk.id, sender=sender)


def _known(sender: Party | None, parties: list[Party]) -> Party | None:
    """Return the sender as the chat's participants have it, where that says more (whose phone it is, a name)."""
    if sender is None or sender.account is None:
        return sender
    for party in parties:
        if party.account is not None and party.account.value == sender.account.value:
            return sender._replace(owner=sender.owner or party.owner, name=sender.name or party.name)
    return sender


def loose(model: Model, making: Making, context: ReportContext, place: RecordPlace, seen: Seen) -> None:
    """Add a text, an MMS, an email or a message that stands in no chat."""
    service = service_of(model)
    parties = _by_role(model, service, context.region)
    seen.add(party for _, party in parties)
    sender = next((party for role, party in parties if role == "from"), None)
    written = [made for role, party in parties for made in party.parties(role)]
    kind = "email" if model.type == "Email" else "message"
    other = next((party for _, party in parties if not party.owner and party.account is not None), None)
    talk = other.account.value if other is not None and other.account is not None and kind == "message" else ""
    _add(model, making, context, place, kind=kind, parties=written, talk=talk, sender=sender)


def _by_role(model: Model, service: str, region: str) -> list[tuple[str, Party]]:
    """Return (role, party); the device's user on the side that the folder or status leaves open, `with` where none tells."""
    found = [
        (role.lower(), party)
        for role in ("From", "To", "Cc", "Bcc")
        for one in model.all(role)
        if (party := party_of(one, service, region)) is not None
    ]
    loose_ends = parties_of(model.all("Parties", "Party"), service, region)
    going = next((way for way in (_DIRECTIONS.get(said) for said in _said(model, *_WHERE)) if way), "")
    mine, other = {"outgoing": ("from", "to"), "incoming": ("to", "from")}.get(going, ("with", "with"))
    for party in loose_ends:
        role = party.role if party.role in ("from", "to", "cc", "bcc") else mine if party.owner else other
        found.append((role, party))
    owner = Party(None, "", "", owner=True)
    roles = {role for role, _ in found}
    if model.type == "Email" or any(party.owner for _, party in found) or not roles:
        return found
    if "with" in roles:
        return [*found, ("with", owner)]
    if "from" not in roles:
        return [("from", owner), *found]
    return [*found, ("to", owner)] if "to" not in roles else found


def _said(model: Model, *names: str) -> list[str]:
    """Return what fields say in lower case, of a path its end: `[Gmail]/Drafts` is `drafts`."""
    return [model.text(name).strip().lower().replace("\\", "/").rpartition("/")[2] for name in names]


def _unsent(model: Model) -> str:
    """Return what a message is that lies where such do that were not sent: `draft`, `outbox`; empty for any other.

    Some phones keep in their outbox what was sent: the status says so. What lies in an inbox was sent, whatever failed after.
    """
    folder, status = _said(model, "Folder", "Status")
    if _DIRECTIONS.get(folder) == "incoming":
        return ""
    found = _UNSENT.get(folder) or _UNSENT.get(status, "")
    return "" if found == "outbox" and status in _SENT else found


def _add(
    model: Model,
    making: Making,
    context: ReportContext,
    place: RecordPlace,
    *,
    kind: str,
    parties: list[tuple[str, str, str]],
    talk: str,
    sender: Party | None,
) -> None:
    attachments = tuple(context.attachment(one) for one in model.all("Attachments", "Attachment"))
    subject = fact(model.text("Subject"))
    body = model.text("Body", "Snippet") or subject
    shown = body or ", ".join(f"[{one.name.rpartition('/')[2] or 'attachment'}]" for one in attachments) or _bare(model)
    if kind == "email":
        making.segment("\n".join(_headers(model)), replace(place, field="headers"))
    segment = making.segment(shown, place, speaker=sender.shown if sender is not None else "")
    stamp = model.value("TimeStamp")
    moment = moment_of(stamp, day_order=context.day_order) if stamp is not None else Moment(written="")
    facts = context.facts_of(model)
    if stamp is not None and (other := disagreement(stamp)):
        facts["shown_by_the_tool"] = fact(other)
    for name, value in list(model.lines(skip=_OF_MESSAGE))[:_KEPT]:
        facts.setdefault(name, fact(value))
    making.events.append(
        EventRecord(
            kind="email" if kind == "email" else "message",
            segment=segment,
            **moment.fields(),
            description=subject[:300],
            parties=tuple(dict.fromkeys(parties)),
            key=model.id,
            conversation=talk,
            state=", ".join(word for word in (_unsent(model), context.state_of(model)) if word),
            attachments=attachments,
            facts=facts,
        )
    )


def _headers(model: Model) -> Iterator[str]:
    """Yield who, when and what of an email, each on a line of its own."""
    for name in ("From", "To", "Cc", "Bcc"):
        for one in model.all(name):
            shown = " ".join(part for part in (one.text("Name"), one.text("Identifier")) if part)
            yield f"{name}: {fact(shown)}"
    for name in ("TimeStamp", "Subject", "Folder"):
        if value := model.text(name):
            yield f"{name}: {fact(value)}"


def _bare(model: Model) -> str:
    """Return what an empty message is shown as: its type, or that it is empty."""
    said = model.text("Type", "Label", "Status")
    return f"[{said}]" if said else "[no text]"
