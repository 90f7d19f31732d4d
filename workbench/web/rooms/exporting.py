"""Making a summary from the page: chosen, previewed, made for someone and for a reason, downloaded."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, BinaryIO, Final, cast

import msgspec
from fastapi import APIRouter, Depends, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from evidence.acts import Disclosed, LedgerRead
from evidence.case import Case
from evidence.digest import sha256_bytes
from evidence.errors import IntegrityError, NotFound, Refused, StorageError, UsageError
from evidence.ledger import parse_checkpoint
from evidence.state import fold
from exports.gate import check_addressed
from graph import queries
from graph.analyses import as_shown
from graph.chain import SEAL_OPERATIONS
from workbench.web.api import answers, hands_out, takes
from workbench.web.desk import Allowed, Disclosing, Visit
from workbench.web.jobs import Job, Jobs, Standing
from workbench.web.pages import page, said
from workbench.web.sheets import draw, sizes

router = APIRouter()
Polling = Annotated[Visit, Depends(Allowed("disclose", by_itself=True))]
_LATEST: Final = 12
_LONGEST: Final = 500
_MOST: Final = 500
_PDF: Final = "preview.pdf"
_DATED: Final = (1980, 1, 1, 0, 0, 0)
"""The time of every file in a zip, so that the same files give the same bytes."""


class ToExport(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be in a summary, for whom and why; no findings named: all."""

    findings: tuple[str, ...] = ()
    analyses: tuple[str, ...] = ()
    recipient: str = ""
    reason: str = ""


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """A finding or an analysis that can be in a summary."""

    id: str
    what: str
    supports: int = 0
    undermines: int = 0
    rows: int = 0


class Disclosure(msgspec.Struct, frozen=True, kw_only=True):
    """Something that left the case, as the access record has it."""

    seq: int
    at: str
    who: str
    export: str
    recipient: str
    reason: str
    files: dict[str, str]
    checkpoint: str
    job: str
    """Where it can be downloaded again; empty where it was made on the command line, or is no longer kept."""


class Exports(msgspec.Struct, frozen=True, kw_only=True):
    """What can be in a summary, what is being made, and what has left the case, the latest first."""

    findings: tuple[Choice, ...]
    analyses: tuple[Choice, ...]
    jobs: tuple[Standing, ...]
    previews: tuple[Standing, ...]
    disclosed: tuple[Disclosure, ...]


def folder_of(case: Case) -> Path:
    """Return where the summaries are kept that the page makes: never in the case."""
    named = case.settings.exports_folder
    return Path(named).expanduser() if named else case.root.with_name(f"{case.root.name}-exports")


def exports_of(visit: Visit) -> Exports:
    """Return what can be exported, and what was; recorded as a reading of the access record."""
    with visit.graph() as graph:
        found = queries.findings(graph)
    state = fold(visit.case.custody.events())
    disclosed = disclosures(visit.case)
    visit.case.record_access(LedgerRead(chain="access, disclosures", lines=len(disclosed)), actor=visit.actor)
    tags = [[tag.tag for tag in one.tags] for one in found]
    return Exports(
        findings=tuple(
            Choice(id=one.id, what=one.sentence, supports=tag.count("supports"), undermines=tag.count("undermines"))
            for one, tag in zip(found, tags, strict=True)
        ),
        analyses=tuple(
            Choice(id=name, what=as_shown(lines[-1].act, state).title, rows=len(lines[-1].act.rows))
            for name, lines in state.analyses.items()
        ),
        disclosed=tuple(disclosed),
        **_made(visit),
    )


def _made(visit: Visit) -> dict[str, Any]:
    jobs = Jobs(visit.case)
    mine = [one for one in jobs.all("preview") if one.job.who == visit.actor.name]
    return {"jobs": tuple(jobs.all("export")[:_LATEST]), "previews": tuple(mine[:1])}


def disclosures(case: Case) -> list[Disclosure]:
    """Return what has left the case, the latest first."""
    kept = {one.out["files"]["manifest.json"]: one.job.id for one in Jobs(case).all("export") if one.state == "done"}
    events = case.access.events(only=lambda line: line.op == "disclosed", whole=False)
    made = [
        Disclosure(
            seq=event.line.seq, at=event.line.ts, who=event.line.actor, export=event.act.export,
            recipient=event.act.recipient, reason=event.act.reason, files=event.act.files,
            checkpoint=event.act.checkpoint, job=kept.get(event.act.files.get("manifest.json", ""), ""),
        )
        for event in events
        if isinstance(event.act, Disclosed)
    ]  # fmt: skip
    return made[::-1]


@router.get("/export")
def export_page(visit: Disclosing) -> Response:
    """Show what can be in a summary, and what has left the case."""
    told = exports_of(visit)
    return page(visit, "export.html", told=told, **_shown(visit))


@router.get("/export/running")
def running_page(visit: Polling) -> Response:
    """Show what is being made; the page asks for it every two seconds."""
    return page(visit, "export_running.html", **_shown(visit))


def _shown(visit: Visit) -> dict[str, Any]:
    _drop_stale(visit.case)
    made = _made(visit)
    ready = [one for one in made["previews"] if one.state == "done" and not sealed_since(visit.case, one)]
    return made | {"ready": {one.job.id for one in ready}}


def _drop_stale(case: Case) -> None:
    """Remove the pages of previews, whoever made them, that may show what is sealed now."""
    jobs = Jobs(case)
    for one in jobs.all("preview"):
        pdf = jobs.folder / one.job.id / _PDF
        if one.state == "done" and pdf.is_file() and sealed_since(case, one):
            pdf.unlink(missing_ok=True)


@router.get("/api/exports", responses=answers(Exports))
def exports(visit: Disclosing) -> Response:
    """Say what can be in a summary, what is being made, and what has left the case."""
    return said(exports_of(visit))


@router.get("/api/exports/{job}", responses=answers(Standing))
def export_job(visit: Polling, job: str) -> Response:
    """Say how the making of a summary stands, or why it came to nothing."""
    return said(Jobs(visit.case).standing(job, "export"))


# --- preview ---------------------------------------------------------------------------------------------------------


@router.post("/api/previews", responses=answers(Job), openapi_extra=takes(ToExport))
async def preview(visit: Disclosing) -> Response:
    """Begin to make a preview: the summary's pages, stamped; a look, not a disclosure."""
    wanted = _wanted(await visit.request.body())
    return said(await run_in_threadpool(_begin_preview, visit, wanted))


def _begin_preview(visit: Visit, wanted: ToExport) -> Job:
    jobs = Jobs(visit.case)
    mine = [one.job.id for one in jobs.all("preview") if one.job.who == visit.actor.name]
    begun = jobs.begin(
        "preview", lambda folder: [*_words(visit.case, wanted), f"--preview={folder / _PDF}"],
        who=visit.actor.name, reason=visit.session.reason, asked=_asked(wanted),
    )  # fmt: skip
    for old in mine:
        jobs.remove(old)
    return begun


@router.get("/api/previews/{job}", responses=answers(Standing))
def preview_job(visit: Polling, job: str) -> Response:
    """Say how the making of a preview stands."""
    return said(_previewed(visit, job))


def _previewed(visit: Visit, job: str) -> Standing:
    standing = Jobs(visit.case).standing(job, "preview")
    if standing.job.who != visit.actor.name:
        raise NotFound("there is no such job", next_step="make a preview of your own")
    return standing


def _ready(visit: Visit, job: str) -> Path:
    """Return a preview's PDF; raises Refused where a seal was set since (it is removed), NotFound where it is not there."""
    standing = _previewed(visit, job)
    if standing.state != "done":
        raise NotFound("the preview is not ready", next_step=standing.next_step or "wait a moment")
    if sealed_since(visit.case, standing):
        _drop_stale(visit.case)
        raise Refused("a seal was set or lifted since this preview was made", next_step="make another preview")
    return Jobs(visit.case).folder / job / _PDF


def sealed_since(case: Case, standing: Standing) -> bool:
    """Whether a seal was set or lifted after the checkpoint that a summary or preview rests on."""
    size = parse_checkpoint(standing.out["checkpoint"]).size
    later = case.custody.events(after=size, only=lambda line: line.op in SEAL_OPERATIONS, whole=False)
    return next(iter(later), None) is not None


@router.get("/export/previews/{job}", **hands_out("text/html"))
def preview_page(visit: Disclosing, job: str) -> Response:
    """Show the pages of a preview."""
    pdf = _ready(visit, job)
    standing = _previewed(visit, job)
    shown = standing.out["exhibits"]
    visit.consulted("export preview", asked=job, exhibits=shown, results=standing.out["readings"])
    return page(visit, "export_preview.html", standing=standing, sizes=sizes(pdf))


@router.get("/export/previews/{job}/{number}.png", **hands_out("image/png"))
def preview_sheet(visit: Disclosing, job: str, number: int) -> Response:
    """Return a page of a preview as a picture; looking was recorded when the preview was opened."""
    return Response(draw(_ready(visit, job), number), media_type="image/png")


# --- the export itself -----------------------------------------------------------------------------------------------


@router.post("/api/exports", responses=answers(Job), openapi_extra=takes(ToExport))
async def export(visit: Disclosing) -> Response:
    """Begin to make a summary; it is recorded as disclosed to the recipient, for the reason, when it is made."""
    wanted = _wanted(await visit.request.body())
    return said(await run_in_threadpool(_begin, visit, wanted))


def _wanted(body: bytes) -> ToExport:
    try:
        wanted = msgspec.json.decode(body, type=ToExport)
    except msgspec.MsgspecError as error:
        raise UsageError(f"this is no export: {error}", next_step="mend it and send it again") from error
    words = (wanted.recipient, wanted.reason, *wanted.findings, *wanted.analyses)
    if any(len(word) > _LONGEST or not word.isprintable() for word in words) or len(words) > _MOST:
        raise UsageError("recipient, reason and names take up to 500 printable characters", next_step="shorten them")
    return wanted


def _begin(visit: Visit, wanted: ToExport) -> Job:
    check_addressed(recipient=wanted.recipient, reason=wanted.reason)
    folder = folder_of(visit.case)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise StorageError(
            f"the folder for summaries cannot be made: {error.strerror}",
            next_step="name another in exports_folder under [settings] of the case's case.toml",
        ) from error
    addressed = [f"--to={wanted.recipient}", f"--reason={wanted.reason}"]
    return Jobs(visit.case).begin(
        "export", lambda made: [*_words(visit.case, wanted), *addressed, f"--out={folder / made.name}"],
        who=visit.actor.name, reason=visit.session.reason, asked=_asked(wanted),
    )  # fmt: skip


def _words(case: Case, wanted: ToExport) -> list[str]:
    chosen = [f"--finding={one}" for one in wanted.findings] + [f"--analysis={one}" for one in wanted.analyses]
    return ["export", str(case.root), "summary", "--json", *chosen]


def _asked(wanted: ToExport) -> dict[str, str]:
    chosen = ", ".join((*(wanted.findings or ("all findings",)), *wanted.analyses))
    return {"what": chosen, "recipient": wanted.recipient.strip(), "reason": wanted.reason.strip()}


def bundle(visit: Visit, job: str) -> tuple[Standing, Path]:
    """Return a summary that was made here; raises NotFound, and Refused where what is sealed now may stand in it."""
    standing = Jobs(visit.case).standing(job, "export")
    folder = folder_of(visit.case) / job
    if standing.state != "done" or not folder.is_dir():
        raise NotFound("this summary is not kept here", next_step="make it again")
    if sealed_since(visit.case, standing):
        raise Refused("a seal was set or lifted since this summary was made", next_step="make it again")
    return standing, folder


def _checked(folder: Path, name: str, digest: str) -> bytes:
    data = (folder / name).read_bytes()
    if sha256_bytes(data) != digest:
        raise IntegrityError(f"{name} is not what was disclosed: it was changed since", next_step="make it again")
    return data


@router.get("/export/{job}/files/{name}", **hands_out("application/pdf", "application/octet-stream"))
def file(visit: Disclosing, job: str, name: str) -> Response:
    """Return a file of a summary that was made here, as it was disclosed."""
    standing, folder = bundle(visit, job)
    if name not in standing.out["files"]:
        raise NotFound(f"the summary has no file {name[:80]}", next_step="go back to the list")
    data = _checked(folder, name, standing.out["files"][name])
    visit.consulted("export download", asked=f"{job} {name}", results=1)
    kind = "application/pdf" if name.endswith(".pdf") else "application/octet-stream"
    return Response(data, media_type=kind, headers={"content-disposition": f'attachment; filename="{name}"'})


@router.get("/export/{job}/summary.zip", **hands_out("application/zip"))
def as_zip(visit: Disclosing, job: str) -> Response:
    """Return all files of a summary that was made here."""
    standing, folder = bundle(visit, job)
    packed = _packed(folder, standing.out["files"])
    visit.consulted("export download", asked=job, results=len(standing.out["files"]))
    size = packed.seek(0, 2)
    headers = {"content-disposition": f'attachment; filename="summary-{job}.zip"', "content-length": str(size)}
    return StreamingResponse(_pieces(packed), media_type="application/zip", headers=headers)


def _packed(folder: Path, files: dict[str, str]) -> BinaryIO:
    packed = cast(BinaryIO, tempfile.TemporaryFile(dir=folder.parent))  # noqa: SIM115 - closed when it was sent
    try:
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in sorted(files):
                archive.writestr(zipfile.ZipInfo(f"summary/{name}", _DATED), _checked(folder, name, files[name]))
    except BaseException:
        packed.close()
        raise
    return packed


def _pieces(packed: BinaryIO) -> Iterator[bytes]:
    with packed:
        packed.seek(0)
        while piece := packed.read(1 << 18):
            yield piece
