"""Commands that look: how the case stands, what is in it, how things connect. Each look but `status` is recorded."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from evidence.authority import overdue
from evidence.case import Case
from evidence.errors import CasegraphError, NotFound, UsageError
from evidence.locator import FramePlace, PagePlace, TimePlace, clock
from evidence.state import fold
from graph import queries, sources
from graph.answers import (
    Carried,
    EntityDetail,
    ExhibitDetail,
    FindingDetail,
    Happening,
    Mention,
    Party,
    Rejected,
    RelationDetail,
    Status,
)
from graph.connected import Groups, Ways
from graph.identities import MADE_KINDS
from graph.project import Graph, catch_up, open_graph
from graph.sql import run_sql
from workbench.app import AsJson, AsWho, CasePath, Reason, Save, app, consulted, opened, reason_given, today
from workbench.printing import heading, note, plural, print_json, quote, say, size, table
from workbench.strips import print_mention, print_segment, print_strip


def looking(case: Case) -> None:
    """Bring the graph up to date before a look, so that nobody looks at yesterday's; refuses a look without a reason."""
    reason_given(case)
    catch_up(case)


def say_behind(behind: int) -> None:
    """Warn where the graph does not know the newest lines of the ledger."""
    if behind:
        note(f"The graph is {plural(behind, 'ledger line')} behind; run the command again in a moment.")


@app.command("status")
def status_command(case: CasePath, as_json: AsJson = False) -> None:
    """Say what was received, what became of it, and why something was not read.

    Example: casegraph status harbour
    """
    held, _ = opened(case, None)
    looking(held)
    with open_graph(held) as graph:
        status = queries.status(graph)
    if as_json:
        print_json(status)
        return
    state = fold(held.custody.events())
    heading(state.title)
    for authority in state.authorities.values():
        late = "; ".join(overdue(authority, today=today().date()))
        say(f"  under {authority.reference}, {authority.issuer}" + (f" ({late})" if late else ""))
    _print_exhibits(status)
    _print_totals(status)


def _print_exhibits(status: Status) -> None:
    rows = [
        (
            line.number,
            _short_name(line.name),
            line.media_type.rpartition("/")[2][:12],
            line.outcome.replace("_", " ") + _of_units(line.units) + _flagged(line.doubtful, line.partial, line.draft),
            quote(line.reason, at_most=80) + (" [not as the manifest says]" if line.manifest == "differs" else ""),
        )
        for line in status.exhibits
    ]
    table(rows, "exhibit", "name", "type", "outcome", "reason")


def _short_name(name: str, *, at_most: int = 32) -> str:
    return name if len(name) <= at_most else "…" + name[1 - at_most :]


def _flagged(doubtful: bool, partial: bool, draft: bool) -> str:
    return "".join(f", {flag}" for flag in _flags(doubtful, partial, draft))


def _flags(doubtful: bool, partial: bool, draft: bool) -> list[str]:
    return [word for word, on in (("doubtful", doubtful), ("partial", partial), ("draft", draft)) if on]


def _of_units(units: dict[str, int]) -> str:
    total = sum(count for kind, count in units.items() if kind in ("read", "blank", "no_text", "skipped", "failed"))
    return f" {units.get('read', 0)} of {total}" if total > 1 else ""


def _print_totals(status: Status) -> None:
    kinds = ("blank", "no_text", "skipped", "failed", "pending")
    rest = [f"{getattr(status, kind)} {kind.replace('_', ' ')}" for kind in kinds if getattr(status, kind)]
    flagged = [f"{getattr(status.of_read, kind)} {kind}" for kind in ("doubtful", "partial", "draft")]
    say()
    say(f"{status.read} of {status.received} read; " + (", ".join(rest) or "nothing left out") + ".")
    say("Of those read: " + ", ".join(flagged) + ".")
    if status.sealed or status.sealed_segments:
        sealed = plural(status.sealed_segments, "segment")
        say(f"Sealed, and counted nowhere else: {plural(status.sealed, 'exhibit')}, {sealed}.")
    if status.names_not_looked_for:
        told = ", ".join(f"{language} {count}" for language, count in status.names_not_looked_for_in.items())
        say(f"In {status.names_not_looked_for} of them names of people, organisations and places were not looked for, "
            f"or not throughout; segments by language: {told or 'none'}.")  # fmt: skip
    graph = status.graph
    say(
        f"Graph: {plural(graph.segments, 'segment')}, {plural(graph.mentions, 'mention')}, "
        f"{plural(graph.entities, 'entity', 'entities')}, {plural(graph.relations, 'relation')}; "
        f"fingerprint {graph.fingerprint[:16]}."
    )
    say_behind(graph.behind)


@app.command("entities")
def entities_command(
    case: CasePath,
    kind: Annotated[str, typer.Option("--kind", help="phone, email, iban, card, plate, handle …")] = "",
    query: Annotated[str, typer.Option("--query", help="Only those whose value holds this.")] = "",
    limit: Annotated[int, typer.Option("--limit", min=0)] = 0,
    who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """List what the exhibits name, with how many mentions in which exhibits.

    `established`: at least one reading joined it. `candidate`: only scans or speech say so, and nobody confirmed it.
    Example: casegraph entities harbour --kind phone
    """
    held, actor = opened(case, who)
    if kind and kind not in MADE_KINDS.values():
        from workbench.readings import known_kind

        known_kind(kind)
    looking(held)
    with open_graph(held) as graph:
        found = queries.entities(graph, kind=kind, query=query, limit=limit)
        behind = graph.behind
    asked = f"kind={kind} query={query}".strip()
    numbers = [number for entity in found for number in entity.exhibits]
    consulted(held, actor, "entities", asked=asked, exhibits=numbers, results=len(found))
    if as_json:
        print_json(found)
    else:
        rows = [
            (one.id, one.kind, one.label, one.status, one.mentions, one.candidates or "", _numbers(one.exhibits))
            for one in found
        ]
        headings = ("id", "kind", "value", "status", "mentions", "waiting", "exhibits")
        table(rows, *headings, right=("mentions", "waiting"))
        waiting = sum(one.candidates for one in found)
        say(f"{plural(len(found), 'entity', 'entities')}; {plural(waiting, 'reading')} wait for a person (see review).")
    say_behind(behind)


def _numbers(numbers: tuple[str, ...]) -> str:
    shown = ", ".join(numbers[:6])
    return shown + (f" +{len(numbers) - 6}" if len(numbers) > 6 else "")


_SHOWN_SEGMENTS = 300
"""Segments of an exhibit that `show` prints."""
_EXHIBIT = re.compile(r"CG-\d+(?:/\d+)*")
_SHOW: list[tuple[str, str]] = [
    (r"CG-\d+(/\d+)*", "exhibit"),
    (r"CG-\d+(/\d+)*\.[ptmfcrv]\d+\.\d+", "segment"),
    (r"m-[0-9a-f]{6,}", "mention"),
    (r"r-[0-9a-f]{6,}", "relation"),
    (r"F-\d+", "finding"),
]
_NONE_SUCH: list[tuple[str, str, str]] = [
    (r"CG-\S*\.\S*", "segment", "`casegraph show CASE EXHIBIT` lists its segments"),
    (r"CG-\S*", "exhibit", "`casegraph status CASE` lists the exhibits"),
    (r"m-\S*", "mention", "`casegraph review CASE` lists mentions; an id looks like m-3f9a0c…"),
    (r"r-\S*", "relation", "`casegraph show CASE ENTITY` lists its relations; an id looks like r-3f9a0c…"),
    (r"F-\S*", "finding", "`casegraph finding CASE list`"),
]
"""What somebody meant whose words begin like an id and name no entity either."""


@app.command("show")
def show_command(
    case: CasePath,
    what: Annotated[str, typer.Argument(metavar="ID", help="Exhibit, segment, mention, relation, finding or entity.")],
    who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Show one thing with its sources. An entity may be given by id, value, or kind:value.

    Example: casegraph show harbour CG-0012; casegraph show harbour phone:+442079460142
    """
    held, actor = opened(case, who)
    looking(held)
    kind = next((name for pattern, name in _SHOW if re.fullmatch(pattern, what, re.IGNORECASE)), "entity")
    if kind != "entity":
        what = _as_ids_are_written(what)
    with open_graph(held) as graph:
        facts, printer, exhibits = _SHOWN[kind](graph, what)
        behind = graph.behind
    consulted(held, actor, "show", asked=what, exhibits=exhibits, results=1)
    if as_json:
        print_json(facts)
    else:
        printer()
    say_behind(behind)


def _as_ids_are_written(what: str) -> str:
    lead, dash, rest = what.lower().partition("-")
    return (lead.upper() if lead in ("cg", "f") else lead) + dash + rest


Shown = tuple[object, Callable[[], None], list[str]]


def _show_exhibit(graph: Graph, number: str) -> Shown:
    detail = queries.exhibit(graph, number)
    mentions = queries.mentions_in_exhibit(graph, number)
    found: dict[str, list[Mention]] = {}
    for mention in mentions:
        found.setdefault(mention.segment, []).append(mention)

    def show() -> None:
        _print_exhibit_head(detail)
        for segment in detail.segments[:_SHOWN_SEGMENTS]:
            say()
            print_segment(segment)
            for mention in found.get(segment.id, ()):
                print_mention(mention)
        more = len(detail.segments) - _SHOWN_SEGMENTS
        if more > 0:
            say()
            say(f"{plural(more, 'more segment')} of {number} not printed: search in it with `exhibit:{number} …`, "
                "show one segment by its id, or take all of them with --json.")  # fmt: skip

    return {"exhibit": detail, "mentions": mentions}, show, [number]


def _print_exhibit_head(detail: ExhibitDetail) -> None:
    line = detail.exhibit
    heading(f"{line.number}  {line.name}")
    say(f"  SHA-256 {line.sha256}, {size(line.size_bytes)}, {line.media_type}")
    say(f"  received {line.received_at} by {line.received_by} (asserted), authority {line.authority}"
        + (f", from {line.custodian}" if line.custodian else ""))  # fmt: skip
    if line.parent:
        say(f"  found inside {line.parent}")
    say(f"  {line.outcome.replace('_', ' ')}" + (f": {line.reason}" if line.reason else ""))
    for stamp in detail.stamps:
        say(f"  made with {stamp.name} {stamp.version} {stamp.model}".rstrip())
    for unit in detail.units:
        facts = ", ".join(f"{name} {value}" for name, value in unit.facts.items())
        flags = "".join(f", {flag}" for flag in _flags(unit.doubtful, unit.partial, unit.draft))
        reason = f": {unit.reason}" if unit.reason else ""
        say(f"  {unit.unit_kind} {unit.unit}: {unit.outcome}{flags}{reason}" + (f" ({facts})" if facts else ""))
    for child in detail.children:
        say(f"  holds {child}")


def _show_segment(graph: Graph, identifier: str) -> Shown:
    segment = queries.segment(graph, identifier)
    mentions = queries.mentions_in(graph, identifier)

    def show() -> None:
        print_segment(segment)
        for mention in mentions:
            print_mention(mention)

    return {"segment": segment, "mentions": mentions}, show, [segment.exhibit]


def rejected_reading(graph: Graph, identifier: str) -> Rejected | None:
    """Return the rejected reading that an id, or the beginning of one, means; None where a standing one does."""
    wanted = "m-" + identifier.strip().lower().removeprefix("m-")
    found = [one for one in queries.rejected(graph) if one.id.startswith(wanted)]
    return found[0] if len(found) == 1 and len(wanted) >= len("m-") + 6 else None


def check_not_rejected(graph: Graph, identifier: str, case: Path) -> None:
    """Raise NotFound for a rejected reading, with the line to withdraw."""
    gone = rejected_reading(graph, identifier)
    if gone is not None:
        raise NotFound(
            f"{gone.id} was rejected by {gone.reviewer} in ledger line {gone.review_seq}",
            next_step=f'to bring it back: casegraph withdraw {case} {gone.review_seq} --reason "…"',
        )


def _print_rejected(gone: Rejected, *, case: Path | str = "CASE") -> None:
    say(f"{gone.id}  {gone.kind}  {gone.value}  as written: {quote(gone.quote)}")
    say(f"  rejected by {gone.reviewer} on {gone.reviewed_at}: {gone.review_reason}")
    say(f"  {gone.segment}, found by {gone.finder}; ledger line {gone.review_seq}")
    say(f'  To bring it back: casegraph withdraw {case} {gone.review_seq} --reason "…"')


def _show_rejected(graph: Graph, gone: Rejected) -> Shown:
    segment = queries.segment(graph, gone.segment)

    def show() -> None:
        _print_rejected(gone, case=graph.case.root)
        print_segment(segment)

    return {"rejected": gone, "segment": segment}, show, [gone.exhibit]


def _show_mention(graph: Graph, identifier: str) -> Shown:
    gone = rejected_reading(graph, identifier)
    if gone is not None:
        return _show_rejected(graph, gone)
    mention = queries.mention(graph, identifier)
    segment = queries.segment(graph, mention.segment)
    spot = sources.boxes_of(graph, mention.id)

    def show() -> None:
        print_mention(mention, segment)
        if spot.boxes and isinstance(segment.place, PagePlace):
            boxes = "; ".join(f"{box.left},{box.top} {box.width}x{box.height}" for box in spot.boxes)
            say(f"  on page {spot.page}, pixels of {spot.width_px}x{spot.height_px} at {spot.dpi} dpi: {boxes}")
        if spot.boxes and isinstance(segment.place, FramePlace):
            boxes = "; ".join(f"{box.left},{box.top} {box.width}x{box.height}" for box in spot.boxes)
            at = f"{clock(segment.place.at_ms)} ({segment.place.at_ms:,} ms)"
            say(f"  on the frame at {at}, pixels of {spot.width_px}x{spot.height_px}: {boxes}")
        if spot.start_ms >= 0 and isinstance(segment.place, TimePlace):
            say(f"  heard from {clock(spot.start_ms)} to {clock(spot.end_ms)}")

    return {"mention": mention, "segment": segment, "spot": spot}, show, [mention.exhibit]


def _show_relation(graph: Graph, identifier: str) -> Shown:
    detail = queries.relation(graph, identifier)
    return detail, lambda: _print_relation(detail), list(detail.relation.exhibits)


def _print_relation(detail: RelationDetail, *, indent: str = "") -> None:
    edge = detail.relation
    say(f"{indent}{edge.source.label} —{edge.kind.replace('_', ' ')}→ {edge.target.label}  ({edge.family}, {edge.id})")
    for support in detail.supports:
        print_strip(support.strip, indent=indent + "  ")
        words = support.text[support.start : support.end] if support.start >= 0 else support.text
        say(f"{indent}  " + (f"{support.rule}: " if support.rule else "") + quote(words, at_most=160))


def _show_finding(graph: Graph, identifier: str) -> Shown:
    found = next((one for one in queries.findings(graph) if one.id == identifier), None)
    if found is None:
        raise NotFound(f"there is no finding {identifier}", next_step="`casegraph finding CASE list`")
    return found, lambda: print_finding(found), [tagged.segment.exhibit for tagged in found.tags]


def print_finding(found: FindingDetail) -> None:
    """Print a finding with what supports and undermines it, each at its place."""
    heading(f"{found.id}  {found.sentence}")
    say(f"  written by {found.author} (personal assessment), {found.written_at}")
    for tagged in found.tags:
        scheduled = " (scheduled as unused)" if tagged.scheduled else ""
        say(f"  {tagged.tag.replace('_', ' ')}: {tagged.segment.id}{scheduled}, tagged by {tagged.actor}")
        print_strip(tagged.segment.strip, indent="    ")
        say(f"    {quote(tagged.segment.text, at_most=160)}")


def _show_entity(graph: Graph, text: str) -> Shown:
    gone = [one for one in queries.rejected(graph) if text.strip() in (one.value, f"{one.kind}:{one.value}")]
    try:
        detail = queries.entity(graph, text)
    except NotFound as error:
        if not gone:
            raise (_none_such(text) or error) from None
        return _show_only_rejected(graph, gone)
    found = (detail.entity.kind, detail.entity.value)
    gone = [one for one in queries.rejected(graph) if (one.kind, one.value) == found]
    segments = {mention.segment: queries.segment(graph, mention.segment) for mention in detail.mentions}

    def show() -> None:
        _print_entity_head(detail)
        _print_made_of(detail)
        for mention in detail.mentions:
            print_mention(mention, segments[mention.segment])
        for held in detail.rows:
            where = f"{held.exhibit}.r{held.table}" + (f" ({held.sheet})" if held.sheet else "")
            say(f"  {held.role.replace('_', ' ')} in {plural(held.rows, 'row')} of {where}, template {held.template}: "
                f"{held.exhibit}.r{held.table}.{held.first_row} to .{held.last_row}")  # fmt: skip
        for relation in detail.relations:
            rule = f"  ({relation.rule})" if relation.rule else ""
            say(f"  {relation.source.label} —{relation.kind.replace('_', ' ')}→ {relation.target.label}{rule}"
                f"  {plural(relation.supports, 'source')}, {relation.id}")  # fmt: skip
        for one in gone:
            _print_rejected(one, case=graph.case.root)

    facts = msgspec.structs.asdict(detail) | {"rejected": gone}
    return facts, show, [*detail.entity.exhibits, *(one.exhibit for one in gone)]


def _print_made_of(detail: EntityDetail) -> None:
    """Print how people put it together; of a name or identifier, what they made of it."""
    if detail.made is not None:
        from workbench.identity_commands import print_made

        print_made(detail.made, head=False)
    for one in detail.part_of:
        what = f"{one.kind.replace('_', ' ')} {one.label}, {one.identity}"
        how = "attributed to" if one.attributed else f"{plural(one.mentions, 'mention')} of it in"
        say(f"  {how} {what}, by {one.author} (personal assessment)")


def _none_such(text: str) -> CasegraphError | None:
    """Return the error for what begins like the id of something that is not an entity; None for anything else."""
    if re.fullmatch(r"m-[0-9a-f]{1,5}", text.strip(), re.IGNORECASE):
        return UsageError(f"{text.strip()!r} is too short for an id", next_step="give at least 6 digits")
    for pattern, what, next_step in _NONE_SUCH:
        if re.fullmatch(pattern, text.strip(), re.IGNORECASE):
            return NotFound(f"there is no {what} {text.strip()}", next_step=next_step)
    return None


def _show_only_rejected(graph: Graph, gone: list[Rejected]) -> Shown:
    def show() -> None:
        say(f"Every reading of {gone[0].value} was rejected.")
        for one in gone:
            _print_rejected(one, case=graph.case.root)

    return {"rejected": gone}, show, [one.exhibit for one in gone]


def _print_entity_head(detail: EntityDetail) -> None:
    entity = detail.entity
    heading(f"{entity.kind}  {entity.label}   {entity.id}")
    waiting = f", {plural(entity.candidates, 'reading')} waiting for a person" if entity.candidates else ""
    joined = "made by people" if detail.made is not None else entity.status
    say(f"  {joined}: {plural(entity.joined, 'reading')} joined{waiting}; in {_numbers(entity.exhibits)}")
    for line in detail.categories:
        say(f"  category {line.category}, set by {line.actor} on {line.ts}: {line.reason}")


_SHOWN: dict[str, Callable[[Graph, str], Shown]] = {
    "exhibit": _show_exhibit,
    "segment": _show_segment,
    "mention": _show_mention,
    "relation": _show_relation,
    "finding": _show_finding,
    "entity": _show_entity,
}


@app.command("path")
def path_command(
    case: CasePath,
    source: Annotated[str, typer.Argument(metavar="A", help="Entity id, value, or kind:value.")],
    target: Annotated[str, typer.Argument(metavar="B", help="Entity id, value, or kind:value.")],
    co_mention: Annotated[bool, typer.Option("--co-mention", help="Also edges that only say: named together.")] = False,
    verified: Annotated[bool, typer.Option("--verified", help="Only edges that a person confirmed.")] = False,
    most: Annotated[int, typer.Option("--most", min=1, max=20, help="How many ways to show.")] = 3,
    save: Save = "",
    reason: Reason = "",
    who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Show how two things are connected, with the evidence for each edge.

    Example: casegraph path harbour desk@harbourlodge.example accounts@northquay.example
    """
    from graph.questions.asked import PathAsked
    from workbench.asking import answered

    about = PathAsked(a=source, b=target, co_mention=co_mention, verified_only=verified, k=most)
    answered(case, who, about, save=save, reason=reason, show=None if as_json else _print_paths)


def _print_paths(found: Ways) -> None:
    for index, way in enumerate(found.paths, start=1):
        heading(f"Way {index}: {plural(len(way.steps), 'step')}")
        for step in way.steps:
            for edge in step.edges:
                _print_relation(edge, indent="  ")
    if not found.paths:
        say(f"No way from {found.source.label} to {found.target.label}.")
    say(found.definition)
    for told in found.notes:
        note(told)


@app.command("groups")
def groups_command(
    case: CasePath,
    co_mention: Annotated[bool, typer.Option("--co-mention", help="Also edges that only say: named together.")] = False,
    save: Save = "",
    reason: Reason = "",
    who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """List groups of things related among themselves more than with others. No score, no rank.

    Example: casegraph groups harbour
    """
    from graph.questions.asked import GroupsAsked
    from workbench.asking import answered

    about = GroupsAsked(co_mention=co_mention)
    answered(case, who, about, save=save, reason=reason, show=None if as_json else _print_groups)


def _print_groups(found: Groups) -> None:
    for index, group in enumerate(found, start=1):
        heading(f"Group {index}: {plural(len(group.members), 'thing')}, {plural(group.relations, 'relation')}")
        table([(one.id, one.kind, one.label, _numbers(one.exhibits)) for one in group.members],
              "id", "kind", "value", "exhibits")  # fmt: skip
        for what, ties in (("held together by", group.holds), ("bridge to another group", group.bridges)):
            for tie in ties:
                say(f"{what}: {tie.one.label} and {tie.other.label}, {', '.join(tie.kinds)}, "
                    f"{plural(tie.supports, 'source')}; {', '.join(tie.relations)}")  # fmt: skip
        if group.bridges_found > len(group.bridges):
            more = group.bridges_found - len(group.bridges)
            note(f"{plural(more, 'more bridge')} {'is' if more == 1 else 'are'} not shown.")
    say(found.definition)
    for told in found.notes:
        note(told)


@app.command("events")
def events_command(
    case: CasePath,
    entity: Annotated[str, typer.Option("--entity", help="Only where this account or name took part.")] = "",
    exhibit: Annotated[str, typer.Option("--exhibit", help="Only of this exhibit and what came out of it.")] = "",
    kind: Annotated[str, typer.Option("--kind", help="call, message, email, stay, payment, location …")] = "",
    since: Annotated[str, typer.Option("--since", metavar="TIME", help="From this time on, in UTC: 2026-03-01.")] = "",
    until: Annotated[str, typer.Option("--until", metavar="TIME", help="Before this time, in UTC.")] = "",
    limit: Annotated[int, typer.Option("--limit", help="At most so many; 0: all.")] = 500,
    who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """List what the exhibits record as having happened, in order, times as written.

    Where the zone is not stated and nobody asserted it, UTC is not given; `clock` puts an assertion on record.
    Example: casegraph events harbour --entity +447700900123 --kind call
    """
    held, actor = opened(case, who)
    looking(held)
    with open_graph(held) as graph:
        about = queries.find_entity(graph, entity).id if entity else ""
        found = queries.events(
            graph, exhibit=exhibit.strip().upper(), entity=about, kind=kind, since=since, until=until, limit=limit
        )
        fitting = queries.how_many_events(graph)
    asked = " ".join(filter(None, (entity, exhibit, kind, since, until)))
    consulted(held, actor, "events", asked=asked, exhibits=[one.exhibit for one in found], results=len(found))
    if as_json:
        print_json(found)
        return
    rows = [(one.time_written, _utc(one), one.kind, _what(one), one.segment) for one in found]
    table(rows, "time as written", "UTC", "what", "who, and what of it", "segment")
    if fitting > len(found):
        note(f"{fitting:,} events fit; the first {len(found):,} are shown. Narrow it down, or give --limit 0 for all.")


def _utc(one: Happening) -> str:
    if one.time_utc:
        return one.time_utc
    return "zone not stated" if not one.zone else "?"


def _what(one: Happening) -> str:
    """Return who took part, what it was and what came with it, in one line."""
    sides = [f"{party.role} {_party(party)}" for party in one.parties[:6]]
    more = [f"and {len(one.parties) - 6} more"] if len(one.parties) > 6 else []
    files = [f"with {one_file.name} ({_joined(one_file)})" for one_file in one.attached[:3]]
    said = [quote(one.description, at_most=60)] if one.description else []
    return "; ".join(filter(None, [", ".join([*sides, *more]), one.state, *said, *files]))


def _joined(file: Carried) -> str:
    return f"{file.attached_exhibit}, {file.how}" if file.attached_exhibit else file.how


def _party(party: Party) -> str:
    return f"the user of {party.value}, not attributed" if party.kind == "device_user" else party.value


@app.command("sql")
def sql_command(
    case: CasePath,
    statement: Annotated[str, typer.Argument(help="One SELECT over the graph's tables.")],
    who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Ask the graph in SQL, read-only, on a snapshot that cannot touch files.

    Example: casegraph sql harbour "SELECT kind, count(*) FROM mention GROUP BY ALL ORDER BY 2 DESC"
    """
    held, actor = opened(case, who)
    looking(held)
    found = run_sql(held, statement)
    consulted(held, actor, "sql", asked=statement, exhibits=_exhibits_in(found.rows), results=len(found.rows))
    if as_json:
        print_json([dict(zip(found.columns, row, strict=True)) for row in found.rows])
        return
    table([tuple("" if cell is None else cell for cell in row) for row in found.rows], *found.columns)
    if found.cut:
        note("There are more rows than are shown; narrow the statement.")


def _exhibits_in(rows: Iterable[tuple[object, ...]]) -> list[str]:
    """Return the exhibits that the cells name, by number or in the id of a segment."""
    return sorted({number for row in rows for cell in row for number in _EXHIBIT.findall(str(cell))})
