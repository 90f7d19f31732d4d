from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from small_cases import Bench, fill_lodge, new_bench

from evidence.case import open_case
from graph.project import catch_up


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return new_bench(tmp_path / "case")


@pytest.fixture
def lodge(bench: Bench) -> Bench:
    return fill_lodge(bench)


@pytest.fixture(scope="session")
def _projected_once(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    made = fill_lodge(new_bench(tmp_path_factory.mktemp("lodge") / "case"))
    catch_up(made.case)
    return made


@pytest.fixture
def projected(_projected_once: Bench, tmp_path: Path) -> Bench:
    """The lodge with its graph made, copied for the test: making it takes half a second."""
    root = Path(shutil.copytree(_projected_once.case.root, tmp_path / "case"))
    return replace(_projected_once, case=open_case(root), names=dict(_projected_once.names))
