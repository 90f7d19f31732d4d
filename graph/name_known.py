"""Words of names that are known to be others, however near they are spelt: syllables of Chinese, forms for a woman and a man, numbers.

A table of our own, short on purpose: what it lacks costs a suggestion that a person turns down.
"""

from __future__ import annotations

import re
from typing import Final


def _words(text: str) -> list[str]:
    return text.split()


_SYLLABLE: Final = (
    r"(?:(?:[zcs]h?|r|[gkh])(?:ang?|a[io]?|e(?:ng?|i)?|i|ong|ou|ua(?:ng?|i)?|u[ino]?)|[jqx](?:ia(?:ng?|o)?|i(?:ng?|e|ong|u)?|u(?:an|e|n)?)"
    r"|[bpmf](?:ang?|a[io]?|e(?:ng?|i)|ia[no]|i(?:ng?|e|u)?|ou?|u)|[dtnl](?:ang?|a[io]?|e(?:ng?|i)?|ia(?:ng?|o)?|i(?:ng?|e|u)?|ong|ou|u(?:an|[eino])?)"
    r"|w(?:ang?|ai?|e(?:ng?|i)|o|u)|y(?:ang?|ao?|e|i(?:ng?)?|ong|ou?|u(?:an|e|n)?)|ang?|a[io]?|e[inr]?|ou?)"
)
_PINYIN: Final = re.compile(f"{_SYLLABLE}(?:{_SYLLABLE})?")
_ONE_SYLLABLE: Final = re.compile(_SYLLABLE)
_SHORTEST_OF_TWO: Final = 6
"""Letters from which on a word of two syllables is taken for Chinese: shorter ones are names of every country (Dana, Nina, Lena)."""
_FEMININE: Final = (
    ("ov", "ova"), ("ev", "eva"), ("in", "ina"), ("yn", "yna"), ("sky", "skaya"), ("ski", "ska"), ("skiy", "skaya"),
    ("ich", "na"), ("cki", "cka"), ("y", "a"), ("", "a"), ("", "ova"), ("as", "iene"), ("s", "ou"),
)  # fmt: skip
_LAST_ONLY: Final = 4
"""Letters before an ending that two words must share for it to set a woman's form apart from a man's."""
GENERATIONS: Final = frozenset(_words("jr junior sr senior ii iii iv fils pere hijo filho neto"))
OF_MEN: Final = frozenset(_words("mr monsieur herr senor signor pan domnul kyrios gospodin ur uram"))
OF_WOMEN: Final = frozenset(
    _words("mrs ms miss madam mme mlle madame frau senora sra signora pani doamna domnisoara kyria gospodja")
)
_OTHERS: Final = """
amir amira samir samira karim karima sami samia sara samantha riya priya neha sneha rohit mohit sumit amit anil sunil rajesh ramesh suresh
mahesh dinesh anita sunita savita kavita vinita lalita emma gemma jemma ellen allen alan helen terry judy jody joan jean jane june anne
ian alan brian bryony dennis paula carla robin rowan leslie lindsey geraldine mahmoud muhammad hamid ahmad hamad habib salim salem salma
salman nour noura huda hadi rania hala layla leila marina martina marta maria mario marian marius darius daria darya kiril cyril julia
dana diana dina nina lina mina tina gina rina oana joana ivana ilinca anca bianca ilona simona ramona mona corina sorina dorina florina
valentina valentin clementina albina irma erma norma wilma gilbert albert hubert robert herbert norbert lambert dora nora laura flora
selma thelma velma edith judith harry barry larry gary kenneth keith jason mason nathan jonathan ethan megan morgan logan hogan regan
"""
OTHERS: Final = frozenset(_words(_OTHERS))
"""Given names that nobody writes for one another, though a letter or a sound sets them apart."""

_IN_ARABIC: Final = """
محمد mohammed احمد ahmed محمود mahmoud حامد hamed حمد hamad علي ali حسن hassan حسين hussein خالد khaled عمر omar عمرو amr يوسف youssef
ابراهيم ibrahim مصطفى mustafa سعيد said طارق tarek كريم karim سامي sami سمير samir فاطمة fatima عائشة aisha مريم maryam خديجة khadija
زينب zeinab ليلى layla سلمى salma نور nour هدى huda سعاد souad رانيا rania هالة hala سميرة samira كريمة karima اميرة amira امير amir
عبد abd الله allah عبدالله abdullah عبدالرحمن abdulrahman رحمن rahman داود dawud سليمان suleiman اسماعيل ismail عثمان othman
جمال jamal كمال kamal جميل jamil ناصر nasser نصر nasr صالح saleh سالم salem سليم salim فارس faris فيصل faisal بلال bilal حمزة hamza
انس anas ياسر yasser ياسين yassin وليد walid وائل wael هاني hani هشام hisham ماجد majed ماهر maher منى mona نادية nadia امينة amina
رشيد rashid راشد rashed عادل adel عماد imad ايمن ayman بشير bashir تامر tamer زياد ziad قاسم qasim موسى musa عيسى issa يحيى yahya
"""
ARABIC: Final = dict(zip(_words(_IN_ARABIC)[::2], _words(_IN_ARABIC)[1::2], strict=True))
"""Names in Arabic letters, without marks and hamzas, as they are mostly spelt in Latin ones: what the letters alone leave open."""


def known_apart(a: str, b: str) -> bool:
    """Return whether two folded words are known to be different ones: no slip of pen, ear or lens is looked for between them."""
    return (a.isdigit() and b.isdigit()) or _both_chinese(a, b) or _of_both_sexes(a, b)


def _both_chinese(a: str, b: str) -> bool:
    if _ONE_SYLLABLE.fullmatch(a) and _ONE_SYLLABLE.fullmatch(b):
        return True
    return min(len(a), len(b)) >= _SHORTEST_OF_TWO and bool(_PINYIN.fullmatch(a) and _PINYIN.fullmatch(b))


def _of_both_sexes(a: str, b: str) -> bool:
    for man, woman in _FEMININE:
        for one, other in ((a, b), (b, a)):
            stem = one.removesuffix(man)
            if len(stem) >= _LAST_ONLY and one.endswith(man) and stem + woman == other:
                return True
    return False


def may_be_chinese(word: str) -> bool:
    """Return whether a folded word can be one or two syllables of pinyin."""
    return bool(_PINYIN.fullmatch(word))
