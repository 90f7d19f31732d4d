"""Email: headers and body as segments, the sending as an event, attachments and enclosed messages as children."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.errors import MessageError
from email.generator import BytesGenerator
from email.header import decode_header
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from email.utils import getaddresses, mktime_tz, parsedate_tz
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias

from evidence.errors import LimitExceeded, Unreadable
from evidence.locator import RecordPlace
from evidence.records import Child, EventRecord, Reading, Segment, Stamp, Unit
from extractors.html import visible_text
from extractors.protocols import Engines, Limits, Part, ReadContext, Survey
from extractors.text import child_name, decode, one_line, text_stamp

_SHOWN: Final = (
    "From", "Sender", "Reply-To", "To", "Cc", "Bcc", "Date", "Subject", "Message-ID", "In-Reply-To", "References",
    "X-Originating-IP",
)  # fmt: skip
_PARTY_ROLES: Final = (("From", "from"), ("To", "to"), ("Cc", "cc"), ("Bcc", "bcc"))
_BODY_CODE_POINTS: Final = 20_000
_HEADER_CODE_POINTS: Final = 20_000
_PARTIES: Final = 500
_LEAF_DEPTH: Final = 40
_BROKEN: Final = (
    MessageError, ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError, OSError,
)  # fmt: skip
"""What the standard library raises on malformed messages."""
_ENCRYPTED_TYPES: Final = frozenset(("application/pgp-encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"))
_NEXT_MESSAGE: Final = re.compile(r"(?:^|\n\r?\n)From \S+.*\r?\n[!-9;-~]+:")
_PGP: Final = "-----BEGIN PGP MESSAGE-----"
Mail: TypeAlias = "Message[str, str]"


class EmailReader:
    """Reads single messages (RFC 5322); what is enclosed becomes child exhibits."""

    def survey(self, path: Path, *, media_type: str, context: ReadContext) -> Survey:
        """Return one part."""
        return Survey(media_type=media_type, reader="email", parts=(Part(seconds_expected=0.05),), units=1)

    def read(self, path: Path, *, media_type: str, part: Part, engines: Engines, context: ReadContext) -> Reading:
        """Return the message as one unit; raises Unreadable, or LimitExceeded for one too large to hold in memory."""
        message = _parse(path, context.limits)
        contents = _collect(message, context)
        if _is_mailbox(message):
            contents.miss("further messages: the file is a mailbox")
        segments = tuple(_segments(message, contents))
        unit = _unit(message, contents, segments)
        return Reading(
            units=(unit,),
            events=tuple(_event(message)) if segments and _is_headers(segments[0]) else (),
            children=tuple(contents.children),
        )

    def stamps(self, *, engines: Engines, context: ReadContext) -> tuple[Stamp, ...]:
        """Return the stamp of this module's rules and of decoding."""
        stamp = text_stamp("email", context)
        limits = context.limits
        settings = stamp.settings | {
            "children": limits.children,
            "child_bytes": limits.child_bytes,
            "depth": limits.depth,
        }
        return (Stamp(name=stamp.name, version=stamp.version, settings=settings),)


def _parse(path: Path, limits: Limits) -> Mail:
    most = limits.memory_bytes // 8
    try:
        if path.stat().st_size > most:
            raise LimitExceeded(f"a message of more than {most >> 20} MiB")
        data = path.read_bytes()
    except OSError as error:
        raise Unreadable("the file cannot be opened") from error
    try:
        return BytesParser(policy=compat32).parsebytes(data)
    except RecursionError:
        return BytesParser(policy=compat32).parsebytes(data, headersonly=True)
    except _BROKEN as error:
        raise Unreadable("not a readable message") from error


def _is_mailbox(message: Mail) -> bool:
    """Say whether a message that began with a mailbox's `From ` line runs into a next one."""
    if not message.get_unixfrom():
        return False
    *_, (last, _) = _leaves(message, _LEAF_DEPTH)
    tail = last.get_payload() if not last.is_multipart() else ""
    return any(_NEXT_MESSAGE.search(text) for text in (str(tail), message.epilogue or ""))


# --- parts ---------------------------------------------------------------------------------------------------------


class _Contents:
    """What a message holds, as it is found: texts, pages, children, and what could not be read."""

    def __init__(self, context: ReadContext) -> None:
        self.context = context
        self.plain: list[str] = []
        self.html: list[str] = []
        self.children: list[Child] = []
        self.facts: dict[str, str] = {}
        self.missing: list[str] = []
        self.replaced = 0
        self.bytes_left = context.limits.child_bytes

    def miss(self, what: str) -> None:
        """Note once what was not read."""
        if what not in self.missing:
            self.missing.append(what)


def _collect(message: Mail, context: ReadContext) -> _Contents:
    contents = _Contents(context)
    for part, depth in _leaves(message, _LEAF_DEPTH):
        if depth < 0:
            contents.miss("parts nested too deeply")
            continue
        try:
            _sort(part, contents)
        except _BROKEN:
            contents.miss("a part that is malformed")
    defects = [type(defect).__name__ for defect in getattr(message, "defects", [])]
    if defects:
        contents.facts["defects"] = ", ".join(sorted(set(defects)))
    return contents


def _leaves(message: Mail, depth_limit: int) -> Iterator[tuple[Mail, int]]:
    """Yield each part that is not a multipart, in order, without recursion; depth -1 stands for what lies deeper."""
    stack: list[tuple[Mail, int]] = [(message, 0)]
    while stack:
        part, depth = stack.pop()
        payload = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(payload, list):
            if depth >= depth_limit:
                yield part, -1
                continue
            stack += [(inner, depth + 1) for inner in reversed(payload) if isinstance(inner, Message)]
        else:
            yield part, depth


def _sort(part: Mail, contents: _Contents) -> None:
    kind = part.get_content_type()
    if kind in _ENCRYPTED_TYPES:
        contents.miss("an encrypted part (PGP or S/MIME): no key given")
    if kind == "message/rfc822" or (part.is_multipart() and part.get_content_maintype() == "message"):
        _enclose(part, contents)
        return
    name = _file_name(part)
    attached = bool(name) or part.get_content_disposition() == "attachment"
    if part.get_content_maintype() == "text" and not attached and kind in ("text/plain", "text/html"):
        _add_text(part, kind, contents)
    elif part.get_content_maintype() == "multipart" and not attached:
        _add_text(part, "text/plain", contents)  # a multipart that never found its boundary
        contents.miss("a multipart without its boundary, read as plain text")
    else:
        _add_child(_bytes(part, contents), name or _default_name(kind, contents), kind, contents)


def _add_text(part: Mail, kind: str, contents: _Contents) -> None:
    data = _bytes(part, contents)
    decoded = decode(data, claimed=_charset(part), languages=contents.context.languages)
    contents.replaced += decoded.replaced
    contents.facts.setdefault("charset", decoded.facts["charset"])
    text = decoded.text.replace("\r\n", "\n")
    (contents.html if kind == "text/html" else contents.plain).append(text)
    if _PGP in text:
        contents.miss("an encrypted part (PGP): no key given")


def _charset(part: Mail) -> str:
    try:
        claimed = str(part.get_content_charset() or "")
    except _BROKEN:
        return ""
    return claimed if re.fullmatch(r"[\w.:+-]{2,40}", claimed) else ""


def _bytes(part: Mail, contents: _Contents) -> bytes:
    """Return a part's bytes with its transfer encoding undone; as they stand where that fails."""
    try:
        payload = part.get_payload(decode=True)
    except _BROKEN:
        payload = None
    if isinstance(payload, bytes):
        return payload
    raw = part.get_payload()
    contents.miss("a part whose encoding is malformed, taken as it stands")
    return raw.encode("utf-8", "surrogateescape") if isinstance(raw, str) else b""


def _enclose(part: Mail, contents: _Contents) -> None:
    """Write an enclosed message out as a child; written anew from its parse, so line ends may differ."""
    inner = part.get_payload()
    messages = inner if isinstance(inner, list) else []
    if not messages:
        raw = inner if isinstance(inner, str) else ""
        _add_child(raw.encode("utf-8", "surrogateescape"), _default_name("message/rfc822", contents), "", contents)
    for message in messages:
        written = io.BytesIO()
        generator: BytesGenerator[Mail] = BytesGenerator(
            written, mangle_from_=False, policy=compat32.clone(max_line_length=None)
        )
        generator.flatten(message)  # type: ignore[arg-type]
        name = _file_name(part) or _default_name("message/rfc822", contents)
        _add_child(written.getvalue(), name, "message/rfc822", contents)


def _file_name(part: Mail) -> str:
    try:
        name = part.get_filename() or ""
    except _BROKEN:
        return ""
    return child_name(_decoded(name))


def _default_name(kind: str, contents: _Contents) -> str:
    stem = "message" if kind == "message/rfc822" else "part"
    return f"{stem}-{len(contents.children) + 1}"


def _add_child(data: bytes, name: str, kind: str, contents: _Contents) -> None:
    if len(contents.children) >= contents.context.limits.children:
        contents.miss("attachments beyond the limit on their number")
        return
    if len(data) > contents.bytes_left:
        contents.miss("attachments beyond the limit on their size")
        return
    contents.bytes_left -= len(data)
    scratch_name = f"attachment-{len(contents.children) + 1}"
    (contents.context.scratch / scratch_name).write_bytes(data)
    contents.children.append(Child(inner_path=name, scratch_name=scratch_name, media_type_claimed=one_line(kind)[:100]))


# --- segments ------------------------------------------------------------------------------------------------------


def _segments(message: Mail, contents: _Contents) -> Iterator[Segment]:
    """Yield the headers, the body (plain text, or HTML as its reader sees it), and the links of an HTML body."""
    index = 0
    if headers := _headers(message):
        yield _segment(0, headers, "headers")
        index = 1
    body, links = _body(contents)
    limit = contents.context.limits.text_code_points
    if len(body) > limit:
        contents.miss("text beyond the limit on its length")
    for piece in _cut(body[:limit]):
        yield _segment(index, piece, "body")
        index += 1
    if links:
        yield _segment(index, "\n".join(links), "links")


def _segment(index: int, text: str, field: str) -> Segment:
    return Segment(index=index, text=text, place=RecordPlace(record=1, field=field), source="native")


def _is_headers(segment: Segment) -> bool:
    return isinstance(segment.place, RecordPlace) and segment.place.field == "headers"


def _body(contents: _Contents) -> tuple[str, tuple[str, ...]]:
    plain = "\n\n".join(text.strip() for text in contents.plain if text.strip())
    pages = [visible_text(markup) for markup in contents.html]
    seen = "\n\n".join(page.text for page in pages if page.text)
    links = tuple(dict.fromkeys(link for page in pages for link in page.links))
    if any(page.torn for page in pages):
        contents.miss("HTML nested too deeply: its tags were removed")
    if not seen:
        return plain, links
    if len(plain) * 5 < len(seen):
        contents.facts["body"] = "HTML"
        return (f"{plain}\n\n{seen}" if plain else seen), links
    contents.facts["html_alternative"] = f"{len(seen)} characters, not shown beside the plain text"
    return plain, links


def _cut(body: str) -> Iterator[str]:
    """Yield the body whole, or in pieces of up to 20,000 code points that end between lines or words."""
    text = body.strip()
    while len(text) > _BODY_CODE_POINTS:
        ends = (text.rfind(mark, _BODY_CODE_POINTS // 2, _BODY_CODE_POINTS) for mark in ("\n\n", "\n", " "))
        cut = next((end for end in ends if end > 0), _BODY_CODE_POINTS)
        yield text[:cut].rstrip()
        text = text[cut:].lstrip()
    if text:
        yield text


def _headers(message: Mail) -> str:
    """Return the headers that say who, when and what, decoded, each on a line of its own."""
    lines = [
        f"{name}: {one_line(_decoded(value))}"
        for name in _SHOWN
        for header, value in _raw_items(message)
        if header.lower() == name.lower()
    ]
    return "\n".join(lines)[:_HEADER_CODE_POINTS].strip()


def _raw_items(message: Mail) -> Iterator[tuple[str, str]]:
    for name, value in message.raw_items():
        yield str(name), str(value)


def _header(message: Mail, name: str) -> str:
    return next((value for header, value in _raw_items(message) if header.lower() == name.lower()), "")


def _decoded(value: str) -> str:
    """Return a header with its encoded words (RFC 2047) and raw 8-bit bytes decoded; as it stands where malformed."""
    try:
        pieces = decode_header(_bytes_repaired(value))
    except _BROKEN:
        return _bytes_repaired(value)
    return "".join(_piece(text, charset) for text, charset in pieces)


def _bytes_repaired(value: str) -> str:
    """Decode bytes that the parser smuggled through as surrogates."""
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return decode(value.encode("utf-8", "surrogateescape")).text
    return value


def _piece(text: bytes | str, charset: str | None) -> str:
    if isinstance(text, str):
        return text
    return decode(text, claimed=charset or "ascii").text


def _unit(message: Mail, contents: _Contents, segments: tuple[Segment, ...]) -> Unit:
    facts = dict(sorted(contents.facts.items()))
    received = sum(name.lower() == "received" for name, _ in _raw_items(message))
    facts |= {"received_headers": str(received)} if received else {}
    facts |= {"attachments": str(len(contents.children))} if contents.children else {}
    facts |= {"not_read": "; ".join(contents.missing)} if contents.missing else {}
    if not segments:
        reason = "no headers and no text" + (", only attachments" if contents.children else "")
        return Unit(kind="message", number=1, outcome="no_text", reason=reason, facts=facts)
    undecoded = f"{contents.replaced} bytes could not be decoded" if contents.replaced else ""
    return Unit(
        kind="message",
        number=1,
        outcome="read",
        reason="; ".join(part for part in (undecoded, *contents.missing) if part),
        doubtful=bool(contents.replaced),
        partial=bool(contents.missing),
        segments=segments,
        facts=facts,
    )


# --- the event -----------------------------------------------------------------------------------------------------


class _Sent(NamedTuple):
    utc: str
    local: str
    zone: str


def _event(message: Mail) -> Iterator[EventRecord]:
    """Yield the sending, at the time that the Date header states; none without one."""
    written = one_line(_decoded(_header(message, "Date")))[:200]
    if not written:
        return
    sent = _sent(written)
    yield EventRecord(
        kind="email",
        segment=0,
        time_written=written,
        time_utc=sent.utc,
        time_local=sent.local,
        zone=sent.zone,
        description=one_line(_decoded(_header(message, "Subject")))[:300],
        parties=tuple(dict.fromkeys(_parties(message)))[:_PARTIES],
    )


def _parties(message: Mail) -> Iterator[tuple[str, str, str]]:
    for name, role in _PARTY_ROLES:
        values = [_bytes_repaired(value) for header, value in _raw_items(message) if header.lower() == name.lower()]
        try:
            addresses = getaddresses([one_line(value) for value in values])
        except _BROKEN:
            continue
        for _, address in addresses:
            if "@" in address and address.isprintable():
                yield role, "email", address.strip().lower()


def _sent(written: str) -> _Sent:
    """Return the time as RFC 5322 dates go; empty strings where it is no date, no UTC where no zone is stated.

    `-0000` states that the zone is not known (RFC 5322, 3.3).
    """
    try:
        fields = parsedate_tz(written)
        if fields is None:
            return _Sent("", "", "")
        local = datetime(*fields[:6]).isoformat()  # noqa: DTZ001  (as written, without zone)
        zone = _zone(written)
        if fields[9] is None or not zone:
            return _Sent("", local, "")
        utc = datetime.fromtimestamp(mktime_tz(fields), tz=UTC)
    except (ValueError, TypeError, OverflowError, IndexError, OSError):
        return _Sent("", "", "")
    return _Sent(utc.strftime("%Y-%m-%dT%H:%M:%SZ"), local, zone)


def _zone(written: str) -> str:
    """Return the zone as stated, such as `+0200` or `GMT`; empty for `-0000` and where there is none."""
    match = re.search(r"\d{1,2}:\d{2}(?::\d{2})?\s*([+-]\d{4}|[A-Z]{2,5}\b)", written)
    return match.group(1) if match and match.group(1) != "-0000" else ""
