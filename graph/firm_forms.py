"""Legal forms of firms, as they are written in full, cut short, with dots and without, and where they stand in a name.

A firm keeps its name when its form is left out, and two firms may share all but a number or one word. Tables of our own: a form that
they lack is compared as a word.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

_ALWAYS: Final = """
ltd limited llc llp inc incorporated corp corporation plc co company gmbh ag kg ug srl sarl sas sa spa bv nv oy ab as aps kft zrt bt doo
ooo oao zao pjsc sro spzoo sl lda pty pte eood ood ead jsc ojsc cjsc pao shpk nyrt mbh ohg gbr eurl snc uab sia oyj ltda dooel vof
haftungsbeschrankt aktiengesellschaft kommanditgesellschaft bhd sdn pvt tov lllp pllc kda sagl srls
"""
LEGAL_FORMS: Final = frozenset(_ALWAYS.split())
"""Words that are a legal form, in any name."""
ALSO_NAMES: Final = frozenset(("sa", "co", "as", "ag", "oy", "ab", "bt", "kg", "ug", "spa", "sas", "sl", "nv", "bv", "tov", "sia"))  # fmt: skip
"""Of these, those that are also names of people."""
_OF_FIRMS: Final = frozenset(("ad", "ao", "ip", "sp", "ek", "cv", "lp", "kd", "pc", "pat", "ks", "rt", "sc", "ev", "og", "ou"))  # fmt: skip
"""Words that are a legal form where the name is known to be a firm's, and stands before or after them."""
_IN_FULL: Final = frozenset(
    tuple(phrase.split())
    for phrase in (
        "societate cu raspundere limitata", "gesellschaft mit beschrankter haftung", "gesellschaft mbh", "korlatolt felelossegu tarsasag",
        "spolka z ograniczona odpowiedzialnoscia", "spolka akcyjna", "sociedad limitada", "sociedad anonima", "societe anonyme",
        "sociedade limitada", "sociedade anonima", "societa per azioni", "societa a responsabilita limitata",
        "societe a responsabilite limitee", "limited sirketi", "ltd sti", "limited sti", "anonim sirketi", "drustvo s ogranicenom odgovornoscu",
        "druzhestvo s ogranichena otgovornost", "obshchestvo s ogranichennoy otvetstvennostyu", "obschestvo s ogranichennoy otvetstvennostyu",
        "besloten vennootschap", "naamloze vennootschap", "beteti tarsasag",
        "sp z o o", "sp z oo", "sp zoo", "sh p k", "d o o", "s r o", "gesellschaft b r", "g m b h", "m b h", "s r l s",
    )
)  # fmt: skip
"""Forms of several words."""
_LONGEST: Final = max(map(len, _IN_FULL))
_FEWEST: Final = 3
"""Letters from which on a form that is written with dots is no initials."""
_HOLDINGS: Final = frozenset(
    ("holding", "holdings", "holdco", "group", "grup", "gruppe", "grupa", "grupo", "groupe", "gruppo", "grubu")
)
_NUMBERS: Final = frozenset(("ii", "iii", "iv", "vi", "vii", "viii", "ix"))


def in_full(tokens: Sequence[str]) -> range:
    """Return where a legal form of several words stands at the beginning or the end of a name; an empty range where none does."""
    for many in range(min(_LONGEST, len(tokens) - 1), 1, -1):
        if sum(map(len, tokens[-many:])) >= _FEWEST and tuple(tokens[-many:]) in _IN_FULL:
            return range(len(tokens) - many, len(tokens))
        if sum(map(len, tokens[:many])) >= _FEWEST and tuple(tokens[:many]) in _IN_FULL:
            return range(many)
    return range(0)


def is_form(token: str, *, firm: bool) -> bool:
    """Return whether a word is a legal form; more words are where the name is known to be a firm's."""
    return token in LEGAL_FORMS or (firm and token in _OF_FIRMS)


def says_firm(token: str) -> bool:
    """Return whether a word says by itself that a name is a firm's."""
    return token in LEGAL_FORMS and token not in ALSO_NAMES


def is_number(token: str) -> bool:
    """Return whether a word of a firm's name is a number."""
    return token.isdigit() or token in _NUMBERS


def is_holding(token: str) -> bool:
    """Return whether a word of a firm's name makes it the one that holds others of its house."""
    return token in _HOLDINGS
