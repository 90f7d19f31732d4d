"""What the agency's computer held as documents, and what they hide: a deletion, a comment, a hidden sheet, notes."""

from __future__ import annotations

import io

import docx
import openpyxl
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from odf.opendocument import OpenDocumentText
from odf.text import H, P
from pptx import Presentation

from makers.book import Book, Mark, date, phone, pounds
from makers.packing import rewound

PLACE = "staffing-office/computer"
OFFICE = "application/vnd.openxmlformats-officedocument."


def enter_all(book: Book) -> None:
    """Enter the documents."""
    _house_letter(book)
    _deductions(book)
    _briefing(book)
    _open_text(book)
    _rich_text(book)


def _house_letter(book: Book) -> None:
    document = docx.Document()
    document.core_properties.author, document.core_properties.title = "Irén Sólyom", "Letter to staff"
    document.core_properties.comments = ""
    document.add_heading("To the staff at Harbour Lodge", level=1)
    document.add_paragraph("Your papers are kept for you. Ask the desk on 020 7946 0110 and they will be shown.")
    struck = document.add_paragraph("Nobody may leave the lodge ")
    struck._p.append(
        parse_xml(
            f'<w:del {nsdecls("w")} w:id="9" w:author="M. Varga" w:date="2026-02-11T16:40:00Z"><w:r>'
            '<w:delText xml:space="preserve">before the debt of £900.00 is worked off </w:delText></w:r></w:del>'
        )
    )
    struck.add_run("without telling the desk.")
    said = document.add_paragraph("Wages are paid on 27 February 2026.")
    document.add_comment(
        said.runs, text="Strike the debt, it must not be in writing.", author="M. Varga", initials="MV"
    )
    document.sections[0].footer.paragraphs[0].text = "Northquay Staffing Ltd, Tern Yard"
    target = io.BytesIO()
    document.save(target)
    book.enter(
        f"{PLACE}/letter-to-staff.docx",
        rewound(target.getvalue()),
        f"{OFFICE}wordprocessingml.document",
        family="office",
        marks=[phone("020 7946 0110"), pounds("£900.00"), date("2026-02-27", "27 February 2026")],
        names=(("ORG", "Harbour Lodge"), ("ORG", "Northquay Staffing Ltd"), ("LOC", "Tern Yard")),
        facts=(("deleted", "before the debt of £900.00 is worked off"), ("comment", "it must not be in writing")),
    )


def _deductions(book: Book) -> None:
    workbook = openpyxl.Workbook()
    shown = workbook.active
    assert shown is not None
    shown.title = "Wages"
    for row in (["Works number", "Hours", "Paid"], ["NQ-0388", 69, 40], ["NQ-0389", 66, 40]):
        shown.append(row)
    hidden = workbook.create_sheet("Owed")
    hidden.sheet_state = "hidden"
    for row in (["Name", "Owes", "Since"], ["Ciobanu", "£900.00", "travel"], ["Moraru", "£860.00", "travel"]):
        hidden.append(row)
    workbook.properties.creator = "Irén Sólyom"
    target = io.BytesIO()
    workbook.save(target)
    book.enter(
        f"{PLACE}/wages.xlsx",
        rewound(target.getvalue()),
        f"{OFFICE}spreadsheetml.sheet",
        family="office",
        marks=[pounds("£900.00"), pounds("£860.00")],
        facts=(("hidden_sheet", "Owed"),),
    )


def _briefing(book: Book) -> None:
    slides = Presentation()
    slides.core_properties.author = slides.core_properties.last_modified_by = "Irén Sólyom"
    slides.core_properties.title = "Briefing"
    slide = slides.slides.add_slide(slides.slide_layouts[1])
    slide.shapes.title.text = "Starting at the lodge"
    slide.placeholders[1].text = "The van leaves at six.\nTelephones stay at the desk."
    slide.notes_slide.notes_text_frame.text = "Do not say where they sleep on Fridays."
    target = io.BytesIO()
    slides.save(target)
    book.enter(
        f"{PLACE}/briefing.pptx",
        rewound(target.getvalue()),
        f"{OFFICE}presentationml.presentation",
        family="office",
        facts=(("notes", "where they sleep on Fridays"),),
    )


def _open_text(book: Book) -> None:
    document = OpenDocumentText()
    document.text.addElement(H(outlinelevel=1, text="Rules for Tern Yard"))
    for line in (
        "The door is locked at night.",
        "Gary has the key, the spare one hangs upstairs.",
        "No calls from the yard.",
    ):
        document.text.addElement(P(text=line))
    target = io.BytesIO()
    document.write(target)
    book.enter(
        f"{PLACE}/rules-tern-yard.odt",
        rewound(target.getvalue()),
        "application/vnd.oasis.opendocument.text",
        family="office",
        names=(("LOC", "Tern Yard"), ("PER", "Gary")),
    )


RTF = r"""{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0 Times New Roman;}}
\f0\fs24 For the file of Ir\'e9n S\'f3lyom\par
Ternside Holdings Ltd is ours. It pays the rooms and the wages, so that the lodge sees another name.\par
Its account is IE29 AIBK 9311 5212 3456 78.\par
}
"""


def _rich_text(book: Book) -> None:
    book.enter(
        f"{PLACE}/note-ternside.rtf",
        RTF.encode("ascii"),
        "application/rtf",
        family="office",
        marks=[Mark("iban", "IE29AIBK93115212345678", "IE29 AIBK 9311 5212 3456 78")],
        names=(("PER", "Irén Sólyom"), ("ORG", "Ternside Holdings Ltd")),
    )
