"""What is said of an archive: its list of entries as segments, and why not everything in it was taken."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from evidence.locator import RecordPlace
from evidence.records import Reading, Segment, Unit
from extractors.archive.entries import Entry
from extractors.archive.opening import BY_PROGRAM, base_name
from extractors.archive.taking import BOMB, TAKEN, Take, Taken
from extractors.archive.volumes import missing_volumes, volume_of
from extractors.protocols import ReadContext

_NEXT: Final = "give the passwords with `casegraph ingest --passwords FILE`"
_NEEDS: Final = "it takes the 7-Zip program, see `casegraph doctor`"
_SHOWN_BYTES: Final = 64 << 10


def all_locked(media_type: str) -> Reading:
    """Return the reading of an archive whose very list is encrypted."""
    reason = f"encrypted: even the list of its files; {lost_key(media_type)}"
    return Reading(units=(Unit(kind="file", number=1, outcome="skipped", reason=reason),))


def lost_key(media_type: str) -> str:
    """Return what to do about what stayed encrypted; the same on every machine, since it is part of the reading."""
    return f"{_NEXT} ({_NEEDS})" if media_type in BY_PROGRAM else _NEXT


def unit_of(take: Take, facts: dict[str, str], context: ReadContext, *, locked_with: str) -> Unit:
    """Return the unit of an archive: `skipped` where all is encrypted, `failed` where all is damaged, else `read`."""
    files = sum(take.fates.values())
    reasons = _reasons(take, files, context, locked_with=locked_with)
    segments = tuple(_segment(index, one) for index, one in enumerate(take.listed))
    counted = {"entries": str(take.entries), "files": str(files), "taken": str(take.fates[TAKEN])}
    facts.update(counted | _stored_times(take))
    reason = "; ".join(reasons)
    if files and take.fates["encrypted"] == files:
        return Unit(kind="file", number=1, outcome="skipped", reason=reason, segments=segments, facts=facts)
    if (files and take.fates["damaged"] == files) or (not take.entries and take.stopped):
        return Unit(kind="file", number=1, outcome="failed", reason=reason, segments=segments, facts=facts)
    if not take.entries:
        return Unit(kind="file", number=1, outcome="blank", reason=reason or "an archive without entries", facts=facts)
    return Unit(
        kind="file", number=1, outcome="read", partial=bool(reasons), reason=reason, segments=segments, facts=facts
    )


def _reasons(take: Take, files: int, context: ReadContext, *, locked_with: str) -> list[str]:
    """Return why files were not taken, each reason once with its number, and what is missing."""
    reasons = missing(context)
    for fate, count in sorted(take.fates.items()):
        if fate == "encrypted":
            reasons.append(f"encrypted: {count:,} of {files:,} files; {locked_with}")
        elif fate != TAKEN:
            reasons.append(f"{count:,} of {files:,} files {_MEANT.get(fate, fate)}")
    if take.stopped:
        reasons.append(take.stopped)
    if take.entries > len(take.listed):
        reasons.append(f"only the first {len(take.listed):,} of {take.entries:,} entries are listed")
    return reasons


def missing(context: ReadContext) -> list[str]:
    """Return which volumes were not received, as far as the names of the others tell."""
    mine, others = base_name(context.name), [base_name(one.name) for one in context.siblings]
    volumes = [one for one in others if volume_of(one) is not None]
    alone = volume_of(mine) is not None and not volumes
    return [f"volume {number} was not received" for number in missing_volumes(mine, volumes)[:20]] + (
        ["a first volume, and no other was received beside it"] if alone else []
    )


_MEANT: Final = {
    "not unpacked": BOMB,
    "damaged": "damaged, and not received",
    "beyond the limit of files": "beyond the limit on files of one container (setting max_children)",
    "beyond the limit of bytes": "beyond the limit on bytes of one container (setting max_children_gb)",
}


def _stored_times(take: Take) -> dict[str, str]:
    """Return the earliest and the latest of the entries' stored times; each one's own is in `said_of`."""
    times = sorted(one.entry.modified for one in take.listed if one.entry.modified)
    return {"stored_times_from": times[0], "stored_times_to": times[-1]} if times else {}


def _segment(index: int, one: Taken) -> Segment:
    """Return an entry's line of the list, without its time: no one wrote that date, and every file has one."""
    entry = one.entry
    said = [one.name]
    if entry.kind == "file" and entry.size_bytes >= 0:
        said.append(f"{entry.size_bytes:,} bytes")
    said += [part for part in (one.fate, entry.comment) if part]
    place = RecordPlace(record=entry.number, field="entry", key=entry.path)
    return Segment(index=index, text=" · ".join(said), place=place, source="native")


def said_of(entry: Entry) -> str:
    """Return what an archive states of an entry, a line each."""
    told = {
        "path": entry.path,
        "kind": entry.kind,
        "size": f"{entry.size_bytes:,} bytes" if entry.size_bytes >= 0 else "",
        "modified": entry.modified,
        "points to": entry.target,
        "encrypted": "yes" if entry.locked else "",
        "comment": entry.comment,
        "wrong": entry.wrong,
    }
    return "\n".join(f"{name}: {value}" for name, value in told.items() if value)


def head_of(chunks: Iterator[bytes]) -> bytes:
    """Return the first 64 KiB of an entry."""
    data = b""
    for chunk in chunks:
        data += chunk
        if len(data) >= _SHOWN_BYTES:
            break
    return data[:_SHOWN_BYTES]
