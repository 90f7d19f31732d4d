"""The sample case: the committed exhibits are the ones that the truth describes, and the truth is complete."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
import wave
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

SAMPLE = Path(__file__).parents[2] / "sample_data"
EXHIBITS = SAMPLE / "exhibits"
TRUTH: dict[str, Any] = json.loads((SAMPLE / "truth.json").read_text(encoding="utf-8"))
OUTCOMES = {"read", "blank", "no_text", "skipped", "failed"}
SOURCES = {"clean", "scan", "speech"}
VALUE_FORMS = {
    "phone": r"\+44207946\d{4}|\+1\d{3}55501\d\d",
    "email": r"[a-z.]+@[a-z.]+\.(example|example\.net)",
    "url": r"https://([a-z]+\.example|[a-z]+\.example\.org)/[\w/-]+",
    "ip": r"203\.0\.113\.\d+|2001:db8:[0-9a-f:]+",
    "iban": r"[A-Z]{2}\d\d[A-Z0-9]{11,30}",
    "card": r"\d{16}",
    "date": r"\d{4}-\d\d-\d\d",
    "money": r"GBP \d+\.\d\d",
    "plate": r"[A-Z]{2}\d\d[A-Z]{3}",
    "coordinates": r"-?\d+\.\d+,-?\d+\.\d+",
    "crypto": r"1[1-9A-HJ-NP-Za-km-z]{25,34}",
    "handle": r"@\w+",
    "room": r"room \d",
}
LOOKS_LIKE = {
    "phone": r"(?<![\d.])(?:\+1[ -]|020 7946 0|\(020\) 7946 0)[\d ()-]*\d",
    "email": r"[\w.]+@[\w-]+(?:\.[\w-]+)+",
    "url": r"https?://[^\s<>\"]+\w",
    "date": r"\b\d{1,2}[/.]\d{1,2}[/.]\d{4}|\b\d{4}-\d\d-\d\d\b|\b\d{1,2} (?:January|February|March|May|June|November|December) \d{4}"
    r"|\b\d{1,2}/Feb/\d{4}",
    "money": r"£\d[\d,]*(?:\.\d\d)?",
    "plate": r"\b[A-Z]{2}\d\d [A-Z]{3}\b",
    "handle": r"(?<![\w.])@\w+",
}


def _attachments(path: str) -> dict[str, bytes]:
    message = message_from_bytes((EXHIBITS / path).read_bytes(), policy=default)
    assert isinstance(message, EmailMessage)
    return {f"{path}/{part.get_filename()}": part.get_content() for part in message.iter_attachments()}


def _bytes(exhibit: dict[str, Any]) -> bytes:
    if "parent" in exhibit:
        return _attachments(exhibit["parent"])[exhibit["path"]]
    return (EXHIBITS / exhibit["path"]).read_bytes()


def _clean_text(exhibit: dict[str, Any]) -> str:
    """What a machine can read without an engine: native text, mail bodies, text layers."""
    data = _bytes(exhibit)
    if exhibit["media_type"] == "application/pdf":
        document = pypdfium2.PdfDocument(data)
        text = " ".join(page.get_textpage().get_text_bounded() for page in document)
        document.close()
        return " ".join(text.split())
    if exhibit["media_type"] == "message/rfc822":
        message = message_from_bytes(data, policy=default)
        assert isinstance(message, EmailMessage)
        body = message.get_body(("plain",))
        assert body is not None
        return " ".join(body.get_content().replace("\n>", "\n").split())
    return " ".join(data.decode().split())


def _correspondents(exhibit: dict[str, Any]) -> str:
    if exhibit["media_type"] != "message/rfc822":
        return ""
    message = message_from_bytes(_bytes(exhibit), policy=default)
    return " ".join(str(message[name] or "") for name in ("From", "To", "Cc"))


def _clean_exhibits() -> list[dict[str, Any]]:
    kinds = ("application/pdf", "message/rfc822", "text/")
    return [row for row in _first() if row["media_type"].startswith(kinds) and row["outcome"] == "read"]


def _first() -> list[dict[str, Any]]:
    """The exhibits that the case began with; `test_sample_later.py` checks those it grew by."""
    return [row for row in TRUTH["exhibits"] if "family" not in row]


def _marks(path: str, *sources: str) -> list[dict[str, Any]]:
    return [row for row in TRUTH["identifiers"] if row["exhibit"] == path and row["source"] in sources]


def test_every_exhibit_is_the_file_its_hash_names() -> None:
    for exhibit in _first():
        data = _bytes(exhibit)
        assert hashlib.sha256(data).hexdigest() == exhibit["sha256"], exhibit["path"]
        assert len(data) == exhibit["size_bytes"]


def test_nothing_lies_among_the_exhibits_that_the_truth_does_not_list() -> None:
    on_disk = {path.relative_to(EXHIBITS).as_posix() for path in EXHIBITS.rglob("*") if path.is_file()}
    assert on_disk == {row["path"] for row in TRUTH["exhibits"] if "parent" not in row}
    attached = {name for path in on_disk if path.endswith(".eml") for name in _attachments(path)}
    assert attached == {row["path"] for row in _first() if "parent" in row}


def test_the_sample_is_small_and_of_many_formats() -> None:
    assert sum(path.stat().st_size for path in EXHIBITS.rglob("*") if path.is_file()) < 6_000_000
    assert len(TRUTH["exhibits"]) >= 30
    wanted = {"application/pdf", "image/png", "image/jpeg", "image/tiff", "image/webp", "image/bmp", "image/gif"}
    wanted |= {"audio/wav", "audio/mpeg", "audio/ogg", "audio/flac", "audio/mp4", "audio/amr"}
    wanted |= {"text/plain", "text/markdown", "text/html", "text/csv", "message/rfc822"}
    assert wanted <= {row["media_type"] for row in TRUTH["exhibits"]}


def test_the_truth_keeps_its_schema() -> None:
    paths = {row["path"] for row in TRUTH["exhibits"]}
    assert {row["outcome"] for row in TRUTH["exhibits"]} == OUTCOMES
    for row in TRUTH["identifiers"]:
        assert row["exhibit"] in paths
        assert row["source"] in SOURCES
        assert re.fullmatch(VALUE_FORMS[row["kind"]], row["value"]), row
        assert row["quote"]
        assert ("start_ms" in row) == (row["source"] == "speech")
    assert {row["kind"] for row in TRUTH["identifiers"]} == set(VALUE_FORMS)
    for row in TRUTH["names"]:
        assert row["kind"] in {"PER", "ORG", "LOC"}
        assert row["exhibit"] in paths
    assert len(TRUTH["discoveries"]) == 15


def test_each_place_named_by_the_truth_exists() -> None:
    paths = {row["path"] for row in TRUTH["exhibits"]}
    named = [path for row in [*TRUTH["joins"], *TRUTH["search"]] for path in row["exhibits"]]
    named += [row[side]["exhibit"] for row in TRUTH["apart"] for side in "ab"]
    named += [path for row in TRUTH["findings"] for side in ("supports", "undermines") for path in row[side]]
    named += [row["exhibit"] for part in ("traps", "speech", "ocr") for row in TRUTH[part]]
    assert set(named) <= paths
    assert all(len(row["exhibits"]) + len(row.get("also", ())) >= 2 for row in TRUTH["joins"])


@pytest.mark.parametrize("exhibit", _clean_exhibits(), ids=lambda exhibit: exhibit["path"])
def test_clean_text_holds_each_quote_and_nothing_that_the_truth_forgot(exhibit: dict[str, Any]) -> None:
    text = _clean_text(exhibit)
    marks = [row for row in _marks(exhibit["path"], "clean") if not row.get("in_header")]
    for row in marks:
        assert row["quote"] in text, row
    traps = [row["text"] for row in TRUTH["traps"] if row["exhibit"] == exhibit["path"]]
    for kind, pattern in LOOKS_LIKE.items():
        quotes = {row["quote"] for row in marks if row["kind"] == kind}
        found = {match.group().strip() for match in re.finditer(pattern, text)}
        assert found - set(traps) <= quotes, (kind, found - quotes)


@pytest.mark.parametrize("page", TRUTH["ocr"], ids=lambda page: f"{page['exhibit']}:{page['page']}")
def test_scanned_pages_hold_each_quote_and_nothing_that_the_truth_forgot(page: dict[str, Any]) -> None:
    text = " ".join(page["text"].split())
    marks = [row for row in _marks(page["exhibit"], "scan") if row["page"] == page["page"]]
    for row in marks:
        assert row["quote"] in text, row
    for kind, pattern in LOOKS_LIKE.items():
        quotes = {row["quote"] for row in marks if row["kind"] == kind}
        assert {match.group().strip() for match in re.finditer(pattern, text)} == quotes, kind


@pytest.mark.parametrize("path", sorted({row["exhibit"] for row in TRUTH["names"]} & {row["path"] for row in _first()}))
def test_names_stand_in_the_text_they_are_said_to_stand_in(path: str) -> None:
    text = " ".join(row["text"] for part in ("ocr", "speech") for row in TRUTH[part] if row["exhibit"] == path)
    for exhibit in _clean_exhibits():
        if exhibit["path"] == path:
            text += " " + _clean_text(exhibit) + " " + _correspondents(exhibit)
    for row in TRUTH["names"]:
        if row["exhibit"] == path:
            assert row["name"] in " ".join(text.split()), row


def test_the_sealed_letter_shares_its_secrets_with_no_other_exhibit() -> None:
    sealed = TRUTH["sealed"]
    others = [row for row in _clean_exhibits() if row["path"] != sealed["path"]]
    text = " ".join([*map(_clean_text, others), *(row["text"] for part in ("ocr", "speech") for row in TRUTH[part])])
    letter = _clean_text(next(row for row in TRUTH["exhibits"] if row["path"] == sealed["path"]))
    for phrase in [sealed["phrase"], *sealed["names"]]:
        assert phrase in letter
        assert phrase not in text
    assert {row["kind"] for row in sealed["identifiers"]} == {"phone", "email", "date", "money", "iban"}


def test_one_number_stands_on_a_scan_in_speech_and_in_clean_text() -> None:
    number = next(row for row in TRUTH["joins"] if row["kind"] == "phone")["value"]
    assert {row["source"] for row in TRUTH["identifiers"] if row["value"] == number} == SOURCES


def test_one_invoice_lies_in_three_places() -> None:
    digests = [row["sha256"] for row in TRUTH["exhibits"] if row["path"].endswith("invoice-0117.pdf")]
    assert len(digests) == 3
    assert len(set(digests)) == 1


def test_the_hotline_call_is_wideband() -> None:
    with wave.open(str(EXHIBITS / "phone-hotline/hotline-call.wav")) as call:
        assert (call.getframerate(), call.getnchannels(), call.getsampwidth()) == (16_000, 1, 2)
        assert 20 < call.getnframes() / call.getframerate() < 40


def test_the_voice_note_says_two_sentences() -> None:
    note = next(row for row in TRUTH["speech"] if row["exhibit"] == "phone-hotline/voice-note.ogg")
    said = ["The van leaves the lodge at six.", "Bring your papers to the front desk."]
    assert [row["text"] for row in note["sentences"]] == said


def test_the_authority_has_what_intake_asks_for() -> None:
    authority = tomllib.loads((SAMPLE / "authority.toml").read_text(encoding="utf-8"))
    wanted = {"reference", "kind", "issuer", "issued", "valid_from", "valid_to", "country", "purposes", "scope"}
    assert wanted | {"review_by", "erase_by", "held"} <= set(authority)
    assert authority["valid_from"] <= authority["valid_to"] < authority["review_by"] < authority["erase_by"]
    assert authority["case"]["languages"] == ["en", "ro"]


def test_no_email_was_sent_by_someone_outside_the_example_domains() -> None:
    for row in TRUTH["exhibits"]:
        if row["media_type"] == "message/rfc822":
            message = message_from_bytes(_bytes(row), policy=default)
            assert re.search(r"\.example(\.net)?$", message["From"].addresses[0].domain)
            assert message["Message-ID"]
            assert message["Date"].datetime.tzinfo is not None
