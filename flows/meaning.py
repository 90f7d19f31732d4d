"""Making the vectors for searching by meaning: the encoder from one side, the files of vectors from the other."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import msgspec

from evidence.case import Case
from evidence.files import locked
from evidence.records import Stamp
from evidence.settings import Settings
from extractors import meaning as engine
from graph import meaning, meaning_files
from graph.meaning_files import Encoded, Made, Text
from graph.project import open_graph

AT_ONCE = 1_000
"""Segments whose vectors are kept together: what a killed run does again at most."""
OnProgress = Callable[[int, int], None]
"""Called with how many segments are done and how many there are to do."""


class MeaningMade(msgspec.Struct, frozen=True, kw_only=True):
    """What a run made, and how the case stands now."""

    stamp: Stamp
    made: int
    """Segments of which this run made vectors."""
    segments: int
    """Segments with vectors, from this run and those before."""
    passages: int
    waiting: int
    too_short: int
    """Segments with fewer than eight characters: they are never compared by meaning."""
    seconds: float


def encoder_of(settings: Settings) -> engine.Encoder:
    """Return the encoder that the settings mean; raises EngineMissing with how to get it."""
    return engine.encoder(root=settings.models, wanted=settings.meaning_model)


def make_vectors(
    case: Case, encoder: engine.Encoder, *, workers: int, on_progress: OnProgress = lambda _done, _of: None
) -> MeaningMade:
    """Make the vectors that are missing, and drop those of what is no longer there; goes on where a killed run stopped.

    The graph is open only while texts are taken out and vectors kept, so nobody waits for this. Raises Busy beside another run.
    """
    began = time.monotonic()
    with locked(case.root / ".meaning.lock", wait_s=0, held_for="making vectors for searching by meaning"):
        with open_graph(case) as graph:
            todo = meaning.waiting(graph, encoder.model)
        made = 0
        on_progress(0, len(todo))
        with ThreadPoolExecutor(max_workers=max(1, workers)) as pool:
            for some in _in_lots(todo):
                with open_graph(case) as graph:
                    texts = meaning.texts(graph, some)
                encoded = list(pool.map(lambda text: _encoded(encoder, text), texts))
                with open_graph(case) as graph:
                    made += meaning.keep(graph, encoder.model, encoded)
                on_progress(made, len(todo))
        with open_graph(case) as graph:
            meaning_files.tidy(case, graph.conn, encoder.model)
            now = meaning.standing(graph, encoder.model)
    return MeaningMade(
        stamp=encoder.stamp,
        made=made,
        segments=now.segments,
        passages=now.passages,
        waiting=now.waiting,
        too_short=now.too_short,
        seconds=time.monotonic() - began,
    )


def sought(encoder: engine.Encoder, words: str) -> meaning.Sought:
    """Return what some words mean, to be looked for."""
    return meaning.Sought(encoder.model, encoder.vector(words))


def _encoded(encoder: engine.Encoder, text: Text) -> Made:
    return Made(text, tuple(Encoded(*passage) for passage in encoder.passages(text.text)))


def _in_lots(names: Sequence[str]) -> Iterator[Sequence[str]]:
    for first in range(0, len(names), AT_ONCE):
        yield names[first : first + AT_ONCE]
