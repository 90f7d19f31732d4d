"""Positions on the earth: decimal degrees and degrees, minutes, seconds (ISO 6709 order: latitude, longitude)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractors.patterns.hit import Asserted, Hit, before

_DECIMAL = re.compile(
    r"[+\-−0-9](?<![\w./\-][+\-−0-9])(?:(?<=[0-9])|[0-9])[0-9]{0,2}\.[0-9]{3,10}[ ]?°?[ ]?([NSns]?)"
    r"(?:[ ]?[,;/][ ]?|[ ]{1,2})([+\-−]?[0-9]{1,3}\.[0-9]{3,10})[ ]?°?[ ]?([EWVew]?)(?![\w]|[.,][0-9])"
)
_PART = r"[ ]?°[ ]?(?:([0-9]{1,2}(?:\.[0-9]{1,6})?)[ ]?['′’][ ]?)?(?:([0-9]{1,2}(?:\.[0-9]{1,6})?)[ ]?(?:\"|″|”|''|′′)[ ]?)?"
_DMS = re.compile(rf"[0-9](?<![\w.,][0-9])([0-9]?){_PART}([NSns])[ ]?[,;/]?[ ]?([0-9]{{1,3}}){_PART}([EWVewv])(?!\w)")
_WORD = re.compile(r"\b(lat|latitude|lon|long|longitude|gps|coord\w*|position|location|geo|latitudine|longitudine)\b")


def find_coordinates(text: str, asserted: Asserted) -> Iterator[Hit]:
    """Yield pairs as `latitude,longitude` in decimal degrees, north and east positive."""
    for match in _DECIMAL.finditer(text):
        hit = _decimal(text, match)
        if hit is not None:
            yield hit
    for match in _DMS.finditer(text):
        yield _dms(text, match)


def _decimal(text: str, match: re.Match[str]) -> Hit | None:
    latitude = _signed(_first_number(match[0]), match[1])
    longitude = _signed(match[2], match[3])
    decimals = min(len(latitude.partition(".")[2]), len(longitude.partition(".")[2]))
    if decimals < 4 and not (match[1] and match[3]) and not _WORD.search(before(text, match.start())):
        return None
    return _hit(match.span(), latitude, longitude)


def _first_number(quote: str) -> str:
    number = re.match(r"[+\-−]?[0-9.]+", quote)
    return number[0] if number else ""


def _signed(number: str, letter: str) -> str:
    """Return the number with the sign that its letter or its own mark gives it; digits as written."""
    negative = number[0] in "-−" or letter.upper() in ("S", "W", "V")
    return ("-" if negative else "") + number.lstrip("+-−")


def _dms(text: str, match: re.Match[str]) -> Hit:
    degrees = text[match.start()] + match[1]
    latitude = _degrees(degrees, match[2], match[3], match[4])
    longitude = _degrees(match[5], match[6], match[7], match[8])
    return _hit(match.span(), latitude, longitude)


def _degrees(degrees: str, minutes: str | None, seconds: str | None, letter: str) -> str:
    value = int(degrees) + float(minutes or 0) / 60 + float(seconds or 0) / 3600
    sign = "-" if letter.upper() in ("S", "W", "V") and value else ""
    return f"{sign}{value:.5f}"


def _hit(span: tuple[int, int], latitude: str, longitude: str) -> Hit:
    holds = abs(float(latitude)) <= 90 and abs(float(longitude)) <= 180
    check = "in range (ISO 6709), datum not stated" if holds else "out of range: latitude over 90 or longitude over 180"
    value = f"{latitude},{longitude}"
    return Hit(kind="coordinates", start=span[0], end=span[1], value=value, holds=holds, check=check)
