"""Small databases as apps on phones make them, with the tables and columns of their published schemas. Nobody in them exists."""

from __future__ import annotations

import base64
import hashlib
import sqlite3
from collections.abc import Callable
from pathlib import Path

MS = 1_700_000_000_000
APPLE = 704_735_807
HASH = base64.b64encode(hashlib.sha256(b"photo").digest()).decode()
GROUP = "447700900001-1600000000@g.us"
DEE, SAM = "447700900123@s.whatsapp.net", "447700900456@s.whatsapp.net"


def build(path: Path, script: str, *rows: tuple[str, tuple[object, ...]]) -> Path:
    """Make or extend a database: the script, then each (table, values)."""
    connection = sqlite3.connect(path)
    connection.executescript(script)
    for table, values in rows:
        connection.execute(f"INSERT INTO {table} VALUES ({','.join('?' * len(values))})", values)
    connection.commit()
    connection.close()
    return path


MSGSTORE = """
CREATE TABLE jid (_id INTEGER PRIMARY KEY AUTOINCREMENT, user TEXT NOT NULL, server TEXT NOT NULL, agent INTEGER,
  device INTEGER, type INTEGER, raw_string TEXT);
CREATE TABLE jid_map (lid_row_id INTEGER PRIMARY KEY NOT NULL, jid_row_id INTEGER NOT NULL, sort_id INTEGER);
CREATE TABLE chat (_id INTEGER PRIMARY KEY AUTOINCREMENT, jid_row_id INTEGER UNIQUE, hidden INTEGER, subject TEXT,
  created_timestamp INTEGER);
CREATE TABLE message (_id INTEGER PRIMARY KEY AUTOINCREMENT, chat_row_id INTEGER NOT NULL, from_me INTEGER NOT NULL,
  key_id TEXT NOT NULL, sender_jid_row_id INTEGER, status INTEGER, broadcast INTEGER, recipient_count INTEGER,
  participant_hash TEXT, origination_flags INTEGER, origin INTEGER, timestamp INTEGER, received_timestamp INTEGER,
  receipt_server_timestamp INTEGER, message_type INTEGER, text_data TEXT, starred INTEGER, lookup_tables INTEGER,
  sort_id INTEGER NOT NULL DEFAULT 0);
CREATE INDEX message_chat_id_index ON message (chat_row_id, _id);
CREATE TABLE message_media (message_row_id INTEGER PRIMARY KEY, chat_row_id INTEGER, file_path TEXT, file_size INTEGER,
  mime_type TEXT, media_name TEXT, file_hash TEXT, media_duration INTEGER, media_caption TEXT);
CREATE TABLE message_quoted (message_row_id INTEGER PRIMARY KEY AUTOINCREMENT, chat_row_id INTEGER NOT NULL,
  from_me INTEGER NOT NULL, sender_jid_row_id INTEGER, key_id TEXT NOT NULL, timestamp INTEGER, text_data TEXT);
CREATE TABLE message_edit_info (message_row_id INTEGER PRIMARY KEY, original_key_id TEXT NOT NULL,
  edited_timestamp INTEGER NOT NULL, sender_timestamp INTEGER NOT NULL);
CREATE TABLE message_revoked (message_row_id INTEGER PRIMARY KEY, revoked_key_id TEXT NOT NULL);
CREATE TABLE message_location (message_row_id INTEGER PRIMARY KEY, chat_row_id INTEGER, latitude REAL, longitude REAL,
  place_name TEXT, place_address TEXT, url TEXT);
CREATE TABLE message_add_on (_id INTEGER PRIMARY KEY AUTOINCREMENT, chat_row_id INTEGER, from_me INTEGER, key_id TEXT,
  sender_jid_row_id INTEGER, parent_message_row_id INTEGER, timestamp INTEGER, message_add_on_type INTEGER);
CREATE TABLE message_add_on_reaction (message_add_on_row_id INTEGER PRIMARY KEY, reaction TEXT, sender_timestamp INTEGER);
CREATE TABLE group_participant_user (_id INTEGER PRIMARY KEY AUTOINCREMENT, group_jid_row_id INTEGER NOT NULL,
  user_jid_row_id INTEGER NOT NULL, rank INTEGER, pending INTEGER);
CREATE TABLE call_log (_id INTEGER PRIMARY KEY AUTOINCREMENT, jid_row_id INTEGER, from_me INTEGER, call_id TEXT,
  transaction_id INTEGER, timestamp INTEGER, video_call INTEGER, duration INTEGER, call_result INTEGER,
  bytes_transferred INTEGER);
"""


def _message(
    at: int, chat: int, key: str, *, mine: int = 0, sender: int | None = None, kind: int = 0, text: str | None = None
):  # type: ignore[no-untyped-def]
    when = MS + at * 1000 - 1000
    values = (at, chat, mine, key, sender, 0, 0, 0, None, 0, 0, when, when, 0, kind, text, 0, 0, at)
    return "message", values


def msgstore(path: Path) -> Path:
    """WhatsApp for Android as it is now: a chat of two, a group, and calls."""
    return build(
        path,
        MSGSTORE,
        ("jid", (1, "447700900123", "s.whatsapp.net", 0, 0, 0, DEE)),
        ("jid", (2, "447700900001-1600000000", "g.us", 0, 0, 1, GROUP)),
        ("jid", (3, "447700900456", "s.whatsapp.net", 0, 0, 0, SAM)),
        ("jid", (4, "205690463334636", "lid", 0, 0, 18, "205690463334636@lid")),
        ("jid_map", (4, 3, 1)),
        ("chat", (1, 1, 0, None, MS)),
        ("chat", (2, 2, 0, "Crew", MS)),
        _message(1, 1, "K1", text="is the room free"),
        _message(2, 1, "K2", mine=1, text="yes, from nine"),
        _message(3, 1, "K3", kind=15),
        _message(4, 1, "K4", kind=1),
        _message(5, 2, "K5", sender=3, text="both of you: Friday"),
        _message(6, 2, "K6", sender=3, kind=5),
        _message(7, 2, "K7", kind=7),
        _message(8, 2, "K8", sender=4, text="from a hidden id"),
        ("message_media", (4, 1, "Media/WhatsApp Images/IMG-1.jpg", 5, "image/jpeg", None, HASH, 0, None)),
        ("message_quoted", (2, 1, 0, 1, "K1", MS, "is the room free")),
        ("message_edit_info", (2, "K2", MS + 5000, MS)),
        ("message_revoked", (3, "K3")),
        ("message_location", (6, 2, 51.5, -0.12, "Harbour Lodge", None, None)),
        ("message_add_on", (1, 1, 1, "R1", None, 1, MS, 56)),
        ("message_add_on_reaction", (1, "👍", MS)),
        ("group_participant_user", (1, 2, 3, 2, 0)),
        ("call_log", (1, 1, 1, "C1", 0, MS, 0, 35, 5, 1000)),
        ("call_log", (2, 3, 0, "C2", 0, MS + 1000, 1, 0, 2, 0)),
    )


OLD = """
CREATE TABLE chat_list (_id INTEGER PRIMARY KEY AUTOINCREMENT, key_remote_jid TEXT UNIQUE, message_table_id INTEGER,
  subject TEXT, creation INTEGER);
CREATE TABLE messages (_id INTEGER PRIMARY KEY AUTOINCREMENT, key_remote_jid TEXT NOT NULL, key_from_me INTEGER,
  key_id TEXT NOT NULL, status INTEGER, needs_push INTEGER, data TEXT, timestamp INTEGER, media_url TEXT,
  media_mime_type TEXT, media_wa_type TEXT, media_size INTEGER, media_name TEXT, media_caption TEXT, media_hash TEXT,
  media_duration INTEGER, latitude REAL, longitude REAL, remote_resource TEXT, quoted_row_id INTEGER, edit_version INTEGER);
CREATE TABLE messages_quotes (_id INTEGER PRIMARY KEY AUTOINCREMENT, key_remote_jid TEXT NOT NULL, key_from_me INTEGER,
  key_id TEXT NOT NULL, data TEXT);
CREATE TABLE group_participants (_id INTEGER PRIMARY KEY AUTOINCREMENT, gjid TEXT NOT NULL, jid TEXT NOT NULL,
  admin INTEGER, pending INTEGER);
"""


def _old(
    at: int, jid: str, key: str, *, mine: int = 0, text: str | None = None, **more: object
) -> tuple[str, tuple[object, ...]]:
    """Return a row of `messages`; `more` names further columns."""
    return "messages", (
        at, jid, mine, key, more.get("status", 0), 0, text, MS + at * 1000, None, more.get("mime"), more.get("kind", "0"), 0,
        more.get("name"), more.get("caption"), more.get("hash"), 0, 0.0, 0.0, more.get("who"), more.get("quoted", 0),
        more.get("edit", 0),
    )  # fmt: skip


def old_tables(path: Path) -> Path:
    """Add the tables of WhatsApp for Android as it was."""
    return build(
        path,
        OLD,
        ("chat_list", (1, DEE, 2, None, MS)),
        ("chat_list", (2, GROUP, 3, "Crew", MS)),
        ("messages", (1, "-1", 0, "-1", -1, 0, None, 0, *[None] * 13)),
        _old(2, DEE, "O1", text="is the room free"),
        _old(3, DEE, "O2", mine=1, text="yes", quoted=1),
        _old(4, GROUP, "O3", text="both of you", who=SAM),
        _old(5, DEE, "O4", kind="1", mime="image/jpeg", name="a.jpg", caption="look at this", hash=HASH),
        _old(6, DEE, "O5", edit=7),
        ("messages_quotes", (1, DEE, 0, "O1", "is the room free")),
        ("group_participants", (1, GROUP, SAM, 1, 0)),
    )


def old_msgstore(path: Path) -> Path:
    """WhatsApp for Android as it was until about 2021."""
    return old_tables(path)


def wa_contacts(path: Path) -> Path:
    """The contacts of WhatsApp for Android."""
    return build(
        path,
        "CREATE TABLE wa_contacts (_id INTEGER PRIMARY KEY AUTOINCREMENT, jid TEXT NOT NULL, is_whatsapp_user BOOLEAN NOT NULL,"
        " status TEXT, status_timestamp INTEGER, number TEXT, raw_contact_id INTEGER, display_name TEXT, wa_name TEXT);",
        ("wa_contacts", (1, DEE, 1, "at sea", 0, "+447700900123", 1, "Dee", "dee!")),
        ("wa_contacts", (2, GROUP, 1, None, 0, None, None, "Crew", None)),
    )


SMS = """
CREATE TABLE sms (_id INTEGER PRIMARY KEY, thread_id INTEGER, address TEXT, date INTEGER, date_sent INTEGER DEFAULT 0,
  type INTEGER, subject TEXT, body TEXT, service_center TEXT);
CREATE TABLE pdu (_id INTEGER PRIMARY KEY AUTOINCREMENT, thread_id INTEGER, date INTEGER, msg_box INTEGER, m_id TEXT, sub TEXT);
CREATE TABLE addr (_id INTEGER PRIMARY KEY, msg_id INTEGER, contact_id INTEGER, address TEXT, type INTEGER, charset INTEGER);
CREATE TABLE part (_id INTEGER PRIMARY KEY AUTOINCREMENT, mid INTEGER, seq INTEGER DEFAULT 0, ct TEXT, name TEXT, cl TEXT,
  _data TEXT, text TEXT);
"""


def mmssms(path: Path) -> Path:
    """Android's texts and MMS."""
    return build(
        path,
        SMS,
        ("sms", (1, 1, "+447700900123", MS, MS - 1000, 1, None, "are you there", "+447700900999")),
        ("sms", (2, 1, "+447700900123", MS + 1000, 0, 2, None, "yes", None)),
        ("pdu", (1, 2, MS // 1000 + 1, 1, "mid-1", None)),
        ("addr", (1, 1, None, "+447700900456", 137, 106)),
        ("addr", (2, 1, None, "insert-address-token", 151, 106)),
        ("part", (1, 1, -1, "application/smil", None, "smil.xml", None, "<smil/>")),
        ("part", (2, 1, 0, "image/jpeg", "IMG.jpg", "IMG.jpg", "/data/parts/PART_1.jpg", None)),
        ("part", (3, 1, 0, "text/plain", None, None, None, "the boat")),
    )


def many_texts(path: Path, count: int) -> Path:
    """A long list of texts in one thread."""
    rows = [
        ("sms", (at, 1, "+447700900123", MS + at, 0, 1, None, f"text number {at} {'x' * 200}", None))
        for at in range(1, count + 1)
    ]
    return build(path, SMS, *rows)


def contacts2(path: Path) -> Path:
    """Android's contacts, with the list of calls that older phones keep beside them."""
    return build(
        path,
        "CREATE TABLE mimetypes (_id INTEGER PRIMARY KEY AUTOINCREMENT, mimetype TEXT NOT NULL);"
        "CREATE TABLE raw_contacts (_id INTEGER PRIMARY KEY AUTOINCREMENT, account_name TEXT, deleted INTEGER, display_name TEXT);"
        "CREATE TABLE data (_id INTEGER PRIMARY KEY AUTOINCREMENT, mimetype_id INTEGER, raw_contact_id INTEGER NOT NULL,"
        " data1 TEXT, data2 TEXT, data3 TEXT);"
        "CREATE TABLE calls (_id INTEGER PRIMARY KEY AUTOINCREMENT, number TEXT, presentation INTEGER NOT NULL DEFAULT 1,"
        " date INTEGER, duration INTEGER, type INTEGER, features INTEGER, name TEXT, countryiso TEXT, geocoded_location TEXT);",
        ("mimetypes", (1, "vnd.android.cursor.item/name")),
        ("mimetypes", (2, "vnd.android.cursor.item/phone_v2")),
        ("mimetypes", (3, "vnd.android.cursor.item/email_v2")),
        ("mimetypes", (4, "vnd.android.cursor.item/note")),
        ("raw_contacts", (1, "someone@example.org", 0, "Dee")),
        ("data", (1, 1, 1, "Dee", None, None)),
        ("data", (2, 2, 1, "+44 7700 900123", "2", None)),
        ("data", (3, 3, 1, "dee@example.org", "1", None)),
        ("data", (4, 4, 1, "owes rent", None, None)),
        ("calls", (1, "+447700900123", 1, MS, 35, 2, 0, "Dee", "GB", "London")),
        ("calls", (2, "+447700900456", 1, MS + 1, 0, 3, 0, None, "GB", None)),
    )


def archived(text: str) -> bytes:
    """Return text as the typedstream of an NSAttributedString, as iOS 16 keeps messages."""
    data = text.encode()
    length = bytes([len(data)]) if len(data) < 0x80 else b"\x81" + len(data).to_bytes(2, "little")
    lead = b"\x04\x0bstreamtyped\x81\xe8\x03\x84\x01@\x84\x84\x84\x12NSAttributedString\x00\x84\x84\x08NSObject\x00\x85\x92\x84"
    return lead + b"\x84\x84\x08NSString\x01\x94\x84\x01+" + length + data + b"\x86\x84\x02iI\x01\x05"


SMS_DB = """
CREATE TABLE handle (ROWID INTEGER PRIMARY KEY AUTOINCREMENT UNIQUE, id TEXT NOT NULL, country TEXT, service TEXT NOT NULL,
  uncanonicalized_id TEXT, UNIQUE (id, service));
CREATE TABLE chat (ROWID INTEGER PRIMARY KEY AUTOINCREMENT, guid TEXT UNIQUE NOT NULL, style INTEGER, chat_identifier TEXT,
  service_name TEXT, room_name TEXT, display_name TEXT);
CREATE TABLE message (ROWID INTEGER PRIMARY KEY AUTOINCREMENT, guid TEXT UNIQUE NOT NULL, text TEXT, handle_id INTEGER DEFAULT 0,
  subject TEXT, attributedBody BLOB, service TEXT, error INTEGER DEFAULT 0, date INTEGER, date_read INTEGER,
  date_delivered INTEGER, is_from_me INTEGER DEFAULT 0, item_type INTEGER DEFAULT 0, associated_message_guid TEXT,
  associated_message_type INTEGER DEFAULT 0, thread_originator_guid TEXT, date_edited INTEGER, date_retracted INTEGER);
CREATE TABLE chat_handle_join (chat_id INTEGER, handle_id INTEGER, UNIQUE (chat_id, handle_id));
CREATE TABLE chat_message_join (chat_id INTEGER, message_id INTEGER, message_date INTEGER DEFAULT 0,
  PRIMARY KEY (chat_id, message_id));
CREATE TABLE attachment (ROWID INTEGER PRIMARY KEY AUTOINCREMENT, guid TEXT UNIQUE NOT NULL, filename TEXT, uti TEXT,
  mime_type TEXT, transfer_name TEXT, total_bytes INTEGER DEFAULT 0);
CREATE TABLE message_attachment_join (message_id INTEGER, attachment_id INTEGER, UNIQUE (message_id, attachment_id));
"""


def sms_db(path: Path) -> Path:
    """iOS's texts and iMessages: dates in nanoseconds, one in seconds as before iOS 11."""

    def message(
        at: int, text: str | None, *, handle: int = 1, mine: int = 0, date: int = APPLE * 10**9, **more: object
    ):  # type: ignore[no-untyped-def]
        return "message", (
            at, f"G{at}", text, handle, None, more.get("body"), "iMessage", 0, date, 0, 0, mine, 0, more.get("about"),
            more.get("reaction", 0), None, 0, 0,
        )  # fmt: skip

    return build(
        path,
        SMS_DB,
        ("handle", (1, "+447700900123", "gb", "iMessage", None)),
        ("handle", (2, "sam@example.org", "gb", "iMessage", None)),
        ("chat", (1, "iMessage;-;+447700900123", 45, "+447700900123", "iMessage", None, None)),
        ("chat", (2, "iMessage;+;chat99", 43, "chat99", "iMessage", "chat99", "Crew")),
        ("chat_handle_join", (1, 1)),
        ("chat_handle_join", (2, 1)),
        ("chat_handle_join", (2, 2)),
        message(1, "hello"),
        message(2, "in seconds", mine=1, date=APPLE),
        message(3, "Loved “hello”", mine=1, reaction=2000, about="p:0/G1"),
        message(4, "\ufffc"),
        message(5, None, handle=2, body=archived("kept in an archive")),
        message(6, "in no chat"),
        *(("chat_message_join", (chat, at, 0)) for chat, at in ((1, 1), (1, 2), (1, 3), (1, 4), (2, 5))),
        ("attachment", (1, "A1", "~/Library/SMS/Attachments/IMG_1.HEIC", "public.heic", "image/heic", "IMG_1.HEIC", 9)),
        ("message_attachment_join", (4, 1)),
    )


def callhistory(path: Path) -> Path:
    """iOS's list of calls."""
    return build(
        path,
        "CREATE TABLE ZCALLRECORD (Z_PK INTEGER PRIMARY KEY, Z_ENT INTEGER, Z_OPT INTEGER, ZANSWERED INTEGER, ZCALLTYPE INTEGER,"
        " ZORIGINATED INTEGER, ZDATE TIMESTAMP, ZDURATION FLOAT, ZADDRESS VARCHAR, ZISO_COUNTRY_CODE VARCHAR, ZLOCATION VARCHAR,"
        " ZNAME VARCHAR, ZSERVICE_PROVIDER VARCHAR, ZUNIQUE_ID VARCHAR);",
        ("ZCALLRECORD", (1, 2, 1, 1, 1, 1, APPLE + 0.5, 42.4, b"+447700900123", "gb", "London", "Dee", "com.apple.Telephony", "U1")),
        ("ZCALLRECORD", (2, 2, 1, 0, 8, 0, APPLE + 9.0, 0.0, "sam@example.org", "gb", None, None, "com.apple.FaceTime", "U2")),
    )  # fmt: skip


def addressbook(path: Path) -> Path:
    """iOS's contacts."""
    return build(
        path,
        "CREATE TABLE ABPerson (ROWID INTEGER PRIMARY KEY AUTOINCREMENT, First TEXT, Last TEXT, Middle TEXT, Organization TEXT,"
        " Note TEXT, Nickname TEXT);"
        "CREATE TABLE ABMultiValue (UID INTEGER PRIMARY KEY, record_id INTEGER, property INTEGER, identifier INTEGER, label INTEGER,"
        " value TEXT);"
        "CREATE TABLE ABMultiValueLabel (value TEXT, UNIQUE (value));",
        ("ABPerson", (1, "Jane", "Doe", None, "Acme", "owes rent", None)),
        ("ABPerson", (2, None, None, None, "Firma", None, None)),
        ("ABMultiValueLabel", ("_$!<Mobile>!$_",)),
        ("ABMultiValue", (1, 1, 3, 0, 1, "+44 7700 900123")),
        ("ABMultiValue", (2, 1, 4, 0, None, "jane@example.com")),
        ("ABMultiValue", (3, 1, 22, 0, None, "https://example.org")),
    )


MAKERS: dict[str, Callable[[Path], Path]] = {
    "msgstore": msgstore,
    "old_msgstore": old_msgstore,
    "wa_contacts": wa_contacts,
    "mmssms": mmssms,
    "contacts2": contacts2,
    "sms_db": sms_db,
    "callhistory": callhistory,
    "addressbook": addressbook,
}
MEDIA_TYPES = {
    "msgstore": "application/x-whatsapp-android",
    "old_msgstore": "application/x-whatsapp-android",
    "wa_contacts": "application/x-whatsapp-android-contacts",
    "mmssms": "application/x-android-messages",
    "contacts2": "application/x-android-calls",
    "sms_db": "application/x-ios-messages",
    "callhistory": "application/x-ios-calls",
    "addressbook": "application/x-ios-contacts",
}
