"""Catch-up and rebuild give one graph, whatever the batching, the hash seed and the moment of a kill."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

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
    SPEECH,
    Bench,
    Line,
    Says,
    anchor,
    mention_anchor,
    new_bench,
)  # fmt: skip

from evidence.acts import (
    ActWithdrawn,
    CategorySet,
    FindingWithdrawn,
    FindingWritten,
    IdentityJudged,
    MentionAdded,
    MentionAnchor,
    RelationAdded,
    SegmentTagged,
    TextCorrected,
    UnderminingScheduled,
)  # fmt: skip
from evidence.case import Case, open_case
from evidence.errors import Busy, IntegrityError
from evidence.files import locked
from evidence.records import entity_id, mention_id
from graph import queries, store
from graph.fingerprint import derived_fingerprint
from graph.project import behind, catch_up, open_graph, rebuild
from graph.store import Projection

HERE = Path(__file__).parent
ROOT = HERE.parent.parent


def prints(case: Case) -> tuple[str, str]:
    with open_graph(case) as graph:
        return graph.meta["fingerprint"], derived_fingerprint(graph.conn)


def test_ids_made_in_sql_are_the_ids_made_in_python(projected: Bench) -> None:
    with open_graph(projected.case) as graph:
        rows = graph.conn.execute(
            'SELECT id, segment_id, kind, start, "end", quote, entity_id, value FROM mention'
        ).fetchall()
    assert len(rows) == 7
    for name, segment, kind, start, end, quote, entity, value in rows:
        assert name == mention_id(segment, kind, start, end, quote)
        assert entity == entity_id(kind, value)


def test_catching_up_after_every_event_is_rebuilding_once(lodge: Bench) -> None:
    rebuilt = rebuild(lodge.case).fingerprint
    stepwise = new_bench(lodge.case.root.parent / "stepwise")
    catch_up(stepwise.case)
    for lines, engine in [(EMAIL_LINE, None), (FORM_LINE, OCR), (CALL_LINE, SPEECH), (SLIP_LINE, None)]:
        number = stepwise.receive()
        assert catch_up(stepwise.case).exhibits == 1
        stepwise.read(number, [lines], engine=engine)
        assert catch_up(stepwise.case).rebuilt == ""
    mine = prints(stepwise.case)
    assert rebuild(stepwise.case).fingerprint == mine[0]
    assert prints(stepwise.case) == mine
    with open_graph(lodge.case) as one, open_graph(stepwise.case) as other:
        query = "SELECT * FROM mention ORDER BY id"
        assert one.conn.execute(query).fetchall() == other.conn.execute(query).fetchall()
    assert rebuilt == prints(lodge.case)[0]


NAMED_LINE = Line(
    "M. Varga, of Northquay, rings Elena Ciobanu on 020 7946 0142",
    (
        Says("person_name", "M. Varga", "m. varga"), Says("person_name", "Elena Ciobanu", "elena ciobanu"),
        Says("organisation", "Northquay", "northquay"), PHONE,
    ),
    relations=(("signs_with", "person_name", "m. varga", "phone", "+442079460142"),),
)  # fmt: skip
TEXTS = (EMAIL_LINE, FORM_LINE, CALL_LINE, SLIP_LINE, NAMED_LINE, NAMED_LINE)


def random_event(bench: Bench, chance: random.Random, known: dict[str, Line], acts: list[int]) -> None:
    """Do one thing that may happen to a case."""
    number = chance.choice(sorted(known)) if known else ""
    line = known.get(number, EMAIL_LINE)
    says = chance.choice(line.says)
    where = anchor(number or "CG-0001", line)
    match chance.randrange(17 if number else 1):
        case 0 | 1:
            made = bench.receive(parent=number if number and "/" not in number and chance.random() < 0.3 else "")
            known[made] = chance.choice(TEXTS)
            bench.read(made, [known[made]])
        case 2:
            known[number] = chance.choice(TEXTS)
            bench.read(number, [known[number], SLIP_LINE], engine=msgspec.structs.replace(OCR, version=str(len(acts))))
        case 3 | 4 | 5:
            verdict = chance.choice(["confirm", "reject", "correct", "attribute"])
            acts.append(bench.decide(mention_anchor(number, line, says), verdict, value="+442079460143"))
        case 6:
            added = MentionAnchor(segment=where, kind="person_name", start=0, end=4, quote=line.text[:4], value="x")
            acts.append(bench.record(MentionAdded(anchor=added, reason="seen")))
        case 7:
            text = TextCorrected(segment=where, start=0, end=4, quote=line.text[:4], text="Else", reason="seen")
            acts.append(bench.record(text))
        case 8:
            finding = f"F-{chance.randrange(3)}"
            acts.append(bench.record(SegmentTagged(segment=where, tag="supports", finding=finding)))
            bench.record(FindingWritten(finding=finding, sentence=f"sentence {len(acts)}"))
        case 9:
            acts.append(bench.record(UnderminingScheduled(segment=where, reason="unused")))
            bench.record(FindingWithdrawn(finding="F-1", reason="no"))
        case 10:
            related = RelationAdded(
                kind="works_for", source_kind="email", source_value=EMAIL.quote, target_kind="phone",
                target_value=PHONE.value, supports=(where,), reason="said so",
            )  # fmt: skip
            acts.append(bench.record(related))
            bench.record(
                CategorySet(entity_kind="email", entity_value=EMAIL.quote, category="witness", reason="said so")
            )
        case 11 if acts:
            acts.append(bench.record(ActWithdrawn(seq=chance.choice(acts), reason="mistaken")))
        case 14 | 15 | 16:
            acts.append(bench.record(random_judgement(chance, known)))
        case 12:
            bench.seal(number, where if chance.random() < 0.5 else None)
        case _:
            bench.unseal(number, where if chance.random() < 0.5 else None)


def random_judgement(chance: random.Random, known: dict[str, Line]) -> IdentityJudged:
    """Judge any two or three things the same or not: names, numbers, addresses, also ones that are sealed or gone."""
    sides = []
    for _ in range(chance.choice([2, 2, 3])):
        numbers = chance.sample(sorted(known), k=min(len(known), chance.choice([1, 1, 2])))
        sides.append(
            tuple(mention_anchor(number, known[number], chance.choice(known[number].says)) for number in numbers)
        )
    verdict = chance.choice(["same", "same", "same", "different", "undecided"])
    makes = chance.choice(["person", "person", "organisation"]) if verdict == "same" else ""
    return IdentityJudged(sides=tuple(sides), verdict=verdict, makes=makes, reason="seen")  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(6))
def test_any_sequence_of_events_gives_the_same_graph_caught_up_or_rebuilt(bench: Bench, seed: int) -> None:
    chance = random.Random(seed)
    known: dict[str, Line] = {}
    acts: list[int] = []
    catch_up(bench.case)
    for _ in range(45):
        random_event(bench, chance, known, acts)
        if chance.random() < 0.25:
            catch_up(bench.case)
    catch_up(bench.case)
    caught_up = prints(bench.case)
    rebuild(bench.case)
    assert prints(bench.case) == caught_up


def test_the_fingerprint_does_not_depend_on_the_hash_seed_or_the_batching(lodge: Bench) -> None:
    script = (
        "import sys; from pathlib import Path; from evidence.case import open_case; from graph import project\n"
        "project._BATCH = int(sys.argv[2]); print(project.rebuild(open_case(Path(sys.argv[1]))).fingerprint)"
    )
    made = set()
    for seed, batch in (("0", "1"), ("1", "2"), ("4242", "100")):
        run = subprocess.run(
            [sys.executable, "-c", script, str(lodge.case.root), batch], env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True, text=True, check=True, cwd=ROOT,
        )  # fmt: skip
        made.add(run.stdout.strip())
    assert made == {catch_up(lodge.case).fingerprint}


def test_a_long_document_read_in_parts_is_projected_whole(bench: Bench) -> None:
    number = bench.receive()
    pages = [Line(f"page {page} call 020 7946 0142", (PHONE,)) for page in range(1, 8)]
    bench.read(number, pages, parts=3)
    catch_up(bench.case)
    with open_graph(bench.case) as graph:
        found = queries.exhibit(graph, number)
        assert [segment.text for segment in found.segments] == [page.text for page in pages]
        assert queries.status(graph).graph.mentions == 7


def test_a_page_that_two_parts_hold_is_one_page_as_the_first_read_it(bench: Bench) -> None:
    number = bench.receive()
    bench.read(number, [Line("first", unit=1, draft=True), Line("other", unit=2), Line("again", unit=1)], parts=3)
    bench.exhibit(Line("apart"))
    catch_up(bench.case)
    caught_up = _units(bench)
    rebuild(bench.case)
    assert caught_up == _units(bench) == [
        ("CG-0001", 1, True, "first"), ("CG-0001", 2, False, "other"), ("CG-0002", 1, False, "apart"),
    ]  # fmt: skip


def _units(bench: Bench) -> list[tuple[object, ...]]:
    with open_graph(bench.case) as graph:
        return graph.conn.execute(
            """SELECT exhibit, unit, unit.draft, text FROM unit JOIN segment USING (exhibit, unit_kind, unit) ORDER BY ALL"""
        ).fetchall()


def test_a_new_reading_replaces_the_old_one(projected: Bench) -> None:
    projected.read("CG-0001", [Line("Nothing here")], engine=OCR)
    catch_up(projected.case)
    with open_graph(projected.case) as graph:
        texts = [segment.text for segment in queries.exhibit(graph, "CG-0001").segments]
        assert texts == ["Nothing here"]
        assert queries.find_entity(graph, PHONE.value).status == "candidate"
        assert {relation.family for relation in queries.relations(graph)} == {"co_mention"}


def test_the_same_bytes_in_two_exhibits_are_projected_for_each(bench: Bench) -> None:
    first, second = bench.receive(data=b"same"), bench.receive(data=b"same")
    bench.read(first, [SLIP_LINE])
    ref = next(iter(bench.case.custody.events(only=lambda line: line.op == "extraction.recorded"))).act
    assert ref is not None
    bench.record(msgspec.structs.replace(ref, exhibit=second))
    catch_up(bench.case)
    with open_graph(bench.case) as graph:
        assert queries.find_entity(graph, IBAN.value).exhibits == (first, second)


def test_every_relation_has_support_and_two_established_ends(projected: Bench) -> None:
    with open_graph(projected.case) as graph:
        families = {relation.family for relation in queries.relations(graph)}
        unsupported = graph.conn.execute(
            """SELECT count(*) FROM relation WHERE NOT EXISTS (SELECT 1 FROM relation_support JOIN segment
            ON segment.id = segment_id WHERE relation_id = relation.id)"""
        ).fetchone()
        loose = graph.conn.execute(
            """SELECT count(*) FROM relation WHERE 2 <> (SELECT count(*) FROM entity WHERE status = 'established'
            AND id IN (source_entity, target_entity))"""
        ).fetchone()
    assert families == {"communication", "stated", "co_mention"}
    assert unsupported == (0,)
    assert loose == (0,)


def test_a_segment_that_names_too_many_things_is_capped_and_says_so(bench: Bench) -> None:
    handles = tuple(Says("handle", f"@handle{place:03d}") for place in range(70))
    bench.exhibit(Line(" ".join(says.quote for says in handles), handles))
    catch_up(bench.case)
    with open_graph(bench.case) as graph:
        assert len(queries.relations(graph)) == 50 * 49 // 2
        assert "70 different things" in queries.notes(graph)[0].text


def test_dates_and_sums_are_never_named_together(bench: Bench) -> None:
    bench.exhibit(Line("2026-03-02 GBP 40 a@b.example", (Says("date", "2026-03-02"), Says("money", "GBP 40"))))
    catch_up(bench.case)
    with open_graph(bench.case) as graph:
        assert queries.relations(graph) == ()


def test_two_findings_of_one_mention_count_once(bench: Bench) -> None:
    again = Says("phone", "020 7946 0142", "+442079460142", "candidate")
    bench.exhibit(Line("Call 020 7946 0142", (PHONE, again)))
    catch_up(bench.case)
    with open_graph(bench.case) as graph:
        found = queries.find_entity(graph, PHONE.value)
        assert (found.mentions, found.status) == (1, "established")


def test_an_entity_says_in_which_exhibits_it_joins(bench: Bench) -> None:
    sure, unsure = Says("phone", "+447700900001"), Says("phone", "+447700900001", status="candidate")
    said = [(sure,), (unsure,), (), (unsure,), (sure,), (unsure,)]
    for number, says in enumerate(said):
        bench.exhibit(Line(f"call {number} of +447700900001", says))
    bench.exhibit(
        Line("call +447700900001 not +447700900001", (sure, Says("phone", "+447700900001", status="candidate", nth=1)))
    )
    bench.exhibit(Line("call +447700900002", (Says("phone", "+447700900002", status="candidate"),)))
    catch_up(bench.case)
    with open_graph(bench.case) as graph:
        rows = graph.conn.execute("SELECT value, exhibits, joined_exhibits FROM entity ORDER BY value").fetchall()
    assert rows == [
        ("+447700900001", [f"CG-000{number}" for number in (1, 2, 4, 5, 6, 7)], ["CG-0001", "CG-0005", "CG-0007"]),
        ("+447700900002", ["CG-0008"], []),
    ]


def test_a_case_without_readings_has_an_empty_graph(bench: Bench) -> None:
    bench.receive()
    made = catch_up(bench.case)
    assert made.exhibits == 1
    with open_graph(bench.case) as graph:
        assert queries.status(graph).pending == 1
        assert queries.status(graph).graph.mentions == 0


# --- what makes it start anew ---------------------------------------------------------------------------------------


def test_an_unreadable_graph_is_made_anew(lodge: Bench) -> None:
    before = catch_up(lodge.case).fingerprint
    lodge.case.graph_path.write_bytes(b"not a database")
    made = catch_up(lodge.case)
    assert made.rebuilt == "the graph could not be read"
    assert made.fingerprint == before


def test_another_projectors_graph_is_made_anew(projected: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graph.project.PROJECTOR", "next")
    assert catch_up(projected.case).rebuilt == "another version of casegraph made it"


def test_a_graph_of_another_ledger_is_made_anew(projected: Bench) -> None:
    other = new_bench(projected.case.root.parent / "other")
    for _ in range(12):
        other.receive()
    other.case.graph_path.write_bytes(projected.case.graph_path.read_bytes())
    assert catch_up(other.case).rebuilt == "it was made from another ledger"


def test_reading_makes_a_missing_graph(lodge: Bench) -> None:
    with open_graph(lodge.case) as graph:
        assert queries.status(graph).graph.mentions == 7
        assert graph.behind == 0


def test_readers_are_told_how_far_behind_they_are(projected: Bench) -> None:
    projected.receive()
    assert behind(projected.case) == 1
    with open_graph(projected.case) as graph:
        assert graph.behind == 1
        assert queries.status(graph).received == 5


def test_a_lost_artifact_is_named(lodge: Bench) -> None:
    for path in lodge.case.shelf.root.glob("??/*.parquet"):
        path.unlink()
    with pytest.raises(IntegrityError, match="CG-0001 is not on the shelf"):
        catch_up(lodge.case)


def test_an_index_left_behind_by_a_killed_run_is_brought_up(projected: Bench) -> None:
    old = store.read_mark(projected.case.index_path)
    assert old is not None
    projected.exhibit(SLIP_LINE)
    catch_up(projected.case)
    store.write_mark(projected.case.index_path, old)
    with open_graph(projected.case) as graph:
        assert graph.index.searcher().num_docs == 5


def test_a_broken_index_is_made_anew(projected: Bench) -> None:
    for path in projected.case.index_path.iterdir():
        path.write_bytes(b"")
    with open_graph(projected.case) as graph:
        assert graph.index.searcher().num_docs == 4


# --- processes ------------------------------------------------------------------------------------------------------


def test_a_held_graph_is_busy_and_retry_can_help(projected: Bench) -> None:
    with locked(projected.case.graph_lock), pytest.raises(Busy) as caught:
        catch_up(projected.case, wait_s=0)
    assert caught.value.retry_can_help
    with open_graph(projected.case), open_graph(projected.case), pytest.raises(Busy):
        catch_up(projected.case, wait_s=0)


_SLOW = """
import sys
from pathlib import Path
from evidence.case import open_case
from graph import project, projector, {module}
real = {module}.{name}
def slow(*args, **named):
    print("there", flush=True)
    sys.stdin.read()
    return real(*args, **named)
{module}.{name} = slow
if hasattr(projector, "{name}"):
    projector.{name} = slow
project.{run}(open_case(Path(sys.argv[1])))
"""


@pytest.mark.parametrize("run", ["catch_up", "rebuild"])
@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("load", "load"), ("resolve", "settle_relations"), ("projector", "update_index"), ("index", "_write"),
        ("projector", "_swap_index"), ("projector", "_swap_graph"), ("index", "write_mark"),
    ],
)  # fmt: skip
def test_a_kill_at_any_moment_leaves_a_graph_that_heals(projected: Bench, run: str, module: str, name: str) -> None:
    projected.exhibit(EMAIL_LINE)
    projected.decide(mention_anchor("CG-0001", EMAIL_LINE, PHONE), "reject")
    script = _SLOW.format(module=module, name=name, run=run)
    child = subprocess.Popen(
        [sys.executable, "-c", script, str(projected.case.root)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
    )
    assert child.stdout is not None
    child.stdout.readline()
    child.send_signal(signal.SIGKILL)
    child.communicate()
    with open_graph(projected.case) as graph:
        assert graph.meta["fingerprint"]
    healed = catch_up(projected.case)
    assert healed.fingerprint == rebuild(projected.case).fingerprint
    with open_graph(projected.case) as graph:
        assert graph.index.searcher().num_docs == 5


_READER = """
import sys, time
from pathlib import Path
from evidence.case import open_case
from graph.project import open_graph
from graph.search import search
case = open_case(Path(sys.argv[1]))
until, reads = time.monotonic() + 4, 0
while time.monotonic() < until:
    with open_graph(case) as graph:
        assert search(graph, "bookings OR registration").total >= 2
        reads += 1
print(reads)
"""


def test_a_reader_and_a_writer_take_turns(projected: Bench) -> None:
    reader = subprocess.Popen(
        [sys.executable, "-c", _READER, str(projected.case.root)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
    )
    writes: list[Projection] = []
    until = time.monotonic() + 4
    while time.monotonic() < until:
        projected.exhibit(SLIP_LINE)
        writes.append(catch_up(open_case(projected.case.root)))
    told, complaint = reader.communicate(timeout=60)
    assert reader.returncode == 0, complaint.decode()
    assert int(told) > 0
    assert len(writes) > 1
