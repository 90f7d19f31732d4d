"""A part of the log, the latest first: by person, operation, exhibit and time."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Final, Literal

import msgspec

from evidence.acts import Consulted, Disclosed, SignedIn
from evidence.case import Case
from evidence.errors import UsageError
from evidence.ledger import Event, Ledger, Line
from evidence.state import CaseState, fold
from workbench.log_lines import LogLine, closed_lines, in_full, log_lines

_AT_ONCE: Final = 400
_COLUMNS: Final = (
    "line", "time", "who", "account", "host", "what", "about", "summary", "reason", "asked", "exhibits", "files",
)  # fmt: skip
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so is run as a formula by spreadsheets."""


class LogAsked(msgspec.Struct, frozen=True, kw_only=True):
    """Which lines are asked for; what is empty leaves them all."""

    chain: Literal["access", "custody"] = "access"
    who: str = ""
    """Part of a name."""
    op: str = ""
    exhibit: str = ""
    """Its number; what lies inside it is found too."""
    since: str = ""
    until: str = ""
    """A date, or a date and a time, in UTC; both included."""
    before: int = 0
    """Only lines above this one; 0: from the last on."""


class LogRow(msgspec.Struct, frozen=True, kw_only=True):
    """A line as it is shown; what is about sealed material says `sealed` and no more."""

    seq: int
    at: str
    who: str
    account: str
    host: str
    op: str
    about: str
    summary: str
    sealed: bool
    reason: str = ""
    """Why it was done, as whoever did it said; in full."""
    asked: str = ""
    """What a look asked for, in full."""
    exhibits: tuple[str, ...] = ()
    """Those that a look brought back."""
    files: dict[str, str] = {}
    """What left the case: name to SHA-256."""


class LogPage(msgspec.Struct, frozen=True, kw_only=True):
    """Lines of a chain, the latest first."""

    chain: str
    size: int
    """Lines the chain has altogether."""
    rows: tuple[LogRow, ...]
    before: int
    """Where the next page begins; 0: there is none."""


def read_page(case: Case, asked: LogAsked, *, limit: int) -> LogPage:
    """Return up to `limit` lines; raises UsageError for a time that is none. Whoever calls it records that it was read."""
    found = list(islice(read_rows(case, asked), limit + 1))
    chain = _chain(case, asked)
    more = len(found) > limit
    return LogPage(
        chain=chain.chain, size=chain.size(), rows=tuple(found[:limit]), before=found[limit - 1].seq if more else 0
    )


def read_rows(case: Case, asked: LogAsked) -> Iterator[LogRow]:
    """Yield the lines that are asked for, the latest first."""
    _check_time(asked.since)
    _check_time(asked.until)
    chain = _chain(case, asked)
    custody = list(case.custody.events(whole=False))
    state = fold(custody)
    closed = closed_lines(custody, state)
    fitting = [line.seq for line in chain.lines() if _fits(line, asked)]
    while fitting:
        some, fitting = frozenset(fitting[-_AT_ONCE:]), fitting[:-_AT_ONCE]
        events = list(_events(chain, some))
        for told in reversed(log_lines(events, state, closed=closed, show_sealed=False)):
            if _concerns(told, asked.exhibit, state):
                yield _row(told)


def _chain(case: Case, asked: LogAsked) -> Ledger:
    return case.access if asked.chain == "access" else case.custody


def _events(chain: Ledger, wanted: frozenset[int]) -> Iterator[Event]:
    return chain.events(after=min(wanted) - 1, only=lambda line: line.seq in wanted, whole=False)


def _fits(line: Line, asked: LogAsked) -> bool:
    return (
        (not asked.before or line.seq < asked.before)
        and asked.who.casefold() in line.actor.casefold()
        and (not asked.op or line.op == asked.op)
        and (not asked.since or line.ts >= _as_written(asked.since))
        and (not asked.until or line.ts[: len(asked.until)] <= _as_written(asked.until))
    )


def _as_written(time: str) -> str:
    return time.strip().replace(" ", "T")


def _check_time(time: str) -> None:
    if not time:
        return
    try:
        datetime.fromisoformat(time.strip())
    except ValueError as error:
        raise UsageError(f"{time[:40]!r} is no time", next_step="write 2026-03-02, or 2026-03-02 14:30") from error


def _concerns(told: LogLine, exhibit: str, state: CaseState) -> bool:
    """Whether a line is about an exhibit; a line that is closed is found by nothing but its own subject."""
    if not exhibit:
        return True
    named: tuple[str, ...] = (told.event.line.obj,)
    if not told.sealed and isinstance(told.event.act, Consulted):
        named += told.event.act.exhibits
    return any(one == exhibit or one.startswith(f"{exhibit}/") for one in named)


def _row(told: LogLine) -> LogRow:
    line, act = told.event.line, told.event.act
    row = LogRow(
        seq=line.seq, at=line.ts, who=line.actor, account=told.event.account, host=told.event.host, op=line.op,
        about=line.obj, summary=told.summary, sealed=told.sealed,
    )  # fmt: skip
    if told.sealed or act is None:
        return row
    return msgspec.structs.replace(
        row,
        summary=in_full(msgspec.structs.replace(act, reason="") if isinstance(act, Consulted | SignedIn) else act),
        reason=getattr(act, "reason", ""),
        asked=act.asked if isinstance(act, Consulted) else "",
        exhibits=act.exhibits if isinstance(act, Consulted) else (),
        files=act.files if isinstance(act, Disclosed) else {},
    )


def as_csv(rows: Iterator[LogRow]) -> Iterator[bytes]:
    """Yield the lines as CSV, a piece at a time; no cell of it runs as a formula."""
    sink = io.StringIO()
    writer = csv.writer(sink)
    writer.writerow(_COLUMNS)
    for row in rows:
        files = "; ".join(f"{name} {digest}" for name, digest in row.files.items())
        cells = (
            row.seq, row.at, row.who, row.account, row.host, row.op, row.about, row.summary, row.reason, row.asked,
            ", ".join(row.exhibits), files,
        )  # fmt: skip
        writer.writerow([f"'{cell}" if str(cell).startswith(_FORMULA) else cell for cell in cells])
        if sink.tell() > 1 << 16:
            yield sink.getvalue().encode()
            sink.seek(0)
            sink.truncate()
    yield sink.getvalue().encode()
