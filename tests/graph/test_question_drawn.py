"""A picture of the graph: the strongest first, honest counts of the rest, filters that say what they leave out."""

from __future__ import annotations

import pytest
from question_cases import ANA, BEN, CAM, DEE, asked_of, called
from small_cases import Bench

from evidence.errors import LimitExceeded, NotFound, UsageError
from graph.questions import drawn as module
from graph.questions.drawn import FAMILIES, Drawing, Sieve, draw, form_of, kinds_of, named_in
from graph.things import find_entity


@pytest.fixture
def chain(bench: Bench) -> Bench:
    bench.exhibit(
        called(ANA, BEN, "2026-03-01T10:00:00Z"), called(BEN, ANA, "2026-03-01T11:00:00Z"),
        called(BEN, CAM, "2026-03-02T10:00:00Z"), called(CAM, DEE, "2026-03-03T10:00:00Z"),
    )  # fmt: skip
    bench.exhibit(called(ANA, BEN, "2026-03-04T10:00:00Z"))
    return bench


def test_an_expansion_brings_the_strongest_and_counts_the_rest(chain: Bench) -> None:
    with asked_of(chain) as graph:
        ids = {value: find_entity(graph, value).id for value in (ANA, BEN, CAM, DEE)}
        first = draw(graph, Drawing(expand=ids[BEN], most=1))
        grown = draw(graph, Drawing(things=(ids[BEN], ids[ANA]), expand=ids[BEN]))
        far = draw(graph, Drawing(expand=ids[ANA], hops=2))
    assert first.added == (ids[ANA],)
    assert first.left == 1
    assert {thing.id: thing.neighbours for thing in first.things} == {ids[ANA]: 1, ids[BEN]: 2}
    (bond,) = first.bonds
    assert (bond.kinds, bond.supports, bond.exhibits, bond.confirmed) == ({"called": 3}, 3, 2, 0)
    assert bond.forth == (2 if bond.a == ids[ANA] else 1)
    assert first.exhibits == ("CG-0001", "CG-0002")
    assert grown.added == (ids[CAM],)
    assert grown.left == 0
    assert far.added == (ids[BEN], ids[CAM])


def test_filters_take_away_and_the_picture_says_so(chain: Bench) -> None:
    with asked_of(chain) as graph:
        ana = find_entity(graph, ANA).id

        def around(**sieve: object) -> module.Picture:
            return draw(graph, Drawing(expand=ana, seeds=(ana,), sieve=Sieve(**sieve)))  # type: ignore[arg-type]

        assert [bond.family for bond in around().bonds] == ["communication"]
        assert {bond.family for bond in around(families=FAMILIES).bonds} == {"communication", "co_mention"}
        assert around(without_edges=("called",)).bonds == ()
        assert around(without_things=(find_entity(graph, BEN).kind,)).added == ()
        late = around(since="2026-03-04")
        assert [bond.supports for bond in late.bonds] == [1]
        assert "only with evidence of a known time" in late.definition
        assert around(until="2026-03-01").bonds == ()
        assert around(verified=True).bonds == ()
        assert "confirmed" in around(verified=True).definition


def test_what_cannot_be_drawn_is_refused_plainly(chain: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    with asked_of(chain) as graph:
        ana = find_entity(graph, ANA).id
        with pytest.raises(NotFound):
            draw(graph, Drawing(expand="nobody"))
        for wrong in (
            Drawing(things=("'; DROP",)), Drawing(expand=ana, hops=4), Drawing(expand=ana, most=0),
            Drawing(sieve=Sieve(since="yesterday")), Drawing(sieve=Sieve(until="2026-13-45")),
            Drawing(sieve=Sieve(without_edges=("called\ud800",))),
        ):  # fmt: skip
            with pytest.raises(UsageError):
                draw(graph, wrong)
        stale = draw(graph, Drawing(things=("e-0000000000000000", ana)))
        assert stale.gone == ("e-0000000000000000",)
        assert stale.notes
        monkeypatch.setattr(module, "MOST_THINGS", 1)
        with pytest.raises(LimitExceeded, match="more than can be read"):
            draw(graph, Drawing(expand=ana, most=1))


def test_lines_beyond_the_limit_are_counted(chain: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    with asked_of(chain) as graph:
        monkeypatch.setattr(module, "MOST_BONDS", 1)
        picture = draw(graph, Drawing(expand=ANA, hops=2))
    assert [bond.supports for bond in picture.bonds] == [3]
    assert picture.notes == ("1 line is not drawn, those with the least support: narrow the filters.",)


def test_what_segments_name_and_what_kinds_there_are(chain: Bench) -> None:
    with asked_of(chain) as graph:
        ids = {find_entity(graph, value).id: value for value in (ANA, BEN, CAM, DEE)}
        held = [str(row[0]) for row in graph.conn.execute("SELECT id FROM segment ORDER BY id").fetchall()]
        named = named_in(graph, held)
        edges, things = kinds_of(graph)
    assert [(ids[name], many) for name, many in named[:1]] == [(BEN, 4)]
    assert ("communication", "called") in {(one.family, one.kind) for one in edges}
    assert [one.form for one in things] == ["identifier"]


@pytest.mark.parametrize(
    ("kind", "form"),
    [("person", "person"), ("made_place", "made_place"), ("person_name", "name"), ("display_name", "name"), ("place", "place"),
     ("organisation", "organisation"), ("coordinates", "place"), ("money", "other"), ("phone", "identifier")],
)  # fmt: skip
def test_a_name_is_no_person(kind: str, form: str) -> None:
    assert form_of(kind) == form
