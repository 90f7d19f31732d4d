"""Recordings, chats and mail in the workbench: what is sent, under which type, to whom, and what is refused."""

from __future__ import annotations

import io
import re
import wave
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from selectolax.lexbor import LexborHTMLParser
from small_cases import Line, new_bench

from evidence.acts import Consulted, ExtractionRecorded, Sealed
from evidence.case import Case, open_case
from evidence.digest import Sha256
from evidence.locator import RecordPlace
from evidence.records import EventRecord
from graph import queries
from graph.project import open_graph
from graph.sources import segment_anchor
from graph.talk import letter
from web.conftest import HOST, Office
from workbench.web.views import At
from workbench.web.views.mail import opened

CALL, AMR, CHAT, FILM = "CG-0034", "CG-0035", "CG-0032/1", "CG-0060"


def _tree(text: str) -> LexborHTMLParser:
    return LexborHTMLParser(text)


# --- bytes ---------------------------------------------------------------------------------------------------------


def test_a_recording_is_sent_whole_or_in_ranges_under_a_type_of_ours(sample_office: Office) -> None:
    person = sample_office.person("analyse")
    whole = person.get(f"/media/original/{CALL}")
    assert whole.status_code == 200
    assert whole.headers["content-type"] == "audio/wav"
    assert whole.headers["x-content-type-options"] == "nosniff"
    assert whole.headers["content-disposition"] == 'inline; filename="CG-0034.wav"'
    assert whole.headers["accept-ranges"] == "bytes"
    part = person.get(f"/media/original/{CALL}", headers={"range": "bytes=100-199"})
    assert part.status_code == 206
    assert part.content == whole.content[100:200]
    assert part.headers["content-range"] == f"bytes 100-199/{len(whole.content)}"
    tail = person.get(f"/media/original/{CALL}", headers={"range": "bytes=-10"})
    assert tail.content == whole.content[-10:]


@pytest.mark.parametrize(
    "asked",
    ["bytes=", "bytes=x-y", "bytes=5-2", "bytes", "apples=1-2", "bytes=-", "bytes=9999999999999-", "bytes=1-2,3-",
     "bytes=" + ",".join(f"{at}-{at}" for at in range(300)), "bytes=" + "9" * 6_000 + "-", "bytes=-0", "=", "bytes=--5"],
)  # fmt: skip
def test_a_range_that_makes_no_sense_breaks_nothing(sample_office: Office, asked: str) -> None:
    answer = sample_office.person("analyse").get(f"/media/original/{CALL}", headers={"range": asked})
    assert answer.status_code in (200, 206, 400, 416)
    assert "Traceback" not in answer.text[:2_000]
    assert not answer.headers["content-type"].startswith("text/html")


def test_what_no_browser_plays_is_sent_as_sound_made_of_it(sample_office: Office) -> None:
    person = sample_office.person("analyse")
    assert person.get(f"/media/original/{AMR}").status_code == 404
    answer = person.get(f"/media/sound/{AMR}")
    assert answer.headers["content-type"] == "audio/wav"
    with wave.open(io.BytesIO(answer.content)) as sound:
        assert sound.getframerate() == 16_000
    assert "this is its sound as WAV" in person.get(f"/evidence/{AMR}").text
    shown = sample_office.case.root / "shelf" / "shown"
    assert len(list(shown.glob("??/*.wav"))) == 1
    assert person.get(f"/media/sound/{AMR}").content == answer.content


@pytest.mark.parametrize("number", ["CG-0009", "CG-0057", "CG-0020", "CG-0058", "CG-0004", "CG-0032"])
def test_nothing_else_is_sent_as_it_is(sample_office: Office, number: str) -> None:
    person = sample_office.person("analyse")
    for kind in ("original", "sound", "picture"):
        answer = person.get(f"/media/{kind}/{number}")
        assert answer.status_code == 404, kind
        assert "That could not be done" in answer.text


def test_a_small_picture_is_made_anew(sample_office: Office) -> None:
    answer = sample_office.person("analyse").get("/media/picture/CG-0002")
    assert answer.headers["content-type"] == "image/jpeg"
    with Image.open(io.BytesIO(answer.content)) as small:
        assert max(small.size) <= 640
        assert not small.getexif()


def test_a_damaged_picture_says_so(sample_office: Office) -> None:
    answer = sample_office.person("analyse").get("/media/picture/CG-0003")
    assert answer.status_code == 422
    assert "damaged" in answer.text


def test_loudness_is_given_for_any_stretch(sample_office: Office) -> None:
    person = sample_office.person("analyse")
    whole = person.get(f"/api/loudness/{CALL}").json()
    assert whole["duration_ms"] == pytest.approx(33_035, abs=40)
    assert max(whole["peaks"]) > 100
    part = person.get(f"/api/loudness/{CALL}?first_ms=10000&last_ms=20000&count=50").json()
    assert (part["first_ms"], part["last_ms"], len(part["peaks"])) == (10_000, 20_000, 50)
    past = person.get(f"/api/loudness/{CALL}?first_ms=900000000&last_ms=5&count=9").json()
    assert past["peaks"] == [0]
    for asked in ("first_ms=-1", "count=0", "count=999999999", "last_ms=1e9", "first_ms=99999999999999999999"):
        assert person.get(f"/api/loudness/{CALL}?{asked}").status_code == 422


def test_the_transcript_has_the_times_of_its_words(sample_office: Office) -> None:
    person = sample_office.person("analyse")
    held = person.get(f"/api/transcript/{CALL}?after=2&limit=1").json()
    (utterance,) = held["utterances"]
    assert utterance["segment"]["id"] == "CG-0034.t1.3"
    assert utterance["words"][0]["start_ms"] == 9_960
    assert held["later"] > 0


def test_bytes_are_on_record_once_a_session(sample_office: Office) -> None:
    person = sample_office.person("disclose")

    def looks() -> list[Consulted]:
        acts = [event.act for event in sample_office.case.access.events()]
        return [act for act in acts if isinstance(act, Consulted) and act.command == "web media"]

    before = len(looks())
    for _ in range(3):
        person.get(f"/media/original/{CALL}", headers={"range": "bytes=0-9"})
        person.get(f"/api/loudness/{CALL}")
    assert [act.exhibits for act in looks()[before:]] == [(CALL,)]


def _copy(sample_case: Path, serve: Callable[[Case], Office]) -> tuple[Office, Case]:
    case = open_case(sample_case)
    return serve(case), case


def test_an_original_that_is_altered_or_gone_is_not_played(sample_case: Path, serve: Callable[[Case], Office]) -> None:
    office, case = _copy(sample_case, serve)
    person = office.person("review")
    with open_graph(case) as graph:
        path = case.vault.path(Sha256(queries.exhibit_line(graph, CALL).sha256))
    assert person.get(f"/media/original/{CALL}").status_code == 200
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-2] + b"!!")
    for address in (f"/media/original/{CALL}", f"/api/loudness/{CALL}"):
        answer = person.get(address)
        assert answer.status_code == 500
        assert "is changed; it is not shown" in answer.text
    path.unlink()
    for address in (f"/media/original/{CALL}", f"/media/sound/{CALL}", f"/api/loudness/{CALL}"):
        answer = person.get(address)
        assert answer.status_code == 500
        assert "is missing; it is not shown" in answer.text
        assert str(case.root) not in answer.text


def test_where_a_part_is_sealed_the_rest_is_read_but_nothing_is_played(
    sample_case: Path, serve: Callable[[Case], Office]
) -> None:
    office, case = _copy(sample_case, serve)
    with open_graph(case) as graph:
        anchors = [segment_anchor(graph, name) for name in ("CG-0034.t1.3", "CG-0020.m1.2")]
    for anchor in anchors:
        case.record(Sealed(exhibit=anchor.exhibit, segment=anchor, seal="privileged", reason="a test"), actor=HOST)
    office.wait()
    person = office.person("review")
    page = person.get(f"/evidence/{CALL}")
    assert "sealed" in page.text
    assert "<audio" not in page.text
    assert "CG-0034.t1.3" not in page.text
    for address in (
        f"/media/original/{CALL}",
        f"/media/sound/{CALL}",
        f"/api/loudness/{CALL}",
        "/media/letter/CG-0020.m1.1",
    ):
        assert person.get(address).status_code == 409, address


@pytest.mark.parametrize(
    "address",
    ["/media/original/%00", "/media/original/../../etc/passwd", "/media/sound/CG-9999", "/api/loudness/%ED%A0%80", "/media/letter/x",
     "/media/letter/CG-0034.t1.3", "/media/message/CG-9.m1.1", "/api/letters/" + "x" * 3_000, "/media/messages/CG-0034",
     "/api/conversations/CG-0032/1?unit=77", "/api/conversations/CG-0034", "/api/transcript/nothing"],
)  # fmt: skip
def test_what_is_not_there_is_said_plainly(sample_office: Office, address: str) -> None:
    answer = sample_office.person("analyse").get(address)
    assert answer.status_code == 404
    assert "Traceback" not in answer.text


# --- pages ---------------------------------------------------------------------------------------------------------


def test_a_call_opens_silent_at_the_second_of_the_hit(sample_office: Office) -> None:
    page = sample_office.person("analyse").get(f"/evidence/{CALL}?at=CG-0034.t1.3&from=3&to=8").text
    tree = _tree(page)
    player, media = tree.css_first(".player"), tree.css_first("#media")
    assert player.attributes["data-first"] == "9960"
    assert "muted" in media.attributes
    assert "autoplay" not in media.attributes
    assert media.attributes["src"] == f"/media/original/{CALL}"
    assert tree.css_first("li.hit").attributes["id"] == "CG-0034.t1.3"
    assert "".join(mark.text() for mark in tree.css("li.hit mark")) == "there"
    assert tree.css_first("li.hit .w").attributes["data-at"] == "9960"
    assert tree.css_first("ol.transcript.draft") is not None
    assert "draft" in tree.css_first("li.hit .flag").text()


def test_a_film_is_hidden_until_it_is_asked_for(sample_office: Office) -> None:
    tree = _tree(sample_office.person("analyse").get(f"/evidence/{FILM}").text)
    assert "hidden" in tree.css_first("#screen").attributes
    assert tree.css_first("#still").attributes.get("src") is None
    assert "on the picture" in tree.css_first("#transcript").text()


def test_a_chat_opens_at_the_message_with_its_file_in_place(sample_office: Office) -> None:
    page = sample_office.person("analyse").get(f"/evidence/{CHAT}?at=CG-0032/1.c1.5").text
    tree = _tree(page)
    (hit,) = tree.css("article.hit")
    assert hit.attributes["id"] == "CG-0032/1.c1.5"
    assert "zone not stated" in hit.text()
    assert hit.css_first(".enclosed a").attributes["href"] == "/evidence/CG-0032/2"
    assert hit.css_first("button.reveal").attributes["data-picture"] == "/media/picture/CG-0032/2"
    assert not tree.css("#messages img")
    assert [day.attributes["data-day"] for day in tree.css("h3.day")] == ["2026-02-20", "2026-02-21", "2026-02-24"]
    assert {chip.text() for chip in tree.css(".state-word")} >= {"deleted", "edited: This message was edited"}
    assert "written by the app" in tree.css_first(".system").text()


def test_answers_edits_and_forwards_are_told(sample_office: Office) -> None:
    tree = _tree(sample_office.person("analyse").get("/evidence/CG-0031?at=CG-0031.c1.5").text)
    assert tree.css_first(".hit a.answers").attributes["data-to"] == "CG-0031.c1.4"
    assert "forwarded from Dockside Jobs" in tree.text()
    assert "UTC" in tree.css_first(".hit .when").text()


def test_whoever_used_the_device_is_on_the_right_and_not_attributed(sample_office: Office) -> None:
    tree = _tree(sample_office.person("analyse").get("/evidence/CG-0028?at=CG-0028.c4.4").text)
    assert "own" in tree.css_first("article.hit").attributes["class"]
    assert "the user of CG-0028, not attributed" in tree.css_first("article.hit").text()
    calls = _tree(sample_office.person("analyse").get("/evidence/CG-0028?unit=c3").text)
    assert "call, incoming, 96 s" in calls.text()


def test_more_of_a_conversation_comes_on_demand(sample_office: Office) -> None:
    person = sample_office.person("analyse")
    held = person.get(f"/api/conversations/{CHAT}?at=6&limit=4").json()
    assert (held["earlier"], len(held["said"]), held["later"]) == (3, 4, 7)
    piece = person.get(f"/media/messages/{CHAT}?after={held['last']}&day=2026-02-20")
    tree = _tree(piece.text)
    assert tree.css("article")[0].attributes["id"] == "CG-0032/1.c1.8"
    assert [day.attributes["data-day"] for day in tree.css("h3.day")] == ["2026-02-21", "2026-02-24"]
    party = held["talkers"][1]["entity"]
    only = _tree(person.get(f"/media/messages/{CHAT}?party={party}").text)
    assert len(only.css("article")) == held["talkers"][1]["messages"]
    assert person.get(f"/api/conversations/{CHAT}?at=6&before=3").status_code == 400


def test_a_long_chat_is_asked_for_by_day_and_nothing_comes_twice(
    tmp_path: Path, serve: Callable[[Case], Office]
) -> None:
    bench = new_bench(tmp_path / "case")
    bench.exhibit(*(_said(number) for number in range(1, 201)), name="chat.json")
    person = serve(bench.case).person("analyse")
    piece = "/media/messages/CG-0001"
    assert _tree(person.get("/evidence/CG-0001?at=CG-0001.c1.90").text).css_first("#to-day") is not None
    below, above = (_tree(person.get(f"{piece}?{way}=100").text) for way in ("after", "before"))
    assert (below.css_first("[data-before]"), below.css_first("[data-after]").attributes["data-after"]) == (None, "160")
    assert (above.css_first("[data-before]").attributes["data-before"], above.css_first("[data-after]")) == ("40", None)
    day = _tree(person.get(f"{piece}?on=2026-03-08").text)
    assert day.css_first("article").attributes == {"class": "line", "id": "CG-0001.c1.80", "data-day": "2026-03-09"}
    assert day.css_first("[data-before]") is not None
    none = person.get(f"{piece}?on=2027-01-01")
    assert (none.status_code, "dated 2027-01-01 or later" in none.text) == (404, True)
    assert [person.get(f"{piece}?{asked}").status_code for asked in ("on=2026-03-08&at=3", "on=yesterday")] == [
        400,
        422,
    ]


def test_of_an_endless_message_a_part_is_shown_with_the_way_to_the_rest(
    tmp_path: Path, serve: Callable[[Case], Office]
) -> None:
    bench = new_bench(tmp_path / "case")
    place = RecordPlace(record=1, field="message", table="Dock")
    bench.exhibit(Line("word " * 20_000, unit_kind="conversation", unit=1, place=place), name="chat.json")
    bench.exhibit(Line("pay \u202egnp.exe", unit_kind="conversation", unit=1, place=place), name="turned.json")
    fields = [RecordPlace(record=1, field=field) for field in ("headers", *("body",) * 25)]
    bench.exhibit(
        *(Line(f"{n} words", unit_kind="message", unit=1, place=one) for n, one in enumerate(fields)), name="m.eml"
    )
    office = serve(bench.case)
    person = office.person("analyse")
    first = person.get("/evidence/CG-0001").text
    assert len(first) < 60_000
    assert "Characters 1 to 20,000 of 100,000: " in first
    assert "from=20000&amp;to=20001" in first
    middle = _tree(person.get("/evidence/CG-0001?at=CG-0001.c1.1&from=39999&to=40004").text)
    assert [one.text() for one in middle.css(".rest a")] == ["the part before", "the next part"]
    assert middle.css_first(".rest").text().startswith("Characters 19,801 to 40,004 ")
    assert middle.css_first("article mark").text() == " word"
    assert middle.css_first("article p.text").attributes["data-first"] == "19800"
    last = _tree(person.get("/evidence/CG-0001?at=CG-0001.c1.1&from=99990&to=99991").text)
    assert [one.text() for one in last.css(".rest a")] == ["the part before"]
    with office.desk.live.reading() as graph:
        held = letter(graph, "CG-0003", 1)
    mail = opened(held, At(segment="CG-0003.m1.13"))
    assert [one.segment.text for one in mail.passages] == [f"{n} words" for n in range(11, 21)]
    turned = _tree(person.get("/evidence/CG-0002").text).css_first("p.text")
    assert (turned.text(), turned.css_first("bdi.turn").text()) == ("pay \u202egnp.exe", "\u202e")
    assert (mail.before, mail.after, mail.pieces) == ("CG-0003.m1.2", "CG-0003.m1.22", 25)
    piece = _tree(person.get("/media/message/CG-0003.m1.1").text)
    assert "pieces 1 to 10 of 25" in piece.css_first(".letter-text .hint").text()
    assert piece.css("a[href='/evidence/CG-0003?at=CG-0003.m1.12']")


def test_a_recording_that_cannot_be_decoded_has_no_player_and_says_why(
    tmp_path: Path, serve: Callable[[Case], Office]
) -> None:
    bench = new_bench(tmp_path / "case")
    why = "it claims 192,000,000 samples a second, which no recorder makes"
    number = bench.receive("lying.wav")
    bench.record(ExtractionRecorded(exhibit=number, media_type="audio/wav", outcome="failed", reason=why))
    page = serve(bench.case).person("analyse").get(f"/evidence/{number}").text
    assert why in page
    assert "nothing to play" in page
    assert _tree(page).css_first(".player") is None


def _said(number: int) -> Line:
    when = f"2026-03-{number // 20 + 1 + (number >= 80) * 4:02d}"
    event = EventRecord(kind="message", segment=0, time_written=when, time_local=f"{when}T10:00:00", key=str(number))
    place = RecordPlace(record=number, field="message", table="Dock")
    return Line(f"message {number}", unit_kind="conversation", unit=1, place=place, events=(event,), speaker="Ann")


def test_mail_stands_in_its_thread_with_quotes_folded(sample_office: Office) -> None:
    page = sample_office.person("analyse").get("/evidence/CG-0021?at=CG-0021.m1.2&from=9&to=17").text
    tree = _tree(page)
    assert len(tree.css(".thread-list > li")) == 3
    looks = [event.act for event in sample_office.case.access.events() if isinstance(event.act, Consulted)]
    hints = [line.text() for line in tree.css(".thread-list p > .hint:last-child")]
    listed = {hint.split()[0].rstrip(",") for hint in hints if hint.startswith("CG-")}
    assert len(listed) == 3
    assert listed <= set(looks[-1].exhibits), "whose senders and subjects are shown is on record"
    assert "open" not in tree.css_first("details.quoted").attributes
    assert tree.css_first(".passage.on mark").text() == "One form"
    assert "answers desk@harbourlodge.example" in tree.css_first(".thread-list .on").text()
    quoted = _tree(sample_office.person("analyse").get("/evidence/CG-0021?at=CG-0021.m1.3").text)
    assert "open" in quoted.css_first("details.quoted").attributes
    other = sample_office.person("analyse").get("/media/message/CG-0022.m1.1")
    assert "<article" in other.text
    assert "<html" not in other.text


def test_a_mailbox_is_a_list_and_its_messages_name_what_they_enclose(sample_office: Office) -> None:
    person = sample_office.person("analyse")
    assert len(_tree(person.get("/evidence/CG-0019").text).css("ol.letters > li")) == 4
    assert "There are no more messages" in person.get("/evidence/CG-0019?after=200").text
    enclosed = _tree(person.get("/evidence/CG-0025").text).css(".enclosed a[href^='/evidence/CG-0025/']")
    assert {link.text() for link in enclosed} >= {"CG-0025/1", "CG-0025/2"}


def test_the_html_of_a_message_comes_in_a_frame_that_can_do_nothing(sample_office: Office) -> None:
    person = sample_office.person("analyse")
    assert "/media/letter/CG-0020.m1.1" in person.get("/evidence/CG-0020").text
    answer = person.get("/media/letter/CG-0020.m1.1")
    policy = answer.headers["content-security-policy"]
    assert "sandbox" in policy
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert answer.headers["x-frame-options"] == "SAMEORIGIN"
    assert "<p>Northquay Staffing Ltd has booked" in answer.text
    assert not re.search(r"<(a|img|script|form)\b|href=|src=", answer.text)
    letter = person.get("/api/letters/CG-0021.m1.1").json()
    assert [one["segment"] for one in letter["thread"]["messages"]][1] == "CG-0021.m1.1"
