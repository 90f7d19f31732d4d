"""What both Whisper engines give, as utterances; and when Whisper's own scores ask for caution."""

from __future__ import annotations

from collections.abc import Iterable

from extractors.protocols import ReadContext
from extractors.transcript import LOW_WORD_SCORE, HeardWord, Utterance, mean_score, milli, milliseconds

LOW_LOGPROB = -1_000
"""Mean log probability (scaled by 1000) under which Whisper itself would try again with other settings."""

LIKELY_NO_SPEECH = 600
UNSURE_LANGUAGE = 500


def utterance(
    *,
    start_s: float,
    end_s: float,
    words: Iterable[tuple[str, float, float, float]],
    avg_logprob: float,
    no_speech_prob: float,
    language: str,
    doubtful: bool,
) -> Utterance:
    """Return one of Whisper's segments; `words` are (text, start, end, probability), times in seconds."""
    heard = tuple(
        HeardWord(text=text, start_ms=milliseconds(start), end_ms=milliseconds(end), score=milli(probability))
        for text, start, end, probability in words
    )
    raw = {"avg_logprob": milli(avg_logprob), "no_speech_prob": milli(no_speech_prob)}
    return Utterance(
        start_ms=milliseconds(start_s),
        end_ms=milliseconds(end_s),
        words=heard,
        language=language,
        raw=raw,
        doubtful=doubtful or _low(raw, heard),
    )


def _low(raw: dict[str, int], words: tuple[HeardWord, ...]) -> bool:
    return (
        raw["avg_logprob"] < LOW_LOGPROB
        or raw["no_speech_prob"] > LIKELY_NO_SPEECH
        or mean_score(words) < LOW_WORD_SCORE
    )


def doubted_language(language: str, sure: int, context: ReadContext) -> bool:
    """Return whether a detected language is unsure (0 to 1000), or none of those said to be in the case."""
    if context.speech_language:
        return False
    return sure < UNSURE_LANGUAGE or bool(context.languages and language not in context.languages)
