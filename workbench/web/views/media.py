"""Recordings and films: a waveform, the transcript that follows, and the picture only when it is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from evidence.locator import FramePlace, TimePlace, clock
from extractors.playing import played_as
from graph import queries
from graph.answers import ExhibitLine, SegmentText, UnitLine
from graph.project import Graph
from graph.sources import HeardWord, heard_words, reading_facts
from workbench.web.desk import Visit
from workbench.web.lit import lit
from workbench.web.views import At, View

_MOST_WORDS: Final = 20_000
"""Words that follow one by one; in longer recordings utterances do, and the words of the one asked for."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A line of the transcript: an utterance, or what is read on a film's picture."""

    segment: SegmentText
    start_ms: int
    end_ms: int
    text: Markup
    on_picture: bool

    @property
    def clock(self) -> str:
        """Where it begins."""
        return clock(self.start_ms)


def show(visit: Visit, graph: Graph, exhibit: ExhibitLine, at: At, segment: SegmentText | None) -> View:
    """Return the player, at the utterance asked for."""
    detail = queries.exhibit(graph, exhibit.number)
    facts = reading_facts(graph, exhibit.number)
    lines = _lines(graph, detail.segments, at)
    here = next((line for line in lines if line.segment.id == at.segment), None)
    is_film = exhibit.media_type.startswith("video/")
    plays = played_as(exhibit.media_type, facts)
    values: dict[str, object] = {
        "lines": lines,
        "here": here,
        "is_film": is_film,
        "plays": plays,
        "broken": exhibit.outcome == "failed" and not plays and not is_film,
        "source": f"/media/{'original' if plays else 'sound'}/{exhibit.number}",
        "has_sound": not is_film or any(unit.unit_kind == "minute" for unit in detail.units),
        "format": exhibit.media_type,
        "codec": facts.get("picture_codec") or facts.get("codec") or "",
        "duration_ms": int(facts.get("duration_ms") or facts.get("declared_ms") or 0),
        "minutes": [unit for unit in detail.units if _not_heard(unit)],
        "sealed": detail.sealed_segments,
        "others": [one for one in detail.segments if not isinstance(one.place, TimePlace | FramePlace)],
        "first": lines[0].segment.strip if lines else None,
    }
    return View(template="media.html", values=values, script="media.js", style="media.css")


def _lines(graph: Graph, segments: Sequence[SegmentText], at: At) -> list[Heard]:
    spoken = [one for one in segments if isinstance(one.place, TimePlace)]
    many = sum(one.text.count(" ") + 1 for one in spoken)
    wanted = [one.id for one in spoken if many <= _MOST_WORDS or one.id == at.segment]
    words = heard_words(graph, wanted) if wanted else {}
    lines = [_line(one, at, words.get(one.id, ())) for one in segments if isinstance(one.place, TimePlace | FramePlace)]
    return sorted(lines, key=lambda line: line.start_ms)


def _line(segment: SegmentText, at: At, words: Sequence[HeardWord]) -> Heard:
    start, end = (at.start, at.end) if segment.id == at.segment else (-1, -1)
    place = segment.place
    span = (place.start_ms, place.end_ms) if isinstance(place, TimePlace) else (place.at_ms, place.at_ms)  # type: ignore[union-attr]
    return Heard(segment, *span, lit(segment, start, end, words=words), isinstance(place, FramePlace))


def _not_heard(unit: UnitLine) -> bool:
    return unit.unit_kind in ("minute", "frame") and unit.outcome != "read"
