"""Time zones as people name them."""

from __future__ import annotations

import re
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from evidence.errors import UsageError

_FIXED: Final = re.compile(r"(?:UTC|GMT)?([+-])(\d{1,2}):?(\d{2})?")


def fixed_offset(zone: str) -> int | None:
    """Return the seconds east of Greenwich of `UTC`, `+02:00`, `-0330` or `GMT+1`; None for a zone with a name."""
    if zone.upper() in ("UTC", "GMT", "Z"):
        return 0
    match = _FIXED.fullmatch(zone.strip())
    if match is None:
        return None
    seconds = int(match[2]) * 3600 + int(match[3] or 0) * 60
    return -seconds if match[1] == "-" else seconds


def checked_zone(zone: str) -> str:
    """Return `zone` where it is one; raises UsageError."""
    offset = fixed_offset(zone)
    if offset is not None and -12 * 3600 <= offset <= 14 * 3600:
        return zone.strip()
    try:
        if offset is None and "/" in zone:
            ZoneInfo(zone)
            return zone.strip()
    except (ZoneInfoNotFoundError, ValueError, OSError):
        pass
    raise UsageError(f"{zone!r} is no time zone", next_step="name one like Europe/London, UTC or +02:00")
