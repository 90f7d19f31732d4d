"""Which app a SQLite database is from, told from its tables and columns, and what its units are: one table, read downwards."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

from evidence.errors import CasegraphError
from extractors.phone import android, ios, whatsapp_android, whatsapp_ios
from extractors.phone.chapters import Chapter
from extractors.phone.database import Database, open_database
from extractors.phone.whatsapp_android import Msgstore
from extractors.phone.whatsapp_android_old import OldMsgstore
from extractors.protocols import Limits, ReadContext

_SNIFF_SECONDS: Final = 5


def _msgstore(database: Database, context: ReadContext) -> list[Chapter]:
    made = Msgstore(database, context).chapters() if database.has("message", "chat_row_id", "key_id") else []
    if database.has("messages", "key_remote_jid", "key_id"):
        old = OldMsgstore(database, context).chapters()
        calls = [chapter for chapter in made if chapter.table == "call_log"]
        made = [chapter for chapter in made if chapter.table != "call_log"] + old + calls
    return made


class Store(NamedTuple):
    """A kind of database: its media type, what it must have (any of the rows of tables and columns), and its units."""

    media_type: str
    needs: tuple[dict[str, tuple[str, ...]], ...]
    chapters: Callable[[Database, ReadContext], list[Chapter]]


STORES: Final = (
    Store(
        "application/x-whatsapp-android",
        (
            {
                "message": ("chat_row_id", "from_me", "key_id", "timestamp"),
                "chat": ("jid_row_id",),
                "jid": ("raw_string",),
            },
            {"messages": ("key_remote_jid", "key_from_me", "key_id", "data", "timestamp")},
        ),
        _msgstore,
    ),
    Store("application/x-whatsapp-android-contacts", ({"wa_contacts": ("jid",)},), whatsapp_android.contacts),
    Store(
        "application/x-whatsapp-ios",
        ({"ZWAMESSAGE": ("ZCHATSESSION", "ZISFROMME", "ZMESSAGEDATE"), "ZWACHATSESSION": ("ZCONTACTJID",)},),
        lambda database, context: whatsapp_ios.ChatStorage(database, context).chapters(),
    ),
    Store(
        "application/x-whatsapp-ios-calls",
        ({"ZWACDCALLEVENT": ("ZDATE", "ZDURATION")},),
        lambda database, context: whatsapp_ios.Calls(database, context).chapters(),
    ),
    Store(
        "application/x-whatsapp-ios-contacts",
        ({"ZWAADDRESSBOOKCONTACT": ("ZFULLNAME",)},),
        whatsapp_ios.contacts,
    ),
    Store(
        "application/x-android-messages",
        ({"sms": ("address", "date", "type", "body")},),
        lambda database, context: android.Messages(database, context).chapters(),
    ),
    Store(
        "application/x-android-calls",
        (
            {"calls": ("number", "date", "duration", "type")},
            {"raw_contacts": (), "data": ("raw_contact_id", "mimetype_id", "data1"), "mimetypes": ("mimetype",)},
        ),
        lambda database, context: android.CallsAndContacts(database, context).chapters(),
    ),
    Store(
        "application/x-ios-messages",
        (
            {
                "message": ("handle_id", "date", "is_from_me"),
                "handle": ("id",),
                "chat_message_join": ("chat_id", "message_id"),
            },
        ),
        lambda database, context: ios.Messages(database, context).chapters(),
    ),
    Store(
        "application/x-ios-calls",
        ({"ZCALLRECORD": ("ZADDRESS", "ZDATE", "ZDURATION", "ZORIGINATED")},),
        lambda database, context: ios.Calls(database, context).chapters(),
    ),
    Store(
        "application/x-ios-contacts",
        ({"ABPerson": ("First", "Last"), "ABMultiValue": ("record_id", "property", "value")},),
        ios.contacts,
    ),
)


def store_of(database: Database) -> Store | None:
    """Return the first store whose tables and columns the database has; None where none fits."""
    return next(
        (
            store
            for store in STORES
            if any(all(database.has(table, *columns) for table, columns in needed.items()) for needed in store.needs)
        ),
        None,
    )


def media_type_of(path: Path) -> str:
    """Return the media type of an app's database; empty where it is none that we know, or cannot be read."""
    context = ReadContext(languages=(), limits=Limits(seconds=_SNIFF_SECONDS))
    try:
        database = open_database(path, context)
    except CasegraphError:
        return ""
    try:
        store = store_of(database)
        return store.media_type if store is not None else ""
    finally:
        database.close()
