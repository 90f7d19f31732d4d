"""Conversations and letters as people read them: a stretch of messages around a place, and one message whole."""

from __future__ import annotations

from typing import Final

import msgspec

from evidence.errors import NotFound, UsageError
from evidence.locator import RecordPlace, decode_place
from graph.answers import ExhibitLine, Happening, SegmentText
from graph.casefile import events_in, exhibit_lines
from graph.project import Graph
from graph.rows import Row, fetch, records
from graph.things import segments

_SPOKEN: Final = 3
"""Utterances or lines of an enclosed file that stand with the message."""
_OPENING: Final = 160
_WHICH: Final = "exhibit = $exhibit AND unit_kind = 'conversation' AND unit = $unit"
_FITTING: Final = f"""
WITH fitting AS MATERIALIZED (
    SELECT id, ordinal, place FROM segment
    WHERE {_WHICH} AND ($party = '' OR id IN (
        SELECT segment_id FROM event JOIN event_party AS who ON who.event_id = event.id
        WHERE event.exhibit = $exhibit AND role = 'from' AND entity_id = $party))
)
"""  # noqa: S608 - built from our own constants
_AROUND: Final = f"""{_FITTING}
(SELECT id, ordinal, place FROM fitting WHERE ordinal < $at ORDER BY ordinal DESC LIMIT $before)
UNION ALL (SELECT id, ordinal, place FROM fitting WHERE ordinal >= $at ORDER BY ordinal LIMIT $after)
ORDER BY ordinal
"""  # noqa: S608 - built from our own constants
_BESIDE: Final = f"""{_FITTING}
SELECT count(*) FILTER (ordinal < $first) AS earlier, count(*) FILTER (ordinal > $last) AS later FROM fitting
"""  # noqa: S608 - built from our own constants
_TALKERS: Final = f"""
SELECT who.entity_id AS entity, who.kind, who.value, coalesce(max(nullif(here.speaker, '')), '') AS name,
       count(*) AS messages
FROM segment AS here JOIN event ON event.segment_id = here.id
JOIN event_party AS who ON who.event_id = event.id AND who.role = 'from'
WHERE here.{_WHICH.replace(" AND ", " AND here.")}
GROUP BY ALL ORDER BY messages DESC, who.kind, who.value
"""  # noqa: S608 - built from our own constants
_ANSWERED: Final = """
SELECT event."key", min(here.id) AS segment, arg_min(here.speaker, here.id) AS speaker, arg_min(here.text, here.id) AS text
FROM event JOIN segment AS here ON here.id = event.segment_id
WHERE event.exhibit = $exhibit AND event."key" IN (SELECT unnest($keys::VARCHAR[])) GROUP BY ALL
"""
_LETTERS: Final = """
SELECT here.unit, arg_min(here.id, here.ordinal) AS segment, coalesce(max(nullif(here.speaker, '')), '') AS sender,
       coalesce(any_value(event.description), '') AS subject, coalesce(any_value(event.time_utc), '') AS time_utc,
       coalesce(any_value(event.time_written), '') AS time_written
FROM segment AS here LEFT JOIN event ON event.segment_id = here.id
WHERE here.exhibit = $exhibit AND here.unit_kind = 'message'
GROUP BY here.unit ORDER BY here.unit LIMIT $limit OFFSET $after
"""


class ConversationLine(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation of an exhibit."""

    unit: int
    title: str
    messages: int


class TalkerLine(msgspec.Struct, frozen=True, kw_only=True):
    """Who wrote in a conversation, as the record names them, and how often."""

    entity: str
    kind: str
    value: str
    name: str
    """As the conversation shows it; empty where it shows none."""
    messages: int


class AnsweredLine(msgspec.Struct, frozen=True, kw_only=True):
    """The message that another one answers."""

    segment: str
    speaker: str
    opening: str


class EnclosedFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file that a message carries, and what was read in the exhibit that it is taken to be."""

    name: str
    how: str
    exhibit: ExhibitLine | None
    """None where the case does not hold it."""
    text: tuple[SegmentText, ...]
    """The first few segments read in it."""
    more: int
    """Further segments."""


class SaidLine(msgspec.Struct, frozen=True, kw_only=True):
    """One message of a conversation, or its roster, with everything that the record says of it."""

    segment: SegmentText
    event: Happening | None
    """None for the roster, and for what could not be taken apart."""
    is_roster: bool
    answers: AnsweredLine | None
    enclosed: tuple[EnclosedFile, ...]


class Conversation(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch of a conversation, in the order of the exhibit."""

    exhibit: str
    line: ConversationLine
    said: tuple[SaidLine, ...]
    earlier: int
    """Messages before this stretch, as far as the filter lets them through."""
    later: int
    first: int
    """Ordinal of the first one here; ask for what is `before` it."""
    last: int
    talkers: tuple[TalkerLine, ...]
    conversations: tuple[ConversationLine, ...]
    """All of this exhibit."""


class LetterLine(msgspec.Struct, frozen=True, kw_only=True):
    """A message of a mailbox."""

    unit: int
    segment: str
    sender: str
    subject: str
    time_utc: str
    time_written: str


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """One message whole: its headers, what its sender wrote, what it quotes, and what it encloses."""

    exhibit: str
    unit: int
    segments: tuple[SegmentText, ...]
    event: Happening | None
    enclosed: tuple[EnclosedFile, ...]
    facts: dict[str, str]
    """What the unit says of itself, such as `html_alternative`."""
    reason: str
    """What of it was not read."""

    @property
    def has_markup(self) -> bool:
        """Whether it has an HTML body, read or not."""
        return "html_alternative" in self.facts or self.facts.get("body") == "HTML"


# --- conversations -------------------------------------------------------------------------------------------------


def conversations(graph: Graph, exhibit: str) -> tuple[ConversationLine, ...]:
    """Return the conversations of an exhibit, in its own order."""
    query = """
        SELECT unit, min(place) AS place, count(*) FILTER (NOT contains(place, '"field":"roster"')) AS messages
        FROM segment WHERE exhibit = $exhibit AND unit_kind = 'conversation' GROUP BY unit ORDER BY unit"""
    return tuple(
        ConversationLine(unit=row["unit"], title=_title(row["place"]), messages=row["messages"])
        for row in fetch(graph.conn, query, {"exhibit": exhibit})
    )


def _title(place: str) -> str:
    stands = decode_place(place)
    return stands.table if isinstance(stands, RecordPlace) else ""


def conversation(
    graph: Graph,
    exhibit: str,
    unit: int,
    *,
    at: int = 0,
    before: int = 0,
    after: int = 0,
    party: str = "",
    limit: int = 60,
) -> Conversation:
    """Return about `limit` messages around ordinal `at`; or those just `before`, or just `after`, an ordinal.

    `party`, the id of an entity, lets through only what was sent by it. Raises NotFound, UsageError for two places at once.
    """
    if (at > 0) + (before > 0) + (after > 0) > 1:
        raise UsageError("one place at a time", next_step="give at, before or after")
    all_here = conversations(graph, exhibit)
    line = next((one for one in all_here if one.unit == unit), None)
    if line is None:
        raise NotFound(f"{exhibit} has no conversation {unit}", next_step="open the exhibit without a place")
    asked = {"exhibit": exhibit, "unit": unit, "party": party}
    rows = fetch(graph.conn, _AROUND, asked | _stretch(at=at, before=before, after=after, limit=limit))
    ends = {"first": rows[0]["ordinal"], "last": rows[-1]["ordinal"]} if rows else {"first": 0, "last": 0}
    beside = fetch(graph.conn, _BESIDE, asked | ends)[0]
    return Conversation(
        exhibit=exhibit,
        line=line,
        said=_said(graph, exhibit, rows),
        earlier=beside["earlier"] if rows else 0,
        later=beside["later"] if rows else 0,
        first=ends["first"],
        last=ends["last"],
        talkers=records(graph.conn, _TALKERS, TalkerLine, {"exhibit": exhibit, "unit": unit}),
        conversations=all_here,
    )


def first_on(graph: Graph, exhibit: str, unit: int, day: str, *, party: str = "") -> int | None:
    """Return the ordinal of the first message of a day (YYYY-MM-DD, as it stands beside it) or of a later one; None for none."""
    query = f"""{_FITTING}
        SELECT min(ordinal) AS first FROM fitting JOIN event ON event.segment_id = fitting.id
        WHERE event.exhibit = $exhibit AND left(coalesce(nullif(time_utc, ''), time_local), 10) >= $day"""  # noqa: S608 - ours
    first: int | None = fetch(graph.conn, query, {"exhibit": exhibit, "unit": unit, "party": party, "day": day})[0][
        "first"
    ]
    return first


def _stretch(*, at: int, before: int, after: int, limit: int) -> dict[str, int]:
    if before:
        return {"at": before, "before": limit, "after": 0}
    if after:
        return {"at": after + 1, "before": 0, "after": limit}
    return (
        {"at": at, "before": limit // 2, "after": limit - limit // 2} if at else {"at": 0, "before": 0, "after": limit}
    )


def _said(graph: Graph, exhibit: str, rows: list[Row]) -> tuple[SaidLine, ...]:
    texts = segments(graph, [row["id"] for row in rows])
    happened = events_in(graph, texts)
    answered = _answered(graph, exhibit, [one.reply_to for some in happened.values() for one in some if one.reply_to])
    enclosed = _enclosed(graph, [one for some in happened.values() for one in some])
    made = []
    for row in rows:
        event = next(iter(happened.get(row["id"], ())), None)
        place = texts[row["id"]].place
        made.append(
            SaidLine(
                segment=texts[row["id"]],
                event=event,
                is_roster=isinstance(place, RecordPlace) and place.field == "roster",
                answers=answered.get(event.reply_to) if event else None,
                enclosed=enclosed.get(event.id, ()) if event else (),
            )
        )
    return tuple(made)


def _answered(graph: Graph, exhibit: str, keys: list[str]) -> dict[str, AnsweredLine]:
    if not keys:
        return {}
    rows = fetch(graph.conn, _ANSWERED, {"exhibit": exhibit, "keys": sorted(set(keys))})
    return {
        row["key"]: AnsweredLine(segment=row["segment"], speaker=row["speaker"], opening=_opening(row["text"]))
        for row in rows
    }


def _opening(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _OPENING else words[:_OPENING].rstrip() + "…"


def _enclosed(graph: Graph, events: list[Happening]) -> dict[str, tuple[EnclosedFile, ...]]:
    """Return what each event carries, by its id: the file that came out of it, before an exhibit of the same bytes elsewhere."""
    own = _came_out_of(graph, events)
    taken = {
        (event.id, one.name, one.sha256): own.get((event.exhibit, one.sha256), one.attached_exhibit)
        for event in events
        for one in event.attached
    }
    numbers = {number for number in taken.values() if number}
    lines = exhibit_lines(graph, numbers)
    text: dict[str, list[SegmentText]] = {}
    query = """
        SELECT exhibit, count(*) AS many, list(id ORDER BY unit_kind, unit, ordinal)[:$most] AS ids FROM segment
        WHERE exhibit IN (SELECT unnest($numbers::VARCHAR[])) GROUP BY exhibit"""
    rows = fetch(graph.conn, query, {"numbers": sorted(numbers), "most": _SPOKEN}) if numbers else []
    for one in segments(graph, [name for row in rows for name in row["ids"]]).values():
        text.setdefault(one.exhibit, []).append(one)
    many = {row["exhibit"]: row["many"] for row in rows}
    return {
        event.id: tuple(
            EnclosedFile(
                name=one.name,
                how=one.how,
                exhibit=lines.get(number := taken[event.id, one.name, one.sha256]),
                text=tuple(text.get(number, ())),
                more=max(0, many.get(number, 0) - _SPOKEN),
            )
            for one in event.attached
        )
        for event in events
        if event.attached
    }


def _came_out_of(graph: Graph, events: list[Happening]) -> dict[tuple[str, str], str]:
    """Return the exhibits that came out of those of the events, by (that exhibit, SHA-256)."""
    hashes = {one.sha256 for event in events for one in event.attached if one.sha256}
    if not hashes:
        return {}
    query = """
        SELECT parent, sha256, arg_min(number, ord) AS number FROM exhibit
        WHERE sha256 IN (SELECT unnest($hashes::VARCHAR[])) AND parent IN (SELECT unnest($parents::VARCHAR[]))
        GROUP BY parent, sha256"""
    asked = {"hashes": sorted(hashes), "parents": sorted({event.exhibit for event in events})}
    return {(row["parent"], row["sha256"]): row["number"] for row in fetch(graph.conn, query, asked)}


# --- letters -------------------------------------------------------------------------------------------------------


def letters(graph: Graph, exhibit: str, *, after: int = 0, limit: int = 200) -> tuple[LetterLine, ...]:
    """Return the messages of a mailbox in its order, from the one after the first `after`."""
    return records(graph.conn, _LETTERS, LetterLine, {"exhibit": exhibit, "after": after, "limit": limit})


def letter(graph: Graph, exhibit: str, unit: int) -> Letter:
    """Return a message of an exhibit by its number; raises NotFound."""
    asked = {"exhibit": exhibit, "unit": unit}
    where = "exhibit = $exhibit AND unit_kind = 'message' AND unit = $unit"
    ids = [row["id"] for row in fetch(graph.conn, f"SELECT id FROM segment WHERE {where}", asked)]  # noqa: S608 - ours
    units = fetch(graph.conn, f"SELECT facts, reason FROM unit WHERE {where}", asked)  # noqa: S608 - our own words
    if not ids and not units:
        raise NotFound(f"{exhibit} has no message {unit}", next_step="open the exhibit without a place")
    texts = tuple(segments(graph, ids).values())
    happened = [one for some in events_in(graph, ids).values() for one in some]
    event = happened[0] if happened else None
    return Letter(
        exhibit=exhibit,
        unit=unit,
        segments=texts,
        event=event,
        enclosed=_enclosed(graph, [event]).get(event.id, ()) if event else (),
        facts=msgspec.json.decode(units[0]["facts"], type=dict[str, str]) if units else {},
        reason=units[0]["reason"] if units else "",
    )
