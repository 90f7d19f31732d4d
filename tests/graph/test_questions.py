"""Typed queries: exhibits, entities, mentions, their sources, what to review, and how things are connected."""

from __future__ import annotations

import random
from pathlib import Path

import msgspec
import networkx as nx
import pytest
from question_cases import records_case
from small_cases import (
    CALL_LINE,
    EMAIL,
    EMAIL_LINE,
    FORM_LINE,
    IBAN,
    PHONE,
    SLIP_LINE,
    Bench,
    Line,
    Says,
    anchor,
    mention_anchor,
    where,
)  # fmt: skip
from test_records_graph import DESK, DRIVER, FILES, TEMPLATES

from evidence.acts import ExhibitReceived, ExtractionRecorded, FindingWritten, LostUnit, SegmentTagged
from evidence.digest import EMPTY_SHA256
from evidence.errors import NotFound, UsageError
from evidence.locator import Box, PagePlace
from evidence.records import Exhibit, ExhibitNumber
from graph import analysis, queries, sources
from graph.analysis import communities, path
from graph.connected import Ways
from graph.project import catch_up, open_graph
from graph.review import review_counts, review_queue


def test_status_adds_up_and_has_the_keys_that_are_promised(lodge: Bench) -> None:
    empty = lodge.receive()
    lodge.record(ExtractionRecorded(exhibit=empty, media_type="text/plain", outcome="blank", units={"blank": 1}))
    lodge.record(
        ExhibitReceived(
            exhibit=Exhibit(
                number=ExhibitNumber("CG-0006"), sha256=EMPTY_SHA256, size_bytes=0, name="locked", name_bytes_hex="00",
                authority="W-1", custodian="",
            ),
            unreadable="permission denied",
        )
    )  # fmt: skip
    catch_up(lodge.case)
    with open_graph(lodge.case) as graph:
        made = msgspec.to_builtins(queries.status(graph))
        assert graph.conn.execute("SELECT outcome, reason FROM exhibit WHERE number = 'CG-0006'").fetchone() == (
            "failed", "permission denied",
        )  # fmt: skip
    assert made["received"] == sum(made[name] for name in ("read", "blank", "no_text", "skipped", "failed")) == 6
    assert made["of_read"] == {"doubtful": 0, "partial": 0, "draft": 1}
    assert made["names_not_looked_for"] == 4
    assert {"number", "name", "sha256", "media_type", "outcome", "reason"} <= set(made["exhibits"][0])
    assert set(made["graph"]) == {"segments", "mentions", "entities", "relations", "behind", "fingerprint"}
    assert made["graph"]["behind"] == 0


def test_an_exhibit_shows_its_units_its_text_and_the_units_that_were_lost(bench: Bench) -> None:
    number = bench.exhibit(SLIP_LINE)
    child = bench.exhibit(FORM_LINE, parent=number)
    last = next(event.act for event in bench.case.custody.events() if isinstance(event.act, ExtractionRecorded))
    lost = LostUnit(kind="page", number=2, reason="its reader was stopped")
    bench.record(msgspec.structs.replace(last, lost=(lost,), units={"read": 1, "failed": 1}))
    catch_up(bench.case)
    with open_graph(bench.case) as graph:
        found = queries.exhibit(graph, number.lower())
        with pytest.raises(NotFound):
            queries.exhibit(graph, "CG-0999")
    assert [(unit.unit, unit.outcome, unit.reason) for unit in found.units] == [
        (1, "read", ""), (2, "failed", "its reader was stopped"),
    ]  # fmt: skip
    assert (found.children, found.exhibit.units) == ((child,), {"read": 1, "failed": 1})
    assert [stamp.name for stamp in found.stamps] == ["text", "patterns"]


@pytest.mark.parametrize("name", ["phone:+442079460142", "+442079460142", "020 7946 0142", "+44 20 7946 0142",
                                  "(020) 7946-0142", "phone:020 7946 0142"])  # fmt: skip
def test_an_entity_is_found_however_it_is_written(projected: Bench, name: str) -> None:
    with open_graph(projected.case) as graph:
        found = queries.find_entity(graph, name)
        assert found.value == PHONE.value
        assert queries.find_entity(graph, found.id[:10]) == found


def test_an_unclear_or_unknown_name_says_what_to_do(lodge: Bench) -> None:
    lodge.exhibit(Line("x north y", (Says("place", "north", "north"), Says("organisation", "north", "north"))))
    with open_graph(lodge.case) as graph:
        with pytest.raises(UsageError, match="organisation:north, place:north"):
            queries.find_entity(graph, "north")
        assert queries.find_entity(graph, "place:north").kind == "place"
        for unknown in ("e-ffffffff", "nobody", "phone:999"):
            with pytest.raises(NotFound):
                queries.find_entity(graph, unknown)
        with pytest.raises(UsageError, match="too short"):
            queries.find_entity(graph, "e-ff")


def test_entities_are_listed_by_kind_status_and_words(projected: Bench) -> None:
    with open_graph(projected.case) as graph:
        assert next(made.value for made in queries.entities(graph)) == PHONE.value
        assert [made.kind for made in queries.entities(graph, kind="iban")] == ["iban"]
        assert [made.value for made in queries.entities(graph, query="7946 0142")] == [PHONE.value]
        assert [made.value for made in queries.entities(graph, query="NORTHQUAY")] == [EMAIL.quote]
        assert len(queries.entities(graph, min_mentions=2)) == 2
        assert len(queries.entities(graph, limit=1)) == 1
        assert queries.entities(graph, status="candidate") == ()


def test_a_mention_is_found_by_the_beginning_of_its_id(projected: Bench) -> None:
    with open_graph(projected.case) as graph:
        (mention,) = queries.mentions_in(graph, where("CG-0002", FORM_LINE))
        assert queries.mention(graph, mention.id[:8]) == queries.mention(graph, mention.id[2:]) == mention
        with pytest.raises(UsageError, match="too short"):
            queries.mention(graph, mention.id[:5])
        with pytest.raises(NotFound, match="no mention m-000000"):
            queries.mention(graph, "m-000000")
        with pytest.raises(NotFound):
            queries.mention(graph, "zzz")


def test_a_strip_says_who_read_it_where_and_how_surely(projected: Bench) -> None:
    with open_graph(projected.case) as graph:
        strips = {mention.exhibit: mention.strip for mention in queries.entity(graph, PHONE.value).mentions}
    assert (strips["CG-0002"].engine, strips["CG-0002"].version, strips["CG-0002"].place) == (
        "tesseract",
        "5.3",
        "p. 1",
    )
    assert (strips["CG-0003"].engine, strips["CG-0003"].draft, strips["CG-0003"].place) == (
        "pocketsphinx",
        True,
        "00:00.0",
    )
    assert (strips["CG-0001"].engine, strips["CG-0001"].score, strips["CG-0001"].review) == ("text", -1, "unreviewed")


def test_a_mention_is_boxed_on_its_page_and_timed_in_its_recording(projected: Bench) -> None:
    with open_graph(projected.case) as graph:
        (form,) = queries.mentions_in(graph, where("CG-0002", FORM_LINE))
        (call,) = queries.mentions_in(graph, where("CG-0003", CALL_LINE))
        spot = sources.boxes_of(graph, form.id)
        assert spot.boxes == (Box(190, 20, 50, 12), Box(250, 20, 50, 12), Box(310, 20, 50, 12))
        assert (spot.page, spot.width_px, spot.height_px, spot.word_scores) == (1, 1000, 1400, (803, 804, 805))
        assert (sources.boxes_of(graph, call.id).start_ms, sources.boxes_of(graph, call.id).end_ms) == (600, 3850)
        mail = queries.mentions_in(graph, where("CG-0001", EMAIL_LINE))[0]
        assert sources.boxes_of(graph, mail.id).boxes == ()


def test_an_anchor_made_from_the_graph_decides_about_that_mention(projected: Bench) -> None:
    with open_graph(projected.case) as graph:
        (form,) = queries.mentions_in(graph, where("CG-0002", FORM_LINE))
        made = sources.anchor_of(graph, form.id)
        added = sources.new_mention_anchor(graph, where("CG-0002", FORM_LINE), kind="place", quote="room 7")
        with pytest.raises(UsageError, match="does not say"):
            sources.new_mention_anchor(graph, where("CG-0002", FORM_LINE), kind="place", quote="room 8")
    assert len(made.boxes) == 3
    assert msgspec.structs.replace(made, boxes=()) == mention_anchor("CG-0002", FORM_LINE, FORM_LINE.says[0])
    assert isinstance(added.segment.place, PagePlace)
    projected.decide(made, "confirm")
    catch_up(projected.case)
    with open_graph(projected.case) as graph:
        assert queries.mention(graph, form.id).review == "reading_confirmed"


def test_review_starts_with_what_findings_cite_then_candidates_then_a_fair_sample(lodge: Bench) -> None:
    lodge.record(FindingWritten(finding="F-1", sentence="s"))
    lodge.record(SegmentTagged(segment=anchor("CG-0004", SLIP_LINE), tag="supports", finding="F-1"))
    lodge.decide(mention_anchor("CG-0001", EMAIL_LINE, PHONE), "confirm")
    catch_up(lodge.case)
    with open_graph(lodge.case) as graph:
        queue = review_queue(graph)
        assert {made.exhibit for made in queue[:2]} == {"CG-0004"}
        assert [made.status for made in queue[2:4]] == ["candidate", "candidate"]
        assert len(queue) == 6
        assert review_queue(graph, seed=0) == queue
        assert [made.kind for made in review_queue(graph, kind="iban")] == ["iban"]
        assert review_counts(graph).reading_confirmed == 1


def test_events_stand_in_the_order_of_their_time(projected: Bench) -> None:
    with open_graph(projected.case) as graph:
        (event,) = queries.events(graph)
    assert (event.time_utc, event.zone, event.strip.place) == ("2026-03-02T09:00:00Z", "", "msg 1, body")
    assert [(party.role, party.value) for party in event.parties] == [
        ("from", EMAIL.quote),
        ("to", "m.kovacs@lodge.example"),
    ]


# --- how things are connected ----------------------------------------------------------------------------------------


def test_a_path_opens_at_the_evidence_of_each_edge(projected: Bench) -> None:
    with open_graph(projected.case) as graph:
        found = path(graph, "m.kovacs@lodge.example", "020 7946 0142")
        assert [[step.target.value for step in way.steps] for way in found.paths] == [[EMAIL.quote, PHONE.value]]
        edges = [step.edges[0] for step in found.paths[0].steps]
        assert [edge.relation.kind for edge in edges] == ["emailed", "signs_with"]
        assert edges[0].supports[0].text == EMAIL_LINE.text


def test_being_named_together_is_no_contact_unless_asked_for(projected: Bench) -> None:
    with open_graph(projected.case) as graph:
        assert path(graph, IBAN.value, PHONE.value).paths == ()
        named = path(graph, IBAN.value, PHONE.value, co_mention=True)
        assert len(named.paths[0].steps) == 2
        assert path(graph, EMAIL.quote, PHONE.value, verified_only=True).paths == ()


def test_confirmed_edges_alone_make_a_verified_path(lodge: Bench) -> None:
    for says in EMAIL_LINE.says:
        lodge.decide(mention_anchor("CG-0001", EMAIL_LINE, says), "confirm")
    catch_up(lodge.case)
    with open_graph(lodge.case) as graph:
        assert len(path(graph, "m.kovacs@lodge.example", PHONE.value, verified_only=True).paths) == 1


def calls(*pairs: tuple[str, str], kind: str = "email") -> list[Line]:
    return [
        Line(f"{one} {other}", (Says(kind, one), Says(kind, other)), relations=(("called", kind, one, kind, other),))
        for one, other in pairs
    ]


def test_names_and_hubs_are_ends_of_a_path_and_never_steps(bench: Bench) -> None:
    through_a_name = Line(
        "a@x.example Smith b@x.example", (Says("email", "a@x.example"), Says("person_name", "Smith"),
        Says("email", "b@x.example")), relations=(
            ("signs_with", "email", "a@x.example", "person_name", "Smith"),
            ("signs_with", "email", "b@x.example", "person_name", "Smith"),
        ),
    )  # fmt: skip
    bench.exhibit(through_a_name)
    hub = [("taxi@x.example", f"c{place}@x.example") for place in range(205)]
    bench.exhibit(*calls(*hub))
    catch_up(bench.case)
    with open_graph(bench.case) as graph:
        assert path(graph, "a@x.example", "b@x.example").paths == ()
        assert len(path(graph, "a@x.example", "Smith").paths) == 1
        assert path(graph, "c1@x.example", "c2@x.example").paths == ()
        assert len(path(graph, "taxi@x.example", "c2@x.example").paths) == 1


def test_the_shortest_paths_come_first_and_ties_stand_in_one_order(bench: Bench) -> None:
    edges = [("a", "b"), ("b", "z"), ("a", "c"), ("c", "z"), ("a", "d"), ("d", "e"), ("e", "z")]
    bench.exhibit(*calls(*((f"{one}@x.example", f"{other}@x.example") for one, other in edges)))
    catch_up(bench.case)
    with open_graph(bench.case) as graph:
        found = path(graph, "a@x.example", "z@x.example", k=3)
        assert [len(way.steps) for way in found.paths] == [2, 2, 3]
        assert found == path(graph, "a@x.example", "z@x.example", k=3)
        with pytest.raises(UsageError, match="one entity"):
            path(graph, "a@x.example", "a@x.example")


def test_communities_are_the_same_every_time(bench: Bench) -> None:
    one = [(f"a{i}", f"a{j}") for i in range(4) for j in range(i)]
    other = [(f"b{i}", f"b{j}") for i in range(5) for j in range(i)]
    pairs = [*one, *other, ("a0", "b0")]
    bench.exhibit(*calls(*((f"{one}@x.example", f"{two}@x.example") for one, two in pairs)))
    catch_up(bench.case)
    with open_graph(bench.case) as graph:
        found = communities(graph)
        assert [len(made.members) for made in found] == [5, 4]
        assert found == communities(graph)
        assert {member.value[0] for member in found[0].members} == {"b"}


def test_a_group_says_what_holds_it_together_and_what_bridges_it_to_another(bench: Bench) -> None:
    one = [(f"a{i}", f"a{j}") for i in range(4) for j in range(i)]
    other = [(f"b{i}", f"b{j}") for i in range(5) for j in range(i)]
    pairs = [*one, ("a0", "a1"), ("a0", "a1"), *other, ("a0", "b0")]
    bench.exhibit(*calls(*((f"{one}@x.example", f"{two}@x.example") for one, two in pairs)))
    catch_up(bench.case)
    with open_graph(bench.case) as graph:
        larger, smaller = communities(graph)
    assert {smaller.holds[0].one.value, smaller.holds[0].other.value} == {"a0@x.example", "a1@x.example"}
    assert smaller.holds[0].supports == 3
    assert smaller.holds[0].relations
    assert len(larger.holds) == 5
    (bridge,) = larger.bridges
    assert (bridge.one.value, bridge.other.value) == ("b0@x.example", "a0@x.example")
    assert (smaller.bridges_found, smaller.bridges[0].one.value) == (1, "a0@x.example")


def mails(*pairs: str) -> list[Line]:
    """Return calls between accounts that are called by letters: `ab` is from a to b."""
    return calls(*((f"{pair[0]}@x.example", f"{pair[1]}@x.example") for pair in pairs))


def lengths(found: Ways) -> list[int]:
    return [len(way.steps) for way in found.paths]


def test_the_next_shortest_way_is_found_however_much_longer_it_is(bench: Bench) -> None:
    bench.exhibit(*mails("ab", "bc", "cd", "de", "ef", "fa"))
    catch_up(bench.case)
    with open_graph(bench.case) as graph:
        found = path(graph, "a@x.example", "b@x.example")
        first = path(graph, "a@x.example", "b@x.example", k=1)
        with pytest.raises(UsageError, match="0 ways"):
            path(graph, "a@x.example", "b@x.example", k=0)
    assert (lengths(found), found.notes) == ([1, 5], ())
    assert lengths(first) == [1]
    assert first.notes[0].startswith("More ways of at most 6 steps")


@pytest.mark.parametrize("seed", range(5))
def test_the_ways_are_those_of_every_simple_path_up_to_six_steps(bench: Bench, seed: int) -> None:
    chance = random.Random(seed)
    letters = "abcdefghij"
    pairs = sorted({"".join(sorted(chance.sample(letters, 2))) for _ in range(16)})
    bench.exhibit(*mails(*pairs))
    catch_up(bench.case)
    drawn: nx.Graph[str] = nx.Graph()
    drawn.add_edges_from((pair[0], pair[1]) for pair in pairs)
    known = sorted(drawn)
    with open_graph(bench.case) as graph:
        for a, b in ((known[0], known[-1]), (known[1], known[2])):
            every = sorted(len(way) - 1 for way in nx.all_simple_paths(drawn, a, b, cutoff=6))
            found = path(graph, f"{a}@x.example", f"{b}@x.example", k=20)
            assert lengths(found) == every[:20]
            assert bool(found.notes) == (len(every) > 20)


def test_where_too_much_lies_between_the_complete_length_is_said(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.exhibit(*mails("ab", "ac", "ad", "ae", "bf", "bg", "bh", "cf"))
    catch_up(bench.case)
    monkeypatch.setattr(analysis, "MOST_BETWEEN", 3)
    with open_graph(bench.case) as graph:
        found = path(graph, "a@x.example", "b@x.example")
    assert lengths(found) == [1]
    assert found.notes[0].startswith("Ways are complete up to a length of 1;")


def test_no_way_names_the_hub_that_stood_in_it(bench: Bench) -> None:
    star = [("taxi@x.example", f"c{place}@x.example") for place in range(205)]
    bench.exhibit(*calls(*star, ("c1@x.example", "d1@x.example"), ("e1@x.example", "e2@x.example")))
    catch_up(bench.case)
    with open_graph(bench.case) as graph:
        through = path(graph, "d1@x.example", "c2@x.example")
        apart = path(graph, "d1@x.example", "e1@x.example")
        nothing = path(graph, "e1@x.example", "taxi@x.example")
    rule = "Things related to more than 200 others are never steps between."
    hub = "email taxi@x.example (related to 205 others)"
    assert (through.paths, through.notes) == ((), (f"A way would lead through {hub}. {rule}",))
    assert apart.notes == (f"Ways end from A at {hub}. {rule}",)
    assert nothing.notes == ()


def test_what_rows_of_tables_say_is_never_verified_and_that_is_said(tmp_path: Path) -> None:
    case = records_case(tmp_path, TEMPLATES, FILES)
    with open_graph(case) as graph:
        found = path(graph, DESK, DRIVER, verified_only=True)
        assert path(graph, DESK, DRIVER).paths
    assert found.paths == ()
    assert "rows of tables of records alone" in found.definition
    assert found.notes[0].startswith("8 edges rest on rows of tables of records alone")


def test_groups_say_their_definition_and_count_what_is_too_small(bench: Bench) -> None:
    bench.exhibit(*mails("ab", "bc", "ca", "xy"))
    catch_up(bench.case)
    with open_graph(bench.case) as graph:
        found = communities(graph)
        pairs = communities(graph, min_size=2)
    made = msgspec.to_builtins(found)
    assert (len(made["groups"]), made["smaller"], made["alone"]) == (1, 1, 2)
    assert "fewer than 3 things are counted and not shown" in made["definition"]
    assert made["notes"] == ("1 group of fewer than 3 things, 2 things altogether, is not shown.",)
    assert (len(pairs), pairs.notes) == (2, ())
    assert "fewer than 2 things" in pairs.definition
