"""How things are connected: networkx on the part of the graph that a DuckDB query selects. No score of anyone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice, pairwise

import duckdb
import networkx as nx

from evidence.errors import UsageError
from graph import together
from graph.answers import Community, Entity, Path, Paths, RelationDetail, Step, Tie
from graph.edges import HUB, NAME_KINDS, NOT_ENTITIES_TO_STEP_ON
from graph.project import Graph
from graph.rows import fetch, records
from graph.things import find_entity, relation_details

MOST_STEPS = 6
_ALTERNATIVES = 60
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
_BARRED = """
CREATE OR REPLACE TEMP TABLE barred AS
WITH both_ways AS (
    SELECT one AS id, other FROM way UNION ALL SELECT other, one FROM way
), hub AS (
    SELECT id FROM both_ways GROUP BY id HAVING count(DISTINCT other) > $hub
)
SELECT id FROM hub UNION SELECT id FROM entity WHERE list_contains($kinds, kind)
"""
_REACHED = """
SELECT DISTINCT one, other FROM way
WHERE list_contains($frontier, one) OR list_contains($frontier, other) ORDER BY one, other
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
    "many segments and rows support each, from one fixed seed. Dates, times, sums, quantities and rooms are no members. Being in "
    "one group says that edges hold it together, and nothing else of anyone."
)


def path(graph: Graph, a: str, b: str, *, co_mention: bool = False, verified_only: bool = False, k: int = 3) -> Paths:
    """Return up to `k` shortest ways from `a` to `b`, each step with every edge that carries it and its evidence.

    Co-mention (named in the same segment) is no contact and counts only where asked for. Raises NotFound or UsageError
    where an end is not one entity.
    """
    source, target = find_entity(graph, a), find_entity(graph, b)
    if source.id == target.id:
        raise UsageError(f"{a!r} and {b!r} are one entity, {source.label}", next_step="name two different things")
    _select(graph.conn, co_mention=co_mention, verified_only=verified_only)
    found = _shortest(graph.conn, source.id, target.id, k)
    known = _entities(graph, {name for names in found for name in names})
    return Paths(
        source=source,
        target=target,
        paths=tuple(Path(steps=tuple(_steps(graph, names, known))) for names in found),
        definition=_definition(co_mention=co_mention, verified_only=verified_only),
    )


def _definition(*, co_mention: bool, verified_only: bool) -> str:
    which = "edges whose readings a person confirmed" if verified_only else "all edges, confirmed or not"
    named = "being named in the same segment counts as an edge" if co_mention else "co-mention does not count"
    return (
        f"{which}; {named}; at most {MOST_STEPS} steps; names, dates, times, sums, quantities, rooms and things related to "
        f"more than {HUB} others are never steps between"
    )


def _select(conn: duckdb.DuckDBPyConnection, *, co_mention: bool, verified_only: bool) -> None:
    conn.execute(_NAMED_TOO if co_mention else _WAYS, {"verified_only": verified_only})
    conn.execute(_BARRED, {"hub": HUB, "kinds": [*NAME_KINDS, *NOT_ENTITIES_TO_STEP_ON]})


def _shortest(conn: duckdb.DuckDBPyConnection, source: str, target: str, k: int) -> list[tuple[str, ...]]:
    drawn = _between(conn, source, target)
    if source not in drawn or target not in drawn:
        return []
    try:
        ways = [tuple(way) for way in islice(nx.shortest_simple_paths(drawn, source, target), max(k, _ALTERNATIVES))]
    except nx.NetworkXNoPath:
        return []
    short = [way for way in ways if len(way) <= MOST_STEPS + 1]
    return sorted(short, key=lambda way: (len(way), way))[:k]


def _between(conn: duckdb.DuckDBPyConnection, source: str, target: str) -> nx.Graph[str]:
    """Return the part of the graph that lies between two things: grown from both ends until they meet, and once more."""
    barred = {str(row[0]) for row in conn.execute("SELECT id FROM barred").fetchall()} - {source, target}
    drawn: nx.Graph[str] = nx.Graph()
    fronts, seen = [{source}, {target}], [{source}, {target}]
    rounds_after_meeting = 0
    for _ in range(MOST_STEPS // 2 + 1):
        for side in (0, 1):
            edges = _edges_at(conn, fronts[side], barred)
            drawn.add_edges_from(edges)
            reached = {name for edge in edges for name in edge}
            fronts[side] = reached - seen[side]
            seen[side] |= reached
        if seen[0] & seen[1]:
            rounds_after_meeting += 1
        if rounds_after_meeting == 2 or not any(fronts):
            break
    return drawn


def _edges_at(conn: duckdb.DuckDBPyConnection, frontier: Iterable[str], barred: set[str]) -> list[tuple[str, str]]:
    rows = conn.execute(_REACHED, {"frontier": sorted(frontier)}).fetchall()
    return [(str(one), str(other)) for one, other in rows if one not in barred and other not in barred]


def _steps(graph: Graph, names: tuple[str, ...], known: dict[str, Entity]) -> Iterator[Step]:
    for one, other in pairwise(names):
        yield Step(source=known[one], target=known[other], edges=_evidence(graph, one, other))


def _evidence(graph: Graph, one: str, other: str) -> tuple[RelationDetail, ...]:
    ids = [row["id"] for row in fetch(graph.conn, _BETWEEN, {"a": one, "b": other})]
    return tuple(relation_details(graph, ids).values())


def communities(
    graph: Graph, *, co_mention: bool = False, verified_only: bool = False, seed: int = 0, min_size: int = 3
) -> tuple[Community, ...]:
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
