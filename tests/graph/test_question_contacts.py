"""Who contacts whom: counted over events and rows alike, with what is no contact left out and said."""

from __future__ import annotations

from pathlib import Path

import pytest
from question_cases import ANA, BEN, CAM, DEE, asked_of, called, happened, line, records_case, wrote
from small_cases import Bench
from test_records_graph import DESK, DRIVER, FILES, GUEST, TEMPLATES

from evidence.errors import NotFound, UsageError
from graph.questions.contacts import contacts


@pytest.fixture
def phone(bench: Bench) -> Bench:
    bench.exhibit(
        called(ANA, BEN, "2026-03-02T22:30:00Z"),
        called(BEN, ANA, "2026-03-03T08:00:00Z", state="missed"),
        wrote(ANA, BEN, utc="2026-04-01T09:00:00Z"),
        wrote(ANA, BEN, utc="2026-04-01T09:01:00Z", state="draft"),
        wrote(ANA, BEN, local="2026-04-02T10:00:00"),
        wrote(ANA, CAM, DEE, utc="2026-03-05T10:00:00Z", role="in"),
        line(happened("call", (("with", CAM), ("with", DEE)))),
        wrote(ANA, utc="2026-03-05T11:00:00Z"),
    )
    bench.exhibit(called(ANA, BEN, "2026-03-02T22:30:00Z"))
    return bench


def test_direction_times_hours_and_copies_are_counted_apart(phone: Bench) -> None:
    with asked_of(phone) as graph:
        found = contacts(graph, a=BEN, zone="Europe/London")
    (pair,) = found.pairs
    assert {pair.one.value, pair.other.value} == {ANA, BEN}
    forth = pair.to_other if pair.one.value == ANA else pair.to_one
    assert (pair.records, pair.moments, forth, pair.undirected) == (5, 4, 4, 0)
    assert (pair.calls, pair.messages, pair.emails, pair.unanswered) == (3, 2, 0, 1)
    assert (pair.first_utc, pair.last_utc) == ("2026-03-02T22:30:00Z", "2026-04-01T09:00:00Z")
    assert (pair.without_zone, pair.first_local) == (1, "2026-04-02T10:00:00")
    assert [(hour, many) for hour, many in enumerate(pair.hours) if many] == [(8, 1), (10, 1), (22, 2)]
    assert [hour for hour, many in enumerate(pair.hours_local) if many] == [10]
    assert [(one.begins, one.records) for one in pair.periods] == [("2026-03-01", 3), ("2026-04-01", 1)]
    assert pair.exhibits == {"CG-0001": 4, "CG-0002": 1}
    assert pair.first_source == "CG-0001.m1.1"
    assert len(pair.relations) == 3


def test_unsent_messages_groups_and_undirected_calls(phone: Bench) -> None:
    with asked_of(phone) as graph:
        found = contacts(graph)
        again = contacts(graph)
    assert found == again
    assert (found.not_sent, found.one_sided, found.found, found.records) == (1, 1, 4, 8)
    between = {frozenset((one.one.value, one.other.value)): one for one in found.pairs}
    assert between[frozenset((ANA, CAM))].messages == 1
    unclear = between[frozenset((CAM, DEE))]
    assert (unclear.undirected, unclear.without_time) == (1, 1)
    said = " ".join(found.notes)
    assert "never left" in said
    assert "no zone" in said
    assert "no time" in said


def test_filters_and_limits_are_said(phone: Bench) -> None:
    with asked_of(phone) as graph:
        assert contacts(graph, a=ANA, b=BEN, kind="call").records == 3
        assert contacts(graph, since="2026-03-30", until="2026-04-02").records == 2
        assert contacts(graph, exhibit="CG-0002").records == 1
        weeks = contacts(graph, a=BEN, every="week").pairs[0].periods
        assert [one.begins for one in weeks] == ["2026-03-02", "2026-03-30"]
        cut = contacts(graph, limit=1)
        assert (len(cut.pairs), cut.found) == (1, 4)
        assert cut.notes[0].startswith("3 pairs")
        for wrong in ({"kind": "visit"}, {"since": "yesterday"}, {"zone": "Mars"}):
            with pytest.raises(UsageError):
                contacts(graph, **wrong)  # type: ignore[arg-type]
        with pytest.raises(NotFound):
            contacts(graph, a="+447700900999")


def test_rows_of_records_and_messages_are_counted_together(tmp_path: Path) -> None:
    case = records_case(tmp_path, TEMPLATES, FILES)
    with asked_of(case) as graph:
        found = contacts(graph, a=DESK, b=DRIVER)
        user = contacts(graph, a=GUEST)
    (pair,) = found.pairs
    assert (pair.records, pair.calls, pair.messages) == (3, 2, 1)
    assert (pair.first_source, pair.last_source) == ("CG-0001.r1.2", "CG-0001.r1.4")
    assert pair.first_utc == "2026-07-02T21:14:05Z"
    assert pair.zones == {"Europe/London": 3}
    assert (user.records, user.pairs[0].without_zone) == (2, 2)
    assert {user.pairs[0].to_other, user.pairs[0].to_one} == {1}


def test_the_counts_of_the_notes_are_of_what_was_asked_and_of_every_pair(bench: Bench) -> None:
    bench.exhibit(
        called(ANA, BEN, "2026-03-02T22:30:00Z"), called(ANA, BEN, "2026-03-03T22:30:00Z"),
        called(ANA, CAM, local="2026-03-05T10:00:00"), called(ANA, DEE), wrote(ANA, utc="2026-03-05T11:00:00Z"),
        called(BEN, BEN, "2026-03-06T10:00:00Z"), wrote(BEN, BEN, CAM, utc="2026-03-06T11:00:00Z"),
    )  # fmt: skip
    bench.exhibit(called(ANA, BEN, "2026-03-09T22:30:00Z"))
    with asked_of(bench) as graph:
        found = contacts(graph, limit=1)
        other = contacts(graph, exhibit="CG-0002")
        calls = contacts(graph, kind="call", since="2026-03-06")
        of_one = contacts(graph, a=ANA)
    said = " ".join(found.notes)
    for words in ("1 record states no zone", "1 record has no time", "1 call or message looked at names fewer than two",
                  "1 call or message looked at goes from an account to itself"):  # fmt: skip
        assert words in said
    assert (found.one_sided, other.one_sided, calls.one_sided) == (1, 0, 0)
    assert other.notes == ()
    assert "goes from an account to itself" in " ".join(calls.notes)
    assert (of_one.one_sided, "to itself" in " ".join(of_one.notes)) == (1, False)
    assert "from an account to itself" in found.definition


def test_rows_that_go_from_an_account_to_itself_are_counted(tmp_path: Path) -> None:
    line = f"VOICE;{DESK};{DESK};05/07/2026 08:00:00;5;9-9\n"
    case = records_case(tmp_path, TEMPLATES, {"a-calls.csv": FILES["a-calls.csv"] + line})
    with asked_of(case) as graph:
        found = contacts(graph)
    assert (found.records, found.one_sided) == (3, 0)
    assert "1 call or message looked at goes from an account to itself: no pair, not counted." in found.notes


def test_what_does_not_exist_is_an_error_that_says_what_to_do(phone: Bench) -> None:
    with asked_of(phone) as graph:
        for wrong in ({"since": "2026-03-05", "until": "2026-03-04"}, {"every": "day"}):
            with pytest.raises(UsageError) as error:
                contacts(graph, **wrong)  # type: ignore[arg-type]
            assert error.value.next_step
        with pytest.raises(NotFound, match="no exhibit CG-9999"):
            contacts(graph, exhibit="CG-9999")
        assert contacts(graph, exhibit="cg-0002").records == 1
