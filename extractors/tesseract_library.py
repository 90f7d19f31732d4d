"""Tesseract as a library inside the process, through tesserocr: its language data is loaded once, not once a page.

The package is an extra (`fast-ocr`) that brings a tesseract of its own, newer than most systems'; the language data are
the installed program's. It is given pixels, never a file, so that its own decoders meet no evidence. Which way is up is
still asked of the program.
"""

from __future__ import annotations

import time
from importlib.metadata import version as installed_version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from PIL import Image

from evidence.errors import EngineMissing, Unreadable
from extractors.tesseract import Tesseract

PACKAGE = "tesserocr"


class TesseractLibrary(Tesseract):
    """Reads page images as `Tesseract` does, by the same rules and language data; a crash is the worker's crash.

    A page reads the same whatever was read before it. Raises EngineMissing as `Tesseract` does, and where the package
    is not installed or cannot take up the language data.
    """

    def __init__(self, languages: tuple[str, ...] = (), *, timeout_seconds: int = 180) -> None:
        super().__init__(languages, timeout_seconds=timeout_seconds)
        if not installed():
            raise EngineMissing("tesserocr is not installed", next_step="install the extra `fast-ocr`")
        self._api: Any = None

    def _version(self) -> str:
        return version()

    def _table(self, image: Path, *, dpi: int, psm: int) -> str:
        api = self._loaded()
        began = time.monotonic()
        try:
            with Image.open(image) as picture:
                grey = picture.convert("L")
            api.SetPageSegMode(psm)
            api.SetImageBytes(grey.tobytes(), grey.width, grey.height, 1, grey.width)
            api.SetSourceResolution(dpi)
            done = api.Recognize(max(1, round(self._timeout * 1000)))
            late = time.monotonic() - began >= self._timeout
            if late or not done:
                raise Unreadable(f"tesseract could not read the page: {'it took too long' if late else 'it gave up'}")
            table: str = api.GetTSVText(0)
        except (RuntimeError, ValueError, OSError) as error:
            raise Unreadable(f"tesseract could not read the page: {type(error).__name__}") from error
        finally:
            api.Clear()
        return table

    def _loaded(self) -> Any:
        """Return the library with its language data, loaded at the first page."""
        if self._api is None:
            import tesserocr

            try:
                self._api = tesserocr.PyTessBaseAPI(path=str(self._folder), lang="+".join(self._used))
            except RuntimeError as error:
                raise EngineMissing(
                    f"tesserocr cannot load the language data {'+'.join(self._used)}",
                    next_step="set `ocr_engine` to `pytesseract`",
                ) from error
        return self._api


def installed() -> bool:
    """Return whether the package is there, without loading it."""
    return find_spec(PACKAGE) is not None


def version() -> str:
    """Return the version of the library's own tesseract, and of the package, such as `5.5.4 (tesserocr 2.13.0)`."""
    import tesserocr

    said = tesserocr.tesseract_version().split()
    return f"{said[1] if len(said) > 1 else 'unknown'} (tesserocr {installed_version(PACKAGE)})"
