"""Re-anchoring: exact first, then the nearest that says the same, then nothing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from evidence.acts import MentionAnchor, SegmentAnchor
from evidence.locator import PagePlace, Place, RecordPlace, TextPlace, TimePlace
from evidence.records import mention_id, segment_id
from graph import anchors
from graph.anchors import MentionSpot, SegmentSpot

places: st.SearchStrategy[Place] = st.one_of(
    st.builds(PagePlace, page=st.integers(1, 4), width_px=st.just(10), height_px=st.just(10), dpi=st.just(150)),
    st.builds(lambda start, length: TimePlace(start, start + length), st.integers(0, 90), st.integers(0, 40)),
    st.builds(lambda start, length: TextPlace(start, start + length, 1), st.integers(0, 90), st.integers(0, 40)),
    st.builds(RecordPlace, record=st.integers(1, 4), field=st.sampled_from(["body", "subject"])),
)
openings = st.sampled_from(["", "Dear", "From", "Room"])


@st.composite
def spots(draw: st.DrawFn) -> list[SegmentSpot]:
    made = []
    for unit in range(1, draw(st.integers(1, 3)) + 1):
        for ordinal in range(1, draw(st.integers(1, 3)) + 1):
            name = segment_id("CG-0001", "page", unit, ordinal)
            made.append(SegmentSpot(name, "page", unit, ordinal, draw(places), draw(openings)))
    return made


segment_anchors = st.builds(
    SegmentAnchor, exhibit=st.just("CG-0001"), unit_kind=st.just("page"), unit=st.integers(1, 4),
    ordinal=st.integers(1, 4), place=places, opening=openings,
)  # fmt: skip


@given(spots())
def test_an_unchanged_segment_is_found_exactly(every: list[SegmentSpot]) -> None:
    for spot in every:
        anchor = SegmentAnchor(
            exhibit="CG-0001", unit_kind="page", unit=spot.unit, ordinal=spot.ordinal, place=spot.place,
            opening=spot.opening,
        )  # fmt: skip
        assert anchors.find_segment(anchor, every) == (spot, "exact")


@given(segment_anchors, spots())
def test_what_is_found_has_a_reason(anchor: SegmentAnchor, every: list[SegmentSpot]) -> None:
    found = anchors.find_segment(anchor, every)
    if found is None:
        assert not any(anchors.overlap(anchor.place, spot.place) for spot in every)
        return
    spot, how = found
    assert {
        "exact": spot.id == anchors.anchor_id(anchor),
        "same opening": spot.opening == anchor.opening,
        "same place": anchors.overlap(anchor.place, spot.place) > 0,
    }[how]


@given(segment_anchors, spots())
def test_a_seal_always_closes_something(anchor: SegmentAnchor, every: list[SegmentSpot]) -> None:
    closed = anchors.sealed_segments(anchor, every)
    assert closed
    unchanged = closed == {anchors.anchor_id(anchor)}
    touching = {spot.id for spot in every if anchors.overlap(anchor.place, spot.place)}
    assert unchanged or touching <= closed


@given(places, places)
def test_overlap_is_mutual(one: Place, other: Place) -> None:
    assert anchors.overlap(one, other) == anchors.overlap(other, one) >= 0


@given(st.text("ab ", max_size=30), st.text("ab", min_size=1, max_size=3), st.integers(0, 30))
def test_a_quote_is_found_where_it_stands_nearest(text: str, quote: str, near: int) -> None:
    at = anchors.find_quote(quote, text, near=near)
    all_of_them = [start for start in range(len(text)) if text.startswith(quote, start)]
    if not all_of_them:
        assert at == -1
    else:
        assert abs(at - near) == min(abs(start - near) for start in all_of_them)


def _mention(segment: SegmentSpot, start: int, quote: str, value: str, kind: str = "phone") -> MentionSpot:
    name = mention_id(segment.id, kind, start, start + len(quote), quote)
    return MentionSpot(name, segment, kind, start, start + len(quote), quote, value)


def test_the_same_value_beats_the_same_quote_and_another_kind_is_no_match() -> None:
    page = PagePlace(page=1, width_px=1, height_px=1, dpi=1)
    segment = SegmentSpot("CG-0001.p1.1", "page", 1, 1, page, "x")
    anchor = MentionAnchor(
        segment=SegmentAnchor(exhibit="CG-0001", unit_kind="page", unit=1, ordinal=1, place=page, opening="x"),
        kind="phone", start=50, end=53, quote="999", value="+999",
    )  # fmt: skip
    same_quote, same_value = _mention(segment, 40, "999", "+1999"), _mention(segment, 0, "9 99", "+999")
    other_kind = _mention(segment, 50, "999", "+999", kind="plate")
    assert anchors.find_mention(anchor, [same_quote, same_value]) == (same_value, "same value")
    assert anchors.find_mention(anchor, [same_quote, other_kind]) == (same_quote, "same quote")
    assert anchors.find_mention(anchor, [other_kind]) is None
