"""What the lodge, the agency and the bank kept in tables: a register, coach bookings, the rows of an account."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

import openpyxl
from odf import table as odf_table
from odf.opendocument import OpenDocumentSpreadsheet
from odf.text import P

from makers.book import Book, Mark, holds
from makers.packing import rewound

REGISTER = "lodge-records/register-2026.xlsx"
BOOKINGS = "staffing-office/coach-bookings.ods"
STATEMENT = "bank/ternside-account.csv"
PAYER = "Ternside Holdings Ltd"
PAYER_ACCOUNT, WAGES_ACCOUNT, LODGE_ACCOUNT, VAN_ACCOUNT = (
    "IE29AIBK93115212345678",
    "GB82WEST12345698765432",
    "GB94BARC10201530093459",
    "DE89370400440532013000",
)
FORM_NUMBER = "020 7946 0142"
STAFF = [
    ("Elena Ciobanu", "020 7946 0151", 4),
    ("Mirela Stan", FORM_NUMBER, 4),
    ("Doina Pop", FORM_NUMBER, 4),
    ("Sorina Vlad", FORM_NUMBER, 4),
    ("Ion Moraru", "020 7946 0163", 5),
    ("Radu Ene", FORM_NUMBER, 5),
    ("Andrei Lupu", "020 7946 0164", 6),
    ("Petru Olaru", FORM_NUMBER, 6),
]
"""The eight of the registration form; most gave, or were given, the number on it."""

WEEKS = [date(2026, 2, 2) + timedelta(days=7 * week) for week in range(4)]
OTHERS = [
    ("Martin Varga", "020 7946 0165", 2, date(2026, 2, 13), date(2026, 2, 15), "", ""),
    ("Martin Varga", "020 7946 0165", 2, date(2026, 2, 20), date(2026, 2, 22), "", ""),
    ("Wilhelmina Hart", "020 7946 0176", 1, date(2026, 2, 9), date(2026, 2, 12), "", ""),
]


def enter_all(book: Book) -> None:
    """Enter the three tables."""
    _register(book)
    _coach(book)
    _statement(book)


def _register(book: Book) -> None:
    sheet_kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    rows = _stays()
    book.enter(
        REGISTER,
        _workbook(rows),
        f"{sheet_kind}; template",
        family="records",
        marks=[Mark("phone", "+442079460151", "020 7946 0151"), Mark("phone", "+442079460142", FORM_NUMBER),
               Mark("iban", PAYER_ACCOUNT, PAYER_ACCOUNT)],
        counts=[("rows", len(rows)), ("stay", len(rows))],
        holds=[
            holds("stay", time_local="2026-02-16", until_local="2026-02-23", guest=("person_name", "elena ciobanu"), room="4"),
            holds("stay", time_local="2026-02-16", until_local="2026-02-23", guest=("person_name", "ion moraru"), room="5"),
        ],
    )  # fmt: skip


def _stays() -> list[list[object]]:
    staff = [
        [guest, number, "Harbour Lodge", room, week, week + timedelta(days=7), PAYER, PAYER_ACCOUNT]
        for week in WEEKS
        for guest, number, room in STAFF
    ]
    others = [
        [who, number, "Harbour Lodge", room, came, went, payer, account]
        for who, number, room, came, went, payer, account in OTHERS
    ]
    return sorted([*staff, *others], key=lambda row: (str(row[4]), str(row[3]), str(row[0])))


def _workbook(rows: list[list[object]]) -> bytes:
    """The register as a workbook: dates as Excel keeps them, and the night porter's audit on a second sheet."""
    book = openpyxl.Workbook()
    book.properties.creator = "Harbour Lodge"
    register = book.active
    assert register is not None
    register.title = "Register"
    register.append(["Guest", "Telephone", "Property", "Room", "Arrival", "Departure", "Paid by", "Payer account"])
    for row in rows:
        register.append(row)
    for line in register.iter_rows(min_row=2, min_col=5, max_col=6):
        for cell in line:
            cell.number_format = "DD/MM/YYYY"
    audit = book.create_sheet("Night audit")
    audit.append(["Night of", "Room", "In house", "Initials"])
    for night in (date(2026, 2, 19), date(2026, 2, 20), date(2026, 2, 21)):
        for room, sleeping in ((4, 4), (5, 2), (6, 2)):
            audit.append([night, room, sleeping, "S.O."])
    target = io.BytesIO()
    book.save(target)
    return rewound(target.getvalue())


def _coach(book: Book) -> None:
    head = ["Passenger", "Document", "Carrier", "From", "To", "Departs", "Arrives", "Reference", "Booked by"]
    rows = [
        [who, f"05{number:07d}", "Carpat Coaches", "Valea Nouă", "London", "30/01/2026 08:15", "01/02/2026 19:40",
         f"CC-26-{number % 900 + 100}", "bookings@northquay.example"]
        for number, (who, _, _) in enumerate(STAFF, 4_417_203)
    ]  # fmt: skip
    book.enter(
        BOOKINGS,
        _open_sheet("Bookings", [head, *rows]),
        "application/vnd.oasis.opendocument.spreadsheet; template",
        family="records",
        marks=[Mark("email", "bookings@northquay.example", "bookings@northquay.example")],
        counts=[("rows", len(rows)), ("trip", len(rows))],
        holds=[
            holds(
                "trip",
                time_local="2026-01-30T08:15:00",
                until_local="2026-02-01T19:40:00",
                passenger=("person_name", "elena ciobanu"),
            )
        ],
    )


def _open_sheet(name: str, rows: list[list[str]]) -> bytes:
    document = OpenDocumentSpreadsheet()
    sheet = odf_table.Table(name=name)
    for row in rows:
        line = odf_table.TableRow()
        for value in row:
            cell = odf_table.TableCell(valuetype="string")
            cell.addElement(P(text=value))
            line.addElement(cell)
        sheet.addElement(line)
    document.spreadsheet.addElement(sheet)
    target = io.BytesIO()
    document.write(target)
    return rewound(target.getvalue())


def _statement(book: Book) -> None:
    rows = _payments()
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow(
        ["Value date", "Account", "Counterparty", "Counterparty account", "Amount", "Currency", "Reference"]
    )
    writer.writerows(rows)
    book.enter(
        STATEMENT,
        target.getvalue().encode(),
        "text/csv; template",
        family="records",
        marks=[Mark("iban", account, account) for account in (PAYER_ACCOUNT, WAGES_ACCOUNT, LODGE_ACCOUNT, VAN_ACCOUNT)],
        counts=[("rows", len(rows)), ("payment", len(rows))],
        holds=[
            holds("payment", time_local="2026-02-06", payer=("iban", PAYER_ACCOUNT), payee=("iban", WAGES_ACCOUNT),
                  amount_minor="-330200"),
            holds("payment", time_local="2026-02-03", payer=("iban", PAYER_ACCOUNT), payee=("iban", LODGE_ACCOUNT),
                  amount_minor="-294000"),
        ],
    )  # fmt: skip


def _payments() -> list[list[str]]:
    """The account of Ternside Holdings Ltd: minus is money out."""
    rows = [["03/02/2026", "Harbour Lodge", LODGE_ACCOUNT, "-2,940.00", "ROOMS 4 5 6 FEBRUARY"]]
    rows += [
        [
            (week + timedelta(days=4)).strftime("%d/%m/%Y"),
            "Northquay Staffing Ltd",
            WAGES_ACCOUNT,
            "-3,302.00",
            f"WAGES WEEK {number}",
        ]
        for number, week in enumerate(WEEKS, 6)
    ]
    rows += [
        ["06/02/2026", "Docklands Van Hire", VAN_ACCOUNT, "-210.00", "HIRE NOTE 2291"],
        ["10/02/2026", "Harbour Lodge", LODGE_ACCOUNT, "6,041.60", "INV-2026-0117"],
        ["18/02/2026", "Wexcombe Motors", "FR1420041010050500013M02606", "-688.40", "REPAIR OF VAN"],
        ["02/03/2026", "Harbour Lodge", LODGE_ACCOUNT, "-2,940.00", "ROOMS 4 5 6 MARCH"],
    ]
    rows.sort(key=lambda row: (row[0][3:5], row[0][:2], row[1]))
    return [[row[0], PAYER_ACCOUNT, row[1], row[2], row[3], "GBP", row[4]] for row in rows]
