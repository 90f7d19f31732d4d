"""How fast a generated case becomes a graph, catches up after one exhibit, and answers.

    python tests/bench/bench_graph.py [EXHIBITS]     # 200 exhibits hold 200,000 mentions

Prints mentions a second of a full rebuild (index included), seconds to catch up, and milliseconds of some questions.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "graph")]

from small_cases import Bench, Line, Says, new_bench  # noqa: E402

from graph import queries  # noqa: E402
from graph.analysis import path  # noqa: E402
from graph.project import Graph, catch_up, open_graph, rebuild  # noqa: E402
from graph.search import search  # noqa: E402

SEGMENTS = 250
MENTIONS = 4
WORDS = [f"word{number}" for number in range(5_000)]


def exhibit(bench: Bench, chance: random.Random, *, entities: int) -> None:
    """Receive and read one exhibit of messages, each naming four things and stating one relation."""
    bench.exhibit(*(_message(chance, entities) for _ in range(SEGMENTS)))


def _message(chance: random.Random, entities: int) -> Line:
    # half of what is named is local, as in life; the rest is anywhere
    home = chance.randrange(entities)
    names = [f"u{(home + chance.randrange(40)) % entities:07d}@x.example" for _ in range(MENTIONS)]
    names = list(dict.fromkeys(names))
    text = " ".join([*chance.choices(WORDS, k=25), *names])
    relations = (("messaged", "email", names[0], "email", names[-1]),)
    return Line(text, tuple(Says("email", name) for name in names), unit_kind="message", relations=relations)


def milliseconds(ask: Callable[[], object], times: int = 15) -> float:
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        ask()
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)


def questions(graph: Graph) -> dict[str, Callable[[], object]]:
    one, *_, other = queries.entities(graph, limit=50)
    return {
        "a phrase": lambda: search(graph, '"word1 word2" OR word17'),
        "an entity with its mentions": lambda: queries.entity(graph, one.id),
        "a path": lambda: path(graph, one.id, other.id),
        "entities by words": lambda: queries.entities(graph, query="u00001", limit=20),
    }


def main(exhibits: int) -> None:
    chance = random.Random(7)
    entities = exhibits * SEGMENTS
    with tempfile.TemporaryDirectory() as folder:
        bench = new_bench(Path(folder) / "case")
        for _ in range(exhibits):
            exhibit(bench, chance, entities=entities)
        made = rebuild(bench.case)
        with open_graph(bench.case) as graph:
            held = queries.graph_line(graph)
        rate = held.mentions / made.seconds
        print(f"{held.segments:,} segments, {held.mentions:,} mentions, {held.entities:,} entities, "
              f"{held.relations:,} relations")  # fmt: skip
        print(f"rebuild {made.seconds:.1f} s: {rate:,.0f} mentions/s")
        exhibit(bench, chance, entities=entities)
        print(f"catch-up after one exhibit {catch_up(bench.case).seconds:.2f} s")
        with open_graph(bench.case) as graph:
            for name, ask in questions(graph).items():
                print(f"{name}: {milliseconds(ask):.1f} ms")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
