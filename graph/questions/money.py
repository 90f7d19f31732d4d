"""What money does: payments between parties by time and amount, and what comes back within so many days."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal, InvalidOperation
from typing import Any, Final

from evidence.errors import UsageError
from graph.notes import noted
from graph.project import Graph
from graph.questions import ground
from graph.questions.answers import Money, Paid, PaidIn, RoundTrip
from graph.questions.contacts import Every
from graph.questions.ground import Named, stamp
from graph.questions.left_out import known_exhibit, span
from graph.questions.money_back import HUB, PAYMENTS, STEPS, Trip, round_trips, unordered
from graph.questions.tabled import shown
from graph.records import UNEQUAL_DECIMALS
from graph.rows import Row, fetch

SHOWN: Final = 50
DAYS: Final = 7
_MOST: Final = 10**15
"""Sums beyond which nothing is asked: in minor units they must fit an integer of 64 bits."""

_PAID: Final = f"""
CREATE OR REPLACE TEMP TABLE paid AS
WITH fitting AS (
    SELECT *, {ground.MAY_FIT} AS may_fit FROM happened WHERE kind = 'payment' AND ($exhibit = '' OR exhibit = $exhibit OR starts_with(exhibit, $exhibit || '/'))
      AND {ground.FITS}
), sides AS (
    SELECT fitting.*, source.entity_id AS source, target.entity_id AS target FROM fitting
    JOIN record_named AS source ON source.exhibit = fitting.exhibit AND source.table_no = fitting.table_no AND source.id = a
    JOIN record_named AS target ON target.exhibit = fitting.exhibit AND target.table_no = fitting.table_no AND target.id = b
    WHERE NOT contains(problem, 'direction not understood')
    UNION ALL
    SELECT fitting.*, source.entity_id, target.entity_id FROM fitting
    JOIN event_party AS source ON source.event_id = fitting.event_id AND source.role = 'from'
    JOIN event_party AS target ON target.event_id = fitting.event_id AND target.role = 'to'
    WHERE fitting.event_id <> ''
), amounts AS (
    SELECT *, abs(amount_minor) AS amount, CASE WHEN list_contains($none, upper(currency)) THEN $least_whole
        WHEN list_contains($three, upper(currency)) THEN $least_thousandths ELSE $least_hundredths END AS least
    FROM sides
)
SELECT source, target, upper(currency) AS currency, amount, coalesce(utc, wall) AS moment,
       coalesce(utc, wall)::DATE AS day, utc IS NOT NULL AS zoned, day_only, may_fit, exhibit, ord, table_no, "row", segment,
       (len($a::VARCHAR[]) = 0 OR list_has_any($a::VARCHAR[], [source, target]))
       AND (len($b::VARCHAR[]) = 0 OR (list_contains($a::VARCHAR[], source) AND list_contains($b::VARCHAR[], target))
            OR (list_contains($b::VARCHAR[], source) AND list_contains($a::VARCHAR[], target))) AS asked
FROM amounts JOIN exhibit AS whole ON whole.number = exhibit
WHERE source <> target AND (amount IS NULL OR amount >= least)
"""  # noqa: S608 - built from our own constants
# A payment that both sides' banks record is one payment: of a sum on a day, those of the exhibit that has most of them, of two with
# as many the one that states times.
_ONCE: Final = """
CREATE OR REPLACE TEMP TABLE once AS
WITH counted AS (
    SELECT *, count(*) OVER same AS many, bool_or(day_only) OVER same AS dated FROM paid WHERE amount IS NOT NULL
    WINDOW same AS (PARTITION BY source, target, currency, amount, day, exhibit)
)
SELECT * FROM counted
QUALIFY dense_rank() OVER (PARTITION BY source, target, currency, amount, day ORDER BY many DESC, dated, ord, exhibit) = 1
"""
_SUMMED: Final = """
CREATE OR REPLACE TEMP TABLE payment AS
SELECT source, target, currency, amount, day, count(*) AS many FROM once WHERE asked GROUP BY ALL
"""
_PAIRS: Final = """
WITH summed AS (
    SELECT source, target, currency, sum(many)::BIGINT AS payments, sum(many * amount)::HUGEINT::VARCHAR AS total,
           sum(many * amount) AS worth, min(amount) AS least, max(amount) AS greatest
    FROM payment GROUP BY ALL
), ends AS (
    SELECT source, target, currency, count(*) AS records, list(DISTINCT exhibit ORDER BY exhibit) AS exhibits,
           list(struct_pack(moment, zoned, day_only, segment) ORDER BY moment NULLS LAST, ord, table_no, "row", segment) AS every
    FROM paid WHERE asked AND amount IS NOT NULL GROUP BY ALL
)
SELECT summed.*, records, exhibits, every[1] AS first, every[-1] AS last, count(*) OVER () AS found
FROM summed JOIN ends USING (source, target, currency)
ORDER BY payments DESC, currency, worth DESC, source, target LIMIT $limit
"""
_PERIODS: Final = """
SELECT strftime(date_trunc('{every}', day), '%Y-%m-%d') AS begins, currency, count(*) AS payments, sum(amount)::HUGEINT::VARCHAR AS total,
       arg_min(segment, (moment, ord, table_no, "row", segment)) AS first_source, list_sort(list(DISTINCT exhibit)) AS exhibits
FROM once WHERE asked AND day IS NOT NULL GROUP BY ALL ORDER BY begins, currency
"""
_SIDES: Final = """
SELECT (SELECT count(*) FROM happened WHERE kind = 'payment') - (SELECT count(DISTINCT segment) FROM paid) AS one_sided,
       (SELECT count(*) FROM paid WHERE asked AND amount IS NULL) AS without_amount,
       (SELECT count(*) FROM paid WHERE asked AND moment IS NULL) AS without_time,
       (SELECT count(*) FROM paid WHERE asked AND NOT zoned AND moment IS NOT NULL) AS unzoned,
       (SELECT count(*) FROM paid WHERE asked AND may_fit) AS may_fit
"""


def money(
    graph: Graph, *, a: str = "", b: str = "", exhibit: str = "", since: str = "", until: str = "", at_least: str = "",
    days: int = DAYS, every: Every = "month", limit: int = SHOWN,
) -> Money:  # fmt: skip
    """Return payments between parties, the most first, and what came back within `days`, straight or by way of others.

    `a` and `b` name accounts, or what people made of some. `at_least` is a sum in whole units of each payment's own currency.
    Raises NotFound or UsageError.
    """
    (one, told_of_one), (other, told_of_other) = ground.parties(graph, a), ground.parties(graph, b)
    ground.lay(graph.conn)
    asked: dict[str, Any] = {
        "a": one or other, "b": other if one else [], "exhibit": known_exhibit(graph, exhibit), **span(since, until),
        **_least(at_least), "none": _decimals(0), "three": _decimals(3),
    }  # fmt: skip
    for step in (_PAID, _ONCE, _SUMMED):
        graph.conn.execute(step, asked if step is _PAID else {})
    pairs = fetch(graph.conn, _PAIRS, {"limit": limit or 1_000_000})
    back = round_trips(graph.conn, days=days, through=(asked["a"], asked["b"]))
    trips = back.trips[: limit or len(back.trips)]
    sums = fetch(graph.conn, _SIDES)[0]
    sides = {row[end] for row in pairs for end in ("source", "target")} | {leg.source for trip in trips for leg in trip}
    known = ground.names(graph, sides)
    periods = fetch(graph.conn, _PERIODS.format(every=every))
    found = int(pairs[0]["found"]) if pairs else 0
    narrowed = any((a, b, exhibit, since, until, at_least))
    return Money(
        pairs=tuple(_paid(row, known) for row in pairs),
        found=found,
        periods=tuple(
            PaidIn(begins=row["begins"], currency=row["currency"], payments=row["payments"],
                   total=_sum(row["total"], row["currency"]), first_source=row["first_source"], exhibits=tuple(row["exhibits"]))
            for row in periods
        ),
        round_trips=tuple(_trip(trip, known) for trip in trips),
        round_trips_found=len(back.trips),
        without_amount=sums["without_amount"],
        without_time=sums["without_time"],
        one_sided=0 if narrowed else sums["one_sided"],
        definition=_definition(days, every),
        notes=(
            *told_of_one, *told_of_other,
            *noted(found - len(pairs), "[pairs|pair] with fewer payments [are|is] not shown; `--limit 0` shows all."),
            *noted(len(back.trips) - len(trips), "[round trips are|round trip is] not shown; `--limit 0` shows all."),
            *noted(sum(unordered(trip) for trip in back.trips),
                         "[round trips hold|round trip holds] payments of one day or moment, and no record says which of them was first: listed once."),
            *noted(back.hubs, f"[accounts|account] paid more than {HUB} others: no way of three or four accounts was followed through [them|it]."),
            *(() if back.whole else (
                f"Ways of three and four accounts were followed among the first {PAYMENTS:,} payments and for {STEPS:,} steps only.",)),
            *noted(sums["without_amount"], "[payments have|payment has] no amount that was understood: in no sum."),
            *noted(sums["without_time"], "[payments have|payment has] no time that was understood: in sums, in no month and no round trip."),
            *noted(sums["unzoned"], "[payments state|payment states] a day or time without a zone: taken as written, which may be a day off."),
            *noted(sums["may_fit"], ground.MAY_LIE_OUTSIDE),
            *noted(0 if narrowed else sums["one_sided"], "[payments name|payment names] fewer than two accounts, or not which way: not counted."),
            *ground.of_no_kind(graph, asked["exhibit"]),
        ),
    )  # fmt: skip


def _least(text: str) -> dict[str, int]:
    """Return a sum in the minor units of currencies without decimals, with two and with three, each rounded up."""
    try:
        least = Decimal(text or "0")
    except InvalidOperation:
        least = Decimal(-1)
    if not least.is_finite() or not 0 <= least < _MOST:
        raise UsageError(f"{text!r} is no sum", next_step="give it as 500 or 99.50")
    digits = {"least_whole": 0, "least_hundredths": 2, "least_thousandths": 3}
    return {name: int(least.scaleb(many).to_integral_value(ROUND_CEILING)) for name, many in digits.items()}


def _decimals(digits: int) -> list[str]:
    return sorted(name for name, many in UNEQUAL_DECIMALS.items() if many == digits)


def _definition(days: int, every: Every) -> str:
    return (
        "A payment goes from the account that paid to the one that was paid, as the record says; the same sum between the same "
        f"two on one day in two exhibits is one payment. Sums are by currency, never converted; {every}s by the day as recorded. "
        f"{ground.WHAT_FITS} A round trip is a payment and the next one back within {days} days, from the same "
        "account or by way of one or two others that each paid the next one after it was paid, whatever the sums; of each way "
        "the next payment counts. Where only the order within a day is missing, it is one too. Accounts are not people."
    )


def _sum(minor: str | int, currency: str) -> str:
    decimals = UNEQUAL_DECIMALS.get(currency, 2)
    return f"{Decimal(minor).scaleb(-decimals):,.{decimals}f}"


def _when(moment: Any, *, zoned: bool, day_only: bool) -> str:
    return stamp(moment, utc=False)[:10] if day_only else stamp(moment, utc=zoned)


def _paid(row: Row, known: dict[str, Named]) -> Paid:
    first, last = row["first"], row["last"]
    return Paid(
        payer=known[row["source"]],
        payee=known[row["target"]],
        currency=row["currency"],
        payments=row["payments"],
        records=row["records"],
        total=_sum(row["total"], row["currency"]),
        least=_sum(row["least"], row["currency"]),
        greatest=_sum(row["greatest"], row["currency"]),
        first=_when(first["moment"], zoned=first["zoned"], day_only=first["day_only"]),
        last=_when(last["moment"], zoned=last["zoned"], day_only=last["day_only"]),
        first_source=first["segment"],
        last_source=last["segment"],
        exhibits=tuple(row["exhibits"]),
    )


def _trip(trip: Trip, known: dict[str, Named]) -> RoundTrip:
    went, back = trip[0], trip[-1]
    others = [known[leg.source] for leg in trip[1:]]
    return RoundTrip(
        one=known[went.source],
        other=others[0] if len(others) == 1 else _several(others),
        went=_when(went.moment, zoned=went.zoned, day_only=went.day_only),
        went_amount=f"{went.currency} {_sum(went.amount, went.currency)}".strip(),
        went_source=went.segment,
        came_back=_when(back.moment, zoned=back.zoned, day_only=back.day_only),
        back_amount=f"{back.currency} {_sum(back.amount, back.currency)}".strip(),
        back_source=back.segment,
        between=tuple(leg.segment for leg in trip[1:-1]),
        days=(back.day - went.day).days,
    )


def _several(ways: list[Named]) -> Named:
    """Return the accounts that money went by, in order, as one thing to show; `show` opens the first of them."""
    return Named(entity=ways[0].entity, kind="accounts", value=", then ".join(shown(one) for one in ways))
