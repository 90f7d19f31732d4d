"""Reading one page image, wherever it came from: is there ink, which way is up, how small is the print, and was
what the engine returned text at all.

Rules that were measured: skew of 7 degrees and more defeats tesseract and of 3 costs it words; enlarging helps only
where the median word is under 16 pixels high; handwriting comes back as words with a mean score below 45.
"""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any, Final, NamedTuple, Protocol, TypeAlias, runtime_checkable

import msgspec
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from evidence.errors import Unreadable
from evidence.locator import Box, FramePlace, PagePlace
from evidence.records import OutcomeKind, Segment, Unit, Word
from extractors.protocols import Engines, OcrPage, ReadContext, TextRecogniser

DOUBTFUL_BELOW: Final = 700
NOISE_BELOW: Final = 450
_SURE_SCORE: Final = 800
_SURE_WORDS: Final = 3
_FILLERS: Final = "<<<<"
"""Stands in a machine-readable zone (ICAO 9303-3), whose words no dictionary has: their scores are those of noise."""
_SMALL_PRINT_PX: Final = 16
_LOW_DPI: Final = 150
_SKEW_DEGREES: Final = 2.0
_SKEW_LIMIT: Final = 25
_SKEW_POINTS: Final = 10_000
_INK_STEP: Final = 24
_INK_PIXELS: Final = 4
_FLAT_RANGE: Final = 64
_SMALLEST_SIDE_PX: Final = 12
_LARGEST_SIDE_PX: Final = 32_000
_ENLARGE_LIMIT_PX: Final = 60_000_000

RULES: Final[dict[str, str | int | bool | list[str]]] = {
    "doubtful_below": DOUBTFUL_BELOW,
    "noise_below": NOISE_BELOW,
    "small_print_px": _SMALL_PRINT_PX,
    "skew_from_degrees": int(_SKEW_DEGREES),
    "page_image_rules": 2,
}
"""Settings of this module that change what is read; part of every stamp of a reader that uses it."""

Affine: TypeAlias = tuple[float, float, float, float, float, float]
"""x' = ax + by + c, y' = dx + ey + f: from a view's pixels back to the page image's."""
_SAME: Final[Affine] = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)


@runtime_checkable
class SmallPrintRecogniser(Protocol):
    """Reads an enlarged image as one column."""

    def recognise_column(self, image: Path, *, dpi: int) -> OcrPage:
        """Return the words of `image`; raises Unreadable."""
        ...


@runtime_checkable
class OrientationFinder(Protocol):
    """Says which way is up."""

    def turn_upright(self, image: Path, *, dpi: int) -> int:
        """Return degrees clockwise, a multiple of 90; 0 where not clear."""
        ...


class PixelReading(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one image and the words read on it, boxes in pixels of that image."""

    outcome: OutcomeKind
    reason: str = ""
    doubtful: bool = False
    text: str = ""
    words: tuple[Word, ...] = ()
    score: int = -1
    facts: dict[str, str] = {}


class _View(NamedTuple):
    """The image as the engine sees it, and the way back to the pixels it was given."""

    image: Image.Image
    dpi: int
    back: Affine = _SAME
    steps: tuple[str, ...] = ()


class _Look(NamedTuple):
    view: _View
    page: OcrPage


def read_pixels(grey: Image.Image, *, dpi: int, engines: Engines, context: ReadContext) -> PixelReading:
    """Read the words on an 8-bit grey image; never raises for what the engine fails on, which becomes `failed`."""
    if is_empty(grey):
        return PixelReading(outcome="blank", reason="no ink on it", facts={"ink": "none"})
    if engines.ocr is None:
        return PixelReading(outcome="skipped", reason="no OCR engine is installed")
    if min(grey.size) < _SMALLEST_SIDE_PX:
        return PixelReading(outcome="no_text", reason="smaller than any print", facts={"rule": "under 12 pixels"})
    try:
        best = _best_look(_fitting(grey, dpi), engine=engines.ocr, scratch=context.scratch)
    except Unreadable as error:
        return PixelReading(outcome="failed", reason=error.what)
    return _judge(best, size=grey.size)


def segment_of(reading: PixelReading, *, index: int, place: PagePlace | FramePlace, context: ReadContext) -> Segment:
    """Return the segment that holds what was read on the page image or frame at `place`."""
    language = context.languages[0] if len(context.languages) == 1 else ""
    return Segment(
        index=index,
        text=reading.text,
        place=place,
        source="ocr",
        language=language,
        score=reading.score,
        words=reading.words,
    )


def page_unit(reading: PixelReading, *, index: int, place: PagePlace, context: ReadContext) -> Unit:
    """Return the page that `reading` was made of; its segment has `index`, where anything was read."""
    read = reading.outcome == "read"
    return Unit(
        kind="page",
        number=place.page,
        outcome=reading.outcome,
        reason=reading.reason,
        doubtful=reading.doubtful,
        segments=(segment_of(reading, index=index, place=place, context=context),) if read else (),
        facts=reading.facts,
    )


# --- ink -----------------------------------------------------------------------------------------------------------


def is_empty(grey: Image.Image) -> bool:
    """Say whether no mark stands out from the paper anywhere; judged on pixels only, in doubt it is not empty."""
    small = _small(grey)
    low, high = np.percentile(small, (1, 99))
    if high - low > _FLAT_RANGE:
        return False
    return int(_ink(small).sum()) <= _INK_PIXELS


def _small(grey: Image.Image) -> NDArray[np.int16]:
    """Return the image at about 600 pixels a side, each pixel a mean, so that scanner noise averages out."""
    factor = max(1, min(4, min(grey.size) // 150), max(grey.size) // 1000)
    return np.asarray(grey.reduce(factor) if factor > 1 else grey, dtype=np.int16)


def _ink(small: NDArray[np.int16]) -> NDArray[np.bool_]:
    """Return where a pixel differs from the paper around it, darker or lighter."""
    height, width = small.shape
    image = Image.fromarray(small.astype(np.uint8))
    coarse = image.resize((max(1, width // 16), max(1, height // 16)), Image.Resampling.BOX)
    paper = np.asarray(coarse.resize((width, height), Image.Resampling.BILINEAR), dtype=np.int16)
    ink: NDArray[np.bool_] = np.abs(small - paper) > _INK_STEP
    return ink


# --- skew ----------------------------------------------------------------------------------------------------------


def skew_degrees(grey: Image.Image) -> float:
    """Return how far lines of print lean, in degrees anticlockwise, to a fifth; 0.0 where no lines are seen.

    The angle whose projection of ink on the vertical is sharpest, as in W. Postl's method.
    """
    ink = _ink(_small(grey))
    step = max(1, int(ink.sum()) // _SKEW_POINTS)
    rows, columns = np.nonzero(ink[:, ::step])  # whole columns: leaving out points by count falls in step with lines
    x, y = columns.astype(np.float64) * step, rows.astype(np.float64)
    if len(x) < 200:
        return 0.0
    level = _sharpness(x, y, 0.0)
    coarse = max(np.arange(-_SKEW_LIMIT, _SKEW_LIMIT + 1, 1.0), key=lambda angle: _sharpness(x, y, angle))
    fine = max(coarse + np.arange(-1.0, 1.01, 0.2), key=lambda angle: _sharpness(x, y, angle))
    found = float(fine)
    if abs(found) > _SKEW_LIMIT - 1 or _sharpness(x, y, found) < 1.01 * level:
        return 0.0
    return round(found, 1)


def _sharpness(x: NDArray[np.float64], y: NDArray[np.float64], degrees: float) -> float:
    angle = math.radians(degrees)
    heights = y * math.cos(angle) + x * math.sin(angle)
    counts = np.bincount((heights - heights.min()).astype(np.intp))
    return float(np.square(counts).sum())


# --- views ---------------------------------------------------------------------------------------------------------


def _fitting(grey: Image.Image, dpi: int) -> _View:
    """Return the view of the image as given, made smaller where tesseract could not hold it."""
    factor = math.ceil(max(grey.size) / _LARGEST_SIDE_PX)
    if factor <= 1:
        return _View(grey, dpi)
    small = grey.reduce(factor)
    return _View(small, max(1, dpi // factor), (factor, 0, 0, 0, factor, 0), (f"reduced {factor}x",))


def _straightened(view: _View) -> _View:
    lean = skew_degrees(view.image)
    if abs(lean) < _SKEW_DEGREES:
        return view
    straight = _leaned(view, lean)
    return straight if abs(skew_degrees(straight.image)) < _SKEW_DEGREES else view


def _leaned(view: _View, degrees: float) -> _View:
    """Return the view turned clockwise by `degrees`, the paper around it filled with its own shade."""
    angle = math.radians(degrees)
    cos, sin = math.cos(angle), math.sin(angle)
    width, height = view.image.size
    wide = math.ceil(width * abs(cos) + height * abs(sin))
    high = math.ceil(width * abs(sin) + height * abs(cos))
    x0 = width / 2 - (cos * wide / 2 + sin * high / 2)
    y0 = height / 2 - (-sin * wide / 2 + cos * high / 2)
    back: Affine = (cos, sin, x0, -sin, cos, y0)
    image = view.image.transform(
        (wide, high), Image.Transform.AFFINE, back, resample=Image.Resampling.BICUBIC, fillcolor=_paper(view.image)
    )
    return _View(image, view.dpi, _chain(back, view.back), (*view.steps, f"straightened {degrees:+.1f} degrees"))


def _paper(grey: Image.Image) -> int:
    return int(np.median(_small(grey)))


_TURNS: Final = {
    90: Image.Transpose.ROTATE_270,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_90,
}


def _turned(view: _View, clockwise: int) -> _View:
    width, height = view.image.size
    backs: dict[int, Affine] = {
        90: (0, 1, 0, -1, 0, height),
        180: (-1, 0, width, 0, -1, height),
        270: (0, -1, width, 1, 0, 0),
    }
    return _View(
        view.image.transpose(_TURNS[clockwise]),
        view.dpi,
        _chain(backs[clockwise], view.back),
        (*view.steps, f"turned {clockwise}"),
    )


def _enlarged(view: _View) -> _View:
    width, height = view.image.size
    image = view.image.resize((width * 2, height * 2), Image.Resampling.BICUBIC)
    return _View(image, view.dpi * 2, _chain((0.5, 0, 0, 0, 0.5, 0), view.back), (*view.steps, "enlarged 2x"))


def _chain(first: Affine, then: Affine) -> Affine:
    """Return the map that does `first` and then `then`."""
    a, b, c, d, e, f = first
    p, q, r, s, t, u = then
    return (p * a + q * d, p * b + q * e, p * c + q * f + r, s * a + t * d, s * b + t * e, s * c + t * f + u)


def _box_back(box: Box, back: Affine, size: tuple[int, int]) -> Box:
    """Return the smallest upright box, inside an image of `size`, around `box` as it stands on the page image."""
    if back == _SAME:
        return box
    a, b, c, d, e, f = back
    corners = [(box.left + w, box.top + h) for w in (0, box.width) for h in (0, box.height)]
    across = [a * x + b * y + c for x, y in corners]
    down = [d * x + e * y + f for x, y in corners]
    left, right = (min(size[0], max(0, round(edge))) for edge in (min(across), max(across)))
    top, bottom = (min(size[1], max(0, round(edge))) for edge in (min(down), max(down)))
    return Box(left, top, right - left, bottom - top)


# --- looks ---------------------------------------------------------------------------------------------------------


def _best_look(view: _View, *, engine: TextRecogniser, scratch: Path) -> _Look:
    straight = _straightened(view)
    best = _look(straight, engine, scratch)
    if _is_poor(best.page):
        best = _best_of(best, _look_turned(view, engine, scratch))
    if _is_poor(best.page) and straight is not view:
        best = _best_of(best, _look(view, engine, scratch))
    if _is_small_print(best):
        best = _best_of(best, _look_enlarged(best.view, engine, scratch), margin=0.5)
    return best


def _best_of(first: _Look, second: _Look | None, *, margin: float = 1.0) -> _Look:
    """Return `second` where it read more than `margin` times what `first` did."""
    if second is None or _worth(second.page) <= margin * _worth(first.page):
        return first
    return second


def _worth(page: OcrPage) -> int:
    """Return the summed scores of what looks like words, those under 50 left out."""
    return sum(score for start, end, score, _ in page.words if score >= 500 and _letters(page.text[start:end]) >= 2)


def _look(view: _View, engine: TextRecogniser, scratch: Path) -> _Look:
    with _Saved(view.image, scratch) as path:
        return _Look(view, engine.recognise(path, dpi=view.dpi))


def _look_turned(view: _View, engine: TextRecogniser, scratch: Path) -> _Look | None:
    if not isinstance(engine, OrientationFinder):
        return None
    with _Saved(view.image, scratch) as path:
        clockwise = engine.turn_upright(path, dpi=view.dpi)
    if clockwise not in _TURNS:
        return None
    return _look(_straightened(_turned(view, clockwise)), engine, scratch)


def _look_enlarged(view: _View, engine: TextRecogniser, scratch: Path) -> _Look | None:
    width, height = view.image.size
    if not isinstance(engine, SmallPrintRecogniser) or 4 * width * height > _ENLARGE_LIMIT_PX:
        return None
    larger = _enlarged(view)
    with _Saved(larger.image, scratch) as path:
        return _Look(larger, engine.recognise_column(path, dpi=larger.dpi))


class _Saved:
    """The image as an uncompressed grey TIFF in the scratch folder, gone when done.

    Leptonica reads PGM a pixel at a time, which costs 0.16 s a page of A4.
    """

    def __init__(self, image: Image.Image, scratch: Path) -> None:
        self._image = image
        self._path = scratch / f"ocr-{os.getpid()}.tif"

    def __enter__(self) -> Path:
        self._image.save(self._path, format="TIFF", compression="raw")
        return self._path

    def __exit__(self, *_: Any) -> None:
        self._path.unlink(missing_ok=True)


def _is_poor(page: OcrPage) -> bool:
    return not _holds_zone(page) and (len(page.words) < _SURE_WORDS or _mean(page) < DOUBTFUL_BELOW)


def _holds_zone(page: OcrPage) -> bool:
    """Say whether a machine-readable zone stands on the page, the right way up: turned over, its fillers are `>`."""
    return _FILLERS in page.text


def _is_small_print(look: _Look) -> bool:
    page = look.page
    heights = [box.height for start, end, _, box in page.words if _letters(page.text[start:end]) >= 2]
    if len(heights) < _SURE_WORDS:
        return look.view.dpi < _LOW_DPI
    return median(heights) < _SMALL_PRINT_PX


def _mean(page: OcrPage) -> int:
    scores = [score for _, _, score, _ in page.words]
    return sum(scores) // len(scores) if scores else 0


def _letters(text: str) -> int:
    return sum(character.isalnum() for character in text)


# --- judgement -----------------------------------------------------------------------------------------------------


def _judge(look: _Look, *, size: tuple[int, int]) -> PixelReading:
    """Turn what the engine returned into an outcome; noise is not text, and ink without text is `no_text`."""
    page = look.page
    facts = _facts(look)
    if not page.words or not any(_letters(page.text[start:end]) for start, end, _, _ in page.words):
        return PixelReading(
            outcome="no_text", reason="there is ink, but OCR finds no text in it", facts=facts | {"rule": "no words"}
        )
    if _is_noise(page):
        rule = f"mean score under {NOISE_BELOW // 10} and fewer than {_SURE_WORDS} words over {_SURE_SCORE // 10}"
        return PixelReading(
            outcome="no_text", reason="there is ink, but what OCR makes of it is noise", facts=facts | {"rule": rule}
        )
    missing = page.facts.get("missing_languages", "")
    low = _mean(page) < DOUBTFUL_BELOW
    reasons = (["mean score under 70"] if low else []) + ([f"no OCR data for {missing}"] if missing else [])
    return PixelReading(
        outcome="read",
        reason="; ".join(reasons),
        doubtful=bool(reasons),
        text=page.text,
        words=_words(look, size),
        score=_mean(page),
        facts=facts,
    )


def _is_noise(page: OcrPage) -> bool:
    sure = sum(score >= _SURE_SCORE and _letters(page.text[start:end]) >= 3 for start, end, score, _ in page.words)
    return _mean(page) < NOISE_BELOW and sure < _SURE_WORDS and not _holds_zone(page)


def _facts(look: _Look) -> dict[str, str]:
    facts = dict(look.page.facts) | {"words": str(len(look.page.words))}
    if look.page.words:
        facts["mean_score"] = str(_mean(look.page))
    if look.view.steps:
        facts["prepared"] = ", ".join(look.view.steps)
    return facts


def _words(look: _Look, size: tuple[int, int]) -> tuple[Word, ...]:
    return tuple(
        Word(start=start, end=end, score=score, box=_box_back(box, look.view.back, size))
        for start, end, score, box in look.page.words
    )


def languages_note(engines: Engines, languages: Sequence[str]) -> dict[str, str]:
    """Return the fact that nobody said which languages to expect, where OCR is used without one."""
    return {} if languages or engines.ocr is None else {"languages_asserted": "none"}
