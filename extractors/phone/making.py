"""A reading as it is made: segments in the order of the exhibit, gathered into units, with what they name and state."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from msgspec.structs import replace

from evidence.locator import Place
from evidence.records import Child, EventRecord, Found, Reading, Segment, StatedRelation, Unit, UnitKind
from extractors.accounts import Account, Entry, roster
from extractors.text import one_line

_CONTROLS: Final = {
    code: "\ufffd" for code in (*range(0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000)) if chr(code) not in "\t\n\x85"
}
_NEWLINES: Final = re.compile("\r\n?")
TEXT_CODE_POINTS: Final = 400_000
"""Of one message or field; what is longer is cut, and said."""


def cleaned(text: str) -> str:
    """Return text as it can be shown: line ends as `\\n`, control characters and halves of pairs as U+FFFD."""
    return _NEWLINES.sub("\n", text).translate(_CONTROLS).strip()


class Making:
    """Gathers one reading; indices count from 0 over all its units."""

    def __init__(self, only: tuple[int, int] | None = None) -> None:
        self.only = only
        """First and last unit wanted; the others are left out as they end."""
        self.index = 0
        self._before = (0, 0, 0, 0, 0)
        self.units: list[Unit] = []
        self.events: list[EventRecord] = []
        self.named: list[Found] = []
        self.related: list[StatedRelation] = []
        self.children: list[Child] = []
        self._segments: list[Segment] = []
        self._troubles: dict[str, int] = {}
        self._doubts: dict[str, int] = {}

    def segment(self, text: str, place: Place, *, speaker: str = "") -> int:
        """Add a segment and return its index."""
        shown = cleaned(text)
        if len(shown) > TEXT_CODE_POINTS:
            self.miss("text beyond the first 400,000 characters of a record")
            shown = shown[:TEXT_CODE_POINTS]
        self._segments.append(
            Segment(index=self.index, text=shown, place=place, source="native", speaker=cleaned(speaker)[:200])
        )
        self.index += 1
        return self.index - 1

    def listed(
        self,
        title: str,
        entries: Iterable[Entry],
        *,
        place: Place,
        rule: str,
        group: Account | None = None,
        more: str = "",
    ) -> int:
        """Add a roster (see `extractors.accounts.roster`), with `more` lines below it, and return its index."""
        made = roster(self.index, cleaned(title) or "(no name)", entries, place=place, rule=rule, group=group)
        below = cleaned(more)[:TEXT_CODE_POINTS]
        self._segments.append(replace(made.segment, text=f"{made.segment.text}\n{below}") if below else made.segment)
        self.named += made.named
        self.related += made.related
        self.index += 1
        return self.index - 1

    def miss(self, what: str) -> None:
        """Note something that could not be read: the unit is partial."""
        self._troubles[what] = self._troubles.get(what, 0) + 1

    def doubt(self, what: str) -> None:
        """Note something that was mended to be read: the unit is doubtful."""
        self._doubts[what] = self._doubts.get(what, 0) + 1

    @property
    def count(self) -> int:
        """How many segments the unit has so far."""
        return len(self._segments)

    def close(
        self, kind: UnitKind, number: int, *, first_ordinal: int = 1, facts: dict[str, str] | None = None
    ) -> None:
        """End a unit with all segments since the last one."""
        if self.only is not None and not self.only[0] <= number <= self.only[1]:
            self._leave()
            return
        said = [f"{what} ({count:,} times)" if count > 1 else what for what, count in self._all_troubles().items()]
        reason = "; ".join(said)
        partial, doubtful = bool(self._troubles), bool(self._doubts)
        if self._segments:
            unit = Unit(
                kind=kind,
                number=number,
                outcome="read",
                reason=reason,
                partial=partial,
                doubtful=doubtful,
                segments=tuple(self._segments),
                first_ordinal=first_ordinal,
                facts=facts or {},
            )
        elif partial:
            unit = Unit(kind=kind, number=number, outcome="failed", reason=reason, facts=facts or {})
        else:
            unit = Unit(kind=kind, number=number, outcome="no_text", reason="it holds no records", facts=facts or {})
        self.units.append(unit)
        self._segments, self._troubles, self._doubts = [], {}, {}
        self._before = self.index, len(self.events), len(self.named), len(self.related), len(self.children)

    def _leave(self) -> None:
        """Forget everything since the last unit."""
        self.index, events, named, related, children = self._before
        del self.events[events:], self.named[named:], self.related[related:], self.children[children:]
        self._segments, self._troubles, self._doubts = [], {}, {}

    def _all_troubles(self) -> dict[str, int]:
        return {**self._troubles, **self._doubts}

    def reading(self, facts: dict[str, str] | None = None) -> Reading:
        """Return all of it."""
        return Reading(
            units=tuple(self.units),
            events=tuple(self.events),
            children=tuple(self.children),
            named=tuple(self.named),
            related=tuple(self.related),
            facts=facts or {},
        )


def fact(text: str) -> str:
    """Return a value as it stands among the facts of an event: one line of at most 500 characters."""
    return line(text)[:500]


def line(text: str) -> str:
    """Return text on one line (see `one_line`); quick for what is one already."""
    return text if text.isprintable() and text[:1] != " " and text[-1:] != " " and "  " not in text else one_line(text)


def call_text(direction: str, *, video: bool, seconds: str, state: str) -> str:
    """Return a call in words: `outgoing voice call, 35 s`, `incoming video call, missed`."""
    lead = f"{direction} " if direction else ""
    length = f", {seconds} s" if seconds not in ("", "0") or not state else ""
    return f"{lead}{'video' if video else 'voice'} call{length}{f', {state}' if state else ''}"
