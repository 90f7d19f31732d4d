"""Pages and pictures: the image with the boxes of its words over it, the text beside it with how sure the engine was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from evidence.errors import NotFound
from evidence.locator import Box, PagePlace
from evidence.records import UNIT_LETTER, Word
from graph import opened
from graph.answers import ExhibitLine, SegmentText, UnitLine
from graph.project import Graph
from workbench.web.desk import Visit
from workbench.web.views import At, View
from workbench.web.views.passages import LEGEND, Passage, level, passage

_SEGMENTS: Final = 2_000
_PLAIN_DPI: Final = 200
"""At which a page is drawn whose reading gave no place: a blank one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WordBox:
    """A word's rectangle on the page image."""

    number: int
    box: Box
    score: int
    level: str
    lit: bool
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The page as its boxes see it; no size where nobody measured it."""

    unit: int
    width_px: int
    height_px: int
    dpi: int
    outcome: str
    reason: str
    facts: dict[str, str]


def show(visit: Visit, graph: Graph, exhibit: ExhibitLine, at: At, segment: SegmentText | None) -> View:
    """Return one page: that of the segment or unit asked for, else the first; raises NotFound, IntegrityError."""
    sheet, pages = sheet_of(graph, exhibit.number, at.unit)
    texts, _ = opened.segments_in(graph, exhibit.number, unit_kind="page", unit=sheet.unit, limit=_SEGMENTS)
    words = {
        one.segment: one.words for one in opened.words_in(graph, exhibit.number, unit_kind="page", unit=sheet.unit)
    }
    passages, boxes = _laid(texts, words, at)
    position = pages.index(sheet.unit)
    return View(
        template="pages.html",
        values={
            "sheet": sheet,
            "passages": passages,
            "boxes": boxes,
            "legend": LEGEND if any(box.level for box in boxes) else (),
            "picture": f"/evidence/{exhibit.number}/picture?unit={UNIT_LETTER['page']}{sheet.unit}",
            "pages": len(pages),
            "position": position + 1,
            "before": pages[position - 1] if position else 0,
            "after": pages[position + 1] if position + 1 < len(pages) else 0,
        },
    )


def _laid(
    texts: tuple[SegmentText, ...], words: dict[str, tuple[Word, ...]], at: At
) -> tuple[list[Passage], list[WordBox]]:
    passages: list[Passage] = []
    boxes: list[WordBox] = []
    number = 0
    for one in texts:
        held = words.get(one.id, ())
        passages.append(passage(one, at, words=held, first_word=number))
        boxes += [_box(word, number + place, one, at) for place, word in enumerate(held) if word.box is not None]
        number += len(held)
    return passages, boxes


def _box(word: Word, number: int, segment: SegmentText, at: At) -> WordBox:
    assert word.box is not None
    lit = segment.id == at.segment and word.start < at.end and word.end > at.start >= 0
    text = segment.text[word.start : word.end]
    return WordBox(number=number, box=word.box, score=word.score, level=level(word.score), lit=lit, text=text)


def sheet_of(graph: Graph, number: str, unit: int) -> tuple[Sheet, list[int]]:
    """Return a page of an exhibit (0: its first) and the numbers of all its pages; raises NotFound."""
    pages = opened.unit_numbers(graph, number, "page")
    if not pages or (unit and unit not in pages):
        last = f"its pages are {pages[0]} to {pages[-1]}" if pages else "nothing of it was read as pages"
        raise NotFound(f"{number} has no page {unit or 1}", next_step=last)
    here = opened.unit_here(graph, number, "page", unit or pages[0])
    place = next((one for one in opened.places_in(graph, number, "page", here.unit) if _measured(one)), None)
    width, height = (place.width_px, place.height_px) if isinstance(place, PagePlace) else _pixels(here)
    dpi = place.dpi if isinstance(place, PagePlace) else _PLAIN_DPI
    made = Sheet(
        unit=here.unit,
        width_px=width,
        height_px=height,
        dpi=dpi,
        outcome=here.outcome,
        reason=here.reason,
        facts=here.facts,
    )
    return made, pages


def _measured(place: object) -> bool:
    return isinstance(place, PagePlace) and place.width_px > 0


def _pixels(here: UnitLine) -> tuple[int, int]:
    width, _, height = here.facts.get("pixels", "").partition("x")
    return (int(width), int(height)) if width.isdecimal() and height.isdecimal() else (0, 0)
