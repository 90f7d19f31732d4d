"""Machine-readable zones of passports, cards and visas (ICAO 9303 parts 3 to 7): lines, fields, check digits."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations, cycle

import msgspec

from extractors.patterns.hit import Asserted, Hit
from extractors.patterns.scan import rule_between

_LINE = re.compile(r"[^\n]*")
_STRICT = re.compile(r"[A-Z0-9<]{26,92}")
_MISREAD = {
    "«": "<<",
    "‹": "<",
    "＜": "<",
    "¢": "<",
    "€": "<",
    "e": "<",
    "c": "<",
    "k": "<",
    "@": "0",
    "o": "O",
    "l": "1",
}
"""What OCR makes of these characters, of which a zone has none: it is in capitals."""
_AS_DIGIT = str.maketrans("OQDILSBZG", "000115826")
_AS_LETTER = str.maketrans("015826", "OISBZG")
_LOOK_ALIKE = frozenset("OQDILSBZGKC")
_VALUES = {c: i for i, c in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")} | {"<": 0}
_TAIL = re.compile(r"<[<KCLE]*$")
_MIDDLE = re.compile(r"[<KC]{2,}(?=[0-9OQDISBZ<]{1,2}$)")
_SLACK, _MOST_LINE = 6, 120

Span = tuple[int, int]
Field = tuple[str, int, int, int]
"""(name, start, end, where its check digit is), counted through all lines."""


class Form(msgspec.Struct, frozen=True):
    """One of the formats: the length of its lines, what each character may be, and what each check digit is over."""

    name: str
    starts: str
    lines: int
    width: int
    classes: str
    """Per character of all lines: `A` letter or filler, `D` digit, `E` digit or filler, `S` sex, `X` any."""
    number: Span
    fields: tuple[Field, ...]
    composite: tuple[Span, ...] = ()
    """What the last check digit is over; empty for visas, which have none."""
    composite_at: int = 0
    alone: bool = False
    """Whether this is the second line without the first, which a page may have lost."""


_SECOND = "X" * 9 + "D" + "A" * 3 + "D" * 7 + "S" + "D" * 7


def _second(at: int) -> tuple[Field, ...]:
    return (
        ("document number", at, at + 9, at + 9),
        ("date of birth", at + 13, at + 19, at + 19),
        ("date of expiry", at + 21, at + 27, at + 27),
    )


def _over(at: int, end: int) -> tuple[Span, ...]:
    return (at, at + 10), (at + 13, at + 20), (at + 21, end)


_TD3_LINE, _TD2_LINE = _SECOND + "X" * 14 + "ED", _SECOND + "X" * 7 + "D"
_PERSONAL = "personal number"
FORMS: tuple[Form, ...] = (
    Form("TD3", "P", 2, 44, "A" * 44 + _TD3_LINE, (44, 53), (*_second(44), (_PERSONAL, 72, 86, 86)), _over(44, 87), 87),
    Form("visa MRV-A", "V", 2, 44, "A" * 44 + _SECOND + "X" * 16, (44, 53), _second(44)),
    Form("TD2", "PIAC", 2, 36, "A" * 36 + _TD2_LINE, (36, 45), _second(36), _over(36, 71), 71),
    Form("visa MRV-B", "V", 2, 36, "A" * 36 + _SECOND + "X" * 8, (36, 45), _second(36)),
    Form(
        "TD1",
        "IAC",
        3,
        30,
        "A" * 5 + "X" * 9 + "E" + "X" * 15 + "D" * 7 + "S" + "D" * 7 + "A" * 3 + "X" * 11 + "D" + "A" * 30,
        (5, 14),
        (("document number", 5, 14, 14), ("date of birth", 30, 36, 36), ("date of expiry", 38, 44, 44)),
        ((5, 30), (30, 37), (38, 45), (48, 59)),
        59,
    ),
    Form("TD3", "", 1, 44, _TD3_LINE, (0, 9), (*_second(0), (_PERSONAL, 28, 42, 42)), _over(0, 43), 43, True),
    Form("TD2", "", 1, 36, _TD2_LINE, (0, 9), _second(0), _over(0, 35), 35, True),
)


class Line(msgspec.Struct, frozen=True):
    """A line of the text that could be one of a zone: its characters without spaces, and where each of them stands."""

    chars: str
    places: tuple[int, ...]
    rule: str = ""
    """What was done to make the characters these."""


class Zone(msgspec.Struct, frozen=True):
    """Lines that were read as one form: the characters as read, as they must be, and what fails."""

    form: Form
    chars: str
    places: tuple[int, ...]
    wrong: tuple[str, ...]
    rule: str = ""


def check_digit(field: str) -> str:
    """Return the check digit over `field`: weights 7, 3, 1, modulo 10 (ICAO 9303-3, 4.9)."""
    return str(sum(_VALUES[c] * weight for c, weight in zip(field, cycle((7, 3, 1)), strict=False)) % 10)


def find_mrz(text: str, asserted: Asserted) -> Iterator[Hit]:
    """Yield zones; one with a check digit that fails is kept, unverified."""
    for zone in _zones(text, mended=False):
        yield _hit(zone)


def find_mrz_in_scan(text: str, asserted: Asserted) -> Iterator[Hit]:
    """Yield zones with letters, figures and fillers read as their places want, where all check digits then hold."""
    for zone in _zones(text, mended=True):
        yield _hit(zone)


def find_mrz_number(text: str, asserted: Asserted) -> Iterator[Hit]:
    """Yield the document's number inside a zone whose check digits hold."""
    yield from filter(None, (_number(text, zone) for zone in _zones(text, mended=False)))


def find_mrz_number_in_scan(text: str, asserted: Asserted) -> Iterator[Hit]:
    """Yield the document's number inside a zone that OCR misread."""
    yield from filter(None, (_number(text, zone) for zone in _zones(text, mended=True)))


def _zones(text: str, *, mended: bool) -> Iterator[Zone]:
    lines = _lines(text, mended=mended)
    at = 0
    while at < len(lines):
        zone, used = _zone_at(lines[at : at + 3], mended=mended)
        if zone is not None:
            yield zone
        at += used


def _lines(text: str, *, mended: bool) -> list[Line]:
    """Return the lines that could belong to a zone; None of them is longer than three lines written as one."""
    lines = []
    for found in _LINE.finditer(text):
        if found.end() - found.start() < 26 or found.end() - found.start() > _MOST_LINE:
            continue
        line = _line(found[0], found.start(), mended=mended)
        if _STRICT.fullmatch(line.chars):
            lines.append(line)
    return lines


def _line(quote: str, start: int, *, mended: bool) -> Line:
    chars: list[str] = []
    places: list[int] = []
    for at, c in enumerate(quote, start):
        read = _MISREAD.get(c, c) if mended else c
        if not c.isspace():
            chars += read
            places += [at] * len(read)
    rules = [f"{c} read as {read}" for c, read in _MISREAD.items() if mended and c in quote]
    return Line("".join(chars), tuple(places), ", ".join(rules))


def _zone_at(lines: Sequence[Line], *, mended: bool) -> tuple[Zone | None, int]:
    """Return the zone that begins with the first line, whole before lone, valid before failing, and the lines used."""
    failing: tuple[Zone | None, int] = (None, 1)
    for form in FORMS:
        chosen = _fitting(lines, form, mended=mended)
        if chosen is None:
            continue
        zone = (_mended(form, chosen[0]) if mended else None) or _judged(form, chosen[0])
        if zone is not None and not zone.wrong:
            return zone, chosen[1]
        if zone is not None and failing[0] is None and not form.alone:
            failing = zone, chosen[1]
    return failing


def _fitting(lines: Sequence[Line], form: Form, *, mended: bool) -> tuple[Line, int] | None:
    """Return the characters of the lines that `form` has, in one, where their lengths are right or can be made so."""
    if form.starts and lines[0].chars[0] not in form.starts:
        return None
    if form.lines > 1 and len(lines[0].chars) == form.lines * form.width:
        return lines[0], 1
    chosen = lines[: form.lines]
    if len(chosen) < form.lines:
        return None
    sized = [_sized(line, form.width, names=_names(form, row)) if mended else line for row, line in enumerate(chosen)]
    if any(len(line.chars) != form.width for line in sized):
        return None
    chars = "".join(line.chars for line in sized)
    rule = ", ".join(dict.fromkeys(line.rule for line in sized if line.rule))
    return Line(chars, tuple(place for line in sized for place in line.places), rule), form.lines


def _names(form: Form, row: int) -> bool:
    return not form.alone and row == (2 if form.name == "TD1" else 0)


def _sized(line: Line, width: int, *, names: bool) -> Line:
    """Return the line with as many fillers in its last run as its width wants; as it is where it has no such run."""
    run = (_TAIL if names or line.chars[-1] == "<" else _MIDDLE).search(line.chars)
    missing = width - len(line.chars)
    if run is None or not missing or abs(missing) > _SLACK or len(run[0]) + missing < 0:
        return line
    a, b = run.span()
    fillers = "<" * (b - a + missing)
    places = [*line.places[a:b], *([line.places[b - 1]] * max(0, missing))][: len(fillers)]
    rule = ", ".join(filter(None, (line.rule, "fillers counted anew" if missing else "")))
    return Line(line.chars[:a] + fillers + line.chars[b:], (*line.places[:a], *places, *line.places[b:]), rule)


def _judged(form: Form, line: Line) -> Zone | None:
    """Return the zone with what fails in it; None where letters and digits are not where the form has them."""
    pairs = list(zip(line.chars, form.classes, strict=True))
    digits = [c.isdecimal() or c == "<" for c, kind in pairs if kind == "D"]
    letters = [not c.isdecimal() for c, kind in pairs if kind == "A"]
    if sum(digits) * 4 < len(digits) * 3 or sum(letters) * 4 < len(letters) * 3 or line.chars.count("<") < 1:
        return None
    return Zone(form, line.chars, line.places, _wrong(form, line.chars), line.rule)


def _wrong(form: Form, chars: str) -> tuple[str, ...]:
    wrong = [name for name, a, b, at in form.fields if not _field_holds(form, chars, name, a, b, at)]
    over = "".join(chars[a:b] for a, b in form.composite)
    if over and chars[form.composite_at] != check_digit(over):
        wrong.append("all fields")
    misplaced = [c for c, kind in zip(chars, form.classes, strict=True) if kind == "A" and c.isdecimal()]
    return (*wrong, *(["letters"] if misplaced else []))


def _field_holds(form: Form, chars: str, name: str, a: int, b: int, at: int) -> bool:
    if form.name == "TD1" and name == "document number" and chars[at] == "<":
        long = _long_number(chars)
        return bool(long) and check_digit(long[:-1]) == long[-1]
    if name == _PERSONAL and chars[at] == "<":
        return not chars[a:b].strip("<")
    return chars[at] == check_digit(chars[a:b])


def _long_number(chars: str) -> str:
    """Return a card's number of more than nine characters with its check digit, which go on in the next field."""
    rest = chars[15:30].split("<", 1)[0]
    return chars[5:14] + rest if rest else ""


def _mended(form: Form, line: Line) -> Zone | None:
    """Return the zone with characters read as their places want; None where that does not help."""
    fixed = "".join(map(_fitted, line.chars, form.classes))
    fixed = _fillers_mended(fixed, form)
    for _, a, b, at in form.fields:
        if fixed[at] != check_digit(fixed[a:b]):
            fixed = fixed[:a] + _field_mended(fixed[a:b], fixed[at]) + fixed[b:]
    zone = _judged(form, Line(fixed, line.places))
    if zone is None or zone.wrong:
        return None
    return msgspec.structs.replace(zone, rule=", ".join(filter(None, (line.rule, rule_between(line.chars, fixed)))))


def _field_mended(field: str, digit: str) -> str:
    """Return the field with the fewest kinds of letters read as others for its check digit to hold.

    As it stands where none does, or where two ways are as short: L and 1 weigh the same, so a guess would prove itself.
    """
    kinds = sorted(set(field) & _LOOK_ALIKE)
    for count in range(1, len(kinds) + 1):
        ways = {_read_otherwise(field, chosen) for chosen in combinations(kinds, count)}
        right = [way for way in ways if digit == check_digit(way)]
        if right:
            return right[0] if len(right) == 1 else field
    return field


def _read_otherwise(field: str, chosen: Sequence[str]) -> str:
    """Return the field with the chosen letters read as figures, or, in the run at its end, as fillers."""
    body = field.rstrip("<KC")
    tail = "".join("<" if c in chosen else c for c in field[len(body) :])
    return "".join(c.translate(_AS_DIGIT) if c in chosen else c for c in body) + tail


def _fitted(char: str, kind: str) -> str:
    if kind == "D" or (kind == "E" and char != "<"):
        return char.translate(_AS_DIGIT)
    return char.translate(_AS_LETTER) if kind == "A" else char


def _fillers_mended(chars: str, form: Form) -> str:
    """Read `K` and `C` among the fillers behind a name as fillers: no name ends so."""
    if form.alone:
        return chars
    a = 60 if form.name == "TD1" else 0
    b = a + form.width
    names = re.sub(r"<[<KCLE]*<[<KCLE]*$", lambda run: "<" * len(run[0]), chars[a:b])
    return chars[:a] + names + chars[b:]


def _hit(zone: Zone) -> Hit:
    named = f"{zone.form.name} machine-readable zone"
    if zone.form.alone:
        named = f"second line of a {named}"
    start, end = zone.places[0], zone.places[-1] + 1
    if zone.wrong:
        check = f"{named}; the check digit or characters of {', '.join(zone.wrong)} do not hold (ICAO 9303)"
    else:
        check = f"{named}, all check digits (ICAO 9303)" + ("" if zone.form.alone else "; they do not cover the name")
    width = zone.form.width
    value = " ".join(zone.chars[at : at + width] for at in range(0, len(zone.chars), width))
    return Hit(
        kind="mrz",
        start=start,
        end=end,
        value=value,
        holds=not zone.wrong,
        check=check,
        check_digits=not zone.wrong and zone.form.alone and not zone.rule,
        rule=zone.rule,
    )


def _number(text: str, zone: Zone) -> Hit | None:
    a, b = zone.form.number
    value = zone.chars[a:b].rstrip("<").replace("<", "")
    if zone.wrong or not value or zone.form.name.startswith("visa"):
        return None
    if zone.form.name == "TD1" and zone.chars[14] == "<" and _long_number(zone.chars):
        value = _long_number(zone.chars)[:-1]
        b = 14 + len(value) - 8
    last = a + len(zone.chars[a:b].rstrip("<")) - 1
    start, end = zone.places[a], zone.places[last] + 1
    passport = zone.form.name == "TD3" or zone.chars[0] == "P"
    return Hit(
        kind="passport" if passport else "identity_number",
        start=start,
        end=end,
        value=value,
        holds=True,
        check="document number of a machine-readable zone, its check digits (ICAO 9303)",
        check_digits=not zone.rule,
        rule=", ".join(filter(None, ("taken from a machine-readable zone", zone.rule))),
    )
