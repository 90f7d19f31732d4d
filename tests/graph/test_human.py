"""What people decide outlives rebuilds and engines, leaves no orphan, and can be taken back."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest
from small_cases import (
    CALL_LINE,
    EMAIL,
    EMAIL_LINE,
    FORM_LINE,
    IBAN,
    OCR,
    PHONE,
    SLIP_LINE,
    Bench,
    Line,
    Says,
    anchor,
    mention_anchor,
    where,
)  # fmt: skip

from evidence.acts import (
    ActWithdrawn,
    CategorySet,
    FindingWritten,
    MentionAdded,
    MentionAnchor,
    RelationAdded,
    SegmentAnchor,
    SegmentTagged,
    TextCorrected,
    UnderminingScheduled,
)  # fmt: skip
from evidence.errors import NotFound
from evidence.locator import TimePlace
from graph import queries
from graph.project import Graph, catch_up, open_graph, rebuild
from graph.search import search

FORM_PHONE = FORM_LINE.says[0]
NEW_OCR = msgspec.structs.replace(OCR, version="6.0")


def both(bench: Bench) -> None:
    """Catch up, and see that a rebuild says the same."""
    assert catch_up(bench.case).fingerprint == rebuild(bench.case).fingerprint


def phone(graph: Graph) -> tuple[int, int, str]:
    found = queries.find_entity(graph, PHONE.value)
    return found.joined, found.candidates, found.status


def test_a_confirmed_candidate_joins_the_entity_of_its_value(projected: Bench) -> None:
    projected.decide(mention_anchor("CG-0002", FORM_LINE, FORM_PHONE), "confirm")
    both(projected)
    with open_graph(projected.case) as graph:
        assert phone(graph) == (2, 1, "established")
        (mention,) = queries.mentions_in(graph, where("CG-0002", FORM_LINE))
        assert (mention.review, mention.reviewer, mention.status) == ("reading_confirmed", "anna", "established")
        assert (mention.strip.review, mention.strip.engine) == ("reading_confirmed", "tesseract")


def test_a_draft_of_speech_gives_candidates_only(projected: Bench) -> None:
    with open_graph(projected.case) as graph:
        assert [made.status for made in queries.mentions_in(graph, where("CG-0003", CALL_LINE))] == ["candidate"]


def test_an_unverified_value_stays_so_when_its_reading_is_confirmed(bench: Bench) -> None:
    odd = Says("iban", "GB00 WRONG", "GB00WRONG", "unverified")
    line = Line("Account GB00 WRONG", (odd,))
    number = bench.exhibit(line)
    bench.decide(mention_anchor(number, line, odd), "confirm")
    with open_graph(bench.case) as graph:
        assert queries.find_entity(graph, "iban:GB00WRONG").status == "unverified"


def test_a_rejected_mention_leaves_the_graph_and_stays_in_the_record(projected: Bench) -> None:
    sender = mention_anchor("CG-0001", EMAIL_LINE, EMAIL)
    projected.decide(sender, "reject")
    both(projected)
    with open_graph(projected.case) as graph:
        kinds = {relation.kind for relation in queries.relations(graph)}
        assert "emailed" not in kinds
        assert "signs_with" not in kinds
        assert [gone.quote for gone in queries.rejected(graph)] == [EMAIL.quote]
        assert queries.find_entity(graph, EMAIL.quote).exhibits == ("CG-0004",)
        assert [party.role for party in queries.events(graph)[0].parties] == ["to"]
        with pytest.raises(NotFound, match="was rejected"):
            queries.mention(graph, queries.rejected(graph)[0].id)


def test_a_corrected_value_moves_the_mention_and_what_rests_on_it(projected: Bench) -> None:
    projected.decide(mention_anchor("CG-0001", EMAIL_LINE, PHONE), "correct", value="+442079460199")
    both(projected)
    with open_graph(projected.case) as graph:
        assert phone(graph) == (0, 2, "candidate")
        (signed,) = queries.relations(graph, family="stated")
        assert signed.target.value == "+442079460199"
        (mention,) = queries.mentions_of(graph, signed.target.id)
        assert (mention.value_machine, mention.review) == (PHONE.value, "corrected")


def test_attributing_says_so_and_joins_nothing(lodge: Bench) -> None:
    lodge.decide(mention_anchor("CG-0002", FORM_LINE, FORM_PHONE), "attribute")
    with open_graph(lodge.case) as graph:
        assert phone(graph) == (1, 2, "established")
        assert queries.mentions_in(graph, where("CG-0002", FORM_LINE))[0].review == "attributed"


def test_the_latest_decision_wins_until_it_is_withdrawn(lodge: Bench) -> None:
    about = mention_anchor("CG-0002", FORM_LINE, FORM_PHONE)
    lodge.decide(about, "confirm")
    last = lodge.decide(about, "reject")
    catch_up(lodge.case)
    with open_graph(lodge.case) as graph:
        assert [line.state for line in queries.decisions(graph)] == ["superseded", "applied"]
        assert len(queries.rejected(graph)) == 1
    taken_back = lodge.record(ActWithdrawn(seq=last, reason="wrong one"))
    both(lodge)
    with open_graph(lodge.case) as graph:
        assert [line.state for line in queries.decisions(graph)] == ["applied", "withdrawn"]
        assert phone(graph)[0] == 2
    lodge.record(ActWithdrawn(seq=taken_back, reason="right after all"))
    both(lodge)
    with open_graph(lodge.case) as graph:
        assert len(queries.rejected(graph)) == 1


def test_a_mention_that_the_machine_missed_is_a_persons_assessment(lodge: Bench) -> None:
    start = CALL_LINE.text.index("Márton")
    added = MentionAnchor(
        segment=anchor("CG-0003", CALL_LINE), kind="person_name", start=start, end=start + 6, quote="Márton",
        value="marton",
    )  # fmt: skip
    lodge.record(MentionAdded(anchor=added, reason="heard it"))
    both(lodge)
    with open_graph(lodge.case) as graph:
        (mention,) = queries.entity(graph, "Marton").mentions
        assert (mention.origin, mention.basis, mention.review) == ("human", "personal_assessment", "reading_confirmed")
        assert queries.find_entity(graph, "Márton").label == "Márton"


def test_a_correction_is_a_layer_that_is_searched_too(lodge: Bench) -> None:
    start = FORM_LINE.text.index("form")
    change = TextCorrected(
        segment=anchor("CG-0002", FORM_LINE), start=start, end=start + 4, quote="form", text="farm", reason="looked"
    )
    seq = lodge.record(change)
    both(lodge)
    with open_graph(lodge.case) as graph:
        (hit,) = search(graph, '"registration farm"').hits
        assert hit.text == FORM_LINE.text
        assert hit.snippet.startswith("as corrected: «Registration farm»")
        assert search(graph, '"registration form"').total == 1
        assert queries.segment(graph, hit.segment).corrections[0].text == "farm"
    lodge.record(ActWithdrawn(seq=seq, reason="no"))
    catch_up(lodge.case)
    with open_graph(lodge.case) as graph:
        assert search(graph, "farm").total == 0


def test_the_later_of_two_corrections_of_the_same_words_stands(lodge: Bench) -> None:
    for text in ("farm", "firm"):
        lodge.record(
            TextCorrected(
                segment=anchor("CG-0002", FORM_LINE), start=13, end=17, quote="form", text=text, reason="looked"
            )
        )
    both(lodge)
    with open_graph(lodge.case) as graph:
        assert [made.text for made in queries.corrections(graph)] == ["firm"]


def stated(*supports: SegmentAnchor) -> RelationAdded:
    return RelationAdded(
        kind="pays", source_kind="email", source_value=EMAIL.quote, target_kind="iban", target_value=IBAN.value,
        supports=supports, reason="the payslip says so",
    )  # fmt: skip


def test_a_stated_relation_stands_on_its_segments(lodge: Bench) -> None:
    seq = lodge.record(stated(anchor("CG-0004", SLIP_LINE)))
    both(lodge)
    with open_graph(lodge.case) as graph:
        (made,) = [relation for relation in queries.relations(graph) if relation.kind == "pays"]
        assert (made.family, made.origin, made.basis, made.review) == (
            "stated", "human", "personal_assessment", "attributed",
        )  # fmt: skip
        assert queries.relation(graph, made.id).supports[0].text == SLIP_LINE.text
    lodge.record(ActWithdrawn(seq=seq, reason="no"))
    both(lodge)
    with open_graph(lodge.case) as graph:
        assert "pays" not in {relation.kind for relation in queries.relations(graph)}


def test_a_stated_relation_without_support_or_end_is_listed_not_drawn(lodge: Bench) -> None:
    nowhere = msgspec.structs.replace(anchor("CG-0004", SLIP_LINE), unit=9, unit_kind="minute", opening="gone")
    nowhere = msgspec.structs.replace(nowhere, place=TimePlace(start_ms=0, end_ms=1))
    lodge.record(stated(nowhere))
    lodge.decide(mention_anchor("CG-0004", SLIP_LINE, IBAN), "reject")
    lodge.record(stated(anchor("CG-0004", SLIP_LINE)))
    both(lodge)
    with open_graph(lodge.case) as graph:
        assert "pays" not in {relation.kind for relation in queries.relations(graph)}
        assert [line.op for line in queries.unanchored(graph)] == ["relation.added", "relation.added"]


def test_findings_show_what_is_tagged_to_them(lodge: Bench) -> None:
    lodge.record(FindingWritten(finding="F-1", sentence="North Quay paid."))
    lodge.record(SegmentTagged(segment=anchor("CG-0004", SLIP_LINE), tag="supports", finding="F-1"))
    lodge.record(SegmentTagged(segment=anchor("CG-0001", EMAIL_LINE), tag="supports", finding="F-1"))
    lodge.record(SegmentTagged(segment=anchor("CG-0001", EMAIL_LINE), tag="undermines", finding="F-1"))
    lodge.record(UnderminingScheduled(segment=anchor("CG-0001", EMAIL_LINE), reason="not used"))
    both(lodge)
    with open_graph(lodge.case) as graph:
        (finding,) = queries.findings(graph)
        assert [(tag.tag, tag.segment.exhibit, tag.scheduled) for tag in finding.tags] == [
            ("supports", "CG-0004", False), ("undermines", "CG-0001", True),
        ]  # fmt: skip
        assert [mention.quote for mention in finding.tags[0].mentions] == [IBAN.quote, EMAIL.quote]


def test_a_category_shows_only_beside_its_entity(lodge: Bench) -> None:
    for value in (EMAIL.quote, "nobody@nowhere.example"):
        lodge.record(CategorySet(entity_kind="email", entity_value=value, category="witness", reason="statement"))
    both(lodge)
    with open_graph(lodge.case) as graph:
        assert [line.category for line in queries.entity(graph, EMAIL.quote).categories] == ["witness"]
        assert graph.conn.execute("SELECT count(*) FROM category").fetchone() == (1,)


# --- another engine -------------------------------------------------------------------------------------------------


def test_decisions_follow_their_mention_to_where_a_new_engine_reads_it(lodge: Bench) -> None:
    lodge.decide(mention_anchor("CG-0002", FORM_LINE, FORM_PHONE), "confirm")
    moved = Says("phone", "020 79460142", "+442079460142", "candidate")
    reread = Line("Registration form, contact: 020 79460142 - room 7", (moved,), source="ocr")
    lodge.read("CG-0002", [reread], engine=NEW_OCR)
    both(lodge)
    with open_graph(lodge.case) as graph:
        (line,) = queries.decisions(graph)
        assert (line.state, line.how) == ("applied", "same value")
        (mention,) = queries.mentions_in(graph, where("CG-0002", reread))
        assert (mention.quote, mention.review, mention.status) == (moved.quote, "reading_confirmed", "established")
        assert mention.strip.version == "6.0"


def test_a_confirmation_does_not_carry_over_to_a_value_nobody_saw(lodge: Bench) -> None:
    lodge.decide(mention_anchor("CG-0002", FORM_LINE, FORM_PHONE), "confirm")
    elsewhere = Says("phone", FORM_PHONE.quote, "+33207946014", "candidate")
    lodge.read("CG-0002", [replace(FORM_LINE, text=FORM_LINE.text + "!", says=(elsewhere,))], engine=NEW_OCR)
    both(lodge)
    with open_graph(lodge.case) as graph:
        assert [line.verdict for line in queries.unanchored(graph)] == ["confirm"]
        assert queries.find_entity(graph, elsewhere.value).status == "candidate"


def test_decisions_that_no_longer_match_are_listed_for_review(lodge: Bench) -> None:
    lodge.decide(mention_anchor("CG-0002", FORM_LINE, FORM_PHONE), "confirm")
    lodge.read("CG-0002", [Line("Registration form room 7", source="ocr")], engine=NEW_OCR)
    both(lodge)
    with open_graph(lodge.case) as graph:
        (line,) = queries.unanchored(graph)
        assert (line.quote, line.verdict, line.exhibit) == (FORM_PHONE.quote, "confirm", "CG-0002")
        assert phone(graph)[0] == 1


def test_a_decision_goes_to_the_nearest_of_several(bench: Bench) -> None:
    twice = Says("phone", "020 7946 0142", "+442079460142", nth=1)
    line = Line("020 7946 0142 or else 020 7946 0142", (PHONE, twice))
    number = bench.exhibit(line)
    bench.decide(mention_anchor(number, line, twice), "reject")
    reread = Line("Tel. 020 7946 0142 or else 020 7946 0142", (PHONE, twice))
    bench.read(number, [reread], engine=NEW_OCR)
    both(bench)
    with open_graph(bench.case) as graph:
        assert [made.start for made in queries.mentions_in(graph, where(number, reread))] == [5]


def test_speech_that_slips_over_a_minutes_edge_keeps_its_decision(bench: Bench) -> None:
    before = Line("ring 020 7946 0142", (PHONE,), source="speech", unit_kind="minute",
                  place=TimePlace(start_ms=58_000, end_ms=59_900))  # fmt: skip
    number = bench.exhibit(before)
    bench.decide(mention_anchor(number, before, PHONE), "confirm")
    slipped = Line("ring 020 7946 0142", (PHONE,), source="speech", unit_kind="minute", unit=2,
                   place=TimePlace(start_ms=60_100, end_ms=61_500))  # fmt: skip
    bench.read(number, [slipped], engine=NEW_OCR)
    both(bench)
    with open_graph(bench.case) as graph:
        assert [line.state for line in queries.decisions(graph)] == ["applied"]


def test_an_added_mention_follows_its_quote(lodge: Bench) -> None:
    start = FORM_LINE.text.index("room 7")
    added = MentionAnchor(
        segment=anchor("CG-0002", FORM_LINE), kind="place", start=start, end=start + 6, quote="room 7", value="room 7"
    )
    lodge.record(MentionAdded(anchor=added, reason="seen"))
    reread = Line("In room 7: registration form", source="ocr")
    lodge.read("CG-0002", [reread], engine=NEW_OCR)
    both(lodge)
    with open_graph(lodge.case) as graph:
        (mention,) = queries.mentions_in(graph, where("CG-0002", reread))
        assert (mention.start, mention.quote) == (3, "room 7")
    lodge.read("CG-0002", [Line("nothing of the sort", source="ocr")], engine=msgspec.structs.replace(OCR, version="7"))
    both(lodge)
    with open_graph(lodge.case) as graph:
        assert [line.op for line in queries.unanchored(graph)] == ["mention.added"]


def test_tags_follow_their_segment_to_its_new_place_in_the_unit(bench: Bench) -> None:
    one, other = Line("A heading", unit=1), Line("The rooms were locked at night", unit=1)
    number = bench.exhibit(one, other)
    bench.record(SegmentTagged(segment=anchor(number, other, ordinal=2), tag="supports", finding="F-1"))
    bench.read(number, [other, one], engine=NEW_OCR)
    both(bench)
    with open_graph(bench.case) as graph:
        (tag,) = queries.tags(graph)
        assert queries.segment(graph, tag.segment).text == other.text
