"""Names of firms: legal forms of many countries are left out, and a word or a number more makes another firm of one house."""

from __future__ import annotations

import pytest

from graph.name_forms import Form, form
from graph.name_likeness import AGAINST, Comparer, frequency_among

COMPARER = Comparer(frequency_among({}, 0))


def words(found: Form) -> str:
    return " ".join(word.folded for word in found.words)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Odra Handel Sp. z o.o.", "ODRA HANDEL spółka z ograniczoną odpowiedzialnością"), ("Odra Handel Sp z oo", "Odra Handel"),
        ("Iliria Transport Sh.p.k.", "ILIRIA TRANSPORT SHPK"), ("Beograd Gradnja d.o.o.", "BEOGRAD GRADNJA DOO"),
        ("Oltenia Grup Societate cu răspundere limitată", "S.C. Oltenia Grup S.R.L."), ("Boğaziçi Tekstil Ltd. Şti.", "Boğaziçi Tekstil Limited Şirketi"),
        ("Rila Stroy EOOD", "Рила Строй ЕООД"), ("Elbe Bau G.m.b.H.", "Elbe Bau Gesellschaft mit beschränkter Haftung"), ("Zarya Torg ООО", "OOO Zaryatorg"),
        ("Güneş & Anadolu Ltd", "Güneş ve Anadolu Ltd"),
    ],
)  # fmt: skip
def test_a_firm_keeps_its_name_whatever_its_form_is_written_like(one: str, other: str) -> None:
    assert words(form(one)).replace(" ", "") == words(form(other)).replace(" ", "")
    assert form(one).firm


@pytest.mark.parametrize(
    ("written", "of_a_firm", "of_anyone"),
    [
        ("Maas Transport B.V.", "maas transport", "maas transport b v"), ("Popescu S.A.", "popescu", "popescu s a"), ("AO Zarya Torg", "zarya torg", "ao zarya torg"),
        ("Kristalltorg IP", "kristalltorg", "kristalltorg ip"), ("IP Holdings Ltd", "ip holdings", "ip holdings"), ("SA", "sa", "sa"),
        ("Jansen B.V. Amsterdam", "jansen b v amsterdam", "jansen b v amsterdam"),
    ],
)  # fmt: skip
def test_two_letters_are_a_legal_form_only_where_the_name_is_known_to_be_a_firms(
    written: str, of_a_firm: str, of_anyone: str
) -> None:
    assert words(form(written, firm=True)) == of_a_firm
    assert words(form(written)) == of_anyone


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ("Harlow Car Wash Ltd", "Harlow Car Wash Holding Ltd", "holding"), ("Harlow Car Wash Ltd", "Harlow Car Ltd", "firm"), ("Maas Beheer B.V.", "Maas Beheer 3 B.V.", "number"),
        ("Thames Labour II LLP", "Thames Labour LLP", "number"),
    ],
)  # fmt: skip
def test_a_word_or_a_number_more_speaks_against_two_firms_and_not_against_two_people(
    one: str, other: str, reason: str
) -> None:
    said = {found.kind: found.weight for found in COMPARER.reasons(form(one, firm=True), form(other, firm=True))}
    assert said[reason] == AGAINST[reason]
    assert "one generation" not in said
    bare = [name.rsplit(" ", 1)[0] for name in (one, other)]
    assert not {"firm", "number", "holding"} & {found.kind for found in COMPARER.reasons(form(bare[0]), form(bare[1]))}


def test_the_first_letters_of_a_firm_are_its_initials_beside_a_legal_form_too() -> None:
    short, full = form("ARLP Ltd"), form("Anglo Romanian Labour Providers Limited")
    assert next(found.kind for found in COMPARER.reasons(short, full)) == "initials"
    assert COMPARER.weight(short, full) > 5
