"""An answer that names what no mention establishes says so."""

from __future__ import annotations

from pathlib import Path

import pytest
from question_cases import asked_of, records_case
from test_question_money import BANK, HEAD, ONE, TWO

from evidence.case import Case
from graph.questions import registry
from graph.questions.asked import AroundAsked, Asked, MoneyAsked

WRONG = "GB33BUKB20201555555556"
"""One digit off: it fails its check."""


def notes(case: Case, asked: Asked) -> list[str]:
    question = registry.of(asked)
    with asked_of(case) as graph:
        told = question.tables(graph, question.answer(graph, asked)).notes
    return [note for note in told if "Not established" in note]


@pytest.mark.parametrize("asked", [MoneyAsked(), AroundAsked(a=f"iban:{WRONG}")])
def test_what_fails_its_check_is_said_to_be_so(tmp_path: Path, asked: Asked) -> None:
    text = f"{HEAD}2026-03-01;{ONE};{WRONG};1.000,00;GBP\n2026-03-01;{ONE};{TWO};1.000,00;GBP\n"
    (said,) = notes(records_case(tmp_path, (BANK,), {"a.csv": text}), asked)
    assert f"{WRONG} (e-" in said
    assert said.count(": unverified)") == 1
    assert ONE not in said
    assert TWO not in said


def test_of_many_the_first_are_named_and_the_rest_counted(tmp_path: Path) -> None:
    wrong = [f"GB33BUKB2020155555{at:04}" for at in range(5000, 5016)]
    text = HEAD + "".join(f"2026-03-01;{ONE};{one};1,00;GBP\n" for one in wrong)
    (said,) = notes(records_case(tmp_path, (BANK,), {"a.csv": text}), MoneyAsked())
    assert said.count(": unverified)") == 10
    assert " more. " in said


def test_where_everything_is_established_nothing_is_said(tmp_path: Path) -> None:
    text = f"{HEAD}2026-03-01;{ONE};{TWO};1.000,00;GBP\n"
    assert notes(records_case(tmp_path, (BANK,), {"a.csv": text}), MoneyAsked()) == []


def test_what_is_not_established_is_joined_with_nothing_and_so_not_around_anything(tmp_path: Path) -> None:
    text = f"{HEAD}2026-03-01;{ONE};{WRONG};1.000,00;GBP\n2026-03-01;{ONE};{TWO};1.000,00;GBP\n"
    assert notes(records_case(tmp_path, (BANK,), {"a.csv": text}), AroundAsked(a=f"iban:{ONE}")) == []
