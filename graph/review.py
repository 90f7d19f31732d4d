"""What people should look at next, and how far they are: what findings rest on, what waits, a fair sample, second looks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, Literal, TypeAlias

import msgspec

from evidence.acts import ActWithdrawn, MentionAnchor, MentionDecided
from evidence.errors import NotFound
from evidence.validation import Interval, wilson
from graph.anchors import exact_mention
from graph.answers import Awaiting, AwaitingKind, Mention, Rejected, ReviewCounts, SegmentText
from graph.project import Graph
from graph.rows import fetch, records
from graph.things import mentions, segments

Turn: TypeAlias = Literal["cited", "waits", "sample", "second"]
"""Why it comes now: a finding cites its segment, it is no established reading, by chance, or another person judged it."""

_FITS: Final = """($kind = '' OR kind = $kind)
      AND ($exhibit = '' OR exhibit = $exhibit OR starts_with(exhibit, $exhibit || '/')) AND ($finder = '' OR finder = $finder)
      AND ($draft = '' OR segment_id IN (SELECT id FROM segment WHERE draft = ($draft = 'draft')))"""
_QUEUE: Final = f"""
WITH cited AS (
    SELECT DISTINCT segment_id FROM tag WHERE finding <> ''
), waiting AS (
    SELECT id, CASE WHEN segment_id IN (SELECT segment_id FROM cited) THEN 0 WHEN status = 'candidate' THEN 1 ELSE 2 END
           AS turn
    FROM mention WHERE review = 'unreviewed' AND {_FITS}
)
SELECT id, turn FROM waiting ORDER BY turn, sha256($seed || ':' || id), id LIMIT $n OFFSET $first
"""  # noqa: S608 - our own conditions
_JUDGED: Final = """
WITH blind AS (
    SELECT about AS id, actor, max(seq) AS seq FROM decision
    WHERE op = 'mention.decided' AND state IN ('applied', 'superseded') AND about <> '' AND seen = 0 GROUP BY about, actor
), looked AS (
    SELECT id, count(*) AS people, bool_or(actor = $me) AS mine FROM blind GROUP BY id
), reading AS (
    SELECT id, segment_id, exhibit, kind_machine AS kind, finder FROM mention
    UNION ALL SELECT id, segment_id, exhibit, kind, finder FROM rejected
)
"""
_SECOND: Final = f"""
{_JUDGED}
SELECT id FROM reading JOIN looked USING (id) WHERE people = 1 AND NOT mine AND {_FITS}
ORDER BY sha256($seed || ':' || id), id LIMIT $n OFFSET $first
"""  # noqa: S608 - our own conditions
_HOW_MANY_SECOND: Final = f"""
{_JUDGED}
SELECT count(*) AS many FROM reading JOIN looked USING (id) WHERE people = 1 AND NOT mine AND {_FITS}
"""  # noqa: S608 - our own conditions
_VERDICTS: Final = """
SELECT seq, about AS mention, actor, ts, verdict, kind, value, reason, seen, exhibit, quote FROM decision
WHERE op = 'mention.decided' AND state IN ('applied', 'superseded') AND about <> ''
"""
_COUNTS: Final = """
SELECT count(*) FILTER (review = 'unreviewed') AS unreviewed,
       count(*) FILTER (review = 'reading_confirmed') AS reading_confirmed,
       count(*) FILTER (review = 'corrected') AS corrected, count(*) FILTER (review = 'attributed') AS attributed,
       (SELECT count(*) FROM rejected WHERE {fits}) AS rejected
FROM mention WHERE {fits}
"""
_AWAITING = """
WITH waiting AS (
    SELECT segment_id, status FROM mention WHERE review = 'unreviewed'
)
SELECT count(*) AS unreviewed, count(*) FILTER (status = 'candidate') AS candidates,
       count(*) FILTER (segment_id IN (SELECT segment_id FROM tag WHERE finding <> '')) AS cited,
       (SELECT count(*) FROM decision WHERE state = 'unanchored') AS unanchored,
       (SELECT count(*) FROM finding) AS findings
FROM waiting
"""
_AWAITING_BY_KIND: Final = """
SELECT kind, count(*) AS unreviewed, count(*) FILTER (status = 'candidate') AS candidates,
       count(*) FILTER (segment_id IN (SELECT segment_id FROM tag WHERE finding <> '')) AS cited
FROM mention WHERE review = 'unreviewed' GROUP BY kind ORDER BY unreviewed DESC, kind
"""
_AROUND: Final = """
WITH here AS (
    SELECT id AS centre, exhibit, unit_kind, unit, ordinal AS middle, coalesce(json_extract_string(place, '$.table'), '') AS tab,
           json_extract_string(place, '$.field') AS field FROM segment WHERE id IN (SELECT unnest($ids::VARCHAR[]))
)
SELECT centre, segment.id FROM segment JOIN here USING (exhibit, unit_kind, unit)
WHERE coalesce(json_extract_string(place, '$.table'), '') = tab
  AND (ordinal BETWEEN middle - $reach AND middle + $reach OR (field = 'row' AND ordinal = 1))
ORDER BY centre, ordinal
"""
_SAME_VALUE: Final = """
SELECT id, entity_id FROM mention WHERE entity_id IN (SELECT unnest($entities::VARCHAR[]))
QUALIFY row_number() OVER (PARTITION BY entity_id ORDER BY review = 'unreviewed', exhibit, id) <= $most
"""


class Queue(msgspec.Struct, frozen=True, kw_only=True):
    """Which readings to go through, and in which order within each turn: random, but the same for the same `seed`."""

    kind: str = ""
    exhibit: str = ""
    """With what came out of it."""
    finder: str = ""
    draft: Literal["", "draft", "other"] = ""
    """`draft`: only what a weak speech engine heard; `other`: only what it did not."""
    seed: int = 0


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What a person said of a reading; it stands unless it was withdrawn, and the last one counts in the graph."""

    seq: int
    mention: str
    actor: str
    ts: str
    verdict: str
    kind: str
    value: str
    reason: str
    seen: int
    """Another person's verdict that was shown before; 0: given without having seen any."""
    exhibit: str = ""
    quote: str = ""


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    """Two verdicts on one reading, each given without having seen the other, and what was said after both."""

    mention: str
    first: Verdict
    second: Verdict
    agree: bool
    settled_by: Verdict | None


class Between(msgspec.Struct, frozen=True, kw_only=True):
    """How far two people who judged the same readings apart agree."""

    twice: int
    disagreed: int
    rate: Interval | None
    """Per ten thousand, with its 95% Wilson interval; None while nothing was judged twice."""
    to_settle: tuple[Pair, ...]


class Disagreed(msgspec.Struct, frozen=True, kw_only=True):
    """How many machine readings people judged, and how many of them they corrected or rejected."""

    judged: int
    wrong: int
    rate: Interval | None
    """Per ten thousand, with its 95% Wilson interval; None while nothing is judged."""


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far people are with a queue, and how often they disagreed with the machine."""

    counts: ReviewCounts
    second: int
    """Readings that one other person judged and this one did not."""
    machine: Disagreed


# --- what comes next -----------------------------------------------------------------------------------------------


def review_queue(graph: Graph, *, n: int = 20, kind: str = "", seed: int = 0) -> tuple[Mention, ...]:
    """Return up to `n` unreviewed mentions: those in segments that findings cite, candidates, then a random sample.

    Within each group the order is random but the same for the same `seed`, so what is looked at is a fair sample.
    """
    turns = queue_turns(graph, Queue(kind=kind, seed=seed), n=n)
    found = mentions(graph, turns)
    return tuple(found[name] for name in turns)


def queue_turns(graph: Graph, asked: Queue, *, n: int, first: int = 0) -> dict[str, Turn]:
    """Return the ids of up to `n` unreviewed mentions after the first `first`, in order, and why each comes now."""
    named: tuple[Turn, ...] = ("cited", "waits", "sample")
    rows = fetch(graph.conn, _QUEUE, _parameters(asked) | {"n": n, "first": first})
    return {row["id"]: named[row["turn"]] for row in rows}


def second_looks(graph: Graph, asked: Queue, *, me: str, n: int, first: int = 0) -> tuple[str, ...]:
    """Return the ids of readings that exactly one other person judged, rejected ones too, and `me` did not."""
    rows = fetch(graph.conn, _SECOND, _parameters(asked) | {"me": me, "n": n, "first": first})
    return tuple(row["id"] for row in rows)


def _parameters(asked: Queue) -> dict[str, Any]:
    return msgspec.structs.asdict(asked) | {"seed": str(asked.seed)}


def around(graph: Graph, ids: Iterable[str], *, reach: int = 2) -> dict[str, tuple[SegmentText, ...]]:
    """Return segments with those beside each in its page, conversation or file; with a row also the first, its header."""
    rows = fetch(graph.conn, _AROUND, {"ids": sorted(set(ids)), "reach": reach})
    found = segments(graph, {row["id"] for row in rows})
    beside: dict[str, list[SegmentText]] = {}
    for row in rows:
        beside.setdefault(row["centre"], []).append(found[row["id"]])
    return {centre: tuple(those) for centre, those in beside.items()}


def same_value(graph: Graph, entities: Iterable[str], *, most: int) -> dict[str, tuple[Mention, ...]]:
    """Return up to `most` mentions of each entity, by its id: judged ones first."""
    wanted = sorted(set(entities) - {""})
    rows = fetch(graph.conn, _SAME_VALUE, {"entities": wanted, "most": most})
    found = mentions(graph, [row["id"] for row in rows])
    return {entity: tuple(one for one in found.values() if one.entity == entity) for entity in wanted}


def awaiting(graph: Graph) -> Awaiting:
    """Return how much waits for a person, what findings rest on first."""
    return Awaiting(**fetch(graph.conn, _AWAITING)[0])


def awaiting_by_kind(graph: Graph) -> tuple[AwaitingKind, ...]:
    """Return what waits for a person by the kind of reading, the most first."""
    return tuple(records(graph.conn, _AWAITING_BY_KIND, AwaitingKind))


def rejected_readings(graph: Graph, ids: Iterable[str]) -> dict[str, Rejected]:
    """Return readings that people rejected, by their whole ids."""
    query = "SELECT *, segment_id AS segment FROM rejected WHERE id IN (SELECT unnest($ids::VARCHAR[]))"
    return {one.id: one for one in records(graph.conn, query, Rejected, {"ids": sorted(set(ids))})}


def anchor_judged(graph: Graph, name: str) -> MentionAnchor:
    """Return the anchor of a reading as the last verdict on it had it: of a rejected one, which is out of the graph."""
    query = """SELECT anchor FROM decision WHERE about = $id AND op = 'mention.decided' AND state = 'applied'
        ORDER BY seq DESC LIMIT 1"""
    rows = fetch(graph.conn, query, {"id": name})
    if not rows:
        raise NotFound(f"there is no reading {name}", next_step="open the queue again")
    return msgspec.json.decode(rows[0]["anchor"], type=MentionAnchor)


def finders(graph: Graph) -> tuple[str, ...]:
    """Return what found the mentions that there are, by name."""
    return tuple(row["finder"] for row in fetch(graph.conn, "SELECT DISTINCT finder FROM mention ORDER BY finder"))


# --- how far people are --------------------------------------------------------------------------------------------


def review_counts(graph: Graph, asked: Queue | None = None) -> ReviewCounts:
    """Return how many mentions, of a queue where one is given, stand in each state of review."""
    parameters = _parameters(asked or Queue())
    parameters.pop("seed")
    return ReviewCounts(**fetch(graph.conn, _COUNTS.format(fits=_FITS), parameters)[0])


def progress(graph: Graph, asked: Queue, *, me: str) -> Progress:
    """Return how far people are with a queue."""
    counts = review_counts(graph, asked)
    parameters = _parameters(asked) | {"me": me}
    parameters.pop("seed")
    wrong = counts.corrected + counts.rejected
    judged = counts.reading_confirmed + wrong
    return Progress(
        counts=counts,
        second=int(fetch(graph.conn, _HOW_MANY_SECOND, parameters)[0]["many"]),
        machine=Disagreed(judged=judged, wrong=wrong, rate=wilson(wrong, judged) if judged else None),
    )


# --- two people on one reading -------------------------------------------------------------------------------------


def verdicts_on(graph: Graph, ids: Iterable[str]) -> dict[str, tuple[Verdict, ...]]:
    """Return the verdicts on readings that stand, in order; those too that the graph has not taken in yet."""
    wanted = sorted(set(ids))
    query = f"{_VERDICTS} AND about IN (SELECT unnest($ids::VARCHAR[])) ORDER BY seq"
    told = records(graph.conn, query, Verdict, {"ids": wanted})
    new, withdrawn = _since(graph)
    standing = [one for one in (*told, *new) if one.seq not in withdrawn]
    return {name: tuple(one for one in standing if one.mention == name) for name in wanted}


def _since(graph: Graph) -> tuple[list[Verdict], set[int]]:
    """Return the verdicts given, and the acts withdrawn, after what the graph tells."""
    wanted = ("mention.decided", "act.withdrawn")
    verdicts, withdrawn = [], set()
    for event in graph.case.custody.events(after=graph.seq, only=lambda line: line.op in wanted):
        act, line = event.act, event.line
        if isinstance(act, ActWithdrawn):
            withdrawn.add(act.seq)
        elif isinstance(act, MentionDecided):
            verdicts.append(
                Verdict(
                    seq=line.seq, mention=exact_mention(act.anchor), actor=line.actor, ts=line.ts, verdict=act.verdict,
                    kind=act.kind or act.anchor.kind, value=act.value or act.anchor.value, reason=act.reason,
                    seen=act.seen, exhibit=act.anchor.segment.exhibit, quote=act.anchor.quote,
                )
            )  # fmt: skip
    return verdicts, withdrawn


def between_reviewers(graph: Graph) -> Between:
    """Return how often two people, each without having seen the other's verdict, said otherwise, and what is to settle."""
    on: dict[str, list[Verdict]] = {}
    for one in records(graph.conn, f"{_VERDICTS} ORDER BY seq", Verdict):
        on.setdefault(one.mention, []).append(one)
    pairs = [pair for verdicts in on.values() if (pair := pair_of(verdicts))]
    disagreed = [pair for pair in pairs if not pair.agree]
    return Between(
        twice=len(pairs),
        disagreed=len(disagreed),
        rate=wilson(len(disagreed), len(pairs)) if pairs else None,
        to_settle=tuple(pair for pair in disagreed if pair.settled_by is None),
    )


def pair_of(verdicts: Iterable[Verdict]) -> Pair | None:
    """Return the first two people's verdicts that were given apart, in order; None where there are not two."""
    in_order = list(verdicts)
    apart = {one.actor: one for one in in_order if not one.seen}  # each person's last word that was given apart
    if len(apart) < 2:
        return None
    first, second = sorted(apart.values(), key=lambda one: one.seq)[:2]
    after = [
        one
        for one in in_order
        if one.seq > second.seq and one.seen >= (first.seq if one.actor == second.actor else second.seq)
    ]
    return Pair(
        mention=first.mention,
        first=first,
        second=second,
        agree=said(first) == said(second),
        settled_by=after[-1] if after else None,
    )


def said(one: Verdict) -> tuple[str, str, str]:
    """Return what a verdict says, for comparison: with value and kind only where it corrects."""
    return (one.verdict, one.kind, one.value) if one.verdict == "correct" else (one.verdict, "", "")
