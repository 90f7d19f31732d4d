"""Who is named together: worked out of the mentions when somebody asks.

It is no contact, there is more of it than of anything else, and it follows from where the mentions stand. So the graph keeps
only how its segments are cut (`standing`) and what of long lists is left out (`unpaired`). What is here are common table
expressions, put behind WITH by whoever asks; each says which have to stand before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

UNPAIRED_KINDS: Final = ("date", "time", "money", "quantity", "room", "display_name")
"""Kinds that two things share by chance: they bring nothing together."""
PAIRED: Final = f"status = 'established' AND kind NOT IN ({', '.join(repr(kind) for kind in UNPAIRED_KINDS)})"
"""Which mentions bring things together, over the columns of `mention`."""

_PAIR: Final = re.compile(r"r-[0-9a-f]{32}")
PAIR_ID: Final = "'r-' || substr(source_entity, 3) || substr(target_entity, 3)"
"""The id of what relates two things that are named together: it says which they are, the one whose id comes first before the other."""
_NEARNESS: Final = """CASE near WHEN 1 THEN 'named on the same line' WHEN 2 THEN 'named in the same sentence'
            ELSE 'named in the same segment' END"""
_ALIKE: Final = "'co_mention' AS kind, 'co_mention' AS family, 'machine' AS origin, 'machine_inference' AS basis"
_AMONG: Final = "segment_id IN (FROM wanted_segment)"
_NAMED: Final = f"""
named AS MATERIALIZED (
    SELECT segment_id, exhibit, entity_id, min(struct_pack(start, id, "end")) AS spot,
           bool_or(review <> 'unreviewed') AS confirmed
    FROM {{mentions}} AS mention WHERE {PAIRED} AND NOT EXISTS (
        SELECT 1 FROM unpaired WHERE unpaired.segment_id = mention.segment_id AND unpaired.entity_id = mention.entity_id)
    GROUP BY segment_id, exhibit, entity_id
)"""  # noqa: S608 - our own kinds
# Which rows, then those rows, and only then what is asked of them: else each column of all mentions is read, in five times the time.
_NAMED_AMONG: Final = f"""
wanted_row AS MATERIALIZED (
    SELECT rowid AS position FROM mention WHERE {_AMONG}
), wanted_mention AS MATERIALIZED (
    SELECT segment_id, exhibit, entity_id, kind, status, start, id, "end", review FROM mention
    WHERE rowid IN (SELECT position FROM wanted_row)
), {_NAMED.format(mentions="wanted_mention")}"""  # noqa: S608
# Of every pair the first line that names both, else the first sentence.
_NEAREST: Final = """
nearest AS (
    SELECT one.segment_id, one.entity_id AS source_entity, other.entity_id AS target_entity,
           min(struct_pack(near := one.near, number := one.number, source_spot := one.spot, target_spot := other.spot)) AS pick
    FROM standing AS one JOIN standing AS other
        ON one.segment_id = other.segment_id AND one.near = other.near AND one.number = other.number
        AND one.entity_id < other.entity_id
    WHERE {among} GROUP BY ALL
)"""
_TOGETHER: Final = """
placed AS (
    SELECT one.entity_id AS source_entity, other.entity_id AS target_entity, one.exhibit, one.segment_id,
           coalesce(pick.source_spot, one.spot) AS source_spot, coalesce(pick.target_spot, other.spot) AS target_spot,
           one.confirmed AND other.confirmed AS confirmed, coalesce(pick.near, here.near, 3) AS near
    FROM named AS one JOIN named AS other ON one.segment_id = other.segment_id AND one.entity_id < other.entity_id
    JOIN segment AS here ON here.id = one.segment_id
    LEFT JOIN nearest ON nearest.segment_id = one.segment_id AND nearest.source_entity = one.entity_id
        AND nearest.target_entity = other.entity_id
), together AS (
    SELECT source_entity, target_entity, exhibit, segment_id, source_spot.id AS source_mention, target_spot.id AS target_mention,
           least(source_spot.start, target_spot.start) AS start, greatest(source_spot."end", target_spot."end") AS "end",
           confirmed, near
    FROM placed
)"""
_TOGETHER_ANYWHERE: Final = """
together AS (
    SELECT one.entity_id AS source_entity, other.entity_id AS target_entity, one.exhibit, one.segment_id,
           one.confirmed AND other.confirmed AS confirmed, 3 AS near
    FROM named AS one JOIN named AS other ON one.segment_id = other.segment_id AND one.entity_id < other.entity_id
)"""
# Each pair once, of which one or both are wanted: a crowd around a thing is not paired with itself.
_TOGETHER_AT: Final = """
told AS MATERIALIZED (
    SELECT *, entity_id IN (FROM wanted_end) AS wanted FROM named
), together AS (
    SELECT least(one.entity_id, other.entity_id) AS source_entity, greatest(one.entity_id, other.entity_id) AS target_entity,
           one.exhibit, one.segment_id, one.confirmed AND other.confirmed AS confirmed, 3 AS near
    FROM told AS one JOIN told AS other ON one.segment_id = other.segment_id AND one.entity_id <> other.entity_id
    WHERE one.wanted AND NOT (other.wanted AND other.entity_id < one.entity_id)
)"""
_SUPPORT: Final = f"""
SELECT {PAIR_ID} AS relation_id, {_ALIKE}, source_entity, target_entity, exhibit, segment_id, source_mention, target_mention, start,
       "end", confirmed, {_NEARNESS} AS rule, NULL::BIGINT AS rows, false AS lifted, 0::BIGINT AS seq, '' AS stated_by, '' AS reason
FROM together"""  # noqa: S608
# What people made is told of in `edge` already.
_COUNTED: Final = f"""
SELECT {PAIR_ID} AS id, {_ALIKE}, source_entity, target_entity, supports, 0::BIGINT AS lifted, 0::BIGINT AS source_lifted,
       0::BIGINT AS target_lifted, exhibits, CASE WHEN confirmed THEN 'reading_confirmed' ELSE 'unreviewed' END AS review,
       {_NEARNESS} AS rule, 0::BIGINT AS seq, '' AS stated_by, '' AS reason
FROM (
    SELECT source_entity, target_entity, count(*) AS supports, list_sort(list(DISTINCT exhibit)) AS exhibits,
           bool_or(confirmed) AS confirmed, min(near) AS near
    FROM together GROUP BY source_entity, target_entity
) AS counted
WHERE NOT EXISTS (SELECT 1 FROM edge WHERE edge.family = 'co_mention' AND edge.source_entity = counted.source_entity
                  AND edge.target_entity = counted.target_entity)"""  # noqa: S608
_EDGES: Final = """
SELECT id, kind, family, origin, basis, source_entity, target_entity, supports, lifted, source_lifted, target_lifted, exhibits, review,
       rule, seq, stated_by, reason
FROM edge"""
_EDGE_SUPPORTS: Final = """
SELECT relation_id, kind, family, origin, basis, source_entity, target_entity, exhibit, segment_id, source_mention, target_mention,
       start, "end", confirmed, rule, rows, lifted, seq, stated_by, reason
FROM edge_support"""
_WANTED_OF_PAIRS: Final = """
asked_pair AS MATERIALIZED (
    SELECT id, 'e-' || substr(id, 3, 16) AS source_entity, 'e-' || substr(id, 19, 16) AS target_entity
    FROM asked WHERE length(id) = 34
), wanted_segment AS MATERIALIZED (
    SELECT DISTINCT one.segment_id FROM asked_pair JOIN mention AS one ON one.entity_id = asked_pair.source_entity
    JOIN mention AS other ON other.entity_id = asked_pair.target_entity AND other.segment_id = one.segment_id
)"""


def pairs(*, among: bool) -> str:
    """Return what lays out as `together` each two things that a segment names, how near, and where.

    `among`: of the segments in `wanted_segment`, which stands before; else of the whole case.
    """
    near = _NEAREST.format(among=f"one.{_AMONG}" if among else "true")
    return ",".join((_NAMED_AMONG if among else _NAMED.format(mentions="mention"), near, _TOGETHER))


def pairs_at(*, near: bool) -> str:
    """Return what lays out as `counted_together`, in the columns of `relation`, who is named together with the things in `wanted_end`.

    How near they are named takes longer, and is told only with `near`; `wanted_end` stands before.
    """
    wanted = (
        "wanted_segment AS MATERIALIZED (SELECT DISTINCT segment_id FROM mention WHERE entity_id IN (FROM wanted_end))"
    )
    counted = f"counted_together AS ({_COUNTED})"
    if not near:
        return ",".join((wanted, _NAMED_AMONG, _TOGETHER_AT, counted))
    counted = f"""counted_together AS (
        SELECT * FROM ({_COUNTED}) WHERE source_entity IN (FROM wanted_end) OR target_entity IN (FROM wanted_end))"""  # noqa: S608
    return f"{wanted}, {pairs(among=True)}, {counted}"


def all_pairs() -> str:
    """Return what lays out as `counted_together`, in the columns of `relation`, who is named together in the case, but not how near."""
    return ",".join((_NAMED.format(mentions="mention"), _TOGETHER_ANYWHERE, f"counted_together AS ({_COUNTED})"))


def supports_of(*, pairs_too: bool) -> str:
    """Return what lays out as `held_support` the supports of the relations whose ids are in `asked`, which stands before."""
    return _of_ids("held_support", f"{_EDGE_SUPPORTS} WHERE relation_id", _SUPPORT, "relation_id", pairs_too=pairs_too)


def relations_of(*, pairs_too: bool) -> str:
    """Return what lays out as `held_relation` the relations whose ids are in `asked`, which stands before."""
    return _of_ids("held_relation", f"{_EDGES} WHERE id", _COUNTED, "id", pairs_too=pairs_too)


def _of_ids(name: str, kept: str, worked_out: str, column: str, *, pairs_too: bool) -> str:
    held = f"{kept} IN (FROM asked)"
    if not pairs_too:
        return f"{name} AS MATERIALIZED ({held})"
    of_pairs = f"SELECT * FROM ({worked_out}) WHERE {column} IN (SELECT id FROM asked_pair)"  # noqa: S608
    return f"{_WANTED_OF_PAIRS}, {pairs(among=True)}, {name} AS MATERIALIZED ({held} UNION ALL {of_pairs})"


def any_pair(ids: Iterable[str]) -> bool:
    """Whether one of these ids is of two things that are named together."""
    return any(map(_PAIR.fullmatch, ids))


def of_segments(segments: str) -> str:
    """Return what lays out as `support_together`, in the columns of `relation_support`, who is named together in the segments of a query."""
    return f"""wanted_segment AS MATERIALIZED ({segments}), {pairs(among=True)}, support_together AS ({_SUPPORT})"""


VIEWS: Final = f"""
-- Each two things that a segment names: no contact, and no edge.
CREATE VIEW together AS WITH {pairs(among=False)} SELECT * FROM together;
-- Everything that relates two things: edges, and who is named together.
CREATE VIEW relation_support AS {_EDGE_SUPPORTS} UNION ALL {_SUPPORT};
CREATE VIEW relation AS {_EDGES} UNION ALL {_COUNTED};
"""  # noqa: S608
