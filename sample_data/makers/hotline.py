"""What the hotline held: recorded calls, a voice note, a call sheet and a line that stayed silent."""

from __future__ import annotations

from makers import voice
from makers.book import Book, Mark, date, phone, verbatim
from makers.voice import Line, Recording

PLACE = "phone-hotline"
NUMBER = "zero two zero. seven nine four six. zero one four two."
HER_NUMBER = "zero two zero. seven nine four six. zero one five one."

HOTLINE_CALL = [
    Line("slt", "operator", "Good evening, this is the hotline. How can I help you?"),
    Line("rms", "caller", "I work at a lodge by the harbour. They keep my passport in the office."),
    Line("slt", "operator", "Is there a number for the man who runs it?", pause_ms=700),
    Line("rms", "caller", f"The number is {NUMBER}", pause_ms=900),
    Line("slt", "operator", "Please say it once more.", pause_ms=900),
    Line("rms", "caller", NUMBER, pause_ms=900, stretch=1.1),
    Line("slt", "operator", "Thank you. Are you safe tonight?"),
    Line("rms", "caller", "Yes. The van comes in the morning."),
]
SECOND_CALL = [
    Line("awb", "caller", "I clean the rooms at the lodge. They took the money from my wages."),
    Line("awb", "caller", "I am afraid to leave. Please call me back.", pause_ms=900),
    Line("awb", "caller", f"My number is {HER_NUMBER}"),
]
VOICE_NOTE = [
    Line("slt", "speaker", "The van leaves the lodge at six.", pause_ms=400),
    Line("slt", "speaker", "Bring your papers to the front desk.", pause_ms=300),
]
VOICEMAIL = [
    Line("rms", "speaker", "This is Gary. The van is in the workshop until Monday."),
    Line("rms", "speaker", "I am sleeping at the garage and I can not drive tonight."),
]
MEMO = [Line("awb", "speaker", "Do not open the door. Wait for the van.")]

CALL_SHEET = """\
# Call sheet

| Field | Entry |
|---|---|
| Taken on | 24 February 2026 |
| Line | 020 7946 0100 |
| Worker on duty | Priya Nand |

The caller works at **Harbour Lodge** and gave the number of the man in charge; it is *on the recording*.

- Found the job through @dockside_jobs. The van driver, who fetches them from the hotel, keeps their telephones.
- The van waits at 51.5012, -0.0203 (a lay-by near Tern Yard).
- Advised of the partner helpline abroad, +1 212-555-0168, and of https://helpline.example.org/en.
- A second call came on 26 February 2026.
"""


def enter_all(book: Book) -> None:
    """Enter the exhibits of this place."""
    _hotline_call(book)
    _second_call(book)
    _voice_note(book)
    _voicemail(book)
    _unheard(book)
    _call_sheet(book)


def _hotline_call(book: Book) -> None:
    call = voice.recorded(HOTLINE_CALL, seed=201, room=6)
    book.enter(
        f"{PLACE}/hotline-call.wav",
        voice.wav(call),
        "audio/wav",
        source="speech",
        marks=_spoken(call, NUMBER, "+442079460142"),
        speech=call.sentences,
    )


def _second_call(book: Book) -> None:
    call = voice.recorded(SECOND_CALL, seed=202, room=6)
    book.enter(
        f"{PLACE}/second-call.mp3",
        voice.encoded(call, "mp3", "libmp3lame", bit_rate=48_000),
        "audio/mpeg",
        source="speech",
        marks=_spoken(call, HER_NUMBER, "+442079460151"),
        speech=call.sentences,
    )


def _voice_note(book: Book) -> None:
    note = voice.recorded(VOICE_NOTE, seed=203)
    data = voice.encoded(note, "ogg", "libopus", bit_rate=32_000)
    book.enter(f"{PLACE}/voice-note.ogg", data, "audio/ogg", source="speech", speech=note.sentences)


def _voicemail(book: Book) -> None:
    message = voice.recorded(VOICEMAIL, seed=204, room=4)
    data = voice.encoded(message, "ipod", "aac", bit_rate=48_000)
    book.enter(
        f"{PLACE}/voicemail-driver.m4a",
        data,
        "audio/mp4",
        source="speech",
        names=(("PER", "Gary"),),
        speech=message.sentences,
    )


def _unheard(book: Book) -> None:
    silent = voice.encoded(voice.silence(12), "flac", "flac")
    book.enter(f"{PLACE}/open-line.flac", silent, "audio/flac", source="speech", outcome="blank")
    memo = voice.recorded(MEMO, seed=205)
    book.enter(
        f"{PLACE}/mobile-memo.amr",
        voice.encoded(memo, "amr", "libopencore_amrnb", bit_rate=12_200, rate_hz=8_000),
        "audio/amr",
        source="speech",
        outcome="skipped",
        reason="speech model",
        speech=memo.sentences,
        facts=(("with_whisper_weights", "read"),),
    )


def _call_sheet(book: Book) -> None:
    marks = [
        date("2026-02-24", "24 February 2026"),
        phone("020 7946 0100"),
        verbatim("handle", "@dockside_jobs"),
        Mark("coordinates", "51.5012,-0.0203", "51.5012, -0.0203"),
        phone("+1 212-555-0168"),
        verbatim("url", "https://helpline.example.org/en"),
        date("2026-02-26", "26 February 2026"),
    ]
    names = (("PER", "Priya Nand"), ("ORG", "Harbour Lodge"), ("LOC", "Tern Yard"))
    book.enter(f"{PLACE}/call-sheet.md", CALL_SHEET.encode(), "text/markdown", marks=marks, names=names)


def _spoken(call: Recording, number: str, value: str) -> list[Mark]:
    quote = number.replace(".", "")
    return [Mark("phone", value, quote, start_ms=start_ms) for start_ms, _, text in call.sentences if number in text]
