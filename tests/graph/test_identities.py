"""What people made of mentions: after rereads, withdrawals, seals, two writers; its relations; who is left out."""

from __future__ import annotations

from typing import Any

import pytest
from small_cases import (
    ANNA,
    BEN,
    EMAIL_LINE,
    FORM_LINE,
    IBAN,
    OCR,
    PHONE,
    Bench,
    Line,
    Says,
    anchor,
    mention_anchor,
)  # fmt: skip

from evidence.acts import ActWithdrawn, CategorySet, IdentityJudged, MentionAnchor, RelationAdded
from evidence.errors import NotFound, Refused, UsageError
from evidence.ledger import Actor
from evidence.records import made_id
from graph import analysis, candidates, identities, queries
from graph.answers import Judgement, Made
from graph.chain import read_chain
from graph.fingerprint import derived_fingerprint
from graph.identity_sides import meant_by
from graph.made import judgements, people
from graph.project import catch_up, open_graph, rebuild
from graph.questions import registry
from graph.questions.around import around
from graph.questions.asked import AroundAsked

OFFER = Line(
    "Yours sincerely, M. Varga, tel 020 7946 0142",
    (Says("person_name", "M. Varga", "m. varga"), PHONE),
    relations=(("signs_with", "person_name", "m. varga", "phone", "+442079460142"),),
)  # fmt: skip
HEADER = Line(
    "From Marton Varga at bookings@northquay.example",
    (Says("person_name", "Marton Varga", "marton varga"), Says("email", "bookings@northquay.example")),
    relations=(("stated", "person_name", "marton varga", "email", "bookings@northquay.example"),),
)  # fmt: skip
CONTRACT = Line(
    "VARGA, Marton, born 1979-06-21, signs for Northquay",
    (
        Says("person_name", "VARGA, Marton", "varga, marton"), Says("date", "1979-06-21"),
        Says("organisation", "Northquay", "northquay"),
    ),
)  # fmt: skip
GUEST = Line(
    "Guest M. Varga, born 1988-11-03, plumber",
    (Says("person_name", "M. Varga", "m. varga"), Says("date", "1988-11-03")),
)
INVOICE = Line(
    "Northquay asks for GB82 WEST 1234 5698 7654 32",
    (Says("organisation", "Northquay", "northquay"), IBAN),
    relations=(("stated", "organisation", "northquay", "iban", "GB82WEST12345698765432"),),
)  # fmt: skip


class Desk:
    """A case with the offer, the mail, the contract and a namesake's card, and someone who judges."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.offer, self.header, self.contract, self.guest = (
            bench.exhibit(line) for line in (OFFER, HEADER, CONTRACT, GUEST)
        )

    def at(self, number: str, line: Line, which: int = 0) -> MentionAnchor:
        return mention_anchor(number, line, line.says[which])

    @property
    def signed(self) -> MentionAnchor:
        return self.at(self.offer, OFFER)

    @property
    def written(self) -> MentionAnchor:
        return self.at(self.header, HEADER)

    @property
    def contracted(self) -> MentionAnchor:
        return self.at(self.contract, CONTRACT)

    @property
    def namesake(self) -> MentionAnchor:
        return self.at(self.guest, GUEST)

    def judge(self, verdict: str, *sides: MentionAnchor, makes: str = "person", actor: Actor = ANNA) -> int:
        act = IdentityJudged(
            sides=tuple((side,) for side in sides), verdict=verdict, reason=f"{verdict}, looked at it",  # type: ignore[arg-type]
            makes=makes if verdict == "same" else "",  # type: ignore[arg-type]
        )  # fmt: skip
        return self.bench.record(act, actor=actor)

    def people(self) -> tuple[Made, ...]:
        catch_up(self.bench.case)
        with open_graph(self.bench.case) as graph:
            return people(graph)

    def verdicts(self) -> dict[int, Judgement]:
        catch_up(self.bench.case)
        with open_graph(self.bench.case) as graph:
            return {one.seq: one for one in judgements(graph)}

    def same_rebuilt(self) -> bool:
        before = self.prints()
        rebuild(self.bench.case)
        return before == self.prints()

    def prints(self) -> tuple[str, str]:
        catch_up(self.bench.case)
        with open_graph(self.bench.case) as graph:
            return graph.meta["fingerprint"], derived_fingerprint(graph.conn)


@pytest.fixture
def desk(bench: Bench) -> Desk:
    return Desk(bench)


def names_in(one: Made) -> dict[str, int]:
    return {name.label: name.mentions for name in one.names}


def test_three_spellings_become_one_person_and_the_namesake_stays_out(desk: Desk) -> None:
    catch_up(desk.bench.case)
    seq = desk.judge("same", desk.signed, desk.written, desk.contracted)
    (one,) = desk.people()
    assert (one.kind, one.author, one.basis) == ("person", "anna", "personal_assessment")
    assert one.id == made_id(read_chain(desk.bench.case).payload_at(seq))
    assert names_in(one) == {"M. Varga": 1, "Marton Varga": 1, "VARGA, Marton": 1}
    (offered,) = (name for name in one.names if name.label == "M. Varga")
    assert (offered.unjudged, offered.elsewhere) == (1, 0)
    assert desk.same_rebuilt()


def test_a_mention_that_comes_later_is_not_silently_in_the_person(desk: Desk) -> None:
    desk.judge("same", desk.signed, desk.written)
    before = desk.people()[0]
    desk.bench.exhibit(OFFER, name="another.pdf")
    after = desk.people()[0]
    assert names_in(after) == names_in(before)
    assert [name.unjudged for name in after.names if name.label == "M. Varga"] == [2]


def test_a_namesake_judged_different_is_counted_and_shown_against_it(desk: Desk) -> None:
    desk.judge("same", desk.signed, desk.written)
    seq = desk.judge("different", desk.signed, desk.namesake)
    (one,) = desk.people()
    assert [each.seq for each in one.against] == [seq]
    assert [(name.elsewhere, name.unjudged) for name in one.names if name.label == "M. Varga"] == [(1, 0)]


def test_contradicting_birth_dates_are_shown(desk: Desk) -> None:
    desk.judge("same", desk.contracted, desk.namesake)
    (one,) = desk.people()
    assert [(born.date, born.segment) for born in one.birth_dates] == [
        ("1979-06-21", f"{desk.contract}.p1.1"), ("1988-11-03", f"{desk.guest}.p1.1"),
    ]  # fmt: skip


def test_a_withdrawn_verdict_makes_nothing_and_stays_on_record(desk: Desk) -> None:
    seq = desk.judge("same", desk.signed, desk.written)
    assert desk.people()
    taken = desk.bench.record(ActWithdrawn(seq=seq, reason="no"))
    assert desk.people() == ()
    assert desk.verdicts()[seq].state == "withdrawn"
    assert desk.same_rebuilt()
    desk.bench.record(ActWithdrawn(seq=taken, reason="after all"))
    assert len(desk.people()) == 1
    assert desk.same_rebuilt()


def test_a_chain_across_a_wall_is_refused_before_it_is_written(desk: Desk) -> None:
    desk.judge("same", desk.signed, desk.written)
    wall = desk.judge("different", desk.signed, desk.namesake)
    catch_up(desk.bench.case)
    act = IdentityJudged(sides=((desk.written,), (desk.namesake,)), verdict="same", makes="person", reason="x")
    with open_graph(desk.bench.case) as graph:
        refusal = identities.refusal(graph.conn, read_chain(desk.bench.case), act)
    assert refusal is not None
    assert refusal.wall == wall
    assert refusal.chain[0] == wall - 1


def test_of_two_writers_the_later_is_not_applied_and_listed(desk: Desk) -> None:
    first = desk.judge("same", desk.signed, desk.written)
    wall = desk.judge("different", desk.written, desk.contracted)
    late = desk.judge("same", desk.signed, desk.contracted, actor=BEN)
    heard = desk.verdicts()
    assert (heard[late].state, heard[late].wall, heard[late].chain) == ("refused", wall, (first, late))
    (one,) = desk.people()
    assert names_in(one) == {"M. Varga": 1, "Marton Varga": 1}
    assert late in {each.seq for each in one.against}
    with open_graph(desk.bench.case) as graph:
        states = {line.seq: line.state for line in queries.decisions(graph)}
    assert states == {first: "applied", wall: "applied", late: "refused"}
    assert desk.same_rebuilt()


def test_a_person_outlives_another_engine(desk: Desk) -> None:
    desk.judge("same", desk.signed, desk.written)
    before = desk.people()[0]
    moved = Line(
        "NQ\nYours sincerely, M. Varga, tel 020 7946 0142", OFFER.says, source="ocr", relations=OFFER.relations
    )
    desk.bench.read(desk.offer, [moved], engine=OCR)
    (after,) = desk.people()
    assert (after.id, names_in(after)) == (before.id, names_in(before))
    assert {one.how for side in after.verdicts[0].sides for one in side} == {"same value", "exact"}
    assert desk.same_rebuilt()


def test_what_a_new_reading_no_longer_says_is_listed_as_lost(desk: Desk) -> None:
    seq = desk.judge("same", desk.signed, desk.written)
    desk.bench.read(desk.offer, [Line("Nothing legible")], engine=OCR)
    assert desk.people() == ()
    heard = desk.verdicts()[seq]
    assert (heard.state, heard.lost) == ("unanchored", 1)
    assert [one.quote for side in heard.sides for one in side if one.how == "unanchored"] == ["M. Varga"]
    with open_graph(desk.bench.case) as graph:
        assert [line.seq for line in queries.unanchored(graph)] == [seq]
    assert desk.same_rebuilt()


def test_two_anchors_that_come_to_stand_on_one_mention_break_no_wall(desk: Desk) -> None:
    twice = Line(
        "M. Varga and M. Varga met",
        (Says("person_name", "M. Varga", "m. varga"), Says("person_name", "M. Varga", "m. varga", nth=1)),
    )
    number = desk.bench.exhibit(twice)
    wall = desk.judge("different", desk.at(number, twice, 0), desk.at(number, twice, 1))
    desk.bench.read(number, [Line("M. Varga met", twice.says[:1])], engine=OCR)
    assert desk.verdicts()[wall].state == "refused"
    assert desk.same_rebuilt()


def test_a_sealed_exhibit_leaves_nothing_of_itself(desk: Desk) -> None:
    desk.judge("same", desk.signed, desk.written, desk.contracted)
    alone = desk.judge("same", desk.contracted, desk.namesake)
    desk.bench.seal(desk.contract)
    (one,) = desk.people()
    assert names_in(one) == {"M. Varga": 1, "Marton Varga": 1}
    assert "sealed" in one.verdicts[0].note
    assert one.reason == one.verdicts[0].reason == ""
    assert alone not in desk.verdicts()
    with open_graph(desk.bench.case) as graph:
        for table in ("judged", "identity_member", "judgement", "decision", "entity", "relation_support"):
            held = graph.conn.execute(f"SELECT CAST(to_json(t) AS VARCHAR) FROM {table} AS t").fetchall()
            assert not any(desk.contract in row[0] or "VARGA, Marton" in row[0] for row in held), table
    assert desk.same_rebuilt()
    desk.bench.unseal(desk.contract)
    assert len(names_in(desk.people()[0])) == 3


def test_a_sealed_segment_hides_its_side_of_a_verdict(desk: Desk) -> None:
    seq = desk.judge("same", desk.signed, desk.written)
    desk.bench.seal(desk.offer, anchor(desk.offer, OFFER))
    assert desk.people() == ()
    assert seq not in desk.verdicts()
    assert desk.same_rebuilt()


def test_what_is_joined_later_keeps_the_older_id_and_leaves_a_redirect(desk: Desk) -> None:
    desk.judge("same", desk.signed, desk.written)
    desk.judge("same", desk.contracted, desk.namesake)
    older, younger = (one.id for one in desk.people())
    desk.judge("same", desk.written, desk.contracted)
    (one,) = desk.people()
    assert (one.id, one.redirects) == (older, (younger,))
    with open_graph(desk.bench.case) as graph:
        assert queries.find_entity(graph, younger).id == older
        assert queries.entity(graph, younger[:10]).made == one
    assert desk.same_rebuilt()


def test_a_category_and_a_relation_follow_what_people_made(desk: Desk) -> None:
    desk.judge("same", desk.signed, desk.written)
    desk.judge("same", desk.contracted, desk.namesake)
    older, younger = (one.id for one in desk.people())
    desk.bench.record(CategorySet(entity_kind="person", entity_value=younger, category="witness", reason="said so"))
    relation = RelationAdded(
        kind="owes", source_kind="person", source_value=younger, target_kind="phone", target_value=PHONE.value,
        supports=(anchor(desk.offer, OFFER),), reason="said so",
    )  # fmt: skip
    desk.bench.record(relation)
    catch_up(desk.bench.case)
    with open_graph(desk.bench.case) as graph:
        detail = queries.entity(graph, younger)
        assert [line.category for line in detail.categories] == ["witness"]
        assert "owes" in {edge.kind for edge in detail.relations}
    join = desk.judge("same", desk.written, desk.contracted)
    catch_up(desk.bench.case)
    with open_graph(desk.bench.case) as graph:
        detail = queries.entity(graph, older)
        assert [line.category for line in detail.categories] == ["witness"]
        assert "owes" in {edge.kind for edge in detail.relations}
    assert desk.same_rebuilt()
    desk.bench.record(ActWithdrawn(seq=join, reason="no"))
    assert desk.same_rebuilt()


# --- relations -----------------------------------------------------------------------------------------------------


def test_relations_of_its_mentions_are_the_persons_and_are_counted_once(desk: Desk) -> None:
    catch_up(desk.bench.case)
    with open_graph(desk.bench.case) as graph:
        number = queries.find_entity(graph, f"phone:{PHONE.value}").id
        (before,) = around(graph, number).neighbours
    desk.judge("same", desk.signed, desk.written)
    (one,) = desk.people()
    with open_graph(desk.bench.case) as graph:
        kinds = {
            (edge.kind, edge.target.value)
            for edge in queries.relations(graph, entity=one.id)
            if edge.family == "stated"
        }
        assert kinds == {("signs_with", PHONE.value), ("stated", "bookings@northquay.example")}
        (after,) = around(graph, number).neighbours
        bare = around(graph, "person_name:m. varga")
    assert (before.thing.kind, before.supports) == ("person_name", 1)
    assert (after.thing.entity, after.supports) == (one.id, 1)
    assert [each.thing.value for each in bare.neighbours] == [PHONE.value]
    assert desk.same_rebuilt()


def test_an_identifier_is_attributed_with_its_whole_value_and_joins_nobody(desk: Desk) -> None:
    desk.judge("same", desk.signed, desk.written)
    desk.judge("same", desk.written, desk.at(desk.offer, OFFER, 1))
    desk.judge("same", desk.namesake, desk.at(desk.offer, OFFER, 1))
    first, second = desk.people()
    assert [each.value for each in first.attributed] == [each.value for each in second.attributed] == [PHONE.value]
    with open_graph(desk.bench.case) as graph:
        edges = [edge for edge in queries.relations(graph, entity=first.id) if edge.kind == "attributed"]
        detail = queries.relation(graph, edges[0].id)
    assert (edges[0].origin, edges[0].basis, edges[0].family, edges[0].stated_by) == (
        "human", "personal_assessment", "stated", "anna",
    )  # fmt: skip
    (support,) = detail.supports
    assert support.text[support.start : support.end] == PHONE.quote
    assert desk.same_rebuilt()


def test_a_reading_that_nobody_confirmed_attributes_no_number(desk: Desk) -> None:
    form = desk.bench.exhibit(FORM_LINE, engine=OCR)
    desk.judge("same", desk.signed, desk.at(form, FORM_LINE))
    (one,) = desk.people()
    assert [(each.value, each.joined) for each in one.attributed] == [(PHONE.value, False)]
    with open_graph(desk.bench.case) as graph:
        kinds = {edge.kind for edge in queries.relations(graph, entity=one.id)}
    assert identities.ATTRIBUTED not in kinds


def test_made_things_are_steps_of_a_path_and_bare_names_are_not(desk: Desk) -> None:
    bill = desk.bench.exhibit(INVOICE)
    signed = Line(
        "M. Varga signs for Northquay", (Says("person_name", "M. Varga", "m. varga"), Says("organisation", "Northquay", "northquay")),
        relations=(("signs_for", "person_name", "m. varga", "organisation", "northquay"),),
    )  # fmt: skip
    page = desk.bench.exhibit(signed)
    catch_up(desk.bench.case)
    ends = ("bookings@northquay.example", IBAN.value)
    with open_graph(desk.bench.case) as graph:
        assert analysis.path(graph, *ends).paths == ()
    desk.judge("same", desk.at(page, signed), desk.written, desk.signed)
    desk.judge(
        "same",
        desk.at(bill, INVOICE),
        desk.at(page, signed, 1),
        desk.at(desk.contract, CONTRACT, 2),
        makes="organisation",
    )
    person, firm = desk.people()
    with open_graph(desk.bench.case) as graph:
        (way,) = analysis.path(graph, *ends).paths
        assert [step.target.id for step in way.steps[:2]] == [person.id, firm.id]
        assert all(support.text for step in way.steps for edge in step.edges for support in edge.supports)
    assert firm.kind == "made_organisation"
    assert desk.same_rebuilt()


def test_edges_within_one_person_are_none(desk: Desk) -> None:
    both = Line(
        "M. Varga, that is Marton Varga", (Says("person_name", "M. Varga", "m. varga"), Says("person_name", "Marton Varga", "marton varga")),
        relations=(("known_as", "person_name", "m. varga", "person_name", "marton varga"),),
    )  # fmt: skip
    number = desk.bench.exhibit(both)
    desk.judge("same", desk.at(number, both, 0), desk.at(number, both, 1))
    (one,) = desk.people()
    with open_graph(desk.bench.case) as graph:
        assert queries.relations(graph, entity=one.id) == ()


# --- candidates, sides ---------------------------------------------------------------------------------------------


def offered(desk: Desk) -> dict[frozenset[str], str]:
    catch_up(desk.bench.case)
    with open_graph(desk.bench.case) as graph:
        found = candidates.candidates(graph, kind="person_name")
    return {frozenset((one.a.entity.label, one.b.entity.label)): one.undecided for one in found.candidates}


def test_judged_pairs_are_no_longer_suggested_and_undecided_ones_come_last(desk: Desk) -> None:
    pair, other = frozenset(("Marton Varga", "VARGA, Marton")), frozenset(("M. Varga", "Marton Varga"))
    assert {pair, other} <= set(offered(desk))
    undecided = desk.judge("undecided", desk.signed, desk.written)
    found = offered(desk)
    assert list(found)[-1] == other
    assert found[other] == f"left undecided by anna, ledger line {undecided}"
    desk.judge("same", desk.written, desk.contracted)
    assert pair not in offered(desk)
    desk.judge("different", desk.signed, desk.written)
    assert offered(desk)[other] == ""  # the other M. Varga was not judged
    desk.judge("different", desk.namesake, desk.written)
    assert not {other, frozenset(("M. Varga", "VARGA, Marton"))} & set(offered(desk))


def test_a_verdict_on_one_mention_leaves_the_rest_of_its_name_to_be_judged_and_says_so(desk: Desk) -> None:
    line = desk.judge("different", desk.namesake, desk.written)
    catch_up(desk.bench.case)
    with open_graph(desk.bench.case) as graph:
        found = candidates.candidates(graph, kind="person_name")
    (one,) = [one for one in found.candidates if {one.a.quote, one.b.quote} == {"M. Varga", "Marton Varga"}]
    assert f"some mentions were judged different: ledger line {line}" in [ground.words for ground in one.supports]


def test_what_is_different_from_one_name_of_a_person_is_not_suggested_for_the_others(desk: Desk) -> None:
    desk.judge("same", desk.written, desk.contracted)
    desk.judge("different", desk.contracted, desk.signed)
    desk.judge("different", desk.contracted, desk.namesake)
    assert offered(desk) == {}


def test_a_birth_date_beside_one_name_of_a_person_speaks_against_a_namesake_of_the_others(desk: Desk) -> None:
    line = Line("Marton Vargha (b. 3 November 1988)", (Says("person_name", "Marton Vargha", "marton vargha"), Says("date", "3 November 1988", "1988-11-03")))  # fmt: skip
    desk.bench.exhibit(line)

    def apart() -> bool:
        catch_up(desk.bench.case)
        with open_graph(desk.bench.case) as graph:
            found = candidates.candidates(graph, kind="person_name").candidates
        return next(one.apart for one in found if {one.a.quote, one.b.quote} == {"Marton Vargha", "Marton Varga"})

    assert not apart()
    desk.judge("same", desk.written, desk.contracted)  # the contract states 1979-06-21
    assert apart()


def test_a_mention_that_came_after_a_verdict_does_not_bring_the_suggestion_back(desk: Desk) -> None:
    desk.judge("different", desk.signed, desk.written)
    desk.judge("different", desk.namesake, desk.written)
    desk.bench.exhibit(Line("M. Varga again", (Says("person_name", "M. Varga", "m. varga"),)))
    assert frozenset(("M. Varga", "Marton Varga")) not in offered(desk)


def test_the_machines_reasons_are_kept_word_for_word(desk: Desk) -> None:
    catch_up(desk.bench.case)
    with open_graph(desk.bench.case) as graph:
        ids = {meant_by(graph, text).entity for text in ("person_name:marton varga", "person_name:varga, marton")}
        assert "Marton Varga / VARGA, Marton" in candidates.suggestion(graph, ids)
        assert candidates.suggestion(graph, {next(iter(ids))}) == ""


def test_a_side_means_the_joined_mentions_of_a_name_and_says_what_it_leaves_out(desk: Desk) -> None:
    waiting = Line("sgd M. Varga", (Says("person_name", "M. Varga", "m. varga", "candidate"),), source="ocr")
    desk.bench.exhibit(waiting, engine=OCR)
    desk.judge("same", desk.signed, desk.written)
    (one,) = desk.people()
    with open_graph(desk.bench.case) as graph:
        named, made, number = (
            meant_by(graph, text) for text in ("person_name:m. varga", one.id, f"phone:{PHONE.value}")
        )
        assert (len(named.mentions), named.waiting, named.unconfirmed) == (2, 1, False)
        assert (made.joins, len(made.mentions)) == ((one.id,), 2)
        assert len(number.mentions) == 1
        with pytest.raises(UsageError, match="is a date"):
            meant_by(graph, "date:1979-06-21")
        with pytest.raises(NotFound):
            meant_by(graph, "p-000000000000")


def test_a_name_with_too_many_mentions_is_not_judged_whole(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graph.identity_sides.MOST_MENTIONS", 1)
    catch_up(desk.bench.case)
    with open_graph(desk.bench.case) as graph, pytest.raises(Refused, match="2 mentions"):
        meant_by(graph, "person_name:m. varga")


# --- when nothing changed ------------------------------------------------------------------------------------------


def test_what_people_made_is_not_laid_together_again_where_nothing_about_it_changed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.judge("same", desk.signed, desk.written)
    desk.people()
    calls: list[Any] = []
    real = identities.project_identities
    monkeypatch.setattr(identities, "project_identities", lambda *args: (calls.append(args), real(*args)))
    desk.bench.exhibit(EMAIL_LINE)
    assert len(desk.people()) == 1
    assert calls == []
    desk.bench.read(desk.offer, [OFFER], engine=OCR)
    assert len(desk.people()) == 1
    assert len(calls) == 1
    monkeypatch.undo()
    assert desk.same_rebuilt()


def test_every_answer_that_names_what_people_made_says_so(desk: Desk) -> None:
    line = desk.judge("same", desk.signed, desk.written)
    (one,) = desk.people()
    with open_graph(desk.bench.case) as graph:
        about = AroundAsked(a=one.id)
        question = registry.of(about)
        laid_out = question.tables(graph, question.answer(graph, about))
        told = [note for note in laid_out.notes if one.id in note]
        assert told == [
            f"{one.label} ({one.id}) is a person that anna put together of what is named, ledger line {line}: "
            "someone's assessment, stated by no exhibit."
        ]
        name = AroundAsked(a="person_name:varga, marton")
        assert not any("put together" in note for note in question.tables(graph, question.answer(graph, name)).notes)
