from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.digest import Sha256
from evidence.errors import IntegrityError
from evidence.locator import Box, PagePlace, RecordPlace, TimePlace
from evidence.records import (
    Child,
    EventRecord,
    Findings,
    Found,
    Reading,
    Recipe,
    Segment,
    Stamp,
    StatedRelation,
    Unit,
    Word,
)
from evidence.shelf import Shelf, content_digest

RECIPE = Recipe(step="reading", inputs=(Sha256("a" * 64),), stamps=(Stamp(name="x", version="1", settings={"n": 1}),))
FOUND = Recipe(step="mentions", inputs=(Sha256("b" * 64),))
READING = Reading(
    units=(
        Unit(
            kind="page",
            number=1,
            outcome="read",
            doubtful=True,
            facts={"mean_score": "612"},
            segments=(
                Segment(
                    index=0,
                    text="Aé 😀",
                    place=PagePlace(page=1, width_px=100, height_px=200, dpi=300),
                    source="ocr",
                    language="en",
                    score=612,
                    words=(Word(start=0, end=2, score=612, box=Box(1, 2, 3, 4)), Word(start=3, end=4)),
                ),
                Segment(index=1, text="x", place=RecordPlace(record=1, field="exif"), source="native"),
            ),
        ),
        Unit(kind="page", number=2, outcome="failed", reason="why"),
        Unit(
            kind="minute",
            number=1,
            outcome="read",
            draft=True,
            segments=(
                Segment(
                    index=2,
                    text="hello",
                    place=TimePlace(start_ms=0, end_ms=900),
                    source="speech",
                    words=(Word(start=0, end=5, score=1, start_ms=3, end_ms=800),),
                ),
            ),
        ),
    ),
    events=(EventRecord(kind="email", segment=1, time_written="noon", parties=(("from", "email", "a@example.org"),)),),
    children=(Child(inner_path="a/b.pdf", scratch_name="1"),),
    facts={"title": "T"},
)
FINDINGS = Findings(
    mentions=(
        Found(segment=0, kind="phone", start=0, end=2, quote="Aé", value="+44", status="candidate", rule="r", score=3),
    ),
    relations=(
        StatedRelation(
            segment=1, kind="emailed", source_kind="email", source_value="a", target_kind="email", target_value="b"
        ),
    ),
    names_looked_for=True,
)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "shelf", scratch=tmp_path / "tmp")


def test_what_is_kept_comes_back_the_same(shelf: Shelf) -> None:
    reading, findings = shelf.keep(RECIPE, READING), shelf.keep(FOUND, FINDINGS)
    assert shelf.reading(reading) == READING
    assert shelf.findings(findings) == FINDINGS
    assert shelf.check(reading) == shelf.check(findings) == ""


def test_an_artifact_is_made_once(shelf: Shelf) -> None:
    made = shelf.produce(RECIPE, lambda: READING)

    def never() -> Reading:
        raise AssertionError

    assert shelf.produce(RECIPE, never) == made


def test_another_content_of_the_same_recipe_is_kept_beside_the_first(shelf: Shelf) -> None:
    first = shelf.keep(RECIPE, READING)
    other = Reading(units=())
    assert shelf.keep(RECIPE, other) == first
    assert shelf.reading(first) == READING
    assert shelf.diverged_path(RECIPE.digest, content_digest(other)).is_file()
    assert list(shelf.recipes()) == [RECIPE.digest]


@pytest.mark.parametrize("damage", ["truncate", "flip", "delete"])
def test_a_damaged_artifact_is_found(shelf: Shelf, damage: str) -> None:
    made = shelf.keep(RECIPE, READING)
    path = shelf.path(made.recipe)
    data = bytearray(path.read_bytes())
    if damage == "delete":
        path.unlink()
    elif damage == "truncate":
        path.write_bytes(data[:-50])
    else:
        at = data.index(b"hello") if b"hello" in data else 60
        data[at] ^= 1
        path.write_bytes(data)
    assert shelf.check(made) in {"missing", "changed"}


def test_a_missing_artifact_says_what_to_do(shelf: Shelf) -> None:
    made = shelf.keep(RECIPE, READING)
    shelf.path(made.recipe).unlink()
    with pytest.raises(IntegrityError) as caught:
        shelf.reading(made)
    assert "reread" in caught.value.next_step


def test_every_part_of_a_recipe_changes_its_address() -> None:
    changed = [
        Recipe(step="mentions", inputs=RECIPE.inputs, stamps=RECIPE.stamps),
        Recipe(step="reading", inputs=(Sha256("c" * 64),), stamps=RECIPE.stamps),
        Recipe(step="reading", inputs=RECIPE.inputs, part="pages 1-2", stamps=RECIPE.stamps),
        Recipe(step="reading", inputs=RECIPE.inputs, stamps=(Stamp(name="x", version="2", settings={"n": 1}),)),
        Recipe(step="reading", inputs=RECIPE.inputs, stamps=(Stamp(name="x", version="1", settings={"n": 2}),)),
    ]
    assert len({recipe.digest for recipe in [RECIPE, *changed]}) == 6


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@given(st.lists(texts, max_size=5), texts)
def test_any_text_survives_the_shelf(paragraphs: list[str], reason: str) -> None:
    import tempfile

    units = tuple(
        Unit(
            kind="file",
            number=number,
            outcome="read",
            reason=reason,
            segments=(Segment(index=number, text=text, place=RecordPlace(record=1, field=text), source="native"),),
        )
        for number, text in enumerate(paragraphs)
    )
    with tempfile.TemporaryDirectory() as folder:
        shelf = Shelf(Path(folder), scratch=Path(folder))
        assert shelf.reading(shelf.keep(RECIPE, Reading(units=units))) == Reading(units=units)
