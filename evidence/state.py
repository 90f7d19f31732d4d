"""What the custody chain says now: a fold of its events, made in one pass."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from evidence.acts import (
    Act,
    AnalysisSaved,
    AnalysisWithdrawn,
    AuthorityRecorded,
    CaseOpened,
    CategorySet,
    ExhibitReceived,
    ExtractionRecorded,
    FindingWithdrawn,
    FindingWritten,
    HashListRecorded,
    HashMatched,
    IntakeFinished,
    Sealed,
    SettingsRecorded,
    TemplateRecorded,
    Unsealed,
)
from evidence.errors import AuthorityError, NotFound
from evidence.hash_lists import HashList, HashMatch
from evidence.ledger import Event
from evidence.records import Authority, Exhibit, ExhibitNumber
from evidence.templates import Template


@dataclass(frozen=True, slots=True)
class Kept:
    """A line that saved an analysis, or its rows anew."""

    seq: int
    actor: str
    at: str
    act: AnalysisSaved


_Key = TypeVar("_Key")
_Entry = TypeVar("_Entry")


@dataclass(slots=True)
class CaseState:
    """The case as its custody chain tells it, up to event `seq`."""

    seq: int = 0
    title: str = ""
    case_id: str = ""
    authorities: dict[str, Authority] = field(default_factory=dict)
    settings: SettingsRecorded = field(default_factory=SettingsRecorded)
    templates: dict[str, Template] = field(default_factory=dict)
    """Column templates on record, by name; a later one of a name replaces the earlier."""
    hash_lists: dict[str, HashList] = field(default_factory=dict)
    """Lists on record, by their own digest."""
    hash_matches: dict[str, list[HashMatch]] = field(default_factory=dict)
    """What the lists say of an exhibit, by its number."""
    exhibits: dict[str, ExhibitReceived] = field(default_factory=dict)
    received_at: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Exhibit number to (time, actor)."""
    intake_of: dict[str, int] = field(default_factory=dict)
    """Exhibit number to how many intakes had ended when it was received; what came out of a container has its number."""
    extractions: dict[str, ExtractionRecorded] = field(default_factory=dict)
    extracted_seq: dict[str, int] = field(default_factory=dict)
    sealed_exhibits: dict[str, tuple[int, str, Sealed]] = field(default_factory=dict)
    """Exhibit number to (seq, actor, act)."""
    sealed_segments: dict[tuple[str, str, int, int], tuple[int, str, Sealed]] = field(default_factory=dict)
    """(exhibit, unit kind, unit, ordinal) to (seq, actor, act)."""
    findings: dict[str, FindingWritten] = field(default_factory=dict)
    analyses: dict[str, list[Kept]] = field(default_factory=dict)
    """Saved analyses that stand, by name, each with its lines in order: the last one counts."""
    analyses_ever: int = 0
    """The highest number that an analysis had, withdrawn ones too."""
    categories: dict[tuple[str, str], CategorySet] = field(default_factory=dict)
    _known: dict[tuple[str, str, str, str, str], str] = field(default_factory=dict)
    _names: set[str] = field(default_factory=set)
    _intakes: int = 0
    _next_root: int = 1
    _next_child: dict[str, int] = field(default_factory=dict)

    def apply(self, event: Event) -> None:
        """Take one event in."""
        self.seq = event.line.seq
        act = event.act
        if act is not None:
            self._apply_act(act, event)

    def _apply_act(self, act: Act, event: Event) -> None:
        match act:
            case CaseOpened():
                self.title, self.case_id = act.title, act.case_id
            case AuthorityRecorded(authority=authority):
                self.authorities[authority.reference] = authority
            case SettingsRecorded():
                self.settings = act
            case TemplateRecorded(template=template):
                self.templates[template.name] = template
            case HashListRecorded(hash_list=listed):
                self.hash_lists[listed.sha256] = listed
            case HashMatched(exhibit=number, match=match):
                self.hash_matches.setdefault(number, []).append(match)
            case ExhibitReceived():
                self._receive(act, event)
            case IntakeFinished():
                self._intakes += 1
            case ExtractionRecorded():
                self.extractions[act.exhibit] = act
                self.extracted_seq[act.exhibit] = event.line.seq
            case Sealed() | Unsealed():
                self._seal(act, event)
            case FindingWritten():
                self.findings[act.finding] = act
            case FindingWithdrawn():
                self.findings.pop(act.finding, None)
            case AnalysisSaved():
                self._keep(act, event)
            case AnalysisWithdrawn():
                self.analyses.pop(act.analysis, None)
            case CategorySet():
                self.categories[act.entity_kind, act.entity_value] = act
            case _:
                pass

    def _receive(self, act: ExhibitReceived, event: Event) -> None:
        exhibit = act.exhibit
        self.exhibits[exhibit.number] = act
        self.received_at[exhibit.number] = (event.line.ts, event.line.actor)
        self.intake_of[exhibit.number] = self.intake_of.get(exhibit.parent, self._intakes)
        self._known[identity(exhibit)] = exhibit.number
        self._names.add(exhibit.name_bytes_hex)
        self._count(exhibit)

    def _count(self, exhibit: Exhibit) -> None:
        if exhibit.parent:
            self._next_child[exhibit.parent] = self._next_child.get(exhibit.parent, 1) + 1
        else:
            self._next_root += 1

    def _keep(self, act: AnalysisSaved, event: Event) -> None:
        kept = Kept(event.line.seq, event.line.actor, event.line.ts, act)
        self.analyses.setdefault(act.analysis, []).append(kept)
        self.analyses_ever = max(self.analyses_ever, int(act.analysis.removeprefix("A-")))

    def _seal(self, act: Sealed | Unsealed, event: Event) -> None:
        entry = (event.line.seq, event.line.actor, act) if isinstance(act, Sealed) else None
        if act.segment is None:
            _put(self.sealed_exhibits, act.exhibit, entry)
        else:
            anchor = act.segment
            _put(self.sealed_segments, (anchor.exhibit, anchor.unit_kind, anchor.unit, anchor.ordinal), entry)

    def known(self, exhibit: Exhibit) -> str:
        """Return the number under which the same path, authority, custodian, parent and digest is known, or ''."""
        return self.known_as(identity(exhibit))

    def known_as(self, key: tuple[str, str, str, str, str]) -> str:
        """Return the number of the exhibit with that identity, or ''."""
        return self._known.get(key, "")

    def knows_name(self, name_bytes_hex: str) -> bool:
        """Whether any exhibit was received under that path."""
        return name_bytes_hex in self._names

    def numbering(self) -> Callable[[str], ExhibitNumber]:
        """Return a function that gives the next free exhibit number, of a child where a parent is named."""
        roots, children = self._next_root, dict(self._next_child)

        def give(parent: str = "") -> ExhibitNumber:
            nonlocal roots
            if parent:
                children[parent] = children.get(parent, 1) + 1
                return ExhibitNumber(f"{parent}/{children[parent] - 1}")
            roots += 1
            return ExhibitNumber(f"CG-{roots - 1:04d}")

        return give

    def is_sealed(self, exhibit: str) -> bool:
        """Whether the exhibit, or a container it came out of, is sealed."""
        parts = exhibit.split("/")
        return any("/".join(parts[: count + 1]) in self.sealed_exhibits for count in range(len(parts)))

    def known_file(self, exhibit: str) -> str:
        """Return what a list of ordinary files says of an exhibit; empty where none does."""
        return next((match.text for match in self.hash_matches.get(exhibit, ()) if match.purpose == "known"), "")

    def is_partly_sealed(self, exhibit: str) -> bool:
        """Whether the exhibit, a container of it, or any segment in it is sealed."""
        return self.is_sealed(exhibit) or any(number == exhibit for number, *_ in self.sealed_segments)

    def analysis(self, name: str) -> Kept:
        """Return a saved analysis as it was saved last; raises NotFound."""
        kept = self.analyses.get(name.strip().upper())
        if not kept:
            raise NotFound(f"there is no analysis {name}", next_step="`casegraph analysis CASE list` lists them")
        return kept[-1]

    def authority(self, reference: str = "") -> Authority:
        """Return the authority named, or the only one; raises AuthorityError where that is not one."""
        if reference:
            if reference in self.authorities:
                return self.authorities[reference]
            known = ", ".join(sorted(self.authorities))
            raise AuthorityError(f"no authority {reference!r} is on record", next_step=f"on record: {known}")
        if len(self.authorities) == 1:
            return next(iter(self.authorities.values()))
        known = ", ".join(sorted(self.authorities))
        raise AuthorityError("several authorities are on record", next_step=f"name one with --authority: {known}")

    def exhibit(self, number: str) -> Exhibit:
        """Return an exhibit by its number; raises NotFound."""
        if number in self.exhibits:
            return self.exhibits[number].exhibit
        raise NotFound(f"there is no exhibit {number}", next_step="`casegraph status CASE` lists the exhibits")

    def pending(self) -> list[str]:
        """Return the numbers of exhibits with nothing recorded of their extraction, in order of receipt."""
        return [number for number in self.exhibits if number not in self.extractions]

    def children(self, number: str) -> list[str]:
        """Return the numbers of an exhibit's children, in order."""
        return [child for child, act in self.exhibits.items() if act.exhibit.parent == number]


def identity(exhibit: Exhibit) -> tuple[str, str, str, str, str]:
    """Return what makes a received thing the same exhibit: path, authority, custodian, parent and digest."""
    place = exhibit.inner_path if exhibit.parent else exhibit.name_bytes_hex
    return (place, exhibit.authority, exhibit.custodian, exhibit.parent, exhibit.sha256)


def _put(table: dict[_Key, _Entry], key: _Key, entry: _Entry | None) -> None:
    if entry is None:
        table.pop(key, None)
    else:
        table[key] = entry


def fold(events: Iterable[Event], state: CaseState | None = None) -> CaseState:
    """Return the state after `events`, continuing from `state` where one is given."""
    state = state or CaseState()
    for event in events:
        state.apply(event)
    return state
