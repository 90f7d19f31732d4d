"""The record for whoever audits: who looked, what left, what was done; reading it is itself recorded."""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec
from fastapi import APIRouter, Depends, Query, Response

from evidence.acts import OPERATION_NAMES, LedgerRead
from evidence.ledger import Problem
from workbench.log_pages import LogAsked, LogPage, LogRow, as_csv, read_page, read_rows
from workbench.web.api import answers, hands_out
from workbench.web.desk import Auditing, Visit
from workbench.web.pages import page, said

router = APIRouter()
_LINES: Final = 100
Words = Annotated[str, Query(max_length=200)]


class AccountLine(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who may sign in, or might once."""

    name: str
    roles: tuple[str, ...]
    closed: bool


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """Both chains, walked from their first line: what is wrong with them, and the codes to keep."""

    custody_lines: int
    access_lines: int
    checkpoints: tuple[str, ...]
    problems: tuple[Problem, ...]


def _asked(
    chain: Literal["access", "custody"] = "access", who: Words = "", op: Words = "", exhibit: Words = "",
    since: Words = "", until: Words = "", before: Annotated[int, Query(ge=0, le=2**53)] = 0,
) -> LogAsked:  # fmt: skip
    return LogAsked(chain=chain, who=who, op=op, exhibit=exhibit.strip(), since=since, until=until, before=before)


Asked = Annotated[LogAsked, Depends(_asked)]


def log_of(visit: Visit, asked: LogAsked, limit: int = _LINES) -> LogPage:
    """Return a page of the log, and record that it was read."""
    found = read_page(visit.case, asked, limit=limit)
    visit.case.record_access(LedgerRead(chain=asked.chain, lines=len(found.rows)), actor=visit.actor)
    return found


@router.get("/record")
def record_page(visit: Auditing, asked: Asked) -> Response:
    """Show a page of the log, the accounts and the checkpoints."""
    return page(
        visit, "record.html", log=log_of(visit, asked), asked=asked, operations=sorted(OPERATION_NAMES),
        accounts=accounts_of(visit), checkpoints=_checkpoints(visit),
        filters=[(name, value) for name, value in msgspec.structs.asdict(asked).items() if value and name != "before"],
    )  # fmt: skip


def accounts_of(visit: Visit) -> list[AccountLine]:
    """Return who may sign in, and as what."""
    known = visit.desk.accounts.all().values()
    return [AccountLine(name=one.name, roles=one.roles, closed=one.closed) for one in known]


def _checkpoints(visit: Visit) -> tuple[str, ...]:
    return tuple(chain.checkpoint(keep=False).code for chain in (visit.case.custody, visit.case.access))


@router.get("/api/record", responses=answers(LogPage))
def log(visit: Auditing, asked: Asked, limit: Annotated[int, Query(ge=1, le=1000)] = _LINES) -> Response:
    """Return lines of a chain, the latest first; lines about sealed material stay closed."""
    return said(log_of(visit, asked, limit))


@router.get("/record/lines.csv", **hands_out("text/csv"))
def lines_csv(visit: Auditing, asked: Asked) -> Response:
    """Return all lines that are asked for, as CSV."""
    rows: list[LogRow] = list(read_rows(visit.case, asked))
    visit.case.record_access(LedgerRead(chain=asked.chain, lines=len(rows)), actor=visit.actor)
    headers = {"content-disposition": f'attachment; filename="{asked.chain}.csv"'}
    return Response(b"".join(as_csv(iter(rows))), media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/api/accounts", responses=answers(list[AccountLine]))
def accounts(visit: Auditing) -> Response:
    """List who may sign in, and as what."""
    return said(accounts_of(visit))


@router.post("/api/record/verify", responses=answers(Checked))
def verify(visit: Auditing) -> Response:
    """Walk both chains from their first line; originals and artifacts are checked by `casegraph verify`."""
    return said(checked(visit))


@router.post("/record/verify")
def verify_page(visit: Auditing) -> Response:
    """Show what walking both chains came to."""
    return page(visit, "record_checked.html", checked=checked(visit))


def checked(visit: Visit) -> Checked:
    """Walk both chains, and record that they were read."""
    case = visit.case
    problems = (*case.custody.verify(), *case.access.verify())
    sizes = [sum(1 for _ in chain.raw_lines()) for chain in (case.custody, case.access)]
    result = Checked(custody_lines=sizes[0], access_lines=sizes[1], checkpoints=_checkpoints(visit), problems=problems)
    case.record_access(LedgerRead(chain="both, verified", lines=sum(sizes)), actor=visit.actor)
    return result
