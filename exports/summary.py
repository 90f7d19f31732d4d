"""The summary for a court: a folder with the document, its records, its sources, and the means to check it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

import msgspec

from evidence.acts import Disclosed, LedgerRead
from evidence.case import Case
from evidence.digest import sha256_bytes
from evidence.errors import Busy, Refused, StorageError
from evidence.files import fsync_folder, write_atomically
from evidence.ledger import Actor
from exports.certification import draft_text
from exports.gate import check_addressed
from exports.gather import Commission, Gathered, gather
from exports.paper import set_on_paper
from exports.tables import source_index, unused_csv
from graph.chain import SEAL_OPERATIONS

_VERIFIER = Path(__file__).with_name("verify_bundle.py")


class Exported(msgspec.Struct, frozen=True, kw_only=True):
    """What left the case; print it as the receipt."""

    folder: str
    files: dict[str, str]
    """Name to SHA-256, `manifest.json` among them."""
    checkpoint: str
    """The custody checkpoint that the summary prints."""
    recipient: str
    findings: tuple[str, ...]
    analyses: tuple[str, ...]
    readings: int
    """Rows of the source index."""
    unused: int
    """Items on the schedule of unused material."""

    @property
    def receipt(self) -> str:
        """What `verify.py --against` takes: the checkpoint fixes the record, the manifest's SHA-256 the documents."""
        return f"{self.checkpoint} manifest:{self.files['manifest.json']}"


def export_summary(
    case: Case,
    *,
    out: Path,
    recipient: str,
    reason: str,
    actor: Actor,
    findings: Sequence[str] = (),
    analyses: Sequence[str] = (),
) -> Exported:
    """Write the summary into the new or empty folder `out` and log the disclosure; returns what left.

    The summary states the case as of the head of its custody chain: for one head, actor, recipient and reason,
    `summary.pdf` and `summary.json` are the same bytes every time. Nothing stands in `out` until all of it does, and
    nothing is left there that could not be logged.

    Raises Refused without a recipient or a reason, where `out` is not empty or in the case folder, and while a passage tagged `undermines` is
    neither printed nor scheduled, or a row of an analysis cites no place; IntegrityError, naming the exhibit, where an original or an artifact is not what
    was recorded; NotFound for a finding or an analysis that is not on record; Busy, StorageError.
    """
    check_addressed(recipient=recipient, reason=reason)
    _check_out(out, case)
    commission = Commission(
        recipient=recipient, reason=reason, actor=actor, findings=tuple(findings), analyses=tuple(analyses)
    )
    gathered = gather(case, commission)
    bundle = bundle_files(gathered)
    stood = _place(bundle, out)
    digests = {name: str(sha256_bytes(data)) for name, data in bundle.items()}
    try:
        _check_seals(case, gathered)
        _log(case, digests, gathered, commission)
    except BaseException:
        _take_back(out, stood=stood)
        raise
    case.custody.checkpoint()
    return Exported(
        folder=out.name,
        files=digests,
        checkpoint=gathered.summary.checkpoint.code,
        recipient=recipient.strip(),
        findings=tuple(each.claim for each in gathered.summary.findings),
        analyses=tuple(each.claim for each in gathered.summary.analyses),
        readings=len(gathered.rows),
        unused=gathered.summary.scheduled,
    )


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """What a summary would be: nothing has left the case."""

    checkpoint: str
    findings: tuple[str, ...]
    analyses: tuple[str, ...]
    exhibits: tuple[str, ...]
    """Those whose readings it prints."""
    readings: int
    unused: int


def preview_summary(
    case: Case,
    *,
    out: Path,
    recipient: str,
    reason: str,
    actor: Actor,
    findings: Sequence[str] = (),
    analyses: Sequence[str] = (),
) -> Preview:
    """Write the PDF that an export would make to `out`, stamped as a preview on each page; records nothing.

    Neither recipient nor reason need be known yet. Raises what `export_summary` raises of what the summary rests on, and
    Refused where `out` is there already.
    """
    if out.exists():
        raise Refused(f"{out.name} is already there", next_step="choose another name for the preview")
    said = "not stated yet: this is a preview"
    commission = Commission(
        recipient=recipient.strip() or said,
        reason=reason.strip() or said,
        actor=actor,
        findings=tuple(findings),
        analyses=tuple(analyses),
    )
    gathered = gather(case, commission)
    summary = gathered.summary
    write_atomically(
        out, set_on_paper(summary, attachments=_attached(gathered), pictures=gathered.pictures, preview=True)
    )
    return Preview(
        checkpoint=summary.checkpoint.code,
        findings=tuple(each.claim for each in summary.findings),
        analyses=tuple(each.claim for each in summary.analyses),
        exhibits=tuple(sorted({row.exhibit for row in gathered.rows})),
        readings=len(gathered.rows),
        unused=summary.scheduled,
    )


def _attached(gathered: Gathered) -> dict[str, bytes]:
    as_json = msgspec.json.format(msgspec.json.encode(gathered.summary), indent=1)
    return {"summary.json": as_json, "source_index.csv": source_index(gathered.rows)}


def bundle_files(gathered: Gathered) -> dict[str, bytes]:
    """Return the files of the folder by name; the manifest, which has the SHA-256 of all others, comes last."""
    summary = gathered.summary
    attachments = _attached(gathered)
    made = {
        "summary.pdf": set_on_paper(summary, attachments=attachments, pictures=gathered.pictures),
        **attachments,
        "unused_material.json": msgspec.json.format(msgspec.json.encode(gathered.unused), indent=1),
        "unused_material.csv": unused_csv(gathered.unused),
        "certification-draft.txt": draft_text(summary.certification).encode(),
        "custody.jsonl": b"".join(raw + b"\n" for raw in gathered.record.raws),
        "checkpoint.txt": f"{summary.checkpoint.code}\n".encode(),
        "verify.py": _VERIFIER.read_bytes(),
    }
    return made | {"manifest.json": _manifest(made, checkpoint=summary.checkpoint.code)}


def _manifest(made: dict[str, bytes], *, checkpoint: str) -> bytes:
    listed = {name: str(sha256_bytes(data)) for name, data in sorted(made.items())}
    manifest = {"format": "casegraph-manifest/1", "type": "summary", "checkpoint": checkpoint, "files": listed}
    return msgspec.json.format(msgspec.json.encode(manifest), indent=1)


def _check_out(out: Path, case: Case) -> None:
    if out.resolve().is_relative_to(case.root.resolve()):
        raise Refused(
            f"{out.name} is inside the case folder: what leaves the case is never kept among what it rests on",
            next_step="choose a new folder outside the case with --out",
        )
    if out.is_symlink() or (out.exists() and (not out.is_dir() or any(out.iterdir()))):
        raise Refused(
            f"{out.name} is already there and not empty: an export is never mixed with other files",
            next_step="choose a new folder with --out",
        )
    if not out.absolute().parent.is_dir():
        raise Refused(f"there is no folder to put {out.name} in", next_step="make the folder above it first")


def _place(bundle: dict[str, bytes], out: Path) -> bool:
    """Write the folder beside its place, then rename it; returns whether an empty folder stood there before."""
    stood = out.exists()
    making = out.absolute().with_name(f".{out.name}.part")
    shutil.rmtree(making, ignore_errors=True)
    try:
        making.mkdir(mode=0o700)
        for name, data in bundle.items():
            _write(making / name, data)
        fsync_folder(making)
        making.rename(out.absolute())
        fsync_folder(out.absolute().parent)
    except OSError as error:
        shutil.rmtree(making, ignore_errors=True)
        raise StorageError(
            f"the export cannot be written: {error.strerror}", next_step="free some space, or choose another folder"
        ) from error
    return stood


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as writing:
        writing.write(data)
        writing.flush()
        os.fsync(writing.fileno())


def _take_back(out: Path, *, stood: bool) -> None:
    shutil.rmtree(out, ignore_errors=True)
    if stood:
        out.mkdir(mode=0o700, exist_ok=True)


def _check_seals(case: Case, gathered: Gathered) -> None:
    """Refuse where something was sealed after the summary was gathered."""
    later = list(case.custody.lines())[gathered.summary.checkpoint.size :]
    if any(line.op in SEAL_OPERATIONS for line in later):
        raise Busy("a seal was set or lifted while this was exported; nothing was kept", next_step="export it again")


def _log(case: Case, digests: dict[str, str], gathered: Gathered, commission: Commission) -> None:
    disclosed = Disclosed(
        export="summary",
        recipient=commission.recipient.strip(),
        reason=commission.reason.strip(),
        files=digests,
        checkpoint=gathered.summary.checkpoint.code,
    )
    read = LedgerRead(chain="access", lines=gathered.record.access_lines)
    case.record_access(read, disclosed, actor=commission.actor)
