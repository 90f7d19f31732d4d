"""A small torture on every run, and that the torture notices what it is there to notice."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from mutants import Mutant, mutants
from seeds import FAMILY_OF, seeds
from torture import COLUMNS, Tally, batches, ran, table
from trial import Trial, _reconcile

QUICK = ("archives", "chats", "mail", "markup", "office", "phones", "records", "text")
GOOD: dict[str, Any] = {
    "received": 1, "read": 1, "blank": 0, "no_text": 0, "skipped": 0, "failed": 0, "pending": 0,
    "exhibits": [{"number": "CG-0001", "name": "a", "parent": "", "outcome": "read", "reason": "", "partial": False, "media_type": "text/plain"}],
}  # fmt: skip


def test_forty_spoilt_files_are_received_accounted_for_and_verified(tmp_path: Path) -> None:
    every = seeds()
    sources = {family: mutants(family, every[family], seed=20) for family in QUICK}
    batch = [next(source) for source in sources.values() for _ in range(5)]
    mixed = [Mutant(one.family, f"{one.family}-{one.name}", one.data, one.seed, one.operator) for one in batch]
    trial = ran(list({one.data: one for one in mixed}.values()), tmp_path)
    assert [f"{one.mutant and one.mutant.name}: {one.what}" for one in trial.violations] == []
    assert trial.outcomes.total() >= 35


def test_the_same_seed_gives_the_same_mutants() -> None:
    held = [("a.txt", b"one two three 4"), ("b.zip", b"PK\x03\x04" + bytes(40))]
    first, second, other = (
        [next(made).data for made in [mutants("x", held, seed=seed)] for _ in range(60)] for seed in (1, 1, 2)
    )
    assert first == second
    assert first != other


def test_every_family_has_seeds_and_a_batch_of_its_own() -> None:
    found = seeds()
    assert set(FAMILY_OF) <= set(found)
    made = list(batches([], count=200, seed=3))
    assert {batch[0].family for batch in made} == set(found)
    assert 190 <= sum(len(batch) for batch in made) <= 210


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"read": 0}, "totals do not reconcile"),
        ({"pending": 1}, "totals do not reconcile"),
        ({"received": 2, "read": 2}, "totals do not reconcile"),
        ({"exhibits": [{"outcome": "failed", "reason": ""}], "read": 0, "failed": 1}, "failed without a reason"),
        ({"exhibits": [{"outcome": "vanished"}]}, "has the outcome"),
        (
            {"exhibits": [{"outcome": "failed", "reason": "the reader failed: KeyError: 'x'"}], "read": 0, "failed": 1},
            "KeyError",
        ),
        (
            {
                "exhibits": [{"outcome": "failed", "reason": "stopped after 60 s: it took too long"}],
                "read": 0,
                "failed": 1,
            },
            "too long",
        ),
        ({"exhibits": [{"name": "b"}]}, "was given and not received"),
    ],
)
def test_what_must_not_be_is_noticed(change: dict[str, Any], said: str) -> None:
    mutant = Mutant("text", "a", b"x", "a.txt", "truncated")
    status = json.loads(json.dumps(GOOD))
    for key, value in change.items():
        if key == "exhibits":
            status["exhibits"][0] |= value[0]
        else:
            status[key] = value
    trial = Trial()
    _reconcile(trial, status, {"a": mutant})
    assert [one for one in trial.violations if said in one.what], trial.violations
    fine = Trial()
    _reconcile(fine, GOOD, {"a": mutant})
    assert fine.violations == []


def test_the_table_has_a_line_for_each_family() -> None:
    tally = Tally()
    trial = Trial()
    trial.outcomes["read"] = 3
    tally.add([Mutant("mail", "a", b"x", "a", "b")] * 3, trial)
    lines = table({"mail": tally}).splitlines()
    assert len(lines) == 2
    assert all(name in lines[0] for name in COLUMNS)
    assert lines[1].split()[:3] == ["mail", "3", "3"]
