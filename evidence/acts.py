"""What people and machines did, one record per ledger operation; `OPERATION_NAMES` lists them all.

A *decision* names what it is about by an anchor (exhibit, place, quote), never by a graph id, so that it outlives
every rebuild and every engine.
"""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

import msgspec

from evidence.digest import Sha256
from evidence.hash_lists import HashList, HashMatch
from evidence.locator import Box, Place
from evidence.records import (
    ArtifactRef,
    Authority,
    Basis,
    Exhibit,
    OutcomeKind,
    ReadingSource,
    SealKind,
    Stamp,
    Tag,
    UnitKind,
)
from evidence.templates import Template
from evidence.validation import ValidationRecord


class SegmentAnchor(msgspec.Struct, frozen=True, kw_only=True):
    """A segment, by where it stands in its exhibit."""

    exhibit: str
    unit_kind: UnitKind
    unit: int
    ordinal: int
    """Position in its unit, from 1."""
    place: Place
    opening: str = ""
    """The first 80 code points, so that a changed text is noticed."""


class MentionAnchor(msgspec.Struct, frozen=True, kw_only=True):
    """A mention, by its segment, its span in code points and its verbatim quote."""

    segment: SegmentAnchor
    kind: str
    start: int
    end: int
    quote: str
    value: str
    boxes: tuple[Box, ...] = ()
    start_ms: int = -1
    end_ms: int = -1


# --- the custody chain ---------------------------------------------------------------------------------------------


class CaseOpened(msgspec.Struct, frozen=True, kw_only=True, tag="case.opened", tag_field="op"):
    """The case folder was made."""

    title: str
    case_id: str
    software: str


class AuthorityRecorded(msgspec.Struct, frozen=True, kw_only=True, tag="authority.recorded", tag_field="op"):
    """A warrant, order or consent was put on record."""

    authority: Authority


class SettingsRecorded(msgspec.Struct, frozen=True, kw_only=True, tag="settings.recorded", tag_field="op"):
    """Someone asserted what the material is; later lines replace earlier ones for later extractions."""

    region: str = ""
    languages: tuple[str, ...] = ()
    speech_language: str = ""
    day_order: str = ""
    zone: str = ""
    source: str = ""
    """Who or what asserted it: a command, the authority file."""


class TemplateRecorded(msgspec.Struct, frozen=True, kw_only=True, tag="template.recorded", tag_field="op"):
    """Someone asserted what the columns of a kind of table mean; it holds wherever that header stands, from then on."""

    template: Template
    source: str
    """Who or what says so: `the operator's covering letter, page 2`."""


class ExhibitReceived(msgspec.Struct, frozen=True, kw_only=True, tag="exhibit.received", tag_field="op"):
    """An exhibit was hashed, copied, hashed again and numbered, before anything parsed it."""

    exhibit: Exhibit
    manifest: Literal["", "agrees", "differs", "not listed"] = ""
    """Comparison with the acquisition manifest, where one was given."""
    unreadable: str = ""
    """Why the bytes could not be received at all; the exhibit then has no blob."""
    in_place: bool = False
    """It was hashed and registered where it stands, and not copied; where that is stands in the vault only."""


class IntakeFinished(msgspec.Struct, frozen=True, kw_only=True, tag="intake.finished", tag_field="op"):
    """A run of intake ended: what was new and what was recognised by its hash."""

    received: int
    recognised: int
    children: int
    size_bytes: int


class ClockAsserted(msgspec.Struct, frozen=True, kw_only=True, tag="clock.asserted", tag_field="op"):
    """Someone asserted which zone an exhibit's times without one are in, or how far its clock was ahead.

    It holds for what the exhibit contains too. A later one replaces what it speaks of, zone or error, and leaves the other;
    `withdraw` takes it back.
    """

    exhibit: str
    zone: str = ""
    """`Europe/London`, `UTC`, `+02:00`; empty: not asserted."""
    ahead_s: int = 0
    """Seconds by which the device's clock was ahead of the true time; negative where it was behind."""
    source: str = ""
    """Who or what says so: `compared with the speaking clock at seizure`."""


class HashListRecorded(msgspec.Struct, frozen=True, kw_only=True, tag="hashlist.recorded", tag_field="op"):
    """A list of hashes was put on record: what matches it is sealed unread, or known to be ordinary."""

    hash_list: HashList


class HashMatched(msgspec.Struct, frozen=True, kw_only=True, tag="hash.matched", tag_field="op"):
    """A hash of an exhibit stands on a list on record; where the list seals, `seal.set` follows."""

    exhibit: str
    match: HashMatch


class LostUnit(msgspec.Struct, frozen=True, kw_only=True):
    """A page, minute or message that no artifact holds because its reader was stopped or crashed."""

    kind: UnitKind
    number: int
    reason: str


class ExtractionRecorded(msgspec.Struct, frozen=True, kw_only=True, tag="extraction.recorded", tag_field="op"):
    """What became of an exhibit; the newest line of an exhibit is the active one."""

    exhibit: str
    media_type: str
    outcome: OutcomeKind
    reason: str = ""
    units: dict[str, int] = {}
    """Units by outcome, and `doubtful`, `partial`, `draft` counted among `read`."""
    doubtful: bool = False
    partial: bool = False
    draft: bool = False
    artifacts: tuple[ArtifactRef, ...] = ()
    lost: tuple[LostUnit, ...] = ()
    """Units counted in `units` as failed that stand in no artifact."""
    stamps: tuple[Stamp, ...] = ()
    names_looked_for: bool = False


class ArtifactDiverged(msgspec.Struct, frozen=True, kw_only=True, tag="artifact.diverged", tag_field="op"):
    """Running a recipe again gave other content; both are kept."""

    exhibit: str
    recipe: Sha256
    content_first: Sha256
    content_now: Sha256


class MentionDecided(msgspec.Struct, frozen=True, kw_only=True, tag="mention.decided", tag_field="op"):
    """A person judged the reading of a mention."""

    anchor: MentionAnchor
    verdict: Literal["confirm", "reject", "correct", "attribute"]
    reason: str
    value: str = ""
    """For `correct`: the value as the person reads it."""
    kind: str = ""
    """For `correct`: another kind, where that was wrong."""
    suggestion: str = ""
    """What the machine had suggested, verbatim."""
    seen: int = 0
    """Ledger line of another person's verdict on it that was shown before this one was given; 0: none was."""


class MentionAdded(msgspec.Struct, frozen=True, kw_only=True, tag="mention.added", tag_field="op"):
    """A person marked something that the machine missed."""

    anchor: MentionAnchor
    reason: str


class RelationAdded(msgspec.Struct, frozen=True, kw_only=True, tag="relation.added", tag_field="op"):
    """A person stated that one thing relates to another, with the segments that support it."""

    kind: str
    source_kind: str
    source_value: str
    target_kind: str
    target_value: str
    supports: tuple[SegmentAnchor, ...]
    reason: str
    basis: Basis = "personal_assessment"


IdentityVerdict: TypeAlias = Literal["same", "different", "undecided"]
Makes: TypeAlias = Literal["", "person", "organisation", "place"]


class IdentityJudged(msgspec.Struct, frozen=True, kw_only=True, tag="identity.judged", tag_field="op"):
    """A person judged whether names and identifiers are of one person, organisation or place."""

    sides: tuple[tuple[MentionAnchor, ...], ...]
    """Two or more, each with all mentions that were meant; of an identifier, which joins by value, the first of each exhibit."""
    verdict: IdentityVerdict
    makes: Makes = ""
    """For `same`: what is put together."""
    joins: tuple[str, ...] = ()
    """Things made by people that were among the sides: each is named by the digest of the decision that made it."""
    reason: str
    suggestion: str = ""
    """The reasons and weights that the machine had shown, verbatim; empty where it had shown none."""


class TextCorrected(msgspec.Struct, frozen=True, kw_only=True, tag="text.corrected", tag_field="op"):
    """A person corrected characters of a reading; the machine's reading stays beside it."""

    segment: SegmentAnchor
    start: int
    end: int
    quote: str
    text: str
    reason: str


class ActWithdrawn(msgspec.Struct, frozen=True, kw_only=True, tag="act.withdrawn", tag_field="op"):
    """An earlier decision, addition, correction or tag was taken back; it stays in the record."""

    seq: int
    reason: str


class Sealed(msgspec.Struct, frozen=True, kw_only=True, tag="seal.set", tag_field="op"):
    """An exhibit (with its children) or one segment was closed to everyone."""

    exhibit: str
    seal: SealKind
    reason: str
    segment: SegmentAnchor | None = None


class Unsealed(msgspec.Struct, frozen=True, kw_only=True, tag="seal.lifted", tag_field="op"):
    """A second person opened it again."""

    exhibit: str
    reason: str
    segment: SegmentAnchor | None = None


class SegmentTagged(msgspec.Struct, frozen=True, kw_only=True, tag="segment.tagged", tag_field="op"):
    """A person said what a segment does to a finding."""

    segment: SegmentAnchor
    tag: Tag
    finding: str = ""
    reason: str = ""


class UnderminingScheduled(msgspec.Struct, frozen=True, kw_only=True, tag="segment.scheduled", tag_field="op"):
    """A segment that undermines was put on the schedule of unused material instead of into the summary."""

    segment: SegmentAnchor
    reason: str


class FindingWritten(msgspec.Struct, frozen=True, kw_only=True, tag="finding.written", tag_field="op"):
    """A person wrote, or rewrote, a finding."""

    finding: str
    """`F-1`, `F-2` ..."""
    sentence: str
    reason: str = ""


class FindingWithdrawn(msgspec.Struct, frozen=True, kw_only=True, tag="finding.withdrawn", tag_field="op"):
    """A person took a finding back."""

    finding: str
    reason: str


class AnalysisRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row of an answer as it stood: ids and counts. Its words are kept as digests only: enough to tell a change by."""

    key: tuple[str, ...]
    """Which table of the answer, then ids of what the row is about; what has no id, as a digest."""
    counts: dict[str, int]
    words: dict[str, str]
    sources: tuple[str, ...] = ()
    """Segments, rows of records or exhibits that it rested on."""
    exhibits: tuple[str, ...] = ()


class AnalysisSaved(msgspec.Struct, frozen=True, kw_only=True, tag="analysis.saved", tag_field="op"):
    """A person kept a question with its parameters and the rows of its answer; a later line of one analysis replaces them."""

    analysis: str
    """`A-1`, `A-2` ..."""
    title: str
    question: str
    parameters: dict[str, str | int | bool | tuple[str, ...]]
    definition: str
    checkpoint: str
    """The custody checkpoint that the answer was made at."""
    answer: Sha256
    """Digest of all rows."""
    found: int
    software: str
    """Which made it: another may write the same row in other words."""
    rows: tuple[AnalysisRow, ...] = ()
    reason: str = ""


class AnalysisWithdrawn(msgspec.Struct, frozen=True, kw_only=True, tag="analysis.withdrawn", tag_field="op"):
    """A person took a saved analysis back; its lines stay."""

    analysis: str
    reason: str


class CategorySet(msgspec.Struct, frozen=True, kw_only=True, tag="category.set", tag_field="op"):
    """A person put someone in a category of LED Art. 6; the machine never does."""

    entity_kind: str
    entity_value: str
    category: Literal["suspect", "convicted", "victim", "possible_victim", "witness", "contact", "undetermined"]
    reason: str


class ErrorMeasured(msgspec.Struct, frozen=True, kw_only=True, tag="error.measured", tag_field="op"):
    """How well an engine did on named data was put on this case's record."""

    record: ValidationRecord


class SampledReading(msgspec.Struct, frozen=True, kw_only=True):
    """A machine's reading as it stood when the sample was drawn: its id is a digest of place, kind and quote."""

    mention: str
    exhibit: str
    unit_kind: UnitKind
    unit: int
    source: ReadingSource
    kind: str


class SampleDrawn(msgspec.Struct, frozen=True, kw_only=True, tag="sample.drawn", tag_field="op"):
    """Readings of this case were drawn at random for people to check; it holds nothing of what they say."""

    seed: int
    n: int
    """How many were asked for."""
    population: dict[str, int]
    """How many readings there were to draw from, by how they were read."""
    readings: tuple[SampledReading, ...]
    """In the order of the draw."""
    reason: str = ""


class PayloadErased(msgspec.Struct, frozen=True, kw_only=True, tag="payload.erased", tag_field="op"):
    """A payload was erased under the law on retention; its line stays. Any other missing payload is tampering.

    No command writes it yet; `verify` and every reader know it, so that the format need not change.
    """

    digest: str
    reason: str


class LedgerQuarantined(msgspec.Struct, frozen=True, kw_only=True, tag="ledger.quarantined", tag_field="op"):
    """A half-written last line was found and set aside."""

    chain: str
    size_bytes: int
    sha256: Sha256


# --- the access chain ----------------------------------------------------------------------------------------------


class Consulted(msgspec.Struct, frozen=True, kw_only=True, tag="consulted", tag_field="op"):
    """Someone looked: which command, for what, and which exhibits came back."""

    command: str
    asked: str
    exhibits: tuple[str, ...] = ()
    results: int = 0
    reason: str = ""
    """Why this person consults the case, where the case asks for it (setting `reason_to_look`)."""


class AccountChanged(msgspec.Struct, frozen=True, kw_only=True, tag="account.changed", tag_field="op"):
    """An account of the workbench was made, changed or closed; its password stands in no ledger."""

    name: str
    what: Literal["added", "roles", "password", "closed", "opened"]
    roles: tuple[str, ...] = ()


class SignedIn(msgspec.Struct, frozen=True, kw_only=True, tag="signed.in", tag_field="op"):
    """Whoever acts here proved it with the password of an account, and from then on acts in the browser."""

    roles: tuple[str, ...]
    address: str = ""
    reason: str = ""


class SignInRefused(msgspec.Struct, frozen=True, kw_only=True, tag="sign-in.refused", tag_field="op"):
    """Somebody gave a name with a password that does not fit it."""

    name: str
    address: str = ""


class Disclosed(msgspec.Struct, frozen=True, kw_only=True, tag="disclosed", tag_field="op"):
    """Something left the case: what, to whom and why."""

    export: str
    recipient: str
    reason: str
    files: dict[str, str] = {}
    """Name to SHA-256."""
    checkpoint: str = ""


class LedgerRead(msgspec.Struct, frozen=True, kw_only=True, tag="ledger.read", tag_field="op"):
    """Someone read the log itself."""

    chain: str
    lines: int


Act: TypeAlias = (
    CaseOpened
    | AuthorityRecorded
    | SettingsRecorded
    | TemplateRecorded
    | ExhibitReceived
    | IntakeFinished
    | ClockAsserted
    | HashListRecorded
    | HashMatched
    | ExtractionRecorded
    | ArtifactDiverged
    | MentionDecided
    | MentionAdded
    | RelationAdded
    | IdentityJudged
    | TextCorrected
    | ActWithdrawn
    | Sealed
    | Unsealed
    | SegmentTagged
    | UnderminingScheduled
    | FindingWritten
    | FindingWithdrawn
    | AnalysisSaved
    | AnalysisWithdrawn
    | CategorySet
    | ErrorMeasured
    | SampleDrawn
    | PayloadErased
    | LedgerQuarantined
    | Consulted
    | AccountChanged
    | SignedIn
    | SignInRefused
    | Disclosed
    | LedgerRead
)
ACCESS_ACTS = (Consulted, Disclosed, LedgerRead)


def operation(act: Act) -> str:
    """Return the ledger's name of an act, such as `exhibit.received`."""
    return str(type(act).__struct_config__.tag)


def subject(act: Act) -> str:
    """Return what an act is about, for the ledger line: an exhibit number, a finding, an analysis, or `case`. No content."""
    match act:
        case ExhibitReceived(exhibit=exhibit):
            return exhibit.number
        case ExtractionRecorded() | ArtifactDiverged() | Sealed() | Unsealed() | ClockAsserted() | HashMatched():
            return act.exhibit
        case MentionDecided() | MentionAdded():
            return act.anchor.segment.exhibit
        case TextCorrected() | SegmentTagged() | UnderminingScheduled():
            return act.segment.exhibit
        case FindingWritten() | FindingWithdrawn():
            return act.finding
        case AnalysisSaved() | AnalysisWithdrawn():
            return act.analysis
        case _:
            return "case"


OPERATION_NAMES: tuple[str, ...] = tuple(str(kind.__struct_config__.tag) for kind in get_args(Act))
"""Every operation that a ledger line can name."""
