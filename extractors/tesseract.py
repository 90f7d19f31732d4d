"""The tesseract engine: the words on a page image, with their boxes and raw scores, through pytesseract.

`extractors.tesseract_library` runs the same engine inside the process; what is common to both is here.
"""

from __future__ import annotations

import functools
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import pytesseract

from evidence.digest import Sha256, digest, sha256_file
from evidence.errors import EngineMissing, Unreadable
from evidence.locator import Box
from evidence.records import Stamp
from extractors.protocols import Availability, OcrPage

_CODES: Final[dict[str, str]] = {
    "ar": "ara",
    "bg": "bul",
    "bn": "ben",
    "cs": "ces",
    "da": "dan",
    "de": "deu",
    "el": "ell",
    "en": "eng",
    "es": "spa",
    "et": "est",
    "fa": "fas",
    "fi": "fin",
    "fr": "fra",
    "ga": "gle",
    "he": "heb",
    "hi": "hin",
    "hr": "hrv",
    "hu": "hun",
    "id": "ind",
    "it": "ita",
    "ja": "jpn",
    "ko": "kor",
    "lt": "lit",
    "lv": "lav",
    "mt": "mlt",
    "nl": "nld",
    "no": "nor",
    "pl": "pol",
    "pt": "por",
    "ro": "ron",
    "ru": "rus",
    "sk": "slk",
    "sl": "slv",
    "sq": "sqi",
    "sr": "srp",
    "sv": "swe",
    "th": "tha",
    "tl": "tgl",
    "tr": "tur",
    "uk": "ukr",
    "ur": "urd",
    "vi": "vie",
    "zh": "chi_sim",
}
"""ISO 639-1 to the names of tesseract's language data."""

_DEFAULT: Final = "eng"
_PAGE_PSM: Final = 3
_COLUMN_PSM: Final = 4
_OSD_CHARACTERS: Final = 10
"""Tesseract wants 50 characters before it judges which way is up; a card or a label has fewer."""
_PICTURES: Final = (b"P4", b"P5", b"P6", b"\x89PNG", b"II*\0", b"MM\0*", b"\xff\xd8\xff")
_INSTALL: Final = "install tesseract 5 with its language data (Debian: apt install tesseract-ocr tesseract-ocr-eng)"


class _Packs(NamedTuple):
    folder: Path
    names: frozenset[str]


class Tesseract:
    """Reads page images with tesseract; one thread, a file path in, no re-encoding.

    `languages` are ISO 639-1 codes. Those whose data is not installed are left out and named in every page's
    facts (`missing_languages`); none at all means English. Raises EngineMissing where tesseract or any usable
    language data is missing.
    """

    def __init__(self, languages: tuple[str, ...] = (), *, timeout_seconds: int = 180) -> None:
        os.environ["OMP_THREAD_LIMIT"] = "1"  # two tesseracts without it take four times as long
        packs = _packs()
        wanted = [_CODES.get(language, language) for language in languages] or [_DEFAULT]
        self._used = [code for code in dict.fromkeys(wanted) if code in packs.names]
        self._missing = [code for code in dict.fromkeys(wanted) if code not in packs.names]
        if not self._used and _DEFAULT in packs.names:
            self._used = [_DEFAULT]
        if not self._used:
            raise EngineMissing(f"tesseract has no data for {', '.join(wanted)}", next_step=_INSTALL)
        self._timeout = timeout_seconds
        self._folder = packs.folder
        self._can_turn = "osd" in packs.names
        self._digests = {
            code: _pack_digest(packs.folder, code) for code in [*self._used, *(["osd"] if self._can_turn else [])]
        }
        self._facts = {"languages": "+".join(self._used)}
        if self._missing:
            self._facts["missing_languages"] = ", ".join(self._missing)

    def recognise(self, image: Path, *, dpi: int) -> OcrPage:
        """Return the words of `image`, its layout found automatically; raises Unreadable where tesseract fails."""
        return self._read(image, dpi=dpi, psm=_PAGE_PSM)

    def recognise_column(self, image: Path, *, dpi: int) -> OcrPage:
        """Return the words of `image` taken as one column, which suits enlarged small print; raises Unreadable."""
        return self._read(image, dpi=dpi, psm=_COLUMN_PSM)

    def turn_upright(self, image: Path, *, dpi: int) -> int:
        """Return the degrees clockwise (0, 90, 180, 270) that make `image` upright; 0 where that is not clear."""
        if not self._can_turn:
            return 0
        try:
            found: dict[str, int] = pytesseract.image_to_osd(
                str(image),
                config=f"--dpi {dpi} -c min_characters_to_try={_OSD_CHARACTERS}",
                output_type=pytesseract.Output.DICT,
                timeout=self._timeout,
            )
        except (pytesseract.TesseractError, RuntimeError, ValueError, OSError):
            return 0
        return int(found.get("rotate", 0)) % 360

    def stamp(self) -> Stamp:
        """Return tesseract's version, the digests of its language data and every setting that changes the output."""
        settings: dict[str, str | int | bool | list[str]] = {
            f"{code}.traineddata": checksum for code, checksum in self._digests.items()
        }
        settings |= {"psm": _PAGE_PSM, "psm_small_print": _COLUMN_PSM, "osd_characters": _OSD_CHARACTERS}
        settings |= {"missing_languages": self._missing}
        return Stamp(
            name="tesseract",
            version=self._version(),
            model="+".join(self._used),
            model_digest=digest("tessdata", self._digests),
            settings=settings,
        )

    def _version(self) -> str:
        return version()

    def _read(self, image: Path, *, dpi: int, psm: int) -> OcrPage:
        _refuse_lists(image)
        return _assemble(self._table(image, dpi=dpi, psm=psm), facts=self._facts)

    def _table(self, image: Path, *, dpi: int, psm: int) -> str:
        """Return tesseract's table of what is on the page, as TSV; raises EngineMissing or Unreadable."""
        try:
            table: str = pytesseract.image_to_data(
                str(image), lang="+".join(self._used), config=f"--dpi {dpi} --psm {psm}", timeout=self._timeout
            )
        except pytesseract.TesseractNotFoundError as error:
            raise EngineMissing("tesseract is not installed", next_step=_INSTALL) from error
        except (pytesseract.TesseractError, RuntimeError, ValueError, OSError) as error:
            raise Unreadable(f"tesseract could not read the page: {_first_line(error)}") from error
        return table


def available() -> Availability:
    """Say whether tesseract can run here and which language data it has."""
    try:
        packs = _packs()
        number = version()
    except EngineMissing as error:
        return Availability(
            engine="tesseract",
            available=False,
            detail=f"{error.what}: scans and images are received but not read",
            next_step=error.next_step,
        )
    usable = sorted(packs.names - {"osd"})
    return Availability(
        engine="tesseract",
        available=bool(usable),
        detail=f"{number}, languages {', '.join(usable) or 'none'}",
        next_step="" if usable else _INSTALL,
    )


@functools.cache
def version() -> str:
    """Return tesseract's version such as `5.3.0`; raises EngineMissing. Asked once a process."""
    try:
        return str(pytesseract.get_tesseract_version(cached=True))
    except (pytesseract.TesseractNotFoundError, SystemExit, OSError, ValueError) as error:
        raise EngineMissing("tesseract is not installed", next_step=_INSTALL) from error


@functools.cache
def _packs() -> _Packs:
    """Return the folder of the language data and what is in it; asked once a process."""
    try:
        answer = subprocess.run(
            [pytesseract.pytesseract.tesseract_cmd, "--list-langs"], capture_output=True, timeout=60, check=True
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise EngineMissing("tesseract is not installed", next_step=_INSTALL) from error
    head, *names = (answer.stdout or answer.stderr).decode("utf-8", "replace").splitlines()
    folder = head.split('"')[1] if head.count('"') >= 2 else os.environ.get("TESSDATA_PREFIX", "")
    return _Packs(Path(folder), frozenset(name.strip() for name in names if name.strip()))


@functools.cache
def _pack_digest(folder: Path, code: str) -> Sha256:
    try:
        return sha256_file(folder / f"{code}.traineddata")
    except OSError as error:
        raise EngineMissing(f"language data {code} cannot be read", next_step=_INSTALL) from error


def _refuse_lists(image: Path) -> None:
    """Raise Unreadable for a file that is no picture: tesseract would take it for a list of files to open."""
    try:
        with image.open("rb") as source:
            start = source.read(4)
    except OSError as error:
        raise Unreadable("the page image cannot be opened") from error
    if not start.startswith(_PICTURES):
        raise Unreadable("not a page image")


class _Row(NamedTuple):
    block: tuple[str, str]
    line: tuple[str, str, str]
    box: Box
    score: int
    text: str


def _rows(table: str) -> Iterator[_Row]:
    """Yield the word rows of tesseract's TSV, with or without its header: level, page, block, paragraph, line, word, box, confidence, text."""
    for record in table.splitlines():
        cells = record.split("\t")
        if len(cells) != 12 or cells[0] != "5" or not cells[11].strip():
            continue
        left, top, width, height = (int(cell) for cell in cells[6:10])
        score = max(0, min(1000, round(float(cells[10]) * 10)))
        yield _Row(
            (cells[2], cells[3]), (cells[2], cells[3], cells[4]), Box(left, top, width, height), score, cells[11]
        )


def _assemble(table: str, *, facts: dict[str, str]) -> OcrPage:
    """Join words by spaces, lines by newlines and paragraphs by blank lines, keeping each word's place."""
    pieces: list[str] = []
    words: list[tuple[int, int, int, Box]] = []
    length = 0
    before: _Row | None = None
    for row in _rows(table):
        gap = "" if before is None else _gap(before, row)
        text = row.text.strip()
        start = length + len(gap)
        words.append((start, start + len(text), row.score, row.box))
        pieces += [gap, text]
        length = start + len(text)
        before = row
    return OcrPage(text="".join(pieces), words=tuple(words), facts=dict(facts))


def _gap(before: _Row, row: _Row) -> str:
    if row.block != before.block:
        return "\n\n"
    return " " if row.line == before.line else "\n"


def _first_line(error: BaseException) -> str:
    """Return what tesseract said, without the paths it likes to print."""
    if isinstance(error, RuntimeError) and "timeout" in str(error):
        return "it took too long"
    status = getattr(error, "status", None)
    return f"exit status {status}" if status is not None else type(error).__name__
