"""What the extraction of the driver's telephone holds: chats, text messages, calls, contacts, a place, a deleted message."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from makers import paper
from makers.book import Book, Mark, compact, date, holds, phone
from makers.packing import zipped
from makers.report_xml import Model, file, many, one, report, text, time

PLACE = "phone-driver"
PATH = f"{PLACE}/EL-7_2026-03-05.ufdr"
OWN, BOSS, DESK, YARD, ELENA = "+442079460174", "+442079460142", "+442079460110", "+442079460127", "+442079460151"
WHATSAPP_DB = "/data/data/com.whatsapp/databases/msgstore.db"
SMS_DB = "/data/data/com.android.providers.telephony/databases/mmssms.db"
CALLS_DB = "/data/data/com.android.providers.contacts/databases/calllog.db"
CONTACTS_DB = "/data/data/com.android.providers.contacts/databases/contacts2.db"
PLACES_DB = "/data/data/com.google.android.gms/databases/locations.db"
PICTURE = "IMG-20260219-WA0003.jpg"
STORED = f"/storage/emulated/0/WhatsApp/Media/WhatsApp Images/{PICTURE}"
"""Where it was on the telephone, which is what the report calls it."""


def enter_all(book: Book) -> None:
    """Enter the extraction."""
    picture = _picture()
    package = zipped([("report.xml", _report(picture)), (f"files/Image/{PICTURE}", picture)])
    book.enter(
        PATH,
        package,
        "application/x-cellebrite-ufdr",
        family="phones",
        marks=[phone("020 7946 0110"), compact("plate", "KX08 WLV"), compact("plate", "LB07 SEE"),
            date("2026-02-14", "tonight"),
               *[Mark("phone", number, number, in_header=True) for number in (OWN, BOSS, DESK, YARD, ELENA)]],
        counts=[("message", 7), ("call", 3), ("location", 1)],
        names=(("LOC", "Wexcombe"), ("LOC", "Tern Yard"), ("PER", "Denise")),
        holds=[
            holds("message", time_utc="2026-02-13T18:02:10Z", words="LB07 SEE is in the shop", sender=("phone", BOSS)),
            holds("message", time_utc="2026-02-14T22:47:31Z", words="Sleeping at Wexcombe"),
            holds("message", time_utc="2026-02-20T21:30:05Z", words="All eight to Tern Yard", state="deleted",
                  sender=("phone", BOSS)),
            holds("message", time_utc="2026-02-16T21:14:40Z", words="Passports stay where they are", sender=("phone", DESK)),
            holds("call", time_utc="2026-02-20T21:34:12Z", caller=("phone", BOSS)),
            holds("call", time_utc="2026-02-15T07:05:44Z", state="missed", caller=("phone", YARD)),
            holds("location", time_utc="2026-02-14T23:55:00Z"),
        ],
    )  # fmt: skip
    book.enter(
        f"{PATH}/{STORED}",
        picture,
        "image/jpeg",
        family="phones",
        source="scan",
        parent=PATH,
        names=(("LOC", "Wexcombe"),),
        page_texts=paper.page_texts("bay-ticket"),
    )


def _picture() -> bytes:
    ticket = paper.scanned(paper.printed("bay-ticket", dpi=150)[0], seed=421, skew=0.8, grain=4)
    return paper.encoded(ticket, "JPEG", quality=68)


def _ids(kind: int) -> Iterator[str]:
    for count in range(1, 1000):
        yield f"{kind * 1000 + count:08x}-4a11-4c0d-9e7e-{hashlib.md5(f'{kind}/{count}'.encode()).hexdigest()[:12]}"


def _party(ids: Iterator[str], role: str, identifier: str, name: str = "", *, owner: bool = False) -> Model:
    fields = (
        text("Identifier", identifier),
        text("Role", role, "PartyRole"),
        text("Name", name),
        text("IsPhoneOwner", str(owner), "Boolean"),
    )
    return Model("Party", fields, next(ids))


def _report(picture: bytes) -> bytes:
    ids = _ids(1)
    said = _said(ids, picture)
    models = {
        "Call": _calls(ids),
        "Chat": [_chat(ids, said)],
        "Contact": _contacts(ids),
        "Location": [_location(ids)],
        "SMS": _texts(ids),
        "UserAccount": [_account(ids)],
    }
    inner = [model for held in models.values() for model in held]
    device = {
        "DeviceInfoDetectedManufacturer": "Ellery",
        "DeviceInfoDetectedModel": "EL-7",
        "IMEI": "490154203237518",
        "DeviceInfoTimeZone": "(UTC) London",
    }
    tagged = file(
        id="f0000001-4a11-4c0d-9e7e-000000000001",
        path=STORED,
        local=f"files\\Image\\{PICTURE}",
        size=len(picture),
        sha256=hashlib.sha256(picture).hexdigest(),
        md5=hashlib.md5(picture).hexdigest(),
        created="2026-02-19T17:45:31.000+00:00",
    )
    return report(device=device, files=[tagged], models=models, sources=[*inner, *said])


SAID = [
    ("2026-02-13T18:02:10.000+00:00", "boss", "LB07 SEE is in the shop until Monday. Do not tell the desk.", "Intact"),
    ("2026-02-14T22:47:31.000+00:00", "own", "Sleeping at Wexcombe tonight. Who drives?", "Intact"),
    ("2026-02-19T17:46:02.000+00:00", "own", "", "Intact"),
    ("2026-02-20T21:30:05.000+00:00", "boss", "All eight to Tern Yard after the shift. Take KX08 WLV. The book says lodge.",
     "Deleted"),
    ("2026-02-20T21:33:40.000+00:00", "own", "OK", "Intact"),
]  # fmt: skip
"""(when, who, what, deleted or not); the empty one carries the picture."""


def _said(ids: Iterator[str], picture: bytes) -> list[Model]:
    """The chat's messages; what was deleted was recovered with less confidence."""
    made = []
    for number, (when, who, body, state) in enumerate(SAID):
        own, boss = (_jid(OWN), "", True), (_jid(BOSS), "Boss", False)
        sender, receiver = (boss, own) if who == "boss" else (own, boss)
        fields = (
            one("From", "Party", _party(ids, "From", *sender[:2], owner=sender[2])),
            many("To", "Party", [_party(ids, "To", *receiver[:2], owner=receiver[2])]),
            text("Body", body),
            text("Identifier", f"3EB0{number:016X}"),
            time("TimeStamp", when),
            text("SourceApplication", "WhatsApp"),
            text("Status", "Sent" if who == "own" else "Read", "MessageStatus"),
            many("Attachments", "Attachment", [] if body else [_attachment(ids, picture)]),
        )
        confidence = "Medium" if state == "Deleted" else "High"
        source = (WHATSAPP_DB, "message", 0x1A2B0 + 512 * number)
        made.append(Model("InstantMessage", fields, next(ids), state, confidence, source))
    return made


def _chat(ids: Iterator[str], said: list[Model]) -> Model:
    people = [_party(ids, "General", _jid(OWN), "", owner=True), _party(ids, "General", _jid(BOSS), "Boss")]
    fields = (
        text("Source", "WhatsApp"),
        text("Id", _jid(BOSS)),
        time("StartTime", SAID[0][0]),
        time("LastActivity", SAID[-1][0]),
        many("Participants", "Party", people),
        many("Messages", "InstantMessage", said),
    )
    return Model("Chat", fields, next(ids), source=(WHATSAPP_DB, "chat", 0x9000))


def _jid(number: str) -> str:
    return f"{number[1:]}@s.whatsapp.net"


def _attachment(ids: Iterator[str], picture: bytes) -> Model:
    fields = (
        text("Filename", PICTURE),
        text("ContentType", "image/jpeg"),
        text("attachment_extracted_path", f"files\\Image\\{PICTURE}"),
        text("SHA256", hashlib.sha256(picture).hexdigest()),
    )
    return Model("Attachment", fields, next(ids))


def _texts(ids: Iterator[str]) -> list[Model]:
    said = [
        ("2026-02-16T21:14:40.000+00:00", DESK, "", "Passports stay where they are, he rang the desk on 020 7946 0110. Denise", "Intact"),
        ("2026-02-17T06:20:00.000+00:00", YARD, "Yard", "Your rota for the week is on the board.", "Intact"),
    ]  # fmt: skip
    return [
        Model(
            "SMS",
            (
                many("Parties", "Party", [_party(ids, "From", number, name)]),
                text("Folder", "Inbox"),
                text("Body", body),
                time("TimeStamp", when),
                text("Status", "Read", "MessageStatus"),
                text("Source", "Native"),
            ),
            next(ids),
            state,
            source=(SMS_DB, "sms", 0x4400 + 256 * count),
        )
        for count, (when, number, name, body, state) in enumerate(said)
    ]


def _calls(ids: Iterator[str]) -> list[Model]:
    made = [
        ("2026-02-14T23:02:31.000+00:00", "Outgoing", BOSS, "Boss", "00:00:49", "Established"),
        ("2026-02-15T07:05:44.000+00:00", "Missed", YARD, "Yard", "00:00:00", "Missed"),
        ("2026-02-20T21:34:12.000+00:00", "Incoming", BOSS, "Boss", "00:01:36", "Established"),
    ]
    return [
        Model(
            "Call",
            (
                text("Type", direction if direction != "Missed" else "Missed", "CallType"),
                text("Direction", "Incoming" if direction == "Missed" else direction, "CallDirection"),
                many("Parties", "Party", [_party(ids, "To" if direction == "Outgoing" else "From", number, name)]),
                time("TimeStamp", when),
                text("Duration", duration, "TimeSpan"),
                text("Status", status),
                text("Source", "Native"),
            ),
            next(ids),
            source=(CALLS_DB, "calls", 0x2000 + 128 * count),
        )
        for count, (when, direction, number, name, duration, status) in enumerate(made)
    ]


def _contacts(ids: Iterator[str]) -> list[Model]:
    known = [
        ("Boss", BOSS, "Intact"),
        ("Yard", YARD, "Intact"),
        ("Lodge desk", DESK, "Intact"),
        ("Elena R4", ELENA, "Deleted"),
    ]
    return [
        Model(
            "Contact",
            (
                text("Name", name),
                many(
                    "Entries",
                    "PhoneNumber",
                    [Model("PhoneNumber", (text("Category", "Mobile"), text("Value", number)), next(ids))],
                ),
                text("Source", "Phone"),
            ),
            next(ids),
            state,
            source=(CONTACTS_DB, "raw_contacts", 0x7000 + 96 * count),
        )
        for count, (name, number, state) in enumerate(known)
    ]


def _location(ids: Iterator[str]) -> Model:
    where = Model(
        "Coordinate",
        (text("Latitude", "51.4127", "Double"), text("Longitude", "-1.5518", "Double")),
        next(ids),
    )
    fields = (
        one("Position", "Coordinate", where),
        time("TimeStamp", "2026-02-14T23:55:00.000+00:00"),
        text("Name", "Wexcombe"),
        text("Category", "Visited"),
        text("Source", "Native"),
    )
    return Model("Location", fields, next(ids), source=(PLACES_DB, "visits", 0x1200))


def _account(ids: Iterator[str]) -> Model:
    fields = (
        text("Source", "WhatsApp"),
        text("Username", OWN),
        text("ServiceType", "WhatsApp"),
        text("Name", "GF"),
    )
    return Model("UserAccount", fields, next(ids), source=("/data/data/com.whatsapp/files/me", "", 0))
