"""What rules add to the names that the model found, in order; each rule is named, and says what it rests on.

A rule claims names; a claim takes the place of what it touches. Its confidence is the share of such claims that are
right in the hand-labelled sentences, all of them, since the tenth that is set aside holds too few; where they hold none,
it is said to be a guess.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from extractors.names.businesses import legal_forms, trades
from extractors.names.decoding import Span
from extractors.names.fields import fields, no_names, registers
from extractors.names.people import inverted, signatures
from extractors.names.premises import streets, streets_first, towns, units
from extractors.names.reading import Rule, Words, laid_over
from extractors.names.repeats import repeats

RULES: Final[tuple[Rule, ...]] = (
    legal_forms,
    trades,
    streets,
    streets_first,
    units,
    towns,
    inverted,
    fields,
    registers,
    signatures,
    repeats,
)


def with_rules(words: Words, found: Sequence[Span]) -> list[Span]:
    """Return the names after every rule, in order and apart; the time is linear in the words."""
    fieldwords = set(no_names(words, found))
    names = [one for one in found if one not in fieldwords]
    for rule in RULES:
        names = laid_over(names, rule(words, names))
    return names
