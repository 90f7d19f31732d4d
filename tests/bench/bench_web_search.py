"""How fast a served case of many messages answers a search: the page with its first hits, then facets, preview and further hits.

    python tests/bench/bench_web_search.py [EXHIBITS]     # 1,200 exhibits hold 300,000 messages

Prints milliseconds by the clock and of processor time, with signing in, the access record and the template, for queries of each sort.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "graph"), str(ROOT / "tests" / "bench")]

from bench_search import SEGMENTS, exhibit  # noqa: E402
from made_names import bearers  # noqa: E402
from small_cases import new_bench  # noqa: E402
from starlette.testclient import TestClient  # noqa: E402

from evidence.case import Case, open_case  # noqa: E402
from evidence.ledger import Actor  # noqa: E402
from graph.live import LiveGraph  # noqa: E402
from graph.project import rebuild  # noqa: E402
from workbench.web.accounts import Accounts  # noqa: E402
from workbench.web.app import build_app  # noqa: E402
from workbench.web.desk import Desk  # noqa: E402

TIMES = 25
Took = tuple[float, float]


def queries(chance: random.Random) -> dict[str, Callable[[], str]]:
    """Return what is asked, each sort with other words every time."""

    def word() -> str:
        return f"word{int(5_000 * chance.random() ** 2)}"

    return {
        "a word": word,
        "two words": lambda: f"{word()} {word()}",
        "one of three": lambda: f"{word()} OR {word()} OR {word()}",
        "a phrase": lambda: f'"{word()} {word()}"',
        "a letter off": lambda: f"{word()}~1",
        "beginning so": lambda: f"{word()[:6]}*",
        "near": lambda: f"{word()} NEAR/5 {word()}",
        "in a span of days": lambda: f"{word()} since:2026-03 until:2026-06",
        "but not": lambda: f"{word()} NOT {word()}",
        "a number": lambda: f"+447700{chance.randrange(5_000):06d}",
        "of a sender": lambda: f"sender:+447700{chance.randrange(5_000):06d}",
    }


def main() -> None:
    """Make the case, or take the one whose folder is given, serve it in this process, and ask."""
    given = sys.argv[1] if len(sys.argv) > 1 else "1200"
    with tempfile.TemporaryDirectory() as folder:
        case = open_case(Path(given)) if Path(given).is_dir() else _made(Path(folder) / "case", int(given))
        live = LiveGraph(case)
        live.start()
        try:
            _ask(case, live)
        finally:
            live.close()


def _made(folder: Path, exhibits: int) -> Case:
    chance = random.Random(20)
    names = bearers(min(20_000, 20 * exhibits), chance)
    bench = new_bench(folder)
    for _ in range(exhibits):
        exhibit(bench, chance, names)
    rebuild(bench.case)
    print(f"{exhibits * SEGMENTS:,} messages")
    return bench.case


def _ask(case: Case, live: LiveGraph) -> None:
    desk = Desk(case=case, live=live, host=Actor(name="server", account="bench", host="bench"), accounts=Accounts(case))
    token, _ = desk.sessions.begin("bench", ("analyse",))
    client = TestClient(build_app(desk))
    client.cookies.set("casegraph", token)
    _took(client, "/search", q="word1")
    every: list[Took] = []
    for name, query in queries(random.Random(3)).items():
        times = [_took(client, "/search", q=query()) for _ in range(TIMES)]
        every += times
        _print(name, times)
    _print("all of these", every)
    for path, asked in (
        ("/search/facets", {"q": "word1"}),
        ("/search/more", {"q": "word1", "after": "300"}),
        ("/search/preview", {"segment": "CG-0001.m17.1"}),
    ):
        _print(path, [_took(client, path, **asked) for _ in range(TIMES)])


def _took(client: TestClient, path: str, **asked: str) -> Took:
    began, worked = time.perf_counter(), time.process_time()
    answer = client.get(path, params=asked)
    assert answer.status_code == 200, answer.text
    return (time.perf_counter() - began) * 1000, (time.process_time() - worked) * 1000


def _print(name: str, times: Sequence[Took]) -> None:
    clock, worked = (sorted(column) for column in zip(*times, strict=True))
    print(f"{name:20} {_told(clock)}   processor {_told(worked)}", flush=True)


def _told(times: Sequence[float]) -> str:
    late = statistics.quantiles(times, n=20)[-1]
    return f"median {statistics.median(times):6.1f} ms, 95 of 100 within {late:6.1f} ms"


if __name__ == "__main__":
    main()
