"""Which names may be spellings of one: laid side by side with what supports it and what contradicts it, for a person to decide.

Nothing is joined here, and nothing is said of who bears a name. Weights are of the likeness of names and of what is stated beside them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import combinations
from typing import Final, NamedTuple

import msgspec

from graph.answers import Entity, Strip
from graph.beside_names import BUSY, Beside, Stated, beside_names, segments_of_relations
from graph.linkage import Linked, Record, linked
from graph.made import Opinion, opinions
from graph.name_blocks import Blocks, TooCommon
from graph.name_evidence import Evidence, Said, evidence_of
from graph.name_likeness import Reason
from graph.name_pairs import Alike, alike, least_weight
from graph.project import Graph
from graph.records import row_segments
from graph.rows import fetch
from graph.things import mentions

KINDS: Final = ("person_name", "organisation", "place", "display_name")
LIMIT: Final = 100
SUGGESTED_AMONG: Final = 20_000
"""Names among which a verdict looks up what the machine had shown of its sides; some seconds' work."""
_SIDES: Final = (("person_name", "display_name"), ("organisation", "display_name"), ("place",))
"""Kinds whose names are compared with one another: an account's display name may be a person's or a firm's."""
_BY_FIELDS: Final = 8.0
"""A pair may weigh so much less by its spelling, where what stands beside both names makes up for it."""
_NEAREST: Final = 400
_SPELT_ALIKE = """
WITH wanted AS (
    SELECT lower(strip_accents($near)) AS name, string_split_regex(lower(strip_accents($near)), '[^a-z0-9]+') AS words
), spelt AS (
    SELECT entity.*, lower(strip_accents(label)) AS folded, string_split_regex(folded, '[^a-z0-9]+') AS their
    FROM entity WHERE list_contains($kinds, kind)
)
SELECT spelt.* EXCLUDE (folded, their) FROM spelt, wanted
ORDER BY len(list_intersect(their, words)) DESC, jaro_winkler_similarity(folded, name) DESC, spelt.id LIMIT $most
"""
_FIRST_MENTION = """
SELECT entity_id, arg_min(mention.id, (ord, unit_kind, unit, ordinal, start, mention.id)) AS mention
FROM mention JOIN segment AS here ON here.id = segment_id JOIN exhibit AS whole ON whole.number = mention.exhibit
WHERE list_contains($ids, entity_id) GROUP BY entity_id
"""
_FIRST_ROW = """
SELECT entity_id, arg_min(exhibit || '.r' || table_no || '.' || first_row, (ord, table_no, first_row)) AS "row"
FROM record_named JOIN record_role USING (exhibit, table_no, id) JOIN exhibit AS whole ON whole.number = exhibit
WHERE list_contains($ids, entity_id) GROUP BY entity_id
"""


class Ground(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that speaks for a candidate, or against it."""

    kind: str
    """`same`, `initial`, `nickname` and the like of a word; `birth_date`, `identifiers`, `companies` of what stands beside the names; `places` and
    `signature`, without weight."""
    words: str
    weight: float
    """log2 of how much oftener it stands so between two spellings of one name than between any two names; 0 where it only describes."""
    segments: tuple[str, ...] = ()
    """Where it is stated, for what stands beside the names."""


class Spelling(msgspec.Struct, frozen=True, kw_only=True):
    """One side of a candidate: a name, and where it can be seen."""

    entity: Entity
    mention: str
    """Empty where only rows of records name it."""
    segment: str
    quote: str
    strip: Strip | None


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """Two names that may be spellings of one, until a person says so or says otherwise."""

    a: Spelling
    b: Spelling
    weight: float
    """The sum of the weights of all grounds. It ranks suggestions; it is no probability, and says nothing of anybody."""
    supports: tuple[Ground, ...]
    contradicts: tuple[Ground, ...]
    apart: bool
    """A birth date contradicts it: shown after all others, as a namesake."""
    undecided: str = ""
    """Who looked at it and left it undecided, and in which ledger line; shown last of all."""


class Crowd(msgspec.Struct, frozen=True, kw_only=True):
    """Something that too many names share for each two of them to be compared by it."""

    shared: str
    names: int


class Candidates(msgspec.Struct, frozen=True, kw_only=True):
    """What was laid side by side, and what was left out."""

    candidates: tuple[Candidate, ...]
    names: int
    """Names that were compared."""
    compared: int
    """Pairs of names that share a key, and so were compared."""
    not_shown: int
    """Candidates beyond the limit."""
    too_common: tuple[Crowd, ...]
    """What most names share; they were not compared by it alone."""
    too_common_in_all: int
    pairs_not_compared: int
    """Pairs beyond the number that one look compares; those of the commonest keys."""
    judged: int = 0
    """Pairs that people judged the same or different: no longer suggested."""


class _Pair(NamedTuple):
    one: str
    other: str
    weight: float
    reasons: tuple[Reason, ...]
    linked: Linked | None


class Paired(NamedTuple):
    """All pairs of names that weigh enough, as of one ledger line, with what stands beside them."""

    pairs: tuple[_Pair, ...]
    beside: dict[str, Beside]
    compared: int
    among: int
    """Names in the case; more than were compared where there are too many."""
    seq: int


def candidates(graph: Graph, *, kind: str = "", limit: int = LIMIT) -> Candidates:
    """Return the names that may be spellings of one, the weightiest first, those that a birth date contradicts last.

    `kind` is one of `KINDS`: one side at least is of it. At most `limit` of either, 0 for all; what was left out is counted in the
    answer. The same graph gives the same answer.
    """
    entities = {one.id: one for one in _entities(graph)}
    beside = beside_names(graph)
    said = opinions(graph)
    found, looked = _found(entities, beside, kind)
    open_ones = [pair for key, pair in found.items() if key not in said or said[key].verdict == "undecided"]
    ranked = sorted(open_ones, key=lambda pair: _rank(pair, entities, said))
    shown = _first(ranked, limit, said)
    return Candidates(
        candidates=_laid_out(graph, shown, entities, beside, said),
        names=sum(1 for one in entities.values() if not kind or one.kind in _compared_with(kind)),
        compared=sum(len(blocks.pairs) for blocks in looked),
        not_shown=len(ranked) - len(shown),
        too_common=tuple(Crowd(shared=one.key, names=one.names) for one in _commonest(looked)),
        too_common_in_all=sum(blocks.keys_left_out for blocks in looked),
        pairs_not_compared=sum(blocks.pairs_left_out for blocks in looked),
        judged=len(found) - len(open_ones),
    )


def _found(
    entities: dict[str, Entity], beside: dict[str, Beside], kind: str = ""
) -> tuple[dict[tuple[str, str], _Pair], list[Blocks]]:
    """Return the pairs that weigh enough, by their ids, and what was compared to find them."""
    found: dict[tuple[str, str], _Pair] = {}
    looked: list[Blocks] = []
    for side in _SIDES:
        if kind and kind not in side:
            continue
        pairs, blocks = _of_side([one for one in entities.values() if one.kind in side], beside)
        looked.append(blocks)
        for pair in pairs:
            if _asked(entities[pair.one], entities[pair.other], side, kind):
                found.setdefault((pair.one, pair.other), pair)
    return found, looked


def paired(graph: Graph, near: str = "") -> Paired:
    """Return all pairs of names that weigh enough, to be looked up by `candidates_of` again and again.

    Where there are more names than `SUGGESTED_AMONG`, only those spelt most like `near` are compared, and weighed among one another.
    """
    among = names_among(graph)
    whole = among <= SUGGESTED_AMONG
    rows = _entities(graph) if whole else _near(graph, near)
    entities = {one.id: one for one in rows}
    beside = beside_names(graph) if whole else {}
    found, _ = _found(entities, beside)
    named = {name for pair in found for name in pair}
    return Paired(
        pairs=tuple(found.values()), beside={name: beside[name] for name in named if name in beside}, compared=len(entities),
        among=among, seq=graph.seq,
    )  # fmt: skip


def names_among(graph: Graph) -> int:
    """Return how many names the case has that could be spellings of one another."""
    count = graph.conn.execute("SELECT count(*) FROM entity WHERE list_contains($1, kind)", [list(KINDS)]).fetchall()
    return int(count[0][0])


def _near(graph: Graph, near: str) -> list[Entity]:
    asked = {"kinds": list(KINDS), "near": near, "most": _NEAREST}
    return [msgspec.convert(row, Entity) for row in fetch(graph.conn, _SPELT_ALIKE, asked)]


def candidates_of(graph: Graph, ids: Collection[str], held: Paired, *, limit: int = 20) -> tuple[Candidate, ...]:
    """Return the names that may be other spellings of one of `ids` (names of one thing), the weightiest first.

    What people judged since `held` was made is left out, and what they left undecided stands last.
    """
    mine = set(ids)
    return suggested(
        graph, held, [pair for pair in held.pairs if len(mine.intersection((pair.one, pair.other))) == 1], limit=limit
    )[0]


def suggested(
    graph: Graph, held: Paired, pairs: Collection[_Pair] | None = None, *, limit: int
) -> tuple[tuple[Candidate, ...], int]:
    """Return the weightiest of these pairs (all of `held` where none are given) that wait for a verdict, and how many do.

    What people judged since `held` was made is left out, and what they left undecided stands last.
    """
    pairs = held.pairs if pairs is None else pairs
    wanted = {name for pair in pairs for name in (pair.one, pair.other)}
    entities = _entities_by_id(graph, wanted)
    said = opinions(graph) if pairs else {}
    open_ones = [
        pair for pair in pairs
        if pair.one in entities and pair.other in entities
        and ((pair.one, pair.other) not in said or said[pair.one, pair.other].verdict == "undecided")
    ]  # fmt: skip
    ranked = sorted(open_ones, key=lambda pair: _rank(pair, entities, said))
    return _laid_out(graph, ranked[:limit], entities, held.beside, said), len(ranked)


def side_by_side(graph: Graph, one: Collection[str], other: Collection[str], held: Paired) -> Candidate | None:
    """Return what speaks for and against two things being one, by the weightiest pair of their names.

    Without weight where the machine does not offer them; None where they have no names to compare.
    """
    wanted = {tuple(sorted((a, b))) for a in one for b in other if a != b}
    pairs = [pair for pair in held.pairs if (pair.one, pair.other) in wanted]
    chosen = max(pairs, key=lambda pair: (pair.weight, pair.one, pair.other), default=None)
    if chosen is None:
        a, b = min(wanted, default=("", ""))
        chosen = _Pair(a, b, 0.0, (), None)
    entities = _entities_by_id(graph, {chosen.one, chosen.other})
    if len(entities) < 2:
        return None
    said = {pair: opinion for pair, opinion in opinions(graph).items() if opinion.verdict == "undecided"}
    return _laid_out(graph, [chosen], entities, held.beside, said)[0]


def _entities_by_id(graph: Graph, ids: Collection[str]) -> dict[str, Entity]:
    query = "SELECT * FROM entity WHERE id IN (SELECT unnest($ids::VARCHAR[])) AND list_contains($kinds, kind)"
    rows = fetch(graph.conn, query, {"ids": sorted(ids), "kinds": list(KINDS)})
    return {row["id"]: msgspec.convert(row, Entity) for row in rows}


def suggestion(graph: Graph, ids: Collection[str]) -> str:
    """Return the reasons and weights by which some names are candidates among all of their kind, as `candidates` shows them.

    Empty where they are none, and in a case with more names than `SUGGESTED_AMONG`, where laying them side by side takes long.
    """
    entities = {one.id: one for one in _entities(graph)}
    wanted = {name for name in ids if name in entities}
    if len(wanted) < 2 or len(entities) > SUGGESTED_AMONG:
        return ""
    beside = beside_names(graph)
    kinds = {entities[name].kind for name in wanted}
    found: dict[tuple[str, str], _Pair] = {}
    for side in (side for side in _SIDES if kinds & set(side)):
        pairs, _ = _of_side([one for one in entities.values() if one.kind in side], beside)
        found |= {(pair.one, pair.other): pair for pair in pairs if {pair.one, pair.other} <= wanted}
    return "\n".join(map(_in_words, _laid_out(graph, [found[key] for key in sorted(found)], entities, beside, {})))


def _in_words(one: Candidate) -> str:
    grounds = "; ".join(f"{ground.words} {ground.weight:+.1f}" for ground in (*one.supports, *one.contradicts))
    return f"{one.a.entity.label} / {one.b.entity.label}: {one.weight:.1f} ({grounds})"


def _first(ranked: list[_Pair], limit: int, said: Mapping[tuple[str, str], Opinion]) -> list[_Pair]:
    """Return the first of those nobody judged, of namesakes, and of those left undecided: none of them hides the others."""
    if not limit:
        return ranked
    undecided = [pair for pair in ranked if (pair.one, pair.other) in said]
    apart = [pair for pair in ranked if (pair.one, pair.other) not in said and _is_apart(pair)]
    likely = ranked[: len(ranked) - len(apart) - len(undecided)]
    return [*likely[:limit], *apart[:limit], *undecided[:limit]]


def _entities(graph: Graph) -> list[Entity]:
    rows = fetch(
        graph.conn, "SELECT * FROM entity WHERE list_contains($kinds, kind) ORDER BY id", {"kinds": list(KINDS)}
    )
    return [msgspec.convert(row, Entity) for row in rows]


def _compared_with(kind: str) -> set[str]:
    return {other for side in _SIDES if kind in side for other in side}


def _commonest(looked: Iterable[Blocks]) -> list[TooCommon]:
    found = {one for blocks in looked for one in blocks.too_common}
    return sorted(found, key=lambda one: (-one.names, one.key))[:5]


def _asked(one: Entity, other: Entity, side: Sequence[str], kind: str) -> bool:
    """Return whether a pair is for this side and this question: two display names are compared as people's only."""
    of_two_accounts = one.kind == other.kind == "display_name"
    return (not of_two_accounts or side[0] == "person_name") and (not kind or kind in (one.kind, other.kind))


# --- weighing ------------------------------------------------------------------------------------------------------


def _of_side(held: Sequence[Entity], beside: dict[str, Beside]) -> tuple[list[_Pair], Blocks]:
    """Return the pairs among names of one side that weigh enough by spelling and by what stands beside them."""
    least = least_weight(len(held))
    found = alike([one.label for one in held], least=least - _BY_FIELDS, beside=_sharing(held, beside))
    by_fields = _by_fields(held, found, beside)
    pairs = []
    for weight, one, other in found.pairs:
        more = by_fields.get((one, other))
        whole = weight + sum(field.weight for field in more.weights) if more else weight
        if max(whole, weight) >= least:
            a, b = sorted((held[one].id, held[other].id))
            reasons = found.comparer.reasons(found.forms[one], found.forms[other])
            pairs.append(_Pair(a, b, round(whole, 1), reasons, more))
    return pairs, found.blocks


def _sharing(held: Sequence[Entity], beside: dict[str, Beside]) -> list[tuple[int, int]]:
    """Return the pairs of names beside which one identifier or birth date stands, and not beside many more."""
    names: dict[tuple[str, str], list[int]] = {}
    for at, one in enumerate(held):
        stands = beside.get(one.id, Beside())
        for stated in (*stands.identifiers, *stands.birth_dates):
            names.setdefault((stated.kind, stated.value), []).append(at)
    return sorted({pair for held in names.values() if len(held) <= BUSY for pair in combinations(held, 2)})


def _by_fields(held: Sequence[Entity], found: Alike, beside: dict[str, Beside]) -> dict[tuple[int, int], Linked]:
    """Weigh what stands beside both names of a pair, where something of one kind does."""
    records = [_record(beside.get(one.id, Beside())) for one in held]
    pairs = [(one, other) for _, one, other in found.pairs if _comparable(records[one], records[other])]
    at = {old: new for new, old in enumerate(sorted({one for pair in pairs for one in pair}))}
    numbers = {new: old for old, new in at.items()}
    weighed = linked([records[old] for old in at], pairs=[(at[one], at[other]) for one, other in pairs])
    return {(numbers[one.a], numbers[one.b]): one for one in weighed}


def _record(beside: Beside) -> Record:
    dates = {one.value for one in beside.birth_dates}
    return Record(
        birth_date=dates.pop() if len(dates) == 1 else "",
        identifiers=tuple(f"{one.kind}:{one.value}" for one in beside.identifiers),
        companies=tuple(one.value for one in beside.companies),
    )


def _comparable(one: Record, other: Record) -> bool:
    both = ((one.birth_date, other.birth_date), (one.identifiers, other.identifiers), (one.companies, other.companies))
    return any(a and b for a, b in both)


def _rank(pair: _Pair, entities: dict[str, Entity], said: Mapping[tuple[str, str], Opinion]) -> tuple[object, ...]:
    return (
        (pair.one, pair.other) in said,
        _is_apart(pair),
        -pair.weight,
        entities[pair.one].label,
        entities[pair.other].label,
        pair.one,
        pair.other,
    )


def _is_apart(pair: _Pair) -> bool:
    return any(one.field == "birth_date" and one.weight < 0 for one in (pair.linked.weights if pair.linked else ()))


# --- laying out ----------------------------------------------------------------------------------------------------


def _laid_out(
    graph: Graph,
    shown: Sequence[_Pair],
    entities: dict[str, Entity],
    beside: dict[str, Beside],
    said: Mapping[tuple[str, str], Opinion],
) -> tuple[Candidate, ...]:
    spellings = _spellings(graph, {name: entities[name] for pair in shown for name in (pair.one, pair.other)})
    relations = {
        stated.relation
        for name in spellings for field in beside.get(name, Beside()) for stated in field if stated.relation
    }  # fmt: skip
    where = segments_of_relations(graph, relations)
    more = evidence_of(graph, [(pair.one, pair.other) for pair in shown], beside)
    return tuple(
        _with(_candidate(pair, spellings, beside, where, said.get((pair.one, pair.other))), more.get((pair.one, pair.other)))
        for pair in shown
    )  # fmt: skip


def _with(candidate: Candidate, more: Evidence | None) -> Candidate:
    """Return a candidate with what else speaks for it and against it, without weight."""
    if more is None:
        return candidate
    return msgspec.structs.replace(
        candidate, supports=(*candidate.supports, *map(_unweighed, more.supports)),
        contradicts=(*candidate.contradicts, *map(_unweighed, more.contradicts)),
    )  # fmt: skip


def _unweighed(said: Said) -> Ground:
    return Ground(kind=said.kind, words=said.words, weight=0.0, segments=said.segments)


def _candidate(
    pair: _Pair,
    spellings: dict[str, Spelling],
    beside: dict[str, Beside],
    where: dict[str, str],
    opinion: Opinion | None,
) -> Candidate:
    grounds = [Ground(kind=one.kind, words=one.words, weight=one.weight) for one in pair.reasons]
    for field in pair.linked.weights if pair.linked else ():
        one, other = (_stated(beside.get(name, Beside()), field.field) for name in (pair.one, pair.other))
        grounds.append(_ground_beside(field.field, field.level, field.weight, one, other, where))
    return Candidate(
        a=spellings[pair.one],
        b=spellings[pair.other],
        weight=pair.weight,
        supports=tuple(one for one in grounds if one.weight >= 0),
        contradicts=tuple(one for one in grounds if one.weight < 0),
        apart=_is_apart(pair),
        undecided=f"left undecided by {opinion.actor}, ledger line {opinion.seq}" if opinion else "",
    )


def _stated(beside: Beside, field: str) -> tuple[Stated, ...]:
    return {"birth_date": beside.birth_dates, "identifiers": beside.identifiers, "companies": beside.companies}[field]


def _ground_beside(
    kind: str, level: str, weight: float, one: Sequence[Stated], other: Sequence[Stated], where: dict[str, str]
) -> Ground:
    """Return a ground with the values that it rests on, and the segments that state them beside either name."""
    shared = {(stated.kind, stated.value) for stated in one} & {(stated.kind, stated.value) for stated in other}
    told = [stated for stated in (*one, *other) if not shared or (stated.kind, stated.value) in shared]
    sides = [", ".join(sorted({stated.value for stated in side if stated in told})) for side in (one, other)]
    words = f"{level}: {sides[0]}" if shared else f"{level}: {sides[0]} and {sides[1]}"
    segments = {stated.segment or where.get(stated.relation, "") for stated in told}
    return Ground(kind=kind, words=words, weight=weight, segments=tuple(sorted(segments - {""})))


def _spellings(graph: Graph, wanted: dict[str, Entity]) -> dict[str, Spelling]:
    """Return each name with the first place where it stands: a mention, else a row of records."""
    ids = {"ids": sorted(wanted)}
    first = {row["entity_id"]: row["mention"] for row in fetch(graph.conn, _FIRST_MENTION, ids)}
    said = mentions(graph, first.values())
    rows = {row["entity_id"]: row["row"] for row in fetch(graph.conn, _FIRST_ROW, ids) if row["entity_id"] not in first}
    texts = row_segments(graph, rows.values())
    found = {}
    for name, entity in wanted.items():
        if name in first:
            here = said[first[name]]
            spelling = Spelling(
                entity=entity, mention=here.id, segment=here.segment, quote=here.quote, strip=here.strip
            )
        else:
            row = texts.get(rows.get(name, ""))
            strip = row.strip if row else None
            spelling = Spelling(
                entity=entity, mention="", segment=row.id if row else "", quote=entity.label, strip=strip
            )
        found[name] = spelling
    return found
