"""The graph at size: rebuild, catch-up and answers on a generated case, against the same graph loaded into networkx.

    python tests/bench/bench_size.py [EXHIBITS] [--keep FOLDER]    # 1,000 exhibits hold a million mentions

Every exhibit holds 250 messages of one account to another that name four things, so that 1,000 exhibits give a million mentions,
some 200,000 entities and two million relations. The case stays in FOLDER where one is given, and is used again from there.
"""

from __future__ import annotations

import argparse
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "graph")]

import duckdb  # noqa: E402
from small_cases import Bench, Line, Says, new_bench  # noqa: E402

from evidence.case import open_case  # noqa: E402
from evidence.records import EventRecord  # noqa: E402
from graph import queries  # noqa: E402
from graph.analysis import path  # noqa: E402
from graph.entity_reads import entity_view  # noqa: E402
from graph.project import Graph, catch_up, open_graph, rebuild  # noqa: E402
from graph.questions.around import around  # noqa: E402
from graph.questions.contacts import contacts  # noqa: E402
from graph.questions.moments import Asked  # noqa: E402
from graph.questions.timeline import timeline  # noqa: E402
from graph.questions.when import buckets, happenings  # noqa: E402
from graph.questions.where import places  # noqa: E402
from graph.search import search  # noqa: E402

SEGMENTS, MENTIONS = 250, 4
WORDS = [f"word{number}" for number in range(5_000)]
START = datetime(2025, 1, 1, tzinfo=UTC)


def exhibit(bench: Bench, chance: random.Random, *, entities: int) -> None:
    """Receive and read one exhibit of messages."""
    bench.exhibit(*(_message(chance, entities, index) for index in range(SEGMENTS)))


def _message(chance: random.Random, entities: int, index: int) -> Line:
    # half of what is named is local, as in life; the rest is anywhere
    home = chance.randrange(entities)
    names = list(dict.fromkeys(f"u{(home + chance.randrange(40)) % entities:07d}@x.example" for _ in range(MENTIONS)))
    text = " ".join([*chance.choices(WORDS, k=25), *names])
    at = f"{START + timedelta(seconds=chance.randrange(365 * 86_400)):%Y-%m-%dT%H:%M:%SZ}"
    sent = EventRecord(
        kind="message", segment=index, time_written=at, time_utc=at, zone="UTC", zone_by="the record",
        parties=(("from", "email", names[0]), ("to", "email", names[-1])),
    )  # fmt: skip
    return Line(text, tuple(Says("email", name) for name in names), unit_kind="message", events=(sent,))


def spread(ask: Callable[[str, str], object], pairs: Iterable[tuple[str, str]]) -> str:
    """Return the median and the 95th percentile of one question about many things, in milliseconds."""
    taken = []
    for one, other in pairs:
        began = time.perf_counter()
        ask(one, other)
        taken.append((time.perf_counter() - began) * 1000)
    return f"{statistics.median(taken):7.0f} ms median {statistics.quantiles(taken, n=20)[-1]:7.0f} ms p95"


def answers(graph: Graph, chance: random.Random) -> None:
    """Print how long each question takes about things drawn at random, and about the busiest."""
    ids = [str(row[0]) for row in graph.conn.execute("SELECT id FROM entity ORDER BY id").fetchall()]
    busy = [one.id for one in queries.entities(graph, limit=20)]
    drawn = [(chance.choice(ids), chance.choice(ids)) for _ in range(80)] + list(zip(busy, reversed(busy), strict=True))
    asked: dict[str, Callable[[str, str], object]] = {
        "two hops": lambda one, _: around(graph, one, hops=2),
        "two hops, co-mention": lambda one, _: around(graph, one, hops=2, co_mention=True),
        "path": lambda one, other: path(graph, one, other),
        "timeline of one": lambda one, _: timeline(graph, a=one),
        "timeline drawn": lambda *_: buckets(graph, _stretch(chance)),
        "timeline drawn of one": lambda one, _: buckets(graph, Asked(of=(one,))),
        "timeline listed": lambda *_: happenings(graph, _stretch(chance)),
        "map": lambda *_: places(graph, _stretch(chance)),
        "contacts of one": lambda one, _: contacts(graph, a=one),
        "entity, all of it": lambda one, _: queries.entity(graph, one),
        "entity page": lambda one, _: entity_view(graph, one),
        "search": lambda one, _: search(graph, f"word{len(one) + chance.randrange(4000)} OR word17"),
    }
    for name, ask in asked.items():
        print(f"  {name:22} {spread(ask, drawn)}", flush=True)
    drawn_whole = {"timeline of all drawn": lambda held: buckets(held, Asked())}
    for name, whole in ({"timeline of all": timeline, "contacts of all": contacts} | drawn_whole).items():
        began = time.perf_counter()
        whole(graph)
        print(f"  {name:22} {time.perf_counter() - began:7.2f} s")


def _stretch(chance: random.Random) -> Asked:
    """Return a stretch of an hour to half a year, somewhere in the year."""
    begins = START + timedelta(seconds=chance.randrange(365 * 86_400))
    lasts = timedelta(seconds=chance.choice((3600, 86_400, 7 * 86_400, 30 * 86_400, 182 * 86_400)))
    return Asked(since=f"{begins:%Y-%m-%dT%H:%M:%S}", until=f"{begins + lasts:%Y-%m-%dT%H:%M:%S}")


NETWORKX = """
import sys, time
began = time.perf_counter()
import duckdb, networkx as nx
conn = duckdb.connect(sys.argv[1], read_only=True)
drawn = nx.Graph()
for row in conn.execute("SELECT source_entity, target_entity, id, kind, family, supports, review FROM relation").fetchall():
    drawn.add_edge(row[0], row[1], id=row[2], kind=row[3], family=row[4], supports=row[5], review=row[6])
for row in conn.execute("SELECT id, kind, value, label, status, mentions FROM entity").fetchall():
    drawn.add_node(row[0], kind=row[1], value=row[2], label=row[3], status=row[4], mentions=row[5])
nx.single_source_shortest_path_length(drawn, sys.argv[2], cutoff=2)
seconds = time.perf_counter() - began
held = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(f"{seconds:.1f} {int(held.split()[1]) // 1024}")
"""
OURS = """
import sys, time
began = time.perf_counter()
sys.path.insert(0, sys.argv[3])
from pathlib import Path
from evidence.case import open_case
from graph.project import open_graph
from graph.questions.around import around
with open_graph(open_case(Path(sys.argv[1]))) as graph:
    around(graph, sys.argv[2], hops=2)
    seconds = time.perf_counter() - began
held = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(f"{seconds:.1f} {int(held.split()[1]) // 1024}")
"""


def beside_networkx(folder: Path, one: str, scratch: Path) -> None:
    """Print time to the first answer and memory of a fresh process, ours and one that loads the graph into networkx.

    What networkx loads is laid out as plain tables before, so that it does not pay for what our views work out.
    """
    plain = scratch / "plain.duckdb"
    with duckdb.connect(str(plain)) as conn:
        conn.execute(f"ATTACH '{folder / 'graph.duckdb'}' AS graph (READ_ONLY)")
        for table in ("relation", "entity"):
            conn.execute(f"CREATE TABLE {table} AS FROM graph.{table}")
        held = conn.execute("SELECT count(*) FROM relation").fetchone()
    print(f"  {held[0] if held else 0:,} relations with those that are named together")
    for name, script, target in (("ours", OURS, folder), ("networkx", NETWORKX, plain)):
        made = subprocess.run(
            [sys.executable, "-c", script, str(target), one, str(ROOT)], check=True, capture_output=True, text=True
        )
        seconds, megabytes = made.stdout.splitlines()[-1].split()  # a progress bar of DuckDB may stand before
        print(f"  {name:10} first answer after {seconds} s, {megabytes} MB")


def main(exhibits: int, folder: Path) -> None:
    chance = random.Random(7)
    entities = exhibits * 200
    root = folder / f"case-{exhibits}"
    if not root.is_dir():
        bench = new_bench(root)
        for _ in range(exhibits):
            exhibit(bench, chance, entities=entities)
    else:
        case = open_case(root)
        bench = Bench(case, _next=1 + sum(line.op == "exhibit.received" for line in case.custody.lines()))
    made = rebuild(bench.case)
    with open_graph(bench.case) as graph:
        held = queries.graph_line(graph)
    print(
        f"{held.segments:,} segments, {held.mentions:,} mentions, {held.entities:,} entities, {held.relations:,} relations"
    )
    print(f"rebuild {made.seconds:.1f} s: {held.mentions / made.seconds:,.0f} mentions/s; "
          f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024:,} MB at most", flush=True)  # fmt: skip
    exhibit(bench, chance, entities=entities)
    print(f"catch-up after one exhibit {catch_up(bench.case).seconds:.2f} s", flush=True)
    with open_graph(bench.case) as graph:
        one = queries.entities(graph, limit=1)[0].id
        answers(graph, chance)
    with tempfile.TemporaryDirectory() as scratch:
        beside_networkx(root, one, Path(scratch))


if __name__ == "__main__":
    asked = argparse.ArgumentParser()
    asked.add_argument("exhibits", type=int, nargs="?", default=1_000)
    asked.add_argument("--keep", type=Path)
    given = asked.parse_args()
    if given.keep:
        main(given.exhibits, given.keep)
    else:
        with tempfile.TemporaryDirectory() as scratch:
            main(given.exhibits, Path(scratch))
