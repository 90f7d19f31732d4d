"""Which names are compared: never all with all, and what was left out is said."""

from __future__ import annotations

from graph.name_blocks import TOO_COMMON, blocks
from graph.name_forms import form


def made(count: int) -> list[str]:
    return [f"Marioara {chr(97 + at % 26)}{chr(97 + at // 26 % 26)}{chr(97 + at // 676)}zescu" for at in range(count)]


def test_names_that_share_nothing_are_not_compared() -> None:
    assert blocks([form("Irén Sólyom"), form("Gary Felstead")]).pairs.tolist() == []


def test_a_pair_of_several_keys_is_compared_once() -> None:
    assert blocks([form("Irén Sólyom"), form("Sólyom Irén")]).pairs.tolist() == [[0, 1]]


def test_a_given_name_of_thousands_is_not_compared_by_and_it_is_said() -> None:
    names = [*made(2000), "Doina Lupu", "D. Lupu"]
    found = blocks([form(name) for name in names])
    assert len(found.pairs) < 40 * len(names)
    assert [2000, 2001] in found.pairs.tolist()
    assert found.too_common[0].names == 2000
    assert "marioara" in {word for one in found.too_common for word in one.key.split()}
    assert found.keys_left_out >= len(found.too_common)
    assert found.names_left_out >= 2000


def test_what_is_beyond_the_limit_of_pairs_is_counted_and_the_rarest_keys_come_first() -> None:
    names = [*(f"Jo Kar{end}" for end in ("lin", "lan", "len", "lun")), "Irén Sólyom", "Irén Solyom"]
    whole = blocks([form(name) for name in names])
    cut = blocks([form(name) for name in names], most_pairs=8)
    assert whole.pairs_left_out == 0
    assert cut.pairs_left_out > 0
    assert [4, 5] in cut.pairs.tolist()
    assert len(cut.pairs) < len(whole.pairs)


def test_a_key_of_as_many_names_as_may_share_it_is_still_compared() -> None:
    at_limit = [form(name) for name in [*made(TOO_COMMON - 1), "Marioara"]]
    assert len(blocks(at_limit).pairs) == TOO_COMMON * (TOO_COMMON - 1) // 2
    beyond = blocks([*at_limit, form("Marioara Xyz")])
    assert [(one.key, one.names) for one in beyond.too_common] == [("the word marioara", TOO_COMMON + 1)]
    assert (beyond.pairs == TOO_COMMON).any(axis=1).sum() < TOO_COMMON // 2


def test_names_that_share_one_word_are_compared_by_it_only_with_that_word_alone() -> None:
    names = [form(name) for name in ("Irina Kovács", "Irina Bőhm", "Irina")]
    assert blocks(names[:2]).pairs.tolist() == []
    assert [0, 2] in blocks(names).pairs.tolist()
