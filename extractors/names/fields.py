"""Rules for papers with fields: what the words of a form or a register say about what is filled in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from extractors.names.decoding import Span
from extractors.names.reading import LONGEST_RUN, LONGEST_WORD, SURE, UNMEASURED, Words, is_sure, owners

_PEOPLE: Final = (
    "name", "full name", "guest", "guest name", "name of guest", "employee", "employee name", "worker", "worker name", "driver",
    "passenger", "passenger name", "tenant", "caller", "patient", "manager", "duty manager", "porter", "night porter",
    "signed by", "taken by", "prepared by", "approved by", "authorised by", "completed by", "received by", "issued by",
    "reported by", "interviewed by", "account holder", "contact name", "contact person", "witness", "next of kin", "director",
    "interpreter", "interviewer", "officer", "worker on duty", "officer on duty", "supervisor", "cardholder", "lead guest",
    "booked by", "name of driver", "driver name",
)  # fmt: skip
_BUSINESSES: Final = (
    "employer", "company", "company name", "agency", "supplier", "bill to", "invoice to", "on behalf of", "carrier", "insurer",
    "name of company", "name of employer", "organisation", "organization", "firm",
)  # fmt: skip
FIELDS: Final = {**dict.fromkeys(_PEOPLE, "PER"), **dict.fromkeys(_BUSINESSES, "ORG")}
"""What is filled in where a form says so."""
_LONGEST_FIELD: Final = 3
_MARKS: Final = frozenset(("|", "*", "\u2022", ">", "#"))
_DASHES: Final = frozenset(("-", "\u2013", "\u2014"))
_VALUE_ENDS: Final = frozenset((",", ";", "("))
_ROOMS: Final = frozenset(("room", "bed", "bunk", "locker", "cabin", "seat"))
_FEWEST_ROWS: Final = 2
_ROW_ENDS: Final = frozenset((",", ";", "(", "-", "|"))
_NOBODY: Final = frozenset(
    ("empty", "vacant", "free", "closed", "full", "staff", "yes", "no", "none", "clean", "dirty", "off", "unknown", "anonymous",
     "n/a", "na", "same", "various", "tbc", "tba", "agency", "self", "nil", "refused", "withheld", "kitchen", "laundry", "store", "office", "linen")
)  # fmt: skip
"""What a field holds in place of a name."""
_DIGITS: Final = re.compile(r"\d{1,4}[A-Za-z]?")
_MOST: Final = {"PER": 3, "ORG": 5}


class _Filled(NamedTuple):
    """A field with something filled in: the words of its name, where its value begins, and the kind of name it asks for."""

    key: tuple[int, int]
    value: int
    kind: str
    is_told: bool
    """Whether a colon says that it is filled in; else it is two cells of a line, which headings are, too."""


def fields(words: Words, found: Sequence[Span]) -> Iterator[Span]:
    """Claim what fills a field to its end: `Driver: Jane Doe`, `| Taken by | Jane Doe |`, `Employer: Doe Cleaning`.

    Reason: the form says what is written there. A name that the model saw in the value with another kind, and was not
    sure of, gets the kind that the form says.
    """
    owned = owners(words, found)
    for filled in _filled(words):
        name, end = owned[filled.value], _value_end(words, owned, filled)
        is_certain = name is not None and (name.probability >= SURE or (name.kind == filled.kind and name.end > end))
        is_enough = filled.is_told or end > filled.value + 1 or name is not None
        if end > filled.value and is_enough and not is_certain:
            yield Span(filled.value, end, filled.kind, UNMEASURED)


def _value_end(words: Words, owned: Sequence[Span | None], filled: _Filled) -> int:
    """Return the end of the name that fills a field; where the value begins, if none does.

    That is name-like words up to the end of the cell or a mark, a name found, or words in lower case with one in them.
    """
    start, most = filled.value, _MOST[filled.kind]
    if words.texts[start].casefold() in _NOBODY:
        return start
    end = words.run_after(start, most, of=words.cells)
    if end > start and (words.ends_cell(end) or words.texts[end] in _VALUE_ENDS):
        return end
    name = owned[start]
    if name:
        return name.end if name.first == start else start
    end = start
    while (
        end < min(start + most, len(words.texts))
        and words.cells[end] == words.cells[start]
        and words.texts[end].isalpha()
    ):
        end += 1
    return end if end > start and words.ends_cell(end) and any(owned[start:end]) else start


def no_names(words: Words, found: Sequence[Span]) -> Iterator[Span]:
    """Return the names that are but the word of a form before its colon: the `Porter` in `Porter: Jane Doe`."""
    owned = owners(words, found)
    for filled in _filled(words):
        name = owned[filled.key[0]]
        if name and filled.is_told and (name.first, name.end) == filled.key:
            yield name


def _filled(words: Words) -> Iterator[_Filled]:
    """Yield the fields with something filled in: after a colon, or in the only other cell of the line."""
    for at in range(len(words.texts)):
        if not (words.starts_cell(at) or words.texts[at - 1] in _MARKS):
            continue
        end, kind = _field(words, at)
        if not kind or end == len(words.texts):
            continue
        is_told = words.texts[end] == ":"
        if not is_told and (words.cells[end] == words.cells[at] or words.texts[end] in _DASHES):
            continue
        value = end + 1 if is_told else end
        while value < len(words.texts) and words.texts[value] in _MARKS and value < end + _LONGEST_FIELD:
            value += 1
        if (
            value < len(words.texts)
            and words.lines[value] == words.lines[at]
            and (is_told or _is_pair(words, at, value))
        ):
            yield _Filled((at, end), value, kind, is_told)


def _is_pair(words: Words, at: int, value: int) -> bool:
    """Return whether the word at `at` begins a line's first cell with words, and the one at `value` its last."""
    line = words.lines[at]
    before = at - 1
    while before >= 0 and words.texts[before] in _MARKS:
        before -= 1
    after = value
    while after < min(value + LONGEST_RUN, len(words.texts)) and words.cells[after] == words.cells[value]:
        after += 1
    while after < len(words.texts) and words.texts[after] in _MARKS and words.lines[after] == line:
        after += 1
    return (before < 0 or words.lines[before] != line) and (after == len(words.texts) or words.lines[after] != line)


def _field(words: Words, at: int) -> tuple[int, str]:
    """Return where the longest name of a field ends that begins at `at`, and the kind of its value; else `at`, nothing."""
    said, best = "", (at, "")
    for end in range(at, min(at + _LONGEST_FIELD, len(words.texts))):
        if words.cells[end] != words.cells[at] or len(words.texts[end]) > LONGEST_WORD:
            break
        said = f"{said} {words.texts[end].casefold()}".strip()
        best = (end + 1, FIELDS[said]) if said in FIELDS else best
    return best


def registers(words: Words, found: Sequence[Span]) -> Iterator[Span]:
    """Claim the guests of a list with a line for each room: `Room 4: Doe, two more`; of one the model has an inkling.

    Reason: boards and registers name a room's guest by surname alone, which no sentence around it gives away. There are
    two rows at least, and in one of them the model found a person, with whatever confidence.
    """
    owned = owners(words, found)
    rows: list[Span] = []
    for at in range(len(words.texts) - 2):
        is_row = (at == 0 or words.lines[at - 1] != words.lines[at]) and words.texts[at].casefold() in _ROOMS
        if not (is_row and _DIGITS.fullmatch(words.texts[at + 1])):
            continue
        start = at + 2
        while start < min(at + 4, len(words.texts)) and words.texts[start] in ("|", ":", "-"):
            start += 1
        if start == len(words.texts) or words.lines[start] != words.lines[at]:
            continue
        end = words.run_after(start, _MOST["PER"], of=words.cells)
        closed = end > start and (words.ends_cell(end) or words.texts[end] in _ROW_ENDS)
        if closed and words.texts[start].casefold() not in _NOBODY:
            rows.append(Span(start, end, "PER", UNMEASURED))
    seen = [name for row in rows if (name := owned[row.first]) and name.kind == "PER"]
    if len(rows) >= _FEWEST_ROWS and seen:
        yield from (row for row in rows if not is_sure(owned[row.first]))
