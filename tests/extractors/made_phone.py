"""Reports as Cellebrite's tool writes them, made up: small ones for tests, large ones for the bench. Nobody in them exists.

Shapes as in the sources named in `extractors.phone.report_model`. The same arguments always make the same bytes.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from uuid import UUID
from xml.sax.saxutils import escape, quoteattr

NS = "http://pa.cellebrite.com/report/2.0"
OWNER = "447700900001@s.whatsapp.net"
DEE = "447700900123@s.whatsapp.net"
SAM = "447700900456@s.whatsapp.net"
PHOTO = b"\xff\xd8\xff\xe0 not really a picture"
PHOTO_PATH = "/data/media/0/WhatsApp/Media/WhatsApp Images/IMG-20230501-WA0001.jpg"
HEAD = f"""<?xml version="1.0" encoding="utf-8"?>
<project id="{UUID(int=1)}" name="Harbour" reportVersion="5.0.0.0" licenseID="1" containsGarbage="False" extractionType="Physical" xmlns="{NS}">
  <sourceExtractions>
    <extractionInfo id="0" name="Physical" type="Physical" deviceName="Pixel 3" fullName="Google Pixel 3" index="0" IsPartialData="False" />
  </sourceExtractions>
  <caseInformation>
    <field name="Case number" isSystem="True" isRequired="False" fieldType="CaseNumber" multipleLines="False">OP-7</field>
    <field name="Examiner name" isSystem="True" isRequired="False" fieldType="ExaminerName" multipleLines="False">R. Example</field>
  </caseInformation>
  <metadata section="Additional Fields">
    <item name="UFED_PA_Version"><![CDATA[7.60.0.114]]></item>
  </metadata>
  <metadata section="Device Info">
    <item name="DeviceInfoSelectedManufacturer" sourceExtraction="0"><![CDATA[Google]]></item>
    <item name="DeviceInfoSelectedDeviceName" sourceExtraction="0"><![CDATA[Pixel 3]]></item>
    <item name="DeviceInfoOSVersion" sourceExtraction="0"><![CDATA[10.3.3.1]]></item>
    <item name="IMEI" sourceExtraction="0"><![CDATA[356938035643809]]></item>
  </metadata>
"""
TAIL = "</project>\n"


def uid(number: int) -> str:
    """Return an id as the tool gives them."""
    return str(UUID(int=0xC0DE_0000_0000_4000_8000_0000_0000_0000 + number))


def field(name: str, text: str, kind: str = "String") -> str:
    """Return a field; an empty one as `<empty />`."""
    value = (
        f'<value type="{kind}"><![CDATA[{text.replace("]]>", "]]]]><![CDATA[>")}]]></value>' if text else "<empty />"
    )
    return f'<field name="{name}" type="{kind}">{value}</field>\n'


def stamp(name: str, text: str, shown: str = "", form: str = "TimeStampKnown") -> str:
    """Return a time stamp as text with, beside it, how the tool shows it."""
    shown = shown or (text[:19] + text[23:] if len(text) > 23 else text)
    value = f'<value type="TimeStamp" format="{form}" formattedTimestamp="{shown}">{text}</value>'
    return f'<field name="{name}" type="TimeStamp">{value}</field>\n'


def model(kind: str, key: str, *inside: str, deleted: str = "Intact", more: str = "") -> str:
    """Return a model."""
    return (
        f'<model type="{kind}" id="{key}" deleted_state="{deleted}" decoding_confidence="High" isrelated="False"'
        f' source_index="77" extractionId="0"{more}>\n{"".join(inside)}</model>\n'
    )


def one(name: str, kind: str, inside: str) -> str:
    """Return a field that holds a model."""
    return f'<modelField name="{name}" type="{kind}">{inside or "<empty />"}</modelField>\n'


def many(name: str, kind: str, inside: Iterable[str]) -> str:
    """Return a field that holds models."""
    return f'<multiModelField name="{name}" type="{kind}">\n{"".join(inside)}</multiModelField>\n'


def party(key: int, identifier: str, name: str = "", *, role: str = "General", owner: bool = False) -> str:
    """Return a Party."""
    return model(
        "Party",
        uid(key),
        field("Identifier", identifier),
        field("Name", name),
        field("Role", role, "PartyRole"),
        field("IsPhoneOwner", str(owner), "Boolean"),
    )


def message(
    key: int, body: str, when: str, sender: tuple[str, str, bool], *, attachment: str = "", deleted: str = "Intact"
) -> str:
    """Return an InstantMessage."""
    identifier, name, owner = sender
    attached = [
        model("Attachment", uid(key + 500_000), field("Filename", "IMG-20230501-WA0001.jpg"),
              field("ContentType", "image/jpeg"), more=f' file_id="{attachment}"')
    ] if attachment else []  # fmt: skip
    return model(
        "InstantMessage",
        uid(key),
        field("UserMapping", "False", "Boolean"),
        field("Source", "WhatsApp"),
        field("Body", body),
        stamp("TimeStamp", when),
        field("Status", "Read", "MessageStatus"),
        one("From", "Party", party(key + 1_000_000, identifier, name, owner=owner)),
        many("Attachments", "Attachment", attached),
        deleted=deleted,
    )


def chat(key: int, identifier: str, parties: Iterable[str], messages: Iterable[str], name: str = "") -> Iterator[str]:
    """Yield a Chat in pieces: its fields, its participants, its messages."""
    yield f'<model type="Chat" id="{uid(key)}" deleted_state="Intact" decoding_confidence="High" extractionId="0">\n'
    yield field("Source", "WhatsApp") + field("Id", identifier) + field("Name", name)
    yield many("Participants", "Party", parties)
    yield '<multiModelField name="Messages" type="InstantMessage">\n'
    yield from messages
    yield "</multiModelField>\n</model>\n"


def tagged(key: str, path: str, data: bytes, local: str) -> str:
    """Return a tagged file with its hashes."""
    items = {
        "Local Path": local.replace("/", "\\"),
        "SHA256": hashlib.sha256(data).hexdigest(),
        "MD5": hashlib.md5(data, usedforsecurity=False).hexdigest(),
        "Tags": "Image",
    }
    said = "".join(
        f'<item name="{name}" systemtype="System.String"><![CDATA[{text}]]></item>\n' for name, text in items.items()
    )
    return (
        f'<file fs="Userdata" fsid="{uid(9)}" path={quoteattr(path)} name={quoteattr(path.rpartition("/")[2])} size="{len(data)}"'
        f' id="{key}" extractionId="0" deleted="Intact" embedded="false" isrelated="False" source_index="934">\n'
        '<accessInfo><timestamp name="ModifyTime" format="TimeStampKnown" formattedTimestamp="2023-05-01T10:11:00+02:00">'
        f'2023-05-01T10:11:00.000+02:00</timestamp></accessInfo>\n<metadata section="File">\n{said}</metadata>\n</file>\n'
    )


def note(key: str, name: str, table: str, offset: int) -> str:
    """Return the source note of a model."""
    return (
        f'<extraInfo type="model" id="{key}"><sourceInfo><nodeInfos><nodeInfo name="{name}" path="userdata/{name}" size="4096"'
        f' tableName="{table}" offset="{offset}" /></nodeInfos></sourceInfo></extraInfo>\n'
    )


def kinds(kind: str, models: Iterable[str]) -> str:
    """Return a modelType."""
    return f'<modelType type="{kind}">\n{"".join(models)}</modelType>\n'


def report() -> str:
    """Return a small report with one of everything that is read in a way of its own."""
    owner, dee, sam = (OWNER, "", True), (DEE, "Dee & Co", False), (SAM, "", False)
    pair = chat(
        100, DEE, [party(101, OWNER, owner=True), party(102, DEE, "Dee & Co")],
        [
            message(110, "Room <model type=\"Chat\"> 14?", "2023-05-01T10:11:12.000+02:00", dee),
            message(111, "At ten. </model></model>", "2023-05-01T08:12:00.000+00:00", owner),
            message(112, "", "2023-05-01T10:13:00.000+02:00", dee, attachment=uid(900)),
            message(113, "gone", "2023-05-01T10:14:00.000", dee, deleted="Deleted"),
        ],
    )  # fmt: skip
    group = chat(
        200, "447700900001-1600000000@g.us",
        [party(201, OWNER, owner=True), party(202, DEE, "Dee & Co"), party(203, SAM, "Sam")],
        [message(210, "Both of you: Friday", "2023-05-02T09:00:00.000+02:00", sam)], name="Harbour",
    )  # fmt: skip
    call = model(
        "Call", uid(300), field("Direction", "Outgoing", "CallType"), field("Duration", "00:00:35", "TimeSpan"),
        stamp("TimeStamp", "2023-05-01T11:00:00.000+02:00"), field("VideoCall", "False", "Boolean"),
        many("Parties", "Party", [party(301, "+447700900123", "Dee", role="To")]),
    )  # fmt: skip
    missed = model(
        "Call", uid(302), field("Direction", "Missed", "CallType"), stamp("TimeStamp", "2023-05-01T12:00:00.000+02:00"),
        many("Parties", "Party", [party(303, "+447700900456", role="From")]),
    )  # fmt: skip
    sms = model(
        "SMS", uid(310), field("Body", "Your code is 1234"), field("Folder", "Inbox"),
        stamp("TimeStamp", "14/09/2016 16:49:42(UTC-3)", "14/09/2016 16:49:42"),
        many("Parties", "Party", [party(311, "+447700900789", role="From")]),
    )  # fmt: skip
    contact = model(
        "Contact", uid(320), field("Name", "Dee"), field("Source", "WhatsApp"),
        many("Entries", "ContactEntry", [
            model("PhoneNumber", uid(321), field("Category", "Mobile"), field("Value", "+44 7700 900123")),
            model("EmailAddress", uid(322), field("Value", "Dee@Example.org")),
            model("UserID", uid(323), field("Value", "dee.lodge")),
        ]), '<multiField name="Notes" type="String"><value type="String"><![CDATA[owes rent]]></value></multiField>',
    )  # fmt: skip
    place = model(
        "Location", uid(330), field("Name", "Harbour Lodge"), field("Precision", "20 m"),
        stamp("TimeStamp", "2020-12-16T11:53:14.000", "2020-12-16T11:53:14+01:00", "DateTimeOnly"),
        one("Position", "Coordinate", model(
            "Coordinate", uid(331), field("Latitude", "52.3461117", "Double"), field("Longitude", "12.21851", "Double"))),
    )  # fmt: skip
    user = model(
        "UserAccount", uid(340), field("Username", "harbour.user"), field("Source", "Instagram"), field("Name", "H")
    )
    mail = model(
        "Email", uid(350), field("Subject", "Invoice"), field("Body", "Please pay."),
        stamp("TimeStamp", "2023-05-03T07:00:00.000Z", "2023-05-03T09:00:00+02:00"),
        one("From", "Party", party(351, "a@example.org")), many("To", "Party", [party(352, "b@example.org")]),
    )  # fmt: skip
    other = model("WirelessNetwork", uid(360), field("SSId", "Lodge Guest"), field("BSSId", "00:11:22:33:44:55"))
    files = tagged(uid(900), PHOTO_PATH, PHOTO, "files/Image/IMG-20230501-WA0001.jpg")
    files += tagged(uid(901), "/data/gone.db", b"", "files/Database/gone.db")
    notes = note(uid(110), "msgstore.db", "message", 4711) + note(uid(300), "calllog.db", "calls", 12)
    models = "".join((
        kinds("Call", [call, missed]), kinds("Chat", [*pair, *group]), kinds("Contact", [contact]), kinds("Email", [mail]),
        kinds("Location", [place]), kinds("SMS", [sms]), kinds("UserAccount", [user]), kinds("WirelessNetwork", [other]),
    ))  # fmt: skip
    return (
        f"{HEAD}<taggedFiles>\n{files}</taggedFiles>\n<decodedData>\n{models}</decodedData>\n"
        f"<extraInfos>\n{notes}</extraInfos>\n{TAIL}"
    )


def ufdr(path: Path, text: str | None = None, *, stored: bool = True) -> Path:
    """Write a UFDR: the report, a photograph, and a file that the report does not list."""
    kind = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(path, "w", kind) as archive:
        for name, data in (
            ("report.xml", (report() if text is None else text).encode()),
            ("files/Image/IMG-20230501-WA0001.jpg", PHOTO),
            ("settings.json", b'{"Version": "1.0"}'),
        ):
            archive.writestr(zipfile.ZipInfo(name, (2023, 5, 4, 12, 0, 0)), data, compress_type=kind)
    return path


WORDS = (
    "room",
    "key",
    "paid",
    "later",
    "the boat",
    "at nine",
    "with two",
    "bags",
    "leave",
    "door",
    "open",
    "ask Dee",
    "nobody",
    "saw",
)


def said(number: int) -> str:
    """Return what message `number` says: a sentence of its own, none like another."""
    words = [WORDS[(number * 7 + at * (number % 13 + 1)) % len(WORDS)] for at in range(4 + number % 9)]
    return escape(f"{' '.join(words)} {number}")


def messages(first: int, count: int) -> Iterator[str]:
    """Yield messages of a chat between the owner and Dee, a second apart."""
    for number in range(first, first + count):
        clock = f"2023-05-{1 + number // 86400 % 28:02d}T{number // 3600 % 24:02d}:{number // 60 % 60:02d}:{number % 60:02d}"
        sender = (OWNER, "", True) if number % 3 else (DEE, "Dee", False)
        yield message(10_000_000 + number, said(number), f"{clock}.000+02:00", sender)


def large(path: Path, megabytes: int) -> int:
    """Write a report of about that size, half of it one chat and half of it many; return how many messages it has."""
    limit, count = megabytes << 20, 0
    pair = [party(101, OWNER, owner=True), party(102, DEE, "Dee")]
    with path.open("w", encoding="utf-8") as out:
        out.write(f"{HEAD}<taggedFiles>\n{tagged(uid(900), PHOTO_PATH, PHOTO, 'files/Image/a.jpg')}</taggedFiles>\n")
        out.write('<decodedData>\n<modelType type="Chat">\n')

        def some(first: int, bound: int) -> Iterator[str]:
            nonlocal count
            at = first
            while out.tell() < bound and at < first + 50_000_000:
                yield from messages(at, 500)
                at, count = at + 500, count + 500

        for piece in chat(1, DEE, pair, some(0, int(limit * 0.42))):
            out.write(piece)
        number = 2
        while out.tell() < limit * 0.85:
            count += 40
            for piece in chat(number, DEE, pair, messages(number * 40 + 20_000_000, 40)):
                out.write(piece)
            number += 1
        out.write("</modelType>\n</decodedData>\n<extraInfos>\n")
        at = 0
        while out.tell() < limit:
            out.write(
                "".join(note(uid(10_000_000 + one), "msgstore.db", "message", one) for one in range(at, at + 500))
            )
            at += 500
        out.write(f"</extraInfos>\n{TAIL}")
    return count
