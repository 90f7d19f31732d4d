"""What recurs: identifiers over files, copies counted once, and passages whatever their case and punctuation."""

from __future__ import annotations

import random

from question_cases import asked_of
from small_cases import EMAIL_LINE, FORM_LINE, Bench, Line

from graph.questions import passages
from graph.questions.recurs import recurs

ADVERT = (
    "Kitchen staff wanted for a hotel by the sea, rooms free of charge, passports are kept in the office for the time "
    "of the contract and wages are paid at the end of the season"
)


def test_identifiers_in_two_files_recur_and_copies_do_not(lodge: Bench) -> None:
    with asked_of(lodge) as graph:
        found = recurs(graph)
        mails = recurs(graph, kind="email")
    (phone,) = [one for one in found.identifiers if one.thing.kind == "phone"]
    assert phone.thing.value == "+442079460142"
    assert (phone.files, phone.times, phone.candidates) == (3, 3, 2)
    assert phone.exhibits == ("CG-0001", "CG-0002", "CG-0003")
    assert phone.custodians == ("Harbour Lodge",)
    assert [one.thing.value for one in mails.identifiers] == ["bookings@northquay.example"]


def test_a_kind_that_the_case_does_not_name_is_said(lodge: Bench) -> None:
    with asked_of(lodge) as graph:
        unknown, name = recurs(graph, kind="nosuch"), recurs(graph, kind="person_name")
    assert unknown.notes[0].startswith("Nothing in the case is of kind 'nosuch'; there are: ")
    assert "phone" in unknown.notes[0]
    assert (
        name.notes[0]
        == "'person_name' is no kind of identifier here: it recurs by chance, or says nothing about who bears it."
    )


def test_the_same_file_twice_is_no_recurrence(bench: Bench) -> None:
    for _ in range(2):
        number = bench.receive(data=b"same")
        bench.read(number, [EMAIL_LINE, FORM_LINE, Line(ADVERT)])
    with asked_of(bench) as graph:
        found = recurs(graph)
    assert (found.identifiers, found.passages) == ((), ())


def test_passages_recur_inside_longer_pages(bench: Bench) -> None:
    bench.exhibit(Line("Something else entirely stands here first.\n\n" + ADVERT + "."))
    bench.exhibit(Line(ADVERT.upper().replace(",", " -") + "!"), Line("Short words only"))
    bench.exhibit(Line("A quite different letter of more than twelve words that nobody else ever wrote in this case."))
    with asked_of(bench) as graph:
        found = recurs(graph)
        assert found == recurs(graph)
    (group,) = found.passages
    assert group.segments == ("CG-0001.p1.1", "CG-0002.p1.1")
    assert group.alike_percent == 100
    assert group.opening.startswith("Kitchen staff wanted")
    assert found.passages_compared == 3


def test_the_signature_estimates_how_much_is_shared() -> None:
    words = [f"word{number}" for number in range(300)]
    one, other = (passages.passages([("s", "f", " ".join(part))])[0].runs for part in (words[:200], words[50:250]))
    shared = float((passages.signature(one) == passages.signature(other)).mean())
    assert abs(shared - passages.alike(one, other)) < 0.2
    assert passages.alike(one, one) == 1.0


def test_passages_that_share_half_of_their_runs_are_found() -> None:
    drawn = random.Random(7)
    pairs = 400
    texts = []
    for number in range(pairs):
        shared, one, other = ([f"w{drawn.randrange(10**9)}" for _ in range(many)] for many in (44, 20, 20))
        texts += [(f"a{number}", "a", " ".join(shared + one)), (f"b{number}", "b", " ".join(shared + other))]
    held = passages.passages(texts)
    assert passages.alike(held[0].runs, held[1].runs) == 0.5
    groups, _ = passages.groups(held)
    found = sum(len(group.passages) == 2 for group in groups)
    assert found >= 0.99 * pairs
    apart = passages.passages([("a", "a", " ".join(shared[:40] + one)), ("b", "b", " ".join(shared[:40] + other))])
    assert passages.groups(apart) == ([], 0), "what shares less than half does not recur"
