"""Accounts side by side by what they share: contacts, cells and places, pictures, passages and files, each with its sources.

Sharing says nothing about one person using them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from evidence.errors import UsageError
from graph import likeness
from graph.happened import UNSENT
from graph.notes import noted
from graph.project import Graph
from graph.questions import ground, passages
from graph.questions.answers import Recurs, Shared, SharedBy
from graph.questions.ground import Named
from graph.questions.overlap import lay_present
from graph.rows import Row, fetch

MOST: Final = 20
"""Accounts that are laid side by side at once."""
SEGMENTS: Final = 50_000
"""Segments that the accounts wrote whose passages are compared."""
_OPENING: Final = 160
DEFINITION: Final = (
    "What two of the accounts share: a contact is whoever called or wrote to both or was called or written to by both (to, cc and "
    "bcc, and the members of a group, as in `contacts`; two recipients of one message are no contacts of each other, and what never "
    "left is not counted); a cell, room, house, trip or position is where records place both, at whatever times; a picture is one that both "
    "sent, by hash or because two look alike; a passage is a paragraph of 12 words or more that stands in what both sent, quoted "
    "text included; an exhibit is one that names both. Sharing says nothing about one person using both."
)
_TOGETHER: Final = """
shared AS (
    SELECT key, any_value(label) AS label, list(struct_pack(account, times, source) ORDER BY account) AS held,
           sum(times)::BIGINT AS times, min(times) AS least
    FROM counted GROUP BY key HAVING count(*) > 1
)
SELECT key, label, held, count(*) OVER () AS found FROM shared ORDER BY len(held) DESC, least DESC, times DESC, key LIMIT $limit
"""
# The same two as `contacts` counts: sender and recipient, or two of whom nobody knows which.
_ACROSS: Final = """CASE sent.role WHEN 'from' THEN other.role IN ('to', 'cc', 'bcc', 'in') WHEN 'with' THEN other.role = 'with'
    ELSE sent.role IN ('to', 'cc', 'bcc', 'in') AND other.role = 'from' END"""
_CONTACTS: Final = f"""
WITH mine AS (
    SELECT DISTINCT entity_id AS account, role, event_id, exhibit, table_no, "row" FROM took_part
    WHERE list_contains($accounts, entity_id)
), sent AS (
    SELECT mine.*, segment, ord FROM mine JOIN happened USING (event_id, exhibit, table_no, "row")
    JOIN exhibit AS whole ON whole.number = mine.exhibit
    WHERE kind IN ('call', 'message', 'email') AND NOT list_contains($unsent, lower(trim(string_split(state, ',')[1])))
), met AS (
    SELECT DISTINCT account, other.entity_id AS key, segment, ord, table_no, "row"
    FROM sent JOIN took_part AS other USING (event_id, exhibit, table_no, "row")
    WHERE NOT list_contains($accounts, other.entity_id) AND {_ACROSS}
), counted AS (
    SELECT account, key, '' AS label, count(*) AS times, arg_min(segment, (ord, table_no, "row", segment)) AS source
    FROM met GROUP BY account, key
), {_TOGETHER}
"""  # noqa: S608 - built from our own constants
_PLACES: Final = f"""
WITH mine AS (
    SELECT entity_id AS account, present.kind || ':' || spot AS key, present.kind || ' ' || spot AS label, table_no, "row", ord,
           coalesce(event.segment_id, present.exhibit || '.r' || table_no || '.' || "row") AS segment
    FROM present JOIN who USING (who) JOIN exhibit AS whole ON whole.number = present.exhibit
    LEFT JOIN event ON event.id = event_id WHERE list_contains($accounts, entity_id)
), counted AS (
    SELECT account, key, label, count(*) AS times, arg_min(segment, (ord, table_no, "row", segment)) AS source
    FROM mine GROUP BY account, key, label
), {_TOGETHER}
"""  # noqa: S608
_EXHIBITS: Final = f"""
WITH stands AS (
    SELECT mention.entity_id AS account, mention.exhibit AS key, count(*) AS times,
           arg_min(segment_id, (unit_kind, unit, ordinal, segment_id)) AS source
    FROM mention JOIN segment AS here ON here.id = segment_id WHERE list_contains($accounts, mention.entity_id) GROUP BY ALL
    UNION ALL
    SELECT entity_id, exhibit, sum(rows)::BIGINT, exhibit || '.r' || arg_min(table_no, (table_no, first_row)) || '.'
           || arg_min(first_row, (table_no, first_row))
    FROM record_named JOIN record_role USING (exhibit, table_no, id) WHERE list_contains($accounts, entity_id)
    GROUP BY entity_id, exhibit
), counted AS (
    SELECT account, key, name AS label, sum(times)::BIGINT AS times, min(source) AS source
    FROM stands JOIN exhibit ON number = key GROUP BY account, key, name
), {_TOGETHER}
"""  # noqa: S608
_SENT: Final = """
SELECT DISTINCT party.entity_id AS account, attached_exhibit AS exhibit, file.sha256, carried.segment_id AS segment,
       ord, carried.event_id
FROM event_party AS party JOIN attached AS carried USING (event_id) JOIN exhibit AS file ON file.number = attached_exhibit
WHERE party.role = 'from' AND list_contains($accounts, party.entity_id) AND starts_with(file.media_type, 'image/')
ORDER BY ord, segment, party.entity_id, exhibit
"""
_WRITTEN: Final = """
WITH opened AS (
    SELECT DISTINCT party.entity_id AS account, first.id, first.exhibit, first.unit_kind, first.unit
    FROM event_party AS party JOIN event ON event.id = event_id JOIN segment AS first ON first.id = event.segment_id
    WHERE party.role = 'from' AND list_contains($accounts, party.entity_id) AND event.kind IN ('message', 'email')
      AND NOT list_contains($unsent, string_split(event.state, ', ')[1])
), wrote AS (
    SELECT account, here.* FROM opened JOIN segment AS here USING (id) WHERE opened.unit_kind <> 'message'
    UNION
    SELECT account, here.* FROM opened JOIN segment AS here USING (exhibit, unit_kind, unit) WHERE unit_kind = 'message'
)
SELECT wrote.id, account, text, count(*) OVER () AS many FROM wrote JOIN exhibit AS whole ON whole.number = wrote.exhibit
WHERE length(text) >= 40 ORDER BY whole.ord, unit_kind, unit, ordinal, wrote.id, account LIMIT $limit
"""


def side_by_side(graph: Graph, accounts: Sequence[str], *, limit: int) -> Recurs:
    """Return what accounts share, at most `limit` of each kind; of what people made, its identifiers are laid side by side.

    Raises NotFound, or UsageError for fewer than two accounts or more than 20.
    """
    ground.lay(graph.conn)
    known, told = _accounts(graph, accounts)
    lay_present(graph)
    asked: dict[str, Any] = {"accounts": sorted(known), "limit": limit or 1_000_000}
    kinds = {
        "contact": fetch(graph.conn, _CONTACTS, asked | {"unsent": list(UNSENT)}),
        "place": fetch(graph.conn, _PLACES, asked),
        "exhibit": fetch(graph.conn, _EXHIBITS, asked),
    }
    things = ground.names(graph, (row["key"] for row in kinds["contact"]))
    pictures = _pictures(graph, known)
    written, left = _passages(graph, known)
    shared = [
        *(_of_row(kind, row, known, things) for kind, rows in kinds.items() for row in rows),
        *pictures[: asked["limit"]],
        *written[: asked["limit"]],
    ]
    found = sum(int(rows[0]["found"]) for rows in kinds.values() if rows) + len(pictures) + len(written)
    return Recurs(
        identifiers=(), identifiers_found=0, pictures=(), pictures_found=0, passages=(), passages_found=0, passages_compared=0,
        accounts=tuple(known[name] for name in sorted(known, key=lambda name: (known[name].kind, known[name].value))),
        shared=tuple(shared), shared_found=found, definition=DEFINITION,
        notes=(
            *told,
            *noted(found - len(shared), "[things that are|thing that is] shared less often [are|is] not shown; `--limit 0` shows all."),
            *noted(left, f"[segments|segment] that the accounts wrote [were|was] not compared: at most {SEGMENTS:,} are."),
            *ground.of_no_kind(graph, ""),
        ),
    )  # fmt: skip


def _accounts(graph: Graph, accounts: Sequence[str]) -> tuple[dict[str, Named], tuple[str, ...]]:
    asked = [ground.parties(graph, text) for text in accounts]
    ids = {name for held, _ in asked for name in held}
    if not 2 <= len(ids) <= MOST:
        raise UsageError(
            f"{len(ids)} accounts cannot be laid side by side: it takes two, and at most {MOST}",
            next_step="give --account twice or more, or something that people made of several identifiers",
        )
    return ground.names(graph, ids), tuple(note for _, notes in asked for note in notes)


def _of_row(kind: str, row: Row, known: dict[str, Named], things: dict[str, Named]) -> Shared:
    if kind == "contact":
        thing = things[row["key"]]
        what, entity = f"{thing.kind} {thing.value}", thing.entity
    else:
        what, entity = f"{row['key']} {row['label']}" if kind == "exhibit" else row["label"], ""
    by = tuple(
        SharedBy(account=known[one["account"]], times=one["times"], sources=(one["source"],)) for one in row["held"]
    )
    return Shared(kind=kind, what=what, entity=entity, by=by)


def _pictures(graph: Graph, known: dict[str, Named]) -> list[Shared]:
    """Return the pictures that two accounts sent, alike ones as one, those that most of them sent first."""
    sent = fetch(graph.conn, _SENT, {"accounts": sorted(known)})
    group = (
        {one.exhibit: held.pictures[0].exhibit for held in likeness.groups(graph) for one in held.pictures}
        if sent
        else {}
    )
    by_picture: dict[str, dict[str, list[str]]] = {}
    named: dict[str, list[str]] = {}
    for row in sent:
        key: str = group.get(row["exhibit"]) or row["sha256"]
        by_picture.setdefault(key, {}).setdefault(row["account"], []).append(row["segment"])
        named.setdefault(key, []).append(row["exhibit"])
    return _shared("picture", {key: ", ".join(dict.fromkeys(named[key])) for key in named}, by_picture, known)


def _passages(graph: Graph, known: dict[str, Named]) -> tuple[list[Shared], int]:
    """Return the passages that two accounts sent, and how many segments were not compared."""
    rows = fetch(graph.conn, _WRITTEN, {"accounts": sorted(known), "unsent": list(UNSENT), "limit": SEGMENTS})
    groups, _ = passages.groups(passages.passages((row["id"], row["account"], row["text"]) for row in rows))
    by_group: dict[str, dict[str, list[str]]] = {}
    openings = {}
    for place, group in enumerate(groups):
        line = " ".join(group.passages[0].text.split())
        openings[str(place)] = line if len(line) <= _OPENING else line[: _OPENING - 1] + "…"
        for one in group.passages:
            by_group.setdefault(str(place), {}).setdefault(one.file, []).append(one.segment)
    return _shared("passage", openings, by_group, known), (int(rows[0]["many"]) if rows else 0) - len(rows)


def _shared(
    kind: str, words: dict[str, str], held: dict[str, dict[str, list[str]]], known: dict[str, Named]
) -> list[Shared]:
    made = [
        Shared(
            kind=kind, what=words[key], entity="",
            by=tuple(
                SharedBy(account=known[account], times=len(places), sources=tuple(dict.fromkeys(places))[:5])
                for account, places in sorted(by.items())
            ),
        )
        for key, by in held.items() if len(by) > 1
    ]  # fmt: skip
    return sorted(made, key=lambda one: (-len(one.by), -min(each.times for each in one.by)))
