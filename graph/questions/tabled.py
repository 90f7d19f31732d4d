"""An answer as tables: every row with a key that outlives rebuilds, its cells, and where it can be looked up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from evidence.digest import Sha256, digest, digest_lines
from graph.questions.ground import Named, exhibits_of

Cell = str | int
_SHORT: Final = 16
"""Hexadecimal digits of a word's digest: enough to tell a change by."""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One row of an answer."""

    key: tuple[str, ...]
    """Ids of what it is about; what has no id, as a digest: nothing in it can be read."""
    cells: tuple[Cell, ...]
    """Counts as numbers, all else as text, in the order of the columns."""
    sources: tuple[str, ...]
    """Segments and rows of records that it rests on, the first ones where there are many; exhibits where it is of those."""
    exhibits: tuple[str, ...]


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """One table of an answer."""

    title: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    grouped: bool = False
    """Rows with one first cell stand together under it."""
    absence: bool = False
    """Its rows say what is not there, so that no place in an exhibit can be cited for them."""


class Tables(msgspec.Struct, frozen=True, kw_only=True):
    """An answer as tables, with the definition it was made by."""

    sheets: tuple[Sheet, ...]
    found: int
    """Rows altogether, shown or not."""
    definition: str
    notes: tuple[str, ...]

    @property
    def exhibits(self) -> tuple[str, ...]:
        """The exhibits that the rows rest on, each once."""
        return tuple(dict.fromkeys(number for _, line in self.lines() for number in line.exhibits))

    def lines(self) -> Iterator[tuple[Sheet, Line]]:
        """Yield every row with the table it stands in, in order."""
        return ((sheet, line) for sheet in self.sheets for line in sheet.lines)

    def digest(self) -> Sha256:
        """Return the digest of what was found: the rows in the order of their keys, whatever order they are shown in."""
        rows = sorted(((sheet.title, *line.key), line.cells) for sheet, line in self.lines())
        return digest_lines("analysis", [str(self.found), *([key, cells] for key, cells in rows)])


def word(text: str) -> str:
    """Return the digest by which a text is known in a key, or a change of it is told."""
    return digest("analysis/word", text)[:_SHORT]


def shown(named: Named) -> str:
    """Return a thing as people read it; whoever used a device is not attributed."""
    return f"the user of {named.value}, not attributed" if named.kind == "device_user" else named.value


def line(
    *key: str, cells: tuple[Cell, ...], sources: Iterable[str] = (), exhibits: Iterable[str] | None = None
) -> Line:
    """Return a row; its exhibits are those of its sources where none are given."""
    places = tuple(dict.fromkeys(filter(None, sources)))
    numbers = exhibits_of(places) if exhibits is None else tuple(dict.fromkeys(exhibits))
    return Line(key=key, cells=cells, sources=places, exhibits=numbers)


def sheet(
    title: str, columns: tuple[str, ...], lines: Iterable[Line], *, grouped: bool = False, absence: bool = False
) -> Sheet:
    """Return a table; rows with one key are told apart by their order."""
    seen: Counter[tuple[str, ...]] = Counter()
    made = []
    for each in lines:
        seen[each.key] += 1
        again = seen[each.key]
        made.append(each if again == 1 else msgspec.structs.replace(each, key=(*each.key, f"#{again}")))
    return Sheet(title=title, columns=columns, lines=tuple(made), grouped=grouped, absence=absence)
