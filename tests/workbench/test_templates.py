"""Column templates as people meet them: proposed from a file, completed, put on record."""

from __future__ import annotations

from pathlib import Path

import pytest
from running import SAMPLE, asked, casegraph

from evidence.templates import Template
from extractors.protocols import ReadContext
from extractors.records.proposing import OPEN, Proposal, propose

NOBODY = ReadContext(languages=())


def proposed(tmp_path: Path, text: str, *, kind: str = "", context: ReadContext = NOBODY) -> Proposal:
    path = tmp_path / "table.csv"
    path.write_text(text, encoding="utf-8")
    return propose(path, "text/csv", kind=kind, context=context)


def roles(template: Template) -> dict[str, str]:
    return {column.header: column.role for column in template.columns if column.role}


# --- proposing -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "kind", "expected"),
    [
        ("Calling Number,Called Number,Start Time,Duration,Cell ID", "calls", ("caller", "called", "started", "seconds", "cell")),
        ("Număr apelant,Număr apelat,Data și ora,Durata,Celulă", "calls", ("caller", "called", "started", "seconds", "cell")),
        ("Rufnummer A,Rufnummer B,Startzeit,Dauer,Funkzelle", "calls", ("caller", "called", "started", "seconds", "cell")),
        ("Numéro appelant,Numéro appelé,Date heure,Durée,Cellule", "calls", ("caller", "called", "started", "seconds", "cell")),
        ("Número llamante,Número llamado,Fecha hora,Duración,Celda", "calls", ("caller", "called", "started", "seconds", "cell")),
        ("Chiamante,Chiamato,Data e ora,Durata,Cella", "calls", ("caller", "called", "started", "seconds", "cell")),
        ("Beller,Gebelde,Starttijd,Duur,Zendmast", "calls", ("caller", "called", "started", "seconds", "cell")),
        ("Chamador,Chamado,Data hora,Duração,IMEI", "calls", ("caller", "", "started", "seconds", "imei")),
    ],
)  # fmt: skip
def test_headers_of_seven_languages(tmp_path: Path, header: str, kind: str, expected: tuple[str, ...]) -> None:
    row = "+442079460142,+40721000111,2026-03-02 10:00:00,65,234-15-1"
    made = proposed(tmp_path, f"{header}\n{row}\n").template
    assert made.kind == kind
    assert tuple(column.role for column in made.columns) == expected


def test_registers_and_statements(tmp_path: Path) -> None:
    stay = "Nume oaspete;Camera;Data sosirii;Data plecarii;Telefon;Observații\nAna Pop;12;13.02.2026;14.02.2026;0721000111;x\n"
    made = proposed(tmp_path, stay).template
    assert made.kind == "stays"
    assert roles(made) == {
        "Nume oaspete": "guest", "Camera": "room", "Data sosirii": "started", "Data plecarii": "ended",
        "Telefon": "phone", "Observații": "text",
    }  # fmt: skip
    assert {column.header: column.format for column in made.columns}["Data sosirii"] == "%d.%m.%Y"
    bank = (
        "Buchungstag;Auftraggeber;IBAN Empfänger;Betrag;Währung;Verwendungszweck\n"
        "02.01.2026;North Quay;DE89370400440532013000;1.234,56;EUR;Zimmer\n"
    )
    made = proposed(tmp_path, bank).template
    assert made.kind == "payments"
    assert roles(made)["Betrag"] == "amount"
    assert {column.header: column.format for column in made.columns}["Betrag"] == "1.234,56"


def test_day_order_is_proved_by_a_part_above_twelve_or_asked(tmp_path: Path) -> None:
    def format_of(day: str, context: ReadContext = NOBODY) -> str:
        made = proposed(tmp_path, f"caller,called,start time\n1234567,7654321,{day}\n", kind="calls", context=context)
        return made.template.columns[2].format

    assert format_of("13/02/2026 10:00") == "%d/%m/%Y %H:%M"
    assert format_of("02/13/2026 10:00:05 PM") == "%m/%d/%Y %I:%M:%S %p"
    assert format_of("02/03/2026 10:00") == OPEN
    assert format_of("02/03/2026 10:00", ReadContext(languages=(), day_order="mdy")) == "%m/%d/%Y %H:%M"
    assert format_of("46205.5") == "excel"
    assert format_of("1783000000") == "unix"


def test_what_cannot_be_decided_is_asked(tmp_path: Path) -> None:
    made = proposed(tmp_path, "direction,correspondent,datetime,duration\n1,+40721000111,2026-03-02 10:00:00,5\n2,+40721000111,2026-03-02 10:00:00,5\n")  # fmt: skip
    assert [question.where for question in made.questions] == [
        "direction.1",
        "direction.2",
        "settings.subscriber",
        "zone",
    ]
    assert made.template.direction == {"1": OPEN, "2": OPEN}


def test_a_title_above_the_header_is_passed_over(tmp_path: Path) -> None:
    made = proposed(tmp_path, "Operator Ltd\n\ncaller,called,start time\n1234567,7654321,2026-03-02 10:00:00\n")
    assert roles(made.template) == {"caller": "caller", "called": "called", "start time": "started"}


# --- on record -----------------------------------------------------------------------------------------------------


@pytest.fixture
def case(tmp_path: Path) -> Path:
    casegraph("new", tmp_path / "case", "--authority", SAMPLE / "authority.toml")
    return tmp_path / "case"


def test_a_template_with_open_questions_is_refused_and_an_answered_one_goes_on_record(
    tmp_path: Path, case: Path
) -> None:
    calls = tmp_path / "calls.csv"
    calls.write_text("caller,called,start time\n1234567,7654321,2026-03-02 10:00:00\n", encoding="utf-8")
    file = tmp_path / "calls.toml"
    said = casegraph("template", "new", calls, "--to", file)
    assert "zone: In which time zone" in said
    text = file.read_text(encoding="utf-8")
    assert "# ASK: In which time zone" in text
    assert "leaves open: zone" in casegraph("template", "add", case, file, "--source", "x", code=2)
    file.write_text(text.replace('zone = "?"', 'zone = "Europe/London"'), encoding="utf-8")
    assert "nobody says so" in casegraph("template", "add", case, file, "--source", "x", code=2)
    file.write_text(
        text.replace('zone = "?"', 'zone = "Europe/London"').replace('zone_by = ""', 'zone_by = "letter, page 2"'),
        encoding="utf-8",
    )
    added = asked("template", "add", case, file, "--source", "the operator's letter")
    assert added["template"]["zone_by"] == "letter, page 2"
    listed = asked("template", "list", case)
    assert [(one["template"]["name"], one["source"]) for one in listed] == [("calls", "the operator's letter")]
    assert "asserted by letter, page 2" in casegraph("template", "show", case, "calls")
    assert "template.recorded" in casegraph("log", case)
    assert "already there" in casegraph("template", "new", calls, "--to", file, code=2)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("name = 1", "no template"),
        ('name = "x"\nkind = "calls"\ncolumns = []', "needs a name and columns"),
        ('name = "x"\nkind = "calls"\n[[columns]]\nheader = "a"\nrole = "emperor"', "no role of a column"),
        ('name = "x"\nkind = "calls"\n[[columns]]\nheader = "a"\nrole = "caller"\n[[columns]]\nheader = "b"\nrole = "caller"', "two columns"),
        ('name = "x"\nkind = "calls"\nzone = "Mars/One"\nzone_by = "y"\n[[columns]]\nheader = "a"\nrole = "caller"', "no time zone"),
        ('name = "x"\nkind = "calls"\n[direction]\nq = "sideways"\n[[columns]]\nheader = "a"\nrole = "caller"', "means nothing known"),
    ],
)  # fmt: skip
def test_a_template_that_cannot_be_is_refused(tmp_path: Path, case: Path, text: str, why: str) -> None:
    file = tmp_path / "x.toml"
    file.write_text(text, encoding="utf-8")
    assert why in " ".join(casegraph("template", "add", case, file, "--source", "x", code=2).split())
