"""Commands about column templates: propose one, put it on record, list them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, get_args

import typer

from evidence.acts import TemplateRecorded
from evidence.case import Case
from evidence.errors import Unreadable, UsageError
from evidence.state import CaseState, fold
from evidence.templates import TableKind, Template
from workbench.app import AsJson, AsWho, CasePath, app, consulted, opened
from workbench.printing import note, plural, print_json, say, table
from workbench.strips import print_segment

templates = typer.Typer(
    help="Say once what the columns of call records, registers or statements mean; it holds wherever that header stands.",
    no_args_is_help=True,
)
app.add_typer(templates, name="template")


@templates.command("new")
def new_command(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A CSV, TSV, XLSX, ODS or Parquet file, or a copy of one.")
    ],
    kind: Annotated[
        str, typer.Option("--kind", help="calls, cells, stays, trips, payments, messages, contacts, other.")
    ] = "",
    case: Annotated[
        Path | None, typer.Option("--case", metavar="CASE", help="Take region and zone from a case.")
    ] = None,
    to: Annotated[
        Path | None, typer.Option("--to", metavar="FILE", help="Write it there; else FILE.template.toml.")
    ] = None,
) -> None:
    """Propose a template from a file's header and data, and ask for what cannot be decided from them.

    Example: casegraph template new calls.csv --kind calls --to operator.toml
    """
    from extractors.identify import identify
    from extractors.protocols import ReadContext
    from extractors.records import proposing, template_file

    if kind and kind not in get_args(TableKind):
        raise UsageError(f"{kind!r} is no kind of table", next_step=f"one of: {', '.join(get_args(TableKind))}")
    if not file.is_file():
        raise UsageError(f"there is no file {file}", next_step="name a table of the kind that the template is for")
    settings = fold(opened(case, None)[0].custody.events()).settings if case else None
    context = ReadContext(
        languages=(),
        region=settings.region if settings else "",
        zone=settings.zone if settings else "",
        day_order=settings.day_order if settings else "",
    )
    try:
        proposal = proposing.propose(file, identify(file, hint=file.name), kind=kind, context=context)
    except Unreadable as error:
        raise UsageError(
            f"{file.name}: {error.what}", next_step="write a template by hand: casegraph template roles"
        ) from error
    if sys.stdin.isatty() and proposal.questions:
        proposal = template_file.answered(proposal, _answers(proposal.questions))
    target = to or file.with_name(f"{file.name}.template.toml")
    if target.exists():
        raise UsageError(f"{target} is already there", next_step="name another file with --to")
    target.write_text(template_file.written(proposal), encoding="utf-8")
    table([(one.header, one.role or "-", one.format) for one in proposal.template.columns], "column", "role", "format")
    say(f"Written to {target}: {proposal.template.kind}, {plural(len(proposal.questions), 'question')} open.")
    for question in proposal.questions:
        say(f"  {question.where}: {question.text}")
    say(f'Next: look it over, then casegraph template add CASE {target} --source "who says so"')


def _answers(questions: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """Ask each question at the terminal; one answered with `?` stays open."""
    answers: dict[str, str] = {}
    for where, text in questions:
        said = typer.prompt(text, default="", show_default=False).strip()
        if said != "?":
            answers[where] = said
        if where == "zone" and said and said != "?":
            answers["zone_by"] = typer.prompt("Who or what says so?").strip()
    return answers


@templates.command("add")
def add_command(
    case: CasePath,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A template's TOML file.")],
    source: Annotated[str, typer.Option("--source", metavar="TEXT", help="Who or what says so; goes into the ledger.")],
    who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Put a template on record; it holds for what is read from then on.

    Example: casegraph template add harbour operator.toml --source "operator's letter of 3 March, page 2"
    """
    from extractors.records import template_file

    template = template_file.read(file)
    if not source.strip():
        raise UsageError("who says what the columns mean?", next_step='--source "the operator\'s letter, page 2"')
    held, actor = opened(case, who)
    held.record(TemplateRecorded(template=template, source=source.strip()), actor=actor)
    state = fold(held.custody.events())
    fitting = _fitting(held, state, template)
    if as_json:
        print_json({"template": template, "source": source, "fits": fitting})
        return
    say(f"Template {template.name} is on record: {template.kind}, {plural(len(template.columns), 'column')}.")
    if fitting:
        say(f"It fits {plural(len(fitting), 'exhibit')} read before. Next: casegraph reread {case} {' '.join(fitting)}")
    else:
        say(f"Next: casegraph ingest {case} PATH…")


def _fitting(case: Case, state: CaseState, template: Template) -> list[str]:
    """Return the exhibits already read whose header the template fits."""
    from extractors.protocols import ReadContext
    from extractors.records.fits import SUFFIX, fits

    context = ReadContext(languages=(), templates=(template,))
    found = []
    for number, act in state.extractions.items():
        sha256 = state.exhibits[number].exhibit.sha256
        if state.is_sealed(number) or not sha256 or case.vault.check(sha256):
            continue
        if fits(case.vault.path(sha256), act.media_type.removesuffix(SUFFIX), context):
            found.append(number)
    return found


@templates.command("list")
def list_command(case: CasePath, who: AsWho = None, as_json: AsJson = False) -> None:
    """List the templates on record.

    Example: casegraph template list harbour
    """
    recorded = _recorded(opened(case, who)[0])
    if as_json:
        print_json(
            [{"template": act.template, "source": act.source, "recorded_by": by} for act, by in recorded.values()]
        )
        return
    if not recorded:
        note("No column template is on record.")
        return
    rows = [
        (
            act.template.name,
            act.template.kind,
            len(act.template.columns),
            act.template.zone or "not stated",
            act.source,
            by,
        )
        for act, by in recorded.values()
    ]
    table(rows, "template", "kind", "columns", "zone", "who says so", "recorded by")


def _recorded(case: Case) -> dict[str, tuple[TemplateRecorded, str]]:
    """Return the act that stands for each template, and who recorded it."""
    events = case.custody.events(only=lambda line: line.op == "template.recorded")
    return {
        event.act.template.name: (event.act, event.line.actor)
        for event in events
        if isinstance(event.act, TemplateRecorded)
    }


@templates.command("show")
def show_command(
    case: CasePath,
    name: Annotated[str, typer.Argument(metavar="NAME", help="A template's name.")],
    who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Show what a template says of each column.

    Example: casegraph template show harbour operator
    """
    recorded = _recorded(opened(case, who)[0])
    if name not in recorded:
        raise UsageError(f"no template {name!r} is on record", next_step="casegraph template list CASE")
    act, by = recorded[name]
    if as_json:
        print_json({"template": act.template, "source": act.source, "recorded_by": by})
        return
    template = act.template
    say(f"{template.name}: {template.kind}; {act.source}; recorded by {by}")
    say(f"  zone {template.zone or 'not stated'}" + (f", asserted by {template.zone_by}" if template.zone else ""))
    for title, values in (("direction", template.direction), ("type", template.types), ("setting", template.settings)):
        for key, value in values.items():
            say(f"  {title} {key}: {value or 'nobody says'}")
    table([(one.header, one.role or "-", one.format) for one in template.columns], "column", "role", "format")


@templates.command("roles")
def roles_command(as_json: AsJson = False) -> None:
    """List what a column can hold.

    Example: casegraph template roles
    """
    from extractors.records.roles import ROLES

    if as_json:
        print_json(ROLES)
    else:
        table(list(ROLES.items()), "role", "what it holds")


@app.command("rows")
def rows_command(
    case: CasePath,
    exhibit: Annotated[str, typer.Argument(metavar="EXHIBIT", help="An exhibit that holds tables of records.")],
    where: Annotated[
        list[str] | None, typer.Option("--where", metavar="COLUMN=VALUE", help="Only rows whose column holds this.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=10_000, help="At most so many rows.")] = 20,
    who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Show rows of a table of records, as written.

    Example: casegraph rows harbour CG-0012 --where "Called Number=07700 900123"
    """
    from graph.project import open_graph
    from graph.records import matching_rows

    wanted: dict[str, str] = {}
    for pair in where or ():
        name, parted, value = pair.partition("=")
        if not parted:
            raise UsageError(f"{pair!r} is not COLUMN=VALUE", next_step='such as --where "Cell=234-15-1-2"')
        wanted[name.strip()] = value
    held, actor = opened(case, who)
    number = exhibit.strip().upper()
    with open_graph(held) as graph:
        found, many = matching_rows(graph, number, where=wanted, limit=limit)
    consulted(held, actor, "rows", asked=" ".join([number, *(where or ())]), exhibits=[number], results=len(found))
    if as_json:
        print_json({"rows": found, "fitting": many})
        return
    for row in found:
        print_segment(row)
        say()
    if many > len(found):
        note(f"{many:,} rows fit; the first {len(found):,} are shown. Narrow it down, or give --limit.")
