"""The review: what comes next, what is shown of it, what is written, and two people on one reading."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "graph"))

from small_cases import (
    FORM_LINE,
    OCR,
    PHONE,
    Bench,
    Line,
    anchor,
    fill_lodge,
    mention_anchor,
    new_bench,
    where,
)
from starlette.testclient import TestClient

from evidence.acts import (
    ActWithdrawn,
    Consulted,
    FindingWritten,
    MentionAdded,
    MentionDecided,
    SampleDrawn,
    Sealed,
    SegmentTagged,
    TextCorrected,
)
from evidence.case import Case, open_case
from evidence.locator import RecordPlace
from graph import review
from graph.anchors import exact_mention
from web.conftest import Office

Serve = Callable[[Case], Office]
REASON = "compared with the page"


@pytest.fixture
def lodge(tmp_path: Any) -> Bench:
    bench = fill_lodge(new_bench(tmp_path / "case"))
    chat = [
        Line(text, place=RecordPlace(record=at, field="message", table="+44"))
        for at, text in enumerate(("Hello.", "Call me."), 1)
    ]
    bench.exhibit(*chat, name="chat.txt")
    return bench


def two_looks(bench: Bench) -> Case:
    toml = bench.case.root / "case.toml"
    toml.write_text(
        toml.read_text() + "second_reviewer = true\n"
        if "[settings]" in toml.read_text()
        else toml.read_text() + "\n[settings]\nsecond_reviewer = true\n"
    )
    return open_case(bench.case.root)


def reviewer(office: Office, name: str) -> TestClient:
    office.let_in(name, ("review",))
    token, session = office.desk.sessions.begin(name, ("review",))
    client = office.visitor()
    client.cookies.set("casegraph", token)
    client.headers["x-csrf-token"] = session.csrf
    return client


FORM = exact_mention(mention_anchor("CG-0002", FORM_LINE, FORM_LINE.says[0]))


def decide(person: TestClient, mention: str, verdict: str, **more: Any) -> Any:
    return person.post(f"/api/mentions/{mention}/decision", json={"verdict": verdict, "reason": REASON} | more)


def shown(person: TestClient, mention: str) -> dict[str, Any]:
    """A reading in the queues, as a person is shown it."""
    for which in ("first", "second", "settle"):
        for item in person.get("/api/review/queue", params={"which": which, "n": 50}).json()["items"]:
            if item["id"] == mention:
                return item | {"which": which}
    return {}


def acts(case: Case) -> Iterator[Any]:
    return (event.act for event in case.custody.events())


# --- the queue -----------------------------------------------------------------------------------------------------


def test_what_findings_cite_comes_first_with_its_evidence(lodge: Bench, serve: Serve) -> None:
    lodge.record(FindingWritten(finding="F-1", sentence="s"))
    lodge.record(SegmentTagged(segment=anchor("CG-0002", FORM_LINE), tag="supports", finding="F-1", reason="r"))
    office = serve(lodge.case)
    answer = office.person("review").get("/api/review/queue").json()
    first = answer["items"][0]
    assert (first["id"], first["turn"], first["tags"][0]["finding"]) == (FORM, "cited", "F-1")
    words = first["shown"]["words"]
    assert words["text"][words["start"] : words["end"]] == first["quote"]
    assert first["shown"]["how"] == "page"
    assert first["shown"]["picture"].startswith("/api/review/crop?segment=CG-0002.p1.1")
    assert [one["strip"]["exhibit"] for one in first["elsewhere"]] == ["CG-0001", "CG-0003"]
    assert answer["progress"]["machine"] == {"judged": 0, "wrong": 0, "rate": None}
    looked = [event.act for event in office.case.access.events()][-1]
    assert (looked.command, looked.results) == ("web review", len(answer["items"]))  # type: ignore[union-attr]


def test_the_queue_is_filtered_and_goes_on_behind_what_was_skipped(lodge: Bench, serve: Serve) -> None:
    person = serve(lodge.case).person("review")

    def ids(**asked: Any) -> list[str]:
        return [item["id"] for item in person.get("/api/review/queue", params=asked).json()["items"]]

    every = ids()
    assert ids(kind="phone", exhibit="cg-0002") == [FORM]
    assert ids(finder="nobody") == []
    assert ids(first=2) == every[2:]
    assert ids(draft="draft")
    assert not set(ids(draft="draft")) & set(ids(draft="other"))
    assert sorted(ids(draft="draft") + ids(draft="other")) == sorted(every)


def test_speech_gives_its_seconds_and_a_chat_its_neighbours(lodge: Bench, serve: Serve) -> None:
    person = serve(lodge.case).person("review")
    call = person.get("/api/review/queue", params={"exhibit": "CG-0003"}).json()["items"][0]
    assert call["shown"]["how"] == "speech"
    assert call["shown"]["sound"].startswith("/api/review/sound?")


def test_a_sample_is_drawn_from_the_page_on_record_and_gone_through(lodge: Bench, serve: Serve) -> None:
    office = serve(lodge.case)
    person = office.person("review")
    assert person.get("/api/samples").json() == {"samples": []}
    assert person.post("/api/samples", json={"n": 3, "reason": " "}).status_code == 400
    first = person.post("/api/samples", json={"n": 3, "reason": "before charging"}).json()["samples"][0]
    event = list(office.case.custody.events())[-1]
    assert isinstance(event.act, SampleDrawn)
    assert (event.line.seq, event.line.actor, event.act.reason, event.act.seed) == (
        first["seq"], "review", "before charging", 0,
    )  # fmt: skip
    queue = person.get("/api/review/queue", params={"which": "sample"}).json()
    assert [one["id"] for one in queue["items"]] == [one.mention for one in event.act.readings]
    assert first["waiting"] == queue["left"] == 3
    assert decide(person, queue["items"][0]["id"], "reject").status_code == 200
    told = person.get("/api/samples").json()["samples"][0]
    assert (told["waiting"], sum(one["wrong"] for one in told["strata"])) == (2, 1)
    refused = person.post("/api/samples", json={"n": 2, "reason": "once more"})
    assert refused.status_code == 409
    assert "on record" in refused.text
    both = person.post("/api/samples", json={"n": 2, "reason": "once more", "another": True}).json()["samples"]
    assert [(one["n"], one["seed"]) for one in both] == [(2, 1), (3, 0)]
    assert "before charging" in office.person("audit").get("/record?chain=custody").text


# --- decisions -----------------------------------------------------------------------------------------------------


def test_a_verdict_goes_into_the_ledger_under_the_name_of_the_account(lodge: Bench, serve: Serve) -> None:
    office = serve(lodge.case)
    person = reviewer(office, "Ana")
    answer = decide(person, FORM, "confirm")
    assert answer.status_code == 200, answer.text
    event = list(office.case.custody.events())[-1]
    assert (event.line.actor, event.line.seq) == ("Ana", answer.json()["seqs"][0])
    assert isinstance(event.act, MentionDecided)
    assert (event.act.verdict, event.act.reason, event.act.seen) == ("confirm", REASON, 0)
    office.wait()
    progress = person.get("/api/review/queue").json()["progress"]
    assert progress["machine"]["judged"] == 1
    assert progress["machine"]["rate"][0] == 0


def test_a_verdict_without_a_reason_or_of_no_such_value_is_refused(lodge: Bench, serve: Serve) -> None:
    person = serve(lodge.case).person("review")
    before = lodge.case.custody.size()
    assert decide(person, FORM, "confirm", reason=" ").status_code == 400
    assert decide(person, FORM, "correct").status_code == 400
    wrong = decide(person, FORM, "correct", value="no number")
    assert wrong.status_code == 400
    assert "not a phone number" in wrong.json()["error"]["what"]
    assert decide(person, "m-0000000000000000", "confirm").status_code == 404
    assert decide(person, FORM, "confirm", reason="a\x00b").status_code == 400
    assert decide(person, FORM, "perhaps").status_code == 422
    assert lodge.case.custody.size() == before


def test_the_last_decision_is_taken_back_once(lodge: Bench, serve: Serve) -> None:
    office = serve(lodge.case)
    person = reviewer(office, "Ana")
    seq = decide(person, FORM, "reject").json()["seqs"][0]
    office.wait()
    assert person.get("/api/review/reading", params={"mention": FORM}).json()["review"] == "rejected"
    assert (
        person.post(f"/api/decisions/{seq}/withdraw?wait=true", json={"reason": "undone at review"}).status_code == 200
    )
    assert ActWithdrawn(seq=seq, reason="undone at review") in acts(office.case)
    assert shown(person, FORM)["review"] == "unreviewed"
    assert person.post(f"/api/decisions/{seq}/withdraw", json={"reason": "again"}).status_code == 409
    assert person.post("/api/decisions/1/withdraw", json={"reason": "no"}).status_code == 404
    assert person.post("/api/decisions/99999999/withdraw", json={"reason": "no"}).status_code == 404


def test_another_span_rejects_the_machines_reading_and_adds_the_right_one(lodge: Bench, serve: Serve) -> None:
    office = serve(lodge.case)
    person = reviewer(office, "Ana")
    start = FORM_LINE.text.index(FORM_LINE.says[0].quote)
    body = {"start": start, "end": start + len(FORM_LINE.says[0].quote), "kind": "organisation", "reason": REASON}
    answer = person.post(f"/api/mentions/{FORM}/span", json=body)
    assert answer.status_code == 200, answer.text
    assert len(answer.json()["seqs"]) == 2
    rejected, added = list(acts(office.case))[-2:]
    assert (rejected.verdict, type(added)) == ("reject", MentionAdded)
    assert (added.anchor.start, added.anchor.end) == (body["start"], body["end"])
    assert person.post(f"/api/mentions/{FORM}/span", json=body | {"start": 10_000, "end": 10_002}).status_code == 400


def test_what_was_missed_is_added_and_text_corrected(lodge: Bench, serve: Serve) -> None:
    office = serve(lodge.case)
    person = reviewer(office, "Ana")
    segment = where("CG-0002", FORM_LINE)
    added = person.post(
        "/api/mentions", json={"segment": segment, "start": 0, "end": 4, "kind": "place", "reason": REASON}
    )
    assert added.status_code == 200, added.text
    corrected = person.post(
        "/api/segments/correction", json={"segment": segment, "start": 0, "end": 4, "text": "Farm", "reason": REASON}
    )
    assert corrected.status_code == 200, corrected.text
    kinds = [type(act) for act in acts(office.case)][-2:]
    assert kinds == [MentionAdded, TextCorrected]
    same = {"segment": segment, "start": 0, "end": 4, "text": FORM_LINE.text[:4], "reason": REASON}
    assert person.post("/api/segments/correction", json=same).status_code == 400
    assert person.get("/api/review/words", params={"segment": segment}).json()["text"] == FORM_LINE.text


def test_a_seal_closes_at_once(lodge: Bench, serve: Serve) -> None:
    office = serve(lodge.case)
    person = reviewer(office, "Ana")
    picture = shown(person, FORM)["shown"]["picture"]
    answer = person.post("/api/seals", json={"what": "CG-0002", "kind": "privileged", "reason": "counsel"})
    assert answer.status_code == 200, answer.text
    assert any(isinstance(act, Sealed) for act in acts(office.case))
    assert shown(person, FORM) == {}
    assert person.get(picture).status_code == 404
    assert (
        person.post("/api/seals", json={"what": "CG-0002", "kind": "privileged", "reason": "counsel"}).status_code
        == 409
    )
    assert person.post("/api/seals", json={"what": "CG-0001", "kind": "secret", "reason": "r"}).status_code == 422


# --- two people ----------------------------------------------------------------------------------------------------


def test_whoever_comes_second_is_told_what_was_said_meanwhile_and_nothing_is_lost(lodge: Bench, serve: Serve) -> None:
    office = serve(lodge.case)
    ana, ben = reviewer(office, "Ana"), reviewer(office, "Ben")
    assert decide(ben, FORM, "reject", reason="a smudge").status_code == 200
    late = decide(ana, FORM, "confirm")  # shown before Ben judged it
    assert late.status_code == 409
    assert "meanwhile Ben judged this reading (reject: a smudge)" in late.json()["error"]["what"]
    now = ana.get("/api/review/reading", params={"mention": FORM}).json()
    assert [one["actor"] for one in now["verdicts"]] == ["Ben"]
    assert decide(ana, FORM, "confirm", review_seq=now["review_seq"]).status_code == 200
    told = [act for act in acts(office.case) if isinstance(act, MentionDecided)]
    assert [(act.verdict, act.seen) for act in told] == [("reject", 0), ("confirm", now["review_seq"])]


def test_a_second_look_is_taken_without_seeing_the_first(lodge: Bench, serve: Serve) -> None:
    office = serve(two_looks(lodge))
    ana, ben = reviewer(office, "Ana"), reviewer(office, "Ben")
    for verdict in ("correct", "reject"):
        value = {"value": "+442079460199"} if verdict == "correct" else {}
        seq = decide(ana, FORM, verdict, **value).json()["seqs"][0]
        office.wait()
        seen = shown(ben, FORM)
        assert (seen["which"], seen["apart"], seen["review"], seen["verdicts"]) == ("second", True, "unreviewed", [])
        assert (seen["value"], seen["reviewer"], seen["check"], seen["strip"]["review"]) == (PHONE.value, "", "", "")
        assert shown(ana, FORM) == {}
        assert ana.post(f"/api/decisions/{seq}/withdraw?wait=true", json={"reason": "again"}).status_code == 200
    decide(ana, FORM, "confirm")
    office.wait()
    answer = decide(ben, FORM, "reject", review_seq=shown(ben, FORM)["review_seq"]).json()
    assert not answer["agrees"]
    assert [(one["actor"], one["verdict"]) for one in answer["others"]] == [("Ana", "confirm")]
    office.wait()
    between = ana.get("/api/review/queue").json()["between"]
    assert (between["twice"], between["disagreed"], len(between["to_settle"])) == (1, 1, 1)
    settled = shown(ana, FORM)
    assert (settled["which"], len(settled["verdicts"])) == ("settle", 2)
    assert decide(ana, FORM, "reject", review_seq=settled["review_seq"]).status_code == 200
    office.wait()
    between = ana.get("/api/review/queue").json()["between"]
    assert (between["twice"], between["disagreed"], between["to_settle"]) == (1, 1, [])


def test_the_evidence_itself_does_not_tell_what_is_to_be_judged_apart(lodge: Bench, serve: Serve) -> None:
    office = serve(two_looks(lodge))
    ana, ben, cleo = reviewer(office, "Ana"), reviewer(office, "Ben"), office.person("analyse")

    def line(person: TestClient) -> tuple[str, str]:
        page = person.get(f"/evidence/CG-0002?at={where('CG-0002', FORM_LINE)}").text
        found = re.search(rf'<li [^>]*data-mention="{FORM}".*?</li>', page, re.DOTALL)
        return found[0] if found else "", page

    assert "candidate" in line(ben)[0]
    seen = {}
    for verdict in ("reject", "correct", "confirm"):
        value = {"value": "+442079460199"} if verdict == "correct" else {}
        seq = decide(ana, FORM, verdict, **value).json()["seqs"][0]
        office.wait()
        seen[verdict], page = line(ben)
        assert "1 here was judged by somebody else" in page
        assert "which=second" in page
        assert 'id="judge"' not in page, "where two judge apart, Review is where they do"
        assert "Rejected by people" not in page
        assert not re.search(r"\d+ mentions?\b", page), "a count would tell what was rejected"
        assert "+442079460199" not in page
        told = line(cleo)[1]
        assert ("Rejected by people" if verdict == "reject" else " by Ana") in told, "whoever does not review is told"
        if verdict != "confirm":
            assert ana.post(f"/api/decisions/{seq}/withdraw", json={"reason": "again"}).status_code == 200
    assert "machine reading" in seen["reject"]
    assert seen["reject"] == seen["correct"] == seen["confirm"]
    assert decide(ben, FORM, "confirm", review_seq=shown(ben, FORM)["review_seq"]).json()["agrees"]
    office.wait()
    assert "reading confirmed by Ben" in line(ben)[0]


def test_whoever_was_shown_the_verdict_does_not_count_as_a_second_reviewer(lodge: Bench, serve: Serve) -> None:
    office = serve(two_looks(lodge))
    ana, ben = reviewer(office, "Ana"), reviewer(office, "Ben")
    decide(ana, FORM, "confirm")
    office.wait()
    looked = ben.get("/api/review/reading", params={"mention": FORM}).json()
    assert [one["verdict"] for one in looked["verdicts"]] == ["confirm"]
    assert decide(ben, FORM, "confirm", review_seq=looked["review_seq"]).status_code == 200
    office.wait()
    with office.desk.live.reading() as graph:
        assert review.between_reviewers(graph).twice == 0
        assert review.verdicts_on(graph, [FORM])[FORM][-1].seen == looked["review_seq"]


def test_two_who_judge_at_the_same_time_both_count_where_two_are_asked_for(lodge: Bench, serve: Serve) -> None:
    office = serve(two_looks(lodge))
    ana, ben = reviewer(office, "Ana"), reviewer(office, "Ben")
    shown(ana, FORM), shown(ben, FORM)
    assert decide(ana, FORM, "confirm").status_code == 200
    answer = decide(ben, FORM, "confirm")
    assert answer.status_code == 200
    assert answer.json()["agrees"]
    office.wait()
    with office.desk.live.reading() as graph:
        assert (review.between_reviewers(graph).twice, review.between_reviewers(graph).disagreed) == (1, 0)


# --- pieces, roles, bad input --------------------------------------------------------------------------------------


def test_a_piece_of_the_page_is_drawn_and_a_missing_one_said(sample_office: Office) -> None:
    person = sample_office.person("review")
    items = person.get("/api/review/queue", params={"n": 50, "kind": "phone"}).json()["items"]
    crops = [item["shown"]["picture"] for item in items if item["shown"]["picture"]]
    drawn = person.get(crops[0])
    assert drawn.status_code == 200, drawn.text
    assert drawn.content.startswith(b"\x89PNG")
    assert drawn.headers["content-type"] == "image/png"
    spoken = person.get("/api/review/queue", params={"n": 50, "draft": "draft"}).json()["items"]
    sounds = [item["shown"] for item in spoken if item["shown"]["sound"]]
    assert person.get(sounds[0]["sound"]).content.startswith(b"RIFF")
    assert person.get(sounds[0]["loudness"]).content.startswith(b"<svg")
    assert person.get("/api/review/crop", params={"segment": "CG-9999.p1.1"}).status_code == 404
    assert person.get("/api/review/sound", params={"segment": items[0]["segment"]}).status_code in (200, 404)


def test_the_page_opens_for_reviewers_alone(lodge: Bench, serve: Serve) -> None:
    office = serve(lodge.case)
    assert office.person("analyse").get("/review").status_code == 403
    opened = office.person("review").get("/review")
    assert opened.status_code == 200
    assert "verify all" not in opened.text.lower()


def test_that_the_page_shows_findings_is_on_record(lodge: Bench, serve: Serve) -> None:
    office = serve(lodge.case)
    person = reviewer(office, "Ana")

    def looks() -> list[Consulted]:
        assert person.get("/review").status_code == 200
        return [event.act for event in office.case.access.events() if isinstance(event.act, Consulted)]

    assert not looks()
    lodge.record(FindingWritten(finding="F-1", sentence="The number is the agency's."))
    office.wait()
    assert [(one.command, one.asked, one.results) for one in looks()] == [("web review findings", "F-1", 1)]


@pytest.mark.parametrize(
    "bad", [{"n": 0}, {"n": "x"}, {"first": -1}, {"which": "all"}, {"exhibit": "x" * 500}, {"seed": 10**30}]
)
def test_a_query_that_does_not_fit_is_refused_plainly(lodge: Bench, serve: Serve, bad: dict[str, Any]) -> None:
    answer = serve(lodge.case).person("review").get("/api/review/queue", params=bad)
    assert answer.status_code == 422
    assert answer.json()["error"]["what"]


def test_no_picture_and_no_seconds_where_something_beside_is_sealed(lodge: Bench, serve: Serve) -> None:
    open_line, closed = Line("Room 7", source="ocr", unit=1), Line("Dear counsel", source="ocr", unit=1)
    number = lodge.exhibit(open_line, closed, name="page.png", engine=OCR)
    office = serve(lodge.case)
    person = reviewer(office, "Ana")
    asked = {"segment": where(number, open_line, unit=1), "start": 0, "end": 4}
    assert person.get("/api/review/crop", params=asked).status_code != 409
    lodge.seal(number, anchor(number, closed, unit=1, ordinal=2))
    office.wait()
    refused = person.get("/api/review/crop", params=asked)
    assert refused.status_code == 409
    assert "sealed" in refused.text
