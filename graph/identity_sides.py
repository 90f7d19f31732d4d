"""Which mentions a person means who says that two things are the same, or different: what stands under a name now."""

from __future__ import annotations

from typing import Final, NamedTuple

from evidence.acts import MentionAnchor
from evidence.errors import Refused, UsageError
from graph.answers import Entity
from graph.edges import NOT_ENTITIES_TO_STEP_ON
from graph.identities import NAMES
from graph.made import is_made
from graph.project import Graph
from graph.rows import fetch
from graph.sources import anchors_of
from graph.things import find_entity, mention

MOST_MENTIONS: Final = 2_000
"""Mentions that one side may have: a verdict on more of one name is no judgement of any of them."""
MOST_EXHIBITS: Final = 50
"""Exhibits in which an identifier is anchored: it joins by value, so that the first mention in each says enough."""
_NOBODY: Final = tuple(kind for kind in NOT_ENTITIES_TO_STEP_ON if kind not in NAMES)
_OF_NAME: Final = """
SELECT mention.id, status FROM mention WHERE entity_id = $id AND status IN ('established', 'candidate') ORDER BY mention.id
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
        raise Refused(
            f"{entity.label} stands in rows of records only, and verdicts are on mentions",
            next_step="name a mention, or an identifier of the same row",
        )
    made = _meant(graph, entity.label, entity.kind, entity.id, ids)
    return made._replace(waiting=len(rows) - len(ids), unconfirmed=not sure)


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
