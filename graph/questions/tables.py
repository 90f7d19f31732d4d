"""The answer of each question as tables, every row with the places that it rests on."""

from __future__ import annotations

from collections.abc import Iterable

from graph import together
from graph.answers import Community, Found, Paths
from graph.connected import Groups, Ways
from graph.notes import noted
from graph.project import Graph
from graph.questions.answers import Around, Contacts, Money, Overlaps, Recurs, Routes, Terms, Timeline
from graph.questions.tabled import Line, Sheet, Tables, line, sheet, shown, word
from graph.questions.timeline import Stretch
from graph.rows import fetch

_PLACES = 5
"""Places that a row names where it rests on many."""
_SUPPORTS = f"""
WITH asked AS MATERIALIZED (SELECT unnest($ids::VARCHAR[]) AS id), {{held}}, support AS (
    SELECT DISTINCT relation_id, segment_id, exhibit FROM held_support
)
SELECT relation_id, list(segment_id ORDER BY exhibit, segment_id)[:{_PLACES}] AS places FROM support GROUP BY relation_id
"""  # noqa: S608 - our own number
_NAMED_AT = f"""
WITH here AS (
    SELECT entity_id, exhibit, min(segment_id) AS place FROM mention
    WHERE entity_id IN (SELECT unnest($ids)) GROUP BY ALL
    UNION ALL
    SELECT entity_id, role.exhibit, role.exhibit || '.r' || role.table_no || '.' || min(first_row)
    FROM record_named AS named JOIN record_role AS role USING (exhibit, table_no, id)
    WHERE entity_id IN (SELECT unnest($ids)) GROUP BY entity_id, role.exhibit, role.table_no
)
SELECT entity_id, list(place ORDER BY exhibit, place)[:{_PLACES}] AS places FROM here GROUP BY entity_id
"""  # noqa: S608 - our own number
_EDGES_OF = """
WITH asked AS MATERIALIZED (SELECT unnest($edges::VARCHAR[]) AS id), {held}, one_end AS (
    SELECT source_entity AS id, target_entity AS other, id AS relation, supports FROM held_relation
    UNION ALL
    SELECT target_entity, source_entity, id, supports FROM held_relation
)
SELECT id, list(relation ORDER BY supports DESC, relation)[:3] AS relations, count(DISTINCT other) AS others
FROM one_end GROUP BY id
"""
_EXHIBITS_OF = """
WITH asked AS MATERIALIZED (SELECT unnest($ids::VARCHAR[]) AS id), {held}
SELECT id, exhibits FROM held_relation
"""


def _supports(graph: Graph, relations: Iterable[str]) -> dict[str, tuple[str, ...]]:
    ids = sorted(set(relations))
    held = together.supports_of(pairs_too=together.any_pair(ids))
    rows = fetch(graph.conn, _SUPPORTS.format(held=held), {"ids": ids})
    return {row["relation_id"]: tuple(row["places"]) for row in rows}


def _resting(places: dict[str, tuple[str, ...]], relations: Iterable[str]) -> tuple[str, ...]:
    """Return the first places of some edges, of each of them one before a second of any."""
    each = [places.get(name, ()) for name in relations]
    return tuple(held[turn] for turn in range(_PLACES) for held in each if len(held) > turn)[:_PLACES]


def _spoken(kind: str) -> str:
    return kind.replace("_", " ")


def contacts(graph: Graph, found: Contacts) -> Tables:
    """Return one row a pair of accounts, and one that says at what hours and in which weeks or months."""
    lines = [
        line(
            one.one.entity, one.other.entity,
            cells=(
                shown(one.one), shown(one.other), one.records, one.moments, one.to_other, one.to_one, one.undirected, one.calls,
                one.unanswered, one.messages, one.emails, one.first_utc or one.first_local, one.last_utc or one.last_local,
            ),
            sources=(one.first_source, one.last_source), exhibits=one.exhibits,
        )
        for one in found.pairs
    ]  # fmt: skip
    columns = ("one", "other", "records", "moments", "to other", "to one", "undirected", "calls", "unanswered", "messages",
               "emails", "first", "last")  # fmt: skip
    when = [
        line(
            one.one.entity, one.other.entity,
            cells=(
                shown(one.one), shown(one.other), _by_hour(one.hours), _by_hour(one.hours_local),
                ", ".join(f"{each.begins} {each.records:,}" for each in one.periods),
            ),
            sources=(one.first_source, one.last_source), exhibits=one.exhibits,
        )
        for one in found.pairs
    ]  # fmt: skip
    return _tables(
        found, found.found,
        sheet("contacts", columns, lines),
        sheet("hours and periods", ("one", "other", f"by hour in {found.zone}", "by hour as written", f"by {found.every}"), when),
    )  # fmt: skip


def _by_hour(hours: Iterable[int]) -> str:
    return ", ".join(f"{hour:02d}h {many:,}" for hour, many in enumerate(hours) if many)


def _tables(
    answer: Contacts | Timeline | Overlaps | Around | Money | Recurs | Routes | Terms, found: int, *sheets: Sheet
) -> Tables:
    return Tables(sheets=sheets, found=found, definition=answer.definition, notes=answer.notes)


def timeline(graph: Graph, found: Timeline) -> Tables:
    """Return one row an event, one a gap, one for the first and the last event, and one a week or month."""
    lines = [
        line(one.source, one.kind, word(one.time_written),
             cells=(one.utc or f"{one.local or 'no time'} (no zone)", one.kind, one.where, ", ".join(one.who)),
             sources=(one.source,))
        for one in found.moments
    ]  # fmt: skip
    gaps = [
        line(one.before, one.after, cells=(one.begins_utc, one.ends_utc, one.seconds, one.unplaced),
             sources=(one.before, one.after))
        for one in found.gaps
    ]  # fmt: skip
    ends = [
        line(name, cells=(name, one.utc, one.kind, one.where, ", ".join(one.who)), sources=(one.source,))
        for name, one in (("first", found.first), ("last", found.last)) if one
    ]  # fmt: skip
    periods = [
        line(word(one.begins), cells=(one.begins, one.records), sources=(one.first_source,), exhibits=one.exhibits)
        for one in found.periods if isinstance(one, Stretch)
    ]  # fmt: skip
    return _tables(
        found, found.found,
        sheet("events", ("UTC", "what", "where", "who"), lines),
        sheet("gaps", ("from", "to", "seconds", "without a zone"), gaps),
        sheet("first and last", ("which", "UTC", "what", "where", "who"), ends),
        sheet("weeks or months", ("begins", "events"), periods),
    )  # fmt: skip


def overlap(graph: Graph, found: Overlaps) -> Tables:
    """Return one row a pair of things and kind of spot."""
    places = _supports(graph, (name for one in found.pairs for name in one.relations[:_PLACES]))
    lines = [
        line(
            one.one.entity, one.other.entity, one.kind,
            cells=(shown(one.one), shown(one.other), one.kind, one.occasions, one.records, one.days, "; ".join(one.spots),
                   one.first, one.last),
            sources=tuple(filter(None, (one.one_source, one.other_source))) or _resting(places, one.relations[:_PLACES]),
        )
        for one in found.pairs
    ]  # fmt: skip
    columns = ("one", "other", "at one", "times", "pairs of records", "days", "where", "first", "last")
    made = _tables(found, found.found, sheet("overlaps", columns, lines))
    return Tables(
        sheets=made.sheets, found=made.found, definition=f"{made.definition} {found.uncertainty}", notes=made.notes
    )


def around(graph: Graph, found: Around) -> Tables:
    """Return one row a neighbour."""
    places = _supports(graph, (name for one in found.neighbours for name in one.relations[:_PLACES]))
    lines = [
        line(
            one.thing.entity,
            cells=(
                one.hops, _spoken(one.thing.kind), shown(one.thing), shown(one.via) if one.via else "",
                ", ".join(f"{_spoken(kind)} {many:,}" for kind, many in sorted(one.kinds.items())),
                one.supports, one.confirmed,
            ),
            sources=_resting(places, one.relations[:_PLACES]), exhibits=one.exhibits,
        )
        for one in found.neighbours
    ]  # fmt: skip
    columns = ("hop", "kind", "value", "through", "edges", "supports", "confirmed")
    return _tables(found, sum(found.by_hop), sheet("neighbours", columns, lines))


def money(graph: Graph, found: Money) -> Tables:
    """Return one row a payer, payee and currency, one a round trip, and one a week or month and currency."""
    lines = [
        line(one.payer.entity, one.payee.entity, one.currency,
             cells=(shown(one.payer), shown(one.payee), one.payments, f"{one.currency} {one.total}", one.first, one.last),
             sources=(one.first_source, one.last_source), exhibits=one.exhibits)
        for one in found.pairs
    ]  # fmt: skip
    trips = [
        line(one.went_source, *one.between, one.back_source,
             cells=(shown(one.one), shown(one.other), one.went, one.went_amount, one.came_back, one.back_amount, one.days),
             sources=(one.went_source, *one.between, one.back_source))
        for one in found.round_trips
    ]  # fmt: skip
    periods = [
        line(word(one.begins), one.currency, cells=(one.begins, one.payments, f"{one.currency} {one.total}"),
             sources=(one.first_source,), exhibits=one.exhibits)
        for one in found.periods
    ]  # fmt: skip
    return _tables(
        found, found.found + found.round_trips_found,
        sheet("payments", ("from", "to", "payments", "sum", "first", "last"), lines),
        sheet("round trips", ("one", "other", "went", "amount", "came back", "amount back", "days"), trips),
        sheet("weeks or months", ("begins", "payments", "sum"), periods),
    )  # fmt: skip


def recurs(graph: Graph, found: Recurs) -> Tables:
    """Return one row an identifier, one a group of pictures, one a group of passages."""
    ids = sorted(one.thing.entity for one in found.identifiers)
    places = {row["entity_id"]: tuple(row["places"]) for row in fetch(graph.conn, _NAMED_AT, {"ids": ids})}
    lines = [
        line(one.thing.entity,
             cells=(_spoken(one.thing.kind), shown(one.thing), one.files, one.times, one.candidates, ", ".join(one.custodians)),
             sources=places.get(one.thing.entity, ()), exhibits=one.exhibits)
        for one in found.identifiers
    ]  # fmt: skip
    pictures = [
        line(*one.exhibits, cells=(one.pictures, "the same file" if one.same_file else "alike", ", ".join(one.exhibits)),
             sources=one.exhibits)
        for one in found.pictures
    ]  # fmt: skip
    passages = [
        line(*one.segments, cells=(one.opening, one.alike_percent, len(one.segments)), sources=one.segments,
             exhibits=one.exhibits)
        for one in found.passages
    ]  # fmt: skip
    if found.accounts:
        return _tables(
            found, found.shared_found, sheet("shared", ("what", "which", "account", "times"), _side_by_side(found))
        )
    return _tables(
        found, found.identifiers_found + found.pictures_found + found.passages_found,
        sheet("identifiers", ("kind", "value", "files", "times", "candidates", "of"), lines),
        sheet("pictures", ("pictures", "how", "exhibits"), pictures),
        sheet("passages", ("opening", "percent shared", "places"), passages),
    )  # fmt: skip


def _side_by_side(found: Recurs) -> list[Line]:
    return [
        line(one.kind, one.entity or word(one.what), each.account.entity,
             cells=(one.kind, one.what, shown(each.account), each.times), sources=each.sources)
        for one in found.shared for each in one.by
    ]  # fmt: skip


def routes(graph: Graph, found: Routes) -> Tables:
    """Return one row a stop, and one a leg."""
    stops = [
        line(one.thing.entity, word(one.since), one.kind, word(one.place),
             cells=(shown(one.thing), one.since, one.until, one.kind, one.place, one.records), sources=(one.source,))
        for one in found.stops
    ]  # fmt: skip
    legs = [
        line(word(one.origin), word(one.destination),
             cells=(one.origin, one.destination, one.times, one.things, one.first, one.last),
             sources=(one.first_source, one.last_source))
        for one in found.legs
    ]  # fmt: skip
    return _tables(
        found, found.stops_found + found.legs_found,
        sheet("stops", ("thing", "since", "until", "what", "place", "records"), stops),
        sheet("legs", ("from", "to", "times", "things", "first", "last"), legs),
    )  # fmt: skip


def terms(graph: Graph, found: Terms) -> Tables:
    """Return the terms that stand somewhere, those that do not, and what could still hold them."""
    hit = [
        line(word(one.term), cells=(one.term, one.hits, one.rows, one.doubtful), sources=one.segments or one.exhibits,
             exhibits=one.exhibits)
        for one in found.terms if one.hits or one.rows
    ]  # fmt: skip
    missed = [
        line(word(one.term), cells=(one.term, one.problem or "not found in what was read"))
        for one in found.terms if not (one.hits or one.rows)
    ]  # fmt: skip
    left = [line(word(one.what), cells=(one.what, one.items), exhibits=one.exhibits) for one in found.unsearched]
    return _tables(
        found, len(found.terms),
        sheet("found", ("term", "segments", "rows", "doubtful"), hit),
        sheet("not found", ("term", "why"), missed, absence=True),
        sheet("what could still hold them", ("what", "items"), left, absence=True),
    )  # fmt: skip


def path(graph: Graph, found: Paths) -> Tables:
    """Return one row an edge of each way."""
    lines: list[Line] = []
    for way in found.paths:
        ends = [way.steps[0].source, *(step.target for step in way.steps)]
        whole = " → ".join(end.label for end in ends)
        for number, step in enumerate(way.steps, start=1):
            for edge in step.edges:
                held = edge.relation
                lines.append(line(
                    *(end.id for end in ends), held.id,
                    cells=(whole, number, held.source.label, _spoken(held.kind), held.target.label, held.supports,
                           _spoken(held.review)),
                    sources=[one.segment for one in edge.supports][:_PLACES], exhibits=held.exhibits,
                ))  # fmt: skip
    columns = ("way", "step", "from", "how", "to", "supports", "review")
    return Tables(
        sheets=(sheet("ways", columns, lines, grouped=True),),
        found=len(found.paths),
        definition=f"{found.definition[:1].upper()}{found.definition[1:]}.",
        notes=found.notes if isinstance(found, Ways) else (),
    )


def groups(graph: Graph, found: Groups) -> Tables:
    """Return one row a member, with the group it is in, and one a tie of a group; it is called by the member whose id comes first."""
    edges = sorted({name for group in found for name in group.edges})
    query = _EDGES_OF.format(held=together.relations_of(pairs_too=together.any_pair(edges)))
    held = {row["id"]: row for row in fetch(graph.conn, query, {"edges": edges})}
    tied = [name for group in found for tie in (*group.holds, *group.bridges) for name in tie.relations]
    places = _supports(graph, [*(name for row in held.values() for name in row["relations"]), *tied])
    known = _EXHIBITS_OF.format(held=together.relations_of(pairs_too=together.any_pair(tied)))
    where = {row["id"]: row["exhibits"] for row in fetch(graph.conn, known, {"ids": sorted(set(tied))})}
    lines = [
        line(
            member.id,
            cells=(_group(group), len(group.members), group.relations, _spoken(member.kind), member.label, held[member.id]["others"]),
            sources=_resting(places, held[member.id]["relations"]),
        )
        for group in found for member in group.members
    ]  # fmt: skip
    ties = [
        line(
            how, tie.one.id, tie.other.id,
            cells=(_group(group), said, tie.one.label, tie.other.label, ", ".join(map(_spoken, tie.kinds)), tie.supports),
            sources=_resting(places, tie.relations), exhibits=sorted({number for name in tie.relations for number in where[name]}),
        )
        for group in found
        for how, said, held_by in (("holds", "holds it together", group.holds), ("bridge", "bridges it to another", group.bridges))
        for tie in held_by
    ]  # fmt: skip
    columns = ("group", "members", "related pairs", "kind", "value", "related to")
    return Tables(
        sheets=(
            sheet("members", columns, lines, grouped=True),
            sheet("ties", ("group", "what it does", "one", "other", "edges", "supports"), ties, grouped=True),
        ),
        found=len(lines),
        definition=found.definition,
        notes=found.notes,
    )


def _group(group: Community) -> str:
    return f"the group of {group.members[0].label}"


def search(graph: Graph, found: Found) -> Tables:
    """Return one row a segment that was found; what the index thinks of it is no part of it."""
    lines = [
        line(hit.segment, cells=(hit.exhibit, hit.strip.place, hit.snippet), sources=(hit.segment,))
        for hit in found.hits
    ]
    told = noted(found.behind, "[lines|line] of the ledger [are|is] not in the index yet.")
    return Tables(
        sheets=(sheet("segments", ("exhibit", "place", "words"), lines),), found=found.total,
        definition=f"Segments of everything read, understood as: {found.understood}.", notes=told,
    )  # fmt: skip
