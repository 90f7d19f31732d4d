"""What a film's container states: when it was made, where, with what. Its clock is UTC by the format, often local in practice.

QuickTime and MP4 count seconds since 1904 in UTC (ISO/IEC 14496-12, 8.2.2), yet many cameras write their own clock there;
Apple's devices write a second time with its offset. Both are kept, and where they disagree that is said.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from evidence.locator import RecordPlace
from evidence.records import EventRecord, Segment
from extractors.exif import Beside, found_position, plain
from extractors.moments import Moment, on_the_wall, stated

FIELD: Final = "container"
_PLACES: Final = ("com.apple.quicktime.location.ISO6709", "location", "location-eng", "©xyz")
_TECHNICAL: Final = (
    *("major_brand", "minor_version", "compatible_brands", "handler_name", "vendor_id", "DURATION"),
    *("_STATISTICS_TAGS", "_STATISTICS_WRITING_DATE_UTC", "NUMBER_OF_FRAMES", "NUMBER_OF_BYTES", "BPS"),
)
_POSITION: Final = re.compile(r"([+-]\d{1,3}(?:\.\d+)?)([+-]\d{1,3}(?:\.\d+)?)([+-]\d{1,6}(?:\.\d+)?)?")
_WITH_ZONE: Final = "com.apple.quicktime.creationdate"
_CLOCKS: Final = {
    "mov": "the format (QuickTime, MP4: UTC; often the camera's own clock in practice)",
    "matroska": "the format (Matroska: UTC)",
    "asf": "the format (ASF: UTC)",
}
_APART_S: Final = 120
_CHARACTERS: Final = 2_000


def beside(tags: Mapping[str, str], *, container: str, index: int) -> Beside:
    """Return the metadata as segments from `index`, the position in one of its own, and the events they support."""
    kept = {plain(name): text for name, value in tags.items() if (text := plain(value, at_most=_CHARACTERS))}
    key, position = _position(kept)
    lines = [f"{name}: {value}" for name, value in kept.items() if _is_told(name, value)]
    made = Beside()
    moment, apart = recorded(kept, container=container)
    if lines:
        text = "\n".join(lines + ([f"clocks: {apart}"] if apart else []))
        held = Segment(index=index, text=text, place=RecordPlace(record=1, field=FIELD), source="native")
        made = Beside((held,), (), (_recording(kept, moment, position, apart, index),) if moment else ())
    return _with_position(made, key, position, moment, index + len(made.segments)) if key else made


def _is_told(name: str, value: str) -> bool:
    """Whether a tag says something to people: not the container's brands and tracks, and not the position, shown apart."""
    bare = name.removeprefix("track.")
    return bare not in (*_PLACES, *_TECHNICAL) and (bare, value) != ("language", "und")


def _position(tags: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    """Return the tag that holds a position and its parts in degrees and metres (ISO 6709, annex H); empty for none."""
    for key in _PLACES:
        match = _POSITION.match(tags.get(key, ""))
        if match and abs(float(match[1])) <= 90 and abs(float(match[2])) <= 180:
            return key, tuple(map(_degrees, filter(None, match.groups())))
    return "", ()


def _degrees(written: str) -> str:
    """Return `-000.1275` as `-0.1275`, its decimals as they are."""
    sign = "-" if written.startswith("-") else ""
    return sign + (written.lstrip("+-").lstrip("0") or "0").replace(".", "0.", written.lstrip("+-0")[:1] == ".")


def _with_position(made: Beside, key: str, position: tuple[str, ...], moment: Moment | None, index: int) -> Beside:
    coordinates = ", ".join(position[:2])
    height = f"\naltitude_m: {position[2]}" if len(position) > 2 else ""
    segment = Segment(
        index=index,
        text=f"position: {coordinates}{height}",
        place=RecordPlace(record=1, field=FIELD, key=key),
        source="native",
    )
    found = found_position(segment, coordinates, check="in range (ISO 6709), as the recording device wrote it")
    event = EventRecord(
        kind="location",
        segment=index,
        **(moment or Moment(written="")).fields(),
        description=f"position recorded with the film: {coordinates}",
        facts=_where(position),
    )
    return Beside((*made.segments, segment), (*made.named, found), (*made.events, event))


def _where(position: tuple[str, ...]) -> dict[str, str]:
    return dict(zip(("latitude", "longitude", "altitude_m"), position, strict=False))


def recorded(tags: Mapping[str, str], *, container: str) -> tuple[Moment | None, str]:
    """Return when the film was recorded, and what is to be said where two of its times disagree.

    The time that carries its own offset is preferred; the container's is UTC by the format, others have no zone.
    """
    with_zone = _aware(tags.get(_WITH_ZONE, ""))
    counted = _aware(tags.get("creation_time", "") or tags.get("track.creation_time", ""))
    apart = ""
    if with_zone and counted and abs((with_zone[1] - counted[1]).total_seconds()) > _APART_S:
        apart = f"{with_zone[0]} and {counted[0]} are not the same time: one may be that of a copy or of a wrong clock"
    if with_zone:
        return stated(with_zone[0], with_zone[1]), apart
    if counted:
        clock = next((said for name, said in _CLOCKS.items() if container.startswith(name)), "the format (UTC)")
        return stated(counted[0], counted[1], zone="UTC", zone_by=clock), ""
    written = next((tags[name] for name in ("date", "DATE", "IDIT", "ICRD") if tags.get(name)), "")
    return (_plain_date(written) if written else None), ""


def _aware(written: str) -> tuple[str, datetime] | None:
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        return None
    known = moment.tzinfo is not None and datetime(1905, 1, 1, tzinfo=UTC) < moment
    return (written, moment) if known else None


def _plain_date(written: str) -> Moment:
    """Return a date without a zone: as ISO 8601 or as AVI's `Sat Mar 07 18:05:09 2026`, else only as written."""
    for shape in ("%a %b %d %H:%M:%S %Y", "%Y-%m-%d %H:%M:%S", "%Y:%m:%d %H:%M:%S"):
        try:
            return on_the_wall(written, datetime.strptime(written.strip(), shape))  # noqa: DTZ007
        except ValueError:
            continue
    found = _aware(written)
    return stated(*found) if found else Moment(written=written)


_DEVICE: Final = {
    "make": ("com.apple.quicktime.make", "make", "com.android.manufacturer"),
    "model": ("com.apple.quicktime.model", "model", "com.android.model"),
    "software": ("com.apple.quicktime.software", "com.android.version", "encoder"),
}


def device(tags: Mapping[str, str]) -> dict[str, str]:
    """Return make, model and software under one name each, whatever the container calls them."""
    found = {name: next((tags[key] for key in keys if tags.get(key)), "") for name, keys in _DEVICE.items()}
    return {name: plain(value) for name, value in found.items() if value}


def _recording(
    tags: Mapping[str, str], moment: Moment, position: tuple[str, ...], apart: str, segment: int
) -> EventRecord:
    known = device(tags)
    camera = " ".join(known[name] for name in ("make", "model") if name in known)
    said = (
        f"recorded with {camera}" if camera else "film recorded",
        f"at {', '.join(position[:2])}" if position else "",
    )
    return EventRecord(
        kind="recording",
        segment=segment,
        **moment.fields(),
        description=" ".join(filter(None, said)),
        facts=known | _where(position) | ({"clocks": apart} if apart else {}),
    )
