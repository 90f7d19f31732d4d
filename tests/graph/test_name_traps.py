"""Names of other countries, of families and of firms: what misleads must not stand among the first hundred suggestions."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

sys.path[:0] = [str(Path(__file__).parents[1] / "bench")]

import measure_candidates  # noqa: E402
from name_traps import OF_FIRMS, SETS, households  # noqa: E402

from flows.evaluate.linkage import _of_row  # noqa: E402


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("seed", [11, 12])
def test_the_first_hundred_of_names_that_mislead_are_right(name: str, seed: int) -> None:
    found = measure_candidates.written_measured(SETS[name](random.Random(seed)), firms=name in OF_FIRMS)
    assert found.at_first_hundred >= 0.95
    assert found.recall >= 0.8


@pytest.mark.parametrize("seed", [11, 12])
def test_the_first_hundred_records_of_households_are_right(seed: int) -> None:
    held = [(_of_row(one.fields, str(one.bearer), "dmy").record, one.bearer) for one in households(random.Random(seed))]
    found = measure_candidates.records_measured([record for record, _ in held], [str(bearer) for _, bearer in held])
    assert found.at_first_hundred >= 0.95
    assert found.recall >= 0.9
