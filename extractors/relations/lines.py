"""A segment's text in lines, each with the mentions that begin in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from evidence.records import Found

WORD = re.compile(r"[^\W_]+")


class Line(NamedTuple):
    """One line without the white space at its ends; `start` and `end` are code points of the segment."""

    start: int
    end: int
    text: str
    mentions: tuple[Found, ...]

    @property
    def pieces(self) -> list[str]:
        """What the line says before, between and after its mentions."""
        pieces: list[str] = []
        at = 0
        for mention in self.mentions:
            pieces.append(self.text[at : max(at, mention.start - self.start)])
            at = max(at, mention.end - self.start)
        return [*pieces, self.text[at:]]


def lines_of(text: str, mentions: Sequence[Found]) -> list[Line]:
    """Return the lines of `text`, one blank line for each run of them; `mentions` are sorted by start."""
    lines: list[Line] = []
    start, first = 0, 0
    for raw in text.split("\n"):
        end = start + len(raw)
        after = first
        while after < len(mentions) and mentions[after].start <= end:
            after += 1
        stripped = raw.strip()
        if stripped or not lines or lines[-1].text:
            lead = start + len(raw) - len(raw.lstrip())
            lines.append(Line(lead, lead + len(stripped), stripped, tuple(mentions[first:after])))
        start, first = end + 1, after
    return lines
