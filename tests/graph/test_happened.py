"""Events in the graph: their times, what people assert about clocks, their parties, and the files they carry."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb
import pytest
from small_cases import Bench, Line, Says

from evidence.acts import ActWithdrawn, ClockAsserted, SettingsRecorded
from evidence.digest import sha256_bytes
from evidence.errors import UsageError
from evidence.records import DEVICE_USER, Attachment, EventRecord
from evidence.zones import checked_zone, fixed_offset
from graph import queries
from graph.fingerprint import derived_fingerprint
from graph.happened import SKIPPED, TWICE, stage_clocks
from graph.project import catch_up, open_graph, rebuild

DEE, SAM = "+447700900123", "+447700900456"
ROSTER = Line(
    f"chat\n{DEE}, shown as Dee\n{SAM}",
    says=(Says("phone", DEE), Says("display_name", "Dee"), Says("phone", SAM)),
    unit_kind="conversation",
    unit=1,
)


def message(**fields: object) -> Line:
    event = EventRecord(
        kind="message", segment=0, time_written="02/07/2026, 21:14", time_local="2026-07-02T21:14:00",
        parties=(("from", "phone", DEE), ("to", "phone", SAM)), **fields,  # type: ignore[arg-type]
    )  # fmt: skip
    return Line("Room 7 is paid", unit_kind="conversation", unit=1, speaker="Dee", events=(event,))


def only_event(bench: Bench) -> object:
    catch_up(bench.case)
    with open_graph(bench.case) as graph:
        (event,) = queries.events(graph)
    return event


def test_a_time_without_a_zone_is_an_interval_and_never_assumed(bench: Bench) -> None:
    bench.exhibit(ROSTER, message())
    event = only_event(bench)
    assert (event.time_utc, event.zone_by) == ("", "")
    assert (event.earliest_utc, event.latest_utc) == ("2026-07-02T07:14:00Z", "2026-07-03T09:14:00Z")


@pytest.mark.parametrize(
    ("zone", "utc"),
    [("Europe/London", "2026-07-02T20:14:00Z"), ("+02:00", "2026-07-02T19:14:00Z"), ("UTC", "2026-07-02T21:14:00Z")],
)
def test_an_asserted_zone_gives_utc_and_says_who_asserted_it(bench: Bench, zone: str, utc: str) -> None:
    number = bench.exhibit(ROSTER, message())
    catch_up(bench.case)
    seq = bench.record(ClockAsserted(exhibit=number, zone=zone, source="handset settings"))
    event = only_event(bench)
    assert event.time_utc == utc
    assert event.zone_by == f"zone {zone}, asserted by anna (custody {seq})"
    assert event.time_written == "02/07/2026, 21:14"
    caught_up = catch_up(bench.case).fingerprint
    assert rebuild(bench.case).fingerprint == caught_up


def at(local: str) -> Line:
    event = EventRecord(
        kind="message", segment=0, time_written=local, time_local=local, parties=(("from", "phone", DEE),)
    )
    return Line("Room 7 is paid", unit_kind="conversation", unit=1, events=(event,))


def test_a_time_that_the_clocks_show_twice_is_its_earlier_reading_and_says_so(bench: Bench) -> None:
    walls = ("2025-10-26T00:59:59", "2025-10-26T01:30:00", "2025-10-26T02:00:00", "2026-03-29T01:30:00")
    number = bench.exhibit(ROSTER, *map(at, walls))
    bench.record(ClockAsserted(exhibit=number, zone="Europe/London", source="settings"))
    catch_up(bench.case)
    with open_graph(bench.case) as graph:
        found = {one.time_local: (one.time_utc, one.zone_by.partition("; ")[2]) for one in queries.events(graph)}
    assert [found[wall] for wall in walls] == [
        ("2025-10-25T23:59:59Z", ""), ("2025-10-26T00:30:00Z", TWICE), ("2025-10-26T02:00:00Z", ""),
        ("2026-03-29T01:30:00Z", SKIPPED),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "zone",
    ["Europe/London", "America/New_York", "Australia/Lord_Howe", "Antarctica/Troll", "Asia/Kolkata", "Pacific/Apia"],
)
def test_an_asserted_zone_reads_every_change_of_the_clocks_as_python_does(zone: str) -> None:
    hours = [datetime(year, 1, 1) + timedelta(minutes=20 * step) for year in (2011, 2024) for step in range(366 * 72)]  # noqa: DTZ001
    conn = duckdb.connect()
    stage_clocks(conn, ())
    conn.execute("CREATE TABLE read AS SELECT unnest($walls::TIMESTAMP[]) AS wall", {"walls": hours})
    rows = conn.execute(
        f"SELECT wall, earlier_reading('{zone}', wall), doubt_of_reading('{zone}', wall) FROM read"
    ).fetchall()
    place = ZoneInfo(zone)
    for wall, utc, doubt in rows:
        first, second = (wall.replace(tzinfo=place, fold=fold) for fold in (0, 1))
        read = first.astimezone(UTC)
        assert utc == read.replace(tzinfo=None)
        skipped = read.astimezone(place).replace(tzinfo=None) != wall
        assert doubt == (SKIPPED if skipped else TWICE if first.utcoffset() != second.utcoffset() else None), wall


def test_a_clock_that_was_ahead_moves_stated_utc_too_and_keeps_it(bench: Bench) -> None:
    number = bench.exhibit(
        ROSTER, message(time_utc="2026-07-02T20:14:00Z", zone="UTC", zone_by="the format (Unix time)")
    )
    bench.record(ClockAsserted(exhibit=number, ahead_s=200, source="speaking clock"))
    event = only_event(bench)
    assert event.time_utc == "2026-07-02T20:10:40Z"
    assert event.zone_by.startswith("the format (Unix time); clock 200 s ahead, asserted by anna")
    with open_graph(bench.case) as graph:
        assert graph.conn.execute("SELECT utc_stated FROM event").fetchone() == ("2026-07-02T20:14:00Z",)


def test_what_a_device_contains_follows_its_clock_and_a_withdrawal_takes_it_back(bench: Bench) -> None:
    phone = bench.receive("phone.zip")
    bench.read(phone, [])
    child = bench.receive("chat.txt", parent=phone)
    bench.read(child, [ROSTER, message()])
    catch_up(bench.case)
    seq = bench.record(ClockAsserted(exhibit=phone, zone="Europe/London", source="settings"))
    assert only_event(bench).time_utc == "2026-07-02T20:14:00Z"
    bench.record(ActWithdrawn(seq=seq, reason="another handset"))
    assert only_event(bench).time_utc == ""
    mine = catch_up(bench.case).fingerprint
    assert rebuild(bench.case).fingerprint == mine


def test_the_zone_of_the_case_holds_where_nothing_nearer_does(bench: Bench) -> None:
    number = bench.exhibit(ROSTER, message())
    catch_up(bench.case)
    bench.record(SettingsRecorded(zone="Europe/Bucharest", source="settings"))
    assert only_event(bench).time_utc == "2026-07-02T18:14:00Z"
    bench.record(ClockAsserted(exhibit=number, ahead_s=60, source="speaking clock"))
    event = only_event(bench)
    assert event.time_utc == "2026-07-02T18:13:00Z"
    assert "clock 60 s ahead" in event.zone_by
    assert "zone Europe/Bucharest of the case's settings" in event.zone_by
    mine = catch_up(bench.case).fingerprint
    assert rebuild(bench.case).fingerprint == mine


def test_a_record_with_a_zone_of_its_own_is_not_given_another(bench: Bench) -> None:
    number = bench.exhibit(ROSTER, message(zone="XYZ", zone_by="the record"))
    bench.record(ClockAsserted(exhibit=number, zone="Europe/London", source="settings"))
    event = only_event(bench)
    assert (event.time_utc, event.zone, event.zone_by) == ("", "XYZ", "the record")


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "+25:00", "2026", "../etc/passwd", "Europe"])
def test_what_is_no_zone_is_refused(zone: str) -> None:
    with pytest.raises(UsageError):
        checked_zone(zone)


def test_offsets_are_seconds_east() -> None:
    assert [fixed_offset(zone) for zone in ("UTC", "+02:00", "-0330", "GMT+1", "Europe/London")] == [
        0, 7200, -12600, 3600, None,
    ]  # fmt: skip


def test_sender_and_recipient_are_related_by_the_message_that_says_so(bench: Bench) -> None:
    number = bench.exhibit(ROSTER, message(), message(key="m2"))
    catch_up(bench.case)
    with open_graph(bench.case) as graph:
        (made,) = [one for one in queries.relations(graph) if one.kind == "messaged"]
        detail = queries.relation(graph, made.id)
    assert (made.source.value, made.target.value, made.basis) == (DEE, SAM, "source_fact")
    assert [support.segment for support in detail.supports] == [f"{number}.c1.2", f"{number}.c1.3"]


def test_who_used_a_device_is_the_outermost_exhibit_and_nobody(bench: Bench) -> None:
    phone = bench.receive("phone.zip")
    bench.read(phone, [])
    child = bench.receive("msgstore.db", parent=phone)
    event = EventRecord(
        kind="call", segment=0, time_written="1780000000", parties=(("from", DEVICE_USER, ""), ("to", "phone", DEE))
    )
    bench.read(child, [ROSTER, Line("outgoing call, 35 s", unit_kind="conversation", unit=1, events=(event,))])
    mine = catch_up(bench.case).fingerprint
    with open_graph(bench.case) as graph:
        user = queries.find_entity(graph, f"{DEVICE_USER}:{phone}")
        (made,) = [one for one in queries.relations(graph) if one.kind == "called"]
        derived = derived_fingerprint(graph.conn)
    assert (user.label, user.exhibits) == (f"the user of {phone}, not attributed", (child,))
    assert (made.source.value, made.target.value) == (phone, DEE)
    assert rebuild(bench.case).fingerprint == mine
    with open_graph(bench.case) as graph:
        assert derived_fingerprint(graph.conn) == derived


def test_an_account_that_nothing_names_is_no_end_of_a_relation(bench: Bench) -> None:
    bench.exhibit(message())
    catch_up(bench.case)
    with open_graph(bench.case) as graph:
        assert not [one for one in queries.relations(graph) if one.kind == "messaged"]
        assert len(queries.events(graph)) == 1


def test_attachments_are_joined_by_hash_then_by_name_beside_the_chat(bench: Bench) -> None:
    archive = bench.receive("chat.zip")
    bench.read(archive, [])
    chat = bench.receive("_chat.txt", parent=archive)
    photo = bench.receive("a.jpg", parent=archive, data=b"photo")
    far = bench.receive("media/deep/b.jpg", parent=archive, data=b"far")
    bench.receive("a.jpg", data=b"elsewhere")
    bench.read(
        chat,
        [
            ROSTER,
            message(attachments=(Attachment(name="a.jpg"),)),
            message(key="2", attachments=(Attachment(name="renamed.jpg", sha256=sha256_bytes(b"photo")),)),
            message(key="3", attachments=(Attachment(name="a.jpg", sha256="0" * 64),)),
            message(key="4", attachments=(Attachment(name="lost.opus"),)),
            message(key="5", attachments=(Attachment(name="media\\deep\\b.jpg"),)),
            message(key="6", attachments=(Attachment(name="b.jpg"),)),
        ],
    )
    catch_up(bench.case)
    with open_graph(bench.case) as graph:
        found = {event.key: event.attached[0] for event in queries.events(graph)}
    assert (found[""].attached_exhibit, found[""].how) == (photo, "same path")
    assert (found["2"].attached_exhibit, found["2"].how) == (photo, "same hash")
    assert found["3"].attached_exhibit == ""
    assert found["3"].how == f"not in the case: {photo} has the same name, but another hash"
    assert (found["5"].attached_exhibit, found["5"].how) == (far, "same path")
    assert (found["6"].attached_exhibit, found["6"].how) == (far, "same name, elsewhere in what it came out of")
    assert (found["4"].attached_exhibit, found["4"].how) == ("", "not in the case")


def test_of_two_files_of_that_name_none_is_taken(bench: Bench) -> None:
    bench.exhibit(ROSTER, message(attachments=(Attachment(name="a.jpg"),)), name="chat/_chat.txt")
    for data in (b"one", b"two"):
        bench.receive("chat/a.jpg", data=data)
    catch_up(bench.case)
    with open_graph(bench.case) as graph:
        (file,) = queries.events(graph)[0].attached
    assert (file.attached_exhibit, file.how) == ("", "one of 2 files of that name")


@pytest.mark.parametrize("state", ["draft", "failed", "queued, deleted"])
def test_what_was_never_sent_is_an_event_and_no_communication(bench: Bench, state: str) -> None:
    bench.exhibit(ROSTER, message(state=state))
    catch_up(bench.case)
    with open_graph(bench.case) as graph:
        assert len(queries.events(graph)) == 1
        assert not [one for one in queries.relations(graph) if one.kind == "messaged"]


def test_zone_and_error_of_a_clock_are_each_taken_from_the_nearest_that_speaks_of_it(bench: Bench) -> None:
    phone = bench.receive("phone.zip")
    bench.read(phone, [])
    child = bench.receive("chat.txt", parent=phone)
    bench.read(child, [ROSTER, message()])
    bench.record(ClockAsserted(exhibit=phone, ahead_s=3600, source="speaking clock"))
    bench.record(ClockAsserted(exhibit=child, zone="Europe/London", source="settings"))
    assert only_event(bench).time_utc == "2026-07-02T19:14:00Z"
    bench.record(ClockAsserted(exhibit=child, ahead_s=60, source="another look"))
    event = only_event(bench)
    assert event.time_utc == "2026-07-02T20:13:00Z"
    assert "zone Europe/London" in event.zone_by
    mine = catch_up(bench.case).fingerprint
    assert rebuild(bench.case).fingerprint == mine


def test_events_are_asked_for_by_account_kind_and_time(bench: Bench) -> None:
    bench.exhibit(
        ROSTER, message(), message(key="late", time_utc="2026-09-01T00:00:00Z", zone="UTC", zone_by="the record")
    )
    catch_up(bench.case)
    with open_graph(bench.case) as graph:
        dee = queries.find_entity(graph, DEE).id
        assert len(queries.events(graph, entity=dee, kind="message")) == 2
        assert [one.key for one in queries.events(graph, since="2026-08-01")] == ["late"]
        assert [one.key for one in queries.events(graph, until="2026-08-01")] == [""]
        assert len(queries.events(graph, limit=1)) == 1
        assert queries.how_many_events(graph) == 2
        assert queries.events(graph, exhibit="CG-0009") == ()


def test_a_stay_is_found_for_every_night_of_it(bench: Bench) -> None:
    stay = EventRecord(
        kind="stay", segment=0, time_written="16/02/2026", time_local="2026-02-16T00:00:00", until_written="23/02/2026",
        until_local="2026-02-23T00:00:00",
    )  # fmt: skip
    bench.exhibit(Line("Room 7", events=(stay,)))
    catch_up(bench.case)
    with open_graph(bench.case) as graph:
        assert len(queries.events(graph, since="2026-02-20", until="2026-02-21")) == 1
        assert queries.events(graph, since="2026-02-25") == ()
        assert queries.events(graph, until="2026-02-10") == ()


def test_every_party_of_one_role_is_kept(bench: Bench) -> None:
    sides = tuple(("to" if at else "from", "email", f"{name}@lodge.example") for at, name in enumerate("abcd"))
    sides += (("cc", "email", "b@lodge.example"), sides[1])
    bench.exhibit(Line("To everyone", events=(EventRecord(kind="email", segment=0, time_written="", parties=sides),)))
    catch_up(bench.case)
    with open_graph(bench.case) as graph:
        (event,) = queries.events(graph)
    assert [party.value[0] for party in event.parties if party.role == "to"] == ["b", "c", "d"]
    assert [party.value[0] for party in event.parties if party.role == "cc"] == ["b"]
