"""A mailbox of the agency's accounts as one file, a calendar and a card file."""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from makers.book import Book, Mark, date, email, holds, phone, pounds

MBOX = "mailbox/accounts.mbox"
CALENDAR = "staffing-office/rota-2026.ics"
CARDS = "phone-driver/contacts.vcf"
IREN = Address("Irén Sólyom", addr_spec="accounts@northquay.example")
TERNSIDE = Address("Ternside Holdings", addr_spec="office@ternside.example")
DENISE = Address("Denise Aldous", addr_spec="desk@harbourlodge.example")
BOOKINGS = Address("Northquay Staffing", addr_spec="bookings@northquay.example")

FIRST, SECOND, THIRD = (
    "<20260202083012.2001@northquay.example>",
    "<20260202101544.17@ternside.example>",
    "<20260202102907.2004@northquay.example>",
)
ATTACHED = "rooms-february.csv"
ROOMS = "room,name,nights,price\r\n4,Ciobanu and three more,28,£1470.00\r\n5,Moraru and one more,28,£735.00\r\n6,Lupu and one more,28,£735.00\r\n"

ASKED = """\
Please pay the lodge for February from your account, not from ours.
£2,940.00 for the three rooms, list attached.
Wages go out on Friday as in January.

Irén
"""
ANSWERED = """\
Done. Who may know that the account is yours?

> Please pay the lodge for February from your account, not from ours.
> £2,940.00 for the three rooms, list attached.
"""
CLOSED = """\
Nobody at the lodge. If the desk asks, it is the guests who pay.
From here on call me on 020 7946 0127, do not write.

On 2 February 2026 Ternside Holdings wrote:
> Done. Who may know that the account is yours?
>
>> Please pay the lodge for February from your account, not from ours.
"""
DESK_ASKS = """\
Our register says Ternside Holdings pays for rooms 4, 5 and 6. Is that right?
The contract says you do.
"""


def enter_all(book: Book) -> None:
    """Enter the mailbox and what an address book and a calendar add."""
    _mbox(book)
    _calendar(book)
    _cards(book)


def _mbox(book: Book) -> None:
    rooms = ROOMS.encode()
    asked = _message(IREN, TERNSIDE, "Rooms and wages, February", "Mon, 02 Feb 2026 08:30:12 +0000", FIRST, ASKED)
    asked.add_attachment(rooms, maintype="text", subtype="csv", filename=ATTACHED, cte="base64")
    subject = "Re: Rooms and wages, February"
    letters = [
        asked,
        _message(TERNSIDE, IREN, subject, "Mon, 02 Feb 2026 11:15:44 +0100", SECOND, ANSWERED, [FIRST]),
        _message(IREN, TERNSIDE, subject, "Mon, 02 Feb 2026 10:29:07 +0000", THIRD, CLOSED, [FIRST, SECOND]),
        _message(DENISE, BOOKINGS, "Who pays?", "Wed, 18 Feb 2026 09:02:51 +0000",
                 "<20260218090251.4502@harbourlodge.example>", DESK_ASKS),
    ]  # fmt: skip
    marks = [
        pounds("£2,940.00"), pounds("£2,940.00"), phone("020 7946 0127"), date("2026-02-02", "2 February 2026"),
        *[Mark("room", f"room {number}", quote) for number, quote in (("4", "rooms 4"), ("5", "5"), ("6", "6"))],
    ]  # fmt: skip
    book.enter(
        MBOX,
        b"".join(_with_envelope(letter) for letter in letters),
        "application/mbox",
        family="mail",
        marks=marks,
        names=(("PER", "Irén"), ("ORG", "Ternside Holdings")),
        counts=[("email", len(letters))],
        holds=[
            holds("email", time_utc="2026-02-02T08:30:12Z", sender=("email", "accounts@northquay.example"),
                  receiver=("email", "office@ternside.example"), attachment=ATTACHED),
            holds("email", time_utc="2026-02-02T10:15:44Z", sender=("email", "office@ternside.example"), reply_to=FIRST),
            holds("email", time_utc="2026-02-02T10:29:07Z", reply_to=SECOND),
            holds("email", time_utc="2026-02-18T09:02:51Z", sender=("email", "desk@harbourlodge.example")),
        ],
    )  # fmt: skip
    book.enter(
        f"{MBOX}/message 1/{ATTACHED}",
        rooms,
        "text/csv",
        family="mail",
        parent=MBOX,
        marks=[pounds("£1470.00"), pounds("£735.00"), pounds("£735.00"),
               *[Mark("room", f"room {number}", number) for number in "456"]],
    )  # fmt: skip


def _message(
    sender: Address, to: Address, subject: str, sent: str, message_id: str, body: str, answers: list[str] | None = None
) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Date"], message["Message-ID"] = sent, message_id
    if answers:
        message["In-Reply-To"], message["References"] = answers[-1], " ".join(answers)
    message.set_content(body, cte="8bit")
    return message


def _with_envelope(message: EmailMessage) -> bytes:
    """The message as an mbox keeps it: an envelope line first, `From ` in the body quoted, an empty line last."""
    if message.is_multipart():
        message.set_boundary(f"=_ternside_{message['Message-ID'][1:9]}")
    when = message["Date"].datetime.strftime("%a %b %d %H:%M:%S %Y")
    data = message.as_bytes(policy=SMTP.clone(linesep="\n"))
    quoted = data.replace(b"\nFrom ", b"\n>From ")
    return f"From {message['From'].addresses[0].addr_spec} {when}\n".encode() + quoted.rstrip(b"\n") + b"\n\n"


CALENDAR_LINES = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Northquay//Rota//EN
BEGIN:VTIMEZONE
TZID:Europe/London
BEGIN:STANDARD
DTSTART:19701025T020000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZOFFSETFROM:+0100
TZOFFSETTO:+0000
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19700329T010000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZOFFSETFROM:+0000
TZOFFSETTO:+0100
END:DAYLIGHT
END:VTIMEZONE
BEGIN:VEVENT
UID:rota-0131@northquay.example
DTSTAMP:20260130T091500Z
DTSTART:20260201T194000Z
DTEND:20260201T203000Z
SUMMARY:Coach from Valea Nouă\\, eight to fetch
LOCATION:London
ORGANIZER;CN=Northquay Staffing:mailto:bookings@northquay.example
ATTENDEE;CN=Gary:mailto:gary@northquay.example
END:VEVENT
BEGIN:VEVENT
UID:rota-0144@northquay.example
DTSTAMP:20260219T160000Z
DTSTART;TZID=Europe/London:20260220T223000
DTEND;TZID=Europe/London:20260220T233000
SUMMARY:Eight from the lodge to Tern Yard
DESCRIPTION:Back before the desk opens.
ATTENDEE;CN=Gary:mailto:gary@northquay.example
END:VEVENT
END:VCALENDAR
"""

CARD_LINES = """\
BEGIN:VCARD
VERSION:3.0
FN:Boss
N:;Boss;;;
TEL;TYPE=CELL:020 7946 0142
END:VCARD
BEGIN:VCARD
VERSION:3.0
FN:Wexcombe gate
N:;Wexcombe gate;;;
ORG:Wexcombe Motors
TEL;TYPE=WORK:020 7946 0188
EMAIL:gate@wexcombemotors.example
END:VCARD
"""


def _calendar(book: Book) -> None:
    book.enter(
        CALENDAR,
        CALENDAR_LINES.replace("\n", "\r\n").encode(),
        "text/calendar",
        family="mail",
        marks=[email("bookings@northquay.example"), email("gary@northquay.example"), email("gary@northquay.example")],
        counts=[("appointment", 2)],
        holds=[
            holds(
                "appointment",
                time_utc="2026-02-01T19:40:00Z",
                until_utc="2026-02-01T20:30:00Z",
                words="Coach from Valea",
            ),
            holds("appointment", time_local="2026-02-20T22:30:00", time_utc="2026-02-20T22:30:00Z", words="Tern Yard"),
        ],
    )


def _cards(book: Book) -> None:
    book.enter(
        CARDS,
        CARD_LINES.replace("\n", "\r\n").encode(),
        "text/vcard",
        family="mail",
        marks=[phone("020 7946 0142"), phone("020 7946 0188"), email("gate@wexcombemotors.example")],
    )
