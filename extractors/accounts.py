"""Who a record says took part: numbers, addresses and accounts, and the display names beside them.

A record's own field is a source fact about an *account*, never about a person. A display name is a mention of its own; it is
stated to be shown for an account and joins nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

import msgspec

from evidence.locator import Place
from evidence.records import DEVICE_USER, Found, MentionStatus, Segment, StatedRelation
from extractors.patterns.phone import read_number

FINDER: Final = "records.field"
_JID: Final = re.compile(r"^\+?(\d{6,20})(?::\d+)?@(?:s\.whatsapp\.net|c\.us|whatsapp\.net)$")
_EMAIL: Final = re.compile(r"^[^\s@<>]+@[^\s@<>]+\.[^\s@<>.]+$")
_PHONE: Final = re.compile(r"^[\s\u202a-\u202e\u2066-\u2069\u200e\u200f]*(?:\+|00)?[\d\s().\-/\u00a0\u202f‑–]{5,30}$")
_MARKS: Final = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """What a record identifies one side of a communication by."""

    kind: str
    """`phone`, `email`, `account` (an id that one service gives), `handle`, or DEVICE_USER."""
    value: str
    """Normalised: E.164, lower-cased address, `service:id`; empty for DEVICE_USER."""
    written: str
    """As the record has it."""
    status: MentionStatus = "established"
    check: str = ""

    def party(self, role: str) -> tuple[str, str, str]:
        """Return it as a party of an event."""
        return role, self.kind, self.value


USER_OF_DEVICE: Final = Account(kind=DEVICE_USER, value="", written="")
"""Whoever used the device: not attributed."""


def account(written: str, *, service: str, region: str = "") -> Account | None:
    """Return the account that a record's field holds: a number, an address, or an id of `service`; None for nothing.

    `service` is in lower case (`whatsapp`, `telegram`, `sms`). National numbers need `region`; without it, and where
    libphonenumber knows no such range, the number is kept as `unverified`.
    """
    text = _MARKS.sub("", written).strip()
    if not text:
        return None
    if match := _JID.match(text):
        return _phone("+" + match[1], written, region)
    if _EMAIL.match(text) and not text.endswith(("@g.us", "@broadcast", "@newsletter", "@lid")):
        return Account(kind="email", value=text.lower(), written=written, check="address in a record's own field")
    if _PHONE.match(text) and sum(character.isdigit() for character in text) >= 5:
        return _phone(text, written, region)
    return Account(
        kind="account",
        value=f"{service}:{text}",
        written=written,
        check=f"id that {service} gives, from a record's own field",
    )


def named_account(written: str, *, service: str) -> Account:
    """Return an account known only by an id or user name of its service, whatever it looks like."""
    return Account(
        kind="account",
        value=f"{service}:{_MARKS.sub('', written).strip()}",
        written=written,
        check=f"id that {service} gives, from a record's own field",
    )


def _phone(text: str, written: str, region: str) -> Account:
    digits = ("+" if text.lstrip().startswith("+") else "") + "".join(c for c in text if c.isdigit())
    number = read_number(digits, region)
    if number is not None and number.valid:
        told = "country code written" if digits.startswith(("+", "00")) else f"region {region} asserted"
        return Account(kind="phone", value=number.e164, written=written, check=f"E.164 by libphonenumber, {told}")
    if len(digits.lstrip("+")) <= 6:  # a short code: a number of its own operator, not of the world's
        return Account(kind="phone", value=digits, written=written, status="unverified", check="a short code")
    why = (
        "not a number in use by libphonenumber"
        if number is None or region or digits[0] == "+"
        else "no region asserted"
    )
    return Account(
        kind="phone", value=number.e164 if number else digits, written=written, status="unverified", check=why
    )


class Entry(NamedTuple):
    """One line of a roster: an account (None where a display name is all there is) and the name shown for it."""

    account: Account | None
    name: str = ""
    note: str = ""
    """What else the record says: `admin`, `left the group`, `deleted contact`."""


class Roster(NamedTuple):
    """The people of a chat or the contacts of a phone as one segment of text, with what it names and states."""

    segment: Segment
    named: tuple[Found, ...]
    related: tuple[StatedRelation, ...]


def roster(
    index: int,
    title: str,
    entries: Iterable[Entry],
    *,
    place: Place,
    rule: str,
    group: Account | None = None,
) -> Roster:
    """Return a segment that lists `entries` under `title`, one a line: `+447700900123, shown as Dee (admin)`.

    Every account and display name in it is a mention with its place; each account is stated to be `known_as` its display
    name, and, where `group` is given, `member_of` it. `rule` says which field states it: `WhatsApp, sender of messages`.
    Accounts of the device's user have no line of their own.
    """
    text = title
    named: list[Found] = []
    related: list[StatedRelation] = []

    def mention(kind: str, quote: str, value: str, status: MentionStatus, check: str) -> Found:
        nonlocal text
        start = len(text)
        text += quote
        found = Found(
            segment=index,
            kind=kind,
            start=start,
            end=start + len(quote),
            quote=quote,
            value=value,
            status=status,
            check=check,
            finder=FINDER,
        )
        named.append(found)
        return found

    def state(kind: str, source: Found, target: Found) -> None:
        related.append(
            StatedRelation(
                segment=index,
                kind=kind,  # type: ignore[arg-type]
                source_kind=source.kind,
                source_value=source.value,
                target_kind=target.kind,
                target_value=target.value,
                rule=rule,
                start=min(source.start, target.start),
                end=max(source.end, target.end),
            )
        )

    whole: Found | None = None
    if group is not None:
        text += "\n"
        whole = mention(group.kind, _line(group.written) or group.value, group.value, group.status, group.check)
    for entry in entries:
        who, shown, note = entry.account, _line(entry.name), _line(entry.note)
        if who is not None and who.kind == DEVICE_USER:
            continue
        if who is None and not shown:
            continue
        text += "\n"
        held: Found | None = None
        if who is not None:
            held = mention(who.kind, _line(who.written) or who.value, who.value, who.status, who.check)
            if whole is not None:
                state("member_of", held, whole)
        if shown:
            text += ", shown as " if held is not None else ""
            name = mention(
                "display_name",
                shown,
                " ".join(shown.split()),
                "established",
                "a display name: says nothing about who bears it",
            )
            if held is not None:
                state("known_as", held, name)
        text += f" ({note})" if note else ""
    segment = Segment(index=index, text=text, place=place, source="native")
    return Roster(segment, tuple(named), tuple(related))


def _line(written: str) -> str:
    """Return what a field holds as it fits on one line; marks of direction go, other characters stay."""
    return " ".join(_MARKS.sub("", written).split())
