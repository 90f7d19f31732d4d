"""What lay on a stick in the yard: an archive in an archive, one that is locked, a short film, and a poster with a code."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

import av
import numpy as np
import segno
from PIL import Image

from makers import paper, voice
from makers.book import Book, Mark, on_page, pounds
from makers.packing import locked_zip, tar_gz, zipped
from makers.voice import Line

PLACE = "usb-stick"
BACKUP, LOCKED = f"{PLACE}/backup-march.zip", f"{PLACE}/papers.zip"
PASSWORD = "Ternyard-6"
FILM, POSTER = f"{PLACE}/walk-through.mp4", "lodge-office/poster-code.png"
ADVERTISED = "https://northquay.example/jobs"
WIDTH, HEIGHT, RATE = 480, 272, 5

INNER_NOTE = """\
Move the laptops before the visit.
The list of what each of them owes is in papers.zip, the word for it is the yard and its unit.
"""
OUTER_NOTE = "Copies made for M. Varga.\n"
DEBTS = """\
Ciobanu £900.00
Moraru £860.00
Lupu £1,120.00
"""
SLIDES = ("walk-1", "walk-2", "walk-3")
SPOKEN = [
    Line("rms", "speaker", "This is the yard. The beds are upstairs.", pause_ms=600),
    Line("rms", "speaker", "Lock the door when the last one is in.", pause_ms=300),
]


def enter_all(book: Book) -> None:
    """Enter the stick's files and the poster."""
    _backup(book)
    _papers(book)
    _film(book)
    _poster(book)


def _backup(book: Book) -> None:
    """A zip that holds a note and a tar.gz, which holds another."""
    inner = tar_gz([("backup/laptops.txt", INNER_NOTE.encode())])
    book.enter(
        BACKUP,
        zipped([("readme.txt", OUTER_NOTE.encode()), ("2026-03/old.tar.gz", inner)]),
        "application/zip",
        family="archives",
    )
    book.enter(f"{BACKUP}/readme.txt", OUTER_NOTE.encode(), "text/plain", family="archives", parent=BACKUP,
               names=(("PER", "M. Varga"),))  # fmt: skip
    deep = f"{BACKUP}/2026-03/old.tar.gz"
    book.enter(deep, inner, "application/gzip", family="archives", parent=BACKUP)
    book.enter(f"{deep}/backup/laptops.txt", INNER_NOTE.encode(), "text/plain", family="archives", parent=deep)


def _papers(book: Book) -> None:
    debts = DEBTS.encode()
    book.enter(LOCKED, locked_zip([("debts.txt", debts)], password=PASSWORD), "application/zip", family="archives")
    marks = [pounds("£900.00"), pounds("£860.00"), pounds("£1,120.00")]
    names = (("PER", "Ciobanu"), ("PER", "Moraru"), ("PER", "Lupu"))
    book.enter(f"{LOCKED}/debts.txt", debts, "text/plain", family="archives", parent=LOCKED, marks=marks, names=names)


def _film(book: Book) -> None:
    pictures = [_slide(name) for name in SLIDES]
    sound = voice.recorded(SPOKEN, seed=601)
    book.enter(
        FILM,
        _filmed(pictures, sound),
        "video/mp4",
        family="video",
        source="scan",
        facts=(
            ("frames_say", " / ".join(" ".join(text.split()) for name in SLIDES for _, text in paper.page_texts(name))),
            ("spoken", " ".join(text for _, _, text in sound.sentences)),
        ),
    )


def _slide(name: str) -> Image.Image:
    page = paper.printed(name, dpi=200)[0]
    page.thumbnail((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    frame = Image.new("RGB", (WIDTH, HEIGHT), "white")
    frame.paste(page, ((WIDTH - page.width) // 2, (HEIGHT - page.height) // 2))
    return frame


def _filmed(pictures: list[Image.Image], sound: voice.Recording) -> bytes:
    """The pictures one after the other for as long as the sound lasts, in MPEG-4 part 2 and AAC."""
    seconds = len(sound.samples) / voice.RATE_HZ
    frames = max(int(seconds * RATE), RATE * 3)
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "film.mp4"
        with av.open(str(target), "w", format="mp4", options={"fflags": "+bitexact"}) as output:
            film = output.add_stream("mpeg4", rate=RATE)
            assert isinstance(film, av.VideoStream)
            film.width, film.height, film.pix_fmt, film.bit_rate = WIDTH, HEIGHT, "yuv420p", 220_000
            film.codec_context.flags |= 1 << 23  # AV_CODEC_FLAG_BITEXACT
            spoken = output.add_stream("aac", rate=voice.RATE_HZ, layout="mono")
            assert isinstance(spoken, av.AudioStream)
            spoken.codec_context.flags |= 1 << 23
            spoken.bit_rate = 40_000
            for number in range(frames):
                picture = pictures[number * len(pictures) // frames]
                output.mux(film.encode(av.VideoFrame.from_ndarray(np.asarray(picture), format="rgb24")))
            output.mux(film.encode(None))
            voice.encode(sound.samples, output, spoken, voice.RATE_HZ)
        return target.read_bytes()


def _poster(book: Book) -> None:
    code = io.BytesIO()
    segno.make(ADVERTISED, error="m", micro=False).save(code, kind="png", scale=8, border=4)
    square = Image.open(io.BytesIO(code.getvalue())).convert("L")
    page = paper.printed("poster", dpi=130)[0].convert("L")
    page.paste(square, ((page.width - square.width) // 2, page.height - square.height - 30))
    book.enter(
        POSTER,
        paper.encoded(page.quantize(8), "PNG", dpi=(130, 130), optimize=True),
        "image/png",
        family="pictures",
        source="scan",
        marks=[
            *on_page(1, [Mark("handle", "@dockside_jobs", "@dockside_jobs")]),
            Mark("url", ADVERTISED, ADVERTISED),
        ],
        facts=(("code", ADVERTISED),),
        page_texts=paper.page_texts("poster"),
    )
