"""Calendars and contacts: times in the zones stated, rules as written, accounts with the names shown for them."""

from __future__ import annotations

import random
from pathlib import Path

import icalendar
import pytest
from mail_files import context_of, reading_of

from evidence.errors import Unreadable
from evidence.locator import RecordPlace
from evidence.records import Reading
from extractors.email import EmailReader
from extractors.identify import identify
from extractors.mail.cards import ContactsReader
from extractors.mail.dates import CalendarReader

CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//x//y//EN
METHOD:REQUEST
BEGIN:VTIMEZONE
TZID:My Zone
BEGIN:STANDARD
DTSTART:16010101T000000
TZOFFSETFROM:+0300
TZOFFSETTO:+0300
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:1@x
SUMMARY:Rooms\\, six of them
DTSTART;TZID=Europe/London:20260703T091500
DTEND;TZID=Europe/London:20260703T101500
RRULE:FREQ=WEEKLY;BYDAY=FR
LOCATION:Harbour Lodge
ORGANIZER;CN="Ann Lee":mailto:ann@example.org
ATTENDEE;CN=Dee;PARTSTAT=ACCEPTED:mailto:dee@
 example.org
END:VEVENT
BEGIN:VEVENT
UID:2@x
DTSTART;TZID=My Zone:20260703T091500
DURATION:PT1H
END:VEVENT
BEGIN:VEVENT
DTSTART;VALUE=DATE:20260704
SUMMARY:all day
END:VEVENT
BEGIN:VEVENT
DTSTART:20260704T080000
SUMMARY:floating
END:VEVENT
BEGIN:VEVENT
DTSTART:20260704T080000Z
STATUS:CANCELLED
END:VEVENT
END:VCALENDAR
"""
CARDS = """BEGIN:VCARD
VERSION:3.0
FN:Dee Marsh
ORG:Harbour Lodge;Night desk
TEL;TYPE=CELL:07911 123456
EMAIL:Dee@Example.org
IMPP;X-SERVICE-TYPE=Skype:skype:dee.m
PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQ
NOTE:knows the boat
END:VCARD
BEGIN:VCARD
VERSION:2.1
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=C8=98tirbu;Ioana
TEL;CELL:+40 721 234 567
END:VCARD
BEGIN:VCARD
VERSION:3.0
this line is none
END:VCARD
"""


def _calendar(tmp_path: Path, text: str | bytes) -> Reading:
    path = tmp_path / "in.ics"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return reading_of(CalendarReader(), path, tmp_path / "s")


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_times_keep_the_zone_that_is_stated_and_get_none_where_it_is_not(tmp_path: Path, ending: str) -> None:
    reading = _calendar(tmp_path, CALENDAR.replace("\n", ending))
    assert identify(tmp_path / "in.ics") == "text/calendar"
    told = [
        (one.time_written, one.time_utc, one.time_local, one.zone, one.until_utc, one.state) for one in reading.events
    ]
    assert told == [
        ("TZID=Europe/London:20260703T091500", "2026-07-03T08:15:00Z", "2026-07-03T09:15:00", "Europe/London", "2026-07-03T09:15:00Z", ""),
        ("TZID=My Zone:20260703T091500", "2026-07-03T06:15:00Z", "2026-07-03T09:15:00", "My Zone", "2026-07-03T07:15:00Z", ""),
        ("VALUE=DATE:20260704", "", "2026-07-04", "", "", ""),
        ("20260704T080000", "", "2026-07-04T08:00:00", "", "", ""),
        ("20260704T080000Z", "2026-07-04T08:00:00Z", "2026-07-04T08:00:00", "UTC", "", "cancelled"),
    ]  # fmt: skip


def test_the_rule_stays_as_written_and_those_asked_are_parties(tmp_path: Path) -> None:
    reading = _calendar(tmp_path, CALENDAR)
    first = reading.events[0]
    assert first.kind == "appointment"
    assert first.facts == {"repeats": "FREQ=WEEKLY;BYDAY=FR", "place": "Harbour Lodge"}
    assert first.parties == (("organizer", "email", "ann@example.org"), ("attendee", "email", "dee@example.org"))
    text = reading.units[0].segments[0].text
    assert "Appointment: Rooms, six of them\nBegins: TZID=Europe/London:20260703T091500" in text
    assert "dee@example.org, shown as Dee (asked to come, accepted)" in text
    assert {(one.kind, one.value) for one in reading.named} >= {
        ("email", "dee@example.org"),
        ("display_name", "Ann Lee"),
    }
    for one in reading.named:
        assert text[one.start : one.end] == one.quote


def test_each_appointment_leads_back_to_its_lines(tmp_path: Path) -> None:
    reading = _calendar(tmp_path, CALENDAR)
    data = (tmp_path / "in.ics").read_bytes()
    for segment in reading.units[0].segments:
        place = segment.place
        assert isinstance(place, RecordPlace)
        original = CalendarReader().original(
            tmp_path / "in.ics", place=place, media_type="", context=context_of(tmp_path)
        )
        assert original.data.startswith(b"BEGIN:VEVENT")
        assert original.data.endswith(b"END:VEVENT\n")
        assert data[place.offset : place.offset + place.length] == original.data


def test_what_icalendar_itself_writes_is_read(tmp_path: Path) -> None:
    from datetime import UTC, datetime

    made, event = icalendar.Calendar(), icalendar.Event()
    event.add("uid", "9@x")
    event.add("summary", "știri " * 30)
    event.add("dtstart", datetime(2026, 3, 4, 5, 6, tzinfo=UTC))
    made.add_component(event)
    reading = _calendar(tmp_path, made.to_ical())
    assert (reading.events[0].key, reading.events[0].time_utc) == ("9@x", "2026-03-04T05:06:00Z")
    assert ("știri " * 30).strip() in reading.units[0].segments[0].text


def test_one_malformed_appointment_is_shown_as_it_stands_beside_the_others(tmp_path: Path) -> None:
    reading = _calendar(tmp_path, CALENDAR.replace("DTSTART:20260704T080000\n", "DTSTART:whenever\n"))
    (unit,) = reading.units
    assert len(unit.segments) == 5
    assert unit.partial
    assert "malformed" in unit.reason
    assert reading.events[3].time_written == "whenever"
    assert reading.events[0].time_utc == "2026-07-03T08:15:00Z"


def test_a_calendar_without_appointments_says_what_it_holds(tmp_path: Path) -> None:
    unit = _calendar(tmp_path, "BEGIN:VCALENDAR\nBEGIN:VTODO\nSUMMARY:x\nEND:VTODO\nEND:VCALENDAR\n").units[0]
    assert (unit.outcome, unit.reason) == ("no_text", "a calendar without appointments, only VTODO")


def test_contacts_list_accounts_with_the_name_shown_for_them(tmp_path: Path) -> None:
    path = tmp_path / "in.vcf"
    path.write_text(CARDS, encoding="utf-8")
    assert identify(path) == "text/vcard"
    reading = reading_of(ContactsReader(), path, tmp_path / "s")
    (unit,) = reading.units
    assert unit.segments[0].text.splitlines() == [
        "Contact: Dee Marsh",
        "Organisation: Harbour Lodge, Night desk",
        "Note: knows the boat",
        "07911 123456, shown as Dee Marsh (cell)",
        "Dee@Example.org, shown as Dee Marsh",
        "dee.m, shown as Dee Marsh",
    ]
    assert {(one.source_kind, one.source_value, one.target_value) for one in reading.related} == {
        ("phone", "+447911123456", "Dee Marsh"),
        ("email", "dee@example.org", "Dee Marsh"),
        ("account", "skype:dee.m", "Dee Marsh"),
        ("phone", "+40721234567", "Ioana Știrbu"),
    }
    assert "malformed" in unit.reason
    assert "this line is none" in unit.segments[2].text
    (picture,) = reading.children
    assert picture.inner_path == "contact 1/photo-1"
    data = path.read_bytes()
    for segment in unit.segments:
        assert isinstance(segment.place, RecordPlace)
        original = ContactsReader().original(path, place=segment.place, media_type="", context=context_of(tmp_path))
        assert original.data == data[segment.place.offset : segment.place.offset + segment.place.length]
        assert original.text.startswith("BEGIN:VCARD")


def test_an_invitation_in_a_message_is_a_child_that_is_a_calendar(tmp_path: Path) -> None:
    path = tmp_path / "in.eml"
    part = f"Content-Type: text/calendar; method=REQUEST\n\n{CALENDAR}"
    path.write_text(
        f"From: a@example.org\nMessage-ID: <1@x>\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nhi\n--b\n{part}\n--b--\n",
        encoding="utf-8",
    )
    reading = reading_of(EmailReader(), path, tmp_path / "s")
    (child,) = reading.children
    assert child.inner_path == "part-1.ics"
    assert identify(tmp_path / "s" / child.scratch_name) == "text/calendar"


@pytest.mark.timeout(120)
@pytest.mark.parametrize(("reader", "text"), [(CalendarReader(), CALENDAR), (ContactsReader(), CARDS)])
def test_damaged_files_are_unreadable_or_honestly_read(
    tmp_path: Path, reader: CalendarReader | ContactsReader, text: str
) -> None:
    chance = random.Random(11)
    path = tmp_path / "hurt"
    for trial in range(150):
        data = bytearray(text.encode()[: chance.randrange(len(text))] if trial % 2 else text.encode())
        for _ in range(chance.randrange(1, 20)):
            if data:
                data[chance.randrange(len(data))] = chance.randrange(256)
        path.write_bytes(bytes(data))
        try:
            (unit,) = reading_of(reader, path, tmp_path / "s").units
        except Unreadable:
            continue
        assert unit.outcome == "read" or unit.reason
        for segment in unit.segments:
            segment.text.encode("utf-8")


@pytest.mark.timeout(60)
def test_endless_parameters_end(tmp_path: Path) -> None:
    path = tmp_path / "long"
    path.write_bytes(b"BEGIN:VCARD\n" + b"TEL;" * 50_000 + b"\nEND:VCARD\n")
    assert "malformed" in reading_of(ContactsReader(), path, tmp_path / "s").units[0].reason
    path.write_bytes(b"BEGIN:VEVENT\nDTSTART;" + b'a="b";' * 20_000 + b"\nEND:VEVENT\n")
    assert len(reading_of(CalendarReader(), path, tmp_path / "s").units[0].segments) == 1
