"""A list of terms asked again on the command line: what is said of the rows that are gone."""

from __future__ import annotations

import sys
from pathlib import Path

from running import casegraph

sys.path.insert(0, str(Path(__file__).parents[1] / "graph"))

from small_cases import OCR, Bench, Line, anchor, new_bench


def _saved(tmp_path: Path) -> Bench:
    bench = new_bench(tmp_path / "case")
    bench.exhibit(Line("a zebra"))
    bench.receive("later.txt")
    listed = tmp_path / "words.txt"
    listed.write_text("zebra\nocelot\n")
    casegraph("terms", bench.case.root, listed, "--save", "Animals")
    return bench


def test_a_term_found_since_and_one_found_no_more_are_said_so(tmp_path: Path) -> None:
    bench = _saved(tmp_path)
    bench.read("CG-0002", [Line("an ocelot")])
    shown = " ".join(casegraph("analysis", bench.case.root, "run", "A-1").split())
    assert "a term that was not found then and is found now" in shown
    assert "it could still hold a term then, and there is none of it now" in shown
    bench.read("CG-0001", [Line("a horse")], engine=OCR)
    assert "a term that was found then and is not found now" in " ".join(
        casegraph("analysis", bench.case.root, "run", "A-1").split()
    )
    assert "named nowhere" not in shown


def test_what_a_sealed_exhibit_held_is_still_not_said(tmp_path: Path) -> None:
    bench = _saved(tmp_path)
    bench.seal("CG-0001", anchor("CG-0001", Line("a zebra")))
    shown = " ".join(casegraph("analysis", bench.case.root, "run", "A-1").split())
    assert "what it rested on is sealed, erased or no longer read there: not shown" in shown
