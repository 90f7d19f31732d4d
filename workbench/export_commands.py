"""The command by which something leaves the case."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from evidence.errors import UsageError
from flows.start import export
from workbench.app import AsJson, AsWho, CasePath, Reason, app, opened
from workbench.look_commands import looking
from workbench.printing import print_json, say


@app.command("export")
def export_command(
    case: CasePath,
    what: Annotated[str, typer.Argument(metavar="summary", help="What to export.")],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="A new or empty folder.")],
    recipient: Annotated[str, typer.Option("--to", metavar="RECIPIENT", help="Who receives it.")] = "",
    reason: Reason = "",
    finding: Annotated[
        list[str] | None, typer.Option("--finding", metavar="F", help="Only these findings; repeatable. Else all.")
    ] = None,
    analysis: Annotated[
        list[str] | None,
        typer.Option("--analysis", metavar="A", help="Also this saved analysis, as it is now; repeatable."),
    ] = None,
    who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Write the summary a court can check: PDF/A, the same as JSON, source index, ledger and verifier.

    Refused without a recipient or a reason, and while something that undermines a finding is neither in the summary
    nor on the schedule. A saved analysis is asked again, and printed with the places of each row; one that cites none is refused.
    Example: casegraph export harbour summary --out handover --to "CPS London" --reason "charging"
    """
    if what != "summary":
        raise UsageError(f"{what!r} cannot be exported", next_step="casegraph export CASE summary --out DIR …")
    held, actor = opened(case, who)
    looking(held)
    made = export(
        held, out=out, recipient=recipient, reason=reason, findings=finding or [], actor=actor, analyses=analysis or []
    )
    if as_json:
        print_json(made)
        return
    for name in sorted(made.files):
        say(f"  {name}")
    say(f"Written to {out}. It contains unredacted personal data.")
    say(f"Receipt: {made.receipt}")
    say(f"Anyone can check it: python3 {out}/verify.py --against {made.receipt}")
