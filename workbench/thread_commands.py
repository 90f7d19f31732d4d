"""`casegraph threads`: who answered whom, by the ids that mail programs write."""

from __future__ import annotations

from typing import Annotated

import typer

from graph.project import open_graph
from graph.threads import ThreadDetail, ThreadLine, ThreadMessage, thread, threads
from workbench.app import AsJson, AsWho, CasePath, app, consulted, opened
from workbench.look_commands import looking
from workbench.printing import note, plural, print_json, quote, say, table

_SHOWN = 4
"""Participants named in a line of the list."""


@app.command("threads")
def threads_command(
    case: CasePath,
    which: Annotated[
        str, typer.Argument(metavar="THREAD", help="A thread's id, or a message's id or segment: that thread in full.")
    ] = "",
    everything: Annotated[bool, typer.Option("--all", help="List messages that stand alone too.")] = False,
    who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """List the threads of the mail, or show one in order: who answered whom, and what is not in the case.

    Example: casegraph threads harbour t-1a2b3c4d5e6f7081
    """
    held, actor = opened(case, who)
    looking(held)
    with open_graph(held) as graph:
        if which:
            one = thread(graph, which)
            shown, exhibits = one.messages, list(one.line.exhibits)
        else:
            found = threads(graph)
            exhibits = sorted({number for line in found for number in line.exhibits})
    count = len(shown) if which else len(found)
    consulted(held, actor, "threads", asked=which, exhibits=exhibits, results=count)
    if which:
        print_json(one) if as_json else _show(one)
    else:
        print_json(found) if as_json else _list(found, everything=everything)


def _list(found: tuple[ThreadLine, ...], *, everything: bool) -> None:
    wanted = [line for line in found if everything or line.messages > 1 or line.not_here]
    rows = [
        (
            line.id,
            f"{line.messages:,}" + (f" and {line.not_here:,} not here" if line.not_here else ""),
            line.first_utc or line.first_written,
            line.last_utc or line.last_written,
            f"{quote(line.subject, at_most=60)} ({_people(line.participants)})",
        )
        for line in wanted
    ]
    table(rows, "thread", "messages", "first", "last", "subject of the first, and who")
    if alone := len(found) - len(wanted):
        note(f"Not listed: {plural(alone, 'message')} that stand alone; `--all` lists them.")


def _people(participants: tuple[str, ...]) -> str:
    more = len(participants) - _SHOWN
    return ", ".join(participants[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _show(one: ThreadDetail) -> None:
    line = one.line
    say(f"{line.id}: {plural(line.messages, 'message')} in {', '.join(line.exhibits)}")
    for message in one.messages:
        say("")
        _show_message(message)
    if one.absent:
        say("")
        note(f"Named here, and not in the case ({plural(len(one.absent), 'message')}): {', '.join(one.absent[:5])}")


def _show_message(message: ThreadMessage) -> None:
    time = message.time_utc or f"{message.time_written or 'no time stated'} (zone not stated)"
    say(f"{message.segment}  {time}  {', '.join(message.sender) or 'sender not stated'}")
    say(f"  to {', '.join(message.recipients) or 'nobody named'}: {quote(message.subject, at_most=80)}")
    if message.answers:
        say(f"  answers {message.answers} of {', '.join(message.answers_sender) or 'a sender not stated'}")
    if message.answers_absent:
        say(f"  answers a message that is not here: {message.answers_absent}")
    if message.state:
        say(f"  {message.state}")
    if message.copies:
        say(f"  also at {', '.join(message.copies)}")
