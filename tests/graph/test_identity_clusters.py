"""What a list of verdicts comes to: chains, walls, cycles, and who keeps which id."""

from __future__ import annotations

import random
import time
from typing import Literal

from graph.identity_clusters import Side, Verdict, clustered

Kind = Literal["same", "different", "undecided"]


def side(*elements: str) -> Side:
    return Side(
        frozenset(one for one in elements if one.startswith("m-")),
        frozenset(one for one in elements if one.startswith("e-")),
    )


def say(seq: int, verdict: Kind, *sides: Side, makes: str = "person", joins: tuple[str, ...] = ()) -> Verdict:
    return Verdict(seq, f"p-{seq}", verdict, makes if verdict == "same" else "", sides, joins)


A, B, C, D = (side(f"m-{name}") for name in "abcd")
PHONE = side("e-phone")


def test_a_chain_of_same_is_one_thing_under_the_oldest_id() -> None:
    made = clustered([say(1, "same", A, B), say(2, "same", C, D), say(3, "same", B, C)])
    (one,) = made.clusters
    assert (one.id, one.redirects) == ("p-1", (("p-2", 2),))
    assert [verdict.seq for verdict in one.verdicts] == [1, 2, 3]


def test_a_chain_that_would_join_what_was_judged_different_is_refused_and_shown() -> None:
    made = clustered([say(1, "same", A, B), say(2, "different", A, D), say(3, "same", B, C), say(4, "same", C, D)])
    assert made.refused[4].wall == 2
    assert made.refused[4].chain == (1, 3, 4)
    assert [verdict.seq for verdict in made.clusters[0].verdicts] == [1, 3]


def test_different_between_what_is_joined_is_refused_with_the_chain() -> None:
    made = clustered([say(1, "same", A, B), say(2, "same", B, C), say(3, "different", A, C)])
    assert made.refused[3].chain == (1, 2)
    assert len(made.clusters) == 1


def test_a_later_verdict_on_the_same_two_sides_takes_the_place_of_the_earlier() -> None:
    made = clustered([say(1, "different", A, B), say(2, "same", B, A)])
    assert made.superseded == {1: 2}
    assert [one.id for one in made.clusters] == ["p-2"]
    back = clustered([say(1, "same", A, B), say(2, "different", A, B)])
    assert (back.superseded, back.clusters) == ({1: 2}, ())


def test_a_later_verdict_that_is_refused_leaves_the_earlier_one_standing() -> None:
    made = clustered([say(1, "different", A, B), say(2, "different", A, C), say(3, "same", B, C), say(4, "same", A, B)])
    assert set(made.refused) == {4}
    assert made.superseded == {}


def test_of_three_at_once_no_wall_is_overridden() -> None:
    made = clustered([say(1, "different", A, B), say(2, "same", A, B, C)])
    assert made.refused[2].wall == 1


def test_two_people_may_share_a_telephone() -> None:
    made = clustered(
        [say(1, "same", A, PHONE), say(2, "same", B, PHONE, makes="organisation"), say(3, "different", A, B)]
    )
    assert [one.kind for one in made.clusters] == ["person", "organisation"]
    assert made.refused == {}


def test_a_telephone_judged_not_to_be_somebodys_is_not_attributed_to_them() -> None:
    made = clustered(
        [say(1, "same", A, B), say(2, "different", B, PHONE), say(3, "same", A, PHONE), say(4, "same", C, PHONE)]
    )
    assert made.refused[3].wall == 2
    assert [one.id for one in made.clusters] == ["p-1", "p-4"]
    late = clustered([say(1, "same", A, PHONE), say(2, "different", A, PHONE), say(3, "same", A, B, PHONE)])
    assert (late.superseded, late.refused[3].wall) == ({1: 2}, 2)


def test_two_telephones_of_nobody_known_can_be_named_later() -> None:
    made = clustered([say(1, "same", PHONE, side("e-other")), say(2, "same", PHONE, A, joins=("p-1",))])
    (one,) = made.clusters
    assert (one.id, len(one.verdicts)) == ("p-1", 2)


def test_a_person_and_a_firm_are_not_one_thing() -> None:
    made = clustered([say(1, "same", A, B), say(2, "same", C, D, makes="organisation"), say(3, "same", B, C)])
    assert "an organisation and a person" in made.refused[3].why


def test_undecided_joins_nothing_and_stops_nothing() -> None:
    made = clustered([say(1, "undecided", A, B), say(2, "same", A, C), say(3, "same", C, B)])
    assert len(made.clusters) == 1
    assert made.refused == {}


def test_a_cycle_of_ten_thousand_verdicts_ends() -> None:
    ring = [side(f"m-{at}") for at in range(10_000)]
    verdicts = [say(at + 1, "same", ring[at], ring[(at + 1) % len(ring)]) for at in range(len(ring))]
    verdicts.append(say(10_001, "different", ring[0], ring[5_000]))
    began = time.monotonic()
    made = clustered(verdicts)
    assert time.monotonic() - began < 20
    assert len(made.clusters) == 1
    assert made.refused[10_001].chain


def test_whatever_is_said_nothing_judged_different_is_joined() -> None:
    for seed in range(30):
        chance = random.Random(seed)
        names = [side(f"m-{at}") for at in range(12)]
        verdicts = []
        for seq in range(1, 60):
            kind: Kind = chance.choice(["same", "same", "different", "undecided"])
            verdicts.append(say(seq, kind, *chance.sample(names, 2 if kind != "same" else chance.choice([2, 3]))))
        made = clustered(verdicts)
        walls = [
            one for one in verdicts
            if one.verdict == "different" and one.seq not in made.refused and one.seq not in made.superseded
        ]  # fmt: skip
        for cluster in made.clusters:
            members = {name for one in cluster.verdicts for name in one.names}
            assert not any(all(members & each.meant for each in wall.sides) for wall in walls)
        mentioned = [name for cluster in made.clusters for name in {n for one in cluster.verdicts for n in one.names}]
        assert len(mentioned) == len(set(mentioned))
