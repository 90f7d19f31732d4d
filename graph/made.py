"""What people made of names and identifiers, read back: how it was put together, by whom, why, and what speaks against it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from evidence.records import Basis
from graph.answers import Attribution, Born, Judged, Judgement, Made, NameOf, PartOf
from graph.beside_names import birth_dates_beside
from graph.identities import MADE_KINDS, NAMES
from graph.project import Graph
from graph.rows import Row, fetch, records

BASIS: Final[Basis] = "personal_assessment"
_NAMES: Final = """
WITH mine AS (
    SELECT entity_id, count(*) AS mentions FROM identity_member WHERE identity_id = $id AND NOT attributed GROUP BY entity_id
), heard AS (
    SELECT DISTINCT judged.mention_id FROM judged JOIN judgement USING (seq) WHERE state = 'applied' AND mention_id <> ''
), every AS (
    SELECT mention.entity_id, count(*) AS mentions, count(heard.mention_id) AS heard
    FROM mention LEFT JOIN heard ON heard.mention_id = mention.id
    WHERE mention.entity_id IN (SELECT entity_id FROM mine) GROUP BY mention.entity_id
), listed AS (
    SELECT entity_id, sum(rows)::BIGINT AS rows FROM record_named JOIN record_role USING (exhibit, table_no, id)
    WHERE entity_id IN (SELECT entity_id FROM mine) GROUP BY entity_id
)
SELECT entity_id AS entity, entity.kind, entity.label, mine.mentions, every.heard - mine.mentions AS elsewhere,
       every.mentions - every.heard AS unjudged, coalesce(listed.rows, 0)::BIGINT AS rows
FROM mine JOIN entity ON entity.id = entity_id JOIN every USING (entity_id) LEFT JOIN listed USING (entity_id)
ORDER BY mine.mentions DESC, entity.label, entity_id
"""
_ATTRIBUTED: Final = """
SELECT member.entity_id AS entity, entity.kind, entity.value, list(member.mention_id ORDER BY member.mention_id) AS mentions,
       bool_or(mention.status = 'established') AS joined, arg_min(actor, member.seq) AS author, min(member.seq) AS seq,
       arg_min(reason, member.seq) AS reason
FROM identity_member AS member JOIN judgement USING (seq) JOIN entity ON entity.id = member.entity_id
JOIN mention ON mention.id = member.mention_id
WHERE member.identity_id = $id AND attributed GROUP BY ALL ORDER BY min(member.seq), entity.kind, entity.value
"""
_TOUCHING: Final = """
WITH mine AS (
    SELECT mention_id, entity_id, attributed FROM identity_member WHERE identity_id = $id
)
SELECT DISTINCT judged.seq FROM judged JOIN judgement USING (seq)
WHERE (state = 'refused' OR (state = 'applied' AND verdict <> 'same'))
  AND (judged.mention_id IN (SELECT mention_id FROM mine WHERE NOT attributed)
       OR list_contains($identifiers, judged.seq || '.' || judged.side))
ORDER BY judged.seq
"""
_IDENTIFIER_SIDES: Final = """
WITH side AS (
    SELECT seq, side, bool_or(list_contains($names, kind)) AS named,
           bool_or(entity_id IN (SELECT entity_id FROM identity_member WHERE identity_id = $id AND attributed)) AS mine
    FROM judged GROUP BY seq, side
)
SELECT seq || '.' || side AS key FROM side WHERE mine AND NOT named ORDER BY key
"""
_PART_OF: Final = """
SELECT identity_id AS identity, identity.kind, identity.label, identity.author, count(*) AS mentions,
       bool_or(attributed) AS attributed
FROM identity_member AS member JOIN identity ON identity.id = identity_id
WHERE member.entity_id = $id GROUP BY ALL ORDER BY identity_id
"""
# What was said of mentions in something that people made holds for all names in it. A name of which mentions stood when a verdict was
# given, and which no verdict has heard, is judged in part.
_PAIRS: Final = """
WITH named AS (
    SELECT identity_id, entity_id, max(seq) AS seq FROM identity_member WHERE NOT attributed GROUP BY ALL
), said AS (
    SELECT judged.seq, side, judged.entity_id, judged.mention_id, verdict, actor FROM judged JOIN judgement USING (seq)
    WHERE state = 'applied' AND verdict <> 'same' AND mention_id <> ''
), side AS (
    SELECT DISTINCT seq, side, entity_id, verdict, actor FROM said
    UNION
    SELECT said.seq, side, named.entity_id, verdict, actor
    FROM said JOIN identity_member AS member ON member.mention_id = said.mention_id AND NOT attributed
    JOIN named ON named.identity_id = member.identity_id WHERE verdict = 'different'
), pair AS (
    SELECT least(one.entity_id, other.entity_id) AS one, greatest(one.entity_id, other.entity_id) AS other, 'same' AS verdict,
           greatest(one.seq, other.seq) AS seq, '' AS actor
    FROM named AS one JOIN named AS other ON one.identity_id = other.identity_id AND one.entity_id < other.entity_id
    UNION
    SELECT least(one.entity_id, other.entity_id), greatest(one.entity_id, other.entity_id), one.verdict, one.seq, one.actor
    FROM side AS one JOIN side AS other ON one.seq = other.seq AND one.side < other.side AND one.entity_id <> other.entity_id
), heard AS (
    SELECT DISTINCT judged.mention_id FROM judged JOIN judgement USING (seq) WHERE state = 'applied' AND mention_id <> ''
), unheard AS (
    SELECT entity_id, min(extracted_seq) AS since FROM mention JOIN exhibit ON number = mention.exhibit
    WHERE entity_id IN (SELECT one FROM pair UNION SELECT other FROM pair) AND status = 'established'
      AND mention.id NOT IN (FROM heard)
    GROUP BY entity_id
)
SELECT pair.*, coalesce(least(first.since, second.since) < pair.seq, false) AS partly
FROM pair LEFT JOIN unheard AS first ON first.entity_id = one LEFT JOIN unheard AS second ON second.entity_id = other
ORDER BY one, other, pair.seq
"""


class Opinion(msgspec.Struct, frozen=True, kw_only=True):
    """What people said of two names, by the mentions that they had in view."""

    verdict: str
    seq: int
    actor: str
    partly: bool = False
    """Mentions of one of the names stood already, and nobody judged them."""


def judgements(graph: Graph, lines: Iterable[int] | None = None) -> tuple[Judgement, ...]:
    """Return the verdicts on who or what is the same, in the order they were given; those of some ledger lines where given."""
    asked = {"every": lines is None, "lines": sorted(set(lines or ()))}
    where = "WHERE $every OR list_contains($lines, seq)"
    sides: dict[int, dict[int, list[Judged]]] = {}
    heard = f"SELECT * FROM judged {where} ORDER BY seq, side, exhibit, segment_id, quote, mention_id"  # noqa: S608 - our own
    for row in fetch(graph.conn, heard, asked):
        one = msgspec.convert(
            row | {"mention": row["mention_id"], "entity": row["entity_id"], "segment": row["segment_id"]}, Judged
        )
        sides.setdefault(row["seq"], {}).setdefault(row["side"], []).append(one)
    query = f"SELECT *, identity_id AS identity FROM judgement {where} ORDER BY seq"  # noqa: S608 - our own words
    rows = fetch(graph.conn, query, asked)
    return tuple(_judgement(row, sides.get(row["seq"], {})) for row in rows)


def _judgement(row: Row, sides: dict[int, list[Judged]]) -> Judgement:
    return msgspec.convert(row | {"sides": [tuple(held) for _, held in sorted(sides.items())]}, Judgement)


def people(graph: Graph) -> tuple[Made, ...]:
    """Return everything that people made of names and identifiers, in the order it was made."""
    rows = fetch(graph.conn, "SELECT id FROM identity ORDER BY seq")
    return tuple(made for made in (made_of(graph, row["id"]) for row in rows) if made is not None)


def made_of(graph: Graph, name: str) -> Made | None:
    """Return how something that people made was put together; None where `name` is the id of something else."""
    asked = {"id": name}
    held = fetch(graph.conn, "SELECT * FROM identity WHERE id = $id", asked)
    if not held:
        return None
    mine = fetch(graph.conn, "SELECT seq FROM judgement WHERE identity_id = $id", asked)
    only = fetch(graph.conn, _IDENTIFIER_SIDES, asked | {"names": list(NAMES)})
    against = fetch(graph.conn, _TOUCHING, asked | {"identifiers": [row["key"] for row in only]})
    redirects = fetch(graph.conn, "SELECT id FROM identity_redirect WHERE identity_id = $id ORDER BY seq", asked)
    return Made(
        **held[0],
        basis=BASIS,
        names=records(graph.conn, _NAMES, NameOf, asked),
        attributed=records(graph.conn, _ATTRIBUTED, Attribution, asked),
        verdicts=judgements(graph, [row["seq"] for row in mine]),
        against=judgements(graph, [row["seq"] for row in against]),
        birth_dates=birth_dates(graph, members_of(graph, name)),
        redirects=tuple(row["id"] for row in redirects),
    )


def names_of(graph: Graph, name: str) -> tuple[str, ...]:
    """Return the names of which something made by people is put together, by their entity ids."""
    query = (
        "SELECT DISTINCT entity_id FROM identity_member WHERE identity_id = $id AND NOT attributed ORDER BY entity_id"
    )
    return tuple(row["entity_id"] for row in fetch(graph.conn, query, {"id": name}))


def members_of(graph: Graph, name: str) -> tuple[str, ...]:
    """Return the mentions of names that are in something made by people."""
    query = "SELECT mention_id FROM identity_member WHERE identity_id = $id AND NOT attributed ORDER BY mention_id"
    return tuple(row["mention_id"] for row in fetch(graph.conn, query, {"id": name}))


def birth_dates(graph: Graph, mentions: Iterable[str]) -> tuple[Born, ...]:
    """Return the birth dates that exhibits state beside these mentions."""
    found = birth_dates_beside(graph, mentions)
    return tuple(Born(date=date, mention=mention, segment=segment) for mention, date, segment in found)


def part_of(graph: Graph, entity: str) -> tuple[PartOf, ...]:
    """Return what people made of mentions of a name, or attributed an identifier to."""
    return records(graph.conn, _PART_OF, PartOf, {"id": entity})


def told(graph: Graph, named: Sequence[str]) -> tuple[str, ...]:
    """Return what is to be said where these are named, of those that people made: who put it together, and that no exhibit states it."""
    rows = fetch(
        graph.conn, "SELECT * FROM identity WHERE id IN (SELECT unnest($ids::VARCHAR[])) ORDER BY seq", {"ids": named}
    )
    said = [
        f"{row['label']} ({row['id']}) is {_A[row['kind']]} that {row['author']} put together of what is named, ledger line {row['seq']}: "
        "someone's assessment, stated by no exhibit."
        for row in rows[:_MOST_TOLD]
    ]
    if len(rows) > _MOST_TOLD:
        said.append(f"So are {len(rows) - _MOST_TOLD:,} more that are named here: `casegraph people` lists all.")
    return tuple(said)


_MOST_TOLD: Final = 10
_A: Final = {"person": "a person", "made_organisation": "an organisation", "made_place": "a place"}


def redirected(graph: Graph, name: str) -> str:
    """Return where the id of something made by people stands now; the same id where nothing joined it."""
    found = fetch(graph.conn, "SELECT identity_id FROM identity_redirect WHERE id = $id", {"id": name})
    return str(found[0]["identity_id"]) if found else name


def is_made(kind: str) -> bool:
    """Whether entities of this kind are made by people."""
    return kind in MADE_KINDS.values()


def opinions(graph: Graph) -> dict[tuple[str, str], Opinion]:
    """Return what people said of pairs of names, by entity, smaller id first; the last word counts, and `same` before all."""
    said: dict[tuple[str, str], Opinion] = {}
    for row in fetch(graph.conn, _PAIRS):
        pair = (row["one"], row["other"])
        if pair not in said or said[pair].verdict != "same":
            said[pair] = Opinion(verdict=row["verdict"], seq=row["seq"], actor=row["actor"], partly=row["partly"])
    return said
