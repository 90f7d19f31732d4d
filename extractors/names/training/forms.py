"""Made-up lines of papers that corpora lack: forms, registers, letterheads, signature blocks, addresses, tables."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Final

from extractors.names.training.corpora import FORMS, Sentence
from extractors.names.training.noise import english_tokens

NameOf = Callable[[str, random.Random], tuple[str, ...]]
"""Returns a name of a kind."""

STREETS: Final = ("Street", "Road", "Lane", "Row", "Yard", "Court", "Close", "Avenue", "Drive", "Wharf", "Terrace", "Square",
                  "Way", "Place", "Park", "Gardens")  # fmt: skip
STREETS_FIRST: Final = ("Strada", "Via", "Rue", "Calle", "Rua", "Ulica", "Bulevardul", "Avenida", "Piazza")
PREMISES: Final = ("Unit", "Flat", "Suite", "Apartment", "Warehouse", "Block", "Office")
HOUSES: Final = ("Lodge", "Hotel", "Hostel", "Guest House", "Inn", "Suites", "Apartments", "Rooms")
TRADES: Final = ("Staffing", "Recruitment", "Solicitors", "Cars", "Taxis", "Van Hire", "Car Hire", "Cleaning", "Services",
                 "Motors", "Agency", "Couriers", "Minibuses", "Lettings", "Laundry", "Nails", "Massage", "Car Wash",
                 "Poultry", "Farms", "Packaging", "Employment Agency", "Travel", "Money Transfer", "Chambers")  # fmt: skip
ROLES: Final = ("Manager", "Booking Office", "Director", "Porter", "Driver", "Accounts", "Night Porter", "Supervisor",
                "Reception", "Operations Manager", "HR Assistant", "Team Leader", "Consultant", "Secretary")  # fmt: skip
FIELDS: Final = {
    "PER": ("Name", "Full name", "Guest", "Guest name", "Employee", "Worker", "Driver", "Passenger", "Tenant", "Signed", "Manager",
            "Contact", "Account holder", "Payee", "Attn", "Caller", "Patient", "Surname", "Prepared by", "Approved by", "Hirer",
            "From", "To", "cc", "Dear", "Mr", "Mrs", "Ms", "Next of kin", "Witness", "Taken by", "Client"),
    "ORG": ("Employer", "Company", "Bill to", "Supplier", "Customer", "Agency", "Bank", "Invoice to", "On behalf of", "Payer",
            "Hirer", "Client", "Hotel", "Account name", "Carrier", "Insurer", "Landlord"),
    "LOC": ("Address", "Place of birth", "Nationality", "Pick-up", "Drop-off", "Destination", "City", "Country", "Collected from",
            "Place of work", "Port of entry", "Issued at", "Home address", "Branch", "From", "To"),
}  # fmt: skip
PLAIN_FIELDS: Final = ("Room", "Date", "Phone", "Tel", "Invoice no", "Ref", "Amount", "Check-in", "Nights", "Vehicle", "Reg",
                       "Sort code", "Account", "Signature", "Rate per hour", "Shift", "Deductions", "Total", "Rooms",
                       "Date of birth", "Document no", "VAT no", "Mileage", "Remarks", "Balance", "Net pay")  # fmt: skip
CLOSINGS: Final = (
    "Kind regards ,",
    "Regards ,",
    "Yours sincerely ,",
    "Thanks ,",
    "Best wishes ,",
    "Many thanks ,",
    "Yours ,",
)
MONTHS: Final = ("January", "March", "April", "May", "June", "August", "September", "Oct", "Nov", "Feb")


class Maker:
    """Makes lines; the same random numbers make the same lines."""

    def __init__(self, name: NameOf) -> None:
        self._name = name
        self._shapes = (
            self.form,
            self.form,
            self.register,
            self.letterhead,
            self.signature,
            self.address,
            self.table,
            self.note,
        )

    def lines(self, count: int, rng: random.Random) -> list[Sentence]:
        """Return so many lines."""
        return [rng.choice(self._shapes)(rng) for _ in range(count)]

    # --- shapes ----------------------------------------------------------------------------------------------------

    def form(self, rng: random.Random) -> Sentence:
        """Return some fields of a form, named and filled."""
        line = _Line()
        for _ in range(rng.randrange(1, 5)):
            mark = rng.choice((":", ":", ":", "", "-", "."))
            if rng.random() < 0.65:
                kind = rng.choice(("PER", "PER", "ORG", "LOC"))
                line.plain(rng.choice(FIELDS[kind])).plain(mark)
                self._put(line, kind, rng)
            else:
                line.plain(rng.choice(PLAIN_FIELDS)).plain(mark).plain(_value(rng))
        return line.sentence(rng)

    def register(self, rng: random.Random) -> Sentence:
        """Return a row of a register: rooms or dates and who was there."""
        line = _Line()
        line.plain(
            rng.choice(("", f"Room {rng.randrange(1, 400)}", str(rng.randrange(1, 400)), _date(rng), _clock(rng)))
        )
        for _ in range(rng.randrange(1, 4)):
            line.named(self.person(rng), "PER").plain(
                rng.choice(("", ",", "/", "|", "-", _value(rng), "in", "out", "paid"))
            )
        if rng.random() < 0.3:
            self._put(line, rng.choice(("ORG", "LOC")), rng)
        return line.plain(rng.choice(("", _value(rng), _date(rng)))).sentence(rng)

    def letterhead(self, rng: random.Random) -> Sentence:
        """Return the head of a letter, an invoice or a card."""
        line = _Line().named(self.business(rng), "ORG")
        line.plain(rng.choice(("", ",", "-", "|", "INVOICE", "Guest registration", "Payslip", "Receipt", "Night log")))
        if rng.random() < 0.7:
            self._address(line, rng)
        return line.plain(rng.choice(("", f"Tel {_phone(rng)}", f"{_value(rng)}", _date(rng)))).sentence(rng)

    def signature(self, rng: random.Random) -> Sentence:
        """Return the end of a letter."""
        line = _Line().plain(rng.choice((*CLOSINGS, "", "")))
        line.named(self.person(rng), "PER").plain(rng.choice(("", ",", *ROLES)))
        if rng.random() < 0.8:
            line.plain(rng.choice(("", ",", "for", "|", "at"))).named(self.business(rng), "ORG")
        return line.plain(rng.choice(("", _phone(rng), f"T : {_phone(rng)}"))).sentence(rng)

    def address(self, rng: random.Random) -> Sentence:
        """Return an address."""
        line = _Line().plain(rng.choice(("", "Address :", "at", "deliver to", "meet at", "collect from", "lives at")))
        self._address(line, rng)
        return line.sentence(rng)

    def table(self, rng: random.Random) -> Sentence:
        """Return a row of a table or a statement of account."""
        line = _Line()
        mark = rng.choice((",", ";", "|", "", "\t"))
        for cell in rng.sample(("PER", "ORG", "LOC", "value", "date", "value"), rng.randrange(2, 5)):
            if cell in ("value", "date"):
                line.plain(_date(rng) if cell == "date" else _value(rng))
            else:
                self._put(line, cell, rng)
            line.plain(mark)
        return line.sentence(rng)

    def note(self, rng: random.Random) -> Sentence:
        """Return a short note as people write them in logs and messages."""
        person, other = self.person(rng), self.person(rng)
        business = self.business(rng)
        line = _Line().plain(rng.choice(("", _clock(rng), _date(rng), "")))
        shape = rng.randrange(6)
        if shape == 0:
            line.named(person, "PER").plain("rang , spoke to").named(other, "PER").plain("about").named(business, "ORG")
        elif shape == 1:
            line.plain("told").named(person, "PER").plain("the").named(business, "ORG").plain("invoice is not paid")
        elif shape == 2:
            line.named(business, "ORG").plain("van left ,").named(person, "PER").plain("driving")
        elif shape == 3:
            line.plain("picked up").named(person, "PER").plain("and").named(other, "PER").plain("from")
            line.named(self.place(rng), "LOC")
        elif shape == 4:
            line.named(person, "PER").plain(rng.choice(("owes", "paid", "has", "took"))).plain(_value(rng)).plain("to")
            line.named(business, "ORG")
        else:
            line.plain(rng.choice(("this is", "hi it is", "ask for", "call me ,"))).named(person, "PER").plain("from")
            line.named(business, "ORG")
        return line.plain(rng.choice((".", "", "."))).sentence(rng)

    # --- parts -----------------------------------------------------------------------------------------------------

    def person(self, rng: random.Random) -> tuple[str, ...]:
        """Return a person's name as forms write it."""
        name = self._name("PER", rng)[:3]
        if len(name) < 2:
            return name
        given, last = name[0], name[-1]
        return rng.choice(
            (name, name, name, (given, last), (last.upper(), ",", given), (last, ",", given), (f"{given[0]}.", last),
             (last,), (given,), (given.upper(), last.upper()), (given, last.upper()))
        )  # fmt: skip

    def business(self, rng: random.Random) -> tuple[str, ...]:
        """Return the name of a business."""
        if rng.random() < 0.3:
            return self._name("ORG", rng)
        stem = [*self._name(rng.choice(("PER", "LOC", "LOC", "ORG")), rng)[-1:]]
        if rng.random() < 0.4:
            stem.append(
                rng.choice(
                    [*self._name("PER", rng)[-1:], "Harbour", "Green", "Star", "Crown", "City", "North", "Bay", "Royal"]
                )
            )
        ending = rng.choice(HOUSES if rng.random() < 0.35 else TRADES).split()
        form = rng.choice(("", "", "", "Ltd", "Limited", "LLP", "GmbH", "SRL", "Kft", "Inc")).split()
        name = (*stem, *ending, *form)
        return tuple(word.upper() for word in name) if rng.random() < 0.2 else name

    def place(self, rng: random.Random) -> tuple[str, ...]:
        """Return a place: one from the corpora, or a street with or without its number."""
        draw = rng.random()
        if draw < 0.4:
            return self._name("LOC", rng)
        word = self._name(rng.choice(("LOC", "PER")), rng)[-1]
        number = rng.choice(((str(rng.randrange(1, 200)),), (str(rng.randrange(1, 60)) + rng.choice("abc"),), ()))
        if draw < 0.75:
            return (*number, word, rng.choice(STREETS))
        if draw < 0.85:
            return (rng.choice(STREETS_FIRST), word, *number)
        return (rng.choice(PREMISES), str(rng.randrange(1, 90)), ",", word, rng.choice(STREETS))

    def _put(self, line: _Line, kind: str, rng: random.Random) -> None:
        """Add a name of a kind to a line."""
        line.named({"PER": self.person, "ORG": self.business, "LOC": self.place}[kind](rng), kind)

    def _address(self, line: _Line, rng: random.Random) -> None:
        """Add an address: its street, quarter, town and country are places of their own; its code is none."""
        line.named(self.place(rng), "LOC")
        for _ in range(rng.randrange(1, 3)):
            line.plain(rng.choice((",", ",", ""))).named(self._name("LOC", rng)[-2:], "LOC")
        line.plain(
            rng.choice(("", "", f"E{rng.randrange(1, 20)} {rng.randrange(1, 9)}QX", str(rng.randrange(10000, 99999))))
        )


class _Line:
    """A line in the making."""

    def __init__(self) -> None:
        self._words: list[str] = []
        self._tags: list[str] = []

    def plain(self, text: str) -> _Line:
        """Add words that are no name."""
        words = [word for word, _ in english_tokens()(text)]
        self._words += words
        self._tags += ["O"] * len(words)
        return self

    def named(self, words: Sequence[str], kind: str) -> _Line:
        """Add a name."""
        self._words += words
        self._tags += [f"{'I' if at else 'B'}-{kind}" for at in range(len(words))]
        return self

    def sentence(self, rng: random.Random) -> Sentence:
        """Return the line, now and then in capitals."""
        words = [word.upper() for word in self._words] if rng.random() < 0.08 else self._words
        return Sentence(tuple(words or ["-"]), tuple(self._tags or ["O"]), FORMS)


def _value(rng: random.Random) -> str:
    return rng.choice(
        (f"£{rng.randrange(5, 900)}.{rng.randrange(10, 99)}", str(rng.randrange(1, 9999)), f"{rng.randrange(1, 40)} nights",
         f"INV-{rng.randrange(1000, 9999)}", _date(rng), _phone(rng), f"{rng.randrange(6, 13)} hours", "yes", "n/a", "cash", "PAID")
    )  # fmt: skip


def _date(rng: random.Random) -> str:
    day, year = rng.randrange(1, 29), rng.randrange(2009, 2026)
    return rng.choice(
        (
            f"{day:02}/{rng.randrange(1, 13):02}/{year}",
            f"{day} {rng.choice(MONTHS)} {year}",
            f"{year}-{rng.randrange(1, 13):02}-{day:02}",
        )
    )


def _clock(rng: random.Random) -> str:
    return f"{rng.randrange(0, 24):02}:{rng.randrange(0, 60):02}"


def _phone(rng: random.Random) -> str:
    return f"0{rng.randrange(20, 99)} {rng.randrange(1000, 9999)} {rng.randrange(100, 9999)}"
