"""The picture of the graph at its largest: how soon it stands, and for how long at a stretch the page does not answer.

    python tests/bench/bench_drawing.py [THINGS] [LINES]    # 2,000 things, the most that a picture takes, and 4,000 lines

The case is made of messages between accounts, most of them near each other; the server is the real command, the browser Chromium.
"""

from __future__ import annotations

import argparse
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "graph")]

from small_cases import Line, Says, new_bench  # noqa: E402
from web.browsing import CHROMIUM, browser_on  # noqa: E402

from evidence.case import Case  # noqa: E402
from evidence.records import EventRecord  # noqa: E402
from graph.project import open_graph, rebuild  # noqa: E402
from workbench.web.accounts import ROLES, Accounts  # noqa: E402

AT = "2025-03-01T12:00:00Z"
EACH = 250
WATCH = """(() => {
  const told = window.told = { task: 0, tasks: 0, gap: 0 };
  let last = 0;
  new PerformanceObserver(seen => { for (const one of seen.getEntries()) {
    told.tasks += 1; told.task = Math.max(told.task, one.duration);
  } }).observe({ type: "longtask", buffered: true });
  const frame = now => { if (last) told.gap = Math.max(told.gap, now - last); last = now; requestAnimationFrame(frame); };
  requestAnimationFrame(frame);
})()"""
"""Notes the longest task, how many took more than 50 ms, and the longest time between two frames, in milliseconds."""


@dataclass
class Served:
    """What a browser opens, and as whom."""

    address: str
    name: str = "bench"
    password: str = "a lay-by near Tern Yard"


def made(things: int, lines: int, root: Path) -> Case:
    """Return a case of so many accounts, and of so many pairs of them that wrote to each other."""
    bench, chance = new_bench(root), random.Random(7)
    pairs = {(one, one + 1): None for one in range(things - 1)}
    while len(pairs) < lines:
        one = chance.randrange(things)
        other = (one + chance.choice((1, 1, 1, 1, 1, 25)) * chance.randrange(1, 40)) % things
        if one != other and (other, one) not in pairs:
            pairs[one, other] = None
    listed = list(pairs)[:lines]
    for first in range(0, len(listed), EACH):
        bench.exhibit(*(_message(at, pair) for at, pair in enumerate(listed[first : first + EACH])))
    rebuild(bench.case)
    return bench.case


def _message(index: int, pair: tuple[int, int]) -> Line:
    sender, other = (f"u{number:04d}@x.example" for number in pair)
    sent = EventRecord(
        kind="message", segment=index, time_written=AT, time_utc=AT, zone="UTC", zone_by="the record",
        parties=(("from", "email", sender), ("to", "email", other)),
    )  # fmt: skip
    text = f"From {sender} to {other}"
    return Line(text, (Says("email", sender), Says("email", other)), unit_kind="message", events=(sent,))


@contextmanager
def served(case: Case) -> Iterator[Served]:
    """Serve a case by the real command."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    site = Served(f"http://127.0.0.1:{port}")
    Accounts(case).add(site.name, site.password, ROLES)
    command = [sys.executable, "-m", "workbench", "serve", str(case.root), "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            server.stdout.readline()
            yield site
        finally:
            server.terminate()


def told(page: Any, name: str, began: float) -> None:
    """Print when the picture stood, and what held the page up until then and in the two seconds after."""
    page.wait_for_selector("#graph[data-drawn]", timeout=120_000)
    took = time.perf_counter() - began
    page.wait_for_timeout(2000)
    print(f"  {name:16} {took:5.1f} s; {held(page)}", flush=True)


def held(page: Any) -> str:
    """Return what held the page up since this was asked last, and begin anew."""
    seen = page.evaluate(
        "() => { const was = { ...told }; Object.assign(told, { task: 0, tasks: 0, gap: 0 }); return was }"
    )
    return f"longest task {seen['task']:4.0f} ms, {seen['tasks']} above 50 ms; longest without a frame {seen['gap']:4.0f} ms"


def moved(page: Any) -> str:
    """Move the picture for two seconds by the mouse, and return what held it up."""
    box = page.locator("#drawing").bounding_box()
    across, down = box["x"] + box["width"] / 2, box["y"] + 20
    page.mouse.move(across, down)
    page.mouse.down()
    for step in range(100):
        page.mouse.move(across + step * 2, down + step)
        page.wait_for_timeout(10)
    page.mouse.up()
    page.wait_for_timeout(1000)
    return held(page)


def main(things: int, lines: int, folder: Path) -> None:
    case = made(things, lines, folder / "case")
    with open_graph(case) as graph:
        ids = [str(row[0]) for row in graph.conn.execute("SELECT id FROM entity ORDER BY id").fetchall()]
    with served(case) as site, browser_on(site, width=1920, height=1080) as page:
        page.add_init_script(WATCH)
        began = time.perf_counter()
        page.goto(f"{site.address}/graph#{'.'.join(ids)}")
        told(page, "opened", began)
        print(f"  {page.inner_text('#standing')}")
        began = time.perf_counter()
        page.keyboard.press("l")
        told(page, "laid out again", began)
        for name in ("moved by hand", "moved once more"):
            print(f"  {name:24} {moved(page)}")


if __name__ == "__main__":
    if not CHROMIUM:
        sys.exit("no Chromium is installed (apt install chromium)")
    asked = argparse.ArgumentParser()
    asked.add_argument("things", type=int, nargs="?", default=2_000)
    asked.add_argument("lines", type=int, nargs="?", default=4_000)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        main(given.things, given.lines, Path(scratch))
