"""Typesetting pages and ageing them: skew, shadow, grain, stamps, ink and the view through a telephone's camera."""

from __future__ import annotations

import io
import itertools
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
import typst
from PIL import Image, ImageDraw, ImageFilter

PAGES = Path(__file__).parent / "pages"
RASTER_DPI = 200
SCANNED_AT = 1_772_634_000  # 4 March 2026, 14:20 UTC


def typeset(name: str) -> bytes:
    """The page file `name` as a PDF with a text layer."""
    return typst.compile(str(PAGES / f"{name}.typ"), root=str(PAGES), format="pdf")


def printed(name: str, *, dpi: int = RASTER_DPI) -> list[Image.Image]:
    """The pages of file `name` as clean pictures."""
    made = typst.compile(str(PAGES / f"{name}.typ"), root=str(PAGES), format="png", ppi=dpi)
    pages: list[bytes] = made if isinstance(made, list) else [made]
    return [Image.open(io.BytesIO(page)).convert("RGB") for page in pages]


def page_texts(name: str) -> tuple[tuple[int, str], ...]:
    """What stands on each page of file `name`: the ground truth for its scans."""
    document = pypdfium2.PdfDocument(typeset(name))
    texts = [page.get_textpage().get_text_bounded().replace("\r\n", "\n").strip() for page in document]
    document.close()
    return tuple((number, text) for number, text in enumerate(texts, 1) if text)


def scanned(
    picture: Image.Image, *, seed: int, skew: float = 0.0, grain: float = 6.0, blur: float = 0.6
) -> Image.Image:
    """A page as a flatbed scanner sees it: skewed by `skew` degrees, soft, grey-edged and grainy."""
    page = picture.convert("L").rotate(skew, Image.Resampling.BICUBIC, expand=False, fillcolor=252)
    page = page.filter(ImageFilter.GaussianBlur(blur))
    level = np.asarray(page, dtype=np.float64) * 0.93 + 8
    edge = np.linspace(0, 1, level.shape[1]) ** 24 * 45
    noise = np.random.default_rng(seed).normal(0, grain, level.shape)
    return _as_picture(level - edge[None, :] + noise)


def photographed(picture: Image.Image, *, seed: int, size: tuple[int, int], lean: float = 0.05) -> Image.Image:
    """A page lying on a desk, as a telephone's camera sees it: in perspective, unevenly lit, grainy."""
    desk = _desk(size, seed)
    corners = _leaning_corners(size, lean)
    coefficients = _perspective(corners, picture.size)
    sheet = picture.convert("RGB").transform(size, Image.Transform.PERSPECTIVE, coefficients, Image.Resampling.BICUBIC)
    mask = Image.new("L", picture.size, 255).transform(size, Image.Transform.PERSPECTIVE, coefficients)
    shadow = mask.filter(ImageFilter.GaussianBlur(14)).point(lambda value: value * 0.55)
    desk.paste((40, 30, 24), (8, 10), shadow)
    desk.paste(sheet, (0, 0), mask)
    return _lit(desk.filter(ImageFilter.GaussianBlur(0.7)), seed)


def scribbled(size: tuple[int, int], *, seed: int, lines: int) -> Image.Image:
    """A ruled notebook page with inked strokes that look like hurried writing and say nothing."""
    page = ruled(size)
    draw = ImageDraw.Draw(page)
    generator = np.random.default_rng(seed)
    spacing = size[1] / (lines + 3)
    for line in range(lines):
        _inked_line(draw, generator, y=spacing * (line + 2), width=size[0], height=spacing)
    return page.filter(ImageFilter.GaussianBlur(0.8))


def ruled(size: tuple[int, int]) -> Image.Image:
    """An empty notebook page: faint rules and a red margin."""
    page = Image.new("RGB", size, (250, 248, 240))
    draw = ImageDraw.Draw(page)
    for y in range(120, size[1], 58):
        draw.line([(0, y), (size[0], y)], fill=(222, 230, 242), width=2)
    draw.line([(110, 0), (110, size[1])], fill=(244, 214, 214), width=2)
    return page


def encoded(picture: Image.Image, form: str, **options: Any) -> bytes:
    """The picture's file, in the named form."""
    target = io.BytesIO()
    picture.save(target, form, **options)
    return target.getvalue()


def image_pdf(pictures: list[Image.Image], *, dpi: int = RASTER_DPI, quality: int = 55) -> bytes:
    """A PDF that holds pictures only, as a scanner's does, with the page size that `dpi` gives."""
    first, *rest = pictures
    made = time.gmtime(SCANNED_AT)
    facts = {"creationDate": made, "modDate": made, "producer": "Desk scanner", "resolution": dpi, "quality": quality}
    return encoded(first, "PDF", save_all=True, append_images=rest, **facts)


def bundled_pdf(sheets: list[str], files: list[bytes]) -> bytes:
    """A PDF of typst `sheets`, in which `scan0.jpg`, `scan1.jpg` … are the `files`."""
    with tempfile.TemporaryDirectory() as folder:
        for index, data in enumerate(files):
            (Path(folder) / f"scan{index}.jpg").write_bytes(data)
        main = Path(folder) / "main.typ"
        main.write_text("\n".join(sheets), encoding="utf-8")
        return typst.compile(str(main), root=folder, format="pdf")


def _as_picture(level: np.ndarray) -> Image.Image:
    return Image.fromarray(np.clip(level, 0, 255).round().astype(np.uint8))


def _desk(size: tuple[int, int], seed: int) -> Image.Image:
    generator = np.random.default_rng(seed + 1)
    grain = generator.normal(0, 1, (size[1], 1)).cumsum(axis=0) * 1.4
    ripple = generator.normal(0, 2.0, (size[1], size[0]))
    tone = 96 + np.clip(grain - grain.mean(), -26, 26) + ripple
    wood = np.stack([tone * 1.12, tone * 0.86, tone * 0.64], axis=-1)
    return Image.fromarray(np.clip(wood, 0, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(1.2))


def _leaning_corners(size: tuple[int, int], lean: float) -> list[tuple[float, float]]:
    width, height = size
    shift = lean * width
    return [
        (width * 0.05 + shift, height * 0.06),
        (width * 0.95, height * 0.04 + shift * 0.5),
        (width * 0.97 - shift * 0.3, height * 0.95),
        (width * 0.04, height * 0.97 - shift * 0.4),
    ]


def _perspective(corners: list[tuple[float, float]], page: tuple[int, int]) -> list[float]:
    """The eight numbers that carry picture points back to page points (Pillow's PERSPECTIVE transform)."""
    targets = [(0, 0), (page[0], 0), (page[0], page[1]), (0, page[1])]
    rows, values = [], []
    for (x, y), (u, v) in zip(corners, targets, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    return list(np.linalg.solve(np.array(rows, dtype=np.float64), np.array(values, dtype=np.float64)))


def _lit(picture: Image.Image, seed: int) -> Image.Image:
    level = np.asarray(picture, dtype=np.float64)
    rows, columns = np.mgrid[0 : level.shape[0], 0 : level.shape[1]]
    distance = np.hypot(columns / level.shape[1] - 0.35, rows / level.shape[0] - 0.3)
    light = 1.03 - 0.34 * distance
    noise = np.random.default_rng(seed + 2).normal(0, 4.0, level.shape)
    return Image.fromarray(np.clip(level * light[..., None] + noise, 0, 255).round().astype(np.uint8))


def _inked_line(
    draw: ImageDraw.ImageDraw, generator: np.random.Generator, *, y: float, width: int, height: float
) -> None:
    x = 130.0 + generator.uniform(0, 40)
    end = width - generator.uniform(60, 260)
    while x < end:
        length = generator.uniform(90, 260)
        _inked_word(draw, generator, x=x, y=y, length=min(length, end - x + 40), height=height)
        x += length + generator.uniform(24, 50)


def _inked_word(
    draw: ImageDraw.ImageDraw, generator: np.random.Generator, *, x: float, y: float, length: float, height: float
) -> None:
    steps = int(length * 1.5)
    turn = np.linspace(0, length / 11, steps) + generator.normal(0, 0.16, steps).cumsum() * 0.3
    swell = np.abs(generator.normal(0, 1, steps).cumsum()) * 0.05 + 0.16
    rise = np.sin(turn * 2) * height * np.clip(swell, 0.1, 0.62)
    loop = np.cos(turn * 2 + 0.6) * height * 0.17 + rise * 0.35
    along = np.linspace(0, length, steps)
    tremor = generator.normal(0, 0.5, steps)
    points = [(float(x + a + b), float(y - c + d)) for a, b, c, d in zip(along, loop, rise, tremor, strict=True)]
    for start, stop in itertools.pairwise(points):
        draw.line([start, stop], fill=(26, 34, 96), width=int(generator.integers(3, 5)))
