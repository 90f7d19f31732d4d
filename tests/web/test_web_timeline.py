"""Time and space in the workbench: counts that agree with the events, filters, zones, places, the record, and bad input."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from evidence.acts import Consulted
from evidence.errors import UsageError
from graph.questions.moments import Asked
from graph.questions.when import STEPS, buckets, gaps, happenings
from graph.questions.where import places
from graph.search import search
from web.conftest import Office

DAY = {"since": "2026-02-14", "until": "2026-02-15"}


@pytest.fixture
def person(sample_office: Office) -> TestClient:
    return sample_office.person("analyse")


def test_bars_lanes_and_kinds_count_every_event_that_has_a_time(sample_office: Office) -> None:
    with sample_office.desk.live.reading() as graph:
        whole = buckets(graph, Asked())
        every = happenings(graph, Asked(), limit=5000)
        events = graph.conn.execute("SELECT count(*) FROM happened WHERE coalesce(utc, wall) IS NOT NULL").fetchall()[
            0
        ][0]
    assert whole.events == every.found == len(every.events) == events > 400
    assert sum(bar.stated + bar.unstated for bar in whole.bars) == whole.events
    assert sum(bar.unstated for bar in whole.bars) == whole.unstated > 0
    assert sum(kind.events for kind in whole.kinds) == whole.events
    assert whole.step_s in STEPS
    assert len({bar.begins_s for bar in whole.bars}) == len(whole.bars) <= 202
    busiest = whole.lanes[0]
    assert busiest.events == max(lane.events for lane in whole.lanes)
    assert sum(bar.stated + bar.unstated for bar in busiest.bars) == busiest.events
    mine = [one for one in every.events if any(party.entity_id == busiest.party.entity for party in one.parties)]
    assert len(mine) == busiest.events
    assert whole.more_lanes > 0


def test_events_come_by_page_in_order_and_none_twice(sample_office: Office) -> None:
    with sample_office.desk.live.reading() as graph:
        pages = [happenings(graph, Asked(), limit=60, offset=at) for at in (0, 60, 120)]
        whole = happenings(graph, Asked(), limit=5000)
        early = happenings(graph, Asked(until="2026-02-10"), limit=7, offset=3)
    assert whole.events[:180] == tuple(one for page in pages for one in page.events), "as when all of it is sorted"
    assert {page.found for page in pages} == {whole.found} == {len(whole.events)}
    assert early.events == whole.events[3:10]
    assert early.found < whole.found
    ids = [one.id for page in pages for one in page.events]
    assert len(set(ids)) == len(ids) == 180
    times = [one.time_utc.rstrip("Z") or one.time_local for page in pages for one in page.events]
    assert times == sorted(times)


def test_a_day_holds_what_its_interval_touches_and_tells_zones_apart(person: TestClient) -> None:
    found = person.get("/api/timeline/events", params=DAY).json()
    counted = person.get("/api/timeline/buckets", params=DAY).json()
    assert found["found"] == counted["events"] == len(found["events"])
    unstated = [one for one in found["events"] if not one["time_utc"]]
    assert len(unstated) == counted["unstated"] > 0
    assert all(one["earliest_utc"] < "2026-02-15" for one in unstated)
    assert all(
        "2026-02-14" <= one["time_utc"] < "2026-02-15"
        for one in found["events"]
        if one["time_utc"] and not one["until_utc"]
    )
    assert counted["since"] == "2026-02-14T00:00:00Z"


@pytest.mark.parametrize(
    ("since", "until"), [("2026-02-09", "2026-02-10"), ("2026-02-14T22:00", ""), ("", "2026-01-31")]
)
def test_a_window_holds_the_same_however_it_is_asked_for(sample_office: Office, since: str, until: str) -> None:
    """What lies far outside of a window is left out early; of one party nothing is."""
    with sample_office.desk.live.reading() as graph:
        parties = tuple(lane.party.entity for lane in buckets(graph, Asked(), lanes=60).lanes)
        asked = Asked(since=since, until=until)
        narrowed = {one.id for one in happenings(graph, asked, limit=2000).events if one.parties}
        other = happenings(graph, Asked(of=parties, since=since, until=until), limit=2000)
    assert narrowed == {one.id for one in other.events}
    assert narrowed


def test_of_two_parties_those_of_either_fit(sample_office: Office) -> None:
    with sample_office.desk.live.reading() as graph:
        one, other = (lane.party.entity for lane in buckets(graph, Asked()).lanes[1:3])
        alone = [{each.id for each in happenings(graph, Asked(of=(name,)), limit=1000).events} for name in (one, other)]
        both = {each.id for each in happenings(graph, Asked(of=(one, other)), limit=1000).events}
    assert both == alone[0] | alone[1]
    assert all(alone)


def test_words_choose_the_events_of_the_passages_that_hold_them(sample_office: Office) -> None:
    with sample_office.desk.live.reading() as graph:
        ids = {hit.segment for hit in search(graph, "yard", limit=1000).hits}
        found = happenings(graph, Asked(query="yard"), limit=1000).events
        every = {one.id: one for one in happenings(graph, Asked(), limit=1000).events}
    assert found
    assert {one.id for one in found} == {name for name, one in every.items() if one.segment in ids}


def test_gaps_hold_nothing_whose_time_is_known(sample_office: Office) -> None:
    with sample_office.desk.live.reading() as graph:
        found = gaps(graph, Asked()).gaps
        known = [one.time_utc for one in happenings(graph, Asked(), limit=5000).events if one.time_utc]
    assert len(found) == 5
    assert [gap.seconds for gap in found] == sorted((gap.seconds for gap in found), reverse=True)
    for gap in found:
        assert not [time for time in known if gap.begins_utc < time < gap.ends_utc]
        assert gap.before
        assert gap.after


def test_a_region_of_the_map_filters_the_events_and_a_day_filters_the_map(person: TestClient) -> None:
    whole = person.get("/api/places").json()
    assert {spot["kind"] for spot in whole["spots"]} == {"cell", "position", "text"}
    yard = next(spot for spot in whole["spots"] if "TY-2201 (Tern Yard, water tower)" in spot["names"])
    box = f"{yard['longitude'] - 0.0001},{yard['latitude'] - 0.0001},{yard['longitude'] + 0.0001},{yard['latitude'] + 0.0001}"
    there = person.get("/api/timeline/events", params={"box": box, "limit": 500}).json()
    assert there["found"] == len(there["events"]) >= yard["events"] > 10
    assert all(one["facts"].get("cell") == "TY-2201" or one["facts"].get("latitude") for one in there["events"])
    day = person.get("/api/places", params=DAY).json()
    assert sum(spot["events"] for spot in day["spots"]) < sum(spot["events"] for spot in whole["spots"])
    elsewhere = person.get("/api/timeline/events", params={"box": "170,-50,-170,-40"}).json()
    assert elsewhere["found"] == 0


def test_places_without_coordinates_are_named_and_nothing_is_looked_up(sample_office: Office) -> None:
    with sample_office.desk.live.reading() as graph:
        found = places(graph, Asked())
    named = {one.name: one for one in found.unplaced}
    assert {"harbour lodge", "Valea Nouă"} <= set(named)
    assert named["harbour lodge"].by == "stay"
    assert all(one.source for one in found.unplaced)


def test_the_route_of_one_phone_is_in_order_of_time(person: TestClient) -> None:
    found = person.get("/api/routes", params={"a": "phone:+442079460142", **DAY}).json()
    times = [stop["since"] for stop in found["stops"] if stop["since"].endswith("Z")]
    assert times == sorted(times)
    assert [stop for stop in found["stops"] if stop["latitude"]]


def test_the_page_names_what_is_asked_and_each_answer_is_on_record(sample_office: Office, person: TestClient) -> None:
    text = person.get("/timeline", params={"of": "phone:+442079460142", "kind": "call", **DAY}).text
    assert "phone +442079460142" in text
    assert "<option selected>call</option>" in text
    assert "style=" not in text
    before = sum(1 for _ in sample_office.case.access.events())
    person.get("/api/timeline/events", params=DAY)
    (event,) = list(sample_office.case.access.events())[before:]
    assert isinstance(event.act, Consulted)
    assert event.act.command == "web timeline events"
    assert event.act.asked == "since 2026-02-14; until 2026-02-15"
    assert "CG-0018" in event.act.exhibits


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"since": "yesterday"}, 400),
        ({"since": "0001-01-01T00:00:00+14:00"}, 400),
        ({"until": "9999-12-31T23:59:59-12:00"}, 400),
        ({"box": "1,2,3"}, 400),
        ({"box": "a,b,c,d"}, 400),
        ({"box": "nan,nan,nan,nan"}, 400),
        ({"box": "0,60,1,50"}, 400),
        ({"of": "e-0000000000000000"}, 404),
        ({"of": "nobody\0"}, 400),
        ({"q": '"open'}, 400),
        ({"q": "a" * 2000}, 422),
        ({"limit": 100000}, 422),
        ({"offset": -1}, 422),
    ],
)
def test_what_cannot_be_read_is_said_plainly(person: TestClient, params: dict[str, str | int], code: int) -> None:
    answer = person.get("/api/timeline/events", params=params)
    assert answer.status_code == code, answer.text
    assert answer.json()["error"]["what"]


def test_a_window_that_ends_before_it_begins_or_holds_nothing_is_empty(person: TestClient) -> None:
    for params in ({"since": "2030-01-01"}, {"since": "2026-03-01", "until": "2026-02-01"}, {"kind": "nothing"}):
        found = person.get("/api/timeline/buckets", params=params).json()
        assert found["events"] == 0
        assert found["bars"] == []


def test_a_box_of_the_typed_question_is_checked_too(sample_office: Office) -> None:
    with sample_office.desk.live.reading() as graph, pytest.raises(UsageError):
        places(graph, Asked(box=(0.0, 91.0, 1.0, 92.0)))
