"""What a speech engine heard, and its arrangement into one unit per minute."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

import msgspec

from evidence.locator import TimePlace
from evidence.records import Segment, Unit, Word
from extractors.sound import MINUTE_MS, Sound, is_silent

LOW_WORD_SCORE = 500
"""Mean word score (0 to 1000) under which an utterance is marked doubtful."""

MOST_SCORE = 1_000


@dataclass(frozen=True, kw_only=True)
class HeardWord:
    """One word with its own leading space, its times and its score 0 to 1000."""

    text: str
    start_ms: int
    end_ms: int
    score: int


@dataclass(frozen=True, kw_only=True)
class Utterance:
    """One stretch of speech as the engine gave it."""

    start_ms: int
    end_ms: int
    words: tuple[HeardWord, ...]
    language: str = ""
    raw: dict[str, int] = field(default_factory=dict)
    """The engine's own scores for the whole stretch, scaled by 1000."""
    doubtful: bool = False

    @property
    def text(self) -> str:
        """The words as one string, as the engine joined them."""
        return "".join(word.text for word in self.words).strip()


def milli(value: float) -> int:
    """Return a score or probability scaled by 1000."""
    return round(float(value) * MOST_SCORE)


def milliseconds(seconds: float) -> int:
    """Return seconds as whole milliseconds, never negative."""
    return max(0, round(float(seconds) * 1_000))


def mean_score(words: Sequence[HeardWord]) -> int:
    """Return the mean of the words' scores; -1 without words."""
    return sum(word.score for word in words) // len(words) if words else -1


def minutes_of(sound: Sound) -> int:
    """Return how many minutes a recording has, the last one begun; an empty recording has one."""
    return max(1, -(-sound.duration_ms // MINUTE_MS))


def silent_minute(sound: Sound, number: int) -> bool:
    """Return whether minute `number` (from 1) is digital silence."""
    return is_silent(sound.between((number - 1) * MINUTE_MS, number * MINUTE_MS))


def unheard(sound: Sound, *, reason: str) -> tuple[Unit, ...]:
    """Return the minutes of a recording that no engine can be asked about: `skipped` with the reason, or `blank`."""
    numbers = range(1, minutes_of(sound) + 1)
    return marked_partial(tuple(_without_words(sound, number, "skipped", reason) for number in numbers), sound.problem)


def arrange(
    utterances: Sequence[Utterance], sound: Sound, *, draft: bool = False, facts: dict[str, str] | None = None
) -> tuple[Unit, ...]:
    """Return one unit per minute: each utterance is a segment of the minute in which it begins.

    Utterances without text, and those that lie wholly in digital silence (an engine's invention), are left out; the
    latter are counted in the facts. A minute into which an utterance runs on is `read` without segments of its own.
    """
    spoken = [each for each in utterances if each.text]
    heard = [each for each in spoken if not is_silent(sound.between(each.start_ms, each.end_ms + 1))]
    invented = {"left_out_in_silence": str(len(spoken) - len(heard))} if len(heard) < len(spoken) else {}
    count = minutes_of(sound)
    groups = [[each for each in heard if _minute(each.start_ms, count) == number] for number in range(1, count + 1)]
    firsts = [0, *accumulate(map(len, groups))]
    make = _unit_maker(heard, sound, draft=draft, facts=(facts or {}) | invented)
    units = tuple(make(number, group, firsts[number - 1]) for number, group in enumerate(groups, 1))
    return marked_partial(units, sound.problem)


def _minute(start_ms: int, count: int) -> int:
    return min(start_ms // MINUTE_MS + 1, count)


def _unit_maker(
    heard: Sequence[Utterance], sound: Sound, *, draft: bool, facts: dict[str, str]
) -> Callable[[int, Sequence[Utterance], int], Unit]:
    def make(number: int, group: Sequence[Utterance], first: int) -> Unit:
        before = any(each.start_ms < (number - 1) * MINUTE_MS < each.end_ms for each in heard)
        if not group and not before:
            return _without_words(sound, number, "no_text", "sound, but no words were heard")
        return Unit(
            kind="minute",
            number=number,
            outcome="read",
            draft=draft,
            doubtful=any(each.doubtful for each in group),
            segments=tuple(_segment(each, index) for index, each in enumerate(group, first)),
            facts=facts | _raw_facts(group) | ({"runs_on_from": str(number - 1)} if before else {}),
        )

    return make


def _without_words(sound: Sound, number: int, outcome: str, reason: str) -> Unit:
    if silent_minute(sound, number):
        return Unit(kind="minute", number=number, outcome="blank", reason="digital silence")
    return Unit(kind="minute", number=number, outcome="skipped" if outcome == "skipped" else "no_text", reason=reason)


def marked_partial(units: tuple[Unit, ...], problem: str) -> tuple[Unit, ...]:
    """Return the units with the last one marked partial for `problem`; unchanged where there is none."""
    if not problem or not units:
        return units
    last = units[-1]
    said = f"{last.reason}; {problem}" if last.reason else problem
    return (*units[:-1], msgspec.structs.replace(last, partial=True, reason=said))


def _raw_facts(group: Sequence[Utterance]) -> dict[str, str]:
    """Return each raw score as a row of integers, one for each utterance of the minute."""
    names = sorted({name for each in group for name in each.raw})
    return {name: " ".join(str(each.raw.get(name, "-")) for each in group) for name in names}


def _segment(utterance: Utterance, index: int) -> Segment:
    return Segment(
        index=index,
        text=utterance.text,
        place=TimePlace(start_ms=utterance.start_ms, end_ms=utterance.end_ms),
        source="speech",
        language=utterance.language,
        score=mean_score(utterance.words),
        words=_placed(utterance),
    )


def _placed(utterance: Utterance) -> tuple[Word, ...]:
    """Return the words with their code points in the utterance's text."""
    placed, at = [], 0
    for word in utterance.words:
        bare = word.text.strip()
        if bare:
            at = utterance.text.index(bare, at)
            placed.append(
                Word(start=at, end=at + len(bare), score=word.score, start_ms=word.start_ms, end_ms=word.end_ms)
            )
            at += len(bare)
    return tuple(placed)
