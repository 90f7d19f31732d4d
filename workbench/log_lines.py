"""What the log says of each line in a few words, and which lines are about sealed material."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from evidence.acts import (
    AccountChanged,
    Act,
    ActWithdrawn,
    AnalysisSaved,
    AnalysisWithdrawn,
    ArtifactDiverged,
    AuthorityRecorded,
    CaseOpened,
    CategorySet,
    ClockAsserted,
    Consulted,
    Disclosed,
    ErrorMeasured,
    ExhibitReceived,
    ExtractionRecorded,
    FindingWithdrawn,
    FindingWritten,
    HashListRecorded,
    HashMatched,
    IdentityJudged,
    IntakeFinished,
    LedgerQuarantined,
    LedgerRead,
    MentionAdded,
    MentionDecided,
    PayloadErased,
    RelationAdded,
    SampleDrawn,
    Sealed,
    SegmentAnchor,
    SegmentTagged,
    SettingsRecorded,
    SignedIn,
    SignInRefused,
    TemplateRecorded,
    TextCorrected,
    UnderminingScheduled,
    Unsealed,
)
from evidence.ledger import Event
from evidence.state import CaseState
from graph.analyses import rests_on_sealed
from workbench.printing import plural, quote

_MOST = 60


class LogLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the log as it is shown; `act` is withheld where `sealed`."""

    event: Event
    summary: str
    sealed: bool

    def facts(self) -> dict[str, Any]:
        """Return what JSON shows of the line."""
        act = None if self.sealed else self.event.act
        return {
            "line": self.event.line,
            "act": act,
            "summary": self.summary,
            "sealed": self.sealed,
            "account": self.event.account,
            "host": self.event.host,
        }


def log_lines(events: Iterable[Event], state: CaseState, *, closed: frozenset[int], show_sealed: bool) -> list[LogLine]:
    """Return the lines with their summaries; what is about sealed material says `sealed` unless it is to be shown."""
    return [_line(event, withheld=not show_sealed and _is_closed(event, state, closed)) for event in events]


def closed_lines(events: Iterable[Event], state: CaseState) -> frozenset[int]:
    """Return the numbers of the custody lines that are about sealed material."""
    return frozenset(event.line.seq for event in events if event.act is not None and about_sealed(event.act, state))


def _is_closed(event: Event, state: CaseState, closed: frozenset[int]) -> bool:
    if isinstance(event.act, ActWithdrawn):
        return event.act.seq in closed
    return event.act is not None and about_sealed(event.act, state)


def about_sealed(act: Act, state: CaseState) -> bool:
    """Return whether an act is about an exhibit or a segment that is sealed now; a segment's whole unit, in doubt."""
    match act:
        case ExhibitReceived(exhibit=exhibit):
            return state.is_sealed(exhibit.number)
        case ExtractionRecorded() | ArtifactDiverged() | HashMatched():
            return state.is_sealed(act.exhibit)
        case Sealed() | Unsealed():
            return state.is_sealed(act.exhibit) or (act.segment is not None and _closed(act.segment, state))
        case MentionDecided() | MentionAdded():
            return _closed(act.anchor.segment, state)
        case TextCorrected() | SegmentTagged() | UnderminingScheduled():
            return _closed(act.segment, state)
        case RelationAdded(supports=supports):
            return any(_closed(anchor, state) for anchor in supports)
        case IdentityJudged(sides=sides):
            return any(_closed(anchor.segment, state) for side in sides for anchor in side)
        case SampleDrawn(readings=readings):
            return any(_unit_closed(one.exhibit, one.unit_kind, one.unit, state) for one in readings)
        case AnalysisSaved():
            return rests_on_sealed(act, state)
        case Consulted(exhibits=exhibits):
            partly = {exhibit for exhibit, *_ in state.sealed_segments}
            return any(number in partly or state.is_sealed(number) for number in exhibits)
        case _:
            return False


def _closed(anchor: SegmentAnchor, state: CaseState) -> bool:
    return _unit_closed(anchor.exhibit, anchor.unit_kind, anchor.unit, state)


def _unit_closed(exhibit: str, unit_kind: str, unit: int, state: CaseState) -> bool:
    units = {key[:3] for key in state.sealed_segments}
    return state.is_sealed(exhibit) or (exhibit, unit_kind, unit) in units


def _line(event: Event, *, withheld: bool) -> LogLine:
    if withheld:
        return LogLine(event=event, summary="sealed", sealed=True)
    said = "erased" if event.act is None else in_full(event.act)
    return LogLine(event=event, summary=quote(said, at_most=_MOST), sealed=False)


def in_full(act: Act) -> str:
    """Return an act in words on one line, however long."""
    return " ".join(summary(act).split())


def summary(act: Act) -> str:
    """Return an act in a few words."""
    match act:
        case Consulted():
            why = f" ({act.reason})" if act.reason else ""
            return f"{act.command} {act.asked}".strip() + f": {plural(act.results, 'result')}" + why
        case AccountChanged():
            return f"account {act.name}: {act.what}, roles {', '.join(act.roles)}"
        case SignedIn():
            return (
                "signed in"
                + (f" from {act.address}" if act.address else "")
                + (f": {act.reason}" if act.reason else "")
            )
        case SignInRefused():
            return f"a wrong password for {act.name}" + (f" from {act.address}" if act.address else "")
        case Disclosed():
            return f"{act.export} to {act.recipient}"
        case LedgerRead():
            return f"{act.chain}: {plural(act.lines, 'line')}"
        case CaseOpened(title=title):
            return title
        case AuthorityRecorded(authority=authority):
            return f"{authority.kind} {authority.reference}"
        case SettingsRecorded():
            return ", ".join(filter(None, (act.region, *act.languages, act.day_order, act.zone))) or "nothing asserted"
        case ExhibitReceived():
            compared = f"; manifest {act.manifest}" if act.manifest else ""
            return (act.unreadable or act.exhibit.inner_path or act.exhibit.name) + compared
        case HashListRecorded(hash_list=listed):
            return f"{listed.name} ({listed.kind}, {listed.purpose}): {listed.source}"
        case HashMatched(match=match):
            return f"{match.algorithm} {match.hash[:16]}…: {match.text}"
        case TemplateRecorded():
            return f"{act.template.name} ({act.template.kind}): {act.source}"
        case ClockAsserted():
            said = ", ".join(filter(None, (act.zone, f"{act.ahead_s:+d} s ahead" if act.ahead_s else "")))
            return f"{said or 'nothing asserted'}: {act.source}"
        case IntakeFinished():
            return f"{act.received} new, {act.recognised} recognised, {act.children} inside them"
        case ExtractionRecorded():
            return act.outcome.replace("_", " ") + (f": {act.reason}" if act.reason else "")
        case ArtifactDiverged():
            return "read again with other content"
        case MentionDecided():
            now = f" to {act.kind or act.anchor.kind} {act.value}".rstrip() if act.verdict == "correct" else ""
            return f"{act.verdict} {act.anchor.kind} {act.anchor.value}{now}"
        case MentionAdded(anchor=anchor):
            return f"{anchor.kind} {anchor.value}"
        case RelationAdded():
            return f"{act.source_value} {act.kind} {act.target_value}"
        case IdentityJudged():
            said = " / ".join(side[0].quote for side in act.sides if side)
            return f"{act.verdict}: {said}" + (f", a {act.makes}" if act.makes else "")
        case TextCorrected():
            return f"{act.quote!r} reads {act.text!r}"
        case ActWithdrawn():
            return f"line {act.seq}: {act.reason}"
        case Sealed():
            return act.seal + (" (a segment)" if act.segment else "")
        case Unsealed():
            return f"{act.reason}" + (" (a segment)" if act.segment else "")
        case SegmentTagged():
            return f"{act.tag.replace('_', ' ')} {act.finding}".strip()
        case UnderminingScheduled() | FindingWithdrawn() | AnalysisWithdrawn():
            return act.reason
        case AnalysisSaved():
            return f"{act.title} ({act.question}): {plural(len(act.rows), 'row')}"
        case FindingWritten(sentence=sentence):
            return sentence
        case CategorySet():
            return f"{act.entity_value}: {act.category}"
        case ErrorMeasured(record=record):
            return f"{record.what} on {record.data}"
        case SampleDrawn():
            return f"{plural(len(act.readings), 'reading')}, seed {act.seed}" + (
                f": {act.reason}" if act.reason else ""
            )
        case LedgerQuarantined():
            return f"{act.size_bytes} B of {act.chain}"
        case PayloadErased(reason=reason):
            return reason
