"""Account numbers spelled out aloud: `G B eight two, W E S T, one two three four …`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import accumulate
from typing import NamedTuple

from extractors.patterns.hit import Asserted, Hit
from extractors.patterns.iban import length_of, mended, valid
from extractors.patterns.scan import rule_between
from extractors.patterns.spoken import HEARD_AS, TEENS, TENS, digit_words

_WORD = re.compile(r"[^\W_]{1,40}")
_GAP = re.compile(r"[\s,.;\-–…]*")
_LETTER_NAMES = {
    "ay": "A", "ee": "E", "bee": "B", "see": "C", "sea": "C", "dee": "D", "ef": "F", "gee": "G", "aitch": "H", "jay": "J", "kay": "K", "el": "L",
    "em": "M", "en": "N", "pee": "P", "queue": "Q", "cue": "Q", "ar": "R", "ess": "S", "tee": "T", "tea": "T", "you": "U",
    "vee": "V", "ex": "X", "why": "Y", "zed": "Z", "zee": "Z",
}  # fmt: skip
"""Letters as a speech engine writes them where it takes their names for words; believed only where mod 97 holds."""
_TIMES = {"double": 2, "triple": 3, "treble": 3, "dublu": 2, "triplu": 3, "doppel": 2}
_FILLERS = frozenset(
    ("uh", "um", "er", "erm", "eh", "ah", "then", "dash", "hyphen", "space", "comma", "and", "äh", "ähm", "und", "și")
)
_MAX_FILLERS, _CODE = 2, 4


class _Piece(NamedTuple):
    """What one word spells, where it stands, and the word where a digit was misheard."""

    spelled: str
    start: int
    end: int
    heard: str = ""
    tens: bool = False


def find_spelled_iban(text: str, asserted: Asserted) -> Iterator[Hit]:
    """Yield account numbers spelled letter by letter whose check digits hold (ISO 13616, mod 97); no others.

    They are no proof against a mishearing (`check_digits` is off): one of 97 wrong ones would hold.
    """
    for run in _runs(text, digit_words(asserted.language)):
        at = 0
        while at < len(run):
            hit, used = _account_at(run, at)
            if hit is not None:
                yield hit
            at += used


def _runs(text: str, digits: dict[str, str]) -> Iterator[list[_Piece]]:
    """Yield unbroken runs of spelled letters and digits, with at most two filler words between two of them."""
    run: list[_Piece] = []
    fillers, times, opened, last = 0, 1, 0, 0
    for match in _WORD.finditer(text):
        word = match[0].lower()
        unbroken = not run or _GAP.fullmatch(text, last, match.start()) is not None
        last = match.end()
        spelled = "W" if times == len("uu") and word in ("u", "you") else _spelled(match[0], digits) * times
        if not unbroken:
            yield run
            run, fillers = [], 0
        if word in _TIMES:
            times, opened = _TIMES[word], match.start()
            continue
        if spelled:
            heard = word if word in HEARD_AS and word not in digits and len(word) > 1 else ""
            piece = _Piece(spelled, opened if times > 1 else match.start(), match.end(), heard, word in TENS)
            run.append(_joined(run.pop(), piece) if run and _is_pair(run[-1], piece) else piece)
            fillers = 0
        elif word in _FILLERS and run and fillers < _MAX_FILLERS:
            fillers += 1
        else:
            yield run
            run, fillers = [], 0
        times = 1
    yield run


def _is_pair(first: _Piece, second: _Piece) -> bool:
    """Return whether two pieces are one number: `eighty two`."""
    return first.tens and len(second.spelled) == 1 and second.spelled in "123456789"


def _joined(first: _Piece, second: _Piece) -> _Piece:
    return _Piece(first.spelled[0] + second.spelled, first.start, second.end, second.heard)


def _spelled(word: str, digits: dict[str, str]) -> str:
    """Return the characters that a word spells; empty where it spells none."""
    lower = word.lower()
    if lower in TENS:
        return f"{TENS[lower]}0"
    if lower in digits or lower in TEENS:
        return digits.get(lower) or TEENS[lower]
    if len(word) == 1 or (word.isascii() and len(word) <= _CODE and (word.isupper() or word.isdigit())):
        return word.upper() if word.isascii() else ""
    return _LETTER_NAMES.get(lower) or HEARD_AS.get(lower, "")


def _account_at(run: list[_Piece], at: int) -> tuple[Hit | None, int]:
    """Return the account number that begins with a piece, and how many pieces it took."""
    code = "".join(piece.spelled for piece in run[at : at + _CODE])[:_CODE]
    length = length_of(code[:2]) if code[:2].isalpha() and len(code) == _CODE else 0
    if not length:
        return None, 1
    reach = [*accumulate(len(piece.spelled) for piece in run[at : at + length])]
    if length not in reach:
        return None, 1
    chosen = run[at : at + reach.index(length) + 1]
    value = "".join(piece.spelled for piece in chosen)
    read = mended(value)
    if not valid(read):
        return None, 1
    heard = sorted({f'"{one.heard}" heard as {one.spelled}' for one in chosen if one.heard})
    rule = ", ".join(filter(None, ["letters and digits spoken", *heard, rule_between(value, read)]))
    start, end = chosen[0].start, chosen[-1].end
    check = "IBAN mod 97 (ISO 13616), spelled aloud"
    return Hit(kind="iban", start=start, end=end, value=read, holds=True, check=check, rule=rule), len(chosen)
