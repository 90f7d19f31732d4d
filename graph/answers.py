"""What the graph answers: frozen records, each reading with the strip that says where it stands and who read it."""

from __future__ import annotations

import msgspec

from evidence.locator import Box, Place
from evidence.records import Stamp


class Strip(msgspec.Struct, frozen=True, kw_only=True):
    """What stands beside every reading: the exhibit, the place, the engine, its raw score and the review."""

    exhibit: str
    segment: str
    place: str
    source: str
    engine: str
    version: str
    model: str
    score: int
    """The engine's raw score 0 to 1000; -1 where it gives none."""
    review: str
    reviewer: str
    draft: bool
    doubtful: bool


class Correction(msgspec.Struct, frozen=True, kw_only=True):
    """Characters that a person read otherwise than the machine."""

    seq: int
    segment: str
    start: int
    end: int
    quote: str
    text: str
    reason: str
    actor: str
    ts: str


class SegmentText(msgspec.Struct, frozen=True, kw_only=True):
    """A segment as people read it, with the corrections laid over it."""

    id: str
    exhibit: str
    unit_kind: str
    unit: int
    ordinal: int
    place: Place
    text: str
    source: str
    language: str
    speaker: str
    score: int
    draft: bool
    doubtful: bool
    corrections: tuple[Correction, ...]
    strip: Strip


class Mention(msgspec.Struct, frozen=True, kw_only=True):
    """A span that names something, as found, and as a person judged it."""

    id: str
    segment: str
    exhibit: str
    kind: str
    start: int
    end: int
    quote: str
    value: str
    kind_machine: str
    value_machine: str
    status: str
    check: str
    rule: str
    score: int
    finder: str
    origin: str
    basis: str
    review: str
    reviewer: str
    reviewed_at: str
    review_seq: int
    review_reason: str
    entity: str
    strip: Strip


class Rejected(msgspec.Struct, frozen=True, kw_only=True):
    """A mention that a person rejected."""

    id: str
    segment: str
    exhibit: str
    kind: str
    quote: str
    value: str
    finder: str
    reviewer: str
    reviewed_at: str
    review_seq: int
    review_reason: str
    start: int = -1
    """Code points of the segment's text."""
    end: int = -1


class Entity(msgspec.Struct, frozen=True, kw_only=True):
    """Mentions of one value; `joined` of them count as one thing, the others wait for a person."""

    id: str
    kind: str
    value: str
    label: str
    status: str
    mentions: int
    joined: int
    candidates: int
    unverified: int
    reviewed: int
    exhibits: tuple[str, ...]
    joined_exhibits: tuple[str, ...]


class Relation(msgspec.Struct, frozen=True, kw_only=True):
    """An edge, and how many segments support it."""

    id: str
    kind: str
    family: str
    origin: str
    basis: str
    source: Entity
    target: Entity
    supports: int
    exhibits: tuple[str, ...]
    review: str
    rule: str
    """What states it, in one of its supports; for co-mention how near the two are named where they are nearest."""
    stated_by: str
    reason: str
    seq: int


class Support(msgspec.Struct, frozen=True, kw_only=True):
    """A segment that supports an edge, and the mentions in it that are its ends."""

    segment: str
    exhibit: str
    source_mention: str
    target_mention: str
    start: int
    end: int
    """Code points of the supporting words in `text`; -1 for all of it."""
    confirmed: bool
    rule: str
    text: str
    strip: Strip


class RelationDetail(msgspec.Struct, frozen=True, kw_only=True):
    """An edge with its evidence."""

    relation: Relation
    supports: tuple[Support, ...]


class CategoryLine(msgspec.Struct, frozen=True, kw_only=True):
    """A category that a person set."""

    entity_id: str
    kind: str
    value: str
    category: str
    reason: str
    actor: str
    ts: str
    seq: int


class RowsLine(msgspec.Struct, frozen=True, kw_only=True):
    """In which column of a table of records a thing stands, and in how many rows."""

    exhibit: str
    table: int
    sheet: str
    template: str
    role: str
    rows: int
    first_row: int
    last_row: int


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """A mention on one side of a verdict, as it stands now; `unanchored`: not found again, and then without id."""

    mention: str
    entity: str
    exhibit: str
    segment: str
    kind: str
    quote: str
    how: str


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """A person's verdict on whether things are the same, and what became of it."""

    seq: int
    ts: str
    actor: str
    verdict: str
    makes: str
    reason: str
    suggestion: str
    state: str
    identity: str
    """What it is part of, for a `same` that is applied."""
    note: str
    wall: int
    """Where it was refused: the ledger line that it runs against, and in `chain` those that lead there."""
    chain: tuple[int, ...]
    lost: int
    """Mentions that are not found again."""
    sides: tuple[tuple[Judged, ...], ...]


class NameOf(msgspec.Struct, frozen=True, kw_only=True):
    """A name that something made by people has, and how much of what bears that name was judged."""

    entity: str
    kind: str
    label: str
    mentions: int
    """Mentions of this name that are in it."""
    elsewhere: int
    """Mentions of it that people judged and that are not in it: a namesake's, or undecided."""
    unjudged: int
    """Further mentions of this name that nobody judged."""
    rows: int
    """Rows of records with this name; verdicts are on mentions, so no row is in it."""


class Attribution(msgspec.Struct, frozen=True, kw_only=True):
    """An identifier that a person says belongs to it: an assessment, no fact about who uses it."""

    entity: str
    kind: str
    value: str
    mentions: tuple[str, ...]
    """Those that the person had in view."""
    joined: bool
    """Whether one of them is a sure or confirmed reading; else there is no edge to it yet."""
    author: str
    seq: int
    reason: str


class Born(msgspec.Struct, frozen=True, kw_only=True):
    """A birth date that an exhibit states beside a mention."""

    date: str
    mention: str
    segment: str


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """A person, organisation or place that people made: of what, by whom, why, and what speaks against it."""

    id: str
    kind: str
    label: str
    basis: str
    """Always `personal_assessment`."""
    author: str
    made_at: str
    reason: str
    seq: int
    names: tuple[NameOf, ...]
    attributed: tuple[Attribution, ...]
    verdicts: tuple[Judgement, ...]
    """The verdicts that made it what it is."""
    against: tuple[Judgement, ...]
    """Verdicts that touch it and say otherwise: different, undecided, or refused because of it."""
    birth_dates: tuple[Born, ...]
    """More than one date contradicts it."""
    redirects: tuple[str, ...]
    """Ids of what was made apart and joined into it."""


class PartOf(msgspec.Struct, frozen=True, kw_only=True):
    """What people made of some mentions of a name, or attributed an identifier to."""

    identity: str
    kind: str
    label: str
    author: str
    mentions: int
    attributed: bool


class EntityDetail(msgspec.Struct, frozen=True, kw_only=True):
    """An entity with every mention of it and every edge at it."""

    entity: Entity
    mentions: tuple[Mention, ...]
    relations: tuple[Relation, ...]
    categories: tuple[CategoryLine, ...]
    rows: tuple[RowsLine, ...] = ()
    """Where it stands in tables of records."""
    made: Made | None = None
    """How it was put together, where people made it."""
    part_of: tuple[PartOf, ...] = ()
    """What people made of mentions of it."""


class UnitLine(msgspec.Struct, frozen=True, kw_only=True):
    """A page, minute, message or file, and what became of it."""

    unit_kind: str
    unit: int
    outcome: str
    reason: str
    doubtful: bool
    partial: bool
    draft: bool
    facts: dict[str, str]


class ExhibitLine(msgspec.Struct, frozen=True, kw_only=True):
    """An exhibit in a listing."""

    number: str
    name: str
    sha256: str
    media_type: str
    outcome: str
    reason: str
    units: dict[str, int]
    custodian: str
    authority: str
    size_bytes: int
    parent: str
    doubtful: bool
    partial: bool
    draft: bool
    names_looked_for: bool
    received_at: str
    received_by: str
    manifest: str


class ExhibitDetail(msgspec.Struct, frozen=True, kw_only=True):
    """An exhibit with its units, its text and what came out of it."""

    exhibit: ExhibitLine
    units: tuple[UnitLine, ...]
    segments: tuple[SegmentText, ...]
    children: tuple[str, ...]
    stamps: tuple[Stamp, ...]
    sealed_segments: int


class OfRead(msgspec.Struct, frozen=True, kw_only=True):
    """How many of the exhibits that were read are to be read with care."""

    doubtful: int
    partial: int
    draft: int


class GraphLine(msgspec.Struct, frozen=True, kw_only=True):
    """What the graph holds, and how far it is behind the custody chain."""

    segments: int
    mentions: int
    entities: int
    relations: int
    """Edges of contact and of what is stated; who is named together is worked out when asked, and counted nowhere."""
    behind: int
    fingerprint: str


class ReadSoFar(msgspec.Struct, frozen=True, kw_only=True):
    """How many exhibits could be searched: what stands beside every result that could be missing something."""

    received: int
    read: int = 0
    blank: int = 0
    no_text: int = 0
    skipped: int = 0
    failed: int = 0
    pending: int = 0


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """What became of everything received; sealed exhibits are counted apart and nowhere else."""

    received: int
    read: int
    blank: int
    no_text: int
    skipped: int
    failed: int
    pending: int
    sealed: int
    sealed_segments: int
    of_read: OfRead
    names_not_looked_for: int
    """Exhibits that were read and have a segment in which names were not looked for."""
    names_not_looked_for_in: dict[str, int]
    """Segments in which names were not looked for, by language; `unknown` where it could not be told."""
    exhibits: tuple[ExhibitLine, ...]
    graph: GraphLine


class Party(msgspec.Struct, frozen=True, kw_only=True):
    """Who took part in an event, as the exhibit records it."""

    role: str
    kind: str
    value: str
    entity_id: str


class Carried(msgspec.Struct, frozen=True, kw_only=True):
    """A file that a record says it carries, and the exhibit it is taken to be."""

    name: str
    sha256: str
    attached_exhibit: str
    """Empty where the case does not hold it."""
    how: str


class Happening(msgspec.Struct, frozen=True, kw_only=True):
    """Something that an exhibit records as having happened."""

    id: str
    exhibit: str
    segment: str
    kind: str
    time_written: str
    time_utc: str
    time_local: str
    zone: str
    zone_by: str
    """Who states the zone, and what people asserted; empty where nobody did."""
    earliest_utc: str
    latest_utc: str
    """The interval in which it lies, where the zone is not known."""
    until_written: str
    until_utc: str
    until_local: str
    description: str
    key: str
    conversation: str
    reply_to: str
    references: tuple[str, ...]
    state: str
    facts: dict[str, str]
    parties: tuple[Party, ...]
    attached: tuple[Carried, ...]
    strip: Strip


class DecisionLine(msgspec.Struct, frozen=True, kw_only=True):
    """A human act, and what became of it in this graph."""

    seq: int
    exhibit: str
    ts: str
    actor: str
    op: str
    about: str
    verdict: str
    kind: str
    quote: str
    value: str
    reason: str
    state: str
    how: str
    anchor: str
    seen: int = 0
    """Another person's verdict, by ledger line, that was shown before this one was given; 0: none was."""


class TagLine(msgspec.Struct, frozen=True, kw_only=True):
    """What a person said a segment does to a finding."""

    seq: int
    exhibit: str
    segment: str
    tag: str
    finding: str
    reason: str
    actor: str
    ts: str


class ScheduledLine(msgspec.Struct, frozen=True, kw_only=True):
    """A segment on the schedule of unused material."""

    seq: int
    exhibit: str
    segment: str
    reason: str
    actor: str
    ts: str


class TaggedSegment(msgspec.Struct, frozen=True, kw_only=True):
    """A segment under a finding."""

    tag: str
    reason: str
    actor: str
    ts: str
    seq: int
    segment: SegmentText
    mentions: tuple[Mention, ...]
    scheduled: bool


class FindingDetail(msgspec.Struct, frozen=True, kw_only=True):
    """A sentence that a person wrote, with what supports and what undermines it."""

    id: str
    sentence: str
    reason: str
    author: str
    written_at: str
    seq: int
    tags: tuple[TaggedSegment, ...]


class NoteLine(msgspec.Struct, frozen=True, kw_only=True):
    """What the projector had to leave out."""

    exhibit: str
    segment: str
    text: str


class Spot(msgspec.Struct, frozen=True, kw_only=True):
    """Where a mention stands on its page image or frame, or in its recording."""

    page: int
    """0 where it stands on no page."""
    boxes: tuple[Box, ...]
    width_px: int
    height_px: int
    dpi: int
    start_ms: int
    end_ms: int
    word_scores: tuple[int, ...]


class ReviewCounts(msgspec.Struct, frozen=True, kw_only=True):
    """How far people have come with the readings."""

    unreviewed: int
    reading_confirmed: int
    corrected: int
    attributed: int
    rejected: int


class Awaiting(msgspec.Struct, frozen=True, kw_only=True):
    """What waits for a person."""

    unreviewed: int
    """Readings that nobody judged; those below are among them."""
    cited: int
    """In passages that findings cite."""
    candidates: int
    """Weak readings of identifiers: they join nothing until somebody confirms them."""
    unanchored: int
    """Decisions whose place is not found again, since the exhibit was read anew."""
    findings: int


class AwaitingKind(msgspec.Struct, frozen=True, kw_only=True):
    """What waits for a person of one kind of reading; counted as in `Awaiting`."""

    kind: str
    unreviewed: int
    cited: int
    candidates: int


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """A segment that a query found."""

    exhibit: str
    segment: str
    locator: dict[str, str | int]
    snippet: str
    """The words around the first match, matches marked «so»."""
    text: str
    score: float
    spans: tuple[tuple[int, int], ...]
    """Code points of `text` that matched."""
    identifier: bool
    """Found by the value of an identifier in it, however it is written there."""
    strip: Strip


class NameAlike(msgspec.Struct, frozen=True, kw_only=True):
    """A name that is, sounds or is transliterated like one that was asked for."""

    entity: str
    kind: str
    label: str
    mentions: int
    how: str
    """How its least alike word is like the one asked for: same, transliteration, sound, misread, nickname, spelling."""


class FacetValue(msgspec.Struct, frozen=True, kw_only=True):
    """How many of all hits have this value."""

    value: str
    hits: int


class Facet(msgspec.Struct, frozen=True, kw_only=True):
    """All hits counted by one thing that can be filtered by."""

    name: str
    values: tuple[FacetValue, ...]
    others: int
    """Values that are not given here, those with fewest hits."""
    uncounted: int
    """Hits under values so many that the index left them out; 0: all were counted."""


class Meant(msgspec.Struct, frozen=True, kw_only=True):
    """A passage near in meaning to what was asked; it need not hold any of the words."""

    exhibit: str
    segment: str
    start: int
    end: int
    """The passage, in code points of the segment's text."""
    snippet: str
    cosine: int
    """In thousandths: 1000 is the same meaning, as the model has it."""
    strip: Strip


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What a search found, and how its query was understood."""

    understood: str
    total: int
    hits: tuple[Hit, ...]
    behind: int
    names: tuple[NameAlike, ...] = ()
    """The names that `sounds:` was taken to mean."""
    facets: tuple[Facet, ...] = ()
    """Of all hits, where they were asked for."""
    by_meaning: tuple[Meant, ...] = ()
    """Near in meaning, apart from the exact hits, the nearest first."""
    notes: tuple[str, ...] = ()
    """What was left out, and what is not what it may seem."""


class Alike(msgspec.Struct, frozen=True, kw_only=True):
    """A segment like another one."""

    exhibit: str
    segment: str
    score: float
    """tantivy's (BM25), over the words sought: how well they fit, nothing about the evidence."""
    shared: tuple[str, ...]
    """Those of the words sought that stand in it."""
    repeats: int
    """In thousandths, the share of runs of five words in both of those in either; 0 also where a text is too short to say."""
    snippet: str
    strip: Strip


class LikeThis(msgspec.Struct, frozen=True, kw_only=True):
    """The segments most like one."""

    segment: str
    exhibit: str
    words: tuple[str, ...]
    """What was searched for: its rarest words, the weightiest first."""
    found: tuple[Alike, ...]
    definition: str
    behind: int


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One step of a path, with every edge that carries it."""

    source: Entity
    target: Entity
    edges: tuple[RelationDetail, ...]


class Path(msgspec.Struct, frozen=True, kw_only=True):
    """One way from a thing to another."""

    steps: tuple[Step, ...]


class Paths(msgspec.Struct, frozen=True, kw_only=True):
    """The shortest ways from one thing to another; none is an answer too."""

    source: Entity
    target: Entity
    paths: tuple[Path, ...]
    definition: str
    """What counted as an edge and as a step."""


class Tie(msgspec.Struct, frozen=True, kw_only=True):
    """What relates two things, all edges between them together."""

    one: Entity
    other: Entity
    kinds: tuple[str, ...]
    supports: int
    """Segments and rows that support the edges: a count."""
    relations: tuple[str, ...]


class Community(msgspec.Struct, frozen=True, kw_only=True):
    """Things that are related among themselves more than with others; no score, no rank."""

    members: tuple[Entity, ...]
    relations: int
    holds: tuple[Tie, ...] = ()
    """What holds it together: the ties within it that most segments and rows support."""
    bridges: tuple[Tie, ...] = ()
    """Ties from a member (`one`) to a member of another group that is shown, those that most support first."""
    bridges_found: int = 0
    edges: tuple[str, ...] = ()
    """The relations between two of its members: what holds it together."""


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """Rows that a SQL statement gave."""

    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    cut: bool
    """Whether there were more rows than are shown."""
