"""Which names may be spellings of one: laid side by side with what supports it and what contradicts it, for a person to decide.

Nothing is joined here, and nothing is said of who bears a name. Weights are of the likeness of names and of what is stated beside them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final, NamedTuple

import msgspec

from graph.answers import Entity, Strip
from graph.beside_names import Beside, Stated, beside_names, segments_of_relations
from graph.made import Opinion, opinions
from graph.name_blocks import TooCommon
from graph.name_evidence import Evidence, Said, evidence_of
from graph.project import Graph
from graph.records import row_segments
from graph.rows import fetch
from graph.things import mentions
from graph.weighed_names import Pair, Weighed, weigh

KINDS: Final = ("person_name", "organisation", "place", "display_name")
LIMIT: Final = 100
SUGGESTED_AMONG: Final = 20_000
"""Names among which a verdict looks up what the machine had shown of its sides; some seconds' work."""
_SIDES: Final = (("person_name", "display_name"), ("organisation", "display_name"), ("place",))
"""Kinds whose names are compared with one another: an account's display name may be a person's or a firm's."""
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
_OF_ONE = """
WITH held AS (
    SELECT entity_id, min(identity_id) AS identity_id FROM identity_member WHERE NOT attributed
    GROUP BY entity_id HAVING min(identity_id) = max(identity_id)
)
SELECT list(entity_id ORDER BY entity_id) AS names FROM held GROUP BY identity_id HAVING count(*) > 1 ORDER BY identity_id
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
    twice: bool = False
    """One spelling under two kinds, a person's name and an account's: shown after all that are spelt in two ways."""


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
    least: float = 0.0
    """The weight from which a pair is suggested, on the side with most names: the more names, the more."""


class Paired(NamedTuple):
    """All pairs of names that weigh enough, as of one ledger line, with what stands beside them."""

    pairs: tuple[Pair, ...]
    beside: dict[str, Beside]
    first: dict[str, str]
    """Under which id a name was compared whose spelling stands under another kind too."""
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
    beside = _beside(graph)
    said = opinions(graph)
    found, looked = _found(entities, beside, kind)
    open_ones = [pair for key, pair in found.items() if _is_open(said.get(key))]
    ranked = sorted(open_ones, key=lambda pair: _rank(pair, entities, said))
    shown = _first(ranked, limit, said)
    return Candidates(
        candidates=_laid_out(graph, shown, entities, beside, said),
        names=sum(1 for one in entities.values() if not kind or one.kind in _compared_with(kind)),
        compared=sum(len(each.blocks.pairs) for each in looked),
        not_shown=len(ranked) - len(shown),
        too_common=tuple(Crowd(shared=one.key, names=one.names) for one in _commonest(looked)),
        too_common_in_all=sum(each.blocks.keys_left_out for each in looked),
        pairs_not_compared=sum(each.blocks.pairs_left_out for each in looked),
        judged=len(found) - len(open_ones),
        least=round(max((each.least for each in looked), default=0.0), 1),
    )


def _found(
    entities: dict[str, Entity], beside: dict[str, Beside], kind: str = ""
) -> tuple[dict[tuple[str, str], Pair], list[Weighed]]:
    """Return the pairs that weigh enough, by their ids, and how they were found."""
    found: dict[tuple[str, str], Pair] = {}
    looked: list[Weighed] = []
    for side in _SIDES:
        if kind and kind not in side:
            continue
        weighed = weigh([one for one in entities.values() if one.kind in side], beside, kind=kind)
        looked.append(weighed)
        for pair in weighed.pairs:
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
    beside = _beside(graph) if whole else {}
    found, looked = _found(entities, beside)
    named = {name for pair in found for name in pair}
    return Paired(
        pairs=tuple(found.values()), beside={name: beside[name] for name in named if name in beside},
        first={name: first for each in reversed(looked) for name, first in each.first.items()}, compared=len(entities),
        among=among, seq=graph.seq,
    )  # fmt: skip


def _beside(graph: Graph) -> dict[str, Beside]:
    """Return what stands beside each name; the birth dates beside any name of what people made stand beside all of them."""
    beside = beside_names(graph)
    held = fetch(graph.conn, _OF_ONE)
    for names in (row["names"] for row in held):
        dates = {one.value: one for name in names for one in beside.get(name, Beside()).birth_dates}
        for name in names if dates else ():
            beside[name] = beside.get(name, Beside())._replace(birth_dates=tuple(dates[day] for day in sorted(dates)))
    return beside


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
    compared = mine | {held.first[name] for name in mine if name in held.first}
    pairs = [
        pair for pair in held.pairs if len((mine if pair.twice else compared).intersection((pair.one, pair.other))) == 1
    ]
    return suggested(graph, held, pairs, limit=limit)[0]


def suggested(
    graph: Graph, held: Paired, pairs: Collection[Pair] | None = None, *, limit: int
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
        if pair.one in entities and pair.other in entities and _is_open(said.get((pair.one, pair.other)))
    ]  # fmt: skip
    ranked = sorted(open_ones, key=lambda pair: _rank(pair, entities, said))
    return _laid_out(graph, ranked[:limit], entities, held.beside, said), len(ranked)


def side_by_side(graph: Graph, one: Collection[str], other: Collection[str], held: Paired) -> Candidate | None:
    """Return what speaks for and against two things being one, by the weightiest pair of their names.

    Without weight where the machine does not offer them; None where they have no names to compare.
    """
    wanted = {tuple(sorted((a, b))) for a in one for b in other if a != b}
    sides = [{*side, *(held.first[name] for name in side if name in held.first)} for side in (one, other)]
    compared = wanted | {tuple(sorted((a, b))) for a in sides[0] for b in sides[1] if a != b}
    pairs = [pair for pair in held.pairs if (pair.one, pair.other) in (wanted if pair.twice else compared)]
    chosen = max(pairs, key=lambda pair: (pair.weight, pair.one, pair.other), default=None)
    if chosen is None:
        a, b = min(wanted, default=("", ""))
        chosen = Pair(a, b, 0.0, (), None)
    entities = _entities_by_id(graph, {chosen.one, chosen.other})
    if len(entities) < 2:
        return None
    said = {pair: opinion for pair, opinion in opinions(graph).items() if _is_open(opinion)}
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
    beside = _beside(graph)
    kinds = {entities[name].kind for name in wanted}
    found: dict[tuple[str, str], Pair] = {}
    for side in (side for side in _SIDES if kinds & set(side)):
        weighed = weigh([one for one in entities.values() if one.kind in side], beside)
        compared = wanted | {weighed.first[name] for name in wanted if name in weighed.first}
        found |= {
            (pair.one, pair.other): pair for pair in weighed.pairs
            if {pair.one, pair.other} <= (wanted if pair.twice else compared)
        }  # fmt: skip
    return "\n".join(map(_in_words, _laid_out(graph, [found[key] for key in sorted(found)], entities, beside, {})))


def _in_words(one: Candidate) -> str:
    grounds = "; ".join(f"{ground.words} {ground.weight:+.1f}" for ground in (*one.supports, *one.contradicts))
    return f"{one.a.entity.label} / {one.b.entity.label}: {one.weight:.1f} ({grounds})"


def _first(ranked: list[Pair], limit: int, said: Mapping[tuple[str, str], Opinion]) -> list[Pair]:
    """Return the first of those nobody judged, of one spelling under two kinds, of namesakes, of those left undecided: none hides the others."""
    if not limit:
        return ranked
    ranks: dict[int, list[Pair]] = {}
    for pair in ranked:
        ranks.setdefault(_rank_of(pair, said), []).append(pair)
    return [pair for _, held in sorted(ranks.items()) for pair in held[:limit]]


def _entities(graph: Graph) -> list[Entity]:
    rows = fetch(
        graph.conn, "SELECT * FROM entity WHERE list_contains($kinds, kind) ORDER BY id", {"kinds": list(KINDS)}
    )
    return [msgspec.convert(row, Entity) for row in rows]


def _compared_with(kind: str) -> set[str]:
    return {other for side in _SIDES if kind in side for other in side}


def _commonest(looked: Iterable[Weighed]) -> list[TooCommon]:
    found: dict[str, int] = {}
    for one in (one for each in looked for one in each.blocks.too_common):
        found[one.key] = max(one.names, found.get(one.key, 0))
    return [TooCommon(key, names) for key, names in sorted(found.items(), key=lambda one: (-one[1], one[0]))[:5]]


def _asked(one: Entity, other: Entity, side: Sequence[str], kind: str) -> bool:
    """Return whether a pair is for this side and this question: two display names are compared as people's only."""
    of_two_accounts = one.kind == other.kind == "display_name"
    return (not of_two_accounts or side[0] == "person_name") and (not kind or kind in (one.kind, other.kind))


def _rank(pair: Pair, entities: dict[str, Entity], said: Mapping[tuple[str, str], Opinion]) -> tuple[object, ...]:
    return (
        _rank_of(pair, said),
        -pair.weight,
        entities[pair.one].label,
        entities[pair.other].label,
        pair.one,
        pair.other,
    )


def _rank_of(pair: Pair, said: Mapping[tuple[str, str], Opinion]) -> int:
    """Return 0 for what may be one, 1 for one spelling under two kinds, 2 for namesakes, 3 for what people left undecided."""
    opinion = said.get((pair.one, pair.other))
    if opinion and opinion.verdict == "undecided":
        return 3
    return 2 if _is_apart(pair) else 1 if pair.twice else 0


def _is_open(opinion: Opinion | None) -> bool:
    """Return whether a pair waits for a verdict: for one on all mentions of both names."""
    return opinion is None or opinion.verdict == "undecided" or opinion.partly


def _is_apart(pair: Pair) -> bool:
    return any(one.field == "birth_date" and one.weight < 0 for one in (pair.linked.weights if pair.linked else ()))


# --- laying out ----------------------------------------------------------------------------------------------------


def _laid_out(
    graph: Graph,
    shown: Sequence[Pair],
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
    pair: Pair,
    spellings: dict[str, Spelling],
    beside: dict[str, Beside],
    where: dict[str, str],
    opinion: Opinion | None,
) -> Candidate:
    grounds = [Ground(kind=one.kind, words=one.words, weight=one.weight) for one in pair.reasons]
    if opinion and opinion.partly:
        grounds.append(Ground(kind="verdict", words=_in_part(opinion), weight=0.0))
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
        undecided=f"left undecided by {opinion.actor}, ledger line {opinion.seq}"
        if opinion and opinion.verdict == "undecided" else "",
        twice=pair.twice,
    )  # fmt: skip


def _in_part(opinion: Opinion) -> str:
    return f"some mentions were judged {opinion.verdict}: ledger line {opinion.seq}"


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
