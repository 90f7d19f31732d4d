"""Conversations in stretches, and letters whole: nothing twice, nothing left out, whatever the stretch."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_cases import Bench, Line, new_bench

from evidence.errors import NotFound, UsageError
from evidence.locator import RecordPlace
from evidence.records import Attachment, EventRecord
from graph import queries
from graph.project import catch_up, open_graph
from graph.talk import conversation, conversations, letter, letters
from graph.threads import thread, thread_around, threads

_MANY = 130


def _said(number: int, *, unit: int = 1, **more: object) -> Line:
    sender = ("from", "phone", "+447700900001") if number % 3 else ("from", "device_user", "")
    event = EventRecord(
        kind="message",
        segment=0,
        time_written=f"{number} o'clock",
        parties=(sender,),
        key=f"k{number}",
        reply_to=f"k{number - 1}" if number % 10 == 0 else "",
        attachments=(Attachment(name="pic.jpg", sha256="ab" * 32),) if number == 7 else (),
    )
    place = RecordPlace(record=number, field="message", table="Dock")
    return Line(
        f"message {number}", unit_kind="conversation", unit=unit, place=place, events=(event,), speaker="Ann", **more
    )  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def chat_case(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    bench = new_bench(tmp_path_factory.mktemp("talk") / "case")
    roster = Line(
        "Dock: Ann", unit_kind="conversation", unit=1, place=RecordPlace(record=1, field="roster", table="Dock")
    )
    bench.exhibit(roster, *(_said(number) for number in range(1, _MANY + 1)), _said(1, unit=2), name="chat.json")
    catch_up(bench.case)
    return bench


def test_the_stretches_of_a_conversation_join_without_a_gap(chat_case: Bench) -> None:
    with open_graph(chat_case.case) as graph:
        here = conversation(graph, "CG-0001", 1, at=60, limit=20)
        assert here.earlier + len(here.said) + here.later == _MANY + 1
        texts = [one.segment.text for one in here.said]
        while here.earlier:
            here = conversation(graph, "CG-0001", 1, before=here.first, limit=20)
            texts = [one.segment.text for one in here.said] + texts
        here = conversation(graph, "CG-0001", 1, at=60, limit=20)
        while here.later:
            here = conversation(graph, "CG-0001", 1, after=here.last, limit=20)
            texts += [one.segment.text for one in here.said]
    assert texts == ["Dock: Ann", *(f"message {number}" for number in range(1, _MANY + 1))]


def test_a_conversation_is_told_apart_from_the_others_and_its_roster_from_its_messages(chat_case: Bench) -> None:
    with open_graph(chat_case.case) as graph:
        told = conversations(graph, "CG-0001")
        here = conversation(graph, "CG-0001", 1, limit=10)
    assert [(one.unit, one.title, one.messages) for one in told] == [(1, "Dock", _MANY), (2, "Dock", 1)]
    assert [one.is_roster for one in here.said[:2]] == [True, False]
    assert here.said[0].event is None


def test_answers_senders_and_files_stand_with_the_message(chat_case: Bench) -> None:
    with open_graph(chat_case.case) as graph:
        here = conversation(graph, "CG-0001", 1, limit=20)
    by_text = {one.segment.text: one for one in here.said}
    answered = by_text["message 10"].answers
    assert answered is not None
    assert answered.opening == "message 9"
    assert by_text["message 9"].answers is None
    (file,) = by_text["message 7"].enclosed
    assert (file.name, file.exhibit, file.how) == ("pic.jpg", None, "not in the case")
    assert sum(one.messages for one in here.talkers) == _MANY


def test_only_one_sender_where_that_is_asked(chat_case: Bench) -> None:
    with open_graph(chat_case.case) as graph:
        everyone = conversation(graph, "CG-0001", 1).talkers
        one = next(one for one in everyone if one.kind == "device_user")
        held = conversation(graph, "CG-0001", 1, party=one.entity, limit=10)
        none = conversation(graph, "CG-0001", 1, party="e-nobody")
    assert [line.segment.text for line in held.said] == [f"message {number}" for number in range(3, 33, 3)]
    assert held.later == one.messages - 10
    assert none.said == ()
    assert (none.earlier, none.later) == (0, 0)


def test_a_conversation_that_is_not_there_and_two_places_are_refused(chat_case: Bench) -> None:
    with open_graph(chat_case.case) as graph:
        with pytest.raises(NotFound):
            conversation(graph, "CG-0001", 9)
        with pytest.raises(UsageError):
            conversation(graph, "CG-0001", 1, at=3, before=5)


def test_events_are_found_by_their_segments(chat_case: Bench) -> None:
    with open_graph(chat_case.case) as graph:
        found = queries.events_in(graph, ["CG-0001.c1.8", "CG-0001.c1.1"])
        every = {one.segment: one for one in queries.events(graph)}
    assert found == {"CG-0001.c1.8": (every["CG-0001.c1.8"],)}


# --- letters -------------------------------------------------------------------------------------------------------


def _mail(number: int, key: str, **more: object) -> list[Line]:
    event = EventRecord(
        kind="email",
        segment=0,
        time_written="",
        description=f"About {number}",
        parties=(("from", "email", f"a{number}@x.org"),),
        key=key,
        **more,
    )  # type: ignore[arg-type]
    spots = [RecordPlace(record=number, field=field) for field in ("headers", "body", "quoted")]
    texts = [f"From: a{number}@x.org\nSubject: About {number}", f"body {number}", "> before"]
    return [
        Line(text, unit_kind="message", unit=number, place=place, events=(event,) if place.field == "headers" else ())
        for text, place in zip(texts, spots, strict=True)
    ]


@pytest.fixture(scope="module")
def mail_case(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    bench = new_bench(tmp_path_factory.mktemp("mail") / "case")
    lines = [
        *_mail(1, "1@x"),
        *_mail(2, "2@x", reply_to="1@x"),
        *_mail(3, "", references=("2@x", "gone@x")),
        *_mail(4, "4@x"),
    ]
    bench.exhibit(*lines, name="in.mbox")
    bench.exhibit(*_mail(1, "5@x", reply_to="gone@x"), *_mail(2, "1@x"), name="more.mbox")
    catch_up(bench.case)
    return bench


def test_a_letter_is_whole_and_a_mailbox_is_listed_in_its_order(mail_case: Bench) -> None:
    with open_graph(mail_case.case) as graph:
        held = letter(graph, "CG-0001", 2)
        listed = letters(graph, "CG-0001")
        rest = letters(graph, "CG-0001", after=3)
        with pytest.raises(NotFound):
            letter(graph, "CG-0001", 9)
    assert [one.text for one in held.segments][1:] == ["body 2", "> before"]
    assert held.event is not None
    assert held.event.reply_to == "1@x"
    assert [(one.unit, one.subject) for one in listed] == [(number, f"About {number}") for number in (1, 2, 3, 4)]
    assert rest == listed[3:]


def test_the_thread_around_a_message_is_the_thread_it_is_in(mail_case: Bench) -> None:
    with open_graph(mail_case.case) as graph:
        for exhibit in ("CG-0001", "CG-0002"):
            for line in letters(graph, exhibit):
                assert thread_around(graph, line.segment) == thread(graph, line.segment)
        assert thread_around(graph, "CG-0001.m1.2") is None
        assert len(threads(graph)) == 2


def test_the_file_that_came_out_of_a_message_stands_before_the_same_bytes_elsewhere(ingested_sample: Path) -> None:
    from evidence.case import open_case

    with open_graph(open_case(ingested_sample)) as graph:
        held = letter(graph, "CG-0025", 1)
    assert {one.name: one.exhibit.number for one in held.enclosed if one.exhibit} == {
        "invoice-0117.pdf": "CG-0025/1",
        "approval-slip.png": "CG-0025/2",
    }
