"""Contacts (vCard, RFC 6350 and its forerunners): accounts, and the name that somebody saved them under."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import vobject

from evidence.errors import Unreadable
from evidence.locator import Place, RecordPlace
from evidence.records import Found, Reading, Segment, Stamp, StatedRelation, Unit
from extractors.accounts import Entry, account, roster
from extractors.email import mail_stamp, read_bytes
from extractors.mail.blocks import BLOCKS, blocks, original_block
from extractors.mail.headers import line
from extractors.mail.letter import Tray
from extractors.protocols import Engines, Original, Part, ReadContext, Survey
from extractors.text import decode

_MALFORMED: Final = (
    vobject.base.VObjectError,
    ValueError,
    KeyError,
    IndexError,
    TypeError,
    AttributeError,
    LookupError,
    RecursionError,
)
"""What vobject raises on malformed cards."""
_ACCOUNTS: Final = {"tel": "phone", "email": "email"}
_SERVICES: Final = (
    "impp",
    "x-socialprofile",
    "x-jabber",
    "x-skype",
    "x-skype-username",
    "x-icq",
    "x-aim",
    "x-msn",
    "x-qq",
)
_TOLD: Final = {
    "nickname": "Nickname",
    "org": "Organisation",
    "title": "Title",
    "role": "Role",
    "adr": "Address",
    "bday": "Born",
    "url": "Link",
    "note": "Note",
    "categories": "Groups",
    "rev": "Changed",
}
_CARD_BYTES: Final = 8 << 20
_PARAMETERS: Final = 1_000
"""Characters before a line's value; vobject's time for them grows with their square."""


class ContactsReader:
    """Reads contact files: a segment for each card, which lists its accounts and the name shown for them."""

    def survey(self, path: Path, *, media_type: str, context: ReadContext) -> Survey:
        """Return one part."""
        return Survey(media_type=media_type, reader="contacts", parts=(Part(seconds_expected=0.2),), units=1)

    def read(self, path: Path, *, media_type: str, part: Part, engines: Engines, context: ReadContext) -> Reading:
        """Return the contacts as one unit; cards that cannot be read are shown as they stand. Raises Unreadable."""
        data = read_bytes(path, context.limits)
        tray = Tray(context)
        segments: list[Segment] = []
        named: list[Found] = []
        related: list[StatedRelation] = []
        missing: list[str] = []
        found = list(blocks(data.replace(b"\r", b"\n") if b"\n" not in data else data, "VCARD"))
        for block in found[:BLOCKS]:
            card = _parsed(block.data)
            place = RecordPlace(
                record=block.number,
                field="contact",
                key=_text(card, "uid")[:300],
                offset=block.offset,
                length=len(block.data),
            )
            if card is None:
                missing.append("cards that are malformed, shown as they stand")
            title = _title(card) if card is not None else decode(block.data[:20_000]).text.strip()
            made = roster(
                len(segments), title, _entries(card, context.region), place=place, rule="vCard, fields of one contact"
            )
            segments.append(made.segment)
            named += made.named
            related += made.related
            missing += [problem for problem in _pictures(card, block.number, tray) if problem]
        if not segments:
            raise Unreadable("a file of contacts without a contact")
        if len(found) > BLOCKS:
            missing.append("contacts beyond the limit on their number")
        why = "; ".join(dict.fromkeys(missing))
        unit = Unit(
            kind="file",
            number=1,
            outcome="read",
            reason=why,
            partial=bool(why),
            segments=tuple(segments),
            facts={"contacts": str(len(segments))},
        )
        return Reading(units=(unit,), named=tuple(named), related=tuple(related), children=tuple(tray.children))

    def original(self, path: Path, *, place: Place, media_type: str, context: ReadContext) -> Original:
        """Return the card as it stands in the file; raises Unreadable."""
        return original_block(path, place, context.limits)

    def stamps(self, *, engines: Engines, context: ReadContext) -> tuple[Stamp, ...]:
        """Return the stamp of this family's rules and of the library that reads cards."""
        return (mail_stamp("contacts", context, vobject=version("vobject"), region=context.region),)


def _parsed(data: bytes) -> Any:
    """Return the card, None where it is malformed or too long."""
    if len(data) > _CARD_BYTES:
        return None
    text = decode(data).text
    if any(len(written.partition(":")[0]) > _PARAMETERS for written in re.sub(r"\r?\n[ \t]", "", text).splitlines()):
        return None
    try:
        return vobject.readOne(text, allowQP=True)
    except (*_MALFORMED, StopIteration):
        return None


def _values(card: Any, name: str) -> Iterator[tuple[Any, dict[str, list[str]]]]:
    for held in card.contents.get(name, ()) if card is not None else ():
        yield held.value, getattr(held, "params", {})


def _text(card: Any, name: str) -> str:
    return next((line(_shown(value)) for value, _ in _values(card, name)), "")


def _shown(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(_shown(each) for each in value if each)
    return decode(value).text if isinstance(value, bytes) else str(value)


def _name(card: Any) -> str:
    return (_text(card, "fn") or _text(card, "n") or _text(card, "nickname") or _text(card, "org"))[:300]


def _title(card: Any) -> str:
    lines = [f"Contact: {_name(card)}"]
    for name, shown in _TOLD.items():
        lines += [f"{shown}: {text[:20_000]}" for value, _ in _values(card, name) if (text := line(_shown(value)))]
    return "\n".join(lines)


def _entries(card: Any, region: str) -> Iterator[Entry]:
    name = _name(card) if card is not None else ""
    count = 0
    for field in _ACCOUNTS:
        for value, params in _values(card, field):
            count += 1
            yield Entry(
                account(re.sub(r"^(?:tel|mailto):", "", _shown(value)), service=_ACCOUNTS[field], region=region),
                name,
                _kind(params),
            )
    for field in _SERVICES:
        for value, params in _values(card, field):
            scheme, _, rest = _shown(value).partition(":")
            service = (
                params.get("X-SERVICE-TYPE") or params.get("TYPE") or [scheme if rest else field.removeprefix("x-")]
            )[0].lower()
            count += 1
            yield Entry(account(rest or scheme, service=line(service) or "impp", region=region), name, _kind(params))
    if not count and name:
        yield Entry(None, name)


def _kind(params: dict[str, list[str]]) -> str:
    return ", ".join(line(each).lower() for each in params.get("TYPE", ()) if each)[:100]


def _pictures(card: Any, number: int, tray: Tray) -> Iterator[str]:
    for field in ("photo", "logo"):
        for at, (value, params) in enumerate(_values(card, field), start=1):
            if isinstance(value, bytes) and value:
                kind = (params.get("TYPE") or ["image"])[0].lower()
                made = tray.lay(
                    value,
                    name=f"contact {number}/{field}-{at}",
                    scratch_name=f"contact-{number}-{field}-{at}",
                    media_type=f"image/{line(kind)[:20]}",
                )
                yield made if isinstance(made, str) else ""
