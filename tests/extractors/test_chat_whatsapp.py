"""WhatsApp exports as phones of many languages write them, and files that only look like one."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path

import pytest
from chat_reading import check_shape, context_of, messages, originals, read_all, read_one, read_text
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.errors import Unreadable
from evidence.records import Attachment, Reading
from extractors.chat import formats, text_export
from extractors.chat.clocks import iso_time
from extractors.chat.days import decide
from extractors.chat.wording import body_of
from extractors.identify import identify

LRM, RLM, NNBSP = "\u200e", "\u200f", "\u202f"
SHAPES = {
    "iPhone, British": ("[13/03/2024, 15:04:05] Dee: hello", "2024-03-13T15:04:05"),
    "iPhone, American": (f"[3/13/24, 3:04:05{NNBSP}PM] Dee: hello", "2024-03-13T15:04:05"),
    "iPhone, German": ("[13.03.24, 15:04:05] Dee: hello", "2024-03-13T15:04:05"),
    "iPhone, Swedish": ("[2024-03-13, 15:04:05] Dee: hello", "2024-03-13T15:04:05"),
    "iPhone, Dutch": ("[13-03-2024 15:04:05] Dee: hello", "2024-03-13T15:04:05"),
    "iPhone, Arabic": (f"{RLM}[١٣{RLM}/٣{RLM}/٢٠٢٤، ٣:٠٤:٠٥ م] Dee: hello", "2024-03-13T15:04:05"),
    "iPhone, Korean": ("[2024. 3. 13. 오후 3:04:05] Dee: hello", "2024-03-13T15:04:05"),
    "iPhone, Hebrew": (f"{LRM}[13.3.2024, 15:04:05] Dee: hello", "2024-03-13T15:04:05"),
    "iPhone, Hungarian": ("[2024. 03. 13. 15:04:05] Dee: hello", "2024-03-13T15:04:05"),
    "Android, British": ("13/03/2024, 15:04 - Dee: hello", "2024-03-13T15:04:00"),
    "Android, American": (f"3/13/24, 3:04{NNBSP}PM - Dee: hello", "2024-03-13T15:04:00"),
    "Android, Indian": ("13/03/24, 3:04 pm - Dee: hello", "2024-03-13T15:04:00"),
    "Android, Spanish": ("13/3/24, 3:04 p. m. - Dee: hello", "2024-03-13T15:04:00"),
    "Android, Spanish, hard spaces": ("13/3/2024, 3:04\u00a0p.\u00a0m. - Dee: hello", "2024-03-13T15:04:00"),
    "Android, Finnish": ("13.3.2024 klo 15.04 - Dee: hello", "2024-03-13T15:04:00"),
    "Android, Danish": ("13.03.2024 15.04 - Dee: hello", "2024-03-13T15:04:00"),
    "Android, Brazilian": ("13/03/2024 15:04 - Dee: hello", "2024-03-13T15:04:00"),
    "Android, Bulgarian": ("13.03.24 г., 15:04 ч. - Dee: hello", "2024-03-13T15:04:00"),
    "Android, Indonesian": ("13/03/24 15.04 - Dee: hello", "2024-03-13T15:04:00"),
    "Android, Chinese": ("2024/3/13 下午3:04 - Dee: hello", "2024-03-13T15:04:00"),
    "Android, Chinese, spelled": ("2024年3月13日 下午3:04 - Dee: hello", "2024-03-13T15:04:00"),
    "Android, Japanese": ("2024/03/13 15:04 - Dee: hello", "2024-03-13T15:04:00"),
    "Android, Persian digits": ("۲۰۲۴/۳/۱۳،\u200f ۱۵:۰۴ - Dee: hello", "2024-03-13T15:04:00"),
    "Android, Hindi digits": ("१३/३/२४, ३:०४ pm - Dee: hello", "2024-03-13T15:04:00"),
    "Android, Thai years": ("13/3/2567 15:04 - Dee: hello", "2024-03-13T15:04:00"),
    "Android, Turkish": ("13.03.2024 15:04 - Dee: hello", "2024-03-13T15:04:00"),
    "Android, French of Canada": ("2024-03-13 15 h 04 - Dee: hello", "2024-03-13T15:04:00"),
    "Android, Greek": ("13/3/24, 3:04 μ.μ. - Dee: hello", "2024-03-13T15:04:00"),
    "Android, Albanian": ("13.3.24, 3:04 e pasdites - Dee: hello", ""),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_line_of_any_phone_is_read(tmp_path: Path, shape: str) -> None:
    """What is not known of a word beside the time leaves the time as written, never a guess."""
    line, local = SHAPES[shape]
    text = f"{line}\n{line.replace('hello', 'second line: with a colon')}\nand its continuation\n"
    path = tmp_path / "x.txt"
    path.write_text(text)
    assert identify(path, hint="x.txt") == formats.WHATSAPP
    reading = read_text(tmp_path, text)
    check_shape(reading)
    (_, first), (second, event) = messages(reading)
    assert second.text == "second line: with a colon\nand its continuation"
    assert second.speaker == "Dee"
    assert first.time_local == event.time_local == local
    assert first.time_utc == first.zone == ""
    assert first.time_written
    assert event.parties[0] == ("from", "display_name", "Dee")


def _days(reading: Reading) -> list[str]:
    return [event.time_local[:10] for _, event in messages(reading)]


def test_a_part_above_twelve_decides_the_order_of_all_dates(tmp_path: Path) -> None:
    text = "03/04/2024, 10:00 - Dee: a\n05/04/2024, 10:00 - Rob: b\n13/04/2024, 10:00 - Dee: c\n"
    reading = read_text(tmp_path, text, day_order="mdy")
    assert _days(reading) == ["2024-04-03", "2024-04-05", "2024-04-13"]
    assert "above 12" in reading.units[0].facts["date_order_by"]


def test_dates_that_run_forward_only_one_way_decide_it(tmp_path: Path) -> None:
    text = "11/01/24, 10:00 - Dee: a\n12/01/24, 10:00 - Rob: b\n01/02/24, 10:00 - Dee: c\n"
    reading = read_text(tmp_path, text)
    assert _days(reading) == ["2024-01-11", "2024-01-12", "2024-02-01"]
    assert "run forward" in reading.units[0].facts["date_order_by"]


def test_an_open_order_is_taken_from_people_and_else_left_open(tmp_path: Path) -> None:
    text = "03/04/2024, 10:00 - Dee: a\n04/05/2024, 10:00 - Rob: b\n05/05/2024, 11:00 - Rob: c\n"
    assert _days(read_text(tmp_path, text, day_order="mdy")) == ["2024-03-04", "2024-04-05", "2024-05-05"]
    asserted = read_text(tmp_path, text, day_order="dmy")
    assert _days(asserted) == ["2024-04-03", "2024-05-04", "2024-05-05"]
    assert "asserted" in asserted.units[0].facts["date_order_by"]
    left_open = read_text(tmp_path, text)
    assert _days(left_open) == ["", "", "2024-05-05"]  # the last reads alike both ways
    assert left_open.units[0].facts["date_order"] == "ambiguous"


def test_two_digit_years_first_are_told(tmp_path: Path) -> None:
    text = "24/3/28, 10:00 - Dee: a\n24/3/30, 10:00 - Rob: b\n24/4/2, 10:00 - Dee: c\n"
    assert _days(read_text(tmp_path, text)) == ["2024-03-28", "2024-03-30", "2024-04-02"]


def test_a_year_of_two_digits_is_taken_to_stand_last_and_that_is_said(tmp_path: Path) -> None:
    reading = read_text(tmp_path, "13/03/24, 10:00 - Dee: a\n13/03/24, 10:01 - Rob: b\n")
    assert _days(reading) == ["2024-03-13"] * 2
    assert "taken as usual" in reading.units[0].facts["date_order_by"]


def test_another_calendar_is_said_and_not_read(tmp_path: Path) -> None:
    text = "۱۴۰۲/۱۲/۲۳, ۱۵:۰۴ - Dee: a\n۱۴۰۲/۱۲/۲۴, ۱۵:۰۴ - Rob: b\n"
    reading = read_text(tmp_path, text)
    assert _days(reading) == ["", ""]
    assert "calendar" in reading.units[0].facts["date_order_by"]


@given(
    st.lists(
        st.dates(min_value=date(2010, 1, 1), max_value=date(2098, 12, 31)),
        min_size=1,
        max_size=30,
    )
)
def test_a_decided_order_is_never_wrong(days: list[date]) -> None:
    """Whatever is decided without anyone asserting it is what the phone wrote, for chats that run forward."""
    ordered = sorted(set(days))
    for order, shape in (("dmy", "%d/%m/%Y"), ("mdy", "%m/%d/%Y")):
        told = decide([day.strftime(shape) for day in ordered], asserted="")
        assert told.order in (order, "") or told.how == "alike"


ATTACHED = {
    f"{LRM}<attached: 00000012-PHOTO-2024-03-13-15-04-05.jpg>": "00000012-PHOTO-2024-03-13-15-04-05.jpg",
    f"{LRM}<Anhang: 00000012-AUDIO.opus>": "00000012-AUDIO.opus",
    f"{LRM}<pièce jointe : 00000012-PHOTO.jpg>": "00000012-PHOTO.jpg",
    f"{LRM}<adjunto: 0012-VIDEO.mp4>": "0012-VIDEO.mp4",
    f"{LRM}<allegato: 0012-STICKER.webp>": "0012-STICKER.webp",
    f"{LRM}<anexado: 0012-PHOTO.jpg>": "0012-PHOTO.jpg",
    f"{LRM}<bijlage: 0012-PHOTO.jpg>": "0012-PHOTO.jpg",
    f"{LRM}<вложение: 0012-PHOTO.jpg>": "0012-PHOTO.jpg",
    f"{LRM}<附件：0012-PHOTO.jpg>": "0012-PHOTO.jpg",
    f"{LRM}<a word nobody listed: 0012-PHOTO.jpg>": "0012-PHOTO.jpg",
    f"invoice.pdf • {LRM}3 pages {LRM}<attached: 0013-invoice.pdf>": "0013-invoice.pdf",
    "IMG-20240313-WA0007.jpg (file attached)": "IMG-20240313-WA0007.jpg",
    f"{LRM}PTT-20240313-WA0007.opus (Datei angehängt)": "PTT-20240313-WA0007.opus",
    "IMG-20240313-WA0007.jpg (fichier joint)\nwith a caption": "IMG-20240313-WA0007.jpg",
    "IMG-20240313-WA0007.jpg (archivo adjunto)": "IMG-20240313-WA0007.jpg",
    "DOC-20240313-WA0007.pdf (a word nobody listed)": "DOC-20240313-WA0007.pdf",
    "Room list (final).xlsx (file attached)": "Room list (final).xlsx",
    "Rechnung März.pdf (Datei angehängt)": "Rechnung März.pdf",
    "Dee.vcf (bestand bijgevoegd)": "Dee.vcf",
    "фото.jpg (файл добавлен)": "фото.jpg",
}


@pytest.mark.parametrize("raw", ATTACHED)
def test_a_file_is_an_attachment_in_the_phones_language(raw: str) -> None:
    body = body_of(raw)
    assert body.attachments == (Attachment(name=ATTACHED[raw]),)
    assert ATTACHED[raw] in body.text


@pytest.mark.parametrize(
    "raw",
    [
        "<Media omitted>", "<Medien ausgeschlossen>", "<Médias omis>", "<Multimedia omitido>", "<Media omessi>", "<Mídia oculta>",
        "<Media weggelaten>", "<pominięto multimedia>", "<Без медиафайлов>", "<Medya dahil edilmedi>", "<Fișier media omis>",
        "<Media tidak disertakan>", "<省略多媒体文件>", "<メディアは含まれていません>", "<تم استبعاد الوسائط>", f"{LRM}image omitted",
        f"{LRM}Bild weggelassen", f"{LRM}imagen omitida", f"{LRM}изображение отсутствует", f"{LRM}audio omesso",
    ],
)  # fmt: skip
def test_what_was_left_out_is_said(raw: str) -> None:
    body = body_of(raw)
    assert body.facts
    assert body.facts["left_out"]
    assert body.text == raw.strip(LRM)


@pytest.mark.parametrize(
    "raw",
    [
        "This message was deleted", f"{LRM}This message was deleted.", "You deleted this message",
        "Diese Nachricht wurde gelöscht.", "Ce message a été supprimé", "Se eliminó este mensaje.",
        "Questo messaggio è stato eliminato", "Mensagem apagada", "Dit bericht is verwijderd", "Сообщение удалено",
        "Bu mesaj silindi", "Acest mesaj a fost șters", "Pesan ini dihapus", "此消息已删除", "تم حذف هذه الرسالة", "הודעה זו נמחקה",
    ],
)  # fmt: skip
def test_a_deleted_message_is_marked(raw: str) -> None:
    assert body_of(raw).state == "deleted"


@pytest.mark.parametrize(
    "mark",
    [
        "This message was edited", "Diese Nachricht wurde bearbeitet.", "Ce message a été modifié", "Se editó este mensaje.",
        "Questo messaggio è stato modificato", "Mensagem editada", "Dit bericht is bewerkt", "Сообщение изменено",
        "Bu mesaj düzenlendi", "Acest mesaj a fost editat", "消息已编辑",
    ],
)  # fmt: skip
def test_an_edited_message_is_marked_and_its_text_kept_apart(mark: str) -> None:
    body = body_of(f"room 7, not 8 {LRM}<{mark}>")
    assert (body.text, body.state) == ("room 7, not 8", "edited")
    assert body.facts == {"edited": mark}


def test_plain_messages_stay_as_they_are() -> None:
    for raw in ("<hello>", "a.b (c)", "see report.pdf (page 3 of it)", "we omitted the images", "I deleted this message",
                "call me", "added sugar", "x (y)\nz"):  # fmt: skip
        body = body_of(raw)
        assert body == (raw, "", (), body.facts, "message"), raw
        assert not body.facts, raw


def test_polls_places_and_calls_keep_what_they_say() -> None:
    poll = body_of(
        f"{LRM}POLL:\nWhich night?\n{LRM}OPTION: Friday ({LRM}2 votes)\n{LRM}OPTION: Saturday ({LRM}0 votes)"
    )
    assert poll.facts == {"poll": "Which night?", "options": "Friday (2 votes); Saturday (0 votes)"}
    place = body_of(f"{LRM}Location: https://maps.google.com/?q=53.350140,-6.266155")
    assert place.facts == {"latitude": "53.350140", "longitude": "-6.266155"}
    missed = body_of(f"{LRM}Missed voice call, {LRM}Tap to call back")
    assert (missed.kind, missed.state) == ("call", "missed")
    assert body_of(f"{LRM}Voice call, {LRM}2 min").kind == "call"


LODGE = f"""[12/03/2024, 09:00:00] Lodge: {LRM}Messages and calls are end-to-end encrypted.
[12/03/2024, 09:00:00] Dee: {LRM}Dee created group “Lodge”
[12/03/2024, 09:01:07] Dee: first
[13/03/2024, 09:02:08] +44 7700 900123: from a number
[13/03/2024, 09:02:09] ~{NNBSP}Ana: from an unsaved one
[13/03/2024, 09:03:00] Dee: {LRM}<attached: 00000004-PHOTO.jpg>
"""


def test_the_roster_names_who_wrote_and_nobody_else(tmp_path: Path) -> None:
    reading = read_text(tmp_path, LODGE.replace("\n", "\r\n"), name="WhatsApp Chat - Lodge.zip/_chat.txt")
    check_shape(reading)
    (unit,) = reading.units
    assert unit.kind == "conversation"
    assert unit.segments[0].text.splitlines() == [
        "Lodge", "Dee", "+44 7700 900123",
        "~ Ana (the name the sender gave, number not in the phone's contacts)",
    ]  # fmt: skip
    assert [(one.kind, one.value) for one in reading.named] == [
        ("display_name", "Dee"), ("phone", "+447700900123"), ("display_name", "~ Ana"),
    ]  # fmt: skip
    said = messages(reading)
    assert [event.parties for _, event in said] == [
        (), (), (("from", "display_name", "Dee"),), (("from", "phone", "+447700900123"),), (("from", "display_name", "~ Ana"),),
        (("from", "display_name", "Dee"),),
    ]  # fmt: skip
    assert said[0][1].facts == {"written_by": "the app"}
    assert said[5][1].attachments == (Attachment(name="00000004-PHOTO.jpg"),)
    assert [segment.place.record for segment, _ in said] == [1, 2, 3, 4, 5, 6]  # type: ignore[union-attr]


@pytest.mark.parametrize("written", ["~Dee", "~ Dee", f"~{NNBSP}Dee"])
def test_an_unsaved_sender_never_bears_the_name_of_a_saved_one(tmp_path: Path, written: str) -> None:
    reading = read_text(tmp_path, LODGE.replace(f"~{NNBSP}Ana", written), name="WhatsApp Chat - Lodge.zip/_chat.txt")
    assert [one.value for one in reading.named if one.kind == "display_name"] == ["Dee", "~ Dee"]
    (unsaved,) = [
        segment for segment, event in messages(reading) if event.parties == (("from", "display_name", "~ Dee"),)
    ]
    assert (unsaved.text, unsaved.speaker) == ("from an unsaved one", "~ Dee")


def test_a_chat_of_two_says_to_whom(tmp_path: Path) -> None:
    text = "13/03/2024, 15:04 - Dee: hello\n13/03/2024, 15:05 - Rob: yes\n"
    both = messages(read_text(tmp_path, text, name="WhatsApp Chat with Dee.txt"))
    assert both[0][1].parties == (("from", "display_name", "Dee"), ("to", "display_name", "Rob"))
    group = messages(read_text(tmp_path, text, name="WhatsApp Chat with Lodge night shift.txt"))
    assert group[0][1].parties == (("from", "display_name", "Dee"),)


def test_half_a_sentence_of_the_app_makes_no_sender(tmp_path: Path) -> None:
    text = (
        "13/03/2024, 15:04 - Dee: hello\n"
        '13/03/2024, 15:05 - Dee changed the subject from "Lodge" to "Lodge: rooms"\n'
        "13/03/2024, 15:06 - Rob: yes\n"
    )
    reading = read_text(tmp_path, text)
    assert [segment.speaker for segment, _ in messages(reading)] == ["Dee", "", "Rob"]
    assert messages(reading)[1][0].text == 'Dee changed the subject from "Lodge" to "Lodge: rooms"'
    assert {one.value for one in reading.named} == {"Dee", "Rob"}


@pytest.mark.parametrize("charset", ["utf-8-sig", "utf-16", "cp1252"])
def test_other_encodings_keep_their_byte_offsets(tmp_path: Path, charset: str) -> None:
    text = "13/03/2024, 15:04 - Zoë: café\n13/03/2024, 15:05 - Rob: 20 £ naïve\ntwo lines\n14/03/2024, 15:05 - Rob: façade déjà vu à côté\n"
    text += "14/03/2024, 15:06 - Zoë: où êtes-vous allés hier, près de l'hôtel où la réunion a été décidée\n" * 20
    data = text.encode(charset)
    path = tmp_path / "export"
    reading = read_text(tmp_path, data)
    assert [segment.text for segment, _ in messages(reading)][:3] == [
        "café",
        "20 £ naïve\ntwo lines",
        "façade déjà vu à côté",
    ]
    inner = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le", "cp1252": "cp1252"}[charset]
    for segment, original in originals(path, reading, context_of("WhatsApp Chat with Dee.txt"))[1:]:
        assert segment.text in original.decode(inner)


def test_bytes_that_are_no_text_are_said_with_replacement_marks_and_exact_places(tmp_path: Path) -> None:
    data = (
        b"13/03/2024, 15:04 - Dee: good "
        + b"\xc3\xa9" * 20
        + b"\n13/03/2024, 15:05 - Dee: bad \xff\x00 byte\n13/03/2024, 15:06 - Rob: x\n"
    )
    reading = read_text(tmp_path, data)
    texts = [segment.text for segment, _ in messages(reading)]
    assert texts[0] == "good " + "é" * 20
    assert texts[1].startswith("bad \ufffd")
    assert originals(tmp_path / "export", reading, context_of("a.txt"))[2][1] == data.splitlines(keepends=True)[1]


def _long(many: int) -> str:
    chance = random.Random(3)
    return "".join(
        f"{1 + number // 60 % 28}/{1 + number // 1700 % 12}/2024, {number // 60 % 24}:{number % 60:02d} - "
        f"{chance.choice(['Dee', 'Rob', 'Márton'])}: message {number} 😀{chr(10) + 'more' if number % 9 == 0 else ''}\n"
        for number in range(many)
    )


def test_a_long_export_gives_the_same_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "WhatsApp Chat with Lodge.txt"
    path.write_text(_long(2500))
    whole = read_one(path)
    monkeypatch.setattr(text_export, "WHOLE_BYTES", 1000)
    monkeypatch.setattr(text_export, "MESSAGES_A_PART", 700)
    monkeypatch.setattr(text_export, "_BLOCK_BYTES", 5000)
    parts = read_all(path)
    assert len(parts) == 4
    for part in parts:
        check_shape(part)
    told = [segment for part in parts for unit in part.units for segment in unit.segments]
    assert [(one.text, one.speaker, one.place) for one in told] == [
        (one.text, one.speaker, one.place) for one in whole.units[0].segments
    ]
    assert [event.time_local for part in parts for event in part.events] == [event.time_local for event in whole.events]
    assert [part.units[0].first_ordinal for part in parts] == [1, 702, 1402, 2102]
    assert all(part.units[0].number == 1 for part in parts)
    assert parts[0].named == whole.named
    assert not any(part.named for part in parts[1:])


@pytest.mark.parametrize(
    "text",
    [
        "Minutes of 13/03/2024\n\nDee: hello\nRob: yes\n",
        "13/03/2024, 15:04 - a note to myself\n13/03/2024, 15:05 - another without a sender\n",
        "2024-03-13 15:04:05,123 - INFO: started\n2024-03-13 15:04:06,123 - WARN: slow\n",
        "Date,From,Text\n13/03/2024,Dee,hello\n13/03/2024,Rob,yes\n",
        "Dear Dee,\nwe met on 13/03/2024, 15:04 - as you know: at noon.\n" * 30,
    ],
)
def test_other_text_is_no_chat(tmp_path: Path, text: str) -> None:
    path = tmp_path / "notes.txt"
    path.write_text(text)
    assert not identify(path, hint="notes.txt").startswith("text/x-")


@settings(max_examples=60)
@given(st.data())
def test_damaged_exports_are_refused_or_read_honestly(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    whole = (LODGE + _long(40)).encode()
    cut = whole[: data.draw(st.integers(1, len(whole)))]
    damaged = bytearray(cut)
    for at in data.draw(st.lists(st.integers(0, len(cut) - 1), max_size=8)):
        damaged[at] ^= 1 << data.draw(st.integers(0, 7))
    path = tmp_path_factory.mktemp("damaged") / "x.txt"
    path.write_bytes(bytes(damaged))
    context = context_of("WhatsApp Chat with Lodge.txt")
    from chat_reading import READER, Part

    from extractors.protocols import Engines

    try:
        reading = READER.read(path, media_type=formats.WHATSAPP, part=Part(), engines=Engines(), context=context)
    except Unreadable:
        return
    check_shape(reading)
    for segment in reading.units[0].segments:
        READER.original(path, place=segment.place, media_type=formats.WHATSAPP, context=context)


def test_words_for_the_halves_of_a_day() -> None:
    assert iso_time(", ", "12:00", " AM") == "00:00:00"
    assert iso_time(", ", "12:30", "\u00a0p.\u00a0m.") == "12:30:00"
    assert iso_time(" 오전 ", "9:05", "") == "09:05:00"
    assert iso_time(", ", "9:05", " xyzzy") == ""
    assert iso_time(", ", "25:05", "") == ""
