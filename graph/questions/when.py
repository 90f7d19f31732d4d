"""What happened when, for a picture: counted in stretches by SQL, never all of it, and single events by page."""

from __future__ import annotations

from collections import OrderedDict
from datetime import UTC, datetime
from threading import Lock
from typing import Any, Final

import msgspec

from graph.answers import Happening
from graph.casefile import happenings_of
from graph.project import Graph
from graph.questions import ground
from graph.questions.answers import Gap
from graph.questions.ground import Named, stamp
from graph.questions.moments import Asked, fitting, lay_moments, narrow
from graph.rows import Row, fetch

LANES: Final = 10
BARS: Final = 400
PAGE: Final = 100
_NEAR_PAGES: Final = 2_000
"""Events up to which a page's last moment is found before the page is: more than anybody turns to, and it is sorted as a whole."""
GAPS: Final = 5
STEPS: Final = (
    *(1, 2, 5, 10, 15, 30), *(60 * many for many in (1, 2, 5, 10, 15, 30)), *(3600 * many for many in (1, 2, 3, 6, 12)),
    *(86_400 * many for many in (1, 2, 7, 14, 28, 91, 364, 3640)),
)  # fmt: skip
"""Seconds that a bar may stand for."""
_MONDAY_S: Final = 4 * 86_400
"""1970-01-05: stretches of weeks begin on a Monday."""
_KEEP: Final = 64
GAP: Final = (
    "A gap lies between two events whose time in UTC is known; it begins where the last one before it ended, by "
    "the end that the record states or, of a call, by how long it took. An event without a zone "
    "is in no gap, and may lie in one."
)


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """How many events begin in a stretch of `step_s` seconds."""

    begins_s: int
    """Seconds since 1970, UTC."""
    stated: int
    unstated: int
    """Counted by the time as written: nobody states a zone."""


class Lane(msgspec.Struct, frozen=True, kw_only=True):
    """A party, and when it took part."""

    party: Named
    events: int
    bars: tuple[Bar, ...]


class KindCount(msgspec.Struct, frozen=True, kw_only=True):
    """How many events of a kind fit."""

    kind: str
    events: int


class Bars(msgspec.Struct, frozen=True, kw_only=True):
    """Events in time, counted; what began before the window and touches it counts in its first bar."""

    since: str
    until: str
    """The window in UTC; `until` is not in it. Both empty where nothing that fits has a time."""
    step_s: int
    bars: tuple[Bar, ...]
    lanes: tuple[Lane, ...]
    more_lanes: int
    kinds: tuple[KindCount, ...]
    events: int
    unstated: int
    """Of them, those whose zone nobody states."""
    untimed: int
    """What fits but has no time that was understood; in no window."""
    notes: tuple[str, ...]


class Happenings(msgspec.Struct, frozen=True, kw_only=True):
    """A page of events, the earliest first."""

    events: tuple[Happening, ...]
    found: int
    offset: int
    notes: tuple[str, ...]


class Gaps(msgspec.Struct, frozen=True, kw_only=True):
    """The longest stretches of a window in which nothing is recorded, the longest first."""

    gaps: tuple[Gap, ...]
    definition: str


_WINDOW: Final = """
SELECT min(moment) AS first, max(moment) AS last, count(moment) AS events,
       count(*) FILTER (moment IS NOT NULL AND NOT zoned) AS unstated, count(*) FILTER (moment IS NULL) AS untimed FROM moment
"""
_BAR: Final = """least(greatest(epoch_ms(moment) // 1000, $since_s), $until_s - 1) AS second"""
_ROUNDED: Final = """(second - $offset_s) // $step_s * $step_s + $offset_s AS begins_s"""
_COUNTED: Final = f"""
SELECT begins_s, kind, sum(stated)::BIGINT AS stated, sum(unstated)::BIGINT AS unstated FROM (
    SELECT kind, {_ROUNDED}, zoned::INTEGER AS stated, 1 - zoned::INTEGER AS unstated
    FROM (SELECT kind, zoned, {_BAR} FROM moment WHERE moment IS NOT NULL))
GROUP BY ALL ORDER BY begins_s, kind
"""  # noqa: S608 - built from our own constants
# By how often they are named; who stands in two roles of one event is counted once when the lanes are drawn.
_BUSIEST: Final = """
WITH of_row AS (
    SELECT exhibit, table_no, a AS id, count(*) AS many FROM moment WHERE event_id = '' AND a IS NOT NULL AND moment IS NOT NULL GROUP BY ALL
    UNION ALL
    SELECT exhibit, table_no, b, count(*) FROM moment
    WHERE event_id = '' AND b IS NOT NULL AND b IS DISTINCT FROM a AND moment IS NOT NULL GROUP BY ALL
), counted AS (
    SELECT entity_id, count(*) AS many FROM party_of
    WHERE event_id IN (SELECT event_id FROM moment WHERE moment IS NOT NULL AND event_id <> '') GROUP BY entity_id
    UNION ALL
    SELECT entity_id, sum(many)::BIGINT FROM of_row
    JOIN record_named AS named ON named.exhibit = of_row.exhibit AND named.table_no = of_row.table_no AND named.id = of_row.id
    GROUP BY entity_id
)
SELECT entity_id, sum(many)::BIGINT AS events, count(*) OVER () AS parties FROM counted GROUP BY entity_id
ORDER BY events DESC, entity_id LIMIT $lanes
"""
_LANES: Final = f"""
WITH of_event AS (
    SELECT entity_id, zoned, moment FROM (SELECT DISTINCT event_id, entity_id FROM party_of WHERE list_contains($ids::VARCHAR[], entity_id))
    JOIN moment USING (event_id) WHERE moment IS NOT NULL
), wanted AS (
    SELECT exhibit, table_no, id, entity_id FROM record_named WHERE list_contains($ids::VARCHAR[], entity_id)
), of_row AS (
    SELECT entity_id, zoned, moment FROM moment JOIN wanted
        ON wanted.exhibit = moment.exhibit AND wanted.table_no = moment.table_no AND wanted.id = moment.a
    WHERE event_id = '' AND moment IS NOT NULL
    UNION ALL
    SELECT entity_id, zoned, moment FROM moment JOIN wanted
        ON wanted.exhibit = moment.exhibit AND wanted.table_no = moment.table_no AND wanted.id = moment.b
    WHERE event_id = '' AND moment IS NOT NULL AND b IS DISTINCT FROM a
), every AS (
    SELECT entity_id, zoned, {_BAR} FROM (SELECT * FROM of_event UNION ALL SELECT * FROM of_row)
)
SELECT entity_id, {_ROUNDED}, count(*) FILTER (zoned) AS stated, count(*) FILTER (NOT zoned) AS unstated
FROM every GROUP BY ALL ORDER BY entity_id, begins_s
"""  # noqa: S608
_COUNTED_TO: Final = """
SELECT count(moment) AS events, count(*) FILTER (moment IS NULL) AS untimed, {last} AS last FROM ({fitting})
"""
_PAGE: Final = """
SELECT event_id, exhibit, table_no, "row" FROM ({fitting}) AS moment JOIN exhibit AS whole ON whole.number = exhibit
WHERE (moment IS NULL) = $untimed AND ($last::TIMESTAMP IS NULL OR moment <= $last::TIMESTAMP)
ORDER BY moment, ord, table_no, "row", event_id LIMIT $limit OFFSET $offset
"""
_GAPS: Final = """
WITH spans AS (
    SELECT moment, max(coalesce(ends, moment)) AS ends FROM moment WHERE zoned GROUP BY moment
), reached AS (
    SELECT moment, max(ends) OVER (ORDER BY moment ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS so_far FROM spans
), longest AS (
    SELECT so_far AS begins, moment AS ends FROM reached WHERE moment > so_far ORDER BY moment - so_far DESC, moment LIMIT $gaps
)
SELECT begins, longest.ends, epoch(longest.ends - begins)::BIGINT AS seconds,
       (SELECT min(struct_pack(event_id, exhibit, table_no, "row")) FROM moment WHERE zoned AND coalesce(moment.ends, moment) = begins) AS one,
       (SELECT min(struct_pack(event_id, exhibit, table_no, "row")) FROM moment WHERE zoned AND moment = longest.ends) AS other,
       (SELECT count(*) FROM moment WHERE NOT zoned AND moment IS NOT NULL AND earliest < longest.ends AND latest > begins) AS unplaced
FROM longest ORDER BY seconds DESC, begins
"""
_kept: OrderedDict[tuple[object, ...], Bars] = OrderedDict()
_keeping: Final = Lock()


def buckets(graph: Graph, asked: Asked, *, bars: int = 200, lanes: int = LANES) -> Bars:
    """Return what fits counted in at most `bars` stretches and some, and by the busiest parties. Raises NotFound or UsageError.

    The last answers are kept: the same question about the same graph costs nothing.
    """
    bars = min(max(bars, 1), BARS)
    key = (str(graph.case.root), graph.seq, graph.meta.get("fingerprint", ""), asked, bars, lanes)
    with _keeping:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    made = _counted(graph, asked, bars, lanes)
    with _keeping:
        _kept[key] = made
        while len(_kept) > _KEEP:
            _kept.popitem(last=False)
    return made


def _counted(graph: Graph, asked: Asked, bars: int, lanes: int) -> Bars:
    told = lay_moments(graph, asked)
    whole = fetch(graph.conn, _WINDOW)[0]
    since, until = _window(asked, whole)
    counts = {"events": whole["events"], "unstated": whole["unstated"], "untimed": whole["untimed"]}
    if since is None or until is None:
        return Bars(since="", until="", step_s=1, bars=(), lanes=(), more_lanes=0, kinds=(), notes=told, **counts)
    step = next((one for one in STEPS if (until - since) / one <= bars), STEPS[-1])
    laid = {"since_s": since, "until_s": until, "step_s": step, "offset_s": _MONDAY_S if step > 86_400 else 0}
    rows = fetch(graph.conn, _COUNTED, laid)
    busiest = fetch(graph.conn, _BUSIEST, {"lanes": 2 * lanes}) if lanes else []
    drawn = _lanes(graph, [row["entity_id"] for row in busiest], laid)[:lanes]
    return Bars(
        since=ground.of_seconds(since),
        until=ground.of_seconds(until),
        step_s=step,
        bars=_summed(rows),
        lanes=drawn,
        more_lanes=int(busiest[0]["parties"]) - len(drawn) if busiest else 0,
        kinds=_kinds(rows),
        notes=told,
        **counts,
    )


def _window(asked: Asked, whole: Row) -> tuple[int | None, int | None]:
    """Return from when to when in seconds, as asked or else as wide as what fits."""
    since, until = ground.moment(asked.since), ground.moment(asked.until)
    first = _seconds(since or whole["first"])
    last = _seconds(until) if until else (_seconds(whole["last"]) or 0) + 1 if whole["last"] else None
    if first is None or last is None:
        return (first, first + 1) if first is not None and until is None else (None, None)
    return first, max(last, first + 1)


def _seconds(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.replace(tzinfo=UTC).timestamp() // 1)


def _summed(rows: list[Row]) -> tuple[Bar, ...]:
    held: dict[int, tuple[int, int]] = {}
    for row in rows:
        stated, unstated = held.get(row["begins_s"], (0, 0))
        held[row["begins_s"]] = (stated + row["stated"], unstated + row["unstated"])
    return tuple(Bar(begins_s=at, stated=one, unstated=other) for at, (one, other) in held.items())


def _kinds(rows: list[Row]) -> tuple[KindCount, ...]:
    held: dict[str, int] = {}
    for row in rows:
        held[row["kind"]] = held.get(row["kind"], 0) + row["stated"] + row["unstated"]
    return tuple(KindCount(kind=kind, events=held[kind]) for kind in sorted(held, key=lambda one: (-held[one], one)))


def _lanes(graph: Graph, ids: list[str], laid: dict[str, int]) -> tuple[Lane, ...]:
    """Return the lanes of these parties, the busiest first."""
    held: dict[str, list[Bar]] = {}
    for row in fetch(graph.conn, _LANES, laid | {"ids": ids}) if ids else ():
        bar = Bar(begins_s=row["begins_s"], stated=row["stated"], unstated=row["unstated"])
        held.setdefault(row["entity_id"], []).append(bar)
    known = ground.names(graph, held)
    made = [
        Lane(party=known[one], events=sum(bar.stated + bar.unstated for bar in bars), bars=tuple(bars))
        for one, bars in held.items()
        if one in known
    ]
    return tuple(sorted(made, key=lambda lane: (-lane.events, lane.party.entity)))


def happenings(graph: Graph, asked: Asked, *, untimed: bool = False, limit: int = PAGE, offset: int = 0) -> Happenings:
    """Return a page of what fits its window, the earliest first; or, `untimed`, of what has no time. Raises NotFound or UsageError."""
    found = fitting(graph, asked)
    upto = offset + limit
    # The moment of the last event of the page: what is later need not be laid out, sorted or even read.
    last = f"min(moment, {upto:d})[-1]" if not untimed and upto <= _NEAR_PAGES else "NULL::TIMESTAMP"
    whole = fetch(graph.conn, _COUNTED_TO.format(last=last, fitting=found.query), found.given)[0]
    if whole["last"] and whole["events"] >= upto and found.narrowed:
        narrow(graph, found.given["since"], whole["last"])
    page = {"untimed": untimed, "limit": limit, "offset": offset, "last": whole["last"]}
    spots = fetch(graph.conn, _PAGE.format(fitting=found.query), found.given | page)
    return Happenings(
        events=happenings_of(graph, [(row["event_id"], row["exhibit"], row["table_no"], row["row"]) for row in spots]),
        found=whole["untimed"] if untimed else whole["events"],
        offset=offset,
        notes=found.told,
    )


def gaps(graph: Graph, asked: Asked, *, limit: int = GAPS) -> Gaps:
    """Return the longest stretches of the window without an event. Raises NotFound or UsageError."""
    lay_moments(graph, asked)
    return Gaps(gaps=tuple(_gap(graph, row) for row in fetch(graph.conn, _GAPS, {"gaps": limit})), definition=GAP)


def _gap(graph: Graph, row: Row) -> Gap:
    return Gap(
        begins_utc=stamp(row["begins"]), ends_utc=stamp(row["ends"]), seconds=row["seconds"], unplaced=row["unplaced"],
        before=_source(graph, row["one"]), after=_source(graph, row["other"]),
    )  # fmt: skip


def _source(graph: Graph, spot: dict[str, Any]) -> str:
    if not spot["event_id"]:
        return f"{spot['exhibit']}.r{spot['table_no']}.{spot['row']}"
    found = fetch(graph.conn, "SELECT segment_id FROM event WHERE id = $id", {"id": spot["event_id"]})
    return str(found[0]["segment_id"])
