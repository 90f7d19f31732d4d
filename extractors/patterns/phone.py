"""Telephone numbers in figures: linear search for runs of digits, then libphonenumber decides (E.164)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import msgspec
import phonenumbers

from extractors.patterns.hit import OTHER_NUMBER, Asserted, Hit, before, digits_of

_RUN = re.compile(r"[0-9](?<!\w[0-9])(?<!\d\.[0-9])(?:[ \u00a0\u2009\u202f.\-‐‑–/()]{0,3}[0-9]){6,48}")
_GROUP = re.compile(r"[0-9]+")
_LEAD = re.compile(r"(?:\+[ ]?\(?|\(\+?|\(0\)[ ]?)$")
_PHONE_WORD = re.compile(
    r"\b(tel|telephone|phone\w*|mob|mobile|cell|call\w*|ring|rang|dial\w*|text(?:ed)?|sms|whats ?app|viber|signal|telegram|"
    r"fax|contact|hotline|helpline|number is|reach|sunaț?i|sun[ăa]\w*|telefon\w*|mobil|handy|tél|t|m|p)\b[.:]?"
)
_MAX_GROUPS, _MAX_TRIES = 7, 12


class Number(msgspec.Struct, frozen=True):
    """What libphonenumber made of some digits."""

    e164: str
    valid: bool
    """Whether the number range is one in use."""
    complete: bool
    """Whether a national number was written with the prefix that its country dials."""


def find_phone(text: str, asserted: Asserted) -> Iterator[Hit]:
    """Yield valid numbers; one only possible, or national with no region asserted, is kept as unverified where the text
    or the way it is written says telephone.
    """
    for run in _RUN.finditer(text):
        yield from _in_run(text, run, asserted.region)


def _in_run(text: str, run: re.Match[str], region: str) -> Iterator[Hit]:
    groups = [group.span() for group in _GROUP.finditer(text, run.start(), run.end())]
    if len(groups) > _MAX_GROUPS and all(b - a == 1 for a, b in groups):
        yield from filter(None, [_from(text, groups[:15], region)])
        return
    at, tries = 0, _MAX_TRIES
    while at < len(groups) and tries > 0:
        hit, used, cost = _starting_at(text, groups[at : at + _MAX_GROUPS], region)
        tries -= cost
        if hit is not None:
            yield hit
        at += used


def _from(text: str, groups: list[tuple[int, int]], region: str) -> Hit | None:
    """Judge digits written one by one, as in the boxes of a form: they are one number or none."""
    digits = "".join(text[a:b] for a, b in groups)
    lead = _lead(text, groups[0][0])
    if not _may_be(digits, plus="+" in lead, region=region):
        return None
    hit = _judge(text, groups[0][0] - len(lead), groups[-1][1], digits, plus="+" in lead, region=region)
    return hit if hit is not None and hit.holds else None


def _starting_at(text: str, groups: list[tuple[int, int]], region: str) -> tuple[Hit | None, int, int]:
    """Return the longest number that starts with the first group, how many groups it used, and what it cost to try."""
    first = groups[0][0]
    lead = _lead(text, first)
    plus = "+" in lead
    if not plus and text[first] != "0" and not _may_begin(text[first : first + 4], region):
        return None, 1, 0
    kept, kept_used, cost = None, 1, 0
    for count in range(len(groups), 0, -1):
        digits = "".join(text[a:b] for a, b in groups[:count])
        if not _may_be(digits, plus=plus, region=region):
            continue
        cost += 1
        hit = _judge(text, first - len(lead), groups[count - 1][1], digits, plus=plus, region=region)
        if hit is not None and hit.holds:
            return hit, count, cost
        if hit is not None and kept is None:
            kept, kept_used = hit, count
    return kept, kept_used, cost


def _lead(text: str, start: int) -> str:
    """Return the plus or bracket that stands before the first digit and belongs to the number."""
    lead = _LEAD.search(text[max(0, start - 4) : start])
    if lead is None or (start - len(lead[0]) > 0 and text[start - len(lead[0]) - 1].isalnum() and "+" in lead[0]):
        return ""
    return lead[0] if "+" in lead[0] or ")" in text[start : start + 8] else ""


def _may_begin(digits: str, region: str) -> bool:
    """Return whether a number can begin so: in a country that dials no trunk zero, or with its country code."""
    return region != "" and (_dials_no_zero(region) or digits.startswith(_code(region)))


def _may_be(digits: str, *, plus: bool, region: str) -> bool:
    """Return whether so many digits can be a number; asks before the dearer parse."""
    if plus or not region or digits.startswith("00"):
        return 7 <= len(digits) <= 17
    lengths = _lengths(region)
    code = _code(region)
    bare = len(digits) - (digits[0] == "0")
    return bare in lengths or len(digits) in lengths or (digits.startswith(code) and len(digits) - len(code) in lengths)


@lru_cache(maxsize=512)
def _lengths(region: str) -> frozenset[int]:
    """Return how many digits a national number of the region can have, without trunk prefix."""
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(region)
    general = metadata.general_desc if metadata is not None else None
    known = general.possible_length if general is not None else ()
    return frozenset(length for length in known if length > 6) or frozenset(range(7, 16))


@lru_cache(maxsize=512)
def _dials_no_zero(region: str) -> bool:
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(region) if region else None
    return metadata is not None and metadata.national_prefix != "0"


@lru_cache(maxsize=512)
def _code(region: str) -> str:
    return str(phonenumbers.country_code_for_region(region)) if region else ""


def _judge(text: str, start: int, end: int, digits: str, *, plus: bool, region: str) -> Hit | None:
    if _continues(text, start, end):
        return None
    written = "+" + digits if plus else digits
    number = read_number(_without_trunk_zero(text[start:end], written), region)
    if number is None and region and not plus:
        return None
    context = before(text, start)
    if OTHER_NUMBER.search(context) and not plus:
        return None
    if number is not None and number.valid and number.complete and _written_as_phone(text[start:end], number, context):
        return Hit(
            kind="phone",
            start=start,
            end=end,
            value=number.e164,
            holds=True,
            check=_check(number, plus, region, digits),
        )
    return _unverified(text, start, end, digits, number, plus=plus, region=region)


def _continues(text: str, start: int, end: int) -> bool:
    """Return whether letters, or digits behind a comma, go on: then it is part of something else."""
    following = text[end : end + 2]
    if following[:1].isalnum() or following[:1] == "_" or text[max(0, start - 1) : start].isalnum():
        return True
    return len(following) == 2 and following[0] in ":%" and following[1].isdecimal()


def _written_as_phone(quote: str, number: Number, context: str) -> bool:
    """Refuse bare digits without zero or plus unless a word says telephone: an order number looks the same."""
    first = quote.lstrip("( ")[:1]
    grouped = not quote.isdecimal()
    return first in "+0" or grouped or _PHONE_WORD.search(context) is not None


def _without_trunk_zero(quote: str, written: str) -> str:
    """Drop the `(0)` that people write between country code and number: +44 (0)20 ... (ITU-T E.123 discourages it)."""
    if written[0] == "+" and "(0)" in quote:
        code = digits_of(quote.partition("(0)")[0])
        return "+" + code + written[len(code) + 2 :]
    return written


def _check(number: Number, plus: bool, region: str, digits: str) -> str:
    if plus or digits.startswith("00"):
        return "E.164 by libphonenumber, country code written"
    return f"E.164 by libphonenumber, region {region} asserted"


def _unverified(
    text: str, start: int, end: int, digits: str, number: Number | None, *, plus: bool, region: str
) -> Hit | None:
    """Keep digits that are written or called as a telephone number but that nothing confirms."""
    quote, context = text[start:end], before(text, start)
    called = _PHONE_WORD.search(context) is not None
    national = digits[0] == "0" and 9 <= len(digits) <= 12 and (not region or number is not None)
    groups = len(_GROUP.findall(quote))
    shaped = groups > 1 and (groups <= 4 or digits.startswith("00")) and "." not in quote and "/" not in quote
    if not (plus and len(digits) >= 8) and not (national and (called or shaped or _mobile(digits, region))):
        return None
    why = (
        "not a number in use by libphonenumber" if region or plus else "no region asserted and no country code written"
    )
    value = number.e164 if number is not None else ("+" if plus else "") + digits
    if number is not None and not plus and region:
        why += f", region {region} asserted"
    return Hit(kind="phone", start=start, end=end, value=value, holds=False, check=why)


def _mobile(digits: str, region: str) -> bool:
    """Return whether the digits are as long as a mobile number of the region and begin as all of them do."""
    return (region, digits[:2], len(digits)) in (("GB", "07", 11), ("RO", "07", 10))


@lru_cache(maxsize=65536)
def read_number(written: str, region: str) -> Number | None:
    """Return what libphonenumber reads in digits with an optional plus; None where it is not even possible."""
    dialled = "+" + written[2:] if written.startswith("00") and not region else written
    try:
        parsed = phonenumbers.parse(dialled, region or None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed):
        return None
    e164 = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    return Number(e164, phonenumbers.is_valid_number(parsed), _complete(parsed, written, region))


def _complete(parsed: phonenumbers.PhoneNumber, written: str, region: str) -> bool:
    if written.startswith(("+", "00")):
        return True
    national = digits_of(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL))
    code = str(parsed.country_code)
    return written in (national, code + national, code + phonenumbers.national_significant_number(parsed))
