"""Tables of records into the graph: rows in bulk, what their columns name, and who did what to whom; SQL over whole tables.

A row is addressed as a segment is (`CG-0012.r1.417`: exhibit, table, row) and becomes a segment only where it holds free
text or where a person named it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import duckdb

from evidence.acts import SegmentAnchor
from evidence.case import Case
from evidence.locator import RecordPlace, encode_place
from evidence.records import DEVICE_USER, ArtifactRef, mention_id, segment_id
from evidence.table_heads import NO_RECORDS, OWNER, WRITTEN, TableHead, read_head
from graph.chain import CustodyChain, Dossier
from graph.ids import RELATION_DIGEST, entity_digest
from graph.rows import insert

if TYPE_CHECKING:
    from graph.load import Batch  # brings Arrow along, which no look needs

ROW: Final = re.compile(r"^(CG-\d+(?:/\d+)*)\.r(\d+)\.(\d+)$")
"""The id of a row."""
_PLAIN: Final = (
    *("cell", "place", "latitude", "longitude", "currency", "room", "carrier", "origin", "destination", "document"),
    *("conversation", "key", "state"),
)
_VEHICLE: Final = "plate"
NOT_CONFIRMED: Final = "failed a check and join nothing until a person adds or corrects the reading"
_APART: Final = ", ".join(f"'{name}'" for name in NO_RECORDS)


class Table(NamedTuple):
    """A table of an exhibit as it lies on the shelf."""

    exhibit: str
    number: int
    part: str
    rows: Path
    """Every row, as written and as read."""
    named: Path
    """What each distinct value of its identifier columns names."""
    recipe: str
    head: TableHead


def tables_of(case: Case, dossier: Dossier) -> list[Table]:
    """Return the tables of an exhibit, in order."""
    refs = dossier.extraction.artifacts if dossier.extraction else ()
    by_part: dict[str, list[ArtifactRef]] = {}
    for ref in refs:
        if ref.step == "table":
            by_part.setdefault(ref.part, []).append(ref)
    found = []
    for part, (rows, named) in by_part.items():
        number = int(re.sub(r"\D", "", part) or "1")
        paths = case.shelf.path(rows.recipe), case.shelf.path(named.recipe)
        found.append(Table(dossier.number, number, part, *paths, rows.recipe, read_head(paths[0])))
    return sorted(found, key=lambda table: table.number)


# --- rows that people named ------------------------------------------------------------------------------------------


def stage_rows(made: Batch, chain: CustodyChain) -> None:
    """Lay the rows that people's acts and seals name on the stage as segments, where they are none already."""
    conn = made.conn
    conn.execute("CREATE OR REPLACE TEMP TABLE stage_row (id VARCHAR, exhibit VARCHAR, table_no INTEGER, row BIGINT)")
    related = chain.related_rows()
    for dossier in made.dossiers:
        anchors = [one for one in related if one.exhibit == dossier.number]
        anchors += [*chain.sealed_segments.get(dossier.number, []), *filter(None, map(_anchor, dossier.human))]
        wanted: dict[int, set[int]] = {}
        for anchor in anchors:
            if anchor.unit_kind == "table":
                wanted.setdefault(anchor.unit, set()).add(anchor.ordinal)
        for table in tables_of(made.case, dossier) if wanted else []:
            _stage_rows_of(conn, table, sorted(wanted.get(table.number, ())))


def _anchor(entry: tuple[Any, Any]) -> SegmentAnchor | None:
    act = entry[1]
    anchor = getattr(act, "segment", None) or getattr(getattr(act, "anchor", None), "segment", None)
    return anchor if isinstance(anchor, SegmentAnchor) else None


def _stage_rows_of(conn: duckdb.DuckDBPyConnection, table: Table, rows: Sequence[int]) -> None:
    texts = row_texts(conn, table.rows, table.head, rows)
    ids = {row: segment_id(table.exhibit, "table", table.number, row) for row in texts}
    there = conn.execute("SELECT id FROM stage_segment WHERE list_contains($1, id)", [list(ids.values())]).fetchall()
    known = {str(name) for (name,) in there}
    fresh = {row: name for row, name in ids.items() if name not in known}
    insert(
        conn,
        "stage_segment",
        [_segment_row(table, row, name, texts[row]) for row, name in fresh.items()],
    )
    insert(
        conn,
        "stage_row",
        [{"id": name, "exhibit": table.exhibit, "table_no": table.number, "row": row} for row, name in fresh.items()],
    )


def _segment_row(table: Table, row: int, name: str, text: str) -> dict[str, Any]:
    return {
        "id": name,
        "exhibit": table.exhibit,
        "unit_kind": "table",
        "unit": table.number,
        "ordinal": row,
        "idx": -row,
        "part": table.part,
        "text": text,
        "place": encode_place(row_place(table.head, row)),
        "source": "native",
        "language": "",
        "names_looked_for": False,
        "speaker": "",
        "score": -1,
        "doubtful": False,
        "draft": False,
    }


def row_place(head: TableHead, row: int) -> RecordPlace:
    """Return the place of a whole row."""
    return RecordPlace(record=row, field="row", table=head.sheet)


def row_texts(conn: duckdb.DuckDBPyConnection, path: Path, head: TableHead, rows: Iterable[int]) -> dict[int, str]:
    """Return rows as people read them: each field that is filled as a line `header: value`, as written."""
    wanted = sorted(set(rows))
    if not wanted:
        return {}
    columns = ", ".join(_name(WRITTEN + name) for name in head.written)
    found = conn.execute(
        f"""SELECT file_row_number + 1, {columns} FROM read_parquet($path, file_row_number = true)
        WHERE list_contains($rows, file_row_number + 1) ORDER BY 1""",  # noqa: S608 - our own file's names
        {"path": str(path), "rows": wanted},
    ).fetchall()
    return {
        int(row): "\n".join(f"{name}: {value}" for name, value in zip(head.written, values, strict=True) if value)
        for row, *values in found
    }


def stage_row_mentions(made: Batch) -> None:
    """Lay what the columns of the staged rows name on the stage as mentions."""
    conn = made.conn
    staged = conn.execute(
        """SELECT stage_row.id, exhibit, table_no, stage_row.row, text FROM stage_row JOIN stage_segment USING (id, exhibit)
        ORDER BY ALL"""
    ).fetchall()
    if not staged:
        return
    tables = {(table.exhibit, table.number): table for one in made.dossiers for table in tables_of(made.case, one)}
    mentions: dict[str, dict[str, Any]] = {}
    for name, exhibit, number, _, text in staged:
        table = tables[str(exhibit), int(number)]
        for found in _named_in(conn, table, str(name), str(text)):
            mentions[found["id"]] = found
    insert(conn, "stage_mention", list(mentions.values()))


def _named_in(conn: duckdb.DuckDBPyConnection, table: Table, name: str, text: str) -> Iterable[dict[str, Any]]:
    for role in table.head.identifiers:
        header = table.head.taken[role][0]
        line = re.search(rf"(?m)^{re.escape(header)}: (.+)$", text)
        if line is None:
            continue
        quote = line[1].strip()
        start = line.start(1) + line[1].index(quote)
        asked = {"path": str(table.named), "role": role, "written": quote}
        query = 'SELECT kind, value, status, "check" FROM read_parquet($path) WHERE role = $role AND written = $written'
        for kind, value, status, check in conn.execute(query, asked).fetchall():
            if kind:
                yield {
                    "id": mention_id(name, kind, start, start + len(quote), quote),
                    "segment_id": name,
                    "exhibit": table.exhibit,
                    "kind": kind,
                    "start": start,
                    "end": start + len(quote),
                    "quote": quote,
                    "value": value,
                    "status": status,
                    "check": check,
                    "rule": "",
                    "score": -1,
                    "finder": "records.field",
                    "basis": "source_fact",
                }


# --- loading -------------------------------------------------------------------------------------------------------


def load_records(made: Batch, closed: Mapping[str, set[str]]) -> None:
    """Write the tables of a batch; rows in `closed` (segment ids by exhibit) are sealed and left out."""
    for dossier in made.dossiers:
        for table in tables_of(made.case, dossier):
            sealed = [int(match[3]) for name in closed.get(dossier.number, ()) if (match := ROW.match(name))
                      and int(match[2]) == table.number]  # fmt: skip
            _load(made.conn, table, sealed)


def _load(conn: duckdb.DuckDBPyConnection, table: Table, sealed: list[int]) -> None:
    head = table.head
    columns = {str(row[0]) for row in _describe(conn, table.rows)}
    left = _stage_left(conn, table, sealed)
    conn.execute(
        f"""CREATE OR REPLACE TEMP TABLE stage_named AS
        SELECT role, written, kind, value, status, "check", dense_rank() OVER (ORDER BY kind, value) AS id FROM (
            SELECT * REPLACE (CASE WHEN kind = '{DEVICE_USER}' AND value = '' THEN $exhibit ELSE value END AS value)
            FROM read_parquet($path) WHERE kind <> '' {left})""",  # noqa: S608 - our own constants
        {"path": str(table.named), "exhibit": table.exhibit},
    )
    conn.execute(
        f"""INSERT INTO record_named BY NAME
        SELECT $exhibit AS exhibit, $number AS table_no, id, kind, value, min(written) AS written,
               min(status) AS status, min("check") AS "check", {entity_digest("kind", "value")} AS entity_id
        FROM stage_named GROUP BY id, kind, value""",  # noqa: S608
        {"exhibit": table.exhibit, "number": table.number},
    )
    asked = {"path": str(table.rows), "exhibit": table.exhibit, "number": table.number, "sealed": sealed}
    conn.execute(_rows_sql(conn, table, columns), asked)
    overruled = _stage_overruled(conn, table)
    if overruled:
        _take_overruled_out(conn, table)
    conn.execute(
        f"""INSERT INTO record_table BY NAME
        SELECT $exhibit AS exhibit, $number AS table_no, $recipe AS recipe, $sheet AS sheet, $template AS template,
               $kind AS kind, $zone AS zone, $zone_by AS zone_by,
               {_of_clock("told", "''")} AS clock_by, {_of_clock("ahead_s", "0")} AS ahead_s,
               (SELECT count(*) FROM record WHERE exhibit = $exhibit AND table_no = $number) AS rows""",  # noqa: S608
        {
            "exhibit": table.exhibit, "number": table.number, "recipe": table.recipe, "sheet": head.sheet,
            "template": head.template, "kind": head.kind, "zone": head.zone, "zone_by": head.zone_by,
        },
    )  # fmt: skip
    for role in head.identifiers:
        _count_role(conn, table, role, sealed)
    if OWNER in head.sides:
        _count_owner(conn, table)
    _stage_confirmed(conn, table)
    _relate_sides(conn, table)
    for source, target, kind in _stated(head):
        _relate_columns(conn, table, source, target, kind, sealed, overruled=overruled)


def _stage_overruled(conn: duckdb.DuckDBPyConnection, table: Table) -> bool:
    """Lay out what people rejected or corrected of what rows name; returns whether there is any."""
    conn.execute(
        """CREATE OR REPLACE TEMP TABLE stage_overruled AS
        SELECT CAST(regexp_extract(segment_id, '[0-9]+$') AS BIGINT) AS "row", kind, value, quote FROM (
            SELECT segment_id, exhibit, kind, value, quote FROM rejected
            UNION ALL SELECT segment_id, exhibit, kind_machine, value_machine, quote FROM mention
            WHERE origin = 'machine' AND (kind <> kind_machine OR value <> value_machine))
        WHERE exhibit = $1 AND starts_with(segment_id, $1 || '.r' || $2 || '.')""",
        [table.exhibit, table.number],
    )
    return conn.execute("SELECT 1 FROM stage_overruled LIMIT 1").fetchone() is not None


def _stage_confirmed(conn: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Lay out what fails its check and joins all the same, since a person vouches for it in this exhibit; say what does not."""
    conn.execute("CREATE OR REPLACE TEMP TABLE stage_confirmed (id BIGINT)")
    if not conn.execute("SELECT 1 FROM stage_named WHERE status <> 'established' LIMIT 1").fetchall():
        return
    asked = {"exhibit": table.exhibit, "number": table.number}
    conn.execute(_CONFIRMED, asked)
    kinds = list(table.head.relations) if all(table.head.sides) else []
    conn.execute(_WITHOUT_EDGE, asked | {"kinds": kinds, "directed": table.head.directed})


def _take_overruled_out(conn: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Leave a side of a row open where a person said that it is not what the machine read."""
    for side in ("a", "b"):
        conn.execute(
            f"""UPDATE record SET {side} = NULL FROM stage_overruled AS wrong, record_named AS named
            WHERE record.exhibit = $1 AND record.table_no = $2 AND record."row" = wrong."row"
              AND named.exhibit = $1 AND named.table_no = $2 AND named.id = record.{side}
              AND named.kind = wrong.kind AND named.value = wrong.value""",  # noqa: S608 - one of two names
            [table.exhibit, table.number],
        )


def _stage_left(conn: duckdb.DuckDBPyConnection, table: Table, sealed: list[int]) -> str:
    """Return the SQL that leaves out what only sealed rows name, and how only they write it; '' where none is sealed."""
    if not sealed:
        return ""
    parts = [
        f"""SELECT DISTINCT '{role}' AS role, {field_of(table.head, role)} AS written
        FROM read_parquet($path, file_row_number = true) WHERE NOT list_contains($sealed, file_row_number + 1)"""  # noqa: S608
        for role in table.head.identifiers
    ]
    parts.append(f"SELECT '{OWNER}' AS role, '' AS written")
    asked = {"path": str(table.rows), "sealed": sealed} if table.head.identifiers else {}
    conn.execute(f"CREATE OR REPLACE TEMP TABLE stage_left AS {' UNION ALL '.join(parts)}", asked)
    return "AND (role, written) IN (SELECT (role, written) FROM stage_left)"


def _of_clock(column: str, otherwise: str) -> str:
    return f"coalesce((SELECT {column} FROM stage_clock WHERE exhibit = $exhibit), {otherwise})"  # noqa: S608


def _describe(conn: duckdb.DuckDBPyConnection, path: Path) -> list[Any]:
    return conn.execute("DESCRIBE SELECT * FROM read_parquet($1)", [str(path)]).fetchall()


def field_of(head: TableHead, name: str) -> str:
    """Return the SQL of a plain field of a record: the columns it stands in, without the space around them."""
    columns = head.taken.get(name, ())
    if not columns:
        return "''"
    parts = [f"coalesce(trim({_name(WRITTEN + column)}), '')" for column in columns]
    return " || ' ' || ".join(parts)


def _rows_sql(conn: duckdb.DuckDBPyConnection, table: Table, columns: set[str]) -> str:
    head = table.head
    apart = f"problem IN ({_APART})"

    def held(name: str, otherwise: str) -> str:
        return name if name in columns else otherwise

    utc = _asserted(conn, table.exhibit)
    first, second = "as_a_id", "as_b_id"
    if head.directed:
        first, second = (f"CASE WHEN direction = 'in' THEN {one} ELSE {other} END" for one, other in
                         ((second, first), (first, second)))  # fmt: skip
    plain = ", ".join(
        f"CASE WHEN {apart} THEN '' ELSE {field_of(head, name)} END AS {name}" for name in _PLAIN if name != "currency"
    )
    currency = f"coalesce(nullif({field_of(head, 'currency')}, ''), {_text(head.currency)})"
    times = ", ".join(
        f"""{held(f"{lead}_local", "CAST(NULL AS TIMESTAMP)")} AS {lead}_local,
        {
            _utc(
                held(f"{lead}_utc", "CAST(NULL AS TIMESTAMP)"),
                held(f"{lead}_local", "CAST(NULL AS TIMESTAMP)"),
                field_of(head, f"{lead}_written"),
                utc,
            )
        } AS {lead}_utc,
        {field_of(head, f"{lead}_written")} AS {lead}_written"""
        for lead in ("time", "until")
    )
    stated = held("time_stated", "false")
    read = held("time_utc", "CAST(NULL AS TIMESTAMP)")
    asserted = _utc(read, held("time_local", "CAST(NULL AS TIMESTAMP)"), field_of(head, "time_written"), utc)
    by = f"""CASE WHEN {read} IS NOT NULL THEN CASE WHEN {stated} THEN 'record' ELSE 'template' END
        WHEN {asserted if utc[0] or utc[1] is not None else "NULL"} IS NOT NULL THEN 'exhibit' ELSE '' END"""
    return f"""INSERT INTO record BY NAME
        SELECT $exhibit AS exhibit, $number AS table_no, file_row_number + 1 AS "row",
               CASE WHEN {apart} THEN '' ELSE {held("kind", f"'{head.kind}'")} END AS kind, {times}, {by} AS utc_by,
               {held("direction", "''")} AS direction,
               CASE WHEN NOT {apart} THEN {first} END AS a, CASE WHEN NOT {apart} THEN {second} END AS b,
               {held("seconds", "CAST(NULL AS BIGINT)")} AS seconds,
               {held("amount_minor", "CAST(NULL AS BIGINT)")} AS amount_minor, {currency} AS currency, {plain},
               {_problem(columns, head, utc[0])} AS problem
        FROM read_parquet($path, file_row_number = true)
        {_side_join(head, 0, "as_a")} {_side_join(head, 1, "as_b")}
        WHERE NOT list_contains($sealed, file_row_number + 1)"""  # noqa: S608 - our own file's names


def _sides(head: TableHead) -> tuple[str, str]:
    """Return the roles of the two sides; of a trip, its vehicle is one: beside the passenger, or where nobody else is named."""
    first, second = head.sides
    if head.kind == "trip" and _VEHICLE in head.identifiers:
        return (first, second or _VEHICLE) if first else (_VEHICLE, second)
    return first, second


def _stated(head: TableHead) -> tuple[tuple[str, str, str], ...]:
    """Return what each row states about two of its columns: of a trip also which vehicle it names beside the passenger."""
    first, second = _sides(head)
    travelled = (first, second, "registered")
    return head.stated if second != _VEHICLE or travelled in head.stated else (*head.stated, travelled)


def _side_join(head: TableHead, side: int, name: str) -> str:
    """Return SQL that gives each row the number of what its column for that side names, as `<name>_id`."""
    role = _sides(head)[side]
    written = "''" if role == OWNER else field_of(head, role)
    return (
        f"LEFT JOIN (SELECT id AS {name}_id, written AS {name}_written FROM stage_named "  # noqa: S608 - our own roles
        f"WHERE role = '{role}') ON {name}_written = {written}"
        if role
        else f"CROSS JOIN (SELECT NULL::BIGINT AS {name}_id)"
    )


def _asserted(conn: duckdb.DuckDBPyConnection, exhibit: str) -> tuple[str, int | None, int]:
    """Return what people asserted about the exhibit's zone and clock: zone, fixed offset, seconds ahead."""
    query = "SELECT zone, fixed_s, coalesce(ahead_s, 0) FROM stage_clock WHERE exhibit = $1"
    rows = conn.execute(query, [exhibit]).fetchall()
    return (str(rows[0][0] or ""), rows[0][1], int(rows[0][2])) if rows else ("", None, 0)


def _utc(utc: str, local: str, written: str, clock: tuple[str, int | None, int]) -> str:
    """Return SQL for UTC: as the table says, else in the zone asserted of the exhibit; a mere day has none."""
    zone, fixed, ahead = clock
    read = "NULL"
    if fixed is not None:
        read = f"{local} - to_seconds({fixed})"
    elif zone:
        read = f"earlier_reading('{zone}', {local})"
    whole = f"coalesce({utc}, CASE WHEN length({written}) > 10 THEN {read} END)" if read != "NULL" else utc
    return f"{whole} - to_seconds({ahead})" if ahead else whole


def _problem(columns: set[str], head: TableHead, zone: str) -> str:
    """Return SQL for what of a row was not understood; a time in a zone asserted of the exhibit may have two readings or none."""
    said = [
        f"""CASE WHEN {lead}_utc IS NULL AND length({field_of(head, f"{lead}_written")}) > 10
            THEN '{name} ' || doubt_of_reading('{zone}', {lead}_local) END"""
        for lead, name in (("time", "time"), ("until", "end")) if zone and f"{lead}_local" in columns
    ]  # fmt: skip
    if not said:
        return "problem"
    return (
        f"CASE WHEN problem IN ({_APART}) THEN problem ELSE concat_ws('; ', nullif(problem, ''), {', '.join(said)}) END"
    )


def _count_role(conn: duckdb.DuckDBPyConnection, table: Table, role: str, sealed: list[int]) -> None:
    """Count the rows of each thing that a column names; rows that stand as segments are counted by their mentions."""
    conn.execute(
        f"""INSERT INTO record_role BY NAME
        WITH held AS (
            SELECT {field_of(table.head, role)} AS written, file_row_number + 1 AS here
            FROM read_parquet($path, file_row_number = true) WHERE problem NOT IN ({_APART})
              AND NOT list_contains($sealed, file_row_number + 1)
        ), counted AS (
            SELECT written, count(*) AS rows, min(here) AS first_row, max(here) AS last_row FROM held
            WHERE here NOT IN (SELECT row FROM stage_row WHERE exhibit = $exhibit AND table_no = $number)
            GROUP BY written
        )
        SELECT $exhibit AS exhibit, $number AS table_no, id, '{role}' AS role, sum(rows)::BIGINT AS rows,
               min(first_row) AS first_row, max(last_row) AS last_row
        FROM counted JOIN stage_named AS named ON named.role = '{role}' AND named.written = counted.written
        GROUP BY id""",  # noqa: S608
        {"path": str(table.rows), "exhibit": table.exhibit, "number": table.number, "sealed": sealed},
    )


def _count_owner(conn: duckdb.DuckDBPyConnection, table: Table) -> None:
    conn.execute(
        f"""INSERT INTO record_role BY NAME
        SELECT $exhibit AS exhibit, $number AS table_no, id, '{OWNER}' AS role, counted.* FROM stage_named, (
            SELECT count(*) AS rows, min("row") AS first_row, max("row") AS last_row FROM record
            WHERE exhibit = $exhibit AND table_no = $number AND kind <> '') AS counted
        WHERE role = '{OWNER}' AND counted.rows > 0""",  # noqa: S608
        {"exhibit": table.exhibit, "number": table.number},
    )


_SUPPORT: Final = f"""
INSERT INTO edge_support BY NAME
WITH ends AS (
    SELECT * FROM record_named WHERE exhibit = $exhibit AND table_no = $number AND status = 'established'
    UNION ALL
    SELECT named.* FROM record_named AS named JOIN stage_confirmed USING (id) WHERE exhibit = $exhibit AND table_no = $number
), held AS (
    SELECT pairs.kind, CASE WHEN pairs.kind IN ('called', 'messaged') THEN 'communication' ELSE 'stated' END AS family,
           'machine' AS origin, 'source_fact' AS basis, source.entity_id AS source_entity,
           target.entity_id AS target_entity, $exhibit AS exhibit,
           $exhibit || '.r' || $number || '.' || first_row AS segment_id, '' AS source_mention, '' AS target_mention,
           -1 AS start, -1 AS "end", false AS confirmed, rows,
           pairs.rule || CASE WHEN rows = 1 THEN '' ELSE ', in ' || rows || ' rows, the last of them ' || $exhibit
               || '.r' || $number || '.' || last_row END AS rule,
           0 AS seq, '' AS stated_by, '' AS reason
    FROM pairs JOIN ends AS source ON source.id = pairs.source JOIN ends AS target ON target.id = pairs.target
    WHERE source.entity_id <> target.entity_id
)
SELECT {RELATION_DIGEST} AS relation_id, * FROM held
QUALIFY row_number() OVER (PARTITION BY relation_id, segment_id ORDER BY rule) = 1
"""  # noqa: S608 - built from our own constants


_CONFIRMED: Final = """
INSERT INTO stage_confirmed
SELECT DISTINCT named.id FROM record_named AS named
JOIN mention ON mention.exhibit = named.exhibit AND kind_machine = named.kind AND value_machine = named.value
WHERE named.exhibit = $exhibit AND table_no = $number AND named.status <> 'established'
  AND mention.status = 'established' AND mention.kind = named.kind AND mention.value = named.value
"""
_WITHOUT_EDGE: Final = f"""
INSERT INTO note BY NAME
WITH unsure AS (
    SELECT id, kind FROM record_named WHERE exhibit = $exhibit AND table_no = $number AND status <> 'established'
       AND id NOT IN (SELECT id FROM stage_confirmed)
), stopped AS (
    SELECT a, b FROM record WHERE exhibit = $exhibit AND table_no = $number AND list_contains($kinds, kind)
       AND a IS NOT NULL AND b IS NOT NULL AND a <> b AND NOT ($directed AND direction = '')
       AND (a IN (SELECT id FROM unsure) OR b IN (SELECT id FROM unsure))
), counted AS (
    SELECT count(*) AS rows FROM stopped
), named AS (
    SELECT count(DISTINCT id) AS many FROM unsure WHERE id IN (SELECT a FROM stopped UNION SELECT b FROM stopped)
)
SELECT $exhibit AS exhibit, '' AS segment_id, rows || CASE rows WHEN 1 THEN ' row' ELSE ' rows' END || ' of table ' || $number
       || ' without an edge: ' || many || ' of the numbers and accounts in them {NOT_CONFIRMED}' AS text
FROM counted, named WHERE rows > 0
"""  # noqa: S608 - built from our own constants


def _relate_sides(conn: duckdb.DuckDBPyConnection, table: Table) -> None:
    """State what side a did to side b, once for each two things and kind, supported by the first such row."""
    if not table.head.relations or not all(table.head.sides):
        return
    cases = " ".join(f"WHEN '{kind}' THEN '{did}'" for kind, did in sorted(table.head.relations.items()))
    directed = "AND direction <> ''" if table.head.directed else ""
    sides = " and ".join(table.head.sides)
    conn.execute(
        _SUPPORT.replace(
            "WITH ends AS",
            f"""WITH pairs AS (
                SELECT CASE kind {cases} END AS kind, a AS source, b AS target, count(*) AS rows,
                       min("row") AS first_row, max("row") AS last_row, 'the record''s {sides}' AS rule
                FROM record WHERE exhibit = $exhibit AND table_no = $number AND a IS NOT NULL AND b IS NOT NULL
                  AND CASE kind {cases} END IS NOT NULL {directed}
                GROUP BY ALL
            ), ends AS""",  # noqa: S608 - our own constants
        ),
        {"exhibit": table.exhibit, "number": table.number},
    )


def _relate_columns(
    conn: duckdb.DuckDBPyConnection,
    table: Table,
    source: str,
    target: str,
    kind: str,
    sealed: list[int],
    *,
    overruled: bool,
) -> None:
    """State what a row says of two of its columns, once for each two things."""
    stands = (
        """AND NOT EXISTS (SELECT 1 FROM stage_overruled WHERE "row" = file_row_number + 1 AND quote IN (one, other))"""
        if overruled
        else ""
    )
    conn.execute(
        _SUPPORT.replace(
            "WITH ends AS",
            f"""WITH counted AS (
                SELECT {field_of(table.head, source)} AS one, {field_of(table.head, target)} AS other, count(*) AS rows,
                       min(file_row_number + 1) AS first_row, max(file_row_number + 1) AS last_row
                FROM read_parquet($path, file_row_number = true)
                WHERE problem NOT IN ({_APART}) AND NOT list_contains($sealed, file_row_number + 1) {stands} GROUP BY ALL
            ), pairs AS (
                SELECT '{kind}' AS kind, source.id AS source, target.id AS target, sum(rows)::BIGINT AS rows,
                       min(first_row) AS first_row, max(last_row) AS last_row,
                       'the record''s {source} and {target}' AS rule
                FROM counted JOIN stage_named AS source ON source.role = '{source}' AND source.written = one
                JOIN stage_named AS target ON target.role = '{target}' AND target.written = other GROUP BY ALL
            ), ends AS""",  # noqa: S608
        ),
        {"path": str(table.rows), "exhibit": table.exhibit, "number": table.number, "sealed": sealed},
    )


def _name(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
