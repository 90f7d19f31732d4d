"""Rooms, suites, flats and apartments by their number, where a word names them: `Room 214`, `rooms 4, 5 and 6`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractors.patterns.hit import Asserted, Hit
from extractors.patterns.label import lowered, starts_of

_KINDS = {
    "room": "room", "rooms": "room", "rm": "room", "zimmer": "room", "suite": "suite", "flat": "flat",
    "apartment": "apartment", "apt": "apartment",
}  # fmt: skip
_ROMANIAN = {"camera": "room", "camerei": "room", "camerele": "room", "camerelor": "room"}
"""Words that name a room only in Romanian: elsewhere `camera 14` takes pictures."""
_PLURALS = ("rooms", "camerele", "camerelor")
"""Words after which a list of numbers is one of rooms; after `Room 4, ` another number is a street's."""
ROOM_CUES = frozenset(_KINDS.keys() | _ROMANIAN.keys())
_STARTS = ("room", "rm", "zimmer", "suite", "flat", "apartment", "apt")
_LINK = r"\.?(?:[ ](?:no|nr|num|number|numărul)\b\.?)?(:[ \t\u00a0]{0,3}|[ \t\u00a0]{1,3})#?"
_COUNTED = (
    r"nights?|days?|weeks?|months?|years?|hours?|hrs?|min|mins|minutes?|seconds?|people|persons?|guests?|beds?|baths?|"
    r"bedrooms?|bathrooms?|adults?|children|kids|men|women|workers|staff|floors?|miles?|km|metres?|meters?|feet|ft|m|m2|sqm|"
    r"square|sq|cm|mm|inch(?:es)?|in\.|x|×|by[ ][0-9]+|times|per|percent|pounds?|quid|euros?|dollars?|lei|ron|eur|gbp|usd|mp|"
    r"megapixel\w*|volts?|watts?|degrees?|stars?|rate|fee|am|pm|nächte|tage|personen|betten|nopți|zile|persoane|paturi|"
    r"tests?|cases|copies|of[ ](?:them|us|these|those)"
)
_NUMBER = r"(?:[0-9]{1,4}[A-Za-z]?|[A-Z]-?[0-9]{1,3}[A-Z]?)"
_END = (
    rf"(?![\w\x00])(?![.,:/'’\-–][0-9])(?![ ]?[%€$£°+=])(?![ ]?[–\-][ ]?[0-9])"
    rf"(?![ \-]?['’\"″′]{{0,2}}[ ]?(?i:{_COUNTED})(?!\w))"
)
_ONE_ROOM = re.compile(
    rf"(?i:({'|'.join(sorted({*_KINDS, *_ROMANIAN} - {*_PLURALS}, key=len, reverse=True))})){_LINK}({_NUMBER}){_END}"
)
_ROOMS = re.compile(
    rf"(?i:({'|'.join(_PLURALS)})){_LINK}({_NUMBER}(?:,[ ]{_NUMBER}){{0,20}}(?:,?[ ](?:(?i:and|și|si)|&)[ ]{_NUMBER})?)"
    rf"{_END}"
)
_NEAR = re.compile(r"[a-z]{2,10}[^a-z\n0-9]{1,5}(?:(?:no|nr|num|number|numărul)\b[^\n0-9]{1,4})?[a-z]?-?[0-9]")
"""What is cheap to look for first, in lower case."""
_ONE = re.compile(_NUMBER)
_NOT_ONE = re.compile(
    r"(?<![^\W\d])(?:(?<![\d:.,/\-])[1-9]|an?|one|two|three|four|five|six|seven|eight|nine|ten|per|each|single|double|twin|"
    r"triple|family|spare|extra|stand(?:ing)?|head|leg|bed|bath|office|creative|software|test|testing|master|fell|fall|"
    r"falls|lay|laid|lie|lies|lying|stay(?:ed)?|b|e|a)[ \-]$"
)
"""What before the word says that rooms are counted or priced, or that a suite or `flat` is something else."""
_CHECK = "called a room by the text; no list of rooms asked"


def find_room(text: str, asserted: Asserted) -> Iterator[Hit]:
    """Yield rooms as `room 214`, `suite 5`, `flat 3`; of `rooms 4, 5 and 6` each, but nothing of `rooms 2`.

    The quote holds the word, but where a field names it (`Room: 214`) or an earlier number of a list bears it.
    """
    lower = lowered(text)
    cues = (*_STARTS, "camer") if asserted.language == "ro" else _STARTS
    done = 0
    for at in sorted(at for cue in cues if cue in lower for at in starts_of(lower, cue)):
        if at < done or not _NEAR.match(lower, at):
            continue
        found = _ONE_ROOM.match(text, at) or _ROOMS.match(text, at)
        if found is None or _NOT_ONE.search(lower[max(0, at - 12) : at]):
            continue
        done = found.end()
        numbers = list(_ONE.finditer(text, found.start(3), found.end(3)))
        word = found[1].lower()
        if word in _PLURALS and len(numbers) == 1:
            continue
        parted = len(found[2]) > 1 or found[2] in ":\t"
        for place, one in enumerate(numbers):
            start = one.start() if place or parted else found.start()
            yield _hit(_KINDS.get(word) or _ROMANIAN[word], one[0], start, one.end())


def _hit(kind: str, number: str, start: int, end: int) -> Hit:
    value = f"{kind} {number.lower().lstrip('0') or '0'}"
    return Hit(kind="room", start=start, end=end, value=value, holds=True, check=_CHECK)
