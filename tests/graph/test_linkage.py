"""Records that state several fields, linked by Splink: the weight of each field, and how well it does on sets whose truth is known."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec
import pytest

from graph.linkage import Record, linked

sys.path.insert(0, str(Path(__file__).parents[1] / "bench"))
import measure_candidates

needs_data = pytest.mark.skipif(not measure_candidates.DATA.is_dir(), reason="the shared linkage sets are not here")


def test_each_field_adds_its_weight_and_what_is_not_stated_adds_nothing() -> None:
    records = [
        Record(birth_date="1988-11-03", identifiers=("phone:+442079460142",)),
        Record(birth_date="1979-06-21", identifiers=("phone:+442079460142", "email:x@y.example")),
        Record(birth_date="1979-06-21"),
    ]
    found = {(one.a, one.b): one.weights for one in linked(records, pairs=[(1, 0), (1, 2)])}
    assert [(weight.field, weight.level) for weight in found[1, 2]] == [("birth_date", "the same birth date")]
    assert found[1, 2][0].weight > 10
    born, phone = found[0, 1]
    assert (born.level, phone.level) == ("other birth dates", "the same identifier")
    assert born.weight < 0 < phone.weight


def test_identifiers_of_different_kinds_are_not_compared() -> None:
    records = [
        Record(identifiers=("phone:123",)),
        Record(identifiers=("email:a@b.example",)),
        Record(identifiers=("phone:789",)),
    ]
    found = {(one.a, one.b): one.weights for one in linked(records, pairs=[(0, 1), (0, 2)])}
    assert found[0, 1] == ()
    assert [weight.level for weight in found[0, 2]] == ["other identifiers"]


def test_a_birth_date_with_one_digit_misread_speaks_for() -> None:
    (found,) = linked([Record(birth_date="1988-11-03"), Record(birth_date="1988-11-08")], pairs=[(0, 1)])
    assert found.weights[0].level == "birth dates one digit apart"
    assert found.weights[0].weight > 0


def test_nothing_is_linked_where_there_is_nothing_to_compare() -> None:
    assert linked([]) == ()
    assert linked([Record(surname="a")]) == ()
    assert linked([Record(birth_date="1988-11-03")] * 3, pairs=[]) == ()


def test_few_records_are_linked_by_the_weights_as_set() -> None:
    one = Record(given_names="Elena", surname="Ciobanu", birth_date="1990-05-02", place="Valea Nouă")
    near = Record(given_names="Elena", surname="Ciobanou", birth_date="1990-05-02", place="Valea Noua")
    other = Record(given_names="Elena", surname="Pop", birth_date="1961-07-03", place="Valea Nouă")
    assert [(found.a, found.b) for found in linked([one, near, other])] == [(0, 1)]


@needs_data
def test_the_known_records_are_linked_precisely() -> None:
    found = measure_candidates.records_measured(*measure_candidates.fake_1000())
    assert found.at_first_hundred >= 0.95
    assert found.precision >= 0.95
    assert found.recall >= 0.5


@needs_data
def test_names_alone_of_the_known_records_are_right_at_the_first_hundred() -> None:
    assert measure_candidates.names_measured(*measure_candidates.fake_1000()).at_first_hundred >= 0.95


def test_generated_names_are_right_at_the_first_hundred() -> None:
    found = measure_candidates.made(2_000, 99)
    assert found.at_first_hundred >= 0.95
    assert found.precision >= 0.7
    assert found.recall >= 0.7


def test_names_that_are_turned_in_one_of_two_records_speak_for_them_once() -> None:
    one = Record(given_names="Caleb", surname="Rowe", birth_date="1992-11-20")
    (found,) = linked([one, Record(given_names="Rowe", surname="Caleb", birth_date="1992-11-20")])
    weights = {field.field: (field.level, field.weight) for field in found.weights}
    assert weights["given_names"][0] == weights["surname"][0] == "given names and surname turned"
    assert weights["given_names"][1] > 5
    assert weights["surname"][1] == 0


def test_given_names_alone_are_compared_where_no_record_states_a_surname() -> None:
    records = [Record(given_names="Caleb", birth_date="1992-11-20")] * 2
    (found,) = linked(records)
    assert [field.level for field in found.weights if field.field == "given_names"] == ["the same given names"]


@pytest.mark.parametrize(
    ("field", "one", "other", "level"),
    [
        ("given_names", "S.", "Svitlana", "an initial of the given names"),
        ("given_names", "Katya", "Yekaterina", "forms of one given name"),
        ("given_names", "Hassan", "Hassan Emmanuel", "given names that share a word"),
        ("given_names", "Ivan", "Ivana", "given names nearly the same"),
        ("surname", "Schröder", "Schröder-Krasniqi", "surnames that share a word"),
        ("birth_date", "1986-01-01", "1986-08-14", "the same year of birth, in one of them the first of January"),
        ("identifiers", ("phone:+40 779 139 335",), ("phone:0779139335",), "the same identifier"),
        ("identifiers", ("document:8549729",), ("document:8520729",), "other identifiers"),
        ("identifiers", ("document:8540729",), ("document:8520729",), "identifiers one character apart"),
    ],
)
def test_ways_in_which_one_person_is_written(field: str, one: object, other: object, level: str) -> None:
    rest = {"given_names": {"surname": "Popa"}, "surname": {"given_names": "Ion"}}.get(field, {})
    records = [msgspec.convert({field: value, **rest}, Record) for value in (one, other)]
    (found,) = linked(records, pairs=[(0, 1)])
    (weight,) = [weight for weight in found.weights if weight.field == field]
    assert weight.level == level
    assert (weight.weight > 0) is not level.startswith("other")


def test_numbers_of_two_countries_that_end_alike_are_two() -> None:
    """Where every number has its country, as in a case, whole numbers are compared; else the digits that every way of writing shares."""
    british, american = Record(identifiers=("phone:+442079460142",)), Record(identifiers=("phone:+19079460142",))
    (apart,) = linked([british, american], pairs=[(0, 1)])
    assert apart.weights[0].level == "other identifiers"


def test_telephones_one_digit_apart_are_two() -> None:
    (found,) = linked(
        [Record(identifiers=("phone:+40779139335",)), Record(identifiers=("phone:+40779139336",))], pairs=[(0, 1)]
    )
    assert found.weights[0].level == "other identifiers"
    assert found.weights[0].weight < 0


def test_names_that_are_turned_and_misspelt_are_turned() -> None:
    one = Record(given_names="Taylor", surname="Susan", birth_date="1959-09-27")
    (found,) = linked([one, Record(given_names="Susan", surname="Talyor", birth_date="1959-09-27")])
    assert [weight.level for weight in found.weights[:2]] == ["given names and surname turned"] * 2


def test_twins_share_surname_and_birth_date_and_are_said_last_or_not_at_all() -> None:
    home = {"surname": "Halmagean", "birth_date": "2002-12-23", "street": "Tsar Boris 115", "postcode": "74214"}
    twins = [msgspec.convert({"given_names": name, **home}, Record) for name in ("Piotr", "Dimitar", "Piotrek")]
    assert next((found.a, found.b) for found in linked(twins)) == (0, 2)
    assert (0, 1) not in [(found.a, found.b) for found in linked(twins) if found.weight > 0]


def test_one_document_under_two_given_names_is_offered() -> None:
    records = [
        Record(given_names=name, surname="Stanley", identifiers=("document:5004344",)) for name in ("Chloe", "Jed")
    ]
    assert [(found.a, found.b) for found in linked(records)] == [(0, 1)]
