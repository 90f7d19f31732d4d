"""Pages of a PDF of our own making, drawn as pictures: a preview is looked at, and is no file to be handed on."""

from __future__ import annotations

import io
import threading
from pathlib import Path
from typing import Final

import pypdfium2

from evidence.errors import NotFound

_ONE_AT_A_TIME: Final = threading.Lock()
"""PDFium is not made for threads."""
_SCALE: Final = 1.6


def sizes(pdf: Path) -> list[tuple[int, int]]:
    """Return the width and height of each page in pixels, as `draw` draws it."""
    with _ONE_AT_A_TIME:
        document = pypdfium2.PdfDocument(pdf)
        try:
            found = [document.get_page_size(index) for index in range(len(document))]
        finally:
            document.close()
    return [(round(width * _SCALE), round(height * _SCALE)) for width, height in found]


def draw(pdf: Path, number: int) -> bytes:
    """Return a page, counted from 1, as PNG; raises NotFound where there is none."""
    with _ONE_AT_A_TIME:
        document = pypdfium2.PdfDocument(pdf)
        try:
            if not 1 <= number <= len(document):
                raise NotFound(f"the preview has no page {number}", next_step="go back to the preview")
            page = document[number - 1]
            picture = page.render(scale=_SCALE).to_pil()
            page.close()
        finally:
            document.close()
    out = io.BytesIO()
    picture.save(out, "PNG", compress_level=1)
    return out.getvalue()
