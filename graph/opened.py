"""An exhibit as it is opened: its units counted, the segments and words of one unit, rows of its tables, and lists of exhibits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from evidence.digest import Sha256
from evidence.errors import IntegrityError, NotFound
from evidence.locator import Place, decode_place
from evidence.records import ArtifactRef, Word
from evidence.table_heads import WRITTEN, TableHead, read_head
from graph.answers import ExhibitLine, Mention, SegmentText, UnitLine
from graph.project import Graph
from graph.rows import fetch, records
from graph.things import mentions_where, segments

NOT_READ: Final = "not read"
"""In place of an outcome: all but `read`, whatever the reason."""
SORTS: Final[dict[str, str]] = {
    "number": "ord", "name": "lower(name), ord", "type": "media_type, ord", "outcome": "outcome, ord",
    "custodian": "custodian, ord", "size": "size_bytes, ord", "received": "received_at, ord",
}  # fmt: skip


class UnitHere(msgspec.Struct, frozen=True, kw_only=True):
    """A page, message, conversation, table …, what became of it, and how much of it is in the graph."""

    unit_kind: str
    unit: int
    outcome: str
    reason: str
    doubtful: bool
    partial: bool
    draft: bool
    facts: dict[str, str]
    segments: int
    mentions: int
    reviewed: int
    """Of the mentions, those that a person judged."""
    opening: str
    """How its first segment begins."""


class RelativeLine(msgspec.Struct, frozen=True, kw_only=True):
    """An exhibit beside this one: what came out of it, or what it came out of."""

    number: str
    name: str
    inner_path: str
    media_type: str
    outcome: str
    reason: str
    size_bytes: int
    children: int
    depth: int
    """How far below the exhibit that was asked about, from 1."""


class WordsOf(msgspec.Struct, frozen=True, kw_only=True):
    """The words of a segment as the engine gave them, with boxes and raw scores."""

    segment: str
    words: tuple[Word, ...]


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """A column of a table of records: its heading, and what the template takes it for."""

    heading: str
    roles: tuple[str, ...]


class RowHere(msgspec.Struct, frozen=True, kw_only=True):
    """A row of a table, every field as written."""

    row: int
    kind: str
    problem: str
    cells: tuple[str, ...]


class SideLine(msgspec.Struct, frozen=True, kw_only=True):
    """One of the two sides of a row of records: who called, who was called."""

    kind: str
    value: str
    written: str
    status: str
    entity_id: str


class TableHere(msgspec.Struct, frozen=True, kw_only=True):
    """Some rows of a table of records."""

    exhibit: str
    table: int
    sheet: str
    template: str
    zone: str
    zone_by: str
    rows: int
    columns: tuple[Column, ...]
    first: int
    shown: tuple[RowHere, ...]


class ExhibitList(msgspec.Struct, frozen=True, kw_only=True):
    """Exhibits that were asked for, a page of them, and how many there are."""

    total: int
    after: int
    exhibits: tuple[ExhibitLine, ...]


def units_here(graph: Graph, number: str, *, limit: int = 1000, after: int = 0) -> tuple[UnitHere, ...]:
    """Return the units of an exhibit in order, with what stands in them."""
    query = """WITH held AS (
            SELECT unit_kind, unit, count(*) AS segments, arg_min(text, ordinal)[:120] AS opening
            FROM segment WHERE exhibit = $number GROUP BY ALL
        ), named AS (
            SELECT unit_kind, unit, count(*) AS mentions, count(*) FILTER (review <> 'unreviewed') AS reviewed
            FROM mention JOIN segment ON segment.id = mention.segment_id WHERE mention.exhibit = $number GROUP BY ALL
        )
        SELECT unit.*, coalesce(segments, 0) AS segments, coalesce(mentions, 0) AS mentions,
               coalesce(reviewed, 0) AS reviewed, coalesce(opening, '') AS opening
        FROM unit LEFT JOIN held USING (unit_kind, unit) LEFT JOIN named USING (unit_kind, unit)
        WHERE exhibit = $number ORDER BY unit_kind, unit LIMIT $limit OFFSET $after"""
    asked = {"number": number, "limit": limit, "after": after}
    return tuple(
        msgspec.convert(row | {"facts": msgspec.json.decode(row["facts"])}, UnitHere)
        for row in fetch(graph.conn, query, asked)
    )


def unit_numbers(graph: Graph, number: str, unit_kind: str) -> list[int]:
    """Return the numbers of an exhibit's units of one kind, in order."""
    query = "SELECT unit FROM unit WHERE exhibit = $number AND unit_kind = $kind ORDER BY unit"
    return [row["unit"] for row in fetch(graph.conn, query, {"number": number, "kind": unit_kind})]


def has_unit(graph: Graph, number: str, unit: int, unit_kind: str = "") -> bool:
    """Whether the exhibit has a unit of that number, of that kind where one is given."""
    query = "SELECT 1 FROM unit WHERE exhibit = $number AND unit = $unit AND ($kind = '' OR unit_kind = $kind) LIMIT 1"
    return bool(fetch(graph.conn, query, {"number": number, "unit": unit, "kind": unit_kind}))


def unit_here(graph: Graph, number: str, unit_kind: str, unit: int) -> UnitLine:
    """Return a unit and what became of it; raises NotFound."""
    query = "SELECT * EXCLUDE (exhibit) FROM unit WHERE exhibit = $number AND unit_kind = $kind AND unit = $unit"
    rows = fetch(graph.conn, query, {"number": number, "kind": unit_kind, "unit": unit})
    if not rows:
        raise NotFound(f"{number} has no {unit_kind} {unit}", next_step="choose one of the list")
    return msgspec.convert(rows[0] | {"facts": msgspec.json.decode(rows[0]["facts"])}, UnitLine)


def places_in(graph: Graph, number: str, unit_kind: str, unit: int) -> tuple[Place, ...]:
    """Return where the segments of a unit stand, in order."""
    query = "SELECT place FROM segment WHERE exhibit = $number AND unit_kind = $kind AND unit = $unit ORDER BY ordinal"
    asked = {"number": number, "kind": unit_kind, "unit": unit}
    return tuple(decode_place(row["place"]) for row in fetch(graph.conn, query, asked))


def text_columns(graph: Graph, number: str, table: int, rows: Sequence[int]) -> dict[int, str]:
    """Return, for those of these rows of a table whose free text is a segment, the heading of its column."""
    query = """SELECT ordinal, json_extract_string(place, '$.field') AS heading FROM segment
        WHERE exhibit = $number AND unit_kind = 'table' AND unit = $table AND list_contains($rows, ordinal)"""
    asked = {"number": number, "table": table, "rows": list(rows)}
    return {row["ordinal"]: row["heading"] for row in fetch(graph.conn, query, asked)}


def sealed_within(graph: Graph, number: str) -> int:
    """Return how many segments of an exhibit are sealed."""
    rows = fetch(graph.conn, "SELECT sealed_segments AS many FROM exhibit WHERE number = $number", {"number": number})
    return int(rows[0]["many"]) if rows else 0


def segments_in(
    graph: Graph, number: str, *, unit_kind: str = "", unit: int = 0, limit: int = 200, after: int = 0
) -> tuple[tuple[SegmentText, ...], int]:
    """Return segments of an exhibit or of one of its units, in order, and how many there are in all."""
    where = "exhibit = $number AND ($kind = '' OR unit_kind = $kind) AND ($unit = 0 OR unit = $unit)"
    asked: dict[str, Any] = {"number": number, "kind": unit_kind, "unit": unit}
    many = fetch(graph.conn, f"SELECT count(*) AS many FROM segment WHERE {where}", asked)[0]["many"]  # noqa: S608 - our own condition
    query = f"SELECT id FROM segment WHERE {where} ORDER BY unit_kind, unit, ordinal LIMIT $limit OFFSET $after"  # noqa: S608
    ids = [row["id"] for row in fetch(graph.conn, query, asked | {"limit": limit, "after": after})]
    return tuple(segments(graph, ids).values()), many


def place_in(graph: Graph, segment: SegmentText, *, within_unit: bool) -> int:
    """Return how many segments of its exhibit, or of its unit, come before this one."""
    where = "unit_kind = $kind AND unit = $unit AND ordinal < $ordinal"
    if not within_unit:
        where = "(unit_kind, unit, ordinal) < ($kind, $unit, $ordinal)"
    query = f"SELECT count(*) AS many FROM segment WHERE exhibit = $number AND {where}"  # noqa: S608 - our own condition
    asked = {"number": segment.exhibit, "kind": segment.unit_kind, "unit": segment.unit, "ordinal": segment.ordinal}
    return int(fetch(graph.conn, query, asked)[0]["many"])


def mentions_among(
    graph: Graph, ids: Sequence[str], *, most: int = 0, near: str = "", at: int = 0
) -> tuple[Mention, ...]:
    """Return the mentions in these segments, in the order of the text; of more than `most` those about `at` in the segment `near`."""
    if not ids:
        return ()
    among = "list_contains($wanted, mention.segment_id)"
    if most:
        nearest = f"CASE WHEN mention.segment_id = $wanted[1] THEN abs(start - {at:d}) ELSE 1e9 END"
        order = f"{nearest}, ord, unit_kind, unit, ordinal, start, mention.id"
        among += f" QUALIFY row_number() OVER (ORDER BY {order}) <= {most:d}"
    return mentions_where(graph, among, [near, *ids])


def how_many_among(graph: Graph, ids: Sequence[str]) -> int:
    """Return how many mentions stand in these segments."""
    query = "SELECT count(*) AS many FROM mention WHERE list_contains($wanted, segment_id)"
    return int(fetch(graph.conn, query, {"wanted": list(ids)})[0]["many"])


def relatives(graph: Graph, number: str, *, limit: int = 2000) -> tuple[RelativeLine, ...]:
    """Return what came out of an exhibit, to any depth, in order."""
    query = """SELECT number, name, inner_path, media_type, outcome, reason, size_bytes,
            (SELECT count(*) FROM exhibit AS child WHERE child.parent = whole.number) AS children,
            len(string_split(number, '/')) - len(string_split($number, '/')) AS depth
        FROM exhibit AS whole WHERE starts_with(number, $number || '/') ORDER BY ord LIMIT $limit"""
    return records(graph.conn, query, RelativeLine, {"number": number, "limit": limit})


def words_in(graph: Graph, number: str, *, unit_kind: str, unit: int) -> tuple[WordsOf, ...]:
    """Return the words of a unit's segments as they lie on the shelf, in order; of sealed segments none.

    Raises IntegrityError where what was read is not on the shelf.
    """
    query = """SELECT segment.id, idx, recipe FROM segment JOIN artifact USING (exhibit, part)
        WHERE segment.exhibit = $number AND unit_kind = $kind AND unit = $unit AND step = 'reading'
        QUALIFY row_number() OVER (PARTITION BY segment.id ORDER BY recipe) = 1 ORDER BY ordinal"""
    rows = fetch(graph.conn, query, {"number": number, "kind": unit_kind, "unit": unit})
    found: dict[tuple[str, int], tuple[Word, ...]] = {}
    for recipe in {row["recipe"] for row in rows}:
        wanted = [row["idx"] for row in rows if row["recipe"] == recipe]
        found |= {(recipe, idx): words for idx, words in _words(graph, recipe, wanted)}
    return tuple(WordsOf(segment=row["id"], words=found.get((row["recipe"], row["idx"]), ())) for row in rows)


def _words(graph: Graph, recipe: str, wanted: list[int]) -> list[tuple[int, tuple[Word, ...]]]:
    try:
        table = pq.read_table(
            graph.case.shelf.path(Sha256(recipe)),
            columns=["segment", "words"],
            filters=[("row", "==", "segment"), ("segment", "in", wanted)],
        )
    except (pa.ArrowException, OSError) as error:
        raise IntegrityError(
            "what was read of this exhibit is not on the shelf", next_step="run `casegraph verify` on the case"
        ) from error
    return [(row["segment"], tuple(_word(word) for word in row["words"] or ())) for row in table.to_pylist()]


def _word(word: dict[str, Any]) -> Word:
    box = None if word["left"] is None else {name: word[name] for name in ("left", "top", "width", "height")}
    plain = {name: word[name] for name in ("start", "end", "score", "start_ms", "end_ms")}
    return msgspec.convert(plain | {"box": box}, Word)


def facts_of(graph: Graph, number: str) -> dict[str, str]:
    """Return what the file states of itself (title, author, EXIF, codec), as its readings keep it; what is unreadable is left out."""
    query = (
        "SELECT * EXCLUDE (exhibit) FROM artifact WHERE exhibit = $number AND step = 'reading' ORDER BY part LIMIT 20"
    )
    made: dict[str, str] = {}
    for ref in records(graph.conn, query, ArtifactRef, {"number": number}):
        try:
            made |= graph.case.shelf.reading_head(ref).facts
        except IntegrityError:
            continue
    return made


def table_here(graph: Graph, number: str, table: int, *, row: int = 0, after: int = 0, limit: int = 100) -> TableHere:
    """Return rows of a table of records, those after `after`, or the page of them that holds `row`; raises NotFound."""
    asked = {"number": number, "table": table}
    query = "SELECT * FROM record_table WHERE exhibit = $number AND table_no = $table"
    found = fetch(graph.conn, query, asked)
    if not found:
        raise NotFound(f"{number} has no table {table}", next_step="open the exhibit without a unit to see what it has")
    line = found[0]
    first = (row - 1) // limit * limit if row > 0 else after
    path = graph.case.shelf.path(Sha256(line["recipe"]))
    head = read_head(path)
    return TableHere(
        exhibit=number,
        table=table,
        sheet=line["sheet"],
        template=line["template"],
        zone=line["zone"],
        zone_by=line["zone_by"],
        rows=line["rows"],
        columns=_columns(head),
        first=first,
        shown=_rows(graph, str(path), head, number, table, first=first, limit=limit),
    )


def sides_of(graph: Graph, number: str, table: int, row: int) -> tuple[SideLine, ...]:
    """Return what the two sides of a row of records name, the first side first."""
    query = """SELECT kind, value, written, status, entity_id FROM (
            SELECT unnest([a, b]) AS id, unnest([1, 2]) AS side FROM record
            WHERE exhibit = $number AND table_no = $table AND "row" = $row
        ) JOIN record_named USING (id) WHERE exhibit = $number AND table_no = $table ORDER BY side"""
    return records(graph.conn, query, SideLine, {"number": number, "table": table, "row": row})


def tables_in(graph: Graph, number: str) -> dict[int, str]:
    """Return the tables of records of an exhibit: number and sheet."""
    query = "SELECT table_no, sheet FROM record_table WHERE exhibit = $number ORDER BY table_no"
    return {row["table_no"]: row["sheet"] for row in fetch(graph.conn, query, {"number": number})}


def _columns(head: TableHead) -> tuple[Column, ...]:
    roles: dict[str, list[str]] = {}
    for role, headings in head.taken.items():
        for heading in headings:
            roles.setdefault(heading, []).append(role.replace("_", " "))
    for heading in head.text:
        roles.setdefault(heading, []).append("text")
    return tuple(Column(heading=heading, roles=tuple(roles.get(heading, ()))) for heading in head.written)


def _rows(
    graph: Graph, path: str, head: TableHead, number: str, table: int, *, first: int, limit: int
) -> tuple[RowHere, ...]:
    """Return the rows that are in the graph: a sealed one is not among them."""
    columns = "".join(', "' + (WRITTEN + name).replace('"', '""') + '"' for name in head.written)
    query = f"""WITH kept AS (
            SELECT "row", kind, problem FROM record
            WHERE exhibit = $number AND table_no = $table AND "row" > $first AND "row" <= $last
        ), file AS (
            SELECT file_row_number + 1 AS "row" {columns} FROM read_parquet($path, file_row_number = true)
            WHERE file_row_number >= $first AND file_row_number < $last
        )
        SELECT kept."row", kind, problem, file.* EXCLUDE ("row") FROM kept JOIN file ON file."row" = kept."row" ORDER BY 1"""  # noqa: S608 - our own file's names
    asked = {"number": number, "table": table, "first": first, "last": first + limit, "path": path}
    return tuple(
        RowHere(row=row, kind=kind, problem=problem, cells=tuple("" if cell is None else str(cell) for cell in cells))
        for row, kind, problem, *cells in graph.conn.execute(query, asked).fetchall()
    )


def list_exhibits(
    graph: Graph,
    *,
    outcome: str = "",
    custodian: str = "",
    family: str = "",
    named: str = "",
    reason: str = "",
    sort: str = "number",
    down: bool = False,
    limit: int = 100,
    after: int = 0,
) -> ExhibitList:
    """Return exhibits that fit: an outcome or `not read`, a custodian, a media type or its beginning, a part of the name.

    `reason` is the whole reason why it was not read.
    """
    where = """($outcome = '' OR outcome = $outcome
            OR ($outcome = 'not read' AND outcome <> 'read'))
        AND ($custodian = '' OR custodian = $custodian) AND ($family = '' OR starts_with(media_type, $family))
        AND ($named = '' OR contains(lower(name), lower($named)) OR starts_with(lower(number), lower($named)))
        AND ($reason = '' OR reason = $reason)"""
    asked: dict[str, Any] = {
        "outcome": outcome, "custodian": custodian, "family": family, "named": named, "reason": reason,
    }  # fmt: skip
    total = fetch(graph.conn, f"SELECT count(*) AS many FROM exhibit WHERE {where}", asked)[0]["many"]  # noqa: S608 - our own condition
    order = SORTS.get(sort, SORTS["number"])
    order = ", ".join(f"{column} {'DESC' if down else 'ASC'}" for column in order.split(", "))
    query = f"SELECT * FROM exhibit WHERE {where} ORDER BY {order} LIMIT $limit OFFSET $after"  # noqa: S608 - our own columns
    rows = fetch(graph.conn, query, asked | {"limit": limit, "after": after})
    lines = [msgspec.convert(row | {"units": msgspec.json.decode(row["units"])}, ExhibitLine) for row in rows]
    return ExhibitList(total=total, after=after, exhibits=tuple(lines))


def exhibit_facets(graph: Graph) -> dict[str, tuple[tuple[str, int], ...]]:
    """Return the outcomes, custodians and media types there are, each with how many exhibits have it."""
    made = {}
    for column in ("outcome", "custodian", "media_type"):
        query = (
            f"SELECT {column} AS value, count(*) AS many FROM exhibit GROUP BY value ORDER BY many DESC, value LIMIT 60"  # noqa: S608 - our own columns
        )
        made[column] = tuple((row["value"], row["many"]) for row in fetch(graph.conn, query))
    return made
