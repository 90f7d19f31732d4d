"""The picture of routes: points and lines on a grid of degrees, as SVG; without tiles, and without anything from a network.

Degrees are drawn equirectangular, true to scale at the middle of each panel. What stands too close is drawn again, larger. What the
evidence calls a place is text and nothing else: characters that do not print are replaced, the rest is escaped.
"""

from __future__ import annotations

import math
import textwrap
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree as Xml

from graph.questions.route_map import Point, RouteMap

STAMP: Final = "illustrative aid, not evidence"
DETAILS: Final = 4
"""Groups of close points that are drawn again, larger."""
_METRES_A_DEGREE: Final = 111_195.0
"""On a sphere of 6,371,009 m (IUGG mean radius)."""
_WIDTH: Final = 1200
_MARGIN: Final = 30
_CLOSE_PX: Final = 32.0
_INK, _GREY, _LINE, _PAPER = "#1b1f24", "#9aa5b1", "#1f3f66", "#ffffff"
_ABOUT: Final = (
    "A line joins one stop with the next, however far apart in time; nothing says which road was taken. A cell is drawn where its "
    "table says it stands: a phone that it served may have been kilometres away. Numbers on lines count how often they were gone."
)
_STEPS: Final = (30, 20, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0005, 0.0002, 0.0001)

Spot = tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Node:
    """One mark: a point, or a letter for points too close to be told apart here."""

    name: str
    points: tuple[Point, ...]
    at: Spot


@dataclass(frozen=True, slots=True)
class _View:
    """A window of degrees on a window of pixels."""

    left: float
    top: float
    width: float
    height: float
    middle: Spot
    """Longitude and latitude."""
    scale: float
    """Pixels to a degree of latitude."""

    @property
    def narrowing(self) -> float:
        """How much shorter a degree of longitude is than one of latitude, at the middle."""
        return max(math.cos(math.radians(self.middle[1])), 0.02)

    def pixel(self, longitude: float, latitude: float) -> Spot:
        x = self.left + self.width / 2 + (longitude - self.middle[0]) * self.narrowing * self.scale
        return x, self.top + self.height / 2 - (latitude - self.middle[1]) * self.scale


def drawn(found: RouteMap, *, title: str) -> bytes:
    """Return the picture as SVG; the same routes give the same bytes."""
    east = _eastward(found.points)
    page = Xml.Element(
        "svg", {"xmlns": "http://www.w3.org/2000/svg", "font-family": "system-ui, sans-serif", "font-size": "12"}
    )
    Xml.SubElement(page, "title").text = _plain(f"{title}: {STAMP}")
    paper = Xml.SubElement(page, "rect", {"width": str(_WIDTH), "fill": _PAPER})
    _arrow(page)
    _write(page, (_MARGIN, 40), _cut(title, 80), size=20)
    _stamped(page)
    whole = _view(found.points, east, (_MARGIN, 64, _WIDTH - 2 * _MARGIN, 600), least=0.01)
    nodes = _nodes(found.points, east, whole)
    _panel(page, whole, nodes, found, "Everything that has a position" if found.points else "No stop has a position")
    bottom = _details(page, [node for node in nodes if len(node.points) > 1][:DETAILS], east, found, top=684)
    bottom = _key(page, nodes, found, bottom + 26)
    bottom = _words(page, [_ABOUT, *found.notes, *_hidden(nodes, found)], bottom + 12)
    _legend(page, bottom + 8)
    for part in (page, paper):
        part.set("height", f"{bottom + 34:.0f}")
    page.set("width", str(_WIDTH))
    page.set("viewBox", f"0 0 {_WIDTH} {bottom + 34:.0f}")
    Xml.indent(page)
    made: bytes = Xml.tostring(page, encoding="utf-8", xml_declaration=True)
    return made + b"\n"


# --- where things lie ----------------------------------------------------------------------------------------------


def _eastward(points: Sequence[Point]) -> dict[int, float]:
    """Return the longitude of each point; across the date line, those in the west go on past 180°."""
    longitudes = [point.longitude for point in points]
    across = bool(longitudes) and max(longitudes) - min(longitudes) > 180
    return {p.number: p.longitude + 360 if across and p.longitude < 0 else p.longitude for p in points}


def _view(
    points: Sequence[Point], east: dict[int, float], window: tuple[float, float, float, float], *, least: float
) -> _View:
    """Return the view of a window (left, top, width, height) that holds the points, and `least` degrees at least."""
    left, top, width, height = window
    longitudes = [east[point.number] for point in points] or [0.0]
    latitudes = [point.latitude for point in points] or [0.0]
    middle = (max(longitudes) + min(longitudes)) / 2, (max(latitudes) + min(latitudes)) / 2
    narrowing = max(math.cos(math.radians(middle[1])), 0.02)
    wide = max((max(longitudes) - min(longitudes)) * narrowing, least)
    tall = max(max(latitudes) - min(latitudes), least)
    return _View(left, top, width, height, middle, min((width - 140) / wide, (height - 120) / tall))


def _nodes(points: Sequence[Point], east: dict[int, float], view: _View) -> list[_Node]:
    """Return the marks of a view: points too close to be told apart are one, under a letter; the most stopped at first."""
    groups: list[list[Point]] = []
    at = {point.number: view.pixel(east[point.number], point.latitude) for point in points}
    for point in points:
        near = [g for g in groups if any(math.dist(at[point.number], at[one.number]) < _CLOSE_PX for one in g)]
        groups = [g for g in groups if g not in near] + [[*(one for g in near for one in g), point]]
    groups.sort(key=lambda group: (-sum(one.stops for one in group), group[0].number))
    letters = iter("ABCDEFGHIJKLMNOPQRSTUVWXYZabcd")
    return [
        _Node(next(letters) if len(group) > 1 else str(group[0].number), tuple(group), _mean(at[one.number] for one in group))
        for group in groups
    ]  # fmt: skip


def _mean(spots: Iterable[Spot]) -> Spot:
    held = list(spots)
    return sum(x for x, _ in held) / len(held), sum(y for _, y in held) / len(held)


# --- panels --------------------------------------------------------------------------------------------------------


def _details(
    page: Xml.Element, groups: Sequence[_Node], east: dict[int, float], found: RouteMap, *, top: float
) -> float:
    """Draw groups again, two in a row; returns where the last row ends."""
    wide, tall = (_WIDTH - 2 * _MARGIN - 20) / 2, 430.0
    for place, group in enumerate(groups):
        window = (_MARGIN + place % 2 * (wide + 20), top + place // 2 * (tall + 20), wide, tall)
        view = _view(group.points, east, window, least=0.0005)
        nodes = [_Node(str(p.number), (p,), view.pixel(east[p.number], p.latitude)) for p in group.points]
        _panel(page, view, nodes, found, f"{group.name}, larger")
    return top + -(-len(groups) // 2) * (tall + 20)


def _panel(page: Xml.Element, view: _View, nodes: Sequence[_Node], found: RouteMap, heading: str) -> None:
    frame = {"x": _px(view.left), "y": _px(view.top), "width": _px(view.width), "height": _px(view.height)}
    Xml.SubElement(page, "rect", {**frame, "fill": "#f6f8fa", "stroke": _GREY})
    _graticule(page, view)
    taken = [(node.at[0] - 13, node.at[1] - 13, node.at[0] + 13, node.at[1] + 13) for node in nodes]
    counts = _ways(page, nodes, found)
    for node in nodes:
        _mark(page, node.name, node.at, several=len(node.points) > 1)
    for at, times in counts:
        _write(page, at, f"{times:,}", anchor="middle", halo=True, colour=_LINE)
    for node in nodes:
        _label(page, node, view, taken)
    _write(page, (view.left + 10, view.top + 20), heading, halo=True, size=14)
    _bar(page, view)


def _graticule(page: Xml.Element, view: _View) -> None:
    tall, wide = view.height / view.scale, view.width / view.scale / view.narrowing
    for span, middle, along in ((wide, view.middle[0], True), (tall, view.middle[1], False)):
        step = next((one for one in reversed(_STEPS) if span / one <= 6), 30)
        for count in range(math.ceil((middle - span / 2) / step), math.floor((middle + span / 2) / step) + 1):
            degrees = count * step
            x, y = view.pixel(degrees, view.middle[1]) if along else view.pixel(view.middle[0], degrees)
            if along and not 30 < x - view.left < view.width - 30:
                continue
            ends = (x, view.top, x, view.top + view.height) if along else (view.left, y, view.left + view.width, y)
            line = dict(zip(("x1", "y1", "x2", "y2"), map(_px, ends), strict=True))
            Xml.SubElement(page, "line", {**line, "stroke": "#d5dbe1"})
            at = (x, view.top + view.height - 6) if along else (view.left + view.width - 4, y - 3)
            _write(
                page, at, _degrees(degrees, step, along=along), anchor="middle" if along else "end", colour="#5c6773"
            )


def _degrees(value: float, step: float, *, along: bool) -> str:
    value = (value + 180) % 360 - 180 if along else value
    places = max(0, math.ceil(-math.log10(step)))
    side = ("E" if value >= 0 else "W") if along else ("N" if value >= 0 else "S")
    return f"{abs(value):.{places}f}° {side}"


def _ways(page: Xml.Element, nodes: Sequence[_Node], found: RouteMap) -> list[tuple[Spot, int]]:
    """Draw the lines between marks, one each way; returns where their counts stand."""
    mark = {point.number: node for node in nodes for point in node.points}
    gone: Counter[tuple[str, str]] = Counter()
    for way in found.ways:
        one, other = mark.get(way.origin), mark.get(way.destination)
        if one is not None and other is not None and one.name != other.name:
            gone[one.name, other.name] += way.times
    by_name = {node.name: node.at for node in nodes}
    counts = []
    for (origin, destination), times in sorted(gone.items()):
        (x1, y1), (x2, y2) = by_name[origin], by_name[destination]
        far = math.hypot(x2 - x1, y2 - y1) or 1.0
        bent = (x1 + x2) / 2 + (y2 - y1) * 0.18, (y1 + y2) / 2 - (x2 - x1) * 0.18
        start, end = (_towards(spot, bent, min(14.0, far / 3)) for spot in ((x1, y1), (x2, y2)))
        course = f"M {_px(start[0])} {_px(start[1])} Q {_px(bent[0])} {_px(bent[1])} {_px(end[0])} {_px(end[1])}"
        thick = min(1 + math.log2(times) / 2, 5.0)
        Xml.SubElement(page, "path", {"d": course, "fill": "none", "stroke": _LINE, "stroke-opacity": "0.6",
                                      "stroke-width": f"{thick:.1f}", "marker-end": "url(#arrow)"})  # fmt: skip
        counts.append((((x1 + x2) / 4 + bent[0] / 2, (y1 + y2) / 4 + bent[1] / 2 + 4), times))
    return counts


def _towards(spot: Spot, other: Spot, px: float) -> Spot:
    far = math.dist(spot, other) or 1.0
    return spot[0] + (other[0] - spot[0]) * px / far, spot[1] + (other[1] - spot[1]) * px / far


def _arrow(page: Xml.Element) -> None:
    sides = {"viewBox": "0 0 8 8", "refX": "7", "refY": "4", "markerWidth": "9", "markerHeight": "9", "orient": "auto",
             "markerUnits": "userSpaceOnUse"}  # fmt: skip
    head = Xml.SubElement(Xml.SubElement(page, "defs"), "marker", {"id": "arrow", **sides})
    Xml.SubElement(head, "path", {"d": "M 0 0 L 8 4 L 0 8 z", "fill": _LINE})


def _mark(page: Xml.Element, name: str, at: Spot, *, several: bool) -> None:
    (x, y), reach = at, 16 if several else 13
    corners = " ".join(f"{_px(x + dx * reach)},{_px(y + dy * reach)}" for dx, dy in ((0, -1), (1, 0), (0, 1), (-1, 0)))
    dashes = {"stroke-dasharray": "4 2"} if several else {}
    Xml.SubElement(
        page, "polygon", {"points": corners, "fill": _PAPER, "stroke": _INK, "stroke-width": "1.6", **dashes}
    )
    _write(page, (x, y + 4), name, anchor="middle")


def _label(page: Xml.Element, node: _Node, view: _View, taken: list[tuple[float, float, float, float]]) -> None:
    """Write the name and count beside a mark where there is room; the key has them all."""
    if len(node.points) > 1:
        words = f"{len(node.points)} positions, {_stops(sum(point.stops for point in node.points))}"
    else:
        words = f"{_cut(node.points[0].places[0], 34)}, {_stops(node.points[0].stops)}"
    (x, y), long = node.at, 6.7 * len(words)
    for left, base in ((x + 18, y + 4), (x - 18 - long, y + 4), (x - long / 2, y - 19), (x - long / 2, y + 29)):
        box = (left, base - 11, left + long, base + 4)
        inside = box[0] > view.left + 4 and box[2] < view.left + view.width - 4 and box[1] > view.top + 24
        if inside and box[3] < view.top + view.height - 34 and not any(_overlap(box, other) for other in taken):
            taken.append(box)
            _write(page, (left, base), words, halo=True)
            return


def _overlap(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _bar(page: Xml.Element, view: _View) -> None:
    """Draw the scale: the longest of 1, 2 or 5 metres, tens, hundreds … that takes no more than 170 pixels."""
    a_metre = view.scale / _METRES_A_DEGREE
    metres = max(
        lead * 10**power
        for power in range(8)
        for lead in (1, 2, 5)
        if lead * 10**power * a_metre <= 170 or lead * 10**power == 1
    )
    x, y = view.left + 12, view.top + view.height - 26
    ends = f"M {_px(x)} {_px(y - 5)} V {_px(y)} H {_px(x + metres * a_metre)} V {_px(y - 5)}"
    Xml.SubElement(page, "path", {"d": ends, "fill": "none", "stroke": _INK, "stroke-width": "1.5"})
    _write(page, (x + 6, y - 6), f"{metres // 1000:,} km" if metres >= 1000 else f"{metres} m", halo=True)


def _hidden(nodes: Sequence[_Node], found: RouteMap) -> tuple[str, ...]:
    """Return what is said of legs between points that are one mark and not drawn again."""
    inside = [{point.number for point in node.points} for node in nodes if len(node.points) > 1][DETAILS:]
    times = sum(way.times for way in found.ways if any({way.origin, way.destination} <= group for group in inside))
    return (f"{times:,} legs lead from one point to another of a group that is not drawn again.",) if times else ()


# --- words ---------------------------------------------------------------------------------------------------------


def _key(page: Xml.Element, nodes: Sequence[_Node], found: RouteMap, top: float) -> float:
    letters = {p.number: node.name for node in nodes if len(node.points) > 1 for p in node.points}
    for place, point in enumerate(found.points):
        named = "; ".join(_cut(name, 60) for name in point.places[:2])
        more = f" and {len(point.places) - 2} more" if len(point.places) > 2 else ""
        counts = f"{_stops(point.stops)}, {_many(point.records, 'record')}, {_many(point.things, 'thing')}"
        y = top + 18 * place
        _write(page, (_MARGIN + 34, y), str(point.number), anchor="end")
        _write(page, (_MARGIN + 44, y), letters.get(point.number, ""))
        _write(page, (_MARGIN + 64, y), f"{point.latitude:.5f}, {point.longitude:.5f}")
        _write(page, (_MARGIN + 214, y), counts)
        _write(page, (_MARGIN + 454, y), named + more)
    return top + 18 * len(found.points)


def _words(page: Xml.Element, sentences: Sequence[str], top: float) -> float:
    lines = [line for sentence in sentences for line in textwrap.wrap(sentence, 165)]
    for place, line in enumerate(lines):
        _write(page, (_MARGIN, top + 17 * place), line)
    return top + 17 * len(lines)


def _legend(page: Xml.Element, y: float) -> None:
    _mark(page, "1", (_MARGIN + 13, y), several=False)
    _write(page, (_MARGIN + 34, y + 4), "position")
    _mark(page, "A", (_MARGIN + 116, y), several=True)
    _write(
        page,
        (_MARGIN + 140, y + 4),
        "positions too close to be told apart at this scale: drawn again, larger, or listed above",
    )
    _write(page, (_WIDTH - _MARGIN, y + 4), STAMP, anchor="end")


def _stamped(page: Xml.Element) -> None:
    left = _WIDTH - _MARGIN - 270
    Xml.SubElement(page, "rect", {"x": str(left), "y": "18", "width": "270", "height": "32", "fill": "none", "stroke": _INK,
                                  "stroke-width": "2"})  # fmt: skip
    _write(page, (left + 135, 40), STAMP, anchor="middle", size=18)


def _write(
    page: Xml.Element,
    at: Spot,
    words: str,
    *,
    anchor: str = "start",
    size: int = 12,
    halo: bool = False,
    colour: str = _INK,
) -> None:
    style = {"x": _px(at[0]), "y": _px(at[1]), "fill": colour}
    style |= {"text-anchor": anchor} if anchor != "start" else {}
    style |= {"font-size": str(size)} if size != 12 else {}
    style |= {"stroke": _PAPER, "stroke-width": "3", "paint-order": "stroke"} if halo else {}
    Xml.SubElement(page, "text", style).text = _plain(words)


def _plain(words: str) -> str:
    """Return text that XML can hold and that cannot turn the line: what does not print is replaced."""
    return "".join(c if c.isprintable() else " " if c.isspace() else "\ufffd" for c in words)


def _cut(words: str, longest: int) -> str:
    line = " ".join(words.split())
    return line if len(line) <= longest else line[: longest - 1] + "…"


def _stops(count: int) -> str:
    return _many(count, "stop")


def _many(count: int, one: str) -> str:
    return f"{count:,} {one}{'' if count == 1 else 's'}"


def _px(value: float) -> str:
    return f"{value:.1f}"
