"""Rules for businesses: a legal form or a trade at the end of a name says what it is a name of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from extractors.names.decoding import Span
from extractors.names.reading import Words, owners

LEGAL_FORM: Final = 0.78
"""Measured without a model on all hand-labelled sentences: 31 of 40 capitalised runs with a form are labelled so; of the
rest, five have the right words but for a stop or an article. With the model of November 2026 it is 43 of 52."""
TRADE: Final = 0.83
"""Measured with the model of November 2026 on all hand-labelled sentences: 38 of 46 such names."""
HOUSE: Final = 0.72
"""As `TRADE`: 13 of 18 have the right words. The labels call 4 of them organisations, here they all are."""
TRADE_ALONE: Final = 0.5
"""A guess: the sentences hold five of these, four with the right words, one of them labelled an organisation."""

FORMS: Final = frozenset(
    ("ltd", "limited", "plc", "llc", "llp", "inc", "incorporated", "corp", "corporation", "co ltd", "gmbh", "gmbh & co kg",
     "sarl", "srl", "srls", "ltda", "lda", "bvba", "oyj", "aps", "kft", "zrt", "nyrt", "eood", "sp z oo", "sp zoo", "sp a", "sro", "uab",
     "pty ltd", "pte ltd", "sdn bhd", "pvt ltd", "pjsc", "cic")
)  # fmt: skip
"""Legal forms without stops, lower-cased: the ones of GLEIF's Entity Legal Forms list (ISO 20275) that Europe, America
and Australia write most."""
SHORT: Final = frozenset(
    ("AG", "KG", "SA", "S.A", "SAS", "BV", "B.V", "NV", "N.V", "AB", "Oy", "OY", "SpA", "d.o.o", "SIA")
)
"""Forms that are written like this or are other words; they count only after a name that the model found."""
LOWER: Final = frozenset(("ltd", "plc", "llc", "llp", "gmbh", "srl", "kft", "pty ltd", "pte ltd", "sp z oo", "sp zoo"))
"""Forms that are no word in lower case either; the others count only where they begin with a capital."""
_FORM_WORDS: Final = 6
_BEGIN: Final = frozenset(form.split()[0] for form in FORMS)

TRADES: Final = frozenset(
    ("solicitors", "recruitment", "staffing", "hire", "cars", "taxis", "cabs", "motors", "couriers", "lettings", "removals",
     "haulage", "logistics", "lodge", "hotel", "hostel", "agency", "university", "police", "constabulary", "services",
     "cleaning", "catering", "holdings", "chambers", "accountants", "employment")
)  # fmt: skip
"""Last words of trading names; a kind of place where people mostly live or pass (inn, church, station) is none."""
HOUSES: Final = frozenset(("lodge", "hotel", "hostel"))
_OF: Final = frozenset(
    ("university", "police", "constabulary", "agency", "services", "employment", "holdings", "chambers")
)
"""Trades that as often begin or fill a longer name: they need the model to have found some of it."""
_HEADS: Final = frozenset(
    ("company", "director", "directors", "chairman", "borrower", "lender", "hirer", "employer", "supplier", "customer", "client",
     "manager", "partner", "agreement", "payee", "payer", "owner", "tenant", "landlord", "agent", "secretary", "signed", "invoice",
     "bill", "paid", "pay")
)  # fmt: skip
"""Words of a form or a signature that stand before a business and are not part of its name."""
_ANY: Final = frozenset(
    ("car", "van", "taxi", "minibus", "customer", "guest", "room", "staff", "night", "day", "social", "public", "emergency", "medical",
     "legal", "financial", "local", "travel", "other", "new", "weekly", "office", "health", "professional", "temporary", "vehicle",
     "key", "airport", "support", "student", "general", "additional", "budget", "luxury", "cheap")
)  # fmt: skip
"""Words before a trade that make no name: `Customer Services`, `Van Hire`."""


def legal_forms(words: Words, found: Sequence[Span]) -> Iterator[Span]:
    """Claim an organisation that ends in its legal form: the name right before it, else the capitalised words there.

    Source: a company has to write its name with its form (Companies Act 2006, section 82; Directive 2017/1132, article
    26).
    """
    owned = owners(words, found)
    at = 1
    while at < len(words.texts):
        name, before = owned[at], owned[at - 1] if words.parts[at - 1] == words.parts[at] else None
        end = _form_end(words, at)
        if not end and before and words.texts[at].rstrip(".") in SHORT:
            end = at + 1
        if end and name and name.first < at:
            yield Span(name.first, max(end, name.end), "ORG", LEGAL_FORM)
        elif end and before:
            yield Span(before.first, end, "ORG", LEGAL_FORM)
        elif end and words.cells[at - 1] == words.cells[at]:
            start = _after_heads(words, words.run_before(at), at)
            if start < at and not any(owned[start:at]):
                yield Span(start, end, "ORG", LEGAL_FORM)
        at = max(at + 1, end)


def _after_heads(words: Words, start: int, end: int) -> int:
    """Return the word after the last that belongs to a form, not to a name."""
    heads = [at + 1 for at in range(start, end) if words.texts[at].casefold() in _HEADS]
    return heads[-1] if heads else start


def _form_end(words: Words, at: int) -> int:
    """Return where the legal form ends that begins at `at`, the longest; 0 where there is none."""
    if words.texts[at].replace(".", "").casefold() not in _BEGIN:
        return 0
    said, found = "", 0
    for end in range(at, min(at + _FORM_WORDS, len(words.texts))):
        text = words.texts[end]
        if words.cells[end] != words.cells[at] or len(text) > len("incorporated") + 1:
            break
        said = f"{said} {text.replace('.', '').casefold()}".strip()
        if said in FORMS and text != "." and (words.texts[at][0].isupper() or said in LOWER):
            found = end + 1
    return found


_BEFORE: Final = frozenset((",", ";", ":", "*"))
"""Marks in a line after which a name may begin."""


def trades(words: Words, found: Sequence[Span]) -> Iterator[Span]:
    """Claim an organisation that ends in its trade: a name found with the trade, or right before it, or words alone.

    Reason: the last word of a trading name is a noun for the kind of business, and the corpora have too few small firms
    for the model to know. Hotels are places there; where they hire, pay and invoice, they are businesses.
    """
    owned = owners(words, found)
    for at in range(1, len(words.texts)):
        if words.texts[at].casefold() not in TRADES or words.nameless[at]:
            continue
        name, before = owned[at], owned[at - 1]
        confidence = HOUSE if words.texts[at].casefold() in HOUSES else TRADE
        if name and name.first < at and (name.end == at + 1 or words.ends_cell(at + 1)):
            yield Span(name.first, at + 1, "ORG", confidence)
        elif not words.is_name_like(at) or words.cells[at - 1] != words.cells[at]:
            continue
        elif before and before.end == at and not name:
            yield Span(before.first, at + 1, "ORG", confidence)
        elif not before and not name and _stands_alone(words, at):
            start = words.run_before(at)
            own = {text.casefold() for text in words.texts[start:at]} - _ANY - TRADES
            if own and (words.starts_cell(start) or words.texts[start - 1] in _BEFORE):
                yield Span(start, at + 1, "ORG", TRADE_ALONE)


def _stands_alone(words: Words, at: int) -> bool:
    """Return whether a trade may end a name of which nothing was found."""
    goes_on = not words.ends_cell(at + 1) and (words.is_name_like(at + 1) or words.texts[at + 1].casefold() == "of")
    return not goes_on and words.texts[at].casefold() not in _OF
