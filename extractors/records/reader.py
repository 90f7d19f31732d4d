"""Reads tables of records into Parquet by DuckDB: no row passes through Python but those with free text."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import duckdb
import phonenumbers

from evidence.errors import IntegrityError, Unreadable
from evidence.locator import Place, RecordPlace
from evidence.records import Reading, Segment, Stamp, TableMade, Unit
from evidence.table_heads import NO_RECORDS, WRITTEN
from evidence.tables import content_of
from extractors.protocols import Engines, Original, Part, ReadContext, Survey
from extractors.records import opening
from extractors.records.fits import SUFFIX, Fit, parquet_fit, sheet_fit, text_fit
from extractors.records.making import Layout, Made, fixed_owner, laid, make
from extractors.records.tables import (
    PARQUET,
    SHEETS,
    Source,
    identifier,
    literal,
    parquet_head,
    parquet_source,
    register,
    sheet_names,
    sheet_rows,
    text_sources,
)
from extractors.records.writing import Refused

VERSION: Final = "2"
NO_TEMPLATE: Final = "no column template fits: casegraph template new"
_BYTES_A_SECOND: Final = 30_000_000
_SHEET_BYTES_A_SECOND: Final = 1_000_000
_TEXTS_AT_ONCE: Final = 20_000


class RecordsReader:
    """Reads what a column template fits: each file or sheet is one table, its rows addressable by number."""

    def survey(self, path: Path, *, media_type: str, context: ReadContext) -> Survey:
        """Return one part for a file, one for each sheet of a workbook; raises Unreadable."""
        plain = media_type.removesuffix(SUFFIX)
        size = path.stat().st_size
        if plain not in SHEETS:
            if plain == PARQUET and parquet_fit(path, context.templates) is None:
                return Survey(media_type=media_type, reader="records", outcome="skipped", reason=NO_TEMPLATE)
            part = Part(seconds_expected=0.1 + size / _BYTES_A_SECOND)
            return Survey(media_type=media_type, reader="records", parts=(part,), units=1)
        names = sheet_names(path)
        cost = 0.1 + size / _SHEET_BYTES_A_SECOND / max(1, len(names))
        parts = tuple(
            Part(name=f"sheet {number}", first=number, last=number, seconds_expected=cost)
            for number in range(1, len(names) + 1)
        )
        return Survey(media_type=media_type, reader="records", parts=parts, units=len(parts))

    def read(self, path: Path, *, media_type: str, part: Part, engines: Engines, context: ReadContext) -> Reading:
        """Return the table, written to the scratch folder, and its free text as segments; raises Unreadable."""
        plain = media_type.removesuffix(SUFFIX)
        context.scratch.mkdir(parents=True, exist_ok=True)
        with _database(context) as conn:
            if plain in SHEETS:
                return _sheet(conn, path, part.first, context)
            if plain != PARQUET:
                return _text(conn, path, context)
            fit = parquet_fit(path, context.templates)
            if fit is None:
                raise Unreadable(NO_TEMPLATE)
            source = parquet_source(path, parquet_head(path, most=1)[0])
            return _table(conn, source, fit, context, number=1, sheet="")

    def stamps(self, *, engines: Engines, context: ReadContext) -> tuple[Stamp, ...]:
        """Return the stamp of these rules, DuckDB, libphonenumber, the templates on record and the region asserted."""
        return (
            Stamp(
                name="records",
                version=VERSION,
                settings={
                    "duckdb": duckdb.__version__,
                    "phonenumbers": phonenumbers.__version__,
                    "templates": sorted(template.digest for template in context.templates),
                    "region": context.region,
                    "text_code_points": context.limits.text_code_points,
                },
            ),
        )

    def original(self, path: Path, *, place: Place, media_type: str, context: ReadContext) -> Original:
        """Return the record's own lines, or its cells; raises Unreadable where there is no such record."""
        return opening.original(path, place=place, media_type=media_type.removesuffix(SUFFIX), context=context)


def _database(context: ReadContext) -> duckdb.DuckDBPyConnection:
    memory = max(256 << 20, min(1_200 << 20, context.limits.memory_bytes // 2))
    conn = duckdb.connect(
        ":memory:",
        config={
            "memory_limit": f"{memory >> 20}MB",
            "temp_directory": str(context.scratch),
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        },
    )
    conn.execute("SET TimeZone = 'UTC'")
    conn.execute("SET streaming_buffer_size = '64MB'")  # so that it reads on while what it gave is written
    return conn


def _text(conn: duckdb.DuckDBPyConnection, path: Path, context: ReadContext) -> Reading:
    fit = text_fit(path, context.templates)
    if fit is None:
        raise Unreadable(NO_TEMPLATE)
    width = len(fit.header) or len(fit.template.columns)
    why: Unreadable | None = None
    for source in text_sources(conn, path, delimiter=fit.delimiter, width=width, scratch=context.scratch):
        try:
            return _table(conn, source, fit, context, number=1, sheet="")
        except Refused as refused:
            why = refused
    raise why or Unreadable("the table cannot be read")


def _sheet(conn: duckdb.DuckDBPyConnection, path: Path, number: int, context: ReadContext) -> Reading:
    """Return a sheet as a table where a template fits it, else its rows as text."""
    names = sheet_names(path)
    if not 1 <= number <= len(names):
        raise Unreadable(f"the workbook has no sheet {number}")
    name = names[number - 1]
    fit = sheet_fit(path, name, context.templates)
    rows = sheet_rows(path, name)
    if fit is None:
        return Reading(units=(_plain_sheet(rows, number, name, context),))
    width = max([len(fit.header), *map(len, rows)])
    register(conn, rows, width=width)
    return _table(conn, Source("sheet", width), fit, context, number=number, sheet=name)


def _plain_sheet(rows: list[list[str]], number: int, name: str, context: ReadContext) -> Unit:
    """Return the rows of a sheet that no template fits, each a segment, so that nothing in it is lost to search."""
    segments: list[Segment] = []
    ordinals: list[int] = []
    left = context.limits.text_code_points
    for record, row in enumerate(rows, start=1):
        text = "\t".join(row).strip()
        if text and left > 0:
            left -= len(text)
            place = RecordPlace(record=record, field="row", table=name)
            segments.append(Segment(index=len(segments), text=text, place=place, source="native"))
            ordinals.append(record)
    if not segments:
        return Unit(kind="table", number=number, outcome="blank", facts={"sheet": name})
    facts = {"sheet": name, "columns": NO_TEMPLATE, "rows": f"{len(rows):,}"}
    return Unit(
        kind="table", number=number, outcome="read", partial=left <= 0, segments=tuple(segments),
        ordinals=_told(ordinals), facts=facts,
    )  # fmt: skip


def _table(
    conn: duckdb.DuckDBPyConnection, source: Source, fit: Fit, context: ReadContext, *, number: int, sheet: str
) -> Reading:
    scratch_name = f"table-{number}.parquet"
    target, named = context.scratch / scratch_name, context.scratch / f"named-{number}.parquet"
    layout = laid(fit.template, source, fit.header)
    try:
        made = make(conn, layout, target, named, sheet=sheet, region=context.region)
        named_content = content_of(named)
    except IntegrityError as error:  # just made: nothing of the case is damaged
        raise Unreadable("what was made of the table could not be read back") from error
    if made.rows <= sum(made.problems.get(name, 0) for name in NO_RECORDS):
        return Reading(
            units=(Unit(kind="table", number=number, outcome="blank", facts={"template": fit.template.name}),)
        )
    segments, ordinals, left_out = _texts(conn, target, made, context)
    table = TableMade(
        number=number,
        name=sheet,
        scratch_name=scratch_name,
        rows=made.rows,
        content=made.content,
        named_scratch_name=named.name,
        named_content=named_content,
        template=fit.template.name,
    )
    unit = Unit(
        kind="table",
        number=number,
        outcome="read",
        partial=left_out > 0,
        reason=f"the texts of {left_out:,} rows are not searchable: too many" if left_out else "",
        segments=segments,
        ordinals=_told(ordinals),
        facts=_facts(fit, made, source, sheet) | _subscriber(layout, context.region),
    )
    return Reading(units=(unit,), tables=(table,))


def _told(ordinals: list[int]) -> tuple[int, ...]:
    """Return ordinals where they say more than that one follows the other from 1."""
    return () if ordinals == list(range(1, len(ordinals) + 1)) else tuple(ordinals)


def _facts(fit: Fit, made: Made, source: Source, sheet: str) -> dict[str, str]:
    unread = {problem: count for problem, count in made.problems.items() if problem not in NO_RECORDS}
    template = fit.template
    facts = {
        "rows": f"{made.rows:,}",
        "records": f"{made.rows - sum(made.problems.get(name, 0) for name in NO_RECORDS):,}",
        "template": template.name,
        "zone": f"{template.zone}, asserted by {template.zone_by}" if template.zone else "not stated",
        "identifiers": f"{made.identifiers:,} different",
    }
    if sheet:
        facts["sheet"] = sheet
    if source.note:
        facts["how"] = source.note
    for name in NO_RECORDS:
        if made.problems.get(name):
            facts[f"rows: {name}"] = f"{made.problems[name]:,}"
    if unread:
        facts["rows not understood"] = f"{sum(unread.values()):,}"
        facts |= {f"rows: {problem}": f"{count:,}" for problem, count in list(unread.items())[:20]}
    if made.damaged:
        facts["damaged numbers"] = f"{made.damaged:,} different: a spreadsheet shortened them, digits are lost"
    return facts


def _subscriber(layout: Layout, region: str) -> dict[str, str]:
    """Say where a template, and nothing in the file, says whose records these are: its header may fit another's too."""
    owner = fixed_owner(layout, layout.template.region or region)
    named = layout.template.settings.get("subscriber", "")
    return {"subscriber": f"as the template states, {named}"} if owner is not None and named else {}


def _texts(
    conn: duckdb.DuckDBPyConnection, target: Path, made: Made, context: ReadContext
) -> tuple[tuple[Segment, ...], list[int], int]:
    """Return the free text of each row as a segment, the rows' numbers, and how many were too many."""
    if not made.head.text:
        return (), [], 0
    names = made.head.text
    columns = ", ".join(f"trim({identifier(WRITTEN + name)})" for name in names)
    shown = made.head.taken.get("shown_name") or made.head.taken.get("sender") or ()
    speaker = f"trim({identifier(WRITTEN + shown[0])})" if shown else "''"
    found = conn.sql(
        f"""SELECT file_row_number + 1 AS record, [{columns}] AS texts, {speaker} AS speaker
        FROM read_parquet({literal(str(target))}, file_row_number = true)
        WHERE NOT list_contains({list(NO_RECORDS)}, problem) AND len(concat({columns})) > 0
        ORDER BY record"""  # noqa: S608 - our own names
    ).to_arrow_reader(_TEXTS_AT_ONCE)
    segments: list[Segment] = []
    ordinals: list[int] = []
    left, left_out = context.limits.text_code_points, 0
    for batch in found:
        for record, texts, who in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            held = [(name, text) for name, text in zip(names, texts, strict=True) if text]
            text = "\n".join(text for _, text in held)
            left -= len(text)
            if left < 0:
                left_out += 1
                continue
            place = RecordPlace(record=record, field=held[0][0], table=made.head.sheet)
            segments.append(Segment(index=len(segments), text=text, place=place, source="native", speaker=who or ""))
            ordinals.append(record)
    return tuple(segments), ordinals, left_out
