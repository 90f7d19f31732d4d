"""How fast a case of many messages is searched: first results, facets of all hits, names as they sound, more like this, by meaning.

    python tests/bench/bench_search.py [EXHIBITS]     # 1,200 exhibits hold 300,000 messages

Vectors are drawn at random, so `by meaning` times the comparison, not the encoder; that one is timed by `casegraph meaning`.
Prints milliseconds, medians of nine; the first line is the whole rebuild.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "graph"), str(ROOT / "tests" / "bench")]

from made_names import bearers  # noqa: E402
from small_cases import Bench, Line, Says, new_bench  # noqa: E402

from evidence.records import EventRecord  # noqa: E402
from graph import meaning  # noqa: E402
from graph.alike import more_like  # noqa: E402
from graph.meaning import Sought  # noqa: E402
from graph.meaning_files import Encoded, Made  # noqa: E402
from graph.project import Graph, open_graph, rebuild  # noqa: E402
from graph.search import Search, answer  # noqa: E402

SEGMENTS = 250
SIZE = 384
WORDS = [f"word{number}" for number in range(5_000)]


def exhibit(bench: Bench, chance: random.Random, names: list[str]) -> None:
    """Receive and read one exhibit of messages: who wrote them and when; one in ten names somebody."""
    bench.exhibit(*(_message(chance, names) for _ in range(SEGMENTS)))


def _message(chance: random.Random, names: list[str]) -> Line:
    words = [WORDS[int(len(WORDS) * chance.random() ** 2)] for _ in range(25)]
    named = (chance.choice(names),) if chance.random() < 0.1 else ()
    wrote = EventRecord(
        kind="message", segment=0, time_written="as made",
        time_utc=f"2026-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}T09:00:00Z",
        parties=(("from", "phone", f"+447700{chance.randrange(5_000):06d}"),),
    )  # fmt: skip
    says = tuple(Says("person_name", name, name) for name in named)
    return Line(" ".join([*words, *named]), says, unit_kind="message", events=(wrote,))


def milliseconds(ask: Callable[[], object], times: int = 9) -> float:
    """Return the median."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        ask()
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)


def questions(graph: Graph) -> dict[str, Callable[[], object]]:
    """Return what is asked."""
    towards = np.random.default_rng(1).standard_normal(SIZE).astype(np.float32)
    sought = Sought("bench", towards / np.linalg.norm(towards))
    first = "CG-0001.m1.1"
    return {
        "a rare word": lambda: answer(graph, Search(query="word4999", limit=20)),
        "a common word": lambda: answer(graph, Search(query="word1", limit=20)),
        "a common word, facets": lambda: answer(graph, Search(query="word1", limit=20, facets=True)),
        "everything, facets": lambda: answer(graph, Search(query="NOT nowhere", limit=20, facets=True)),
        "NEAR of two words": lambda: answer(graph, Search(query="word1 NEAR/5 word2", limit=20)),
        "NEAR of a phrase and a word": lambda: answer(graph, Search(query='"word1 word2" NEAR/5 word3', limit=20)),
        "since, until, sender": lambda: answer(
            graph, Search(query="since:2026-03 until:2026-05 sender:+447700000007", limit=20)
        ),
        "sounds:": lambda: answer(graph, Search(query="sounds:Varga", limit=20)),
        "more like one": lambda: more_like(graph, first),
        "by meaning, beside a word": lambda: answer(
            graph, Search(query="word1", limit=20, by_meaning=10), sought=sought
        ),
    }


def main() -> None:
    """Make the case, then ask."""
    exhibits = int(sys.argv[1]) if len(sys.argv) > 1 else 1_200
    chance = random.Random(20)
    names = bearers(min(20_000, 20 * exhibits), chance)
    with tempfile.TemporaryDirectory() as folder:
        bench = new_bench(Path(folder) / "case")
        for _ in range(exhibits):
            exhibit(bench, chance, names)
        began = time.perf_counter()
        rebuild(bench.case)
        print(f"rebuild of {exhibits * SEGMENTS:,} messages: {time.perf_counter() - began:.1f} s")
        with open_graph(bench.case) as graph:
            began = time.perf_counter()
            _vectors(graph)
            print(f"keeping a vector of each: {time.perf_counter() - began:.1f} s")
            for name, ask in questions(graph).items():
                began = time.perf_counter()
                ask()
                once = (time.perf_counter() - began) * 1000
                print(f"{name:32} {milliseconds(ask):8.1f} ms   the first time {once:8.1f} ms")


def _vectors(graph: Graph) -> None:
    drawn = np.random.default_rng(2)
    todo = meaning.waiting(graph, "bench")
    for first in range(0, len(todo), 10_000):
        texts = meaning.texts(graph, todo[first : first + 10_000])
        made = drawn.standard_normal((len(texts), SIZE)).astype(np.float32)
        made /= np.linalg.norm(made, axis=1, keepdims=True)
        kept = [Made(text, (Encoded(0, len(text.text), vector),)) for text, vector in zip(texts, made, strict=True)]
        meaning.keep(graph, "bench", kept)


if __name__ == "__main__":
    main()
