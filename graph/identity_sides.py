"""Which mentions a person means who says that two things are the same, or different: what stands under a name now."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from evidence.acts import MentionAnchor
from evidence.errors import Refused, UsageError
from evidence.records import mention_id
from graph.answers import Entity
from graph.edges import NOT_ENTITIES_TO_STEP_ON
from graph.identities import NAMES
from graph.made import is_made
from graph.project import Graph
from graph.records import row_segments
from graph.rows import fetch
from graph.sources import anchor_of_text, anchors_of
from graph.things import find_entity, mention

MOST_MENTIONS: Final = 2_000
"""Mentions that one side may have: a verdict on more of one name is no judgement of any of them."""
MOST_EXHIBITS: Final = 50
"""Exhibits in which an identifier is anchored: it joins by value, so that the first mention in each says enough."""
_NOBODY: Final = tuple(kind for kind in NOT_ENTITIES_TO_STEP_ON if kind not in NAMES)
_OF_NAME: Final = """
SELECT mention.id, status FROM mention WHERE entity_id = $id AND status IN ('established', 'candidate') ORDER BY mention.id
"""
# A row whose remarks are a segment already opens at those, not at its columns.
_OF_ROWS: Final = """
WITH spot AS (
    SELECT named.exhibit, ord, table_no, named.kind, named.written, named.value, unnest([first_row, last_row]) AS line
    FROM record_named AS named JOIN record_role USING (exhibit, table_no, id)
    JOIN exhibit AS whole ON whole.number = named.exhibit
    WHERE entity_id = $id AND status = 'established'
)
SELECT exhibit || '.r' || table_no || '.' || min(line) AS name, kind, written, value FROM spot
WHERE exhibit || '.r' || table_no || '.' || line NOT IN (SELECT id FROM segment WHERE unit_kind = 'table')
GROUP BY exhibit, ord, table_no, kind, written, value ORDER BY ord, table_no, written LIMIT $most
"""
_OF_IDENTIFIER: Final = """
SELECT arg_min(mention.id, (segment_id, start, mention.id)) AS id FROM mention JOIN exhibit ON number = mention.exhibit
WHERE entity_id = $id AND status = 'established' GROUP BY exhibit.number, ord ORDER BY ord LIMIT $most
"""
_OF_MADE: Final = """
SELECT mention_id AS id FROM identity_member WHERE identity_id = $id ORDER BY mention_id
"""


class Meant(NamedTuple):
    """One side as it was given, and what it means now."""

    label: str
    kind: str
    """Of the entity, or of the mention: `person_name`, `phone`, `person` …"""
    entity: str
    mentions: tuple[str, ...]
    anchors: tuple[MentionAnchor, ...]
    waiting: int = 0
    """Readings of the name that are left out because they wait for a person."""
    unconfirmed: bool = False
    """No reading of it is confirmed or sure; those that wait are meant."""

    @property
    def joins(self) -> tuple[str, ...]:
        """What people made already, where that was meant."""
        return (self.entity,) if is_made(self.kind) else ()


def meant_by(graph: Graph, text: str) -> Meant:
    """Return what a side given as a mention, an entity or something made by people means now.

    Raises NotFound, UsageError or Refused where it is nothing that can be judged.
    """
    text = text.strip()
    if text.lower().startswith("m-"):
        found = mention(graph, text)
        _check_kind(found.kind, found.quote)
        return _meant(graph, found.quote, found.kind, found.entity, [found.id])
    entity = find_entity(graph, text)
    _check_kind(entity.kind, entity.label)
    if is_made(entity.kind):
        ids = [row["id"] for row in fetch(graph.conn, _OF_MADE, {"id": entity.id})]
        return _meant(graph, entity.label, entity.kind, entity.id, ids)
    return _of_name(graph, entity) if entity.kind in NAMES else _of_identifier(graph, entity)


def _check_kind(kind: str, label: str) -> None:
    if kind in _NOBODY:
        raise UsageError(
            f"{label} is a {kind.replace('_', ' ')}: it is nobody's by itself",
            next_step="name people, firms, places or identifiers",
        )


def _of_name(graph: Graph, entity: Entity) -> Meant:
    rows = fetch(graph.conn, _OF_NAME, {"id": entity.id})
    sure = [row["id"] for row in rows if row["status"] == "established"]
    ids = sure or [row["id"] for row in rows]
    if not ids:
        return _of_rows(graph, entity)
    made = _meant(graph, entity.label, entity.kind, entity.id, ids)
    return made._replace(waiting=len(rows) - len(ids), unconfirmed=not sure)


def _of_rows(graph: Graph, entity: Entity) -> Meant:
    """Return what a name that no words give, only columns of tables, means: its first row in each table, or its last.

    A row that a verdict names becomes a segment, and what stands in its columns becomes mentions.
    """
    rows = fetch(graph.conn, _OF_ROWS, {"id": entity.id, "most": MOST_EXHIBITS})
    texts = row_segments(graph, [row["name"] for row in rows])
    held: dict[str, MentionAnchor] = {}
    for row in rows:
        text = texts.get(row["name"])
        field = re.search(rf"(?m)^[^\n]*?: *({re.escape(row['written'])}) *$", text.text) if text else None
        if text is None or field is None:
            continue
        start, end = field.span(1)
        held[mention_id(text.id, row["kind"], start, end, field[1])] = MentionAnchor(
            segment=anchor_of_text(text), kind=row["kind"], start=start, end=end, quote=field[1], value=row["value"]
        )
    if not held:
        raise Refused(
            f"{entity.label} stands in rows of records only, and none of them opens at its words",
            next_step="name a mention, or an identifier of the same row",
        )
    return Meant(entity.label, entity.kind, entity.id, tuple(held), tuple(held.values()))


def _of_identifier(graph: Graph, entity: Entity) -> Meant:
    ids = [row["id"] for row in fetch(graph.conn, _OF_IDENTIFIER, {"id": entity.id, "most": MOST_EXHIBITS})]
    if not ids:
        raise Refused(
            f"no reading of {entity.kind} {entity.label} in running text is confirmed or sure",
            next_step="confirm one with `casegraph decide`, or name the mention by its id",
        )
    return _meant(graph, entity.label, entity.kind, entity.id, ids)


def _meant(graph: Graph, label: str, kind: str, entity: str, ids: list[str]) -> Meant:
    if len(ids) > MOST_MENTIONS:
        raise Refused(
            f"{label} has {len(ids):,} mentions: nobody can have judged them all",
            next_step="name the mentions that you mean by their ids (m-…)",
        )
    held = anchors_of(graph, ids)
    return Meant(label, kind, entity, tuple(held), tuple(held.values()))
