"""The quick rows of the accuracy table on every run, and that a drop of two points is seen."""

from __future__ import annotations

import json

import pytest
from measure_accuracy import NUMBERS, ROWS, drops, numbers_of, readme_table, scored


@pytest.mark.parametrize("row", ["identifiers", "names"])
def test_what_is_found_is_as_good_as_the_committed_numbers_say(row: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CASEGRAPH_NAMES_PIPELINE")
    record = scored(ROWS[row])
    assert record is not None
    committed = json.loads(NUMBERS.read_text(encoding="utf-8"))[row]
    assert numbers_of(record)["digest"] == committed["digest"], "the data changed: measure_accuracy.py --refresh"
    assert drops(committed, numbers_of(record)) == []


@pytest.mark.parametrize(
    ("measure", "now", "seen"),
    [
        ("f1", 8_801, False),
        ("f1", 8_800, True),
        ("f1", 9_900, False),
        ("word_error_rate", 9_199, False),
        ("word_error_rate", 9_200, True),
        ("word_error_rate", 8_000, False),
    ],
)
def test_a_drop_of_two_points_is_seen_in_the_measures_own_direction(measure: str, now: int, *, seen: bool) -> None:
    before = {"scores": {f"clean / all / {measure}": [9_000, 8_900, 9_100]}}
    assert bool(drops(before, {"scores": {f"clean / all / {measure}": [now, 0, 0]}})) is seen
    assert drops(before, {"scores": {}})


def test_the_table_prints_every_overall_figure() -> None:
    numbers = json.loads(NUMBERS.read_text(encoding="utf-8"))
    overall = sum(" / all / " in name for held in numbers.values() for name in held["scores"])
    assert readme_table(numbers).count("\n| ") >= overall
