"""Which messages answer which: threads by the ids that mail programs write (RFC 5322, 3.6.4), never by subject."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from evidence.errors import NotFound
from graph.project import Graph
from graph.rows import Row, fetch


class Link(NamedTuple):
    """One message's place in a thread: its event, its own id, the id it answers, and further ancestors, oldest first."""

    event: str
    key: str
    reply_to: str = ""
    references: tuple[str, ...] = ()

    @property
    def parent(self) -> str:
        """The id of the message that this one answers: In-Reply-To, else the last of References."""
        return self.reply_to or (self.references[-1] if self.references else "")


class Joined(NamedTuple):
    """The events of one thread, and the ids that its messages name and that belong to no message here."""

    id: str
    events: tuple[str, ...]
    absent: tuple[str, ...]


def join(links: Iterable[Link]) -> tuple[Joined, ...]:
    """Return the threads, by id: messages are of one where a chain of ids leads from one to the other.

    The same for any order of `links`. A message whose ids nobody else names, and one without ids, is a thread of its own. A
    message that is not here still joins those that name it. The thread's id is a digest of the least id in it.
    """
    held = sorted(links)
    leader: dict[str, str] = {}

    def find(key: str) -> str:
        root = key
        while leader[root] != root:
            root = leader[root]
        while leader[key] != root:
            leader[key], key = root, leader[key]
        return root

    node = [f"k{link.key}" if link.key else f"e{link.event}" for link in held]
    for here, link in zip(node, held, strict=True):
        leader.setdefault(here, here)
        for named in (link.reply_to, *link.references):
            if named:
                other = leader.setdefault(f"k{named}", f"k{named}")
                one, other = find(here), find(other)
                if one != other:
                    leader[max(one, other)] = min(one, other)
    events: dict[str, list[str]] = {}
    for here, link in zip(node, held, strict=True):
        events.setdefault(find(here), []).append(link.event)
    known = set(node)
    absent: dict[str, list[str]] = {}
    for key in sorted(leader):
        if key not in known:
            absent.setdefault(find(key), []).append(key[1:])
    return tuple(
        sorted(
            Joined(_thread_id(root), tuple(sorted(some)), tuple(absent.get(root, ()))) for root, some in events.items()
        )
    )


def _thread_id(root: str) -> str:
    return "t-" + hashlib.sha256(b"casegraph/thread\n" + root.encode("utf-8", "surrogatepass")).hexdigest()[:16]


# --- over the graph ------------------------------------------------------------------------------------------------


class ThreadLine(msgspec.Struct, frozen=True, kw_only=True):
    """A thread of messages."""

    id: str
    subject: str
    """Of its first message."""
    messages: int
    copies: int
    """Records of them in the case: the same message may lie in several mailboxes."""
    first_written: str
    first_utc: str
    last_written: str
    last_utc: str
    participants: tuple[str, ...]
    not_here: int
    """Messages that it names and that are not in the case."""
    exhibits: tuple[str, ...]


class ThreadMessage(msgspec.Struct, frozen=True, kw_only=True):
    """One message of a thread, in each place where it lies."""

    segment: str
    """Its headers, in the first place where it lies."""
    copies: tuple[str, ...]
    """Its headers in the other places."""
    key: str
    time_written: str
    time_utc: str
    sender: tuple[str, ...]
    recipients: tuple[str, ...]
    subject: str
    state: str
    answers: str
    """Segment of the message that it answers; empty where it answers none, or one that is not here."""
    answers_sender: tuple[str, ...]
    answers_absent: str
    """Id of the message that it answers and that is not here."""


class ThreadDetail(msgspec.Struct, frozen=True, kw_only=True):
    """A thread with its messages, by time as stated; those without a time come last."""

    line: ThreadLine
    messages: tuple[ThreadMessage, ...]
    absent: tuple[str, ...]


_MAIL = """
SELECT event.id, event.segment_id, event.exhibit, event."key", event.reply_to, event."references", event.time_written,
       event.time_utc, event.time_local, event.description, event.state,
       coalesce(list(struct_pack(role, value) ORDER BY role, value) FILTER (role IS NOT NULL), []) AS parties,
       any_value(whole.ord) AS ord, any_value(here.unit) AS unit
FROM event JOIN exhibit AS whole ON whole.number = event.exhibit JOIN segment AS here ON here.id = event.segment_id
LEFT JOIN event_party AS party ON party.event_id = event.id
WHERE event.kind = 'email'
{only}
GROUP BY ALL ORDER BY ord, unit, event.id
"""
_ASKED_FOR = "AND event.id IN (SELECT unnest($events::VARCHAR[]))"
_LINKED = """
SELECT id, "key", reply_to, "references" FROM event
WHERE kind = 'email' AND ("key" IN (SELECT unnest($ids::VARCHAR[])) OR reply_to IN (SELECT unnest($ids::VARCHAR[]))
      OR list_has_any("references", $ids::VARCHAR[]))
"""


class _Message(NamedTuple):
    copies: list[Row]

    @property
    def row(self) -> Row:
        return self.copies[0]

    def order(self) -> tuple[str, str, int, str]:
        return self.row["time_utc"] or self.row["time_local"] or "~", self.row["ord"], self.row["unit"], self.row["id"]

    def party(self, *roles: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one["value"] for one in self.row["parties"] if one["role"] in roles))


def threads(graph: Graph) -> tuple[ThreadLine, ...]:
    """Return the threads of the mail in the case, the first begun first; a message that stands alone is one too."""
    rows = fetch(graph.conn, _MAIL.format(only=""))
    by_event = {row["id"]: row for row in rows}
    found = [(_messages([by_event[event] for event in one.events]), one) for one in join(map(_link, rows))]
    found.sort(key=lambda entry: (entry[0][0].order(), entry[1].id))
    return tuple(_line(one, messages) for messages, one in found)


def thread(graph: Graph, asked: str) -> ThreadDetail:
    """Return a thread by its id, by the Message-ID or by the segment of one of its messages; raises NotFound."""
    rows = fetch(graph.conn, _MAIL.format(only=""))
    key = asked.strip().strip("<>")
    by_event = {row["id"]: row for row in rows}
    wanted = {row["id"] for row in rows if key and (row["key"] == key or _same_unit(row["segment_id"], key))}
    for one in join(map(_link, rows)):
        if one.id == key or wanted & set(one.events):
            return _detail(one, _messages([by_event[event] for event in one.events]))
    raise NotFound(
        f"there is no thread, and no message in one, called {asked!r}",
        next_step="`casegraph threads CASE` lists the threads",
    )


def thread_around(graph: Graph, segment: str) -> ThreadDetail | None:
    """Return the thread of the message whose headers stand in a segment, as `thread` does, without looking at all other mail.

    None where that segment records no message.
    """
    begun = """SELECT id, "key", reply_to, "references" FROM event WHERE kind = 'email' AND segment_id = $segment"""
    found = {row["id"]: row for row in fetch(graph.conn, begun, {"segment": segment})}
    if not found:
        return None
    asked: set[str] = set()
    while named := _ids_named(found.values()) - asked:
        asked |= named
        found |= {row["id"]: row for row in fetch(graph.conn, _LINKED, {"ids": sorted(named)})}
    rows = fetch(graph.conn, _MAIL.format(only=_ASKED_FOR), {"events": sorted(found)})
    by_event = {row["id"]: row for row in rows}
    for one in join(map(_link, rows)):
        if any(by_event[event]["segment_id"] == segment for event in one.events):
            return _detail(one, _messages([by_event[event] for event in one.events]))
    return None


def _ids_named(rows: Iterable[Row]) -> set[str]:
    """Return the ids that messages have, answer and refer to."""
    return {name for row in rows for name in (row["key"], row["reply_to"], *(row["references"] or ())) if name}


def _same_unit(segment: str, asked: str) -> bool:
    return segment == asked or segment.rpartition(".")[0] in (asked, asked.rpartition(".")[0])


def _link(row: Row) -> Link:
    return Link(row["id"], row["key"], row["reply_to"], tuple(row["references"] or ()))


def _messages(rows: Sequence[Row]) -> list[_Message]:
    """Return the messages of a thread by time; records with one id are copies of one message."""
    once: dict[str, list[Row]] = {}
    for row in sorted(rows, key=lambda row: (row["ord"], row["unit"], row["id"])):
        once.setdefault(row["key"] or f"\0{row['id']}", []).append(row)
    return sorted(map(_Message, once.values()), key=_Message.order)


def _line(one: Joined, messages: Sequence[_Message]) -> ThreadLine:
    timed = [message.row for message in messages if message.row["time_utc"] or message.row["time_local"]]
    first, last = (timed[0], timed[-1]) if timed else (messages[0].row, messages[-1].row)
    everyone = (value for message in messages for value in message.party("from", "to", "cc", "bcc"))
    return ThreadLine(
        id=one.id,
        subject=messages[0].row["description"],
        messages=len(messages),
        copies=len(one.events),
        first_written=first["time_written"],
        first_utc=first["time_utc"],
        last_written=last["time_written"],
        last_utc=last["time_utc"],
        participants=tuple(dict.fromkeys(everyone)),
        not_here=len(one.absent),
        exhibits=tuple(dict.fromkeys(copy["exhibit"] for message in messages for copy in message.copies)),
    )


def _detail(one: Joined, messages: Sequence[_Message]) -> ThreadDetail:
    by_key = {message.row["key"]: message for message in messages if message.row["key"]}
    made = []
    for message in messages:
        row = message.row
        parent = _link(row).parent
        answered = by_key.get(parent) if parent != row["key"] else None
        made.append(
            ThreadMessage(
                segment=row["segment_id"],
                copies=tuple(copy["segment_id"] for copy in message.copies[1:]),
                key=row["key"],
                time_written=row["time_written"],
                time_utc=row["time_utc"],
                sender=message.party("from"),
                recipients=message.party("to", "cc", "bcc"),
                subject=row["description"],
                state=row["state"],
                answers=answered.row["segment_id"] if answered else "",
                answers_sender=answered.party("from") if answered else (),
                answers_absent=parent if parent and parent not in by_key else "",
            )
        )
    return ThreadDetail(line=_line(one, messages), messages=tuple(made), absent=one.absent)
