from __future__ import annotations

from pathlib import Path

import pytest
from small_cases import Bench, fill_lodge, new_bench


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return new_bench(tmp_path / "case")


@pytest.fixture
def lodge(bench: Bench) -> Bench:
    return fill_lodge(bench)
