"""Numbers of SIM cards: the subscriber's (IMSI, ITU-T E.212) and the card's own (ICCID, ITU-T E.118)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stdnum import imsi, luhn

from extractors.patterns.hit import OTHER_NUMBER, Asserted, Hit, before, digits_of

_IMSI = re.compile(r"[0-9](?<![\w+/.\-][0-9])(?:[ \-]?[0-9]){13,14}(?![\w/]|[.\-][0-9])")
_IMSI_WORD = re.compile(r"\bimsi\b")
_ICCID = re.compile(r"8(?<![\w+/][0-9])(?<!\d[.\-]8)9(?:[ \-]?[0-9]){16,18}[fF]?(?!-?\w|[./][0-9])")
_ICCID_WORD = re.compile(r"\b(iccid|icc id|icc|sim|simcard|usim)\b")


def find_imsi(text: str, asserted: Asserted) -> Iterator[Hit]:
    """Yield subscriber numbers that the text calls so; without a check digit, their country's code must be assigned."""
    for match in _IMSI.finditer(text):
        if not _IMSI_WORD.search(before(text, match.start())):
            continue
        digits = digits_of(match[0])
        holds = bool(imsi.is_valid(digits))
        check = (
            "country and network code assigned (ITU-T E.212)" if holds else "country code not assigned (ITU-T E.212)"
        )
        yield Hit(kind="imsi", start=match.start(), end=match.end(), value=digits, holds=holds, check=check)


def find_iccid(text: str, asserted: Asserted) -> Iterator[Hit]:
    """Yield card numbers: 89 and a Luhn digit that holds; where the text names one, also those that fail."""
    for match in _ICCID.finditer(text):
        digits = digits_of(match[0])
        context = before(text, match.start())
        called = _ICCID_WORD.search(context) is not None
        holds = len(digits) > 18 and bool(luhn.is_valid(digits))
        if not called and (not holds or OTHER_NUMBER.search(context)):
            continue
        yield Hit(
            kind="iccid",
            start=match.start(),
            end=match.end(),
            value=digits,
            holds=holds,
            check=_check(digits, holds=holds),
            check_digits=holds,
        )


def _check(digits: str, *, holds: bool) -> str:
    if holds:
        return "ICCID, Luhn (ITU-T E.118)"
    if len(digits) < 19:
        return "ICCID without its check digit (ITU-T E.118)"
    return "ICCID, Luhn check digit does not hold (ITU-T E.118)"
