"""What messages themselves state: who emailed whom (headers), and which identifiers a sender signs with.

Only identifiers that are established take part, and every relation carries the words that support it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from evidence.locator import RecordPlace
from evidence.records import Found, Segment, StatedRelation

_HEADER = re.compile(r"^([A-Za-z\-]{2,20}):[ \t]?", re.MULTILINE)
_SENDER, _RECIPIENTS = "from", ("to", "cc", "bcc")
_SIGNING_KINDS = ("phone", "email", "url", "iban", "handle")
_DASHES = re.compile(r"^(?:-- ?|—|__+)[ \t]*$", re.MULTILINE)
_CLOSING = re.compile(
    r"^[ \t]*(?:(?:kind|best|warm|warmest|many)[ \t]+)?(?:regards|wishes|thanks)[,.!]?[ \t]*$"
    r"|^[ \t]*(?:yours[ \t]+(?:sincerely|faithfully|truly)|sincerely|cheers|thank you|cu (?:stim[ăa]|respect)|"
    r"toate cele bune|o zi bun[ăa])[,.!]?[ \t]*$",
    re.MULTILINE | re.IGNORECASE,
)
_QUOTED = re.compile(
    r"^(?:>|-{2,}[ \t]*(?:original|forwarded) message|on [^\n]{1,200} wrote:|from:[ \t])", re.MULTILINE | re.IGNORECASE
)
_SIGNATURE_LIMIT = 1_500
"""Code points after the closing in which a signature is believed."""


def stated_relations(segments: Sequence[Segment], mentions: Sequence[Found]) -> tuple[StatedRelation, ...]:
    """Return the relations that `segments` state between their established `mentions`, in segment order."""
    if not any(isinstance(segment.place, RecordPlace) for segment in segments):
        return ()
    by_segment: dict[int, list[Found]] = {}
    for mention in mentions:
        if mention.status == "established":
            by_segment.setdefault(mention.segment, []).append(mention)
    senders = _senders(segments, by_segment)
    relations: list[StatedRelation] = []
    for segment in segments:
        relations += _of_segment(segment, by_segment.get(segment.index, []), senders)
    return tuple(relations)


def _of_segment(segment: Segment, mentions: Sequence[Found], senders: dict[int, Found]) -> Iterator[StatedRelation]:
    match segment.place:
        case RecordPlace(field="headers"):
            yield from _emailed(segment, mentions)
        case RecordPlace(field="body", record=record) if record in senders and segment.source == "native":
            yield from _signed(segment, mentions, senders[record])


def _senders(segments: Sequence[Segment], by_segment: dict[int, list[Found]]) -> dict[int, Found]:
    """Return the sender of each message, by record number, where its headers name exactly one."""
    senders: dict[int, Found] = {}
    for segment in segments:
        if isinstance(segment.place, RecordPlace) and segment.place.field == "headers":
            found = _addresses(segment, by_segment.get(segment.index, []), (_SENDER,))
            if len({address.value for address, _ in found}) == 1:
                senders[segment.place.record] = found[0][0]
    return senders


def _emailed(segment: Segment, mentions: Sequence[Found]) -> Iterator[StatedRelation]:
    senders = _addresses(segment, mentions, (_SENDER,))
    for source, _ in senders[:1]:
        for target, span in _once(_addresses(segment, mentions, _RECIPIENTS)):
            yield _relation(segment, "emailed", source, target, span, "sender and recipient headers (RFC 5322)")


def _once(found: Iterable[tuple[Found, tuple[int, int]]]) -> Iterator[tuple[Found, tuple[int, int]]]:
    seen: set[str] = set()
    for mention, span in found:
        if mention.value not in seen:
            seen.add(mention.value)
            yield mention, span


def _addresses(
    segment: Segment, mentions: Sequence[Found], names: Sequence[str]
) -> list[tuple[Found, tuple[int, int]]]:
    """Return the email addresses under the headers `names`, each with the span of its header."""
    spans = [span for name, span in header_spans(segment.text) if name in names]
    return [
        (mention, (start, end))
        for start, end in spans
        for mention in mentions
        if mention.kind == "email" and start <= mention.start and mention.end <= end
    ]


def header_spans(text: str) -> list[tuple[str, tuple[int, int]]]:
    """Return each header's lower-cased name and span, folded lines included (RFC 5322, 2.2.3)."""
    starts = list(_HEADER.finditer(text))
    ends = [match.start() for match in starts[1:]] + [len(text)]
    return [
        (match[1].lower(), (match.start(), match.start() + len(text[match.start() : end].rstrip())))
        for match, end in zip(starts, ends, strict=True)
    ]


def _signed(segment: Segment, mentions: Sequence[Found], sender: Found) -> Iterator[StatedRelation]:
    start, end = signature_span(segment.text)
    signed = [m for m in mentions if m.kind in _SIGNING_KINDS and start <= m.start and m.end <= end]
    seen: set[tuple[str, str]] = {(sender.kind, sender.value)}
    for mention in signed:
        if (mention.kind, mention.value) not in seen:
            seen.add((mention.kind, mention.value))
            yield _relation(segment, "signs_with", sender, mention, _line(segment.text, mention), "signature block")


def signature_span(text: str) -> tuple[int, int]:
    """Return where the signature stands: after the last `-- ` line (RFC 3676, 4.3) or closing, before quoted text.

    An empty span (0, 0) means that there is none.
    """
    quoted = _QUOTED.search(text)
    own = text[: quoted.start()] if quoted else text
    marks = [*_DASHES.finditer(own), *_CLOSING.finditer(own)]
    if not marks:
        return 0, 0
    start = min(mark.end() for mark in marks if mark.start() >= _last_block(marks))
    return start, min(len(own), start + _SIGNATURE_LIMIT)


def _last_block(marks: Sequence[re.Match[str]]) -> int:
    """Return where the last signature's first mark may stand: a closing may come shortly before its dashes."""
    return max(mark.start() for mark in marks) - 200


def _line(text: str, mention: Found) -> tuple[int, int]:
    start = text.rfind("\n", 0, mention.start) + 1
    end = text.find("\n", mention.end)
    return start, end if end >= 0 else len(text)


def _relation(
    segment: Segment, kind: str, source: Found, target: Found, span: tuple[int, int], rule: str
) -> StatedRelation:
    return StatedRelation(
        segment=segment.index,
        kind="emailed" if kind == "emailed" else "signs_with",
        source_kind=source.kind,
        source_value=source.value,
        target_kind=target.kind,
        target_value=target.value,
        rule=rule,
        start=span[0],
        end=span[1],
    )
