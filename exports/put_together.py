"""What people made of names and identifiers, for the summary: how it was put together, by whom, and what speaks against it."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from exports import ask
from exports.material import Category, Joined, Party
from exports.readings import Sources
from graph.answers import Judgement, Made
from graph.made import BASIS, made_of, members_of
from graph.project import Graph


def put_together_party(opened: Graph, name: str, *, sources: Sources) -> Party:
    """Return something that people made; `name` is its id, known to the graph."""
    graph = opened.conn
    made = made_of(opened, name)
    assert made is not None
    mentions = ask.mentions_by_id(graph, members_of(opened, name))
    segments = ask.segments(graph, {mention.segment_id for mention in mentions})
    readings = tuple(sources.reading(segments[mention.segment_id], mention) for mention in mentions)
    set_by_people = categories(graph, made.id, sources=sources)
    undetermined = "undetermined" if made.kind == "person" else ""
    return Party(
        claim=sources.claims.of("P", made.id),
        basis=BASIS,
        author=made.author,
        sources=(*(f"custody line {one.seq}" for one in made.verdicts), *(reading.claim for reading in readings)),
        entity=made.id,
        kind=made.kind,
        label=made.label,
        value=made.id,
        made_how=_made_how(made),
        readings=readings,
        readings_total=len(readings),
        exhibits=tuple(dict.fromkeys(reading.strip.exhibit for reading in readings)),
        against=tuple(_against(made, sources=sources)),
        categories=set_by_people,
        category=set_by_people[-1].category if set_by_people else undetermined,
    )


def categories(graph: duckdb.DuckDBPyConnection, entity: str, *, sources: Sources) -> tuple[Category, ...]:
    """Return the categories that people set for an entity, in order."""
    return tuple(
        Category(
            claim=sources.claims.of("G", f"category {row.seq}"),
            author=row.actor,
            sources=(f"custody line {row.seq}",),
            category=row.category,
            at=row.ts,
            reason=row.reason,
        )
        for row in ask.categories(graph, [entity])
    )


def _made_how(made: Made) -> str:
    """Return in words who put it together, of what and why; nobody's assessment is told as a fact."""
    said = ["People put it together; no exhibit says that these are one."]
    for one in made.verdicts:
        why = f" Reason given: {one.reason}" if one.reason else ""
        said.append(f"{one.actor} judged the same in custody line {one.seq}, {one.ts[:10]}: {_sides(one)}.{why}")
    for held in made.attributed:
        said.append(f"{held.kind} {held.value} is attributed to it by {held.author} (custody line {held.seq}).")
    return " ".join(said)


def _sides(one: Judgement) -> str:
    """Return the sides of a verdict in words: each by what it says, and how often."""
    told = []
    for side in one.sides:
        quotes = list(dict.fromkeys(" ".join(each.quote.split()) for each in side))
        shown = ", ".join(f'"{quote}"' for quote in quotes[:3]) + (
            f" and {len(quotes) - 3} more" if len(quotes) > 3 else ""
        )
        told.append(f"{shown} ({len(side)} {'mention' if len(side) == 1 else 'mentions'})")
    return " and ".join(told)


def _against(made: Made, *, sources: Sources) -> Iterator[Joined]:
    dates = sorted({(born.date, born.segment) for born in made.birth_dates})
    if len({date for date, _ in dates}) > 1:
        stated = ", ".join(f"{date} ({segment})" for date, segment in dates)
        cites = tuple(dict.fromkeys(segment.split(".")[0] for _, segment in dates))
        yield _said_by_machine(sources, cites, f"Different birth dates stand beside its mentions: {stated}.")
    for one in made.against:
        yield _judged(one, sources=sources)
    for name in made.names:
        left = name.unjudged + name.elsewhere
        if left:
            statement = (
                f'{left} further {"mention" if left == 1 else "mentions"} of "{name.label}" '
                f"{'is' if left == 1 else 'are'} not part of it: {name.unjudged} that nobody judged, "
                f"{name.elsewhere} judged otherwise."
            )
            yield _said_by_machine(sources, (f"custody line {made.seq}",), statement)


def _judged(one: Judgement, *, sources: Sources) -> Joined:
    words = {
        "different": "judged different",
        "undecided": "left undecided",
        "same": "judged the same, which was not applied",
    }
    exhibits = dict.fromkeys(each.exhibit for side in one.sides for each in side)
    refused = f" It was not applied: {one.note}." if one.state == "refused" else ""
    why = f" Reason given: {one.reason}" if one.reason else ""
    return Joined(
        claim=sources.claims.new("J"),
        basis=BASIS,
        author=one.actor,
        sources=(*exhibits, f"custody line {one.seq}"),
        statement=f"{one.actor} {words[one.verdict]}: {_sides(one)}.{refused}{why}",
    )


def _said_by_machine(sources: Sources, cites: tuple[str, ...], statement: str) -> Joined:
    return Joined(
        claim=sources.claims.new("J"),
        basis="machine_inference",
        author=sources.record.software,
        sources=cites,
        statement=statement,
    )
