"""Commands by which people say who and what is the same: `same`, `different`, `undecided`, and `people` to look at it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from evidence.acts import IdentityVerdict
from evidence.case import Case
from evidence.errors import Refused
from evidence.ledger import Actor
from graph import identities, made
from graph.answers import Judgement, Made, NameOf
from graph.identity_sides import Meant
from graph.project import catch_up, open_graph
from workbench.app import AsJson, AsWho, CasePath, Reason, app, consulted, opened
from workbench.judging import because, judged, verdict_words
from workbench.look_commands import looking
from workbench.printing import heading, note, plural, print_json, quote, say
from workbench.review_commands import act_on

Things = Annotated[
    list[str], typer.Argument(metavar="A B", help="Mention id, entity id or value, or a made thing (p-…).")
]


@app.command("same")
def same_command(
    case: CasePath,
    things: Things,
    makes: Annotated[str, typer.Option("--makes", help="person, organisation or place; else as the names say.")] = "",
    reason: Reason = "",
    who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Say that names are of one person, organisation or place, or that an identifier belongs to one.

    Of a name, all its mentions of now are meant, and of one that only tables hold a row of each; one that comes later waits for you.
    Withdraw the ledger line to take it back.
    Example: casegraph same harbour "M. Varga" "Márton Varga" --reason "the offer's signatory, as the contract has him"
    """
    _judge(case, things, "same", reason, makes=makes, who=who, as_json=as_json)


@app.command("different")
def different_command(
    case: CasePath, things: Things, reason: Reason = "", who: AsWho = None, as_json: AsJson = False
) -> None:
    """Say that two things are not the same: no longer suggested, and nothing may join them until the line is withdrawn.

    Example: casegraph different harbour "Márton Varga" m-9aa4f8 --reason "born nine years later"
    """
    _judge(case, things, "different", reason, who=who, as_json=as_json)


@app.command("undecided")
def undecided_command(
    case: CasePath, things: Things, reason: Reason = "", who: AsWho = None, as_json: AsJson = False
) -> None:
    """Say that you looked at two things and cannot tell; they are suggested last from then on.

    Example: casegraph undecided harbour "Domnul Varga" "Márton Varga" --reason "no first name"
    """
    _judge(case, things, "undecided", reason, who=who, as_json=as_json)


def _judge(
    path: Path, things: Sequence[str], verdict: IdentityVerdict, reason: str, *,
    makes: str = "", who: str | None, as_json: bool,
) -> None:  # fmt: skip
    held, actor = opened(path, who)
    because(reason)
    looking(held)
    catch_up(held)
    with open_graph(held) as graph:
        act, sides = judged(graph, held, things, verdict, reason=reason, makes=makes)
    seq = act_on(held, act, actor)
    _tell(held, actor, seq, sides, as_json=as_json)


def _tell(case: Case, actor: Actor, seq: int, sides: Sequence[Meant], *, as_json: bool) -> None:
    with open_graph(case) as graph:
        verdict = next(iter(made.judgements(graph, [seq])), None)
        whole = made.made_of(graph, verdict.identity) if verdict and verdict.identity else None
    if verdict is None:
        raise Refused(f"line {seq} is about something that was sealed meanwhile", next_step="`casegraph seals CASE`")
    exhibits = sorted({one.exhibit for side in verdict.sides for one in side})
    consulted(case, actor, verdict.verdict, asked=f"custody {seq}", exhibits=exhibits, results=len(verdict.sides))
    if as_json:
        print_json({"seq": seq, "judgement": verdict, "made": whole})
        return
    for side in sides:
        say(
            f"  {side.label} ({side.kind.replace('_', ' ')}): {plural(len(side.mentions), 'mention')} meant{_left_out(side)}"
        )
    if verdict.state != "applied":
        say(f"Not applied ({verdict.state}): {verdict.note}.")
    elif whole is not None:
        say(f"{whole.kind.replace('_', ' ')} {whole.label}, {whole.id}; your assessment, not a fact of any exhibit.")
        _print_warnings(whole)
    say(f"{verdict.verdict}: recorded as ledger line {seq}.")


def _left_out(side: Meant) -> str:
    if side.unconfirmed:
        return "; none of these readings is confirmed"
    if side.kind in identities.NAMES or side.joins:
        return f"; {plural(side.waiting, 'reading')} that nobody confirmed left out" if side.waiting else ""
    return ", the first in each exhibit; all of its value goes with it"


def _print_warnings(one: Made) -> None:
    for name in one.names:
        if left := left_unjudged(name):
            say(f"  {left}")
    dates = sorted({born.date for born in one.birth_dates})
    if len(dates) > 1:
        say(f"  Birth dates contradict each other: {', '.join(dates)}.")


def left_unjudged(name: NameOf) -> str:
    """Return what of a name nobody judged, in words; nothing where all of it was."""
    said = [f"{plural(name.unjudged, 'further mention')} of this name not judged"] if name.unjudged else []
    said += [f"{plural(name.elsewhere, 'mention')} judged otherwise"] if name.elsewhere else []
    said += [f"{plural(name.rows, 'row')} of records not judged"] if name.rows else []
    return f"{name.label}: {'; '.join(said)}." if said else ""


# --- looking -------------------------------------------------------------------------------------------------------


@app.command("people")
def people_command(case: CasePath, who: AsWho = None, as_json: AsJson = False) -> None:
    """List the persons, organisations and places that people made: of what, by whom, why, and what speaks against each.

    Example: casegraph people harbour
    """
    held, actor = opened(case, who)
    looking(held)
    with open_graph(held) as graph:
        found = made.people(graph)
        every = made.judgements(graph)
    used = {one.seq for whole in found for one in (*whole.verdicts, *whole.against)}
    others = tuple(one for one in every if one.seq not in used)
    exhibits = sorted({each.exhibit for one in every for side in one.sides for each in side})
    consulted(held, actor, "people", asked="", exhibits=exhibits, results=len(found))
    if as_json:
        print_json({"made": found, "other_verdicts": others})
        return
    for whole in found:
        print_made(whole)
    if others:
        heading("Other verdicts")
        for one in others:
            print_judgement(one)
    if not every:
        note("Nobody judged anything yet. `casegraph candidates CASE` lays names side by side.")
        return
    note(f"{plural(len(found), 'person, organisation or place', 'persons, organisations and places')} made by people; "
         f"{plural(len(every), 'verdict')} in all.")  # fmt: skip


def print_made(one: Made, *, head: bool = True) -> None:
    """Print how something was put together, by whom and why, and what speaks against it."""
    if head:
        heading(f"{one.kind.replace('_', ' ')}  {one.label}   {one.id}")
    say(f"  made by {one.author} on {one.made_at} (personal assessment, ledger line {one.seq})"
        + (f": {one.reason}" if one.reason else ""))  # fmt: skip
    for name in one.names:
        say(f"  {name.label} ({name.kind.replace('_', ' ')}, {name.entity}): {plural(name.mentions, 'mention')}")
        if left := left_unjudged(name):
            say(f"    {left}")
    for held in one.attributed:
        say(f"  {held.kind} {held.value} ({held.entity}): attributed by {held.author}, line {held.seq}"
            + ("" if held.joined else "; its reading is not confirmed"))  # fmt: skip
    for redirected in one.redirects:
        say(f"  {redirected} was made apart and is this one now")
    say("  How it was put together:")
    for verdict in one.verdicts:
        print_judgement(verdict)
    print_against(one)


def print_against(one: Made) -> None:
    """Print what speaks against something that people made."""
    say("  What speaks against it:")
    dates = sorted({(born.date, born.segment) for born in one.birth_dates})
    if len({date for date, _ in dates}) > 1:
        say("    birth dates contradict each other: " + ", ".join(f"{date} [{where}]" for date, where in dates))
    for verdict in one.against:
        print_judgement(verdict)
    if not one.against and len({date for date, _ in dates}) < 2:
        say("    nothing found; nobody may have looked")


def print_judgement(one: Judgement) -> None:
    """Print a verdict with its line, its author, its reason and what became of it."""
    state = "" if one.state == "applied" else f" [{one.state}]"
    say(f"    line {one.seq}{state}: {verdict_words(one)}")
    if one.note:
        chain = f" (lines {', '.join(map(str, (*one.chain, one.wall)))})" if one.wall else ""
        say(f"      {one.note}{chain}")
    lost = [
        f"{each.exhibit} {quote(each.quote, at_most=40)}" for side in one.sides for each in side if not each.mention
    ]
    if lost:
        say(f"      not found again: {', '.join(lost[:5])}{' …' if len(lost) > 5 else ''}")
