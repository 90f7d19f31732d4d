"""What the questions answer: frozen records with their sources, counts, and what was left out.

Every answer carries `definition`, what was counted and how, and `notes`, what could not be counted or was cut.
"""

from __future__ import annotations

import msgspec

from graph.questions.ground import Named


class Period(msgspec.Struct, frozen=True, kw_only=True):
    """Contacts that began in one week or month."""

    begins: str
    records: int


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """How often two accounts were in contact, which way and when, as records say it."""

    one: Named
    other: Named
    records: int
    moments: int
    """Different times among those records: one call in two exhibits is one moment."""
    to_other: int
    """From `one` to `other`."""
    to_one: int
    undirected: int
    """Where the record does not say who called whom."""
    calls: int
    messages: int
    emails: int
    unanswered: int
    """Missed, rejected or not answered; counted among the calls."""
    first_utc: str
    last_utc: str
    first_local: str
    """Of those whose zone nobody states; empty where there are none."""
    last_local: str
    without_zone: int
    without_time: int
    hours: tuple[int, ...]
    """Records by hour of day, 0 to 23, of those whose time in UTC is known, in the zone asked for."""
    hours_local: tuple[int, ...]
    """The others, by the hour as written."""
    periods: tuple[Period, ...]
    zones: dict[str, int]
    """Records by the zone their time is stated in; '' where nobody states it."""
    exhibits: dict[str, int]
    first_source: str
    """Segment or row of the first record."""
    last_source: str
    relations: tuple[str, ...]


class Contacts(msgspec.Struct, frozen=True, kw_only=True):
    """Who contacts whom, the most frequent first."""

    pairs: tuple[Contact, ...]
    found: int
    """Pairs altogether, shown or not."""
    records: int
    not_sent: int
    """Messages written that never left, as far as the record says: no contact."""
    one_sided: int
    """Calls and messages that name fewer than two accounts."""
    zone: str
    every: str
    definition: str
    notes: tuple[str, ...]


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened, in one line."""

    source: str
    """Segment or row that says so."""
    kind: str
    time_written: str
    utc: str
    """Empty where nobody states the zone."""
    local: str
    zone: str
    zone_by: str
    where: str
    who: tuple[str, ...]
    """`role value`, as the record names them."""


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch in which nothing is placed."""

    begins_utc: str
    ends_utc: str
    seconds: int
    before: str
    """Segment or row of what ended last before it."""
    after: str
    unplaced: int
    """Events without a zone that may lie in it."""


class ZoneLine(msgspec.Struct, frozen=True, kw_only=True):
    """How many times are stated in which zone, and by whom."""

    zone: str
    by: str
    records: int


class Timeline(msgspec.Struct, frozen=True, kw_only=True):
    """What happened when, and when nothing did."""

    moments: tuple[Moment, ...]
    found: int
    by_kind: dict[str, int]
    periods: tuple[Period, ...]
    first: Moment | None
    last: Moment | None
    gaps: tuple[Gap, ...]
    placed: int
    """Events whose time in UTC is known; only these make gaps, first and last."""
    without_zone: int
    without_time: int
    zones: tuple[ZoneLine, ...]
    definition: str
    notes: tuple[str, ...]


class Overlap(msgspec.Struct, frozen=True, kw_only=True):
    """Records that place two things at one spot at about one time; no statement that they met."""

    one: Named
    other: Named
    kind: str
    """cell, room, house, trip, place or booking."""
    occasions: int
    """Different spots and windows of time in which both stand."""
    records: int
    """Pairs of records."""
    days: int
    spots: tuple[str, ...]
    """Where, the most frequent first, at most five."""
    spots_found: int
    first: str
    """When the later of the two records begins, the first time; with Z where it is UTC, '' for a booking."""
    last: str
    least_apart_s: int
    one_source: str
    """Row or segment that places `one` the first time."""
    other_source: str
    relations: tuple[str, ...]


class Overlaps(msgspec.Struct, frozen=True, kw_only=True):
    """Whose records overlap, the most occasions first."""

    pairs: tuple[Overlap, ...]
    found: int
    window_s: int
    placed: int
    """Records that place something somewhere at some time."""
    crowded: int
    """Of those, how many stand at a spot and time with too many others to be paired."""
    crowded_spots: tuple[str, ...]
    definition: str
    uncertainty: str
    notes: tuple[str, ...]


class Neighbour(msgspec.Struct, frozen=True, kw_only=True):
    """A thing that edges lead to, and the edges of the last step there."""

    thing: Named
    hops: int
    via: Named | None
    """What the last step starts from, the best supported where there are several; None at the first hop."""
    kinds: dict[str, int]
    """Kinds of the edges of that step, with the segments and rows that support each."""
    supports: int
    exhibits: tuple[str, ...]
    relations: tuple[str, ...]
    confirmed: int
    """Edges of that step whose readings a person confirmed or that a person stated."""


class Around(msgspec.Struct, frozen=True, kw_only=True):
    """Who and what is around a thing, the nearest and best supported first."""

    centre: Named
    neighbours: tuple[Neighbour, ...]
    by_hop: tuple[int, ...]
    """Things found at the first hop, the second and the third, shown or not."""
    not_followed: tuple[Named, ...]
    """Related to too many others, or a bare name: shown, and not stepped on."""
    definition: str
    notes: tuple[str, ...]


class Paid(msgspec.Struct, frozen=True, kw_only=True):
    """What one account paid another in one currency."""

    payer: Named
    payee: Named
    currency: str
    payments: int
    """The same sum between the same two on one day in two exhibits is one payment."""
    records: int
    total: str
    least: str
    greatest: str
    first: str
    last: str
    first_source: str
    last_source: str
    exhibits: tuple[str, ...]


class PaidIn(msgspec.Struct, frozen=True, kw_only=True):
    """What was paid in one month or week in one currency."""

    begins: str
    currency: str
    payments: int
    total: str
    first_source: str
    """Segment or row of the first of them."""
    exhibits: tuple[str, ...]


class RoundTrip(msgspec.Struct, frozen=True, kw_only=True):
    """Money that went from one account to another, and what came back: straight, or by way of one or two others."""

    one: Named
    other: Named
    """Several as one thing to show, in order, where it came back by way of others."""
    went: str
    went_amount: str
    went_source: str
    came_back: str
    back_amount: str
    back_source: str
    days: int
    between: tuple[str, ...] = ()
    """Rows or segments of the payments between the first and the last, in order."""


class Money(msgspec.Struct, frozen=True, kw_only=True):
    """Payments between parties, by sum and time, and those that came back."""

    pairs: tuple[Paid, ...]
    found: int
    periods: tuple[PaidIn, ...]
    round_trips: tuple[RoundTrip, ...]
    round_trips_found: int
    without_amount: int
    without_time: int
    one_sided: int
    definition: str
    notes: tuple[str, ...]


class Recurring(msgspec.Struct, frozen=True, kw_only=True):
    """An identifier that stands in more than one file of the case."""

    thing: Named
    files: int
    """Different files, by hash: copies of one are one."""
    exhibits: tuple[str, ...]
    custodians: tuple[str, ...]
    times: int
    """Mentions and, in tables of records, rows."""
    candidates: int
    """Of the mentions, how many nobody has confirmed and no check holds for."""


class Passages(msgspec.Struct, frozen=True, kw_only=True):
    """Passages in different files that share most of their words in a row."""

    opening: str
    segments: tuple[str, ...]
    exhibits: tuple[str, ...]
    alike_percent: int
    """Five-word runs that the least alike two of those compared share, of all that either has."""


class LikePictures(msgspec.Struct, frozen=True, kw_only=True):
    """Pictures in different exhibits that look alike, by `casegraph pictures`."""

    exhibits: tuple[str, ...]
    pictures: int
    same_file: bool


class SharedBy(msgspec.Struct, frozen=True, kw_only=True):
    """One of the accounts that share something."""

    account: Named
    times: int
    sources: tuple[str, ...]
    """The first of them."""


class Shared(msgspec.Struct, frozen=True, kw_only=True):
    """Something that two accounts or more share; nothing about who uses them."""

    kind: str
    """contact, place, exhibit, picture or passage."""
    what: str
    entity: str
    """Of a contact; else empty."""
    by: tuple[SharedBy, ...]


class Recurs(msgspec.Struct, frozen=True, kw_only=True):
    """What recurs: identifiers, pictures and passages in more than one exhibit; or what accounts share, where they are named."""

    identifiers: tuple[Recurring, ...]
    identifiers_found: int
    pictures: tuple[LikePictures, ...]
    pictures_found: int
    passages: tuple[Passages, ...]
    passages_found: int
    passages_compared: int
    definition: str
    notes: tuple[str, ...]
    accounts: tuple[Named, ...] = ()
    """Those laid side by side; then the rest above is empty."""
    shared: tuple[Shared, ...] = ()
    shared_found: int = 0


class Stop(msgspec.Struct, frozen=True, kw_only=True):
    """A record that places something somewhere."""

    thing: Named
    since: str
    """With Z where it is UTC, else as written."""
    until: str
    kind: str
    """cell, house, place, origin or destination."""
    place: str
    source: str
    records: int
    """Records in a row at that place; `source` is the first."""
    latitude: str = ""
    """In degrees, as that record or the table of cells states it; empty where none does."""
    longitude: str = ""


class Leg(msgspec.Struct, frozen=True, kw_only=True):
    """From one place to the next, as often as records say so."""

    origin: str
    destination: str
    times: int
    things: int
    """Different things that went that way."""
    first: str
    last: str
    first_source: str
    last_source: str


class Routes(msgspec.Struct, frozen=True, kw_only=True):
    """Where routes run: places in order, and the legs between them."""

    stops: tuple[Stop, ...]
    stops_found: int
    legs: tuple[Leg, ...]
    legs_found: int
    definition: str
    notes: tuple[str, ...]


class Term(msgspec.Struct, frozen=True, kw_only=True):
    """A term that was searched for, and where it stands."""

    term: str
    understood: str
    hits: int
    """Segments in which it stands, in the index of everything read."""
    rows: int
    """Rows of records that it names as an identifier."""
    doubtful: int
    """Of all hits, how many stand in a reading to be read with care."""
    exhibits: tuple[str, ...]
    """Of the first hits in the order of the case; see `casegraph search` for all."""
    segments: tuple[str, ...]
    """The first hits in the order of the case."""
    problem: str
    """Why it could not be searched for; empty where it could."""


class Unsearched(msgspec.Struct, frozen=True, kw_only=True):
    """What could still hold a term that was not found."""

    what: str
    items: int
    exhibits: tuple[str, ...]
    """Empty for sealed ones, which are only counted."""


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What was searched, found and not found, and what could not be searched."""

    terms: tuple[Term, ...]
    found: int
    not_found: int
    unsearched: tuple[Unsearched, ...]
    definition: str
    notes: tuple[str, ...]
