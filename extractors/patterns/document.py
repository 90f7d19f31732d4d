"""Numbers of passports and of people (identity, insurance and tax numbers), only where the text calls them so."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import msgspec
from stdnum.bg import egn
from stdnum.br import cpf
from stdnum.cz import rc
from stdnum.de import idnr
from stdnum.dk import cpr
from stdnum.ee import ik
from stdnum.es import dni, nie
from stdnum.fi import hetu
from stdnum.fr import nir
from stdnum.gb import nhs
from stdnum.gr import amka
from stdnum.hr import oib
from stdnum.ie import pps
from stdnum.it import codicefiscale
from stdnum.lt import asmens
from stdnum.nl import bsn
from stdnum.no import fodselsnummer
from stdnum.pl import pesel
from stdnum.ro import cnp
from stdnum.se import personnummer
from stdnum.si import emso
from stdnum.us import ssn

from extractors.patterns.hit import Asserted, Hit
from extractors.patterns.label import digit_count, labelled, lowered
from extractors.patterns.mrz import check_digit

_PASSPORT_WORDS = (
    "passport",
    "reisepass",
    "passeport",
    "pasaporte",
    "passaporto",
    "pașaport",
    "pasaport",
    "paszport",
    "paspoort",
)
PASSPORT_CUES = frozenset(
    word + ending for word in _PASSPORT_WORDS for ending in ("", "s", "u", "ul", "ului", "es", "e", "nummer", "nr")
)
_PASSPORT = labelled(
    _PASSPORT_WORDS,
    rf"(?:{'|'.join(_PASSPORT_WORDS)})(?:ul|ului|u|s)?(?:[ ]\([a-z .]{{2,30}}\))?",
    r"[A-Z]{1,3} ?[0-9]{5,8}[A-Z]?|[0-9]{2}[A-Z]{2}[0-9]{5}|[0-9]{3} ?[0-9]{3} ?[0-9]{3}|[0-9]{6,9}|[A-Z0-9]{8,10}",
)


class IdentityNumber(msgspec.Struct, frozen=True):
    """A national number: the words that name it, its shape, what it is called, and the rule of its check digits."""

    cues: str
    """Alternatives of a regular expression in lower case, each also looked for as it stands."""
    shape: str
    name: str
    valid: Callable[[str], bool] | None = None
    """None where the number has no check digit; then its shape is all there is."""


def _with_check_digit(number: str) -> bool:
    return len(number) == 10 and check_digit(number[:9]) == number[9]


NUMBERS: tuple[IdentityNumber, ...] = (
    IdentityNumber("cnp|cod numeric personal", r"[0-9]{13}", "Romanian CNP", cnp.is_valid),
    IdentityNumber(
        "national insurance|ni no|ni number|nino",
        r"[A-CEGHJ-PR-TW-Za-ceghj-pr-tw-z][A-CEGHJ-NPR-TW-Za-ceghj-npr-tw-z] ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-Da-d]",
        "British National Insurance number",
    ),
    IdentityNumber("nhs", r"[0-9]{3}[ \-]?[0-9]{3}[ \-]?[0-9]{4}", "NHS number", nhs.is_valid),
    IdentityNumber(
        "driving licen[cs]e|driver'?s licen[cs]e|driver (?:no|number)",
        r"[A-Z]{1,5}9{0,4}[0-9]{6}[A-Z9]{2}[0-9A-Z]{3}",
        "British driver number",
    ),
    IdentityNumber(
        "ssn|social security", r"[0-9]{3}-[0-9]{2}-[0-9]{4}|[0-9]{9}", "US Social Security number", ssn.is_valid
    ),
    IdentityNumber("dni|nif", r"[0-9]{8}[ \-]?[A-Z]", "Spanish DNI", dni.is_valid),
    IdentityNumber("nie|nif", r"[XYZ][ \-]?[0-9]{7}[ \-]?[A-Z]", "Spanish NIE", nie.is_valid),
    IdentityNumber(
        "codice fiscale|c\\.f\\.|cf",
        r"[A-Z]{6}[0-9]{2}[A-Z][0-9]{2}[A-Z][0-9]{3}[A-Z]",
        "Italian codice fiscale",
        codicefiscale.is_valid,
    ),
    IdentityNumber("pesel", r"[0-9]{11}", "Polish PESEL", pesel.is_valid),
    IdentityNumber("dowód osobisty|dowodu", r"[A-Z]{3} ?[0-9]{6}", "Polish identity card"),
    IdentityNumber("egn|егн", r"[0-9]{10}", "Bulgarian EGN", egn.is_valid),
    IdentityNumber("bsn|burgerservicenummer", r"[0-9]{9}", "Dutch BSN", bsn.is_valid),
    IdentityNumber(
        "nir|sécurité sociale|securite sociale",
        r"[12] ?[0-9]{2} ?[0-9]{2} ?[0-9AB]{2} ?[0-9]{3} ?[0-9]{3} ?[0-9]{2}",
        "French NIR",
        nir.is_valid,
    ),
    IdentityNumber(
        "steuer-?id|idnr|steueridentifikationsnummer|steuerliche identifikationsnummer",
        r"[0-9]{2} ?[0-9]{3} ?[0-9]{3} ?[0-9]{3}",
        "German tax identification number",
        idnr.is_valid,
    ),
    IdentityNumber("personalausweis|ausweis", r"[A-Z][A-Z0-9]{8}[0-9]", "German identity card", _with_check_digit),
    IdentityNumber("pps|ppsn", r"[0-9]{7}[A-Z]{1,2}", "Irish PPS number", pps.is_valid),
    IdentityNumber("personnummer", r"[0-9]{6,8}[\-+]?[0-9]{4}", "Swedish personnummer", personnummer.is_valid),
    IdentityNumber(
        "fødselsnummer|personnummer", r"[0-9]{6} ?[0-9]{5}", "Norwegian fødselsnummer", fodselsnummer.is_valid
    ),
    IdentityNumber("cpr", r"[0-9]{6}-?[0-9]{4}", "Danish CPR number", cpr.is_valid),
    IdentityNumber("henkilötunnus|hetu", r"[0-9]{6}[\-+A][0-9]{3}[0-9A-Z]", "Finnish hetu", hetu.is_valid),
    IdentityNumber("rodné číslo|rodne cislo", r"[0-9]{6}/?[0-9]{3,4}", "Czech or Slovak rodné číslo", rc.is_valid),
    IdentityNumber("oib", r"[0-9]{11}", "Croatian OIB", oib.is_valid),
    IdentityNumber("emšo|emso|jmbg", r"[0-9]{13}", "EMŠO or JMBG", emso.is_valid),
    IdentityNumber("amka", r"[0-9]{11}", "Greek AMKA", amka.is_valid),
    IdentityNumber("isikukood", r"[0-9]{11}", "Estonian isikukood", ik.is_valid),
    IdentityNumber("asmens kodas", r"[0-9]{11}", "Lithuanian asmens kodas", asmens.is_valid),
    IdentityNumber("cpf", r"[0-9]{3}\.?[0-9]{3}\.?[0-9]{3}-?[0-9]{2}", "Brazilian CPF", cpf.is_valid),
)
_RO_CARD = re.compile(
    r"(?<!\w)(?i:seria)[ .:]{0,2}([A-Z]{2}[, ]{0,2}(?:(?i:nr|numărul|numarul|număr)[. :]{0,3})?[0-9]{6})(?!\w)"
)
_GENERIC_CUES = (
    "id ",
    "identity",
    "national id",
    "carte",
    "buletin",
    "documento de id",
    "carta d",
    "driving lic",
    "driver",
)
_GENERIC = labelled(
    _GENERIC_CUES,
    r"(?:national )?id (?:card|document)|national id|id(?=[ ](?:no|number|nr|#))|identity (?:card|document)?|identity|"
    r"carte(?:a)? de identitate|buletin(?:ul)?|carte d['’]identité|documento de identidad|carta d['’]identità|"
    r"(?:driving|driver'?s) licen[cs]e",
    r"[A-Z0-9]{2,9}(?:[ \-]?[A-Z0-9]{2,9}){0,3}",
)


def find_passport(text: str, asserted: Asserted) -> Iterator[Hit]:
    """Yield passport numbers that the text calls so; outside a machine-readable zone they carry no check digit."""
    for match in _PASSPORT.found_in(text, lowered(text)):
        value = _compact(match[1])
        if digit_count(value) < 4:
            continue
        holds = 6 <= len(value) <= 9
        if _with_check_digit(value):
            check = "called a passport number by the text; the tenth character is its check digit (ICAO 9303-3)"
            yield _hit("passport", match.span(1), value[:9], holds=True, check=check, check_digits=True)
            continue
        check = "called a passport number by the text; shape of ICAO 9303-4, no check digit"
        if not holds:
            check = "called a passport number by the text; more than the nine characters of ICAO 9303-4"
        yield _hit("passport", match.span(1), value, holds=holds, check=check)


def find_identity_number(text: str, asserted: Asserted) -> Iterator[Hit]:
    """Yield national numbers by the rule of the country whose number the text names; others it calls so, unverified."""
    lower = lowered(text)
    for kind, label in _LABELS:
        for match in label.found_in(text, lower):
            yield _judged(kind, match)
    if "seria" in lower:
        for match in _RO_CARD.finditer(text):
            value = re.sub(r"[^A-Z0-9]|(?<=[A-Z]{2}).*?(?=[0-9]{6}$)", "", match[1])
            check = "Romanian identity card, series and number; no check digit"
            yield _hit("identity_number", match.span(1), value, holds=True, check=check)
    for match in _GENERIC.found_in(text, lower):
        value = _compact(match[1])
        if digit_count(value) >= 5 and 6 <= len(value) <= 18:
            check = "called an identity number by the text; no format checked"
            yield _hit("identity_number", match.span(1), value, holds=False, check=check)


def _judged(kind: IdentityNumber, match: re.Match[str]) -> Hit:
    value = _compact(match[1])
    if kind.valid is None:
        check = f"{kind.name}, shape; it has no check digit"
        return _hit("identity_number", match.span(1), value, holds=True, check=check)
    holds = bool(kind.valid(value))
    check = f"{kind.name}, check digits" if holds else f"{kind.name}, check digits do not hold"
    return _hit("identity_number", match.span(1), value, holds=holds, check=check, check_digits=holds)


def _compact(quote: str) -> str:
    return re.sub(r"[ \-./]", "", quote).upper()


def _hit(kind: str, span: tuple[int, int], value: str, *, holds: bool, check: str, check_digits: bool = False) -> Hit:
    return Hit(kind=kind, start=span[0], end=span[1], value=value, holds=holds, check=check, check_digits=check_digits)


def _plain_cues(cues: str) -> tuple[str, ...]:
    """Return of each alternative the letters before the first that may be missing, to look for as they stand."""
    return tuple(re.split(r"[\[(?\\]", cue)[0].rstrip("-'") for cue in re.split(r"\|(?![^(]*\))", cues))


_LABELS = tuple(
    (number, labelled(_plain_cues(number.cues), rf"(?:{number.cues})(?:\w{{0,2}})(?: card)?", number.shape))
    for number in NUMBERS
)
IDENTITY_CUES = frozenset(
    {
        *(cue.split()[0].split("-")[0] for number in NUMBERS for cue in _plain_cues(number.cues)),
        *(cue.split()[0] for cue in _GENERIC_CUES),
        *(
            "personalausweisnummer",
            "personalausweises",
            "ausweisnummer",
            "buletinul",
            "cartea",
            "steuerid",
            "ppsn",
            "seria",
        ),
    }
)
"""First words of all that names an identity number."""
