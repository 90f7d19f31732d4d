"""One table of records made into a Parquet file by DuckDB: every row as written, and what the template reads in it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

import duckdb
import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from evidence.digest import Sha256
from evidence.errors import Unreadable
from evidence.records import DEVICE_USER
from evidence.table_heads import NOTE, OWNER, WRITTEN, TableHead
from evidence.templates import Template
from extractors.records import values
from extractors.records.identifiers import DAMAGED, Identified, read_all
from extractors.records.roles import EVENTS, IDENTIFIERS, KIND_OF_ROW, OWN, PLAIN, RELATION, SIDES, STATED
from extractors.records.tables import Source, identifier, literal
from extractors.records.writing import Refused, Rows, write_rows

_TOTALS: Final = (
    "^(grand )?(sub)?tot(al|ali|ale|aux|aal)?s?\\b|^(summe|gesamt|somme|suma|somma|soma|totaal|insgesamt|end of|ende|fin|"
    "records?|rows|zeilen|page|pagina|seite|generated|printed)\\b"
)
_SUMS: Final = ("debit", "credit")


class Made(NamedTuple):
    """What making a table gave, and what is to be said of it."""

    head: TableHead
    content: Sha256
    """The digest of the rows."""
    rows: int
    problems: dict[str, int]
    """Problems of a row to rows."""
    damaged: int
    """Distinct numbers that a spreadsheet shortened."""
    identifiers: int


class Layout(NamedTuple):
    """How a template lies over the columns of one table."""

    template: Template
    source: Source
    header: tuple[str, ...]
    """Header cells as written; empty for a table without one."""
    at: dict[str, int]
    """Role to column."""
    formats: dict[str, tuple[str, ...]]
    texts: tuple[int, ...]

    def text(self, role: str) -> str:
        """Return the column of `_fields` that holds the field of a role; '' where the row has none."""
        return f"x{self.at[role]}"

    def has(self, *roles: str) -> bool:
        """Whether all of these roles have a column."""
        return all(role in self.at for role in roles)

    def first(self, roles: Sequence[str]) -> str:
        """Return the first of these roles that has a column."""
        return next((role for role in roles if role in self.at), "")


def folded(header: str) -> str:
    """Return a header as headers are compared: without regard to case and surrounding or doubled space."""
    return " ".join(header.split()).casefold()


def laid(template: Template, source: Source, header: Sequence[str]) -> Layout:
    """Return how a template lies over a table with that header row."""
    where = {name: at for at, name in reversed(list(enumerate(map(folded, header))))}
    if template.settings.get("header") == "none":
        where = {f"column {at + 1}": at for at in range(source.width)}
    placed = [(column, where[folded(column.header)]) for column in template.columns if column.role]
    return Layout(
        template=template,
        source=source,
        header=() if template.settings.get("header") == "none" else tuple(header),
        at={column.role: at for column, at in reversed(placed) if column.role != "text"},
        formats={
            column.role: tuple(part.strip() for part in column.format.split(" | "))
            for column, _ in placed
            if column.format
        },
        texts=tuple(at for column, at in placed if column.role == "text"),
    )


def make(
    conn: duckdb.DuckDBPyConnection, layout: Layout, rows: Path, identifiers: Path, *, sheet: str, region: str
) -> Made:
    """Write the table's rows and what its columns name to two files; raises Unreadable, Refused where fields are lost."""
    try:
        head, written = _write_rows(conn, layout, rows, sheet=sheet)
    except duckdb.OutOfMemoryException as error:
        raise Unreadable("the table needs more memory than a job may have") from error
    except duckdb.Error as error:
        raise Refused(f"the table cannot be read: {str(error).partition(chr(10))[0][:200]}") from error
    many, damaged = _write_identifiers(layout, written.named, identifiers, layout.template.region or region)
    problems = {name: count for name, count in written.problems.items() if name}
    return Made(head, written.content, sum(written.problems.values()), problems, damaged, many)


def _write_rows(conn: duckdb.DuckDBPyConnection, layout: Layout, target: Path, *, sheet: str) -> tuple[TableHead, Rows]:
    names = _written_names(layout)
    head = _head(layout, sheet, names)
    kept = ", ".join(f"c{at} AS {identifier(WRITTEN + name)}" for at, name in enumerate(names))
    made = ", ".join(f"{sql} AS {name}" for name, sql in _columns(layout).items())
    written = write_rows(
        conn,
        f"SELECT {made}, {kept} FROM ({_judged(layout)}) AS judged",  # noqa: S608 - our own SQL
        target,
        head=msgspec.json.encode(head, order="sorted").decode(),
        identifiers={role: WRITTEN + head.taken[role][0] for role in head.identifiers},
        empty=WRITTEN + names[-1] if layout.source.ragged else "",
        texts=bool(layout.texts),
    )
    return head, written


# --- identifiers ---------------------------------------------------------------------------------------------------


def _write_identifiers(layout: Layout, named: dict[str, list[str]], target: Path, region: str) -> tuple[int, int]:
    """Read each distinct value of every identifier column once, and write what it names."""
    service = layout.template.settings.get("service") or layout.template.name
    columns: dict[str, list[str]] = {name: [] for name in ("role", "written", *Identified._fields)}
    known: dict[str, dict[str, Identified]] = {}
    for role, written in named.items():
        seen = known.setdefault(IDENTIFIERS[role][0] if IDENTIFIERS[role][0] != "code" else role, {})
        seen |= read_all(role, [one for one in written if one not in seen], service=service, region=region)
        columns["role"] += [role] * len(written)
        columns["written"] += written
        for part in Identified._fields:
            columns[part] += [getattr(seen[one], part) for one in written]
    fixed = fixed_owner(layout, region)
    if fixed is not None:
        for name, value in {"role": OWNER, "written": "", **fixed._asdict()}.items():
            columns[name].append(value)
    schema = pa.schema([(name, pa.string()) for name in columns])
    pq.write_table(pa.table(columns, schema=schema), target, compression="zstd")
    damaged = sum(check == DAMAGED for check in columns["check"])
    return len(set(zip(columns["kind"], columns["value"], strict=True))), damaged


def fixed_owner(layout: Layout, region: str) -> Identified | None:
    """Return the party whose records these are, where no column names it: as the template says, else whoever it was."""
    own, other = (layout.first(roles) for roles in OWN.get(layout.template.kind, ((), ())))
    if own or not other or any(layout.first(roles) for roles in SIDES[layout.template.kind]):
        return None
    named = layout.template.settings.get("subscriber", "")
    if not named:
        return Identified(DEVICE_USER, "", "established")
    role = "own_account" if layout.template.kind == "payments" else "subscriber"
    service = layout.template.settings.get("service") or layout.template.name
    return read_all(role, [named], service=service, region=region)[named]


# --- rows ----------------------------------------------------------------------------------------------------------


def _judged(layout: Layout) -> str:
    """Return SQL for the rows with their values read, and why a row is no record: its header again, a total, nothing."""
    started, ended = _moment(layout, "started"), _moment(layout, "ended")
    seconds = _seconds(layout) if layout.has("seconds") else "NULL"
    amount = _amount(layout) or "NULL"
    timed = (
        f"SELECT *, {started[0]} AS t0, {started[1]} AS w0, {ended[0]} AS t1, {ended[1]} AS w1, {seconds} AS s0, "
        f"{values.states_zone(started[1], started[2])} AS z0, {values.states_zone(ended[1], ended[2])} AS z1, "
        f"{amount} AS m0"
    )
    width = min(len(layout.header) or max(layout.at.values(), default=0) + 1, layout.source.width)
    cells = ", ".join(f"nullif(trim(c{at}), '')" for at in range(width))
    filled = f"len(list_filter([{cells}], lambda one: one IS NOT NULL))"
    total = f"regexp_matches(lower(coalesce({cells}, '')), {literal(_TOTALS)})"
    if started[2]:
        few = f"{filled} <= greatest(1, {width // 3}) OR {total}"
    else:
        few = f"({total}) OR ({filled} <= 1 AND {width} > 2)"
    apart = f"""CASE WHEN {_is_header(layout)} THEN 'header row' WHEN {filled} = 0 THEN 'blank row'
        WHEN {few} THEN '{NOTE}' ELSE '' END"""
    judged = f"CASE WHEN t0 IS NULL THEN {apart} ELSE '' END" if started[2] else apart
    return f"SELECT *, {judged} AS no_record FROM ({timed} FROM ({_fields(layout)}) AS fields) AS timed"  # noqa: S608


def _fields(layout: Layout) -> str:
    """Return SQL for the rows with the fields that have a role once more, without the space around them: `x0`, `x1` …"""
    bare = "".join(f", {values.trimmed(f'c{at}')} AS x{at}" for at in sorted(set(layout.at.values())))
    return f"SELECT *{bare} FROM {layout.source.relation}"  # noqa: S608 - our own SQL


def _is_header(layout: Layout) -> str:
    if not layout.header:
        return "false"
    wanted = [at for at in layout.at.values() if layout.header[at].strip()][:3]
    alike = (f"lower(trim(c{at})) = lower({literal(layout.header[at].strip())})" for at in wanted)
    return " AND ".join(alike) or "false"


def _moment(layout: Layout, role: str) -> tuple[str, str, tuple[str, ...]]:
    """Return SQL for a time on the wall, for it as written, and its formats; NULL where there is no such column."""
    if layout.has(role):
        text, formats = layout.text(role), layout.formats.get(role, ("iso",))
    elif layout.has(f"{role}_date", f"{role}_time"):
        text = f"{layout.text(f'{role}_date')} || ' ' || {layout.text(f'{role}_time')}"
        days = layout.formats.get(f"{role}_date", ("%Y-%m-%d",))
        clocks = layout.formats.get(f"{role}_time", ("%H:%M:%S",))
        formats = tuple(f"{_or(day, '%Y-%m-%d')} {_or(clock, '%H:%M:%S')}" for day in days for clock in clocks)
    elif layout.has(f"{role}_date"):
        text, formats = layout.text(f"{role}_date"), layout.formats.get(f"{role}_date", ("iso",))
    else:
        return "CAST(NULL AS TIMESTAMP)", "''", ()
    return values.local_time(text, formats), text, formats


def _or(written: str, usual: str) -> str:
    return usual if written in ("", "iso") else written


def _columns(layout: Layout) -> dict[str, str]:
    """Return the columns that are read, by name, as SQL over the judged rows."""
    template = layout.template
    columns: dict[str, str] = {}
    for role, lead, at in (("started", "time", "0"), ("ended", "until", "1")):
        _, _, formats = _moment(layout, role)
        if formats:
            utc = values.utc_time(f"t{at}", f"w{at}", f"z{at}", formats, template.zone)
            columns[f"{lead}_local"] = f"CASE WHEN no_record = '' THEN t{at} END"
            columns[f"{lead}_utc"] = f"CASE WHEN no_record = '' THEN {utc} END"
            columns[f"{lead}_stated"] = f"no_record = '' AND t{at} IS NOT NULL AND z{at}"
    if layout.has("type"):
        columns["kind"] = _kind(layout)
    if (direction := _direction(layout)) is not None:
        columns["direction"] = f"CASE WHEN no_record = '' THEN {direction} ELSE '' END"
    if layout.has("seconds"):
        columns["seconds"] = "CASE WHEN no_record = '' THEN s0 END"
    if _amount(layout) is not None:
        currency = layout.text("currency") if layout.has("currency") else literal(template.settings.get("currency", ""))
        columns["amount_minor"] = f"CASE WHEN no_record = '' THEN {values.minor_units('m0', currency)} END"
    columns["problem"] = _problem(layout)
    return columns


def _kind(layout: Layout) -> str:
    cases = " ".join(
        f"WHEN {literal(value.strip().lower())} THEN {literal(kind)}" for value, kind in layout.template.types.items()
    )
    usual = KIND_OF_ROW[layout.template.kind]
    read = f"CASE lower({layout.text('type')}) {cases} ELSE 'other' END" if cases else f"'{usual}'"
    return f"CASE WHEN no_record = '' THEN {read} ELSE '' END"


def _direction(layout: Layout) -> str | None:
    """Return SQL for `out` (from the owner of the records), `in` or ''; None where nothing says a direction."""
    own, _ = OWN.get(layout.template.kind, ((), ()))
    if not own:
        return None
    said = {value.strip().lower(): way for value, way in layout.template.direction.items()}
    column = "direction" if layout.has("direction") else "type" if layout.has("type") and said else ""
    if column:
        cases = " ".join(f"WHEN {literal(value)} THEN {literal(way)}" for value, way in said.items())
        return f"CASE lower({layout.text(column)}) {cases} ELSE '' END" if cases else "''"
    if layout.has("debit") or layout.has("credit"):
        went, came = (f"{_side_of_sum(layout, role)} IS NOT NULL" if layout.has(role) else "false" for role in _SUMS)
        return f"CASE WHEN {went} AND NOT {came} THEN 'out' WHEN {came} AND NOT {went} THEN 'in' ELSE '' END"
    if layout.first(OWN[layout.template.kind][1]) and layout.has("amount"):
        read = values.amount(layout.text("amount"), _format_of(layout, "amount"))
        return f"CASE WHEN ({read}) < 0 THEN 'out' WHEN ({read}) > 0 THEN 'in' ELSE '' END"
    return None


def _format_of(layout: Layout, role: str) -> str:
    return layout.formats.get(role, ("",))[0]


def _seconds(layout: Layout) -> str:
    return values.duration(layout.text("seconds"), _format_of(layout, "seconds"))


def _amount(layout: Layout) -> str | None:
    if layout.has("amount"):
        return values.amount(layout.text("amount"), _format_of(layout, "amount"))
    given = [(role, sign) for role, sign in zip(_SUMS, ("-", ""), strict=True) if layout.has(role)]
    if not given:
        return None
    read = ", ".join(f"{sign}{_side_of_sum(layout, role)}" for role, sign in given)
    nothing = ", ".join(f"0 * {_sum(layout, role)}" for role, _ in given)
    unread = " OR ".join(
        f"(regexp_matches({layout.text(role)}, '\\d') AND {_sum(layout, role)} IS NULL)" for role, _ in given
    )
    return f"CASE WHEN {unread} THEN NULL ELSE coalesce({read}, {nothing}) END"


def _sum(layout: Layout, role: str) -> str:
    return f"({values.amount(layout.text(role), _format_of(layout, role))})"


def _side_of_sum(layout: Layout, role: str) -> str:
    """Return SQL for what a debit or credit column holds: NULL where that is nothing, or 0.00 beside the other."""
    return f"abs(nullif({_sum(layout, role)}, 0))"


def _problem(layout: Layout) -> str:
    """Return SQL for the problems of a row, parted by semicolons; '' for a sound one."""
    said: list[tuple[str, str]] = []
    if _moment(layout, "started")[2]:
        said.append(("t0 IS NULL", "'time not understood'"))
    if _moment(layout, "ended")[2]:
        said.append(("t1 IS NULL AND trim(w1) <> ''", "'end not understood'"))
    if layout.has("seconds"):
        said.append((f"s0 IS NULL AND {layout.text('seconds')} <> ''", "'duration not understood'"))
    if _amount(layout) is not None:
        filled = " OR ".join(f"{layout.text(role)} <> ''" for role in ("amount", "debit", "credit") if layout.has(role))
        said.append((f"m0 IS NULL AND ({filled})", "'amount not understood'"))
    if (direction := _direction(layout)) is not None:
        said.append((f"({direction}) = ''", "'direction not understood'"))
    if layout.has("type") and layout.template.types:
        kinds = ", ".join(literal(value.strip().lower()) for value in layout.template.types)
        said.append((f"lower({layout.text('type')}) NOT IN ({kinds})", "'type not understood'"))
    width = len(layout.header)
    if width:
        said.append((f"c{width - 1} IS NULL", "'fewer fields than the header'"))
    if width and layout.source.width > width:
        said.append((f"c{width} <> ''", "'more fields than the header'"))
    every = ", ".join(f"CASE WHEN {wrong} THEN {problem} END" for wrong, problem in said)
    unsound = " OR ".join(f"({wrong})" for wrong, _ in said)
    rest = f"WHEN {unsound} THEN concat_ws('; ', {every})" if said else ""
    return f"CASE WHEN no_record <> '' THEN no_record {rest} ELSE '' END"


# --- what the file says of itself ------------------------------------------------------------------------------------


def _written_names(layout: Layout) -> list[str]:
    """Return a name for each original column: its header, told apart where two are headed alike."""
    names: list[str] = []
    times: dict[str, int] = {}
    for at in range(layout.source.width):
        given = layout.header[at].strip() if at < len(layout.header) else ""
        name = given or f"column {at + 1}"
        while folded(name) in times:
            times[folded(name)] += 1
            name = f"{name} ({times[folded(name)]})"
        times[folded(name)] = 1
        names.append(name)
    return names


def _head(layout: Layout, sheet: str, names: Sequence[str]) -> TableHead:
    template = layout.template
    wanted = (*PLAIN, *IDENTIFIERS, "currency")
    taken: dict[str, tuple[str, ...]] = {role: (names[layout.at[role]],) for role in wanted if layout.has(role)}
    for role, field in (("started", "time_written"), ("ended", "until_written")):
        parts = [one for one in (role, f"{role}_date", f"{role}_time") if layout.has(one)]
        parts = parts[:1] if role in parts else parts
        if parts:
            taken[field] = tuple(names[layout.at[one]] for one in parts)
    stated = [
        (source, target, relation)
        for sources, targets, relation in STATED[template.kind]
        for source in sources
        for target in targets
        if layout.has(source, target)
    ]
    first, second = (layout.first(roles) for roles in SIDES[template.kind])
    own, other = (layout.first(roles) for roles in OWN.get(template.kind, ((), ())))
    directed = bool(other) and not (first or second)
    if directed:
        first, second = own or OWNER, other
    return TableHead(
        kind=KIND_OF_ROW[template.kind],
        template=template.name,
        sheet=sheet,
        zone=template.zone,
        zone_by=f"template {template.name}, asserted by {template.zone_by}" if template.zone else "",
        sides=(first, second),
        directed=directed,
        written=tuple(names),
        taken=taken,
        identifiers=tuple(role for role in layout.at if role in IDENTIFIERS),
        stated=tuple(stated),
        relations={kind: relation for kind, relation in RELATION.items() if kind in EVENTS},
        currency=template.settings.get("currency", ""),
        text=tuple(names[at] for at in layout.texts),
    )
