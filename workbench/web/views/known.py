"""What is known of what is on screen (the pane on the right), and what stands around it (the pane on the left)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from evidence.acts import Act, ClockAsserted, ExhibitReceived, ExtractionRecorded, HashMatched, Sealed, Unsealed
from evidence.case import Case
from evidence.records import UNIT_LETTER
from graph import opened, queries, review
from graph.answers import Correction, ExhibitLine, Mention, Rejected, SegmentText, Strip, TagLine
from graph.project import Graph
from workbench.web.under_review import is_apart
from workbench.web.views import At

_MENTIONS: Final = 300
_UNITS: Final = 400
_SEGMENTS: Final = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What people and machines said of what is on screen."""

    of: str
    """What that is: `page 3`, `the first 400 passages`."""
    mentions: tuple[Mention, ...]
    many: int
    corrections: tuple[Correction, ...]
    tags: tuple[TagLine, ...]
    rejected: tuple[Rejected, ...]
    sides: tuple[opened.SideLine, ...]
    """Where a row of records is open: its two sides."""
    apart: int
    """Readings that others judged and this person is to judge without knowing how: they stand as the machine read them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What the exhibit came out of, its units, and what came out of it."""

    parents: tuple[ExhibitLine, ...]
    units: tuple[opened.UnitHere, ...]
    first: int
    """How many units come before those listed."""
    total: int
    children: tuple[opened.RelativeLine, ...]


class Happened(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the custody chain about an exhibit, in words."""

    seq: int
    at: str
    actor: str
    what: str
    more: tuple[tuple[str, str], ...] = ()


def known_here(
    graph: Graph, exhibit: ExhibitLine, at: At, segment: SegmentText | None, *, me: str = "", told: Collection[str] = ()
) -> Known:
    """Return what is known of the unit that is open: of a long one, around the place asked for.

    With `me`, what others judged and this person did not stands as the machine read it, except what they were `told`.
    """
    kind = at.unit_kind if at.unit else ""
    before = opened.place_in(graph, segment, within_unit=bool(at.unit)) if segment else at.after
    first = max(0, before - _SEGMENTS // 2) if segment else before
    shown, many = opened.segments_in(graph, exhibit.number, unit_kind=kind, unit=at.unit, limit=_SEGMENTS, after=first)
    ids = dict.fromkeys([one.id for one in shown] + ([at.segment] if at.segment else []))
    mentions = opened.mentions_among(graph, list(ids), most=_MENTIONS, near=at.segment, at=max(0, at.start))
    rejected = tuple(one for one in queries.rejected(graph) if one.segment in ids)
    apart = _apart(graph, (*mentions, *rejected), me=me, told=told) if me else frozenset[str]()
    if apart:
        mentions = _as_read_where(graph, apart, mentions, rejected)
    stretch = f", its passages {first + 1:,} to {first + len(shown):,} of {many:,}" if many > len(shown) else ""
    return Known(
        of=(f"{kind or 'unit'} {at.unit}" if at.unit else "this exhibit") + stretch,
        mentions=_in_order(mentions, list(ids)),
        many=max(len(mentions), opened.how_many_among(graph, list(ids))),
        corrections=tuple(queries.corrections(graph, segments=sorted(ids))),
        tags=tuple(tag for tag in queries.tags(graph) if tag.exhibit == exhibit.number),
        rejected=tuple(one for one in rejected if one.id not in apart),
        sides=_sides(graph, exhibit.number, at),
        apart=len(apart),
    )


def _apart(graph: Graph, found: Iterable[Mention | Rejected], *, me: str, told: Collection[str]) -> frozenset[str]:
    verdicts = review.verdicts_on(graph, (one.id for one in found))
    return frozenset(name for name, said in verdicts.items() if name not in told and is_apart(said, me=me))


def _as_read_where(
    graph: Graph, apart: Collection[str], mentions: Sequence[Mention], rejected: Sequence[Rejected]
) -> tuple[Mention, ...]:
    """Return the mentions with those that are judged apart, rejected ones among them, as the machine read them."""
    gone = [one for one in rejected if one.id in apart]
    strips = {one.id: one.strip for one in queries.segments(graph, {one.segment for one in gone}).values()}
    return (
        *(_as_read(one, one.strip) if one.id in apart else one for one in mentions),
        *(_as_read(one, strips[one.segment]) for one in gone),
    )


def _as_read(found: Mention | Rejected, strip: Strip) -> Mention:
    """Return a reading without anything that tells what a person said of it; a rejected one looks like any other."""
    kind, value = (
        (found.kind, found.value) if isinstance(found, Rejected) else (found.kind_machine, found.value_machine)
    )
    return Mention(
        id=found.id, segment=found.segment, exhibit=found.exhibit, kind=kind, start=found.start, end=found.end,
        quote=found.quote, value=value, kind_machine=kind, value_machine=value, status="", check="", rule="", score=-1,
        finder=found.finder, origin="", basis="", review="unreviewed", reviewer="", reviewed_at="", review_seq=0,
        review_reason="", entity="", strip=msgspec.structs.replace(strip, score=-1, review="unreviewed", reviewer=""),
    )  # fmt: skip


def _in_order(mentions: Iterable[Mention], segments: Sequence[str]) -> tuple[Mention, ...]:
    place = {name: index for index, name in enumerate(segments)}
    return tuple(sorted(mentions, key=lambda one: (place[one.segment], one.start, one.end, one.id)))


def _sides(graph: Graph, number: str, at: At) -> tuple[opened.SideLine, ...]:
    row = at.segment.rpartition(".")[2]
    if at.unit_kind != "table" or not row.isdecimal():
        return ()
    return opened.sides_of(graph, number, at.unit, int(row))


def is_lit(mention: Mention, at: At) -> bool:
    """Whether a mention stands where the page was opened."""
    return mention.segment == at.segment and mention.start < at.end and mention.end > at.start >= 0


def around(graph: Graph, exhibit: ExhibitLine, at: At) -> Around:
    """Return what stands around the place that is open; of very many units those near it."""
    parts = exhibit.number.split("/")
    parents = ["/".join(parts[:count]) for count in range(1, len(parts))]
    total = sum(count for name, count in exhibit.units.items() if name not in ("doubtful", "partial", "draft"))
    first = max(0, at.unit - _UNITS // 2) if total > _UNITS else 0
    return Around(
        parents=tuple(queries.exhibit_line(graph, number) for number in parents),
        units=opened.units_here(graph, exhibit.number, limit=_UNITS, after=first),
        first=first,
        total=total,
        children=opened.relatives(graph, exhibit.number),
    )


def unit_address(unit: opened.UnitHere) -> str:
    """Return what the address calls a unit: `p3`, `c1`."""
    return f"{UNIT_LETTER[unit.unit_kind]}{unit.unit}"  # type: ignore[index]


def history(case: Case, number: str) -> tuple[Happened, ...]:
    """Return what the custody chain says of an exhibit, in order; of decisions only that they were made."""
    events = case.custody.events(only=lambda line: line.obj == number, whole=False)
    return tuple(
        Happened(seq=event.line.seq, at=event.line.ts, actor=event.line.actor, what=what, more=more)
        for event in events
        for what, more in [_told(event.line.op, event.act)]
    )


def _told(op: str, act: Act | None) -> tuple[str, tuple[tuple[str, str], ...]]:
    match act:
        case ExhibitReceived():
            return "received", _received(act)
        case ExtractionRecorded():
            return f"{act.outcome.replace('_', ' ')}" + (f": {act.reason}" if act.reason else ""), _extracted(act)
        case HashMatched(match=match):
            return f"on a hash list: {match.text}", ()
        case ClockAsserted():
            zone = f"its times are in {act.zone}" if act.zone else f"its clock was {act.ahead_s} s ahead"
            return f"asserted: {zone}", (("says", act.source),) if act.source else ()
        case Sealed() | Unsealed():
            part = "a part of it" if act.segment else "it"
            return f"{part} was {'sealed' if isinstance(act, Sealed) else 'unsealed'}", ()
        case None:
            return f"{_WORDS.get(op, op)} (erased)", ()
        case _:
            return _WORDS.get(op, op), ()


_WORDS: Final = {
    "mention.decided": "a reading was judged",
    "mention.added": "a mention was added",
    "text.corrected": "its text was corrected",
    "segment.tagged": "a passage was tagged for a finding",
    "segment.scheduled": "a passage was put on the schedule of unused material",
    "artifact.diverged": "reading it again gave something else; both are kept",
}


def _received(act: ExhibitReceived) -> tuple[tuple[str, str], ...]:
    exhibit = act.exhibit
    manifest = {"agrees": "agrees with the manifest", "differs": "differs from the manifest",
                "not listed": "not on the manifest"}.get(act.manifest, "")  # fmt: skip
    facts = (
        ("name", exhibit.name), ("SHA-256", exhibit.sha256), ("bytes", f"{exhibit.size_bytes:,}"),
        ("authority", exhibit.authority), ("custodian", exhibit.custodian), ("file modified", exhibit.modified),
        ("manifest", manifest), ("kept", "where it stood, not copied" if act.in_place else ""),
        ("unreadable", act.unreadable),
    )  # fmt: skip
    return tuple((name, value) for name, value in facts if value)


def _extracted(act: ExtractionRecorded) -> tuple[tuple[str, str], ...]:
    units = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in act.units.items())
    engines = tuple((f"engine {stamp.name}", _engine(stamp)) for stamp in act.stamps)
    return (("as", act.media_type), *((("units", units),) if units else ()), *engines)


def _engine(stamp: object) -> str:
    made = msgspec.to_builtins(stamp)
    model = f"model {made['model']}" if made["model"] else ""
    settings = "; ".join(f"{name} {_setting(value)}" for name, value in sorted(made["settings"].items()))
    return ", ".join(part for part in (f"version {made['version']}", model, settings) if part)


def _setting(value: object) -> str:
    text = " ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= 60 else text[:60] + "…"
