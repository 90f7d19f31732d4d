"""What the case grew by, against its truth, opened with other tools than the product's own readers."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import mailbox
import re
import tarfile
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import pyzipper
import zxingcpp
from lxml import etree
from PIL import Image

SAMPLE = Path(__file__).parents[2] / "sample_data"
EXHIBITS = SAMPLE / "exhibits"
TRUTH: dict[str, Any] = json.loads((SAMPLE / "truth.json").read_text(encoding="utf-8"))
LATER = {row["path"]: row for row in TRUTH["exhibits"] if "family" in row}
FAMILIES = {"chats", "phones", "records", "mail", "archives", "office", "video", "pictures"}
PASSWORDS = SAMPLE / "passwords.txt"
PACKED = (".xlsx", ".docx", ".pptx", ".ods", ".odt", ".ufdr")


def _bytes(path: str) -> bytes:
    """The bytes of an exhibit, taken out of what holds it where it is no file of its own."""
    parent = LATER[path].get("parent")
    return (EXHIBITS / path).read_bytes() if parent is None else _inside(parent, path.removeprefix(f"{parent}/"))


def _inside(parent: str, name: str) -> bytes:
    data = _bytes(parent)
    if parent.endswith(".tar.gz"):
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            held = archive.extractfile(name)
            assert held is not None
            return held.read()
    if parent.endswith(".mbox"):
        name = name.rpartition("/")[2]
        letters = mailbox.mbox(EXHIBITS / parent, create=False)
        parts = [part for letter in letters for part in letter.walk() if part.get_filename() == name]
        letters.close()
        (part,) = parts
        taken = part.get_payload(decode=True)
        assert isinstance(taken, bytes)
        return taken
    if parent.endswith(".ufdr"):
        name = f"files/Image/{name.rpartition('/')[2]}"
    with pyzipper.AESZipFile(io.BytesIO(data)) as archive:
        archive.setpassword(PASSWORDS.read_text().split()[-1].encode())
        return bytes(archive.read(name))


def _said(path: str) -> str:
    """Whatever an exhibit says in its own characters, with single spaces."""
    data = _bytes(path)
    if path.endswith(".xlsx"):
        book = openpyxl.load_workbook(io.BytesIO(data))
        texts = [str(cell.value).encode() for sheet in book for row in sheet.iter_rows() for cell in row]
    elif path.endswith(PACKED):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            inner = [name for name in archive.namelist() if name.endswith(".xml")]
            texts = ["".join(etree.fromstring(archive.read(name)).itertext()).encode() for name in inner]
    elif path.endswith(".rtf"):
        texts = [re.sub(rb"\\'(..)", lambda hit: bytes.fromhex(hit[1].decode()).decode("cp1252").encode(), data)]
    elif path.endswith(".json"):
        texts = [json.dumps(json.loads(data), ensure_ascii=False).encode()]
    else:
        texts = [data]
    text = " ".join(text.decode("utf-8", "replace") for text in texts)
    return " ".join(text.replace("\n>", "\n").split())


def _scanned(path: str) -> str:
    return " ".join(" ".join(row["text"].split()) for row in TRUTH["ocr_later"] if row["exhibit"] == path)


def test_each_family_has_its_exhibits() -> None:
    assert {row["family"] for row in LATER.values()} == FAMILIES
    kinds = {Path(path).suffix for path in LATER}
    assert kinds >= {
        ".zip",
        ".json",
        ".ufdr",
        ".csv",
        ".xlsx",
        ".ods",
        ".mbox",
        ".ics",
        ".vcf",
        ".gz",
        ".docx",
        ".pptx",
    }
    assert kinds >= {".odt", ".rtf", ".mp4", ".png", ".opus", ".jpg"}


@pytest.mark.parametrize("path", sorted(LATER))
def test_every_later_exhibit_is_the_file_its_hash_names(path: str) -> None:
    data = _bytes(path)
    assert (hashlib.sha256(data).hexdigest(), len(data)) == (LATER[path]["sha256"], LATER[path]["size_bytes"])


@pytest.mark.parametrize(
    "row",
    [row for row in TRUTH["identifiers"] if row["exhibit"] in LATER],
    ids=lambda row: f"{row['exhibit']}:{row['quote']}",
)
def test_each_quote_stands_in_its_exhibit(row: dict[str, Any]) -> None:
    path = row["exhibit"]
    code = LATER[path].get("facts", {}).get("code", "")
    assert row["quote"] in (f"{_scanned(path)} {code}" if row["source"] == "scan" else _said(path))


@pytest.mark.parametrize("row", [row for row in TRUTH["names"] if row["exhibit"] in LATER], ids=lambda row: row["name"])
def test_each_name_stands_in_its_exhibit(row: dict[str, Any]) -> None:
    assert row["name"] in _said(row["exhibit"]) + _scanned(row["exhibit"])


def test_nothing_of_the_sealed_letter_stands_in_what_came_later() -> None:
    sealed = TRUTH["sealed"]
    secrets = [sealed["phrase"], *sealed["names"], *(row["value"] for row in sealed["identifiers"])]
    secrets += ["25/02/2026", "25 February", "7,315", "7946 0199", "GB33 BUKB"]
    for path in LATER:
        said = _said(path) + _scanned(path)
        assert [secret for secret in secrets if secret in said] == [], path


def test_the_voice_note_in_the_chat_is_the_loose_one() -> None:
    note = next(path for path in LATER if path.endswith(".opus"))
    assert _bytes(note) == (EXHIBITS / "phone-hotline" / "voice-note.ogg").read_bytes()


def test_the_number_of_the_form_calls_and_is_many_guests_telephone() -> None:
    calls = _rows("operator/cdr-020-7946-0142.csv")
    assert sum(row[:1] == ["020 7946 0142"] for row in calls) > 150
    assert [row[0] for row in calls].count("A-number") == 3  # once above, and again on each page
    assert sum(len(row) == 10 and row[0] != "A-number" for row in calls) == _count("operator/cdr-020-7946-0142.csv")
    stays = list(_sheet("lodge-records/register-2026.xlsx", "Register"))[1:]
    assert len(stays) == _count("lodge-records/register-2026.xlsx")
    numbers = {(row[0], row[1]) for row in stays}
    assert ("Elena Ciobanu", "020 7946 0151") in numbers
    assert len({guest for guest, number in numbers if number == "020 7946 0142"}) == 5


def test_one_account_pays_the_rooms_and_the_wages() -> None:
    rows = _rows("bank/ternside-account.csv")[1:]
    assert len(rows) == _count("bank/ternside-account.csv")
    paid = {(row[1], row[3]) for row in rows if row[4].startswith("-")}
    assert {
        ("IE29AIBK93115212345678", "GB82WEST12345698765432"),
        ("IE29AIBK93115212345678", "GB94BARC10201530093459"),
    } <= paid
    payers = {row[7] for row in _sheet("lodge-records/register-2026.xlsx", "Register")}
    assert "IE29AIBK93115212345678" in payers


def test_the_contradicted_night_stands_in_the_register() -> None:
    (told,) = TRUTH["contradictions"]
    night = told["night"]
    stays = [row for row in _sheet("lodge-records/register-2026.xlsx", "Register") if row[0] == "Elena Ciobanu"]
    assert any(str(row[4])[:10] <= night < str(row[5])[:10] for row in stays)
    assert set(told["says_so"]) | set(told["says_otherwise"]) <= set(LATER)
    assert "moved all eight of us to Tern Yard" in _said(told["says_otherwise"][0])


def test_the_recorded_events_stand_in_their_exhibits() -> None:
    for row in TRUTH["records"]:
        assert row["exhibit"] in LATER
        assert row["family"] == LATER[row["exhibit"]]["family"]
        if "words" in row:
            said = _said(row["exhibit"])
            assert all(part in said for part in row["words"].split("020 7946 0142")), row


def test_the_poster_holds_its_code() -> None:
    (path,) = (path for path, row in LATER.items() if "code" in row.get("facts", {}))
    (code,) = zxingcpp.read_barcodes(Image.open(EXHIBITS / path).convert("L"))
    assert code.text == LATER[path]["facts"]["code"]


def test_what_documents_hide_is_in_them() -> None:
    for path, row in LATER.items():
        for name in ("deleted", "comment", "notes"):
            assert row.get("facts", {}).get(name, "") in _said(path)
    wages = openpyxl.load_workbook(EXHIBITS / "staffing-office/computer/wages.xlsx")
    assert wages["Owed"].sheet_state == "hidden"


def test_each_template_fits_the_header_of_its_table() -> None:
    templates = [
        tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted((SAMPLE / "templates").glob("*.toml"))
    ]
    assert len(templates) >= 5
    headers = [_rows("operator/cdr-020-7946-0142.csv")[1], _rows("operator/cells-ellery.csv")[0]]
    headers += [
        list(next(_sheet("lodge-records/register-2026.xlsx", "Register"))),
        _rows("bank/ternside-account.csv")[0],
    ]
    headers.append(["Passenger", "Document", "Carrier", "From", "To", "Departs", "Arrives", "Reference", "Booked by"])
    for template in templates:
        assert [column["header"] for column in template["columns"]] in headers, template["name"]


def _rows(path: str) -> list[list[str]]:
    text = (EXHIBITS / path).read_text(encoding="cp1252")
    return list(csv.reader(io.StringIO(text), delimiter=";" if ";" in text else ","))


def _sheet(path: str, name: str) -> Any:
    return openpyxl.load_workbook(EXHIBITS / path)[name].iter_rows(values_only=True)


def _count(path: str) -> int:
    return int(LATER[path]["counts"]["rows"])
