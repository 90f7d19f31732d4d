"""Commands about where things come from: the table of formats, the way back to an original, what clocks are said to be."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer
from msgspec import structs

from evidence.acts import ClockAsserted
from evidence.errors import Refused, UsageError
from evidence.files import write_atomically
from evidence.state import fold
from evidence.zones import checked_zone
from extractors.registry import EMITS, FAMILIES
from graph import queries
from graph.project import catch_up, open_graph
from workbench.app import AsJson, AsWho, CasePath, app, consulted, opened
from workbench.printing import heading, print_json, say, say_raw, table


@app.command("formats")
def formats_command(
    as_json: AsJson = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="As the table in the README.")] = False,
) -> None:
    """List the formats that are read, how each is recognised, what is kept of it, and how deep a place in it goes.

    Whatever is not in this list is received, hashed and listed as skipped, never dropped.
    Example: casegraph formats
    """
    if as_json:
        print_json(
            [
                {"family": family, "formats": [structs.asdict(one) | {"emits": EMITS[one.reader]} for one in made]}
                for family, made in FAMILIES.items()
            ]
        )
        return
    if markdown:
        say_raw("\n".join(markdown_lines()))
        return
    for family, made in FAMILIES.items():
        heading(family)
        rows = [
            (one.title, one.kept + (f"; not: {one.left_out}" if one.left_out else ""), one.place, one.needs)
            for one in made
        ]
        table(rows, "format", "what is kept", "place", "needs")
        say()


def markdown_lines() -> list[str]:
    """Return the table of formats as the README shows it, formats that are kept alike on one line."""
    lines = ["| family | formats | what is kept | place of every statement |", "|---|---|---|---|"]
    for family, made in FAMILIES.items():
        alike: dict[tuple[str, str], list[str]] = {}
        for one in made:
            kept = (
                one.kept + (f". Not: {one.left_out}" if one.left_out else "") + (f". {one.needs}" if one.needs else "")
            )
            alike.setdefault((kept, one.place), []).append(one.title)
        lines += [f"| {family} | {', '.join(titles)} | {kept} | {place} |" for (kept, place), titles in alike.items()]
    return lines


@app.command("original")
def original_command(
    case: CasePath,
    segment: Annotated[str, typer.Argument(metavar="SEGMENT", help="A segment id, such as CG-0007.c1.12.")],
    save: Annotated[Path | None, typer.Option("--save", metavar="FILE", help="Write the record's bytes here.")] = None,
    who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Go back to the original record behind a segment: its very bytes, row or message, read from the exhibit anew.

    The original is hashed first; what is shown does not come from what was made of it.
    Example: casegraph original harbour CG-0007.c1.12
    """
    from flows.original import go_back

    held, actor = opened(case, who)
    catch_up(held)
    with open_graph(held) as graph:
        found = queries.segment(graph, segment)
        media_type = queries.exhibit_line(graph, found.exhibit).media_type
    made = go_back(held, number=found.exhibit, place=found.place, media_type=media_type, actor=actor)
    consulted(held, actor, "original", asked=segment, exhibits=[found.exhibit], results=1)
    if save is not None:
        _save(made.data, save)
    if as_json:
        facts = structs.asdict(made) | {"data": made.data.hex()}
        print_json({"segment": segment, "exhibit": found.exhibit, "place": found.place} | facts)
        return
    heading(f"{found.exhibit} · {found.strip.place} · {made.where}")
    say(made.text)


def _save(data: bytes, path: Path) -> None:
    if not data:
        raise UsageError(
            "this format does not keep the bytes of one record together: there is nothing to save",
            next_step="leave --save out to see the record",
        )
    if path.exists():
        raise Refused(f"{path.name} exists and is not overwritten", next_step="name another file")
    write_atomically(path, data, scratch=path.parent)


@app.command("clock")
def clock_command(
    case: CasePath,
    exhibit: Annotated[str, typer.Argument(metavar="EXHIBIT", help="A device or file; what came out of it follows.")],
    zone: Annotated[str, typer.Option("--zone", help="Zone of times written without one: Europe/London.")] = "",
    ahead: Annotated[
        str, typer.Option("--ahead", help="By how much its clock was ahead: 200s, 3m20s, -1h (behind).")
    ] = "",
    source: Annotated[str, typer.Option("--source", metavar="TEXT", help="Who or what says so; required.")] = "",
    who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Put on record which zone an exhibit's times are in, or by how much its clock was wrong.

    Times written without a zone are in no zone until someone says so; what was written is always kept beside it. `withdraw`
    takes it back.
    Example: casegraph clock harbour CG-0004 --zone Europe/London --source "handset settings, photographed at seizure"
    """
    held, actor = opened(case, who)
    number = exhibit.strip().upper()
    fold(held.custody.events()).exhibit(number)
    if not source.strip():
        raise UsageError("an assertion needs --source", next_step="say who or what it rests on")
    if not zone and not ahead:
        raise UsageError("neither --zone nor --ahead is given", next_step="see `casegraph clock --help`")
    act = ClockAsserted(
        exhibit=number,
        zone=checked_zone(zone) if zone else "",
        ahead_s=_seconds(ahead) if ahead else 0,
        source=source.strip(),
    )
    line = held.record(act, actor=actor)
    catch_up(held)
    if as_json:
        print_json({"line": line, "asserted": act})
        return
    say(f"On record as ledger line {line}. Times of {number} and of what came out of it follow it.")


def _seconds(text: str) -> int:
    """Return `200s`, `3m20s` or `-1h` in seconds; raises UsageError."""
    match = re.fullmatch(r"([+-]?)(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s?)?", text.strip())
    if match is None or not any(match.groups()[1:]):
        raise UsageError(f"{text!r} is no length of time", next_step="write it as 200s, 3m20s or -1h")
    hours, minutes, seconds = (int(part or 0) for part in match.groups()[1:])
    total = hours * 3600 + minutes * 60 + seconds
    return -total if match[1] == "-" else total
