"""What a picture of the graph is drawn from: things, the bonds between them, and honest counts of what is left out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final, Literal, TypeAlias

import msgspec

from evidence.errors import LimitExceeded, UsageError
from graph import together
from graph.edges import NOT_ENTITIES_TO_STEP_ON, at_things
from graph.identities import MADE_KINDS
from graph.notes import noted
from graph.project import Graph
from graph.questions import ground
from graph.questions.around import MOST_HOPS, ends_a_way
from graph.rows import Row, fetch
from graph.things import find_entity

Family: TypeAlias = Literal["communication", "stated", "co_mention"]
FAMILIES: Final[tuple[Family, ...]] = ("communication", "stated", "co_mention")
CONTACT: Final[tuple[Family, ...]] = ("communication", "stated")
"""What is drawn unless more is asked for: being named together is no contact."""
Form: TypeAlias = Literal[
    "person", "made_organisation", "made_place", "name", "organisation", "place", "identifier", "other"
]
MOST_THINGS: Final = 2_000
"""Things of one picture; more cannot be read."""
MOST_BONDS: Final = 6_000
STRONGEST: Final = 25
"""Neighbours that an expansion brings at first."""
HOPS: Final = MOST_HOPS
_ID: Final = re.compile(r"[ep]-[0-9a-f]{16}")
_WORD: Final = re.compile(r"[a-z0-9_]{1,40}")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?)?")


class Sieve(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which edges and things a picture shows."""

    families: tuple[Family, ...] = CONTACT
    without_edges: tuple[str, ...] = ()
    """Kinds of edges that are left out, such as `registered`."""
    without_things: tuple[str, ...] = ()
    """Kinds of things that are left out, such as `money`."""
    since: str = ""
    until: str = ""
    """Only edges that evidence in this time supports: from `since`, before `until`; undated evidence is left out then."""
    verified: bool = False
    """Only edges whose readings a person confirmed, or that a person stated."""


class Drawing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is asked of a picture: the things in it, and what it is to grow by."""

    things: tuple[str, ...] = ()
    """Ids of what is in the picture already."""
    seeds: tuple[str, ...] = ()
    """Ids of what it was begun from: they stay whatever is left out."""
    expand: str = ""
    """Id of the thing whose neighbours are to be added."""
    hops: int = 1
    most: int = STRONGEST
    """Neighbours that are added for each hop, the best supported first."""
    sieve: Sieve = Sieve()


class Thing(msgspec.Struct, frozen=True, kw_only=True):
    """A thing as it is drawn."""

    id: str
    kind: str
    form: Form
    label: str
    status: str
    mentions: int
    reviewed: int
    exhibits: int
    neighbours: int
    """All its neighbours under the same filters, in the picture or not."""


class Bond(msgspec.Struct, frozen=True, kw_only=True):
    """All edges of one family between two things: one line of the picture."""

    a: str
    b: str
    family: Family
    kinds: dict[str, int]
    """By kind, how many segments and rows support it."""
    supports: int
    forth: int
    """Of them, those of edges from a to b; the rest go from b to a."""
    relations: tuple[str, ...]
    confirmed: int
    """Edges among them that a person confirmed or stated."""
    exhibits: int


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """Things and the bonds between them, under one set of filters."""

    things: tuple[Thing, ...]
    bonds: tuple[Bond, ...]
    added: tuple[str, ...]
    """Ids that an expansion brought, the best supported first."""
    left: int
    """Neighbours of what was expanded that are not in the picture."""
    gone: tuple[str, ...]
    """Ids that name nothing any more."""
    exhibits: tuple[str, ...]
    """Where the evidence of the bonds stands."""
    notes: tuple[str, ...]
    definition: str


class EdgeKind(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of edge and how many there are in the case."""

    family: Family
    kind: str
    edges: int


class ThingKind(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of thing and how many there are in the case."""

    kind: str
    form: Form
    things: int


# What is told of a made thing is not told again of its names, but of a name that the picture was begun from.
_TOUCHING: Final = """
CREATE OR REPLACE TEMP TABLE touching AS
WITH {edges}, seed AS (SELECT unnest($seeds::VARCHAR[]) AS id)
SELECT id, kind, family, source_entity, target_entity, exhibits, review,
       supports - CASE WHEN lifted = 0 THEN 0 ELSE least(lifted,
           CASE WHEN source_entity IN (FROM seed) THEN 0 ELSE source_lifted END
           + CASE WHEN target_entity IN (FROM seed) THEN 0 ELSE target_lifted END) END AS supports
FROM at_things
WHERE list_contains($families, family) AND NOT list_contains($without_edges, kind)
  AND (NOT $verified OR review <> 'unreviewed')
"""
_IN_TIME: Final = """
CREATE OR REPLACE TEMP TABLE in_time AS
WITH asked AS MATERIALIZED (SELECT id FROM touching), {supports}, held AS MATERIALIZED (
    SELECT support.relation_id, support.segment_id, support.exhibit, support.rows, touching.kind, touching.source_entity,
           touching.target_entity
    FROM held_support AS support JOIN touching ON touching.id = support.relation_id
), of_event AS (
    SELECT relation_id, count(DISTINCT held.segment_id) AS many
    FROM held JOIN event ON event.segment_id = held.segment_id
    WHERE rows IS NULL AND earliest_utc <> ''
      AND ($until::TIMESTAMP IS NULL OR try_cast(earliest_utc AS TIMESTAMP) < $until::TIMESTAMP)
      AND ($since::TIMESTAMP IS NULL OR try_cast(greatest(latest_utc, until_utc) AS TIMESTAMP) >= $since::TIMESTAMP)
    GROUP BY relation_id
), told_of AS (
    SELECT DISTINCT relation_id, kind, exhibit, regexp_extract(segment_id, '[.]r([0-9]+)[.]', 1)::INTEGER AS table_no,
           source_entity, target_entity
    FROM held WHERE rows IS NOT NULL
), of_row AS (
    SELECT relation_id, count(*) AS many
    FROM told_of
    JOIN record_named AS one ON one.exhibit = told_of.exhibit AND one.table_no = told_of.table_no AND one.entity_id = source_entity
    JOIN record_named AS other ON other.exhibit = told_of.exhibit AND other.table_no = told_of.table_no
        AND other.entity_id = target_entity
    JOIN record ON record.exhibit = told_of.exhibit AND record.table_no = told_of.table_no
        AND ((a = one.id AND b = other.id)
             OR (told_of.kind NOT IN ('called', 'messaged', 'paid') AND b = one.id AND a = other.id))
    WHERE coalesce(record.time_utc, record.time_local) IS NOT NULL
      AND ($until::TIMESTAMP IS NULL OR coalesce(record.time_utc, record.time_local - INTERVAL 14 HOUR) < $until::TIMESTAMP)
      AND ($since::TIMESTAMP IS NULL OR coalesce(greatest(record.until_utc, record.time_utc), record.time_utc,
           greatest(record.until_local, record.time_local) + INTERVAL 36 HOUR,
           record.time_local + INTERVAL 36 HOUR) >= $since::TIMESTAMP)
    GROUP BY relation_id
), both_ways AS (
    SELECT * FROM of_event UNION ALL SELECT * FROM of_row
)
SELECT relation_id AS id, sum(many)::BIGINT AS many FROM both_ways GROUP BY relation_id
"""
_KEEP_IN_TIME: Final = """
CREATE OR REPLACE TEMP TABLE touching AS
SELECT touching.* REPLACE (least(touching.supports, in_time.many) AS supports) FROM touching JOIN in_time USING (id)
"""
_SEEN: Final = """
CREATE OR REPLACE TEMP TABLE seen AS
WITH unwanted AS (
    SELECT id FROM entity WHERE list_contains($without_things, kind) AND NOT list_contains($seeds, id)
)
SELECT * FROM touching
WHERE supports > 0 AND (len($without_things) = 0 OR (source_entity NOT IN (FROM unwanted) AND target_entity NOT IN (FROM unwanted)))
"""
_NEIGHBOURS: Final = """
WITH frontier AS (SELECT unnest($frontier::VARCHAR[]) AS id), shown AS (SELECT unnest($shown::VARCHAR[]) AS id), step AS (
    SELECT target_entity AS there, supports FROM seen WHERE source_entity IN (FROM frontier)
    UNION ALL SELECT source_entity, supports FROM seen WHERE target_entity IN (FROM frontier)
)
SELECT there, sum(supports)::BIGINT AS supports FROM step
WHERE there NOT IN (FROM shown) GROUP BY there ORDER BY supports DESC, there
"""
_THINGS: Final = """
WITH both_ways AS (
    SELECT source_entity AS id, target_entity AS other FROM seen UNION ALL SELECT target_entity, source_entity FROM seen
), degree AS (
    SELECT id, count(DISTINCT other) AS many FROM both_ways WHERE id <> other AND id IN (SELECT unnest($ids::VARCHAR[])) GROUP BY id
)
SELECT entity.id, kind, label, status, mentions, reviewed, len(entity.exhibits) AS exhibits, coalesce(many, 0)::BIGINT AS neighbours
FROM entity LEFT JOIN degree ON degree.id = entity.id WHERE entity.id IN (SELECT unnest($ids::VARCHAR[])) ORDER BY entity.id
"""
_BONDS: Final = """
WITH wanted AS (SELECT unnest($ids::VARCHAR[]) AS id), inside AS (
    SELECT *, least(source_entity, target_entity) AS a, greatest(source_entity, target_entity) AS b FROM seen
    WHERE source_entity IN (FROM wanted) AND target_entity IN (FROM wanted) AND source_entity <> target_entity
)
SELECT a, b, family, list(struct_pack(kind, supports) ORDER BY kind, id) AS kinds, sum(supports)::BIGINT AS supports,
       coalesce(sum(supports) FILTER (source_entity = a), 0)::BIGINT AS forth, list(id ORDER BY id) AS relations,
       count(*) FILTER (review <> 'unreviewed') AS confirmed,
       list_sort(list_distinct(flatten(list(exhibits)))) AS exhibits
FROM inside GROUP BY a, b, family ORDER BY supports DESC, a, b, family
"""


def draw(graph: Graph, asked: Drawing) -> Picture:
    """Return a picture's things and bonds, grown by what it is to expand.

    Raises NotFound or UsageError for what cannot be asked, LimitExceeded where it would hold more than can be read.
    """
    _check(asked)
    shown, added, left = list(dict.fromkeys((*asked.seeds, *asked.things))), list[str](), 0
    if asked.expand:
        centre = find_entity(graph, asked.expand).id
        shown = list(dict.fromkeys((*shown, centre)))
        added, left = _grown(graph, asked, centre, shown)
    every = [*shown, *added]
    _see(graph, every, asked)
    rows = fetch(graph.conn, _THINGS, {"ids": every})
    known = {row["id"] for row in rows}
    lines = fetch(graph.conn, _BONDS, {"ids": every})
    return Picture(
        things=tuple(_thing(row) for row in rows),
        bonds=tuple(_bond(row) for row in lines[:MOST_BONDS]),
        added=tuple(added),
        left=left,
        gone=tuple(name for name in every if name not in known),
        exhibits=tuple(sorted({number for row in lines[:MOST_BONDS] for number in row["exhibits"]})),
        notes=(
            *noted(max(0, len(lines) - MOST_BONDS), "[lines are|line is] not drawn, those with the least support: narrow the filters."),
            *noted(len(every) - len(known), "[things|thing] of this picture [are|is] not in the case any more."),
        ),
        definition=definition(asked.sieve),
    )  # fmt: skip


def definition(sieve: Sieve) -> str:
    """Return in a sentence what is drawn and what is not."""
    said = ["edges of " + ", ".join(one.replace("_", "-") for one in FAMILIES if one in sieve.families)]
    said += [f"without {', '.join(one.replace('_', ' ') for one in names)}"
             for names in (sieve.without_edges, sieve.without_things) if names]  # fmt: skip
    said += [f"from {sieve.since}"] if sieve.since else []
    said += [f"before {sieve.until}"] if sieve.until else []
    said += ["only with evidence of a known time"] if sieve.since or sieve.until else []
    said += ["only what a person confirmed or stated" if sieve.verified else "verified or not"]
    return "; ".join(said) + ". Strength is how many segments and rows support a line, a count and no score of anyone."


def named_in(graph: Graph, segments: Sequence[str], *, most: int = STRONGEST) -> tuple[tuple[str, int], ...]:
    """Return the things that segments name, by id, with in how many of them: the most often named first."""
    query = """SELECT entity_id, count(DISTINCT segment_id) AS many FROM mention
        WHERE segment_id IN (SELECT unnest($segments::VARCHAR[])) AND NOT list_contains($kinds, kind)
        GROUP BY entity_id ORDER BY many DESC, entity_id LIMIT $most"""
    asked = {"segments": sorted(set(segments)), "kinds": list(NOT_ENTITIES_TO_STEP_ON), "most": most}
    return tuple((str(row["entity_id"]), int(row["many"])) for row in fetch(graph.conn, query, asked))


def things(graph: Graph, ids: Iterable[str]) -> tuple[Thing, ...]:
    """Return things as they are drawn, without their neighbours; unknown ids are left out."""
    query = """SELECT id, kind, label, status, mentions, reviewed, len(exhibits) AS exhibits, 0 AS neighbours FROM entity
        WHERE id IN (SELECT unnest($ids::VARCHAR[])) ORDER BY id"""
    return tuple(_thing(row) for row in fetch(graph.conn, query, {"ids": sorted(set(ids))}))


def kinds_of(graph: Graph) -> tuple[tuple[EdgeKind, ...], tuple[ThingKind, ...]]:
    """Return the kinds of edges and of things that the case holds, the most frequent first; being named together is no edge."""
    edges = fetch(
        graph.conn,
        """SELECT family, kind, count(*) AS edges FROM edge WHERE family <> 'co_mention'
        GROUP BY ALL ORDER BY family, edges DESC, kind""",
    )
    things = fetch(graph.conn, "SELECT kind, count(*) AS things FROM entity GROUP BY kind ORDER BY things DESC, kind")
    return (
        tuple(EdgeKind(**row) for row in edges),
        tuple(ThingKind(form=form_of(row["kind"]), **row) for row in things),
    )


def form_of(kind: str) -> Form:
    """Return as what a kind of thing is drawn: made by people, a name, a place, an identifier, or what two things share by chance."""
    if kind in MADE_KINDS.values():
        return kind  # type: ignore[return-value]
    if kind in ("person_name", "display_name"):
        return "name"
    if kind in ("organisation", "place"):
        return kind  # type: ignore[return-value]
    if kind == "coordinates":
        return "place"
    return "other" if kind in NOT_ENTITIES_TO_STEP_ON else "identifier"


def _check(asked: Drawing) -> None:
    if not 1 <= asked.hops <= HOPS or not 1 <= asked.most <= MOST_THINGS:
        raise UsageError(
            f"{asked.hops} hops and {asked.most} neighbours",
            next_step=f"ask for 1 to {HOPS} hops and 1 to {MOST_THINGS:,}",
        )
    if not asked.expand.isprintable():
        raise UsageError(f"{asked.expand[:60]!a} names nothing", next_step="give an id, or a value as it is listed")
    _fit("an id of a thing", _ID, (*asked.things, *asked.seeds))
    _fit("a kind", _WORD, (*asked.sieve.without_edges, *asked.sieve.without_things))
    _fit("a day such as 2026-03-01", _DAY, [day for day in (asked.sieve.since, asked.sieve.until) if day])
    if len({*asked.things, *asked.seeds}) > MOST_THINGS:
        raise _too_many(len({*asked.things, *asked.seeds}))


def _fit(what: str, shape: re.Pattern[str], given: Iterable[str]) -> None:
    for one in given:
        if not shape.fullmatch(one):
            raise UsageError(f"{one[:60]!a} is not {what}", next_step="open the page again, or mend the address")


def _too_many(count: int) -> LimitExceeded:
    return LimitExceeded(
        f"{count:,} things are more than can be read in one picture: at most {MOST_THINGS:,} are drawn",
        next_step="narrow it by kind, time or verified, or start a new picture from one of them",
    )


def _grown(graph: Graph, asked: Drawing, centre: str, shown: list[str]) -> tuple[list[str], int]:
    """Return the neighbours that an expansion adds, and how many of the centre's are left out."""
    frontier, added, left = [centre], list[str](), 0
    for hop in range(1, asked.hops + 1):
        _see(graph, frontier, asked)
        found = fetch(graph.conn, _NEIGHBOURS, {"frontier": frontier, "shown": [*shown, *added]})
        new = [str(row["there"]) for row in found[: asked.most]]
        left = left if hop > 1 else len(found) - len(new)
        added += new
        if len(shown) + len(added) > MOST_THINGS:
            raise _too_many(len(shown) + len(added))
        if hop < asked.hops:
            stopped = ends_a_way(graph, new, co_mention="co_mention" in asked.sieve.families)
            frontier = [name for name in new if name not in stopped]
        if not frontier:
            break
    return added, left


def _see(graph: Graph, ids: list[str], asked: Drawing) -> None:
    """Lay the edges at these things that the filters let through on the connection, as the table `seen`."""
    sieve, seeds = asked.sieve, list(asked.seeds)
    graph.conn.execute(
        _TOUCHING.format(edges=at_things(ids, co_mention="co_mention" in sieve.families)),
        {"ids": ids, "seeds": seeds, "families": list(sieve.families), "without_edges": list(sieve.without_edges),
         "verified": sieve.verified},
    )  # fmt: skip
    if sieve.since or sieve.until:
        supports = together.supports_of(pairs_too="co_mention" in sieve.families)
        graph.conn.execute(
            _IN_TIME.replace("{supports}", supports),
            {"since": ground.moment(sieve.since), "until": ground.moment(sieve.until)},
        )
        graph.conn.execute(_KEEP_IN_TIME)
    graph.conn.execute(_SEEN, {"without_things": list(sieve.without_things), "seeds": seeds})


def _thing(row: Row) -> Thing:
    return Thing(form=form_of(row["kind"]), **row)


def _bond(row: Row) -> Bond:
    kinds: dict[str, int] = {}
    for one in row["kinds"]:
        kinds[one["kind"]] = kinds.get(one["kind"], 0) + one["supports"]
    made: dict[str, Any] = row | {
        "kinds": kinds,
        "relations": tuple(row["relations"]),
        "exhibits": len(row["exhibits"]),
    }
    return Bond(**made)
