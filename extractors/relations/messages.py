"""What an email states: sender and recipients, the names beside their addresses, and what the sender signs with."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from evidence.locator import RecordPlace
from evidence.records import Found, Segment
from extractors.patterns.written import quoted_from
from extractors.relations.edge import SUBJECTS, VALUES, Edge

_HEADER = re.compile(r"^([A-Za-z\-]{2,20}):[ \t]?", re.MULTILINE)
_SENDER, _RECIPIENTS = "from", ("to", "cc", "bcc")
_NAMED_HEADERS = (_SENDER, "sender", "reply-to", *_RECIPIENTS)
_BEFORE_ADDRESS = re.compile(r"[\"'’”)\s]{0,4}[<(\[]?\s?")
_DASHES = re.compile(r"^(?:-- ?|—|__+)[ \t]*$", re.MULTILINE)
_CLOSING = re.compile(
    r"^[ \t]*(?:(?:kind|best|warm|warmest|many)[ \t]+)?(?:regards|wishes|thanks)[,.!]?[ \t]*$"
    r"|^[ \t]*(?:yours[ \t]+(?:sincerely|faithfully|truly)|sincerely|cheers|thank you|cu (?:stim[ăa]|respect)|"
    r"toate cele bune|o zi bun[ăa])[,.!]?[ \t]*$",
    re.MULTILINE | re.IGNORECASE,
)
_SIGNATURE_LIMIT = 1_500
"""Code points after the closing in which a signature is believed."""
_CLOSING_TO_DASHES = 200
"""Code points by which a closing may come before the last dashes."""


def senders_of(segments: Sequence[Segment], by_segment: dict[int, list[Found]]) -> dict[int, Found]:
    """Return the sender of each message, by record number, where its headers name exactly one."""
    senders: dict[int, Found] = {}
    for segment in segments:
        if isinstance(segment.place, RecordPlace) and segment.place.field == "headers":
            found = _addresses(segment.text, by_segment.get(segment.index, []), (_SENDER,))
            if len({address.value for address, _ in found}) == 1:
                senders[segment.place.record] = found[0][0]
    return senders


def emailed(text: str, mentions: Sequence[Found]) -> Iterator[Edge]:
    """Yield who emailed whom, supported by the recipient's header."""
    for source, _ in _addresses(text, mentions, (_SENDER,))[:1]:
        for target, span in _addresses(text, mentions, _RECIPIENTS):
            yield Edge(source, target, "emailed", "sender and recipient headers (RFC 5322)", *span)


def header_names(text: str, mentions: Sequence[Found]) -> Iterator[Edge]:
    """Yield the names that stand right before an address: `Denise Aldous <desk@harbourlodge.example>`."""
    addresses = {mention.start for mention, _ in _addresses(text, mentions, _NAMED_HEADERS)}
    for name, address in pairwise(mentions):
        between = text[name.end : address.start][:20]
        if name.kind in SUBJECTS and address.start in addresses and _BEFORE_ADDRESS.fullmatch(between):
            yield Edge(name, address, "stated", "display name in a header (RFC 5322)", name.start, address.end)


def _addresses(text: str, mentions: Sequence[Found], names: Sequence[str]) -> list[tuple[Found, tuple[int, int]]]:
    """Return the established email addresses under the headers `names`, each with the span of its header."""
    emails = [mention for mention in mentions if mention.kind == "email" and mention.status == "established"]
    starts = [mention.start for mention in emails]
    return [
        (mention, (start, end))
        for name, (start, end) in header_spans(text)
        if name in names
        for mention in emails[bisect_left(starts, start) : bisect_left(starts, end)]
        if mention.end <= end
    ]


def header_spans(text: str) -> list[tuple[str, tuple[int, int]]]:
    """Return each header's lower-cased name and span, folded lines included (RFC 5322, 2.2.3)."""
    starts = list(_HEADER.finditer(text))
    ends = [match.start() for match in starts][1:] + [len(text)] * bool(starts)
    return [
        (match[1].lower(), (match.start(), match.start() + len(text[match.start() : end].rstrip())))
        for match, end in zip(starts, ends, strict=True)
    ]


def sender_signs(text: str, mentions: Sequence[Found], sender: Found) -> Iterator[Edge]:
    """Yield what the sender signs with: established names and identifiers in the signature, each with its line."""
    start, end = signature_span(text)
    for mention in _inside(mentions, start, end):
        if mention.status == "established" and mention.kind not in VALUES:
            yield Edge(sender, mention, "signs_with", "signature block", *_line(text, mention, start, end))


def _inside(mentions: Sequence[Found], start: int, end: int) -> Iterable[Found]:
    return (mention for mention in mentions if start <= mention.start and mention.end <= end)


def signature_span(text: str) -> tuple[int, int]:
    """Return where the signature stands: after the last `-- ` line (RFC 3676, 4.3) or closing, before quoted text.

    An empty span (0, 0) means that there is none.
    """
    own = text[: quoted_from(text)]
    marks = sorted([*_DASHES.finditer(own), *_CLOSING.finditer(own)], key=lambda mark: mark.start())
    if not marks:
        return 0, 0
    last_block = marks[-1].start() - _CLOSING_TO_DASHES
    start = min(mark.end() for mark in marks if mark.start() >= last_block)
    return start, min(len(own), start + _SIGNATURE_LIMIT)


def _line(text: str, mention: Found, start: int, end: int) -> tuple[int, int]:
    """Return the line of `mention`, no further than the signature reaches."""
    first = max(start, text.rfind("\n", start, mention.start) + 1)
    last = text.find("\n", mention.end, end)
    return first, last if last >= 0 else end
