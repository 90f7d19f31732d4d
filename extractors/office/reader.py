"""The reader of office files: which way each is read, what it costs, and what changes its output."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import Final

from evidence.errors import EngineMissing, Unreadable
from evidence.locator import Place, RecordPlace
from evidence.records import Reading, Stamp
from extractors.office import binary_book, epub, legacy, odf, package, reopen, rtf, sheets, slides, words
from extractors.office.cells import ROWS
from extractors.office.gathered import Gathered
from extractors.office.kinds import DOC, WAYS, XLS
from extractors.protocols import Engines, Original, Part, ReadContext, Survey

_VERSION: Final = "2"
_BYTES_A_SECOND: Final = 1_000_000
_CONVERSION_SECONDS: Final = 8.0
_LOCKED: Final = (
    "encrypted: it opens only with a password, and no reader of encrypted office files is part of casegraph"
)
_NEEDS: Final = "needs LibreOffice, which is not installed here: old Word and PowerPoint files are only read through it"
_FLAT_BYTES: Final = 96 << 20


class OfficeReader:
    """Reads documents, workbooks, presentations and e-books."""

    def survey(self, path: Path, *, media_type: str, context: ReadContext) -> Survey:
        """Return one part; `skipped` at once for what is encrypted, or needs LibreOffice where it is not installed."""
        if reason := _why_not(path, media_type):
            return Survey(media_type=media_type, reader="office", outcome="skipped", reason=reason)
        seconds = 0.05 + path.stat().st_size / _BYTES_A_SECOND
        seconds += _CONVERSION_SECONDS if WAYS[media_type] == "converted" else 0.0
        return Survey(media_type=media_type, reader="office", parts=(Part(seconds_expected=seconds),), units=1)

    def read(self, path: Path, *, media_type: str, part: Part, engines: Engines, context: ReadContext) -> Reading:
        """Return its units: the file, its chapters, its slides or its sheets. Raises Unreadable."""
        gathered = Gathered(context)
        way = WAYS[media_type]
        if way == "rtf":
            rtf.read(path, gathered)
        elif way == "flat":
            odf.read_flat(_flat(path), gathered)
        elif way == "binary book":
            _binary_book(path, media_type, gathered)
        elif way == "converted":
            _converted(path, media_type, gathered)
        elif way == "locked":
            raise Unreadable(_LOCKED)
        else:
            _package(path, way, gathered)
        return gathered.reading()

    def stamps(self, *, engines: Engines, context: ReadContext) -> tuple[Stamp, ...]:
        """Return the stamp of this package's rules, its parsers, its limits, and of LibreOffice where it is there."""
        try:
            converter = legacy.version()
        except EngineMissing:
            converter = "not installed"
        limits = context.limits
        return (
            Stamp(
                name="office",
                version=_VERSION,
                settings={
                    "lxml": version("lxml"),
                    "python_calamine": version("python-calamine"),
                    "olefile": version("olefile"),
                    "libreoffice": converter,
                    "rows_a_sheet": ROWS,
                    "text_limit": limits.text_code_points,
                    "children": limits.children,
                    "child_bytes": limits.child_bytes,
                },
            ),
        )

    def original(self, path: Path, *, place: Place, media_type: str, context: ReadContext) -> Original:
        """Return the markup, the row or the bytes at `place`; raises Unreadable where there is no such place."""
        if not isinstance(place, RecordPlace):
            raise Unreadable("there is no such place in an office file")
        way = WAYS[media_type]
        if way == "converted" and place.key != "SummaryInformation":
            made, inner = _made_from(path, media_type, context)
            with package.opened(made) as opened:
                found = reopen.in_package(opened, inner, place)
            return Original(
                text=found.text, where=f"{found.where} of the file as LibreOffice {legacy.version()} converts it"
            )
        if way in ("rtf", "flat"):
            return reopen.in_bytes(path, place) if way == "rtf" else reopen.in_flat(_flat(path), place)
        if way == "binary book" and place.field in ("row", "hidden row"):
            return reopen.in_binary_book(path, place)
        if place.key == "SummaryInformation":
            return reopen.in_summary(path)
        with package.opened(path) as opened:
            return reopen.in_package(opened, way, place)


def _why_not(path: Path, media_type: str) -> str:
    """Say why a file will not be read; empty where it will."""
    way = WAYS[media_type]
    if way == "locked" or ((media_type in (DOC, XLS) or way == "converted") and legacy.is_locked(path)):
        return _LOCKED
    if way == "binary book":
        try:
            with binary_book.opened(path):
                return ""
        except binary_book.Locked:
            return _LOCKED
        except Unreadable:
            return ""  # said when it is read
    if way == "converted":
        try:
            legacy.version()
        except EngineMissing:
            return _NEEDS
    if way == "odf":
        try:
            with package.opened(path) as opened:
                return _LOCKED if odf.encrypted(opened) else ""
        except Unreadable:
            return ""
    return ""


def _package(path: Path, way: str, gathered: Gathered) -> None:
    ways = {"words": words.read, "sheets": sheets.read, "slides": slides.read, "odf": odf.read, "epub": epub.read}
    with package.opened(path) as opened:
        ways[way](opened, gathered)


def _flat(path: Path) -> bytes:
    try:
        if path.stat().st_size > _FLAT_BYTES:
            raise Unreadable(f"a flat OpenDocument file of more than {_FLAT_BYTES >> 20} MiB")
        return path.read_bytes()
    except OSError as error:
        raise Unreadable("the file cannot be opened") from error


def _binary_book(path: Path, media_type: str, gathered: Gathered) -> None:
    if media_type == XLS:
        legacy.add_properties(path, gathered)
    else:
        with package.opened(path) as opened:
            words.finish(opened, gathered)
    binary_book.read(path, gathered)


def _made_from(path: Path, media_type: str, context: ReadContext) -> tuple[Path, str]:
    of, to, way = ("doc", "docx", "words") if media_type == DOC else ("ppt", "pptx", "slides")
    return legacy.convert(path, of=of, to=to, scratch=context.scratch), way


def _converted(path: Path, media_type: str, gathered: Gathered) -> None:
    """Read what LibreOffice makes of an old file; its own properties are taken from the original."""
    made, way = _made_from(path, media_type, gathered.context)
    gathered.fact("converted", f"by LibreOffice {legacy.version()} before it was read")
    legacy.add_properties(path, gathered)
    gathered.origin = f"converted by LibreOffice {legacy.version()}"
    _package(made, way, gathered)
    made.unlink(missing_ok=True)
