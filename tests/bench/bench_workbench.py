"""The workbench at size: search, entity page, expansion and path through HTTP, alone and by ten people at once.

    python tests/bench/bench_workbench.py [EXHIBITS] [--keep FOLDER]    # 1,200 exhibits hold 300,000 segments

The case is that of `bench_size.py`; the server is the real command. Times are what a browser waits for an answer.
"""

from __future__ import annotations

import argparse
import http.cookiejar
import json
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "graph"), str(Path(__file__).parent)]

from bench_size import exhibit  # noqa: E402
from small_cases import new_bench  # noqa: E402

from evidence.case import Case, open_case  # noqa: E402
from graph import queries  # noqa: E402
from graph.project import open_graph, rebuild  # noqa: E402
from workbench.web.accounts import ROLES, Accounts  # noqa: E402

PASSWORD = "a lay-by near Tern Yard"
AT_ONCE, EACH = 10, 30


def made(exhibits: int, folder: Path) -> Case:
    """Return the generated case, made where it is not there yet."""
    root = folder / f"case-{exhibits}"
    if (root / "graph.duckdb").is_file():
        return open_case(root)
    bench, chance = new_bench(root), random.Random(7)
    for _ in range(exhibits):
        exhibit(bench, chance, entities=exhibits * 200)
    rebuild(bench.case)
    return bench.case


class Person:
    """Somebody who is signed in."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.open = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        data = urllib.parse.urlencode({"name": "bench", "password": PASSWORD}).encode()
        self.open.open(f"{address}/api/session", data=data, timeout=60).read()

    def seconds(self, path: str) -> float:
        """Ask, and return how long it took; raises where the answer is no success."""
        began = time.perf_counter()
        with self.open.open(self.address + path, timeout=120) as answer:
            answer.read()
        return time.perf_counter() - began


def questions(case: Case, chance: random.Random) -> dict[str, Callable[[], str]]:
    """Return what is asked, about things drawn at random and about the busiest."""
    with open_graph(case) as graph:
        ids = [
            str(row[0])
            for row in graph.conn.execute("SELECT id FROM entity USING SAMPLE 500 (reservoir, 7)").fetchall()
        ]
        ids += [one.id for one in queries.entities(graph, limit=20)]
    word = lambda: f"word{chance.randrange(5000)}"  # noqa: E731
    quoted = urllib.parse.quote
    return {
        "search, one word": lambda: f"/search?q={word()}",
        "search, two words OR": lambda: f"/search?q={quoted(f'{word()} OR {word()}')}",
        "search, a phrase": lambda: f"/search?q={quoted(chr(34) + word() + ' ' + word() + chr(34))}",
        "search, the API": lambda: f"/api/search?q={quoted(f'{word()} AND {word()}')}",
        "entity page": lambda: f"/entities/{chance.choice(ids)}",
        "two hops": lambda: f"/api/graph/around?of={chance.choice(ids)}&hops=2",
        "path": lambda: f"/api/graph/path?a={chance.choice(ids)}&b={chance.choice(ids)}",
    }


def spread(taken: list[float]) -> str:
    """Return the median and the 95th percentile in milliseconds."""
    return (
        f"{statistics.median(taken) * 1000:6.0f} ms median {statistics.quantiles(taken, n=20)[-1] * 1000:6.0f} ms p95"
    )


def together(address: str, asked: dict[str, Callable[[], str]]) -> tuple[list[float], list[str]]:
    """Ask as ten people at once; returns the times and what went wrong."""
    taken: list[float] = []
    wrong: list[str] = []

    def work(person: Person) -> None:
        for _ in range(EACH):
            path = random.choice(list(asked.values()))()
            try:
                taken.append(person.seconds(path))
            except (OSError, urllib.error.HTTPError) as error:
                wrong.append(f"{path}: {error}")

    people = [Person(address) for _ in range(AT_ONCE)]
    threads = [threading.Thread(target=work, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return taken, wrong


def memory(server: subprocess.Popen[Any]) -> dict[str, int]:
    """Return what the server holds now and held at most, in MB."""
    lines = Path(f"/proc/{server.pid}/status").read_text().splitlines()
    told = {
        line.partition(":")[0]: int(line.split()[1]) // 1024 for line in lines if line.startswith(("VmHWM", "VmRSS"))
    }
    return {"now": told["VmRSS"], "at most": told["VmHWM"]}


def main(exhibits: int, folder: Path) -> None:
    case = made(exhibits, folder)
    accounts = Accounts(case)
    if "bench" not in accounts.all():
        accounts.add("bench", PASSWORD, ROLES)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "workbench", "serve", str(case.root), "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            began = time.perf_counter()
            server.stdout.readline()
            print(f"open after {time.perf_counter() - began:.1f} s, {memory(server)} MB", flush=True)
            address, chance = f"http://127.0.0.1:{port}", random.Random(11)
            asked = questions(case, chance)
            one = Person(address)
            for name, path in asked.items():
                one.seconds(path())
                print(f"  {name:22} {spread([one.seconds(path()) for _ in range(60)])}", flush=True)
            taken, wrong = together(address, asked)
            print(f"  {AT_ONCE} people at once     {spread(taken)}, {len(wrong)} errors of {len(taken) + len(wrong)}")
            print(json.dumps({"memory MB": memory(server), "errors": wrong[:5]}))
        finally:
            server.terminate()


if __name__ == "__main__":
    given = argparse.ArgumentParser()
    given.add_argument("exhibits", type=int, nargs="?", default=1_200)
    given.add_argument("--keep", type=Path)
    wanted = given.parse_args()
    if wanted.keep:
        main(wanted.exhibits, wanted.keep)
    else:
        with tempfile.TemporaryDirectory() as scratch:
            main(wanted.exhibits, Path(scratch))
