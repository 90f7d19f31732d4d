"""From the model's probability of a span to a confidence: of the names shown at 0.8, eight in ten are right."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final, NamedTuple

SMALLEST: Final = 1e-6


class Line(NamedTuple):
    """A line on the log-odds of a probability."""

    slope: float
    offset: float


class Calibration:
    """For each kind of name, a line that was fitted on text set aside (Platt scaling)."""

    def __init__(self, lines: Mapping[str, tuple[float, float]]) -> None:
        self.lines = {kind: Line(*line) for kind, line in lines.items()}

    def of(self, kind: str, probability: float) -> float:
        """Return the confidence, 0 to 1, to four places; it grows with the probability."""
        line = self.lines[kind]
        odds = line.slope * log_odds(probability) + line.offset
        return round(1 / (1 + math.exp(-odds)), 4)


def log_odds(probability: float) -> float:
    """Return the log-odds of a probability, kept from the infinite."""
    held = min(max(probability, SMALLEST), 1 - SMALLEST)
    return math.log(held / (1 - held))
