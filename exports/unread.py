"""What a summary does not know: not read, doubtful, sealed, not looked for, not confirmed, searched in vain."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import get_args

import duckdb

from evidence.acts import Consulted
from evidence.records import OutcomeKind
from exports import ask
from exports.material import Search, Unread, UnreadItem
from exports.readings import Claims
from exports.record import Record
from graph.status import segments_without_names

WITHHELD = "withheld: concerns sealed material"
_NUMBER = re.compile(r"CG-\d+(?:/\d+)*", re.IGNORECASE)
_FLAGS = ("doubtful", "partial", "draft")
_UNIT_WORDS = {
    "page": ("page", "pages"),
    "minute": ("minute", "minutes"),
    "message": ("message", "messages"),
    "frame": ("frame", "frames"),
}
_FLAG_REASONS = {
    "doubtful": "low raw scores, or a language that was not asked for",
    "partial": "only part of it was read",
    "draft": "read by a weak speech engine",
}


def unread(graph: duckdb.DuckDBPyConnection, record: Record, *, claims: Claims) -> Unread:
    """Return everything that was not read, or not wholly; searches up to the head of the custody chain."""
    exhibits = ask.exhibits(graph)
    outcomes = Counter(row.outcome for row in exhibits.values())
    read = [row for row in exhibits.values() if row.outcome == "read"]
    made = searches(record, claims=claims, until=record.checkpoint.head_at)
    return Unread(
        totals={"received": len(exhibits), **{kind: outcomes.get(kind, 0) for kind in get_args(OutcomeKind)}},
        of_read={flag: sum(getattr(row, flag) for row in read) for flag in _FLAGS},
        items=tuple(_items(graph, exhibits, record, claims)),
        sealed=sealed_counts(record),
        names_not_looked_for=tuple(row.number for row in read if not row.names_looked_for),
        names_not_looked_for_in=segments_without_names(graph),
        unconfirmed=ask.unreviewed_by_kind(graph),
        unanchored=ask.unanchored(graph),
        searches_made=len(made),
        without_result=tuple(search for search in made if search.results == 0),
    )


def searches(record: Record, *, claims: Claims, until: str = "~") -> list[Search]:
    """Return the look-ups in the access record up to a time; the words of those that touch what is sealed are withheld."""
    closed = _Closed.of(record)
    return [
        Search(
            claim=claims.of("Q", f"access {event.line.seq}"),
            author=event.line.actor,
            sources=(f"access line {event.line.seq}",),
            at=event.line.ts,
            command=act.command,
            asked=WITHHELD if closed.touched_by(act) else act.asked,
            results=act.results,
        )
        for event, act in record.consulted
        if event.line.ts <= until
    ]


@dataclass(frozen=True, slots=True)
class _Closed:
    """The exhibits that are sealed, or hold a sealed passage: whose words a look-up may repeat."""

    numbers: frozenset[str]
    names: frozenset[str]
    """Casefolded names of the sealed ones, without their folders."""

    @classmethod
    def of(cls, record: Record) -> _Closed:
        state = record.state
        sealed = {number for number in state.exhibits if state.is_sealed(number)}
        names = {state.exhibit(number).name.replace("\\", "/").rpartition("/")[2].casefold() for number in sealed}
        passages = {act.exhibit for _, _, act in state.sealed_segments.values()}
        return cls(frozenset(sealed | passages), frozenset(names - {""}))

    def touched_by(self, act: Consulted) -> bool:
        """Whether a look-up showed or names one, or had results and did not record where (`sql`): then it may have."""
        if not self.numbers:
            return False
        if self.numbers & {*act.exhibits, *(each.upper() for each in _NUMBER.findall(act.asked))}:
            return True
        named = any(name in act.asked.casefold() for name in self.names)
        return named or bool(act.results and not act.exhibits)


def sealed_counts(record: Record) -> dict[str, int]:
    """Return how many exhibits and passages are sealed, by kind of seal; nothing else is said of them."""
    counts: Counter[str] = Counter()
    for number in record.state.exhibits:
        parts = number.split("/")
        above = ["/".join(parts[: count + 1]) for count in range(len(parts))]
        sealed = [record.state.sealed_exhibits[each][2].seal for each in above if each in record.state.sealed_exhibits]
        counts.update(f"{seal} (exhibits)" for seal in sealed[:1])
    for _, _, act in record.state.sealed_segments.values():
        if not record.state.is_sealed(act.exhibit):
            counts[f"{act.seal} (passages)"] += 1
    return dict(sorted(counts.items()))


def _items(
    graph: duckdb.DuckDBPyConnection, exhibits: dict[str, ask.ExhibitRow], record: Record, claims: Claims
) -> Iterator[UnreadItem]:
    units: dict[str, list[ask.UnitRow]] = {}
    for unit in ask.units_not_wholly_read(graph):
        units.setdefault(unit.exhibit, []).append(unit)
    notes: dict[str, list[ask.NoteRow]] = {}
    for note in ask.notes(graph):
        notes.setdefault(note.exhibit, []).append(note)
    for row in exhibits.values():
        for what, outcome, reason in _of_exhibit(row, units.get(row.number, []), notes.get(row.number, [])):
            yield UnreadItem(
                claim=claims.new("U"),
                author=record.software,
                sources=(row.number, f"custody line {row.extracted_seq}") if row.extracted_seq else (row.number,),
                exhibit=row.number,
                name=row.name,
                units=what,
                outcome=outcome,
                reason=reason,
            )


def _of_exhibit(
    row: ask.ExhibitRow, units: Sequence[ask.UnitRow], notes: Sequence[ask.NoteRow]
) -> Iterator[tuple[str, str, str]]:
    if row.outcome != "read":
        yield "whole exhibit", row.outcome, row.reason or _reasons(units) or "no reason is recorded"
    else:
        yield from _of_units(units)
        flagged = {flag for unit in units for flag in _FLAGS if getattr(unit, flag)}
        for flag in _FLAGS:
            if getattr(row, flag) and flag not in flagged:
                yield "whole exhibit", f"read, {flag}", _FLAG_REASONS[flag]
    if row.sealed_segments:
        yield f"{row.sealed_segments} passages" if row.sealed_segments > 1 else "1 passage", "sealed", "closed"
    for note in notes:
        yield note.segment_id or "whole exhibit", "left out", note.text


def _reasons(units: Iterable[ask.UnitRow]) -> str:
    return "; ".join(dict.fromkeys(unit.reason for unit in units if unit.reason))


def _of_units(units: Sequence[ask.UnitRow]) -> Iterator[tuple[str, str, str]]:
    for (outcome, reason, kind), group in groupby(sorted(units, key=_unit_key), key=_unit_key):
        yield _numbers(kind, [unit.unit for unit in group]), outcome, reason


def _unit_key(unit: ask.UnitRow) -> tuple[str, str, str]:
    if unit.outcome != "read":
        return unit.outcome, unit.reason or "no reason is recorded", unit.unit_kind
    flags = [flag for flag in _FLAGS if getattr(unit, flag)]
    why = unit.reason or "; ".join(_FLAG_REASONS[flag] for flag in flags)
    return f"read, {' and '.join(flags)}", why, unit.unit_kind


def _numbers(kind: str, numbers: Sequence[int]) -> str:
    """Return `page 3`, `pages 1 to 4, 7`, or `whole exhibit` for a unit that is the file."""
    if kind not in _UNIT_WORDS:
        return "whole exhibit"
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    said = ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs)
    return f"{_UNIT_WORDS[kind][len(numbers) > 1]} {said}"
