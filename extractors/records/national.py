"""Numbers as a country's own subscribers dial them, told by one pattern made of libphonenumber's: the same answer, sooner."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final, NamedTuple

import phonenumbers

_KINDS: Final = (
    *("fixed_line", "mobile", "toll_free", "premium_rate", "shared_cost", "personal_number", "voip", "pager", "uan"),
    "voicemail",
)
_NOTHING: Final = re.compile(r"(?!)")


class _Plan(NamedTuple):
    code: str
    valid: re.Pattern[str]
    """What is a valid number of the country behind its trunk zero: nothing where this module cannot tell."""


def e164(written: str, region: str) -> str:
    """Return a number written with the trunk zero of its region as E.164; '' where only libphonenumber can tell.

    What it returns, `phonenumbers.parse` and `is_valid_number` say too.
    """
    plan = _plan(region)
    return f"+{plan.code}{written[1:]}" if plan.valid.fullmatch(written) else ""


@lru_cache(maxsize=64)
def _plan(region: str) -> _Plan:
    """Return what is valid in a region that dials 0 before its numbers and 00 abroad; what begins as its enclaves' numbers do is left out."""
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(region) if region else None
    if metadata is None:
        return _Plan("", _NOTHING)
    code = int(metadata.country_code or 0)
    beside = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(code, ())
    plain = (
        metadata.national_prefix == "0"
        and metadata.national_prefix_for_parsing in ("0", "0|180020")
        and metadata.national_prefix_transform_rule is None
        and metadata.international_prefix == "00"
        and region in beside
    )
    if not plain:
        return _Plan("", _NOTHING)
    kinds = "|".join(_shapes(metadata))
    enclaves = "".join(f"(?!(?:{_leading_digits(one)}))" for one in beside if _leading_digits(one))
    return _Plan(
        str(code),
        re.compile(rf"0(?=[1-9][0-9]{{6,14}}\Z){enclaves}{_shape(metadata.general_desc)}(?:{kinds})[0-9]+"),
    )


def _leading_digits(region: str) -> str:
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(region)
    return str(metadata.leading_digits or "") if metadata is not None else ""


def _shapes(metadata: Any) -> Iterator[str]:
    for kind in _KINDS:
        described = getattr(metadata, kind)
        if described is not None and described.national_number_pattern:
            yield _shape(described)


def _shape(described: Any) -> str:
    """Return a pattern that looks ahead for a number of the lengths and the shape that libphonenumber describes."""
    lengths = "|".join(rf"[0-9]{{{length}}}" for length in described.possible_length if length > 0)
    long = rf"(?=(?:{lengths})\Z)" if described.possible_length else ""
    return rf"{long}(?=(?:{described.national_number_pattern})\Z)" if lengths or not long else "(?!)"
