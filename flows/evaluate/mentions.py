"""Names and identifiers: what the finder marks in labelled text, against the labels."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, TypeAlias

import numpy as np

from evidence.errors import EngineMissing, UsageError
from evidence.locator import TextPlace
from evidence.records import ReadingSource, Segment
from evidence.validation import Measure, Score
from extractors.patterns import IDENTIFIER_KINDS, NAME_KINDS
from extractors.pipelines import NAME_LABELS, trimmed_span
from extractors.protocols import EntityFinder
from flows.engines import availability, build_finder
from flows.evaluate import noise
from flows.evaluate.datasets import Sentence, label_files, labelled_texts, sentences
from flows.evaluate.run import Asked, OnDone, Outcome
from flows.evaluate.scoring import Counts, Rate, Span, f1, interval, precision, recall, resampled_sums, span_counts

BATCH = 200
UNVERIFIED_TOO = "unverified too"
_RATES: dict[Measure, Rate] = {"f1": f1, "precision": precision, "recall": recall}
Spoil: TypeAlias = Callable[[list[str], random.Random], list[str]]
_NAME_CONDITIONS: dict[str, Spoil] = {
    "clean": lambda tokens, _: tokens,
    noise.LOWER: noise.lowered,
    noise.NOISY: noise.scrambled,
}


class Item(NamedTuple):
    """One text to look through, the labels in it, and the file it is from."""

    text: str
    source: ReadingSource
    truth: list[Span]
    file: str


class Marked(NamedTuple):
    """What the finder marks in one text."""

    held: list[Span]
    unverified: list[Span]
    """Failed its check, or more probably wrong than right: kept and shown, not asserted."""


# --- names ---------------------------------------------------------------------------------------------------------


def score_names(asked: Asked, on_done: OnDone) -> Outcome:
    """Score the names pipeline: spans and kinds have to agree exactly.

    Raises EngineMissing where no pipeline is set, or it does not know the language.
    """
    _check_names_are_found(asked)
    files = label_files(asked.dataset, columns=True)
    held = [(file, sentence) for file in files for sentence in sentences(file)]
    drawn = asked.drawn(held)
    labels = Counter(label for _, sentence in drawn for label, _, _ in sentence.names)
    kinds = _scored_kinds(asked, [NAME_LABELS.get(label.upper(), "") for label in labels], NAME_KINDS)
    finder = build_finder(asked.settings)
    conditions = _NAME_CONDITIONS if asked.noise else {"clean": _NAME_CONDITIONS["clean"]}
    board = _Board(asked, finder, kinds, on_done, total=len(drawn) * len(conditions))
    for name, spoil in conditions.items():
        items = [_name_item(asked, at, *one, spoil) for at, one in enumerate(drawn)]
        board.score(name, items, several_files=len(files) > 1)
    if not board.names_looked_for:
        raise EngineMissing(
            "the names pipeline does not look for names in text of that language",
            next_step="say which language the data are in with --languages, or name another pipeline",
        )
    others = sorted(label for label in labels if not NAME_LABELS.get(label.upper()))
    notes = [
        "Tokens are joined by single spaces. A name counts as found where kind, first and last character agree; marks at "
        "its edges count for neither side. Names that the engine marks `unverified` count as not found, but "
        "for the line that says so.",
        *([f"Labels that are not looked for and were left out: {', '.join(others)}."] if others else []),
    ]
    return board.outcome(files, len(drawn), len(held), notes)


def _check_names_are_found(asked: Asked) -> None:
    said = next(one for one in availability(asked.settings) if one.engine == "names")
    if not said.available:
        raise EngineMissing(f"no names can be scored: {said.detail}", next_step=said.next_step)


def _scored_kinds(asked: Asked, labelled: Sequence[str], known: tuple[str, ...]) -> tuple[str, ...]:
    for kind in asked.kinds:
        if kind not in known:
            raise UsageError(f"{kind!r} cannot be scored here", next_step=f"one of: {', '.join(known)}")
    kinds = tuple(kind for kind in known if kind in (asked.kinds or labelled))
    if not set(kinds) & set(labelled):
        raise UsageError("nothing that is looked for is labelled in the data", next_step=f"kinds: {', '.join(known)}")
    return kinds


def _name_item(asked: Asked, at: int, file: Path, sentence: Sentence, spoil: Spoil) -> Item:
    tokens = spoil(sentence.tokens, random.Random(f"{asked.seed}/{at}"))  # noqa: S311 - noise, not a secret
    starts = [0]
    for token in tokens:
        starts.append(starts[-1] + len(token) + 1)
    text = " ".join(tokens)
    truth = [
        _trimmed(kind, text, starts[first], starts[after] - 1)
        for label, first, after in sentence.names
        if (kind := NAME_LABELS.get(label.upper()))
    ]
    return Item(text, "native", truth, file.name)


def _trimmed(kind: str, text: str, start: int, end: int) -> Span:
    """Return the span as the finder would report it; as it is where only marks stand in it."""
    left, right = trimmed_span(text[start:end], start)
    return Span(kind, left, right) if right > left else Span(kind, start, end)


# --- identifiers ---------------------------------------------------------------------------------------------------


def score_identifiers(asked: Asked, on_done: OnDone) -> Outcome:
    """Score the identifiers: kind and span have to agree exactly, and the value too where the data state one."""
    files = label_files(asked.dataset, columns=False)
    held = [Item(*one, file.name) for file in files for one in labelled_texts(file)]
    drawn = asked.drawn(held)
    kinds = _scored_kinds(asked, [span.kind for item in drawn for span in item.truth], IDENTIFIER_KINDS)
    spoilt = [_misread(asked, at, item) for at, item in enumerate(drawn) if item.source == "native"]
    conditions = {"clean": drawn} | ({noise.MISREAD: spoilt} if asked.noise and spoilt else {})
    finder = build_finder(asked.settings)
    board = _Board(asked, finder, kinds, on_done, total=sum(map(len, conditions.values())))
    for name, items in conditions.items():
        board.score(name, items, several_files=len(files) > 1)
    left_out = [kind for kind in IDENTIFIER_KINDS if kind not in kinds]
    notes = [
        "An identifier counts as found where kind, first and last character agree, and the value where the data state "
        "one. Readings that fail their check (`unverified`) count as not found, but for the line that says so.",
        *([f"Kinds that the data do not label and that were left out: {', '.join(left_out)}."] if left_out else []),
    ]
    return board.outcome(files, len(drawn), len(held), notes)


def _misread(asked: Asked, at: int, item: Item) -> Item:
    draw = random.Random(f"{asked.seed}/{at}")  # noqa: S311 - noise, not a secret
    return item._replace(text=noise.misread(item.text, draw), source="ocr")


# --- the board -----------------------------------------------------------------------------------------------------


class _Board:
    """Runs the finder over the items of each condition and keeps the scores."""

    def __init__(
        self, asked: Asked, finder: EntityFinder, kinds: tuple[str, ...], on_done: OnDone, *, total: int
    ) -> None:
        self.asked, self.finder, self.kinds = asked, finder, kinds
        self.scores: list[Score] = []
        self.names_looked_for = False
        self._on_done, self._done, self._total = on_done, 0, total

    def score(self, condition: str, items: Sequence[Item], *, several_files: bool) -> None:
        """Add the scores of one condition: of everything, of each kind, and of each file where there are several."""
        files = sorted({item.file for item in items}) if several_files else []
        rows = [self._counts(item, found, files) for item, found in zip(items, self._found(items), strict=True)]
        counts: Counts = np.array(rows, dtype=np.int64)
        sums = resampled_sums(counts, seed=self.asked.seed)
        for at, about in enumerate(("all", UNVERIFIED_TOO, *self.kinds, *files)):
            for measure, rate in _RATES.items():
                of = interval(rate, counts[:, at], sums[:, at])
                self.scores.append(
                    Score(
                        condition=condition,
                        about=about,
                        measure=measure,
                        value=of.value,
                        low=of.low,
                        high=of.high,
                        items=int(counts[:, at, :2].sum()),
                    )
                )

    def _counts(self, item: Item, found: Marked, files: Sequence[str]) -> list[tuple[int, int, int]]:
        truth = [span for span in item.truth if span.kind in self.kinds]
        every = span_counts(truth, found.held)
        return [
            every,
            span_counts(truth, [*found.held, *found.unverified]),
            *(span_counts(truth, found.held, kind) for kind in self.kinds),
            *(every if item.file == file else (0, 0, 0) for file in files),
        ]

    def _found(self, items: Sequence[Item]) -> Iterator[Marked]:
        """Yield what the finder marks in each item, of the kinds that are scored."""
        language = next(iter(self.asked.context.languages), "")
        for first in range(0, len(items), BATCH):
            segments = [
                Segment(
                    index=at,
                    text=item.text,
                    place=TextPlace(start=0, end=len(item.text), line=1),
                    source=item.source,
                    language=language,
                )
                for at, item in enumerate(items[first : first + BATCH])
            ]
            findings = self.finder.find(segments, context=self.asked.context)
            self.names_looked_for |= findings.names_looked_for
            marked = [Marked([], []) for _ in segments]
            for one in findings.mentions:
                if one.kind in self.kinds:
                    into = marked[one.segment]
                    span = Span(one.kind, one.start, one.end, one.value)
                    (into.unverified if one.status == "unverified" else into.held).append(span)
            yield from marked
            self._done += len(segments)
            self._on_done(self._done, self._total)

    def outcome(self, files: Sequence[Path], items: int, held: int, notes: Sequence[str]) -> Outcome:
        """Return everything scored."""
        return Outcome(
            files=tuple(files),
            items=items,
            items_in_data=held,
            stamps=(self.finder.stamp(),),
            scores=tuple(self.scores),
            notes=tuple(notes),
        )
