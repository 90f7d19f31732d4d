"""What money does: sums by pair and currency, copies counted once, round trips within so many days."""

from __future__ import annotations

import pytest
from question_cases import asked_of, records_case
from test_records_graph import template

from evidence.case import Case
from evidence.errors import UsageError
from graph.questions.money import money

ONE, TWO, THREE = "GB33BUKB20201555555555", "DE89370400440532013000", "IE29AIBK93115212345678"
BANK = template(
    "bank", "payments", ("Day", "started"), ("From", "payer"), ("To", "payee"), ("Sum", "amount", "1.234,56"),
    ("Currency", "currency"),
)  # fmt: skip
HEAD = "Day;From;To;Sum;Currency\n"
FILES = {
    "a.csv": HEAD + f"2026-03-01;{ONE};{TWO};1.000,00;GBP\n2026-03-04;{TWO};{ONE};950,00;GBP\n"
    f"2026-04-01;{ONE};{TWO};20,50;GBP\n2026-03-01;{ONE};{THREE};5000;JPY\n2026-04-20;{TWO};{ONE};1,00;EUR\n",
    "b.csv": HEAD + f"2026-03-01;{ONE};{TWO};1.000,00;GBP\n;{ONE};{TWO};5,00;GBP\n2026-03-09;{ONE};{TWO};;GBP\n",
}


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return records_case(tmp_path_factory.mktemp("money"), (BANK,), FILES)


def test_sums_are_by_currency_and_copies_count_once(bank: Case) -> None:
    with asked_of(bank) as graph:
        found = money(graph)
        assert found == money(graph)
    by = {(one.payer.value, one.payee.value, one.currency): one for one in found.pairs}
    most = by[ONE, TWO, "GBP"]
    assert (most.payments, most.records, most.total, most.least, most.greatest) == (
        3,
        4,
        "1,025.50",
        "5.00",
        "1,000.00",
    )
    assert (most.first, most.first_source, most.exhibits) == ("2026-03-01", "CG-0001.r1.2", ("CG-0001", "CG-0002"))
    assert by[ONE, THREE, "JPY"].total == "5,000"
    assert [(one.begins, one.currency, one.total) for one in found.periods] == [
        ("2026-03-01", "GBP", "1,950.00"), ("2026-03-01", "JPY", "5,000"), ("2026-04-01", "EUR", "1.00"),
        ("2026-04-01", "GBP", "20.50"),
    ]  # fmt: skip
    assert (found.without_amount, found.without_time) == (1, 1)
    assert "as written" in " ".join(found.notes)


def test_round_trips_are_the_next_payment_back_within_days(bank: Case) -> None:
    with asked_of(bank) as graph:
        week = money(graph, days=7)
        month = money(graph, days=30)
        large = money(graph, at_least="900", days=7)
        assert money(graph, a=THREE).found == 1
        assert money(graph, since="2026-03-31").found == 2
        with pytest.raises(UsageError):
            money(graph, at_least="much")
    assert [(one.went, one.came_back, one.days) for one in week.round_trips] == [("2026-03-01", "2026-03-04", 3)] * 2
    assert (week.round_trips[0].went_amount, week.round_trips[0].back_amount) == ("GBP 1,000.00", "GBP 950.00")
    assert {one.days for one in month.round_trips} == {3, 19, 28}
    assert {(one.currency, one.payments) for one in large.pairs} == {("GBP", 1), ("JPY", 1)}
