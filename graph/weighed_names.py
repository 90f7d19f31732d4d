"""Names of one side of a case weighed pair by pair: by how they are spelt, and by what stands beside them.

A spelling that stands under two kinds (a person's name that is an account's too) is compared once; that the two are spelt alike is a
pair of its own, said last.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, product
from typing import Final, NamedTuple

from graph.answers import Entity
from graph.beside_names import BUSY, Beside, Stated
from graph.linkage import Linked, Record, linked
from graph.name_blocks import Blocks
from graph.name_likeness import Reason
from graph.name_pairs import Alike, alike, least_weight

_BY_FIELDS: Final = 8.0
"""A pair may weigh so much less by its spelling, where what stands beside both names makes up for it."""
_FIRM: Final = "organisation"
_MOST_DATES: Final = 4
"""Birth dates beside one name that are compared: more are a list's."""


class Pair(NamedTuple):
    """Two names, by their ids in order, and what they weigh."""

    one: str
    other: str
    weight: float
    reasons: tuple[Reason, ...]
    linked: Linked | None
    twice: bool = False
    """One spelling, under two kinds."""


class Weighed(NamedTuple):
    """The pairs that weigh enough, and how they were found."""

    pairs: list[Pair]
    blocks: Blocks
    first: dict[str, str]
    """The id under which a spelling was compared, of those that stand under two kinds."""
    least: float
    """The weight from which a pair is offered."""


def weigh(held: Sequence[Entity], beside: Mapping[str, Beside], *, kind: str = "") -> Weighed:
    """Return the pairs among these names that weigh enough; a spelling under several kinds stands under `kind` where it can."""
    spelt = _by_spelling(held, kind)
    firsts = [group[0] for group in spelt]
    known = {group[0].id: _together([beside.get(one.id, Beside()) for one in group]) for group in spelt}
    least = least_weight(len(firsts))
    found = alike(
        [one.label for one in firsts],
        firms={at for at, group in enumerate(spelt) if any(one.kind == _FIRM for one in group)},
        least=least - _BY_FIELDS,
        beside=_sharing(firsts, known),
    )
    by_fields = _by_fields(firsts, found, known)
    pairs = []
    for weight, one, other in found.pairs:
        more = by_fields.get((one, other))
        whole = weight + _sum(more) if more else weight
        if max(whole, weight) >= least:
            a, b = sorted((firsts[one].id, firsts[other].id))
            reasons = found.comparer.reasons(found.forms[one], found.forms[other])
            pairs.append(Pair(a, b, round(whole, 1), reasons, more))
    pairs += _twins(spelt, found, least)
    return Weighed(pairs, found.blocks, {one.id: group[0].id for group in spelt for one in group[1:]}, least)


def _by_spelling(held: Sequence[Entity], kind: str) -> list[list[Entity]]:
    """Return the names, those that are spelt as one together, in the order in which they were given."""
    found: dict[str, list[Entity]] = {}
    for one in held:
        found.setdefault(" ".join(one.label.casefold().split()), []).append(one)
    return [
        sorted(group, key=lambda one: (one.kind != kind, one.kind == "display_name", one.id))
        for group in found.values()
    ]


def _twins(spelt: Sequence[Sequence[Entity]], found: Alike, least: float) -> Iterator[Pair]:
    for at, group in enumerate(spelt):
        form = found.forms[at]
        weight = found.comparer.weight(form, form) if len(group) > 1 and form.words else 0.0
        if weight >= least:
            for other in group[1:]:
                a, b = sorted((group[0].id, other.id))
                yield Pair(a, b, round(weight, 1), found.comparer.reasons(form, form), None, twice=True)


def _together(held: Sequence[Beside]) -> Beside:
    return held[0] if len(held) == 1 else Beside(*(_once(stated) for stated in zip(*held, strict=True)))


def _once(held: Sequence[tuple[Stated, ...]]) -> tuple[Stated, ...]:
    first = {(one.kind, one.value): one for stated in reversed(held) for one in reversed(stated)}
    return tuple(first[key] for key in sorted(first))


def _sharing(held: Sequence[Entity], beside: Mapping[str, Beside]) -> list[tuple[int, int]]:
    """Return the pairs of names beside which one identifier or birth date stands, and not beside many more."""
    names: dict[tuple[str, str], list[int]] = {}
    for at, one in enumerate(held):
        stands = beside[one.id]
        for stated in (*stands.identifiers, *stands.birth_dates):
            names.setdefault((stated.kind, stated.value), []).append(at)
    return sorted({pair for held in names.values() if len(held) <= BUSY for pair in combinations(held, 2)})


def _by_fields(held: Sequence[Entity], found: Alike, beside: Mapping[str, Beside]) -> dict[tuple[int, int], Linked]:
    """Weigh what stands beside both names of a pair, where something of one kind does; of several birth dates those that agree best."""
    stated = [_records(beside[one.id]) for one in held]
    pairs = [(one, other) for _, one, other in found.pairs if _comparable(stated[one][0], stated[other][0])]
    records: list[Record] = []
    at: dict[int, range] = {}
    for one in sorted({one for pair in pairs for one in pair}):
        at[one] = range(len(records), len(records) + len(stated[one]))
        records += stated[one]
    asked = {both: (one, other) for one, other in pairs for both in product(at[one], at[other])}
    best: dict[tuple[int, int], Linked] = {}
    for weighed in linked(records, pairs=list(asked)):
        pair = asked[weighed.a, weighed.b]
        if pair not in best or _sum(weighed) > _sum(best[pair]):
            best[pair] = weighed
    return best


def _records(beside: Beside) -> list[Record]:
    """Return what stands beside a name as records, one for each birth date."""
    dates = sorted({one.value for one in beside.birth_dates})
    return [
        Record(
            birth_date=date, identifiers=tuple(f"{one.kind}:{one.value}" for one in beside.identifiers),
            companies=tuple(one.value for one in beside.companies),
        )
        for date in (dates if 0 < len(dates) <= _MOST_DATES else [""])
    ]  # fmt: skip


def _comparable(one: Record, other: Record) -> bool:
    both = ((one.birth_date, other.birth_date), (one.identifiers, other.identifiers), (one.companies, other.companies))
    return any(a and b for a, b in both)


def _sum(found: Linked) -> float:
    return sum(field.weight for field in found.weights)
