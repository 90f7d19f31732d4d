"""QR codes and barcodes on a picture: what each says, in which symbology, and the box it stands in."""

from __future__ import annotations

import math
from typing import Any, Final, NamedTuple

import numpy as np
from PIL import Image

from evidence.locator import Box, FramePlace, PagePlace
from evidence.records import ReadingSource, Segment, Word

_LOOK_PX: Final = 2_000
_MOST: Final = 200
_CHARACTERS: Final = 8_000
_SMALLEST_PX: Final = 20
_UNCHECKED: Final = frozenset(
    {"Code 39", "Code 39 Standard", "Code 39 Extended", "ITF", "Codabar", "DX Film Edge", "Other barcode", "Telepen"}
)
"""Symbologies that need no check: what is read of them may be misread, like print."""
CODE_RULES: Final = 1


class Code(NamedTuple):
    """One code: what it says, its symbology (`QR Code`), and its box in pixels of the picture."""

    text: str
    symbology: str
    box: Box
    checked: bool
    """Whether error correction or check characters would have shown a misreading."""


def codes_on(grey: Image.Image, *, quick: bool = False) -> tuple[Code, ...]:
    """Return the codes on an 8-bit grey picture, top to bottom; none for what the library cannot decode.

    A large picture is looked at reduced, in every direction, then as it is without turning it: that costs a twentieth of
    reading its words. `quick`, for frames: neither light codes on dark, nor bar codes lying on their side.
    """
    if min(grey.size) < _SMALLEST_PX:
        return ()
    factor = max(1, math.ceil(max(grey.size) / _LOOK_PX))
    reduced = grey.reduce(factor) if factor > 1 else grey
    found = _read(reduced, factor, turned=not quick, thorough=not quick)
    if factor > 1:
        again = _read(grey, 1, turned=False, thorough=False)
        found += [code for code in again if not any(_same(code, other) for other in found)]
    found.sort(key=lambda code: (code.box.top, code.box.left, code.text))
    return tuple(found[:_MOST])


def _read(grey: Image.Image, factor: int, *, turned: bool, thorough: bool) -> list[Code]:
    import zxingcpp

    try:
        barcodes = zxingcpp.read_barcodes(
            np.ascontiguousarray(grey), try_rotate=turned, try_downscale=thorough, try_invert=thorough
        )
    except (ValueError, RuntimeError, TypeError, MemoryError):
        return []
    return [_code(barcode, factor, grey.size) for barcode in barcodes if barcode.valid and barcode.text.strip()]


def _code(barcode: Any, factor: int, size: tuple[int, int]) -> Code:
    corners = barcode.position
    points = (corners.top_left, corners.top_right, corners.bottom_left, corners.bottom_right)
    left, right = (min(max(edge, 0), size[0]) for edge in (min(p.x for p in points), max(p.x for p in points)))
    top, bottom = (min(max(edge, 0), size[1]) for edge in (min(p.y for p in points), max(p.y for p in points)))
    box = Box(left * factor, top * factor, max(1, right - left) * factor, max(1, bottom - top) * factor)
    text = "".join(one if one.isprintable() or one == "\n" else " " for one in barcode.text.replace("\r", ""))
    symbology = str(barcode.format)
    return Code(text[:_CHARACTERS].strip("\n"), symbology, box, symbology not in _UNCHECKED)


def _same(one: Code, other: Code) -> bool:
    return one.text == other.text and one.symbology == other.symbology and _meet(one.box, other.box)


def _meet(one: Box, other: Box) -> bool:
    across = one.left < other.left + other.width and other.left < one.left + one.width
    return across and one.top < other.top + other.height and other.top < one.top + one.height


def code_segments(codes: tuple[Code, ...], *, index: int, place: PagePlace | FramePlace) -> tuple[Segment, ...]:
    """Return a segment for each code from `index`: one word of it has the code's box, so that it opens there.

    What error correction vouches for counts as stored, not as a reading of pixels.
    """
    return tuple(
        Segment(
            index=index + at,
            text=code.text,
            place=place,
            source=_source(code),
            words=(Word(start=0, end=len(code.text), box=code.box),),
        )
        for at, code in enumerate(codes)
    )


def _source(code: Code) -> ReadingSource:
    return "native" if code.checked else "ocr"


def code_facts(codes: tuple[Code, ...], *, first: int) -> dict[str, str]:
    """Return the symbology of each code, by its segment's position in the unit from `first`."""
    return {f"code_{first + at}": code.symbology for at, code in enumerate(codes)}
