"""`same`, `different`, `undecided` and `people` on the sample case: from the three spellings to the bank account."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from running import asked, casegraph

IBAN = "iban:GB82WEST12345698765432"
OFFER, CARD = "offer-letter.pdf", "guest-card.png"


def exhibits(case: Path) -> dict[str, str]:
    return {one["name"].rsplit("/", 1)[-1]: one["number"] for one in asked("status", case)["exhibits"]}


def spellings(case: Path) -> list[str]:
    """Return the ids of the signatory's names, as `candidates` offers them."""
    found = asked("candidates", case, "--kind", "person_name")["candidates"]
    sides = {side["entity"]["label"]: side["entity"]["id"] for one in found for side in (one["a"], one["b"])}
    (written,) = (label for label in sides if label.startswith("VARGA, M"))
    return [sides["M. Varga"], sides["Márton Varga"], sides[written]]


def joined(case: Path) -> tuple[str, str]:
    """Join the three spellings, keep the namesake apart, and make the agency; returns the ids of person and agency."""
    person = asked("same", case, *spellings(case), "--reason", "the offer's signatory, as the contract has him")["made"]
    card = exhibits(case)[CARD]
    namesake = next(one for one in asked("show", case, card)["mentions"] if one["kind"] == "person_name")
    casegraph("different", case, person["id"], namesake["id"], "--reason", "born nine years later")
    casegraph("same", case, person["id"], "email:bookings@northquay.example", "--reason", "his name in the header")
    agency = asked(
        "same", case, "organisation:northquay staffing ltd", IBAN, "--reason", "the invoice asks for payment to it"
    )["made"]
    return person["id"], agency["id"]


def refused(case: Path, *words: object, code: int) -> str:
    return casegraph(*words[:1], case, *words[1:], "--reason", "to see what happens", code=code)


def test_the_walk_from_three_spellings_to_the_bank_account(sample_case: Path) -> None:
    person, agency = joined(sample_case)
    whole = asked("show", sample_case, person)
    assert len(whole["made"]["names"]) == 3
    assert [one["verdict"] for one in whole["made"]["against"]] == ["different"]
    assert {born["date"] for born in whole["made"]["birth_dates"]} == {"1979-06-21"}
    assert all(one["strip"]["exhibit"] for one in whole["mentions"])

    offer = exhibits(sample_case)[OFFER]
    edges = edges_of(asked("path", sample_case, person, IBAN))
    assert any(edge["relation"]["source"]["id"] == agency for edge in edges)
    assert all(support["strip"]["segment"] for edge in edges for support in edge["supports"])
    mail = next(one for one in whole["relations"] if one["kind"] == "attributed")
    assert mail["target"]["value"] == "bookings@northquay.example"
    assert offer in mail["exhibits"]
    rooms = asked("path", sample_case, "email:desk@harbourlodge.example", IBAN, "--most", "20")
    assert any(step["target"]["id"] in (person, agency) for way in rooms["paths"] for step in way["steps"])

    card = asked("show", sample_case, "phone:+442079460143")
    assert card["part_of"] == []
    assert asked("show", sample_case, "phone:+442079460142")["entity"]["id"] != card["entity"]["id"]

    before = [asked(*words, sample_case) for words in (("people",), ("entities", "--kind", "person"))]
    ways = asked("path", sample_case, person, IBAN)
    casegraph("rebuild", sample_case)
    assert [asked(*words, sample_case) for words in (("people",), ("entities", "--kind", "person"))] == before
    assert asked("path", sample_case, person, IBAN) == ways


def edges_of(found: dict[str, Any]) -> list[dict[str, Any]]:
    return [edge for way in found["paths"] for step in way["steps"] for edge in step["edges"]]


def test_what_would_join_the_namesake_is_refused_and_the_chain_is_shown(sample_case: Path) -> None:
    person, _ = joined(sample_case)
    namesake = asked("people", sample_case)["made"][0]["against"][0]["sides"][1][0]["mention"]
    said = refused(sample_case, "same", "person_name:m. varga", namesake, code=7)
    assert "judged different" in said
    assert "born nine years later" in said
    line = next(one["seq"] for one in asked("people", sample_case)["made"][0]["against"])
    casegraph("withdraw", sample_case, line, "--reason", "to see what happens")
    both = asked("same", sample_case, person, namesake, "--reason", "to see what happens")["made"]
    assert {born["date"] for born in both["birth_dates"]} == {"1979-06-21", "1988-11-03"}
    assert "birth dates contradict each other" in casegraph("people", sample_case)


def test_what_makes_no_sense_is_said_so(sample_case: Path) -> None:
    names = spellings(sample_case)
    assert "takes two things" in refused(sample_case, "different", *names, code=2)
    assert "both mean" in refused(sample_case, "same", names[0], "person_name:m. varga", code=2)
    assert "--makes" in refused(sample_case, "same", "phone:+442079460142", IBAN, code=2)
    assert "a reason is needed" in casegraph("same", sample_case, *names, code=2)
    assert "is a date" in refused(sample_case, "same", names[0], "date:1979-06-21", code=2)
    casegraph("same", sample_case, *names, "--reason", "the signatory")
    assert "already" in refused(sample_case, "same", *names, code=2)
    assert "an organisation and a person" in refused(
        sample_case, "same", names[0], "organisation:northquay staffing ltd", "--makes", "organisation", code=7
    )


def test_a_made_person_takes_a_category_and_answers_questions_by_what_is_attributed(sample_case: Path) -> None:
    person, _ = joined(sample_case)
    casegraph("category", sample_case, person, "suspect", "--reason", "interviewed")
    assert [one["category"] for one in asked("show", sample_case, person)["categories"]] == ["suspect"]
    pairs = asked("contacts", sample_case, person)
    assert {"bookings@northquay.example"} <= {
        side["value"] for one in pairs["pairs"] for side in (one["one"], one["other"])
    }
    assert "stands for what people attributed to it" in pairs["notes"][0]
    assert asked("timeline", sample_case, person)["found"] > 0
    assert "stands for what people attributed to it" in asked("money", sample_case, person)["notes"][0]
    near = asked("around", sample_case, "email:bookings@northquay.example")["neighbours"]
    assert "márton varga" not in {one["thing"]["value"] for one in near}
    assert person in {one["thing"]["entity"] for one in near}


def test_what_is_printed_fits_and_says_whose_assessment_it_is(sample_case: Path) -> None:
    joined(sample_case)
    shown = casegraph("people", sample_case)
    assert "personal assessment" in shown
    assert "not judged" in shown
    assert "What speaks against it" in shown
    assert all(len(line) <= 100 for line in shown.splitlines())
    assert "mentions of it in person" in casegraph("show", sample_case, "person_name:m. varga")


def test_a_person_is_found_by_kind_and_name_beside_the_name_it_bears(sample_case: Path) -> None:
    person, _ = joined(sample_case)
    assert asked("show", sample_case, "person:márton varga")["entity"]["id"] == person
    assert asked("show", sample_case, "person_name:márton varga")["entity"]["kind"] == "person_name"
    assert asked("around", sample_case, "person:MARTON VARGA")["centre"]["value"] == "Márton Varga"
