"""Reading what OCR misread: letters that look like digits, inside runs of digits, one character for one."""

from __future__ import annotations

import re

_AS_DIGIT = {
    "O": "0",
    "o": "0",
    "Q": "0",
    "D": "0",
    "l": "1",
    "I": "1",
    "|": "1",
    "i": "1",
    "S": "5",
    "s": "5",
    "B": "8",
    "Z": "2",
}
_TABLE = str.maketrans(_AS_DIGIT)
_TOKEN = re.compile(r"[0-9OoQDlI|iSsBZ]{2,40}(?![\w|])")
_LONE = re.compile(r"(?<=[0-9][ .\-])[OoIl|](?=[ .\-][0-9])")


def digits_restored(text: str) -> str:
    """Return `text`, of the same length, with letters inside runs of digits read as the digits they look like.

    A run is a word made only of digits and such letters, at least half digits, or three letters beside a word of
    digits; so `O2O 7946 O142` is restored and `Bills`, `SOS` and `B12` stay.
    """
    if _TOKEN.search(text) is None:
        return text
    return _LONE.sub(_as_digits, _TOKEN.sub(lambda match: _restored(text, match), text))


def _restored(text: str, match: re.Match[str]) -> str:
    token, start = match[0], match.start()
    if token.isdecimal() or text[max(0, start - 1) : start].isalnum():
        return token
    digits = sum(map(str.isdecimal, token))
    beside = _digit_near(text[max(0, start - 3) : start]) or _digit_near(text[match.end() : match.end() + 3])
    enough = digits * 2 >= len(token) and (len(token) > 3 or beside)
    return token.translate(_TABLE) if enough or (digits and beside and len(token) <= 6) else token


def _digit_near(few: str) -> bool:
    return any(map(str.isdecimal, few))


def _as_digits(match: re.Match[str]) -> str:
    return match[0].translate(_TABLE)


def rule_between(quote: str, restored: str) -> str:
    """Return the rule that says which characters were read as which; empty where none was."""
    pairs = sorted({(a, b) for a, b in zip(quote, restored, strict=True) if a != b})
    return ", ".join(f"{a} read as {b}" for a, b in pairs)
