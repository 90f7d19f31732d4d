"""Mailboxes: every variant of mbox, cut into parts, read with each message's own bytes."""

from __future__ import annotations

import mailbox
import random
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mail_files import context_of, emlx_file, reading_of, texts

from evidence.errors import Unreadable
from evidence.locator import RecordPlace
from evidence.records import Reading
from extractors.email import EMLX, EmailReader
from extractors.identify import identify
from extractors.mail import mailbox as ours
from extractors.mail.mailbox import MailboxReader, spans
from extractors.patterns.written import days_written
from extractors.protocols import Limits, Part

MBOX = "application/mbox"
MARK = "From a@example.org Mon Mar  2 10:00:00 2026\n"


def _message(number: int, body: str, **headers: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = f"Ann Lee <ann{number}@example.org>"
    message["To"] = "dee@example.org"
    message["Date"] = f"Mon, {number % 27 + 1:02d} Mar 2026 10:00:00 +0000"
    message["Subject"] = f"number {number}"
    message["Message-ID"] = f"<{number}@example.org>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(body)
    return message


def _read(path: Path, scratch: Path, limits: Limits | None = None) -> list[Reading]:
    """Read all parts that a survey finds."""
    survey = MailboxReader().survey(path, media_type=MBOX, context=context_of(scratch, limits))
    return [
        reading_of(MailboxReader(), path, scratch / str(at), part=part, limits=limits)
        for at, part in enumerate(survey.parts)
    ]


def test_what_pythons_mailbox_writes_is_read_message_by_message(tmp_path: Path) -> None:
    path = tmp_path / "in.mbox"
    box = mailbox.mbox(path)
    for number in range(40):
        made = _message(number, f"body {number}\nFrom here on\n")
        if number % 10 == 0:
            made.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="scan.pdf")
        box.add(made)
    box.close()
    assert identify(path) == MBOX
    (reading,) = _read(path, tmp_path / "scratch")
    assert [unit.number for unit in reading.units] == list(range(1, 41))
    assert [event.key for event in reading.events] == [f"{number}@example.org" for number in range(40)]
    assert texts(reading, "body")[:1] == ["body 0\nFrom here on"]
    assert reading.units[0].facts["from_lines_unmarked"] == "1"
    assert [child.inner_path for child in reading.children] == [f"message {n}/scan.pdf" for n in (1, 11, 21, 31)]
    assert reading.events[10].attachments[0].name == "message 11/scan.pdf"
    assert len(reading.events[10].attachments[0].sha256) == 64


def test_every_segment_leads_back_to_its_message_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "in.mbox"
    box = mailbox.mbox(path)
    for number in range(12):
        box.add(_message(number, f"body {number}\n\nOn Monday, Dee wrote:\n> earlier\n"))
    box.close()
    (reading,) = _read(path, tmp_path / "scratch")
    data = path.read_bytes()
    for unit in reading.units:
        for segment in unit.segments:
            place = segment.place
            assert isinstance(place, RecordPlace)
            assert place.record == unit.number
            original = MailboxReader().original(path, place=place, media_type=MBOX, context=context_of(tmp_path))
            assert data[place.offset :].startswith(original.data)
            alone = tmp_path / "alone.eml"
            alone.write_bytes(original.data)
            assert segment.text in texts(reading_of(EmailReader(), alone, tmp_path / "alone"), place.field)
    with pytest.raises(Unreadable):
        MailboxReader().original(
            path,
            place=RecordPlace(record=99, field="body", offset=10**9, length=5),
            media_type=MBOX,
            context=context_of(tmp_path),
        )


def test_quoted_from_lines_are_given_back_one_mark_each(tmp_path: Path) -> None:
    path = tmp_path / "rd.mbox"
    path.write_text(f"{MARK}From: a@example.org\nMessage-ID: <1@x>\n\n>From one\n>>From two\n> From three\n\n")
    (reading,) = _read(path, tmp_path / "scratch")
    assert texts(reading, "body") == ["From one"]
    assert texts(reading, "quoted") == [">From two\n> From three"]


def test_a_length_that_holds_lets_from_lines_stand_and_one_that_does_not_is_not_believed(tmp_path: Path) -> None:
    body = f"one\n\n{MARK}X-Forged: yes\n\nstill one\n"
    first = f"{MARK}From: a@example.org\nMessage-ID: <1@x>\nContent-Length: {len(body)}\n\n{body}\n"
    second = f"{MARK}From: b@example.org\nMessage-ID: <2@x>\n\ntwo\n"
    path = tmp_path / "cl.mbox"
    path.write_text(first + second)
    (reading,) = _read(path, tmp_path / "scratch")
    assert [event.key for event in reading.events] == ["1@x", "2@x"]
    assert texts(reading, "body")[0].endswith("still one")
    path.write_text(first.replace(f"Content-Length: {len(body)}", "Content-Length: 7") + second)
    (reading,) = _read(path, tmp_path / "scratch2")
    assert len(reading.units) == 3
    assert (reading.events[0].key, reading.events[-1].key) == ("1@x", "2@x")


def test_prose_that_begins_with_from_parts_nothing(tmp_path: Path) -> None:
    path = tmp_path / "in.mbox"
    path.write_text(
        f"{MARK}From: a@example.org\nMessage-ID: <1@x>\n\nhello\n\nFrom Hull to York\nPrice: 40\n\nFrom now on\n"
    )
    (reading,) = _read(path, tmp_path / "scratch")
    assert len(reading.units) == 1
    assert "Price: 40" in texts(reading, "body")[0]


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_parts_together_hold_what_one_part_would(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str) -> None:
    path = tmp_path / "in.mbox"
    made = "".join(f"{MARK}{_message(number, f'body {number}').as_string()}\n" for number in range(30))
    path.write_bytes(made.replace("\n", ending).encode())
    (whole,) = _read(path, tmp_path / "one")
    monkeypatch.setattr(ours, "_PART_BYTES", 1_500)
    survey = MailboxReader().survey(path, media_type=MBOX, context=context_of(tmp_path))
    assert len(survey.parts) > 5
    assert survey.units == 30
    pieces = _read(path, tmp_path / "many")
    assert [unit.facts for one in pieces for unit in one.units] == [unit.facts for unit in whole.units]
    assert [s.place for one in pieces for u in one.units for s in u.segments] == [
        s.place for u in whole.units for s in u.segments
    ]
    assert [event.key for one in pieces for event in one.events] == [event.key for event in whole.events]
    by_number = reading_of(MailboxReader(), path, tmp_path / "s", part=Part(name="page 7", first=7, last=7))
    assert [unit.number for unit in by_number.units] == [7]
    assert by_number.events[0].key == "6@example.org"


def test_each_message_has_its_own_day_and_what_it_quotes_has_none(tmp_path: Path) -> None:
    path = tmp_path / "in.mbox"
    said = "see you tomorrow\n\nOn Monday, Dee wrote:\n> today"
    path.write_text("".join(MARK + _message(number, said).as_string() + "\n" for number in (3, 9)))
    (reading,) = _read(path, tmp_path / "scratch")
    days = days_written(reading)
    told = {
        (s.place.record, s.place.field): days.get(s.index, "")
        for u in reading.units
        for s in u.segments
        if isinstance(s.place, RecordPlace)
    }
    assert told == {
        (1, "headers"): "", (1, "body"): "2026-03-04", (1, "quoted"): "", (2, "headers"): "", (2, "body"): "2026-03-10", (2, "quoted"): "",
    }  # fmt: skip


def test_a_message_too_large_fails_alone(tmp_path: Path) -> None:
    path = tmp_path / "in.mbox"
    big = "".join("long line of text\n" for _ in range(9_000))
    path.write_text(
        f"{MARK}From: a@x.org\nMessage-ID: <1@x>\n\none\n\n{MARK}From: a@x.org\nMessage-ID: <2@x>\n\n{big}\n{MARK}From: a@x.org\nMessage-ID: <3@x>\n\nthree\n"
    )
    (reading,) = _read(path, tmp_path / "scratch", Limits(memory_bytes=800_000))
    assert [unit.outcome for unit in reading.units] == ["read", "failed", "read"]
    assert "MiB" in reading.units[1].reason


def test_what_is_no_mailbox_is_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "in.mbox"
    for data in (b"", b"From nowhere\n", b"just text\n" * 50, bytes(400)):
        path.write_bytes(data)
        with pytest.raises(Unreadable):
            MailboxReader().survey(path, media_type=MBOX, context=context_of(tmp_path))


@settings(max_examples=120, deadline=None)
@given(
    st.lists(st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=120), min_size=1, max_size=6)
)
def test_quoting_by_mboxrd_parts_messages_exactly_where_they_were_joined(bodies: list[str]) -> None:
    held = [body.encode() for body in bodies]
    made, begins = b"", []
    for body in held:
        quoted = b"\n".join(
            b">" + line if line.lstrip(b">").startswith(b"From ") else line for line in body.split(b"\n")
        )
        begins.append(len(made))
        made += MARK.encode() + b"From: a@example.org\n\n" + quoted + b"\n\n"
    assert [span.start for span in spans(made, 0, len(made))] == begins


@pytest.mark.timeout(120)
def test_a_damaged_mailbox_gives_an_honest_reading_or_none(tmp_path: Path) -> None:
    chance = random.Random(7)
    box = tmp_path / "ok.mbox"
    made = mailbox.mbox(box)
    for number in range(6):
        one = _message(number, "Grüße, see you tomorrow\n")
        one.add_attachment(b"x" * 200, maintype="application", subtype="pdf", filename="ș.pdf")
        made.add(one)
    made.close()
    data = box.read_bytes()
    path = tmp_path / "hurt.mbox"
    for trial in range(150):
        hurt = bytearray(data[: chance.randrange(len(data))] if trial % 2 else data)
        for _ in range(chance.randrange(1, 30)):
            if hurt:
                hurt[chance.randrange(len(hurt))] = chance.randrange(256)
        path.write_bytes(bytes(hurt))
        try:
            readings = _read(path, tmp_path / f"s{trial}")
        except Unreadable:
            continue
        for reading in readings:
            for unit in reading.units:
                assert unit.outcome == "read" or unit.reason
                for segment in unit.segments:
                    segment.text.encode("utf-8")


# --- Apple Mail ----------------------------------------------------------------------------------------------------


def test_apple_mail_keeps_its_flags_and_the_message_its_bytes(tmp_path: Path) -> None:
    message = _message(5, "Please hold the rooms.").as_bytes()
    path = tmp_path / "1.emlx"
    path.write_bytes(
        emlx_file(
            message, {"flags": (1 << 0) | (1 << 1) | (1 << 4), "date-received": 1772445000, "subject": "number 5"}
        )
    )
    assert identify(path, hint="1.emlx") == EMLX
    reading = reading_of(EmailReader(), path, tmp_path / "s", media_type=EMLX)
    (unit,) = reading.units
    assert unit.facts["flags"] == "read, deleted, flagged"
    assert unit.facts["apple_date-received"] == "1772445000"
    assert reading.events[0].state == "deleted"
    assert texts(reading, "body") == ["Please hold the rooms."]
    place = unit.segments[1].place
    assert EmailReader().original(path, place=place, media_type=EMLX, context=context_of(tmp_path)).data == message


def test_an_emlx_that_is_cut_off_or_has_broken_notes_says_so(tmp_path: Path) -> None:
    whole = emlx_file(_message(5, "text " * 50).as_bytes(), {"flags": 1})
    path = tmp_path / "1.emlx"
    path.write_bytes(whole[:300])
    unit = reading_of(EmailReader(), path, tmp_path / "s", media_type=EMLX).units[0]
    assert unit.partial
    assert "shorter than it says" in unit.reason
    path.write_bytes(whole[:-30])
    assert (
        "cannot be read"
        in reading_of(EmailReader(), path, tmp_path / "s", media_type=EMLX).units[0].facts["apple_mail"]
    )
    path.write_bytes(b"no length\n" + whole)
    with pytest.raises(Unreadable):
        reading_of(EmailReader(), path, tmp_path / "s", media_type=EMLX)
