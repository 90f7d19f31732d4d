"""Segments, mentions, entities and relations, by id and in lists."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import msgspec

from evidence.errors import NotFound, UsageError
from evidence.locator import decode_place
from evidence.records import segment_id
from graph import record_tables, together
from graph.answers import (
    CategoryLine,
    Correction,
    Entity,
    EntityDetail,
    Mention,
    Rejected,
    Relation,
    RelationDetail,
    SegmentText,
    Support,
)
from graph.edges import at_things
from graph.made import made_of, part_of
from graph.project import Graph
from graph.records import row_segments, rows_with
from graph.rows import Row, fetch, records, strip

_SHORTEST_PREFIX = 6
# Which rows, then those rows: else the text of every segment is read to find a few.
_FEW = """
WITH wanted AS MATERIALIZED (
    SELECT rowid AS position FROM segment WHERE {where}
), held AS MATERIALIZED (
    SELECT * FROM segment WHERE rowid IN (SELECT position FROM wanted)
)
"""
_ALL = """
WITH held AS MATERIALIZED (
    SELECT * FROM segment WHERE {where}
)
"""
_SEGMENTS = """
SELECT held.* EXCLUDE (idx, part), held.id AS segment, held.score AS segment_score, whole.stamps
FROM held JOIN exhibit AS whole ON whole.number = held.exhibit ORDER BY whole.ord, unit_kind, unit, ordinal
"""
_NEXT = """
SELECT rowid AS position FROM segment WHERE exhibit = $exhibit AND (unit_kind, unit, ordinal) {side} ($kind, $unit, $ordinal)
ORDER BY unit_kind {way}, unit {way}, ordinal {way} LIMIT $most
"""
_MENTIONS = """
SELECT mention.*, mention.segment_id AS segment, mention.entity_id AS entity, here.place, here.source, here.draft,
       here.doubtful, here.score AS segment_score, whole.stamps
FROM mention JOIN segment AS here ON here.id = mention.segment_id
JOIN exhibit AS whole ON whole.number = mention.exhibit
WHERE {where} ORDER BY whole.ord, unit_kind, unit, ordinal, start, mention.id
"""
_RELATIONS = """
SELECT held.*, source, target
FROM {held} AS held JOIN entity AS source ON source.id = source_entity JOIN entity AS target ON target.id = target_entity
ORDER BY family, held.kind, source.value, target.value, held.id
"""
_OF_RELATION = """id, kind, family, origin, basis, source_entity, target_entity, supports, exhibits, review, rule, seq, stated_by, reason"""
_MADE = """starts_with(id, $wanted)
    OR id IN (SELECT identity_id FROM identity_redirect WHERE starts_with(identity_redirect.id, $wanted))"""
_WHOLE_ID = 18
"""Characters of an entity's id that is not cut short."""
_ASKED = "asked AS MATERIALIZED (SELECT unnest($ids::VARCHAR[]) AS id)"
_SUPPORTS = """
SELECT support.* EXCLUDE (segment_id), support.segment_id AS segment, here.text, here.place, here.source, here.draft,
       here.doubtful, here.score AS segment_score, whole.stamps
FROM held_support AS support JOIN segment AS here ON here.id = support.segment_id
JOIN exhibit AS whole ON whole.number = support.exhibit
ORDER BY whole.ord, unit_kind, unit, ordinal
"""


# --- segments ------------------------------------------------------------------------------------------------------


def segments(graph: Graph, ids: Iterable[str]) -> dict[str, SegmentText]:
    """Return the segments with these ids, by id, in the order of the exhibits; unknown ids are left out."""
    wanted = sorted(set(ids))
    found = {made.id: made for made in _segments(graph, *_by_id(wanted))}
    rows = [name for name in wanted if name not in found and record_tables.ROW.match(name)]
    return found | row_segments(graph, rows) if rows else found


def segments_of(graph: Graph, number: str) -> tuple[SegmentText, ...]:
    """Return the segments of one exhibit, in order."""
    return _segments(graph, _ALL.format(where="exhibit = $wanted"), {"wanted": number})


def segment(graph: Graph, name: str) -> SegmentText:
    """Return a segment by its id, such as `CG-0003.p2.1`; raises NotFound."""
    found = segments(graph, [name])
    if name not in found:
        raise NotFound(f"there is no segment {name}", next_step="`casegraph show CASE EXHIBIT` lists its segments")
    return found[name]


def beside(graph: Graph, middle: SegmentText, *, most: int = 3) -> tuple[SegmentText, ...]:
    """Return a segment between those before and after it in its exhibit, at most `most` on each side; of a table's row, rows."""
    if middle.unit_kind == "table":
        numbers = range(max(1, middle.ordinal - most), middle.ordinal + most + 1)
        held = segments(graph, [segment_id(middle.exhibit, "table", middle.unit, row) for row in numbers])
        around = tuple(one for name, one in held.items() if name != middle.id)
    else:
        around = _around(graph, middle, most)
    return tuple(sorted((middle, *around), key=lambda one: (one.unit_kind, one.unit, one.ordinal)))


def _around(graph: Graph, middle: SegmentText, most: int) -> tuple[SegmentText, ...]:
    asked = {"exhibit": middle.exhibit, "kind": middle.unit_kind, "unit": middle.unit, "ordinal": middle.ordinal,
             "most": most}  # fmt: skip
    ways = (("<", "DESC"), (">", "ASC"))
    rows = [row["position"] for side, way in ways for row in fetch(graph.conn, _NEXT.format(side=side, way=way), asked)]
    return _segments(graph, _ALL.format(where="rowid IN (SELECT unnest($rows::BIGINT[]))"), {"rows": rows})


def _by_id(wanted: Sequence[str]) -> tuple[str, dict[str, object]]:
    """Return what picks the segments with some ids; those of one exhibit are looked for in it alone."""
    exhibits = {name.rsplit(".", 2)[0] for name in wanted}
    if len(wanted) == 1:
        return _ALL.format(where="exhibit = $exhibit AND id = $wanted"), {
            "exhibit": exhibits.pop(),
            "wanted": wanted[0],
        }
    among = "id IN (SELECT unnest($wanted::VARCHAR[]))"
    if len(exhibits) == 1:
        return _FEW.format(where=f"exhibit = $exhibit AND {among}"), {"exhibit": exhibits.pop(), "wanted": wanted}
    return _FEW.format(where=among), {"wanted": wanted}


def _segments(graph: Graph, held: str, asked: dict[str, object]) -> tuple[SegmentText, ...]:
    rows = fetch(graph.conn, held + _SEGMENTS, asked)
    corrected: dict[str, list[Correction]] = {}
    for correction in corrections(graph, segments=[row["id"] for row in rows]):
        corrected.setdefault(correction.segment, []).append(correction)
    return tuple(_segment(row, corrected.get(row["id"], [])) for row in rows)


def _segment(row: Row, corrected: Sequence[Correction]) -> SegmentText:
    made = row | {"place": decode_place(row["place"]), "corrections": tuple(corrected), "strip": strip(row)}
    return SegmentText(**{name: made[name] for name in SegmentText.__struct_fields__})


def corrections(graph: Graph, *, exhibit: str = "", segments: Sequence[str] | None = None) -> tuple[Correction, ...]:
    """Return the corrections that stand, of one exhibit or of some segments where given, in the order of the text."""
    query = """SELECT * EXCLUDE (segment_id, exhibit), segment_id AS segment FROM correction
        WHERE ($exhibit = '' OR exhibit = $exhibit) AND ($every OR list_contains($segments, segment_id))
        ORDER BY segment_id, start, seq"""
    asked = {"exhibit": exhibit, "every": segments is None, "segments": list(segments or ())}
    return records(graph.conn, query, Correction, asked)


# --- mentions ------------------------------------------------------------------------------------------------------


def mentions(graph: Graph, ids: Iterable[str]) -> dict[str, Mention]:
    """Return the mentions with these ids, by id, in the order of the exhibits; unknown ids are left out."""
    return {made.id: made for made in mentions_where(graph, "list_contains($wanted, mention.id)", sorted(set(ids)))}


def mentions_in(graph: Graph, segment: str) -> tuple[Mention, ...]:
    """Return the mentions of a segment, in the order of its text."""
    asked = {"wanted": segment, "exhibit": segment.rsplit(".", 2)[0]}
    rows = fetch(graph.conn, _MENTIONS.format(where="mention.exhibit = $exhibit AND segment_id = $wanted"), asked)
    return tuple(map(_mention, rows))


def mentions_in_exhibit(graph: Graph, number: str) -> tuple[Mention, ...]:
    """Return the mentions of an exhibit, in the order of its text."""
    return mentions_where(graph, "mention.exhibit = $wanted", number)


def mentions_of(graph: Graph, entity: str) -> tuple[Mention, ...]:
    """Return the mentions with the value of an entity, candidates too, in the order of the exhibits.

    Of what people made, those that they judged to be it.
    """
    if entity.startswith("p-"):
        members = "SELECT mention_id FROM identity_member WHERE identity_id = $wanted"
        return mentions_where(graph, f"mention.id IN ({members})", entity)
    return mentions_where(graph, "mention.entity_id = $wanted", entity)


def mention(graph: Graph, name: str) -> Mention:
    """Return a mention by its id, or by the beginning of it (six hexadecimal digits or more).

    Raises NotFound, also for one that a person rejected; UsageError where the beginning fits several.
    """
    wanted = "m-" + _prefix(name, "m-")
    found = mentions_where(graph, "starts_with(mention.id, $wanted)", wanted)
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(_several(name, [made.id for made in found]), next_step="give more of the id")
    gone = fetch(graph.conn, "SELECT id FROM rejected WHERE starts_with(id, $wanted)", {"wanted": wanted})
    if gone:
        raise NotFound(f"mention {gone[0]['id']} was rejected", next_step="withdraw that decision to bring it back")
    raise NotFound(f"there is no mention {name}", next_step="`casegraph review CASE` lists mentions")


def rejected(graph: Graph) -> tuple[Rejected, ...]:
    """Return the mentions that people rejected, in the order of the exhibits."""
    query = """SELECT rejected.*, segment_id AS segment FROM rejected JOIN exhibit ON number = rejected.exhibit
        ORDER BY ord, segment_id, start, id"""
    return records(graph.conn, query, Rejected)


def mentions_where(graph: Graph, where: str, wanted: object) -> tuple[Mention, ...]:
    """Return the mentions that an SQL condition of this package's own selects; `$wanted` is its parameter."""
    return tuple(_mention(row) for row in fetch(graph.conn, _MENTIONS.format(where=where), {"wanted": wanted}))


def _mention(row: Row) -> Mention:
    made = row | {"strip": strip(row, score=row["score"])}
    return Mention(**{name: made[name] for name in Mention.__struct_fields__})


def _prefix(name: str, lead: str) -> str:
    digits = name.strip().lower().removeprefix(lead)
    if not re.fullmatch(r"[0-9a-f]*", digits):
        raise NotFound(f"there is no {name}", next_step=f"an id looks like {lead}3f9a0c…")
    if len(digits) < _SHORTEST_PREFIX:
        raise UsageError(f"{name!r} is too short for an id", next_step=f"give at least {_SHORTEST_PREFIX} digits")
    return digits


def _several(name: str, ids: Sequence[str]) -> str:
    return f"{name} fits {len(ids)} ids: {', '.join(ids[:5])}{' …' if len(ids) > 5 else ''}"


# --- entities ------------------------------------------------------------------------------------------------------


def entities(
    graph: Graph, *, kind: str = "", query: str = "", min_mentions: int = 0, status: str = "", limit: int = 0
) -> tuple[Entity, ...]:
    """Return entities, the most mentioned first; `query` is looked for in their values, whatever the spacing."""
    asked = {
        "kind": kind,
        "query": query,
        "digits": "".join(re.findall(r"\d", query)).lstrip("0"),
        "fewest": min_mentions,
        "status": status,
        "limit": limit or 1_000_000_000,
    }
    wanted = """SELECT * FROM entity
        WHERE ($kind = '' OR kind = $kind) AND ($status = '' OR status = $status) AND mentions >= $fewest
          AND ($query = '' OR contains(lower(strip_accents(label)), lower(strip_accents($query)))
               OR contains(lower(strip_accents(value)), lower(strip_accents($query)))
               OR (length($digits) >= 6 AND contains(regexp_replace(value, '[^0-9]', '', 'g'), $digits)))
        ORDER BY mentions DESC, kind, value LIMIT $limit"""
    return records(graph.conn, wanted, Entity, asked)


def find_entity(graph: Graph, text: str) -> Entity:
    """Return the entity that `text` names: an id or its beginning, `kind:value`, a value or a label.

    Raises NotFound, or UsageError where it fits several.
    """
    text = text.strip()
    if re.fullmatch(r"e-[0-9a-fA-F]*", text):
        wanted = "e-" + _prefix(text, "e-")
        found = _entities_where(
            graph, "id = $wanted" if len(wanted) == _WHOLE_ID else "starts_with(id, $wanted)", wanted
        )
    elif re.fullmatch(r"p-[0-9a-fA-F]*", text):
        found = _entities_where(graph, _MADE, "p-" + _prefix(text, "p-"))
    else:
        found = _named(graph, text)
    if len(found) == 1:
        return found[0]
    if found:
        options = ", ".join(f"{each.kind}:{each.value}" for each in found[:5])
        raise UsageError(
            f"{text!r} fits {len(found)} entities: {options}", next_step="name one as kind:value, or by id"
        )
    raise NotFound(f"there is no entity {text!r}", next_step="`casegraph entities CASE` lists them")


def _named(graph: Graph, text: str) -> tuple[Entity, ...]:
    kind, _, value = text.partition(":")
    exact = _entities_where(graph, "kind || ':' || value = $wanted", text)
    plain = exact or _entities_where(graph, "value = $wanted OR label = $wanted", text)
    if plain:
        return plain
    folded = "lower(strip_accents({})) = lower(strip_accents($wanted))"
    loose = _entities_where(graph, f"{folded.format('value')} OR {folded.format('label')}", text)
    return loose or _by_digits(graph, text) or (_of_kind(graph, kind, value) if value and kind else ())


def _of_kind(graph: Graph, kind: str, value: str) -> tuple[Entity, ...]:
    """Return what goes by that label and is of that kind, as a person bears the name of a person's name."""
    folded = "lower(kind) || ':' || lower(strip_accents(label)) = lower(strip_accents($wanted))"
    labelled = _entities_where(graph, folded, f"{kind.strip()}:{value.strip()}")
    return labelled or tuple(made for made in _named(graph, value) if made.kind == kind.strip().lower())


def _by_digits(graph: Graph, text: str) -> tuple[Entity, ...]:
    """Return what a number names however it is spaced, with or without its country code."""
    compact = re.sub(r"[\s().\-/]", "", text)
    if re.fullmatch(r"\+?\d{6,}", compact):
        where = "kind = 'phone' AND ends_with(regexp_replace(value, '[^0-9]', '', 'g'), $wanted)"
        return _entities_where(graph, where, compact.lstrip("+").lstrip("0"))
    return _entities_where(graph, "replace(upper(value), ' ', '') = $wanted", compact.upper())


def _entities_where(graph: Graph, where: str, wanted: object) -> tuple[Entity, ...]:
    query = f"SELECT * FROM entity WHERE {where} ORDER BY kind, value"  # noqa: S608 - our own conditions
    return records(graph.conn, query, Entity, {"wanted": wanted})


def entity(graph: Graph, text: str) -> EntityDetail:
    """Return an entity with its mentions, its edges and the categories that people set; see `find_entity`."""
    found = find_entity(graph, text)
    query = "SELECT * FROM category WHERE entity_id = $id ORDER BY seq"
    return EntityDetail(
        entity=found,
        mentions=mentions_of(graph, found.id),
        relations=relations(graph, entity=found.id),
        categories=records(graph.conn, query, CategoryLine, {"id": found.id}),
        rows=rows_with(graph, found.id),
        made=made_of(graph, found.id),
        part_of=part_of(graph, found.id),
    )


# --- relations -----------------------------------------------------------------------------------------------------


def relations(graph: Graph, *, entity: str = "", family: str = "") -> tuple[Relation, ...]:
    """Return the edges, of one entity (by id) or family (`communication`, `stated`, `co_mention`) where given.

    Who is named together is worked out: of a whole case at size that takes seconds.
    """
    of_family = "WHERE family = $family" if family else ""
    asked: dict[str, object] = {"family": family} if family else {}
    if not entity:
        return _relations(graph, _RELATIONS.format(held=f"(SELECT {_OF_RELATION} FROM relation {of_family})"), asked)  # noqa: S608
    held = at_things([entity], columns=_OF_RELATION, co_mention=family in ("", "co_mention"), near=True)
    query = f"WITH {held} {_RELATIONS.format(held=f'(FROM at_things {of_family})')}"
    return _relations(graph, query, asked | {"ids": [entity]})


def relations_with(graph: Graph, ids: Iterable[str]) -> tuple[Relation, ...]:
    """Return the edges with these ids; unknown ids are left out."""
    wanted = sorted(set(ids))
    held = together.relations_of(pairs_too=together.any_pair(wanted))
    query = f"WITH {_ASKED}, {held} {_RELATIONS.format(held=f'(SELECT {_OF_RELATION} FROM held_relation)')}"  # noqa: S608
    return _relations(graph, query, {"ids": wanted})


def _relations(graph: Graph, query: str, asked: dict[str, object]) -> tuple[Relation, ...]:
    return tuple(msgspec.convert(row, Relation) for row in fetch(graph.conn, query, asked))


def relation(graph: Graph, name: str) -> RelationDetail:
    """Return an edge with its evidence; raises NotFound."""
    found = relation_details(graph, [name])
    if name not in found:
        raise NotFound(f"there is no relation {name}", next_step="`casegraph show CASE ENTITY` lists its relations")
    return found[name]


def relation_details(graph: Graph, ids: Iterable[str]) -> dict[str, RelationDetail]:
    """Return edges with the segments that support them, by id."""
    wanted = sorted(set(ids))
    held = together.supports_of(pairs_too=together.any_pair(wanted))
    supports: dict[str, list[Support]] = {}
    for row in fetch(graph.conn, f"WITH {_ASKED}, {held} {_SUPPORTS}", {"ids": wanted}):
        made = row | {"strip": strip(row)}
        support = Support(**{name: made[name] for name in Support.__struct_fields__})
        supports.setdefault(row["relation_id"], []).append(support)
    for relation_id, support in _row_supports(graph, wanted):
        supports.setdefault(relation_id, []).append(support)
    return {
        made.id: RelationDetail(relation=made, supports=tuple(supports.get(made.id, ())))
        for made in relations_with(graph, wanted)
    }


def _row_supports(graph: Graph, ids: Sequence[str]) -> list[tuple[str, Support]]:
    """Return the rows of records that support edges and are no segments, with the edge that each supports."""
    query = """SELECT * FROM edge_support WHERE list_contains($ids, relation_id) AND rows IS NOT NULL
        AND segment_id NOT IN (SELECT id FROM segment WHERE unit_kind = 'table') ORDER BY relation_id, segment_id"""
    rows = fetch(graph.conn, query, {"ids": ids})
    texts = row_segments(graph, [row["segment_id"] for row in rows])
    found = []
    for row in rows:
        here = texts[row["segment_id"]]
        made = row | {"segment": here.id, "text": here.text, "strip": here.strip}
        found.append((row["relation_id"], Support(**{name: made[name] for name in Support.__struct_fields__})))
    return found
