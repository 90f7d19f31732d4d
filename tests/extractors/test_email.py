"""Email: headers, bodies, attachments, dates that are dates and those that are not, and hostile messages."""

from __future__ import annotations

import hashlib
from email.message import EmailMessage
from pathlib import Path

import pytest

from evidence.locator import RecordPlace
from evidence.records import Reading
from extractors.email import EmailReader
from extractors.identify import identify
from extractors.protocols import Engines, Limits, Part, ReadContext

MAIL = Path(__file__).parents[2].parent / "shared" / "data" / "mail"


def _read(folder: Path, data: bytes, limits: Limits | None = None) -> Reading:
    path = folder / "blob"
    path.write_bytes(data)
    context = ReadContext(languages=("en",), scratch=folder, limits=limits or Limits())
    return EmailReader().read(path, media_type="message/rfc822", part=Part(), engines=Engines(), context=context)


def _field(reading: Reading, field: str) -> str:
    texts = [
        segment.text
        for segment in reading.units[0].segments
        if isinstance(segment.place, RecordPlace) and segment.place.field == field
    ]
    return "\n".join(texts)


def _message() -> EmailMessage:
    message = EmailMessage()
    message["From"] = '"Marsh, Jörg" <J.Marsh@Example.org>'
    message["To"] = "desk@example.com, Ann <ann@example.com>"
    message["Cc"] = "ann@example.com"
    message["Date"] = "Tue, 03 Mar 2026 09:15:00 +0200"
    message["Subject"] = "Rooms for six, știți"
    message["Message-ID"] = "<1@example.org>"
    message.set_content("Please hold the rooms.\n\n-- \nJ. Marsh\n020 7946 0958\n")
    return message


def test_headers_body_and_event(tmp_path: Path) -> None:
    reading = _read(tmp_path, _message().as_bytes())
    unit = reading.units[0]
    assert (unit.kind, unit.number, unit.outcome, unit.partial, unit.doubtful) == ("message", 1, "read", False, False)
    assert _field(reading, "headers").splitlines() == [
        "From: Marsh, Jörg <J.Marsh@Example.org>",
        "To: desk@example.com, Ann <ann@example.com>",
        "Cc: ann@example.com",
        "Date: Tue, 03 Mar 2026 09:15:00 +0200",
        "Subject: Rooms for six, știți",
        "Message-ID: <1@example.org>",
    ]
    assert _field(reading, "body") == "Please hold the rooms.\n\n-- \nJ. Marsh\n020 7946 0958"
    (event,) = reading.events
    assert (event.time_written, event.time_utc, event.time_local, event.zone) == (
        "Tue, 03 Mar 2026 09:15:00 +0200",
        "2026-03-03T07:15:00Z",
        "2026-03-03T09:15:00",
        "+0200",
    )
    assert event.parties == (
        ("from", "email", "j.marsh@example.org"),
        ("to", "email", "desk@example.com"),
        ("to", "email", "ann@example.com"),
        ("cc", "email", "ann@example.com"),
    )
    assert event.description == "Rooms for six, știți"


@pytest.mark.parametrize(
    ("written", "utc", "local", "zone"),
    [
        ("Tue, 3 Mar 2026 09:15 GMT", "2026-03-03T09:15:00Z", "2026-03-03T09:15:00", "GMT"),
        ("Tue, 3 Mar 2026 09:15:00 -0000", "", "2026-03-03T09:15:00", ""),
        ("Tue, 3 Mar 2026 09:15:00", "", "2026-03-03T09:15:00", ""),
        ("yesterday", "", "", ""),
        ("Tue, 39 Mar 2026 29:15:00 +0200", "", "", ""),
        ("Tue, 3 Mar 99999999 09:15:00 +0200", "", "", ""),
    ],
)
def test_dates_are_kept_as_written(tmp_path: Path, written: str, utc: str, local: str, zone: str) -> None:
    (event,) = _read(tmp_path, f"From: a@example.org\nDate: {written}\n\nx".encode()).events
    assert (event.time_written, event.time_utc, event.time_local, event.zone) == (written, utc, local, zone)


def test_attachments_and_enclosed_messages_are_children(tmp_path: Path) -> None:
    message = _message()
    message.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="../../etc/offer.pdf")
    message.add_attachment(b"\xff\xd8", maintype="image", subtype="jpeg")
    inner = EmailMessage()
    inner["From"] = "x@example.org"
    inner["Subject"] = "inner"
    inner.set_content("inside")
    message.add_attachment(inner)
    reading = _read(tmp_path, message.as_bytes())
    assert [child.scratch_name for child in reading.children] == ["attachment-1", "attachment-2", "attachment-3"]
    assert "/" not in reading.children[0].inner_path
    assert reading.children[0].inner_path.endswith("offer.pdf")
    assert (tmp_path / "attachment-1").read_bytes() == b"%PDF-1.4"
    assert identify(tmp_path / "attachment-3") == "message/rfc822"
    assert "inside" not in _field(reading, "body")
    assert sorted(entry.name for entry in tmp_path.iterdir())[-1] == "blob"


def test_html_alone_is_read_as_its_reader_sees_it(tmp_path: Path) -> None:
    message = _message()
    message.set_content("<p>See <b>room</b> 4</p><script>x()</script><a href='https://example.org/a'>go</a>", "html")
    reading = _read(tmp_path, message.as_bytes())
    assert _field(reading, "body") == "See room 4\n\ngo"
    assert _field(reading, "links") == "https://example.org/a"
    assert reading.units[0].facts["body"] == "HTML"


def test_an_encrypted_part_is_recorded_not_dropped(tmp_path: Path) -> None:
    message = _message()
    message.set_content("-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----\n")
    unit = _read(tmp_path, message.as_bytes()).units[0]
    assert unit.partial
    assert "encrypted" in unit.reason


def test_raw_eight_bit_headers_and_a_charset_that_does_not_exist(tmp_path: Path) -> None:
    data = (
        b"From: J\xf6rg <j@example.org>\nSubject: =?no-such-charset?q?caf=E9?=\n"
        b"Content-Type: text/plain; charset=no-such-charset\n\ncaf\xc3\xa9\n"
    )
    reading = _read(tmp_path, data)
    assert reading.units[0].outcome == "read"
    assert "j@example.org" in _field(reading, "headers")
    assert _field(reading, "body") == "café"


def test_no_headers_and_no_body_is_no_text(tmp_path: Path) -> None:
    unit = _read(tmp_path, b"X-Other: 1\n\n").units[0]
    assert unit.outcome == "no_text"
    assert unit.reason


@pytest.mark.timeout(60)
@pytest.mark.parametrize("depth", [45, 5_000])
def test_endless_nesting_ends(tmp_path: Path, depth: int) -> None:
    parts = [b"From: a@example.org\nTo: b@example.org\n"]
    for level in range(depth):
        parts.append(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (level, level))
    reading = _read(tmp_path, b"".join(parts) + b"Content-Type: text/plain\n\ndeep\n")
    unit = reading.units[0]
    assert unit.outcome == "read"
    assert unit.partial


def test_limits_on_children(tmp_path: Path) -> None:
    message = _message()
    for number in range(5):
        message.add_attachment(b"x" * 100, maintype="application", subtype="zip", filename=f"{number}.zip")
    few = _read(tmp_path, message.as_bytes(), Limits(children=3))
    assert len(few.children) == 3
    assert "number" in few.units[0].reason
    small = _read(tmp_path, message.as_bytes(), Limits(child_bytes=250))
    assert len(small.children) == 2
    assert small.units[0].partial


def test_a_mailbox_read_as_one_message_says_so(tmp_path: Path) -> None:
    first = b"From a@example.org Mon Mar  2 10:00:00 2026\nFrom: a@example.org\nMessage-ID: <1@x>\n\none\n\n"
    second = first.replace(b"one", b"two")
    assert _read(tmp_path, first).units[0].partial is False
    assert _read(tmp_path, first + second).units[0].partial is True
    assert identify(tmp_path / "blob") == "application/mbox"


def test_a_long_body_is_cut_in_pieces_in_order(tmp_path: Path) -> None:
    lines = [f"line {number} of the body" for number in range(3_000)]
    reading = _read(tmp_path, b"From: a@example.org\nMessage-ID: <1@x>\n\n" + "\n".join(lines).encode())
    assert _field(reading, "body").split("\n") == lines
    assert [segment.index for segment in reading.units[0].segments] == list(range(len(reading.units[0].segments)))


@pytest.mark.skipif(not MAIL.is_dir(), reason="the shared mail corpus is not here")
def test_an_endless_header_hides_nothing_below_it_and_says_that_it_was_cut(tmp_path: Path) -> None:
    data = _message().as_bytes().replace(b"Rooms for", b"rooms " * 400_000)
    data = data.replace(b"To: desk", b"To: " + b"".join(b"p%d@example.org, " % n for n in range(600)) + b"desk")
    reading = _read(tmp_path, data)
    unit, (event,) = reading.units[0], reading.events
    assert unit.partial
    assert unit.reason.split("; ") == [
        "a header beyond the limit on its length",
        "headers beyond the limit on their length",
        "senders and recipients beyond the limit on their number",
    ]
    assert (event.time_utc, event.key, len(event.parties)) == ("2026-03-03T07:15:00Z", "1@example.org", 500)
    assert _field(reading, "body").startswith("Please hold the rooms.")


def test_the_mail_corpus_never_crashes_and_is_always_read(tmp_path: Path) -> None:
    files = sorted(path for path in MAIL.rglob("*.eml"))
    assert files
    for number, path in enumerate(files):
        folder = tmp_path / str(number)
        folder.mkdir()
        reading = _read(folder, path.read_bytes())
        unit = reading.units[0]
        assert unit.outcome == "read", path.name
        assert unit.reason or not (unit.partial or unit.doubtful), path.name
        assert reading == _read(folder, path.read_bytes()), path.name
        for segment in unit.segments:
            segment.text.encode("utf-8")
        assert len({child.scratch_name for child in reading.children}) == len(reading.children)


# --- whose words they are ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "own", "quoted"),
    [
        ("Yes.\n\nOn Mon, 2 Mar 2026 at 10:00, Dee wrote:\n> six?\n> or five\n\n-- \nAnn", ["Yes.", "-- \nAnn"], ["On Mon, 2 Mar 2026 at 10:00, Dee wrote:\n> six?\n> or five"]),
        ("> six?\nfive\n> by noon?\nby one", ["five", "by one"], ["> six?", "> by noon?"]),
        ("Yes\n\n-----Original Message-----\nFrom: Dee\n\nsix?", ["Yes"], ["-----Original Message-----\nFrom: Dee\n\nsix?"]),
        ("Ja\n\nVon: Dee\nGesendet: Montag\nAn: Ann\n\nsechs?", ["Ja"], ["Von: Dee\nGesendet: Montag\nAn: Ann\n\nsechs?"]),
        ("The way:\nFrom: the station\nturn left", ["The way:\nFrom: the station\nturn left"], []),
        ("On the road\nI wrote: nothing", ["On the road\nI wrote: nothing"], []),
        ("nothing quoted", ["nothing quoted"], []),
    ],
)  # fmt: skip
def test_what_is_quoted_stands_apart_from_what_the_sender_wrote(
    tmp_path: Path, text: str, own: list[str], quoted: list[str]
) -> None:
    reading = _read(tmp_path, f"From: Ann <a@example.org>\nMessage-ID: <1@x>\n\n{text}\n".encode())
    fields = {"body": own, "quoted": quoted}
    for name, wanted in fields.items():
        found = [
            one for one in reading.units[0].segments if isinstance(one.place, RecordPlace) and one.place.field == name
        ]
        assert [one.text for one in found] == wanted
        assert {one.speaker for one in found} <= ({"Ann"} if name == "body" else {""})


def test_what_a_page_cites_is_quoted_and_what_it_indents_is_not(tmp_path: Path) -> None:
    page = "<p>Yes.</p><blockquote>indented</blockquote><blockquote type='cite'><p>six?</p><p>or five</p></blockquote><p>Ann</p>"
    data = f"From: Ann <a@example.org>\nMessage-ID: <1@x>\nContent-Type: text/html\n\n{page}\n"
    reading = _read(tmp_path, data.encode())
    assert _field(reading, "body") == "Yes.\n\nindented\nAnn"
    assert _field(reading, "quoted") == "> six?\n>\n> or five"


def test_flowed_lines_are_joined(tmp_path: Path) -> None:
    text = "one long \nline\n> quoted \n> line\n-- \nAnn"
    data = f"From: a@example.org\nMessage-ID: <1@x>\nContent-Type: text/plain; format=flowed\n\n{text}\n"
    reading = _read(tmp_path, data.encode())
    assert _field(reading, "body") == "one long line\n-- \nAnn"
    assert _field(reading, "quoted") == "> quoted line"


# --- threads, flags, names -----------------------------------------------------------------------------------------


def test_ids_make_threads_whatever_the_subject_says(tmp_path: Path) -> None:
    data = (
        b"From: a@example.org\nMessage-ID: < 3@x >\nIn-Reply-To: Your message of Monday <2@x>\n"
        b"References: <1@x>\n <2@x> broken\nX-GM-THRID: 17\n\nhi\n"
    )
    (event,) = _read(tmp_path, data).events
    assert (event.key, event.reply_to, event.references, event.conversation) == ("3@x", "2@x", ("1@x", "2@x"), "17")
    assert event.time_written == ""


@pytest.mark.parametrize(
    ("header", "flags", "state"),
    [
        ("X-Mozilla-Status: 0009", "read, deleted", "deleted"),
        ("X-Mozilla-Status: 0003", "read, answered", ""),
        ("Status: RO\nX-Status: D", "read, deleted", "deleted"),
        ("X-Unsent: 1", "", "not sent"),
        ("X-Mozilla-Status: none", "", ""),
    ],
)
def test_what_mail_programs_note_in_a_message_is_kept(tmp_path: Path, header: str, flags: str, state: str) -> None:
    reading = _read(tmp_path, f"From: a@example.org\nMessage-ID: <1@x>\n{header}\n\nhi\n".encode())
    assert (reading.units[0].facts.get("flags", ""), reading.events[0].state) == (flags, state)


def test_addresses_in_other_alphabets_are_named_where_they_stand(tmp_path: Path) -> None:
    reading = _read(tmp_path, "From: Jöhn <Jdöe@mächine.example>\nTo: a@example.org\nSubject: x\n\nhi\n".encode())
    (named,) = reading.named
    assert (named.kind, named.value, named.quote) == ("email", "jdöe@mächine.example", "Jdöe@mächine.example")
    assert reading.units[0].segments[named.segment].text[named.start : named.end] == named.quote


def test_attachments_of_a_message_carry_name_and_hash(tmp_path: Path) -> None:
    message = _message()
    message.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="offer.pdf")
    reading = _read(tmp_path, message.as_bytes())
    (attachment,) = reading.events[0].attachments
    assert (attachment.name, attachment.sha256) == ("offer.pdf", hashlib.sha256(b"%PDF-1.4").hexdigest())


def test_an_enclosed_message_keeps_its_very_bytes(tmp_path: Path) -> None:
    inner = b"From: x@example.org\r\nX-Odd:   two  spaces\r\nSubject: =?utf-8?q?=C8=99?=\r\n\r\nbody \r\n"
    data = b"From: a@example.org\r\nMessage-ID: <1@x>\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n"
    reading = _read(tmp_path, data + inner + b"\r\n--b--\r\n")
    assert (tmp_path / reading.children[0].scratch_name).read_bytes() == inner


_ENDLESS = {
    "style": b"Content-Type: multipart/alternative; boundary=b\n\n--b\n\nhi\n--b\nContent-Type: text/html\n\n"
    + b"<style>" * 100_000,
    "href": b"Content-Type: text/html\n\n" + b"<a href='x" * 100_000,
    "turns": b"\n" + b">\nx\n" * 200_000,
    "flowed": b"Content-Type: text/plain; format=flowed\n\n" + b"x \n" * 300_000,
    "parts": b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n" * 200_000,
    "odd": b"no header\n" * 100_000 + b"To: x\n\nbody",
    "words": b"Subject: " + b"=?a?q?" * 100_000 + b"\n\nx",
    "to": b"To: " + b'"((((' * 100_000 + b"\n\nx",
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("what", sorted(_ENDLESS))
def test_endless_repetition_ends(tmp_path: Path, what: str) -> None:
    (unit,) = _read(tmp_path, b"From: a@example.org\nMessage-ID: <1@x>\n" + _ENDLESS[what]).units
    assert unit.outcome == "read"
    assert len(unit.segments) < 2_000
