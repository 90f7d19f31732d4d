"""What the agency's mailbox held: a booking thread, an invoice with attachments, a gate log and a server's log line."""

from __future__ import annotations

from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from makers import paper
from makers.book import Book, Mark, compact, date, email, on_page, phone, pounds, rooms, verbatim
from makers.staffing_office import AGENCY, Names, enter_invoice

PLACE = "mailbox"
DESK = Address("Denise Aldous", addr_spec="desk@harbourlodge.example")
BOOKINGS = Address("Northquay Staffing", addr_spec="bookings@northquay.example")
MARTON = Address("Márton Varga", addr_spec="bookings@northquay.example")
ACCOUNTS = Address("Irén Sólyom", addr_spec="accounts@northquay.example")
GARAGE = Address("Wexcombe Motors", addr_spec="gate@wexcombemotors.example")
HOST = Address("Abuse desk", addr_spec="abuse@webhost.example.net")

BOOKING_ID = "<20260129101407.4471@harbourlodge.example>"
REPLY_ID = "<20260129114530.0092@northquay.example>"
DESK_SIGNATURE = "-- \nDenise Aldous\nHarbour Lodge\n020 7946 0110\nhttps://harbourlodge.example/staff-rooms\n"
VARGA_SIGNATURE = "-- \nM. Varga\nNorthquay Staffing Ltd\nTel 020 7946 0142\nhttps://northquay.example/contact\n"

BOOKED = """\
Northquay Staffing Ltd has booked rooms 4, 5 and 6 from 2 February 2026 to 2 March 2026.
The price for the month is £2,940.00.
The rooms are held with card 4242 4242 4242 4242.
"""
REPLY = """\
Denise,

One form for the eight of them is enough. Put no name on it, only this number.
The van brings them on 2 February 2026.
"""
THANKS = """\
Understood. The passports go into the safe as before.
"""
INVOICE = """\
Dear Denise,

Please find our invoice for week 6 and your approval slip.
An earlier copy had a slip in the account (GB28 WEST 1234 5698 7654 32); use the account on this one.
£6,041.60 is due on 23 February 2026.

--\x20
Irén Sólyom
Northquay Staffing Ltd
020 7946 0127
"""
GATE_LOG = """\
Dear Sir,

You asked for our gate log.

2026-02-13 17:40  IN   van LB07 SEE  driver G. Felstead
2026-02-16 09:15  OUT  van LB07 SEE  driver G. Felstead

The gearbox was out of the van from 13 February 2026 to 16 February 2026, so it could not be driven.
Mr Felstead slept in our drivers' room at Wexcombe on 14 February 2026.
The repair came to £688.40.

--\x20
Wexcombe Motors
020 7946 0188
"""
HOST_NOTICE = """\
Hello,

We had a complaint about the form at https://northquay.example/jobs and looked at the log:

203.0.113.27 - - [11/Feb/2026:09:14:02 +0000] "POST /jobs HTTP/1.1" 200 5120

The same form was sent from 2001:db8:4:1::27 an hour later.
Please answer to abuse@webhost.example.net before 1 March 2026.
"""


@dataclass(frozen=True)
class Letter:
    """The head of one email."""

    sender: Address
    to: Address
    subject: str
    sent: str
    message_id: str
    copy: Address | None = None
    answers: list[str] = field(default_factory=list)


def enter_all(book: Book) -> None:
    """Enter the exhibits of this place."""
    _booking_thread(book)
    _invoice(book)
    _gate_log(book)
    _host_notice(book)


def _booking_thread(book: Book) -> None:
    booked = Letter(
        DESK, BOOKINGS, "Booking confirmed: rooms 4, 5 and 6", "Thu, 29 Jan 2026 10:14:07 +0000", BOOKING_ID
    )
    message = _message(booked, f"{BOOKED}\n{DESK_SIGNATURE}")
    message.add_alternative(_html(BOOKED, DESK_SIGNATURE), subtype="html")
    desk = [phone("020 7946 0110"), verbatim("url", "https://harbourlodge.example/staff-rooms")]
    booking = [*rooms("rooms 4", "5", "6"), *_stay(), pounds("£2,940.00"), compact("card", "4242 4242 4242 4242")]
    booking += rooms("rooms 4", "5", "6", in_header=True)
    lodge = (("PER", "Denise Aldous"), ("ORG", "Harbour Lodge"), AGENCY)
    _enter(book, "booking-confirmed.eml", booked, message, [*booking, *desk], lodge)

    subject = "Re: Booking confirmed: rooms 4, 5 and 6"
    reply = Letter(MARTON, DESK, subject, "Thu, 29 Jan 2026 12:45:30 +0100", REPLY_ID, answers=[BOOKING_ID])
    quoted = "".join(f"> {line}\n" for line in BOOKED.splitlines())
    wrote = "On 29 January 2026 Denise Aldous wrote:\n"
    varga = [phone("020 7946 0142"), verbatim("url", "https://northquay.example/contact")]
    marks = [date("2026-02-02", "2 February 2026"), date("2026-01-29", "29 January 2026"), *booking, *varga]
    names = (("PER", "M. Varga"), ("PER", "Denise Aldous"), ("PER", "Denise"), AGENCY)
    director = (("PER", "Márton Varga"),)
    message = _message(reply, f"{REPLY}\n{VARGA_SIGNATURE}\n{wrote}{quoted}")
    _enter(book, "booking-reply.eml", reply, message, marks, names, names_in_header=director)

    thanks_id = "<20260129120211.4473@harbourlodge.example>"
    thanks = Letter(DESK, MARTON, subject, "Thu, 29 Jan 2026 12:02:11 +0000", thanks_id, answers=[BOOKING_ID, REPLY_ID])
    message = _message(thanks, f"{THANKS}\n{DESK_SIGNATURE}")
    desk += rooms("rooms 4", "5", "6", in_header=True)
    _enter(book, "booking-thanks.eml", thanks, message, desk, lodge[:2], names_in_header=director)


def _stay() -> list[Mark]:
    return [date("2026-02-02", "2 February 2026"), date("2026-03-02", "2 March 2026")]


def _invoice(book: Book) -> None:
    head = Letter(
        ACCOUNTS,
        DESK,
        "Invoice INV-2026-0117 – week 6",
        "Tue, 10 Feb 2026 09:31:44 +0000",
        "<20260210093144.1180@northquay.example>",
        copy=BOOKINGS,
    )
    message = _message(head, INVOICE)
    marks = [pounds("£6,041.60"), date("2026-02-23", "23 February 2026"), phone("020 7946 0127")]
    path = f"{PLACE}/invoice.eml"
    inner = Book()
    pdf = enter_invoice(inner, f"{path}/invoice-0117.pdf", parent=path)
    slip = _approval_slip(inner, f"{path}/approval-slip.png", parent=path)
    message.add_attachment(pdf, maintype="application", subtype="pdf", filename="invoice-0117.pdf")
    message.add_attachment(slip, maintype="image", subtype="png", filename="approval-slip.png")
    names = (("PER", "Irén Sólyom"), ("PER", "Denise"), AGENCY)
    _enter(book, "invoice.eml", head, message, marks, names, names_in_header=(("PER", "Denise Aldous"),))
    book.exhibits += inner.exhibits


def _approval_slip(book: Book, path: str, *, parent: str) -> bytes:
    slip = paper.scanned(paper.printed("site-photo")[0], seed=301, skew=1.8, grain=4)
    return book.enter(
        path,
        paper.encoded(slip.quantize(16), "PNG", dpi=(200, 200), optimize=True),
        "image/png",
        source="scan",
        parent=parent,
        marks=on_page(1, [date("2026-02-10", "10 February 2026")]),
        names=(("PER", "D. Aldous"), ("ORG", "Harbour Lodge")),
        page_texts=paper.page_texts("site-photo"),
    )


def _gate_log(book: Book) -> None:
    head = Letter(
        GARAGE,
        BOOKINGS,
        "Our gate log, van LB07 SEE",
        "Tue, 17 Feb 2026 08:20:05 +0000",
        "<20260217082005.77@wexcombemotors.example>",
    )
    days = [("2026-02-13", "2026-02-13"), ("2026-02-16", "2026-02-16"), ("2026-02-13", "13 February 2026")]
    days += [("2026-02-16", "16 February 2026"), ("2026-02-14", "14 February 2026")]
    marks = [date(value, quote) for value, quote in days]
    marks += [compact("plate", "LB07 SEE"), compact("plate", "LB07 SEE"), pounds("£688.40"), phone("020 7946 0188")]
    marks.append(compact("plate", "LB07 SEE", in_header=True))
    names = (("ORG", "Wexcombe Motors"), ("PER", "G. Felstead"), ("PER", "Felstead"), ("LOC", "Wexcombe"))
    _enter(book, "gate-log.eml", head, _message(head, GATE_LOG), marks, names)


def _host_notice(book: Book) -> None:
    head = Letter(
        HOST,
        BOOKINGS,
        "Complaint about your form",
        "Thu, 12 Feb 2026 07:58:19 -0500",
        "<ticket-88120@webhost.example.net>",
    )
    marks = [
        verbatim("url", "https://northquay.example/jobs"),
        verbatim("ip", "203.0.113.27"),
        date("2026-02-11", "11/Feb/2026"),
        verbatim("ip", "2001:db8:4:1::27"),
        email("abuse@webhost.example.net"),
        date("2026-03-01", "1 March 2026"),
    ]
    _enter(book, "host-notice.eml", head, _message(head, HOST_NOTICE), marks, ())


def _message(letter: Letter, body: str) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"] = letter.sender, letter.to
    if letter.copy:
        message["Cc"] = letter.copy
    message["Subject"], message["Date"], message["Message-ID"] = letter.subject, letter.sent, letter.message_id
    if letter.answers:
        message["In-Reply-To"], message["References"] = letter.answers[-1], " ".join(letter.answers)
    message.set_content(body, cte="quoted-printable")
    return message


def _enter(
    book: Book,
    name: str,
    letter: Letter,
    message: EmailMessage,
    marks: list[Mark],
    names: Names,
    *,
    names_in_header: Names = (),
) -> None:
    for number, part in enumerate(part for part in message.walk() if part.is_multipart()):
        part.set_boundary(f"=_harbour_{number}_{letter.message_id[1:9]}")
    people = [letter.sender, letter.to, *([letter.copy] if letter.copy else [])]
    head = [email(person.addr_spec, in_header=True) for person in people]
    sent = message["Date"].datetime.date().isoformat()
    head.append(date(sent, letter.sent, in_header=True))
    data = message.as_bytes()
    book.enter(
        f"{PLACE}/{name}", data, "message/rfc822", marks=[*head, *marks], names=names, names_in_header=names_in_header
    )


def _html(body: str, signature: str) -> str:
    lines = "".join(f"<p>{line}</p>\n" for line in body.splitlines())
    foot = "<br>\n".join(signature.splitlines()[1:])
    return f"<html><body>\n{lines}<hr>\n<p>{foot}</p>\n</body></html>\n"
