"""What the tables of names hold: short forms and spellings of one name, names told apart, names in other letters read as they are spelt."""

from __future__ import annotations

import pytest

from graph.name_forms import form
from graph.name_known import ARABIC, OTHERS, bare_arabic, known_apart
from graph.name_likeness import level
from graph.nicknames import families


def words(name: str) -> list[str]:
    return [word.folded for word in form(name).words]


def how_alike(pair: str) -> str:
    one, other = (form(name).words[0] for name in pair.split("/"))
    return level(one, other)


@pytest.mark.parametrize(
    "pairs",
    [
        "Jacqueline/Jackie Abigail/Abby Dorothy/Dottie Terence/Terry Judith/Judy Samantha/Sam Amanda/Mandy Albert/Bert Eleanor/Nell Archibald/Archie",
        "Aleksei/Alyosha Wojciech/Wojtek Stanisław/Staszek László/Laci Lyudmyla/Lyuda Yevhen/Zhenya Gheorghe/Gigi Vasile/Sile Hristo/Itso Predrag/Peđa",
        "Guadalupe/Lupe Concepción/Concha Dolores/Lola Rosario/Charo Enrique/Quique Jesús/Chuy Ignacio/Nacho José/Pepe Salvador/Chava Conceição/São",
        "Oluwaseun/Seun Chukwuemeka/Emeka Babatunde/Tunde Ifeoma/Ify Osarumwense/Osas Aishatu/Aisha Fatoumata/Fatou Reynaldo/Naldo",
        "Mohammed/Mo Youssef/Yusuf Suleiman/Sulayman Khadija/Hatice Rajesh/Raju Lakshmi/Laxmi Vijay/Bijoy Pervez/Parviz Narendra/Narinder",
        "Panagiotis/Takis Dimitrios/Mitsos Athanasios/Thanos Ramazan/Ramadan Algirdas/Algis Aurelia/Rela Ardian/Adi Johannes/Hannes Hendrik/Henk",
        "Сергей/Seryozha Олексій/Oleksii Дмитро/Dima Γιώργος/Yorgos",
    ],
)
def test_short_forms_are_of_the_family_of_the_full_name(pairs: str) -> None:
    assert {pair: how_alike(pair) for pair in pairs.split()} == dict.fromkeys(pairs.split(), "nickname")


@pytest.mark.parametrize(
    "pairs",
    [
        "Graeme/Graham Sean/Shawn Shawn/Shaun Ian/Iain Steven/Stephen Catherine/Katharine Rhys/Reece Rhys/Rees Geoffrey/Jeffrey Keira/Kiera Keira/Ciara",
        "Lewis/Louis Stuart/Stewart Alan/Allan Alan/Allen Anne/Ann Sara/Sarah Jon/John Marc/Mark Philip/Phillip Niamh/Neve Siobhan/Shevaun Aidan/Aiden",
        "Neil/Neal Neil/Niall Brian/Bryan Claire/Clare Yvonne/Evonne Leigh/Lee Katelyn/Caitlin Teresa/Theresa Elliot/Eliot Owen/Eoin Kieran/Ciaran Jo/Joe",
    ],
)
def test_a_name_spelt_two_ways_is_never_told_apart(pairs: str) -> None:
    assert [pair for pair in pairs.split() if how_alike(pair) == "unlike"] == []


@pytest.mark.parametrize(
    "pairs",
    [
        "Andrei/Andreea Sandro/Sandra Martin/Marvin Tim/Jim Gabriel/Gabriela Mihai/Mihaela Daniel/Daniela Ion/Ioana Nicolae/Nicoleta Florin/Florina",
        "Cristian/Cristiana Alice/Alison Karl/Carla John/Jane Joan/Jane Ian/John Emma/Emily Bogdan/Bogdana Simon/Simone Marian/Mariana Jun/Jung",
        "Minjun/Minjung Emma/Gemma Darren/Warren Kevin/Kelvin Salem/Salim Ahmed/Hamed Mohammed/Mahmoud Femi/Kemi Sunil/Sunita Aleksandar/Aleksandra",
    ],
)
def test_names_of_a_man_and_a_woman_and_names_that_rhyme_are_told_apart(pairs: str) -> None:
    assert {pair: how_alike(pair) for pair in pairs.split()} == dict.fromkeys(pairs.split(), "unlike")


def test_a_pet_name_may_be_a_mans_and_a_womans() -> None:
    for full, pet in (("alexander alexandra", "sasha"), ("samuel samantha", "sam"), ("terence theresa", "terri")):
        man, woman = full.split()
        assert families(man) & families(pet)
        assert families(woman) & families(pet)
        assert not families(man) & families(woman)


def test_syllables_of_korean_are_told_apart_however_they_are_spelt() -> None:
    assert known_apart("minjun", "minjung")
    assert not known_apart("minjun", "minjoon")
    assert not known_apart("martin", "marvin")


def test_no_name_stands_both_in_a_family_and_among_the_others() -> None:
    assert sorted(name for name in OTHERS if families(name)) == []


def test_what_particles_of_surnames_are_is_no_pet_name() -> None:
    assert [word for word in ("van", "von", "de", "del", "da", "do", "la", "le", "der") if families(word)] == []


@pytest.mark.parametrize(
    ("arabic", "latin"),
    [
        ("محمد الشريف", "mohammed sharif"), ("درويش", "darwish"), ("حداد", "haddad"), ("سارة", "sara"), ("ساره", "sara"), ("عبد الرحمن", "abdul rahman"),
        ("عبدالعزيز", "abdul aziz"), ("آل سعود", "saud"), ("الياس", "elias"), ("إلياس", "elias"), ("مصطفی", "mustafa"), ("نصر الله", "nasr allah"),
    ],
)  # fmt: skip
def test_names_in_arabic_letters_are_read_as_they_are_spelt(arabic: str, latin: str) -> None:
    assert " ".join(words(arabic)) == latin


def test_letters_of_vowels_are_consonants_where_a_syllable_begins() -> None:
    assert words("بدراوي") == ["bdrawi"]
    assert words("طروين") == ["trwin"]
    assert words("زيتون") == ["zitun"]
    assert words("حمداد") == ["hmdad"]


def test_every_name_in_arabic_letters_is_written_as_it_is_looked_up() -> None:
    assert all(bare_arabic(word) == word for word in ARABIC)


@pytest.mark.parametrize(
    "names",
    [
        "Al-Harbi|Al Harbi|Alharbi|el-Harbi|الحربي", "Omar El Bashir|Omar al-Bashir|Omar Albashir|Omar Bashir", "Ali ash-Shami|Ali Al-Shami|Ali Alshami",
        "Said ar-Rashid|Said Al Rashid", "Adel El-Khatib|Adel Alkhatib|عادل الخطيب",
    ],
)  # fmt: skip
def test_the_article_is_no_word_of_a_name(names: str) -> None:
    assert len({tuple(words(name)) for name in names.split("|")}) == 1


@pytest.mark.parametrize(
    "name", ["Alessandro", "Aldana", "Alford", "Elshaw", "Elena", "Alvarez", "Albert", "Eleanor", "Tallulah", "Lebedin", "Abdullah", "Elham"]
)  # fmt: skip
def test_a_word_that_begins_or_ends_as_an_arabic_one_is_left_whole(name: str) -> None:
    assert words(name) == [name.lower()]


def test_al_and_el_before_other_words_are_words() -> None:
    assert words("Al Capone") == ["al", "capone"]
    assert words("El Chapo") == ["el", "chapo"]


@pytest.mark.parametrize(
    "names",
    ["Abdulrahman Sesay|Abdul Rahman Sesay|Abdurrahman Sesay", "Badruddin Wasfi|Badr Din Wasfi|Badreddine Wasfi", "Nasrallah Bitar|Nasr Allah Bitar"],
)  # fmt: skip
def test_names_of_two_arabic_words_are_the_same_written_as_one(names: str) -> None:
    read = {tuple(words(name)) for name in names.split("|")}
    assert len({spelt[1:] for spelt in read}) == 1
    assert len({len(spelt) for spelt in read}) == 1


def test_abdul_before_a_surname_stays_a_word() -> None:
    assert sorted(words("KARIM, Abdul")) == sorted(words("Abdul Karim"))


@pytest.mark.parametrize(
    ("greek", "latin"),
    [
        ("Ντόρα", "dora"), ("Μπαλτάς", "baltas"), ("Γκάτσος", "gatsos"), ("Ευσταθίου", "efstathiou"), ("Παύλος", "pavlos"), ("Αγγελόπουλος", "angelopoulos"),
        ("Ευάγγελος", "evangelos"), ("ΕΥΑΓΓΕΛΟΣ", "evangelos"), ("Ναυσικά", "nafsika"), ("Χρήστος", "christos"), ("Αντώνης", "antonis"), ("Μαΐου", "maiou"),
    ],
)  # fmt: skip
def test_greek_letters_that_together_have_a_sound_are_read_together(greek: str, latin: str) -> None:
    assert words(greek) == [latin]


@pytest.mark.parametrize(
    ("chinese", "latin"),
    [
        ("曾国藩", "zeng guofan"), ("单雄信", "shan xiongxin"), ("区志强", "ou zhiqiang"), ("解晓东", "xie xiaodong"), ("仇和平", "qiu heping"),
        ("查良镛", "zha liangyong"), ("任长霞", "ren changxia"), ("朴志勇", "piao zhiyong"), ("司马光远", "sima guangyuan"), ("諸葛亮", "zhuge liang"),
        ("欧阳", "ouyang"), ("欧阳娜娜", "ouyang nana"), ("王小明", "wang xiaoming"), ("王", "wang"), ("北京大学", "bei jing da xue"),
    ],
)  # fmt: skip
def test_chinese_surnames_are_read_as_surnames(chinese: str, latin: str) -> None:
    assert " ".join(words(chinese)) == latin


@pytest.mark.parametrize(("chinese", "latin"), [("朴", "Park"), ("吕", "Lv")])
def test_a_surname_typed_in_several_ways_is_one(chinese: str, latin: str) -> None:
    assert level(form(chinese).words[0], form(latin).words[0], letters=True) == "nickname"


@pytest.mark.parametrize(
    ("written", "latin"), [("नेहा शर्मा", "neha srma"), ("সুমন রহমান", "sumn rhman"), ("मोहित", "mohit")]
)
def test_marks_of_vowels_do_not_cut_a_word(written: str, latin: str) -> None:
    assert " ".join(words(written)) == latin
