"""Words for the index, for queries and for highlighting are the same words."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from graph.tokens import searchable, tokens


@given(st.text())
def test_folding_letter_by_letter_gives_the_same_words(text: str) -> None:
    assert searchable(text).split() == " ".join(token.word for token in tokens(text)).split()


def test_letters_that_join_the_one_before_are_folded_with_it() -> None:
    for text in ("\uff76\uff9e", "\u1112\u1161\u11ab", "e\u0301", "\u304b\u3099", "a\u0e33b", "½ \ufdfa"):
        assert searchable(text).split() == " ".join(token.word for token in tokens(text)).split()
