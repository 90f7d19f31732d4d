"""SQL that reads times, durations and amounts in text columns of DuckDB: what it cannot read is NULL, never guessed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

from evidence.zones import fixed_offset
from extractors.moments import zone_of
from extractors.records.tables import literal

COUNTED: Final = ("excel", "unix", "unix_ms")
"""Formats of a time that is counted; all others are strptime's, or `iso`. Several are parted by ` | `."""
_ZONE: Final = r"(Z|z|UTC|GMT|[+-](?:0\d|1[0-4])(?::?[0-5]\d)?)"
_CLOCK: Final = r":\d\d(?:[.,]\d+)?(?: ?[AaPp]\.?[Mm]\.?)?"
_STATED: Final = f"({_CLOCK}) ?{_ZONE}$"
"""A zone behind a time of day, as the row itself states it."""
_STATED_LOOSELY: Final = f"({_CLOCK}|\\d(?: ?[AaPp]\\.?[Mm]\\.?)?) ?{_ZONE}$"
"""The same where every format of the column says that a zone stands there."""
_WALL: Final = "'[0-9Tt:., /-]{8,}'"
_MINOR_UNITS: Final = {
    **dict.fromkeys(("JPY", "KRW", "VND", "CLP", "PYG", "UGX", "XAF", "XOF", "XPF", "RWF", "GNF", "KMF", "DJF"), 0),
    "ISK": 0,
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}  # fmt: skip


def trimmed(column: str) -> str:
    """Return SQL for a field without the space around it, '' for none; only what may have some is looked at sign by sign."""
    bare = f"NOT prefix({column}, ' ') AND NOT suffix({column}, ' ') AND strlen({column}) = length({column})"
    return f"CASE WHEN {bare} THEN {column} ELSE coalesce(trim({column}), '') END"


def _stated(formats: Sequence[str]) -> str:
    """Return the pattern of a zone that the row states, as an SQL literal."""
    return literal(_STATED_LOOSELY if formats and all(_zoned(one) for one in formats) else _STATED)


def _zoned(written: str) -> bool:
    return written.endswith(("%z", "%Z"))


def local_time(text: str, formats: Sequence[str]) -> str:
    """Return SQL for the time on the wall in the SQL expression `text`; a zone stated behind it is left off.

    What stands behind it and is no zone that can be read makes it a time that is not understood.
    """
    pattern = _stated(formats)
    without = f"regexp_replace({text}, {pattern}, '\\1')"
    named = [one for one in formats if one not in ("", "iso")]
    tried = [_format(text, one) for one in named if not _zoned(one)]
    if tried and tried[0].startswith("CASE /*counted*/"):
        return tried[0]
    bared = [_format(without, re.sub(r" ?%[zZ]$", "", one)) for one in named if one not in COUNTED]
    stated = (
        f"WHEN {states_zone(text, formats)} THEN coalesce({', '.join([*bared, f'try_cast({without} AS TIMESTAMP)'])})"
    )
    tried += [_format(text, re.sub(r" ?%[zZ]$", "", one)) for one in named if _zoned(one)]
    plain = f"CASE {stated} WHEN regexp_full_match({text}, {_WALL}) THEN try_cast({text} AS TIMESTAMP) END"
    return f"coalesce({', '.join([*tried, plain])})"


def _format(text: str, written: str) -> str:
    number = f"try_cast(replace({text}, ',', '.') AS DOUBLE)"
    if written == "excel":  # serial days since 1899-12-30, as every spreadsheet but old Mac ones counts
        serial = f"TIMESTAMP '1899-12-30' + to_seconds(round({number} * 86400))"
        return (
            f"CASE /*counted*/ WHEN {number} BETWEEN 1 AND 200000 THEN {serial} ELSE try_cast({text} AS TIMESTAMP) END"
        )
    if written in COUNTED:
        scale = 1000 if written == "unix_ms" else 1
        span = f"{number} / {scale} BETWEEN -4e9 AND 8e9"
        return f"CASE /*counted*/ WHEN {span} THEN make_timestamp(CAST({number} / {scale} * 1000000 AS BIGINT)) END"
    return f"try_strptime({text}, {literal(written)})"


def states_zone(text: str, formats: Sequence[str]) -> str:
    """Return SQL that says whether the row itself states the zone of its time, or counts it so that it needs none."""
    if _in_utc(formats):
        return "true"
    return f"CASE WHEN {may_state_zone(text)} THEN regexp_matches({text}, {_stated(formats)}) ELSE false END"


def may_state_zone(text: str) -> str:
    """Return SQL for what every text with a zone behind it has: a sign, or a letter of one at its end.

    Few times have, and asking so costs less than the pattern.
    """
    ends = (f"suffix({text}, '{letter}')" for letter in "ZzCT")
    return f"(contains({text}, '+') OR contains({text}, '-') OR {' OR '.join(ends)})"


def _in_utc(formats: Sequence[str]) -> bool:
    return any(one in ("unix", "unix_ms") for one in formats)


def utc_time(local: str, text: str, stated: str, formats: Sequence[str], zone: str) -> str:
    """Return SQL for the time in UTC: where it is counted so, where its zone is `stated` behind it, or by an asserted zone.

    NULL where none can be. A day without a time of day has none.
    """
    if _in_utc(formats):
        return local
    offset = fixed_offset(zone) if zone else None
    if not zone:
        read = "NULL"
    elif offset is not None:
        read = f"{local} - to_seconds({offset})"
    else:
        read = _in_named_zone(local, zone)
    written = f"regexp_extract({text}, {_stated(formats)}, 2)"
    hours = f"coalesce(try_cast(substr({written}, 2, 2) AS INTEGER), 0)"
    minutes = f"coalesce(try_cast(substr(replace({written}, ':', ''), 4, 2) AS INTEGER), 0)"
    east = f"CASE {written}[1] WHEN '-' THEN -1 ELSE 1 END * ({hours} * 3600 + {minutes} * 60)"
    day = whole_day(text, formats)
    return f"CASE WHEN {stated} THEN {local} - to_seconds({east}) WHEN {day} THEN NULL ELSE {read} END"


def _in_named_zone(local: str, zone: str) -> str:
    """Return SQL for UTC by the zone's offsets, laid out for the years of mobile telephony: ICU for each row is slow.

    An hour shown twice is its earlier reading, as everywhere (PEP 495, fold 0).
    """
    spans = _offsets(zone)
    asked = f"timezone('UTC', timezone({literal(zone)}, {local}))"
    first, last = spans[0][0], spans[-1][0]
    outside = f"{local} < TIMESTAMP '{first}' OR {local} >= TIMESTAMP '{last}'"
    return f"CASE WHEN {outside} THEN {asked} ELSE {_halved(local, spans[1:])} END"


def _halved(local: str, spans: Sequence[tuple[str, int]]) -> str:
    """Return SQL for UTC by the first span that ends after `local`, asking for the half it lies in again and again."""
    if len(spans) == 1:
        return f"{local} - to_seconds({spans[0][1]})"
    middle = len(spans) // 2
    lower, upper = (_halved(local, part) for part in (spans[:middle], spans[middle:]))
    return f"CASE WHEN {local} < TIMESTAMP '{spans[middle - 1][0]}' THEN {lower} ELSE {upper} END"


@lru_cache(maxsize=16)
def _offsets(zone: str) -> tuple[tuple[str, int], ...]:
    """Return until when on the wall (ISO 8601) each offset of a zone holds, from 2005 to 2040; the first is the beginning."""
    place = zone_of(zone)

    def offset(wall: datetime) -> int:
        given = wall.replace(tzinfo=place).utcoffset()
        return int(given.total_seconds()) if given is not None else 0

    day, end = datetime(2005, 1, 1), datetime(2040, 1, 1)  # noqa: DTZ001 - times on the wall
    spans = [(day.isoformat(sep=" "), 0)]
    while day < end:
        following = day + timedelta(days=1)
        if offset(day) != offset(following):
            low, high = day, following
            while high - low > timedelta(seconds=1):
                middle = low + timedelta(seconds=(high - low).total_seconds() // 2)
                low, high = (middle, high) if offset(middle) == offset(day) else (low, middle)
            spans.append((high.isoformat(sep=" "), offset(day)))
        day = following
    return (*spans, (end.isoformat(sep=" "), offset(end)))


def whole_day(text: str, formats: Sequence[str]) -> str:
    """Return SQL that says whether a time is only a day."""
    if any(one in COUNTED for one in formats):
        return (
            f"NOT contains(replace({text}, ',', '.'), '.') AND length({text}) <= 6" if "excel" in formats else "false"
        )
    with_hours = any(token in one for one in formats for token in ("%H", "%I", "%X", "%c", "%T"))
    return f"length({text}) <= 10" if not with_hours else f"length({text}) <= 10 AND NOT contains({text}, ':')"


def duration(text: str, written: str) -> str:
    """Return SQL for a duration in seconds: a number, mm:ss, h:mm:ss, or a part of a day as spreadsheets count."""
    number = f"try_cast(replace({text}, ',', '.') AS DOUBLE)"
    if written == "excel":
        return f"TRY_CAST(round({number} * 86400) AS BIGINT)"
    if written == "minutes":
        return f"TRY_CAST(round({number} * 60) AS BIGINT)"
    pieces = f"list_transform(string_split({text}, ':'), lambda piece: try_cast(piece AS BIGINT))"
    counted = f"list_reduce({pieces}, lambda whole, piece: whole * 60 + piece)"
    clock = f"CASE WHEN regexp_matches({text}, '^\\d+(:\\d\\d){{1,2}}$') THEN {counted} END"
    return f"coalesce(try_cast({text} AS BIGINT), {clock}, TRY_CAST(round({number}) AS BIGINT))"


_SIGN: Final = (
    r"(?:[A-Z]{3}|[A-Z]{0,3}\$|\p{Sc}|[Ll]ei|[Kk]r|K\x{010D}|z\x{0142}|Ft|Rs|S?Fr|TL|RM|din|[^\x00-\x7F\p{Z}]{1,4})\.?"
)
_DEBIT_OR_CREDIT: Final = r"(?:^|[\s\d)-])(?:DEB|CRE|CDT|DBT|CRD|DBI)\.?(?:$|[\s\d(-])"
_NUMBERS: Final = {
    ",": r"(?:\d{1,3}(?:\.\d{3})+|\d{1,3}(?: \d{3})+|\d+)(?:,\d*)?|,\d+",
    ".": r"(?:\d{1,3}(?:,\d{2,3})*,\d{3}|\d{1,3}(?: \d{3})+|\d+)(?:\.\d*)?|\.\d+",
    "": r"(?:\d{1,3}(?: \d{3})+|\d+)(?:\.\d*)?|\.\d+",
}
"""How a number is written, by what parts its decimals; groups must be groups, so that no decimals are read as one."""


def amount(text: str, written: str) -> str:
    """Return SQL for an amount as DECIMAL(20,4), in the number format `1.234,56`, `1,234.56` or plain.

    A minus may stand behind it, brackets mean minus; a sign or code of a currency is left out. What is not written so is
    NULL: another format, letters for debit and credit.
    """
    decimals = "," if written.endswith((",56", ",00", ",5")) else "." if written else ""
    number = _NUMBERS[decimals]
    plain = f"translate({text}, '−’' || chr(39) || chr(160) || chr(8239) || chr(8201), '-     ')"
    shape = rf"^[(+-]? *(?:{_SIGN})? *[(+-]? *({number}) *[)+-]? *(?:{_SIGN})? *[)+-]?$"
    taken = f"regexp_extract({plain}, {literal(shape)}, 1)"
    point = {",": f"replace(translate({taken}, '. ', ''), ',', '.')"}
    digits = point.get(decimals, f"translate({taken}, ', ', '')")
    wrong = f"contains({text}, '(') <> contains({text}, ')') OR regexp_matches({text}, {literal(_DEBIT_OR_CREDIT)})"
    minus = f"regexp_matches({text}, '[(−-]')"
    read = f"CASE WHEN {minus} THEN -1 ELSE 1 END * try_cast(nullif({digits}, '') AS DECIMAL(20, 4))"
    return f"CASE WHEN {wrong} THEN NULL ELSE {read} END"


def minor_units(amount_sql: str, currency_sql: str) -> str:
    """Return SQL for an amount in the minor units of its currency (ISO 4217); two decimals where it is not known."""
    cases = " ".join(f"WHEN '{code}' THEN {10**digits}" for code, digits in _MINOR_UNITS.items())
    return f"CAST(round({amount_sql} * CASE upper({currency_sql}) {cases} ELSE 100 END) AS BIGINT)"
