"""A random sample of a case's own readings, drawn for people to check, and the error they found in it.

The population is what machines read and the software asserts: established readings and candidates, not what failed its
check; and every reading that people had already corrected or rejected. What machines missed is in no such sample, so it
measures wrong readings, not missing ones. Each way of reading is a stratum of its own, for print, speech and stored text
go wrong at different rates.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Literal, TypeAlias

import msgspec

from evidence.acts import MentionDecided, SampleDrawn, SampledReading
from evidence.ledger import Event
from evidence.state import CaseState
from evidence.validation import wilson
from graph.anchors import exact_mention
from graph.project import Graph
from graph.rows import fetch

Judgement: TypeAlias = Literal["right", "wrong", "attributed", "waiting"]

_POPULATION = """
WITH reading AS (
    SELECT id, segment_id, kind_machine AS kind FROM mention WHERE origin = 'machine' AND status <> 'unverified'
    UNION ALL SELECT id, segment_id, kind FROM rejected WHERE finder <> 'human'
)
SELECT reading.id AS mention, here.exhibit, here.unit_kind, here.unit, here.source, reading.kind
FROM reading JOIN segment AS here ON here.id = reading.segment_id
ORDER BY here.source, sha256($seed || ':' || reading.id), reading.id
"""


class Stratum(msgspec.Struct, frozen=True, kw_only=True):
    """What people found among the sampled readings of one kind of source; sealed ones are left out."""

    source: str
    population: int
    """Readings of that source when the sample was drawn."""
    drawn: int
    right: int
    wrong: int
    """Corrected or rejected."""
    attributed: int
    """Someone's assessment, which says nothing about the reading."""
    waiting: int
    error: int = -1
    """Wrong of those judged, per ten thousand; -1 while none is judged."""
    low: int = -1
    high: int = -1


class SampleResult(msgspec.Struct, frozen=True, kw_only=True):
    """A draw on the record, and how far people are with it."""

    seq: int
    drawn_at: str
    drawn_by: str
    seed: int
    n: int
    sealed: int
    """Drawn readings that lie in what is sealed now; they are counted nowhere else."""
    strata: tuple[Stratum, ...]
    waiting: tuple[str, ...]
    """Mention ids that nobody has judged yet, in the order of the draw."""
    reason: str = ""


def draw(graph: Graph, *, n: int, seed: int, reason: str = "") -> SampleDrawn:
    """Return `n` readings drawn at random, as evenly as the ways of reading allow; the same for the same seed."""
    rows = fetch(graph.conn, _POPULATION, {"seed": str(seed)})
    strata: dict[str, list[SampledReading]] = {}
    for row in rows:
        strata.setdefault(row["source"], []).append(msgspec.convert(row, SampledReading))
    share = shares({source: len(found) for source, found in strata.items()}, n)
    return SampleDrawn(
        seed=seed,
        n=n,
        population={source: len(found) for source, found in strata.items()},
        readings=tuple(one for source, found in strata.items() for one in found[: share[source]]),
        reason=reason,
    )


def shares(sizes: Mapping[str, int], n: int) -> dict[str, int]:
    """Return how many of `n` to take of each stratum: evenly, and what small ones leave goes to the others."""
    given: dict[str, int] = {}
    for left, (source, size) in zip(
        range(len(sizes), 0, -1), sorted(sizes.items(), key=lambda item: (item[1], item[0])), strict=True
    ):
        given[source] = min(size, (n - sum(given.values())) // left)
    return given


def samples(events: Iterable[Event], state: CaseState, *, withdrawn: Collection[int]) -> tuple[SampleResult, ...]:
    """Return every draw on the record in order, each with what people decided about its readings."""
    standing = [event for event in events if event.line.seq not in withdrawn]
    verdicts = {
        exact_mention(event.act.anchor): event.act.verdict
        for event in standing
        if isinstance(event.act, MentionDecided)
    }
    closed = {key[:3] for key in state.sealed_segments}
    return tuple(
        _result(event, event.act, verdicts, state, closed) for event in standing if isinstance(event.act, SampleDrawn)
    )


def _result(
    event: Event,
    act: SampleDrawn,
    verdicts: Mapping[str, str],
    state: CaseState,
    closed: set[tuple[str, str, int]],
) -> SampleResult:
    open_ones = [
        one
        for one in act.readings
        if not state.is_sealed(one.exhibit) and (one.exhibit, one.unit_kind, one.unit) not in closed
    ]
    judged = [(one, _judgement(verdicts.get(one.mention, ""))) for one in open_ones]
    return SampleResult(
        seq=event.line.seq,
        drawn_at=event.line.ts,
        drawn_by=event.line.actor,
        seed=act.seed,
        n=act.n,
        sealed=len(act.readings) - len(open_ones),
        strata=tuple(
            _stratum(source, size, [said for one, said in judged if one.source == source])
            for source, size in sorted(act.population.items())
        ),
        waiting=tuple(one.mention for one, said in judged if said == "waiting"),
        reason=act.reason,
    )


def _judgement(verdict: str) -> Judgement:
    match verdict:
        case "confirm":
            return "right"
        case "correct" | "reject":
            return "wrong"
        case "attribute":
            return "attributed"
        case _:
            return "waiting"


def _stratum(source: str, population: int, judged: list[Judgement]) -> Stratum:
    right, wrong = judged.count("right"), judged.count("wrong")
    rate = wilson(wrong, right + wrong) if right + wrong else (-1, -1, -1)
    return Stratum(
        source=source,
        population=population,
        drawn=len(judged),
        right=right,
        wrong=wrong,
        attributed=judged.count("attributed"),
        waiting=judged.count("waiting"),
        error=rate[0],
        low=rate[1],
        high=rate[2],
    )
