"""Calls, contacts, accounts, locations and everything else of a Cellebrite report as segments and events."""

from __future__ import annotations

import re
from typing import Final

from evidence.locator import RecordPlace
from evidence.records import EventKind, EventRecord
from extractors.accounts import USER_OF_DEVICE, Account, Entry, account, named_account
from extractors.moments import Moment
from extractors.phone.making import Making, call_text, fact
from extractors.phone.report_context import ReportContext
from extractors.phone.report_model import Model, disagreement, moment_of
from extractors.phone.report_people import Party, Seen, entry_account, parties_of, service_of

_SPAN: Final = re.compile(r"(?:(\d+)\.)?(\d+):(\d\d):(\d\d)(?:\.\d+)?")
_OF_CALL: Final = frozenset(("Parties", "TimeStamp", "Duration", "Direction", "UserMapping", "VideoCall"))
_OF_CONTACT: Final = frozenset(("Entries", "Name", "UserMapping", "Photos"))
_OF_PLACE: Final = frozenset(("Position", "TimeStamp", "UserMapping", "EndTime", "Latitude", "Longitude"))
_NOT_SAID: Final = frozenset(("UserMapping", "jumptargets"))
_MISSED: Final = ("missed", "unanswered", "rejected", "cancelled", "no answer", "no_answer", "blocked", "busy")
_STARTS: Final = ("TimeStamp", "StartTime", "StartDate", "LastVisited", "TimeCreated", "Date")
_ENDS: Final = ("EndTime", "EndDate")


def call(model: Model, making: Making, context: ReportContext, place: RecordPlace, seen: Seen) -> None:
    """Add a call: a readable line, its parties, its length."""
    service = service_of(model)
    parties = parties_of(model.all("Parties", "Party"), service, context.region)
    seen.add(parties)
    direction = model.text("Direction", "Type").lower()
    status = model.text("Status", "CallStatus").lower()
    state = next((word for word in _MISSED if word in status or word in direction), "")
    seconds = seconds_of(model.text("Duration"))
    going = direction if direction in ("incoming", "outgoing") else "incoming" if direction == "missed" else ""
    video = model.said("VideoCall") or "video" in model.text("Type", "CallType").lower()
    segment = making.segment(call_text(going, video=video, seconds=seconds, state=state), place)
    facts = context.facts_of(model) | {"seconds": seconds, "direction": going}
    _event(
        model,
        making,
        context,
        segment,
        kind="call",
        parties=_ends(parties, going),
        state=state.replace("_", " "),
        facts={name: value for name, value in facts.items() if value},
        skip=_OF_CALL,
    )


def _ends(parties: list[Party], going: str) -> list[tuple[str, str, str]]:
    """Return who called whom: by the roles stated, else by the direction; the device's user on the side left open."""
    made: list[tuple[str, str, str]] = []
    other = "to" if going == "outgoing" else "from" if going == "incoming" else ""
    mine = {"to": "from", "from": "to"}.get(other, "")
    for party in parties:
        role = party.role if party.role in ("from", "to") else (mine if party.owner else other) or "with"
        made += party.parties(role)
    roles = {role for role, _, _ in made}
    if mine and mine not in roles and not any(party.owner for party in parties):
        made.append(USER_OF_DEVICE.party(mine))
    return made


def seconds_of(text: str) -> str:
    """Return a length as whole seconds: `00:05:23`, `1.02:03:04.5`, `35`; as written where it is something else."""
    match = _SPAN.fullmatch(text.strip())
    if match is None:
        return fact(text)[:30]
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return str(((days * 24 + hours) * 60 + minutes) * 60 + seconds)


def contact(model: Model, making: Making, context: ReportContext, place: RecordPlace) -> None:
    """Add a contact or an account of a service: its name, and each number, address and id it has."""
    service = service_of(model, "contacts" if model.type == "Contact" else "app")
    name = fact(model.text("Name"))
    entries = [
        Entry(entry_account(one, service, context.region), name, fact(one.text("Category")))
        for one in model.all("Entries")
    ]
    note = "deleted contact" if context.state_of(model) else ""
    if user := fact(model.text("Username", "Value") if model.type != "Contact" else model.text("Value")):
        entries.append(Entry(_user(user, service, context.region, model), name, note))
    entries = [entry for entry in entries if entry.account is not None] or [Entry(None, name, note)]
    kind = "account" if model.type == "UserAccount" else "contact"
    said = {name: value for name, value in context.facts_of(model).items() if name != "source_index"}
    lines = [f"{field}: {fact(value)}" for field, value in (*model.lines(skip=_OF_CONTACT), *said.items())]
    making.listed(
        f"{kind} of {service}",
        entries,
        place=place,
        rule=f"Cellebrite report, {model.type}",
        more="\n".join(lines),
    )


def _user(user: str, service: str, region: str, model: Model) -> Account | None:
    if "@" in user or model.type == "Contact":
        return account(user, service=service, region=region)
    return named_account(user, service=service)


def location(model: Model, making: Making, context: ReportContext, place: RecordPlace) -> None:
    """Add a place: its coordinates in words, and when."""
    at = next(iter(model.all("Position", "Coordinate")), model)
    latitude, longitude = fact(at.text("Latitude")), fact(at.text("Longitude"))
    precision = fact(model.text("Precision", "GpsHorizontalAccuracy") or at.text("Precision"))
    lines = [f"{latitude}, {longitude}"] if latitude and longitude else []
    lines += [f"{name}: {fact(value)}" for name, value in model.lines(skip=_OF_PLACE)]
    extra = [f"Position.{name}: {fact(value)}" for name, value in at.lines(skip=_OF_PLACE)] if at is not model else []
    segment = making.segment("\n".join(lines + extra) or "[no coordinates]", place)
    facts = {"latitude": latitude, "longitude": longitude, "precision": precision}
    _event(
        model,
        making,
        context,
        segment,
        kind="location",
        parties=[],
        state=context.state_of(model),
        facts={name: value for name, value in facts.items() if value} | context.facts_of(model),
        skip=_OF_PLACE | {"Precision", "Name", "Description"},
    )


def anything(model: Model, making: Making, context: ReportContext, place: RecordPlace) -> None:
    """Add any other model as lines `field: value`, and as an event where it says when it was."""
    lines = [f"{name}: {value}" for name, value in model.lines(skip=_NOT_SAID)]
    segment = making.segment("\n".join([model.type, *lines]), place)
    if any(model.value(name) is not None for name in _STARTS):
        kind: EventKind = "appointment" if model.type == "CalendarEntry" else "stated"
        facts = context.facts_of(model) | {"model": model.type}
        state = context.state_of(model)
        _event(model, making, context, segment, kind=kind, parties=[], state=state, facts=facts, skip=None)


def _event(
    model: Model,
    making: Making,
    context: ReportContext,
    segment: int,
    *,
    kind: EventKind,
    parties: list[tuple[str, str, str]],
    state: str,
    facts: dict[str, str],
    skip: frozenset[str] | None,
) -> None:
    """Add the event of a model at its time; `skip` names the fields that are not also its facts (None: no field is)."""
    stamp = next((value for name in _STARTS if (value := model.value(name)) is not None), None)
    end = next((value for name in _ENDS if (value := model.value(name)) is not None), None)
    moment = moment_of(stamp, day_order=context.day_order) if stamp is not None else Moment(written="")
    until = moment_of(end, day_order=context.day_order) if end is not None else Moment(written="")
    if stamp is not None and (other := disagreement(stamp)):
        facts = facts | {"shown_by_the_tool": fact(other)}
    if skip is not None:
        facts = {name: fact(value) for name, value in model.lines(skip=skip)} | facts
    title = "Subject" if kind == "appointment" else "Title"
    making.events.append(
        EventRecord(
            kind=kind,
            segment=segment,
            **moment.fields(),
            **until.until(),
            description=fact(model.text(title, "Name", "Description"))[:300],
            parties=tuple(dict.fromkeys(parties)),
            key=model.id,
            state=state,
            facts=facts,
        )
    )
