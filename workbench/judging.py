"""What has to be true of a verdict, a category or a withdrawal before it is written: the same for commands and pages."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Final, Literal, NamedTuple, TypeAlias, get_args

from evidence.acts import (
    ActWithdrawn,
    CategorySet,
    ClockAsserted,
    ErrorMeasured,
    IdentityJudged,
    IdentityVerdict,
    Makes,
    MentionAdded,
    MentionAnchor,
    MentionDecided,
    RelationAdded,
    SegmentTagged,
    TextCorrected,
    UnderminingScheduled,
)
from evidence.case import Case
from evidence.errors import NotFound, Refused, UsageError
from evidence.ledger import Event
from evidence.records import entity_id
from graph import candidates, identities, made, queries
from graph.answers import Judgement
from graph.chain import read_chain
from graph.identity_clusters import Refusal
from graph.identity_sides import Meant, meant_by
from graph.project import Graph
from workbench.printing import plural, quote

Category: TypeAlias = Literal["suspect", "convicted", "victim", "possible_victim", "witness", "contact", "undetermined"]
"""The categories of LED Art. 6; everyone is `undetermined` until a person says otherwise."""
CATEGORIES: Final[tuple[str, ...]] = get_args(Category)
_MADE_OF: Final = {
    "person_name": "person", "organisation": "organisation", "place": "place",
    **{kind: made_of for made_of, kind in identities.MADE_KINDS.items()},
}  # fmt: skip
"""What names of a kind are names of; an account's display name may be anybody's."""
_TAKEN_BACK: Final = (
    MentionDecided, MentionAdded, RelationAdded, IdentityJudged, TextCorrected, SegmentTagged, ErrorMeasured,
    UnderminingScheduled, CategorySet, ClockAsserted,
)  # fmt: skip
"""Acts that are withdrawn by their ledger line."""


class Walled(Refused):
    """A verdict runs against others that stand; `against` are those, the wall itself last."""

    def __init__(self, what: str, *, next_step: str, why: str = "", against: tuple[Judgement, ...] = ()) -> None:
        super().__init__(what, next_step=next_step)
        self.why = why
        self.against = against


class Judged(NamedTuple):
    """A verdict that may be written, and what each of its sides means."""

    act: IdentityJudged
    sides: list[Meant]


def one_of(value: str, choices: tuple[str, ...], what: str) -> str:
    """Return `value` where it is one of the choices; raises UsageError with all of them."""
    if value not in choices:
        raise UsageError(f"{value!r} is not a {what}", next_step=f"one of: {', '.join(choices)}")
    return value


def because(reason: str) -> str:
    """Return the reason; raises UsageError where it is empty."""
    if not reason.strip():
        raise UsageError("a reason is needed: it stands in the record", next_step="give one (`--reason`)")
    return reason.strip()


# --- the same, or different ----------------------------------------------------------------------------------------


def judged(
    graph: Graph, case: Case, things: Sequence[str], verdict: IdentityVerdict, *, reason: str, makes: str = ""
) -> Judged:
    """Return a verdict as it would be written, with what each side means now.

    Raises UsageError where it makes no sense, Walled where another verdict stands in its way, Refused where nothing of a side can be judged.
    """
    one_of(verdict, get_args(IdentityVerdict), "verdict")
    if makes:
        one_of(makes, get_args(Makes)[1:], "thing to make")
    because(reason)
    if len(things) < 2 or (verdict != "same" and len(things) != 2):
        wanted = "two things or more" if verdict == "same" else "two things"
        raise UsageError(f"{verdict} takes {wanted}", next_step=f"see `casegraph {verdict} --help`")
    sides = [meant_by(graph, text) for text in things]
    _check_apart(sides)
    act = IdentityJudged(
        sides=tuple(side.anchors for side in sides),
        verdict=verdict,
        makes=_makes(sides, makes) if verdict == "same" else "",  # type: ignore[arg-type]
        joins=tuple(dict.fromkeys(name for side in sides for name in side.joins)),
        reason=because(reason),
        suggestion=candidates.suggestion(graph, {side.entity for side in sides}),
    )
    _check_new(graph, sides, verdict)
    problem = identities.refusal(graph.conn, read_chain(case), act)
    if problem is not None:
        raise _refused(graph, problem)
    return Judged(act, sides)


def _check_apart(sides: Sequence[Meant]) -> None:
    for one, other in combinations(sides, 2):
        shared = sorted(set(one.mentions) & set(other.mentions))
        if shared and not (one.joins or other.joins):
            raise UsageError(
                f"{one.label} and {other.label} both mean {shared[0]}", next_step="name two different things"
            )
        if one.entity == other.entity and one.joins:
            raise UsageError(f"{one.label} is named twice", next_step="name two different things")


def makes_of(kinds: Sequence[str]) -> str:
    """Return what names and made things of these kinds are together; empty where they do not say, or not with one voice."""
    said = {_MADE_OF[kind] for kind in kinds if kind in _MADE_OF}
    return said.pop() if len(said) == 1 else ""


def _makes(sides: Sequence[Meant], given: str) -> str:
    """Return what is made; raises UsageError where the sides do not say and nobody said it."""
    if given:
        return given
    if told := makes_of([side.kind for side in sides]):
        return told
    said = sorted({_MADE_OF[side.kind] for side in sides if side.kind in _MADE_OF})
    what = f"names of {' and '.join(said)}" if said else "nothing that says what it is of"
    raise UsageError(
        f"these are {what}", next_step="say with --makes person, organisation or place what they are together"
    )


def _check_new(graph: Graph, sides: Sequence[Meant], verdict: str) -> None:
    """Raise UsageError where all of it is in one made thing already."""
    if verdict != "same":
        return
    members = graph.conn.execute(
        "SELECT identity_id, list(mention_id), list(DISTINCT entity_id) FILTER (attributed) FROM identity_member GROUP BY identity_id"
    ).fetchall()
    for name, mentions, attributed in members:
        known = set(mentions)
        if all(known.issuperset(side.mentions) or side.entity in (attributed or ()) for side in sides):
            raise UsageError(
                f"all of these are {name} already", next_step=f"`casegraph show CASE {name}` says how it was made"
            )


def _refused(graph: Graph, problem: Refusal) -> Walled:
    """Return the refusal with the verdicts that stand in the way, each with its line, its author and its reason."""
    against = made.judgements(graph, {*problem.chain, problem.wall})
    said = [f"line {one.seq}: {verdict_words(one)}" for one in against]
    shown = "".join(f"\n  {line}" for line in said)
    ordered = tuple(sorted(against, key=lambda one: one.seq == problem.wall))
    return Walled(
        f"refused: {problem.why}{shown}",
        next_step="withdraw the line that is wrong: casegraph withdraw CASE LINE --reason …",
        why=problem.why,
        against=ordered,
    )


def verdict_words(one: Judgement) -> str:
    """Return a verdict on one line: its sides, what was said of them, by whom, and why."""
    sides = " / ".join(side_words(side) for side in one.sides)
    why = f": {one.reason}" if one.reason else ""
    return f"{sides}, {one.verdict}, by {one.actor}{why}"


def side_words(side: Sequence[object]) -> str:
    """Return one side of a verdict in its own words, with how many mentions it means."""
    quotes = dict.fromkeys(quote(getattr(one, "quote", ""), at_most=40) for one in side)
    shown = ", ".join(list(quotes)[:3])
    return shown + (f" and {len(quotes) - 3} more" if len(quotes) > 3 else "") + f" ({plural(len(side), 'mention')})"


# --- categories ----------------------------------------------------------------------------------------------------


def category_of(graph: Graph, entity: str, category: str, *, reason: str) -> CategorySet:
    """Return the act that puts someone in a category; raises UsageError, NotFound, and Refused for what is no person."""
    one_of(category, get_args(Category), "category")
    found = queries.find_entity(graph, entity)
    if not takes_category(found.kind):
        raise Refused(
            f"categories are for people; {found.label} is of kind {found.kind.replace('_', ' ')}",
            next_step="name a person: `casegraph entities CASE --kind person_name` lists them",
        )
    return CategorySet(
        entity_kind=found.kind, entity_value=found.value, category=category, reason=because(reason)  # type: ignore[arg-type]
    )  # fmt: skip


def takes_category(kind: str) -> bool:
    """Whether something of this kind is a person, or the name of one."""
    return kind in ("person_name", "person")


# --- taking back, and what others did meanwhile --------------------------------------------------------------------


def withdrawal(case: Case, seq: int, *, reason: str) -> ActWithdrawn:
    """Return the act that takes back a ledger line; raises NotFound, and Refused where that is not how, or done already."""
    event = None
    for one in case.custody.events(after=seq - 1, only=lambda line: line.seq == seq or line.op == "act.withdrawn"):
        if one.line.seq == seq:
            event = one
        elif isinstance(one.act, ActWithdrawn) and one.act.seq == seq:
            raise Refused(
                f"ledger line {seq} was withdrawn already by {one.line.actor}, line {one.line.seq}",
                next_step="nothing is left to do",
            )
    if event is None:
        raise NotFound(f"there is no ledger line {seq}", next_step="`casegraph log CASE` lists them")
    if not isinstance(event.act, _TAKEN_BACK):
        raise Refused(
            f"ledger line {seq} ({event.line.op}) cannot be withdrawn",
            next_step="seals are lifted with `unseal`, findings and analyses withdrawn with `finding CASE withdraw` and "
            "`analysis CASE withdraw`",
        )
    return ActWithdrawn(seq=seq, reason=because(reason))


def check_unchanged(graph: Graph, case: Case, entities: Sequence[str], *, seen: int) -> None:
    """Raise Refused where somebody judged, categorised or reviewed one of these entities after ledger line `seen`."""
    held = {row[0] for row in graph.conn.execute(_OLDER, {"ids": list(entities)}).fetchall()}
    ids, lines = {*entities}, {*held}
    for event in case.custody.events(after=seen):
        touching = _touches(event, ids, lines)
        if touching:
            what = f"{event.line.actor} {touching} after you opened this page (ledger line {event.line.seq})"
            raise Refused(what, next_step="open the page again, see what was done, and decide anew")


_OLDER: Final = "SELECT DISTINCT seq FROM judged WHERE list_contains($ids, entity_id)"


def _touches(event: Event, ids: set[str], lines: set[int]) -> str:
    """Return what an act did to one of these entities, in words; empty where it did nothing to them."""
    match event.act:
        case IdentityJudged() as act:
            meant = {_entity(anchor) for side in act.sides for anchor in side}
            if ids.intersection(meant) or ids.intersection(act.joins):
                lines.add(event.line.seq)
                return f"judged it {act.verdict}: “{act.reason}”"
        case ActWithdrawn(seq=seq) if seq in lines:
            return f"withdrew line {seq}"
        case CategorySet() as act:
            if {act.entity_value, entity_id(act.entity_kind, act.entity_value)} & ids:
                return f"set its category to {act.category}: “{act.reason}”"
        case MentionDecided() as act:
            if _entity(act.anchor) in ids:
                return f"reviewed a reading of it ({act.verdict})"
        case _:
            pass
    return ""


def _entity(anchor: MentionAnchor) -> str:
    return entity_id(anchor.kind, anchor.value or anchor.quote)
