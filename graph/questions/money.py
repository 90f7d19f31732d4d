"""What money does: payments between parties by time and amount, and round trips within so many days."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any, Final

from evidence.errors import UsageError
from graph.project import Graph
from graph.questions import ground
from graph.questions.answers import Money, Paid, PaidIn, RoundTrip
from graph.questions.contacts import Every
from graph.questions.ground import Named, stamp
from graph.records import UNEQUAL_DECIMALS
from graph.rows import Row, fetch

SHOWN: Final = 50
DAYS: Final = 7

_PAID: Final = """
CREATE OR REPLACE TEMP TABLE paid AS
WITH fitting AS (
    SELECT * FROM happened WHERE kind = 'payment' AND ($exhibit = '' OR exhibit = $exhibit OR starts_with(exhibit, $exhibit || '/'))
      AND ($since::TIMESTAMP IS NULL OR latest >= $since::TIMESTAMP)
      AND ($until::TIMESTAMP IS NULL OR earliest < $until::TIMESTAMP)
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
)
SELECT source, target, upper(currency) AS currency, abs(amount_minor) AS amount, coalesce(utc, wall) AS moment,
       coalesce(utc, wall)::DATE AS day, utc IS NOT NULL AS zoned, day_only, exhibit, ord, table_no, "row", segment
FROM sides JOIN exhibit AS whole ON whole.number = exhibit
WHERE source <> target AND ($a = '' OR $a IN (source, target)) AND ($b = '' OR $b IN (source, target))
  AND ($least = 0 OR amount_minor IS NULL OR abs(amount_minor) >= $least * pow(10,
       CASE WHEN list_contains($none, upper(currency)) THEN 0 WHEN list_contains($three, upper(currency)) THEN 3 ELSE 2 END))
"""
# A payment that both sides' banks record is one payment: of a sum on a day, as many as one exhibit has most of.
_ONCE: Final = """
CREATE OR REPLACE TEMP TABLE payment AS
WITH by_exhibit AS (
    SELECT source, target, currency, amount, day, exhibit, count(*) AS many FROM paid WHERE amount IS NOT NULL GROUP BY ALL
)
SELECT source, target, currency, amount, day, max(many) AS many FROM by_exhibit GROUP BY ALL
"""
_PAIRS: Final = """
WITH summed AS (
    SELECT source, target, currency, sum(many)::BIGINT AS payments, sum(many * amount)::HUGEINT::VARCHAR AS total,
           sum(many * amount) AS worth, min(amount) AS least, max(amount) AS greatest
    FROM payment GROUP BY ALL
), ends AS (
    SELECT source, target, currency, count(*) AS records, list(DISTINCT exhibit ORDER BY exhibit) AS exhibits,
           list(struct_pack(moment, zoned, day_only, segment) ORDER BY moment NULLS LAST, ord, table_no, "row", segment) AS every
    FROM paid WHERE amount IS NOT NULL GROUP BY ALL
)
SELECT summed.*, records, exhibits, every[1] AS first, every[-1] AS last, count(*) OVER () AS found
FROM summed JOIN ends USING (source, target, currency)
ORDER BY payments DESC, currency, worth DESC, source, target LIMIT $limit
"""
_PERIODS: Final = """
SELECT strftime(date_trunc('{every}', day), '%Y-%m-%d') AS begins, currency, sum(many)::BIGINT AS payments,
       sum(many * amount)::HUGEINT::VARCHAR AS total
FROM payment WHERE day IS NOT NULL GROUP BY ALL ORDER BY begins, currency
"""
_BACK: Final = """
WITH timed AS (
    SELECT * FROM paid WHERE moment IS NOT NULL AND amount IS NOT NULL
), returned AS (
    SELECT went.source AS one, went.target AS other, went.moment AS went, went.amount AS went_amount,
           went.currency AS went_currency, went.segment AS went_source, went.zoned AS went_zoned, went.day_only AS went_day,
           back.moment AS back, back.amount AS back_amount, back.currency AS back_currency, back.segment AS back_source,
           back.zoned AS back_zoned, back.day_only AS back_day, date_diff('day', went.day, back.day) AS days
    FROM timed AS went ASOF JOIN (SELECT DISTINCT ON (source, target, moment) * FROM timed
                                  ORDER BY source, target, moment, ord, table_no, "row", segment) AS back
        ON back.source = went.target AND back.target = went.source AND went.moment <= back.moment
)
SELECT *, count(*) OVER () AS found FROM returned WHERE days <= $days
ORDER BY went, one, other, went_source, back_source LIMIT $limit
"""
_SIDES: Final = """
SELECT (SELECT count(*) FROM happened WHERE kind = 'payment') - (SELECT count(DISTINCT segment) FROM paid) AS one_sided,
       (SELECT count(*) FROM paid WHERE amount IS NULL) AS without_amount,
       (SELECT count(*) FROM paid WHERE moment IS NULL) AS without_time,
       (SELECT count(*) FROM paid WHERE NOT zoned AND moment IS NOT NULL) AS unzoned
"""


def money(
    graph: Graph, *, a: str = "", b: str = "", exhibit: str = "", since: str = "", until: str = "", at_least: str = "",
    days: int = DAYS, every: Every = "month", limit: int = SHOWN,
) -> Money:  # fmt: skip
    """Return payments between parties, the most first, and what came back within `days`.

    `at_least` is a sum in whole units of each payment's own currency. Raises NotFound or UsageError.
    """
    ground.lay(graph.conn)
    asked: dict[str, Any] = {
        "a": ground.one(graph, a), "b": ground.one(graph, b), "exhibit": exhibit, "since": ground.moment(since),
        "until": ground.moment(until), "least": _least(at_least),
        "none": sorted(name for name, digits in UNEQUAL_DECIMALS.items() if digits == 0),
        "three": sorted(name for name, digits in UNEQUAL_DECIMALS.items() if digits == 3),
    }  # fmt: skip
    graph.conn.execute(_PAID, asked)
    graph.conn.execute(_ONCE)
    pairs = fetch(graph.conn, _PAIRS, {"limit": limit or 1_000_000})
    trips = fetch(graph.conn, _BACK, {"days": days, "limit": limit or 1_000_000})
    sums = fetch(graph.conn, _SIDES)[0]
    sides = {row[end] for row in pairs for end in ("source", "target")} | {
        row[end] for row in trips for end in ("one", "other")
    }
    known = ground.names(graph, sides)
    periods = fetch(graph.conn, _PERIODS.format(every=every))
    found, back = (int(rows[0]["found"]) if rows else 0 for rows in (pairs, trips))
    narrowed = any((a, b, exhibit, since, until, at_least))
    return Money(
        pairs=tuple(_paid(row, known) for row in pairs),
        found=found,
        periods=tuple(
            PaidIn(begins=row["begins"], currency=row["currency"], payments=row["payments"],
                   total=_sum(row["total"], row["currency"])) for row in periods
        ),
        round_trips=tuple(_trip(row, known) for row in trips),
        round_trips_found=back,
        without_amount=sums["without_amount"],
        without_time=sums["without_time"],
        one_sided=0 if narrowed else sums["one_sided"],
        definition=_definition(days, every),
        notes=(
            *ground.told(found - len(pairs), "pairs with fewer payments are not shown; `--limit 0` shows all."),
            *ground.told(back - len(trips), "round trips are not shown; `--limit 0` shows all."),
            *ground.told(sums["without_amount"], "payments have no amount that was understood: in no sum."),
            *ground.told(sums["without_time"], "payments have no time that was understood: in sums, in no month and no round trip."),
            *ground.told(sums["unzoned"], "payments state a day or time without a zone: taken as written, which may be a day off."),
            *ground.told(0 if narrowed else sums["one_sided"], "payments name fewer than two accounts, or not which way: not counted."),
        ),
    )  # fmt: skip


def _least(text: str) -> float:
    try:
        least = Decimal(text or "0")
    except InvalidOperation:
        least = Decimal(-1)
    if not least.is_finite() or least < 0:
        raise UsageError(f"{text!r} is no sum", next_step="give it as 500 or 99.50")
    return float(least)


def _definition(days: int, every: Every) -> str:
    return (
        "A payment goes from the account that paid to the one that was paid, as the record says; the same sum between the same "
        f"two on one day in two exhibits is one payment. Sums are by currency, never converted; {every}s by the day as recorded. A "
        f"round trip is a payment and the next one back between the same two within {days} days, whatever the sums. Accounts are "
        "not people."
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


def _trip(row: Row, known: dict[str, Named]) -> RoundTrip:
    return RoundTrip(
        one=known[row["one"]],
        other=known[row["other"]],
        went=_when(row["went"], zoned=row["went_zoned"], day_only=row["went_day"]),
        went_amount=f"{row['went_currency']} {_sum(row['went_amount'], row['went_currency'])}".strip(),
        went_source=row["went_source"],
        came_back=_when(row["back"], zoned=row["back_zoned"], day_only=row["back_day"]),
        back_amount=f"{row['back_currency']} {_sum(row['back_amount'], row['back_currency'])}".strip(),
        back_source=row["back_source"],
        days=row["days"],
    )
