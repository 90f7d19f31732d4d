"""The custody chain as the projector reads it: what is sealed, what each exhibit's own events say, what is new."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

from evidence.acts import (
    Act,
    ActWithdrawn,
    ClockAsserted,
    ExhibitReceived,
    ExtractionRecorded,
    IdentityJudged,
    MentionAdded,
    MentionDecided,
    RelationAdded,
    Sealed,
    SegmentAnchor,
    SegmentTagged,
    SettingsRecorded,
    TextCorrected,
    UnderminingScheduled,
    Unsealed,
)
from evidence.case import Case
from evidence.ledger import Event, Line

CLOCK_OPERATION = "clock.asserted"
SEAL_OPERATIONS = frozenset({"seal.set", "seal.lifted"})
HumanAct = MentionDecided | MentionAdded | TextCorrected | SegmentTagged | UnderminingScheduled


@dataclass(frozen=True, slots=True)
class Clock:
    """What people asserted about the times of an exhibit, and how that is said beside each."""

    zone: str
    ahead_s: int
    told: str


@dataclass(slots=True)
class Dossier:
    """What the custody chain says of one exhibit."""

    number: str
    received: ExhibitReceived | None = None
    received_at: str = ""
    received_by: str = ""
    extraction: ExtractionRecorded | None = None
    extracted_seq: int = 0
    clock: Clock | None = None
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
    clocks: dict[str, Clock] = field(default_factory=dict)
    """What stands of what was asserted about clocks, by exhibit; under `""` the zone asserted for the whole case."""

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
        if self._zone_changed(after):
            return self.exhibits_in_order()
        taken_back = [event.act.seq for event in self.of_case if isinstance(event.act, ActWithdrawn)]
        new = {
            event.act.seq for event in self.of_case if isinstance(event.act, ActWithdrawn) and event.line.seq > after
        }
        if new:  # taking a withdrawal back touches what that one was about
            numbers |= {self.lines[seq - 1].obj for seq in taken_back if 0 < seq <= self.seq}
        numbers |= self._inside(self._clocks_told(after, taken_back if new else ()))
        numbers |= {anchor.exhibit for anchor in self.related_rows(after=after)}
        return sorted(number for number in numbers if number.startswith("CG-") and not self.is_sealed(number))

    def related_rows(self, *, after: int = 0) -> list[SegmentAnchor]:
        """Return the rows of tables that people stated relations or judged mentions by after line `after`: they become segments."""
        return [
            anchor
            for event in self.of_case
            if event.line.seq > after
            for anchor in _rests_on(event.act)
            if anchor.unit_kind == "table"
        ]

    def exhibits_in_order(self) -> list[str]:
        """Return what may be projected, in order of number."""
        return sorted(self.exhibits())

    def _zone_changed(self, after: int) -> bool:
        """Whether the zone asserted for the whole case is another one since line `after`."""
        zones = [(event.line.seq, event.act.zone) for event in self.of_case if isinstance(event.act, SettingsRecorded)]
        before = [zone for seq, zone in zones if seq <= after]
        return bool(zones) and zones[-1][0] > after and zones[-1][1] != (before[-1] if before else "")

    def _clocks_told(self, after: int, taken_back: Iterable[int]) -> set[str]:
        new = {line.obj for line in self.lines[after:] if line.op == CLOCK_OPERATION}
        gone = {self.lines[seq - 1] for seq in taken_back if 0 < seq <= self.seq}
        return new | {line.obj for line in gone if line.op == CLOCK_OPERATION}

    def _inside(self, numbers: Collection[str]) -> set[str]:
        """Return the exhibits that came out of these."""
        if not numbers:
            return set()
        leads = tuple(f"{number}/" for number in numbers)
        return {line.obj for line in self.lines if line.op == "exhibit.received" and line.obj.startswith(leads)}

    def clock_of(self, number: str) -> Clock | None:
        """Return what stands of the clock of an exhibit: its own, else of what it came out of, else of the case.

        Zone and error are taken each from the nearest that speaks of it.
        """
        parts = number.split("/")
        names = ["/".join(parts[:count]) for count in range(len(parts), 0, -1)]
        standing = [self.clocks[name] for name in [*names, ""] if name in self.clocks]
        zoned = next((clock for clock in standing if clock.zone), None)
        wrong = next((clock for clock in standing if clock.ahead_s), None)
        if not standing or (zoned is None and wrong is None):
            return None
        told = dict.fromkeys(clock.told for clock in (wrong, zoned) if clock is not None)
        return Clock(zoned.zone if zoned else "", wrong.ahead_s if wrong else 0, "; ".join(told))

    def dossiers(self, numbers: Collection[str]) -> list[Dossier]:
        """Return what the chain says of each exhibit in `numbers`, in their order; unreceived ones are left out."""
        made = {number: Dossier(number) for number in numbers}
        for event in self._events(lambda line: line.obj in made and line.op not in SEAL_OPERATIONS):
            made[event.line.obj].take(event)
        for dossier in made.values():
            dossier.clock = self.clock_of(dossier.number)
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
    withdrawn = _withdrawn(of_case)
    told = case.custody.events(only=lambda line: line.seq <= last and line.op == CLOCK_OPERATION)
    clocks = _clocks([*of_case, *told], withdrawn)
    return CustodyChain(case, lines, of_case, withdrawn, exhibits, segments, clocks)


def _rests_on(act: Act | None) -> Iterable[SegmentAnchor]:
    match act:
        case RelationAdded():
            return act.supports
        case IdentityJudged():
            return (anchor.segment for side in act.sides for anchor in side)
        case _:
            return ()


def _clocks(events: Iterable[Event], withdrawn: Collection[int]) -> dict[str, Clock]:
    clocks: dict[str, Clock] = {}
    for event in sorted(events, key=lambda one: one.line.seq):
        act, line = event.act, event.line
        if line.seq in withdrawn:
            continue
        by = f"asserted by {line.actor} (custody {line.seq})"
        if isinstance(act, ClockAsserted):
            said = [f"zone {act.zone}"] if act.zone else []
            said += [f"clock {abs(act.ahead_s)} s {'ahead' if act.ahead_s > 0 else 'behind'}"] if act.ahead_s else []
            earlier = clocks.get(act.exhibit)
            clocks[act.exhibit] = _over(earlier, Clock(act.zone, act.ahead_s, f"{', '.join(said)}, {by}"))
        elif isinstance(act, SettingsRecorded) and act.zone:
            clocks[""] = Clock(act.zone, 0, f"zone {act.zone} of the case's settings, {by}")
        elif isinstance(act, SettingsRecorded):
            clocks.pop("", None)
    return clocks


def _over(earlier: Clock | None, later: Clock) -> Clock:
    """Return a later assertion; what it does not speak of stays as an earlier one said."""
    if earlier is None or (later.zone and later.ahead_s):
        return later
    return Clock(later.zone or earlier.zone, later.ahead_s or earlier.ahead_s, f"{later.told}; {earlier.told}")


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
