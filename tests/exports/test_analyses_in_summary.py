"""Saved analyses in a summary: every row at its places, counted again from the index, and nothing printed without one."""

from __future__ import annotations

import csv
import io
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import pypdfium2
import pytest
from running import casegraph
from summary_case import ANNA, NUMBER, VALUE, Bench, fill, make_bench

from evidence.errors import NotFound, Refused
from exports import analyses as printed_analyses
from exports.material import Summary
from exports.summary import Exported, export_summary
from graph import analyses
from graph.project import catch_up, open_graph
from graph.questions import asked
from graph.questions.asked import Asked
from graph.questions.tabled import Line


def save(bench: Bench, about: Asked, title: str) -> str:
    catch_up(bench.case)
    with open_graph(bench.case) as graph:
        asking = analyses.ask(graph, about)
    name = f"A-{sum(line.op == 'analysis.saved' for line in bench.case.custody.lines()) + 1}"
    bench.record(analyses.saved(asking, analysis=name, title=title, reason="asked by counsel"))
    return name


def export(bench: Bench, out: Path, *names: str) -> Exported:
    return export_summary(
        bench.case, out=out, recipient="Crown Prosecutor", reason="charging", actor=ANNA, analyses=names
    )


def read(out: Path) -> tuple[Summary, list[dict[str, str]], str]:
    stated = msgspec.json.decode((out / "summary.json").read_bytes(), type=Summary)
    index = list(csv.DictReader(io.StringIO((out / "source_index.csv").read_text(), newline="")))
    document = pypdfium2.PdfDocument(out / "summary.pdf")
    try:
        text = " ".join(" ".join(page.get_textpage().get_text_bounded() for page in document).split())
    finally:
        document.close()
    return stated, index, text


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Bench, Path, Exported]:
    folder = tmp_path_factory.mktemp("analyses")
    bench = fill(make_bench(folder))
    save(bench, asked.RecursAsked(), "What recurs")
    save(bench, asked.TermsAsked(terms=("rooms", "gearbox")), "Terms of the warrant")
    save(bench, asked.SearchAsked(query="rooms OR town"), "Rooms")
    save(bench, asked.MoneyAsked(), "Payments")
    return bench, folder / "out", export(bench, folder / "out", "A-3", "a-1", "A-2", "A-4", "A-3")


def test_only_the_analyses_that_are_named_are_printed_each_once_in_the_order_asked(made: tuple[Any, Path, Any]) -> None:
    stated, _, text = read(made[1])
    assert [each.claim for each in stated.analyses] == ["A-3", "A-1", "A-2", "A-4"]
    assert made[2].analyses == ("A-3", "A-1", "A-2", "A-4")
    for each in stated.analyses:
        assert f"Analysis {each.claim} {each.title}" in text
        assert each.definition[:60] in text
        assert each.checkpoint == stated.checkpoint.code
        assert (each.saved_by, each.reason) == (ANNA.name, "asked by counsel")
        assert each.saved_checkpoint != each.checkpoint
    assert "The answer has no rows." in text


def test_the_rows_and_places_recount_from_the_source_index(made: tuple[Any, Path, Any]) -> None:
    stated, index, text = read(made[1])
    for each in stated.analyses:
        here = [row for row in index if row["section"] == "analyses" and row["finding"] == each.claim]
        lines = [line for sheet in each.sheets for line in sheet.lines]
        cited = Counter(row["tag"] for row in here)
        assert each.counts.places == len(here) == sum(len(line.cited) for line in lines)
        assert each.counts.rows == len(lines)
        for sheet in each.sheets:
            assert all(cited[line.claim] == len(line.cited) > 0 for line in sheet.lines) or sheet.absence
            assert f"{sheet.title[0].upper()}{sheet.title[1:]} ({len(sheet.lines)})" in text
            for line in sheet.lines:
                assert all(f"· {place.claim}" in text for place in line.cited), line
    claims = [row["claim"] for row in index if row["section"] == "analyses"]
    assert len(claims) == len(set(claims)) > 5


def test_a_row_opens_at_its_place_with_strip_and_words(made: tuple[Any, Path, Any]) -> None:
    stated, index, _ = read(made[1])
    recurs = next(each for each in stated.analyses if each.question == "recurs")
    (line,) = (line for line in recurs.sheets[0].lines if VALUE in line.cells)
    assert {place.exhibit for place in line.cited} == {"CG-0001", "CG-0002", "CG-0003"}
    strips = {place.exhibit: place.strip for place in line.cited}
    assert strips["CG-0001"] is not None
    assert (strips["CG-0001"].engine, strips["CG-0001"].score) == ("tesseract 5.3.4", 843)
    row = next(row for row in index if row["tag"] == line.claim and row["exhibit"] == "CG-0003")
    assert (row["place"], row["what"], row["basis"]) == ("line 1", "segment", "source_fact")
    assert "rooms 12 to 14" in row["quote"]


def test_what_was_not_found_is_printed_as_resting_on_the_whole_record(made: tuple[Any, Path, Any]) -> None:
    stated, _, text = read(made[1])
    terms = next(each for each in stated.analyses if each.question == "terms")
    missed = next(sheet for sheet in terms.sheets if sheet.title == "not found")
    assert [line.cells for line in missed.lines] == [("gearbox", "not found in what was read")]
    assert missed.lines[0].sources == (f"custody line {stated.checkpoint.size}",)
    assert "Rests on the whole record at the checkpoint above" in text


def test_what_changed_since_it_was_saved_is_printed(full: Bench, tmp_path: Path) -> None:
    name = save(full, asked.RecursAsked(), "What recurs")
    full.decide("CG-0001:0", NUMBER, VALUE, "reject")
    full.email("second.eml", "Ring 020 7946 0128.", [("phone", "020 7946 0128", "+442079460128")], when="3 March 2026")
    export(full, tmp_path / "out", name)
    stated, _, text = read(tmp_path / "out")
    counts = stated.analyses[0].counts
    assert (counts.new, counts.changed, counts.gone, counts.same) == (1, 1, 0, 0)
    assert "1 row is new, 1 changed, 0 gone, 0 the same" in text


def test_an_analysis_that_rested_on_what_is_sealed_leaves_only_once_it_is_marked_anew(
    full: Bench, tmp_path: Path
) -> None:
    name = save(full, asked.SearchAsked(query="XSECRETX OR rooms OR town"), "Rooms and XSECRETX")
    full.tag("CG-0005:0", "neutral", "F-1")
    full.seal("CG-0005:0")
    with pytest.raises(Refused, match="rested on material that is sealed now") as no:
        export(full, tmp_path / "out", name)
    assert "XSECRETX" not in f"{no.value} {no.value.next_step}"
    for what in ("list", "show", "run"):
        for more in ((), ("--json",)):
            said = casegraph("analysis", full.case.root, what, *([] if what == "list" else [name]), *more)
            assert "XSECRETX" not in said, what
            assert "withheld: concerns sealed material" in said
    assert "XSECRETX" not in casegraph("log", full.case.root)
    casegraph("analysis", full.case.root, "run", name, "--mark")
    export(full, tmp_path / "out", name)
    stated, _, text = read(tmp_path / "out")
    assert stated.analyses[0].counts.rows == 1
    assert "out to town" not in text


def test_a_row_that_cites_no_place_stops_the_export(
    full: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = save(full, asked.SearchAsked(query="rooms"), "Rooms")
    bare = Line(key=("x",), cells=("CG-0003", "line 1", "rooms"), sources=("CG-0003.m9.9",), exhibits=("CG-0003",))
    again = analyses.asked_again

    def without(graph: Any, kept: Any, state: Any) -> Any:
        asking = again(graph, kept, state)
        (sheet,) = asking.tables.sheets
        tables = msgspec.structs.replace(asking.tables, sheets=(msgspec.structs.replace(sheet, lines=(bare,)),))
        return msgspec.structs.replace(asking, tables=tables)

    monkeypatch.setattr(printed_analyses.analyses, "asked_again", without)
    with pytest.raises(Refused, match=f"1 of 1 rows of {name} \\(segments\\) cite no place that can be opened"):
        export(full, tmp_path / "out", name)
    assert not (tmp_path / "out").exists()


def test_an_analysis_that_is_not_on_record_or_asks_for_what_is_gone_is_not_exported(
    full: Bench, tmp_path: Path
) -> None:
    with pytest.raises(NotFound, match="no analysis A-7"):
        export(full, tmp_path / "out", "A-7")
    name = save(full, asked.AroundAsked(a="+442079460128"), "The taxi card")
    full.decide("CG-0004:0", "020 7946 0128", "+442079460128", "reject")
    with pytest.raises(NotFound, match=rf"{name} can no longer be asked: there is no entity '\+442079460128'") as gone:
        export(full, tmp_path / "out", name)
    assert f"casegraph analysis CASE withdraw {name}" in gone.value.next_step


def test_the_command_takes_analyses_by_name(full: Bench, tmp_path: Path) -> None:
    name = save(full, asked.SearchAsked(query="rooms"), "Rooms")
    given = ("--out", tmp_path / "out", "--to", "CPS", "--reason", "charging", "--analysis", name)
    casegraph("export", full.case.root, "summary", *given)
    assert [each.claim for each in read(tmp_path / "out")[0].analyses] == [name]
    assert "no analysis A-9" in casegraph(
        "export", full.case.root, "summary", "--out", tmp_path / "two", "--to", "CPS", "--reason", "x", "--analysis", "A-9",
        code=5,
    )  # fmt: skip
