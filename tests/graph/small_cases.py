"""A builder of small cases: real vault, shelf and ledger, hand-made readings and findings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from evidence.acts import (
    Act,
    ExhibitReceived,
    ExtractionRecorded,
    MentionAnchor,
    MentionDecided,
    Sealed,
    SegmentAnchor,
    Unsealed,
)
from evidence.authority import CaseHints
from evidence.case import Case, new_case
from evidence.digest import sha256_bytes
from evidence.ledger import Actor
from evidence.locator import Box, PagePlace, Place, RecordPlace, TextPlace, TimePlace
from evidence.records import (
    Authority,
    EventRecord,
    Exhibit,
    ExhibitNumber,
    Findings,
    Found,
    MentionStatus,
    Reading,
    ReadingSource,
    Recipe,
    Segment,
    Stamp,
    StatedRelation,
    Unit,
    UnitKind,
    Word,
    segment_id,
)

AUTHORITY = Authority(
    reference="W-1", kind="warrant", issuer="Court", issued="2026-01-01", scope="all", review_by="2030-01-01",
    erase_by="2031-01-01", country="GB",
)  # fmt: skip
ANNA = Actor(name="anna", account="anna", host="desk")
BEN = Actor(name="ben", account="ben", host="desk")
NATIVE = Stamp(name="text", version="1")
OCR = Stamp(name="tesseract", version="5.3", model="eng")
SPEECH = Stamp(name="pocketsphinx", version="5.1", model="en-us")
FINDER = Stamp(name="patterns", version="1")


@dataclass(frozen=True)
class Says:
    """A mention to find in a text: the nth time that `quote` stands in it."""

    kind: str
    quote: str
    value: str = ""
    status: MentionStatus = "established"
    nth: int = 0


@dataclass(frozen=True)
class Line:
    """One segment, one unit unless it shares `unit` with the one before."""

    text: str
    says: tuple[Says, ...] = ()
    source: ReadingSource = "native"
    unit_kind: UnitKind = "page"
    unit: int = 0
    draft: bool = False
    language: str = "en"
    speaker: str = ""
    relations: tuple[tuple[str, ...], ...] = ()
    """Kind, source kind and value, target kind and value, and where they are not the whole line, the words that say it."""
    place: Place | None = None
    events: tuple[EventRecord, ...] = ()


@dataclass
class Bench:
    """A case under construction."""

    case: Case
    engine: Stamp = NATIVE
    names: dict[str, str] = field(default_factory=dict)
    _next: int = 1

    def receive(self, name: str = "", *, parent: str = "", custodian: str = "Harbour Lodge", data: bytes = b"") -> str:
        if parent:
            number = f"{parent}/{sum(1 for known in self.names if known.startswith(parent + '/')) + 1}"
        else:
            number, self._next = f"CG-{self._next:04d}", self._next + 1
        name = name or f"{number.replace('/', '-')}.txt"
        self.names[number] = name
        exhibit = Exhibit(
            number=ExhibitNumber(number), sha256=sha256_bytes(data or number.encode()), size_bytes=7, name=name,
            name_bytes_hex=name.encode().hex(), authority="W-1", custodian=custodian, parent=parent,
            inner_path=name if parent else "",
        )  # fmt: skip
        self.record(ExhibitReceived(exhibit=exhibit))
        return number

    def read(
        self,
        number: str,
        lines: Sequence[Line],
        *,
        engine: Stamp | None = None,
        parts: int = 1,
        media_type: str = "application/pdf",
    ) -> None:
        """Record an extraction of `lines`, split over `parts` artifacts."""
        engine = engine or self.engine
        units = _units(lines)
        share = -(-len(units) // parts)
        refs = []
        for start in range(0, max(1, len(units)), max(1, share)):
            part = f"pages {start}" if parts > 1 else ""
            mine = units[start : start + share]
            reading, findings = _made(mine)
            recipe = Recipe(step="reading", inputs=(sha256_bytes(number.encode()),), part=part, stamps=(engine,))
            ref = self.case.shelf.keep(recipe, reading)
            refs.append(ref)
            found = Recipe(step="mentions", inputs=(ref.content,), part=part, stamps=(FINDER,))
            refs.append(self.case.shelf.keep(found, findings))
        self.record(
            ExtractionRecorded(
                exhibit=number, media_type=media_type, outcome="read", units={"read": len(units)},
                artifacts=tuple(refs), stamps=(engine, FINDER), draft=any(line.draft for line in lines),
            )
        )  # fmt: skip

    def exhibit(self, *lines: Line, name: str = "", parent: str = "", engine: Stamp | None = None) -> str:
        number = self.receive(name, parent=parent)
        self.read(number, lines, engine=engine)
        return number

    def record(self, *acts: Act, actor: Actor = ANNA) -> int:
        return self.case.record(*acts, actor=actor)

    def seal(self, number: str, segment: SegmentAnchor | None = None) -> int:
        return self.record(Sealed(exhibit=number, seal="privileged", reason="letter to counsel", segment=segment))

    def unseal(self, number: str, segment: SegmentAnchor | None = None) -> int:
        return self.record(Unsealed(exhibit=number, reason="released", segment=segment), actor=BEN)

    def decide(
        self, anchor: MentionAnchor, verdict: str, *, value: str = "", kind: str = "", actor: Actor = ANNA
    ) -> int:
        return self.record(
            MentionDecided(anchor=anchor, verdict=verdict, reason="looked at it", value=value, kind=kind),  # type: ignore[arg-type]
            actor=actor,
        )


def place_of(line: Line, unit: int) -> Place:
    if line.place is not None:
        return line.place
    if line.unit_kind == "page":
        return PagePlace(page=unit, width_px=1000, height_px=1400, dpi=150)
    if line.unit_kind == "minute":
        return TimePlace(start_ms=(unit - 1) * 60_000, end_ms=(unit - 1) * 60_000 + 5_000)
    if line.unit_kind == "message":
        return RecordPlace(record=unit, field="body")
    return TextPlace(start=0, end=len(line.text), line=1)


def anchor(number: str, line: Line, *, unit: int = 1, ordinal: int = 1) -> SegmentAnchor:
    return SegmentAnchor(
        exhibit=number, unit_kind=line.unit_kind, unit=unit, ordinal=ordinal, place=place_of(line, unit),
        opening=line.text[:80],
    )  # fmt: skip


def mention_anchor(number: str, line: Line, says: Says, *, unit: int = 1, ordinal: int = 1) -> MentionAnchor:
    start = _start(line.text, says)
    return MentionAnchor(
        segment=anchor(number, line, unit=unit, ordinal=ordinal), kind=says.kind, start=start,
        end=start + len(says.quote), quote=says.quote, value=says.value or says.quote,
    )  # fmt: skip


def where(number: str, line: Line, *, unit: int = 1, ordinal: int = 1) -> str:
    return segment_id(number, line.unit_kind, unit, ordinal)


def _units(lines: Iterable[Line]) -> list[list[tuple[int, Line]]]:
    units: list[list[tuple[int, Line]]] = []
    for line in lines:
        if units and line.unit and units[-1][0][0] == line.unit:
            units[-1].append((line.unit, line))
        else:
            units.append([(line.unit or len(units) + 1, line)])
    return units


def _made(units: list[list[tuple[int, Line]]]) -> tuple[Reading, Findings]:
    made, found, relations, events, index = [], [], [], [], 0
    for unit in units:
        segments = []
        for number, line in unit:
            segments.append(_segment(index, line, number))
            found += [_found(index, line, says) for says in line.says]
            relations += [_relation(index, line, stated) for stated in line.relations]
            events += [_moved(event, index) for event in line.events]
            index += 1
        first = unit[0][1]
        made.append(
            Unit(kind=first.unit_kind, number=unit[0][0], outcome="read", draft=first.draft, segments=tuple(segments))
        )
    return Reading(units=tuple(made), events=tuple(events)), Findings(mentions=tuple(found), relations=tuple(relations))


def _moved(event: EventRecord, index: int) -> EventRecord:
    return msgspec.structs.replace(event, segment=index)


def _segment(index: int, line: Line, unit: int) -> Segment:
    words = _words(line) if line.source in ("ocr", "speech") else ()
    return Segment(
        index=index, text=line.text, place=place_of(line, unit), source=line.source, language=line.language,
        speaker=line.speaker, score=870 if words else -1, words=words,
    )  # fmt: skip


def _words(line: Line) -> tuple[Word, ...]:
    words, at = [], 0
    for place, word in enumerate(line.text.split(" ")):
        if line.source == "ocr":
            box = Box(10 + 60 * place, 20, 50, 12)
            words.append(Word(start=at, end=at + len(word), score=800 + place, box=box))
        else:
            words.append(Word(start=at, end=at + len(word), score=500, start_ms=300 * place, end_ms=300 * place + 250))
        at += len(word) + 1
    return tuple(words)


def _start(text: str, says: Says) -> int:
    at = -1
    for _ in range(says.nth + 1):
        at = text.index(says.quote, at + 1)
    return at


def _found(index: int, line: Line, says: Says) -> Found:
    start = _start(line.text, says)
    return Found(
        segment=index, kind=says.kind, start=start, end=start + len(says.quote), quote=says.quote,
        value=says.value or says.quote, status=says.status, finder=f"patterns.{says.kind}", score=-1,
    )  # fmt: skip


def _relation(index: int, line: Line, stated: tuple[str, ...]) -> StatedRelation:
    kind, source_kind, source_value, target_kind, target_value, *words = stated
    start = line.text.index(words[0]) if words else -1
    return StatedRelation(
        segment=index, kind=kind, source_kind=source_kind, source_value=source_value, target_kind=target_kind,  # type: ignore[arg-type]
        target_value=target_value, rule="signature block", start=start, end=start + len(words[0]) if words else -1,
    )  # fmt: skip


PHONE = Says("phone", "020 7946 0142", "+442079460142")
EMAIL = Says("email", "bookings@northquay.example")
IBAN = Says("iban", "GB82 WEST 1234 5698 7654 32", "GB82WEST12345698765432")
EMAIL_LINE = Line(
    "From bookings@northquay.example to m.kovacs@lodge.example. Call 020 7946 0142",
    (EMAIL, Says("email", "m.kovacs@lodge.example"), PHONE),
    unit_kind="message",
    relations=(
        ("emailed", "email", "bookings@northquay.example", "email", "m.kovacs@lodge.example"),
        ("signs_with", "email", "bookings@northquay.example", "phone", "+442079460142"),
    ),
    events=(
        EventRecord(
            kind="email", segment=0, time_written="Mon, 2 Mar 2026 09:00 +0000", time_utc="2026-03-02T09:00:00Z",
            parties=(("from", "email", "bookings@northquay.example"), ("to", "email", "m.kovacs@lodge.example")),
        ),
    ),
)  # fmt: skip
FORM_LINE = Line(
    "Registration form contact 020 7946 0142 room 7",
    (Says("phone", "020 7946 0142", "+442079460142", "candidate"),),
    source="ocr",
)
CALL_LINE = Line(
    "please ring oh two oh seven nine four six oh one four two ask for Márton",
    (Says("phone", "oh two oh seven nine four six oh one four two", "+442079460142"),),
    source="speech", unit_kind="minute", draft=True, speaker="caller",
)  # fmt: skip
SLIP_LINE = Line("Payslip account GB82 WEST 1234 5698 7654 32 for bookings@northquay.example", (IBAN, EMAIL))


def new_bench(folder: Path) -> Bench:
    """Return an empty case in `folder`."""
    return Bench(new_case(folder, title="Test", authority=AUTHORITY, hints=CaseHints(), actor=ANNA))


def fill_lodge(bench: Bench) -> Bench:
    """Receive an email, a form, a call and a payslip that share a number and an account."""
    bench.exhibit(EMAIL_LINE, name="mail.eml")
    bench.exhibit(FORM_LINE, name="form.png", engine=OCR)
    bench.exhibit(CALL_LINE, name="call.wav", engine=SPEECH)
    bench.exhibit(SLIP_LINE, name="slip.pdf")
    return bench
