from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.locator import (
    PagePlace,
    Place,
    RecordPlace,
    TextPlace,
    TimePlace,
    clock,
    decode_place,
    encode_place,
    strip_text,
)

number = st.integers(0, 2**31 - 1)
places = st.one_of(
    st.builds(PagePlace, page=number, width_px=number, height_px=number, dpi=number),
    st.builds(TextPlace, start=number, end=number, line=number),
    st.builds(TimePlace, start_ms=number, end_ms=number),
    st.builds(RecordPlace, record=number, field=st.text(st.characters(exclude_categories=["Cs"]))),
)


@given(places)
def test_a_place_comes_back_as_it_was_written(place: Place) -> None:
    assert decode_place(encode_place(place)) == place


@pytest.mark.parametrize(
    ("place", "strip"),
    [
        (PagePlace(page=3, width_px=1, height_px=1, dpi=300), "p. 3"),
        (TimePlace(start_ms=41_250, end_ms=42_000), "00:41.2"),
        (TimePlace(start_ms=3_661_000, end_ms=3_662_000), "1:01:01.0"),
        (TextPlace(start=0, end=5, line=1_204), "line 1,204"),
        (RecordPlace(record=20_417, field="row"), "row 20,417"),
        (RecordPlace(record=1, field="headers"), "msg 1, headers"),
    ],
)
def test_the_strip_says_the_place_as_people_read_it(place: Place, strip: str) -> None:
    assert strip_text(place) == strip


@given(st.integers(0, 10**9))
def test_a_clock_time_is_the_time_in_tenths(milliseconds: int) -> None:
    parts = clock(milliseconds).split(":")
    seconds = sum(float(part) * 60**power for power, part in enumerate(reversed(parts)))
    assert round(seconds * 10) == milliseconds // 100
