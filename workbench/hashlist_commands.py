"""Commands about lists of hashes: put one on record, list them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, get_args

import typer

from evidence.acts import HashListRecorded, HashMatched, Sealed
from evidence.errors import UsageError
from evidence.files import locked
from evidence.hash_lists import HashList, ListKind, Purpose
from evidence.hash_matching import Compared, compare_received, lists_of
from evidence.state import CaseState, fold
from workbench.app import AsJson, AsWho, CasePath, app, opened
from workbench.printing import plural, print_json, say, size, table

hashlists = typer.Typer(
    help="Seal what nobody may look at before it is read; know ordinary files by their hash.", no_args_is_help=True
)
app.add_typer(hashlists, name="hashlist")
_KINDS = "nsrl (RDSv3, SQLite), vics (VICS 2.0 JSON), plain (one MD5, SHA-1 or SHA-256 a line)."


@hashlists.command("add")
def add_command(
    case: CasePath,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The list.")],
    kind: Annotated[str, typer.Option("--kind", help=_KINDS)],
    source: Annotated[str, typer.Option("--source", metavar="TEXT", help="Who made it, and who says to use it.")] = "",
    seal: Annotated[
        bool, typer.Option("--seal", help="What stands on it is sealed unread; vics does so anyway.")
    ] = False,
    known: Annotated[bool, typer.Option("--known", help="What stands on it is ordinary; nsrl says so anyway.")] = False,
    categories: Annotated[
        str, typer.Option("--categories", metavar="1,2", help="Only these of a VICS list, as its makers number them.")
    ] = "",
    who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Put a list on record, compare all that was received with it, and all that comes from then on before it is read.

    A list that is on record already is kept anew, for where what the case kept of it is lost or damaged.

    Example: casegraph hashlist add harbour national.json --kind vics --source "national unit, set of 1 March"
    """
    if kind not in get_args(ListKind):
        raise UsageError(f"{kind!r} is no kind of hash list", next_step=f"one of: {', '.join(get_args(ListKind))}")
    if not source.strip():
        raise UsageError(
            "who made the list, and who says to use it?", next_step='--source "national unit, set of 1 March"'
        )
    purpose = _purpose(kind, seal=seal, known=known)
    wanted = tuple(part.strip() for part in categories.split(",") if part.strip())
    if wanted and kind != "vics":
        raise UsageError("only a VICS list has categories", next_step="leave --categories out")
    held, actor = opened(case, who)
    with locked(held.ingest_lock, wait_s=0, held_for="the ingest of this case"):
        state = fold(held.custody.events())
        listed = lists_of(held).add(
            file,
            kind=kind,  # type: ignore[arg-type]
            purpose=purpose,
            source=source.strip(),
            categories=wanted,
            on_record=state.hash_lists,
        )
        anew = listed.sha256 in state.hash_lists
        found = compare_received(held, state, listed)
        acts = found.acts if anew else [HashListRecorded(hash_list=listed), *found.acts]
        if acts:
            held.record(*acts, actor=actor)
    _print_added(listed, found, anew=anew, as_json=as_json)


def _purpose(kind: str, *, seal: bool, known: bool) -> Purpose:
    if seal and known:
        raise UsageError("a list seals or says what is known, not both", next_step="choose --seal or --known")
    if kind == "plain" and not seal and not known:
        raise UsageError(
            "what is the list for?", next_step="--seal closes what stands on it; --known says it is ordinary"
        )
    if kind == "vics" and known:
        raise UsageError("a VICS list is for sealing", next_step="leave --known out")
    return "known" if known or kind == "nsrl" else "seal"


def _print_added(listed: HashList, found: Compared, *, anew: bool, as_json: bool) -> None:
    sealed = [act.exhibit for act in found.acts if isinstance(act, Sealed)]
    matched = sum(isinstance(act, HashMatched) for act in found.acts)
    if as_json:
        print_json({"list": listed, "matched": matched, "sealed": sealed, "anew": anew, "unfit": found.unfit})
        return
    counted = f", {plural(listed.hashes, 'hash', 'hashes')}" if listed.hashes else ""
    on_record = "was on record already and is kept anew" if anew else "is on record"
    say(f"{listed.name} {on_record} ({listed.kind}, {listed.purpose}{counted}; SHA-256 {listed.sha256[:16]}…).")
    if listed.left_out:
        say(f"{plural(listed.left_out, 'entry', 'entries')} without a usable hash left out.")
    say(f"{plural(matched, 'exhibit')} of those received before {'stand on it besides' if anew else 'stand on it'}.")
    if sealed:
        say(f"Sealed: {', '.join(sealed)}. What was read of them before stays on the shelf, closed to everyone.")
    if found.unfit:
        say(
            f"Original missing or changed, so only by the SHA-256 on record: {', '.join(found.unfit)}. "
            "Run `casegraph verify`, put them back, and add the list again."
        )


@hashlists.command("list")
def list_command(case: CasePath, as_json: AsJson = False) -> None:
    """List the hash lists on record, and how many exhibits stand on each.

    Example: casegraph hashlist list harbour
    """
    held, _ = opened(case, None)
    state = fold(held.custody.events())
    if as_json:
        print_json([{"list": one, "matched": _matched(state, one)} for one in state.hash_lists.values()])
        return
    rows = [
        (one.name, one.kind, one.purpose, one.hashes or "-", size(one.size_bytes), _matched(state, one), one.source)
        for one in state.hash_lists.values()
    ]
    table(rows, "list", "kind", "for", "hashes", "size", "exhibits", "source", right=("hashes", "size", "exhibits"))


def _matched(state: CaseState, listed: HashList) -> int:
    return sum(any(match.list == listed.sha256 for match in matches) for matches in state.hash_matches.values())
