"""A small case with everything a summary must show: real files in the vault, hand-made readings, real decisions."""

from __future__ import annotations

import wave
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from evidence.acts import (
    Act,
    CategorySet,
    Consulted,
    ExhibitReceived,
    ExtractionRecorded,
    FindingWritten,
    MentionAnchor,
    MentionDecided,
    Sealed,
    SegmentAnchor,
    SegmentTagged,
    TextCorrected,
    UnderminingScheduled,
)
from evidence.authority import CaseHints
from evidence.case import Case, new_case
from evidence.ledger import Actor
from evidence.locator import Box, PagePlace, TextPlace, TimePlace
from evidence.records import (
    ArtifactRef,
    Authority,
    EventRecord,
    Exhibit,
    ExhibitNumber,
    Findings,
    Found,
    OutcomeKind,
    Reading,
    Recipe,
    Segment,
    Stamp,
    Unit,
    Word,
)

AUTHORITY = Authority(
    reference="W-2026-0317",
    kind="warrant",
    issuer="Ellery Docks Magistrates' Court (fictional)",
    issued="2026-03-02",
    valid_from="2026-03-02",
    valid_to="2026-04-01",
    country="GB",
    purposes=("investigation of forced labour",),
    scope="Documents, recordings and messages about the recruitment, housing and pay of staff.",
    review_by="2026-09-02",
    erase_by="2029-03-02",
)
ANNA = Actor(name="Anna Ortega", account="aortega", host="desk-4")
BEN = Actor(name="Ben Suleiman", account="bsuleiman", host="desk-5")
IMAGE = Stamp(name="image", version="pillow 13.0.0", settings={"rules": 1})
PDF = Stamp(name="pdf", version="pypdfium2 5.15.2", settings={"ocr_dpi": 300})
OCR = Stamp(
    name="tesseract",
    version="5.3.4",
    model="eng",
    model_digest="ab" * 32,
    settings={"psm": 3, "languages": ["en", "ro"]},
)
AUDIO = Stamp(name="audio", version="1", settings={"part_minutes": 10})
SPEECH = Stamp(name="pocketsphinx", version="5.1.1", model="en-us", model_digest="cd" * 32)
EMAIL = Stamp(name="email", version="1", settings={"rules": 1})
FINDER = Stamp(name="spacy_entities", version="1", settings={"patterns": "ef" * 8})
NUMBER = "020 7946 0123"
VALUE = "+442079460123"


@dataclass
class Ticking:
    """A clock that moves a second at each look, so that the same steps give the same times."""

    at: datetime = datetime(2026, 3, 5, 9, 0, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at


@dataclass
class Bench:
    """A case under construction."""

    case: Case
    folder: Path
    texts: dict[str, str] = field(default_factory=dict)
    anchors: dict[str, SegmentAnchor] = field(default_factory=dict)
    kinds: dict[tuple[str, str], str] = field(default_factory=dict)
    _next: int = 1

    def record(self, *acts: Act, actor: Actor = ANNA) -> int:
        return self.case.record(*acts, actor=actor)

    def receive(self, path: Path, *, name: str = "", custodian: str = "Lodge office") -> str:
        sha256, size_bytes = self.case.vault.receive(path)
        number = f"CG-{self._next:04d}"
        self._next += 1
        name = name or path.name
        exhibit = Exhibit(
            number=ExhibitNumber(number),
            sha256=sha256,
            size_bytes=size_bytes,
            name=name,
            name_bytes_hex=name.encode("utf-8", "surrogatepass").hex(),
            media_type="",
            authority=AUTHORITY.reference,
            custodian=custodian,
        )
        self.record(ExhibitReceived(exhibit=exhibit, manifest="agrees"))
        return number

    def read(
        self,
        number: str,
        units: Sequence[Unit],
        found: Sequence[Found] = (),
        *,
        media_type: str,
        stamps: tuple[Stamp, ...],
        events: Sequence[EventRecord] = (),
        names: bool = True,
        **flags: bool,
    ) -> None:
        blob = self.case.vault  # the digest of the exhibit stands in for the input
        reading = Reading(units=tuple(units), events=tuple(events))
        inputs = (next(iter(blob.digests())), number)
        made = self.case.shelf.keep(Recipe(step="reading", inputs=inputs, stamps=stamps), reading)
        findings = Findings(mentions=tuple(found), names_looked_for=names)
        mentions = self.case.shelf.keep(Recipe(step="mentions", inputs=(made.content,), stamps=(FINDER,)), findings)
        counts: dict[str, int] = {}
        for unit in units:
            counts[unit.outcome] = counts.get(unit.outcome, 0) + 1
        self._extracted(number, "read", media_type, counts, (made, mentions), (*stamps, FINDER), names, flags)
        self._remember(number, units, found)

    def _remember(self, number: str, units: Sequence[Unit], found: Sequence[Found]) -> None:
        for unit in units:
            for ordinal, segment in enumerate(unit.segments, start=1):
                anchor = SegmentAnchor(
                    exhibit=number,
                    unit_kind=unit.kind,
                    unit=unit.number,
                    ordinal=ordinal,
                    place=segment.place,
                    opening=segment.text[:80],
                )
                self.anchors[f"{number}:{segment.index}"] = anchor
                self.texts[f"{number}:{segment.index}"] = segment.text
        for mention in found:
            self.kinds[f"{number}:{mention.segment}", mention.quote] = mention.kind

    def _extracted(
        self,
        number: str,
        outcome: OutcomeKind,
        media_type: str,
        counts: dict[str, int],
        artifacts: tuple[ArtifactRef, ...],
        stamps: tuple[Stamp, ...],
        names: bool,
        flags: dict[str, bool],
        reason: str = "",
    ) -> None:
        self.record(
            ExtractionRecorded(
                exhibit=number,
                media_type=media_type,
                outcome=outcome,
                reason=reason,
                units=counts,
                artifacts=artifacts,
                stamps=stamps,
                names_looked_for=names,
                **flags,
            )
        )

    def not_read(self, number: str, outcome: OutcomeKind, reason: str, *, media_type: str = "application/pdf") -> None:
        self._extracted(number, outcome, media_type, {outcome: 1}, (), (PDF,), False, {}, reason)

    def mention(self, where: str, quote: str, value: str) -> MentionAnchor:
        start = self.texts[where].index(quote)
        return MentionAnchor(
            segment=self.anchors[where],
            kind=self.kinds[where, quote],
            start=start,
            end=start + len(quote),
            quote=quote,
            value=value,
        )

    def decide(self, where: str, quote: str, value: str, verdict: str, *, to: str = "", actor: Actor = BEN) -> int:
        return self.record(
            MentionDecided(
                anchor=self.mention(where, quote, value),
                verdict=verdict,
                reason="compared with the page" if verdict == "confirm" else "the page says otherwise",
                value=to,
            ),
            actor=actor,
        )

    def tag(self, where: str, tag: str, finding: str = "F-1", reason: str = "") -> int:
        return self.record(SegmentTagged(segment=self.anchors[where], tag=tag, finding=finding, reason=reason))

    def schedule(self, where: str, reason: str = "the officer in the case decided") -> int:
        return self.record(UnderminingScheduled(segment=self.anchors[where], reason=reason))

    def seal(self, where: str) -> int:
        if ":" in where:
            anchor = self.anchors[where]
            return self.record(Sealed(exhibit=anchor.exhibit, seal="privileged", reason="counsel", segment=anchor))
        return self.record(Sealed(exhibit=where, seal="privileged", reason="letter to counsel"))

    def finding(self, number: str, sentence: str, *, actor: Actor = ANNA) -> int:
        return self.record(FindingWritten(finding=number, sentence=sentence), actor=actor)

    def write(self, name: str, data: bytes) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    # --- exhibits ---

    def scan(self, name: str, lines: Sequence[str], said: Sequence[tuple[str, str, str]], *, pdf: bool = False) -> str:
        """A page image of `lines`, read by OCR with boxes; `said` is (kind, quote, value)."""
        page, words, text = drawn(lines)
        path = self.folder / name
        page.save(path, "PDF" if pdf else "PNG", resolution=150)
        number = self.receive(path)
        # Pillow writes pages of pixels * 72 / 150 points; rendered at 150 dpi they have the same pixels again.
        place = PagePlace(page=1, width_px=page.width, height_px=page.height, dpi=150)
        segment = Segment(index=0, text=text, place=place, source="ocr", language="en", score=843, words=words)
        unit = Unit(kind="page", number=1, outcome="read", segments=(segment,))
        self.read(
            number,
            [unit],
            [found(0, text, *each) for each in said],
            media_type="application/pdf" if pdf else "image/png",
            stamps=(PDF if pdf else IMAGE, OCR),
        )
        return number

    def call(self, name: str = "hotline-call.wav") -> str:
        """Four seconds of sound, two utterances, read as a draft."""
        path = self.folder / name
        write_tone(path)
        number = self.receive(path)
        text = "my number is oh two oh seven nine four six oh one two three"
        words = tuple(
            Word(start=at, end=at + len(word), score=700, start_ms=600 + 200 * order, end_ms=780 + 200 * order)
            for order, (at, word) in enumerate(split(text))
        )
        utterances = (
            Segment(
                index=0, text=text, place=TimePlace(start_ms=600, end_ms=3400), source="speech", language="en", score=702,
                words=words,
            ),
            Segment(index=1, text="please help", place=TimePlace(start_ms=3500, end_ms=3900), source="speech", score=655),
        )  # fmt: skip
        unit = Unit(kind="minute", number=1, outcome="read", draft=True, segments=utterances)
        spoken = "oh two oh seven nine four six oh one two three"
        self.read(
            number,
            [unit],
            [found(0, text, "phone", spoken, VALUE, rule="digits spoken", status="candidate")],
            media_type="audio/wav",
            stamps=(AUDIO, SPEECH),
            names=False,
            draft=True,
        )
        return number

    def email(self, name: str, text: str, said: Sequence[tuple[str, str, str]], *, when: str, utc: str = "") -> str:
        number = self.receive(self.write(name, text.encode()))
        place = TextPlace(start=0, end=len(text), line=1)
        segment = Segment(index=0, text=text, place=place, source="native", language="en")
        unit = Unit(kind="message", number=1, outcome="read", segments=(segment,))
        event = EventRecord(
            kind="email",
            segment=0,
            time_written=when,
            time_utc=utc,
            zone="+0000" if utc else "",
            description="Email: rooms for the staff",
            parties=(("from", "email", "bookings@northquay.example"),),
        )
        self.read(
            number,
            [unit],
            [found(0, text, *each) for each in said],
            media_type="message/rfc822",
            stamps=(EMAIL,),
            events=[event],
        )
        return number


def split(text: str) -> list[tuple[int, str]]:
    at, made = 0, []
    for word in text.split():
        at = text.index(word, at)
        made.append((at, word))
        at += len(word)
    return made


def found(segment: int, text: str, kind: str, quote: str, value: str, **more: str) -> Found:
    start = text.index(quote)
    fields = {
        "status": "established",
        "check": "E.164 by libphonenumber, region GB asserted" if kind == "phone" else "",
    }
    return Found(
        segment=segment,
        kind=kind,
        start=start,
        end=start + len(quote),
        quote=quote,
        value=value,
        score=811,
        finder=f"patterns.{kind}",
        **(fields | more),
    )


def drawn(lines: Sequence[str]) -> tuple[Image.Image, tuple[Word, ...], str]:
    page = Image.new("L", (1240, 1754), 252)
    draw = ImageDraw.Draw(page)
    words: list[Word] = []
    at = 0
    for row, line in enumerate(lines):
        for start, word in split(line):
            left, top = 140 + round(draw.textlength(line[:start], font_size=34)), 160 + 90 * row
            draw.text((left, top), word, fill=20, font_size=34)
            width = round(draw.textlength(word, font_size=34))
            box = Box(left, top, width, 38)
            words.append(Word(start=at + start, end=at + start + len(word), score=880, box=box))
        at += len(line) + 1
    return page, tuple(words), "\n".join(lines)


def write_tone(path: Path) -> None:
    seconds = np.arange(4 * 16_000) / 16_000
    loud = np.where((seconds > 0.6) & (seconds < 3.4), np.abs(np.sin(seconds * 9)), 0.02)
    pcm = (np.sin(seconds * 2 * np.pi * 220) * loud * 20_000).astype(np.int16)
    with wave.open(str(path), "wb") as writing:
        writing.setnchannels(1)
        writing.setsampwidth(2)
        writing.setframerate(16_000)
        writing.writeframes(pcm.tobytes())


def make_bench(folder: Path) -> Bench:
    files = folder / "files"
    files.mkdir(parents=True)
    hints = CaseHints(region="GB", languages=("en", "ro"))
    case = new_case(
        folder / "case", title="Harbour Lodge", authority=AUTHORITY, hints=hints, actor=ANNA, clock=Ticking()
    )
    return Bench(case, files)


def fill(bench: Bench) -> Bench:
    """The case of the tests: a form, a call, an email, a taxi card, a note that undermines, and things not read."""
    form = bench.scan(
        "registration-form.pdf",
        [
            "HARBOUR LODGE",
            "Registration form",
            "Room 14",
            f"Contact {NUMBER}",
            "Card 020 7946 0199",
            "Arrived 12/02/2026",
        ],
        [("phone", NUMBER, VALUE), ("phone", "020 7946 0199", "+442079460199")],
        pdf=True,
    )
    call = bench.call()
    mail = bench.email(
        "booking.eml",
        f"Dear all,\nPlease keep rooms 12 to 14 for our staff.\nD. Marsh\nNorthquay Staffing, {NUMBER}\n",
        [("phone", NUMBER, VALUE), ("person_name", "D. Marsh", "d. marsh")],
        when="Mon, 2 Mar 2026 08:14:07 +0000",
        utc="2026-03-02T08:14:07Z",
    )
    taxi = bench.scan("taxi-card.png", ["Quay Cars", "020 7946 0128"], [("phone", "020 7946 0128", "+442079460128")])
    log = bench.email(
        "night-log.txt",
        "12/02 23:10 The guests in 14 hold their own keys and went out to town.\n",
        [],
        when="12/02 23:10",
    )
    locked = bench.receive(bench.write("scan-locked.pdf", b"%PDF-1.7 locked"))
    bench.not_read(locked, "skipped", "encrypted: no password was given")
    empty = bench.receive(bench.write("empty.txt", b""))
    bench.not_read(empty, "failed", "empty file (0 bytes)", media_type="text/plain")
    letter = bench.email("letter-of-advice.eml", "Dear client, XSECRETX advice", [], when="1 March 2026")
    bench.finding("F-1", "The number on the registration form is the number given in the hotline call.")
    bench.finding("F-2", "Northquay Staffing booked the rooms.", actor=BEN)
    bench.decide(f"{form}:0", NUMBER, VALUE, "confirm")
    bench.decide(f"{form}:0", "020 7946 0199", "+442079460199", "reject")
    bench.decide(f"{taxi}:0", "020 7946 0128", "+442079460128", "confirm")
    bench.tag(f"{form}:0", "supports", reason="contact number on the form")
    bench.tag(f"{call}:0", "supports", reason="caller reads the number out")
    bench.tag(f"{mail}:0", "supports", "F-2", reason="the booking itself")
    bench.tag(f"{log}:0", "undermines", "F-1", reason="speaks of guests who come and go")
    bench.tag(f"{taxi}:0", "neutral", "F-1", reason="one digit off")
    start = bench.texts[f"{form}:0"].index("HARBOUR")
    bench.record(
        TextCorrected(
            segment=bench.anchors[f"{form}:0"],
            start=start,
            end=start + 7,
            quote="HARBOUR",
            text="HARBOR",
            reason="no U",
        )
    )
    bench.record(
        CategorySet(
            entity_kind="person_name", entity_value="d. marsh", category="witness", reason="statement of 3 March"
        )
    )
    bench.case.record_access(Consulted(command="search", asked='"van driver"', results=0), actor=ANNA)
    bench.seal(letter)
    bench.case.record_access(Consulted(command="search", asked="after the last event", results=0), actor=ANNA)
    return bench
