"""When something happened, in the one form that times of exhibits have on a page: day, clock, and the zone or that none is stated."""

from __future__ import annotations

from typing import Final, NamedTuple

from graph.answers import Happening

NO_ZONE: Final = "zone not stated"


class Moment(NamedTuple):
    """A time for people; `day` and `clock` are empty where the record's own words could not be understood."""

    day: str
    clock: str
    zone: str
    """`UTC`, or that no zone is stated; empty where there is no time."""
    basis: str
    """The record's own words, and who says which zone they are in."""


def moment(utc: str, local: str, written: str, *, by: str = "") -> Moment:
    """Return a time in UTC where the record states the zone or a person asserted it, else as it stands on the wall."""
    basis = f"as written: {written}" + (f"; zone by {by}" if by else "") if written else ""
    for known, zone in ((utc, "UTC"), (local, NO_ZONE)):
        if known:
            return Moment(known[:10], known[11:19], zone, basis)
    return Moment("", written or "no time stated", NO_ZONE if written else "", basis)


def moment_of(event: Happening | None) -> Moment:
    """Return when something happened; no day and no clock for what records nothing."""
    if event is None:
        return Moment("", "", "", "")
    return moment(event.time_utc, event.time_local, event.time_written, by=event.zone_by)
