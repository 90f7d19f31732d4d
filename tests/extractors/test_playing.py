"""What a page plays of a recording: only what browsers know, under a type of ours, and its loudness."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from running import SAMPLE

from evidence.errors import Unreadable
from extractors.playing import STEP_MS, bars, loudness, played_as, write_loudness, write_picture, write_sound
from extractors.protocols import Limits
from extractors.registry import FORMATS

_CALLS = SAMPLE / "exhibits" / "phone-hotline"


def test_only_sound_and_film_that_browsers_know_is_sent_as_it_is() -> None:
    assert played_as("audio/mpeg", {"codec": "mp3float"}) == "audio/mpeg"
    assert played_as("audio/wav", {"codec": "pcm_s16le"}) == "audio/wav"
    assert played_as("audio/wav", {"codec": "adpcm_ms"}) == ""
    assert played_as("audio/amr", {"codec": "amrnb"}) == ""
    assert played_as("video/mp4", {"picture_codec": "h264"}) == "video/mp4"
    assert played_as("video/mp4", {"picture_codec": "mpeg4"}) == ""
    assert played_as("audio/ogg", {}) == ""


def test_no_format_is_ever_sent_as_a_page() -> None:
    for media_type in FORMATS:
        sent = played_as(media_type, {"codec": "mp3", "picture_codec": "h264"})
        assert sent == "" or sent.startswith(("audio/", "video/"))


def test_a_recording_that_no_browser_plays_becomes_plain_sound(tmp_path: Path) -> None:
    made = tmp_path / "made.wav"
    write_sound(_CALLS / "mobile-memo.amr", made, limits=Limits())
    with wave.open(str(made)) as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (16_000, 1, 2)
        assert abs(sound.getnframes() / 16_000 - 3.3) < 0.1


def test_what_is_no_recording_is_refused(tmp_path: Path) -> None:
    noise = tmp_path / "noise.amr"
    noise.write_bytes(b"<script>alert(1)</script>")
    with pytest.raises(Unreadable):
        write_sound(noise, tmp_path / "made.wav", limits=Limits())
    with pytest.raises(Unreadable):
        write_loudness(noise, tmp_path / "made.levels", limits=Limits())


def test_silence_is_flat_and_a_shout_fills_the_height(tmp_path: Path) -> None:
    write_loudness(_CALLS / "open-line.flac", tmp_path / "silent.levels", limits=Limits())
    assert set((tmp_path / "silent.levels").read_bytes()) == {0}
    loud = np.zeros(16_000, np.int16)
    loud[8_800:8_900] = -32_768
    levels = loudness(loud)
    assert len(levels) == 1_000 // STEP_MS
    assert max(levels) == levels[27] == 255
    assert bars(levels, first_ms=0, last_ms=1_000, count=4) == (0, 0, 255, 0)
    assert bars(levels, first_ms=0, last_ms=400, count=4) == (0, 0, 0, 0)


@given(
    st.binary(max_size=300), st.integers(0, 10_000), st.integers(0, 10_000), st.integers(min_value=1, max_value=6_000)
)
def test_any_stretch_has_bars(levels: bytes, first_ms: int, last_ms: int, count: int) -> None:
    made = bars(levels, first_ms=first_ms, last_ms=max(first_ms, last_ms), count=count)
    assert 1 <= len(made) <= count
    assert all(0 <= bar <= 255 for bar in made)


def test_a_small_picture_keeps_none_of_the_metadata(tmp_path: Path) -> None:
    given, made = tmp_path / "given.jpg", tmp_path / "made.jpg"
    exif = Image.Exif()
    exif[0x010E] = "a secret place"
    Image.new("RGB", (2_000, 1_000), "white").save(given, exif=exif)
    write_picture(given, made, media_type="image/jpeg", at_ms=0, limits=Limits())
    with Image.open(made) as small:
        assert small.size == (640, 320)
        assert not small.getexif()
    assert b"secret" not in made.read_bytes()


def test_a_film_gives_the_frame_of_a_moment(tmp_path: Path) -> None:
    film = next((SAMPLE / "exhibits" / "usb-stick").glob("*.mp4"))
    made = []
    for at_ms in (0, 6_000):
        write_picture(film, tmp_path / f"{at_ms}.jpg", media_type="video/mp4", at_ms=at_ms, limits=Limits())
        made.append((tmp_path / f"{at_ms}.jpg").read_bytes())
    assert made[0] != made[1]


def test_a_shout_is_drawn_at_its_time_however_many_slices_there_are() -> None:
    levels = bytearray(1_652)
    levels[826] = 200
    for count in (100, 1_000, 1_500, 1_651, 1_652, 3_000):
        made = bars(bytes(levels), first_ms=0, last_ms=1_652 * STEP_MS, count=count)
        assert abs(made.index(200) / len(made) - 0.5) <= 1 / len(made), count
