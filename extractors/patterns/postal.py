"""Postal addresses, best effort: a street line with its British postcode or American ZIP code; never looked up."""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractors.patterns.hit import Asserted, Hit

_POSTCODE = re.compile(r"[0-9](?<=[A-Z0-9 ][0-9])[ ]?[0-9]?(?<=[ 0-9A-Z])[ABD-HJLNP-UW-Z]{2}(?![\w\-])")
_POSTCODE_HERE = re.compile(
    r"(?<![\w\-])(?:GIR ?0AA|[A-PR-UWYZ](?:[0-9]{1,2}|[0-9][A-HJKPSTUW]|[A-HK-Y][0-9]{1,2}|"
    r"[A-HK-Y][0-9][ABEHMNPRVWXY]) ?[0-9][ABD-HJLNP-UW-Z]{2})$"
)
_ZIP = re.compile(r"[A-Z](?<=[ ,\n][A-Z]{2})[ ]{1,2}([0-9]{5}(?:-[0-9]{4})?)(?![\w\-])")
_STATE_CODES = (
    "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC "
    "ND OH OK OR PA RI "
    "SC SD TN TX UT VT VA WA WV WI WY DC PR"
)
_STATES = frozenset(_STATE_CODES.split())
_TYPES = (
    r"Street|St|Road|Rd|Lane|Ln|Avenue|Ave|Drive|Dr|Close|Court|Ct|Crescent|Place|Pl|Square|Sq|Terrace|Gardens|Grove|"
    r"Hill|Way|Walk|Row|Mews|Park|Parade|Quay|Wharf|Boulevard|Blvd|Highway|Hwy|Parkway|Pkwy|Green|View|"
    r"Rise|Yard|Gate|Broadway"
)
_STREET = re.compile(
    rf"(?<![\w.,/\-])(?:(?:(?:Flat|Unit|Apt|Apartment|Suite|"
    rf"Room)[ ][A-Z0-9]{{1,4}},?\s)?)[0-9]{{1,5}}[A-Za-z]?(?:-[0-9]{{1,4}})?,?[ ]"
    rf"(?:[A-Z0-9][\w'’.\-]{{0,20}}[ ]){{1,4}}(?:{_TYPES})(?![\w'’])"
)
_WIDTH = 130


def find_address(text: str, asserted: Asserted) -> Iterator[Hit]:
    """Yield addresses from the house number to the code; unverified, since no list of addresses is asked."""
    done = 0
    for match in _POSTCODE.finditer(text):
        floor = max(0, match.start() - 6)
        code = _POSTCODE_HERE.search(text[floor : match.end()])
        hit = _address(text, floor + code.start(), match.end(), done, "British postcode") if code else None
        if hit is not None:
            done = hit.end
            yield hit
    done = 0
    for match in _ZIP.finditer(text):
        start = match.start() - 1
        if text[start : start + 2] in _STATES:
            hit = _address(text, start, match.end(), done, "American ZIP code")
            if hit is not None:
                done = hit.end
                yield hit


def _address(text: str, code: int, end: int, done: int, named: str) -> Hit | None:
    """Return the address that ends with the code: from the last street line before it."""
    floor = max(done, code - _WIDTH)
    streets = list(_STREET.finditer(text, floor, code))
    if not streets or not _plain(text[streets[-1].end() : code]):
        return None
    start = streets[-1].start()
    value = re.sub(r"[\s,]+", " ", text[start:end]).upper()
    check = f"street line and {named}; best effort, not looked up"
    return Hit(kind="address", start=start, end=end, value=value, holds=False, check=check)


def _plain(between: str) -> bool:
    """Return whether only names of places stand between street and code: few words, no digits, no sentence end."""
    return not re.search(r"[0-9.!?;:\x00]|[a-z]{2,}[ ][a-z]{2,}[ ][a-z]{2,}", between) and len(between.split()) <= 9
