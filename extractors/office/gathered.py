"""What is gathered while an office file is read: segments into units, events, children, and what could not be read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from evidence.errors import Unreadable
from evidence.locator import RecordPlace
from evidence.records import Child, EventRecord, Found, Reading, Segment, StatedRelation, Unit, UnitKind
from extractors.accounts import FINDER
from extractors.office.package import Package
from extractors.protocols import ReadContext
from extractors.text import SEGMENT_CODE_POINTS, child_name, one_line

_SEGMENTS: Final = 100_000
_FACT_CHARACTERS: Final = 300
_CHILD_BYTES: Final = 512 << 20
_XML_CHARACTERS: Final = dict.fromkeys(range(55296, 57344), "�") | {0: "\ufffd"}


class Gathered:
    """The reading as it grows: one unit is open at a time."""

    def __init__(self, context: ReadContext, *, origin: str = "") -> None:
        self.context = context
        self.origin = origin
        """Said at every place: the text was converted by another program first."""
        self.units: list[Unit] = []
        self.events: list[EventRecord] = []
        self.children: list[Child] = []
        self.named: list[Found] = []
        self.related: list[StatedRelation] = []
        self.facts: dict[str, str] = {}
        """Of the open unit."""
        self._segments: list[Segment] = []
        self._missing: list[str] = []
        self._index = 0
        self._code_points_left = context.limits.text_code_points
        self._bytes_left = context.limits.child_bytes

    @property
    def full(self) -> bool:
        """Whether a limit on text was reached."""
        return self._code_points_left <= 0 or self._index >= _SEGMENTS

    def add(self, text: str, *, field: str, record: int, key: str = "", table: str = "", speaker: str = "") -> int:
        """Add `text` as a segment, or as several where it is long; return the first one's index, -1 for nothing."""
        clean = text.translate(_XML_CHARACTERS).rstrip()
        if not clean.strip():
            return -1
        first = self._index
        place = RecordPlace(record=record, field=field, key=key, table=table, origin=self.origin)
        return self.add_at(clean, place, speaker=speaker) if clean else first

    def add_at(self, text: str, place: RecordPlace, *, speaker: str = "") -> int:
        """Add `text` at a place made elsewhere; return the first segment's index, -1 past a limit."""
        first = self._index
        for piece in _pieces(text):
            if self.full:
                self.miss("text beyond the limit on its length")
                break
            self._segments.append(
                Segment(index=self._index, text=piece, place=place, source="native", speaker=one_line(speaker)[:200])
            )
            self._index += 1
            self._code_points_left -= len(piece)
        return first if self._index > first else -1

    def name(self, segment: int, start: int, quote: str) -> None:
        """State that a field of the file itself holds a name there: of an author, a manager."""
        self.named.append(
            Found(
                segment=segment,
                kind="display_name",
                start=start,
                end=start + len(quote),
                quote=quote,
                value=" ".join(quote.split()),
                status="established",
                check="a name typed into a program's settings: says nothing about who bears it",
                finder=FINDER,
            )
        )

    def fact(self, name: str, value: str) -> None:
        """Note what the file states of itself."""
        if cut := one_line(value)[:_FACT_CHARACTERS]:
            self.facts[name] = cut

    def miss(self, what: str) -> None:
        """Note once what was not read: the unit is then partial."""
        if what not in self._missing:
            self._missing.append(what)

    def close(self, kind: UnitKind, number: int, *, blank: str = "it holds no text") -> None:
        """End the open unit."""
        reason = "; ".join(self._missing[:8])
        segments = tuple(self._segments)
        self.units.append(
            Unit(
                kind=kind,
                number=number,
                outcome="read" if segments else "no_text" if self._missing or self.children else "blank",
                reason=reason or ("" if segments else blank),
                partial=bool(self._missing),
                segments=segments,
                facts=dict(sorted(self.facts.items())),
            )
        )
        self._segments, self._missing, self.facts = [], [], {}

    def reading(self) -> Reading:
        """Return everything gathered."""
        return Reading(
            units=tuple(self.units),
            events=tuple(self.events),
            children=tuple(self.children),
            named=tuple(self.named),
            related=tuple(self.related),
        )

    def keep(self, name: str, data: bytes, *, media_type: str = "") -> None:
        """Write a file found inside as a child."""
        if len(self.children) >= self.context.limits.children:
            self.miss("embedded files beyond the limit on their number")
            return
        if len(data) > self._bytes_left:
            self.miss("embedded files beyond the limit on their size")
            return
        self._bytes_left -= len(data)
        scratch_name = f"embedded-{len(self.children) + 1}"
        (self.context.scratch / scratch_name).write_bytes(data)
        inner = "/".join(filter(None, (child_name(piece) for piece in name.split("/")))) or scratch_name
        self.children.append(Child(inner_path=inner, scratch_name=scratch_name, media_type_claimed=media_type))

    def part(self, package: Package, name: str) -> bytes | None:
        """Return the bytes of an embedded part; None, and said, where it cannot be read."""
        try:
            return package.data(name, most=min(_CHILD_BYTES, max(1, self._bytes_left)))
        except Unreadable as error:
            self.miss(f"an embedded file: {error.what}")
            return None

    def tree(self, package: Package, name: str) -> Any | None:
        """Return the root of a part beside the main one; None, and said, where it cannot be read."""
        try:
            return package.tree(name)
        except Unreadable as error:
            self.miss(error.what)
            return None


def _pieces(text: str) -> Iterator[str]:
    """Yield text whole, or in pieces of up to 2,000 code points that end between lines or words."""
    while len(text) > SEGMENT_CODE_POINTS:
        ends = (text.rfind(mark, SEGMENT_CODE_POINTS // 2, SEGMENT_CODE_POINTS) for mark in ("\n", " "))
        cut = next((end for end in ends if end > 0), SEGMENT_CODE_POINTS)
        yield text[:cut].rstrip()
        text = text[cut:].lstrip()
    if text:
        yield text
