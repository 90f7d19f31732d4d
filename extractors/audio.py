"""Reads recordings: any container with sound, one unit per minute, through whichever speech engine there is."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import msgspec

from evidence.locator import TimePlace
from evidence.records import Reading, Segment, Stamp, Unit, Word
from extractors.protocols import Engines, Part, ReadContext, Survey, Transcriber
from extractors.sound import MINUTE_MS, Sound, decode, probe, quietest_ms, write_wav
from extractors.transcript import marked_partial, unheard

PART_MINUTES = 5
"""How much of a long recording one job takes."""

CUT_MS = 15_000
"""A part ends at the quietest moment within this time after its last whole minute, so that no word is cut."""

_SECONDS_PER_SECOND = 0.5
READER = "audio"


class AudioReader:
    """The Reader of recordings. Long ones are read in parts of five minutes, cut in a pause."""

    def survey(self, path: Path, *, media_type: str, context: ReadContext) -> Survey:
        """Return the parts and minutes that the packets hold; decodes nothing. Raises Unreadable."""
        held = probe(path, limits=context.limits)
        minutes = max(1, -(-held.duration_ms // MINUTE_MS))
        return Survey(media_type=media_type, reader=READER, parts=_parts(minutes), units=minutes)

    def read(self, path: Path, *, media_type: str, part: Part, engines: Engines, context: ReadContext) -> Reading:
        """Return the minutes of `part`; raises Unreadable where the recording cannot be decoded."""
        held = probe(path, limits=context.limits)
        units = _whole(path, engines, context) if not part.name else _cut(path, part, engines, context)
        return Reading(units=marked_partial(units, "" if part.last else held.cut_short), facts=held.facts())

    def stamps(self, *, engines: Engines, context: ReadContext) -> tuple[Stamp, ...]:
        """Return this reader's stamp, with what was asserted about the speech, and the engine's."""
        own = Stamp(
            name=READER,
            version="1",
            settings={
                "audio_seconds": context.limits.audio_seconds,
                "av": version("av"),
                "languages": list(context.languages),
                "part_minutes": PART_MINUTES,
                "speech_language": context.speech_language,
            },
        )
        return (own, engines.speech.stamp()) if engines.speech else (own,)


def _parts(minutes: int) -> tuple[Part, ...]:
    """Return one unnamed part for a short recording; otherwise named ones, the last of them open-ended.

    The last part holds more than a minute, so that a cut never leaves it empty.
    """
    if minutes <= PART_MINUTES + 1:
        return (Part(seconds_expected=_cost(minutes)),)
    firsts = range(1, minutes, PART_MINUTES)
    lasts = [*(first - 1 for first in firsts[1:]), minutes]
    return tuple(_part(first, last, minutes) for first, last in zip(firsts, lasts, strict=True))


def _part(first: int, last: int, minutes: int) -> Part:
    return Part(
        name=f"minutes {first}-{last}",
        first=first,
        last=0 if last == minutes else last,
        seconds_expected=_cost(last - first + 1),
    )


def _cost(minutes: int) -> float:
    return minutes * 60 * _SECONDS_PER_SECOND


# --- reading -------------------------------------------------------------------------------------------------------


def _whole(path: Path, engines: Engines, context: ReadContext) -> tuple[Unit, ...]:
    if engines.speech is None:
        return unheard(decode(path, limits=context.limits), reason=_no_model(context))
    return engines.speech.transcribe(path, context=context)


def _no_model(context: ReadContext) -> str:
    spoken = context.speech_language or "speech: nobody has said which language is spoken, and none is installed"
    return f"no speech model for {spoken}"


def _cut(path: Path, part: Part, engines: Engines, context: ReadContext) -> tuple[Unit, ...]:
    """Read one part of a long recording: its sound, cut in pauses, goes through the engine as a file of its own.

    Its minutes are counted from the pause at which it begins; its places carry the recording's own times.
    """
    sound, start_ms = _stretch(path, part, context)
    units = _heard(sound, engines.speech, context) if engines.speech else unheard(sound, reason=_no_model(context))
    moved = [_moved(unit, minutes=part.first - 1, ms=start_ms) for unit in units]
    while part.last and len(moved) > 1 and moved[-1].number > part.last:
        tail = moved.pop()
        moved[-1] = _with_tail(moved[-1], tail)
    return marked_partial(tuple(moved), sound.problem)


def _with_tail(unit: Unit, tail: Unit) -> Unit:
    """Return the last minute of a part with the seconds up to the pause at which the next part begins."""
    better = min((unit, tail), key=lambda each: _WORTH.index(each.outcome))
    return msgspec.structs.replace(
        better,
        number=unit.number,
        doubtful=unit.doubtful or tail.doubtful,
        partial=unit.partial or tail.partial,
        segments=unit.segments + tail.segments,
        facts=tail.facts | unit.facts | {name: f"{unit.facts[name]} {tail.facts[name]}" for name in _rows(unit, tail)},
    )


def _rows(unit: Unit, tail: Unit) -> set[str]:
    """Return the facts that hold one number for each utterance."""
    return {"avg_logprob", "no_speech_prob"} & unit.facts.keys() & tail.facts.keys()


_WORTH = ("read", "failed", "skipped", "no_text", "blank", "pending")


def _stretch(path: Path, part: Part, context: ReadContext) -> tuple[Sound, int]:
    """Return the sound from the pause after the minute before `part` to the pause after its last minute."""
    first_ms = (part.first - 1) * MINUTE_MS
    last_ms = part.last * MINUTE_MS + CUT_MS if part.last else None
    sound = decode(path, limits=context.limits, first_ms=first_ms, last_ms=last_ms)
    start_ms = _pause_after(sound, 0) if first_ms else 0
    end_ms = _pause_after(sound, part.last * MINUTE_MS - first_ms) if part.last else sound.duration_ms
    kept = Sound(pcm=sound.between(start_ms, end_ms), complete=sound.complete, problem=sound.problem)
    return kept, first_ms + start_ms


def _pause_after(sound: Sound, at_ms: int) -> int:
    return quietest_ms(sound, start_ms=at_ms, end_ms=at_ms + CUT_MS)


def _heard(sound: Sound, speech: Transcriber, context: ReadContext) -> tuple[Unit, ...]:
    scratch = context.scratch / "part.wav"
    write_wav(sound.pcm, scratch)
    try:
        return speech.transcribe(scratch, context=context)
    finally:
        scratch.unlink(missing_ok=True)


def _moved(unit: Unit, *, minutes: int, ms: int) -> Unit:
    """Return a unit of a part as a unit of the recording."""
    segments = tuple(_later(segment, ms) for segment in unit.segments)
    return msgspec.structs.replace(unit, number=unit.number + minutes, segments=segments)


def _later(segment: Segment, ms: int) -> Segment:
    assert isinstance(segment.place, TimePlace)
    place = TimePlace(start_ms=segment.place.start_ms + ms, end_ms=segment.place.end_ms + ms)
    words = tuple(_word_later(word, ms) for word in segment.words)
    return msgspec.structs.replace(segment, place=place, words=words)


def _word_later(word: Word, ms: int) -> Word:
    return msgspec.structs.replace(word, start_ms=word.start_ms + ms, end_ms=word.end_ms + ms)
