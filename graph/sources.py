"""From a mention back to its pixels or seconds, and the anchors under which people decide about it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from evidence.acts import MentionAnchor, SegmentAnchor
from evidence.digest import Sha256
from evidence.errors import IntegrityError, UsageError
from evidence.locator import Box, FramePlace, PagePlace, Place, TimePlace
from evidence.records import ArtifactRef
from graph.anchors import OPENING
from graph.answers import Mention, SegmentText, Spot
from graph.project import Graph
from graph.rows import fetch
from graph.things import mention, mentions, segment, segments

_ARTIFACT = """
SELECT recipe, idx FROM segment JOIN artifact USING (exhibit, part)
WHERE segment.id = $id AND step = 'reading' ORDER BY recipe
"""


def boxes_of(graph: Graph, name: str) -> Spot:
    """Return where a mention stands: the boxes of its words on the page image, or its milliseconds."""
    found = mention(graph, name)
    return span_spot(graph, found.segment, found.start, found.end)


def span_spot(graph: Graph, segment_name: str, start: int, end: int) -> Spot:
    """Return where code points `start` to `end` of a segment stand; the whole segment's place where no word says."""
    place = segment(graph, segment_name).place
    words = [word for word in _words(graph, segment_name) if word["start"] < end and word["end"] > start]
    times = _times(place, words)
    page = place if isinstance(place, PagePlace) else None
    image = place if isinstance(place, PagePlace | FramePlace) else None
    return Spot(
        page=page.page if page else 0,
        boxes=tuple(_box(word) for word in words if word["left"] is not None),
        width_px=image.width_px if image else 0,
        height_px=image.height_px if image else 0,
        dpi=page.dpi if page else 0,
        start_ms=times[0],
        end_ms=times[1],
        word_scores=tuple(int(word["score"]) for word in words),
    )


def _box(word: dict[str, Any]) -> Box:
    return Box(word["left"], word["top"], word["width"], word["height"])


def _times(place: Place, words: list[dict[str, Any]]) -> tuple[int, int]:
    heard = [word for word in words if word["start_ms"] >= 0]
    if heard:
        return min(word["start_ms"] for word in heard), max(word["end_ms"] for word in heard)
    return (place.start_ms, place.end_ms) if isinstance(place, TimePlace) else (-1, -1)


def _words(graph: Graph, segment_name: str) -> list[dict[str, Any]]:
    """Return the words of a segment as they lie on the shelf; they are not in the graph."""
    rows = fetch(graph.conn, _ARTIFACT, {"id": segment_name})
    if not rows:
        return []
    recipe, idx = Sha256(rows[0]["recipe"]), int(rows[0]["idx"])
    try:
        table = pq.read_table(
            graph.case.shelf.path(recipe), columns=["words"], filters=[("row", "==", "segment"), ("segment", "==", idx)]
        )
    except (pa.ArrowException, OSError) as error:
        raise IntegrityError(
            f"what was read of {segment_name} is not on the shelf", next_step="run `casegraph verify` on the case"
        ) from error
    return [word for row in table.to_pylist() for word in row["words"] or ()]


class HeardWord(msgspec.Struct, frozen=True, kw_only=True):
    """A word of an utterance: its code points in the utterance's text, its times, and the engine's raw score."""

    start: int
    end: int
    start_ms: int
    end_ms: int
    score: int


_HEARD = """
SELECT segment.id, artifact.recipe, segment.idx FROM segment JOIN artifact USING (exhibit, part)
WHERE segment.id IN (SELECT unnest($ids::VARCHAR[])) AND step = 'reading' ORDER BY recipe, idx
"""


def heard_words(graph: Graph, ids: Iterable[str]) -> dict[str, tuple[HeardWord, ...]]:
    """Return the words of some utterances that have times, by segment; each artifact is opened once.

    Raises IntegrityError where what was read is not on the shelf.
    """
    names: dict[str, dict[int, str]] = {}
    for row in fetch(graph.conn, _HEARD, {"ids": sorted(set(ids))}):
        names.setdefault(row["recipe"], {})[int(row["idx"])] = row["id"]
    found: dict[str, tuple[HeardWord, ...]] = {}
    for recipe, wanted in names.items():
        for idx, words in _words_on_shelf(graph, Sha256(recipe), list(wanted)).items():
            timed = [word for word in words if word["start_ms"] >= 0]
            if timed:
                fields = HeardWord.__struct_fields__
                found[wanted[idx]] = tuple(HeardWord(**{name: word[name] for name in fields}) for word in timed)
    return found


def _words_on_shelf(graph: Graph, recipe: Sha256, wanted: list[int]) -> dict[int, list[dict[str, Any]]]:
    try:
        table = pq.read_table(
            graph.case.shelf.path(recipe),
            columns=["segment", "words"],
            filters=[("row", "==", "segment"), ("segment", "in", wanted)],
        )
    except (pa.ArrowException, OSError) as error:
        raise IntegrityError(
            "what was read is not on the shelf", next_step="run `casegraph verify` on the case"
        ) from error
    return {int(row["segment"]): row["words"] or [] for row in table.to_pylist()}


def reading_facts(graph: Graph, number: str) -> dict[str, str]:
    """Return what the first reading of an exhibit says of the whole file, such as its container and codec; may be empty."""
    rows = fetch(
        graph.conn,
        "SELECT recipe, content, part FROM artifact WHERE exhibit = $number AND step = 'reading' ORDER BY part LIMIT 1",
        {"number": number},
    )
    if not rows:
        return {}
    row = rows[0]
    ref = ArtifactRef(step="reading", recipe=Sha256(row["recipe"]), content=Sha256(row["content"]), part=row["part"])
    return graph.case.shelf.reading_head(ref).facts


def segment_anchor(graph: Graph, name: str) -> SegmentAnchor:
    """Return the anchor under which a segment is tagged, sealed or corrected; raises NotFound."""
    return anchor_of_text(segment(graph, name))


def anchor_of_text(found: SegmentText) -> SegmentAnchor:
    """Return the anchor of a segment that is at hand."""
    return SegmentAnchor(
        exhibit=found.exhibit,
        unit_kind=found.unit_kind,  # type: ignore[arg-type]
        unit=found.unit,
        ordinal=found.ordinal,
        place=found.place,
        opening=found.text[:OPENING],
    )


def anchor_of(graph: Graph, name: str) -> MentionAnchor:
    """Return the anchor under which a mention is decided about, as the machine read it; raises NotFound."""
    found = mention(graph, name)
    return _anchor(graph, segment(graph, found.segment), found)


def anchors_of(graph: Graph, ids: Iterable[str]) -> dict[str, MentionAnchor]:
    """Return anchors of many mentions at once, by id, without boxes and times; unknown ids are left out."""
    held = mentions(graph, ids)
    texts = segments(graph, {one.segment for one in held.values()})
    return {
        name: MentionAnchor(
            segment=anchor_of_text(texts[one.segment]), kind=one.kind_machine, start=one.start, end=one.end,
            quote=one.quote, value=one.value_machine,
        )
        for name, one in held.items()
    }  # fmt: skip


def _anchor(graph: Graph, text: SegmentText, found: Mention) -> MentionAnchor:
    spot = span_spot(graph, text.id, found.start, found.end)
    return MentionAnchor(
        segment=anchor_of_text(text),
        kind=found.kind_machine,
        start=found.start,
        end=found.end,
        quote=found.quote,
        value=found.value_machine,
        boxes=spot.boxes,
        start_ms=spot.start_ms,
        end_ms=spot.end_ms,
    )


def new_mention_anchor(
    graph: Graph, segment_name: str, *, kind: str, quote: str, value: str = "", nth: int = 0
) -> MentionAnchor:
    """Return the anchor of something that the machine missed: the `nth` time that `quote` stands in the segment.

    Raises UsageError where the segment does not say that.
    """
    text = segment(graph, segment_name)
    start = -1
    for _ in range(nth + 1):
        start = text.text.find(quote, start + 1) if quote else -1
        if start < 0:
            raise UsageError(f"{segment_name} does not say {quote!r}", next_step="give the words exactly as they stand")
    return _new_anchor(graph, text, kind=kind, start=start, end=start + len(quote), value=value)


def span_anchor(graph: Graph, segment_name: str, *, kind: str, start: int, end: int, value: str = "") -> MentionAnchor:
    """Return the anchor of code points `start` to `end` of a segment; raises UsageError where it has no such span."""
    text = segment(graph, segment_name)
    if not 0 <= start < end <= len(text.text):
        raise UsageError(f"{segment_name} has no characters {start} to {end}", next_step="mark the words again")
    return _new_anchor(graph, text, kind=kind, start=start, end=end, value=value)


def _new_anchor(graph: Graph, text: SegmentText, *, kind: str, start: int, end: int, value: str) -> MentionAnchor:
    quote = text.text[start:end]
    spot = span_spot(graph, text.id, start, end)
    return MentionAnchor(
        segment=anchor_of_text(text),
        kind=kind,
        start=start,
        end=end,
        quote=quote,
        value=value or quote,
        boxes=spot.boxes,
        start_ms=spot.start_ms,
        end_ms=spot.end_ms,
    )
