"""Times as records keep them: what was written, which zone was stated and by whom, and UTC only where that follows.

Nothing here assumes a zone. Where nobody states one, UTC stays empty: the projector applies what people assert about an
exhibit, and else shows the interval that every zone on earth allows (UTC-12 to UTC+14).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final, Literal, TypeAlias, TypedDict
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

Clock: TypeAlias = Literal["s", "ms", "us", "apple", "apple_ns", "webkit", "filetime"]
"""How a program counts time: Unix seconds, milliseconds or microseconds; seconds or nanoseconds since 2001 (Apple);
microseconds since 1601 (WebKit); 100 ns since 1601 (Windows)."""

_EPOCHS: Final[dict[Clock, tuple[datetime, int]]] = {
    "s": (datetime(1970, 1, 1, tzinfo=UTC), 1_000_000),
    "ms": (datetime(1970, 1, 1, tzinfo=UTC), 1_000),
    "us": (datetime(1970, 1, 1, tzinfo=UTC), 1),
    "apple": (datetime(2001, 1, 1, tzinfo=UTC), 1_000_000),
    "apple_ns": (datetime(2001, 1, 1, tzinfo=UTC), 0),
    "webkit": (datetime(1601, 1, 1, tzinfo=UTC), 1),
    "filetime": (datetime(1601, 1, 1, tzinfo=UTC), -10),
}
_NAMES: Final[dict[Clock, str]] = {
    "s": "Unix time",
    "ms": "Unix time",
    "us": "Unix time",
    "apple": "Apple time",
    "apple_ns": "Apple time",
    "webkit": "WebKit time",
    "filetime": "Windows time",
}
RECORD: Final = "the record"
"""`zone_by` where the record itself writes the zone beside the time."""


class MomentFields(TypedDict):
    """A moment as the fields of an `EventRecord`."""

    time_written: str
    time_utc: str
    time_local: str
    zone: str
    zone_by: str


class UntilFields(TypedDict):
    """The end of something as the fields of an `EventRecord`."""

    until_written: str
    until_utc: str
    until_local: str


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """A time stamp: as written, on the writer's clock, and in UTC where the zone is stated."""

    written: str
    utc: str = ""
    local: str = ""
    zone: str = ""
    zone_by: str = ""

    def fields(self) -> MomentFields:
        """Return it as the keyword arguments of an `EventRecord`."""
        return {
            "time_written": self.written,
            "time_utc": self.utc,
            "time_local": self.local,
            "zone": self.zone,
            "zone_by": self.zone_by,
        }

    def until(self) -> UntilFields:
        """Return it as the end of an `EventRecord`; its zone is taken to be that of the beginning."""
        return {"until_written": self.written, "until_utc": self.utc, "until_local": self.local}


def counted(value: float | str, clock: Clock, *, written: str = "") -> Moment:
    """Return a time that a program counted from an epoch: it is UTC by the format, if the device's clock was right.

    Sub-second digits are dropped from UTC and kept in `written`. What is no number or beyond the calendar has no UTC.
    """
    text = written or str(value)
    epoch, scale = _EPOCHS[clock]
    try:
        number = float(value) if isinstance(value, float) or not str(value).lstrip("-").isdigit() else int(value)
        micros = number / 1000 if scale == 0 else number / -scale if scale < 0 else number * scale
        instant = epoch + timedelta(microseconds=int(micros))
    except (ValueError, OverflowError, TypeError):
        return Moment(written=text)
    return Moment(written=text, utc=_utc_text(instant), zone="UTC", zone_by=f"the format ({_NAMES[clock]})")


def stated(written: str, instant: datetime, *, zone: str = "", zone_by: str = RECORD) -> Moment:
    """Return a time whose zone stands beside it: `instant` must be aware. `zone` is how it is written there."""
    offset = instant.strftime("%z")
    return Moment(
        written=written,
        utc=_utc_text(instant),
        local=instant.replace(tzinfo=None).isoformat(timespec="seconds"),
        zone=zone or (f"{offset[:3]}:{offset[3:5]}" if offset else ""),
        zone_by=zone_by,
    )


def on_the_wall(written: str, local: datetime, *, zone: str = "", zone_by: str = "") -> Moment:
    """Return a time without a zone of its own, read in `zone` where someone asserted one (`zone_by` says who).

    An hour that the clocks skip, or show twice, has no single UTC: it is given the earlier reading (PEP 495, fold 0).
    An unknown zone raises ValueError: it must be refused where it is asserted.
    """
    plain = local.replace(tzinfo=None)
    shown = plain.isoformat(timespec="seconds")
    if not zone:
        return Moment(written=written, local=shown)
    return Moment(
        written=written, local=shown, zone=zone, zone_by=zone_by, utc=_utc_text(plain.replace(tzinfo=zone_of(zone)))
    )


def zone_of(name: str) -> tzinfo:
    """Return the zone called `Europe/London`, `UTC`, `+02:00` or `-0330`; raises ValueError."""
    if name.upper() in ("UTC", "Z", "GMT"):
        return UTC
    try:
        if name[:1] in "+-" and name[1:]:
            return datetime.strptime(name, "%z").tzinfo or UTC
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"{name!r} is no time zone") from error


def _utc_text(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
