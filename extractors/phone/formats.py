"""What is kept of telephones: reports of extractions, and the databases of the apps that were on them."""

from __future__ import annotations

from typing import Final

from evidence.records import UnitKind
from extractors.protocols import Format

_ROW: Final = "table, rowid; the row as it stands"
_LEFT: Final = "rows that SQLite no longer lists (free pages are not carved)"


def _report(media_type: str, title: str, recognised: str, more: str) -> Format:
    return Format(
        media_type=media_type,
        title=title,
        reader="ufdr",
        unit="conversation",
        recognised=recognised,
        kept="chats, messages, calls, mail, contacts, accounts, locations and every other model with its fields; deleted state,"
        f" decoding confidence, case and device; the list of files with their hashes{more}",
        place="model id, byte offset in report.xml, and the database, table and offset that the report names",
        left_out="the tool's own project database (DbData) is kept as a file, not read",
    )


def _database(media_type: str, title: str, recognised: str, kept: str, *, unit: UnitKind = "conversation") -> Format:
    return Format(
        media_type=media_type,
        title=title,
        reader="phone database",
        unit=unit,
        recognised=f"SQLite with the tables {recognised}",
        kept=kept,
        place=_ROW,
        left_out=_LEFT,
    )


_MESSAGES: Final = "messages with sender, time, state, replies, media by name; who is in each chat"
PHONES: Final = (
    _report(
        "application/x-cellebrite-ufdr",
        "Cellebrite UFDR",
        "zip with a report.xml of Cellebrite's namespace",
        "; the files themselves as exhibits",
    ),
    _report("application/x-cellebrite-report+xml", "Cellebrite report.xml", "XML of Cellebrite's namespace", ""),
    _database(
        "application/x-whatsapp-android",
        "WhatsApp for Android (msgstore.db)",
        "`message`, `chat`, `jid`, or `messages` with `key_remote_jid`",
        f"{_MESSAGES}; reactions, edits, deletions, locations, calls",
    ),
    _database(
        "application/x-whatsapp-android-contacts",
        "WhatsApp for Android, contacts (wa.db)",
        "`wa_contacts`",
        "numbers, ids, names, status texts",
        unit="file",
    ),
    _database(
        "application/x-whatsapp-ios",
        "WhatsApp for iOS (ChatStorage.sqlite)",
        "`ZWAMESSAGE`, `ZWACHATSESSION`",
        f"{_MESSAGES}; locations",
    ),
    _database(
        "application/x-whatsapp-ios-calls",
        "WhatsApp for iOS, calls (CallHistory.sqlite)",
        "`ZWACDCALLEVENT`",
        "calls with direction, length, participants, outcome",
    ),
    _database(
        "application/x-whatsapp-ios-contacts",
        "WhatsApp for iOS, contacts (ContactsV2.sqlite)",
        "`ZWAADDRESSBOOKCONTACT`",
        "numbers, ids, names, about texts",
        unit="file",
    ),
    _database(
        "application/x-android-messages",
        "Android SMS and MMS (mmssms.db)",
        "`sms` with `address` and `type`",
        "texts and MMS with numbers, time, state, parts",
    ),
    _database(
        "application/x-android-calls",
        "Android calls and contacts (calllog.db, contacts2.db)",
        "`calls` with `number`, or `raw_contacts` and `data`",
        "calls with direction and length; contacts with numbers and addresses",
    ),
    _database(
        "application/x-ios-messages",
        "iOS messages (sms.db)",
        "`message`, `handle`, `chat_message_join`",
        f"{_MESSAGES}; reactions, edits",
    ),
    _database(
        "application/x-ios-calls",
        "iOS calls (CallHistory.storedata)",
        "`ZCALLRECORD`",
        "calls with direction, length, service, whether answered",
    ),
    _database(
        "application/x-ios-contacts",
        "iOS contacts (AddressBook.sqlitedb)",
        "`ABPerson`, `ABMultiValue`",
        "names, numbers, addresses, labels",
        unit="file",
    ),
    Format(
        media_type="application/vnd.sqlite3",
        title="any other SQLite database",
        reader="other database",
        unit="table",
        recognised="signature",
        kept="nothing but the names of its tables, in the reason why it is skipped",
        place="none",
        left_out="its rows",
    ),
)
