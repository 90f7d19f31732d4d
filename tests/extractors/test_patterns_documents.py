"""Machine-readable zones and numbers of documents: check digits, misreadings, and what is believed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.patterns import Asserted, Hit, identifiers_in
from extractors.patterns.document import NUMBERS
from extractors.patterns.mrz import check_digit

TD3 = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
TD2 = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6"
TD1 = "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<"
"""The specimens of ICAO 9303 parts 4, 6 and 5."""


def hits(text: str, kind: str, *, source: str = "native") -> list[Hit]:
    found = identifiers_in(text, source=source, asserted=Asserted(region="GB"))  # type: ignore[arg-type]
    return [hit for hit in found if hit.kind == kind]


@pytest.mark.parametrize("source", ["native", "ocr"])
@pytest.mark.parametrize(
    ("zone", "name", "number"),
    [(TD3, "TD3", ("passport", "L898902C3")), (TD2, "TD2", ("identity_number", "D23145890")),
     (TD1, "TD1", ("identity_number", "D23145890"))],
)  # fmt: skip
def test_the_specimens_hold_and_their_number_stands_within(
    zone: str, name: str, number: tuple[str, str], source: str
) -> None:
    text = f"copy of\n{zone}\nsigned"
    found = identifiers_in(text, source=source)  # type: ignore[arg-type]
    assert [hit.kind for hit in found] == ["mrz", number[0]]
    whole, inner = found
    assert (text[whole.start : whole.end], whole.value, whole.holds, whole.rule) == (
        zone,
        zone.replace("\n", " "),
        True,
        "",
    )
    assert whole.check.startswith(name)
    assert not whole.check_digits, "check digits do not cover the name"
    assert (text[inner.start : inner.end], inner.value, inner.check_digits) == (number[1], number[1], True)


CHECKED = [45 + at for at in (*range(10), *range(13, 20), *range(21, 44))]
"""Characters of the second line that a check digit is over, or that are one."""


@given(at=st.sampled_from(CHECKED), by=st.sampled_from("0123456789"))
def test_a_changed_digit_fails_unless_it_weighs_the_same(at: int, by: str) -> None:
    """Weights and values are taken modulo 10, so `L` for `1` or a filler for `0` cannot be seen (ICAO 9303-3, 4.9)."""
    changed = TD3[:at] + by + TD3[at + 1 :]
    (hit,) = hits(changed, "mrz")
    assert hit.holds is (check_digit(by) == check_digit(TD3[at]))
    assert [one.holds for one in hits(changed, "passport")] == [True] * hit.holds


MISREAD = [
    (TD3.replace("L898902", "L8989O2"), "O read as 0"),
    (TD3.replace("7408122", "74O8I22"), "I read as 1, O read as 0"),
    (TD3.replace("<<<<<<<<<\n", "<<<K<CK<<\n"), "C read as <, K read as <"),
    (TD3.replace("MARIA<<<<<<", "MARIA«««"), "« read as <<"),
    (TD3.replace("B<<<<<10", "B<<<<10"), "fillers counted anew"),
    (TD3.replace("UTOERIKSSON", "UT0ERIKSSON"), "0 read as O"),
    (TD1.replace("7408122F12", "74O8l22F12".upper()), "O read as 0"),
]


@pytest.mark.parametrize(("text", "rule"), MISREAD)
def test_a_misread_zone_is_mended_in_scans_only_and_is_never_more_than_a_candidate(text: str, rule: str) -> None:
    meant = TD1 if text.startswith("I") else TD3
    (hit,) = hits(text, "mrz", source="ocr")
    assert (hit.value, hit.holds, hit.check_digits) == (meant.replace("\n", " "), True, False)
    assert rule in hit.rule
    assert not [one for one in hits(text, "mrz") if one.holds and one.value == hit.value and one.start == hit.start]
    (number,) = [*hits(text, "passport", source="ocr"), *hits(text, "identity_number", source="ocr")]
    assert (number.holds, number.check_digits) == (True, False)


def test_a_zone_that_cannot_be_mended_is_kept_as_read_and_unverified() -> None:
    (hit,) = hits(TD3.replace("L898902C36", "L8989@3C36"), "mrz", source="ocr")
    assert (hit.holds, hit.check_digits) == (False, False)
    assert "document number" in hit.check
    assert hits(TD3.replace("L898902C36", "L8989@3C36"), "passport", source="ocr") == []


def test_letters_that_weigh_alike_are_not_guessed() -> None:
    """L and 1 give the same check digit, so the number keeps its L while its O is read as 0."""
    (hit,) = hits(TD3.replace("L898902", "L8989O2"), "passport", source="ocr")
    assert hit.value == "L898902C3"


def test_a_zone_written_with_spaces_or_in_one_line_is_the_same() -> None:
    assert hits(TD3.replace("<<ANNA", " <<ANNA"), "mrz")[0].holds
    assert hits(TD3.replace("\n", " "), "mrz")[0].value == TD3.replace("\n", " ")


def test_a_long_card_number_goes_on_in_the_next_field() -> None:
    """ICAO 9303-5, 4.2.2: longer than nine characters, `<` stands for its check digit, which follows the rest."""
    first = "I<UTO" + "D23145890" + "<" + "734" + check_digit("D23145890734") + "<" * 11
    second, third = "7408122F1204159UTO<<<<<<<<<<<", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"
    over = first[5:30] + second[:7] + second[8:15] + second[18:29]
    zone = f"{first}\n{second}{check_digit(over)}\n{third}"
    assert hits(zone, "mrz")[0].holds
    assert hits(zone, "identity_number")[0].value == "D23145890734"


VALID = {
    "Romanian CNP": "CNP 1800101221144",
    "NHS number": "NHS number 943 476 5919",
    "US Social Security number": "SSN 536-90-4399",
    "Spanish DNI": "DNI 54362315K",
    "Spanish NIE": "NIE X-2482300-W",
    "Italian codice fiscale": "codice fiscale RSSMRA85T10A562S",
    "Polish PESEL": "PESEL: 44051401359",
    "Bulgarian EGN": "ЕГН 7523169263",
    "Dutch BSN": "BSN: 111222333",
    "French NIR": "numéro de sécurité sociale 2 95 10 99 126 111 93",
    "German tax identification number": "Steuer-ID 36 574 261 809",
    "German identity card": "Personalausweis Nr. T220001293",
    "Irish PPS number": "PPS no. 6433435F",
    "British National Insurance number": "National Insurance no. AB 12 34 56 C",
    "British driver number": "driving licence no. MORGA657054SM9IJ",
    "Brazilian CPF": "CPF 390.533.447-05",
    "Swedish personnummer": "personnummer 880320-0016",
    "Czech or Slovak rodné číslo": "rodné číslo 710319/2745",
    "Estonian isikukood": "isikukood 36805280109",
    "Croatian OIB": "OIB 33392005961",
}


@pytest.mark.parametrize(("name", "text"), VALID.items())
def test_national_numbers_hold_by_the_rule_of_the_country_that_is_named(name: str, text: str) -> None:
    (hit,) = identifiers_in(text)
    assert (hit.kind, hit.holds) == ("identity_number", True)
    assert hit.check.startswith(name)
    kind = next(one for one in NUMBERS if one.name == name)
    assert hit.check_digits is (kind.valid is not None)


@pytest.mark.parametrize("text", [text for name, text in VALID.items() if "ritish" not in name])
def test_a_number_without_the_words_that_name_it_is_no_identity_number(text: str) -> None:
    number = text[next(at for at, c in enumerate(text) if c.isdecimal()) :]
    assert hits(f"see {number} there", "identity_number") == []


def test_a_rule_that_changed_a_number_with_one_check_digit_takes_its_weight() -> None:
    (hit,) = hits("CNP 18OO101221144", "identity_number", source="ocr")
    assert (hit.value, hit.holds, hit.check_digits, hit.rule) == ("1800101221144", True, False, "O read as 0")


def test_a_german_passport_number_with_its_check_digit_is_the_number() -> None:
    (hit,) = identifiers_in("Reisepass Nr. C01X00T478")
    assert (hit.kind, hit.value, hit.check_digits) == ("passport", "C01X00T47", True)
