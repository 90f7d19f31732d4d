"""From what a column says to identifiers: each distinct value of a column is read once."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import partial
from typing import Final, NamedTuple

from evidence.records import MentionStatus
from extractors.accounts import account
from extractors.patterns import iban
from extractors.pipelines import name_value
from extractors.records import national
from extractors.records.roles import IDENTIFIERS, Reads

SHORTENED: Final = re.compile(r"^[+]?\d(?:[.,]\d+)?[eE][+]?\d{1,2}$")
"""What a spreadsheet leaves of a long number that it took for a quantity: 4.47701E+11."""
DAMAGED: Final = "damaged: a spreadsheet shortened the number, digits are lost"
_COMPANY: Final = re.compile(
    r"(?<!\w)(?:ltd|limited|plc|llp|llc|inc|corp|co|gmbh|mbh|ag|kg|ohg|srl|s\.r\.l|sa|s\.a|sas|sarl|s\.à\.? r\.l|bv|b\.v|nv|n\.v|"
    r"spa|s\.p\.a|lda|oy|ab|aps|a/s|sp\. z o\.o|kft|doo|d\.o\.o|hotel|hostel|lodge|bank|banca|banque|services?|staffing|"
    r"group|agency|council|ministry|university|universit\w+|association|foundation)\.?(?!\w)",
    re.IGNORECASE,
)


class Identified(NamedTuple):
    """What a value names: nothing where `kind` is empty."""

    kind: str
    value: str
    status: MentionStatus
    check: str = ""


NOTHING: Final = Identified("", "", "unverified")


def read_all(role: str, written: Iterable[str], *, service: str, region: str) -> dict[str, Identified]:
    """Return what each of some distinct values of a column with that role names."""
    reads, kind = IDENTIFIERS[role]
    read = _READ[reads]
    if reads in ("account", "bank"):
        read = partial(read, service=service, region=region)
    elif reads == "code":
        read = partial(read, kind=kind)
    return {text: read(text) if text else NOTHING for text in written}


def _account(text: str, *, service: str, region: str) -> Identified:
    if SHORTENED.match(text):
        return Identified("phone", text, "unverified", DAMAGED)
    if number := national.e164(text, region):
        return Identified("phone", number, "established", f"E.164 by libphonenumber, region {region} asserted")
    found = account(text, service=service, region=region)
    return Identified(found.kind, found.value, found.status, found.check) if found else NOTHING


def _bank(text: str, *, service: str, region: str) -> Identified:
    """Return an IBAN whose check digits hold, else the account's number as its bank writes it."""
    compact = re.sub(r"[\s.\-]", "", text).upper()
    if iban.valid(compact):
        return Identified("iban", compact, "established", "IBAN mod 97")
    if re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{10,30}", compact):
        return Identified("iban", compact, "unverified", "IBAN check digits fail")
    if SHORTENED.match(text):
        return Identified("account", f"{service}:{text}", "unverified", DAMAGED)
    if not any(character.isdigit() for character in compact):
        return _person(text)
    return Identified("account", f"{service}:{compact}", "established", "account number from a record's own field")


def _person(text: str) -> Identified:
    """Return a name as names join; one with a company's form is an organisation. Neither is thereby a person's identity."""
    value = name_value(text)
    if not any(character.isalpha() for character in value):
        return NOTHING
    kind = "organisation" if _COMPANY.search(text) else "person_name"
    return Identified(kind, value, "established", "a name in a record's own field")


def _given(text: str) -> Identified:
    """Return a name that a bank or an operator keeps: a company's form makes it an organisation, nothing else a person."""
    found = _person(text)
    if found.kind != "person_name":
        return found
    return Identified(
        "display_name", " ".join(text.split()), "established", "a name as kept for an account: a person's or a firm's"
    )


def _company(text: str) -> Identified:
    value = name_value(text)
    return Identified("organisation", value, "established", "a name in a record's own field") if value else NOTHING


def _display(text: str) -> Identified:
    value = " ".join(text.split())
    return Identified("display_name", value, "established", "a display name: says nothing about who bears it")


def _code(text: str, *, kind: str) -> Identified:
    if SHORTENED.match(text):
        return Identified(kind, text, "unverified", DAMAGED)
    value = re.sub(r"[\s\-/.]", "", unicodedata.normalize("NFKC", text)).upper()
    if len(value) < 3 or (not any(character.isdigit() for character in value) and kind != "booking"):
        return Identified(kind, value or text, "unverified", "too short or without digits")
    if kind == "imei" and not _imei(value):
        return Identified(kind, value, "unverified", "not 14 to 16 digits, or its check digit fails")
    if kind == "imsi" and not re.fullmatch(r"\d{14,15}", value):
        return Identified(kind, value, "unverified", "not 14 or 15 digits")
    return Identified(kind, value, "established", "from a record's own field")


def _imei(value: str) -> bool:
    """Whether it is 14 digits, 16 with a software version, or 15 whose last is the Luhn digit or 0 (as networks write it)."""
    if not re.fullmatch(r"\d{14,16}", value):
        return False
    if len(value) != 15 or value[-1] == "0":
        return True
    doubled = (int(digit) * (1 + at % 2) for at, digit in enumerate(value[:14]))
    return (10 - sum(sum(divmod(one, 10)) for one in doubled) % 10) % 10 == int(value[-1])


_READ: Final[dict[Reads, Callable[..., Identified]]] = {
    "account": _account,
    "bank": _bank,
    "person": _person,
    "display": _display,
    "given": _given,
    "company": _company,
    "code": _code,
}
