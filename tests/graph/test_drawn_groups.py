"""Groups are those of the picture: by its lines alone, the same every time, with what holds and what bridges them."""

from __future__ import annotations

from itertools import combinations

from graph.questions.drawn import Bond, Form, Picture, Thing
from graph.questions.drawn_groups import groups_of, letters


def _thing(name: str, form: Form = "identifier") -> Thing:
    return Thing(
        id=name, kind="phone", form=form, label=name, status="established", mentions=1, reviewed=0, exhibits=1, neighbours=0
    )  # fmt: skip


def _bond(a: str, b: str, supports: int = 1, family: str = "communication", kind: str = "called") -> Bond:
    return Bond(
        a=a, b=b, family=family, kinds={kind: supports}, supports=supports, forth=supports,  # type: ignore[arg-type]
        relations=(f"r-{a}-{b}-{kind}",), confirmed=0, exhibits=1,
    )  # fmt: skip


def _picture(names: str, bonds: list[Bond], **forms: Form) -> Picture:
    things = tuple(_thing(name, forms.get(name, "identifier")) for name in names)
    return Picture(
        things=things, bonds=tuple(bonds), added=(), left=0, gone=(), exhibits=(), notes=(), definition="all of it"
    )  # fmt: skip


def test_each_group_says_its_members_what_holds_it_and_what_bridges_it() -> None:
    one = [_bond(a, b) for a, b in combinations("abcd", 2)] + [_bond("a", "b", 4, kind="messaged")]
    other = [_bond(a, b, 2) for a, b in combinations("vwxyz", 2)]
    found = groups_of(_picture("abcdvwxyzq", [*one, *other, _bond("d", "v", 3), _bond("q", "z")]))
    larger, smaller = found.groups
    assert (larger.letter, set(larger.members) - {"q"}, smaller.letter) == ("A", set("vwxyz"), "B")
    assert smaller.members == tuple("abcd")
    assert smaller.ties == 6, "two lines between two things are one tie"
    first = smaller.holds[0]
    assert (first.a, first.b, first.kinds, first.supports) == ("a", "b", {"called": 1, "messaged": 4}, 5)
    assert first.relations == ("r-a-b-called", "r-a-b-messaged")
    assert len(larger.holds) == 5
    assert [(tie.a, tie.b, tie.supports) for tie in smaller.bridges] == [("d", "v", 3)]
    assert [(tie.a, tie.b) for tie in larger.bridges] == [("v", "d")], "a member of its own first"
    assert "nothing else of anyone" in found.definition


def test_what_is_no_member_is_told_apart() -> None:
    bonds = [_bond(a, b) for a, b in combinations("abcm", 2)] + [_bond("y", "z")]
    found = groups_of(_picture("abcmyzs", bonds, m="other"))
    assert [group.members for group in found.groups] == [("a", "b", "c")], "a sum that three things share is no member"
    assert found.without == ("m", "y", "z", "s"), "two make no group, nor does what no line touches"
    assert groups_of(_picture("ab", [])).groups == ()


def test_the_same_picture_has_the_same_groups_and_more_than_26_have_names() -> None:
    names = [f"e{at:03}" for at in range(120)]
    bonds = [_bond(a, b, 5) for at in range(0, 120, 4) for a, b in combinations(names[at : at + 4], 2)]
    bonds += [_bond(names[at], names[at + 4]) for at in range(0, 116, 4)]
    things = tuple(_thing(name) for name in names)
    picture = Picture(
        things=things, bonds=tuple(bonds), added=(), left=0, gone=(), exhibits=(), notes=(), definition=""
    )
    assert groups_of(picture) == groups_of(picture)
    assert [letters(at) for at in (0, 25, 26, 27, 52)] == ["A", "Z", "AA", "AB", "BA"]
