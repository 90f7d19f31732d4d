"""What was seized in the office of Harbour Lodge: forms, cards, notes, a receipt and a porter's log."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageFilter

from makers import paper
from makers.book import Book, Mark, compact, date, email, on_page, phone, pounds, rooms

PLACE = "lodge-office"
LODGE = (("ORG", "Harbour Lodge"), ("LOC", "14 Quay Row"), ("LOC", "Ellery Docks"), ("LOC", "London"))
WORKERS = (("PER", "Elena Ciobanu"), ("PER", "Ion Moraru"), ("PER", "Andrei Lupu"))

NIGHT_LOG = """\
HARBOUR LODGE - NIGHT PORTER'S LOG

12/02/2026  22:15  Quiet. Two guests asked for towels.
13/02/2026  23:05  Rooms 4, 5 and 6 locked from outside at the manager's request.
14/02/2026  23:40  White van LB07 SEE at the back door, Felstead driving. Eight got in.
15/02/2026  05:30  The eight came back on foot. Nobody wanted breakfast.
16/02/2026  06:05  Staff van left for the docks. A different van, KX08 WLV.
16/02/2026  21:10  Mr Varga rang the desk. Told to keep the passports in the safe.

Porter: Samuel Okoro
"""


def enter_all(book: Book) -> None:
    """Enter the exhibits of this place."""
    _registration_form(book)
    _house_rules(book)
    _till_receipt(book)
    _taxi_card(book)
    _guest_card(book)
    _romanian_note(book)
    _notebook(book)
    _screens(book)
    _night_log(book)
    _broken_files(book)


def _registration_form(book: Book) -> None:
    form = paper.scanned(paper.printed("registration")[0], seed=11, skew=4.4, grain=7)
    back = paper.scanned(Image.new("RGB", form.size, "white"), seed=12, grain=1, blur=0.1)
    marks = [
        *rooms("4", "5", "6"),
        date("2026-02-02", "02/02/2026"),
        date("2026-03-02", "02/03/2026"),
        phone("020 7946 0142"),
    ]
    book.enter(
        f"{PLACE}/registration-form.pdf",
        paper.image_pdf([form, back]),
        "application/pdf",
        source="scan",
        marks=on_page(1, marks),
        names=LODGE,
        page_texts=paper.page_texts("registration"),
        page_outcomes=[(1, "read"), (2, "blank")],
    )


def _house_rules(book: Book) -> None:
    pages = [
        paper.scanned(page, seed=21 + index, skew=skew, grain=5)
        .point(lambda value: 255 if value > 150 else 0)
        .convert("1")
        for index, (page, skew) in enumerate(zip(paper.printed("house-rules"), (-0.8, 1.1), strict=True))
    ]
    data = paper.encoded(pages[0], "TIFF", save_all=True, append_images=pages[1:], compression="group4", dpi=(200, 200))
    rules = [pounds("£25.00"), pounds("£40.00"), phone("020 7946 0110"), date("2026-01-05", "5 January 2026")]
    deposits = [
        *rooms("4", "5", "6"),
        pounds("£30.00"),
        pounds("£30.00"),
        pounds("£30.00"),
        date("2026-06-30", "30 June 2026"),
    ]
    book.enter(
        f"{PLACE}/house-rules.tiff",
        data,
        "image/tiff",
        source="scan",
        marks=on_page(1, rules) + on_page(2, deposits),
        names=WORKERS,
        page_texts=paper.page_texts("house-rules"),
        page_outcomes=[(1, "read"), (2, "read")],
    )


def _till_receipt(book: Book) -> None:
    receipt = paper.printed("till-receipt", dpi=230)[0]
    faded = paper.scanned(receipt.point(lambda value: value * 0.72 + 66), seed=31, skew=-1.6, grain=5, blur=0.7)
    marks = [date("2026-02-14", "14/02/2026"), pounds("£14.20"), pounds("£20.00"), pounds("£5.80")]
    book.enter(
        f"{PLACE}/till-receipt.png",
        paper.encoded(faded.quantize(32), "PNG", dpi=(230, 230), optimize=True),
        "image/png",
        source="scan",
        marks=on_page(1, marks),
        names=(("ORG", "WEXCOMBE SERVICES"),),
        page_texts=paper.page_texts("till-receipt"),
    )


def _taxi_card(book: Book) -> None:
    card = paper.photographed(paper.printed("taxi-card", dpi=260)[0], seed=41, size=(1000, 660), lean=0.03)
    book.enter(
        f"{PLACE}/taxi-card.jpg",
        paper.encoded(card, "JPEG", quality=78),
        "image/jpeg",
        source="scan",
        marks=on_page(1, [phone("020 7946 0143")]),
        names=(("ORG", "ELLERY CARS"),),
        page_texts=paper.page_texts("taxi-card"),
    )


def _guest_card(book: Book) -> None:
    card = paper.scanned(paper.printed("guest-card")[0], seed=51, skew=0.9)
    marks = [date("1988-11-03", "3 November 1988"), date("2025-05-11", "11 May 2025"), phone("020 7946 0165")]
    book.enter(
        f"{PLACE}/guest-card.png",
        paper.encoded(card.quantize(16), "PNG", dpi=(200, 200), optimize=True),
        "image/png",
        source="scan",
        marks=on_page(1, marks),
        names=(("ORG", "Harbour Lodge"), ("PER", "Martin Varga")),
        page_texts=paper.page_texts("guest-card"),
    )


def _romanian_note(book: Book) -> None:
    note = paper.photographed(paper.printed("romanian-note", dpi=220)[0], seed=61, size=(1300, 940), lean=0.02)
    marks = [pounds("£50.00"), date("2026-02-12", "12.02.2026"), email("ajutor@liniaverde.example")]
    book.enter(
        f"{PLACE}/bilet-către-elena.jpg",
        paper.encoded(note, "JPEG", quality=76),
        "image/jpeg",
        source="scan",
        marks=on_page(1, marks),
        names=(("PER", "Elena"), ("PER", "Varga"), ("PER", "Ion")),
        page_texts=paper.page_texts("romanian-note"),
        facts=(("language", "ro"),),
    )


def _notebook(book: Book) -> None:
    inked = paper.scribbled((1180, 1560), seed=71, lines=17)
    book.enter(
        f"{PLACE}/notebook-page.jpg",
        paper.encoded(inked, "JPEG", quality=70, dpi=(200, 200)),
        "image/jpeg",
        source="scan",
        outcome="no_text",
    )
    noise = np.random.default_rng(72).normal(246, 1.0, (1560, 1180))
    empty = Image.fromarray(np.clip(noise, 0, 255).round().astype(np.uint8))
    book.enter(
        f"{PLACE}/notebook-back.jpg",
        paper.encoded(empty, "JPEG", quality=70, dpi=(200, 200)),
        "image/jpeg",
        source="scan",
        outcome="blank",
    )


def _screens(book: Book) -> None:
    screen = paper.printed("desk-screen", dpi=150)[0].convert("L").point(lambda value: 255 if value > 140 else 0)
    book.enter(
        f"{PLACE}/desk-screen.bmp",
        paper.encoded(screen.convert("1"), "BMP", dpi=(150, 150)),
        "image/bmp",
        source="scan",
        marks=on_page(1, [date("2026-02-16", "16 February 2026"), email("helpdesk@doorlog.example")]),
        page_texts=paper.page_texts("desk-screen"),
    )
    board = paper.printed("room-board", dpi=150)[0].convert("L").quantize(8)
    book.enter(
        f"{PLACE}/room-board.gif",
        paper.encoded(board, "GIF"),
        "image/gif",
        source="scan",
        marks=on_page(1, rooms("Room 4", "Room 5", "Room 6")),
        names=(("PER", "Ciobanu"), ("PER", "Moraru"), ("PER", "Lupu")),
        page_texts=paper.page_texts("room-board"),
    )
    notice = paper.photographed(paper.printed("noticeboard", dpi=120)[0], seed=81, size=(420, 320), lean=0.01)
    book.enter(
        f"{PLACE}/noticeboard-small.jpg",
        paper.encoded(notice.filter(ImageFilter.GaussianBlur(0.3)), "JPEG", quality=60),
        "image/jpeg",
        source="scan",
        marks=on_page(1, [date("2026-02-27", "27/02/2026"), phone("020 7946 0127")]),
        page_texts=paper.page_texts("noticeboard"),
    )


def _night_log(book: Book) -> None:
    days = [12, 13, 14, 15, 16, 16]
    marks: list[Mark] = [date(f"2026-02-{day}", f"{day}/02/2026") for day in days]
    book.enter(
        f"{PLACE}/night-log.txt",
        NIGHT_LOG.encode(),
        "text/plain",
        marks=[*marks, *rooms("Rooms 4", "5", "6"), compact("plate", "LB07 SEE"), compact("plate", "KX08 WLV")],
        names=(("ORG", "HARBOUR LODGE"), ("PER", "Felstead"), ("PER", "Varga"), ("PER", "Samuel Okoro")),
    )


def _broken_files(book: Book) -> None:
    header = bytes.fromhex("ffd8ffe000104a46494600010101004800480000")
    junk = np.random.default_rng(91).integers(0, 255, 4096, dtype=np.uint8).tobytes()
    book.enter(f"{PLACE}/camera/DSC_0031.jpg", header + junk, "image/jpeg", outcome="failed")
    book.enter(f"{PLACE}/camera/index.txt", b"", "application/x-empty", outcome="skipped", reason="empty")
