"""Accounts side by side: what two share with sources and counts, what only one has left out, and no word on who used them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from question_cases import ANA, BEN, CAM, DEE, asked_of, called, happened, line, records_case, wrote
from small_cases import Bench, Line
from test_question_overlap import CALLS

from evidence.digest import sha256_bytes
from evidence.errors import UsageError
from evidence.records import Attachment
from graph.questions import asked, registry
from graph.questions.answers import Recurs
from graph.questions.contacts import contacts
from graph.questions.recurs import recurs

EVE = "+447700900105"
ADVERT = (
    "Kitchen staff wanted for a hotel by the sea, rooms free of charge, passports are kept in the office for the time "
    "of the contract and wages are paid at the end of the season"
)


def of(found: Recurs, kind: str) -> list[Any]:
    return [
        (one.what, {each.account.value: (each.times, each.sources) for each in one.by})
        for one in found.shared if one.kind == kind
    ]  # fmt: skip


def said(account: str, text: str, **more: Any) -> Line:
    return line(happened("message", (("from", account), ("to", DEE)), utc="2026-02-05T10:00:00Z", **more), text=text)


def test_contacts_and_exhibits_that_both_have_are_shown_with_counts_and_what_one_has_is_not(bench: Bench) -> None:
    bench.exhibit(
        called(ANA, CAM, "2026-02-01T10:00:00Z"),
        called(CAM, ANA, "2026-02-02T10:00:00Z"),
        called(ANA, DEE, "2026-02-03T10:00:00Z"),
    )
    bench.exhibit(
        wrote(BEN, CAM, utc="2026-02-03T10:00:00Z"), wrote(BEN, DEE, utc="2026-02-03T11:00:00Z", state="draft")
    )
    bench.exhibit(called(ANA, BEN, "2026-02-04T10:00:00Z"))
    with asked_of(bench) as graph:
        found = recurs(graph, accounts=(ANA, BEN))
        assert found == recurs(graph, accounts=(BEN, ANA))
        cut = recurs(graph, accounts=(ANA, BEN, DEE), limit=1)
    assert of(found, "contact") == [(f"phone {CAM}", {ANA: (2, ("CG-0001.m1.1",)), BEN: (1, ("CG-0002.m1.1",))})]
    assert of(found, "exhibit") == [("CG-0003 CG-0003.txt", {ANA: (1, ("CG-0003.m1.1",)), BEN: (1, ("CG-0003.m1.1",))})]
    assert found.shared_found == 2
    assert "nothing about one person using both" in found.definition
    assert (found.identifiers, found.pictures, found.passages) == ((), (), ())
    assert cut.shared_found > len(cut.shared)
    assert "shared less often are not shown" in " ".join(cut.notes)


def test_who_got_the_same_mail_is_no_contact_as_in_contacts(bench: Bench) -> None:
    bench.exhibit(
        line(happened("email", (("from", ANA), ("to", BEN), ("cc", CAM)), "2026-02-01T10:00:00Z")),
        line(happened("email", (("from", ANA), ("to", DEE), ("cc", CAM)), "2026-02-02T10:00:00Z")),
        line(happened("message", (("with", BEN), ("with", EVE)), "2026-02-03T10:00:00Z")),
        line(happened("message", (("with", DEE), ("with", EVE)), "2026-02-03T11:00:00Z")),
    )
    with asked_of(bench) as graph:
        found = recurs(graph, accounts=(BEN, DEE))
        pairs = {frozenset((one.one.value, one.other.value)) for one in contacts(graph).pairs}
    assert {what for what, _ in of(found, "contact")} == {f"phone {ANA}", f"phone {EVE}"}
    assert frozenset((BEN, CAM)) not in pairs
    assert "two recipients of one message are no contacts of each other" in found.definition


def test_cells_that_records_place_both_at_are_shared_whatever_the_time(tmp_path: Path) -> None:
    files = {
        "a.csv": f"A;B;Start;Cell\n{ANA};{CAM};02/03/2026 10:00:00;1-1\n{ANA};{DEE};02/03/2026 11:00:00;1-1\n{ANA};{CAM};02/03/2026 12:00:00;1-2\n",
        "b.csv": f"A;B;Start;Cell\n{BEN};{CAM};09/03/2026 10:00:00;1-1\n{BEN};{DEE};09/03/2026 12:00:00;1-3\n",
    }
    with asked_of(records_case(tmp_path, (CALLS,), files)) as graph:
        found = recurs(graph, accounts=(ANA, BEN))
    assert of(found, "place") == [("cell 1-1", {ANA: (2, ("CG-0001.r1.2",)), BEN: (1, ("CG-0002.r1.2",))})]
    assert {what for what, _ in of(found, "contact")} == {f"phone {CAM}", f"phone {DEE}"}
    assert of(found, "exhibit") == []


def test_passages_and_pictures_that_both_sent_are_shared(bench: Bench) -> None:
    files = [bench.receive("photo.jpg", data=b"a picture"), bench.receive("copy.jpg", data=b"a picture")]
    for number in files:
        bench.read(number, [Line("nothing to read")], media_type="image/jpeg")
    carried = (Attachment(name="photo.jpg", sha256=sha256_bytes(b"a picture"), media_type="image/jpeg"),)
    bench.exhibit(said(ANA, ADVERT), said(ANA, "look", attachments=carried))
    bench.exhibit(said(BEN, ADVERT.upper()), said(BEN, "see", attachments=carried), said(CAM, ADVERT))
    with asked_of(bench) as graph:
        found = recurs(graph, accounts=(ANA, BEN))
    ((opening, by),) = of(found, "passage")
    assert "Kitchen staff wanted" in opening
    assert by == {ANA: (1, ("CG-0003.m1.1",)), BEN: (1, ("CG-0004.m1.1",))}
    assert [by for _, by in of(found, "picture")] == [{ANA: (1, ("CG-0003.m2.1",)), BEN: (1, ("CG-0004.m2.1",))}]


def test_it_takes_two_accounts_and_a_bounded_number(bench: Bench) -> None:
    bench.exhibit(*(called(ANA, f"+4477009002{number:02}", "2026-02-01T10:00:00Z") for number in range(21)))
    with asked_of(bench) as graph:
        with pytest.raises(UsageError, match="it takes two"):
            recurs(graph, accounts=(ANA,))
        with pytest.raises(UsageError, match="at most 20"):
            recurs(graph, accounts=[f"+4477009002{number:02}" for number in range(21)])
        about = asked.RecursAsked(accounts=(ANA, "+447700900200"))
        tables = registry.question("recurs").tables(graph, registry.question("recurs").answer(graph, about))
    assert about.words() == f"{ANA} +447700900200"
    assert [sheet.title for sheet in tables.sheets] == ["shared"]
    assert tables.exhibits == ("CG-0001",)
