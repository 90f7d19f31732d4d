"""The application every command hangs on, and the options they share."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from evidence.acts import Consulted
from evidence.case import Case, acting, open_case
from evidence.errors import Refused, UsageError
from evidence.ledger import Actor

app = typer.Typer(
    name="casegraph",
    help="Turns lawfully seized evidence into a searchable entity graph that people verify by hand.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


@app.callback()
def _casegraph() -> None:
    """Turns lawfully seized evidence into a searchable entity graph that people verify by hand."""


CasePath = Annotated[Path, typer.Argument(metavar="CASE", help="The case folder.")]
AsWho = Annotated[
    str | None,
    typer.Option("--as", metavar="NAME", help="Who acts (asserted, not authenticated); else CASEGRAPH_ACTOR."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the same facts as JSON.")]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; goes into the ledger.")]


def _titled(context: typer.Context, param: typer.CallbackParam, title: str) -> str:
    """Return the title of an analysis, '' where none is to be kept; raises UsageError for `--save` without one."""
    asked_for = str(context.get_parameter_source(str(param.name))).endswith("COMMANDLINE")
    if asked_for and not title.strip():
        raise UsageError("a saved analysis needs a title", next_step='give one with --save "…"')
    return title


Save = Annotated[
    str,
    typer.Option(
        "--save", metavar="TITLE", help="Keep question and answer as an analysis, to be run again and exported.",
        callback=_titled,
    ),
]  # fmt: skip


def opened(path: Path, name: str | None) -> tuple[Case, Actor]:
    """Return the case and who acts."""
    return open_case(path), acting(name)


def consulted(case: Case, actor: Actor, command: str, *, asked: str, exhibits: list[str], results: int) -> None:
    """Record that someone looked: which command, for what, and whose exhibits came back."""
    kept = tuple(sorted(set(exhibits)))
    looked = Consulted(command=command, asked=asked, exhibits=kept, results=results, reason=reason_given(case))
    case.record_access(looked, actor=actor)


def reason_given(case: Case) -> str:
    """Return why this person looks, as `CASEGRAPH_REASON` says; raises Refused where the case demands it and it is missing."""
    reason = os.environ.get("CASEGRAPH_REASON", "").strip()
    if case.settings.reason_to_look and not reason:
        raise Refused(
            "this case asks why it is consulted", next_step='set CASEGRAPH_REASON="…" and run the command again'
        )
    return reason


def today() -> datetime:
    """Return the machine's clock in UTC."""
    return datetime.now(UTC)
