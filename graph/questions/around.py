"""Who and what is around a thing: its neighbours by kind and strength, one to three hops, never through a crowd."""

from __future__ import annotations

from typing import Any, Final

from evidence.errors import UsageError
from graph.edges import HUB, NAME_KINDS, NOT_ENTITIES_TO_STEP_ON, at_things
from graph.notes import noted
from graph.project import Graph
from graph.questions import ground
from graph.questions.answers import Around, Neighbour
from graph.rows import Row, fetch
from graph.things import find_entity

MOST_HOPS: Final = 3
SHOWN: Final = 100
FRONTIER: Final = 2_000
"""Things of one hop that the next one starts from, the best supported first."""

_OF_STEPS: Final = """id, kind, family, source_entity, target_entity, supports, source_lifted, target_lifted, exhibits,
    review"""
_OF_DEGREES: Final = "family, source_entity, target_entity, supports, lifted"
_STEPS: Final = """
WITH {edges}, edge AS (
    SELECT source_entity AS here, target_entity AS there, id, kind, supports, exhibits, review, target_lifted AS told
    FROM at_things WHERE list_contains($ids, source_entity)
    UNION ALL
    SELECT target_entity, source_entity, id, kind, supports, exhibits, review, source_lifted
    FROM at_things WHERE list_contains($ids, target_entity)
), counted AS (  -- what is told of a made thing is not told again of its names
    SELECT * REPLACE (supports - told AS supports) FROM edge
), step AS (
    SELECT here, there, sum(supports)::BIGINT AS supports, count(*) FILTER (review <> 'unreviewed') AS confirmed,
           list(struct_pack(kind, supports) ORDER BY kind, id) AS kinds, list(id ORDER BY id) AS relations,
           list_sort(list_distinct(flatten(list(exhibits)))) AS exhibits
    FROM counted WHERE supports > 0 AND NOT list_contains($seen, there) GROUP BY here, there
)
SELECT * FROM step QUALIFY row_number() OVER (PARTITION BY there ORDER BY supports DESC, here) = 1
ORDER BY supports DESC, there
"""
_BARRED: Final = """
WITH {edges}, wanted AS (SELECT unnest($ids::VARCHAR[]) AS id), both_ways AS (
    SELECT source_entity AS id, target_entity AS other FROM at_things
    WHERE source_entity IN (FROM wanted) AND supports > lifted
    UNION ALL SELECT target_entity, source_entity FROM at_things
    WHERE target_entity IN (FROM wanted) AND supports > lifted
), degree AS (
    SELECT id, count(DISTINCT other) AS many FROM both_ways GROUP BY id
)
SELECT id FROM degree WHERE many > $hub
UNION SELECT id FROM entity WHERE id IN (FROM wanted) AND list_contains($kinds, kind) ORDER BY id
"""


def around(graph: Graph, a: str, *, hops: int = 1, co_mention: bool = False, limit: int = SHOWN) -> Around:
    """Return who and what is around a thing, the nearest first, then by how many segments and rows support the edges.

    Raises NotFound or UsageError.
    """
    if not 1 <= hops <= MOST_HOPS:
        raise UsageError(f"{hops} hops", next_step=f"from 1 to {MOST_HOPS}: farther than that, everything is related")
    ground.lay(graph.conn)
    centre = find_entity(graph, a).id
    found: list[tuple[int, Row]] = []
    seen, frontier, barred, cut = {centre}, [centre], set[str](), 0
    for hop in range(1, hops + 1):
        edges = at_things(frontier, columns=_OF_STEPS, co_mention=co_mention)
        rows = fetch(graph.conn, _STEPS.format(edges=edges), {"ids": frontier, "seen": sorted(seen)})
        found += [(hop, row) for row in rows]
        reached = [row["there"] for row in rows]
        seen |= set(reached)
        stopped = ends_a_way(graph, reached, co_mention=co_mention) if hop < hops else set()
        barred |= stopped
        onward = [name for name in reached if name not in stopped]
        frontier, cut = onward[:FRONTIER], cut + (max(0, len(onward) - FRONTIER) if hop < hops else 0)
        if not frontier:
            break
    shown = found[: limit or len(found)]
    known = ground.names(graph, {centre, *barred, *(name for _, row in shown for name in (row["here"], row["there"]))})
    reached_at = [hop for hop, _ in found]
    return Around(
        centre=known[centre],
        neighbours=tuple(_neighbour(hop, row, known) for hop, row in shown),
        by_hop=tuple(reached_at.count(hop) for hop in range(1, hops + 1)),
        not_followed=tuple(known[name] for name in sorted(barred))[:SHOWN],
        definition=_definition(co_mention=co_mention),
        notes=(
            *noted(len(found) - len(shown), "[things are|thing is] not shown; `--limit 0` shows all."),
            *noted(len(barred), f"[things are|thing is] shown and not stepped on: bare names, dates, sums, rooms and the like, and "
                         f"things related to more than {HUB} others."),
            *noted(cut, f"[things were|thing was] not stepped on: no more than {FRONTIER:,} of one hop are, the best supported first."),
        ),
    )  # fmt: skip


def ends_a_way(graph: Graph, ids: list[str], *, co_mention: bool) -> set[str]:
    """Return those that are shown and never stepped on: bare names, dates, sums, rooms and the like, and hubs."""
    kinds = [*NAME_KINDS, *NOT_ENTITIES_TO_STEP_ON]
    edges = at_things(ids, columns=_OF_DEGREES, co_mention=co_mention)
    rows = fetch(graph.conn, _BARRED.format(edges=edges), {"ids": ids, "hub": HUB, "kinds": kinds})
    return {str(row["id"]) for row in rows}


def _neighbour(hop: int, row: Row, known: dict[str, Any]) -> Neighbour:
    kinds: dict[str, int] = {}
    for one in row["kinds"]:
        kinds[one["kind"]] = kinds.get(one["kind"], 0) + one["supports"]
    return Neighbour(
        thing=known[row["there"]],
        hops=hop,
        via=known[row["here"]] if hop > 1 else None,
        kinds=kinds,
        supports=row["supports"],
        exhibits=tuple(row["exhibits"]),
        relations=tuple(row["relations"]),
        confirmed=row["confirmed"],
    )


def _definition(*, co_mention: bool) -> str:
    named = (
        "being named in the same segment counts as an edge too" if co_mention else "being named together does not count"
    )
    return (
        f"What edges of the graph lead to, by the shortest way; {named}. Strength is how many segments and rows support the edges "
        "of the last step, a count and no score of anyone; what people put together is counted instead of its names. Dates, sums, "
        "rooms, bare names and hubs end a way."
    )
