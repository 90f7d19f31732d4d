"""Found by meaning: apart from what is exact, only what still reads so, and nothing of what is sealed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from small_cases import OCR, Bench, Line, anchor

from evidence.errors import NotFound
from graph import meaning, meaning_files
from graph.meaning import Sought, meant
from graph.meaning_files import MOST_FILES, Encoded, Made, folder_of
from graph.project import catch_up, open_graph, rebuild
from graph.search import Search, answer

MODEL = "a model"
MONEY = Line("They kept the wages of everyone who worked there")
PAY = Line("Nobody was ever paid for a single shift", language="ro")
BOAT = Line("The boat left the harbour at nine")
LETTER = Line("Dear client, zanzibar is not for others to read", unit=1)
SOUGHT = Sought(MODEL, np.array([1, 0, 0, 0], np.float32))
TOWARDS = {
    MONEY.text: (0.9, 0.2, 0, 0),
    PAY.text: (0.6, 0.5, 0, 0),
    BOAT.text: (0.1, 0, 0, 1),
    LETTER.text: (0.7, 0, 0.7, 0),
}
"""What the texts mean, to a model of four dimensions."""


def vector(text: str) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    made = np.array(TOWARDS.get(text, (0, 1, 0, 0)), np.float32)
    return np.asarray(made / np.linalg.norm(made), np.float32)


def make(bench: Bench, model: str = MODEL) -> int:
    """Make the vectors that are missing, as the flow does."""
    with open_graph(bench.case) as graph:
        texts = meaning.texts(graph, meaning.waiting(graph, model))
        made = [Made(text, (Encoded(0, len(text.text), vector(text.text)),)) for text in texts]
        return meaning.keep(graph, model, made)


def near(bench: Bench, most: int = 10) -> list[tuple[str, int]]:
    with open_graph(bench.case) as graph:
        return [(one.segment, one.cosine) for one in meant(graph, SOUGHT, most=most).hits]


def three_lines(bench: Bench) -> Bench:
    """Return the bench with three lines whose meaning is known, and their vectors made."""
    for line in (MONEY, PAY, BOAT):
        bench.exhibit(line)
    catch_up(bench.case)
    assert make(bench) == 3
    return bench


@pytest.fixture
def told(bench: Bench) -> Bench:
    return three_lines(bench)


def test_what_is_near_comes_first_and_what_is_far_not_at_all(told: Bench) -> None:
    assert near(told) == [("CG-0001.p1.1", 977), ("CG-0002.p1.1", 768)]
    assert near(told, most=1) == [("CG-0001.p1.1", 977)]


def test_exact_hits_and_those_by_meaning_stand_apart(told: Bench) -> None:
    with open_graph(told.case) as graph:
        found = answer(graph, Search(query="shift", by_meaning=5), sought=SOUGHT)
        plain = answer(graph, Search(query="shift"))
    assert [hit.segment for hit in found.hits] == [hit.segment for hit in plain.hits] == ["CG-0002.p1.1"]
    assert [one.segment for one in found.by_meaning] == ["CG-0001.p1.1", "CG-0002.p1.1"]
    assert plain.by_meaning == ()
    assert found.by_meaning[0].snippet == MONEY.text
    assert "apart from the exact hits" in found.notes[0]


def test_the_filters_of_a_query_hold_for_meaning_too(told: Bench) -> None:
    def names(query: str) -> list[str]:
        with open_graph(told.case) as graph:
            return [one.segment for one in answer(graph, Search(query=query, by_meaning=5), sought=SOUGHT).by_meaning]

    assert names("wages language:ro") == ["CG-0002.p1.1"]
    assert names("wages NOT exhibit:CG-0001") == ["CG-0002.p1.1"]
    assert names("wages NOT boat") == ["CG-0001.p1.1", "CG-0002.p1.1"]


def test_without_vectors_it_says_what_to_run(bench: Bench) -> None:
    bench.exhibit(MONEY)
    catch_up(bench.case)
    with open_graph(bench.case) as graph, pytest.raises(NotFound, match="no segment has a vector") as caught:
        meant(graph, SOUGHT, most=5)
    assert "casegraph meaning" in caught.value.next_step


def test_what_came_since_is_counted_as_not_compared(told: Bench) -> None:
    told.exhibit(Line("A segment that nobody has encoded"), Line("short"))
    catch_up(told.case)
    with open_graph(told.case) as graph:
        assert meant(graph, SOUGHT, most=5).notes == (
            "2 segments were not compared: too short, or `casegraph meaning CASE` has not been run since they came.",
        )
        standing = meaning.standing(graph, MODEL)
    assert (standing.segments, standing.waiting, standing.too_short) == (3, 1, 1)
    assert make(told) == 1


def test_a_text_that_reads_otherwise_now_is_not_shown_and_waits_again(told: Bench) -> None:
    told.read("CG-0001", [Line("Another engine read this page quite otherwise")], engine=OCR)
    catch_up(told.case)
    assert near(told) == [("CG-0002.p1.1", 768)]
    with open_graph(told.case) as graph:
        assert meaning.waiting(graph, MODEL) == ["CG-0001.p1.1"]
        meaning_files.tidy(told.case, graph.conn, MODEL)
    assert b"CG-0001" not in held(told)


def test_vectors_of_another_model_are_not_compared_and_are_dropped(told: Bench) -> None:
    assert make(told, "another model") == 3
    with open_graph(told.case) as graph:
        assert meaning.standing(graph, MODEL).other_model == 3
        meaning_files.tidy(told.case, graph.conn, "another model")
        with pytest.raises(NotFound):
            meant(graph, SOUGHT, most=5)


def test_many_files_become_one(bench: Bench) -> None:
    lines = [Line(f"Segment number {number} of many in a row") for number in range(MOST_FILES + 2)]
    bench.exhibit(*lines)
    catch_up(bench.case)
    with open_graph(bench.case) as graph:
        for text in meaning.texts(graph, meaning.waiting(graph, MODEL)):
            meaning.keep(graph, MODEL, [Made(text, (Encoded(0, 5, vector(text.text)),))])
        assert len(list(folder_of(bench.case).glob("*.arrow"))) == len(lines)
        meaning_files.tidy(bench.case, graph.conn, MODEL)
        assert len(list(folder_of(bench.case).glob("*.arrow"))) == 1
        assert meaning.standing(graph, MODEL).segments == len(lines)


# --- seals ---------------------------------------------------------------------------------------------------------


def held(bench: Bench) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder_of(bench.case).rglob("*")) if path.is_file())


def encoded(line: Line) -> bytes:
    """Return the bytes in which a line's vector is kept."""
    made = vector(line.text)
    return np.rint(made * (127 / np.abs(made).max())).astype(np.int8).tobytes()


@pytest.mark.parametrize("whole", [True, False])
def test_nothing_of_what_is_sealed_has_a_vector(told: Bench, whole: bool) -> None:
    number = told.exhibit(LETTER, BOAT)
    catch_up(told.case)
    make(told)
    assert encoded(LETTER) in held(told)
    assert ("CG-0004.p1.1", 707) in near(told)
    told.seal(number, None if whole else anchor(number, LETTER))
    catch_up(told.case)
    assert encoded(LETTER) not in held(told)
    assert b"CG-0004.p1.1" not in held(told)
    assert (b"CG-0004.p2.1" in held(told)) is not whole
    assert near(told) == [("CG-0001.p1.1", 977), ("CG-0002.p1.1", 768)]
    assert not [path for path in folder_of(told.case).iterdir() if path.suffix != ".arrow"]


def test_a_seal_between_reading_and_keeping_leaves_no_vector(told: Bench) -> None:
    number = told.exhibit(LETTER)
    catch_up(told.case)
    with open_graph(told.case) as graph:
        (text,) = meaning.texts(graph, meaning.waiting(graph, MODEL))
    told.seal(number)
    with open_graph(told.case) as graph:
        assert meaning.keep(graph, MODEL, [Made(text, (Encoded(0, 9, vector(text.text)),))]) == 0
    assert encoded(LETTER) not in held(told)


def test_vectors_are_no_part_of_the_graph(told: Bench) -> None:
    before = catch_up(told.case).fingerprint
    for path in folder_of(told.case).iterdir():
        Path(path).unlink()
    assert rebuild(told.case).fingerprint == before
