"""Where the torture begins: real and made files of every family, the small ones, and some made on the spot."""

from __future__ import annotations

import base64
import io
import json
import sqlite3
import tarfile
import tempfile
import zipfile
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "data"
AT_MOST_BYTES = 1 << 20
SLOW_AT_MOST_BYTES = 120 << 10
"""Pictures and recordings cost by their size."""
PER_FAMILY = 60

FAMILY_OF = {
    "text": (".txt", ".md", ".html", ".htm"),
    "documents": (".pdf",),
    "pictures": (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".tif", ".tiff", ".heic", ".avif"),
    "sound": (".wav", ".mp3", ".m4a", ".ogg", ".opus", ".flac", ".amr", ".aac"),
    "video": (".mp4", ".mov", ".avi", ".mkv", ".webm", ".3gp"),
    "mail": (".eml", ".emlx", ".mbox", ".msg", ".pst", ".ost", ".dat", ".ics", ".vcf", ".tnef"),
    "office": (".docx", ".pptx", ".odt", ".odp", ".rtf", ".epub", ".doc", ".xls", ".ppt", ".xlsm"),
    "records": (".csv", ".tsv", ".xlsx", ".ods", ".parquet"),
    "archives": (".zip", ".7z", ".rar", ".tar", ".gz", ".bz2", ".xz", ".iso", ".cab", ".zst", ".tgz"),
    "phones": (".ufdr", ".db", ".sqlite", ".sqlite3", ".sqlitedb", ".storedata"),
    "chats": (".json",),
    "markup": (".xml",),
}
FOLDERS = {"chats": "chats", "phones": "phones", "phone": "phones", "mail": "mail", "call_records": "records", "ocr": "pictures",
           "speech": "sound", "records": "records", "office": "office", "archives": "archives", "archive": "archives",
           "video": "video", "pictures": "pictures", "images": "pictures", "chat": "chats", "hash_lists": "records"}  # fmt: skip
SLOW = ("pictures", "sound", "video", "documents")


def seeds() -> dict[str, list[tuple[str, bytes]]]:
    """The seeds by family, smallest first: (name, bytes)."""
    found: dict[str, list[tuple[str, bytes]]] = defaultdict(list)
    for folder in (ROOT / "sample_data" / "exhibits", ROOT / "tests" / "files", SHARED):
        for path in sorted(folder.rglob("*")):
            family = family_of(path, folder)
            if family and path.is_file() and 0 < path.stat().st_size <= _limit(family):
                found[family].append((path.relative_to(folder).as_posix(), path.read_bytes()))
    for family, name, data in made_here():
        found[family].append((name, data))
    return {family: _some(held) for family, held in sorted(found.items())}


def family_of(path: Path, folder: Path) -> str:
    """Which family a file is a seed of; empty for none (what is there for training, say)."""
    parts = path.relative_to(folder).parts
    if folder == SHARED and parts[0] not in ("mail", "chats", "phones", "call_records", "ocr", "speech"):
        return ""
    if "LICENSE" in path.name.upper() or path.name == "README.md":
        return ""
    if path.name.startswith("WhatsApp"):
        return "chats"
    if folder != ROOT / "sample_data" / "exhibits" and parts[0] in FOLDERS:
        return FOLDERS[parts[0]]
    return next((family for family, suffixes in FAMILY_OF.items() if path.suffix.lower() in suffixes), "text")


def _limit(family: str) -> int:
    return SLOW_AT_MOST_BYTES if family in SLOW else AT_MOST_BYTES


def _some(held: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """Not more than `PER_FAMILY`, spread over all of them, each once."""
    once = list({data: (name, data) for name, data in held}.values())
    return once[:: -(-len(once) // PER_FAMILY)] if len(once) > PER_FAMILY else once


def made_here() -> list[tuple[str, str, bytes]]:
    """Seeds that no folder holds: (family, name, bytes)."""
    return [
        ("phones", "msgstore.db", _database(MSGSTORE)),
        ("phones", "mmssms.db", _database(MMSSMS)),
        ("phones", "sms.db", _database(IOS_SMS)),
        ("archives", "tree.tar", _tar()),
        ("archives", "bomb.zip", _bomb()),
        ("chats", "sms-backup.xml", SMS_BACKUP.encode()),
        ("chats", "message_1.json", json.dumps(MESSENGER).encode()),
        ("chats", "discord.json", json.dumps(DISCORD).encode()),
        ("chats", "slack.json", json.dumps(SLACK).encode()),
        ("chats", "android.txt", ANDROID.encode()),
        ("chats", "signal.txt", SIGNAL.encode()),
        ("markup", "feed.xml", b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><a><d e='f'>&b;</d></a>"),
        ("documents", "tiny.pdf", TINY_PDF),
        ("pictures", "dot.png", base64.b64decode(DOT)),
        ("records", "hashes.json", json.dumps(VICS).encode()),
    ]


def _database(script: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made.db"
        connection = sqlite3.connect(path)
        connection.executescript(script)
        connection.commit()
        connection.close()
        return path.read_bytes()


def _tar() -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        for name, data in (("a/b.txt", b"hello"), ("../up.txt", b"out"), ("c.csv", b"a;b\r\n1;2\r\n")):
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    return target.getvalue()


def _bomb() -> bytes:
    """Twenty megabytes of zeros in as many kilobytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            zipfile.ZipInfo("zeros.bin", (1980, 1, 1, 0, 0, 0)), bytes(20 << 20), compress_type=zipfile.ZIP_DEFLATED
        )
    return target.getvalue()


MSGSTORE = """
create table jid (_id integer primary key, user text, server text, raw_string text);
create table chat (_id integer primary key, jid_row_id integer, subject text, created_timestamp integer);
create table message (_id integer primary key, chat_row_id integer, from_me integer, key_id text, sender_jid_row_id integer,
  status integer, timestamp integer, received_timestamp integer, message_type integer, text_data text, sort_id integer);
insert into jid values (1, '442079460142', 's.whatsapp.net', '442079460142@s.whatsapp.net');
insert into chat values (1, 1, null, 1771631291000);
insert into message values (1, 1, 0, 'AA01', 0, 0, 1771631291000, 1771631292000, 0, 'the van leaves at six', 1);
insert into message values (2, 1, 1, 'AA02', 0, 5, 1771631391000, 0, 0, 'which van', 2);
"""
MMSSMS = """
create table threads (_id integer primary key, recipient_ids text);
create table canonical_addresses (_id integer primary key, address text);
create table sms (_id integer primary key, thread_id integer, address text, person integer, date integer, date_sent integer,
  type integer, read integer, status integer, body text, service_center text);
insert into sms values (1, 1, '+442079460110', null, 1771631291000, 1771631290000, 1, 1, -1, 'ask the desk', null);
insert into sms values (2, 1, '+442079460110', null, 1771631391000, 0, 2, 1, -1, 'no', null);
"""
IOS_SMS = """
create table handle (rowid integer primary key, id text, service text);
create table chat (rowid integer primary key, guid text, chat_identifier text, display_name text, service_name text);
create table message (rowid integer primary key, guid text, text text, handle_id integer, service text, date integer,
  date_read integer, date_delivered integer, is_from_me integer, is_read integer, cache_roomnames text, attributedBody blob);
create table chat_message_join (chat_id integer, message_id integer, message_date integer);
create table chat_handle_join (chat_id integer, handle_id integer);
insert into handle values (1, '+442079460142', 'SMS');
insert into chat values (1, 'SMS;-;+442079460142', '+442079460142', '', 'SMS');
insert into message values (1, 'G1', 'the key is under the mat', 1, 'SMS', 793324091000000000, 0, 0, 0, 1, null, null);
insert into chat_message_join values (1, 1, 793324091000000000);
"""
SMS_BACKUP = """<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>
<smses count="2" backup_set="x" backup_date="1771631291000">
  <sms protocol="0" address="+442079460110" date="1771631291000" type="1" subject="null" body="ask the desk" read="1" status="-1" readable_date="x" contact_name="Desk" />
  <sms protocol="0" address="+442079460110" date="1771631391000" type="2" subject="null" body="no" read="1" status="-1" readable_date="y" contact_name="Desk" />
</smses>
"""
MESSENGER = {
    "participants": [{"name": "Ion M"}, {"name": "Andrei L"}],
    "messages": [{"sender_name": "Ion M", "timestamp_ms": 1771631291000, "content": "MÃ¡rton", "type": "Generic"}],
    "title": "Andrei L", "is_still_participant": True, "thread_path": "inbox/andreil_1",
}  # fmt: skip
DISCORD = {
    "guild": {"id": "1", "name": "Yard"}, "channel": {"id": "2", "type": "GuildTextChat", "name": "general"},
    "messages": [{"id": "3", "type": "Default", "timestamp": "2026-02-20T23:48:11.000+00:00", "content": "hello",
                  "author": {"id": "4", "name": "ion", "nickname": "Ion"}, "attachments": [], "reactions": []}],
    "messageCount": 1,
}  # fmt: skip
SLACK = [
    {
        "type": "message",
        "user": "U1",
        "text": "hello <@U2>",
        "ts": "1771631291.000100",
        "thread_ts": "1771631291.000100",
    }
]
ANDROID = "20/02/2026, 23:41 - Messages and calls are end-to-end encrypted.\n20/02/2026, 23:42 - Elena: hello\nagain\n20/02/2026, 23:43 - Desk: IMG-20260220-WA0001.jpg (file attached)\n"
SIGNAL = "[2026-02-20, 23:41] Elena: hello\n[2026-02-20, 23:42] Me: >\n> hello\n\nyes\n"
TINY_PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Resources<</Font<</F 5 0 R>>>>/Contents 4 0 R>>endobj\n"
    b"4 0 obj<</Length 44>>stream\nBT /F 12 Tf 20 100 Td (the van at six) Tj ET\nendstream endobj\n"
    b"5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\ntrailer<</Root 1 0 R/Size 6>>\n%%EOF\n"
)
DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
VICS = {
    "@odata.context": "http://github.com/ICMEC/ProjectVic/DataModels/2.0.xml/$metadata#Media",
    "value": [{"@odata.type": "#Media", "Media": [{"MediaID": 1, "Category": 1, "MD5": "0" * 32, "SHA1": "0" * 40}]}],
}
