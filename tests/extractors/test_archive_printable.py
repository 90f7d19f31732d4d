"""Printable strings of what nobody reads: found with their bytes, and found again by their place."""

from __future__ import annotations

import mmap
import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.errors import Unreadable
from evidence.locator import RecordPlace
from evidence.records import Reading
from extractors import printable
from extractors.printable import STRINGS, StringsReader
from extractors.protocols import Engines, Limits, Part, ReadContext

TYPE = "application/octet-stream"


def read(path: Path, limits: Limits | None = None) -> Reading:
    context = ReadContext(languages=(), limits=limits or Limits())
    return StringsReader().read(path, media_type=TYPE, part=Part(), engines=Engines(), context=context)


def texts(path: Path) -> list[str]:
    return [segment.text for segment in read(path).units[0].segments]


def test_strings_are_found_in_three_encodings_and_in_the_order_of_their_bytes(tmp_path: Path) -> None:
    path = tmp_path / "blob"
    wide = "Привет, Șerban!".encode("utf-16-le")
    path.write_bytes(b"\0\1first one\0\0\xff" + wide + b"\0\0\xff" + "três façades".encode() + b"\0short\0")
    assert texts(path) == ["first one", "Привет, Șerban!", "três façades"]


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(st.binary(max_size=20), st.text(alphabet="abcdefghij XYZ0123456789", min_size=6, max_size=40)),
        max_size=12,
    )
)
def test_every_string_is_found_again_in_its_very_bytes(pieces: list[tuple[bytes, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "blob"
        path.write_bytes(b"".join(noise + b"\0" + text.encode() + b"\0" for noise, text in pieces) + b"\0")
        context = ReadContext(languages=())
        (unit,) = read(path).units
        found = "\n".join(segment.text for segment in unit.segments)
        assert all(text in found for _, text in pieces if text.strip() == text)
        whole = path.read_bytes()
        for segment in unit.segments:
            place = segment.place
            assert isinstance(place, RecordPlace)
            original = StringsReader().original(path, place=place, media_type=TYPE, context=context)
            assert original.data == whole[place.offset : place.offset + place.length]
            assert original.text == segment.text


def test_none_at_all_is_skipped_and_limits_are_said(tmp_path: Path) -> None:
    path = tmp_path / "blob"
    path.write_bytes(b"\0\1\2" * 100)
    (unit,) = read(path).units
    assert (unit.outcome, unit.reason) == ("skipped", f"unsupported: {TYPE}; no printable strings in it")
    path.write_bytes(b"a string of text\0" * 100)
    (unit,) = read(path, Limits(text_code_points=100)).units
    assert len(unit.segments) == 6
    assert unit.reason.endswith("; only the first 6")
    assert unit.partial


def test_no_more_of_a_file_is_mapped_than_is_looked_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "blob"
    path.write_bytes(b"the first\0" + bytes(20_000) + b"the last\0")
    mapped: list[int] = []

    class Mapped(mmap.mmap):
        def __new__(cls, fileno: int, length: int, *, access: int) -> Mapped:
            mapped.append(length)
            return super().__new__(cls, fileno, length, access=access)

    monkeypatch.setattr(printable, "_MOST_BYTES", 8_192)
    monkeypatch.setattr(mmap, "mmap", Mapped)
    assert texts(path) == ["the first"]
    assert mapped == [8_192]
    assert read(path).units[0].reason.endswith("; only the first 1")


def test_a_place_that_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "blob"
    path.write_bytes(os.urandom(50))
    context = ReadContext(languages=())
    for place in (
        RecordPlace(record=1, field="string"),
        RecordPlace(record=1, field="entry", offset=0, length=4),
        RecordPlace(record=1, field="string", offset=48, length=40),
    ):
        with pytest.raises(Unreadable):
            StringsReader().original(path, place=place, media_type=TYPE, context=context)


def test_the_stamp_tells_that_strings_were_asked_for() -> None:
    (stamp,) = StringsReader().stamps(engines=Engines(), context=ReadContext(languages=()))
    assert stamp.name == STRINGS
