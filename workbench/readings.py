"""What a person may say that a reading is: the kinds there are, and for identifiers a value that is one."""

from __future__ import annotations

from evidence.case import Case
from evidence.errors import UsageError
from evidence.records import ReadingSource
from evidence.state import fold
from extractors import patterns
from extractors.patterns import Asserted, Hit
from extractors.pipelines import name_value

_CUES = {"imei": "IMEI ", "bic": "BIC: ", "plate": "reg. ", "phone": "tel ", "handle": "@", "card": "card ",
         "imsi": "IMSI ", "iccid": "ICCID ", "passport": "passport no. ", "identity_number": "ID no. ",
         "flight": "flight ", "train": "train no. ", "booking": "booking ref. ", "time": "at ", "room": "room "}  # fmt: skip
"""What a finder wants to see before a value that could be something else; here the person has said it."""
_UNCHECKED = ("phone", "plate", "passport", "identity_number", "flight", "address")
"""Kinds that a page can bear although no list knows them: a number not in use, a plate of another country."""
_SPOKEN_OF = {"imei": "IMEI", "iban": "IBAN", "bic": "BIC", "vin": "VIN", "url": "web address", "email": "email address",
              "ip": "IP address", "mac": "MAC address", "phone": "phone number", "card": "card number",
              "plate": "number plate", "crypto": "crypto address", "money": "amount of money",
              "imsi": "IMSI", "iccid": "ICCID", "passport": "passport number", "identity_number": "identity number",
              "mrz": "machine-readable zone", "flight": "flight number", "train": "train number",
              "booking": "booking reference", "time": "time of day", "address": "postal address",
              "room": "room number"}  # fmt: skip
_AN = ("IMEI", "IMSI", "ICCID", "IBAN", "identity number", "email address", "IP address", "amount of money")


def known_kind(kind: str) -> str:
    """Return `kind` where a mention can have it; raises UsageError with all there are."""
    if kind not in patterns.KINDS:
        raise UsageError(f"{kind!r} is not a kind of mention", next_step=f"one of: {', '.join(patterns.KINDS)}")
    return kind


def asserted_in(case: Case) -> Asserted:
    """Return what was asserted about the material, as the finders want it."""
    settings = fold(case.custody.events()).settings
    return Asserted(region=settings.region, day_order=settings.day_order)


def normalised(kind: str, text: str, *, asserted: Asserted, source: ReadingSource = "native") -> str:
    """Return the value that the finder of `kind` makes of `text`, a name as names join.

    Raises UsageError where the text is no such identifier, or more than one.
    """
    if known_kind(kind) in patterns.NAME_KINDS:
        return _name(kind, text)
    hits = _hits(kind, text, asserted=asserted, source=source)
    values = {hit.value for hit in hits if _accepted(hit)}
    if len(values) == 1:
        return values.pop()
    why = "; more than one stands there" if values else "".join(f" ({check})" for check in {hit.check for hit in hits})
    raise UsageError(f"not {_a(kind)}: {text!r}{why}", next_step="give the value as it really is (`--value`)")


def _name(kind: str, text: str) -> str:
    value = name_value(text)
    if not any(character.isalnum() for character in value):
        raise UsageError(f"not {_a(kind)}: {text!r}", next_step="give the value as it really is (`--value`)")
    return value


def _hits(kind: str, text: str, *, asserted: Asserted, source: ReadingSource) -> list[Hit]:
    """Return what the finders make of the text as it stands; of the text behind its cue where that is nothing."""
    found: list[Hit] = []
    for told in dict.fromkeys((text.strip(), _CUES.get(kind, "") + text.strip())):
        for how in _sources(source):
            hits = patterns.identifiers_in(told, source=how, asserted=asserted)
            found += [hit for hit in hits if hit.kind == kind]
            if any(map(_accepted, found)):
                return found
    return found


def _sources(source: ReadingSource) -> tuple[ReadingSource, ...]:
    return (source,) if source == "native" else (source, "native")


def _accepted(hit: Hit) -> bool:
    return hit.holds or (hit.kind in _UNCHECKED and (hit.kind != "phone" or hit.value.startswith("+")))


def _a(kind: str) -> str:
    named = _SPOKEN_OF.get(kind, kind.replace("_", " "))
    return f"{'an' if named in _AN or named == 'organisation' else 'a'} {named}"
