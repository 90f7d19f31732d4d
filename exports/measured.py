"""What a summary prints as measured error: engines on named data, and what people found in samples of this case."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import msgspec

from evidence.acts import ErrorMeasured
from evidence.digest import canonical
from evidence.ledger import Event
from evidence.records import Stamp
from evidence.validation import Measure, Score, ValidationRecord
from exports import ask
from exports.record import Record
from graph.sample import SampleResult, Stratum, samples

_SOURCES = {"ocr": "print", "speech": "speech", "native": "stored text", "human": "text added by hand"}
_WHAT = {
    "names": "Names",
    "identifiers": "Identifiers",
    "ocr": "Print",
    "speech": "Speech",
    "linkage": "Pairs of names offered as one",
}
_ASSERTED = ("languages", "speech_language")
_MEASURES: dict[Measure, str] = {
    "f1": "F1",
    "precision": "precision",
    "recall": "recall",
    "precision_at_100": "precision of the first hundred",
    "character_error_rate": "character error rate",
    "word_error_rate": "word error rate",
    "bag_of_words_f1": "bag-of-words F1",
}


def measured_error(graph: duckdb.DuckDBPyConnection, record: Record) -> Iterator[str]:
    """Yield a paragraph for each measurement on record, each sample of this case, and what people judged by choice."""
    yield from _on_data(record)
    for sample in samples(record.events, record.state, withdrawn=record.withdrawn):
        yield _sample(sample)
    yield from _judged(graph)


# --- on named data -------------------------------------------------------------------------------------------------


def _on_data(record: Record) -> Iterator[str]:
    made = [
        (event, event.act.record)
        for event in record.events
        if isinstance(event.act, ErrorMeasured) and event.line.seq not in record.withdrawn
    ]
    if not made:
        yield (
            "No error rate measured on material of this kind is on record in this case, and none is claimed. An error "
            "rate measured on other material would not carry over."
        )
        return
    yield (
        "Error rates are measured on the data named, not on this case; material of another kind can give other rates. "
        f"Nobody has signed these measurements. Intervals, in brackets, are {made[-1][1].interval}."
    )
    active = {
        _engine(stamp)
        for number, extraction in record.state.extractions.items()
        if not record.state.is_sealed(number)
        for stamp in extraction.stamps
    }
    for event, one in made:
        yield _measurement(event, one, active)


def _measurement(event: Event, one: ValidationRecord, active: set[bytes]) -> str:
    engines = ", ".join(_named(stamp) for stamp in one.stamps)
    telling = [stamp for stamp in one.stamps if stamp.model] or one.stamps
    same = one.what == "linkage" or all(_engine(stamp) in active for stamp in telling)
    which = (
        "which lay names side by side and read nothing"
        if one.what == "linkage"
        else "which also read this case"
        if same
        else "which is NOT what read this case as it stands now"
    )
    counted = (
        f"{one.items:,} of {one.items_in_data:,} items" if one.items != one.items_in_data else f"{one.items:,} items"
    )
    conditions = list(dict.fromkeys(score.condition for score in one.scores))
    figures = ". ".join(f"{_capital(name)}: {_figures(one, name)}" for name in conditions)
    return (
        f"{_WHAT[one.what]}, measured on “{one.data}” (digest {one.data_digest[:16]}…, {counted}) with {engines}, "
        f"{which}. {figures}. {' '.join(one.notes)} Measured {one.made_at[:10]} by {one.software}, seed {one.seed} "
        f"(custody line {event.line.seq})."
    )


def _figures(one: ValidationRecord, condition: str) -> str:
    here = [score for score in one.scores if score.condition == condition]
    overall = [f"{_MEASURES[score.measure]} {_percent(score)}" for score in here if score.about == "all"]
    by_kind = [
        f"{score.about.replace('_', ' ')} {_percent(score)} of {score.items:,}"
        for score in here
        if score.about != "all" and score.measure == "f1"
    ]
    return ", ".join(overall) + (f"; F1 for {', '.join(by_kind)}" if by_kind else "")


def _engine(stamp: Stamp) -> bytes:
    """Return what makes two stamps the same engine: all but the languages that were asserted."""
    kept = {name: value for name, value in stamp.settings.items() if name not in _ASSERTED}
    return canonical(msgspec.structs.replace(stamp, settings=kept))


def _named(stamp: Stamp) -> str:
    model = f", model {stamp.model}" if stamp.model else ""
    digest = f" ({stamp.model_digest[:16]}…)" if stamp.model_digest else ""
    return f"{stamp.name} {stamp.version}{model}{digest}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _percent(score: Score) -> str:
    if score.value < 0:
        return "none found"
    reach = f" ({score.low / 100:.1f} to {score.high / 100:.1f})" if score.low >= 0 else " (one item: no interval)"
    return f"{score.value / 100:.1f}%{reach}"


# --- on this case --------------------------------------------------------------------------------------------------


def _sample(sample: SampleResult) -> str:
    drawn = sum(stratum.drawn for stratum in sample.strata)
    found = " ".join(_stratum(stratum) for stratum in sample.strata if stratum.drawn)
    sealed = f" {sample.sealed} more lie in what is sealed." if sample.sealed else ""
    left = sum(stratum.waiting for stratum in sample.strata)
    unfinished = f" {left} of them nobody has judged yet, so these figures are provisional." if left else ""
    return (
        f"A random sample of this case's readings: {drawn} drawn on {sample.drawn_at[:10]} by {sample.drawn_by}, seed "
        f"{sample.seed} (custody line {sample.seq}).{sealed}{unfinished} {found} What machines missed is in no sample of "
        "readings."
    )


def _stratum(one: Stratum) -> str:
    source = f"{_capital(_SOURCES[one.source])}, {one.drawn} of {one.population:,}:"
    if one.error < 0:
        return f"{source} none judged."
    other = f", {one.attributed} attributed" if one.attributed else ""
    return (
        f"{source} people confirmed {one.right} and corrected or rejected {one.wrong}{other}; wrong {one.error / 100:.1f}% "
        f"(95% Wilson interval {one.low / 100:.1f} to {one.high / 100:.1f})."
    )


def _judged(graph: duckdb.DuckDBPyConnection) -> Iterator[str]:
    for source, counts in ask.reviews_by_source(graph).items():
        right, wrong = counts.get("reading_confirmed", 0), counts.get("corrected", 0) + counts.get("rejected", 0)
        if right + wrong:
            yield (
                f"Machine readings of {_SOURCES.get(source, source)} that people judged in this case, in a sample or by "
                f"choice: {right + wrong}; they confirmed {right} and corrected or rejected {wrong}. This is a count, not "
                "an error rate."
            )
