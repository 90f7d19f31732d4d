"""The narrow abilities an engine or reader can have; each is one verb and a stamp."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final, Protocol

import msgspec

from evidence.digest import Sha256
from evidence.locator import Box, Place
from evidence.records import EventKind, Findings, Reading, Segment, Stamp, Unit, UnitKind
from evidence.templates import Template


class Availability(msgspec.Struct, frozen=True, kw_only=True):
    """Whether an engine can run here, and what to do where it cannot; `casegraph doctor` prints these."""

    engine: str
    available: bool
    detail: str
    """Version and model where available; otherwise what is missing and what is lost without it."""
    next_step: str = ""


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What a hostile file may cost."""

    seconds: int = 600
    """Wall-clock limit of one job; the worker is killed past it."""
    memory_bytes: int = 3 << 30
    text_code_points: int = 20_000_000
    pages: int = 20_000
    pages_sampled: int = 6
    """Pages that a survey opens to guess what the others cost; 0 once one of them has crashed it."""
    pixels: int = 200_000_000
    audio_seconds: int = 12 * 3600
    children: int = 5_000
    child_bytes: int = 2 << 30
    depth: int = 8


class Sibling(msgspec.Struct, frozen=True, kw_only=True):
    """Another received file that stands beside an exhibit and belongs to it: a volume of a split archive, a `-wal`."""

    name: str
    path: Path
    sha256: Sha256


class ReadContext(msgspec.Struct, frozen=True, kw_only=True):
    """What people asserted about the material, and where a reader may write."""

    languages: tuple[str, ...]
    """ISO 639-1 codes in order; the first is the main one. Empty: nobody said."""
    speech_language: str = ""
    """The language someone said is spoken in the recordings; empty: nobody said."""
    region: str = ""
    """ISO 3166 alpha-2, asserted; for national phone numbers."""
    day_order: str = ""
    """`dmy`, `mdy` or empty: not asserted, so 03/04/2026 stays ambiguous."""
    zone: str = ""
    name: str = ""
    """The exhibit's own name or inner path, as displayed. A reader that lets it change what it returns stamps it."""
    siblings: tuple[Sibling, ...] = ()
    """What belongs to it, found by name beside it; their digests are inputs of the recipe."""
    passwords: tuple[str, ...] = ()
    """Tried in order on what is locked; never written anywhere, only which one in the list it was."""
    templates: tuple[Template, ...] = ()
    """Column templates on record, see `evidence.templates`."""
    scratch: Path = Path()
    """A folder of this job's own, inside CASE/tmp."""
    limits: Limits = Limits()


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of an exhibit that one job reads: some pages, or the whole."""

    name: str = ""
    """`pages 1-20`; empty for the whole."""
    first: int = 1
    last: int = 0
    """Last page, inclusive; 0: to the end."""
    seconds_expected: float = 0.1
    """Rough cost on one core, for ordering and for `--plan`."""


class Survey(msgspec.Struct, frozen=True, kw_only=True):
    """What a first look says about an exhibit: how it will be read and in how many parts."""

    media_type: str
    reader: str
    """Key in the registry; empty where no reader exists."""
    parts: tuple[Part, ...] = ()
    units: int = 0
    """Pages or minutes expected; 0 where not known."""
    outcome: str = ""
    """Set where it need not be read further: `skipped`, `failed` or `blank`."""
    reason: str = ""


class Emits(msgspec.Struct, frozen=True, kw_only=True):
    """What a reader gives besides text: units it counts, kinds of event it records, and whether there is more."""

    units: tuple[UnitKind, ...]
    events: tuple[EventKind, ...] = ()
    accounts: bool = False
    """Accounts, numbers and addresses from the records' own fields."""
    children: bool = False
    """Files inside it, each an exhibit of its own."""
    tables: bool = False
    """Tables whose rows stay columns."""


class Format(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the table of formats: how content is recognised, who reads it, and what is kept of it."""

    media_type: str
    """As `extractors.identify` gives it; `x-` names are ours, for formats that never had one."""
    title: str
    """`WhatsApp text export`."""
    reader: str
    """Key in `extractors.registry.READERS`."""
    unit: UnitKind
    """What is counted, and what is said to be lost where a part of it crashes."""
    recognised: str
    """By what in its bytes or structure."""
    kept: str
    """What is kept of it, in words for an investigator."""
    place: str
    """How deep the provenance goes: `message number, line, byte offset`."""
    left_out: str = ""
    """What is in such files and is not read."""
    needs: str = ""
    """An optional package or program, and what is lost without it."""


class OcrPage(msgspec.Struct, frozen=True, kw_only=True):
    """What an OCR engine made of one page image: text, words with boxes in pixels of the image as given."""

    text: str
    words: tuple[tuple[int, int, int, Box], ...]
    """(start, end, score 0-1000, box), in code points of `text`."""
    facts: dict[str, str] = {}


class TextRecogniser(Protocol):
    """Reads the words on one page image."""

    def recognise(self, image: Path, *, dpi: int) -> OcrPage:
        """Return the words of `image`; raises Unreadable where the engine fails on it."""
        ...

    def stamp(self) -> Stamp:
        """Return name, version, language data digest and settings."""
        ...


class Transcriber(Protocol):
    """Writes down the speech of one recording."""

    def transcribe(self, recording: Path, *, context: ReadContext) -> tuple[Unit, ...]:
        """Return one unit per minute, its utterances as segments; raises Unreadable where it cannot be decoded."""
        ...

    def stamp(self) -> Stamp:
        """Return name, version, model digest and settings."""
        ...


DAYS_UNKNOWN: Final[Mapping[int, str]] = MappingProxyType({})
"""Of no segment is it known on which day it was written."""


class EntityFinder(Protocol):
    """Finds what segments name."""

    def find(
        self, segments: Sequence[Segment], *, context: ReadContext, written: Mapping[int, str] = DAYS_UNKNOWN
    ) -> Findings:
        """Return the mentions and stated relations of `segments`, in segment order, then by start.

        `written` is the day (ISO 8601) on which a segment was written, by its index, where that is known.
        """
        ...

    def stamp(self) -> Stamp:
        """Return pipeline name, version, digest and settings."""
        ...


class Original(msgspec.Struct, frozen=True, kw_only=True):
    """What stands at a place of an exhibit, taken from its bytes again and not from what was made of them."""

    text: str
    """The record as it stands there: its lines, its JSON object, its row as `column: value` lines."""
    data: bytes = b""
    """The very bytes, where the format keeps them together; empty where the record is spread over a file."""
    where: str = ""
    """How it was reached, for people: `bytes 1,204 to 1,310`, `table messages, rowid 17`."""


class Engines(msgspec.Struct, frozen=True, kw_only=True):
    """The engines a reader may use; None where none is available (the units are then `skipped`, never dropped)."""

    ocr: TextRecogniser | None = None
    speech: Transcriber | None = None


class Reopener(Protocol):
    """Goes from a place back to the original; a reader of records has this ability too."""

    def original(self, path: Path, *, place: Place, media_type: str, context: ReadContext) -> Original:
        """Return what stands at `place` of the file; raises Unreadable where there is no such place."""
        ...


class Reader(Protocol):
    """Reads one format family."""

    def survey(self, path: Path, *, media_type: str, context: ReadContext) -> Survey:
        """Return the parts to read and what they may cost; cheap. Raises Unreadable."""
        ...

    def read(self, path: Path, *, media_type: str, part: Part, engines: Engines, context: ReadContext) -> Reading:
        """Return the units of `part`; raises Unreadable where the whole exhibit cannot be read."""
        ...

    def stamps(self, *, engines: Engines, context: ReadContext) -> tuple[Stamp, ...]:
        """Return the stamps of everything that can change what `read` returns."""
        ...
