"""Reading the warrant, order or consent from its TOML file, and asking whether it still holds."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import msgspec

from evidence.errors import AuthorityError
from evidence.records import Authority

_DATES = ("issued", "valid_from", "valid_to", "review_by", "erase_by")


class CaseHints(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The `[case]` table of an authority file: what the unit asserts about the material."""

    title: str = ""
    region: str = ""
    languages: tuple[str, ...] = ()
    speech_language: str = ""
    day_order: str = ""
    zone: str = ""


def read_authority(path: Path) -> tuple[Authority, CaseHints]:
    """Return the authority and the hints that a TOML file states; raises AuthorityError, naming the field."""
    try:
        fields = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise AuthorityError(f"there is no authority file {path.name}", next_step="give the file's path") from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise AuthorityError(f"{path.name} cannot be read: {error}", next_step="it must be TOML, in UTF-8") from error
    hints = fields.pop("case", {})
    plain = {name: value.isoformat() if isinstance(value, date) else value for name, value in fields.items()}
    try:
        authority = msgspec.convert(plain, Authority)
        asserted = msgspec.convert(hints, CaseHints)
    except msgspec.ValidationError as error:
        raise AuthorityError(f"{path.name}: {error}", next_step="compare it with sample_data/authority.toml") from error
    _check(authority, file_name=path.name)
    return authority, asserted


def _check(authority: Authority, *, file_name: str) -> None:
    for name in ("reference", "issuer", "scope"):
        if not str(getattr(authority, name)).strip():
            raise AuthorityError(f"{file_name}: `{name}` is empty", next_step="an authority must say it")
    for name in _DATES:
        _check_date(str(getattr(authority, name)), name=name, file_name=file_name)
    if authority.valid_to and authority.valid_from > authority.valid_to:
        raise AuthorityError(f"{file_name}: valid_from is after valid_to", next_step="mend the dates")


def _check_date(value: str, *, name: str, file_name: str) -> None:
    if not value and name.startswith("valid"):
        return
    try:
        date.fromisoformat(value)
    except ValueError as error:
        raise AuthorityError(
            f"{file_name}: `{name}` is {value!r}, not a date", next_step="write dates as 2026-03-02"
        ) from error


def overdue(authority: Authority, *, today: date) -> list[str]:
    """Return what is past its date: `expired 2026-04-01`, `review was due …`, `erasure was due …`."""
    stated = [
        ("expired", authority.valid_to),
        ("review was due", authority.review_by),
        ("erasure was due", authority.erase_by),
    ]
    late = [f"{what} {when}" for what, when in stated if when and date.fromisoformat(when) < today]
    if authority.held and late:
        late.append("held: nothing under it may be erased")
    return late


def check_in_time(authority: Authority, *, today: date) -> None:
    """Raise AuthorityError where material under the authority should have been erased by now, unless it is held.

    An authority that expired is no bar: what was seized in time may be received later; it is said, not refused.
    """
    if not authority.held and authority.erase_by and date.fromisoformat(authority.erase_by) < today:
        raise AuthorityError(
            f"material under {authority.reference} was to be erased by {authority.erase_by}; nothing more is received",
            next_step="record a further authority with `casegraph authority CASE FILE`, or one that is held",
        )
