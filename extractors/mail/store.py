"""Outlook's stores (pst, ost), read with the extra `pst`: folder by folder, and what was deleted but is still there."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, NamedTuple

from evidence.errors import Unreadable
from evidence.locator import Place, RecordPlace
from evidence.records import EventRecord, Found, Reading, Stamp, Unit
from extractors.accounts import named_account
from extractors.email import mail_stamp
from extractors.mail.headers import addresses, line
from extractors.mail.letter import Composed, Enclosed, Letter, Spot, Tray, compose
from extractors.mail.mime import Mime
from extractors.mail.outlook import text_of_rtf
from extractors.moments import Moment
from extractors.protocols import Availability, Engines, Original, Part, ReadContext, Survey
from extractors.text import decode

_MALFORMED: Final = (
    OSError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    OverflowError,
    RuntimeError,
    MemoryError,
    SystemError,
)
"""What libpff raises on damaged stores and items."""
_PART_MESSAGES: Final = 500
_DEPTH: Final = 60
_FOLDERS: Final = 50_000
_RECOVERED: Final = "recovered items that stand in no folder"
_DELETED: Final = frozenset(
    ("deleted items", "gelöschte elemente", "éléments supprimés", "elemente șterse", "elementos eliminados")
)
_ROLES: Final = {1: "to", 2: "cc", 3: "bcc"}
_UTC: Final = "the format (Windows time)"
MISSING: Final = "Outlook stores are read with libpff-python: install the extra pst"


def available() -> Availability:
    """Return whether the library is here, and what is lost without it."""
    if importlib.util.find_spec("pypff") is None:
        return Availability(
            engine="libpff",
            available=False,
            detail="not installed: Outlook stores (pst, ost) are skipped",
            next_step="pip install 'casegraph[pst]'",
        )
    return Availability(engine="libpff", available=True, detail=f"libpff-python {version('libpff-python')}")


class StoreReader:
    """Reads pst and ost files: one unit for each item that has a text or a sender."""

    def survey(self, path: Path, *, media_type: str, context: ReadContext) -> Survey:
        """Return parts of some hundred items; `skipped` where the library is not installed. Raises Unreadable."""
        if not available().available:
            return Survey(media_type=media_type, reader="store", outcome="skipped", reason=MISSING)
        with _opened(path) as store:
            count = sum(1 for _ in _places(store))
        if not count:
            raise Unreadable("a store without items")
        parts = tuple(
            Part(
                name=f"items {first}-{min(count, first + _PART_MESSAGES - 1)}",
                first=first,
                last=min(count, first + _PART_MESSAGES - 1),
                seconds_expected=0.02 * _PART_MESSAGES,
            )
            for first in range(1, count + 1, _PART_MESSAGES)
        )
        return Survey(media_type=media_type, reader="store", parts=parts, units=count)

    def read(self, path: Path, *, media_type: str, part: Part, engines: Engines, context: ReadContext) -> Reading:
        """Return one unit for each item of the part; a damaged item is `failed`, its neighbours are read. Raises Unreadable."""
        tray = Tray(context)
        units: list[Unit] = []
        events: list[EventRecord] = []
        named: list[Found] = []
        index = 0
        with _opened(path) as store:
            for number, place in enumerate(_places(store), start=1):
                if number < part.first:
                    continue
                if part.last and number > part.last:
                    break
                made = _composed(
                    place, Spot(number=number, segment=index, table=place.folder, prefix=f"message {number}/"), tray
                )
                index += len(made.unit.segments)
                units.append(made.unit)
                events += made.events
                named += made.named
        return Reading(units=tuple(units), events=tuple(events), named=tuple(named), children=tuple(tray.children))

    def original(self, path: Path, *, place: Place, media_type: str, context: ReadContext) -> Original:
        """Return the item's headers or text as the store holds them; raises Unreadable."""
        if not isinstance(place, RecordPlace):
            raise Unreadable("there is no item at that place")
        with _opened(path) as store:
            found, item = _item_at(store, place.record)
            names = (
                ("transport_headers", "subject")
                if place.field == "headers"
                else ("plain_text_body", "html_body", "rtf_body")
            )
            data = next((held for name in names if (held := _raw(item, name))), b"")
        return Original(text=decode(data).text, data=data, where=f"{found.folder}, item {place.record}")

    def stamps(self, *, engines: Engines, context: ReadContext) -> tuple[Stamp, ...]:
        """Return the stamp of this family's rules and of the library."""
        return (mail_stamp("store", context, libpff=version("libpff-python") if available().available else "none"),)


# --- where items stand ---------------------------------------------------------------------------------------------


class _Item(NamedTuple):
    """An item of a folder, not opened yet."""

    folder: str
    holder: Any
    at: int
    orphan: bool

    def get(self) -> Any:
        """Return it opened; None where the store is damaged there."""
        try:
            return self.holder.get_orphan_item(self.at) if self.orphan else self.holder.get_sub_message(self.at)
        except _MALFORMED:
            return None


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    import pypff

    store = pypff.file()
    try:
        store.open(str(path))
    except _MALFORMED as error:
        raise Unreadable("not a readable Outlook store") from error
    try:
        yield store
    finally:
        store.close()


def _places(store: Any) -> Iterator[_Item]:
    """Yield the items folder by folder, then those that stand in none, always in the same order."""
    try:
        root = store.get_root_folder()
    except _MALFORMED as error:
        raise Unreadable("the store's folders cannot be read") from error
    stack: list[tuple[Any, str, int]] = [(root, "", 0)] if root is not None else []
    opened = 0
    while stack and opened < _FOLDERS:
        folder, path, depth = stack.pop()
        opened += 1
        for at in range(_count(folder, "number_of_sub_messages")):
            yield _Item(path, folder, at, orphan=False)
        inner: list[tuple[Any, str, int]] = []
        for at in range(_count(folder, "number_of_sub_folders") if depth < _DEPTH else 0):
            try:
                held = folder.get_sub_folder(at)
                inner.append((held, f"{path}/{line(str(held.name or ''))}".lstrip("/"), depth + 1))
            except _MALFORMED:
                continue
        stack += reversed(inner)
    for at in range(_count(store, "number_of_orphan_items")):
        yield _Item(_RECOVERED, store, at, orphan=True)


def _item_at(store: Any, wanted: int) -> tuple[_Item, Any]:
    """Return where an item of a store stands, and it itself; raises Unreadable."""
    found = next((held for number, held in enumerate(_places(store), start=1) if number == wanted), None)
    item = found.get() if found else None
    if item is None or found is None:
        raise Unreadable("there is no item at that place")
    return found, item


def letter_at(path: Path, wanted: int, context: ReadContext) -> Letter:
    """Return an item of a store by its number; raises Unreadable."""
    with _opened(path) as store:
        return _letter(_item_at(store, wanted)[1], context.languages)


def _count(held: Any, name: str) -> int:
    try:
        return int(getattr(held, name))
    except _MALFORMED:
        return 0


# --- what an item holds --------------------------------------------------------------------------------------------


def _composed(place: _Item, spot: Spot, tray: Tray) -> Composed:
    item = place.get()
    if item is None:
        return Composed(
            Unit(kind="message", number=spot.number, outcome="failed", reason="the store is damaged at this item"), ()
        )
    letter = _letter(item, tray.context.languages)
    if place.folder:
        letter.facts["folder"] = place.folder[:500]
    if place.orphan:
        letter.state = "recovered"
    elif place.folder.rpartition("/")[2].lower() in _DELETED:
        letter.state = "deleted"
    return compose(letter, spot, tray)


def _raw(item: Any, name: str) -> bytes:
    try:
        held = getattr(item, name, None)
    except _MALFORMED:
        return b""
    return held.encode("utf-8", "replace") if isinstance(held, str) else held if isinstance(held, bytes) else b""


def _letter(item: Any, languages: tuple[str, ...]) -> Letter:
    letter = Letter(fields={})
    transport = _raw(item, "transport_headers").lstrip()
    fields = Mime(transport).fields if transport else {}
    own: dict[str, list[str]] = {}
    if subject := decode(_raw(item, "subject")).text.lstrip("\x01").strip("\0 "):
        own["subject"] = [subject]
    if sender := decode(_raw(item, "sender_name")).text.strip("\0 "):
        own["from"] = [sender]
    if "to" not in fields:
        _add_recipients(item, letter, own)
    letter.fields = fields | {name: values for name, values in own.items() if name not in fields}
    moment = _time(item, "client_submit_time") or _time(item, "delivery_time")
    if "date" not in fields and moment is not None:
        letter.moment = moment
        letter.facts["sent"] = moment.written
    if plain := decode(_raw(item, "plain_text_body").rstrip(b"\0"), languages=languages).text.strip():
        letter.plain.append(plain.replace("\r\n", "\n"))
    if page := decode(_raw(item, "html_body").rstrip(b"\0"), languages=languages).text.strip():
        letter.html.append(page)
    if not letter.plain and not letter.html and (rtf := _raw(item, "rtf_body")):
        if text := text_of_rtf(rtf):
            letter.plain.append(text)
            letter.facts["body"] = "RTF"
        else:
            letter.miss("a body in RTF that cannot be read")
    _add_attachments(item, letter)
    return letter


def _time(item: Any, name: str) -> Moment | None:
    try:
        held = getattr(item, name, None)
    except _MALFORMED:
        return None
    if not isinstance(held, datetime):
        return None
    written = held.replace(tzinfo=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Moment(written=written, utc=written, zone="UTC", zone_by=_UTC)


def _add_recipients(item: Any, letter: Letter, own: dict[str, list[str]]) -> None:
    """Read the recipients' table: display name, address, and whether in To, Cc or Bcc (MS-OXPROPS)."""
    try:
        sets = [item.recipients.get_record_set(at) for at in range(item.recipients.number_of_record_sets)]
    except _MALFORMED:
        return
    people: dict[str, list[str]] = {}
    for one in sets:
        held = _entries(one)
        name, address = held.get(0x3001, ""), held.get(0x39FE, "") or held.get(0x3003, "")
        role = _ROLES.get(int(held.get(0x0C15, "1") or 1), "to")
        if address and not any(addresses(address)):
            letter.accounts.append((role, named_account(address, service="exchange")))
        if name or address:
            people.setdefault(role, []).append(
                f"{name} <{address}>" if address and name != address else address or name
            )
    own.update({role: [", ".join(shown)] for role, shown in people.items()})


def _entries(one: Any) -> dict[int, str]:
    """Return the texts and numbers of a record set by property number."""
    held: dict[int, str] = {}
    for at in range(_count(one, "number_of_entries")):
        try:
            entry = one.get_entry(at)
            if entry.value_type in (0x001E, 0x001F):
                held[entry.entry_type] = line(str(entry.data_as_string or ""))[:1_000]
            elif entry.value_type == 0x0003:
                held[entry.entry_type] = str(entry.data_as_integer)
        except _MALFORMED:
            continue
    return held


def _add_attachments(item: Any, letter: Letter) -> None:
    for at in range(_count(item, "number_of_attachments")):
        try:
            held = item.get_attachment(at)
            texts = _entries(held.get_record_set(0)) if held.number_of_record_sets else {}
            name = texts.get(0x3707, "") or texts.get(0x3704, "") or texts.get(0x3001, "")
            data = held.read_buffer(held.get_size()) if held.get_size() else b""
        except _MALFORMED:
            letter.miss("an attachment that the store gives no bytes for (a message enclosed, or a damaged one)")
            continue
        letter.enclosed.append(Enclosed(name, data, texts.get(0x370E, "")))
