"""What the operator produced: the calls of one line with the cells they went through, and its table of cells."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np

from makers.book import Book, Mark, holds

PLACE = "operator"
CALLS, CELLS = f"{PLACE}/cdr-020-7946-0142.csv", f"{PLACE}/cells-ellery.csv"
LINE, LINE_VALUE = "020 7946 0142", "+442079460142"
IMEI, IMSI = "490154203237518", "001010123456789"
"""The published example of an IMEI, and the test network's first subscribers."""

SITES = [
    ("HL-1107", "Harbour Lodge, Quay Row", "51.5060", "-0.0312", "120"),
    ("HL-1108", "Ellery Docks, crane", "51.5044", "-0.0261", "240"),
    ("TY-2201", "Tern Yard, water tower", "51.5012", "-0.0203", "0"),
    ("TY-2202", "Tern Yard, lay-by", "51.5009", "-0.0195", "180"),
    ("WX-9003", "Wexcombe, lorry park", "51.4127", "-1.5518", "90"),
    ("MB-0404", "Marsh Bridge", "51.5101", "-0.0430", "60"),
]
HOME, LODGE, YARD = "MB-0404", "HL-1107", "TY-2201"

DRIVER, DESK, OFFICE, HIRE, GARAGE = "020 7946 0174", "020 7946 0110", "020 7946 0127", "020 7946 0171", "020 7946 0188"
ION, ELENA = "020 7946 0163", "020 7946 0151"
OFTEN = [DRIVER] * 9 + [DESK] * 4 + [OFFICE] * 7 + [HIRE] + [GARAGE] + [ION] * 2
FIRST_DAY, DAYS = date(2026, 2, 1), 31
SILENT = date(2026, 2, 25)
"""No call on this day: the line was off, and the day stands in the sealed letter alone."""


@dataclass(frozen=True)
class Call:
    """One line of the operator's list."""

    caller: str
    called: str
    kind: str
    started: datetime
    seconds: int
    first_cell: str
    last_cell: str


TOLD = [
    Call(LINE, DESK, "VOICE", datetime.fromisoformat("2026-02-16T21:09:38"), 131, HOME, HOME),
    Call(LINE, DRIVER, "VOICE", datetime.fromisoformat("2026-02-14T23:02:31"), 49, HOME, HOME),
    Call(LINE, DRIVER, "SMS", datetime.fromisoformat("2026-02-20T21:30:05"), 0, LODGE, LODGE),
    Call(LINE, DRIVER, "VOICE", datetime.fromisoformat("2026-02-20T21:34:12"), 96, LODGE, LODGE),
    Call(DRIVER, LINE, "VOICE", datetime.fromisoformat("2026-02-20T23:08:50"), 41, YARD, YARD),
    Call(LINE, DESK, "VOICE", datetime.fromisoformat("2026-02-20T23:29:17"), 74, YARD, YARD),
    Call(ION, LINE, "VOICE", datetime.fromisoformat("2026-02-24T20:16:03"), 22, HOME, HOME),
]
"""The calls that the other exhibits speak of; the rest is drawn at random."""

HEADER = ["A-number", "B-number", "Type", "Date", "Time", "Duration (s)", "First cell", "Last cell", "IMEI", "IMSI"]


def enter_all(book: Book) -> None:
    """Enter the calls and the cells."""
    calls = _calls()
    book.enter(
        CALLS,
        _call_list(calls),
        "text/csv; template",
        family="records",
        marks=[Mark("phone", LINE_VALUE, LINE), Mark("phone", "+442079460163", ION), Mark("phone", "+442079460110", DESK)],
        counts=[("rows", len(calls)), ("call", sum(call.kind == "VOICE" for call in calls)), ("message", sum(call.kind == "SMS" for call in calls))],
        holds=[
            holds("call", time_local="2026-02-16T21:09:38", time_utc="2026-02-16T21:09:38Z", caller=("phone", LINE_VALUE),
                  called=("phone", "+442079460110"), cell="MB-0404"),
            holds("call", time_local="2026-02-20T23:29:17", caller=("phone", LINE_VALUE), called=("phone", "+442079460110"),
                  cell=YARD,),
        ],
    )  # fmt: skip
    book.enter(CELLS, _cell_table(), "text/csv; template", family="records", counts=[("rows", len(SITES))])


def _calls() -> list[Call]:
    """Some 400 calls in a month, more by day than by night, none on the silent day."""
    generator = np.random.default_rng(501)
    made = list(TOLD)
    for number in range(DAYS):
        day = FIRST_DAY + timedelta(days=number)
        if day != SILENT:
            made += [_drawn(day, generator) for _ in range(int(generator.integers(9, 18)))]
    return sorted(made, key=lambda call: call.started)


def _drawn(day: date, generator: np.random.Generator) -> Call:
    hour = int(np.clip(generator.normal(14.5, 4.5), 6, 22))
    moment = datetime.combine(day, time(hour, int(generator.integers(60)), int(generator.integers(60))))
    other = OFTEN[int(generator.integers(len(OFTEN)))]
    kind = "SMS" if generator.random() < 0.3 else "VOICE"
    cells = [HOME, HOME, LODGE, "HL-1108", "TY-2202", YARD]
    first, last = cells[int(generator.integers(6))], cells[int(generator.integers(6))]
    pair = (LINE, other) if generator.random() < 0.6 else (other, LINE)
    seconds = 0 if kind == "SMS" else int(generator.gamma(1.6, 60)) + 3
    return Call(*pair, kind, moment, seconds, first, first if kind == "SMS" else last)


def _call_list(calls: list[Call]) -> bytes:
    """As the operator writes it: semicolons, national numbers, a title above, the header again on each page, a foot."""
    target = io.StringIO()
    rows = csv.writer(target, delimiter=";", lineterminator="\r\n")
    rows.writerow(["Estuary Mobile - disclosure 2026/0417 - calls of 020 7946 0142 - times in local time (London)"])
    rows.writerow(HEADER)
    for number, call in enumerate(calls):
        if number and number % 200 == 0:
            rows.writerow(HEADER)
        day, clock = call.started.strftime("%d/%m/%Y"), call.started.strftime("%H:%M:%S")
        own = [IMEI, IMSI]
        rows.writerow(
            [call.caller, call.called, call.kind, day, clock, call.seconds, call.first_cell, call.last_cell, *own]
        )
    rows.writerow([f"End of list: {len(calls)} records"])
    return target.getvalue().encode("cp1252")


def _cell_table() -> bytes:
    target = io.StringIO()
    rows = csv.writer(target, delimiter=";", lineterminator="\r\n")
    rows.writerow(["Cell", "Site", "Latitude", "Longitude", "Azimuth"])
    rows.writerows(SITES)
    return target.getvalue().encode("cp1252")
