"""What has to be true of a decision on a reading, a seal or a finding before it is written: the same for commands and pages."""

from __future__ import annotations

import re
from typing import Final, Literal, Protocol, get_args

import msgspec

from evidence.acts import (
    FindingWithdrawn,
    FindingWritten,
    MentionAdded,
    MentionAnchor,
    MentionDecided,
    Sealed,
    SegmentAnchor,
    SegmentTagged,
    TextCorrected,
    UnderminingScheduled,
)
from evidence.case import Case
from evidence.digest import EMPTY_SHA256
from evidence.errors import NotFound, Refused, UsageError
from evidence.records import UNIT_LETTER, ReadingSource, SealKind, Tag, segment_id
from evidence.state import CaseState, fold
from graph import queries, sources
from graph.chain import read_chain
from graph.project import Graph
from workbench.judging import because, one_of
from workbench.readings import asserted_in, known_kind, normalised

Verdict = Literal["confirm", "reject", "correct", "attribute"]
_SEGMENT: Final = re.compile(r"(?P<exhibit>CG-\d+(?:/\d+)*)\.(?P<unit_kind>[ptmfcrv])(?P<unit>\d+)\.(?P<ordinal>\d+)")
_UNITS: Final = {letter: kind for kind, letter in UNIT_LETTER.items()}


class Read(Protocol):
    """A reading as it is judged: what it is, how it is written, as what it stands, and as the machine had it."""

    @property
    def kind(self) -> str:
        """What it is."""

    @property
    def quote(self) -> str:
        """How it is written."""

    @property
    def value(self) -> str:
        """As what it stands."""

    @property
    def value_machine(self) -> str:
        """As what the machine took it."""


# --- readings ------------------------------------------------------------------------------------------------------


def decision(
    case: Case,
    found: Read,
    anchor: MentionAnchor,
    *,
    verdict: str,
    reason: str,
    value: str = "",
    kind: str = "",
    seen: int = 0,
) -> MentionDecided:
    """Return the verdict on one reading as it goes into the ledger; raises UsageError where it is none."""
    one_of(verdict, get_args(Verdict), "verdict")
    reason = because(reason)
    if verdict != "correct":
        value = kind = ""
    elif not (value or kind):
        raise UsageError(
            "a correction needs what it really reads",
            next_step="give its value, its kind or both (`--value`, `--kind`)",
        )
    else:
        value = corrected_value(case, found, kind=kind, value=value)
    return MentionDecided(
        anchor=anchor,
        verdict=verdict,  # type: ignore[arg-type]
        reason=reason,
        value=value,
        kind=kind,
        suggestion=found.value,
        seen=seen,
    )


def corrected_value(case: Case, found: Read, *, kind: str, value: str) -> str:
    """Return the value of a correction as its kind writes it; raises UsageError where it is none."""
    wanted = known_kind(kind or found.kind)
    if value:
        return normalised(wanted, value, asserted=asserted_in(case))
    now = normalised(wanted, found.quote, asserted=asserted_in(case))
    return "" if now == found.value_machine else now


def addition(case: Case, anchor: MentionAnchor, *, source: str, value: str, reason: str) -> MentionAdded:
    """Return something that the machine missed as it goes into the ledger, its value as its kind writes it.

    Raises UsageError where the words, or the value given for them, are no such identifier.
    """
    reason, asserted = because(reason), asserted_in(case)
    if value:
        value = normalised(anchor.kind, value, asserted=asserted)
    else:
        read_as: ReadingSource = source  # type: ignore[assignment]
        value = normalised(anchor.kind, anchor.quote, asserted=asserted, source=read_as)
    return MentionAdded(anchor=msgspec.structs.replace(anchor, value=value), reason=reason)


def correction(found: MentionAnchor, *, text: str, reason: str) -> TextCorrected:
    """Return characters as they really are as they go into the ledger; raises UsageError where nothing is corrected."""
    if not text:
        raise UsageError("the text as it really is is missing", next_step="write what stands there")
    if text == found.quote:
        raise UsageError(f"{text!r} is what the machine read", next_step="confirm it, or write what stands there")
    return TextCorrected(
        segment=found.segment, start=found.start, end=found.end, quote=found.quote, text=text, reason=because(reason)
    )


# --- seals ---------------------------------------------------------------------------------------------------------


def seal(case: Case, graph: Graph, what: str, *, kind: str, reason: str) -> Sealed:
    """Return the closing of an exhibit or a segment; raises Refused where the exhibit is closed already."""
    one_of(kind, get_args(SealKind), "kind of seal")
    reason, state = because(reason), fold(case.custody.events())
    if match := _SEGMENT.fullmatch(what):
        anchor = sources.segment_anchor(graph, what)
        return Sealed(exhibit=match["exhibit"], seal=kind, reason=reason, segment=anchor)  # type: ignore[arg-type]
    state.exhibit(what)
    if what in state.sealed_exhibits:
        raise Refused(f"{what} is sealed already", next_step="`casegraph seals CASE` lists the seals")
    return Sealed(exhibit=what, seal=kind, reason=reason)  # type: ignore[arg-type]


def same_bytes(state: CaseState, what: str) -> list[str]:
    """Return what is still open of the same SHA-256 as what was sealed: exhibits, or the same segment of them."""
    exhibit, _, segment = what.partition(".")
    closed = [number for number in state.exhibits if number == exhibit or number.startswith(f"{exhibit}/")]
    hashes = {state.exhibit(number).sha256 for number in (closed if not segment else [exhibit])} - {"", EMPTY_SHA256}
    return [
        number + (f".{segment}" if segment else "")
        for number, received in state.exhibits.items()
        if received.exhibit.sha256 in hashes
        and number != exhibit
        and not state.is_sealed(number)
        and not (segment and segment_key(f"{number}.{segment}") in state.sealed_segments)
    ]


def segment_key(what: str) -> tuple[str, str, int, int] | None:
    """Return the key of a sealed segment in the case's state; None where `what` is no segment id."""
    match = _SEGMENT.fullmatch(what)
    return (match["exhibit"], _UNITS[match["unit_kind"]], int(match["unit"]), int(match["ordinal"])) if match else None


# --- findings ------------------------------------------------------------------------------------------------------


def new_finding(case: Case, sentence: str, *, reason: str) -> FindingWritten:
    """Return a finding under the next number that none ever had; raises UsageError without a sentence."""
    if not sentence.strip():
        raise UsageError("a finding needs its sentence", next_step='casegraph finding CASE new "…"')
    return FindingWritten(finding=f"F-{_findings_ever(case) + 1}", sentence=sentence.strip(), reason=reason.strip())


def rewritten(state: CaseState, finding: str, sentence: str, *, reason: str) -> FindingWritten:
    """Return a finding in other words; raises NotFound, UsageError without sentence or reason."""
    known_finding(state, finding)
    if not sentence.strip():
        raise UsageError("the new sentence is missing", next_step='casegraph finding CASE revise F-1 "…"')
    return FindingWritten(finding=finding, sentence=sentence.strip(), reason=because(reason))


def taken_back(state: CaseState, finding: str, *, reason: str) -> FindingWithdrawn:
    """Return the taking back of a finding; raises NotFound, UsageError without a reason."""
    return FindingWithdrawn(finding=known_finding(state, finding), reason=because(reason))


def known_finding(state: CaseState, finding: str) -> str:
    """Return the id of a finding that stands; raises NotFound."""
    if finding not in state.findings:
        raise NotFound(f"there is no finding {finding}".rstrip(), next_step="`casegraph finding CASE list`")
    return finding


def _findings_ever(case: Case) -> int:
    """Return the highest number a finding ever had, withdrawn ones too."""
    numbers = [int(line.obj.removeprefix("F-")) for line in case.custody.lines() if line.op == "finding.written"]
    return max(numbers, default=0)


def tagging(case: Case, graph: Graph, segment: str, *, tag: str, finding: str, reason: str) -> SegmentTagged:
    """Return what a segment does to a finding, as it goes into the ledger; raises NotFound, UsageError."""
    one_of(tag, get_args(Tag), "tag")
    if finding:
        known_finding(fold(case.custody.events()), finding)
    anchor = sources.segment_anchor(graph, segment)
    return SegmentTagged(segment=anchor, tag=tag, finding=finding, reason=because(reason))  # type: ignore[arg-type]


def scheduling(case: Case, graph: Graph, segment: str, *, reason: str) -> UnderminingScheduled:
    """Return an entry of the schedule of unused material; raises NotFound, UsageError without a reason."""
    return UnderminingScheduled(segment=_to_schedule(case, graph, segment), reason=because(reason))


def _to_schedule(case: Case, graph: Graph, segment: str) -> SegmentAnchor:
    """Return the anchor of a segment; of one that is in no graph, sealed or read anew, as it was last tagged."""
    if not segment.isdecimal():
        try:
            return sources.segment_anchor(graph, segment)
        except NotFound:
            pass
    withdrawn = read_chain(case).withdrawn
    for event in reversed(list(case.custody.events())):
        if isinstance(event.act, SegmentTagged) and event.line.seq not in withdrawn:
            anchor = event.act.segment
            named = segment_id(anchor.exhibit, anchor.unit_kind, anchor.unit, anchor.ordinal)
            if segment in (named, str(event.line.seq)):
                return anchor
    raise NotFound(
        f"{segment} is no segment that can be found, and no tag that stands",
        next_step="search shows segments, such as CG-0033.p1.1; `casegraph log CASE` lists the tags by ledger line",
    )


def added(
    case: Case, graph: Graph, segment: str, *, kind: str, quote: str, value: str, nth: int, reason: str
) -> MentionAdded:
    """Return the `nth` time that `quote` stands in a segment as something that the machine missed."""
    known_kind(kind)
    anchor = sources.new_mention_anchor(graph, segment, kind=kind, quote=quote, value=value, nth=nth)
    source = queries.segment(graph, segment).source
    return addition(case, anchor, source=source, value=value, reason=reason)
