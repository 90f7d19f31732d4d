"""What the exhibits state beside a name: a birth date, identifiers, companies; each with the segment that says so.

It is stated beside the name. Whose it is, nothing here says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from graph import together
from graph.born_in_tables import born_in_tables
from graph.project import Graph
from graph.rows import Row, fetch

IDENTIFIERS: Final = (
    "phone", "email", "iban", "account", "card", "handle", "passport", "document", "id_number", "crypto", "imei", "imsi", "plate",
)  # fmt: skip
BUSY: Final = 10
"""Names beside which an identifier may stand; one beside more is a desk's or a firm's, and tells nobody from another."""
BIRTH: Final = re.compile(
    r"(?:date of birth|birth ?da(?:te|y)|[(,;]\s?b\.|\bd\.?\s?o\.?\s?b\b\.?|\bborn\b(?: on)?|data na[sșş]terii|\bn[aă]scut[aă]?\b(?: (?:la|pe|în))?"
    r"|geboren(?: am)?|geburtsdatum|\bgeb\.|\bn[ée]e? le\b|date de naissance|fecha de nacimiento|nacid[oa] el|data di nascita"
    r"|\bnat[oa] il\b|született|születési (?:idő|dátum)|data urodzenia|\bur\.|дата рождения|дата народження|γέννησης|تاريخ الميلاد)",
    re.IGNORECASE,
)
_CUE_WITHIN: Final = 30
"""Characters before a date in which the words of a birth date stand."""
_NAME_WITHIN: Final = 200
"""Characters before those words in which the name stands."""
_RELATIONS = f"""
WITH wanted AS MATERIALIZED (
    SELECT id FROM entity WHERE kind IN ('person_name', 'display_name') OR list_contains($identifiers, kind)
), wanted_segment AS MATERIALIZED (
    SELECT segment_id FROM mention WHERE entity_id IN (FROM wanted) GROUP BY segment_id HAVING min(entity_id) <> max(entity_id)
), {together.pairs(among=True)}, beside AS (
    SELECT id, family, source_entity, target_entity, rule FROM edge WHERE family = 'stated'
    UNION ALL
    SELECT DISTINCT {together.PAIR_ID} AS id, 'co_mention', source_entity, target_entity, '' FROM together WHERE near = 1
)
SELECT name.id AS entity, other.kind, other.value, beside.id AS relation, beside.rule
FROM beside JOIN entity AS name ON name.id IN (source_entity, target_entity)
JOIN entity AS other ON other.id = CASE WHEN name.id = source_entity THEN target_entity ELSE source_entity END
WHERE name.kind IN ('person_name', 'display_name')
  AND (other.kind = 'organisation' OR other.kind = 'date' OR list_contains($identifiers, other.kind))
  AND (family = 'stated' OR other.kind <> 'organisation')
ORDER BY entity, other.kind, other.value, beside.family DESC, relation
"""  # noqa: S608 - built from our own constants
_DATES = """
SELECT here.id, here.text, list({'kind': kind, 'start': start, 'end': "end", 'value': value, 'entity': entity_id} ORDER BY start, mention.id) AS named
FROM mention JOIN segment AS here ON here.id = segment_id
WHERE kind IN ('person_name', 'display_name', 'date') GROUP BY here.id, here.text
HAVING count(*) FILTER (kind = 'date') > 0 AND count(*) FILTER (kind <> 'date') > 0 ORDER BY here.id
"""
_DATES_BESIDE = """
WITH here AS (
    SELECT segment_id, list(id) AS asked FROM mention WHERE id IN (SELECT unnest($ids::VARCHAR[])) GROUP BY segment_id
)
SELECT segment.id, segment.text, any_value(here.asked) AS asked,
       list({'kind': kind, 'start': start, 'end': "end", 'value': value, 'entity': mention.id} ORDER BY start, mention.id) AS named
FROM here JOIN segment ON segment.id = here.segment_id JOIN mention ON mention.segment_id = segment.id
WHERE kind IN ('person_name', 'display_name', 'date') GROUP BY segment.id, segment.text
HAVING count(*) FILTER (kind = 'date') > 0 ORDER BY segment.id
"""
_WHERE = """
WITH asked AS MATERIALIZED (SELECT unnest($ids::VARCHAR[]) AS id), {held}
SELECT relation_id, min(segment_id) AS segment FROM held_support GROUP BY relation_id
"""


class Stated(NamedTuple):
    """One thing that stands beside a name; `relation` or `segment` says where."""

    kind: str
    value: str
    relation: str = ""
    segment: str = ""


class Beside(NamedTuple):
    """What stands beside one name."""

    birth_dates: tuple[Stated, ...] = ()
    identifiers: tuple[Stated, ...] = ()
    companies: tuple[Stated, ...] = ()


def beside_names(graph: Graph) -> dict[str, Beside]:
    """Return what stands beside the names of people, by entity; names beside which nothing stands are left out."""
    stated: dict[str, list[Stated]] = {}
    for row in fetch(graph.conn, _RELATIONS, {"identifiers": list(IDENTIFIERS)}):
        if row["kind"] != "date" or BIRTH.search(row["rule"]):
            stated.setdefault(row["entity"], []).append(Stated(row["kind"], row["value"], relation=row["relation"]))
    for row in fetch(graph.conn, _DATES):
        for entity, date in _born(row):
            stated.setdefault(entity, []).append(Stated("date", date, segment=row["id"]))
    for born in born_in_tables(graph, BIRTH):
        stated.setdefault(born.entity, []).append(Stated("date", born.date, segment=born.row))
    busy = _busy(stated)
    return {entity: _beside(held, busy) for entity, held in sorted(stated.items())}


def segments_of_relations(graph: Graph, ids: Iterable[str]) -> dict[str, str]:
    """Return for each relation the first segment that supports it."""
    wanted = sorted(set(ids))
    held = together.supports_of(pairs_too=together.any_pair(wanted))
    rows = fetch(graph.conn, _WHERE.format(held=held), {"ids": wanted})
    return {row["relation_id"]: row["segment"] for row in rows}


def birth_dates_beside(graph: Graph, ids: Iterable[str]) -> tuple[tuple[str, str, str], ...]:
    """Return the birth dates that follow these mentions: mention, date and segment, in the order of the segments."""
    found: set[tuple[str, str, str]] = set()
    for row in fetch(graph.conn, _DATES_BESIDE, {"ids": sorted(set(ids))}):
        found |= {(row["id"], mention, date) for mention, date in _born(row) if mention in row["asked"]}
    return tuple((mention, date, segment) for segment, mention, date in sorted(found))


def _born(row: Row) -> list[tuple[str, str]]:
    """Return the names of a segment that a birth date follows, with the date; only whole dates."""
    found = []
    names = [one for one in row["named"] if one["kind"] != "date"]
    for date in row["named"]:
        if date["kind"] != "date" or not re.fullmatch(r"\d{4}-\d\d-\d\d", date["value"]):
            continue
        cues = list(BIRTH.finditer(row["text"], max(0, date["start"] - _CUE_WITHIN), date["start"]))
        before = [one for one in names if cues and one["end"] <= cues[-1].start()]
        if before and cues[-1].start() - before[-1]["end"] <= _NAME_WITHIN:
            found.append((before[-1]["entity"], date["value"]))
    return found


def _busy(stated: dict[str, list[Stated]]) -> set[tuple[str, str]]:
    names: dict[tuple[str, str], set[str]] = {}
    for entity, held in stated.items():
        for one in held:
            if one.kind in IDENTIFIERS:
                names.setdefault((one.kind, one.value), set()).add(entity)
    return {identifier for identifier, held in names.items() if len(held) > BUSY}


def _beside(held: list[Stated], busy: set[tuple[str, str]]) -> Beside:
    def of(kinds: tuple[str, ...]) -> tuple[Stated, ...]:
        first = {(one.kind, one.value): one for one in reversed(held) if one.kind in kinds}
        return tuple(first[key] for key in sorted(first) if key not in busy)

    return Beside(of(("date",)), of(IDENTIFIERS), of(("organisation",)))
