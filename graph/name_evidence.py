"""What else speaks for or against two names: stays and positions in two places at one time, and one signature block under both.

Without weights: it is shown with its sources, and a person weighs it. Whose a stay, a telephone or a signature is, nothing here says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from graph.beside_names import BUSY, Beside
from graph.project import Graph
from graph.questions import ground
from graph.rows import Row, fetch

FAR_KM: Final = 50
"""Positions farther apart than this in one minute are two places for whoever holds both."""
# An identifier beside both names places them together, not apart. A stay without a zone is taken as short as the zones of the earth
# allow, and as written only against a stay of its own table; of a day alone, the whole day may be outside it.
_ASKED: Final = """
asked AS (
    SELECT unnest($pairs) AS pair, unnest($sides) AS side, unnest($ids) AS entity_id, unnest($words) AS words
), took AS (
    SELECT DISTINCT pair, side, words, event_id, exhibit, table_no, "row" FROM took_part JOIN asked USING (entity_id)
    WHERE role IN ('of', 'guest', 'from')
)
"""
_STAYS: Final = f"""
WITH {_ASKED}, house AS (
    SELECT event_id, exhibit, table_no, "row", min(value) AS value FROM took_part JOIN every_name USING (entity_id)
    WHERE role = 'at' GROUP BY ALL
), stayed AS (
    SELECT pair, side, words, exhibit, table_no, segment, coalesce(house.value, place) AS place, utc, wall,
           wall + to_days(day_only::INTEGER) AS wall_in, until_wall AS wall_out, latest AS late_in,
           coalesce(until_utc, until_wall - INTERVAL 14 HOUR) AS early_out
    FROM took JOIN happened USING (event_id, exhibit, table_no, "row") LEFT JOIN house USING (event_id, exhibit, table_no, "row")
    WHERE kind = 'stay' AND coalesce(until_utc, until_wall) IS NOT NULL AND coalesce(house.value, place) <> ''
), apart AS (
    SELECT one.pair, one.place AS one_place, other.place AS other_place, one.segment AS one_segment,
           other.segment AS other_segment, one.words AS one_words, other.words AS other_words,
           strftime(greatest(coalesce(one.utc, one.wall), coalesce(other.utc, other.wall)), '%Y-%m-%d') AS moment
    FROM stayed AS one JOIN stayed AS other ON other.pair = one.pair AND one.side = 0 AND other.side = 1
    WHERE NOT contains(lower(one.place), lower(other.place)) AND NOT contains(lower(other.place), lower(one.place))
      AND (greatest(one.late_in, other.late_in) < least(one.early_out, other.early_out)
           OR (one.exhibit = other.exhibit AND one.table_no = other.table_no
               AND greatest(one.wall_in, other.wall_in) < least(one.wall_out, other.wall_out)))
)
SELECT pair, count(*) AS found, arg_min(apart, (moment, one_segment, other_segment)) AS first FROM apart GROUP BY pair ORDER BY pair
"""  # noqa: S608 - built from our own constants
_POSITIONS: Final = f"""
WITH {_ASKED}, placed AS (
    SELECT pair, side, words, segment, utc, epoch_ms(utc) // 60000 AS minute, latitude || ', ' || longitude AS place,
           radians(try_cast(latitude AS DOUBLE)) AS north, radians(try_cast(longitude AS DOUBLE)) AS east
    FROM took JOIN happened USING (event_id, exhibit, table_no, "row")
    WHERE utc IS NOT NULL AND abs(try_cast(latitude AS DOUBLE)) <= 90 AND abs(try_cast(longitude AS DOUBLE)) <= 180
), apart AS (
    SELECT one.pair, one.place AS one_place, other.place AS other_place, one.segment AS one_segment,
           other.segment AS other_segment, one.words AS one_words, other.words AS other_words,
           strftime(one.utc, '%Y-%m-%dT%H:%MZ') AS moment
    FROM placed AS one JOIN placed AS other ON other.pair = one.pair AND other.minute = one.minute AND one.side = 0 AND other.side = 1
    WHERE 6371 * acos(greatest(-1, least(1, sin(one.north) * sin(other.north)
                      + cos(one.north) * cos(other.north) * cos(one.east - other.east)))) > {FAR_KM}
)
SELECT pair, count(*) AS found, arg_min(apart, (moment, one_segment, other_segment)) AS first FROM apart GROUP BY pair ORDER BY pair
"""  # noqa: S608
# A block is what stands from the name's own line to the last line that the signature's edges reach; the name's line is not compared.
_SIGNED: Final = """
WITH reaching AS (
    SELECT source_entity AS entity_id, segment_id, min(start) AS start, max("end") AS "end", min(source_mention) AS mention_id
    FROM edge_support WHERE starts_with(rule, 'signature block') AND kind = 'signs_with' AND start >= 0 AND NOT lifted
    GROUP BY ALL
), block AS (
    SELECT reaching.entity_id, reaching.segment_id,
           list_filter([trim(x) for x in string_split(lower(substr(text, reaching.start + 1, reaching."end" - reaching.start)), chr(10))],
                       lambda x: x <> '' AND NOT contains(x, lower(quote))) AS lines
    FROM reaching JOIN segment ON segment.id = reaching.segment_id JOIN mention ON mention.id = mention_id
    WHERE mention.kind IN ('person_name', 'display_name')
), signed AS (
    SELECT entity_id, array_to_string(lines, ' / ') AS words, min(segment_id) AS segment FROM block WHERE len(lines) > 1 GROUP BY ALL
), few AS (
    SELECT words FROM signed GROUP BY words HAVING count(*) <= $busy
)
SELECT pair.number AS pair, min(words) AS words, arg_min(one.segment, words) AS one_segment, arg_min(other.segment, words) AS other_segment
FROM (SELECT unnest($numbers) AS number, unnest($ones) AS one, unnest($others) AS other) AS pair
JOIN signed AS one ON one.entity_id = pair.one JOIN signed AS other USING (words) SEMI JOIN few USING (words)
WHERE other.entity_id = pair.other GROUP BY pair.number ORDER BY pair.number
"""


class Said(NamedTuple):
    """One thing that speaks for or against a pair, with the places that say it, the first name's first."""

    kind: str
    words: str
    segments: tuple[str, ...]


class Evidence(NamedTuple):
    """What else speaks for a pair, and against it."""

    supports: tuple[Said, ...] = ()
    contradicts: tuple[Said, ...] = ()


def evidence_of(
    graph: Graph, pairs: Sequence[tuple[str, str]], beside: Mapping[str, Beside]
) -> dict[tuple[str, str], Evidence]:
    """Return what else speaks for or against pairs of names, by pair; pairs of which nothing is known are left out."""
    if not pairs:
        return {}
    ground.lay(graph.conn)
    asked = _sides(graph, pairs, beside)
    against: dict[int, list[Said]] = {}
    for query in (_STAYS, _POSITIONS):
        for row in fetch(graph.conn, query, asked):
            against.setdefault(row["pair"], []).append(_apart(row))
    named = {
        "numbers": list(range(len(pairs))),
        "ones": [one for one, _ in pairs],
        "others": [other for _, other in pairs],
    }
    signed = {row["pair"]: _signed(row) for row in fetch(graph.conn, _SIGNED, named | {"busy": BUSY})}
    return {
        pairs[number]: Evidence((signed[number],) if number in signed else (), tuple(against.get(number, ())))
        for number in sorted(against.keys() | signed.keys())
    }


def _sides(graph: Graph, pairs: Sequence[tuple[str, str]], beside: Mapping[str, Beside]) -> dict[str, Any]:
    """Return every name of the pairs, and the identifiers that stand beside that one alone, by pair and side."""
    held = {
        name: {(one.kind, one.value) for one in beside.get(name, Beside()).identifiers}
        for pair in pairs
        for name in pair
    }
    keys = sorted({f"{kind}:{value}" for stated in held.values() for kind, value in stated})
    query = (
        "SELECT id, kind, value FROM entity WHERE kind || ':' || value IN (SELECT unnest($keys::VARCHAR[])) ORDER BY id"
    )
    ids = {(row["kind"], row["value"]): row["id"] for row in fetch(graph.conn, query, {"keys": keys})}
    rows: list[tuple[int, int, str, str]] = []
    for number, pair in enumerate(pairs):
        for side, name in enumerate(pair):
            alone = sorted(held[name] - held[pair[1 - side]])
            rows.append((number, side, name, ""))
            rows += [(number, side, ids[one], f"{one[0]} {one[1]} beside it, ") for one in alone if one in ids]
    return {key: [row[at] for row in rows] for at, key in enumerate(("pairs", "sides", "ids", "words"))}


def _apart(row: Row) -> Said:
    first = row["first"]
    more = f", and {row['found'] - 1:,} times more" if row["found"] > 1 else ""
    words = f"at one time in two places, {first['moment']}: {first['one_words']}{first['one_place']}; "
    return Said(
        "places",
        f"{words}{first['other_words']}{first['other_place']}{more}",
        (first["one_segment"], first["other_segment"]),
    )


def _signed(row: Row) -> Said:
    return Said("signature", f"the same signature block: {row['words']}", (row["one_segment"], row["other_segment"]))
