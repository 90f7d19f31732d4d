"""Images and scans: PNG, JPEG, TIFF, WebP, BMP and GIF, turned upright by their EXIF tag before anything else."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

from msgspec.structs import replace
from PIL import ExifTags, Image, ImageFile, ImageOps, UnidentifiedImageError
from PIL import __version__ as _pillow_version

from evidence.errors import LimitExceeded, Unreadable
from evidence.locator import PagePlace, RecordPlace
from evidence.records import EventRecord, Reading, Segment, Stamp, Unit
from extractors.page_image import RULES, languages_note, page_unit, read_pixels
from extractors.protocols import Engines, Limits, Part, ReadContext, Survey

_FRAMES_A_PART: Final = 10
_FRAMES_OF_ANIMATION: Final = 12
_OCR_SECONDS_A_MEGAPIXEL: Final = 0.4
_LONG_SIDE_INCHES: Final = 11.7
_SCREEN_DPI: Final = 96
_ANIMATED: Final = frozenset({"GIF", "WEBP", "PNG"})
_FORMATS: Final = ("PNG", "JPEG", "TIFF", "WEBP", "BMP", "GIF")
_FACT_CHARACTERS: Final = 200
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
)
"""What Pillow's decoders raise on damaged files."""


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
            stated = exif_facts(image)
        last = min(part.last or frames, frames)
        units = list(_read_frames(path, range(max(1, part.first), last + 1), engines=engines, context=context))
        if beyond > 0 and units and last == frames:
            units[-1] = replace(units[-1], partial=True, facts=units[-1].facts | {"frames_not_read": str(beyond)})
        facts = stated | languages_note(engines, context.languages)
        if part.first > 1 or not stated or not units:
            return Reading(units=tuple(units), facts=facts)
        units, event = _with_exif(units, stated)
        return Reading(units=tuple(units), events=event, facts=facts)

    def stamps(self, *, engines: Engines, context: ReadContext) -> tuple[Stamp, ...]:
        """Return the stamps of Pillow with this module's rules, and of the OCR engine."""
        settings = RULES | {
            "rules": 1,
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
            image = Image.open(path, formats=_FORMATS)
        except Image.DecompressionBombError as error:
            raise LimitExceeded("more pixels than the limit allows") from error
        except (UnidentifiedImageError, *_BROKEN) as error:
            raise Unreadable("not a readable picture: it is damaged or cut short") from error
        with image:
            _check_size(image, limits)
            yield image


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
    facts = unit.facts | {"dpi": f"{dpi} {how}"} | ({"cut_short": "pixels are missing"} if cut else {})
    if cut and unit.outcome == "blank":
        return replace(unit, outcome="failed", reason="the picture is cut short and what is left is empty", facts=facts)
    return replace(unit, facts=facts, partial=cut)


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


# --- EXIF ----------------------------------------------------------------------------------------------------------


def exif_facts(image: Image.Image) -> dict[str, str]:
    """Return what the camera wrote: when, in which zone if it says, where, with what. Empty where nothing is stated."""
    try:
        exif = image.getexif()
        inner = exif.get_ifd(ExifTags.IFD.Exif)
        gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    except _BROKEN:
        return {}
    tags = ExifTags.Base
    stated = {
        "date_time_original": inner.get(tags.DateTimeOriginal),
        "offset_time": inner.get(tags.OffsetTimeOriginal) or inner.get(tags.OffsetTime),
        "date_time_modified": exif.get(tags.DateTime),
        "make": exif.get(tags.Make),
        "model": exif.get(tags.Model),
        "software": exif.get(tags.Software),
        "artist": exif.get(tags.Artist),
        "image_description": exif.get(tags.ImageDescription),
        "user_comment": inner.get(tags.UserComment),
        "body_serial_number": inner.get(tags.BodySerialNumber),
    }
    facts = {name: text for name, value in stated.items() if (text := _plain(value))}
    return facts | _gps_facts(gps)


def _plain(value: Any) -> str:
    if isinstance(value, bytes):
        value = value.removeprefix(b"ASCII\0\0\0").removeprefix(b"UNICODE\0").decode("utf-8", "replace")
    if not isinstance(value, str):
        return ""
    return "".join(character for character in value if character.isprintable()).strip()[:_FACT_CHARACTERS]


def _gps_facts(gps: dict[int, Any]) -> dict[str, str]:
    """Return latitude and longitude in decimal degrees to six places, altitude in metres, as the file states them."""
    keys = ExifTags.GPS
    try:
        latitude = _degrees(gps[keys.GPSLatitude], gps.get(keys.GPSLatitudeRef, "N"))
        longitude = _degrees(gps[keys.GPSLongitude], gps.get(keys.GPSLongitudeRef, "E"))
    except (KeyError, *_BROKEN, ZeroDivisionError):
        return {}
    facts = {"gps": f"{latitude}, {longitude}"}
    try:
        below = gps.get(keys.GPSAltitudeRef) in (b"\x01", 1)
        facts["gps_altitude_m"] = f"{'-' if below else ''}{float(gps[keys.GPSAltitude]):.1f}"
    except (KeyError, *_BROKEN, ZeroDivisionError):
        pass
    return facts


def _degrees(parts: Any, reference: Any) -> str:
    degrees, minutes, seconds = (Fraction(float(part)) for part in parts)
    total = degrees + minutes / 60 + seconds / 3600
    if not 0 <= total <= 180:
        raise ValueError("not an angle")
    south_or_west = str(reference).strip().upper()[:1] in ("S", "W")
    return f"{float(-total if south_or_west else total):.6f}"


def _with_exif(units: list[Unit], facts: dict[str, str]) -> tuple[list[Unit], tuple[EventRecord, ...]]:
    """Add the metadata to the first page as a segment of its own, and the photograph's time that it supports."""
    first, *others = units
    index = len(first.segments)
    segment = Segment(
        index=index,
        text="\n".join(f"{name}: {value}" for name, value in facts.items()),
        place=RecordPlace(record=1, field="exif"),
        source="native",
    )
    noted = replace(first, segments=(*first.segments, segment), facts=first.facts | {"metadata": "exif"})
    return [noted, *map(_moved_on, others)], _photograph(facts, index)


def _moved_on(unit: Unit) -> Unit:
    """Return the unit with its segments one further in the reading."""
    return replace(unit, segments=tuple(replace(segment, index=segment.index + 1) for segment in unit.segments))


def _photograph(facts: dict[str, str], segment: int) -> tuple[EventRecord, ...]:
    written = facts.get("date_time_original", "")
    if not written:
        return ()
    zone = facts.get("offset_time", "")
    local, utc = _times(written, zone)
    camera = " ".join(facts[name] for name in ("make", "model") if name in facts)
    return (
        EventRecord(
            kind="photograph",
            segment=segment,
            time_written=f"{written} {zone}".strip(),
            time_local=local,
            time_utc=utc,
            zone=zone if utc else "",
            description=" ".join(
                part
                for part in (f"taken with {camera}" if camera else "", f"at {facts['gps']}" if "gps" in facts else "")
                if part
            ),
        ),
    )


def _times(written: str, zone: str) -> tuple[str, str]:
    """Return local and UTC times in ISO 8601; empty where EXIF's `YYYY:MM:DD HH:MM:SS` or the offset is not kept to."""
    try:
        local = datetime.strptime(written[:19], "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007  (EXIF times carry no zone)
    except ValueError:
        return "", ""
    try:
        utc = datetime.strptime(f"{local.isoformat()}{zone}", "%Y-%m-%dT%H:%M:%S%z").astimezone(UTC)
    except (ValueError, OverflowError):
        return local.isoformat(), ""
    return local.isoformat(), utc.strftime("%Y-%m-%dT%H:%M:%SZ")
