"""Vectors are made where they are missing, a run that stops loses no more than one lot, and nothing is made unasked."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "graph"))

from small_cases import Bench, Line, new_bench

from evidence.records import Stamp
from evidence.settings import Settings
from extractors.meaning import Passage, Vector
from flows import meaning
from graph.project import catch_up, open_graph
from graph.search import Search, answer


class Encoder:
    """A double: a text means how often it holds the letters a, b, c and d."""

    model = "letters"
    stamp = Stamp(name="letters", version="1")

    def __init__(self, *, fails_at: str = "") -> None:
        self.asked: list[str] = []
        self._fails_at = fails_at

    def vector(self, text: str) -> Vector:
        made = np.array([1e-3 + text.count(letter) for letter in "abcd"], np.float32)
        return np.asarray(made / np.linalg.norm(made), np.float32)

    def passages(self, text: str) -> list[Passage]:
        if text == self._fails_at:
            raise MemoryError
        self.asked.append(text)
        return [Passage(0, len(text), self.vector(text))]


@pytest.fixture
def letters(tmp_path: Path) -> Bench:
    bench = new_bench(tmp_path / "case")
    bench.exhibit(Line("aaaa aaaa"), Line("bbbb bbbb"), Line("cc"))
    bench.exhibit(Line("dddd dddd"))
    catch_up(bench.case)
    return bench


def test_it_makes_what_is_missing_and_says_so(letters: Bench) -> None:
    encoder, seen = Encoder(), []
    made = meaning.make_vectors(letters.case, encoder, workers=2, on_progress=lambda done, of: seen.append((done, of)))
    assert (made.made, made.segments, made.waiting, made.too_short) == (3, 3, 0, 1)
    assert seen == [(0, 3), (3, 3)]
    assert made.stamp.name == "letters"
    assert meaning.make_vectors(letters.case, encoder, workers=2).made == 0
    assert sorted(encoder.asked) == ["aaaa aaaa", "bbbb bbbb", "dddd dddd"]
    with open_graph(letters.case) as graph:
        found = answer(graph, Search(query="nothing", by_meaning=3), sought=meaning.sought(encoder, "baaaa"))
    assert [one.segment for one in found.by_meaning] == ["CG-0001.p1.1"]


def test_a_run_that_stops_keeps_what_it_had_made(letters: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meaning, "AT_ONCE", 1)
    with pytest.raises(MemoryError):
        meaning.make_vectors(letters.case, Encoder(fails_at="dddd dddd"), workers=1)
    encoder = Encoder()
    assert meaning.make_vectors(letters.case, encoder, workers=1).made == 1
    assert encoder.asked == ["dddd dddd"]


def test_an_ingest_makes_no_vectors_unless_told() -> None:
    assert Settings().meaning_at_ingest is False
