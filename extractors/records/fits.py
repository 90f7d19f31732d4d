"""Which table of a file a column template fits, if any: by its header, wherever in the first records that stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple

from evidence.errors import Unreadable
from evidence.templates import Template
from extractors.protocols import ReadContext
from extractors.records.making import folded
from extractors.records.tables import (
    HEADER_WITHIN,
    PARQUET,
    SHEETS,
    TEXTS,
    parquet_head,
    sheet_names,
    sheet_rows,
    text_heads,
)

SUFFIX: Final = "; template"
"""What is put behind the media type of a file that a template fits."""


class Fit(NamedTuple):
    """A template that fits, and where the header stands that it fits."""

    template: Template
    header: tuple[str, ...]
    delimiter: str = ""


def fits(path: Path, media_type: str, context: ReadContext) -> bool:
    """Whether any of the templates on record fits a table of the file; quick, and never raises on a malformed file."""
    if not context.templates:
        return False
    try:
        if media_type in TEXTS:
            return text_fit(path, context.templates) is not None
        if media_type in SHEETS:
            return any(sheet_fit(path, name, context.templates) for name in sheet_names(path))
        return media_type == PARQUET and parquet_fit(path, context.templates) is not None
    except (Unreadable, OSError):
        return False


def as_table(path: Path, media_type: str, context: ReadContext) -> str:
    """Return the media type under which a file is read: its own, or that of a table that a template fits."""
    known = media_type in TEXTS or media_type in SHEETS
    return media_type + SUFFIX if known and fits(path, media_type, context) else media_type


def text_fit(path: Path, templates: Sequence[Template]) -> Fit | None:
    """Return how a template fits a text table: the one that takes most of its columns."""
    found = [
        fit._replace(delimiter=head.delimiter) for head in text_heads(path) for fit in _among(head.rows, templates)
    ]
    return max(found, key=_weight, default=None)


def sheet_fit(path: Path, name: str, templates: Sequence[Template]) -> Fit | None:
    """Return how a template fits a sheet of a workbook."""
    return max(_among(sheet_rows(path, name, most=HEADER_WITHIN), templates), key=_weight, default=None)


def parquet_fit(path: Path, templates: Sequence[Template]) -> Fit | None:
    """Return how a template fits a Parquet file."""
    return max(_among(parquet_head(path, most=5), templates), key=_weight, default=None)


def _weight(fit: Fit) -> tuple[int, str]:
    return len(fit.template.columns), fit.template.name


def _among(rows: Sequence[Sequence[str]], templates: Sequence[Template]) -> list[Fit]:
    return [fit for template in templates if (fit := _fit(rows, template)) is not None]


def _fit(rows: Sequence[Sequence[str]], template: Template) -> Fit | None:
    if template.settings.get("header") == "none":
        return _without_header(rows, template)
    wanted = {folded(column.header) for column in template.columns}
    if len(wanted) < 2:
        return None
    for row in rows[:HEADER_WITHIN]:
        if wanted <= {folded(cell) for cell in row}:
            return Fit(template, tuple(row))
    return None


def _without_header(rows: Sequence[Sequence[str]], template: Template) -> Fit | None:
    """Return a fit where the first rows are as wide as the template and hold times where it says."""
    first = [row for row in rows[:20] if any(cell.strip() for cell in row)]
    if not first or any(len(row) != len(template.columns) for row in first):
        return None
    timed = [(at, column.format) for at, column in enumerate(template.columns) if column.role == "started"]
    if timed and not all(_is_time(row[at], written) for row in first for at, written in timed):
        return None
    return Fit(template, ())


def _is_time(cell: str, written: str) -> bool:
    try:
        if not written:
            datetime.fromisoformat(cell.strip())
        else:
            datetime.strptime(cell.strip(), written)  # noqa: DTZ007 - only whether it is one
    except ValueError:
        return False
    return True
