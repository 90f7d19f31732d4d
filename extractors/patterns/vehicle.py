"""Vehicles: number plates by country (each with its format's rules) and VINs (ISO 3779)."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from extractors.patterns.hit import Asserted, Hit, after, before
from extractors.patterns.scan import rule_between

_UK = re.compile(r"[0-9](?<=[A-Za-z]{2}[0-9])(?<![\w\-][A-Za-z]{2}[0-9])[0-9][ \-]?[A-Za-z]{3}(?![\w\-])")
_UK_SCAN = re.compile(r"[A-Z0158](?<![\w\-].)[A-Z0158][0-9OQDIlSBZ]{2} ?[A-Z0158]{3}(?![\w\-])")
_UK_OLD = re.compile(r"[A-Z](?<![\w\-][A-Z])(?:[0-9]{1,3} ?[A-Z]{3}|[A-Z]{2} ?[0-9]{1,3} ?[A-Z])(?![\w\-])")
_RO = re.compile(r"[0-9](?<=[A-Z \-][0-9])[0-9]{1,2}[ \-]?[A-Z]{3}(?![\w\-])")
_COUNTY = re.compile(r"(?<![\w\-])([A-Z]{1,2})[ \-]?$")
_NAMED = re.compile(
    r"[pPvVrR](?<!\w[pPvVrR])(?i:lates?|rm|rn|eg(?:istration)?)(?i: no| number| mark)?[.:]{0,2} {0,3}"
    r"([A-Z0-9]{1,4}(?:[ \-][A-Z0-9]{1,5}){0,2})(?![\w\-])"
)
_WORD = re.compile(
    r"\b(plates?|reg|regist(?:ered|ration)|vrm|vrn|licen[cs]e|car|van|vehicle|minibus|lorry|truck|taxi|driv\w+|transit|"
    r"ford|vauxhall|mercedes|sprinter|vivaro|index|înmatriculare|inmatriculare|mașin\w+|masin\w+|dub\w+|autoturism\w*|"
    r"număr\w*|numar\w*)\b"
)
_UK_TAGS = frozenset("ABCDEFGHKLMNOPRSVWXY")
_RO_COUNTIES = frozenset(
    {
        *(
            "AB",
            "AG",
            "AR",
            "B",
            "BC",
            "BH",
            "BN",
            "BR",
            "BT",
            "BV",
            "BZ",
            "CJ",
            "CL",
            "CS",
            "CT",
            "CV",
            "DB",
            "DJ",
            "GJ",
        ),
        *(
            "GL",
            "GR",
            "HD",
            "HR",
            "IF",
            "IL",
            "IS",
            "MH",
            "MM",
            "MS",
            "NT",
            "OT",
            "PH",
            "SB",
            "SJ",
            "SM",
            "SV",
            "TL",
            "TM",
        ),
        *("TR", "VL", "VN", "VS"),
    }
)
_VIN = re.compile(r"[A-HJ-NPR-Z0-9](?<![\w\-][A-HJ-NPR-Z0-9])[A-HJ-NPR-Z0-9]{16}(?![\w\-])")
_VIN_WORD = re.compile(r"\b(vin|chassis)\b")
_VIN_VALUES = dict(
    zip("ABCDEFGHJKLMNPRSTUVWXYZ0123456789", (*range(1, 9), *range(1, 6), 7, 9, *range(2, 10), *range(10)), strict=True)
)
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)


def find_plate(text: str, asserted: Asserted) -> Iterator[Hit]:
    """Yield plates, upper-case without spaces; formats that words share need a word about vehicles nearby."""
    for match in _UK.finditer(text):
        yield from _uk(text, match.start() - 2, match.end(), asserted.region)
    for match in _RO.finditer(text):
        yield from _romanian(text, match, asserted.region)
    for match in _UK_OLD.finditer(text):
        if asserted.region in ("GB", "") and _about_vehicles(text, *match.span()):
            yield _hit(text, *match.span(), "UK format before 2001 (DVLA INF104), word nearby")


def _uk(text: str, start: int, end: int, region: str) -> Iterator[Hit]:
    """Judge the current British format: memory tag, age identifier, three letters (DVLA leaflet INF104)."""
    value = compact(text[start:end])
    nearby = _about_vehicles(text, start, end)
    if not nearby and (not text[start:end].isupper() or region not in ("GB", "")):
        return
    if value[0] in _UK_TAGS and value[1] != "Z" and _age_holds(value[2:4]) and not set(value) & {"I", "Q"}:
        yield _hit(text, start, end, "UK current format, memory tag and age identifier (DVLA INF104)")
    elif nearby:
        yield _hit(text, start, end, "not issued: memory tag, age identifier or letter (DVLA INF104)", holds=False)


def _age_holds(age: str) -> bool:
    """Return whether the two digits are a half-year of issue: 02 to 49 from March, 51 to 99 from September."""
    return int(age) % 50 >= 1 and age != "01"


def _romanian(text: str, match: re.Match[str], region: str) -> Iterator[Hit]:
    """Judge `B 123 ABC` and `CJ 12 ABC`: a county, two digits (in Bucharest two or three), three letters."""
    floor = max(0, match.start() - 4)
    county = _COUNTY.search(text[floor : match.start()])
    if county is None or county[1] not in _RO_COUNTIES:
        return
    start, digits = floor + county.start(), sum(map(str.isdecimal, match[0]))
    shaped = region == "RO" and not text[start : match.end()].isalnum()
    if (digits == 2 or county[1] == "B") and (shaped or _about_vehicles(text, start, match.end())):
        yield _hit(text, start, match.end(), f"Romanian format, county {county[1]}", holds="Q" not in match[0])


def _about_vehicles(text: str, start: int, end: int) -> bool:
    return bool(_WORD.search(before(text, start)) or _WORD.search(after(text, end)))


def _hit(text: str, start: int, end: int, check: str, *, holds: bool = True) -> Hit:
    return Hit(kind="plate", start=start, end=end, value=compact(text[start:end]), holds=holds, check=check)


def compact(plate: str) -> str:
    """Return the plate upper-case without spaces and hyphens."""
    return plate.replace(" ", "").replace("-", "").upper()


def find_plate_named(text: str, asserted: Asserted) -> Iterator[Hit]:
    """Yield what the text itself calls a plate just before it, whatever country's; unverified, no format known."""
    for match in _NAMED.finditer(text):
        value = compact(match[1])
        if 4 <= len(value) <= 8 and not value.isalpha() and not value.isdecimal():
            yield _hit(text, *match.span(1), "called a plate by the text; no format checked", holds=False)


def find_plate_in_scan(text: str, asserted: Asserted) -> Iterator[Hit]:
    """Yield British plates with letters and figures that OCR took for each other, where the text speaks of vehicles."""
    for match in _UK_SCAN.finditer(text):
        quote = compact(match[0])
        letters, figures = str.maketrans("01582", "OISBZ"), str.maketrans("OQDIlSBZ", "00011582")
        value = quote[:2].translate(letters) + quote[2:4].translate(figures) + quote[4:].translate(letters)
        issued = value[0] in _UK_TAGS and _age_holds(value[2:4]) and asserted.region in ("GB", "")
        if value != quote and issued and _about_vehicles(text, *match.span()):
            hit = _hit(text, *match.span(), "UK current format, memory tag and age identifier (DVLA INF104)")
            yield msgspec.structs.replace(hit, value=value, rule=rule_between(quote, value))


def find_vin(text: str, asserted: Asserted) -> Iterator[Hit]:
    """Yield vehicle identification numbers that the text calls so, or whose check digit holds."""
    for match in _VIN.finditer(text):
        value = match[0]
        holds = vin_check_holds(value)
        mixed = sum(map(str.isalpha, value)) >= 3 and value[-4:].isdigit()
        if _VIN_WORD.search(before(text, match.start())) or (holds and mixed):
            check = "VIN check digit (ISO 3779, 49 CFR 565)" if holds else "VIN check digit absent or wrong"
            yield Hit(
                kind="vin",
                start=match.start(),
                end=match.end(),
                value=value,
                holds=holds,
                check=check,
                check_digits=holds,
            )


def vin_check_holds(value: str) -> bool:
    """Return whether the ninth character is the remainder of the weighted sum by 11 (49 CFR 565.15)."""
    rest = sum(_VIN_VALUES[c] * w for c, w in zip(value, _VIN_WEIGHTS, strict=True)) % 11
    return value[8] == ("X" if rest == 10 else str(rest))
