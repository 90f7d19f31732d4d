"""Films: which frames are read, where their words stand, what the container states, and damage."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import av
import numpy as np
import pytest
import zxingcpp
from made_films import SLIDES, make_film, shown_turned, slide, voice
from made_pages import recall
from PIL import Image

from evidence.errors import LimitExceeded, Unreadable
from evidence.locator import FramePlace, RecordPlace, TimePlace
from evidence.records import Reading, Unit
from extractors.identify import identify
from extractors.protocols import Engines, Limits, Part, ReadContext
from extractors.registry import READER_OF
from extractors.sound import RATE
from extractors.tesseract import Tesseract
from extractors.video.choice import FRAMES_AN_HOUR
from extractors.video.frames import frame_image
from extractors.video.reader import VideoReader

NOTE = Path(__file__).parents[2] / "sample_data" / "exhibits" / "phone-hotline" / "voice-note.ogg"
PICTURES = tuple(slide(lines) for lines in SLIDES)


@pytest.fixture(scope="module")
def engines() -> Engines:
    return Engines(ocr=Tesseract(("en",)))


def _context(folder: Path, limits: Limits | None = None) -> ReadContext:
    return ReadContext(languages=("en",), scratch=folder, limits=limits or Limits())


def _readings(path: Path, engines: Engines, limits: Limits | None = None) -> list[Reading]:
    reader, context, media_type = VideoReader(), _context(path.parent, limits), identify(path, hint=path.name)
    survey = reader.survey(path, media_type=media_type, context=context)
    assert len({part.name for part in survey.parts}) == len(survey.parts)
    return [
        reader.read(path, media_type=media_type, part=part, engines=engines, context=context) for part in survey.parts
    ]


def _units(readings: Sequence[Reading], kind: str) -> list[Unit]:
    return [unit for reading in readings for unit in reading.units if unit.kind == kind]


def _texts(frames: Sequence[Unit]) -> list[str]:
    return [segment.text for unit in frames for segment in unit.segments if segment.source == "ocr"]


def _assert_slides_read(frames: Sequence[Unit], slides: Sequence[Sequence[str]] = SLIDES) -> None:
    texts = _texts(frames)
    assert len(texts) == len(slides)
    for lines, text in zip(slides, texts, strict=True):
        assert recall(lines, text) > 0.9


@pytest.mark.parametrize(
    ("name", "codec", "form", "media_type"),
    [
        ("a.mp4", "libx264", None, "video/mp4"),
        ("a.mov", "mjpeg", "mov", "video/quicktime"),
        ("a.mkv", "libx264", None, "video/x-matroska"),
        ("a.webm", "libvpx-vp9", None, "video/webm"),
        ("a.avi", "mpeg4", None, "video/x-msvideo"),
        ("a.flv", "flv", None, "video/x-flv"),
        ("a.wmv", "wmv2", "asf", "video/x-ms-asf"),
        ("a.mpg", "mpeg1video", "mpeg", "video/mpeg"),
        ("a.ts", "libx264", "mpegts", "video/mp2t"),
    ],
)
def test_every_container_is_recognised_and_its_slides_are_read_once(
    tmp_path: Path, engines: Engines, name: str, codec: str, form: str | None, media_type: str
) -> None:
    path = make_film(tmp_path / name, PICTURES, codec=codec, form=form, rate=25 if codec == "mpeg1video" else 10)
    assert identify(path, hint="") == media_type
    assert READER_OF[media_type] == "video"
    _assert_slides_read(_units(_readings(path, engines), "frame"))


def test_a_film_of_a_phone_of_old_is_read(tmp_path: Path, engines: Engines) -> None:
    pictures = [slide(lines, size=(704, 576), letter_px=30) for lines in SLIDES]
    path = make_film(tmp_path / "a.3gp", pictures, codec="h263", form="3gp")
    assert identify(path, hint="") == "video/3gpp"
    _assert_slides_read(_units(_readings(path, engines), "frame"))


def test_words_open_at_their_box_on_their_frame(tmp_path: Path, engines: Engines) -> None:
    path = make_film(tmp_path / "a.mp4", PICTURES)
    for unit in _units(_readings(path, engines), "frame"):
        segment = unit.segments[0]
        place = segment.place
        assert isinstance(place, FramePlace)
        assert unit.number == place.frame + 1
        assert int(unit.facts["at_ms"]) == place.at_ms == place.frame * 100
        picture = frame_image(path, place.at_ms).convert("L")
        assert picture.size == (place.width_px, place.height_px)
        for word in segment.words:
            assert word.box is not None
            corner = (word.box.left + word.box.width, word.box.top + word.box.height)
            assert picture.crop((word.box.left, word.box.top, *corner)).getextrema()[0] < 128
        again = VideoReaderOn(path, engines).text_at(picture)
        assert recall(segment.text.split(), again) > 0.9


class VideoReaderOn:
    """Reads one picture of a film again with the same engine."""

    def __init__(self, path: Path, engines: Engines) -> None:
        self._folder, self._engines = path.parent, engines

    def text_at(self, picture: Image.Image) -> str:
        assert self._engines.ocr is not None
        saved = self._folder / "frame.png"
        picture.save(saved)
        return self._engines.ocr.recognise(saved, dpi=110).text


@pytest.mark.parametrize("clockwise", [90, 180, 270])
def test_a_film_held_upright_is_read_upright(tmp_path: Path, engines: Engines, clockwise: int) -> None:
    stored = {90: Image.Transpose.ROTATE_90, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_270}
    pictures = [slide(lines, size=(720, 1280), letter_px=34) for lines in SLIDES[:2]]
    path = make_film(tmp_path / "a.mp4", [picture.transpose(stored[clockwise]) for picture in pictures])
    frames = _units(_readings(shown_turned(path, clockwise), engines), "frame")
    _assert_slides_read(frames, SLIDES[:2])
    assert all(unit.facts["pixels"] == "720x1280" and "prepared" not in unit.facts for unit in frames)


def test_frames_with_times_of_their_own_keep_them(tmp_path: Path, engines: Engines) -> None:
    pictures = [PICTURES[0], PICTURES[0], PICTURES[1], PICTURES[1], PICTURES[2]]
    path = make_film(tmp_path / "a.mp4", pictures, times_ms=[0, 300, 5000, 9000, 20_000])
    frames = _units(_readings(path, engines), "frame")
    _assert_slides_read(frames)
    assert [unit.facts["at_ms"] for unit in frames] in (["0", "5000", "20000"], ["0", "9000", "20000"])


def test_what_comes_back_is_not_read_again_and_noise_is_no_change(tmp_path: Path, engines: Engines) -> None:
    draws = np.random.default_rng(1)
    noisy = []
    for number in range(90):
        picture = np.asarray(PICTURES[(number // 30) % 2], dtype=np.int16)
        noise = draws.normal(0, 6, picture.shape).astype(np.int16)
        noisy.append(Image.fromarray(np.clip(picture + noise, 0, 255).astype(np.uint8)))
    path = make_film(tmp_path / "a.mp4", noisy, seconds=0.1)
    frames = _units(_readings(path, engines), "frame")
    _assert_slides_read(frames, SLIDES[:2])
    assert frames[0].facts["chosen"] == "the first frame"
    assert int(frames[0].facts["seen_again_ms"]) >= 6_000
    assert int(frames[1].facts["seen_from_ms"]) >= 3_000


def test_one_new_line_is_a_change(tmp_path: Path, engines: Engines) -> None:
    lines = ["Where are you", "At the yard", "Bring the papers at six", "The driver has them"]
    pictures = [slide(lines[: shown + 1], letter_px=28) for shown in range(len(lines))]
    frames = _units(_readings(make_film(tmp_path / "a.mp4", pictures), engines), "frame")
    assert recall(lines, _texts(frames)[-1]) == 1.0
    assert len(frames) == len(lines)


def test_slides_that_are_only_key_frames_apart_are_all_read(tmp_path: Path, engines: Engines) -> None:
    path = make_film(tmp_path / "a.mp4", PICTURES, seconds=8, rate=5, gop=40)
    _assert_slides_read(_units(_readings(path, engines), "frame"))


def test_a_restless_film_is_read_up_to_the_bound_and_that_is_said(tmp_path: Path) -> None:
    draws = random.Random(3)
    pictures = [Image.effect_noise((160, 120), 120).rotate(draws.randint(0, 90)).convert("RGB") for _ in range(120)]
    frames = _units(_readings(make_film(tmp_path / "a.mp4", pictures, seconds=1, rate=2, gop=1), Engines()), "frame")
    assert len(frames) <= 20 + round(FRAMES_AN_HOUR * 120 / 3600)
    assert frames[-1].partial
    assert "were not read: the limit on frames" in frames[-1].reason


def test_codes_on_a_frame_are_segments_with_their_box(tmp_path: Path, engines: Engines) -> None:
    code = zxingcpp.create_barcode("https://harbour.example/in", zxingcpp.BarcodeFormat.QRCode)
    picture = PICTURES[0].copy()
    picture.paste(Image.fromarray(np.array(zxingcpp.write_barcode_to_image(code, scale=6))), (800, 400))
    unit = _units(_readings(make_film(tmp_path / "a.mp4", [picture]), engines), "frame")[0]
    segment = next(segment for segment in unit.segments if segment.text == "https://harbour.example/in")
    assert isinstance(segment.place, FramePlace)
    box = segment.words[0].box
    assert box is not None
    assert 800 <= box.left < box.left + box.width <= 1_100
    assert "QR Code" in unit.facts.values()


# --- sound ---------------------------------------------------------------------------------------------------------


def test_sound_and_pictures_are_parts_of_their_own(tmp_path: Path, engines: Engines) -> None:
    path = make_film(tmp_path / "a.mp4", PICTURES, sound=voice(NOTE))
    reader, context = VideoReader(), _context(tmp_path)
    parts = reader.survey(path, media_type="video/mp4", context=context).parts
    assert [part.name for part in parts] == ["sound", "pictures of minutes 1-1"]
    sound, pictures = _readings(path, engines)
    assert [(unit.kind, unit.outcome) for unit in sound.units] == [("minute", "skipped")]
    assert "no speech model" in sound.units[0].reason
    assert {unit.kind for unit in pictures.units} == {"frame"}


def test_silence_is_blank_and_no_sound_track_is_said(tmp_path: Path) -> None:
    silent = make_film(tmp_path / "a.mp4", PICTURES[:1], sound=np.zeros(3 * RATE, np.int16))
    (minute,) = _units(_readings(silent, Engines()), "minute")
    assert (minute.outcome, minute.reason) == ("blank", "digital silence")
    (minute,) = _units(_readings(make_film(tmp_path / "b.mp4", PICTURES[:1]), Engines()), "minute")
    assert (minute.outcome, minute.reason) == ("blank", "the film has no sound track")


def test_a_long_film_is_cut_and_every_frame_is_counted_once(tmp_path: Path, engines: Engines) -> None:
    pictures = [PICTURES[number // 40 % 3] for number in range(120)]
    times = [number * 6_000 for number in range(120)]  # twelve minutes
    path = make_film(tmp_path / "a.mp4", pictures, times_ms=times, gop=10)
    readings = _readings(path, engines)
    assert len(readings) == 3
    frames = _units(readings, "frame")
    assert [unit.facts["chosen"] for unit in frames if "minutes" in unit.facts["chosen"]] == [
        "the first frame of minutes 6-10",
        "the first frame of minutes 11-12",
    ]
    assert len({unit.number for unit in frames}) == len(frames)
    for unit in frames:
        assert times[unit.number - 1] == int(unit.facts["at_ms"])
    for reading in readings:
        indices = [segment.index for unit in reading.units for segment in unit.segments]
        assert indices == list(range(len(indices)))


def test_a_stretch_of_a_silent_film_can_be_read_minute_by_minute_where_it_crashed(
    tmp_path: Path, engines: Engines
) -> None:
    pictures = [PICTURES[number // 10 % 3] for number in range(70)]  # each slide stands for a minute
    path = make_film(tmp_path / "a.mp4", pictures, times_ms=[number * 6_000 for number in range(70)], gop=10)
    reader, context = VideoReader(), _context(tmp_path)
    survey = reader.survey(path, media_type="video/mp4", context=context)
    assert [(part.first, part.last) for part in survey.parts] == [(1, 5), (6, 7)]  # what is lost is counted by these
    assert survey.units == 7
    single = Part(name="page 6", first=6, last=6)
    reading = reader.read(path, media_type="video/mp4", part=single, engines=engines, context=context)
    assert {unit.kind for unit in reading.units} == {"frame"}
    assert all(300_000 <= int(unit.facts["at_ms"]) < 360_000 for unit in reading.units)
    _assert_slides_read(reading.units, SLIDES[2:3])


# --- what the container states -------------------------------------------------------------------------------------


def test_when_and_where_it_was_recorded_are_events(tmp_path: Path) -> None:
    tags = {"creation_time": "2026-03-07T17:05:09Z", "location": "+51.5072-000.1275+012.0/"}
    (reading,) = _readings(make_film(tmp_path / "a.mp4", PICTURES[:1], tags=tags), Engines())
    recording, location = reading.events
    assert (recording.kind, recording.time_utc, recording.zone) == ("recording", "2026-03-07T17:05:09Z", "UTC")
    assert recording.zone_by.startswith("the format (QuickTime")
    assert (location.kind, location.facts["latitude"], location.facts["longitude"]) == (
        "location",
        "51.5072",
        "-0.1275",
    )
    segments = {segment.index: segment for unit in reading.units for segment in unit.segments}
    assert segments[recording.segment].place == RecordPlace(record=1, field="container")
    place = segments[location.segment].place
    assert isinstance(place, RecordPlace)
    assert place.key.startswith("location")
    (found,) = reading.named
    assert (found.kind, found.value) == ("coordinates", "51.5072,-0.1275")
    assert segments[found.segment].text[found.start : found.end] == found.quote


def test_apples_own_time_is_preferred_and_a_disagreement_is_said(tmp_path: Path) -> None:
    tags = {
        "creation_time": "2026-03-09T10:00:00Z",
        "com.apple.quicktime.creationdate": "2026-03-07T18:05:09+0100",
        "com.apple.quicktime.make": "Acme",
        "com.apple.quicktime.model": "Pocket 3",
        "com.apple.quicktime.location.ISO6709": "-33.8570+151.2150/",
    }
    path = make_film(tmp_path / "a.mov", PICTURES[:1], form="mov", tags=tags, options={"movflags": "use_metadata_tags"})
    (reading,) = _readings(path, Engines())
    recording, location = reading.events
    assert (recording.time_utc, recording.zone, recording.zone_by) == ("2026-03-07T17:05:09Z", "+01:00", "the record")
    assert "are not the same time" in recording.facts["clocks"]
    assert (recording.facts["make"], recording.facts["model"]) == ("Acme", "Pocket 3")
    assert (location.facts["latitude"], location.facts["longitude"]) == ("-33.8570", "151.2150")


def test_subtitles_are_text_with_their_seconds(tmp_path: Path) -> None:
    srt = tmp_path / "lines.srt"
    srt.write_text(
        "1\n00:00:00,500 --> 00:00:02,000\nMeet at the <i>yard</i>\n\n2\n00:00:02,500 --> 00:00:03,000\nat six\n"
    )
    path = tmp_path / "a.mkv"
    film = make_film(tmp_path / "plain.mkv", PICTURES[:1])
    with av.open(str(film)) as pictures, av.open(str(srt)) as lines, av.open(str(path), "w") as out:
        tracks = [(one, one.streams[0], out.add_stream_from_template(one.streams[0])) for one in (pictures, lines)]
        for source, stream, track in tracks:
            for packet in source.demux(stream):
                if packet.dts is not None:
                    packet.stream = track
                    out.mux(packet)
    (unit,) = _units(_readings(path, Engines()), "file")
    assert (unit.outcome, unit.facts["track"]) == ("read", "subtitles 1")
    assert [segment.text for segment in unit.segments] == ["Meet at the yard", "at six"]
    assert unit.segments[0].place == TimePlace(start_ms=500, end_ms=2_000)


# --- damage --------------------------------------------------------------------------------------------------------


def _read_or_unreadable(path: Path) -> str:
    try:
        readings = _readings(path, Engines())
    except (Unreadable, LimitExceeded):
        return "unreadable"
    units = [unit for reading in readings for unit in reading.units]
    assert units
    assert all(unit.reason for unit in units if unit.outcome in ("failed", "skipped"))
    return "partial" if any(unit.partial or unit.outcome == "failed" for unit in units) else "read"


@pytest.mark.parametrize(("name", "form"), [("a.mp4", None), ("a.mkv", None), ("a.avi", "avi"), ("a.ts", "mpegts")])
def test_a_film_cut_anywhere_or_with_bytes_flipped_is_read_as_far_as_it_goes(
    tmp_path: Path, name: str, form: str | None
) -> None:
    pictures = [slide(lines, size=(320, 240), letter_px=16) for lines in SLIDES]
    codec = "mpeg4" if form == "avi" else "libx264"
    whole = make_film(tmp_path / name, pictures, codec=codec, form=form, seconds=1, sound=voice(NOTE)[: 3 * RATE],
                      sound_codec="mp2" if form else "aac").read_bytes()  # fmt: skip
    path = tmp_path / "blob"
    draws = random.Random(5)
    for kept in (0, 1, 11, 40, 300, len(whole) // 3, len(whole) // 2, len(whole) * 9 // 10, len(whole) - 1):
        path.write_bytes(whole[:kept])
        _read_or_unreadable(path)
    for _ in range(12):
        data = bytearray(whole)
        for _ in range(draws.choice((1, 8, 200))):
            data[draws.randrange(len(data))] = draws.randrange(256)
        path.write_bytes(data)
        _read_or_unreadable(path)


def test_a_film_that_breaks_off_says_so(tmp_path: Path, engines: Engines) -> None:
    whole = make_film(tmp_path / "a.mp4", PICTURES, options={"movflags": "faststart"}).read_bytes()
    path = tmp_path / "b.mp4"
    path.write_bytes(whole[: len(whole) * 2 // 3])
    frames = _units(_readings(path, engines), "frame")
    assert frames[0].outcome == "read"
    assert frames[-1].partial
    assert frames[-1].reason


def test_without_its_index_an_mp4_is_unreadable(tmp_path: Path) -> None:
    whole = make_film(tmp_path / "a.mp4", PICTURES[:1]).read_bytes()
    path = tmp_path / "b.mp4"
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(Unreadable):
        _readings(path, Engines())


def test_pictures_beyond_the_limit_are_refused(tmp_path: Path) -> None:
    path = make_film(tmp_path / "a.mp4", PICTURES[:1])
    with pytest.raises(LimitExceeded):
        _readings(path, Engines(), Limits(pixels=100_000))


def test_a_film_longer_than_the_limit_is_read_so_far(tmp_path: Path) -> None:
    path = make_film(tmp_path / "a.mp4", PICTURES)
    frames = _units(_readings(path, Engines(), Limits(audio_seconds=4)), "frame")
    assert all(int(unit.facts["at_ms"]) <= 4_000 for unit in frames)
    assert "only the first 4 s" in frames[-1].reason


def test_the_same_film_reads_the_same_twice(tmp_path: Path, engines: Engines) -> None:
    path = make_film(tmp_path / "a.mp4", PICTURES, tags={"creation_time": "2026-03-07T17:05:09Z"})
    assert _readings(path, engines) == _readings(path, engines)
