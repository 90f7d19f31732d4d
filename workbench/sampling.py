"""Random samples of a case's readings as commands and pages draw them and find them on record: the same for both."""

from __future__ import annotations

from evidence.acts import SampleDrawn
from evidence.case import Case
from evidence.errors import UsageError
from evidence.state import fold
from graph.chain import read_chain
from graph.project import Graph
from graph.sample import SampleResult, draw, samples


def on_record(case: Case) -> tuple[SampleResult, ...]:
    """Return every sample drawn on record, the latest last, each with what people decided so far."""
    events = list(case.custody.events())
    return samples(events, fold(events), withdrawn=read_chain(case).withdrawn)


def drawn(graph: Graph, *, n: int, seed: int, reason: str = "") -> SampleDrawn:
    """Return a sample as it would be written; raises UsageError where there is nothing to draw from."""
    act = draw(graph, n=n, seed=seed, reason=reason.strip())
    if not act.readings:
        raise UsageError("there are no readings to draw from", next_step="`casegraph ingest` reads exhibits")
    return act
