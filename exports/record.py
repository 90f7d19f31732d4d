"""The custody and access chains as an export needs them: one reading, up to one head."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from evidence import merkle
from evidence.acts import ActWithdrawn, Consulted, SegmentAnchor, SegmentTagged, UnderminingScheduled
from evidence.case import Case, software
from evidence.errors import IntegrityError
from evidence.ledger import Event
from evidence.records import segment_id
from evidence.state import CaseState, fold
from exports.material import CheckpointLine
from graph.chain import read_chain


@dataclass(frozen=True, slots=True)
class Tagging:
    """A tag that stands, by the custody line that made it."""

    seq: int
    actor: str
    at: str
    act: SegmentTagged

    @property
    def segment(self) -> str:
        """The segment as it was tagged."""
        return anchor_id(self.act.segment)


@dataclass(frozen=True, slots=True)
class Scheduling:
    """An entry on the schedule of unused material that stands."""

    seq: int
    actor: str
    at: str
    act: UnderminingScheduled

    @property
    def segment(self) -> str:
        """The segment as it was scheduled."""
        return anchor_id(self.act.segment)


@dataclass(frozen=True, slots=True)
class Record:
    """The custody chain up to its head, and the look-ups in the access chain."""

    raws: tuple[bytes, ...]
    events: tuple[Event, ...]
    state: CaseState
    withdrawn: frozenset[int]
    checkpoint: CheckpointLine
    consulted: tuple[tuple[Event, Consulted], ...]
    access_lines: int
    software: str

    def tags(self) -> list[Tagging]:
        """Return the tags that stand, in order: the last word on each segment and finding."""
        last: dict[tuple[str, str], Tagging] = {}
        for event in self._standing():
            if isinstance(event.act, SegmentTagged):
                made = Tagging(event.line.seq, event.line.actor, event.line.ts, event.act)
                last[made.segment, made.act.finding] = made
        return sorted(last.values(), key=lambda tagging: tagging.seq)

    def taken_back(self, finding: str) -> list[tuple[Tagging, Event]]:
        """Return the tags for a finding that a person took back, in order, each with the event that did it."""
        undone = {event.act.seq: event for event in self.events if isinstance(event.act, ActWithdrawn)}
        return [
            (Tagging(event.line.seq, event.line.actor, event.line.ts, event.act), undone[event.line.seq])
            for event in self.events
            if isinstance(event.act, SegmentTagged) and event.act.finding == finding
            if event.line.seq in self.withdrawn and event.line.seq in undone
        ]

    def schedule(self) -> list[Scheduling]:
        """Return the entries of the schedule that stand, in order."""
        return [
            Scheduling(event.line.seq, event.line.actor, event.line.ts, event.act)
            for event in self._standing()
            if isinstance(event.act, UnderminingScheduled)
        ]

    def is_sealed(self, anchor: SegmentAnchor) -> bool:
        """Whether the segment, its exhibit or a container of that is sealed."""
        key = (anchor.exhibit, anchor.unit_kind, anchor.unit, anchor.ordinal)
        return self.state.is_sealed(anchor.exhibit) or key in self.state.sealed_segments

    def _standing(self) -> Iterator[Event]:
        return (event for event in self.events if event.line.seq not in self.withdrawn)


def anchor_id(anchor: SegmentAnchor) -> str:
    """Return the id of the segment that stands where the anchor says."""
    return segment_id(anchor.exhibit, anchor.unit_kind, anchor.unit, anchor.ordinal)


def read_record(case: Case) -> Record:
    """Return the record up to its head as it is now; raises IntegrityError where a chain is not what was recorded."""
    _check(case)
    chain = read_chain(case)
    raws = tuple(case.custody.raw_lines())[: chain.seq]
    events = tuple(event for event in case.custody.events() if event.line.seq <= chain.seq)
    looked = list(case.access.events())
    return Record(
        raws=raws,
        events=events,
        state=fold(events),
        withdrawn=chain.withdrawn,
        checkpoint=_checkpoint(raws, head_at=events[-1].line.ts),
        consulted=tuple((event, event.act) for event in looked if isinstance(event.act, Consulted)),
        access_lines=len(looked),
        software=software(),
    )


def _check(case: Case) -> None:
    for ledger in (case.custody, case.access):
        problems = [problem for problem in ledger.verify() if problem.kind != "half_line"]
        if problems:
            raise IntegrityError(
                f"the {ledger.chain} record is not what was recorded: {problems[0].about}: {problems[0].message}",
                next_step="run `casegraph verify` to see all that is wrong; nothing can be exported from this record",
            )


def _checkpoint(raws: tuple[bytes, ...], *, head_at: str) -> CheckpointLine:
    root = merkle.root(raws)
    code = f"custody:{len(raws)}:{root}"
    return CheckpointLine(code=code, short=f"{len(raws)}-{root[:16]}", size=len(raws), root=root, head_at=head_at)
