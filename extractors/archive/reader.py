"""Archives: every file in them becomes an exhibit of its own, and their list of entries is there to be searched.

A file whose bytes are not what the archive states (a wrong checksum, a size that is not so) is said to be damaged and is not
received: an exhibit's hash must be that of a file that someone had.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Final

from evidence.errors import Unreadable
from evidence.locator import Place, RecordPlace
from evidence.records import Reading, Stamp
from extractors.archive import streamed
from extractors.archive.entries import Locked
from extractors.archive.limits import BOMB_BYTES, BOMB_RATIO, LISTED_AT_MOST
from extractors.archive.opening import UNLOCKED, further_volume, not_here, opened_by, unlocked_as, volumes_of
from extractors.archive.taking import Taker
from extractors.archive.telling import all_locked, head_of, lost_key, missing, said_of, unit_of
from extractors.protocols import Engines, Original, Part, ReadContext, Survey

VERSION: Final = "4"


class ArchiveReader:
    """Reads zip, 7z, RAR, tar, ISO, Cabinet, cpio, ar and compressed files, over several volumes too."""

    def survey(self, path: Path, *, media_type: str, context: ReadContext) -> Survey:
        """Return one part; its name says so, without saying how, where passwords open something. Raises Unreadable."""
        reason = further_volume(context) or not_here(media_type)
        if reason:
            return Survey(media_type=media_type, reader="archive", outcome="skipped", reason=reason)
        seconds = 0.05 + sum(one.stat().st_size for one in volumes_of(path, context)) / 10e6
        name = unlocked_as(path, media_type, context) if context.passwords else ""
        part = Part(name=name, seconds_expected=seconds)
        return Survey(media_type=media_type, reader="archive", parts=(part,), units=1)

    def read(self, path: Path, *, media_type: str, part: Part, engines: Engines, context: ReadContext) -> Reading:
        """Return one unit that lists the entries, and the files taken as children; raises Unreadable."""
        passwords = context.passwords if part.name.startswith(UNLOCKED) else ()
        volumes = volumes_of(path, context)
        taker = Taker(context.scratch, limits=context.limits, archive_bytes=sum(one.stat().st_size for one in volumes))
        try:
            with opened_by(volumes, media_type, context, passwords) as opened:
                take = taker.all_of(opened)
                facts = {"format": opened.kind, **opened.facts}
        except Locked:
            return all_locked(media_type)
        except Unreadable as error:
            raise Unreadable("; ".join([*missing(context), error.what])) from error
        locked_with = "; ".join(filter(None, (lost_key(media_type), facts.get("tries"))))
        unit = unit_of(take, facts, context, locked_with=locked_with)
        return Reading(units=(unit,), children=tuple(take.children), facts=facts)

    def original(self, path: Path, *, place: Place, media_type: str, context: ReadContext) -> Original:
        """Return what the archive says of an entry, and its first 64 KiB from the archive itself; raises Unreadable."""
        if not isinstance(place, RecordPlace) or place.field != "entry":
            raise Unreadable("there is no such entry")
        with opened_by(volumes_of(path, context), media_type, context, context.passwords) as opened:
            for entry, chunks in opened.entries():
                if entry.number == place.record:
                    data = b""
                    if entry.kind == "file" and not entry.wrong:
                        with contextlib.suppress(Unreadable):
                            data = head_of(chunks())
                    return Original(text=said_of(entry), data=data, where=f"entry {entry.number:,}, {entry.path}")
        raise Unreadable("there is no such entry")

    def stamps(self, *, engines: Engines, context: ReadContext) -> tuple[Stamp, ...]:
        """Return the reader with the limits it keeps, and the library it reads with."""
        bindings = streamed.library()
        settings: dict[str, str | int | bool | list[str]] = {
            "children": context.limits.children,
            "child_bytes": context.limits.child_bytes,
            "bomb_ratio": BOMB_RATIO,
            "bomb_bytes": BOMB_BYTES,
            "listed": LISTED_AT_MOST,
            "name": context.name,
            "volumes": [one.name for one in context.siblings],
        }
        version = str(bindings.version_number()) if bindings else "none"
        return (
            Stamp(name="archive", version=VERSION, settings=settings),
            Stamp(name="libarchive", version=version),
        )
