"""Images and scans: PNG, JPEG, TIFF, WebP, BMP, GIF, HEIC and AVIF, turned upright by their EXIF tag before anything else."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Final

from msgspec.structs import replace
from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError
from PIL import __version__ as _pillow_version

from evidence.errors import LimitExceeded, Unreadable
from evidence.locator import PagePlace
from evidence.records import Reading, Segment, Stamp, Unit
from extractors.captions import caption_segments, captions
from extractors.exif import beside, exif_facts
from extractors.page_image import RULES, languages_note, page_unit, read_pixels
from extractors.picture_codes import CODE_RULES, code_facts, code_segments, codes_on
from extractors.picture_likeness import LIKENESS_RULES, likeness_facts
from extractors.protocols import Engines, Limits, Part, ReadContext, Survey

_FRAMES_A_PART: Final = 10
_FRAMES_OF_ANIMATION: Final = 12
_OCR_SECONDS_A_MEGAPIXEL: Final = 0.4
_LONG_SIDE_INCHES: Final = 11.7
_SCREEN_DPI: Final = 96
_ANIMATED: Final = frozenset({"GIF", "WEBP", "PNG", "AVIF"})
_FORMATS: Final = ("PNG", "JPEG", "TIFF", "WEBP", "BMP", "GIF", "AVIF")
_HEIF_BRANDS: Final = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
_BROKEN: Final = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    TypeError,
    KeyError,
    IndexError,
    OverflowError,
    MemoryError,
    RuntimeError,
)
"""What the decoders raise on damaged files."""


class ImageReader:
    """Reads pictures: a page for each frame, and what the camera wrote beside them."""

    def survey(self, path: Path, *, media_type: str, context: ReadContext) -> Survey:
        """Return parts of ten frames; raises Unreadable, or LimitExceeded for a picture beyond the pixel limit."""
        with _open(path, context.limits) as image:
            frames = _frames_to_read(image, context.limits)
            seconds = max(0.5, image.width * image.height / 1e6 * _OCR_SECONDS_A_MEGAPIXEL)
        if frames == 1:
            parts: tuple[Part, ...] = (Part(seconds_expected=seconds),)
        else:
            starts = range(1, frames + 1, _FRAMES_A_PART)
            parts = tuple(_part(first, min(first + _FRAMES_A_PART - 1, frames), seconds) for first in starts)
        return Survey(media_type=media_type, reader="image", parts=parts, units=frames)

    def read(self, path: Path, *, media_type: str, part: Part, engines: Engines, context: ReadContext) -> Reading:
        """Return one unit a frame; EXIF facts and the photograph event come with the first. Raises Unreadable."""
        with _open(path, context.limits) as image:
            frames = _frames_to_read(image, context.limits)
            beyond = _frame_count(image) - frames
            stated, words = exif_facts(image), captions(image)
        last = min(part.last or frames, frames)
        units = list(_read_frames(path, range(max(1, part.first), last + 1), engines=engines, context=context))
        if beyond > 0 and units and last == frames:
            units[-1] = replace(units[-1], partial=True, facts=units[-1].facts | {"frames_not_read": str(beyond)})
        facts = stated | languages_note(engines, context.languages)
        if part.first > 1 or not units:
            return Reading(units=tuple(units), facts=facts)
        made = beside(stated, index=len(units[0].segments))
        said = caption_segments(words, index=len(units[0].segments) + len(made.segments))
        units = _with_segments(units, (*made.segments, *said), stated)
        return Reading(units=tuple(units), events=made.events, named=made.named, facts=facts)

    def stamps(self, *, engines: Engines, context: ReadContext) -> tuple[Stamp, ...]:
        """Return the stamps of Pillow with this module's rules, and of the OCR engine."""
        settings = RULES | {
            "rules": 2,
            "codes": CODE_RULES,
            "likeness": LIKENESS_RULES,
            "zxing": version("zxing-cpp"),
            "imagehash": version("imagehash"),
            "pi_heif": version("pi-heif"),
            "frames_of_animation": _FRAMES_OF_ANIMATION,
            "pixels_limit": context.limits.pixels,
            "pages_limit": context.limits.pages,
            "languages": list(context.languages),
        }
        own = Stamp(name="image", version=f"pillow {_pillow_version}", settings=settings)
        return (own,) if engines.ocr is None else (own, engines.ocr.stamp())


def open_oriented(path: Path, frame: int = 1, *, limits: Limits | None = None) -> Image.Image:
    """Return frame `frame` (from 1) in RGB or grey, upright by its EXIF tag, in the pixels that boxes refer to.

    Transparent parts are white. Raises Unreadable, or LimitExceeded beyond the pixel limit.
    """
    image, _ = _load(path, frame, limits or Limits())
    return image if image.mode == "L" else image.convert("RGB")


# --- opening -------------------------------------------------------------------------------------------------------


@contextmanager
def _open(path: Path, limits: Limits) -> Iterator[Image.Image]:
    """Open without decoding; Pillow's own warning about size is replaced by our limit."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            image = Image.open(path, formats=_formats_for(path))
        except Image.DecompressionBombError as error:
            raise LimitExceeded("more pixels than the limit allows") from error
        except (UnidentifiedImageError, *_BROKEN) as error:
            raise Unreadable("not a readable picture: it is damaged or cut short") from error
        with image:
            _check_size(image, limits)
            yield image


def _formats_for(path: Path) -> tuple[str, ...]:
    """Return what Pillow may take the file for; HEIF, whose opener is another package's, only where its brand stands."""
    with path.open("rb") as source:
        head = source.read(12)
    if head[4:8] != b"ftyp" or head[8:12] not in _HEIF_BRANDS:
        return _FORMATS
    import pi_heif

    pi_heif.register_heif_opener(thumbnails=False)
    return ("HEIF", "AVIF")


def _check_size(image: Image.Image, limits: Limits) -> None:
    if image.width * image.height > limits.pixels:
        raise LimitExceeded(f"{image.width} x {image.height} pixels: more than the limit of {limits.pixels:,}")


def _load(path: Path, frame: int, limits: Limits) -> tuple[Image.Image, bool]:
    """Return the decoded, upright frame on white paper, and whether part of it is missing from the file."""
    try:
        return _decoded(path, frame, limits), False
    except _BROKEN as error:
        with _forgiving():
            try:
                image = _decoded(path, frame, limits)
            except _BROKEN:
                image = None
        if image is None or _is_uniform(image):
            raise Unreadable(f"frame {frame} cannot be decoded: it is damaged or cut short") from error
        return image, True


def _decoded(path: Path, frame: int, limits: Limits) -> Image.Image:
    with _open(path, limits) as image:
        try:
            image.seek(frame - 1)
            _check_size(image, limits)
            image.load()
        except Image.DecompressionBombError as error:
            raise LimitExceeded("more pixels than the limit allows") from error
        dpi = image.info.get("dpi")
        try:
            ImageOps.exif_transpose(image, in_place=True)
        except _BROKEN:
            image.info.pop("exif", None)  # EXIF that cannot be written back; the pixels are good
        upright = _on_paper(image)
    upright.info = {"dpi": dpi} if dpi else {}
    return upright


@contextmanager
def _forgiving() -> Iterator[None]:
    """Let Pillow give the pixels it has where the file ends early."""
    before = ImageFile.LOAD_TRUNCATED_IMAGES
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before


def _is_uniform(image: Image.Image) -> bool:
    low, high = image.convert("L").getextrema()
    return low == high


def _on_paper(image: Image.Image) -> Image.Image:
    """Return the picture as grey or RGB, 8 bits, transparent parts white."""
    if image.mode in ("I;16", "I;16B", "I;16L", "I;16N", "I", "F"):
        return _to_8_bits(image)
    if image.mode in ("LA", "La", "RGBA", "RGBa", "PA") or "transparency" in image.info:
        coloured = image.convert("RGBA")
        paper = Image.new("RGBA", coloured.size, (255, 255, 255, 255))
        paper.alpha_composite(coloured)
        return paper.convert("RGB")
    return image.convert("L" if image.mode in ("1", "L") else "RGB")


def _to_8_bits(image: Image.Image) -> Image.Image:
    wide = image.convert("F")
    low, high = wide.getextrema()
    if not isinstance(low, float) or not isinstance(high, float) or high <= low:
        return Image.new("L", image.size, 255)
    scale = 255.0 / (65535.0 if 255 < high <= 65535 and low >= 0 else high - low)
    offset = 0.0 if 255 < high <= 65535 and low >= 0 else -low * scale
    return wide.point(lambda value: value * scale + offset).convert("L")


# --- frames --------------------------------------------------------------------------------------------------------


def _part(first: int, last: int, seconds_a_frame: float) -> Part:
    return Part(
        name=f"pages {first}-{last}", first=first, last=last, seconds_expected=(last - first + 1) * seconds_a_frame
    )


def _frame_count(image: Image.Image) -> int:
    try:
        return max(1, int(getattr(image, "n_frames", 1)))
    except (Image.DecompressionBombError, *_BROKEN):
        return 1


def _frames_to_read(image: Image.Image, limits: Limits) -> int:
    if image.format == "MPO":
        return 1
    most = _FRAMES_OF_ANIMATION if image.format in _ANIMATED else limits.pages
    return min(_frame_count(image), most, limits.pages)


def _read_frames(path: Path, frames: range, *, engines: Engines, context: ReadContext) -> Iterator[Unit]:
    """Yield a unit for each frame; one whose pixels were seen before is not read twice."""
    seen: dict[str, int] | None = {} if len(frames) > 1 else None
    index = 0
    for number in frames:
        unit = _read_frame(path, number, index=index, seen=seen, engines=engines, context=context)
        index += len(unit.segments)
        yield unit


def _read_frame(
    path: Path, number: int, *, index: int, seen: dict[str, int] | None, engines: Engines, context: ReadContext
) -> Unit:
    try:
        image, cut = _load(path, number, context.limits)
    except LimitExceeded:
        raise
    except Unreadable as error:
        if number == 1:
            raise
        return Unit(kind="page", number=number, outcome="failed", reason=error.what)
    grey = image.convert("L")
    same_as = number if seen is None else seen.setdefault(_pixel_digest(grey), number)
    if same_as != number:
        return Unit(kind="page", number=number, outcome="skipped", reason=f"the same picture as frame {same_as}")
    dpi, how = _dpi(image)
    reading = read_pixels(grey, dpi=dpi, engines=engines, context=context)
    place = PagePlace(page=number, width_px=grey.width, height_px=grey.height, dpi=dpi)
    unit = page_unit(reading, index=index, place=place, context=context)
    unit = _with_codes(unit, grey, index=index, place=place)
    facts = unit.facts | {"dpi": f"{dpi} {how}"} | ({"cut_short": "pixels are missing"} if cut else {})
    facts |= {"pixels": f"{grey.width}x{grey.height}"} | likeness_facts(grey)
    if cut and unit.outcome == "blank":
        return replace(unit, outcome="failed", reason="the picture is cut short and what is left is empty", facts=facts)
    return replace(unit, facts=facts, partial=unit.partial or cut)


def _with_codes(unit: Unit, grey: Image.Image, *, index: int, place: PagePlace) -> Unit:
    """Return the page with a segment for each code on it; a page whose words could not be read is then read in part."""
    codes = codes_on(grey) if unit.outcome != "blank" else ()
    if not codes:
        return unit
    segments = (*unit.segments, *code_segments(codes, index=index + len(unit.segments), place=place))
    facts = unit.facts | code_facts(codes, first=len(unit.segments) + 1)
    unread = unit.outcome in ("skipped", "failed")
    reason = f"only its codes were read: {unit.reason}" if unread else unit.reason if unit.outcome == "read" else ""
    return replace(unit, outcome="read", reason=reason, partial=unread, segments=segments, facts=facts)


def _pixel_digest(grey: Image.Image) -> str:
    return hashlib.sha256(f"{grey.size} ".encode() + grey.tobytes()).hexdigest()


def _dpi(image: Image.Image) -> tuple[int, str]:
    """Return the resolution and how it is known: by the file's tag, or as if the picture were a page of A4.

    72 and 96 are what programs write that do not know.
    """
    try:
        tagged = round(float(image.info["dpi"][0]))
    except (KeyError, IndexError, TypeError, ValueError, OverflowError, ZeroDivisionError):
        tagged = 0
    if _SCREEN_DPI < tagged <= 2400:
        return tagged, "tagged"
    return max(70, min(600, round(max(image.size) / _LONG_SIDE_INCHES))), "estimated"


# --- what stands beside the pixels ---------------------------------------------------------------------------------


def _with_segments(units: list[Unit], added: tuple[Segment, ...], stated: dict[str, str]) -> list[Unit]:
    """Add the metadata to the first page as segments of their own, and to its facts when and with what it was taken."""
    first, *others = units
    camera = " ".join(stated[name] for name in ("make", "model") if name in stated)
    facts = {"taken": stated.get("date_time_original", ""), "taken_with": camera}
    fields = dict.fromkeys(getattr(segment.place, "field", "") for segment in added)
    facts |= {"metadata": ", ".join(fields)}
    noted = replace(
        first,
        segments=(*first.segments, *added),
        facts=first.facts | {name: value for name, value in facts.items() if value},
    )
    return [noted, *(_moved_on(unit, len(added)) for unit in others)]


def _moved_on(unit: Unit, places: int) -> Unit:
    """Return the unit with its segments further on in the reading."""
    return replace(unit, segments=tuple(replace(segment, index=segment.index + places) for segment in unit.segments))
