"""Rows of a sheet as segments, whatever the workbook's format: cells by column, what is hidden, formulas, comments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from evidence.locator import RecordPlace
from extractors.office.gathered import Gathered

ROWS: Final = 50_000
"""Of one sheet; what has more is read through a column template."""
COLUMNS: Final = 16_384
_GAP: Final = 40
_FORMULAS: Final = 20_000
_FORMULA_LINES: Final = 40
_LISTED: Final = 40


def letters(column: int) -> str:
    """Return the letters of a column counted from 1: `A`, `Z`, `AA`."""
    found = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        found = chr(65 + rest) + found
    return found


def column_of(reference: str) -> int:
    """Return the column of a cell reference such as `B7`, from 1; 0 where it is none."""
    number = 0
    for character in reference.upper():
        if not "A" <= character <= "Z":
            break
        number = number * 26 + ord(character) - 64
    return number if number <= COLUMNS else 0


class SheetText:
    """One sheet as it is read; rows come in order."""

    def __init__(self, gathered: Gathered, name: str) -> None:
        self._gathered = gathered
        self._name = name
        self._rows = 0
        self._hidden_rows: list[str] = []
        self._formulas: list[tuple[str, str, int]] = []
        self._formulas_seen = 0
        self._formats: dict[str, str] = {}

    def row(self, number: int, cells: Mapping[int, str], *, hidden: bool = False, last: int = 0) -> bool:
        """Add the row `number` (to `last`, where it is repeated); return whether more rows are wanted."""
        filled = sorted(column for column, text in cells.items() if text.strip())
        if not filled:
            return True
        if self._rows >= ROWS or self._gathered.full:
            self._gathered.miss(
                f"rows from {number:,} on (limit: {ROWS:,} rows); a column template (`casegraph template new`) reads them all"
            )
            return False
        self._rows += 1
        key = f"{letters(filled[0])}{number}:{letters(filled[-1])}{number}"
        if hidden:
            self._hidden_rows.append(str(number))
        place = RecordPlace(
            record=number,
            field="hidden row" if hidden else "row",
            key=key,
            table=self._name,
            origin=self._gathered.origin,
        )
        self._gathered.add_at(_line(cells, filled), place)
        if last > number:
            self._gathered.fact("repeated_rows", f"row {number:,} stands for all rows to {last:,}")
        return True

    def formula(self, cell: str, row: int, formula: str) -> None:
        """Note the formula that gave a cell its value."""
        self._formulas_seen += 1
        if len(self._formulas) < _FORMULAS:
            self._formulas.append((cell, formula if formula.startswith("=") else f"={formula}", row))

    def date_format(self, cell: str, code: str) -> None:
        """Note how the file shows a date, once for each form."""
        if len(self._formats) < _LISTED:
            self._formats.setdefault(code, cell)

    def finish(self, *, hidden_columns: Iterable[int] = ()) -> None:
        """Add the formulas, and say what is hidden."""
        for start in range(0, len(self._formulas), _FORMULA_LINES):
            piece = self._formulas[start : start + _FORMULA_LINES]
            self._gathered.add(
                "\n".join(f"{cell}: {formula[:2_000]}" for cell, formula, _ in piece),
                field="formulas",
                record=piece[0][2],
                key=f"{piece[0][0]}:{piece[-1][0]}",
                table=self._name,
            )
        if self._formulas_seen > len(self._formulas):
            self._gathered.miss(f"formulas beyond the first {_FORMULAS:,}")
        columns = [letters(column) for column in hidden_columns]
        for name, found in (("hidden_rows", self._hidden_rows), ("hidden_columns", columns)):
            if found:
                more = f" and {len(found) - _LISTED} more" if len(found) > _LISTED else ""
                self._gathered.fact(name, ", ".join(found[:_LISTED]) + more)
        if self._formulas_seen:
            self._gathered.fact("formulas", str(self._formulas_seen))
        if self._formats:
            shown = "; ".join(f"{code} (first at {cell})" for code, cell in self._formats.items())
            self._gathered.fact("dates_shown_as", shown)


def _line(cells: Mapping[int, str], filled: list[int]) -> str:
    """Return cells parted by tabs from column A on; a wide gap is shortened."""
    pieces: list[str] = []
    at = 1
    for column in filled:
        pieces.append("\t" * min(column - at, _GAP))
        pieces.append(" ".join(cells[column].split()))
        at = column
    return "".join(pieces)
