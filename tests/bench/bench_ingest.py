"""Ingest against what it is made of, each pair in one run: OCR pages, hashing, start-up, memory.

    python tests/bench/bench_ingest.py [--pages 60] [--gigabytes 1] [--only ocr,hash,start,memory]

Figures are ratios; the machine's seconds do not travel.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
from PIL import Image, ImageDraw, ImageFont

ROOT = Path(__file__).parent.parent.parent
SAMPLE = ROOT / "sample_data"
sys.path.insert(0, str(ROOT))

WORDS = (ROOT / "LICENSE").read_text(encoding="utf-8").split()


def casegraph(*words: object, env: dict[str, str] | None = None) -> float:
    """Run a command; returns its wall seconds."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "workbench", *map(str, words)]
    subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL, env=os.environ | (env or {}))
    return time.perf_counter() - began


def new_case(folder: Path) -> Path:
    """Make an empty case."""
    casegraph("new", folder, "--title", "Bench", "--authority", SAMPLE / "authority.toml")
    return folder


def page(number: int) -> Image.Image:
    """Return a typeset page at 200 dpi, another text for each number."""
    image = Image.new("L", (1654, 2339), 255)
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(size=30)
    for line in range(40):
        start = (number * 397 + line * 11) % (len(WORDS) - 12)
        draw.text((120, 120 + line * 52), " ".join(WORDS[start : start + 11])[:80], font=font, fill=0)
    return image


def tesseract(path: Path) -> None:
    """Run tesseract as its users do, one thread, with the dpi."""
    command = ["tesseract", str(path), "stdout", "--dpi", "200", "--psm", "3", "-l", "eng", "tsv"]
    environment = dict(os.environ) | {"OMP_THREAD_LIMIT": "1"}
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)


def bench_ocr(folder: Path, pages: int) -> None:
    """OCR: pages a minute of `ingest`, against raw tesseract processes on all cores over the same images."""
    seized = folder / "pages"
    seized.mkdir()
    paths = [seized / f"{number:04d}.png" for number in range(pages)]
    for number, path in enumerate(paths):
        page(number).save(path, dpi=(200, 200))
    cores = len(os.sched_getaffinity(0))
    began = time.perf_counter()
    with ThreadPoolExecutor(max_workers=cores) as threads:
        list(threads.map(tesseract, paths))
    raw = time.perf_counter() - began
    case = new_case(folder / "ocr-case")
    ours = casegraph("ingest", case, seized, "--languages", "en")
    print(
        f"ocr: raw {60 * pages / raw:.1f} pages/min, ingest {60 * pages / ours:.1f} pages/min, ratio {raw / ours:.2f} (wanted: 0.9)"
    )


def bench_hash(folder: Path, gigabytes: float) -> None:
    """Re-ingest with nothing changed, against hashing the same files."""
    seized = folder / "bulk"
    seized.mkdir()
    block = os.urandom(1 << 20)
    for number in range(max(1, int(gigabytes * 10))):
        with (seized / f"{number:03d}.bin").open("wb") as writing:
            for part in range(100):
                writing.write(part.to_bytes(4, "big") + number.to_bytes(4, "big") + block[8:])
    case = new_case(folder / "hash-case")
    casegraph("ingest", case, seized)
    began = time.perf_counter()
    for path in sorted(seized.iterdir()):
        with path.open("rb") as reading:
            hashlib.file_digest(reading, "sha256")
    raw = time.perf_counter() - began
    again = casegraph("ingest", case, seized)
    print(
        f"re-ingest of {gigabytes} GB: hashing {raw:.1f} s, ingest {again:.1f} s, ratio {again / raw:.2f} (wanted: at most 3)"
    )


def bench_start(folder: Path) -> None:
    """A one-page ingest into an existing case: seconds over the engine's own, with and without a Prefect server."""
    case = new_case(folder / "start-case")
    casegraph("ingest", case, SAMPLE / "exhibits" / "lodge-office" / "night-log.txt")
    for server in (False, True):
        image = folder / f"page-{server}.png"
        page(7 + server).save(image, dpi=(200, 200))
        began = time.perf_counter()
        tesseract(image)
        engine = time.perf_counter() - began
        with _prefect(server) as environment:
            ours = casegraph("ingest", case, image, "--languages", "en", env=environment)
        limit = 5 if server else 15
        what = "with a Prefect server up" if server else "without a server"
        print(
            f"one page {what}: {ours:.1f} s, {ours - engine:.1f} s over the engine's {engine:.1f} s (wanted: at most {limit} over)"
        )


class _prefect:  # noqa: N801 - used as a word
    """A Prefect server for the block, where wanted."""

    def __init__(self, wanted: bool) -> None:
        from flows.server import TemporaryServer

        self._server = TemporaryServer() if wanted else None

    def __enter__(self) -> dict[str, str]:
        if self._server is None:
            return {}
        self._server.start()
        self._server.wait()
        return {"PREFECT_API_URL": os.environ["PREFECT_API_URL"]}

    def __exit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.stop()


def bench_memory(folder: Path, pages: int = 500) -> None:
    """Peak memory of any one process, and of all, on a PDF of 500 pages with a text layer on most and scans between."""
    import typst

    source = folder / "long.typ"
    scan = folder / "scan.png"
    page(3).save(scan, dpi=(200, 200))
    lines = ['#image("scan.png", width: 100%)\n#pagebreak()' if number % 50 == 0 else f"= Page {number}\n#lorem(400)\n#pagebreak()" for number in range(pages)]  # fmt: skip
    source.write_text("#set page(margin: 1cm)\n" + "\n".join(lines), encoding="utf-8")
    document = folder / "long.pdf"
    typst.compile(str(source), output=str(document))
    case = new_case(folder / "memory-case")
    peak = {"one": 0, "all": 0}
    done = threading.Event()
    watcher = threading.Thread(target=_watch, args=(done, peak))
    watcher.start()
    seconds = casegraph("ingest", case, document, "--languages", "en")
    done.set()
    watcher.join()
    print(
        f"{pages}-page PDF: {seconds:.0f} s, peak {peak['one'] / 2**20:.0f} MB in one process, {peak['all'] / 2**20:.0f} MB in all (wanted: under 1,024)"
    )


def _watch(done: threading.Event, peak: dict[str, int]) -> None:
    me = psutil.Process()
    while not done.wait(0.2):
        sizes = []
        for child in me.children(recursive=True):
            try:
                sizes.append(child.memory_full_info().uss)
            except psutil.Error:
                continue
        peak["one"] = max([peak["one"], *sizes])
        peak["all"] = max(peak["all"], sum(sizes))


def main() -> None:
    """Run the benches asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=60)
    parser.add_argument("--gigabytes", type=float, default=1.0)
    parser.add_argument("--only", default="ocr,hash,start,memory")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        wanted = asked.only.split(",")
        if "start" in wanted:
            bench_start(folder)
        if "ocr" in wanted:
            bench_ocr(folder, asked.pages)
        if "hash" in wanted:
            bench_hash(folder, asked.gigabytes)
        if "memory" in wanted:
            bench_memory(folder)


if __name__ == "__main__":
    main()
