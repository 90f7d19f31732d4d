"""Reads the databases of apps on phones, row by row; and says of any other SQLite database which tables it has."""

from __future__ import annotations

from pathlib import Path

from evidence.errors import Unreadable
from evidence.locator import Place, RecordPlace
from evidence.records import Reading, Stamp
from extractors.phone.chapters import ROWS, Chapter, Slice, read_slice, sliced
from extractors.phone.database import TROUBLE, Database, as_lines, open_database
from extractors.phone.making import Making
from extractors.phone.stores import STORES
from extractors.protocols import Engines, Original, Part, ReadContext, Survey

_ROWS_A_SECOND = 4_000
_TABLES_NAMED = 12


class AppDatabaseReader:
    """Reads the databases that `extractors.phone.stores` knows."""

    def survey(self, path: Path, *, media_type: str, context: ReadContext) -> Survey:
        """Return parts of some twenty thousand rows; raises Unreadable."""
        database = open_database(path, context)
        try:
            chapters = _chapters(database, media_type, context)
            if not chapters:
                return Survey(
                    media_type=media_type, reader="phone database", outcome="blank", reason="its tables hold no records"
                )
            parts = tuple(_part(slices, number) for number, slices in enumerate(sliced(chapters, database), start=1))
            return Survey(media_type=media_type, reader="phone database", parts=parts, units=len(chapters))
        finally:
            database.close()

    def read(self, path: Path, *, media_type: str, part: Part, engines: Engines, context: ReadContext) -> Reading:
        """Return the units of a part, or those with the numbers it gives; raises Unreadable."""
        database = open_database(path, context)
        try:
            chapters = _chapters(database, media_type, context)
            making = Making()
            if early := list(database.problems):
                making.miss("; ".join(early))
                database.problems.clear()
            for slice_ in _chosen(sliced(chapters, database), part):
                read_slice(chapters[slice_.unit - 1], slice_, database, making)
            return making.reading(database.facts)
        finally:
            database.close()

    def stamps(self, *, engines: Engines, context: ReadContext) -> tuple[Stamp, ...]:
        """Return the stamp of this reader and of the region asserted."""
        return (Stamp(name="phone database", version="1", settings={"region": context.region, "rows": ROWS}),)

    def original(self, path: Path, *, place: Place, media_type: str, context: ReadContext) -> Original:
        """Return the row as lines `column: value`, or how its table was made; raises Unreadable for no such row."""
        if not isinstance(place, RecordPlace) or not place.table:
            raise Unreadable("no such place in a database")
        database = open_database(path, context)
        try:
            if place.table not in database.tables:
                raise Unreadable(f"the database has no table {place.table}")
            if not place.key:
                return Original(text=_made(database, place.table), where=f"table {place.table}")
            row = database.row(place.table, int(place.key)) if place.key.lstrip("-").isdigit() else None
            if row is None:
                raise Unreadable(f"table {place.table} has no row {place.key}")
            return Original(text=as_lines(row), where=f"table {place.table}, rowid {place.key}")
        finally:
            database.close()


def _chapters(database: Database, media_type: str, context: ReadContext) -> list[Chapter]:
    store = next((one for one in STORES if one.media_type == media_type), None)
    if store is None:
        raise Unreadable(f"no app is known for {media_type}")
    return store.chapters(database, context)


def _part(slices: list[Slice], number: int) -> Part:
    rows = sum(slice_.rows for slice_ in slices)
    return Part(
        name=f"rows {number}", first=slices[0].unit, last=slices[-1].unit, seconds_expected=0.1 + rows / _ROWS_A_SECOND
    )


def _chosen(parts: list[list[Slice]], part: Part) -> list[Slice]:
    """Return the slices of a part by its name; else those of the units that it numbers, or all."""
    named = [
        slice_ for number, slices in enumerate(parts, start=1) for slice_ in slices if f"rows {number}" == part.name
    ]
    last = part.last if part.last >= part.first else len(parts) + sum(len(slices) for slices in parts)
    return named or [slice_ for slices in parts for slice_ in slices if part.first <= slice_.unit <= last]


def _made(database: Database, table: str) -> str:
    try:
        row = database.connection.execute("SELECT sql FROM sqlite_master WHERE name = ?", (table,)).fetchone()
    except TROUBLE as error:
        raise Unreadable(f"table {table} cannot be read") from error
    return f"{row[0] if row else table}\n{database.count(table):,} rows"


class OtherDatabaseReader:
    """Says which tables a SQLite database has that no reader knows."""

    def survey(self, path: Path, *, media_type: str, context: ReadContext) -> Survey:
        """Return that it is skipped, and its tables; raises Unreadable for one that cannot be opened."""
        database = open_database(path, context)
        try:
            names = sorted(database.tables)
        finally:
            database.close()
        more = f" and {len(names) - _TABLES_NAMED:,} more" if len(names) > _TABLES_NAMED else ""
        said = f"tables {', '.join(names[:_TABLES_NAMED])}{more}" if names else "no tables"
        reason = f"unsupported: SQLite database, {said[:600]}"
        return Survey(media_type=media_type, reader="other database", outcome="skipped", reason=reason)

    def read(self, path: Path, *, media_type: str, part: Part, engines: Engines, context: ReadContext) -> Reading:
        """Raise Unreadable: there is nothing to read it by."""
        raise Unreadable(f"unsupported: {media_type}")

    def stamps(self, *, engines: Engines, context: ReadContext) -> tuple[Stamp, ...]:
        """Return the stamp of this reader."""
        return (Stamp(name="other database", version="1"),)
