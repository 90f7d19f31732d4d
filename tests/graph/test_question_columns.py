"""Terms in the identifier columns of tables of records: by number however it is written, by words, and what is not looked for."""

from __future__ import annotations

from pathlib import Path

import pytest
from question_cases import asked_of, records_case
from test_records_graph import template

from evidence.case import Case
from graph.questions.terms import searched

REGISTER = template(
    "register", "stays", ("Guest", "guest"), ("Room", "room"), ("From", "started"), ("Phone", "phone"), ("Ref", "booking")
)  # fmt: skip
BANK = template("bank", "payments", ("Day", "started"), ("From", "payer"), ("To", "payee"), ("Sum", "amount"))
FILES = {
    "a-register.csv": (
        "Guest,Room,From,Phone,Ref\n"
        '"Pop, Ana",12,2026-07-01 14:00:00,+442079460142,CC-26-107\n'
        "Márton Łukasz,14,2026-07-02 14:00:00,,\n"
        "Ana Varga,15,2026-07-03 14:00:00,,\n"
    ),
    "b-bank.csv": "Day,From,To,Sum\n2026-07-05,GB33BUKB20201555555555,DE89370400440532013000,12.00\n",
}


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return records_case(Path(tmp_path_factory.mktemp("register")), (REGISTER, BANK), FILES)


@pytest.mark.parametrize(
    ("term", "rows"),
    [
        ("GB33 BUKB 2020 1555 5555 55", 1), ("gb33-bukb-2020-1555-5555-55", 1), ("+44 (0)20 7946 0142", 1),
        ("0044 20 7946 0142", 1), ("020 7946 0142", 1), ("cc26107", 1), ("CC 26 107", 1), ("7946 0999 11", 0),
        ("ana", 2), ("Pop Ana", 1), ("Pop, Ana", 1), ("Ana Pop", 1), ('"Pop, Ana"', 1), ('"Pop Varga"', 0),
        ("marton lukasz", 1), ("Łukasz", 1), ("Var*", 1), ("Var", 0), ("Varga OR Pop", 2), ("Ana NOT Varga", 1),
        ("(Varga OR Pop) Ana", 2), ("Pop Varga", 0),
    ],
)  # fmt: skip
def test_a_term_is_found_in_the_columns_however_it_is_written(register: Case, term: str, rows: int) -> None:
    with asked_of(register) as graph:
        (found,) = searched(graph, [term]).terms
    assert found.rows == rows
    assert bool(found.exhibits) == bool(rows)


def test_what_is_not_looked_for_in_columns_is_counted(register: Case) -> None:
    with asked_of(register) as graph:
        found = searched(graph, ["Varga~1", "NOT Varga", "exhibit:CG-0001 Varga", "Varga"])
    assert [one.rows for one in found.terms] == [0, 0, 0, 1]
    assert found.notes[0].startswith("3 terms use ~, NEAR, a field or NOT alone")
    assert "fields and NOT alone are not" in found.definition
