"""How tests see that no text makes something slow: all texts in short, and at length what short ones leave open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar

MEGABYTE = 1_000_000
SHORT, MIDDLE, LONG = MEGABYTE // 50, MEGABYTE // 10, MEGABYTE // 4
T = TypeVar("T")


class Slowest(NamedTuple):
    """How long a megabyte of a text takes, or at most takes where `measured` is less than a megabyte."""

    seconds: float
    measured: int


def slowest_of(texts: Sequence[T], took: Callable[[T, int], float], *, limit_s: float) -> tuple[T, Slowest]:
    """Return the text that takes longest by the tenth of a megabyte, and whether a megabyte of it keeps to the limit.

    `took` says how many seconds a text of a length takes. Nothing is left out that could matter to what grows with the
    length, up to its square: a text that takes less than a fifth of the longest in short cannot come first at five times
    the length, and a megabyte is run wherever the square of a shorter run does not lie below the limit.
    """
    short = [took(text, SHORT) for text in texts]
    bar = max(short) * SHORT / MIDDLE
    middle = {at: took(texts[at], MIDDLE) for at, seconds in enumerate(short) if seconds >= bar}
    worst = max(middle, key=lambda at: middle[at])
    return texts[worst], _megabyte(
        lambda length: took(texts[worst], length), short[worst], middle[worst], limit_s=limit_s
    )


def _megabyte(took: Callable[[int], float], short: float, middle: float, *, limit_s: float) -> Slowest:
    if _settled(SHORT, short, MIDDLE, middle, limit_s):
        return Slowest(middle * (MEGABYTE / MIDDLE) ** 2, MIDDLE)
    long = took(LONG)
    if _settled(MIDDLE, middle, LONG, long, limit_s):
        return Slowest(long * (MEGABYTE / LONG) ** 2, LONG)
    return Slowest(took(MEGABYTE), MEGABYTE)


def _settled(shorter: int, before: float, length: int, seconds: float, limit_s: float) -> bool:
    """Whether a run grew no faster than its square, and would keep to the limit if it went on like that."""
    return seconds <= before * (length / shorter) ** 2 and seconds * (MEGABYTE / length) ** 2 < limit_s
