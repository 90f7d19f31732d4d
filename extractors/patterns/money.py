"""Amounts of money with their currency (ISO 4217), from a sign, a code or a word beside the number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from extractors.patterns.hit import Asserted, Hit

_SIGNS = {
    "£": "GBP",
    "€": "EUR",
    "US$": "USD",
    "CA$": "CAD",
    "A$": "AUD",
    "AU$": "AUD",
    "NZ$": "NZD",
    "HK$": "HKD",
    "R$": "BRL",
    "₴": "UAH",
    "₽": "RUB",
    "₺": "TRY",
    "₹": "INR",
    "₪": "ILS",
    "₦": "NGN",
    "₫": "VND",
    "₩": "KRW",
    "zł": "PLN",
    "Kč": "CZK",
    "$": "$",
    "¥": "¥",
}
"""What a sign says; `$` and `¥` are used by several countries and are kept as they are."""
_CODES = frozenset(
    [
        "GBP",
        "EUR",
        "USD",
        "RON",
        "CHF",
        "PLN",
        "HUF",
        "CZK",
        "BGN",
        "SEK",
        "NOK",
        "DKK",
        "ISK",
        "UAH",
        "RUB",
        "MDL",
        "RSD",
        "TRY",
        "AUD",
        "CAD",
        "NZD",
        "JPY",
        "CNY",
        "HKD",
        "SGD",
        "INR",
        "AED",
        "ZAR",
        "NGN",
        "BRL",
        "MXN",
        "ILS",
        "SAR",
        "THB",
        "PHP",
        "VND",
        "KRW",
        "ALL",
        "GEL",
        "AMD",
        "KES",
        "GHS",
        "EGP",
        "MAD",
        "PKR",
        "BDT",
        "LKR",
        "USDT",
        "BTC",
        "ETH",
    ]
)
_WORDS = {
    "pounds": "GBP",
    "pound sterling": "GBP",
    "pounds sterling": "GBP",
    "quid": "GBP",
    "euro": "EUR",
    "euros": "EUR",
    "lei": "RON",
    "leu": "RON",
    "zloty": "PLN",
    "zlotys": "PLN",
    "złotych": "PLN",
    "forints": "HUF",
    "dollars": "$",
    "us dollars": "USD",
    "zł": "PLN",
    "kč": "CZK",
}
_MINOR_UNITS = {"JPY": 0, "KRW": 0, "VND": 0, "ISK": 0, "BTC": 8, "ETH": 8}
_SCALES = {"k": 1_000, "m": 1_000_000, "mn": 1_000_000, "million": 1_000_000, "bn": 10**9, "billion": 10**9}

_SIGN = "|".join(re.escape(sign) for sign in sorted(_SIGNS, key=len, reverse=True))
_CODE = "|".join(sorted(_CODES, key=len, reverse=True))
_WORD = "|".join(re.escape(word) for word in sorted(_WORDS, key=len, reverse=True))
_AMOUNT = re.compile(
    r"[0-9](?<![\w./\-][0-9])(?<!\d,[0-9])"
    r"(?:[0-9]{0,2}(?:[,. '’\u00a0\u202f][0-9]{3}(?![0-9])){1,4}(?:[.,][0-9]{1,2})?|[0-9]{0,11}(?:[.,][0-9]{1,8})?)"
    r"(?![0-9]|[.,][0-9])"
)
_SCALE = re.compile(r"[km](?<=[0-9][km])(?!\w)|[ \u00a0]?(?:million|billion|mn|bn)(?!\w)", re.IGNORECASE)
_BEFORE = re.compile(rf"(?:({_SIGN})|(?<!\w)({_CODE}))[ \u00a0]?$")
_AFTER = re.compile(rf"(?:,-)?[ \u00a0]?(?:de )?(?:({_SIGN})(?![ ]?[0-9]|:)|({_CODE})(?!\w)|((?i:{_WORD}))(?!\w))")
_GROUPS = re.compile(r"[ '’\u00a0\u202f]")


def find_money(text: str, asserted: Asserted) -> Iterator[Hit]:
    """Yield amounts as `GBP 412.50`; a currency that the sign leaves open is kept as the sign."""
    for match in _AMOUNT.finditer(text):
        hit = _led(text, match) or _followed(text, match)
        if hit is not None:
            yield hit


def _led(text: str, match: re.Match[str]) -> Hit | None:
    """Judge an amount with its currency before it, such as `£412.50` or `RON 60`."""
    floor = max(0, match.start() - 6)
    sign = _BEFORE.search(text[floor : match.start()])
    scale = _SCALE.match(text, match.end())
    end = scale.end() if scale else match.end()
    if sign is None or text[end : end + 1].isalpha() or text[end : end + 1] in ("%", "_"):
        return None
    return _hit((floor + sign.start(), end), _SIGNS.get(sign[1] or "", sign[2] or ""), match[0], scale)


def _followed(text: str, match: re.Match[str]) -> Hit | None:
    """Judge an amount with its currency after it, such as `60 lei` or `1.234,50 €`."""
    scale = _SCALE.match(text, match.end())
    mark = _AFTER.match(text, scale.end() if scale else match.end())
    if mark is None:
        return None
    currency = _SIGNS.get(mark[1] or "") or mark[2] or _WORDS[mark[3].lower()]
    return _hit((match.start(), mark.end()), currency, match[0], scale)


def _hit(span: tuple[int, int], currency: str, written: str, scale: re.Match[str] | None) -> Hit:
    amount = amount_of(written) * (_SCALES[scale[0].strip().lower()] if scale else 1)
    places = _MINOR_UNITS.get(currency, 2)
    check = "amount with currency (ISO 4217)"
    if currency in ("$", "¥"):
        check = f"amount with {currency}; which country's is not stated"
    return Hit(
        kind="money", start=span[0], end=span[1], value=f"{currency} {amount:.{places}f}", holds=True, check=check
    )


def amount_of(written: str) -> Decimal:
    """Return the number meant by `1,234.50`, `1.234,50`, `1 234` or `412.5`.

    The last mark is the decimal one where one or two digits follow it, or where it differs from the mark before;
    otherwise three digits after a mark are thousands.
    """
    plain = _GROUPS.sub("", written)
    last = max(plain.rfind("."), plain.rfind(","))
    if last < 0:
        return Decimal(plain)
    whole, mark, rest = plain[:last], plain[last], plain[last + 1 :]
    thousands = len(rest) == 3 and (mark in whole or not set(".,") & set(whole)) and len(whole.lstrip("0")) > 0
    digits = re.sub(r"[.,]", "", whole)
    return Decimal(digits + rest) if thousands else Decimal(f"{digits or '0'}.{rest}")
