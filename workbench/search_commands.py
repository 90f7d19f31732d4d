"""Commands that search: words and fields, names as they sound, more like one passage, and what is near in meaning."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from evidence.errors import UsageError
from evidence.settings import Settings
from graph import queries
from graph.alike import SAME_PASSAGE, more_like
from graph.answers import Facet, Found, LikeThis, Meant, Status
from graph.meaning import Sought
from graph.project import open_graph
from graph.search import Search, answer, words_sought
from workbench.app import AsJson, AsWho, CasePath, Reason, Save, app, consulted, opened
from workbench.look_commands import looking, say_behind
from workbench.printing import heading, note, plural, print_json, quote, say
from workbench.strips import print_strip

_MEANT = 10
"""Segments that `--meaning` shows."""
_NAMES_SHOWN = 12


@app.command("search")
def search_command(
    case: CasePath,
    query: Annotated[str, typer.Argument(help='Words, "phrases", AND OR NOT, word~1, word*, a NEAR/5 b, field:value.')],
    limit: Annotated[int, typer.Option("--limit", min=1, max=10_000, help="Hits shown; all are counted.")] = 20,
    facets: Annotated[bool, typer.Option("--facets", help="Also count all hits by what can be filtered by.")] = False,
    by_meaning: Annotated[
        bool, typer.Option("--meaning", help="Beside the exact hits, what is near in meaning (English first).")
    ] = False,
    save: Save = "",
    reason: Reason = "",
    who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Search the text of everything read.

    Fields: exhibit, custodian, source, kind, type, language, speaker, sender, since, until, month, review, mentions (a kind,
    or kind:value). NEAR/5 between two words or phrases: at most five words apart, in either order. sounds:Varga finds names
    that sound, are spelt or are transliterated alike, among the names that were found. What is found by meaning stands apart,
    with its cosine; the words of the query are compared, its filters hold. With --facets or --meaning, --json gives an
    object with `hits`; else the list of them. With --save every segment found exactly is kept, not only those shown:
    `casegraph analysis CASE run` then says what is new.

    Example: casegraph search harbour 'hotel AND "van driver"'
    Example: casegraph search harbour 'sounds:Varga since:2026-03' --facets
    """
    if save:
        _saved(case, who, query, limit, save=save, reason=reason, as_json=as_json, more=facets or by_meaning)
        return
    held, actor = opened(case, who)
    asked = Search(query=query, limit=limit, facets=facets, by_meaning=_MEANT if by_meaning else 0)
    sought = _sought(held.settings, query) if by_meaning else None
    looking(held)
    with open_graph(held) as graph:
        found = answer(graph, asked, sought=sought)
        status = queries.status(graph)
    exhibits = [hit.exhibit for hit in found.hits] + [near.exhibit for near in found.by_meaning]
    flags = "".join([" --facets" * facets, " --meaning" * by_meaning])
    consulted(held, actor, "search", asked=query + flags, exhibits=exhibits, results=found.total)
    if as_json:
        print_json(found if facets or by_meaning else found.hits)
    else:
        _print_found(found)
    _close(found, status, as_json=as_json)
    say_behind(found.behind)


def _saved(
    case: Path, who: str | None, query: str, limit: int, *, save: str, reason: str, as_json: bool, more: bool
) -> None:
    """Search, and keep every exact hit as an analysis; raises UsageError where counts or meaning are asked for too."""
    from graph.questions.asked import SearchAsked
    from workbench.asking import answered

    if more:
        raise UsageError(
            "a saved search keeps exact hits only", next_step="give --facets or --meaning in a search of its own"
        )
    answered(
        case, who, SearchAsked(query=query), save=save, reason=reason, facts=lambda found: found.hits[:limit],
        show=None if as_json else lambda found: _print_found(msgspec.structs.replace(found, hits=found.hits[:limit])),
        closing=lambda found, graph: _close(found, queries.status(graph), as_json=as_json),
    )  # fmt: skip


def _close(found: Found, status: Status, *, as_json: bool) -> None:
    """Say how the query was understood, how much it found, and how much could not be searched."""
    tell = note if as_json else say
    unread = status.received - status.read
    tell(f"Understood as: {found.understood}")
    for line in found.notes:
        tell(line)
    tell(f"{plural(found.total, 'segment')} found. {status.read} of {status.received} exhibits were read"
        + (f"; {unread} could not be searched (see status)." if unread else "."))  # fmt: skip


def _sought(settings: Settings, query: str) -> Sought | None:
    """Return what the words of a query mean; None where it has no words."""
    from flows.meaning import encoder_of, sought

    words = words_sought(query)
    return sought(encoder_of(settings), words) if words else None


def _print_found(found: Found) -> None:
    for hit in found.hits:
        print_strip(hit.strip, indent="")
        say(f"  {hit.segment}  {quote(hit.snippet, at_most=220)}")
    for facet in found.facets:
        _print_facet(facet)
    if found.by_meaning:
        _print_meant(found.by_meaning)
    if found.names:
        names = [f"{one.label} ({one.how}, {one.mentions})" for one in found.names[:_NAMES_SHOWN]]
        more = len(found.names) - len(names)
        say("Names taken as alike: " + ", ".join(names) + (f" and {more} more" if more else "") + ".")


def _print_facet(facet: Facet) -> None:
    values = [f"{quote(one.value, at_most=40)} {one.hits:,}" for one in facet.values]
    more = [f"{facet.others:,} more"] if facet.others else []
    say(f"  {facet.name}: " + ", ".join([*values, *more]))
    if facet.uncounted:
        note(f"{facet.uncounted:,} values beyond those were not counted.")


def _print_meant(found: tuple[Meant, ...]) -> None:
    heading("By meaning, not exact")
    for one in found:
        print_strip(one.strip, indent="")
        say(f"  {one.segment}  by meaning, cosine {_thousandths(one.cosine)}  {quote(one.snippet, at_most=180)}")


def _thousandths(amount: int) -> str:
    return f"{amount / 1000:.2f}"


@app.command("like")
def like_command(
    case: CasePath,
    segment: Annotated[str, typer.Argument(metavar="SEGMENT", help="The segment, such as CG-0003.p2.1.")],
    limit: Annotated[int, typer.Option("--limit", min=1, max=200)] = 10,
    who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Show the segments most like one: those that share its rarest words, and how much they repeat of it word for word.

    Example: casegraph like harbour CG-0003.p1.1
    """
    held, actor = opened(case, who)
    looking(held)
    with open_graph(held) as graph:
        found = more_like(graph, segment.strip(), most=limit)
    exhibits = [found.exhibit, *(one.exhibit for one in found.found)]
    consulted(held, actor, "like", asked=segment, exhibits=exhibits, results=len(found.found))
    if as_json:
        print_json(found)
    else:
        _print_alike(found)
    say_behind(found.behind)


def _print_alike(found: LikeThis) -> None:
    for one in found.found:
        print_strip(one.strip, indent="")
        said = f"repeats {one.repeats / 10:.0f}% word for word; " if one.repeats else ""
        said = f"the same passage, {said}" if one.repeats >= SAME_PASSAGE else said
        say(f"  {one.segment}  {said}shares {', '.join(one.shared[:6])}")
        say(f"    {quote(one.snippet, at_most=200)}")
    if not found.found:
        say(f"No other segment shares the rarest words of {found.segment}.")
    say(f"Searched for: {', '.join(found.words)}.")
    say(found.definition)


@app.command("meaning")
def meaning_command(case: CasePath, as_json: AsJson = False) -> None:
    """Make what `search --meaning` needs: a vector for each passage. Run again, it makes only what is missing.

    The model is MiniLM (all-MiniLM-L6-v2), trained on English: other languages are compared poorly. Its weights come from the
    package that `make setup` installs, or from `casegraph models add FOLDER`; nothing is fetched. Vectors are derived data, stand in no fingerprint,
    and those of what is sealed go with the seal. The setting `meaning_at_ingest` makes them at the end of each ingest.

    Example: casegraph meaning harbour
    """
    from flows.meaning import encoder_of, make_vectors
    from workbench.progress import counting

    held, _ = opened(case, None)
    settings = held.settings
    encoder = encoder_of(settings)
    looking(held)
    with counting("Making vectors", "segments") as shown:
        made = make_vectors(held, encoder, workers=settings.worker_count, on_progress=shown)
    if as_json:
        print_json(made)
        return
    rate = f", {made.made / made.seconds:,.0f} a second" if made.made and made.seconds > 0 else ""
    say(f"Vectors of {plural(made.made, 'segment')} made{rate}.")
    say(f"{plural(made.segments, 'segment')} in {plural(made.passages, 'passage')} can now be found by meaning; "
        f"{made.waiting:,} wait, {made.too_short:,} are too short.")  # fmt: skip
    say(f"Made with {made.stamp.model}, {made.stamp.model_digest[:16]}; trained on English.")
