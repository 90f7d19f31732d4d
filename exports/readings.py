"""Readings with their source strips: what was read where, by which engine, and what people said of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import msgspec

from evidence.case import Case
from evidence.locator import Box, Place, TimePlace, clock, decode_place, strip_text
from evidence.records import ArtifactRef, Basis, Segment, Stamp, Word
from exports.ask import CorrectionRow, MentionRow, RejectedRow, SegmentRow
from exports.material import Correction, Locator, Reading, Strip, Verdict
from exports.record import Record

_BASIS: dict[str, Basis] = {
    "native": "source_fact",
    "ocr": "machine_inference",
    "speech": "machine_inference",
    "human": "personal_assessment",
}


@dataclass(slots=True)
class Claims:
    """Gives claim ids: `R-1`, `R-2` …; one mention keeps one id wherever it is cited."""

    _last: dict[str, int] = field(default_factory=dict)
    _of: dict[str, str] = field(default_factory=dict)

    def new(self, letter: str) -> str:
        """Return the next id of that letter."""
        self._last[letter] = self._last.get(letter, 0) + 1
        return f"{letter}-{self._last[letter]}"

    def of(self, letter: str, thing: str) -> str:
        """Return the id of `thing`, a new one the first time."""
        if thing not in self._of:
            self._of[thing] = self.new(letter)
        return self._of[thing]


@dataclass(slots=True)
class Sources:
    """The shelf as an export needs it: the words and the engine of a segment, each artifact opened once."""

    case: Case
    record: Record
    claims: Claims = field(default_factory=Claims)
    _stamps: dict[str, tuple[Stamp, ...]] = field(default_factory=dict)
    _segments: dict[str, dict[int, Segment]] = field(default_factory=dict)

    def words(self, row: SegmentRow) -> tuple[Word, ...]:
        """Return the words of a segment, with boxes or times where the engine gave them."""
        artifact = self._artifact(row)
        if artifact is None:
            return ()
        if artifact.recipe not in self._segments:
            units = self.case.shelf.reading(artifact).units
            self._segments[artifact.recipe] = {s.index: s for unit in units for s in unit.segments}
        segment = self._segments[artifact.recipe].get(row.idx)
        return segment.words if segment else ()

    def stamp(self, row: SegmentRow) -> Stamp:
        """Return the stamp of what read a segment: the recogniser of pixels or sound, else the reader."""
        artifact = self._artifact(row)
        if artifact is None:
            return Stamp(name="not recorded", version="")
        if artifact.recipe not in self._stamps:
            self._stamps[artifact.recipe] = self.case.shelf.reading_head(artifact).recipe.stamps
        stamps = self._stamps[artifact.recipe]
        if not stamps:
            return Stamp(name="not recorded", version="")
        return stamps[-1] if row.source in ("ocr", "speech") else stamps[0]

    def _artifact(self, row: SegmentRow) -> ArtifactRef | None:
        extraction = self.record.state.extractions.get(row.exhibit)
        made = extraction.artifacts if extraction else ()
        return next((each for each in made if each.step == "reading" and each.part == row.part), None)

    def media_type(self, number: str) -> str:
        """Return the media type of an exhibit, by content."""
        extraction = self.record.state.extractions.get(number)
        return (extraction.media_type if extraction else "") or self.record.state.exhibit(number).media_type

    # --- strips and readings ---

    def strip(self, row: SegmentRow, locator: Locator, *, score: int, verdict: Verdict) -> Strip:
        """Return the source strip of something read in a segment."""
        received = self.record.state.exhibits[row.exhibit].exhibit
        stamp = self.stamp(row)
        return Strip(
            exhibit=row.exhibit,
            exhibit_name=received.name,
            sha256=received.sha256,
            place=_place_text(locator),
            locator=locator,
            source=row.source,
            engine=f"{stamp.name} {stamp.version}".strip(),
            model=stamp.model,
            score=score,
            verdict=verdict,
            draft=row.draft,
            doubtful=row.doubtful,
        )

    def segment_strip(self, row: SegmentRow, *, verdict: Verdict | None = None) -> Strip:
        """Return the source strip of a whole segment."""
        locator = locate(row, self.words(row))
        return self.strip(row, locator, score=row.score, verdict=verdict or Verdict(review="unreviewed"))

    def reading(self, row: SegmentRow, mention: MentionRow) -> Reading:
        """Return a mention as a reading; one that a person added has that person as its source."""
        by_hand = mention.origin == "human"
        verdict = Verdict(
            review=mention.review, by=mention.reviewer, at=mention.reviewed_at, reason=mention.review_reason
        )
        locator = locate(row, self.words(row), mention.start, mention.end)
        strip = self.strip(row, locator, score=-1 if by_hand else mention.score, verdict=verdict)
        decided = (f"custody line {mention.review_seq}",) if mention.review_seq > 0 else ()
        return Reading(
            claim=self.claims.of("R", mention.id),
            basis=mention.basis,
            author=mention.reviewer if by_hand else _finder(mention.finder, strip),
            sources=(row.exhibit, *decided),
            kind=mention.kind,
            quote=mention.quote,
            value=mention.value,
            status=mention.status,
            check=mention.check,
            rule=mention.rule,
            strip=msgspec.structs.replace(strip, source="human") if by_hand else strip,
        )

    def rejected(self, row: SegmentRow, mention: RejectedRow) -> Reading:
        """Return a mention that a person rejected as a reading."""
        verdict = Verdict(review="rejected", by=mention.reviewer, at=mention.reviewed_at, reason=mention.review_reason)
        strip = self.strip(row, locate(row, self.words(row), mention.start, mention.end), score=-1, verdict=verdict)
        return Reading(
            claim=self.claims.of("R", mention.id),
            basis="machine_inference",
            author=_finder(mention.finder, strip),
            sources=(row.exhibit, f"custody line {mention.review_seq}"),
            kind=mention.kind,
            quote=mention.quote,
            value=mention.value,
            strip=strip,
        )

    def correction(self, row: SegmentRow, made: CorrectionRow) -> Correction:
        """Return characters that a person corrected, with the machine's reading."""
        return Correction(
            claim=self.claims.of("K", f"correction {made.seq}"),
            author=made.actor,
            sources=(row.exhibit, f"custody line {made.seq}"),
            at=made.ts,
            before=made.quote,
            after=made.text,
            reason=made.reason,
        )


def _finder(finder: str, strip: Strip) -> str:
    return f"{finder} on {strip.engine}" if finder else strip.engine


def basis_of(row: SegmentRow) -> Basis:
    """Return what the words of a segment are: stored characters are a source fact, read ones an inference."""
    return _BASIS[row.source]


def locate(row: SegmentRow, words: Sequence[Word], start: int = -1, end: int = -1) -> Locator:
    """Return the locator of code points `start` to `end` of a segment, or of the whole of it."""
    under = [word for word in words if start < 0 or (word.start < end and word.end > start)]
    timed = [word for word in under if word.start_ms >= 0]
    place = decode_place(row.place)
    whole = (place.start_ms, place.end_ms) if isinstance(place, TimePlace) else (-1, -1)
    return Locator(
        segment=row.id,
        place=place,
        start=start,
        end=end,
        boxes=merged(word.box for word in under if word.box) if start >= 0 else (),
        start_ms=min((word.start_ms for word in timed), default=whole[0]),
        end_ms=max((word.end_ms for word in timed), default=whole[1]),
    )


def merged(boxes: Iterable[Box | None]) -> tuple[Box, ...]:
    """Return boxes with neighbours of one line joined, so that a number of five words is one frame."""
    lines: list[Box] = []
    for box in boxes:
        if box is None:
            continue
        last = lines[-1] if lines else None
        if last and _same_line(last, box):
            lines[-1] = _around(last, box)
        else:
            lines.append(box)
    return tuple(lines)


def _same_line(one: Box, other: Box) -> bool:
    shared = min(one.top + one.height, other.top + other.height) - max(one.top, other.top)
    gap = other.left - (one.left + one.width)
    tall = max(one.height, other.height)
    return 2 * shared > min(one.height, other.height) and -tall < gap < 2 * tall


def _around(one: Box, other: Box) -> Box:
    left, top = min(one.left, other.left), min(one.top, other.top)
    right = max(one.left + one.width, other.left + other.width)
    bottom = max(one.top + one.height, other.top + other.height)
    return Box(left, top, right - left, bottom - top)


def _place_text(locator: Locator) -> str:
    place: Place = locator.place
    if isinstance(place, TimePlace) and locator.start_ms >= 0:
        return f"{clock(locator.start_ms)} to {clock(locator.end_ms)}"
    return strip_text(place)
