"""Checking that the case is what was recorded: vault, shelf and both chains."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import msgspec

from evidence.case import Case
from evidence.ledger import Checkpoint, Problem
from evidence.state import CaseState, fold


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """What was checked, and everything found wrong."""

    originals: int
    artifacts: int
    custody_lines: int
    access_lines: int
    problems: tuple[Problem, ...]
    checkpoint: Checkpoint


def verify(
    case: Case, *, against: Sequence[Checkpoint] = (), on_done: Callable[[int, int], None] = lambda done, total: None
) -> Verified:
    """Hash every original again, read every artifact again, walk both chains and compare the checkpoints."""
    problems = [
        *case.custody.verify(against=[one for one in against if one.chain == "custody"]),
        *case.access.verify(against=[one for one in against if one.chain == "access"]),
    ]
    readable = not any(problem.kind == "not_a_line" for problem in problems)
    state = fold(case.custody.events(whole=False)) if readable else CaseState()
    problems += _original_problems(case, state, on_done)
    if not problems:
        problems += _strangers(case, state)
    artifacts = [(number, ref) for number, act in state.extractions.items() for ref in act.artifacts]
    for number, ref in artifacts:
        if wrong := case.shelf.check(ref):
            part = f" {ref.part}" if ref.part else ""
            message = f"its {ref.step}{part} on the shelf is {wrong}; `casegraph reread` makes it again"
            problems.append(Problem(kind="artifact", about=number, message=message))
    return Verified(
        originals=len({act.exhibit.sha256 for act in state.exhibits.values() if act.exhibit.sha256}),
        artifacts=len(artifacts),
        custody_lines=len(list(case.custody.raw_lines())),
        access_lines=len(list(case.access.raw_lines())),
        problems=tuple(problems),
        checkpoint=case.custody.checkpoint(keep=False),
    )


def _original_problems(case: Case, state: CaseState, on_done: Callable[[int, int], None]) -> list[Problem]:
    """Hash what the ledger names; where it cannot be read, hash every blob against its own file name."""
    by_digest: dict[str, list[str]] = {}
    if not state.exhibits:
        by_digest = {sha256: ["vault"] for sha256 in case.vault.digests()}
    for number, act in state.exhibits.items():
        if act.exhibit.sha256:
            by_digest.setdefault(act.exhibit.sha256, []).append(number)
    problems = []
    with ThreadPoolExecutor(max_workers=case.settings.worker_count) as threads:
        checked = threads.map(case.vault.check, by_digest)
        for done, ((sha256, numbers), wrong) in enumerate(zip(by_digest.items(), checked, strict=True), start=1):
            if wrong:
                held = "" if "in place" in wrong else " in the vault"
                message = f"the original {sha256[:16]}…{held} is {wrong}"
                problems += [Problem(kind="original", about=number, message=message) for number in numbers]
            on_done(done, len(by_digest))
    return problems


def _strangers(case: Case, state: CaseState) -> list[Problem]:
    """Return the files in the vault that no line of the ledger received."""
    received = {str(act.exhibit.sha256) for act in state.exhibits.values()}
    message = "it lies in the vault, and nothing on record received it"
    return [
        Problem(kind="stranger", about=path.name, message=message)
        for path in sorted(case.vault.root.rglob("*"))
        if path.is_file() and path.name not in received and case.vault.set_aside not in path.parents
    ]
