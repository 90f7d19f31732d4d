"""What supports an edge opens at its words, waits for both readings, and co-mention says how near two things are named."""

from __future__ import annotations

from running import casegraph
from small_cases import OCR, Bench, Line, Says, mention_anchor

from graph import queries
from graph.fingerprint import derived_fingerprint
from graph.project import Graph, catch_up, open_graph, rebuild

ANN, BEN, CAT, DAN = (Says("email", f"{name}@x.example") for name in ("ann", "ben", "cat", "dan"))
LAID_OUT = Line(
    "Rooms é: ann@x.example\nfor (ben@x.example\nand cat@x.example.) Later\ndan@x.example rang.", (ANN, BEN, CAT, DAN)
)


def nearness(graph: Graph) -> dict[str, tuple[str, str]]:
    """Return, for each pair named together, how near it is said to be and the words that are shown for it."""
    edges = [queries.relation(graph, edge.id) for edge in queries.relations(graph, family="co_mention")]
    return {
        "".join(sorted((edge.relation.source.value[0], edge.relation.target.value[0]))): (
            edge.relation.rule,
            edge.supports[0].text[edge.supports[0].start : edge.supports[0].end],
        )
        for edge in edges
    }


def test_two_things_are_named_on_a_line_in_a_sentence_or_only_in_a_segment(bench: Bench) -> None:
    bench.exhibit(LAID_OUT, Line("x", unit_kind="page"))
    bench.exhibit(Line("dan@x.example, ann@x.example", (DAN, ANN)))
    catch_up(bench.case)
    with open_graph(bench.case) as graph:
        near = nearness(graph)
    assert near["bc"] == ("named in the same sentence", "ben@x.example\nand cat@x.example")
    assert near["ab"][0] == near["ac"][0] == "named in the same sentence"
    assert near["cd"] == ("named in the same segment", "cat@x.example.) Later\ndan@x.example")
    assert near["ad"][0] == "named on the same line"


def test_the_nearest_place_counts_and_a_paragraph_is_no_line(bench: Bench) -> None:
    apart = "ann@x.example came.\n" + "More words here. " * 15 + "ben@x.example\n\nann@x.example, ben@x.example"
    bench.exhibit(Line(apart, (ANN, BEN, Says("email", "ann@x.example", nth=1), Says("email", "ben@x.example", nth=1))))
    long = "cat@x.example came. " + "More words here. " * 15 + "Then dan@x.example. \x1e"
    bench.exhibit(Line(long, (CAT, DAN)))
    bench.exhibit(Line("cat@x.example " + "and more words " * 15 + "dan@x.example", (CAT, DAN)))
    catch_up(bench.case)
    with open_graph(bench.case) as graph:
        assert nearness(graph)["ab"] == ("named on the same line", "ann@x.example, ben@x.example")
        edge = queries.relations(graph, entity=queries.find_entity(graph, "cat@x.example").id)[0]
        rules = [support.rule for support in queries.relation(graph, edge.id).supports]
    assert rules == ["named in the same segment", "named in the same sentence"]
    assert edge.rule == "named in the same sentence"


def test_what_two_things_share_by_chance_is_named_together_with_nothing(bench: Bench) -> None:
    kinds = ("date", "time", "money", "quantity")
    bench.exhibit(Line("ann@x.example 1 2 3 4", (ANN, *(Says(kind, str(at + 1)) for at, kind in enumerate(kinds)))))
    catch_up(bench.case)
    with open_graph(bench.case) as graph:
        assert queries.relations(graph) == ()


def test_path_and_show_say_how_near_two_things_are_named_and_with_which_words(bench: Bench) -> None:
    bench.exhibit(LAID_OUT)
    catch_up(bench.case)
    case = bench.case.root
    assert "No way from" in casegraph("path", case, "ann@x.example", "dan@x.example")
    words = "ann@x.example for (ben@x.example and cat@x.example.) Later dan@x.example"
    way = casegraph("path", case, ANN.quote, DAN.quote, "--co-mention")
    assert f"named in the same segment: {words}" in " ".join(way.split())
    shown = casegraph("show", case, BEN.quote)
    assert shown.count("(named in the same sentence)") == 2
    assert shown.count("(named in the same segment)") == 1


CARD = Line(
    "TAXIS\nEllery Cars\nday and night\n020 7946 0143",
    (
        Says("organisation", "Ellery Cars", "ellery cars", "candidate"),
        Says("phone", "020 7946 0143", "+442079460143", "candidate"),
    ),
    source="ocr",
    relations=(
        (
            "stated",
            "organisation",
            "ellery cars",
            "phone",
            "+442079460143",
            "Ellery Cars\nday and night\n020 7946 0143",
        ),
    ),
)


def test_what_a_scan_states_is_no_edge_until_a_person_has_confirmed_both_readings(bench: Bench) -> None:
    bench.exhibit(CARD, engine=OCR)
    for says in CARD.says:
        catch_up(bench.case)
        with open_graph(bench.case) as graph:
            assert queries.relations(graph) == ()
        bench.decide(mention_anchor("CG-0001", CARD, says), "confirm")
    catch_up(bench.case)
    with open_graph(bench.case) as graph:
        (edge,) = (queries.relation(graph, one.id) for one in queries.relations(graph, family="stated"))
        caught_up = graph.meta["fingerprint"], derived_fingerprint(graph.conn)
    assert (edge.relation.kind, edge.relation.review, edge.relation.rule) == (
        "stated", "reading_confirmed", "signature block",
    )  # fmt: skip
    (support,) = edge.supports
    assert support.text[support.start : support.end] == "Ellery Cars\nday and night\n020 7946 0143"
    rebuild(bench.case)
    with open_graph(bench.case) as graph:
        assert (graph.meta["fingerprint"], derived_fingerprint(graph.conn)) == caught_up


def test_of_an_endless_list_only_the_first_segments_are_laid_out_and_a_note_says_so(bench: Bench) -> None:
    names = tuple(Says("email", f"a{number:02}@x.example") for number in range(50))
    bench.exhibit(*[Line(" ".join(one.quote for one in names), names) for _ in range(170)])
    catch_up(bench.case)
    with open_graph(bench.case) as graph:
        laid_out = graph.conn.execute("SELECT count(DISTINCT segment_id) FROM relation_support").fetchone()
        said = [note.text for note in queries.notes(graph)]
    assert laid_out == (163,)
    assert said == ["7 more segments name things together: no more than 200,000 pairs of an exhibit are laid out"]
