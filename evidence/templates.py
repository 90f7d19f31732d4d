"""Column templates: what the columns of a table of records mean, as someone asserted it."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from evidence.digest import Sha256, digest

TableKind: TypeAlias = Literal["calls", "cells", "stays", "trips", "payments", "messages", "contacts", "other"]


class Column(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One column of the file and what it holds."""

    header: str
    """As it stands in the header row; matched without regard to case and surrounding space."""
    role: str = ""
    """What it is in the record (`caller`, `called`, `started`, `seconds`, `cell`, `guest`, `payer`, `amount`, `text`);
    see `extractors.records.roles`. Empty: kept verbatim, and not read."""
    format: str = ""
    """Of a time: `%d/%m/%Y %H:%M:%S`; of a number: `1.234,56` or `1,234.56`. Empty: ISO 8601, plain digits."""


class Template(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the columns of one kind of file mean, saved and put on record once, then applied wherever its header fits."""

    name: str
    kind: TableKind
    columns: tuple[Column, ...]
    zone: str = ""
    """Zone of its times (`Europe/London`, `UTC`, `+02:00`); empty: nobody said."""
    zone_by: str = ""
    """Who or what says so: `the operator's covering letter, page 2`."""
    region: str = ""
    """ISO 3166 alpha-2 for national phone numbers; empty: the case's own."""
    direction: dict[str, str] = {}
    """Values of the direction column, as they stand, to `out` or `in`."""
    types: dict[str, str] = {}
    """Values of the type column to `call`, `message`, `data` or `other`."""
    skip_rows: int = 0
    """Rows above the header."""
    settings: dict[str, str] = {}
    """What else a kind needs: `subscriber`, `currency`, `subscriber_number` …"""

    @property
    def digest(self) -> Sha256:
        """What a recipe names it by."""
        return digest("template", self)
