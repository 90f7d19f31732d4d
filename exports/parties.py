"""People, organisations and identifiers that the findings touch: how each was put together, and what speaks against it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

import duckdb

from exports import ask
from exports.material import Category, Finding, Joined, Party, Reading
from exports.put_together import categories, put_together_party
from exports.readings import Sources
from graph.project import Graph

_NOT_PARTIES = frozenset({"date", "time", "money", "quantity", "place", "address", "coordinates", "room"})
_PEOPLE = frozenset({"person_name"})
_NAMES = frozenset({"person_name", "organisation"})
_IDENTIFIER_HOW = (
    "The machine joined readings of one value where the characters are stored in the file, where their check digits "
    "hold, or where a person confirmed them. Who used it is not said."
)
_NAME_HOW = (
    "The machine joined readings that are the same name once case and spacing are levelled. Several people can bear one "
    "name; nothing here says that one did."
)


def parties(opened: Graph, findings: Iterable[Finding], *, sources: Sources) -> tuple[Party, ...]:
    """Return every entity that the cited passages name, those that people confirmed there first.

    What people made of a cited mention comes before the names that it was made of.
    """
    graph = opened.conn
    cited = [each for finding in findings for each in finding.cited]
    confirmed = {reading.claim for each in cited for reading in each.confirmed}
    mentions = [m for m in ask.mentions_in(graph, {each.segment for each in cited}) if m.kind not in _NOT_PARTIES]
    rank: dict[str, tuple[bool, int]] = {}
    places: dict[str, tuple[bool, int]] = {}
    for place, mention in enumerate(mentions):
        first = places[mention.id] = (sources.claims.of("R", mention.id) not in confirmed, place)
        rank[mention.entity_id] = min(first, rank.get(mention.entity_id, first))
    made = ask.made_of(graph, places)
    put_together = sorted(made, key=lambda name: min(places[mention] for mention in made[name]))
    entities = ask.entities(graph, rank)
    touched = sorted(entities, key=lambda entity_id: rank[entity_id])
    return (
        *(put_together_party(opened, name, sources=sources) for name in put_together),
        *(_party(graph, entities[entity_id], sources=sources) for entity_id in touched),
    )


def _party(graph: duckdb.DuckDBPyConnection, entity: ask.EntityRow, *, sources: Sources) -> Party:
    mentions = ask.mentions_of(graph, [entity.id])
    segments = ask.segments(graph, {mention.segment_id for mention in mentions})
    readings = [sources.reading(segments[mention.segment_id], mention) for mention in mentions]
    joined = [reading for reading in readings if reading.status == "established"]
    apart = [reading for reading in readings if reading.status != "established"]
    shown = joined or apart
    set_by_people = categories(graph, entity.id, sources=sources)
    return Party(
        claim=sources.claims.of("P", entity.id),
        basis="machine_inference",
        author=sources.record.software,
        sources=tuple(reading.claim for reading in shown),
        entity=entity.id,
        kind=entity.kind,
        label=entity.label,
        value=entity.value,
        made_how=_made_how(entity, joined),
        readings=tuple(shown),
        readings_total=len(shown),
        exhibits=tuple(dict.fromkeys(reading.strip.exhibit for reading in shown)),
        against=(*_against(graph, entity, apart if joined else (), sources=sources),),
        categories=set_by_people,
        category=_category(entity, set_by_people),
    )


def _made_how(entity: ask.EntityRow, joined: Collection[Reading]) -> str:
    if not joined:
        return "A candidate: no reading of it was joined to another. It waits for a person."
    return _NAME_HOW if entity.kind in _NAMES else _IDENTIFIER_HOW


def _category(entity: ask.EntityRow, set_by_people: Sequence[Category]) -> str:
    if set_by_people:
        return set_by_people[-1].category
    return "undetermined" if entity.kind in _PEOPLE else ""


def _against(
    graph: duckdb.DuckDBPyConnection, entity: ask.EntityRow, apart: Iterable[Reading], *, sources: Sources
) -> Iterable[Joined]:
    for row in ask.rejected_as(graph, entity.kind, entity.value):
        yield Joined(
            claim=sources.claims.new("J"),
            basis="personal_assessment",
            author=row.reviewer,
            sources=(row.exhibit, f"custody line {row.review_seq}"),
            statement=f'{row.exhibit} ({row.segment_id}): the reading "{row.quote}" was rejected by {row.reviewer}'
            + (f": {row.review_reason}." if row.review_reason else "."),
        )
    for reading in apart:
        yield _said_by_machine(
            sources,
            (reading.claim, reading.strip.exhibit),
            f'{reading.strip.exhibit}, {reading.strip.place}: "{reading.quote}" reads the same and was not joined '
            f"({'its check failed' if reading.status == 'unverified' else 'a candidate'}; nobody confirmed it).",
        )
    for other in ask.alike(graph, entity):
        yield _said_by_machine(
            sources,
            other.exhibits,
            f'"{other.label}" in {", ".join(other.exhibits)} is one character away. It was kept apart; '
            "one of the two could be a misreading of the other.",
        )


def _said_by_machine(sources: Sources, cites: tuple[str, ...], statement: str) -> Joined:
    return Joined(
        claim=sources.claims.new("J"),
        basis="machine_inference",
        author=sources.record.software,
        sources=cites,
        statement=statement,
    )
