"""A column template proposed from a file's header and its data, with what only a person can say left open."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from evidence.errors import Unreadable
from evidence.templates import Column, TableKind, Template
from extractors.patterns import iban
from extractors.protocols import ReadContext
from extractors.records.headers import BELONGS, kind_of, roles_of
from extractors.records.making import folded
from extractors.records.roles import IDENTIFIERS, OWN, TIMES
from extractors.records.tables import PARQUET, SHEETS, parquet_head, sheet_names, sheet_rows, text_heads

OPEN: Final = "?"
_SAMPLE: Final = 400
_PHONE: Final = re.compile(r"^(?:\+|00)?[\d\s().\-/]{6,20}$")
_EMAIL: Final = re.compile(r"^[^\s@]+@[^\s@]+\.[^\s@]+$")
_DATE: Final = re.compile(
    r"^(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})(?:[ T]+(\d{1,2}[:.]\d{2}(?:[:.]\d{2})?)(?:[.,]\d+)?( ?[AaPp][Mm])?)?$"
)
_CLOCK: Final = re.compile(r"^\d{1,2}:\d{2}(:\d{2})?( ?[AaPp][Mm])?$")
_OUT: Final = frozenset(
    [
        "out",
        "outgoing",
        "o",
        "mo",
        "moc",
        "originating",
        "outbound",
        "iesire",
        "efectuat",
        "ausgehend",
        "sortant",
        "saliente",
        "uscente",
        "uitgaand",
        "efetuada",
        "1",
    ]
)
_IN: Final = frozenset(
    [
        "in",
        "incoming",
        "i",
        "mt",
        "mtc",
        "terminating",
        "inbound",
        "intrare",
        "primit",
        "eingehend",
        "entrant",
        "entrante",
        "inkomend",
        "recebida",
        "2",
    ]
)
_MESSAGES: Final = ("sms", "mms", "text", "message", "mesaj", "nachricht", "mensaje", "messaggio", "bericht")
_DATA: Final = ("data", "gprs", "lte", "internet", "4g", "5g", "web", "date")


class Question(NamedTuple):
    """What a person has to say: where it stands in the template, and the question."""

    where: str
    """`zone`, `direction.MOC`, `column.Date.format`, `settings.subscriber`."""
    text: str


class Proposal(NamedTuple):
    """A template as far as the file tells, and what it does not."""

    template: Template
    questions: tuple[Question, ...]
    remarks: tuple[str, ...]


def propose(path: Path, media_type: str, *, kind: str = "", context: ReadContext) -> Proposal:
    """Return a template for the first table of a file that has a header; raises Unreadable where there is none."""
    rows = _rows(path, media_type)
    at, header = _header(rows)
    data = [row for row in rows[at + 1 :] if folded("|".join(row)) != folded("|".join(header))][:_SAMPLE]
    chosen: TableKind = kind or kind_of(header)  # type: ignore[assignment]
    columns = [
        [row[place].strip() for row in data if place < len(row) and row[place].strip()] for place in range(len(header))
    ]
    roles = _roles(header, columns, chosen)
    questions: list[Question] = []
    made = tuple(
        Column(header=name.strip(), role=role, format=_format(name, role, values, context, questions))
        for name, role, values in zip(header, roles, columns, strict=True)
        if name.strip()
    )
    named = dict(zip(roles, columns, strict=True))
    direction = _direction(chosen, named, questions)
    types = {value: _type_of(value) for value in _distinct(named.get("type", []))} if "type" in named else {}
    settings = _settings(chosen, named, questions)
    zone = context.zone
    if any(role in TIMES for role in roles) and not zone:
        questions.append(
            Question("zone", "In which time zone are its times? Europe/London, UTC, +02:00; empty: nobody says")
        )
        zone = OPEN
    template = Template(
        name=_name(path), kind=chosen, columns=made, zone=zone, zone_by="the case's settings" if context.zone else "",
        region=context.region, direction=direction, types=types, settings=settings,
    )  # fmt: skip
    remarks = [f"header found in record {at + 1}; {len(data)} records looked at"]
    return Proposal(template, tuple(questions), tuple(remarks))


def _rows(path: Path, media_type: str) -> list[list[str]]:
    if media_type in SHEETS:
        sheets = [sheet_rows(path, name, most=_SAMPLE + 60) for name in sheet_names(path)]
        return max(sheets, key=len, default=[])
    if media_type == PARQUET:
        return parquet_head(path, most=_SAMPLE)
    heads = [head.rows for head in text_heads(path)]
    if not heads:
        raise Unreadable("it has no columns: nothing parts its fields")
    return max(heads, key=lambda rows: sum(len(row) == max(map(len, rows)) for row in rows) * max(map(len, rows)))


def _header(rows: Sequence[Sequence[str]]) -> tuple[int, list[str]]:
    """Return the first row that is all words where the rows below it are not, among the widest; raises Unreadable."""
    width = max((sum(bool(cell.strip()) for cell in row) for row in rows), default=0)
    for at, row in enumerate(rows[:60]):
        filled = [cell for cell in row if cell.strip()]
        wordy = sum(any(c.isalpha() for c in cell) and not _DATE.match(cell.strip()) for cell in filled)
        if (
            len(filled) >= 2
            and len(filled) >= width * 0.6
            and wordy == len(filled)
            and len(set(map(folded, filled))) > 1
        ):
            return at, list(row)
    raise Unreadable(
        'no header row was found; write a template by hand, with settings.header = "none" where there is none'
    )


def _roles(header: Sequence[str], columns: Sequence[Sequence[str]], kind: TableKind) -> list[str]:
    """Return a role for each column, each but `text` once; '' where neither its name nor its values tell."""
    taken: set[str] = set()
    roles: list[str] = []
    for name, values in zip(header, columns, strict=True):
        fitting = [role for role in roles_of(name) if role in BELONGS[kind] and _may_hold(role, values)]
        role = next((role for role in fitting if role not in taken or role == "text"), "")
        roles.append(role)
        taken.add(role)
    for at, values in enumerate(columns):
        if not roles[at] and (guess := _by_values(values, kind, taken)):
            roles[at] = guess
            taken.add(guess)
    return _with_date_and_time(roles, columns)


def _with_date_and_time(roles: list[str], columns: Sequence[Sequence[str]]) -> list[str]:
    """Let a date alone be the whole time where no time of day stands beside it, and the other way round."""
    if "started_time" not in roles and "started_date" in roles and "started" not in roles:
        return ["started" if role == "started_date" else role for role in roles]
    if "started_date" in roles and "started" in roles:
        return ["" if role in ("started_date", "started_time") else role for role in roles]
    return roles


def _may_hold(role: str, values: Sequence[str]) -> bool:
    """Whether the values speak against a role."""
    if not values:
        return True
    test: Callable[[str], object] | None = None
    if role in ("started", "started_date", "ended", "ended_date"):
        test = _is_time
    elif role in ("started_time", "ended_time"):
        test = _CLOCK.match
    elif role in ("amount", "debit", "credit", "seconds", "latitude", "longitude"):
        test = lambda value: any(c.isdigit() for c in value)  # noqa: E731
    elif role in ("payer", "payee", "own_account", "other_account", "imei", "imsi", "iccid", "phone"):
        test = lambda value: sum(c.isdigit() for c in value) >= 4  # noqa: E731
    return test is None or sum(bool(test(value)) for value in values) >= len(values) * 0.6


def _is_time(value: str) -> bool:
    serial = re.fullmatch(r"\d{5}([.,]\d+)?", value)
    return bool(
        _DATE.match(value) or re.match(r"^\d{4}-\d{2}-\d{2}", value) or serial or re.fullmatch(r"1\d{9}(\d{3})?", value)
    )


def _by_values(values: Sequence[str], kind: TableKind, taken: set[str]) -> str:
    if len(values) < 1:
        return ""
    guesses: list[tuple[str, Callable[[str], object]]] = [
        ("started", _is_time),
        ("email", _EMAIL.match),
        ("payee" if kind == "payments" else "", lambda value: iban.valid(re.sub(r"\s", "", value).upper())),
        ("phone", lambda value: _PHONE.match(value) and 9 <= sum(map(str.isdigit, value)) <= 15 and value[:1] in "+0"),
    ]
    for role, test in guesses:
        if role and role in BELONGS[kind] and role not in taken and _mostly(test, values):
            if role == "started" and taken & {"started_date"}:
                continue
            return role
    return ""


def _mostly(test: Callable[[str], object], values: Sequence[str]) -> bool:
    return sum(bool(test(value)) for value in values) >= len(values) * 0.8


# --- formats -------------------------------------------------------------------------------------------------------


def _format(name: str, role: str, values: Sequence[str], context: ReadContext, questions: list[Question]) -> str:
    if role in ("started_time", "ended_time"):
        return _clock_format(values)
    if role in TIMES:
        return _time_format(name, values, context, questions)
    if role in ("amount", "debit", "credit"):
        return _number_format(name, values, questions)
    if role == "seconds" and values and all(re.fullmatch(r"0?[.,]\d{4,}(E-\d+)?|0", value) for value in values):
        return "excel"
    return ""


def _clock_format(values: Sequence[str]) -> str:
    first = next(iter(values), "")
    half = bool(re.search(r"[AaPp][Mm]$", first))
    return ("%I" if half else "%H") + ":%M" + (":%S" if first.count(":") == 2 else "") + (" %p" if half else "")


def _time_format(name: str, values: Sequence[str], context: ReadContext, questions: list[Question]) -> str:
    if values and all(re.fullmatch(r"\d{5}([.,]\d+)?", value) for value in values):
        return "excel"
    if values and all(re.fullmatch(r"1\d{9}", value) for value in values):
        return "unix"
    if values and all(re.fullmatch(r"1\d{12}", value) for value in values):
        return "unix_ms"
    matches = [match for value in values if (match := _DATE.match(value))]
    if not matches or len(matches[0][1]) == 4:
        return (
            "" if not matches or matches[0][2] == "-" else f"%Y{matches[0][2]}%m{matches[0][2]}%d{_clock(matches[0])}"
        )
    first, second = max(int(match[1]) for match in matches), max(int(match[3]) for match in matches)
    sign, clock = matches[0][2], _clock(matches[0])
    year = "%Y" if len(matches[0][4]) == 4 else "%y"
    order = "dmy" if first > 12 else "mdy" if second > 12 else context.day_order or ("dmy" if sign == "." else "")
    if order not in ("dmy", "mdy"):
        asked = f"Is {matches[0][0]} in column {name!r} day first (dmy) or month first (mdy)? Write %d{sign}%m{sign}{year}{clock}"
        questions.append(Question(f"column.{name.strip()}.format", f"{asked} or %m{sign}%d{sign}{year}{clock}"))
        return OPEN
    lead = f"%d{sign}%m" if order == "dmy" else f"%m{sign}%d"
    return f"{lead}{sign}{year}{clock}"


def _clock(match: re.Match[str]) -> str:
    if not match[5]:
        return ""
    parted = ":" if ":" in match[5] else "."
    half = bool(match[6])
    seconds = f"{parted}%S" if match[5].count(parted) == 2 else ""
    return f" {'%I' if half else '%H'}{parted}%M{seconds}{' %p' if half else ''}"


def _number_format(name: str, values: Sequence[str], questions: list[Question]) -> str:
    """Return the number format that the values prove: a sign twice groups, the last of two signs parts decimals."""
    comma = point = ambiguous = False
    for value in values:
        bare = re.sub(r"[^0-9.,]", "", value)
        last = max(bare.rfind(","), bare.rfind("."))
        if last < 0:
            continue
        sign, behind = bare[last], len(bare) - last - 1
        both, twice = "," in bare and "." in bare, bare.count(sign) > 1
        if both or (behind != 3 and not twice):
            comma, point = comma or sign == ",", point or sign == "."
        elif twice:
            comma, point = comma or sign == ".", point or sign == ","
        else:
            ambiguous = True
    if comma != point:
        return "1.234,56" if comma else "1,234.56"
    if comma or ambiguous:
        asked = f"How are amounts in column {name!r} written: 1.234,56 or 1,234.56? ({', '.join(list(values)[:3])})"
        questions.append(Question(f"column.{name.strip()}.format", asked))
        return OPEN
    return ""


# --- what the values of a column mean --------------------------------------------------------------------------------


def _distinct(values: Sequence[str], most: int = 30) -> list[str]:
    return sorted(set(values))[:most]


def _type_of(value: str) -> str:
    said = value.casefold()
    if any(word in said for word in _MESSAGES):
        return "message"
    return "data" if any(said.startswith(word) for word in _DATA) else "call"


def _direction(kind: TableKind, named: dict[str, list[str]], questions: list[Question]) -> dict[str, str]:
    """Return what each value of the direction column means, asking for those that are in no dictionary."""
    values = _distinct(named.get("direction", []))
    if not values and "type" in named and kind in OWN and any(role in named for role in OWN[kind][1]):
        values = _distinct(named["type"])
    meant: dict[str, str] = {}
    for value in values:
        words = set(re.split(r"[\W_]+", value.casefold()))
        outward, inward = bool(words & _OUT), bool(words & _IN)
        meant[value] = "out" if outward and not inward else "in" if inward and not outward else OPEN
        if meant[value] == OPEN or value in ("1", "2"):
            meant[value] = OPEN
            questions.append(
                Question(
                    f"direction.{value}", f"Does {value!r} mean that the subscriber called (out) or was called (in)?"
                )
            )
    return meant


def _settings(kind: TableKind, named: dict[str, list[str]], questions: list[Question]) -> dict[str, str]:
    settings: dict[str, str] = {}
    own, other = OWN.get(kind, ((), ()))
    if any(role in named for role in other) and not any(role in named for role in own):
        settings["subscriber"] = OPEN
        asked = "Whose records are these: which number or account? Empty: whoever it was, not attributed"
        questions.append(Question("settings.subscriber", asked))
    if kind == "payments" and "currency" not in named:
        settings["currency"] = OPEN
        questions.append(Question("settings.currency", "In which currency are the amounts (ISO 4217, such as GBP)?"))
    return settings


def _name(path: Path) -> str:
    name = re.sub(r"[^a-z0-9]+", "-", path.stem.casefold()).strip("-")
    return name[:40] or "table"


def named_roles(template: Template) -> dict[str, str]:
    """Return the roles of a template's columns by header, for people."""
    return {column.header: column.role for column in template.columns}


__all__ = ["IDENTIFIERS", "OPEN", "Proposal", "Question", "named_roles", "propose"]
