"""Which reader reads which media type, and which engine goes by which name: one table, read top to bottom."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from evidence.errors import UsageError
from extractors import formats
from extractors.archive.formats import ARCHIVES
from extractors.chat.formats import CHATS
from extractors.identify import EMPTY
from extractors.mail.formats import MAIL
from extractors.office.formats import OFFICE
from extractors.phone.formats import PHONES
from extractors.protocols import Availability, Emits, Format, ReadContext, Reader, Survey, TextRecogniser
from extractors.records.formats import RECORDS
from extractors.video.formats import VIDEOS

EMPTY_REASON: Final = "empty file (0 bytes)"

FAMILIES: Final[dict[str, tuple[Format, ...]]] = {
    "documents and pictures": formats.DOCUMENTS,
    "recordings": formats.RECORDINGS,
    "films": VIDEOS,
    "chats": CHATS,
    "phones": PHONES,
    "mail": MAIL,
    "office": OFFICE,
    "records": RECORDS,
    "plain text": formats.PLAIN,
    "archives": ARCHIVES,
}
"""Every format that is read, by family; `casegraph formats` prints it. Each family keeps its own lines."""

FORMATS: Final[dict[str, Format]] = {made.media_type: made for family in FAMILIES.values() for made in family}
READER_OF: Final[dict[str, str]] = {made.media_type: made.reader for made in FORMATS.values()}
"""Media type, as `identify` gives it, to the name of the reader."""


def _pdf() -> Reader:
    from extractors.pdf import PdfReader

    return PdfReader()


def _image() -> Reader:
    from extractors.image import ImageReader

    return ImageReader()


def _audio() -> Reader:
    from extractors.audio import AudioReader

    return AudioReader()


def _video() -> Reader:
    from extractors.video.reader import VideoReader

    return VideoReader()


def _chat() -> Reader:
    from extractors.chat.reader import ChatReader

    return ChatReader()


def _email() -> Reader:
    from extractors.email import EmailReader

    return EmailReader()


def _office() -> Reader:
    from extractors.office.reader import OfficeReader

    return OfficeReader()


def _mbox() -> Reader:
    from extractors.mail.mailbox import MailboxReader

    return MailboxReader()


def _outlook() -> Reader:
    from extractors.mail.outlook import OutlookReader

    return OutlookReader()


def _store() -> Reader:
    from extractors.mail.store import StoreReader

    return StoreReader()


def _tnef() -> Reader:
    from extractors.mail.tnef import TnefReader

    return TnefReader()


def _calendar() -> Reader:
    from extractors.mail.dates import CalendarReader

    return CalendarReader()


def _contacts() -> Reader:
    from extractors.mail.cards import ContactsReader

    return ContactsReader()


def _records() -> Reader:
    from extractors.records.reader import RecordsReader

    return RecordsReader()


def _html() -> Reader:
    from extractors.html import HtmlReader

    return HtmlReader()


def _archive() -> Reader:
    from extractors.archive.reader import ArchiveReader

    return ArchiveReader()


def _text() -> Reader:
    from extractors.text import TextReader

    return TextReader()


def _ufdr() -> Reader:
    from extractors.phone.ufdr import UfdrReader

    return UfdrReader()


def _phone_database() -> Reader:
    from extractors.phone.app_databases import AppDatabaseReader

    return AppDatabaseReader()


def _other_database() -> Reader:
    from extractors.phone.app_databases import OtherDatabaseReader

    return OtherDatabaseReader()


READERS: Final[dict[str, Callable[[], Reader]]] = {
    "pdf": _pdf,
    "image": _image,
    "audio": _audio,
    "video": _video,
    "chat": _chat,
    "ufdr": _ufdr,
    "phone database": _phone_database,
    "other database": _other_database,
    "email": _email,
    "mbox": _mbox,
    "outlook": _outlook,
    "store": _store,
    "tnef": _tnef,
    "calendar": _calendar,
    "contacts": _contacts,
    "office": _office,
    "records": _records,
    "html": _html,
    "text": _text,
    "archive": _archive,
}


EMITS: Final[dict[str, Emits]] = {
    "pdf": Emits(units=("page",), events=("document",), children=True),
    "image": Emits(units=("page",), events=("photograph", "location")),
    "audio": Emits(units=("minute",)),
    "video": Emits(units=("minute", "frame", "file"), events=("recording", "location")),
    "chat": Emits(units=("conversation", "file"), events=("message", "call"), accounts=True, children=True),
    "ufdr": Emits(
        units=("conversation", "file"), events=("message", "call", "email", "location"), accounts=True, children=True
    ),
    "phone database": Emits(units=("conversation", "file"), events=("message", "call"), accounts=True),
    "other database": Emits(units=("file",)),
    "email": Emits(units=("message",), events=("email",), children=True),
    "mbox": Emits(units=("message",), events=("email",), children=True),
    "outlook": Emits(units=("message",), events=("email",), accounts=True, children=True),
    "store": Emits(units=("message",), events=("email",), accounts=True, children=True),
    "tnef": Emits(units=("message",), events=("email",), accounts=True, children=True),
    "calendar": Emits(units=("file",), events=("appointment",), accounts=True),
    "contacts": Emits(units=("file",), accounts=True, children=True),
    "office": Emits(units=("file", "page", "table"), events=("document",), children=True),
    "records": Emits(
        units=("table",), events=("call", "message", "stay", "trip", "payment"), accounts=True, tables=True
    ),
    "html": Emits(units=("file",)),
    "text": Emits(units=("file",)),
    "archive": Emits(units=("file",), children=True),
}
"""What each reader gives; a test holds the sample case against it."""


def _tesseract(languages: tuple[str, ...]) -> TextRecogniser:
    from extractors.tesseract import Tesseract

    return Tesseract(languages)


def _tesseract_available() -> Availability:
    from extractors.tesseract import available

    return available()


OCR_ENGINES: Final[dict[str, Callable[[tuple[str, ...]], TextRecogniser]]] = {"tesseract": _tesseract}
OCR_AVAILABILITY: Final[dict[str, Callable[[], Availability]]] = {"tesseract": _tesseract_available}


def reader_for(media_type: str) -> Reader | None:
    """Return the reader of a media type, or None where there is none."""
    name = READER_OF.get(media_type)
    return READERS[name]() if name else None


def ocr_engine(name: str, *, languages: tuple[str, ...]) -> TextRecogniser:
    """Return the OCR engine `name` for ISO 639-1 `languages`; raises UsageError, or EngineMissing."""
    factory = OCR_ENGINES.get(name)
    if factory is None:
        raise UsageError(f"no OCR engine is called {name!r}", next_step=f"choose one of: {', '.join(OCR_ENGINES)}")
    return factory(languages)


def survey(path: Path, *, media_type: str, context: ReadContext) -> Survey:
    """Return the first look at an exhibit; empty files and types without a reader are skipped. Raises Unreadable."""
    if media_type == EMPTY:
        return Survey(media_type=media_type, reader="", outcome="skipped", reason=EMPTY_REASON)
    reader = reader_for(media_type)
    if reader is None:
        return Survey(media_type=media_type, reader="", outcome="skipped", reason=f"unsupported: {media_type}")
    return reader.survey(path, media_type=media_type, context=context)
