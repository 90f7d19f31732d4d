"""OCR as our reader does it against raw `tesseract` processes over the same page images, in one run.

Prints pages a minute of both and their ratio, and the bag-of-words F1 of both where the text is known. Run it from
the project's root: `python -m tests.bench.bench_ocr [pages] [processes]`.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFont

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from evidence.settings import Settings  # noqa: E402
from extractors.image import ImageReader  # noqa: E402
from extractors.protocols import Engines, Part, ReadContext  # noqa: E402
from flows.engines import build_engines  # noqa: E402

TARGET = 0.9
KNOWN = ROOT.parent / "shared" / "data" / "ocr"
_WORDS = (  # noqa: SIM905
    "the rooms at harbour lodge were booked on monday for six people and the van driver was paid in cash after all "
    "costs had been taken from their wages nobody may keep a passport or a telephone in the upper drawer of the desk"
).split()


def main(pages: int = 6, processes: int = 2) -> int:
    """Compare over made pages, then over the known pages; return 1 where the ratio is under the target."""
    os.environ["OMP_THREAD_LIMIT"] = "1"
    with tempfile.TemporaryDirectory() as folder:
        made = [_page(Path(folder) / f"page-{number}.png", number) for number in range(pages)]
        ratio = _compare(made, processes)
        _accuracy(Path(folder))
    print(f"target {TARGET}: {'met' if ratio >= TARGET else 'MISSED'}")
    return 0 if ratio >= TARGET else 1


def _page(path: Path, number: int) -> Path:
    """Draw a page of A4 at 300 dpi with about 400 words."""
    page = Image.new("L", (2480, 3508), 255)
    draw = ImageDraw.Draw(page)
    font = ImageFont.load_default(42)
    for line in range(44):
        start = (number * 7 + line * 5) % len(_WORDS)
        words = (_WORDS * 2)[start : start + 10]
        draw.text((200, 200 + line * 70), " ".join(words), font=font, fill=20)
    page.save(path, dpi=(300, 300))
    return path


def _compare(pages: Sequence[Path], processes: int) -> float:
    """Keep `processes` busy with both ways by turns, page by page, so that whatever else the machine does hits both.

    The ratio is of the median processor seconds a page; neither way leaves a process idle.
    """
    turns = [(work, page) for page in pages for work in (_raw, _ours, _ours, _raw)]
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        list(pool.map(_measured, [_ours] * 2 * processes, pages[:1] * 2 * processes))
        runs = list(pool.map(_measured, *zip(*turns, strict=True)))
    busy: dict[str, float] = {}
    for way, label in ((_raw, "raw tesseract"), (_ours, "reader")):
        taken = [run for run, (work, _) in zip(runs, turns, strict=True) if work is way]
        wall, busy[label] = (median(column) for column in zip(*taken, strict=True))
        print(f"{label:14} {60 * processes / wall:6.1f} pages/min, {busy[label]:.2f} s of processor a page")
    ratio = busy["raw tesseract"] / busy["reader"]
    print(f"ratio          {ratio:6.3f}")
    return ratio


class _Run(NamedTuple):
    wall: float
    busy: float


def _measured(work: Callable[[Path], str], page: Path) -> _Run:
    """Return the seconds, and the processor seconds here and in processes started from here, that one page took."""
    began, before = time.perf_counter(), _processor_seconds()
    if not work(page).strip():
        raise RuntimeError("a page came back empty")
    return _Run(time.perf_counter() - began, _processor_seconds() - before)


def _processor_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


_engines: list[Engines] = []


def _ours_engines() -> Engines:
    if not _engines:
        _engines.append(build_engines(Settings(), languages=("en",)))
    return _engines[0]


def _raw(page: Path) -> str:
    """Run tesseract as a person would: TSV out, the file's own resolution."""
    command = ["tesseract", str(page), "stdout", "-l", "eng", "--psm", "3", "tsv"]
    table = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    cells = (line.split("\t") for line in table.splitlines()[1:])
    return " ".join(row[11] for row in cells if len(row) == 12 and row[0] == "5")


def _ours(page: Path) -> str:
    context = ReadContext(languages=("en",), scratch=page.parent)
    reading = ImageReader().read(page, media_type="image/x", part=Part(), engines=_ours_engines(), context=context)
    return "\n".join(s.text for unit in reading.units for s in unit.segments if s.source == "ocr")


def _accuracy(scratch: Path) -> None:
    """Print F1 of both on the known pages, and on those pages turned and skewed."""
    known = [
        (path, path.with_suffix(".txt")) for path in sorted(KNOWN.glob("*.tif")) if path.with_suffix(".txt").exists()
    ]
    if not known:
        print("known pages: not here")
        return
    print(f"{'page':30} {'raw F1':>7} {'ours F1':>8}")
    for path, truth in known:
        words = truth.read_text(encoding="utf-8", errors="replace")
        for name, lean in (("", 0), (" turned 90", 90), (" turned 180", 180), (" skewed 4", 4), (" skewed 10", 10)):
            page = scratch / "known.png"
            with Image.open(path) as image:
                picture = image.convert("L").rotate(lean, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC)
                picture.save(page, dpi=image.info.get("dpi", (300, 300)))
            print(f"{path.stem + name:30} {_f1(words, _raw(page)):7.3f} {_f1(words, _ours(page)):8.3f}")


def _f1(expected: str, found: str) -> float:
    wanted, got = Counter(expected.lower().split()), Counter(found.lower().split())
    common = sum((wanted & got).values())
    return 2 * common / max(1, wanted.total() + got.total())


if __name__ == "__main__":
    sys.exit(main(*(int(argument) for argument in sys.argv[1:])))
