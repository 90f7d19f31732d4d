"""Outlook's files: messages, messages in messages, winmail.dat, and stores as far as they can be had."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import random
from pathlib import Path

import compressed_rtf
import olefile
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mail_files import (
    Storage,
    context_of,
    filetime,
    outlook_file,
    outlook_storage,
    reading_of,
    texts,
    tnef_file,
)

from evidence.errors import Unreadable
from evidence.locator import RecordPlace
from extractors.identify import identify
from extractors.mail import store, tnef
from extractors.mail.compound import compound_file, names
from extractors.mail.outlook import OutlookReader
from extractors.mail.store import StoreReader
from extractors.mail.tnef import TnefReader

SUBJECT, BODY, RTF, HTML, SENDER, ADDRESS, SENT, KEY = (
    0x0037001F, 0x1000001F, 0x10090102, 0x10130102, 0x0C1A001F, 0x5D01001F, 0x00390040, 0x1035001F,
)  # fmt: skip
BASE: dict[int, object] = {
    SUBJECT: "Rooms for six, știți", SENDER: "Ann Lee", ADDRESS: "Ann@Example.org", SENT: filetime(1_772_442_900), KEY: "<1@x>",
}  # fmt: skip
TO = (("Dee Marsh", "dee@example.org", 1), ("Boss, The", "/O=ORG/OU=X/CN=BOSS", 2))


def _message(tmp_path: Path, storage: Storage) -> Path:
    path = tmp_path / "1.msg"
    path.write_bytes(outlook_file(storage))
    return path


def test_a_message_with_named_recipients_and_an_attachment(tmp_path: Path) -> None:
    path = _message(
        tmp_path,
        outlook_storage(
            BASE | {BODY: "Please hold them.\r\n\r\n-- \r\nAnn"},
            recipients=TO,
            attachments=(("offer.pdf", b"%PDF-1.4" * 900),),
        ),
    )
    assert identify(path) == "application/vnd.ms-outlook"
    reading = reading_of(OutlookReader(), path, tmp_path / "s")
    assert texts(reading, "headers")[0].splitlines() == [
        "From: Ann Lee <Ann@Example.org>",
        "To: Dee Marsh <dee@example.org>",
        'Cc: "Boss, The" </O=ORG/OU=X/CN=BOSS>',
        "Subject: Rooms for six, știți",
        "Message-ID: <1@x>",
    ]
    assert texts(reading, "body") == ["Please hold them.\n\n-- \nAnn"]
    (event,) = reading.events
    assert (event.time_utc, event.zone, event.zone_by, event.key) == (
        "2026-03-02T09:15:00Z",
        "UTC",
        "the format (Windows time)",
        "1@x",
    )
    assert event.parties == (
        ("from", "email", "ann@example.org"),
        ("to", "email", "dee@example.org"),
        ("cc", "account", "exchange:/O=ORG/OU=X/CN=BOSS"),
    )
    (named,) = reading.named
    assert (named.kind, named.value, named.quote) == ("account", "exchange:/O=ORG/OU=X/CN=BOSS", "/O=ORG/OU=X/CN=BOSS")
    assert texts(reading, "headers")[0][named.start : named.end] == named.quote
    assert (tmp_path / "s" / reading.children[0].scratch_name).read_bytes() == b"%PDF-1.4" * 900
    assert event.attachments[0].name == "offer.pdf"
    for segment in reading.units[0].segments:
        original = OutlookReader().original(path, place=segment.place, media_type="", context=context_of(tmp_path))
        assert original.data
        assert original.where.startswith("stream __substg1.0_")


def test_headers_of_the_internet_go_before_outlooks_own(tmp_path: Path) -> None:
    transport = "Microsoft Mail Internet Headers Version 2.0\r\nFrom: Real <real@example.org>\r\nDate: Tue, 3 Mar 2026 09:15:00 +0200\r\nIn-Reply-To: <0@x>\r\n\r\n"
    path = _message(tmp_path, outlook_storage(BASE | {0x007D001F: transport, BODY: "x"}, recipients=TO))
    (event,) = reading_of(OutlookReader(), path, tmp_path / "s").events
    assert event.time_utc == "2026-03-03T07:15:00Z"
    assert event.parties[0] == ("from", "email", "real@example.org")
    assert event.reply_to == "0@x"
    assert ("to", "email", "dee@example.org") in event.parties


def test_a_body_only_in_rtf_is_read(tmp_path: Path) -> None:
    rtf = compressed_rtf.compress(b"{\\rtf1\\ansi\\ansicpg1252 Please hold the \\b rooms\\b0 .\\par Caf\\'e9}")
    reading = reading_of(OutlookReader(), _message(tmp_path, outlook_storage(BASE | {RTF: rtf})), tmp_path / "s")
    assert texts(reading, "body") == ["Please hold the rooms.\nCafé"]
    assert reading.units[0].facts["body"] == "RTF"
    broken = reading_of(OutlookReader(), _message(tmp_path, outlook_storage(BASE | {RTF: b"\0" * 40})), tmp_path / "s2")
    assert broken.units[0].partial
    assert "RTF" in broken.units[0].reason


def test_a_page_alone_is_read_as_its_reader_sees_it(tmp_path: Path) -> None:
    page = "<p>Grüße</p><a href='https://example.org/a'>go</a>".encode("cp1252")
    path = _message(tmp_path, outlook_storage(BASE | {HTML: page, 0x3FDE0003: 1252}))
    reading = reading_of(OutlookReader(), path, tmp_path / "s")
    assert texts(reading, "body") == ["Grüße\n\ngo"]
    assert texts(reading, "links") == ["https://example.org/a"]


def test_a_message_in_a_message_becomes_a_file_of_its_own_that_is_read_like_one(tmp_path: Path) -> None:
    inner = outlook_storage(
        BASE | {SUBJECT: "inner", BODY: "inside " * 900},
        recipients=TO,
        attachments=(("x.pdf", b"deep"),),
        enclosed=True,
    )
    path = _message(tmp_path, outlook_storage(BASE | {BODY: "outer"}, attachments=(("inner", inner),)))
    reading = reading_of(OutlookReader(), path, tmp_path / "s")
    (child,) = reading.children
    assert child.inner_path == "inner.msg"
    written = tmp_path / "s" / child.scratch_name
    assert identify(written) == "application/vnd.ms-outlook"
    inside = reading_of(OutlookReader(), written, tmp_path / "s2")
    assert texts(inside, "body") == [("inside " * 900).strip()]
    assert "Subject: inner" in texts(inside, "headers")[0]
    assert [one.inner_path for one in inside.children] == ["x.pdf"]
    again = reading_of(OutlookReader(), path, tmp_path / "s3")
    assert again.events[0].attachments == reading.events[0].attachments


@settings(max_examples=40, deadline=None)
@given(
    st.dictionaries(st.text("abcdefXYZ_0123", min_size=1, max_size=20), st.binary(max_size=9_000), max_size=12),
    st.dictionaries(st.text("pqr", min_size=1, max_size=4), st.dictionaries(st.text("uvw", min_size=1, max_size=3), st.binary(max_size=300), max_size=5), max_size=4),
)  # fmt: skip
def test_what_is_written_as_a_compound_file_another_library_reads_back(
    streams: dict[str, bytes], folders: dict[str, dict[str, bytes]]
) -> None:
    streams = {name: data for name, data in streams.items() if name.upper() not in {other.upper() for other in folders}}
    streams = {name: data for name, data in streams.items() if name.upper() == name or name.upper() not in streams}
    once: dict[str, bytes] = {}
    for name, data in streams.items():
        if name.upper() not in {other.upper() for other in once}:
            once[name] = data
    root = Storage(once, {name: Storage(held) for name, held in folders.items()})
    with olefile.OleFileIO(io.BytesIO(compound_file(root))) as held:
        assert sorted("/".join(path) for path in held.listdir()) == sorted(names(root))
        for name, data in once.items():
            assert held.openstream(name).read() == data


def test_a_large_stream_needs_more_tables_than_the_header_holds() -> None:
    data = random.Random(1).randbytes(9_000_000)
    with olefile.OleFileIO(io.BytesIO(compound_file(Storage({"big": data, "small": b"x"})))) as held:
        assert held.openstream("big").read() == data
        assert held.openstream("small").read() == b"x"


@pytest.mark.timeout(120)
def test_a_damaged_message_is_unreadable_or_honestly_read(tmp_path: Path) -> None:
    chance = random.Random(3)
    data = outlook_file(
        outlook_storage(BASE | {BODY: "text " * 1_200}, recipients=TO, attachments=(("a.pdf", b"x" * 5_000),))
    )
    path = tmp_path / "hurt.msg"
    for trial in range(120):
        hurt = bytearray(data[: chance.randrange(len(data))] if trial % 3 == 0 else data)
        for _ in range(chance.randrange(1, 25)):
            if hurt:
                hurt[chance.randrange(min(len(hurt), 4_096 if trial % 2 else len(hurt)))] = chance.randrange(256)
        path.write_bytes(bytes(hurt))
        identify(path)
        try:
            reading = reading_of(OutlookReader(), path, tmp_path / "s")
        except Unreadable:
            continue
        for segment in reading.units[0].segments:
            segment.text.encode("utf-8")


# --- winmail.dat ---------------------------------------------------------------------------------------------------

needs_tnef = pytest.mark.skipif(importlib.util.find_spec("tnefparse") is None, reason="the extra tnef is not installed")


@needs_tnef
def test_winmail_gives_its_text_and_its_attachments(tmp_path: Path) -> None:
    path = tmp_path / "winmail.dat"
    path.write_bytes(
        tnef_file("Rooms", "Please hold them.\r\nAnn", (("offer.pdf", b"%PDF-1.4"), ("Prüfung.doc", b"\xd0\xcf")))
    )
    assert identify(path) == "application/ms-tnef"
    reading = reading_of(TnefReader(), path, tmp_path / "s")
    assert texts(reading, "headers") == ["Subject: Rooms"]
    assert texts(reading, "body") == ["Please hold them.\nAnn"]
    assert reading.children[0].inner_path == "offer.pdf"
    assert (tmp_path / "s" / "attachment-1").read_bytes() == b"%PDF-1.4"
    assert len(reading.children) == 2
    original = TnefReader().original(
        path, place=RecordPlace(record=1, field="body"), media_type="", context=context_of(tmp_path)
    )
    assert original.data == b"Please hold them.\r\nAnn\0"


@needs_tnef
def test_a_damaged_winmail_is_unreadable_or_honestly_read(tmp_path: Path) -> None:
    chance = random.Random(5)
    data = tnef_file("Rooms", "Please hold them.", (("offer.pdf", b"%PDF" * 50),))
    path = tmp_path / "winmail.dat"
    for trial in range(200):
        hurt = bytearray(data[: chance.randrange(7, len(data))] if trial % 2 else data)
        for _ in range(chance.randrange(6)):
            hurt[chance.randrange(6, len(hurt))] = chance.randrange(256)
        path.write_bytes(bytes(hurt))
        with contextlib.suppress(Unreadable):
            (unit,) = reading_of(TnefReader(), path, tmp_path / "s").units
            assert unit.reason or unit.outcome == "read"
    path.write_bytes(b"\x78\x9f\x3e\x22\0\0" + bytes(11) * 20_000)
    with pytest.raises(Unreadable, match="too many"):
        reading_of(TnefReader(), path, tmp_path / "s")


def test_without_its_library_winmail_is_skipped_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    survey = TnefReader().survey(tmp_path, media_type="application/ms-tnef", context=context_of(tmp_path))
    assert (survey.outcome, survey.reason) == ("skipped", tnef.MISSING)
    assert "tnef" in tnef.available().next_step


# --- stores --------------------------------------------------------------------------------------------------------

needs_pst = pytest.mark.skipif(importlib.util.find_spec("pypff") is None, reason="the extra pst is not installed")


@needs_pst
@pytest.mark.parametrize("tail", [b"", bytes(508), bytes(8_000), b"\xff" * 4_000])
def test_a_store_that_cannot_be_opened_is_unreadable(tmp_path: Path, tail: bytes) -> None:
    path = tmp_path / "in.pst"
    path.write_bytes(b"!BDN" + tail)
    assert identify(path) == "application/vnd.ms-outlook-pst"
    with pytest.raises(Unreadable):
        StoreReader().survey(path, media_type="", context=context_of(tmp_path))


def test_without_its_library_a_store_is_skipped_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    survey = StoreReader().survey(tmp_path, media_type="", context=context_of(tmp_path))
    assert (survey.outcome, survey.reason) == ("skipped", store.MISSING)
    assert "pst" in store.available().next_step
