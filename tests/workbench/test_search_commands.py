"""Searching on the command line: how the query was understood, counts of all hits, more like one, and what is missing for meaning."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from running import asked, casegraph

sys.path.insert(0, str(Path(__file__).parents[1] / "graph"))

from small_cases import Bench, Line, Says, new_bench

from evidence.records import Stamp
from extractors import meaning
from extractors.meaning import Passage, Vector

OFFER = "Work in a laundry near the docks, nine hundred pounds a week, a bed and all papers on arrival"


class Encoder:
    """A double: a text means how often it holds the letters p, d and x."""

    model = "letters"
    stamp = Stamp(name="letters", version="1", model="letters", model_digest="0" * 64)

    def vector(self, text: str) -> Vector:
        made = np.array([1e-3 + text.count(letter) for letter in "pdx"], np.float32)
        return np.asarray(made / np.linalg.norm(made), np.float32)

    def passages(self, text: str) -> list[Passage]:
        return [Passage(0, len(text), self.vector(text))]


@pytest.fixture
def lodge(tmp_path: Path) -> Bench:
    bench = new_bench(tmp_path / "case")
    bench.exhibit(Line(f"{OFFER}. Marton Varga", (Says("person_name", "Marton Varga", "Marton Varga"),)))
    bench.exhibit(*(Line(f"laundry list {number}", unit_kind="message", speaker="Ana") for number in range(40)))
    bench.exhibit(Line(f"Passed on: {OFFER}!"))
    return bench


def test_facets_are_of_all_hits_and_the_look_is_on_record(lodge: Bench) -> None:
    shown = casegraph("search", lodge.case.root, "laundry", "--facets", "--limit", "3")
    assert "kind: message 40, page 2" in shown
    assert "exhibit: CG-0002 40, CG-0001 1, CG-0003 1" in " ".join(shown.split())
    assert "42 segments found" in shown
    found = asked("search", lodge.case.root, "laundry", "--facets", "--limit", "3")
    assert (found["total"], len(found["hits"]), found["by_meaning"]) == (42, 3, [])
    assert "laundry --facets" in casegraph("log", lodge.case.root, "--access")


def test_names_that_sound_alike_are_named(lodge: Bench) -> None:
    shown = casegraph("search", lodge.case.root, "sounds:Wargha")
    assert "Understood as: a name that sounds like Wargha" in shown
    assert "Names taken as alike: Marton Varga" in shown


def test_a_query_that_makes_no_sense_says_where_with_an_example(lodge: Bench) -> None:
    said = " ".join(casegraph("search", lodge.case.root, "laundry since:soon", code=2).split())
    assert "character 9: since:soon is no day, month or year, as in since:2026-03-01" in said
    assert "Next: " in said


def test_more_like_one_says_what_it_repeats(lodge: Bench) -> None:
    shown = " ".join(casegraph("like", lodge.case.root, "CG-0001.p1.1").split())
    assert "CG-0003.p1.1 the same passage, repeats 7" in shown
    found = asked("like", lodge.case.root, "CG-0001.p1.1")
    assert found["found"][0]["segment"] == "CG-0003.p1.1"
    assert "no segment CG-0009.p1.1" in casegraph("like", lodge.case.root, "CG-0009.p1.1", code=5)


def test_without_weights_it_is_said_how_to_get_them(lodge: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meaning, "PACKAGE", "no_such_package_here")
    for words in (["meaning", lodge.case.root], ["search", lodge.case.root, "laundry", "--meaning"]):
        said = " ".join(casegraph(*words, code=9).split())
        assert "no weights for searching by meaning" in said
        assert "casegraph models add" in said
    assert "no minilm" in " ".join(casegraph("doctor").split())


def test_what_is_found_by_meaning_stands_apart(lodge: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meaning, "encoder", lambda **_: Encoder())
    said = casegraph("search", lodge.case.root, "appd", "--meaning", code=5)
    assert "no segment has a vector" in " ".join(said.split())
    shown = casegraph("meaning", lodge.case.root)
    assert "Vectors of 42 segments made" in shown
    shown = " ".join(casegraph("search", lodge.case.root, "appd", "--meaning").split())
    assert "0 segments found" in shown
    assert "By meaning, not exact" in shown
    assert "CG-0001.p1.1 by meaning, cosine 0." in shown
    found = asked("search", lodge.case.root, "appd kind:message", "--meaning")
    assert {one["segment"].partition(".")[0] for one in found["by_meaning"]} <= {"CG-0002"}
    assert found["hits"] == []
