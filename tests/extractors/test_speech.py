"""Recordings end to end: real sound, real containers, real engines."""

from __future__ import annotations

import importlib.util
import random
import struct
import time
import wave
from itertools import pairwise
from pathlib import Path

import av
import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.errors import EngineMissing, Unreadable
from evidence.locator import TimePlace
from evidence.records import Stamp, Unit
from extractors import faster_whisper, models, openai_whisper, pocketsphinx
from extractors.audio import AudioReader
from extractors.faster_whisper import FasterWhisper
from extractors.openai_whisper import OpenaiWhisper
from extractors.pocketsphinx import Pocketsphinx
from extractors.protocols import Engines, Limits, Part, ReadContext
from extractors.sound import RATE, Pcm, Sound, decode, is_silent, is_wideband, probe, write_wav
from extractors.transcript import HeardWord, Utterance, arrange

HERE = Path(__file__).parent
MODEL = HERE.parent / "models" / "whisper-test"
VOICE_NOTE = HERE.parents[1] / "sample_data" / "exhibits" / "phone-hotline" / "voice-note.ogg"
SAID = ["The van leaves the lodge at six.", "Bring your papers to the front desk."]
ENGLISH = ReadContext(languages=("en",), speech_language="en")
LIMITS = Limits()
ENCODINGS = {
    "note.wav": ("pcm_s16le", 16_000, 0),
    "note.mp3": ("libmp3lame", 16_000, 48_000),
    "note.flac": ("flac", 16_000, 0),
    "note.m4a": ("aac", 16_000, 48_000),
    "note.ogg": ("libopus", 48_000, 32_000),
    "note.amr": ("libopencore_amrnb", 8_000, 12_200),
}


@pytest.fixture(scope="module")
def note() -> Pcm:
    """The sample's voice note as samples."""
    return decode(VOICE_NOTE, limits=LIMITS).pcm


@pytest.fixture(scope="module")
def whisper(tmp_path_factory: pytest.TempPathFactory) -> FasterWhisper:
    return FasterWhisper(model=models.add(MODEL / "ct2", name="test", root=tmp_path_factory.mktemp("models")))


@pytest.fixture
def english(tmp_path: Path) -> ReadContext:
    return msgspec.structs.replace(ENGLISH, scratch=tmp_path)


def encoded(pcm: Pcm, path: Path) -> Path:
    codec, rate, bit_rate = ENCODINGS[path.name]
    with av.open(str(path), "w") as out:
        stream = out.add_stream(codec, rate=rate, layout="mono")
        if bit_rate:
            stream.bit_rate = bit_rate
        frame = av.AudioFrame.from_ndarray(pcm[None, :], format="s16", layout="mono")
        frame.sample_rate = RATE
        for piece in [*_resampled(frame, stream, rate), None]:
            out.mux(stream.encode(piece))
    return path


def _resampled(frame: av.AudioFrame, stream: av.AudioStream, rate: int) -> list[av.AudioFrame]:
    size = stream.codec_context.frame_size or None
    resampler = av.AudioResampler(format=stream.codec_context.format, layout="mono", rate=rate, frame_size=size)
    return [*resampler.resample(frame), *resampler.resample(None)]


def saved(pcm: Pcm, path: Path) -> Path:
    write_wav(pcm, path)
    return path


def hiss(seconds: float, level: int = 40) -> Pcm:
    return np.random.default_rng(1).normal(0, level, int(RATE * seconds)).astype(np.int16)


def nothing(seconds: float) -> Pcm:
    return np.zeros(int(RATE * seconds), np.int16)


def texts(units: tuple[Unit, ...]) -> list[str]:
    return [segment.text for unit in units for segment in unit.segments]


# --- Whisper -------------------------------------------------------------------------------------------------------


def test_the_voice_note_is_read_word_for_word_with_times_and_scores(whisper: FasterWhisper) -> None:
    (minute,) = whisper.transcribe(VOICE_NOTE, context=ENGLISH)
    assert minute.outcome == "read"
    assert not minute.draft
    assert " ".join(texts((minute,))) == " ".join(SAID)
    for segment in minute.segments:
        assert [segment.text[word.start : word.end] for word in segment.words] == segment.text.split()
        assert all(0 <= word.score <= 1000 for word in segment.words)
        assert all(word.start_ms <= word.end_ms for word in segment.words)
        assert type(segment.words[0].start_ms) is int


def test_words_are_heard_when_they_are_spoken(whisper: FasterWhisper, note: Pcm) -> None:
    (minute,) = whisper.transcribe(VOICE_NOTE, context=ENGLISH)
    words = {s.text[w.start : w.end]: w for s in minute.segments for w in s.words}
    sound = Sound(pcm=note, complete=True)
    assert all(not is_silent(sound.between(word.start_ms, word.end_ms + 100)) for word in words.values())
    assert words["van"].start_ms < words["lodge"].start_ms < words["papers"].start_ms < words["desk."].start_ms
    assert 300 <= words["van"].start_ms <= 1_000


@pytest.mark.parametrize("name", [name for name in ENCODINGS if name != "note.amr"])
def test_the_same_words_come_out_of_every_container(
    name: str, note: Pcm, whisper: FasterWhisper, tmp_path: Path
) -> None:
    units = whisper.transcribe(encoded(note, tmp_path / name), context=ENGLISH)
    assert " ".join(texts(units)) == " ".join(SAID)


@pytest.mark.parametrize("name", ENCODINGS)
def test_every_container_is_probed_and_decoded(name: str, note: Pcm, tmp_path: Path) -> None:
    path = encoded(note, tmp_path / name)
    held, sound = probe(path, limits=LIMITS), decode(path, limits=LIMITS)
    assert sound.complete
    assert not held.cut_short
    assert abs(sound.duration_ms - len(note) * 1000 // RATE) < 200
    assert abs(held.duration_ms - sound.duration_ms) < 200
    assert is_wideband(sound.pcm) == (name != "note.amr")


def test_reading_twice_gives_the_same_units(whisper: FasterWhisper) -> None:
    assert whisper.transcribe(VOICE_NOTE, context=ENGLISH) == whisper.transcribe(VOICE_NOTE, context=ENGLISH)


def test_a_language_nobody_stated_is_detected_and_said(whisper: FasterWhisper) -> None:
    (minute,) = whisper.transcribe(VOICE_NOTE, context=ReadContext(languages=("en",)))
    assert minute.facts["language_detected"] == "en"
    assert minute.segments[0].language == "en"
    (elsewhere,) = whisper.transcribe(VOICE_NOTE, context=ReadContext(languages=("ro",)))
    assert elsewhere.doubtful


def test_a_language_the_model_does_not_know_is_skipped(whisper: FasterWhisper) -> None:
    (minute,) = whisper.transcribe(VOICE_NOTE, context=ReadContext(languages=(), speech_language="tlh"))
    assert (minute.outcome, minute.segments) == ("skipped", ())
    assert "no speech model for tlh" in minute.reason


def test_raw_scores_of_each_utterance_are_kept(whisper: FasterWhisper) -> None:
    (minute,) = whisper.transcribe(VOICE_NOTE, context=ENGLISH)
    for name in ("avg_logprob", "no_speech_prob"):
        assert len([int(score) for score in minute.facts[name].split()]) == len(minute.segments)


def test_the_stamp_names_the_weights_and_the_settings_without_loading(whisper: FasterWhisper) -> None:
    stamp = whisper.stamp()
    assert stamp.model_digest == whisper.model.digest
    assert stamp.settings["temperature"] == 0
    assert stamp.settings["cpu"]
    other = FasterWhisper(model=whisper.model, options=faster_whisper.FasterWhisperOptions(beam_size=1))
    assert other.stamp() != stamp


# --- openai-whisper (make test-openai-whisper) ---------------------------------------------------------------------

leaves_a_file_open = pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)
"""openai-whisper does not close its token file."""


@leaves_a_file_open
@pytest.mark.openai_whisper
def test_openai_whisper_reads_the_voice_note_word_for_word(tmp_path: Path) -> None:
    engine = OpenaiWhisper(model=models.add(MODEL / "openai", name="test", root=tmp_path))
    (minute,) = engine.transcribe(VOICE_NOTE, context=ENGLISH)
    assert " ".join(texts((minute,))) == " ".join(SAID)
    assert all(0 <= word.score <= 1000 and word.start_ms <= word.end_ms for s in minute.segments for word in s.words)
    assert engine.stamp().model_digest == engine.model.digest
    (unknown,) = engine.transcribe(VOICE_NOTE, context=ReadContext(languages=(), speech_language="tlh"))
    assert unknown.outcome == "skipped"


@leaves_a_file_open
@pytest.mark.openai_whisper
def test_openai_whisper_says_nothing_about_silence(tmp_path: Path) -> None:
    engine = OpenaiWhisper(model=models.add(MODEL / "openai", name="test", root=tmp_path))
    (minute,) = engine.transcribe(saved(nothing(3), tmp_path / "silent.wav"), context=ENGLISH)
    assert minute.outcome == "blank"
    (noise,) = engine.transcribe(saved(hiss(3), tmp_path / "hiss.wav"), context=ENGLISH)
    assert noise.outcome == "no_text"


@pytest.mark.skipif(importlib.util.find_spec("whisper") is not None, reason="the extra is installed here")
def test_without_the_extra_doctor_says_how_to_get_it_and_reading_says_so_too(tmp_path: Path) -> None:
    told = openai_whisper.available(root=tmp_path)
    assert not told.available
    assert "make" in told.next_step
    engine = OpenaiWhisper(model=models.add(MODEL / "openai", name="test", root=tmp_path))
    with pytest.raises(EngineMissing):
        engine.transcribe(VOICE_NOTE, context=ENGLISH)


# --- the English draft ---------------------------------------------------------------------------------------------


def test_the_draft_is_marked_and_has_times_and_scores() -> None:
    (minute,) = Pocketsphinx().transcribe(VOICE_NOTE, context=ENGLISH)
    assert minute.outcome == "read"
    assert minute.draft
    heard = " ".join(texts((minute,)))
    assert "front desk" in heard
    assert all(0 <= word.score <= 1000 for segment in minute.segments for word in segment.words)
    assert all(segment.text[word.start : word.end].strip() for segment in minute.segments for word in segment.words)


@pytest.mark.parametrize(
    ("context", "why"),
    [
        (ReadContext(languages=("en",)), "nobody has stated"),
        (ReadContext(languages=("ro",), speech_language="ro"), "no speech model for ro"),
    ],
)
def test_no_draft_unless_someone_said_the_speech_is_english(context: ReadContext, why: str) -> None:
    (minute,) = Pocketsphinx().transcribe(VOICE_NOTE, context=context)
    assert (minute.outcome, minute.segments) == ("skipped", ())
    assert why in minute.reason


def test_no_draft_of_telephone_sound(note: Pcm, tmp_path: Path) -> None:
    (minute,) = Pocketsphinx().transcribe(encoded(note, tmp_path / "note.amr"), context=ENGLISH)
    assert minute.outcome == "skipped"
    assert "narrowband" in minute.reason


def test_the_draft_engine_never_hears_the_silence_between_words(note: Pcm, tmp_path: Path) -> None:
    path = saved(np.concatenate([nothing(20), note, hiss(25, 3), note, nothing(10)]), tmp_path / "gaps.wav")
    units = Pocketsphinx().transcribe(path, context=ENGLISH)
    first, last = 20_000, 20_000 + len(note) * 1000 // RATE
    spoken = [(first, last), (last + 25_000, last + 25_000 + last - first)]
    for segment in (segment for unit in units for segment in unit.segments):
        assert isinstance(segment.place, TimePlace)
        assert any(a <= segment.place.start_ms and segment.place.end_ms <= b for a, b in spoken), segment


def test_a_fresh_decoder_for_each_recording() -> None:
    assert Pocketsphinx().transcribe(VOICE_NOTE, context=ENGLISH) == Pocketsphinx().transcribe(
        VOICE_NOTE, context=ENGLISH
    )


# --- silence, limits, damage ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["note.wav", "note.mp3", "note.flac", "note.m4a", "note.ogg"])
def test_digital_silence_is_blank_in_every_container(name: str, whisper: FasterWhisper, tmp_path: Path) -> None:
    path = encoded(nothing(3), tmp_path / name)
    for engine in (whisper, Pocketsphinx()):
        (minute,) = engine.transcribe(path, context=ENGLISH)
        assert (minute.outcome, minute.reason) == ("blank", "digital silence")


def test_sound_without_words_is_not_called_blank(whisper: FasterWhisper, tmp_path: Path) -> None:
    (minute,) = whisper.transcribe(saved(hiss(4), tmp_path / "hiss.wav"), context=ENGLISH)
    assert (minute.outcome, minute.segments) == ("no_text", ())


def test_each_minute_has_an_outcome_of_its_own(note: Pcm, whisper: FasterWhisper, tmp_path: Path) -> None:
    path = saved(np.concatenate([note, nothing(125)]), tmp_path / "long.wav")
    units = whisper.transcribe(path, context=ENGLISH)
    assert [(unit.number, unit.outcome) for unit in units] == [(1, "read"), (2, "blank"), (3, "blank")]


def test_channels_that_cancel_each_other_are_not_silence(note: Pcm, tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "stereo.wav"), "wb") as out:
        out.setparams((2, 2, RATE, 0, "NONE", ""))
        out.writeframes(np.stack([note, -note], axis=1).astype("<i2").tobytes())
    assert not is_silent(decode(tmp_path / "stereo.wav", limits=LIMITS).pcm)


def test_endless_audio_stops_at_the_limit_and_says_so(note: Pcm, english: ReadContext, tmp_path: Path) -> None:
    path = saved(np.concatenate([note] * 20), tmp_path / "endless.wav")
    context = msgspec.structs.replace(english, limits=Limits(audio_seconds=7))
    reader, engines = AudioReader(), Engines(speech=Pocketsphinx())
    survey = reader.survey(path, media_type="audio/wav", context=context)
    (minute,) = reader.read(path, media_type="audio/wav", part=survey.parts[0], engines=engines, context=context).units
    assert minute.partial
    assert "first 7 s" in minute.reason
    assert all(s.place.end_ms <= 7_000 for s in minute.segments if isinstance(s.place, TimePlace))


@pytest.mark.parametrize("name", ["note.wav", "note.mp3", "note.flac", "note.ogg", "note.amr"])
def test_half_a_file_is_read_as_far_as_it_goes_and_marked_partial(
    name: str, note: Pcm, english: ReadContext, tmp_path: Path
) -> None:
    path = encoded(note, tmp_path / name)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2 - 7])
    reading = AudioReader().read(path, media_type="", part=Part(), engines=Engines(), context=english)
    (minute,) = reading.units
    assert minute.partial
    assert "cut short" in minute.reason or "damaged" in minute.reason


@pytest.mark.parametrize("loud", [False, True])
def test_a_gigabyte_after_the_sound_costs_nothing_and_is_said(
    note: Pcm, english: ReadContext, tmp_path: Path, loud: bool
) -> None:
    path = saved(note, tmp_path / "sparse.wav")
    size, limit = path.stat().st_size, 1 << 30
    with path.open("r+b") as out:
        out.truncate(limit)
        if loud:
            out.seek(size + 4_096)
            out.write(b"\1")
    began = time.process_time()
    survey = AudioReader().survey(path, media_type="audio/wav", context=english)
    reading = AudioReader().read(path, media_type="", part=survey.parts[0], engines=Engines(), context=english)
    assert time.process_time() - began < 20
    (minute,) = reading.units
    assert minute.partial
    zeros = "not all of them zero" if loud else "(all of them zero"
    assert f"{limit - size:,} bytes after the end of the sound" in minute.reason
    assert zeros in minute.reason
    assert np.array_equal(decode(path, limits=LIMITS).pcm, note)


def test_chunks_after_the_sound_are_the_recordings_own(note: Pcm, tmp_path: Path) -> None:
    path = saved(note, tmp_path / "tagged.wav")
    title = b"INFOINAM" + struct.pack("<I", 6) + b"voice\0"
    chunks = b"LIST" + struct.pack("<I", len(title)) + title
    path.write_bytes(path.read_bytes() + b"junk" + struct.pack("<I", 2 << 20) + bytes(2 << 20) + chunks)
    held = probe(path, limits=LIMITS)
    assert (held.cut_short, held.tags) == ("", {"title": "voice"})
    path.write_bytes(path.read_bytes() + bytes(1 << 20))
    tailed = probe(path, limits=LIMITS)
    assert "1,048,576 bytes" in tailed.cut_short
    assert tailed.tags == held.tags


def test_a_stream_that_states_no_length_is_heard_to_its_end(note: Pcm, tmp_path: Path) -> None:
    path = saved(np.concatenate([note, nothing(60)]), tmp_path / "stream.wav")
    whole = decode(path, limits=LIMITS).pcm
    data = path.read_bytes()
    for length in (0, 0xFFFF_FFFF):
        path.write_bytes(data[:40] + struct.pack("<I", length) + data[44:])
        assert np.array_equal(decode(path, limits=LIMITS).pcm, whole)
        assert not probe(path, limits=LIMITS).cut_short


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.wav", b""),
        ("noise.mp3", random.Random(5).randbytes(30_000)),
        ("noise.wav", b"RIFF\x00\x10\x00\x00WAVE" + random.Random(6).randbytes(4_000)),
        ("text.ogg", b"Not a recording at all. " * 50),
        ("list.m3u8", b"#EXTM3U\n#EXTINF:10,\nhttp://127.0.0.1:9/evil.ts\n"),
        ("list.txt", b"ffconcat version 1.0\nfile /etc/hostname\n"),
    ],
)
def test_what_is_no_recording_is_unreadable_and_says_why(name: str, content: bytes, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(Unreadable) as told:
        decode(path, limits=LIMITS)
    assert str(tmp_path) not in told.value.what
    with pytest.raises(Unreadable):
        AudioReader().survey(path, media_type="audio/wav", context=ENGLISH)


def test_half_an_m4a_without_its_index_is_unreadable(note: Pcm, tmp_path: Path) -> None:
    path = encoded(note, tmp_path / "note.m4a")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(Unreadable):
        decode(path, limits=LIMITS)


def test_a_recording_without_samples_is_blank(tmp_path: Path) -> None:
    (minute,) = Pocketsphinx().transcribe(saved(nothing(0), tmp_path / "zero.wav"), context=ENGLISH)
    assert minute.outcome == "blank"


# --- the reader ----------------------------------------------------------------------------------------------------


class Echo(msgspec.Struct, frozen=True, kw_only=True):
    """A transcriber that says each stretch of sound it is given is one word, at every tenth second."""

    def transcribe(self, recording: Path, *, context: ReadContext) -> tuple[Unit, ...]:
        sound = decode(recording, limits=context.limits)
        starts = range(0, sound.duration_ms, 10_000)
        heard = [HeardWord(text="tick", start_ms=at, end_ms=at + 1, score=900) for at in starts]
        said = [Utterance(start_ms=word.start_ms, end_ms=word.start_ms + 1, words=(word,)) for word in heard]
        return arrange(said, sound)

    def stamp(self) -> Stamp:
        return Stamp(name="echo", version="1")


def test_a_long_recording_is_read_in_parts_that_miss_nothing_and_repeat_nothing(
    english: ReadContext, tmp_path: Path
) -> None:
    pcm = hiss(13 * 60 + 20, 300)
    pcm[5 * 60 * RATE + 4 * RATE :][: RATE // 2] //= 30
    path, reader = saved(pcm, tmp_path / "long.wav"), AudioReader()
    survey = reader.survey(path, media_type="audio/wav", context=english)
    assert [part.name for part in survey.parts] == ["minutes 1-5", "minutes 6-10", "minutes 11-14"]
    readings = [
        reader.read(path, media_type="", part=part, engines=Engines(speech=Echo()), context=english)
        for part in survey.parts
    ]
    units = [unit for reading in readings for unit in reading.units]
    assert [unit.number for unit in units] == list(range(1, 15))
    places = [segment.place for unit in units for segment in unit.segments]
    starts = [place.start_ms for place in places if isinstance(place, TimePlace)]
    assert starts == sorted(set(starts))
    assert max(b - a for a, b in pairwise(starts)) <= 10_000
    assert starts[30:32] != [300_000, 310_000]
    assert 304_000 <= starts[31] <= 304_500, "the second part begins in the pause"
    for reading in readings:
        found = [segment.index for unit in reading.units for segment in unit.segments]
        assert found == list(range(len(found)))
    assert list(tmp_path.glob("part*")) == []


@pytest.mark.parametrize("minutes", [1, 5, 6, 7, 10, 11, 12, 16, 720])
def test_the_parts_cover_every_minute_once(minutes: int) -> None:
    from extractors.audio import _parts

    parts = _parts(minutes)
    covered = [n for part in parts for n in range(part.first, (part.last or minutes) + 1)]
    assert covered == list(range(1, minutes + 1))


def test_without_an_engine_the_minutes_are_skipped_never_dropped(note: Pcm, english: ReadContext) -> None:
    reading = AudioReader().read(VOICE_NOTE, media_type="", part=Part(), engines=Engines(), context=english)
    assert [(unit.outcome, unit.reason) for unit in reading.units] == [("skipped", "no speech model for en")]
    assert reading.facts["codec"] == "opus"


def test_the_reader_stamps_what_was_asserted(whisper: FasterWhisper) -> None:
    reader = AudioReader()
    own, engine = reader.stamps(engines=Engines(speech=whisper), context=ENGLISH)
    assert engine == whisper.stamp()
    assert own != reader.stamps(engines=Engines(), context=ReadContext(languages=()))[0]


# --- arranging -----------------------------------------------------------------------------------------------------


def test_what_an_engine_hears_in_digital_silence_is_left_out_and_counted(note: Pcm) -> None:
    sound = Sound(pcm=np.concatenate([note, nothing(20)]), complete=True)
    end = sound.duration_ms
    real = Utterance(start_ms=500, end_ms=900, words=(HeardWord(text=" van", start_ms=500, end_ms=900, score=900),))
    ghost = Utterance(
        start_ms=end - 5_000,
        end_ms=end - 1_000,
        words=(HeardWord(text=" Thank you.", start_ms=end - 5_000, end_ms=end - 1_000, score=400),),
    )
    (minute,) = arrange([real, ghost], sound)
    assert [segment.text for segment in minute.segments] == ["van"]
    assert minute.facts["left_out_in_silence"] == "1"


def test_a_minute_into_which_an_utterance_runs_on_is_read() -> None:
    sound = Sound(pcm=hiss(90), complete=True)
    word = HeardWord(text="long", start_ms=58_000, end_ms=64_000, score=700)
    first, second = arrange([Utterance(start_ms=58_000, end_ms=64_000, words=(word,))], sound)
    assert (first.outcome, second.outcome) == ("read", "read")
    assert second.facts["runs_on_from"] == "1"


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 130_000), st.lists(st.text(max_size=4), max_size=4)), max_size=8))
def test_every_word_is_found_again_in_its_segment(said: list[tuple[int, list[str]]]) -> None:
    sound = Sound(pcm=_LONG_HISS, complete=True)
    utterances = [
        Utterance(
            start_ms=start,
            end_ms=start + 500,
            words=tuple(HeardWord(text=f" {text}", start_ms=start, end_ms=start + 500, score=1) for text in words),
        )
        for start, words in sorted(said)
    ]
    segments = [segment for unit in arrange(utterances, sound) for segment in unit.segments]
    assert [segment.index for segment in segments] == list(range(len(segments)))
    assert [segment.text for segment in segments] == [each.text for each in utterances if each.text]
    for segment in segments:
        assert all(segment.text[word.start : word.end].strip() for word in segment.words)
        assert list(segment.words) == sorted(segment.words, key=lambda word: word.start)


_LONG_HISS = hiss(140)


# --- doctor --------------------------------------------------------------------------------------------------------


def test_doctor_says_what_is_there_and_what_to_do(tmp_path: Path) -> None:
    missing = faster_whisper.available(root=tmp_path)
    assert not missing.available
    assert "models add" in missing.next_step
    models.add(MODEL / "ct2", name="test", root=tmp_path)
    there = faster_whisper.available(root=tmp_path)
    assert there.available
    assert "test" in there.detail
    assert pocketsphinx.available().available


@pytest.mark.parametrize("rate", [1, 100, 4_000_000])
def test_a_rate_that_no_recorder_makes_is_not_taken_for_silence(tmp_path: Path, rate: int) -> None:
    path = tmp_path / "lying.wav"
    noise = bytes(range(256)) * 400
    header = struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + len(noise), b"WAVE", b"fmt ", 16, 1, 1, rate, rate * 2, 2, 16, b"data", len(noise))  # fmt: skip
    path.write_bytes(header + noise)
    with pytest.raises(Unreadable, match="no recorder makes"):
        probe(path, limits=Limits())
