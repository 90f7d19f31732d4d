"""Generated names with known errors: who bears which spelling is known, so that pairs can be told right from wrong.

Everything is drawn from a seed. Surnames are put together from syllables, so that 200,000 names are not 300 surnames; given names are
common ones of a dozen languages. No error is made by the code that is measured.
"""

from __future__ import annotations

import random
from collections.abc import Callable

_GIVEN = """James Mary Robert Patricia Michael Jennifer William Linda David Elizabeth Richard Susan Joseph Jessica Thomas Karen Charles
Sarah Daniel Nancy Matthew Lisa Anthony Margaret Mark Sandra Steven Ashley Paul Emily Andrew Donna Joshua Michelle Kenneth Carol Kevin
Amanda Brian Melissa George Deborah Edward Stephanie Ronald Rebecca Timothy Laura Jason Sharon Jeffrey Cynthia Ryan Amy Jacob Angela
Gary Nicholas Brenda Eric Pamela Jonathan Nicole Stephen Samantha Larry Ruth Justin Catherine Scott Christine Brandon Virginia Benjamin
Ion Elena Andrei Maria Mihai Ioana Ștefan Ana Gheorghe Ileana Vasile Mirela Radu Sorina Petru Doina Florin Loredana Bogdan Daniela
Márton Eszter László Zsuzsanna István Katalin Gábor Ágnes Zoltán Erzsébet Ferenc Ildikó Irén György Péter Judit Tamás Réka
Mohammed Fatima Ahmed Aisha Hussein Khadija Hassan Maryam Omar Zainab Khalid Layla Youssef Amina Ibrahim Noor Mustafa Salma
Ivan Olga Sergei Natalia Dmitri Svetlana Vladimir Tatiana Alexei Irina Nikolai Ekaterina Yuri Oksana Pavel Galina Oleg Ludmila
Giorgos Eleni Nikos Sofia Dimitris Katerina Kostas Vasiliki Wei Fang Xiaoming Jing Ming Hui Jun Lan Piotr Agnieszka Krzysztof
Małgorzata Tomasz Katarzyna José Carmen Miguel Dolores Javier Pilar Jürgen Ursula Günther Heike Chinedu Ngozi Samuel Blessing
Emeka Funmilayo Nguyen Linh Thanh Huong Priya Arjun Lakshmi Sanjay Anjali Vikram"""
GIVEN = _GIVEN.split()
_OPENS = "b br c ch cr d dr f fl g gr h j k kl kr l m n p pr r s sc sh sl st t tr v w z"
_OPEN = _OPENS.split()
_MIDDLES = "a e i o u ai ea ou"
_MIDDLE = _MIDDLES.split()
_CLOSES = "ck d gg ld ll lm m mb n nd ng nt r rd rk rn rt s sk st t tt v x z"
_CLOSE = [*_CLOSES.split(), *[""] * 6]
_ENDS = "a an ar ard au cu ea ell er escu ev ey i ian in ini is ko man mann o off on os ov ová ski son su ton u vić wood y á ő"
_END = _ENDS.split()
_SHORT = {
    "William": "Bill", "Robert": "Bob", "Richard": "Dick", "Margaret": "Peggy", "Elizabeth": "Betty", "Michael": "Mike",
    "James": "Jim", "Joseph": "Joe", "Thomas": "Tommy", "Charles": "Chuck", "Daniel": "Danny", "Anthony": "Tony",
    "Steven": "Steve", "Andrew": "Andy", "Edward": "Ted", "Katherine": "Kate", "Catherine": "Cathy", "Deborah": "Debbie",
    "Benjamin": "Ben", "Samuel": "Sam", "Nicholas": "Nick", "Patricia": "Pat", "Susan": "Sue", "Rebecca": "Becky",
    "Jennifer": "Jen", "Timothy": "Tim", "Sergei": "Seryozha", "Dmitri": "Dima", "Vladimir": "Vova", "Tatiana": "Tanya",
    "Natalia": "Natasha", "Nikolai": "Kolya", "Ivan": "Vanya", "Maria": "Masha", "Ekaterina": "Katya", "José": "Pepe",
    "Ferenc": "Feri", "Erzsébet": "Bözsi", "István": "Pista", "Ion": "Ionel", "Vasile": "Vasilică", "Giorgos": "Yorgos",
    "Mohammed": "Mohd", "Gheorghe": "Ghita", "Małgorzata": "Gosia", "Tomasz": "Tomek", "Krzysztof": "Krzysiek",
}  # fmt: skip
_LATIN = "a b c d e f g h i j k l m n o p r s t u v w y z"
_CYRILLIC_FOR = "а б к д е ф г х и дж к л м н о п р с т у в в и з"
_CYRILLIC = dict(zip(_LATIN.split(), _CYRILLIC_FOR.split(), strict=True)) | {
    "sh": "ш",
    "ch": "ч",
    "ck": "к",
    "x": "кс",
    "q": "к",
    "th": "т",
}
_OCR = (
    ("rn", "m"),
    ("m", "rn"),
    ("l", "1"),
    ("o", "0"),
    ("I", "l"),
    ("cl", "d"),
    ("d", "cl"),
    ("S", "5"),
    ("B", "8"),
    ("i", "l"),
)
_HEARD = (("ph", "f"), ("ck", "k"), ("c", "k"), ("k", "c"), ("ea", "ee"), ("ou", "u"), ("ll", "l"), ("tt", "t"), ("v", "f"),
          ("z", "s"), ("y", "i"), ("i", "y"), ("ai", "ay"), ("x", "ks"))  # fmt: skip
_MARKS = str.maketrans("áéíóöőúüűăâîșțćčńłñçğı", "aeiooouuuaaistccnlncgi")


def surname(chance: random.Random) -> str:
    middle = chance.choice(_OPEN) + chance.choice(_MIDDLE) + chance.choice(_CLOSE) if chance.random() < 0.4 else ""
    return (
        chance.choice(_OPEN) + chance.choice(_MIDDLE) + chance.choice(_CLOSE) + middle + chance.choice(_END)
    ).capitalize()


def bearers(count: int, chance: random.Random, *, surnames: int = 0) -> list[str]:
    """Return different names; a few surnames are common and most are rare, as in life."""
    pool = [surname(chance) for _ in range(surnames or max(50, count // 3))]
    found: dict[str, None] = {}
    while len(found) < count:
        family = (
            pool[min(int(chance.paretovariate(0.6)) - 1, len(pool) - 1)]
            if chance.random() < 0.3
            else chance.choice(pool)
        )
        middle = f" {chance.choice(GIVEN)}" if chance.random() < 0.1 else ""
        found[f"{chance.choice(GIVEN)}{middle} {family}"] = None
    return list(found)


def _initial(name: str, chance: random.Random) -> str:
    given, *rest = name.split()
    return f"{given[0]}. {' '.join(rest)}"


def _turned(name: str, chance: random.Random) -> str:
    *given, family = name.split()
    return f"{family.upper()}, {' '.join(given)}"


def _short(name: str, chance: random.Random) -> str:
    given, *rest = name.split()
    return " ".join((_SHORT.get(given, given), *rest))


def _other_letters(name: str, chance: random.Random) -> str:
    text, at, found = name.lower().translate(_MARKS), 0, ""
    while at < len(text):
        two = text[at : at + 2]
        found += _CYRILLIC.get(two, "") or _CYRILLIC.get(text[at], text[at])
        at += 2 if two in _CYRILLIC else 1
    return found.title()


def _changed(pairs: tuple[tuple[str, str], ...]) -> Callable[[str, random.Random], str]:
    def change(name: str, chance: random.Random) -> str:
        fitting = [(read, instead) for read, instead in pairs if read in name]
        if not fitting:
            return name
        read, instead = chance.choice(fitting)
        at = chance.choice([at for at in range(len(name)) if name.startswith(read, at)])
        return name[:at] + instead + name[at + len(read) :]

    return change


def _slip(name: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(name) - 1)
    letter = chance.choice("abcdefghijklmnoprstuvyz")
    return chance.choice(
        (name[:at] + name[at + 1 :], name[:at] + letter + name[at:], name[:at] + letter + name[at + 1 :],
         name[:at] + name[at + 1] + name[at] + name[at + 2 :])
    )  # fmt: skip


def _bare(name: str, chance: random.Random) -> str:
    return name.translate(_MARKS).upper()


def _without_middle(name: str, chance: random.Random) -> str:
    parts = name.split()
    return f"{parts[0]} {parts[-1]}"


ERRORS: dict[str, Callable[[str, random.Random], str]] = {
    "initial": _initial, "order": _turned, "nickname": _short, "other letters": _other_letters, "misread": _changed(_OCR),
    "misheard": _changed(_HEARD), "slip": _slip, "no marks": _bare, "no middle name": _without_middle,
}  # fmt: skip


def spellings(names: list[str], chance: random.Random, *, share: float = 0.3) -> list[tuple[str, int, str]]:
    """Return every name with its bearer and ''; and for a share of them one or two wrong spellings, with the error made."""
    found = [(name, bearer, "") for bearer, name in enumerate(names)]
    for bearer, name in enumerate(names):
        if chance.random() < share:
            for error in chance.sample(list(ERRORS), chance.choice((1, 1, 2))):
                found.append((ERRORS[error](name, chance), bearer, error))
    return found
