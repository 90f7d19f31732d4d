"""What is known of what is on screen (the pane on the right), and what stands around it (the pane on the left)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import msgspec

from evidence.acts import Act, ClockAsserted, ExhibitReceived, ExtractionRecorded, HashMatched, Sealed, Unsealed
from evidence.case import Case
from evidence.records import UNIT_LETTER
from graph import opened, queries
from graph.answers import Correction, ExhibitLine, Mention, Rejected, TagLine
from graph.project import Graph
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


def known_here(graph: Graph, exhibit: ExhibitLine, at: At) -> Known:
    """Return what is known of the unit that is open, or of the beginning of the exhibit."""
    kind = at.unit_kind if at.unit else ""
    shown, many = opened.segments_in(
        graph, exhibit.number, unit_kind=kind, unit=at.unit, limit=_SEGMENTS, after=0 if at.segment else at.after
    )
    ids = {one.id for one in shown} | ({at.segment} if at.segment else set())
    mentions = opened.mentions_among(graph, sorted(ids))
    of = f"{kind or 'unit'} {at.unit}" if at.unit else "this exhibit"
    return Known(
        of=of + (f", its first {len(shown)} passages" if many > len(shown) else ""),
        mentions=_lit_first(mentions, at)[:_MENTIONS],
        many=len(mentions),
        corrections=tuple(queries.corrections(graph, segments=sorted(ids))),
        tags=tuple(tag for tag in queries.tags(graph) if tag.exhibit == exhibit.number),
        rejected=tuple(one for one in queries.rejected(graph) if one.segment in ids),
        sides=_sides(graph, exhibit.number, at),
    )


def _sides(graph: Graph, number: str, at: At) -> tuple[opened.SideLine, ...]:
    row = at.segment.rpartition(".")[2]
    if at.unit_kind != "table" or not row.isdecimal():
        return ()
    return opened.sides_of(graph, number, at.unit, int(row))


def _lit_first(mentions: tuple[Mention, ...], at: At) -> tuple[Mention, ...]:
    return tuple(sorted(mentions, key=lambda one: not is_lit(one, at)))


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
