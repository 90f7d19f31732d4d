"""Finding again what a person pointed at, after another engine has read the exhibit.

Pure functions over the segments and mentions of one exhibit. An exact match wins; else the nearest one that says the
same; else nothing, and the caller lists the act for review.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from evidence.acts import MentionAnchor, SegmentAnchor
from evidence.locator import FramePlace, PagePlace, Place, RecordPlace, TextPlace, TimePlace
from evidence.records import mention_id, segment_id

OPENING = 80
"""Code points of a segment's text that its anchor keeps."""
_NEIGHBOUR_MS = 5_000


class SegmentSpot(NamedTuple):
    """A segment as it stands now."""

    id: str
    unit_kind: str
    unit: int
    ordinal: int
    place: Place
    opening: str


class MentionSpot(NamedTuple):
    """A mention as the machine (or an addition) makes it now."""

    id: str
    segment: SegmentSpot
    kind: str
    start: int
    end: int
    quote: str
    value: str


def anchor_id(anchor: SegmentAnchor) -> str:
    """Return the id of the segment that stands where the anchor says."""
    return segment_id(anchor.exhibit, anchor.unit_kind, anchor.unit, anchor.ordinal)


def overlap(one: Place, other: Place) -> int:
    """Return how much two places share, 0 for nothing: milliseconds, code points, or 1 for one page or record.

    Frames share the more the nearer they are, up to five seconds: another choice of frames shows the same scene.
    """
    match one, other:
        case PagePlace(), PagePlace():
            return int(one.page == other.page)
        case RecordPlace(), RecordPlace():
            return int(_one_record(one, other))
        case FramePlace(), FramePlace():
            return max(0, _NEIGHBOUR_MS + 1 - abs(one.at_ms - other.at_ms))
        case TimePlace(), TimePlace():
            return max(0, min(one.end_ms, other.end_ms) - max(one.start_ms, other.start_ms))
        case TextPlace(), TextPlace():
            return max(0, min(one.end, other.end) - max(one.start, other.start))
        case _:
            return 0


def _one_record(one: RecordPlace, other: RecordPlace) -> bool:
    """Whether two places are one field of one record: by the record's own key where both give it, else by position."""
    if (one.field, one.table) != (other.field, other.table):
        return False
    return one.key == other.key if one.key and other.key else one.record == other.record


def find_segment(anchor: SegmentAnchor, segments: Sequence[SegmentSpot]) -> tuple[SegmentSpot, str] | None:
    """Return the segment meant and how it was found: `exact`, `same opening`, `same place`; None where none fits."""
    wanted = anchor_id(anchor)
    for segment in segments:
        if segment.id == wanted and anchor.opening in ("", segment.opening):
            return segment, "exact"
    same = [segment for segment in segments if anchor.opening and segment.opening == anchor.opening]
    if same:
        return min(same, key=lambda segment: _distance(anchor, segment)), "same opening"
    shared = [segment for segment in segments if overlap(anchor.place, segment.place) > 0]
    if shared:
        return max(shared, key=lambda segment: _closeness(anchor, segment)), "same place"
    return None


def _distance(anchor: SegmentAnchor, segment: SegmentSpot) -> tuple[int, int, int, str]:
    elsewhere = int(segment.unit_kind != anchor.unit_kind)
    return elsewhere, abs(segment.unit - anchor.unit), abs(segment.ordinal - anchor.ordinal), segment.id


def _closeness(anchor: SegmentAnchor, segment: SegmentSpot) -> tuple[int, int, int]:
    same_unit = int((segment.unit_kind, segment.unit) == (anchor.unit_kind, anchor.unit))
    return overlap(anchor.place, segment.place), same_unit, -abs(segment.ordinal - anchor.ordinal)


def exact_mention(anchor: MentionAnchor) -> str:
    """Return the id that the anchored mention has where nothing about it changed."""
    return mention_id(anchor_id(anchor.segment), anchor.kind, anchor.start, anchor.end, anchor.quote)


def find_mention(anchor: MentionAnchor, mentions: Iterable[MentionSpot]) -> tuple[MentionSpot, str] | None:
    """Return the mention meant and how it was found: `exact`, `same value`, `same quote`; None where none fits."""
    near = [mention for mention in mentions if _near(anchor, mention)]
    wanted = exact_mention(anchor)
    for mention in near:
        if mention.id == wanted:
            return mention, "exact"
    for how, alike in (("same value", _same_value(anchor, near)), ("same quote", _same_quote(anchor, near))):
        if alike:
            return min(alike, key=lambda mention: _mention_distance(anchor, mention)), how
    return None


def _same_value(anchor: MentionAnchor, mentions: Sequence[MentionSpot]) -> list[MentionSpot]:
    return [mention for mention in mentions if mention.kind == anchor.kind and mention.value == anchor.value]


def _same_quote(anchor: MentionAnchor, mentions: Sequence[MentionSpot]) -> list[MentionSpot]:
    return [mention for mention in mentions if mention.kind == anchor.kind and mention.quote == anchor.quote]


def _near(anchor: MentionAnchor, mention: MentionSpot) -> bool:
    """Whether the mention stands in the anchor's unit; speech may slip over the minute's edge, a scene to another frame."""
    where, segment = anchor.segment, mention.segment
    if segment.unit_kind != where.unit_kind:
        return False
    if segment.unit == where.unit:
        return True
    slipped = segment.unit_kind == "frame" or (abs(segment.unit - where.unit) == 1 and segment.unit_kind == "minute")
    return slipped and _time_gap(anchor, mention) <= _NEIGHBOUR_MS


def _time_gap(anchor: MentionAnchor, mention: MentionSpot) -> int:
    there, here = anchor.segment.place, mention.segment.place
    if isinstance(there, FramePlace) and isinstance(here, FramePlace):
        return abs(here.at_ms - there.at_ms)
    if not isinstance(there, TimePlace) or not isinstance(here, TimePlace):
        return 0
    start = anchor.start_ms if anchor.start_ms >= 0 else there.start_ms
    return max(0, here.start_ms - start, start - here.end_ms)


def _mention_distance(anchor: MentionAnchor, mention: MentionSpot) -> tuple[int, int, int, str]:
    return (
        _time_gap(anchor, mention),
        abs(mention.segment.ordinal - anchor.segment.ordinal),
        abs(mention.start - anchor.start),
        mention.id,
    )


def find_quote(quote: str, text: str, *, near: int) -> int:
    """Return where `quote` stands in `text`, nearest to code point `near`; -1 where it does not."""
    if not quote:
        return -1
    found: list[int] = []
    at = text.find(quote)
    while at >= 0:
        found.append(at)
        at = text.find(quote, at + 1)
    return min(found, key=lambda start: (abs(start - near), start)) if found else -1


def sealed_segments(anchor: SegmentAnchor, segments: Sequence[SegmentSpot]) -> set[str]:
    """Return the ids of the segments that a seal closes.

    Where the text at that position is unchanged, that segment; else every segment that shares its place or opens with
    the same words; else its whole unit; else, where even the unit is gone, the whole exhibit.
    """
    wanted = anchor_id(anchor)
    for segment in segments:
        if segment.id == wanted and segment.place == anchor.place and segment.opening == anchor.opening:
            return {wanted}
    shared = {segment.id for segment in segments if overlap(anchor.place, segment.place) > 0}
    shared |= {segment.id for segment in segments if anchor.opening and segment.opening == anchor.opening}
    if shared:
        return shared
    unit = {segment.id for segment in segments if (segment.unit_kind, segment.unit) == (anchor.unit_kind, anchor.unit)}
    return unit or {segment.id for segment in segments}
