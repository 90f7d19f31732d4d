"""Who is named together is worked out when asked: every way of asking tells the same, and what people made is told beside it."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from small_cases import IBAN, Bench, Line, Says, mention_anchor

from evidence.acts import IdentityJudged, MentionDecided
from graph import analysis, projector, queries
from graph.entity_reads import neighbours, relation_view
from graph.fingerprint import derived_fingerprint
from graph.project import Graph, catch_up, open_graph, rebuild
from graph.questions.around import around
from graph.questions.drawn import FAMILIES, Drawing, Sieve, draw

NAMES = tuple(f"n{number}@x.example" for number in range(9))
Pairs = Counter[tuple[str, str]]


def made_up(chance: random.Random) -> Line:
    """Return a segment that names some things, several of them more than once, on one line or several."""
    written = [chance.choice(NAMES) for _ in range(chance.randrange(1, 9))]
    seen: Counter[str] = Counter()
    says = []
    for name in written:
        says.append(Says("email", name, nth=seen[name]))
        seen[name] += 1
    return Line(chance.choice((" ", ". And ", "\n")).join(written), tuple(says))


def expected(graph: Graph) -> Pairs:
    """Return in how many segments each two values stand together, counted the slow way."""
    named: dict[str, set[str]] = {}
    for number in {row[0] for row in graph.conn.execute("SELECT number FROM exhibit").fetchall()}:
        for mention in queries.mentions_in_exhibit(graph, number):
            named.setdefault(mention.segment, set()).add(mention.value)
    return Counter((one, other) for held in named.values() for one in held for other in held if one < other)


def of_case(graph: Graph) -> Pairs:
    found: Pairs = Counter()
    for edge in queries.relations(graph, family="co_mention"):
        one, other = sorted((edge.source.value, edge.target.value))
        found[one, other] += edge.supports
        opened = queries.relation(graph, edge.id)
        assert opened.relation == edge
        assert len(opened.supports) == edge.supports
        assert relation_view(graph, edge.id).relation == edge
        assert all(support.text[support.start : support.end].startswith("n") for support in opened.supports)
        assert edge.rule == max(support.rule for support in opened.supports), "the nearest"
    return found


def of_each(graph: Graph) -> Pairs:
    """Return the same as every thing tells it of itself, by four ways of asking."""
    found: Pairs = Counter()
    for one in queries.entities(graph):
        told = {
            edge.source.value if edge.target.id == one.id else edge.target.value: edge.supports
            for edge in queries.relations(graph, entity=one.id, family="co_mention")
        }
        near = neighbours(graph, one.id, "co_mention", limit=50, supported=True)
        assert {each.entity.value: each.supports for each in near.neighbours} == told
        assert all(each.support is not None for each in near.neighbours)
        step = around(graph, one.id, co_mention=True)
        assert {each.thing.value: each.kinds["co_mention"] for each in step.neighbours} == told
        picture = draw(graph, Drawing(expand=one.id, sieve=Sieve(families=FAMILIES)))
        assert {bond.supports for bond in picture.bonds if one.id in (bond.a, bond.b)} <= set(told.values())
        assert len(picture.added) == len(told)
        found.update({(one.value, other): many for other, many in told.items() if one.value < other})
    return found


@pytest.mark.parametrize("seed", range(3))
def test_every_way_of_asking_tells_the_same(bench: Bench, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(3):
        bench.exhibit(*(made_up(chance) for _ in range(12)))
    catch_up(bench.case)
    with open_graph(bench.case) as graph:
        wanted = expected(graph)
        assert of_case(graph) == wanted
        assert of_each(graph) == wanted
        stored = graph.conn.execute("SELECT count(*) FROM edge").fetchone()
        assert stored == (0,), "nothing of it is kept"
        assert queries.graph_line(graph).relations == 0
        (group,) = analysis.communities(graph, co_mention=True)[:1]
        assert set(group.edges) <= {edge.id for edge in queries.relations(graph)}


def test_a_rejected_reading_is_named_with_nothing(bench: Bench) -> None:
    line = Line("n1@x.example n2@x.example", (Says("email", NAMES[1]), Says("email", NAMES[2])))
    number = bench.exhibit(line)
    catch_up(bench.case)
    with open_graph(bench.case) as graph:
        assert len(queries.relations(graph)) == 1
    bench.record(MentionDecided(anchor=mention_anchor(number, line, line.says[0]), verdict="reject", reason="no"))
    catch_up(bench.case)
    with open_graph(bench.case) as graph:
        assert queries.relations(graph) == ()


def test_what_later_exhibits_name_together_counts_beside_what_people_made(bench: Bench) -> None:
    """An edge beside a made thing is written down; an exhibit that no verdict names may still add to it."""
    signed = Line("M. Varga, GB82 WEST 1234 5698 7654 32", (Says("person_name", "M. Varga", "m. varga"), IBAN))
    written = Line("Marton Varga wrote", (Says("person_name", "Marton Varga", "marton varga"),))
    one, other = bench.exhibit(signed), bench.exhibit(written)
    sides = (mention_anchor(one, signed, signed.says[0]),), (mention_anchor(other, written, written.says[0]),)
    bench.record(IdentityJudged(sides=sides, verdict="same", makes="person", reason="looked at it"))
    catch_up(bench.case)
    with open_graph(bench.case) as graph:
        made = graph.conn.execute("SELECT count(*) FROM edge WHERE family = 'co_mention'").fetchone()
        assert made == (2,), "the person's and the name's"
    again = bench.exhibit(signed, signed)
    catch_up(bench.case)
    with open_graph(bench.case) as graph:
        (name,) = [edge for edge in queries.relations(graph) if edge.source.kind + edge.target.kind in
                   ("person_nameiban", "ibanperson_name")]  # fmt: skip
        assert name.supports == 3
        assert again in name.exhibits
        caught_up = derived_fingerprint(graph.conn)
    rebuild(bench.case)
    with open_graph(bench.case) as graph:
        assert derived_fingerprint(graph.conn) == caught_up


def test_small_parts_are_laid_together_every_so_often(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(projector, "_TIDY_EVERY", 2)
    line = Line("n1@x.example n2@x.example", (Says("email", NAMES[1]), Says("email", NAMES[2])))
    untidied = []
    for _ in range(5):
        bench.exhibit(line)
        catch_up(bench.case)
        with open_graph(bench.case) as graph:
            untidied.append(graph.meta.get("untidied", "none"))
            assert queries.graph_line(graph).mentions == 2 * len(untidied)
    assert untidied == ["none", "1", "2", "0", "1"]


def test_what_is_found_twice_at_one_place_is_one_mention(bench: Bench) -> None:
    one, other = Says("email", NAMES[1]), Says("email", NAMES[2])
    weaker = Says("email", NAMES[1], status="candidate")
    line = Line("n1@x.example n2@x.example", (weaker, one, one, other))
    for _ in range(2):  # into a graph without indexes, and into one that has them
        bench.exhibit(line, line)
        catch_up(bench.case)
    with open_graph(bench.case) as graph:
        found = graph.conn.execute("SELECT count(*), count(DISTINCT id), min(status) FROM mention").fetchone()
        assert found == (8, 8, "established")
        (edge,) = queries.relations(graph)
        assert edge.supports == 4
        caught_up = derived_fingerprint(graph.conn), graph.meta["fingerprint"]
    rebuild(bench.case)
    with open_graph(bench.case) as graph:
        assert (derived_fingerprint(graph.conn), graph.meta["fingerprint"]) == caught_up
