"""Saved analyses: the same answer after a rebuild, what is new, gone and changed, and nothing shown of what is sealed."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import msgspec
import pytest
from question_cases import ANA, BEN, CAM, DEE, asked_of, called, happened, line, wrote
from small_cases import PHONE, SLIP_LINE, Bench, Line, Says, anchor, mention_anchor, new_bench

from evidence.acts import AnalysisSaved, AnalysisWithdrawn
from evidence.case import Case
from evidence.digest import canonical
from evidence.errors import NotFound, UsageError
from evidence.state import fold
from graph import analyses
from graph.analyses import WITHHELD, Rerun
from graph.project import catch_up, rebuild
from graph.questions import asked, registry
from graph.questions.asked import Asked

HOTEL = Line(f"the hotel of {ANA}", (Says("phone", ANA),), unit_kind="message")
EVERY: tuple[Asked, ...] = (
    asked.AroundAsked(a=ANA, hops=2),
    asked.PathAsked(a=ANA, b=CAM),
    asked.GroupsAsked(min_size=2),
    asked.TimelineAsked(a=ANA),
    asked.ContactsAsked(),
    asked.OverlapAsked(),
    asked.RoutesAsked(),
    asked.RecursAsked(),
    asked.MoneyAsked(),
    asked.TermsAsked(terms=("hotel", "nowhere at all")),
    asked.SearchAsked(query="hotel OR hostel"),
)
"""Every question, asked of the small case."""


def talk(bench: Bench) -> None:
    bench.exhibit(
        called(ANA, BEN, "2026-02-01T10:00:00Z"),
        called(ANA, BEN, "2026-02-02T10:00:00Z"),
        wrote(BEN, CAM, utc="2026-02-03T10:00:00Z"),
    )
    bench.exhibit(HOTEL)


def keep(held: Bench | Case, about: Asked, name: str = "A-1") -> AnalysisSaved:
    with asked_of(held) as graph:
        return analyses.saved(analyses.ask(graph, about), analysis=name, title="t", reason="")


def again(held: Bench | Case, kept: AnalysisSaved) -> Rerun:
    with asked_of(held) as graph:
        return analyses.rerun(graph, kept, fold(graph.case.custody.events()))


def marks(found: Rerun, what: str) -> list[Any]:
    return [row for row in found.rows if row.what == what]


# --- the registry --------------------------------------------------------------------------------------------------


def test_every_question_is_in_the_registry_and_its_parameters_survive_the_ledger(bench: Bench) -> None:
    talk(bench)
    assert [registry.of(about).name for about in EVERY] == [each.name for each in registry.QUESTIONS]
    for about in EVERY:
        kept = msgspec.json.decode(canonical(keep(bench, about)), type=AnalysisSaved)
        assert registry.parameters(kept.question, kept.parameters) == about
    with pytest.raises(UsageError, match="no question"):
        registry.question("guilt")
    with pytest.raises(UsageError, match="can no longer be asked"):
        registry.parameters("contacts", {"colour": "red"})


def test_every_question_gives_the_same_answer_after_a_rebuild_and_says_that_nothing_changed(bench: Bench) -> None:
    talk(bench)
    kept = [keep(bench, about) for about in EVERY]
    assert sum(len(each.rows) for each in kept) > 15
    rebuild(bench.case)
    for each in kept:
        found = again(bench, each)
        assert (found.same, found.answer) == (True, each.answer), each.question
        assert found.counts == {"new": 0, "changed": 0, "gone": 0, "same": len(each.rows)}
        assert found.checkpoint_now == each.checkpoint
        assert not found.record


@pytest.mark.parametrize("seed", range(6))
def test_whatever_the_batches_of_catching_up_the_answers_are_those_of_a_rebuild(tmp_path: Path, seed: int) -> None:
    chance, bench = random.Random(seed), new_bench(tmp_path / "case")
    phones = (ANA, BEN, CAM, DEE)
    for step in range(12):
        one, other = chance.sample(phones, 2)
        time = f"2026-02-{1 + chance.randrange(27):02d}T10:00:00Z"
        said = (
            called(one, other, time)
            if chance.random() < 0.6
            else line(happened("message", (("from", one), ("to", other)), time), text="the hotel")
        )
        number = bench.exhibit(said)
        if step > 3 and chance.random() < 0.3:
            bench.seal(number)
        if chance.random() < 0.5:
            catch_up(bench.case)
    questions = (asked.ContactsAsked(), asked.SearchAsked(query="hotel"), asked.GroupsAsked(min_size=2))
    kept = [keep(bench, about) for about in questions]
    rebuild(bench.case)
    assert [again(bench, each).answer for each in kept] == [each.answer for each in kept]
    assert all(each.rows for each in kept[:2])


# --- what is kept --------------------------------------------------------------------------------------------------


def test_rows_are_kept_as_ids_counts_and_digests_without_a_word_of_what_they_say(bench: Bench) -> None:
    talk(bench)
    for about in EVERY:
        rows = canonical(keep(bench, about).rows).decode()
        for word in (ANA, BEN, CAM, "hotel", "2026-02", "the hotel", "called"):
            assert word not in rows.lower(), (registry.of(about).name, word)


def test_more_rows_than_can_be_kept_or_no_title_are_refused(bench: Bench) -> None:
    talk(bench)
    bench.exhibit(HOTEL)
    with asked_of(bench) as graph:
        some = analyses.ask(graph, asked.SearchAsked(query="hotel", limit=1))
        with pytest.raises(UsageError, match="2 rows are too many"):
            analyses.saved(some, analysis="A-1", title="t", reason="")
        with pytest.raises(UsageError, match="title"):
            analyses.saved(analyses.ask(graph, asked.ContactsAsked()), analysis="A-1", title=" ", reason="")


# --- what changed --------------------------------------------------------------------------------------------------


def test_new_and_changed_rows_are_marked_with_what_changed(bench: Bench) -> None:
    talk(bench)
    kept = keep(bench, asked.ContactsAsked())
    bench.exhibit(called(ANA, BEN, "2026-02-05T10:00:00Z"), called(CAM, DEE, "2026-02-06T10:00:00Z"))
    found = again(bench, kept)
    assert not found.same
    assert found.counts == {"new": 2, "changed": 2, "gone": 0, "same": 2}
    (new, _), (changed, hours) = marks(found, "new"), marks(found, "changed")
    assert (changed.sheet, hours.sheet) == ("contacts", "hours and periods")
    assert [(one.column, one.before, one.now) for one in hours.changed] == [
        ("by hour in UTC", None, "10h 3"), ("by month", None, "2026-02-01 3"),
    ]  # fmt: skip
    assert {new.cells["one"], new.cells["other"]} == {CAM, DEE}
    assert new.sources == ("CG-0003.m2.1",)
    what = {one.column: (one.before, one.now) for one in changed.changed}
    assert (what["records"], what["calls"]) == ((2, 3), (2, 3))
    assert what["last"] == (None, "2026-02-05T10:00:00Z")
    assert set(what) <= {"records", "calls", "moments", "to other", "to one", "last"}
    assert (found.found_saved, found.found) == (2, 3)


def test_a_row_that_is_gone_says_what_it_was_where_its_source_is_open(bench: Bench) -> None:
    bench.exhibit(SLIP_LINE)
    number = bench.exhibit(Line("Call 020 7946 0142", (PHONE,)))
    bench.exhibit(Line("Ring 020 7946 0142", (PHONE,)))
    kept = keep(bench, asked.RecursAsked())
    assert [row.key[0] for row in kept.rows] == ["identifiers"]
    bench.decide(mention_anchor(number, Line("Call 020 7946 0142", (PHONE,)), PHONE), "reject")
    (gone,) = marks(again(bench, kept), "gone")
    assert (gone.said, gone.cells) == (PHONE.value, {})
    assert gone.sources == (f"{number}.p1.1", "CG-0003.p1.1")


@pytest.mark.parametrize("whole", [True, False])
def test_what_rested_on_a_sealed_source_is_gone_and_not_shown(bench: Bench, whole: bool) -> None:
    talk(bench)
    call = called(BEN, DEE, "2026-02-09T10:00:00Z")
    bench.exhibit(call)
    for about, count in ((asked.ContactsAsked(), 2), (asked.TimelineAsked(), 2), (asked.AroundAsked(a=BEN), 1)):
        kept = keep(bench, about)
        bench.seal("CG-0003", None if whole else anchor("CG-0003", call))
        found = again(bench, kept)
        assert found.counts["gone"] == count, about
        assert [(row.said, row.sources) for row in marks(found, "gone")] == [(WITHHELD, ())] * count
        assert DEE not in msgspec.json.encode(found).decode()
        bench.unseal("CG-0003", None if whole else anchor("CG-0003", call))
        assert again(bench, kept).same, about


def test_a_changed_row_of_which_a_part_was_sealed_does_not_say_how_many_there_were(bench: Bench) -> None:
    talk(bench)
    bench.exhibit(called(ANA, BEN, "2026-02-09T10:00:00Z"))
    kept = keep(bench, asked.ContactsAsked(a=ANA))
    bench.seal("CG-0003")
    (row, _) = marks(again(bench, kept), "changed")
    assert {one.column: (one.before, one.now) for one in row.changed}["records"] == (None, 2)


def test_what_is_new_in_a_search_since_it_was_marked_last(bench: Bench) -> None:
    talk(bench)
    about = asked.SearchAsked(query="hotel")
    first = keep(bench, about)
    bench.exhibit(Line("another hotel"))
    found = again(bench, first)
    assert [row.sources for row in marks(found, "new")] == [("CG-0003.p1.1",)]
    second = keep(bench, about)
    assert again(bench, second).same


def test_an_analysis_of_what_is_gone_says_so_with_what_to_do(bench: Bench) -> None:
    talk(bench)
    number = bench.exhibit(called(BEN, DEE, "2026-02-09T10:00:00Z"))
    kept = keep(bench, asked.AroundAsked(a=DEE))
    bench.seal(number)
    with pytest.raises(NotFound, match="A-1 can no longer be asked: withheld") as gone:
        again(bench, kept)
    assert "casegraph analysis CASE withdraw A-1" in gone.value.next_step
    assert DEE not in f"{gone.value} {gone.value.next_step}"


def pays(name: str, number: str, first: str, second: str) -> Line:
    """Return a payment of a euro, as a message says it."""
    return line(happened("payment", (("from", first), ("to", second)), f"2026-02-{number}T10:00:00Z",
                         facts={"amount_minor": "100", "currency": "EUR"}), text=name)  # fmt: skip


def test_weeks_and_months_first_and_last_and_ties_are_part_of_the_answer(bench: Bench) -> None:
    talk(bench)
    one, other = "GB33BUKB20201555555555", "DE89370400440532013000"
    bench.exhibit(pays("rent", "03", one, other))
    questions = (asked.TimelineAsked(limit=1, gaps=0), asked.MoneyAsked(), asked.GroupsAsked(min_size=2))
    kept = [keep(bench, about) for about in questions]
    bench.exhibit(called(ANA, BEN, "2026-01-05T10:00:00Z"), pays("rent again", "04", one, other))
    marked = [
        {(row.what, row.sheet) for row in again(bench, each).rows if row.what in ("new", "changed")} for each in kept
    ]
    assert {("changed", "first and last"), ("changed", "weeks or months"), ("new", "weeks or months")} <= marked[0]
    assert ("changed", "weeks or months") in marked[1]
    assert ("changed", "ties") in marked[2]


def test_how_many_there_were_in_a_month_is_not_said_where_one_is_sealed_now(bench: Bench) -> None:
    talk(bench)
    bench.exhibit(called(ANA, BEN, "2026-02-09T10:00:00Z"))
    kept = keep(bench, asked.TimelineAsked())
    bench.seal("CG-0003")
    months = [row for row in marks(again(bench, kept), "changed") if row.sheet == "weeks or months"]
    assert [(one.column, one.before, one.now) for row in months for one in row.changed] == [("events", None, 3)]


def test_what_was_saved_without_the_newer_tables_still_runs_and_keeps_its_digest(bench: Bench) -> None:
    talk(bench)
    for about, older in ((asked.ContactsAsked(), {"contacts"}), (asked.TimelineAsked(), {"events", "gaps"}),
                         (asked.GroupsAsked(min_size=2), {"members"})):  # fmt: skip
        kept = keep(bench, about)
        rows = tuple(row for row in kept.rows if row.key[0] in older)
        old = msgspec.structs.replace(kept, rows=rows, answer="0" * 64, definition="as it was", software="casegraph 0")
        found = again(bench, old)
        assert (found.same, found.definition_changed, found.software_saved) == (False, True, "casegraph 0")
        assert found.counts == {"new": len(kept.rows) - len(rows), "changed": 0, "gone": 0, "same": len(rows)}
        assert {row.sheet for row in marks(found, "new")}.isdisjoint(older)


# --- the record ----------------------------------------------------------------------------------------------------


def test_the_last_line_of_an_analysis_counts_and_a_withdrawn_name_is_not_given_again(bench: Bench) -> None:
    talk(bench)
    first, second = keep(bench, asked.ContactsAsked()), keep(bench, asked.MoneyAsked(), "A-2")
    bench.record(first, second, msgspec.structs.replace(first, title="again"))
    state = fold(bench.case.custody.events())
    assert [line.act.title for line in state.analyses["A-1"]] == ["t", "again"]
    assert state.analysis("a-1").act.title == "again"
    bench.record(AnalysisWithdrawn(analysis="A-2", reason="asked otherwise"))
    state = fold(bench.case.custody.events())
    assert (list(state.analyses), state.analyses_ever) == (["A-1"], 2)
    with pytest.raises(NotFound):
        state.analysis("A-2")
    assert not bench.case.custody.verify()


def test_a_checkpoint_of_another_record_is_said(bench: Bench) -> None:
    talk(bench)
    kept = keep(bench, asked.ContactsAsked())
    other = msgspec.structs.replace(kept, checkpoint=f"custody:2:{'0' * 64}")
    assert "rewritten" in again(bench, other).record[0]


def test_rows_saved_by_other_software_say_which(bench: Bench) -> None:
    talk(bench)
    kept = keep(bench, asked.ContactsAsked())
    assert again(bench, kept).software_saved == ""
    other = msgspec.structs.replace(kept, software="casegraph 0.0.9", definition="otherwise")
    found = again(bench, other)
    assert (found.software_saved, found.definition_changed, found.same) == ("casegraph 0.0.9", True, True)
