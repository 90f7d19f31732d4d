"""What records' own fields name joins what finders find, and a unit read in several parts is one unit."""

from __future__ import annotations

from pathlib import Path

import pytest

from evidence.errors import Unreadable
from evidence.locator import TextPlace
from evidence.records import Findings, Found, Reading, StatedRelation
from extractors.protocols import Engines, Part, ReadContext
from extractors.text import TextReader
from flows.jobs import UnitOutcome, with_records
from flows.run import _units_once


def mention(kind: str, start: int, end: int, *, segment: int = 0) -> Found:
    return Found(
        segment=segment, kind=kind, start=start, end=end, quote="x" * (end - start), value=kind, status="established"
    )


def test_a_records_own_field_wins_over_what_a_finder_made_of_the_same_characters() -> None:
    found = Findings(mentions=(mention("person_name", 0, 3), mention("date", 5, 9), mention("phone", 0, 3, segment=1)))
    related = StatedRelation(
        segment=0, kind="known_as", source_kind="phone", source_value="1", target_kind="display_name", target_value="2"
    )
    reading = Reading(units=(), named=(mention("display_name", 1, 4),), related=(related,))
    joined = with_records(found, reading)
    assert [(one.segment, one.kind) for one in joined.mentions] == [(0, "display_name"), (0, "date"), (1, "phone")]
    assert joined.relations == (related,)
    assert with_records(found, Reading(units=())) is found


def test_a_conversation_read_in_parts_is_counted_once_and_keeps_what_went_wrong() -> None:
    read = UnitOutcome(kind="conversation", number=1, outcome="read")
    lost = UnitOutcome(kind="conversation", number=1, outcome="failed", reason="the worker died")
    other = UnitOutcome(kind="conversation", number=2, outcome="blank")
    (first, second) = _units_once([read, other, lost])
    assert (first.outcome, first.partial, first.reason) == ("read", True, "the worker died")
    assert second == other


@pytest.mark.parametrize("text", ["One.\n\nTwo är här.\n", "plain\r\n\r\nascii\r\n"])
def test_a_paragraph_opens_at_its_very_bytes(tmp_path: Path, text: str) -> None:
    path = tmp_path / "note.txt"
    path.write_bytes(text.encode())
    context = ReadContext(languages=())
    reading = TextReader().read(path, media_type="text/plain", part=Part(), engines=Engines(), context=context)
    for segment in reading.units[0].segments:
        original = TextReader().original(path, place=segment.place, media_type="text/plain", context=context)
        assert original.text == segment.text
        assert original.data == segment.text.encode()
        assert original.data in path.read_bytes()
        assert "bytes" in original.where
    with pytest.raises(Unreadable):
        TextReader().original(
            path, place=TextPlace(start=900, end=901, line=9), media_type="text/plain", context=context
        )
