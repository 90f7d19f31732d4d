"""`make torture`: thousands of spoilt files through `casegraph ingest`; nothing may crash, hang, vanish or go unexplained.

    python tests/torture/torture.py --count 4000 --minutes 60
    python tests/torture/torture.py --family phones --seed 7 --count 300

Prints a table by family. Ends with 1 where something that must hold does not, and keeps the files under build/torture/.
"""

from __future__ import annotations

import argparse
import itertools
import json
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from mutants import Mutant, mutants
from seeds import FAMILY_OF, SLOW, seeds
from trial import Trial, Violation, tried

KEPT = Path(__file__).parents[2] / "build" / "torture"
BATCH, SLOW_BATCH = 300, 80
SLOW_SHARE = 0.35
"""Of the mutants that a quick family gets, as many for a slow one."""


@dataclass
class Tally:
    """What became of a family's mutants, over all its batches."""

    mutants: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    longest_s: float = 0.0
    peak_mb: int = 0
    violations: list[Violation] = field(default_factory=list)

    def add(self, batch: list[Mutant], trial: Trial) -> None:
        """Count a batch."""
        self.mutants += len(batch)
        self.outcomes += trial.outcomes
        self.seconds += trial.seconds
        self.longest_s, self.peak_mb = max(self.longest_s, trial.longest_s), max(self.peak_mb, trial.peak_mb)
        self.violations += trial.violations


def batches(families: list[str], *, count: int, seed: int) -> Iterator[list[Mutant]]:
    """Batches of mutants, the families in turn, until `count` of them were made."""
    sources = {
        family: mutants(family, held, seed=seed)
        for family, held in seeds().items()
        if family in families or not families
    }
    shares = {family: SLOW_SHARE if family in SLOW else 1.0 for family in sources}
    left = {family: round(count * share / sum(shares.values())) for family, share in shares.items()}
    while any(left.values()):
        for family, source in sources.items():
            size = min(left[family], SLOW_BATCH if family in SLOW else BATCH)
            left[family] -= size
            if size:
                yield _once(list(itertools.islice(source, size)))


def _once(batch: list[Mutant]) -> list[Mutant]:
    """Each content once: the same bytes are received once."""
    return list({mutant.data: mutant for mutant in batch}.values())


def ran(batch: list[Mutant], scratch: Path) -> Trial:
    """Try a batch; where it fails as a whole, halve it until one file is left to blame."""
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        trial = tried(batch, Path(folder))
    unattributed = [one for one in trial.violations if one.mutant is None]
    if not unattributed or len(batch) == 1:
        trial.violations = (
            [Violation(one.what, one.mutant or batch[0]) for one in trial.violations]
            if len(batch) == 1
            else trial.violations
        )
        return trial
    middle = len(batch) // 2
    halves = [ran(half, scratch) for half in (batch[:middle], batch[middle:])]
    found = [one for half in halves for one in half.violations]
    trial.violations = [*(one for one in trial.violations if one.mutant), *(found or unattributed)]
    return trial


def kept(violations: list[Violation]) -> None:
    """Keep the files that broke something, and what each broke."""
    KEPT.mkdir(parents=True, exist_ok=True)
    told = []
    for one in violations:
        path = ""
        if one.mutant is not None:
            target = KEPT / one.mutant.family / one.mutant.name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(one.mutant.data)
            path = target.as_posix()
        told.append(
            {"what": one.what, "file": path}
            | ({"seed": one.mutant.seed, "operator": one.mutant.operator} if one.mutant else {})
        )
    (KEPT / "violations.json").write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


COLUMNS = ("read", "partial", "blank", "no_text", "skipped", "failed", "children", "crashed", "overran", "stumbled")


def table(tallies: dict[str, Tally]) -> str:
    """The table, a family a line."""
    lines = [
        f"{'family':<10} {'mutants':>7} "
        + " ".join(f"{name:>8}" for name in COLUMNS)
        + "   s each  longest s  peak MB  wrong"
    ]
    for family, tally in tallies.items():
        counts = " ".join(f"{tally.outcomes[name]:>8}" for name in COLUMNS)
        lines.append(
            f"{family:<10} {tally.mutants:>7} {counts} {tally.seconds / max(1, tally.mutants):>8.2f} {tally.longest_s:>10.1f} "
            f"{tally.peak_mb:>8} {len(tally.violations):>6}"
        )
    return "\n".join(lines)


def main() -> int:
    """Run it; returns the exit code."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--seed", type=int, default=1, help="other mutants for another number")
    options.add_argument("--count", type=int, default=3000, help="how many")
    options.add_argument(
        "--family", action="append", default=[], choices=FAMILY_OF, help="only this family; may be given again"
    )
    options.add_argument("--minutes", type=float, default=120, help="stop after so long")
    given = options.parse_args()
    ends = time.monotonic() + given.minutes * 60
    shutil.rmtree(KEPT, ignore_errors=True)
    tallies: dict[str, Tally] = {}
    with tempfile.TemporaryDirectory(prefix="casegraph-torture-") as scratch:
        for batch in batches(given.family, count=given.count, seed=given.seed):
            if time.monotonic() > ends:
                print(f"Stopped after {given.minutes:g} minutes, as asked.")
                break
            trial = ran(batch, Path(scratch))
            family = batch[0].family
            tallies.setdefault(family, Tally()).add(batch, trial)
            print(
                f"{family}: {len(batch)} mutants in {trial.seconds:.0f} s, {len(trial.violations)} wrong",
                file=sys.stderr,
                flush=True,
            )
    violations = [one for tally in tallies.values() for one in tally.violations]
    print(table(dict(sorted(tallies.items()))))
    print(f"{sum(tally.mutants for tally in tallies.values()):,} mutants, seed {given.seed}, {len(violations)} wrong")
    if violations:
        kept(violations)
        for one in violations[:40]:
            print(f"  {one.mutant.family + '/' + one.mutant.name if one.mutant else '-'}: {one.what[:200]}")
        print(f"Kept under {KEPT}")
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())
