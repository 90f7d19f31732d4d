"""Everything a summary says, as frozen records: `summary.json` is these records, and the PDF prints them.

Each record that asserts something has a `claim` id, a `basis` (LED 2016/680 Art. 7), an `author` where a person judged,
and `sources`: claim ids of readings, exhibits (`CG-0003`) or custody lines (`custody line 41`).
"""

from __future__ import annotations

from typing import Literal

import msgspec

from evidence.locator import Box, Place
from evidence.records import Authority, Basis, ReadingSource, Review, Stamp, Tag

FORMAT = "casegraph-summary/1"
REDACTION = "contains unredacted personal data"
HEADER = "Summary — not evidence itself"


class Locator(msgspec.Struct, frozen=True, kw_only=True):
    """Where a reading stands: segment, place in the exhibit, code points in the segment, boxes on the page."""

    segment: str
    place: Place
    start: int = -1
    """Code points of the segment's text; -1 for the whole segment."""
    end: int = -1
    boxes: tuple[Box, ...] = ()
    """In pixels of the page image that `place` describes."""
    start_ms: int = -1
    end_ms: int = -1


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What a person decided about a reading, and when."""

    review: Review
    by: str = ""
    at: str = ""
    reason: str = ""


class Strip(msgspec.Struct, frozen=True, kw_only=True):
    """The source strip: exhibit, place, engine and raw score, review state."""

    exhibit: str
    exhibit_name: str
    sha256: str
    place: str
    """As people read it: `p. 3`, `00:41.2`, `line 12`."""
    locator: Locator
    source: ReadingSource
    engine: str
    """Name and version of what read it; `stored in the file` adds the parser."""
    model: str = ""
    score: int = -1
    """The engine's raw score, 0 to 1000; -1: the engine gives none."""
    verdict: Verdict = Verdict(review="unreviewed")
    draft: bool = False
    doubtful: bool = False


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """One thing read at one place: a number, a name, an address, words that a person corrected."""

    claim: str
    basis: Basis
    author: str = ""
    sources: tuple[str, ...]
    kind: str
    quote: str
    """Verbatim, as the machine read it or the file stores it."""
    value: str
    """As it counts: normalised, or as a person corrected it."""
    status: str = ""
    """`established`, `candidate`, `unverified`: whether it joins an entity by value."""
    check: str = ""
    rule: str = ""
    strip: Strip


class Crop(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of the page itself, the words boxed; drawn in the PDF, named here."""

    file: str
    sha256: str
    page: int
    region: Box
    """In pixels of the page image that the locator's place describes."""
    boxes: tuple[Box, ...]
    width_px: int
    height_px: int
    description: str


class Waveform(msgspec.Struct, frozen=True, kw_only=True):
    """The loudness of the seconds cited, drawn from the recording itself."""

    start_ms: int
    end_ms: int
    from_ms: int
    to_ms: int
    """The stretch drawn: the words lie between `start_ms` and `end_ms`."""
    peaks: tuple[int, ...]
    """Greatest magnitude of equal slices, 0 to 100."""


class Correction(msgspec.Struct, frozen=True, kw_only=True):
    """Characters a person corrected in a line of text; the machine's reading stays beside them."""

    claim: str
    basis: Basis = "personal_assessment"
    author: str
    sources: tuple[str, ...]
    at: str
    before: str
    after: str
    reason: str


class Excerpt(msgspec.Struct, frozen=True, kw_only=True):
    """The words of a segment as printed: whole where short, else the lines around what is cited."""

    text: str
    whole: bool


class FormerTag(msgspec.Struct, frozen=True, kw_only=True):
    """A tag that a later one on the same segment and finding replaced."""

    claim: str
    basis: Basis = "personal_assessment"
    author: str
    sources: tuple[str, ...]
    at: str
    tag: Tag
    reason: str


class TagTakenBack(msgspec.Struct, frozen=True, kw_only=True):
    """A tag that a person took back: what it had said, and who took it back why."""

    claim: str
    basis: Basis = "personal_assessment"
    author: str
    """Who had set it."""
    sources: tuple[str, ...]
    at: str
    segment: str
    place: str
    tag: Tag
    reason: str
    taken_back_by: str
    taken_back_at: str
    taken_back_reason: str


class CitedSegment(msgspec.Struct, frozen=True, kw_only=True):
    """A segment that somebody tagged for a finding, with what was read in it."""

    claim: str
    basis: Basis
    author: str = ""
    sources: tuple[str, ...]
    segment: str
    tag: Tag
    tagged_by: str
    tagged_at: str
    tag_reason: str
    formerly: tuple[FormerTag, ...] = ()
    """What it was tagged before, oldest first."""
    strip: Strip
    text: str
    excerpt: Excerpt
    language: str = ""
    speaker: str = ""
    confirmed: tuple[Reading, ...] = ()
    """Readings a person confirmed, corrected or took on as an assessment."""
    unconfirmed: tuple[Reading, ...] = ()
    """Machine readings that nobody confirmed."""
    rejected: tuple[Reading, ...] = ()
    """Machine readings that a person rejected."""
    corrections: tuple[Correction, ...] = ()
    crop: Crop | None = None
    waveform: Waveform | None = None
    picture_note: str = ""
    """Why there is no crop or waveform where one was to be expected."""

    @property
    def stands_confirmed(self) -> bool:
        """Whether anything in it was confirmed by a person; if not, it is shown apart."""
        return bool(self.confirmed or self.corrections)


class FindingCounts(msgspec.Struct, frozen=True, kw_only=True):
    """How many segments were tagged what, and how many readings in them stand how."""

    supports: int
    undermines: int
    assists_defence: int
    neutral: int
    confirmed: int
    unconfirmed: int
    rejected: int


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """A sentence a person wrote, with what supports it and what undermines it."""

    claim: str
    basis: Basis = "personal_assessment"
    author: str
    sources: tuple[str, ...]
    written_at: str
    sentence: str
    reason: str = ""
    cited: tuple[CitedSegment, ...] = ()
    """Ordered: supports, undermines, assists_defence, neutral; then by segment."""
    counts: FindingCounts
    not_shown: tuple[str, ...] = ()
    """Plain sentences on tagged material that is not printed: sealed (a count), or no longer matching."""
    taken_back: tuple[TagTakenBack, ...] = ()


class CitedPlace(msgspec.Struct, frozen=True, kw_only=True):
    """A place that a row of an analysis rests on: a passage or a row of records with its strip, or a whole exhibit."""

    claim: str
    basis: Basis
    author: str
    sources: tuple[str, ...]
    exhibit: str
    exhibit_name: str
    sha256: str
    text: str
    strip: Strip | None
    """None for a whole exhibit."""


class AnalysisLine(msgspec.Struct, frozen=True, kw_only=True):
    """A row of an analysis, cell by cell in the order of the columns."""

    claim: str
    basis: Basis = "machine_inference"
    author: str
    sources: tuple[str, ...]
    """The claims of its places; of a row that says what is not there, the head of the custody record it was asked at."""
    cells: tuple[str | int, ...]
    cited: tuple[CitedPlace, ...]
    """The first places it rests on."""
    exhibits: tuple[str, ...]


class AnalysisSheet(msgspec.Struct, frozen=True, kw_only=True):
    """A table of an analysis."""

    title: str
    columns: tuple[str, ...]
    grouped: bool
    """Rows with one first cell stand together under it."""
    absence: bool
    """Its rows say what is not there, and cite no place."""
    lines: tuple[AnalysisLine, ...]


class AnalysisCounts(msgspec.Struct, frozen=True, kw_only=True):
    """How many rows there are, and what became of those that were saved."""

    found: int
    """Rows that the question found, whether the answer shows them or not."""
    rows: int
    places: int
    """Places cited, each a row of the source index."""
    new: int
    changed: int
    gone: int
    same: int


class Analysis(msgspec.Struct, frozen=True, kw_only=True):
    """A question that a person saved, asked again as of the head of the custody record."""

    claim: str
    basis: Basis = "machine_inference"
    author: str
    sources: tuple[str, ...]
    title: str
    reason: str
    saved_by: str
    saved_at: str
    saved_checkpoint: str
    checkpoint: str
    """At which this answer was made."""
    question: str
    parameters: dict[str, str]
    definition: str
    definition_changed: bool
    software_saved: str
    """Which software made the saved rows, where it is another than this."""
    notes: tuple[str, ...]
    answer: str
    """Digest of the rows: asking again at the same checkpoint gives it."""
    same: bool
    """Whether it is the answer that was saved."""
    sheets: tuple[AnalysisSheet, ...]
    counts: AnalysisCounts


class Category(msgspec.Struct, frozen=True, kw_only=True):
    """A category of LED Art. 6; `undetermined` unless a person set another."""

    claim: str
    basis: Basis = "personal_assessment"
    author: str
    sources: tuple[str, ...]
    category: str
    at: str
    reason: str


class Joined(msgspec.Struct, frozen=True, kw_only=True):
    """How some readings came to be one identifier or name, or why they did not."""

    claim: str
    basis: Basis
    author: str
    sources: tuple[str, ...]
    statement: str


class Party(msgspec.Struct, frozen=True, kw_only=True):
    """A person, organisation or identifier that the findings touch."""

    claim: str
    basis: Basis
    author: str
    sources: tuple[str, ...]
    entity: str
    kind: str
    label: str
    value: str
    made_how: str
    readings: tuple[Reading, ...]
    """Every reading that counts as it, confirmed ones first."""
    readings_total: int
    exhibits: tuple[str, ...]
    against: tuple[Joined, ...] = ()
    """Rejected readings, candidates not joined, values one character away."""
    categories: tuple[Category, ...] = ()
    """Of people and names only."""
    category: str = ""
    """`undetermined` unless a person set one; empty for things that are not people."""


class ChronologyLine(msgspec.Struct, frozen=True, kw_only=True):
    """Something an exhibit records as having happened."""

    claim: str
    basis: Basis
    author: str
    sources: tuple[str, ...]
    kind: str
    time_written: str
    time_utc: str
    zone: str
    """As stated; empty is printed as `zone not stated`."""
    zone_by: str = ""
    """Who states it, and what people asserted about the exhibit's clock."""
    description: str
    parties: tuple[str, ...]
    strip: Strip


class UnreadItem(msgspec.Struct, frozen=True, kw_only=True):
    """An exhibit, or units of it, that was not read, or read only in part or doubtfully."""

    claim: str
    basis: Basis = "machine_inference"
    author: str
    sources: tuple[str, ...]
    exhibit: str
    name: str
    units: str
    """`page 3`, `3 of 12 pages`, or `whole exhibit`."""
    outcome: str
    reason: str


class Search(msgspec.Struct, frozen=True, kw_only=True):
    """A search that was made of this case, from the access record."""

    claim: str
    basis: Basis = "source_fact"
    author: str
    sources: tuple[str, ...]
    at: str
    command: str
    asked: str
    results: int


class Unread(msgspec.Struct, frozen=True, kw_only=True):
    """What this summary does not know."""

    totals: dict[str, int]
    """`received`, and how many of those have each outcome."""
    of_read: dict[str, int]
    items: tuple[UnreadItem, ...]
    sealed: dict[str, int]
    """Counts by kind of seal; nothing else is said of them."""
    names_not_looked_for: tuple[str, ...]
    """Exhibits that have a segment in which names were not looked for."""
    names_not_looked_for_in: dict[str, int]
    """Those segments, counted by language."""
    unconfirmed: dict[str, int]
    """Machine readings that nobody reviewed, by kind."""
    unanchored: int
    """Decisions whose words no longer stand where they stood."""
    searches_made: int
    without_result: tuple[Search, ...]


class ExhibitLine(msgspec.Struct, frozen=True, kw_only=True):
    """An exhibit as it was received."""

    claim: str
    basis: Basis = "source_fact"
    author: str
    sources: tuple[str, ...]
    number: str
    name: str
    sha256: str
    size_bytes: int
    media_type: str
    custodian: str
    authority: str
    received_at: str
    received_by: str
    account: str
    host: str
    manifest: str
    outcome: str
    reason: str
    units: str


class Tool(msgspec.Struct, frozen=True, kw_only=True):
    """An engine that ran, with every setting that can change what it gives."""

    claim: str
    basis: Basis = "source_fact"
    author: str
    sources: tuple[str, ...]
    stamp: Stamp
    exhibits: int
    first_run: str
    last_run: str


class Making(msgspec.Struct, frozen=True, kw_only=True):
    """How the summary was made."""

    software: str
    exhibits: tuple[ExhibitLine, ...]
    sealed_exhibits: int
    tools: tuple[Tool, ...]
    asserted: dict[str, str]
    """Region, languages, zone, day order: asserted by a person, not read from the material."""
    measured_error: tuple[str, ...]
    limitations: tuple[str, ...]
    diverged: tuple[str, ...]


class CheckpointLine(msgspec.Struct, frozen=True, kw_only=True):
    """The custody checkpoint: how many lines, the root over them, and when the last was written."""

    code: str
    short: str
    size: int
    root: str
    head_at: str


class Front(msgspec.Struct, frozen=True, kw_only=True):
    """Who prepared it, for whom and why."""

    recipient: str
    reason: str
    prepared_by: str
    prepared_note: str = "asserted, not authenticated"
    account: str
    host: str
    as_of: str
    """Time of the last custody event; the summary says what was known then."""


class Scheduled(msgspec.Struct, frozen=True, kw_only=True):
    """An item on the schedule of unused material."""

    claim: str
    basis: Basis = "personal_assessment"
    author: str
    sources: tuple[str, ...]
    segment: str
    exhibit: str
    place: str
    tag: Tag
    finding: str
    tagged_at: str
    tag_reason: str
    scheduled_by: str
    scheduled_at: str
    schedule_reason: str
    opening: str


class UnusedMaterial(msgspec.Struct, frozen=True, kw_only=True):
    """The schedule of unused material and of the searches made (CPIA, FRCrP 16)."""

    format: str = "casegraph-unused/1"
    title: str
    checkpoint: str
    items: tuple[Scheduled, ...]
    sealed: int
    """Tagged items that are sealed: counted, not described."""
    searches: tuple[Search, ...]


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """The whole document."""

    format: str = FORMAT
    type: Literal["summary"] = "summary"
    header: str = HEADER
    redaction: str = REDACTION
    title: str
    case_id: str
    exhibit_range: str
    checkpoint: CheckpointLine
    front: Front
    authorities: tuple[Authority, ...]
    overdue: tuple[str, ...] = ()
    """What of the authorities is past its date, as of the head of the custody record."""
    findings: tuple[Finding, ...]
    findings_left_out: int
    """Findings on record that this summary was not asked to contain."""
    analyses: tuple[Analysis, ...] = ()
    """Saved analyses that this summary was asked to contain."""
    parties: tuple[Party, ...]
    chronology: tuple[ChronologyLine, ...]
    events_left_out: int = 0
    """Events that touch nothing the findings cite, left out where there are very many."""
    unread: Unread
    scheduled: int
    """Items on the schedule of unused material."""
    making: Making
    certification: tuple[str, ...]
    """Paragraphs of the unsigned draft; the same as in `certification-draft.txt`."""
    unprintable: tuple[str, ...] = ()
    """Characters that the fonts of the PDF do not have, printed as their code points."""


class SourceRow(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the source index: a reading that the summary cites."""

    claim: str
    section: Literal["findings", "analyses", "people", "chronology"]
    finding: str
    """Or the analysis or the party that cites it."""
    tag: str
    """Or the row of the analysis."""
    what: Literal["segment", "reading", "correction", "event", "exhibit"]
    basis: Basis
    exhibit: str
    sha256: str
    place: str
    locator: str
    """The locator as JSON."""
    kind: str
    quote: str
    value: str
    engine: str
    model: str
    raw_score: str
    review: Review
    reviewed_by: str
    reviewed_at: str
