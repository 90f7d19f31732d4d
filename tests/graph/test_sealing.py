"""What is sealed is nowhere: not in a table, not in the index, not in a byte of either."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from small_cases import EMAIL_LINE, OCR, PHONE, SLIP_LINE, Bench, Line, Says, anchor, mention_anchor, where

from evidence.acts import (
    CategorySet,
    MentionAdded,
    MentionAnchor,
    RelationAdded,
    Sealed,
    SegmentAnchor,
    SegmentTagged,
    TextCorrected,
)  # fmt: skip
from evidence.errors import NotFound
from graph import queries
from graph.project import catch_up, open_graph, rebuild
from graph.search import search
from graph.sql import run_sql

SECRET = Says("email", "quixotic@privilege.example")
LETTER = Line("Dear client, write to quixotic@privilege.example about zanzibar", (SECRET, ), unit=1)  # fmt: skip
OPEN = Line("Weather report for bookings@northquay.example", (Says("email", "bookings@northquay.example"),), unit=1)
WORDS = (b"quixotic", b"zanzibar", b"wombat")


def bytes_of(bench: Bench) -> bytes:
    files = [bench.case.graph_path, *sorted(bench.case.index_path.rglob("*")), *_left_over(bench.case.root)]
    return b"\n".join(path.read_bytes() for path in files if path.is_file()).lower()


def _left_over(root: Path) -> list[Path]:
    return list((root / ".graph.building").rglob("*")) + list((root / "tmp").rglob("*"))


def decide_everything(bench: Bench, number: str, segment: SegmentAnchor) -> None:
    """Leave every kind of human act about the letter."""
    said = mention_anchor(number, LETTER, SECRET, ordinal=segment.ordinal)
    bench.decide(said, "confirm")
    bench.decide(said, "correct", value="wombat@privilege.example")
    added = MentionAnchor(segment=segment, kind="place", start=55, end=63, quote="zanzibar", value="zanzibar")
    bench.record(MentionAdded(anchor=added, reason="zanzibar is a place"))
    bench.record(TextCorrected(segment=segment, start=0, end=4, quote="Dear", text="Wombat", reason="zanzibar"))
    bench.record(SegmentTagged(segment=segment, tag="supports", finding="F-1", reason="zanzibar"))
    bench.record(CategorySet(entity_kind="place", entity_value="zanzibar", category="contact", reason="wombat"))
    bench.record(
        RelationAdded(
            kind="near", source_kind="place", source_value="zanzibar", target_kind="email",
            target_value="wombat@privilege.example", supports=(segment,), reason="zanzibar",
        )
    )  # fmt: skip


def test_a_sealed_exhibit_and_its_children_are_gone_to_the_last_byte(lodge: Bench) -> None:
    number = lodge.exhibit(LETTER, name="zanzibar-letter.eml")
    child = lodge.exhibit(LETTER, name="wombat.txt", parent=number)
    decide_everything(lodge, number, anchor(number, LETTER))
    catch_up(lodge.case)
    assert all(word in bytes_of(lodge) for word in (b"quixotic", b"zanzibar", b"wombat"))
    lodge.seal(number)
    made = catch_up(lodge.case)
    assert made.rebuilt == "a seal was set or lifted"
    assert not [word for word in WORDS if word in bytes_of(lodge)]
    with open_graph(lodge.case) as graph:
        status = queries.status(graph)
        assert (status.received, status.sealed) == (4, 2)
        assert child not in {line.number for line in status.exhibits}
        for gone in (number, child):
            with pytest.raises(NotFound):
                queries.exhibit(graph, gone)
    lodge.unseal(number)
    catch_up(lodge.case)
    with open_graph(lodge.case) as graph:
        assert search(graph, "zanzibar").total == 2
        assert [line.op for line in queries.unanchored(graph)] == []


def test_a_sealed_segment_takes_everything_said_about_it(lodge: Bench) -> None:
    number = lodge.exhibit(OPEN, LETTER)
    segment = anchor(number, LETTER, ordinal=2)
    segment = msgspec.structs.replace(segment)
    decide_everything(lodge, number, segment)
    catch_up(lodge.case)
    lodge.seal(number, segment)
    made = catch_up(lodge.case)
    # both segments stand on one page image: the seal names one position whose text is unchanged
    assert made.fingerprint == rebuild(lodge.case).fingerprint
    assert not [word for word in WORDS if word in bytes_of(lodge)]
    with open_graph(lodge.case) as graph:
        assert queries.status(graph).sealed_segments == 1
        assert [made.text for made in queries.exhibit(graph, number).segments] == [OPEN.text]
        assert queries.unanchored(graph) == ()
        assert search(graph, "weather").total == 1


def test_events_after_a_seal_leave_nothing_either(lodge: Bench) -> None:
    number = lodge.exhibit(LETTER)
    lodge.seal(number)
    catch_up(lodge.case)
    decide_everything(lodge, number, anchor(number, LETTER))
    lodge.read(number, [LETTER], engine=OCR)
    assert catch_up(lodge.case).rebuilt == ""
    assert not [word for word in WORDS if word in bytes_of(lodge)]


@pytest.mark.parametrize("reread", [
    [Line("Weather report and Dear client about zanzibar", unit=1)],
    [Line("A new heading", unit=1), OPEN, LETTER],
    [Line("Dear  client, wombat quixotic", unit=1), OPEN],
    [Line("zanzibar quixotic wombat", unit_kind="message")],
])  # fmt: skip
def test_a_seal_holds_when_another_engine_cuts_the_text_otherwise(bench: Bench, reread: list[Line]) -> None:
    number = bench.exhibit(OPEN, LETTER)
    bench.seal(number, anchor(number, LETTER, ordinal=2))
    catch_up(bench.case)
    bench.read(number, reread, engine=OCR)
    catch_up(bench.case)
    assert not [word for word in WORDS if word in bytes_of(bench)]


def test_a_decision_about_a_sealed_reading_does_not_jump_to_its_neighbour(bench: Bench) -> None:
    one = Line("First: call 020 7946 0142", (PHONE,), unit=1)
    other = Line("Second: call 020 7946 0142", (PHONE,), unit=1)
    number = bench.exhibit(one, other)
    bench.decide(mention_anchor(number, one, PHONE), "reject")
    bench.seal(number, anchor(number, one))
    catch_up(bench.case)
    with open_graph(bench.case) as graph:
        assert len(queries.mentions_in(graph, where(number, other, ordinal=2))) == 1
        assert queries.decisions(graph) == ()


def test_a_seal_is_never_read_past(projected: Bench) -> None:
    projected.seal("CG-0001")
    with open_graph(projected.case) as graph:
        assert search(graph, "kovacs").total == 0
    projected.seal("CG-0004")
    table = run_sql(projected.case, "SELECT count(*) FROM segment WHERE contains(text, 'Payslip')")
    assert table.rows == ((0,),)


def test_a_stated_relation_keeps_the_support_that_is_open(lodge: Bench) -> None:
    related = RelationAdded(
        kind="knows", source_kind="email", source_value="bookings@northquay.example", target_kind="email",
        target_value="m.kovacs@lodge.example", reason="both say so",
        supports=(anchor("CG-0001", EMAIL_LINE), anchor("CG-0004", SLIP_LINE)),
    )  # fmt: skip
    lodge.record(related)
    lodge.seal("CG-0004")
    catch_up(lodge.case)
    with open_graph(lodge.case) as graph:
        (made,) = [relation for relation in queries.relations(graph) if relation.kind == "knows"]
        assert made.exhibits == ("CG-0001",)


def test_unsealing_one_segment_leaves_the_other_closed(bench: Bench) -> None:
    number = bench.exhibit(OPEN, LETTER)
    for ordinal, line in enumerate((OPEN, LETTER), start=1):
        bench.record(
            Sealed(exhibit=number, seal="privileged", reason="r", segment=anchor(number, line, ordinal=ordinal))
        )
    bench.unseal(number, anchor(number, OPEN, ordinal=1))
    catch_up(bench.case)
    with open_graph(bench.case) as graph:
        assert [made.text for made in queries.exhibit(graph, number).segments] == [OPEN.text]
