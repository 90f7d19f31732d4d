"""The tables that go out beside a summary: the source index, and the schedule of unused material."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from evidence.locator import RecordPlace
from evidence.records import Basis
from exports.material import CitedPlace, Reading, SourceRow, Strip, Summary, UnusedMaterial

_SIGNED_DIGITS = re.compile(r"[+-][\d ]+")
"""Phone numbers and amounts stay as they are."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def source_rows(summary: Summary) -> Iterator[SourceRow]:
    """Yield one row for each reading that the summary cites, in the order of the document."""
    yield from _finding_rows(summary)
    yield from _analysis_rows(summary)
    for party in summary.parties:
        for reading in party.readings:
            yield _reading_row(reading, section="people", finding=party.claim)
    for event in summary.chronology:
        yield _row(
            event.strip, event.claim, event.basis, section="chronology", what="event", kind=event.kind,
            quote=event.time_written, value=event.time_utc,
        )  # fmt: skip


def _finding_rows(summary: Summary) -> Iterator[SourceRow]:
    for finding in summary.findings:
        for each in finding.cited:
            place = {"section": "findings", "finding": finding.claim, "tag": each.tag}
            yield _row(each.strip, each.claim, each.basis, what="segment", kind="passage", quote=each.text, **place)
            for reading in (*each.confirmed, *each.unconfirmed, *each.rejected):
                yield _reading_row(reading, **place)
            for made in each.corrections:
                yield _row(
                    each.strip, made.claim, made.basis, what="correction", kind="text", quote=made.before,
                    value=made.after, **place,
                )  # fmt: skip


def _analysis_rows(summary: Summary) -> Iterator[SourceRow]:
    for analysis in summary.analyses:
        for line in (line for sheet in analysis.sheets for line in sheet.lines):
            for place in line.cited:
                yield _place_row(place, section="analyses", finding=analysis.claim, tag=line.claim)


def _place_row(place: CitedPlace, **where: str) -> SourceRow:
    """Return the row of a place that an analysis rests on: a passage or row of records, else a whole exhibit."""
    if place.strip is not None:
        kind = "record" if isinstance(place.strip.locator.place, RecordPlace) else "passage"
        return _row(place.strip, place.claim, place.basis, what="segment", kind=kind, quote=place.text, **where)
    return SourceRow(
        claim=place.claim, section="analyses", finding=where["finding"], tag=where["tag"], what="exhibit", basis=place.basis,
        exhibit=place.exhibit, sha256=place.sha256, place="whole exhibit", locator="", kind="exhibit", quote="", value="",
        engine="", model="", raw_score="", review="unreviewed", reviewed_by="", reviewed_at="",
    )  # fmt: skip


def _reading_row(reading: Reading, **place: str) -> SourceRow:
    return _row(
        reading.strip, reading.claim, reading.basis, what="reading", kind=reading.kind, quote=reading.quote,
        value=reading.value, **place,
    )  # fmt: skip


def _row(strip: Strip, claim: str, basis: Basis, **fields: str) -> SourceRow:
    plain = {
        "finding": "",
        "tag": "",
        "value": "",
        "claim": claim,
        "basis": basis,
        "exhibit": strip.exhibit,
        "sha256": strip.sha256,
        "place": strip.place,
        "locator": msgspec.json.encode(strip.locator, order="sorted").decode(),
        "engine": strip.engine,
        "model": strip.model,
        "raw_score": "" if strip.score < 0 else f"{strip.score / 10:.1f} of 100",
        "review": strip.verdict.review,
        "reviewed_by": strip.verdict.by,
        "reviewed_at": strip.verdict.at,
    }
    return msgspec.convert(plain | fields, SourceRow)


def source_index(rows: Iterable[SourceRow]) -> bytes:
    """Return the source index as CSV."""
    return csv_file(SourceRow.__struct_fields__, ([str(cell) for cell in msgspec.structs.astuple(row)] for row in rows))


def unused_csv(unused: UnusedMaterial) -> bytes:
    """Return the schedule and the searches as one CSV: the first column says which a row is."""
    head = ("row", "claim", "exhibit", "segment", "place", "tag", "finding", "at", "by", "reason", "what", "results")
    return csv_file(head, [*_scheduled(unused), *_searched(unused)])


def _scheduled(unused: UnusedMaterial) -> Iterator[list[str]]:
    for item in unused.items:
        reason = item.schedule_reason or item.tag_reason
        at, by = item.scheduled_at or item.tagged_at, item.scheduled_by or item.author
        what = item.opening
        yield [
            "unused",
            item.claim,
            item.exhibit,
            item.segment,
            item.place,
            item.tag,
            item.finding,
            at,
            by,
            reason,
            what,
            "",
        ]
    if unused.sealed:
        yield ["unused, sealed", "", "", "", "", "", "", "", "", "", f"{unused.sealed} sealed, not described", ""]


def _searched(unused: UnusedMaterial) -> Iterator[list[str]]:
    for search in unused.searches:
        asked = f"{search.command}: {search.asked}"
        yield ["search", search.claim, "", "", "", "", "", search.at, search.author, "", asked, str(search.results)]


def csv_file(head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Return a table as CSV that no spreadsheet takes for a formula."""
    sink = io.StringIO(newline="")
    writing = csv.writer(sink)
    writing.writerow(head)
    writing.writerows([_harmless(cell) for cell in row] for row in rows)
    return sink.getvalue().encode()


def _harmless(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula: an apostrophe is set before one that starts like it."""
    return f"'{cell}" if cell.startswith(_FORMULA) and not _SIGNED_DIGITS.fullmatch(cell) else cell
