"""Live progress of ingestion: what is being read, how fast, how long still."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from evidence.intake import Offer
from flows import run as flow_run
from flows.watcher import Watcher
from workbench.printing import err, seconds, size

_PHASES = {
    "receiving": "Receiving",
    "reading": "Reading",
    "projecting": "Bringing the graph up to date",
    "meaning": "Making vectors for searching by meaning",
}


class _Display:
    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._task = bar.add_task("Starting", total=None, detail="")
        self._files, self._bytes, self._began = 0, 0, time.monotonic()

    def phase(self, name: str) -> None:
        self._began = time.monotonic()
        self._bar.update(self._task, description=_PHASES.get(name, name), detail="", total=None)

    def file(self, offer: Offer) -> None:
        self._files += 1
        self._bytes += offer.size_bytes
        rate = self._bytes / max(time.monotonic() - self._began, 0.01)
        self._bar.update(self._task, detail=f"{self._files:,} files, {size(self._bytes)}, {size(int(rate))}/s")

    def read(self, progress: flow_run.Progress) -> None:
        spent = max(time.monotonic() - self._began, 0.01)
        share = progress.seconds_done / progress.seconds_expected if progress.seconds_expected else 0.0
        left = f", about {seconds(spent * (1 - share) / share)} left" if share > 0.05 else ""
        detail = (
            f"{progress.exhibits_done:,} of {progress.exhibits:,} exhibits, {progress.units_done:,} units, "
            f"{60 * progress.units_done / spent:,.0f}/min{left}  {progress.reading}"
        )
        self._bar.update(self._task, total=1.0, completed=min(share, 1.0), detail=detail)


@contextmanager
def watching() -> Iterator[Watcher]:
    """Show progress on standard error while the block runs; nothing where that is not a terminal."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=20),
        TextColumn("{task.fields[detail]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        display = _Display(bar)
        yield Watcher(on_file=display.file, on_progress=display.read, on_phase=display.phase)


@contextmanager
def counting(what: str, things: str) -> Iterator[Callable[[int, int], None]]:
    """Show how many things are done of how many, while the block runs; nothing where standard error is no terminal."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=20),
        TextColumn("{task.fields[detail]}"),
    )
    with Progress(*columns, TimeElapsedColumn(), console=err, transient=True, disable=not err.is_terminal) as bar:
        task, began = bar.add_task(what, total=None, detail=""), time.monotonic()

        def shown(done: int, of: int) -> None:
            rate = done / max(time.monotonic() - began, 0.01)
            bar.update(task, total=of, completed=done, detail=f"{done:,} of {of:,} {things}, {rate:,.0f}/s")

        yield shown
