"""winmail.dat (TNEF): Outlook's own envelope, opened with the extra `tnef`."""

from __future__ import annotations

import importlib.util
import logging
import struct
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from evidence.errors import Unreadable
from evidence.locator import Place, RecordPlace
from evidence.records import Reading, Stamp
from extractors.email import mail_stamp, read_bytes
from extractors.mail.letter import Enclosed, Letter, Spot, Tray, compose
from extractors.mail.outlook import rtf_text
from extractors.protocols import Availability, Engines, Original, Part, ReadContext, Survey
from extractors.text import decode

_MALFORMED: Final = (
    ValueError, KeyError, IndexError, TypeError, AttributeError, LookupError, OSError, RecursionError, OverflowError, struct.error,
    AssertionError, UnboundLocalError, MemoryError,
)  # fmt: skip
_OBJECTS: Final = 5_000
"""Attributes of one envelope; the library copies what is left of the file for each."""
MISSING: Final = "winmail.dat is opened with tnefparse: install the extra tnef"


def available() -> Availability:
    """Return whether the library is here, and what is lost without it."""
    if importlib.util.find_spec("tnefparse") is None:
        return Availability(
            engine="tnefparse",
            available=False,
            detail="not installed: text and attachments inside winmail.dat stay closed",
            next_step="pip install 'casegraph[tnef]'",
        )
    return Availability(engine="tnefparse", available=True, detail=f"tnefparse {version('tnefparse')}")


class TnefReader:
    """Reads winmail.dat: its text, and its attachments as children."""

    def survey(self, path: Path, *, media_type: str, context: ReadContext) -> Survey:
        """Return one part; `skipped` where the library is not installed."""
        if not available().available:
            return Survey(media_type=media_type, reader="tnef", outcome="skipped", reason=MISSING)
        return Survey(media_type=media_type, reader="tnef", parts=(Part(seconds_expected=0.1),), units=1)

    def read(self, path: Path, *, media_type: str, part: Part, engines: Engines, context: ReadContext) -> Reading:
        """Return the envelope's text as one unit; raises Unreadable."""
        letter = letter_in(path, context)
        tray = Tray(context)
        made = compose(letter, Spot(), tray)
        return Reading(units=(made.unit,), events=made.events, named=made.named, children=tuple(tray.children))

    def original(self, path: Path, *, place: Place, media_type: str, context: ReadContext) -> Original:
        """Return the text as the envelope holds it; raises Unreadable."""
        if not isinstance(place, RecordPlace) or place.record != 1:
            raise Unreadable("there is no message at that place")
        held = _opened(read_bytes(path, context.limits))
        if place.field == "headers":
            return Original(text=_subject(held), where="attribute Subject")
        data = _bytes(held.body) or _bytes(held.htmlbody) or _bytes(held._rtfbody)
        return Original(text=decode(data).text, data=data, where="attribute Body")

    def stamps(self, *, engines: Engines, context: ReadContext) -> tuple[Stamp, ...]:
        """Return the stamp of this family's rules and of the library."""
        return (mail_stamp("tnef", context, tnefparse=version("tnefparse") if available().available else "none"),)


def _opened(data: bytes) -> Any:
    if _count(data) > _OBJECTS:
        raise Unreadable("an envelope of too many attributes (limit)")
    from tnefparse.tnef import TNEF

    logging.getLogger("tnefparse").setLevel(logging.CRITICAL)
    try:
        return TNEF(data, do_checksum=False)
    except _MALFORMED as error:
        raise Unreadable("not a readable winmail.dat") from error


def _count(data: bytes) -> int:
    at, count = 6, 0
    while at + 11 <= len(data) and count <= _OBJECTS:
        at += 11 + struct.unpack_from("<I", data, at + 5)[0]
        count += 1
    return count


def _bytes(held: Any) -> bytes:
    return held.encode("utf-8", "replace") if isinstance(held, str) else bytes(held) if isinstance(held, bytes) else b""


def _subject(held: Any) -> str:
    found = next((one.data for one in held.msgprops if one.name == held.ATTSUBJECT), "")
    return decode(_bytes(found)).text.strip("\0 ")


def letter_in(path: Path, context: ReadContext) -> Letter:
    """Return the message of a winmail.dat; raises Unreadable."""
    return _letter(_opened(read_bytes(path, context.limits)), context.languages)


def _letter(held: Any, languages: tuple[str, ...]) -> Letter:
    subject = _subject(held)
    letter = Letter(fields={"subject": [subject]} if subject else {})
    if text := decode(_bytes(held.body).rstrip(b"\0"), languages=languages).text.strip():
        letter.plain.append(text.replace("\r\n", "\n"))
    if page := decode(_bytes(held.htmlbody), languages=languages).text.strip("\0 "):
        letter.html.append(page)
    packed = _bytes(held._rtfbody)
    if packed and not letter.plain and not letter.html:
        if text := rtf_text(packed):
            letter.plain.append(text)
            letter.facts["body"] = "RTF"
        else:
            letter.miss("a body in RTF that cannot be read")
    for one in held.attachments:
        try:
            name = decode(_bytes(one.long_filename())).text.strip("\0 ")
        except _MALFORMED:
            name = ""
        letter.enclosed.append(Enclosed(name, _bytes(one.data), "application/ms-tnef" if hasattr(one, "embed") else ""))
    return letter
