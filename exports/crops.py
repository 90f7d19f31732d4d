"""Pieces of the page itself, the words boxed; and the loudness of the seconds cited."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence

from PIL import Image, ImageDraw

from evidence.locator import Box
from exports.material import Crop, Waveform

_MARGIN = 0.06
"""Of the page's width, left and right of the boxes; above and below a third of it, but at least three lines."""
_LEAST_WIDTH = 0.55
_WIDEST_PX = 1200
_TALLEST_PX = 1500
_INK = (31, 63, 102)


def cut(
    page: Image.Image, boxes: Sequence[Box], *, size_px: tuple[int, int], number: int, file: str, description: str
) -> tuple[Crop, bytes]:
    """Return the crop of `page` around `boxes` and its PNG; of the whole page where there are no boxes.

    `size_px` is the size of the image that the boxes refer to; `page` may be rendered at another.
    """
    width, height = size_px
    region = _region(boxes, width, height)
    scale = page.width / max(width, 1)
    piece = page.convert("L").crop(_scaled(region, scale)).convert("RGB")
    shrink = min(1.0, _WIDEST_PX / piece.width, _TALLEST_PX / piece.height)
    if shrink < 1:
        piece = piece.resize((max(1, round(piece.width * shrink)), max(1, round(piece.height * shrink))))
    _outline(piece, boxes, region, scale * shrink)
    data = _png(piece)
    made = Crop(
        file=file,
        sha256=hashlib.sha256(data).hexdigest(),
        page=number,
        region=region,
        boxes=tuple(boxes),
        width_px=piece.width,
        height_px=piece.height,
        description=description,
    )
    return made, data


def _region(boxes: Sequence[Box], width: int, height: int) -> Box:
    boxes = [box for box in boxes if _meets(box, width, height)]
    if not boxes:
        return Box(0, 0, width, height)
    left, top = min(box.left for box in boxes), min(box.top for box in boxes)
    right = max(box.left + box.width for box in boxes)
    bottom = max(box.top + box.height for box in boxes)
    line = max(box.height for box in boxes)
    across = max(round(width * _MARGIN), (round(width * _LEAST_WIDTH) - (right - left)) // 2)
    above = max(round(width * _MARGIN / 3), 3 * line)
    left, right = max(0, left - across), min(width, right + across)
    top, bottom = max(0, top - above), min(height, bottom + above)
    return Box(left, top, max(1, right - left), max(1, bottom - top))


def _meets(box: Box, width: int, height: int) -> bool:
    across = box.left < width and box.left + box.width > 0
    return across and box.top < height and box.top + box.height > 0


def _scaled(region: Box, scale: float) -> tuple[int, int, int, int]:
    right, bottom = region.left + region.width, region.top + region.height
    return (round(region.left * scale), round(region.top * scale), round(right * scale), round(bottom * scale))


def _outline(piece: Image.Image, boxes: Sequence[Box], region: Box, scale: float) -> None:
    draw = ImageDraw.Draw(piece)
    for box in boxes:
        left, top = (box.left - region.left) * scale, (box.top - region.top) * scale
        corner = (left + box.width * scale + 4, top + box.height * scale + 4)
        draw.rectangle((left - 4, top - 4, *corner), outline=_INK, width=3)


def _png(image: Image.Image) -> bytes:
    sink = io.BytesIO()
    image.save(sink, "PNG", optimize=False, compress_level=6)
    return sink.getvalue()


def waveform_svg(wave: Waveform) -> bytes:
    """Return the waveform as SVG: bars of loudness, the seconds cited darker and framed."""
    slices = max(len(wave.peaks), 1)
    span = max(wave.to_ms - wave.from_ms, 1)
    bars = "".join(_bar(place, peak, wave, span, slices) for place, peak in enumerate(wave.peaks))
    left, right = (round((at - wave.from_ms) * 1000 / span) for at in (wave.start_ms, wave.end_ms))
    frame = f'<rect x="{left}" y="2" width="{max(right - left, 2)}" height="86" fill="none" stroke="#1f3f66" stroke-width="2"/>'
    head = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1000 90" width="1000" height="90">'
    return f"{head}{bars}{frame}</svg>".encode()


def _bar(place: int, peak: int, wave: Waveform, span: int, slices: int) -> str:
    middle = wave.from_ms + span * (2 * place + 1) // (2 * slices)
    colour = "#1f3f66" if wave.start_ms <= middle <= wave.end_ms else "#9aa5b1"
    tall = max(1, peak * 80 // 100)
    left = place * 1000 // slices
    return f'<rect x="{left}" y="{45 - tall // 2}" width="{max(1, 700 // slices)}" height="{tall}" fill="{colour}"/>'
