"""Reads films: the sound through the speech engine a minute a unit, the frames at which something changes through OCR."""

from __future__ import annotations

import re
from importlib.metadata import version
from pathlib import Path
from typing import Final

from msgspec.structs import replace
from PIL import Image

from evidence.errors import Unreadable
from evidence.locator import FramePlace
from evidence.records import Reading, Stamp, Unit
from extractors.audio import AudioReader
from extractors.page_image import RULES as PAGE_RULES
from extractors.page_image import languages_note, read_pixels, segment_of
from extractors.picture_codes import CODE_RULES, code_facts, code_segments, codes_on
from extractors.picture_likeness import LIKENESS_RULES, PHASH, likeness_facts
from extractors.protocols import Engines, Part, ReadContext, Survey
from extractors.sound import MINUTE_MS
from extractors.video.choice import RULES, Chosen
from extractors.video.container import Film, milliseconds, opened, picture_track, probe, start_of, table_of
from extractors.video.frames import DECODING, Decoded
from extractors.video.stated import beside, device
from extractors.video.subtitles import subtitle_units

READER: Final = "video"
PART_MINUTES: Final = 5
"""How many minutes of pictures one job takes."""
_SOUND: Final = "sound"
_PICTURES: Final = re.compile(r"pictures of minutes (\d+)-(\d+)")
_SECONDS_A_MINUTE: Final = 12.0


class VideoReader:
    """The Reader of films. Sound and pictures are parts of their own, so that two workers share a film."""

    def survey(self, path: Path, *, media_type: str, context: ReadContext) -> Survey:
        """Return the parts of sound and of pictures; decodes nothing. Raises Unreadable."""
        film = probe(path, limits=context.limits)
        if not film.has_pictures and not film.has_sound:
            raise Unreadable("the film holds neither pictures nor sound")
        heard = self._sound_parts(path, media_type, context) if film.has_sound else ()
        seen_minutes = _picture_minutes(path, context) if film.has_pictures else 0
        seen = _picture_parts(seen_minutes, alone=not film.has_sound)
        minutes = max(seen_minutes, *(part.last or part.first for part in (*heard, *seen)))
        return Survey(media_type=media_type, reader=READER, parts=(*heard, *seen), units=minutes)

    def _sound_parts(self, path: Path, media_type: str, context: ReadContext) -> tuple[Part, ...]:
        """Return the parts of the sound; one part, in which it is said, where the track cannot be opened."""
        try:
            parts = AudioReader().survey(path, media_type=media_type, context=context).parts
        except Unreadable:
            return (Part(name=_SOUND),)
        return tuple(part if part.name else replace(part, name=_SOUND) for part in parts)

    def read(self, path: Path, *, media_type: str, part: Part, engines: Engines, context: ReadContext) -> Reading:
        """Return the minutes or the frames of `part`; raises Unreadable where nothing of the film can be opened."""
        film = probe(path, limits=context.limits)
        found = _PICTURES.fullmatch(part.name)
        if found:
            return _pictures(path, film, (int(found[1]), int(found[2])), engines=engines, context=context)
        if film.has_sound or not film.has_pictures:
            return _sound(path, film, media_type, part, engines=engines, context=context)
        last = part.last or _picture_minutes(path, context)
        return _pictures(path, film, (part.first, last), engines=engines, context=context)

    def stamps(self, *, engines: Engines, context: ReadContext) -> tuple[Stamp, ...]:
        """Return this reader's stamp, the sound's and the speech engine's, and the OCR engine's."""
        own = Stamp(
            name=READER,
            version="1",
            settings=PAGE_RULES
            | RULES
            | DECODING
            | {
                "av": version("av"),
                "codes": CODE_RULES,
                "likeness": LIKENESS_RULES,
                "zxing": version("zxing-cpp"),
                "imagehash": version("imagehash"),
                "part_minutes": PART_MINUTES,
                "pixels_limit": context.limits.pixels,
                "languages": list(context.languages),
            },
        )
        heard = AudioReader().stamps(engines=engines, context=context)
        return (own, *heard) if engines.ocr is None else (own, *heard, engines.ocr.stamp())


# --- parts ---------------------------------------------------------------------------------------------------------


def _picture_minutes(path: Path, context: ReadContext) -> int:
    """Return how many minutes the pictures last, by the time stamps that are there and not by what is claimed."""
    table = table_of(path, limits=context.limits)
    if not len(table.pts):
        return 1
    with opened(path, limits=context.limits) as container:
        stream = picture_track(container)
        last_ms = milliseconds(int(table.pts.max()), start=start_of(container, stream), stream=stream)
    return min(last_ms // MINUTE_MS + 1, -(-context.limits.audio_seconds // 60))


def _picture_parts(minutes: int, *, alone: bool) -> tuple[Part, ...]:
    """Return parts of some minutes; none for none.

    Where the pictures are `alone`, a part that crashes is read again minute by minute. Beside a sound track `first` and
    `last` are alike, so that it is not: `page 7` would not say whether the sound or the pictures of that minute are meant.
    """
    firsts = range(1, minutes + 1, PART_MINUTES)
    return tuple(_picture_part(first, min(first + PART_MINUTES - 1, minutes), alone=alone) for first in firsts)


def _picture_part(first: int, last: int, *, alone: bool) -> Part:
    return Part(
        name=f"pictures of minutes {first}-{last}",
        first=first,
        last=last if alone else first,
        seconds_expected=_SECONDS_A_MINUTE * (last - first + 1),
    )


# --- sound ---------------------------------------------------------------------------------------------------------


def _sound(path: Path, film: Film, media_type: str, part: Part, *, engines: Engines, context: ReadContext) -> Reading:
    """Return what is heard; a track that cannot be decoded is a failed minute where there are pictures besides."""
    heard = Part() if part.name in (_SOUND, "") else part
    try:
        reading = AudioReader().read(path, media_type=media_type, part=heard, engines=engines, context=context)
    except Unreadable as error:
        if not film.has_pictures:
            raise
        return Reading(units=(Unit(kind="minute", number=max(1, part.first), outcome="failed", reason=error.what),))
    if film.has_pictures or part.first > 1:
        return reading
    return _with_metadata(replace(reading, facts=reading.facts | {"pictures": "none"}), path, film, context)


# --- pictures ------------------------------------------------------------------------------------------------------


def _pictures(path: Path, film: Film, minutes: tuple[int, int], *, engines: Engines, context: ReadContext) -> Reading:
    first, last = minutes
    why = "the first frame" if first == 1 else f"the first frame of minutes {first}-{last}"
    decoded = Decoded(
        path, first_ms=(first - 1) * MINUTE_MS, last_ms=last * MINUTE_MS, first_why=why, limits=context.limits
    )
    made: list[tuple[Chosen, Unit]] = []
    index = 0
    for chosen, number, grey in decoded.chosen():
        unit = _frame_unit(grey, chosen, number, index=index, engines=engines, context=context)
        index += len(unit.segments)
        made.append((chosen, unit))
    units = tuple(replace(unit, facts=unit.facts | chosen.facts()) for chosen, unit in made)
    units = _said(units, decoded, first)
    facts = film.facts() | device(film.tags) | languages_note(engines, context.languages)
    facts |= {"frames_looked_at": str(decoded.seen), "frames_read": str(len(made))}
    poster = next((one for one, unit in made if PHASH in unit.facts), made[0][0] if made else None)
    if poster is not None:
        facts["poster_ms"] = str(poster.at_ms)
    if first > 1:
        return Reading(units=units, facts=facts)
    silent = () if film.has_sound else (_no_sound(),)
    return _with_metadata(Reading(units=(*units, *silent), facts=facts), path, film, context)


def _no_sound() -> Unit:
    return Unit(kind="minute", number=1, outcome="blank", reason="the film has no sound track")


def _frame_unit(
    grey: Image.Image, chosen: Chosen, number: int, *, index: int, engines: Engines, context: ReadContext
) -> Unit:
    """Return what is read on one frame: its words, its codes, its likeness."""
    place = FramePlace(at_ms=chosen.at_ms, frame=number, width_px=grey.width, height_px=grey.height)
    reading = read_pixels(grey, dpi=_dpi(grey), engines=engines, context=context)
    segments = (segment_of(reading, index=index, place=place, context=context),) if reading.outcome == "read" else ()
    codes = codes_on(grey, quick=True) if reading.outcome != "blank" else ()
    unread = bool(codes) and reading.outcome in ("skipped", "failed")
    facts = {"at_ms": str(chosen.at_ms), "pixels": f"{grey.width}x{grey.height}"}
    return Unit(
        kind="frame",
        number=number + 1,
        outcome="read" if codes else reading.outcome,
        reason=f"only its codes were read: {reading.reason}"
        if unread
        else _reason(reading.reason, bool(codes), segments),
        doubtful=reading.doubtful,
        partial=unread,
        segments=(*segments, *code_segments(codes, index=index + len(segments), place=place)),
        facts=facts | reading.facts | code_facts(codes, first=len(segments) + 1) | likeness_facts(grey),
    )


def _reason(reason: str, has_codes: bool, segments: tuple[object, ...]) -> str:
    return "" if has_codes and not segments else reason


def _dpi(grey: Image.Image) -> int:
    """Return a resolution as if the frame were a page of A4, as for pictures that do not know theirs."""
    return max(70, min(600, round(max(grey.size) / 11.7)))


def _said(units: tuple[Unit, ...], decoded: Decoded, first: int) -> tuple[Unit, ...]:
    """Return the units with what went wrong said on the last of them; a failed one where no frame came out."""
    problems = [decoded.problem] if decoded.problem else []
    if decoded.bad:
        problems.append(f"{decoded.bad} damaged frames were left out")
    if decoded.passed_over:
        problems.append(f"{decoded.passed_over} changes of the picture were not read: the limit on frames an hour")
    if not problems:
        return units if units or first > 1 else (_nothing("the film holds no frames"),)
    said = "; ".join(problems)
    if not units:
        return (_nothing(f"no picture could be decoded: {said}", number=first),)
    reason = "; ".join(filter(None, (units[-1].reason, said)))
    return (*units[:-1], replace(units[-1], partial=True, reason=reason))


def _nothing(reason: str, *, number: int = 1) -> Unit:
    return Unit(kind="frame", number=number, outcome="failed", reason=reason)


# --- metadata ------------------------------------------------------------------------------------------------------


def _with_metadata(reading: Reading, path: Path, film: Film, context: ReadContext) -> Reading:
    """Return the first part with subtitles as units of their own and the container's metadata on its first unit."""
    first, *others = reading.units
    made = beside(film.tags, container=film.container, index=len(first.segments))
    added = len(made.segments)
    if made.segments:
        first = replace(
            first, segments=(*first.segments, *made.segments), facts=first.facts | {"metadata": "container"}
        )
    units = (first, *(_moved_on(unit, added) for unit in others))
    count = sum(len(unit.segments) for unit in units)
    subtitles = subtitle_units(path, index=count, limits=context.limits) if film.subtitles else ()
    return replace(
        reading,
        units=(*units, *subtitles),
        events=(*reading.events, *made.events),
        named=(*reading.named, *made.named),
    )


def _moved_on(unit: Unit, places: int) -> Unit:
    """Return the unit with its segments further on in the reading."""
    return replace(unit, segments=tuple(replace(segment, index=segment.index + places) for segment in unit.segments))
