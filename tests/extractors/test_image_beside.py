"""What stands beside and on pictures: positions, two clocks, captions, codes, HEIC and AVIF, likeness."""

from __future__ import annotations

import io
import random
from pathlib import Path

import numpy as np
import pytest
import zxingcpp
from made_pages import SENTENCES, printed, recall, scribbled
from PIL import ExifTags, Image, ImageEnhance, PngImagePlugin

from evidence.errors import Unreadable
from evidence.locator import Box, PagePlace, RecordPlace
from evidence.records import Reading
from extractors.identify import identify
from extractors.image import ImageReader
from extractors.picture_codes import codes_on
from extractors.picture_likeness import PHASH, PHASH_FINE, likeness_facts
from extractors.protocols import Engines, Part, ReadContext
from extractors.registry import READER_OF
from extractors.tesseract import Tesseract

HEIC = Path(__file__).parents[1] / "files" / "pictures" / "upright-by-its-tag.heic"
"""Made with libheif: a page of print stored on its side, to be shown upright; EXIF with position and offset."""
GPS = ExifTags.GPS


def _read(path: Path, engines: Engines | None = None) -> Reading:
    context = ReadContext(languages=("en",), scratch=path.parent)
    return ImageReader().read(path, media_type="image/x", part=Part(), engines=engines or Engines(), context=context)


def _saved(folder: Path, picture: Image.Image, form: str = "JPEG", **how: object) -> Path:
    path = folder / "blob"
    picture.save(path, format=form, **how)  # type: ignore[arg-type]
    return path


def _exif(*, offset: str = "", gps_time: tuple[float, float, float] | None = (17.0, 5.0, 9.0)) -> Image.Exif:
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Acme"
    exif[ExifTags.Base.Model] = "Pocket 3"
    inner = exif.get_ifd(ExifTags.IFD.Exif)
    inner[ExifTags.Base.DateTimeOriginal] = "2026:03:07 18:05:09"
    inner[ExifTags.Base.BodySerialNumber] = "SN-1234"
    if offset:
        inner[ExifTags.Base.OffsetTimeOriginal] = offset
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    gps[GPS.GPSLatitudeRef], gps[GPS.GPSLatitude] = "S", (33.0, 51.0, 25.2)
    gps[GPS.GPSLongitudeRef], gps[GPS.GPSLongitude] = "E", (151.0, 12.0, 54.0)
    gps[GPS.GPSAltitudeRef], gps[GPS.GPSAltitude] = b"\x01", 3.25
    gps[GPS.GPSImgDirectionRef], gps[GPS.GPSImgDirection] = "T", 87.5
    gps[GPS.GPSHPositioningError] = 5.0
    if gps_time:
        gps[GPS.GPSDateStamp], gps[GPS.GPSTimeStamp] = "2026:03:07", gps_time
    return exif


# --- where and when ------------------------------------------------------------------------------------------------


def test_a_position_is_a_mention_and_an_event_with_all_the_receiver_says(tmp_path: Path) -> None:
    reading = _read(_saved(tmp_path, printed(), exif=_exif()))
    photograph, location = reading.events
    assert {name: location.facts[name] for name in ("latitude", "longitude", "altitude_m", "accuracy_m")} == {
        "latitude": "-33.857000",
        "longitude": "151.215000",
        "altitude_m": "-3.2",
        "accuracy_m": "5.0",
    }
    assert location.facts["direction_of_view"] == "87.5 degrees from true north"
    assert (location.time_utc, location.zone_by) == ("2026-03-07T17:05:09Z", "the format (GPS time in EXIF)")
    assert photograph.facts["body_serial_number"] == "SN-1234"
    segment = next(one for one in reading.units[0].segments if one.index == location.segment)
    assert segment.place == RecordPlace(record=1, field="exif", key="GPSInfo")
    (found,) = reading.named
    assert (found.kind, found.value, found.status) == ("coordinates", "-33.857000,151.215000", "established")
    assert (found.segment, segment.text[found.start : found.end]) == (segment.index, found.quote)


@pytest.mark.parametrize(
    ("offset", "gps_time", "said"),
    [
        ("+01:00", (17.0, 5.0, 9.0), ""),
        ("+01:00", (17.0, 6.0, 30.0), ""),
        ("+02:00", (17.0, 5.0, 9.0), "the two times disagree: the camera's, with its offset, is 3,600 s behind GPS time (UTC)"),
        ("", (17.0, 5.0, 9.0), "shows 3,600 s ahead of GPS time (UTC): a zone, a wrong clock, or both"),
        ("", None, ""),
    ],
)  # fmt: skip
def test_where_the_two_clocks_disagree_it_is_said_and_nothing_is_assumed(
    tmp_path: Path, offset: str, gps_time: tuple[float, float, float] | None, said: str
) -> None:
    reading = _read(_saved(tmp_path, printed(), exif=_exif(offset=offset, gps_time=gps_time)))
    photograph, location = reading.events
    assert said in photograph.facts.get("clocks", "")
    assert ("clocks" in photograph.facts) is bool(said)
    assert bool(photograph.time_utc) is bool(offset)
    assert location.facts["time_by"] == ("GPS" if gps_time else "the camera's clock")


def test_a_position_that_is_none_is_left_out_and_zero_is_doubted(tmp_path: Path) -> None:
    exif = _exif()
    exif.get_ifd(ExifTags.IFD.GPSInfo)[GPS.GPSLatitude] = (95.0, 0.0, 0.0)
    reading = _read(_saved(tmp_path, printed(), exif=exif))
    assert [event.kind for event in reading.events] == ["photograph"]
    assert reading.named == ()
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    gps[GPS.GPSLatitude] = gps[GPS.GPSLongitude] = (0.0, 0.0, 0.0)
    (found,) = _read(_saved(tmp_path, printed(), exif=exif)).named
    assert "without a fix" in found.check


def test_exif_of_any_bytes_is_never_a_traceback(tmp_path: Path) -> None:
    draws = random.Random(2)
    whole = _exif(offset="+01:00").tobytes()
    for _ in range(60):
        data = bytearray(whole)
        for _ in range(draws.choice((1, 4, 20))):
            data[draws.randrange(6, len(data))] = draws.randrange(256)
        reading = _read(_saved(tmp_path, Image.new("L", (40, 40), 255), exif=bytes(data)))
        assert reading.units[0].outcome == "blank"


def test_captions_of_xmp_iptc_and_png_are_segments(tmp_path: Path) -> None:
    packet = b"""<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
      <rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"
        photoshop:City="Ellery Docks"><dc:creator><rdf:Seq><rdf:li>M. Rask</rdf:li></rdf:Seq></dc:creator>
      <dc:description><rdf:Alt><rdf:li xml:lang="x-default">Beds in room four</rdf:li></rdf:Alt></dc:description>
      </rdf:Description></rdf:RDF></x:xmpmeta>"""
    (segment,) = _read(_saved(tmp_path, Image.new("L", (40, 40), 255), xmp=packet)).units[0].segments
    assert segment.place == RecordPlace(record=1, field="xmp")
    assert segment.text.splitlines() == [
        "photoshop:City: Ellery Docks",
        "dc:creator: M. Rask",
        "dc:description: Beds in room four",
    ]
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Author", "M. Rask")
    (segment,) = _read(_saved(tmp_path, Image.new("L", (40, 40), 255), "PNG", pnginfo=notes)).units[0].segments
    assert (segment.place, segment.text) == (RecordPlace(record=1, field="png"), "Author: M. Rask")
    data = b"\x1c\x02\x78\x00\x0eBeds in room 4" + b"\x1c\x02\x50\x00\x07M. Rask"
    block = b"Photoshop 3.0\x008BIM\x04\x04\x00\x00" + len(data).to_bytes(4, "big") + data + b"\0" * (len(data) % 2)
    plain = io.BytesIO()
    Image.new("L", (40, 40), 255).save(plain, "JPEG")
    raw = plain.getvalue()
    path = tmp_path / "blob"
    path.write_bytes(raw[:2] + b"\xff\xed" + (len(block) + 2).to_bytes(2, "big") + block + raw[2:])
    (segment,) = _read(path).units[0].segments
    assert segment.text.splitlines() == ["creator: M. Rask", "caption: Beds in room 4"]


def test_xmp_with_entities_is_not_expanded(tmp_path: Path) -> None:
    packet = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>&a;</dc:title></x>'
    assert _read(_saved(tmp_path, Image.new("L", (40, 40), 255), xmp=packet)).units[0].segments == ()


# --- HEIC and AVIF -------------------------------------------------------------------------------------------------


def test_heic_is_read_upright_with_its_metadata(tmp_path: Path) -> None:
    path = tmp_path / "blob"
    path.write_bytes(HEIC.read_bytes())
    assert identify(path) == "image/heic"
    assert READER_OF["image/heic"] == READER_OF["image/avif"] == "image"
    reading = _read(path, Engines(ocr=Tesseract(("en",))))
    unit = reading.units[0]
    assert recall(SENTENCES, unit.segments[0].text) > 0.95
    assert "prepared" not in unit.facts
    assert [event.kind for event in reading.events] == ["photograph", "location"]
    assert reading.events[0].time_utc == "2026-03-07T17:05:09Z"


def test_avif_is_read(tmp_path: Path) -> None:
    path = _saved(tmp_path, printed().convert("RGB"), "AVIF", quality=70)
    assert identify(path) == "image/avif"
    text = _read(path, Engines(ocr=Tesseract(("en",)))).units[0].segments[0].text
    assert recall(SENTENCES, text) > 0.95


def test_damaged_heic_is_unreadable_or_partial_never_a_traceback(tmp_path: Path) -> None:
    whole, draws = HEIC.read_bytes(), random.Random(4)
    path = tmp_path / "blob"
    for kept in (12, 30, 200, 900, len(whole) // 2, len(whole) - 10):
        path.write_bytes(whole[:kept])
        _outcome(path)
    for _ in range(40):
        data = bytearray(whole)
        for _ in range(draws.choice((1, 8))):
            data[draws.randrange(len(data))] = draws.randrange(256)
        path.write_bytes(data)
        _outcome(path)


def _outcome(path: Path) -> str:
    try:
        return _read(path).units[0].outcome
    except Unreadable:
        return "unreadable"


# --- codes ---------------------------------------------------------------------------------------------------------


def _code(text: str, symbology: object, scale: int = 4) -> Image.Image:
    return Image.fromarray(
        np.array(zxingcpp.write_barcode_to_image(zxingcpp.create_barcode(text, symbology), scale=scale))
    )


def test_codes_are_segments_with_symbology_and_box(tmp_path: Path) -> None:
    page = printed().convert("L")
    page.paste(_code("https://harbour.example/in?tel=+442079460958", zxingcpp.BarcodeFormat.QRCode), (900, 450))
    page.paste(_code("4006381333931", zxingcpp.BarcodeFormat.EAN13, 2), (100, 560))
    unit = _read(_saved(tmp_path, page, "PNG"), Engines(ocr=Tesseract(("en",)))).units[0]
    _, link, number = unit.segments
    assert (link.text, link.source) == ("https://harbour.example/in?tel=+442079460958", "native")
    assert number.text == "4006381333931"
    assert (unit.facts["code_2"], unit.facts["code_3"]) == ("QR Code", "EAN-13")
    for segment, left in ((link, 900), (number, 100)):
        assert isinstance(segment.place, PagePlace)
        box = segment.words[0].box
        assert box is not None
        assert left <= box.left < left + 120
        assert (segment.words[0].start, segment.words[0].end) == (0, len(segment.text))


def test_a_code_without_check_characters_stays_a_reading_of_pixels(tmp_path: Path) -> None:
    segment = _read(_saved(tmp_path, _code("ROOM4", zxingcpp.BarcodeFormat.Code39), "PNG")).units[0].segments[0]
    assert (segment.text, segment.source) == ("ROOM4", "ocr")


def test_without_an_ocr_engine_codes_are_read_and_the_rest_is_said_to_be_missing(tmp_path: Path) -> None:
    unit = _read(_saved(tmp_path, _code("hello", zxingcpp.BarcodeFormat.QRCode), "PNG")).units[0]
    assert (unit.outcome, unit.partial) == ("read", True)
    assert "no OCR engine" in unit.reason


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_scribbles_and_noise_hold_no_codes(seed: int) -> None:
    assert codes_on(scribbled(seed)) == ()
    assert codes_on(Image.effect_noise((1200, 900), 90)) == ()


def test_a_small_code_on_a_large_scan_is_found_with_its_box_in_full_pixels() -> None:
    page = Image.new("L", (2480, 3508), 255)
    page.paste(_code("CG", zxingcpp.BarcodeFormat.QRCode, 3), (2000, 3200))
    (code,) = codes_on(page)
    assert code.text == "CG"
    assert abs(code.box.left - 2012) < 20
    assert abs(code.box.top - 3212) < 20
    assert isinstance(code.box, Box)


# --- likeness ------------------------------------------------------------------------------------------------------


def _apart(one: Image.Image, other: Image.Image) -> tuple[int, int]:
    facts = likeness_facts(one.convert("L")), likeness_facts(other.convert("L"))
    first, fine = ((int(facts[0][name], 16) ^ int(facts[1][name], 16)).bit_count() for name in (PHASH, PHASH_FINE))
    return first, fine


def test_the_same_picture_smaller_lighter_or_poorer_is_near_and_another_is_not() -> None:
    one, other = printed(), printed(SENTENCES[::-1])
    poor = io.BytesIO()
    one.save(poor, "JPEG", quality=20)
    small = one.resize((one.width // 3, one.height // 3))
    light = ImageEnhance.Brightness(one.point(lambda value: max(20, value))).enhance(0.9)
    for alike in (Image.open(poor), small, light):
        first, fine = _apart(one, alike)
        assert first <= 6
        assert fine <= 24
    first, fine = _apart(one, other)
    assert first > 6 or fine > 24


def test_pictures_without_structure_have_no_hash() -> None:
    for flat in (Image.new("L", (300, 200), 0), Image.new("L", (300, 200), 200), Image.effect_noise((900, 900), 3)):
        assert likeness_facts(flat) == {}
    assert likeness_facts(Image.linear_gradient("L")) == {}
