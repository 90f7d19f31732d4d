"""Crops and waveforms, excerpts and frames: the small geometry of a citation."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from evidence.locator import Box
from exports.cited import excerpt
from exports.crops import cut, waveform_svg
from exports.material import Waveform
from exports.readings import merged

PAGE = Image.new("L", (1240, 1754), 255)


def test_a_crop_holds_its_boxes_with_room_around_them() -> None:
    box = Box(600, 900, 200, 40)
    crop, png = cut(PAGE, [box], size_px=(1240, 1754), number=1, file="a.png", description="d")
    assert crop.region.left < box.left
    assert crop.region.top <= box.top - 3 * box.height
    assert Image.open(io.BytesIO(png)).size == (crop.width_px, crop.height_px)


def test_the_frame_is_drawn_around_the_words_and_not_over_them() -> None:
    box = Box(600, 900, 200, 40)
    crop, png = cut(PAGE, [box], size_px=(1240, 1754), number=1, file="a.png", description="d")
    drawn = Image.open(io.BytesIO(png)).convert("L")
    left, top = box.left - crop.region.left, box.top - crop.region.top
    assert drawn.crop((left + 1, top + 1, left + box.width - 1, top + box.height - 1)).getextrema() == (255, 255)
    assert drawn.getextrema()[0] < 100


def test_a_page_rendered_at_another_size_is_cropped_at_the_same_place() -> None:
    page = Image.new("L", (620, 877), 255)
    page.paste(0, (300, 450, 400, 470))
    crop, png = cut(page, [Box(600, 900, 200, 40)], size_px=(1240, 1754), number=1, file="a.png", description="d")
    drawn = Image.open(io.BytesIO(png)).convert("L")
    middle = ((600 + 100 - crop.region.left) // 2, (900 + 20 - crop.region.top) // 2)
    assert drawn.getpixel(middle) == 0


def test_a_crop_is_the_same_twice() -> None:
    made = [cut(PAGE, [Box(1, 1, 5, 5)], size_px=(1240, 1754), number=1, file="a", description="") for _ in range(2)]
    assert made[0] == made[1]


def test_without_boxes_the_whole_page_is_shown() -> None:
    crop, _ = cut(PAGE, [], size_px=(1240, 1754), number=1, file="a.png", description="d")
    assert crop.region == Box(0, 0, 1240, 1754)
    assert crop.height_px <= 1500


@settings(deadline=None, max_examples=40)
@given(st.integers(-50, 1300), st.integers(-50, 1800), st.integers(0, 1400), st.integers(0, 1800))
def test_any_box_gives_a_crop_inside_the_page(left: int, top: int, width: int, height: int) -> None:
    crop, _ = cut(PAGE, [Box(left, top, width, height)], size_px=(1240, 1754), number=1, file="a", description="")
    region = crop.region
    assert region.left >= 0
    assert region.top >= 0
    assert region.left + region.width <= 1240
    assert region.top + region.height <= 1754
    assert min(region.width, region.height) >= 1


def test_words_of_one_line_become_one_frame_and_lines_stay_apart() -> None:
    line = [Box(10, 10, 40, 20), Box(56, 11, 40, 20), Box(102, 9, 40, 20)]
    assert merged([*line, Box(10, 60, 40, 20), None]) == (Box(10, 9, 132, 22), Box(10, 60, 40, 20))
    assert merged([Box(10, 10, 40, 20), Box(400, 10, 40, 20)]) == (Box(10, 10, 40, 20), Box(400, 10, 40, 20))


def test_the_waveform_marks_the_seconds_cited() -> None:
    wave = Waveform(start_ms=1000, end_ms=2000, from_ms=0, to_ms=4000, peaks=(10, 100, 50, 0))
    svg = waveform_svg(wave).decode()
    assert 'x="250" y="2" width="250"' in svg
    assert svg.count("<rect") == 5


@pytest.mark.parametrize("peaks", [(), (0,), (100,) * 500])
def test_a_waveform_of_any_length_is_drawn(peaks: tuple[int, ...]) -> None:
    assert waveform_svg(Waveform(start_ms=0, end_ms=0, from_ms=0, to_ms=0, peaks=peaks)).startswith(b"<svg")


TEXT = "\n".join(f"line {number} " + "word " * 20 for number in range(40))


def test_a_short_text_is_shown_whole() -> None:
    assert excerpt("short", []).whole


def test_a_long_text_is_cut_to_the_lines_around_what_is_cited_and_says_so() -> None:
    start = TEXT.index("line 20 ")
    made = excerpt(TEXT, [(start, start + 7)])
    assert not made.whole
    shown = made.text.split("\n")
    assert shown[0] == shown[-1] == "[…]"
    assert [line.split()[1] for line in shown[1:-1]] == ["18", "19", "20", "21", "22"]


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(TEXT)), st.integers(0, 60)), max_size=4))
def test_what_is_cited_is_always_in_the_excerpt(spans: list[tuple[int, int]]) -> None:
    cited = [(start, min(start + length, len(TEXT))) for start, length in spans]
    made = excerpt(TEXT, cited)
    for start, end in cited:
        for piece in TEXT[start:end].split("\n"):
            assert piece in made.text
    for line in made.text.split("\n"):
        assert line == "[…]" or line.removesuffix(" […]") in TEXT


@settings(deadline=None)
@given(st.text(max_size=3000), st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 3000)), max_size=3))
def test_an_excerpt_never_fails_and_is_whole_only_when_it_is(text: str, spans: list[tuple[int, int]]) -> None:
    made = excerpt(text, spans)
    assert made.whole == (made.text == text)
