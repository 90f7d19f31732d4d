"""The nouns of the case as frozen records; every other package speaks in these."""

from __future__ import annotations

import hashlib
from typing import Literal, NewType, TypeAlias

import msgspec

from evidence.digest import Sha256, digest
from evidence.locator import Box, Place

ExhibitNumber = NewType("ExhibitNumber", str)
"""`CG-0007`, or `CG-0007/3` for the third child of a container."""

OutcomeKind: TypeAlias = Literal["read", "blank", "no_text", "skipped", "failed", "pending"]
UnitKind: TypeAlias = Literal["page", "minute", "message", "file", "conversation", "table", "frame"]
EventKind: TypeAlias = Literal[
    "email", "photograph", "document", "call", "message", "stay", "trip", "payment", "location", "appointment",
    "recording", "stated",
]  # fmt: skip
Basis: TypeAlias = Literal["source_fact", "machine_inference", "personal_assessment"]
Review: TypeAlias = Literal["unreviewed", "reading_confirmed", "attributed", "corrected", "rejected"]
SealKind: TypeAlias = Literal["privileged", "out-of-scope", "abuse"]
Tag: TypeAlias = Literal["supports", "undermines", "assists_defence", "neutral"]
ReadingSource: TypeAlias = Literal["native", "ocr", "speech", "human"]
"""How a segment's characters came to be: stored in the file, read from pixels, heard, or typed by a person."""

MentionStatus: TypeAlias = Literal["established", "candidate", "unverified"]
"""`established` joins an entity by value; `candidate` is a reading that waits for a human; `unverified` failed its
check digits or its library and is kept, not promoted."""


# --- engines and recipes -------------------------------------------------------------------------------------------


class Stamp(msgspec.Struct, frozen=True, kw_only=True):
    """What made an artifact: the engine, its version, its model and every setting that can change the output."""

    name: str
    version: str
    model: str = ""
    """Name of the model or language data; empty where the engine has none."""
    model_digest: str = ""
    settings: dict[str, str | int | bool | list[str]] = {}


class Recipe(msgspec.Struct, frozen=True, kw_only=True):
    """An artifact's address: the step, the digests of what went in, and the stamps of the engines that ran."""

    step: Literal["reading", "mentions", "table"]
    inputs: tuple[Sha256, ...]
    """Blob or artifact content digests."""
    part: str = ""
    """Which piece of the input, such as `pages 1-20`; empty for the whole."""
    stamps: tuple[Stamp, ...] = ()

    @property
    def digest(self) -> Sha256:
        """The digest that names the artifact's file on the shelf."""
        return digest("recipe", self)


class ArtifactRef(msgspec.Struct, frozen=True, kw_only=True):
    """An artifact on the shelf: the recipe it answers and the content first produced for it."""

    step: Literal["reading", "mentions", "table"]
    recipe: Sha256
    content: Sha256
    part: str = ""


# --- what a reader makes of an exhibit -----------------------------------------------------------------------------


class Word(msgspec.Struct, frozen=True, kw_only=True):
    """A word of a segment: code points `start` to `end` of its text, where it stands, and the engine's raw score."""

    start: int
    end: int
    score: int = -1
    """The engine's raw score as an integer, 0 to 1000; -1 where the engine gives none."""
    box: Box | None = None
    start_ms: int = -1
    end_ms: int = -1


class Segment(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The unit people read and search: a page, an utterance, a message, a paragraph, a row."""

    index: int
    """Position in its reading (all units of the part together), from 0."""
    text: str
    place: Place
    source: ReadingSource
    language: str = ""
    """ISO 639-1 code, empty where nobody said and nothing detected it."""
    speaker: str = ""
    score: int = -1
    """Mean raw score 0 to 1000 of the words; -1 where the engine gives none."""
    words: tuple[Word, ...] = ()
    """Only for `ocr` and `speech`, and for text layers with boxes; sorted by `start`."""


class Unit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A page, minute, message, file, conversation, table or frame, what became of it, and the segments it gave."""

    kind: UnitKind
    number: int
    """From 1 within the exhibit."""
    outcome: OutcomeKind
    reason: str = ""
    """Never empty for `skipped` and `failed`."""
    doubtful: bool = False
    partial: bool = False
    draft: bool = False
    segments: tuple[Segment, ...] = ()
    first_ordinal: int = 1
    """Position of the first of `segments` in the unit, where a long conversation is read in several parts."""
    ordinals: tuple[int, ...] = ()
    """Positions of `segments` in the unit where they do not follow one another: the rows of a table that hold text."""
    facts: dict[str, str] = {}
    """What the reader measured: `mean_score`, `rotation`, `text_layer`, `sample_rate` ..."""


class Attachment(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A file that a message or record says it carries; the projector joins it to its exhibit by hash or by name."""

    name: str
    """As written: a file name, or the path in the container that the record gives."""
    sha256: str = ""
    """Where the record or its tool states it, or the reader took the bytes out itself."""
    media_type: str = ""
    """As claimed."""


DEVICE_USER = "device_user"
"""Kind of a party that is only known as whoever used the device: its value stays empty, and the projector puts the
outermost exhibit's number there: "the user of CG-0012, not attributed"."""


class EventRecord(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something the exhibit itself records as having happened: an email sent, a photograph taken, a call."""

    kind: EventKind
    segment: int
    """Index of the segment that supports it."""
    time_written: str
    """The time exactly as written in the exhibit."""
    time_utc: str = ""
    """ISO 8601 in UTC (`2026-03-02T22:14:05Z`) where the zone is stated; otherwise empty."""
    time_local: str = ""
    """ISO 8601 without zone, as written."""
    zone: str = ""
    """As stated (`+0200`, `UTC`, `Europe/London`); empty means `zone not stated`."""
    zone_by: str = ""
    """Who or what states it: `the record`, `the format (Unix time)`, `template X, asserted by …`; empty with `zone`."""
    until_written: str = ""
    until_utc: str = ""
    until_local: str = ""
    """The end, in the same three forms, where the record gives one: a check-out, an arrival, a call's end."""
    description: str = ""
    parties: tuple[tuple[str, str, str], ...] = ()
    """(role, entity kind, normalised value), e.g. ("from", "email", "a@example.org"); see `DEVICE_USER`."""
    key: str = ""
    """The record's own id in its format (a Message-ID, a stanza id, a rowid); what `reply_to` of another names."""
    conversation: str = ""
    """The chat, group or channel as the format identifies it."""
    reply_to: str = ""
    """Key of the record that this one answers."""
    references: tuple[str, ...] = ()
    """Further keys that it names as its ancestors (RFC 5322 References)."""
    state: str = ""
    """`edited`, `deleted`, `recovered`, `missed`, `not delivered` …; empty for the ordinary."""
    attachments: tuple[Attachment, ...] = ()
    facts: dict[str, str] = {}
    """What else the record keeps: `seconds`, `reactions`, `edited`, `room`, `amount`, `latitude`, `decoding_confidence`."""


class TableMade(msgspec.Struct, frozen=True, kw_only=True):
    """A table that a reader normalised into a Parquet file of its own, rows addressable; see `extractors.records`."""

    number: int
    """The unit it belongs to, from 1."""
    name: str
    """The sheet, or empty."""
    scratch_name: str
    """The Parquet file's name inside the job's scratch folder; the shelf takes it from there."""
    rows: int
    content: Sha256
    """Digest of its rows, column by column, apart from how Parquet stores them."""
    template: str = ""
    """The column template's name."""
    named_scratch_name: str = ""
    """A second Parquet file: each distinct value of its identifier columns, and what that names."""
    named_content: str = ""
    """The digest of that."""


class Child(msgspec.Struct, frozen=True, kw_only=True):
    """A file found inside a container, written by the reader to its scratch folder for intake to receive."""

    inner_path: str
    """Where it stood in the container: an attachment's name, an entry's path; display form."""
    scratch_name: str
    """File name inside the job's scratch folder."""
    media_type_claimed: str = ""


class Reading(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one reader made of one exhibit, or of one part of it."""

    units: tuple[Unit, ...]
    events: tuple[EventRecord, ...] = ()
    children: tuple[Child, ...] = ()
    named: tuple[Found, ...] = ()
    """What the records' own fields name (a sender's number, a contact's name), with its place in a segment's text.
    They join what the finders find, and win over it where both are about the same characters."""
    related: tuple[StatedRelation, ...] = ()
    """What the records' own fields state: an account and its display name. Who wrote to whom comes from the events."""
    tables: tuple[TableMade, ...] = ()
    facts: dict[str, str] = {}
    """Metadata of the whole exhibit as the file states it: title, author, EXIF, codec."""


class Found(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A mention as an extractor found it in one segment."""

    segment: int
    kind: str
    """Entity kind: see `extractors.patterns.KINDS`."""
    start: int
    end: int
    quote: str
    """Verbatim: `segment.text[start:end]`."""
    value: str
    """Normalised: E.164, lower-cased address, ISO date ..."""
    status: MentionStatus
    check: str = ""
    """How the value was checked (`E.164 by libphonenumber, region GB asserted`, `IBAN mod 97`) or why not."""
    rule: str = ""
    """Which reading rule changed the characters (`O read as 0`, `digits spoken`); empty where none did."""
    score: int = -1
    """Raw score 0 to 1000; for ocr and speech the lowest word score under the span."""
    finder: str = ""
    """Name of the finding component, such as `patterns.phone`."""


class StatedRelation(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An edge that the text itself states, supported by one segment."""

    segment: int
    kind: Literal[
        "emailed", "signs_with", "attached_to", "called", "messaged", "paid", "known_as", "member_of", "contact_of",
        "registered", "stated",
    ]  # fmt: skip
    source_kind: str
    source_value: str
    target_kind: str
    target_value: str
    rule: str = ""
    start: int = -1
    end: int = -1
    """Code points of the supporting words in the segment; -1 for the whole segment."""


class SegmentLanguage(msgspec.Struct, frozen=True, kw_only=True):
    """The language a segment was taken to be in, and whether names were looked for in it."""

    segment: int
    language: str
    """ISO 639-1; empty where it could not be told."""
    names_looked_for: bool


class Findings(msgspec.Struct, frozen=True, kw_only=True):
    """What the finders made of one reading."""

    mentions: tuple[Found, ...]
    relations: tuple[StatedRelation, ...] = ()
    languages: tuple[SegmentLanguage, ...] = ()
    """One for each segment."""
    names_looked_for: bool = False
    """Whether they were in every segment."""


# --- authority and exhibits ----------------------------------------------------------------------------------------


class Authority(msgspec.Struct, frozen=True, kw_only=True):
    """The warrant, order or consent under which things were seized."""

    reference: str
    kind: Literal["warrant", "order", "consent", "other"]
    issuer: str
    issued: str
    valid_from: str = ""
    valid_to: str = ""
    country: str = ""
    """ISO 3166 alpha-2; gives the region asserted for national phone numbers unless the case says otherwise."""
    purposes: tuple[str, ...] = ()
    scope: str
    review_by: str
    erase_by: str
    held: bool = False
    """Legal hold: nothing under it may be erased."""


class Exhibit(msgspec.Struct, frozen=True, kw_only=True):
    """One received thing."""

    number: ExhibitNumber
    sha256: Sha256
    size_bytes: int
    name: str
    """Display form of the path below the folder that was given; never absolute."""
    name_bytes_hex: str
    """The same path as the bytes the file system held, in hexadecimal."""
    media_type: str = ""
    """Always empty at receipt: nothing looks into the bytes before they are on record. See `extraction.recorded`."""
    authority: str
    custodian: str
    parent: str = ""
    inner_path: str = ""
    modified: str = ""
    """The file's modification time in UTC, as the file system gave it at intake."""


UNIT_LETTER: dict[UnitKind, str] = {
    "page": "p",
    "minute": "t",
    "message": "m",
    "file": "f",
    "conversation": "c",
    "table": "r",
    "frame": "v",
}


def segment_id(exhibit: str, unit_kind: UnitKind, unit: int, ordinal: int) -> str:
    """Return the id of a segment, such as `CG-0003.p2.1`: exhibit, unit, and position in the unit from 1.

    It says where, not who read it: every engine's segment at that position has this id. The projector makes the
    same string in SQL.
    """
    return f"{exhibit}.{UNIT_LETTER[unit_kind]}{unit}.{ordinal}"


def mention_id(segment: str, kind: str, start: int, end: int, quote: str) -> str:
    """Return the id of a mention: a digest of where it stands and what it says, not of which engine said it.

    Fields are parted by U+001F, which none but the last can hold, so two mentions never share one string. The
    projector makes the same digest in SQL.
    """
    return "m-" + _short("mention", segment, kind, str(start), str(end), quote)


def entity_id(kind: str, value: str) -> str:
    """Return the id of an identifier's or a name's entity: the digest of kind and normalised value."""
    return "e-" + _short("entity", kind, value)


def made_id(decision: str) -> str:
    """Return the id of a person, organisation or place that people made: the digest of the decision that made it."""
    return "p-" + _short("made", decision)


def _short(domain: str, *fields: str) -> str:
    framed = f"casegraph/{domain}\n" + "\x1f".join(fields)
    return hashlib.sha256(framed.encode("utf-8", "surrogatepass")).hexdigest()[:16]
