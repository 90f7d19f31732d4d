"""Outlook's message files (msg, MS-OXMSG): read through python-oxmsg, with what that leaves out."""

from __future__ import annotations

import io
import struct
from collections.abc import Mapping
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import compressed_rtf
import olefile
from oxmsg.properties import Properties
from oxmsg.storage import Storage
from striprtf.striprtf import rtf_to_text

from evidence.errors import Unreadable
from evidence.locator import Place, RecordPlace
from evidence.records import Reading, Stamp
from extractors.accounts import named_account
from extractors.email import mail_stamp, read_bytes
from extractors.mail.compound import compound_file
from extractors.mail.headers import addresses, line
from extractors.mail.letter import Enclosed, Letter, Spot, Tray, compose
from extractors.mail.mime import Mime
from extractors.moments import Moment
from extractors.protocols import Engines, Limits, Original, Part, ReadContext, Survey
from extractors.text import decode

_MALFORMED: Final = (
    ValueError, KeyError, IndexError, TypeError, AttributeError, LookupError, OSError, RecursionError, OverflowError, struct.error,
    AssertionError, EOFError,
)  # fmt: skip
"""What olefile, oxmsg and the RTF readers raise on malformed files."""
_BANNER: Final = "Microsoft Mail Internet Headers"
_ROLES: Final = {1: "to", 2: "cc", 3: "bcc"}
_MOST_TIMES_OVER: Final = 8
"""A file whose streams together are longer than this many times itself counts the same bytes again and again."""
_TOP, _INNER, _OTHER = 32, 24, 8
"""Bytes before the properties of a message file, of a message in one, of a recipient or an attachment (MS-OXMSG 2.4)."""
_SUBJECT, _BODY, _HTML, _RTF, _HEADERS = 0x0037, 0x1000, 0x1013, 0x1009, 0x007D
_BY_REFERENCE: Final = (2, 3, 4, 7)


class OutlookReader:
    """Reads msg files; enclosed messages become msg files of their own."""

    def survey(self, path: Path, *, media_type: str, context: ReadContext) -> Survey:
        """Return one part."""
        return Survey(media_type=media_type, reader="outlook", parts=(Part(seconds_expected=0.1),), units=1)

    def read(self, path: Path, *, media_type: str, part: Part, engines: Engines, context: ReadContext) -> Reading:
        """Return the message as one unit; raises Unreadable."""
        letter = letter_in(path, context)
        tray = Tray(context)
        made = compose(letter, Spot(), tray)
        return Reading(units=(made.unit,), events=made.events, named=made.named, children=tuple(tray.children))

    def original(self, path: Path, *, place: Place, media_type: str, context: ReadContext) -> Original:
        """Return the property that a segment was taken from, as it stands in the file; raises Unreadable."""
        if not isinstance(place, RecordPlace) or place.record != 1:
            raise Unreadable("there is no message at that place")
        storage = _opened(path, context.limits)
        for number in (_HEADERS, _SUBJECT) if place.field == "headers" else (_BODY, _HTML, _RTF):
            for kind in ("001F", "001E", "0102"):
                name = f"__substg1.0_{number:04X}{kind}"
                data = next((stream.bytes_ for stream in storage.streams if stream.name == name), b"")
                if data:
                    text = (
                        data.decode("utf-16-le", "replace") if kind == "001F" else decode(_plain_rtf(data, number)).text
                    )
                    return Original(text=text, data=data, where=f"stream {name}")
        raise Unreadable("there is no such property in the message")

    def stamps(self, *, engines: Engines, context: ReadContext) -> tuple[Stamp, ...]:
        """Return the stamp of this family's rules and of the libraries."""
        made = {name: version(name) for name in ("python-oxmsg", "olefile", "compressed-rtf", "striprtf")}
        return (mail_stamp("outlook", context, **made),)


def _opened(path: Path, limits: Limits) -> Any:
    data = read_bytes(path, limits)
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as held:
            if not held.exists("__properties_version1.0"):
                raise Unreadable("an OLE file that holds no message")
            if sum(entry.size for entry in held.direntries if entry is not None) > _MOST_TIMES_OVER * len(data):
                raise Unreadable("its streams claim far more than the file holds")
            return Storage.from_ole(held)
    except _MALFORMED as error:
        raise Unreadable("not a readable Outlook message") from error


class _Held:
    """The properties of a message, recipient or attachment: what is missing or malformed is None."""

    def __init__(self, storage: Any, header: int) -> None:
        self._properties = Properties(storage, properties_header_offset=header)

    def text(self, *numbers: int) -> str:
        for number in numbers:
            try:
                found = self._properties.str_prop_value(number)
            except _MALFORMED:
                continue
            if found and found.strip("\0 "):
                return decode(found.rstrip("\0").encode("utf-8", "replace")).text
        return ""

    def data(self, number: int) -> bytes:
        try:
            return self._properties.binary_prop_value(number) or b""
        except _MALFORMED:
            return b""

    def number(self, number: int) -> int:
        try:
            found: Any = self._properties.int_prop_value(number)
        except _MALFORMED:
            return 0
        return found if isinstance(found, int) else 0

    def time(self, number: int) -> datetime | None:
        try:
            found: Any = self._properties.date_prop_value(number)
        except _MALFORMED:
            return None
        return found if isinstance(found, datetime) else None

    @property
    def encoding(self) -> str:
        try:
            return str(self._properties.body_encoding)
        except _MALFORMED:
            return ""


def letter_in(path: Path, context: ReadContext) -> Letter:
    """Return the message of a msg file; raises Unreadable."""
    return letter_of(_opened(path, context.limits), languages=context.languages)


def letter_of(storage: Any, *, languages: tuple[str, ...]) -> Letter:
    """Return what a message's storage holds."""
    held = _Held(storage, _TOP)
    transport = held.text(_HEADERS)
    if transport.startswith(_BANNER):
        transport = transport.partition("\n")[2]
    letter = Letter(fields={})
    fields = Mime(transport.lstrip("\r\n").encode("utf-8", "replace")).fields if transport else {}
    letter.fields = fields | {
        name: values for name, values in _own_fields(held, storage, letter).items() if name not in fields
    }
    if "date" not in fields and (moment := held.time(0x0039) or held.time(0x0E06)):
        written = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
        letter.moment = Moment(written=written, utc=written, zone="UTC", zone_by="the format (Windows time)")
        letter.facts["sent"] = written
    if message_class := held.text(0x001A):
        letter.facts["message_class"] = line(message_class)[:100]
        if "smime" in message_class.lower() and "multipartsigned" not in message_class.lower():
            letter.miss("an encrypted or signed message (S/MIME): no key given")
    if held.number(0x0E07) & 0x08:
        letter.state = "not sent"
    _add_body(held, letter, languages)
    for at, inner in enumerate(storage.iter_attachment_storages(), start=1):
        _add_attachment(inner, storage, letter, at)
    return letter


def _own_fields(held: _Held, storage: Any, letter: Letter) -> dict[str, list[str]]:
    """Return header fields made of Outlook's own properties, for messages that never went over the internet."""
    fields: dict[str, list[str]] = {}
    sender = held.text(0x5D01, 0x5D02, 0x0C1F, 0x0065)
    _add_person(fields, letter, "from", held.text(0x0C1A, 0x0042), sender)
    for recipient in storage.iter_recipient_storages():
        one = _Held(recipient, _OTHER)
        _add_person(
            fields, letter, _ROLES.get(one.number(0x0C15) & 0xF, "to"), one.text(0x3001), one.text(0x39FE, 0x3003)
        )
    for name, number in (
        ("subject", _SUBJECT),
        ("message-id", 0x1035),
        ("in-reply-to", 0x1042),
        ("references", 0x1039),
    ):
        if text := held.text(number):
            fields[name] = [text]
    return {name: [", ".join(values)] for name, values in fields.items()}


def _add_person(fields: dict[str, list[str]], letter: Letter, role: str, name: str, address: str) -> None:
    shown, written = line(name)[:300], line(address)[:1_000]
    if not shown and not written:
        return
    if written and not any(addresses(written)):
        letter.accounts.append((role, named_account(written, service="exchange")))
    quoted = '"' + shown.replace('"', "'") + '"' if any(mark in shown for mark in '(),:;<>@[]"\\') else shown
    fields.setdefault(role, []).append(
        f"{quoted} <{written}>".strip() if written and shown != written else written or quoted
    )


def _add_body(held: _Held, letter: Letter, languages: tuple[str, ...]) -> None:
    """Take the plain text, the page, and only where there is neither, the text of the RTF."""
    if text := held.text(_BODY):
        letter.plain.append(text.replace("\r\n", "\n"))
    page = held.data(_HTML)
    if page or (markup := held.text(_HTML)):
        letter.html.append(decode(page, claimed=held.encoding, languages=languages).text if page else markup)
    if not letter.plain and not letter.html and (packed := held.data(_RTF)):
        if text := rtf_text(packed):
            letter.plain.append(text)
            letter.facts["body"] = "RTF"
        else:
            letter.miss("a body in RTF that cannot be read")


def rtf_text(packed: bytes) -> str:
    """Return the text of a compressed RTF body (MS-OXRTFCP); empty where it cannot be read."""
    return text_of_rtf(_plain_rtf(packed, _RTF))


def text_of_rtf(rtf: bytes) -> str:
    """Return the text of RTF; empty where it is none."""
    if not rtf.lstrip().startswith(b"{\\rtf"):
        return ""
    strip: Any = rtf_to_text
    try:
        text = strip(rtf.decode("latin-1"), errors="replace")
    except _MALFORMED:
        return ""
    return decode(str(text).encode("utf-8", "replace")).text.strip("\0\n ")


def _plain_rtf(data: bytes, number: int) -> bytes:
    if number != _RTF:
        return data
    try:
        return bytes(compressed_rtf.decompress(data))
    except Exception:  # noqa: BLE001 - it raises nothing more special
        return b""


def _add_attachment(storage: Any, message: Any, letter: Letter, at: int) -> None:
    one = _Held(storage, _OTHER)
    name = one.text(0x3707, 0x3704, 0x3001)
    method = one.number(0x3705)
    enclosed = next((inner for inner in storage.storages if inner.name.startswith("__substg1.0_3701")), None)
    if enclosed is not None and any(stream.name == "__properties_version1.0" for stream in enclosed.streams):
        names = next((inner for inner in message.storages if inner.name == "__nameid_version1.0"), None)
        data = compound_file(_Standalone(enclosed, names))
        name = name if name.lower().endswith(".msg") else f"{name or f'message-{at}'}.msg"
        letter.enclosed.append(Enclosed(name, data, "application/vnd.ms-outlook"))
    elif enclosed is not None:
        letter.enclosed.append(
            Enclosed(name or f"object-{at}", compound_file(_Tree(enclosed)), "application/x-ole-storage")
        )
    elif method in _BY_REFERENCE and not one.data(0x3701):
        letter.miss(f"an attachment that is only referred to: {line(one.text(0x370D, 0x3708) or name)[:200]}")
    else:
        letter.enclosed.append(Enclosed(name, one.data(0x3701), one.text(0x370E)))


class _Tree:
    """A storage of oxmsg's as `compound` wants it."""

    def __init__(self, storage: Any) -> None:
        self._storage = storage

    @property
    def streams(self) -> Mapping[str, bytes]:
        return {stream.name: stream.bytes_ for stream in self._storage.streams}

    @property
    def folders(self) -> Mapping[str, _Tree]:
        return {inner.name: _Tree(inner) for inner in self._storage.storages}


class _Standalone(_Tree):
    """An enclosed message as a file of its own: a longer header before its properties, and the names of named ones."""

    def __init__(self, storage: Any, names: Any) -> None:
        super().__init__(storage)
        self._names = names

    @property
    def streams(self) -> Mapping[str, bytes]:
        held = dict(super().streams)
        properties = held["__properties_version1.0"]
        held["__properties_version1.0"] = (
            properties[:_INNER].ljust(_INNER, b"\0") + bytes(_TOP - _INNER) + properties[_INNER:]
        )
        return held

    @property
    def folders(self) -> Mapping[str, _Tree]:
        held = dict(super().folders)
        if self._names is not None:
            held.setdefault("__nameid_version1.0", _Tree(self._names))
        return held
