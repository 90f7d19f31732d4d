"""What was seized in the office of Northquay Staffing Ltd: letters, invoices, pay, vehicles and a web page."""

from __future__ import annotations

from PIL import Image

from makers import paper
from makers.book import Book, Exhibit, Mark, compact, date, email, on_page, phone, pounds, verbatim
from makers.locked import locked_pdf

Names = tuple[tuple[str, str], ...]

PLACE = "staffing-office"
AGENCY = ("ORG", "Northquay Staffing Ltd")
AGENCY_PLACES = (("LOC", "Unit 6, Tern Yard"), ("LOC", "Ellery Docks"), ("LOC", "London"))
SEALED_PATH = f"{PLACE}/letter-of-advice.pdf"
SEALED_PHRASE = "tamarisk undertaking"

PAYMENTS = """\
Date,Payee,Account,Amount,Note
2026-02-06,Docklands Van Hire,DE89 3704 0044 0532 0130 00,£210.00,white van
2026-02-13,Moraru family,RO49 AAAA 1B31 0075 9384 0000,£60.00,part of wages
2026-02-20,Cash wallet,1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa,"£1,500.00",
2026-02-27,Petty cash card,4111 1111 1111 1111,£150.00,top up
"""

ADVERT = """\
<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Hotel work in London - Northquay Staffing Ltd</title>
<style>body { font-family: sans-serif } .lead { color: #123c4a }</style></head>
<body>
<h1>Hotel work in London</h1>
<p class="lead">Room attendants wanted. Bed and travel arranged. No English needed.</p>
<ul><li>£11.44 an hour</li><li>Start on 2 February 2026</li></ul>
<p>Follow <b>@dockside_jobs</b> or write to
<a href="mailto:bookings@northquay.example">bookings@northquay.example</a>.</p>
<p>Apply at <a href="https://northquay.example/jobs">https://northquay.example/jobs</a>
or call 020 7946 0127.</p>
<script>var counter = 0;</script>
</body>
</html>
"""


def enter_all(book: Book) -> None:
    """Enter the exhibits of this place."""
    _offer_letter(book)
    enter_invoice(book, f"{PLACE}/invoice-0117.pdf")
    enter_invoice(book, "lodge-office/copies/invoice-0117.pdf")
    _payslip(book)
    _timesheet(book)
    _contract(book)
    _vehicle(book)
    _rota(book)
    _payments(book)
    _advert(book)
    _locked(book)
    _letter_of_advice(book)


def enter_invoice(book: Book, path: str, *, parent: str = "") -> bytes:
    """Enter the invoice, which turns up in three places with the same bytes."""
    marks = [
        email("bookings@northquay.example"),
        date("2026-02-09", "9 February 2026"),
        date("2026-02-23", "23 February 2026"),
        *[pounds(quote) for quote in ("£14.20", "£4,544.00", "£15.60", "£1,497.60", "£6,041.60")],
        compact("iban", "GB82 WEST 1234 5698 7654 32"),
        verbatim("url", "https://northquay.example/terms"),
    ]
    names = (AGENCY, *AGENCY_PLACES, ("ORG", "Harbour Lodge"), ("LOC", "14 Quay Row"))
    data = paper.typeset("invoice")
    return book.enter(path, data, "application/pdf", parent=parent, marks=on_page(1, marks), names=names)


def _offer_letter(book: Book) -> None:
    marks = [
        email("bookings@northquay.example"),
        date("2026-01-19", "19 January 2026"),
        date("2026-02-02", "2 February 2026"),
        *[pounds(quote) for quote in ("£11.44", "£160.00", "£900.00")],
        verbatim("url", "https://northquay.example/travel"),
    ]
    names: Names = (AGENCY, *AGENCY_PLACES, ("PER", "Elena Ciobanu"), ("LOC", "Strada Teilor 8"), ("LOC", "Valea Nouă"))
    names += (("ORG", "Harbour Lodge"), ("PER", "M. Varga"))
    book.enter(
        f"{PLACE}/offer-letter.pdf",
        paper.typeset("offer-letter"),
        "application/pdf",
        marks=on_page(1, marks),
        names=names,
    )


def _payslip(book: Book) -> None:
    photo = paper.photographed(paper.printed("payslip", dpi=230)[0], seed=111, size=(1900, 1300), lean=0.02)
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "Ellery", "EL-5"
    exif.get_ifd(0x8769)[0x9003] = "2026:03:04 14:22:51"
    sums = ("£1,372.80", "£640.00", "£180.00", "£140.30", "£412.50")
    marks = [
        date("2026-02-27", "27/02/2026"),
        *[pounds(quote) for quote in sums],
        compact("iban", "GB82 WEST 1234 5698 7654 32"),
    ]
    book.enter(
        f"{PLACE}/payslip-photo.jpg",
        paper.encoded(photo, "JPEG", quality=78, exif=exif),
        "image/jpeg",
        source="scan",
        marks=on_page(1, marks),
        names=(AGENCY, *AGENCY_PLACES, ("PER", "Ion Moraru")),
        page_texts=paper.page_texts("payslip"),
        facts=(("exif_time", "2026-03-04T14:22:51"), ("exif_zone", "not stated")),
    )


def _timesheet(book: Book) -> None:
    upright = paper.scanned(paper.printed("timesheet")[0], seed=121, skew=0.6)
    exif = Image.Exif()
    exif[0x0112] = 6
    book.enter(
        f"{PLACE}/timesheet-turned.jpg",
        paper.encoded(upright.transpose(Image.Transpose.ROTATE_90), "JPEG", quality=72, exif=exif, dpi=(200, 200)),
        "image/jpeg",
        source="scan",
        marks=on_page(1, [date("2026-02-09", "9 February 2026")]),
        names=(AGENCY, ("PER", "Elena Ciobanu")),
        page_texts=paper.page_texts("timesheet"),
        facts=(("exif_orientation", "6"),),
    )


def _contract(book: Book) -> None:
    signed = paper.scanned(paper.printed("contract-signed")[0], seed=131, skew=-1.4)
    front = (paper.PAGES / "contract-front.typ").read_text().replace('#import "kit.typ": *\n#show: plain\n', "")
    plain = "#set text(ligatures: false, hyphenate: false)"
    scan = '#page(paper: "a5", margin: 0pt)[#image("scan0.jpg", width: 100%, height: 100%)]'
    data = paper.bundled_pdf([plain, front, scan], [paper.encoded(signed, "JPEG", quality=60)])
    front_marks = [
        date("2025-12-01", "1 December 2025"),
        pounds("£2,940.00"),
        compact("iban", "GB29 NWBK 6016 1331 9268 19"),
    ]
    signed_marks = [date("1979-06-21", "21 June 1979"), date("2025-12-01", "1 December 2025")]
    book.enter(
        f"{PLACE}/contract.pdf",
        data,
        "application/pdf",
        marks=on_page(1, front_marks) + on_page(2, signed_marks),
        names=(
            AGENCY,
            ("ORG", "Harbour Lodge"),
            ("PER", "VARGA, Márton"),
            ("PER", "ALDOUS, Denise"),
            ("PER", "M. Varga"),
            ("PER", "D. Aldous"),
        ),
        page_texts=[(2, text) for _, text in paper.page_texts("contract-signed")],
        page_outcomes=[(1, "read"), (2, "read")],
    )


def _vehicle(book: Book) -> None:
    note = paper.scanned(paper.printed("vehicle-hire")[0], seed=141, skew=1.2)
    marks = [
        compact("plate", "LB07 SEE"),
        date("2026-01-30", "30 January 2026"),
        pounds("£210.00"),
        phone("020 7946 0171"),
    ]
    book.enter(
        f"{PLACE}/vehicle-hire.jpg",
        paper.encoded(note, "WEBP", quality=70, method=4),
        "image/webp",
        source="scan",
        marks=on_page(1, marks),
        names=(("ORG", "Docklands Van Hire"), AGENCY, ("PER", "Gary Felstead")),
        page_texts=paper.page_texts("vehicle-hire"),
        facts=(("mislabelled", "named .jpg, is WebP"),),
    )


def _rota(book: Book) -> None:
    rota = paper.scanned(paper.printed("rota")[0], seed=151, skew=-0.7)
    marks: list[Mark] = [date(f"2026-02-{day}", f"{day} February 2026") for day in (13, 14, 15)]
    book.enter(
        f"{PLACE}/van-rota.webp",
        paper.encoded(rota, "WEBP", quality=70, method=4),
        "image/webp",
        source="scan",
        marks=on_page(1, [*marks, phone("+1 (212) 555-0142")]),
        names=(("LOC", "Ellery Docks"), ("PER", "Gary Felstead")),
        page_texts=paper.page_texts("rota"),
    )


def _payments(book: Book) -> None:
    marks = [date(f"2026-02-{day}", f"2026-02-{day}") for day in ("06", "13", "20", "27")]
    marks += [compact("iban", "DE89 3704 0044 0532 0130 00"), compact("iban", "RO49 AAAA 1B31 0075 9384 0000")]
    marks += [verbatim("crypto", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"), compact("card", "4111 1111 1111 1111")]
    marks += [pounds(quote) for quote in ("£210.00", "£60.00", "£1,500.00", "£150.00")]
    book.enter(
        f"{PLACE}/payments.csv",
        PAYMENTS.encode(),
        "text/csv",
        marks=marks,
        names=(("ORG", "Docklands Van Hire"), ("PER", "Moraru")),
    )


def _advert(book: Book) -> None:
    marks = [
        pounds("£11.44"),
        date("2026-02-02", "2 February 2026"),
        verbatim("handle", "@dockside_jobs"),
        email("bookings@northquay.example"),
        verbatim("url", "https://northquay.example/jobs"),
        phone("020 7946 0127"),
    ]
    names = (AGENCY, ("LOC", "London"))
    book.enter(f"{PLACE}/website/advert.html", ADVERT.encode(), "text/html", marks=marks, names=names)


def _locked(book: Book) -> None:
    data = locked_pdf("Directors' minutes", password="no one in this case knows it")
    book.enter(f"{PLACE}/directors.pdf", data, "application/pdf", outcome="skipped", reason="encrypted")


def _letter_of_advice(book: Book) -> None:
    marks = [
        phone("020 7946 0199"),
        email("advice@pellowcrane.example"),
        date("2026-02-25", "25 February 2026"),
        pounds("£7,315.00"),
        compact("iban", "GB33 BUKB 2020 1555 5555 55"),
    ]
    names: Names = (("ORG", "Pellow Crane Solicitors"), ("LOC", "3 Sextant Court"), ("LOC", "London"), AGENCY)
    names += (("PER", "Judith Crane"), ("PER", "J. Crane"))
    book.enter(SEALED_PATH, paper.typeset("solicitor"), "application/pdf", marks=on_page(1, marks), names=names)


def sealed(book: Book) -> dict[str, object]:
    """The `sealed` of truth.json: what nothing may show once the letter is sealed."""
    letter: Exhibit = next(exhibit for exhibit in book.exhibits if exhibit.path == SEALED_PATH)
    elsewhere = {(mark.kind, mark.value) for other in book.exhibits if other is not letter for mark in other.marks}
    own = [mark for mark in letter.marks if (mark.kind, mark.value) not in elsewhere]
    return {
        "path": SEALED_PATH,
        "kind": "privileged",
        "phrase": SEALED_PHRASE,
        "identifiers": [{"kind": mark.kind, "value": mark.value} for mark in own],
        "names": ["Judith Crane", "J. Crane", "Pellow Crane Solicitors"],
    }
