"""How long exports are cut into parts, and how a part's name says which messages it holds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from evidence.errors import Unreadable
from extractors.protocols import Part

MESSAGES_A_PART: Final = 100_000
_SECONDS_A_MESSAGE: Final = 0.0005
"""To read it and to find the names in it."""
_RUN: Final = re.compile(r"conversation (\d+), messages (\d+)-(\d+)")
_SEVERAL: Final = re.compile(r"conversations (\d+)-(\d+)")
_SINGLE: Final = re.compile(r"page (\d+)")
"""How a run asks for one unit alone after a part that holds it has failed."""


class Wanted(NamedTuple):
    """Which conversations a part holds, from 1, and of a long one which messages."""

    first: int = 1
    last: int = 1 << 60
    from_message: int = 1
    to_message: int = 1 << 60

    def conversation(self, number: int) -> bool:
        """Say whether it holds any of conversation `number`."""
        return self.first <= number <= self.last


def cut(sizes: Sequence[int], *, least: int = MESSAGES_A_PART) -> tuple[Part, ...]:
    """Return parts of about 100,000 messages: several short conversations, or a run of messages of a long one."""
    if sum(sizes) <= least:
        return (Part(seconds_expected=0.05 + sum(sizes) * _SECONDS_A_MESSAGE),)
    parts: list[Part] = []
    start, held = 1, 0
    for number, size in enumerate(sizes, start=1):
        if held and held + size > least:
            parts.append(_several(start, number - 1, held))
            start, held = number, 0
        if size > least:
            parts += _runs(number, size, least)
            start, held = number + 1, 0
        else:
            held += size
    if held or start <= len(sizes):
        parts.append(_several(start, len(sizes), held))
    return tuple(parts)


def _several(first: int, last: int, messages: int) -> Part:
    seconds = 0.05 + messages * _SECONDS_A_MESSAGE
    return Part(name=f"conversations {first}-{last}", first=first, last=last, seconds_expected=seconds)


def _runs(number: int, size: int, least: int) -> list[Part]:
    return [
        Part(
            name=f"conversation {number}, messages {start}-{min(start + least - 1, size)}",
            first=number,
            last=number,
            seconds_expected=0.05 + min(least, size - start + 1) * _SECONDS_A_MESSAGE,
        )
        for start in range(1, size + 1, least)
    ]


def wanted(part: Part) -> Wanted:
    """Return what a part of `cut` holds; raises Unreadable for a name that is none of its."""
    if not part.name:
        return Wanted()
    if match := _RUN.fullmatch(part.name):
        number, start, stop = map(int, match.groups())
        return Wanted(number, number, start, stop)
    if match := _SEVERAL.fullmatch(part.name):
        return Wanted(int(match[1]), int(match[2]))
    if match := _SINGLE.fullmatch(part.name):
        return Wanted(int(match[1]), int(match[1]))
    raise Unreadable(f"no such part of a chat: {part.name}")
