"""Fixtures of the export tests: a case to fill, and one that has everything in it."""

from __future__ import annotations

from pathlib import Path

import pytest
from summary_case import Bench, fill, make_bench


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return make_bench(tmp_path)


@pytest.fixture
def full(bench: Bench) -> Bench:
    return fill(bench)
