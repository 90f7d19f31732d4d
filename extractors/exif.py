"""What a camera wrote beside the pixels (EXIF): when by which clock, where by which receiver, and with what device.

A camera's own time has no zone unless OffsetTimeOriginal stands beside it; a receiver's time is UTC by the format. Both are
kept, and where they disagree that is said. Tags: CIPA DC-008 (Exif 2.32 and later).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any, Final, NamedTuple

from PIL import ExifTags, Image

from evidence.locator import RecordPlace
from evidence.records import EventRecord, Found, Segment
from extractors.accounts import FINDER
from extractors.moments import Moment, on_the_wall, stated

DAMAGED: Final = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    TypeError,
    KeyError,
    IndexError,
    OverflowError,
    MemoryError,
    ZeroDivisionError,
    AttributeError,
)
"""What Pillow raises on damaged metadata."""
GPS_KEY: Final = "GPSInfo"
"""`key` of the place of the segment that holds the position: the tag that points at it."""

_FACT_CHARACTERS: Final = 200
_GPS_CLOCK: Final = "the format (GPS time in EXIF)"
_APART_S: Final = 120
"""Seconds by which a camera's clock and a satellite's may differ unsaid: a receiver may keep its last fix for a while."""


class Beside(NamedTuple):
    """What stands beside the pixels as segments, with what they name and the events that they support."""

    segments: tuple[Segment, ...] = ()
    named: tuple[Found, ...] = ()
    events: tuple[EventRecord, ...] = ()


def exif_facts(image: Image.Image) -> dict[str, str]:
    """Return what the camera wrote, by name; positions under names that begin with `gps`. Empty where nothing is stated."""
    try:
        exif = image.getexif()
        inner = exif.get_ifd(ExifTags.IFD.Exif)
        gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    except DAMAGED:
        return {}
    return _camera_facts(exif, inner) | _gps_facts(gps)


def _camera_facts(exif: Mapping[int, Any], inner: Mapping[int, Any]) -> dict[str, str]:
    tags = ExifTags.Base
    written = {
        "date_time_original": inner.get(tags.DateTimeOriginal),
        "sub_seconds": inner.get(tags.SubsecTimeOriginal),
        "offset_time": inner.get(tags.OffsetTimeOriginal),
        "date_time_digitized": inner.get(tags.DateTimeDigitized),
        "offset_time_digitized": inner.get(tags.OffsetTimeDigitized),
        "date_time_modified": exif.get(tags.DateTime),
        "offset_time_modified": inner.get(tags.OffsetTime),
        "make": exif.get(tags.Make),
        "model": exif.get(tags.Model),
        "software": exif.get(tags.Software),
        "host_computer": exif.get(tags.HostComputer),
        "body_serial_number": inner.get(tags.BodySerialNumber) or exif.get(tags.CameraSerialNumber),
        "lens_make": inner.get(tags.LensMake),
        "lens_model": inner.get(tags.LensModel),
        "lens_serial_number": inner.get(tags.LensSerialNumber),
        "camera_owner": inner.get(tags.CameraOwnerName),
        "image_unique_id": inner.get(tags.ImageUniqueID),
        "artist": exif.get(tags.Artist),
        "copyright": exif.get(tags.Copyright),
        "image_description": exif.get(tags.ImageDescription),
        "user_comment": inner.get(tags.UserComment),
        **{f"windows_{name[2:].lower()}": _wide(exif.get(tags[name])) for name in _WINDOWS_TAGS},
    }
    return {name: text for name, value in written.items() if (text := plain(value))}


_WINDOWS_TAGS: Final = ("XPTitle", "XPComment", "XPAuthor", "XPKeywords", "XPSubject")


def _wide(value: Any) -> str:
    """Return a text of the tags that Windows adds: UTF-16 without a mark."""
    raw = bytes(part & 255 for part in value) if isinstance(value, tuple) else value
    return raw.decode("utf-16-le", "replace") if isinstance(raw, bytes) else ""


def plain(value: Any, *, at_most: int = _FACT_CHARACTERS) -> str:
    """Return a tag's text on one line, cut at `at_most` characters; empty for what is no text."""
    if isinstance(value, bytes):
        value = value.removeprefix(b"ASCII\0\0\0").removeprefix(b"UNICODE\0").decode("utf-8", "replace")
    if not isinstance(value, str):
        return ""
    return "".join(character for character in value if character.isprintable()).strip()[:at_most]


# --- where ---------------------------------------------------------------------------------------------------------


def _gps_facts(gps: Mapping[int, Any]) -> dict[str, str]:
    """Return the position in decimal degrees to six places, and whatever else the receiver states about it."""
    keys = ExifTags.GPS
    facts: dict[str, str] = {}
    try:
        latitude = _degrees(gps[keys.GPSLatitude], gps.get(keys.GPSLatitudeRef, "N"), most=90)
        longitude = _degrees(gps[keys.GPSLongitude], gps.get(keys.GPSLongitudeRef, "E"), most=180)
        facts["gps"] = f"{latitude}, {longitude}"
    except DAMAGED:
        pass
    below = gps.get(keys.GPSAltitudeRef) in (b"\x01", 1)
    if altitude := _number(gps.get(keys.GPSAltitude)):
        facts["gps_altitude_m"] = f"{'-' if below else ''}{altitude}"
    norths = {"T": "true north", "M": "magnetic north"}
    for name, tag, reference in (
        ("gps_direction_of_view", keys.GPSImgDirection, keys.GPSImgDirectionRef),
        ("gps_direction_of_travel", keys.GPSTrack, keys.GPSTrackRef),
    ):
        if degrees := _number(gps.get(tag)):
            facts[name] = (
                f"{degrees} degrees from {norths.get(plain(gps.get(reference)), 'north, which one not stated')}"
            )
    speeds = {"K": "km/h", "M": "mph", "N": "knots"}
    if speed := _number(gps.get(keys.GPSSpeed)):
        facts["gps_speed"] = f"{speed} {speeds.get(plain(gps.get(keys.GPSSpeedRef)), 'in a unit not stated')}"
    facts |= {"gps_accuracy_m": error} if (error := _number(gps.get(keys.GPSHPositioningError))) else {}
    facts |= {"gps_dilution_of_precision": dop} if (dop := _number(gps.get(keys.GPSDOP))) else {}
    for name, tag in (("gps_datum", keys.GPSMapDatum), ("gps_method", keys.GPSProcessingMethod)):
        facts |= {name: text} if (text := plain(gps.get(tag))) else {}
    return facts | _gps_clock(gps)


def _gps_clock(gps: Mapping[int, Any]) -> dict[str, str]:
    """Return the receiver's time as written; without a date it is of no use."""
    day = plain(gps.get(ExifTags.GPS.GPSDateStamp)).replace("-", ":")
    try:
        hours, minutes, seconds = (int(float(part)) for part in gps[ExifTags.GPS.GPSTimeStamp])
        written = f"{day} {hours:02d}:{minutes:02d}:{seconds:02d}"
        datetime.strptime(written, "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007
    except DAMAGED:
        return {}
    return {"gps_time": f"{written} UTC"}


def _number(value: Any) -> str:
    """Return a rational of the file with one decimal; empty where there is none or it is no number."""
    try:
        number = float(value)
    except DAMAGED:
        return ""
    return f"{number:.1f}" if abs(number) < 1e7 else ""


def _degrees(parts: Any, reference: Any, *, most: int) -> str:
    degrees, minutes, seconds = (Fraction(float(part)) for part in parts)
    total = degrees + minutes / 60 + seconds / 3600
    if not 0 <= total <= most:
        raise ValueError("not an angle")
    south_or_west = str(reference).strip().upper()[:1] in ("S", "W")
    return f"{float(-total if south_or_west else total):.6f}"


# --- when ----------------------------------------------------------------------------------------------------------


def taken(facts: Mapping[str, str]) -> Moment | None:
    """Return when the picture was taken by the camera's clock; UTC only where the camera wrote its offset."""
    written = facts.get("date_time_original", "")
    if not written:
        return None
    return _by_camera(written, facts.get("offset_time", ""), facts.get("sub_seconds", ""))


def _by_camera(written: str, zone: str, sub_seconds: str = "") -> Moment:
    shown = written + (f".{sub_seconds}" if sub_seconds.isdigit() else "") + (f" {zone}" if zone else "")
    try:
        local = datetime.strptime(written[:19], "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007  (EXIF times carry no zone)
    except ValueError:
        return Moment(written=shown)
    try:
        aware = datetime.strptime(f"{local.isoformat()}{zone}", "%Y-%m-%dT%H:%M:%S%z")
        return stated(shown, aware, zone=zone)
    except (ValueError, OverflowError):
        return on_the_wall(shown, local)


def by_satellite(facts: Mapping[str, str]) -> Moment | None:
    """Return when the position was measured, in UTC as the format has it; None where the file does not say."""
    written = facts.get("gps_time", "")
    if not written:
        return None
    instant = datetime.strptime(written, "%Y:%m:%d %H:%M:%S UTC").replace(tzinfo=UTC)
    return stated(written, instant, zone="UTC", zone_by=_GPS_CLOCK)


def clocks_apart(facts: Mapping[str, str]) -> str:
    """Return how the camera's clock stands to the satellites', in words; empty where they agree or one is missing.

    Without a zone the difference is its zone, a wrong clock or both: it is said, not resolved.
    """
    camera, satellite = taken(facts), by_satellite(facts)
    if camera is None or satellite is None or not camera.local:
        return ""
    mine, theirs = camera.utc.rstrip("Z") or camera.local, satellite.utc.rstrip("Z")
    apart = int((datetime.fromisoformat(mine) - datetime.fromisoformat(theirs)).total_seconds())
    if abs(apart) <= _APART_S:
        return ""
    shown = f"{abs(apart):,} s {'ahead of' if apart > 0 else 'behind'} GPS time (UTC)"
    if camera.utc:
        return f"the two times disagree: the camera's, with its offset, is {shown}"
    return f"the camera's clock, its zone not stated, shows {shown}: a zone, a wrong clock, or both"


# --- as segments and events ----------------------------------------------------------------------------------------


def beside(facts: Mapping[str, str], *, index: int) -> Beside:
    """Return the camera's metadata and the position as segments from `index`, and what happened by them."""
    camera = {name: value for name, value in facts.items() if not name.startswith("gps")}
    position = {name: value for name, value in facts.items() if name.startswith("gps")}
    if apart := clocks_apart(facts):
        (position or camera)["clocks"] = apart
    made = Beside()
    if camera:
        text = "\n".join(f"{name}: {value}" for name, value in camera.items())
        held = Segment(index=index, text=text, place=RecordPlace(record=1, field="exif"), source="native")
        made = Beside((held,), (), _photograph(facts, index, apart))
    return _with_position(made, facts, position, index + len(made.segments)) if position else made


def _with_position(made: Beside, facts: Mapping[str, str], position: Mapping[str, str], index: int) -> Beside:
    place = RecordPlace(record=1, field="exif", key=GPS_KEY)
    text = "\n".join(f"{name}: {value}" for name, value in position.items())
    segment = Segment(index=index, text=text, place=place, source="native")
    if "gps" not in position:
        return Beside((*made.segments, segment), made.named, made.events)
    found = found_position(segment, position["gps"], check=_in_range(position))
    event = _location(facts, index)
    return Beside((*made.segments, segment), (*made.named, found), (*made.events, event))


def found_position(segment: Segment, written: str, *, check: str) -> Found:
    """Return the coordinates that stand as `written` (`51.507222, -0.127500`) in a segment of metadata."""
    start = segment.text.index(written)
    return Found(
        segment=segment.index,
        kind="coordinates",
        start=start,
        end=start + len(written),
        quote=written,
        value=written.replace(" ", ""),
        status="established",
        check=check,
        finder=FINDER,
    )


def _in_range(position: Mapping[str, str]) -> str:
    datum = f"datum {position['gps_datum']}" if "gps_datum" in position else "datum not stated"
    nowhere = "; 0, 0 is what devices write without a fix" if _is_nowhere(position["gps"]) else ""
    return f"in range (ISO 6709), {datum}{nowhere}"


def _is_nowhere(written: str) -> bool:
    return all(abs(float(part)) < 1e-6 for part in written.split(","))


def _photograph(facts: Mapping[str, str], segment: int, apart: str) -> tuple[EventRecord, ...]:
    moment = taken(facts)
    if moment is None:
        return ()
    camera = " ".join(facts[name] for name in ("make", "model") if name in facts)
    said = (f"taken with {camera}" if camera else "", f"at {facts['gps']}" if "gps" in facts else "")
    kept = {name: facts[name] for name in ("make", "model", "body_serial_number", "software") if name in facts}
    return (
        EventRecord(
            kind="photograph",
            segment=segment,
            **moment.fields(),
            description=" ".join(filter(None, said)),
            facts=kept | _where(facts) | ({"clocks": apart} if apart else {}),
        ),
    )


def _location(facts: Mapping[str, str], segment: int) -> EventRecord:
    """Return that the device was at a position: at the receiver's time, else at the time of the picture."""
    moment = by_satellite(facts) or taken(facts) or Moment(written="")
    return EventRecord(
        kind="location",
        segment=segment,
        **moment.fields(),
        description=f"position recorded with the picture: {facts['gps']}",
        facts=_where(facts)
        | {"time_by": "GPS" if "gps_time" in facts else "the camera's clock" if moment.written else ""},
    )


def _where(facts: Mapping[str, str]) -> dict[str, str]:
    if "gps" not in facts:
        return {}
    latitude, longitude = facts["gps"].split(", ")
    others = {name.removeprefix("gps_"): value for name, value in facts.items() if name.startswith("gps_")}
    return {"latitude": latitude, "longitude": longitude, **others}
