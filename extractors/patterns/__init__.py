"""Identifiers by pattern: the kinds there are, and the one table of what finds them, strongest check first.

A finder sees the text with everything blanked that a finder above it has taken, so two mentions never share
characters (a phone is never part of an IBAN) unless the table says `within`. Nothing here knows spaCy or cases.
"""

from __future__ import annotations

import re
from typing import Literal, TypeAlias

import msgspec

from evidence.records import ReadingSource
from extractors.patterns.bank import find_bic
from extractors.patterns.card import find_card, find_imei
from extractors.patterns.clock import SAID_TIME_CUES, find_said_time, find_time
from extractors.patterns.coordinates import find_coordinates
from extractors.patterns.crypto import find_crypto
from extractors.patterns.date import find_date
from extractors.patterns.document import IDENTITY_CUES, PASSPORT_CUES, find_identity_number, find_passport
from extractors.patterns.email import find_email, find_email_in_scan
from extractors.patterns.handle import (
    SERVICES,
    find_chat_address,
    find_chat_phone,
    find_handle,
    find_named_handle,
    find_profile,
)
from extractors.patterns.hit import Asserted, Find, Hit
from extractors.patterns.iban import find_iban, find_iban_in_scan
from extractors.patterns.label import lowered, words_of
from extractors.patterns.money import find_money
from extractors.patterns.mrz import find_mrz, find_mrz_in_scan, find_mrz_number, find_mrz_number_in_scan
from extractors.patterns.network import find_ip, find_mac
from extractors.patterns.phone import find_phone
from extractors.patterns.plate_abroad import find_plate_abroad, find_plate_us
from extractors.patterns.postal import find_address
from extractors.patterns.quantity import SAID_UNITS, find_quantity, find_spelled_quantity
from extractors.patterns.relative import RELATIVE_CUES, find_relative_date
from extractors.patterns.room import ROOM_CUES, find_room
from extractors.patterns.scan import digits_restored, rule_between
from extractors.patterns.sim import find_iccid, find_imsi
from extractors.patterns.spelled import CURRENCIES, MONTHS, find_spelled_date, find_spelled_money
from extractors.patterns.spelled_account import find_spelled_iban
from extractors.patterns.spoken import (
    SPOKEN_CARD_CUES,
    find_spoken_card,
    find_spoken_email,
    find_spoken_phone,
    find_written_out_email,
)
from extractors.patterns.travel import BOOKING_CUES, FLIGHT_CUES, TRAIN_CUES, find_booking, find_flight, find_train
from extractors.patterns.vehicle import find_plate, find_plate_in_scan, find_plate_named, find_vin
from extractors.patterns.web import find_domain, find_url

__all__ = ["FINDERS", "IDENTIFIER_KINDS", "KINDS", "NAME_KINDS", "Asserted", "Finder", "Hit", "identifiers_in"]

IDENTIFIER_KINDS: tuple[str, ...] = (
    "phone", "email", "url", "ip", "mac", "iban", "bic", "card", "imei", "vin", "date", "money", "plate",
    "coordinates", "crypto", "handle", "imsi", "iccid", "passport", "identity_number", "mrz", "flight", "train",
    "booking", "time", "address", "quantity", "room",
)  # fmt: skip
NAME_KINDS: tuple[str, ...] = ("person_name", "organisation", "place")
RECORD_KINDS: tuple[str, ...] = ("account", "device_user", "display_name", "cell")
"""What only a record's own fields name: a service's id, whoever used a device, the name shown for an account, an antenna."""
KINDS: tuple[str, ...] = IDENTIFIER_KINDS + NAME_KINDS + RECORD_KINDS
"""Every kind a mention can have."""

ONE_CHECK_DIGIT = ("card", "imei", "vin", "iccid", "passport", "identity_number")
"""Kinds whose single check digit does not vouch for characters that a rule has changed."""

Sign: TypeAlias = Literal["digit", "@", ".", "/", "<", "any"]
"""What a text must contain for a finder to be worth running."""


class Finder(msgspec.Struct, frozen=True):
    """A row of the table: its name in mentions, what it needs to see, its function, and where it is used."""

    name: str
    needs: Sign
    find: Find
    only: tuple[ReadingSource, ...] = ()
    """Readings it is for; empty for all."""
    within: bool = False
    """Whether it may report a part of what another finder has taken."""
    cues: frozenset[str] = frozenset()
    """Words in lower case, one of which must be there for the finder to be worth running; empty for no such need."""


_NOT_SCANNED: tuple[ReadingSource, ...] = ("native", "speech", "human")
_FILLERS = ("<", "«", "‹")

FINDERS: tuple[Finder, ...] = (
    Finder("patterns.url", ".", find_url),
    Finder("patterns.profile", "/", find_profile, within=True),
    Finder("patterns.chat_phone", "/", find_chat_phone, within=True, cues=frozenset({"wa", "whatsapp"})),
    Finder("patterns.chat_address", "@", find_chat_address, _NOT_SCANNED),
    Finder("patterns.email", "@", find_email),
    Finder("patterns.email_in_scan", ".", find_email_in_scan, ("ocr",)),
    Finder("patterns.spoken_email", "any", find_spoken_email, ("speech",)),
    Finder("patterns.written_out_email", "any", find_written_out_email, cues=frozenset({"dot", "at"})),
    Finder("patterns.domain", ".", find_domain),
    Finder("patterns.mrz_number", "<", find_mrz_number, _NOT_SCANNED, within=True),
    Finder("patterns.mrz_number_in_scan", "<", find_mrz_number_in_scan, ("ocr",), within=True),
    Finder("patterns.mrz_in_scan", "<", find_mrz_in_scan, ("ocr",)),
    Finder("patterns.mrz", "<", find_mrz),
    Finder("patterns.crypto", "digit", find_crypto),
    Finder("patterns.iban_in_scan", "digit", find_iban_in_scan, ("ocr",)),
    Finder("patterns.iban", "digit", find_iban),
    Finder("patterns.spelled_iban", "any", find_spelled_iban, ("speech",)),
    Finder("patterns.mac", "digit", find_mac),
    Finder("patterns.ip", "digit", find_ip),
    Finder("patterns.vin", "digit", find_vin),
    Finder("patterns.identity_number", "digit", find_identity_number, cues=IDENTITY_CUES),
    Finder("patterns.passport", "digit", find_passport, cues=PASSPORT_CUES),
    Finder("patterns.imsi", "digit", find_imsi, cues=frozenset({"imsi"})),
    Finder("patterns.iccid", "digit", find_iccid),
    Finder("patterns.imei", "digit", find_imei),
    Finder("patterns.card", "digit", find_card),
    Finder("patterns.spoken_card", "any", find_spoken_card, ("speech",), cues=SPOKEN_CARD_CUES),
    Finder("patterns.booking", "any", find_booking, cues=BOOKING_CUES),
    Finder("patterns.coordinates", "digit", find_coordinates),
    Finder("patterns.date", "digit", find_date),
    Finder("patterns.spelled_date", "any", find_spelled_date, cues=frozenset(MONTHS)),
    Finder("patterns.money", "digit", find_money),
    Finder("patterns.quantity", "digit", find_quantity),
    Finder("patterns.time", "digit", find_time),
    Finder("patterns.phone", "digit", find_phone),
    Finder("patterns.spoken_phone", "any", find_spoken_phone, ("speech",)),
    Finder("patterns.spelled_money", "any", find_spelled_money, cues=frozenset(CURRENCIES)),
    Finder("patterns.spelled_quantity", "any", find_spelled_quantity, cues=frozenset(SAID_UNITS)),
    Finder("patterns.relative_date", "any", find_relative_date, cues=RELATIVE_CUES),
    Finder("patterns.said_time", "any", find_said_time, cues=SAID_TIME_CUES),
    Finder("patterns.bic", "any", find_bic),
    Finder("patterns.plate", "digit", find_plate),
    Finder("patterns.plate_in_scan", "digit", find_plate_in_scan, ("ocr",)),
    Finder("patterns.plate_abroad", "digit", find_plate_abroad),
    Finder(
        "patterns.plate_us",
        "digit",
        find_plate_us,
        cues=frozenset({"plate", "plates", "tag", "licence", "license", "registration"}),
    ),
    Finder("patterns.plate_named", "digit", find_plate_named),
    Finder("patterns.flight", "digit", find_flight, cues=FLIGHT_CUES),
    Finder("patterns.train", "digit", find_train, cues=TRAIN_CUES),
    Finder("patterns.handle", "@", find_handle),
    Finder("patterns.named_handle", "any", find_named_handle, cues=frozenset(SERVICES)),
    Finder("patterns.address", "digit", find_address),
    Finder("patterns.room", "digit", find_room, cues=ROOM_CUES),
)

_DIGIT = re.compile("[0-9]")
_BLANK = "\x00"


def identifiers_in(text: str, *, source: ReadingSource = "native", asserted: Asserted | None = None) -> tuple[Hit, ...]:
    """Return the identifiers of `text` in order of place; spans are code points of `text` as given.

    For OCR, what is still unclaimed is read a second time with look-alike letters in digit runs restored.
    """
    told = asserted or Asserted()
    hits, rest = _sweep(text, text, source=source, asserted=told)
    if source == "ocr":
        restored = digits_restored(rest)
        if restored != rest:
            again, _ = _sweep(restored, restored, source=source, asserted=told)
            hits += [_with_rule(hit, rest, restored) for hit in again]
    return tuple(sorted(hits, key=lambda hit: (hit.start, -hit.end, hit.kind)))


def _with_rule(hit: Hit, before: str, restored: str) -> Hit:
    rule = rule_between(before[hit.start : hit.end], restored[hit.start : hit.end])
    sums = hit.check_digits and hit.kind not in ONE_CHECK_DIGIT
    return msgspec.structs.replace(hit, rule=", ".join(filter(None, (hit.rule, rule))), check_digits=sums)


def _sweep(text: str, whole: str, *, source: ReadingSource, asserted: Asserted) -> tuple[list[Hit], str]:
    """Run the table over `text`; return what it found and the text with that blanked."""
    signs, words = _signs(text), words_of(lowered(text))
    found: list[Hit] = []
    for finder in FINDERS:
        if finder.needs not in signs or (finder.only and source not in finder.only):
            continue
        if finder.cues and finder.cues.isdisjoint(words):
            continue
        hits = _apart(list(finder.find(whole if finder.within else text, asserted)))
        if not hits:
            continue
        found += [msgspec.structs.replace(hit, finder=finder.name) for hit in hits]
        if not finder.within:
            text = _blanked(text, hits)
    return found, text


def _signs(text: str) -> frozenset[str]:
    digit = {"digit"} if _DIGIT.search(text) else set()
    filler = {"<"} if any(mark in text for mark in _FILLERS) else set()
    return frozenset({"any", *(mark for mark in "@./" if mark in text), *digit, *filler})


def _apart(hits: list[Hit]) -> list[Hit]:
    """Return hits that share no characters: of two that do, the one that holds, then the longer, then the first."""
    if len(hits) < 2:
        return hits
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda one: one.start):
        if kept and hit.start < kept[-1].end:
            kept[-1] = max(kept[-1], hit, key=lambda one: (one.holds, one.end - one.start, -one.start))
        else:
            kept.append(hit)
    return kept


def _blanked(text: str, hits: list[Hit]) -> str:
    pieces: list[str] = []
    at = 0
    for hit in hits:
        pieces += [text[at : hit.start], _BLANK * (hit.end - hit.start)]
        at = hit.end
    return "".join([*pieces, text[at:]])
