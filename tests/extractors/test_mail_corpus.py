"""Every message of the awkward corpus is read honestly, and every segment leads back to the bytes it came from."""

from __future__ import annotations

import email
from email.policy import compat32
from pathlib import Path

import pytest
from mail_files import context_of, reading_of, texts

from evidence.locator import RecordPlace
from extractors.email import EmailReader
from extractors.mail.mime import leaves, parse

MAIL = Path(__file__).parents[2].parent / "shared" / "data" / "mail"
FILES = sorted(MAIL.rglob("*.eml"))
needs_corpus = pytest.mark.skipif(not FILES, reason="the shared mail corpus is not here")

EXPECTED: dict[str, dict[str, object]] = {
    "attachment_message_rfc822.eml": {"children": ("ForwardedMessage.eml",)},
    "attachment_nonascii_filename.eml": {"children": ("ciële.txt",)},
    "attachment_with_base64_encoded_name.eml": {"children": ("This is a test.pdf",), "quoted": "Forwarded message"},
    "attachment_with_quoted_filename.eml": {"children": ("Eelanalüüsi päring.jpg",)},
    "bad_date_header.eml": {"utc": ""},
    "content_transfer_encoding_x_uuencode.eml": {"children": ("PGP_Cmts_on_12-14-01_Pkg.doc",), "partial": True},
    "email_with_similar_boundaries.eml": {"body": "Test", "children": ("LOGO.png",), "partial": False},
    "example06.eml": {"answers": "1234@local.machine.example"},
    "example13.eml": {"body": 'So, "Hello".', "utc": ""},
    "japanese.eml": {"headers": "Subject: まみむめも", "body": "かきくえこ"},
    "japanese_attachment_long_name.eml": {"children": ("かきくけこ" * 5 + ".txt",)},
    "japanese_iso_2022.eml": {"body": "すみません。"},
    "japanese_shift_jis.eml": {"body": "このメールはテスト用のメールです。"},
    "ks_c_5601-1987.eml": {"body": "스티해"},
    "multi_address_bounce1.eml": {"report": "message/delivery-status", "children": ("message-1.eml",)},
    "multiple_references_with_one_invalid.eml": {"body": "foo"},
    "raw_email_double_at_in_header.eml": {"headers": "한국말로 하는 것", "body": "제 이름은 Jamis입니다."},
    "raw_email_reply.eml": {"answers": "348F04F142D69C21-291E56D292BC@xxxx.net"},
    "report_422.eml": {"report": "message/delivery-status", "quoted": "Return-Path: <jennifer@sss.sssssss.net.au>"},
    "sig_only_email.eml": {"children": ("signature.asc",)},
    "utf8_headers.eml": {"headers": '"Märy Smith" <märy@exämple.net>', "body": "body"},
}
"""What some of them must give; the rest must be read, decoded and led back to."""


@needs_corpus
@pytest.mark.parametrize("path", FILES, ids=[f"{path.parent.name}/{path.stem}" for path in FILES])
def test_each_is_read_and_every_segment_leads_back_to_its_bytes(path: Path, tmp_path: Path) -> None:
    data = path.read_bytes()
    reading = reading_of(EmailReader(), path, tmp_path)
    (unit,) = reading.units
    assert unit.outcome == "read"
    assert unit.reason or not (unit.partial or unit.doubtful)
    assert [segment.index for segment in unit.segments] == list(range(len(unit.segments)))
    context = context_of(tmp_path)
    for segment in unit.segments:
        assert segment.text.strip()
        segment.text.encode("utf-8")
        assert isinstance(segment.place, RecordPlace)
        original = EmailReader().original(path, place=segment.place, media_type="message/rfc822", context=context)
        assert original.data
        assert data[segment.place.offset :].startswith(original.data)
        again = tmp_path / "again.eml"
        again.write_bytes(original.data)
        there = reading_of(EmailReader(), again, tmp_path / "again")
        assert segment.text in texts(there, segment.place.field)
    for event in reading.events:
        assert {attachment.name for attachment in event.attachments} == {child.inner_path for child in reading.children}
        assert not event.time_utc or event.zone
    for child in reading.children:
        assert (tmp_path / child.scratch_name).is_file()


@needs_corpus
@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_parts_hold_what_the_standard_library_finds_in_them(path: Path) -> None:
    """Where its own parser finds nothing wrong, both must see the same leaves with the same bytes."""
    data = path.read_bytes().replace(b"\r\n", b"\n")
    theirs = email.message_from_bytes(data, policy=compat32)
    every = list(theirs.walk())
    if any(part.defects or part.get_content_maintype() == "message" for part in every):
        pytest.skip("malformed, or a message in it: the standard library repairs or opens what we keep as it stands")
    expected = [part for part in every if not part.is_multipart()]
    ours = list(leaves(parse(data)))
    assert [part.kind for part in ours] == [part.get_content_type() for part in expected]
    for mine, other in zip(ours, expected, strict=True):
        decoded = other.get_payload(decode=True)
        assert isinstance(decoded, bytes)
        if str(other.get("Content-Transfer-Encoding", "")).lower() not in ("x-uuencode",):
            assert mine.content()[0] == decoded


@needs_corpus
@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_what_some_must_give(name: str, tmp_path: Path) -> None:
    wanted = EXPECTED[name]
    path = next(path for path in FILES if path.name == name)
    reading = reading_of(EmailReader(), path, tmp_path)
    held = {
        "children": tuple(child.inner_path for child in reading.children),
        "utc": "".join(event.time_utc for event in reading.events),
        "answers": "".join(event.reply_to for event in reading.events),
        "report": reading.units[0].facts.get("report", ""),
        "partial": reading.units[0].partial,
    }
    for what, value in wanted.items():
        if what in held:
            assert held[what] == value, what
        else:
            assert isinstance(value, str)
            assert value in "\n".join(texts(reading, what)), what
