"""Print and speech: what the engines read, against what the pages and recordings say."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
from PIL import Image

from evidence.errors import EngineMissing, Unreadable
from evidence.locator import RecordPlace
from evidence.records import Stamp, Unit
from evidence.validation import Measure, Score
from extractors.protocols import Engines, ReadContext
from extractors.registry import reader_for
from extractors.sound import decode, write_wav
from flows.engines import build_engines
from flows.evaluate import noise
from flows.evaluate.datasets import TRANSCRIPTS, Transcribed, pages, recordings
from flows.evaluate.run import Asked, OnDone, Outcome
from flows.evaluate.scoring import (
    Counts,
    Rate,
    bag_counts,
    characters,
    edits,
    error_rate,
    f1,
    interval,
    resampled_sums,
    words,
)

_CHARACTERS, _WORDS, _BAG = slice(0, 2), slice(2, 4), slice(4, 7)
_NOTE = (
    "Characters are compared with white space as one space; words case folded, without marks. Bag of words leaves their "
    "order aside. An error rate counts insertions, deletions and substitutions against the length of the truth, and can be "
    "more than 100%."
)


class _Measure(NamedTuple):
    name: Measure
    columns: slice
    rate: Rate


_MEASURES = (
    _Measure("character_error_rate", _CHARACTERS, error_rate),
    _Measure("word_error_rate", _WORDS, error_rate),
    _Measure("bag_of_words_f1", _BAG, f1),
)


def score_ocr(asked: Asked, on_done: OnDone) -> Outcome:
    """Score the reading of print on pictures and PDFs, as they are and blurred; raises EngineMissing."""
    engines = build_engines(asked.settings, languages=asked.context.languages)
    if engines.ocr is None:
        raise EngineMissing("tesseract is not installed: no print can be read", next_step="see `casegraph doctor`")
    held, without = pages(asked.dataset)
    drawn = asked.drawn(held)
    spoilable = [page for page in drawn if _is_one_picture(page)] if asked.noise else []
    reading = _Reading(asked, engines, on_done, total=len(drawn) + len(spoilable))
    reading.score("clean", drawn, lambda page, _: page)
    if spoilable:
        reading.score(noise.DEGRADED, spoilable, _degraded(asked.seed))
    return reading.outcome(held, drawn, without)


def score_speech(asked: Asked, on_done: OnDone) -> Outcome:
    """Score the transcripts of recordings, as they are and with noise; raises EngineMissing."""
    engines = build_engines(asked.settings, languages=asked.context.languages)
    if engines.speech is None:
        raise EngineMissing("no speech engine can run here", next_step="see `casegraph doctor`")
    held, without = recordings(asked.dataset)
    drawn = asked.drawn(held)
    reading = _Reading(asked, engines, on_done, total=len(drawn) * (2 if asked.noise else 1))
    reading.score("clean", drawn, lambda recording, _: recording)
    if asked.noise:
        reading.score(noise.HISSING, drawn, _hissing(asked))
    return reading.outcome(held, drawn, without)


Spoil = Callable[[Transcribed, Path], Transcribed]


def _is_one_picture(page: Transcribed) -> bool:
    if not page.media_type.startswith("image/"):
        return False
    with Image.open(page.path) as opened:
        return getattr(opened, "n_frames", 1) == 1


def _degraded(seed: int) -> Spoil:
    def spoil(page: Transcribed, scratch: Path) -> Transcribed:
        out = scratch / "page.png"
        noise.degrade_page(page.path, out, seed=seed)
        return page._replace(path=out, media_type="image/png")

    return spoil


def _hissing(asked: Asked) -> Spoil:
    def spoil(recording: Transcribed, scratch: Path) -> Transcribed:
        out = scratch / "recording.wav"
        write_wav(noise.hiss(decode(recording.path, limits=asked.context.limits).pcm, seed=asked.seed), out)
        return recording._replace(path=out, media_type="audio/wav")

    return spoil


class _Reading:
    """Reads the items of each condition and keeps the scores."""

    def __init__(self, asked: Asked, engines: Engines, on_done: OnDone, *, total: int) -> None:
        self.asked, self.engines = asked, engines
        self.scores: list[Score] = []
        self._outcomes: Counter[str] = Counter()
        self._heard = False
        self._on_done, self._done, self._total = on_done, 0, total

    def score(self, condition: str, items: Sequence[Transcribed], spoil: Spoil) -> None:
        """Add the scores of one condition."""
        rows = []
        for item in items:
            with tempfile.TemporaryDirectory(prefix="casegraph-") as folder:
                context = msgspec.structs.replace(self.asked.context, scratch=Path(folder))
                read = self._read(spoil(item, Path(folder)), context, condition)
            rows.append(_counts(item.truth, read))
            self._done += 1
            self._on_done(self._done, self._total)
        counts: Counts = np.array(rows, dtype=np.int64)
        sums = resampled_sums(counts, seed=self.asked.seed)
        self.scores += [_score(condition, measure, counts, sums) for measure in _MEASURES]

    def _read(self, item: Transcribed, context: ReadContext, condition: str) -> str:
        try:
            units = _units(item, self.engines, context)
        except Unreadable as error:
            self._outcomes[f"{condition}: failed ({error.what})"] += 1
            return ""
        for unit in units:
            if unit.outcome != "read":
                reason = f" ({unit.reason})" if unit.reason else ""
                self._outcomes[f"{condition}: {unit.outcome.replace('_', ' ')}{reason}"] += 1
            self._heard |= unit.outcome == "read"
        segments = (segment for unit in units for segment in unit.segments)
        return "\n".join(segment.text for segment in segments if not isinstance(segment.place, RecordPlace))

    def outcome(self, held: Sequence[Transcribed], drawn: Sequence[Transcribed], without: Sequence[str]) -> Outcome:
        """Return everything scored; raises EngineMissing where nothing at all was read."""
        said = [f"{outcome}: {count}" for outcome, count in sorted(self._outcomes.items())]
        if not self._heard:
            raise EngineMissing(
                f"nothing was read of {len(drawn)} items: {'; '.join(said)}",
                next_step="say which language the data are in with --languages, and see `casegraph doctor`",
            )
        listing = self.asked.dataset / TRANSCRIPTS
        texts = [listing] if listing.is_file() else [item.path.with_suffix(".txt") for item in held]
        notes = [
            _NOTE,
            *([f"Not read as a page or minute should be: {'; '.join(said)}."] if said else []),
            *([f"Left out, since no text is given for them: {', '.join(sorted(without))}."] if without else []),
        ]
        return Outcome(
            files=(*(item.path for item in held), *dict.fromkeys(texts)),
            items=len(drawn),
            items_in_data=len(held),
            stamps=_stamps(drawn, self.engines, self.asked.context),
            scores=tuple(self.scores),
            notes=tuple(notes),
        )


def _units(item: Transcribed, engines: Engines, context: ReadContext) -> list[Unit]:
    reader = reader_for(item.media_type)
    assert reader is not None
    survey = reader.survey(item.path, media_type=item.media_type, context=context)
    return [
        unit
        for part in survey.parts
        for unit in reader.read(
            item.path, media_type=item.media_type, part=part, engines=engines, context=context
        ).units
    ]  # fmt: skip


def _stamps(items: Sequence[Transcribed], engines: Engines, context: ReadContext) -> tuple[Stamp, ...]:
    """Return the stamps of every reader and engine that took part, each once, the engines last."""
    readers = [reader_for(media_type) for media_type in sorted({item.media_type for item in items})]
    found = [stamp for reader in readers if reader for stamp in reader.stamps(engines=engines, context=context)]
    return tuple(stamp for at, stamp in enumerate(found) if stamp not in found[:at])


def _counts(truth: str, read: str) -> tuple[int, ...]:
    wanted, got = characters(truth), characters(read)
    wanted_words, got_words = words(truth), words(read)
    return (
        edits(wanted, got), len(wanted), edits(wanted_words, got_words), len(wanted_words), *bag_counts(truth, read),
    )  # fmt: skip


def _score(condition: str, measure: _Measure, counts: Counts, sums: Counts) -> Score:
    of = interval(measure.rate, counts[:, measure.columns], sums[:, measure.columns])
    length = counts[:, _CHARACTERS if measure.columns is _CHARACTERS else _WORDS][:, 1]
    return Score(
        condition=condition,
        about="all",
        measure=measure.name,
        value=of.value,
        low=of.low,
        high=of.high,
        items=int(length.sum()),
    )
