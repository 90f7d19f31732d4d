"""Which pictures are grouped: the same and near hashes, of different exhibits; and frames found again after a reread."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from small_cases import FINDER, OCR, Bench

from evidence.acts import ExtractionRecorded, MentionAnchor, SegmentAnchor
from evidence.digest import sha256_bytes
from evidence.locator import FramePlace, RecordPlace
from evidence.records import Findings, Reading, Recipe, Unit, UnitKind, mention_id
from graph import anchors, likeness
from graph.anchors import MentionSpot, SegmentSpot
from graph.likeness import Picture
from graph.project import catch_up, open_graph

NOTHING = "0" * 64


def _picture(bench: Bench, name: str, *hashes: str, kind: UnitKind = "page") -> str:
    """Receive a picture whose units have these hashes; an empty one is a unit without."""
    number = bench.receive(name)
    units = tuple(
        Unit(kind=kind, number=place, outcome="no_text", facts={"phash": one, "phash_256": NOTHING, "pixels": "4x3"} if one else {})
        for place, one in enumerate(hashes, start=1)
    )  # fmt: skip
    recipe = Recipe(step="reading", inputs=(sha256_bytes(number.encode()),), stamps=(OCR,))
    reading = bench.case.shelf.keep(recipe, Reading(units=units))
    found = Recipe(step="mentions", inputs=(reading.content,), stamps=(FINDER,))
    refs = (reading, bench.case.shelf.keep(found, Findings(mentions=())))
    bench.record(
        ExtractionRecorded(
            exhibit=number, media_type="image/png", outcome="no_text", units={"no_text": len(units)}, artifacts=refs,
            stamps=(OCR, FINDER),
        )
    )  # fmt: skip
    return number


def test_pictures_of_different_exhibits_with_near_hashes_are_groups(bench: Bench) -> None:
    one = _picture(bench, "one.png", "ff00ff00ff00ff00")
    _picture(bench, "other.png", "00ff00ff00ff00ff")
    near = _picture(bench, "near.png", "ff00ff00ff00ff07")
    _picture(bench, "blank.png", "")
    film = _picture(bench, "film.mp4", "0f0f0f0f0f0f0f0f", "0f0f0f0f0f0f0f0f", "ff00ff00ff00ff00", kind="frame")
    _picture(bench, "pages.tif", "123456789abcdef0", "123456789abcdef0")
    catch_up(bench.case)
    with open_graph(bench.case) as graph:
        (group,) = likeness.groups(graph)
        assert [(made.exhibit, made.unit, made.distance) for made in group.pictures] == [
            (one, 1, 0),
            (near, 1, 3),
            (film, 3, 0),
        ]
        assert group.pictures[0].pixels == "4x3"
        (exact,) = likeness.groups(graph, near=0)
        assert [made.exhibit for made in exact.pictures] == [one, film]


@given(st.lists(st.integers(0, 2**64 - 1) | st.integers(0, 255), max_size=14), st.integers(0, 12))
def test_groups_are_those_that_comparing_every_pair_gives(hashes: list[int], near: int) -> None:
    pictures = [
        Picture(exhibit=str(at), unit_kind="page", unit=1, name="", sha256="", size_bytes=1, phash=f"{one:016x}")
        for at, one in enumerate(hashes)
    ]
    got = likeness._grouped(pictures, near)
    wanted = list(range(len(hashes)))
    for _ in hashes:
        for at, one in enumerate(hashes):
            for other_at, other in enumerate(hashes):
                if (one ^ other).bit_count() <= near:
                    wanted[at] = wanted[other_at] = min(wanted[at], wanted[other_at])
    assert [got.index(group) for group in got] == [wanted.index(group) for group in wanted]


def _frame(at_ms: int, number: int) -> SegmentSpot:
    place = FramePlace(at_ms=at_ms, frame=number, width_px=10, height_px=10)
    return SegmentSpot(f"CG-0001.v{number + 1}.1", "frame", number + 1, 1, place, f"opening {number}")


def test_what_was_pointed_at_on_a_frame_is_found_on_the_nearest_one_that_says_the_same() -> None:
    was = _frame(10_000, 250)
    anchor = MentionAnchor(
        segment=SegmentAnchor(
            exhibit="CG-0001", unit_kind="frame", unit=251, ordinal=1, place=was.place, opening="opening 250"
        ),
        kind="phone", start=0, end=3, quote="999", value="+999",
    )  # fmt: skip

    def mention(segment: SegmentSpot) -> MentionSpot:
        return MentionSpot(mention_id(segment.id, "phone", 0, 3, "999"), segment, "phone", 0, 3, "999", "+999")

    far, near, again = mention(_frame(30_000, 750)), mention(_frame(10_400, 260)), mention(was)
    assert anchors.find_mention(anchor, [far, near, again]) == (again, "exact")
    assert anchors.find_mention(anchor, [far, near]) == (near, "same value")
    found = anchors.find_segment(anchor.segment, [_frame(90_000, 1), _frame(12_000, 300), _frame(10_400, 260)])
    assert found == (_frame(10_400, 260), "same place")


def test_records_of_other_tables_or_keys_are_other_places() -> None:
    place = RecordPlace(record=1, field="row", key="17", table="messages")
    assert anchors.overlap(place, RecordPlace(record=4, field="row", key="17", table="messages"))
    assert not anchors.overlap(place, RecordPlace(record=1, field="row", key="18", table="messages"))
    assert not anchors.overlap(place, RecordPlace(record=1, field="row", key="17", table="chats"))
    assert anchors.overlap(place, RecordPlace(record=1, field="row", table="messages"))
