"""Tracked changes and comments: who inserted, deleted or remarked what, and when as far as the file tells."""

from __future__ import annotations

from typing import Final, NamedTuple

from evidence.records import EventRecord
from extractors.moments import Moment
from extractors.office.gathered import Gathered
from extractors.text import one_line

_QUOTE: Final = 200
_EVENTS: Final = 20_000


class Change(NamedTuple):
    """One tracked change."""

    did: str
    """`inserted`, `deleted`, `moved here`, `moved away`."""
    author: str
    when: Moment | None
    key: str
    """The element that records it."""
    text: str
    start: int = -1
    end: int = -1
    """Of an insertion: code points of the segment it stands in."""


class Remark(NamedTuple):
    """A comment."""

    author: str
    when: Moment | None
    text: str
    key: str
    about: str = ""
    """The words that it is attached to."""
    id: str = ""
    reply_to: str = ""
    resolved: bool = False


def add_deleted(change: Change, gathered: Gathered, counts: dict[str, int]) -> None:
    """Add deleted text as a segment of its own, and the deletion as an event."""
    counts["deleted"] = counts.get("deleted", 0) + 1
    table = change.key.partition("#")[0]
    segment = gathered.add(
        change.text, field="deleted", record=counts["deleted"], key=change.key, table=table, speaker=change.author
    )
    add_change(change, gathered, segment, counts)


def add_change(change: Change, gathered: Gathered, segment: int, counts: dict[str, int]) -> None:
    """Add a tracked change as an event that `segment` supports."""
    counts[f"tracked_{change.did}"] = counts.get(f"tracked_{change.did}", 0) + 1
    if segment < 0 or len(gathered.events) >= _EVENTS:
        return
    facts = {"author": change.author} if change.author else {}
    if change.start >= 0:
        facts |= {"start": str(change.start), "end": str(change.end)}
    _event(gathered, segment, change.when, f"{change.did} by {change.author or 'nobody named'}: {_quote(change.text)}",
           key=change.key, state=change.did, facts=facts)  # fmt: skip


def add_remark(
    remark: Remark, gathered: Gathered, *, record: int, table: str = "", field: str = "comment", cell: str = ""
) -> None:
    """Add a comment as a segment, spoken by its author, and as an event."""
    segment = gathered.add(
        remark.text, field=field, record=record, key=cell or remark.key, table=table, speaker=remark.author
    )
    if segment < 0 or len(gathered.events) >= _EVENTS:
        return
    about = f" on {_quote(remark.about)}" if remark.about.strip() else ""
    facts = {"author": remark.author} if remark.author else {}
    facts |= {"about": one_line(remark.about)[:_QUOTE]} if about else {}
    said = f"comment by {remark.author or 'nobody named'}{about}: {_quote(remark.text)}"
    state = "resolved" if remark.resolved else ""
    key = remark.id or remark.key
    answered = remark.reply_to if remark.reply_to != key else ""  # a damaged file names a comment as its own parent
    _event(gathered, segment, remark.when, said, key=key, state=state, facts=facts, reply_to=answered)


def _event(
    gathered: Gathered,
    segment: int,
    when: Moment | None,
    description: str,
    *,
    key: str,
    state: str,
    facts: dict[str, str],
    reply_to: str = "",
) -> None:
    if when is None or not when.written:
        return
    gathered.events.append(
        EventRecord(
            kind="document",
            segment=segment,
            **when.fields(),
            description=description[:500],
            key=key,
            state=state,
            reply_to=reply_to,
            facts=facts,
        )
    )


def said(counts: dict[str, int], gathered: Gathered) -> None:
    """Say as facts how many changes and comments there are."""
    for name, count in sorted(counts.items()):
        if name.startswith("tracked_") or name in ("comment", "hidden text"):
            gathered.fact(name.replace(" ", "_"), str(count))


def _quote(text: str) -> str:
    short = one_line(text)
    return f"“{short[:_QUOTE]}{'…' if len(short) > _QUOTE else ''}”"
