"""What the tests of chats share: read a file as a run would, and go back from every place to its bytes."""

from __future__ import annotations

from pathlib import Path

from evidence.locator import RecordPlace
from evidence.records import EventRecord, Reading, Segment
from extractors.chat.reader import ChatReader
from extractors.identify import identify
from extractors.protocols import Engines, Part, ReadContext, Sibling

SHARED = Path(__file__).parents[3] / "shared" / "data" / "chats"
READER = ChatReader()


def context_of(name: str, scratch: Path = Path(), **asserted: object) -> ReadContext:
    return ReadContext(languages=(), name=name, scratch=scratch, **asserted)  # type: ignore[arg-type]


def read_all(path: Path, *, name: str = "", context: ReadContext | None = None) -> list[Reading]:
    """Return the readings of all parts of a file, identified by its content."""
    context = context or context_of(name or path.name)
    kind = identify(path, hint=context.name)
    survey = READER.survey(path, media_type=kind, context=context)
    return [READER.read(path, media_type=kind, part=part, engines=Engines(), context=context) for part in survey.parts]


def read_one(path: Path, *, name: str = "", context: ReadContext | None = None) -> Reading:
    (reading,) = read_all(path, name=name, context=context)
    return reading


def read_text(
    folder: Path, text: str | bytes, *, name: str = "WhatsApp Chat with Dee.txt", **asserted: object
) -> Reading:
    path = folder / "export"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_one(path, context=context_of(name, folder, **asserted))


def messages(reading: Reading) -> list[tuple[Segment, EventRecord]]:
    """Return the messages that have an event, with it."""
    by_index = {segment.index: segment for unit in reading.units for segment in unit.segments}
    return [(by_index[event.segment], event) for event in reading.events]


def originals(path: Path, reading: Reading, context: ReadContext) -> list[tuple[Segment, bytes]]:
    """Return every segment with the bytes that its place leads to."""
    kind = identify(path, hint=context.name)
    return [
        (segment, READER.original(path, place=segment.place, media_type=kind, context=context).data)
        for unit in reading.units
        for segment in unit.segments
    ]


def check_shape(reading: Reading) -> None:
    """What holds of any reading of a chat: indexes, ordinals, quotes, reasons, text everywhere."""
    index = 0
    texts: dict[int, str] = {}
    for unit in reading.units:
        assert unit.outcome in ("read", "blank")
        assert unit.reason or unit.outcome == "read"
        for segment in unit.segments:
            assert segment.index == index
            assert segment.text
            texts[index] = segment.text
            index += 1
            assert isinstance(segment.place, RecordPlace)
    for found in reading.named:
        assert texts[found.segment][found.start : found.end] == found.quote
    for event in reading.events:
        assert event.segment in texts


__all__ = [
    "READER", "SHARED", "Part", "Sibling", "check_shape", "context_of", "messages", "originals", "read_all", "read_one",
    "read_text",
]  # fmt: skip
