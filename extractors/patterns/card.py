"""Payment card numbers (ISO/IEC 7812: issuer ranges and the Luhn check digit) and handset numbers (IMEI, 3GPP TS 23.003)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stdnum import luhn

from extractors.patterns.hit import OTHER_NUMBER, Asserted, Hit, before

_RUN = re.compile(r"[0-9](?<![\w+/][0-9])(?<!\d[.\-][0-9])(?:(?:[ \u00a0\-]|[ ]?\r?\n)?[0-9]){12,18}(?!-?\w|[./][0-9])")
_CARD_WORD = re.compile(r"\b(card|visa|mastercard|maestro|amex|debit|credit|pan)\b")
_GROUPED = re.compile(r"\d{4}([ \u00a0-])\d{4}\1\d{4}\1\d{1,7}|\d{4}([ \u00a0-])\d{6}\2\d{4,5}")
_IMEI_WORD = re.compile(r"\bimei\b")
_IMEI_GROUPED = re.compile(r"\d{2}-\d{6}-\d{6}-\d|\d{6}-\d{2}-\d{6}-\d")
_BRANDS: tuple[tuple[str, tuple[tuple[int, int], ...], tuple[int, ...]], ...] = (
    ("Visa", ((4, 4),), (13, 16, 19)),
    ("Mastercard", ((51, 55), (2221, 2720)), (16,)),
    ("American Express", ((34, 34), (37, 37)), (15,)),
    ("Discover", ((6011, 6011), (644, 649), (65, 65)), (16, 19)),
    ("Diners Club", ((300, 305), (36, 36), (38, 39)), (14, 16)),
    ("JCB", ((3528, 3589),), (16,)),
    ("UnionPay", ((62, 62),), (16, 17, 18, 19)),
    ("Maestro", ((5018, 5018), (5020, 5020), (5038, 5038), (5893, 5893), (6304, 6304), (6759, 6763)), (16, 18, 19)),
)
"""Brand, ranges of leading digits, lengths: the published issuer identification ranges."""


def find_imei(text: str, asserted: Asserted) -> Iterator[Hit]:
    """Yield handset numbers that the text calls so, or that are grouped as only they are."""
    for match in _RUN.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        if len(digits) == 15 and (_IMEI_GROUPED.fullmatch(match[0]) or _IMEI_WORD.search(before(text, match.start()))):
            yield _luhn_hit("imei", match.span(), digits, "IMEI (3GPP TS 23.003)")


def find_card(text: str, asserted: Asserted) -> Iterator[Hit]:
    """Yield card numbers; where Luhn fails, only those written or called as a card are kept, unverified."""
    for match in _RUN.finditer(text):
        hit = _card(text, match)
        if hit is not None:
            yield hit


def _card(text: str, match: re.Match[str]) -> Hit | None:
    digits = re.sub(r"\D", "", match[0])
    brand, context = brand_of(digits), before(text, match.start())
    called = _CARD_WORD.search(context) is not None
    if not brand or (OTHER_NUMBER.search(context) and not called):
        return None
    looks = called or _GROUPED.fullmatch(re.sub(r"\s+", " ", match[0])) is not None
    bare = len(digits) in (15, 16) and match[0].isdecimal()
    if not looks and not (bare and luhn.is_valid(digits)):
        return None
    return _luhn_hit("card", match.span(), digits, brand)


def _luhn_hit(kind: str, span: tuple[int, int], digits: str, what: str) -> Hit:
    holds = bool(luhn.is_valid(digits)) and len(set(digits)) > 1
    check = f"{what}, Luhn" if holds else f"{what}, Luhn check digit does not hold"
    return Hit(kind=kind, start=span[0], end=span[1], value=digits, holds=holds, check=check, check_digits=holds)


def brand_of(digits: str) -> str:
    """Return the card scheme whose ranges and lengths `digits` fits, or an empty string."""
    for brand, ranges, lengths in _BRANDS:
        if len(digits) in lengths and any(low <= int(digits[: len(str(low))]) <= high for low, high in ranges):
            return brand
    return ""
