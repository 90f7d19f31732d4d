"""App databases from phones: every row a segment with its rowid, as the app kept it; real ones against a forensic tool's reading."""

from __future__ import annotations

import base64
import hashlib
import json
import random
import shutil
import sqlite3
import zipfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import made_phone_databases as made
import pytest

from evidence.errors import Unreadable
from evidence.locator import RecordPlace
from evidence.records import DEVICE_USER, EventRecord, Reading, Segment
from extractors.identify import identify
from extractors.phone import chapters
from extractors.phone.app_databases import AppDatabaseReader, OtherDatabaseReader
from extractors.phone.ios import attributed_text
from extractors.protocols import Engines, Part, ReadContext, Sibling
from extractors.registry import READER_OF, survey

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "phones" / "ileapp_ios15"
TOOL = "20250621193412.json"
USER = ("from", DEVICE_USER, "")
TO_USER = ("to", DEVICE_USER, "")


def context(tmp_path: Path, **more: object) -> ReadContext:
    scratch = tmp_path / "scratch"
    scratch.mkdir(exist_ok=True)
    return ReadContext(languages=(), scratch=scratch, **more)  # type: ignore[arg-type]


def readings(path: Path, tmp_path: Path, **more: object) -> list[Reading]:
    """Survey a database and read all its parts, as a run does."""
    reader, around = AppDatabaseReader(), context(tmp_path, **more)
    media_type = identify(path)
    assert READER_OF[media_type] == "phone database"
    found = reader.survey(path, media_type=media_type, context=around)
    return [
        reader.read(path, media_type=media_type, part=part, engines=Engines(), context=around) for part in found.parts
    ]


def segments(found: list[Reading]) -> list[Segment]:
    return [segment for reading in found for unit in reading.units for segment in unit.segments]


def texts(found: list[Reading]) -> list[str]:
    return [segment.text for segment in segments(found)]


def events(found: list[Reading]) -> dict[str, EventRecord]:
    return {event.key: event for reading in found for event in reading.events}


def named(found: list[Reading]) -> set[tuple[str, str]]:
    return {(one.kind, one.value) for reading in found for one in reading.named}


@pytest.mark.parametrize("name", sorted(made.MEDIA_TYPES))
def test_a_database_is_told_by_its_tables_and_every_segment_leads_back_to_its_row(name: str, tmp_path: Path) -> None:
    path = made.MAKERS[name](tmp_path / "blob")
    assert identify(path) == made.MEDIA_TYPES[name]
    reader, around = AppDatabaseReader(), context(tmp_path)
    before = path.read_bytes()
    found = readings(path, tmp_path)
    with sqlite3.connect(path) as connection:
        for segment in segments(found):
            place = segment.place
            assert isinstance(place, RecordPlace)
            original = reader.original(path, place=place, media_type=made.MEDIA_TYPES[name], context=around)
            if place.key:
                row = connection.execute(f'SELECT * FROM "{place.table}" WHERE rowid = {place.key}').fetchone()
                assert original.text.startswith(f"rowid: {place.key}\n")
                assert len(original.text.split("\n")) >= len(row) + 1
            else:
                assert original.text.startswith("CREATE TABLE")
    for reading in found:
        by_index = {segment.index: segment.text for unit in reading.units for segment in unit.segments}
        assert all(by_index[one.segment][one.start : one.end] == one.quote for one in reading.named)
        assert not any(unit.partial or unit.doubtful for unit in reading.units)
    assert path.read_bytes() == before
    assert sorted(one.name for one in tmp_path.iterdir()) == ["blob", "scratch"]


# --- WhatsApp, Android ---------------------------------------------------------------------------------------------


def test_whatsapp_android_as_it_is_now(tmp_path: Path) -> None:
    found = readings(made.msgstore(tmp_path / "msgstore.db"), tmp_path)
    by_key = events(found)
    assert by_key["K1"].parties == (("from", "phone", "+447700900123"), TO_USER)
    assert (by_key["K1"].time_utc, by_key["K1"].zone) == ("2023-11-14T22:13:20Z", "UTC")
    assert by_key["K1"].facts["reactions"] == "👍 by the user of the device"
    assert by_key["K2"].parties == (USER, ("to", "phone", "+447700900123"))
    assert (by_key["K2"].reply_to, by_key["K2"].state) == ("K1", "edited")
    assert by_key["K3"].state == "deleted"
    photo = by_key["K4"].attachments[0]
    assert photo.name == "Media/WhatsApp Images/IMG-1.jpg"
    assert photo.sha256 == hashlib.sha256(b"photo").hexdigest()
    group = "whatsapp:447700900001-1600000000@g.us"
    assert by_key["K5"].parties == (("from", "phone", "+447700900456"), ("in", "account", group))
    assert (by_key["K6"].facts["latitude"], by_key["K6"].facts["longitude"]) == ("51.5", "-0.12")
    assert by_key["K7"].state == "system"
    assert not by_key["K7"].parties
    said = texts(found)
    assert "[IMG-1.jpg]" in said
    assert "51.5, -0.12 Harbour Lodge" in said
    assert "whatsapp chat: Crew\n447700900001-1600000000@g.us\n447700900456@s.whatsapp.net (admin)" in said


def test_a_hidden_id_is_read_as_the_number_that_the_app_mapped_it_to(tmp_path: Path) -> None:
    event = events(readings(made.msgstore(tmp_path / "msgstore.db"), tmp_path))["K8"]
    assert event.parties[0] == ("from", "phone", "+447700900456")


def test_calls_have_a_direction_a_length_and_a_line_to_read(tmp_path: Path) -> None:
    found = readings(made.msgstore(tmp_path / "msgstore.db"), tmp_path)
    out, missed = events(found)["C1"], events(found)["C2"]
    assert out.parties == (("to", "phone", "+447700900123"), USER)
    assert (out.facts["seconds"], out.facts["direction"], out.state) == ("35", "outgoing", "")
    assert missed.parties == (("from", "phone", "+447700900456"), TO_USER)
    assert missed.state == "missed"
    assert texts(found)[-3:-1] == ["outgoing voice call, 35 s", "incoming video call, missed"]


def test_whatsapp_android_as_it_was(tmp_path: Path) -> None:
    found = readings(made.old_msgstore(tmp_path / "msgstore.db"), tmp_path)
    by_key = events(found)
    assert by_key["O1"].parties == (("from", "phone", "+447700900123"), TO_USER)
    assert by_key["O2"].reply_to == "O1"
    group = "whatsapp:447700900001-1600000000@g.us"
    assert by_key["O3"].parties == (("from", "phone", "+447700900456"), ("in", "account", group))
    assert by_key["O4"].attachments[0].sha256 == hashlib.sha256(b"photo").hexdigest()
    assert by_key["O5"].state == "deleted"
    assert "look at this" in texts(found)


def test_a_database_that_was_being_moved_is_not_read_twice(tmp_path: Path) -> None:
    path = made.msgstore(tmp_path / "msgstore.db")
    made.old_tables(path)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE messages SET key_id = 'K1' WHERE key_id = 'O1'")
    connection.close()
    keys = Counter(event.key for reading in readings(path, tmp_path) for event in reading.events)
    assert keys["K1"] == 1
    assert keys["O2"] == 1


def test_a_database_without_the_apps_keys_and_indices_reads_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = readings(made.msgstore(tmp_path / "msgstore.db"), tmp_path)
    bare = made.MSGSTORE.replace(
        " PRIMARY KEY AUTOINCREMENT, chat_row_id INTEGER NOT NULL,\n", ", chat_row_id INTEGER,\n"
    )
    bare = bare.replace("message_row_id INTEGER PRIMARY KEY", "message_row_id INTEGER")
    monkeypatch.setattr(
        made, "MSGSTORE", bare.replace("message_add_on_row_id INTEGER PRIMARY KEY", "message_add_on_row_id INTEGER")
    )
    found = readings(made.msgstore(tmp_path / "bare.db"), tmp_path)
    assert found == whole


def test_contacts_name_number_and_shown_name(tmp_path: Path) -> None:
    found = readings(made.wa_contacts(tmp_path / "wa.db"), tmp_path)
    assert {("phone", "+447700900123"), ("display_name", "Dee")} <= named(found)
    assert "status: at sea" in texts(found)[0]


# --- Android -------------------------------------------------------------------------------------------------------


def test_android_texts_and_mms(tmp_path: Path) -> None:
    found = readings(made.mmssms(tmp_path / "mmssms.db"), tmp_path)
    inbox, sent, mms = (event for reading in found for event in reading.events)
    assert inbox.parties == (("from", "phone", "+447700900123"), TO_USER)
    assert sent.parties == (USER, ("to", "phone", "+447700900123"))
    assert (inbox.time_utc, mms.time_utc) == ("2023-11-14T22:13:20Z", "2023-11-14T22:13:21Z")
    assert mms.parties == (("from", "phone", "+447700900456"), TO_USER)
    assert mms.attachments[0].name == "/data/parts/PART_1.jpg"
    assert "the boat" in texts(found)


@pytest.mark.parametrize(
    ("box", "state", "here", "there"),
    [(1, "", "to", "from"), (2, "", "from", "to"), (3, "draft", "from", "to"), (4, "outbox", "from", "to"),
     (5, "failed", "from", "to"), (6, "queued", "from", "to"), (0, "type 0", "with", "with"), (None, "type 0", "with", "with")],
)  # fmt: skip
def test_the_box_of_a_text_says_which_way_and_whether_it_left(
    tmp_path: Path, box: int | None, state: str, here: str, there: str
) -> None:
    path = made.mmssms(tmp_path / "mmssms.db")
    made.build(path, "", ("sms", (9, 9, "+447700900789", made.MS, 0, box, None, "which way", None)))
    found = readings(path, tmp_path)
    event = events(found)["9"]
    assert set(event.parties) == {(here, DEVICE_USER, ""), (there, "phone", "+447700900789")}
    assert event.state == state
    speaker = next(one.speaker for one in segments(found) if one.text == "which way")
    assert bool(speaker) == (there == "from")


@pytest.mark.parametrize(("own", "role"), [(None, "with"), (151, "to"), (137, "from")])
def test_an_mms_in_no_box_has_the_user_only_where_its_own_addresses_do(
    tmp_path: Path, own: int | None, role: str
) -> None:
    path = made.mmssms(tmp_path / "mmssms.db")
    made.build(path, f"UPDATE pdu SET msg_box = NULL; UPDATE addr SET type = {own or 0} WHERE _id = 2")
    made.build(path, "DELETE FROM addr WHERE _id = 1" if own == 137 else "")
    parties = events(readings(path, tmp_path))["mid-1"].parties
    assert (role, DEVICE_USER, "") in parties
    assert (("from", "phone", "+447700900456") in parties) == (own != 137)


def test_a_call_of_an_unknown_type_has_no_direction(tmp_path: Path) -> None:
    path = made.contacts2(tmp_path / "contacts2.db")
    made.build(path, "UPDATE calls SET type = 1000 WHERE _id = 1")
    found = readings(path, tmp_path)
    event = events(found)["1"]
    assert event.parties == (("with", "phone", "+447700900123"), ("with", DEVICE_USER, ""))
    assert (event.facts["direction"], event.state) == ("", "type 1000")
    assert "voice call, 35 s, type 1000" in texts(found)


def test_android_calls_and_contacts(tmp_path: Path) -> None:
    found = readings(made.contacts2(tmp_path / "contacts2.db"), tmp_path)
    calls = [event for reading in found for event in reading.events]
    assert [(one.state, one.facts["direction"]) for one in calls] == [("", "outgoing"), ("missed", "incoming")]
    assert calls[0].parties == (("to", "phone", "+447700900123"), USER)
    assert {("phone", "+447700900123"), ("email", "dee@example.org"), ("display_name", "Dee")} <= named(found)
    assert any("note: owes rent" in text for text in texts(found))


# --- iOS -----------------------------------------------------------------------------------------------------------


def test_ios_messages_in_seconds_and_nanoseconds(tmp_path: Path) -> None:
    by_key = events(readings(made.sms_db(tmp_path / "sms.db"), tmp_path))
    assert by_key["G1"].time_utc == by_key["G2"].time_utc == "2023-05-02T15:56:47Z"
    assert by_key["G1"].parties == (("from", "phone", "+447700900123"), TO_USER)
    assert by_key["G2"].parties == (USER, ("to", "phone", "+447700900123"))
    assert (by_key["G3"].state, by_key["G3"].reply_to) == ("reaction", "G1")
    assert by_key["G4"].attachments[0].name == "~/Library/SMS/Attachments/IMG_1.HEIC"
    assert by_key["G5"].parties[0] == ("from", "email", "sam@example.org")
    assert by_key["G5"].parties[1] == ("in", "account", "imessage:chat99")
    assert by_key["G6"].conversation == ""


def test_an_imessage_that_failed_is_said_unless_it_was_delivered(tmp_path: Path) -> None:
    path = made.sms_db(tmp_path / "sms.db")
    made.build(path, "UPDATE message SET error = 22")
    assert {key: one.state for key, one in events(readings(path, tmp_path)).items() if one.state} == {
        "G2": "failed", "G3": "failed",
    }  # fmt: skip
    made.build(path, "UPDATE message SET date_delivered = date")
    by_key = events(readings(path, tmp_path))
    assert (by_key["G2"].state, by_key["G2"].facts["error"]) == ("", "22")


WHATSAPP_CALLS = """
CREATE TABLE ZWAAGGREGATECALLEVENT (Z_PK INTEGER PRIMARY KEY, ZINCOMING INTEGER, ZMISSED INTEGER, ZVIDEO INTEGER);
CREATE TABLE ZWACDCALLEVENT (Z_PK INTEGER PRIMARY KEY, Z1CALLEVENTS INTEGER, ZDATE REAL, ZDURATION REAL, ZOUTCOME INTEGER,
  ZCALLIDSTRING TEXT, ZGROUPCALLCREATORUSERJIDSTRING TEXT, ZGROUPJIDSTRING TEXT);
CREATE TABLE ZWACDCALLEVENTPARTICIPANT (Z_PK INTEGER PRIMARY KEY, Z1PARTICIPANTS INTEGER, ZJIDSTRING TEXT);
"""


@pytest.mark.parametrize(
    ("aggregate", "creator", "here", "there"),
    [
        (1, None, "to", "from"), (0, None, "from", "to"), (None, made.DEE, "to", "from"), (None, made.SAM, "from", "to"),
        (None, None, "with", "with"),
    ],
)  # fmt: skip
def test_a_whatsapp_call_of_which_nothing_says_who_began_it_has_no_direction(
    tmp_path: Path, aggregate: int | None, creator: str | None, here: str, there: str
) -> None:
    rows = [("ZWACDCALLEVENT", (1, 7, made.APPLE, 12.0, 0, "C1", creator, None)),
            ("ZWACDCALLEVENTPARTICIPANT", (1, 7, made.DEE))]  # fmt: skip
    rows += [("ZWAAGGREGATECALLEVENT", (7, aggregate, 0, 0))] if aggregate is not None else []
    event = events(readings(made.build(tmp_path / "CallHistory.sqlite", WHATSAPP_CALLS, *rows), tmp_path))["C1"]
    assert {(here, DEVICE_USER, ""), (there, "phone", "+447700900123")} <= set(event.parties)
    assert event.facts["direction"] == {"to": "incoming", "from": "outgoing", "with": ""}[here]


def test_words_kept_only_as_an_archived_string_are_read(tmp_path: Path) -> None:
    assert "kept in an archive" in texts(readings(made.sms_db(tmp_path / "sms.db"), tmp_path))
    long = "é" * 300
    assert attributed_text(made.archived(long)) == long
    for cut in range(len(made.archived("short"))):
        assert isinstance(attributed_text(made.archived("short")[:cut]), str)


def test_ios_calls_and_contacts(tmp_path: Path) -> None:
    calls = [event for reading in readings(made.callhistory(tmp_path / "c"), tmp_path) for event in reading.events]
    assert calls[0].parties == (("to", "phone", "+447700900123"), USER)
    assert (calls[0].facts["seconds"], calls[0].facts["service"]) == ("42", "com.apple.Telephony")
    assert calls[1].state == "missed"
    found = readings(made.addressbook(tmp_path / "a"), tmp_path)
    assert {("phone", "+447700900123"), ("email", "jane@example.com"), ("display_name", "Jane Doe")} <= named(found)
    assert "(Mobile)" in texts(found)[0]


# --- real ones -----------------------------------------------------------------------------------------------------


def real(tmp_path: Path, archive: str, name: str) -> Path:
    """Return a database of the public test phone, taken out of its zip."""
    source = SHARED / f"testdata.whatsApp.{archive}.josh_ios15_ffs.zip"
    if not source.exists():
        pytest.skip(f"{source.name} is not beside the project: the shared samples are not installed")
    with zipfile.ZipFile(source) as held:
        inner = next(one for one in held.namelist() if one.endswith(f"/{name}"))
        path = tmp_path / name
        path.write_bytes(held.read(inner))
    return path


def told(artifact: str) -> list[list[object]]:
    """Return what the forensic tool reads, row by row."""
    rows = json.loads((SHARED / f"whatsApp.{artifact}.josh_ios15_ffs.{TOOL}").read_text(encoding="utf-8"))["data"]
    assert isinstance(rows, list)
    return rows


def unix(utc: str) -> int:
    return int(datetime.strptime(utc, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp())


def test_real_messages_agree_with_what_a_forensic_tool_reads(tmp_path: Path) -> None:
    found = readings(real(tmp_path, "whatsAppMessages", "ChatStorage.sqlite"), tmp_path)
    by_index = [{s.index: s.text for unit in reading.units for s in unit.segments} for reading in found]
    ours = Counter()
    for reading, said in zip(found, by_index, strict=True):
        for event in reading.events:
            body = said[event.segment]
            place = (event.facts.get("latitude", ""), event.facts.get("longitude", ""))
            bare = body.startswith("[") or bool(place[0])
            mine = USER in event.parties
            ours[unix(event.time_utc), mine, None if bare else body, place, bool(event.attachments)] += 1
    theirs = Counter(
        (
            row[0], row[1] == "Local User", row[5],
            (str(row[11]), str(row[12])) if row[11] else ("", ""), bool(row[6]),
        )
        for row in told("whatsAppMessages")
    )  # fmt: skip
    assert sum(ours.values()) == 32
    assert ours == theirs


def test_real_messages_are_between_the_accounts_that_the_tool_gives(tmp_path: Path) -> None:
    found = readings(real(tmp_path, "whatsAppMessages", "ChatStorage.sqlite"), tmp_path, region="US")
    spoken = [event for reading in found for event in reading.events if event.state != "system"]
    assert len(spoken) == 21
    other = ("phone", "+19198887386")
    assert all({(kind, value) for _, kind, value in event.parties} == {(DEVICE_USER, ""), other} for event in spoken)


def test_real_calls_agree_with_what_a_forensic_tool_reads(tmp_path: Path) -> None:
    found = readings(real(tmp_path, "whatsAppCallHistory", "CallHistory.sqlite"), tmp_path)
    calls = [event for reading in found for event in reading.events]
    ours = [
        (unix(one.time_utc), unix(one.until_utc), one.facts["direction"], int(one.facts["seconds"])) for one in calls
    ]

    def seconds(clock: object) -> int:
        hours, minutes, rest = map(int, str(clock).split(":"))
        return hours * 3600 + minutes * 60 + rest

    assert ours == [(row[0], row[1], str(row[3]).lower(), seconds(row[2])) for row in told("whatsAppCallHistory")]
    assert all(("phone", "+19198887386") in {party[1:] for party in one.parties} for one in calls)


def test_real_contacts_agree_with_what_a_forensic_tool_reads(tmp_path: Path) -> None:
    found = readings(real(tmp_path, "whatsAppContacts", "ContactsV2.sqlite"), tmp_path, region="US")
    rows = told("whatsAppContacts")
    assert len(segments(found)) == len(rows) == 9
    for segment, row in zip(segments(found), rows, strict=True):
        assert segment.text.startswith("whatsapp contact\n")
        assert str(row[0]) in segment.text
        for value in (row[1], row[3], row[5]):
            assert value is None or str(value) in segment.text
        assert f"({row[4]})" in segment.text or not row[3]
    assert ("phone", "+19195790479") in named(found)


def test_every_real_segment_leads_back_to_its_row(tmp_path: Path) -> None:
    path = real(tmp_path, "whatsAppMessages", "ChatStorage.sqlite")
    reader, around = AppDatabaseReader(), context(tmp_path)
    for segment in segments(readings(path, tmp_path)):
        place = segment.place
        original = reader.original(path, place=place, media_type="application/x-whatsapp-ios", context=around)
        assert isinstance(place, RecordPlace)
        if place.table == "ZWAMESSAGE" and not segment.text.startswith(("[", "35.6")):
            assert f"ZTEXT: {segment.text}" in original.text


# --- logs, size, damage --------------------------------------------------------------------------------------------


def test_what_only_the_write_ahead_log_holds_is_read_where_the_log_was_received(tmp_path: Path) -> None:
    live = tmp_path / "live"
    live.mkdir()
    connection = sqlite3.connect(made.mmssms(live / "mmssms.db"), isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA wal_autocheckpoint = 0")
    connection.execute(
        "INSERT INTO sms VALUES (9, 1, '+447700900123', 1700000009000, 0, 1, NULL, 'only in the log', NULL)"
    )
    path, log = tmp_path / "mmssms.db", tmp_path / "mmssms.db-wal"
    shutil.copyfile(live / "mmssms.db", path)
    shutil.copyfile(live / "mmssms.db-wal", log)
    connection.close()
    alone = readings(path, tmp_path)
    assert "only in the log" not in texts(alone)
    assert alone[0].facts["write_ahead_log"].startswith("the database uses one; none was received")
    sibling = Sibling(name=log.name, path=log, sha256=hashlib.sha256(log.read_bytes()).hexdigest())  # type: ignore[arg-type]
    before = (path.read_bytes(), log.read_bytes())
    found = readings(path, tmp_path, siblings=(sibling,))
    assert "only in the log" in texts(found)
    assert "applied to a copy" in found[0].facts["write_ahead_log"]
    assert (path.read_bytes(), log.read_bytes()) == before
    place = next(segment.place for segment in segments(found) if segment.text == "only in the log")
    around = context(tmp_path, siblings=(sibling,))
    reader = AppDatabaseReader()
    original = reader.original(path, place=place, media_type="application/x-android-messages", context=around)
    assert "body: only in the log" in original.text


def test_a_long_conversation_is_cut_into_parts_that_number_its_messages_as_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = made.msgstore(tmp_path / "msgstore.db")
    whole = readings(path, tmp_path)
    monkeypatch.setattr(chapters, "ROWS", 2)
    cut = readings(path, tmp_path)
    assert len(cut) > len(whole)

    def ids(found: list[Reading]) -> list[tuple[str, int, int, str]]:
        return [
            (unit.kind, unit.number, unit.first_ordinal + at, segment.text)
            for reading in found
            for unit in reading.units
            for at, segment in enumerate(unit.segments)
        ]

    assert ids(cut) == ids(whole)


def test_a_unit_can_be_read_alone(tmp_path: Path) -> None:
    path, reader = made.msgstore(tmp_path / "msgstore.db"), AppDatabaseReader()
    part = Part(name="page 2", first=2, last=2)
    reading = reader.read(
        path, media_type="application/x-whatsapp-android", part=part, engines=Engines(), context=context(tmp_path)
    )
    assert [unit.number for unit in reading.units] == [2]


def test_rows_on_either_side_of_a_damaged_page_are_read_and_the_gap_is_said(tmp_path: Path) -> None:
    path = made.many_texts(tmp_path / "mmssms.db", 3_000)
    data = bytearray(path.read_bytes())
    page = data.find(b"text number 1500 ") // 4096
    data[page * 4096 : page * 4096 + 4096] = b"\xee" * 4096
    path.write_bytes(data)
    found = readings(path, tmp_path)
    said = texts(found)
    assert any(text.startswith("text number 10 ") for text in said)
    assert any(text.startswith("text number 2990 ") for text in said)
    assert 2_800 < len(said) < 3_000
    reasons = [unit.reason for reading in found for unit in reading.units if unit.partial]
    assert any("table sms, after row" in reason and "malformed" in reason for reason in reasons)


@pytest.mark.parametrize("name", sorted(made.MEDIA_TYPES))
def test_no_length_and_no_flipped_byte_gives_anything_but_a_reading_or_a_reason(name: str, tmp_path: Path) -> None:
    whole = made.MAKERS[name](tmp_path / "whole").read_bytes()
    path, chance, media_type = tmp_path / "broken", random.Random(name), made.MEDIA_TYPES[name]
    for number in range(16):
        data = bytearray(whole[: chance.randrange(100, len(whole))]) if number % 2 else bytearray(whole)
        for _ in range(chance.randrange(1, 60)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        path.write_bytes(data)
        identify(path)
        reader, around = AppDatabaseReader(), context(tmp_path)
        try:
            for part in reader.survey(path, media_type=media_type, context=around).parts:
                reading = reader.read(path, media_type=media_type, part=part, engines=Engines(), context=around)
                assert all(unit.reason for unit in reading.units if unit.outcome != "read" or unit.partial)
        except Unreadable:
            continue


def test_values_of_the_wrong_kind_cost_nothing_but_themselves(tmp_path: Path) -> None:
    path = made.mmssms(tmp_path / "mmssms.db")
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE sms SET date = 'never', type = x'00ff', address = 12.5 WHERE _id = 1")
        connection.execute("UPDATE sms SET date = 9223372036854775807, body = x'ff41' WHERE _id = 2")
    connection.close()
    found = readings(path, tmp_path)
    first, second, _ = (event for reading in found for event in reading.events)
    assert (first.time_utc, second.time_utc) == ("1970-01-01T00:00:00Z", "") or not first.time_utc
    assert "\ufffdA" in texts(found)


def test_a_place_of_another_database_is_refused(tmp_path: Path) -> None:
    path, reader = made.mmssms(tmp_path / "mmssms.db"), AppDatabaseReader()
    for table, key, why in (("calls", "1", "no table calls"), ("sms", "999", "no row 999"), ("sms", "x", "no row x")):
        place = RecordPlace(record=1, field="row", table=table, key=key)
        with pytest.raises(Unreadable, match=why):
            reader.original(path, place=place, media_type="application/x-android-messages", context=context(tmp_path))


def test_any_other_database_is_skipped_with_the_names_of_its_tables(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE moz_places (id INTEGER PRIMARY KEY, url TEXT)")
    connection.close()
    media_type = identify(path)
    assert media_type == "application/vnd.sqlite3"
    found = survey(path, media_type=media_type, context=context(tmp_path))
    assert (found.outcome, found.reason) == ("skipped", "unsupported: SQLite database, tables moz_places")
    path.write_bytes(b"SQLite format 3\0" + bytes(84))
    with pytest.raises(Unreadable):
        OtherDatabaseReader().survey(path, media_type=media_type, context=context(tmp_path))


def test_the_hash_of_media_is_read_from_base64_and_from_nothing_else() -> None:
    from extractors.phone.whatsapp_android import hash_of

    digest = hashlib.sha256(b"photo").digest()
    assert hash_of(base64.b64encode(digest).decode()) == digest.hex()
    assert hash_of("not a hash") == hash_of("") == hash_of(base64.b64encode(b"short").decode()) == ""
