"""What a pattern reports, and what it is told: the two records every pattern module speaks in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TypeAlias

import msgspec

CONTEXT_WIDTH = 40
"""Code points before (and, halved, after) a span in which a word may say what the number is."""

_BREAK = re.compile(r"[^\w\s.:#/()'+&,@\-]|\n|(?<!\bno)(?<!\bnr)(?<!\btel)(?<!\bref)(?<!\bmob)(?<!\bacc)[.!?]\s")

OTHER_NUMBER = re.compile(
    r"\b(order|invoice|ref|reference|account|acc|acct|a/c|sort code|case|ticket|booking|confirmation|id|vat|utr|nino|"
    r"tracking|parcel|consignment|item|sku|policy|serial|passport|licence|receipt|transaction|customer|member|meter|cnp|"
    r"cui|company|companies house|charity|isbn|factur\w+|comand\w+|cont|rezervare|imsi|iccid|code|pin|batch|lot|docket)"
    r"(?: (?:no|number|num|nr|id|ref|reference|of))?[.:#]*[ #:\-]*[a-z]{0,4}[ \-]?$"
)
"""Words just before a number that say it is the number of something else than a telephone or a card."""


class Asserted(msgspec.Struct, frozen=True, kw_only=True):
    """What people said about the material that changes how characters are read."""

    region: str = ""
    """ISO 3166 alpha-2 for numbers written the national way; empty where nobody said."""
    day_order: str = ""
    """`dmy`, `mdy` or empty."""
    language: str = ""
    """ISO 639-1 of the text, empty where unknown."""
    written: str = ""
    """Day on which the text was written (ISO 8601), by which `yesterday` is counted; empty where unknown.

    No person says it but the file: see `extractors.patterns.written`."""


class Hit(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One identifier in a text: code points `start` to `end`, its normalised value, and what its check said."""

    kind: str
    start: int
    end: int
    value: str
    holds: bool
    """Whether the check held; where it did not, the value is kept as `unverified`."""
    check: str
    check_digits: bool = False
    """Whether the check is arithmetic over the characters themselves, so that a misreading would have failed it."""
    rule: str = ""
    """Which reading rule changed the characters; empty where none did."""
    deduced: bool = False
    """Whether the value follows from something beside the quote, so that a person confirms it however it was read."""
    finder: str = ""


Find: TypeAlias = Callable[[str, Asserted], Iterator[Hit]]


def before(text: str, start: int, *, width: int = CONTEXT_WIDTH) -> str:
    """Return the words just before `start`, lower-cased, cut at the last line or sentence end."""
    window = text[max(0, start - width) : start].lower()
    cut = 0
    for stop in _BREAK.finditer(window):
        cut = stop.end()
    return window[cut:]


def after(text: str, end: int, *, width: int = CONTEXT_WIDTH // 2) -> str:
    """Return the words just after `end`, lower-cased, cut at the first line end."""
    return text[end : end + width].split("\n", 1)[0].lower()


def digits_of(text: str) -> str:
    """Return the decimal digits of `text`, in order, as ASCII."""
    return "".join(str(int(c)) for c in text if c.isdecimal())
