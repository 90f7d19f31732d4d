"""The book in which makers enter each exhibit together with what a careful person would mark in it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Mark:
    """One identifier as it stands in an exhibit; `value` is normalised, `quote` is as printed or spoken."""

    kind: str
    value: str
    quote: str
    page: int | None = None
    start_ms: int | None = None
    in_header: bool = False


@dataclass(frozen=True)
class Held:
    """Something that an exhibit's own records state as having happened; `told` is what to compare of it."""

    event: str
    told: tuple[tuple[str, Any], ...]


@dataclass(frozen=True)
class Exhibit:
    """One file (or attachment) of the case, with the outcome that a correct run reports for it."""

    path: str
    data: bytes
    media_type: str
    source: str = "clean"
    outcome: str = "read"
    reason: str = ""
    parent: str = ""
    marks: tuple[Mark, ...] = ()
    names: tuple[tuple[str, str], ...] = ()
    names_in_header: tuple[tuple[str, str], ...] = ()
    """Names that stand in an email's header and nowhere else in it."""
    page_texts: tuple[tuple[int, str], ...] = ()
    page_outcomes: tuple[tuple[int, str], ...] = ()
    speech: tuple[tuple[int, str, str], ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    family: str = ""
    """`chats`, `phones`, `records`, `mail`, `archives`, `office`, `video` or `pictures`: of the case as it grew later."""
    holds: tuple[Held, ...] = ()
    counts: tuple[tuple[str, int], ...] = ()
    """How many of each kind of thing it holds: (event kind or `rows`, number)."""


@dataclass
class Book:
    """All exhibits, in the order they were entered."""

    exhibits: list[Exhibit] = field(default_factory=list)

    def enter(self, path: str, data: bytes, media_type: str, **facts: Any) -> bytes:
        """Enter one exhibit and hand its bytes back, so that they can be used again."""
        facts = {key: tuple(value) if isinstance(value, list) else value for key, value in facts.items()}
        self.exhibits.append(Exhibit(path, data, media_type, **facts))
        return data

    def write(self, folder: Path) -> None:
        """Write every exhibit that is a file of its own below `folder`."""
        for exhibit in self.exhibits:
            if not exhibit.parent:
                target = folder / exhibit.path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(exhibit.data)

    def exhibit_rows(self) -> list[dict[str, Any]]:
        """The `exhibits` of truth.json."""
        return [_exhibit_row(exhibit) for exhibit in self.exhibits]

    def identifier_rows(self) -> list[dict[str, Any]]:
        """The `identifiers` of truth.json."""
        return [_mark_row(mark, exhibit) for exhibit in self.exhibits for mark in exhibit.marks]

    def record_rows(self) -> list[dict[str, Any]]:
        """The `records` of truth.json: events that stand in an exhibit, as much of each as is worth comparing."""
        return [
            {"exhibit": exhibit.path, "family": exhibit.family, "event": held.event} | dict(held.told)
            for exhibit in self.exhibits
            for held in exhibit.holds
        ]

    def name_rows(self) -> list[dict[str, Any]]:
        """The `names` of truth.json."""
        return [
            {"kind": kind, "name": name, "exhibit": exhibit.path} | ({"in_header": True} if in_header else {})
            for exhibit in self.exhibits
            for names, in_header in ((exhibit.names, False), (exhibit.names_in_header, True))
            for kind, name in names
        ]

    def ocr_rows(self, *, later: bool = False) -> list[dict[str, Any]]:
        """The `ocr` of truth.json: what stands on each scanned page; `later`: on pictures that came as the case grew."""
        return [
            {"exhibit": exhibit.path, "page": page, "text": text}
            for exhibit in self.exhibits
            for page, text in exhibit.page_texts
            if bool(exhibit.family) == later
        ]

    def speech_rows(self) -> list[dict[str, Any]]:
        """The `speech` of truth.json: what is said in each recording, sentence by sentence."""
        return [
            {
                "exhibit": exhibit.path,
                "text": " ".join(text for _, _, text in exhibit.speech),
                "sentences": [
                    {"start_ms": start_ms, "speaker": speaker, "text": text}
                    for start_ms, speaker, text in exhibit.speech
                ],
            }
            for exhibit in self.exhibits
            if exhibit.speech
        ]


def _exhibit_row(exhibit: Exhibit) -> dict[str, Any]:
    row: dict[str, Any] = {
        "path": exhibit.path,
        "sha256": hashlib.sha256(exhibit.data).hexdigest(),
        "size_bytes": len(exhibit.data),
        "media_type": exhibit.media_type,
        "outcome": exhibit.outcome,
    }
    if exhibit.reason:
        row["reason_contains"] = exhibit.reason
    if exhibit.parent:
        row["parent"] = exhibit.parent
    if exhibit.page_outcomes:
        row["units"] = [{"page": page, "outcome": outcome} for page, outcome in exhibit.page_outcomes]
    if exhibit.facts:
        row["facts"] = dict(exhibit.facts)
    if exhibit.family:
        row["family"] = exhibit.family
    if exhibit.counts:
        row["counts"] = dict(exhibit.counts)
    return row


def _mark_row(mark: Mark, exhibit: Exhibit) -> dict[str, Any]:
    row: dict[str, Any] = {"kind": mark.kind, "value": mark.value, "exhibit": exhibit.path, "quote": mark.quote}
    if mark.page is not None:
        row["page"] = mark.page
    if mark.start_ms is not None:
        row["start_ms"] = mark.start_ms
    if mark.in_header:
        row["in_header"] = True
    row["source"] = exhibit.source if mark.page is None else _page_source(exhibit, mark.page)
    return row


def _page_source(exhibit: Exhibit, page: int) -> str:
    scanned = {number for number, _ in exhibit.page_texts}
    return "scan" if page in scanned else exhibit.source


def holds(event: str, **told: Any) -> Held:
    """An event and what of it to compare; `sender` and other parties are (kind, value)."""
    return Held(event, tuple((key, list(value) if isinstance(value, tuple) else value) for key, value in told.items()))


def phone(quote: str, **where: Any) -> Mark:
    """A UK or US telephone number as printed; spoken ones are entered as Mark."""
    digits = "".join(character for character in quote if character.isdigit())
    if digits.startswith("44"):
        national = digits[2:].removeprefix("0")
        return Mark("phone", f"+44{national}", quote, **where)
    value = f"+44{digits[1:]}" if digits.startswith("0") else f"+1{digits.removeprefix('1')}"
    return Mark("phone", value, quote, **where)


def email(quote: str, **where: Any) -> Mark:
    """An email address."""
    return Mark("email", quote.lower(), quote, **where)


def pounds(quote: str, **where: Any) -> Mark:
    """A sum in pounds, printed with its sign or with GBP."""
    amount = quote.replace("£", "").replace("GBP", "").replace(",", "").strip()
    return Mark("money", f"GBP {float(amount):.2f}", quote, **where)


def date(value: str, quote: str, **where: Any) -> Mark:
    """A day, its value as yyyy-mm-dd."""
    return Mark("date", value, quote, **where)


def compact(kind: str, quote: str, **where: Any) -> Mark:
    """An account, card or plate, whose value is the quote without its spaces."""
    return Mark(kind, quote.replace(" ", "").upper(), quote, **where)


def rooms(*quotes: str, **where: Any) -> list[Mark]:
    """Rooms by number; a quote is the number, with the word `room` where that stands right before it."""
    return [Mark("room", f"room {quote.rpartition(' ')[2]}", quote, **where) for quote in quotes]


def verbatim(kind: str, quote: str, **where: Any) -> Mark:
    """An identifier whose value is what is printed."""
    return Mark(kind, quote, quote, **where)


def on_page(page: int, marks: Iterable[Mark]) -> list[Mark]:
    """The same marks, standing on one page."""
    return [Mark(mark.kind, mark.value, mark.quote, page=page) for mark in marks]
