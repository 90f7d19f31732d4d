"""Questions about rows of records: a row by its id, where a thing stands in them, what they say happened."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, Final

from evidence.digest import Sha256
from evidence.errors import UsageError
from evidence.locator import encode_place
from evidence.records import segment_id
from evidence.table_heads import read_head
from graph.answers import Happening, Party, RowsLine, SegmentText
from graph.project import Graph
from graph.record_tables import ROW, row_place, row_texts
from graph.rows import fetch, records, strip

_EVENTS: Final = ("call", "message", "stay", "trip", "payment")
HAPPENINGS_CAP: Final = 10_000
"""Rows that a question without a limit brings back."""
_ZONE: Final = r"'(Z|z|UTC|GMT|[+-]\d\d(:?\d\d)?)$'"
UNEQUAL_DECIMALS: Final = {
    **dict.fromkeys(
        ("JPY", "KRW", "VND", "CLP", "PYG", "UGX", "XAF", "XOF", "XPF", "RWF", "GNF", "KMF", "DJF", "ISK"), 0
    ),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}
"""Decimals of the currencies (ISO 4217) that have not two: as the reader of records counts minor units."""
_STAMP: Final = "'%Y-%m-%dT%H:%M:%SZ'"


def row_segments(graph: Graph, ids: Iterable[str]) -> dict[str, SegmentText]:
    """Return rows as segments, by id: each field that is filled as a line. Unknown and sealed ones are left out."""
    wanted: dict[tuple[str, int], list[int]] = {}
    for name in ids:
        if match := ROW.match(name):
            wanted.setdefault((match[1], int(match[2])), []).append(int(match[3]))
    made: dict[str, SegmentText] = {}
    for (exhibit, number), rows in wanted.items():
        made |= _rows_of_table(graph, exhibit, number, rows)
    return made


def _rows_of_table(graph: Graph, exhibit: str, number: int, rows: list[int]) -> dict[str, SegmentText]:
    asked: dict[str, Any] = {"exhibit": exhibit, "number": number}
    tables = fetch(
        graph.conn,
        """SELECT recipe, stamps FROM record_table JOIN exhibit AS whole ON whole.number = exhibit
        WHERE exhibit = $exhibit AND table_no = $number""",
        asked,
    )
    if not tables:
        return {}
    held = (
        """SELECT "row" FROM record WHERE exhibit = $exhibit AND table_no = $number AND list_contains($rows, "row")"""
    )
    there = [int(row["row"]) for row in fetch(graph.conn, held, asked | {"rows": rows})]
    path = graph.case.shelf.path(Sha256(tables[0]["recipe"]))
    head = read_head(path)
    made = {}
    for row, text in row_texts(graph.conn, path, head, there).items():
        name = segment_id(exhibit, "table", number, row)
        place = row_place(head, row)
        facts = {
            "exhibit": exhibit, "segment": name, "place": encode_place(place), "source": "native", "draft": False,
            "doubtful": False, "segment_score": -1, "stamps": tables[0]["stamps"],
        }  # fmt: skip
        made[name] = SegmentText(
            id=name, exhibit=exhibit, unit_kind="table", unit=number, ordinal=row, place=place, text=text,
            source="native", language="", speaker="", score=-1, draft=False, doubtful=False, corrections=(),
            strip=strip(facts),
        )  # fmt: skip
    return made


def rows_with(graph: Graph, entity: str) -> tuple[RowsLine, ...]:
    """Return in which columns of which tables a thing stands, in the order of the exhibits."""
    query = """SELECT role.exhibit, role.table_no AS "table", sheet, template, role.role, role.rows, first_row, last_row
        FROM record_named AS named JOIN record_role AS role USING (exhibit, table_no, id)
        JOIN record_table USING (exhibit, table_no) JOIN exhibit AS whole ON whole.number = role.exhibit
        WHERE entity_id = $entity ORDER BY whole.ord, role.table_no, role.role"""
    return records(graph.conn, query, RowsLine, {"entity": entity})


def _day(stamp: str) -> str:
    """Return the SQL for 24 where a date was written and no time of day, else 0: midnight was not written."""
    digits = f"length(regexp_replace({stamp}_written, '[^0-9]', '', 'g'))"
    midnight = f"{stamp}_local = date_trunc('day', {stamp}_local)"
    return f"CASE WHEN {midnight} AND {digits} <= 8 AND NOT contains({stamp}_written, ':') THEN 24 ELSE 0 END"


def _wall(stamp: str) -> str:
    return f"""CASE {_day(stamp)} WHEN 24 THEN strftime({stamp}_local, '%Y-%m-%d')
                    ELSE strftime({stamp}_local, '%Y-%m-%dT%H:%M:%S') END"""


_FITTING: Final = f"""
WITH wanted AS (
    SELECT exhibit, table_no, id FROM record_named WHERE entity_id = $entity
), fitting AS (
    SELECT record.*, ord, coalesce(strftime(time_utc, '%Y-%m-%dT%H:%M:%SZ'), strftime(time_local, '%Y-%m-%dT%H:%M:%S'), '~')
           AS moment
    FROM (SELECT row.*, clock_by, ahead_s, row.time_local - to_seconds(ahead_s) AS time_wall,
                 row.until_local - to_seconds(ahead_s) AS until_wall
          FROM record AS row JOIN record_table USING (exhibit, table_no)) AS record
    JOIN exhibit AS whole ON whole.number = record.exhibit
    WHERE record.kind IN ('call', 'message', 'stay', 'trip', 'payment')
      AND ($exhibit = '' OR whole.number = $exhibit OR starts_with(whole.number, $exhibit || '/'))
      AND ($kind = '' OR record.kind = $kind)
      AND ($entity = '' OR EXISTS (SELECT 1 FROM wanted WHERE wanted.exhibit = record.exhibit
           AND wanted.table_no = record.table_no AND wanted.id IN (record.a, record.b)))
      AND ($since = '' OR greatest(coalesce(time_utc, time_wall + INTERVAL 12 HOUR),
                                   coalesce(until_utc, until_wall + INTERVAL 12 HOUR)) + to_hours({_day("time")})
           >= try_cast(nullif($since, '') AS TIMESTAMP))
      AND ($until = '' OR coalesce(time_utc, time_wall - INTERVAL 14 HOUR) < try_cast(nullif($until, '') AS TIMESTAMP))
)
"""  # noqa: S608 - built from our own constants


_COUNTED: Final = "SELECT count(*) AS many FROM fitting"


def happenings(
    graph: Graph, *, exhibit: str, entity: str, kind: str, since: str, until: str, limit: int
) -> tuple[list[tuple[str, Happening]], int]:
    """Return what rows of records say happened, with the moment that sorts each, and how many fit altogether.

    At most `limit`, the first ones; 0: at most HAPPENINGS_CAP.
    """
    asked = {"exhibit": exhibit, "entity": entity, "kind": kind, "since": since, "until": until}
    count = fetch(graph.conn, _FITTING + _COUNTED, asked)[0]["many"]
    if not count:
        return [], 0
    rows = fetch(graph.conn, _FITTING + _LAID_OUT, asked | {"limit": limit or HAPPENINGS_CAP})
    return [(row["moment"], _happening(row)) for row in rows], int(count)


def happenings_in(graph: Graph, spots: Sequence[tuple[str, int, int]]) -> dict[str, Happening]:
    """Return what rows, named by exhibit, table and row, say happened; by the rows' ids as segments."""
    if not spots:
        return {}
    asked = {
        "exhibits": [one[0] for one in spots],
        "tables": [one[1] for one in spots],
        "rows": [one[2] for one in spots],
    }
    found = fetch(graph.conn, _NAMED_ROWS + _LAID_OUT, asked | {"limit": len(spots)})
    return {one.segment: one for one in map(_happening, found)}


_NAMED_ROWS: Final = """
WITH named AS (
    SELECT unnest($exhibits::VARCHAR[]) AS exhibit, unnest($tables::INTEGER[]) AS table_no, unnest($rows::BIGINT[]) AS "row"
), fitting AS (
    SELECT record.*, clock_by, ahead_s, record.time_local - to_seconds(ahead_s) AS time_wall,
           record.until_local - to_seconds(ahead_s) AS until_wall, ord, '' AS moment
    FROM record SEMI JOIN named USING (exhibit, table_no, "row") JOIN record_table AS held USING (exhibit, table_no)
    JOIN exhibit AS whole ON whole.number = record.exhibit
)
"""
_LAID_OUT: Final = f"""
, first AS (SELECT * FROM fitting ORDER BY moment, ord, table_no, "row" LIMIT $limit)
SELECT first.*, whole.stamps, held.sheet,
       CASE utc_by WHEN 'template' THEN held.zone WHEN 'record' THEN regexp_extract(time_written, {_ZONE}) ELSE '' END AS zone,
       concat_ws('; ', CASE utc_by WHEN 'template' THEN nullif(held.zone_by, '') WHEN 'record' THEN 'the record' END,
                 CASE WHEN time_local IS NOT NULL AND (utc_by = 'exhibit' OR first.ahead_s <> 0)
                      THEN nullif(first.clock_by, '') END) AS zone_by,
       CASE {_day("time")} WHEN 0 THEN strftime(time_utc, {_STAMP}) END AS utc,
       CASE {_day("until")} WHEN 0 THEN strftime(until_utc, {_STAMP}) END AS ends_utc,
       {_wall("time")} AS wall, {_wall("until")} AS ends_wall,
       strftime(coalesce(time_utc, time_wall - INTERVAL 14 HOUR), {_STAMP}) AS earliest,
       strftime(coalesce(time_utc, time_wall + INTERVAL 12 HOUR) + to_hours({_day("time")}), {_STAMP}) AS latest,
       one.kind AS a_kind, one.value AS a_value, one.entity_id AS a_entity,
       other.kind AS b_kind, other.value AS b_value, other.entity_id AS b_entity
FROM first JOIN exhibit AS whole ON whole.number = first.exhibit
JOIN record_table AS held ON held.exhibit = first.exhibit AND held.table_no = first.table_no
LEFT JOIN record_named AS one ON one.exhibit = first.exhibit AND one.table_no = first.table_no AND one.id = first.a
LEFT JOIN record_named AS other ON other.exhibit = first.exhibit AND other.table_no = first.table_no
    AND other.id = first.b
ORDER BY moment, ord, first.table_no, first."row"
"""  # noqa: S608 - built from our own constants
_FACTS: Final = (
    *("direction", "cell", "place", "seconds", "currency", "room", "carrier", "origin", "destination"),
    *("document", "problem"),
)


def _happening(row: dict[str, Any]) -> Happening:
    name = segment_id(row["exhibit"], "table", row["table_no"], row["row"])
    sides = (
        (("from", "a"), ("to", "b")) if row["kind"] in ("call", "message", "payment") else (("of", "a"), ("at", "b"))
    )
    if "direction not understood" in row["problem"]:  # who did it to whom, nobody knows
        sides = (("with", "a"), ("with", "b"))
    parties = tuple(
        Party(role=role, kind=row[f"{side}_kind"], value=row[f"{side}_value"], entity_id=row[f"{side}_entity"])
        for role, side in sides
        if row[f"{side}_kind"]
    )
    facts = {fact: str(row[fact]) for fact in _FACTS if row[fact] not in (None, "")}
    if row["amount_minor"] is not None:
        facts["amount_minor"] = str(row["amount_minor"])
    place = encode_place(row_place_of(row))
    strip_row = row | {
        "segment": name, "place": place, "source": "native", "draft": False, "doubtful": False, "segment_score": -1,
    }  # fmt: skip
    values: dict[str, Any] = {
        "id": f"v-{name}", "exhibit": row["exhibit"], "segment": name, "kind": row["kind"],
        "time_written": row["time_written"], "time_utc": row["utc"] or "", "time_local": row["wall"] or "",
        "zone": row["zone"], "zone_by": row["zone_by"],
        "earliest_utc": row["utc"] or row["earliest"] or "",
        "latest_utc": row["utc"] or row["latest"] or "", "until_written": row["until_written"],
        "until_utc": row["ends_utc"] or "", "until_local": row["ends_wall"] or "",
        "description": _said(row),
        "parties": parties, "key": row["key"], "conversation": row["conversation"], "reply_to": "", "references": (),
        "state": row["state"], "facts": facts, "attached": (), "strip": strip(strip_row),
    }  # fmt: skip
    return Happening(**{field: values[field] for field in Happening.__struct_fields__})


def _said(row: dict[str, Any]) -> str:
    """Return what else the row says, in a few words: how long, how much, from where to where."""
    said = [f"{row['seconds']:,} s"] if row["seconds"] is not None and row["kind"] == "call" else []
    if row["amount_minor"] is not None:
        decimals = UNEQUAL_DECIMALS.get(str(row["currency"]).upper(), 2)
        said.append(f"{row['currency']} {Decimal(row['amount_minor']).scaleb(-decimals):,.{decimals}f}".strip())
    if row["origin"] or row["destination"]:
        said.append(f"{row['origin'] or '?'} to {row['destination'] or '?'}")
    said += [f"{name} {row[name]}" for name in ("room", "cell", "carrier") if row[name]]
    if row["until_written"]:
        said.append(f"until {row['until_written']}")
    return ", ".join([*said, *filter(None, [row["problem"]])])


def row_place_of(row: dict[str, Any]) -> Any:
    """Return the place of a row as the graph keeps it."""
    from evidence.locator import RecordPlace

    return RecordPlace(record=row["row"], field="row", table=row["sheet"])


def matching_rows(
    graph: Graph, exhibit: str, *, where: dict[str, str], limit: int
) -> tuple[tuple[SegmentText, ...], int]:
    """Return rows of an exhibit whose columns hold these values (case and space ignored), and how many there are.

    Raises UsageError for a column that no table of it has.
    """
    tables = fetch(
        graph.conn,
        "SELECT table_no, recipe FROM record_table WHERE exhibit = $exhibit ORDER BY table_no",
        {"exhibit": exhibit},
    )
    found: list[str] = []
    known: set[str] = set()
    count = 0
    for table in tables:
        path = graph.case.shelf.path(Sha256(table["recipe"]))
        head = read_head(path)
        by_header = {name.casefold(): name for name in head.written}
        known |= set(head.written)
        if not all(name.casefold() in by_header for name in where):
            continue
        tests = [f"lower(trim({_column(by_header[name.casefold()])})) = lower($v{at})" for at, name in enumerate(where)]
        values = {f"v{at}": value.strip() for at, value in enumerate(where.values())}
        query = f"""SELECT file_row_number + 1 AS here FROM read_parquet($path, file_row_number = true)
            WHERE {" AND ".join(tests) or "true"} AND file_row_number + 1 IN
                  (SELECT "row" FROM record WHERE exhibit = $exhibit AND table_no = $number) ORDER BY here"""  # noqa: S608
        rows = fetch(graph.conn, query, {"path": str(path), "exhibit": exhibit, "number": table["table_no"]} | values)
        count += len(rows)
        found += [
            segment_id(exhibit, "table", table["table_no"], row["here"]) for row in rows[: max(0, limit - len(found))]
        ]
    wrong = [name for name in where if name.casefold() not in {one.casefold() for one in known}]
    if wrong:
        raise UsageError(
            f"{exhibit} has no column {wrong[0]!r}", next_step=f"it has: {', '.join(sorted(known)) or 'no tables'}"
        )
    texts = row_segments(graph, found)
    return tuple(texts[name] for name in found), count


def _column(name: str) -> str:
    return '"written.' + name.replace('"', '""') + '"'
