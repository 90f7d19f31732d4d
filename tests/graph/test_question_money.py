"""What money does: sums by pair and currency, copies counted once, round trips within so many days."""

from __future__ import annotations

from pathlib import Path

import pytest
from question_cases import asked_of, records_case
from test_records_graph import template

from evidence.case import Case
from evidence.errors import NotFound, UsageError
from graph.questions import money_back
from graph.questions.answers import Money
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
    assert [(one.went, one.came_back, one.days) for one in week.round_trips] == [("2026-03-01", "2026-03-04", 3)], (
        "a payment that two banks record came back once"
    )
    assert (week.round_trips[0].went_amount, week.round_trips[0].back_amount) == ("GBP 1,000.00", "GBP 950.00")
    assert {one.days for one in month.round_trips} == {3, 19, 28}
    assert week.round_trips[0].went_source == "CG-0001.r1.2"
    assert {(one.currency, one.payments) for one in large.pairs} == {("GBP", 1), ("JPY", 1)}


FOUR, FIVE = "FR1420041010050500013M02606", "NL91ABNA0417164300"
TIMED = template(
    "timed", "payments", ("At", "started"), ("Payer", "payer"), ("Payee", "payee"), ("Amount", "amount", "1,234.56"),
    ("Cur", "currency"), zone="UTC", zone_by="the bank",
)  # fmt: skip
TIMED_HEAD = "At;Payer;Payee;Amount;Cur\n"


def paid(at: str, one: str, other: str, amount: str = "100.00", currency: str = "GBP") -> str:
    return f"{at};{one};{other};{amount};{currency}\n"


def trips(found: Money) -> list[tuple[str, str, str, str]]:
    return [(one.one.value, one.other.value, one.went, one.came_back) for one in found.round_trips]


def test_money_that_comes_back_by_way_of_one_or_two_others_is_a_round_trip(tmp_path: Path) -> None:
    text = TIMED_HEAD + "".join((
        paid("2026-02-01 10:00:00", ONE, TWO), paid("2026-02-03 10:00:00", TWO, THREE, "90.00"),
        paid("2026-02-05 10:00:00", THREE, ONE, "80.00"),
        paid("2026-03-01 10:00:00", ONE, TWO), paid("2026-03-02 10:00:00", TWO, THREE), paid("2026-03-03 10:00:00", THREE, FOUR),
        paid("2026-03-04 10:00:00", FOUR, ONE),
        paid("2026-04-03 10:00:00", TWO, THREE), paid("2026-04-02 10:00:00", THREE, ONE), paid("2026-04-04 10:00:00", ONE, TWO),
        paid("2026-05-01 10:00:00", ONE, FOUR), paid("2026-05-02 10:00:00", FOUR, FIVE), paid("2026-05-20 10:00:00", FIVE, ONE),
    ))  # fmt: skip
    case = records_case(tmp_path, (TIMED,), {"a.csv": text})
    with asked_of(case) as graph:
        found = money(graph, days=7)
        wide = money(graph, days=30)
        mine, none = money(graph, a=FOUR, days=7), money(graph, a=FOUR, b=FIVE, days=7)
        assert found == money(graph, days=7)
    assert trips(found) == [
        (ONE, f"{TWO}, then {THREE}", "2026-02-01T10:00:00Z", "2026-02-05T10:00:00Z"),
        (ONE, f"{TWO}, then {THREE}, then {FOUR}", "2026-03-01T10:00:00Z", "2026-03-04T10:00:00Z"),
    ], "payments in another order are no round trip, and one that takes longer is none of a week"
    assert (ONE, f"{FOUR}, then {FIVE}", "2026-05-01T10:00:00Z", "2026-05-20T10:00:00Z") in trips(wide)
    assert [one.days for one in found.round_trips][:2] == [4, 3]
    assert found.round_trips[0].went_amount == "GBP 100.00"
    assert (found.round_trips[0].back_amount, found.round_trips[0].back_source) == ("GBP 80.00", "CG-0001.r1.4")
    assert found.round_trips[0].between == ("CG-0001.r1.3",)  # type: ignore[attr-defined]
    assert trips(mine) == [(ONE, f"{TWO}, then {THREE}, then {FOUR}", "2026-03-01T10:00:00Z", "2026-03-04T10:00:00Z")]
    assert trips(none) == []
    assert "by way of one or two others" in found.definition


def test_an_account_that_pays_a_crowd_is_no_step_and_is_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = TIMED_HEAD + paid("2026-02-01 10:00:00", ONE, TWO) + paid("2026-02-03 10:00:00", TWO, THREE)
    text += paid("2026-02-05 10:00:00", THREE, ONE) + paid("2026-02-03 11:00:00", TWO, FOUR)
    case = records_case(tmp_path, (TIMED,), {"a.csv": text})
    with asked_of(case) as graph:
        assert money(graph).round_trips_found == 1
        monkeypatch.setattr(money_back, "_HUBS", money_back._HUBS.replace(f"> {money_back.HUB}", "> 1"))
        hub = money(graph)
        monkeypatch.undo()
        monkeypatch.setattr(money_back, "STEPS", 1)
        cut = money(graph)
    assert (hub.round_trips_found, cut.round_trips_found) == (0, 0)
    assert "no way of three or four accounts was followed through it" in " ".join(hub.notes)
    assert "steps only" in " ".join(cut.notes)


def test_out_and_back_on_one_day_is_one_round_trip_in_no_order(tmp_path: Path) -> None:
    text = TIMED_HEAD + paid("2026-02-14", ONE, TWO, "50.00") + paid("2026-02-14", TWO, ONE, "50.00")
    case = records_case(tmp_path, (TIMED,), {"a.csv": text, "b.csv": text + paid("2026-02-20", TWO, ONE, "9.00")})
    with asked_of(case) as graph:
        found = money(graph)
    assert [(one.went, one.came_back, one.days) for one in found.round_trips] == [("2026-02-14", "2026-02-14", 0)]
    assert "no record says which of them was first: listed once" in " ".join(found.notes)


def test_the_least_sum_is_taken_to_the_penny(tmp_path: Path) -> None:
    text = TIMED_HEAD + "".join((
        paid("2026-02-01", ONE, TWO, "1.10"), paid("2026-02-02", ONE, TWO, "1.09"), paid("2026-02-03", ONE, TWO, "1.100", "BHD"),
        paid("2026-02-04", ONE, TWO, "2", "JPY"), paid("2026-02-05", ONE, TWO, "1", "JPY"), paid("2026-02-06", ONE, TWO, "2.30"),
    ))  # fmt: skip
    with asked_of(records_case(tmp_path, (TIMED,), {"a.csv": text})) as graph:
        found = money(graph, at_least="1.10")
        assert {one.currency: one.payments for one in money(graph, at_least="2.30").pairs} == {"GBP": 1}
        with pytest.raises(UsageError):
            money(graph, at_least="1e40")
    assert {one.currency: one.payments for one in found.pairs} == {"GBP": 2, "BHD": 1, "JPY": 1}


def test_a_payment_of_a_day_is_of_that_day(bank: Case, tmp_path: Path) -> None:
    text = TIMED_HEAD + paid("2026-02-28", ONE, TWO, "1.00") + paid("2026-03-01", ONE, TWO, "2.00")
    text += paid("2026-03-02", ONE, TWO, "4.00")
    with asked_of(records_case(tmp_path, (TIMED,), {"a.csv": text})) as graph:
        day = money(graph, since="2026-03-01", until="2026-03-02")
        noon = money(graph, since="2026-03-01T12:00", until="2026-03-01T13:00")
        with pytest.raises(UsageError, match="nothing lies between"):
            money(graph, since="2026-03-02", until="2026-03-01")
        with pytest.raises(NotFound, match="there is no exhibit CG-9999"):
            money(graph, exhibit="CG-9999")
        assert money(graph, exhibit="cg-0001").found == 1
    assert [one.total for one in (*day.pairs, *noon.pairs)] == ["2.00", "2.00"]
    assert "a day that is stated without a time by that day" in day.definition
