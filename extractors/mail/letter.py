"""What every mail format gives of a message, and what is made of it: a unit with segments, an event, and children."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from evidence.locator import RecordPlace
from evidence.records import Attachment, Child, EventRecord, Found, Segment, Unit
from extractors.accounts import FINDER, Account
from extractors.html import visible_text
from extractors.mail import headers
from extractors.moments import Moment
from extractors.patterns.written import voices
from extractors.protocols import ReadContext
from extractors.text import child_name

_BODY_CODE_POINTS: Final = 20_000
_LINKS: Final = 2_000
_HREF: Final = re.compile(
    r"<(?:a|area)\b[^<>]{0,2000}?\bhref\s*=\s*(?:\"([^\"<>]{0,4000})\"|'([^'<>]{0,4000})'|([^\s<>\"']{1,4000}))",
    re.IGNORECASE,
)
_TAG: Final = re.compile(r"<[^<>]*>")
_ROUGH_CODE_POINTS: Final = 200_000
_BLOCKQUOTE: Final = re.compile(r"<(/?)blockquote\b([^<>]*)>", re.IGNORECASE)
_CITES: Final = re.compile(r"\bcite\b|gmail_quote|yahoo_quoted|protonmail_quote", re.IGNORECASE)
_OPEN, _CLOSE = "\uf8f0", "\uf8f1"
"""Marks in a page while it is taken apart; of the private use area, so that no text means them."""


class Tray:
    """Where what is enclosed is laid out for intake to receive, within the limits on number and size."""

    def __init__(self, context: ReadContext) -> None:
        self.context = context
        self.children: list[Child] = []
        self._bytes_left = context.limits.child_bytes

    def lay(self, data: bytes, *, name: str, scratch_name: str, media_type: str) -> Attachment | str:
        """Write an enclosed file out; return it as the message's attachment, or which limit forbids it."""
        if len(self.children) >= self.context.limits.children:
            return "attachments beyond the limit on their number"
        if len(data) > self._bytes_left:
            return "attachments beyond the limit on their size"
        self._bytes_left -= len(data)
        (self.context.scratch / scratch_name).write_bytes(data)
        self.children.append(Child(inner_path=name, scratch_name=scratch_name, media_type_claimed=media_type))
        return Attachment(name=name, sha256=hashlib.sha256(data).hexdigest(), media_type=media_type)


class Enclosed(NamedTuple):
    """A file in a message: its name as given (it may be empty), its bytes, and its type as claimed."""

    name: str
    data: bytes
    media_type: str


@dataclass(slots=True)
class Letter:
    """A message as its format holds it, whatever the format."""

    fields: Mapping[str, Sequence[str]]
    """Header fields, see `headers.Fields`."""
    plain: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    quoted: list[str] = field(default_factory=list)
    """What belongs to an earlier message by its place in the format: the headers that a bounce gives back."""
    enclosed: list[Enclosed] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    """What was not read, in words."""
    replaced: int = 0
    """Bytes that could not be decoded."""
    moment: Moment | None = None
    """When it was sent, where a field of the format says so and no Date header does."""
    accounts: list[tuple[str, Account]] = field(default_factory=list)
    """(role, account) of those who have no address: an Exchange name."""
    state: str = ""
    conversation: str = ""
    """The thread's number at the service that keeps the mailbox."""

    def miss(self, what: str) -> None:
        """Note once what was not read."""
        if what not in self.missing:
            self.missing.append(what)


class Spot(NamedTuple):
    """Where a message stands: its number in the exhibit, the index of its first segment, its bytes, its folder."""

    number: int = 1
    segment: int = 0
    offset: int = -1
    length: int = -1
    table: str = ""
    prefix: str = ""
    """What the names of its attachments begin with: `message 12/`."""


class Composed(NamedTuple):
    """A message as a unit, its sending, and the accounts in its headers that no pattern would find."""

    unit: Unit
    events: tuple[EventRecord, ...]
    named: tuple[Found, ...] = ()


def compose(letter: Letter, spot: Spot, tray: Tray) -> Composed:
    """Return the message as headers, body, quoted text and links, with the event of its sending; lays out what it encloses."""
    fields = letter.fields
    ids = headers.identifiers(headers.first(fields, "message-id"))
    key = ids[0] if ids else ""
    attachments = _lay_out(letter, spot, tray)
    shown = headers.shown(fields)
    if len(shown) > headers.SHOWN_CODE_POINTS:
        letter.miss("headers beyond the limit on their length")
        shown = shown[: headers.SHOWN_CODE_POINTS].strip()
    made: list[Segment] = []
    who = headers.sender(fields)
    for name, text in _texts(letter, shown, tray.context):
        place = RecordPlace(
            record=spot.number, field=name, key=key, table=spot.table, offset=spot.offset, length=spot.length
        )
        speaker = who if name == "body" else ""
        made.append(Segment(index=spot.segment + len(made), text=text, place=place, source="native", speaker=speaker))
    events = _event(letter, spot.segment, key, attachments) if made and shown else ()
    unit = _unit(letter, spot.number, tuple(made), len(attachments))
    return Composed(unit, events, tuple(_named(letter, made[0], events)) if events else ())


# --- text ----------------------------------------------------------------------------------------------------------


def _texts(letter: Letter, shown: str, context: ReadContext) -> Iterator[tuple[str, str]]:
    """Yield (field, text) of each segment: headers, then what the sender wrote and what was quoted in order, then links."""
    if shown:
        yield "headers", shown
    body, links = _body(letter)
    limit = context.limits.text_code_points
    if len(body) > limit:
        letter.miss("text beyond the limit on its length")
        body = body[:limit]
    for name, text in voices(body):
        for piece in _cut(text):
            yield name, piece
    for text in letter.quoted:
        for piece in _cut(text[:limit]):
            yield "quoted", piece
    if links:
        yield "links", "\n".join(links)


def _body(letter: Letter) -> tuple[str, tuple[str, ...]]:
    """Return what a reader of the message sees, and where its pages lead: plain text, unless the page says far more."""
    plain = "\n\n".join(text.strip() for text in letter.plain if text.strip())
    if not letter.html:
        return plain, ()
    links = tuple(dict.fromkeys(link for markup in letter.html for link in _links(markup)))[:_LINKS]
    rough = sum(map(len, letter.html)) if plain else 0
    if len(plain) * 4 < rough:
        rough = sum(map(_rough_length, letter.html)) if plain else 0
    if plain and len(plain) * 4 >= rough:
        letter.facts["html_alternative"] = f"at most about {rough} characters, not shown beside the plain text"
        return plain, links
    pages = [visible_text(_marked(markup)) for markup in letter.html]
    if any(page.torn for page in pages):
        letter.miss("HTML nested too deeply: its tags were removed")
    seen = "\n\n".join(_with_marks(page.text) for page in pages if page.text)
    if seen and len(plain) * 5 < len(seen):
        letter.facts["body"] = "HTML"
        return (f"{plain}\n\n{seen}" if plain else seen), links
    if seen:
        letter.facts["html_alternative"] = f"{len(seen)} characters, not shown beside the plain text"
    return plain, links


def _marked(markup: str) -> str:
    """Put marks where a page quotes an earlier message (`<blockquote type="cite">`, Gmail's and Yahoo's own) and where that ends."""
    if "blockquote" not in markup.lower():
        return markup
    out: list[str] = []
    at = 0
    open_quotes: list[bool] = []
    for tag in _BLOCKQUOTE.finditer(markup):
        cites = bool(open_quotes.pop()) if tag[1] and open_quotes else not tag[1] and bool(_CITES.search(tag[2]))
        if not tag[1]:
            open_quotes.append(cites)
        if cites:
            out += [markup[at : tag.end()], _CLOSE if tag[1] else _OPEN]
            at = tag.end()
    return "".join([*out, markup[at:]])


def _with_marks(text: str) -> str:
    """Give the lines between marks a `>` for each quotation that they stand in."""
    if _OPEN not in text and _CLOSE not in text:
        return text
    lines: list[str] = []
    depth = 0
    for line in re.sub(rf"\s*([{_OPEN}{_CLOSE}])\s*", r"\n\1\n", text).split("\n"):
        if line == _OPEN:
            depth = min(depth + 1, 20)
        elif line == _CLOSE:
            depth = max(depth - 1, 0)
        else:
            lines.append(">" * depth + (" " if depth and line else "") + line)
    return "\n".join(lines)


def _links(markup: str) -> Iterator[str]:
    if "href" not in markup and "HREF" not in markup:
        return
    for match in _HREF.finditer(markup):
        target = " ".join(html.unescape(match[1] or match[2] or match[3] or "").split())
        if target and not target.startswith(("#", "javascript:")):
            yield target


def _rough_length(markup: str) -> int:
    """Return about how many characters of a page are seen; cheap, for what is hardly ever shown."""
    sample = markup[:_ROUGH_CODE_POINTS]
    lowered = sample.lower()
    kept: list[str] = []
    at = 0
    while (start := lowered.find("<style", at)) >= 0 and (end := lowered.find("</style", start)) >= 0:
        kept.append(sample[at:start])
        at = end
    kept.append(sample[at:])
    return sum(map(len, _TAG.sub("", "".join(kept)).split())) * max(1, len(markup) // _ROUGH_CODE_POINTS)


def _cut(body: str) -> Iterator[str]:
    """Yield a text whole, or in pieces of up to 20,000 code points that end between lines or words."""
    text = body.strip()
    while len(text) > _BODY_CODE_POINTS:
        ends = (text.rfind(mark, _BODY_CODE_POINTS // 2, _BODY_CODE_POINTS) for mark in ("\n\n", "\n", " "))
        cut = next((end for end in ends if end > 0), _BODY_CODE_POINTS)
        yield text[:cut].rstrip()
        text = text[cut:].lstrip()
    if text:
        yield text


# --- the unit and the event ----------------------------------------------------------------------------------------


def _unit(letter: Letter, number: int, segments: tuple[Segment, ...], attachments: int) -> Unit:
    received = len(letter.fields.get("received", ()))
    facts = dict(sorted(letter.facts.items()))
    facts |= {"received_headers": str(received)} if received else {}
    facts |= {"attachments": str(attachments)} if attachments else {}
    facts |= {"not_read": "; ".join(letter.missing)} if letter.missing else {}
    if not segments:
        reason = "no headers and no text" + (", only attachments" if attachments else "")
        return Unit(kind="message", number=number, outcome="no_text", reason=reason, facts=facts)
    undecoded = f"{letter.replaced} bytes could not be decoded" if letter.replaced else ""
    return Unit(
        kind="message",
        number=number,
        outcome="read",
        reason="; ".join(part for part in (undecoded, *letter.missing) if part),
        doubtful=bool(letter.replaced),
        partial=bool(letter.missing),
        segments=segments,
        facts=facts,
    )


def _event(letter: Letter, segment: int, key: str, attachments: tuple[Attachment, ...]) -> tuple[EventRecord, ...]:
    """Return the sending, at the time that the Date header states.

    Without one there is an event only where the message takes its place in a thread or has attachments: it has no time then.
    """
    written = headers.line(headers.decoded(headers.first(letter.fields, "date")))[:200]
    moment = headers.sent(written) if written else letter.moment or Moment(written="")
    answered = headers.identifiers(headers.first(letter.fields, "in-reply-to"))
    named = headers.identifiers(" ".join(letter.fields.get("references", ())))
    addressed = headers.parties(letter.fields)
    if len(addressed) > headers.PARTIES:
        letter.miss("senders and recipients beyond the limit on their number")
    parties = addressed[: headers.PARTIES] + tuple(who.party(role) for role, who in letter.accounts)
    if not (moment.written or key or attachments or parties):
        return ()
    return (
        EventRecord(
            kind="email",
            segment=segment,
            **moment.fields(),
            description=headers.line(headers.decoded(headers.first(letter.fields, "subject")))[:300],
            parties=tuple(dict.fromkeys(parties)),
            key=key,
            conversation=letter.conversation,
            reply_to=answered[0] if answered else "",
            references=tuple(dict.fromkeys((*named, *answered[1:]))),
            state=letter.state,
            attachments=attachments,
        ),
    )


def _named(letter: Letter, shown: Segment, events: tuple[EventRecord, ...]) -> Iterator[Found]:
    """Yield where the headers name accounts that are no plain addresses: other alphabets (RFC 6532), Exchange's own names."""
    lowered = shown.text.lower() if events else ""
    told = [
        (kind, value, value)
        for event in events
        for _, kind, value in event.parties
        if kind == "email" and not value.isascii()
    ]
    told += [(who.kind, who.written, who.value) for _, who in letter.accounts]
    for kind, written, value in dict.fromkeys(told):
        start = lowered.find(written.lower())
        if start < 0 or len(lowered) != len(shown.text):
            continue
        end = start + len(written)
        yield Found(
            segment=shown.index,
            kind=kind,
            start=start,
            end=end,
            quote=shown.text[start:end],
            value=value,
            status="established",
            check="sender or recipient in a message's headers",
            finder=FINDER,
        )


# --- what is enclosed ----------------------------------------------------------------------------------------------


def _lay_out(letter: Letter, spot: Spot, tray: Tray) -> tuple[Attachment, ...]:
    laid: list[Attachment] = []
    for number, (given, data, media_type) in enumerate(letter.enclosed, start=1):
        name = child_name(given) or f"{_stem(media_type)}-{number}{_SUFFIX.get(media_type, '')}"
        made = tray.lay(
            data,
            name=spot.prefix + name,
            scratch_name=f"attachment-{number}" if not spot.prefix else f"message-{spot.number}-attachment-{number}",
            media_type=headers.line(media_type)[:100],
        )
        if isinstance(made, str):
            letter.miss(made)
        else:
            laid.append(made)
    return tuple(laid)


_SUFFIX: Final = {
    "message/rfc822": ".eml",
    "text/calendar": ".ics",
    "text/vcard": ".vcf",
    "text/x-vcard": ".vcf",
    "text/html": ".html",
    "text/plain": ".txt",
    "application/pdf": ".pdf",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "application/ms-tnef": ".dat",
    "application/vnd.ms-outlook": ".msg",
}


def _stem(media_type: str) -> str:
    return "message" if media_type in ("message/rfc822", "application/vnd.ms-outlook") else "part"
