"""Real exports against the tables that others made of them, and the way back from every place to its bytes."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest
from chat_reading import READER, SHARED, check_shape, context_of, messages, originals, read_one

from evidence.errors import Unreadable
from evidence.locator import RecordPlace, TextPlace
from extractors.chat import formats
from extractors.chat.cutting import cut, wanted
from extractors.identify import identify
from extractors.protocols import Part

FILES = [
    ("whatsapp/test_[mmddyy]_24hrs.txt", formats.WHATSAPP),
    ("whatsapp/test_ddmmyy_24hrs.txt", formats.WHATSAPP),
    ("whatsapp/test_mmddyy_24hrs.txt", formats.WHATSAPP),
    ("whatsapp/test_mmddyyyy_12hrs.txt", formats.WHATSAPP),
    ("whatsapp/test_yyyymmdd_24hrs.txt", formats.WHATSAPP),
    ("signal/test_export.txt", formats.SIGNAL),
    ("telegram/test_single_export.json", formats.TELEGRAM),
    ("telegram/test_batch_export.json", formats.TELEGRAM),
    ("instagram/test_export.json", formats.META),
]


def _file(name: str) -> Path:
    path = SHARED / name
    if not path.is_file():
        pytest.skip(f"the shared sample {name} is not on this machine")
    return path


def _plain(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize(("name", "media_type"), FILES)
def test_real_exports_give_the_expected_tables(name: str, media_type: str) -> None:
    """White space apart: the tables join lines by a space, and part Telegram's pieces of text by one."""
    path = _file(name)
    assert identify(path, hint=path.name) == media_type
    reading = read_one(path)
    check_shape(reading)
    target = json.loads((path.parent / "target.json").read_text())
    expected = sorted((one["timestamp"], one["author"], _plain(one["message"])) for one in target)
    found = sorted(
        (event.time_utc.removesuffix("Z") or event.time_local, segment.speaker, _plain(segment.text))
        for segment, event in messages(reading)
        if event.parties
    )
    assert found == expected


@pytest.mark.parametrize(("name", "media_type"), FILES)
def test_every_place_of_a_real_export_leads_back_to_its_bytes(name: str, media_type: str) -> None:
    path = _file(name)
    data = path.read_bytes()
    context = context_of(path.name)
    reading = read_one(path)
    for segment, original in originals(path, reading, context):
        place = segment.place
        assert isinstance(place, RecordPlace)
        assert original == data[place.offset : place.offset + place.length]
        if place.field == "message" and path.suffix == ".txt":
            assert segment.text in original.decode()
        elif place.field == "message":
            assert json.loads(original)
    spans = sorted(
        (segment.place.offset, segment.place.length)
        for unit in reading.units
        for segment in unit.segments
        if isinstance(segment.place, RecordPlace) and segment.place.field == "message"
    )
    assert all(one[0] + one[1] <= other[0] for one, other in pairwise(spans))


def test_a_place_that_is_not_in_the_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "chat.txt"
    path.write_text("1/2/24, 10:00 - Dee: hello\n")
    for place in (
        RecordPlace(record=1, field="message", offset=5, length=4000),
        RecordPlace(record=1, field="message", offset=-1, length=4),
        TextPlace(start=0, end=1, line=1),
    ):
        with pytest.raises(Unreadable):
            READER.original(path, place=place, media_type=formats.WHATSAPP, context=context_of("chat.txt"))


def test_parts_hold_every_message_once() -> None:
    sizes = [30, 250, 10, 0, 95, 99, 4]
    parts = cut(sizes, least=100)
    held = [
        (number, message)
        for part in parts
        for number, size in enumerate(sizes, start=1)
        for message in range(1, size + 1)
        if wanted(part).conversation(number) and wanted(part).from_message <= message <= wanted(part).to_message
    ]
    assert sorted(held) == [(n, m) for n, size in enumerate(sizes, start=1) for m in range(1, size + 1)]
    assert len(held) == len(set(held))
    assert len({part.name for part in parts}) == len(parts)


def test_a_unit_that_is_asked_for_alone_is_found() -> None:
    assert wanted(Part(name="page 3", first=3, last=3)).conversation(3)
    assert not wanted(Part(name="page 3", first=3, last=3)).conversation(2)
    with pytest.raises(Unreadable):
        wanted(Part(name="something else"))
