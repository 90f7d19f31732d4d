"""Commands about the case as a whole: make it, fill it, ask how it stands, check it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from flows.start import IngestReport, Planned

from evidence.acts import AuthorityRecorded, SettingsRecorded
from evidence.authority import overdue, read_authority
from evidence.case import Case, acting, new_case
from evidence.errors import EngineMissing, IntegrityError, UsageError
from evidence.intake import read_manifest
from evidence.state import fold
from flows.server import TemporaryServer
from workbench.app import AsJson, AsWho, CasePath, app, opened, today
from workbench.language_codes import language_codes
from workbench.manifest import Comparison, compared_with
from workbench.printing import note, plural, print_json, quote, say, seconds, size, table


@app.command("new")
def new(
    case: CasePath,
    authority: Annotated[Path, typer.Option("--authority", metavar="FILE", help="TOML file of the warrant or order.")],
    title: Annotated[str, typer.Option("--title", help="Title of the case; else the authority file's.")] = "",
    who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Make a case folder under an authority.

    Example: casegraph new harbour --title "Harbour Lodge" --authority sample_data/authority.toml
    """
    recorded, hints = read_authority(authority)
    made = new_case(case, title=title or hints.title, authority=recorded, hints=hints, actor=acting(who))
    checkpoint = made.custody.checkpoint()
    if as_json:
        print_json(
            {
                "case": case.name,
                "title": title or hints.title,
                "authority": recorded.reference,
                "checkpoint": checkpoint.code,
            }
        )
        return
    say(f"Case {case.name} made under {recorded.reference} ({recorded.issuer}).")
    say(f"Receipt: {checkpoint.code}")
    say(f"Next: casegraph ingest {case} PATH…")


@app.command("authority")
def authority_command(
    case: CasePath,
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="TOML file of a further authority.")] = None,
    who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """List the authorities on record, or record a further one.

    Example: casegraph authority harbour second-warrant.toml
    """
    held, actor = opened(case, who)
    if file is not None:
        recorded, _ = read_authority(file)
        held.record(AuthorityRecorded(authority=recorded), actor=actor)
    authorities = fold(held.custody.events()).authorities.values()
    late = {one.reference: overdue(one, today=today().date()) for one in authorities}
    if as_json:
        print_json([{"authority": one, "overdue": late[one.reference]} for one in authorities])
        return
    table(
        [
            (
                one.reference,
                one.kind,
                one.issuer,
                one.issued,
                one.review_by,
                one.erase_by,
                "; ".join(late[one.reference]),
            )
            for one in authorities
        ],
        *("reference", "kind", "issuer", "issued", "review by", "erase by", "overdue"),
    )


@app.command("settings")
def settings_command(
    case: CasePath,
    values: Annotated[
        list[str] | None,
        typer.Argument(metavar="[KEY=VALUE]…", help="region, languages, speech_language, day_order, zone."),
    ] = None,
    who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Show, or put on record, what is asserted about the material.

    These are lines of the ledger, since they change what evidence means; they hold for what is read from then on.
    Example: casegraph settings harbour region=GB languages=en,ro day_order=dmy
    """
    held, actor = opened(case, who)
    state = fold(held.custody.events())
    if values:
        held.record(_asserted(state.settings, values), actor=actor)
        state = fold(held.custody.events(after=state.seq), state)
    if as_json:
        print_json({"asserted": state.settings, "machine": held.settings})
        return
    asserted = state.settings
    rows = [(name, _shown(getattr(asserted, name))) for name in asserted.__struct_fields__]
    rows += [(name, _shown(getattr(held.settings, name))) for name in held.settings.__struct_fields__]
    table(rows, "setting", "value")


def _shown(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _asserted(now: SettingsRecorded, values: list[str]) -> SettingsRecorded:
    given = {name: getattr(now, name) for name in ("region", "languages", "speech_language", "day_order", "zone")}
    for pair in values:
        name, parted, value = pair.partition("=")
        if not parted or name not in given:
            raise UsageError(f"{pair!r} is not a setting", next_step=f"known: {', '.join(given)}; as NAME=VALUE")
        given[name] = language_codes(value) if name == "languages" else value
    if given["day_order"] not in ("", "dmy", "mdy", "ymd"):
        raise UsageError("day_order is dmy, mdy, ymd or empty", next_step="empty keeps 03/04/2026 ambiguous")
    return SettingsRecorded(**given, source="asserted with `settings`")


@app.command("ingest")
def ingest_command(
    case: CasePath,
    paths: Annotated[list[Path], typer.Argument(metavar="PATH…", help="Files and folders to receive.")],
    custodian: Annotated[str, typer.Option("--custodian", metavar="NAME", help="From whom they were seized.")] = "",
    authority: Annotated[str, typer.Option("--authority", metavar="REF", help="Under which authority.")] = "",
    languages: Annotated[
        str,
        typer.Option(
            "--languages", metavar="en,ro", help="Languages of the material; the first is also that of recordings."
        ),
    ] = "",
    speech: Annotated[str, typer.Option("--speech", metavar="en", help="Language spoken, where it differs.")] = "",
    planned: Annotated[bool, typer.Option("--plan", help="Say what would be done, and do nothing.")] = False,
    first: Annotated[str, typer.Option("--first", metavar="PATTERN", help="Read files like this first.")] = "",
    manifest: Annotated[
        Path | None, typer.Option("--manifest", metavar="FILE", help="Acquisition hashes (sha256sum format).")
    ] = None,
    passwords: Annotated[
        Path | None, typer.Option("--passwords", metavar="FILE", help="Passwords to try, one a line; never kept.")
    ] = None,
    names: Annotated[
        Path | None,
        typer.Option("--names", metavar="FILE", help="Names the files had, by those they are stored under (JSON)."),
    ] = None,
    in_place: Annotated[
        bool, typer.Option("--in-place", help="Hash and read the files where they are; copy none.")
    ] = False,
    strings: Annotated[
        bool, typer.Option("--strings", help="Keep the printable strings of what nobody can read.")
    ] = False,
    skip_known: Annotated[
        bool, typer.Option("--skip-known", help="Do not read what a hash list knows to be ordinary (NSRL).")
    ] = False,
    who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Receive files, read them, and make them searchable. Run again, it goes on where it stopped.

    Example: casegraph ingest harbour sample_data/exhibits --custodian "Harbour Lodge office" --languages en,ro
    """
    held, actor = opened(case, who)
    asserted = language_codes(languages)
    server = TemporaryServer()
    try:
        if not planned:
            server.start()  # it takes longest, so it starts before the rest is even imported
        from flows.start import IngestRequest, ingest, plan
        from workbench.progress import watching

        request = IngestRequest(
            paths=tuple(paths),
            authority=authority,
            custodian=custodian,
            languages=asserted,
            speech_language=speech,
            first=first,
            manifest=manifest,
            passwords=passwords,
            names=names,
            in_place=in_place,
            strings=strings,
            skip_known=skip_known,
        )
        if planned:
            _print_plan(plan(held, request), as_json=as_json)
            return
        with watching() as watcher:
            report = ingest(held, request, actor=actor, watcher=watcher, server=server)
    finally:
        server.stop()
    compared = _compared(held, report, manifest) if manifest else None
    _print_report(case, report, compared, as_json=as_json)
    if compared is not None and compared.differ:
        raise typer.Exit(IntegrityError.exit_code)


def _compared(case: Case, report: IngestReport, manifest: Path) -> Comparison:
    """Compare what this run received, known before or not, with the acquisition hashes."""
    state = fold(case.custody.events())
    exhibits = {one.number: state.exhibits[one.number] for one in report.received}
    return compared_with(read_manifest(manifest), exhibits.values())


def _print_manifest(compared: Comparison) -> None:
    say(f"Manifest: {compared.agree} agree, {len(compared.differ)} differ, {len(compared.not_listed)} not listed, "
        f"{len(compared.not_received)} listed but not received.")  # fmt: skip
    for name in compared.differ:
        note(f"differs from the manifest: {name}")
    for name in compared.not_received:
        note(f"listed in the manifest, not received: {name}")


def _print_plan(rows: list[Planned], *, as_json: bool) -> None:
    total = sum(row.seconds for row in rows)
    if as_json:
        print_json({"files": rows, "seconds": round(total, 1)})
        return
    table(
        [
            (
                quote(row.name, at_most=48),
                size(row.size_bytes),
                row.media_type or "-",
                "known" if row.known else seconds(row.seconds),
            )
            for row in rows
        ],
        *("file", "size", "type", "about"),
        right=("size", "about"),
    )
    fresh = sum(not row.known for row in rows)
    say(f"{plural(fresh, 'file')} to read, about {seconds(total)} (rough: by size and type; nothing was opened).")


def _print_report(path: Path, report: IngestReport, compared: Comparison | None = None, *, as_json: bool) -> None:
    outcomes: dict[str, int] = {}
    for act in report.recorded.values():
        outcomes[act.outcome] = outcomes.get(act.outcome, 0) + 1
    new = sum(not one.recognised for one in report.received)
    known = len(report.received) - new
    if as_json:
        print_json(
            {
                "received": new,
                "recognised": known,
                "children": report.children,
                "outcomes": outcomes,
                "exhibits": [one.number for one in report.received],
                "refused": {number: error.what for number, error in report.refused.items()},
                "stopped": report.stopped,
                "checkpoint": report.checkpoint.code if report.checkpoint else "",
                "manifest": compared,
            }
        )
    else:
        said = ", ".join(f"{count} {kind.replace('_', ' ')}" for kind, count in sorted(outcomes.items()))
        children = f" and {plural(report.children, 'file')} found inside them" if report.children else ""
        again = f"; {plural(known, 'file')} recognised by hash, not read again" if known else ""
        say(f"Received {plural(new, 'new exhibit')}{children}{again}.")
        if said:
            say(f"Read now: {said}.")
        there = sum(one.in_place and not one.recognised for one in report.received)
        if there:
            say(f"{plural(there, 'file')} registered in place: keep {'it' if there == 1 else 'them'} where "
                f"{'it is' if there == 1 else 'they are'}, unchanged.")  # fmt: skip
        for one in report.received:
            if one.unreadable and not one.recognised:
                note(f"{one.number} {one.name}: {one.unreadable}")
        if compared is not None:
            _print_manifest(compared)
        if report.checkpoint:
            say(f"Receipt: {report.checkpoint.code}")
        say(f"Next: casegraph status {path}")
    if report.vectors:
        note(report.vectors)
    _leave(report)


def _leave(report: IngestReport) -> None:
    if report.stopped:
        note("Stopped. What was read is kept; the same command goes on from here.")
        raise typer.Exit(130)
    for error in report.refused.values():
        note(f"Refused: {error.what}. {error.next_step}")
    if report.refused:
        raise typer.Exit(IntegrityError.exit_code)


@app.command("reread")
def reread_command(
    case: CasePath,
    exhibits: Annotated[list[str] | None, typer.Argument(metavar="[EXHIBIT]…", help="Exhibit numbers.")] = None,
    languages: Annotated[str, typer.Option("--languages", metavar="en,ro", help="Assert other languages first.")] = "",
    who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Read exhibits again with the engines, models and languages there are now.

    Without numbers: those that were skipped or failed for lack of an engine, or are drafts. Decisions are kept.
    Example: casegraph reread harbour CG-0004
    """
    from flows.start import reread

    held, actor = opened(case, who)
    state = fold(held.custody.events())
    if languages:
        held.record(_asserted(state.settings, [f"languages={languages}"]), actor=actor)
    wanted: list[str] = [state.exhibit(number).number for number in exhibits or []] or [
        number
        for number, act in state.extractions.items()
        if act.outcome in ("skipped", "failed") or act.draft or (act.doubtful and languages)
    ]
    from workbench.progress import watching

    with watching() as watcher:
        report = reread(held, wanted, actor=actor, watcher=watcher)
    _print_reread(report, as_json=as_json)


def _print_reread(report: IngestReport, *, as_json: bool) -> None:
    if as_json:
        print_json({"reread": {number: act.outcome for number, act in report.recorded.items()}})
    else:
        table(
            [(number, act.outcome, act.reason) for number, act in report.recorded.items()],
            *("exhibit", "outcome", "reason"),
        )
        say(f"Read again: {plural(len(report.recorded), 'exhibit')}.")
    _leave(report)


@app.command("watch")
def watch_command(
    case: CasePath,
    every: Annotated[int, typer.Option("--every", min=10, metavar="SECONDS", help="How often to look.")] = 60,
    once: Annotated[bool, typer.Option("--once", help="Look once, and end.")] = False,
    who: AsWho = None,
) -> None:
    """Ingest what lands in the case's drop folder, under its one authority, as a scheduled Prefect deployment.

    Set drop_folder and drop_authority in the case's case.toml; without --once it needs a Prefect server.
    Example: casegraph watch harbour --every 60
    """
    from flows.server import quiet_prefect, server_is_up

    held, actor = opened(case, who)
    quiet_prefect()
    if not once and not server_is_up():
        raise EngineMissing(
            "no Prefect server answers at PREFECT_API_URL",
            next_step="start one with `prefect server start`, set PREFECT_API_URL, and try again",
        )
    from flows.watch import ingest_drop_folder, serve

    if not once:
        serve(held, actor=actor, every_s=every)
        return
    report = ingest_drop_folder(held, actor=actor)
    if report is None:
        say("Nothing has settled in the drop folder.")
    else:
        _print_report(case, report, as_json=False)
