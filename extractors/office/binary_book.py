"""Binary workbooks (xls, xlsb): what the cells of each sheet show, through calamine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

import python_calamine

from evidence.errors import LimitExceeded, Unreadable
from extractors.office.cells import SheetText
from extractors.office.gathered import Gathered
from extractors.text import one_line

_BYTES: Final = 256 << 20
_CELLS: Final = 40_000_000
NOT_READ: Final = "formulas, comments and hidden rows (binary workbook: values only)"


class Locked(Unreadable):
    """The workbook opens only with a password."""


def opened(path: Path) -> Any:
    """Open a workbook; raises Locked, LimitExceeded or Unreadable."""
    if path.stat().st_size > _BYTES:
        raise LimitExceeded(f"a binary workbook of more than {_BYTES >> 20} MiB")
    with _damage_told("the workbook"):
        return python_calamine.CalamineWorkbook.from_path(str(path))


@contextmanager
def _damage_told(what: str) -> Iterator[None]:
    """Turn what calamine raises into errors of ours; on some damaged files it panics, which is no Exception."""
    try:
        yield
    except python_calamine.PasswordError as error:
        raise Locked("it opens only with a password") from error
    except (python_calamine.CalamineError, OSError, ValueError, OverflowError) as error:
        raise Unreadable(f"{what} is damaged: {one_line(str(error))[:150]}") from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise Unreadable(f"{what} is damaged: {one_line(str(error))[:150]}") from error


def read(path: Path, gathered: Gathered) -> None:
    """Add the rows of every sheet, a unit each; raises Unreadable."""
    with opened(path) as book:
        with _damage_told("the list of sheets"):
            listed = list(book.sheets_metadata)
        for number, sheet in enumerate(listed, start=1):
            name = one_line(sheet.name)[:200]
            gathered.fact("sheet", name)
            gathered.fact("not_read", NOT_READ)
            if sheet.visible is not python_calamine.SheetVisibleEnum.Visible:
                gathered.fact("hidden", "the sheet is hidden: its tab is not shown")
            _sheet(book, number - 1, SheetText(gathered, name), gathered)
            gathered.close("table", number, blank="the sheet holds no cells")
        if not listed:
            gathered.close("table", 1, blank="it holds no sheets")


def _sheet(book: Any, index: int, text: SheetText, gathered: Gathered) -> None:
    try:
        for number, row in rows(book, index):
            if not text.row(number, dict(enumerate(map(shown, row), start=1))):
                break
    except Unreadable as error:
        gathered.miss(error.what)
    text.finish()


def rows(book: Any, index: int) -> Iterator[tuple[int, list[Any]]]:
    """Yield (number from 1, values from column A) of a sheet's rows; raises Unreadable."""
    with _damage_told("a sheet"):
        sheet = book.get_sheet_by_index(index)
        if sheet.total_height * sheet.total_width > _CELLS:
            raise LimitExceeded(f"a sheet of more than {_CELLS:,} cells")
        lead = [""] * (sheet.start[1] if sheet.start else 0)
        found = enumerate(sheet.iter_rows(), start=1)
    for number, row in found:
        yield number, [*lead, *row]


def shown(value: Any) -> str:
    """Return a cell's value as text: a whole number without its `.0`, dates in ISO 8601."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat().removesuffix("T00:00:00")
    if isinstance(value, timedelta):
        return str(value)
    return str(value)
