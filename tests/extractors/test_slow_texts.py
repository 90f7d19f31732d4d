"""The way to see that no text is slow sees what a megabyte of every text would show."""

from __future__ import annotations

import pytest
from slow_texts import LONG, MEGABYTE, MIDDLE, slowest_of


class Cost:
    """A cost per text: seconds a megabyte takes, and the power of the length with which it grows."""

    def __init__(self, **costs: tuple[float, float]) -> None:
        self.costs = costs
        self.run: list[tuple[str, int]] = []

    def __call__(self, text: str, length: int) -> float:
        self.run.append((text, length))
        seconds, power = self.costs[text]
        return seconds * (length / MEGABYTE) ** power


@pytest.mark.parametrize("power", [1.0, 1.3, 2.0, 3.0])
@pytest.mark.parametrize("seconds", [0.1, 1.9, 4.9, 19.0, 21.0, 150.0, 5_000.0])
def test_the_verdict_is_that_of_a_whole_megabyte(seconds: float, power: float) -> None:
    cost = Cost(odd=(seconds, power))
    text, made = slowest_of(["odd"], cost, limit_s=20)
    assert text == "odd"
    assert (made.seconds < 20) is (seconds < 20)
    assert made.seconds == pytest.approx(seconds) or (seconds < made.seconds < 20 and made.measured < MEGABYTE)


def test_a_text_that_grows_with_the_square_is_seen_though_others_take_longer_in_short() -> None:
    cost = Cost(**{f"plain {at}": (0.5, 1.0) for at in range(40)}, square=(30.0, 2.0))
    text, made = slowest_of([*cost.costs], cost, limit_s=20)
    assert text == "square"
    assert made == (30.0, MEGABYTE)


def test_what_cannot_matter_is_not_run_at_length() -> None:
    cost = Cost(cheap=(0.1, 1.0), quick=(0.2, 1.0), plain=(1.9, 1.0))
    assert slowest_of([*cost.costs], cost, limit_s=20)[1].measured == MIDDLE
    assert {text for text, length in cost.run if length >= MIDDLE} == {"plain"}
    cost = Cost(cheap=(0.1, 1.0), slower=(4.9, 1.0))
    assert slowest_of([*cost.costs], cost, limit_s=20)[1].measured == LONG


def test_what_grows_faster_than_the_square_is_run_whole() -> None:
    cost = Cost(cubic=(19.0, 3.0))
    assert slowest_of(["cubic"], cost, limit_s=20)[1] == (19.0, MEGABYTE)
