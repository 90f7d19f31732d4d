"""Commands that check: the vault and the chains, the graph against its sources, the engines against the record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from evidence.acts import LedgerRead
from evidence.case import software
from evidence.errors import IntegrityError
from evidence.ledger import Checkpoint, Event, Ledger, parse_checkpoint
from evidence.state import fold
from flows.engines import availability
from flows.replay import replay
from flows.start import rebuild
from flows.verify import verify
from graph import queries
from graph.project import open_graph
from workbench.app import AsJson, AsWho, CasePath, app, opened
from workbench.log_lines import closed_lines, log_lines
from workbench.printing import err, heading, note, plural, print_json, quote, say, table


@contextmanager
def counting(what: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar on standard error while the block runs; nothing where that is not a terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(bar_width=20), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@app.command("verify")
def verify_command(
    case: CasePath,
    against: Annotated[
        list[str] | None, typer.Option("--against", metavar="CHECKPOINT", help="A receipt someone kept, or its file.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Hash every original again, walk the ledger, compare checkpoints, and name what is wrong.

    Example: casegraph verify harbour --against custody:86:fd94dc6e…
    """
    held, _ = opened(case, None)
    kept = [checkpoint for code in against or [] for checkpoint in _checkpoints(code)]
    with counting("Hashing originals") as on_done:
        found = verify(held, against=kept, on_done=on_done)
    if as_json:
        print_json({"ok": not found.problems, **_facts(found)})
    else:
        for problem in found.problems:
            note(f"{problem.about}: {problem.message}")
        say(
            f"{plural(found.originals, 'original')}, {plural(found.artifacts, 'artifact')}, "
            f"{found.custody_lines:,} custody and {found.access_lines:,} access lines checked"
            + (f" against {plural(len(kept), 'receipt')}" if kept else "")
            + (f": {plural(len(found.problems), 'problem')}." if found.problems else ": nothing wrong.")
        )
        say(f"Checkpoint now: {found.checkpoint.code}")
    if found.problems:
        raise typer.Exit(IntegrityError.exit_code)


def _facts(found: object) -> dict[str, object]:
    return {name: getattr(found, name) for name in found.__struct_fields__}  # type: ignore[attr-defined]


def _checkpoints(code: str) -> list[Checkpoint]:
    """Return the checkpoints of a receipt, given as printed (a line may hold more than the code) or as a file."""
    path = Path(code)
    text = path.read_text(encoding="utf-8", errors="replace") if _is_file(path) else code
    codes = [word for word in text.split() if word.startswith(("custody:", "access:"))]
    return [parse_checkpoint(one) for one in codes or [code]]


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return False


@app.command("rebuild")
def rebuild_command(case: CasePath, as_json: AsJson = False) -> None:
    """Make the graph and the text index again from ledger and shelf; nothing human can be lost by it.

    Example: casegraph rebuild harbour
    """
    held, _ = opened(case, None)
    rebuild(held)
    with open_graph(held) as graph:
        line = queries.status(graph).graph
    if as_json:
        print_json(line)
        return
    say(
        f"Rebuilt: {plural(line.segments, 'segment')}, {plural(line.mentions, 'mention')}, "
        f"{plural(line.entities, 'entity', 'entities')}, {plural(line.relations, 'relation')}."
    )
    say(f"Fingerprint: {line.fingerprint}")


@app.command("replay")
def replay_command(
    case: CasePath,
    exhibits: Annotated[
        list[str] | None, typer.Argument(metavar="[EXHIBIT]…", help="Exhibit numbers; else all.")
    ] = None,
    who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Do every extraction again and say whether it gives the same content, exhibit by exhibit.

    Example: casegraph replay harbour CG-0012
    """
    held, actor = opened(case, who)
    with counting("Reading again") as on_done:
        found = replay(held, exhibits or [], actor=actor, on_done=on_done)
    counts = Counter(line.verdict for line in found)
    if as_json:
        print_json({"counts": counts, "artifacts": found})
    else:
        other = [
            (line.exhibit, line.step, line.part, line.verdict, line.detail) for line in found if line.verdict != "same"
        ]
        if other:
            table(other, "exhibit", "step", "part", "verdict", "detail")
        said = ", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items()))
        say(f"{plural(len(found), 'artifact')} made again: {said or 'none'}.")
    if counts["differs"] or counts["failed"]:
        raise typer.Exit(IntegrityError.exit_code)


@app.command("log")
def log_command(
    case: CasePath,
    access: Annotated[bool, typer.Option("--access", help="Who looked and what left, instead of custody.")] = False,
    last: Annotated[int, typer.Option("--last", min=1, help="How many lines.")] = 40,
    sealed: Annotated[bool, typer.Option("--sealed", help="Also what lines about sealed material say.")] = False,
    who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Read the ledger; that is itself recorded.

    Example: casegraph log harbour --access
    """
    held, actor = opened(case, who)
    chain: Ledger = held.access if access else held.custody
    size = chain.size()
    events = list(chain.events(after=max(0, size - last)))
    custody = list(held.custody.events())
    state = fold(custody)
    lines = log_lines(events, state, closed=closed_lines(custody, state), show_sealed=sealed)
    shown = f"{chain.chain}, sealed shown" if sealed else chain.chain
    held.record_access(LedgerRead(chain=shown, lines=len(events)), actor=actor)
    if as_json:
        print_json([line.facts() for line in lines])
        return
    rows = [(*_place(line.event), line.summary) for line in lines]
    table(rows, "line", "time (UTC)", "who (asserted)", "what", "about", "summary", right=("line",))


def _place(event: Event) -> tuple[int, str, str, str, str]:
    line = event.line
    return line.seq, line.ts[:19].replace("T", " "), quote(line.actor, at_most=16), line.op, line.obj


@app.command("doctor")
def doctor_command(as_json: AsJson = False) -> None:
    """Say which engines can run here, and what is lost without the others.

    Example: casegraph doctor
    """
    from workbench.engine_commands import machine_settings

    found = availability(machine_settings())
    if as_json:
        print_json({"software": software(), "engines": found})
        return
    heading(software())
    rows = []
    for one in found:
        rows.append(("yes" if one.available else "no", one.engine, one.detail))
        if one.next_step and not one.available:
            rows.append(("", "", f"Next: {one.next_step}"))
    table(rows, "runs", "engine", "detail")
