"""What header fields say: text with its encoded words decoded, addresses, the time sent, the ids that make threads."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from email.errors import MessageError
from email.utils import getaddresses, mktime_tz, parsedate_tz
from typing import Final, TypeAlias

from extractors.mail.charsets import decoded_as
from extractors.moments import RECORD, Moment
from extractors.text import decode, one_line

Fields: TypeAlias = Mapping[str, Sequence[str]]
"""Values by name in lower case, unfolded, bytes beyond ASCII as surrogates."""
SHOWN: Final = (
    "From", "Sender", "Reply-To", "To", "Cc", "Bcc", "Date", "Subject", "Message-ID", "In-Reply-To", "References",
    "X-Originating-IP",
)  # fmt: skip
BROKEN: Final = (
    MessageError, ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError, OSError,
)  # fmt: skip
"""What the standard library raises on malformed headers."""
_PARTY_ROLES: Final = ("from", "to", "cc", "bcc")
SHOWN_CODE_POINTS: Final = 20_000
PARTIES: Final = 500
_ANCESTORS: Final = 200
_PLAIN_ADDRESS: Final = re.compile(
    r'(?:([^"(),:;<>@\\]*?)\s*<([^\s"(),:;<>@\\]+@[^\s"(),:;<>@\\]+)>|([^\s"(),:;<>@\\]+@[^\s"(),:;<>@\\]+))'
)
_ADDRESS: Final = re.compile(r"[^\s@]@[^\s@]")
_WORD: Final = re.compile(r"=\?([^?\s=]{1,60})\?([bBqQ])\?([^?\n]*)\?=")
_IDENTIFIER: Final = re.compile(r"<\s*([^<>]{1,998}?)\s*>")
_ZONE: Final = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?\s*([+-]\d{4}|[A-Z]{2,5}\b)")


def line(value: str) -> str:
    """Return a value on one line, without control, surrogate or direction characters."""
    text = " ".join(value.split())
    return text if text.isprintable() else one_line(text)


def decoded(value: str) -> str:
    """Return a value with its encoded words (RFC 2047) and raw 8-bit bytes decoded; words that are damaged as they stand.

    White space between two encoded words is not part of the text (6.2), and a character may be cut between two.
    """
    text = value if value.isascii() else repaired(value)
    if "=?" not in text:
        return text
    out: list[str] = []
    at = 0
    held, held_charset = b"", ""
    for word in _WORD.finditer(text):
        between = text[at : word.start()]
        charset, data = word[1].partition("*")[0].lower(), _word_bytes(word[2], word[3])
        if held and (between.strip() or charset != held_charset):
            out.append(decoded_as(held, held_charset).text)
            held = b""
        if between.strip() or not at:
            out.append(between)
        held, held_charset = held + data, charset
        at = word.end()
    if held:
        out.append(decoded_as(held, held_charset).text)
    out.append(text[at:])
    return "".join(out)


def _word_bytes(encoding: str, content: str) -> bytes:
    if encoding in "qQ":
        return binascii.a2b_qp(content.encode("utf-8", "replace").replace(b"_", b" "), header=False)
    kept = content.encode("ascii", "ignore").rstrip(b"=")
    kept = kept[:-1] if len(kept) % 4 == 1 else kept
    try:
        return binascii.a2b_base64(kept + b"=" * (-len(kept) % 4))
    except binascii.Error:
        return content.encode("utf-8", "replace")


def repaired(value: str) -> str:
    """Decode bytes that stand in a value as surrogates."""
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return decode(value.encode("utf-8", "surrogateescape")).text
    return value


def first(fields: Fields, name: str) -> str:
    """Return the first value of a header (its name in lower case); empty where there is none."""
    values = fields.get(name)
    return values[0] if values else ""


def shown(fields: Fields) -> str:
    """Return the headers that say who, when and what, decoded, each on a line of its own."""
    lines = [f"{name}: {line(decoded(value))}" for name in SHOWN for value in fields.get(name.lower(), ())]
    return "\n".join(lines).strip()


def parties(fields: Fields) -> tuple[tuple[str, str, str], ...]:
    """Return (role, "email", address in lower case) of sender and recipients, each once, in the order of the headers."""
    found = [
        (role, "email", address.lower())
        for role in _PARTY_ROLES
        for value in fields.get(role, ())
        for _, address in addresses(value)
    ]
    return tuple(dict.fromkeys(found))


def addresses(value: str) -> Iterator[tuple[str, str]]:
    """Yield (display name, address) of a list of mailboxes; what holds no address is left out."""
    text = " ".join((value if value.isascii() else repaired(value)).split())
    plain = [_PLAIN_ADDRESS.fullmatch(each.strip()) for each in text.split(",")] if len(text) < 2_000 else []
    if plain and all(plain):
        yield from ((match[1] or "", match[2] or match[3]) for match in plain if match and match[0].isprintable())
        return
    try:
        pairs = getaddresses([one_line(text)])
    except BROKEN:
        return
    for name, address in pairs:
        if _ADDRESS.search(address) and address.isprintable():
            yield name, address.strip()


def sender(fields: Fields) -> str:
    """Return the display form of who sent it: the name shown, else the address, else the header as it stands."""
    value = first(fields, "from") or first(fields, "sender")
    if not value:
        return ""
    name, address = next(addresses(value), ("", ""))
    return (line(decoded(name)) or address or line(decoded(value)))[:200]


def identifiers(value: str) -> tuple[str, ...]:
    """Return the message ids (RFC 5322, 3.6.4) in a value, without their angle brackets, each once."""
    if not value:
        return ()
    found = [line(text) for text in _IDENTIFIER.findall(value)]
    if not found:
        found = [line(text) for text in value.split() if "@" in text and not text.startswith(("=?", "("))]
    return tuple(dict.fromkeys(text for text in found if text))[:_ANCESTORS]


def sent(written: str) -> Moment:
    """Return the time as RFC 5322 dates go: no local time where it is no date, no UTC where no zone is stated.

    `-0000` states that the zone is not known (RFC 5322, 3.3).
    """
    try:
        fields = parsedate_tz(written)
        if fields is None:
            return Moment(written=written)
        local = datetime(*fields[:6]).isoformat()  # noqa: DTZ001  (as written, without zone)
        match = _ZONE.search(written)
        if fields[9] is None or match is None or match[1] == "-0000":
            return Moment(written=written, local=local)
        utc = datetime.fromtimestamp(mktime_tz(fields), tz=UTC)
    except (ValueError, TypeError, OverflowError, IndexError, OSError):
        return Moment(written=written)
    return Moment(written=written, utc=utc.strftime("%Y-%m-%dT%H:%M:%SZ"), local=local, zone=match[1], zone_by=RECORD)
