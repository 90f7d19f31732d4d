"""Questions that investigators ask of the whole graph: each a table, or the same facts as JSON with every source."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from evidence.errors import Refused, UsageError
from evidence.files import write_atomically
from graph.project import Graph
from graph.questions import asked
from graph.questions.answers import Around, Contact, Contacts, Money, Overlaps, Recurs, Routes, Terms, Timeline
from graph.questions.tabled import shown as _shown
from workbench.app import AsJson, AsWho, CasePath, Reason, Save, app
from workbench.asking import answered
from workbench.printing import note, plural, quote, say, seconds, table

A = Annotated[str, typer.Argument(metavar="[A]", help="An account or name: only what it took part in.")]
B = Annotated[str, typer.Argument(metavar="[B]", help="A second one: only what both took part in.")]
Every = Annotated[Literal["week", "month"], typer.Option("--every", help="Change over time by week or month.")]
Zone = Annotated[str, typer.Option("--zone", help="Hours and days by this zone's clocks: Europe/London.")]
Since = Annotated[str, typer.Option("--since", metavar="TIME", help="From this time on, in UTC: 2026-03-01.")]
Until = Annotated[str, typer.Option("--until", metavar="TIME", help="Before this time, in UTC.")]
OfExhibit = Annotated[str, typer.Option("--exhibit", help="Only of this exhibit and what came out of it.")]


def _closing(definition: str, notes: tuple[str, ...]) -> None:
    say(definition)
    for line in notes:
        note(line)


def _days(first: str, last: str) -> str:
    if not first:
        return "no time"
    return first[:10] if first[:10] == last[:10] else f"{first[:10]} … {last[:10]}"


# --- who contacts whom ---------------------------------------------------------------------------------------------


@app.command("contacts")
def contacts_command(
    case: CasePath,
    a: Annotated[str, typer.Argument(metavar="[A]", help="An account: only its contacts.")] = "",
    b: Annotated[str, typer.Argument(metavar="[B]", help="A second one: only the contacts of these two.")] = "",
    kind: Annotated[str, typer.Option("--kind", help="Only these: call, message or email.")] = "",
    exhibit: OfExhibit = "",
    since: Since = "",
    until: Until = "",
    every: Annotated[
        Literal["week", "month"], typer.Option("--every", help="Change over time by week or month.")
    ] = "month",
    zone: Annotated[str, typer.Option("--zone", help="Hours and days by this zone's clocks: Europe/London.")] = "UTC",
    limit: Annotated[int, typer.Option("--limit", min=0, help="At most so many pairs; 0: all.")] = 50,
    save: Save = "",
    reason: Reason = "",
    who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """List who contacts whom: how often, which way, first and last, at what hours, and how it changed.

    A contact is one record of a call, message or email from one account to another: caller to called, sender to each
    recipient and each member of the group it was written in, from chats, phones, mail and tables of call records together.
    Records are counted, so a call that two phones kept counts twice; `moments` counts different times. Missed calls count and
    are shown apart; messages that never left do not count. Records without a zone or a time, from an account to itself, or of a
    type that was not understood are counted and said. With A, its hours of day and weeks or months are shown too. A record that
    states only a day is of that day for --since and --until. Accounts are not people.
    Example: casegraph contacts harbour +442079460142 --every week --zone Europe/London
    """
    about = asked.ContactsAsked(
        a=a,
        b=b,
        kind=kind,
        exhibit=exhibit.strip().upper(),
        since=since,
        until=until,
        every=every,
        zone=zone,
        limit=limit,
    )
    answered(
        case,
        who,
        about,
        save=save,
        reason=reason,
        show=None if as_json else lambda found: _show_contacts(found, closely=bool(a)),
    )


def _show_contacts(found: Contacts, *, closely: bool) -> None:
    rows = [
        (
            _shown(one.one), _shown(one.other), f"{one.records:,} ({one.moments:,})",
            f"{one.to_other:,} / {one.to_one:,}" + (f" / {one.undirected:,} ?" if one.undirected else ""),
            _days(one.first_utc or one.first_local, one.last_utc or one.last_local) + ("" if one.first_utc else " (no zone)"),
            f"{_made_of(one)}; {one.first_source} … {one.last_source}",
        )
        for one in found.pairs
    ]  # fmt: skip
    table(rows, "one", "other", "records", "to / from", "first and last day", "of these; first and last source")
    for one in found.pairs[:5] if closely else ():
        say()
        say(f"{_shown(one.one)} and {_shown(one.other)}, by hour in {found.zone}: {_hours(one.hours)}")
        if any(one.hours_local):
            say(f"  zone not stated, by hour as written: {_hours(one.hours_local)}")
        say(
            f"  by {found.every}: "
            + (", ".join(f"{each.begins} {each.records:,}" for each in one.periods) or "none placed")
        )
        say(f"  in {', '.join(f'{number} {many:,}' for number, many in one.exhibits.items())}"
            + (f"; {', '.join(one.relations)}" if one.relations else ""))  # fmt: skip
    say(f"{plural(found.found, 'pair')}, {plural(found.records, 'record')}.")
    _closing(found.definition, found.notes)


def _made_of(one: Contact) -> str:
    parts = [plural(one.calls, "call")] if one.calls else []
    parts += [f"{one.unanswered:,} unanswered"] if one.unanswered else []
    parts += [plural(one.messages, "message")] if one.messages else []
    parts += [plural(one.emails, "email")] if one.emails else []
    return ", ".join(parts)


def _hours(hours: tuple[int, ...]) -> str:
    return ", ".join(f"{hour:02d}h {many:,}" for hour, many in enumerate(hours) if many) or "none"


# --- what happened when --------------------------------------------------------------------------------------------


@app.command("timeline")
def timeline_command(
    case: CasePath,
    a: A = "",
    b: B = "",
    place: Annotated[
        str, typer.Option("--place", help="Only where this stands in the record's place, room or cell.")
    ] = "",
    kind: Annotated[str, typer.Option("--kind", help="call, message, email, stay, trip, payment, location …")] = "",
    exhibit: OfExhibit = "",
    since: Since = "",
    until: Until = "",
    every: Every = "month",
    zone: Zone = "UTC",
    gaps: Annotated[int, typer.Option("--gaps", min=0, max=1000, help="How many of the longest gaps.")] = 5,
    limit: Annotated[int, typer.Option("--limit", min=0, help="At most so many events; 0: all.")] = 100,
    save: Save = "",
    reason: Reason = "",
    who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Say what happened when: first and last, how much in each week or month, and the longest stretches without anything.

    Every event and every row of a call, message, stay, trip or payment that fits. A place fits where it stands in the
    record's place, room, cell, site of the cell, carrier, origin, destination or house of a stay. First, last, weeks, months
    and gaps are of events whose time in UTC is known; a gap begins where the last event before it ended, and says how many
    events without a zone may lie in it. Events without a zone or a time are listed and counted apart, never dropped unsaid: what
    has no time is in no --since and --until, and rows of a type that was not understood are only counted.
    Example: casegraph timeline harbour +442079460142 --place Docks --every week
    """
    about = asked.TimelineAsked(
        a=a,
        b=b,
        place=place,
        kind=kind,
        exhibit=exhibit.strip().upper(),
        since=since,
        until=until,
        every=every,
        zone=zone,
        gaps=gaps,
        limit=limit,
    )
    answered(
        case, who, about, save=save, reason=reason, show=None if as_json else lambda found: _show_timeline(found, every)
    )


def _show_timeline(found: Timeline, every: str) -> None:
    rows = [
        (one.utc or f"{one.local or 'no time'} (no zone)", one.kind, one.where, quote(", ".join(one.who), at_most=80), one.source)
        for one in found.moments
    ]  # fmt: skip
    table(rows, "UTC", "what", "where", "who", "source")
    if found.first and found.last:
        say(f"First {found.first.utc} ({found.first.source}), last {found.last.utc} ({found.last.source}).")
    for gap in found.gaps:
        maybe = f"; {plural(gap.unplaced, 'event')} without a zone may lie in it" if gap.unplaced else ""
        say(
            f"Nothing for {seconds(gap.seconds)}: {gap.begins_utc} ({gap.before}) to {gap.ends_utc} ({gap.after}){maybe}."
        )
    say(f"By {every}: " + (", ".join(f"{one.begins} {one.records:,}" for one in found.periods) or "none placed"))
    kinds = ", ".join(f"{kind} {many:,}" for kind, many in found.by_kind.items())
    say(f"{plural(found.found, 'event')}: {kinds or 'none'}; {found.placed:,} with a time in UTC.")
    for one in found.zones[:6]:
        say(f"  {one.zone or 'as asserted'}, by {one.by or 'nobody named'}: {one.records:,}")
    _closing(found.definition, found.notes)


# --- whose records overlap -----------------------------------------------------------------------------------------


@app.command("overlap")
def overlap_command(
    case: CasePath,
    a: A = "",
    b: B = "",
    kind: Annotated[str, typer.Option("--kind", help="Only these: cell, room, house, trip, place or booking.")] = "",
    window: Annotated[int, typer.Option("--window", min=1, max=1440, help="Minutes apart at most.")] = 15,
    limit: Annotated[int, typer.Option("--limit", min=0, help="At most so many pairs; 0: all.")] = 50,
    save: Save = "",
    reason: Reason = "",
    who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """List whose records overlap: the same cell, room, house, trip, place or booking at about one time, and how often.

    Two things overlap where records place both at one cell, on one trip or at one position (to 0.001 degrees) within the
    window; in one room or house on stays that share time; or registered under one booking. A cell is that of whoever stands in
    every row of the table, else of the subscriber, else of the caller. A shared cell sector is not a meeting: the answer says
    its uncertainty. Spots with more than 40 records in one window are left out and said, unless A is named. Times without a
    zone are compared as written, only with each other.
    Example: casegraph overlap harbour +442079460142 --kind cell --window 10
    """
    about = asked.OverlapAsked(a=a, b=b, kind=kind, window_s=window * 60, limit=limit)
    answered(case, who, about, save=save, reason=reason, show=None if as_json else _show_overlaps)


def _show_overlaps(found: Overlaps) -> None:
    rows = [
        (
            _shown(one.one), _shown(one.other), one.kind, f"{one.occasions:,} ({one.records:,})",
            _days(one.first, one.last) if one.first else "",
            f"{', '.join(one.spots)}{' …' if one.spots_found > len(one.spots) else ''}; "
            + (", ".join(filter(None, (one.one_source, one.other_source))) or ", ".join(one.relations[:2])),
        )
        for one in found.pairs
    ]  # fmt: skip
    table(rows, "one", "other", "at one", "times", "first and last day", "where; first sources")
    say(
        f"{plural(found.found, 'overlap')} of {plural(found.placed, 'record')} that place something. {found.uncertainty}"
    )
    _closing(found.definition, found.notes)


# --- who is around -------------------------------------------------------------------------------------------------


@app.command("around")
def around_command(
    case: CasePath,
    a: Annotated[str, typer.Argument(metavar="A", help="Entity id, value, or kind:value.")],
    hops: Annotated[int, typer.Option("--hops", min=1, max=3, help="How far.")] = 1,
    co_mention: Annotated[bool, typer.Option("--co-mention", help="Also edges that only say: named together.")] = False,
    limit: Annotated[int, typer.Option("--limit", min=0, help="At most so many things; 0: all.")] = 100,
    save: Save = "",
    reason: Reason = "",
    who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """List who and what is around a thing: its neighbours by hop, by kind of edge, and by how many sources support it.

    What edges lead to by the shortest way; being named together counts only with --co-mention. Strength is how many segments
    and rows support the edges of the last step: a count, no score of anyone. Dates, sums, rooms, bare names and things related
    to more than 200 others are shown and never stepped on.
    Example: casegraph around harbour +442079460142 --hops 2
    """
    about = asked.AroundAsked(a=a, hops=hops, co_mention=co_mention, limit=limit)
    answered(case, who, about, save=save, reason=reason, show=None if as_json else _show_around)


def _show_around(found: Around) -> None:
    rows = [
        (
            one.hops, one.thing.kind, _shown(one.thing), _shown(one.via) if one.via else "",
            f"{', '.join(f'{kind} {many:,}' for kind, many in one.kinds.items())}; "
            f"{', '.join(one.exhibits[:6])}{' …' if len(one.exhibits) > 6 else ''}; {', '.join(one.relations[:3])}",
        )
        for one in found.neighbours
    ]  # fmt: skip
    table(rows, "hop", "kind", "value", "through", "edges with sources; exhibits; relations")
    counted = ", ".join(f"{many:,} at hop {hop}" for hop, many in enumerate(found.by_hop, start=1))
    say(f"Around {_shown(found.centre)}: {counted or 'nothing'}.")
    _closing(found.definition, found.notes)


# --- what money does -----------------------------------------------------------------------------------------------


@app.command("money")
def money_command(
    case: CasePath,
    a: A = "",
    b: B = "",
    exhibit: OfExhibit = "",
    since: Since = "",
    until: Until = "",
    at_least: Annotated[str, typer.Option("--at-least", metavar="SUM", help="Only payments of this sum or more.")] = "",
    days: Annotated[
        int, typer.Option("--days", min=0, max=3660, help="Days within which a round trip comes back.")
    ] = 7,
    every: Every = "month",
    limit: Annotated[int, typer.Option("--limit", min=0, help="At most so many pairs and round trips; 0: all.")] = 50,
    save: Save = "",
    reason: Reason = "",
    who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """List payments between parties, by sum and time, and round trips: from A to B and back within so many days.

    A payment goes from the account that paid to the one that was paid, as the record says; the same sum between the same two
    on one day in two exhibits is one payment. Sums are by currency, never converted. A round trip is a payment and the next
    one back between the same two, whatever the sums. Payments without an amount, a time or two sides are counted and said.
    Accounts are not people.
    Example: casegraph money harbour --at-least 500 --days 14
    """
    about = asked.MoneyAsked(
        a=a,
        b=b,
        exhibit=exhibit.strip().upper(),
        since=since,
        until=until,
        at_least=at_least,
        days=days,
        every=every,
        limit=limit,
    )
    answered(
        case, who, about, save=save, reason=reason, show=None if as_json else lambda found: _show_money(found, every)
    )


def _show_money(found: Money, every: str) -> None:
    rows = [
        (_shown(one.payer), _shown(one.payee), f"{one.payments:,}", f"{one.currency} {one.total}",
         _days(one.first, one.last), f"{one.first_source} … {one.last_source}")
        for one in found.pairs
    ]  # fmt: skip
    table(rows, "from", "to", "payments", "sum", "first and last day", "sources", right=("payments", "sum"))
    for one in found.round_trips:
        say(f"Round trip in {plural(one.days, 'day')}: {_shown(one.one)} to {_shown(one.other)} {one.went_amount} on {one.went} "
            f"({one.went_source}), back {one.back_amount} on {one.came_back} ({one.back_source}).")  # fmt: skip
    sums = ", ".join(f"{one.begins} {one.payments:,} of {one.currency} {one.total}" for one in found.periods)
    say(f"By {every}: {sums or 'none placed'}")
    say(f"{plural(found.found, 'pair')}, {plural(found.round_trips_found, 'round trip')}.")
    _closing(found.definition, found.notes)


# --- what recurs ---------------------------------------------------------------------------------------------------


@app.command("recurs")
def recurs_command(
    case: CasePath,
    kind: Annotated[str, typer.Option("--kind", help="Only identifiers of this kind: phone, email, iban …")] = "",
    account: Annotated[
        list[str] | None,
        typer.Option("--account", help="Instead, what accounts share: twice or more, or what people made of several."),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=0, help="At most so many of each; 0: all.")] = 50,
    save: Save = "",
    reason: Reason = "",
    who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """List what recurs: identifiers, pictures and passages that stand in more than one file of the case.

    Copies of one file (by hash) are one. Names, dates, sums and rooms are not identifiers. Pictures recur where they look
    alike, which does not identify what they show. A passage is a paragraph of 12 words or more; two recur where they share half
    of their runs of 5 words, whatever the case and punctuation. With --account, two accounts or more are laid side by side by
    the contacts, places, exhibits, pictures and passages they share, which says nothing about one person using both.
    Example: casegraph recurs harbour --kind phone
    Example: casegraph recurs harbour --account +442079460142 --account +442079460174
    """
    about = asked.RecursAsked(kind=kind, accounts=tuple(account or ()), limit=limit)
    answered(case, who, about, save=save, reason=reason, show=None if as_json else _show_recurs)


def _show_recurs(found: Recurs) -> None:
    if found.accounts:
        _show_shared(found)
        return
    rows = [
        (one.thing.kind, _shown(one.thing), f"{one.files:,}", f"{one.times:,}", ", ".join(one.custodians), ", ".join(one.exhibits))
        for one in found.identifiers
    ]  # fmt: skip
    table(rows, "kind", "value", "files", "times", "of", "exhibits", right=("files", "times"))
    for group in found.pictures:
        same = "the same file" if group.same_file else "alike"
        say(f"Pictures, {same}: {group.pictures:,} in {', '.join(group.exhibits)}")
    for passage in found.passages:
        say(f"Passage in {', '.join(passage.segments)} ({passage.alike_percent} % shared): {passage.opening}")
    say(
        f"{plural(found.identifiers_found, 'identifier')}, {plural(found.pictures_found, 'group')} of pictures, "
        f"{plural(found.passages_found, 'group')} of passages out of {plural(found.passages_compared, 'passage')}."
    )
    _closing(found.definition, found.notes)


def _show_shared(found: Recurs) -> None:
    rows = [
        (one.kind, quote(one.what, at_most=70),
         "; ".join(f"{_shown(each.account)} {each.times:,} × ({', '.join(each.sources[:2])})" for each in one.by))
        for one in found.shared
    ]  # fmt: skip
    table(rows, "what", "which", "accounts: times, first sources")
    say(f"{plural(found.shared_found, 'thing')} shared among {', '.join(_shown(one) for one in found.accounts)}.")
    _closing(found.definition, found.notes)


# --- where routes run ----------------------------------------------------------------------------------------------


@app.command("routes")
def routes_command(
    case: CasePath,
    a: Annotated[
        str, typer.Argument(metavar="[A]", help="A person's name, phone or vehicle: only where it was placed.")
    ] = "",
    since: Since = "",
    until: Until = "",
    limit: Annotated[int, typer.Option("--limit", min=0, help="At most so many stops; 0: all.")] = 200,
    legs: Annotated[int, typer.Option("--legs", min=0, help="At most so many legs; 0: all.")] = 50,
    picture: Annotated[
        Path | None,
        typer.Option("--map", metavar="FILE.svg", help="Draw the stops that have a position, as a new SVG."),
    ] = None,
    save: Save = "",
    reason: Reason = "",
    who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """List where routes run: the places of each person, phone or vehicle in order of time, and the legs that recur.

    Places are cells of calls (of whoever stands in every row of the table, else of the subscriber, else of the caller), houses
    of stays, positions, and origin and destination of trips. Records in a row at one place are one stop; a leg leads from one
    stop to the next, however far apart in time. Nothing says which road was taken. Times without a zone are in an order of their
    own, as written. With --map they are drawn too, on a grid of degrees without a background map: positions that the records
    state, or the table of cells. The picture is an illustrative aid, not evidence.
    Example: casegraph routes harbour +442079460142 --since 2026-02-01 --map routes.svg
    """
    about = asked.RoutesAsked(a=a, since=since, until=until, limit=limit, legs=legs)
    if picture is not None:
        _free(picture)
    answered(
        case, who, about, save=save, reason=reason, show=None if as_json else _show_routes,
        closing=lambda _, graph: _draw_routes(graph, about, picture) if picture else None,
    )  # fmt: skip


def _free(picture: Path) -> None:
    """Refuse a picture that would take another file's place; raises UsageError or Refused."""
    if picture.suffix.lower() != ".svg":
        raise UsageError(f"{picture.name} is no name for an SVG", next_step="give --map a name that ends in .svg")
    if picture.exists() or picture.is_symlink():
        raise Refused(f"{picture.name} exists and is not overwritten", next_step="name another file")


def _draw_routes(graph: Graph, about: asked.RoutesAsked, picture: Path) -> None:
    from exports.route_map import STAMP, drawn
    from graph.questions.route_map import route_map

    found = route_map(graph, a=about.a, since=about.since, until=about.until)
    of = about.a or "Routes of everything that records place"
    span = f", from {about.since or 'the first'} to {about.until or 'the last'}" if about.since or about.until else ""
    write_atomically(picture, drawn(found, title=of + span))
    note(f"{picture.name}: {plural(len(found.points), 'position')}, {plural(len(found.ways), 'line')}; {STAMP}.")
    for line in found.notes:
        note(f"  {line}")


def _show_routes(found: Routes) -> None:
    rows = [
        (_shown(one.thing), one.since, one.kind, f"{one.records:,}", f"{one.place}; {one.source}")
        for one in found.stops
    ]
    table(rows, "thing", "since (Z: UTC)", "what", "records", "place; first source", right=("records",))
    for leg in found.legs:
        say(f"{leg.times:,} × {leg.origin} to {leg.destination}, by {plural(leg.things, 'thing')}, "
            f"{_days(leg.first, leg.last)} ({leg.first_source} … {leg.last_source})")  # fmt: skip
    say(f"{plural(found.stops_found, 'stop')}, {plural(found.legs_found, 'leg')}.")
    _closing(found.definition, found.notes)


# --- what was searched and not found -------------------------------------------------------------------------------


@app.command("terms")
def terms_command(
    case: CasePath,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The terms, one a line, in UTF-8; # begins a remark.")],
    save: Save = "",
    reason: Reason = "",
    who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Search for every term of a list: hits of each, those not found, and what could still hold them.

    Each line is searched as `casegraph search` would, and in the identifier columns of tables of records: numbers, accounts and
    addresses however they are written, names by their words. What is unread, failed, skipped, without text, read in part or with doubt, or sealed is counted: a term without a
    hit was not found in what was read, no more. The look is on record without the terms.
    Example: casegraph terms harbour terms.txt
    """
    from graph.questions.terms import terms_in

    try:
        wanted = terms_in(file.read_text(encoding="utf-8-sig").splitlines())
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"{file.name} cannot be read as a list of terms", next_step="give a text file in UTF-8"
        ) from error
    about = asked.TermsAsked(terms=wanted)
    answered(case, who, about, save=save, reason=reason, show=None if as_json else _show_terms)


def _show_terms(found: Terms) -> None:
    rows = [
        (one.term, one.problem or f"{one.hits:,}", f"{one.rows:,}", f"{one.doubtful:,}",
         ", ".join([*one.segments[:4], *(["…"] if one.hits > len(one.segments[:4]) else [])]) or ", ".join(one.exhibits[:6]))
        for one in found.terms
    ]  # fmt: skip
    table(rows, "term", "segments", "rows", "doubtful", "first of them", right=("rows", "doubtful"))
    say(
        f"{plural(found.found, 'term')} found, {found.not_found:,} not found in what was read. What could still hold them:"
    )
    for left in found.unsearched:
        numbers = f" ({', '.join(left.exhibits[:8])}{' …' if len(left.exhibits) > 8 else ''})" if left.exhibits else ""
        say(f"  {left.items:,} {left.what}{numbers}")
    _closing(found.definition, found.notes)
