"""Sets of names that mislead: other countries' names, families, firms of one group; who bears which is known.

Each set holds many different people (or firms) that are nearly spelt as one, and some who are written twice in the way of that
country. What is told apart here must not stand among the first hundred suggestions.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import NamedTuple

from made_names import surname


class Written(NamedTuple):
    """A name as written somewhere, and who bears it."""

    name: str
    bearer: int


Errors = tuple[Callable[[str, random.Random], str], ...]

_SPANISH = "María Carmen Josefa Isabel Juan Antonio José Francisco Manuel Lucía Pablo Sergio Marta Elena Raúl Iván Sara Jorge Rosa Inés"
_SPANISH_SURNAMES = """García Fernández González Rodríguez López Martínez Sánchez Pérez Gómez Martín Jiménez Ruiz Hernández Díaz Moreno
Muñoz Álvarez Romero Alonso Gutiérrez Navarro Torres Domínguez Vázquez Ramos Gil Ramírez Serrano Blanco Molina Morales Suárez Ortega"""
_RUSSIAN_MEN = "Иван Пётр Сергей Алексей Дмитрий Николай Андрей Михаил Олег Павел Юрий Игорь Виктор Роман Евгений Степан Артём Кирилл"
_RUSSIAN_WOMEN = (
    "Анна Ольга Ирина Елена Наталья Мария Татьяна Светлана Галина Людмила Вера Нина Дарья Юлия Ксения Полина"
)
_PATRONYMIC = "Иванов Петров Сергеев Алексеев Дмитриев Николаев Андреев Михайлов Олегов Павлов Викторов Романов"
_RUSSIAN_STEMS = """Смирнов Кузнецов Попов Соколов Лебедев Козлов Новиков Морозов Волков Соловьёв Васильев Зайцев Голубев Виноградов
Богданов Воробьёв Фёдоров Беляев Тарасов Белов Комаров Орлов Киселёв Макаров Андреев Ковалёв Ильин Гусев Титов Кузьмин Баранов Куликов"""
_ARABIC = """محمد أحمد علي حسن حسين خالد عمر يوسف إبراهيم مصطفى محمود سعيد طارق كريم سامي فاطمة عائشة مريم خديجة زينب ليلى سلمى نور هدى
سعاد رانيا هالة سميرة كريمة أميرة"""
_ARABIC_LATIN = """Mohammed Ahmed Ali Hassan Hussein Khaled Omar Youssef Ibrahim Mustafa Mahmoud Said Tarek Karim Sami Fatima Aisha Maryam
Khadija Zeinab Layla Salma Nour Huda Souad Rania Hala Samira Karima Amira"""
_ARABIC_HOUSES = "Haddad Khoury Mansour Nasser Saleh Hamdan Darwish Farouk Qasim Rashid Suleiman Tamimi Zidan Aziz Bakri Fayed Ghanem Halabi"
_CHINESE_SURNAMES = "王 李 张 刘 陈 杨 黄 赵 吴 周 徐 孙 马 朱 胡 郭 何 高 林 郑 成 程 江 姜 汪 翁"
_CHINESE_GIVEN = "伟 芳 娜 敏 静 丽 强 磊 军 洋 勇 艳 杰 娟 涛 明 超 秀 霞 平 刚 文 辉 玲 建 华 国 志 晓 小 玉 春 海 东"
_VIETNAMESE = "Nguyễn Trần Lê Phạm Hoàng Phan Vũ Đặng Bùi Đỗ"
_VIETNAMESE_MIDDLE = "Văn Thị Đức Minh Ngọc Thanh Quốc Hữu Kim Xuân"
_VIETNAMESE_GIVEN = "An Anh Bình Chi Dung Hà Hải Hạnh Hoa Hùng Hương Lan Linh Long Mai Minh Nam Nga Phương Quân Sơn Thảo Thu Trang Tuấn Vân"
_INDIAN = "Rajesh Suresh Ramesh Mahesh Dinesh Anil Sunil Amit Sumit Rohit Mohit Priya Riya Pooja Neha Sneha Kavita Savita Sunita Anita"
_INDIAN_SURNAMES = (
    "Sharma Verma Gupta Singh Kumar Patel Shah Mehta Reddy Nair Iyer Menon Rao Das Ghosh Bose Sen Chopra Kapoor Khanna"
)
_ENGLISH = """James John Robert Michael William David Mary Patricia Linda Barbara Susan Peter Ian Alan Joan Jean Jane Anne Helen Ellen Karen
Emma Gemma Terry Kerry Jody Judy Brian Bryony Dennis Denise Paul Paula Carl Carla Robin Rowan Leslie Lindsey Gerald Geraldine"""
_ENGLISH_SURNAMES = """Smith Jones Taylor Brown Williams Wilson Johnson Davies Robinson Wright Thompson Evans Walker White Roberts Green
Hall Wood Jackson Clarke Harris Harrison Martin Martins Marten Clark Allen Alden Young King Baker Barker Parker Cooper Hooper Cook Cooke
Morris Morrison Ward Warde Turner Tanner Hill Hull Moore Moor Lee Leigh Reid Read Reed Reade Stevens Stephens Phillips Philipps"""
_TRADES = "Staffing Cleaning Logistics Transport Catering Security Trading Properties Holdings Laundry Foods Marine Recruitment Finance Travel"
_FORMS = "Ltd Limited LLC GmbH PLC SRL"
_SHORT_FORM = {
    "Ltd": "Limited",
    "Limited": "Ltd",
    "LLC": "L.L.C.",
    "GmbH": "Gesellschaft mbH",
    "PLC": "plc",
    "SRL": "S.R.L.",
}


def _of(pool: str, chance: random.Random) -> str:
    return chance.choice(pool.split())


def _slip(name: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(name) - 1)
    return chance.choice((name[:at] + name[at + 1 :], name[:at] + name[at + 1] + name[at] + name[at + 2 :]))


def _capital(name: str, chance: random.Random) -> str:
    *given, last = name.split()
    return f"{last.upper()}, {' '.join(given)}"


def _initials(name: str, chance: random.Random) -> str:
    first, *rest = name.split()
    return f"{first[0]}. {' '.join(rest)}"


def _set(names: list[str], errors: Errors, chance: random.Random, *, share: float = 0.4) -> list[Written]:
    found = [Written(name, bearer) for bearer, name in enumerate(dict.fromkeys(names))]
    for one in list(found):
        if chance.random() < share:
            found.append(Written(chance.choice(errors)(one.name, chance), one.bearer))
    return found


def spanish(chance: random.Random) -> list[Written]:
    """Two surnames; brothers and sisters share both, and many bear two given names."""
    names = []
    for _ in range(250):
        both = f"{_of(_SPANISH_SURNAMES, chance)} {_of(_SPANISH_SURNAMES, chance)}"
        for _ in range(chance.choice((1, 2, 3, 4))):
            given = " ".join(chance.sample(_SPANISH.split(), chance.choice((1, 2))))
            names.append(f"{given} {both}")

    def family_first(name: str, chance: random.Random) -> str:
        *given, one, other = name.split()
        return f"{one.upper()} {other.upper()}, {' '.join(given)}"

    return _set(names, (family_first, _slip, _initials), chance)


def russian(chance: random.Random) -> list[Written]:
    """Patronymics; brothers share two words of three, and a wife's surname is her husband's with an ending."""
    names = []
    for _ in range(250):
        stem, father = _of(_RUSSIAN_STEMS, chance), _of(_PATRONYMIC, chance)
        for _ in range(chance.choice((1, 2, 3))):
            if chance.random() < 0.5:
                names.append(f"{_of(_RUSSIAN_MEN, chance)} {father}ич {stem}")
            else:
                names.append(f"{_of(_RUSSIAN_WOMEN, chance)} {father}на {stem}а")
    table = dict(zip("абвгдеёзийклмнопрстуфхыэ", "abvgdeeziyklmnoprstufhye", strict=True)) | {
        "ъ": "",
        "ь": "",
        "ц": "ts",
    }
    table |= {"ж": "zh", "ч": "ch", "ш": "sh", "щ": "shch", "ю": "yu", "я": "ya"}

    def in_latin(name: str, chance: random.Random) -> str:
        return "".join(table.get(letter, letter) for letter in name.lower()).title()

    def last_first(name: str, chance: random.Random) -> str:
        given, father, last = name.split()
        return f"{last} {given} {father}"

    def by_initials(name: str, chance: random.Random) -> str:
        given, father, last = name.split()
        return f"{last} {given[0]}.{father[0]}."

    return _set(names, (in_latin, last_first, by_initials, _slip), chance)


def arabic(chance: random.Random) -> list[Written]:
    """Own name, father's, grandfather's, house: brothers and cousins share all but one; written in both scripts."""
    letters = dict(zip(_ARABIC_LATIN.split(), _ARABIC.split(), strict=True))
    names = []
    for _ in range(200):
        line = f"{chance.choice(_ARABIC_LATIN.split()[:15])} {chance.choice(_ARABIC_LATIN.split()[:15])} {_of(_ARABIC_HOUSES, chance)}"
        for given in chance.sample(_ARABIC_LATIN.split(), chance.choice((1, 2, 3))):
            names.append(f"{given} {line}")
    spelt = {"Mohammed": "Muhammad", "Hussein": "Husain", "Youssef": "Yusuf", "Khaled": "Khalid", "Omar": "Umar", "Mustafa": "Moustafa",
             "Zeinab": "Zaynab", "Layla": "Leila", "Said": "Saeed", "Tarek": "Tariq", "Nour": "Noor"}  # fmt: skip

    def other_spelling(name: str, chance: random.Random) -> str:
        return " ".join(spelt.get(word, word) for word in name.split())

    def in_arabic(name: str, chance: random.Random) -> str:
        *words, house = name.split()
        return " ".join([*(letters[word] for word in words), house])

    def with_al(name: str, chance: random.Random) -> str:
        *words, house = name.split()
        return " ".join([*words, f"al-{house}"])

    return _set(names, (other_spelling, in_arabic, with_al), chance)


def chinese(chance: random.Random) -> list[Written]:
    """Names of two and three characters: thousands sound nearly alike and are others'."""
    import anyascii

    names = []
    for _ in range(500):
        given = "".join(chance.sample(_CHINESE_GIVEN.split(), chance.choice((1, 2))))
        names.append(_of(_CHINESE_SURNAMES, chance) + given)

    def pinyin(name: str, chance: random.Random) -> str:
        first, *rest = [anyascii.anyascii(letter) for letter in name]
        given = "".join(rest).capitalize()
        return f"{given} {first}" if chance.random() < 0.5 else f"{first.upper()} {given}"

    found = _set(names, (pinyin,), chance, share=0.4)
    return [*found, *(Written(pinyin(name, chance), 10_000 + at) for at, name in enumerate(_others(names, chance)))]


def _others(names: list[str], chance: random.Random) -> list[str]:
    held = set(names)
    made = (_of(_CHINESE_SURNAMES, chance) + "".join(chance.sample(_CHINESE_GIVEN.split(), 2)) for _ in range(200))
    return [name for name in made if name not in held]


def vietnamese(chance: random.Random) -> list[Written]:
    """Ten surnames and ten middle names, so that half a country shares two words of three."""
    names = [
        f"{_of(_VIETNAMESE, chance)} {_of(_VIETNAMESE_MIDDLE, chance)} {_of(_VIETNAMESE_GIVEN, chance)}"
        for _ in range(500)
    ]

    def bare(name: str, chance: random.Random) -> str:
        import anyascii

        return anyascii.anyascii(name).upper()

    def given_first(name: str, chance: random.Random) -> str:
        one, middle, given = name.split()
        return f"{given} {middle} {one}"

    return _set(names, (bare, given_first), chance)


def indian(chance: random.Random) -> list[Written]:
    """Given names that rhyme, few surnames."""
    names = [f"{_of(_INDIAN, chance)} {_of(_INDIAN, chance)} {_of(_INDIAN_SURNAMES, chance)}" for _ in range(300)]
    names += [f"{_of(_INDIAN, chance)} {_of(_INDIAN_SURNAMES, chance)}" for _ in range(150)]
    return _set(names, (_initials, _capital, _slip), chance)


def english(chance: random.Random) -> list[Written]:
    """Common given names and common surnames that differ by a letter, each pair of them two people."""
    names = [f"{_of(_ENGLISH, chance)} {_of(_ENGLISH_SURNAMES, chance)}" for _ in range(700)]
    names += [f"{one} {_of(_ENGLISH, chance)} {last}" for one, last in (name.split() for name in names[:200])]
    return _set(names, (_capital,), chance, share=0.3)


def families(chance: random.Random) -> list[Written]:
    """Rare surnames: husband and wife by their initials, father and son of one name, brothers and sisters."""
    names = []
    for _ in range(300):
        last, one, other = surname(chance), _of(_ENGLISH, chance), _of(_ENGLISH, chance)
        names += chance.choice(
            ([f"{one} {last} Sr", f"{one} {last} Jr"], [f"Mr {one[0]} {last}", f"Mrs {one[0]} {last}"],
             [f"{one} {last}", f"{other} {last}"], [f"{one} {last} II", f"{one} {last} III"],
             [f"{one} {other} {last}", f"{other} {one} {last}"] if one != other else [f"{one} {last}"])
        )  # fmt: skip
    return _set(names, (_slip, _capital), chance)


def firms(chance: random.Random) -> list[Written]:
    """Firms of one group, of one town and of one trade; each written with another legal form, or with a slip."""
    names = []
    for _ in range(150):
        house = surname(chance)
        for trade in chance.sample(_TRADES.split(), chance.choice((1, 2, 3))):
            names.append(f"{house} {trade} {_of(_FORMS, chance)}")
        if chance.random() < 0.3:
            names += [f"{house} Quay {number} {_of(_FORMS, chance)}" for number in chance.sample(range(1, 30), 3)]
        if chance.random() < 0.3:
            names += [f"{house} {side} Dock {_of(_FORMS, chance)}" for side in ("North", "South", "East")]

    def other_form(name: str, chance: random.Random) -> str:
        *words, legal = name.split()
        return f"{' '.join(words).upper()} {_SHORT_FORM[legal]}"

    def with_and(name: str, chance: random.Random) -> str:
        one, *rest = name.split()
        return f"The {one} {' '.join(rest)}"

    return _set(names, (other_form, with_and, _slip), chance)


_ABROAD = {
    "Rodopi Dunav Balkan Trakia Pirin Shipka Vitosha": ("EOOD|ЕООД", "OOD|ООД", "AD|АД"), "Tisza Duna Pannon Balaton Mátra Bükk": ("Kft.|Kft", "Bt.|Bt"),
    "Wisła Odra Bałtyk Śląsk Orzeł Mazur": ("Sp. z o.o.|Sp z oo|spółka z ograniczoną odpowiedzialnością", "S.A.|SA"),
    "Volga Sokol Zarya Vostok Sever Yantar": ("OOO|ООО", "AO|АО"), "Levante Sierra Andaluza Ibérica Montaña": ("S.L.|SL|Sociedad Limitada", "S.A.|SA"),
    "Polder Maas Jansen Waterland": ("B.V.|BV",), "Güneş Boğaziçi Anadolu Marmara": ("Ltd. Şti.|Limited Şirketi|Ltd Sti",),
    "Adriatik Durrës Iliria Drini": ("Sh.p.k.|SHPK",), "Carpați Mureș Oltenia Danubius Bucovina": ("SRL|S.R.L.|Societate cu răspundere limitată", "S.A.|SA"),
    "Sava Morava Šumadija Zlatibor": ("d.o.o.|DOO",), "Adriatica Etna Toscana Bianchi": ("S.r.l.|SRL", "S.p.A.|SPA"),
}  # fmt: skip
_TRADES_ABROAD = "Trans Stroy Tur Agro Invest Turizm Servis Export Textil Bau Impex Personal"


def firms_abroad(chance: random.Random) -> list[Written]:
    """Firms with the legal forms of a dozen countries, dotted, cut short and in full; houses with several trades, numbers, a holding."""
    found: list[Written] = []
    known: set[str] = set()
    bearer = 0
    for _ in range(130):
        houses = chance.choice(list(_ABROAD))
        house, legal = _of(houses, chance), chance.choice(_ABROAD[houses])
        forms = legal.split("|")
        trade, *others = chance.sample(_TRADES_ABROAD.split(), 3)
        names = [f"{house} {trade}", *(f"{house} {other}" for other in others if chance.random() < 0.5)]
        if chance.random() < 0.3:
            names += [f"{house} {trade} {number}" for number in chance.sample(("2", "3", "24", "II", "2000"), 2)]
        if chance.random() < 0.3:
            names.append(f"{house} {trade} Holding")
        for name in names:
            if name in known:
                continue
            known.add(name)
            found.append(Written(f"{name} {forms[0]}", bearer))
            if chance.random() < 0.4:
                found.append(
                    Written(chance.choice((f"{name} {forms[-1]}", name.upper(), f"{name.upper()} {forms[0]}")), bearer)
                )
            bearer += 1
    return found


def houses(chance: random.Random) -> list[Written]:
    """Surnames with particles, borne by brothers and sisters; wives by their husband's whole name; patronymics said and left out."""
    found: list[Written] = []

    def bear(*written: str) -> None:
        bearer = found[-1].bearer + 1 if found else 0
        found.extend(Written(name, bearer) for name in dict.fromkeys(written))

    for _ in range(90):
        house = f"{_of(_SPANISH_SURNAMES, chance)} de la {chance.choice(('Torre', 'Cruz', 'Fuente', 'Vega', 'Rosa', 'Peña'))}"
        for given in chance.sample(_SPANISH.split(), 2):
            other = (
                f"{house.upper()}, {given}" if chance.random() < 0.5 else f"{given} {house.replace(' de la', ' de')}"
            )
            bear(f"{given} {house}", *([other] if chance.random() < 0.4 else []))
        father, of = _of(_ARABIC_LATIN, chance), chance.choice(("Rahman", "Aziz", "Kader", "Karim"))
        for given in chance.sample(_ARABIC_LATIN.split(), 2):
            bear(
                f"{given} {father} Abdul{of.lower()}",
                *([f"{given} {father} Abd al-{of}"] if chance.random() < 0.4 else []),
            )
        man, last = chance.choice(("Sándor", "István", "János", "Gábor", "László")), surname(chance)
        bear(f"{last} {man}")
        bear(f"{last} {man}né", *([f"{last.upper()} {man.upper()}NÉ"] if chance.random() < 0.4 else []))
        stem, of_father, man = _of(_RUSSIAN_STEMS, chance), _of(_PATRONYMIC, chance), _of(_RUSSIAN_MEN, chance)
        bear(f"{man} {of_father}ич {stem}", *([f"{stem} {man}"] if chance.random() < 0.4 else []))
    once: dict[str, Written] = {}
    for one in found:
        once.setdefault(one.name, one)
    return list(once.values())


SETS: dict[str, Callable[[random.Random], list[Written]]] = {
    "Spanish brothers and sisters": spanish, "Russian patronymics": russian, "Arabic houses": arabic, "Chinese": chinese,
    "Vietnamese": vietnamese, "Indian": indian, "English, common": english, "families": families, "firms": firms,
    "firms abroad": firms_abroad, "houses": houses,
}  # fmt: skip
OF_FIRMS = frozenset(("firms", "firms abroad"))
"""The sets that hold names of firms, and are known to."""


class Stated(NamedTuple):
    """What one record states, field by field as the data sets have it, and who it is of."""

    fields: dict[str, str]
    bearer: int


def households(chance: random.Random) -> list[Stated]:
    """Records of families: father and son of one name, twins, couples with one telephone; fields missing, dates turned, names swapped.

    Ten names in a hundred stand for several people who share no more than the name; a birth date that is not known is 1900-01-01 in
    some, and 'none@example.com' is the address of many.
    """
    found: list[Stated] = []
    for _ in range(250):
        last = surname(chance) if chance.random() < 0.7 else _of(_ENGLISH_SURNAMES, chance)
        home = {"street": f"{chance.randrange(1, 200)} {surname(chance)} Street", "city": surname(chance), "postcode": f"{chance.randrange(10**4):04d}",
                "phone": f"+4420{chance.randrange(10**8):08d}"}  # fmt: skip
        given = [*chance.sample(_ENGLISH.split(), chance.choice((1, 2, 3, 4)))]
        if chance.random() < 0.25:
            given.append(given[0])  # a son bears his father's name
        twins = _born(chance)
        for at, name in enumerate(given):
            person = {
                "first_name": name,
                "surname": last,
                "dob": twins if chance.random() < 0.2 and name not in given[:at] else _born(chance),
                **home,
            }
            person["email"] = (
                f"{name}{len(found)}@{last}.example".lower() if chance.random() < 0.6 else "none@example.com"
            )
            bearer = len(found)
            found.append(Stated(person, bearer))
            if chance.random() < 0.5:
                found.append(Stated(_copied(person, chance), bearer))
    return found


def _born(chance: random.Random) -> str:
    if chance.random() < 0.08:
        return "1900-01-01"
    return f"{chance.randrange(1940, 2008)}-{chance.randrange(1, 13):02d}-{chance.randrange(1, 29):02d}"


def _copied(person: dict[str, str], chance: random.Random) -> dict[str, str]:
    """Return a record as somebody else keeps it: fields missing, a slip, names swapped, the date in the other order."""
    made = {
        field: "" if chance.random() < 0.3 and field not in ("first_name", "surname") else value
        for field, value in person.items()
    }
    turn = chance.random()
    if turn < 0.15:
        made["first_name"], made["surname"] = made["surname"], made["first_name"]
    elif turn < 0.5 and len(made["surname"]) > 4:
        made["surname"] = _slip(made["surname"], chance)
    if made["dob"] and chance.random() < 0.3:
        year, month, day = made["dob"].split("-")
        made["dob"] = f"{year}-{day}-{month}" if int(day) <= 12 and chance.random() < 0.3 else f"{day}/{month}/{year}"
    return made
