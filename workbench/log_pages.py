"""A part of the log, the latest first: by person, operation, exhibit and time."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
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
_TIME: Final = re.compile(
    r"\d{4}-\d\d-\d\d([T ]\d\d(?P<minute>:\d\d)(?P<second>:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)?)?", re.ASCII
)
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
    """A date, or a date and a time, in UTC where it states no zone; the whole day, minute or second is included."""
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
    since, until = _meant(asked.since)[0], _meant(asked.until)[1]
    chain = _chain(case, asked)
    custody = list(case.custody.events(whole=False))
    state = fold(custody)
    closed = closed_lines(custody, state)
    fitting = [line.seq for line in chain.lines() if _fits(line, asked) and _between(line, since, until)]
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
    )


def _between(line: Line, since: datetime | None, until: datetime | None) -> bool:
    if since is None and until is None:
        return True
    at = datetime.fromisoformat(line.ts)
    return (since is None or at >= since) and (until is None or at <= until)


def _meant(time: str) -> tuple[datetime, datetime] | tuple[None, None]:
    """Return the first and the last moment of a day, a minute or a second in UTC, none for nothing; raises UsageError."""
    if not time.strip():
        return None, None
    try:
        written = _TIME.fullmatch(time.strip())
        if written is None:
            raise ValueError(time)
        said = datetime.fromisoformat(time.strip())
        first = said.replace(tzinfo=said.tzinfo or UTC).astimezone(UTC)
        length = timedelta(seconds=1) if written["second"] else timedelta(minutes=1 if written["minute"] else 24 * 60)
        return first, first + (length - timedelta(microseconds=1))
    except (ValueError, OverflowError) as error:
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
