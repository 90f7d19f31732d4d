"""The time of day as phones write it: 12 or 24 hours, with the words for before and after noon in their languages."""

from __future__ import annotations

import re
from typing import Final

from extractors.chat.thread import MARKS

_PLAIN: Final = re.compile(rf"[{MARKS}\s.,،]")
_DIGITS: Final = re.compile(r"\d+")
_BEFORE_NOON: Final = frozenset(
    (
        "am", "a", "上午", "凌晨", "早上", "清晨", "오전", "午前", "vorm", "dop", "dopo", "de", "πμ", "قظ", "ص", "öö", "sa", "पूर्वाह्न", "पू",
        "পূর্বাহ্ণ", "முற்பகல்", "ਪੂਦੁ", "ip.ap", "ap", "fm", "fh", "pd", "pg", "до обяд", "prije podne", "prijepodne", "pre podne",
        "पूर्वा", "മ.മു", "लम्", "ก่อนเที่ยง", "לפנהצ", "לפנה״צ", "להצ",
    )
)  # fmt: skip
_AFTER_NOON: Final = frozenset(
    (
        "pm", "p", "下午", "晚上", "中午", "오후", "午後", "nachm", "odp", "popo", "du", "μμ", "بظ", "م", "ös", "ch", "अपराह्न", "अप", "অপরাহ্ণ",
        "অপরাহ্ন", "பிற்பகல்", "ਬਾਦੁ", "ip", "em", "eh", "md", "ptg", "след обяд", "poslije podne", "po podne", "popoldne", "अपरा",
        "หลังเที่ยง", "אחהצ", "אחה״צ",
    )
)  # fmt: skip
_JOINING: Final = frozenset(
    (
        "",
        "klo",
        "kl",
        "à",
        "um",
        "at",
        "lúc",
        "в",
        "о",
        "u",
        "ob",
        "a las",
        "às",
        "alle",
        "om",
        "ore",
        "saat",
        "г",
        "ч",
        "h",
        "uhr",
        "น",
    )
)
"""Words that only join date and time, or follow it, and say nothing of the half of the day."""


def iso_time(gap: str, written: str, after: str) -> str:
    """Return the time of day as `HH:MM:SS`; empty where it is none, or where a word leaves its half of the day open."""
    numbers = [int(number) for number in _DIGITS.findall(written)]
    hour, minute, second = (*numbers, 0)[:3] if len(numbers) < 4 else (99, 0, 0)
    half = _half(gap) or _half(after)
    if half == "?":
        return ""
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "pm" else 0)
    if hour > 23 or minute > 59 or second > 59:
        return ""
    return f"{hour:02d}:{minute:02d}:{second:02d}"


def _half(written: str) -> str:
    """Return `am`, `pm`, `?` for a word that is not known, or nothing where there is no word."""
    word = _PLAIN.sub(" ", written).strip().casefold()
    if word in _JOINING:
        return ""
    joined = word.replace(" ", "")
    for known, half in ((_BEFORE_NOON, "am"), (_AFTER_NOON, "pm")):
        if word in known or joined in known:
            return half
    return "?"
