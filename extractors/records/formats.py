"""The lines of the table of formats for records that a column template fits."""

from __future__ import annotations

from typing import Final

from extractors.protocols import Format

_KEPT: Final = (
    "every row verbatim with its number; times with the zone asserted, calls, messages, stays, trips and payments with "
    "both sides, cells, amounts, identifiers of every column; free text as segments"
)
_LEFT_OUT: Final = "nothing of the rows; formulas, comments and formats of a workbook"


def _line(media_type: str, title: str, place: str) -> Format:
    return Format(
        media_type=media_type,
        title=title,
        reader="records",
        unit="table",
        recognised="a header that a recorded column template fits: casegraph template",
        kept=_KEPT,
        place=place,
        left_out=_LEFT_OUT,
    )


RECORDS: Final[tuple[Format, ...]] = (
    _line("text/csv; template", "records in CSV", "record number, bytes of the record"),
    _line("text/plain; template", "records in text under a title", "record number, bytes of the record"),
    _line("text/tab-separated-values; template", "records in TSV", "record number, bytes of the record"),
    _line(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet; template",
        "records in XLSX",
        "sheet and row",
    ),
    _line("application/vnd.oasis.opendocument.spreadsheet; template", "records in ODS", "sheet and row"),
    _line("application/vnd.ms-excel; template", "records in XLS", "sheet and row"),
    Format(
        media_type="application/vnd.apache.parquet",
        title="records in Parquet",
        reader="records",
        unit="table",
        recognised="signature; read where a recorded column template fits its column names",
        kept=_KEPT,
        place="row number",
        left_out="without a template: everything, and it is said",
    ),
)
