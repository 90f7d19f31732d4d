"""Times of day, as `21:30`: in figures, with am or pm, and in English words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractors.patterns.hit import Asserted, Hit, before
from extractors.patterns.label import lowered, words_in

_FIGURE = re.compile(
    r"[0-9](?:(?<![\w.:,/+£$€][0-9])|(?<=\x00T[0-9]))(?:[0-9]?[:h.][0-5][0-9]|[0-9]{0,3}[ ]?[aApPhHuUoO])", re.ASCII
)
_COLON = re.compile(
    r"[0-9](?:(?<![\w.:,/+£$€][0-9])|(?<=\x00T[0-9]))([0-9]?)[:h]([0-5][0-9])(?::([0-5][0-9])(?:[.,][0-9]{1,6})?)?"
    r"([ ]?[ap]\.?m(?:\.|\b)|Z\b|(?<=:[0-9]{2}:[0-9]{2})[ ]?[+\-](?:0[0-9]|1[0-4]):?(?:00|15|30|45)(?![\w:]))?"
    r"(?![\w:/%]|[.,][0-9]|\]|[ ]?-->)",
    re.IGNORECASE,
)
_DOTTED = re.compile(
    r"[0-9](?<![\w.:,/+£$€\-][0-9])([0-9]?)(?:\.([0-5][0-9]))?[ ]?([ap]\.?m(?:\.|\b)|hrs\b|hours\b|uhr\b|o['’]clock\b)",
    re.IGNORECASE,
)
_MILITARY = re.compile(r"[0-2](?<![\w.:,/+£$€\-][0-2])([0-9])([0-5][0-9])[ ]?(?:hrs|hours|h)(?!\w)")
_AT_HOUR = re.compile(
    r"\b(?:yesterday|today|tonight|tomorrow|morning|afternoon|evening|(?:mon|tues|wednes|thurs|fri|satur|sun)day)"
    r"[ ]at[ ]([0-9]{1,2})(?![\w%]|[.:,/\-][0-9]|[ ](?:am|pm|a\.m|p\.m|o['’]clock|hrs|uhr)\b)"
)
_OTHER = re.compile(
    r"\b(duration|length|lasts|lasted|elapsed|timecode|timer|ratio|scale|score\w*|won|lost|beat|chapter|verse|psalm|"
    r"genesis|exodus|matthew|mark|luke|john|romans)\W{0,3}(?:\w{1,10}\W{1,2})?$"
)
_WHEN = re.compile(r"\b(at|from|by|until|till|before|after|since|around|about|to|time|ora|la|um|à|hour)[ :]{0,2}$")
_HOUR = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_HOURS = {name: number for number, name in enumerate(_HOUR.split("|"), 1)}
_PART = {"morning": "am", "afternoon": "pm", "evening": "pm", "night": "pm"}
_PAST = {"half": 30, "quarter": 15, "ten": 10, "twenty": 20, "five": 5, "twenty five": 25, "twenty-five": 25}
_MINUTES = {"fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "forty five": 45, "forty-five": 45, "fifty": 50}
_SAID = re.compile(
    rf"\b(?:(?:a )?(half|quarter|ten|twenty[ \-]five|twenty|five)(?: minutes)? (past|to) )?({_HOUR})"
    rf"(?: (fifteen|twenty|thirty|forty[ \-]five|forty|fifty))?"
    rf"(?: (o['’]clock))?(?: ([ap])\.?[ ]?m\b\.?)?(?: (?:in the|at) (morning|afternoon|evening|night)\b)?(?!\w)"
)
_SIGNS = ("clock", " past ", "quarter to", " in the morning", " in the afternoon", " in the evening", " at night",
          " am", " pm", " a.m", " p.m")  # fmt: skip
"""What a time in words has behind its hour, or between minutes and hour."""
_SAID_TIME_CUES = "midnight noon midday clock past quarter morning afternoon evening night am pm m"
SAID_TIME_CUES = frozenset(_SAID_TIME_CUES.split())
_HOUR_THERE = re.compile(rf"(?<![a-z])(?:{_HOUR})(?![a-z])")
_LEAD = re.compile(r"\b(?:a )?(?:half|quarter|ten|twenty[ \-]five|twenty|five)(?: minutes)? (?:past|to) $")
_TELLING = (1, 4, 5, 6)
"""Groups of a time in words that make it one: past or to, o'clock, am or pm, the part of the day."""
_LEFT, _NEAR = 34, 22


def find_time(text: str, asserted: Asserted) -> Iterator[Hit]:
    """Yield times of day in figures; where morning or evening is not said of an hour up to twelve, unverified."""
    done = 0
    for figure in _FIGURE.finditer(text):
        if figure.start() < done:
            continue
        at = figure.start()
        hit = _colon(text, at) or _dotted(text, at) or _military(text, at)
        if hit is not None:
            done = hit.end
            yield hit
    if " at " in text:
        for match in _AT_HOUR.finditer(lowered(text)):
            yield from filter(None, [_time(match.span(1), int(match[1]), 0, "", sure=False)])


def _dotted(text: str, at: int) -> Hit | None:
    match = _DOTTED.match(text, at)
    if match is None:
        return None
    hour = int(text[at] + match[1])
    suffix = match[3].lower().replace(".", "")
    if (suffix == "hours" and not match[2]) or (suffix == "hrs" and hour < 13 and not match[2]):
        return None
    return _time(match.span(), hour, int(match[2] or 0), suffix, sure=suffix in ("am", "pm", "hrs", "uhr"))


def _military(text: str, at: int) -> Hit | None:
    match = _MILITARY.match(text, at)
    return _time(match.span(), int(text[at] + match[1]), int(match[2]), "", sure=True) if match else None


def _colon(text: str, at: int) -> Hit | None:
    match = _COLON.match(text, at)
    if match is None:
        return None
    hour, minute, second = int(text[match.start()] + match[1]), int(match[2]), match[3]
    suffix = (match[4] or "").strip()
    context = before(text, match.start())
    if _OTHER.search(context) or text.endswith(("[", "--> "), 0, at):
        return None
    half = suffix.lower().replace(".", "") if suffix[:1].lower() in ("a", "p") else ""
    padded = bool(match[1]) or bool(second)
    return _time(
        match.span(),
        hour,
        minute,
        half,
        second=second or "",
        zone="" if half else suffix.upper(),
        sure=bool(half) or padded or _WHEN.search(context) is not None,
    )


def find_said_time(text: str, asserted: Asserted) -> Iterator[Hit]:
    """Yield times of day said in words: `half past nine`, `nine thirty pm`, `six in the morning`, `midnight`."""
    lower = lowered(text)
    for word, value in (("midnight", "00:00"), ("noon", "12:00"), ("midday", "12:00")):
        for at in words_in(lower, word) if word in lower else ():
            yield _hit((at, at + len(word)), value, holds=True, check="time of day in words, zone not stated")
    for match in _said(lower):
        past, way, hour, minutes, _, half, part = match.groups()
        at = _HOURS[hour] % 12 * 60 + (_MINUTES[minutes.replace("-", " ")] if minutes else 0)
        at += (_PAST[past] if way == "past" else -_PAST[past]) if way else 0
        suffix = f"{half}m" if half else _PART.get(part or "", "")
        at = (
            at
            + (12 * 60 if suffix == "pm" and not (part == "night" and hour in ("one", "two", "three", "twelve")) else 0)
        ) % (24 * 60)
        written = at if suffix or at >= 60 else at + 12 * 60
        yield _hit(
            match.span(),
            f"{written // 60:02}:{written % 60:02}",
            holds=bool(suffix),
            check="time of day in words, zone not stated" if suffix else "time of day; morning or evening is not said",
        )


def _said(lower: str) -> Iterator[re.Match[str]]:
    """Yield what may be a time in words, around the signs of one."""
    done = 0
    for at in sorted({at for sign in _SIGNS if sign in lower for at in _places(lower, sign)}):
        for hour in _HOUR_THERE.finditer(lower, max(0, at - _NEAR), at + _NEAR):
            start = hour.start()
            if lower.endswith((" past ", " to "), 0, start):
                lead = _LEAD.search(lower[max(done, start - _LEFT) : start])
                start -= len(lead[0]) if lead else 0
            elif lower.endswith(("twenty ", "twenty-"), done, start):
                start -= len("twenty ")
            match = _SAID.match(lower, start) if start >= done else None
            if match is not None and any(match.groups()[first] for first in _TELLING):
                done = match.end()
                yield match


def _places(lower: str, sign: str) -> Iterator[int]:
    at = lower.find(sign)
    while at >= 0:
        yield at
        at = lower.find(sign, at + len(sign))


def _time(
    span: tuple[int, int], hour: int, minute: int, suffix: str, *, sure: bool, second: str = "", zone: str = ""
) -> Hit | None:
    if hour > 23 or (suffix in ("am", "pm") and not 1 <= hour <= 12):
        return None
    if suffix in ("am", "pm"):
        hour = hour % 12 + (12 if suffix == "pm" else 0)
    value = f"{hour:02}:{minute:02}" + (f":{second}" if second else "") + zone
    check = "time of day" + (", zone written" if zone else ", zone not stated")
    if not sure and not hour > 12:
        check = "time of day; morning or evening is not said"
    return _hit(span, value, holds=sure or hour > 12, check=check)


def _hit(span: tuple[int, int], value: str, *, holds: bool, check: str) -> Hit:
    return Hit(kind="time", start=span[0], end=span[1], value=value, holds=holds, check=check)
