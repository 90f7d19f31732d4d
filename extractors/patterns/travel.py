"""Flights, trains and bookings, where the text speaks of one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractors.patterns.hit import Asserted, Hit, before
from extractors.patterns.label import Label, digit_count, labelled, lowered

_FLIGHT_CUES = (
    "flight flights flies fly flying flew boarding airport airline aircraft gate zbor zborul zboruri "
    "flug flugnummer vuelo "
    "vuelos volo vol vols vlucht vluchtnummer"
)
FLIGHT_CUES = frozenset(_FLIGHT_CUES.split())
_FLIGHT = re.compile(r"[0-9](?<=[A-Z0-9 ][0-9])[0-9]{0,3}[A-Z]?(?![\w\-]|[.,:/][0-9])")
_AIRLINE = re.compile(r"(?<![\w\-])([A-Z]{2}|[A-Z][0-9]|[0-9][A-Z])[ ]?$")
_FLIGHT_WORD = re.compile(rf"\b(?:{_FLIGHT_CUES.replace(' ', '|')})\b")
_FLIGHT_LABEL = re.compile(
    r"\b(?:flights?|zbor(?:ul)?|flug|vuelo|volo|vol|vlucht)(?: (?:no|number|nr|n°))?[.:#]{0,2} ?(?:is |was )?$"
)
_AIRLINE_CODES = (
    "AA AC AF AI AM AR AS AT AV AY AZ A3 BA BE BG BT BR B6 CA CI CM CX CZ DE DL DY D8 EI EK ET EW EY FB FI FR FZ F9 GA "
    "GF G3 HA HU HV H4 IB IG J2 JL JQ JU KC KE KL KM KQ KU LA LG LH LO LS LX LY MH MK MS MU NH NK NZ OA OK OS OU OZ PC "
    "PK PR PS QF QR RJ RK RO SA SK SN SQ SU SV S7 TG TK TO TP TU U2 UA UK UX VA VN VS VY VJ V7 WB WF WK WN WS WY W4 W6 "
    "W9 XQ XR YP ZB 0B 4U 6E 7R 9W"
)
_AIRLINES = frozenset(_AIRLINE_CODES.split())
"""IATA designators of airlines in wide use."""

_TRAIN_WORDS = ("train", "tren", "trein", "zug", "pociąg", "eurostar")
TRAIN_CUES = frozenset({*_TRAIN_WORDS, "trains", "trenul", "trenuri", "treno"})
_TRAIN = labelled(
    _TRAIN_WORDS,
    r"trains?|trenul|tren|treno|trein|zug|pociąg|eurostar",
    r"(?:ICE|ICN|IC|EC|EN|NJ|RJX|RJ|TGV|TER|IRN|IR|RE|RB|R|S|EIP|EIC|TLK|KM|AVE|FR|FA|IRE|ES|THA|EST)[ \-]?[0-9]{1,5}|"
    r"[0-9][A-Z][0-9]{2}",
)
_TRAIN_NUMBERED = Label(
    _TRAIN_WORDS,
    re.compile(
        r"(?i:train (?:no|number|nr)|trenul(?: nr)?|tren nr|treno(?: n)?|trein|zug nr|pociąg nr|eurostar)[.:#]{0,2} ?"
        r"([0-9]{2,5})(?![\w]|[.,:/\-][0-9]|[ ](?:staff|people|passengers))"
    ),
)

_BOOKING_WORDS = (
    "booking", "pnr", "confirmation", "reservation", "record loc", "rezervare", "buchungs", "réservation", "itinerary",
    "e-ticket",
    "numéro de rés", "code de rés", "n° de rés", "référence de rés", "código de res", "número de res",
    "localizador de res",
    "codice", "numero", "cod", "număr", "numar", "nr",
)  # fmt: skip
_BOOKING_CUES = (
    "booking pnr confirmation reservation locator rezervare rezervarea rezervării buchungsnummer "
    "buchungscode buchungsnr "
    "réservation reserva prenotazione itinerary ticket"
)
BOOKING_CUES = frozenset(_BOOKING_CUES.split())
_NAMES_IT = r"(?:[ \-]?(?:ref(?:erence)?|no|nr|number|num|id|code|locator)){1,2}"
_BOOKING = labelled(
    _BOOKING_WORDS,
    rf"pnr|record locator|(?:booking|reservation|confirmation|itinerary|e-ticket){_NAMES_IT}|"
    r"(?:num[ăa]r(?:ul)?|cod(?:ul)?|nr\.?) (?:de )?rezervare|rezervare(?:a)?(?: nr| cod)|buchungs(?:nummer|code|nr)|"
    r"(?:numéro|code|n°|référence) de réservation|(?:código|número|localizador) de reserva|"
    r"(?:codice|numero) (?:di )?prenotazione",
    r"[A-Z0-9]{2,10}(?:-[A-Z0-9]{1,10}){0,3}|[a-z0-9]{2,10}(?:-[a-z0-9]{1,10}){0,3}",
    lettered=True,
)


def find_flight(text: str, asserted: Asserted) -> Iterator[Hit]:
    """Yield flights as designator and number without zeros before it: `BA123`."""
    for match in _FLIGHT.finditer(text):
        floor = max(0, match.start() - 4)
        airline = _AIRLINE.search(text[floor : match.start()])
        if airline is None:
            continue
        start = floor + airline.start()
        context = before(text, start)
        known = airline[1] in _AIRLINES
        if not (_FLIGHT_LABEL.search(context) or (known and _FLIGHT_WORD.search(context))):
            continue
        check = "flight designator (IATA), called a flight by the text"
        if not known:
            check = "called a flight by the text; the airline's code is not in the list"
        value = airline[1] + (match[0].lstrip("0") or "0")
        yield Hit(kind="flight", start=start, end=match.end(), value=value, holds=known, check=check)


def find_train(text: str, asserted: Asserted) -> Iterator[Hit]:
    """Yield trains that the text calls so: a category and number, a British headcode, or a number."""
    lower = lowered(text)
    for label in (_TRAIN, _TRAIN_NUMBERED):
        for match in label.found_in(text, lower):
            value = re.sub(r"[ \-]", "", match[1])
            check = "called a train by the text; no timetable asked"
            yield Hit(kind="train", start=match.start(1), end=match.end(1), value=value, holds=True, check=check)


def find_booking(text: str, asserted: Asserted) -> Iterator[Hit]:
    """Yield references that the text calls a booking's or a reservation's; six characters are a record locator."""
    for match in _BOOKING.found_in(text, lowered(text)):
        quote = match[1]
        locator = len(quote) == 6 and quote.isupper() and quote.isalnum()
        if not 4 <= len(quote) <= 24 or not (
            digit_count(quote) >= 2 or locator or (digit_count(quote) and quote.isupper())
        ):
            continue
        check = "called a booking by the text; it has no check digit"
        if locator:
            check = "called a booking by the text; six characters, as a record locator (PNR)"
        yield Hit(kind="booking", start=match.start(1), end=match.end(1), value=quote.upper(), holds=True, check=check)
