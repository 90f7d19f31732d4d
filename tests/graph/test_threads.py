"""Threads: joined by ids alone, the same in any order, with what is not here said."""

from __future__ import annotations

import random
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_cases import Bench, Line, new_bench

from evidence.errors import NotFound
from evidence.locator import RecordPlace
from evidence.records import EventRecord
from graph.project import catch_up, open_graph
from graph.threads import Link, ThreadDetail, join, thread, threads


def _links() -> list[Link]:
    return [
        Link("v1", "a"),
        Link("v2", "b", "a"),
        Link("v3", "c", "b", ("a", "b")),
        Link("v4", "d", "", ("gone",)),
        Link("v5", "e", "gone"),
        Link("v6", ""),
        Link("v7", ""),
        Link("v8", "a"),
    ]


def test_messages_are_joined_by_the_ids_they_name_and_by_nothing_else() -> None:
    found = {one.events: one.absent for one in join(_links())}
    assert found == {("v1", "v2", "v3", "v8"): (), ("v4", "v5"): ("gone",), ("v6",): (), ("v7",): ()}


def test_the_order_of_messages_changes_nothing() -> None:
    links = _links()
    wanted = join(links)
    for seed in range(20):
        random.Random(seed).shuffle(links)
        assert join(links) == wanted


@given(st.lists(st.builds(Link, st.text("0123456789", min_size=1), st.sampled_from(["", "a", "b", "c", "d"]), st.sampled_from(["", "a", "b", "x", "y"]), st.lists(st.sampled_from("abcxyz"), max_size=4).map(tuple)), max_size=12, unique_by=lambda link: link.event))  # fmt: skip
def test_two_messages_are_of_one_thread_exactly_where_a_chain_of_ids_leads_from_one_to_the_other(
    links: list[Link],
) -> None:
    def names(link: Link) -> set[str]:
        return {name for name in (link.key, link.reply_to, *link.references) if name}

    thread_of = {event: one.id for one in join(links) for event in one.events}
    assert len(thread_of) == len(links)
    for start in links:
        reached, known = {start.event}, names(start)
        while more := [link for link in links if link.event not in reached and names(link) & known]:
            reached |= {link.event for link in more}
            known |= set().union(*map(names, more))
        assert {event for event in thread_of if thread_of[event] == thread_of[start.event]} == reached


def test_a_message_that_answers_itself_or_in_a_circle_is_no_trouble() -> None:
    assert [one.events for one in join([Link("v1", "a", "a"), Link("v2", "b", "c"), Link("v3", "c", "b")])] in (
        [("v1",), ("v2", "v3")],
        [("v2", "v3"), ("v1",)],
    )


def test_the_parent_is_the_one_answered_else_the_last_reference() -> None:
    assert Link("v", "c", "b", ("a",)).parent == "b"
    assert Link("v", "c", "", ("a", "b")).parent == "b"
    assert Link("v", "c").parent == ""


# --- over a case ---------------------------------------------------------------------------------------------------


def _mail(number: int, key: str, sender: str, day: int, **more: object) -> Line:
    event = EventRecord(
        kind="email",
        segment=0,
        time_written=f"{day} Mar 2026",
        time_utc=f"2026-03-{day:02d}T10:00:00Z" if day else "",
        zone="UTC" if day else "",
        description=str(more.pop("subject", "Rooms")),
        parties=(("from", "email", sender), ("to", "email", "desk@x.org")),
        key=key,
    )
    place = RecordPlace(record=number, field="headers", key=key)
    made = msgspec.structs.replace(event, **more)
    return Line(f"From: {sender}", unit_kind="message", unit=number, place=place, events=(made,))


@pytest.fixture
def mail_case(tmp_path: Path) -> Bench:
    bench = new_bench(tmp_path / "case")
    bench.exhibit(
        _mail(1, "1@x", "ann@x.org", 2),
        _mail(2, "2@x", "dee@x.org", 3, reply_to="1@x", references=("1@x",), subject="Re: Rooms"),
        _mail(3, "3@x", "sam@x.org", 4, reply_to="lost@x"),
        _mail(4, "4@x", "ann@x.org", 5, subject="Re: Rooms"),
        name="in.mbox",
    )
    bench.exhibit(_mail(1, "1@x", "ann@x.org", 2), _mail(2, "", "bob@x.org", 0), name="copies.mbox")
    catch_up(bench.case)
    return bench


def test_the_list_counts_messages_once_and_says_what_is_not_here(mail_case: Bench) -> None:
    with open_graph(mail_case.case) as graph:
        found = threads(graph)
    told = [
        (line.subject, line.messages, line.copies, line.not_here, line.participants, line.exhibits) for line in found
    ]
    desk = "desk@x.org"
    assert told == [
        ("Rooms", 2, 3, 0, ("ann@x.org", desk, "dee@x.org"), ("CG-0001", "CG-0002")),
        ("Rooms", 1, 1, 1, ("sam@x.org", desk), ("CG-0001",)),
        ("Re: Rooms", 1, 1, 0, ("ann@x.org", desk), ("CG-0001",)),
        ("Rooms", 1, 1, 0, ("bob@x.org", desk), ("CG-0002",)),
    ]
    assert (found[0].first_utc, found[0].last_utc) == ("2026-03-02T10:00:00Z", "2026-03-03T10:00:00Z")


@pytest.mark.parametrize("asked", ["id", "<2@x>", "1@x", "CG-0001.m2.1", "CG-0002.m1.1"])
def test_a_thread_is_told_in_order_with_who_answered_whom(mail_case: Bench, asked: str) -> None:
    with open_graph(mail_case.case) as graph:
        made: ThreadDetail = thread(graph, threads(graph)[0].id if asked == "id" else asked)
    first, second = made.messages
    assert (first.segment, first.copies, first.answers, first.answers_absent) == (
        "CG-0001.m1.1",
        ("CG-0002.m1.1",),
        "",
        "",
    )
    assert (second.segment, second.answers, second.answers_sender) == ("CG-0001.m2.1", "CG-0001.m1.1", ("ann@x.org",))


def test_a_message_that_answers_one_that_is_not_here_says_so(mail_case: Bench) -> None:
    with open_graph(mail_case.case) as graph:
        made = thread(graph, "3@x")
        with pytest.raises(NotFound):
            thread(graph, "lost")
        with pytest.raises(NotFound):
            thread(graph, "")
    assert (made.messages[0].answers_absent, made.absent) == ("lost@x", ("lost@x",))
