"""Cellebrite UFDR files and `report.xml`: read in portions of some megabytes, whatever the size of the whole."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path
from typing import Final

from evidence.errors import Unreadable
from evidence.locator import Place, RecordPlace
from evidence.records import Reading, Stamp
from extractors.phone.making import Making
from extractors.phone.report_bytes import MEMBER, UFDR, ReportBytes, open_report
from extractors.phone.report_context import ReportContext
from extractors.phone.report_files import Taken
from extractors.phone.report_marks import attribute
from extractors.phone.report_portion import read_portion
from extractors.phone.report_scan import PORTION, Portion, Scan, scan
from extractors.protocols import Engines, Original, Part, ReadContext, Survey

_BYTES_A_SECOND: Final = 8_000_000


class UfdrReader:
    """Reads reports of Cellebrite's Physical Analyzer: a unit for each chat, and one for each run of other models."""

    def survey(self, path: Path, *, media_type: str, context: ReadContext) -> Survey:
        """Return one part for each portion; raises Unreadable."""
        _, found = _opened(path, media_type)
        if len(found.portions) < 2 and not found.is_whole:
            raise Unreadable("the report holds no files and no models that can be told apart")
        parts = tuple(_part(portion, number) for number, portion in enumerate(found.portions, start=1))
        units = len({n for one in found.portions for n in range(one.unit, one.unit + one.units)})
        return Survey(media_type=media_type, reader="ufdr", parts=parts, units=units)

    def read(self, path: Path, *, media_type: str, part: Part, engines: Engines, context: ReadContext) -> Reading:
        """Return the units of a portion, or of all that hold the part's unit; raises Unreadable."""
        source, found = _opened(path, media_type)
        named = [one for number, one in enumerate(found.portions, start=1) if _part(one, number).name == part.name]
        chosen = named or [one for one in found.portions if part.last < 1 or _holds(one, part)]
        inside = MEMBER if media_type == UFDR else ""
        around = ReportContext(source, found, region=context.region, day_order=context.day_order, inside=inside)
        making = Making(None if named or part.last < 1 else (part.first, part.last))
        taken = Taken(path, context) if media_type == UFDR else None
        try:
            for portion in chosen:
                read_portion(portion, making, around, taken)
        finally:
            if taken is not None:
                taken.close()
        return making.reading()

    def stamps(self, *, engines: Engines, context: ReadContext) -> tuple[Stamp, ...]:
        """Return the stamp of this reader and of what people asserted that it uses."""
        limits = context.limits
        settings: dict[str, str | int | bool | list[str]] = {
            "region": context.region,
            "day_order": context.day_order,
            "children": limits.children,
            "child_bytes": limits.child_bytes,
            "portion_bytes": PORTION,
        }
        return (Stamp(name="ufdr", version="2", settings=settings),)

    def original(self, path: Path, *, place: Place, media_type: str, context: ReadContext) -> Original:
        """Return the very XML of a model or file; raises Unreadable where none with that id stands there."""
        if not isinstance(place, RecordPlace) or place.offset < 0:
            raise Unreadable("no such place in a report")
        source, _ = _opened(path, media_type)
        data = source.read(place.offset, place.length)
        if place.key and attribute(data.partition(b">")[0], "id") != place.key:
            raise Unreadable(f"no model {place.key} stands at byte {place.offset:,} of the report")
        inside = f"{MEMBER}, " if media_type == UFDR else ""
        where = f"{inside}bytes {place.offset:,} to {place.offset + place.length:,}"
        return Original(text=data.decode("utf-8", "replace"), data=data, where=where)


# --- the report as it was last opened ------------------------------------------------------------------------------

_OPEN: OrderedDict[tuple[str, int, int], tuple[ReportBytes, Scan]] = OrderedDict()
"""A worker reads one part of a report after another: what the pass over it found is kept for the next."""


def _opened(path: Path, media_type: str) -> tuple[ReportBytes, Scan]:
    try:
        about = path.stat()
    except OSError as error:
        raise Unreadable("the report cannot be opened") from error
    key = (str(path), about.st_size, about.st_mtime_ns)
    if key in _OPEN:
        return _OPEN[key]
    while _OPEN:
        _OPEN.popitem()[1][0].close()
    source = open_report(path, media_type)
    try:
        _OPEN[key] = source, scan(source)
    except BaseException:
        source.close()
        raise
    return _OPEN[key]


def _part(portion: Portion, number: int) -> Part:
    seconds = 0.2 + (portion.end - portion.start) / _BYTES_A_SECOND
    last = portion.unit + max(portion.units, 1) - 1
    return Part(name=f"portion {number}", first=portion.unit, last=last, seconds_expected=seconds)


def _holds(portion: Portion, part: Part) -> bool:
    return portion.unit <= part.last and portion.unit + portion.units > part.first
