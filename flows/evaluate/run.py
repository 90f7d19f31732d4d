"""From labelled data to a validation record, with the engines that cases are read with."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias, TypeVar

import msgspec

from evidence.case import software
from evidence.errors import UsageError
from evidence.records import Stamp
from evidence.settings import Settings
from evidence.validation import Measured, Score, ValidationRecord
from extractors.protocols import ReadContext
from flows.evaluate.datasets import data_digest, data_name
from flows.evaluate.scoring import INTERVAL

Item = TypeVar("Item")
OnDone: TypeAlias = Callable[[int, int], None]


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What to score, on which data, and what to tell the engine about them."""

    what: Measured
    dataset: Path
    settings: Settings
    context: ReadContext
    kinds: tuple[str, ...] = ()
    """Only these kinds; empty: those that are labelled in the data."""
    limit: int = 0
    """Only so many items, drawn by the seed; 0: all."""
    noise: bool = True
    """Whether the data are scored spoilt too."""
    seed: int = 0

    def drawn(self, items: Sequence[Item]) -> list[Item]:
        """Return the items to score, in the order of the data."""
        if not self.limit or self.limit >= len(items):
            return list(items)
        picked = sorted(random.Random(self.seed).sample(range(len(items)), self.limit))  # noqa: S311 - a sample
        return [items[at] for at in picked]


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What scoring gave, before it is put on record."""

    files: tuple[Path, ...]
    items: int
    items_in_data: int
    stamps: tuple[Stamp, ...]
    scores: tuple[Score, ...]
    notes: tuple[str, ...]
    interval: str = INTERVAL


def evaluate(asked: Asked, *, made_at: str, on_done: OnDone = lambda done, total: None) -> ValidationRecord:
    """Score the engine on the data and return the unsigned record of it.

    Raises UsageError naming file and line where the data do not fit their format, and EngineMissing.
    """
    outcome = _scorer(asked.what)(asked, on_done)
    context = asked.context
    told = {"languages": ", ".join(context.languages), "region": context.region, "day order": context.day_order}
    return ValidationRecord(
        what=asked.what,
        data=data_name(asked.dataset),
        data_digest=data_digest(asked.dataset, outcome.files),
        items=outcome.items,
        items_in_data=outcome.items_in_data,
        stamps=outcome.stamps,
        scores=outcome.scores,
        interval=outcome.interval,
        asserted=told,
        notes=outcome.notes,
        seed=asked.seed,
        made_at=made_at,
        software=software(),
    )


def _scorer(what: Measured) -> Callable[[Asked, OnDone], Outcome]:
    """Return the function that scores; only its engines are loaded."""
    if what in ("names", "identifiers"):
        from flows.evaluate.mentions import score_identifiers, score_names

        return score_names if what == "names" else score_identifiers
    if what in ("ocr", "speech"):
        from flows.evaluate.reading import score_ocr, score_speech

        return score_ocr if what == "ocr" else score_speech
    if what == "linkage":
        from flows.evaluate.linkage import score_linkage

        return score_linkage
    raise UsageError(f"{what!r} cannot be scored", next_step="one of: names, identifiers, ocr, speech, linkage")
