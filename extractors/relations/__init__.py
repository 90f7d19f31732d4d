"""What the text itself states about the things it names, each relation with the words that say so.

| module | what states it |
|---|---|
| `messages` | headers: who emailed whom, display names; what a sender signs with |
| `cards` | the lines of a signature, a business card or a letterhead |
| `forms` | the fields of one form (`Name: …`, `Guest … `) |
| `rows` | the cells of one table row |
| `register` | a guest, a room and a date on one line |
| `affiliation` | "X of Y", "director of Y", "Y's manager X" |

Standing near each other states nothing: same line, sentence and segment are what co-mention in the graph says.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from evidence.locator import PagePlace, RecordPlace
from evidence.records import Found, Segment, StatedRelation
from extractors.relations.affiliation import affiliations
from extractors.relations.cards import card_edges
from extractors.relations.edge import Edge
from extractors.relations.forms import form_edges
from extractors.relations.lines import lines_of
from extractors.relations.messages import emailed, header_names, sender_signs, senders_of, signature_span
from extractors.relations.register import register_edges
from extractors.relations.rows import row_edges, table_row_edges

RELATIONS_A_SEGMENT = 300
"""A segment that would state more (a megabyte of table in one email) states its first so many."""


def stated_relations(segments: Sequence[Segment], mentions: Sequence[Found]) -> tuple[StatedRelation, ...]:
    """Return the relations that `segments` state between their `mentions`, in segment order.

    Unverified mentions are no ends, but for postal addresses, which nothing can verify. Candidates are, except in
    headers and in what a sender signs with: the projector lets a relation into the graph only while both its ends are
    established, so one between candidates waits until a person has confirmed both. At most `RELATIONS_A_SEGMENT` are
    kept of each segment; the time is linear in the text.
    """
    by_segment: dict[int, list[Found]] = {}
    for mention in sorted(mentions, key=lambda one: (one.segment, one.start, -one.end)):
        by_segment.setdefault(mention.segment, []).append(mention)
    senders = senders_of(segments, by_segment)
    relations: list[StatedRelation] = []
    for segment in segments:
        found = by_segment.get(segment.index, [])
        edges = _edges(segment, found, senders) if found else iter(())
        relations += islice(_once(segment, edges), RELATIONS_A_SEGMENT)
    return tuple(relations)


def _edges(segment: Segment, mentions: Sequence[Found], senders: dict[int, Found]) -> Iterator[Edge]:
    match segment.place:
        case RecordPlace(field="headers"):
            yield from emailed(segment.text, mentions)
            yield from header_names(segment.text, mentions)
            return
        case RecordPlace(field="body", record=record) if record in senders and segment.source == "native":
            yield from sender_signs(segment.text, mentions, senders[record])
    if len(mentions) < 2:
        return
    yield from affiliations(segment.text, mentions)
    if segment.source != "speech":
        yield from _laid_out(segment, mentions)


def _laid_out(segment: Segment, mentions: Sequence[Found]) -> Iterator[Edge]:
    """Yield what lines and columns state; blank lines on a page image part blocks of print, not of meaning."""
    lines = lines_of(segment.text, mentions)
    if isinstance(segment.place, RecordPlace) and segment.place.field == "row":
        yield from table_row_edges(lines)
        return
    across_blanks = isinstance(segment.place, PagePlace) and segment.source == "ocr"
    yield from row_edges(lines)
    yield from register_edges(lines)
    yield from card_edges(lines, signature=signature_span(segment.text), across_blanks=across_blanks)
    yield from form_edges(lines, across_blanks=across_blanks)


def _once(segment: Segment, edges: Iterator[Edge]) -> Iterator[StatedRelation]:
    """Yield each relation between two values once, with the first words that state it."""
    seen: set[tuple[str, ...]] = set()
    for edge in edges:
        source, target = edge.source, edge.target
        key = (edge.kind, source.kind, source.value, target.kind, target.value)
        if key in seen or key[1:3] == key[3:] or not (_can_be_an_end(source) and _can_be_an_end(target)):
            continue
        seen.add(key)
        yield StatedRelation(
            segment=segment.index,
            kind=edge.kind,
            source_kind=source.kind,
            source_value=source.value,
            target_kind=target.kind,
            target_value=target.value,
            rule=edge.rule,
            start=edge.start,
            end=edge.end,
        )


def _can_be_an_end(mention: Found) -> bool:
    return mention.status != "unverified" or mention.kind == "address"
