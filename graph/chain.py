"""The custody chain as the projector reads it: what is sealed, what each exhibit's own events say, what is new."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

from evidence.acts import (
    Act,
    ActWithdrawn,
    ExhibitReceived,
    ExtractionRecorded,
    MentionAdded,
    MentionDecided,
    Sealed,
    SegmentAnchor,
    SegmentTagged,
    TextCorrected,
    UnderminingScheduled,
    Unsealed,
)
from evidence.case import Case
from evidence.ledger import Event, Line

SEAL_OPERATIONS = frozenset({"seal.set", "seal.lifted"})
HumanAct = MentionDecided | MentionAdded | TextCorrected | SegmentTagged | UnderminingScheduled


@dataclass(slots=True)
class Dossier:
    """What the custody chain says of one exhibit."""

    number: str
    received: ExhibitReceived | None = None
    received_at: str = ""
    received_by: str = ""
    extraction: ExtractionRecorded | None = None
    extracted_seq: int = 0
    human: list[tuple[Line, HumanAct]] = field(default_factory=list)
    """Acts of people about it, in order, withdrawn ones included."""

    def take(self, event: Event) -> None:
        """Take in one event about this exhibit."""
        match event.act:
            case ExhibitReceived():
                self.received = event.act
                self.received_at, self.received_by = event.line.ts, event.line.actor
            case ExtractionRecorded():
                self.extraction, self.extracted_seq = event.act, event.line.seq
            case MentionDecided() | MentionAdded() | TextCorrected() | SegmentTagged() | UnderminingScheduled():
                self.human.append((event.line, event.act))
            case _:
                pass


@dataclass(slots=True)
class CustodyChain:
    """The chain up to one head; later lines are not looked at."""

    case: Case
    lines: list[Line]
    of_case: list[Event]
    """Events that are about no single exhibit."""
    withdrawn: frozenset[int]
    sealed_exhibits: dict[str, Sealed]
    sealed_segments: dict[str, list[SegmentAnchor]]

    @property
    def seq(self) -> int:
        """The head: the number of the last line."""
        return len(self.lines)

    @property
    def head(self) -> str:
        """The payload digest of the last line: no two chains share it."""
        return self.payload_at(self.seq)

    def payload_at(self, seq: int) -> str:
        """Return the payload digest of line `seq`, or '' where the chain is not that long."""
        return self.lines[seq - 1].payload if 0 < seq <= len(self.lines) else ""

    def is_sealed(self, number: str) -> bool:
        """Whether the exhibit, or a container it came out of, is sealed."""
        parts = number.split("/")
        return any("/".join(parts[: count + 1]) in self.sealed_exhibits for count in range(len(parts)))

    def exhibits(self) -> list[str]:
        """Return the numbers of the exhibits that may be projected, in order of receipt."""
        received = (line.obj for line in self.lines if line.op == "exhibit.received")
        return [number for number in received if not self.is_sealed(number)]

    def sealed_count(self) -> int:
        """Return how many received exhibits are sealed, children included."""
        return sum(self.is_sealed(line.obj) for line in self.lines if line.op == "exhibit.received")

    def seals_changed(self, *, after: int) -> bool:
        """Whether a seal was set or lifted after line `after`."""
        return any(line.op in SEAL_OPERATIONS for line in self.lines[after:])

    def touched(self, *, after: int) -> list[str]:
        """Return the unsealed exhibits that events after line `after` are about, in order of number."""
        numbers = {line.obj for line in self.lines[after:] if line.obj.startswith("CG-")}
        taken_back = [event.act.seq for event in self.of_case if isinstance(event.act, ActWithdrawn)]
        new = {
            event.act.seq for event in self.of_case if isinstance(event.act, ActWithdrawn) and event.line.seq > after
        }
        if new:  # taking a withdrawal back touches what that one was about
            numbers |= {self.lines[seq - 1].obj for seq in taken_back if 0 < seq <= self.seq}
        return sorted(number for number in numbers if number.startswith("CG-") and not self.is_sealed(number))

    def dossiers(self, numbers: Collection[str]) -> list[Dossier]:
        """Return what the chain says of each exhibit in `numbers`, in their order; unreceived ones are left out."""
        made = {number: Dossier(number) for number in numbers}
        for event in self._events(lambda line: line.obj in made and line.op not in SEAL_OPERATIONS):
            made[event.line.obj].take(event)
        return [dossier for dossier in made.values() if dossier.received is not None]

    def _events(self, only: Callable[[Line], bool]) -> Iterable[Event]:
        return self.case.custody.events(only=lambda line: line.seq <= self.seq and only(line))


def read_chain(case: Case) -> CustodyChain:
    """Return the custody chain as it stands; raises IntegrityError where it is damaged."""
    lines = list(case.custody.lines())
    last = len(lines)
    of_case = list(case.custody.events(only=lambda line: line.seq <= last and not line.obj.startswith("CG-")))
    seals = case.custody.events(only=lambda line: line.seq <= last and line.op in SEAL_OPERATIONS)
    exhibits, segments = _seals(seals)
    return CustodyChain(case, lines, of_case, _withdrawn(of_case), exhibits, segments)


def _withdrawn(events: Iterable[Event]) -> frozenset[int]:
    """Return the numbers of acts taken back; a withdrawal can itself be withdrawn, so the last word counts."""
    taken_back: set[int] = set()
    acts: list[tuple[int, Act | None]] = [(event.line.seq, event.act) for event in events]
    for seq, act in reversed(acts):
        if isinstance(act, ActWithdrawn) and seq not in taken_back and act.seq < seq:
            taken_back.add(act.seq)
    return frozenset(taken_back)


def _seals(events: Iterable[Event]) -> tuple[dict[str, Sealed], dict[str, list[SegmentAnchor]]]:
    exhibits: dict[str, Sealed] = {}
    segments: dict[str, list[SegmentAnchor]] = {}
    for event in events:
        match event.act:
            case Sealed(segment=None):
                exhibits[event.act.exhibit] = event.act
            case Unsealed(segment=None):
                exhibits.pop(event.act.exhibit, None)
            case Sealed(segment=SegmentAnchor() as anchor):
                segments.setdefault(anchor.exhibit, []).append(anchor)
            case Unsealed(segment=SegmentAnchor() as anchor):
                standing = segments.get(anchor.exhibit, [])
                segments[anchor.exhibit] = [other for other in standing if not _same_segment(other, anchor)]
            case _:
                pass
    return exhibits, {number: anchors for number, anchors in segments.items() if anchors}


def _same_segment(one: SegmentAnchor, other: SegmentAnchor) -> bool:
    spot = (one.unit_kind, one.unit, one.ordinal) == (other.unit_kind, other.unit, other.ordinal)
    return spot and one.opening == other.opening
