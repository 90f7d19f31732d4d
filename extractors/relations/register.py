"""Lines of a register: who is in which room and when, with nothing but marks between (`Ion Moraru, Room 214, 2 May 2026`).

A line that says more is prose: "Ion Moraru told us that Room 214 is locked" does not say whose room it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from evidence.records import Found
from extractors.relations.edge import VALUES, Edge
from extractors.relations.lines import WORD, Line

_LINE_LIMIT = 200
_WORDS = 2
"""Other words on the line, at most, but for labels with a colon: `from`, `to`, `three more`."""
_MOST = 6
"""Names and rooms of one line, at most."""
_LABEL = re.compile(r"[^\W\d_]+(?:[ ][^\W\d_]+){0,2}:")
_MARKS = re.compile(rf"[\s,;|/()\[\]•·–—\-.&]*(?:(?i:and|și|si|und)\s+)?(?:{_LABEL.pattern}\s*)?")
"""What may stand between two of them: marks, and the label of a field."""


def register_edges(lines: Sequence[Line]) -> Iterator[Edge]:
    """Yield the room of each person named beside one, with the dates and sums that the line gives."""
    for line in lines:
        if len(line.text) <= _LINE_LIMIT and any(one.kind == "room" for one in line.mentions):
            guests, rooms = _side_by_side(line)
            for guest in guests:
                for other in (*rooms, *(one for one in line.mentions if one.kind in VALUES)):
                    rule = f'a line of a register, "{rooms[0].quote}"'
                    yield Edge(guest, other, "stated", rule, line.start, line.end)


def _side_by_side(line: Line) -> tuple[list[Found], list[Found]]:
    """Return the people and the rooms of a line, if all stand side by side, those first or these; else none."""
    ends = [one for one in line.mentions if one.kind in ("person_name", "room")]
    turns = sum(one.kind != other.kind for one, other in pairwise(ends))
    words = sum(len(WORD.findall(_LABEL.sub("", piece))) for piece in line.pieces)
    if turns != 1 or len(ends) > _MOST or words > _WORDS:
        return [], []
    text = line.text
    for one in line.mentions:
        if one.kind in VALUES:
            text = text[: one.start - line.start] + " " * (one.end - one.start) + text[one.end - line.start :]
    between = (text[one.end - line.start : other.start - line.start] for one, other in pairwise(ends))
    if not all(map(_MARKS.fullmatch, between)):
        return [], []
    return [one for one in ends if one.kind != "room"], [one for one in ends if one.kind == "room"]
