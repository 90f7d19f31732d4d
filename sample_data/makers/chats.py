"""Two chats about one night: a WhatsApp export from the hotline's telephone, a Telegram export from a guest's."""

from __future__ import annotations

import json
from typing import Any

from PIL import Image

from makers import paper
from makers.book import Book, Mark, date, holds, phone
from makers.packing import zipped

HOTLINE_PLACE, GUEST_PLACE = "phone-hotline", "phone-guest"
ELENA = "+44 20 7946 0151"
ELENA_VALUE, BOSS_VALUE = "+442079460151", "+442079460142"
DESK = "Hotline Desk"
WHATSAPP = f"{HOTLINE_PLACE}/WhatsApp Chat - {ELENA}.zip"
PHOTO = "00000004-PHOTO-2026-02-20-23-41-10.jpg"
VOICE = "00000010-AUDIO-2026-02-21-06-12-30.opus"
TELEGRAM = f"{GUEST_PLACE}/telegram-andrei/result.json"
TELEGRAM_PHOTO = "photos/photo_1@20-02-2026_23-52-40.jpg"

HIDDEN, NARROW = "\u200e", "\u202f"
"""The mark before what WhatsApp adds itself, and the space before AM and PM."""

CHAT = [
    ("20/02/2026, 11:38:02 PM", ELENA, f"{HIDDEN}Messages and calls are end-to-end encrypted. Only people in this chat "
     "can read, listen to, or share them."),
    ("20/02/2026, 11:38:02 PM", ELENA, "I have this number from the card in the laundry. I clean rooms at Harbour Lodge."),
    ("20/02/2026, 11:39:40 PM", DESK, "You can write to us at any time. Are you safe tonight?"),
    ("20/02/2026, 11:41:10 PM", ELENA, f"{HIDDEN}<attached: {PHOTO}>"),
    ("20/02/2026, 11:41:55 PM", ELENA, "We are not in the lodge tonight, whatever their book says.\n"
     "After the shift they moved all eight of us to Tern Yard, and the door is locked."),
    ("20/02/2026, 11:43:20 PM", DESK, "Who has the key?"),
    ("20/02/2026, 11:44:31 PM", ELENA, "Gary. The boss is the one on 020 7946 0142, he came here himself."),
    ("20/02/2026, 11:46:02 PM", DESK, "We believe you. Write when you can, we do not call first."),
    ("21/02/2026, 6:11:48 AM", ELENA, f"{HIDDEN}This message was deleted."),
    ("21/02/2026, 6:12:30 AM", ELENA, f"{HIDDEN}<attached: {VOICE}>"),
    ("21/02/2026, 6:13:05 AM", ELENA, "This is what they play to us every morning."),
    ("24/02/2026, 7:05:12 PM", DESK, "Somebody from the lodge called us today. Was it one of you?"),
    ("24/02/2026, 10:58:40 PM", ELENA, f"It was Ion. I will call on 26/02/2026 when they sleep. {HIDDEN}<This message was edited>"),
]  # fmt: skip
"""As an iPhone set to 12 hours and British dates writes it; the name of an unsaved contact is its number."""


def enter_all(book: Book) -> None:
    """Enter both chats; the hotline's loose voice note must be in the book."""
    _whatsapp(book)
    _telegram(book)


def _whatsapp(book: Book) -> None:
    lines = [f"{HIDDEN * text.startswith(HIDDEN)}[{_stamp(when)}] {who}: {text}" for when, who, text in CHAT]
    chat = ("\r\n".join(lines) + "\r\n").encode()
    note = next(one.data for one in book.exhibits if one.path == f"{HOTLINE_PLACE}/voice-note.ogg")
    photo = _door_sign()
    book.enter(
        WHATSAPP, zipped([("_chat.txt", chat), (PHOTO, photo), (VOICE, note)]), "application/zip", family="archives"
    )
    book.enter(
        f"{WHATSAPP}/_chat.txt",
        chat,
        "text/x-whatsapp-export",
        family="chats",
        parent=WHATSAPP,
        counts=[("message", len(CHAT))],
        marks=[
            phone("020 7946 0142"),
            date("2026-02-26", "26/02/2026"),
            *[date("2026-02-20", "tonight"), date("2026-02-20", "tonight"), date("2026-02-24", "today")],
            Mark("phone", ELENA_VALUE, ELENA, in_header=True),
        ],
        names=(("ORG", "Harbour Lodge"), ("LOC", "Tern Yard"), ("PER", "Gary"), ("PER", "Ion")),
        holds=[
            holds("message", time_local="2026-02-20T23:41:55", sender=("phone", ELENA_VALUE), words="all eight of us"),
            holds("message", time_local="2026-02-20T23:39:40", words="Are you safe tonight"),
            holds("message", time_local="2026-02-20T23:41:10", sender=("phone", ELENA_VALUE), attachment=PHOTO),
            holds("message", time_local="2026-02-21T06:12:30", sender=("phone", ELENA_VALUE), attachment=VOICE),
            holds("message", time_local="2026-02-21T06:11:48", sender=("phone", ELENA_VALUE), state="deleted"),
            holds("message", time_local="2026-02-24T22:58:40", sender=("phone", ELENA_VALUE), state="edited"),
        ],
    )
    book.enter(
        f"{WHATSAPP}/{PHOTO}",
        photo,
        "image/jpeg",
        family="chats",
        source="scan",
        parent=WHATSAPP,
        names=(("LOC", "TERN YARD"),),
        facts=(("exif_time", "2026-02-20T23:40:52"), ("exif_zone", "not stated"), ("exif_gps", "51.5012,-0.0203")),
        page_texts=paper.page_texts("door-sign"),
    )
    book.enter(f"{WHATSAPP}/{VOICE}", note, "audio/ogg", family="chats", source="speech", parent=WHATSAPP)


def _stamp(when: str) -> str:
    return when.replace(" PM", f"{NARROW}PM").replace(" AM", f"{NARROW}AM")


def _door_sign() -> bytes:
    sign = paper.photographed(paper.printed("door-sign", dpi=190)[0], seed=401, size=(900, 620), lean=0.015)
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "Ellery", "EL-3 mini"
    exif.get_ifd(0x8769)[0x9003] = "2026:02:20 23:40:52"
    place = exif.get_ifd(0x8825)
    place[1], place[2] = "N", (51.0, 30.0, 4.32)
    place[3], place[4] = "W", (0.0, 1.0, 13.08)
    return paper.encoded(sign, "JPEG", quality=72, exif=exif)


def _telegram(book: Book) -> None:
    tag = paper.photographed(paper.printed("key-tag", dpi=170)[0], seed=411, size=(720, 460), lean=0.01)
    photo = paper.encoded(tag, "JPEG", quality=72)
    marks = [
        phone("020 7946 0142"),
        Mark("handle", "@dockside_jobs", "@dockside_jobs"),
        date("2026-02-20", "20/02/2026"),
    ]
    book.enter(
        TELEGRAM,
        json.dumps(_telegram_export(), ensure_ascii=False, indent=1).encode(),
        "application/x-telegram-export+json",
        family="chats",
        marks=marks,
        counts=[("message", 6)],
        names=(("LOC", "Tern Yard"), ("PER", "Varga"), ("PER", "Elena"), ("PER", "Gary")),
        holds=[
            holds("message", time_utc="2026-02-20T23:50:02Z", words="The register will say we slept at the lodge"),
            holds("message", time_utc="2026-02-20T23:52:40Z", attachment=TELEGRAM_PHOTO),
            holds("message", time_utc="2026-02-20T23:55:19Z", reply=True, words="he keeps the other one"),
            holds("message", time_utc="2026-02-21T05:47:30Z", state="edited", words="020 7946 0142"),
        ],
    )
    book.enter(
        f"{GUEST_PLACE}/telegram-andrei/{TELEGRAM_PHOTO}",
        photo,
        "image/jpeg",
        family="chats",
        source="scan",
        page_texts=paper.page_texts("key-tag"),
    )


def _telegram_export() -> dict[str, Any]:
    ion, andrei = ("Ion M", "user5550163"), ("Andrei L", "user5550164")
    said = [
        _said(811, "2026-02-20T23:48:11", 1771631291, andrei, ["Are you on the floor as well?"]),
        _said(812, "2026-02-20T23:50:02", 1771631402, ion, [
            "The register will say we slept at the lodge on ", ("bold", "20/02/2026"), ". We sleep at Tern Yard."]),
        _said(813, "2026-02-20T23:52:40", 1771631560, ion, ["Found this on the stairs"],
              photo=TELEGRAM_PHOTO, photo_file_size=0, width=720, height=460),
        _said(814, "2026-02-20T23:55:19", 1771631719, andrei, ["Put it back. Gary counts them, he keeps the other one."],
              reply_to_message_id=813),
        _said(815, "2026-02-21T05:47:30", 1771652850, ion, [
            "Domnul Varga answers on ", ("phone", "020 7946 0142"), ". Elena wrote to the hotline."],
              edited="2026-02-21T05:49:02", edited_unixtime="1771652942"),
        _said(816, "2026-02-21T05:51:00", 1771653060, andrei, [
            "We came here because of ", ("mention", "@dockside_jobs"), ", remember"], forwarded_from="Dockside Jobs"),
    ]  # fmt: skip
    return {"name": "Andrei L", "type": "personal_chat", "id": 5550164, "messages": said}


def _said(
    number: int, when: str, unix: int, who: tuple[str, str], text: list[str | tuple[str, str]], **more: Any
) -> dict[str, Any]:
    """One message as Telegram Desktop exports it: `text` is a string, or strings and entities in a list."""
    pairs = [("plain", piece) if isinstance(piece, str) else piece for piece in text]
    entities = [{"type": kind, "text": piece} for kind, piece in pairs]
    shown: Any = [piece if isinstance(piece, str) else {"type": piece[0], "text": piece[1]} for piece in text]
    if all(isinstance(piece, str) for piece in text):
        shown = "".join(map(str, text))
    told = {"id": number, "type": "message", "date": when, "date_unixtime": str(unix)}
    return told | {"from": who[0], "from_id": who[1]} | more | {"text": shown, "text_entities": entities}
