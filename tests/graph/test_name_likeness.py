"""How alike two names are spelt: every kind of difference with its reason, and what must not be taken for one."""

from __future__ import annotations

import pytest

from graph.name_forms import form
from graph.name_likeness import AGAINST, PARTICLE, Comparer, M, U, frequency_among, level, weight_of
from graph.name_pairs import LEAST, alike, least_weight

COMPARER = Comparer(frequency_among({}, 0))


def reasons(one: str, other: str) -> set[str]:
    return {reason.kind for reason in COMPARER.reasons(form(one), form(other))}


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ("Márton Varga", "MARTON VARGA", "form"),
        ("Márton Varga", "VARGA, Márton", "order"),
        ("M. Varga", "Márton Varga", "initial"),
        ("M. Varga", "VARGA, Márton", "initial"),
        ("Bill Sutton", "William Sutton", "nickname"),
        ("Ionuț Moraru", "Ion Moraru", "nickname"),
        ("Sasha Petrov", "Alexander Petrov", "nickname"),
        ("Ștefan Țurcanu", "Stefan Turcanu", "form"),
        ("Мартон Варга", "Marton Varga", "script"),
        ("Юлия Ковальчук", "Iulia Covalciuc", "transliteration"),
        ("Γιώργος Παπαδόπουλος", "Giorgos Papadopoulos", "script"),
        ("محمد حسين", "Mohammed Hussein", "script"),
        ("محمّد حسين", "Muhammad Husain", "transliteration"),
        ("قدور بوزيان", "Kaddour Bouziane", "transliteration"),
        ("Ελένη Παπαδάκη", "Eleni Papadakis", "shortened"),
        ("Γιάννης Χατζηδάκης", "Yannis Chatzidakis", "script"),
        ("王小明", "Wong Xiaoming", "transliteration"),
        ("王小明", "XIAOMING Wang", "order"),
        ("王小明", "Wang Xiaoming", "script"),
        ("lon Moraru", "Ion Moraru", "misread"),
        ("Gary Felstead", "Gary Fe1stead", "misread"),
        ("Corneliu Marin", "Comeliu Marin", "misread"),
        ("Claudia Popa", "Daudia Popa", "misread"),
        ("Gary Shaw", "Kerry Shaw", "sound"),
        ("Philip Stone", "Filip Stone", "nickname"),
        ("Ruth Mayer", "Ruth Meyer", "sound"),
        ("Irén Sólyom", "Irén Sólyon", "spelling"),
        ("Domnul Varga", "Varga", "left out"),
        ("Northquay Staffing Ltd", "Northquay Staffing", "left out"),
        ("Al-Hassan Nur", "Alhassan Nur", "same"),
        ("GF", "Gary Felstead", "initials"),
        ("Chun-mei Lin", "林春梅", "same"),
        ("Bou Azizi Karim", "Karim Bouazizi", "same"),
        ("ElenaMarin", "Elena Marin", "same"),
        ("elena_marin88", "Elena Marin", "missing"),
        ("Ю. Дяченко", "Юлія Дяченко", "initial"),
        ("Ж. Волкова", "Zhanna Volkova", "initial"),
        ("Hüseyin Doğan Bey", "Hüseyin Doğan", "left out"),
        ("Mama Blessing Osagie", "Blessing Osagie", "left out"),
    ],
)
def test_spellings_of_one_name_are_alike_for_a_reason(one: str, other: str, reason: str) -> None:
    assert reason in reasons(one, other)
    assert reason in reasons(other, one)
    weight = COMPARER.weight(form(one), form(other))
    assert weight >= LEAST
    assert weight == pytest.approx(COMPARER.weight(form(other), form(one)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Elena Varga", "Márton Varga"), ("Oleg Slowood", "Olga Brurtard"), ("Gary Hundian", "Mary Hundian"),
        ("Unit 6", "Unit 7"), ("Quay 6", "Quay 8"), ("陈静", "Cheng Jing"), ("Wang Wei", "Weng Wei"), ("Olga Petrova", "Oleg Petrov"),
        ("Németh Sándor", "Németh Sándorné"), ("Teresa Peña de la Torre", "Yolanda Peña de la Torre"), ("Hassan Mustafa Abdulaziz", "Maryam Mustafa Abdulaziz"),
        ("Amira Haddad", "Samira Haddad"), ("محمود حداد", "Mohammed Haddad"), ("Sorina Vlad", "Petru Olaru"), ("M. Varga", "D. Varga"), ("Boss", "Varga"),
    ],
)  # fmt: skip
def test_other_names_are_not_alike(one: str, other: str) -> None:
    assert "unlike" in reasons(one, other)
    assert COMPARER.weight(form(one), form(other)) < LEAST


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ("James Robert Taggard", "Robert James Taggard", "moved"), ("Gary Felstead Jr", "Gary Felstead Sr", "generation"),
        ("Mr G. Felstead", "Mrs G. Felstead", "title"), ("Teresa Peña de la Torre", "Yolanda Peña de la Torre", "given"), ("程静", "成静", "characters"), ("Ильин Д. А.", "Андрей Дмитриевич Ильин", "moved"),
    ],
)  # fmt: skip
def test_what_stands_against_a_pair_as_a_whole_is_said_and_weighs(one: str, other: str, reason: str) -> None:
    against = [found for found in COMPARER.reasons(form(one), form(other)) if found.kind == reason]
    assert [found.weight for found in against] == [AGAINST[reason]]
    assert against[0].words
    assert COMPARER.weight(form(one), form(other)) == pytest.approx(COMPARER.weight(form(other), form(one)))


@pytest.mark.parametrize(
    ("written", "words", "left_out"),
    [
        ("E. Jones", "e jones", ""), ("P. I. Lupu", "p i lupu", ""), ("Petru I Lupu", "petru i lupu", ""), ("Y. Demir", "y demir", ""),
        ("Ortega y Gasset", "ortega gasset", "y"), ("costa e silva", "costa e silva", ""), ("Costa e Silva", "costa silva", "e"),
        ("Ilie și Maria", "ilie maria", "si"), ("Si Jianguo", "si jianguo", ""), ("Pan Wei", "pan wei", ""), ("Pan Kowalski", "kowalski", "pan"),
        ("JR Smithers", "jr smithers", ""), ("Peter Drinkwater Jr", "peter drinkwater", "jr"), ("Sa Kim", "sa kim", ""),
        ("Acme Co", "acme", "co"), ("Dunărea Trans S.R.L.", "dunarea trans", "srl"), ("S.C. Dunărea Trans SRL", "dunarea trans", "sc srl"),
        ("J.R.R. Tolkien", "j r r tolkien", ""), ("A.S. Byatt", "a s byatt", ""), ("Bank of Ireland", "bank ireland", "of"),
    ],
)  # fmt: skip
def test_titles_legal_forms_and_linking_words_are_left_out_where_they_are_no_names(
    written: str, words: str, left_out: str
) -> None:
    found = form(written)
    assert " ".join(word.folded for word in found.words) == words
    assert " ".join(found.left_out) == left_out


@pytest.mark.parametrize(
    ("one", "other"), [("E. Moraru", "I. Moraru"), ("Petru I. Lupu", "Petru E. Lupu"), ("Lonsdale Y.", "Lonsdale E.")]
)
def test_two_initials_are_two_whatever_the_letter(one: str, other: str) -> None:
    assert "unlike" in reasons(one, other)


@pytest.mark.parametrize(
    ("one", "other"), [("Peter Drinkwater", "Peter Drinkwater Jr"), ("Sofia Alba II", "Sofia Alba")]
)
def test_a_generation_that_only_one_of_two_names_states_speaks_against_them(one: str, other: str) -> None:
    assert "one generation" in reasons(one, other)
    assert "one generation" not in reasons("Sr. García Alba", "García Alba")


def test_names_that_share_no_whole_word_are_compared_by_their_sounds_and_last_consonants() -> None:
    names = ["Володимир Гриценко", "Volodymyr Hrytsenko", "Geoffrey Wrighton", "Jeffrey Riton", "Petra Ostwaldt"]
    assert {(0, 1), (2, 3)} <= {(a, b) for _, a, b in alike(names, least=-20.0).pairs}


def test_two_words_that_both_stand_often_are_no_slips_of_one_another() -> None:
    often = Comparer(frequency_among({"cook": 40, "cooke": 30}, 1000), counts={"cook": 40, "cooke": 30})
    once = Comparer(frequency_among({"cook": 40, "cooke": 1}, 1000), counts={"cook": 40, "cooke": 1})
    names = form("Ivy Cook"), form("Ivy Cooke")
    assert often.weight(*names) < once.weight(*names) - 4


def test_a_second_slip_in_one_name_adds_little() -> None:
    one, two = ("Sorina Vladescu", "Sorina Vladesku"), ("Sorina Vladescu", "Zorina Vladesku")
    more = COMPARER.weight(form(one[0]), form(one[1])) - COMPARER.weight(form(two[0]), form(two[1]))
    assert more > 4


@pytest.mark.parametrize(
    ("whole", "short", "word"),
    [
        ("Константин Юрьевич Толстой", "Константин Толстой", "yurevich"), ("Olga Vladimirovna Shishkina", "Olga Shishkina", "vladimirovna"),
        ("Paulo Rocha da Ferreira", "Paulo Rocha Ferreira", "da"), ("Jan van der Meer", "Jan Meer", "van"), ("Gary P. Felstead", "Gary Felstead", "p"),
    ],
)  # fmt: skip
def test_what_many_leave_out_of_a_name_speaks_little_against_it(whole: str, short: str, word: str) -> None:
    lacking = {found.words: found.weight for found in COMPARER.reasons(form(whole), form(short))}
    assert lacking[f"{word} stands in one of them only"] == PARTICLE["missing"]


@pytest.mark.parametrize(
    ("name", "word", "weighs"),
    [("Teresa de la Torre", "la", 1.0), ("Do Thi Hoa", "do", 7.0), ("Anil Kumar Das", "das", 7.0), ("Sofia Abu Bakr", "abu", 1.0)],
)  # fmt: skip
def test_a_particle_says_little_within_a_name_and_is_a_word_elsewhere(name: str, word: str, weighs: float) -> None:
    said = {found.words: found.weight for found in COMPARER.reasons(form(name), form(name.upper()))}
    assert said[f"{word} in both"] == weighs if weighs == PARTICLE["same"] else said[f"{word} in both"] > 4


@pytest.mark.parametrize("written", ["Abd el-Kader Haddad", "Abdel Kader Haddad", "Abdelkader Haddad", "Abdul Qadir Haddad"])  # fmt: skip
def test_servant_of_god_is_one_name_however_it_is_parted(written: str) -> None:
    assert COMPARER.weight(form(written), form("Abdulkader Haddad")) > 12


def test_initials_that_fit_many_names_weigh_less_for_each() -> None:
    many = ["J. Felstead", *(f"{given} Felstead" for given in ("James", "John", "Judith", "Jason"))]
    few = many[:2]
    weights = [max(weight for weight, a, b in alike(names).pairs if 0 in (a, b)) for names in (many, few)]
    assert weights[0] < weights[1]


def test_a_rare_word_in_both_weighs_more_than_a_common_one() -> None:
    comparer = Comparer(frequency_among({"smith": 3000, "vargha": 2}, 100_000))
    assert comparer.weight(form("J. Vargha"), form("John Vargha")) > comparer.weight(
        form("J. Smith"), form("John Smith")
    )


def test_every_likeness_weighs_for_and_every_difference_against() -> None:
    assert set(M) == {*U, "same"}
    assert all((weight_of(kind) > 0) == (kind not in ("unlike", "missing")) for kind in U)


def test_what_makes_no_word_makes_no_likeness() -> None:
    assert form("—").words == ()
    assert form("Mr").words != ()
    assert alike(["—", "…", "Mr", "x"]).pairs == []


def test_numbers_are_the_same_or_not() -> None:
    six, seven, misread = form("6").words[0], form("7").words[0], form("l4").words[0]
    assert level(six, seven) == "unlike"
    assert level(misread, form("14").words[0]) == "misread"


def test_more_names_ask_for_more_weight() -> None:
    assert least_weight(10) == LEAST
    assert least_weight(200_000) == pytest.approx(15.6, abs=0.05)


def test_the_most_alike_come_first_whatever_the_order_of_the_names() -> None:
    names = ["Márton Varga", "VARGA, Márton", "M. Varga", "Elena Ciobanu", "Elena Ciobanou", "Gary Felstead"]
    one, other = alike(names), alike(names[::-1])
    assert [(weight, {names[a], names[b]}) for weight, a, b in one.pairs] == [
        (weight, {names[5 - a], names[5 - b]}) for weight, a, b in other.pairs
    ]
    assert {names[one.pairs[0][1]], names[one.pairs[0][2]]} == {"Márton Varga", "VARGA, Márton"}


@pytest.mark.parametrize(
    ("long", "short", "told"),
    [
        ("Edward William Clarke", "William Clarke", True), ("Abdullah Hussein Haddad", "Hussein Haddad", True),
        ("William Edward Clarke", "William Clarke", False), ("Varga Elena Maria", "Elena Maria", False), ("Edward Clarke", "Clarke", False),
    ],
)  # fmt: skip
def test_a_given_name_that_stands_first_in_one_of_them_only_speaks_against(long: str, short: str, told: bool) -> None:
    assert ("first" in reasons(long, short)) is told
    assert ("first" in reasons(short, long)) is told


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("ElenaMarin", "elena marin"), ("elena.marin1988", "elena marin 1988"), ("MacDonald", "macdonald"), ("DeVito", "devito"), ("GmbH", "gmbh"),
        ("LeBron James", "lebron james"), ("Unit6", "unit6"), ("AB12345", "ab12345"),
    ],
)  # fmt: skip
def test_words_of_an_accounts_name_stand_apart(written: str, words: str) -> None:
    assert " ".join(word.folded for word in form(written).words) == words
