"""Ingesting from the page: files sent or a folder of the server, read by the real command in a process of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager
from typing import Annotated, Any, Final

import anyio
import msgspec
from fastapi import APIRouter, Depends, Query, Response
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from evidence.authority import check_in_time
from evidence.case import Case
from evidence.errors import Busy, Refused, UsageError
from evidence.state import CaseState, fold
from flows.under_way import under_way
from graph import queries
from graph.answers import ExhibitLine
from workbench.language_codes import language_codes
from workbench.printing import seconds
from workbench.web.api import TAKES_BYTES, answers, takes
from workbench.web.desk import Allowed, Ingesting, Visit
from workbench.web.folders import Folder, chosen, look_into, roots
from workbench.web.jobs import Job, Jobs, Standing
from workbench.web.pages import page, said
from workbench.web.rooms.overview import PHASES, Now, now_of
from workbench.web.uploads import Sent, Upload, Uploads, Writing

router = APIRouter()
Polling = Annotated[Visit, Depends(Allowed("ingest", by_itself=True))]
_AT_ONCE: Final = 1 << 20
_LATEST: Final = 12
_LONGEST: Final = 200
Below = Annotated[str, Query(max_length=4096)]
Root = Annotated[int, Query(ge=0, le=1000)]


class ToIngest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be ingested, under what, and what is asserted of it: an upload, or a folder or file of the server."""

    upload: str = ""
    root: int = -1
    below: str = ""
    authority: str = ""
    custodian: str = ""
    languages: str = ""


class Ingests(msgspec.Struct, frozen=True, kw_only=True):
    """What goes on, and the ingests that were started here, the latest first."""

    now: Now
    jobs: tuple[Standing, ...]


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """An ingest that was started here, and what became of each exhibit it brought; sealed ones only as a number."""

    standing: Standing
    exhibits: tuple[ExhibitLine, ...]
    sealed: int


@router.get("/ingest")
def ingest_page(visit: Ingesting) -> Response:
    """Show what can be ingested, what is, and what was."""
    state = fold(visit.case.custody.events())
    settings = visit.case.settings
    return page(
        visit, "ingest.html", authorities=state.authorities, custodians=_custodians(state),
        languages=", ".join(state.settings.languages), roots=[str(path) for path in roots(visit.case)],
        most_mb=settings.upload_max_mb, most_files=settings.upload_max_files, **_shown(visit),
    )  # fmt: skip


def _custodians(state: CaseState) -> list[str]:
    return sorted({act.exhibit.custodian for act in state.exhibits.values() if act.exhibit.custodian})[:_LONGEST]


def _shown(visit: Visit) -> dict[str, Any]:
    standing = Jobs(visit.case).all("ingest")[:_LATEST]
    kept = {one.job.upload for one in standing if one.job.upload and (visit.case.uploads / one.job.upload).is_dir()}
    return {"now": now_of(visit), "jobs": standing, "kept": kept, "phases": PHASES, "left": seconds}


@router.get("/ingest/running")
def running_page(visit: Polling) -> Response:
    """Show what runs and what ran; the page asks for it every two seconds."""
    return page(visit, "ingest_running.html", **_shown(visit))


@router.get("/api/ingest", responses=answers(Ingests))
def ingests(visit: Polling) -> Response:
    """Say what runs, and list the ingests that were started here."""
    return said(Ingests(now=now_of(visit), jobs=tuple(Jobs(visit.case).all("ingest")[:_LATEST])))


# --- sending files ---------------------------------------------------------------------------------------------------


@router.post("/api/uploads", responses=answers(Upload))
def begin_upload(visit: Ingesting) -> Response:
    """Begin an upload; files are sent to it one by one, then an ingest takes it in."""
    in_use = frozenset(one.job.upload for one in Jobs(visit.case).all("ingest") if one.state != "done")
    return said(Uploads(visit.case).begin(visit.actor.name, in_use=in_use))


@router.get("/api/uploads/{upload}", responses=answers(Upload))
def upload(visit: Ingesting, upload: str) -> Response:
    """Say which files of an upload have come, and up to which byte."""
    return said(Uploads(visit.case).find(upload, visit.actor.name))


@router.put("/api/uploads/{upload}", responses=answers(Sent), openapi_extra=TAKES_BYTES)
async def send(
    visit: Ingesting,
    upload: str,
    name: Annotated[str, Query(max_length=1024)],
    size: Annotated[int, Query(ge=0, le=2**53)],
    at: Annotated[int, Query(ge=0, le=2**53)] = 0,
    modified: Annotated[int, Query(ge=-1, le=2**43)] = -1,
) -> Response:
    """Take in a file of `size` bytes from byte `at` on: the body is the file as it is.

    What breaks off is kept; `GET` says how far it came, and the rest is sent with that `at`. Half a file is never ingested.
    """
    await run_in_threadpool(_not_taken_in, visit, upload)
    sent = Sent(name=name, size_bytes=size, modified_ms=modified)
    async with _off_the_loop(Uploads(visit.case).receiving(upload, visit.actor.name, sent, at=at)) as writing:
        try:
            await _take(visit, writing)
        except ClientDisconnect as error:
            raise UsageError("the sending broke off", next_step=f"go on from byte {writing.at}") from error
    return said(msgspec.structs.replace(sent, received=writing.at, whole=writing.at == size))


@asynccontextmanager
async def _off_the_loop(lent: AbstractContextManager[Writing]) -> AsyncIterator[Writing]:
    """Take and give back in a thread what waits for the disk; given back also where the request is cancelled."""
    writing = await run_in_threadpool(lent.__enter__)
    try:
        yield writing
    except BaseException as error:
        with anyio.CancelScope(shield=True):
            await run_in_threadpool(lent.__exit__, type(error), error, error.__traceback__)
        raise
    await run_in_threadpool(lent.__exit__, None, None, None)


def _not_taken_in(visit: Visit, upload: str) -> None:
    running = Jobs(visit.case).running("ingest")
    if running is not None and running.job.upload == upload:
        raise Busy("an ingest takes this upload in", next_step="begin a new upload, or wait until it has ended")


async def _take(visit: Visit, writing: Writing) -> None:
    held = bytearray()
    try:
        async for chunk in visit.request.stream():
            held += chunk
            if len(held) >= _AT_ONCE:
                await run_in_threadpool(writing.write, bytes(held))
                held.clear()
    finally:
        if held:
            await run_in_threadpool(writing.write, bytes(held))


@router.delete("/api/uploads/{upload}", responses=answers(Upload))
def drop_upload(visit: Ingesting, upload: str, name: Annotated[str, Query(max_length=1024)] = "") -> Response:
    """Remove a file of an upload; without a name, the upload."""
    uploads, who = Uploads(visit.case), visit.actor.name
    before = uploads.find(upload, who)
    if any(one.job.upload == upload for one in Jobs(visit.case).all("ingest") if one.state == "running"):
        raise Refused("an ingest takes this upload in", next_step="wait until it has ended, or stop it")
    uploads.drop(upload, who, name)
    return said(uploads.find(upload, who) if name else msgspec.structs.replace(before, files=()))


# --- a folder of the server ------------------------------------------------------------------------------------------


@router.get("/ingest/folder")
def folder_page(visit: Ingesting, root: Root = 0, below: Below = "") -> Response:
    """Show what stands in a folder of the server that may be ingested."""
    return page(visit, "ingest_folder.html", folder=look_into(visit.case, root, below))


@router.get("/api/folders", responses=answers(Folder))
def folder(visit: Ingesting, root: Root = 0, below: Below = "") -> Response:
    """Say what stands in a folder of the server that may be ingested."""
    return said(look_into(visit.case, root, below))


# --- the ingest itself -----------------------------------------------------------------------------------------------


@router.post("/api/ingest", responses=answers(Job), openapi_extra=takes(ToIngest))
async def begin(visit: Ingesting) -> Response:
    """Start an ingest; raises where one runs on the case already, from here or from the command line."""
    body = await visit.request.body()
    try:
        wanted = msgspec.json.decode(body, type=ToIngest)
    except msgspec.MsgspecError as error:
        raise UsageError(f"this is no ingest: {error}", next_step="mend it and send it again") from error
    return said(await run_in_threadpool(_begin, visit, wanted))


def _begin(visit: Visit, wanted: ToIngest) -> Job:
    case = visit.case
    _check(case, wanted)
    if (now := under_way(case)) is not None:
        raise Refused(
            f"{now.who} has an ingest running on this case since {now.began_at[:16].replace('T', ' ')} UTC",
            next_step="wait until it has ended, or stop it",
        )
    words, source = _source(visit, wanted)
    asserted = [f"--authority={wanted.authority}", f"--custodian={wanted.custodian.strip()}"]
    asserted += [f"--languages={wanted.languages}"] if wanted.languages.strip() else []
    return Jobs(case).begin(
        "ingest", lambda _: ["ingest", "--json", *asserted, *words], who=visit.actor.name, reason=visit.session.reason,
        asked={"what": source, "authority": wanted.authority, "custodian": wanted.custodian.strip(),
               "languages": wanted.languages},
        upload=wanted.upload, then=lambda standing: let_go(case, standing),
    )  # fmt: skip


def _check(case: Case, wanted: ToIngest) -> None:
    for words in (wanted.authority, wanted.custodian, wanted.languages):
        if len(words) > _LONGEST or not words.isprintable():
            raise UsageError("authority, custodian and languages take up to 200 printable characters",
                             next_step="mend it and send it again")  # fmt: skip
    check_in_time(fold(case.custody.events()).authority(wanted.authority), today=case.clock().date())
    language_codes(wanted.languages)


def _source(visit: Visit, wanted: ToIngest) -> tuple[list[str], str]:
    """Return what the command is given, and the same in words for people."""
    root = str(visit.case.root)
    if wanted.upload:
        files, names = Uploads(visit.case).ready(wanted.upload, visit.actor.name)
        many = len(list(files.iterdir()))
        return [f"--names={names}", "--", root, str(files)], f"{many:,} file{'s' if many != 1 else ''} sent"
    if wanted.root < 0:
        raise UsageError("nothing was chosen", next_step="send files, or choose a folder on the server")
    path = chosen(visit.case, wanted.root, wanted.below)
    return ["--", root, str(path)], str(path)


def let_go(case: Case, standing: Standing) -> bool:
    """Remove what was sent where the vault has its copy of all of it; returns whether it is gone."""
    if standing.state != "done" or not standing.job.upload:
        return False
    state = fold(case.custody.events())
    received = [state.exhibits.get(number) for number in standing.out.get("exhibits", ())]
    kept = [one for one in received if one and not one.unreadable and case.vault.path(one.exhibit.sha256).is_file()]
    files = case.uploads / standing.job.upload / "files"
    if files.is_dir() and len(kept) < len(list(files.iterdir())):
        return False
    Uploads(case).taken_in(standing.job.upload)
    return True


@router.post("/api/ingest/{job}/stop", responses=answers(Standing))
def stop(visit: Ingesting, job: str) -> Response:
    """Stop an ingest that was started here; what was read is kept, and the same ingest goes on from there."""
    return said(Jobs(visit.case).stop(job, "ingest"))


@router.post("/api/ingest/{job}/again", responses=answers(Job))
def again(visit: Ingesting, job: str) -> Response:
    """Start once more what was stopped or failed, as it was asked for."""
    before = Jobs(visit.case).standing(job, "ingest")
    if before.state in ("running", "done"):
        raise Refused("there is nothing to go on with", next_step="start a new ingest")
    if not before.job.upload:
        raise Refused("a folder is chosen again", next_step="choose it, and start the ingest: it goes on from there")
    asked = before.job.asked
    wanted = ToIngest(
        upload=before.job.upload,
        authority=asked["authority"],
        custodian=asked["custodian"],
        languages=asked["languages"],
    )
    return said(_begin(visit, wanted))


def result_of(visit: Visit, name: str) -> Result:
    """Return what became of an ingest; recorded as a look at what it brought. Raises NotFound."""
    standing = Jobs(visit.case).standing(name, "ingest")
    let_go(visit.case, standing)
    brought = tuple(str(number) for number in standing.out.get("exhibits", ()))
    with visit.graph() as graph:
        lines = queries.status(graph).exhibits
    within = tuple(f"{number}/" for number in brought)
    shown = tuple(line for line in lines if line.number in brought or line.number.startswith(within))
    visit.consulted("ingest", asked=name, exhibits=[line.number for line in shown], results=len(shown))
    missing = set(brought) - {line.number for line in shown}
    return Result(standing=standing, exhibits=shown, sealed=len(missing))


@router.get("/ingest/jobs/{job}")
def result_page(visit: Ingesting, job: str) -> Response:
    """Show what an ingest brought, first what was not read and why."""
    result = result_of(visit, job)
    unread = [line for line in result.exhibits if line.outcome != "read"]
    read = [line for line in result.exhibits if line.outcome == "read"]
    return page(visit, "ingest_result.html", result=result, unread=unread, read=read,
                looks=visit.may("analyse", "review", "disclose"))  # fmt: skip


@router.get("/api/ingest/{job}", responses=answers(Result))
def result(visit: Ingesting, job: str) -> Response:
    """Say what an ingest brought, and what was not read and why."""
    return said(result_of(visit, job))
