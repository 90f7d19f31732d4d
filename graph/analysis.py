"""How things are connected: networkx on the part of the graph that a DuckDB query selects. No score of anyone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, pairwise
from typing import Final

import duckdb
import networkx as nx

from evidence.errors import UsageError
from graph import together
from graph.answers import Community, Entity, Path, RelationDetail, Step, Tie
from graph.connected import Groups, Ways
from graph.edges import HUB, NAME_KINDS, NOT_ENTITIES_TO_STEP_ON
from graph.notes import noted
from graph.project import Graph
from graph.rows import fetch, records
from graph.things import find_entity, relation_details

MOST_STEPS = 6
_ALTERNATIVES: Final = 60
"""Ways of one length that are looked at, where that many are there, to show the first of them by their ids."""
MOST_BETWEEN: Final = 20_000
"""Edges that a step from either end may read once a way is known: beyond them longer ways are no longer complete."""
FEWEST: Final = 3
"""Things that make a group."""
TIES = 5
"""Ties that are described of each group, within it and out of it."""
MOST_TIES = 200_000
"""Pairs of things that groups are looked for in, the best supported first."""

_WAYS = """
CREATE OR REPLACE TEMP TABLE way AS
SELECT source_entity AS one, target_entity AS other, id, kind, supports - lifted AS supports FROM edge
WHERE family <> 'co_mention' AND (NOT $verified_only OR review <> 'unreviewed')
"""
_NAMED_TOO = f"""
CREATE OR REPLACE TEMP TABLE way AS
WITH {together.all_pairs()}, held AS (
    SELECT source_entity, target_entity, id, kind, supports, lifted, review FROM edge
    UNION ALL SELECT source_entity, target_entity, id, kind, supports, lifted, review FROM counted_together
)
SELECT source_entity AS one, target_entity AS other, id, kind, supports - lifted AS supports FROM held
WHERE NOT $verified_only OR review <> 'unreviewed'
"""  # noqa: S608 - built from our own constants
# What is never a step between; of a hub, how many others it is related to.
_BARRED = """
CREATE OR REPLACE TEMP TABLE barred AS
WITH both_ways AS (
    SELECT one AS id, other FROM way UNION ALL SELECT other, one FROM way
), hub AS (
    SELECT id, count(DISTINCT other) AS others FROM both_ways GROUP BY id HAVING others > $hub
), by_kind AS (
    SELECT id FROM entity WHERE list_contains($kinds, kind)
)
SELECT id, NULL::BIGINT AS others FROM by_kind UNION ALL SELECT id, others FROM hub WHERE id NOT IN (FROM by_kind)
"""
_STEPS = """
WITH frontier AS MATERIALIZED (
    SELECT unnest($frontier::VARCHAR[]) AS id
), step AS (
    SELECT one AS here, other AS there FROM way WHERE one IN (FROM frontier)
    UNION
    SELECT other, one FROM way WHERE other IN (FROM frontier)
)
SELECT here, there, others FROM step LEFT JOIN barred ON barred.id = there AND NOT list_contains($ends::VARCHAR[], there)
WHERE here <> there AND (barred.id IS NULL OR others IS NOT NULL)
  AND ($anywhere OR others IS NOT NULL OR there IN (SELECT unnest($toward::VARCHAR[])))
ORDER BY here, there LIMIT $most
"""
_ROWS_ONLY = """
SELECT count(*) AS many FROM (SELECT relation_id FROM edge_support GROUP BY relation_id HAVING bool_and(rows IS NOT NULL))
"""
_BETWEEN = """
SELECT id FROM way WHERE (one = $a AND other = $b) OR (one = $b AND other = $a) ORDER BY id
"""
_COMMUNITY_EDGES = """
SELECT least(one, other) AS one, greatest(one, other) AS other, sum(supports)::BIGINT AS weight
FROM way WHERE supports > 0 AND one NOT IN (SELECT id FROM entity WHERE list_contains($kinds, kind))
            AND other NOT IN (SELECT id FROM entity WHERE list_contains($kinds, kind))
GROUP BY 1, 2 ORDER BY weight DESC, 1, 2
"""
_TIES = """
SELECT least(one, other) || ' ' || greatest(one, other) AS pair, list(DISTINCT kind ORDER BY kind) AS kinds,
       sum(supports)::BIGINT AS supports, list(id ORDER BY way.supports DESC, id)[:5] AS relations
FROM way
WHERE list_contains($pairs, least(one, other) || ' ' || greatest(one, other)) GROUP BY pair ORDER BY pair
"""
_HELD_BY = """
WITH member AS (SELECT unnest($ids) AS id, unnest($groups) AS part)
SELECT one_end.part, list(DISTINCT way.id ORDER BY way.id) AS edges
FROM way JOIN member AS one_end ON one_end.id = way.one
          JOIN member AS other_end ON other_end.id = way.other AND other_end.part = one_end.part
GROUP BY one_end.part
"""
GROUPS_DEFINITION = (
    "Things that are related among themselves more than with others: Louvain's communities of the graph of edges, weighted by how "
    "many segments and rows support each, from one fixed seed. Dates, times, sums, quantities and rooms are no members. Groups of "
    f"fewer than {FEWEST} things are counted and not shown. Being in one group says that edges hold it together, and nothing else "
    "of anyone."
)


def path(graph: Graph, a: str, b: str, *, co_mention: bool = False, verified_only: bool = False, k: int = 3) -> Ways:
    """Return up to `k` shortest ways from `a` to `b`, each step with every edge that carries it and its evidence.

    Co-mention (named in the same segment) is no contact and counts only where asked for. Raises NotFound or UsageError
    where an end is not one entity.
    """
    source, target = find_entity(graph, a), find_entity(graph, b)
    if source.id == target.id:
        raise UsageError(f"{a!r} and {b!r} are one entity, {source.label}", next_step="name two different things")
    if k < 1:
        raise UsageError(f"{k} ways", next_step="ask for one way or more")
    _select(graph.conn, co_mention=co_mention, verified_only=verified_only)
    between = _between(graph.conn, source.id, target.id)
    found, more = _shortest(between.drawn, source.id, target.id, k)
    known = _entities(graph, {name for names in (*found, between.hubs) for name in names})
    unverifiable = _unverifiable(graph) if verified_only and not found else ()
    return Ways(
        source=source,
        target=target,
        paths=tuple(Path(steps=tuple(_steps(graph, names, known))) for names in found),
        definition=_definition(co_mention=co_mention, verified_only=verified_only),
        notes=(*_of_length(between, found, more=more), *(() if found else _in_the_way(between, known)), *unverifiable),
    )


def _definition(*, co_mention: bool, verified_only: bool) -> str:
    which = (
        "edges whose readings a person confirmed or that a person stated (what rows of tables of records alone say, calls, messages, "
        "payments and stays, has no reading that could be confirmed, and never counts so)"
        if verified_only
        else "all edges, confirmed or not"
    )
    named = "being named in the same segment counts as an edge" if co_mention else "co-mention does not count"
    return (
        f"{which}; {named}; the shortest ways first, at most {MOST_STEPS} steps, nothing twice on one way; names, dates, times, "
        f"sums, quantities, rooms and things related to more than {HUB} others are never steps between"
    )


def _of_length(between: _Between, found: Sequence[Sequence[str]], *, more: bool) -> Iterator[str]:
    if more:
        yield f"More ways of at most {MOST_STEPS} steps are there and not shown: up to 20 can be asked for."
    if found and between.complete < MOST_STEPS:
        yield (
            f"Ways are complete up to a length of {between.complete}; longer ones may be missing: so many edges lie between that "
            f"not all were followed (at most {MOST_BETWEEN:,} a step)."
        )


def _in_the_way(between: _Between, known: dict[str, Entity]) -> Iterator[str]:
    """Say which hubs would have led from one to the other, or else at which hubs the ways from either end stop."""
    one, other = between.stopped
    both = sorted(
        (name for name in one if name in other and one[name] + other[name] <= MOST_STEPS),
        key=lambda name: (one[name] + other[name], name),
    )
    rule = f"Things related to more than {HUB} others are never steps between."
    if both:
        yield f"A way would lead through {_hubs(both, between, known)}. {rule}"
    elif one or other:
        sides = [
            f"from {end} at {_hubs(sorted(held, key=lambda name: (held[name], name)), between, known)}"
            for end, held in (("A", one), ("B", other)) if held
        ]  # fmt: skip
        yield f"Ways end {'; '.join(sides)}. {rule}"


def _hubs(names: Sequence[str], between: _Between, known: dict[str, Entity]) -> str:
    said = [
        f"{known[name].kind} {known[name].label} (related to {between.hubs[name]:,} others)" for name in names[:TIES]
    ]
    return ", ".join(said) + (f" and {len(names) - TIES:,} more" if len(names) > TIES else "")


def _unverifiable(graph: Graph) -> tuple[str, ...]:
    return noted(
        fetch(graph.conn, _ROWS_ONLY)[0]["many"],
        "[edges rest|edge rests] on rows of tables of records alone (calls, messages, payments, stays and the like): without a reading that "
        "a person could confirm, no such edge counted. Where edges need not be confirmed, they do.",
    )


def _select(conn: duckdb.DuckDBPyConnection, *, co_mention: bool, verified_only: bool) -> None:
    conn.execute(_NAMED_TOO if co_mention else _WAYS, {"verified_only": verified_only})
    conn.execute(_BARRED, {"hub": HUB, "kinds": [*NAME_KINDS, *NOT_ENTITIES_TO_STEP_ON]})


@dataclass(slots=True)
class _Between:
    """What lies between two things, grown step by step from both."""

    drawn: nx.Graph[str] = field(default_factory=nx.Graph)
    complete: int = 0
    """Every way of so many steps is in it."""
    hubs: dict[str, int] = field(default_factory=dict)
    """Hubs that were come upon and not stepped on, with how many others each is related to."""
    stopped: tuple[dict[str, int], dict[str, int]] = field(default_factory=lambda: ({}, {}))
    """By end, how many steps from it each of them was come upon."""


def _shortest(drawn: nx.Graph[str], source: str, target: str, k: int) -> tuple[list[tuple[str, ...]], bool]:
    """Return the `k` shortest ways, those of one length by their ids, and whether there are more."""
    found: list[tuple[str, ...]] = []
    near = _near_both(drawn, source, target)
    if source not in near or target not in near:
        return [], False
    more = False
    for way in nx.shortest_simple_paths(near, source, target):
        more = len(found) >= k and len(way) <= MOST_STEPS + 1
        if len(way) > MOST_STEPS + 1 or (more and len(way) > len(found[k - 1])) or len(found) == max(k, _ALTERNATIVES):
            break
        found.append(tuple(way))
    return sorted(found, key=lambda way: (len(way), way))[:k], more or len(found) > k


def _near_both(drawn: nx.Graph[str], source: str, target: str) -> nx.Graph[str]:
    """Return what can be on a way that is not too long; nothing where the two are not connected."""
    if source not in drawn or target not in drawn:
        return nx.Graph()
    one, other = (nx.single_source_shortest_path_length(drawn, end, cutoff=MOST_STEPS) for end in (source, target))
    near = [name for name, steps in one.items() if steps + other.get(name, MOST_STEPS + 1) <= MOST_STEPS]
    kept: nx.Graph[str] = nx.Graph()
    kept.add_edges_from(sorted((min(pair), max(pair)) for pair in drawn.subgraph(near).edges))
    return kept


def _between(conn: duckdb.DuckDBPyConnection, source: str, target: str) -> _Between:
    """Return what lies between two things, a step at a time from the end with fewer things to step from.

    A way has as many steps from one end as the other has not: so many steps from both together find every way of that length.
    """
    made, fronts, seen, gone = _Between(), [{source}, {target}], [{source}, {target}], [0, 0]
    for steps in range(1, MOST_STEPS + 1):
        side, met = _next_side(fronts), bool(seen[0] & seen[1])
        if not fronts[side] or (not all(fronts) and (met or not made.stopped[1 - side])):
            made.complete = MOST_STEPS  # from one end nothing is left to step on to
            break
        last = steps == MOST_STEPS
        rows = fetch(conn, _STEPS, {
            "frontier": sorted(fronts[side]), "ends": [source, target], "most": MOST_BETWEEN + 1 if met else 1 << 40,
            "anywhere": not last, "toward": sorted(seen[1 - side]) if last else [],
        })  # fmt: skip
        if met and len(rows) > MOST_BETWEEN:
            break
        gone[side] += 1
        for row in rows:
            if row["others"] is not None:
                made.hubs[row["there"]] = row["others"]
                made.stopped[side].setdefault(row["there"], gone[side])
        edges = [(row["here"], row["there"]) for row in rows if row["others"] is None]
        made.drawn.add_edges_from(edges)
        reached = {there for _, there in edges}
        fronts[side] = reached - seen[side]
        seen[side] |= reached
        made.complete = steps
    return made


def _next_side(fronts: Sequence[set[str]]) -> int:
    """Return the end with fewer things to step from, of those that have any."""
    return min((0, 1), key=lambda end: (not fronts[end], len(fronts[end])))


def _steps(graph: Graph, names: tuple[str, ...], known: dict[str, Entity]) -> Iterator[Step]:
    for one, other in pairwise(names):
        yield Step(source=known[one], target=known[other], edges=_evidence(graph, one, other))


def _evidence(graph: Graph, one: str, other: str) -> tuple[RelationDetail, ...]:
    ids = [row["id"] for row in fetch(graph.conn, _BETWEEN, {"a": one, "b": other})]
    return tuple(relation_details(graph, ids).values())


def communities(
    graph: Graph, *, co_mention: bool = False, verified_only: bool = False, seed: int = 0, min_size: int = FEWEST
) -> Groups:
    """Return groups of things that are related among themselves (Louvain, seeded), the largest first.

    The same graph and seed give the same groups. At most `MOST_TIES` pairs are looked at, the best supported first. They
    describe who is in touch; they rank nobody.
    """
    _select(graph.conn, co_mention=co_mention, verified_only=verified_only)
    rows = fetch(graph.conn, _COMMUNITY_EDGES, {"kinds": list(NOT_ENTITIES_TO_STEP_ON)})
    drawn: nx.Graph[str] = nx.Graph()
    drawn.add_nodes_from(sorted({row[end] for row in rows[:MOST_TIES] for end in ("one", "other")}))
    drawn.add_weighted_edges_from((row["one"], row["other"], row["weight"]) for row in rows[:MOST_TIES])
    groups = [sorted(group) for group in nx.community.louvain_communities(drawn, seed=seed)] if rows else []
    large = sorted((group for group in groups if len(group) >= min_size), key=lambda group: (-len(group), group))
    small = [group for group in groups if len(group) < min_size]
    alone = sum(map(len, small))
    return Groups(
        groups=_communities(graph, drawn, large),
        smaller=len(small),
        alone=alone,
        definition=GROUPS_DEFINITION.replace(f"fewer than {FEWEST} ", f"fewer than {min_size} "),
        notes=(
            *noted(len(small), f"[groups|group] of fewer than {min_size} things, {alone:,} things altogether, [are|is] not shown."),
            *noted(max(0, len(rows) - MOST_TIES), f"[pairs|pair] of things [were|was] not looked at: the {MOST_TIES:,} best supported are."),
        ),
    )  # fmt: skip


def _communities(graph: Graph, drawn: nx.Graph[str], large: list[list[str]]) -> tuple[Community, ...]:
    known = _entities(graph, {name for group in large for name in group})
    held = _held_by(graph, large)
    within, between = _ties(drawn, large)
    ties = _described(
        graph, known, [*chain.from_iterable(each[:TIES] for each in (*within.values(), *between.values()))]
    )
    return tuple(
        Community(
            members=tuple(known[name] for name in group), relations=len(within[at]),
            holds=tuple(ties[pair] for pair in within[at][:TIES]), bridges=tuple(ties[pair] for pair in between[at][:TIES]),
            bridges_found=len(between[at]), edges=held.get(at, ()),
        )
        for at, group in enumerate(large)
    )  # fmt: skip


def _ties(
    drawn: nx.Graph[str], groups: Sequence[Sequence[str]]
) -> tuple[dict[int, list[tuple[str, str]]], dict[int, list[tuple[str, str]]]]:
    """Return by group the pairs within it and those that lead out to another, a member of its own first; the best supported first."""
    group_of = {name: at for at, group in enumerate(groups) for name in group}
    within: dict[int, list[tuple[str, str]]] = {at: [] for at in range(len(groups))}
    between: dict[int, list[tuple[str, str]]] = {at: [] for at in range(len(groups))}
    weighed: list[tuple[str, str, int]] = sorted(
        drawn.edges(data="weight"), key=lambda edge: (-edge[2], *sorted(edge[:2]))
    )
    for one, other, _ in weighed:
        here, there = group_of.get(one), group_of.get(other)
        if here is None or there is None:
            continue
        if here == there:
            within[here].append((min(one, other), max(one, other)))
        else:
            between[here].append((one, other))
            between[there].append((other, one))
    return within, between


def _described(graph: Graph, known: dict[str, Entity], pairs: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Tie]:
    ids = [f"{min(pair)} {max(pair)}" for pair in pairs]
    rows = {row["pair"]: row for row in fetch(graph.conn, _TIES, {"pairs": sorted(set(ids))})}
    return {
        pair: Tie(one=known[pair[0]], other=known[pair[1]], kinds=tuple(rows[name]["kinds"]), supports=rows[name]["supports"],
                  relations=tuple(rows[name]["relations"]))
        for pair, name in zip(pairs, ids, strict=True)
    }  # fmt: skip


def _held_by(graph: Graph, groups: list[list[str]]) -> dict[int, tuple[str, ...]]:
    """Return the edges inside each group, by its place."""
    members = [(name, place) for place, group in enumerate(groups) for name in group]
    asked = {"ids": [name for name, _ in members], "groups": [place for _, place in members]}
    return {row["part"]: tuple(row["edges"]) for row in fetch(graph.conn, _HELD_BY, asked)} if members else {}


def _entities(graph: Graph, ids: Iterable[str]) -> dict[str, Entity]:
    query = "SELECT * FROM entity WHERE list_contains($ids, id) ORDER BY kind, value"
    return {found.id: found for found in records(graph.conn, query, Entity, {"ids": sorted(ids)})}
