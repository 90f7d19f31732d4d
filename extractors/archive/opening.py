"""Opening an archive by what suits it, over its volumes, and with the passwords that open it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final, Protocol

from evidence.digest import sha256_bytes
from evidence.errors import Unreadable
from extractors.archive import plain, program, streamed
from extractors.archive.entries import Locked, Opened
from extractors.archive.limits import LISTED_AT_MOST
from extractors.archive.volumes import in_order, missing_volumes, volume_of
from extractors.archive.zipped import Zip
from extractors.protocols import ReadContext

UNLOCKED: Final = "unlocked"
"""What the name of a part begins with where passwords open something."""
ZIP: Final = "application/zip"
BY_PROGRAM: Final = ("application/x-7z-compressed", "application/vnd.rar")
_ENDINGS: Final = (".gz", ".bz2", ".xz", ".zst", ".lz4", ".z", ".tgz", ".bz", ".zstd")


class Closable(Opened, Protocol):
    """An opened archive that holds files or memory until it is closed."""

    def close(self) -> None:
        """Let go of them."""
        ...


def volumes_of(path: Path, context: ReadContext) -> list[Path]:
    """Return the archive's volumes in the order of their bytes: the exhibit alone where nothing belongs to it."""
    mine = base_name(context.name)
    by_name = {base_name(one.name): one.path for one in context.siblings if volume_of(base_name(one.name)) is not None}
    if not by_name:
        return [path]
    ordered = in_order(mine, by_name)
    missing = missing_volumes(mine, by_name)
    if missing and mine not in ordered[-1:]:  # what lies behind a gap cannot be read; a zip's directory is at its end
        ordered = [one for one in ordered if one == mine or _number(one) < missing[0]]
    return [by_name.get(one, path) for one in ordered]


def base_name(name: str) -> str:
    """Return a name without its folders, casefolded: volumes are told by it."""
    return name.rpartition("/")[2].casefold()


def _number(name: str) -> int:
    volume = volume_of(name)
    return volume.number if volume else 0


def _split_numbers(context: ReadContext) -> list[int] | None:
    """Return the numbers of a split zip's volumes before the last; None where the exhibit is not named like the last."""
    if not base_name(context.name).endswith(".zip"):
        return None
    found = [volume_of(base_name(one.name)) for one in context.siblings]
    return sorted(one.number for one in found if one is not None and one.scheme == "zip")


@contextlib.contextmanager
def opened_by(
    volumes: list[Path], media_type: str, context: ReadContext, passwords: tuple[str, ...]
) -> Iterator[Closable]:
    """Open an archive by what suits it; raises Unreadable, Locked where even its list is encrypted."""
    opened = _by_password(volumes, media_type, context, passwords) or _opening(volumes, media_type, context, passwords)
    try:
        yield opened
    finally:
        opened.close()


def _opening(volumes: list[Path], media_type: str, context: ReadContext, passwords: tuple[str, ...]) -> Closable:
    if media_type == ZIP:
        try:
            return Zip(volumes, passwords=passwords, numbers=_split_numbers(context))
        except Unreadable:
            if streamed.library() is None:
                raise
    name = _uncompressed_name(context.name)
    if streamed.library() is None:
        return plain.Plain(volumes[0], media_type=media_type, name=name)
    return streamed.Streamed(volumes, media_type=media_type, name=name)


def _by_password(
    volumes: list[Path], media_type: str, context: ReadContext, passwords: tuple[str, ...]
) -> Closable | None:
    """Open a 7z or RAR archive with the password that fits, through the 7-Zip program."""
    if not passwords or media_type not in BY_PROGRAM or not program.program():
        return None
    if not _is_locked(volumes, media_type):
        return None
    path = _named_volumes(volumes, context)
    number = program.opening(path, passwords, seconds=0.5 * context.limits.seconds)
    if number < 0:
        return None
    kind = "7-Zip" if media_type == BY_PROGRAM[0] else "RAR"
    return program.Programmed(path, password=passwords[number], number=number, kind=kind)


def _named_volumes(volumes: list[Path], context: ReadContext) -> Path:
    """Return the first volume's path, by names that the 7-Zip program knows how to go on from."""
    if len(volumes) == 1:
        return volumes[0]
    folder = context.scratch / "volumes"
    folder.mkdir(parents=True, exist_ok=True)
    names = in_order(base_name(context.name), [base_name(one.name) for one in context.siblings])
    for name, path in zip(names, volumes, strict=False):
        if not (folder / name).is_symlink():
            (folder / name).symlink_to(path)
    return folder / names[0]


def _is_locked(volumes: list[Path], media_type: str) -> bool:
    """Whether anything in a 7z or RAR archive is encrypted, its list included."""
    try:
        opened = streamed.Streamed(volumes, media_type=media_type)
    except Locked:
        return True
    except Unreadable:
        return False
    try:
        return any(entry.locked for entry, _ in islice(opened.entries(), LISTED_AT_MOST))
    except Locked:
        return True
    except Unreadable:
        return False
    finally:
        opened.close()


def unlocked_as(path: Path, media_type: str, context: ReadContext) -> str:
    """Return a part's name that differs with what the passwords open, and tells nothing of them; empty for nothing.

    A reading is kept under its part's name, so another list that opens more gives another reading.
    """
    volumes = volumes_of(path, context)
    found: list[int] = []
    untried = False
    with contextlib.suppress(Unreadable):
        if media_type == ZIP:
            opened = Zip(volumes, passwords=context.passwords, numbers=_split_numbers(context))
            found = opened.openings()
            untried = opened.untried
            opened.close()
        else:
            context.scratch.mkdir(parents=True, exist_ok=True)
            by_program = _by_password(volumes, media_type, context, context.passwords)
            found = [int(by_program.facts["password"].split()[3])] if by_program else []
    if all(number < 0 for number in found) and not untried:
        return ""
    opens = repr(found) + (" and others were not tried" if untried else "")
    return f"{UNLOCKED} {sha256_bytes(opens.encode())[:12]}"


def further_volume(context: ReadContext) -> str:
    """Return why a further volume of a split archive is not read: the one that opens it was not received."""
    volume = volume_of(base_name(context.name))
    if volume is None or volume.scheme == "cut" or (volume.scheme == "part" and volume.number == 1):
        return ""
    first = {"zip": ".zip", "rar": ".rar"}.get(volume.scheme, ".part1.rar")
    return (
        f"volume {volume.number} of a split archive: {volume.stem}{first}, which opens it, was not received beside it"
    )


def not_here(media_type: str) -> str:
    """Return what has to be installed before this media type can be read; empty where nothing has."""
    if streamed.library() is not None or media_type == ZIP or media_type in plain.READ:
        return ""
    return f"{media_type} needs the system library libarchive; install libarchive13, then `casegraph reread`"


def _uncompressed_name(name: str) -> str:
    """Return what the one file in a compressed file is called: its own name without the ending."""
    base = name.rpartition("/")[2]
    ending = next((one for one in _ENDINGS if base.lower().endswith(one)), "")
    return (base[: -len(ending)] if ending else base) or "content"
