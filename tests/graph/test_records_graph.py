"""Tables of records in the graph: rows by id, what they name and say, what people do with them, and what is sealed."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest
from small_cases import ANNA, AUTHORITY

from evidence.acts import (
    ActWithdrawn,
    ClockAsserted,
    FindingWritten,
    IdentityJudged,
    MentionAdded,
    MentionAnchor,
    MentionDecided,
    RelationAdded,
    Sealed,
    SegmentTagged,
    TemplateRecorded,
    Unsealed,
)
from evidence.authority import CaseHints
from evidence.case import Case, new_case
from evidence.errors import NotFound, Refused
from evidence.intake import Intake, given_paths
from evidence.state import fold
from evidence.templates import Column, TableKind, Template
from extractors.protocols import Engines, Survey
from extractors.sandbox import WorkerPool
from flows.engines import build_finder
from flows.jobs import Job, PartRead, SurveyJob, read_part, survey
from flows.run import Run
from flows.verify import verify
from graph import queries, sources
from graph.candidates import candidates
from graph.fingerprint import derived_fingerprint
from graph.happened import SKIPPED, TWICE
from graph.identity_sides import meant_by
from graph.made import people
from graph.project import catch_up, open_graph, rebuild
from graph.record_tables import NOT_CONFIRMED
from graph.records import matching_rows

DESK, DRIVER, GUEST = "+442079460142", "+40721000111", "+442079460999"


def template(name: str, kind: TableKind, *columns: tuple[str, ...], **more: object) -> Template:
    made = tuple(Column(header=one[0], role=one[1], format=one[2] if len(one) > 2 else "") for one in columns)
    return Template(name=name, kind=kind, columns=made, **more)  # type: ignore[arg-type]


TEMPLATES = (
    template(
        "operator", "calls", ("Type", "type"), ("A", "caller"), ("B", "called"), ("Start", "started", "%d/%m/%Y %H:%M:%S"),
        ("Seconds", "seconds"), ("Cell", "cell"), types={"VOICE": "call", "SMS": "message"}, zone="Europe/London",
        zone_by="the operator's letter",
    ),
    template("sites", "cells", ("Cell", "cell"), ("Lat", "latitude"), ("Lon", "longitude"), ("Address", "place")),
    template(
        "register", "stays", ("Guest", "guest"), ("Room", "room"), ("From", "started"), ("To", "ended"), ("Phone", "phone"),
        ("Remarks", "text"),
    ),
    template(
        "bank", "payments", ("Day", "started"), ("From", "payer"), ("Name", "payer_name"), ("To", "payee"),
        ("Sum", "amount", "1.234,56"), ("Reference", "text"), settings={"currency": "GBP"},
    ),
    template("own", "calls", ("way", "direction"), ("with", "other"), ("at", "started"), direction={"o": "out", "i": "in"}),
)  # fmt: skip
FILES = {
    "a-calls.csv": (
        "Type;A;B;Start;Seconds;Cell\n"
        f"VOICE;{DESK};{DRIVER};02/07/2026 22:14:05;65;1-2\n"
        f"SMS;{DRIVER};{DESK};03/07/2026 08:00:00;0;1-3\n"
        f"VOICE;{DESK};{DRIVER};04/07/2026 08:00:00;5;9-9\n"
        "Total;3;;;;\n"
    ),
    "b-cells.csv": "Cell,Lat,Lon,Address\n1-2,51.5,-0.1,Dock Road\n1-3,51.6,-0.2,Quay Street\n",
    "c-register.csv": (
        "Guest;Room;From;To;Phone;Remarks\n"
        f"POP, Ana;12;2026-07-01 14:00:00;2026-07-03 10:00:00;{DRIVER};asked for a late call\n"
        f"North Quay Ltd;14;2026-07-02 14:00:00;;{GUEST};\n"
    ),
    "d-bank.csv": (
        "Day;From;Name;To;Sum;Reference\n"
        "2026-07-05;GB33BUKB20201555555555;North Quay Ltd;DE89370400440532013000;1.234,56;room 12 and 14\n"
    ),
    "e-own.csv": f"way,with,at\no,{GUEST},2026-07-01 09:00:00\ni,{GUEST},2026-07-01 09:05:00\n",
}


class InHere:
    """A pool whose worker is this process."""

    def __init__(self, case: Case) -> None:
        self._case, self._finder = case, build_finder(case.settings)

    def run(self, job: Job, *, seconds: float) -> Survey | PartRead:
        if isinstance(job, SurveyJob):
            return survey(self._case, job)
        return read_part(self._case, job, engines=Engines(), finder=lambda: self._finder)

    def close(self) -> None:
        """Nothing runs."""


def ingest(case: Case, *paths: Path, again: tuple[str, ...] = ()) -> None:
    state = fold(case.custody.events())
    intake = Intake(case, state=state, authority=AUTHORITY, custodian="", actor=ANNA)
    list(intake.receive(given_paths(list(paths)) if paths else []))
    run = Run(case, state=state, actor=ANNA, on_progress=lambda _: None, again=again)
    run.pool = cast("WorkerPool", InHere(case))
    while waiting := run.waiting():
        run.enter((number, run.survey(number)) for number in waiting)
        for index in run.plan_batches():
            run.read_batch(run.batch(index))


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Case:
    folder = tmp_path_factory.mktemp("records")
    case = new_case(folder / "case", title="Records", authority=AUTHORITY, hints=CaseHints(), actor=ANNA)
    for one in TEMPLATES:
        case.record(TemplateRecorded(template=one, source="a letter"), actor=ANNA)
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    ingest(case, *(folder / name for name in FILES))
    catch_up(case)
    return case


def anchor_of(case: Case, name: str) -> object:
    with open_graph(case) as graph:
        return sources.segment_anchor(graph, name)


def test_every_file_is_read_and_everything_on_the_shelf_verifies(filled: Case) -> None:
    with open_graph(filled) as graph:
        status = queries.status(graph)
    assert (status.received, status.read) == (5, 5)
    assert verify(filled).problems == ()


def test_a_row_opens_by_its_id_as_it_was_written(filled: Case) -> None:
    with open_graph(filled) as graph:
        row = queries.segment(graph, "CG-0001.r1.2")
        assert row.text == (f"Type: VOICE\nA: {DESK}\nB: {DRIVER}\nStart: 02/07/2026 22:14:05\nSeconds: 65\nCell: 1-2")
        assert row.strip.place == "row 2"
        assert queries.segment(graph, "CG-0003.r1.2").text == "asked for a late call"
        for nothing in ("CG-0001.r1.7", "CG-0001.r2.1", "CG-0009.r1.1", "CG-0001.r1.0"):
            with pytest.raises(NotFound):
                queries.segment(graph, nothing)


def test_relations_are_supported_by_their_first_row_and_count_the_others(filled: Case) -> None:
    with open_graph(filled) as graph:
        edges = {(one.source.value, one.kind, one.target.value): one for one in queries.relations(graph)}
        called = edges[DESK, "called", DRIVER]
        assert (called.supports, called.family) == (2, "communication")
        assert (DRIVER, "messaged", DESK) in edges
        assert (DRIVER, "called", DESK) not in edges
        assert ("pop, ana", "registered", DRIVER) in edges
        assert ("north quay ltd", "registered", GUEST) in edges
        assert ("GB33BUKB20201555555555", "paid", "DE89370400440532013000") in edges
        assert ("GB33BUKB20201555555555", "known_as", "north quay ltd") in edges
        assert ("CG-0005", "called", GUEST) in edges
        assert (GUEST, "called", "CG-0005") in edges
        support = queries.relation(graph, called.id).supports[0]
        assert support.segment == "CG-0001.r1.2"
        assert "in 2 rows, the last of them CG-0001.r1.4" in support.rule
        assert f"A: {DESK}" in support.text


def test_one_thing_joins_over_tables_of_every_kind(filled: Case) -> None:
    with open_graph(filled) as graph:
        driver = queries.entity(graph, f"phone:{DRIVER}")
        assert driver.entity.exhibits == ("CG-0001", "CG-0003")
        assert driver.entity.joined == 4
        assert [(one.exhibit, one.role, one.rows, one.first_row, one.last_row) for one in driver.rows] == [
            ("CG-0001", "called", 2, 2, 4), ("CG-0001", "caller", 1, 3, 3), ("CG-0003", "phone", 1, 2, 2),
        ]  # fmt: skip
        company = queries.entity(graph, "organisation:north quay ltd").entity
        assert company.exhibits == ("CG-0003", "CG-0004")
        owner = queries.entity(graph, "device_user:CG-0005").entity
        assert owner.label == "the user of CG-0005, not attributed"


def test_events_show_rows_in_utc_and_as_intervals_where_nobody_said_the_zone(filled: Case) -> None:
    with open_graph(filled) as graph:
        found = {one.segment: one for one in queries.events(graph)}
        assert queries.how_many_events(graph) == 8
        call = found["CG-0001.r1.2"]
        assert (call.time_written, call.time_utc) == ("02/07/2026 22:14:05", "2026-07-02T21:14:05Z")
        assert call.zone_by == "template operator, asserted by the operator's letter"
        assert [(one.role, one.value) for one in call.parties] == [("from", DESK), ("to", DRIVER)]
        stay = found["CG-0003.r1.2"]
        assert (stay.kind, stay.time_utc, stay.until_local) == ("stay", "", "2026-07-03T10:00:00")
        assert (stay.earliest_utc, stay.latest_utc) == ("2026-07-01T00:00:00Z", "2026-07-02T02:00:00Z")
        assert found["CG-0004.r1.2"].facts["amount_minor"] == "123456"
        assert "CG-0001.r1.5" not in found
        driver = queries.find_entity(graph, f"phone:{DRIVER}")
        assert len(queries.events(graph, entity=driver.id, limit=2)) == 2
        assert queries.how_many_events(graph) == 3
        late = queries.events(graph, since="2026-07-03T00:00:00Z", kind="call")
        assert [one.segment for one in late] == ["CG-0001.r1.4"]


def test_one_local_time_is_one_moment_whoever_states_the_zone(tmp_path: Path) -> None:
    stated = template(
        "stated", "calls", ("A", "caller"), ("B", "called"), ("At", "started"), zone="Europe/London", zone_by="x"
    )
    silent = template("silent", "calls", ("Who", "caller"), ("Whom", "called"), ("When", "started"), ("End", "ended"))
    walls = (
        "2025-10-26 00:30:00",
        "2025-10-26 01:30:00",
        "2025-10-26 02:30:00",
        "2026-03-29 01:30:00",
        "2026-07-01 12:00:00",
    )
    rows = [f"{DESK};{DRIVER};{one};{one}\n" for one in walls] + [f"{DESK};{DRIVER};2025-10-26;\n"]
    files = {
        "a.csv": "A;B;At\n" + "".join(f"{DESK};{DRIVER};{one}\n" for one in walls),
        "b.csv": "Who;Whom;When;End\n" + "".join(rows),
    }
    case = records_case(tmp_path, (stated, silent), files)
    case.record(ClockAsserted(exhibit="CG-0002", zone="Europe/London", source="a letter"), actor=ANNA)
    mine = catch_up(case)
    with open_graph(case) as graph:
        found = {one.segment: one for one in queries.events(graph)}
    by_template, by_person = ([found[f"CG-000{number}.r1.{row}"] for row in range(2, 7)] for number in (1, 2))
    assert [one.time_utc for one in by_template] == [one.time_utc for one in by_person]
    assert [one.until_utc for one in by_person] == [one.time_utc for one in by_person]
    assert by_person[1].time_utc == "2025-10-26T00:30:00Z"
    assert [one.facts.get("problem", "") for one in by_person] == [
        "", f"time {TWICE}; end {TWICE}", "", f"time {SKIPPED}; end {SKIPPED}", "",
    ]  # fmt: skip
    assert found["CG-0002.r1.7"].time_utc == ""
    assert rebuild(case).fingerprint == mine.fingerprint


def records_case(tmp_path: Path, templates: tuple[Template, ...], files: dict[str, str]) -> Case:
    case = new_case(tmp_path / "case", title="Records", authority=AUTHORITY, hints=CaseHints(), actor=ANNA)
    for one in templates:
        case.record(TemplateRecorded(template=one, source="a letter"), actor=ANNA)
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    ingest(case, *(tmp_path / name for name in files))
    catch_up(case)
    return case


def test_the_vehicle_of_a_trip_takes_part_in_it_alone_or_beside_its_passenger(tmp_path: Path) -> None:
    road = template("road", "trips", ("Reg", "plate"), ("From", "origin"), ("To", "destination"), ("Dep", "started"))
    ferry = template(
        "ferry", "trips", ("Name", "passenger"), ("Vehicle", "plate"), ("From", "origin"), ("Leaves", "started")
    )
    files = {
        "a.csv": "Reg;From;To;Dep\nAB12 CDE;Dover;Calais;2026-03-01 08:00:00\n",
        "b.csv": "Name;Vehicle;From;Leaves\nPOP, Ana;AB12 CDE;Calais;2026-03-02 08:00:00\nSTAN, Ion;;Calais;2026-03-02 08:10:00\n",
    }
    case = records_case(tmp_path, (road, ferry), files)
    with open_graph(case) as graph:
        plate = queries.find_entity(graph, "plate:AB12CDE")
        mine = {one.segment: [party.value for party in one.parties] for one in queries.events(graph, entity=plate.id)}
        edges = {(one.source.value, one.kind, one.target.value) for one in queries.relations(graph)}
    assert mine == {"CG-0001.r1.2": ["AB12CDE"], "CG-0002.r1.2": ["pop, ana", "AB12CDE"]}
    assert edges == {("pop, ana", "registered", "AB12CDE")}


def test_rows_with_a_number_that_fails_its_check_make_no_edge_and_are_counted(tmp_path: Path) -> None:
    silent = template("silent", "calls", ("Who", "caller"), ("Whom", "called"), ("When", "started"))
    files = {
        "a.csv": f"Who;Whom;When\n+447700900101;{DESK};2026-07-01 12:00:00\n{DESK};+447700900101;2026-07-01 12:10:00\n"
        f"{DESK};{DRIVER};2026-07-01 12:20:00\n;{DRIVER};2026-07-01 12:30:00\n"
    }
    case = records_case(tmp_path, (silent,), files)
    with open_graph(case) as graph:
        assert [(one.source.value, one.target.value) for one in queries.relations(graph)] == [(DESK, DRIVER)]
        notes = graph.conn.execute("SELECT exhibit, text FROM note").fetchall()
    assert notes == [
        ("CG-0001", f"2 rows of table 1 without an edge: 1 of the numbers and accounts in them {NOT_CONFIRMED}")
    ]
    anchor = anchor_of(case, "CG-0001.r1.2")
    quote = "+447700900101"
    added = MentionAdded(
        anchor=MentionAnchor(segment=anchor, kind="phone", start=5, end=5 + len(quote), quote=quote, value=quote),  # type: ignore[arg-type]
        reason="the operator confirms the number",
    )
    case.record(added, actor=ANNA)
    vouched = catch_up(case)
    with open_graph(case) as graph:
        assert {(one.source.value, one.target.value) for one in queries.relations(graph)} == {
            (DESK, DRIVER), (DESK, quote), (quote, DESK),
        }  # fmt: skip
        assert graph.conn.execute("SELECT count(*) FROM note").fetchall() == [(0,)]
    assert rebuild(case).fingerprint == vouched.fingerprint


def test_cells_join_calls_from_another_exhibit(filled: Case) -> None:
    with open_graph(filled) as graph:
        rows = graph.conn.execute('SELECT "row", site_exhibit, place FROM record_cell ORDER BY 1').fetchall()
    assert rows == [(2, "CG-0002", "Dock Road"), (3, "CG-0002", "Quay Street")]


def test_rows_are_found_by_what_a_column_holds(filled: Case) -> None:
    with open_graph(filled) as graph:
        found, many = matching_rows(graph, "CG-0001", where={"a": f" {DESK} "}, limit=1)
    assert (many, [row.id for row in found]) == (2, ["CG-0001.r1.2"])


def test_free_text_is_searched_and_rows_are_not_segments(filled: Case) -> None:
    with open_graph(filled) as graph:
        rows = graph.conn.execute("SELECT id FROM segment WHERE unit_kind = 'table' ORDER BY id").fetchall()
    assert [name for (name,) in rows] == ["CG-0003.r1.2", "CG-0004.r1.2"]


# --- what people do with rows: in this order, on one case -------------------------------------------------------------


def test_people_tag_judge_and_seal_rows_and_a_rebuild_says_the_same(filled: Case) -> None:
    filled.record(FindingWritten(finding="F-1", sentence="The desk called the driver."), actor=ANNA)
    anchor = anchor_of(filled, "CG-0001.r1.2")
    filled.record(SegmentTagged(segment=anchor, tag="supports", finding="F-1", reason="x"), actor=ANNA)  # type: ignore[arg-type]
    first = catch_up(filled)
    with open_graph(filled) as graph:
        tagged = queries.findings(graph)[0].tags[0]
        assert tagged.segment.id == "CG-0001.r1.2"
        assert [one.state for one in queries.decisions(graph)] == ["applied"]
        said = {one.value: one for one in queries.mentions_in(graph, "CG-0001.r1.2")}
        assert set(said) == {DESK, DRIVER}
        assert queries.entity(graph, f"phone:{DRIVER}").entity.joined == 4
        reading = sources.anchor_of(graph, said[DRIVER].id)
    assert rebuild(filled).fingerprint == first.fingerprint
    filled.record(MentionDecided(anchor=reading, verdict="reject", reason="a typing error"), actor=ANNA)
    filled.record(ClockAsserted(exhibit="CG-0003", zone="+01:00", source="the manager"), actor=ANNA)
    second = catch_up(filled)
    with open_graph(filled) as graph:
        assert queries.entity(graph, f"phone:{DRIVER}").entity.joined == 3
        called = {(one.source.value, one.kind, one.target.value): one for one in queries.relations(graph)}
        assert queries.relation(graph, called[DESK, "called", DRIVER].id).supports[0].segment == "CG-0001.r1.4"
        event = next(one for one in queries.events(graph) if one.segment == "CG-0001.r1.2")
        assert DRIVER not in {party.value for party in event.parties}
        stay = next(one for one in queries.events(graph) if one.segment == "CG-0003.r1.2")
        assert stay.time_utc == "2026-07-01T13:00:00Z"
    assert rebuild(filled).fingerprint == second.fingerprint

    sealed = Sealed(exhibit="CG-0001", seal="privileged", reason="a lawyer", segment=anchor)  # type: ignore[arg-type]
    filled.record(sealed, actor=ANNA)
    third = catch_up(filled)
    with open_graph(filled) as graph:
        with pytest.raises(NotFound):
            queries.segment(graph, "CG-0001.r1.2")
        assert "CG-0001.r1.2" not in {one.segment for one in queries.events(graph)}
        edges = {(one.source.value, one.kind, one.target.value): one for one in queries.relations(graph)}
        assert queries.relation(graph, edges[DESK, "called", DRIVER].id).supports[0].segment == "CG-0001.r1.4"
        counts = graph.conn.execute("SELECT count(*) FROM record WHERE exhibit = 'CG-0001'").fetchall()
        assert counts == [(4,)]
    assert rebuild(filled).fingerprint == third.fingerprint
    filled.record(Unsealed(exhibit="CG-0001", reason="opened", segment=anchor), actor=ANNA)  # type: ignore[arg-type]
    catch_up(filled)
    with open_graph(filled) as graph:
        assert queries.findings(graph)[0].tags[0].segment.id == "CG-0001.r1.2"


def test_a_relation_that_a_person_states_rests_on_a_row_like_on_any_segment(filled: Case) -> None:
    anchor = anchor_of(filled, "CG-0001.r1.5")
    stated = RelationAdded(
        kind="knows", source_kind="phone", source_value=DESK, target_kind="phone", target_value=DRIVER,
        supports=(anchor,), reason="a long call",  # type: ignore[arg-type]
    )  # fmt: skip
    filled.record(stated, actor=ANNA)
    mine = catch_up(filled)
    with open_graph(filled) as graph:
        (edge,) = [one for one in queries.relations(graph) if one.kind == "knows"]
        assert [one.segment for one in queries.relation(graph, edge.id).supports] == ["CG-0001.r1.5"]
    assert rebuild(filled).fingerprint == mine.fingerprint


def test_reading_again_gives_the_same_and_uses_what_is_on_the_shelf(filled: Case) -> None:
    before = catch_up(filled).fingerprint
    held = sorted(filled.shelf.recipes())
    ingest(filled, again=("CG-0001", "CG-0003"))
    assert sorted(filled.shelf.recipes()) == held
    catch_up(filled)
    with open_graph(filled) as graph:
        assert queries.segment(graph, "CG-0001.r1.3").text.startswith("Type: SMS")
    assert before
    assert verify(filled).problems == ()


def test_a_name_that_stands_in_tables_only_is_judged_by_a_row_of_each(tmp_path: Path) -> None:
    case = new_case(tmp_path / "case", title="Records", authority=AUTHORITY, hints=CaseHints(), actor=ANNA)
    case.record(TemplateRecorded(template=TEMPLATES[2], source="a letter"), actor=ANNA)
    head = "Guest;Room;From;To;Phone;Remarks\n"
    stays = {
        "one.csv": f"VARGA, Marton;12;2026-07-01 14:00:00;;{DRIVER};said he stays on\nVARGA, Marton;14;2026-07-09 14:00:00;;{DRIVER};\n",
        "two.csv": f"Marton Varga;3;2026-07-02 14:00:00;;{GUEST};\nAna Pop;3;2026-07-02 14:00:00;;;has a dog\n",
    }  # fmt: skip
    for name, text in stays.items():
        (tmp_path / name).write_text(head + text, encoding="utf-8")
    ingest(case, *(tmp_path / name for name in stays))
    catch_up(case)
    with open_graph(case) as graph:
        one, other = (
            queries.find_entity(graph, name) for name in ("person_name:varga, marton", "person_name:marton varga")
        )
        assert {one.id, other.id} == {
            side.entity.id for pair in candidates(graph).candidates for side in (pair.a, pair.b)
        }
        sides = [meant_by(graph, side.id) for side in (one, other)]
        with pytest.raises(Refused, match="none of them opens"):
            meant_by(graph, "person_name:ana pop")
    assert [[anchor.segment.ordinal for anchor in side.anchors] for side in sides] == [[3], [2]], "rows without remarks"
    act = IdentityJudged(
        sides=tuple(side.anchors for side in sides), verdict="same", makes="person", reason="one telephone"
    )
    seq = case.record(act, actor=ANNA)
    catch_up(case)
    with open_graph(case) as graph:
        (made,) = people(graph)
        assert [name.mentions for name in made.names] == [1, 1]
        assert {mention.id for mention in queries.mentions_of(graph, made.id)} == {
            name for side in sides for name in side.mentions
        }
        assert all(mention.strip.place.startswith("row") for mention in queries.mentions_of(graph, made.id))
        assert not [
            pair for pair in candidates(graph).candidates if {pair.a.entity.id, pair.b.entity.id} == {one.id, other.id}
        ]
        caught_up = graph.meta["fingerprint"], derived_fingerprint(graph.conn)
    rebuild(case)
    with open_graph(case) as graph:
        assert (graph.meta["fingerprint"], derived_fingerprint(graph.conn)) == caught_up
    case.record(ActWithdrawn(seq=seq, reason="another telephone"), actor=ANNA)
    catch_up(case)
    with open_graph(case) as graph:
        assert people(graph) == ()


# --- birth dates in tables --------------------------------------------------------------------------------------------

GUESTS = "Guest;Room;From;To;Phone;Remarks;Date of birth\n"
BORN = (
    "Pavel Dushenko;1;2026-07-01 14:00:00;2026-07-03 10:00:00;;;12/03/1979\n"
    "Pawel Dushenko;2;2026-07-05 14:00:00;2026-07-06 10:00:00;;;25/07/1985\n"
    "Irina Holm;3;2026-07-05 14:00:00;2026-07-06 10:00:00;;;1990-05-01\n"
    "Irina Hohn;3;2026-07-08 14:00:00;2026-07-09 10:00:00;;;1 May 1990\n"
)


def register_of(folder: Path, text: str) -> Case:
    case = new_case(folder / "case", title="Guests", authority=AUTHORITY, hints=CaseHints(), actor=ANNA)
    case.record(
        TemplateRecorded(template=next(one for one in TEMPLATES if one.name == "register"), source="x"), actor=ANNA
    )
    (folder / "guests.csv").write_text(text, encoding="utf-8")
    ingest(case, folder / "guests.csv")
    catch_up(case)
    return case


def born(case: Case) -> dict[frozenset[str], tuple[bool, tuple[str, ...]]]:
    with open_graph(case) as graph:
        found = candidates(graph, kind="person_name").candidates
    return {
        frozenset((one.a.entity.label, one.b.entity.label)): (
            one.apart, tuple(place for ground in (*one.supports, *one.contradicts) if ground.kind == "birth_date" for place in ground.segments)
        )
        for one in found
    }  # fmt: skip


def test_birth_dates_in_a_column_of_a_register_stand_beside_the_guests(tmp_path: Path) -> None:
    case = register_of(tmp_path, GUESTS + BORN)
    found = born(case)
    assert found[frozenset(("Pavel Dushenko", "Pawel Dushenko"))] == (True, ("CG-0001.r1.2", "CG-0001.r1.3"))
    assert found[frozenset(("Irina Holm", "Irina Hohn"))] == (False, ("CG-0001.r1.4", "CG-0001.r1.5"))
    anchor = anchor_of(case, "CG-0001.r1.3")
    case.record(Sealed(exhibit="CG-0001", seal="privileged", reason="x", segment=anchor), actor=ANNA)  # type: ignore[arg-type]
    catch_up(case)
    assert frozenset(("Pavel Dushenko", "Pawel Dushenko")) not in born(case)


def test_a_date_that_could_be_two_is_no_birth_date(tmp_path: Path) -> None:
    case = register_of(tmp_path, GUESTS + BORN.replace("25/07/1985", "05/07/1985"))
    assert born(case)[frozenset(("Pavel Dushenko", "Pawel Dushenko"))] == (False, ())
