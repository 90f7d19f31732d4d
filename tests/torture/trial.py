"""One batch of mutants through the real `ingest`, into a case that is thrown away, and what must hold afterwards."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import psutil
from mutants import Mutant

from evidence.acts import TemplateRecorded
from evidence.case import open_case
from evidence.ledger import Actor
from extractors.records import template_file

ROOT = Path(__file__).parents[2]
AUTHORITY = ROOT / "sample_data" / "authority.toml"
TEMPLATES = ROOT / "sample_data" / "templates"
PASSWORDS = ROOT / "sample_data" / "passwords.txt"
JOB_SECONDS = 60
START_SECONDS = 90
"""What a command may take beside the jobs themselves: starting, projecting, stopping."""
STUMBLED, OVERRAN, CRASHED = "the reader failed:", "stopped after", "the reader crashed"
SETTINGS = {
    "CASEGRAPH_NAMES_PIPELINE": "none",
    "CASEGRAPH_SPEECH_ENGINE": "none",
    "CASEGRAPH_ACTOR": "torture",
    "CASEGRAPH_JOB_SECONDS": str(JOB_SECONDS),
    "PYTHONDONTWRITEBYTECODE": "1",
}


@dataclass(frozen=True)
class Violation:
    """What must not be, and of which file; no file where it is of the whole batch."""

    what: str
    mutant: Mutant | None = None


@dataclass
class Trial:
    """What a batch gave."""

    outcomes: Counter[str] = field(default_factory=Counter)
    violations: list[Violation] = field(default_factory=list)
    seconds: float = 0.0
    longest_s: float = 0.0
    """Longest time in which nothing was finished: with two workers, about the slowest file."""
    peak_mb: int = 0
    """Largest resident size of any one process."""


def tried(batch: list[Mutant], folder: Path, *, verify: bool = True) -> Trial:
    """Ingest a batch below `folder` and check it; whatever is not as it must be is in the trial's violations."""
    trial, case, given = Trial(), folder / "case", folder / "given"
    by_name = {mutant.name: mutant for mutant in batch}
    given.mkdir(parents=True)
    for mutant in batch:
        (given / mutant.name).write_bytes(mutant.data)
    _checked(trial, "new", case, "--title", "Torture", "--authority", AUTHORITY, seconds=START_SECONDS)
    if trial.violations:
        return trial
    if any(mutant.family == "records" for mutant in batch):
        _with_templates(case)
    begun = time.monotonic()
    limit = START_SECONDS + JOB_SECONDS * 2 + 4 * len(batch)
    _checked(
        trial,
        "ingest",
        case,
        given,
        "--languages",
        "en",
        "--custodian",
        "torture",
        "--passwords",
        PASSWORDS,
        seconds=limit,
    )
    trial.seconds = time.monotonic() - begun
    if trial.violations:
        return trial
    told = _checked(trial, "status", case, "--json", seconds=START_SECONDS)
    if told:
        _reconcile(trial, json.loads(told), by_name)
    if verify:
        _checked(trial, "verify", case, seconds=START_SECONDS + len(batch))
    _longest_wait(trial, case)
    return trial


def _with_templates(case: Path) -> None:
    """Put the sample's column templates on record, so that spoilt tables are read as records too."""
    held, actor = open_case(case), Actor(name="torture", account="torture", host="here")
    for path in sorted(TEMPLATES.glob("*.toml")):
        held.record(TemplateRecorded(template=template_file.read(path), source="torture"), actor=actor)


def _reconcile(trial: Trial, status: dict[str, Any], by_name: dict[str, Mutant]) -> None:
    lines = {one["number"]: one for one in status["exhibits"]}
    parts = ("read", "blank", "no_text", "skipped", "failed")
    if (
        status["received"] != sum(status[part] for part in parts)
        or status["pending"]
        or status["received"] != len(lines)
    ):
        trial.violations.append(
            Violation(f"totals do not reconcile: { {key: status[key] for key in ('received', 'pending', *parts)} }")
        )
    tops = {one["name"] for one in lines.values() if not one["parent"]}
    for name in by_name.keys() - tops:
        trial.violations.append(Violation("was given and not received", by_name[name]))
    for one in lines.values():
        mutant = by_name.get(_top(one, lines)["name"])
        outcome, reason = one["outcome"], one["reason"]
        if outcome not in parts:
            trial.violations.append(Violation(f"has the outcome {outcome!r}", mutant))
        if outcome in ("skipped", "failed") and not reason:
            trial.violations.append(Violation(f"{outcome} without a reason", mutant))
        for sign, label in ((STUMBLED, "stumbled"), (OVERRAN, "overran"), (CRASHED, "crashed")):
            if sign in reason:
                trial.outcomes[label] += 1
                if label != "crashed":
                    trial.violations.append(Violation(f"{one['media_type'] or '-'}: {reason}", mutant))
        if one["parent"]:
            trial.outcomes["children"] += 1
        else:
            trial.outcomes["partial" if outcome == "read" and one["partial"] else outcome] += 1


def _top(line: dict[str, Any], lines: dict[str, dict[str, Any]]) -> dict[str, Any]:
    while line["parent"]:
        line = lines[line["parent"]]
    return line


def _longest_wait(trial: Trial, case: Path) -> None:
    """Read from the custody log when each exhibit was done."""
    log = case / "ledger" / "custody.jsonl"
    events = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()] if log.is_file() else []
    done = [_seconds(one["ts"]) for one in events if one["op"] in ("intake.finished", "extraction.recorded")]
    trial.longest_s = max((after - before for before, after in pairwise(done)), default=0.0)


def _seconds(stamp: str) -> float:
    return datetime.fromisoformat(stamp.replace("Z", "+00:00")).timestamp()


def _checked(trial: Trial, *words: str | Path, seconds: float) -> str:
    """Run a command; a time-out, an unexpected exit or a traceback is a violation. Returns what it printed."""
    command = [sys.executable, "-m", "workbench", *map(str, words)]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=os.environ | SETTINGS,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    watched = _Watched(process.pid)
    try:
        out, err = watched.communicate(process, seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        trial.violations.append(Violation(f"`{words[0]}` did not end within {seconds:.0f} s"))
        return ""
    trial.peak_mb = max(trial.peak_mb, watched.peak_mb)
    if process.returncode or "Traceback" in err:
        said = "\n".join((out + err).strip().splitlines()[-12:])
        trial.violations.append(Violation(f"`{words[0]}` ended with {process.returncode}: {said}"))
        return ""
    return out


class _Watched:
    """Waits for a command and notes how large the largest of its processes became."""

    def __init__(self, pid: int) -> None:
        self.root = psutil.Process(pid)
        self.peak_mb = 0

    def communicate(self, process: subprocess.Popen[str], seconds: float) -> tuple[str, str]:
        ends = time.monotonic() + seconds
        while True:
            try:
                return process.communicate(timeout=0.3)
            except subprocess.TimeoutExpired:
                if time.monotonic() > ends:
                    raise
                self._look()

    def _look(self) -> None:
        try:
            family = [self.root, *self.root.children(recursive=True)]
        except psutil.Error:
            return
        for one in family:
            try:
                self.peak_mb = max(self.peak_mb, one.memory_info().rss >> 20)
            except psutil.Error:
                continue
