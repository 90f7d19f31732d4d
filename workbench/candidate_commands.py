"""`casegraph candidates`: names that may be spellings of one, laid side by side for a person to decide."""

from __future__ import annotations

from typing import Annotated

import typer

from evidence.errors import UsageError
from graph.candidates import KINDS, Candidate, Candidates, Ground, Spelling, candidates
from graph.project import open_graph
from workbench.app import AsJson, AsWho, CasePath, app, consulted, opened
from workbench.look_commands import looking
from workbench.printing import note, plural, print_json, quote, say, table
from workbench.strips import strip_text

_NAME = 32
_SHOWN = 30


@app.command("candidates")
def candidates_command(
    case: CasePath,
    kind: Annotated[str, typer.Option("--kind", metavar="KIND", help=f"One of {', '.join(KINDS)}.")] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, max=100_000)] = _SHOWN,
    who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Lay names side by side that may be spellings of one, with what supports and what contradicts it. Joins nothing.

    Example: casegraph candidates harbour --kind person_name
    """
    if kind and kind not in KINDS:
        raise UsageError(f"{kind!r} is no kind of name", next_step=f"use one of {', '.join(KINDS)}")
    held, actor = opened(case, who)
    looking(held)
    with open_graph(held) as graph:
        found = candidates(graph, kind=kind, limit=limit)
    shown = found.candidates
    exhibits = sorted({number for one in shown for side in (one.a, one.b) for number in side.entity.exhibits})
    consulted(held, actor, "candidates", asked=kind, exhibits=exhibits, results=len(shown))
    print_json(found) if as_json else _print(found)


def _print(found: Candidates) -> None:
    likely = [one for one in found.candidates if not (one.apart or one.undecided or one.twice)]
    twice = [one for one in found.candidates if one.twice and not one.undecided]
    apart = [one for one in found.candidates if one.apart and not one.undecided]
    undecided = [one for one in found.candidates if one.undecided]
    _print_pairs(likely)
    if twice:
        say("")
        say("Spelt as one, as a person's or a firm's name and as an account's:")
        _print_pairs(twice)
    if apart:
        say("")
        say("Spelt alike, and contradicted by birth dates:")
        _print_pairs(apart)
    if undecided:
        say("")
        say("Left undecided:")
        _print_pairs(undecided)
    note(_closing(found))
    first = next(iter(likely or twice or apart or undecided), None)
    if first is not None:
        note(f'Next: casegraph same|different|undecided CASE {first.a.entity.id} {first.b.entity.id} --reason "…"')


def _print_pairs(pairs: list[Candidate]) -> None:
    rows = [line for one in pairs for line in _lines(one)]
    if rows:
        table(rows, "weight", "name, and where it stands", "for, and against")


def _lines(one: Candidate) -> list[tuple[str, str, str]]:
    supports = "; ".join(map(_said, one.supports))
    against = "; ".join(map(_said, one.contradicts))
    return [
        (f"{one.weight:.1f}", _side(one.a), f"for: {supports}"),
        ("", _side(one.b), f"against: {against}" if against else "against: nothing found"),
        *([("", "", one.undecided)] if one.undecided else []),
        ("", "", ""),
    ]


def _said(ground: Ground) -> str:
    weight = f" {ground.weight:+.1f}" if ground.weight else ""
    where = f" [{', '.join(ground.segments[:2])}]" if ground.segments else ""
    return quote(ground.words, at_most=120) + weight + where


def _side(one: Spelling) -> str:
    name = f"{quote(one.entity.label, at_most=_NAME)} ({one.entity.kind}, {plural(one.entity.mentions, 'mention')})"
    where = strip_text(one.strip) if one.strip else "no place to open"
    return f"{name} {one.entity.id} at {one.mention or one.segment}: {where}"


def _closing(found: Candidates) -> str:
    said = [f"{plural(len(found.candidates), 'candidate')} among {plural(found.names, 'name')}; nothing is joined."]
    if found.judged:
        said.append(f"{found.judged:,} that people judged are not suggested again (`casegraph people`).")
    if found.least:
        said.append(f"Suggested from a weight of {found.least:.1f} on: the more names, the more it takes.")
    if found.not_shown:
        said.append(f"{found.not_shown:,} more are not shown; `--limit` shows more.")
    if found.too_common:
        most = ", ".join(f"{one.shared} ({one.names:,} names)" for one in found.too_common[:3])
        said.append(f"Not compared by what too many share: {most}; {found.too_common_in_all:,} in all.")
    if found.pairs_not_compared:
        said.append(f"{found.pairs_not_compared:,} pairs of the commonest kinds were not compared.")
    return " ".join(said)
