"""What was measured of an engine, on which data and how well: the unsigned validation record, and the interval of a rate.

Rates are integers per ten thousand, since a record that is digested holds no floats; -1 stands for `none`.
"""

from __future__ import annotations

import math
from typing import Literal, NamedTuple, TypeAlias

import msgspec

from evidence.digest import Sha256
from evidence.records import Stamp

Measured: TypeAlias = Literal["names", "identifiers", "ocr", "speech", "linkage"]
Measure: TypeAlias = Literal[
    "f1", "precision", "recall", "precision_at_100", "character_error_rate", "word_error_rate", "bag_of_words_f1"
]  # fmt: skip
PER = 10_000
"""What a rate of 1 is written as."""
_Z = 1.959963984540054
"""Standard normal deviate of a two-sided interval of 95%."""


class Interval(NamedTuple):
    """A rate and its 95% interval, per ten thousand; -1 where there is none."""

    value: int
    low: int = -1
    high: int = -1


def per_ten_thousand(rate: float) -> int:
    """Return a rate as the integer that records hold."""
    return round(rate * PER)


def wilson(hits: float, of: float) -> Interval:
    """Return the rate of `hits` in `of` with its 95% score interval (Wilson 1927); raises ValueError for `of` 0."""
    if not 0 <= hits <= of or of == 0:
        raise ValueError(f"{hits} of {of} is no rate")
    rate, square = hits / of, _Z * _Z
    centre = (rate + square / (2 * of)) / (1 + square / of)
    reach = _Z * math.sqrt(rate * (1 - rate) / of + square / (4 * of * of)) / (1 + square / of)
    low = 0 if hits == 0 else per_ten_thousand(max(0.0, centre - reach))
    high = PER if hits == of else per_ten_thousand(min(1.0, centre + reach))
    return Interval(per_ten_thousand(rate), low, high)


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """One figure: of what, by which measure, under which condition, with its interval."""

    condition: str
    """`clean`, or how the data were spoilt before the engine saw them."""
    about: str
    """`all`, a kind such as `phone`, or one file of the data."""
    measure: Measure
    value: int
    low: int = -1
    high: int = -1
    items: int
    """How many there were to find, or characters or words of the truth."""


class ValidationRecord(msgspec.Struct, frozen=True, kw_only=True):
    """How well an engine did on named data. Nobody has signed it."""

    what: Measured
    data: str
    """Name of the data set; never a path."""
    data_digest: Sha256
    """SHA-256 of the file; of several files, that of what `sha256sum` lists of them, sorted by name."""
    items: int
    """Sentences, texts, pages or recordings that were scored."""
    items_in_data: int
    stamps: tuple[Stamp, ...]
    scores: tuple[Score, ...]
    interval: str
    """How the intervals were made."""
    asserted: dict[str, str]
    """What the engine was told about the data: region, languages, day order."""
    notes: tuple[str, ...] = ()
    """What was not scored, and how matches were counted."""
    seed: int
    made_at: str
    software: str
    signed: Literal["unsigned"] = "unsigned"
