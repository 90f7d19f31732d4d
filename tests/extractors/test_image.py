"""Pictures: orientation, skew, small print, noise, damage, and what the camera wrote."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterable
from pathlib import Path

import pytest
from made_pages import SENTENCES, printed, recall, scribbled
from PIL import ExifTags, Image, ImageFilter

from evidence.errors import LimitExceeded, Unreadable
from evidence.locator import PagePlace, RecordPlace
from evidence.records import Reading, Segment, Unit
from extractors.image import ImageReader, open_oriented
from extractors.page_image import is_empty, read_pixels, skew_degrees
from extractors.patterns import identifiers_in
from extractors.protocols import Engines, Limits, Part, ReadContext
from extractors.tesseract import Tesseract

ZONE = ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10")
"""Of nobody: the specimen of ICAO 9303-4."""


@pytest.fixture(scope="module")
def engines() -> Engines:
    return Engines(ocr=Tesseract(("en",)))


def _context(folder: Path, limits: Limits | None = None) -> ReadContext:
    return ReadContext(languages=("en",), scratch=folder, limits=limits or Limits())


def _read(path: Path, engines: Engines, limits: Limits | None = None) -> Reading:
    return ImageReader().read(
        path, media_type="image/x", part=Part(), engines=engines, context=_context(path.parent, limits)
    )


def _print_of(unit: Unit) -> Segment:
    return next(segment for segment in unit.segments if segment.source == "ocr")


def _assert_boxes_frame_ink(picture: Image.Image, segment: Segment, words: Iterable[str]) -> None:
    """Each word's box must hold ink where the original picture shows the word."""
    grey = picture.convert("L")
    for word in segment.words:
        box = word.box
        assert box is not None
        assert 0 <= box.left < box.left + box.width <= grey.width
        assert 0 <= box.top < box.top + box.height <= grey.height
        assert grey.crop((box.left, box.top, box.left + box.width, box.top + box.height)).getextrema()[0] < 128
    assert set(words) <= {segment.text[word.start : word.end] for word in segment.words}


@pytest.mark.parametrize("format_name", ["PNG", "JPEG", "TIFF", "WEBP", "BMP", "GIF"])
def test_every_format_is_read(tmp_path: Path, engines: Engines, format_name: str) -> None:
    path = tmp_path / "blob"
    printed().save(path, format=format_name, dpi=(200, 200))
    unit = _read(path, engines).units[0]
    assert (unit.outcome, unit.doubtful) == ("read", False)
    assert recall(SENTENCES, _print_of(unit).text) > 0.95
    assert isinstance(_print_of(unit).place, PagePlace)
    _assert_boxes_frame_ink(open_oriented(path), _print_of(unit), ["Harbour", "passport"])


@pytest.mark.parametrize("orientation", [3, 6, 8])
def test_the_exif_orientation_is_applied_first(tmp_path: Path, engines: Engines, orientation: int) -> None:
    stored = {3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    path = tmp_path / "blob"
    printed().transpose(stored[orientation]).save(path, format="JPEG", exif=exif)
    unit = _read(path, engines).units[0]
    place = _print_of(unit).place
    assert isinstance(place, PagePlace)
    assert (place.width_px, place.height_px) == printed().size == open_oriented(path).size
    assert "prepared" not in unit.facts
    assert recall(SENTENCES, _print_of(unit).text) > 0.95


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_page_laid_on_its_side_is_turned(tmp_path: Path, engines: Engines, turn: int) -> None:
    path = tmp_path / "blob"
    picture = printed().rotate(turn, expand=True)
    picture.save(path, format="PNG", dpi=(200, 200))
    unit = _read(path, engines).units[0]
    assert recall(SENTENCES, _print_of(unit).text) > 0.95
    _assert_boxes_frame_ink(picture, _print_of(unit), ["Harbour", "passport"])


@pytest.mark.parametrize("lean", [-12, -7, 4, 9, 18])
def test_a_skewed_page_is_straightened_and_boxes_lead_back(tmp_path: Path, engines: Engines, lean: int) -> None:
    path = tmp_path / "blob"
    picture = printed().rotate(lean, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC)
    picture.save(path, format="PNG", dpi=(200, 200))
    unit = _read(path, engines).units[0]
    assert abs(skew_degrees(picture) - lean) <= 0.6
    assert recall(SENTENCES, _print_of(unit).text) > 0.95
    assert "020 7946 0958" in _print_of(unit).text
    _assert_boxes_frame_ink(picture, _print_of(unit), ["Harbour", "passport"])


@pytest.mark.parametrize("letter_px", [20, 24, 34, 41])
def test_a_straight_page_is_left_alone_however_dense(letter_px: int) -> None:
    lines = [" ".join(SENTENCES)] * (3300 // letter_px // 2)
    assert abs(skew_degrees(printed(lines, size=(2480, 3508), letter_px=letter_px))) < 1
    assert skew_degrees(printed()) == 0.0


def test_small_print_is_enlarged(tmp_path: Path, engines: Engines) -> None:
    path = tmp_path / "blob"
    picture = printed(letter_px=12, size=(420, 220))
    picture.save(path, format="PNG")
    unit = _read(path, engines).units[0]
    assert "enlarged 2x" in unit.facts["prepared"]
    assert recall(SENTENCES, _print_of(unit).text) > 0.85
    _assert_boxes_frame_ink(picture, _print_of(unit), ["Harbour"])


def test_blank_is_judged_on_pixels_and_in_doubt_it_is_not_blank(tmp_path: Path, engines: Engines) -> None:
    noise = Image.effect_noise((900, 1200), 12).point(lambda value: min(255, value + 110))
    assert is_empty(noise)
    assert is_empty(Image.new("L", (50, 50), 0))
    assert not is_empty(printed(["."], letter_px=60))
    assert not is_empty(Image.linear_gradient("L"))
    path = tmp_path / "blob"
    Image.new("RGB", (800, 600), "white").save(path, format="PNG")
    assert _read(path, engines).units[0].outcome == "blank"


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_scribble_is_no_text_and_someone_must_look(tmp_path: Path, engines: Engines, seed: int) -> None:
    reading = read_pixels(scribbled(seed), dpi=150, engines=engines, context=_context(tmp_path))
    assert reading.outcome == "no_text"
    assert reading.facts["rule"]
    assert reading.words == ()


def test_a_poor_copy_is_doubtful(tmp_path: Path, engines: Engines) -> None:
    faint = printed(letter_px=18, size=(640, 480), ink=150)
    poor = Image.blend(faint, Image.effect_noise(faint.size, 110), 0.35)
    reading = read_pixels(poor, dpi=100, engines=engines, context=_context(tmp_path))
    assert (reading.outcome, reading.doubtful) in {("read", True), ("no_text", False)}


def test_without_an_engine_it_is_skipped_but_blank_is_still_blank(tmp_path: Path) -> None:
    path = tmp_path / "blob"
    printed().save(path, format="PNG")
    unit = _read(path, Engines()).units[0]
    assert (unit.outcome, bool(unit.reason)) == ("skipped", True)
    Image.new("L", (300, 300), 255).save(path, format="PNG")
    assert _read(path, Engines()).units[0].outcome == "blank"


def test_each_page_of_a_tiff_is_a_unit(tmp_path: Path, engines: Engines) -> None:
    path = tmp_path / "blob"
    pages = [printed(SENTENCES[:3]), Image.new("L", (1240, 700), 255), printed(SENTENCES[3:])]
    pages[0].save(path, format="TIFF", save_all=True, append_images=pages[1:], dpi=(200, 200))
    units = _read(path, engines).units
    assert [(unit.number, unit.outcome) for unit in units] == [(1, "read"), (2, "blank"), (3, "read")]
    assert [segment.index for unit in units for segment in unit.segments] == [0, 1]
    survey = ImageReader().survey(path, media_type="image/tiff", context=_context(tmp_path))
    assert survey.units == 3
    second = ImageReader().read(
        path, media_type="image/tiff", part=Part(first=3, last=3), engines=engines, context=_context(tmp_path)
    )
    assert [unit.number for unit in second.units] == [3]


def test_an_animation_is_read_to_its_limit_and_repeated_frames_once(tmp_path: Path, engines: Engines) -> None:
    path = tmp_path / "blob"
    frames = [printed([f"Frame number {number // 2}"], size=(600, 200)) for number in range(30)]
    frames[0].save(path, format="WEBP", save_all=True, append_images=frames[1:], duration=100, lossless=True)
    units = _read(path, engines).units
    assert len(units) == 12
    assert units[-1].partial
    assert units[-1].facts["frames_not_read"].isdecimal()
    assert {unit.outcome for unit in units} <= {"read", "skipped"}


def test_transparent_and_deep_pictures_are_read_on_white(tmp_path: Path, engines: Engines) -> None:
    path = tmp_path / "blob"
    clear = Image.new("RGBA", (1240, 700), (0, 0, 0, 0))
    clear.putalpha(printed().point(lambda value: 255 - value))
    clear.save(path, format="PNG")
    assert recall(SENTENCES, _print_of(_read(path, engines).units[0]).text) > 0.95
    deep = printed().convert("I").point(lambda value: value * 257).convert("I;16")
    deep.save(path, format="PNG")
    assert recall(SENTENCES, _print_of(_read(path, engines).units[0]).text) > 0.95


def _exif(offset: str = "+01:00") -> Image.Exif:
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Acme\0"
    exif[ExifTags.Base.Model] = "Pocket 3"
    inner = exif.get_ifd(ExifTags.IFD.Exif)
    inner[ExifTags.Base.DateTimeOriginal] = "2026:03:07 18:05:09"
    if offset:
        inner[ExifTags.Base.OffsetTimeOriginal] = offset
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    gps[ExifTags.GPS.GPSLatitudeRef] = "N"
    gps[ExifTags.GPS.GPSLatitude] = (51.0, 30.0, 26.0)
    gps[ExifTags.GPS.GPSLongitudeRef] = "W"
    gps[ExifTags.GPS.GPSLongitude] = (0.0, 7.0, 39.0)
    return exif


@pytest.mark.parametrize("blur_px", [0, 1.2])
@pytest.mark.parametrize("letter_px", [30, 34])
def test_the_machine_readable_zone_of_a_passport_alone_is_not_taken_for_noise(
    tmp_path: Path, engines: Engines, letter_px: int, blur_px: float
) -> None:
    strip = printed(ZONE, size=(letter_px * 40, letter_px * 7), letter_px=letter_px, ink=30)
    reading = read_pixels(
        strip.filter(ImageFilter.GaussianBlur(blur_px)), dpi=70, engines=engines, context=_context(tmp_path)
    )
    found = [(hit.kind, hit.value, hit.holds) for hit in identifiers_in(reading.text, source="ocr")]
    assert ("passport", "L898902C3", True) in found


@pytest.mark.parametrize(("offset", "utc"), [("+01:00", "2026-03-07T17:05:09Z"), ("", "")])
def test_what_the_camera_wrote_is_an_event_with_its_source(
    tmp_path: Path, engines: Engines, offset: str, utc: str
) -> None:
    path = tmp_path / "blob"
    printed().save(path, format="JPEG", exif=_exif(offset))
    reading = _read(path, engines)
    event, place_event = reading.events
    assert place_event.kind == "location"
    assert (event.kind, event.time_local, event.time_utc, event.zone) == (
        "photograph",
        "2026-03-07T18:05:09",
        utc,
        offset,
    )
    assert reading.facts["gps"] == "51.507222, -0.127500"
    segments = reading.units[0].segments
    assert [segment.index for segment in segments] == [0, 1, 2]
    assert segments[event.segment].place == RecordPlace(record=1, field="exif")
    assert segments[place_event.segment].place == RecordPlace(record=1, field="exif", key="GPSInfo")
    assert segments[event.segment].source == "native"
    assert "2026:03:07 18:05:09" in segments[event.segment].text


def test_exif_that_is_no_date_gives_no_invented_time(tmp_path: Path, engines: Engines) -> None:
    exif = Image.Exif()
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "0000:00:00 00:00:00"
    path = tmp_path / "blob"
    printed().save(path, format="JPEG", exif=exif)
    (event,) = _read(path, engines).events
    assert (event.time_written, event.time_local, event.time_utc) == ("0000:00:00 00:00:00", "", "")


def test_a_picture_cut_short_is_partial_or_unreadable(tmp_path: Path, engines: Engines) -> None:
    path = tmp_path / "blob"
    buffer = io.BytesIO()
    printed().save(buffer, format="JPEG")
    data = buffer.getvalue()
    path.write_bytes(data[: len(data) * 2 // 3])
    unit = _read(path, engines).units[0]
    assert unit.partial
    assert recall(SENTENCES[:2], _print_of(unit).text) > 0.8
    for kept in (0, 1, 3, 40, 200):
        path.write_bytes(data[:kept])
        with pytest.raises(Unreadable):
            _read(path, engines)


def _png_bomb(side: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    row = zlib.compress(bytes(10_000))
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", row) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [14_200, 50_000])
def test_a_bomb_is_refused_before_it_is_decoded(tmp_path: Path, engines: Engines, side: int) -> None:
    path = tmp_path / "blob"
    path.write_bytes(_png_bomb(side))
    with pytest.raises(LimitExceeded):
        ImageReader().survey(path, media_type="image/png", context=_context(tmp_path))
    with pytest.raises(LimitExceeded):
        _read(path, engines)


def test_what_is_no_picture_is_unreadable(tmp_path: Path, engines: Engines) -> None:
    path = tmp_path / "blob"
    for data in (b"", b"not a picture", b"%!PS-Adobe-3.0 EPSF-3.0\n"):
        path.write_bytes(data)
        with pytest.raises(Unreadable):
            _read(path, engines)


def test_no_temporary_file_stays(tmp_path: Path, engines: Engines) -> None:
    path = tmp_path / "blob"
    printed().save(path, format="PNG")
    _read(path, engines)
    assert [entry.name for entry in tmp_path.iterdir()] == ["blob"]


def test_the_same_picture_reads_the_same_twice(tmp_path: Path, engines: Engines) -> None:
    path = tmp_path / "blob"
    printed().rotate(8, expand=True, fillcolor=255).save(path, format="PNG")
    assert _read(path, engines) == _read(path, engines)
