"""What the file of a table of records says of itself: its kind, its sides, its columns and what was read in them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import msgspec

from evidence.errors import IntegrityError

KEY: Final = "casegraph_table"
OWNER: Final = "owner"
"""Role of the party whose records these are, where no column names it."""
HEADER_ROW, NOTE, BLANK = "header row", "title, total or note", "blank row"
NO_RECORDS: Final = (HEADER_ROW, NOTE, BLANK)
"""What stands in `problem` of a row that is no record."""
WRITTEN: Final = "written."


class TableHead(msgspec.Struct, frozen=True, kw_only=True):
    """What a table's file says of itself."""

    kind: str
    """Of its rows, where none says otherwise: `call`, `stay`, `cell` …"""
    template: str
    sheet: str = ""
    zone: str = ""
    zone_by: str = ""
    sides: tuple[str, str] = ("", "")
    """Roles of the two sides of a record, a and b; `OWNER` for a party that no column names."""
    directed: bool = False
    """Whether side a is always the owner of the records, and the column `direction` says which way it went."""
    written: tuple[str, ...] = ()
    """The original columns in order, as they are headed."""
    taken: dict[str, tuple[str, ...]] = {}
    """Roles, `time_written` and `until_written`, and the original columns they stand in."""
    identifiers: tuple[str, ...] = ()
    """Roles of the columns that name something: what, is in the table's second file."""
    stated: tuple[tuple[str, str, str], ...] = ()
    """(role, role, relation) that each row states about two of its columns."""
    relations: dict[str, str] = {}
    """Kind of row to what side a did to side b."""
    currency: str = ""
    text: tuple[str, ...] = ()
    """Original columns of free text."""


def read_head(path: Path) -> TableHead:
    """Return what a table's file says of itself; raises IntegrityError."""
    import pyarrow as pa  # takes tens of megabytes, and few looks are at a table
    import pyarrow.parquet as pq

    try:
        meta = pq.read_metadata(path).metadata
        return msgspec.json.decode(meta[KEY.encode()], type=TableHead)
    except (pa.ArrowException, KeyError, TypeError, OSError, msgspec.MsgspecError) as error:
        raise IntegrityError(
            f"table {path.stem[:16]}… cannot be read", next_step="run `casegraph verify` on the case"
        ) from error
