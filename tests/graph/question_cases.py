"""Small cases that the questions are asked of: events as readers make them, and tables of records as templates read them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from small_cases import ANNA, AUTHORITY, Bench, Line, Says
from test_records_graph import ingest

from evidence.acts import TemplateRecorded
from evidence.authority import CaseHints
from evidence.case import Case, new_case
from evidence.records import EventRecord
from evidence.templates import Template
from graph.project import Graph, catch_up, open_graph

ANA, BEN, CAM, DEE = "+447700900101", "+447700900102", "+447700900103", "+447700900104"


def happened(
    kind: str, parties: tuple[tuple[str, str], ...], utc: str = "", local: str = "", **more: Any
) -> EventRecord:
    """Return an event between phones; (role, number) each, a number without + being an account of another kind."""
    sides = tuple((role, "phone" if value.startswith("+") else "iban" if value[:2].isupper() else "person_name", value)
                  for role, value in parties)  # fmt: skip
    return EventRecord(
        kind=kind, segment=0, time_written=utc or local, time_utc=utc, time_local=local, parties=sides,  # type: ignore[arg-type]
        zone="UTC" if utc else "", zone_by="the record" if utc else "", **more,
    )  # fmt: skip


def line(*events: EventRecord, text: str = "") -> Line:
    """Return a message that names every party of its events and carries them."""
    named = list(dict.fromkeys((kind, value) for event in events for _, kind, value in event.parties))
    words = " ".join([*(value for _, value in named), text]).strip() or "nothing"
    return Line(words, tuple(Says(kind, value) for kind, value in named), unit_kind="message", events=events)


def called(a: str, b: str, utc: str = "", local: str = "", **more: Any) -> Line:
    return line(happened("call", (("from", a), ("to", b)), utc, local, **more))


def wrote(a: str, *b: str, utc: str = "", local: str = "", role: str = "to", **more: Any) -> Line:
    return line(happened("message", (("from", a), *((role, one) for one in b)), utc, local, **more))


@contextmanager
def asked_of(held: Bench | Case) -> Iterator[Graph]:
    case = held.case if isinstance(held, Bench) else held
    catch_up(case)
    with open_graph(case) as graph:
        yield graph


def records_case(folder: Path, templates: tuple[Template, ...], files: dict[str, str]) -> Case:
    """Return a case with tables of records, read by their templates and projected."""
    case = new_case(folder / "case", title="Records", authority=AUTHORITY, hints=CaseHints(), actor=ANNA)
    for one in templates:
        case.record(TemplateRecorded(template=one, source="a letter"), actor=ANNA)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    ingest(case, *(folder / name for name in files))
    catch_up(case)
    return case
