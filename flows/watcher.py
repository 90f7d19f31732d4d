"""What is told while a run goes on: to a terminal, to a file of the case, to both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evidence.intake import Offer
    from flows.run import Progress


@dataclass(slots=True)
class Watcher:
    """What is called while a run goes on; the defaults do nothing."""

    on_file: Callable[[Offer], None] = lambda _: None
    on_progress: Callable[[Progress], None] = lambda _: None
    on_phase: Callable[[str], None] = lambda _: None
