"""What a page about one entity reads: lists, mentions and neighbours a page at a time, however many there are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final, Literal, TypeAlias, get_args

import msgspec

from evidence.errors import NotFound, UsageError
from graph import together
from graph.answers import (
    CategoryLine,
    Entity,
    Happening,
    Made,
    Mention,
    PartOf,
    Relation,
    RowsLine,
    Strip,
    Support,
)
from graph.casefile import events, how_many_events
from graph.edges import at_things
from graph.made import is_made, made_of, part_of
from graph.project import Graph
from graph.records import row_segments, rows_with
from graph.rows import Row, fetch, records, strip
from graph.things import find_entity, relations_with

Sort: TypeAlias = Literal["mentions", "label", "kind", "exhibits", "unverified"]
SORTS: Final[tuple[Sort, ...]] = get_args(Sort)
Family: TypeAlias = Literal["communication", "stated", "co_mention"]
FAMILIES: Final[tuple[Family, ...]] = get_args(Family)
STATUSES: Final = ("established", "candidate", "unverified")
REVIEWS: Final = ("unreviewed", "reading_confirmed", "attributed", "corrected")
MOST: Final = 500
"""Lines that one page of any list may have."""
AROUND: Final = 110
"""Code points of a segment shown on either side of a mention."""
_ORDERS: Final[dict[Sort, str]] = {
    "mentions": "mentions DESC, kind, value", "label": "lower(strip_accents(label)), kind, value",
    "kind": "kind, mentions DESC, value", "exhibits": "len(exhibits) DESC, kind, value",
    "unverified": "mentions - reviewed DESC, kind, value",
}  # fmt: skip
_LISTED: Final = """
    ($kind = '' OR kind = $kind) AND ($status = '' OR status = $status)
    AND ($query = '' OR contains(lower(strip_accents(label)), lower(strip_accents($query)))
         OR contains(lower(strip_accents(value)), lower(strip_accents($query)))
         OR (length($digits) >= 6 AND contains(regexp_replace(value, '[^0-9]', '', 'g'), $digits)))
"""
_COUNTED: Final = f"""
SELECT kind, status, count(*) AS entities FROM entity
WHERE {_LISTED.replace("($kind = '' OR kind = $kind) AND ($status = '' OR status = $status)", "true")}
GROUP BY kind, status ORDER BY kind, status
"""  # noqa: S608 - built from our own constants
_OF_ENTITY: Final = "mention.entity_id = $entity"
_OF_MADE: Final = "mention.id IN (SELECT mention_id FROM identity_member WHERE identity_id = $entity)"
_TALLY: Final = """
SELECT exhibit, any_value(ord) AS ord, review, status, count(*) AS many
FROM {held} AS mention JOIN exhibit AS whole ON whole.number = mention.exhibit WHERE {of}
GROUP BY exhibit, review, status ORDER BY ord, review, status
"""
_HERE: Final = """
SELECT DISTINCT segment_id FROM {held} AS mention WHERE {of} AND exhibit IN (SELECT unnest($exhibits::VARCHAR[]))
  AND ($review = '' OR review = $review) AND ($status = '' OR status = $status) LIMIT $most
"""
_LOOKED_UP: Final = "id IN $segments"
_IN_EXHIBITS: Final = "exhibit IN (SELECT unnest($exhibits::VARCHAR[]))"
_FEW_SEGMENTS: Final = 300
"""Segments up to which each is looked up by its id; of more, the whole exhibits are gone through."""
_PAGE: Final = """
WITH here AS MATERIALIZED (
    SELECT id, exhibit, unit_kind, unit, ordinal, place, source, draft, doubtful, score, text FROM segment WHERE {among}
), mine AS MATERIALIZED (
    SELECT * FROM {held} AS mention WHERE {of} AND exhibit IN (SELECT unnest($exhibits::VARCHAR[]))
      AND ($review = '' OR review = $review) AND ($status = '' OR status = $status)
), placed AS (
    SELECT mine.*, ord, unit_kind, unit, ordinal, here.place, here.source, here.draft, here.doubtful, here.score AS segment_score,
           whole.stamps, here.text
    FROM mine JOIN here ON here.id = mine.segment_id AND here.exhibit = mine.exhibit
    JOIN exhibit AS whole ON whole.number = mine.exhibit
    ORDER BY ord, unit_kind, unit, ordinal, start, mine.id LIMIT $limit OFFSET $skip
)
SELECT * EXCLUDE (text), segment_id AS segment, entity_id AS entity,
       substr(text, greatest(1, start + 1 - $around), least(start, $around)) AS before, substr(text, start + 1, "end" - start) AS said,
       substr(text, "end" + 1, $around) AS after, start > $around AS cut_before, length(text) > "end" + $around AS cut_after
FROM placed ORDER BY ord, unit_kind, unit, ordinal, start, id
"""
_LAY_EDGES: Final = """
CREATE OR REPLACE TEMP TABLE edge_of AS
WITH {edges}
SELECT id, kind, family, supports, review, origin, basis, exhibits,
       CASE WHEN source_entity = $ids[1] THEN target_entity ELSE source_entity END AS other, source_entity = $ids[1] AS outwards
FROM at_things WHERE list_contains($families, family)
"""
_OF_EDGES: Final = "id, kind, family, supports, review, origin, basis, exhibits, source_entity, target_entity"
_ASSERTED: Final[tuple[Family, ...]] = ("communication", "stated")
_BY_FAMILY: Final = """
SELECT family, kind, count(*) AS edges, sum(supports)::BIGINT AS supports FROM edge_of GROUP BY family, kind ORDER BY family, kind
"""
_NEAREST: Final = """
SELECT edge_of.*, edge_of.id AS relation FROM edge_of WHERE family = $family
ORDER BY supports DESC, kind, id LIMIT $limit OFFSET $skip
"""
_ENDS: Final = "SELECT * FROM entity WHERE id IN (SELECT unnest($ids::VARCHAR[]))"
_LAY_MENTIONS: Final = "CREATE OR REPLACE TEMP TABLE named AS SELECT * FROM mention WHERE {of}"
_FEW: Final = 5_000
"""Mentions up to which they are looked for once and laid apart; of more, each page looks into its own exhibits."""
_FIRST_SUPPORTS: Final = """
WITH asked AS MATERIALIZED (SELECT unnest($ids::VARCHAR[]) AS id), {held}
SELECT relation_id, arg_min(struct_pack(segment_id, exhibit, start, "end", confirmed, rule, rows, source_mention, target_mention),
       (ord, segment_id, start)) AS pick
FROM held_support JOIN exhibit AS whole ON whole.number = exhibit GROUP BY relation_id
"""
_TEXTS: Final = """
SELECT here.id AS segment, here.exhibit, here.text, here.place, here.source, here.draft, here.doubtful, here.score AS segment_score, whole.stamps
FROM (SELECT * FROM segment WHERE id IN $ids) AS here JOIN exhibit AS whole ON whole.number = here.exhibit
"""
_CITING: Final = """
WITH tagged AS MATERIALIZED (SELECT DISTINCT segment_id, exhibit, finding, tag FROM tag WHERE finding <> ''), named AS (
    SELECT DISTINCT segment_id FROM {held} AS mention WHERE {of} AND exhibit IN (SELECT exhibit FROM tagged)
      AND segment_id IN (SELECT segment_id FROM tagged)
)
SELECT finding.id, sentence, author, written_at, list(DISTINCT tag ORDER BY tag) AS tags, count(*) AS segments
FROM tagged JOIN named USING (segment_id) JOIN finding ON finding.id = tagged.finding
GROUP BY finding.id, sentence, author, written_at, finding.seq ORDER BY finding.seq
"""
_CATEGORIES: Final = """
SELECT seq, about AS entity_id, kind, value, verdict AS category, reason, actor, ts, state FROM decision
WHERE exhibit = '' AND op = 'category.set' AND about = $entity ORDER BY seq DESC
"""


class KindCount(msgspec.Struct, frozen=True, kw_only=True):
    """How many entities of a kind stand in a status."""

    kind: str
    status: str
    entities: int


class EntityList(msgspec.Struct, frozen=True, kw_only=True):
    """One page of the entities that fit a question, and how many there are in all."""

    entities: tuple[Entity, ...]
    fitting: int
    skipped: int
    """How many that fit stand before these."""
    counts: tuple[KindCount, ...]
    """Of what the text fits, whatever its kind and status."""
    seq: int
    """The ledger line up to which this is told."""


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """How many mentions an exhibit holds, by their review and status."""

    exhibit: str
    review: str
    status: str
    many: int


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """A mention in the words around it."""

    mention: Mention
    before: str
    said: str
    after: str
    cut_before: bool
    cut_after: bool


class MentionPage(msgspec.Struct, frozen=True, kw_only=True):
    """Some mentions of an entity, in the order of the exhibits."""

    entity: str
    mentions: tuple[Said, ...]
    fitting: int
    after: int
    """How many that fit stand before these."""
    next: int
    """What to give as `after` for the following ones; -1 where there are none."""
    seq: int


class FamilyCount(msgspec.Struct, frozen=True, kw_only=True):
    """How many edges of a kind an entity has, and by how many places they are supported."""

    family: str
    kind: str
    edges: int
    supports: int


class Neighbour(msgspec.Struct, frozen=True, kw_only=True):
    """What stands at the other end of an edge."""

    relation: str
    kind: str
    family: str
    supports: int
    review: str
    origin: str
    basis: str
    outwards: bool
    """Whether the edge leads from the entity that was asked about."""
    exhibits: tuple[str, ...]
    entity: Entity
    support: Support | None = None
    """The first place that supports it, where that was asked for."""


class Neighbours(msgspec.Struct, frozen=True, kw_only=True):
    """Some edges of one family, the most supported first."""

    family: str
    neighbours: tuple[Neighbour, ...]
    edges: int
    skipped: int


class Citing(msgspec.Struct, frozen=True, kw_only=True):
    """A finding that rests on, or is undermined by, a segment in which the entity is named."""

    id: str
    sentence: str
    author: str
    written_at: str
    tags: tuple[str, ...]
    segments: int


class CategorySaid(CategoryLine, frozen=True, kw_only=True):
    """A category as a person set it, and what became of it."""

    state: str
    """`applied`: the one that stands; `superseded` by a later one; `withdrawn`."""


class EntityView(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of an entity, within bounds: its lists are asked for page by page."""

    entity: Entity
    asked: str
    """The id that was asked for; another where what it named was joined to this one."""
    tallies: tuple[Tally, ...]
    mentions: MentionPage
    """The first of them; the others are asked for page by page."""
    families: tuple[FamilyCount, ...]
    """Of communication and of what is stated; co-mention, which shows no contact, is asked for apart."""
    stated: Neighbours
    communication: Neighbours
    categories: tuple[CategorySaid, ...]
    rows: tuple[RowsLine, ...]
    made: Made | None
    """How something that people made was put together."""
    part_of: tuple[PartOf, ...]
    findings: tuple[Citing, ...]
    seq: int


class Events(msgspec.Struct, frozen=True, kw_only=True):
    """The first events in which an entity took part, and how many there are."""

    events: tuple[Happening, ...]
    many: int


# --- the list ------------------------------------------------------------------------------------------------------


def entity_list(
    graph: Graph, *, kind: str = "", status: str = "", query: str = "", sort: Sort = "mentions", skip: int = 0, limit: int = 100
) -> EntityList:  # fmt: skip
    """Return one page of the entities that fit; `query` is looked for in their values, whatever the spacing."""
    asked: dict[str, Any] = {
        "kind": kind, "status": status, "query": query.strip(),
        "digits": "".join(re.findall(r"[0-9]", query)).lstrip("0"),
    }  # fmt: skip
    shown = f"SELECT * FROM entity WHERE {_LISTED} ORDER BY {_ORDERS[sort]}, id LIMIT $limit OFFSET $skip"  # noqa: S608
    found = records(graph.conn, shown, Entity, asked | {"limit": _bounded(limit), "skip": skip})
    told = {name: asked[name] for name in ("query", "digits")}
    counts = records(graph.conn, _COUNTED, KindCount, told)
    fitting = sum(one.entities for one in counts if kind in ("", one.kind) and status in ("", one.status))
    return EntityList(entities=found, fitting=fitting, skipped=skip, counts=counts, seq=graph.seq)


def _bounded(limit: int) -> int:
    return max(0, min(limit, MOST))


# --- one entity ----------------------------------------------------------------------------------------------------


def known_entity(graph: Graph, name: str) -> Entity:
    """Return the entity with this id, or the one that it was joined to since; raises NotFound for anything but an id."""
    if not re.fullmatch(r"[ep]-[0-9a-f]{16}", name):
        raise NotFound(f"there is no entity {name!r}", next_step="the list of entities shows what there is")
    try:
        return find_entity(graph, name)
    except NotFound as error:
        raise NotFound(
            f"there is no entity {name} any more, or it never was",
            next_step="its readings may have been rejected, corrected or sealed, or the verdict that made it withdrawn; "
            "look for it in the list of entities",
        ) from error


def entity_view(
    graph: Graph, name: str, *, limit: int = 25, mentions: int = 50, review: str = "", exhibit: str = ""
) -> EntityView:  # fmt: skip
    """Return what is known of an entity, at most `limit` lines of each kind and `mentions` mentions; raises NotFound."""
    found = known_entity(graph, name)
    held = _lay_mentions(graph, found)
    tallied = records(graph.conn, _TALLY.format(**held), Tally, {"entity": found.id})
    families = _lay_edges(graph, found.id, _ASSERTED)
    return EntityView(
        entity=found,
        asked=name,
        tallies=tallied,
        mentions=_page(graph, found, held, tallied, limit=mentions, review=review, exhibit=exhibit),
        families=families,
        stated=_nearest(graph, "stated", families, limit=limit, supported=True),
        communication=_nearest(graph, "communication", families, limit=limit),
        categories=categories(graph, found.id),
        rows=rows_with(graph, found.id)[:MOST],
        made=made_of(graph, found.id) if is_made(found.kind) else None,
        part_of=part_of(graph, found.id),
        findings=records(graph.conn, _CITING.format(**held), Citing, {"entity": found.id}),
        seq=graph.seq,
    )


def _lay_mentions(graph: Graph, found: Entity) -> dict[str, str]:
    """Return where the mentions of an entity are looked for, and by which condition, as our queries are filled in with."""
    of = _OF_MADE if is_made(found.kind) else _OF_ENTITY
    if found.mentions > _FEW:
        return {"held": "mention", "of": of}
    graph.conn.execute(_LAY_MENTIONS.format(of=of), {"entity": found.id})
    return {"held": "named", "of": "$entity <> ''"}


def mention_page(
    graph: Graph, found: Entity, *, after: int = 0, limit: int = 50, review: str = "", status: str = "", exhibit: str = ""
) -> MentionPage:  # fmt: skip
    """Return the mentions that follow the first `after`, in the order of the exhibits, each with the words around it."""
    held = _lay_mentions(graph, found)
    tallied = records(graph.conn, _TALLY.format(**held), Tally, {"entity": found.id})
    return _page(graph, found, held, tallied, after=after, limit=limit, review=review, status=status, exhibit=exhibit)


def _page(
    graph: Graph, found: Entity, held: dict[str, str], tallied: Sequence[Tally], *, limit: int, after: int = 0, review: str = "",
    status: str = "", exhibit: str = "",
) -> MentionPage:  # fmt: skip
    wanted = [
        one for one in tallied if review in ("", one.review) and status in ("", one.status) and exhibit in ("", one.exhibit)
    ]  # fmt: skip
    limit = _bounded(limit)
    exhibits, skip = _covering(wanted, after, limit)
    asked = {
        "entity": found.id, "exhibits": exhibits, "review": review, "status": status, "skip": skip, "limit": limit, "around": AROUND,
    }  # fmt: skip
    rows = _laid_out(graph, held, asked) if exhibits else []
    fitting = sum(one.many for one in wanted)
    reached = after + len(rows)
    return MentionPage(
        entity=found.id, mentions=tuple(map(_said, rows)), fitting=fitting, after=after,
        next=reached if rows and reached < fitting else -1, seq=graph.seq,
    )  # fmt: skip


def _laid_out(graph: Graph, held: dict[str, str], asked: dict[str, Any]) -> list[Row]:
    """Return the mentions of a page with the words around them."""
    wanted = {name: asked[name] for name in ("entity", "exhibits", "review", "status")} | {"most": _FEW_SEGMENTS + 1}
    segments = [row["segment_id"] for row in fetch(graph.conn, _HERE.format(**held), wanted)]
    if len(segments) > _FEW_SEGMENTS:
        return fetch(graph.conn, _PAGE.format(among=_IN_EXHIBITS, **held), asked)
    return fetch(graph.conn, _PAGE.format(among=_LOOKED_UP, **held), asked | {"segments": segments})


def _covering(wanted: Sequence[Tally], after: int, limit: int) -> tuple[list[str], int]:
    """Return the exhibits in which a page lies, and how many mentions of theirs come before it."""
    by_exhibit: dict[str, int] = {}
    for one in wanted:
        by_exhibit[one.exhibit] = by_exhibit.get(one.exhibit, 0) + one.many
    exhibits: list[str] = []
    passed, skip = 0, 0
    for number, many in by_exhibit.items():
        if passed + many > after and passed < after + limit:
            if not exhibits:
                skip = after - passed
            exhibits.append(number)
        passed += many
    return exhibits, skip


def _said(row: Row) -> Said:
    made = row | {"strip": strip(row, score=row["score"])}
    return Said(
        mention=Mention(**{name: made[name] for name in Mention.__struct_fields__}),
        **{name: row[name] for name in ("before", "said", "cut_before", "cut_after")}, after=row["after"],
    )  # fmt: skip


# --- edges ---------------------------------------------------------------------------------------------------------


def _lay_edges(graph: Graph, name: str, families: Sequence[Family]) -> tuple[FamilyCount, ...]:
    """Lay the edges of an entity apart, and return how many of each family and kind it has."""
    asked = {"ids": [name], "families": list(families)}
    held = at_things([name], columns=_OF_EDGES, co_mention="co_mention" in families)
    graph.conn.execute(_LAY_EDGES.format(edges=held), asked)
    return records(graph.conn, _BY_FAMILY, FamilyCount)


def neighbours(
    graph: Graph, name: str, family: Family, *, skip: int = 0, limit: int = 25, supported: bool = False
) -> Neighbours:  # fmt: skip
    """Return edges of an entity (by id), the most supported first; with `supported`, the first place that supports each."""
    return _nearest(graph, family, _lay_edges(graph, name, [family]), skip=skip, limit=limit, supported=supported)


def _nearest(
    graph: Graph, family: Family, counted: Sequence[FamilyCount], *, limit: int, skip: int = 0, supported: bool = False
) -> Neighbours:  # fmt: skip
    edges = sum(one.edges for one in counted if one.family == family)
    asked = {"family": family, "skip": skip, "limit": _bounded(limit)}
    rows = fetch(graph.conn, _NEAREST, asked) if edges > skip else []
    ends = (
        {one.id: one for one in records(graph.conn, _ENDS, Entity, {"ids": [row["other"] for row in rows]})}
        if rows
        else {}
    )
    found = [_neighbour(row, ends[row["other"]]) for row in rows]
    if supported:
        first = _first_supports(graph, found)
        found = [msgspec.structs.replace(one, support=first.get(one.relation)) for one in found]
    return Neighbours(family=family, neighbours=tuple(found), edges=edges, skipped=skip)


def _neighbour(row: Row, end: Entity) -> Neighbour:
    told = ("relation", "kind", "family", "supports", "review", "origin", "basis", "outwards")
    return Neighbour(**{name: row[name] for name in told}, exhibits=tuple(row["exhibits"]), entity=end)


def _first_supports(graph: Graph, found: Sequence[Neighbour]) -> dict[str, Support]:
    if not found:
        return {}
    ids = [one.relation for one in found]
    held = together.supports_of(pairs_too=together.any_pair(ids))
    picks = {
        row["relation_id"]: row["pick"] for row in fetch(graph.conn, _FIRST_SUPPORTS.format(held=held), {"ids": ids})
    }
    texts = texts_of(graph, [one["segment_id"] for one in picks.values()])
    return {
        name: _support(pick, texts[pick["segment_id"]]) for name, pick in picks.items() if pick["segment_id"] in texts
    }


def texts_of(graph: Graph, wanted: Iterable[str]) -> dict[str, tuple[str, Strip]]:
    """Return text and strip of segments by id, rows of records too; unknown ones are left out."""
    ids = sorted(set(wanted))
    held = fetch(graph.conn, _TEXTS, {"ids": ids}) if ids else []
    found = {row["segment"]: (row["text"], strip(row)) for row in held}
    rows = row_segments(graph, [name for name in ids if name not in found])
    return found | {name: (one.text, one.strip) for name, one in rows.items()}


_SUPPORTS_PAGE: Final = r"""
WITH asked AS MATERIALIZED (SELECT $relation AS id), {held}
SELECT segment_id, support.exhibit, start, "end", confirmed, rule, source_mention, target_mention
FROM held_support AS support JOIN exhibit AS whole ON whole.number = support.exhibit
ORDER BY ord, try_cast(regexp_extract(segment_id, '\.[a-z](\d+)\.\d+$', 1) AS BIGINT),
         try_cast(regexp_extract(segment_id, '\.(\d+)$', 1) AS BIGINT), start, segment_id LIMIT $limit OFFSET $skip
"""


class RelationView(msgspec.Struct, frozen=True, kw_only=True):
    """An edge, and some of the places that support it."""

    relation: Relation
    supports: tuple[Support, ...]
    after: int
    next: int
    """What to give as `after` for the following places; -1 where there are none."""
    seq: int


def relation_view(graph: Graph, name: str, *, after: int = 0, limit: int = 25) -> RelationView:
    """Return an edge with the places that support it, in the order of the exhibits; raises NotFound."""
    edges = relations_with(graph, [name]) if re.fullmatch("r-[0-9a-f]{16}(?:[0-9a-f]{16})?", name) else ()
    if not edges:
        raise NotFound(
            f"there is no relation {name!r}, or there is none any more",
            next_step="its readings may have been rejected, corrected or sealed; look at the page of either end",
        )
    edge = edges[0]
    asked = {"relation": name, "skip": after, "limit": _bounded(limit)}
    held = together.supports_of(pairs_too=together.any_pair([name]))
    rows = fetch(graph.conn, _SUPPORTS_PAGE.replace("{held}", held), asked)
    texts = texts_of(graph, [row["segment_id"] for row in rows])
    shown = [_support(row, texts[row["segment_id"]]) for row in rows if row["segment_id"] in texts]
    reached = after + len(rows)
    following = reached if rows and reached < edge.supports else -1
    return RelationView(relation=edge, supports=tuple(shown), after=after, next=following, seq=graph.seq)


def _support(row: Row, told: tuple[str, Strip]) -> Support:
    names = ("exhibit", "source_mention", "target_mention", "start", "end", "confirmed", "rule")
    return Support(segment=row["segment_id"], text=told[0], strip=told[1], **{name: row[name] for name in names})


# --- what people did -----------------------------------------------------------------------------------------------


def categories(graph: Graph, name: str) -> tuple[CategorySaid, ...]:
    """Return the categories that people set for someone, the latest first."""
    return records(graph.conn, _CATEGORIES, CategorySaid, {"entity": name})


def first_events(graph: Graph, found: Entity, *, limit: int = 12) -> Events:
    """Return the first events in which an entity took part; of what people made, those of its attributed identifiers too."""
    if not is_made(found.kind):
        shown = events(graph, entity=found.id, limit=limit)
        return Events(events=shown, many=how_many_events(graph))
    query = "SELECT DISTINCT entity_id FROM identity_member WHERE identity_id = $id ORDER BY entity_id LIMIT 50"
    held: dict[str, Happening] = {}
    many = 0
    for row in fetch(graph.conn, query, {"id": found.id}):
        for one in events(graph, entity=row["entity_id"], limit=limit):
            held[one.id] = one
        many += how_many_events(graph)
    ordered = sorted(held.values(), key=lambda one: (one.time_utc or one.time_local or "~", one.id))
    return Events(events=tuple(ordered[:limit]), many=many)


def checked_sort(text: str) -> Sort:
    """Return what a list is sorted by; raises UsageError."""
    for one in SORTS:
        if one == text:
            return one
    raise UsageError(f"a list cannot be sorted by {text!r}", next_step=f"sort by {', '.join(SORTS)}")
