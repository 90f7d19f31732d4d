"""What the tests of whole runs share: a request, what came of it, a run in a process of its own, and files for it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from evidence.case import Case
from evidence.state import CaseState, fold
from flows.start import IngestRequest


def state_of(case: Case) -> CaseState:
    return fold(case.custody.events())


def outcomes(case: Case) -> dict[str, str]:
    state = state_of(case)
    return {state.exhibits[number].exhibit.name: act.outcome for number, act in state.extractions.items()}


def request(*paths: Path, **options: str) -> IngestRequest:
    return IngestRequest(paths=paths, **options)  # type: ignore[arg-type]


def start(case: Case, folder: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "workbench", "ingest", str(case.root), str(folder), "--json"]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=dict(os.environ), start_new_session=True
    )


def many(folder: Path, count: int) -> Path:
    folder.mkdir()
    for number in range(count):
        (folder / f"{number:04d}.txt").write_text(f"message {number} to a{number}@example.org\n" * 200)
    return folder
