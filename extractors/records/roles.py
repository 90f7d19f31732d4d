"""What a column can hold in a record, by kind of table, and what follows from it."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from evidence.templates import TableKind

Reads: TypeAlias = Literal["account", "bank", "person", "given", "display", "company", "code"]
"""How the values of an identifier column are read; `given`: a name of a person or of a firm, nobody states which; `code`: upper case without spaces, of the kind the role names."""

IDENTIFIERS: Final[dict[str, tuple[Reads, str]]] = {
    "caller": ("account", ""),
    "called": ("account", ""),
    "subscriber": ("account", ""),
    "other": ("account", ""),
    "sender": ("account", ""),
    "recipient": ("account", ""),
    "phone": ("account", ""),
    "email": ("account", ""),
    "account": ("account", ""),
    "payer": ("bank", ""),
    "payee": ("bank", ""),
    "own_account": ("bank", ""),
    "other_account": ("bank", ""),
    "guest": ("person", ""),
    "passenger": ("person", ""),
    "payer_name": ("given", ""),
    "payee_name": ("given", ""),
    "other_name": ("given", ""),
    "subscriber_name": ("given", ""),
    "shown_name": ("display", ""),
    "company": ("company", ""),
    "property": ("company", ""),
    "passport": ("code", "passport"),
    "identity_number": ("code", "identity_number"),
    "plate": ("code", "plate"),
    "imei": ("code", "imei"),
    "imsi": ("code", "imsi"),
    "iccid": ("code", "iccid"),
    "booking": ("code", "booking"),
    "flight": ("code", "flight"),
}
"""Role of an identifier column: how it is read, and of what kind it is where the role says so."""
TIMES: Final = ("started", "started_date", "started_time", "ended", "ended_date", "ended_time")
NUMBERS: Final = ("amount", "debit", "credit", "seconds")
PLAIN: Final = (
    *("cell", "place", "latitude", "longitude", "room", "carrier", "origin", "destination"),
    *("conversation", "key", "state", "document"),
)
"""Kept in the record as they stand, without the space around them."""
ROLES: Final[dict[str, str]] = {
    "caller": "number or account that called or wrote",
    "called": "number or account that was called or written to",
    "subscriber": "the account whose records these are; with `direction`",
    "other": "the other party of the subscriber; with `direction`",
    "sender": "account that sent a message",
    "recipient": "account that received it",
    "direction": "values that say whether the subscriber called or was called",
    "type": "values that say call, message or data",
    "started": "when it began: call, check-in, departure, value date",
    "started_date": "its date, where the time stands in a column of its own",
    "started_time": "its time of day",
    "ended": "when it ended: check-out, arrival",
    "ended_date": "its date",
    "ended_time": "its time of day",
    "seconds": "how long it took: seconds, mm:ss or h:mm:ss",
    "cell": "cell or antenna id; joined to the cell table",
    "place": "address, site name, property in words",
    "latitude": "degrees, decimal",
    "longitude": "degrees, decimal",
    "guest": "name of a registered guest",
    "passenger": "name of a passenger",
    "company": "a company or agency",
    "property": "hotel or house",
    "room": "room",
    "carrier": "airline, bus or ferry company, in words",
    "flight": "flight number",
    "origin": "from where",
    "destination": "to where",
    "booking": "booking or reservation code",
    "passport": "passport number",
    "identity_number": "number of an identity card",
    "document": "document number of a kind that nobody states",
    "plate": "vehicle registration",
    "phone": "telephone number in the record",
    "email": "email address in the record",
    "account": "id that a service gives",
    "shown_name": "name shown for an account: a contact's, a chat's",
    "payer": "account that paid (IBAN or other)",
    "payee": "account that was paid",
    "payer_name": "name of who paid, as written",
    "payee_name": "name of who was paid",
    "own_account": "account whose statement this is",
    "other_account": "the other account; money goes by sign, debit and credit, or `direction`",
    "other_name": "name at the other account",
    "subscriber_name": "name registered for the subscriber's number",
    "amount": "amount of money",
    "debit": "amount that left the account",
    "credit": "amount that came in",
    "currency": "ISO 4217 code",
    "imei": "equipment number",
    "imsi": "subscriber number on the SIM",
    "iccid": "SIM card number",
    "text": "free text: a message, a reference, remarks; searchable",
    "conversation": "chat or group id",
    "key": "the record's own id",
    "state": "answered, missed, cancelled, no show",
}
"""Every role with what it means, as `casegraph template roles` prints it."""

KIND_OF_ROW: Final[dict[TableKind, str]] = {
    "calls": "call",
    "cells": "cell",
    "stays": "stay",
    "trips": "trip",
    "payments": "payment",
    "messages": "message",
    "contacts": "contact",
    "other": "other",
}
EVENTS: Final = ("call", "message", "stay", "trip", "payment")
"""Kinds of row that happened at some time."""
SIDES: Final[dict[TableKind, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "calls": (("caller", "sender"), ("called", "recipient")),
    "messages": (("sender", "caller", "shown_name"), ("recipient", "called")),
    "payments": (("payer", "payer_name"), ("payee", "payee_name", "company")),
    "stays": (("guest", "company"), ("property",)),
    "trips": (("passenger", "company"), ()),
    "contacts": (("phone", "email", "account"), ("shown_name",)),
    "cells": ((), ()),
    "other": ((), ()),
}
"""Which columns are the two sides of a record, in order of preference."""
OWN: Final[dict[TableKind, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "calls": (("subscriber",), ("other",)),
    "messages": (("subscriber",), ("other",)),
    "payments": (("own_account",), ("other_account", "other_name")),
}
"""Where one side is always the same and a direction says which way: that side, and the other."""
RELATION: Final[dict[str, str]] = {"call": "called", "message": "messaged", "payment": "paid"}
"""What side a did to side b, by kind of row."""
STATED: Final[dict[TableKind, tuple[tuple[tuple[str, ...], tuple[str, ...], str], ...]]] = {
    "calls": ((("subscriber",), ("imei", "imsi", "iccid"), "stated"), (("subscriber",), ("subscriber_name",), "known_as")),
    "messages": ((("sender", "subscriber"), ("shown_name",), "known_as"),),
    "payments": (
        (("payer",), ("payer_name",), "known_as"),
        (("payee",), ("payee_name",), "known_as"),
        (("other_account",), ("other_name",), "known_as"),
    ),
    "stays": (
        (
            ("guest",),
            ("phone", "email", "passport", "identity_number", "plate", "booking", "company", "property"),
            "registered",
        ),
        (("company",), ("booking",), "registered"),
    ),
    "trips": (
        (("passenger",), ("phone", "email", "passport", "identity_number", "booking", "flight", "company"), "registered"),
    ),
    "contacts": ((("phone", "email", "account"), ("shown_name",), "known_as"),),
    "other": ((("phone", "email", "account"), ("shown_name", "guest"), "stated"),),
    "cells": (),
}  # fmt: skip
"""What else a row states about two of its columns. A subscriber, a guest or a payer is not thereby the person."""
