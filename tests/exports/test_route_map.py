"""The picture of routes: bounded, stamped, and evidence in it is text and nothing else."""

from __future__ import annotations

import re
from xml.etree import ElementTree as Xml

from exports.route_map import STAMP, drawn
from graph.questions.route_map import LEGS, POINTS, Point, RouteMap, Way

HOSTILE = '</text><script>alert(1)</script> & "x" \u202egnp.exe\x00\ud800 ]]>'


def point(number: int, north: float, east: float, *names: str) -> Point:
    return Point(
        number=number,
        latitude=north,
        longitude=east,
        places=names or (f"cell {number}",),
        stops=10 - number % 7,
        records=12,
        things=1,
    )


def picture(
    *points: Point, ways: tuple[tuple[int, int, int], ...] = (), notes: tuple[str, ...] = ()
) -> tuple[str, list[str]]:
    gone = tuple(Way(origin=one, destination=other, times=times, things=1) for one, other, times in ways)
    made = drawn(RouteMap(points=points, ways=gone, notes=notes), title="Routes of +447700900101")
    page = Xml.fromstring(made)
    return made.decode(), ["".join(each.itertext()) for each in page.iter("{http://www.w3.org/2000/svg}text")]


def test_points_are_labelled_counted_and_stamped() -> None:
    made, words = picture(point(1, 51.5, -0.1, "HL-1 (Quay)"), point(2, 51.4, -1.5), ways=((1, 2, 12), (2, 1, 3)),
                          notes=("26 of 354 stops have no position and are not on the map.",))  # fmt: skip
    assert words.count(STAMP) == 2
    assert "HL-1 (Quay), 9 stops" in words
    assert {"12", "3"} <= set(words)
    assert any(re.fullmatch(r"\d+ km", each) for each in words)
    assert any(each.endswith("° W") for each in words)
    assert "26 of 354 stops have no position and are not on the map." in words
    assert made.count("<path") == 1 + 2 + 1  # the arrow's head, two lines, the scale
    assert picture(point(1, 51.5, -0.1, "HL-1 (Quay)"), point(2, 51.4, -1.5), ways=((1, 2, 12), (2, 1, 3)),
                   notes=("26 of 354 stops have no position and are not on the map.",))[0] == made  # fmt: skip


def test_hostile_names_stay_text_and_nothing_is_fetched() -> None:
    made, words = picture(point(1, 51.5, -0.1, HOSTILE), point(2, 51.4, -1.5))
    tags = {each.tag.split("}")[1] for each in Xml.fromstring(made).iter()}
    assert tags <= {"svg", "title", "rect", "defs", "marker", "path", "line", "text", "polygon"}
    assert any("<script>" in each for each in words)
    assert not re.search("[\u202e\x00\ud800]", made)
    assert set(re.findall(r"https?://[^\"<]+", made)) == {"http://www.w3.org/2000/svg"}
    assert "href" not in made


def test_close_points_are_one_letter_and_drawn_again_larger() -> None:
    _, words = picture(
        point(1, 51.5, -0.1), point(2, 51.5001, -0.1), point(3, 41.5, 10.0), ways=((1, 2, 7), (1, 3, 2), (2, 3, 4))
    )
    assert "A, larger" in words
    assert "2 positions, 17 stops" in words
    assert "6" in words  # the two lines to the third, as one
    assert "7" in words
    assert any(re.fullmatch(r"\d+ m", each) for each in words)


def test_the_date_line_is_crossed_and_the_pole_and_one_or_no_point_are_drawn() -> None:
    made, words = picture(point(1, 10.0, 179.0), point(2, 10.5, -179.5), ways=((1, 2, 1),))
    assert {"179.0° E", "180.0° W"} <= set(words) or {"179.0° E", "179.5° W"} <= set(words)
    for points in ((), (point(1, 90.0, 0.0),), (point(1, -90.0, 179.99), point(2, 90.0, -180.0))):
        made, words = picture(*points)
        assert "nan" not in made
        assert "inf" not in made
    assert "No stop has a position" in picture()[1]


def test_as_much_as_is_ever_drawn_fits_a_page_of_bounded_size() -> None:
    points = [
        point(number, 40 + number * 7 % 19 / 3, number * 5 % 17 / 2, HOSTILE * 20) for number in range(1, POINTS + 1)
    ]
    made, words = picture(*points, ways=tuple((1 + n % POINTS, 1 + (n * 7 + 3) % POINTS, n + 1) for n in range(LEGS)))
    assert len(made) < 200_000
    assert max(map(len, words)) < 200


def test_what_is_too_close_and_not_drawn_again_is_said() -> None:
    points = [point(2 * n + k, 10.0 * n, 10.0 * n + k / 1000) for n in range(1, 7) for k in (0, 1)]
    _, words = picture(*points, ways=tuple((2 * n, 2 * n + 1, 5) for n in range(1, 7)))
    assert sum(each.endswith(", larger") for each in words) == 4
    assert "10 legs lead from one point to another of a group that is not drawn again." in words
