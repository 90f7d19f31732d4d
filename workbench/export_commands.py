"""The command by which something leaves the case."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from evidence.case import Case
from evidence.errors import UsageError
from evidence.ledger import Actor
from exports.summary import preview_summary
from flows.start import export
from workbench.app import AsJson, AsWho, CasePath, Reason, app, consulted, opened
from workbench.look_commands import looking
from workbench.printing import plural, print_json, say


@app.command("export")
def export_command(
    case: CasePath,
    what: Annotated[str, typer.Argument(metavar="summary", help="What to export.")],
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="A new or empty folder.")] = None,
    recipient: Annotated[str, typer.Option("--to", metavar="RECIPIENT", help="Who receives it.")] = "",
    reason: Reason = "",
    finding: Annotated[
        list[str] | None, typer.Option("--finding", metavar="F", help="Only these findings; repeatable. Else all.")
    ] = None,
    analysis: Annotated[
        list[str] | None,
        typer.Option("--analysis", metavar="A", help="Also this saved analysis, as it is now; repeatable."),
    ] = None,
    preview: Annotated[
        Path | None,
        typer.Option(
            "--preview", metavar="FILE", help="Only write the PDF to this file, stamped; nothing is disclosed."
        ),
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
    if (out is None) == (preview is None):
        raise UsageError("where to is not said", next_step="give --out DIR, or --preview FILE to look at it first")
    held, actor = opened(case, who)
    looking(held)
    asked = Asked(recipient=recipient, reason=reason, findings=finding or [], analyses=analysis or [])
    if preview is not None:
        _preview(held, asked, preview, actor=actor, as_json=as_json)
    else:
        assert out is not None
        _export(held, asked, out, actor=actor, as_json=as_json)


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be in the summary, and for whom and why."""

    recipient: str
    reason: str
    findings: Sequence[str]
    analyses: Sequence[str]


def _preview(held: Case, asked: Asked, path: Path, *, actor: Actor, as_json: bool) -> None:
    made = preview_summary(held, out=path, actor=actor, **msgspec.structs.asdict(asked))
    said = ", ".join((*made.findings, *made.analyses))
    consulted(held, actor, "export preview", asked=said, exhibits=list(made.exhibits), results=made.readings)
    if as_json:
        print_json(made)
        return
    say(f"Written to {path}, stamped as a preview: {plural(made.readings, 'reading')}. Nothing was disclosed.")


def _export(held: Case, asked: Asked, out: Path, *, actor: Actor, as_json: bool) -> None:
    made = export(
        held, out=out, recipient=asked.recipient, reason=asked.reason, findings=asked.findings, actor=actor,
        analyses=asked.analyses,
    )  # fmt: skip
    if as_json:
        print_json(made)
        return
    for name in sorted(made.files):
        say(f"  {name}")
    say(f"Written to {out}. It contains unredacted personal data.")
    say(f"Receipt: {made.receipt}")
    say(f"Anyone can check it: python3 {out}/verify.py --against {made.receipt}")
