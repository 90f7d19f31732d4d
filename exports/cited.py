"""The findings as a summary prints them: each sentence, what supports it and what undermines it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import duckdb
import msgspec

from evidence.acts import ActWithdrawn
from evidence.locator import PagePlace, strip_text
from evidence.records import Tag
from exports import ask
from exports.material import CitedSegment, Excerpt, Finding, FindingCounts, FormerTag, Reading, TagTakenBack, Verdict
from exports.pictures import Album
from exports.readings import Sources, basis_of, locate, merged
from exports.record import Record

_ORDER: dict[Tag, int] = {"supports": 0, "undermines": 1, "assists_defence": 2, "neutral": 3}
_CONFIRMED = frozenset({"reading_confirmed", "corrected", "attributed"})
_WHOLE_CODE_POINTS = 500
_LINES_AROUND = 2
_LEFT_OUT = "[…]"


@dataclass(frozen=True, slots=True)
class Passages:
    """Everything read in the segments that findings cite."""

    segments: dict[str, ask.SegmentRow]
    mentions: dict[str, list[ask.MentionRow]]
    rejected: dict[str, list[ask.RejectedRow]]
    corrections: dict[str, list[ask.CorrectionRow]]
    superseded: dict[tuple[str, str], list[ask.TagRow]]
    """By segment and finding."""


def passages(graph: duckdb.DuckDBPyConnection, segment_ids: Collection[str]) -> Passages:
    """Return what the graph holds of some segments."""
    made = Passages(ask.segments(graph, segment_ids), {}, {}, {}, {})
    for mention in ask.mentions_in(graph, segment_ids):
        made.mentions.setdefault(mention.segment_id, []).append(mention)
    for rejected in ask.rejected_in(graph, segment_ids):
        made.rejected.setdefault(rejected.segment_id, []).append(rejected)
    for correction in ask.corrections_in(graph, segment_ids):
        made.corrections.setdefault(correction.segment_id, []).append(correction)
    for tag in ask.superseded_tags(graph, segment_ids):
        made.superseded.setdefault((tag.segment_id, tag.finding), []).append(tag)
    return made


def finding(
    row: ask.FindingRow, tags: Sequence[ask.TagRow], *, found: Passages, sources: Sources, album: Album
) -> Finding:
    """Return a finding with its cited segments, those that undermine it as fully as those that support it."""
    here = [tag for tag in tags if tag.finding == row.id and tag.segment_id in found.segments]
    here.sort(key=lambda tag: (_ORDER[tag.tag], found.segments[tag.segment_id].exhibit, tag.seq))
    cited = tuple(_cited(tag, found=found, sources=sources, album=album) for tag in here)
    return Finding(
        claim=row.id,
        author=row.author,
        sources=(f"custody line {row.seq}", *(each.claim for each in cited)),
        written_at=row.written_at,
        sentence=row.sentence,
        reason=row.reason,
        cited=cited,
        counts=_counts(cited),
        not_shown=_not_shown(row.id, {tag.seq for tag in here}, sources.record),
        taken_back=tuple(_taken_back(row.id, sources)),
    )


def _taken_back(finding: str, sources: Sources) -> Iterator[TagTakenBack]:
    for tagging, undone in sources.record.taken_back(finding):
        anchor = tagging.act.segment
        if sources.record.is_sealed(anchor):
            continue
        assert isinstance(undone.act, ActWithdrawn)
        yield TagTakenBack(
            claim=sources.claims.of("B", f"tag {tagging.seq}"),
            author=tagging.actor,
            sources=(anchor.exhibit, f"custody line {tagging.seq}", f"custody line {undone.line.seq}"),
            at=tagging.at,
            segment=tagging.segment,
            place=strip_text(anchor.place),
            tag=tagging.act.tag,
            reason=tagging.act.reason,
            taken_back_by=undone.line.actor,
            taken_back_at=undone.line.ts,
            taken_back_reason=undone.act.reason,
        )


def _cited(tag: ask.TagRow, *, found: Passages, sources: Sources, album: Album) -> CitedSegment:
    row = found.segments[tag.segment_id]
    mentions = [sources.reading(row, mention) for mention in found.mentions.get(row.id, [])]
    confirmed = tuple(reading for reading in mentions if _stands(reading))
    unconfirmed = tuple(reading for reading in mentions if not _stands(reading))
    corrections = found.corrections.get(row.id, [])
    strip = sources.segment_strip(row, verdict=_segment_verdict(corrections))
    spans = [(each.strip.locator.start, each.strip.locator.end) for each in confirmed or unconfirmed]
    spans += [(made.start, made.end) for made in corrections]
    made = CitedSegment(
        claim=sources.claims.new("S"),
        basis=basis_of(row),
        author="" if row.source == "native" else strip.engine,
        sources=(row.exhibit, f"custody line {tag.seq}"),
        segment=row.id,
        tag=tag.tag,
        tagged_by=tag.actor,
        tagged_at=tag.ts,
        tag_reason=tag.reason,
        formerly=tuple(_former(each, sources) for each in found.superseded.get((row.id, tag.finding), [])),
        strip=strip,
        text=row.text,
        excerpt=excerpt(row.text, spans),
        language=row.language,
        speaker=row.speaker,
        confirmed=confirmed,
        unconfirmed=unconfirmed,
        rejected=tuple(sources.rejected(row, mention) for mention in found.rejected.get(row.id, [])),
        corrections=tuple(sources.correction(row, made) for made in corrections),
    )
    return _pictured(made, row, spans, sources=sources, album=album)


def _former(tag: ask.TagRow, sources: Sources) -> FormerTag:
    return FormerTag(
        claim=sources.claims.of("B", f"tag {tag.seq}"),
        author=tag.actor,
        sources=(tag.exhibit, f"custody line {tag.seq}"),
        at=tag.ts,
        tag=tag.tag,
        reason=tag.reason,
    )


def _pictured(
    made: CitedSegment, row: ask.SegmentRow, spans: Sequence[tuple[int, int]], *, sources: Sources, album: Album
) -> CitedSegment:
    if _beside_sealed(row.exhibit, made.strip.locator.place, sources.record):
        return msgspec.structs.replace(made, picture_note="Something beside it is sealed: no picture is printed.")
    exhibit = sources.record.state.exhibit(row.exhibit)
    if row.source == "speech":
        wave, why_not = album.waveform(exhibit, made.strip.locator, file=f"{made.claim}.svg")
        return msgspec.structs.replace(made, waveform=wave, picture_note=why_not)
    words = sources.words(row)
    boxes = merged(box for start, end in spans for box in locate(row, words, start, end).boxes)
    media_type = sources.media_type(row.exhibit)
    crop, why_not = album.crop(exhibit, made.strip.locator, boxes, media_type=media_type, file=f"{made.claim}.png")
    return msgspec.structs.replace(made, crop=crop, picture_note=why_not)


def _beside_sealed(exhibit: str, place: object, record: Record) -> bool:
    """Whether a picture could show what is sealed: on the same page; of a recording or a film, anywhere in it."""
    page = place.page if isinstance(place, PagePlace) else 0
    return any(
        number == exhibit and (not page or kind != "page" or unit == page)
        for number, kind, unit, _ in record.state.sealed_segments
    )


def _stands(reading: Reading) -> bool:
    return reading.strip.verdict.review in _CONFIRMED or reading.strip.source == "human"


def _segment_verdict(corrections: Sequence[ask.CorrectionRow]) -> Verdict:
    if not corrections:
        return Verdict(review="unreviewed")
    last = corrections[-1]
    return Verdict(review="corrected", by=last.actor, at=last.ts, reason=last.reason)


def _counts(cited: Sequence[CitedSegment]) -> FindingCounts:
    by_tag = {tag: sum(each.tag == tag for each in cited) for tag in _ORDER}
    return FindingCounts(
        supports=by_tag["supports"],
        undermines=by_tag["undermines"],
        assists_defence=by_tag["assists_defence"],
        neutral=by_tag["neutral"],
        confirmed=len({reading.claim for each in cited for reading in each.confirmed}),
        unconfirmed=len({reading.claim for each in cited for reading in each.unconfirmed}),
        rejected=len({reading.claim for each in cited for reading in each.rejected}),
    )


def _not_shown(finding_id: str, shown: Collection[int], record: Record) -> tuple[str, ...]:
    missing = [tag for tag in record.tags() if tag.act.finding == finding_id and tag.seq not in shown]
    sealed = sum(record.is_sealed(tag.act.segment) for tag in missing)
    lost = len(missing) - sealed
    said = []
    if sealed:
        said.append(f"{_passages(sealed)} tagged for it and sealed: counted here, not printed.")
    undone = sum(record.is_sealed(tagging.act.segment) for tagging, _ in record.taken_back(finding_id))
    if undone:
        said.append(f"{undone} tag{'s' if undone > 1 else ''} on sealed passages, taken back: counted, not printed.")
    if lost:
        said.append(f"{_passages(lost)} tagged for it and no longer found where the tag points: not printed.")
    return tuple(said)


def _passages(count: int) -> str:
    return "1 passage is" if count == 1 else f"{count} passages are"


def excerpt(text: str, spans: Sequence[tuple[int, int]]) -> Excerpt:
    """Return `text` whole where it is short, else the lines around `spans`, with `[…]` where lines are left out."""
    if len(text) <= _WHOLE_CODE_POINTS:
        return Excerpt(text=text, whole=True)
    spans = [(start, end) for start, end in spans if 0 <= start < end]
    if not spans:
        return Excerpt(text=f"{text[:_WHOLE_CODE_POINTS]} {_LEFT_OUT}", whole=False)
    lines = text.split("\n")
    kept = sorted({near for line in _lines_under(lines, spans) for near in _near(line, len(lines))})
    if len(kept) == len(lines):
        return Excerpt(text=text, whole=True)
    shown: list[str] = []
    for before, line in zip([-1, *kept], kept, strict=False):
        shown += [_LEFT_OUT] if line != before + 1 else []
        shown.append(lines[line])
    return Excerpt(text="\n".join(shown + ([_LEFT_OUT] if kept[-1] != len(lines) - 1 else [])), whole=False)


def _lines_under(lines: Sequence[str], spans: Sequence[tuple[int, int]]) -> set[int]:
    under: set[int] = set()
    at = 0
    for number, line in enumerate(lines):
        if any(start <= at + len(line) and end > at for start, end in spans):
            under.add(number)
        at += len(line) + 1
    return under


def _near(line: int, count: int) -> range:
    return range(max(0, line - _LINES_AROUND), min(count, line + _LINES_AROUND + 1))
