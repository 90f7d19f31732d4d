"""What the exhibits mean together: what joins, what must stay apart, what to search for and what the tour shows."""

from __future__ import annotations

from typing import Any

from makers.book import Book
from makers.staffing_office import sealed

CASE = {
    "title": "Harbour Lodge",
    "reference": "HL-2026-041",
    "fictional": True,
    "region": "GB",
    "languages": ["en", "ro"],
}
SIGNATORY = ["M. Varga", "Márton Varga", "VARGA, Márton"]

APART = [
    {
        "why": "the taxi card's number is one digit off the number that joins the case",
        "a": {"kind": "phone", "value": "+442079460142", "exhibit": "lodge-office/registration-form.pdf"},
        "b": {"kind": "phone", "value": "+442079460143", "exhibit": "lodge-office/taxi-card.jpg"},
    },
    {
        "why": "a number abroad ends in the same digits",
        "a": {"kind": "phone", "value": "+442079460142", "exhibit": "mailbox/booking-reply.eml"},
        "b": {"kind": "phone", "value": "+12125550142", "exhibit": "staffing-office/van-rota.webp"},
    },
    {
        "why": "a guest bears nearly the signatory's name and was born on 3 November 1988, not 21 June 1979",
        "a": {"kind": "PER", "value": "VARGA, Márton", "exhibit": "staffing-office/contract.pdf"},
        "b": {"kind": "PER", "value": "Martin Varga", "exhibit": "lodge-office/guest-card.png"},
    },
]

TRAPS = [
    {
        "kind": "card",
        "text": "5512 0088 1442 9031",
        "exhibit": "staffing-office/invoice-0117.pdf",
        "why": "an order number whose check digit is not a card's",
    },
    {
        "kind": "iban",
        "text": "GB28 WEST 1234 5698 7654 32",
        "exhibit": "mailbox/invoice.eml",
        "why": "a slip of the pen: the check digits do not hold",
    },
    {
        "kind": "phone",
        "text": "07451120",
        "exhibit": "staffing-office/contract.pdf",
        "why": "a company number",
    },
]

SEARCH = [
    {"query": '"front desk"', "exhibits": ["lodge-office/desk-screen.bmp", "phone-hotline/voice-note.ogg"]},
    {
        "query": "safe AND passports",
        "exhibits": ["lodge-office/night-log.txt", "lodge-office/registration-form.pdf", "mailbox/booking-thanks.eml"],
    },
    {"query": "gearbox", "exhibits": ["mailbox/gate-log.eml"]},
    {"query": "Pașaportul", "exhibits": ["lodge-office/bilet-către-elena.jpg"]},
    {"query": "wexcombe", "exhibits": ["lodge-office/till-receipt.png", "mailbox/gate-log.eml"]},
    {"query": '"room attendant"', "exhibits": ["staffing-office/offer-letter.pdf"]},
    {"query": 'hotel AND "van driver"', "exhibits": ["phone-hotline/call-sheet.md"]},
]

FINDINGS = [
    {
        "sentence": "On the night of 14 February 2026 Gary Felstead drove eight people from the lodge in van LB07 SEE.",
        "supports": ["lodge-office/night-log.txt", "staffing-office/van-rota.webp", "staffing-office/vehicle-hire.jpg"],
        "undermines": ["mailbox/gate-log.eml", "phone-hotline/voicemail-driver.m4a", "lodge-office/till-receipt.png"],
    },
    {
        "sentence": "The net pay on Ion Moraru's payslip was sent to the agency's own account.",
        "supports": ["staffing-office/payslip-photo.jpg", "staffing-office/invoice-0117.pdf"],
        "undermines": ["staffing-office/payments.csv"],
    },
]

CONTRADICTIONS = [
    {
        "why": "the register has Elena Ciobanu in room 4 on the night of 20 February 2026; she writes that night from elsewhere",
        "night": "2026-02-20",
        "says_so": ["lodge-records/register-2026.xlsx"],
        "says_otherwise": [
            "phone-hotline/WhatsApp Chat - +44 20 7946 0151.zip/_chat.txt",
            "phone-guest/telegram-andrei/result.json",
            "phone-driver/EL-7_2026-03-05.ufdr",
            "operator/cdr-020-7946-0142.csv",
        ],
    },
]
"""What one record says and others deny."""

DISCOVERIES = [
    "casegraph entities --kind phone: 020 7946 0142 stands on a registration form without a name, is spoken in the "
    "hotline call and is printed under an email of M. Varga.",
    "casegraph entities --kind iban: the account on the photographed payslip is the one the agency's invoice asks to be paid.",
    "casegraph entities --kind email: bookings@northquay.example, printed on the offer letter, booked rooms 4, 5 and 6.",
    "casegraph entities --kind plate: LB07 SEE stands on the hire note, in the porter's log and in the garage's gate log.",
    "casegraph search 'gearbox': the garage had that van from 13 to 16 February 2026, which undermines the porter's log.",
    "casegraph entities --kind phone: the taxi card's 020 7946 0143 is one digit off and stays a number of its own.",
    "casegraph search 'Varga': Martin Varga, born 3 November 1988, is another man than VARGA, Márton, born 21 June 1979.",
    "casegraph search 'Pașaportul': a note in Romanian says who holds the passport and where.",
    "casegraph rows --where 'A-number=020 7946 0142': the number on the form is the caller in the operator's records.",
    "casegraph entities --kind phone: the sender of the voice note, 020 7946 0151, is a guest's telephone in the register.",
    "casegraph entities --kind iban: the account that pays for the rooms, IE29 AIBK 9311 5212 3456 78, also pays the payslip's.",
    "casegraph events --since 2026-02-20T20:00:00Z: the register has the eight in their rooms; two chats, an extraction and the "
    "calls have them at Tern Yard.",
    "casegraph search 'debt': a sentence struck from the letter to the staff.",
    "casegraph status: the inked page is no_text, the locked PDF skipped, the broken picture failed, the open line blank.",
    "casegraph seal staffing-office/letter-of-advice.pdf --kind privileged: after it, nothing finds the tamarisk undertaking.",
]


def truth(book: Book) -> dict[str, Any]:
    """The whole of truth.json."""
    return {
        "schema": "casegraph-sample-truth/1",
        "case": CASE,
        "exhibits": book.exhibit_rows(),
        "identifiers": book.identifier_rows(),
        "names": book.name_rows(),
        "records": book.record_rows(),
        "joins": joins(book),
        "apart": APART,
        "traps": TRAPS,
        "sealed": sealed(book),
        "contradictions": CONTRADICTIONS,
        "findings": FINDINGS,
        "discoveries": DISCOVERIES,
        "search": SEARCH,
        "speech": book.speech_rows(),
        "ocr": book.ocr_rows(),
        "ocr_later": book.ocr_rows(later=True),
    }


def joins(book: Book) -> list[dict[str, Any]]:
    """What only reading all the media together shows."""
    return [
        _join(
            book,
            "one number on a form without a name, spoken on the telephone, and in a signature",
            "phone",
            "+442079460142",
        ),
        _join(book, "the worker's pay goes to the account on the agency's invoice", "iban", "GB82WEST12345698765432"),
        _join(book, "who offers the work books the rooms", "email", "bookings@northquay.example"),
        _join(book, "the hired van, the porter's van and the van in the garage are one", "plate", "LB07SEE"),
        _join(
            book,
            "one telephone: spoken to the hotline, sends the chat and the voice note, is a guest's in the register",
            "phone",
            "+442079460151",
        ),
        _join(
            book,
            "one account pays for the rooms, pays the wages and is said to be the agency's own",
            "iban",
            "IE29AIBK93115212345678",
        ),
        _join(book, "the advert's handle is the one the caller found the job through", "handle", "@dockside_jobs"),
        {
            "why": "one signatory, spelt in several ways; a person is what a human makes of them",
            "kind": "PER",
            "value": "Márton Varga",
            "spellings": SIGNATORY,
            "exhibits": sorted(
                {
                    exhibit.path
                    for exhibit in book.exhibits
                    if not exhibit.family
                    for kind, name in (*exhibit.names, *exhibit.names_in_header)
                    if kind == "PER" and name in SIGNATORY
                }
            ),
        },
    ]


def _join(book: Book, why: str, kind: str, value: str) -> dict[str, Any]:
    where = [one for one in book.exhibits if any(mark.kind == kind and mark.value == value for mark in one.marks)]
    first = [one.path for one in where if not one.family]
    later = [one.path for one in where if one.family]
    return {"why": why, "kind": kind, "value": value, "exhibits": first} | ({"also": later} if later else {})
